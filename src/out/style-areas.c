/* Polygons and lines. Only the travel bands fill; every other polygon layer is an outline or a hatch, so that all of them can be
 * drawn together, as QGIS does with a GeoPackage that was double-clicked. */
#include "style.h"

#include "symbol.h"

#include <math.h>
#include <string.h>

#define INK 0x262626ff

/* The smaller the service that is left for them, the wider the hatch. What is none of these is the class of a further site. */
static const struct {
	const char *form, *title;
	double size_mm;
	ThusoColor color;
} residual_forms[] = {
	{ "no candidate", "Enough people for a site, no candidate", 0.9, 0xb2182bff },
	{ "mobile", "Mobile service", 1.8, 0x8c6d31ff },
	{ "digital", "Digital service", 2.6, 0x6b6b6bff },
};

static ThusoSymbol residual_symbol(double size_mm, ThusoColor color)
{
	return (ThusoSymbol){ .kind = THUSO_SYMBOL_HATCH, .size_mm = size_mm, .stroke = color, .stroke_mm = 0.25 };
}

static void draw_residual(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	g_autoptr(GPtrArray) forms = thuso_layer_values(layer, "form");
	ThusoSymbol further = residual_symbol(1.2, 0xb2182bff);
	guint n_known = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(residual_forms); i++) {
		if (!g_ptr_array_find_with_equal_func(forms, residual_forms[i].form, g_str_equal, NULL))
			continue;
		ThusoSymbol symbol = residual_symbol(residual_forms[i].size_mm, residual_forms[i].color);
		g_autofree char *filter = thuso_expression_equals("form", residual_forms[i].form);
		thuso_look_add_rule(look, depth, filter, residual_forms[i].title, &symbol);
		n_known++;
	}
	if (n_known < forms->len || forms->len == 0)
		thuso_look_add_rule(look, depth, n_known > 0 ? "ELSE" : NULL,
		                    forms->len > 0 ? "A further site" : "People left without a centre", &further);
}

const ThusoStyle thuso_style_residual = {
	.table = "residual_demand",
	.geometry = THUSO_POLYGON,
	.name = "Residual demand",
	.group = THUSO_GROUP_ACCESS,
	.draw = draw_residual,
};

/* Need by colour, potential by how narrow the hatch is. */
static const struct {
	const char *quadrant, *title;
	double size_mm;
	ThusoColor color;
} quadrants[] = {
	{ "HN-HP", "High need, high potential", 1.2, 0xb2182bff },
	{ "HN-LP", "High need, low potential", 2.4, 0xb2182bff },
	{ "LN-HP", "Low need, high potential", 1.2, 0x2166acff },
	{ "LN-LP", "Low need, low potential", 2.4, 0x2166acff },
};

static void draw_zones(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	(void) layer;
	for (gsize i = 0; i < G_N_ELEMENTS(quadrants); i++) {
		ThusoSymbol symbol = {
			.kind = THUSO_SYMBOL_HATCH, .size_mm = quadrants[i].size_mm, .stroke = quadrants[i].color, .stroke_mm = 0.25
		};
		g_autofree char *filter = thuso_expression_equals("quadrant", quadrants[i].quadrant);
		thuso_look_add_rule(look, depth, filter, quadrants[i].title, &symbol);
	}
	thuso_look_add_rule(look, depth, "ELSE", "Need or potential not known",
	                    &(ThusoSymbol){ .kind = THUSO_SYMBOL_FILL, .stroke = 0x6b6b6bff, .stroke_mm = 0.2 });
}

const ThusoStyle thuso_style_zones = {
	.table = "policy_zones",
	.geometry = THUSO_POLYGON,
	.name = "Policy zones",
	.group = THUSO_GROUP_AREAS,
	.draw = draw_zones,
};

static void draw_municipalities(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	(void) layer;
	thuso_look_add_rule(
	    look, depth, NULL, "Municipality",
	    &(ThusoSymbol){ .kind = THUSO_SYMBOL_FILL, .stroke = INK, .stroke_mm = 0.4, .casing = 0xffffffd0, .casing_mm = 1.0 });
}

