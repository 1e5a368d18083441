/* `thuso selftest`: published numbers beside those of this program. */
#include <thuso/selftest.h>

#include <stdio.h>

#include "command.h"

enum { CHECK, QUANTITY, PUBLISHED, HERE, AGREEMENT, N };

/* With as many decimals as the source gives; NULL = not reached. */
static char *number_text(const ThusoTable *table, gint64 row, int column)
{
	if (thuso_table_is_null(table, row, column))
		return g_strdup("not reached");
	const double tolerance = thuso_table_real(table, row, THUSO_SELFTEST_TOLERANCE), value = thuso_table_real(table, row, column);
	const char *unit = thuso_table_text(table, row, THUSO_SELFTEST_UNIT);
	const int decimals = tolerance > 0 ? (int) CLAMP(floor(1e-9 - log10(tolerance)), 0, 9) : 0;
	g_autofree char *format = g_strdup_printf("%%.%df", decimals);
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	return g_strconcat(g_ascii_formatd(buffer, sizeof buffer, format, value), " ", unit, NULL);
}

static gboolean agrees(const ThusoTable *table, gint64 row)
{
	return thuso_table_integer(table, row, THUSO_SELFTEST_AGREES) != 0;
}

static void print_table(const ThusoTable *table)
{
	static const TextColumn columns[N] = {
		{ "Check", FALSE, 0 }, { "Quantity", FALSE, 0 }, { "Published", TRUE, 0 }, { "Here", TRUE, 0 }, { "Agreement", FALSE, 0 },
	};
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	for (gint64 row = 0; row < table->n_rows; row++) {
		g_ptr_array_add(cells, g_strdup(thuso_table_text(table, row, THUSO_SELFTEST_CHECK)));
		g_ptr_array_add(cells, g_strdup(thuso_table_text(table, row, THUSO_SELFTEST_QUANTITY)));
		g_ptr_array_add(cells, number_text(table, row, THUSO_SELFTEST_PUBLISHED));
		g_ptr_array_add(cells, number_text(table, row, THUSO_SELFTEST_HERE));
		g_ptr_array_add(cells, g_strdup(agrees(table, row) ? "yes" : "NO"));
	}
	print_columns(columns, N, (char *const *) cells->pdata, table->n_rows);
}

/* Each check once, with who published it. */
static void print_sources(const ThusoTable *table)
{
	printf("\nSources:\n");
	for (gint64 row = 0; row < table->n_rows; row++) {
		const char *check = thuso_table_text(table, row, THUSO_SELFTEST_CHECK);
		if (row > 0 && g_str_equal(check, thuso_table_text(table, row - 1, THUSO_SELFTEST_CHECK)))
			continue;
		g_autofree char *line = g_strdup_printf("%s: %s", check, thuso_table_text(table, row, THUSO_SELFTEST_SOURCE));
		print_wrapped(line, 2);
	}
}

static void print_json(const ThusoTable *table)
{
	ThusoJson *json = thuso_json_new();
	thuso_json_number(json, "numbers", (double) table->n_rows);
	thuso_json_table(json, "checks", table, -1);
	g_autofree char *text = thuso_json_end(json);
	fputs(text, stdout);
}

/* Names every number that is off, so that the message alone makes a report. */
static void set_off(const ThusoTable *table, gint64 n_off, GError **error)
{
	g_autoptr(GString) list = g_string_new(NULL);
	for (gint64 row = 0; row < table->n_rows; row++) {
		if (agrees(table, row))
			continue;
		g_autofree char *published = number_text(table, row, THUSO_SELFTEST_PUBLISHED),
		                *here = number_text(table, row, THUSO_SELFTEST_HERE);
		g_string_append_printf(list, "%s%s (%s): published %s, here %s", list->len ? "; " : "",
		                       thuso_table_text(table, row, THUSO_SELFTEST_CHECK),
		                       thuso_table_text(table, row, THUSO_SELFTEST_QUANTITY), published, here);
	}
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED,
	            "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
	            " numbers do not agree: do not trust this build, and report it with the compiler and the machine: %s",
	            n_off, table->n_rows, list->str);
}

static gboolean run(ThusoContext *context, const Options *options, GError **error)
{
	gint64 n_off = 0;
	g_autoptr(ThusoTable) table = thuso_selftest(context, &n_off, error);
	if (!table)
		return FALSE;
	end_progress();
	if (!options->json) {
		print_table(table);
		print_sources(table);
		printf("\n%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " numbers agree\n", table->n_rows - n_off, table->n_rows);
	} else if (n_off == 0) { /* the error is a document of its own */
		print_json(table);
	}
	if (n_off > 0)
		set_off(table, n_off, error);
	return n_off == 0;
}

const Command command_selftest = {
	.name = "selftest",
	.arguments = "",
	.summary = "agreement with published numbers, on data inside the program",
	.text = "Computes what others published or what follows by hand (walking speeds on slopes, frictions, toy grids of other "
	        "programs, the known errors of 8 and 16 neighbours) and prints both numbers side by side. Reads and writes no file. "
	        "Ends with 1 when any number does not agree.",
	.min_arguments = 0,
	.max_arguments = 0,
	.run = run,
};
