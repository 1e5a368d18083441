/* Pages and pictures from the inside: nothing that a layer says becomes markup, labels keep apart, shapes stay whole when they are made
 * simple, and both back ends draw the same list. */
#include "../../src/report/csv.h"
#include "../../src/report/document.h"
#include "../../src/report/folder.h"
#include "../../src/report/html.h"
#include "../../src/report/ink.h"
#include "../../src/report/labels.h"
#include "../../src/report/markup.h"
#include "../../src/report/outline.h"
#include "../../src/report/svg.h"
#include "../support/siting-random.h"

#include <glib/gstdio.h>
#include <string.h>
#include <thuso/io.h>
#include <thuso/report.h>

#define N_SEEDS 200

/* --- escaping ------------------------------------------------------------------------------------------------------------ */

typedef struct {
	GString *content, *value;
	int n_elements;
} Seen;

static void on_start(GMarkupParseContext *context, const char *element, const char **names, const char **values, gpointer data,
                     GError **error)
{
	(void) context, (void) element, (void) error;
	Seen *seen = data;
	seen->n_elements++;
	for (int i = 0; names[i]; i++)
		g_string_append(seen->value, values[i]);
}

static void on_text(GMarkupParseContext *context, const char *text, gsize size, gpointer data, GError **error)
{
	(void) context, (void) error;
	g_string_append_len(((Seen *) data)->content, text, (gssize) size);
}

/* Random bytes, rich in what matters to a parser. */
static char *random_text(Random *random)
{
	static const char *const bits[] = { "<",    ">",   "&",  "\"",   "'",    "</svg>", "<script>", "onerror=",
		                                "&lt;", "]]>", "--", "\x01", "\xff", "\xc3",   "\xc3\xa9", "\xe2\x80\xae",
		                                " ",    "a",   "=",  "\n" };
	GString *text = g_string_new(NULL);
	for (int n = random_below(random, 30); n > 0; n--)
		g_string_append(text, bits[random_below(random, (int) G_N_ELEMENTS(bits))]);
	return g_string_free(text, FALSE);
}

/* What a page may hold of a text: valid, and without the characters that HTML forbids or that turn what follows. */
static char *plain_of(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *out = g_string_new(NULL);
	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		g_string_append_unichar(out, c == 0x202e || (c < 0x20 && c != '\n') ? 0xfffd : c);
	}
	return g_string_free(out, FALSE);
}

static void test_escaping(void)
{
	static const GMarkupParser parser = { .start_element = on_start, .text = on_text };
	for (guint64 seed = 1; seed <= N_SEEDS; seed++) {
		Random random = random_new(seed);
		g_autofree char *text = random_text(&random), *value = random_text(&random), *want = plain_of(text),
		                *want_value = plain_of(value);
		Markup *markup = markup_new();
		markup_open(markup, "p", "title", value, NULL);
		markup_content(markup, text);
		markup_leaf(markup, FALSE, "path", NULL);
		g_autofree char *page = markup_finish(markup, NULL);
		Seen seen = { g_string_new(NULL), g_string_new(NULL), 0 };
		GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &seen, NULL);
		CHECK(&random, g_markup_parse_context_parse(context, page, -1, NULL) && g_markup_parse_context_end_parse(context, NULL));
		g_markup_parse_context_free(context);
		CHECK(&random, seen.n_elements == 2 && strcmp(seen.content->str, want) == 0);
		/* An attribute's line ends are normalised by the reader. */
		g_strdelimit(want_value, "\n", ' ');
		g_strdelimit(seen.value->str, "\n", ' ');
		CHECK(&random, strcmp(seen.value->str, want_value) == 0);
		g_string_free(seen.content, TRUE);
		g_string_free(seen.value, TRUE);
	}
}

