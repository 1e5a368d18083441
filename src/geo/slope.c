/* Slope of the ground. Source: Horn 1981, Hill shading and the reflectance map, Proceedings of the IEEE 69(1). */
#include <thuso/geo.h>

#include <math.h>

static float slope_at(const ThusoGrid *grid, const float *z, gint32 row, gint32 col)
{
	gint64 n = grid->n_cols;
	const float *at = z + row * n + col;
	double east = at[-n + 1] + 2.0 * at[1] + at[n + 1], west = at[-n - 1] + 2.0 * at[-1] + at[n - 1];
	double north = at[-n - 1] + 2.0 * at[-n] + at[-n + 1], south = at[n - 1] + 2.0 * at[n] + at[n + 1];
	double dx = (east - west) / (8 * grid->cell_m), dy = (north - south) / (8 * grid->cell_m);
	return isnan(*at) ? NAN : (float) sqrt(dx * dx + dy * dy);
}

void thuso_grid_slope(const ThusoGrid *grid, const float *elevation_m, float *slope)
{
	for (gint32 row = 0; row < grid->n_rows; row++)
		for (gint32 col = 0; col < grid->n_cols; col++) {
			gboolean inner = row > 0 && col > 0 && row < grid->n_rows - 1 && col < grid->n_cols - 1;
			slope[(gint64) row * grid->n_cols + col] = inner ? slope_at(grid, elevation_m, row, col) : NAN;
		}
}
