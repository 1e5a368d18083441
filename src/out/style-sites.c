/* Points: sites, centres, clusters, findings. Colours are those of Okabe and Ito (2008) where kinds must be told apart, and
 * shape differs wherever colour does, so a grey print still reads. */
#include "style.h"

#define BRICK     0x7a1f1dff
#define VERMILION 0xd55e00ff
#define ORANGE    0xe69f00ff
#define MAGENTA   0xc2185bff
#define PURPLE    0x6a3d9aff
#define GREY      0x5a5a5aff
#define INK       0x202020ff
#define WHITE     0xffffffff

#define N_TOP     10 /* ranks that get a number and a name; the filters below say the same */

/* Scale denominators beyond which the small things would only be clutter. */
#define SCALE_REGION   1500000.0
#define SCALE_DISTRICT 600000.0
#define SCALE_TOWN     120000.0

static const ThusoSymbol top_site = {
	.kind = THUSO_SYMBOL_MARKER, .shape = "circle", .size_mm = 4.8, .fill = VERMILION, .stroke = WHITE, .stroke_mm = 0.35
};
static const ThusoSymbol best_site = {
	.kind = THUSO_SYMBOL_MARKER, .shape = "circle", .size_mm = 2.8, .fill = ORANGE, .stroke = WHITE, .stroke_mm = 0.3
};
static const ThusoSymbol other_site = {
	.kind = THUSO_SYMBOL_MARKER, .shape = "circle", .size_mm = 1.4, .fill = 0xf7f7f7ff, .stroke = GREY, .stroke_mm = 0.2
};

static void draw_ranked(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	if (!thuso_layer_has(layer, "rank")) {
		thuso_look_add_rule(look, depth, NULL, "Ranked site", &best_site);
		return;
	}
	thuso_look_set_order(look, "\"rank\"", FALSE);
	thuso_look_add_rule(look, depth, "\"rank\" <= 10", "Ranks 1 to 10", &top_site);
	if (thuso_layer_has(layer, "rank_in_municipality"))
		thuso_look_add_rule(look, depth, "\"rank\" > 10 AND \"rank_in_municipality\" = 1", "Best of its municipality",
		                    &best_site);
	thuso_look_add_rule(look, depth, "ELSE", "Lower ranks", &other_site);
	thuso_look_hide_beyond(look, SCALE_REGION);
}

static void label_ranked(ThusoLook *look, const ThusoLayer *layer)
{
	ThusoLabel label = { .size_pt = 8.5, .color = INK, .bold = TRUE, .place = THUSO_LABEL_AROUND, .priority = 9 };
	if (!thuso_layer_has(layer, "rank")) {
		thuso_layer_label(look, layer, &label);
		return;
	}
	label.filter = "\"rank\" <= 10";
	thuso_layer_label(look, layer, &label);
	thuso_look_add_label(look, &(ThusoLabel){ .expression = "to_string(\"rank\")",
	                                          .filter = "\"rank\" <= 10",
	                                          .size_pt = 8,
	                                          .color = WHITE,
	                                          .bold = TRUE,
	                                          .place = THUSO_LABEL_ON,
	                                          .priority = 10 });
	label = (ThusoLabel){ .size_pt = 7, .color = INK, .place = THUSO_LABEL_AROUND, .priority = 3, .hidden_beyond = SCALE_TOWN };
	label.filter = "\"rank\" > 10";
	thuso_layer_label(look, layer, &label);
}

const ThusoStyle thuso_style_ranked_sites = {
	.table = "ranked_sites",
	.geometry = THUSO_POINT,
	.name = "Ranked sites",
	.group = THUSO_GROUP_SITES,
	.shown = TRUE,
	.draw = draw_ranked,
	.label = label_ranked,
};

