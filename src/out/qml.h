/* Style files (.qml) of vector layers and of the cost raster. */
#ifndef THUSO_OUT_QML_H
#define THUSO_OUT_QML_H

#include "layers.h"

/* Both callers free. */
char *thuso_qml_layer(const ThusoLayer *layer);
char *thuso_qml_raster(const ThusoResult *result, const GPtrArray *layers);

/* Field aliases, as children of <qgis> and <maplayer> alike. */
void thuso_qml_aliases(const ThusoTable *table, ThusoXml *xml);
/* The raster's <pipe>. */
void thuso_qml_pipe(const ThusoResult *result, const GPtrArray *layers, ThusoXml *xml);

/* QGIS reads files of older versions, so its lowest version that knows all elements is named. */
#define THUSO_QGIS_VERSION "3.22.0"

#endif
