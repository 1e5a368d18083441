/* Random allocation problems, and what must hold of every answer. */
#include "allocation-world.h"

#include <stdlib.h>

#define NEAR_MOST 50

static World *world_new(int n_rows, int n_sites, gint64 n_pairs)
{
	World *world = g_new0(World, 1);
	world->start = g_new0(gint64, (gsize) n_sites + 1);
	world->demand = g_new0(guint32, (gsize) n_pairs + 1);
	world->cost = g_new0(double, (gsize) n_pairs + 1);
	world->weight = g_new0(double, (gsize) n_rows + 1);
	world->capacity = g_new0(double, (gsize) n_sites + 1);
	thuso_allocation_problem_default(&world->problem);
	world->problem.n_demand = n_rows;
	world->problem.n_sites = n_sites;
	world->problem.start = world->start;
	world->problem.demand = world->demand;
	world->problem.cost = world->cost;
	world->problem.weight = world->weight;
	world->problem.capacity = world->capacity;
	return world;
}

static void world_sum(World *world)
{
	for (gint64 row = 0; row < world->problem.n_demand; row++)
		world->total += world->weight[row];
	for (gint64 pair = 0; pair < world->start[world->problem.n_sites]; pair++)
		world->largest = MAX(world->largest, world->cost[pair]);
}

void world_free(World *world)
{
	if (world == NULL)
		return;
	g_free(world->start);
	g_free(world->demand);
	g_free(world->cost);
	g_free(world->weight);
	g_free(world->capacity);
	g_free(world);
}

World *world_random(Random *random, int most_rows, int most_sites, double people_scale, double cost_scale)
{
	int n_rows = random_below(random, most_rows + 1), n_sites = random_below(random, most_sites + 1);
	int density = 1 + random_below(random, 4), costs = random_below(random, 4) == 0 ? 1 : 2 + random_below(random, 12);
	int people = 1 + random_below(random, 8), room = 1 + random_below(random, 20);
	World *world = world_new(n_rows, n_sites, (gint64) n_rows * n_sites);
	for (int row = 0; row < n_rows; row++)
		world->weight[row] = people_scale * random_below(random, people);
	for (int site = 0; site < n_sites; site++) {
		world->capacity[site] = random_below(random, 8) == 0 ? INFINITY : people_scale * random_below(random, room);
		world->start[site + 1] = world->start[site];
		for (int row = 0; row < n_rows; row++) {
			if (random_below(random, 4) >= density)
				continue;
			world->demand[world->start[site + 1]] = (guint32) row;
			world->cost[world->start[site + 1]++] = cost_scale * random_below(random, costs);
		}
	}
	world_sum(world);
	return world;
}

/* --- on a map ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
	double x, y;
} Point;

static Point clustered(Random *random, const Point *centre, int n_centres)
{
	double angle = 2 * G_PI * random_real(random), r = 0.08 * sqrt(-2 * log(1 - random_real(random)));
	if (random_below(random, 4) == 0)
		return (Point){ random_real(random), random_real(random) };
	Point c = centre[random_below(random, n_centres)];
	return (Point){ c.x + r * cos(angle), c.y + r * sin(angle) };
}

typedef struct {
	double cost;
	int site;
} Near;

/* The `most` nearest sites of a point, ascending; returns how many. */
static int nearest(const Point *site, int n_sites, Point at, Near *near, int most)
{
	int n = 0;
	for (int j = 0; j < n_sites; j++) {
		double cost = 60 * hypot(site[j].x - at.x, site[j].y - at.y);
		if (n == most && cost >= near[n - 1].cost)
			continue;
		int i = n < most ? n++ : n - 1;
		for (; i > 0 && near[i - 1].cost > cost; i--)
			near[i] = near[i - 1];
		near[i] = (Near){ cost, j };
	}
	return n;
}

