/* What is kept for the next run: travel (access) and plans (study). Whatever is done to these files, an answer taken from them is the one
 * that was kept, or none. The first byte says which file, and whether the bytes are the file, its records or damage to it. */
#include "fuzz.h"

#include "../../src/access/reach_cache.h"
#include "../../src/study/steps.h"
#include "../../src/study/steps_bytes.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define N_CELLS 40 /* of the little grid */
#define MOST    30 /* cells of a record, records */

static const guint8 key[REACH_KEY_BYTES] = { 1, 2, 3 };

/* --- damage -------------------------------------------------------------------------------------------------------------------- */

/* Three bytes each: where (from either end) and what is turned there; a zero cuts the file off, or makes it longer. */
static GByteArray *damage(const guint8 *good, gsize n, FuzzPart how)
{
	GByteArray *bytes = g_byte_array_new();
	g_byte_array_append(bytes, good, (guint) n);
	for (; how.size >= 3 && bytes->len > 0; how.data += 3, how.size -= 3) {
		guint at = how.data[0] | (guint) how.data[1] << 8;
		if (how.data[2] != 0)
			bytes->data[at % bytes->len] ^= how.data[2];
		else
			g_byte_array_set_size(bytes, at % 3 ? at % (bytes->len + 1) : bytes->len + at % 7);
	}
	return bytes;
}

/* --- a cell's reach as bytes ------------------------------------------------------------------------------------------------------- */

/* Every third cell is not wanted, where `some`. */
static void wanted_of(gboolean some, gint64 *cell, guint32 *place, ReachWanted *wanted)
{
	*wanted = (ReachWanted){ .n = N_CELLS, .n_cells = N_CELLS };
	if (!some)
		return;
	*wanted = (ReachWanted){ .cell = cell, .place = place, .n_cells = N_CELLS };
	for (gint64 i = 0; i < N_CELLS; i++)
		if (i % 3) {
			place[i] = (guint32) wanted->n;
			cell[wanted->n++] = i;
		}
}

typedef struct {
	ThusoVector bytes, cells, ticks;
} Decoded;

static void decoded_clear(Decoded *d)
{
	thuso_vector_clear(&d->bytes);
	thuso_vector_clear(&d->cells);
	thuso_vector_clear(&d->ticks);
}
#define DECODED ((Decoded){ THUSO_VECTOR(guint8), THUSO_VECTOR(gint64), THUSO_VECTOR(gint64) })

/* Cells are wanted ones, and what was decoded is encoded and decoded again as the same. */
static void check_decoded(const ReachWanted *wanted, const Decoded *d)
{
	const gint64 *cells = d->cells.data, *ticks = d->ticks.data;
	Decoded again = DECODED;
	for (gint64 i = 0; i < d->cells.n; i++)
		fuzz_must(cells[i] >= 0 && cells[i] < wanted->n_cells && (!wanted->cell || cells[i] % 3));
	fuzz_must(reach_encode(wanted, cells, ticks, d->cells.n, &again.bytes, NULL));
	fuzz_must(reach_decode(wanted, again.bytes.data, (gsize) again.bytes.n, d->cells.n, &again.cells, &again.ticks, NULL));
	fuzz_must(again.cells.n == d->cells.n && again.ticks.n == d->ticks.n);
	gsize size = (gsize) d->cells.n * sizeof *cells;
	fuzz_must(size == 0 || (memcmp(again.cells.data, cells, size) == 0 && memcmp(again.ticks.data, ticks, size) == 0));
	decoded_clear(&again);
}

static void decode(FuzzPart part, gboolean some)
{
	gint64 cell[N_CELLS];
	guint32 place[N_CELLS];
	ReachWanted wanted;
	Decoded d = DECODED;
	g_autoptr(GError) error = NULL;
	wanted_of(some, cell, place, &wanted);
	gint64 n = part.size ? (gint8) part.data[0] : 0;
	if (part.size && reach_decode(&wanted, part.data + 1, part.size - 1, n, &d.cells, &d.ticks, &error))
		check_decoded(&wanted, &d);
	fuzz_must(error == NULL);
	decoded_clear(&d);
}

/* --- a file of reach ------------------------------------------------------------------------------------------------------------------ */

