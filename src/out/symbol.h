/* One symbol, written as QGIS understands it. */
#ifndef THUSO_OUT_SYMBOL_H
#define THUSO_OUT_SYMBOL_H

#include "look.h"

#include <thuso/out.h>

/* "r,g,b,a" with 0..255 each; caller frees. */
char *thuso_color_text(ThusoColor color);
/* "#rrggbb"; caller frees. */
char *thuso_color_hex(ThusoColor color);
void thuso_symbol_write(const ThusoSymbol *symbol, const char *name, ThusoXml *xml);

#endif