World *world_on_map(guint64 seed, int n_rows, int n_sites, double room)
{
	Random random = random_new(seed);
	g_autofree Point *centre = g_new(Point, 20), *site = g_new(Point, (gsize) n_sites);
	g_autofree Near *near = g_new(Near, (gsize) n_rows * NEAR_MOST);
	g_autofree int *n_near = g_new(int, (gsize) n_rows);
	World *world = world_new(n_rows, n_sites, (gint64) n_rows * NEAR_MOST);
	for (int i = 0; i < 20; i++)
		centre[i] = (Point){ random_real(&random), random_real(&random) };
	for (int j = 0; j < n_sites; j++)
		site[j] = clustered(&random, centre, 20);
	for (int row = 0; row < n_rows; row++) {
		int most = 5 + random_below(&random, NEAR_MOST - 4);
		n_near[row] = nearest(site, n_sites, clustered(&random, centre, 20), near + (gsize) row * NEAR_MOST, most);
		world->weight[row] = ceil(100 * random_real(&random) * random_real(&random)) / 8;
		for (int i = 0; i < n_near[row]; i++)
			world->start[near[(gsize) row * NEAR_MOST + (gsize) i].site + 1]++;
	}
	for (int j = 0; j < n_sites; j++)
		world->start[j + 1] += world->start[j];
	g_autofree gint64 *at = g_memdup2(world->start, ((gsize) n_sites + 1) * sizeof *at);
	for (int row = 0; row < n_rows; row++)
		for (int i = 0; i < n_near[row]; i++) {
			Near *one = &near[(gsize) row * NEAR_MOST + (gsize) i];
			world->demand[at[one->site]] = (guint32) row;
			world->cost[at[one->site]++] = one->cost;
		}
	world_sum(world);
	for (int j = 0; j < n_sites; j++)
		world->capacity[j] = room * world->total / n_sites * (0.5 + random_real(&random));
	return world;
}

/* --- what must hold -------------------------------------------------------------------------------------------------------------- */

static gboolean near_to(double a, double b, double size)
{
	return fabs(a - b) <= 1e-9 * fmax(size, 1e-300);
}

static void check_sites(Random *random, const World *world, const guint8 *open, const ThusoAllocation *allocation)
{
	double refused = 0;
	for (int site = 0; site < world->problem.n_sites; site++) {
		double load = 0, capacity = world->capacity[site], used = allocation->utilisation[site];
		for (gint64 pair = world->start[site]; pair < world->start[site + 1]; pair++) {
			load += allocation->people[pair];
			CHECK(random, allocation->people[pair] >= 0);
		}
		CHECK(random, near_to(load, allocation->load[site], world->total));
		CHECK(random, load <= capacity * (1 + 1e-9));
		CHECK(random, open == NULL || open[site] || (load == 0 && isnan(used) && allocation->refused_near[site] == 0));
		if ((open == NULL || open[site]) && isfinite(capacity) && capacity > 0)
			CHECK(random, near_to(used, load / capacity, 1));
		else
			CHECK(random, isnan(used));
		refused += allocation->refused_near[site];
	}
	CHECK(random, near_to(refused, allocation->refused, world->total));
}

void check_people(Random *random, const World *world, const guint8 *open, const ThusoAllocation *allocation)
{
	gsize n_rows = (gsize) world->problem.n_demand;
	g_autofree double *assigned = g_new0(double, n_rows + 1);
	g_autofree guint8 *reached = g_new0(guint8, n_rows + 1);
	double sum = 0, cost = 0, unreachable = 0;
	for (int site = 0; site < world->problem.n_sites; site++)
		for (gint64 pair = world->start[site]; pair < world->start[site + 1]; pair++) {
			assigned[world->demand[pair]] += allocation->people[pair];
			sum += allocation->people[pair];
			cost += allocation->people[pair] * (world->problem.cost != NULL ? world->cost[pair] : 0);
			reached[world->demand[pair]] |= open == NULL || open[site];
		}
	for (gsize row = 0; row < n_rows; row++) {
		CHECK(random, assigned[row] <= world->weight[row] * (1 + 1e-9));
		unreachable += reached[row] ? 0 : world->weight[row];
	}
	CHECK(random, near_to(allocation->assigned, sum, world->total));
	CHECK(random, near_to(allocation->cost, cost, world->total * world->largest));
	CHECK(random, near_to(allocation->unreachable, unreachable, world->total));
	CHECK(random, near_to(allocation->assigned + allocation->refused + allocation->unreachable, world->total, world->total));
	check_sites(random, world, open, allocation);
}

