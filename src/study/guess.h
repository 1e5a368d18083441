/* What the layers of a folder are for: the roles of a study, and the rules by which a layer is taken for one. */
#ifndef STUDY_GUESS_H
#define STUDY_GUESS_H

#include "look.h"

typedef enum {
	ROLE_SPEEDS,
	ROLE_WINDOW,
	ROLE_BOUNDARIES,
	ROLE_ZONES,
	ROLE_PEOPLE,
	ROLE_PEOPLE_RASTER,
	ROLE_DWELLINGS,
	ROLE_ELEVATION,
	ROLE_LANDCOVER,
	ROLE_ROADS,
	ROLE_RIVERS,
	ROLE_WATER,
	ROLE_PROTECTED,
	ROLE_FLOOD,
	ROLE_CENTRES,
	ROLE_RANKS,
	ROLE_CANDIDATES,
	ROLE_SERVICES,
	ROLE_PLACES,
	N_ROLES
} RoleId;

/* What a field's values must be like. */
typedef enum {
	VALUES_ANY,
	VALUES_KEY,    /* filled, no value twice */
	VALUES_FILLED, /* in every row */
	VALUES_CLASS,  /* at most LOOK_VALUES different texts or whole numbers */
	VALUES_COUNT,  /* numbers of 0 or more that add up to more than there are rows */
	VALUES_NUMBER, /* numbers */
	VALUES_NAME    /* texts */
} Values;

/* Words are patterns (`*` and `?`) parted by blanks, the surest first, compared without regard to case. Those behind a `/` count only
 * where the layer's own name says the role too: "id" or "name" alone say nothing. */
typedef struct {
	const char *key;
	const char *words;
	Values values;
	gboolean required;
} FieldRule;

enum { MAX_FIELD_RULES = 8 };
typedef struct {
	const char *name;  /* "roads" */
	const char *title; /* "roads" in words, as comments say it */
	guint shapes;      /* of LookShape */
	const char *words; /* in the layer's name */
	const char *not_words;
	gboolean by_name;                   /* the layer's name must say it */
	gboolean several;                   /* all layers of the role are taken, not the best one only */
	gboolean (*fits)(const Look *look); /* values; NULL = no rule */
	FieldRule fields[MAX_FIELD_RULES];
} Role;
extern const Role roles[N_ROLES];

typedef struct {
	const Look *look;
	const Role *role;      /* NULL: none fits */
	gboolean named;        /* its name says it, too */
	const char *elsewhere; /* why it is not taken, where another was, or where it lies; or NULL */
	int score;
	double cover; /* share of the study area's box that its box covers */
} Guess;

typedef struct {
	GArray *guesses;           /* of Guess, in the order of the looks */
	GPtrArray *taken[N_ROLES]; /* of Guess, best first; one at most, or all where the role has `several` */
} Guesses;

Guesses *guess_roles(const GPtrArray *looks);
void guesses_free(Guesses *guesses);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Guesses, guesses_free)
/* The layer that has the role, or NULL. */
const Guess *guess_best(const Guesses *guesses, RoleId role);
/* The field of the layer that a rule of its role found, or NULL. */
const LookField *guess_field(const Guess *guess, const char *key);
/* Does one of the words match? Which one, or NULL; `all` also looks behind the `/`. */
char *guess_match(const char *words, const char *name, gboolean all);

#endif
