/* The plan and who goes where as CSV. */
#include "job.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <thuso/param.h>

#define BUFFER_BYTES (1 << 20)

ThusoTargets *plan_targets(const ThusoLocateSpec *spec, GError **error)
{
	const ThusoTarget wanted[N_FILES] = {
		[FILE_PLAN] = { "--output", spec->output, { ".csv" }, FALSE },
		[FILE_ASSIGNED] = { "--assigned", spec->assigned, { ".csv" }, FALSE },
	};
	const char *const given[] = { spec->od, spec->demand, spec->sites, spec->quota };
	const char *inputs[G_N_ELEMENTS(given) + 1] = { NULL };
	int n = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(given); i++)
		if (given[i])
			inputs[n++] = given[i];
	return thuso_targets_new(wanted, N_FILES, inputs, spec->overwrite, error);
}

/* ",NUMBER", or "," for none. */
static void put_number(FILE *file, double value)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	fputc(',', file);
	if (!isnan(value))
		fputs(thuso_format_real(buffer, value), file);
}

static void put_text(FILE *file, const char *text)
{
	g_autofree char *cell = thuso_csv_text(text);
	fputs(cell, file);
}

static void put_plan(FILE *file, const Problem *problem, const ThusoPlan *plan)
{
	fputs("step,site,kind,gain,people_added,people_total\n", file);
	for (gint32 i = 0; i < plan->n_sites; i++) {
		const ThusoPlanSite *site = &plan->site[i];
		fprintf(file, "%d,", i + 1);
		put_text(file, problem->site_id[site->site]);
		fputs(site->is_fixed ? ",existing" : ",new", file);
		put_number(file, site->gain);
		put_number(file, site->people_added);
		put_number(file, site->people_total);
		fputc('\n', file);
	}
}

static void put_assigned(FILE *file, const Problem *problem, const ThusoPlan *plan)
{
	fputs("demand,site,people,cost\n", file);
	for (gint64 i = 0; i < plan->n_assigned; i++) {
		const ThusoAssignment *assigned = &plan->assigned[i];
		put_text(file, problem->demand_id[assigned->demand]);
		fputc(',', file);
		put_text(file, problem->site_id[assigned->site]);
		put_number(file, assigned->people);
		put_number(file, assigned->cost);
		fputc('\n', file);
	}
}

static gboolean set_failed(const char *path, GError **error)
{
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "%s cannot be written (%s): check the disk and its free space", path,
	            g_strerror(errno));
	return FALSE;
}

typedef void (*Put)(FILE *file, const Problem *problem, const ThusoPlan *plan);

static gboolean write_one(const Problem *problem, const ThusoPlan *plan, const ThusoTargets *targets, int which, Put put,
                          GError **error)
{
	const char *final = thuso_targets_final(targets, which);
	if (!final)
		return TRUE;
	FILE *file = fopen(thuso_targets_temporary(targets, which), "wxe");
	if (!file)
		return set_failed(final, error);
	setvbuf(file, NULL, _IOFBF, BUFFER_BYTES);
	put(file, problem, plan);
	gboolean good = !ferror(file) && fflush(file) == 0 && fsync(fileno(file)) == 0;
	if (!good)
		set_failed(final, error);
	if (fclose(file) != 0 && good)
		good = set_failed(final, error);
	return good;
}

gboolean plan_write(const Problem *problem, const ThusoPlan *plan, const ThusoTargets *targets, GError **error)
{
	return write_one(problem, plan, targets, FILE_PLAN, put_plan, error) &&
	       write_one(problem, plan, targets, FILE_ASSIGNED, put_assigned, error);
}
