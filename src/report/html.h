/* A document as one HTML file that needs nothing else. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "document.h"

/* The page's bytes; caller frees. `foot` is the line of provenance at its end. */
char *html_page(const Document *document, const char *foot, gsize *size);

#endif
