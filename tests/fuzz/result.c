/* Results that compare, report and map read again: the file that THUSO_FUZZ_RESULT names, spoilt by SQL. An error or an answer; the page is
 * UTF-8 and holds no markup of the values. The first byte says which of them. */
#include "bad-database.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <thuso/compare.h>
#include <thuso/report.h>

static const char *good_path;

static void compare(ThusoContext *context, const char *path)
{
	for (int turned = 0; turned < 2; turned++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(ThusoComparison) found = thuso_compare(context, turned ? path : good_path, turned ? good_path : path, &error);
		fuzz_either(found, error);
		if (found)
			fuzz_check_table(found->change, TRUE);
	}
}

static void check_texts(const char *folder, const char *ending)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(folder, name, NULL), *text = NULL;
		gsize n;
		if (g_str_has_suffix(name, ending) && g_file_get_contents(path, &text, &n, NULL)) {
			fuzz_must(g_utf8_validate(text, (gssize) n, NULL));
			fuzz_must(strcmp(ending, ".html") != 0 || !strstr(text, "<evil"));
		}
	}
}

static void empty_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_unlink(path);
	}
	g_rmdir(folder);
}

static void report(ThusoContext *context, const char *path, guint formats)
{
	g_autoptr(GError) error = NULL;
	g_auto(ThusoReportResult) result = { 0 };
	g_autofree char *folder = g_strconcat(path, "-report", NULL);
	const ThusoReportSpec spec = { .result = path, .output = folder, .formats = formats };
	gboolean good = thuso_report_run(context, &spec, &result, &error);
	fuzz_either(good, error);
	check_texts(folder, ".html");
	check_texts(folder, ".csv");
	empty_folder(folder);
}

static void map(ThusoContext *context, const char *path)
{
	g_autoptr(GError) error = NULL;
	const ThusoMapSpec spec = { .result = path, .output = fuzz_path("x.svg"), .overwrite = TRUE };
	gboolean good = thuso_map_run(context, &spec, &error);
	fuzz_either(good, error);
	g_unlink(spec.output);
}

static void read_result(const uint8_t *data, size_t size)
{
	static GBytes *good;
	if (!good) {
		good_path = getenv("THUSO_FUZZ_RESULT");
		if (!good_path)
			g_error("THUSO_FUZZ_RESULT names no result");
		good = fuzz_content(good_path);
	}
	if (size == 0)
		return;
	ThusoContext *context = fuzz_context();
	const char *path = fuzz_spoil(good, (FuzzPart){ data + 1, size - 1 }, "x.gpkg");
	g_autoptr(GBytes) before = fuzz_content(path);
	switch (*data % 4) {
	case 0:
	case 1:
		compare(context, path);
		break;
	case 2:
		report(context, path, THUSO_REPORT_HTML | THUSO_REPORT_CSV | (*data & 4 ? THUSO_REPORT_XLSX : 0));
		break;
	default:
		map(context, path);
	}
	fuzz_check_untouched(path, before);
}

const FuzzReader fuzz_result = { "result", TRUE, read_result };
