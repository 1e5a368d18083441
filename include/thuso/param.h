/* Parameters: what a study file, a command and a descriptor may say, with unit, range, default and origin.
 *
 * One row here is one parameter everywhere: schema of the study file, range check, help, `thuso list`, the parameters
 * table of a result. A table of parameters ends with a row whose name is NULL. */
#ifndef THUSO_PARAM_H
#define THUSO_PARAM_H

#include <thuso/base.h>

G_BEGIN_DECLS

/* Values are kept in the base unit of their dimension. */
typedef enum {
	THUSO_NUMBER = 1 << 0, /* no unit */
	THUSO_TIME = 1 << 1,   /* s:   "90 s", "60 min", "2 h" */
	THUSO_LENGTH = 1 << 2, /* m:   "90 m", "25 km" */
	THUSO_SPEED = 1 << 3,  /* m/s: "4.5 km/h", "1.2 m/s" */
	THUSO_SHARE = 1 << 4,  /* 0..1 ratio: "20 %" (a bare number is the ratio) */
	THUSO_BYTES = 1 << 5,  /* bytes: "2 GB", "500 MB" */
	THUSO_MONEY = 1 << 6   /* currency units: "8 M", "250 k" */
} ThusoDimension;

typedef enum {
	THUSO_PARAM_TEXT,
	THUSO_PARAM_QUANTITY, /* number with one of `dimensions` */
	THUSO_PARAM_INTEGER,
	THUSO_PARAM_BOOLEAN, /* true or false */
	THUSO_PARAM_CHOICE,  /* one of `choices` */
	THUSO_PARAM_BLOCK,   /* a mapping with the keys of `block` */
	THUSO_PARAM_LIST,    /* a list (or one item alone) of what `item` describes */
	THUSO_PARAM_MAP,     /* a mapping of free names to what `item` describes */
	THUSO_PARAM_LATER    /* known, but not in this version: refused, never ignored */
} ThusoParamKind;

typedef struct ThusoParam ThusoParam;
struct ThusoParam {
	const char *name;
	ThusoParamKind kind;
	guint dimensions;         /* ThusoDimension bits, for quantities */
	double min, max;          /* in base units; both 0 = no range */
	const char *default_text; /* as a planner would write it; NULL = none */
	gboolean required;
	const char *origin;                      /* of the default: "sourced", "derived", or NULL when the user must decide */
	const char *source;                      /* where the default or the meaning comes from */
	const char *help;                        /* one line */
	const char *const *choices;              /* NULL-terminated */
	const ThusoParam *block;                 /* keys of a BLOCK */
	const ThusoParam *item;                  /* one row that describes the items of a LIST or MAP */
	gboolean (*shorthand)(const char *text); /* a BLOCK that may also be one word: TRUE for the words allowed; or NULL */
};

/* Reads "60 min" into base units. `dimensions` says which are allowed; `found` (may be NULL) which it was. A bare number is
 * read only where THUSO_NUMBER or THUSO_SHARE is allowed. Decimal point only; locale never matters. The error says what was
 * expected with an example. */
gboolean thuso_parse_quantity(const char *text, guint dimensions, double *value, ThusoDimension *found, GError **error);
/* A bare number as strictly read; the whole text must be used. */
gboolean thuso_parse_real(const char *text, double *value);
gboolean thuso_parse_integer(const char *text, gint64 *value);
/* "1 h 5 min", "25 km", "1,234,567"; caller frees. */
char *thuso_format_quantity(double value, ThusoDimension dimension);
char *thuso_format_count(double value);
/* Shortest text that reads back as the same double. `buffer` holds G_ASCII_DTOSTR_BUF_SIZE bytes. */
const char *thuso_format_real(char *buffer, double value);

/* What the descriptors of every kind have in common; registries list them (see registry.h). */
typedef struct {
	const char *name; /* "mclp", "tobler" */
	const char *title;
	const char *summary; /* one sentence */
	const char *source;  /* publication or page */
	const ThusoParam *params;
} ThusoDescriptor;

G_END_DECLS
#endif
