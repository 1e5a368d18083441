/* The policy zones with who lives there and who is served (P2, N3). */
#include <math.h>
#include <string.h>

#include "siting.h"
#include "tables.h"

typedef struct {
	ThusoSum people, assessed, now, plan;
	gint32 n_sites; /* of the plan, new */
} Zone;

/* What the zone suggests; no policy, and no zone excludes a site. */
static const struct {
	const char *quadrant, *reading;
} readings[] = {
	{ "HN-HP", "hub" },
	{ "HN-LP", "hub or satellite, and mobile services" },
	{ "LN-HP", "hub in a node or a mall" },
	{ "LN-LP", "mobile services" },
};

static const char *reading_of(const char *quadrant)
{
	for (gsize i = 0; quadrant && i < G_N_ELEMENTS(readings); i++)
		if (strcmp(readings[i].quadrant, quadrant) == 0)
			return readings[i].reading;
	return NULL;
}

static void count_people(const Run *run, Zone *zones)
{
	const State *now = &run->main_trip->now, *plan = &run->main_trip->plan;
	for (gint64 i = 0; i < run->n_shares; i++) {
		const ThusoPeopleShare *share = &run->shares[i];
		gint32 at = run->zones->zone[share->cell];
		if (at < 0)
			continue;
		thuso_sum_add(&zones[at].people, share->people);
		if (!run->region->covered[share->cell])
			continue;
		thuso_sum_add(&zones[at].assessed, share->people);
		thuso_sum_add(&zones[at].now, now->reach[share->cell] == THUSO_REACH_SERVED ? share->people : 0);
		thuso_sum_add(&zones[at].plan, plan->reach[share->cell] == THUSO_REACH_SERVED ? share->people : 0);
	}
	for (gint32 c = 0; c < plan->n_centres; c++) {
		gint32 at = plan->centres[c].is_planned ? run->zones->zone[plan->cells[c]] : -1;
		if (at >= 0)
			zones[at].n_sites++;
	}
}

static gboolean zone_row(const Run *run, ThusoTable *table, gint32 z, const Zone *zone, GError **error)
{
	double assessed = thuso_sum(&zone->assessed), now = thuso_sum(&zone->now), plan = thuso_sum(&zone->plan);
	Row row;
	if (!row_begin(&row, table, error))
		return FALSE;
	row_integer(&row, z + 1);
	row_real(&row, run->zones->need[z]);
	row_real(&row, run->zones->potential[z]);
	row_text(&row, run->zones->quadrant[z]);
	row_text(&row, run->zones->category[z]);
	row_text(&row, run->zones->role[z]);
	row_real(&row, thuso_sum(&zone->people));
	row_real(&row, now);
	row_real(&row, assessed > 0 ? 100 * now / assessed : NAN);
	row_real(&row, plan);
	row_real(&row, assessed > 0 ? 100 * plan / assessed : NAN);
	row_integer(&row, zone->n_sites);
	row_text(&row, reading_of(run->zones->quadrant[z]));
	g_autoptr(GBytes) wkb = thuso_geometry_to_wkb(run->zones->outline[z], error);
	if (wkb)
		thuso_table_set_geometry(table, row.row, wkb);
	return wkb != NULL;
}

gboolean tables_zones(const Run *run, GPtrArray *tables, GError **error)
{
	static const ColumnSpec columns[] = {
		{ "zone", "Zone", "", THUSO_INTEGER },
		{ "need", "Need", "", THUSO_REAL },
		{ "potential", "Development potential", "", THUSO_REAL },
		{ "quadrant", "Need and potential", "", THUSO_TEXT },
		{ "nsdp_category", "NSDP category", "", THUSO_TEXT },
		{ "pgds_role", "PGDS role", "", THUSO_TEXT },
		{ "people", "People of the study area", "people", THUSO_REAL },
		{ "people_served_now", "People served, now", "people", THUSO_REAL },
		{ "share_served_now", "Share served, now", "%", THUSO_REAL },
		{ "people_served_plan", "People served, with the plan", "people", THUSO_REAL },
		{ "share_served_plan", "Share served, with the plan", "%", THUSO_REAL },
		{ "planned_sites", "New sites of the plan", "", THUSO_INTEGER },
		{ "reading", "Suggested form of service (derived, no policy)", "", THUSO_TEXT },
		{ NULL, NULL, NULL, THUSO_TEXT },
	};
	if (!run->zones || run->zones->n == 0)
		return TRUE;
	gboolean points = run->zones->outline[0]->type == THUSO_POINT;
	for (gint32 z = 1; z < run->zones->n; z++)
		if ((run->zones->outline[z]->type == THUSO_POINT) != points)
			return TRUE; /* points and polygons at once make no layer */
	g_autoptr(ThusoTable) table =
	    tables_new(run, "policy_zones", "Policy zones: need and potential", points ? THUSO_POINT : THUSO_POLYGON, columns);
	Zone *zones = thuso_array_new(run->zones->n, sizeof *zones, "people of zones", error);
	gboolean ok = zones != NULL;
	if (ok)
		count_people(run, zones);
	for (gint32 z = 0; ok && z < run->zones->n; z++)
		ok = zone_row(run, table, z, &zones[z], error);
	thuso_array_free(zones);
	if (ok)
		tables_take(tables, g_steal_pointer(&table));
	return ok;
}
