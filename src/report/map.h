/* The map of an area: bands, outlines, sites, with legend, scale bar, north arrow and attribution. */
#ifndef REPORT_MAP_H
#define REPORT_MAP_H

#include "facts.h"
#include "labels.h"
#include "marks.h"
#include "outline.h"
#include "scene.h"

typedef struct {
	State state;        /* whose bands are shown */
	double width;       /* px */
	double most_height; /* of the window, px */
	gboolean is_live;   /* carries what the live map can switch on */
	gboolean has_title; /* written above the window: for a map that stands alone */
} MapOptions;

/* Caller frees; NULL with an error. */
Scene *map_scene(const Facts *facts, const Area *area, const MapOptions *options, GError **error);
/* What is to be seen, in words; caller frees. */
char *map_title(const Facts *facts, const Area *area, State state);
/* Does the result have anything to draw for that state beyond outlines? */
gboolean map_has_state(const Facts *facts, State state);

/* --- what map.c and map_frame.c share ------------------------------------------------------------------------------------ */

typedef struct {
	const Facts *facts;
	const Area *area;
	const MapOptions *options;
	Scene *scene;
	MapView view;
	Labels *labels;
	gboolean drawn[N_MARKS]; /* for the legend */
	gboolean band_drawn[64];
} Map;

/* Lines of the levels and of the area itself, px. */
#define AREA_LINE 2.6
double map_line_width(const Facts *facts, int level);
/* Draws legend and attribution below the window, at y; returns their height. */
double map_legend(Map *map, double y);
/* Scale bar and arrow, in the window; blocks their places for labels. */
gboolean map_furniture(Map *map, GError **error);
/* The sites: marks and their names. */
void map_sites(Map *map);

#endif
