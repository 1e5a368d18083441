/* The workbook. Every text is written as a string, never as something to be interpreted: a cell that begins with = is a text here, too. The
 * time that it was made is the study's date, so that equal results give equal bytes. */
#include "workbook.h"

#include <math.h>
#include <string.h>
#include <xlsxwriter.h>

#define MOST_ROWS   200000
#define MOST_TEXT   32000 /* Excel's cells end at 32,767 characters */
#define WIDEST      60.0  /* letters */
#define LEAST_WIDTH 9.0
#define SAMPLE_ROWS 500 /* rows that a column's width is taken from */

typedef enum { FORM_PLAIN, FORM_COUNT, FORM_TENTHS, FORM_THOUSANDTHS, FORM_WHOLE, FORM_TEXT, N_FORMS } Form;

typedef struct {
	lxw_workbook *book;
	lxw_format *forms[N_FORMS], *head, *title;
	const Facts *facts;
} Book;

GPtrArray *workbook_tables(const Facts *facts)
{
	static const FactsTable order[] = { FACTS_RANKED,       FACTS_PLANNED,        FACTS_ROLLOUT,   FACTS_PLANS,
		                                FACTS_ALTERNATIVES, FACTS_CENTRES,        FACTS_FLAGS,     FACTS_ACCESS,
		                                FACTS_TRIPS,        FACTS_METHODS,        FACTS_STANDARDS, FACTS_STANDARDS_BY_AREA,
		                                FACTS_ZONES,        FACTS_INFRASTRUCTURE, FACTS_MOBILE,    FACTS_MEASURES,
		                                FACTS_EQUITY,       FACTS_CATCHMENTS,     FACTS_BANDS,     FACTS_RESIDUAL,
		                                FACTS_EXCLUDED,     FACTS_SENSITIVITY,    FACTS_CHANGE,    FACTS_ISSUES,
		                                FACTS_OD,           FACTS_PARAMETERS,     FACTS_RUN };
	G_STATIC_ASSERT(G_N_ELEMENTS(order) == FACTS_N_TABLES);
	GPtrArray *tables = g_ptr_array_new();
	for (int i = 0; i < facts->n_levels; i++)
		g_ptr_array_add(tables, facts->levels[i].table);
	for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
		if (facts->table[order[i]])
			g_ptr_array_add(tables, facts->table[order[i]]);
	/* In the file, the last is what lies lowest; here it stands after what sections know. */
	for (guint i = facts->others->len; i-- > 0;)
		g_ptr_array_add(tables, g_ptr_array_index(facts->others, i));
	return tables;
}

/* --- forms --------------------------------------------------------------------------------------------------------------------------- */

static void make_forms(Book *book)
{
	static const char *const numbers[N_FORMS] = {
		[FORM_COUNT] = "#,##0", [FORM_TENTHS] = "#,##0.0", [FORM_THOUSANDTHS] = "0.000", [FORM_WHOLE] = "0"
	};
	for (int f = 0; f < N_FORMS; f++) {
		book->forms[f] = workbook_add_format(book->book);
		format_set_align(book->forms[f], LXW_ALIGN_VERTICAL_TOP);
		if (numbers[f])
			format_set_num_format(book->forms[f], numbers[f]);
	}
	format_set_text_wrap(book->forms[FORM_TEXT]);
	book->head = workbook_add_format(book->book);
	format_set_bold(book->head);
	format_set_text_wrap(book->head);
	format_set_align(book->head, LXW_ALIGN_VERTICAL_TOP);
	format_set_bg_color(book->head, 0xe8eef7);
	format_set_bottom(book->head, LXW_BORDER_THIN);
	book->title = workbook_add_format(book->book);
	format_set_bold(book->title);
	format_set_font_size(book->title, 14);
}

static Form form_of(const ThusoColumn *column)
{
	if (column->type == THUSO_TEXT)
		return FORM_TEXT;
	if (strcmp(column->name, "year") == 0)
		return FORM_WHOLE;
	if (g_str_has_prefix(column->name, "score_") || g_strcmp0(column->unit, "0 to 1") == 0)
		return FORM_THOUSANDTHS;
	if (column->type == THUSO_INTEGER || g_strcmp0(column->unit, "people") == 0 || strcmp(column->name, "capital") == 0 ||
	    strcmp(column->name, "operating") == 0)
		return FORM_COUNT;
	if (g_strcmp0(column->unit, "degrees") == 0)
		return FORM_PLAIN;
	return g_str_has_prefix(column->name, "value_") && !*column->unit ? FORM_PLAIN : FORM_TENTHS;
}

