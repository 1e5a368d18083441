/* Unique ids, spacing, and places that stand on each other; all by id or by position, never by the order in the file. */
#include "places.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- unique ids ------------------------------------------------------------------------------------------------------ */

static int by_id_and_place(const void *a, const void *b)
{
	const ThusoPlace *p = a, *q = b;
	int order = thuso_id_compare(p->id, q->id);
	if (order != 0)
		return order;
	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	if (p->layer != q->layer)
		return p->layer < q->layer ? -1 : 1;
	order = strcmp(p->title, q->title);
	return order != 0 ? order : (p->row > q->row) - (p->row < q->row);
}

/* The second gets "#2" even where a planner uses that id already: then the next free number. */
static void number(ThusoPlace *place, GHashTable *known, gint64 count)
{
	char *id = NULL;
	do {
		g_free(id);
		id = g_strdup_printf("%s#%" G_GINT64_FORMAT, place->id, count++);
	} while (g_hash_table_contains(known, id));
	g_free(place->id);
	place->id = id;
	g_hash_table_add(known, g_strdup(id));
}

gboolean thuso_places_unique(ThusoPlacesJob *job, GError **error)
{
	ThusoPlace *place = job->places.data;
	gint64 n = job->places.n;
	if (n == 0)
		return TRUE;
	qsort(place, (size_t) n, sizeof *place, by_id_and_place);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(ThusoTally) twice = { 0 };
	for (gint64 i = 0; i < n; i++)
		g_hash_table_add(known, g_strdup(place[i].id));
	g_autofree char *shared = NULL;
	gint64 count = 1;
	int layer = 0;
	for (gint64 i = 0; i < n; i++) {
		if (g_strcmp0(place[i].id, shared) != 0) {
			g_free(shared);
			shared = g_strdup(place[i].id);
			count = 1;
			continue;
		}
		if (twice.n == 0)
			layer = place[i].layer;
		thuso_tally_add(&twice, shared, 0, NULL);
		number(&place[i], known, ++count);
	}
	if (twice.n > 0)
		qsort(place, (size_t) n, sizeof *place, by_id_and_place);
	const ThusoSource *source = job->specs[layer].source;
	thuso_tally_find(job->context, &twice, &(ThusoFinding){ THUSO_WARNING, "duplicate_id", source ? source->name : "every" },
	                 "%s: %" G_GINT64_FORMAT
	                 " places have an id that another has (first: %s); all are kept, and from the second on, "
	                 "counted from west to east, they are called %s#2 and so on: give each its own id",
	                 source ? source->name : "every", twice.n, twice.first, twice.first);
	return thuso_context_go_on(job->context, error);
}

/* --- spacing --------------------------------------------------------------------------------------------------------- */

typedef struct {
	gint64 row, col; /* of squares as wide as the spacing */
	gint64 index;
} Bucket;

static int by_bucket(const void *a, const void *b)
{
	const Bucket *p = a, *q = b;
	if (p->row != q->row)
		return p->row < q->row ? -1 : 1;
	if (p->col != q->col)
		return p->col < q->col ? -1 : 1;
	return (p->index > q->index) - (p->index < q->index);
}

