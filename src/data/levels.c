/* Units of a level: members that share an id are one unit, whatever their order in the file. */
#include "region.h"

#include <stdlib.h>
#include <string.h>

#include "input.h"

/* An id that is an integer in 1..2^31-1, or 0. */
static gint64 id_number(const char *id)
{
	gint64 number = 0;
	gsize n = 0;
	for (; g_ascii_isdigit(id[n]); n++) {
		number = number * 10 + (id[n] - '0');
		if (number > G_MAXINT32)
			return 0;
	}
	return n > 0 && id[n] == '\0' ? number : 0;
}

/* Integers come before other ids, or the order of "2", "10" and "1a" would run in a circle; "07" and "7" differ by their bytes. */
int thuso_id_compare(const char *a, const char *b)
{
	gint64 m = id_number(a), n = id_number(b);
	if (m > 0 && n > 0 && m != n)
		return m < n ? -1 : 1;
	if ((m > 0) != (n > 0))
		return m > 0 ? -1 : 1;
	int order = strcmp(a, b);
	return (order > 0) - (order < 0);
}

static int by_id(const void *a, const void *b)
{
	const ThusoMember *p = *(ThusoMember *const *) a, *q = *(ThusoMember *const *) b;
	int order = thuso_id_compare(p->id, q->id);
	if (order == 0)
		order = strcmp(p->title, q->title);
	return order != 0 ? order : thuso_data_compare(p->geometry, q->geometry);
}

static ThusoGeometry *join(ThusoMember **members, gint64 n, gboolean take, GError **error)
{
	if (n == 1 && take)
		return g_steal_pointer(&members[0]->geometry);
	const ThusoGeometry **parts = thuso_array_new(n, sizeof *parts, "parts of an area", error);
	if (!parts)
		return NULL;
	for (gint64 i = 0; i < n; i++)
		parts[i] = members[i]->geometry;
	ThusoGeometry *whole = thuso_geometry_union(parts, n, 0, error);
	thuso_array_free(parts);
	return whole;
}

static gboolean add_unit(ThusoLevel *level, ThusoMember **members, gint64 n, gboolean take, GError **error)
{
	gint32 unit = level->n;
	level->id[unit] = g_strdup(members[0]->id);
	level->title[unit] = g_strdup(members[0]->title);
	for (gint64 i = 0; i < n; i++)
		members[i]->unit = unit;
	level->n++;
	level->outline[unit] = join(members, n, take, error);
	if (!level->outline[unit])
		g_prefix_error(error, "%s %s: ", level->name, level->id[unit]);
	return level->outline[unit] != NULL;
}

/* The titles are sorted within a unit, so the first and the last tell whether they differ. Of the smallest level that is an error: two
 * municipalities under one code would be planned as one. Of a larger level it is a finding. */
static gboolean group_sorted(ThusoMember **sorted, gint64 n_members, gboolean take, ThusoLevel *level, ThusoTally *differing,
                             GError **error)
{
	for (gint64 start = 0, end; start < n_members; start = end) {
		for (end = start + 1; end < n_members && strcmp(sorted[end]->id, sorted[start]->id) == 0; end++)
			;
		if (strcmp(sorted[start]->title, sorted[end - 1]->title) != 0)
			thuso_tally_add(differing, sorted[start]->id, 0, sorted[start]->geometry);
		if (!add_unit(level, &sorted[start], end - start, take, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean allocate(ThusoLevel *level, gint64 n, GError **error)
{
	level->id = thuso_array_new(n, sizeof *level->id, "ids of areas", error);
	level->title = level->id ? thuso_array_new(n, sizeof *level->title, "titles of areas", error) : NULL;
	level->outline = level->title ? thuso_array_new(n, sizeof *level->outline, "outlines of areas", error) : NULL;
	return level->outline != NULL;
}

gboolean thuso_level_group(ThusoContext *context, const char *layer, ThusoMember *members, gint64 n_members, gboolean take,
                           ThusoLevel *level, GError **error)
{
	if (n_members > G_MAXINT32) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "%s has more than 2147483647 areas", layer);
		return FALSE;
	}
	ThusoMember **sorted = thuso_array_new(n_members, sizeof *sorted, "areas", error);
	if (!sorted || !allocate(level, n_members, error)) {
		thuso_array_free(sorted);
		return FALSE;
	}
	for (gint64 i = 0; i < n_members; i++)
		sorted[i] = &members[i];
	qsort(sorted, (size_t) n_members, sizeof *sorted, by_id);
	g_auto(ThusoTally) differing = { 0 };
	gboolean ok = group_sorted(sorted, n_members, take, level, &differing, error);
	thuso_array_free(sorted);
	if (ok && take && differing.n > 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s: %" G_GINT64_FORMAT
		            " ids stand at areas with different titles (first: %s); give each area its own id, or the parts "
		            "of one area the same title",
		            layer, differing.n, differing.first);
		return FALSE;
	}
	thuso_tally_find(context, &differing, &(ThusoFinding){ THUSO_WARNING, "duplicate_id", layer },
	                 "%s: %" G_GINT64_FORMAT " ids of level %s stand at parts with different titles (first: %s); parts of one id "
	                 "are one area and the first title in the alphabet is used: give each area its own id",
	                 layer, differing.n, level->name, differing.first);
	return ok;
}

void thuso_level_clear(ThusoLevel *level)
{
	for (gint32 i = 0; i < level->n; i++) {
		g_free(level->id[i]);
		g_free(level->title[i]);
		thuso_geometry_free(level->outline[i]);
	}
	g_free(level->name);
	thuso_array_free(level->id);
	thuso_array_free(level->title);
	thuso_array_free(level->outline);
	thuso_array_free(level->unit_of_area);
}
