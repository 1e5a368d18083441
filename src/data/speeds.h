/* What speed tables and roads share. */
#ifndef THUSO_DATA_SPEEDS_H
#define THUSO_DATA_SPEEDS_H

/* 160 km/h: no road is driven faster by taxi or bus, so a higher speed is a wrong unit or a slip. */
#define THUSO_SPEED_HIGH_M_PER_S (160.0 / 3.6)

#endif
