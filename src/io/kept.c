/* SQLite-based inputs stay open between the reads of a run: a study reads a dozen layers of one GeoPackage, and checking the whole
 * file costs more than most of them. What is kept belongs to the run's context and to the thread that read first, because GDAL and
 * PROJ tie what they open to a thread; other threads open for themselves. */
#include "private.h"

#include <time.h>

#define MAX_KEPT  8 /* files: each holds two file handles and a few megabytes of pages */
#define SETTLED_S 2 /* a file changed later than this before it was opened could change again under the same time stamp */

typedef struct {
	GThread *thread;
	GPtrArray *inputs; /* ThusoInput, the one used last at the end */
} Shelf;

static gpointer shelf_new(void)
{
	Shelf *shelf = g_new0(Shelf, 1);
	shelf->thread = g_thread_self();
	shelf->inputs = g_ptr_array_new_with_free_func((GDestroyNotify) thuso_input_close);
	return shelf;
}

static void shelf_free(gpointer data)
{
	Shelf *shelf = data;
	g_ptr_array_unref(shelf->inputs);
	g_free(shelf);
}

/* NULL on a thread that keeps nothing. */
static Shelf *shelf_of(ThusoContext *context)
{
	Shelf *shelf = context ? thuso_context_keep(context, "io: inputs", shelf_new, shelf_free) : NULL;
	return shelf && shelf->thread == g_thread_self() ? shelf : NULL;
}

static gboolean same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static gboolean is_same_file(const ThusoInput *input)
{
	struct stat now;
	const struct stat *then = &input->identity;
	return stat(input->absolute, &now) == 0 && now.st_dev == then->st_dev && now.st_ino == then->st_ino &&
	       now.st_size == then->st_size && same_time(now.st_mtim, then->st_mtim) && same_time(now.st_ctim, then->st_ctim);
}

gboolean thuso_kept_identify(ThusoInput *input)
{
	struct timespec now;
	if (stat(input->absolute, &input->identity) != 0 || clock_gettime(CLOCK_REALTIME, &now) != 0)
		return FALSE;
	const struct timespec *changed = &input->identity.st_ctim;
	gint64 age_s = (gint64) now.tv_sec - changed->tv_sec - (now.tv_nsec < changed->tv_nsec);
	input->is_settled = age_s >= SETTLED_S;
	return TRUE;
}

ThusoInput *thuso_kept_take(ThusoContext *context, const char *absolute)
{
	Shelf *shelf = shelf_of(context);
	for (guint i = 0; shelf && i < shelf->inputs->len; i++) {
		const ThusoInput *input = g_ptr_array_index(shelf->inputs, i);
		if (!g_str_equal(input->absolute, absolute))
			continue;
		g_autoptr(ThusoInput) taken = g_ptr_array_steal_index(shelf->inputs, i);
		return is_same_file(taken) ? g_steal_pointer(&taken) : NULL;
	}
	return NULL;
}

/* Takes back what a read has set on the layer. */
static gboolean reset(OGRLayerH layer)
{
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	OGR_L_ResetReading(layer);
	gboolean good = OGR_L_SetAttributeFilter(layer, NULL) == OGRERR_NONE &&
	                (!OGR_L_TestCapability(layer, OLCIgnoreFields) || OGR_L_SetIgnoredFields(layer, NULL) == OGRERR_NONE) &&
	                !messages.failure;
	thuso_messages_end(&messages, NULL, NULL);
	return good;
}

static gboolean is_kept(const Shelf *shelf, const char *absolute)
{
	for (guint i = 0; i < shelf->inputs->len; i++)
		if (g_str_equal(((const ThusoInput *) g_ptr_array_index(shelf->inputs, i))->absolute, absolute))
			return TRUE;
	return FALSE;
}

void thuso_kept_give(ThusoContext *context, ThusoInput *input, OGRLayerH layer)
{
	Shelf *shelf = input->db && input->is_settled ? shelf_of(context) : NULL;
	if (!shelf || is_kept(shelf, input->absolute) || !reset(layer)) {
		thuso_input_close(input);
		return;
	}
	if (shelf->inputs->len == MAX_KEPT)
		g_ptr_array_remove_index(shelf->inputs, 0);
	g_ptr_array_add(shelf->inputs, input);
}
