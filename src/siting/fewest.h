/* How few sites will do: is there an allowed set of p sites that leaves no more than so much unserved, asked for one p after another. */
#ifndef SITING_FEWEST_H
#define SITING_FEWEST_H

#include "model.h"

typedef enum { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN } Answer;

/* Is there an allowed set of at most `most` sites (-1 = as many as the problem allows) with a value of at most `allowed`? On YES `set`
 * (n_sites) is one; `hint` (n_sites, or NULL) a set to start from. FALSE with an error. */
gboolean fewest_ask(const Task *task, const Program *program, gint32 most, double allowed, const guint8 *hint, guint8 *set,
                    Answer *answer, GError **error);

/* The fewest sites. `set` is the best found; *lower: no set has fewer. *answer: YES, or NO where no allowed set will do, or UNKNOWN where time
 * ran out before one was found. */
gboolean fewest_find(const Task *task, const Program *program, double allowed, guint8 *set, gint32 *fewest, gint32 *lower,
                     Answer *answer, GError **error);

#endif
