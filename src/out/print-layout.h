/* Print layouts of the QGIS project: a council's map without a click but Layout > Export. */
#ifndef THUSO_OUT_PRINT_LAYOUT_H
#define THUSO_OUT_PRINT_LAYOUT_H

#include <thuso/out.h>

#include "xml.h"

/* A layer that the map shows. */
typedef struct {
	const char *id, *name;
} ThusoLegendEntry;

/* The element Layouts with one layout for A3 and one for A4, both landscape. */
void thuso_print_layouts(const ThusoResult *result, const ThusoLegendEntry *shown, guint n_shown, ThusoXml *xml);

#endif
