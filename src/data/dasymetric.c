/* People of polygons into cells: by area, or by where people live inside the polygon; nobody is lost or made. */
#include "demand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <thuso/param.h>

#include "cells.h"
#include "spread.h"

typedef struct {
	const ThusoGeometry *geometry; /* NULL = without a place */
	const char *id;
	double people, weight;
} Ward;

typedef struct {
	ThusoDemandJob *job;
	ThusoSpread spread;
	double grid_box[4];
	ThusoVector cells;  /* of the polygon at hand: areas, then weights (ThusoCellValue) */
	ThusoVector pieces; /* ThusoDemandPiece */
	ThusoTally unmatched, nowhere;
} Spreading;

static int by_id_and_shape(const void *a, const void *b)
{
	const Ward *p = a, *q = b;
	int order = thuso_id_compare(p->id, q->id);
	if (order == 0)
		order = thuso_data_compare(p->geometry, q->geometry);
	return order != 0 ? order : (p->people > q->people) - (p->people < q->people);
}

/* The box of all polygons that touch the grid. */
static void reach(const Ward *wards, gint64 n, const double grid_box[4], double box[4])
{
	memcpy(box, grid_box, 4 * sizeof *box);
	for (gint64 i = 0; i < n; i++) {
		double own[4];
		if (!wards[i].geometry)
			continue;
		thuso_data_bounds(wards[i].geometry, own);
		if (!thuso_data_touches(own, grid_box))
			continue;
		box[0] = MIN(box[0], own[0]);
		box[1] = MIN(box[1], own[1]);
		box[2] = MAX(box[2], own[2]);
		box[3] = MAX(box[3], own[3]);
	}
}

static gboolean holds(const double outer[4], const double inner[4])
{
	return inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];
}

/* A polygon without area still has its people: they stand at a point of it. */
static gboolean use_point(Spreading *spreading, const Ward *ward, GError **error)
{
	double x, y;
	if (!thuso_geometry_point(ward->geometry, &x, &y, error))
		return FALSE;
	ThusoCellValue one = { thuso_grid_cell(&spreading->spread.grid, x, y), 1 };
	spreading->cells.n = 0;
	return one.cell < 0 || thuso_vector_push(&spreading->cells, &one, "cells of a polygon", error);
}

/* Sum of the weights of the whole polygon: what lies off the grid counts by area, or the grid was carried on to hold it. */
static double whole_weight(const Spreading *spreading, const Ward *ward, const double box[4])
{
	const ThusoCellValue *value = spreading->cells.data;
	ThusoSum sum = { 0, 0 };
	for (gint64 i = 0; i < spreading->cells.n; i++)
		thuso_sum_add(&sum, value[i].value);
	double grid_box[4], cell_m = spreading->spread.grid.cell_m;
	thuso_data_grid_box(&spreading->spread.grid, grid_box);
	if (spreading->spread.by_feature || spreading->spread.by_avoidance || holds(grid_box, box))
		return thuso_sum(&sum);
	return MAX(thuso_sum(&sum), thuso_geometry_area(ward->geometry) / (cell_m * cell_m));
}

static gboolean place(Spreading *spreading, const Ward *ward, gint32 polygon, double whole, GError **error)
{
	const ThusoCellValue *value = spreading->cells.data;
	double *people = spreading->job->demand->people;
	ThusoSum rest = { ward->people, 0 };
	for (gint64 i = 0; i < spreading->cells.n; i++) {
		ThusoDemandPiece piece = { polygon, thuso_spread_cell(&spreading->spread, value[i].cell),
			                       ward->people * (value[i].value / whole), 0 };
		piece.weighted = piece.people * ward->weight;
		if (piece.cell < 0 || !(piece.people > 0))
			continue;
		people[piece.cell] += piece.people;
		if (spreading->job->demand->weighted)
			spreading->job->demand->weighted[piece.cell] += piece.weighted;
		thuso_sum_add(&rest, -piece.people);
		if (!thuso_vector_push(&spreading->pieces, &piece, "people of polygons in cells", error))
			return FALSE;
	}
	/* What rounding leaves of a polygon that lies on the grid whole is no one. */
	double outside = thuso_sum(&rest);
	if (outside > 1e-12 * ward->people)
		thuso_sum_add(&spreading->job->outside, outside);
	return TRUE;
}

