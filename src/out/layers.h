/* The tables of a result in the order in which they are written and drawn. */
#ifndef THUSO_OUT_LAYERS_H
#define THUSO_OUT_LAYERS_H

#include "style.h"

#include <thuso/out.h>

/* Points first, then lines, polygons, tables; inside these as the registry has them. Tables without rows are left out: QGIS
 * would show a broken legend entry. Refuses names that are no plain words or stand twice. Elements are ThusoLayer. */
GPtrArray *thuso_layers_new(const ThusoResult *result, GError **error);

#endif
