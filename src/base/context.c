/* The run's context: threads, progress, cancel, log and findings. One object instead of globals, so that a program may hold several
 * runs. pthreads as in parallel.c: GLib's locks look like races to a thread sanitizer. */
#include <thuso/base.h>

#include <pthread.h>
#include <string.h>
#include <unistd.h>

struct ThusoContext {
	const ThusoContext *parent; /* or NULL */
	int n_threads;
	gint cancelled;       /* atomic: set by a signal handler */
	pthread_mutex_t lock; /* for what follows */
	ThusoProgressFunc progress;
	gpointer progress_data;
	ThusoLogFunc log;
	gpointer log_data;
	char *stage;
	double stage_from, stage_to, shown;
	GPtrArray *findings;
	GPtrArray *kept; /* Kept */
};

typedef struct {
	const char *key;
	gpointer object;
	GDestroyNotify destroy;
} Kept;

GQuark thuso_error_quark(void)
{
	return g_quark_from_static_string("thuso-error");
}

const char *thuso_severity_name(ThusoSeverity severity)
{
	static const char *const names[] = { "info", "warning", "error" };
	return names[severity];
}

static void finding_free(gpointer data)
{
	ThusoFinding *finding = data;
	g_free((char *) finding->check);
	g_free((char *) finding->layer);
	g_free((char *) finding->feature);
	g_free((char *) finding->message);
	if (finding->wkb)
		g_bytes_unref(finding->wkb);
	g_free(finding);
}

static void kept_free(gpointer data)
{
	Kept *kept = data;
	kept->destroy(kept->object);
	g_free(kept);
}

ThusoContext *thuso_context_new(void)
{
	ThusoContext *context = g_new0(ThusoContext, 1);
	pthread_mutex_init(&context->lock, NULL);
	context->findings = g_ptr_array_new_with_free_func(finding_free);
	context->kept = g_ptr_array_new_with_free_func(kept_free);
	thuso_context_set_threads(context, 0);
	return context;
}

ThusoContext *thuso_context_quiet(const ThusoContext *parent)
{
	ThusoContext *context = thuso_context_new();
	context->parent = parent;
	context->n_threads = parent->n_threads;
	return context;
}

void thuso_context_free(ThusoContext *context)
{
	if (!context)
		return;
	g_ptr_array_unref(context->kept);
	g_ptr_array_unref(context->findings);
	pthread_mutex_destroy(&context->lock);
	g_free(context->stage);
	g_free(context);
}

void thuso_context_set_threads(ThusoContext *context, int n_threads)
{
	if (n_threads <= 0)
		n_threads = (int) sysconf(_SC_NPROCESSORS_ONLN);
	context->n_threads = CLAMP(n_threads, 1, 1024);
}

int thuso_context_threads(const ThusoContext *context)
{
	return context->n_threads;
}

void thuso_context_set_progress(ThusoContext *context, ThusoProgressFunc func, gpointer data)
{
	context->progress = func;
	context->progress_data = data;
}

void thuso_context_set_log(ThusoContext *context, ThusoLogFunc func, gpointer data)
{
	context->log = func;
	context->log_data = data;
}

void thuso_context_cancel(ThusoContext *context)
{
	g_atomic_int_set(&context->cancelled, 1);
}

gboolean thuso_context_go_on(ThusoContext *context, GError **error)
{
	gboolean cancelled = FALSE;
	for (const ThusoContext *c = context; c && !cancelled; c = c->parent)
		cancelled = g_atomic_int_get(&c->cancelled);
	if (!cancelled)
		return TRUE;
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_CANCELLED, "interrupted; nothing was written");
	return FALSE;
}

static void show(ThusoContext *context, double fraction)
{
	/* Stages may overlap by a rounding; what a planner sees never goes back. */
	context->shown = MAX(context->shown, CLAMP(fraction, 0, 1));
	if (context->progress)
		context->progress(context->shown, context->stage ? context->stage : "", context->progress_data);
}

void thuso_stage(ThusoContext *context, const char *what, double from, double to)
{
	pthread_mutex_lock(&context->lock);
	g_free(context->stage);
	context->stage = g_strdup(what);
	context->stage_from = from;
	context->stage_to = to;
	show(context, from);
	pthread_mutex_unlock(&context->lock);
}

void thuso_progress(ThusoContext *context, double fraction)
{
	pthread_mutex_lock(&context->lock);
	show(context, context->stage_from + CLAMP(fraction, 0, 1) * (context->stage_to - context->stage_from));
	pthread_mutex_unlock(&context->lock);
}

static void log_line(ThusoContext *context, ThusoSeverity severity, const char *message)
{
	if (context->log)
		context->log(severity, message, context->log_data);
}

void thuso_log(ThusoContext *context, ThusoSeverity severity, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *line = thuso_escape(text);
	pthread_mutex_lock(&context->lock);
	log_line(context, severity, line);
	pthread_mutex_unlock(&context->lock);
}

void thuso_find(ThusoContext *context, const ThusoFinding *finding)
{
	ThusoFinding *kept = g_new0(ThusoFinding, 1);
	kept->severity = finding->severity;
	kept->check = g_strdup(finding->check);
	kept->layer = g_strdup(finding->layer ? finding->layer : "");
	kept->feature = g_strdup(finding->feature);
	kept->message = thuso_escape(finding->message);
	kept->count = MAX(finding->count, 1);
	kept->wkb = finding->wkb ? g_bytes_ref(finding->wkb) : NULL;

	/* A message that names its layer need not be headed by it. */
	gboolean says_where = strstr(kept->message, kept->layer) != NULL;
	g_autofree char *line = g_strdup_printf("%s%s%s", says_where ? "" : kept->layer, says_where ? "" : ": ", kept->message);
	pthread_mutex_lock(&context->lock);
	g_ptr_array_add(context->findings, kept);
	log_line(context, kept->severity, line);
	pthread_mutex_unlock(&context->lock);
}

const GPtrArray *thuso_context_findings(const ThusoContext *context)
{
	return context->findings;
}

gpointer thuso_context_keep(ThusoContext *context, const char *key, gpointer (*make)(void), GDestroyNotify destroy)
{
	Kept *kept = NULL;
	pthread_mutex_lock(&context->lock);
	for (guint i = 0; i < context->kept->len && !kept; i++) {
		Kept *old = g_ptr_array_index(context->kept, i);
		if (strcmp(old->key, key) == 0)
			kept = old;
	}
	if (!kept) {
		kept = g_new0(Kept, 1);
		*kept = (Kept){ key, make(), destroy };
		g_ptr_array_add(context->kept, kept);
	}
	pthread_mutex_unlock(&context->lock);
	return kept->object;
}
