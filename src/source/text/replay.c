/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/replay.h"

#include "source/text/record.h"

#include <errno.h>
#include <stdlib.h>

#define SLOTS (1u << 17)
#define MOST  (SLOTS / 2) /* records compared: 32 times the default console ring */
#define FOUND UINT64_C(1) /* lowest bit of a slot */

static uint64_t hash(const struct entry *entry)
{
	uint64_t value = entry->gfn * UINT64_C(0x9e3779b97f4a7c15) ^ entry->mfn;

	value = (value << 16 | (uint64_t)entry->order << 8 | entry->rights << 4 | entry->emt) ^
		value >> 40 ^
		(uint64_t)(entry->ipat | entry->ipat_hidden << 1 | entry->pod << 2) << 60;
	value *= UINT64_C(0xff51afd7ed558ccd);
	value ^= value >> 32;
	return (value | 2) & ~FOUND; /* never 0, which is an empty slot */
}

static uint64_t *slot(uint64_t *slots, uint64_t value)
{
	size_t i = value >> 20 & (SLOTS - 1);

	while (slots[i] && (slots[i] & ~FOUND) != value)
		i = (i + 1) & (SLOTS - 1);
	return &slots[i];
}

/* Calls for each whole record between two offsets: adds it, or marks it as found. */
static int walk(struct reader *reader, const struct section *section, uint64_t from, uint64_t to,
		uint64_t *slots, bool add, unsigned long *count, struct error *err)
{
	struct utterance said;
	struct entry entry;
	struct line line;
	int rc = reader_seek(reader, from, err);

	while (!rc && reader->offset + reader->pos < to) {
		uint64_t *place, value;

		rc = reader_line(reader, &line, err);
		if (rc <= 0)
			return rc;
		rc = 0;
		line_origin(&line, section, &said);
		if (said.origin != ORIGIN_XEN)
			continue;
		switch (section_record(section, said.text, said.length, &entry)) {
		case RECORD_ENTRY:
		case RECORD_TRIMMED:
			break;
		default:
			continue;
		}
		value = hash(&entry);
		place = slot(slots, value);
		if (add && !*place) {
			if (*count == MOST)
				return -E2BIG;
			*place = value;
			++*count;
		} else if (!add && *place && !(*place & FOUND)) {
			*place |= FOUND;
			++*count;
		}
	}
	return rc;
}

int replay_of(struct reader *reader, const struct section *section, uint64_t begin, uint64_t split,
	      uint64_t end, unsigned long *count, struct error *err)
{
	uint64_t *slots = calloc(SLOTS, sizeof(*slots));
	unsigned long found = 0;
	int rc;

	*count = 0;
	if (!slots)
		return error_set(err, -ENOMEM, "out of memory");
	rc = walk(reader, section, split, end, slots, true, count, err);
	if (!rc)
		rc = walk(reader, section, begin, split, slots, false, &found, err);
	free(slots);
	if (rc == -E2BIG)
		return 0;
	return rc < 0 ? rc : found == *count;
}
