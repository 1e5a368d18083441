/* Features by bounding box, for the nearest one and for the one that holds a point. Immutable once made. */
#ifndef THUSO_SITING_FEATURE_TREE_H
#define THUSO_SITING_FEATURE_TREE_H

#include <thuso/geo.h>

typedef struct ThusoFeatureTree ThusoFeatureTree;

/* The geometries are not copied and must outlive the tree; empty ones are left out. */
ThusoFeatureTree *thuso_feature_tree_new(const ThusoGeometry *const *features, gint64 n, GError **error);
void thuso_feature_tree_free(ThusoFeatureTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoFeatureTree, thuso_feature_tree_free)

/* CRS units, 0 inside a polygon; INFINITY without features, NaN for a point that is not finite. */
double thuso_feature_tree_distance(const ThusoFeatureTree *tree, double x, double y);
gboolean thuso_feature_tree_inside(const ThusoFeatureTree *tree, double x, double y);

#endif
