/* A plain Dijkstra over whole rasters: binary heap, lazy deletion, double, one thread. What thuso is held against beside GRASS: the same
 * model, planar lengths, corners cut, written as simply as the textbooks do.
 *
 *   bench-heap DEM.tif|- FRICTION.tif POINTS.csv 8|16 COST.tif            cost from the nearest point
 *   bench-heap DEM.tif|- FRICTION.tif POINTS.csv 8|16 --od LIMIT OD.csv   a search from every point as far as the limit (s): rows
 *                                                                         from,to,cost; prints the number of settled cells
 *
 * With a DEM r.walk's model (walking by Langmuir and friction in s/m, added); with "-" friction alone, 0 or nodata not passable. */
#include <cpl_conv.h>
#include <gdal.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	double cost;
	int64_t cell;
} Item;

typedef struct {
	Item *items;
	int64_t n, room;
} Heap;

typedef struct {
	int n_cols, n_rows, neighbours;
	double origin[6]; /* GDAL's geotransform */
	char *projection;
	float *height;   /* or NULL */
	float *friction; /* NaN = not passable */
	double *cost;    /* INFINITY = not reached */
	Heap heap;
	int64_t *touched; /* cells whose cost is finite, for a quick reset; NULL = not kept */
	int64_t n_touched;
} World;

static const int step_row[16] = { 0, -1, -1, -1, 0, 1, 1, 1, -1, -2, -2, -1, 1, 2, 2, 1 };
static const int step_col[16] = { 1, 1, 0, -1, -1, -1, 0, 1, 2, 1, -1, -2, -2, -1, 1, 2 };

static void fail(const char *what)
{
	fprintf(stderr, "bench-heap: %s\n", what);
	exit(1);
}

static void *room_for(int64_t n, size_t size)
{
	void *memory = malloc((size_t) n * size);
	if (!memory)
		fail("not enough memory");
	return memory;
}

/* --- the heap ----------------------------------------------------------------------------------------------------- */

static void heap_push(Heap *heap, Item item)
{
	if (heap->n == heap->room) {
		heap->room = heap->room ? 2 * heap->room : 1024;
		heap->items = realloc(heap->items, (size_t) heap->room * sizeof(Item));
		if (!heap->items)
			fail("not enough memory");
	}
	int64_t i = heap->n++;
	for (; i > 0 && heap->items[(i - 1) / 2].cost > item.cost; i = (i - 1) / 2)
		heap->items[i] = heap->items[(i - 1) / 2];
	heap->items[i] = item;
}

static Item heap_pop(Heap *heap)
{
	const Item least = heap->items[0], last = heap->items[--heap->n];
	int64_t i = 0;
	for (int64_t child; (child = 2 * i + 1) < heap->n; i = child) {
		if (child + 1 < heap->n && heap->items[child + 1].cost < heap->items[child].cost)
			child++;
		if (heap->items[child].cost >= last.cost)
			break;
		heap->items[i] = heap->items[child];
	}
	heap->items[i] = last;
	return least;
}

/* --- the model ---------------------------------------------------------------------------------------------------- */

static double walking(double slope)
{
	return slope >= 0 ? 0.72 + 6 * slope : slope >= -0.2125 ? 0.72 + 1.9998 * slope : 0.72 - 1.9998 * slope;
}

/* Seconds, or NaN where a touched cell is not passable. A knight's move touches the two cells beside the segment's middle too. */
static double step_cost(const World *world, int64_t from, int row, int col, int k)
{
	const int64_t to = from + (int64_t) step_row[k] * world->n_cols + step_col[k];
	const double length = hypot(step_row[k], step_col[k]) * world->origin[1];
	double friction = world->friction[from] + (double) world->friction[to];
	int n = 2;
	if (k >= 8) {
		const int half_row = step_row[k] / 2, half_col = step_col[k] / 2, far_row = step_row[k] - half_row,
		          far_col = step_col[k] - half_col;
		friction += world->friction[(int64_t) (row + half_row) * world->n_cols + col + half_col] +
		            (double) world->friction[(int64_t) (row + far_row) * world->n_cols + col + far_col];
		n = 4;
	}
	double slowness = friction / n;
	if (world->height)
		slowness += walking(((double) world->height[to] - world->height[from]) / length);
	return slowness * length;
}

static void improve(World *world, int64_t cell, double cost)
{
	if (world->touched && isinf(world->cost[cell]))
		world->touched[world->n_touched++] = cell;
	world->cost[cell] = cost;
	heap_push(&world->heap, (Item){ cost, cell });
}