static void test_csv_fields(void)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ "a,b", "\"a,b\"" },
		{ "say \"no\"", "\"say \"\"no\"\"\"" },
		{ "two\nlines", "\"two\nlines\"" },
		{ "=1+1", "\"'=1+1\"" },
		{ "+27 11", "\"'+27 11\"" },
		{ "-5", "\"'-5\"" },
		{ "@SUM(A1)", "\"'@SUM(A1)\"" },
		{ "  =1", "\"'  =1\"" },
		{ "\t=1", "\"'\t=1\"" },
		{ "a=b", "a=b" },
		{ "3-4", "3-4" },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		csv_append_text(out, cases[i].text);
		g_assert_cmpstr(out->str, ==, cases[i].field);
	}
}

static void test_file_words(void)
{
	for (guint64 seed = 1; seed <= N_SEEDS; seed++) {
		Random random = random_new(seed);
		g_autofree char *text = random_text(&random), *word = file_word(text);
		CHECK(&random, strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(word));
	}
	g_autofree char *up = file_word("../../etc/passwd"), *plain = file_word("WC034");
	g_assert_cmpstr(up, ==, "etc-passwd");
	g_assert_cmpstr(plain, ==, "WC034");
}

static void test_numbers(void)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	g_assert_cmpstr(short_number(buffer, 12.50, 2), ==, "12.5");
	g_assert_cmpstr(short_number(buffer, -0.01, 1), ==, "0");
	g_assert_cmpstr(short_number(buffer, 100, 1), ==, "100");
	g_assert_cmpstr(short_number(buffer, 0.25, 2), ==, "0.25");
}

/* --- texts ------------------------------------------------------------------------------------------------------------------ */

static char *without_blanks(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	return g_strjoinv("", words);
}

static void test_texts_fit(void)
{
	for (guint64 seed = 1; seed <= N_SEEDS; seed++) {
		Random random = random_new(seed);
		GString *text = g_string_new(NULL);
		for (int n = 1 + random_below(&random, 40); n > 0; n--)
			g_string_append_unichar(text, (gunichar) (random_below(&random, 5) ? 'a' + random_below(&random, 26) : ' '));
		double width = 20 + 200 * random_real(&random);
		g_autofree char *cut = scene_text_fit(text->str, width, 11, TRUE);
		CHECK(&random, scene_text_width(cut, 11, TRUE) <= width);
		g_auto(GStrv) lines = scene_text_wrap(text->str, 400, 11, FALSE, 20);
		/* Nothing but blanks is lost. */
		g_autofree char *joined = g_strjoinv("", lines), *kept = without_blanks(joined), *given = without_blanks(text->str);
		CHECK(&random, strcmp(kept, given) == 0);
		for (char **line = lines; *line; line++)
			CHECK(&random, scene_text_width(*line, 11, FALSE) <= 400);
		g_string_free(text, TRUE);
	}
}

/* --- labels ----------------------------------------------------------------------------------------------------------------- */

static Box box_of(const SceneText *text, const char *string)
{
	double width = scene_text_width(string, text->size, text->bold);
	double left = text->anchor == SCENE_START ? text->x : text->anchor == SCENE_END ? text->x - width : text->x - width / 2;
	return (Box){ left, text->y - 0.75 * text->size, left + width, text->y + 0.2 * text->size };
}

static gboolean apart(const Box *a, const Box *b)
{
	return a->x1 <= b->x0 || b->x1 <= a->x0 || a->y1 <= b->y0 || b->y1 <= a->y0;
}

