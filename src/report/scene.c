/* The display list itself: operations in the order of drawing, points in one array. */
#include "scene.h"

#include <stdarg.h>

Scene *scene_new(double width, double height)
{
	Scene *scene = g_new0(Scene, 1);
	scene->width = width;
	scene->height = height;
	scene->ops = g_array_new(FALSE, TRUE, sizeof(SceneOp));
	scene->xy = g_array_new(FALSE, FALSE, sizeof(double));
	scene->parts = g_array_new(FALSE, FALSE, sizeof(guint));
	scene->strings = g_string_chunk_new(1024);
	scene->open = g_ptr_array_new();
	return scene;
}

void scene_free(Scene *scene)
{
	if (!scene)
		return;
	g_array_unref(scene->ops);
	g_array_unref(scene->xy);
	g_array_unref(scene->parts);
	g_string_chunk_free(scene->strings);
	g_ptr_array_unref(scene->open);
	g_free(scene);
}

static guint n_points(const Scene *scene)
{
	return scene->xy->len / 2;
}

static SceneOp *add(Scene *scene, SceneOpKind kind)
{
	SceneOp op = { .kind = kind, .first = n_points(scene), .first_part = scene->parts->len };
	g_array_append_val(scene->ops, op);
	return &g_array_index(scene->ops, SceneOp, scene->ops->len - 1);
}

static SceneOp *last(Scene *scene)
{
	return &g_array_index(scene->ops, SceneOp, scene->ops->len - 1);
}

static const char *keep(Scene *scene, const char *string)
{
	return string ? g_string_chunk_insert(scene->strings, string) : NULL;
}

void scene_open(Scene *scene, const SceneGroup *group)
{
	SceneOp *op = add(scene, SCENE_OP_OPEN);
	op->group = *group;
	op->group.name = keep(scene, group->name);
	op->group.title = keep(scene, group->title);
	op->group.detail = keep(scene, group->detail);
	g_ptr_array_add(scene->open, GUINT_TO_POINTER(scene->ops->len - 1));
}

void scene_close(Scene *scene)
{
	g_return_if_fail(scene->open->len > 0);
	g_ptr_array_remove_index(scene->open, scene->open->len - 1);
	add(scene, SCENE_OP_CLOSE);
}

void scene_path(Scene *scene, const ScenePaint *paint, gboolean closed)
{
	SceneOp *op = add(scene, SCENE_OP_PATH);
	op->paint = *paint;
	op->closed = closed;
}

static void add_point(Scene *scene, double x, double y)
{
	double xy[2] = { x, y };
	g_array_append_vals(scene->xy, xy, 2);
	last(scene)->n++;
}

void scene_move(Scene *scene, double x, double y)
{
	guint first = n_points(scene);
	g_array_append_val(scene->parts, first);
	last(scene)->n_parts++;
	add_point(scene, x, y);
}

void scene_line(Scene *scene, double x, double y)
{
	add_point(scene, x, y);
}

void scene_rect(Scene *scene, const ScenePaint *paint, double x, double y, double width, double height)
{
	scene_path(scene, paint, TRUE);
	scene_move(scene, x, y);
	scene_line(scene, x + width, y);
	scene_line(scene, x + width, y + height);
	scene_line(scene, x, y + height);
}

void scene_segment(Scene *scene, const ScenePaint *paint, double x0, double y0, double x1, double y1)
{
	scene_path(scene, paint, FALSE);
	scene_move(scene, x0, y0);
	scene_line(scene, x1, y1);
}

void scene_circle(Scene *scene, const ScenePaint *paint, double x, double y, double radius)
{
	SceneOp *op = add(scene, SCENE_OP_CIRCLE);
	op->paint = *paint;
	op->radius = radius;
	add_point(scene, x, y);
}

void scene_text(Scene *scene, const SceneText *text, const char *string)
{
	SceneOp *op = add(scene, SCENE_OP_TEXT);
	op->text = *text;
	op->string = keep(scene, string ? string : "");
}

void scene_texts(Scene *scene, const SceneText *text, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	g_autofree char *string = g_strdup_vprintf(format, list);
	va_end(list);
	scene_text(scene, text, string);
}
