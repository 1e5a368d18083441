/* Regular candidates over populated cells: squares aligned to multiples of their side, so that they do not move with the area. */
#include "places.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
	gint64 row, col; /* of the square */
	gint64 cell;
	double people;
} Populated;

static int by_square(const void *a, const void *b)
{
	const Populated *p = a, *q = b;
	if (p->row != q->row)
		return p->row < q->row ? -1 : 1;
	if (p->col != q->col)
		return p->col < q->col ? -1 : 1;
	return (p->cell > q->cell) - (p->cell < q->cell);
}

static gboolean collect(const ThusoPlacesJob *job, double every_m, ThusoVector *cells, GError **error)
{
	const ThusoRegion *region = job->region;
	gint64 n = thuso_grid_n(&region->grid);
	for (gint64 cell = 0; cell < n; cell++) {
		double x, y;
		if (region->area[cell] < 0 || !(job->people[cell] > 0))
			continue;
		thuso_grid_centre(&region->grid, cell, &x, &y);
		Populated populated = { (gint64) floor(y / every_m), (gint64) floor(x / every_m), cell, job->people[cell] };
		if (!thuso_vector_push(cells, &populated, "populated cells", error))
			return FALSE;
	}
	return TRUE;
}

static gboolean add_site(ThusoPlacesJob *job, int layer, const Populated *at, GError **error)
{
	const ThusoPlacesSpec *spec = &job->specs[layer];
	ThusoPlace place = {
		.cell = at->cell, .area = job->region->area[at->cell], .cost = spec->cost, .row = -1, .layer = layer, .open = TRUE
	};
	place.id =
	    g_strdup_printf("%s:%" G_GINT64_FORMAT "_%" G_GINT64_FORMAT, spec->prefix ? spec->prefix : "grid", at->col, at->row);
	place.title = g_strdup(place.id);
	place.kind = g_strdup(spec->kind ? spec->kind : "");
	thuso_grid_centre(&job->region->grid, at->cell, &place.x, &place.y);
	if (thuso_vector_push(&job->places, &place, "candidates", error))
		return TRUE;
	thuso_place_clear(&place);
	return FALSE;
}

static gboolean add_sites(ThusoPlacesJob *job, int layer, const ThusoVector *cells, GError **error)
{
	const Populated *populated = cells->data;
	for (gint64 start = 0, end; start < cells->n; start = end) {
		ThusoSum people = { 0, 0 };
		gint64 best = start;
		for (end = start;
		     end < cells->n && populated[end].row == populated[start].row && populated[end].col == populated[start].col; end++) {
			thuso_sum_add(&people, populated[end].people);
			if (populated[end].people > populated[best].people)
				best = end;
		}
		if (thuso_sum(&people) >= job->specs[layer].min_people && !add_site(job, layer, &populated[best], error))
			return FALSE;
	}
	return TRUE;
}

gboolean thuso_places_lattice(ThusoPlacesJob *job, int layer, GError **error)
{
	const ThusoPlacesSpec *spec = &job->specs[layer];
	if (!job->people || !(spec->every_m > 0) || !isfinite(spec->every_m)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		            "candidates: every must be a length above 0, for example 2 km, and needs the study's demand");
		return FALSE;
	}
	ThusoVector cells = THUSO_VECTOR(Populated);
	gint64 n_before = job->places.n;
	gboolean ok = collect(job, spec->every_m, &cells, error);
	if (ok && cells.n > 0)
		qsort(cells.data, (size_t) cells.n, sizeof(Populated), by_square);
	ok = ok && add_sites(job, layer, &cells, error);
	thuso_vector_clear(&cells);
	if (ok && job->places.n == n_before)
		thuso_data_find(job->context, &(ThusoFinding){ THUSO_WARNING, "no_candidates", "every" },
		                "candidates: no square holds enough people for a candidate; lower min_people or take larger squares");
	return ok;
}