static gint64 first_from(const ThusoVector *buckets, gint64 row, gint64 col)
{
	const Bucket key = { row, col, -1 }, *bucket = buckets->data;
	gint64 low = 0, high = buckets->n;
	while (low < high) {
		gint64 middle = low + (high - low) / 2;
		if (by_bucket(&bucket[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static gboolean is_crowded(const ThusoPlace *place, gint64 index, const ThusoVector *buckets, const guint8 *dropped,
                           double spacing)
{
	const Bucket *bucket = buckets->data;
	gint64 row = (gint64) floor(place[index].y / spacing), col = (gint64) floor(place[index].x / spacing);
	for (gint64 r = row - 1; r <= row + 1; r++)
		for (gint64 k = first_from(buckets, r, col - 1); k < buckets->n && bucket[k].row == r && bucket[k].col <= col + 1; k++) {
			gint64 other = bucket[k].index;
			if (other < index && !dropped[other] &&
			    hypot(place[other].x - place[index].x, place[other].y - place[index].y) < spacing)
				return TRUE;
		}
	return FALSE;
}

static gboolean collect(const ThusoPlacesJob *job, int layer, double spacing, ThusoVector *buckets, GError **error)
{
	const ThusoPlace *place = job->places.data;
	for (gint64 i = 0; i < job->places.n; i++) {
		Bucket bucket = { (gint64) floor(place[i].y / spacing), (gint64) floor(place[i].x / spacing), i };
		if (place[i].layer == layer && !thuso_vector_push(buckets, &bucket, "candidates", error))
			return FALSE;
	}
	if (buckets->n > 0)
		qsort(buckets->data, (size_t) buckets->n, sizeof(Bucket), by_bucket);
	return TRUE;
}

static gboolean space_layer(ThusoPlacesJob *job, int layer, guint8 *dropped, GError **error)
{
	const ThusoPlacesSpec *spec = &job->specs[layer];
	const ThusoPlace *place = job->places.data;
	ThusoVector buckets = THUSO_VECTOR(Bucket);
	g_auto(ThusoTally) crowded = { 0 };
	gboolean ok = collect(job, layer, spec->min_spacing_m, &buckets, error);
	for (gint64 i = 0; ok && i < job->places.n; i++) {
		if (place[i].layer != layer || !is_crowded(place, i, &buckets, dropped, spec->min_spacing_m))
			continue;
		dropped[i] = 1;
		thuso_tally_add(&crowded, place[i].id, 0, NULL);
	}
	thuso_vector_clear(&buckets);
	const char *name = spec->source ? spec->source->name : "every";
	char spacing[G_ASCII_DTOSTR_BUF_SIZE];
	g_ascii_formatd(spacing, sizeof spacing, "%g", spec->min_spacing_m);
	thuso_tally_find(job->context, &crowded, &(ThusoFinding){ THUSO_INFO, "min_spacing", name },
	                 "%s: %" G_GINT64_FORMAT
	                 " candidates stand nearer than %s m to one with a lower id (first: %s) and are left out",
	                 name, crowded.n, spacing, crowded.first);
	return ok;
}

gboolean thuso_places_space(ThusoPlacesJob *job, GError **error)
{
	gint64 n = job->places.n, kept = 0;
	ThusoPlace *place = job->places.data;
	guint8 *dropped = thuso_array_new(MAX(n, 1), 1, "candidates", error);
	gboolean ok = dropped != NULL;
	for (int layer = 0; ok && layer < job->n_specs; layer++)
		if (job->specs[layer].min_spacing_m > 0)
			ok = space_layer(job, layer, dropped, error);
	for (gint64 i = 0; ok && i < n; i++) {
		if (dropped[i])
			thuso_place_clear(&place[i]);
		else
			place[kept++] = place[i];
	}
	if (ok)
		job->places.n = kept;
	thuso_array_free(dropped);
	return ok;
}

/* --- places on each other ---------------------------------------------------------------------------------------------- */

static int by_position(const void *a, const void *b)
{
	const ThusoPlace *p = *(ThusoPlace *const *) a, *q = *(ThusoPlace *const *) b;
	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	return thuso_id_compare(p->id, q->id);
}

gboolean thuso_places_report_same(ThusoPlacesJob *job, GError **error)
{
	gint64 n = job->places.n;
	ThusoPlace *place = job->places.data, **sorted = thuso_array_new(MAX(n, 1), sizeof *sorted, "places", error);
	if (!sorted)
		return FALSE;
	for (gint64 i = 0; i < n; i++)
		sorted[i] = &place[i];
	if (n > 0)
		qsort(sorted, (size_t) n, sizeof *sorted, by_position);
	g_auto(ThusoTally) same = { 0 };
	for (gint64 i = 1; i < n; i++)
		if (sorted[i]->x == sorted[i - 1]->x && sorted[i]->y == sorted[i - 1]->y)
			thuso_tally_add(&same, sorted[i]->id, 0, NULL);
	thuso_array_free(sorted);
	thuso_tally_find(job->context, &same, &(ThusoFinding){ THUSO_WARNING, "same_place", "places" },
	                 "%" G_GINT64_FORMAT " places stand exactly where another one stands (first: %s); they compete for the same "
	                 "people: keep one, or correct the coordinates",
	                 same.n, same.first);
	return TRUE;
}
