/* What the steps of eight cells side by side cost (src/friction/README.md): the one place where lengths, speeds and slopes become
 * ticks. Loops over the eight are what the compiler makes vectors of. */
#include "window.h"

#include "elementary.h"

#include <math.h>

typedef struct {
	double length_m[16][RUN];
	double slope[16][RUN];
	double stretch[2][16][RUN]; /* by part */
	double cost[16][RUN];       /* ticks, not rounded; infinite = no step */
} Run;

/* Every step has the length of a step to the east or southward (thuso_lengths_run): which, and from which cell. */
typedef struct {
	gint8 way, row, col;
} Origin;

static const Origin origins[16] = {
	{ 0, 0, 0 },  { 2, -1, 1 }, { 3, -1, 0 },  { 4, -1, -1 }, { 0, 0, -1 }, { 2, 0, 0 }, { 3, 0, 0 }, { 4, 0, 0 },
	{ 1, -1, 2 }, { 6, -2, 1 }, { 7, -2, -1 }, { 5, -1, -2 }, { 1, 0, 0 },  { 6, 0, 0 }, { 7, 0, 0 }, { 5, 0, 0 },
};

/* Eight numbers, wherever they stand. Written as such where the compiler does not make vectors of a loop by itself. */
typedef double Lanes __attribute__((vector_size(RUN * sizeof(double)), aligned(8), may_alias));
#define LANES(where) (*(const Lanes *) (where))

typedef float FloatLanes __attribute__((vector_size(RUN * sizeof(float)), aligned(4), may_alias));

static ALWAYS_INLINE void widen(Lanes *to, const float *from)
{
	*to = __builtin_convertvector(*(const FloatLanes *) from, Lanes);
}

/* --- lengths and slopes ------------------------------------------------------------------------------------------- */

/* The inverse by one round of a third-order iteration from the chord of the block's inverses: what is left is the third power of its
 * error, below 3e-13 (blocks change by less than 2 %), and no division stands in the way. */
static inline void measure(double at_m, double per_cell_m, double inverse, double inverse_per_cell, double x, double *length_m,
                           double *inverse_of)
{
	const double length = at_m + x * per_cell_m, chord = inverse + x * inverse_per_cell;
	const double error = 1 - length * chord;
	*length_m = length;
	*inverse_of = chord + chord * (error + error * error);
}

static inline gint32 block_of(const ThusoSurfaceWindow *window, gint32 col)
{
	gint32 block = 0;
	while (block < window->n_blocks - 1 && col >= window->blocks[block].end)
		block++;
	return block;
}

static inline void measure_in(const ThusoSurfaceWindow *window, gint32 row, gint32 col, gint32 block, int way, double *length_m,
                              double *inverse)
{
	const LengthPiece *piece = &window->pieces[(row + REACH) * window->max_blocks + block];
	measure(piece->at_m[way], piece->per_cell_m[way], piece->inverse[way], piece->inverse_per_cell[way],
	        window->col + col - window->blocks[block].first, length_m, inverse);
}

/* Where the run and what is around it lie in different blocks. */
static void mixed_run(const ThusoSurfaceWindow *window, gint32 row, gint32 col, Run *run)
{
	const float *height = window->height + window_at(window, row, col);
	for (int k = 0; k < window->surface->neighbours; k++)
		for (int i = 0; i < RUN; i++) {
			const gint32 from = col + origins[k].col + i;
			double inverse;
			measure_in(window, row + origins[k].row, from, block_of(window, window->col + from), origins[k].way,
			           &run->length_m[k][i], &inverse);
			run->slope[k][i] = ((double) height[window->offset[k] + i] - (double) height[i]) * inverse;
		}
}

