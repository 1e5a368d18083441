/* The register of centres: which file, which columns, what their words mean; its places; the service points around them. */
#include "monitoring.h"

#include <stdlib.h>
#include <string.h>

#define GUIDELINES "parliamentary reply NW3446 (2023), operational guidelines"

static const ThusoParam word_item[] = { { "word", THUSO_PARAM_TEXT, .help = "a word of that column" }, { NULL } };
static const ThusoParam column_item[] = { { "column", THUSO_PARAM_TEXT, .help = "a column of the register" }, { NULL } };
static const ThusoParam department_item[] = { { "department", THUSO_PARAM_TEXT, .help = "a department" }, { NULL } };

const ThusoParam monitoring_params[] = {
	{ "register", THUSO_PARAM_TEXT, .help = "file of the register (CSV, XLSX, GeoPackage); without it the layer of `centres`" },
	{ "layer", THUSO_PARAM_TEXT, .help = "its sheet or layer, where it has several" },
	{ "id", THUSO_PARAM_TEXT, .help = "column with the centre's id, as in `centres`" },
	{ "title", THUSO_PARAM_TEXT, .help = "column with the name" },
	{ "province", THUSO_PARAM_TEXT, .help = "column with the province, or another area to count by" },
	{ "status", THUSO_PARAM_TEXT, .help = "column with the status" },
	{ "functional", THUSO_PARAM_LIST, .item = word_item, .help = "words of `status` that count as functional" },
	{ "blocks", THUSO_PARAM_LIST, .item = column_item, .help = "the six yes/no columns of the service blocks, in their order" },
	{ "departments", THUSO_PARAM_TEXT, .help = "column with departments and days a week: Home Affairs: 5; SASSA: fortnightly" },
	{ "anchors", THUSO_PARAM_LIST, .item = department_item, .help = "departments that count as anchors; without it any" },
	{ "anchor_within", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 1, 1e5, "1 km", .origin = "sourced", .source = GUIDELINES ", item i",
	  .help = "how near a service point of an anchor must be, in a straight line" },
	{ "condition", THUSO_PARAM_TEXT, .help = "column with the building's condition" },
	{ "bad_condition", THUSO_PARAM_LIST, .item = word_item, .help = "words of `condition` for a bad or dangerous state" },
	{ "destroyed", THUSO_PARAM_LIST, .item = word_item, .help = "words of `condition` or `status` for vandalised or destroyed" },
	{ "ict", THUSO_PARAM_TEXT, .help = "column with the state of ICT connectivity" },
	{ "no_ict", THUSO_PARAM_LIST, .item = word_item, .help = "words of `ict` for a permanent lack" },
	{ "users", THUSO_PARAM_TEXT, .help = "column with the number of users" },
	{ "topics", THUSO_PARAM_TEXT, .help = "table topic, column, most: points that centres can get" },
	{ "grades", THUSO_PARAM_TEXT, .help = "table grade, min_share, max_flags, min_blocks, min_days: the first row that fits" },
	{ "stated", THUSO_PARAM_TEXT,
	  .help = "table province, total, functional, not_functional: what the register states of itself" },
	{ NULL },
};

const ThusoParam clusters_params[] = {
	{ "within", THUSO_PARAM_QUANTITY, THUSO_LENGTH, 1, 1e5, "1 km", .origin = "derived", .source = GUIDELINES ", item i",
	  .help = "how near departments must be to one place, in a straight line" },
	{ "min_departments", THUSO_PARAM_QUANTITY, THUSO_NUMBER, 2, 1000, "2", .origin = "derived",
	  .source = "a cluster has at least two", .help = "different departments of a cluster" },
	{ NULL },
};

/* --- what the block says ------------------------------------------------------------------------------------------------------- */

static const char *const *words_of(Run *run, const Block *block, const char *key)
{
	const char **texts = block_texts(block, key);
	return texts != NULL ? run_own(run, texts, g_free) : NULL;
}

static gboolean blocks_of(const Block *block, ThusoRegisterColumns *columns, GError **error)
{
	int n = block_n(block, "blocks");
	if (n != 0 && n != THUSO_BLOCKS) {
		block_error(block, "blocks", error, THUSO_ERROR_USAGE, "the service model has %d blocks, and %d columns are named",
		            THUSO_BLOCKS, n);
		return FALSE;
	}
	for (int b = 0; b < n; b++)
		columns->blocks[b] = block_item_text(block, "blocks", b);
	return TRUE;
}

