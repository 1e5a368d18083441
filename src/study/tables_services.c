/* Result tables of monitoring and of clusters of departments. */
#include <math.h>
#include <string.h>

#include "monitoring.h"
#include "tables.h"

/* --- the register, its counts and flags; flags and grade of the centres ------------------------------------------------------------ */

/* The study's words are added to what siting says of a table. */
static void take_described(const Run *run, GPtrArray *tables, ThusoTable **table)
{
	g_autofree char *title = g_strdup((*table)->title);
	g_free((*table)->description);
	(*table)->description =
	    g_strdup_printf("%s. Study: %s. Indicative; policy may override.", title, thuso_study_name(run->study));
	tables_take(tables, g_steal_pointer(table));
}

static ThusoTable *find_table(const GPtrArray *tables, const char *name)
{
	for (guint i = 0; i < tables->len; i++)
		if (strcmp(((ThusoTable *) g_ptr_array_index(tables, i))->name, name) == 0)
			return g_ptr_array_index(tables, i);
	return NULL;
}

/* The register has the id with or without the prefix that `centres` puts before it. */
static gboolean is_same_site(const char *site, const char *prefix, const char *id)
{
	gsize n = prefix != NULL ? strlen(prefix) : 0;
	return strcmp(site, id) == 0 ||
	       (prefix != NULL && strncmp(site, prefix, n) == 0 && site[n] == ':' && strcmp(site + n + 1, id) == 0);
}

static void copy_text(const ThusoTable *from, gint64 from_row, ThusoTable *to, gint64 row, const char *column)
{
	thuso_table_set_text(to, row, thuso_table_find_column(to, column),
	                     thuso_table_text(from, from_row, thuso_table_find_column(from, column)));
}

static void mark_centres(const Run *run, const ThusoTable *reg, ThusoTable *centres)
{
	Block block = block_get(&run->top, "centres");
	const char *prefix = block_text(&block, "prefix");
	int site = thuso_table_find_column(centres, "site"), id = thuso_table_find_column(reg, "site");
	for (gint64 row = 0; row < centres->n_rows; row++)
		for (gint64 r = 0; r < reg->n_rows; r++)
			if (is_same_site(thuso_table_text(centres, row, site), prefix, thuso_table_text(reg, r, id))) {
				copy_text(reg, r, centres, row, "flags");
				copy_text(reg, r, centres, row, "grade");
				break;
			}
}

static void monitoring(const Run *run, GPtrArray *tables)
{
	ThusoTable *centres = find_table(tables, "centres");
	if (centres != NULL)
		mark_centres(run, run->monitoring->centres, centres);
	take_described(run, tables, &run->monitoring->centres);
	take_described(run, tables, &run->monitoring->counts);
	take_described(run, tables, &run->monitoring->flags);
}

/* --- clusters ------------------------------------------------------------------------------------------------------------------------ */

static const ColumnSpec cluster_columns[] = {
	{ "cluster", "Number", "", THUSO_INTEGER },
	{ "departments", "Departments present", "", THUSO_TEXT },
	{ "n_departments", "Number of departments", "", THUSO_INTEGER },
	{ "points", "Service points", "", THUSO_INTEGER },
	{ "farthest", "Straight line to its farthest service point", "m", THUSO_REAL },
	{ "people_within", "People within that distance of it", "people", THUSO_REAL },
	{ "municipality", "Municipality code", "", THUSO_TEXT },
	{ "municipality_title", "Municipality", "", THUSO_TEXT },
	{ "nearest_centre", "Nearest open centre", "", THUSO_TEXT },
	{ "nearest_centre_distance", "Straight line to it", "km", THUSO_REAL },
	{ NULL, NULL, NULL, THUSO_TEXT },
};

/* Open centres, as the spec wants them. */
typedef struct {
	double *x, *y;
	const char **id;
	gint64 n;
} OpenCentres;

static void open_centres_clear(OpenCentres *open)
{
	g_free(open->x);
	g_free(open->y);
	g_free(open->id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OpenCentres, open_centres_clear)

static void open_centres_fill(const Run *run, OpenCentres *open)
{
	*open = (OpenCentres){ thuso_new(double, run->centres->n + 1), thuso_new(double, run->centres->n + 1),
		                   thuso_new(const char *, run->centres->n + 1), 0 };
	for (gint64 i = 0; i < run->centres->n; i++) {
		const ThusoPlace *place = &run->centres->place[i];
		if (!place->open)
			continue;
		open->x[open->n] = place->x;
		open->y[open->n] = place->y;
		open->id[open->n++] = place->id;
	}
}

static gint32 area_at(const Run *run, const ThusoCluster *cluster)
{
	gint64 cell = thuso_grid_cell(&run->region->grid, cluster->x, cluster->y);
	return cell >= 0 ? run->region->area[cell] : -1;
}

/* Clusters of the study area; those of the buffer and beyond are other people's. */
static gboolean cluster_row(const Run *run, ThusoTable *table, const ThusoCluster *cluster, const OpenCentres *open,
                            GError **error)
{
	Row row;
	gint32 area = area_at(run, cluster);
	if (area < 0)
		return TRUE;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_integer(&row, row.row + 1);
	row_text(&row, cluster->departments);
	row_integer(&row, cluster->n_departments);
	row_integer(&row, cluster->n_points);
	row_real(&row, cluster->farthest_m);
	row_real(&row, cluster->people_within);
	row_text(&row, run->region->levels[0].id[area]);
	row_text(&row, run->region->levels[0].title[area]);
	row_text(&row, cluster->nearest_centre >= 0 ? open->id[cluster->nearest_centre] : NULL);
	row_real(&row, cluster->nearest_centre_m / 1000);
	row_point(&row, cluster->x, cluster->y);
	return TRUE;
}

static gboolean clusters(const Run *run, GPtrArray *tables, GError **error)
{
	Block block = block_get(&run->top, "clusters");
	g_auto(OpenCentres) open = { 0 };
	open_centres_fill(run, &open);
	ThusoClusterSpec spec = { .within_m = block_quantity(&block, "within", NULL),
		                      .min_departments = (gint32) ceil(block_quantity(&block, "min_departments", NULL)),
		                      .grid = &run->region->grid,
		                      .people = run->demand->people,
		                      .n_centres = open.n,
		                      .centre_x = open.x,
		                      .centre_y = open.y };
	g_autoptr(ThusoClusters) found = thuso_clusters(run->context, &run->service_points, &spec, error);
	if (found == NULL)
		return FALSE;
	g_autoptr(ThusoTable) table =
	    tables_new(run, "clusters", "Departments within walking distance of one place", THUSO_POINT, cluster_columns);
	for (gint64 c = 0; c < found->n; c++)
		if (!cluster_row(run, table, &found->cluster[c], &open, error))
			return FALSE;
	tables_take(tables, g_steal_pointer(&table));
	return TRUE;
}

gboolean tables_services(const Run *run, GPtrArray *tables, GError **error)
{
	if (run->monitoring != NULL)
		monitoring(run, tables);
	return clusters(run, tables, error);
}