/* Lengths of the run's steps, and their slopes. */
WIDE static void ground_run(const ThusoSurfaceWindow *window, gint32 row, gint32 col, gint32 block, Run *run)
{
	const int n = window->surface->neighbours;
	const gint32 first = window->col + col - window->blocks[block].first;
	const float *height = window->height + window_at(window, row, col);
	const LengthPiece *pieces = &window->pieces[(row + REACH) * window->max_blocks + block];
	const Lanes lane = { 0, 1, 2, 3, 4, 5, 6, 7 };
	Lanes here;
	widen(&here, height);
	for (int k = 0; k < n; k++) {
		const LengthPiece *piece = pieces + origins[k].row * window->max_blocks;
		const int way = origins[k].way;
		const Lanes x = lane + (double) (first + origins[k].col);
		const Lanes length_m = piece->at_m[way] + x * piece->per_cell_m[way];
		const Lanes chord = piece->inverse[way] + x * piece->inverse_per_cell[way];
		const Lanes error = 1 - length_m * chord;
		Lanes there;
		widen(&there, height + window->offset[k]);
		*(Lanes *) run->length_m[k] = length_m;
		*(Lanes *) run->slope[k] = (there - here) * (chord + chord * (error + error * error));
	}
}

static void find_ground(const ThusoSurfaceWindow *window, gint32 row, gint32 col, Run *run)
{
	const gint32 block = block_of(window, window->col + col - REACH);
	if (window->col + col + RUN + REACH <= window->blocks[block].end)
		ground_run(window, row, col, block, run);
	else
		mixed_run(window, row, col, run);
}

WIDE static void planar_slopes(const ThusoSurfaceWindow *window, gint64 at, Run *run)
{
	const float *height = window->height + at;
	Lanes here;
	widen(&here, height);
	for (int k = 0; k < window->surface->neighbours; k++) {
		Lanes there;
		widen(&there, height + window->offset[k]);
		*(Lanes *) run->slope[k] = (there - here) * window->planar_inverse[k];
	}
}

/* --- sums over the touched cells ---------------------------------------------------------------------------------- */

/* Added pairwise, so that the way back adds the same numbers in the same order. */
static ALWAYS_INLINE void add_touched(Lanes *sum, const double *plane, const ThusoSurfaceWindow *window, int k)
{
	*sum = LANES(plane) + LANES(plane + window->offset[k]);
	if (k >= 8)
		/* cppcheck-suppress arrayIndexOutOfBoundsCond ; k < 16 */
		*sum += LANES(plane + window->between[k][0]) + LANES(plane + window->between[k][1]);
}

static ALWAYS_INLINE void set_cost(const ThusoSurfaceWindow *window, gint64 at, SurfaceParts parts, gboolean planar, int k,
                                   Run *run)
{
	Lanes walking = { 0 }, cycling = { 0 }, fixed = { 0 };
	if (parts != PARTS_WALKING)
		add_touched(&fixed, window->plane[PART_FIXED] + at, window, k);
	if (parts == PARTS_ADDED)
		fixed = LANES(run->stretch[PART_WALKING][k]) * ((k < 8 ? 2 : 4) * window->walking_everywhere) + fixed;
	else if (parts != PARTS_FIXED) {
		add_touched(&walking, window->plane[PART_WALKING] + at, window, k);
		walking *= LANES(run->stretch[PART_WALKING][k]);
	}
	if (parts == PARTS_ALL) {
		add_touched(&cycling, window->plane[PART_CYCLING] + at, window, k);
		walking += cycling * LANES(run->stretch[PART_CYCLING][k]);
	}
	/* Only of what is there: 0 added would not be seen through as nothing. */
	Lanes sum = fixed;
	if (parts == PARTS_WALKING)
		sum = walking;
	if (parts == PARTS_WALKING_FIXED || parts == PARTS_ALL)
		sum = walking + fixed;
	/* Half of the ends' sum, or a quarter of that of four cells; the planes hold half ticks. */
	const double part = k < 8 ? 1 : 0.5;
	if (planar)
		sum *= part * window->planar_m[k];
	else
		sum *= LANES(run->length_m[k]) * part;
	*(Lanes *) run->cost[k] = sum;
}

static ALWAYS_INLINE void set_all(const ThusoSurfaceWindow *window, gint64 at, SurfaceParts parts, gboolean planar, Run *run)
{
	for (int k = 0; k < 8; k++)
		set_cost(window, at, parts, planar, k, run);
	if (window->surface->neighbours == 16)
		for (int k = 8; k < 16; k++)
			set_cost(window, at, parts, planar, k, run);
}

