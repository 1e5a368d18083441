/* Ground lengths of steps: geodesics between cell centres (Karney 2013, as PROJ's geodesic.h has them), tabulated at the corners of
 * blocks of cells and linear in between. One length for a block would not do: in an equal-area CRS the scale changes by 0.01 % over
 * two kilometres, and the table would be as large as the grid. */
#include "session.h"

#include <geodesic.h>

#include <math.h>

#define N_WAYS       THUSO_LENGTH_WAYS /* the other 8 steps are the same ones the other way */
#define MAX_SHIFT    10                /* blocks of at most 1024 x 1024 cells */
#define PLANAR_SHIFT 31                /* one block holds every grid */
#define MAX_CHANGE                                                                                                               \
	(1.0 / 64)         /* of a length from end to end of a block's row; users of thuso_lengths_run invert lengths by series */
#define TOLERANCE 5e-5 /* half of the 0.01 % that the README promises; measured inside each block, where the error is largest */
#define LEAST_M   1e-3
#define N_POINTS  (N_WAYS + 1) /* the cell's own centre and those its steps lead to */

/* Blocks along one side of the grid. Nodes stand at every 2^shift cells and at the last cell. */
typedef struct {
	gint64 n_cells, n_blocks;
	double *per_cell; /* by block: 1 / its cells from node to node, 0 when it has one cell */
} Side;

struct ThusoLengths {
	int shift; /* blocks have 2^shift cells a side, from the grid's first cell on */
	Side rows, cols;
	double (*length_m)[N_WAYS]; /* by node, (rows.n_blocks + 1) * (cols.n_blocks + 1) */
};

typedef struct {
	const ThusoGrid *grid;
	ThusoTransform *to_degrees;
	struct geod_geodesic ellipsoid;
} Ground;

/* The steps that lead on in (row, column) order, and where each stands, by row difference and column difference + 2. */
const gint8 thuso_length_way_row[N_WAYS] = { 0, 1, 1, 1, 1, 1, 2, 2 };
const gint8 thuso_length_way_col[N_WAYS] = { 1, -2, -1, 0, 1, 2, -1, 1 };
static const gint8 way_of[3][5] = { { -1, -1, -1, 0, -1 }, { 1, 2, 3, 4, 5 }, { -1, 6, -1, 7, -1 } };

static gboolean measure(const Ground *ground, gint64 row, gint64 col, double length_m[N_WAYS])
{
	const ThusoGrid *grid = ground->grid;
	double x[N_POINTS], y[N_POINTS];
	for (int i = 0; i < N_POINTS; i++) {
		gint64 r = row + (i < N_WAYS ? thuso_length_way_row[i] : 0), c = col + (i < N_WAYS ? thuso_length_way_col[i] : 0);
		x[i] = grid->x_min + ((double) c + 0.5) * grid->cell_m;
		y[i] = grid->y_max - ((double) r + 0.5) * grid->cell_m;
	}
	if (!thuso_transform_points(ground->to_degrees, x, y, N_POINTS) || fabs(y[N_WAYS]) > 90)
		return FALSE;
	for (int i = 0; i < N_WAYS; i++) {
		/* Beyond a pole, where steps from the last rows would lead, there is no latitude. */
		geod_inverse(&ground->ellipsoid, y[N_WAYS], x[N_WAYS], fmin(fmax(y[i], -90), 90), x[i], &length_m[i], NULL, NULL);
		if (!isfinite(length_m[i]))
			return FALSE;
		/* All cells of a row on the pole are one place; a step of no length would have no slope. */
		length_m[i] = fmax(length_m[i], LEAST_M);
	}
	return TRUE;
}

static gboolean set_beyond(const ThusoGrid *grid, gint64 row, gint64 col, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
	            "the grid's cell at row %" G_GINT64_FORMAT ", column %" G_GINT64_FORMAT
	            " has no longitude and latitude in \"%s\"; check where the layer or raster says it lies, and its CRS",
	            row, col, thuso_crs_name(grid->crs));
	return FALSE;
}

static gint64 node_cell(const ThusoLengths *lengths, const Side *side, gint64 node)
{
	return MIN(node << lengths->shift, side->n_cells - 1);
}

static gboolean side_init(Side *side, gint64 n_cells, int shift, GError **error)
{
	thuso_array_free(side->per_cell);
	side->n_cells = n_cells;
	side->n_blocks = ((n_cells - 1) >> shift) + 1;
	side->per_cell = thuso_array_new(side->n_blocks, sizeof(double), "ground lengths", error);
	for (gint64 block = 0; side->per_cell && block < side->n_blocks; block++) {
		gint64 first = block << shift, width = MIN(first + ((gint64) 1 << shift), n_cells - 1) - first;
		side->per_cell[block] = width > 0 ? 1 / (double) width : 0;
	}
	return side->per_cell != NULL;
}

