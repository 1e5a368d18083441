/* The rules of guessing, one row a role, and how a layer gets the role that fits it best. */
#include "guess.h"

#include <math.h>
#include <string.h>

/* --- values ---------------------------------------------------------------------------------------------------------- */

static gboolean looks_like_heights(const Look *look)
{
	return look->min > -600 && look->max < 9000 && look->max > look->min;
}

static gboolean looks_like_counts(const Look *look)
{
	return look->min >= 0 && look->max > 0;
}

static gboolean looks_like_classes(const Look *look)
{
	return look->classes && look->classes->len > 1;
}

/* A road needs its speed, and a class or a speed says it. */
static gboolean has_class_or_speed(const Look *look);
/* People of an area stand in the layer, or in a table that joins it. */
static gboolean is_named_or_has_people(const Look *look);

#define NUMBER_WORDS "speed_kmh speed_km_per_h speed_km_h maxspeed speed_limit kmh speed"
#define CLASS_WORDS  "highway fclass road_class roadclass rd_class road_type roadtype feat_type class type category"
#define NAME_WORDS   "name title naam"

const Role roles[N_ROLES] = {
	[ROLE_SPEEDS] = { "speeds",
	                  "a table of speeds",
	                  LOOK_TABLE,
	                  "*speed*",
	                  NULL,
	                  FALSE,
	                  TRUE,
	                  NULL,
	                  { { "class", "class", VALUES_KEY, TRUE },
	                    { "speed", "speed_km_per_h speed", VALUES_ANY, TRUE },
	                    { "mode", "mode", VALUES_CLASS, TRUE } } },
	[ROLE_WINDOW] = { "window",
	                  "the part that the data cover",
	                  LOOK_POLYGONS,
	                  "study_window window data_window coverage aoi",
	                  NULL,
	                  TRUE,
	                  FALSE,
	                  NULL,
	                  { { NULL } } },
	[ROLE_BOUNDARIES] = { "boundaries",
	                      "municipalities",
	                      LOOK_POLYGONS,
	                      "municip* local_mun* lm lm_* *_lm muni muni_* mdb*",
	                      "*ward* district* *province* *building* *office*",
	                      FALSE,
	                      FALSE,
	                      NULL,
	                      { { "id",
	                          "cat_b mdb_code mdbcode mun_code muni_code munic_code municode lm_code mn_code mn_mdb_c "
	                          "municipality_code municipal_code / code id",
	                          VALUES_KEY, TRUE },
	                        { "title",
	                          "municname mun_name muni_name munic_name munname mn_name municipality_name map_title "
	                          "/ title name municipality",
	                          VALUES_NAME, FALSE },
	                        { "district", "district district_code dc_code dc_mdb_c dist_code district_id", VALUES_FILLED, FALSE },
	                        { "district_title", "district_title district_n district_name dc_name dist_name", VALUES_NAME, FALSE },
	                        { "province", "province prov_code pr_code pr_mdb_c province_code provcode", VALUES_FILLED, FALSE },
	                        { "province_title", "province_title province_name prov_name pr_name", VALUES_NAME, FALSE },
	                        { "people", "population pop people totpop tot_pop total_pop pop_total pop20?? pop_20??", VALUES_COUNT,
	                          FALSE } } },
	[ROLE_ZONES] = { "zones",
	                 "policy zones",
	                 LOOK_POLYGONS,
	                 "zone* *_zones nsdp* pgds* policy*",
	                 NULL,
	                 FALSE,
	                 TRUE,
	                 NULL,
	                 { { "need", "need need_index need_score need_* *_need", VALUES_NUMBER, TRUE },
	                   { "potential", "potential dev_potential potential_* *_potential", VALUES_NUMBER, TRUE },
	                   { "category", "nsdp_category nsdp_cat* category", VALUES_CLASS, FALSE },
	                   { "role", "pgds_role role", VALUES_CLASS, FALSE } } },
	[ROLE_PEOPLE] = { "people",
	                  "people by area",
	                  LOOK_POLYGONS | LOOK_POINTS,
	                  "ward* *_ward *_wards sal sal_* small_area* subplace* sub_place* mainplace* ea ea_* enumeration* "
	                  "population* pop_* census* demand*",
	                  "*density* places",
	                  FALSE,
	                  FALSE,
	                  is_named_or_has_people,
	                  { { "people",
	                      "population people persons totpop tot_pop total_pop totalpop pop_total popul* total_population pop "
	                      "pop20?? pop_20?? population_* pop_* *_pop",
	                      VALUES_COUNT, FALSE },
	                    { "id", "ward_id wardid ward sal_code sal_id sp_code ea_code mp_code / id code", VALUES_KEY, TRUE } } },
	[ROLE_PEOPLE_RASTER] = { "people raster",
	                         "a raster of people",
	                         LOOK_RASTER,
	                         "*pop* *people* ppp* hrsl*",
	                         "*dens*",
	                         TRUE,
	                         FALSE,
	                         looks_like_counts,
	                         { { NULL } } },
	[ROLE_DWELLINGS] = { "dwellings",
	                     "dwellings",
	                     LOOK_POINTS | LOOK_POLYGONS,
	                     "building* dwelling* structure* household* footprint* *footprints sbc* spot_building* built_up* "
	                     "builtup* houses*",
	                     "*municipal* *public*",
	                     TRUE,
	                     TRUE,
	                     NULL,
	                     { { NULL } } },
	[ROLE_ELEVATION] = { "elevation",
	                     "heights",
	                     LOOK_RASTER,
	                     "*dem* *srtm* *elev* *height* *dtm* *aster* *alti*",
	                     NULL,
	                     TRUE,
	                     FALSE,
	                     looks_like_heights,
	                     { { NULL } } },
	[ROLE_LANDCOVER] = { "land cover",
	                     "land cover",
	                     LOOK_RASTER,
	                     "*land_cover* *landcover* *lulc* nlc* sanlc* *_lc lc_* *landuse* *land_use* *worldcover* *igbp*",
	                     NULL,
	                     TRUE,
	                     FALSE,
	                     looks_like_classes,
	                     { { NULL } } },
	[ROLE_ROADS] = { "roads",
	                 "roads",
	                 LOOK_LINES,
	                 "*road* street* highway* *_streets *network* edges",
	                 "*rail* *taxi* *bus*",
	                 TRUE,
	                 FALSE,
	                 has_class_or_speed,
	                 { { "class", CLASS_WORDS, VALUES_CLASS, FALSE },
	                   { "speed", NUMBER_WORDS, VALUES_NUMBER, FALSE },
	                   { "oneway", "oneway one_way", VALUES_CLASS, FALSE },
	                   { "bridge", "bridge bridges is_bridge", VALUES_CLASS, FALSE } } },
	[ROLE_RIVERS] = { "rivers",
	                  "rivers",
	                  LOOK_LINES,
	                  "*river* *stream* *hydro* *waterway* *drain* *canal*",
	                  NULL,
	                  TRUE,
	                  TRUE,
	                  NULL,
	                  { { "class", "waterway fclass class type", VALUES_CLASS, FALSE } } },
	[ROLE_WATER] = { "water",
	                 "open water",
	                 LOOK_POLYGONS,
	                 "water* dam dams *_dams lake* *_lakes reservoir* pans *_pans sea ocean*",
	                 "*scheme* *supply* *service* *works* watershed*",
	                 TRUE,
	                 TRUE,
	                 NULL,
	                 { { NULL } } },
	[ROLE_PROTECTED] = { "protected",
	                     "protected land",
	                     LOOK_POLYGONS,
	                     "protected* *reserve* conservation* national_park* parks *_parks sapad* nature*",
	                     NULL,
	                     TRUE,
	                     TRUE,
	                     NULL,
	                     { { NULL } } },
	[ROLE_FLOOD] = { "flood", "land that floods", LOOK_POLYGONS, "*flood*", NULL, TRUE, TRUE, NULL, { { NULL } } },
	[ROLE_CENTRES] = { "centres",
	                   "existing centres",
	                   LOOK_POINTS,
	                   "*thusong* tsc tsc_* *_tsc mpcc* centres centers existing* *service_centre* *service_center* *one_stop*",
	                   "*candidate* *call*",
	                   TRUE,
	                   FALSE,
	                   NULL,
	                   { { "id", "centre_id tsc_id id code", VALUES_KEY, FALSE },
	                     { "title", "title name centre_name centre naam", VALUES_NAME, FALSE },
	                     { "status", "status state functional operational condition is_open open", VALUES_CLASS, FALSE },
	                     { "type", "type class category", VALUES_CLASS, FALSE } } },
	[ROLE_RANKS] = { "ranks",
	                 "taxi ranks",
	                 LOOK_POINTS,
	                 "taxi* *rank *ranks bus bus_* *stops",
	                 NULL,
	                 TRUE,
	                 FALSE,
	                 NULL,
	                 { { NULL } } },
	[ROLE_CANDIDATES] = { "candidates",
	                      "places where a centre could be",
	                      LOOK_POINTS,
	                      "school* *_schools* *emis* clinic* *_clinics* *health* hospital* *_hospitals* hall *_hall halls "
	                      "community_* librar* municipal_building* municipal_office* office* candidate* erf erven *_erven site "
	                      "sites",
	                      "*audit*",
	                      TRUE,
	                      TRUE,
	                      NULL,
	                      { { "id", "emis natemis nat_emis emis_no emisno natemis_no facility_id uid id code objectid",
	                          VALUES_KEY, FALSE },
	                        { "title",
	                          "title name official_institution_name institution_name inst_name school_name facility naam",
	                          VALUES_NAME, FALSE } } },
	[ROLE_SERVICES] = { "services",
	                    "service points",
	                    LOOK_POINTS,
	                    "service* *public_point* police* *_police* saps* sassa* home_affairs* court* magistrate* labour* "
	                    "post_office* "
	                    "department* government*",
	                    NULL,
	                    TRUE,
	                    TRUE,
	                    NULL,
	                    { { "department", "department dept department_name agency service type category", VALUES_CLASS,
	                        FALSE } } },
	[ROLE_PLACES] = { "places",
	                  "names of places",
	                  LOOK_POINTS,
	                  "place* town* *_towns settlement* village* *_villages suburb* localit* gazetteer* main_place* nodes",
	                  NULL,
	                  TRUE,
	                  FALSE,
	                  NULL,
	                  { { "title", NAME_WORDS " place_name mp_name sp_name town place city*", VALUES_NAME, TRUE },
	                    { "class", "class place type fclass", VALUES_CLASS, FALSE } } },
};

