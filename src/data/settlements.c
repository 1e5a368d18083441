/* Settlement types: by polygon, by the nearest place of a layer of points, or by how densely people live. */
#include <thuso/data.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "spots.h"

typedef struct {
	ThusoContext *context;
	const ThusoRegion *region;
	const ThusoSettlementsSpec *spec;
	ThusoSettlements *settlements;
	ThusoFeatures *features;
	int column;
} Job;

/* --- names ------------------------------------------------------------------------------------------------------------ */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

static gboolean too_many(const Job *job, guint n, GError **error)
{
	if (n <= THUSO_SETTLEMENT_TYPES)
		return FALSE;
	g_autofree char *where = thuso_data_where(job->spec->source);
	g_set_error(
	    error, THUSO_ERROR, THUSO_ERROR_INPUT,
	    "%s: field %s has %u different values, more than the %d settlement types that a study can have; name the field of "
	    "the type",
	    where, job->spec->class_field, n, THUSO_SETTLEMENT_TYPES);
	return TRUE;
}

/* The values of the field, sorted; features without a value are findings and say nothing. */
static gboolean read_names(Job *job, GError **error)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(ThusoTally) empty = { 0 };
	const ThusoTable *table = job->features->table;
	for (gint64 row = 0; row < table->n_rows; row++) {
		char *name = thuso_data_text(table, row, job->column);
		g_autofree char *fid = name ? NULL : thuso_data_fid(table, row);
		if (name)
			g_hash_table_add(seen, name);
		else
			thuso_tally_add(&empty, fid, 0, job->features->geometry[row]);
	}
	thuso_tally_find(job->context, &empty, &(ThusoFinding){ THUSO_WARNING, "no_settlement_type", job->spec->source->name },
	                 "settlements: field %s is empty in %" G_GINT64_FORMAT " features (first: feature %s); they are left out",
	                 job->spec->class_field, empty.n, empty.first);
	guint n = g_hash_table_size(seen);
	if (too_many(job, n, error))
		return FALSE;
	job->settlements->n = (int) n;
	job->settlements->name = g_new0(char *, n + 1);
	GHashTableIter iter;
	gpointer key;
	int i = 0;
	for (g_hash_table_iter_init(&iter, seen); g_hash_table_iter_next(&iter, &key, NULL);)
		job->settlements->name[i++] = g_strdup(key);
	qsort(job->settlements->name, n, sizeof(char *), by_text);
	return TRUE;
}

static int type_of(const Job *job, gint64 row)
{
	g_autofree char *name = thuso_data_text(job->features->table, row, job->column);
	return name ? thuso_settlements_find(job->settlements, name) : -1;
}

/* --- polygons --------------------------------------------------------------------------------------------------------- */

typedef struct {
	guint8 *type;
	guint8 value, none;
} Filling;

/* Where polygons overlap, the first type by name counts, whatever the order of the features. */
static void fill(gint64 cell, gpointer data)
{
	const Filling *filling = data;
	if (filling->type[cell] == filling->none || filling->type[cell] > filling->value)
		filling->type[cell] = filling->value;
}

static gboolean fill_polygons(const Job *job, GError **error)
{
	ThusoSettlements *s = job->settlements;
	for (gint64 row = 0; row < job->features->table->n_rows; row++) {
		int type = type_of(job, row);
		Filling filling = { s->type, (guint8) type, (guint8) s->n };
		if (type >= 0 && !thuso_grid_inside(&job->region->grid, job->features->geometry[row], fill, &filling, error))
			return FALSE;
	}
	return TRUE;
}

/* --- points ----------------------------------------------------------------------------------------------------------- */

static GArray *gather_spots(const Job *job)
{
	GArray *spots = g_array_new(FALSE, FALSE, sizeof(ThusoSpot));
	for (gint64 row = 0; row < job->features->table->n_rows; row++) {
		const ThusoGeometry *points = job->features->geometry[row];
		int type = type_of(job, row);
		for (gint64 i = 0; type >= 0 && i < points->n_points; i++)
			g_array_append_vals(spots, &(ThusoSpot){ points->x[i], points->y[i], type }, 1);
	}
	thuso_spots_sort(spots);
	return spots;
}

static gboolean fill_points(const Job *job, GError **error)
{
	const ThusoGrid *grid = &job->region->grid;
	ThusoSettlements *s = job->settlements;
	if (!(job->spec->within_m > 0)) {
		g_autofree char *where = thuso_data_where(job->spec->source);
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_USAGE,
		    "settlements: %s holds points: write how far a place reaches, for example `within: 5 km`; or use polygons, or "
		    "`density`",
		    where);
		return FALSE;
	}
	g_autoptr(GArray) spots = gather_spots(job);
	for (gint64 cell = 0, n = thuso_grid_n(grid); cell < n; cell++) {
		double x, y;
		if (!job->region->near_area[cell])
			continue;
		thuso_grid_centre(grid, cell, &x, &y);
		int type = thuso_spots_nearest(spots, x, y, job->spec->within_m);
		s->type[cell] = (guint8) (type >= 0 ? type : s->n);
	}
	return TRUE;
}

/* --- layers ----------------------------------------------------------------------------------------------------------- */

static gboolean one_kind(const Job *job, ThusoGeometryType *kind, GError **error)
{
	*kind = THUSO_POLYGON;
	for (gint64 row = 0; row < job->features->table->n_rows; row++) {
		ThusoGeometryType own = job->features->geometry[row]->type;
		if (row == 0)
			*kind = own;
		if (own != THUSO_LINE && own == *kind)
			continue;
		g_autofree char *where = thuso_data_where(job->spec->source), *fid = thuso_data_fid(job->features->table, row);
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s: feature %s %s; settlements are polygons, or points with `within`",
		            where, fid, own == THUSO_LINE ? "is a line" : "has another kind of geometry than the first");
		return FALSE;
	}
	return TRUE;
}

