/* A register looked through: flags at their borders, grades, counts that add up, and what is refused. */
#include <thuso/monitoring.h>

#include <string.h>

#include "../support/siting-random.h"

#define N_CASES 300

/* --- tables from text --------------------------------------------------------------------------------------------------------- */

/* Rows by |, cells by comma; the first is the header. All cells are texts, empty ones NULL. */
static ThusoTable *table_of(const char *name, const char *text)
{
	ThusoTable *table = thuso_table_new(name, name, "", THUSO_NO_GEOMETRY);
	g_auto(GStrv) lines = g_strsplit(text, "|", -1);
	g_auto(GStrv) header = g_strsplit(lines[0], ",", -1);
	for (char **column = header; *column != NULL; column++)
		thuso_table_add_column(table, *column, *column, "", THUSO_TEXT);
	for (char **line = lines + 1; *line != NULL; line++) {
		g_auto(GStrv) cells = g_strsplit(*line, ",", -1);
		gint64 row = thuso_table_add_row(table, NULL);
		for (int c = 0; cells[c] != NULL; c++)
			if (*cells[c] != '\0')
				thuso_table_set_text(table, row, c, cells[c]);
	}
	return table;
}

static const char *const functional[] = { "functional", "open", NULL }, *const bad[] = { "bad", "collapsing", NULL };
static const char *const destroyed[] = { "destroyed", "vandalised", NULL }, *const no_ict[] = { "none", NULL };
static const char *const anchors[] = { "Home Affairs", "SASSA", NULL };

static ThusoRegisterColumns columns_all(void)
{
	ThusoRegisterColumns c;
	thuso_register_columns_default(&c);
	c.id = "id", c.title = "title", c.province = "province", c.status = "status", c.functional = functional;
	c.departments = "departments", c.anchors = anchors;
	c.condition = "condition", c.bad_condition = bad, c.destroyed = destroyed;
	c.ict = "ict", c.no_ict = no_ict;
	return c;
}

#define HEADER "id,title,province,status,departments,condition,ict"

static char *text_in(const ThusoTable *table, gint64 row, const char *column)
{
	int c = thuso_table_find_column(table, column);
	g_assert_cmpint(c, >=, 0);
	char *text = thuso_table_as_text(table, row, c);
	return text != NULL ? text : g_strdup("");
}

static void assert_text(const ThusoTable *table, gint64 row, const char *column, const char *wanted)
{
	g_autofree char *text = text_in(table, row, column);
	g_assert_cmpstr(text, ==, wanted);
}

static gboolean has_finding(ThusoContext *context, const char *check, const char *word)
{
	const GPtrArray *findings = thuso_context_findings(context);
	for (guint i = 0; i < findings->len; i++) {
		const ThusoFinding *finding = g_ptr_array_index(findings, i);
		if (strcmp(finding->check, check) == 0 && strstr(finding->message, word) != NULL)
			return TRUE;
	}
	return FALSE;
}

static ThusoMonitoring *monitor_ok(ThusoContext *context, const ThusoRegister *reg)
{
	GError *error = NULL;
	ThusoMonitoring *monitoring = thuso_monitor(context, reg, &error);
	g_assert_no_error(error);
	return monitoring;
}

/* --- the anchor within 1 km ----------------------------------------------------------------------------------------------------- */

/* One centre at (x, y) without a department, one service point `metres` to the side. */
static gboolean flagged_at(double x, double y, double dx, double dy, const char *department)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = table_of("register", HEADER "|C1,One,EC,open,,good,fibre");
	ThusoRegisterColumns columns = columns_all();
	double px = x + dx, py = y + dy;
	ThusoServicePoints points = { 1, &px, &py, &department };
	ThusoRegister reg = { .table = table, .columns = &columns, .x = &x, .y = &y, .points = &points };
	g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
	g_autofree char *flags = text_in(m->centres, 0, "flags");
	g_assert_cmpint(m->flags->n_rows, ==, *flags != '\0' ? 1 : 0);
	g_assert_true(*flags == '\0' || strcmp(flags, "anchor") == 0);
	if (*flags != '\0')
		assert_text(m->flags, 0, "flag", "anchor");
	return *flags != '\0';
}

