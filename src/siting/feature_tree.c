/* A balanced tree of bounding boxes: split at the median of the longer side, one feature a leaf.
 *
 * A tree rather than buckets because layers mix kilometre-long rivers with single points, and far outliers are common. Nodes stand in
 * preorder, so a node's children need no pointers: left is the next one, right follows the left's 2m - 1 nodes. */
#include "feature_tree.h"

#include <math.h>
#include <stdlib.h>

/* The box bounds a distance from below, up to rounding. */
#define ROUNDING (1 + 1e-12)

typedef struct {
	double x_min, y_min, x_max, y_max;
	const ThusoGeometry *feature;
	gint64 index; /* ties of the order */
} Item;

typedef struct {
	double x_min, y_min, x_max, y_max;
} Box;

struct ThusoFeatureTree {
	gint64 n;
	Item *items; /* in the order of the leaves */
	Box *boxes;  /* 2n - 1 nodes */
};

static int compare_by(double a, double b, const Item *p, const Item *q)
{
	if (a != b)
		return a < b ? -1 : 1;
	return (p->index > q->index) - (p->index < q->index);
}

static int compare_x(const void *a, const void *b)
{
	const Item *p = a, *q = b;
	return compare_by(p->x_min + p->x_max, q->x_min + q->x_max, p, q);
}

static int compare_y(const void *a, const void *b)
{
	const Item *p = a, *q = b;
	return compare_by(p->y_min + p->y_max, q->y_min + q->y_max, p, q);
}

static void build(ThusoFeatureTree *tree, gint64 node, gint64 from, gint64 n)
{
	const Item *items = tree->items + from;
	Box box = { INFINITY, INFINITY, -INFINITY, -INFINITY };
	for (gint64 i = 0; i < n; i++) {
		box.x_min = fmin(box.x_min, items[i].x_min), box.x_max = fmax(box.x_max, items[i].x_max);
		box.y_min = fmin(box.y_min, items[i].y_min), box.y_max = fmax(box.y_max, items[i].y_max);
	}
	tree->boxes[node] = box;
	if (n == 1)
		return;
	gboolean wide = box.x_max - box.x_min >= box.y_max - box.y_min;
	qsort(tree->items + from, (gsize) n, sizeof(Item), wide ? compare_x : compare_y);
	gint64 left = n / 2;
	build(tree, node + 1, from, left);
	build(tree, node + 2 * left, from + left, n - left);
}

ThusoFeatureTree *thuso_feature_tree_new(const ThusoGeometry *const *features, gint64 n, GError **error)
{
	g_autoptr(ThusoFeatureTree) tree = g_new0(ThusoFeatureTree, 1);
	tree->items = thuso_array_new(n, sizeof(Item), "an index of features", error);
	if (tree->items == NULL)
		return NULL;
	tree->boxes = thuso_array_new(2 * n, sizeof(Box), "an index of features", error);
	if (tree->boxes == NULL)
		return NULL;
	for (gint64 i = 0; i < n; i++) {
		if (features[i] == NULL || features[i]->n_points == 0)
			continue;
		Item *item = &tree->items[tree->n++];
		*item = (Item){ .feature = features[i], .index = i };
		thuso_geometry_bounds(features[i], &item->x_min, &item->y_min, &item->x_max, &item->y_max);
	}
	if (tree->n > 0)
		build(tree, 0, 0, tree->n);
	return g_steal_pointer(&tree);
}

void thuso_feature_tree_free(ThusoFeatureTree *tree)
{
	if (tree == NULL)
		return;
	thuso_array_free(tree->items);
	thuso_array_free(tree->boxes);
	g_free(tree);
}

static double box_distance(const Box *box, double x, double y)
{
	double dx = fmax(fmax(box->x_min - x, x - box->x_max), 0);
	double dy = fmax(fmax(box->y_min - y, y - box->y_max), 0);
	return sqrt(dx * dx + dy * dy);
}

static void search_nearest(const ThusoFeatureTree *tree, gint64 node, gint64 from, gint64 n, const double point[2], double *best)
{
	if (box_distance(&tree->boxes[node], point[0], point[1]) > *best * ROUNDING)
		return;
	if (n == 1) {
		*best = fmin(*best, thuso_geometry_distance(tree->items[from].feature, point[0], point[1]));
		return;
	}
	gint64 left = n / 2, right_node = node + 2 * left;
	double to_left = box_distance(&tree->boxes[node + 1], point[0], point[1]);
	gboolean left_first = to_left <= box_distance(&tree->boxes[right_node], point[0], point[1]);
	if (left_first)
		search_nearest(tree, node + 1, from, left, point, best);
	search_nearest(tree, right_node, from + left, n - left, point, best);
	if (!left_first)
		search_nearest(tree, node + 1, from, left, point, best);
}

double thuso_feature_tree_distance(const ThusoFeatureTree *tree, double x, double y)
{
	if (!isfinite(x) || !isfinite(y))
		return NAN;
	double best = INFINITY, point[2] = { x, y };
	if (tree->n > 0)
		search_nearest(tree, 0, 0, tree->n, point, &best);
	return best;
}

static gboolean search_inside(const ThusoFeatureTree *tree, gint64 node, gint64 from, gint64 n, double x, double y)
{
	const Box *box = &tree->boxes[node];
	if (!(x >= box->x_min && x <= box->x_max && y >= box->y_min && y <= box->y_max))
		return FALSE;
	if (n == 1)
		return thuso_geometry_contains(tree->items[from].feature, x, y);
	gint64 left = n / 2;
	return search_inside(tree, node + 1, from, left, x, y) || search_inside(tree, node + 2 * left, from + left, n - left, x, y);
}

gboolean thuso_feature_tree_inside(const ThusoFeatureTree *tree, double x, double y)
{
	return tree->n > 0 && search_inside(tree, 0, 0, tree->n, x, y);
}
