/* Looking at a folder of layers, through the same guarded door as a run: read only, one layer after the other. */
#include "look.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <thuso/param.h>

/* Folders below the one named; values of a field that are told apart; values that are kept for joins; pixels looked at; classes. */
enum { MAX_DEPTH = 4, MAX_DISTINCT = 300000, MAX_KEPT = 30000, MAX_PIXELS = 20000000, MAX_CLASSES = 256 };

static void field_free(gpointer data)
{
	LookField *field = data;
	g_free(field->name);
	g_ptr_array_unref(field->values);
	g_array_unref(field->counts);
	if (field->all)
		g_hash_table_unref(field->all);
	g_free(field);
}

static void look_free(gpointer data)
{
	Look *look = data;
	g_free(look->path);
	g_free(look->layer);
	g_free(look->name);
	g_free(look->problem);
	g_ptr_array_unref(look->fields);
	if (look->classes)
		g_array_unref(look->classes);
	g_free(look);
}

static Look *look_new(GPtrArray *looks, const char *path, const char *layer)
{
	Look *look = g_new0(Look, 1);
	look->path = g_strdup(path);
	look->layer = g_strdup(layer);
	look->name = layer ? g_strdup(layer) : g_path_get_basename(path);
	if (!layer && strrchr(look->name, '.') > look->name)
		*strrchr(look->name, '.') = '\0';
	look->fields = g_ptr_array_new_with_free_func(field_free);
	g_ptr_array_add(looks, look);
	return look;
}

