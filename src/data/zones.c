/* Policy zones: need and potential by stated breaks or the median, and the quadrant they make (NSDP). */
#include <thuso/data.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "spots.h"

typedef struct {
	ThusoGeometry *outline;
	double need, potential;
	char *category, *role;
	char *feature; /* for messages */
	int spec;
} Zone;

typedef struct {
	ThusoContext *context;
	const ThusoRegion *region;
	const ThusoZonesSpec *specs;
	int n_specs;
	ThusoVector zones; /* of Zone */
} Job;

static void zone_clear(Zone *zone)
{
	g_clear_pointer(&zone->outline, thuso_geometry_free);
	g_clear_pointer(&zone->category, g_free);
	g_clear_pointer(&zone->role, g_free);
	g_clear_pointer(&zone->feature, g_free);
}

static void job_clear(Job *job)
{
	Zone *zone = job->zones.data;
	for (gint64 i = 0; i < job->zones.n; i++)
		zone_clear(&zone[i]);
	thuso_vector_clear(&job->zones);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, job_clear)

/* --- reading --------------------------------------------------------------------------------------------------------- */

static gboolean same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

/* One quadrant has one meaning: all layers of zones are cut at the same breaks. */
static gboolean check_specs(const Job *job, GError **error)
{
	for (int i = 1; i < job->n_specs; i++) {
		const ThusoZonesSpec *a = &job->specs[0], *b = &job->specs[i];
		if (!a->quantiles == !b->quantiles &&
		    (a->quantiles || (same_number(a->need_break, b->need_break) && same_number(a->potential_break, b->potential_break))))
			continue;
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, "zones: all layers of zones need the same breaks");
		return FALSE;
	}
	return TRUE;
}

static gboolean read_number(const ThusoTable *table, gint64 row, int column, const char *fid, ThusoTally *wrong, double *value)
{
	*value = NAN;
	if (column < 0 || thuso_data_number(table, row, column, value))
		return TRUE;
	thuso_tally_add(wrong, fid, 0, NULL);
	*value = NAN;
	return FALSE;
}

static gboolean check_numbers(const ThusoSource *source, const char *field, const ThusoTally *wrong, GError **error)
{
	if (wrong->n == 0)
		return TRUE;
	g_autofree char *where = thuso_data_where(source);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s: field %s holds no number in %" G_GINT64_FORMAT
	            " zones (first: feature %s); correct them or leave them empty",
	            where, field, wrong->n, wrong->first);
	return FALSE;
}

static gboolean take_zones(Job *job, int index, ThusoFeatures *features, const int columns[4], GError **error)
{
	const ThusoZonesSpec *spec = &job->specs[index];
	const ThusoTable *table = features->table;
	g_auto(ThusoTally) no_need = { 0 }, no_potential = { 0 };
	for (gint64 row = 0; row < table->n_rows; row++) {
		Zone zone = { .spec = index, .feature = thuso_data_fid(table, row) };
		read_number(table, row, columns[0], zone.feature, &no_need, &zone.need);
		read_number(table, row, columns[1], zone.feature, &no_potential, &zone.potential);
		zone.category = thuso_data_text(table, row, columns[2]);
		zone.role = thuso_data_text(table, row, columns[3]);
		zone.outline = g_steal_pointer(&features->geometry[row]);
		if (!thuso_vector_push(&job->zones, &zone, "zones", error)) {
			zone_clear(&zone);
			return FALSE;
		}
	}
	return check_numbers(spec->source, spec->need, &no_need, error) &&
	       check_numbers(spec->source, spec->potential, &no_potential, error);
}

