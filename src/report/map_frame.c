/* What makes a picture a map: scale bar, north arrow, legend, attribution. */
#include <math.h>
#include <string.h>
#include <thuso/out.h>

#include "map.h"
#include "palette.h"

#define TEXT_SIZE  12.0
#define SMALL_SIZE 10.0
#define ROW        20.0 /* of the legend, px */
#define KEY        30.0 /* from a key's left to its text */
#define COLUMN_GAP 22.0
#define MOST_BAR   0.25 /* of the window's width */

/* --- scale and north ------------------------------------------------------------------------------------------------------- */

/* The longest of 1, 2, 5 x 10^k metres that fits. */
static double bar_metres(double most)
{
	double power = pow(10, floor(log10(most)));
	return most >= 5 * power ? 5 * power : most >= 2 * power ? 2 * power : power;
}

static void draw_bar(Map *map)
{
	double metres = bar_metres(MOST_BAR * map->view.width / map->view.px_per_m), length = metres * map->view.px_per_m;
	double x = 14, y = map->view.height - 12;
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	gboolean km = metres >= 1000;
	g_ascii_formatd(buffer, sizeof buffer, "%.0f", km ? metres / 1000 : metres);
	g_autofree char *label = g_strconcat(buffer, km ? " km" : " m", NULL);
	double width = fmax(length, scene_text_width(label, TEXT_SIZE, TRUE));
	labels_block(map->labels, (Box){ x - 8, y - 26, x + width + 8, y + 10 });
	scene_open(map->scene, &(SceneGroup){ .name = "scale" });
	scene_rect(map->scene, &(ScenePaint){ 0xffffffe0, 0, 0, 0 }, x - 6, y - 21, width + 12, 28);
	scene_path(map->scene, &(ScenePaint){ 0, INK, 2, 0 }, FALSE);
	scene_move(map->scene, x, y - 5);
	scene_line(map->scene, x, y);
	scene_line(map->scene, x + length, y);
	scene_line(map->scene, x + length, y - 5);
	scene_text(map->scene, &(SceneText){ .x = x, .y = y - 8, .size = TEXT_SIZE, .bold = TRUE, .color = INK }, label);
	scene_close(map->scene);
}

/* The way to true north on the page at the middle of the window, radians clockwise from up. */
static gboolean north_angle(const Map *map, double *angle, GError **error)
{
	double x[2], y[2];
	g_autoptr(ThusoCrs) degrees = thuso_crs_new("EPSG:4326", error);
	g_autoptr(ThusoTransform) there = degrees ? thuso_transform_new(map->facts->crs, degrees, error) : NULL;
	g_autoptr(ThusoTransform) back = there ? thuso_transform_new(degrees, map->facts->crs, error) : NULL;
	if (!back)
		return FALSE;
	x[0] = map->view.x_min + map->view.width / 2 / map->view.px_per_m;
	y[0] = map->view.y_max - map->view.height / 2 / map->view.px_per_m;
	*angle = 0;
	x[1] = x[0];
	y[1] = y[0];
	if (!thuso_transform_points(there, x + 1, y + 1, 1))
		return TRUE;
	y[1] += 0.01;
	if (thuso_transform_points(back, x + 1, y + 1, 1))
		*angle = atan2(x[1] - x[0], y[1] - y[0]);
	return TRUE;
}

static void draw_arrow(Map *map, double angle)
{
	double x = map->view.width - 24, y = 30, c = cos(angle), s = sin(angle);
	static const double shape[][2] = { { 0, -20 }, { 8, 12 }, { 0, 6 }, { -8, 12 } };
	labels_block(map->labels, (Box){ x - 16, y - 26, x + 16, y + 32 });
	scene_open(map->scene, &(SceneGroup){ .name = "north", .title = "North" });
	scene_path(map->scene, &(ScenePaint){ INK, WHITE, 1, 0 }, TRUE);
	for (gsize i = 0; i < G_N_ELEMENTS(shape); i++) {
		double dx = c * shape[i][0] - s * shape[i][1], dy = s * shape[i][0] + c * shape[i][1];
		if (i == 0)
			scene_move(map->scene, x + dx, y + dy);
		else
			scene_line(map->scene, x + dx, y + dy);
	}
	scene_text(map->scene,
	           &(SceneText){ .x = x, .y = y + 27, .size = 13, .anchor = SCENE_MIDDLE, .bold = TRUE, .color = INK, .halo = WHITE },
	           "N");
	scene_close(map->scene);
}

gboolean map_furniture(Map *map, GError **error)
{
	double angle;
	if (!north_angle(map, &angle, error))
		return FALSE;
	draw_bar(map);
	draw_arrow(map, angle);
	return TRUE;
}

/* --- legend ---------------------------------------------------------------------------------------------------------------------- */

/* The flow of keys: left to right, a new row where the next one does not fit. */
typedef struct {
	Map *map;
	double x, y;
} Flow;

static void flow_row(Flow *flow)
{
	if (flow->x > 0)
		flow->y += ROW;
	flow->x = 0;
}

