/* The map of an area: its ground (bands, outlines, names). Sites stand in map_sites.c, legend and scale in map_frame.c. */
#include "map.h"

#include <math.h>
#include <string.h>
#include <thuso/out.h>

#include "palette.h"

#define NAME_SIZE    11.0
#define TITLE_SIZE   16.0
#define TITLE_ROOM   26.0
#define SHEET_MARGIN 10.0 /* around a map that stands alone, px */
#define MOST_NAMES   40   /* a level with more areas in the window is named by the next larger one */
#define LEAST_HEIGHT 260  /* of the window, px */
#define BAND_SEAM    0.6  /* px: a line of its own colour over the hairline between two bands */

gboolean map_has_state(const Facts *facts, State state)
{
	for (int i = 0; i < facts->n_bands + 2; i++)
		if (facts->band_shapes[state][i])
			return TRUE;
	return FALSE;
}

char *map_title(const Facts *facts, const Area *area, State state)
{
	const char *what = map_has_state(facts, state) ? "Travel to the nearest open centre" : "Areas, centres and sites";
	const char *when = !map_has_state(facts, state) ? "" : state == STATE_NOW ? ", now" : ", with the plan";
	return g_strdup_printf("%s%s: %s", what, when, area->title);
}

static SceneColor band_color(const Facts *facts, int band)
{
	return band < facts->n_bands ? thuso_ramp(band, facts->n_bands) : band == facts->n_bands ? NOT_REACHED : PAPER;
}

static void draw_bands(Map *map, State state)
{
	const Facts *facts = map->facts;
	for (int band = facts->n_bands + 1; band >= 0; band--) {
		const ThusoGeometry *shape = facts->band_shapes[state][band];
		if (!shape)
			continue;
		SceneColor color = band_color(facts, band);
		const char *label = band < facts->n_bands    ? facts->bands[band].label
		                    : band == facts->n_bands ? "no centre reached"
		                                             : "no data";
		scene_open(map->scene, &(SceneGroup){ .name = "band", .title = label });
		scene_path(map->scene, &(ScenePaint){ color, color, BAND_SEAM, 0 }, TRUE);
		map_rings(map->scene, &map->view, shape);
		gboolean any = g_array_index(map->scene->ops, SceneOp, map->scene->ops->len - 1).n > 0;
		scene_close(map->scene);
		if (any && band < (int) G_N_ELEMENTS(map->band_drawn))
			map->band_drawn[band] = TRUE;
	}
}

static void draw_state(Map *map, State state, gboolean hidden)
{
	if (!map_has_state(map->facts, state))
		return;
	scene_open(map->scene, &(SceneGroup){ .name = state == STATE_NOW ? "bands-now" : "bands-plan", .is_hidden = hidden });
	draw_bands(map, state);
	scene_close(map->scene);
}

/* What lies outside the area is paler. */
static void draw_veil(Map *map)
{
	if (map->area->is_all)
		return;
	double o = 5;
	scene_path(map->scene, &(ScenePaint){ 0xffffffa0, 0, 0, 0 }, TRUE);
	scene_move(map->scene, -o, -o);
	scene_line(map->scene, map->view.width + o, -o);
	scene_line(map->scene, map->view.width + o, map->view.height + o);
	scene_line(map->scene, -o, map->view.height + o);
	for (gint64 i = 0; i < map->area->n_outlines; i++)
		if (map->area->outlines[i])
			map_rings(map->scene, &map->view, map->area->outlines[i]);
}

static void draw_outline(Map *map, const ThusoGeometry *outline, double width)
{
	if (!outline)
		return;
	scene_path(map->scene, &(ScenePaint){ 0, 0x262626ff, width, 0 }, TRUE);
	map_rings(map->scene, &map->view, outline);
}

double map_line_width(const Facts *facts, int level)
{
	return level == 0 && facts->levels[0].table->n_rows > 100 ? 0.4 : 0.7 + 0.6 * level;
}

static void draw_outlines(Map *map)
{
	const Facts *facts = map->facts;
	scene_open(map->scene, &(SceneGroup){ .name = "outlines" });
	for (int i = 0; i < facts->n_levels; i++) {
		const Level *level = &facts->levels[i];
		double width = map_line_width(facts, i);
		for (gint64 row = 0; row < level->table->n_rows; row++)
			draw_outline(map, level->outlines[row], width);
	}
	for (gint64 i = 0; !map->area->is_all && i < map->area->n_outlines; i++)
		draw_outline(map, map->area->outlines[i], AREA_LINE);
	scene_close(map->scene);
}

/* --- names of areas -------------------------------------------------------------------------------------------------------- */

static int count_in_view(const Map *map, const Level *level)
{
	int n = 0;
	for (gint64 row = 0; row < level->table->n_rows; row++) {
		double x, y;
		map_view_point(&map->view, level->x[row], level->y[row], &x, &y);
		n += map_view_has(&map->view, x, y);
	}
	return n;
}

