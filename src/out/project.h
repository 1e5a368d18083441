/* The QGIS project: layers in groups, names in plain words, CRS, first view. */
#ifndef THUSO_OUT_PROJECT_H
#define THUSO_OUT_PROJECT_H

#include "layers.h"

/* The text of NAME.qgs. `name` is the result's base name; layers are found as ./NAME.gpkg and ./NAME_cost.tif. Caller frees. */
char *thuso_project_xml(const ThusoResult *result, const GPtrArray *layers, const char *name);

#endif
