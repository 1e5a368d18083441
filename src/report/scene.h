/* The display list: what a map or a chart is made of, before anybody knows whether it becomes SVG in a page or ink in a PDF.
 *
 * Lengths are in px (1/96 inch), y grows downward. Every picture of a report is a scene, drawn once and rendered by svg.c and by
 * cairo.c, so that the page and the PDF cannot disagree. */
#ifndef REPORT_SCENE_H
#define REPORT_SCENE_H

#include <glib.h>

typedef guint32 SceneColor; /* 0xRRGGBBAA; 0 = nothing is drawn */

typedef struct {
	SceneColor fill, stroke;
	double width; /* of the stroke, px */
	double dash;  /* length of dash and gap, px; 0 = solid */
} ScenePaint;

typedef enum { SCENE_START, SCENE_MIDDLE, SCENE_END } SceneAnchor;

typedef struct {
	double x, y; /* of the baseline */
	double size; /* px */
	SceneAnchor anchor;
	gboolean bold;
	SceneColor color, halo; /* halo: drawn behind the letters, so that they read on any ground */
} SceneText;

typedef enum { SCENE_OP_OPEN, SCENE_OP_CLOSE, SCENE_OP_PATH, SCENE_OP_CIRCLE, SCENE_OP_TEXT } SceneOpKind;

/* What a group is, for the back ends that can use it. All may be 0. */
typedef struct {
	const char *name;     /* what it is to a program: "bands-now", "site"; letters, digits, - */
	const char *title;    /* shown on hover, read aloud */
	const char *detail;   /* of a site: why; shown by the live map */
	gboolean is_view;     /* a window: what lies outside is cut off, and its inside starts at 0, 0 */
	gboolean is_pin;      /* keeps its size when the live map zooms: its inside is relative to x, y */
	gboolean is_hidden;   /* left out but where a reader can switch it on */
	double x, y;          /* of a view or a pin */
	double width, height; /* of a view */
	double metres_per_px; /* of a view that is a map; 0 = none */
} SceneGroup;

typedef struct {
	SceneOpKind kind;
	SceneGroup group;
	ScenePaint paint;
	SceneText text;
	const char *string;
	gboolean closed;
	guint first, n;            /* points: pairs of the scene's `xy`, from pair `first` on */
	guint first_part, n_parts; /* starts of the path's parts, in `parts` */
	double radius;
} SceneOp;

typedef struct {
	double width, height;
	GArray *ops;   /* of SceneOp */
	GArray *xy;    /* of double, two a point */
	GArray *parts; /* of guint: first point of each part */
	GStringChunk *strings;
	GPtrArray *open; /* indices of open groups, for the check that all are closed */
} Scene;

Scene *scene_new(double width, double height);
void scene_free(Scene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

void scene_open(Scene *scene, const SceneGroup *group);
void scene_close(Scene *scene);
/* A path: begin, then move and line. Filled even-odd, so that holes are just more rings. */
void scene_path(Scene *scene, const ScenePaint *paint, gboolean closed);
void scene_move(Scene *scene, double x, double y);
void scene_line(Scene *scene, double x, double y);
void scene_rect(Scene *scene, const ScenePaint *paint, double x, double y, double width, double height);
void scene_segment(Scene *scene, const ScenePaint *paint, double x0, double y0, double x1, double y1);
void scene_circle(Scene *scene, const ScenePaint *paint, double x, double y, double radius);
void scene_text(Scene *scene, const SceneText *text, const char *string);
void scene_texts(Scene *scene, const SceneText *text, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* width.c: the width of a text in px, of the widest of the usual sans-serif fonts, the same on every machine. */
double scene_text_width(const char *string, double size, gboolean bold);
/* `string` cut to `width` px with an ellipsis where it is longer; caller frees. */
char *scene_text_fit(const char *string, double width, double size, gboolean bold);
/* Lines of at most `width` px, broken at blanks (a word that is longer is cut); NULL-terminated, caller frees with g_strfreev. */
char **scene_text_wrap(const char *string, double width, double size, gboolean bold, int most_lines);

#endif
