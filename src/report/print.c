/* The printed back end: the same blocks as the HTML page, set on A4. Pictures come from the same scenes through ink.c. */
#include "print.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "ink.h"
#include "palette.h"

#define PT_PER_PX   0.75
#define PAGE_WIDTH  794.0 /* A4 in px */
#define PAGE_HEIGHT 1123.0
#define MARGIN      56.0
#define BOTTOM      64.0 /* with the page's number */
#define TEXT_WIDTH  (PAGE_WIDTH - 2 * MARGIN)
#define BODY        13.0 /* px */
#define CELL        10.5
#define CELL_PAD    4.5
#define SLACK       2.0   /* px: against rounding */
#define WORD_MOST   110.0 /* a longer word may be broken */
#define CHART_MOST  470.0 /* px wide */
#define FONTS       "Arial, Liberation Sans, DejaVu Sans, Sans"
#define CAPTION     34.0 /* above a figure */
#define MAP_LEAST   0.75 /* a map gets smaller down to this before it goes to the next page */
#define BULLET      "\xe2\x80\xa2"

typedef struct {
	cairo_t *cairo;
	const Document *document;
	double y;
	int page;
} Press;

/* --- pages ---------------------------------------------------------------------------------------------------------------------- */

static void end_page(Press *press)
{
	SceneText left = { .x = MARGIN, .y = PAGE_HEIGHT - 34, .size = 10, .color = GREY }, right = left;
	right.x = PAGE_WIDTH - MARGIN;
	right.anchor = SCENE_END;
	g_autofree char *name = g_strdup_printf("%s \xe2\x80\x93 %s. Indicative; policy may override.", press->document->title,
	                                        press->document->subtitle);
	g_autofree char *number = g_strdup_printf("%d", press->page);
	ink_text(press->cairo, &left, name, TEXT_WIDTH - 40);
	ink_text(press->cairo, &right, number, 0);
	cairo_show_page(press->cairo);
	press->page++;
	press->y = MARGIN;
}

/* Starts a new page where `height` does not fit any more. */
static void need(Press *press, double height)
{
	if (press->y + height > PAGE_HEIGHT - BOTTOM && press->y > MARGIN)
		end_page(press);
}

/* --- text ------------------------------------------------------------------------------------------------------------------------- */

static void set_color(cairo_t *cairo, SceneColor color)
{
	cairo_set_source_rgb(cairo, (color >> 24) / 255.0, ((color >> 16) & 0xff) / 255.0, ((color >> 8) & 0xff) / 255.0);
}

/* A paragraph of that width; free with g_object_unref. */
static PangoLayout *paragraph(Press *press, const char *text, double size, gboolean bold, double width)
{
	PangoLayout *layout = pango_cairo_create_layout(press->cairo);
	PangoFontDescription *font = pango_font_description_from_string(FONTS);
	/* Letters are as wide as they are, whatever the page's resolution. */
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
	cairo_font_options_destroy(options);
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
	pango_layout_set_width(layout, width > 0 ? (int) (width * PANGO_SCALE) : -1);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(layout, valid, -1);
	return layout;
}

static double height_of(PangoLayout *layout)
{
	int width, height;
	pango_layout_get_size(layout, &width, &height);
	return (double) height / PANGO_SCALE;
}

static void show(Press *press, PangoLayout *layout, double x, double y, SceneColor color)
{
	set_color(press->cairo, color);
	cairo_move_to(press->cairo, x, y);
	pango_cairo_show_layout(press->cairo, layout);
	cairo_new_path(press->cairo);
}

/* Text that stays together, with room after it. */
static void set_text(Press *press, const char *text, double size, gboolean bold, double indent, double after)
{
	PangoLayout *layout = paragraph(press, text, size, bold, TEXT_WIDTH - indent);
	double height = height_of(layout);
	need(press, height);
	show(press, layout, MARGIN + indent, press->y, INK);
	press->y += height + after;
	g_object_unref(layout);
}

static void set_rule(Press *press, double y, double x0, double x1, SceneColor color, double width)
{
	set_color(press->cairo, color);
	cairo_set_line_width(press->cairo, width);
	cairo_move_to(press->cairo, x0, y);
	cairo_line_to(press->cairo, x1, y);
	cairo_stroke(press->cairo);
}

static double figure_height(const Block *block, double *scale);

/* What a heading needs below it, so that it does not stay alone at the foot of a page. */
static double height_after(const Press *press, guint heading)
{
	const Document *d = press->document;
	double scale, height = 40;
	for (guint i = heading + 1; i < d->blocks->len && i <= heading + 2; i++) {
		const Block *block = g_ptr_array_index(d->blocks, i);
		if (block->kind == BLOCK_FIGURE)
			return height + figure_height(block, &scale) * (block->is_map ? MAP_LEAST : 1) + CAPTION;
		height += 40;
	}
	return 120;
}

