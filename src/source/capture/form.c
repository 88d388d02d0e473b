/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/capture/form.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The lists of facts that are ranges of frames, in facts and in a part of them. */
static struct ranges *range_list(struct facts *facts, unsigned int i)
{
	struct ranges *const lists[] = {
		&facts->special.ranges,	  &facts->special_possible.ranges,
		&facts->mmio_ro.ranges,	  &facts->mmio_ro_possible.ranges,
		&facts->mfn_valid.ranges, &facts->ram.ranges,
		&facts->iomem.ranges,
	};

	return i < sizeof(lists) / sizeof(lists[0]) ? lists[i] : NULL;
}

/* How many of a list's count members the nth part has, which begin at *from. */
static size_t members(size_t count, unsigned int n, size_t most, size_t *from)
{
	*from = (size_t)n * most < count ? (size_t)n * most : count;
	return count - *from < most ? count - *from : most;
}

void form_part(const struct facts *facts, unsigned int n, struct facts *part)
{
	struct ranges *list;
	unsigned int i;
	size_t from;

	*part = *facts;
	for (i = 0; (list = range_list(part, i)); i++) {
		ranges_settle(range_list((struct facts *)facts, i));
		*list = *range_list((struct facts *)facts, i);
		list->count = members(list->count, n, FORM_LIST_MAX, &from);
		if (list->count)
			list->range += from;
	}
	part->pin_count = members(facts->pin_count, n, FORM_LIST_MAX, &from);
	part->pins = part->pin_count ? facts->pins + from : NULL;
	part->type_count = members(facts->type_count, n, FORM_LIST_MAX, &from);
	part->types = part->type_count ? facts->types + from : NULL;
	part->vcpu_count = members(facts->vcpu_count, n, FORM_VCPU_MAX, &from);
	part->vcpus = part->vcpu_count ? facts->vcpus + from : NULL;
	part->register_count = members(facts->register_count, n, FORM_LIST_MAX, &from);
	part->registers = part->register_count ? facts->registers + from : NULL;
	part->devices.count = members(facts->devices.count, n, FORM_LIST_MAX, &from);
	part->devices.list = part->devices.count ? facts->devices.list + from : NULL;
}

bool form_has_part(const struct facts *part, enum fact fact)
{
	const struct fact_ranges *possible;

	switch (fact_info[fact].kind) {
	case KIND_RANGES:
		possible = fact_possible(part, fact);
		return fact_ranges(part, fact)->ranges.count ||
		       (possible && possible->ranges.count);
	case KIND_PINS:
		return part->pin_count;
	case KIND_TYPES:
		return part->type_count;
	case KIND_GUEST_MTRR:
		return part->vcpu_count;
	case KIND_REGISTERS:
		return part->register_count;
	case KIND_DEVICES:
		return part->devices.count;
	default:
		return false;
	}
}

int form_append(struct facts *facts, const struct facts *more)
{
	struct ranges *list;
	size_t i;
	int rc = 0;

	for (i = 0; !rc && (list = range_list(facts, i)); i++)
		rc = ranges_add_all(list, range_list((struct facts *)more, i));
	for (i = 0; !rc && i < more->pin_count; i++)
		rc = facts_add_pin(facts, more->pins[i].first, more->pins[i].last,
				   more->pins[i].type);
	for (i = 0; !rc && i < more->type_count; i++)
		rc = facts_add_types(facts, &more->types[i]);
	for (i = 0; !rc && i < more->vcpu_count; i++)
		rc = facts_add_vcpu(facts, &more->vcpus[i]);
	if (!rc && more->register_count > FACTS_REGISTERS_MAX - facts->register_count)
		rc = -E2BIG;
	for (i = 0; !rc && i < more->register_count; i++)
		rc = facts_add_registers(facts, more->registers[i].vcpu,
					 &more->registers[i].registers);
	return rc ? rc : devices_add_all(&facts->devices, &more->devices);
}

const char *form_run_wrong(const struct form_run *run, uint64_t next)
{
	const uint64_t end = UINT64_C(1) << FORM_FRAME_BITS;
	const struct entry *first = &run->first;
	uint64_t inside;

	if (first->order != 0 && first->order != 9 && first->order != 18)
		return "its order is none of 0, 9 and 18";
	inside = entry_pages(first->order) - 1;
	if (!run->count)
		return "it has no entries";
	if (first->gfn & inside || (!first->pod && first->mfn & inside))
		return "its frames are not aligned to its order";
	if (first->gfn >= end || run->count > (end - first->gfn) >> first->order)
		return "its gfns go beyond 40 bits";
	if (first->mfn >= end || (!first->pod && run->count > (end - first->mfn) >> first->order))
		return "its mfns go beyond 40 bits";
	if (first->gfn < next)
		return "its gfns do not come behind those of the run before";
	if (first->type >= P2M_TYPE_COUNT && first->type != ENTRY_TYPE_UNKNOWN)
		return "there is no such p2m type";
	return NULL;
}

unsigned int form_bits(const struct entry *entry)
{
	return entry->rights | entry->emt << 3 | entry->ipat << 6 | entry->ipat_hidden << 7 |
	       entry->pending << 8 | entry->pod << 9;
}

static void set_bits(struct entry *entry, unsigned int bits)
{
	entry->rights = bits & 7;
	entry->emt = bits >> 3 & 7;
	entry->ipat = bits >> 6 & 1;
	entry->ipat_hidden = bits >> 7 & 1;
	entry->pending = bits >> 8 & 1;
	entry->pod = bits >> 9 & 1;
}

