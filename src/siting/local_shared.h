/* The inside of Local, and its answers for rows that are shared out: each set is a transportation problem of its own, so few are tried. */
#ifndef SITING_LOCAL_SHARED_H
#define SITING_LOCAL_SHARED_H

#include "local.h"

struct Local {
	const Program *program;
	Picked *picked;
	double *gain; /* n_sites */
	double scale; /* of the objective, for WORTH */
	/* One site serves: */
	gint32 *near, *second; /* n_rows; -1 = none */
	double *near_cost, *second_cost;
	double *loss;          /* n_sites */
	gint32 *slot, n_slots; /* of chosen sites in the table of extras; -1 = none */
	GArray *free_slots;
	double **extra; /* by slot: n_sites; NULL = too large */
	gboolean has_extra;
	/* Otherwise: */
	gint32 *times; /* n_rows, of pairs with chosen sites */
	double *pull;  /* n_rows: rest and the pulls of chosen sites */
	/* Rows that are shared out: */
	double value;      /* of the set at hand, as the program's guide has it */
	gboolean is_known; /* value and gain are of the set at hand */
};

void shared_know(Local *local);                                /* value and gains of the set at hand */
double shared_value_with(Local *local, gint32 in, gint32 out); /* -1 = none */
gboolean shared_add_best(Local *local, double worth);
gboolean shared_improve(Local *local, gint32 out, double worth);

#endif
