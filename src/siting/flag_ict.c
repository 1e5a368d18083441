/* Flag: no connection, for good. */
#include "monitor.h"

static ThusoFlagState check(const ThusoCentreRecord *centre, char **reason)
{
	if (centre->ict == NULL || centre->columns->no_ict == NULL)
		return THUSO_FLAG_UNKNOWN;
	if (!monitor_is_word(centre->ict, centre->columns->no_ict))
		return THUSO_FLAG_CLEAR;
	*reason = g_strdup_printf("ICT: %s", centre->ict);
	return THUSO_FLAG_RAISED;
}

const ThusoFlag thuso_flag_ict = {
	.about = {
		.name = "ict",
		.title = "No ICT connectivity",
		.summary = "Lack of ICT connectivity as a permanent challenge: words of the column `ict` that the planner names.",
		.source = "Reply to parliamentary question NW3446 (21 November 2023): operational guidelines of the business plan, item iii",
	},
	.check = check,
};
