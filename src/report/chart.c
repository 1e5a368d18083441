/* Charts as scenes. */
#include "chart.h"

#include <math.h>

#include "palette.h"

#define SIZE       13.0
#define SMALL      11.5
#define BAR        15.0
#define BAR_GAP    2.0
#define ROW_GAP    9.0
#define LABEL_MOST 150.0

/* Dark to light and back, so that neighbours differ in a grey print; after Okabe and Ito (2008). */
static const SceneColor series_colors[] = { BLUE, TEAL, 0xe69f00ff, 0x7a1f1dff };
static const SceneColor part_colors[] = { 0x0072b2ff, 0xe69f00ff, 0x009e73ff, 0xcc79a7ff,
	                                      0x56b4e9ff, 0xd55e00ff, 0xf0e442ff, 0x8c8c8cff };

/* One decimal, in no locale. */
static char *tenths_text(double value, const char *after)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	return g_strconcat(g_ascii_formatd(buffer, sizeof buffer, "%.1f", value), after, NULL);
}

static SceneText label_text(double x, double y, double size, gboolean bold)
{
	return (SceneText){ .x = x, .y = y, .size = size, .bold = bold, .color = INK };
}

/* --- the legend above a chart: keys in a row, wrapped ------------------------------------------------------------------------ */

static double draw_keys(Scene *scene, const SceneColor *colors, int n_colors, const char *const *names, int n)
{
	double x = 0, y = 2;
	for (int i = 0; i < n; i++) {
		g_autofree char *name = scene_text_fit(names[i], CHART_WIDTH - 24, SMALL, FALSE);
		double width = 20 + scene_text_width(name, SMALL, FALSE) + 16;
		if (x > 0 && x + width - 16 > CHART_WIDTH) {
			x = 0;
			y += 19;
		}
		scene_rect(scene, &(ScenePaint){ colors[i % n_colors], 0, 0, 0 }, x, y, 13, 13);
		SceneText text = label_text(x + 19, y + 11, SMALL, FALSE);
		scene_text(scene, &text, name);
		x += width;
	}
	return y + 25;
}

/* --- bars -------------------------------------------------------------------------------------------------------------------------- */

static double greatest(const double *values, int n)
{
	double most = 0;
	for (int i = 0; i < n; i++)
		most = values[i] > most ? values[i] : most;
	return most;
}

static double label_room(const BarChart *chart)
{
	double room = 0;
	for (int i = 0; i < chart->n_rows; i++)
		room = fmax(room, scene_text_width(chart->labels[i], SIZE, FALSE));
	return fmin(room, LABEL_MOST) + 10;
}

static double text_room(const BarChart *chart)
{
	double room = 0;
	for (int i = 0; i < chart->n_rows * chart->n_series; i++)
		room = fmax(room, scene_text_width(chart->texts[i], SMALL, FALSE));
	return room + 8;
}

static void draw_bar_row(Scene *scene, const BarChart *chart, int row, double left, double per_unit, double y)
{
	double height = chart->n_series * (BAR + BAR_GAP) - BAR_GAP;
	g_autofree char *label = scene_text_fit(chart->labels[row], left - 10, SIZE, FALSE);
	SceneText text = { .x = left - 10, .y = y + height / 2 + 0.35 * SIZE, .size = SIZE, .anchor = SCENE_END, .color = INK };
	scene_text(scene, &text, label);
	for (int s = 0; s < chart->n_series; s++) {
		double value = chart->values[row * chart->n_series + s], top = y + s * (BAR + BAR_GAP);
		const char *said = chart->texts[row * chart->n_series + s];
		if (isnan(value))
			continue;
		SceneColor color = series_colors[s % (int) G_N_ELEMENTS(series_colors)];
		scene_rect(scene, &(ScenePaint){ color, 0, 0, 0 }, left, top, fmax(value * per_unit, value > 0 ? 0.8 : 0), BAR);
		SceneText at_end = label_text(left + value * per_unit + 6, top + BAR - 3.5, SMALL, FALSE);
		scene_text(scene, &at_end, said);
	}
}

Scene *chart_bars(const BarChart *chart)
{
	double left = label_room(chart), most = greatest(chart->values, chart->n_rows * chart->n_series);
	double per_unit = most > 0 ? (CHART_WIDTH - left - text_room(chart)) / most : 0;
	double step = chart->n_series * (BAR + BAR_GAP) - BAR_GAP + ROW_GAP;
	Scene *scene = scene_new(CHART_WIDTH, 0);
	double y = chart->n_series > 1
	               ? draw_keys(scene, series_colors, (int) G_N_ELEMENTS(series_colors), chart->series, chart->n_series)
	               : 2;
	double bottom = y + chart->n_rows * step - ROW_GAP;
	for (int row = 0; row < chart->n_rows; row++)
		draw_bar_row(scene, chart, row, left, per_unit, y + row * step);
	scene_segment(scene, &(ScenePaint){ 0, GREY, 1, 0 }, left, y - 3, left, bottom + 3);
	scene->height = bottom + 6;
	return scene;
}

