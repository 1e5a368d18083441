/* The sites of the map: centres, the plan, the ranking. Names are placed in the order of what a reader looks for first. */
#include <math.h>
#include <string.h>

#include "map.h"
#include "palette.h"

#define SITE_SIZE    11.0 /* of a name, px */
#define NAME_WIDTH   300.0
#define SHORT_WIDTH  130.0 /* of a name that finds no place otherwise */
#define MOST_TOP     10    /* ranks with a number */
#define MOST_OTHERS  300   /* dots of lower ranks */
#define MOST_STARS   40    /* more stars than this are drawn small and without names */
#define MOST_CENTRES 60    /* the same of centres */
#define MARK_BOX     0.85  /* of a radius: the box that no name may cover */

/* One site on its way to the page. */
typedef struct {
	Mark mark;
	double x, y, scale;
	char *name, *detail;
	char *number; /* in the mark, or NULL */
	char *label;  /* the name as it is written */
	SceneColor color;
	SceneText text;
	gboolean has_label, wants_label;
} Site;

static void site_clear(gpointer data)
{
	Site *site = data;
	g_free(site->name);
	g_free(site->detail);
	g_free(site->number);
	g_free(site->label);
}

static gboolean position(const Map *map, const ThusoTable *table, gint64 row, double *x, double *y)
{
	GBytes *wkb = thuso_table_geometry(table, row);
	gsize size = 0;
	gconstpointer data = wkb ? g_bytes_get_data(wkb, &size) : NULL;
	g_autoptr(ThusoGeometry) point = data ? thuso_geometry_from_wkb(data, size, NULL) : NULL;
	if (!point || point->n_points == 0)
		return FALSE;
	map_view_point(&map->view, point->x[0], point->y[0], x, y);
	return map_view_has(&map->view, *x, *y);
}

static Site *add_site(const Map *map, GArray *sites, const ThusoTable *table, gint64 row, Mark mark)
{
	Site site = { .mark = mark, .scale = 1 };
	if (!position(map, table, row, &site.x, &site.y))
		return NULL;
	site.name = site_name(table, row);
	g_array_append_val(sites, site);
	return &g_array_index(sites, Site, sites->len - 1);
}

/* --- what each says ---------------------------------------------------------------------------------------------------------- */

static char *centre_detail(const Map *map, const ThusoTable *table, gint64 row, gboolean open)
{
	g_autofree char *people = count_text(cell_real(table, row, "people")),
	                *within = count_text(cell_real(table, row, "people_within_limit"));
	if (!open)
		return g_strdup("A centre that is not open now.");
	if (isnan(cell_real(table, row, "people")))
		return g_strdup("An open centre.");
	return g_strdup_printf("An open centre. It is the nearest one for %s people, %s of them within %s.", people, within,
	                       map->facts->limit);
}

static char *rank_detail(const ThusoTable *table, gint64 row)
{
	g_autofree char *rank = count_text(cell_real(table, row, "rank")), *n = count_text((double) table->n_rows),
	                *score = decimal_text(cell_real(table, row, "score"), 1);
	const char *reason = cell_text(table, row, "reason");
	return g_strdup_printf("Rank %s of %s, score %s of 100. %s", rank, n, score, reason ? reason : "");
}

static char *plan_detail(const ThusoTable *table, gint64 row)
{
	g_autofree char *step = count_text(cell_real(table, row, "step")), *added = count_text(cell_real(table, row, "people_added"));
	const char *reason = cell_text(table, row, "reason");
	return g_strdup_printf("Step %s of the plan: %s more people served. %s", step, added, reason ? reason : "");
}

/* --- collecting ---------------------------------------------------------------------------------------------------------------- */

