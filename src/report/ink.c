/* The Cairo back end. It draws the same list as svg.c; text is set by Pango in the sans-serif font that the machine has. */
#include "ink.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>
#include <thuso/base.h>

#define FONTS       "Arial, Liberation Sans, DejaVu Sans, Sans"
#define PT_PER_PX   0.75
#define MOST_PIXELS 20000 /* Cairo's images end at 32,767 */

typedef struct {
	cairo_t *cairo;
	const Scene *scene;
	GArray *skip;
	int hidden;
} Ink;

static void set_color(cairo_t *cairo, SceneColor color)
{
	cairo_set_source_rgba(cairo, (color >> 24) / 255.0, ((color >> 16) & 0xff) / 255.0, ((color >> 8) & 0xff) / 255.0,
	                      (color & 0xff) / 255.0);
}

/* The current path filled and stroked, and gone. */
static void paint_path(cairo_t *cairo, const ScenePaint *paint)
{
	if (paint->fill) {
		set_color(cairo, paint->fill);
		cairo_set_fill_rule(cairo, CAIRO_FILL_RULE_EVEN_ODD);
		cairo_fill_preserve(cairo);
	}
	if (paint->stroke) {
		set_color(cairo, paint->stroke);
		cairo_set_line_width(cairo, paint->width);
		cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
		cairo_set_dash(cairo, &paint->dash, paint->dash > 0 ? 1 : 0, 0);
		cairo_stroke_preserve(cairo);
	}
	cairo_new_path(cairo);
}

static void draw_path(Ink *ink, const SceneOp *op)
{
	const double *xy = (const double *) (gpointer) ink->scene->xy->data;
	for (guint k = 0; k < op->n_parts; k++) {
		guint from = g_array_index(ink->scene->parts, guint, op->first_part + k);
		guint to = k + 1 < op->n_parts ? g_array_index(ink->scene->parts, guint, op->first_part + k + 1) : op->first + op->n;
		cairo_move_to(ink->cairo, xy[2 * from], xy[2 * from + 1]);
		for (guint i = from + 1; i < to; i++)
			cairo_line_to(ink->cairo, xy[2 * i], xy[2 * i + 1]);
		if (op->closed)
			cairo_close_path(ink->cairo);
	}
	paint_path(ink->cairo, &op->paint);
}

static void draw_circle(Ink *ink, const SceneOp *op)
{
	const double *xy = &g_array_index(ink->scene->xy, double, 2 * op->first);
	cairo_new_sub_path(ink->cairo);
	cairo_arc(ink->cairo, xy[0], xy[1], op->radius, 0, 2 * G_PI);
	paint_path(ink->cairo, &op->paint);
}

/* --- text ------------------------------------------------------------------------------------------------------------- */

