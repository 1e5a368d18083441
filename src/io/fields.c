/* The fields of a source with their kinds, for noticing that a layer is not what it was. */
#include "private.h"

#include <string.h>

/* Kinds as a planner tells them apart; a whole number that becomes a decimal one is no news. */
static const char *kind_of(OGRFieldType type)
{
	switch (type) {
	case OFTInteger:
	case OFTInteger64:
	case OFTReal:
		return "number";
	case OFTDate:
	case OFTTime:
	case OFTDateTime:
		return "date";
	case OFTString:
		return "text";
	default:
		return "other";
	}
}

static gboolean add_layer_fields(ThusoContext *context, const ThusoSource *source, const char *path, GStrvBuilder *fields,
                                 GError **error)
{
	ThusoInput *input = thuso_input_open(context, path, source->layer, error);
	if (!input)
		return FALSE;
	ThusoMessages messages;
	thuso_messages_begin(&messages);
	OGRLayerH layer = thuso_input_layer(input, source->layer, error);
	OGRFeatureDefnH definition = layer ? OGR_L_GetLayerDefn(layer) : NULL;
	for (int i = 0; definition && i < OGR_FD_GetFieldCount(definition); i++) {
		OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, i);
		g_autofree char *owned = NULL;
		const char *name = thuso_repair_text(OGR_Fld_GetNameRef(field), &owned);
		g_strv_builder_add(fields, name);
		g_strv_builder_add(fields, kind_of(OGR_Fld_GetType(field)));
	}
	thuso_messages_end(&messages, NULL, NULL);
	if (layer)
		thuso_kept_give(context, input, layer);
	else
		thuso_input_close(input);
	return layer != NULL;
}

/* Cells of a text table are texts until somebody reads them as something else. */
static gboolean add_table_fields(ThusoContext *context, const char *path, GStrvBuilder *fields, GError **error)
{
	g_autoptr(ThusoRows) rows = thuso_rows_open(context, path, error);
	if (!rows)
		return FALSE;
	for (const char *const *name = thuso_rows_columns(rows); *name; name++) {
		g_strv_builder_add(fields, *name);
		g_strv_builder_add(fields, "cell");
	}
	return TRUE;
}

char **thuso_source_fields(ThusoContext *context, const ThusoSource *source, GError **error)
{
	thuso_io_init();
	g_autoptr(GStrvBuilder) fields = g_strv_builder_new();
	for (char **path = source->paths; path && *path; path++) {
		const ThusoFormat *format = thuso_format_of(*path, FALSE, NULL);
		if (!format || format->kind == THUSO_FORMAT_RASTER)
			continue;
		if (!(format->kind == THUSO_FORMAT_TABLE ? add_table_fields(context, *path, fields, error)
		                                         : add_layer_fields(context, source, *path, fields, error)))
			return NULL;
	}
	return g_strv_builder_end(fields);
}
