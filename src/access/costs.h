/* The inside of ThusoCosts, for the files that read it. */
#ifndef THUSO_ACCESS_COSTS_H
#define THUSO_ACCESS_COSTS_H

#include "tiles.h"

struct ThusoCosts {
	Tiles tiles;
	ThusoGrid grid;
	gboolean with_nearest;
};

#endif
