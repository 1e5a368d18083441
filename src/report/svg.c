/* The SVG back end. Colours are presentation attributes, never styles, so that the page's policy can forbid inline styles. Paths are
 * relative and in tenths of a px, which makes a map a third of the size. */
#include "svg.h"

#include <math.h>
#include <string.h>

#define FONT "Arial, Helvetica, 'Liberation Sans', 'Segoe UI', Roboto, sans-serif"

typedef struct {
	Markup *markup;
	const Scene *scene;
	const SvgOptions *options;
	GArray *skip; /* of gboolean, one an open group: was an element opened for it? */
	int hidden;   /* depth inside groups that are left out */
} Writer;

typedef char Number[G_ASCII_DTOSTR_BUF_SIZE];

static const char *number(Number buffer, double value)
{
	return short_number(buffer, value, 1);
}

static const char *color_hex(char buffer[8], SceneColor color)
{
	g_snprintf(buffer, 8, "#%06x", color >> 8);
	return buffer;
}

/* NULL when opaque. */
static const char *opacity(Number buffer, SceneColor color)
{
	guint alpha = color & 0xff;
	return alpha == 0xff || alpha == 0 ? NULL : short_number(buffer, alpha / 255.0, 2);
}

/* --- paths ------------------------------------------------------------------------------------------------------------ */

static void append_tenths(GString *out, gint64 tenths, gboolean separate)
{
	gboolean minus = tenths < 0;
	gint64 size = ABS(tenths);
	if (separate && !minus)
		g_string_append_c(out, ' ');
	if (minus)
		g_string_append_c(out, '-');
	if (size % 10 == 0)
		g_string_append_printf(out, "%" G_GINT64_FORMAT, size / 10);
	else if (size < 10)
		g_string_append_printf(out, ".%d", (int) size);
	else
		g_string_append_printf(out, "%" G_GINT64_FORMAT ".%d", size / 10, (int) (size % 10));
}

static void append_step(GString *out, gint64 dx, gint64 dy, char *letter)
{
	char want = dy == 0 ? 'h' : dx == 0 ? 'v' : 'l';
	gboolean again = want == *letter;
	if (!again)
		g_string_append_c(out, want);
	*letter = want;
	if (want != 'v')
		append_tenths(out, dx, again);
	if (want == 'l')
		append_tenths(out, dy, TRUE);
	if (want == 'v')
		append_tenths(out, dy, again);
}

static gint64 tenths_of(double value)
{
	return (gint64) floor(value * 10 + 0.5);
}

static void append_part(GString *out, const Scene *scene, guint from, guint to, gboolean closed)
{
	const double *xy = (const double *) (gpointer) scene->xy->data;
	gint64 x = tenths_of(xy[2 * from]), y = tenths_of(xy[2 * from + 1]);
	char letter = 0;
	g_string_append_c(out, 'M');
	append_tenths(out, x, FALSE);
	append_tenths(out, y, TRUE);
	for (guint i = from + 1; i < to; i++) {
		gint64 nx = tenths_of(xy[2 * i]), ny = tenths_of(xy[2 * i + 1]);
		if (nx == x && ny == y)
			continue;
		append_step(out, nx - x, ny - y, &letter);
		x = nx;
		y = ny;
	}
	if (closed)
		g_string_append_c(out, 'z');
}

static char *path_data(const Scene *scene, const SceneOp *op)
{
	GString *out = g_string_new(NULL);
	for (guint k = 0; k < op->n_parts; k++) {
		guint from = g_array_index(scene->parts, guint, op->first_part + k);
		guint to = k + 1 < op->n_parts ? g_array_index(scene->parts, guint, op->first_part + k + 1) : op->first + op->n;
		append_part(out, scene, from, to, op->closed);
	}
	return g_string_free(out, FALSE);
}

static void write_path(Writer *w, const SceneOp *op)
{
	char fill[8], stroke[8];
	Number fill_opacity, stroke_opacity, width, dash;
	g_autofree char *data = path_data(w->scene, op);
	if (op->n == 0)
		return;
	const ScenePaint *p = &op->paint;
	markup_leaf(w->markup, FALSE, "path", "d", data, "fill", p->fill ? color_hex(fill, p->fill) : "none", "fill-opacity",
	            opacity(fill_opacity, p->fill), "fill-rule", p->fill && op->n_parts > 1 ? "evenodd" : NULL, "stroke",
	            p->stroke ? color_hex(stroke, p->stroke) : NULL, "stroke-opacity", opacity(stroke_opacity, p->stroke),
	            "stroke-width", p->stroke ? number(width, p->width) : NULL, "stroke-dasharray",
	            p->stroke && p->dash > 0 ? number(dash, p->dash) : NULL, "stroke-linejoin", p->stroke ? "round" : NULL,
	            "vector-effect", p->stroke && w->options->is_live ? "non-scaling-stroke" : NULL, NULL);
}

static void write_circle(Writer *w, const SceneOp *op)
{
	char fill[8], stroke[8];
	Number x, y, r, width, fill_opacity;
	const ScenePaint *p = &op->paint;
	const double *xy = &g_array_index(w->scene->xy, double, 2 * op->first);
	markup_leaf(w->markup, FALSE, "circle", "cx", number(x, xy[0]), "cy", number(y, xy[1]), "r", number(r, op->radius), "fill",
	            p->fill ? color_hex(fill, p->fill) : "none", "fill-opacity", opacity(fill_opacity, p->fill), "stroke",
	            p->stroke ? color_hex(stroke, p->stroke) : NULL, "stroke-width", p->stroke ? number(width, p->width) : NULL,
	            NULL);
}