/* --- stacked ------------------------------------------------------------------------------------------------------------------------- */

static void draw_stack_row(Scene *scene, const StackChart *chart, int row, double y)
{
	double room = CHART_WIDTH - 52, x = 0;
	g_autofree char *name = scene_text_fit(chart->names[row], CHART_WIDTH, SIZE, FALSE);
	SceneText text = label_text(0, y + 12, SIZE, FALSE);
	scene_text(scene, &text, name);
	scene_rect(scene, &(ScenePaint){ 0xeeeeeeff, 0, 0, 0 }, 0, y + 18, room, BAR);
	for (int p = 0; p < chart->n_parts; p++) {
		double value = chart->values[row * chart->n_parts + p], width = value / chart->whole * room;
		if (!(width > 0))
			continue;
		g_autofree char *points = tenths_text(value, " points");
		g_autofree char *title = chart->parts ? g_strdup_printf("%s: %s", chart->parts[p], points) : NULL;
		scene_open(scene, &(SceneGroup){ .name = "part", .title = title });
		SceneColor color = part_colors[p % (int) G_N_ELEMENTS(part_colors)];
		scene_rect(scene, &(ScenePaint){ color, WHITE, 0.8, 0 }, x, y + 18, width, BAR);
		scene_close(scene);
		x += width;
	}
	SceneText total = label_text(room + 8, y + 18 + BAR - 3.5, SIZE, TRUE);
	scene_text(scene, &total, chart->totals[row]);
}

Scene *chart_stack(const StackChart *chart)
{
	Scene *scene = scene_new(CHART_WIDTH, 0);
	double y = chart->parts ? draw_keys(scene, part_colors, (int) G_N_ELEMENTS(part_colors), (const char *const *) chart->parts,
	                                    chart->n_parts)
	                        : 2;
	for (int row = 0; row < chart->n_rows; row++, y += 45)
		draw_stack_row(scene, chart, row, y);
	scene->height = y - 6;
	return scene;
}

/* --- curves ---------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
	Scene *scene;
	double left, top, width, height;
	int last;       /* step */
	GArray *values; /* of Point: where numbers stand already */
	const Curve *curves;
	int n_curves;
} Plot;

typedef struct {
	double x, y;
} Point;

static double plot_x(const Plot *plot, double step)
{
	return plot->left + (plot->last > 0 ? step / plot->last : 0) * plot->width;
}

static double plot_y(const Plot *plot, double percent)
{
	return plot->top + (1 - percent / 100) * plot->height;
}

/* Steps between labels of an axis: 1, 2, 5, 10, ... */
static int tick_step(int last)
{
	static const int steps[] = { 1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000 };
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
		if (last / steps[i] <= 8)
			return steps[i];
	return MAX(1, last / 8);
}

static void draw_axes(const Plot *plot)
{
	for (int percent = 0; percent <= 100; percent += 25) {
		double y = plot_y(plot, percent);
		scene_segment(plot->scene, &(ScenePaint){ 0, percent ? RULE : GREY, 1, 0 }, plot->left, y, plot->left + plot->width, y);
		SceneText text = { .x = plot->left - 6, .y = y + 4, .size = SMALL, .anchor = SCENE_END, .color = INK };
		scene_texts(plot->scene, &text, "%d %%", percent);
	}
	for (int step = 0; step <= plot->last; step += tick_step(plot->last)) {
		double x = plot_x(plot, step);
		scene_segment(plot->scene, &(ScenePaint){ 0, GREY, 1, 0 }, x, plot_y(plot, 0), x, plot_y(plot, 0) + 4);
		SceneText text = { .x = x, .y = plot_y(plot, 0) + 17, .size = SMALL, .anchor = SCENE_MIDDLE, .color = INK };
		scene_texts(plot->scene, &text, "%d", step);
	}
	SceneText title = {
		.x = plot->left + plot->width / 2, .y = plot->scene->height - 5, .size = SMALL, .anchor = SCENE_MIDDLE, .color = INK
	};
	scene_text(plot->scene, &title, "Steps of the plan: sites opened (0 = now)");
}

#define VALUE_HEIGHT 13.0
#define VALUE_WIDTH  52.0

static gboolean is_free(const Plot *plot, double x, double y)
{
	for (guint i = 0; i < plot->values->len; i++) {
		const Point *taken = &g_array_index(plot->values, Point, i);
		if (fabs(taken->x - x) < VALUE_WIDTH && fabs(taken->y - y) < VALUE_HEIGHT)
			return FALSE;
	}
	return TRUE;
}

/* Does another curve pass where a number below or above this point would stand? It would be taken for that one's. */
static gboolean is_crowded(const Plot *plot, int step, double percent, gboolean below)
{
	double y = plot_y(plot, percent);
	for (int i = 0; i < plot->n_curves; i++) {
		const Curve *curve = &plot->curves[i];
		double away = step < curve->n ? (plot_y(plot, curve->percent[step]) - y) * (below ? 1 : -1) : 0;
		if (away > 0.5 && away < 2 * VALUE_HEIGHT)
			return TRUE;
	}
	return FALSE;
}

