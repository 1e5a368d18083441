/* `thuso new --layers`: a folder with two text tables and a GeoJSON file is looked at, roles are guessed, and a study file is drafted, which
 * must be a study file whatever the layers' names, fields and values are: YAML of one meaning. */
#include "fuzz.h"

#include "../../src/study/draft.h"
#include "../../src/study/guess.h"
#include "../../src/study/look.h"
#include "../../src/study/node.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

static char *folder; /* of the layers */
static const char *const names[] = { "centres.csv", "wards.csv", "municipalities.geojson" };

static void take_away(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		g_unlink(path);
	}
	g_rmdir(folder);
}

static void make_folder(void)
{
	g_autofree char *above = g_path_get_dirname(fuzz_path("study.yaml"));
	folder = g_strconcat(above, "-layers", NULL);
	fuzz_must(g_mkdir(folder, 0700) == 0);
	atexit(take_away);
}

static void write_layers(FuzzPart rest)
{
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		FuzzPart part = { 0 };
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		if (fuzz_part(&rest, &part) && part.size > 0)
			fuzz_must(g_file_set_contents(path, (const char *) part.data, (gssize) part.size, NULL));
		else
			g_unlink(path);
	}
}

static void check_draft(const char *text)
{
	g_autoptr(GError) error = NULL;
	fuzz_must(g_utf8_validate(text, -1, NULL));
	Node *node = node_read(fuzz_file((const uint8_t *) text, strlen(text), "study.yaml"), &error);
	if (error)
		g_printerr("%s in:\n%s\n", error->message, text);
	fuzz_must(node != NULL);
	node_free(node);
}

static void read_draft(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_auto(Draft) draft = { 0 };
	if (!folder)
		make_folder();
	write_layers((FuzzPart){ data, size });
	ThusoContext *context = fuzz_context();
	g_autofree char *dir = g_path_get_dirname(folder);
	g_autoptr(GPtrArray) looks = look_folder(context, folder, &error);
	fuzz_either(looks, error);
	if (!looks || looks->len == 0)
		return;
	g_autoptr(Guesses) guesses = guess_roles(looks);
	gboolean good = draft_write(context, &(DraftSpec){ dir, folder, NULL, size % 2 }, guesses, &draft, &error);
	fuzz_either(good, error);
	if (good)
		check_draft(draft.study);
}

const FuzzReader fuzz_draft = { "draft", TRUE, read_draft };