/* --- cells ----------------------------------------------------------------------------------------------------------------------------- */

/* What XML cannot carry becomes a blank; longer than a cell can be is cut. */
static char *cell_string(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	for (char *p = valid; *p; p++)
		if ((guchar) *p < 0x20 && *p != '\t' && *p != '\n')
			*p = ' ';
	return g_utf8_strlen(valid, -1) > MOST_TEXT ? g_utf8_substring(valid, 0, MOST_TEXT) : g_steal_pointer(&valid);
}

static void put_text(lxw_worksheet *sheet, lxw_row_t row, int column, const char *text, lxw_format *form)
{
	g_autofree char *string = cell_string(text ? text : "");
	worksheet_write_string(sheet, row, (lxw_col_t) column, string, form);
}

static void put_cell(Book *book, lxw_worksheet *sheet, lxw_row_t at, const ThusoTable *table, gint64 row, int c)
{
	const ThusoColumn *column = thuso_table_column(table, c);
	lxw_format *form = book->forms[form_of(column)];
	if (thuso_table_is_null(table, row, c))
		return;
	if (column->type == THUSO_TEXT)
		put_text(sheet, at, c, thuso_table_text(table, row, c), form);
	else
		worksheet_write_number(sheet, at, (lxw_col_t) c, thuso_table_real(table, row, c), form);
}

static char *header_text(const ThusoColumn *column)
{
	gboolean unit = column->unit && *column->unit;
	return g_strdup_printf("%s%s%s%s", column->title, unit ? " (" : "", unit ? column->unit : "", unit ? ")" : "");
}

static double column_width(const ThusoTable *table, int c)
{
	const ThusoColumn *column = thuso_table_column(table, c);
	g_autofree char *head = header_text(column);
	double width = fmin((double) g_utf8_strlen(head, -1), 18);
	for (gint64 row = 0; row < MIN(table->n_rows, SAMPLE_ROWS); row++) {
		const char *text = column->type == THUSO_TEXT ? thuso_table_text(table, row, c) : NULL;
		if (text)
			width = fmax(width, (double) g_utf8_strlen(text, MIN((gssize) strlen(text), 400)));
	}
	return CLAMP(width + 2, LEAST_WIDTH, WIDEST);
}

/* --- sheets ----------------------------------------------------------------------------------------------------------------------------- */

/* Excel's names have at most 31 letters and lack a few signs; table names of the result fit. */
static char *sheet_name(const char *name)
{
	g_autofree char *plain = g_strdelimit(g_strdup(name), "[]:*?/\\'", '_');
	return g_utf8_substring(plain, 0, MIN(g_utf8_strlen(plain, -1), 31));
}

static lxw_worksheet *add_sheet(Book *book, const char *name)
{
	g_autofree char *sheet = sheet_name(name);
	return workbook_add_worksheet(book->book, sheet);
}

static void write_table(Book *book, const ThusoTable *table)
{
	lxw_worksheet *sheet = add_sheet(book, table->name);
	int n = (int) table->columns->len;
	if (!sheet)
		return;
	for (int c = 0; c < n; c++) {
		g_autofree char *head = header_text(thuso_table_column(table, c));
		put_text(sheet, 0, c, head, book->head);
		worksheet_set_column(sheet, (lxw_col_t) c, (lxw_col_t) c, column_width(table, c), NULL);
	}
	for (gint64 row = 0; row < table->n_rows; row++)
		for (int c = 0; c < n; c++)
			put_cell(book, sheet, (lxw_row_t) row + 1, table, row, c);
	worksheet_freeze_panes(sheet, 1, n > 3 ? 1 : 0);
	if (n > 0)
		worksheet_autofilter(sheet, 0, 0, (lxw_row_t) MAX(table->n_rows, 1), (lxw_col_t) (n - 1));
	worksheet_set_landscape(sheet);
	worksheet_set_paper(sheet, 9); /* A4 */
	worksheet_fit_to_pages(sheet, 1, 0);
	worksheet_repeat_rows(sheet, 0, 0);
}