static gboolean read_layer(Job *job, int index, GError **error)
{
	const ThusoZonesSpec *spec = &job->specs[index];
	const char *names[] = { spec->need, spec->potential, spec->category, spec->role };
	g_autofree const char **fields = thuso_data_fields(names, G_N_ELEMENTS(names));
	g_autoptr(ThusoFeatures) features =
	    thuso_features_read(job->context, job->region, spec->source, THUSO_ANY_GEOMETRY, fields, FALSE, error);
	if (!features)
		return FALSE;
	g_autofree char *where = thuso_data_where(spec->source);
	for (gint64 row = 0; row < features->table->n_rows; row++) {
		ThusoGeometryType type = features->geometry[row]->type;
		if (type == THUSO_POLYGON || (type == THUSO_POINT && spec->within_m > 0))
			continue;
		g_autofree char *fid = thuso_data_fid(features->table, row);
		g_set_error(
		    error, THUSO_ERROR, THUSO_ERROR_INPUT,
		    "%s: feature %s is no polygon, and zones are areas; for points write how far each reaches (`within: 10 km`), or "
		    "join their table to a layer of polygons (join:)",
		    where, fid);
		return FALSE;
	}
	int columns[4];
	for (int i = 0; i < 4; i++)
		if (!thuso_data_column(spec->source, features->table, names[i], &columns[i], error))
			return FALSE;
	return take_zones(job, index, features, columns, error);
}

/* By layer, then by shape: the order of the features in the file does not matter. */
static int by_shape(const void *a, const void *b)
{
	const Zone *p = a, *q = b;
	if (p->spec != q->spec)
		return p->spec < q->spec ? -1 : 1;
	int order = thuso_data_compare(p->outline, q->outline);
	if (order == 0)
		order = (p->need > q->need) - (p->need < q->need);
	if (order == 0)
		order = (p->potential > q->potential) - (p->potential < q->potential);
	if (order == 0)
		order = g_strcmp0(p->category, q->category);
	return order != 0 ? order : g_strcmp0(p->role, q->role);
}

/* --- onto the grid --------------------------------------------------------------------------------------------------- */

typedef struct {
	gint32 *zone;
	const guint8 *is_spot; /* by zone */
	gint32 index;
	gint64 n_double;
} Filling;

static void fill(gint64 cell, gpointer data)
{
	Filling *filling = data;
	if (filling->zone[cell] < 0 || filling->is_spot[filling->zone[cell]])
		filling->zone[cell] = filling->index;
	else
		filling->n_double++;
}

/* Layers of points: a cell is of the nearest one that reaches it. Polygons of other layers go over them. */
static void fill_spots(const Job *job, ThusoZones *zones)
{
	const Zone *zone = job->zones.data;
	const ThusoGrid *grid = &job->region->grid;
	for (int s = 0; s < job->n_specs; s++) {
		g_autoptr(GArray) spots = g_array_new(FALSE, FALSE, sizeof(ThusoSpot));
		for (gint32 i = 0; i < zones->n; i++)
			for (gint64 p = 0; zone[i].spec == s && zone[i].outline->type == THUSO_POINT && p < zone[i].outline->n_points; p++)
				g_array_append_vals(spots, &(ThusoSpot){ zone[i].outline->x[p], zone[i].outline->y[p], i }, 1);
		thuso_spots_sort(spots);
		for (gint64 cell = 0, n = thuso_grid_n(grid); spots->len > 0 && cell < n; cell++) {
			double x, y;
			if (zones->zone[cell] >= 0 || !job->region->near_area[cell])
				continue;
			thuso_grid_centre(grid, cell, &x, &y);
			zones->zone[cell] = thuso_spots_nearest(spots, x, y, job->specs[s].within_m);
		}
	}
}

static gboolean fill_cells(Job *job, ThusoZones *zones, GError **error)
{
	const Zone *zone = job->zones.data;
	gint64 n = thuso_grid_n(&job->region->grid), n_area = 0, n_none = 0;
	for (gint64 cell = 0; cell < n; cell++)
		zones->zone[cell] = -1;
	g_auto(ThusoTally) overlap = { 0 };
	gint64 n_double = 0;
	fill_spots(job, zones);
	g_autofree guint8 *is_spot = thuso_new(guint8, MAX(zones->n, 1));
	for (gint32 i = 0; i < zones->n; i++)
		is_spot[i] = zone[i].outline->type == THUSO_POINT;
	for (gint32 i = 0; i < zones->n; i++) {
		Filling filling = { zones->zone, is_spot, i, 0 };
		if (zone[i].outline->type == THUSO_POINT)
			continue;
		if (!thuso_grid_inside(&job->region->grid, zone[i].outline, fill, &filling, error))
			return FALSE;
		n_double += filling.n_double;
		if (filling.n_double > 0)
			thuso_tally_add(&overlap, zone[i].feature, 0, zone[i].outline);
	}
	const char *name = job->specs[0].source->name;
	thuso_tally_find(job->context, &overlap, &(ThusoFinding){ THUSO_WARNING, "overlap", name },
	                 "zones: %" G_GINT64_FORMAT " zones overlap others (first: feature %s), in %" G_GINT64_FORMAT
	                 " cells; there the first zone by layer and shape counts: mend the layer",
	                 overlap.n, overlap.first, n_double);
	for (gint64 cell = 0; cell < n; cell++) {
		n_area += job->region->area[cell] >= 0;
		n_none += job->region->area[cell] >= 0 && zones->zone[cell] < 0;
	}
	g_autofree char *share = thuso_data_percent((double) n_none / (double) MAX(n_area, 1));
	if (n_none > 0)
		thuso_data_find(job->context, &(ThusoFinding){ THUSO_INFO, "no_zone", name, .count = n_none },
		                "zones: %s of the study area lies in no zone", share);
	return TRUE;
}

