/* Our own looks at foreign files before GDAL reads them; the first byte says which: zip, TIFF, Shapefile with
 * its .dbf, the marker of a dated result, ASCII grid. */
#include "fuzz.h"

#include "../../src/io/archive.h"
#include "../../src/io/misfits.h"
#include "../../src/io/shapefile.h"
#include "../../src/io/text_grid.h"
#include "../../src/io/tiff.h"
#include "../../src/out/series.h"

/* The file's first half is the .shp, the rest its .shx and .dbf. */
static void look_at_shapefile(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	fuzz_file(data + size / 2, size / 4, "x.shx");
	fuzz_file(data + size / 2 + size / 4, size / 4, "x.dbf");
	const char *path = fuzz_file(data, size / 2, "x.shp");
	gboolean good = thuso_shapefile_check(path, "x.shp", &error);
	fuzz_either(good, error);
	for (int field = 0; field < 3; field++) {
		ThusoMisfits misfits = { 0 };
		g_autoptr(GError) why = NULL;
		gboolean done = thuso_misfits_of_dbf(fuzz_path("x.dbf"), field, field != 1, &misfits, &why);
		fuzz_either(done, why);
		if (misfits.fids)
			fuzz_must(misfits.value && thuso_misfits_has(&misfits, misfits.first));
		thuso_misfits_clear(&misfits);
	}
}

static void look_at_grid(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	ThusoTextGrid grid;
	gboolean good = thuso_text_grid_look(fuzz_file(data, size, "x.asc"), "x.asc", &grid, &error);
	fuzz_either(good, error);
}

/* The marker of a dated result. */
static void look_at_mark(const uint8_t *data, size_t size)
{
	g_autofree char *folder = g_path_get_dirname(fuzz_file(data, size, ".thuso-result"));
	g_autofree char *parent = g_path_get_dirname(folder), *name = g_path_get_basename(folder);
	g_autoptr(SeriesFolder) found = series_read_mark(parent, name);
	fuzz_must(!found || (found->number > 0 && found->day && found->files));
}

static void read_looks(const uint8_t *data, size_t size)
{
	ThusoArchive archive;
	ThusoTiffSize tiff;
	if (size == 0)
		return;
	switch (*data % 5) {
	case 0:
		if (thuso_archive_look(fuzz_file(data + 1, size - 1, "x.zip"), &archive))
			fuzz_must(archive.n_members > 0);
		break;
	case 1:
		if (thuso_tiff_size(fuzz_file(data + 1, size - 1, "x.tif"), &tiff))
			fuzz_must(tiff.n_cols > 0 && tiff.n_rows > 0);
		break;
	case 2:
		look_at_shapefile(data + 1, size - 1);
		break;
	case 3:
		look_at_mark(data + 1, size - 1);
		break;
	default:
		look_at_grid(data + 1, size - 1);
	}
}

const FuzzReader fuzz_looks = { "looks", FALSE, read_looks };
