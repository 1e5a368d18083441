/* A layer through GDAL, row by row into a table. A read that ends early is an error: GDAL's own error state and the rows counted
 * are looked at after the loop, since a damaged file ends like a finished one. */
#include "misfits.h"
#include "private.h"
#include "shapefile.h"

#include <cpl_conv.h>
#include <math.h>
#include <string.h>

#define GO_ON_ROWS     1024 /* rows between looks at the context */
#define LIST_SEPARATOR "; "

typedef struct {
	int field;  /* of the layer */
	int column; /* of the table */
	OGRFieldType type;
	ThusoMisfits misfits;
} Column;

typedef struct {
	ThusoContext *context;
	const ThusoReadRequest *request;
	const ThusoInput *input;
	OGRLayerH layer;
	ThusoTable *table;
	Column *columns;
	int n_columns;
	gboolean has_geometry;
	ThusoPointColumns points;
	char **names;                      /* of the layer's fields as the table has them */
	guint kinds;                       /* bit set of ThusoGeometryType seen */
	gint64 n_repaired, first_repaired; /* texts that were no UTF-8 */
	gint64 n_read;
} Reader;

static ThusoColumnType column_type(OGRFieldType type)
{
	return type == OFTInteger || type == OFTInteger64 ? THUSO_INTEGER : type == OFTReal ? THUSO_REAL : THUSO_TEXT;
}

/* Dates as ISO 8601 texts. */
static char *date_text(OGRFeatureH feature, int field, OGRFieldType type)
{
	int year, month, day, hour, minute, zone;
	float second;
	if (!OGR_F_GetFieldAsDateTimeEx(feature, field, &year, &month, &day, &hour, &minute, &second, &zone))
		return NULL;
	GString *text = g_string_new(NULL);
	if (type != OFTTime)
		g_string_append_printf(text, "%04d-%02d-%02d", year, month, day);
	if (type == OFTDateTime)
		g_string_append_c(text, 'T');
	if (type != OFTDate) {
		int ms = (int) lround((double) second * 1000);
		g_string_append_printf(text, "%02d:%02d:%02d", hour, minute, ms / 1000);
		if (ms % 1000)
			g_string_append_printf(text, ".%03d", ms % 1000);
		if (zone == 100)
			g_string_append_c(text, 'Z');
		else if (zone > 1)
			g_string_append_printf(text, "%c%02d:%02d", zone < 100 ? '-' : '+', ABS(zone - 100) / 4, ABS(zone - 100) % 4 * 15);
	}
	return g_string_free(text, FALSE);
}

/* Lists as "1; 2; 3", which nobody takes for one number; GDAL's own text of them is cut off at 80 characters. */
static char *list_text(OGRFeatureH feature, const Column *column)
{
	int n = 0;
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	if (column->type == OFTStringList)
		return g_strjoinv(LIST_SEPARATOR, OGR_F_GetFieldAsStringList(feature, column->field));
	const int *small = column->type == OFTIntegerList ? OGR_F_GetFieldAsIntegerList(feature, column->field, &n) : NULL;
	const GIntBig *big = column->type == OFTInteger64List ? OGR_F_GetFieldAsInteger64List(feature, column->field, &n) : NULL;
	const double *real = column->type == OFTRealList ? OGR_F_GetFieldAsDoubleList(feature, column->field, &n) : NULL;
	GString *text = g_string_new(NULL);
	for (int i = 0; i < n; i++) {
		if (i)
			g_string_append(text, LIST_SEPARATOR);
		if (real)
			g_string_append(text, g_ascii_dtostr(buffer, sizeof buffer, real[i]));
		else
			g_string_append_printf(text, "%" G_GINT64_FORMAT, small ? (gint64) small[i] : (gint64) big[i]);
	}
	return g_string_free(text, FALSE);
}

static gboolean is_list(OGRFieldType type)
{
	return type == OFTStringList || type == OFTIntegerList || type == OFTInteger64List || type == OFTRealList;
}

static void set_text(Reader *reader, gint64 row, int column, const char *text)
{
	g_autofree char *owned = NULL;
	const char *valid = thuso_repair_text(text, &owned);
	if (owned && reader->n_repaired++ == 0)
		reader->first_repaired = thuso_table_integer(reader->table, row, 0);
	thuso_table_set_text(reader->table, row, column, valid);
}

