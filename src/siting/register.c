/* The register read into records: yes and no, departments and their days, the nearest anchor. */
#include "monitor.h"

#include <stdlib.h>
#include <string.h>

#define WORKING_DAYS 5 /* a week */

typedef struct {
	int id, title, province, status, condition, ict, users, departments, blocks[THUSO_BLOCKS];
} Columns;

const char *const thuso_block_names[THUSO_BLOCKS + 1] = {
	"government social and administrative services",
	"office services",
	"education and skills",
	"local economic development",
	"business services and community opportunities",
	"information and communication",
	NULL,
};

void thuso_register_columns_default(ThusoRegisterColumns *columns)
{
	*columns = (ThusoRegisterColumns){ .anchor_within_m = 1000 };
}

/* --- columns --------------------------------------------------------------------------------------------------------------- */

int monitor_column(const ThusoTable *table, const char *name, const char *what, GError **error)
{
	int column = name != NULL ? thuso_table_find_column(table, name) : -1;
	if (name == NULL || column >= 0)
		return column;
	g_autofree const char **names = thuso_table_column_names(table);
	const char *nearest = thuso_nearest_name(name, names);
	thuso_set_error(error, THUSO_ERROR_USAGE, "monitoring: %s has no column %s (%s)%s%s%s; name the column that holds it",
	                table->name, name, what, nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
	                nearest != NULL ? "?" : "");
	return -2;
}

static gboolean find_columns(const ThusoRegister *reg, Columns *columns, GError **error)
{
	const ThusoRegisterColumns *c = reg->columns;
	const struct {
		const char *name, *what;
		int *column;
	} wanted[] = {
		{ c->id, "id", &columns->id },
		{ c->title, "title", &columns->title },
		{ c->province, "province", &columns->province },
		{ c->status, "status", &columns->status },
		{ c->condition, "condition", &columns->condition },
		{ c->ict, "ict", &columns->ict },
		{ c->users, "users", &columns->users },
		{ c->departments, "departments", &columns->departments },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++)
		if ((*wanted[i].column = monitor_column(reg->table, wanted[i].name, wanted[i].what, error)) == -2)
			return FALSE;
	for (int b = 0; b < THUSO_BLOCKS; b++)
		if ((columns->blocks[b] = monitor_column(reg->table, c->blocks[b], thuso_block_names[b], error)) == -2)
			return FALSE;
	if (columns->id >= 0 && c->anchor_within_m > 0 && isfinite(c->anchor_within_m))
		return TRUE;
	g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_USAGE,
	                    columns->id < 0 ? "monitoring: which column of the register holds the centres' ids? add `id`"
	                                    : "monitoring: anchor_within must be above 0 m");
	return FALSE;
}

/* --- values ---------------------------------------------------------------------------------------------------------------- */

static const char *text_of(Monitor *monitor, gint64 row, int column)
{
	g_autofree char *text = column >= 0 ? thuso_table_as_text(monitor->reg->table, monitor->row[row], column) : NULL;
	if (text == NULL || *g_strstrip(text) == '\0')
		return NULL;
	return g_string_chunk_insert_const(monitor->texts, text);
}

static gboolean set_value_error(const Monitor *monitor, gint64 row, int column, const char *text, const char *expected,
                                GError **error)
{
	thuso_set_error(error, THUSO_ERROR_INPUT, "monitoring: %s of centre %s is \"%s\"; %s is expected",
	                thuso_table_column(monitor->reg->table, column)->name, monitor->centre[row].id, text, expected);
	return FALSE;
}

