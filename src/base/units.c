/* Quantities as planners write them: "60 min", "25 km", "4.5 km/h". One table of units serves reading, checking and the messages. */
#include <thuso/param.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	const char *name;
	ThusoDimension dimension;
	double factor; /* to the base unit */
} Unit;

static const Unit units[] = {
	{ "s", THUSO_TIME, 1 },     { "min", THUSO_TIME, 60 },    { "h", THUSO_TIME, 3600 },        { "days", THUSO_TIME, 86400 },
	{ "m", THUSO_LENGTH, 1 },   { "km", THUSO_LENGTH, 1000 }, { "km/h", THUSO_SPEED, 1 / 3.6 }, { "m/s", THUSO_SPEED, 1 },
	{ "%", THUSO_SHARE, 0.01 }, { "B", THUSO_BYTES, 1 },      { "kB", THUSO_BYTES, 1e3 },       { "MB", THUSO_BYTES, 1e6 },
	{ "GB", THUSO_BYTES, 1e9 }, { "TB", THUSO_BYTES, 1e12 },  { "k", THUSO_MONEY, 1e3 },        { "M", THUSO_MONEY, 1e6 },
	{ "bn", THUSO_MONEY, 1e9 },
};

/* What a message calls each dimension, with an example to copy. */
static const struct {
	ThusoDimension dimension;
	const char *what, *example;
} dimensions_in_words[] = {
	{ THUSO_TIME, "a time", "60 min" },       { THUSO_LENGTH, "a length", "25 km" }, { THUSO_SPEED, "a speed", "4.5 km/h" },
	{ THUSO_SHARE, "a share", "20 %" },       { THUSO_BYTES, "a size", "2 GB" },     { THUSO_MONEY, "an amount", "8 M" },
	{ THUSO_NUMBER, "a plain number", "12" },
};

gboolean thuso_parse_real(const char *text, double *value)
{
	char *end;
	if (!g_ascii_isdigit(*text) && !strchr("+-.", *text))
		return FALSE; /* no "inf", "nan", leading blanks */
	if (!*text || text[strcspn(text, "xXpP")])
		return FALSE; /* no hexadecimal */
	*value = g_ascii_strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*value);
}

gboolean thuso_parse_integer(const char *text, gint64 *value)
{
	/* GLib passes over leading vertical tabs, and takes nothing after them for 0. */
	return g_ascii_isdigit(text[*text == '+' || *text == '-']) &&
	       g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, value, NULL);
}

static gboolean not_a_quantity(const char *text, guint dimensions, GError **error)
{
	g_autoptr(GString) expected = g_string_new(NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(dimensions_in_words); i++)
		if (dimensions & dimensions_in_words[i].dimension)
			g_string_append_printf(expected, "%s%s such as '%s'", expected->len ? ", or " : "", dimensions_in_words[i].what,
			                       dimensions_in_words[i].example);
	g_autofree char *shown = thuso_escape(text);
	g_set_error(error, THUSO_ERROR, THUSO_ERROR_USAGE, "'%s' is not understood: write %s", shown, expected->str);
	return FALSE;
}

static const Unit *find_unit(const char *name, guint dimensions)
{
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if ((units[i].dimension & dimensions) && strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

/* Texts from word processors and web pages have blanks that do not break, or narrow ones, between number and unit. */
static char *plain_blanks(const char *text)
{
	GString *plain = g_string_new(text);
	static const char *const blanks[] = { "\u00a0", "\u2009", "\u202f" };
	for (gsize i = 0; i < G_N_ELEMENTS(blanks); i++)
		g_string_replace(plain, blanks[i], " ", 0);
	return g_string_free(plain, FALSE);
}

gboolean thuso_parse_quantity(const char *text, guint dimensions, double *value, ThusoDimension *found, GError **error)
{
	g_autofree char *number = g_strstrip(plain_blanks(text));
	char *end = number + strspn(number, "+-0123456789.");
	if ((*end == 'e' || *end == 'E') && (g_ascii_isdigit(end[1]) || end[1] == '-'))
		end += 2 + strspn(end + 2, "0123456789");
	g_autofree char *unit = g_strstrip(g_strdup(end));
	*end = '\0';

	double read;
	if (!thuso_parse_real(number, &read))
		return not_a_quantity(text, dimensions, error);
	guint bare = dimensions & (THUSO_NUMBER | THUSO_SHARE | THUSO_MONEY);
	const Unit *known = find_unit(unit, dimensions);
	if (*unit ? !known : !bare)
		return not_a_quantity(text, dimensions, error);
	*value = known ? read * known->factor : read;
	if (!isfinite(*value)) /* "1e308 km" in metres */
		return not_a_quantity(text, dimensions, error);
	if (found)
		*found = known                         ? known->dimension
		         : (dimensions & THUSO_NUMBER) ? THUSO_NUMBER
		         : (dimensions & THUSO_SHARE)  ? THUSO_SHARE
		                                       : THUSO_MONEY;
	return TRUE;
}

const char *thuso_format_real(char *buffer, double value)
{
	static const char *const formats[] = { "%.6g", "%.9g", "%.12g", "%.15g", "%.17g" };
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_ascii_formatd(buffer, G_ASCII_DTOSTR_BUF_SIZE, formats[i], value);
		if (g_ascii_strtod(buffer, NULL) == value)
			break;
	}
	return buffer;
}

char *thuso_format_count(double value)
{
	g_autofree char *digits = g_strdup_printf("%.0f", fabs(round(value)));
	GString *text = g_string_new(round(value) < 0 ? "-" : "");
	gsize n = strlen(digits);
	for (gsize i = 0; i < n; i++) {
		g_string_append_c(text, digits[i]);
		if ((n - i - 1) % 3 == 0 && i + 1 < n)
			g_string_append_c(text, ',');
	}
	return g_string_free(text, FALSE);
}

static char *rounded(double value, const char *unit)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	g_ascii_formatd(buffer, sizeof buffer, "%.4g", value);
	return g_strconcat(buffer, *unit ? " " : "", unit, NULL);
}

static char *format_time(double seconds)
{
	if (fabs(seconds) < 60 || fabs(seconds) > 1e15)
		return rounded(seconds, "s");
	gint64 minutes = (gint64) round(seconds / 60);
	if (fabs(seconds - 60.0 * (double) minutes) > 0.5)
		return rounded(seconds / 60, "min"); /* a limit of 27.5 min is not one of 28 */
	if (minutes < 180)
		return g_strdup_printf("%" G_GINT64_FORMAT " min", minutes);
	if (minutes % 60 == 0)
		return g_strdup_printf("%" G_GINT64_FORMAT " h", minutes / 60);
	return g_strdup_printf("%" G_GINT64_FORMAT " h %" G_GINT64_FORMAT " min", minutes / 60, minutes % 60);
}

char *thuso_format_quantity(double value, ThusoDimension dimension)
{
	switch (dimension) {
	case THUSO_TIME:
		return format_time(value);
	case THUSO_LENGTH:
		return fabs(value) < 1000 ? rounded(value, "m") : rounded(value / 1000, "km");
	case THUSO_SPEED:
		return rounded(value * 3.6, "km/h");
	case THUSO_SHARE:
		return rounded(value * 100, "%");
	case THUSO_BYTES:
		return fabs(value) < 1e9 ? rounded(value / 1e6, "MB") : rounded(value / 1e9, "GB");
	case THUSO_MONEY:
		return fabs(value) < 1e6 ? rounded(value, "") : rounded(value / 1e6, "M");
	case THUSO_NUMBER:
		break;
	}
	return rounded(value, "");
}
