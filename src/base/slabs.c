/* Slabs in memory and in a spill file. One lock guards the books and the file: a slab is some hundred kilobytes, and the work between
 * pins is a hundred times longer than a look at the books. */
#include <thuso/slabs.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALIGNMENT  64
#define NOT_STORED (-1)

typedef struct Slab Slab;
struct Slab {
	gpointer memory; /* NULL = not in memory */
	gint64 offset;   /* in the file, or NOT_STORED */
	gint32 pins;
	gboolean changed; /* memory is newer than the file */
	ThusoSlabs *set;
	Slab *older, *newer; /* in the pool's row of slabs that nobody has pinned */
};

struct ThusoSlabPool {
	pthread_mutex_t lock;
	gint64 budget, in_use, spilled, file_end;
	char *folder;
	int file;
	Slab *oldest, *newest;
};

struct ThusoSlabs {
	ThusoSlabPool *pool, *own_pool;
	gint64 n;
	gsize bytes;
	char *what;
	Slab *slab;
};

ThusoSlabPool *thuso_slab_pool_new(gint64 budget_bytes, const char *folder)
{
	ThusoSlabPool *pool = g_new0(ThusoSlabPool, 1);
	pthread_mutex_init(&pool->lock, NULL);
	pool->budget = budget_bytes;
	pool->folder = g_strdup(folder ? folder : ".");
	pool->file = -1;
	return pool;
}

void thuso_slab_pool_free(ThusoSlabPool *pool)
{
	if (!pool)
		return;
	if (pool->file >= 0)
		close(pool->file);
	pthread_mutex_destroy(&pool->lock);
	g_free(pool->folder);
	g_free(pool);
}

gint64 thuso_slab_pool_in_use(const ThusoSlabPool *pool)
{
	return pool->in_use;
}

gint64 thuso_slab_pool_spilled(const ThusoSlabPool *pool)
{
	return pool->spilled;
}

ThusoSlabs *thuso_slabs_new(ThusoSlabPool *pool, gint64 n, gsize bytes, const char *what, GError **error)
{
	ThusoSlabs *slabs = g_new0(ThusoSlabs, 1);
	if (!pool)
		pool = slabs->own_pool = thuso_slab_pool_new(0, NULL);
	*slabs = (ThusoSlabs){ pool, slabs->own_pool, n, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, g_strdup(what), NULL };
	slabs->slab = thuso_array_new(n, sizeof(Slab), what, error);
	if (!slabs->slab) {
		thuso_slabs_free(slabs);
		return NULL;
	}
	for (gint64 i = 0; i < n; i++) {
		slabs->slab[i].offset = NOT_STORED;
		slabs->slab[i].set = slabs;
	}
	return slabs;
}

/* --- the row of slabs that may go ---------------------------------------------------------------------------------- */

static void row_add(ThusoSlabPool *pool, Slab *slab)
{
	slab->older = pool->newest;
	slab->newer = NULL;
	if (pool->newest)
		pool->newest->newer = slab;
	else
		pool->oldest = slab;
	pool->newest = slab;
}

static void row_remove(ThusoSlabPool *pool, Slab *slab)
{
	if (slab->older)
		slab->older->newer = slab->newer;
	else
		pool->oldest = slab->newer;
	if (slab->newer)
		slab->newer->older = slab->older;
	else
		pool->newest = slab->older;
}

static void drop_memory(ThusoSlabPool *pool, Slab *slab)
{
	free(slab->memory);
	slab->memory = NULL;
	pool->in_use -= (gint64) slab->set->bytes;
}

void thuso_slabs_drop(ThusoSlabs *slabs, gint64 i)
{
	Slab *slab = &slabs->slab[i];
	pthread_mutex_lock(&slabs->pool->lock);
	if (slab->memory) {
		if (slabs->pool->budget > 0)
			row_remove(slabs->pool, slab);
		drop_memory(slabs->pool, slab);
	}
	*slab = (Slab){ .offset = NOT_STORED, .set = slabs };
	pthread_mutex_unlock(&slabs->pool->lock);
}

void thuso_slabs_free(ThusoSlabs *slabs)
{
	if (!slabs)
		return;
	pthread_mutex_lock(&slabs->pool->lock);
	for (gint64 i = 0; slabs->slab && i < slabs->n; i++) {
		if (!slabs->slab[i].memory)
			continue;
		if (slabs->pool->budget > 0 && slabs->slab[i].pins == 0)
			row_remove(slabs->pool, &slabs->slab[i]);
		drop_memory(slabs->pool, &slabs->slab[i]);
	}
	pthread_mutex_unlock(&slabs->pool->lock);
	thuso_array_free(slabs->slab);
	thuso_slab_pool_free(slabs->own_pool);
	g_free(slabs->what);
	g_free(slabs);
}

/* --- the file --------------------------------------------------------------------------------------------------------- */

static gboolean set_file_error(const ThusoSlabPool *pool, const char *what, int number, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED,
	            "the spill file in %s cannot be %s: %s; free some space there or allow more memory", pool->folder, what,
	            g_strerror(number));
	return FALSE;
}