/* --- matching --------------------------------------------------------------------------------------------------------- */

char *guess_match(const char *words, const char *name, gboolean all)
{
	g_auto(GStrv) list = g_strsplit(words ? words : "", " ", -1);
	g_autofree char *lower = g_ascii_strdown(name, -1);
	g_strdelimit(lower, " -.", '_');
	for (char **word = list; *word; word++) {
		if (strcmp(*word, "/") == 0 && !all)
			return NULL;
		if (**word && g_pattern_match_simple(*word, lower))
			return g_strdup(*word);
	}
	return NULL;
}

static gboolean fits_values(const Look *look, const LookField *field, Values values)
{
	switch (values) {
	case VALUES_ANY:
		return field->n_filled > 0;
	case VALUES_KEY:
		return field->is_unique;
	case VALUES_FILLED:
		return field->n_filled == look->n && look->n > 0;
	case VALUES_CLASS:
		return field->n_filled > 0 && field->n_distinct <= LOOK_VALUES && (!field->is_number || field->is_whole);
	case VALUES_COUNT:
		return field->is_number && field->min >= 0 && field->sum > (double) look->n;
	case VALUES_NUMBER:
		return field->is_number;
	default:
		return field->n_filled > 0 && !field->is_number;
	}
}

/* The field whose word stands earliest in the rule. */
static const LookField *find_field(const Look *look, const FieldRule *rule, gboolean named)
{
	g_auto(GStrv) list = g_strsplit(rule->words, " ", -1);
	for (char **word = list; *word; word++) {
		if (strcmp(*word, "/") == 0 && !named)
			return NULL;
		for (guint i = 0; i < look->fields->len; i++) {
			const LookField *field = g_ptr_array_index(look->fields, i);
			g_autofree char *lower = g_ascii_strdown(field->name, -1);
			if (g_pattern_match_simple(*word, lower) && fits_values(look, field, rule->values))
				return field;
		}
	}
	return NULL;
}

