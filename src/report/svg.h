/* A scene as SVG, in a page or as a file of its own. */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "markup.h"
#include "scene.h"

typedef struct {
	const char *title;  /* the picture in a line: its accessible name */
	const char *detail; /* what is to be seen, for who cannot see it; or NULL */
	const char *id;     /* letters and digits; ids inside begin with it; NULL in a file */
	gboolean is_live;   /* the live map's hooks: names, details, keys */
	gboolean is_file;   /* with name space and size */
} SvgOptions;

void svg_write(Markup *markup, const Scene *scene, const SvgOptions *options);

#endif