/* A place in a line. */
struct cursor {
	const char *at, *end;
};

static bool skip(struct cursor *cursor, const char *text, size_t length)
{
	if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, text, length))
		return false;
	cursor->at += length;
	return true;
}

#define SKIP(cursor, text) skip(cursor, text, sizeof(text) - 1)

static bool hex(struct cursor *cursor, uint64_t *value)
{
	const char *from = cursor->at;
	uint64_t v = 0;

	for (; cursor->at < cursor->end; cursor->at++) {
		unsigned char c = *cursor->at;
		unsigned int digit = c >= '0' && c <= '9'   ? c - '0'
				     : c >= 'a' && c <= 'f' ? c - 'a' + 10
							    : 16;

		if (digit == 16)
			break;
		if (v >> 60)
			return false;
		v = v << 4 | digit;
	}
	*value = v;
	return cursor->at > from;
}

static bool decimal(struct cursor *cursor, uint64_t *value)
{
	const char *from = cursor->at;
	uint64_t v = 0;

	for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++) {
		if (v > UINT64_MAX / 10 - 1)
			return false;
		v = v * 10 + (*cursor->at - '0');
	}
	*value = v;
	return cursor->at > from;
}

#define HEX_KEY(key)	"\"" key "\":\"0x"
#define NUMBER_KEY(key) "\"" key "\":"

const char *form_parse_run(const char *text, size_t length, struct form_run *run)
{
	struct cursor at = { text, text + length };
	uint64_t order, bits, type;

	memset(run, 0, sizeof(*run));
	if (!SKIP(&at, FORM_BEGINS FORM_RUN "\"," HEX_KEY(FORM_KEY_GFN)) ||
	    !hex(&at, &run->first.gfn) || !SKIP(&at, "\"," HEX_KEY(FORM_KEY_MFN)) ||
	    !hex(&at, &run->first.mfn) || !SKIP(&at, "\"," NUMBER_KEY(FORM_KEY_ORDER)) ||
	    !decimal(&at, &order) || !SKIP(&at, "," NUMBER_KEY(FORM_KEY_ENTRIES)) ||
	    !decimal(&at, &run->count) || !SKIP(&at, "," HEX_KEY(FORM_KEY_BITS)) ||
	    !hex(&at, &bits) || !SKIP(&at, "\"," NUMBER_KEY(FORM_KEY_TYPE)) ||
	    !decimal(&at, &type) || at.at == at.end || (*at.at != ',' && *at.at != '}') ||
	    text[length - 1] != '}')
		return "it is not a line of a run as it is written";
	if (bits >> FORM_BITS)
		return "it has bits that mean nothing";
	run->first.order = order < 64 ? order : 64;
	run->first.type = type < ENTRY_TYPE_UNKNOWN ? type : ENTRY_TYPE_UNKNOWN;
	if (type > ENTRY_TYPE_UNKNOWN)
		return "there is no such p2m type";
	set_bits(&run->first, bits);
	return NULL;
}

/* What a walk looks at of a word; in 32-bit paging it has two entries. */
static uint64_t looked_at(uint64_t word, enum paging_mode mode)
{
	if (mode != PAGING_32BIT)
		return word & 1 ? word & UINT64_C(0x000ffffffffff099) : 0;
	return (word & 1 ? word & UINT64_C(0xfffff099) : 0) |
	       (word >> 32 & 1 ? word & UINT64_C(0xfffff09900000000) : 0);
}

void form_print_words(const uint64_t *page, enum paging_mode mode, char text[FORM_WORDS_SIZE])
{
	unsigned int i = 0, first;
	size_t used = 0;

	text[0] = '\0';
	while (i < FORM_TABLE_WORDS) {
		uint64_t value = looked_at(page[i], mode), step = 0, last = value;

		first = i++;
		if (!value)
			continue;
		if (i < FORM_TABLE_WORDS && looked_at(page[i], mode))
			step = looked_at(page[i], mode) - value;
		for (; step && i < FORM_TABLE_WORDS && looked_at(page[i], mode) == last + step; i++)
			last += step;
		used += snprintf(text + used, FORM_WORDS_SIZE - used,
				 "%s%x*%x=%" PRIx64 "+%" PRIx64, used ? " " : "", first, i - first,
				 value, step);
	}
}

const char *form_parse_words(const char *text, uint64_t *words)
{
	struct cursor at = { text, text + strlen(text) };
	uint64_t index, count, value, step, next = 0;

	if (words)
		memset(words, 0, FORM_TABLE_WORDS * sizeof(*words));
	while (at.at < at.end) {
		if ((next && !SKIP(&at, " ")) || !hex(&at, &index) || !SKIP(&at, "*") ||
		    !hex(&at, &count) || !SKIP(&at, "=") || !hex(&at, &value) || !SKIP(&at, "+") ||
		    !hex(&at, &step))
			return "its words are not as they are written";
		if (index < next || index >= FORM_TABLE_WORDS || !count ||
		    count > FORM_TABLE_WORDS - index)
			return "its words are not in order, or more than a page has";
		for (next = index + count; index < next; index++, value += step) {
			if (!value || (value != looked_at(value, PAGING_4LEVEL) &&
				       value != looked_at(value, PAGING_32BIT)))
				return "its words have bits that no walk looks at";
			if (words)
				words[index] = value;
		}
	}
	return NULL;
}
