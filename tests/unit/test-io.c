/* io: reading layers, tables and rasters, refusing what is hostile or damaged, SQL, and writing GeoPackages and rasters. */
#include "../support/io-fixture.h"

#include <string.h>

static void test_versions(void)
{
	g_auto(GStrv) versions = thuso_io_versions();
	static const char *const names[] = { "GDAL ", "PROJ ", "GEOS ", "SQLite ", "SpatiaLite " };
	g_assert_cmpuint(g_strv_length(versions), ==, G_N_ELEMENTS(names));
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_assert_true(g_str_has_prefix(versions[i], names[i]));
		g_assert_true(g_ascii_isdigit(versions[i][strlen(names[i])]));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/io/versions", test_versions);
	io_add_text_tests();
	io_add_row_tests();
	io_add_layer_tests();
	io_add_guard_tests();
	io_add_raster_tests();
	io_add_polygon_tests();
	io_add_sql_tests();
	io_add_store_tests();
	int result = g_test_run();
	io_folder_remove();
	return result;
}
