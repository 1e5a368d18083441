/* See steps_bytes.h. The bytes are for this machine and this very program: the file's name is a sum over both. */
#include "steps_bytes.h"

#include <string.h>

/* --- sums ------------------------------------------------------------------------------------------------------------------ */

static void sum_bytes(GChecksum *sum, gconstpointer data, gint64 n, gsize size)
{
	gint64 length = data ? n : -1;
	g_checksum_update(sum, (const guchar *) &length, sizeof length);
	for (gsize left = data ? (gsize) n * size : 0; left > 0;) {
		gsize part = MIN(left, (gsize) 1 << 30); /* GLib's checksum counts in signed sizes */
		g_checksum_update(sum, (const guchar *) data, (gssize) part);
		data = (const guchar *) data + part;
		left -= part;
	}
}

static void sum_text(GChecksum *sum, const char *text)
{
	sum_bytes(sum, text, text ? (gint64) strlen(text) : 0, 1);
}

static void sum_texts(GChecksum *sum, const char *const *texts, gint64 n)
{
	sum_bytes(sum, texts, texts ? n : 0, 0);
	for (gint64 i = 0; texts && i < n; i++)
		sum_text(sum, texts[i]);
}

static void sum_real(GChecksum *sum, double value)
{
	sum_bytes(sum, &value, 1, sizeof value);
}

static void sum_integer(GChecksum *sum, gint64 value)
{
	sum_bytes(sum, &value, 1, sizeof value);
}

static void sum_options(GChecksum *sum, const ThusoLocateOptions *options)
{
	sum_real(sum, options->gap);
	sum_real(sum, options->seconds);
	sum_integer(sum, (gint64) options->seed);
	sum_integer(sum, options->alternatives);
	sum_real(sum, options->loss);
}

static void sum_level(GChecksum *sum, const ThusoQuotaLevel *level, gint32 n_sites)
{
	sum_text(sum, level->name);
	sum_texts(sum, level->group_id, level->n_groups);
	sum_bytes(sum, level->group_of_site, n_sites, sizeof *level->group_of_site);
	sum_bytes(sum, level->min, level->n_groups, sizeof *level->min);
	sum_bytes(sum, level->max, level->n_groups, sizeof *level->max);
}

void sum_location(GChecksum *sum, const ThusoModel *model, const ThusoLocation *at, const ThusoLocateOptions *options)
{
	gint64 n_sites = at->n_sites, n_pairs = at->start[n_sites];
	sum_text(sum, model->about.name);
	sum_texts(sum, at->demand_id, at->n_demand);
	sum_texts(sum, at->site_id, n_sites);
	sum_bytes(sum, at->start, n_sites + 1, sizeof *at->start);
	sum_bytes(sum, at->demand, n_pairs, sizeof *at->demand);
	sum_bytes(sum, at->cost, n_pairs, sizeof *at->cost);
	sum_bytes(sum, at->weight, at->n_demand, sizeof *at->weight);
	sum_integer(sum, at->n_demand);
	sum_bytes(sum, at->state, n_sites, sizeof *at->state);
	sum_bytes(sum, at->capacity, n_sites, sizeof *at->capacity);
	sum_bytes(sum, at->pull, n_sites, sizeof *at->pull);
	sum_bytes(sum, at->charge, n_sites, sizeof *at->charge);
	sum_integer(sum, at->n_levels);
	for (int i = 0; i < at->n_levels; i++)
		sum_level(sum, &at->level[i], at->n_sites);
	sum_integer(sum, at->n_budgets);
	for (int i = 0; i < at->n_budgets; i++) {
		sum_text(sum, at->budget[i].name);
		sum_bytes(sum, at->budget[i].cost, n_sites, sizeof *at->budget[i].cost);
		sum_real(sum, at->budget[i].most);
	}
	sum_integer(sum, at->sites);
	sum_integer(sum, at->is_single);
	const double numbers[] = { at->limit, at->target, at->unserved, at->decay };
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		sum_real(sum, numbers[i]);
	sum_options(sum, options);
}

