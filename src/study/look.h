/* What a folder of layers holds, looked at for `thuso new --layers`: shapes, fields and values, without knowing what they are for. */
#ifndef STUDY_LOOK_H
#define STUDY_LOOK_H

#include <thuso/io.h>

/* Shapes as bits, so that a rule can name several. */
typedef enum {
	LOOK_POINTS = 1 << 0,
	LOOK_LINES = 1 << 1,
	LOOK_POLYGONS = 1 << 2,
	LOOK_RASTER = 1 << 3,
	LOOK_TABLE = 1 << 4
} LookShape;

typedef struct {
	char *name;
	gint64 n_filled, n_distinct;
	gboolean is_unique; /* filled everywhere, and no value twice */
	gboolean is_number, is_whole;
	double min, max, sum;
	GPtrArray *values; /* of char *: the most frequent first, at most LOOK_VALUES */
	GArray *counts;    /* of gint64: how often each */
	GHashTable *all;   /* every value as text; NULL where there are too many */
} LookField;
enum { LOOK_VALUES = 100 };

typedef struct {
	char *path;        /* canonical */
	char *layer;       /* NULL: the file's only one */
	char *name;        /* as messages say it: the layer's, or the file's without ending */
	LookShape shape;   /* 0 with a problem */
	char *problem;     /* why it cannot be used, or NULL */
	gboolean is_prose; /* a text that is no table: licences, notes */
	gint64 n;          /* features or rows; pixels of a raster */
	GPtrArray *fields; /* of LookField */
	gboolean has_bounds;
	double wsen[4]; /* degrees WGS 84 */
	/* Rasters: of the pixels looked at. */
	gboolean is_integer;
	double min, max;
	GArray *classes; /* of gint32, ascending: the values of an integer raster; NULL where there are too many */
} Look;

/* Every layer of every file below `folder`, in order of path and layer; of Look, free with g_ptr_array_unref. Results of this program
 * are left out. A file that cannot be read is a Look with a problem, no error. */
GPtrArray *look_folder(ThusoContext *context, const char *folder, GError **error);
LookField *look_field(const Look *look, const char *name);

#endif
