/* Sites up, down, new and gone in the ranking; planned sites added, dropped, earlier, later; centres opened and closed. */
#include "job.h"

/* Both tables of a kind, found by site (plans: by plan and site). */
typedef struct {
	ThusoTable *old_table, *new_table;
	Keyed old, new;
} Pair;

static void pair_clear(Pair *pair)
{
	keyed_clear(&pair->old);
	keyed_clear(&pair->new);
	g_clear_pointer(&pair->old_table, thuso_table_free);
	g_clear_pointer(&pair->new_table, thuso_table_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

/* A table of sites that is not there is an empty one, unless neither result has it. */
static ThusoTable *read_sites(Job *job, const Result *result, const char *table, const char *const *columns, GError **error)
{
	g_autoptr(GError) inner = NULL;
	ThusoTable *read = result_read(job, result, table, columns, &inner);
	if (inner != NULL)
		g_propagate_error(error, g_steal_pointer(&inner));
	else if (read == NULL && result_has(result == &job->old ? &job->new : &job->old, table))
		note(job, "%s has no table %s; it is taken as empty", result->name, table);
	return read;
}

static gboolean pair_read(Job *job, Pair *pair, const char *table, const char *const *columns, const char *by, GError **error)
{
	g_autoptr(GError) inner = NULL;
	pair->old_table = read_sites(job, &job->old, table, columns, &inner);
	if (inner == NULL)
		pair->new_table = read_sites(job, &job->new, table, columns, &inner);
	keyed_init(&pair->old, pair->old_table, "site", by);
	keyed_init(&pair->new, pair->new_table, "site", by);
	if (inner == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&inner));
	return FALSE;
}

static Change change_of(const char *kind, const ThusoTable *table, gint64 row)
{
	return (Change){ .kind = kind,
		             .id = text_at(table, row, "site"),
		             .title = text_at(table, row, "title"),
		             .old_number = NAN,
		             .new_number = NAN };
}

/* What the words for a kind of site are. `number` is the column that orders them, NULL = none. */
typedef struct {
	const char *kind, *number, *level;
	const char *less, *more; /* when the number falls, and when it rises */
	const char *appears, *vanishes;
} Words;

typedef struct {
	gint64 less, more, same, appeared, vanished;
} Counts;

static gboolean compare_new(Job *job, const Pair *pair, const Words *words, Counts *counts, GError **error)
{
	for (gint64 row = 0; row < keyed_n(&pair->new); row++) {
		gint64 before = keyed_find(&pair->old, &pair->new, row);
		Change change = change_of(words->kind, pair->new_table, row);
		change.level = words->level != NULL ? text_at(pair->new_table, row, words->level) : NULL;
		change.new_number = number_at(pair->new_table, row, words->number);
		change.old_number = before >= 0 ? number_at(pair->old_table, before, words->number) : NAN;
		double moved = change.new_number - change.old_number;
		change.change = before < 0 ? words->appears : moved < 0 ? words->less : moved > 0 ? words->more : NULL;
		gint64 *count = before < 0 ? &counts->appeared : moved < 0 ? &counts->less : moved > 0 ? &counts->more : &counts->same;
		(*count)++;
		if (change.change != NULL && !add_change(job, &change, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean compare_old(Job *job, const Pair *pair, const Words *words, Counts *counts, GError **error)
{
	for (gint64 row = 0; row < keyed_n(&pair->old); row++) {
		if (keyed_find(&pair->new, &pair->old, row) >= 0)
			continue;
		Change change = change_of(words->kind, pair->old_table, row);
		change.level = words->level != NULL ? text_at(pair->old_table, row, words->level) : NULL;
		change.old_number = number_at(pair->old_table, row, words->number);
		change.change = words->vanishes;
		counts->vanished++;
		if (!add_change(job, &change, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean compare_ranking(Job *job, GError **error)
{
	static const char *const columns[] = { "site", "rank", "?title", NULL };
	static const Words words = { "ranked_site", "rank", NULL, "up", "down", "new", "gone" };
	g_auto(Pair) pair = { 0 };
	Counts n = { 0 };
	return pair_read(job, &pair, "ranked_sites", columns, NULL, error) && compare_new(job, &pair, &words, &n, error) &&
	       compare_old(job, &pair, &words, &n, error) && add_summary(job, "sites_old", (double) keyed_n(&pair.old), error) &&
	       add_summary(job, "sites_new", (double) keyed_n(&pair.new), error) &&
	       add_summary(job, "sites_up", (double) n.less, error) && add_summary(job, "sites_down", (double) n.more, error) &&
	       add_summary(job, "sites_same", (double) n.same, error) &&
	       add_summary(job, "sites_added", (double) n.appeared, error) &&
	       add_summary(job, "sites_gone", (double) n.vanished, error);
}

static gboolean compare_plans(Job *job, GError **error)
{
	static const char *const columns[] = { "site", "plan", "step", "?title", NULL };
	static const Words words = { "planned_site", "step", "plan", "earlier", "later", "added", "dropped" };
	g_auto(Pair) pair = { 0 };
	Counts n = { 0 };
	return pair_read(job, &pair, "planned_sites", columns, "plan", error) && compare_new(job, &pair, &words, &n, error) &&
	       compare_old(job, &pair, &words, &n, error) && add_summary(job, "planned_added", (double) n.appeared, error) &&
	       add_summary(job, "planned_dropped", (double) n.vanished, error) &&
	       add_summary(job, "planned_same", (double) (n.same + n.less + n.more), error);
}

static gboolean compare_centres(Job *job, GError **error)
{
	static const char *const columns[] = { "site", "is_open", "?title", NULL };
	static const Words words = { "centre", "is_open", NULL, "closed", "opened", "new", "gone" };
	g_auto(Pair) pair = { 0 };
	Counts n = { 0 };
	return pair_read(job, &pair, "centres", columns, NULL, error) && compare_new(job, &pair, &words, &n, error) &&
	       compare_old(job, &pair, &words, &n, error) && add_summary(job, "centres_opened", (double) n.more, error) &&
	       add_summary(job, "centres_closed", (double) n.less, error) &&
	       add_summary(job, "centres_new", (double) n.appeared, error) &&
	       add_summary(job, "centres_gone", (double) n.vanished, error);
}

gboolean compare_sites(Job *job, GError **error)
{
	return compare_ranking(job, error) && compare_plans(job, error) && compare_centres(job, error);
}
