/* Pages of a map: title, map, legend, scale bar, north arrow, date, and what the map is and is not. Written by hand, as small as QGIS 3.22
 * accepts it. Lengths on paper are in mm, letters in points. */
#include "print-layout.h"

#include <math.h>
#include <string.h>

#define MARGIN      10.0
#define HEAD        20.0 /* title and subtitle */
#define FOOT        12.0
#define GAP         4.0
#define VIEW_MARGIN 0.03         /* of the view, left free on each side */
#define FONT        "Sans Serif" /* Qt's own name for whatever the machine has */

/* QGIS's numbers for kinds of items. */
enum {
	ITEM_PAGE = 65638,
	ITEM_MAP = 65639,
	ITEM_PICTURE = 65640,
	ITEM_LABEL = 65641,
	ITEM_LEGEND = 65642,
	ITEM_SCALE_BAR = 65646
};

typedef struct {
	const char *name;
	double width, height, side; /* `side` = of the column with the legend */
	double title, text, small;  /* sizes of letters */
} Paper;

static const Paper papers[] = {
	{ "Map A3 landscape", 420, 297, 96, 26, 12, 10 },
	{ "Map A4 landscape", 297, 210, 72, 18, 9, 7.5 },
};

typedef struct {
	double x, y, width, height;
} Box;

typedef struct {
	const ThusoResult *result;
	const Paper *paper;
	ThusoXml *xml;
	int number; /* of the paper: ids differ from layout to layout */
	int n_items;
	char *map_id;
	Box map;
	double view[4];
} Sheet;

/* --- items ------------------------------------------------------------------------------------------------------------- */

static void add_real(ThusoXml *xml, const char *name, double value)
{
	g_autofree char *text = thuso_xml_real(value);
	thuso_xml_add(xml, name, text);
}

static char *pair_mm(double a, double b)
{
	g_autofree char *x = thuso_xml_real(a), *y = thuso_xml_real(b);
	return g_strdup_printf("%s,%s,mm", x, y);
}

static char *item_id(const Sheet *sheet, int item)
{
	return g_strdup_printf("{7b0c1a52-0000-4000-8000-%06d%06d}", sheet->number, item);
}

/* What all items have; what is the kind's own follows with thuso_xml_add. */
static void open_item(Sheet *sheet, int kind, Box box, gboolean frame)
{
	g_autofree char *type = g_strdup_printf("%d", kind), *id = item_id(sheet, sheet->n_items),
	                *z = g_strdup_printf("%d", sheet->n_items), *at = pair_mm(box.x, box.y),
	                *size = pair_mm(box.width, box.height);
	sheet->n_items++;
	thuso_xml_open(sheet->xml, "LayoutItem", "type", type, "uuid", id, "templateUuid", id, "zValue", z, "position", at,
	               "positionOnPage", at, "size", size, "referencePoint", "0", "visibility", "1", "opacity", "1", "frame",
	               frame ? "true" : "false", "background", kind == ITEM_MAP || kind == ITEM_PAGE ? "true" : "false",
	               "outlineWidthM", "0.2,mm", "frameJoinStyle", "miter", "itemRotation", "0", "blendMode", "0",
	               "excludeFromExports", "0", "positionLock", "false", NULL);
}

static void close_item(Sheet *sheet)
{
	thuso_xml_leaf(sheet->xml, "FrameColor", "red", "80", "green", "80", "blue", "80", "alpha", "255", NULL);
	thuso_xml_leaf(sheet->xml, "BackgroundColor", "red", "255", "green", "255", "blue", "255", "alpha", "255", NULL);
	thuso_xml_close(sheet->xml);
}

static void write_font(ThusoXml *xml, const char *element, double points, gboolean bold)
{
	g_autofree char *size = thuso_xml_real(points);
	g_autofree char *font = g_strdup_printf(FONT ",%s,-1,5,%d,0,0,0,0,0", size, bold ? 75 : 50);
	thuso_xml_leaf(xml, element, "description", font, "style", "", NULL);
}

