/* See bad-database.h. */
#include "bad-database.h"

#include <sqlite3.h>
#include <string.h>

#define MOST_STEPS 20000   /* of the virtual machine, a statement */
#define MOST_BYTES 4000000 /* of the database */

static int stop(void *data)
{
	(void) data;
	return 1;
}

static int allow(void *data, int action, const char *first, const char *second, const char *third, const char *fourth)
{
	(void) data, (void) first, (void) second, (void) third, (void) fourth;
	return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

static sqlite3 *open_copy(GBytes *good)
{
	sqlite3 *db = NULL;
	gsize n;
	gconstpointer bytes = g_bytes_get_data(good, &n);
	unsigned char *copy = sqlite3_malloc64(n);
	memcpy(copy, bytes, n);
	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
	    sqlite3_deserialize(db, "main", copy, (sqlite3_int64) n, (sqlite3_int64) n,
	                        SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK)
		g_error("the good database cannot be opened");
	sqlite3_int64 most = MOST_BYTES;
	sqlite3_file_control(db, "main", SQLITE_FCNTL_SIZE_LIMIT, &most);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, MOST_BYTES);
	sqlite3_progress_handler(db, MOST_STEPS, stop, NULL);
	sqlite3_set_authorizer(db, allow, NULL);
	return db;
}

static void run_script(sqlite3 *db, const char *script)
{
	for (int i = 0; script && *script && i < 100; i++) {
		sqlite3_stmt *statement = NULL;
		const char *rest = NULL;
		if (sqlite3_prepare_v2(db, script, -1, &statement, &rest) == SQLITE_OK)
			while (statement && sqlite3_step(statement) == SQLITE_ROW)
				;
		sqlite3_finalize(statement);
		const char *next = strchr(script, ';');
		script = rest && rest > script ? rest : next ? next + 1 : NULL;
	}
}

const char *fuzz_spoil(GBytes *good, FuzzPart script, const char *name)
{
	sqlite3 *db = open_copy(good);
	g_autofree char *text = fuzz_text(script.data, script.size);
	run_script(db, text);
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	sqlite3_int64 size = 0;
	unsigned char *bytes = sqlite3_serialize(db, "main", &size, 0);
	const char *path = fuzz_file(bytes, (size_t) size, name);
	sqlite3_free(bytes);
	sqlite3_close(db);
	return path;
}

GBytes *fuzz_content(const char *path)
{
	char *text;
	gsize size;
	if (!g_file_get_contents(path, &text, &size, NULL))
		g_error("%s cannot be read", path);
	return g_bytes_new_take(text, size);
}

void fuzz_check_untouched(const char *path, GBytes *bytes)
{
	static const char *const endings[] = { "-wal", "-shm", "-journal" };
	g_autoptr(GBytes) now = fuzz_content(path);
	fuzz_must(g_bytes_equal(now, bytes));
	for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *beside = g_strconcat(path, endings[i], NULL);
		fuzz_must(!g_file_test(beside, G_FILE_TEST_EXISTS));
	}
}
