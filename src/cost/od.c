/* Costs between the sources as a CSV. Thousands of sources make millions of rows, most of them without a cost: what is in reach is kept,
 * and written when all searches are through. */
#include "job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES (1 << 20)
#define MOST_ROWS    64 /* whose texts wait at a time */
#define ROUND_BYTES  ((gint64) 32 << 20)

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
	gint64 first;       /* of the rows in work */
	ThusoVector text[MOST_ROWS];
	FILE *file;
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
	            thuso_targets_final(od->job->files, FILE_OD), g_strerror(errno));
	return FALSE;
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

static gint64 row_bytes(const Od *od, gint64 source)
{
	return (gint64) od->job->n_used * (gint64) (od->length[source] + od->longest + 3) + od->reach[source].n * COST_CHARS;
}

static gboolean format_row(gint64 index, int worker, gpointer data, GError **error)
{
	Od *od = data;
	const gint32 n = od->job->n_used;
	const gint64 source = od->first + index;
	const Pair *pair = od->reach[source].data, *end = pair + od->reach[source].n;
	ThusoVector *text = &od->text[index];
	(void) worker;
	if (!thuso_vector_reserve(text, row_bytes(od, source), "rows of costs between sources", error))
		return FALSE;
	char *at = text->data;
	for (gint32 target = 0; target < n; target++) {
		at = put_text(at, od->quoted[source], od->length[source]);
		*at++ = ',';
		at = put_text(at, od->quoted[target], od->length[target]);
		*at++ = ',';
		if (pair < end && pair->target == target)
			at += print_cost(at, od->job->spec->measure, pair++->ticks);
		*at++ = '\n';
	}
	text->n = at - (char *) text->data;
	thuso_vector_clear(&od->reach[source]);
	return TRUE;
}

/* Round by round: as many rows as fit are formatted by all threads, then written in order. */
static gboolean write_rows(Od *od, GError **error)
{
	for (gint64 n; od->first < od->job->n_used; od->first += n) {
		gint64 most = MIN(MOST_ROWS, od->job->n_used - od->first), bytes = row_bytes(od, od->first);
		for (n = 1; n < most && (bytes += row_bytes(od, od->first + n)) <= ROUND_BYTES;)
			n++;
		if (!thuso_parallel(od->job->context, n, format_row, od, error))
			return FALSE;
		for (gint64 i = 0; i < n; i++)
			if (fwrite(od->text[i].data, 1, (gsize) od->text[i].n, od->file) != (gsize) od->text[i].n)
				return set_failed(od, error);
	}
	return TRUE;
}

static gboolean allocate(Od *od, GError **error)
{
	static const char what[] = "costs between sources";
	const gint32 n = od->job->n_used;
	for (int i = 0; i < MOST_ROWS; i++)
		od->text[i] = THUSO_VECTOR(char);
	return (od->quoted = thuso_array_new(n, sizeof *od->quoted, what, error)) &&
	       (od->length = thuso_array_new(n, sizeof *od->length, what, error)) &&
	       (od->targets = thuso_array_new(n, sizeof *od->targets, what, error)) &&
	       (od->reach = thuso_array_new(n, sizeof *od->reach, what, error));
}

/* One search after the other, each on all threads and within the pool: slower, but bounded. */
static gboolean search_by_tiles(Od *od, const ThusoTravel *travel, GError **error)
{
	const Job *job = od->job;
	for (gint32 source = 0; source < job->n_used; source++) {
		g_autoptr(ThusoCosts) costs =
		    thuso_costs_new(job->context, job->surface, travel, &job->cells[source], 1, FALSE, job->pool, error);
		if (!costs)
			return FALSE;
		for (gint32 target = 0; target < job->n_used; target++) {
			Pair pair = { target, 0 };
			if (!thuso_costs_cell(costs, job->cells[target], &pair.ticks, NULL, error))
				return FALSE;
			if (pair.ticks != THUSO_UNREACHED && !thuso_vector_push(&od->reach[source], &pair, "costs between sources", error))
				return FALSE;
		}
	}
	return TRUE;
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
	if (job->od_by_tiles)
		good = good && search_by_tiles(od, &travel, error);
	else
		good = good &&
		       thuso_access_each(job->context, job->surface, &travel, job->cells, job->n_used, wanted, take_reach, od, error);
	thuso_array_free(wanted);
	return good && write_rows(od, error);
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
	gboolean good = allocate(&od, error);
	if (good) {
		od.file = fopen(thuso_targets_temporary(job->files, FILE_OD), "wxe");
		if (od.file)
			setvbuf(od.file, NULL, _IOFBF, BUFFER_BYTES);
		good = finish(&od, od.file && search(&od, error), error);
	}
	for (gint32 i = 0; i < job->n_used; i++) {
		if (od.reach)
			thuso_vector_clear(&od.reach[i]);
		if (od.quoted)
			g_free(od.quoted[i]);
	}
	for (int i = 0; i < MOST_ROWS; i++)
		thuso_vector_clear(&od.text[i]);
	thuso_array_free(od.quoted);
	thuso_array_free(od.length);
	thuso_array_free(od.targets);
	thuso_array_free(od.reach);
	return good;
}