/* Room for a key with that text; returns the key's left. */
static double flow_key(Flow *flow, const char *text)
{
	double width = KEY + scene_text_width(text, TEXT_SIZE, FALSE) + COLUMN_GAP;
	if (flow->x > 0 && flow->x + width - COLUMN_GAP > flow->map->options->width)
		flow_row(flow);
	double x = flow->x;
	flow->x += width;
	scene_text(flow->map->scene, &(SceneText){ .x = x + KEY, .y = flow->y + 13, .size = TEXT_SIZE, .color = INK }, text);
	return x;
}

static void key_heading(Flow *flow, const char *text)
{
	flow_row(flow);
	scene_text(flow->map->scene, &(SceneText){ .x = 0, .y = flow->y + 13, .size = TEXT_SIZE, .bold = TRUE, .color = INK }, text);
	flow->x = scene_text_width(text, TEXT_SIZE, TRUE) + COLUMN_GAP / 2;
}

static void key_area(Flow *flow, SceneColor color, const char *text)
{
	double x = flow_key(flow, text);
	scene_rect(flow->map->scene, &(ScenePaint){ color, GREY, 0.6, 0 }, x + 2, flow->y + 2, 22, 13);
}

static void key_line(Flow *flow, double width, const char *text)
{
	double x = flow_key(flow, text);
	scene_segment(flow->map->scene, &(ScenePaint){ 0, 0x262626ff, width, 0 }, x + 2, flow->y + 9, x + 24, flow->y + 9);
}

static void key_bands(Flow *flow)
{
	const Facts *facts = flow->map->facts;
	const gboolean *drawn = flow->map->band_drawn;
	gboolean any = FALSE;
	for (int i = 0; i < facts->n_bands + 2; i++)
		any |= drawn[i];
	if (!any)
		return;
	key_heading(flow, "Travel to the nearest open centre:");
	for (int i = 0; i < facts->n_bands; i++)
		if (drawn[i])
			key_area(flow, thuso_ramp(i, facts->n_bands), facts->bands[i].label);
	if (drawn[facts->n_bands])
		key_area(flow, NOT_REACHED, "no centre reached");
	if (drawn[facts->n_bands + 1])
		key_area(flow, PAPER, "no data");
}

static void key_marks(Flow *flow)
{
	static const char *const numbers[N_MARKS] = { [MARK_TOP] = "1" };
	flow_row(flow);
	for (int m = 0; m < N_MARKS; m++) {
		if (!flow->map->drawn[m])
			continue;
		double scale = fmin(1, 8.5 / mark_radius((Mark) m)), x = flow_key(flow, mark_title((Mark) m));
		mark_draw(flow->map->scene, (Mark) m, x + 13, flow->y + 9, scale, numbers[m]);
	}
}

static void key_outlines(Flow *flow)
{
	const Map *map = flow->map;
	if (!map->area->is_all)
		key_line(flow, AREA_LINE, map->area->title);
	key_line(flow, map_line_width(map->facts, 0), "Municipality");
	for (int i = 1; i < map->facts->n_levels; i++) {
		g_autofree char *name = g_strdup(map->facts->levels[i].name);
		name[0] = g_ascii_toupper(name[0]);
		key_line(flow, map_line_width(map->facts, i), name);
	}
}

/* Which layers the picture is drawn from, as the study names them. */
static char *attribution(const Facts *facts)
{
	const ThusoTable *run = facts->table[FACTS_RUN];
	g_autoptr(GString) inputs = g_string_new(NULL);
	for (gint64 row = 0; run && row < run->n_rows; row++)
		if (g_strcmp0(cell_text(run, row, "kind"), "input") == 0 && cell_text(run, row, "name")) {
			g_autofree char *name = g_path_get_basename(cell_text(run, row, "name"));
			g_string_append_printf(inputs, "%s%s", inputs->len ? ", " : "", name);
		}
	const char *demarcation = parameter(facts, "area.demarcation");
	return g_strdup_printf("%s, %s. Boundaries%s%s. %s. Drawn from %s%s%s. Indicative; policy may override.", facts->study,
	                       facts->date, demarcation ? " of " : " as the study gives them", demarcation ? demarcation : "",
	                       thuso_crs_name(facts->crs), facts->base_name, inputs->len ? "; inputs: " : "", inputs->str);
}

static void draw_attribution(Flow *flow)
{
	g_autofree char *text = attribution(flow->map->facts);
	g_auto(GStrv) lines = scene_text_wrap(text, flow->map->options->width, SMALL_SIZE, FALSE, 3);
	flow_row(flow);
	flow->y += 2;
	for (char **line = lines; *line; line++, flow->y += 14)
		scene_text(flow->map->scene, &(SceneText){ .x = 0, .y = flow->y + 10, .size = SMALL_SIZE, .color = GREY }, *line);
}

double map_legend(Map *map, double y)
{
	Flow flow = { map, 0, y };
	key_bands(&flow);
	key_marks(&flow);
	key_outlines(&flow);
	draw_attribution(&flow);
	return flow.y - y + 2;
}
