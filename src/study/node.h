/* The study file as a tree of nodes that remember their line. */
#ifndef STUDY_NODE_H
#define STUDY_NODE_H

#include <thuso/base.h>

typedef enum { NODE_SCALAR, NODE_LIST, NODE_MAP } NodeKind;

typedef struct Node Node;
struct Node {
	NodeKind kind;
	int line;         /* 1-based */
	char *text;       /* SCALAR */
	GPtrArray *keys;  /* MAP: char * */
	GPtrArray *items; /* MAP: values; LIST: items; of Node */
};

/* Reads one YAML document whose top is a mapping. Anchors, aliases, tags and duplicate keys are refused: a study file says what it
 * says, once. Errors name file and line. */
Node *node_read(const char *path, GError **error);
void node_free(Node *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Node, node_free)
/* The value of a key of a MAP, or NULL. */
const Node *node_get(const Node *map, const char *key);

#endif
