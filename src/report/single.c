/* One map as a file: the map of the pages, as PNG, SVG or PDF. */
#include <math.h>
#include <string.h>
#include <thuso/report.h>

#include "facts.h"
#include "folder.h"
#include "ink.h"
#include "map.h"
#include "svg.h"

#define MM_PER_PX   (25.4 / 96)
#define WIDTH_MM    180.0
#define DPI         200.0
#define MAP_WIDTH   680.0 /* px that texts and marks are made for */
#define MOST_HEIGHT 900.0

static GBytes *svg_bytes(const Scene *scene, const char *title)
{
	Markup *markup = markup_new();
	gsize size;
	markup_constant(markup, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	svg_write(markup, scene, &(SvgOptions){ .title = title, .is_file = TRUE });
	char *text = markup_finish(markup, &size);
	return g_bytes_new_take(text, size);
}

typedef enum { KIND_NONE, KIND_PNG, KIND_SVG, KIND_PDF } Kind;

static Kind kind_of(const char *path, GError **error)
{
	g_autofree char *lower = g_ascii_strdown(path ? path : "", -1);
	Kind kind = g_str_has_suffix(lower, ".png")   ? KIND_PNG
	            : g_str_has_suffix(lower, ".svg") ? KIND_SVG
	            : g_str_has_suffix(lower, ".pdf") ? KIND_PDF
	                                              : KIND_NONE;
	if (kind == KIND_NONE)
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE,
		                    "--output must name the picture, ending in .png, .svg or .pdf");
	return kind;
}

static GBytes *render(const Scene *scene, const char *title, Kind kind, const ThusoMapSpec *spec, const Facts *facts,
                      GError **error)
{
	double dpi = spec->dpi > 0 ? spec->dpi : DPI;
	if (kind == KIND_SVG)
		return svg_bytes(scene, title);
	if (kind == KIND_PDF)
		return ink_pdf(scene, title, facts->date, error);
	double width_mm = spec->width_mm > 0 ? spec->width_mm : WIDTH_MM;
	return ink_png(scene, width_mm / 25.4 * dpi / scene->width, error);
}

static gint64 find_area(const Level *level, const char *name, GError **error)
{
	static const char *const columns[] = { "id", "title" };
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	for (gint64 row = 0; row < level->table->n_rows; row++)
		for (gsize c = 0; c < G_N_ELEMENTS(columns); c++) {
			const char *text = cell_text(level->table, row, columns[c]);
			if (text && strcmp(text, name) == 0)
				return row;
			if (text)
				g_ptr_array_add(known, (gpointer) text);
		}
	g_ptr_array_add(known, NULL);
	const char *nearest = thuso_nearest_name(name, (const char *const *) known->pdata);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "--area: no %s has the code or name '%s'%s%s%s", level->name, name,
	            nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
	return -1;
}

static gboolean draw(const Facts *facts, const Area *area, const ThusoMapSpec *spec, Kind kind, GError **error)
{
	State state = spec->plan ? STATE_PLAN : STATE_NOW;
	/* Texts keep their size on paper: a wider picture has more px to draw in. */
	double width = spec->width_mm > 0 && kind != KIND_PNG ? spec->width_mm / MM_PER_PX : MAP_WIDTH;
	MapOptions options = { .state = state, .width = width, .most_height = MOST_HEIGHT / MAP_WIDTH * width, .has_title = TRUE };
	g_autoptr(Scene) scene = map_scene(facts, area, &options, error);
	if (!scene)
		return FALSE;
	g_autofree char *title = map_title(facts, area, state);
	g_autoptr(GBytes) bytes = render(scene, title, kind, spec, facts, error);
	return bytes && file_put(spec->output, spec->overwrite, bytes, error);
}

gboolean thuso_map_run(ThusoContext *context, const ThusoMapSpec *spec, GError **error)
{
	Kind kind = kind_of(spec->output, error);
	if (kind == KIND_NONE)
		return FALSE;
	g_autoptr(Facts) facts = facts_read(context, spec->result, error);
	const Level *level = facts ? facts_level(facts, spec->by ? spec->by : "municipality", error) : NULL;
	if (!level)
		return FALSE;
	if (spec->plan && !map_has_state(facts, STATE_PLAN)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT, "%s has no travel bands with a plan: leave --plan out", spec->result);
		return FALSE;
	}
	gint64 row = spec->area ? find_area(level, spec->area, error) : -1;
	if (spec->area && row < 0)
		return FALSE;
	g_autoptr(Area) area = area_new(facts, spec->area ? level : &facts->levels[0], row, error);
	return area && draw(facts, area, spec, kind, error);
}
