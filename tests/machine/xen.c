/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of an entry: ept_set_entry(), resolve_misconfig(), ept_split_super_page(), and what
 * makes entries pending, of xen/arch/x86/mm/p2m-ept.c from 4.5 on.
 */
#include "machine/machine.h"

#include <stdlib.h>

#define ROOT_LEVEL 3

static unsigned int index_of(uint64_t gfn, unsigned int level)
{
	return gfn >> (9 * level) & 511;
}

static struct table *new_table(void)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		abort();
	return table;
}

static void free_table(struct table *table)
{
	unsigned int i;

	if (!table)
		return;
	for (i = 0; i < 512; i++)
		if (table->slot[i].kind == SLOT_TABLE)
			free_table(table->slot[i].table);
	free(table);
}

/* ept_p2m_type_to_flags(), with the access of all rights. */
static unsigned int rights_of(const struct machine *machine, unsigned int type, uint64_t mfn,
			      unsigned int order)
{
	unsigned int rights = 0;

	switch (type) {
	case TYPE_RAM_RW:
		rights = 7;
		break;
	case TYPE_MMIO_DIRECT:
		rights = set_has(&machine->mmio_ro, mfn) ? 5 : 7;
		break;
	case TYPE_RAM_LOGDIRTY:
	case TYPE_RAM_RO:
		rights = 5;
		break;
	case TYPE_GRANT_RW:
	case TYPE_FOREIGN:
		rights = 3;
		break;
	case TYPE_GRANT_RO:
		rights = 1;
		break;
	default:
		break;
	}
	if (order && !machine->exec_sp)
		rights &= ~4u;
	return rights;
}

/* Computes the value anew. */
static void evaluate(const struct machine *machine, const struct domain *domain, uint64_t gfn,
		     unsigned int order, struct slot *slot, unsigned int vcpu)
{
	int key;

	slot->made_order = order;
	if (!slot->rights) { /* ignored by everybody; INVALID_MFN is UC! until 4.19 */
		bool zero = at_least(machine, 19, 0) ||
			    (machine->release->minor == 17 && machine->point >= 5) ||
			    (machine->release->minor == 18 && machine->point >= 3);

		slot->emt = 0;
		slot->ipat = !zero;
		return;
	}
	key = rules_say(machine, domain, gfn, slot->mfn, order, slot->type, vcpu);
	slot->emt = key == NOT_UNIFORM ? 7 : key & 7;
	slot->ipat = key == NOT_UNIFORM ? 0 : key >> 3;
}

/* Each piece is a copy; nothing is evaluated. */
static void split(const struct machine *machine, struct slot *slot, unsigned int level)
{
	struct table *table = new_table();
	unsigned int order = 9 * (level - 1), i;

	for (i = 0; i < 512; i++) {
		table->slot[i] = *slot;
		if (slot->kind == SLOT_LEAF) {
			table->slot[i].mfn = slot->mfn + ((uint64_t)i << order);
			table->slot[i].rights =
				rights_of(machine, slot->type, table->slot[i].mfn, order);
		}
	}
	*slot = (struct slot){ .kind = SLOT_TABLE, .table = table };
}

static void mark(struct table *table)
{
	unsigned int i;

	for (i = 0; i < 512; i++)
		if (table->slot[i].kind == SLOT_LEAF || table->slot[i].kind == SLOT_TABLE)
			if (table->slot[i].kind == SLOT_TABLE || table->slot[i].rights)
				table->slot[i].emt = 7;
}

void xen_touch(struct machine *machine, struct domain *domain, uint64_t gfn, unsigned int vcpu)
{
	struct table *table = domain->root;
	unsigned int level = ROOT_LEVEL, i;

	while (table) {
		struct slot *slot = &table->slot[index_of(gfn, level)];

		if (!level) {
			if (slot->kind != SLOT_LEAF || slot->emt != 7 || !slot->rights)
				return;
			for (i = 0; i < 512; i++)
				if (table->slot[i].kind == SLOT_LEAF && table->slot[i].rights)
					evaluate(machine, domain, (gfn & ~UINT64_C(511)) + i, 0,
						 &table->slot[i], vcpu);
			return;
		}
		if (slot->kind == SLOT_LEAF && slot->emt == 7 && slot->rights) {
			uint64_t base = gfn >> (9 * level) << (9 * level);

			evaluate(machine, domain, base, 9 * level, slot, vcpu);
			if (slot->emt != 7)
				return;
			split(machine, slot, level); /* the pieces keep the 7 */
			slot->emt = 0;
		} else if (slot->kind == SLOT_TABLE && slot->emt == 7) {
			mark(slot->table);
			slot->emt = 0;
		}
		if (slot->kind != SLOT_TABLE)
			return;
		table = slot->table;
		level--;
	}
}

