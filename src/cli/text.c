/* Text on a terminal: columns, wrapped paragraphs. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command.h"

gboolean stdout_is_terminal(void)
{
	return isatty(STDOUT_FILENO);
}

static int terminal_width(void)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		return size.ws_col;
	return 120;
}

static int char_width(gunichar c)
{
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

int text_width(const char *text)
{
	int width = 0;
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		width += char_width(g_utf8_get_char(p));
	return width;
}

char *fit_text(const char *text, int width, gboolean align_right)
{
	g_autofree char *valid = thuso_escape(text ? text : "");
	GString *out = g_string_new(NULL);
	int used = 0, whole = text_width(valid);
	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		int next = char_width(g_utf8_get_char(p));
		if (whole > width && used + next > width - 1) {
			g_string_append(out, "\xe2\x80\xa6");
			used++;
			break;
		}
		g_string_append_len(out, p, g_utf8_next_char(p) - p);
		used += next;
	}
	for (; used < width; used++)
		if (align_right)
			g_string_prepend_c(out, ' ');
		else
			g_string_append_c(out, ' ');
	return g_string_free(out, FALSE);
}

static int column_width(const TextColumn *column, int c, int n_columns, char *const *cells, gint64 n_rows)
{
	int width = text_width(column->title);
	for (gint64 row = 0; row < n_rows; row++) {
		const char *text = cells[row * n_columns + c];
		width = MAX(width, text ? text_width(text) : 0);
	}
	return column->most > 0 ? MIN(width, MAX(column->most, text_width(column->title))) : width;
}

static void print_row(const TextColumn *columns, int n_columns, const int *width, char *const *cells)
{
	g_autoptr(GString) line = g_string_new(NULL);
	for (int c = 0; c < n_columns; c++) {
		g_autofree char *text = fit_text(cells ? cells[c] : columns[c].title, width[c], columns[c].align_right);
		g_string_append_printf(line, "%s%s", c ? "  " : "", text);
	}
	g_strchomp(line->str);
	if (!cells && stdout_is_terminal())
		printf("\033[1m%s\033[0m\n", line->str);
	else
		printf("%s\n", line->str);
}

void print_columns(const TextColumn *columns, int n_columns, char *const *cells, gint64 n_rows)
{
	g_autofree int *width = thuso_new(int, n_columns);
	for (int c = 0; c < n_columns; c++)
		width[c] = column_width(&columns[c], c, n_columns, cells, n_rows);
	print_row(columns, n_columns, width, NULL);
	for (gint64 row = 0; row < n_rows; row++)
		print_row(columns, n_columns, width, cells + row * n_columns);
}

void print_wrapped(const char *text, int indent)
{
	int width = MIN(terminal_width(), 100), used = 0;
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	for (char **word = words; *word; word++) {
		int next = text_width(*word);
		if (used > 0 && indent + used + 1 + next > width) {
			printf("\n");
			used = 0;
		}
		used += printf("%*s%s", used ? 1 : indent, "", *word) ? next + (used ? 1 : 0) : 0;
	}
	printf("\n");
}

char *share_text(double part, double whole)
{
	if (!(whole > 0))
		return g_strdup("\xe2\x80\x93");
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	return g_strconcat(g_ascii_formatd(buffer, sizeof buffer, "%.1f", 100 * part / whole), " %", NULL);
}
