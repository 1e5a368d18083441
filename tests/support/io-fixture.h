/* What the tests of `io` share: a private folder, files made of texts, sources, findings. */
#ifndef IO_FIXTURE_H
#define IO_FIXTURE_H

#include <thuso/io.h>

const char *io_folder(void);
void io_folder_remove(void);
/* Full path of a name in the folder; caller frees. */
char *io_path(const char *name);
/* Writes a file; size -1 = a text. Returns its path, caller frees. */
char *io_write(const char *name, gconstpointer data, gssize size);
/* A source named "source" of one path (taken over). */
ThusoSource *io_source(char *path);
void io_add_path(ThusoSource *source, char *path);

/* Reads or fails the test. */
ThusoTable *io_read(ThusoContext *context, const ThusoSource *source, ThusoReadWhat what, const char *const *fields);
/* Reads, and expects an error of this code whose message holds all words (NULL-terminated). */
void io_assert_refused(const ThusoSource *source, ThusoReadWhat what, ThusoErrorCode code, ...) G_GNUC_NULL_TERMINATED;
void io_assert_message(GError *error, ThusoErrorCode code, const char *word);

/* The first finding of that check, or NULL. */
const ThusoFinding *io_finding(const ThusoContext *context, const char *check);
/* A text of the table's cell; "NULL" for none. Caller frees. */
char *io_cell(const ThusoTable *table, gint64 row, const char *column);
#define io_assert_cell(table, row, column, expected)                                                                             \
	do {                                                                                                                         \
		g_autofree char *cell_ = io_cell(table, row, column);                                                                    \
		g_assert_cmpstr(cell_, ==, expected);                                                                                    \
	} while (0)

/* A grid of square cells in EPSG:32734. */
ThusoGrid io_grid(ThusoCrs *crs, double cell_m, gint32 n_cols, gint32 n_rows);

/* The test suites, one file each. */
void io_add_layer_tests(void);
void io_add_text_tests(void);
void io_add_row_tests(void);
void io_add_guard_tests(void);
void io_add_raster_tests(void);
void io_add_polygon_tests(void);
void io_add_sql_tests(void);
void io_add_store_tests(void);

#endif