LookField *look_field(const Look *look, const char *name)
{
	for (guint i = 0; i < look->fields->len; i++) {
		LookField *field = g_ptr_array_index(look->fields, i);
		if (strcmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

/* --- fields ------------------------------------------------------------------------------------------------------- */

typedef struct {
	const char *value;
	gint64 n;
} Tally;

static int compare_tallies(gconstpointer a, gconstpointer b)
{
	const Tally *p = a, *q = b;
	return p->n != q->n ? (p->n < q->n ? 1 : -1) : strcmp(p->value, q->value);
}

static void keep_values(LookField *field, GHashTable *seen)
{
	g_autoptr(GArray) tallies = g_array_new(FALSE, FALSE, sizeof(Tally));
	GHashTableIter iter;
	gpointer key, value;
	g_hash_table_iter_init(&iter, seen);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		Tally tally = { key, GPOINTER_TO_INT(value) };
		g_array_append_val(tallies, tally);
	}
	g_array_sort(tallies, compare_tallies);
	for (guint i = 0; i < MIN(tallies->len, LOOK_VALUES); i++) {
		const Tally *tally = &g_array_index(tallies, Tally, i);
		g_ptr_array_add(field->values, g_strdup(tally->value));
		g_array_append_val(field->counts, tally->n);
	}
	if (tallies->len <= MAX_KEPT)
		field->all = g_hash_table_ref(seen);
}

static void see_number(LookField *field, double value)
{
	field->is_number = field->is_number && isfinite(value);
	field->is_whole = field->is_whole && value == floor(value);
	field->min = fmin(field->min, value);
	field->max = fmax(field->max, value);
	field->sum += value;
}

static LookField *look_at_column(const ThusoTable *table, int column)
{
	LookField *field = g_new0(LookField, 1);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	field->name = g_strdup(thuso_table_column(table, column)->name);
	field->values = g_ptr_array_new_with_free_func(g_free);
	field->counts = g_array_new(FALSE, FALSE, sizeof(gint64));
	field->is_number = field->is_whole = TRUE;
	field->min = INFINITY;
	field->max = -INFINITY;
	for (gint64 row = 0; row < table->n_rows; row++) {
		g_autofree char *text = thuso_table_as_text(table, row, column);
		if (!text || !*g_strstrip(text))
			continue;
		field->n_filled++;
		see_number(field, thuso_table_as_real(table, row, column));
		if (g_hash_table_size(seen) > MAX_DISTINCT)
			continue;
		int before = GPOINTER_TO_INT(g_hash_table_lookup(seen, text));
		g_hash_table_replace(seen, g_steal_pointer(&text), GINT_TO_POINTER(before + 1));
	}
	field->is_number = field->is_number && field->n_filled > 0;
	field->n_distinct = g_hash_table_size(seen);
	field->is_unique = field->n_filled == table->n_rows && field->n_distinct == table->n_rows;
	keep_values(field, seen);
	return field;
}

static void look_at_fields(Look *look, const ThusoTable *table)
{
	for (int c = 0; c < (int) table->columns->len; c++)
		if (strcmp(thuso_table_column(table, c)->name, "_fid") != 0)
			g_ptr_array_add(look->fields, look_at_column(table, c));
}

/* --- shapes and where they lie -------------------------------------------------------------------------------------- */

/* The corners and the middles of the sides are enough to say whether two layers lie in one region. */
static void set_bounds(Look *look, const char *crs_text, double x_min, double y_min, double x_max, double y_max)
{
	double x[8], y[8], xm = (x_min + x_max) / 2, ym = (y_min + y_max) / 2;
	const double xs[] = { x_min, xm, x_max, x_max, x_max, xm, x_min, x_min },
	             ys[] = { y_min, y_min, y_min, ym, y_max, y_max, y_max, ym };
	g_autoptr(ThusoCrs) crs = crs_text ? thuso_crs_new(crs_text, NULL) : NULL, degrees = thuso_crs_new("EPSG:4326", NULL);
	g_autoptr(ThusoTransform) transform = crs && degrees ? thuso_transform_new(crs, degrees, NULL) : NULL;
	memcpy(x, xs, sizeof x);
	memcpy(y, ys, sizeof y);
	if (!transform || !thuso_transform_points(transform, x, y, 8))
		return;
	look->has_bounds = TRUE;
	look->wsen[0] = look->wsen[2] = x[0];
	look->wsen[1] = look->wsen[3] = y[0];
	for (int i = 1; i < 8; i++) {
		look->wsen[0] = fmin(look->wsen[0], x[i]);
		look->wsen[1] = fmin(look->wsen[1], y[i]);
		look->wsen[2] = fmax(look->wsen[2], x[i]);
		look->wsen[3] = fmax(look->wsen[3], y[i]);
	}
}

static void look_at_shapes(Look *look, const ThusoTable *table)
{
	static const LookShape shapes[] = { [THUSO_POINT] = LOOK_POINTS, [THUSO_LINE] = LOOK_LINES, [THUSO_POLYGON] = LOOK_POLYGONS };
	double box[4] = { INFINITY, INFINITY, -INFINITY, -INFINITY };
	guint kinds = 0;
	for (gint64 row = 0; row < table->n_rows; row++) {
		GBytes *wkb = thuso_table_geometry(table, row);
		gsize size;
		gconstpointer bytes = wkb ? g_bytes_get_data(wkb, &size) : NULL;
		g_autoptr(ThusoGeometry) shape = bytes ? thuso_geometry_from_wkb(bytes, size, NULL) : NULL;
		if (!shape || shape->n_points == 0)
			continue;
		double x0, y0, x1, y1;
		thuso_geometry_bounds(shape, &x0, &y0, &x1, &y1);
		box[0] = fmin(box[0], x0);
		box[1] = fmin(box[1], y0);
		box[2] = fmax(box[2], x1);
		box[3] = fmax(box[3], y1);
		kinds |= shapes[shape->type];
	}
	if (kinds & (kinds - 1))
		look->problem = g_strdup("points, lines and polygons in one layer: export each kind as a layer of its own");
	else if (!kinds)
		look->problem = g_strdup("it holds no feature");
	else if (!table->crs)
		look->problem = g_strdup("its file names no reference system: export it with one, or name it with `crs` in the study");
	look->shape = (LookShape) kinds;
	if (kinds)
		set_bounds(look, table->crs, box[0], box[1], box[2], box[3]);
}

/* A layer of features, or else a table. */
static void look_at_layer(ThusoContext *context, Look *look)
{
	g_autoptr(ThusoSource) source = thuso_source_new(look->name);
	g_autoptr(GError) error = NULL;
	g_strfreev(source->paths);
	source->paths = g_new0(char *, 2);
	source->paths[0] = g_strdup(look->path);
	source->layer = g_strdup(look->layer);
	g_autoptr(ThusoTable) table = thuso_read_layer(context, source, THUSO_READ_GEOMETRY, NULL, NULL);
	gboolean has_shapes = table != NULL;
	if (!table && !(table = thuso_read_layer(context, source, THUSO_READ_TABLE, NULL, &error))) {
		look->problem = g_strdup(error->message);
		look->is_prose = g_str_has_suffix(look->path, ".txt");
		return;
	}
	look->n = table->n_rows;
	look_at_fields(look, table);
	if (has_shapes)
		look_at_shapes(look, table);
	else
		look->shape = LOOK_TABLE;
}

static gboolean is_result(char *const *layers)
{
	return g_strv_contains((const char *const *) layers, "parameters") && g_strv_contains((const char *const *) layers, "run");
}

static gboolean look_at_layers(ThusoContext *context, const char *path, GPtrArray *looks, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_auto(GStrv) layers = thuso_list_layers(path, &problem);
	if (!layers) {
		look_new(looks, path, NULL)->problem = g_strdup(problem->message);
		return TRUE;
	}
	for (char **layer = layers; *layer && !is_result(layers); layer++) {
		if (!thuso_context_go_on(context, error))
			return FALSE;
		look_at_layer(context, look_new(looks, path, layers[1] ? *layer : NULL));
	}
	return TRUE;
}

/* --- rasters -------------------------------------------------------------------------------------------------------- */

static int compare_classes(gconstpointer a, gconstpointer b)
{
	gint32 p = *(const gint32 *) a, q = *(const gint32 *) b;
	return (p > q) - (p < q);
}

static void see_pixels(Look *look, const double *values, gint64 n, GHashTable *seen)
{
	for (gint64 i = 0; i < n; i++) {
		if (!isfinite(values[i]))
			continue;
		look->min = fmin(look->min, values[i]);
		look->max = fmax(look->max, values[i]);
		if (look->is_integer && fabs(values[i]) < G_MAXINT32 && g_hash_table_size(seen) <= MAX_CLASSES)
			g_hash_table_add(seen, GINT_TO_POINTER((gint32) values[i]));
	}
}

static gboolean read_pixels(Look *look, ThusoRaster *raster, GHashTable *seen, GError **error)
{
	const ThusoRasterInfo *info = thuso_raster_info(raster);
	gint64 every = (gint64) info->n_cols * info->n_rows / MAX_PIXELS + 1;
	double *values = thuso_array_new(info->n_cols, sizeof *values, "a raster's row", error);
	gboolean ok = values != NULL;
	for (gint64 row = 0; ok && row < info->n_rows; row += every) {
		ok = thuso_raster_read(raster, (gint32) row, 1, values, error);
		if (ok)
			see_pixels(look, values, info->n_cols, seen);
	}
	thuso_array_free(values);
	return ok;
}

static void set_classes(Look *look, GHashTable *seen)
{
	if (!look->is_integer || g_hash_table_size(seen) > MAX_CLASSES)
		return;
	look->classes = g_array_new(FALSE, FALSE, sizeof(gint32));
	GHashTableIter iter;
	gpointer key;
	g_hash_table_iter_init(&iter, seen);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		gint32 value = GPOINTER_TO_INT(key);
		g_array_append_val(look->classes, value);
	}
	g_array_sort(look->classes, compare_classes);
}

static void look_at_raster(ThusoContext *context, Look *look)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(ThusoRaster) raster = thuso_raster_open_any(context, look->path, &error);
	const ThusoRasterInfo *info = raster ? thuso_raster_info(raster) : NULL;
	look->min = INFINITY;
	look->max = -INFINITY;
	look->is_integer = info && info->is_integer;
	if (!info || !read_pixels(look, raster, seen, &error)) {
		look->problem = g_strdup(error->message);
		return;
	}
	look->shape = LOOK_RASTER;
	look->n = (gint64) info->n_cols * info->n_rows;
	set_classes(look, seen);
	const double *t = info->transform;
	if (info->crs)
		set_bounds(look, info->crs, t[0], t[3] + t[5] * info->n_rows, t[0] + t[1] * info->n_cols, t[3]);
	else
		look->problem = g_strdup("its file names no reference system: name it with `crs` in the study");
}