static void test_labels_keep_apart(void)
{
	static const char *const names[] = { "A", "Nokatala Secondary School", "Kgorokgolo", "Thusong Service Centre of Mispeldrif" };
	gint64 n_placed = 0;
	for (guint64 seed = 1; seed <= N_SEEDS; seed++) {
		Random random = random_new(seed);
		g_autoptr(Labels) labels = labels_new((Box){ 0, 0, 400, 300 });
		g_autoptr(GArray) boxes = g_array_new(FALSE, FALSE, sizeof(Box));
		for (int i = 0; i < 40; i++) {
			const char *name = names[random_below(&random, 4)];
			double x = 400 * random_real(&random), y = 300 * random_real(&random);
			SceneText text = { .size = 9 + random_below(&random, 5), .bold = random_below(&random, 2) };
			gboolean over = random_below(&random, 3) == 0;
			if (!(over ? labels_place_over(labels, x, y, &text, name) : labels_place(labels, x, y, 6, &text, name)))
				continue;
			Box box = box_of(&text, name);
			CHECK(&random, box.x0 >= 0 && box.y0 >= 0 && box.x1 <= 400 && box.y1 <= 300);
			for (guint k = 0; k < boxes->len; k++)
				CHECK(&random, apart(&box, &g_array_index(boxes, Box, k)));
			g_array_append_val(boxes, box);
			n_placed++;
		}
	}
	/* It does place what there is room for. */
	g_assert_cmpint(n_placed, >, 8 * N_SEEDS);
}

static void test_first_place_is_to_the_right(void)
{
	g_autoptr(Labels) labels = labels_new((Box){ 0, 0, 400, 300 });
	SceneText first = { .size = 10 }, second = { .size = 10 }, outside = { .size = 10 };
	g_assert_true(labels_place(labels, 100, 100, 5, &first, "name"));
	g_assert_true(first.anchor == SCENE_START && first.x > 105);
	labels_block(labels, (Box){ 105, 190, 200, 210 });
	g_assert_true(labels_place(labels, 100, 200, 5, &second, "name"));
	g_assert_true(second.anchor == SCENE_END && second.x < 95);
	g_assert_false(labels_place(labels, -200, 100, 5, &outside, "name"));
}

/* --- shapes ------------------------------------------------------------------------------------------------------------------ */

/* Even-odd, over the parts of a scene's path. */
static gboolean path_covers(const Scene *scene, const SceneOp *op, double x, double y)
{
	gboolean in = FALSE;
	const double *xy = (const double *) (gpointer) scene->xy->data;
	for (guint k = 0; k < op->n_parts; k++) {
		guint from = g_array_index(scene->parts, guint, op->first_part + k);
		guint to = k + 1 < op->n_parts ? g_array_index(scene->parts, guint, op->first_part + k + 1) : op->first + op->n;
		for (guint i = from; i < to; i++) {
			const double *p = xy + 2 * i, *q = xy + 2 * (i + 1 < to ? i + 1 : from);
			if ((p[1] > y) != (q[1] > y) && x < p[0] + (y - p[1]) / (q[1] - p[1]) * (q[0] - p[0]))
				in = !in;
		}
	}
	return in;
}

/* Bands made of cells, drawn in a window that shows a part of them: every point of the window lies in the band of its cell and in no other. */
static void check_bands(guint64 seed)
{
	enum { SIDE = 12, CLASSES = 4 };
	Random random = random_new(seed);
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoCrs) crs = thuso_crs_new("EPSG:32735", NULL);
	ThusoGrid grid = { 300000, 7200000, 100, SIDE, SIDE, crs };
	gint32 classes[SIDE * SIDE];
	for (int i = 0; i < SIDE * SIDE; i++)
		classes[i] = random_below(&random, CLASSES);
	GBytes *wkbs[CLASSES] = { 0 };
	g_assert_true(thuso_polygonize(context, &grid, classes, CLASSES, wkbs, NULL));
	/* A cell is 3 px wide; the window begins inside the grid, on the lattice or off it. */
	MapView view = { 300000 + 250 + 100 * random_below(&random, 3), 7200000 - 150, 0.03, 15 + random_below(&random, 9), 13 };
	g_autoptr(Scene) scene = scene_new(100, 100);
	for (int k = 0; k < CLASSES; k++) {
		scene_path(scene, &(ScenePaint){ 0xff, 0, 0, 0 }, TRUE);
		gsize size = 0;
		gconstpointer data = wkbs[k] ? g_bytes_get_data(wkbs[k], &size) : NULL;
		g_autoptr(ThusoGeometry) shape = data ? thuso_geometry_from_wkb(data, size, NULL) : NULL;
		if (shape)
			map_rings(scene, &view, shape);
		g_clear_pointer(&wkbs[k], g_bytes_unref);
	}
	for (double y = 0.3; y < view.height; y++)
		for (double x = 0.3; x < view.width; x++) {
			double x_m = view.x_min + x / view.px_per_m, y_m = view.y_max - y / view.px_per_m;
			gint64 cell = thuso_grid_cell(&grid, x_m, y_m);
			for (int k = 0; k < CLASSES && cell >= 0; k++)
				CHECK(&random, path_covers(scene, &g_array_index(scene->ops, SceneOp, (guint) k), x, y) == (classes[cell] == k));
		}
}

