/* `thuso new`: a study to start from, or the demonstration region. Never overwrites. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "draft.h"
#include "study.h"

static const char study_template[] =
    "# A study of thuso. Put your layers into the folder layers/, replace the names below by those of your files and fields, "
    "and\n"
    "# fill in every DECIDE: these are decisions of policy that the program does not take for you.\n"
    "#   thuso check study.yaml      looks at the layers and says what is wrong\n"
    "#   thuso run study.yaml        computes and writes the results\n"
    "#   thuso list study            every key, with its default and where that comes from\n"
    "# A layer is {path: layers/FILE, layer: NAME}; `layer` alone means a layer of the file given as `data`.\n"
    "\n"
    "study: {name: My study, date: 2026-01-01}\n"
    "\n"
    "area:\n"
    "  boundaries: {path: layers/municipalities.gpkg}   # polygons of the local municipalities (Municipal Demarcation Board)\n"
    "  id: CAT_B                                        # field with the municipality's code\n"
    "  title: MUNICNAME                                 # field with its name\n"
    "  levels: {district: {id: DISTRICT}, province: {id: PROVINCE}}\n"
    "  # where: \"DISTRICT = 'DC3'\"                     # the part of the layer that is the study area\n"
    "  demarcation: 2016                                # year of the boundaries\n"
    "  buffer: 10 km                                    # centres and people this far outside compete\n"
    "  crs: auto\n"
    "  cell: 250 m                                      # 90 m for a municipality, 250 m for a district, 1 km for the country\n"
    "\n"
    "demand:\n"
    "  people: {path: layers/wards.gpkg, field: population}   # or points, or a raster of counts: {path: layers/people.tif}\n"
    "  # spread: {layers: [{path: layers/dwellings.gpkg}]}    # where in a ward people live; without it, evenly\n"
    "\n"
    "travel:\n"
    "  elevation: {path: layers/dem.tif}\n"
    "  # landcover: {path: layers/landcover.tif, speeds: speeds_landcover.csv}\n"
    "  roads: {path: layers/roads.gpkg, class: class, speeds: speeds_roads.csv}\n"
    "  barriers: [{path: layers/rivers.gpkg}]           # lines that only a road may cross\n"
    "  walking: {speed: 4.5 km/h, slope: tobler}\n"
    "  trips:\n"
    "    walk: {}\n"
    "    taxi: {riding: roads, factor: 0.85}\n"
    "  search_limit: 3 h\n"
    "\n"
    "standards:\n"
    "  - {service: thusong, trip: taxi, limit: DECIDE, source: DECIDE}   # usual limits: 5, 10, 15, 25 or 40 km; 30 or 60 min\n"
    "bands: [15 min, 30 min, 45 min, 60 min, 90 min, 120 min]\n"
    "\n"
    "centres: {path: layers/centres.gpkg, id: id, title: name, open: DECIDE}   # all, or {field: status, values: [functional]}\n"
    "candidates:\n"
    "  - {path: layers/schools.gpkg, prefix: school, id: id, title: name, near: {path: layers/places.gpkg, title: name}}\n"
    "  # - {every: 2 km, min_people: 50}                # or anywhere that people live\n"
    "\n"
    "# zones:\n"
    "#   - {path: layers/nsdp.gpkg, need: need, potential: potential, breaks: quantiles}\n"
    "\n"
    "ranking:\n"
    "  criteria:                                        # thuso list criteria\n"
    "    - {use: people_gained, weight: 60}\n"
    "    - {use: people_within, weight: 20}\n"
    "    - {use: slope, best: 0 %, worst: 15 %, weight: 20}\n"
    "  exclude:\n"
    "    - {use: slope, over: 20 %}\n"
    "  spacing: 3 km\n"
    "\n"
    "output: {path: results/study.gpkg}\n";

static const char layers_readme[] =
    "Put the layers of the study here: GeoPackage, Shapefile, GeoJSON, GML, KML, OpenFileGDB, XLSX, CSV, GeoTIFF.\n"
    "Their names in study.yaml are relative to the study file. Nothing in this folder is ever changed.\n";

/* A new file; one that is there is left alone. */
static gboolean write_new(const char *path, const char *bytes, gsize size, GError **error)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	gboolean ok = file >= 0;
	for (gsize done = 0; ok && done < size;) {
		gssize n = write(file, bytes + done, size - done);
		ok = n > 0;
		done += ok ? (gsize) n : 0;
	}
	int problem = errno;
	if (file >= 0)
		ok = close(file) == 0 && ok;
	if (!ok)
		g_set_error(error, THUSO_ERROR, file < 0 && problem == EEXIST ? THUSO_ERROR_USAGE : THUSO_ERROR_FAILED, "%s: %s", path,
		            file < 0 && problem == EEXIST ? "stands there already; give another folder" : g_strerror(problem));
	return ok;
}

static gboolean make_folder(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, 0777) == 0)
		return TRUE;
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_FAILED, "cannot make the folder %s: %s", path, g_strerror(errno));
	return FALSE;
}

static gboolean copy_file(const char *from, const char *to, GError **error)
{
	g_autofree char *bytes = NULL;
	gsize size;
	return g_file_get_contents(from, &bytes, &size, error) && write_new(to, bytes, size, error);
}

