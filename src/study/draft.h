/* A study file out of guesses. */
#ifndef STUDY_DRAFT_H
#define STUDY_DRAFT_H

#include "guess.h"

typedef struct {
	char *study;            /* the text of study.yaml */
	char *speeds_roads;     /* of the tables beside it, or NULL where a table of the folder serves */
	char *speeds_landcover; /* or NULL */
} Draft;
void draft_clear(Draft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

typedef struct {
	const char *dir;     /* where the study will stand; real path */
	const char *folder;  /* of the layers; real path */
	const char *geodata; /* with the tables of known speeds, or NULL */
	gboolean full;       /* every block */
} DraftSpec;
gboolean draft_write(ThusoContext *context, const DraftSpec *spec, const Guesses *guesses, Draft *draft, GError **error);

/* draft_speeds.c: speeds by class. */
typedef struct {
	char *class_name, *label, *speed, *mode, *source;
} KnownSpeed;
/* Of KnownSpeed: from the tables of `geodata`, the nearest first. */
GPtrArray *draft_known_speeds(ThusoContext *context, const char *geodata, GError **error);
/* Texts of class tables; what is not known is DECIDE, and counted. Caller frees. */
char *draft_road_speeds(const GPtrArray *known, const LookField *classes, int *n_open);
char *draft_landcover_speeds(const Look *raster);
/* draft_reference.c: keys and blocks that `text` does not have, as comments. Caller frees. */
char *draft_reference(const char *text);

#endif
