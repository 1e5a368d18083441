/* The table of comparisons by the analytic hierarchy process: weights from 0 to 1 that add up to 1. */
#include "fuzz.h"

#include "study-parts.h"

#include "../../src/study/weights.h"

#include <math.h>
#include <string.h>
#include <thuso/study.h>

static const char text[] =
    "study: {name: weights, date: 2026-11-21}\n"
    "area: {boundaries: {path: a.gpkg}, id: id, cell: 100 m}\n"
    "demand: {people: {path: a.gpkg, field: people}}\n"
    "travel: {trips: {walk: {}}}\n"
    "standards: [{service: s, settlement: any, trip: walk, limit: 60 min, source: s}]\n"
    "bands: [30 min, 60 min]\n"
    "centres: {path: a.gpkg, id: id}\n"
    "candidates: [{path: a.gpkg, id: id}]\n"
    "ranking:\n"
    "  criteria: [{use: people_gained, name: need}, {use: people_within, name: slope}, {use: cost, name: money}]\n"
    "  weights: {path: weights.csv}\n"
    "output: {path: out.gpkg}\n";

static void read_weights(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	fuzz_file(data, size, "weights.csv");
	g_autoptr(ThusoStudy) study = thuso_study_load(fuzz_file((const uint8_t *) text, strlen(text), "weights.yaml"), &error);
	if (!study)
		g_error("%s", error->message);
	g_autoptr(Run) run = fuzz_run(fuzz_context(), study);
	gboolean good = run_resolve_criteria(run, &error);
	fuzz_either(good, error);
	double sum = 0;
	for (int c = 0; good && c < run->n_criteria; c++) {
		fuzz_must(run->criteria[c].weight >= 0 && run->criteria[c].weight <= 1);
		sum += run->criteria[c].weight;
	}
	fuzz_must(!good || fabs(sum - 1) < 1e-9);
}

const FuzzReader fuzz_weights = { "weights", TRUE, read_weights };
