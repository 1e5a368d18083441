/* Flag: vandalised or destroyed. The word may stand as the condition or as the status. */
#include "monitor.h"

static ThusoFlagState check(const ThusoCentreRecord *centre, char **reason)
{
	const char *const *words = centre->columns->destroyed;
	if (words == NULL || (centre->condition == NULL && centre->status == NULL))
		return THUSO_FLAG_UNKNOWN;
	gboolean by_condition = monitor_is_word(centre->condition, words);
	if (!by_condition && !monitor_is_word(centre->status, words))
		return THUSO_FLAG_CLEAR;
	*reason = g_strdup_printf("%s: %s", by_condition ? "condition" : "status", by_condition ? centre->condition : centre->status);
	return THUSO_FLAG_RAISED;
}

const ThusoFlag thuso_flag_destroyed = {
	.about = {
		.name = "destroyed",
		.title = "Destroyed",
		.summary = "Vandalised or destroyed in protests: words of the columns `condition` or `status` that the planner names.",
		.source = "Reply to parliamentary question NW3446 (21 November 2023): operational guidelines of the business plan, item iv",
	},
	.check = check,
};
