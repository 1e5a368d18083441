/* A report from a result: the pages, the workbook and the tables, in one folder. */
#include <math.h>
#include <string.h>

#include "csv.h"
#include "folder.h"
#include "html.h"
#include "print.h"
#include "section.h"
#include "workbook.h"

#define ALL_FORMATS     (THUSO_REPORT_HTML | THUSO_REPORT_PDF | THUSO_REPORT_XLSX | THUSO_REPORT_CSV)
#define DEFAULT_FORMATS (THUSO_REPORT_HTML | THUSO_REPORT_XLSX | THUSO_REPORT_CSV)

const char *const thuso_report_formats[] = { "html", "pdf", "xlsx", "csv", NULL };

typedef struct {
	ThusoContext *context;
	const Facts *facts;
	const Level *level;
	Folder *folder;
	guint formats;
	char **names; /* of the areas' files by row, without ending */
	char **files; /* the same, .html */
	char *foot;
} Job;

/* --- names ------------------------------------------------------------------------------------------------------------------------------ */

/* Names from the ids; where two become the same, or nothing is left, a number tells them apart. Names are compared without case, as
 * Windows does. */
static void name_areas(Job *job)
{
	gint64 n = job->level->table->n_rows;
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *level = file_word(job->level->name);
	job->names = g_new0(char *, (gsize) n + 1);
	job->files = g_new0(char *, (gsize) n + 1);
	for (gint64 row = 0; row < n; row++) {
		const char *id = cell_text(job->level->table, row, "id");
		g_autofree char *word = file_word(id ? id : "");
		g_autofree char *name = g_strdup_printf("%s-%s", level, *word ? word : "x");
		g_autofree char *lower = g_ascii_strdown(name, -1);
		if (!g_hash_table_add(seen, g_steal_pointer(&lower))) {
			char *other = g_strdup_printf("%s-%" G_GINT64_FORMAT, name, row + 1);
			g_free(name);
			name = other;
			g_hash_table_add(seen, g_ascii_strdown(name, -1));
		}
		job->files[row] = g_strconcat(name, ".html", NULL);
		job->names[row] = g_steal_pointer(&name);
	}
}

static char *foot_text(const Facts *facts)
{
	const ThusoTable *run = facts->table[FACTS_RUN];
	const char *version = "";
	for (gint64 row = 0; run && row < run->n_rows; row++)
		if (g_strcmp0(cell_text(run, row, "kind"), "program") == 0 && cell_text(run, row, "value"))
			version = cell_text(run, row, "value");
	return g_strdup_printf("Indicative; policy may override. Computed by thuso%s%s for the study \xe2\x80\x9c%s\xe2\x80\x9d of "
	                       "%s; reported from %s.gpkg. "
	                       "Travel is computed over the layers that the overview names, not measured.",
	                       *version ? " " : "", version, facts->study, facts->date, facts->base_name);
}

/* --- pages -------------------------------------------------------------------------------------------------------------------------------- */

static Document *make_document(const Job *job, const Area *area, GError **error)
{
	g_autofree char *subtitle = area->is_all ? g_strdup_printf("Access to service centres, %s", job->facts->date)
	                                         : g_strdup_printf("%s, %s", job->facts->study, job->facts->date);
	g_autoptr(Document) document = document_new(area->title, subtitle, area->is_all ? NULL : "index.html");
	ThusoReportPage page = { document, job->facts, area, job->level, job->files };
	for (const ThusoReportSection *const *section = thuso_report_sections; *section; section++)
		if (!(*section)->write(&page, error))
			return NULL;
	return g_steal_pointer(&document);
}

