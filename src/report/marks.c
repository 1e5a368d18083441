/* The marks of the map. */
#include "marks.h"

#include <math.h>
#include <string.h>

#include "palette.h"

#define STAR_POINTS 5
#define STAR_INNER  0.56 /* of the outer radius */

static const struct {
	const char *name, *title;
	double radius;
} marks[N_MARKS] = {
	[MARK_OPEN] = { "open", "Open centre", 6 },
	[MARK_SHUT] = { "shut", "Centre that is not open", 5.5 },
	[MARK_PLANNED] = { "planned", "Site of the plan", 15 },
	[MARK_TOP] = { "top", "Best-ranked sites, numbered", 8 },
	[MARK_BEST] = { "best", "Best site of its municipality", 4.5 },
	[MARK_OTHER] = { "other", "Other ranked site", 2.2 },
};

double mark_radius(Mark mark)
{
	return marks[mark].radius;
}

const char *mark_title(Mark mark)
{
	return marks[mark].title;
}

const char *mark_name(Mark mark)
{
	return marks[mark].name;
}

static void draw_star(Scene *scene, const ScenePaint *paint, double x, double y, double radius)
{
	scene_path(scene, paint, TRUE);
	for (int i = 0; i < 2 * STAR_POINTS; i++) {
		double r = i % 2 ? radius * STAR_INNER : radius, angle = G_PI * (i / (double) STAR_POINTS - 0.5);
		if (i == 0)
			scene_move(scene, x + r * cos(angle), y + r * sin(angle));
		else
			scene_line(scene, x + r * cos(angle), y + r * sin(angle));
	}
}

static void draw_number(Scene *scene, double x, double y, const char *number)
{
	double size = strlen(number) > 2 ? 8 : 10;
	scene_text(scene,
	           &(SceneText){ .x = x, .y = y + 0.36 * size, .size = size, .anchor = SCENE_MIDDLE, .bold = TRUE, .color = WHITE },
	           number);
}

void mark_draw(Scene *scene, Mark mark, double x, double y, double scale, const char *number)
{
	double r = marks[mark].radius * scale;
	switch (mark) {
	case MARK_OPEN:
		scene_rect(scene, &(ScenePaint){ BRICK, WHITE, 1.4, 0 }, x - r, y - r, 2 * r, 2 * r);
		break;
	case MARK_SHUT:
		scene_rect(scene, &(ScenePaint){ WHITE, BRICK, 1.8, 0 }, x - r, y - r, 2 * r, 2 * r);
		break;
	case MARK_PLANNED:
		draw_star(scene, &(ScenePaint){ MAGENTA, WHITE, 1.2, 0 }, x, y, r);
		break;
	case MARK_TOP:
		scene_circle(scene, &(ScenePaint){ VERMILION, WHITE, 1.2, 0 }, x, y, r);
		break;
	case MARK_BEST:
		scene_circle(scene, &(ScenePaint){ ORANGE, WHITE, 1, 0 }, x, y, r);
		break;
	default:
		scene_circle(scene, &(ScenePaint){ 0xf7f7f7ff, GREY, 0.8, 0 }, x, y, r);
		break;
	}
	if (number)
		draw_number(scene, x, y, number);
}
