/* A table as CSV that a spreadsheet opens without running any of it. */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include <thuso/table.h>

/* The whole file, with a byte order mark, comma, decimal point and CRLF; caller frees. */
char *csv_table(const ThusoTable *table, gsize *size);
/* One text as a field: quoted where it must be, and begun with ' where a spreadsheet would take it for a formula. */
void csv_append_text(GString *out, const char *text);

#endif