/* --- the folder ------------------------------------------------------------------------------------------------------ */

static int compare_paths(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* The attributes of a shapefile are no table of their own. */
static gboolean is_companion(const char *path)
{
	gsize stem = strlen(path) - 4;
	if (!g_str_has_suffix(path, ".dbf") && !g_str_has_suffix(path, ".DBF"))
		return FALSE;
	g_autofree char *lower = g_strdup_printf("%.*s.shp", (int) stem, path),
	                *upper = g_strdup_printf("%.*s.SHP", (int) stem, path);
	return g_file_test(lower, G_FILE_TEST_EXISTS) || g_file_test(upper, G_FILE_TEST_EXISTS);
}

static gboolean find_files(const char *folder, int depth, GPtrArray *paths, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &problem);
	if (!dir) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "cannot look into the folder %s: %s", folder, problem->message);
		return FALSE;
	}
	for (const char *name; (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		gboolean is_folder = g_file_test(path, G_FILE_TEST_IS_DIR);
		if (*name == '.' || !g_utf8_validate(name, -1, NULL) || (is_folder && g_file_test(path, G_FILE_TEST_IS_SYMLINK)))
			continue;
		if (is_folder && !g_str_has_suffix(name, ".gdb")) {
			if (depth < MAX_DEPTH && !find_files(path, depth + 1, paths, error))
				return FALSE;
		} else if (thuso_file_kind(path) != THUSO_FILE_OTHER && !is_companion(path)) {
			g_ptr_array_add(paths, g_steal_pointer(&path));
		}
	}
	return TRUE;
}

GPtrArray *look_folder(ThusoContext *context, const char *folder, GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free), looks = g_ptr_array_new_with_free_func(look_free);
	if (!find_files(folder, 0, paths, error))
		return NULL;
	g_ptr_array_sort(paths, compare_paths);
	for (guint i = 0; i < paths->len; i++) {
		const char *path = g_ptr_array_index(paths, i);
		thuso_stage(context, "looking at the layers", (double) i / paths->len, (i + 1.0) / paths->len);
		if (!thuso_context_go_on(context, error))
			return NULL;
		if (thuso_file_kind(path) == THUSO_FILE_RASTER)
			look_at_raster(context, look_new(looks, path, NULL));
		else if (!look_at_layers(context, path, looks, error))
			return NULL;
	}
	return g_steal_pointer(&looks);
}