static void write_label(Sheet *sheet, Box box, const char *text, double points, gboolean bold)
{
	open_item(sheet, ITEM_LABEL, box, FALSE);
	thuso_xml_add(sheet->xml, "labelText", text);
	thuso_xml_add(sheet->xml, "htmlState", "0");
	thuso_xml_add(sheet->xml, "halign", "1");
	thuso_xml_add(sheet->xml, "valign", "32");
	thuso_xml_add(sheet->xml, "marginX", "0");
	thuso_xml_add(sheet->xml, "marginY", "0");
	write_font(sheet->xml, "LabelFont", points, bold);
	thuso_xml_leaf(sheet->xml, "FontColor", "red", "30", "green", "30", "blue", "30", "alpha", "255", NULL);
	close_item(sheet);
}

/* QGIS works out what stands between [% and %]: a study's name must not be a program. */
static char *plain_text(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", "[%", -1);
	return g_strjoinv("[ %", parts);
}

/* --- map ---------------------------------------------------------------------------------------------------------------------- */

/* The study area in the middle, the view in the shape of the item: QGIS would widen it in its own way. */
static void find_view(Sheet *sheet)
{
	const double *e = sheet->result->extent;
	double width = (e[2] - e[0]) * (1 + 2 * VIEW_MARGIN), height = (e[3] - e[1]) * (1 + 2 * VIEW_MARGIN);
	double shape = sheet->map.width / sheet->map.height, x = (e[0] + e[2]) / 2, y = (e[1] + e[3]) / 2;
	width = MAX(width, height * shape);
	height = width / shape;
	const double view[4] = { x - width / 2, y - height / 2, x + width / 2, y + height / 2 };
	memcpy(sheet->view, view, sizeof view);
}

static void write_map(Sheet *sheet)
{
	static const char *const names[4] = { "xmin", "ymin", "xmax", "ymax" };
	sheet->map_id = item_id(sheet, sheet->n_items);
	open_item(sheet, ITEM_MAP, sheet->map, TRUE);
	thuso_xml_add(sheet->xml, "followPreset", "false");
	thuso_xml_add(sheet->xml, "keepLayerSet", "false");
	thuso_xml_add(sheet->xml, "drawCanvasItems", "true");
	thuso_xml_add(sheet->xml, "mapRotation", "0");
	thuso_xml_add(sheet->xml, "labelMargin", "0,mm");
	thuso_xml_open(sheet->xml, "Extent", NULL);
	for (int i = 0; i < 4; i++)
		add_real(sheet->xml, names[i], sheet->view[i]);
	thuso_xml_close(sheet->xml);
	close_item(sheet);
}

static void write_legend(Sheet *sheet, Box box, const ThusoLegendEntry *shown, guint n_shown)
{
	static const struct {
		const char *name, *above;
		gboolean bold, is_small;
	} styles[] = {
		{ "title", "0", TRUE, FALSE },    { "group", "3", TRUE, FALSE },         { "subgroup", "3", TRUE, TRUE },
		{ "symbol", "1.2", FALSE, TRUE }, { "symbolLabel", "1.2", FALSE, TRUE },
	};
	ThusoXml *xml = sheet->xml;
	open_item(sheet, ITEM_LEGEND, box, FALSE);
	thuso_xml_add(xml, "title", "Legend");
	thuso_xml_add(xml, "map_uuid", sheet->map_id);
	thuso_xml_add(xml, "legendFilterByMap", "1");
	thuso_xml_add(xml, "resizeToContents", "1");
	thuso_xml_add(xml, "columnCount", "1");
	thuso_xml_add(xml, "boxSpace", "0");
	thuso_xml_add(xml, "columnSpace", "2");
	add_real(xml, "symbolWidth", sheet->paper->small * 0.7);
	add_real(xml, "symbolHeight", sheet->paper->small * 0.4);
	thuso_xml_add(xml, "titleAlignment", "1");
	thuso_xml_add(xml, "symbolAlignment", "1");
	thuso_xml_add(xml, "lineSpacing", "0.8");
	thuso_xml_add(xml, "wrapChar", "|");
	thuso_xml_add(xml, "fontColor", "#1e1e1e");
	thuso_xml_open(xml, "styles", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(styles); i++) {
		thuso_xml_open(xml, "style", "name", styles[i].name, "marginTop", styles[i].above, "marginBottom",
		               strcmp(styles[i].name, "title") == 0 ? "2" : "0", "marginLeft",
		               strcmp(styles[i].name, "symbolLabel") == 0 ? "2" : "0", "alignment", "1", "indent", "0", NULL);
		write_font(xml, "styleFont", styles[i].is_small ? sheet->paper->small : sheet->paper->text, styles[i].bold);
		thuso_xml_close(xml);
	}
	thuso_xml_close(xml);
	thuso_xml_open(xml, "layer-tree-group", NULL);
	for (guint i = 0; i < n_shown; i++)
		thuso_xml_leaf(xml, "layer-tree-layer", "id", shown[i].id, "name", shown[i].name, "checked", "Qt::Checked", "expanded",
		               "1", NULL);
	thuso_xml_close(xml);
	close_item(sheet);
}

/* --- scale and north ------------------------------------------------------------------------------------------------------- */

/* The largest of 1, 2, 5, 10, ... that is not above. */
static double round_down(double value)
{
	double power = pow(10, floor(log10(value)));
	return value >= 5 * power ? 5 * power : value >= 2 * power ? 2 * power : power;
}

static void write_scale_bar(Sheet *sheet, Box box)
{
	const ThusoCrs *crs = sheet->result->grid->crs;
	double m_per_mm = (sheet->view[2] - sheet->view[0]) / sheet->map.width;
	gboolean is_short = m_per_mm * box.width < 4000;
	double unit = is_short ? 1 : 1000, segment = round_down(m_per_mm * box.width * 0.42 / unit);
	if (thuso_crs_is_geographic(crs)) /* degrees are no lengths */
		return;
	open_item(sheet, ITEM_SCALE_BAR, box, FALSE);
	thuso_xml_add(sheet->xml, "mapUuid", sheet->map_id);
	thuso_xml_add(sheet->xml, "style", "Single Box");
	thuso_xml_add(sheet->xml, "unitType", is_short ? "meters" : "km");
	thuso_xml_add(sheet->xml, "unitLabel", is_short ? "m" : "km");
	thuso_xml_add(sheet->xml, "numMapUnitsPerScaleBarUnit", "1");
	add_real(sheet->xml, "numUnitsPerSegment", segment);
	add_real(sheet->xml, "segmentMillimeters", segment * unit / m_per_mm);
	static const char *const rest[][2] = { { "segmentSizeMode", "0" },        { "numSegments", "2" },
		                                   { "numSegmentsLeft", "0" },        { "height", "2" },
		                                   { "labelBarSpace", "1.5" },        { "boxContentSpace", "0" },
		                                   { "minBarWidth", "20" },           { "maxBarWidth", "150" },
		                                   { "outlineWidth", "0.2" },         { "alignment", "0" },
		                                   { "labelVerticalPlacement", "0" }, { "labelHorizontalPlacement", "0" },
		                                   { "numSubdivisions", "1" },        { "subdivisionsHeight", "1" } };
	for (gsize i = 0; i < G_N_ELEMENTS(rest); i++)
		thuso_xml_add(sheet->xml, rest[i][0], rest[i][1]);
	write_font(sheet->xml, "scaleBarFont", sheet->paper->small, FALSE);
	thuso_xml_leaf(sheet->xml, "fillColor", "red", "30", "green", "30", "blue", "30", "alpha", "255", NULL);
	thuso_xml_leaf(sheet->xml, "fillColor2", "red", "255", "green", "255", "blue", "255", "alpha", "255", NULL);
	close_item(sheet);
}

/* An arrow of QGIS's own collection; it turns with the map. */
static void write_north(Sheet *sheet, Box box)
{
	open_item(sheet, ITEM_PICTURE, box, FALSE);
	static const char *const values[][2] = { { "file", "arrows/NorthArrow_02.svg" },
		                                     { "mode", "2" },
		                                     { "anchorPoint", "0" },
		                                     { "svgFillColor", "30,30,30,255" },
		                                     { "resizeMode", "0" },
		                                     { "svgBorderColor", "30,30,30,255" },
		                                     { "svgBorderWidth", "0.2" },
		                                     { "northMode", "0" },
		                                     { "northOffset", "0" },
		                                     { "pictureRotation", "0" } };
	for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
		thuso_xml_add(sheet->xml, values[i][0], values[i][1]);
	thuso_xml_add(sheet->xml, "mapUuid", sheet->map_id);
	close_item(sheet);
}

/* --- a sheet ------------------------------------------------------------------------------------------------------------------- */

static void write_words(Sheet *sheet)
{
	const Paper *paper = sheet->paper;
	double width = paper->width - 2 * MARGIN;
	g_autofree char *title = plain_text(sheet->result->title);
	g_autofree char *date = sheet->result->date != NULL ? g_strdup_printf("State of %s. ", sheet->result->date) : g_strdup("");
	g_autofree char *subtitle = g_strdup_printf(
	    "Travel to service centres now, ranked sites and the plan. %sPrinted [%% format_date(now(), 'yyyy-MM-dd') %%].", date);
	g_autofree char *foot = g_strdup_printf("Indicative; policy may override. Computed by thuso %s over the layers that the "
	                                        "table `run` of the result names; travel is "
	                                        "computed, not measured. Coordinates: %s.",
	                                        THUSO_VERSION, thuso_crs_name(sheet->result->grid->crs));
	g_autofree char *plain_foot = plain_text(foot);
	write_label(sheet, (Box){ MARGIN, MARGIN - 2, width, HEAD * 0.58 }, title, paper->title, TRUE);
	write_label(sheet, (Box){ MARGIN, MARGIN - 2 + HEAD * 0.58, width, HEAD * 0.36 }, subtitle, paper->text, FALSE);
	write_label(sheet, (Box){ MARGIN, paper->height - MARGIN - FOOT + GAP, width, FOOT - GAP }, plain_foot, paper->small, FALSE);
}

static void write_items(Sheet *sheet, const ThusoLegendEntry *shown, guint n_shown)
{
	const Paper *paper = sheet->paper;
	double side = paper->width - MARGIN - paper->side + GAP, wide = paper->side - GAP, bottom = sheet->map.y + sheet->map.height;
	write_map(sheet);
	write_legend(sheet, (Box){ side, sheet->map.y, wide, sheet->map.height - 40 }, shown, n_shown);
	write_north(sheet, (Box){ side + wide - 14, bottom - 32, 14, 16 });
	write_scale_bar(sheet, (Box){ side, bottom - 12, wide - 6, 12 });
	write_words(sheet);
}

static void write_sheet(const ThusoResult *result, int number, const ThusoLegendEntry *shown, guint n_shown, ThusoXml *xml)
{
	const Paper *paper = &papers[number];
	Sheet sheet = { .result = result, .paper = paper, .xml = xml, .number = number };
	sheet.map = (Box){ MARGIN, MARGIN + HEAD, paper->width - 2 * MARGIN - paper->side, paper->height - 2 * MARGIN - HEAD - FOOT };
	find_view(&sheet);
	thuso_xml_open(xml, "Layout", "name", paper->name, "units", "mm", "printResolution", "300", "worldFileMap", "", NULL);
	thuso_xml_open(xml, "PageCollection", NULL);
	open_item(&sheet, ITEM_PAGE, (Box){ 0, 0, paper->width, paper->height }, FALSE);
	close_item(&sheet);
	thuso_xml_close(xml);
	write_items(&sheet, shown, n_shown);
	thuso_xml_close(xml);
	g_free(sheet.map_id);
}

void thuso_print_layouts(const ThusoResult *result, const ThusoLegendEntry *shown, guint n_shown, ThusoXml *xml)
{
	thuso_xml_open(xml, "Layouts", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(papers); i++)
		write_sheet(result, (int) i, shown, n_shown, xml);
	thuso_xml_close(xml);
}
