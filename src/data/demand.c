/* People onto the grid: which way they come, their points, and the audit that nobody was lost or made. */
#include "demand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <thuso/param.h>

/* More than live on earth, and than ever will. */
#define PEOPLE_HIGH 1e10
/* Sums of millions of cells keep this, relative (src/data/README.md). */
#define AUDIT_TOLERANCE 1e-9

/* --- reading numbers ------------------------------------------------------------------------------------------------- */

typedef struct {
	double *people; /* a row */
	double *weight; /* a row, or NULL: no group, no factors */
	char **id;      /* a row */
	gint64 n;
} Rows;

static void rows_clear(Rows *rows)
{
	for (gint64 i = 0; rows->id && i < rows->n; i++)
		g_free(rows->id[i]);
	thuso_array_free(rows->id);
	thuso_array_free(rows->people);
	thuso_array_free(rows->weight);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rows, rows_clear)

static gboolean check_numbers(ThusoDemandJob *job, const ThusoTally *wrong, const ThusoTally *missing, GError **error)
{
	if (wrong->n > 0) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s: field %s holds no number of people or a negative one in %" G_GINT64_FORMAT
		            " features (first: feature %s); correct them, or leave them out with where:",
		            job->where, job->spec->field, wrong->n, wrong->first);
		return FALSE;
	}
	ThusoFinding kind = { THUSO_WARNING, "missing_people", job->spec->people->name };
	thuso_tally_find(job->context, missing, &kind,
	                 "%s: field %s is empty in %" G_GINT64_FORMAT " features (first: feature %s); they count as 0 people",
	                 job->where, job->spec->field, missing->n, missing->first);
	return TRUE;
}

static gboolean read_rows(ThusoDemandJob *job, const ThusoFeatures *features, Rows *rows, GError **error)
{
	const ThusoTable *table = features->table;
	int field, id;
	if (!thuso_data_column(job->spec->people, table, job->spec->field, &field, error) ||
	    !thuso_data_column(job->spec->people, table, job->spec->id, &id, error))
		return FALSE;
	rows->n = table->n_rows;
	rows->people = thuso_array_new(MAX(rows->n, 1), sizeof *rows->people, "people", error);
	rows->id = rows->people ? thuso_array_new(MAX(rows->n, 1), sizeof *rows->id, "ids of people", error) : NULL;
	if (!rows->id)
		return FALSE;
	g_auto(ThusoTally) wrong = { 0 }, missing = { 0 };
	for (gint64 row = 0; row < rows->n; row++) {
		rows->id[row] = thuso_data_text(table, row, id);
		if (!rows->id[row])
			rows->id[row] = thuso_data_fid(table, row);
		double *people = &rows->people[row];
		if (!thuso_data_number(table, row, field, people) || *people < 0)
			thuso_tally_add(&wrong, rows->id[row], 0, features->geometry[row]);
		else if (isnan(*people)) {
			thuso_tally_add(&missing, rows->id[row], 0, features->geometry[row]);
			*people = 0;
		}
	}
	return check_numbers(job, &wrong, &missing, error);
}

/* --- points ---------------------------------------------------------------------------------------------------------- */

typedef struct {
	gint64 cell; /* -1 = outside */
	double people, weighted;
} Home;

static int by_home(const void *a, const void *b)
{
	const Home *p = a, *q = b;
	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	if (p->people != q->people)
		return p->people < q->people ? -1 : 1;
	return (p->weighted > q->weighted) - (p->weighted < q->weighted);
}

static gint64 home_cell(const ThusoRegion *region, double x, double y)
{
	gint64 cell = thuso_grid_cell(&region->grid, x, y);
	return cell >= 0 && region->near_area[cell] ? cell : -1;
}

/* A multipoint's people are shared by its points. */
static gboolean collect_homes(ThusoDemandJob *job, const ThusoFeatures *features, const Rows *rows, ThusoVector *homes,
                              GError **error)
{
	for (gint64 row = 0; row < rows->n; row++) {
		const ThusoGeometry *points = features->geometry[row];
		gint64 n = points ? points->n_points : 1;
		for (gint64 i = 0; i < n; i++) {
			Home home = { -1, rows->people[row] / (double) n, 0 };
			home.weighted = rows->weight ? home.people * rows->weight[row] : 0;
			if (points)
				home.cell = home_cell(job->region, points->x[i], points->y[i]);
			if (!thuso_vector_push(homes, &home, "people at points", error))
				return FALSE;
		}
	}
	return TRUE;
}

/* Sorted before they are added, so that the order in the file cannot show in the last digit. */
static gboolean place_points(ThusoDemandJob *job, const ThusoFeatures *features, const Rows *rows, GError **error)
{
	ThusoVector homes = THUSO_VECTOR(Home);
	gboolean ok = collect_homes(job, features, rows, &homes, error);
	Home *home = homes.data;
	if (ok && homes.n > 0)
		qsort(home, (size_t) homes.n, sizeof *home, by_home);
	for (gint64 i = 0; ok && i < homes.n; i++) {
		thuso_sum_add(&job->read, home[i].people);
		if (home[i].cell >= 0) {
			job->demand->people[home[i].cell] += home[i].people;
			if (job->demand->weighted)
				job->demand->weighted[home[i].cell] += home[i].weighted;
		} else
			thuso_sum_add(&job->outside, home[i].people);
	}
	thuso_vector_clear(&homes);
	return ok;
}