/* GDAL would make a number of it. */
static gboolean check_misfit(const Reader *reader, const Column *column, OGRFeatureH feature, GError **error)
{
	gint64 fid = OGR_F_GetFID(feature);
	if (!thuso_misfits_has(&column->misfits, fid))
		return TRUE;
	const ThusoMisfits *misfits = &column->misfits;
	thuso_set_error(error, THUSO_ERROR_INPUT,
	                "%s: %s, layer %s, field %s: %u values do not fit, %s (first: %s of feature %" G_GINT64_FORMAT
	                "): correct them, or leave them out with `where`",
	                reader->request->source->name, reader->request->path, OGR_L_GetName(reader->layer),
	                thuso_table_column(reader->table, column->column)->name, g_hash_table_size(misfits->fids), misfits->why,
	                misfits->value, misfits->first);
	return FALSE;
}

static void set_cell(Reader *reader, gint64 row, const Column *column, OGRFeatureH feature)
{
	if (!OGR_F_IsFieldSetAndNotNull(feature, column->field))
		return;
	if (column->type == OFTInteger || column->type == OFTInteger64) {
		thuso_table_set_integer(reader->table, row, column->column, OGR_F_GetFieldAsInteger64(feature, column->field));
	} else if (column->type == OFTReal) {
		thuso_table_set_real(reader->table, row, column->column, OGR_F_GetFieldAsDouble(feature, column->field));
	} else if (column->type == OFTDate || column->type == OFTTime || column->type == OFTDateTime) {
		g_autofree char *text = date_text(feature, column->field, column->type);
		thuso_table_set_text(reader->table, row, column->column, text);
	} else if (is_list(column->type)) {
		g_autofree char *text = list_text(feature, column);
		set_text(reader, row, column->column, text);
	} else {
		set_text(reader, row, column->column, OGR_F_GetFieldAsString(feature, column->field));
	}
}

static ThusoGeometryType kind_of(OGRwkbGeometryType type)
{
	switch (OGR_GT_GetLinear(OGR_GT_Flatten(type))) {
	case wkbPoint:
	case wkbMultiPoint:
		return THUSO_POINT;
	case wkbLineString:
	case wkbMultiLineString:
		return THUSO_LINE;
	case wkbPolygon:
	case wkbMultiPolygon:
	case wkbTriangle:
	case wkbTIN:
	case wkbPolyhedralSurface:
		return THUSO_POLYGON;
	case wkbNone:
		return THUSO_NO_GEOMETRY;
	default:
		return THUSO_ANY_GEOMETRY;
	}
}

/* Two-dimensional, of straight pieces, as ISO WKB; NULL for an empty one. */
static GBytes *plain_wkb(OGRGeometryH given)
{
	OGRGeometryH geometry = OGR_G_Clone(given);
	OGRwkbGeometryType flat = OGR_GT_Flatten(OGR_G_GetGeometryType(geometry));
	if (OGR_GT_IsSubClassOf(flat, wkbPolyhedralSurface) || flat == wkbTriangle)
		geometry = OGR_G_ForceToMultiPolygon(geometry);
	if (OGR_G_HasCurveGeometry(geometry, TRUE)) {
		OGRGeometryH linear = OGR_G_GetLinearGeometry(geometry, 0, NULL);
		OGR_G_DestroyGeometry(geometry);
		geometry = linear;
	}
	OGR_G_FlattenTo2D(geometry);
	OGR_G_SetMeasured(geometry, FALSE);
	GBytes *bytes = NULL;
	gsize size = OGR_G_WkbSizeEx(geometry);
	guint8 *wkb = OGR_G_IsEmpty(geometry) ? NULL : g_try_malloc(size);
	if (wkb && OGR_G_ExportToIsoWkb(geometry, wkbNDR, wkb) == OGRERR_NONE)
		bytes = g_bytes_new_take(g_steal_pointer(&wkb), size);
	g_free(wkb);
	OGR_G_DestroyGeometry(geometry);
	return bytes;
}

