/* Bounded searches that are not made twice. What an answer depends on but for its source is the key: the program's version, the ticks of
 * every step of the surfaces, how one travels, and which cells are wanted. All files of a key together hold the sources known so far;
 * what is missing is searched and becomes one file more, so that a new candidate costs its own search only. */
#include "reach_cache.h"

#include <glib/gstdio.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_NAME_CHARS 32 /* of a file's name; the whole key stands inside */
#define ENDING         ".reach"
#define PART_ENDING    ".part"
#define PART_MAX_S     86400 /* older ones were left by a process that was killed */
#define PIECE_S        60    /* a file is closed after this time: a killed run loses so much and no more */

typedef struct {
	const ThusoSurface *surface;
	ThusoMeasure measure;
	char *digest;
} Known;

struct ThusoReachCache {
	char *folder;
	gint64 max_bytes;
	GArray *known; /* of Known: surfaces seen before */
	double piece_s;
	gint64 n_found, n_searched;
};

/* One cell where sources are. */
typedef struct {
	gint64 cell;
	gint64 first, n; /* of its sources in `order` */
	const ReachFile *file;
	const ReachRow *row; /* NULL = to be searched */
} Place;

typedef struct {
	ThusoVector bytes, cells, ticks;
} Worker;

typedef struct {
	ThusoReachCache *cache;
	ThusoContext *context;
	guint8 key[REACH_KEY_BYTES];
	char *key_name;
	ReachWanted wanted;
	gint64 *order; /* of the sources, by cell */
	Place *place;  /* ascending by cell */
	gint64 n_places;
	GPtrArray *files; /* of ReachFile */
	guint8 *damaged;  /* by file, while they are checked */
	gint64 *missing, *missing_cell, n_missing;
	ReachWriter writer; /* by all threads, under the lock */
	pthread_mutex_t lock;
	gint64 piece_began;
	Worker *worker;
	int n_workers;
	ThusoReachFunc func;
	gpointer data;
} Job;

ThusoReachCache *thuso_reach_cache_new(const char *folder, gint64 max_bytes)
{
	ThusoReachCache *cache = g_new0(ThusoReachCache, 1);
	cache->folder = g_strdup(folder);
	cache->max_bytes = max_bytes;
	cache->piece_s = PIECE_S;
	cache->known = g_array_new(FALSE, FALSE, sizeof(Known));
	return cache;
}

void thuso_reach_cache_free(ThusoReachCache *cache)
{
	if (!cache)
		return;
	for (guint i = 0; i < cache->known->len; i++)
		g_free(g_array_index(cache->known, Known, i).digest);
	g_array_unref(cache->known);
	g_free(cache->folder);
	g_free(cache);
}

void thuso_reach_cache_set_piece(ThusoReachCache *cache, double seconds)
{
	cache->piece_s = seconds;
}

void thuso_reach_cache_count(const ThusoReachCache *cache, gint64 *n_found, gint64 *n_searched)
{
	*n_found = cache->n_found;
	*n_searched = cache->n_searched;
}

/* --- the key ------------------------------------------------------------------------------------------------------------------ */

static const char *digest_of(Job *job, const ThusoSurface *surface, ThusoMeasure measure, GError **error)
{
	for (guint i = 0; i < job->cache->known->len; i++) {
		const Known *known = &g_array_index(job->cache->known, Known, i);
		if (known->surface == surface && known->measure == measure)
			return known->digest;
	}
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	if (!surface_digest(job->context, surface, measure, sum, error))
		return NULL;
	Known known = { surface, measure, g_strdup(g_checksum_get_string(sum)) };
	g_array_append_val(job->cache->known, known);
	return known.digest;
}

static gboolean make_key(Job *job, const ThusoSurface *surface, const ThusoTravel *travel, GError **error)
{
	static const char program[] = "thuso " THUSO_VERSION " reach";
	const gint64 asked[] = { REACH_ENGINE,        REACH_FORMAT,        travel->measure,
		                     travel->direction,   travel->limit_ticks, travel->riding ? travel->wait_ticks : -1,
		                     job->wanted.n_cells, job->wanted.n };
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	Fold fold;
	const char *digest = digest_of(job, surface, travel->measure, error), *riding = "";
	if (!digest || (travel->riding && !(riding = digest_of(job, travel->riding, travel->measure, error))))
		return FALSE;
	fold_start(&fold);
	if (job->wanted.cell)
		fold_add(&fold, job->wanted.cell, (gsize) job->wanted.n * sizeof *job->wanted.cell);
	g_checksum_update(sum, (const guchar *) program, sizeof program);
	g_checksum_update(sum, (const guchar *) digest, (gssize) strlen(digest) + 1);
	g_checksum_update(sum, (const guchar *) riding, (gssize) strlen(riding) + 1);
	g_checksum_update(sum, (const guchar *) asked, sizeof asked);
	g_checksum_update(sum, (const guchar *) &fold, sizeof fold);
	job->key_name = g_strndup(g_checksum_get_string(sum), KEY_NAME_CHARS);
	gsize bytes = sizeof job->key;
	g_checksum_get_digest(sum, job->key, &bytes);
	return TRUE;
}

