/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define USUAL_WIDTH 80
#define LEAST_WIDTH 40
#define MOST_WIDTH  10000

bool screen_is_terminal(void)
{
	static int is = -1;

	if (is < 0)
		is = isatty(STDOUT_FILENO);
	return is;
}

static unsigned int find_width(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	long width;

	if (screen_is_terminal() && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	width = columns ? strtol(columns, NULL, 10) : 0;
	return width > 0 && width <= MOST_WIDTH ? width : USUAL_WIDTH;
}

unsigned int screen_width(void)
{
	static unsigned int width;

	if (!width)
		width = find_width();
	return width < LEAST_WIDTH ? LEAST_WIDTH : width;
}

bool screen_utf8(void)
{
	setlocale(LC_CTYPE, "");
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

void fold_put(struct fold *fold, const char *text, size_t length)
{
	bool begun = fold->any || fold->column > fold->indent;

	/* One column is kept free for a mark. */
	if (begun && fold->column + fold->any + length >= screen_width()) {
		fprintf(fold->stream, "\n%*s", (int)fold->indent, "");
		fold->column = fold->indent;
	} else if (fold->any) {
		putc(' ', fold->stream);
		fold->column++;
	}
	fprintf(fold->stream, "%.*s", (int)length, text);
	fold->column += length;
	fold->any = true;
}

void fold_mark(struct fold *fold, char mark)
{
	putc(mark, fold->stream);
	fold->column++;
}

/* Text of that length behind what fold has; blanks stay as they are where a line is not folded. */
static void fold_text(struct fold *fold, const char *text, size_t length)
{
	size_t at, word;

	for (at = 0; at < length; at += word + 1) {
		const char *blank = memchr(text + at, ' ', length - at);

		word = blank ? (size_t)(blank - (text + at)) : length - at;
		fold_put(fold, text + at, word);
	}
	putc('\n', fold->stream);
}

void screen_text(FILE *stream, unsigned int at, unsigned int indent, const char *text)
{
	struct fold fold = { .stream = stream, .indent = indent, .column = at };

	fold_text(&fold, text, strlen(text));
}

void screen_print(FILE *stream, unsigned int at, unsigned int indent, const char *format, ...)
{
	static char text[1 << 14]; /* what is allocated could be missing */
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < sizeof(text)) {
		screen_text(stream, at, indent, text);
		return;
	}
	va_start(args, format);
	vfprintf(stream, format, args);
	va_end(args);
	putc('\n', stream);
}

/* A line with the blanks that it begins with. */
static void fold_line(FILE *stream, unsigned int indent, const char *line, size_t length)
{
	size_t blanks = strspn(line, " ");
	struct fold fold = { .stream = stream, .indent = indent, .column = blanks };

	fprintf(stream, "%.*s", (int)blanks, line);
	fold_text(&fold, line + blanks, length - blanks);
}

void screen_lines(FILE *stream, unsigned int indent, const char *lines, size_t length)
{
	const char *end = lines + length, *written = lines;

	while (lines < end) {
		const char *newline = memchr(lines, '\n', end - lines);
		size_t line = (newline ? newline : end) - lines;

		if (line > screen_width()) {
			fwrite_unlocked(written, 1, lines - written, stream);
			fold_line(stream, indent, lines, line);
			written = lines + line + 1;
		}
		lines += line + 1;
	}
	if (written < end)
		fwrite_unlocked(written, 1, end - written, stream);
}

static int colors = -1;

void screen_colors(const char *when)
{
	colors = !strcmp(when, "always") ? 1 : !strcmp(when, "never") ? 0 : -1;
}

bool screen_has_colors(void)
{
	return colors < 0 ? screen_is_terminal() && !getenv("NO_COLOR") : colors;
}

const char *screen_paint(enum paint paint)
{
	static const char *const sequence[] = {
		[PAINT_NONE] = "\033[0m",   [PAINT_BOLD] = "\033[1m",	[PAINT_RED] = "\033[31m",
		[PAINT_AMBER] = "\033[33m", [PAINT_GREEN] = "\033[32m", [PAINT_DIM] = "\033[2m",
	};

	return screen_has_colors() ? sequence[paint] : "";
}
