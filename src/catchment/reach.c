/* Why a cell is served or not: one state a cell, in the order of precedence of ThusoReach. */
#include <thuso/catchment.h>

static int compare_components(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
	return (x > y) - (x < y);
}

/* Components that hold a centre, ascending; a centre off the grid or on a barrier opens none. */
static GArray *centre_components(const gint64 *component, const gint64 *centres, gint32 n_centres)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (gint32 i = 0; i < n_centres; i++)
		if (centres[i] >= 0 && component[centres[i]] >= 0)
			g_array_append_val(found, component[centres[i]]);
	g_array_sort(found, compare_components);
	return found;
}

static guint8 classify_cell(const ThusoSurface *surface, gint64 cell, gint64 cost, gint64 component, const GArray *open,
                            const ThusoLimit *limit)
{
	if (!thuso_surface_passable(surface, cell))
		return THUSO_REACH_ON_BARRIER;
	if (cost != THUSO_UNREACHED)
		return cost <= thuso_limit_at(limit, cell) ? THUSO_REACH_SERVED : THUSO_REACH_UNSERVED;
	gboolean joined = open->len > 0 && g_array_binary_search((GArray *) open, &component, compare_components, NULL);
	return joined ? THUSO_REACH_BEYOND_SEARCH : THUSO_REACH_NO_PATH;
}

void thuso_reach_classify(const ThusoSurface *surface, const guint8 *covered, const gint64 *cost, const gint64 *component,
                          const gint64 *centres, gint32 n_centres, const ThusoLimit *limit, guint8 *reach)
{
	g_autoptr(GArray) open = centre_components(component, centres, n_centres);
	gint64 n_cells = thuso_grid_n(thuso_surface_grid(surface));
	for (gint64 cell = 0; cell < n_cells; cell++)
		reach[cell] =
		    covered[cell] ? classify_cell(surface, cell, cost[cell], component[cell], open, limit) : (guint8) THUSO_REACH_NO_DATA;
}
