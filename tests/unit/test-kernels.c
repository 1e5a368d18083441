/* The kernels for the machine's instructions settle the same labels: on one machine only the best one runs, so here they are compared
 * side by side on random fields. The file is taken in whole, as the kernels have no door of their own. */
#include "../../src/access/field.c"

#include "../support/random-world.h"

#include <string.h>

enum { SIDE = 24, N_FIELDS = 300 };

typedef struct {
	Field field;
	gint64 *large; /* by cell and step */
} TestField;

/* What is not there yet is made up from the place alone: every kernel finds the same. */
static gboolean fill_nothing(Field *field, guint32 run, GError **error)
{
	(void) error;
	field->run[run] = RUN_READY;
	return TRUE;
}

static gint64 large_ticks(const Field *field, guint32 cell, int step)
{
	const TestField *test = field->owner;
	return test->large[(gsize) cell * (gsize) field->n_steps + (gsize) step];
}

static void test_field_init(TestField *test, ThusoContext *context, guint64 seed)
{
	Field *field = &test->field;
	guint64 state = seed;
	*test = (TestField){ 0 };
	g_assert_true(field_shape(field, SIDE, SIDE, THUSO_WINDOW_RUN, 1, seed % 2 ? 8 : 16));
	const gsize n = field->n_layer, n_ticks = n * (gsize) field->n_steps;
	field->id_bits = (int) (seed % 5);
	field->label = g_new0(gint64, n);
	field->ticks = g_new0(guint32, n_ticks);
	field->run = g_new0(guint8, n / THUSO_WINDOW_RUN);
	test->large = g_new0(gint64, n_ticks);
	memset(field->run, RUN_MARGIN, n / THUSO_WINDOW_RUN);
	for (gint32 row = 0; row < SIDE; row++)
		memset(field->run + field_cell(field, 0, row, 0) / THUSO_WINDOW_RUN, RUN_EMPTY, SIDE / THUSO_WINDOW_RUN);
	for (gsize i = 0; i < n_ticks; i++) {
		const int kind = random_below(&state, 20);
		field->ticks[i] = kind == 0   ? THUSO_STEP_NONE
		                  : kind == 1 ? THUSO_STEP_LARGE
		                              : 500 + (guint32) random_below(&state, 100000);
		test->large[i] = G_GINT64_CONSTANT(1) << (32 + random_below(&state, 10));
	}
	field->exits = THUSO_VECTOR(FieldExit);
	field->fill = fill_nothing;
	field->large = large_ticks;
	field->owner = test;
	field->context = context;
}

static void test_field_clear(TestField *test)
{
	g_free(test->field.label);
	g_free(test->field.ticks);
	g_free(test->field.run);
	g_free(test->large);
	thuso_vector_clear(&test->field.exits);
	queue_clear(&test->field.queue);
}

typedef gboolean (*Kernel)(Field *field, GError **error);

/* From a few cells with some labels on, in buckets that may be wider than a step. */
static void run_kernel(TestField *test, Kernel kernel, guint64 seed)
{
	guint64 state = seed * 77;
	Field *field = &test->field;
	const gint64 beyond = (G_GINT64_CONSTANT(1) << 50) << field->id_bits;
	queue_reset(&field->queue, -beyond, (gint64) (seed % 3 ? 500 : 30000) << field->id_bits);
	for (int i = 0; i < 5; i++)
		field_offer(field, field_cell(field, 0, random_below(&state, SIDE), random_below(&state, SIDE)),
		            -beyond + random_below(&state, 400000));
	g_assert_true(kernel(field, NULL));
}

static int by_cell(gconstpointer a, gconstpointer b)
{
	const FieldExit *p = a, *q = b;
	if (p->cell != q->cell)
		return p->cell < q->cell ? -1 : 1;
	return (p->label > q->label) - (p->label < q->label);
}

/* In order and each cell once, at its least: cells may leave a field more than once when buckets are wide. */
static void order_exits(Field *field)
{
	FieldExit *exits = field->exits.data;
	gint64 n = 0;
	if (field->exits.n == 0)
		return;
	qsort(exits, (gsize) field->exits.n, sizeof *exits, by_cell);
	for (gint64 i = 1; i < field->exits.n; i++)
		if (exits[i].cell != exits[n].cell)
			exits[++n] = exits[i];
	field->exits.n = n + 1;
}

static void compare(const TestField *a, const TestField *b)
{
	g_assert_true(memcmp(a->field.label, b->field.label, a->field.n_layer * sizeof(gint64)) == 0);
	g_assert_cmpint(a->field.exits.n, ==, b->field.exits.n);
	const FieldExit *x = a->field.exits.data, *y = b->field.exits.data;
	for (gint64 i = 0; i < a->field.exits.n; i++) {
		g_assert_cmpuint(x[i].cell, ==, y[i].cell);
		g_assert_cmpint(x[i].label, ==, y[i].label);
	}
}

/* The plain meaning of a solve: no step improves anything any more, and what is reached was reached by steps. */
static void check_settled(const TestField *test)
{
	const Field *field = &test->field;
	for (gint32 row = 0; row < SIDE; row++)
		for (gint32 col = 0; col < SIDE; col++) {
			const guint32 cell = field_cell(field, 0, row, col);
			for (int step = 0; step < field->n_steps && field->label[cell] < 0; step++) {
				const gsize at = (gsize) cell * (gsize) field->n_steps + (gsize) step;
				const gint64 ticks = field->ticks[at] == THUSO_STEP_LARGE ? test->large[at] : (gint64) field->ticks[at];
				if (field->ticks[at] != THUSO_STEP_NONE)
					g_assert_cmpint(field->label[cell + field->offset[step]], <=,
					                MIN(0, field->label[cell] + (ticks << field->id_bits)));
			}
		}
}

static void test_kernels(void)
{
	g_autoptr(ThusoContext) context = thuso_context_new();
	for (guint64 seed = 1; seed <= N_FIELDS; seed++) {
		TestField plain;
		test_field_init(&plain, context, seed);
		run_kernel(&plain, solve_plain, seed);
		check_settled(&plain);
		order_exits(&plain.field);
#if defined(__x86_64__)
		if (has_avx512()) {
			TestField vector;
			test_field_init(&vector, context, seed);
			run_kernel(&vector, solve_avx512, seed);
			order_exits(&vector.field);
			compare(&plain, &vector);
			test_field_clear(&vector);
		}
#endif
		test_field_clear(&plain);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kernels/alike", test_kernels);
	return g_test_run();
}
