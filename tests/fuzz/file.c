/* The file at hand, in memory where the system has a folder for that. */
#include "fuzz.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static char *paths[8]; /* one an ending */

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

static const char *path_of(const char *ending)
{
	gsize i = 0;
	for (; paths[i]; i++)
		if (g_str_has_suffix(paths[i], ending))
			return paths[i];
	paths[i] = g_strdup_printf("%s/x%s", folder, ending);
	return paths[i];
}

const char *fuzz_file(const uint8_t *data, size_t size, const char *ending)
{
	if (!folder[0])
		make_folder();
	const char *path = path_of(ending);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t) size)
		g_error("the file at hand cannot be written");
	close(fd);
	return path;
}

void fuzz_fail(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	return g_strndup((const char *) data, size);
}
