/* GDAL's messages of one call, kept on the calling thread and handed to the run as findings. */
#include "private.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <string.h>

#define MAX_WARNINGS   20 /* distinct texts kept of one call */
#define MAX_LOSSES     10000
#define MAX_LISTED     40 /* names listed in a message */
#define MAX_NAME_CHARS 60

/* The messages of other drivers' trial and error that say nothing about the user's data. */
static gboolean is_noise(const char *text)
{
	static const char *const known[] = {
		"Non-conformant content",
		"GPKG: unrecognized user_version",
		"does not support open option IMMUTABLE",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
		if (strstr(text, known[i]))
			return TRUE;
	return FALSE;
}

/* GDAL has made another value of what stands in the file. */
static gboolean is_loss(const char *text)
{
	return strstr(text, " parsed incompletely to ") != NULL || strstr(text, "Integer overflow occurred") != NULL;
}

static void CPL_STDCALL collect(CPLErr kind, CPLErrorNum number G_GNUC_UNUSED, const char *text)
{
	ThusoMessages *messages = CPLGetErrorHandlerUserData();
	if (kind >= CE_Failure) {
		if (!messages->failure)
			messages->failure = thuso_escape(text);
		return;
	}
	if (kind == CE_Warning && is_loss(text)) {
		if (messages->losses->len < MAX_LOSSES)
			g_ptr_array_add(messages->losses, thuso_escape(text));
		return;
	}
	if (kind != CE_Warning || is_noise(text) || messages->warnings->len >= MAX_WARNINGS)
		return;
	g_autofree char *line = thuso_escape(text);
	if (!g_ptr_array_find_with_equal_func(messages->warnings, line, g_str_equal, NULL))
		g_ptr_array_add(messages->warnings, g_steal_pointer(&line));
}

void thuso_messages_begin(ThusoMessages *messages)
{
	messages->failure = NULL;
	messages->losses = g_ptr_array_new_with_free_func(g_free);
	messages->warnings = g_ptr_array_new_with_free_func(g_free);
	CPLErrorReset();
	CPLPushErrorHandlerEx(collect, messages);
}

void thuso_messages_report(const GPtrArray *warnings, ThusoContext *context, const char *name)
{
	for (guint i = 0; context && i < warnings->len; i++) {
		ThusoFinding finding = {
			.severity = THUSO_WARNING,
			.check = "reader",
			.layer = name,
			.message = g_ptr_array_index(warnings, i),
			.count = 1,
		};
		thuso_find(context, &finding);
	}
}

void thuso_messages_end(ThusoMessages *messages, ThusoContext *context, const char *name)
{
	CPLPopErrorHandler();
	CPLErrorReset();
	thuso_messages_report(messages->warnings, context, name);
	g_clear_pointer(&messages->warnings, g_ptr_array_unref);
	g_clear_pointer(&messages->losses, g_ptr_array_unref);
	g_clear_pointer(&messages->failure, g_free);
}

const char *thuso_messages_failure(const ThusoMessages *messages, const char *otherwise)
{
	if (messages->failure)
		return messages->failure;
	return messages->warnings->len > 0 ? g_ptr_array_index(messages->warnings, 0) : otherwise;
}

void thuso_io_find(ThusoContext *context, const ThusoFinding *finding, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *line = thuso_escape(text);
	ThusoFinding copy = *finding;
	copy.message = line;
	thuso_find(context, &copy);
}

char *thuso_io_list(const char *const *names)
{
	GString *list = g_string_new(NULL);
	for (int i = 0; names[i]; i++) {
		if (i == MAX_LISTED) {
			g_string_append_printf(list, " and %u more", g_strv_length((char **) names) - MAX_LISTED);
			break;
		}
		gboolean is_long = g_utf8_strlen(names[i], -1) > MAX_NAME_CHARS;
		const char *end = is_long ? g_utf8_offset_to_pointer(names[i], MAX_NAME_CHARS) : names[i] + strlen(names[i]);
		g_string_append_printf(list, "%s%.*s%s", i ? ", " : "", (int) (end - names[i]), names[i], is_long ? "..." : "");
	}
	return g_string_free(list, FALSE);
}
