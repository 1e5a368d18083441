/* The tests of refused memory, one file a room. */
#ifndef TESTS_REFUSALS_H
#define TESTS_REFUSALS_H

#include "refusal.h"

void add_access_refusals(void);
void add_catchment_refusals(void);
void add_siting_refusals(void);

#endif