/* --- breaks ---------------------------------------------------------------------------------------------------------- */

static void note_touch(gint64 cell, double area_cells, gpointer data)
{
	gpointer *both = data;
	const ThusoRegion *region = both[0];
	gboolean *touches = both[1];
	*touches = *touches || (area_cells > 0 && region->area[cell] >= 0);
}

static int by_number(const void *a, const void *b)
{
	double p = *(const double *) a, q = *(const double *) b;
	return (p > q) - (p < q);
}

/* The middle value, or the mean of the two middle ones; NaN where there is none. */
static double median(double *values, gint64 n)
{
	if (n == 0)
		return NAN;
	qsort(values, (size_t) n, sizeof *values, by_number);
	return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static gboolean stands_inside(const ThusoRegion *region, const ThusoGeometry *points)
{
	gboolean inside = FALSE;
	for (gint64 p = 0; p < points->n_points; p++) {
		gint64 cell = thuso_grid_cell(&region->grid, points->x[p], points->y[p]);
		inside |= cell >= 0 && region->area[cell] >= 0;
	}
	return inside;
}

/* Zones of the buffer do not move the median of the study area. */
static gboolean find_medians(const Job *job, ThusoZones *zones, GError **error)
{
	const Zone *zone = job->zones.data;
	double *need = thuso_array_new(2 * MAX(job->zones.n, 1), sizeof *need, "need and potential of zones", error);
	if (!need)
		return FALSE;
	double *potential = need + job->zones.n;
	gint64 n_need = 0, n_potential = 0;
	for (gint64 i = 0; i < job->zones.n; i++) {
		gboolean touches = zone[i].outline->type == THUSO_POINT && stands_inside(job->region, zone[i].outline);
		gpointer both[2] = { (gpointer) job->region, &touches };
		if (zone[i].outline->type != THUSO_POINT &&
		    !thuso_grid_cover(&job->region->grid, zone[i].outline, note_touch, both, error)) {
			thuso_array_free(need);
			return FALSE;
		}
		if (touches && !isnan(zone[i].need))
			need[n_need++] = zone[i].need;
		if (touches && !isnan(zone[i].potential))
			potential[n_potential++] = zone[i].potential;
	}
	zones->need_break = median(need, n_need);
	zones->potential_break = median(potential, n_potential);
	thuso_array_free(need);
	return TRUE;
}

static char *quadrant(const ThusoZones *zones, double need, double potential)
{
	if (isnan(need) || isnan(potential) || isnan(zones->need_break) || isnan(zones->potential_break))
		return NULL;
	return g_strdup_printf("%s-%s", need >= zones->need_break ? "HN" : "LN", potential >= zones->potential_break ? "HP" : "LP");
}

/* --- result ---------------------------------------------------------------------------------------------------------- */

static gboolean allocate(ThusoZones *zones, gint32 n, gint64 n_cells, GError **error)
{
	gint64 size = MAX(n, 1);
	zones->outline = thuso_array_new(size, sizeof *zones->outline, "zones", error);
	zones->need = zones->outline ? thuso_array_new(size, sizeof *zones->need, "need of zones", error) : NULL;
	zones->potential = zones->need ? thuso_array_new(size, sizeof *zones->potential, "potential of zones", error) : NULL;
	zones->quadrant = zones->potential ? thuso_array_new(size, sizeof *zones->quadrant, "quadrants of zones", error) : NULL;
	zones->category = zones->quadrant ? thuso_array_new(size, sizeof *zones->category, "categories of zones", error) : NULL;
	zones->role = zones->category ? thuso_array_new(size, sizeof *zones->role, "roles of zones", error) : NULL;
	zones->zone = zones->role ? thuso_array_new(n_cells, sizeof *zones->zone, "zones of cells", error) : NULL;
	zones->n = zones->zone ? n : 0;
	return zones->zone != NULL;
}

static void move_zones(Job *job, ThusoZones *zones)
{
	Zone *zone = job->zones.data;
	g_auto(ThusoTally) without = { 0 };
	for (gint32 i = 0; i < zones->n; i++) {
		zones->need[i] = zone[i].need;
		zones->potential[i] = zone[i].potential;
		zones->quadrant[i] = quadrant(zones, zone[i].need, zone[i].potential);
		if (!zones->quadrant[i])
			thuso_tally_add(&without, zone[i].feature, 0, zone[i].outline);
		zones->outline[i] = g_steal_pointer(&zone[i].outline);
		zones->category[i] = g_steal_pointer(&zone[i].category);
		zones->role[i] = g_steal_pointer(&zone[i].role);
	}
	const char *name = job->n_specs > 0 ? job->specs[0].source->name : "zones";
	if (job->n_specs > 0 && job->specs[0].need && job->specs[0].potential)
		thuso_tally_find(job->context, &without, &(ThusoFinding){ THUSO_WARNING, "no_quadrant", name },
		                 "zones: %" G_GINT64_FORMAT
		                 " zones have no need or no potential (first: feature %s), so they have no quadrant: fill in %s and %s",
		                 without.n, without.first, job->specs[0].need, job->specs[0].potential);
	if (zones->n == 0)
		thuso_data_find(job->context, &(ThusoFinding){ THUSO_WARNING, "no_zones", name },
		                "zones: no zone lies in the study area; check the layer's CRS and extent");
}

ThusoZones *thuso_zones_read(ThusoContext *context, const ThusoRegion *region, const ThusoZonesSpec *specs, int n_specs,
                             GError **error)
{
	g_auto(Job) job = { context, region, specs, n_specs, THUSO_VECTOR(Zone) };
	g_autoptr(ThusoZones) zones = g_new0(ThusoZones, 1);
	if (n_specs < 1) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE, "zones: at least one layer is needed");
		return NULL;
	}
	if (!check_specs(&job, error))
		return NULL;
	for (int i = 0; i < n_specs; i++)
		if (!thuso_context_go_on(context, error) || !read_layer(&job, i, error))
			return NULL;
	if (job.zones.n > G_MAXINT32) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "zones: more than 2147483647 zones");
		return NULL;
	}
	if (job.zones.n > 0)
		qsort(job.zones.data, (size_t) job.zones.n, sizeof(Zone), by_shape);
	if (!allocate(zones, (gint32) job.zones.n, thuso_grid_n(&region->grid), error))
		return NULL;
	if (!fill_cells(&job, zones, error))
		return NULL;
	zones->need_break = specs[0].need_break;
	zones->potential_break = specs[0].potential_break;
	if (specs[0].quantiles && !find_medians(&job, zones, error))
		return NULL;
	move_zones(&job, zones);
	return g_steal_pointer(&zones);
}

static void free_texts(char **texts, gint32 n)
{
	for (gint32 i = 0; texts && i < n; i++)
		g_free(texts[i]);
	thuso_array_free(texts);
}

void thuso_zones_free(ThusoZones *zones)
{
	if (!zones)
		return;
	for (gint32 i = 0; i < zones->n; i++)
		thuso_geometry_free(zones->outline[i]);
	thuso_array_free(zones->outline);
	thuso_array_free(zones->need);
	thuso_array_free(zones->potential);
	thuso_array_free(zones->zone);
	free_texts(zones->quadrant, zones->n);
	free_texts(zones->category, zones->n);
	free_texts(zones->role, zones->n);
	g_free(zones);
}
