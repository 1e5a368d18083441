/* The room `data`: study area, people, layers and places on the grid. The parts stand in the files data-*.c beside this one. */
#include "../support/data-fixture.h"

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_region_tests();
	add_demand_tests();
	add_spread_tests();
	add_layer_tests();
	add_place_tests();
	add_real_tests();
	return g_test_run();
}
