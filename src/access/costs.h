/* The inside of ThusoCosts, for the files that read it. */
#ifndef THUSO_ACCESS_COSTS_H
#define THUSO_ACCESS_COSTS_H

#include "tiles.h"

struct ThusoCosts {
	Tiles tiles;
	ThusoGrid grid;
	gboolean with_nearest;
};

/* Labels of a field as costs and indices; nearest may be NULL. */
void costs_unpack(const ThusoCosts *costs, const gint64 *label, gint64 n, gint64 *ticks, gint32 *nearest);

#endif
