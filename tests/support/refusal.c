/* See refusal.h. */
#include "refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <thuso/base.h>

static atomic_int refused_kind;
static atomic_long calls_left, n_refused; /* until the one that is refused; 0 = none */

static gboolean refused(Refusal kind, int number)
{
	if (atomic_load(&calls_left) <= 0 || atomic_load(&refused_kind) != (int) kind || atomic_fetch_sub(&calls_left, 1) != 1)
		return FALSE;
	atomic_fetch_add(&n_refused, 1);
	errno = number;
	return TRUE;
}

void refuse_next(Refusal kind, long nth)
{
	atomic_store(&calls_left, 0);
	atomic_store(&refused_kind, (int) kind);
	atomic_store(&n_refused, 0);
	atomic_store(&calls_left, nth);
}

/* --- what the linker puts in place of the system's ------------------------------------------------------------------------------ */

/* `names` are the parameters' names, in parentheses. */
#define WRAP(type, name, parameters, names, kind, number, failure)                                                               \
	type __real_##name parameters;                                                                                               \
	type __wrap_##name parameters;                                                                                               \
	type __wrap_##name parameters                                                                                                \
	{                                                                                                                            \
		return refused(kind, number) ? (type) (failure) : __real_##name names;                                                   \
	}

WRAP(void *, calloc, (size_t n, size_t size), (n, size), REFUSE_MEMORY, ENOMEM, NULL)
WRAP(void *, realloc, (void *old, size_t size), (old, size), REFUSE_MEMORY, ENOMEM, NULL)
WRAP(void *, aligned_alloc, (size_t at, size_t size), (at, size), REFUSE_MEMORY, ENOMEM, NULL)
WRAP(void *, mmap, (void *at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset), REFUSE_MEMORY, ENOMEM, MAP_FAILED)
WRAP(void *, mmap64, (void *at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset), REFUSE_MEMORY, ENOMEM, MAP_FAILED)
WRAP(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size), REFUSE_WRITE, ENOSPC, -1)
WRAP(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at), REFUSE_WRITE, ENOSPC, -1)
WRAP(ssize_t, pwrite64, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at), REFUSE_WRITE, ENOSPC, -1)
WRAP(int, fsync, (int fd), (fd), REFUSE_WRITE, EIO, -1)
WRAP(int, ftruncate, (int fd, off_t size), (fd, size), REFUSE_WRITE, ENOSPC, -1)
WRAP(int, ftruncate64, (int fd, off_t size), (fd, size), REFUSE_WRITE, ENOSPC, -1)
WRAP(ssize_t, read, (int fd, void *data, size_t size), (fd, data, size), REFUSE_READ, EIO, -1)
WRAP(ssize_t, pread, (int fd, void *data, size_t size, off_t at), (fd, data, size, at), REFUSE_READ, EIO, -1)
WRAP(ssize_t, pread64, (int fd, void *data, size_t size, off_t at), (fd, data, size, at), REFUSE_READ, EIO, -1)
WRAP(int, mkostemp, (char *name, int flags), (name, flags), REFUSE_NAME, EACCES, -1)
WRAP(int, mkostemp64, (char *name, int flags), (name, flags), REFUSE_NAME, EACCES, -1)
WRAP(int, rename, (const char *from, const char *to), (from, to), REFUSE_NAME, EACCES, -1)
WRAP(int, link, (const char *from, const char *to), (from, to), REFUSE_NAME, EACCES, -1)
WRAP(int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags), REFUSE_NAME,
     EACCES, -1)
WRAP(int, g_rename, (const char *from, const char *to), (from, to), REFUSE_NAME, EACCES, -1)
WRAP(int, g_mkdir_with_parents, (const char *path, int mode), (path, mode), REFUSE_NAME, EACCES, -1)
WRAP(int, g_mkstemp_full, (char *name, int flags, int mode), (name, flags, mode), REFUSE_NAME, EACCES, -1)
WRAP(int, g_open, (const char *path, int flags, int mode), (path, flags, mode), REFUSE_NAME, EACCES, -1)

#define WRAP_OPEN(name)                                                                                                          \
	int __real_##name(const char *path, int flags, ...);                                                                         \
	int __wrap_##name(const char *path, int flags, ...);                                                                         \
	int __wrap_##name(const char *path, int flags, ...)                                                                          \
	{                                                                                                                            \
		va_list rest;                                                                                                            \
		va_start(rest, flags);                                                                                                   \
		const int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;                                                  \
		va_end(rest);                                                                                                            \
		return refused(REFUSE_NAME, EACCES) ? -1 : __real_##name(path, flags, mode);                                             \
	}
WRAP_OPEN(open)
WRAP_OPEN(open64)

/* --- one after the other ----------------------------------------------------------------------------------------------------- */

/* R5: the size stands in the message. */
static gboolean names_size(const char *message)
{
	return (strstr(message, "memory") || strstr(message, "address space")) &&
	       (strstr(message, " MB)") || strstr(message, " bytes)"));
}

static void check_error(const GError *error, const char *words, long nth)
{
	if (!error || error->domain != THUSO_ERROR || strchr(error->message, '\n'))
		g_error("call %ld refused: %s", nth, error ? error->message : "no error");
	if (!words && (error->code != THUSO_ERROR_LIMIT || !names_size(error->message)))
		g_error("memory refused at call %ld: %s (code %d)", nth, error->message, error->code);
	g_auto(GStrv) each = g_strsplit(words ? words : "", "|", -1);
	for (char **word = each; *word; word++)
		if (!strstr(error->message, *word))
			g_error("call %ld refused: no \"%s\" in: %s", nth, *word, error->message);
}

/* How many calls the work makes without a refusal. */
static long count_calls(Refusal kind, RefusalWork work, gpointer data)
{
	g_autoptr(GError) error = NULL;
	refuse_next(kind, G_MAXINT);
	const gboolean good = work(data, &error);
	const long n = G_MAXINT - atomic_load(&calls_left);
	refuse_next(kind, 0);
	g_assert_no_error(error);
	g_assert_true(good);
	g_assert_cmpint(n, >, 0);
	return n;
}

static long refuse_all(Refusal kind, RefusalWork work, gpointer data, const char *words, long step, gboolean may_pass)
{
	long n = 0;
	for (long nth = 1;; nth += step, n++) {
		g_autoptr(GError) error = NULL;
		refuse_next(kind, nth);
		const gboolean good = work(data, &error), met = atomic_load(&n_refused) > 0;
		refuse_next(kind, 0);
		if (good != (error == NULL))
			g_error("call %ld refused: %s", nth, good ? "an error and a result" : "neither error nor result");
		if (!met) {
			g_assert_no_error(error);
			return n;
		}
		if (good && !may_pass)
			g_error("call %ld of kind %d was refused, and nothing was said", nth, (int) kind);
		if (!good)
			check_error(error, words, nth);
	}
}

long refuse_each(Refusal kind, RefusalWork work, gpointer data, const char *words)
{
	count_calls(kind, work, data);
	return refuse_all(kind, work, data, words, 1, FALSE);
}

long refuse_some(Refusal kind, RefusalWork work, gpointer data, const char *words, long most)
{
	const long n = count_calls(kind, work, data);
	return refuse_all(kind, work, data, words, most > 0 ? MAX(1, n / most) : 1, TRUE);
}