/* --- what is asked ------------------------------------------------------------------------------------------------------------ */

static gboolean number_wanted(Job *job, const guint8 *wanted, GError **error)
{
	ReachWanted *to = &job->wanted;
	to->n = to->n_cells;
	if (!wanted)
		return TRUE;
	to->n = 0;
	for (gint64 cell = 0; cell < to->n_cells; cell++)
		to->n += wanted[cell] != 0;
	to->cell = thuso_array_new(to->n, sizeof *to->cell, "cells asked for", error);
	to->place = to->cell ? thuso_array_new(to->n_cells, sizeof *to->place, "cells asked for", error) : NULL;
	gint64 n = 0;
	for (gint64 cell = 0; to->place && cell < to->n_cells; cell++) {
		if (!wanted[cell])
			continue;
		to->place[cell] = (guint32) n;
		to->cell[n++] = cell;
	}
	return to->place != NULL;
}

typedef struct {
	gint64 cell, source;
} Asked;

static int by_cell(const void *a, const void *b)
{
	const Asked *p = a, *q = b;
	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	return (p->source > q->source) - (p->source < q->source);
}

static gboolean find_places(Job *job, const gint64 *sources, gint64 n, GError **error)
{
	Asked *asked = thuso_array_new(n, sizeof *asked, "sources", error);
	job->order = asked ? thuso_array_new(n, sizeof *job->order, "sources", error) : NULL;
	job->place = job->order ? thuso_array_new(n, sizeof *job->place, "sources", error) : NULL;
	for (gint64 i = 0; job->place && i < n; i++)
		asked[i] = (Asked){ sources[i], i };
	if (job->place)
		qsort(asked, (size_t) n, sizeof *asked, by_cell);
	for (gint64 i = 0; job->place && i < n; i++) {
		if (i == 0 || asked[i].cell != asked[i - 1].cell)
			job->place[job->n_places++] = (Place){ .cell = asked[i].cell, .first = i };
		job->place[job->n_places - 1].n++;
		job->order[i] = asked[i].source;
	}
	thuso_array_free(asked);
	return job->place != NULL;
}

/* --- what is known ------------------------------------------------------------------------------------------------------------ */

/* Names in byte order, so that runs agree on which of two files of one source is read. */
static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *file_names(const char *folder, const char *prefix, const char *ending)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	for (const char *name; dir && (name = g_dir_read_name(dir));)
		if (g_str_has_prefix(name, prefix) && g_str_has_suffix(name, ending))
			g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(paths, by_name);
	return paths;
}

/* Both ascend by cell. */
static gboolean take_rows(Job *job, const ReachFile *file)
{
	gboolean useful = FALSE;
	for (gint64 i = 0, k = 0; i < job->n_places && k < file->n_rows;) {
		Place *place = &job->place[i];
		if (file->row[k].cell < place->cell) {
			k++;
			continue;
		}
		if (file->row[k].cell == place->cell && !place->row) {
			place->file = file;
			place->row = &file->row[k];
			useful = TRUE;
		}
		i++;
	}
	return useful;
}

static void open_files(Job *job)
{
	g_autoptr(GPtrArray) paths = file_names(job->cache->folder, job->key_name, ENDING);
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		gboolean useless;
		ReachFile *file = reach_file_open(path, job->key, &useless);
		if (file && take_rows(job, file)) {
			g_ptr_array_add(job->files, file);
			futimens(file->file, NULL); /* used just now */
		} else {
			if (useless)
				g_unlink(path);
			reach_file_free(file);
		}
	}
}

/* A damaged record spoils its file: before anything is handed on, all that are needed are read and checked. */
static gboolean check_place(gint64 index, int worker, gpointer data, GError **error)
{
	Job *job = data;
	Place *place = &job->place[index];
	Worker *w = &job->worker[worker];
	GError *inner = NULL;
	if (!place->row)
		return TRUE;
	if (reach_file_read(place->file, place->row, &w->bytes, &inner) &&
	    reach_decode(&job->wanted, w->bytes.data, (gsize) w->bytes.n, (gint64) place->row->n, &w->cells, &w->ticks, &inner))
		return TRUE;
	if (inner) {
		g_propagate_error(error, inner);
		return FALSE;
	}
	for (guint i = 0; i < job->files->len; i++)
		if (g_ptr_array_index(job->files, i) == place->file)
			__atomic_store_n(&job->damaged[i], TRUE, __ATOMIC_RELAXED);
	return TRUE;
}