/* What stands in record `i` of the good file. */
static gint64 fill(int i, gint64 *cells, gint64 *ticks)
{
	gint64 n = 0;
	for (gint64 cell = i % 4; cell < N_CELLS; cell += 1 + (cell * 7 + i) % 3) {
		cells[n] = cell;
		ticks[n++] = cell * (i % 5 == 4 ? G_GINT64_CONSTANT(10000000000) : 1000) + i;
	}
	return n;
}

static GBytes *good_reach(void)
{
	const ReachWanted wanted = { .n = N_CELLS, .n_cells = N_CELLS };
	ReachWriter writer;
	g_autofree char *folder = g_path_get_dirname(fuzz_path("x.reach"));
	gint64 cells[N_CELLS], ticks[N_CELLS];
	ThusoVector bytes = THUSO_VECTOR(guint8);
	reach_writer_open(&writer, folder, MOST, 1 << 20);
	for (int i = 0; i < 6; i++) {
		gint64 n = fill(i, cells, ticks);
		fuzz_must(reach_encode(&wanted, cells, ticks, n, &bytes, NULL));
		reach_writer_put(&writer, 5 * i, &bytes, n);
	}
	fuzz_must(reach_writer_keep(&writer, key, fuzz_path("x.reach")));
	reach_writer_clear(&writer);
	thuso_vector_clear(&bytes);
	char *text;
	gsize size;
	fuzz_must(g_file_get_contents(fuzz_path("x.reach"), &text, &size, NULL));
	return g_bytes_new_take(text, size);
}

static void check_row(const ReachFile *file, const ReachRow *row)
{
	const ReachWanted wanted = { .n = N_CELLS, .n_cells = N_CELLS };
	gint64 cells[N_CELLS], ticks[N_CELLS];
	Decoded d = DECODED;
	if (reach_file_read(file, row, &d.bytes, NULL) &&
	    reach_decode(&wanted, d.bytes.data, (gsize) d.bytes.n, (gint64) row->n, &d.cells, &d.ticks, NULL)) {
		fuzz_must(row->cell % 5 == 0 && row->cell / 5 < 6);
		gint64 n = fill((int) row->cell / 5, cells, ticks);
		gsize size = (gsize) n * sizeof *cells;
		fuzz_must(d.cells.n == n && memcmp(d.cells.data, cells, size) == 0 && memcmp(d.ticks.data, ticks, size) == 0);
	}
	decoded_clear(&d);
}

/* `is_damaged`: the bytes are damage to the good file; else they are a file. */
static void open_reach(FuzzPart part, gboolean is_damaged)
{
	static GBytes *good;
	gboolean useless;
	good = good ? good : good_reach();
	gsize n;
	const guint8 *bytes = g_bytes_get_data(good, &n);
	g_autoptr(GByteArray) spoilt = is_damaged ? damage(bytes, n, part) : NULL;
	gboolean is_same = spoilt && spoilt->len == n && memcmp(spoilt->data, bytes, n) == 0;
	const char *path = spoilt ? fuzz_file(spoilt->data, spoilt->len, "x.reach") : fuzz_file(part.data, part.size, "x.reach");
	g_autoptr(ReachFile) file = reach_file_open(path, key, &useless);
	fuzz_must(!file || !useless);
	fuzz_must(!is_same || (file && file->n_rows == 6));
	for (gint64 i = 0; file && i < file->n_rows; i++)
		check_row(file, &file->row[i]);
}

/* --- plans ------------------------------------------------------------------------------------------------------------------------------ */

/* What is read is written again as the same bytes. */
static void read_plan(FuzzPart part)
{
	g_autoptr(ThusoPlan) plan = plan_from_bytes(part.data, part.size);
	g_autoptr(GByteArray) again = plan ? plan_to_bytes(plan) : NULL;
	fuzz_must(!again || (again->len == part.size && memcmp(again->data, part.data, part.size) == 0));
}

static void read_rollout(FuzzPart part)
{
	const ThusoRolloutSpec spec = { .n_sites = 3, .n_years = 2 };
	g_autoptr(ThusoRollout) rollout = rollout_from_bytes(part.data, part.size, &spec);
	g_autoptr(GByteArray) again = rollout ? rollout_to_bytes(rollout, &spec) : NULL;
	fuzz_must(!again || (again->len == part.size && memcmp(again->data, part.data, part.size) == 0));
}

