/* What a place is near to: the nearest feature of a layer of named places, in a straight line. */
#include "places.h"

#include <math.h>
#include <string.h>

/* A name from further away would mislead. */
#define NEAR_M 50000.0

typedef struct {
	const ThusoGeometry *geometry;
	char *title;
	double box[4];
} Named;

typedef struct {
	ThusoFeatures *features;
	Named *named;
	gint64 n;
} Names;

static void names_clear(Names *names)
{
	for (gint64 i = 0; names->named && i < names->n; i++)
		g_free(names->named[i].title);
	thuso_array_free(names->named);
	g_clear_pointer(&names->features, thuso_features_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Names, names_clear)

static gboolean read_names(const ThusoPlacesJob *job, const ThusoPlacesSpec *spec, Names *names, GError **error)
{
	const char *fields[] = { spec->near_title, NULL };
	int column;
	if (!spec->near_title) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "near: title is needed: the field that names a place");
		return FALSE;
	}
	names->features = thuso_features_read(job->context, job->region, spec->near, THUSO_ANY_GEOMETRY, fields, TRUE, error);
	if (!names->features || !thuso_data_column(spec->near, names->features->table, spec->near_title, &column, error))
		return FALSE;
	gint64 n_rows = names->features->table->n_rows;
	names->named = thuso_array_new(MAX(n_rows, 1), sizeof *names->named, "named places", error);
	for (gint64 row = 0; names->named && row < n_rows; row++) {
		char *title = thuso_data_text(names->features->table, row, column);
		if (!title)
			continue;
		Named *named = &names->named[names->n++];
		named->title = title;
		named->geometry = names->features->geometry[row];
		thuso_data_bounds(named->geometry, named->box);
	}
	return names->named != NULL;
}

static double box_distance(const double box[4], double x, double y)
{
	double dx = MAX(0, MAX(box[0] - x, x - box[2])), dy = MAX(0, MAX(box[1] - y, y - box[3]));
	return hypot(dx, dy);
}

static const char *nearest(const Names *names, double x, double y)
{
	const Named *best = NULL;
	double best_m = NEAR_M;
	for (gint64 i = 0; i < names->n; i++) {
		const Named *named = &names->named[i];
		if (box_distance(named->box, x, y) > best_m)
			continue;
		double distance = thuso_geometry_distance(named->geometry, x, y);
		if (distance < best_m || (distance == best_m && (!best || strcmp(named->title, best->title) < 0))) {
			best = named;
			best_m = distance;
		}
	}
	return best ? best->title : NULL;
}

gboolean thuso_places_name(ThusoPlacesJob *job, GError **error)
{
	ThusoPlace *place = job->places.data;
	for (int layer = 0; layer < job->n_specs; layer++) {
		g_auto(Names) names = { 0 };
		if (!job->specs[layer].near)
			continue;
		if (!read_names(job, &job->specs[layer], &names, error))
			return FALSE;
		for (gint64 i = 0; i < job->places.n; i++) {
			if (!thuso_context_go_on(job->context, error))
				return FALSE;
			if (place[i].layer == layer)
				place[i].place = g_strdup(nearest(&names, place[i].x, place[i].y));
		}
	}
	return TRUE;
}
