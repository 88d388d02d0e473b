/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/spaces.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BATCH 256

void spaces_init(struct spaces *spaces)
{
	memset(spaces, 0, sizeof(*spaces));
	spaces->vcpu = -1;
	spaces->limit = PAGING_LIMIT_DEFAULT;
	spaces->complete = true;
}

void spaces_clear(struct spaces *spaces)
{
	backings_clear(&spaces->backings);
	conflicts_clear(&spaces->conflicts);
	ranges_clear(&spaces->gvas);
}

int spaces_begin(struct spaces *spaces, const struct dump *dump, struct error *err)
{
	int rc;

	backings_clear(&spaces->backings);
	conflicts_clear(&spaces->conflicts);
	rc = dump->no_ept[0] ? backings_begin_without(&spaces->backings, &dump->facts)
			     : backings_begin(&spaces->backings, &dump->facts);
	return rc ? error_set(err, rc, "out of memory") : 0;
}

void spaces_entries(struct spaces *spaces, const struct entry *entries, size_t count)
{
	backings_add(&spaces->backings, entries, count);
}

void spaces_run(struct spaces *spaces, const struct entry *first, uint64_t count)
{
	backings_add_run(&spaces->backings, first, count);
}

static bool in_ram(struct spaces *spaces, uint64_t gfn)
{
	struct backing backing = backings_find(&spaces->backings, gfn);

	return backing.mapped && backing.ram;
}

/*
 * Only RAM that is there is ever asked for: the rest could have a side effect, or take memory.
 * Without an EPT it is the source that sees to it.
 */
static bool readable(struct spaces *spaces, uint64_t gfn)
{
	return source_guest_kept(spaces->source) || spaces->backings.without_ept ||
	       in_ram(spaces, gfn);
}

static const void *read_page(void *opaque, uint64_t gfn, unsigned int level)
{
	struct spaces *spaces = opaque;
	const void *page =
		readable(spaces, gfn) ? source_guest_page(spaces->source, gfn, level) : NULL;

	if (page && spaces->table && !spaces->table_rc)
		spaces->table_rc =
			spaces->table(spaces->opaque, gfn, level, page, spaces->space.registers);
	return page;
}

static void look_ahead(void *opaque, const uint64_t *gfns, unsigned int count, unsigned int level)
{
	struct spaces *spaces = opaque;
	uint64_t wanted[1024];
	unsigned int i, kept = 0;

	(void)level;
	for (i = 0; i < count && i < 1024; i++)
		if (readable(spaces, gfns[i]))
			wanted[kept++] = gfns[i];
	if (kept)
		source_guest_ahead(spaces->source, wanted, kept);
}

static void note_gap(void *opaque, enum paging_gap gap, uint64_t first, uint64_t last, uint64_t gfn)
{
	struct spaces *spaces = opaque;
	struct effective_space *space = &spaces->space;
	const char *why = gap == PAGING_RESERVED
				  ? "a reserved bit is set, so that a page fault comes"
			  : gap == PAGING_LIMIT ? "the limit of entries is reached"
			  : spaces->backings.without_ept || in_ram(spaces, gfn)
				  ? "the guest's table cannot be read"
				  : "the guest's table is not in RAM that is there";

	if (space->gap_count < EFFECTIVE_GAPS)
		space->gaps[space->gap_count] = (struct effective_gap){ first, last, gfn, why };
	space->gap_count++;
	/* What faults is known to be mapped nowhere. */
	if (gap == PAGING_RESERVED || !space->complete)
		return;
	space->complete = false;
	snprintf(space->reason, sizeof(space->reason), "%s%s",
		 gap == PAGING_LIMIT ? "the guest's tables have too many entries (--limit)"
				     : "tables of the guest were not seen",
		 gap == PAGING_LIMIT ? "" : ": see the gaps");
}

