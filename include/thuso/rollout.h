/* Roll-out: which planned site opens in which year, so that most discounted people-years are served under each year's budget. */
#ifndef THUSO_ROLLOUT_H
#define THUSO_ROLLOUT_H

#include <thuso/location.h>

G_BEGIN_DECLS

/* Arrays are not owned. Sites in an order that ties may follow: the lowest first. */
typedef struct {
	gint32 n_sites;
	const gint64 *start;   /* n_sites + 1: demand rows of site j at start[j] .. start[j+1]-1, in `demand` */
	const guint32 *demand; /* start[n_sites] */
	gint64 n_demand;
	const double *people;     /* n_demand, >= 0: those not served already */
	const double *cost;       /* n_sites, >= 0: what opening takes of the year's budget */
	const guint8 *is_upgrade; /* n_sites, or NULL: opens before a site that is none, where the gain is equal */
	gint32 n_years;
	const double *budget;  /* n_years, >= 0 */
	double discount;       /* a year counts 1 / (1 + discount) of the one before it */
	double growth;         /* people of a year: 1 + growth of those of the one before it */
	gboolean carries_over; /* what a year leaves may be spent later */
	ThusoLocateOptions options;
} ThusoRolloutSpec;

/* A schedule in figures, one element a year. */
typedef struct {
	gint32 *year;         /* n_sites: 0 = the first; -1 = opens in none */
	double *people;       /* served by sites that are open, grown, not discounted */
	double *people_years; /* discounted, of this year and those before it */
	double *spent;
} ThusoSchedule;

typedef struct {
	ThusoSchedule best, greedy;   /* greedy: each year the sites that gain most for their cost, while the money lasts */
	double objective, bound, gap; /* discounted people-years over all years, of `best` */
	ThusoPlanStatus status;
	gboolean is_greedy; /* nothing better was found */
} ThusoRollout;

/* A site opens once at most and serves from its year on. The last year of `best` serves at least as many people as greedy's. Sites that
 * the money left allows open too, as early as it allows, though they add nobody. Errors: THUSO_ERROR_LIMIT (memory, or no plan in time),
 * _CANCELLED. The same for any number of threads. */
ThusoRollout *thuso_rollout(ThusoContext *context, const ThusoRolloutSpec *spec, GError **error);
void thuso_rollout_free(ThusoRollout *rollout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoRollout, thuso_rollout_free)

G_END_DECLS
#endif