static gboolean set_geometry(Reader *reader, gint64 row, OGRFeatureH feature, GError **error)
{
	OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
	if (!geometry || OGR_G_IsEmpty(geometry))
		return TRUE;
	g_autoptr(GBytes) wkb = plain_wkb(geometry);
	if (!wkb) {
		thuso_set_error(error, THUSO_ERROR_LIMIT,
		                "%s: %s, layer %s, feature %" G_GINT64_FORMAT ": no memory for its geometry: simplify it, or free memory",
		                reader->request->source->name, reader->request->path, OGR_L_GetName(reader->layer),
		                (gint64) OGR_F_GetFID(feature));
		return FALSE;
	}
	reader->kinds |= 1U << kind_of(OGR_G_GetGeometryType(geometry));
	thuso_table_set_geometry(reader->table, row, wkb);
	return TRUE;
}

/* The layer's field names, repaired and each once. */
static char **field_names(OGRFeatureDefnH definition)
{
	int n = OGR_FD_GetFieldCount(definition);
	g_autoptr(ThusoTable) seen = thuso_table_new("", "", "", THUSO_NO_GEOMETRY);
	thuso_table_add_column(seen, "_fid", NULL, NULL, THUSO_INTEGER);
	char **names = g_new0(char *, (gsize) n + 1);
	for (int i = 0; i < n; i++) {
		g_autofree char *owned = NULL;
		names[i] = thuso_table_free_name(seen, thuso_repair_text(OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, i)), &owned));
		thuso_table_add_column(seen, names[i], NULL, NULL, THUSO_TEXT);
	}
	return names;
}

static gboolean is_needed(const Reader *reader, const char *name)
{
	return !reader->request->columns || g_strv_contains(reader->request->columns, name) ||
	       g_strcmp0(name, reader->points.x) == 0 || g_strcmp0(name, reader->points.y) == 0;
}

/* A column whose type the format does not know (BIGINT, VARCHAR(5), DECIMAL) is not there for GDAL. FALSE with an error where it is so. */
static gboolean refuse_untyped(const Reader *reader, const char *name, GError **error)
{
	g_autofree char *type = reader->input->db ? thuso_sqlite_type(reader->input->db, OGR_L_GetName(reader->layer), name) : NULL;
	if (!type)
		return TRUE;
	thuso_set_error(
	    error, THUSO_ERROR_INPUT,
	    "%s: %s, layer %s, field %s is of the type %s, which a GeoPackage does not know (INTEGER, REAL, TEXT): export the "
	    "layer again",
	    reader->request->source->name, reader->request->path, OGR_L_GetName(reader->layer), name, type[0] ? type : "(none)");
	return FALSE;
}

/* Bytes of a column that somebody reads: GDAL's hexadecimal text of them could pass for a number. */
static gboolean refuse_binary(const Reader *reader, const char *name, GError **error)
{
	thuso_set_error(
	    error, THUSO_ERROR_INPUT,
	    "%s: %s, layer %s, field %s is one of bytes (BLOB), not of numbers or texts: name another field, or export it "
	    "as another type",
	    reader->request->source->name, reader->request->path, OGR_L_GetName(reader->layer), name);
	return FALSE;
}

/* Leaves out what is not needed, which spares GDAL the work; a filter may need any field. */
static void ignore_others(const Reader *reader)
{
	if (reader->request->source->where || !OGR_L_TestCapability(reader->layer, OLCIgnoreFields))
		return;
	g_autoptr(GPtrArray) ignored = g_ptr_array_new();
	OGRFeatureDefnH definition = OGR_L_GetLayerDefn(reader->layer);
	for (int i = 0; reader->names[i]; i++)
		if (!is_needed(reader, reader->names[i]))
			g_ptr_array_add(ignored, (char *) OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, i)));
	g_ptr_array_add(ignored, NULL);
	if (OGR_L_SetIgnoredFields(reader->layer, (const char **) ignored->pdata) != OGRERR_NONE)
		CPLErrorReset();
}

static ThusoFieldKind field_kind(OGRFieldDefnH field)
{
	OGRFieldType type = OGR_Fld_GetType(field);
	if (OGR_Fld_GetSubType(field) == OFSTBoolean)
		return THUSO_FIELD_BOOLEAN;
	return type == OFTInteger     ? THUSO_FIELD_INTEGER_32
	       : type == OFTInteger64 ? THUSO_FIELD_INTEGER
	       : type == OFTReal      ? THUSO_FIELD_REAL
	       : type == OFTString    ? THUSO_FIELD_TEXT
	                              : THUSO_FIELD_OTHER;
}