static void test_one_kilometre(void)
{
	g_assert_false(flagged_at(0, 0, 999, 0, "SASSA"));
	g_assert_false(flagged_at(0, 0, 1000, 0, "SASSA"));
	g_assert_true(flagged_at(0, 0, 1001, 0, "SASSA"));
	/* Far from the origin, in every direction: 1,000 m stay 1,000 m. */
	for (int degrees = 0; degrees < 360; degrees += 7) {
		double dx = cos(degrees * G_PI / 180), dy = sin(degrees * G_PI / 180), x = 712345.678, y = 6234567.891;
		g_assert_false(flagged_at(x, y, 999 * dx, 999 * dy, "Home Affairs"));
		g_assert_false(flagged_at(x, y, 1000 * dx, 1000 * dy, "home affairs"));
		g_assert_true(flagged_at(x, y, 1001 * dx, 1001 * dy, "Home Affairs"));
	}
	g_assert_true(flagged_at(0, 0, 10, 0, "Library")); /* no anchor */
	g_assert_true(flagged_at(0, 0, 10, 0, NULL));
}

static void test_anchor_inside(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table =
	    table_of("register", HEADER "|A,,,open,Library; sassa: fortnightly,good,yes|B,,,open,Library: 3,good,yes"
	                                "|C,,,open,SASSA: 0,good,yes|D,,,open,,good,yes|E,,,open,SASSA,good,yes");
	ThusoRegisterColumns columns = columns_all();
	double x[] = { 0, 0, 0, NAN, NAN }, y[] = { 0, 0, 0, 0, 0 }, px = 3456, py = 0;
	const char *department = "Home Affairs";
	ThusoServicePoints points = { 1, &px, &py, &department };
	ThusoRegister reg = { .table = table, .columns = &columns, .x = x, .y = y, .points = &points };
	g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
	const char *wanted[] = { "", "anchor", "anchor", "", "" }; /* D has no place: not known */
	for (int i = 0; i < 5; i++)
		assert_text(m->centres, i, "flags", wanted[i]);
	assert_text(m->centres, 0, "anchor", "sassa");
	assert_text(m->centres, 1, "anchor", "Home Affairs");
	assert_text(m->centres, 1, "anchor_m", "3456");
	g_autofree char *reason = text_in(m->centres, 1, "reasons");
	g_assert_nonnull(strstr(reason, "(Home Affairs) is 3,456 m away"));
	g_assert_nonnull(strstr(reason, "1 km"));
	g_assert_true(has_finding(context, "flag_not_known", "\"anchor\" cannot be told for 1 of 5"));
	/* Without any service point. */
	ThusoServicePoints none = { 0, NULL, NULL, NULL };
	reg.points = &none;
	g_autoptr(ThusoMonitoring) far = monitor_ok(context, &reg);
	assert_text(far->centres, 1, "flags", "anchor");
	/* Any department is an anchor where none are named. */
	columns.anchors = NULL;
	g_autoptr(ThusoMonitoring) any = monitor_ok(context, &reg);
	assert_text(any->centres, 1, "flags", "");
}

/* --- the other flags ------------------------------------------------------------------------------------------------------------- */

static void test_flags(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table =
	    table_of("register", HEADER "|A,Alpha,EC,open,SASSA,Collapsing,fibre|B,Beta,EC,destroyed,SASSA,good,none"
	                                "|C,Gamma,GP,open,SASSA,vandalised,NONE|D,Delta,,open,SASSA,,");
	ThusoRegisterColumns columns = columns_all();
	ThusoRegister reg = { .table = table, .columns = &columns };
	g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
	assert_text(m->centres, 0, "flags", "condition");
	assert_text(m->centres, 0, "reasons", "condition: Collapsing");
	assert_text(m->centres, 1, "flags", "ict, destroyed");
	assert_text(m->centres, 1, "reasons", "ICT: none; status: destroyed");
	assert_text(m->centres, 2, "flags", "ict, destroyed");
	assert_text(m->centres, 3, "flags", "");
	g_assert_cmpint(m->flags->n_rows, ==, 5);
	assert_text(m->flags, 0, "site", "A");
	assert_text(m->flags, 0, "province", "EC");
	for (gint64 row = 0; row < m->flags->n_rows; row++) {
		g_autofree char *source = text_in(m->flags, row, "source"), *flag = text_in(m->flags, row, "flag");
		g_assert_nonnull(strstr(source, "NW3446"));
		g_assert_nonnull(thuso_flag_find(flag));
	}
	g_assert_true(has_finding(context, "flag_not_known", "\"condition\" cannot be told for 1 of 4"));
	g_assert_true(has_finding(context, "flag_not_known", "\"ict\" cannot be told for 1 of 4"));
	g_assert_null(thuso_flag_find("nothing"));
}

/* --- blocks, days, users ----------------------------------------------------------------------------------------------------------- */

