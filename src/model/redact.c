/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/redact.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOWEST	9	   /* bits below are kept */
#define INVALID FRAME_LAST /* INVALID_MFN as an entry holds it */

int redact_init(struct redact *redact)
{
	/* The system call itself: older C libraries have no function for it. */
	long got = syscall(SYS_getrandom, &redact->key, sizeof(redact->key), 0);

	return got == sizeof(redact->key) ? 0 : -EIO;
}

static uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

uint64_t redact_frame(const struct redact *redact, uint64_t frame)
{
	uint64_t result = frame;
	int bit;

	if (frame >= INVALID)
		return frame;
	/* Whether a bit is turned depends on those above it alone: blocks stay blocks. */
	for (bit = FRAME_BITS - 1; bit >= LOWEST; bit--) {
		uint64_t above = frame >> (bit + 1);

		if (above && mix(mix(above ^ redact->key) + bit) & 1)
			result ^= UINT64_C(1) << bit;
	}
	return result;
}

void redact_entry(const struct redact *redact, struct entry *entry)
{
	uint64_t in_block = entry_pages(entry->order) - 1;

	if (!entry->pod)
		entry->mfn =
			(redact_frame(redact, entry->mfn) & ~in_block) | (entry->mfn & in_block);
	entry->has_raw = false;
	entry->raw = 0;
}

/* A range is the aligned blocks that it is made of. */
static int redact_ranges(const struct redact *redact, struct ranges *ranges)
{
	struct ranges result = { .count = 0 };
	size_t i;
	int rc = 0;

	for (i = 0; i < ranges->count && !rc; i++) {
		uint64_t first = ranges->range[i].first, last = ranges->range[i].last, size, to;

		if (last > INVALID)
			last = INVALID;
		for (; first <= last && !rc; first += size) {
			for (size = 1; !(first & (size * 2 - 1)) && first + size * 2 - 1 <= last &&
				       size < UINT64_C(1) << FRAME_BITS;
			     size *= 2)
				;
			to = redact_frame(redact, first) & ~(size - 1);
			rc = ranges_add(&result, to, to + size - 1);
		}
	}
	ranges_settle(&result);
	ranges_clear(ranges);
	*ranges = result;
	return rc;
}

static void redact_mtrr(const struct redact *redact, struct mtrr_state *state)
{
	unsigned int i;

	for (i = 0; i < state->var_count; i++) {
		uint64_t mask = state->var[i].mask & ~UINT64_C(0xfff);
		uint64_t base = state->var[i].base;

		if (state->var[i].mask & MTRR_MASK_VALID)
			state->var[i].base =
				(redact_frame(redact, base >> 12) << 12 & mask) | (base & 0xfff);
	}
}

/* What kind of device a frame belongs to stays; which one does not. */
static int redact_devices(const struct redact *redact, struct devices *devices)
{
	struct devices result = { NULL, 0 };
	size_t i, k;
	int rc = 0;

	for (i = 0; i < devices->count && !rc; i++) {
		const struct device_range *device = &devices->list[i];
		struct ranges frames = { 0 };

		rc = ranges_add(&frames, device->first, device->last);
		if (!rc)
			rc = redact_ranges(redact, &frames);
		for (k = 0; k < frames.count && !rc; k++)
			rc = devices_add(&result, frames.range[k].first, frames.range[k].last,
					 device->part, "", device->kind);
		ranges_clear(&frames);
	}
	devices_clear(devices);
	*devices = result;
	return rc;
}

int redact_facts(const struct redact *redact, struct facts *facts)
{
	struct ranges *set;
	unsigned int i;
	int rc = 0;

	for (i = 0; i < FACTS_SETS && !rc; i++)
		if ((set = facts_set(facts, i)))
			rc = redact_ranges(redact, set);
	for (i = 0; i < FACT_COUNT; i++)
		if (fact_info[i].kind == KIND_NUMBER && fact_info[i].flags & FACT_FRAME)
			fact_number(facts, i)->value =
				redact_frame(redact, fact_number(facts, i)->value);
	redact_mtrr(redact, &facts->host.state);
	return rc ? rc : redact_devices(redact, &facts->devices);
}
