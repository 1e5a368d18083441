/* How many random instances a test tries. All of them in scripts/dev nightly; with THUSO_BRIEF set, as scripts/test does, fewer: a
   landing has its minutes, and slow builds look for other faults than wrong numbers. */
#pragma once
#include <glib.h>

static inline int in_full(int full, int brief)
{
	return g_getenv("THUSO_BRIEF") ? brief : full;
}
