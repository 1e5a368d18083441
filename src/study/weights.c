/* Weights by the analytic hierarchy process: comparisons from the study file or a table, by the criteria's names. */
#include "weights.h"

#include <string.h>

#include "tables.h"

#define MOST  9.0 /* Saaty's scale */
#define SAATY "Saaty 1980, principal eigenvector of the comparisons"

typedef struct {
	Run *run;
	Block ranking;
	const char *key;   /* "ahp" or "weights" */
	const char **name; /* n */
	int n;
	double *matrix; /* n * n, NaN = left empty */
} Judging;

static void judging_clear(Judging *judging)
{
	g_free(judging->name);
	g_free(judging->matrix);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Judging, judging_clear)

static gboolean wrong(const Judging *j, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean wrong(const Judging *j, GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	block_error(&j->ranking, j->key, error, THUSO_ERROR_USAGE, "%s: %s", j->key, what);
	return FALSE;
}

/* -1 with an error that names the criteria. */
static int find_name(const Judging *j, const char *name, GError **error)
{
	for (int i = 0; i < j->n; i++)
		if (strcmp(j->name[i], name) == 0)
			return i;
	const char *nearest = thuso_nearest_name(name, j->name);
	g_autofree char *all = g_strjoinv(", ", (char **) j->name);
	wrong(j, error, "'%s' is no criterion of this ranking%s%s%s; there are %s", name, nearest ? " (did you mean '" : "",
	      nearest ? nearest : "", nearest ? "'?)" : "", all);
	return -1;
}

/* "5" or "1/5". */
static gboolean read_judgement(const Judging *j, const char *text, double *value, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", 2);
	double over, under = 1;
	gboolean is_number =
	    thuso_parse_real(g_strstrip(parts[0]), &over) && (!parts[1] || thuso_parse_real(g_strstrip(parts[1]), &under));
	*value = is_number ? over / under : NAN;
	if (is_number && *value >= 1 / MOST - 0.005 && *value <= MOST)
		return TRUE;
	return wrong(j, error, "'%s' is no comparison; give 1 for alike, up to 9 for more important, 1/2 to 1/9 for less", text);
}

static gboolean set_judgement(Judging *j, const char *row, const char *column, const char *text, GError **error)
{
	int i = find_name(j, row, error), k = i >= 0 ? find_name(j, column, error) : -1;
	return k >= 0 && read_judgement(j, text, &j->matrix[i * j->n + k], error);
}

/* --- from the study file: {people_gained: {need: 3, slope: 5}, need: {slope: 3}} ---------------------------------------------------- */

static gboolean read_map(Judging *j, GError **error)
{
	const Node *map = node_get(j->ranking.node, j->key);
	for (guint i = 0; i < map->items->len; i++) {
		const Node *row = g_ptr_array_index(map->items, i);
		for (guint k = 0; k < row->items->len; k++)
			if (!set_judgement(j, g_ptr_array_index(map->keys, i), g_ptr_array_index(row->keys, k),
			                   ((const Node *) g_ptr_array_index(row->items, k))->text, error))
				return FALSE;
	}
	return TRUE;
}

/* --- from a table: a column `criterion`, then a column a criterion ------------------------------------------------------------------- */

static gboolean read_row(Judging *j, const ThusoTable *table, gint64 row, int first, GError **error)
{
	g_autofree char *name = thuso_table_as_text(table, row, first);
	for (int c = 0; c < (int) table->columns->len; c++) {
		/* Columns that reading added begin with _. */
		gboolean is_other = c == first || thuso_table_column(table, c)->name[0] == '_';
		g_autofree char *text = is_other ? NULL : thuso_table_as_text(table, row, c);
		char number[G_ASCII_DTOSTR_BUF_SIZE];
		if (!text || *g_strstrip(text) == '\0')
			continue;
		/* A decimal comma is the table's business. */
		double value = thuso_table_as_real(table, row, c);
		if (!set_judgement(j, name ? name : "", thuso_table_column(table, c)->name,
		                   isnan(value) ? text : thuso_format_real(number, value), error))
			return FALSE;
	}
	return TRUE;
}

static gboolean read_table(Judging *j, GError **error)
{
	Block block = block_get(&j->ranking, j->key);
	ThusoSource *source = run_source(j->run, study_source(j->run->study, &block, error));
	g_autoptr(ThusoTable) table = source ? thuso_read_layer(j->run->context, source, THUSO_READ_TABLE, NULL, error) : NULL;
	if (!table)
		return FALSE;
	int first = thuso_table_find_column(table, "criterion");
	if (first < 0)
		return wrong(j, error, "%s has no column 'criterion'; beside it stands a column for each criterion: criterion,%s,...",
		             source->name, j->name[0]);
	for (gint64 row = 0; row < table->n_rows; row++)
		if (!read_row(j, table, row, first, error))
			return FALSE;
	return TRUE;
}

/* --- weights ---------------------------------------------------------------------------------------------------------------------------- */

static gboolean no_other_weights(const Judging *j, GError **error)
{
	if (block_has(&j->ranking, "ahp") && block_has(&j->ranking, "weights"))
		return wrong(j, error, "the comparisons stand in `ahp` and in the table of `weights`; keep one of them");
	for (int c = 0; c < j->n; c++) {
		Block criterion = block_item(&j->ranking, "criteria", c);
		if (block_has(&criterion, "weight")) {
			block_error(&criterion, "weight", error, THUSO_ERROR_USAGE,
			            "criterion '%s' has a `weight`, but weights come from the comparisons of `%s`; keep one of them",
			            j->name[c], j->key);
			return FALSE;
		}
	}
	return TRUE;
}

static void judging_init(Judging *j)
{
	Run *run = j->run;
	j->n = run->n_criteria;
	j->name = thuso_new(const char *, j->n + 1);
	j->matrix = thuso_new(double, j->n * j->n);
	for (int i = 0; i < j->n; i++) {
		j->name[i] = run->criteria[i].name;
		for (int k = 0; k < j->n; k++)
			j->matrix[i * j->n + k] = i == k ? 1 : NAN;
	}
}

/* Above 0.10 comparisons are hardly better than chance would be. */
static void tell_inconsistent(const Judging *j, const double *weights)
{
	const ThusoAhp *ahp = j->run->ahp;
	if (!(ahp->ratio > THUSO_AHP_MOST_RATIO))
		return;
	int column, row = thuso_ahp_worst(j->matrix, j->n, weights, &column);
	char here[G_ASCII_DTOSTR_BUF_SIZE], fits[G_ASCII_DTOSTR_BUF_SIZE];
	double said = isnan(j->matrix[row * j->n + column]) ? 1 / j->matrix[column * j->n + row] : j->matrix[row * j->n + column];
	g_ascii_formatd(here, sizeof here, "%.3g", said);
	g_ascii_formatd(fits, sizeof fits, "%.3g", weights[row] / weights[column]);
	g_autofree char *pair = g_strdup_printf("%s, %s", j->name[row], j->name[column]);
	g_autofree char *message = g_strdup_printf("the comparisons of the criteria contradict each other: consistency ratio %.2f, "
	                                           "above %.2f (Saaty 1980); look first at %s "
	                                           "with %s, which is %s where the others ask for %s",
	                                           ahp->ratio, THUSO_AHP_MOST_RATIO, j->name[row], j->name[column], here, fits);
	thuso_find(j->run->context, &(ThusoFinding){ THUSO_WARNING, "inconsistent_weights", "ranking", pair, message, 1, NULL });
}

gboolean run_weights(Run *run, GError **error)
{
	g_auto(Judging) judging = { .run = run, .ranking = block_get(&run->top, "ranking") };
	gboolean in_file = block_has(&judging.ranking, "ahp"), in_table = block_has(&judging.ranking, "weights");
	if (!in_file && !in_table)
		return TRUE;
	judging.key = in_file ? "ahp" : "weights";
	judging_init(&judging);
	if (!no_other_weights(&judging, error) || !(in_file ? read_map(&judging, error) : read_table(&judging, error)))
		return FALSE;
	g_autoptr(GError) inner = NULL;
	g_autofree double *weights = thuso_new(double, judging.n);
	run->ahp = run_own(run, g_new0(ThusoAhp, 1), g_free);
	if (!thuso_ahp(judging.matrix, judging.n, judging.name, weights, run->ahp, &inner))
		return wrong(&judging, error, "%s", inner->message);
	for (int c = 0; c < judging.n; c++)
		run->criteria[c].weight = weights[c];
	tell_inconsistent(&judging, weights);
	return TRUE;
}

/* --- parameters ------------------------------------------------------------------------------------------------------------------------- */

/* The row of the default weight, which the comparisons replaced. */
static void replace_weight(const Run *run, ThusoTable *parameters, int c)
{
	g_autofree char *name = g_strdup_printf("ranking.criteria.%d.weight", c + 1);
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	for (gint64 row = 0; row < parameters->n_rows; row++) {
		const char *here = thuso_table_text(parameters, row, 0);
		if (strcmp(here, name) != 0 && !(run->n_criteria == 1 && strcmp(here, "ranking.criteria.weight") == 0))
			continue;
		thuso_table_set_text(parameters, row, 1, thuso_format_real(number, run->criteria[c].weight));
		thuso_table_set_text(parameters, row, 3, "derived");
		thuso_table_set_text(parameters, row, 4, SAATY);
	}
}

static gboolean number_fact(ThusoTable *parameters, const char *name, double value, const char *source, GError **error)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	return tables_fact(parameters, name, isnan(value) ? "" : thuso_format_real(number, value), "", source, error);
}

gboolean weights_facts(const Run *run, ThusoTable *parameters, GError **error)
{
	if (!run->ahp)
		return TRUE;
	for (int c = 0; c < run->n_criteria; c++)
		replace_weight(run, parameters, c);
	return number_fact(parameters, "ranking.ahp.eigenvalue", run->ahp->eigenvalue, SAATY, error) &&
	       number_fact(parameters, "ranking.ahp.consistency_index", run->ahp->index, "Saaty 1980: (eigenvalue - n) / (n - 1)",
	                   error) &&
	       number_fact(parameters, "ranking.ahp.consistency_ratio", run->ahp->ratio,
	                   "Saaty 1980: index / mean index of random comparisons; above 0.10 look at them again", error);
}
