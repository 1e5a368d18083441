/* Memory refused to every room that computes, one allocation after the other: an error that names the size, and nothing left behind
 * (the address sanitizer looks); without a refusal the same answer as ever. */
#include "../support/refusals.h"

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_access_refusals();
	add_catchment_refusals();
	add_siting_refusals();
	return g_test_run();
}
