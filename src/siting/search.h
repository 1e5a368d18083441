/* Solving a program: greedy and interchange, bounds, and branch and bound to the asked gap. Knows nothing of models. */
#ifndef SITING_SEARCH_H
#define SITING_SEARCH_H

#include "program.h"

typedef struct {
	guint8 *in; /* n_sites */
	double value;
} Found;

typedef struct {
	/* Asked */
	ThusoContext *context;
	const Program *program;
	double gap; /* relative to the objective: sign * value + offset */
	double sign, offset;
	gint64 deadline; /* of the monotonic clock, microseconds; G_MAXINT64 = none */
	guint64 seed;
	double enough;      /* a set of this value ends the search; -INFINITY = none does */
	double hopeless;    /* sets of this value or more are none; INFINITY = all count */
	const guint8 *hint; /* a set to start from, or NULL */
	int keep;           /* that many of the best sets; 1 */
	double loss;        /* ... not more than this worse than the best, in the program's values */
	gboolean quickly;   /* heuristics only as far as they cost little: the caller asks many questions */
	/* Answered */
	GPtrArray *found;     /* of Found, best first, then by sites; empty = none */
	double bound;         /* no allowed set is below; with no set found and is_complete there is none below `hopeless` */
	gboolean is_complete; /* the whole tree was searched, to the gap */
	/* At work */
	gboolean stopped, gave_up;
	gint64 bytes;
	double lowest; /* bound over what was cut off */
	guint64 random;
	int n_nodes;
	gpointer local;
	int since_improved;
} Search;

void search_init(Search *search, ThusoContext *context, const Program *program);
void search_clear(Search *search);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)
/* FALSE with an error: memory, or cancelled before any set was found. */
gboolean search_run(Search *search, GError **error);
const Found *search_best(const Search *search); /* NULL = none */

#endif
