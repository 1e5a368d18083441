/* A cache file: a head, the records in whatever order threads finished them, and their table. The head is written last and has the
 * SHA-256 of itself and of the table; the table has a sum a record. Numbers are the machine's own: a file from another one does not
 * begin with the same word. */
#include "reach_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define REACH_MAGIC G_GUINT64_CONSTANT(0x0168636165726874)

typedef struct {
	guint64 magic, format;
	guint8 key[REACH_KEY_BYTES];
	gint64 n_rows;
	guint64 table, file_bytes;
	guint8 sum[REACH_KEY_BYTES]; /* of the head without this, and of the table */
} Head;

static void sum_head(const Head *head, const ReachRow *row, guint8 sum[REACH_KEY_BYTES])
{
	g_autoptr(GChecksum) all = g_checksum_new(G_CHECKSUM_SHA256);
	gsize bytes = REACH_KEY_BYTES;
	g_checksum_update(all, (const guchar *) head, offsetof(Head, sum));
	g_checksum_update(all, (const guchar *) row, (gssize) head->n_rows * (gssize) sizeof *row);
	g_checksum_get_digest(all, sum, &bytes);
}

/* --- reading ------------------------------------------------------------------------------------------------------------- */

/* `is_short`, if given, gets whether the file ends too early; it is left alone where the system cannot read. */
static gboolean read_all(int file, gpointer data, guint64 bytes, guint64 offset, gboolean *is_short)
{
	for (char *at = data; bytes > 0;) {
		const gssize n = pread(file, at, bytes, (off_t) offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 && is_short)
			*is_short = TRUE;
		if (n <= 0)
			return FALSE;
		at += n;
		offset += (guint64) n;
		bytes -= (guint64) n;
	}
	return TRUE;
}

static gboolean read_head(int file, const guint8 *key, Head *head, gboolean *useless)
{
	struct stat info;
	if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode) || !read_all(file, head, sizeof *head, 0, useless))
		return FALSE;
	gboolean good = head->magic == REACH_MAGIC && head->format == REACH_FORMAT && memcmp(head->key, key, REACH_KEY_BYTES) == 0 &&
	                head->file_bytes == (guint64) info.st_size && head->table <= head->file_bytes && head->n_rows >= 0 &&
	                (guint64) head->n_rows == (head->file_bytes - head->table) / sizeof(ReachRow);
	*useless = !good;
	return good;
}

static gboolean table_is_sound(const Head *head, const ReachRow *row)
{
	guint8 sum[REACH_KEY_BYTES];
	sum_head(head, row, sum);
	if (memcmp(sum, head->sum, sizeof sum) != 0)
		return FALSE;
	for (gint64 i = 0; i < head->n_rows; i++)
		if (row[i].offset > head->table || row[i].bytes > head->table - row[i].offset || row[i].n > G_MAXINT64 ||
		    (i > 0 && row[i - 1].cell >= row[i].cell))
			return FALSE;
	return TRUE;
}

ReachFile *reach_file_open(const char *path, const guint8 key[REACH_KEY_BYTES], gboolean *useless)
{
	*useless = FALSE;
	g_autoptr(ReachFile) file = g_new0(ReachFile, 1);
	Head head;
	file->path = g_strdup(path);
	file->file = g_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0); /* a pipe of that name would block for ever */
	if (file->file < 0 || !read_head(file->file, key, &head, useless))
		return NULL;
	file->n_rows = head.n_rows;
	file->row = thuso_array_new(head.n_rows, sizeof *file->row, "cached travel", NULL);
	if (!file->row || !read_all(file->file, file->row, (guint64) head.n_rows * sizeof *file->row, head.table, useless))
		return NULL;
	*useless = !table_is_sound(&head, file->row);
	return *useless ? NULL : g_steal_pointer(&file);
}

void reach_file_free(ReachFile *file)
{
	if (!file)
		return;
	if (file->file >= 0)
		close(file->file);
	thuso_array_free(file->row);
	g_free(file->path);
	g_free(file);
}

