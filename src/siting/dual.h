/* Lower bounds of a part by Lagrangian relaxation: each row has a price, and what remains is the cheapest allowed set.
 *
 * The prices climb by the volume algorithm (Barahona and Anbil 2000), which also gives shares of sites near those of the linear
 * relaxation. Budgets and crossing quotas have prices of their own. */
#ifndef SITING_DUAL_H
#define SITING_DUAL_H

#include "program.h"

typedef struct {
	const Part *part;
	Room *room;     /* of the part's sites; not owned */
	gint64 n;       /* rows, then linear bounds */
	double *price;  /* n: the best so far */
	double bound;   /* at `price`; -INFINITY before the first step */
	double *value;  /* n_cols: what choosing a site costs at `price` */
	gint32 *chosen; /* the cheapest set at `price`, positions */
	gint32 n_chosen;
	double *share; /* n_cols: 0..1, an average of the sets */
	/* Work space. */
	double *trial, *slope, *average, *trial_value, *row_factor, *row_now;
	gint32 *trial_chosen;
	double step, blend;
	int n_steps, n_red;
} Dual;

Dual *dual_new(const Part *part, Room *room, GError **error);
void dual_free(Dual *dual);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Dual, dual_free)
/* Prices from a set of sites (in: n_sites), or from those of the part that this part was made of. */
void dual_start_at(Dual *dual, const guint8 *in);
void dual_start_from(Dual *dual, const Dual *other);

/* Called with each set that the steps come upon (positions in the part's sites). FALSE stops the climb. */
typedef gboolean (*DualFound)(const gint32 *chosen, gint32 n, gpointer data);
/* Up to `n_steps` steps, fewer when the bound reaches `enough`. `upper`: a value that is thought to be reachable. FALSE with an error on
 * cancel. */
gboolean dual_climb(Dual *dual, ThusoContext *context, double upper, double enough, int n_steps, DualFound found, gpointer data,
                    GError **error);

#endif
