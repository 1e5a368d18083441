/* Greedy placement of labels: each goes to the first of its places that is free, or nowhere. */
#ifndef REPORT_LABELS_H
#define REPORT_LABELS_H

#include "scene.h"

typedef struct {
	double x0, y0, x1, y1;
} Box;

typedef struct Labels Labels;
/* Labels stay inside `bounds`. */
Labels *labels_new(Box bounds);
void labels_free(Labels *labels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Labels, labels_free)
/* What no label may cover. */
void labels_block(Labels *labels, Box box);
gboolean labels_is_free(const Labels *labels, Box box);
/* A place beside the mark of that radius at x, y. TRUE: `text`'s x, y and anchor are set (relative to the map), its box is taken. */
gboolean labels_place(Labels *labels, double x, double y, double radius, SceneText *text, const char *string);
/* A place with its middle at x, y or a little away from it. */
gboolean labels_place_over(Labels *labels, double x, double y, SceneText *text, const char *string);

#endif
