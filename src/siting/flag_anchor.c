/* Flag: no anchor department in the centre, and no service point of one nearby. */
#include "monitor.h"

static char *reason_of(const ThusoCentreRecord *centre)
{
	g_autofree char *within = thuso_format_quantity(centre->columns->anchor_within_m, THUSO_LENGTH);
	if (isinf(centre->anchor_m))
		return g_strdup_printf("no anchor department named, and no service point of one anywhere (within %s is asked for)",
		                       within);
	g_autofree char *metres = thuso_format_count(ceil(centre->anchor_m)); /* 1,000.4 m is not "1,000 m" */
	g_autofree char *of = centre->anchor_near != NULL ? g_strdup_printf(" (%s)", centre->anchor_near) : g_strdup("");
	return g_strdup_printf(
	    "no anchor department named, and the nearest service point of one%s is %s m away (within %s is asked for)", of, metres,
	    within);
}

static ThusoFlagState check(const ThusoCentreRecord *centre, char **reason)
{
	if (centre->anchor_present != NULL || centre->anchor_m <= centre->columns->anchor_within_m + THUSO_PLACE_SLACK_M)
		return THUSO_FLAG_CLEAR;
	if (isnan(centre->anchor_m))
		return THUSO_FLAG_UNKNOWN;
	*reason = reason_of(centre);
	return THUSO_FLAG_RAISED;
}

const ThusoFlag thuso_flag_anchor = {
	.about = {
		.name = "anchor",
		.title = "No anchor department",
		.summary = "No anchor department present, and no service point of one within 1 km (unless set), in a straight line.",
		.source = "Reply to parliamentary question NW3446 (21 November 2023): operational guidelines of the business plan, item i",
	},
	.check = check,
};