static void label_municipalities(ThusoLook *look, const ThusoLayer *layer)
{
	thuso_layer_label(
	    look, layer,
	    &(ThusoLabel){ .size_pt = 9, .color = 0x404040ff, .capitals = TRUE, .place = THUSO_LABEL_INSIDE, .priority = 4 });
}

const ThusoStyle thuso_style_municipalities = {
	.table = "municipalities",
	.geometry = THUSO_POLYGON,
	.name = "Municipalities",
	.group = THUSO_GROUP_AREAS,
	.shown = TRUE,
	.draw = draw_municipalities,
	.label = label_municipalities,
};

/* Districts, provinces and whatever else a study reports by: each level's line is wider than the one below it and lies over it. */
static void draw_level(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	double width_mm = 0.6 + 0.25 * MIN(layer->level, 4);
	thuso_look_add_rule(
	    look, depth, NULL, layer->table.title,
	    &(ThusoSymbol){
	        .kind = THUSO_SYMBOL_FILL, .stroke = INK, .stroke_mm = width_mm, .casing = 0xffffffd0, .casing_mm = width_mm + 0.5 });
}

const ThusoStyle thuso_style_level = {
	.geometry = THUSO_POLYGON,
	.name = "Area level",
	.group = THUSO_GROUP_AREAS,
	.shown = TRUE,
	.draw = draw_level,
};

static void draw_catchments(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	(void) layer;
	thuso_look_add_rule(look, depth, NULL, "Catchment",
	                    &(ThusoSymbol){ .kind = THUSO_SYMBOL_FILL, .stroke = 0x7a1f1dff, .stroke_mm = 0.35, .dash = "dash" });
}

const ThusoStyle thuso_style_catchments = {
	.table = "catchments",
	.geometry = THUSO_POLYGON,
	.name = "Catchments",
	.group = THUSO_GROUP_ACCESS,
	.split = { "state", "trip" },
	.draw = draw_catchments,
};

static void draw_buffers(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	(void) layer;
	thuso_look_add_rule(look, depth, NULL, "Buffer (for comparison only)",
	                    &(ThusoSymbol){ .kind = THUSO_SYMBOL_FILL, .stroke = 0x595959ff, .stroke_mm = 0.25, .dash = "dot" });
}

const ThusoStyle thuso_style_buffers = {
	.table = "buffers",
	.geometry = THUSO_POLYGON,
	.name = "Buffers, for comparison only",
	.group = THUSO_GROUP_ACCESS,
	.split = { "state" },
	.draw = draw_buffers,
};

typedef struct {
	const char *label;
	double lower; /* NaN for the rows that are no band: not reached, no data */
	guint found;  /* place of its first row among the labels */
} Band;

static int compare_bands(gconstpointer a, gconstpointer b)
{
	const Band *x = a, *y = b;
	if (isnan(x->lower) != isnan(y->lower))
		return isnan(x->lower) ? 1 : -1;
	if (x->lower < y->lower || x->lower > y->lower)
		return x->lower < y->lower ? -1 : 1;
	return x->found < y->found ? -1 : 1;
}

/* The distinct bands of all parts, nearest first; what is no band comes last. */
static GArray *collect_bands(const ThusoLayer *layer)
{
	GArray *bands = g_array_new(FALSE, TRUE, sizeof(Band));
	int label = thuso_table_find_column(&layer->table, "label"), lower = thuso_table_find_column(&layer->table, "lower");
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (gint64 row = 0; row < layer->table.n_rows; row++) {
		const char *text = thuso_table_text(&layer->table, row, label);
		if (text == NULL || !g_hash_table_add(seen, (gpointer) text))
			continue;
		Band band = { text, thuso_table_as_real(&layer->table, row, lower), bands->len };
		g_array_append_val(bands, band);
	}
	g_array_sort(bands, compare_bands);
	return bands;
}

static gboolean has_bands(const ThusoLayer *layer)
{
	int label = thuso_table_find_column(&layer->table, "label");
	return label >= 0 && thuso_table_column(&layer->table, label)->type == THUSO_TEXT && thuso_layer_has(layer, "lower");
}

int thuso_style_count_bands(const ThusoLayer *layer)
{
	if (!has_bands(layer))
		return 0;
	g_autoptr(GArray) bands = collect_bands(layer);
	int n = 0;
	for (guint i = 0; i < bands->len; i++)
		n += !isnan(g_array_index(bands, Band, i).lower);
	return n;
}

