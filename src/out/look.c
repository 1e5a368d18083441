/* Looks as data, written as QGIS 3.22 writes them itself: every symbol property both as <Option> and as the older <prop>, so
 * that 3.10 reads them too. The element names were taken from styles that QGIS saved. */
#include "look.h"

#include "symbol.h"

#define LABEL_BUFFER_MM  0.8
#define PLACE_AROUND     "6" /* QGIS: ordered positions around the point */
#define PLACE_OVER       "1" /* centred on the point with quadrant 4 */
#define PLACE_HORIZONTAL "4"

typedef struct {
	int depth;
	char *filter, *label;
	gboolean unchecked;
	double hidden_beyond;
	ThusoSymbol symbol;
} Rule;

struct ThusoLook {
	GArray *rules;  /* of Rule */
	GArray *labels; /* of ThusoLabel, strings owned */
	char *order, *name;
	gboolean ascending;
	double opacity, hidden_beyond;
};

static void clear_rule(gpointer data)
{
	Rule *rule = data;
	g_free(rule->filter);
	g_free(rule->label);
}

static void clear_label(gpointer data)
{
	ThusoLabel *label = data;
	g_free((char *) label->expression);
	g_free((char *) label->filter);
}

static Rule *last_rule(ThusoLook *look)
{
	return &g_array_index(look->rules, Rule, look->rules->len - 1);
}

static gboolean has_casing(const ThusoLook *look)
{
	for (guint i = 0; i < look->rules->len; i++)
		if (g_array_index(look->rules, Rule, i).symbol.casing != 0)
			return TRUE;
	return FALSE;
}

static char *scale_text(double scale)
{
	return scale > 0 ? thuso_xml_real(scale) : NULL;
}

static void write_rules(const ThusoLook *look, ThusoXml *xml)
{
	int depth = 0;
	thuso_xml_open(xml, "rules", "key", "root", NULL);
	for (guint i = 0; i < look->rules->len; i++) {
		const Rule *rule = &g_array_index(look->rules, Rule, i);
		for (; depth > rule->depth; depth--)
			thuso_xml_close(xml);
		g_autofree char *key = g_strdup_printf("rule-%u", i);
		g_autofree char *symbol = rule->symbol.kind == THUSO_SYMBOL_NONE ? NULL : g_strdup_printf("%u", i);
		g_autofree char *scale = scale_text(rule->hidden_beyond);
		thuso_xml_open(xml, "rule", "key", key, "filter", rule->filter, "label", rule->label, "symbol", symbol, "scalemaxdenom",
		               scale, "checkstate", rule->unchecked ? "0" : NULL, NULL);
		depth = rule->depth + 1;
	}
	for (; depth >= 0; depth--)
		thuso_xml_close(xml);
}

static void write_renderer(const ThusoLook *look, ThusoXml *xml)
{
	thuso_xml_open(xml, "renderer-v2", "type", "RuleRenderer", "symbollevels", has_casing(look) ? "1" : "0", "forceraster", "0",
	               "enableorderby", look->order != NULL ? "1" : "0", NULL);
	write_rules(look, xml);
	thuso_xml_open(xml, "symbols", NULL);
	for (guint i = 0; i < look->rules->len; i++) {
		const ThusoSymbol *symbol = &g_array_index(look->rules, Rule, i).symbol;
		g_autofree char *name = g_strdup_printf("%u", i);
		if (symbol->kind != THUSO_SYMBOL_NONE)
			thuso_symbol_write(symbol, name, xml);
	}
	thuso_xml_close(xml);
	if (look->order != NULL) {
		thuso_xml_open(xml, "orderby", NULL);
		thuso_xml_open(xml, "orderByClause", "asc", look->ascending ? "1" : "0", "nullsFirst", "1", NULL);
		thuso_xml_content(xml, look->order);
		thuso_xml_close(xml);
		thuso_xml_close(xml);
	}
	thuso_xml_close(xml);
}

