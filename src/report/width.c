/* Widths of texts without a font. A page is read with whatever sans-serif font the reader has, and the same input must give the same
 * bytes on every machine, so widths are those of DejaVu Sans, which is as wide as any of the usual ones (Verdana apart, by 1 %): what fits
 * by this table fits in Arial, Helvetica, Liberation Sans, Roboto and Segoe UI. */
#include <string.h>

#include "scene.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* Thousandths of the size, characters 32 to 126. */
static const guint16 plain[95] = {
	318, 401, 460, 838, 637, 951, 780, 275, 391,  391, 500, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637, 637, 637, 637,
	637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 295, 656, 558, 863, 749, 788,
	604, 788, 695, 635, 611, 732, 685, 989, 686,  611, 686, 391, 337, 391, 838, 500, 500, 613, 635, 550, 635, 616, 353, 635,
	634, 278, 278, 580, 278, 975, 634, 612, 635,  635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838,
};
static const guint16 bold_widths[95] = {
	349, 457, 521, 838, 696, 1002, 873, 307,  458,  458, 523, 838, 380, 416, 380, 366, 696, 696, 696, 696, 696, 696, 696, 696,
	696, 696, 400, 400, 838, 838,  838, 581,  1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 373, 775, 638, 996, 837, 851,
	733, 851, 771, 721, 683, 813,  774, 1104, 771,  725, 726, 458, 366, 458, 838, 500, 500, 675, 716, 593, 716, 679, 436, 716,
	712, 343, 343, 666, 343, 1042, 712, 688,  716,  716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712, 366, 712, 838,
};

/* A letter with marks is as wide as the letter; what is unknown counts as wide. */
static double char_width(gunichar c, gboolean bold)
{
	gunichar base[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
	if (g_unichar_iszerowidth(c))
		return 0;
	if (c >= 128 && g_unichar_fully_decompose(c, FALSE, base, G_N_ELEMENTS(base)) > 0)
		c = base[0];
	if (c >= 32 && c < 127)
		return (bold ? bold_widths : plain)[c - 32];
	return c == 0x2013 ? 500 : c == 0xb7 ? 380 : g_unichar_isalpha(c) && !g_unichar_iswide(c) ? 850 : 1000;
}

double scene_text_width(const char *string, double size, gboolean bold)
{
	double width = 0;
	for (const char *p = string; *p; p = g_utf8_next_char(p))
		width += char_width(g_utf8_get_char(p), bold);
	return width * size / 1000;
}

char *scene_text_fit(const char *string, double width, double size, gboolean bold)
{
	if (scene_text_width(string, size, bold) <= width)
		return g_strdup(string);
	double room = width - scene_text_width(ELLIPSIS, size, bold), used = 0;
	const char *p = string;
	for (; *p; p = g_utf8_next_char(p)) {
		double next = char_width(g_utf8_get_char(p), bold) * size / 1000;
		if (used + next > room)
			break;
		used += next;
	}
	g_autofree char *head = g_strndup(string, (gsize) (p - string));
	return g_strconcat(g_strchomp(head), ELLIPSIS, NULL);
}

/* The last line takes what is left, cut to the width. */
static void finish_lines(GPtrArray *lines, GString *line, char **rest, double width, double size, gboolean bold)
{
	for (; *rest; rest++)
		g_string_append_printf(line, "%s%s", line->len ? " " : "", *rest);
	g_ptr_array_add(lines, scene_text_fit(line->str, width, size, bold));
	g_string_truncate(line, 0);
}

char **scene_text_wrap(const char *string, double width, double size, gboolean bold, int most_lines)
{
	g_auto(GStrv) words = g_strsplit(string, " ", -1);
	g_autoptr(GString) line = g_string_new(NULL);
	GPtrArray *lines = g_ptr_array_new();
	for (char **word = words; *word; word++) {
		g_autofree char *longer = g_strconcat(line->str, line->len ? " " : "", *word, NULL);
		if ((int) lines->len == most_lines - 1) {
			finish_lines(lines, line, word, width, size, bold);
			break;
		}
		if (line->len && scene_text_width(longer, size, bold) > width) {
			g_ptr_array_add(lines, scene_text_fit(line->str, width, size, bold));
			g_string_assign(line, *word);
		} else {
			g_string_assign(line, longer);
		}
	}
	if (line->len)
		g_ptr_array_add(lines, scene_text_fit(line->str, width, size, bold));
	g_ptr_array_add(lines, NULL);
	return (char **) g_ptr_array_free(lines, FALSE);
}