static gboolean find_misfits_of(const Reader *reader, Column *column, const char *dbf, GError **error)
{
	OGRFieldDefnH field = OGR_FD_GetFieldDefn(OGR_L_GetLayerDefn(reader->layer), column->field);
	ThusoFieldKind kind = field_kind(field);
	if (dbf)
		return column->type == OFTString || kind == THUSO_FIELD_OTHER ||
		       thuso_misfits_of_dbf(dbf, column->field, kind != THUSO_FIELD_REAL, &column->misfits, error);
	return kind == THUSO_FIELD_OTHER ||
	       thuso_misfits_of_table(reader->input->db, OGR_L_GetName(reader->layer), OGR_L_GetFIDColumn(reader->layer),
	                              OGR_Fld_GetNameRef(field), kind, &column->misfits, error);
}

static gboolean find_misfits(Reader *reader, GError **error)
{
	gboolean is_shape = g_str_equal(reader->input->format->drivers[0], "ESRI Shapefile");
	g_autofree char *dbf = is_shape ? thuso_shapefile_dbf(reader->input->absolute) : NULL;
	for (int i = 0; (dbf || reader->input->db) && i < reader->n_columns; i++)
		if (!find_misfits_of(reader, &reader->columns[i], dbf, error)) {
			g_prefix_error(error, "%s: ", reader->request->path);
			return FALSE;
		}
	return TRUE;
}

static gboolean plan_columns(Reader *reader, GError **error)
{
	OGRFeatureDefnH definition = OGR_L_GetLayerDefn(reader->layer);
	reader->names = field_names(definition);
	const char *const *names = (const char *const *) reader->names;
	const ThusoReadRequest *request = reader->request;
	gboolean by_columns = request->source->x || request->source->y;
	reader->has_geometry = !by_columns && OGR_FD_GetGeomFieldCount(definition) > 0 && OGR_FD_GetGeomType(definition) != wkbNone;
	if (!reader->has_geometry && !thuso_point_columns(request, names, &reader->points, error))
		return FALSE;
	for (int i = 0; request->columns && request->columns[i] && !request->may_lack; i++)
		if (!g_strv_contains(names, request->columns[i]) && !g_str_equal(request->columns[i], "_fid"))
			return refuse_untyped(reader, request->columns[i], error) &&
			       thuso_missing_field(request, request->columns[i], names, error);
	ThusoGeometryType type = reader->has_geometry ? THUSO_ANY_GEOMETRY : reader->points.x ? THUSO_POINT : THUSO_NO_GEOMETRY;
	const char *name = OGR_L_GetName(reader->layer);
	reader->table = thuso_table_new(name, name, "", type);
	thuso_table_add_column(reader->table, "_fid", "Feature", "", THUSO_INTEGER);
	reader->columns = thuso_new(Column, g_strv_length(reader->names) + 1);
	for (int i = 0; names[i]; i++) {
		if (!is_needed(reader, names[i]))
			continue;
		OGRFieldType field_type = OGR_Fld_GetType(OGR_FD_GetFieldDefn(definition, i));
		if (field_type == OFTBinary && request->columns)
			return refuse_binary(reader, names[i], error);
		if (field_type == OFTBinary)
			continue;
		int column = thuso_table_add_column(reader->table, names[i], names[i], "", column_type(field_type));
		reader->columns[reader->n_columns++] = (Column){ i, column, field_type, { 0 } };
	}
	ignore_others(reader);
	return find_misfits(reader, error);
}

static gboolean set_filter(Reader *reader, ThusoMessages *messages, GError **error)
{
	const char *where = reader->request->source->where;
	if (!where)
		return TRUE;
	if (!thuso_filter_check(reader->request, OGR_L_GetLayerDefn(reader->layer), OGR_L_GetFIDColumn(reader->layer), error))
		return FALSE;
	if (OGR_L_SetAttributeFilter(reader->layer, where) == OGRERR_NONE && !messages->failure)
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_USAGE, "%s: `where: %s` does not fit %s: %s", reader->request->source->name, where,
	                reader->request->path, thuso_messages_failure(messages, "it is no OGR SQL condition"));
	return FALSE;
}