/* What a plan does with a site. The symbols are wider than a rank's circle and a centre's square, so both stay visible. */
static const struct {
	const char *kind, *title;
	ThusoSymbol symbol;
} plan_kinds[] = {
	{ "new",
	  "New centre",
	  { .kind = THUSO_SYMBOL_MARKER, .shape = "star", .size_mm = 10, .fill = MAGENTA, .stroke = WHITE, .stroke_mm = 0.35 } },
	{ "upgrade",
	  "Upgraded",
	  { .kind = THUSO_SYMBOL_MARKER, .shape = "star", .size_mm = 10, .fill = WHITE, .stroke = MAGENTA, .stroke_mm = 0.5 } },
	{ "moved",
	  "Moved",
	  { .kind = THUSO_SYMBOL_MARKER, .shape = "diamond", .size_mm = 8.5, .fill = MAGENTA, .stroke = WHITE, .stroke_mm = 0.35 } },
	{ "existing",
	  "Kept as it is",
	  { .kind = THUSO_SYMBOL_MARKER, .shape = "circle", .size_mm = 5.6, .stroke = MAGENTA, .stroke_mm = 0.5 } },
	{ "closed", "Closed", { .kind = THUSO_SYMBOL_MARKER, .shape = "cross2", .size_mm = 5, .stroke = INK, .stroke_mm = 0.8 } },
};

static void draw_planned(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	g_autoptr(GPtrArray) kinds = thuso_layer_values(layer, "kind");
	guint n_known = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(plan_kinds); i++) {
		if (!g_ptr_array_find_with_equal_func(kinds, plan_kinds[i].kind, g_str_equal, NULL))
			continue;
		g_autofree char *filter = thuso_expression_equals("kind", plan_kinds[i].kind);
		thuso_look_add_rule(look, depth, filter, plan_kinds[i].title, &plan_kinds[i].symbol);
		n_known++;
	}
	if (n_known < kinds->len || kinds->len == 0)
		thuso_look_add_rule(look, depth, n_known > 0 ? "ELSE" : NULL, "Planned site", &plan_kinds[0].symbol);
}

/* Ids of the sites that the ranking labels with their names, as a list for an expression; NULL when there are none. */
static char *labelled_sites(const ThusoLayer *layer)
{
	g_autoptr(GString) list = g_string_new(NULL);
	for (guint i = 0; i < layer->tables->len; i++) {
		const ThusoTable *table = g_ptr_array_index(layer->tables, i);
		int rank = thuso_table_find_column(table, "rank"), site = thuso_table_find_column(table, "site");
		if (!g_str_equal(table->name, thuso_style_ranked_sites.table) || rank < 0 || site < 0)
			continue;
		for (gint64 row = 0; row < table->n_rows; row++) {
			if (!(thuso_table_as_real(table, row, rank) <= N_TOP))
				continue;
			g_autofree char *id = thuso_table_as_text(table, row, site);
			g_autofree char *text = id != NULL ? thuso_expression_text(id) : NULL;
			if (text != NULL)
				g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", text);
		}
	}
	return list->len > 0 ? g_string_free(g_steal_pointer(&list), FALSE) : NULL;
}

/* "Step 3: Suurbraak School", "Closes: Old Hall"; the name is left out where the ranking writes it already. */
static void label_planned(ThusoLook *look, const ThusoLayer *layer)
{
	ThusoLabel label = { .size_pt = 8.5, .color = MAGENTA, .bold = TRUE, .place = THUSO_LABEL_AROUND, .priority = 8 };
	label.filter = thuso_layer_has(layer, "kind") ? "\"kind\" IS NULL OR \"kind\" <> 'existing'" : NULL;
	g_autofree char *title = thuso_layer_first(layer, thuso_title_columns);
	if (title == NULL || !thuso_layer_has(layer, "step")) {
		thuso_layer_label(look, layer, &label);
		return;
	}
	g_autofree char *known = thuso_layer_has(layer, "site") ? labelled_sites(layer) : NULL;
	g_autofree char *name = known != NULL ? g_strdup_printf("if(\"site\" IN (%s), NULL, %s)", known, title) : g_strdup(title);
	const char *step = thuso_layer_has(layer, "kind") ? "if(\"kind\" = 'closed', 'Closes', 'Step ' || to_string(\"step\"))"
	                                                  : "'Step ' || to_string(\"step\")";
	g_autofree char *expression =
	    g_strdup_printf("concat(%s, if(\"step\" IS NULL OR %s IS NULL, NULL, ': '), %s)", step, name, name);
	label.expression = expression;
	thuso_look_add_label(look, &label);
}

