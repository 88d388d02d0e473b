/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/xml.h"

void xml_text(FILE *stream, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", stream);
		else if (*text == '>')
			fputs("&gt;", stream);
		else if (*text == '&')
			fputs("&amp;", stream);
		else if (*text == '"')
			fputs("&quot;", stream);
		else if (*text == '\n' || (*text >= 0x20 && *text < 0x7f))
			putc(*text, stream);
		else
			putc('?', stream);
	}
}

void xml_attribute(FILE *stream, const char *name, const char *text)
{
	fprintf(stream, " %s=\"", name);
	xml_text(stream, text);
	putc('"', stream);
}
