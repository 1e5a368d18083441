/* Reading `siting` and `classes`: what the plans are asked for, checked before any travel is computed. */
#include "siting.h"
#include "standards.h"

#include <stdlib.h>
#include <string.h>

static const PlanMode modes[] = {
	{ "greenfields", .opens = TRUE, .has_phases = TRUE },
	{ "brownfields", .has_centres = TRUE, .opens = TRUE, .has_phases = TRUE },
	{ "relocation", .has_centres = TRUE, .closes = TRUE, .opens = TRUE },
	{ "reduction", .has_centres = TRUE, .closes = TRUE },
};

static const PlanMode *find_mode(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(modes); i++)
		if (strcmp(modes[i].name, name) == 0)
			return &modes[i];
	g_assert_not_reached(); /* the schema lets no other through */
}

static gboolean says_yes(const Block *block, const char *key)
{
	return strcmp(block_text(block, key), "yes") == 0;
}

/* --- quotas --------------------------------------------------------------------------------------------------------- */

/* "'metro' is not ...; use one of: ... (did you mean ...)" of any list of names. */
static gboolean unknown(const Block *block, const char *key, const char *what, GPtrArray *names, GError **error)
{
	g_ptr_array_add(names, NULL);
	const char *name = block_text(block, key);
	const char *nearest = thuso_nearest_name(name, (const char *const *) names->pdata);
	g_autofree char *all = names->len > 40 ? g_strdup("") : g_strjoinv(", ", (char **) names->pdata);
	block_error(block, key, error, THUSO_ERROR_USAGE, "%s: '%s' is not %s%s%s%s%s%s", key, name, what,
	            *all ? "; use one of: " : "", all, nearest ? " (did you mean '" : "", nearest ? nearest : "",
	            nearest ? "'?)" : "");
	return FALSE;
}

static gboolean read_level(const Run *run, Quota *quota, GError **error)
{
	const char *name = block_text(&quota->block, "level");
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int l = 0; l < run->region->n_levels; l++) {
		if (strcmp(run->region->levels[l].name, name) == 0) {
			quota->level = l;
			return TRUE;
		}
		g_ptr_array_add(names, run->region->levels[l].name);
	}
	return unknown(&quota->block, "level", "a level of `area`", names, error);
}

static gboolean read_group(const Run *run, Quota *quota, GError **error)
{
	const ThusoLevel *level = &run->region->levels[quota->level];
	const char *group = block_text(&quota->block, "group");
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	quota->group = -1;
	for (gint32 u = 0; group && u < level->n; u++) {
		if (strcmp(level->id[u], group) == 0) {
			quota->group = u;
			return TRUE;
		}
		g_ptr_array_add(names, level->id[u]);
	}
	return group == NULL || unknown(&quota->block, "group", "a code of this level", names, error);
}

static gboolean read_quota(const Run *run, Quota *quota, GError **error)
{
	const Block *block = &quota->block;
	if (!read_level(run, quota, error) || !read_group(run, quota, error))
		return FALSE;
	quota->min = (gint32) block_integer(block, "min", 0);
	quota->max = (gint32) block_integer(block, "max", G_MAXINT32);
	quota->counts_new = strcmp(block_text(block, "count"), "new") == 0;
	quota->no_centre = block_text(block, "where") != NULL;
	quota->skip_empty = says_yes(block, "skip_empty");
	if (!block_has(block, "min") && !block_has(block, "max")) {
		block_error(block, "level", error, THUSO_ERROR_USAGE, "a quota says `min`, `max` or both");
		return FALSE;
	}
	if (quota->min > quota->max) {
		block_error(block, "min", error, THUSO_ERROR_USAGE, "a quota's `min` (%d) is more than its `max` (%d)", quota->min,
		            quota->max);
		return FALSE;
	}
	return TRUE;
}

/* --- phases --------------------------------------------------------------------------------------------------------- */

static gboolean read_phase(const Run *run, const Block *block, Phase *phase, GError **error)
{
	phase->sites = (gint32) block_integer(block, "sites", -1);
	phase->target = block_quantity(block, "target", NULL);
	phase->budget = block_quantity(block, "budget", NULL);
	phase->n_quotas = block_n(block, "quota");
	phase->quota = thuso_new(Quota, MAX(phase->n_quotas, 1));
	for (int i = 0; i < phase->n_quotas; i++) {
		phase->quota[i].block = block_item(block, "quota", i);
		if (!read_quota(run, &phase->quota[i], error))
			return FALSE;
	}
	return TRUE;
}

