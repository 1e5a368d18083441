/* What the ranking block asks for, resolved to layers, columns and ranges, so that siting never meets a file. */
#include "weights.h"

#include <math.h>
#include <string.h>

/* --- names -------------------------------------------------------------------------------------------------------- */

/* A column suffix: lower case letters, digits and _. */
static char *column_suffix(const char *use, const char *layer, const char *field)
{
	g_autofree char *joined = g_strjoin("_", use, layer ? layer : field, NULL);
	char *name = g_ascii_strdown(joined, -1);
	return g_strcanon(name, "abcdefghijklmnopqrstuvwxyz0123456789_", '_');
}

static gboolean name_use(Run *run, const Block *block, ThusoCriterionUse *uses, int n_before, GError **error)
{
	ThusoCriterionUse *use = &uses[n_before];
	const char *given = block_text(block, "name");
	const char *field = g_str_equal(use->use, "attribute") ? block_text(block, "field") : NULL;
	use->name = run_own(run, given ? column_suffix(given, NULL, NULL) : column_suffix(use->use, use->layer, field), g_free);
	for (int i = 0; i < n_before; i++)
		if (strcmp(uses[i].name, use->name) == 0) {
			block_error(block, NULL, error, THUSO_ERROR_USAGE, "two entries are called '%s'; give each a `name`", use->name);
			return FALSE;
		}
	return TRUE;
}