static gboolean copy_folder(const char *from, const char *to, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(from, 0, error);
	if (!dir)
		return FALSE;
	for (const char *name; (name = g_dir_read_name(dir));) {
		g_autofree char *a = g_build_filename(from, name, NULL), *b = g_build_filename(to, name, NULL);
		if (g_file_test(a, G_FILE_TEST_IS_REGULAR) && !copy_file(a, b, error))
			return FALSE;
	}
	return TRUE;
}

/* Of the places where the reference data can be, the first that holds the demonstration. */
char *thuso_geodata_dir(void)
{
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *bin = program ? g_path_get_dirname(program) : NULL;
	const char *stated = g_getenv("THUSO_GEODATA");
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(g_free);
	if (stated)
		g_ptr_array_add(places, g_strdup(stated));
	if (bin) {
		g_ptr_array_add(places, g_build_filename(bin, "..", "share", "thuso", "geodata", NULL));
		/* From a build folder inside the source tree: build/src/cli/thuso. */
		g_ptr_array_add(places, g_build_filename(bin, "..", "..", "..", "geodata", NULL));
	}
	g_ptr_array_add(places, g_strdup(THUSO_GEODATA));
	for (guint i = 0; i < places->len; i++) {
		g_autofree char *demo = g_build_filename(g_ptr_array_index(places, i), "demo", "study.yaml", NULL);
		if (g_file_test(demo, G_FILE_TEST_IS_REGULAR))
			return g_canonicalize_filename(g_ptr_array_index(places, i), NULL);
	}
	return NULL;
}

static gboolean write_speeds(const char *dir, const char *geodata, GError **error)
{
	const char *const names[] = { "speeds_landcover.csv", "speeds_roads.csv" };
	for (gsize i = 0; geodata && i < G_N_ELEMENTS(names); i++) {
		g_autofree char *from = g_build_filename(geodata, names[i], NULL), *to = g_build_filename(dir, names[i], NULL);
		if (!copy_file(from, to, error))
			return FALSE;
	}
	return TRUE;
}

char *thuso_study_new(const char *dir, gboolean from_demo, GError **error)
{
	g_autofree char *geodata = thuso_geodata_dir(), *study = g_build_filename(dir, "study.yaml", NULL),
	                *layers = g_build_filename(dir, "layers", NULL), *readme = g_build_filename(layers, "README.txt", NULL);
	if (from_demo && !geodata) {
		g_set_error_literal(error, THUSO_ERROR, THUSO_ERROR_FAILED,
		                    "the demonstration region is not installed; set THUSO_GEODATA to the folder geodata of the source");
		return NULL;
	}
	if (g_file_test(study, G_FILE_TEST_EXISTS)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s stands there already; give another folder", study);
		return NULL;
	}
	if (!make_folder(from_demo ? dir : layers, error))
		return NULL;
	if (from_demo) {
		g_autofree char *demo = g_build_filename(geodata, "demo", NULL);
		return copy_folder(demo, dir, error) ? g_steal_pointer(&study) : NULL;
	}
	if (!write_speeds(dir, geodata, error) || !write_new(readme, layers_readme, strlen(layers_readme), error) ||
	    !write_new(study, study_template, strlen(study_template), error))
		return NULL;
	return g_steal_pointer(&study);
}

/* --- from layers ------------------------------------------------------------------------------------------------------ */

static char *real_path(const char *path, const char *what, GError **error)
{
	g_autofree char *canonical = g_canonicalize_filename(path, NULL);
	char *buffer = realpath(canonical, NULL), *real = g_strdup(buffer);
	if (!real)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s %s: %s", what, path, g_strerror(errno));
	free(buffer);
	return real;
}

static gboolean write_beside(const char *dir, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	return !text || write_new(path, text, strlen(text), error);
}

char *thuso_study_new_from_layers(ThusoContext *context, const char *dir, const char *folder, gboolean full, GError **error)
{
	g_autofree char *study = g_build_filename(dir, "study.yaml", NULL), *geodata = thuso_geodata_dir();
	g_autofree char *layers = real_path(folder, "the folder of layers", error);
	if (!layers)
		return NULL;
	if (!g_file_test(layers, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s is no folder: --layers names the folder that holds the layers",
		            folder);
		return NULL;
	}
	if (g_file_test(study, G_FILE_TEST_EXISTS)) {
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "%s stands there already; give another folder", study);
		return NULL;
	}
	g_autoptr(GPtrArray) looks = look_folder(context, layers, error);
	if (looks && looks->len == 0)
		g_set_error(error, THUSO_ERROR, THUSO_ERROR_INPUT,
		            "%s holds no layer, table or raster that is read here; name the folder that holds them", folder);
	if (!looks || looks->len == 0 || !make_folder(dir, error))
		return NULL;
	g_autofree char *real_dir = real_path(dir, "the folder", error);
	g_autoptr(Guesses) guesses = guess_roles(looks);
	g_auto(Draft) draft = { 0 };
	if (!real_dir || !draft_write(context, &(DraftSpec){ real_dir, layers, geodata, full }, guesses, &draft, error) ||
	    !write_beside(dir, "speeds_roads.csv", draft.speeds_roads, error) ||
	    !write_beside(dir, "speeds_landcover.csv", draft.speeds_landcover, error) ||
	    !write_new(study, draft.study, strlen(draft.study), error))
		return NULL;
	return g_steal_pointer(&study);
}
