/* Written, synced, read back: GDAL was seen to report success after a failed write, so nothing here trusts a return code alone. */
#include "sync.h"

#include <thuso/base.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static gboolean set_failed(const char *path, const char *what, GError **error)
{
	int why = errno;
	g_autofree char *shown = thuso_escape(path);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "cannot %s %s (%s): check the disk and its free space", what, shown,
	            g_strerror(why));
	return FALSE;
}

static gboolean write_all(int fd, const char *data, gsize size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return FALSE;
		data += n;
		size -= (gsize) n;
	}
	return TRUE;
}

static gboolean read_back(const char *path, const void *data, gsize size)
{
	g_autofree char *text = NULL;
	gsize length;
	errno = EIO;
	return g_file_get_contents(path, &text, &length, NULL) && length == size && memcmp(text, data, size) == 0;
}

gboolean thuso_sync_write(const char *path, const void *data, gsize size, GError **error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return set_failed(path, "make", error);
	gboolean good = write_all(fd, data, size) && fsync(fd) == 0;
	int why = errno;
	if (close(fd) != 0 && good) {
		good = FALSE;
		why = errno;
	}
	errno = why;
	if (!good)
		return set_failed(path, "write", error);
	return read_back(path, data, size) ? TRUE : set_failed(path, "read back", error);
}

gboolean thuso_sync_path(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return set_failed(path, "open", error);
	/* Some network file systems cannot sync a folder and say EINVAL; there is nothing more that one could do. */
	gboolean good = fsync(fd) == 0 || errno == EINVAL;
	int why = errno;
	close(fd);
	errno = why;
	return good ? TRUE : set_failed(path, "sync", error);
}
