/* study: the study file as a checked text, and the registries that help and schema come from. */
#include <thuso/registry.h>
#include <thuso/siting.h>
#include <thuso/study.h>

#include <glib/gstdio.h>
#include <string.h>

static const char whole[] = "study: {name: Test, date: 2026-11-21}\n"
                            "area:\n"
                            "  boundaries: {path: m.gpkg}\n"
                            "  id: code\n"
                            "  cell: 250 m\n"
                            "demand: {people: {path: 'w.gpkg', field: people}}\n"
                            "travel: {trips: {walk: {}}}\n"
                            "standards:\n"
                            "  - {service: thusong, trip: walk, limit: 60 min}\n"
                            "bands: [30 min, 60 min]\n"
                            "candidates: [{every: 2 km}]\n"
                            "ranking: {criteria: [{use: people_gained}]}\n"
                            "output: {path: out\\r.gpkg}\n";

typedef struct {
	char *dir, *file;
} Place;

static Place place_new(void)
{
	char *dir = g_dir_make_tmp("thuso-XXXXXX", NULL);
	return (Place){ dir, g_build_filename(dir, "study.yaml", NULL) };
}

static void place_clear(Place *place)
{
	g_remove(place->file);
	g_rmdir(place->dir);
	g_free(place->file);
	g_free(place->dir);
}

static ThusoStudy *load(const Place *place, const char *text, GError **error)
{
	g_assert_true(g_file_set_contents(place->file, text, -1, NULL));
	return thuso_study_load(place->file, error);
}

static void test_loads(void)
{
	Place place = place_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoStudy) study = load(&place, whole, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(thuso_study_name(study), ==, "Test");
	/* A path as typed on Windows, relative to the study file. */
	g_autofree char *out = g_build_filename(place.dir, "out", "r.gpkg", NULL);
	g_assert_cmpstr(thuso_study_output(study), ==, out);
	place_clear(&place);
}

/* Replaces `old` in a good study; the error names the line and holds `word`. */
static void refused(const char *old, const char *text, int line, const char *word)
{
	Place place = place_new();
	g_autoptr(GError) error = NULL;
	const char *at = strstr(whole, old);
	g_assert_nonnull(at);
	g_autofree char *changed = g_strdup_printf("%.*s%s%s", (int) (at - whole), whole, text, at + strlen(old));
	g_autoptr(ThusoStudy) study = load(&place, changed, &error);
	g_assert_null(study);
	g_assert_error(error, THUSO_ERROR, THUSO_ERROR_USAGE);
	g_autofree char *where = g_strdup_printf("study.yaml:%d:", line);
	if (!strstr(error->message, where) || !strstr(error->message, word) || strchr(error->message, '\n'))
		g_error("expected %s and '%s' in one line, got: %s", where, word, error->message);
	place_clear(&place);
}

static void test_refuses(void)
{
	refused("cell: 250 m", "cel: 250 m", 5, "did you mean 'cell'");
	refused("cell: 250 m", "cell: 250", 5, "a length such as");
	refused("cell: 250 m", "cell: 250 min", 5, "a length such as");
	refused("cell: 250 m", "cell: 0.1 m", 5, "out of range");
	refused("  cell: 250 m\n", "", 3, "'cell' is missing in 'area'");
	refused("limit: 60 min", "limit: DECIDE", 9, "still to be decided");
	refused("limit: 60 min", "limit: 60 min, min_people: -5", 9, "out of range");
	refused("bands: [30 min, 60 min]", "bands: []", 10, "empty list");
	refused("walk: {}", "walk: {riding: rail}", 7, "use one of: roads");
	refused("walk: {}", "walk: {wait: 5 km}", 7, "a time such as");
	refused("2026-11-21", "21/11/2026", 1, "write it as 2026-11-21");
	refused("out\\r.gpkg", "out/r.shp", 13, ".gpkg");
	refused("area:\n", "area: Overberg\nother:\n", 2, "needs keys");
	refused("name: Test", "name: [a, b]", 1, "needs one value");
}

/* Bytes of every kind never crash the reader. Seeded; the seed is printed by the test framework. */
static void test_noise(void)
{
	Place place = place_new();
	static const char bits[] = "{}[]:,-&*!|>'\"%@` \n\t#?study:area:walk\x01\xc3";
	for (int i = 0; i < 3000; i++) {
		g_autoptr(GString) text = g_string_new(i % 2 ? whole : "");
		int n = g_test_rand_int_range(1, 30);
		for (int k = 0; k < n; k++)
			g_string_insert_c(text, text->len ? g_test_rand_int_range(0, (gint32) text->len) : 0,
			                  bits[g_test_rand_int_range(0, (gint32) sizeof bits - 1)]);
		g_autoptr(GError) error = NULL;
		g_autoptr(ThusoStudy) study = load(&place, text->str, &error);
		g_assert_true((study != NULL) != (error != NULL));
		g_assert_true(!error || !strchr(error->message, '\n'));
	}
	place_clear(&place);
}

static const ThusoParam *find(const ThusoParam *params, const char *name)
{
	for (; params->name; params++)
		if (strcmp(params->name, name) == 0)
			return params;
	return NULL;
}

/* What a criterion says it takes, a study file can say. */
static void test_criteria_fit_the_schema(void)
{
	const ThusoParam *ranking = find(thuso_study_schema(), "ranking")->block;
	const ThusoParam *criterion = find(ranking, "criteria")->item->block, *exclusion = find(ranking, "exclude")->item->block;
	for (const ThusoCriterion *const *c = thuso_criteria; *c; c++)
		for (const ThusoParam *p = (*c)->about.params; p->name; p++)
			if (!find(criterion, p->name) && !find(exclusion, p->name))
				g_error("criterion %s takes '%s', which the study file does not know", (*c)->about.name, p->name);
}

static void check_params(const char *of, const ThusoParam *params)
{
	for (; params && params->name; params++) {
		if (!params->help || !*params->help)
			g_error("'%s' of '%s' has no help", params->name, of);
		if (params->default_text && (!params->origin || !params->source))
			g_error("the default of '%s' of '%s' has no origin", params->name, of);
		if (params->kind == THUSO_PARAM_QUANTITY && params->default_text) {
			double value;
			g_assert_true(thuso_parse_quantity(params->default_text, params->dimensions, &value, NULL, NULL));
		}
		check_params(params->name, params->block);
		if (params->item)
			check_params(params->name, params->item->block);
	}
}

static void test_schema_is_complete(void)
{
	check_params("study", thuso_study_schema());
	for (const ThusoRegistry *const *r = thuso_registries(); *r; r++)
		for (const ThusoDescriptor *const *d = (*r)->items; *d; d++)
			g_assert_true((*d)->name && (*d)->title && (*d)->summary && (*d)->source);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/study/loads", test_loads);
	g_test_add_func("/study/refuses", test_refuses);
	g_test_add_func("/study/noise", test_noise);
	g_test_add_func("/study/criteria-fit-the-schema", test_criteria_fit_the_schema);
	g_test_add_func("/study/schema-is-complete", test_schema_is_complete);
	return g_test_run();
}
