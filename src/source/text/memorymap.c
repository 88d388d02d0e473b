/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/memorymap.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FRAME_SHIFT 12

void memory_map_begin(struct section *section)
{
	ranges_clear(&section->ram);
	section->has_memory_map = section->map_broken = false;
	section->map_next = 0;
}

void memory_map_broken(struct section *section)
{
	ranges_clear(&section->ram);
	section->has_memory_map = false;
	section->map_broken = true;
}

/* "(usable)", "(ACPI data)", "type 7", and nothing behind it */
static bool whole_type(const char *text)
{
	size_t length;

	text += strspn(text, " ");
	if (text_after(text, "type "))
		return true;
	length = strlen(text);
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\r'))
		length--;
	return *text == '(' && strcspn(text, ")") + 1 == length;
}

/* " [%016lx, %016lx] (usable)", or to 4.13 " %016lx - %016lx (usable)" with an exclusive end. */
static bool row(const char *text, uint64_t *first, uint64_t *last, bool *usable)
{
	bool inclusive = *text == '[';
	const char *p = text_hex_begin(text + inclusive, first);

	if (!p)
		return false;
	p += strspn(p, inclusive ? ", " : " -");
	p = text_hex_begin(p, last);
	if (!p || *last < *first || (!inclusive && *last == *first))
		return false;
	if (!inclusive)
		--*last;
	else if (*p++ != ']')
		return false;
	*usable = text_after(p + strspn(p, " "), "(usable)");
	return whole_type(p);
}

/* Frames that are RAM as a whole. */
static int add_ram(struct section *section, uint64_t first, uint64_t last)
{
	uint64_t behind = (last + 1) >> FRAME_SHIFT;

	first = (first >> FRAME_SHIFT) + (first % (1 << FRAME_SHIFT) != 0);
	return first < behind && ranges_add(&section->ram, first, behind - 1) ? -ENOMEM : 1;
}

/* What Xen never prints behind the map, and what is left of a row of it. */
static bool out_of_place(const char *text)
{
	return *text == ' ' || *text == '\t' || *text == '[' || (*text >= '0' && *text <= '9');
}

int memory_map_line(const char *text, struct section *section)
{
	const char *begin = text + strspn(text, " \t"); /* of which forums leave none */
	uint64_t first, last;
	bool usable;

	if (row(begin, &first, &last, &usable) && first >= section->map_next && last + 1) {
		section->has_memory_map = true;
		section->map_next = last + 1;
		return usable ? add_ram(section, first, last) : 1;
	}
	if (!section->has_memory_map || out_of_place(text))
		memory_map_broken(section);
	return 0;
}

void memory_map_total(const char *text, struct section *section)
{
	uint64_t told, frames = 0;
	size_t i;

	if (!section->has_memory_map || sscanf(text, "System RAM: %" SCNu64 "MB", &told) != 1)
		return;
	for (i = 0; i < section->ram.count; i++)
		frames += section->ram.range[i].last - section->ram.range[i].first + 1;
	if (frames >> (20 - FRAME_SHIFT) < told)
		memory_map_broken(section);
}

static bool in_map(const struct section *section, uint64_t mfn)
{
	uint64_t first = 0, last = UINT64_MAX;

	return ranges_contain(&section->ram, mfn, &first, &last);
}

/* Are most of Xen's pages elsewhere? They are in RAM. One number can be torn. */
static bool contradicted(const struct section *section, const struct ranges *special)
{
	size_t i, inside = 0;

	for (i = 0; i < special->count; i++)
		inside += in_map(section, special->range[i].first);
	return inside < special->count - inside;
}

void memory_maps_check(struct scan *scan)
{
	struct section *section;
	size_t i;

	for (i = 0; i < scan->keyq_count; i++) {
		section = &scan->sections[scan->keyqs[i].place.section];
		if (section->has_memory_map && contradicted(section, &scan->keyqs[i].special))
			memory_map_broken(section);
	}
	/* Guests have RAM at their address 0. */
	for (i = 0; i < scan->dump_count; i++) {
		section = &scan->sections[scan->dumps[i].place.section];
		if (section->has_memory_map && scan->dumps[i].mfn_of_0 &&
		    !in_map(section, scan->dumps[i].mfn_of_0))
			memory_map_broken(section);
	}
}
