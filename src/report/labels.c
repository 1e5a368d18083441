/* Greedy placement of labels. With a few hundred of them plain comparison with all taken boxes is fast enough. */
#include "labels.h"

#define ASCENT  0.8  /* of the size, above the baseline */
#define DESCENT 0.25 /* below */
#define GAP     2.0  /* px between a mark and its label, and around every label */

struct Labels {
	Box bounds;
	GArray *taken; /* of Box */
};

Labels *labels_new(Box bounds)
{
	Labels *labels = g_new0(Labels, 1);
	labels->bounds = bounds;
	labels->taken = g_array_new(FALSE, FALSE, sizeof(Box));
	return labels;
}

void labels_free(Labels *labels)
{
	if (!labels)
		return;
	g_array_unref(labels->taken);
	g_free(labels);
}

void labels_block(Labels *labels, Box box)
{
	g_array_append_val(labels->taken, box);
}

gboolean labels_is_free(const Labels *labels, Box box)
{
	const Box *b = &labels->bounds;
	if (box.x0 < b->x0 || box.y0 < b->y0 || box.x1 > b->x1 || box.y1 > b->y1)
		return FALSE;
	for (guint i = 0; i < labels->taken->len; i++) {
		const Box *t = &g_array_index(labels->taken, Box, i);
		if (box.x0 < t->x1 && box.x1 > t->x0 && box.y0 < t->y1 && box.y1 > t->y0)
			return FALSE;
	}
	return TRUE;
}

static gboolean try_at(Labels *labels, SceneText *text, double width, double x, double y, SceneAnchor anchor)
{
	double left = anchor == SCENE_START ? x : anchor == SCENE_END ? x - width : x - width / 2;
	Box box = { left - GAP, y - ASCENT * text->size - GAP / 2, left + width + GAP, y + DESCENT * text->size + GAP / 2 };
	if (!labels_is_free(labels, box))
		return FALSE;
	labels_block(labels, box);
	text->x = x;
	text->y = y;
	text->anchor = anchor;
	return TRUE;
}

gboolean labels_place(Labels *labels, double x, double y, double radius, SceneText *text, const char *string)
{
	double width = scene_text_width(string, text->size, text->bold), middle = text->size * 0.35, off = radius + GAP + 1;
	double above = -radius - DESCENT * text->size - GAP, below = radius + ASCENT * text->size + GAP;
	const struct {
		double dx, dy;
		SceneAnchor anchor;
	} places[] = {
		{ off, middle, SCENE_START },
		{ -off, middle, SCENE_END },
		{ 0, below, SCENE_MIDDLE },
		{ 0, above, SCENE_MIDDLE },
		{ off * 0.7, above * 0.6, SCENE_START },
		{ off * 0.7, below * 0.8, SCENE_START },
		{ -off * 0.7, above * 0.6, SCENE_END },
		{ -off * 0.7, below * 0.8, SCENE_END },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		if (try_at(labels, text, width, x + places[i].dx, y + places[i].dy, places[i].anchor))
			return TRUE;
	return FALSE;
}

gboolean labels_place_over(Labels *labels, double x, double y, SceneText *text, const char *string)
{
	static const double shifts[][2] = { { 0, 0 }, { 0, -1.3 },  { 0, 1.3 }, { 0, -2.6 }, { 0, 2.6 },  { -3, 0 },
		                                { 3, 0 }, { -3, -1.3 }, { 3, 1.3 }, { 3, -1.3 }, { -3, 1.3 }, { 0, -4 },
		                                { 0, 4 }, { -4, -2.6 }, { 4, 2.6 }, { 4, -2.6 }, { -4, 2.6 } };
	double width = scene_text_width(string, text->size, text->bold);
	for (gsize i = 0; i < G_N_ELEMENTS(shifts); i++)
		if (try_at(labels, text, width, x + shifts[i][0] * text->size, y + (0.35 + shifts[i][1]) * text->size, SCENE_MIDDLE))
			return TRUE;
	return FALSE;
}