static gboolean spread_ward(Spreading *spreading, const Ward *ward, gint32 polygon, GError **error)
{
	double box[4];
	if (!(ward->people > 0))
		return TRUE;
	if (ward->geometry)
		thuso_data_bounds(ward->geometry, box);
	if (!ward->geometry || !thuso_data_touches(box, spreading->grid_box)) {
		if (!ward->geometry)
			thuso_tally_add(&spreading->nowhere, ward->id, ward->people, NULL);
		thuso_sum_add(&spreading->job->outside, ward->people);
		return TRUE;
	}
	spreading->cells.n = 0;
	if (!thuso_cells_cover(&spreading->spread.grid, ward->geometry, &spreading->cells, error))
		return FALSE;
	if (!thuso_spread_weigh(&spreading->spread, &spreading->cells))
		thuso_tally_add(&spreading->unmatched, ward->id, ward->people, ward->geometry);
	double whole = whole_weight(spreading, ward, box);
	if (!(whole > 0)) {
		if (!use_point(spreading, ward, error))
			return FALSE;
		whole = 1;
	}
	return place(spreading, ward, polygon, whole, error);
}

/* --- pieces --------------------------------------------------------------------------------------------------------- */

static int by_polygon_and_cell(const void *a, const void *b)
{
	const ThusoDemandPiece *p = a, *q = b;
	if (p->polygon != q->polygon)
		return p->polygon < q->polygon ? -1 : 1;
	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	return (p->people > q->people) - (p->people < q->people);
}

/* Parts of a polygon with one id may share a cell: one piece. */
static void merge_pieces(ThusoVector *pieces)
{
	ThusoDemandPiece *piece = pieces->data;
	if (pieces->n < 2)
		return;
	qsort(piece, (size_t) pieces->n, sizeof *piece, by_polygon_and_cell);
	gint64 last = 0;
	for (gint64 i = 1; i < pieces->n; i++) {
		if (piece[i].polygon == piece[last].polygon && piece[i].cell == piece[last].cell) {
			piece[last].people += piece[i].people;
			piece[last].weighted += piece[i].weighted;
		} else
			piece[++last] = piece[i];
	}
	pieces->n = last + 1;
}

/* Takes out the polygons without people near the area, so that a national layer costs a municipality nothing. */
static gboolean keep_polygons(Spreading *spreading, char **id, gint32 n_ids, GError **error)
{
	ThusoDemand *demand = spreading->job->demand;
	ThusoDemandPiece *piece = spreading->pieces.data;
	gint32 n = 0;
	demand->polygon_id = thuso_array_new(MAX(n_ids, 1), sizeof *demand->polygon_id, "ids of people polygons", error);
	if (!demand->polygon_id)
		return FALSE;
	for (gint64 i = 0, start = -1; i < spreading->pieces.n; i++) {
		if (start < 0 || piece[i].polygon != (gint32) start) {
			start = piece[i].polygon;
			demand->polygon_id[n++] = g_strdup(id[start]);
		}
		piece[i].polygon = n - 1;
	}
	demand->n_polygons = n;
	demand->pieces = spreading->pieces.data;
	demand->n_pieces = spreading->pieces.n;
	spreading->pieces = THUSO_VECTOR(ThusoDemandPiece);
	return TRUE;
}

/* --- all polygons --------------------------------------------------------------------------------------------------- */