void sum_rollout(GChecksum *sum, const ThusoRolloutSpec *spec)
{
	sum_text(sum, "roll-out");
	sum_bytes(sum, spec->start, spec->n_sites + 1, sizeof *spec->start);
	sum_bytes(sum, spec->demand, spec->start[spec->n_sites], sizeof *spec->demand);
	sum_integer(sum, spec->n_demand);
	sum_bytes(sum, spec->people, spec->n_demand, sizeof *spec->people);
	sum_bytes(sum, spec->cost, spec->n_sites, sizeof *spec->cost);
	sum_bytes(sum, spec->is_upgrade, spec->n_sites, sizeof *spec->is_upgrade);
	sum_bytes(sum, spec->budget, spec->n_years, sizeof *spec->budget);
	sum_real(sum, spec->discount);
	sum_real(sum, spec->growth);
	sum_integer(sum, spec->carries_over);
	sum_options(sum, &spec->options);
}

/* --- writing ---------------------------------------------------------------------------------------------------------------- */

static void put(GByteArray *bytes, gconstpointer data, gint64 n, gsize size)
{
	if (n > 0)
		g_byte_array_append(bytes, data, (guint) ((gsize) n * size));
}

static void put_count(GByteArray *bytes, gint64 n)
{
	put(bytes, &n, 1, sizeof n);
}

static void put_real(GByteArray *bytes, double value)
{
	put(bytes, &value, 1, sizeof value);
}

GByteArray *plan_to_bytes(const ThusoPlan *plan)
{
	gint64 n_words = g_strv_length(plan->binding), n_other = (gint64) plan->n_alternatives * plan->n_alternative_sites;
	gsize size = (gsize) plan->n_sites * sizeof *plan->site + (gsize) plan->n_assigned * sizeof *plan->assigned;
	if (size > G_MAXUINT / 2)
		return NULL; /* GLib counts its arrays in 32 bits; so long a plan is worked out anew */
	GByteArray *bytes = g_byte_array_new();
	put_count(bytes, plan->status);
	put_real(bytes, plan->objective);
	put_real(bytes, plan->bound);
	put_real(bytes, plan->gap);
	put_real(bytes, plan->seconds);
	put_count(bytes, plan->n_sites);
	put(bytes, plan->site, plan->n_sites, sizeof *plan->site);
	put_count(bytes, plan->n_assigned);
	put(bytes, plan->assigned, plan->n_assigned, sizeof *plan->assigned);
	put_count(bytes, n_words);
	for (gint64 i = 0; i < n_words; i++) {
		put_count(bytes, (gint64) strlen(plan->binding[i]));
		put(bytes, plan->binding[i], (gint64) strlen(plan->binding[i]), 1);
	}
	put_count(bytes, plan->n_alternatives);
	put_count(bytes, plan->n_alternative_sites);
	put(bytes, plan->alternative_site, n_other, sizeof *plan->alternative_site);
	put(bytes, plan->alternative_objective, plan->n_alternatives, sizeof *plan->alternative_objective);
	return bytes;
}

static void put_schedule(GByteArray *bytes, const ThusoSchedule *schedule, const ThusoRolloutSpec *spec)
{
	put(bytes, schedule->year, spec->n_sites, sizeof *schedule->year);
	put(bytes, schedule->people, spec->n_years, sizeof *schedule->people);
	put(bytes, schedule->people_years, spec->n_years, sizeof *schedule->people_years);
	put(bytes, schedule->spent, spec->n_years, sizeof *schedule->spent);
}

GByteArray *rollout_to_bytes(const ThusoRollout *rollout, const ThusoRolloutSpec *spec)
{
	GByteArray *bytes = g_byte_array_new();
	put_count(bytes, rollout->status);
	put_count(bytes, rollout->is_greedy);
	put_real(bytes, rollout->objective);
	put_real(bytes, rollout->bound);
	put_real(bytes, rollout->gap);
	put_schedule(bytes, &rollout->best, spec);
	put_schedule(bytes, &rollout->greedy, spec);
	return bytes;
}

/* --- reading ---------------------------------------------------------------------------------------------------------------- */

/* Once something is wrong, everything that is taken is nothing. */
typedef struct {
	const guint8 *at;
	gsize left;
	gboolean bad;
} Taker;

static void take(Taker *taker, gpointer into, gsize size)
{
	if (taker->bad || taker->left < size) {
		taker->bad = TRUE;
		memset(into, 0, size);
		return;
	}
	if (size > 0)
		memcpy(into, taker->at, size);
	taker->at += size;
	taker->left -= size;
}

static gint64 take_count(Taker *taker)
{
	gint64 n;
	take(taker, &n, sizeof n);
	return n;
}

static gint64 take_within(Taker *taker, gint64 least, gint64 most)
{
	gint64 n = take_count(taker);
	taker->bad |= n < least || n > most;
	return taker->bad ? least : n;
}

