/* A register looked through: records read, flags raised, grades given, centres counted. */
#include "monitor.h"

typedef struct {
	const char *name, *title, *unit;
	ThusoColumnType type;
} Column;

static const Column centre_columns[] = {
	[CENTRE_ID] = { "site", "Centre", "", THUSO_TEXT },
	[CENTRE_TITLE] = { "title", "Title", "", THUSO_TEXT },
	[CENTRE_PROVINCE] = { "province", "Province", "", THUSO_TEXT },
	[CENTRE_STATUS] = { "status", "Status", "", THUSO_TEXT },
	[CENTRE_IS_FUNCTIONAL] = { "is_functional", "Functional", "", THUSO_INTEGER },
	[CENTRE_BLOCKS] = { "blocks", "Service blocks present, of six", "", THUSO_INTEGER },
	[CENTRE_BLOCKS_UNKNOWN] = { "blocks_unknown", "Service blocks not known", "", THUSO_INTEGER },
	[CENTRE_DEPARTMENTS] = { "departments", "Departments present", "", THUSO_INTEGER },
	[CENTRE_DAYS] = { "days", "Service days a week, over all departments", "days", THUSO_REAL },
	[CENTRE_USERS] = { "users", "Users", "", THUSO_REAL },
	[CENTRE_ANCHOR] = { "anchor", "Anchor department present, or nearest", "", THUSO_TEXT },
	[CENTRE_ANCHOR_M] = { "anchor_m", "Straight line to the nearest service point of an anchor", "m", THUSO_REAL },
	[CENTRE_N_FLAGS] = { "n_flags", "Delisting flags", "", THUSO_INTEGER },
	[CENTRE_FLAGS] = { "flags", "Delisting flags by name", "", THUSO_TEXT },
	[CENTRE_REASONS] = { "reasons", "Why it is flagged", "", THUSO_TEXT },
	[CENTRE_SHARE] = { "share", "Share of points", "", THUSO_REAL },
	[CENTRE_GRADE] = { "grade", "Grade by the planner's table", "", THUSO_TEXT },
};
static const Column flag_columns[] = {
	{ "site", "Centre", "", THUSO_TEXT },       { "title", "Title", "", THUSO_TEXT },
	{ "province", "Province", "", THUSO_TEXT }, { "flag", "Flag", "", THUSO_TEXT },
	{ "reason", "Reason", "", THUSO_TEXT },     { "source", "Where the rule stands", "", THUSO_TEXT },
};
static const Column count_columns[] = {
	{ "province", "Province", "", THUSO_TEXT },
	{ "centres", "Centres", "", THUSO_INTEGER },
	{ "functional", "Functional", "", THUSO_INTEGER },
	{ "not_functional", "Not functional", "", THUSO_INTEGER },
	{ "not_known", "Status not known", "", THUSO_INTEGER },
	{ "flagged", "With a delisting flag", "", THUSO_INTEGER },
};

static ThusoTable *table_new(const char *name, const char *title, const Column *columns, gsize n)
{
	ThusoTable *table = thuso_table_new(name, title, title, THUSO_NO_GEOMETRY);
	for (gsize c = 0; c < n; c++)
		thuso_table_add_column(table, columns[c].name, columns[c].title, columns[c].unit, columns[c].type);
	return table;
}

void monitor_find(ThusoContext *context, const char *check, const char *feature, gint64 count, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *message = g_strdup_vprintf(format, args);
	va_end(args);
	ThusoFinding finding = { THUSO_WARNING, check, "register", feature, message, count, NULL };
	thuso_find(context, &finding);
}

