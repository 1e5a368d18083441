/* Text tables as cells: separator found, quotes resolved. Knows nothing about files or types. */
#ifndef THUSO_IO_CSV_H
#define THUSO_IO_CSV_H

#include <thuso/base.h>

/* Cells point into the text given, which is cut up in place. */
typedef struct {
	char separator;
	ThusoVector cells; /* of char *, row after row */
	ThusoVector rows;  /* of ThusoCsvRow; row 0 is the header */
} ThusoCsv;
typedef struct {
	gint64 first; /* cell */
	gint64 line;  /* of the file, from 1 */
	gint32 n;     /* cells */
} ThusoCsvRow;

/* The separator that cuts the header into the most columns, those counting first that most rows agree with. */
char thuso_csv_separator(const char *text);
/* The separator that a first line `sep=;` states, as spreadsheets write it, and that line's bytes; '\0' and 0 where there is none. */
char thuso_csv_stated(const char *text, gsize *length);
/* `text` is NUL-terminated, without a byte order mark. `name` is for messages. */
gboolean thuso_csv_parse(ThusoCsv *csv, char *text, const char *name, GError **error);
void thuso_csv_clear(ThusoCsv *csv);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ThusoCsv, thuso_csv_clear)
const char *thuso_csv_cell(const ThusoCsv *csv, const ThusoCsvRow *row, gint32 column); /* "" beyond the row's end */

/* How a column's texts are to be read. */
typedef enum { THUSO_CSV_TEXT, THUSO_CSV_INTEGER, THUSO_CSV_REAL, THUSO_CSV_REAL_COMMA } ThusoCsvKind;
typedef struct {
	gboolean comma_allowed; /* the separator is no comma */
	gint64 n, n_integer, n_real, n_comma, n_dotted, n_missing, n_thousands_like, n_with_comma;
	gint64 n_with_point, n_point_thousands; /* with a point or a minus; 1.234 and the like */
} ThusoCsvSigns;
/* Looks at one non-empty cell; then the kind that fits all. Codes with leading zeros are texts. */
void thuso_csv_look(ThusoCsvSigns *signs, const char *cell);
ThusoCsvKind thuso_csv_kind(const ThusoCsvSigns *signs);
/* Written for a missing number: NA, NULL, NaN ... */
gboolean thuso_csv_is_missing(const char *cell);
double thuso_csv_number(const char *cell, ThusoCsvKind kind);

#endif
