/* The inside of the cache of bounded searches: what a surface is as content, and the files that answers lie in. */
#ifndef ACCESS_REACH_CACHE_H
#define ACCESS_REACH_CACHE_H

#include <thuso/access.h>

#include "fold.h"

/* digest.c: adds what a search sees of a surface: which cells are passable, and the ticks of every step. */
gboolean surface_digest(ThusoContext *context, const ThusoSurface *surface, ThusoMeasure measure, GChecksum *sum, GError **error);

/* --- reach_code.c: the cells that one source reaches, as bytes ------------------------------------------------------------ */

/* Cells are told by their place among the wanted ones, where those in reach lie side by side. */
typedef struct {
	gint64 n;
	gint64 *cell;   /* n: by place, ascending; NULL = all cells are wanted */
	guint32 *place; /* by cell of the grid; likewise */
	gint64 n_cells; /* of the grid */
} ReachWanted;

gboolean reach_encode(const ReachWanted *wanted, const gint64 *cells, const gint64 *ticks, gint64 n, ThusoVector *bytes,
                      GError **error);
/* FALSE without an error: these bytes are not of reach_encode. `cells` and `ticks` are of gint64. */
gboolean reach_decode(const ReachWanted *wanted, const guint8 *bytes, gsize n_bytes, gint64 n, ThusoVector *cells,
                      ThusoVector *ticks, GError **error);

/* --- reach_file.c: a file of such records ------------------------------------------------------------------------------------ */

#define REACH_KEY_BYTES 32

/* One source's record. The table of them stands at the end of the file. */
typedef struct {
	gint64 cell;
	guint64 offset, bytes, n; /* n cells are in reach */
	guint64 sum;              /* fold of its bytes */
} ReachRow;

typedef struct {
	int file;
	char *path;
	gint64 n_rows;
	ReachRow *row; /* ascending by cell */
} ReachFile;

/* To be raised with every change of the search or of the files after which old answers must not be taken for new ones; a version of the
 * program has many builds. */
#define REACH_FORMAT 1
#define REACH_ENGINE 1

/* NULL: it cannot be opened or read, or it is useless, which `useless` then says: damaged, of another key or of another format. Whatever
 * its table says lies inside the file. */
ReachFile *reach_file_open(const char *path, const guint8 key[REACH_KEY_BYTES], gboolean *useless);
void reach_file_free(ReachFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReachFile, reach_file_free)
/* Reads a record into `bytes` (of guint8) and checks its sum; FALSE without an error where it is damaged. */
gboolean reach_file_read(const ReachFile *file, const ReachRow *row, ThusoVector *bytes, GError **error);

/* A file in the making, under a name of its own. Whatever goes wrong makes it useless, never an error: it is only a cache. */
typedef struct {
	int file;
	char *path; /* temporary */
	ReachRow *row;
	gint64 n_rows, max_rows;
	guint64 end, max_bytes;
	gboolean failed;
} ReachWriter;
void reach_writer_open(ReachWriter *writer, const char *folder, gint64 max_rows, guint64 max_bytes);
/* One thread at a time, in any order of cells, each once. */
void reach_writer_put(ReachWriter *writer, gint64 cell, const ThusoVector *bytes, gint64 n);
/* Completes the file and gives it the name `path`. */
gboolean reach_writer_keep(ReachWriter *writer, const guint8 key[REACH_KEY_BYTES], const char *path);
void reach_writer_clear(ReachWriter *writer); /* forgets what was not kept */

#endif