static gboolean add_feature(Reader *reader, OGRFeatureH feature, GError **error)
{
	gint64 row = thuso_table_add_row(reader->table, error);
	if (row < 0)
		return FALSE;
	thuso_table_set_integer(reader->table, row, 0, OGR_F_GetFID(feature));
	for (int i = 0; i < reader->n_columns; i++) {
		if (!check_misfit(reader, &reader->columns[i], feature, error))
			return FALSE;
		set_cell(reader, row, &reader->columns[i], feature);
	}
	if (reader->has_geometry && !set_geometry(reader, row, feature, error))
		return FALSE;
	return reader->n_read++ % GO_ON_ROWS != 0 || thuso_context_go_on(reader->context, error);
}

/* OSM keeps its layers interleaved in one stream; every other format is read layer by layer. */
static OGRFeatureH next_feature(Reader *reader)
{
	if (!g_str_equal(reader->input->format->drivers[0], "OSM"))
		return OGR_L_GetNextFeature(reader->layer);
	for (;;) {
		OGRLayerH of = NULL;
		OGRFeatureH feature = GDALDatasetGetNextFeature(reader->input->dataset, &of, NULL, NULL, NULL);
		if (!feature || of == reader->layer)
			return feature;
		OGR_F_Destroy(feature);
	}
}

static gboolean read_rows(Reader *reader, GError **error)
{
	GDALDatasetResetReading(reader->input->dataset);
	OGR_L_ResetReading(reader->layer);
	for (OGRFeatureH feature = next_feature(reader); feature; feature = next_feature(reader)) {
		gboolean good = add_feature(reader, feature, error);
		OGR_F_Destroy(feature);
		if (!good)
			return FALSE;
	}
	return TRUE;
}

/* How many rows there must be, or -1 where the format does not say so reliably. */
static gint64 expected_rows(const Reader *reader)
{
	if (reader->request->source->where)
		return -1;
	if (reader->input->db)
		return thuso_sqlite_count(reader->input->db, OGR_L_GetName(reader->layer));
	if (reader->input->n_expected >= 0)
		return reader->input->n_expected;
	return g_str_equal(reader->input->format->drivers[0], "OpenFileGDB") ? OGR_L_GetFeatureCount(reader->layer, FALSE) : -1;
}

/* "Value 'many' of field layer.name parsed incompletely to integer 0.": only of columns that are read. Other losses name no field. */
static gboolean is_of_column(const Reader *reader, const char *loss)
{
	g_autofree char *layer = thuso_escape(OGR_L_GetName(reader->layer));
	for (int i = 0; i < reader->n_columns; i++) {
		g_autofree char *name = thuso_escape(thuso_table_column(reader->table, reader->columns[i].column)->name);
		g_autofree char *mark = g_strdup_printf(" of field %s.%s parsed ", layer, name);
		if (strstr(loss, mark))
			return TRUE;
	}
	return strstr(loss, " of field ") == NULL;
}

static gboolean check_losses(const Reader *reader, const ThusoMessages *messages, GError **error)
{
	guint n = 0;
	const char *first = NULL;
	for (guint i = 0; i < messages->losses->len; i++) {
		const char *loss = g_ptr_array_index(messages->losses, i);
		if (is_of_column(reader, loss) && n++ == 0)
			first = loss;
	}
	if (!first)
		return TRUE;
	thuso_set_error(
	    error, THUSO_ERROR_INPUT,
	    "%s: %s, layer %s: %u values do not fit the type of their field (first: %s): correct them, or export the layer "
	    "with the field as text",
	    reader->request->source->name, reader->request->path, OGR_L_GetName(reader->layer), n, first);
	return FALSE;
}

static gboolean check_whole(const Reader *reader, const ThusoMessages *messages, GError **error)
{
	const ThusoReadRequest *request = reader->request;
	if (messages->failure) {
		thuso_set_error(error, THUSO_ERROR_INPUT,
		                "%s: reading %s, layer %s, stopped after %" G_GINT64_FORMAT " rows: %s: check or export it again",
		                request->source->name, request->path, OGR_L_GetName(reader->layer), reader->n_read, messages->failure);
		return FALSE;
	}
	if (!check_losses(reader, messages, error))
		return FALSE;
	gint64 expected = expected_rows(reader);
	if (expected < 0 || expected == reader->n_read)
		return TRUE;
	thuso_set_error(error, THUSO_ERROR_INPUT,
	                "%s: %s, layer %s, is damaged: it holds %" G_GINT64_FORMAT " rows and %" G_GINT64_FORMAT
	                " could be read: check or export it again",
	                request->source->name, request->path, OGR_L_GetName(reader->layer), expected, reader->n_read);
	return FALSE;
}