static void collect_centres(const Map *map, GArray *sites)
{
	const ThusoTable *table = map->facts->table[FACTS_CENTRES];
	guint first = sites->len;
	for (gint64 row = 0; table && row < table->n_rows; row++) {
		double is_open = cell_real(table, row, "is_open");
		gboolean open = isnan(is_open) || is_open > 0;
		Site *site = add_site(map, sites, table, row, open ? MARK_OPEN : MARK_SHUT);
		if (!site)
			continue;
		site->detail = centre_detail(map, table, row, open);
		site->color = BRICK;
		site->wants_label = TRUE;
	}
	gboolean many = sites->len - first > MOST_CENTRES;
	for (guint i = first; many && i < sites->len; i++) {
		g_array_index(sites, Site, i).scale = 0.7;
		g_array_index(sites, Site, i).wants_label = FALSE;
	}
}

/* Ids of the sites that the map shows as the plan's. */
static GHashTable *planned_ids(const Facts *facts)
{
	const ThusoTable *table = facts->table[FACTS_PLANNED];
	GHashTable *ids = g_hash_table_new(g_str_hash, g_str_equal);
	for (gint64 row = 0; table && facts->has_plan && row < table->n_rows; row++) {
		const char *id = cell_text(table, row, "site");
		if (id && cell_real(table, row, "step") > 0 && g_strcmp0(cell_text(table, row, "plan"), facts->plan) == 0)
			g_hash_table_add(ids, (gpointer) id);
	}
	return ids;
}

static void collect_ranked(const Map *map, GArray *sites)
{
	g_autoptr(GHashTable) planned = planned_ids(map->facts);
	const ThusoTable *table = map->facts->table[FACTS_RANKED];
	int place = 0, n_others = 0;
	for (gint64 row = 0; table && row < table->n_rows; row++) {
		if (!area_has_row(map->area, map->facts, table, row))
			continue;
		place++;
		const char *id = cell_text(table, row, "site");
		gboolean top = place <= MOST_TOP;
		gboolean best = map->area->is_all && cell_real(table, row, "rank_in_municipality") <= 1 &&
		                !(id && g_hash_table_contains(planned, id));
		if (!top && !best && (map->area->is_all || n_others++ >= MOST_OTHERS))
			continue;
		Site *site = add_site(map, sites, table, row, top ? MARK_TOP : best ? MARK_BEST : MARK_OTHER);
		if (!site)
			continue;
		site->detail = rank_detail(table, row);
		site->color = INK;
		site->wants_label = top;
		site->number = top ? g_strdup_printf("%d", place) : NULL;
	}
}

