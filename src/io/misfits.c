/* Values of another type than their column's: found with our own handle, refused when such a row is read. */
#include "misfits.h"

#include <stdio.h>
#include <string.h>

#define MAX_MISFITS     1000000
#define MAX_SHOWN_CHARS 40

static gboolean add(ThusoMisfits *misfits, gint64 row, const char *value)
{
	gint64 *fid = g_new(gint64, 1);
	*fid = row;
	if (!misfits->fids) {
		misfits->fids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
		misfits->first = row;
		misfits->value = g_strdup(value);
	}
	g_hash_table_add(misfits->fids, fid);
	/* cppcheck-suppress memleak ; the table has it */
	return g_hash_table_size(misfits->fids) < MAX_MISFITS;
}

/* What a column of each kind is called, and which values of it are none (%w: its name). */
static const struct {
	const char *why, *wrong;
} kinds[] = {
	[THUSO_FIELD_BOOLEAN] = { "the column is one of yes (1) and no (0)", "typeof(\"%w\") <> 'null' AND \"%w\" NOT IN (0, 1)" },
	[THUSO_FIELD_INTEGER_32] = { "the column is one of integers of 32 bits",
	                             "typeof(\"%w\") NOT IN ('integer', 'null') OR \"%w\" NOT BETWEEN -2147483648 AND 2147483647" },
	[THUSO_FIELD_INTEGER] = { "the column is one of integers", "typeof(\"%w\") NOT IN ('integer', 'null')" },
	[THUSO_FIELD_REAL] = { "the column is one of numbers", "typeof(\"%w\") NOT IN ('integer', 'null', 'real')" },
	[THUSO_FIELD_TEXT] = { "the column is one of texts", "typeof(\"%w\") = 'blob'" },
};

gboolean thuso_misfits_of_table(sqlite3 *db, const char *table, const char *fid_column, const char *column, ThusoFieldKind kind,
                                ThusoMisfits *misfits, GError **error)
{
	misfits->why = kinds[kind].why;
	/* A wrong text is compared as a text, never as a number. */
	char *wrong = sqlite3_mprintf(kinds[kind].wrong, column, column);
	char *sql =
	    sqlite3_mprintf("SELECT %s%w%s, CASE typeof(\"%w\") WHEN 'text' THEN '''' || substr(\"%w\", 1, %d) || '''' WHEN 'blob' "
	                    "THEN 'a blob' ELSE \"%w\" END FROM \"%w\" WHERE %s",
	                    fid_column[0] ? "\"" : "", fid_column[0] ? fid_column : "rowid", fid_column[0] ? "\"" : "", column,
	                    column, MAX_SHOWN_CHARS, column, table, wrong ? wrong : "0");
	sqlite3_free(wrong);
	sqlite3_stmt *statement = NULL;
	int code = sql ? sqlite3_prepare_v2(db, sql, -1, &statement, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	if (code == SQLITE_OK)
		for (code = sqlite3_step(statement); code == SQLITE_ROW && add(misfits, sqlite3_column_int64(statement, 0),
		                                                               (const char *) sqlite3_column_text(statement, 1));)
			code = sqlite3_step(statement);
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		thuso_set_error(error, THUSO_ERROR_INPUT, "layer %s, column %s cannot be looked through: %s", table, column,
		                sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW;
}

/* --- .dbf ----------------------------------------------------------------------------------------------------------- */

#define DBF_HEAD_BYTES  32
#define DBF_FIELD_BYTES 32
#define DBF_LENGTH_AT   16 /* of a field's description */

typedef struct {
	FILE *file;
	guint32 n_rows;
	guint head_bytes, row_bytes, at, length; /* of the field in a row */
} Dbf;

static guint little16(const guint8 *b)
{
	return (guint) (b[0] | b[1] << 8);
}

static gboolean open_dbf(Dbf *dbf, const char *path, int field)
{
	guint8 head[DBF_HEAD_BYTES];
	dbf->file = fopen(path, "rb");
	if (!dbf->file || fread(head, 1, sizeof head, dbf->file) != sizeof head)
		return FALSE;
	dbf->n_rows = little16(head + 4) | (guint32) little16(head + 6) << 16;
	dbf->head_bytes = little16(head + 8);
	dbf->row_bytes = little16(head + 10);
	dbf->at = 1; /* after the mark of deleted rows */
	for (int i = 0; i <= field; i++) {
		if (fread(head, 1, DBF_FIELD_BYTES, dbf->file) != DBF_FIELD_BYTES)
			return FALSE;
		dbf->at += i > 0 ? dbf->length : 0;
		dbf->length = head[DBF_LENGTH_AT];
	}
	return dbf->at + dbf->length <= dbf->row_bytes && fseek(dbf->file, (long) dbf->head_bytes, SEEK_SET) == 0;
}

/* Blank, or stars where a number was too long for its field. */
static gboolean is_missing(const char *cell)
{
	return cell[strspn(cell, "*")] == '\0';
}

static gboolean fits(const char *cell, gboolean integer)
{
	const char *p = cell + (*cell == '-' || *cell == '+');
	gsize n = strspn(p, "0123456789"), n_after = 0;
	p += n;
	if (*p == '.') {
		n_after = strspn(p + 1, integer ? "0" : "0123456789");
		p += 1 + n_after;
	}
	if (n + n_after == 0)
		return FALSE;
	if (!integer && (*p == 'e' || *p == 'E')) {
		p += 1 + (p[1] == '-' || p[1] == '+');
		gsize n_exponent = strspn(p, "0123456789");
		p += n_exponent;
		if (n_exponent == 0)
			return FALSE;
	}
	return *p == '\0';
}

static void look_through(Dbf *dbf, gboolean integer, ThusoMisfits *misfits)
{
	g_autofree char *row = g_malloc(dbf->row_bytes + 1);
	for (guint32 i = 0; i < dbf->n_rows && fread(row, 1, dbf->row_bytes, dbf->file) == dbf->row_bytes; i++) {
		g_autofree char *cell = g_strstrip(g_strndup(row + dbf->at, dbf->length)); /* ends at a zero byte */
		if (row[0] == '*' || is_missing(cell) || fits(cell, integer))
			continue;
		g_autofree char *quoted = g_strdup_printf("'%s'", cell);
		if (!add(misfits, i, quoted))
			return;
	}
}

gboolean thuso_misfits_of_dbf(const char *path, int field, gboolean integer, ThusoMisfits *misfits, GError **error)
{
	Dbf dbf = { 0 };
	misfits->why = integer ? "the column is one of integers" : "the column is one of numbers";
	gboolean good = open_dbf(&dbf, path, field);
	if (good)
		look_through(&dbf, integer, misfits);
	else if (dbf.file)
		thuso_set_error(error, THUSO_ERROR_INPUT, "its .dbf is damaged: copy the Shapefile again, all its files");
	good = good || !dbf.file;
	if (dbf.file)
		fclose(dbf.file);
	return good;
}

gboolean thuso_misfits_has(const ThusoMisfits *misfits, gint64 fid)
{
	return misfits->fids && g_hash_table_contains(misfits->fids, &fid);
}

void thuso_misfits_clear(ThusoMisfits *misfits)
{
	g_clear_pointer(&misfits->fids, g_hash_table_unref);
	g_clear_pointer(&misfits->value, g_free);
}
