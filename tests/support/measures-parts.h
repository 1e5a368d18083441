/* The further files of the tests of measures. */
#ifndef TESTS_MEASURES_PARTS_H
#define TESTS_MEASURES_PARTS_H

void add_equity_tests(void);
void add_published_measure_tests(void);

#endif