/* --- texts -------------------------------------------------------------------------------------------------------------- */

static void write_text(Writer *w, const SceneOp *op)
{
	static const char *const anchors[] = { NULL, "middle", "end" };
	const SceneText *t = &op->text;
	char fill[8], halo[8];
	Number x, y, size, width;
	markup_open(w->markup, "text", "x", number(x, t->x), "y", number(y, t->y), "font-size", number(size, t->size), "font-weight",
	            t->bold ? "bold" : NULL, "text-anchor", anchors[t->anchor], "fill", color_hex(fill, t->color), "stroke",
	            t->halo ? color_hex(halo, t->halo) : NULL, "stroke-width", t->halo ? number(width, t->size / 4) : NULL,
	            "stroke-linejoin", t->halo ? "round" : NULL, "paint-order", t->halo ? "stroke" : NULL, NULL);
	markup_content(w->markup, op->string);
	markup_close(w->markup);
}

/* --- groups ------------------------------------------------------------------------------------------------------------- */

static void open_view(Writer *w, const SceneGroup *g)
{
	Number x, y, width, height, metres;
	g_autofree char *box = g_strdup_printf("0 0 %s %s", number(width, g->width), number(height, g->height));
	markup_open(w->markup, "svg", "class", w->options->is_live ? "view" : NULL, "x", number(x, g->x), "y", number(y, g->y),
	            "width", number(width, g->width), "height", number(height, g->height), "viewBox", box, "data-metres",
	            w->options->is_live && g->metres_per_px > 0 ? short_number(metres, g->metres_per_px, 3) : NULL, NULL);
}

static void open_pin(Writer *w, const SceneGroup *g)
{
	Number x, y;
	gboolean live = w->options->is_live && g->detail;
	g_autofree char *shift = g_strdup_printf("translate(%s %s)", number(x, g->x), number(y, g->y));
	g_autofree char *kind = w->options->is_live ? g_strconcat("pin ", g->name, NULL) : NULL;
	markup_open(w->markup, "g", "transform", shift, "class", kind, "data-x", w->options->is_live ? x : NULL, "data-y",
	            w->options->is_live ? y : NULL, "data-detail", live ? g->detail : NULL, "tabindex", live ? "0" : NULL, "role",
	            live ? "button" : NULL, "aria-label", live ? g->title : NULL, NULL);
}

static void open_group(Writer *w, const SceneGroup *g)
{
	gboolean leave_out = w->hidden > 0 || (g->is_hidden && !w->options->is_live);
	g_array_append_val(w->skip, leave_out);
	w->hidden += leave_out;
	if (leave_out)
		return;
	if (g->is_view)
		open_view(w, g);
	else if (g->is_pin)
		open_pin(w, g);
	else
		markup_open(w->markup, "g", "data-layer", w->options->is_live ? g->name : NULL, "display", g->is_hidden ? "none" : NULL,
		            NULL);
	if (g->title && !g->is_view)
		markup_text(w->markup, "title", g->title);
}

static void close_group(Writer *w)
{
	gboolean left_out = g_array_index(w->skip, gboolean, w->skip->len - 1);
	g_array_set_size(w->skip, w->skip->len - 1);
	w->hidden -= left_out;
	if (!left_out)
		markup_close(w->markup);
}

static void write_op(Writer *w, const SceneOp *op)
{
	if (op->kind == SCENE_OP_OPEN)
		open_group(w, &op->group);
	else if (op->kind == SCENE_OP_CLOSE)
		close_group(w);
	else if (w->hidden > 0)
		return;
	else if (op->kind == SCENE_OP_PATH)
		write_path(w, op);
	else if (op->kind == SCENE_OP_CIRCLE)
		write_circle(w, op);
	else
		write_text(w, op);
}

static void open_picture(Writer *w)
{
	const SvgOptions *o = w->options;
	Number width, height;
	number(width, w->scene->width);
	number(height, w->scene->height);
	g_autofree char *box = g_strdup_printf("0 0 %s %s", width, height);
	g_autofree char *title_id = o->id ? g_strconcat(o->id, "-title", NULL) : NULL;
	g_autofree char *text_id = o->id && o->detail ? g_strconcat(o->id, "-text", NULL) : NULL;
	g_autofree char *label = text_id ? g_strconcat(title_id, " ", text_id, NULL) : g_strdup(title_id);
	markup_open(w->markup, "svg", "xmlns", o->is_file ? "http://www.w3.org/2000/svg" : NULL, "id", o->id, "class",
	            o->is_live ? "live" : NULL, "viewBox", box, "width", width, "height", height, "role",
	            o->is_live ? "group" : "img", "aria-labelledby", label, "font-family", FONT, NULL);
	markup_open(w->markup, "title", "id", title_id, NULL);
	markup_content(w->markup, o->title);
	markup_close(w->markup);
	if (!o->detail)
		return;
	markup_open(w->markup, "desc", "id", text_id, NULL);
	markup_content(w->markup, o->detail);
	markup_close(w->markup);
}

void svg_write(Markup *markup, const Scene *scene, const SvgOptions *options)
{
	Writer w = { markup, scene, options, g_array_new(FALSE, FALSE, sizeof(gboolean)), 0 };
	g_return_if_fail(scene->open->len == 0);
	open_picture(&w);
	for (guint i = 0; i < scene->ops->len; i++)
		write_op(&w, &g_array_index(scene->ops, SceneOp, i));
	markup_close(markup);
	g_array_unref(w.skip);
}