/* Without a register of its own the centres' layer is one, and what `centres` says of it holds. */
static void columns_of_centres(Run *run, ThusoRegisterColumns *columns)
{
	Block centres = block_get(&run->top, "centres"), open = block_get(&centres, "open");
	columns->id = columns->id != NULL ? columns->id : block_text(&centres, "id");
	columns->title = columns->title != NULL ? columns->title : block_text(&centres, "title");
	if (columns->status != NULL || open.node == NULL ||
	    strcmp(block_text(&centres, "open") ? block_text(&centres, "open") : "", "all") == 0)
		return;
	columns->status = block_text(&open, "field");
	columns->functional = columns->functional != NULL ? columns->functional : words_of(run, &open, "values");
}

static gboolean columns_of(Run *run, const Block *block, ThusoRegisterColumns *columns, GError **error)
{
	thuso_register_columns_default(columns);
	columns->id = block_text(block, "id");
	columns->title = block_text(block, "title");
	columns->province = block_text(block, "province");
	columns->status = block_text(block, "status");
	columns->functional = words_of(run, block, "functional");
	columns->departments = block_text(block, "departments");
	columns->anchors = words_of(run, block, "anchors");
	columns->anchor_within_m = block_quantity(block, "anchor_within", NULL);
	columns->condition = block_text(block, "condition");
	columns->bad_condition = words_of(run, block, "bad_condition");
	columns->destroyed = words_of(run, block, "destroyed");
	columns->ict = block_text(block, "ict");
	columns->no_ict = words_of(run, block, "no_ict");
	columns->users = block_text(block, "users");
	if (!block_has(block, "register"))
		columns_of_centres(run, columns);
	if (columns->id != NULL)
		return blocks_of(block, columns, error);
	block_error(block, NULL, error, THUSO_ERROR_USAGE, "'monitoring' does not say which column holds the centres' ids: add `id`");
	return FALSE;
}

/* --- tables ---------------------------------------------------------------------------------------------------------------------- */

/* A table that the block names by its file; NULL without an error where it names none. */
static gboolean table_of(Run *run, const Block *block, const char *key, const ThusoTable **table, GError **error)
{
	*table = NULL;
	if (!block_has(block, key))
		return TRUE;
	ThusoSource *source = run_source(run, study_file(run->study, block, key, error));
	if (source == NULL)
		return FALSE;
	if (strcmp(key, "register") == 0)
		source->layer = g_strdup(block_text(block, "layer"));
	ThusoTable *read = thuso_read_layer(run->context, source, THUSO_READ_TABLE, NULL, error);
	*table = read != NULL ? run_own(run, read, (GDestroyNotify) thuso_table_free) : NULL;
	return read != NULL;
}

/* --- places ---------------------------------------------------------------------------------------------------------------------- */

/* The centre of that id, with or without the prefix that `centres` puts before it. */
static const ThusoPlace *place_of(const Run *run, const char *prefix, const char *id)
{
	g_autofree char *whole = prefix != NULL && id != NULL ? g_strconcat(prefix, ":", id, NULL) : NULL;
	for (gint64 i = 0; id != NULL && i < run->centres->n; i++) {
		const char *known = run->centres->place[i].id;
		if (strcmp(known, id) == 0 || (whole != NULL && strcmp(known, whole) == 0))
			return &run->centres->place[i];
	}
	return NULL;
}

static gboolean own_place(const ThusoTable *table, gint64 row, ThusoTransform *transform, double *x, double *y, GError **error)
{
	GBytes *wkb = thuso_table_geometry(table, row);
	gsize size;
	gconstpointer bytes = wkb != NULL ? g_bytes_get_data(wkb, &size) : NULL;
	if (bytes == NULL)
		return TRUE;
	g_autoptr(ThusoGeometry) geometry = thuso_geometry_from_wkb(bytes, size, error);
	if (geometry == NULL || !thuso_geometry_point(geometry, x, y, error))
		return FALSE;
	if (transform != NULL)
		thuso_transform_points(transform, x, y, 1);
	return TRUE;
}

static ThusoTransform *transform_of(const Run *run, const ThusoTable *table, GError **error)
{
	g_autoptr(ThusoCrs) from = thuso_crs_new(table->crs, error);
	return from != NULL ? thuso_transform_new(from, run->region->grid.crs, error) : NULL;
}