static void test_bands_stay_whole(void)
{
	for (guint64 seed = 1; seed <= 60; seed++)
		check_bands(seed);
}

/* Points on a straight line and repeats go; the shape stays. */
static void test_simple_rings(void)
{
	double x[] = { 0, 10, 20, 20.1, 100, 100, 0, 0 }, y[] = { 0, 0, 0, 0, 0, -100, -100, 0 };
	gint64 start[] = { 0, 8 };
	ThusoGeometry square = { THUSO_POLYGON, 8, 1, x, y, start };
	MapView view = { -10, 10, 0.5, 100, 100 };
	g_autoptr(Scene) scene = scene_new(100, 100);
	scene_path(scene, &(ScenePaint){ 0xff, 0, 0, 0 }, TRUE);
	map_rings(scene, &view, &square);
	g_assert_cmpuint(g_array_index(scene->ops, SceneOp, 0).n, ==, 4);
	/* Smaller than a px: gone. */
	MapView far = { -10, 10, 0.005, 100, 100 };
	scene_path(scene, &(ScenePaint){ 0xff, 0, 0, 0 }, TRUE);
	map_rings(scene, &far, &square);
	g_assert_cmpuint(g_array_index(scene->ops, SceneOp, 1).n, ==, 0);
}

static void test_view_fits(void)
{
	for (guint64 seed = 1; seed <= N_SEEDS; seed++) {
		Random random = random_new(seed);
		double x0 = 1e5 * random_real(&random), y0 = 7e6, dx = 1 + 1e6 * random_real(&random),
		       dy = 1 + 1e6 * random_real(&random);
		const double bounds[4] = { x0, y0, x0 + dx, y0 + dy };
		MapView view = map_view_fit(bounds, 600, 200, 500);
		CHECK(&random, view.height >= 200 && view.height <= 500);
		for (int corner = 0; corner < 4; corner++) {
			double x, y;
			map_view_point(&view, bounds[corner % 2 ? 2 : 0], bounds[corner / 2 ? 3 : 1], &x, &y);
			CHECK(&random, map_view_has(&view, x, y));
		}
	}
}

/* --- back ends ------------------------------------------------------------------------------------------------------------------ */

static Scene *sample_scene(void)
{
	Scene *scene = scene_new(100, 60);
	scene_rect(scene, &(ScenePaint){ 0xff0000ff, 0, 0, 0 }, 10, 10, 20, 20);
	SceneGroup view = { .name = "map", .is_view = TRUE, .x = 50, .y = 10, .width = 20, .height = 20 };
	scene_open(scene, &view);
	scene_rect(scene, &(ScenePaint){ 0x0000ffff, 0, 0, 0 }, -30, 5, 100, 10); /* cut off at the view's edges */
	scene_open(scene, &(SceneGroup){ .name = "open", .title = "</svg>\"<b>", .detail = "why", .is_pin = TRUE, .x = 5, .y = 5 });
	scene_circle(scene, &(ScenePaint){ 0x00ff00ff, 0, 0, 0 }, 0, 0, 3);
	scene_close(scene);
	scene_open(scene, &(SceneGroup){ .name = "more", .is_hidden = TRUE });
	scene_rect(scene, &(ScenePaint){ 0x000000ff, 0, 0, 0 }, 0, 0, 100, 100);
	scene_close(scene);
	scene_close(scene);
	return scene;
}