static gboolean phase_has_end(const Siting *siting, const Phase *phase)
{
	gboolean has_end = phase->sites >= 0 || phase->target >= 0 || phase->budget >= 0 || !siting->model->needs_sites;
	for (int i = 0; i < phase->n_quotas; i++)
		has_end = has_end || phase->quota[i].min > 0;
	return has_end;
}

/* One phase from the block itself, or the list. */
static gboolean read_phases(const Run *run, Siting *siting, GError **error)
{
	const Block *block = &siting->block;
	gboolean all_phased = TRUE, any_phased = FALSE;
	for (int i = 0; i < siting->n_modes; i++) {
		all_phased = all_phased && siting->mode[i]->has_phases;
		any_phased = any_phased || siting->mode[i]->has_phases;
	}
	if (!read_phase(run, block, &siting->own, error))
		return FALSE;
	gboolean has_own = siting->own.sites >= 0 || siting->own.target >= 0 || siting->own.budget >= 0 || siting->own.n_quotas > 0;
	if (block_has(block, "phases") && has_own && all_phased) {
		block_error(block, "phases", error, THUSO_ERROR_USAGE,
		            "`sites`, `target`, `budget` and `quota` stand inside `phases` where there are phases");
		return FALSE;
	}
	siting->n_phases = block_has(block, "phases") ? block_n(block, "phases") : 1;
	siting->phase = thuso_new(Phase, siting->n_phases);
	for (int i = 0; i < siting->n_phases; i++) {
		Block item = block_has(block, "phases") ? block_item(block, "phases", i) : *block;
		if (!read_phase(run, &item, &siting->phase[i], error))
			return FALSE;
		if (any_phased && !phase_has_end(siting, &siting->phase[i])) {
			block_error(&item, NULL, error, THUSO_ERROR_USAGE,
			            "siting: a phase needs an end: `sites`, `target`, `budget`, or a quota with `min`");
			return FALSE;
		}
	}
	return TRUE;
}

/* --- the rest of the block ------------------------------------------------------------------------------------------ */

static gboolean takes(const ThusoModel *model, const char *name)
{
	for (const ThusoParam *param = model->about.params; param && param->name; param++)
		if (strcmp(param->name, name) == 0)
			return TRUE;
	return FALSE;
}

static gboolean read_model(const Run *run, Siting *siting, GError **error)
{
	const Block *block = &siting->block;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (int i = 0; thuso_models[i]; i++)
		g_ptr_array_add(names, (gpointer) thuso_models[i]->about.name);
	siting->model = thuso_model_find(block_text(block, "model"));
	if (!siting->model)
		return unknown(block, "model", "a location model", names, error);
	siting->min_people = block_quantity(block, "min_people", NULL);
	/* The standard's threshold is the site's, where nothing nearer to the plan says another one. */
	if (isnan(siting->min_people) && !block_has(&run->top, "classes") && siting->model->maximises)
		siting->min_people = run->standards[0].min_people;
	siting->capacity = block_quantity(block, "capacity", NULL);
	const char *what = NULL;
	/* A key that would change nothing is refused: its author expects that it does. */
	if (!isnan(siting->capacity) && !siting->model->needs_capacity)
		what = "sends people to the best centre, however full; take `capacity` out, or use cmclp or cpmedian";
	else if (block_has(block, "decay") && !takes(siting->model, "decay"))
		what = "has no `decay`, which goes with models of attendance (huff); take it out";
	else if (siting->model->needs_pairs_of_sites)
		what = "places sites far from each other and knows no people; `thuso locate` has it";
	else if (siting->model->needs_capacity && isnan(siting->capacity))
		what = "needs `capacity`: the people whom a centre can serve";
	else if (!siting->model->maximises && siting->min_people > 0)
		what = "has no people to weigh `min_people` against; use a covering model, such as the default";
	if (what)
		block_error(block, "model", error, THUSO_ERROR_USAGE, "model: %s %s", siting->model->about.name, what);
	return what == NULL;
}

/* `moves` is of relocation, `keep` of reduction; without that mode they would change nothing. */
static gboolean modes_use(const Siting *siting, GError **error)
{
	gboolean moves = FALSE, keeps = FALSE;
	for (int i = 0; i < siting->n_modes; i++) {
		moves |= siting->mode[i]->closes && siting->mode[i]->opens;
		keeps |= siting->mode[i]->closes && !siting->mode[i]->opens;
	}
	const char *unused = block_has(&siting->block, "moves") && !moves  ? "moves"
	                     : block_has(&siting->block, "keep") && !keeps ? "keep"
	                                                                   : NULL;
	if (unused)
		block_error(&siting->block, unused, error, THUSO_ERROR_USAGE, "`%s` goes with mode %s; add the mode, or take `%s` out",
		            unused, strcmp(unused, "keep") == 0 ? "reduction" : "relocation", unused);
	return unused == NULL;
}

