/* The registry of layer styles: one descriptor a table name (and geometry), generic ones for tables the registry does not know. */
#ifndef THUSO_OUT_STYLE_H
#define THUSO_OUT_STYLE_H

#include "look.h"

typedef enum { THUSO_GROUP_SITES, THUSO_GROUP_ACCESS, THUSO_GROUP_AREAS, THUSO_GROUP_TABLES, THUSO_N_GROUPS } ThusoGroup;

/* One part of a layer that holds several states side by side, of which a map may show only one at a time. */
typedef struct {
	char *title;      /* "now, taxi" */
	char *expression; /* QGIS: "state" = 'now' AND "trip" = 'taxi' */
	char *sql;        /* the same for OGR, as a layer's subset */
} ThusoPart;

typedef struct ThusoStyle ThusoStyle;

/* A table on its way into the result. */
typedef struct {
	ThusoTable table; /* shallow copy: geometry type and CRS settled; nothing in it is owned but `crs` */
	const ThusoStyle *style;
	int place;               /* of the style in the registry */
	guint families;          /* bit 1 << THUSO_POINT etc. for each kind of geometry that the rows have */
	int level;               /* 0, 1, ... among the area levels */
	double cell_m;           /* of the result's grid */
	GPtrArray *parts;        /* of ThusoPart; empty where nothing is split */
	const GPtrArray *tables; /* all of the result, for what a layer's labels owe to another */
} ThusoLayer;

struct ThusoStyle {
	const char *table;          /* NULL: any table of that geometry */
	ThusoGeometryType geometry; /* of the table; a mixed one is drawn as points */
	const char *name;           /* as QGIS lists the style; at most 30 bytes */
	ThusoGroup group;
	gboolean shown;       /* ticked in the project */
	const char *split[3]; /* columns whose values make parts, NULL-terminated */
	/* Adds the rules of one part, from `depth` on. */
	void (*draw)(ThusoLook *look, const ThusoLayer *layer, int depth);
	void (*label)(ThusoLook *look, const ThusoLayer *layer); /* or NULL */
};

/* In the order of drawing: the first lies on top of those of the same geometry. NULL-terminated. */
extern const ThusoStyle *const thuso_styles[];
/* Index of the style for a table of that name and geometry. */
int thuso_style_find(const char *table, ThusoGeometryType geometry);

/* Each stands at the end of its own part of style-sites.c or style-areas.c. */
extern const ThusoStyle thuso_style_ranked_sites, thuso_style_planned_sites, thuso_style_centres, thuso_style_clusters;
extern const ThusoStyle thuso_style_excluded_sites, thuso_style_issues_point, thuso_style_issues_line, thuso_style_issues_polygon;
extern const ThusoStyle thuso_style_stops, thuso_style_zones;
extern const ThusoStyle thuso_style_residual, thuso_style_catchments, thuso_style_buffers, thuso_style_bands, thuso_style_cells,
    thuso_style_cell_points;
extern const ThusoStyle thuso_style_municipalities, thuso_style_level, thuso_style_points, thuso_style_lines, thuso_style_table;

/* What styles share. */
gboolean thuso_layer_has(const ThusoLayer *layer, const char *column);
/* The first of the columns that the layer has, quoted for an expression, or NULL; caller frees. */
char *thuso_layer_first(const ThusoLayer *layer, const char *const *columns);
/* A label of the layer's title column, if it has one. */
void thuso_layer_label(ThusoLook *look, const ThusoLayer *layer, const ThusoLabel *form);
gboolean thuso_layer_has_family(const ThusoLayer *layer, ThusoGeometryType family);
/* `filter` (or NULL) and, where the layer mixes geometries, only this kind of them; caller frees. */
char *thuso_layer_family_filter(const ThusoLayer *layer, ThusoGeometryType family, const char *filter);
/* The layer's rows of one kind of geometry as a layer of that kind; shares everything with `layer`. */
ThusoLayer thuso_layer_family(const ThusoLayer *layer, ThusoGeometryType family);
/* Distinct texts of a TEXT column in the order of first appearance (NULLs left out). */
GPtrArray *thuso_layer_values(const ThusoLayer *layer, const char *column);
/* A text for a QGIS expression, in quotes; caller frees. */
char *thuso_expression_text(const char *text);
/* QGIS expression "column" = 'value'; caller frees. */
char *thuso_expression_equals(const char *column, const char *value);
/* The columns that usually name a feature. */
extern const char *const thuso_title_columns[];
/* How many steps of the ramp the travel bands take. */
int thuso_style_count_bands(const ThusoLayer *layer);
/* The whole look: parts as rules of which only the first is ticked. */
ThusoLook *thuso_layer_look(const ThusoLayer *layer);
/* The look of one part alone, for a layer that is already limited to it (or of an unsplit layer). */
ThusoLook *thuso_layer_part_look(const ThusoLayer *layer);

#endif