const ThusoStyle thuso_style_planned_sites = {
	.table = "planned_sites",
	.geometry = THUSO_POINT,
	.name = "Planned sites",
	.group = THUSO_GROUP_SITES,
	.shown = TRUE,
	.split = { "plan" },
	.draw = draw_planned,
	.label = label_planned,
};

static const ThusoSymbol open_centre = {
	.kind = THUSO_SYMBOL_MARKER, .shape = "square", .size_mm = 3.6, .fill = BRICK, .stroke = WHITE, .stroke_mm = 0.4
};
static const ThusoSymbol shut_centre = {
	.kind = THUSO_SYMBOL_MARKER, .shape = "square", .size_mm = 3.2, .fill = WHITE, .stroke = BRICK, .stroke_mm = 0.5
};

static void draw_centres(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	int c = thuso_table_find_column(&layer->table, "is_open");
	if (c < 0) {
		thuso_look_add_rule(look, depth, NULL, "Centre", &open_centre);
		return;
	}
	gboolean text = thuso_table_column(&layer->table, c)->type == THUSO_TEXT;
	thuso_look_add_rule(look, depth, text ? "lower(\"is_open\") IN ('1', 'true', 'yes', 'open')" : "\"is_open\" <> 0",
	                    "Open centre", &open_centre);
	thuso_look_add_rule(look, depth, "ELSE", "Centre not open", &shut_centre);
}

static void label_centres(ThusoLook *look, const ThusoLayer *layer)
{
	thuso_layer_label(look, layer,
	                  &(ThusoLabel){ .size_pt = 8.5, .color = BRICK, .bold = TRUE, .place = THUSO_LABEL_AROUND, .priority = 7 });
}

const ThusoStyle thuso_style_centres = {
	.table = "centres",
	.geometry = THUSO_POINT,
	.name = "Centres",
	.group = THUSO_GROUP_SITES,
	.shown = TRUE,
	.draw = draw_centres,
	.label = label_centres,
};

static void draw_stops(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	(void) layer;
	thuso_look_add_rule(look, depth, NULL, "Mobile stop",
	                    &(ThusoSymbol){ .kind = THUSO_SYMBOL_MARKER,
	                                    .shape = "triangle",
	                                    .size_mm = 3.0,
	                                    .fill = MAGENTA,
	                                    .stroke = WHITE,
	                                    .stroke_mm = 0.3 });
}

const ThusoStyle thuso_style_stops = {
	.table = "mobile_stops",
	.geometry = THUSO_POINT,
	.name = "Mobile stops",
	.group = THUSO_GROUP_SITES,
	.draw = draw_stops,
};

static void draw_clusters(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	(void) layer;
	thuso_look_add_rule(
	    look, depth, NULL, "Cluster of services",
	    &(ThusoSymbol){
	        .kind = THUSO_SYMBOL_MARKER, .shape = "diamond", .size_mm = 3.2, .fill = PURPLE, .stroke = WHITE, .stroke_mm = 0.3 });
}

const ThusoStyle thuso_style_clusters = {
	.table = "clusters",
	.geometry = THUSO_POINT,
	.name = "Clusters",
	.group = THUSO_GROUP_SITES,
	.draw = draw_clusters,
};

static void draw_excluded(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	(void) layer;
	thuso_look_add_rule(
	    look, depth, NULL, "Excluded",
	    &(ThusoSymbol){ .kind = THUSO_SYMBOL_MARKER, .shape = "cross2", .size_mm = 1.6, .stroke = GREY, .stroke_mm = 0.3 });
	thuso_look_hide_beyond(look, SCALE_DISTRICT);
}

const ThusoStyle thuso_style_excluded_sites = {
	.table = "excluded_sites",
	.geometry = THUSO_POINT,
	.name = "Excluded sites",
	.group = THUSO_GROUP_SITES,
	.draw = draw_excluded,
};

/* Findings: the graver, the larger and the more saturated. */
static const struct {
	const char *severity, *title;
	ThusoColor color;
	double size_mm;
} severities[] = {
	{ "error", "Error", VERMILION, 3.2 },
	{ "warning", "Warning", ORANGE, 2.6 },
	{ "info", "Note", 0xfff2ccff, 2.0 },
};

