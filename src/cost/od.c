/* Costs between the sources as a CSV. Thousands of sources make millions of rows, most of them without a cost: what is in reach is kept,
 * and written when all searches are through. */
#include "job.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES (1 << 20)

typedef struct {
	gint64 cell;
	gint32 index;
} Target;

/* A source in reach of another. */
typedef struct {
	gint32 target;
	gint64 ticks;
} Pair;

typedef struct {
	Job *job;
	char **quoted; /* ids as the CSV has them */
	gsize *length; /* of those */
	gsize longest;
	Target *targets;
	ThusoVector *reach; /* Pair, by source: searches end in an order of their own */
	GString **rows;     /* texts that wait for those before them */
	FILE *file;
	pthread_mutex_t lock;
	gint64 next; /* under lock */
} Od;

static char *quote(const char *id)
{
	if (!strpbrk(id, ",\"\r\n;\t"))
		return g_strdup(id);
	g_auto(GStrv) parts = g_strsplit(id, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", parts);
	return g_strdup_printf("\"%s\"", doubled);
}

static int by_cell_only(const void *a, const void *b)
{
	const Target *p = a, *q = b;
	return (p->cell > q->cell) - (p->cell < q->cell);
}

static int by_cell(const void *a, const void *b)
{
	const Target *p = a, *q = b;
	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	return (p->index > q->index) - (p->index < q->index);
}

/* Decimals that tell one tick from the next: a tick is 3.8e-6 s or 9.8e-4 m. */
#define COST_CHARS 32
static gsize print_cost(char number[COST_CHARS], ThusoMeasure measure, gint64 ticks)
{
	gboolean is_time = measure == THUSO_MEASURE_TIME;
	int shift = is_time ? 18 : 10, digits = is_time ? 6 : 4;
	guint64 scale = is_time ? 1000000 : 10000, unit = G_GUINT64_CONSTANT(1) << shift;
	guint64 whole = (guint64) ticks >> shift, part = (((guint64) ticks & (unit - 1)) * scale + unit / 2) >> shift;
	if (part >= scale) {
		whole++;
		part = 0;
	}
	int length = g_snprintf(number, COST_CHARS, "%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT, whole, digits, part);
	while (number[length - 1] == '0')
		length--;
	return (gsize) (number[length - 1] == '.' ? length - 1 : length);
}

static gboolean set_failed(const Od *od, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "%s cannot be written (%s): check the disk and its free space",
	            od->job->files.final[FILE_OD], g_strerror(errno));
	return FALSE;
}

/* Writes this row and those that waited for it. */
static gboolean put_row(Od *od, gint64 source, GString *text, GError **error)
{
	gboolean good = TRUE;
	pthread_mutex_lock(&od->lock);
	od->rows[source] = text;
	while (good && od->next < od->job->n_used && od->rows[od->next]) {
		GString *row = g_steal_pointer(&od->rows[od->next++]);
		good = fwrite(row->str, 1, row->len, od->file) == row->len;
		g_string_free(row, TRUE);
	}
	if (!good)
		set_failed(od, error);
	pthread_mutex_unlock(&od->lock);
	return good;
}

static int by_target(const void *a, const void *b)
{
	const Pair *p = a, *q = b;
	return (p->target > q->target) - (p->target < q->target);
}

static gboolean take_reach(gint64 source, const gint64 *cells, const gint64 *ticks, gint64 n, int worker, gpointer data,
                           GError **error)
{
	Od *od = data;
	ThusoVector *reach = &od->reach[source];
	(void) worker;
	for (gint64 i = 0; i < n; i++) {
		const Target *target =
		    bsearch(&(Target){ cells[i], 0 }, od->targets, (gsize) od->job->n_used, sizeof *target, by_cell_only);
		/* Sources in one cell stand side by side. */
		while (target > od->targets && target[-1].cell == cells[i])
			target--;
		for (; target < od->targets + od->job->n_used && target->cell == cells[i]; target++)
			if (!thuso_vector_push(reach, &(Pair){ target->index, ticks[i] }, "costs between sources", error))
				return FALSE;
	}
	if (reach->n > 0)
		qsort(reach->data, (gsize) reach->n, sizeof(Pair), by_target);
	return TRUE;
}

static char *put_text(char *at, const char *text, gsize length)
{
	memcpy(at, text, length);
	return at + length;
}

static gboolean write_row(gint64 source, int worker, gpointer data, GError **error)
{
	Od *od = data;
	const gint32 n = od->job->n_used;
	const Pair *pair = od->reach[source].data, *end = pair + od->reach[source].n;
	GString *text =
	    g_string_sized_new((gsize) n * (od->length[source] + od->longest + 3) + (gsize) od->reach[source].n * COST_CHARS);
	char *at = text->str;
	(void) worker;
	for (gint32 target = 0; target < n; target++) {
		at = put_text(at, od->quoted[source], od->length[source]);
		*at++ = ',';
		at = put_text(at, od->quoted[target], od->length[target]);
		*at++ = ',';
		if (pair < end && pair->target == target)
			at += print_cost(at, od->job->spec->measure, pair++->ticks);
		*at++ = '\n';
	}
	text->len = (gsize) (at - text->str);
	return put_row(od, source, text, error);
}

static gboolean search(Od *od, GError **error)
{
	Job *job = od->job;
	guint8 *wanted = thuso_array_new(thuso_grid_n(&job->rasters.grid), 1, "cells with sources", error);
	if (!wanted)
		return FALSE;
	for (gint32 i = 0; i < job->n_used; i++) {
		wanted[job->cells[i]] = 1;
		od->targets[i] = (Target){ job->cells[i], i };
		od->quoted[i] = quote(job->used[i]->id);
		od->length[i] = strlen(od->quoted[i]);
		od->longest = MAX(od->longest, od->length[i]);
		od->reach[i] = THUSO_VECTOR(Pair);
	}
	qsort(od->targets, (gsize) job->n_used, sizeof *od->targets, by_cell);
	/* The costs are those of travel from -> to. */
	ThusoTravel travel = job->travel;
	travel.direction = THUSO_FROM_CENTRE;
	gboolean good = fputs("from,to,cost\n", od->file) >= 0 || set_failed(od, error);
	good = good && thuso_access_each(job->context, job->surface, &travel, job->cells, job->n_used, wanted, take_reach, od, error);
	thuso_array_free(wanted);
	return good && thuso_parallel(job->context, job->n_used, write_row, od, error);
}

static gboolean finish(Od *od, gboolean good, GError **error)
{
	if (!od->file)
		return set_failed(od, error);
	gboolean written = fflush(od->file) == 0 && fsync(fileno(od->file)) == 0;
	if (good && !written)
		set_failed(od, error);
	if (fclose(od->file) != 0 && good && written) {
		set_failed(od, error);
		written = FALSE;
	}
	return good && written;
}

gboolean job_write_od(Job *job, GError **error)
{
	Od od = { .job = job };
	pthread_mutex_init(&od.lock, NULL);
	od.quoted = thuso_new(char *, job->n_used + 1);
	od.targets = thuso_new(Target, job->n_used);
	od.rows = thuso_new(GString *, job->n_used);
	od.length = thuso_new(gsize, job->n_used);
	od.reach = thuso_new(ThusoVector, job->n_used);
	od.file = fopen(job->files.temporary[FILE_OD], "wxe");
	if (od.file)
		setvbuf(od.file, NULL, _IOFBF, BUFFER_BYTES);
	gboolean good = finish(&od, od.file && search(&od, error), error);
	for (gint32 i = 0; i < job->n_used; i++) {
		thuso_vector_clear(&od.reach[i]);
		if (od.rows[i])
			g_string_free(od.rows[i], TRUE);
	}
	g_free(od.length);
	g_free(od.reach);
	g_free(od.rows);
	g_free(od.targets);
	g_strfreev(od.quoted);
	pthread_mutex_destroy(&od.lock);
	return good;
}
