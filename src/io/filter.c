/* `where`: OGR's SQL filter over tables, and the check that it names fields that are there. */
#include "private.h"

#include <string.h>

static GDALDatasetH memory_dataset(void)
{
	GDALDriverH driver = GDALGetDriverByName("Memory");
	if (!driver)
		driver = GDALGetDriverByName("MEM");
	return driver ? GDALCreate(driver, "where", 0, 0, 0, GDT_Unknown, NULL) : NULL;
}

static void add_field(OGRLayerH layer, const char *name, OGRFieldType type)
{
	OGRFieldDefnH field = OGR_Fld_Create(name, type);
	if (OGR_L_CreateField(layer, field, TRUE) != OGRERR_NONE)
		g_warn_if_reached();
	OGR_Fld_Destroy(field);
}

/* The first name in quotes of a message such as `"CATB" not recognised as an available field.` */
static char *quoted_name(const char *message)
{
	const char *from = strchr(message, '"'), *to = from ? strchr(from + 1, '"') : NULL;
	return to ? g_strndup(from + 1, (gsize) (to - from - 1)) : NULL;
}

static gboolean set_filter(const ThusoReadRequest *request, OGRLayerH layer, ThusoMessages *messages, GError **error)
{
	if (OGR_L_SetAttributeFilter(layer, request->source->where) == OGRERR_NONE && !messages->failure)
		return TRUE;
	OGRFeatureDefnH definition = OGR_L_GetLayerDefn(layer);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int i = 0; i < OGR_FD_GetFieldCount(definition); i++)
		g_ptr_array_add(names, (char *) OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, i)));
	g_ptr_array_add(names, NULL);
	const char *const *known = (const char *const *) names->pdata;
	const char *message = thuso_messages_failure(messages, "it is no OGR SQL condition");
	g_autofree char *unknown = quoted_name(message);
	const char *near = unknown ? thuso_nearest_name(unknown, known) : NULL;
	g_autofree char *list = thuso_io_list(known);
	thuso_set_error(error, THUSO_ERROR_USAGE, "%s: `where: %s` does not fit %s%s%s: %s%s%s; its fields: %s",
	                request->source->name, request->source->where, request->path, request->source->layer ? ", layer " : "",
	                request->source->layer ? request->source->layer : "", message, near ? "; nearest field: " : "",
	                near ? near : "", list);
	return FALSE;
}

gboolean thuso_filter_check(const ThusoReadRequest *request, OGRFeatureDefnH definition, const char *fid_name, GError **error)
{
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	GDALDatasetH dataset = memory_dataset();
	OGRLayerH layer = dataset ? GDALDatasetCreateLayer(dataset, "where", NULL, wkbUnknown, NULL) : NULL;
	gboolean good = layer != NULL;
	for (int i = 0; good && i < OGR_FD_GetFieldCount(definition); i++) {
		OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, i);
		add_field(layer, OGR_Fld_GetNameRef(field), OGR_Fld_GetType(field));
	}
	if (good && fid_name && fid_name[0] && g_ascii_strcasecmp(fid_name, "fid") != 0)
		add_field(layer, fid_name, OFTInteger64);
	if (good)
		good = set_filter(request, layer, &messages, error);
	else
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s: `where` cannot be checked: %s", request->source->name,
		                thuso_messages_failure(&messages, "GDAL has no memory driver"));
	if (dataset)
		GDALClose(dataset);
	thuso_messages_end(&messages, NULL, NULL);
	return good;
}

static gboolean fill_layer(OGRLayerH layer, const ThusoTable *table)
{
	static const OGRFieldType types[] = { OFTString, OFTInteger64, OFTReal };
	for (guint c = 0; c < table->columns->len; c++)
		add_field(layer, thuso_table_column(table, (int) c)->name, types[thuso_table_column(table, (int) c)->type]);
	gboolean good = TRUE;
	for (gint64 i = 0; good && i < table->n_rows; i++) {
		OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
		OGR_F_SetFID(feature, i);
		for (int c = 0; c < (int) table->columns->len; c++) {
			if (thuso_table_is_null(table, i, c))
				OGR_F_SetFieldNull(feature, c);
			else if (thuso_table_column(table, c)->type == THUSO_TEXT)
				OGR_F_SetFieldString(feature, c, thuso_table_text(table, i, c));
			else if (thuso_table_column(table, c)->type == THUSO_INTEGER)
				OGR_F_SetFieldInteger64(feature, c, thuso_table_integer(table, i, c));
			else
				OGR_F_SetFieldDouble(feature, c, thuso_table_real(table, i, c));
		}
		good = OGR_L_CreateFeature(layer, feature) == OGRERR_NONE;
		OGR_F_Destroy(feature);
	}
	return good;
}

gboolean thuso_filter_rows(const ThusoReadRequest *request, const ThusoTable *table, guint8 *keep, GError **error)
{
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	GDALDatasetH dataset = memory_dataset();
	OGRLayerH layer = dataset ? GDALDatasetCreateLayer(dataset, "where", NULL, wkbNone, NULL) : NULL;
	gboolean filled = layer && fill_layer(layer, table);
	gboolean good = filled && set_filter(request, layer, &messages, error);
	if (!filled)
		thuso_set_error(error, THUSO_ERROR_FAILED, "%s: `where` cannot be applied: %s", request->source->name,
		                thuso_messages_failure(&messages, "no memory"));
	if (good) {
		memset(keep, 0, (gsize) table->n_rows);
		for (OGRFeatureH feature = OGR_L_GetNextFeature(layer); feature; feature = OGR_L_GetNextFeature(layer)) {
			keep[OGR_F_GetFID(feature)] = 1;
			OGR_F_Destroy(feature);
		}
		if (messages.failure) {
			thuso_set_error(error, THUSO_ERROR_USAGE, "%s: `where: %s` fails: %s", request->source->name, request->source->where,
			                messages.failure);
			good = FALSE;
		}
	}
	if (dataset)
		GDALClose(dataset);
	thuso_messages_end(&messages, NULL, NULL);
	return good;
}