/* Settles everything within the limit; returns how many cells that were. */
static int64_t search(World *world, double limit)
{
	int64_t settled = 0;
	while (world->heap.n > 0) {
		const Item item = heap_pop(&world->heap);
		if (item.cost > world->cost[item.cell])
			continue;
		settled++;
		const int row = (int) (item.cell / world->n_cols), col = (int) (item.cell % world->n_cols);
		for (int k = 0; k < world->neighbours; k++) {
			const int to_row = row + step_row[k], to_col = col + step_col[k];
			if (to_row < 0 || to_row >= world->n_rows || to_col < 0 || to_col >= world->n_cols)
				continue;
			const int64_t to = (int64_t) to_row * world->n_cols + to_col;
			const double cost = item.cost + step_cost(world, item.cell, row, col, k);
			if (cost < world->cost[to] && cost <= limit) /* NaN is not */
				improve(world, to, cost);
		}
	}
	return settled;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static float *read_raster(World *world, const char *path, int zero_blocks)
{
	GDALDatasetH data = GDALOpen(path, GA_ReadOnly);
	if (!data)
		fail(path);
	world->n_cols = GDALGetRasterXSize(data);
	world->n_rows = GDALGetRasterYSize(data);
	GDALGetGeoTransform(data, world->origin);
	free(world->projection);
	world->projection = strdup(GDALGetProjectionRef(data));
	GDALRasterBandH band = GDALGetRasterBand(data, 1);
	const int64_t n = (int64_t) world->n_cols * world->n_rows;
	float *values = room_for(n, sizeof(float));
	if (GDALRasterIO(band, GF_Read, 0, 0, world->n_cols, world->n_rows, values, world->n_cols, world->n_rows, GDT_Float32, 0, 0))
		fail(path);
	const float nodata = (float) GDALGetRasterNoDataValue(band, NULL);
	for (int64_t cell = 0; cell < n; cell++)
		if (values[cell] == nodata || (zero_blocks && values[cell] == 0))
			values[cell] = NAN;
	GDALClose(data);
	return values;
}

static void write_cost(const World *world, const char *path)
{
	GDALDatasetH data = GDALCreate(GDALGetDriverByName("GTiff"), path, world->n_cols, world->n_rows, 1, GDT_Float32, NULL);
	if (!data)
		fail(path);
	double origin[6];
	memcpy(origin, world->origin, sizeof origin);
	GDALSetGeoTransform(data, origin);
	GDALSetProjection(data, world->projection);
	GDALRasterBandH band = GDALGetRasterBand(data, 1);
	GDALSetRasterNoDataValue(band, NAN);
	float *line = room_for(world->n_cols, sizeof(float));
	for (int row = 0; row < world->n_rows; row++) {
		for (int col = 0; col < world->n_cols; col++) {
			const double cost = world->cost[(int64_t) row * world->n_cols + col];
			line[col] = isinf(cost) ? NAN : (float) cost;
		}
		if (GDALRasterIO(band, GF_Write, 0, row, world->n_cols, 1, line, world->n_cols, 1, GDT_Float32, 0, 0))
			fail(path);
	}
	free(line);
	GDALClose(data);
}

/* Cells of the rows id,x,y, in the file's order; ids are 1, 2, ... */
static int64_t *read_points(const World *world, const char *path, int *n)
{
	FILE *file = fopen(path, "r");
	if (!file)
		fail(path);
	int64_t *cells = NULL;
	char line[256];
	*n = -1; /* the header */
	for (; fgets(line, sizeof line, file); (*n)++) {
		double id, x, y;
		if (*n < 0)
			continue;
		if (sscanf(line, "%lf,%lf,%lf", &id, &x, &y) != 3)
			fail(path);
		cells = realloc(cells, (size_t) (*n + 1) * sizeof *cells);
		if (!cells)
			fail("not enough memory");
		cells[*n] = (int64_t) ((world->origin[3] - y) / world->origin[1]) * world->n_cols +
		            (int64_t) ((x - world->origin[0]) / world->origin[1]);
	}
	fclose(file);
	return cells;
}

/* --- the two jobs ------------------------------------------------------------------------------------------------- */

static void nearest(World *world, const int64_t *points, int n, const char *path)
{
	for (int i = 0; i < n; i++)
		if (!isnan(world->friction[points[i]]))
			improve(world, points[i], 0);
	search(world, INFINITY);
	write_cost(world, path);
}

static void matrix(World *world, const int64_t *points, int n, double limit, const char *path)
{
	FILE *out = fopen(path, "w");
	if (!out)
		fail(path);
	fprintf(out, "from,to,cost\n");
	world->touched = room_for((int64_t) world->n_cols * world->n_rows, sizeof(int64_t));
	int64_t settled = 0;
	for (int i = 0; i < n; i++) {
		improve(world, points[i], 0);
		settled += search(world, limit);
		for (int j = 0; j < n; j++)
			if (!isinf(world->cost[points[j]]))
				fprintf(out, "%d,%d,%.6f\n", i + 1, j + 1, world->cost[points[j]]);
		for (; world->n_touched > 0; world->n_touched--)
			world->cost[world->touched[world->n_touched - 1]] = INFINITY;
	}
	if (fclose(out))
		fail(path);
	printf("%lld\n", (long long) settled);
}

int main(int argc, char **argv)
{
	if (argc != 6 && !(argc == 8 && strcmp(argv[5], "--od") == 0))
		fail("DEM.tif|- FRICTION.tif POINTS.csv 8|16 COST.tif, or ... --od LIMIT OD.csv");
	World world = { .neighbours = atoi(argv[4]) };
	GDALAllRegister();
	const int walks = strcmp(argv[1], "-") != 0;
	if (walks)
		world.height = read_raster(&world, argv[1], 0);
	world.friction = read_raster(&world, argv[2], !walks);
	const int64_t n_cells = (int64_t) world.n_cols * world.n_rows;
	world.cost = room_for(n_cells, sizeof(double));
	for (int64_t cell = 0; cell < n_cells; cell++)
		world.cost[cell] = INFINITY;
	int n;
	int64_t *points = read_points(&world, argv[3], &n);
	if (argc == 8)
		matrix(&world, points, n, atof(argv[6]), argv[7]);
	else
		nearest(&world, points, n, argv[5]);
	free(points);
	free(world.height);
	free(world.friction);
	free(world.cost);
	free(world.heap.items);
	free(world.touched);
	free(world.projection);
	return 0;
}