static gboolean check_files(Job *job, GError **error)
{
	job->damaged = thuso_new(guint8, job->files->len + 1);
	if (job->files->len > 0 && !thuso_parallel(job->context, job->n_places, check_place, job, error))
		return FALSE;
	for (guint i = 0; i < job->files->len; i++) {
		const ReachFile *file = g_ptr_array_index(job->files, i);
		if (!job->damaged[i])
			continue;
		g_unlink(file->path);
		for (gint64 k = 0; k < job->n_places; k++)
			if (job->place[k].file == file)
				job->place[k].row = NULL;
	}
	return TRUE;
}

/* --- handing on --------------------------------------------------------------------------------------------------------------- */

static gboolean hand_on(const Job *job, const Place *place, const gint64 *cells, const gint64 *ticks, gint64 n, int worker,
                        GError **error)
{
	for (gint64 i = place->first; i < place->first + place->n; i++)
		if (!job->func(job->order[i], cells, ticks, n, worker, job->data, error))
			return FALSE;
	return TRUE;
}

static gboolean hand_on_known(gint64 index, int worker, gpointer data, GError **error)
{
	Job *job = data;
	const Place *place = &job->place[index];
	Worker *w = &job->worker[worker];
	if (!place->row)
		return TRUE;
	GError *inner = NULL;
	if (reach_file_read(place->file, place->row, &w->bytes, &inner) &&
	    reach_decode(&job->wanted, w->bytes.data, (gsize) w->bytes.n, (gint64) place->row->n, &w->cells, &w->ticks, &inner))
		return hand_on(job, place, w->cells.data, w->ticks.data, w->cells.n, worker, error);
	if (inner)
		g_propagate_error(error, inner);
	else
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED,
		            "%s changed while it was read; run again, or with --no-cache, or remove it", place->file->path);
	return FALSE;
}

/* --- what was missing --------------------------------------------------------------------------------------------------------- */

typedef struct {
	char *path;
	gint64 bytes, used;
} Entry;

static int by_use(const void *a, const void *b)
{
	const Entry *p = a, *q = b;
	return p->used != q->used ? (p->used < q->used ? -1 : 1) : strcmp(p->path, q->path);
}

static void remove_abandoned(const char *folder)
{
	g_autoptr(GPtrArray) parts = file_names(folder, "", PART_ENDING);
	for (guint i = 0; i < parts->len; i++) {
		GStatBuf info;
		if (g_stat(g_ptr_array_index(parts, i), &info) == 0 && g_get_real_time() / G_USEC_PER_SEC - info.st_mtime > PART_MAX_S)
			g_unlink(g_ptr_array_index(parts, i));
	}
}

static void remove_oldest(const ThusoReachCache *cache)
{
	g_autoptr(GPtrArray) paths = file_names(cache->folder, "", ENDING);
	g_autofree Entry *entry = thuso_new(Entry, paths->len + 1);
	gint64 total = 0;
	for (guint i = 0; i < paths->len; i++) {
		struct stat info = { 0 };
		entry[i].path = g_ptr_array_index(paths, i);
		if (stat(entry[i].path, &info) == 0)
			entry[i].bytes = info.st_size;
		entry[i].used = (gint64) info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
		total += entry[i].bytes;
	}
	qsort(entry, paths->len, sizeof *entry, by_use);
	for (guint i = 0; i < paths->len && total > cache->max_bytes; i++) {
		g_unlink(entry[i].path);
		total -= entry[i].bytes;
	}
	remove_abandoned(cache->folder);
}

/* A name that no other process takes at the same time. */
static void keep_file(Job *job)
{
	g_autofree char *random = g_uuid_string_random(), *name = g_strconcat(job->key_name, "-", random, ENDING, NULL),
	                *path = g_build_filename(job->cache->folder, name, NULL);
	if (reach_writer_keep(&job->writer, job->key, path))
		remove_oldest(job->cache);
	else
		thuso_log(job->context, THUSO_INFO, "travel was not kept for the next run: %s cannot be written, or is too small",
		          job->cache->folder);
}

static void begin_file(Job *job)
{
	reach_writer_open(&job->writer, job->cache->folder, job->n_missing, (guint64) MAX(job->cache->max_bytes, 0));
	job->piece_began = g_get_monotonic_time();
}

/* What could not be kept once is not tried again. */
static void end_file(Job *job, gboolean goes_on)
{
	const gboolean good = !job->writer.failed;
	if (!good || job->writer.n_rows > 0)
		keep_file(job);
	reach_writer_clear(&job->writer);
	if (good && goes_on)
		begin_file(job);
}