/* A version of the loop for each kind of surface, with and without lengths that change. */
static ALWAYS_INLINE void set_costs(const ThusoSurfaceWindow *window, gint64 at, SurfaceParts parts, Run *run)
{
	if (window->max_blocks == 0)
		set_all(window, at, parts, TRUE, run);
	else
		set_all(window, at, parts, FALSE, run);
}
WIDE static void fixed_costs(const ThusoSurfaceWindow *window, gint64 at, Run *run)
{
	set_costs(window, at, PARTS_FIXED, run);
}
WIDE static void walking_costs(const ThusoSurfaceWindow *window, gint64 at, Run *run)
{
	set_costs(window, at, PARTS_WALKING, run);
}
WIDE static void added_costs(const ThusoSurfaceWindow *window, gint64 at, Run *run)
{
	set_costs(window, at, PARTS_ADDED, run);
}
WIDE static void walking_fixed_costs(const ThusoSurfaceWindow *window, gint64 at, Run *run)
{
	set_costs(window, at, PARTS_WALKING_FIXED, run);
}
WIDE static void all_costs(const ThusoSurfaceWindow *window, gint64 at, Run *run)
{
	set_costs(window, at, PARTS_ALL, run);
}

/* --- which steps exist -------------------------------------------------------------------------------------------- */

typedef gint64 LaneMask __attribute__((vector_size(RUN * sizeof(gint64)), aligned(8), may_alias));
#define LANE_BITS(where) (*(const LaneMask *) (where))
#define INFINITE_BITS    ((gint64) 0x7ff0000000000000)

static ALWAYS_INLINE void close_lanes(double *cost, const LaneMask *closed)
{
	LaneMask *bits = (LaneMask *) cost;
	*bits = (*bits & ~*closed) | (*closed & INFINITE_BITS);
}

WIDE static void guard_corners(const ThusoSurfaceWindow *window, gint64 at, Run *run)
{
	const double *main = window->main + at;
	for (int k = 1; k < 8; k += 2) {
		/* Both infinite: only then are all bits of the exponent set in both. */
		const LaneMask both = LANE_BITS(main + window->offset[k - 1]) & LANE_BITS(main + window->offset[(k + 1) % 8]);
		const LaneMask closed = both == INFINITE_BITS;
		close_lanes(run->cost[k], &closed);
	}
}

WIDE static void keep_steps(const ThusoSurfaceWindow *window, gint64 at, Run *run)
{
	const guint16 *from = window->steps + at;
	const LaneMask steps = { from[0], from[1], from[2], from[3], from[4], from[5], from[6], from[7] };
	for (int k = 0; k < window->surface->neighbours; k++) {
		const LaneMask closed = (steps >> k & 1) == 0;
		close_lanes(run->cost[k], &closed);
	}
}

/* --- to whole ticks ----------------------------------------------------------------------------------------------- */

/* Rounds by adding 2^52, which leaves the whole number in the low bits; from there on whole numbers are compared, which machines do
 * faster. Costs are positive, so their bits are in the order of their values. Two directions go into one 64-bit word. */
static inline guint64 ticks_of(double cost)
{
	const gint64 whole = 0x4330000000000000; /* the bits of 2^52 */
	const gint64 bits = (gint64) bits_of(cost + 0x1p52);
	const gint64 most = bits < whole + THUSO_STEP_LARGE ? bits : whole + THUSO_STEP_LARGE;
	return (guint64) (most > whole + 1 ? most : whole + 1) + (bits == INFINITE_BITS ? THUSO_STEP_NONE - THUSO_STEP_LARGE : 0);
}

typedef guint64 Words __attribute__((vector_size(32), aligned(4), may_alias));
#if defined(__clang__) || (defined(__GNUC__) && __GNUC__ >= 12)
#define HAVE_SHUFFLE 1
#else
#define HAVE_SHUFFLE 0
#endif

