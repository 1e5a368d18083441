/* Flag: the building is in a bad state. */
#include "monitor.h"

static ThusoFlagState check(const ThusoCentreRecord *centre, char **reason)
{
	if (centre->condition == NULL || centre->columns->bad_condition == NULL)
		return THUSO_FLAG_UNKNOWN;
	if (!monitor_is_word(centre->condition, centre->columns->bad_condition))
		return THUSO_FLAG_CLEAR;
	*reason = g_strdup_printf("condition: %s", centre->condition);
	return THUSO_FLAG_RAISED;
}

const ThusoFlag thuso_flag_condition = {
	.about = {
		.name = "condition",
		.title = "Bad condition",
		.summary = "Infrastructure in a bad state, a health hazard or collapsing: words of the column `condition` that the planner names.",
		.source = "Reply to parliamentary question NW3446 (21 November 2023): operational guidelines of the business plan, item ii",
	},
	.check = check,
};