static gboolean read_layer(Job *job, GError **error)
{
	const char *names[] = { job->spec->class_field, NULL };
	ThusoGeometryType kind;
	g_autofree char *where = thuso_data_where(job->spec->source);
	if (!job->spec->class_field) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "settlements: %s needs `class`: the field with the settlement type",
		            where);
		return FALSE;
	}
	g_autoptr(ThusoFeatures) features =
	    thuso_features_read(job->context, job->region, job->spec->source, THUSO_ANY_GEOMETRY, names, FALSE, error);
	job->features = features;
	if (!features || !thuso_data_column(job->spec->source, features->table, job->spec->class_field, &job->column, error) ||
	    !one_kind(job, &kind, error) || !read_names(job, error))
		return FALSE;
	for (gint64 cell = 0, n = thuso_grid_n(&job->region->grid); cell < n; cell++)
		job->settlements->type[cell] = (guint8) job->settlements->n;
	return kind == THUSO_POINT ? fill_points(job, error) : fill_polygons(job, error);
}

/* --- densities -------------------------------------------------------------------------------------------------------- */

/* Sums of people over the rectangle from the first row and column: (n_rows + 1) x (n_cols + 1). */
static double *sum_areas(const ThusoGrid *grid, const double *people, GError **error)
{
	gint64 w = grid->n_cols + 1;
	double *sum = thuso_array_new((grid->n_rows + 1) * w, sizeof *sum, "densities of people", error);
	for (gint32 r = 0; sum && r < grid->n_rows; r++) {
		double row = 0;
		for (gint32 c = 0; c < grid->n_cols; c++) {
			row += people[(gint64) r * grid->n_cols + c];
			sum[(r + 1) * w + c + 1] = sum[r * w + c + 1] + row;
		}
	}
	return sum;
}

static double density_at(const ThusoGrid *grid, const double *sum, gint64 cell, gint32 radius)
{
	gint32 row = (gint32) (cell / grid->n_cols), col = (gint32) (cell % grid->n_cols);
	gint64 w = grid->n_cols + 1;
	gint32 top = MAX(row - radius, 0), bottom = MIN(row + radius + 1, grid->n_rows), left = MAX(col - radius, 0),
	       right = MIN(col + radius + 1, grid->n_cols);
	double people = sum[bottom * w + right] - sum[top * w + right] - sum[bottom * w + left] + sum[top * w + left];
	double km2 = (double) (bottom - top) * (right - left) * grid->cell_m * grid->cell_m / 1e6;
	return MAX(people, 0) / km2;
}

static gboolean check_densities(const ThusoSettlementsSpec *spec, GError **error)
{
	for (int i = 1; i < spec->n; i++)
		if (!(spec->density_per_km2[i] > spec->density_per_km2[i - 1])) {
			g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
			            "settlements: density: the bounds must ascend, and that of '%s' does not; write the sparsest type first",
			            spec->name[i]);
			return FALSE;
		}
	if (spec->n <= THUSO_SETTLEMENT_TYPES)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "settlements: at most %d types", THUSO_SETTLEMENT_TYPES);
	return FALSE;
}

static gboolean fill_densities(Job *job, const double *people, GError **error)
{
	const ThusoGrid *grid = &job->region->grid;
	const ThusoSettlementsSpec *spec = job->spec;
	ThusoSettlements *s = job->settlements;
	if (!check_densities(spec, error))
		return FALSE;
	s->n = spec->n;
	s->name = thuso_new(char *, spec->n + 1);
	for (int i = 0; i < spec->n; i++)
		s->name[i] = g_strdup(spec->name[i]);
	double *sum = sum_areas(grid, people, error);
	gint32 radius = (gint32) MIN(floor(spec->radius_m / grid->cell_m), (double) MAX(grid->n_cols, grid->n_rows));
	for (gint64 cell = 0, n = thuso_grid_n(grid); sum && cell < n; cell++) {
		double density = density_at(grid, sum, cell, radius);
		int type = spec->n - 1;
		while (type >= 0 && density < spec->density_per_km2[type])
			type--;
		s->type[cell] = (guint8) (type >= 0 ? type : s->n);
	}
	thuso_array_free(sum);
	return sum != NULL;
}

/* ---------------------------------------------------------------------------------------------------------------------- */

ThusoSettlements *thuso_settlements_read(ThusoContext *context, const ThusoRegion *region, const ThusoSettlementsSpec *spec,
                                         const double *people, GError **error)
{
	g_autoptr(ThusoSettlements) settlements = g_new0(ThusoSettlements, 1);
	Job job = { .context = context, .region = region, .spec = spec, .settlements = settlements };
	settlements->type = thuso_array_new(thuso_grid_n(&region->grid), 1, "settlement types", error);
	if (!settlements->type || !(spec->source ? read_layer(&job, error) : fill_densities(&job, people, error)))
		return NULL;
	return g_steal_pointer(&settlements);
}

int thuso_settlements_find(const ThusoSettlements *settlements, const char *name)
{
	for (int i = 0; i < settlements->n; i++)
		if (g_ascii_strcasecmp(settlements->name[i], name) == 0)
			return i;
	return -1;
}

void thuso_settlements_free(ThusoSettlements *settlements)
{
	if (!settlements)
		return;
	g_strfreev(settlements->name);
	thuso_array_free(settlements->type);
	g_free(settlements);
}
