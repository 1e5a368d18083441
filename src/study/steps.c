/* Answers that took a solver its time, kept until the run has its result: a run that is killed loses none of them. A file's name is a SHA-256
 * over the program and everything that the answer depends on, so that what is taken can never be stale; its first bytes are a SHA-256 of its
 * name and of what follows, so that neither damage nor another file under its name goes unseen. It is only a help: whatever goes wrong with it means working it out anew. */
#include "steps.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <string.h>

#include "steps_bytes.h"

#define ENDING    ".step"
#define SUM_CHARS 64
#define MAX_AGE_S (30 * 86400) /* whoever has not resumed by then does not */

struct Steps {
	ThusoContext *context;
	char *folder;
	gboolean resumes;
	char *program;    /* sum of the files that hold this code */
	GPtrArray *paths; /* kept or taken by this run */
	int n_taken;
};

/* The program is what is linked into it: a library's file too, where this code lies in one. */
static char *program_sum(void)
{
	Dl_info here;
	g_autoptr(GError) ignored = NULL;
	g_autofree char *program = thuso_file_sha256("/proc/self/exe", NULL), *library = NULL;
	if (dladdr((gconstpointer) steps_new, &here) != 0 && here.dli_fname && g_path_is_absolute(here.dli_fname))
		library = thuso_file_sha256(here.dli_fname, &ignored);
	return program ? g_strconcat(program, library, NULL) : NULL;
}

/* Left by runs that were killed and never resumed. */
static void remove_abandoned(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		GStatBuf info;
		if (g_str_has_suffix(name, ENDING) && g_stat(path, &info) == 0 && now - info.st_mtime > MAX_AGE_S)
			g_unlink(path);
	}
}

Steps *steps_new(ThusoContext *context, const char *folder, gboolean resumes)
{
	Steps *steps = g_new0(Steps, 1);
	steps->context = context;
	steps->folder = g_strdup(folder);
	steps->resumes = resumes;
	steps->program = program_sum();
	steps->paths = g_ptr_array_new_with_free_func(g_free);
	remove_abandoned(folder);
	return steps;
}

void steps_done(Steps *steps)
{
	for (guint i = 0; steps && i < steps->paths->len; i++)
		g_unlink(g_ptr_array_index(steps->paths, i));
	if (steps && steps->n_taken > 0)
		thuso_log(steps->context, THUSO_INFO, "plans taken from the run that was stopped: %d", steps->n_taken);
}

void steps_free(Steps *steps)
{
	if (!steps)
		return;
	g_free(steps->folder);
	g_free(steps->program);
	g_ptr_array_unref(steps->paths);
	g_free(steps);
}

/* --- files -------------------------------------------------------------------------------------------------------------- */

static GChecksum *begin_sum(const Steps *steps)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_checksum_update(sum, (const guchar *) steps->program, -1);
	return sum;
}

static char *path_of(const Steps *steps, GChecksum *sum)
{
	g_autofree char *name = g_strconcat(g_checksum_get_string(sum), ENDING, NULL);
	return g_build_filename(steps->folder, name, NULL);
}

/* Of a file's name and what follows the sum. */
static char *sum_of(const char *path, gconstpointer bytes, gsize size)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_checksum_update(sum, (const guchar *) name, -1);
	g_checksum_update(sum, bytes, (gssize) size);
	return g_strdup(g_checksum_get_string(sum));
}

/* What follows the sum in the file, or NULL. */
static GBytes *load(const Steps *steps, const char *path)
{
	g_autofree char *text = NULL;
	gsize size;
	if (!steps->resumes || !g_file_get_contents(path, &text, &size, NULL) || size < SUM_CHARS)
		return NULL;
	g_autofree char *sum = sum_of(path, text + SUM_CHARS, size - SUM_CHARS);
	if (memcmp(sum, text, SUM_CHARS) != 0)
		return NULL;
	return g_bytes_new(text + SUM_CHARS, size - SUM_CHARS);
}

/* Takes `bytes`; NULL = not to be kept. */
static void save(Steps *steps, const char *path, GByteArray *bytes)
{
	if (!bytes)
		return;
	g_autofree char *sum = sum_of(path, bytes->data, bytes->len);
	g_byte_array_prepend(bytes, (const guint8 *) sum, SUM_CHARS);
	if (g_mkdir_with_parents(steps->folder, 0700) == 0 &&
	    g_file_set_contents_full(path, (const char *) bytes->data, (gssize) bytes->len,
	                             G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, NULL))
		g_ptr_array_add(steps->paths, g_strdup(path));
	g_byte_array_unref(bytes);
}

static void note_taken(Steps *steps, const char *path)
{
	g_ptr_array_add(steps->paths, g_strdup(path));
	steps->n_taken++;
}

/* --- answers -------------------------------------------------------------------------------------------------------------- */

ThusoPlan *steps_locate(Steps *steps, ThusoContext *context, const ThusoModel *model, const ThusoLocation *location,
                        const ThusoLocateOptions *options, GError **error)
{
	if (!steps || !steps->program)
		return thuso_locate(context, model, location, options, error);
	g_autoptr(GChecksum) sum = begin_sum(steps);
	sum_location(sum, model, location, options);
	g_autofree char *path = path_of(steps, sum);
	g_autoptr(GBytes) bytes = load(steps, path);
	ThusoPlan *plan = bytes ? plan_from_bytes(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
	if (plan) {
		note_taken(steps, path);
		return plan;
	}
	plan = thuso_locate(context, model, location, options, error);
	if (plan && thuso_context_go_on(context, NULL)) /* an interrupted one is only the best so far */
		save(steps, path, plan_to_bytes(plan));
	return plan;
}

ThusoRollout *steps_rollout(Steps *steps, ThusoContext *context, const ThusoRolloutSpec *spec, GError **error)
{
	if (!steps || !steps->program)
		return thuso_rollout(context, spec, error);
	g_autoptr(GChecksum) sum = begin_sum(steps);
	sum_rollout(sum, spec);
	g_autofree char *path = path_of(steps, sum);
	g_autoptr(GBytes) bytes = load(steps, path);
	ThusoRollout *rollout = bytes ? rollout_from_bytes(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), spec) : NULL;
	if (rollout) {
		note_taken(steps, path);
		return rollout;
	}
	rollout = thuso_rollout(context, spec, error);
	if (rollout && thuso_context_go_on(context, NULL))
		save(steps, path, rollout_to_bytes(rollout, spec));
	return rollout;
}