static const FieldRule *rule_of(const Role *role, const char *key)
{
	for (const FieldRule *rule = role->fields; rule < role->fields + MAX_FIELD_RULES && rule->key; rule++)
		if (strcmp(rule->key, key) == 0)
			return rule;
	return NULL;
}

const LookField *guess_field(const Guess *guess, const char *key)
{
	const FieldRule *rule = rule_of(guess->role, key);
	return rule ? find_field(guess->look, rule, guess->named) : NULL;
}

static gboolean has_class_or_speed(const Look *look)
{
	const Role *role = &roles[ROLE_ROADS];
	return find_field(look, rule_of(role, "class"), TRUE) || find_field(look, rule_of(role, "speed"), TRUE);
}

static gboolean is_named_or_has_people(const Look *look)
{
	const Role *role = &roles[ROLE_PEOPLE];
	g_autofree char *word = guess_match(role->words, look->name, TRUE);
	return word || find_field(look, rule_of(role, "people"), FALSE);
}

/* How well a layer fits a role: 0 = not at all. */
static int score_of(const Look *look, const Role *role, gboolean *named)
{
	g_autofree char *word = guess_match(role->words, look->name, TRUE), *no = guess_match(role->not_words, look->name, TRUE);
	int score = word ? 6 : 0;
	*named = word != NULL;
	if (look->problem || !(look->shape & role->shapes) || no || (role->by_name && !word) || (role->fits && !role->fits(look)))
		return 0;
	for (const FieldRule *rule = role->fields; rule < role->fields + MAX_FIELD_RULES && rule->key; rule++) {
		gboolean found = find_field(look, rule, word != NULL) != NULL;
		if (rule->required && !found)
			return 0;
		score += found ? (rule->required ? 2 : 1) : 0;
	}
	return score;
}