gboolean reach_file_read(const ReachFile *file, const ReachRow *row, ThusoVector *bytes, GError **error)
{
	Fold fold;
	if (!thuso_vector_reserve(bytes, (gint64) row->bytes, "cached travel", error))
		return FALSE;
	bytes->n = (gint64) row->bytes;
	if (!read_all(file->file, bytes->data, row->bytes, row->offset, NULL))
		return FALSE;
	fold_start(&fold);
	fold_add(&fold, bytes->data, row->bytes);
	return fold_sum(&fold) == row->sum;
}

/* --- writing ------------------------------------------------------------------------------------------------------------- */

static gboolean write_all(int file, gconstpointer data, guint64 bytes, guint64 offset)
{
	for (const char *at = data; bytes > 0;) {
		const gssize n = pwrite(file, at, bytes, (off_t) offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return FALSE;
		at += n;
		offset += (guint64) n;
		bytes -= (guint64) n;
	}
	return TRUE;
}

void reach_writer_open(ReachWriter *writer, const char *folder, gint64 max_rows, guint64 max_bytes)
{
	*writer = (ReachWriter){ .file = -1, .max_rows = max_rows, .end = sizeof(Head), .failed = TRUE };
	const guint64 table = (guint64) max_rows * sizeof *writer->row + sizeof(Head);
	writer->max_bytes = max_bytes > table ? max_bytes - table : 0;
	if (g_mkdir_with_parents(folder, 0700) != 0)
		return;
	writer->path = g_build_filename(folder, "XXXXXX.part", NULL);
	writer->file = g_mkstemp_full(writer->path, O_RDWR | O_CLOEXEC, 0600);
	writer->row = thuso_array_new(max_rows, sizeof *writer->row, "cached travel", NULL);
	writer->failed = writer->file < 0 || !writer->row;
}

void reach_writer_put(ReachWriter *writer, gint64 cell, const ThusoVector *bytes, gint64 n)
{
	const guint64 length = (guint64) bytes->n;
	Fold fold;
	if (writer->failed)
		return;
	writer->failed = writer->n_rows == writer->max_rows || writer->end + length > writer->max_bytes ||
	                 !write_all(writer->file, bytes->data, length, writer->end);
	if (writer->failed)
		return;
	fold_start(&fold);
	fold_add(&fold, bytes->data, length);
	writer->row[writer->n_rows++] = (ReachRow){ cell, writer->end, length, (guint64) n, fold_sum(&fold) };
	writer->end += length;
}

static int row_by_cell(const void *a, const void *b)
{
	const ReachRow *p = a, *q = b;
	return (p->cell > q->cell) - (p->cell < q->cell);
}

gboolean reach_writer_keep(ReachWriter *writer, const guint8 key[REACH_KEY_BYTES], const char *path)
{
	if (writer->failed)
		return FALSE;
	qsort(writer->row, (size_t) writer->n_rows, sizeof *writer->row, row_by_cell);
	const guint64 table_bytes = (guint64) writer->n_rows * sizeof *writer->row;
	Head head = { .magic = REACH_MAGIC, .format = REACH_FORMAT, .n_rows = writer->n_rows };
	memcpy(head.key, key, REACH_KEY_BYTES);
	head.table = writer->end;
	head.file_bytes = writer->end + table_bytes;
	sum_head(&head, writer->row, head.sum);
	const gboolean kept = write_all(writer->file, writer->row, table_bytes, head.table) &&
	                      write_all(writer->file, &head, sizeof head, 0) && close(g_steal_fd(&writer->file)) == 0 &&
	                      g_rename(writer->path, path) == 0;
	if (kept)
		g_clear_pointer(&writer->path, g_free);
	return kept;
}

void reach_writer_clear(ReachWriter *writer)
{
	if (writer->file >= 0)
		close(writer->file);
	if (writer->path)
		g_unlink(writer->path);
	g_free(writer->path);
	thuso_array_free(writer->row);
	*writer = (ReachWriter){ .file = -1, .failed = TRUE };
}