static guint32 pixel(cairo_surface_t *surface, int x, int y)
{
	const guint8 *row = cairo_image_surface_get_data(surface) + y * cairo_image_surface_get_stride(surface);
	return ((const guint32 *) (gconstpointer) row)[x] & 0xffffff;
}

static void test_ink_draws_the_list(void)
{
	g_autoptr(Scene) scene = sample_scene();
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 100, 60);
	cairo_t *cairo = cairo_create(surface);
	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	ink_scene(cairo, scene);
	cairo_surface_flush(surface);
	g_assert_cmphex(pixel(surface, 20, 20), ==, 0xff0000);
	g_assert_cmphex(pixel(surface, 65, 20), ==, 0x0000ff);
	g_assert_cmphex(pixel(surface, 45, 20), ==, 0xffffff); /* outside of the view */
	g_assert_cmphex(pixel(surface, 75, 20), ==, 0xffffff);
	g_assert_cmphex(pixel(surface, 55, 14), ==, 0x00ff00);
	g_assert_cmphex(pixel(surface, 52, 28), ==, 0xffffff); /* hidden */
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
}

static char *svg_of(const Scene *scene, const SvgOptions *options)
{
	Markup *markup = markup_new();
	svg_write(markup, scene, options);
	return markup_finish(markup, NULL);
}

static void test_svg_draws_the_list(void)
{
	g_autoptr(Scene) scene = sample_scene();
	g_autofree char *still = svg_of(scene, &(SvgOptions){ .title = "a", .id = "f1" });
	g_autofree char *live = svg_of(scene, &(SvgOptions){ .title = "a", .id = "f1", .is_live = TRUE });
	g_assert_nonnull(strstr(still, "<path d=\"M10 10h20v20h-20z\" fill=\"#ff0000\"/>"));
	g_assert_nonnull(strstr(still, "<svg x=\"50\" y=\"10\" width=\"20\" height=\"20\" viewBox=\"0 0 20 20\">"));
	g_assert_nonnull(strstr(still, "&lt;/svg&gt;&quot;&lt;b&gt;"));
	g_assert_null(strstr(still, "<b>"));
	g_assert_null(strstr(still, "data-"));
	g_assert_null(strstr(still, "#000000"));
	g_assert_nonnull(strstr(live, "data-detail=\"why\""));
	g_assert_nonnull(strstr(live, "data-layer=\"more\" display=\"none\""));
}

/* Paths are written relative and rounded; no rounding adds up. */
static void test_svg_paths(void)
{
	for (guint64 seed = 1; seed <= N_SEEDS; seed++) {
		Random random = random_new(seed);
		g_autoptr(Scene) scene = scene_new(500, 500);
		scene_path(scene, &(ScenePaint){ 0, 0xff, 1, 0 }, FALSE);
		double x = 0, y = 0, at_x = 0, at_y = 0;
		for (int i = 0; i < 30; i++) {
			x = random_below(&random, 3) ? 1000 * random_real(&random) - 500 : x;
			y = random_below(&random, 3) ? 1000 * random_real(&random) - 500 : y;
			if (i == 0)
				scene_move(scene, x, y);
			else
				scene_line(scene, x, y);
		}
		g_autofree char *svg = svg_of(scene, &(SvgOptions){ .title = "a" });
		char *p = strstr(svg, "d=\"") + 3, letter = 0;
		while (*p != '"') {
			if (g_ascii_isalpha(*p))
				letter = *p++;
			double a = g_ascii_strtod(p, &p), b = letter == 'l' || letter == 'M' ? g_ascii_strtod(p, &p) : 0;
			at_x = letter == 'M' ? a : letter == 'v' ? at_x : at_x + a;
			at_y = letter == 'M' ? b : letter == 'v' ? at_y + a : letter == 'l' ? at_y + b : at_y;
		}
		CHECK(&random, fabs(at_x - x) <= 0.0501 && fabs(at_y - y) <= 0.0501);
	}
}