/* A file without a name; where the file system has none, one whose name is removed at once. */
static gboolean file_open(ThusoSlabPool *pool, GError **error)
{
	if (pool->file >= 0)
		return TRUE;
#ifdef O_TMPFILE
	pool->file = open(pool->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
	if (pool->file < 0) {
		g_autofree char *name = g_build_filename(pool->folder, ".thuso-spill-XXXXXX", NULL);
		pool->file = mkostemp(name, O_CLOEXEC);
		if (pool->file >= 0)
			unlink(name);
	}
	return pool->file >= 0 || set_file_error(pool, "made", errno, error);
}

typedef ssize_t (*Transfer)(int file, void *buffer, size_t size, off_t offset);

static ssize_t transfer_out(int file, void *buffer, size_t size, off_t offset)
{
	return pwrite(file, buffer, size, offset);
}

static gboolean transfer_all(const Slab *slab, gpointer memory, Transfer transfer)
{
	char *at = memory;
	gsize left = slab->set->bytes;
	off_t offset = (off_t) slab->offset;
	while (left > 0) {
		const ssize_t done = transfer(slab->set->pool->file, at, left, offset);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return FALSE;
		at += done;
		offset += done;
		left -= (gsize) done;
	}
	return TRUE;
}

static gboolean store(ThusoSlabPool *pool, Slab *slab, GError **error)
{
	if (!file_open(pool, error))
		return FALSE;
	if (slab->offset == NOT_STORED) {
		slab->offset = pool->file_end;
		pool->file_end += (gint64) slab->set->bytes;
	}
	errno = ENOSPC;
	if (!transfer_all(slab, slab->memory, transfer_out))
		return set_file_error(pool, "written", errno, error);
	pool->spilled += (gint64) slab->set->bytes;
	slab->changed = FALSE;
	return TRUE;
}

/* --- in memory --------------------------------------------------------------------------------------------------------- */

/* When everything is pinned the budget is passed: a few slabs a thread are needed to work at all. */
static gboolean make_room(ThusoSlabPool *pool, gsize bytes, GError **error)
{
	while (pool->budget > 0 && pool->oldest && pool->in_use + (gint64) bytes > pool->budget) {
		Slab *slab = pool->oldest;
		if (slab->changed && !store(pool, slab, error))
			return FALSE;
		row_remove(pool, slab);
		drop_memory(pool, slab);
	}
	return TRUE;
}

static gpointer take_memory(ThusoSlabPool *pool, const ThusoSlabs *set, GError **error)
{
	if (!make_room(pool, set->bytes, error))
		return NULL;
	gpointer memory = aligned_alloc(ALIGNMENT, set->bytes);
	if (memory)
		pool->in_use += (gint64) set->bytes;
	else
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "no memory left for %s (%.1f MB); give less of it with --memory or take larger cells", set->what,
		            (double) set->bytes / 1e6);
	return memory;
}

/* The slab has its memory only when that is filled: others may look without the lock. */
static gboolean bring_in(ThusoSlabPool *pool, Slab *slab, GError **error)
{
	gpointer memory = take_memory(pool, slab->set, error);
	if (!memory)
		return FALSE;
	errno = EIO;
	if (slab->offset == NOT_STORED) {
		memset(memory, 0, slab->set->bytes);
	} else if (!transfer_all(slab, memory, pread)) {
		const int number = errno;
		free(memory);
		pool->in_use -= (gint64) slab->set->bytes;
		return set_file_error(pool, "read", number, error);
	}
	__atomic_store_n(&slab->memory, memory, __ATOMIC_RELEASE);
	return TRUE;
}

static gboolean pin_locked(ThusoSlabPool *pool, Slab *slab, GError **error)
{
	if (!slab->memory) {
		if (!bring_in(pool, slab, error))
			return FALSE;
	} else if (slab->pins == 0 && pool->budget > 0) {
		row_remove(pool, slab);
	}
	slab->pins++;
	return TRUE;
}

/* Without a bound nothing ever goes, so what is there can be had without the lock and need not be counted. */
static gpointer find_kept(const ThusoSlabs *slabs, gint64 i)
{
	return slabs->pool->budget == 0 ? __atomic_load_n(&slabs->slab[i].memory, __ATOMIC_ACQUIRE) : NULL;
}

gboolean thuso_slabs_exists(const ThusoSlabs *slabs, gint64 i)
{
	const Slab *slab = &slabs->slab[i];
	if (slabs->pool->budget == 0)
		return find_kept(slabs, i) != NULL;
	pthread_mutex_lock(&slabs->pool->lock);
	const gboolean exists = slab->memory || slab->offset != NOT_STORED;
	pthread_mutex_unlock(&slabs->pool->lock);
	return exists;
}

gboolean thuso_slabs_pin(ThusoSlabs *slabs, gint64 i, gboolean create, gpointer *memory, GError **error)
{
	Slab *slab = &slabs->slab[i];
	gboolean good = TRUE;
	*memory = find_kept(slabs, i);
	if (*memory || (slabs->pool->budget == 0 && !create))
		return TRUE;
	pthread_mutex_lock(&slabs->pool->lock);
	if (create || slab->memory || slab->offset != NOT_STORED)
		good = pin_locked(slabs->pool, slab, error);
	*memory = good ? slab->memory : NULL;
	pthread_mutex_unlock(&slabs->pool->lock);
	return good;
}

void thuso_slabs_unpin(ThusoSlabs *slabs, gint64 i, gboolean changed)
{
	Slab *slab = &slabs->slab[i];
	if (slabs->pool->budget == 0)
		return;
	pthread_mutex_lock(&slabs->pool->lock);
	slab->changed |= changed;
	/* A new slab is nowhere else yet, so it must not be dropped unwritten even if nobody changed it. */
	slab->changed |= slab->offset == NOT_STORED;
	if (--slab->pins == 0)
		row_add(slabs->pool, slab);
	pthread_mutex_unlock(&slabs->pool->lock);
}