#if HAVE_SHUFFLE
/* Four words of four cells, turned. */
static inline void turn_words(const guint64 (*restrict word)[RUN], guint32 *restrict ticks, int stride)
{
	const Words a = *(const Words *) word[0], b = *(const Words *) word[1];
	const Words c = *(const Words *) word[2], d = *(const Words *) word[3];
	const Words ab_even = __builtin_shufflevector(a, b, 0, 4, 2, 6), ab_odd = __builtin_shufflevector(a, b, 1, 5, 3, 7);
	const Words cd_even = __builtin_shufflevector(c, d, 0, 4, 2, 6), cd_odd = __builtin_shufflevector(c, d, 1, 5, 3, 7);
	*(Words *) ticks = __builtin_shufflevector(ab_even, cd_even, 0, 1, 4, 5);
	*(Words *) (ticks + stride) = __builtin_shufflevector(ab_odd, cd_odd, 0, 1, 4, 5);
	*(Words *) (ticks + 2 * stride) = __builtin_shufflevector(ab_even, cd_even, 2, 3, 6, 7);
	*(Words *) (ticks + 3 * stride) = __builtin_shufflevector(ab_odd, cd_odd, 2, 3, 6, 7);
}
#else
static inline void turn_words(const guint64 (*restrict word)[RUN], guint32 *restrict ticks, int stride)
{
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 4; k++) {
			ticks[i * stride + 2 * k] = (guint32) word[k][i];
			ticks[i * stride + 2 * k + 1] = (guint32) (word[k][i] >> 32);
		}
}
#endif

WIDE static void write_ticks(const Run *restrict run, int neighbours, guint32 *restrict ticks)
{
	_Alignas(64) guint64 word[8][RUN];
	for (int k = 0; k < neighbours / 2; k++)
		for (int i = 0; i < RUN; i++)
			word[k][i] = (ticks_of(run->cost[2 * k][i]) & G_MAXUINT32) | ticks_of(run->cost[2 * k + 1][i]) << 32;
	for (int k = 0; k < neighbours / 2; k += 4)
		for (int i = 0; i < RUN; i += 4)
			turn_words((const guint64(*)[RUN]) & word[k][i], ticks + i * neighbours + 2 * k, neighbours);
}

/* --- all together ------------------------------------------------------------------------------------------------- */

static void find_stretches(const ThusoSurfaceWindow *window, gint32 row, gint32 col, Run *run)
{
	const ThusoSurface *surface = window->surface;
	const int n = surface->neighbours * RUN;
	if (window->max_blocks > 0)
		find_ground(window, row, col, run);
	else if (window->has_heights)
		planar_slopes(window, window_at(window, row, col), run);
	if (!window->has_heights)
		return;
	/* A part without a slope function is nowhere on the surface; its stretch only has to be a number. */
	for (int part = PART_WALKING; part <= (window->parts == PARTS_ALL ? PART_CYCLING : PART_WALKING); part++)
		(surface->slope[part] ? surface->slope[part] : thuso_slope_functions[0])
		    ->stretch(run->slope[0], run->stretch[part][0], n);
}

static void find_costs(const ThusoSurfaceWindow *window, gint32 row, gint32 col, Run *run)
{
	static void (*const costs[])(const ThusoSurfaceWindow *, gint64, Run *) = {
		[PARTS_FIXED] = fixed_costs, [PARTS_WALKING] = walking_costs,
		[PARTS_ADDED] = added_costs, [PARTS_WALKING_FIXED] = walking_fixed_costs,
		[PARTS_ALL] = all_costs,
	};
	const gint64 at = window_at(window, row, col);
	find_stretches(window, row, col, run);
	costs[window->parts](window, at, run);
	if (window->has_steps)
		keep_steps(window, at, run);
	else if (window->surface->guard_corners)
		guard_corners(window, at, run);
}

void thuso_surface_window_ticks(const ThusoSurfaceWindow *window, gint32 row, gint32 col, guint32 *ticks)
{
	_Alignas(64) Run run;
	find_costs(window, row, col, &run);
	write_ticks(&run, window->surface->neighbours, ticks);
}

void window_costs(const ThusoSurfaceWindow *window, gint32 row, gint32 col, double costs[16])
{
	_Alignas(64) Run run;
	find_costs(window, row, col / RUN * RUN, &run);
	for (int k = 0; k < window->surface->neighbours; k++)
		costs[k] = run.cost[k][col % RUN];
}
