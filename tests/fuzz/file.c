/* The files at hand, in memory where the system has a folder for that; what all readers must hold. */
#include "fuzz.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_US 1000000 /* for an input */

static char folder[64];
static char *paths[32]; /* one a name */

static void take_away(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(paths) && paths[i]; i++) {
		unlink(paths[i]);
		g_free(paths[i]);
	}
	rmdir(folder);
}

static void make_folder(void)
{
	g_snprintf(folder, sizeof folder, "%s/thuso-fuzz-XXXXXX", g_access("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir());
	if (!g_mkdtemp(folder))
		g_error("no folder can be made for the file at hand");
	atexit(take_away);
}

const char *fuzz_path(const char *name)
{
	gsize i = 0;
	if (!folder[0])
		make_folder();
	for (; i < G_N_ELEMENTS(paths) && paths[i]; i++)
		if (strcmp(strrchr(paths[i], '/') + 1, name) == 0)
			return paths[i];
	if (i == G_N_ELEMENTS(paths))
		g_error("too many files for the fuzzer");
	paths[i] = g_strdup_printf("%s/%s", folder, name);
	return paths[i];
}

const char *fuzz_file(const uint8_t *data, size_t size, const char *name)
{
	const char *path = fuzz_path(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t) size)
		g_error("the file at hand cannot be written");
	close(fd);
	return path;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	return g_strndup((const char *) data, size);
}

gboolean fuzz_part(FuzzPart *rest, FuzzPart *part)
{
	if (!rest->data)
		return FALSE;
	const uint8_t *end = rest->size > 0 ? memchr(rest->data, FUZZ_BETWEEN, rest->size) : NULL;
	*part = (FuzzPart){ rest->data, end ? (size_t) (end - rest->data) : rest->size };
	*rest = end ? (FuzzPart){ end + 1, rest->size - part->size - 1 } : (FuzzPart){ NULL, 0 };
	return TRUE;
}

/* --- the context ------------------------------------------------------------------------------------------------------------------ */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ThusoContext *current;
static gint64 began;

static void *watch(void *data)
{
	for (;;) {
		g_usleep(PATIENCE_US / 10);
		pthread_mutex_lock(&lock);
		if (current && g_get_monotonic_time() - began > PATIENCE_US)
			thuso_context_cancel(current);
		pthread_mutex_unlock(&lock);
	}
	return data;
}

ThusoContext *fuzz_context(void)
{
	static pthread_t watcher;
	static gboolean is_watched;
	if (!is_watched && pthread_create(&watcher, NULL, watch, NULL) != 0)
		g_error("no thread can be made");
	is_watched = TRUE;
	pthread_mutex_lock(&lock);
	thuso_context_free(current);
	current = thuso_context_new();
	thuso_context_set_threads(current, 1);
	began = g_get_monotonic_time();
	pthread_mutex_unlock(&lock);
	return current;
}

ThusoSource *fuzz_source(const char *path)
{
	ThusoSource *source = thuso_source_new("fuzz");
	g_strfreev(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_strdup(path);
	return source;
}

void fuzz_fail(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

void fuzz_check_either(gboolean has_result, const GError *error, const char *file, int line)
{
	if (has_result == (error != NULL))
		fuzz_fail(error ? "a result or an error, not both" : "a result or an error, one of them", file, line);
	if (!error)
		return;
	gboolean good = error->domain == THUSO_ERROR && error->message[0] != '\0' && g_utf8_validate(error->message, -1, NULL);
	for (const char *p = error->message; *p; p++)
		good = good && (guchar) *p >= 32 && *p != 127;
	if (good)
		return;
	fprintf(stderr, "the error says: %s\n", error->message);
	fuzz_fail("an error is one line of UTF-8 without control characters", file, line);
}

void fuzz_check_table(const ThusoTable *table, gboolean infinity)
{
	for (gint64 row = 0; row < table->n_rows; row++)
		for (int c = 0; c < (int) table->columns->len; c++) {
			g_autofree char *text = thuso_table_as_text(table, row, c);
			fuzz_must(!text || g_utf8_validate(text, -1, NULL));
			double value = thuso_table_as_real(table, row, c);
			fuzz_must(infinity || !isinf(value));
		}
}