static void test_blocks_and_days(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table =
	    table_of("register",
	             "id,b1,b2,b3,b4,b5,b6,departments,users|A,yes,Y,1,no,x,,Home Affairs: daily; SASSA: 2; Labour: fortnightly,25000"
	             "|B,0,n,FALSE,No,no,no,,");
	ThusoRegisterColumns columns;
	thuso_register_columns_default(&columns);
	columns.id = "id", columns.departments = "departments", columns.users = "users";
	const char *const names[] = { "b1", "b2", "b3", "b4", "b5", "b6" };
	for (int b = 0; b < THUSO_BLOCKS; b++)
		columns.blocks[b] = names[b];
	ThusoRegister reg = { .table = table, .columns = &columns };
	g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
	assert_text(m->centres, 0, "blocks", "4");
	assert_text(m->centres, 0, "blocks_unknown", "1");
	assert_text(m->centres, 0, "departments", "3");
	assert_text(m->centres, 0, "days", "7.5");
	assert_text(m->centres, 0, "users", "25000");
	assert_text(m->centres, 1, "blocks", "0");
	assert_text(m->centres, 1, "days", "0");
	assert_text(m->centres, 1, "users", "");
	assert_text(m->centres, 0, "is_functional", "");
	int n = 0;
	while (thuso_block_names[n] != NULL)
		n++;
	g_assert_cmpint(n, ==, THUSO_BLOCKS);
}

/* --- grades --------------------------------------------------------------------------------------------------------------------------- */

static void test_grades(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table =
	    table_of("register", "id,condition,clean,safe|A,good,4,4|B,good,4,0|C,bad,4,4|D,good,,4|E,good,3,1");
	g_autoptr(ThusoTable) topics = table_of("topics", "topic,column,most|cleanliness,clean,4|safety,safe,4");
	g_autoptr(ThusoTable) grades = table_of("grades", "grade,min_share,max_flags|A,80 %,0|B,0.5,0|C,0.5,");
	ThusoRegisterColumns columns;
	thuso_register_columns_default(&columns);
	columns.id = "id", columns.condition = "condition", columns.bad_condition = bad;
	ThusoRegister reg = { .table = table, .columns = &columns, .topics = topics, .grades = grades };
	g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
	const char *wanted[] = { "A", "B", "C", "", "B" }; /* C is flagged; D has a topic without points */
	for (int i = 0; i < 5; i++)
		assert_text(m->centres, i, "grade", wanted[i]);
	assert_text(m->centres, 1, "share", "0.5");
	assert_text(m->centres, 3, "share", "");
	g_assert_true(has_finding(context, "no_grade", "1 of 5 centres (first: D)"));
	g_autoptr(ThusoTable) last = table_of("grades", "grade,min_blocks,min_days|best,3,|rest,,");
	reg.grades = last, reg.topics = NULL;
	g_autoptr(ThusoMonitoring) rest = monitor_ok(context, &reg);
	for (int i = 0; i < 5; i++)
		assert_text(rest->centres, i, "grade", "rest");
}

/* --- counts ----------------------------------------------------------------------------------------------------------------------------- */

static void test_counts_by_hand(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table =
	    table_of("register", HEADER "|A,,EC,open,SASSA,,|B,,EC,closed,SASSA,bad,|C,,WC,functional,SASSA,,"
	                                "|D,,,open,SASSA,,|E,,EC,,SASSA,,");
	ThusoRegisterColumns columns = columns_all();
	ThusoRegister reg = { .table = table, .columns = &columns };
	g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
	const char *wanted[4][6] = { { "EC", "3", "1", "1", "1", "1" },
		                         { "WC", "1", "1", "0", "0", "0" },
		                         { "not stated", "1", "1", "0", "0", "0" },
		                         { "all", "5", "3", "1", "1", "1" } };
	const char *const names[] = { "province", "centres", "functional", "not_functional", "not_known", "flagged" };
	g_assert_cmpint(m->counts->n_rows, ==, 4);
	for (int row = 0; row < 4; row++)
		for (int c = 0; c < 6; c++)
			assert_text(m->counts, row, names[c], wanted[row][c]);
}

