/* The study: a checked file, its paths, and where the result goes. */
#include "study.h"

#include <string.h>

#include "schema.h"

const ThusoParam *thuso_study_schema(void)
{
	return study_schema;
}

Block study_block(const ThusoStudy *study)
{
	return (Block){ study->file, "the study file", study->top, study_schema };
}

char *study_path(const ThusoStudy *study, const char *path)
{
	g_autofree char *slashes = g_strdelimit(g_strdup(path), "\\", '/'); /* typed on Windows */
	return g_path_is_absolute(slashes) ? g_strdup(slashes) : g_build_filename(study->dir, slashes, NULL);
}

static gboolean is_date(const char *text)
{
	g_autoptr(GDateTime) date = NULL;
	if (strlen(text) == 10) {
		g_autofree char *full = g_strconcat(text, "T00:00:00Z", NULL);
		date = g_date_time_new_from_iso8601(full, NULL);
	}
	return date != NULL;
}

/* What the schema's rows cannot say. */
static gboolean check_across(const ThusoStudy *study, GError **error)
{
	Block top = study_block(study), head = block_get(&top, "study"), output = block_get(&top, "output");
	const char *date = block_text(&head, "date"), *path = block_text(&output, "path");
	if (date && !is_date(date)) {
		block_error(&head, "date", error, THUSO_ERROR_USAGE, "date: '%s' is not a date; write it as 2026-11-21", date);
		return FALSE;
	}
	if (!g_str_has_suffix(path, ".gpkg")) {
		block_error(&output, "path", error, THUSO_ERROR_USAGE, "output path: '%s' does not end in .gpkg", path);
		return FALSE;
	}
	return TRUE;
}

ThusoStudy *thuso_study_load(const char *path, GError **error)
{
	g_autoptr(ThusoStudy) study = g_new0(ThusoStudy, 1);
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	study->file = g_strdup(path);
	study->dir = g_path_get_dirname(absolute);
	study->top = node_read(path, error);
	if (!study->top)
		return NULL;
	Block top = study_block(study);
	if (!block_check(&top, error) || !check_across(study, error))
		return NULL;
	Block head = block_get(&top, "study"), output = block_get(&top, "output");
	study->output = study_path(study, block_text(&output, "path"));
	study->data = block_has(&head, "data") ? study_path(study, block_text(&head, "data")) : NULL;
	return g_steal_pointer(&study);
}

void thuso_study_free(ThusoStudy *study)
{
	if (!study)
		return;
	node_free(study->top);
	g_free(study->file);
	g_free(study->dir);
	g_free(study->data);
	g_free(study->output);
	g_free(study);
}

const char *thuso_study_name(const ThusoStudy *study)
{
	Block top = study_block(study), head = block_get(&top, "study");
	return block_text(&head, "name");
}

const char *thuso_study_output(const ThusoStudy *study)
{
	return study->output;
}
