/* The study file's `report` block: what people read of a result, written after it. */
#include <thuso/report.h>

#include <string.h>

#include "result.h"

static guint format_bits(const Block *block)
{
	guint bits = 0;
	for (int i = 0; i < block_n(block, "formats"); i++)
		for (int k = 0; thuso_report_formats[k]; k++)
			if (strcmp(thuso_report_formats[k], block_item_text(block, "formats", i)) == 0)
				bits |= 1U << k;
	return bits;
}

static ThusoReportSpec spec_of(const Block *block, const char *path, gboolean overwrite)
{
	return (
	    ThusoReportSpec){ .result = path, .by = block_text(block, "by"), .formats = format_bits(block), .overwrite = overwrite };
}

/* `by` is a municipality or one of the study's own levels. */
static gboolean check_level(const ThusoStudy *study, const Block *report, GError **error)
{
	Block top = study_block(study), area = block_get(&top, "area");
	const char *by = block_text(report, "by");
	gboolean known = strcmp(by, "municipality") == 0;
	for (int i = 0; i < block_n(&area, "levels") && !known; i++)
		known = strcmp(by, block_item_name(&area, "levels", i)) == 0;
	if (!known)
		block_error(report, "by", error, THUSO_ERROR_USAGE, "report by: '%s' is neither municipality nor one of area.levels", by);
	return known;
}

gboolean result_report_check(const ThusoStudy *study, const char *path, gboolean overwrite, GError **error)
{
	Block top = study_block(study), report = block_get(&top, "report");
	ThusoReportSpec spec = spec_of(&report, path, overwrite);
	return !block_has(&top, "report") || (check_level(study, &report, error) && thuso_report_check(&spec, error));
}

gboolean result_report(ThusoContext *context, const ThusoStudy *study, const char *path, gboolean overwrite, char ***written,
                       GError **error)
{
	Block top = study_block(study), report = block_get(&top, "report");
	ThusoReportSpec spec = spec_of(&report, path, overwrite);
	g_auto(ThusoReportResult) result = { 0 };
	if (!block_has(&top, "report"))
		return TRUE;
	if (!thuso_report_run(context, &spec, &result, error)) {
		g_prefix_error(error, "the result stands at %s, but its report does not: ", path);
		return FALSE;
	}
	g_autoptr(GStrvBuilder) all = g_strv_builder_new();
	g_strv_builder_addv(all, (const char **) *written);
	g_strv_builder_addv(all, (const char **) result.written);
	g_strfreev(*written);
	*written = g_strv_builder_end(all);
	return TRUE;
}
