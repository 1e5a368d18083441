/* Improving a set of sites by adding, dropping and swapping single sites. Keeps for every site what it would bring, so that the best swap
 * is found by looking, not by trying. */
#ifndef SITING_LOCAL_H
#define SITING_LOCAL_H

#include "program.h"

typedef struct Local Local;
Local *local_new(const Program *program, GError **error);
void local_free(Local *local);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Local, local_free)

/* The set at hand: in[n_sites]. */
void local_set(Local *local, const guint8 *in);
const Picked *local_picked(const Local *local);
/* What adding a free site would take off the objective now. */
double local_gain(Local *local, gint32 site); /* rows that are shared out: at most */
double local_exact_gain(Local *local, gint32 site);
/* What dropping a chosen site would add to it. */
double local_loss(Local *local, gint32 site);
void local_add(Local *local, gint32 site);
void local_drop(Local *local, gint32 site);

/* Adds the best site as long as one helps, or as bounds still ask for sites; ties go to the lowest index. FALSE: it got stuck before all
 * bounds were met. */
gboolean local_greedy(Local *local, ThusoContext *context);
/* To a set that no single move makes better (or until the context is cancelled or `deadline` of the monotonic clock). */
void local_improve(Local *local, ThusoContext *context, gint64 deadline);
/* Swaps about `n` sites at random for others that are allowed. */
void local_shake(Local *local, int n, guint64 *random);

#endif