static const gint64 start[] = { 0, 2, 4, 5 };
static const guint32 demand[] = { 0, 1, 1, 2, 3 };
static const double people[] = { 10, 20, 30, 15 }, others[] = { 10, 200, 30, 15 };

static ThusoPlan *locate(Steps *steps, const double *weight)
{
	ThusoLocation location;
	ThusoLocateOptions options;
	g_autoptr(GError) error = NULL;
	thuso_location_default(&location);
	thuso_locate_options_default(&options);
	location.n_demand = 4;
	location.n_sites = 3;
	location.start = start;
	location.demand = demand;
	location.weight = weight;
	location.sites = 1;
	location.limit = 1;
	ThusoPlan *plan = steps_locate(steps, fuzz_context(), thuso_model_find("mclp"), &location, &options, &error);
	fuzz_either(plan, error);
	plan->seconds = 0;
	return plan;
}

/* The path and the content of the only file of plans. */
static GBytes *take_step(const char *folder, char **path)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	char *text = NULL;
	gsize size = 0;
	for (const char *name; (name = g_dir_read_name(dir));) {
		g_clear_pointer(&text, g_free);
		g_free(*path);
		*path = g_build_filename(folder, name, NULL);
		fuzz_must(g_file_get_contents(*path, &text, &size, NULL));
		g_unlink(*path);
	}
	fuzz_must(text != NULL);
	return g_bytes_new_take(text, size);
}

static Steps *steps;
static GBytes *kept, *foreign, *answer; /* the file, one of another problem, and what it says */
static char *kept_path, *step_folder;

static void remove_folder(void)
{
	g_unlink(kept_path);
	g_rmdir(step_folder);
}

static void make_steps(void)
{
	g_autofree char *path = NULL, *above = g_path_get_dirname(fuzz_path("x.reach"));
	step_folder = g_strconcat(above, "-steps", NULL);
	fuzz_must(g_mkdir(step_folder, 0700) == 0);
	steps = steps_new(fuzz_context(), step_folder, TRUE);
	thuso_plan_free(locate(steps, others));
	foreign = take_step(step_folder, &path);
	g_autoptr(ThusoPlan) plan = locate(steps, people);
	kept = take_step(step_folder, &kept_path);
	answer = g_byte_array_free_to_bytes(plan_to_bytes(plan));
	atexit(remove_folder);
}

static void take_plan(FuzzPart part, gboolean is_foreign)
{
	gsize n;
	if (!steps)
		make_steps();
	const guint8 *bytes = g_bytes_get_data(is_foreign ? foreign : kept, &n);
	g_autoptr(GByteArray) spoilt = damage(bytes, n, part);
	fuzz_must(g_file_set_contents(kept_path, (const char *) spoilt->data, spoilt->len, NULL));
	/* A file that is not taken is written anew. */
	gsize size;
	gconstpointer own = g_bytes_get_data(kept, &size);
	gboolean is_same = spoilt->len == size && memcmp(spoilt->data, own, size) == 0;
	GStatBuf before, after;
	fuzz_must(g_stat(kept_path, &before) == 0);
	g_autoptr(ThusoPlan) plan = locate(steps, people);
	fuzz_must(g_stat(kept_path, &after) == 0 && (before.st_ino == after.st_ino) == is_same);
	g_autoptr(GBytes) said = g_byte_array_free_to_bytes(plan_to_bytes(plan));
	fuzz_must(g_bytes_equal(said, answer));
}

static void read_cache(const uint8_t *data, size_t size)
{
	if (size == 0)
		return;
	FuzzPart part = { data + 1, size - 1 };
	switch (*data % 8) {
	case 0:
	case 1:
		decode(part, *data % 8);
		break;
	case 2:
	case 3:
		open_reach(part, *data % 8 == 3);
		break;
	case 4:
		read_plan(part);
		break;
	case 5:
		read_rollout(part);
		break;
	default:
		take_plan(part, *data % 8 == 6);
	}
}

const FuzzReader fuzz_cache = { "cache", FALSE, read_cache };
