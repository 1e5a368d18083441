/* Components of passable steps, by flood fill. Whether a step exists is the same from both ends (touched cells, side cells,
 * barrier lines and roads are seen alike from both), so "both ways" needs no second direction: what a flood from the lowest
 * cell of a component reaches is the component. */
#include <thuso/access.h>

#define CELLS_BETWEEN_CHECKS (1 << 20)

typedef struct {
	const ThusoSurface *surface;
	gint64 *component;
	ThusoVector stack; /* gint64 cells */
} Flood;

static gboolean enter(Flood *flood, gint64 cell, gint64 lowest, GError **error)
{
	flood->component[cell] = lowest;
	return thuso_vector_push(&flood->stack, &cell, "the flood of a component", error);
}

static gboolean flood_from(Flood *flood, gint64 lowest, GError **error)
{
	const gint64 n_cols = thuso_surface_grid(flood->surface)->n_cols;
	if (!enter(flood, lowest, lowest, error))
		return FALSE;
	while (flood->stack.n > 0) {
		const gint64 cell = ((const gint64 *) flood->stack.data)[--flood->stack.n];
		for (guint left = thuso_surface_steps(flood->surface, cell); left; left &= left - 1) {
			const int step = __builtin_ctz(left);
			const gint64 to = cell + thuso_step_row[step] * n_cols + thuso_step_col[step];
			if (flood->component[to] < 0 && !enter(flood, to, lowest, error))
				return FALSE;
		}
	}
	return TRUE;
}

static gboolean flood_all(ThusoContext *context, Flood *flood, GError **error)
{
	const gint64 n = thuso_grid_n(thuso_surface_grid(flood->surface));
	for (gint64 cell = 0; cell < n; cell++)
		flood->component[cell] = -1;
	for (gint64 cell = 0; cell < n; cell++) {
		if (cell % CELLS_BETWEEN_CHECKS == 0 && !thuso_context_go_on(context, error))
			return FALSE;
		if (flood->component[cell] < 0 && thuso_surface_passable(flood->surface, cell) && !flood_from(flood, cell, error))
			return FALSE;
	}
	return TRUE;
}

gboolean thuso_access_components(ThusoContext *context, const ThusoSurface *surface, gint64 *component, GError **error)
{
	Flood flood = { surface, component, THUSO_VECTOR(gint64) };
	const gboolean done = flood_all(context, &flood, error);
	thuso_vector_clear(&flood.stack);
	return done;
}
