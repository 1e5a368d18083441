/* A block of the study file: a node beside the parameters that describe it. Once block_check has passed, reading cannot fail. */
#ifndef STUDY_BLOCK_H
#define STUDY_BLOCK_H

#include <thuso/param.h>

#include "node.h"

typedef struct {
	const char *file; /* for messages */
	const char *name; /* of the block: "travel" */
	const Node *node; /* NULL = not in the file: defaults only */
	const ThusoParam *params;
} Block;

/* Unknown keys, wrong kinds, values out of range, missing keys, things of later versions: an error that names file, line and cure. */
gboolean block_check(const Block *block, GError **error);
void block_error(const Block *block, const char *key, GError **error, int code, const char *format, ...) G_GNUC_PRINTF(5, 6);
/* Passes an error on, FALSE; where it is about the study file it gets the file and the key's line. Takes `inner`. */
gboolean block_pass(const Block *block, const char *key, GError *inner, GError **error);

gboolean block_has(const Block *block, const char *key);
Block block_get(const Block *block, const char *key); /* a BLOCK; node NULL when absent */
/* What stands there, or the default, or NULL. For a BLOCK with a shorthand: the word, when the file has a word. */
const char *block_text(const Block *block, const char *key);
/* In base units; NaN when there is neither value nor default. `found` (may be NULL) is the dimension. */
double block_quantity(const Block *block, const char *key, ThusoDimension *found);
gint64 block_integer(const Block *block, const char *key,
                     gint64 otherwise); /* `otherwise` where there is neither value nor default */
/* LIST: how many items; a single value counts as one. Item i as a block (items that are blocks) or as text. MAP: entry i. */
int block_n(const Block *block, const char *key);
Block block_item(const Block *block, const char *key, int i);
const char *block_item_text(const Block *block, const char *key, int i);
double block_item_quantity(const Block *block, const char *key, int i, ThusoDimension *found);
const char *block_item_name(const Block *block, const char *key, int i); /* MAP: its key */
/* All texts of a LIST, NULL-terminated; NULL when absent. Caller frees the array only. */
const char **block_texts(const Block *block, const char *key);

/* Every leaf below the block, given or by default, in schema order. `value` is as written. */
typedef void (*BlockLeafFunc)(const char *name, const char *value, gboolean given, const ThusoParam *param, gpointer data);
void block_walk(const Block *block, const char *prefix, BlockLeafFunc func, gpointer data);

#endif
