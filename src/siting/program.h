/* The normal form that solvers work on; they know no model's name.
 *
 *     minimise  sum over chosen sites of charge  +  sum over rows of what the row costs,   over the sets that `choice` allows
 *
 * A row costs, with S the chosen sites:
 *   ROWS_SERVED, times 1:  min(other, least cost over the pairs with S)                    p-median; covering with cost 0
 *   ROWS_SERVED, times 2:  other, unless two sites of S are paired with it                 backup; all pairs cost 0
 *   ROWS_PULLED:           other * rest / (rest + sum of the pulls of S)                   Huff: who stays away
 *   ROWS_SHARED:           people of the row are shared out to S, at a cost a person, as far as capacities go, or cost `other` each; all
 *                          rows together are a transportation problem, which `value_of` answers                    capacitated models */
#ifndef SITING_PROGRAM_H
#define SITING_PROGRAM_H

#include "choice.h"

typedef enum { ROWS_SERVED, ROWS_PULLED, ROWS_SHARED } RowKind;

/* What serving the rows with a set costs; INFINITY = the set will not do. *bound: not more, where the cost itself could not be proven. */
typedef double (*ValueOfSet)(gpointer data, const guint8 *in, double *bound);
/* The same with rows that may be split, finite for any set; gain[n_sites] (or NULL): at most so much less with that site besides. */
typedef double (*GuideOfSet)(gpointer data, const guint8 *in, double *gain);

typedef struct {
	RowKind kind;
	gint32 n_sites;
	gint64 n_rows;
	gint64 *start;  /* by site: n_sites + 1 */
	guint32 *row;   /* ascending within a site */
	double *cost;   /* beside it: cost, or pull; NULL = 0 */
	double *other;  /* n_rows */
	double *rest;   /* n_rows, ROWS_PULLED */
	guint8 *times;  /* n_rows: 1 or 2; NULL = 1 */
	double *charge; /* n_sites, or NULL = 0 */
	/* By row, the least cost first, then the lowest site. */
	gint64 *row_start;
	gint32 *site;
	double *row_cost; /* NULL = 0 */
	/* ROWS_SHARED: */
	double *people;   /* n_rows */
	double *capacity; /* n_sites */
	ValueOfSet value_of;
	GuideOfSet guide_of;
	gpointer value_data;
	gint64 *origin;  /* n_rows, ROWS_SHARED: the row it was, the first where several became one */
	double constant; /* of rows that no site is paired with */
	double grain;    /* every value is a multiple of it; 0 = unknown */
	Choice *choice;  /* not owned; the most of its first node may be changed between searches */
} Program;

/* Takes start, row, cost, other, rest, charge (thuso_array_new); NULL with an error frees them. Rows that are alike (same sites, no costs)
 * become one; rows that cost nothing or that no site is paired with go. */
typedef struct {
	RowKind kind;
	gint64 n_rows;
	gint64 *start;
	guint32 *row;
	double *cost, *other, *rest, *charge, *people, *capacity;
	guint8 *times;
	gboolean is_whole; /* ROWS_SHARED: rows cannot be split, and so rows that are alike stay two */
	ValueOfSet value_of;
	GuideOfSet guide_of;
	gpointer value_data;
} ProgramParts;
Program *program_new(ProgramParts *parts, Choice *choice, GError **error);
void program_free(Program *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Program, program_free)

/* The objective of a set: in[n_sites]. Summed with care, so that equal sets give equal numbers. */
double program_value(const Program *program, const guint8 *in);
static inline int row_times(const Program *program, gint64 i)
{
	return program->times ? program->times[i] : 1;
}

/* Pairs by column to pairs by row, the least cost first, then the lowest column; cost may be NULL. */
gboolean program_turn(gint32 n_cols, const gint64 *start, const guint32 *row, const double *cost, gint64 n_rows,
                      gint64 **row_start, gint32 **col, double **row_cost, GError **error);

/* --- what is left of a program once some sites are decided ------------------------------------------------------------------- */

typedef struct Part Part;
struct Part {
	const Program *program;
	gint32 n_cols;
	gint32 *site; /* the free sites, ascending */
	gint64 n_rows;
	gint64 *from;  /* n_rows: its row in the part this was made of */
	gint64 *start; /* n_cols + n_held + 1 */
	guint32 *row;
	double *cost;
	double *charge; /* n_cols */
	double *other;  /* n_rows: what the row costs without any free site */
	double *rest;   /* ROWS_PULLED: with the fixed sites' pulls */
	double *away;   /* ROWS_PULLED: other * rest of the program */
	guint8 *need;   /* n_rows: how many pairs it takes, 1 or 2 */
	/* By row, costs ascending: only where there are costs and the part is not large. */
	gint64 *row_start;
	gint32 *col;
	double *row_cost;
	/* ROWS_SHARED: sites that are in stay, because others may fill them: n_held columns after the free ones. */
	gint32 n_held;
	gint32 *held;     /* their sites */
	double *people;   /* n_rows */
	double *capacity; /* n_cols + n_held */
	double constant;  /* of decided sites and rows */
};
/* state: n_sites. `of` NULL = the whole program. */
Part *part_new(const Program *program, const Part *of, const guint8 *state, GError **error);
void part_free(Part *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Part, part_free)

#endif
