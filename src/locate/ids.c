/* Ids as numbers: what a table of fifty million rows says a hundred million times is kept once, and found without a copy. */
#include "job.h"

#include <stdlib.h>
#include <string.h>

#include <thuso/data.h>

#define FIRST_SLOTS   1024
#define MOST_COMPARED 200000 /* names that a suggestion is looked for among */

const char *ids_text(const Ids *ids, gint64 i)
{
	return (const char *) ids->text.data + ((const gint64 *) ids->start.data)[i];
}

/* FNV-1a (Fowler, Noll, Vo), with its high bits folded in. */
static guint64 hash(const char *text)
{
	guint64 value = G_GUINT64_CONSTANT(0xcbf29ce484222325);
	for (; *text; text++)
		value = (value ^ (guint8) *text) * G_GUINT64_CONSTANT(0x100000001b3);
	return value ^ value >> 32;
}

/* The slot that holds the id, or the free one where it belongs. */
static guint32 *slot_of(const Ids *ids, const char *id)
{
	guint64 mask = (guint64) ids->n_slots - 1, at = hash(id) & mask;
	while (ids->slots[at] && strcmp(ids_text(ids, (gint64) ids->slots[at] - 1), id) != 0)
		at = (at + 1) & mask;
	return &ids->slots[at];
}

gint64 ids_find(Ids *ids, const char *id)
{
	if (ids_n(ids) == 0)
		return -1;
	if (strcmp(ids_text(ids, ids->last), id) == 0)
		return ids->last;
	guint32 found = *slot_of(ids, id);
	if (found)
		ids->last = (gint64) found - 1;
	return (gint64) found - 1;
}

/* At most half of the slots are taken. */
static gboolean make_room(Ids *ids, GError **error)
{
	if (2 * (ids_n(ids) + 1) <= ids->n_slots)
		return TRUE;
	gint64 n = MAX(FIRST_SLOTS, 2 * ids->n_slots);
	guint32 *slots = thuso_array_new(n, sizeof *slots, "ids", error);
	if (!slots)
		return FALSE;
	thuso_array_free(ids->slots);
	ids->slots = slots;
	ids->n_slots = n;
	for (gint64 i = 0; i < ids_n(ids); i++)
		*slot_of(ids, ids_text(ids, i)) = (guint32) i + 1;
	return TRUE;
}

static gboolean append(Ids *ids, const char *id, GError **error)
{
	gint64 start = ids->text.n, n = (gint64) strlen(id) + 1;
	if (!thuso_vector_reserve(&ids->text, start + n, "ids", error) || !thuso_vector_push(&ids->start, &start, "ids", error))
		return FALSE;
	memcpy((char *) ids->text.data + start, id, (gsize) n);
	ids->text.n += n;
	return TRUE;
}

gint64 ids_add(Ids *ids, const char *id, gboolean *is_new, GError **error)
{
	gint64 known = ids_find(ids, id);
	*is_new = known < 0;
	if (known >= 0)
		return known;
	if (ids_n(ids) >= IDS_MOST) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "more than %" G_GINT64_FORMAT " ids", IDS_MOST);
		return -1;
	}
	if (!make_room(ids, error))
		return -1;
	guint32 *slot = slot_of(ids, id);
	if (!append(ids, id, error))
		return -1;
	*slot = (guint32) ids_n(ids);
	return ids->last = ids_n(ids) - 1;
}

typedef struct {
	const char *text;
	gint64 number;
} Entry;

static int by_id(const void *a, const void *b)
{
	return thuso_id_compare(((const Entry *) a)->text, ((const Entry *) b)->text);
}

gboolean ids_order(const Ids *ids, guint32 **rank, const char ***texts, GError **error)
{
	gint64 n = ids_n(ids);
	Entry *entry = thuso_array_new(n, sizeof *entry, "ids in order", error);
	*rank = entry ? thuso_array_new(n, sizeof **rank, "ids in order", error) : NULL;
	*texts = *rank ? thuso_array_new(n, sizeof **texts, "ids in order", error) : NULL;
	for (gint64 i = 0; *texts && i < n; i++)
		entry[i] = (Entry){ ids_text(ids, i), i };
	if (*texts)
		qsort(entry, (gsize) n, sizeof *entry, by_id);
	for (gint64 i = 0; *texts && i < n; i++) {
		(*rank)[entry[i].number] = (guint32) i;
		(*texts)[i] = entry[i].text;
	}
	thuso_array_free(entry);
	return *texts != NULL;
}

char *ids_suggest(const Ids *ids, const char *id)
{
	gint64 n = ids_n(ids);
	if (n > MOST_COMPARED)
		return g_strdup("");
	g_autofree const char **known = thuso_new(const char *, n + 1);
	for (gint64 i = 0; i < n; i++)
		known[i] = ids_text(ids, i);
	const char *nearest = thuso_nearest_name(id, known);
	return nearest ? g_strdup_printf(" (did you mean '%s'?)", nearest) : g_strdup("");
}

void ids_clear(Ids *ids)
{
	thuso_vector_clear(&ids->text);
	thuso_vector_clear(&ids->start);
	thuso_array_free(ids->slots);
	*ids = IDS_NONE;
}