gboolean monitor_is_word(const char *text, const char *const *words)
{
	g_autofree char *folded = text != NULL ? g_utf8_casefold(text, -1) : NULL;
	for (; folded != NULL && words != NULL && *words != NULL; words++) {
		g_autofree char *word = g_utf8_casefold(*words, -1);
		if (strcmp(folded, word) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean read_blocks(Monitor *monitor, const Columns *columns, gint64 row, GError **error)
{
	static const char *const yes[] = { "yes", "y", "true", "1", "x", NULL }, *const no[] = { "no", "n", "false", "0", NULL };
	ThusoCentreRecord *centre = &monitor->centre[row];
	for (int b = 0; b < THUSO_BLOCKS; b++) {
		const char *text = text_of(monitor, row, columns->blocks[b]);
		if (text == NULL)
			centre->n_blocks_unknown++;
		else if (monitor_is_word(text, yes))
			centre->n_blocks++;
		else if (!monitor_is_word(text, no))
			return set_value_error(monitor, row, columns->blocks[b], text, "yes or no", error);
	}
	return TRUE;
}

/* Days a week: a number, or how often in a word. */
static gboolean read_days(const char *text, double *days)
{
	static const struct {
		const char *word;
		double days;
	} words[] = { { "daily", WORKING_DAYS }, { "weekly", 1 }, { "fortnightly", 0.5 }, { "monthly", 12.0 / 52 } };
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strcasecmp(text, words[i].word) == 0) {
			*days = words[i].days;
			return TRUE;
		}
	return thuso_parse_real(text, days) && *days >= 0 && *days <= 7;
}

static gboolean add_department(Monitor *monitor, gint64 row, int column, char *entry, GError **error)
{
	ThusoCentreRecord *centre = &monitor->centre[row];
	char *colon = strchr(entry, ':');
	double days = WORKING_DAYS;
	if (colon != NULL && strchr(colon + 1, ':') != NULL)
		return set_value_error(monitor, row, column, entry, "one department between two ; (names may hold commas)", error);
	if (colon != NULL) {
		*colon = '\0';
		char *text = g_strstrip(colon + 1);
		if (!read_days(text, &days))
			return set_value_error(monitor, row, column, text, "days a week from 0 to 7, daily, weekly, fortnightly or monthly",
			                       error);
	}
	g_strstrip(entry);
	centre->n_departments++;
	centre->days += days;
	const char *const *anchors = monitor->reg->columns->anchors;
	if (centre->anchor_present == NULL && days > 0 && (anchors == NULL || monitor_is_word(entry, anchors)))
		centre->anchor_present = g_string_chunk_insert_const(monitor->texts, entry);
	return TRUE;
}

static gboolean read_departments(Monitor *monitor, const Columns *columns, gint64 row, GError **error)
{
	const char *text = text_of(monitor, row, columns->departments);
	monitor->centre[row].departments_known = columns->departments >= 0;
	g_auto(GStrv) entries = g_strsplit_set(text != NULL ? text : "", ";|", -1);
	for (char **entry = entries; *entry != NULL; entry++)
		if (*g_strstrip(*entry) != '\0' && !add_department(monitor, row, columns->departments, *entry, error))
			return FALSE;
	return TRUE;
}

/* --- the nearest anchor ------------------------------------------------------------------------------------------------------ */

/* Once for all centres: words are slow to compare. */
static void mark_anchors(Monitor *monitor)
{
	const ThusoServicePoints *points = monitor->reg->points;
	const char *const *anchors = monitor->reg->columns->anchors;
	monitor->is_anchor = thuso_new(guint8, (points != NULL ? points->n : 0) + 1);
	for (gint64 i = 0; points != NULL && i < points->n; i++)
		monitor->is_anchor[i] =
		    anchors == NULL || monitor_is_word(points->department != NULL ? points->department[i] : NULL, anchors);
}

/* All points are looked at: a register has some hundred centres. */
static void find_anchor(const Monitor *monitor, ThusoCentreRecord *centre, double x, double y)
{
	const ThusoServicePoints *points = monitor->reg->points;
	centre->anchor_m = points != NULL ? INFINITY : NAN;
	for (gint64 i = 0; points != NULL && i < points->n; i++) {
		double metres = hypot(points->x[i] - x, points->y[i] - y);
		if (monitor->is_anchor[i] && metres < centre->anchor_m) {
			centre->anchor_m = metres;
			centre->anchor_near = points->department != NULL ? points->department[i] : NULL;
		}
	}
}

static void read_place(const Monitor *monitor, gint64 row)
{
	ThusoCentreRecord *centre = &monitor->centre[row];
	const ThusoRegister *reg = monitor->reg;
	centre->anchor_m = NAN;
	gint64 from = monitor->row[row];
	centre->has_place = reg->x != NULL && isfinite(reg->x[from]) && isfinite(reg->y[from]);
	if (centre->has_place)
		find_anchor(monitor, centre, reg->x[from], reg->y[from]);
}

/* --- rows -------------------------------------------------------------------------------------------------------------------- */

static gboolean read_users(Monitor *monitor, const Columns *columns, gint64 row, GError **error)
{
	const char *text = text_of(monitor, row, columns->users);
	monitor->centre[row].users = text != NULL ? thuso_table_as_real(monitor->reg->table, monitor->row[row], columns->users) : NAN;
	if (text == NULL || (monitor->centre[row].users >= 0 && isfinite(monitor->centre[row].users)))
		return TRUE;
	return set_value_error(monitor, row, columns->users, text, "a number of 0 or more", error);
}

static gboolean read_row(Monitor *monitor, const Columns *columns, gint64 row, GError **error)
{
	ThusoCentreRecord *centre = &monitor->centre[row];
	centre->columns = monitor->reg->columns;
	centre->id = text_of(monitor, row, columns->id);
	if (centre->id == NULL) {
		g_autofree char *number = g_strdup_printf("row %" G_GINT64_FORMAT, monitor->row[row] + 1);
		centre->id = g_string_chunk_insert_const(monitor->texts, number);
		monitor_find(monitor->context, "missing_id", centre->id, 1, "%s has no id; give it one", centre->id);
	}
	centre->title = text_of(monitor, row, columns->title);
	centre->province = text_of(monitor, row, columns->province);
	centre->status = text_of(monitor, row, columns->status);
	centre->condition = text_of(monitor, row, columns->condition);
	centre->ict = text_of(monitor, row, columns->ict);
	monitor->status_known[row] = centre->status != NULL && centre->columns->functional != NULL;
	monitor->is_functional[row] = monitor_is_word(centre->status, centre->columns->functional);
	read_place(monitor, row);
	return read_blocks(monitor, columns, row, error) && read_departments(monitor, columns, row, error) &&
	       read_users(monitor, columns, row, error);
}

/* --- the order of rows --------------------------------------------------------------------------------------------------------- */

typedef struct {
	char *id;
	gint64 number, row;
	gboolean is_number;
} Key;

static int compare_keys(const void *a, const void *b)
{
	const Key *p = a, *q = b;
	if (p->is_number && p->number != q->number)
		return p->number < q->number ? -1 : 1;
	int order = p->is_number ? 0 : g_strcmp0(p->id, q->id);
	return order != 0 ? order : (p->row > q->row) - (p->row < q->row);
}

/* By number where all ids are numbers, else by bytes; rows without an id first. */
static void order_rows(Monitor *monitor, int column)
{
	g_autofree Key *key = thuso_new(Key, monitor->n + 1);
	gboolean numbers = TRUE;
	for (gint64 i = 0; i < monitor->n; i++) {
		key[i] = (Key){ .id = thuso_table_as_text(monitor->reg->table, i, column), .row = i };
		numbers = numbers && key[i].id != NULL && thuso_parse_integer(key[i].id, &key[i].number);
	}
	for (gint64 i = 0; i < monitor->n; i++)
		key[i].is_number = numbers;
	qsort(key, (gsize) monitor->n, sizeof *key, compare_keys);
	for (gint64 i = 0; i < monitor->n; i++) {
		monitor->row[i] = key[i].row;
		g_free(key[i].id);
	}
}

static void find_duplicates(const Monitor *monitor)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (gint64 row = 0; row < monitor->n; row++)
		if (!g_hash_table_add(seen, (gpointer) monitor->centre[row].id))
			monitor_find(monitor->context, "duplicate_id", monitor->centre[row].id, 1,
			             "the register has centre %s twice, and counts it twice; keep one of them", monitor->centre[row].id);
}

gboolean monitor_read(Monitor *monitor, GError **error)
{
	Columns columns;
	if (!find_columns(monitor->reg, &columns, error))
		return FALSE;
	order_rows(monitor, columns.id);
	mark_anchors(monitor);
	for (gint64 row = 0; row < monitor->n; row++)
		if (!read_row(monitor, &columns, row, error))
			return FALSE;
	find_duplicates(monitor);
	return TRUE;
}
