/* The study file: YAML, the schema, every value's unit and range; then whatever the study says that needs no layer of the area: trips,
 * standards, bands, register, criteria, weights, plans, measures, sensitivity. */
#include "fuzz.h"

#include "study-parts.h"

#include "../../src/study/measures.h"
#include "../../src/study/methods.h"
#include "../../src/study/mobile.h"
#include "../../src/study/monitoring.h"
#include "../../src/study/capacity.h"
#include "../../src/study/sensitivity.h"
#include "../../src/study/siting.h"

#include <thuso/study.h>

static void count_leaf(const char *name, const char *value, gboolean given, const ThusoParam *param, gpointer data)
{
	fuzz_must(name[0] != '\0' && param != NULL);
	fuzz_must(!given || !value || g_utf8_validate(value, -1, NULL));
	++*(int *) data;
}

static void go_on(ThusoStudy *study)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Run) run = fuzz_run(fuzz_context(), study);
	int n_leaves = 0;
	block_walk(&run->top, "", count_leaf, &n_leaves);
	fuzz_must(n_leaves > 0);
	gboolean good = run_plan_trips(run, &error) && (block_has(&run->top, "services") || run_monitor(run, &error)) &&
	                run_read_capacity(run, &error) && run_resolve_criteria(run, &error) &&
	                siting_read(run, &run->siting, &error) && rollout_check(run, &error) && mobile_check(run, &error) &&
	                methods_check(run, &error) && sensitivity_read(run, &error) && measures_read(run, &error);
	fuzz_either(good, error);
}

static void read_study(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ThusoStudy) study = thuso_study_load(fuzz_file(data, size, "study.yaml"), &error);
	fuzz_either(study, error);
	if (study)
		go_on(study);
}

const FuzzReader fuzz_study = { "study", TRUE, read_study };
