/* The register of centres with its tables of topics, grades and stated counts: every column of the counts adds up. */
#include "fuzz.h"

#include <thuso/monitoring.h>

static const char *const functional[] = { "functional", "open", NULL }, *const bad[] = { "bad", "poor", NULL },
                         *const destroyed[] = { "vandalised", NULL }, *const no_ict[] = { "none", NULL },
                         *const anchors[] = { "Home Affairs", "SASSA", NULL };

/* What the register has of these. */
static const char *if_there(const ThusoTable *table, const char *name)
{
	return thuso_table_find_column(table, name) >= 0 ? name : NULL;
}

static void name_columns(const ThusoTable *table, ThusoRegisterColumns *c)
{
	static const char *const blocks[THUSO_BLOCKS] = { "block1", "block2", "block3", "block4", "block5", "block6" };
	thuso_register_columns_default(c);
	c->id = "id";
	c->title = if_there(table, "title");
	c->province = if_there(table, "province");
	c->status = if_there(table, "status");
	c->condition = if_there(table, "condition");
	c->ict = if_there(table, "ict");
	c->users = if_there(table, "users");
	c->departments = if_there(table, "departments");
	for (int b = 0; b < THUSO_BLOCKS; b++)
		c->blocks[b] = if_there(table, blocks[b]);
	c->functional = functional;
	c->bad_condition = bad;
	c->destroyed = destroyed;
	c->no_ict = no_ict;
	c->anchors = if_there(table, "anchors") ? anchors : NULL;
}

static ThusoTable *table_of(ThusoContext *context, FuzzPart *rest, const char *name)
{
	FuzzPart part;
	if (!fuzz_part(rest, &part) || part.size == 0)
		return NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoSource) source = fuzz_source(fuzz_file(part.data, part.size, name));
	ThusoTable *table = thuso_read_layer(context, source, THUSO_READ_TABLE, NULL, &error);
	fuzz_either(table, error);
	return table;
}

static void check_counts(const ThusoMonitoring *found, gint64 n)
{
	const ThusoTable *counts = found->counts;
	fuzz_must(found->centres->n_rows == n && counts->n_rows >= 1);
	for (int c = 1; c < (int) counts->columns->len; c++) {
		gint64 sum = 0;
		for (gint64 row = 0; row + 1 < counts->n_rows; row++)
			sum += thuso_table_integer(counts, row, c);
		fuzz_must(sum == thuso_table_integer(counts, counts->n_rows - 1, c));
	}
	fuzz_must(thuso_table_integer(counts, counts->n_rows - 1, 1) == n);
	fuzz_check_table(found->centres, FALSE);
	fuzz_check_table(found->flags, FALSE);
	fuzz_check_table(counts, FALSE);
}

static void read_register(const uint8_t *data, size_t size)
{
	static const double at[] = { 0, 500, 5000 };
	static const char *const departments[] = { "Home Affairs", "Labour", NULL };
	static const ThusoServicePoints points = { 3, at, at, (const char **) departments };
	FuzzPart rest = { data, size };
	ThusoContext *context = fuzz_context();
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoTable) table = table_of(context, &rest, "register.csv"), topics = table_of(context, &rest, "topics.csv"),
	                      grades = table_of(context, &rest, "grades.csv"), stated = table_of(context, &rest, "stated.csv");
	if (!table)
		return;
	ThusoRegisterColumns columns;
	name_columns(table, &columns);
	g_autofree double *x = thuso_new(double, table->n_rows + 1), *y = thuso_new(double, table->n_rows + 1);
	for (gint64 row = 0; row < table->n_rows; row++)
		x[row] = y[row] = 100.0 * (double) (row % 9);
	const ThusoRegister reg = { table, &columns, x, y, &points, topics, grades, stated };
	g_autoptr(ThusoMonitoring) found = thuso_monitor(context, &reg, &error);
	fuzz_either(found, error);
	if (found)
		check_counts(found, table->n_rows);
}

const FuzzReader fuzz_register = { "register", TRUE, read_register };