static void warn_unused_layers(ThusoDemandJob *job, const char *kind)
{
	if (job->spec->n_spread == 0 && job->spec->n_avoid == 0)
		return;
	thuso_data_find(job->context, &(ThusoFinding){ THUSO_WARNING, "spread_unused", job->spec->people->name },
	                "%s holds %s, which have their place already; spread and avoid are not used", job->where, kind);
}

/* --- layers ---------------------------------------------------------------------------------------------------------- */

static gboolean one_kind(ThusoDemandJob *job, const ThusoFeatures *features, ThusoGeometryType *kind, GError **error)
{
	g_auto(ThusoTally) lines = { 0 }, points = { 0 }, polygons = { 0 };
	for (gint64 row = 0; row < features->table->n_rows; row++) {
		const ThusoGeometry *geometry = features->geometry[row];
		g_autofree char *fid = geometry ? thuso_data_fid(features->table, row) : NULL;
		if (geometry)
			thuso_tally_add(geometry->type == THUSO_LINE    ? &lines
			                : geometry->type == THUSO_POINT ? &points
			                                                : &polygons,
			                fid, 0, NULL);
	}
	*kind = points.n ? THUSO_POINT : THUSO_POLYGON;
	if (lines.n == 0 && (points.n == 0 || polygons.n == 0))
		return TRUE;
	const ThusoTally *odd = lines.n ? &lines : points.n <= polygons.n ? &points : &polygons;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "%s holds %s (%" G_GINT64_FORMAT
	            " features, first: feature %s); people must be polygons, or points, or a raster of counts",
	            job->where,
	            lines.n                  ? "lines"
	            : points.n <= polygons.n ? "points and polygons at once, points"
	                                     : "points and polygons at once, polygons",
	            odd->n, odd->first);
	return FALSE;
}

static gboolean has_weights(const ThusoDemandSpec *spec)
{
	return spec->group_field || spec->n_factors > 0;
}

static gboolean weigh(ThusoDemandJob *job, const ThusoFeatures *features, Rows *rows, GError **error)
{
	if (!thuso_demand_grow(job, features, rows->id, rows->people, error))
		return FALSE;
	if (!has_weights(job->spec))
		return TRUE;
	job->demand->weighted = thuso_array_new(thuso_grid_n(&job->region->grid), sizeof(double), "weighted people of cells", error);
	return job->demand->weighted && (rows->weight = thuso_demand_weights(job, features, rows->id, rows->people, error));
}

static const char **field_names(const ThusoDemandSpec *spec)
{
	const char *fixed[] = { spec->field, spec->id, spec->group_field, spec->growth_field };
	g_autofree const char **names = thuso_new(const char *, (int) G_N_ELEMENTS(fixed) + spec->n_factors);
	int n = 0;
	for (; n < (int) G_N_ELEMENTS(fixed); n++)
		names[n] = fixed[n];
	for (int f = 0; f < spec->n_factors; f++)
		names[n++] = spec->factors[f].source ? NULL : spec->factors[f].field;
	return thuso_data_fields(names, n);
}

static gboolean read_layer(ThusoDemandJob *job, GError **error)
{
	const ThusoDemandSpec *spec = job->spec;
	g_autofree const char **fields = field_names(spec);
	ThusoLayerQuery query = {
		.source = spec->people,
		.required = THUSO_ANY_GEOMETRY,
		.fields = fields,
		.crs = job->region->grid.crs,
		.keep_lost = TRUE,
	};
	double box[4];
	thuso_data_grid_box(&job->region->grid, box);
	query.box = box;
	g_autoptr(ThusoFeatures) features = thuso_data_layer(job->context, &query, error);
	g_auto(Rows) rows = { 0 };
	ThusoGeometryType kind;
	if (!features || !read_rows(job, features, &rows, error) || !one_kind(job, features, &kind, error) ||
	    !weigh(job, features, &rows, error))
		return FALSE;
	job->demand->n_features = rows.n;
	if (kind == THUSO_POLYGON)
		return thuso_demand_polygons(job, features, rows.people, rows.weight, rows.id, error);
	warn_unused_layers(job, "points");
	return place_points(job, features, &rows, error);
}

/* --- audit ----------------------------------------------------------------------------------------------------------- */

static void report_empty_areas(ThusoDemandJob *job)
{
	const ThusoRegion *region = job->region;
	const ThusoLevel *level = &region->levels[0];
	g_autofree guint8 *has = g_new0(guint8, (gsize) level->n);
	g_auto(ThusoTally) empty = { 0 };
	gint64 n = thuso_grid_n(&region->grid);
	for (gint64 cell = 0; cell < n; cell++)
		if (region->area[cell] >= 0 && job->demand->people[cell] > 0)
			has[region->area[cell]] = 1;
	for (gint32 i = 0; i < level->n; i++)
		if (!has[i])
			thuso_tally_add(&empty, level->id[i], 0, level->outline[i]);
	thuso_tally_find(job->context, &empty, &(ThusoFinding){ THUSO_WARNING, "no_people", job->spec->people->name },
	                 "%s: %" G_GINT64_FORMAT " areas have no people at all (first: %s); does the layer cover the study area?",
	                 job->where, empty.n, empty.first);
}

