/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/mtrrline.h"

#include "base/array.h"
#include "base/text.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is that all of the line? What was torn or ran into the next line is not what it seems. */
static bool ends(const char *text)
{
	return !text[strspn(text, " \t\r")];
}

/* mtrr_attrib_to_str(), in Xen and in Linux, at the end of a line */
static bool type_name(const char *text, uint8_t *type)
{
	static const struct {
		const char *name;
		enum memtype type;
	} table[] = {
		{ "uncachable", MEMTYPE_UC },	 { "write-combining", MEMTYPE_WC },
		{ "write-through", MEMTYPE_WT }, { "write-protect", MEMTYPE_WP },
		{ "write-back", MEMTYPE_WB },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		const char *behind = text_after(text, table[i].name);

		if (behind && ends(behind)) {
			*type = table[i].type;
			return true;
		}
	}
	return false;
}

/* "enabled:" or "disabled:", of which *on gets which; else false. */
static bool switched(const char *text, bool *on)
{
	const char *behind = text_after(text, "enabled");

	*on = behind;
	if (!behind)
		behind = text_after(text, "disabled");
	return behind && ends(behind + (*behind == ':'));
}

static enum mtrr_line_kind header(const char *text, struct mtrr_line *line)
{
	const char *p;

	if ((p = text_after(text, "default type: ")))
		return type_name(p, &line->type) ? MTRR_LINE_DEFAULT : MTRR_LINE_OTHER;
	if ((p = text_after(text, "fixed ranges ")))
		return switched(p, &line->on) ? MTRR_LINE_FIXED_ON : MTRR_LINE_OTHER;
	p = text_after(text, "variable ranges ");
	return p && switched(p, &line->on) ? MTRR_LINE_VARIABLE_ON : MTRR_LINE_OTHER;
}

static bool fixed(const char *text, struct mtrr_line *line)
{
	const char *p = text_hex_begin(text, &line->base);

	if (!p || *p != '-')
		return false;
	p = text_hex_begin(p + 1, &line->last);
	return p && *p == ' ' && line->last <= 0xfffff && line->base <= line->last &&
	       type_name(p + 1, &line->type);
}

static enum mtrr_line_kind variable(const char *text, struct mtrr_line *line)
{
	const char *p, *digits;
	char *end;
	unsigned long index = strtoul(text, &end, 10);

	if (end == text || *text < '0' || *text > '9' || index > 255)
		return MTRR_LINE_OTHER;
	line->index = index;
	p = text_after(end, " disabled");
	if (p)
		return ends(p) ? MTRR_LINE_NOT_IN_USE : MTRR_LINE_OTHER;
	p = text_after(end, " base ");
	p = p ? text_hex_begin(p, &line->base) : NULL;
	digits = p ? text_after(p, " mask ") : NULL;
	p = digits ? text_hex_begin(digits, &line->mask) : NULL;
	if (!p || *p != ' ' || !type_name(p + 1, &line->type))
		return MTRR_LINE_OTHER;
	line->digits = p - digits;
	return MTRR_LINE_VARIABLE;
}

/* drivers of Linux's mtrr/if.c: "reg%02i: base=0x%09lx (%5luMB), size=%5lu%cB, count=%d: %s" */
static bool proc(const char *text, struct mtrr_line *line)
{
	uint64_t size;
	int used = 0;
	char unit;

	if (sscanf(text, "reg%u: base=0x%" SCNx64 " (%*uMB), size=%" SCNu64 "%cB, count=%*u: %n",
		   &line->index, &line->base, &size, &unit, &used) != 4 ||
	    !used || (unit != 'M' && unit != 'K' && unit != 'k') || !size || size >> 40)
		return false;
	size <<= unit == 'M' ? 20 : 10;
	line->last = line->base + size - 1;
	return line->last >= line->base && line->index < 256 && type_name(text + used, &line->type);
}

struct mtrr_line mtrr_line_parse(const char *text)
{
	const char *behind = text_after(text, "MTRR "), *row = text + strspn(text, " \t");
	struct mtrr_line line;

	memset(&line, 0, sizeof(line));
	if (behind)
		line.kind = header(behind, &line);
	else if (proc(text, &line))
		line.kind = MTRR_LINE_PROC;
	else
		line.kind = fixed(row, &line) ? MTRR_LINE_FIXED : variable(row, &line);
	return line;
}

bool pat_line_parse(const char *text, uint64_t *pat)
{
	static const char configuration[] = "x86/PAT: Configuration [0-7]:";
	const char *p = strstr(text, configuration);
	unsigned int i;

	if (!p)
		return false;
	p += strlen(configuration);
	for (*pat = 0, i = 0; i < 8; i++) {
		char name[8];
		int used = 0, type;

		if (sscanf(p, " %3[A-Z-]%n", name, &used) != 1)
			return false;
		type = memtype_parse(name);
		if (type < 0)
			return false;
		*pat |= (uint64_t)type << (i * 8);
		p += used;
	}
	return true;
}