static gboolean read_modes(Siting *siting, GError **error)
{
	const Block *block = &siting->block;
	siting->n_modes = block_n(block, "mode");
	siting->mode = thuso_new(const PlanMode *, siting->n_modes);
	siting->moves = (gint32) block_integer(block, "moves", -1);
	siting->keep = (gint32) block_integer(block, "keep", -1);
	for (int i = 0; i < siting->n_modes; i++) {
		siting->mode[i] = find_mode(block_item_text(block, "mode", i));
		for (int k = 0; k < i; k++)
			if (siting->mode[k] == siting->mode[i]) {
				block_error(block, "mode", error, THUSO_ERROR_USAGE, "mode: %s stands twice", siting->mode[i]->name);
				return FALSE;
			}
		const char *what = NULL;
		if (siting->mode[i]->closes && siting->mode[i]->opens && siting->moves < 0)
			what = "relocation needs `moves`: how many open centres may close";
		else if (siting->mode[i]->closes && !siting->mode[i]->opens && siting->keep < 0 && !block_has(block, "target"))
			what = "reduction needs `keep`: how many open centres stay, or a `target` that they must still serve";
		if (what) {
			block_error(block, "mode", error, THUSO_ERROR_USAGE, "mode: %s", what);
			return FALSE;
		}
	}
	return modes_use(siting, error);
}

static void read_options(Siting *siting)
{
	const Block *block = &siting->block;
	thuso_locate_options_default(&siting->options);
	siting->options.gap = block_quantity(block, "gap", NULL);
	double seconds = block_quantity(block, "time_limit", NULL);
	siting->options.seconds = isnan(seconds) ? INFINITY : seconds;
	siting->options.seed = (guint64) block_integer(block, "seed", 1);
	siting->options.alternatives = (gint32) block_integer(block, "alternatives", 0);
	siting->options.loss = block_quantity(block, "loss", NULL);
	siting->only_listed = strcmp(block_text(block, "candidates"), "listed") == 0;
	siting->decay = block_quantity(block, "decay", NULL);
	siting->digital_under = block_quantity(block, "digital_under", NULL);
}

static int by_threshold(const void *a, const void *b)
{
	const SiteClass *x = a, *y = b;
	if (x->min_people != y->min_people)
		return x->min_people > y->min_people ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void read_classes(const Run *run, Siting *siting)
{
	siting->n_classes = block_n(&run->top, "classes");
	siting->classes = thuso_new(SiteClass, MAX(siting->n_classes, 1));
	for (int i = 0; i < siting->n_classes; i++) {
		Block block = block_item(&run->top, "classes", i);
		siting->classes[i] = (SiteClass){ block_item_name(&run->top, "classes", i), block_quantity(&block, "capital", NULL),
			                              block_quantity(&block, "operating", NULL), block_quantity(&block, "min_people", NULL),
			                              block_quantity(&block, "capacity", NULL) };
	}
	qsort(siting->classes, (gsize) siting->n_classes, sizeof *siting->classes, by_threshold);
}

static gboolean check_across(const Run *run, const Siting *siting, GError **error)
{
	if (siting->n_classes > 0 && siting->min_people >= 0) {
		block_error(&siting->block, "min_people", error, THUSO_ERROR_USAGE,
		            "min_people: with `classes` the thresholds stand there; take this one out");
		return FALSE;
	}
	(void) run;
	return TRUE;
}

gboolean siting_read(const Run *run, Siting **result, GError **error)
{
	if (!block_has(&run->top, "siting")) {
		for (const char *const *key = (const char *const[]){ "classes", "rollout", NULL }; *key; key++)
			if (block_has(&run->top, *key)) {
				block_error(&run->top, *key, error, THUSO_ERROR_USAGE, "`%s` needs a `siting` block: it is about its plans",
				            *key);
				return FALSE;
			}
		return TRUE;
	}
	Siting *siting = *result = g_new0(Siting, 1);
	siting->block = block_get(&run->top, "siting");
	read_classes(run, siting);
	read_options(siting);
	return read_model(run, siting, error) && read_modes(siting, error) && read_phases(run, siting, error) &&
	       check_across(run, siting, error);
}

void siting_free(Siting *siting)
{
	if (!siting)
		return;
	for (int i = 0; i < siting->n_phases; i++)
		g_free(siting->phase[i].quota);
	g_free(siting->own.quota);
	g_free(siting->phase);
	g_free(siting->mode);
	g_free(siting->classes);
	g_free(siting);
}
