/* A document as printed pages (A4, PDF). */
#ifndef REPORT_PRINT_H
#define REPORT_PRINT_H

#include "document.h"

/* `foot` stands at the end; `date` is what the file carries as the time it was made. Caller unrefs; NULL with an error. */
GBytes *print_document(const Document *document, const char *foot, const char *date, GError **error);

#endif
