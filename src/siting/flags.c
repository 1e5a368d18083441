/* The delisting flags there are, one line each; every centre looked at for each of them. */
#include "monitor.h"

#include <string.h>

const ThusoFlag *const thuso_flags[] = {
	&thuso_flag_anchor, &thuso_flag_condition, &thuso_flag_ict, &thuso_flag_destroyed, NULL,
};

const ThusoFlag *thuso_flag_find(const char *name)
{
	for (int i = 0; thuso_flags[i] != NULL; i++)
		if (strcmp(thuso_flags[i]->about.name, name) == 0)
			return thuso_flags[i];
	return NULL;
}

static gboolean add_flag(Monitor *monitor, const ThusoCentreRecord *centre, const ThusoFlag *flag, const char *reason,
                         GError **error)
{
	gint64 row = thuso_table_add_row(monitor->flags, error);
	if (row < 0)
		return FALSE;
	const char *const texts[] = { centre->id, centre->title, centre->province, flag->about.name, reason, flag->about.source };
	for (int c = 0; c < (int) G_N_ELEMENTS(texts); c++)
		thuso_table_set_text(monitor->flags, row, c, texts[c]);
	return TRUE;
}

static void append_text(GString *list, const char *separator, const char *text)
{
	g_string_append_printf(list, "%s%s", list->len > 0 ? separator : "", text);
}

/* One centre: its raised flags into both tables; counts[f] of those that cannot be told. */
static gboolean check_centre(Monitor *monitor, gint64 row, gint64 *unknown, GError **error)
{
	const ThusoCentreRecord *centre = &monitor->centre[row];
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) reasons = g_string_new(NULL);
	for (int f = 0; thuso_flags[f] != NULL; f++) {
		g_autofree char *reason = NULL;
		ThusoFlagState state = thuso_flags[f]->check(centre, &reason);
		unknown[f] += state == THUSO_FLAG_UNKNOWN;
		if (state != THUSO_FLAG_RAISED)
			continue;
		monitor->n_flags[row]++;
		append_text(names, ", ", thuso_flags[f]->about.name);
		append_text(reasons, "; ", reason);
		if (!add_flag(monitor, centre, thuso_flags[f], reason, error))
			return FALSE;
	}
	thuso_table_set_integer(monitor->centres, row, CENTRE_N_FLAGS, monitor->n_flags[row]);
	thuso_table_set_text(monitor->centres, row, CENTRE_FLAGS, names->len > 0 ? names->str : NULL);
	thuso_table_set_text(monitor->centres, row, CENTRE_REASONS, reasons->len > 0 ? reasons->str : NULL);
	return TRUE;
}

gboolean monitor_flag(Monitor *monitor, GError **error)
{
	gint64 unknown[G_N_ELEMENTS(thuso_flags)] = { 0 };
	for (gint64 row = 0; row < monitor->n; row++)
		if (!check_centre(monitor, row, unknown, error))
			return FALSE;
	for (int f = 0; thuso_flags[f] != NULL; f++)
		if (unknown[f] > 0)
			monitor_find(monitor->context, "flag_not_known", NULL, unknown[f],
			             "the flag \"%s\" cannot be told for %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
			             " centres: the register lacks what it needs; they are not flagged",
			             thuso_flags[f]->about.name, unknown[f], monitor->n);
	return TRUE;
}