static gboolean fill_centre(Monitor *monitor, gint64 at, GError **error)
{
	const ThusoCentreRecord *centre = &monitor->centre[at];
	ThusoTable *table = monitor->centres;
	gint64 row = thuso_table_add_row(table, error);
	if (row < 0)
		return FALSE;
	thuso_table_set_text(table, row, CENTRE_ID, centre->id);
	thuso_table_set_text(table, row, CENTRE_TITLE, centre->title);
	thuso_table_set_text(table, row, CENTRE_PROVINCE, centre->province);
	thuso_table_set_text(table, row, CENTRE_STATUS, centre->status);
	if (monitor->status_known[at])
		thuso_table_set_integer(table, row, CENTRE_IS_FUNCTIONAL, monitor->is_functional[at]);
	thuso_table_set_integer(table, row, CENTRE_BLOCKS, centre->n_blocks);
	thuso_table_set_integer(table, row, CENTRE_BLOCKS_UNKNOWN, centre->n_blocks_unknown);
	if (centre->departments_known) {
		thuso_table_set_integer(table, row, CENTRE_DEPARTMENTS, centre->n_departments);
		thuso_table_set_real(table, row, CENTRE_DAYS, centre->days);
	}
	thuso_table_set_real(table, row, CENTRE_USERS, centre->users);
	thuso_table_set_text(table, row, CENTRE_ANCHOR,
	                     centre->anchor_present != NULL ? centre->anchor_present : centre->anchor_near);
	thuso_table_set_real(table, row, CENTRE_ANCHOR_M, isfinite(centre->anchor_m) ? centre->anchor_m : NAN);
	return TRUE;
}

static gboolean fill_centres(Monitor *monitor, GError **error)
{
	for (gint64 at = 0; at < monitor->n; at++)
		if (!fill_centre(monitor, at, error))
			return FALSE;
	return TRUE;
}

static void monitor_begin(Monitor *monitor)
{
	gint64 n = monitor->n = monitor->reg->table->n_rows;
	monitor->centre = thuso_new(ThusoCentreRecord, n + 1);
	monitor->row = thuso_new(gint64, n + 1);
	monitor->is_functional = thuso_new(gboolean, n + 1);
	monitor->status_known = thuso_new(gboolean, n + 1);
	monitor->n_flags = thuso_new(int, n + 1);
	monitor->texts = g_string_chunk_new(4096);
	monitor->centres = table_new("register", "Centres of the register", centre_columns, G_N_ELEMENTS(centre_columns));
	monitor->flags = table_new("flags", "Delisting flags with their reasons", flag_columns, G_N_ELEMENTS(flag_columns));
	monitor->counts = table_new("register_counts", "Centres by province", count_columns, G_N_ELEMENTS(count_columns));
}

static void monitor_clear(Monitor *monitor)
{
	g_free(monitor->centre);
	g_free(monitor->row);
	g_free(monitor->is_functional);
	g_free(monitor->status_known);
	g_free(monitor->n_flags);
	g_free(monitor->is_anchor);
	g_clear_pointer(&monitor->texts, g_string_chunk_free);
	g_clear_pointer(&monitor->centres, thuso_table_free);
	g_clear_pointer(&monitor->flags, thuso_table_free);
	g_clear_pointer(&monitor->counts, thuso_table_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Monitor, monitor_clear)

ThusoMonitoring *thuso_monitor(ThusoContext *context, const ThusoRegister *reg, GError **error)
{
	g_auto(Monitor) monitor = { .context = context, .reg = reg };
	monitor_begin(&monitor);
	if (!monitor_read(&monitor, error) || !fill_centres(&monitor, error) || !monitor_flag(&monitor, error) ||
	    !monitor_grade(&monitor, error) || !monitor_count(&monitor, error))
		return NULL;
	ThusoMonitoring *monitoring = g_new0(ThusoMonitoring, 1);
	monitoring->centres = g_steal_pointer(&monitor.centres);
	monitoring->flags = g_steal_pointer(&monitor.flags);
	monitoring->counts = g_steal_pointer(&monitor.counts);
	return monitoring;
}

void thuso_monitoring_free(ThusoMonitoring *monitoring)
{
	if (monitoring == NULL)
		return;
	thuso_table_free(monitoring->centres);
	thuso_table_free(monitoring->flags);
	thuso_table_free(monitoring->counts);
	g_free(monitoring);
}