static ThusoSymbol issue_symbol(ThusoGeometryType geometry, gsize severity)
{
	ThusoColor color = severities[severity].color;
	switch (geometry) {
	case THUSO_LINE:
		return (ThusoSymbol){ .kind = THUSO_SYMBOL_LINE, .stroke = color, .stroke_mm = 0.5, .casing = WHITE, .casing_mm = 0.9 };
	case THUSO_POLYGON:
		return (ThusoSymbol){ .kind = THUSO_SYMBOL_FILL, .stroke = color, .stroke_mm = 0.5, .casing = WHITE, .casing_mm = 0.9 };
	default:
		return (ThusoSymbol){ .kind = THUSO_SYMBOL_MARKER,
			                  .shape = "triangle",
			                  .size_mm = severities[severity].size_mm,
			                  .fill = color,
			                  .stroke = INK,
			                  .stroke_mm = 0.15 };
	}
}

static void draw_issues_of(ThusoLook *look, const ThusoLayer *layer, ThusoGeometryType geometry, int depth)
{
	g_autoptr(GPtrArray) present = thuso_layer_values(layer, "severity");
	for (gsize i = 0; i < G_N_ELEMENTS(severities); i++) {
		if (!g_ptr_array_find_with_equal_func(present, severities[i].severity, g_str_equal, NULL))
			continue;
		ThusoSymbol symbol = issue_symbol(geometry, i);
		g_autofree char *equal = thuso_expression_equals("severity", severities[i].severity);
		g_autofree char *filter = thuso_layer_family_filter(layer, geometry, equal);
		thuso_look_add_rule(look, depth, filter, severities[i].title, &symbol);
	}
	ThusoSymbol other = issue_symbol(geometry, 1);
	g_autofree char *filter = thuso_layer_family_filter(layer, geometry, NULL);
	if (present->len == 0)
		thuso_look_add_rule(look, depth, filter, "Finding", &other);
}

static void draw_issues(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	for (int g = THUSO_POINT; g <= THUSO_POLYGON; g++)
		if (thuso_layer_has_family(layer, (ThusoGeometryType) g))
			draw_issues_of(look, layer, (ThusoGeometryType) g, depth);
}

const ThusoStyle thuso_style_issues_point = {
	.table = "quality_issues",
	.geometry = THUSO_POINT,
	.name = "Quality issues",
	.group = THUSO_GROUP_SITES,
	.draw = draw_issues,
};
const ThusoStyle thuso_style_issues_line = {
	.table = "quality_issues",
	.geometry = THUSO_LINE,
	.name = "Quality issues",
	.group = THUSO_GROUP_SITES,
	.draw = draw_issues,
};
const ThusoStyle thuso_style_issues_polygon = {
	.table = "quality_issues",
	.geometry = THUSO_POLYGON,
	.name = "Quality issues",
	.group = THUSO_GROUP_SITES,
	.draw = draw_issues,
};

/* Also for a table of several kinds of geometry. */
static void draw_points(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	static const struct {
		ThusoGeometryType geometry;
		ThusoSymbol symbol;
	} forms[] = {
		{ THUSO_POINT,
		  { .kind = THUSO_SYMBOL_MARKER,
		    .shape = "circle",
		    .size_mm = 1.8,
		    .fill = 0xbdbdbdff,
		    .stroke = INK,
		    .stroke_mm = 0.2 } },
		{ THUSO_LINE, { .kind = THUSO_SYMBOL_LINE, .stroke = GREY, .stroke_mm = 0.4 } },
		{ THUSO_POLYGON, { .kind = THUSO_SYMBOL_FILL, .stroke = GREY, .stroke_mm = 0.4 } },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autofree char *filter = thuso_layer_family_filter(layer, forms[i].geometry, NULL);
		if (thuso_layer_has_family(layer, forms[i].geometry))
			thuso_look_add_rule(look, depth, filter, layer->table.title, &forms[i].symbol);
	}
}

const ThusoStyle thuso_style_points = {
	.geometry = THUSO_POINT,
	.name = "Points",
	.group = THUSO_GROUP_SITES,
	.draw = draw_points,
};
