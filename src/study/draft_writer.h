/* What the files that write a study share. */
#ifndef STUDY_DRAFT_WRITER_H
#define STUDY_DRAFT_WRITER_H

#include "draft.h"

typedef struct {
	const DraftSpec *spec;
	const Guesses *guesses;
	const char *data; /* the file that `layer` alone refers to, or NULL */
	GString *text;
	Draft *draft;
	int n_open; /* road classes without a speed */
	const Look *table_of_people;
	const Look *speeds_roads, *speeds_landcover; /* tables of the folder that serve, or NULL */
} Writer;

/* draft_words.c. Texts are the caller's to free. */
char *draft_word(const char *text);                        /* a scalar of YAML, quoted where it must be */
char *draft_relative(const char *from, const char *to);    /* from one real path to another */
char *draft_layer(const Writer *writer, const Look *look); /* "layer: wards", or "path: ../x.gpkg, layer: wards" */
char *draft_size(const Look *look);                        /* "8 polygons" */
/* The first values as a planner would know them: "DC3, DC4, ...", or with how often: "functional (3), closed (1)". */
char *draft_values(const LookField *field, guint most, gboolean with_counts);
char *draft_key(const Guess *guess, const char *rule, const char *key); /* ", id: FIELD", or nothing */
/* A line with a comment; `said` may be NULL, and is made one line whatever the layers hold. */
void draft_line(Writer *writer, const char *text, const char *said);
void draft_linef(Writer *writer, const char *said, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The other layers that fit a role of which one is taken. */
void draft_others(Writer *writer, const char *indent, RoleId role);

/* draft_joins.c: the column of a table with most of the field's keys, or NULL; how many they have in common. */
const LookField *draft_key_column(const Look *table, const LookField *keys);
guint draft_keys_in_common(const LookField *a, const LookField *b);
/* A table's count of people for the keys of a layer; NULL = none. */
const LookField *draft_people_table(Writer *writer, const LookField *keys, const LookField **key);

/* draft_places.c: centres, services, candidates, zones, ranking, and what is not used. */
void draft_places(Writer *writer);

#endif