static void guess_one(Guess *guess)
{
	for (int r = 0; r < N_ROLES; r++) {
		gboolean named;
		int score = score_of(guess->look, &roles[r], &named);
		if (score <= guess->score)
			continue;
		guess->score = score;
		guess->role = &roles[r];
		guess->named = named;
	}
}

/* --- the better of two -------------------------------------------------------------------------------------------------- */

static double cover_of(const Look *look, const double area[4])
{
	const double *b = look->wsen;
	double w = fmin(b[2], area[2]) - fmax(b[0], area[0]), h = fmin(b[3], area[3]) - fmax(b[1], area[1]);
	double all = (area[2] - area[0]) * (area[3] - area[1]);
	if (!look->has_bounds || w < 0 || h < 0)
		return look->has_bounds ? -1 : 0;
	return all > 0 ? w * h / all : 1;
}

/* More of the study area first (in tenths), then what fits better, then what is finer, then the order of names. */
static int compare_guesses(gconstpointer a, gconstpointer b)
{
	const Guess *p = *(const Guess *const *) a, *q = *(const Guess *const *) b;
	int cover_p = (int) (10 * p->cover), cover_q = (int) (10 * q->cover);
	if (cover_p != cover_q)
		return cover_p > cover_q ? -1 : 1;
	if (p->score != q->score)
		return p->score > q->score ? -1 : 1;
	if (p->look->n != q->look->n)
		return p->look->n > q->look->n ? -1 : 1;
	return strcmp(p->look->path, q->look->path) != 0 ? strcmp(p->look->path, q->look->path)
	                                                 : strcmp(p->look->name, q->look->name);
}

