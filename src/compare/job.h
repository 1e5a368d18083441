/* What the parts of a comparison share: both results open, rows of changes, rows found by their key. */
#ifndef THUSO_COMPARE_JOB_H
#define THUSO_COMPARE_JOB_H

#include <thuso/compare.h>
#include <thuso/io.h>

typedef struct {
	const char *path;
	const GPtrArray *tables; /* of ThusoTable: a result that is not written yet; NULL = the file at `path` */
	char *name;              /* for messages: the file's own, or the path where both are named alike */
	char **layers;           /* NULL-terminated */
} Result;

typedef struct {
	ThusoContext *context;
	Result old, new;
	ThusoTable *change, *summary;
	GPtrArray *notes; /* of char * */
} Job;

/* --- results.c ------------------------------------------------------------------------------------------------------------ */

gboolean result_open(ThusoContext *context, Result *result, GError **error);
void result_clear(Result *result);
gboolean result_has(const Result *result, const char *table);
/* Columns of one table (NULL-terminated; those that begin with ? where it has them). NULL without an error where the result lacks the
 * table, or a column: those of other versions may. */
ThusoTable *result_read(Job *job, const Result *result, const char *table, const char *const *columns, GError **error);
void note(Job *job, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* --- changes.c ------------------------------------------------------------------------------------------------------------ */

typedef struct {
	const char *kind, *level, *id, *title, *change;
	const char *old, *new;         /* as text, or NULL */
	double old_number, new_number; /* where the texts are NULL; NaN = none */
} Change;
gboolean add_change(Job *job, const Change *change, GError **error);
gboolean add_summary(Job *job, const char *name, double value, GError **error);

/* Rows of a table by the text of one or two columns (second NULL = one). The first of equal keys counts. `table` NULL = nothing. */
typedef struct {
	const ThusoTable *table;
	GHashTable *row; /* key -> row + 1 */
	int first, second;
} Keyed;
void keyed_init(Keyed *keyed, const ThusoTable *table, const char *first, const char *second);
void keyed_clear(Keyed *keyed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Keyed, keyed_clear)
gint64 keyed_find(const Keyed *keyed, const Keyed *other, gint64 row); /* the row with the key that `other` has in that row; -1 */
gint64 keyed_n(const Keyed *keyed);
/* Cells by the name of their column; NULL and NaN where table, column or value lacks. */
const char *text_at(const ThusoTable *table, gint64 row, const char *column);
double number_at(const ThusoTable *table, gint64 row, const char *column);

/* --- the parts ------------------------------------------------------------------------------------------------------------- */

gboolean compare_sites(Job *job, GError **error);      /* sites.c: ranking, plans, centres */
gboolean compare_people(Job *job, GError **error);     /* people.c */
gboolean compare_provenance(Job *job, GError **error); /* provenance.c: inputs, parameters, program */

#endif