static void put_searched(Job *job, gint64 cell, const ThusoVector *bytes, gint64 n)
{
	pthread_mutex_lock(&job->lock);
	if (job->writer.row) {
		reach_writer_put(&job->writer, cell, bytes, n);
		if (job->writer.failed || (double) (g_get_monotonic_time() - job->piece_began) / G_USEC_PER_SEC >= job->cache->piece_s)
			end_file(job, TRUE);
	}
	pthread_mutex_unlock(&job->lock);
}

static gboolean hand_on_searched(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                                 GError **error)
{
	Job *job = data;
	const Place *place = &job->place[job->missing[source]];
	Worker *w = &job->worker[worker];
	if (!reach_encode(&job->wanted, cells, ticks, n, &w->bytes, error))
		return FALSE;
	put_searched(job, place->cell, &w->bytes, n);
	return hand_on(job, place, cells, ticks, n, worker, error);
}

static gboolean search_missing(Job *job, const ThusoSurface *surface, const ThusoTravel *travel, const guint8 *wanted,
                               GError **error)
{
	job->missing = thuso_array_new(job->n_places, sizeof *job->missing, "sources", error);
	job->missing_cell = job->missing ? thuso_array_new(job->n_places, sizeof *job->missing_cell, "sources", error) : NULL;
	if (!job->missing_cell)
		return FALSE;
	for (gint64 i = 0; i < job->n_places; i++)
		if (!job->place[i].row) {
			job->missing[job->n_missing] = i;
			job->missing_cell[job->n_missing++] = job->place[i].cell;
		}
	job->cache->n_searched += job->n_missing;
	job->cache->n_found += job->n_places - job->n_missing;
	if (job->n_missing == 0)
		return TRUE;
	begin_file(job);
	if (job->writer.failed)
		end_file(job, FALSE);
	/* What was found before an error or an interruption is as good as ever. */
	const gboolean good =
	    thuso_access_each(job->context, surface, travel, job->missing_cell, job->n_missing, wanted, hand_on_searched, job, error);
	if (job->writer.row)
		end_file(job, FALSE);
	return good;
}

/* --- all of it ---------------------------------------------------------------------------------------------------------------- */

static void job_clear(Job *job)
{
	reach_writer_clear(&job->writer);
	pthread_mutex_destroy(&job->lock);
	for (int i = 0; job->worker && i < job->n_workers; i++) {
		thuso_vector_clear(&job->worker[i].bytes);
		thuso_vector_clear(&job->worker[i].cells);
		thuso_vector_clear(&job->worker[i].ticks);
	}
	g_free(job->worker);
	g_ptr_array_unref(job->files);
	g_free(job->damaged);
	thuso_array_free(job->missing);
	thuso_array_free(job->missing_cell);
	thuso_array_free(job->place);
	thuso_array_free(job->order);
	thuso_array_free(job->wanted.cell);
	thuso_array_free(job->wanted.place);
	g_free(job->key_name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, job_clear)

gboolean thuso_reach_cache_each(ThusoReachCache *cache, ThusoContext *context, const ThusoSurface *surface,
                                const ThusoTravel *travel, const gint64 *sources, gint64 n_sources, const guint8 *wanted,
                                ThusoReachFunc func, gpointer data, GError **error)
{
	const gint64 n_cells = thuso_grid_n(thuso_surface_grid(surface));
	if (!cache || n_cells > G_MAXUINT32)
		return thuso_access_each(context, surface, travel, sources, n_sources, wanted, func, data, error);
	g_auto(Job) job = { .cache = cache,
		                .context = context,
		                .wanted = { .n_cells = n_cells },
		                .files = g_ptr_array_new_with_free_func((GDestroyNotify) reach_file_free),
		                .writer = { .file = -1, .failed = TRUE },
		                .n_workers = thuso_context_threads(context),
		                .func = func,
		                .data = data };
	pthread_mutex_init(&job.lock, NULL);
	job.worker = thuso_new(Worker, job.n_workers);
	for (int i = 0; i < job.n_workers; i++)
		job.worker[i] = (Worker){ THUSO_VECTOR(guint8), THUSO_VECTOR(gint64), THUSO_VECTOR(gint64) };
	if (!number_wanted(&job, wanted, error) || !make_key(&job, surface, travel, error) ||
	    !find_places(&job, sources, n_sources, error))
		return FALSE;
	open_files(&job);
	return check_files(&job, error) && search_missing(&job, surface, travel, wanted, error) &&
	       (job.n_missing == job.n_places || thuso_parallel(context, job.n_places, hand_on_known, &job, error));
}