/* A window that shows a corner of the municipalities belongs to another study. */
static const double least_window = 0.25;

/* The same features in two files: as many, in the same place. */
static gboolean is_copy(const Look *a, const Look *b)
{
	gboolean same = a->n == b->n && a->n > 1 && a->has_bounds && b->has_bounds;
	for (int i = 0; same && i < 4; i++)
		same = fabs(a->wsen[i] - b->wsen[i]) < 1e-6;
	return same;
}

/* `list` is sorted: of two copies the first stays. */
static void drop_copies(GPtrArray *list)
{
	for (guint i = 1; i < list->len;) {
		Guess *guess = g_ptr_array_index(list, i);
		for (guint j = 0; j < i && !guess->elsewhere; j++)
			if (is_copy(((const Guess *) g_ptr_array_index(list, j))->look, guess->look))
				guess->elsewhere = "it holds as many features in the same place as another layer, so it looks like a copy";
		if (guess->elsewhere)
			g_ptr_array_remove_index(list, i);
		else
			i++;
	}
}

static void gather(Guesses *guesses, const Role *role, GPtrArray *list)
{
	for (guint i = 0; i < guesses->guesses->len; i++) {
		Guess *guess = &g_array_index(guesses->guesses, Guess, i);
		if (guess->role == role && guess->cover < 0)
			guess->elsewhere = "it lies outside the municipalities";
		else if (guess->role == role && role == &roles[ROLE_WINDOW] && guess->cover < least_window)
			guess->elsewhere = "it covers too little of the municipalities";
		else if (guess->role == role)
			g_ptr_array_add(list, guess);
	}
	g_ptr_array_sort(list, compare_guesses);
	for (guint i = 1; i < list->len && !role->several; i++)
		((Guess *) g_ptr_array_index(list, i))->elsewhere = "it covers less of the area, or has fewer of the fields";
	if (role->several)
		drop_copies(list);
	if (!role->several && list->len > 1)
		g_ptr_array_set_size(list, 1);
}

static void take_roles(Guesses *guesses)
{
	gather(guesses, &roles[ROLE_BOUNDARIES], guesses->taken[ROLE_BOUNDARIES]);
	const Guess *area = guess_best(guesses, ROLE_BOUNDARIES);
	for (guint i = 0; i < guesses->guesses->len; i++) {
		Guess *guess = &g_array_index(guesses->guesses, Guess, i);
		guess->cover = area && area->look->has_bounds ? cover_of(guess->look, area->look->wsen) : 0;
	}
	for (int r = 0; r < N_ROLES; r++)
		if (r != ROLE_BOUNDARIES)
			gather(guesses, &roles[r], guesses->taken[r]);
}

Guesses *guess_roles(const GPtrArray *looks)
{
	Guesses *guesses = g_new0(Guesses, 1);
	guesses->guesses = g_array_new(FALSE, TRUE, sizeof(Guess));
	for (guint i = 0; i < looks->len; i++) {
		Guess guess = { .look = g_ptr_array_index(looks, i) };
		guess_one(&guess);
		g_array_append_val(guesses->guesses, guess);
	}
	for (int r = 0; r < N_ROLES; r++)
		guesses->taken[r] = g_ptr_array_new();
	take_roles(guesses);
	return guesses;
}

const Guess *guess_best(const Guesses *guesses, RoleId role)
{
	return guesses->taken[role]->len ? g_ptr_array_index(guesses->taken[role], 0) : NULL;
}

void guesses_free(Guesses *guesses)
{
	if (!guesses)
		return;
	for (int r = 0; r < N_ROLES; r++)
		g_ptr_array_unref(guesses->taken[r]);
	g_array_unref(guesses->guesses);
	g_free(guesses);
}
