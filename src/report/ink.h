/* A scene through Cairo and Pango: PDF, PNG, and the shapes of the printed report. */
#ifndef REPORT_INK_H
#define REPORT_INK_H

#include <cairo.h>

#include "scene.h"

/* Draws the scene with its corner at the context's origin, in px of the context. */
void ink_scene(cairo_t *cairo, const Scene *scene);
/* One line of text, never wider than `width` px (0 = as it comes): a font wider than the table of widths is set narrower. */
void ink_text(cairo_t *cairo, const SceneText *text, const char *string, double width);

/* Bytes of a picture of the scene. `scale` is dots per px. Caller unrefs; NULL with an error (memory, size). */
GBytes *ink_png(const Scene *scene, double scale, GError **error);
/* `date` is "2026-11-21", which the file carries as the time it was made. */
GBytes *ink_pdf(const Scene *scene, const char *title, const char *date, GError **error);

/* A PDF surface that collects its bytes; pages are A4 where width and height are those of A4. */
typedef struct {
	cairo_surface_t *surface;
	GByteArray *bytes;
} InkPdf;
InkPdf *ink_pdf_new(double width_pt, double height_pt, const char *title, const char *date);
/* Frees; NULL with an error. */
GBytes *ink_pdf_finish(InkPdf *pdf, GError **error);

#endif
