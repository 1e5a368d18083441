/* Symbols and colours. The ramp is ColorBrewer's YlGnBu without its palest and darkest class (Harrower and Brewer 2003):
 * sequential, safe for the colour-blind, and it keeps its order in a grey print. */
#include "symbol.h"

#define MAX_PROPERTIES  24
#define HATCH_ANGLE_DEG "45"

typedef struct {
	const char *names[MAX_PROPERTIES];
	char *values[MAX_PROPERTIES];
	int n;
} Properties;

static const ThusoColor ramp[] = { 0xedf8b1ff, 0xc7e9b4ff, 0x7fcdbbff, 0x41b6c4ff, 0x1d91c0ff, 0x225ea8ff, 0x253494ff };

static void put(Properties *properties, const char *name, const char *value)
{
	g_return_if_fail(properties->n < MAX_PROPERTIES);
	properties->names[properties->n] = name;
	properties->values[properties->n++] = g_strdup(value);
}

static void put_color(Properties *properties, const char *name, ThusoColor color)
{
	g_autofree char *text = thuso_color_text(color);
	put(properties, name, text);
}

static void put_mm(Properties *properties, const char *name, const char *unit_name, double value)
{
	g_autofree char *text = thuso_xml_real(value);
	put(properties, name, text);
	put(properties, unit_name, "MM");
}

static void open_layer(ThusoXml *xml, const char *kind, int pass, Properties *properties)
{
	thuso_xml_open(xml, "layer", "class", kind, "enabled", "1", "locked", "0", "pass", pass == 0 ? "0" : "1", NULL);
	thuso_xml_open(xml, "Option", "type", "Map", NULL);
	for (int i = 0; i < properties->n; i++)
		thuso_xml_leaf(xml, "Option", "name", properties->names[i], "type", "QString", "value", properties->values[i], NULL);
	thuso_xml_close(xml);
	for (int i = 0; i < properties->n; i++)
		thuso_xml_leaf(xml, "prop", "k", properties->names[i], "v", properties->values[i], NULL);
	for (int i = 0; i < properties->n; i++)
		g_free(properties->values[i]);
}

static void open_symbol(ThusoXml *xml, const char *name, const char *type)
{
	thuso_xml_open(xml, "symbol", "name", name, "type", type, "alpha", "1", "clip_to_extent", "1", "force_rhr", "0", NULL);
}

static void write_line(ThusoXml *xml, int pass, ThusoColor color, double width_mm, const char *dash)
{
	Properties p = { 0 };
	put_color(&p, "line_color", color);
	put(&p, "line_style", dash != NULL ? dash : "solid");
	put_mm(&p, "line_width", "line_width_unit", width_mm);
	put(&p, "capstyle", dash != NULL ? "flat" : "round");
	put(&p, "joinstyle", "round");
	open_layer(xml, "SimpleLine", pass, &p);
	thuso_xml_close(xml);
}

static void write_marker(const ThusoSymbol *symbol, ThusoXml *xml)
{
	Properties p = { 0 };
	put(&p, "name", symbol->shape);
	put_color(&p, "color", symbol->fill);
	put_mm(&p, "size", "size_unit", symbol->size_mm);
	put(&p, "scale_method", "diameter");
	put_color(&p, "outline_color", symbol->stroke);
	put(&p, "outline_style", symbol->stroke == 0 ? "no" : "solid");
	put_mm(&p, "outline_width", "outline_width_unit", symbol->stroke_mm);
	put(&p, "joinstyle", "round");
	put(&p, "horizontal_anchor_point", "1");
	put(&p, "vertical_anchor_point", "1");
	open_layer(xml, "SimpleMarker", 0, &p);
	thuso_xml_close(xml);
}

static void write_area(const ThusoSymbol *symbol, ThusoXml *xml)
{
	Properties p = { 0 };
	put_color(&p, "color", symbol->fill);
	put(&p, "style", "solid");
	put_color(&p, "outline_color", symbol->fill);
	put(&p, "outline_style", "solid");
	put_mm(&p, "outline_width", "outline_width_unit", 0.05);
	put(&p, "joinstyle", "round");
	open_layer(xml, "SimpleFill", 0, &p);
	thuso_xml_close(xml);
}

static void write_hatch(const ThusoSymbol *symbol, ThusoXml *xml)
{
	Properties p = { 0 };
	put(&p, "angle", HATCH_ANGLE_DEG);
	put_mm(&p, "distance", "distance_unit", symbol->size_mm);
	put_mm(&p, "line_width", "line_width_unit", symbol->stroke_mm);
	put_color(&p, "color", symbol->stroke);
	open_layer(xml, "LinePatternFill", 0, &p);
	open_symbol(xml, "@0@0", "line");
	write_line(xml, 0, symbol->stroke, symbol->stroke_mm, NULL);
	thuso_xml_close(xml);
	thuso_xml_close(xml);
}

static void write_outline(const ThusoSymbol *symbol, ThusoXml *xml)
{
	if (symbol->casing != 0)
		write_line(xml, 0, symbol->casing, symbol->casing_mm, NULL);
	if (symbol->stroke != 0)
		write_line(xml, symbol->casing != 0 ? 1 : 0, symbol->stroke, symbol->stroke_mm, symbol->dash);
}

char *thuso_color_text(ThusoColor color)
{
	return g_strdup_printf("%u,%u,%u,%u", color >> 24, (color >> 16) & 0xff, (color >> 8) & 0xff, color & 0xff);
}

char *thuso_color_hex(ThusoColor color)
{
	return g_strdup_printf("#%06x", color >> 8);
}

void thuso_symbol_write(const ThusoSymbol *symbol, const char *name, ThusoXml *xml)
{
	switch (symbol->kind) {
	case THUSO_SYMBOL_NONE:
		return;
	case THUSO_SYMBOL_MARKER:
		open_symbol(xml, name, "marker");
		write_marker(symbol, xml);
		break;
	case THUSO_SYMBOL_LINE:
		open_symbol(xml, name, "line");
		write_outline(symbol, xml);
		break;
	case THUSO_SYMBOL_FILL:
		open_symbol(xml, name, "fill");
		if (symbol->fill != 0)
			write_area(symbol, xml);
		write_outline(symbol, xml);
		break;
	case THUSO_SYMBOL_HATCH:
		open_symbol(xml, name, "fill");
		write_hatch(symbol, xml);
		write_outline(symbol, xml);
		break;
	}
	thuso_xml_close(xml);
}

static guint mix(ThusoColor a, ThusoColor b, int shift, double t)
{
	double from = (double) ((a >> shift) & 0xff), to = (double) ((b >> shift) & 0xff);
	return (guint) (from + (to - from) * t + 0.5) << shift;
}

ThusoColor thuso_ramp(int i, int n)
{
	int last = (int) G_N_ELEMENTS(ramp) - 1;
	double at = n > 1 ? (double) i / (n - 1) * last : 0;
	int k = MIN((int) at, last - 1);
	double t = at - k;
	return mix(ramp[k], ramp[k + 1], 24, t) | mix(ramp[k], ramp[k + 1], 16, t) | mix(ramp[k], ramp[k + 1], 8, t) | 0xff;
}
