/* How well people are reached, row by row, beside served and unserved: opportunities, competition for them, and how evenly both are
 * spread (src/catchment/README.md). Arrays in, numbers out; every measure's formula has its source in the descriptor. */
#ifndef THUSO_MEASURES_H
#define THUSO_MEASURES_H

#include <thuso/param.h>

G_BEGIN_DECLS

/* --- what a cost is worth (a registry: one file each, one line in decays.c) ------------------------------------------- */

/* The cost of every option is in the unit of the pairs' costs (seconds or metres). NaN = not stated; what a measure needs and does not
 * find is an error. */
typedef struct ThusoDecay ThusoDecay;
typedef struct {
	const ThusoDecay *decay; /* must be stated for gravity, bfca and spatial_availability; the others have their own */
	double limit;            /* > 0: the size of a catchment; beyond it a pair counts nothing, whatever the decay */
	double exponent;         /* > 0: `power` */
	double unit;             /* > 0: `power`: the cost that weighs 1; less weighs no more */
	double half;             /* > 0: `exponential`: the cost that weighs one half */
	const double *step_upper,
	    *step_weight; /* n_steps: `steps`: (a, b] from 0, uppers strictly ascending, weights 0..1, falling */
	int n_steps;
} ThusoDecayOptions;
void thuso_decay_options_default(ThusoDecayOptions *options); /* nothing stated */

struct ThusoDecay {
	ThusoDescriptor about;
	gboolean needs_limit;
	gboolean (*check)(const ThusoDecayOptions *options, GError **error); /* what this decay needs beside the limit; or NULL */
	double (*weight)(const ThusoDecayOptions *options, double cost);     /* 0..1, never rising; the limit is not its business */
};
extern const ThusoDecay *const thuso_decays[]; /* NULL-terminated */
const ThusoDecay *thuso_decay_find(const char *name);

/* --- measures of access (a registry: one file each, one line in measures.c) --------------------------------------------- */

/* Who could use what, as of ThusoLocation: pairs by site, demand rows of site j at start[j] .. start[j+1]-1; a missing pair is
 * unreachable. Arrays are not owned. */
typedef struct {
	gint64 n_demand;
	gint32 n_sites;
	const gint64 *start;   /* n_sites + 1 */
	const guint32 *demand; /* start[n_sites] */
	const double *cost;    /* start[n_sites], finite, >= 0 */
	const double *people;  /* n_demand, finite, >= 0; NULL = 1 each */
	const double *supply;  /* n_sites, finite, >= 0: places, staff, visits a year; NULL = 1 each */
} ThusoSupply;

typedef struct ThusoAccessMeasure ThusoAccessMeasure;
struct ThusoAccessMeasure {
	ThusoDescriptor about;
	const char *unit;        /* of the result, in words: "supply", "supply a person" */
	const ThusoDecay *decay; /* the one the measure is defined with; NULL = the options' choice, which must be stated */
	/* weight: a value a pair, filled by thuso_access; access: n_demand, zeroed. */
	gboolean (*compute)(const ThusoSupply *supply, const double *weight, double *access, GError **error);
};
extern const ThusoAccessMeasure *const thuso_access_measures[]; /* NULL-terminated */
const ThusoAccessMeasure *thuso_access_measure_find(const char *name);

/* access: n_demand, one value a demand row; 0 where nothing is reached. Sites are taken in their order, so the sums are the same
 * everywhere. O(pairs); memory 8 to 24 bytes a pair and 24 a row. Errors: THUSO_ERROR_USAGE (an option is missing or out of range), _INPUT (a
 * cost, people or supply that is negative or no number), _LIMIT. */
gboolean thuso_access(const ThusoAccessMeasure *measure, const ThusoSupply *supply, const ThusoDecayOptions *options,
                      double *access, GError **error);

/* --- how evenly (a registry: one file each, one line in equity.c) --------------------------------------------------------- */

/* Rows of people and what they have. Rows without people, or whose access is NaN, count nowhere, except that every row with people
 * and a standing takes part in finding the poorest and the richest (`palma`). Arrays are not owned. */
typedef struct {
	gint64 n;
	const double *access;   /* n, >= 0; NaN = not known */
	const double *people;   /* n, finite, >= 0; NULL = 1 each */
	const double *standing; /* n: income a head or any rank, poorest lowest; NaN = not known. Needed by `concentration`; NULL with
	                           `palma` = ranked by access itself */
	const gint32 *group;    /* n, 0..n_groups-1, -1 = none; NULL = no groups */
	gint32 n_groups;
} ThusoEquityData;

typedef struct ThusoEquityIndex ThusoEquityIndex;
struct ThusoEquityIndex {
	ThusoDescriptor about;
	const char *range; /* "0 (all equal) to 1" */
	gboolean needs_standing;
	/* rows: n of those that count, ascending by (by_access ? access : standing), then row. */
	gboolean by_access;
	double (*compute)(const ThusoEquityData *data, const gint64 *rows, gint64 n);
};
extern const ThusoEquityIndex *const thuso_equity_indices[]; /* NULL-terminated */
const ThusoEquityIndex *thuso_equity_index_find(const char *name);

/* The index over everyone (group -1) or over one group's rows. NaN where it is not defined: nobody, or nobody has anything. Errors:
 * THUSO_ERROR_USAGE (standing or groups are missing), _INPUT (negative access or people), _LIMIT. O(n log n). */
gboolean thuso_equity(const ThusoEquityIndex *index, const ThusoEquityData *data, gint32 group, double *value, GError **error);

/* Theil's T = between + within. between_of and within_of: n_groups parts that add up to them, or NULL; a group without people has 0.
 * Rows in no group make a group of their own, whose parts are in the totals only. */
typedef struct {
	double total, between, within;
} ThusoTheil;
gboolean thuso_theil_by_group(const ThusoEquityData *data, ThusoTheil *theil, double *between_of, double *within_of,
                              GError **error);

G_END_DECLS
#endif
