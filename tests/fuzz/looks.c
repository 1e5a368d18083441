/* Our own looks at foreign files before GDAL reads them; the first byte says which: zip, TIFF, Shapefile, ASCII grid, SQLite. */
#include "fuzz.h"

#include "../../src/io/archive.h"
#include "../../src/io/shapefile.h"
#include "../../src/io/text_grid.h"
#include "../../src/io/tiff.h"

/* The file's first half is the .shp, the rest its .shx and .dbf. */
static void look_at_shapefile(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	fuzz_file(data + size / 2, size / 4, ".shx");
	fuzz_file(data + size / 2 + size / 4, size / 4, ".dbf");
	const char *path = fuzz_file(data, size / 2, ".shp");
	fuzz_must(thuso_shapefile_check(path, "x.shp", &error) == (error == NULL));
}

static void look_at_grid(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	ThusoTextGrid grid;
	fuzz_must(thuso_text_grid_look(fuzz_file(data, size, ".asc"), "x.asc", &grid, &error) == (error == NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ThusoArchive archive;
	ThusoTiffSize tiff;
	if (size == 0)
		return 0;
	switch (*data % 4) {
	case 0:
		if (thuso_archive_look(fuzz_file(data + 1, size - 1, ".zip"), &archive))
			fuzz_must(archive.n_members > 0);
		break;
	case 1:
		if (thuso_tiff_size(fuzz_file(data + 1, size - 1, ".tif"), &tiff))
			fuzz_must(tiff.n_cols > 0 && tiff.n_rows > 0);
		break;
	case 2:
		look_at_shapefile(data + 1, size - 1);
		break;
	default:
		look_at_grid(data + 1, size - 1);
	}
	return 0;
}