/* No font family: QGIS then takes its own, where a name that a machine does not have raises a warning over the map. */
static void write_label(const ThusoLabel *label, ThusoXml *xml)
{
	g_autofree char *scale = scale_text(label->hidden_beyond), *size = thuso_xml_real(label->size_pt);
	g_autofree char *buffer = thuso_xml_real(LABEL_BUFFER_MM), *color = thuso_color_text(label->color);
	g_autofree char *priority = g_strdup_printf("%d", label->priority);
	thuso_xml_open(xml, "rule", "filter", label->filter, "scalemaxdenom", scale, NULL);
	thuso_xml_open(xml, "settings", "calloutType", "simple", NULL);
	thuso_xml_open(xml, "text-style", "fieldName", label->expression, "isExpression", "1", "fontSize", size, "fontSizeUnit",
	               "Point", "fontWeight", label->bold ? "75" : "50", "fontItalic", label->italic ? "1" : "0", "namedStyle",
	               label->bold ? "Bold" : "Regular", "textColor", color, "textOpacity", "1", "capitalization",
	               label->capitals ? "1" : "0", "fontLetterSpacing", label->capitals ? "1" : "0", "multilineHeight", "0.9", NULL);
	gboolean on = label->place == THUSO_LABEL_ON, inside = label->place == THUSO_LABEL_INSIDE;
	thuso_xml_leaf(xml, "text-buffer", "bufferDraw", on ? "0" : "1", "bufferSize", buffer, "bufferSizeUnits", "MM", "bufferColor",
	               "255,255,255,255", "bufferOpacity", "0.85", "bufferNoFill", "1", "bufferJoinStyle", "128", NULL);
	thuso_xml_close(xml);
	thuso_xml_leaf(xml, "text-format", "wrapChar", "", "autoWrapLength", inside ? "18" : "24", "useMaxLineLengthForAutoWrap", "1",
	               "multilineAlign", "3", NULL);
	thuso_xml_leaf(xml, "placement", "placement", on ? PLACE_OVER : (inside ? PLACE_HORIZONTAL : PLACE_AROUND), "quadOffset", "4",
	               "dist", on ? "0" : "0.6", "distUnits", "MM", "offsetType", on ? "0" : "1", "predefinedPositionOrder",
	               "R,L,TR,BR,TL,BL,TSR,BSR", "priority", priority, "centroidWhole", "0", "polygonPlacementFlags", "2", NULL);
	thuso_xml_leaf(xml, "rendering", "drawLabels", "1", "obstacle", inside ? "0" : "1", "obstacleFactor", "1", "displayAll",
	               on ? "1" : "0", "mergeLines", "0", NULL);
	thuso_xml_close(xml);
	thuso_xml_close(xml);
}

static void write_labels(const ThusoLook *look, ThusoXml *xml)
{
	if (look->labels->len == 0)
		return;
	thuso_xml_open(xml, "labeling", "type", "rule-based", NULL);
	thuso_xml_open(xml, "rules", "key", "labels", NULL);
	for (guint i = 0; i < look->labels->len; i++)
		write_label(&g_array_index(look->labels, ThusoLabel, i), xml);
	thuso_xml_close(xml);
	thuso_xml_close(xml);
}

ThusoLook *thuso_look_new(void)
{
	ThusoLook *look = g_new0(ThusoLook, 1);
	look->rules = g_array_new(FALSE, TRUE, sizeof(Rule));
	look->labels = g_array_new(FALSE, TRUE, sizeof(ThusoLabel));
	g_array_set_clear_func(look->rules, clear_rule);
	g_array_set_clear_func(look->labels, clear_label);
	look->opacity = 1;
	return look;
}

void thuso_look_free(ThusoLook *look)
{
	if (look == NULL)
		return;
	g_array_unref(look->rules);
	g_array_unref(look->labels);
	g_free(look->order);
	g_free(look->name);
	g_free(look);
}

void thuso_look_add_rule(ThusoLook *look, int depth, const char *filter, const char *label, const ThusoSymbol *symbol)
{
	Rule rule = { .depth = depth, .filter = g_strdup(filter), .label = g_strdup(label) };
	if (symbol != NULL)
		rule.symbol = *symbol;
	g_array_append_val(look->rules, rule);
}

void thuso_look_uncheck(ThusoLook *look)
{
	last_rule(look)->unchecked = TRUE;
}

void thuso_look_hide_beyond(ThusoLook *look, double scale)
{
	last_rule(look)->hidden_beyond = scale;
}

void thuso_look_add_label(ThusoLook *look, const ThusoLabel *label)
{
	ThusoLabel copy = *label;
	copy.expression = g_strdup(label->expression);
	copy.filter = g_strdup(label->filter);
	g_array_append_val(look->labels, copy);
	/* cppcheck-suppress memleak ; the array has both texts */
}

void thuso_look_set_order(ThusoLook *look, const char *expression, gboolean ascending)
{
	g_free(look->order);
	look->order = g_strdup(expression);
	look->ascending = ascending;
}

void thuso_look_set_opacity(ThusoLook *look, double opacity)
{
	look->opacity = opacity;
}

void thuso_look_set_hidden_beyond(ThusoLook *look, double scale)
{
	look->hidden_beyond = scale;
}

void thuso_look_set_name(ThusoLook *look, const char *expression)
{
	g_free(look->name);
	look->name = g_strdup(expression);
}

double thuso_look_hidden_beyond(const ThusoLook *look)
{
	return look->hidden_beyond;
}

gboolean thuso_look_has_labels(const ThusoLook *look)
{
	return look->labels->len > 0;
}

void thuso_look_write(const ThusoLook *look, ThusoXml *xml)
{
	g_autofree char *opacity = thuso_xml_real(look->opacity);
	write_renderer(look, xml);
	write_labels(look, xml);
	thuso_xml_text(xml, "layerOpacity", opacity);
	if (look->name != NULL)
		thuso_xml_text(xml, "previewExpression", look->name);
}
