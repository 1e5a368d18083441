/* The look of a layer as data (symbols, rules, labels), and its writing as QGIS understands it. */
#ifndef THUSO_OUT_LOOK_H
#define THUSO_OUT_LOOK_H

#include "xml.h"

#include <thuso/table.h>

typedef guint32 ThusoColor; /* 0xRRGGBBAA; 0 = nothing is drawn */

typedef enum { THUSO_SYMBOL_NONE, THUSO_SYMBOL_MARKER, THUSO_SYMBOL_LINE, THUSO_SYMBOL_FILL, THUSO_SYMBOL_HATCH } ThusoSymbolKind;

typedef struct {
	ThusoSymbolKind kind;
	const char *shape; /* markers: "circle", "star", ... as QGIS names them */
	double size_mm;    /* markers; hatch: distance of the lines */
	ThusoColor fill;
	ThusoColor stroke;
	double stroke_mm;
	const char *dash;  /* of lines and outlines: NULL = solid, "dash", "dot" */
	ThusoColor casing; /* a wider line under the stroke, so that it reads on light and on dark ground */
	double casing_mm;
} ThusoSymbol;

typedef enum {
	THUSO_LABEL_AROUND, /* beside a point */
	THUSO_LABEL_ON,     /* on a point's marker: always drawn, without a buffer */
	THUSO_LABEL_INSIDE  /* in a polygon */
} ThusoLabelPlace;

typedef struct {
	const char *expression;
	const char *filter; /* NULL = every feature drawn */
	double size_pt;
	ThusoColor color;
	gboolean bold, italic, capitals;
	ThusoLabelPlace place;
	double hidden_beyond; /* scale denominator; 0 = always shown */
	int priority;         /* 0 least .. 10 */
} ThusoLabel;

typedef struct ThusoLook ThusoLook;

ThusoLook *thuso_look_new(void);
void thuso_look_free(ThusoLook *look);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThusoLook, thuso_look_free)

/* Rules are tried in order; a rule of greater depth is a child of the last one of smaller depth. `symbol` NULL makes a heading.
 * filter NULL = all features. Strings are copied (those of symbols must be constants). */
void thuso_look_add_rule(ThusoLook *look, int depth, const char *filter, const char *label, const ThusoSymbol *symbol);
/* Of the rule added last. */
void thuso_look_uncheck(ThusoLook *look);
void thuso_look_hide_beyond(ThusoLook *look, double scale);
void thuso_look_add_label(ThusoLook *look, const ThusoLabel *label);
/* Features are drawn in the order of an expression, so that the most important one comes last and lies on top. */
void thuso_look_set_order(ThusoLook *look, const char *expression, gboolean ascending);
void thuso_look_set_opacity(ThusoLook *look, double opacity);
void thuso_look_set_hidden_beyond(ThusoLook *look, double scale);  /* the whole layer */
void thuso_look_set_name(ThusoLook *look, const char *expression); /* how QGIS calls one feature */

/* What stands as attributes on the layer's root element. */
double thuso_look_hidden_beyond(const ThusoLook *look);
gboolean thuso_look_has_labels(const ThusoLook *look);
/* Renderer, labels, opacity, display name: children of <qgis> in a style and of <maplayer> in a project alike. */
void thuso_look_write(const ThusoLook *look, ThusoXml *xml);

#endif
