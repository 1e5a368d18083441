/* One run at a time: a locked file beside the target. The lock is the kernel's, so a killed run leaves none behind. */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_TRIES 100

struct ThusoLock {
	char *path;
	int fd;
};

static void set_locked(const char *path, const char *target, int fd, GError **error)
{
	char holder[32] = "";
	ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
	holder[MAX(n, 0)] = '\0';
	guint64 pid = g_ascii_strtoull(holder, NULL, 10);
	g_autofree char *who = pid > 0 ? g_strdup_printf(" (process %" G_GUINT64_FORMAT ")", pid) : g_strdup("");
	g_autofree char *shown = thuso_escape(target), *lock = thuso_escape(path);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_LOCKED,
	            "another run%s is writing %s and holds the lock %s: wait until it has ended, or choose another output", who,
	            shown, lock);
}

static gboolean set_failed(const char *folder, const char *what, GError **error)
{
	int why = errno;
	g_autofree char *shown = thuso_escape(folder);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED,
	            "cannot %s in the output folder %s (%s): make the folder writable, or choose another output", what, shown,
	            g_strerror(why));
	return FALSE;
}

/* Is the file that was locked still the one at the path? The holder before us may have removed it in between. */
static gboolean same_file(int fd, const char *path)
{
	struct stat locked, there;
	return fstat(fd, &locked) == 0 && lstat(path, &there) == 0 && locked.st_ino == there.st_ino && locked.st_dev == there.st_dev;
}

static gboolean write_holder(int fd)
{
	g_autofree char *pid = g_strdup_printf("%ld\n", (long) getpid());
	return ftruncate(fd, 0) == 0 && pwrite(fd, pid, strlen(pid), 0) == (ssize_t) strlen(pid);
}

/* One attempt: the locked file, -1 with an error, or -2 when the file went away in between. */
static int try_lock(const char *folder, const char *path, const char *target, GError **error)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0) {
		set_failed(folder, "write", error);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			set_locked(path, target, fd, error);
		else
			set_failed(folder, "lock a file", error);
		close(fd);
		return -1;
	}
	if (same_file(fd, path))
		return fd;
	close(fd);
	return -2;
}

ThusoLock *thuso_lock_take(const char *folder, const char *base, const char *target, GError **error)
{
	g_autofree char *path = g_build_filename(folder, base, NULL);
	for (int i = 0; i < LOCK_TRIES; i++) {
		int fd = try_lock(folder, path, target, error);
		if (fd == -2)
			continue;
		if (fd < 0)
			return NULL;
		ThusoLock *lock = g_new0(ThusoLock, 1);
		*lock = (ThusoLock){ g_steal_pointer(&path), fd };
		if (write_holder(fd))
			return lock;
		set_failed(folder, "write", error);
		thuso_lock_free(lock);
		return NULL;
	}
	errno = EAGAIN;
	set_failed(folder, "lock a file", error);
	return NULL;
}

void thuso_lock_free(ThusoLock *lock)
{
	if (lock == NULL)
		return;
	unlink(lock->path);
	close(lock->fd);
	g_free(lock->path);
	g_free(lock);
}
