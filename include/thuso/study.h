/* The jobs: reading a study file, checking it, running it. The one place that knows the order of work. */
#ifndef THUSO_STUDY_H
#define THUSO_STUDY_H

#include <thuso/base.h>
#include <thuso/compare.h>
#include <thuso/param.h>
#include <thuso/table.h>

G_BEGIN_DECLS

typedef struct ThusoStudy ThusoStudy;

/* Reads and checks the YAML. Everything unknown is an error that names file, line and the nearest known key. */
ThusoStudy *thuso_study_load(const char *path, GError **error);
void thuso_study_free(ThusoStudy *study);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoStudy, thuso_study_free)
const char *thuso_study_name(const ThusoStudy *study);
/* Where the result goes, absolute; NULL when the study has no `output`. */
const char *thuso_study_output(const ThusoStudy *study);
/* The study file's top-level parameters: the schema. */
const ThusoParam *thuso_study_schema(void);

typedef struct {
	const char *output; /* overrides the study's; NULL = the study's. Of a scheduled run: the folder of dated results */
	gboolean overwrite;
	const char *cache; /* folder where travel is kept for the next run; NULL = none. Results do not depend on it */
	/* Goes on where a run of the same study, inputs and program was killed: what it had kept in `cache` is taken. Same bytes. */
	gboolean resumes;
	/* The result becomes FOLDER/DATE/NAME.gpkg of the study's block `schedule`, with what changed since the last one; `latest` is switched,
	 * the oldest go (thuso/series.h). Sources older than their `max_age` are an error of inputs. */
	gboolean is_scheduled;
} ThusoRunOptions;

typedef struct {
	char **written;      /* final paths, NULL-terminated, GeoPackage first */
	ThusoTable *ranking; /* ranked_sites as written */
	ThusoTable *summary; /* key, value: people, share served now and with the plan, ... */
	ThusoTable *areas;   /* municipalities as written */
	ThusoTable *plans;   /* plans as written; NULL without the block `siting` */
	ThusoTable *rollout; /* rollout as written; NULL without the block */
	/* Of a scheduled run; else NULL */
	char *folder;                /* of this result */
	char *last;                  /* the GeoPackage it was compared with; NULL = there is none */
	ThusoComparison *comparison; /* with it, or NULL */
	char *not_compared;          /* why there is none though there is a last one */
} ThusoRunResult;
void thuso_run_result_free(ThusoRunResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoRunResult, thuso_run_result_free)

/* Everything the study asks for. */
ThusoRunResult *thuso_study_run(ThusoContext *context, ThusoStudy *study, const ThusoRunOptions *options, GError **error);

typedef struct {
	gint64 n_cols, n_rows, n_cells;
	double cell_m;
	char *crs;
	double memory_bytes, seconds; /* to expect of `run` */
	ThusoTable *areas;            /* id, title, people, official people where there is a control, candidates, open centres */
	ThusoTable *findings;         /* severity, check, layer, feature, message, count */
} ThusoCheckResult;
void thuso_check_result_free(ThusoCheckResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoCheckResult, thuso_check_result_free)
/* Audits the inputs and computes no travel. With `findings_path` the findings layer is written there as a GeoPackage. */
ThusoCheckResult *thuso_study_check(ThusoContext *context, ThusoStudy *study, const char *findings_path, gboolean overwrite,
                                    GError **error);

/* Makes DIR with a commented study file and an empty layer folder, or (from_demo) a copy of the demonstration region. An existing
 * study file is never overwritten. Returns the study file's path; caller frees. */
char *thuso_study_new(const char *dir, gboolean from_demo, GError **error);

/* Looks at every layer below `folder` (read only), guesses what each is for, and makes DIR with a study file and tables of speeds in which
 * only decisions are left open, as DECIDE; `full`: with every other block and key as comments. Nothing that stands there is
 * overwritten. Returns the study file's path; caller frees. */
char *thuso_study_new_from_layers(ThusoContext *context, const char *dir, const char *folder, gboolean full, GError **error);

/* The folder of the demonstration region and reference tables: $THUSO_GEODATA, the installed one, or the source tree's. NULL = none. */
char *thuso_geodata_dir(void);

G_END_DECLS
#endif