static gboolean is_named(const GArray *sites, const char *name)
{
	for (guint i = 0; i < sites->len; i++) {
		const Site *site = &g_array_index(sites, Site, i);
		if (site->mark == MARK_TOP && strcmp(site->name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

static void collect_planned(const Map *map, GArray *sites)
{
	const ThusoTable *table = map->facts->table[FACTS_PLANNED];
	guint first = sites->len;
	for (gint64 row = 0; table && map->facts->has_plan && row < table->n_rows; row++) {
		gboolean shown = cell_real(table, row, "step") > 0 && g_strcmp0(cell_text(table, row, "plan"), map->facts->plan) == 0;
		Site *site = shown ? add_site(map, sites, table, row, MARK_PLANNED) : NULL;
		if (!site)
			continue;
		site->detail = plan_detail(table, row);
		site->color = MAGENTA;
		site->wants_label = !is_named(sites, site->name);
	}
	gboolean many = sites->len - first > MOST_STARS;
	for (guint i = first; many && i < sites->len; i++) {
		g_array_index(sites, Site, i).scale = 0.45;
		g_array_index(sites, Site, i).wants_label = FALSE;
	}
}

/* --- placing and drawing ------------------------------------------------------------------------------------------------------- */

static double radius_of(const Site *site)
{
	return mark_radius(site->mark) * site->scale;
}

/* No name may hide a mark, but small ones, of which there are many. */
static void block_marks(const Map *map, const GArray *sites)
{
	for (guint i = 0; i < sites->len; i++) {
		const Site *site = &g_array_index(sites, Site, i);
		double r = radius_of(site) * MARK_BOX;
		if (site->mark != MARK_OTHER && site->scale > 0.6)
			labels_block(map->labels, (Box){ site->x - r, site->y - r, site->x + r, site->y + r });
	}
}

static void place_labels(const Map *map, GArray *sites, Mark mark)
{
	for (guint i = 0; i < sites->len; i++) {
		Site *site = &g_array_index(sites, Site, i);
		if (site->mark != mark || !site->wants_label)
			continue;
		double radius = radius_of(site) * (mark == MARK_PLANNED ? MARK_BOX : 1);
		site->text = (SceneText){ .size = SITE_SIZE, .bold = TRUE, .color = site->color, .halo = WHITE };
		for (int k = 0; k < 2 && !site->has_label; k++) {
			g_free(site->label);
			site->label = scene_text_fit(site->name, k == 0 ? NAME_WIDTH : SHORT_WIDTH, SITE_SIZE, TRUE);
			site->has_label = labels_place(map->labels, site->x, site->y, radius, &site->text, site->label);
		}
	}
}

/* A name that found no place is kept for the live map, which shows it where there is room once a reader is closer. */
static void draw_label(Map *map, const Site *site)
{
	SceneText text = site->text;
	if (site->has_label) {
		text.x -= site->x;
		text.y -= site->y;
		scene_text(map->scene, &text, site->label);
	} else if (map->options->is_live) {
		g_autofree char *name = scene_text_fit(site->name, NAME_WIDTH, SITE_SIZE, TRUE);
		text = (SceneText){
			.x = radius_of(site) + 3, .y = 0.35 * SITE_SIZE, .size = SITE_SIZE, .bold = TRUE, .color = site->color, .halo = WHITE
		};
		scene_open(map->scene, &(SceneGroup){ .name = "more", .is_hidden = TRUE });
		scene_text(map->scene, &text, name);
		scene_close(map->scene);
	}
}

static void draw_site(Map *map, const Site *site)
{
	gboolean live = map->options->is_live;
	g_autofree char *title = g_strconcat(site->name, ". ", site->detail, NULL);
	SceneGroup pin = { .name = mark_name(site->mark),
		               .title = live ? site->name : title,
		               .detail = site->detail,
		               .is_pin = TRUE,
		               .x = site->x,
		               .y = site->y };
	scene_open(map->scene, &pin);
	mark_draw(map->scene, site->mark, 0, 0, site->scale, site->number);
	draw_label(map, site);
	scene_close(map->scene);
	map->drawn[site->mark] = TRUE;
}

/* Lower ranks first, so that the best lie on top. */
static void draw_layer(Map *map, const GArray *sites, const char *name, const Mark *marks, int n_marks)
{
	scene_open(map->scene, &(SceneGroup){ .name = name });
	for (int m = 0; m < n_marks; m++)
		for (guint i = sites->len; i-- > 0;)
			if (g_array_index(sites, Site, i).mark == marks[m])
				draw_site(map, &g_array_index(sites, Site, i));
	scene_close(map->scene);
}

void map_sites(Map *map)
{
	static const Mark planned[] = { MARK_PLANNED }, ranked[] = { MARK_OTHER, MARK_BEST, MARK_TOP }, shut[] = { MARK_SHUT },
	                  working[] = { MARK_OPEN }, order[] = { MARK_OPEN, MARK_TOP, MARK_PLANNED, MARK_SHUT };
	g_autoptr(GArray) sites = g_array_new(FALSE, TRUE, sizeof(Site));
	g_array_set_clear_func(sites, site_clear);
	collect_centres(map, sites);
	collect_ranked(map, sites);
	collect_planned(map, sites);
	block_marks(map, sites);
	for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
		place_labels(map, sites, order[i]);
	draw_layer(map, sites, "planned", planned, G_N_ELEMENTS(planned));
	draw_layer(map, sites, "centres", shut, G_N_ELEMENTS(shut));
	draw_layer(map, sites, "ranked", ranked, G_N_ELEMENTS(ranked));
	draw_layer(map, sites, "centres", working, G_N_ELEMENTS(working));
}