static const ThusoCriterion *find_criterion(const Block *block, gboolean to_exclude, GError **error)
{
	const char *name = block_text(block, "use");
	const ThusoCriterion *criterion = thuso_criterion_find(name);
	if (criterion && (to_exclude ? criterion->excludes : criterion->scores))
		return criterion;
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	for (const ThusoCriterion *const *c = thuso_criteria; *c; c++)
		if (to_exclude ? (*c)->excludes : (*c)->scores)
			g_ptr_array_add(known, (gpointer) (*c)->about.name);
	g_ptr_array_add(known, NULL);
	const char *nearest = thuso_nearest_name(name, (const char *const *) known->pdata);
	g_autofree char *all = g_strjoinv(", ", (char **) known->pdata);
	block_error(block, "use", error, THUSO_ERROR_USAGE, "'%s' is no %s; known are: %s%s%s%s", name,
	            to_exclude ? "exclusion" : "criterion", all, nearest ? " (did you mean '" : "", nearest ? nearest : "",
	            nearest ? "'?)" : "");
	return NULL;
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static gboolean bound_of(const Block *block, const char *key, const ThusoCriterion *criterion, double *value, GError **error)
{
	*value = NAN;
	if (!block_has(block, key))
		return TRUE;
	g_autoptr(GError) inner = NULL;
	/* A plain number is taken where the criterion counts people or a field without a unit. */
	guint allowed = criterion->dimension == THUSO_SHARE ? THUSO_SHARE : criterion->dimension;
	if (thuso_parse_quantity(block_text(block, key), allowed, value, NULL, &inner))
		return TRUE;
	block_error(block, key, error, THUSO_ERROR_USAGE, "%s of '%s': %s", key, criterion->about.name, inner->message);
	return FALSE;
}

/* The study's, else the criterion's own. */
static double within_of(const Block *block, const ThusoCriterion *criterion)
{
	double within = NAN;
	for (const ThusoParam *p = criterion->about.params; p->name; p++)
		if (strcmp(p->name, "within") == 0)
			thuso_parse_quantity(block_has(block, "within") ? block_text(block, "within") : p->default_text, THUSO_LENGTH,
			                     &within, NULL, NULL);
	return within;
}

static gboolean scores_of(Run *run, const Block *block, ThusoCriterionUse *use, GError **error)
{
	int n = block_n(block, "scores");
	if (n == 0)
		return TRUE;
	const char **names = run_own(run, thuso_new(const char *, n + 1), g_free);
	double *values = run_own(run, thuso_new(double, n), g_free);
	for (int i = 0; i < n; i++) {
		names[i] = block_item_name(block, "scores", i);
		values[i] = block_item_quantity(block, "scores", i, NULL);
	}
	use->score_names = names;
	use->score_values = values;
	use->n_scores = n;
	(void) error;
	return TRUE;
}

/* --- layers ------------------------------------------------------------------------------------------------------- */

static gboolean layer_of(Run *run, const Block *block, const ThusoCriterion *criterion, ThusoCriterionUse *use, GError **error)
{
	if (!criterion->needs_layer)
		return TRUE;
	ThusoSource *source = run_source(run, study_source(run->study, block, error));
	const char *none[] = { NULL };
	ThusoFeatures *features =
	    source ? thuso_features_read(run->context, run->region, source, THUSO_ANY_GEOMETRY, none, TRUE, error) : NULL;
	if (!features)
		return FALSE;
	run_own(run, features, (GDestroyNotify) thuso_features_free);
	use->features = (const ThusoGeometry *const *) features->geometry;
	use->n_features = features->table->n_rows;
	use->layer = source->name;
	return TRUE;
}

/* --- attribute: a field of the candidates' layers ------------------------------------------------------------------- */

static int field_in(const Run *run, int layer, const char *field)
{
	const ThusoTable *table = layer < run->candidates->n_tables ? run->candidates->table[layer] : NULL;
	return table ? thuso_table_find_column(table, field) : -1;
}

static gboolean field_somewhere(const Run *run, const Block *block, const char *field, GError **error)
{
	g_autoptr(GString) fields = g_string_new(NULL);
	const char *nearest = NULL;
	for (int i = 0; i < run->candidates->n_tables; i++) {
		if (field_in(run, i, field) >= 0)
			return TRUE;
		if (!run->candidates->table[i])
			continue;
		g_autofree const char **names = thuso_table_column_names(run->candidates->table[i]);
		g_autofree char *list = g_strjoinv(", ", (char **) names);
		g_string_append_printf(fields, "%s%s: %s", fields->len ? "; " : "", run->candidates->table[i]->name, list);
		nearest = nearest ? nearest : thuso_nearest_name(field, names);
	}
	block_error(block, "field", error, THUSO_ERROR_INPUT, "no candidate layer has a field '%s'%s%s%s; there are %s", field,
	            nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "", fields->str);
	return FALSE;
}

static gboolean attribute_of(Run *run, const Block *block, ThusoCriterionUse *use, GError **error)
{
	const char *field = block_text(block, "field");
	if (!field) {
		block_error(block, NULL, error, THUSO_ERROR_USAGE, "'attribute' needs `field`: a field of the candidates' layer");
		return FALSE;
	}
	if (!field_somewhere(run, block, field, error))
		return FALSE;
	gint64 n = run->candidates->n;
	double *numbers = run_own(run, thuso_new(double, n), g_free);
	char **texts = run_own(run, thuso_new(char *, n + 1), (GDestroyNotify) g_free);
	for (gint64 i = 0; i < n; i++) {
		const ThusoPlace *place = &run->candidates->place[i];
		int column = field_in(run, place->layer, field);
		gboolean known = column >= 0 && place->row >= 0;
		numbers[i] = known ? thuso_table_as_real(run->candidates->table[place->layer], place->row, column) : NAN;
		texts[i] =
		    known ? run_own(run, thuso_table_as_text(run->candidates->table[place->layer], place->row, column), g_free) : NULL;
		if (isinf(numbers[i])) {
			block_error(block, "field", error, THUSO_ERROR_INPUT, "field '%s' of candidate %s is infinite; correct it", field,
			            place->id);
			return FALSE;
		}
	}
	use->column = numbers;
	use->text_column = (const char *const *) texts;
	return TRUE;
}

/* --- sql ---------------------------------------------------------------------------------------------------------- */

/* The candidates as a table that a query can ask. */
static ThusoTable *candidates_table(const Run *run, GError **error)
{
	g_autoptr(ThusoTable) table = thuso_table_new("candidates", "Candidates", "", THUSO_POINT);
	int site = thuso_table_add_column(table, "site", NULL, NULL, THUSO_TEXT),
	    title = thuso_table_add_column(table, "title", NULL, NULL, THUSO_TEXT),
	    kind = thuso_table_add_column(table, "kind", NULL, NULL, THUSO_TEXT),
	    municipality = thuso_table_add_column(table, "municipality", NULL, NULL, THUSO_TEXT);
	for (gint64 i = 0; i < run->candidates->n; i++) {
		const ThusoPlace *place = &run->candidates->place[i];
		gint64 row = thuso_table_add_row(table, error);
		if (row < 0)
			return NULL;
		thuso_table_set_text(table, row, site, place->id);
		thuso_table_set_text(table, row, title, place->title);
		thuso_table_set_text(table, row, kind, place->kind);
		thuso_table_set_text(table, row, municipality, place->area >= 0 ? run->region->levels[0].id[place->area] : NULL);
		g_autoptr(GBytes) point = thuso_point_to_wkb(place->x, place->y);
		thuso_table_set_geometry(table, row, point);
	}
	return g_steal_pointer(&table);
}

static gboolean mentions(const char *query, const char *name)
{
	/* SQLite compares names without regard to case. */
	g_autofree char *text = g_ascii_strdown(query, -1), *word = g_ascii_strdown(name, -1);
	gsize n = strlen(word);
	for (const char *p = text; (p = strstr(p, word)); p += n)
		if ((p == text || !(g_ascii_isalnum(p[-1]) || p[-1] == '_')) && !(g_ascii_isalnum(p[n]) || p[n] == '_'))
			return TRUE;
	return FALSE;
}

/* The features' table with its geometries in the grid's CRS, so that a query measures in metres. */
static ThusoTable *projected_table(ThusoFeatures *features, GError **error)
{
	for (gint64 i = 0; i < features->table->n_rows; i++) {
		g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(features->geometry[i], error);
		if (!wkb)
			return NULL;
		thuso_table_set_geometry(features->table, i, wkb);
	}
	return features->table;
}

/* Every layer of the data file whose name the query mentions. */
static gboolean mentioned_layers(Run *run, const Block *block, const char *query, GPtrArray *tables, GError **error)
{
	g_auto(GStrv) layers = run->study->data ? thuso_list_layers(run->study->data, error) : g_new0(char *, 1);
	if (!layers)
		return FALSE;
	for (char **layer = layers; *layer; layer++) {
		if (!mentions(query, *layer) || strcmp(*layer, "candidates") == 0)
			continue;
		ThusoSource *source = run_source(run, study_layer(run->study, block, *layer, error));
		ThusoFeatures *features =
		    source ? thuso_features_read(run->context, run->region, source, THUSO_ANY_GEOMETRY, NULL, TRUE, error) : NULL;
		if (!features)
			return FALSE;
		run_own(run, features, (GDestroyNotify) thuso_features_free);
		if (!projected_table(features, error))
			return FALSE;
		g_ptr_array_add(tables, features->table);
	}
	return TRUE;
}

/* Service layers with a file of their own are asked for by the file's name without its ending. */
static gboolean mentioned_services(Run *run, const char *query, GPtrArray *tables, GError **error)
{
	for (guint i = 0; i < run->services->len; i++) {
		ThusoFeatures *features = g_ptr_array_index(run->services, i);
		g_autofree char *name = g_strdup(features->table->name);
		char *dot = strrchr(name, '.');
		if (dot)
			*dot = '\0';
		gboolean known = !mentions(query, name);
		for (guint k = 0; !known && k < tables->len; k++)
			known = g_ascii_strcasecmp(((ThusoTable *) g_ptr_array_index(tables, k))->name, name) == 0;
		if (known)
			continue;
		if (!projected_table(features, error))
			return FALSE;
		g_free(features->table->name);
		features->table->name = g_steal_pointer(&name);
		g_ptr_array_add(tables, features->table);
	}
	return TRUE;
}

static int compare_ids(gconstpointer id, gconstpointer place)
{
	return thuso_id_compare(id, ((const ThusoPlace *) place)->id);
}

/* Two rows for one site are a query without GROUP BY: which of them counts would be chance. */
static gboolean mark_answered(const Block *block, guint8 *answered, gint64 at, const char *id, GError **error)
{
	if (answered[at]++ == 0)
		return TRUE;
	block_error(block, "query", error, THUSO_ERROR_USAGE,
	            "the query returned site '%s' twice; add GROUP BY site, or a sum, so that each has one value", id);
	return FALSE;
}

static gboolean fill_from_answer(const Run *run, const Block *block, const ThusoTable *answer, double *values, GError **error)
{
	int site = thuso_table_find_column(answer, "site"), value = thuso_table_find_column(answer, "value");
	if (site < 0 || value < 0) {
		block_error(block, "query", error, THUSO_ERROR_USAGE,
		            "the query must return the columns `site` and `value`: SELECT site, ... AS value FROM "
		            "candidates ...");
		return FALSE;
	}
	g_autofree guint8 *answered = thuso_new(guint8, MAX(run->candidates->n, 1));
	for (gint64 row = 0; row < answer->n_rows; row++) {
		g_autofree char *id = thuso_table_as_text(answer, row, site);
		const ThusoPlace *place =
		    id ? bsearch(id, run->candidates->place, (gsize) run->candidates->n, sizeof(ThusoPlace), compare_ids) : NULL;
		if (!place) {
			block_error(block, "query", error, THUSO_ERROR_USAGE, "the query returned site '%s', which is no candidate",
			            id ? id : "NULL");
			return FALSE;
		}
		gint64 at = place - run->candidates->place;
		if (!mark_answered(block, answered, at, id, error))
			return FALSE;
		values[at] = thuso_table_as_real(answer, row, value);
		if (isinf(values[at])) {
			block_error(block, "query", error, THUSO_ERROR_INPUT, "the query's value of site '%s' is infinite; mend the query",
			            id);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean sql_of(Run *run, const Block *block, ThusoCriterionUse *use, GError **error)
{
	const char *query = block_text(block, "query");
	if (!query) {
		block_error(block, NULL, error, THUSO_ERROR_USAGE, "'sql' needs `query`: SELECT site, ... AS value FROM candidates ...");
		return FALSE;
	}
	g_autoptr(ThusoTable) candidates = candidates_table(run, error);
	g_autoptr(GPtrArray) tables = g_ptr_array_new();
	if (!candidates)
		return FALSE;
	g_ptr_array_add(tables, candidates);
	if (!mentioned_layers(run, block, query, tables, error) || !mentioned_services(run, query, tables, error))
		return FALSE;
	g_autoptr(GError) inner = NULL;
	g_autoptr(ThusoTable) answer =
	    thuso_sql(run->context, (const ThusoTable *const *) tables->pdata, (int) tables->len, query, &inner);
	if (!answer) {
		block_error(block, "query", error, inner->code, "%s", inner->message);
		return FALSE;
	}
	double *values = run_own(run, thuso_new(double, run->candidates->n), g_free);
	for (gint64 i = 0; i < run->candidates->n; i++)
		values[i] = NAN;
	use->column = values;
	return fill_from_answer(run, block, answer, values, error);
}

/* --- one entry ---------------------------------------------------------------------------------------------------- */

/* Category or role of the zone in which each candidate stands; the quadrant is known to siting itself. */
static void zone_of(Run *run, const Block *block, ThusoCriterionUse *use)
{
	const char *by = block_text(block, "by");
	gboolean is_role = by && strcmp(by, "role") == 0;
	if (!by || strcmp(by, "quadrant") == 0)
		return;
	const char **texts = run_own(run, thuso_new(const char *, MAX(run->candidates->n, 1)), g_free);
	for (gint64 i = 0; i < run->candidates->n; i++) {
		gint32 zone = run->candidates->place[i].cell >= 0 ? run->zones->zone[run->candidates->place[i].cell] : -1;
		texts[i] = zone < 0 ? NULL : is_role ? run->zones->role[zone] : run->zones->category[zone];
	}
	use->text_column = texts;
}

static gboolean column_of(Run *run, const Block *block, gboolean to_exclude, ThusoCriterionUse *use, GError **error)
{
	if (strcmp(use->use, "attribute") == 0)
		return attribute_of(run, block, use, error);
	if (!to_exclude && strcmp(use->use, "sql") == 0)
		return sql_of(run, block, use, error);
	if (!to_exclude && strcmp(use->use, "zone") == 0)
		zone_of(run, block, use);
	return TRUE;
}

static gboolean needs_met(const Run *run, const Block *block, const char *use, GError **error)
{
	const char *lacks = NULL;
	if ((strcmp(use, "need") == 0 || strcmp(use, "zone") == 0) && !run->zones)
		lacks = "the study has no `zones`";
	else if (strcmp(use, "slope") == 0 && !run->slope)
		lacks = "`travel` has no `elevation`";
	else if (strcmp(use, "departments_within") == 0 && run->service_points.n == 0)
		lacks = "no layer of `services` names a `department`";
	if (lacks)
		block_error(block, "use", error, THUSO_ERROR_USAGE, "'%s' cannot be computed: %s", use, lacks);
	return lacks == NULL;
}

/* A key that a criterion does not take would be half obeyed: it is refused. The source keys go with `layer`. */
static gboolean takes(const ThusoCriterion *criterion, const char *key, gboolean to_exclude)
{
	static const char *const always[] = { "use", "name", NULL };
	static const char *const source_keys[] = { "path", "layer", "where", "crs", "x", "y", "lon", "lat", "join", NULL };
	if (g_strv_contains(always, key))
		return TRUE;
	if (g_strv_contains(source_keys, key))
		return criterion->needs_layer;
	if (to_exclude && (strcmp(key, "over") == 0 || strcmp(key, "under") == 0 || strcmp(key, "values") == 0))
		return TRUE;
	for (const ThusoParam *p = criterion->about.params; p->name; p++)
		if (strcmp(p->name, key) == 0)
			return TRUE;
	return FALSE;
}

static gboolean takes_all(const ThusoCriterion *criterion, const Block *block, gboolean to_exclude, GError **error)
{
	for (const ThusoParam *p = block->params; p->name; p++)
		if (block_has(block, p->name) && !takes(criterion, p->name, to_exclude)) {
			block_error(block, p->name, error, THUSO_ERROR_USAGE, "'%s' takes no `%s`; see `thuso list criteria`",
			            criterion->about.name, p->name);
			return FALSE;
		}
	return TRUE;
}

static gboolean resolve(Run *run, const Block *block, gboolean to_exclude, ThusoCriterionUse *uses, int i, GError **error)
{
	const ThusoCriterion *criterion = find_criterion(block, to_exclude, error);
	ThusoCriterionUse *use = &uses[i];
	if (!criterion || !takes_all(criterion, block, to_exclude, error) || !needs_met(run, block, criterion->about.name, error))
		return FALSE;
	*use = (ThusoCriterionUse){ .use = criterion->about.name, .weight = 1, .best = NAN, .worst = NAN, .over = NAN, .under = NAN };
	use->within = within_of(block, criterion);
	if (to_exclude) {
		if (!bound_of(block, "over", criterion, &use->over, error) || !bound_of(block, "under", criterion, &use->under, error))
			return FALSE;
		use->values = run_own(run, block_texts(block, "values"), g_free);
	} else {
		use->weight = block_quantity(block, "weight", NULL);
		if (!bound_of(block, "best", criterion, &use->best, error) || !bound_of(block, "worst", criterion, &use->worst, error) ||
		    !scores_of(run, block, use, error))
			return FALSE;
	}
	return layer_of(run, block, criterion, use, error) && name_use(run, block, uses, i, error) &&
	       column_of(run, block, to_exclude, use, error);
}

gboolean run_resolve_criteria(Run *run, GError **error)
{
	Block ranking = block_get(&run->top, "ranking");
	const char *missing = block_text(&ranking, "missing");
	run->missing = strcmp(missing, "worst") == 0  ? THUSO_MISSING_WORST
	               : strcmp(missing, "mean") == 0 ? THUSO_MISSING_MEAN
	                                              : THUSO_MISSING_EXCLUDE;
	run->n_criteria = block_n(&ranking, "criteria");
	run->n_exclude = block_n(&ranking, "exclude");
	run->criteria = thuso_new(ThusoCriterionUse, run->n_criteria);
	run->exclude = thuso_new(ThusoCriterionUse, MAX(run->n_exclude, 1));
	for (int i = 0; i < run->n_criteria; i++) {
		Block block = block_item(&ranking, "criteria", i);
		if (!resolve(run, &block, FALSE, run->criteria, i, error))
			return FALSE;
	}
	for (int i = 0; i < run->n_exclude; i++) {
		Block block = block_item(&ranking, "exclude", i);
		if (!resolve(run, &block, TRUE, run->exclude, i, error))
			return FALSE;
	}
	return run_weights(run, error);
}
