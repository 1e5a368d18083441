/* The access standards with who keeps to them (D1): one row a standard, and one an area and standard. */
#include <math.h>

#include "standards.h"
#include "tables.h"

typedef struct {
	ThusoSum people, assessed, now, plan;
} Kept;

/* By unit of a level and standard; unit of the whole study area 0. */
typedef struct {
	const Run *run;
	const gint32 *unit_of_area; /* NULL = one unit */
	gint32 n_units;
	Kept *kept; /* n_units x n_standards */
} Count;

static gboolean is_near(const StandardGroup *group, const Provision *provision, gint64 cell)
{
	ThusoLimit limit = group_limit(group);
	return provision->cost[cell] != THUSO_UNREACHED && provision->cost[cell] <= thuso_limit_at(&limit, cell);
}

static void count_group(Count *count, int g)
{
	const Run *run = count->run;
	const StandardGroup *group = &run->groups[g];
	for (gint64 i = 0; i < run->n_shares; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		const Standard *standard = group_standard(run, group, share->cell);
		if (!standard)
			continue;
		gint32 unit = count->unit_of_area ? count->unit_of_area[share->area] : 0;
		Kept *kept = &count->kept[(gint64) unit * run->n_standards + (standard - run->standards)];
		thuso_sum_add(&kept->people, share->people);
		if (!run->region->covered[share->cell])
			continue;
		gboolean stuck = !thuso_surface_passable(group->trip->ground->surface, share->cell);
		thuso_sum_add(&kept->assessed, share->people);
		thuso_sum_add(&kept->now, !stuck && is_near(group, &group->now, share->cell) ? share->people : 0);
		thuso_sum_add(&kept->plan, !stuck && is_near(group, &group->plan, share->cell) ? share->people : 0);
	}
}

static gboolean count_all(Count *count, GError **error)
{
	gint64 n = (gint64) MAX(count->n_units, 1) * count->run->n_standards;
	if (!(count->kept = thuso_array_new(n, sizeof *count->kept, "people by standard", error)))
		return FALSE;
	for (int g = 0; g < count->run->n_groups; g++)
		count_group(count, g);
	return TRUE;
}

/* --- thresholds --------------------------------------------------------------------------------------------------------- */

typedef struct {
	gint32 n, under, over;
} Points;

/* Points that stand where this row counts, and how many of them have fewer or more people within its limit, buffer included. */
static gboolean count_points(const Run *run, const Standard *standard, Points *points, GError **error)
{
	const StandardGroup *group = &run->groups[standard->group];
	const Provision *now = &group->now;
	ThusoSum *people = thuso_array_new(MAX(now->n, 1), sizeof *people, "people by service point", error);
	gint64 n = thuso_grid_n(&run->region->grid);
	for (gint64 cell = 0; people && cell < n; cell++)
		if (run->demand->people[cell] > 0 && run->region->covered[cell] && now->nearest[cell] >= 0 && is_near(group, now, cell))
			thuso_sum_add(&people[now->nearest[cell]], run->demand->people[cell]);
	*points = (Points){ 0 };
	for (gint32 i = 0; people && i < now->n; i++) {
		if (run->region->area[now->cells[i]] < 0 || group_standard(run, group, now->cells[i]) != standard)
			continue;
		points->n++;
		points->under += thuso_sum(&people[i]) < standard->min_people;
		points->over += thuso_sum(&people[i]) > standard->max_people;
	}
	thuso_array_free(people);
	return people != NULL;
}

/* --- tables ------------------------------------------------------------------------------------------------------------- */

static void write_standard(const Run *run, Row *row, const Standard *standard)
{
	const StandardGroup *group = &run->groups[standard->group];
	gboolean is_time = group->measure == THUSO_MEASURE_TIME;
	g_autofree char *at = group->departments ? g_strjoinv(", ", (char **) group->departments) : g_strdup("centres");
	row_text(row, standard->service);
	row_text(row, standard->settlement);
	row_text(row, group->trip->name);
	row_real(row, standard->limit / (is_time ? 60 : 1000));
	row_text(row, is_time ? "min" : "km");
	row_text(row, at);
}

static void write_kept(Row *row, const Kept *kept)
{
	double assessed = thuso_sum(&kept->assessed), now = thuso_sum(&kept->now), plan = thuso_sum(&kept->plan);
	row_real(row, thuso_sum(&kept->people));
	row_real(row, assessed);
	row_real(row, now);
	row_real(row, assessed > 0 ? 100 * now / assessed : NAN);
	row_real(row, plan);
	row_real(row, assessed > 0 ? 100 * plan / assessed : NAN);
}