/* Every column of provinces adds up to the whole, and the states to the centres. */
static void test_counts_add_up(void)
{
	static const char *const provinces[] = { "EC", "WC", "KZN", "" }, *const states[] = { "open", "closed", "" };
	for (guint64 seed = 1; seed <= N_CASES; seed++) {
		Random random = random_new(seed);
		g_autoptr(GString) text = g_string_new(HEADER);
		int n = random_below(&random, 40);
		for (int i = 0; i < n; i++)
			g_string_append_printf(text, "|C%d,,%s,%s,%s,%s,", i, provinces[random_below(&random, 4)],
			                       states[random_below(&random, 3)], random_below(&random, 2) ? "SASSA" : "",
			                       random_below(&random, 2) ? "bad" : "good");
		g_autoptr(ThusoContext) context = thuso_context_new();
		g_autoptr(ThusoTable) table = table_of("register", text->str);
		ThusoRegisterColumns columns = columns_all();
		ThusoRegister reg = { .table = table, .columns = &columns };
		g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
		gint64 last = m->counts->n_rows - 1;
		CHECK(&random, thuso_table_integer(m->counts, last, 1) == n);
		for (int c = 1; c <= 5; c++) {
			gint64 sum = 0;
			for (gint64 row = 0; row < last; row++)
				sum += thuso_table_integer(m->counts, row, c);
			CHECK(&random, sum == thuso_table_integer(m->counts, last, c));
		}
		for (gint64 row = 0; row <= last; row++)
			CHECK(&random, thuso_table_integer(m->counts, row, 1) == thuso_table_integer(m->counts, row, 2) +
			                                                             thuso_table_integer(m->counts, row, 3) +
			                                                             thuso_table_integer(m->counts, row, 4));
	}
}

/* 197 centres, 121 functional, 72 not: the figures of 2023 do not add up, and it is said. */
static void test_stated_totals(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = table_of("register", HEADER "|A,,EC,open,SASSA,,|B,,WC,closed,SASSA,,");
	g_autoptr(ThusoTable) stated =
	    table_of("stated", "province,total,functional,not_functional|EC,1,1,0|WC,2,1,1|all,197,121,72");
	ThusoRegisterColumns columns = columns_all();
	ThusoRegister reg = { .table = table, .columns = &columns, .stated = stated };
	g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
	g_assert_nonnull(m);
	g_assert_true(
	    has_finding(context, "totals_do_not_add_up", "197 centres for all, but 121 functional and 72 not functional make 193"));
	g_assert_true(has_finding(context, "totals_do_not_add_up", "197 centres in all, but its provinces make 3"));
	g_assert_true(has_finding(context, "totals_differ_from_rows", "197 centres for all, and has 2"));
	g_assert_true(has_finding(context, "totals_differ_from_rows", "2 centres for WC, and has 1"));
	g_assert_true(has_finding(context, "totals_differ_from_rows", "1 functional centres for WC, and has 0"));
	g_assert_false(has_finding(context, "totals_differ_from_rows", "for EC"));
	/* Totals that are right say nothing. */
	g_autoptr(ThusoContext) quiet = thuso_context_new();
	g_autoptr(ThusoTable) right = table_of("stated", "province,total,functional,not_functional|EC,1,1,0|WC,1,0,1|all,2,1,1");
	reg.stated = right;
	g_autoptr(ThusoMonitoring) again = monitor_ok(quiet, &reg);
	g_assert_nonnull(again);
	g_assert_false(has_finding(quiet, "totals_do_not_add_up", ""));
	g_assert_false(has_finding(quiet, "totals_differ_from_rows", ""));
}

static void test_ids(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoTable) table = table_of("register", HEADER "|A,,EC,open,SASSA,,|A,,EC,open,SASSA,,|,,EC,open,SASSA,,");
	ThusoRegisterColumns columns = columns_all();
	ThusoRegister reg = { .table = table, .columns = &columns };
	g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
	g_assert_true(has_finding(context, "duplicate_id", "centre A twice"));
	g_assert_true(has_finding(context, "missing_id", "row 3"));
	g_assert_cmpint(m->centres->n_rows, ==, 3);
}

/* The order of the register's rows decides nothing; numbers count as numbers. */
static void test_order(void)
{
	g_autoptr(ThusoTable) numbers = table_of("register", HEADER "|10,ten,,,,,|9,nine,,,,,|-1,less,,,,,");
	g_autoptr(ThusoTable) words = table_of("register", HEADER "|10,ten,,,,,|9,nine,,,,,|b,letter,,,,,");
	ThusoRegisterColumns columns = columns_all();
	double x[] = { 100, 900, -100 }, y[] = { 0, 0, 0 }, px = 0, py = 0;
	const char *department = "SASSA";
	ThusoServicePoints points = { 1, &px, &py, &department };
	ThusoRegister reg = { .table = numbers, .columns = &columns, .x = x, .y = y, .points = &points };
	const char *by_number[] = { "less", "nine", "ten" }, *by_bytes[] = { "ten", "nine", "letter" };
	g_autoptr(ThusoContext) context = thuso_context_new();
	g_autoptr(ThusoMonitoring) m = monitor_ok(context, &reg);
	for (int i = 0; i < 3; i++)
		assert_text(m->centres, i, "title", by_number[i]);
	assert_text(m->centres, 1, "anchor_m", "900"); /* each with its own place */
	reg.table = words;
	g_autoptr(ThusoMonitoring) w = monitor_ok(context, &reg);
	for (int i = 0; i < 3; i++)
		assert_text(w->centres, i, "title", by_bytes[i]);
}

