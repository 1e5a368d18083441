/* Small layers, tables and rasters written by the tests of the room `data`, and questions about findings and errors. */
#ifndef THUSO_TESTS_DATA_FIXTURE_H
#define THUSO_TESTS_DATA_FIXTURE_H

#include <thuso/data.h>

#define UTM34S "EPSG:32734"
/* Corner of the test world in UTM 34S (m): everything below is told relative to it. */
#define EAST0  500000.0
#define NORTH0 6200000.0

typedef struct {
	char *dir;
	ThusoContext *context;
	GPtrArray *sources; /* freed with the fixture */
	int n_files;
} Fixture;

Fixture *fixture_new(void);
void fixture_free(Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)
/* Forgets the findings so far. */
void fixture_fresh_context(Fixture *fixture);

/* A layer under construction: features as GeoJSON texts. Coordinates are metres from the corner of the test world. */
typedef struct {
	GPtrArray *features;
	gboolean degrees; /* write longitude and latitude */
} Layer;
Layer *layer_new(void);
void layer_free(Layer *layer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layer, layer_free)
/* `properties` is the inside of a JSON object with single quotes: "'id': 'A', 'n': 3". */
void layer_add(Layer *layer, const char *type, const double *xy, int n_points, const char *properties, ...) G_GNUC_PRINTF(5, 6);
void layer_rect(Layer *layer, double x0, double y0, double x1, double y1, const char *properties, ...) G_GNUC_PRINTF(6, 7);
void layer_point(Layer *layer, double x, double y, const char *properties, ...) G_GNUC_PRINTF(4, 5);
void layer_line(Layer *layer, double x0, double y0, double x1, double y1, const char *properties, ...) G_GNUC_PRINTF(6, 7);
void layer_raw(Layer *layer, const char *geometry, const char *properties);
void layer_shuffle(Layer *layer, GRand *random);
/* Writes the layer; the source belongs to the fixture. */
ThusoSource *fixture_layer(Fixture *fixture, const Layer *layer, const char *name);
/* A file with this text as it stands, read in `crs` (NULL = what the file says). */
ThusoSource *fixture_text(Fixture *fixture, const char *name, const char *extension, const char *crs, const char *text);
/* An ASCII grid of n_rows * n_cols values from the north-west; x, y of its lower left corner in units of `crs`; nodata -9999. */
ThusoSource *fixture_raster(Fixture *fixture, const char *name, const char *crs, const double ll[2], double pixel, int n_cols,
                            int n_rows, const double *values);

/* Two municipalities side by side, WC01 (0,0)-(10,8) km and WC02 (10,0)-(20,8) km, both in district DC1 and province WC. */
Layer *two_municipalities(void);
ThusoRegion *fixture_region(Fixture *fixture, const Layer *boundaries, double cell_m, double buffer_m);
ThusoRegion *fixture_region_of_two(Fixture *fixture, double cell_m, double buffer_m);

/* The first finding of that check, or NULL. */
const ThusoFinding *fixture_finding(const Fixture *fixture, const char *check);
/* All findings as one text. */
char *fixture_findings(const Fixture *fixture);
/* The error has this code and says all these words; clears it. `words` are separated by |. */
void assert_says(GError **error, int code, const char *words);
#define assert_near(a, b, tolerance) g_assert_cmpfloat_with_epsilon((a), (b), (tolerance))

/* Tests of the other files; each adds its own to the suite. */
void add_region_tests(void);
void add_demand_tests(void);
void add_spread_tests(void);
void add_layer_tests(void);
void add_place_tests(void);
void add_real_tests(void);

#endif