void check_proof(Random *random, const World *world, const guint8 *open, const ThusoAllocation *allocation)
{
	double size = fmax(world->largest, 1e-3 * allocation->unserved), tiny = 1e-9 * world->total, dual = 0;
	g_autofree double *left = g_memdup2(world->weight, (gsize) (world->problem.n_demand + 1) * sizeof *left);
	for (int site = 0; site < world->problem.n_sites; site++) {
		double price = allocation->price[site], capacity = world->capacity[site];
		gboolean is_open = open == NULL || open[site];
		CHECK(random, price >= 0);
		if (is_open && allocation->load[site] < capacity * (1 - 1e-9))
			CHECK(random, price == 0);
		dual -= is_open && price > 0 ? capacity * price : 0;
		for (gint64 pair = world->start[site]; is_open && pair < world->start[site + 1]; pair++) {
			double dear = (world->problem.cost != NULL ? world->cost[pair] : 0) + price,
			       row = allocation->row[world->demand[pair]];
			left[world->demand[pair]] -= allocation->people[pair];
			CHECK(random, row <= dear + 1e-9 * size);
			if (allocation->people[pair] > tiny)
				CHECK(random, near_to(row, dear, size));
		}
	}
	for (gint64 row = 0; row < world->problem.n_demand; row++) {
		dual += world->weight[row] * allocation->row[row];
		CHECK(random, allocation->row[row] <= allocation->unserved + 1e-9 * size);
		if (left[row] > tiny)
			CHECK(random, near_to(allocation->row[row], allocation->unserved, size));
	}
	double cost = allocation->cost + allocation->unserved * (allocation->refused + allocation->unreachable);
	CHECK(random, near_to(dual, cost, fmax(cost, world->total * fmax(allocation->unserved, 1e-3 * world->largest))));
}

/* --- plain shortest paths --------------------------------------------------------------------------------------------------------- */

typedef struct {
	int from, to;
	double room, cost;
} Arc; /* arc a and a ^ 1 are each other's way back */

typedef struct {
	Arc *arc;
	int n;
} Arcs;

static void arcs_add(Arcs *arcs, int from, int to, double room, double cost)
{
	arcs->arc[arcs->n++] = (Arc){ from, to, room, cost };
	arcs->arc[arcs->n++] = (Arc){ to, from, 0, -cost };
}

/* Distances from node 0, the arc by which each was reached; TRUE when node 1 was. */
static gboolean bellman_ford(const Arcs *arcs, int n_nodes, double *distance, int *by)
{
	for (int i = 0; i < n_nodes; i++)
		distance[i] = i == 0 ? 0 : INFINITY;
	for (gboolean changed = TRUE; changed;) {
		changed = FALSE;
		for (int a = 0; a < arcs->n; a++) {
			const Arc *arc = &arcs->arc[a];
			if (arc->room > 0 && distance[arc->from] + arc->cost < distance[arc->to]) {
				distance[arc->to] = distance[arc->from] + arc->cost;
				by[arc->to] = a;
				changed = TRUE;
			}
		}
	}
	return isfinite(distance[1]);
}

PlainFlow plain_flow(const World *world, const guint8 *open, double unserved)
{
	int n_rows = (int) world->problem.n_demand, n_sites = world->problem.n_sites, n_nodes = 2 + n_rows + n_sites;
	Arcs arcs = { g_new(Arc, 2 * (gsize) (n_rows + n_sites + world->start[n_sites] + 1)), 0 };
	g_autofree double *distance = g_new(double, (gsize) n_nodes);
	g_autofree int *by = g_new(int, (gsize) n_nodes);
	PlainFlow flow = { 0 };
	for (int row = 0; row < n_rows; row++)
		arcs_add(&arcs, 0, 2 + row, world->weight[row], 0);
	for (int site = 0; site < n_sites; site++) {
		if (open != NULL && !open[site])
			continue;
		arcs_add(&arcs, 2 + n_rows + site, 1, world->capacity[site], 0);
		for (gint64 pair = world->start[site]; pair < world->start[site + 1]; pair++)
			arcs_add(&arcs, 2 + (int) world->demand[pair], 2 + n_rows + site, INFINITY,
			         world->problem.cost != NULL ? world->cost[pair] : 0);
	}
	while (bellman_ford(&arcs, n_nodes, distance, by) && !(distance[1] > unserved)) {
		double amount = INFINITY;
		for (int node = 1; node != 0; node = arcs.arc[by[node]].from)
			amount = MIN(amount, arcs.arc[by[node]].room);
		for (int node = 1; node != 0; node = arcs.arc[by[node]].from) {
			arcs.arc[by[node]].room -= amount;
			arcs.arc[by[node] ^ 1].room += amount;
		}
		flow.assigned += amount;
		flow.cost += amount * distance[1];
	}
	g_free(arcs.arc);
	return flow;
}