static void set_heading(Press *press, guint i, const char *text)
{
	press->y += press->y > MARGIN ? 16 : 0;
	need(press, height_after(press, i));
	set_text(press, text, 18, TRUE, 0, 3);
	set_rule(press, press->y, MARGIN, PAGE_WIDTH - MARGIN, BLUE, 1.5);
	press->y += 9;
}

static void set_item(Press *press, const char *text)
{
	PangoLayout *layout = paragraph(press, text, BODY, FALSE, TEXT_WIDTH - 16);
	double height = height_of(layout);
	PangoLayout *bullet = paragraph(press, BULLET, BODY, FALSE, 0);
	need(press, height);
	show(press, bullet, MARGIN + 3, press->y, INK);
	show(press, layout, MARGIN + 16, press->y, INK);
	press->y += height + 4;
	g_object_unref(bullet);
	g_object_unref(layout);
}

static void set_note(Press *press, const char *text)
{
	PangoLayout *layout = paragraph(press, text, BODY, FALSE, TEXT_WIDTH - 24);
	double height = height_of(layout);
	need(press, height + 14);
	set_color(press->cairo, 0xfdf3e0ff);
	cairo_rectangle(press->cairo, MARGIN, press->y, TEXT_WIDTH, height + 14);
	cairo_fill(press->cairo);
	set_color(press->cairo, 0xb36b00ff);
	cairo_rectangle(press->cairo, MARGIN, press->y, 4, height + 14);
	cairo_fill(press->cairo);
	show(press, layout, MARGIN + 14, press->y + 7, INK);
	press->y += height + 14 + 8;
	g_object_unref(layout);
}

/* --- key numbers, side by side -------------------------------------------------------------------------------------------------------- */

static guint count_keys(const Document *document, guint i)
{
	guint n = 0;
	while (i + n < document->blocks->len && ((const Block *) g_ptr_array_index(document->blocks, i + n))->kind == BLOCK_KEY)
		n++;
	return n;
}

static void set_keys(Press *press, guint i)
{
	guint n = count_keys(press->document, i);
	double width = (TEXT_WIDTH - (n - 1) * 8.0) / n;
	need(press, 78);
	for (guint k = 0; k < n; k++) {
		const Block *block = g_ptr_array_index(press->document->blocks, i + k);
		double x = MARGIN + k * (width + 8);
		set_color(press->cairo, 0xf4f4f2ff);
		cairo_rectangle(press->cairo, x, press->y, width, 72);
		cairo_fill(press->cairo);
		set_color(press->cairo, BLUE);
		cairo_rectangle(press->cairo, x, press->y, 3, 72);
		cairo_fill(press->cairo);
		PangoLayout *value = paragraph(press, block->text, 19, TRUE, width - 16);
		PangoLayout *what = paragraph(press, block->detail, 10.5, FALSE, width - 16);
		show(press, value, x + 10, press->y + 6, INK);
		show(press, what, x + 10, press->y + 32, INK);
		g_object_unref(value);
		g_object_unref(what);
	}
	press->y += 72 + 12;
}

/* --- figures ------------------------------------------------------------------------------------------------------------------------------ */

static double figure_height(const Block *block, double *scale)
{
	double most = block->is_map ? TEXT_WIDTH : CHART_MOST, room = PAGE_HEIGHT - BOTTOM - MARGIN - CAPTION - 10;
	*scale = fmin(fmin(1.0, most / block->scene->width), room / block->scene->height);
	return block->scene->height * *scale;
}

static void set_figure(Press *press, const Block *block)
{
	double scale, height = figure_height(block, &scale), room = PAGE_HEIGHT - BOTTOM - press->y - CAPTION;
	if (block->is_map && room < height && room >= MAP_LEAST * height) {
		scale *= room / height;
		height = room;
	}
	need(press, height + CAPTION);
	set_text(press, block->text, BODY, TRUE, 0, 7);
	cairo_save(press->cairo);
	cairo_translate(press->cairo, MARGIN, press->y);
	cairo_scale(press->cairo, scale, scale);
	ink_scene(press->cairo, block->scene);
	cairo_restore(press->cairo);
	press->y += height + 14;
}

