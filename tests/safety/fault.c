/* A library to be loaded before a program (LD_PRELOAD): makes its n-th write, fsync, close or rename fail, once or from then on.
 *
 *   THUSO_FAULT_CALL   write | fsync | close | rename | link | open
 *   THUSO_FAULT_NTH    which call fails, from 1; 0 = none, for counting
 *   THUSO_FAULT_MODE   once (default) | forever | short (the call does half of its work and says so; writes only) | kill (SIGKILL instead)
 *   THUSO_FAULT_ERRNO  what errno says (default 28, ENOSPC)
 *   THUSO_FAULT_COUNT  a file that gets the number of calls when the program ends
 *
 * Counted are calls on file descriptors above 2 and streams other than the three standard ones, whoever makes them: the program, SQLite,
 * GDAL, GLib. Opening counts where it creates or writes. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

typedef enum { ONCE, FOREVER, SHORT, KILL } Mode;

static const char *call;
static long nth;
static int error_number = ENOSPC;
static Mode mode;
static atomic_long n_calls;

/* Declared here, since this file needs names that the headers of large-file systems hide. */
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at);
int open64(const char *path, int flags, ...);

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void)
{
	const char *number = getenv("THUSO_FAULT_NTH"), *how = getenv("THUSO_FAULT_MODE"), *why = getenv("THUSO_FAULT_ERRNO");
	call = getenv("THUSO_FAULT_CALL");
	nth = number ? atol(number) : 0;
	mode = !how || strcmp(how, "once") == 0 ? ONCE
	       : strcmp(how, "forever") == 0    ? FOREVER
	       : strcmp(how, "short") == 0      ? SHORT
	                                        : KILL;
	if (why)
		error_number = atoi(why);
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("THUSO_FAULT_COUNT");
	int (*open_)(const char *, int, ...) = (int (*)(const char *, int, ...)) next("open");
	ssize_t (*write_)(int, const void *, size_t) = (ssize_t(*)(int, const void *, size_t)) next("write");
	char text[32];
	int n = snprintf(text, sizeof text, "%ld\n", atomic_load(&n_calls)),
	    fd = path ? open_(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
	if (fd >= 0 && write_(fd, text, (size_t) n) != n)
		abort();
}

/* Is this the call that fails? */
static int fails(const char *name)
{
	if (!call || strcmp(call, name) != 0)
		return 0;
	long n = atomic_fetch_add(&n_calls, 1) + 1;
	if (nth == 0 || n < nth || (n > nth && mode != FOREVER))
		return 0;
	if (mode == KILL)
		raise(SIGKILL);
	errno = error_number;
	return 1;
}

ssize_t write(int fd, const void *data, size_t size)
{
	ssize_t (*real)(int, const void *, size_t) = (ssize_t(*)(int, const void *, size_t)) next("write");
	if (fd > 2 && fails("write"))
		return mode == SHORT && size > 1 ? real(fd, data, size / 2) : -1;
	return real(fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
	ssize_t (*real)(int, const void *, size_t, off_t) = (ssize_t(*)(int, const void *, size_t, off_t)) next("pwrite");
	if (fd > 2 && fails("write"))
		return mode == SHORT && size > 1 ? real(fd, data, size / 2, at) : -1;
	return real(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
	ssize_t (*real)(int, const void *, size_t, off64_t) = (ssize_t(*)(int, const void *, size_t, off64_t)) next("pwrite64");
	if (fd > 2 && fails("write"))
		return mode == SHORT && size > 1 ? real(fd, data, size / 2, at) : -1;
	return real(fd, data, size, at);
}

size_t fwrite(const void *data, size_t size, size_t n, FILE *file)
{
	size_t (*real)(const void *, size_t, size_t, FILE *) = (size_t(*)(const void *, size_t, size_t, FILE *)) next("fwrite");
	if (file != stdout && file != stderr && fails("write"))
		return mode == SHORT && n > 1 ? real(data, size, n / 2, file) : 0;
	return real(data, size, n, file);
}

int fflush(FILE *file)
{
	int (*real)(FILE *) = (int (*)(FILE *)) next("fflush");
	if (file && file != stdout && file != stderr && fails("write"))
		return EOF;
	return real(file);
}

int ftruncate(int fd, off_t size)
{
	int (*real)(int, off_t) = (int (*)(int, off_t)) next("ftruncate");
	return fails("write") ? -1 : real(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
	int (*real)(int, off64_t) = (int (*)(int, off64_t)) next("ftruncate64");
	return fails("write") ? -1 : real(fd, size);
}

int fsync(int fd)
{
	int (*real)(int) = (int (*)(int)) next("fsync");
	return fails("fsync") ? -1 : real(fd);
}

int fdatasync(int fd)
{
	int (*real)(int) = (int (*)(int)) next("fdatasync");
	return fails("fsync") ? -1 : real(fd);
}

/* A close that fails has closed the file all the same. */
int close(int fd)
{
	int (*real)(int) = (int (*)(int)) next("close");
	int failed = fd > 2 && fails("close"), result = real(fd);
	if (failed)
		errno = error_number;
	return failed ? -1 : result;
}

int fclose(FILE *file)
{
	int (*real)(FILE *) = (int (*)(FILE *)) next("fclose");
	int failed = file != stdout && file != stderr && fails("close"), result = real(file);
	if (failed)
		errno = error_number;
	return failed ? EOF : result;
}

int rename(const char *from, const char *to)
{
	int (*real)(const char *, const char *) = (int (*)(const char *, const char *)) next("rename");
	return fails("rename") ? -1 : real(from, to);
}

int unlink(const char *path)
{
	int (*real)(const char *) = (int (*)(const char *)) next("unlink");
	return fails("unlink") ? -1 : real(path);
}

int link(const char *from, const char *to)
{
	int (*real)(const char *, const char *) = (int (*)(const char *, const char *)) next("link");
	return fails("link") ? -1 : real(from, to);
}

static int open_as(const char *name, const char *path, int flags, mode_t permissions)
{
	int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...)) next(name);
	const char *ending = strrchr(path, '.');
	if (ending && strcmp(ending, ".gcda") == 0)
		call = NULL; /* a program built to measure coverage ends, and writes its counters: no work of its own */
	if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0 && fails("open"))
		return -1;
	return real(path, flags, permissions);
}

int open(const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	mode_t permissions = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
	va_end(more);
	return open_as("open", path, flags, permissions);
}

int open64(const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	mode_t permissions = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
	va_end(more);
	return open_as("open64", path, flags, permissions);
}