static void test_pictures(void)
{
	g_autoptr(Scene) scene = sample_scene();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) png = ink_png(scene, 2, &error);
	g_autoptr(GBytes) pdf = ink_pdf(scene, "t", "2026-11-21", &error);
	g_autoptr(GBytes) again = ink_pdf(scene, "t", "2026-11-21", &error);
	g_assert_no_error(error);
	g_assert_cmpint(memcmp(g_bytes_get_data(png, NULL), "\x89PNG", 4), ==, 0);
	g_assert_cmpint(memcmp(g_bytes_get_data(pdf, NULL), "%PDF", 4), ==, 0);
	g_assert_true(g_bytes_equal(pdf, again));
	g_autoptr(GBytes) huge = ink_png(scene, 1e6, &error);
	g_assert_null(huge);
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT);
}

/* --- pages -------------------------------------------------------------------------------------------------------------------- */

static void test_page(void)
{
	g_autoptr(Document) document = document_new("<Title>", "sub", "index.html");
	document_heading(document, "one", "One & two");
	document_item(document, "first");
	document_item(document, "second");
	document_key(document, "12 %", "of people");
	DocTable *table = doc_table_new("cap"), *empty = doc_table_new("no rows");
	doc_table_column(table, "A", FALSE);
	doc_table_column(table, "B", TRUE);
	doc_table_cell(table, "<x>");
	doc_table_link(table, "y.html");
	doc_table_cell(table, NULL);
	doc_table_column(empty, "A", FALSE);
	document_table(document, table);
	document_table(document, empty);
	gsize size;
	g_autofree char *page = html_page(document, "foot", &size);
	g_assert_cmpuint(size, ==, strlen(page));
	g_assert_nonnull(strstr(page, "<h1>&lt;Title&gt;</h1>"));
	g_assert_nonnull(strstr(page, "<ul class=\"said\"><li>first</li><li>second</li></ul>"));
	g_assert_nonnull(strstr(page, "<th scope=\"row\"><a href=\"y.html\">&lt;x&gt;</a></th><td class=\"n\">\xe2\x80\x93</td>"));
	g_assert_null(strstr(page, "no rows"));
	g_assert_nonnull(strstr(page, "script-src &#39;none&#39;"));
	g_assert_null(strstr(page, "<script"));
}

/* Every section names itself, what it is and where its numbers stand. */
static void test_sections(void)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	for (const ThusoReportSection *const *s = thuso_report_sections; *s; s++) {
		g_assert_true((*s)->about.name && (*s)->about.title && (*s)->about.summary && (*s)->about.source && (*s)->write);
		g_assert_true(g_hash_table_add(names, (gpointer) (*s)->about.name));
		g_assert_true(g_str_has_suffix((*s)->about.summary, "."));
	}
	g_assert_cmpuint(g_hash_table_size(names), >=, 12);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/report/escaping", test_escaping);
	g_test_add_func("/report/csv-fields", test_csv_fields);
	g_test_add_func("/report/file-words", test_file_words);
	g_test_add_func("/report/numbers", test_numbers);
	g_test_add_func("/report/texts-fit", test_texts_fit);
	g_test_add_func("/report/labels-keep-apart", test_labels_keep_apart);
	g_test_add_func("/report/first-place-is-to-the-right", test_first_place_is_to_the_right);
	g_test_add_func("/report/bands-stay-whole", test_bands_stay_whole);
	g_test_add_func("/report/simple-rings", test_simple_rings);
	g_test_add_func("/report/view-fits", test_view_fits);
	g_test_add_func("/report/ink-draws-the-list", test_ink_draws_the_list);
	g_test_add_func("/report/svg-draws-the-list", test_svg_draws_the_list);
	g_test_add_func("/report/svg-paths", test_svg_paths);
	g_test_add_func("/report/pictures", test_pictures);
	g_test_add_func("/report/page", test_page);
	g_test_add_func("/report/sections", test_sections);
	return g_test_run();
}
