/* The result's tables as an XLSX workbook. */
#ifndef REPORT_WORKBOOK_H
#define REPORT_WORKBOOK_H

#include "facts.h"

/* Tables for people, in the order of the sheets: names the GeoPackage has. Of ThusoTable *, not owned. */
GPtrArray *workbook_tables(const Facts *facts);
/* Writes a new file. */
gboolean workbook_write(const Facts *facts, const char *path, GError **error);

#endif