static struct slot *make_way(struct machine *machine, struct domain *domain, uint64_t gfn,
			     unsigned int order)
{
	struct table *table;
	unsigned int level;

	if (!domain->root)
		domain->root = new_table();
	xen_touch(machine, domain, gfn, 0);
	table = domain->root;
	for (level = ROOT_LEVEL; level > order / 9; level--) {
		struct slot *slot = &table->slot[index_of(gfn, level)];

		if (slot->kind == SLOT_NONE)
			*slot = (struct slot){ .kind = SLOT_TABLE, .table = new_table() };
		else if (slot->kind != SLOT_TABLE)
			split(machine, slot, level);
		table = slot->table;
	}
	{
		struct slot *slot = &table->slot[index_of(gfn, level)];

		if (slot->kind == SLOT_TABLE)
			free_table(slot->table);
		return slot;
	}
}

void xen_map(struct machine *machine, struct domain *domain, uint64_t gfn, uint64_t mfn,
	     unsigned int order, unsigned int type)
{
	struct slot *slot = make_way(machine, domain, gfn, order);

	*slot = (struct slot){ .kind = SLOT_LEAF, .mfn = mfn, .type = type };
	slot->rights = rights_of(machine, type, mfn, order);
	evaluate(machine, domain, gfn, order, slot, 0);
}

void xen_unmap(struct machine *machine, struct domain *domain, uint64_t gfn, unsigned int order)
{
	*make_way(machine, domain, gfn, order) = (struct slot){ .kind = SLOT_NONE };
}

void xen_pod(struct machine *machine, struct domain *domain, uint64_t gfn, unsigned int order)
{
	*make_way(machine, domain, gfn, order) = (struct slot){ .kind = SLOT_POD };
}

void xen_invalidate(struct domain *domain)
{
	if (domain->root)
		mark(domain->root);
}

void xen_types_changed(struct machine *machine, struct domain *domain)
{
	unsigned int minor = machine->release->minor;
	bool io = domain->iomem.count || domain->ioports, open;

	if (minor == 5)
		open = machine->iommu;
	else if (minor < 10 || (minor == 10 && machine->point < 4) ||
		 (minor == 11 && machine->point < 2) || (minor == 12 && machine->point < 1))
		open = domain->iommu;
	else if (minor < 21)
		open = domain->iommu || io;
	else
		open = flush_permitted(machine, domain);
	if (open && domain->vcpus)
		xen_invalidate(domain);
}

void xen_capabilities_changed(struct machine *machine, struct domain *domain, bool was_permitted)
{
	bool io = domain->iomem.count || domain->ioports;

	/* c4e5cc2ccc5b, first 4.17.0: only the first and the last of them, and not with an IOMMU.
	 */
	if (machine->release->minor < 17 || (io != was_permitted && !domain->iommu))
		xen_types_changed(machine, domain);
}

static void walk(const struct table *table, unsigned int level, uint64_t gfn, bool pending,
		 xen_visit *visit, void *opaque)
{
	unsigned int i;

	for (i = 0; i < 512; i++) {
		const struct slot *slot = &table->slot[i];
		uint64_t at = gfn | (uint64_t)i << (9 * level);

		if (slot->kind == SLOT_TABLE)
			walk(slot->table, level - 1, at, pending || slot->emt == 7, visit, opaque);
		else if (slot->kind != SLOT_NONE)
			visit(opaque, at, 9 * level, slot,
			      pending || (level && slot->kind == SLOT_LEAF && slot->emt == 7));
	}
}

void xen_walk(const struct domain *domain, xen_visit *visit, void *opaque)
{
	if (domain->root)
		walk(domain->root, ROOT_LEVEL, 0, false, visit, opaque);
}

void xen_free(struct machine *machine)
{
	unsigned int i;

	for (i = 0; i < machine->domain_count; i++)
		free_table(machine->domains[i].root);
}

bool xen_is_right(const struct machine *machine, const struct domain *domain, uint64_t gfn,
		  unsigned int order, const struct slot *slot)
{
	unsigned int vcpu, orders[2] = { order, slot->made_order }, i;

	for (i = 0; i < 2; i++) {
		uint64_t inside = gfn & ((UINT64_C(1) << orders[i]) - 1);

		for (vcpu = 0; !vcpu || vcpu < domain->vcpus; vcpu++)
			if (rules_say(machine, domain, gfn - inside, slot->mfn - inside, orders[i],
				      slot->type, vcpu) == KEY(slot->emt, slot->ipat))
				return true;
	}
	return false;
}