static gboolean write_page(const Job *job, const Area *area, const char *name, GError **error)
{
	g_autoptr(Document) document = make_document(job, area, error);
	if (!document)
		return FALSE;
	if (job->formats & THUSO_REPORT_HTML) {
		gsize size;
		g_autofree char *file = g_strconcat(name, ".html", NULL), *text = html_page(document, job->foot, &size);
		if (!folder_write(job->folder, file, text, size, error))
			return FALSE;
	}
	if (job->formats & THUSO_REPORT_PDF) {
		g_autofree char *file = g_strconcat(name, ".pdf", NULL);
		g_autoptr(GBytes) bytes = print_document(document, job->foot, job->facts->date, error);
		gsize size;
		gconstpointer data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
		if (!bytes || !folder_write(job->folder, file, data, size, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean write_pages(const Job *job, GError **error)
{
	gint64 n = job->level->table->n_rows;
	if (!(job->formats & (THUSO_REPORT_HTML | THUSO_REPORT_PDF)))
		return TRUE;
	thuso_stage(job->context, "pages", 0.3, 0.9);
	for (gint64 row = -1; row < n; row++) {
		g_autoptr(Area) area = area_new(job->facts, row < 0 ? &job->facts->levels[0] : job->level, row, error);
		if (!area || !write_page(job, area, row < 0 ? "index" : job->names[row], error) ||
		    !thuso_context_go_on(job->context, error))
			return FALSE;
		thuso_progress(job->context, (double) (row + 2) / (double) (n + 1));
	}
	return TRUE;
}

/* --- tables ------------------------------------------------------------------------------------------------------------------------------- */

static gboolean write_workbook(const Job *job, GError **error)
{
	g_autofree char *word = file_word(job->facts->base_name), *name = g_strconcat(*word ? word : "tables", ".xlsx", NULL);
	g_autofree char *path = folder_path(job->folder, name);
	return workbook_write(job->facts, path, error);
}

static gboolean write_csv(const Job *job, GError **error)
{
	g_autoptr(GPtrArray) tables = workbook_tables(job->facts);
	for (guint i = 0; i < tables->len; i++) {
		const ThusoTable *table = g_ptr_array_index(tables, i);
		gsize size;
		g_autofree char *word = file_word(table->name), *name = g_strconcat(word, ".csv", NULL), *text = csv_table(table, &size);
		if (!folder_write(job->folder, name, text, size, error) || !thuso_context_go_on(job->context, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean write_all(Job *job, GError **error)
{
	name_areas(job);
	job->foot = foot_text(job->facts);
	if (!write_pages(job, error))
		return FALSE;
	thuso_stage(job->context, "tables", 0.9, 1);
	return (!(job->formats & THUSO_REPORT_XLSX) || write_workbook(job, error)) &&
	       (!(job->formats & THUSO_REPORT_CSV) || write_csv(job, error));
}

/* --- the interface ------------------------------------------------------------------------------------------------------------------------- */

static char *default_folder(const char *result)
{
	g_autofree char *absolute = g_canonicalize_filename(result, NULL), *parent = g_path_get_dirname(absolute);
	return g_build_filename(parent, "reports", NULL);
}

gboolean thuso_report_check(const ThusoReportSpec *spec, GError **error)
{
	g_autofree char *path = spec->output ? g_strdup(spec->output) : default_folder(spec->result);
	return folder_check(path, spec->overwrite, error);
}

gboolean thuso_report_run(ThusoContext *context, const ThusoReportSpec *spec, ThusoReportResult *result, GError **error)
{
	g_autofree char *path = spec->output ? g_strdup(spec->output) : default_folder(spec->result);
	thuso_stage(context, "reading the result", 0, 0.3);
	g_autoptr(Facts) facts = facts_read(context, spec->result, error);
	Job job = { .context = context, .facts = facts, .formats = spec->formats & ALL_FORMATS ? spec->formats : DEFAULT_FORMATS };
	if (!facts || !(job.level = facts_level(facts, spec->by ? spec->by : "municipality", error)))
		return FALSE;
	g_autoptr(Folder) folder = folder_open(path, spec->overwrite, error);
	if (!folder)
		return FALSE;
	job.folder = folder;
	gboolean ok = write_all(&job, error) && folder_commit(folder, &result->written, error);
	result->n_areas = (int) job.level->table->n_rows;
	g_strfreev(job.names);
	g_strfreev(job.files);
	g_free(job.foot);
	return ok;
}

void thuso_report_result_clear(ThusoReportResult *result)
{
	g_clear_pointer(&result->written, g_strfreev);
}