static void note(lxw_worksheet *sheet, lxw_row_t *row, const char *what, const char *text, lxw_format *form)
{
	put_text(sheet, *row, 0, what, form);
	put_text(sheet, *row, 1, text, form);
	(*row)++;
}

static void write_sources(lxw_worksheet *sheet, lxw_row_t *row, const Facts *facts, lxw_format *form)
{
	const ThusoTable *run = facts->table[FACTS_RUN];
	for (gint64 i = 0; run && i < run->n_rows; i++) {
		const char *kind = cell_text(run, i, "kind"), *name = cell_text(run, i, "name"), *sum = cell_text(run, i, "sha256"),
		           *value = cell_text(run, i, "value");
		if (g_strcmp0(kind, "input") == 0) {
			g_autofree char *text = g_strdup_printf("%s, SHA-256 %s", name ? name : "", sum ? sum : "not known");
			note(sheet, row, "Input", text, form);
		} else if (g_strcmp0(kind, "program") == 0) {
			g_autofree char *text = g_strdup_printf("%s %s", name ? name : "", value ? value : "");
			note(sheet, row, "Program", text, form);
		}
	}
}

static void write_notes(Book *book, GPtrArray *tables)
{
	lxw_worksheet *sheet = add_sheet(book, "notes");
	lxw_format *form = book->forms[FORM_TEXT];
	lxw_row_t row = 2;
	worksheet_set_column(sheet, 0, 0, 22, NULL);
	worksheet_set_column(sheet, 1, 1, 100, NULL);
	put_text(sheet, 0, 0, book->facts->study, book->title);
	note(sheet, &row, "Date", book->facts->date, form);
	note(sheet, &row, "Status", "Indicative; policy may override.", form);
	note(sheet, &row, "Served", book->facts->limit, form);
	if (book->facts->has_plan)
		note(sheet, &row, "Plan", book->facts->plan_title, form);
	note(sheet, &row, "Empty cells", "Not known, or not computed for this study. Units stand in the headers.", form);
	note(sheet, &row, "Positions", "longitude and latitude in degrees (WGS 84).", form);
	write_sources(sheet, &row, book->facts, form);
	for (guint i = 0; i < tables->len; i++) {
		const ThusoTable *table = g_ptr_array_index(tables, i);
		g_autofree char *name = sheet_name(table->name), *what = g_strconcat("Sheet ", name, NULL);
		g_autofree char *text = table->n_rows <= MOST_ROWS
		                            ? g_strdup(table->title)
		                            : g_strdup_printf("%s: too long for a sheet, see the CSV or the GeoPackage", table->title);
		note(sheet, &row, what, text, form);
	}
	note(sheet, &row, "Left out", "demand_cells (where people live) and buffers (for comparison) stand in the GeoPackage only.",
	     form);
}

static void set_properties(Book *book)
{
	struct tm day = { 0 };
	/* The facts' date is YYYY-MM-DD. */
	const char *date = book->facts->date;
	day.tm_year = (int) g_ascii_strtoll(date, NULL, 10) - 1900;
	day.tm_mon = (int) g_ascii_strtoll(date + 5, NULL, 10) - 1;
	day.tm_mday = (int) g_ascii_strtoll(date + 8, NULL, 10);
	lxw_doc_properties properties = { .title = (char *) (gpointer) book->facts->study, .created = timegm(&day) };
	/* 0 would be the time of now. */
	properties.created = MAX(properties.created, 1);
	workbook_set_properties(book->book, &properties);
}

gboolean workbook_write(const Facts *facts, const char *path, GError **error)
{
	lxw_workbook_options options = { .constant_memory = LXW_FALSE };
	Book book = { .book = workbook_new_opt(path, &options), .facts = facts };
	if (!book.book) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "the workbook %s cannot be made: no memory", path);
		return FALSE;
	}
	g_autoptr(GPtrArray) tables = workbook_tables(facts);
	make_forms(&book);
	set_properties(&book);
	write_notes(&book, tables);
	for (guint i = 0; i < tables->len; i++)
		if (((const ThusoTable *) g_ptr_array_index(tables, i))->n_rows <= MOST_ROWS)
			write_table(&book, g_ptr_array_index(tables, i));
	lxw_error code = workbook_close(book.book);
	if (code == LXW_NO_ERROR)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "the workbook %s cannot be written: %s", path, lxw_strerror(code));
	return FALSE;
}
