/* The result's files: written under temporary names beside their targets, put into place when all of them are complete. */
#include "job.h"

ThusoTargets *files_plan(const ThusoCostSpec *spec, GError **error)
{
	const ThusoTarget wanted[N_FILES] = {
		[FILE_OUTPUT] = { "--output", spec->output, { ".tif", ".tiff" }, TRUE },
		[FILE_NEAREST] = { "--nearest", spec->nearest, { ".tif", ".tiff" }, TRUE },
		[FILE_OD] = { "--od", spec->od, { ".csv" }, FALSE },
		[FILE_PATHS] = { "--paths", spec->paths, { ".gpkg" }, FALSE },
	};
	const char *const rasters[] = { spec->speed, spec->friction, spec->landcover, spec->speeds, spec->elevation };
	const ThusoSource *const sources[] = { spec->barriers, spec->sources, spec->points };
	g_autoptr(GPtrArray) inputs = g_ptr_array_new();
	for (gsize i = 0; i < G_N_ELEMENTS(rasters); i++)
		if (rasters[i])
			g_ptr_array_add(inputs, (gpointer) rasters[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
		for (char **input = sources[i] ? sources[i]->paths : NULL; input && *input; input++)
			g_ptr_array_add(inputs, *input);
	g_ptr_array_add(inputs, NULL);
	return thuso_targets_new(wanted, N_FILES, (const char *const *) inputs->pdata, spec->overwrite, error);
}