/* The first height, below or above the point as it is wanted and then further away, where no other number stands. */
static double free_height(const Plot *plot, double x, double y, gboolean below)
{
	for (int i = 0; i < 8; i++) {
		double away = VALUE_HEIGHT * (i / 2), at = (below == (i % 2 == 0)) ? y + 19 + away : y - 9 - away;
		if (at > plot->top && at < plot->top + plot->height - 2 && is_free(plot, x, at))
			return at;
	}
	return below ? y + 19 : y - 9;
}

static void draw_value(const Plot *plot, int step, double percent)
{
	SceneText text = { .x = plot_x(plot, step), .size = SMALL, .bold = TRUE, .color = INK, .halo = WHITE };
	text.anchor = step == 0 ? SCENE_START : SCENE_END;
	/* A curve rises: below its first point and above its last one there is room. */
	gboolean below = percent > 88 || (step == 0 && percent > 12);
	if (is_crowded(plot, step, percent, below) && !is_crowded(plot, step, percent, !below))
		below = !below;
	text.y = free_height(plot, text.x, plot_y(plot, percent), below);
	g_array_append_vals(plot->values, &(Point){ text.x, text.y }, 1);
	g_autofree char *value = tenths_text(percent, " %");
	scene_text(plot->scene, &text, value);
}

static void draw_curve(const Plot *plot, const Curve *curve, SceneColor color)
{
	scene_path(plot->scene, &(ScenePaint){ 0, color, 2.2, 0 }, FALSE);
	for (int i = 0; i < curve->n; i++) {
		if (i == 0)
			scene_move(plot->scene, plot_x(plot, 0), plot_y(plot, curve->percent[0]));
		else
			scene_line(plot->scene, plot_x(plot, i), plot_y(plot, curve->percent[i]));
	}
	for (int i = 0; i < curve->n && curve->n <= 40; i++)
		scene_circle(plot->scene, &(ScenePaint){ color, WHITE, 1, 0 }, plot_x(plot, i), plot_y(plot, curve->percent[i]), 4);
	draw_value(plot, 0, curve->percent[0]);
	if (curve->n > 1)
		draw_value(plot, curve->n - 1, curve->percent[curve->n - 1]);
}

Scene *chart_curves(const Curve *curves, int n_curves)
{
	Scene *scene = scene_new(CHART_WIDTH, 0);
	g_autofree const char **names = g_new0(const char *, (gsize) n_curves + 1);
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(Point));
	Plot plot = { .scene = scene,
		          .values = values,
		          .curves = curves,
		          .n_curves = n_curves,
		          .left = 48,
		          .width = CHART_WIDTH - 48 - 14,
		          .height = 190 };
	for (int i = 0; i < n_curves; i++) {
		names[i] = curves[i].name;
		plot.last = MAX(plot.last, curves[i].n - 1);
	}
	double y = n_curves > 1 ? draw_keys(scene, series_colors, (int) G_N_ELEMENTS(series_colors), names, n_curves) : 0;
	plot.top = y + 10;
	scene->height = plot.top + plot.height + 42;
	draw_axes(&plot);
	for (int i = 0; i < n_curves; i++)
		draw_curve(&plot, &curves[i], series_colors[i % (int) G_N_ELEMENTS(series_colors)]);
	return scene;
}

/* --- ranges ----------------------------------------------------------------------------------------------------------------------------- */

Scene *chart_ranges(const RangeChart *chart)
{
	Scene *scene = scene_new(CHART_WIDTH, 0);
	double most = fmax(greatest(chart->most, chart->n), 2), per_rank = (CHART_WIDTH - 90) / (most - 1), y = 2;
	for (int i = 0; i < chart->n; i++, y += 40) {
		g_autofree char *name = scene_text_fit(chart->names[i], CHART_WIDTH, SIZE, FALSE);
		SceneText text = label_text(0, y + 12, SIZE, FALSE);
		scene_text(scene, &text, name);
		double x0 = 8 + (chart->least[i] - 1) * per_rank, x1 = 8 + (chart->most[i] - 1) * per_rank,
		       x = 8 + (chart->at[i] - 1) * per_rank;
		scene_rect(scene, &(ScenePaint){ TEAL, 0, 0, 0 }, x0 - 3, y + 20, x1 - x0 + 6, 9);
		scene_circle(scene, &(ScenePaint){ VERMILION, WHITE, 1, 0 }, x, y + 24.5, 6);
		SceneText range = label_text(fmax(x1, x) + 11, y + 29, SMALL, FALSE);
		scene_texts(scene, &range, "%.0f\xe2\x80\x93%.0f", chart->least[i], chart->most[i]);
	}
	scene->height = y;
	return scene;
}
