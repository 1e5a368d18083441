/* SQL that a planner writes, a criterion's query or a source's `where`; and the text of a reference system. The first byte says which. Texts are UTF-8, numbers finite. */
#include "fuzz.h"

#include <string.h>
#include <thuso/geo.h>

static ThusoTable *make_table(const char *name, gboolean has_points)
{
	ThusoTable *table = thuso_table_new(name, name, "", has_points ? THUSO_POINT : THUSO_NO_GEOMETRY);
	int site = thuso_table_add_column(table, "site", "", "", THUSO_TEXT),
	    people = thuso_table_add_column(table, "people", "", "", THUSO_INTEGER),
	    share = thuso_table_add_column(table, "share", "", "", THUSO_REAL);
	for (int k = 0; k < 4; k++) {
		gint64 row = thuso_table_add_row(table, NULL);
		g_autofree char *id = g_strdup_printf("S%d", k);
		g_autoptr(GBytes) wkb = thuso_point_to_wkb(10.0 * k, 5);
		thuso_table_set_text(table, row, site, id);
		if (k < 3)
			thuso_table_set_integer(table, row, people, 100 * k);
		thuso_table_set_real(table, row, share, 0.25 * k);
		if (has_points)
			thuso_table_set_geometry(table, row, wkb);
	}
	return table;
}

static void ask(const char *query)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoTable) candidates = make_table("candidates", TRUE), schools = make_table("schools", FALSE);
	const ThusoTable *tables[] = { candidates, schools };
	g_autoptr(ThusoTable) answer = thuso_sql(fuzz_context(), tables, 2, query, &error);
	fuzz_either(answer, error);
	if (answer)
		fuzz_check_table(answer, TRUE);
}

static void filter(const char *where)
{
	static const char text[] = "id,people,share\nA,1,0.5\nB,20,0.25\n\"C, D\",,1\n";
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoSource) source = fuzz_source(fuzz_file((const uint8_t *) text, strlen(text), "x.csv"));
	source->where = g_strdup(where);
	g_autoptr(ThusoTable) table = thuso_read_layer(fuzz_context(), source, THUSO_READ_TABLE, NULL, &error);
	fuzz_either(table, error);
	fuzz_must(!table || table->n_rows <= 3);
}

/* What is taken says itself as text, and that is the same system. */
static void name_system(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoCrs) crs = thuso_crs_new(text, &error);
	fuzz_either(crs, error);
	g_autoptr(ThusoCrs) again = crs ? thuso_crs_new(thuso_crs_wkt(crs), NULL) : NULL;
	fuzz_must(!crs || (again && thuso_crs_equal(crs, again)));
}

static void read_query(const uint8_t *data, size_t size)
{
	g_autofree char *text = size ? fuzz_text(data + 1, size - 1) : NULL;
	if (!text || !g_utf8_validate(text, -1, NULL))
		return; /* the study file is UTF-8 by then */
	if (*data % 4 == 2)
		name_system(text);
	else if (*data & 1)
		ask(text);
	else
		filter(text);
}

const FuzzReader fuzz_query = { "query", TRUE, read_query };
