/* What the indices of equity share. `rows` are those that count, in the index's own order. */
#ifndef THUSO_CATCHMENT_EQUITY_H
#define THUSO_CATCHMENT_EQUITY_H

#include <thuso/measures.h>

extern const ThusoEquityIndex thuso_equity_gini, thuso_equity_palma, thuso_equity_theil, thuso_equity_concentration,
    thuso_equity_concentration_corrected;

static inline double thuso_people_in(const ThusoEquityData *data, gint64 row)
{
	return data->people == NULL ? 1 : data->people[row];
}

/* People, and people * access, over the rows. */
double thuso_people_in_all(const ThusoEquityData *data, const gint64 *rows, gint64 n);
double thuso_access_of_all(const ThusoEquityData *data, const gint64 *rows, gint64 n);

/* Does the row count? It has people and an access, and is in the group (-1 = any). */
static inline gboolean thuso_row_counts(const ThusoEquityData *data, gint64 row, gint32 group)
{
	return thuso_people_in(data, row) > 0 && !isnan(data->access[row]) && (group < 0 || data->group[row] == group);
}
/* NULL with an error; THUSO_ERROR_INPUT where a number is negative. */
gboolean thuso_equity_check(const ThusoEquityData *data, GError **error);

#endif
