/* The block `sensitivity`: how sure ranks and plan are when weights, limit, walking speed and capacity are moved. Private to this room. */
#ifndef STUDY_SENSITIVITY_H
#define STUDY_SENSITIVITY_H

#include <thuso/sensitivity.h>

#include "run.h"

extern const ThusoParam sensitivity_params[];

/* One row of the table: what was moved, and what came of it. NaN = not known. */
typedef struct {
	char *setting;     /* "limit 45 min" */
	const char *moved; /* "limit" */
	char *value;       /* "45 min" */
	double people_now, share_now, people_kept, share_kept, people_plan, share_plan;
	double sites_new, sites_kept, capital, operating, objective; /* of the plan made for this setting */
	double correlation, top_kept;
	char *first; /* the best site, or NULL */
	char *note;  /* or NULL */
} SensitivityRow;

typedef struct Sensitivity {
	ThusoSensitivityOptions options;
	double *limit; /* n_limits, s or m */
	int n_limits;
	double walking, capacity; /* shares; 0 = not moved */
	/* From the search of the base run until their settings are worked out. */
	guint8 **limit_reach;
	ThusoSiteReach **limit_site_reach;
	GPtrArray *surfaces; /* of ThusoSurface: what the cache of searches may still know */
	/* Results */
	GArray *rows;          /* of SensitivityRow */
	GPtrArray *levels;     /* of ThusoScores: as stated, then other travel */
	gint64 **rank_without; /* n_criteria, by usable candidate; NULL where there is one criterion only */
	int n_criteria;
	ThusoSensitivity *draws; /* by usable candidate */
} Sensitivity;

/* NULL without an error where the study has no block. Needs the trips and `siting`; the criteria for the number of them. */
gboolean sensitivity_read(Run *run, GError **error);
void sensitivity_free(Sensitivity *sensitivity);
/* Fills run->site_reach, and what the other limits reach from the same search. */
gboolean sensitivity_reach(Run *run, const gint64 *cells, gint64 n, GError **error);
/* After the plan's travel: every setting, and the draws. */
gboolean run_sensitivity(Run *run, GError **error);

/* tables_sensitivity.c: the table, the columns of ranked_sites, what is told of the draws. */
gboolean tables_sensitivity(const Run *run, GPtrArray *tables, GError **error);
gboolean sensitivity_facts(const Run *run, ThusoTable *parameters, GError **error);
/* "In the top 10 in 97 % of 1,000 draws; rank 1 to 4." of a usable candidate; caller frees. */
char *sensitivity_words(const Run *run, gint64 site);

#endif
