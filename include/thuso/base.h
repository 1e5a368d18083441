/* Errors, the run's context (threads, progress, cancel, log, findings), the parallel loop and checked vectors.
 *
 * The library prints nothing, exits never and has no mutable globals: all that a run shares hangs on ThusoContext. */
#ifndef THUSO_BASE_H
#define THUSO_BASE_H

#include <glib.h>
#include <math.h>

G_BEGIN_DECLS

/* Error codes are the command's exit codes, so an error keeps its meaning up to the shell. */
#define THUSO_ERROR (thuso_error_quark())
typedef enum {
	THUSO_ERROR_FAILED = 1,     /* I/O, memory, internal */
	THUSO_ERROR_USAGE = 2,      /* wrong usage or study file */
	THUSO_ERROR_INPUT = 3,      /* inputs not usable */
	THUSO_ERROR_INFEASIBLE = 4, /* no feasible plan */
	THUSO_ERROR_LIMIT = 5,      /* over a stated limit of size, memory or time */
	THUSO_ERROR_LOCKED = 75,    /* the output is locked by another run */
	THUSO_ERROR_CANCELLED = 130
} ThusoErrorCode;
GQuark thuso_error_quark(void);

typedef struct ThusoContext ThusoContext;

typedef enum { THUSO_INFO, THUSO_WARNING, THUSO_SERIOUS } ThusoSeverity;
const char *thuso_severity_name(ThusoSeverity severity); /* "info", "warning", "error" */

/* One line of the data quality report (layer quality_issues). Strings are copied. `feature` and `wkb` may be NULL;
 * `wkb` is a geometry in the analysis CRS. `count` is how many features share the finding (at least 1). */
typedef struct {
	ThusoSeverity severity;
	const char *check;   /* short stable word: "duplicate_id", "off_grid", "on_barrier", ... */
	const char *layer;   /* the source as the study names it */
	const char *feature; /* id of the first feature concerned */
	const char *message; /* what is wrong, and what to do */
	gint64 count;
	GBytes *wkb;
} ThusoFinding;

/* `fraction` is of the whole job, 0..1 and never falls; `what` is the stage in words. Called from any thread, one at a time. */
typedef void (*ThusoProgressFunc)(double fraction, const char *what, gpointer data);
typedef void (*ThusoLogFunc)(ThusoSeverity severity, const char *message, gpointer data);

ThusoContext *thuso_context_new(void);
void thuso_context_free(ThusoContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoContext, thuso_context_free)

/* A context for work whose findings, log and progress nobody shall see, such as a run under other assumptions. It has the threads of
 * `parent` and stops when that one is cancelled; `parent` must outlive it. */
ThusoContext *thuso_context_quiet(const ThusoContext *parent);

void thuso_context_set_threads(ThusoContext *context, int n_threads); /* 0 = as many as the machine has */
int thuso_context_threads(const ThusoContext *context);
void thuso_context_set_progress(ThusoContext *context, ThusoProgressFunc func, gpointer data);
void thuso_context_set_log(ThusoContext *context, ThusoLogFunc func, gpointer data);

/* Asks the run to stop. Safe in a signal handler. */
void thuso_context_cancel(ThusoContext *context);
/* FALSE with THUSO_ERROR_CANCELLED once the run was asked to stop. Cheap: call it in every long loop. */
gboolean thuso_context_go_on(ThusoContext *context, GError **error);

/* The stage now running takes the job from `from` to `to` (0..1); thuso_progress then counts 0..1 within the stage. */
void thuso_stage(ThusoContext *context, const char *what, double from, double to);
void thuso_progress(ThusoContext *context, double fraction);
void thuso_log(ThusoContext *context, ThusoSeverity severity, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Keeps a finding for quality_issues and logs it (THUSO_INFO ones only when verbose). Thread-safe. */
void thuso_find(ThusoContext *context, const ThusoFinding *finding);
/* Findings in the order they were made; elements are ThusoFinding, owned by the context. */
const GPtrArray *thuso_context_findings(const ThusoContext *context);

/* What a room keeps for the length of a run, one object a key (a static text): made when first asked for, freed with the context,
 * before anything else of it. Thread-safe; what the object then does among threads is the room's. */
gpointer thuso_context_keep(ThusoContext *context, const char *key, gpointer (*make)(void), GDestroyNotify destroy);

/* Runs work(index, worker, data) for index 0..n-1 on the context's threads; `worker` is 0..threads-1 and lets the caller
 * keep one workspace a thread. Order of indices is undefined: results must be stored by index. Stops at the first error
 * (the one of the lowest failing index is returned when several fail) or when the run is cancelled. */
typedef gboolean (*ThusoWorkFunc)(gint64 index, int worker, gpointer data, GError **error);
gboolean thuso_parallel(ThusoContext *context, gint64 n, ThusoWorkFunc work, gpointer data, GError **error);

/* n * size bytes, zeroed; NULL with THUSO_ERROR_LIMIT that names `what` and the size. Free with thuso_array_free (= free). */
gpointer thuso_array_new(gint64 n, gsize size, const char *what, GError **error);
void thuso_array_free(gpointer array);

/* As g_new0, for the signed counts of things that a study file counts. */
#define thuso_new(type, n) g_new0(type, (gsize) (n))

/* A growing array counted in 64 bits whose failure is an error, not an abort. Zero-initialise, then push.
 *     ThusoVector v = THUSO_VECTOR(double); ... thuso_vector_push(&v, &x, "costs", error); ((double *) v.data)[i]; */
typedef struct {
	gpointer data;
	gint64 n;
	gint64 capacity;
	gsize size; /* of one element, bytes */
} ThusoVector;
#define THUSO_VECTOR(type) ((ThusoVector){ NULL, 0, 0, sizeof(type) })
gboolean thuso_vector_push(ThusoVector *vector, gconstpointer element, const char *what, GError **error);
gboolean thuso_vector_reserve(ThusoVector *vector, gint64 n, const char *what, GError **error);
void thuso_vector_clear(ThusoVector *vector); /* frees the data, keeps the element size */

/* A sum of people that stays exact to a few ulps however many cells it runs over (Neumaier 1974). Zero-initialise. */
typedef struct {
	double sum, rest;
} ThusoSum;
static inline void thuso_sum_add(ThusoSum *total, double value)
{
	double sum = total->sum + value;
	total->rest += fabs(total->sum) >= fabs(value) ? (total->sum - sum) + value : (value - sum) + total->sum;
	total->sum = sum;
}
static inline double thuso_sum(const ThusoSum *total)
{
	return total->sum + total->rest;
}

/* SHA-256 of a file as 64 hexadecimal digits; of a folder, of its regular files in byte order of their names. */
char *thuso_file_sha256(const char *path, GError **error);

/* The known name nearest to `name` by edit distance, or NULL when none is near. `known` is NULL-terminated. */
const char *thuso_nearest_name(const char *name, const char *const *known);
/* `text` with control characters and line ends escaped, for one-line messages. */
char *thuso_escape(const char *text);
/* Sets an error that says what files hold: the text is escaped as a whole. */
void thuso_set_error(GError **error, ThusoErrorCode code, const char *format, ...) G_GNUC_PRINTF(3, 4);

G_END_DECLS
#endif
