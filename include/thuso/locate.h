/* Choosing sites on a table of costs, without a study (`thuso locate`): reads CSV files, solves a location model, writes the plan. */
#ifndef THUSO_LOCATE_H
#define THUSO_LOCATE_H

#include <thuso/location.h>

G_BEGIN_DECLS

/* Paths and numbers as the user gave them. All tables are CSV with a header, columns in any order (src/locate/README.md). */
typedef struct {
	const ThusoModel *model;
	const char *od;     /* demand,site,cost, or from,to,cost; an empty cost is unreachable */
	const char *demand; /* demand,weight; NULL = every demand row of the OD weighs 1 */
	const char *sites; /* site[,fixed][,forbidden][,capacity][,cost][,pull][,min_people][,group...]; NULL = all of the OD, free */
	const char *quota; /* level,group,min,max[,count]; or NULL */
	gint64 n_sites;    /* at most so many are chosen, fixed ones included; -1 = no bound */
	double limit;      /* in the OD's unit; NaN = none */
	double budget;     /* NaN = none */
	double target;     /* share 0..1; NaN = none */
	double unserved;   /* cost of a person whom nobody reaches; NaN = everyone must be served */
	double min_people; /* threshold of every site without a min_people of its own; NaN = none */
	gboolean says_assignment; /* else as the model has it */
	gboolean is_single;       /* a demand row goes to one site as a whole; else it may be split */
	double decay;             /* NaN = the model's */
	ThusoLocateOptions options;
	const char *output;   /* PLAN.csv: step,site,kind,gain,people_added,people_total; NULL = not wanted */
	const char *assigned; /* demand,site,people,cost; NULL = not wanted */
	gboolean overwrite;
} ThusoLocateSpec;
void thuso_locate_spec_default(ThusoLocateSpec *spec); /* no bounds, the model's assignment, the options' defaults */

typedef struct {
	ThusoPlan *plan; /* sites by index into site_id; also where the problem is infeasible */
	char **site_id;  /* n_sites, in order */
	gint32 n_sites;
	gint64 n_demand;
	gint64 n_pairs;           /* with a cost */
	double people;            /* all of the demand */
	gboolean has_thresholds;  /* the objective is less by the thresholds of the new sites (`charge` of ThusoLocation) */
	gboolean was_interrupted; /* the run was asked to stop: the plan is the best until then */
	char **written;           /* NULL-terminated, in the order output, assigned; none where the problem is infeasible */
} ThusoLocateResult;
void thuso_locate_result_clear(ThusoLocateResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ThusoLocateResult, thuso_locate_result_clear)

/* Options that the model has no use for, or that it lacks, are errors (THUSO_ERROR_USAGE) that say what to give; what is wrong with a
 * table is one of THUSO_ERROR_INPUT with its line. An infeasible problem is a result. An interrupted run has one where a plan was
 * found, and it is written. Memory: 28 bytes a row of the OD. */
gboolean thuso_locate_run(ThusoContext *context, const ThusoLocateSpec *spec, ThusoLocateResult *result, GError **error);

G_END_DECLS
#endif
