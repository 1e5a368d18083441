/* Values of another type than their column's: found with our own handle, refused when such a row is read. */
#include "misfits.h"

#define MAX_MISFITS     1000000
#define MAX_SHOWN_CHARS 40

static gboolean add(ThusoMisfits *misfits, sqlite3_stmt *statement)
{
	gint64 *fid = g_new(gint64, 1);
	*fid = sqlite3_column_int64(statement, 0);
	if (!misfits->fids) {
		misfits->fids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
		misfits->first = *fid;
		misfits->value = g_strdup((const char *) sqlite3_column_text(statement, 1));
	}
	g_hash_table_add(misfits->fids, fid);
	return g_hash_table_size(misfits->fids) < MAX_MISFITS;
}

gboolean thuso_misfits_of_table(sqlite3 *db, const char *table, const char *fid_column, const char *column, gboolean integer,
                                ThusoMisfits *misfits, GError **error)
{
	misfits->why = integer ? "the column is one of integers" : "the column is one of numbers";
	char *sql =
	    sqlite3_mprintf("SELECT %s%w%s, CASE typeof(\"%w\") WHEN 'text' THEN '''' || substr(\"%w\", 1, %d) || '''' WHEN 'blob' "
	                    "THEN 'a blob' ELSE \"%w\" END FROM \"%w\" WHERE typeof(\"%w\") NOT IN ('integer', 'null'%s)",
	                    fid_column[0] ? "\"" : "", fid_column[0] ? fid_column : "rowid", fid_column[0] ? "\"" : "", column,
	                    column, MAX_SHOWN_CHARS, column, table, column, integer ? "" : ", 'real'");
	sqlite3_stmt *statement = NULL;
	int code = sql ? sqlite3_prepare_v2(db, sql, -1, &statement, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	if (code == SQLITE_OK)
		for (code = sqlite3_step(statement); code == SQLITE_ROW && add(misfits, statement);)
			code = sqlite3_step(statement);
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		thuso_io_error(error, THUSO_ERROR_INPUT, "layer %s, column %s cannot be looked through: %s", table, column,
		               sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW;
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
