/* The parallel loop. pthreads rather than GLib's threads: the latter synchronise in ways that a thread sanitizer cannot see. */
#include <thuso/base.h>

#include <pthread.h>

typedef struct {
	ThusoContext *context;
	gint64 n;
	ThusoWorkFunc work;
	gpointer data;
	pthread_mutex_t lock;
	gint64 next;         /* under lock */
	gint64 failed_index; /* under lock: lowest failing index, n when none */
	GError *error;       /* of that index */
} Loop;

typedef struct {
	Loop *loop;
	int worker;
} Worker;

/* Indices are handed out in small runs: large enough that the lock does not matter, small enough that the last run is short. */
static gint64 take(Loop *loop, gint64 *first)
{
	int n_threads = thuso_context_threads(loop->context);
	pthread_mutex_lock(&loop->lock);
	gint64 left = loop->failed_index < loop->n ? 0 : loop->n - loop->next;
	gint64 n = MIN(left, CLAMP(left / (8 * n_threads), 1, 256));
	*first = loop->next;
	loop->next += n;
	pthread_mutex_unlock(&loop->lock);
	return n;
}

static void fail(Loop *loop, gint64 index, GError *error)
{
	pthread_mutex_lock(&loop->lock);
	if (index < loop->failed_index) {
		g_clear_error(&loop->error);
		loop->failed_index = index;
		loop->error = error;
		error = NULL;
	}
	pthread_mutex_unlock(&loop->lock);
	g_clear_error(&error);
}

static gboolean run_one(Loop *loop, gint64 index, int worker)
{
	GError *error = NULL;
	if (thuso_context_go_on(loop->context, &error) && loop->work(index, worker, loop->data, &error))
		return TRUE;
	fail(loop, index, error);
	return FALSE;
}

static void *worker_main(void *data)
{
	const Worker *worker = data;
	gint64 first, n;
	while ((n = take(worker->loop, &first)) > 0)
		for (gint64 i = first; i < first + n; i++)
			if (!run_one(worker->loop, i, worker->worker))
				return NULL;
	return NULL;
}

gboolean thuso_parallel(ThusoContext *context, gint64 n, ThusoWorkFunc work, gpointer data, GError **error)
{
	Loop loop = { context, n, work, data, PTHREAD_MUTEX_INITIALIZER, 0, n, NULL };
	int n_threads = (int) MIN((gint64) thuso_context_threads(context), MAX(n, 1));
	g_autofree pthread_t *threads = thuso_new(pthread_t, n_threads);
	g_autofree Worker *workers = thuso_new(Worker, n_threads);
	int started = 0;

	for (int i = 0; i < n_threads; i++)
		workers[i] = (Worker){ &loop, i };
	/* The calling thread is worker 0; where the system refuses a further thread the others do its share. */
	while (started + 1 < n_threads && pthread_create(&threads[started], NULL, worker_main, &workers[started + 1]) == 0)
		started++;
	worker_main(&workers[0]);
	for (int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&loop.lock);

	if (loop.failed_index == n)
		return TRUE;
	g_propagate_error(error, loop.error);
	return FALSE;
}
