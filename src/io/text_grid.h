/* What an ASCII grid holds, read as text. */
#ifndef THUSO_IO_TEXT_GRID_H
#define THUSO_IO_TEXT_GRID_H

#include <glib.h>

#define THUSO_MAX_CELLS ((gint64) 1 << 36) /* of a raster: 69 thousand million, a country at 5 m */

typedef struct {
	gint64 n_cols, n_rows; /* as its header says; 0 = it does not */
	gboolean has_decimals;
} ThusoTextGrid;

/* Reads all of `absolute` and counts. `name` is for the message. Errors: a word where a number should be, too few or too many
 * numbers. A grid that declares more than THUSO_MAX_CELLS is not read beyond its header. O(bytes). */
gboolean thuso_text_grid_look(const char *absolute, const char *name, ThusoTextGrid *grid, GError **error);

#endif