static const Level *level_to_name(const Map *map)
{
	for (int i = 0; i < map->facts->n_levels; i++)
		if (count_in_view(map, &map->facts->levels[i]) <= MOST_NAMES)
			return &map->facts->levels[i];
	return NULL;
}

/* A name that is `later` only appears in the live map, when a reader is close enough for it. */
static void draw_name(Map *map, const Level *level, gint64 row, gboolean later)
{
	const char *title = cell_text(level->table, row, "title");
	double x, y;
	map_view_point(&map->view, level->x[row], level->y[row], &x, &y);
	if (!title || isnan(x) || !map_view_has(&map->view, x, y))
		return;
	g_autofree char *name = scene_text_fit(title, 160, NAME_SIZE, FALSE);
	SceneText text = { .x = x, .y = y, .size = NAME_SIZE, .anchor = SCENE_MIDDLE, .color = 0x404040ff, .halo = 0xffffffff };
	if (!later && !labels_place_over(map->labels, x, y, &text, name))
		return;
	SceneGroup pin = { .name = "name", .is_pin = TRUE, .x = text.x, .y = text.y }, more = { .name = "more", .is_hidden = TRUE };
	text.x = text.y = 0;
	scene_open(map->scene, &pin);
	if (later)
		scene_open(map->scene, &more);
	scene_text(map->scene, &text, name);
	if (later)
		scene_close(map->scene);
	scene_close(map->scene);
}

static void draw_names(Map *map)
{
	const Level *level = level_to_name(map), *smallest = &map->facts->levels[0];
	scene_open(map->scene, &(SceneGroup){ .name = "names" });
	for (gint64 row = 0; level && row < level->table->n_rows; row++)
		draw_name(map, level, row, FALSE);
	for (gint64 row = 0; map->options->is_live && level != smallest && row < smallest->table->n_rows; row++)
		draw_name(map, smallest, row, TRUE);
	scene_close(map->scene);
}

/* --- the whole --------------------------------------------------------------------------------------------------------------- */

static void draw_window(Map *map)
{
	SceneGroup window = { .name = "map",
		                  .is_view = TRUE,
		                  .x = 1,
		                  .y = 1,
		                  .width = map->view.width,
		                  .height = map->view.height,
		                  .metres_per_px = 1 / map->view.px_per_m };
	scene_rect(map->scene, &(ScenePaint){ PAPER, 0, 0, 0 }, 1, 1, map->view.width, map->view.height);
	scene_open(map->scene, &window);
	draw_state(map, map->options->state, FALSE);
	if (map->options->is_live)
		draw_state(map, map->options->state == STATE_NOW ? STATE_PLAN : STATE_NOW, TRUE);
	draw_veil(map);
	draw_outlines(map);
	/* Sites take their places before names do, but names are drawn under them. */
	map_sites(map);
	draw_names(map);
	scene_close(map->scene);
	scene_rect(map->scene, &(ScenePaint){ 0, GREY, 1, 0 }, 1, 1, map->view.width, map->view.height);
}

/* The title, and a group that moves all that follows below it; returns by how much. */
static double draw_title(Map *map)
{
	g_autofree char *title = map_title(map->facts, map->area, map->options->state);
	g_autofree char *fitted = scene_text_fit(title, map->options->width, TITLE_SIZE, TRUE);
	scene_text(map->scene,
	           &(SceneText){ .x = SHEET_MARGIN, .y = SHEET_MARGIN + TITLE_SIZE, .size = TITLE_SIZE, .bold = TRUE, .color = INK },
	           fitted);
	scene_open(map->scene, &(SceneGroup){ .name = "sheet", .is_pin = TRUE, .x = SHEET_MARGIN, .y = SHEET_MARGIN + TITLE_ROOM });
	map->scene->width += 2 * SHEET_MARGIN;
	return 2 * SHEET_MARGIN + TITLE_ROOM;
}

Scene *map_scene(const Facts *facts, const Area *area, const MapOptions *options, GError **error)
{
	g_autoptr(Scene) scene = scene_new(options->width, 0);
	Map map = { .facts = facts, .area = area, .options = options, .scene = scene };
	map.view = map_view_fit(area->bounds, options->width - 2, LEAST_HEIGHT, options->most_height);
	g_autoptr(Labels) labels = labels_new((Box){ 2, 2, map.view.width - 2, map.view.height - 2 });
	map.labels = labels;
	double legend_y = map.view.height + 14;
	g_autoptr(Scene) furniture = scene_new(options->width, 0);
	map.scene = furniture; /* drawn last, but labels must know where it stands */
	if (!map_furniture(&map, error))
		return NULL;
	map.scene = scene;
	double top = options->has_title ? draw_title(&map) : 0;
	draw_window(&map);
	if (!map_furniture(&map, error))
		return NULL;
	scene->height = top + legend_y + map_legend(&map, legend_y);
	if (options->has_title)
		scene_close(scene);
	return g_steal_pointer(&scene);
}