static PangoLayout *layout_new(cairo_t *cairo, const SceneText *text, const char *string)
{
	PangoLayout *layout = pango_cairo_create_layout(cairo);
	PangoFontDescription *font = pango_font_description_from_string(FONTS);
	pango_font_description_set_absolute_size(font, text->size * PANGO_SCALE);
	pango_font_description_set_weight(font, text->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
	cairo_font_options_destroy(options);
	g_autofree char *valid = g_utf8_make_valid(string, -1);
	pango_layout_set_single_paragraph_mode(layout, TRUE);
	pango_layout_set_text(layout, valid, -1);
	return layout;
}

static void draw_halo(cairo_t *cairo, PangoLayout *layout, const SceneText *text)
{
	pango_cairo_layout_path(cairo, layout);
	set_color(cairo, text->halo);
	cairo_set_line_width(cairo, text->size / 4);
	cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(cairo, NULL, 0, 0);
	cairo_stroke(cairo);
}

void ink_text(cairo_t *cairo, const SceneText *text, const char *string, double width)
{
	PangoLayout *layout = layout_new(cairo, text, string);
	PangoRectangle box;
	pango_layout_get_extents(layout, NULL, &box);
	double natural = (double) box.width / PANGO_SCALE, base = (double) pango_layout_get_baseline(layout) / PANGO_SCALE;
	double shrink = width > 0 && natural > width ? width / natural : 1;
	double used = natural * shrink;
	double left = text->anchor == SCENE_MIDDLE ? used / 2 : text->anchor == SCENE_END ? used : 0;
	cairo_save(cairo);
	cairo_translate(cairo, text->x - left, text->y - base);
	cairo_scale(cairo, shrink, 1);
	cairo_move_to(cairo, 0, 0);
	if (text->halo) {
		draw_halo(cairo, layout, text);
		cairo_move_to(cairo, 0, 0);
	}
	set_color(cairo, text->color);
	pango_cairo_show_layout(cairo, layout);
	cairo_restore(cairo);
	cairo_new_path(cairo);
	g_object_unref(layout);
}

/* --- the list --------------------------------------------------------------------------------------------------------- */

static void open_group(Ink *ink, const SceneGroup *group)
{
	gboolean leave_out = ink->hidden > 0 || group->is_hidden;
	g_array_append_val(ink->skip, leave_out);
	ink->hidden += leave_out;
	cairo_save(ink->cairo);
	if (group->is_view || group->is_pin)
		cairo_translate(ink->cairo, group->x, group->y);
	if (group->is_view) {
		cairo_rectangle(ink->cairo, 0, 0, group->width, group->height);
		cairo_clip(ink->cairo);
	}
}

static void close_group(Ink *ink)
{
	ink->hidden -= g_array_index(ink->skip, gboolean, ink->skip->len - 1);
	g_array_set_size(ink->skip, ink->skip->len - 1);
	cairo_restore(ink->cairo);
}

static void draw_op(Ink *ink, const SceneOp *op)
{
	if (op->kind == SCENE_OP_OPEN)
		open_group(ink, &op->group);
	else if (op->kind == SCENE_OP_CLOSE)
		close_group(ink);
	else if (ink->hidden > 0)
		return;
	else if (op->kind == SCENE_OP_PATH)
		draw_path(ink, op);
	else if (op->kind == SCENE_OP_CIRCLE)
		draw_circle(ink, op);
	else
		ink_text(ink->cairo, &op->text, op->string, scene_text_width(op->string, op->text.size, op->text.bold));
}

void ink_scene(cairo_t *cairo, const Scene *scene)
{
	Ink ink = { cairo, scene, g_array_new(FALSE, FALSE, sizeof(gboolean)), 0 };
	cairo_save(cairo);
	cairo_new_path(cairo);
	for (guint i = 0; i < scene->ops->len; i++)
		draw_op(&ink, &g_array_index(scene->ops, SceneOp, i));
	cairo_restore(cairo);
	g_array_unref(ink.skip);
}

/* --- files -------------------------------------------------------------------------------------------------------------- */

static cairo_status_t collect(void *bytes, const unsigned char *data, unsigned int size)
{
	g_byte_array_append(bytes, data, size);
	return CAIRO_STATUS_SUCCESS;
}

static gboolean check_status(cairo_status_t status, GError **error)
{
	if (status == CAIRO_STATUS_SUCCESS)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "the picture cannot be drawn: %s", cairo_status_to_string(status));
	return FALSE;
}

GBytes *ink_png(const Scene *scene, double scale, GError **error)
{
	double width = ceil(scene->width * scale), height = ceil(scene->height * scale);
	if (!(width >= 1 && height >= 1 && width <= MOST_PIXELS && height <= MOST_PIXELS)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_LIMIT,
		            "a picture of %.0f x %.0f dots is more than %d: ask for a smaller --width", width, height, MOST_PIXELS);
		return NULL;
	}
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int) width, (int) height);
	cairo_t *cairo = cairo_create(surface);
	set_color(cairo, 0xffffffff);
	cairo_paint(cairo);
	cairo_scale(cairo, scale, scale);
	ink_scene(cairo, scene);
	cairo_status_t status = cairo_status(cairo);
	GByteArray *bytes = g_byte_array_new();
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, collect, bytes);
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
	GBytes *result = g_byte_array_free_to_bytes(bytes);
	if (!check_status(status, error))
		g_clear_pointer(&result, g_bytes_unref);
	return result;
}

InkPdf *ink_pdf_new(double width_pt, double height_pt, const char *title, const char *date)
{
	InkPdf *pdf = g_new0(InkPdf, 1);
	pdf->bytes = g_byte_array_new();
	pdf->surface = cairo_pdf_surface_create_for_stream(collect, pdf->bytes, width_pt, height_pt);
	g_autofree char *valid = g_utf8_make_valid(title, -1);
	g_autofree char *when = g_strconcat(date, "T00:00:00Z", NULL);
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE, valid);
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE, when);
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_MOD_DATE, when);
	return pdf;
}

GBytes *ink_pdf_finish(InkPdf *pdf, GError **error)
{
	cairo_surface_finish(pdf->surface);
	cairo_status_t status = cairo_surface_status(pdf->surface);
	cairo_surface_destroy(pdf->surface);
	GBytes *result = g_byte_array_free_to_bytes(pdf->bytes);
	g_free(pdf);
	if (!check_status(status, error))
		g_clear_pointer(&result, g_bytes_unref);
	return result;
}

GBytes *ink_pdf(const Scene *scene, const char *title, const char *date, GError **error)
{
	InkPdf *pdf = ink_pdf_new(scene->width * PT_PER_PX, scene->height * PT_PER_PX, title, date);
	cairo_t *cairo = cairo_create(pdf->surface);
	cairo_scale(cairo, PT_PER_PX, PT_PER_PX);
	ink_scene(cairo, scene);
	cairo_destroy(cairo);
	return ink_pdf_finish(pdf, error);
}