static ThusoPlanStatus take_status(Taker *taker)
{
	return (ThusoPlanStatus) take_within(taker, THUSO_PLAN_OPTIMAL, THUSO_PLAN_INFEASIBLE);
}

static double take_real(Taker *taker)
{
	double value;
	take(taker, &value, sizeof value);
	return value;
}

/* n elements in an array of their own, NULL where there are none or not so many are left. */
static gpointer take_array(Taker *taker, gint64 n, gsize size)
{
	if (taker->bad || n < 0 || n > G_MAXINT32 || (gsize) n > taker->left / size) {
		taker->bad = TRUE;
		return NULL;
	}
	gpointer array = g_malloc0((gsize) MAX(n, 1) * size);
	take(taker, array, (gsize) n * size);
	return array;
}

static char **take_texts(Taker *taker)
{
	gint64 n = take_count(taker);
	g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
	for (gint64 i = 0; i < n && !taker->bad; i++) {
		gint64 length = take_count(taker);
		g_autofree char *bytes = take_array(taker, length, 1), *text = bytes ? g_strndup(bytes, (gsize) length) : NULL;
		taker->bad |= !text || strlen(text) != (gsize) length;
		if (text)
			g_strv_builder_add(texts, text);
	}
	return g_strv_builder_end(texts);
}

/* `assigned` is freed as an array of base's. */
static ThusoAssignment *take_assigned(Taker *taker, gint64 n)
{
	g_autofree ThusoAssignment *plain = take_array(taker, n, sizeof *plain);
	ThusoAssignment *assigned = plain ? thuso_array_new(MAX(n, 1), sizeof *assigned, "a plan", NULL) : NULL;
	if (assigned)
		memcpy(assigned, plain, (gsize) n * sizeof *plain);
	taker->bad |= !assigned;
	return assigned;
}

ThusoPlan *plan_from_bytes(const guint8 *bytes, gsize n)
{
	Taker taker = { bytes, n, FALSE };
	g_autoptr(ThusoPlan) plan = g_new0(ThusoPlan, 1);
	plan->status = take_status(&taker);
	plan->objective = take_real(&taker);
	plan->bound = take_real(&taker);
	plan->gap = take_real(&taker);
	plan->seconds = take_real(&taker);
	gint64 n_sites = take_count(&taker);
	plan->site = take_array(&taker, n_sites, sizeof *plan->site);
	plan->n_sites = (gint32) n_sites;
	plan->n_assigned = take_count(&taker);
	plan->assigned = take_assigned(&taker, plan->n_assigned);
	plan->binding = take_texts(&taker);
	plan->n_alternatives = (gint32) take_within(&taker, 0, G_MAXINT32);
	plan->n_alternative_sites = (gint32) take_within(&taker, 0, G_MAXINT32);
	plan->alternative_site =
	    take_array(&taker, (gint64) plan->n_alternatives * plan->n_alternative_sites, sizeof *plan->alternative_site);
	plan->alternative_objective = take_array(&taker, plan->n_alternatives, sizeof *plan->alternative_objective);
	return taker.bad || taker.left > 0 ? NULL : g_steal_pointer(&plan);
}

static void take_schedule(Taker *taker, ThusoSchedule *schedule, const ThusoRolloutSpec *spec)
{
	schedule->year = take_array(taker, spec->n_sites, sizeof *schedule->year);
	for (gint32 i = 0; schedule->year && i < spec->n_sites; i++)
		taker->bad |= schedule->year[i] < -1 || schedule->year[i] >= spec->n_years;
	schedule->people = take_array(taker, spec->n_years, sizeof *schedule->people);
	schedule->people_years = take_array(taker, spec->n_years, sizeof *schedule->people_years);
	schedule->spent = take_array(taker, spec->n_years, sizeof *schedule->spent);
}

ThusoRollout *rollout_from_bytes(const guint8 *bytes, gsize n, const ThusoRolloutSpec *spec)
{
	Taker taker = { bytes, n, FALSE };
	g_autoptr(ThusoRollout) rollout = g_new0(ThusoRollout, 1);
	rollout->status = take_status(&taker);
	rollout->is_greedy = take_within(&taker, FALSE, TRUE) != 0;
	rollout->objective = take_real(&taker);
	rollout->bound = take_real(&taker);
	rollout->gap = take_real(&taker);
	take_schedule(&taker, &rollout->best, spec);
	take_schedule(&taker, &rollout->greedy, spec);
	return taker.bad || taker.left > 0 ? NULL : g_steal_pointer(&rollout);
}