static gboolean check_total(const ThusoDemandJob *job, GError **error)
{
	if (job->demand->people_read <= PEOPLE_HIGH)
		return TRUE;
	char people[G_ASCII_DTOSTR_BUF_SIZE];
	g_set_error(
	    error, THUSO_ERROR, THUSO_ERROR_INPUT,
	    "%s%s%s adds up to %s people, more than live on earth: name the field that counts people, and look for a value that "
	    "stands for no data",
	    job->where, job->spec->field ? ": field " : "", job->spec->field ? job->spec->field : "",
	    g_ascii_formatd(people, sizeof people, "%.3g", job->demand->people_read));
	return FALSE;
}

static gboolean report_outside(ThusoDemandJob *job, GError **error)
{
	const ThusoDemand *demand = job->demand;
	g_autofree char *in = thuso_format_count(rint(demand->people_in));
	g_autofree char *outside = thuso_format_count(rint(demand->outside));
	if (!(demand->on_grid > 0)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            demand->people_in > 0
		                ? "%s: none of its %s people live in the study area or its buffer; check the layer's CRS "
		                  "and the area"
		                : "%s has %s people; name the field that counts people, or another layer",
		            job->where, in);
		return FALSE;
	}
	if (demand->outside > 0)
		thuso_data_find(job->context, &(ThusoFinding){ THUSO_INFO, "people_outside", job->spec->people->name },
		                "%s: %s of %s people live outside the study area and its buffer", job->where, outside, in);
	return TRUE;
}

static gboolean audit(ThusoDemandJob *job, GError **error)
{
	ThusoDemand *demand = job->demand;
	gint64 n = thuso_grid_n(&job->region->grid);
	ThusoSum on_grid = { 0, 0 };
	for (gint64 cell = 0; cell < n; cell++)
		thuso_sum_add(&on_grid, demand->people[cell]);
	demand->on_grid = thuso_sum(&on_grid);
	demand->outside = thuso_sum(&job->outside);
	demand->people_in = job->expected;
	double off = fabs(demand->people_in - demand->on_grid - demand->outside);
	if (off <= AUDIT_TOLERANCE * MAX(demand->people_in, 1))
		return TRUE;
	char in[G_ASCII_DTOSTR_BUF_SIZE], on[G_ASCII_DTOSTR_BUF_SIZE], out[G_ASCII_DTOSTR_BUF_SIZE];
	g_set_error(
	    error, THUSO_ERROR, THUSO_ERROR_FAILED,
	    "%s: the audit of people does not close: %s people in, %s on the grid, %s outside; please report this as an error of "
	    "the program",
	    job->where, thuso_format_real(in, demand->people_in), thuso_format_real(on, demand->on_grid),
	    thuso_format_real(out, demand->outside));
	return FALSE;
}

ThusoDemand *thuso_demand_read(ThusoContext *context, ThusoRegion *region, const ThusoDemandSpec *spec, GError **error)
{
	g_autoptr(ThusoDemand) demand = g_new0(ThusoDemand, 1);
	g_autofree char *where = thuso_data_where(spec->people);
	ThusoDemandJob job = { .context = context, .region = region, .spec = spec, .demand = demand, .where = where };
	demand->people = thuso_array_new(thuso_grid_n(&region->grid), sizeof *demand->people, "people of cells", error);
	if (!demand->people)
		return NULL;
	if (!spec->field)
		warn_unused_layers(&job, "a raster");
	if (!spec->field && (has_weights(spec) || spec->growth_field)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "%s is a raster of counts; a target group, factors and a growth field need people by polygon or point",
		            where);
		return NULL;
	}
	if (!(spec->field ? read_layer(&job, error) : thuso_demand_pixels(&job, error)))
		return NULL;
	if (!thuso_demand_settle_edges(demand, region, error) || !thuso_demand_find_homes(demand, region, error))
		return NULL;
	demand->people_read = job.expected = thuso_sum(&job.read);
	if (!check_total(&job, error))
		return NULL;
	if (spec->control) {
		thuso_demand_forget_homes(demand);
		if (!thuso_demand_control(&job, error))
			return NULL;
	}
	if (!audit(&job, error) || !report_outside(&job, error))
		return NULL;
	report_empty_areas(&job);
	return g_steal_pointer(&demand);
}

void thuso_demand_free(ThusoDemand *demand)
{
	if (!demand)
		return;
	for (gint32 i = 0; demand->polygon_id && i < demand->n_polygons; i++)
		g_free(demand->polygon_id[i]);
	thuso_array_free(demand->polygon_id);
	thuso_array_free(demand->pieces);
	thuso_array_free(demand->home);
	thuso_array_free(demand->people);
	thuso_array_free(demand->weighted);
	g_free(demand);
}