static void report(Spreading *spreading, const ThusoTally *twice)
{
	ThusoDemandJob *job = spreading->job;
	const char *layer = job->spec->people->name;
	g_autofree char *nowhere = thuso_format_count(rint(spreading->nowhere.total));
	thuso_tally_find(job->context, &spreading->nowhere, &(ThusoFinding){ THUSO_WARNING, "people_without_place", layer },
	                 "%s: %" G_GINT64_FORMAT " features with people have no usable polygon (first: %s); their %s people count as "
	                 "outside: mend the layer",
	                 job->where, spreading->nowhere.n, spreading->nowhere.first, nowhere);
	g_autofree char *people = thuso_format_count(rint(spreading->unmatched.value));
	g_autofree char *total = thuso_format_count(rint(spreading->unmatched.total));
	thuso_tally_find(job->context, &spreading->unmatched, &(ThusoFinding){ THUSO_WARNING, "spread_unmatched", layer },
	                 "%s: in %" G_GINT64_FORMAT " polygons the spread and avoid layers leave no place to live (first: %s with %s "
	                 "people); their %s people are spread by area",
	                 job->where, spreading->unmatched.n, spreading->unmatched.first, people, total);
	thuso_tally_find(job->context, twice, &(ThusoFinding){ THUSO_WARNING, "duplicate_id", layer },
	                 "%s: %" G_GINT64_FORMAT
	                 " features repeat the id of another (first: %s); their people are added up: if every "
	                 "part states the people of the whole, they count twice: dissolve the layer",
	                 job->where, twice->n, twice->first);
	job->demand->n_unmatched = spreading->unmatched.n;
}

static gboolean spread_all(Spreading *spreading, const Ward *wards, gint64 n, GError **error)
{
	char **id = thuso_array_new(MAX(n, 1), sizeof *id, "ids of people polygons", error);
	g_auto(ThusoTally) twice = { 0 };
	gint32 polygon = -1;
	gboolean ok = id != NULL;
	for (gint64 i = 0; ok && i < n; i++) {
		thuso_sum_add(&spreading->job->read, wards[i].people);
		if (i > 0 && strcmp(wards[i].id, wards[i - 1].id) == 0)
			thuso_tally_add(&twice, wards[i].id, wards[i].people, wards[i].geometry);
		else
			id[++polygon] = (char *) wards[i].id;
		ok = thuso_context_go_on(spreading->job->context, error) && spread_ward(spreading, &wards[i], polygon, error);
	}
	if (ok) {
		merge_pieces(&spreading->pieces);
		ok = keep_polygons(spreading, id, polygon + 1, error);
		report(spreading, &twice);
	}
	thuso_array_free(id);
	return ok;
}

static void spreading_clear(Spreading *spreading)
{
	thuso_spread_clear(&spreading->spread);
	thuso_vector_clear(&spreading->cells);
	thuso_vector_clear(&spreading->pieces);
	thuso_tally_clear(&spreading->unmatched);
	thuso_tally_clear(&spreading->nowhere);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Spreading, spreading_clear)

gboolean thuso_demand_polygons(ThusoDemandJob *job, const ThusoFeatures *features, const double *people, const double *weight,
                               char **id, GError **error)
{
	gint64 n = features->table->n_rows;
	if (n > G_MAXINT32) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT, "%s has more than 2147483647 polygons", job->where);
		return FALSE;
	}
	Ward *wards = thuso_array_new(MAX(n, 1), sizeof *wards, "people polygons", error);
	if (!wards)
		return FALSE;
	for (gint64 row = 0; row < n; row++)
		wards[row] = (Ward){ features->geometry[row], id[row], people[row], weight ? weight[row] : 0 };
	qsort(wards, (size_t) n, sizeof *wards, by_id_and_shape);
	g_auto(Spreading) spreading = { .job = job, .cells = THUSO_VECTOR(ThusoCellValue), .pieces = THUSO_VECTOR(ThusoDemandPiece) };
	double box[4];
	thuso_data_grid_box(&job->region->grid, spreading.grid_box);
	reach(wards, n, spreading.grid_box, box);
	gboolean ok = thuso_spread_read(&spreading.spread, job->context, job->region, job->spec, box, error) &&
	              spread_all(&spreading, wards, n, error);
	thuso_array_free(wards);
	return ok;
}
