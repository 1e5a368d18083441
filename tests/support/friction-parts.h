/* The parts of the tests of `friction`, each in a file of its own. */
#ifndef THUSO_TESTS_FRICTION_PARTS_H
#define THUSO_TESTS_FRICTION_PARTS_H

void add_slope_tests(void);
void add_raster_tests(void);
void add_window_tests(void);

#endif
