/* What the measures of access share: pairs' weights, sums by row, the decays and the parameter rows. */
#ifndef THUSO_CATCHMENT_MEASURE_H
#define THUSO_CATCHMENT_MEASURE_H

#include <thuso/measures.h>

/* --- parameter rows --------------------------------------------------------------------------------------------------- */

#define MEASURE_LIMIT                                                                                                            \
	{                                                                                                                            \
		.name = "limit", .kind = THUSO_PARAM_QUANTITY, .dimensions = THUSO_TIME | THUSO_LENGTH, .required = TRUE,                \
		.help = "The size of a catchment: the longest travel that counts"                                                        \
	}
#define MEASURE_LIMIT_OPTIONAL                                                                                                   \
	{                                                                                                                            \
		.name = "limit", .kind = THUSO_PARAM_QUANTITY, .dimensions = THUSO_TIME | THUSO_LENGTH,                                  \
		.help = "The longest travel that counts; without it every pair counts by its decay"                                      \
	}
#define MEASURE_DECAY                                                                                                            \
	{                                                                                                                            \
		.name = "decay", .kind = THUSO_PARAM_TEXT, .required = TRUE, .help = "What a cost is worth; `thuso list decays`"         \
	}
#define MEASURE_STEPS                                                                                                            \
	{                                                                                                                            \
		.name = "steps", .kind = THUSO_PARAM_MAP, .item = &thuso_step_item, .required = TRUE,                                    \
		.help = "Upper end of each zone and its weight, for example 10 min: 1, 20 min: 0.68, 30 min: 0.22"                       \
	}
#define MEASURE_END                                                                                                              \
	{                                                                                                                            \
		.name = NULL                                                                                                             \
	}
extern const ThusoParam thuso_step_item; /* one zone's weight, 0..1 */

/* --- the decays and the measures, one file each ------------------------------------------------------------------------- */

extern const ThusoDecay thuso_decay_within, thuso_decay_steps, thuso_decay_power, thuso_decay_exponential;
extern const ThusoAccessMeasure thuso_measure_cumulative, thuso_measure_gravity, thuso_measure_2sfca, thuso_measure_e2sfca,
    thuso_measure_3sfca, thuso_measure_bfca, thuso_measure_spatial_availability;

/* --- sums --------------------------------------------------------------------------------------------------------------- */

static inline double thuso_people_of(const ThusoSupply *supply, gint64 row)
{
	return supply->people == NULL ? 1 : supply->people[row];
}

static inline double thuso_supply_of(const ThusoSupply *supply, gint32 site)
{
	return supply->supply == NULL ? 1 : supply->supply[site];
}

/* A running sum a demand row; NULL with an error. Free with thuso_array_free. */
ThusoSum *thuso_row_sums_new(const ThusoSupply *supply, GError **error);
/* access[row] = each row's sum; frees the sums. */
void thuso_row_sums_take(ThusoSum *sums, const ThusoSupply *supply, double *access);
/* Sum of `weight` over each row's pairs: a value a row; NULL with an error. Free with thuso_array_free. */
double *thuso_weights_by_row(const ThusoSupply *supply, const double *weight, GError **error);

/* The two steps that the floating catchments share. Step 1: what each site has for each of those who draw on it, supply / sum(people *
 * draw); step 2: each row's sum of that, times `reach`. draw and reach hold a value a pair. A site that nobody draws on gives nobody
 * anything. */
gboolean thuso_two_steps(const ThusoSupply *supply, const double *draw, const double *reach, double *access, GError **error);

/* access = sum of supply * weight. */
gboolean thuso_weighted_supply(const ThusoSupply *supply, const double *weight, double *access, GError **error);
/* Both steps with the same weights. */
gboolean thuso_floating_catchment(const ThusoSupply *supply, const double *weight, double *access, GError **error);

#endif