static gboolean allocate(ThusoLengths *lengths, const ThusoGrid *grid, int shift, GError **error)
{
	thuso_array_free(lengths->length_m);
	lengths->length_m = NULL;
	lengths->shift = shift;
	if (!side_init(&lengths->rows, grid->n_rows, shift, error) || !side_init(&lengths->cols, grid->n_cols, shift, error))
		return FALSE;
	gint64 n_nodes = (lengths->rows.n_blocks + 1) * (lengths->cols.n_blocks + 1);
	lengths->length_m = thuso_array_new(n_nodes, sizeof(double[N_WAYS]), "ground lengths", error);
	return lengths->length_m != NULL;
}

static gboolean fill_nodes(ThusoLengths *lengths, const Ground *ground, GError **error)
{
	double(*node)[N_WAYS] = lengths->length_m;
	for (gint64 i = 0; i <= lengths->rows.n_blocks; i++)
		for (gint64 j = 0; j <= lengths->cols.n_blocks; j++) {
			gint64 row = node_cell(lengths, &lengths->rows, i), col = node_cell(lengths, &lengths->cols, j);
			if (!measure(ground, row, col, *node++))
				return set_beyond(ground->grid, row, col, error);
		}
	return TRUE;
}

/* Linear between the four nodes of the block, first down its sides and then along the row. */
static inline void row_of_block(const ThusoLengths *lengths, gint64 row, gint64 block, int way, double *at_m, double *per_cell_m)
{
	const gint64 i = row >> lengths->shift, n = lengths->cols.n_blocks + 1;
	const double down = (double) (row - (i << lengths->shift)) * lengths->rows.per_cell[i];
	const double(*top)[N_WAYS] = (const double(*)[N_WAYS]) lengths->length_m + i * n + block, (*bottom)[N_WAYS] = top + n;
	const double west = top[0][way] + down * (bottom[0][way] - top[0][way]);
	const double east = top[1][way] + down * (bottom[1][way] - top[1][way]);
	*at_m = west;
	*per_cell_m = (east - west) * lengths->cols.per_cell[block];
}

static double length_at(const ThusoLengths *lengths, gint64 row, gint64 col, int way)
{
	const gint64 block = col >> lengths->shift;
	double at_m, per_cell_m;
	row_of_block(lengths, row, block, way, &at_m, &per_cell_m);
	return at_m + (double) (col - (block << lengths->shift)) * per_cell_m;
}

static gboolean changes_little(const ThusoLengths *lengths, gint64 i, gint64 j)
{
	const double(*top)[N_WAYS] = (const double(*)[N_WAYS]) lengths->length_m + i * (lengths->cols.n_blocks + 1) + j;
	for (int way = 0; way < N_WAYS; way++)
		if (fabs(top[1][way] - top[0][way]) > MAX_CHANGE * fmin(top[0][way], top[1][way]))
			return lengths->shift == 0;
	return TRUE;
}

/* Is what is linear right in the middle of the block and of its sides? There it is farthest from the nodes. */
static gboolean check_block(const ThusoLengths *lengths, const Ground *ground, gint64 i, gint64 j, gboolean *fits, GError **error)
{
	static const int at[5][2] = { { 1, 1 }, { 0, 1 }, { 2, 1 }, { 1, 0 }, { 1, 2 } };
	gint64 rows[3] = { node_cell(lengths, &lengths->rows, i), 0, node_cell(lengths, &lengths->rows, i + 1) };
	gint64 cols[3] = { node_cell(lengths, &lengths->cols, j), 0, node_cell(lengths, &lengths->cols, j + 1) };
	rows[1] = (rows[0] + rows[2]) / 2;
	cols[1] = (cols[0] + cols[2]) / 2;
	for (int k = 0; k < 5 && *fits; k++) {
		double true_m[N_WAYS];
		gint64 row = rows[at[k][0]], col = cols[at[k][1]];
		if (!measure(ground, row, col, true_m))
			return set_beyond(ground->grid, row, col, error);
		for (int way = 0; way < N_WAYS; way++)
			*fits = *fits && fabs(length_at(lengths, row, col, way) - true_m[way]) <= TOLERANCE * true_m[way];
	}
	return TRUE;
}

