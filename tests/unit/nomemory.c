/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts while memory runs out, in one allocation after the other: that is told, nothing is kept
 * that nobody frees, and where no allocation fails all is there.
 */
#include "unit/test.h"

#include "base/array.h"
#include "model/merge.h"
#include "model/redact.h"
#include "source/capture/form.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
#define OWN_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OWN_MALLOC 0
#else
#define OWN_MALLOC 1
#endif
#else
#define OWN_MALLOC 1
#endif

static unsigned long allocations, failing; /* from 1; 0: none fails */
static bool failed;

#if OWN_MALLOC

static long blocks; /* that were allocated and not freed since counting began */
static bool counting;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *old);

static bool fails(void)
{
	if (!counting)
		return false;
	allocations++;
	if (allocations != failing)
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

static void *counted(void *block)
{
	blocks += counting && block;
	return block;
}

void *malloc(size_t size)
{
	return fails() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : counted(__libc_calloc(n, size));
}

void *realloc(void *old, size_t size)
{
	if (fails())
		return NULL;
	return old ? __libc_realloc(old, size) : counted(__libc_realloc(old, size));
}

void free(void *old)
{
	blocks -= counting && old;
	__libc_free(old);
}

#else /* a sanitizer wants to be the only one that allocates: nothing fails then */

static const long blocks;
static bool counting;

#endif

/* ---- facts of two of everything ---- */

static void must(int rc)
{
	if (rc && !failed)
		abort();
}

static void fill_ranges(struct ranges *ranges)
{
	must(ranges_add(ranges, 0x1000, 0x2fff));
	must(ranges_add(ranges, 0x5003, 0x5005));
}

static void fill(struct facts *facts, enum how how)
{
	struct paging_registers registers = { .cr0 = 1 };
	struct mtrr_fact vcpu = { .how = how, .how_var = how };
	struct type_hint hint = { 0x10, 0x1f, 1, false };
	unsigned int i;

	facts_init(facts);
	for (i = 0; i < FACT_COUNT; i++)
		if (fact_info[i].kind == KIND_RANGES) {
			fill_ranges(&fact_ranges(facts, i)->ranges);
			fact_ranges(facts, i)->how = how;
			if (fact_possible(facts, i)) {
				fill_ranges(&fact_possible(facts, i)->ranges);
				fact_possible(facts, i)->how = how;
			}
		} else if (fact_info[i].kind == KIND_BOOL) {
			*fact_bool(facts, i) = (struct fact_bool){ true, how };
		} else if (fact_info[i].kind == KIND_NUMBER) {
			*fact_number(facts, i) = (struct fact_number){ 0x1234, how };
		}
	for (i = 0; i < 2; i++) {
		must(facts_add_pin(facts, 0x100 * i, 0x100 * i + 5, 6));
		vcpu.state.def_type = i;
		must(facts_add_vcpu(facts, &vcpu));
		must(facts_add_registers(facts, i, &registers));
		hint.first += 0x100;
		hint.last += 0x100;
		must(facts_add_types(facts, &hint));
		must(devices_add(&facts->devices, 0xf0000 + 0x1000 * i, 0xf0fff + 0x1000 * i,
				 "BAR 2", i ? "0000:00:02.0" : "", "VGA"));
	}
	facts->how_pins = facts->how_types = facts->how_registers = facts->how_devices = how;
	facts->rules = 1;
	facts->how_rules = how;
}

static bool whole(const struct facts *facts)
{
	unsigned int i;

	for (i = 0; i < FACT_COUNT; i++)
		if (fact_info[i].kind == KIND_RANGES && !fact_ranges(facts, i)->ranges.count)
			return false;
	return facts->pin_count >= 2 && facts->vcpu_count >= 2 && facts->type_count >= 2 &&
	       facts->register_count >= 2 && facts->devices.count >= 2;
}

/* ---- what is done with them ---- */

static struct facts to, more;

static int copy(void)
{
	facts_clear(&to);
	return facts_copy(&to, &more);
}

static int into_none(void)
{
	return facts_merge(&to, &more);
}

static int take_all(void)
{
	return facts_take(&to, &more);
}

static int append(void)
{
	return form_append(&to, &more);
}

static int redact(void)
{
	const struct redact key = { 0x1234567 };

	return redact_facts(&key, &more);
}

static const struct {
	const char *what;
	int (*run)(void);
	enum how how; /* of what was there before; HOW_UNKNOWN: nothing was */
	struct facts *result;
} rows[] = {
	{ "a copy", copy, HOW_UNKNOWN, &to },
	{ "merging into nothing", into_none, HOW_UNKNOWN, &to },
	{ "merging into what is assumed", into_none, HOW_ASSUMED, &to },
	{ "taking what is as well known", take_all, HOW_MEASURED, &to },
	{ "appending to nothing", append, HOW_UNKNOWN, &to },
	{ "appending to the same", append, HOW_MEASURED, &to },
	{ "redacting", redact, HOW_UNKNOWN, &more },
};

/* One of them, where allocation number wanted fails. Returns how many there were. */
static unsigned long test_one(size_t i, unsigned long wanted)
{
	long before = blocks;
	unsigned long count;
	int rc;

	counting = true;
	failed = false;
	fill(&more, HOW_MEASURED);
	if (rows[i].how == HOW_UNKNOWN)
		facts_init(&to);
	else
		fill(&to, rows[i].how);
	failing = wanted;
	allocations = 0;
	rc = rows[i].run();
	count = allocations;
	failing = 0;
	if (failed)
		check_each(rc == -ENOMEM, "%s, allocation %lu fails: %d", rows[i].what, wanted, rc);
	else
		check_each(!rc && whole(rows[i].result), "%s, where none of %lu fails: %d",
			   rows[i].what, count, rc);
	facts_clear(&more);
	facts_clear(&to);
	counting = false;
	check_each(blocks == before, "%s, allocation %lu of %lu: %ld blocks are left", rows[i].what,
		   wanted, count, blocks - before);
	return count;
}

static void test_facts(void)
{
	unsigned long most, wanted;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (most = test_one(i, 0), wanted = 1; wanted <= most; wanted++)
			test_one(i, wanted);
}

/* Sets of ranges that grow, in order and out of it. */
static void test_ranges(void)
{
	unsigned long most = 0, at;
	size_t i, wrong;
	int rc;

	for (at = 0; at <= most; at++) {
		struct ranges ranges = { .count = 0 };

		allocations = 0;
		failing = at;
		failed = false;
		counting = true;
		for (i = 0, wrong = 0; i < 3000; i++) {
			/* From above, so that what comes goes before many others. */
			rc = ranges_add(&ranges, 100000 - 10 * i, 100000 - 10 * i + 3);
			wrong += rc != 0;
			check_each(!rc || (failed && rc == -ENOMEM), "adding range %zu: %d", i, rc);
		}
		rc = ranges_remove(&ranges, 100001, 100002);
		check_each(!rc || failed, "taking out of the middle: %d", rc);
		ranges_settle(&ranges);
		if (!at)
			most = allocations;
		counting = false;
		/* One at most: the next one asks for room again. */
		check_each(wrong <= failed, "%zu could not be added", wrong);
		check_each(at || (ranges.count == 3001 &&
				  ranges_count(&ranges, 0, UINT64_MAX) == 11998),
			   "%zu ranges", ranges.count);
		ranges_clear(&ranges);
	}
	failing = 0;
	failed = false;
	{
		struct ranges ranges = { .count = 0 };

		check(!ranges_add(&ranges, 10, UINT64_MAX) && !ranges_add(&ranges, 0, 5) &&
			      !ranges_add(&ranges, 6, 9) && ranges.count == 1,
		      "all numbers are one range");
		check(!ranges_remove(&ranges, 100, UINT64_MAX) &&
			      ranges_count(&ranges, 0, UINT64_MAX) == 100,
		      "but for those that are taken");
		check(ranges_add(&ranges, 5, 4) == -EINVAL &&
			      ranges_remove(&ranges, 5, 4) == -EINVAL,
		      "what ends before it begins");
		ranges_clear(&ranges);
	}
}

/* More of them than a capture may have are refused, and devices passed over. */
static void test_most(void)
{
	struct paging_registers registers = { .cr0 = 1 };
	struct facts facts;
	char text[128];
	unsigned int i;
	uint64_t first = 0, last = 0;

	facts_init(&facts);
	facts_init(&more);
	for (i = 0; i < FACTS_REGISTERS_MAX - 1; i++)
		must(facts_add_registers(&facts, 0, &registers));
	for (i = 0; i < 2; i++)
		must(facts_add_registers(&more, 0, &registers));
	check(form_append(&facts, &more) == -E2BIG, "%zu registers", facts.register_count);
	for (i = 0; i < 2 * DEVICES_MAX; i++)
		must(devices_add(&facts.devices, 100 * i, 100 * i + 9, "BAR 1", "",
				 i % 2 ? "" : "VGA"));
	check(facts.devices.count == DEVICES_MAX, "%zu devices", facts.devices.count);
	check(!strcmp(device_name(&facts.devices.list[0], text, sizeof(text)), "BAR 1, VGA") &&
		      !strcmp(device_name(&facts.devices.list[1], text, sizeof(text)), "BAR 1"),
	      "%s", text);
	facts_clear(&facts);
	facts_clear(&more);
	/* The smaller of two that have a frame; around it, where the answer is the same. */
	facts_init(&facts);
	must(devices_add(&facts.devices, 100, 299, "BAR 0", "0000:00:02.0", ""));
	must(devices_add(&facts.devices, 150, 159, "IO-APIC", "", ""));
	must(devices_add(&facts.devices, 120, 250, "BAR 2", "0000:00:02.0", ""));
	check(devices_at(&facts.devices, 155) == &facts.devices.list[1] &&
		      devices_around(&facts.devices, 130, &first, &last) ==
			      &facts.devices.list[2] &&
		      first == 120 && last == 149 &&
		      !devices_around(&facts.devices, 300, &first, &last) && first == 300 &&
		      last == UINT64_MAX,
	      "from %llu to %llu", (unsigned long long)first, (unsigned long long)last);
	check(!strcmp(device_name(&facts.devices.list[0], text, sizeof(text)),
		      "BAR 0 of 0000:00:02.0"),
	      "%s", text);
	/* Those that are the same but for one word are kept apart. */
	facts_init(&more);
	must(devices_add(&more.devices, 100, 299, "BAR 0", "0000:00:02.0", ""));
	must(devices_add(&more.devices, 100, 298, "BAR 0", "0000:00:02.0", ""));
	must(devices_add(&more.devices, 100, 299, "BAR 1", "0000:00:02.0", ""));
	must(devices_add(&more.devices, 100, 299, "BAR 0", "0000:00:02.1", ""));
	must(devices_add(&more.devices, 100, 299, "BAR 0", "0000:00:02.0", "VGA"));
	check(!devices_add_all(&facts.devices, &more.devices) && facts.devices.count == 7,
	      "%zu devices", facts.devices.count);
	facts_clear(&facts);
	facts_clear(&more);
}

/* Frames behind all that a machine can have keep their numbers, and so do the first. */
static void test_redact_edges(void)
{
	const struct redact key = { 0x1234567 };
	struct facts facts;
	unsigned int bits = 0;
	uint64_t frame;

	check(redact_frame(&key, FRAME_LAST) == FRAME_LAST &&
		      redact_frame(&key, UINT64_MAX) == UINT64_MAX && redact_frame(&key, 5) == 5,
	      "what is no frame");
	for (frame = 0x200; frame < 0x100000; frame += 0x200)
		bits += redact_frame(&key, frame) != frame;
	check(bits > 1000, "%u blocks are others", bits);
	facts_init(&facts);
	must(ranges_add(&facts.ram.ranges, 0, UINT64_MAX));
	must(ranges_add(&facts.iomem.ranges, FRAME_LAST - 1, FRAME_LAST));
	check(!redact_facts(&key, &facts) &&
		      ranges_count(&facts.ram.ranges, 0, UINT64_MAX) == FRAME_LAST + 1 &&
		      ranges_count(&facts.iomem.ranges, 0, UINT64_MAX) == 2,
	      "all frames stay all frames, and none is behind them");
	facts_clear(&facts);
}

/* Of an earlier moment: what may have changed is no more than usual. */
static void test_age(void)
{
	struct facts facts;
	size_t i;

	fill(&facts, HOW_MEASURED);
	facts_age(&facts);
	for (i = 0; i < facts.vcpu_count; i++)
		check(facts.vcpus[i].how == HOW_ASSUMED && facts.vcpus[i].how_var == HOW_ASSUMED,
		      "registers of vCPU %zu", i);
	check(facts.how_pins == HOW_ASSUMED && facts.nr_pages.how == HOW_UNKNOWN &&
		      facts.ram.how == HOW_MEASURED && !facts.type_count,
	      "pins, pages, and what no moment changes");
	facts_clear(&facts);
}

int main(void)
{
	test_redact_edges();
	test_age();
	test_facts();
	test_ranges();
	test_most();
	return test_end();
}