/* --- tables -------------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	const DocTable *table;
	guint n;
	double *width, *x;
} Grid;

static const char *cell(const DocTable *table, guint row, guint c)
{
	guint i = row * table->columns->len + c;
	return i < table->cells->len ? g_ptr_array_index(table->cells, i) : "";
}

static double longest_word(const char *text, double size, gboolean bold)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	double longest = 0;
	for (char **word = words; *word; word++)
		longest = fmax(longest, scene_text_width(*word, size, bold));
	return longest;
}

/* Columns get what they need on one line; where that is too much, text columns give way down to their longest word. */
static void fit_columns(Grid *grid)
{
	const DocTable *t = grid->table;
	g_autofree double *least = g_new0(double, grid->n), *natural = g_new0(double, grid->n);
	double sum_least = 0, sum_natural = 0;
	for (guint c = 0; c < grid->n; c++) {
		const TableColumn *column = &g_array_index(t->columns, TableColumn, c);
		gboolean bold = c == 0;
		least[c] = longest_word(column->title, CELL, TRUE);
		natural[c] = fmin(scene_text_width(column->title, CELL, TRUE), 90);
		for (guint row = 0; row < doc_table_rows(t); row++) {
			const char *text = cell(t, row, c);
			double whole = scene_text_width(text, CELL, bold);
			least[c] = fmax(least[c], column->is_number ? whole : fmin(longest_word(text, CELL, bold), WORD_MOST));
			natural[c] = fmax(natural[c], whole);
		}
		natural[c] = fmax(natural[c], least[c]);
		sum_least += least[c] += 2 * CELL_PAD + SLACK;
		sum_natural += natural[c] += 2 * CELL_PAD + SLACK;
	}
	double room = TEXT_WIDTH - sum_least, want = sum_natural - sum_least, x = 0;
	double share = want > 0 ? fmin(1, room / want) : 0;
	double squeeze = room < 0 ? TEXT_WIDTH / sum_least : 1;
	for (guint c = 0; c < grid->n; c++) {
		grid->width[c] = room < 0 ? least[c] * squeeze : least[c] + share * (natural[c] - least[c]);
		grid->x[c] = x;
		x += grid->width[c];
	}
}

/* Sets a row, or only measures it; returns its height. `row` -1: the headers. */
static double set_row(Press *press, const Grid *grid, int row, gboolean draw)
{
	double height = 0;
	for (guint c = 0; c < grid->n; c++) {
		const TableColumn *column = &g_array_index(grid->table->columns, TableColumn, c);
		const char *text = row < 0 ? column->title : cell(grid->table, (guint) row, c);
		PangoLayout *layout = paragraph(press, text, CELL, row < 0 || c == 0, grid->width[c] - 2 * CELL_PAD);
		pango_layout_set_alignment(layout, column->is_number ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
		if (draw)
			show(press, layout, MARGIN + grid->x[c] + CELL_PAD, press->y + 3, INK);
		height = fmax(height, height_of(layout) + 6);
		g_object_unref(layout);
	}
	return height;
}

static void set_head(Press *press, const Grid *grid)
{
	double height = set_row(press, grid, -1, TRUE), right = grid->x[grid->n - 1] + grid->width[grid->n - 1];
	press->y += height;
	set_rule(press, press->y, MARGIN, MARGIN + right, INK, 1);
}

static void set_table(Press *press, const DocTable *table)
{
	guint n = table->columns->len;
	g_autofree double *width = g_new0(double, n), *x = g_new0(double, n);
	Grid grid = { table, n, width, x };
	fit_columns(&grid);
	double right = x[n - 1] + width[n - 1], head = set_row(press, &grid, -1, FALSE);
	need(press, head + 70);
	set_text(press, table->caption, BODY, TRUE, 0, 4);
	set_head(press, &grid);
	for (guint row = 0; row < doc_table_rows(table); row++) {
		double height = set_row(press, &grid, (int) row, FALSE);
		if (press->y + height > PAGE_HEIGHT - BOTTOM) {
			end_page(press);
			set_head(press, &grid);
		}
		set_row(press, &grid, (int) row, TRUE);
		press->y += height;
		set_rule(press, press->y, MARGIN, MARGIN + right, RULE, 0.6);
	}
	press->y += 14;
}

/* --- the document ---------------------------------------------------------------------------------------------------------------------------- */

static void set_block(Press *press, guint i)
{
	const Block *block = g_ptr_array_index(press->document->blocks, i);
	switch (block->kind) {
	case BLOCK_HEADING:
		set_heading(press, i, block->text);
		break;
	case BLOCK_PARAGRAPH:
		set_text(press, block->text, BODY, FALSE, 0, 7);
		break;
	case BLOCK_ITEM:
		set_item(press, block->text);
		break;
	case BLOCK_NOTE:
		set_note(press, block->text);
		break;
	case BLOCK_KEY:
		if (i == 0 || ((const Block *) g_ptr_array_index(press->document->blocks, i - 1))->kind != BLOCK_KEY)
			set_keys(press, i);
		break;
	case BLOCK_TABLE:
		set_table(press, block->table);
		break;
	default:
		set_figure(press, block);
		break;
	}
}

GBytes *print_document(const Document *document, const char *foot, const char *date, GError **error)
{
	InkPdf *pdf = ink_pdf_new(PAGE_WIDTH * PT_PER_PX, PAGE_HEIGHT * PT_PER_PX, document->title, date);
	Press press = { cairo_create(pdf->surface), document, MARGIN, 1 };
	cairo_scale(press.cairo, PT_PER_PX, PT_PER_PX);
	set_text(&press, document->subtitle, 11, FALSE, 0, 2);
	set_text(&press, document->title, 26, TRUE, 0, 4);
	for (guint i = 0; i < document->blocks->len; i++)
		set_block(&press, i);
	set_text(&press, foot, 10.5, FALSE, 0, 0);
	end_page(&press);
	cairo_destroy(press.cairo);
	return ink_pdf_finish(pdf, error);
}