/* --- refused ------------------------------------------------------------------------------------------------------------------------ */

static void assert_refused(const ThusoRegister *reg, int code, const char *word, const char *other)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	GError *error = NULL;
	g_assert_null(thuso_monitor(context, reg, &error));
	g_assert_error(error, THUSO_ERROR, code);
	if (strstr(error->message, word) == NULL || strstr(error->message, other) == NULL)
		g_error("no '%s' or '%s' in: %s", word, other, error->message);
	g_clear_error(&error);
}

static void test_refused(void)
{
	g_autoptr(ThusoTable) table = table_of("register", HEADER ",b1,points|A,,EC,open,SASSA: often,,,maybe,5");
	ThusoRegisterColumns columns = columns_all();
	ThusoRegister reg = { .table = table, .columns = &columns };
	assert_refused(&reg, THUSO_ERROR_INPUT, "departments of centre A is \"often\"", "fortnightly");
	thuso_table_set_text(table, 0, thuso_table_find_column(table, "departments"), "Home Affairs: daily, SASSA: 2");
	assert_refused(&reg, THUSO_ERROR_INPUT, "departments of centre A is \"Home Affairs: daily, SASSA: 2\"", "one department");
	columns.departments = NULL, columns.blocks[0] = "b1";
	assert_refused(&reg, THUSO_ERROR_INPUT, "b1 of centre A is \"maybe\"", "yes or no");
	columns.blocks[0] = "b2";
	assert_refused(&reg, THUSO_ERROR_USAGE, "no column b2", "did you mean b1");
	columns.blocks[0] = NULL, columns.users = "status";
	assert_refused(&reg, THUSO_ERROR_INPUT, "status of centre A is \"open\"", "number");
	columns.users = NULL, columns.anchor_within_m = 0;
	assert_refused(&reg, THUSO_ERROR_USAGE, "anchor_within", "above 0");
	columns.anchor_within_m = 1000, columns.id = NULL;
	assert_refused(&reg, THUSO_ERROR_USAGE, "ids", "`id`");
	columns.id = "id";
	g_autoptr(ThusoTable) topics = table_of("topics", "topic,column,most|safety,points,4");
	g_autoptr(ThusoTable) grades = table_of("grades", "grade,min_share|A,80 %");
	g_autoptr(ThusoTable) wrong = table_of("grades", "grade,min_share|A,120 %");
	g_autoptr(ThusoTable) unnamed = table_of("grades", "grade,max_flags|,1");
	g_autoptr(ThusoTable) words = table_of("grades", "grade,max_flags|A,few");
	g_autoptr(ThusoTable) empty = table_of("topics", "topic,column,most|safety,points,");
	reg.grades = grades;
	assert_refused(&reg, THUSO_ERROR_USAGE, "grades, row 1", "topics");
	reg.topics = topics;
	assert_refused(&reg, THUSO_ERROR_INPUT, "points of centre A is \"5\"", "0 to 4");
	reg.topics = empty;
	assert_refused(&reg, THUSO_ERROR_USAGE, "topics, row 1", "most points");
	reg.topics = NULL, reg.grades = wrong;
	assert_refused(&reg, THUSO_ERROR_USAGE, "grades, row 1", "0 to 1");
	reg.grades = unnamed;
	assert_refused(&reg, THUSO_ERROR_USAGE, "grades, row 1", "no name");
	reg.grades = words;
	assert_refused(&reg, THUSO_ERROR_USAGE, "grades, row 1", "\"few\"");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/monitoring/one-kilometre", test_one_kilometre);
	g_test_add_func("/monitoring/anchor-inside", test_anchor_inside);
	g_test_add_func("/monitoring/flags", test_flags);
	g_test_add_func("/monitoring/blocks-and-days", test_blocks_and_days);
	g_test_add_func("/monitoring/grades", test_grades);
	g_test_add_func("/monitoring/counts/by-hand", test_counts_by_hand);
	g_test_add_func("/monitoring/counts/add-up", test_counts_add_up);
	g_test_add_func("/monitoring/stated-totals", test_stated_totals);
	g_test_add_func("/monitoring/ids", test_ids);
	g_test_add_func("/monitoring/order", test_order);
	g_test_add_func("/monitoring/refused", test_refused);
	return g_test_run();
}
