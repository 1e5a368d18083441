/* The study area's units: areas of one level with their outlines. */
#ifndef THUSO_DATA_REGION_H
#define THUSO_DATA_REGION_H

#include <thuso/data.h>

/* One member of a unit: a boundary polygon of a smallest area, or a smallest area of a larger unit. */
typedef struct {
	char *id, *title;        /* not owned */
	ThusoGeometry *geometry; /* taken over where it becomes an outline (set to NULL) when `take` is set, else only read */
	gint32 unit;             /* filled in: the unit it belongs to */
} ThusoMember;

/* Groups the members by id into the level's units, sorted by id; members of one id become one outline. Differing titles are
 * a finding. `level` is empty but for its name. */
gboolean thuso_level_group(ThusoContext *context, const char *layer, ThusoMember *members, gint64 n_members, gboolean take,
                           ThusoLevel *level, GError **error);
void thuso_level_clear(ThusoLevel *level);

/* The grid round the outlines of the smallest level, and room for what stands a cell. */
gboolean thuso_region_fit_grid(ThusoRegion *region, const ThusoRegionSpec *spec, GError **error);
/* Fills area, near_area and covered. */
gboolean thuso_region_fill(ThusoContext *context, ThusoRegion *region, const ThusoRegionSpec *spec, GError **error);

#endif