/* Its own points where it is a layer, else those of the centres of the same id. */
static gboolean places_of(Run *run, ThusoRegister *reg, GError **error)
{
	Block centres = block_get(&run->top, "centres");
	const char *prefix = block_text(&centres, "prefix");
	double *x = run_own(run, thuso_new(double, reg->table->n_rows + 1), g_free);
	double *y = run_own(run, thuso_new(double, reg->table->n_rows + 1), g_free);
	int id = thuso_table_find_column(reg->table, reg->columns->id);
	gboolean is_layer = reg->table->geometry_type != THUSO_NO_GEOMETRY && reg->table->crs != NULL;
	g_autoptr(ThusoTransform) transform = is_layer ? transform_of(run, reg->table, error) : NULL;
	if (is_layer && transform == NULL)
		return FALSE;
	for (gint64 row = 0; row < reg->table->n_rows; row++) {
		x[row] = y[row] = NAN;
		if (is_layer && !own_place(reg->table, row, transform, &x[row], &y[row], error))
			return FALSE;
		g_autofree char *text = !is_layer && id >= 0 ? thuso_table_as_text(reg->table, row, id) : NULL;
		const ThusoPlace *place = place_of(run, prefix, text);
		x[row] = place != NULL ? place->x : x[row];
		y[row] = place != NULL ? place->y : y[row];
	}
	reg->x = x;
	reg->y = y;
	return TRUE;
}

/* --- service points ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
	double x, y;
	char *department; /* or NULL */
} Point;

static void point_clear(gpointer data)
{
	g_free(((Point *) data)->department);
}

/* By place, so that the order of features decides nothing. */
static int compare_places(const void *a, const void *b)
{
	const Point *p = a, *q = b;
	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	if (p->y != q->y)
		return p->y < q->y ? -1 : 1;
	return g_strcmp0(p->department, q->department);
}

static gboolean add_points(const Run *run, int layer, GArray *points, GError **error)
{
	Block block = block_item(&run->top, "services", layer);
	const ThusoFeatures *features = g_ptr_array_index(run->services, (guint) layer);
	int department =
	    block_has(&block, "department") ? thuso_table_find_column(features->table, block_text(&block, "department")) : -1;
	for (gint64 row = 0; department >= 0 && row < features->table->n_rows; row++) {
		Point point = { 0 };
		if (!thuso_geometry_point(features->geometry[row], &point.x, &point.y, error))
			return FALSE;
		point.department = thuso_table_as_text(features->table, row, department);
		g_array_append_val(points, point);
	}
	return TRUE;
}

static gboolean gather_points(Run *run, ThusoServicePoints *service_points, GError **error)
{
	GArray *points = run_own(run, g_array_new(FALSE, FALSE, sizeof(Point)), (GDestroyNotify) g_array_unref);
	g_array_set_clear_func(points, point_clear);
	for (int layer = 0; layer < block_n(&run->top, "services"); layer++)
		if (!add_points(run, layer, points, error))
			return FALSE;
	if (points->len > 0)
		qsort(points->data, points->len, sizeof(Point), compare_places);
	double *x = run_own(run, g_new0(double, points->len + 1), g_free), *y = run_own(run, g_new0(double, points->len + 1), g_free);
	const char **department = run_own(run, g_new0(const char *, points->len + 1), g_free);
	for (guint i = 0; i < points->len; i++) {
		const Point *point = &g_array_index(points, Point, i);
		x[i] = point->x, y[i] = point->y, department[i] = point->department;
	}
	*service_points = (ThusoServicePoints){ points->len, x, y, department };
	return TRUE;
}

/* --- the register ------------------------------------------------------------------------------------------------------------------- */

static gboolean read_tables(Run *run, const Block *block, ThusoRegister *reg, GError **error)
{
	if (!table_of(run, block, "register", &reg->table, error) || !table_of(run, block, "topics", &reg->topics, error) ||
	    !table_of(run, block, "grades", &reg->grades, error) || !table_of(run, block, "stated", &reg->stated, error))
		return FALSE;
	if (reg->table == NULL && run->centres->n_tables > 0)
		reg->table = run->centres->table[0];
	if (reg->table != NULL)
		return TRUE;
	block_error(block, NULL, error, THUSO_ERROR_USAGE, "'monitoring' has no register: name its file, or the layer of `centres`");
	return FALSE;
}

static gboolean look_through(Run *run, const Block *block, GError **error)
{
	ThusoRegisterColumns columns;
	ThusoRegister reg = { .columns = &columns, .points = run->service_points.n > 0 ? &run->service_points : NULL };
	if (!columns_of(run, block, &columns, error) || !read_tables(run, block, &reg, error) || !places_of(run, &reg, error))
		return FALSE;
	run->monitoring = thuso_monitor(run->context, &reg, error);
	if (run->monitoring != NULL)
		run_own(run, run->monitoring, (GDestroyNotify) thuso_monitoring_free);
	return run->monitoring != NULL;
}

gboolean run_monitor(Run *run, GError **error)
{
	Block block = block_get(&run->top, "monitoring");
	return gather_points(run, &run->service_points, error) && (block.node == NULL || look_through(run, &block, error));
}