/* A band has its step of the ramp; where nobody gets through is grey, and where nothing is known is hatched. */
static ThusoSymbol band_symbol(const Band *band, int i, int n_bands)
{
	if (!isnan(band->lower))
		return (ThusoSymbol){ .kind = THUSO_SYMBOL_FILL, .fill = thuso_ramp(i, n_bands) };
	if (strstr(band->label, "no data") != NULL)
		return (ThusoSymbol){ .kind = THUSO_SYMBOL_HATCH, .size_mm = 1.8, .stroke = 0xa6a6a6ff, .stroke_mm = 0.2 };
	return (ThusoSymbol){ .kind = THUSO_SYMBOL_FILL, .fill = 0x969696ff };
}

static void draw_bands(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	int n_bands = thuso_style_count_bands(layer);
	thuso_look_set_opacity(look, 0.8);
	if (!has_bands(layer)) {
		thuso_look_add_rule(look, depth, NULL, layer->table.title,
		                    &(ThusoSymbol){ .kind = THUSO_SYMBOL_FILL, .fill = thuso_ramp(1, 3) });
		return;
	}
	g_autoptr(GArray) bands = collect_bands(layer);
	for (guint i = 0; i < bands->len; i++) {
		const Band *band = &g_array_index(bands, Band, i);
		ThusoSymbol symbol = band_symbol(band, (int) i, n_bands);
		g_autofree char *filter = thuso_expression_equals("label", band->label);
		thuso_look_add_rule(look, depth, filter, band->label, &symbol);
	}
}

const ThusoStyle thuso_style_bands = {
	.table = "travel_bands",
	.geometry = THUSO_POLYGON,
	.name = "Travel bands",
	.group = THUSO_GROUP_ACCESS,
	.shown = TRUE,
	.split = { "state", "trip" },
	.draw = draw_bands,
};

/* Cells are shown from the scale on at which one is a millimetre wide on the screen. */
static double cells_hidden_beyond(const ThusoLayer *layer)
{
	return layer->cell_m * 1000;
}

static void draw_cells(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	thuso_look_set_hidden_beyond(look, cells_hidden_beyond(layer));
	thuso_look_add_rule(look, depth, NULL, "Cell with people",
	                    &(ThusoSymbol){ .kind = THUSO_SYMBOL_FILL, .stroke = 0x59595980, .stroke_mm = 0.1 });
}

const ThusoStyle thuso_style_cells = {
	.table = "demand_cells",
	.geometry = THUSO_POLYGON,
	.name = "Demand cells",
	.group = THUSO_GROUP_ACCESS,
	.draw = draw_cells,
};

static void draw_cell_points(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	thuso_look_set_hidden_beyond(look, cells_hidden_beyond(layer));
	thuso_look_add_rule(look, depth, NULL, "Cell with people",
	                    &(ThusoSymbol){ .kind = THUSO_SYMBOL_MARKER, .shape = "circle", .size_mm = 0.6, .fill = 0x59595980 });
}

const ThusoStyle thuso_style_cell_points = {
	.table = "demand_cells",
	.geometry = THUSO_POINT,
	.name = "Demand cells",
	.group = THUSO_GROUP_ACCESS,
	.draw = draw_cell_points,
};

static void draw_lines(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	thuso_look_add_rule(look, depth, NULL, layer->table.title,
	                    &(ThusoSymbol){ .kind = THUSO_SYMBOL_LINE, .stroke = 0x595959ff, .stroke_mm = 0.4 });
}

const ThusoStyle thuso_style_lines = {
	.geometry = THUSO_LINE,
	.name = "Lines",
	.group = THUSO_GROUP_AREAS,
	.draw = draw_lines,
};

/* A table without geometry has no look, only names for its columns. */
static void draw_nothing(ThusoLook *look, const ThusoLayer *layer, int depth)
{
	(void) look;
	(void) layer;
	(void) depth;
}

const ThusoStyle thuso_style_table = {
	.geometry = THUSO_NO_GEOMETRY,
	.name = "Table",
	.group = THUSO_GROUP_TABLES,
	.draw = draw_nothing,
};