/* Walks the tables of one space. */
static int walk(struct spaces *spaces, struct error *err)
{
	static struct mapping mappings[BATCH];
	static const struct ranges everything;
	struct effective_space *space = &spaces->space;
	struct effective effective = {
		.registers = space->registers,
		.backings = &spaces->backings,
		.gvas = &spaces->gvas,
		.gfns = spaces->gfns ? spaces->gfns : &everything,
		.conflicts = &spaces->conflicts,
		.emit = spaces->run,
		.opaque = spaces->opaque,
	};
	const struct paging_reader reader = {
		.page = read_page, .ahead = look_ahead, .gap = note_gap, .opaque = spaces
	};
	struct paging_walk paging;
	unsigned int count, i;

	int rc = source_guest_begin(spaces->source, err);

	if (rc)
		return rc;
	space->summary = &effective.summary;
	space->conflicts = &spaces->conflicts;
	if (spaces->told)
		spaces->told(spaces->opaque, space, false);
	paging_begin(&paging, space->registers, &reader, spaces->limit);
	while ((count = paging_read(&paging, mappings, BATCH)))
		for (i = 0; i < count; i++)
			effective_add(&effective, &mappings[i]);
	effective_finish(&effective);
	space->looked_at = paging.looked_at;
	space->tables = paging.tables;
	if (!space->dump->complete && space->complete) {
		space->complete = false;
		snprintf(space->reason, sizeof(space->reason), "%s", space->dump->reason);
	}
	spaces->complete &= space->complete;
	if (spaces->told)
		spaces->told(spaces->opaque, space, true);
	return spaces->backings.failed || spaces->table_rc || spaces->conflicts.no_memory
		       ? error_set(err, -ENOMEM, "out of memory")
		       : 0;
}

static bool same_space(const struct paging_registers *a, const struct paging_registers *b)
{
	return paging_same_space(a, b) && a->pat == b->pat &&
	       paging_cache_disabled(a) == paging_cache_disabled(b);
}

/* Is a set of registers of a vCPU that is wanted? */
static bool wanted(const struct spaces *spaces, const struct vcpu_registers *registers)
{
	return spaces->vcpu < 0 || registers->vcpu == (unsigned int)spaces->vcpu;
}

/* The vCPUs that use the same tables as the nth; none if one before does. */
static void gather(struct spaces *spaces, const struct facts *facts, size_t n)
{
	struct effective_space *space = &spaces->space;
	size_t i;

	space->vcpu_count = 0;
	for (i = 0; i < facts->register_count && space->vcpu_count < FACTS_VCPU_MAX; i++) {
		const struct vcpu_registers *one = &facts->registers[i];
		unsigned int k;

		if (!wanted(spaces, one) ||
		    !same_space(&one->registers, &facts->registers[n].registers))
			continue;
		if (i < n) {
			space->vcpu_count = 0;
			return;
		}
		for (k = 0; k < space->vcpu_count && space->vcpus[k] != one->vcpu; k++)
			;
		if (k == space->vcpu_count)
			space->vcpus[space->vcpu_count++] = one->vcpu;
	}
}

int spaces_walk(struct spaces *spaces, const struct dump *dump, struct error *err)
{
	const struct facts *facts = &dump->facts;
	struct effective_space *space = &spaces->space;
	bool any = false;
	size_t i;
	int rc = 0;

	if (!facts->register_count && !dump->complete) { /* a running one that went away */
		spaces->complete = false;
		spaces->missing(spaces->opaque, dump);
		return 0;
	}
	if (!facts->register_count)
		return error_set(err, -ENODATA,
				 "the registers of domain %d are not known: give them with --given "
				 "(\"vcpus\"), or the log of key v with --facts",
				 dump->domid);
	for (i = 0; i < facts->register_count && !rc; i++) {
		if (!wanted(spaces, &facts->registers[i]))
			continue;
		any = true;
		gather(spaces, facts, i);
		if (!space->vcpu_count)
			continue;
		space->dump = dump;
		space->registers = &facts->registers[i].registers;
		space->complete = true;
		space->gap_count = 0;
		rc = walk(spaces, err);
	}
	if (!any)
		return error_set(err, -EINVAL,
				 "the registers of vCPU %d of domain %d are not known",
				 spaces->vcpu, dump->domid);
	return rc;
}