static gboolean set_crs(Reader *reader, GError **error)
{
	const ThusoReadRequest *request = reader->request;
	g_autofree char *wkt = NULL;
	if (request->source->crs) {
		g_autoptr(ThusoCrs) crs = thuso_stated_crs(request->source->crs, request->source->name, error);
		if (!crs)
			return FALSE;
		wkt = g_strdup(thuso_crs_wkt(crs));
	} else {
		wkt = thuso_srs_wkt(OGR_L_GetSpatialRef(reader->layer));
	}
	if (!wkt && request->what == THUSO_READ_GEOMETRY) {
		thuso_set_error(error, THUSO_ERROR_INPUT, "%s: %s, layer %s, does not say in which CRS it is: say so with `crs:`",
		                request->source->name, request->path, OGR_L_GetName(reader->layer));
		return FALSE;
	}
	thuso_table_set_crs(reader->table, wkt);
	return TRUE;
}

/* The type of what was read; of an empty layer, what it declares. */
static ThusoGeometryType type_read(const Reader *reader)
{
	for (ThusoGeometryType type = THUSO_POINT; type <= THUSO_POLYGON; type++)
		if (reader->kinds == 1U << type)
			return type;
	if (reader->kinds)
		return THUSO_ANY_GEOMETRY;
	ThusoGeometryType declared = kind_of(OGR_FD_GetGeomType(OGR_L_GetLayerDefn(reader->layer)));
	return declared == THUSO_NO_GEOMETRY ? THUSO_ANY_GEOMETRY : declared;
}

static void report_repairs(const Reader *reader)
{
	if (reader->n_repaired == 0)
		return;
	g_autofree char *feature = g_strdup_printf("%" G_GINT64_FORMAT, reader->first_repaired);
	ThusoFinding finding = {
		THUSO_WARNING, "encoding", reader->request->source->name, feature, NULL, reader->n_repaired, NULL,
	};
	thuso_io_find(reader->context, &finding,
	              "%s: %" G_GINT64_FORMAT
	              " texts are not UTF-8 and were read as Windows-1252 (first: feature %s): save it as UTF-8",
	              reader->request->path, reader->n_repaired, feature);
}

static ThusoTable *finish(Reader *reader, GError **error)
{
	ThusoTable *table = g_steal_pointer(&reader->table);
	report_repairs(reader);
	if (reader->has_geometry)
		table->geometry_type = type_read(reader);
	if (!reader->points.x)
		return table;
	guint8 *keep = thuso_array_new(MAX(table->n_rows, 1), 1, "rows", error);
	if (keep)
		memset(keep, 1, (gsize) table->n_rows);
	if (!keep || !thuso_make_points(reader->context, reader->request, &reader->points, table, keep, error)) {
		thuso_array_free(keep);
		thuso_table_free(table);
		return NULL;
	}
	table = thuso_table_select(table, keep, NULL, error);
	thuso_array_free(keep);
	return table;
}

static void reader_clear(Reader *reader)
{
	thuso_table_free(reader->table);
	for (int i = 0; i < reader->n_columns; i++)
		thuso_misfits_clear(&reader->columns[i].misfits);
	g_free(reader->columns);
	g_strfreev(reader->names);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

ThusoTable *thuso_read_features(ThusoContext *context, const ThusoReadRequest *request, GError **error)
{
	ThusoInput *input = thuso_input_open(context, request->path, request->source->layer, error);
	if (!input)
		return NULL;
	g_auto(Reader) reader = { .context = context, .request = request, .input = input };
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	reader.layer = thuso_input_layer(input, request->source->layer, error);
	gboolean good = reader.layer && plan_columns(&reader, error) && set_filter(&reader, &messages, error) &&
	                read_rows(&reader, error) && check_whole(&reader, &messages, error) &&
	                (!reader.has_geometry || set_crs(&reader, error));
	thuso_messages_end(&messages, good ? context : NULL, request->source->name);
	ThusoTable *table = good ? finish(&reader, error) : NULL;
	if (good)
		thuso_kept_give(context, input, reader.layer);
	else
		thuso_input_close(input);
	return table;
}