#define STANDARD_COLUMNS                                                                                                         \
	{ "service", "Service", "", THUSO_TEXT }, { "settlement", "Settlement type", "", THUSO_TEXT },                               \
	    { "trip", "Trip", "", THUSO_TEXT }, { "limit", "Near enough", "see limit_unit", THUSO_REAL },                            \
	    { "limit_unit", "Unit of the limit", "", THUSO_TEXT },                                                                   \
	{                                                                                                                            \
		"points", "Where it is given", "", THUSO_TEXT                                                                            \
	}
#define KEPT_COLUMNS                                                                                                             \
	{ "people", "People of that settlement type", "people", THUSO_REAL },                                                        \
	    { "people_assessed", "People assessed", "people", THUSO_REAL },                                                          \
	    { "people_served_now", "Within the limit, now", "people", THUSO_REAL },                                                  \
	    { "share_served_now", "Share within the limit, now", "%", THUSO_REAL },                                                  \
	    { "people_served_plan", "Within the limit, with the plan's sites", "people", THUSO_REAL },                               \
	{                                                                                                                            \
		"share_served_plan", "Share within the limit, with the plan's sites", "%", THUSO_REAL                                    \
	}

static gboolean standards_table(const Run *run, GPtrArray *tables, GError **error)
{
	static const ColumnSpec columns[] = {
		STANDARD_COLUMNS,
		KEPT_COLUMNS,
		{ "points_now", "Points in the study area", "", THUSO_INTEGER },
		{ "min_people", "Least people of a point", "people", THUSO_REAL },
		{ "points_under", "Points with fewer people within the limit", "", THUSO_INTEGER },
		{ "max_people", "Most people of a point", "people", THUSO_REAL },
		{ "points_over", "Points with more people within the limit", "", THUSO_INTEGER },
		{ "source", "Who decided it", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(ThusoTable) table =
	    tables_new(run, "standards", "Access standards and who keeps to them", THUSO_NO_GEOMETRY, columns);
	Count count = { .run = run, .n_units = 1 };
	gboolean ok = count_all(&count, error);
	for (int s = 0; ok && s < run->n_standards; s++) {
		const Standard *standard = &run->standards[s];
		Points points;
		Row row;
		if (!(ok = count_points(run, standard, &points, error) && row_begin(&row, table, error)))
			break;
		write_standard(run, &row, standard);
		write_kept(&row, &count.kept[s]);
		row_integer(&row, points.n);
		row_real(&row, standard->min_people);
		isnan(standard->min_people) ? row_null(&row) : row_integer(&row, points.under);
		row_real(&row, standard->max_people);
		isnan(standard->max_people) ? row_null(&row) : row_integer(&row, points.over);
		row_text(&row, standard->source);
	}
	thuso_array_free(count.kept);
	if (ok)
		tables_take(tables, g_steal_pointer(&table));
	return ok;
}

static gboolean level_rows(const Run *run, int l, ThusoTable *table, GError **error)
{
	const ThusoLevel *level = &run->region->levels[l];
	Count count = { .run = run, .unit_of_area = level->unit_of_area, .n_units = level->n };
	gboolean ok = count_all(&count, error);
	for (gint32 u = 0; ok && u < level->n; u++)
		for (int s = 0; ok && s < run->n_standards; s++) {
			const Kept *kept = &count.kept[(gint64) u * run->n_standards + s];
			Row row;
			if (!(thuso_sum(&kept->people) > 0))
				continue;
			if (!(ok = row_begin(&row, table, error)))
				break;
			row_text(&row, level->name);
			row_text(&row, level->id[u]);
			row_text(&row, level->title[u]);
			write_standard(run, &row, &run->standards[s]);
			write_kept(&row, kept);
		}
	thuso_array_free(count.kept);
	return ok;
}

/* Only where there is more to say than the area layers say: several standards. */
static gboolean areas_table(const Run *run, GPtrArray *tables, GError **error)
{
	static const ColumnSpec columns[] = {
		{ "level", "Level", "", THUSO_TEXT },
		{ "id", "Code", "", THUSO_TEXT },
		{ "title", "Name", "", THUSO_TEXT },
		STANDARD_COLUMNS,
		KEPT_COLUMNS,
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	g_autoptr(ThusoTable) table = tables_new(run, "standards_by_area", "Access standards by area", THUSO_NO_GEOMETRY, columns);
	for (int l = 0; l < run->region->n_levels; l++)
		if (!level_rows(run, l, table, error))
			return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

gboolean tables_standards(const Run *run, GPtrArray *tables, GError **error)
{
	return standards_table(run, tables, error) && (run->n_standards < 2 || areas_table(run, tables, error));
}