static gboolean fill(ThusoLengths *lengths, const Ground *ground, int shift, gboolean *fits, GError **error)
{
	if (!allocate(lengths, ground->grid, shift, error) || !fill_nodes(lengths, ground, error))
		return FALSE;
	*fits = TRUE;
	for (gint64 i = 0; i < lengths->rows.n_blocks && *fits; i++)
		for (gint64 j = 0; j < lengths->cols.n_blocks && *fits; j++) {
			*fits = changes_little(lengths, i, j);
			if (!check_block(lengths, ground, i, j, fits, error))
				return FALSE;
		}
	return TRUE;
}

static gboolean fill_ground(ThusoLengths *lengths, const ThusoGrid *grid, GError **error)
{
	double semi_major_m, flattening;
	g_autoptr(ThusoTransform) to_degrees = thuso_transform_new_to_degrees(grid->crs, &semi_major_m, &flattening, error);
	if (!to_degrees)
		return FALSE;
	Ground ground = { grid, to_degrees };
	geod_init(&ground.ellipsoid, semi_major_m, flattening);
	gboolean fits = FALSE;
	for (int shift = MAX_SHIFT; shift >= 0 && !fits; shift--) /* at 0 every cell is a node */
		if (!fill(lengths, &ground, shift, &fits, error))
			return FALSE;
	return TRUE;
}

static double hypot_of(int way)
{
	const int d_row = thuso_length_way_row[way], d_col = thuso_length_way_col[way];
	return sqrt(d_row * d_row + d_col * d_col);
}

static gboolean fill_planar(ThusoLengths *lengths, const ThusoGrid *grid, GError **error)
{
	if (!allocate(lengths, grid, PLANAR_SHIFT, error))
		return FALSE;
	for (int i = 0; i < 4 * N_WAYS; i++) {
		int way = i % N_WAYS;
		lengths->length_m[i / N_WAYS][way] = grid->cell_m * hypot_of(way);
	}
	return TRUE;
}

ThusoLengths *thuso_lengths_new(const ThusoGrid *grid, ThusoLengthsKind kind, GError **error)
{
	g_autoptr(ThusoLengths) lengths = g_new0(ThusoLengths, 1);
	gboolean ok = kind == THUSO_LENGTHS_PLANAR ? fill_planar(lengths, grid, error) : fill_ground(lengths, grid, error);
	return ok ? g_steal_pointer(&lengths) : NULL;
}

void thuso_lengths_free(ThusoLengths *lengths)
{
	if (!lengths)
		return;
	thuso_array_free(lengths->length_m);
	thuso_array_free(lengths->rows.per_cell);
	thuso_array_free(lengths->cols.per_cell);
	g_free(lengths);
}

double thuso_lengths_step(const ThusoLengths *lengths, gint32 row, gint32 col, int d_row, int d_col)
{
	if (d_row < 0 || (d_row == 0 && d_col < 0)) {
		row += d_row;
		col += d_col;
		d_row = -d_row;
		d_col = -d_col;
	}
	/* The other end may lie off the grid, where no step leads but where a caller may ask. */
	gint64 from_row = CLAMP((gint64) row, 0, lengths->rows.n_cells - 1),
	       from_col = CLAMP((gint64) col, 0, lengths->cols.n_cells - 1);
	return length_at(lengths, from_row, from_col, way_of[d_row][d_col + 2]);
}

void thuso_lengths_run(const ThusoLengths *lengths, gint32 row, gint32 col, ThusoLengthRun *run)
{
	const gint64 from_row = CLAMP((gint64) row, 0, lengths->rows.n_cells - 1);
	const gint64 block = CLAMP((gint64) col, 0, lengths->cols.n_cells - 1) >> lengths->shift;
	const gint64 first = block << lengths->shift;
	run->first = (gint32) first;
	run->last = (gint32) node_cell(lengths, &lengths->cols, block + 1);
	run->end = block == lengths->cols.n_blocks - 1 ? G_MAXINT32 : run->last;
	for (int way = 0; way < N_WAYS; way++)
		row_of_block(lengths, from_row, block, way, &run->at_m[way], &run->per_cell_m[way]);
}

gboolean thuso_lengths_uniform(const ThusoLengths *lengths)
{
	return lengths->shift == PLANAR_SHIFT;
}

double thuso_lengths_least(const ThusoLengths *lengths)
{
	const gint64 n = (lengths->rows.n_blocks + 1) * (lengths->cols.n_blocks + 1);
	double least_m = INFINITY;
	for (gint64 i = 0; i < n; i++)
		for (int way = 0; way < N_WAYS; way++)
			least_m = fmin(least_m, lengths->length_m[i][way]);
	return least_m;
}
