/* The inside of scores: what they keep, and the room that one ranking works in. */
#ifndef SITING_SCORES_H
#define SITING_SCORES_H

#include <thuso/sensitivity.h>

#include "rank.h"

struct ThusoScores {
	gint64 n, n_in; /* candidates; those that no exclusion took */
	int n_criteria;
	double spacing_m;
	double *weight; /* n_criteria: as stated */
	gint64 *site;   /* n_in: in the order that ties fall */
	double *part;   /* n_in * n_criteria, by site */
	double *x, *y;
	gint32 *area;
	ThusoSites sites; /* places only */
	/* Neighbours of site i, those that spacing would fold into it or it into them: near[near_start[i] .. near_start[i + 1]). NULL without
	 * spacing, and where there are too many: then they are looked for in every ranking. */
	gint64 *near_start; /* n + 1 */
	guint32 *near;
};

/* thuso_scores_new, with at most so many pairs of neighbours kept. */
ThusoScores *scores_new(ThusoContext *context, const ThusoSites *sites, const ThusoRankingSpec *spec, gint64 most_pairs,
                        GError **error);

typedef struct {
	guint64 key; /* the score in steps, from the best down */
	gint64 site;
} ScoresEntry;

typedef struct {
	ScoresEntry *entry, *other;
	gint64 *order, *into;
	guint8 *is_taken; /* n: a listed site is its neighbour */
} ScoresRoom;
gboolean scores_room_init(ScoresRoom *room, const ThusoScores *scores, GError **error);
void scores_room_clear(ScoresRoom *room);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ScoresRoom, scores_room_clear)

gboolean scores_rank(const ThusoScores *scores, const double *weights, ScoresRoom *room, gint64 *rank, GError **error);
/* room: 2 n. */
void ranks_agree(const gint64 *rank, const gint64 *other, gint64 n, gint64 top, gint64 *room, ThusoRankAgreement *agreement);

#endif
