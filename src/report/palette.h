/* Colours of the reports: those of the QGIS styles (src/out/style-*.c), so that page, PDF and project show the same thing alike. Kinds
 * differ in shape as well as in colour, so a grey print still reads. */
#ifndef REPORT_PALETTE_H
#define REPORT_PALETTE_H

#define BRICK       0x7a1f1dffU /* open centres */
#define VERMILION   0xd55e00ffU /* best ranks */
#define ORANGE      0xe69f00ffU /* best of a municipality */
#define MAGENTA     0xc2185bffU /* the plan */
#define GREY        0x5a5a5affU
#define INK         0x202020ffU
#define WHITE       0xffffffffU
#define PAPER       0xf4f4f2ffU /* ground without data */
#define NOT_REACHED 0x969696ffU
#define RULE        0xd0d0d0ffU /* grid lines of charts */
#define BLUE        0x225ea8ffU /* a step of the ramp: bars of now */
#define TEAL        0x41b6c4ffU

#endif
