/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/structs.h"

#include "x86/ept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORDS	  (PAGE_ENTRIES)
#define P2M_WORDS 256 /* a struct p2m_domain is smaller */

#define PTE_PRESENT UINT64_C(1)
#define PTE_LARGE   (UINT64_C(1) << 7)
#define PTE_FRAME   UINT64_C(0x000ffffffffff000)

/* A page of Xen's memory, or NULL with *rc 0 where it may not be read. */
static const uint64_t *look(struct structs *structs, uint64_t mfn, int *rc, struct error *err)
{
	unsigned int n;

	*rc = 0;
	for (n = 0; n < sizeof(structs->seen) / sizeof(structs->seen[0]); n++)
		if (mfn && structs->seen[n].mfn == mfn)
			return structs->seen[n].page;
	if (!structs->gdbsx->frames.readable(&structs->gdbsx->frames, mfn))
		return NULL;
	n = structs->next_seen++ % (sizeof(structs->seen) / sizeof(structs->seen[0]));
	structs->seen[n].mfn = 0;
	*rc = gdbsx_page(structs->gdbsx, mfn, structs->seen[n].page, err);
	if (*rc)
		return NULL;
	structs->seen[n].mfn = mfn;
	return structs->seen[n].page;
}

/*
 * Where a virtual address of Xen's lies, by Xen's own page tables. 1, 0 if nowhere, or a negative
 * errno value.
 */
static int translate(struct structs *structs, uint64_t address, uint64_t *machine,
		     struct error *err)
{
	uint64_t mfn = (structs->image + (structs->page_tables - structs->start)) / PAGE_SIZE;
	int shift, rc;

	if (address >> 47 != 0x1ffff) /* the upper half */
		return 0;
	if (address >= structs->start && address < structs->end) {
		*machine = structs->image + (address - structs->start);
		return 1;
	}
	for (shift = 39; shift >= 12; shift -= 9) {
		const uint64_t *table = look(structs, mfn, &rc, err);
		uint64_t entry, offset = (UINT64_C(1) << shift) - 1;

		if (!table)
			return rc;
		entry = table[address >> shift & 511];
		if (!(entry & PTE_PRESENT))
			return 0;
		if (shift == 12 || (shift < 39 && entry & PTE_LARGE)) {
			*machine = (entry & PTE_FRAME & ~offset) | (address & offset);
			return 1;
		}
		mfn = (entry & PTE_FRAME) / PAGE_SIZE;
	}
	return 0;
}

/* Copies the page that a virtual address is in. 1, 0 if there is none, or a negative errno. */
static int page_at(struct structs *structs, uint64_t address, uint64_t *page, struct error *err)
{
	const uint64_t *seen;
	uint64_t machine = 0;
	int rc = translate(structs, address, &machine, err);

	if (rc <= 0)
		return rc;
	seen = look(structs, machine / PAGE_SIZE, &rc, err);
	if (!seen)
		return rc;
	memcpy(page, seen, PAGE_SIZE);
	return 1;
}

/* ---- where Xen's list of domains is ---- */

/* How many symbols Xen has, as far as that matters; what it does not tell is none. */
static uint32_t count_symbols(struct structs *structs)
{
	struct xen_symbol symbols[SYMBOLS_MAX];
	uint32_t low = 0, high = 1u << 20;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int count = xen_symbols(structs->gdbsx->xen, middle, symbols);

		if (count == SYMBOLS_MAX)
			low = middle + SYMBOLS_MAX;
		else if (count > 0)
			return middle + count;
		else
			high = middle;
	}
	return low;
}

static void take_symbols(struct structs *structs, uint32_t n)
{
	struct xen_symbol symbols[SYMBOLS_MAX];
	int count = xen_symbols(structs->gdbsx->xen, n, symbols), i;

	for (i = 0; i < count; i++) {
		if (!strcmp(symbols[i].name, "_start") || !strcmp(symbols[i].name, "_stext"))
			structs->start = symbols[i].address;
		else if (!strcmp(symbols[i].name, "domain_list"))
			structs->domain_list = symbols[i].address;
		else if (!strcmp(symbols[i].name, "idle_pg_table"))
			structs->page_tables = symbols[i].address;
	}
}

static bool has_symbols(const struct structs *structs)
{
	return structs->start && structs->domain_list && structs->page_tables;
}

/* The image's beginning is the first symbol; data are among the last. */
static int find_symbols(struct structs *structs)
{
	uint64_t last;
	uint32_t n;

	if (xen_place(structs->gdbsx->xen, &structs->image, &last))
		return 0;
	take_symbols(structs, 0);
	for (n = count_symbols(structs); n && !has_symbols(structs);) {
		n = n > SYMBOLS_MAX ? n - SYMBOLS_MAX : 0;
		take_symbols(structs, n);
	}
	structs->end = structs->start + (last - structs->image) + 1;
	return has_symbols(structs) && structs->domain_list > structs->start &&
	       structs->domain_list < structs->end && structs->page_tables > structs->start &&
	       structs->page_tables < structs->end;
}

/* struct domain begins with its number (domain_id), in every Xen, and is a page of its own. */
static int domain_at(struct structs *structs, uint64_t address, int domid, uint64_t *page,
		     struct error *err)
{
	int rc = address % PAGE_SIZE ? 0 : page_at(structs, address, page, err);

	return rc > 0 ? (page[0] & 0xffff) == (uint64_t)domid : rc;
}

/* Does the member at that place lead from each domain to the next one, and behind the last? */
static int follow(struct structs *structs, uint64_t first, unsigned int member, struct error *err)
{
	uint64_t page[PAGE_ENTRIES], address = first;
	size_t i;
	int rc;

	for (i = 0; i < structs->count; i++) {
		rc = domain_at(structs, address, structs->all[i].domid, page, err);
		if (rc <= 0)
			return rc;
		structs->domains[i] = address;
		address = page[member];
	}
	return !address;
}

static int find_domains(struct structs *structs, struct error *err)
{
	uint64_t first, page[PAGE_ENTRIES], *found;
	unsigned int member, members = 0;
	size_t size = structs->count * sizeof(*structs->domains);
	int rc = page_at(structs, structs->domain_list, page, err);

	first = page[structs->domain_list % PAGE_SIZE / 8];
	if (rc > 0)
		rc = domain_at(structs, first, structs->all[0].domid, page, err);
	if (rc <= 0)
		return rc;
	found = calloc(1, size);
	if (!found)
		return error_set(err, -ENOMEM, "out of memory");
	/* Several members may lead the same way, but none another one. */
	for (member = 1; member < WORDS && rc >= 0; member++) {
		if (page[member] >> 47 != 0x1ffff || page[member] % PAGE_SIZE)
			continue;
		rc = follow(structs, first, member, err);
		if (rc <= 0)
			continue;
		if (members && memcmp(found, structs->domains, size))
			rc = -ENOTUNIQ;
		memcpy(found, structs->domains, size);
		members++;
	}
	memcpy(structs->domains, found, size);
	free(found);
	if (rc == -ENOTUNIQ)
		return 0;
	return rc < 0 ? rc : members > 0;
}

int structs_open(struct structs *structs, struct gdbsx *gdbsx, const struct xen_domain *all,
		 size_t count, struct error *err)
{
	int rc;

	memset(structs, 0, sizeof(*structs));
	structs->gdbsx = gdbsx;
	structs->all = all;
	structs->count = count;
	if (count < 2)
		return 0;
	structs->domains = calloc(count, sizeof(*structs->domains));
	if (!structs->domains)
		return error_set(err, -ENOMEM, "out of memory");
	rc = find_symbols(structs);
	return rc > 0 ? find_domains(structs, err) : rc;
}

void structs_close(struct structs *structs)
{
	free(structs->domains);
	structs->domains = NULL;
}

/* ---- the p2m of a domain ---- */

/* 4 levels, WB, perhaps with A and D bits; struct ept_data has nothing else in it. */
static bool is_eptp(const struct structs *structs, uint64_t word)
{
	return (word & 0xfbf) == 0x1e &&
	       structs->gdbsx->frames.readable(&structs->gdbsx->frames, word / PAGE_SIZE);
}

/*
 * The EPTP in what may be a struct p2m_domain: it leads back to its domain (domain), and has the
 * root's frame on its own, too (phys_table). 0: it is none.
 */
static uint64_t eptp_in(const struct structs *structs, const uint64_t *words, unsigned int count,
			uint64_t domain)
{
	uint64_t eptp = 0;
	unsigned int i, k;
	bool back = false;

	for (i = 0; i < count; i++)
		back |= words[i] == domain;
	for (i = 0; i < count && back && !eptp; i++)
		for (k = 0; k < count && is_eptp(structs, words[i]); k++)
			if (words[k] == words[i] / PAGE_SIZE)
				eptp = words[i];
	return eptp;
}

/* What a pointer leads to, as much as a struct p2m_domain can have, over the end of a page. */
static int words_at(struct structs *structs, uint64_t address, uint64_t *words, struct error *err)
{
	uint64_t page[PAGE_ENTRIES];
	unsigned int at = address % PAGE_SIZE / 8, count = WORDS - at;
	int rc = page_at(structs, address, page, err);

	if (rc <= 0)
		return rc;
	count = count < P2M_WORDS ? count : P2M_WORDS;
	memcpy(words, page + at, count * 8);
	if (count == P2M_WORDS)
		return count;
	rc = page_at(structs, address + PAGE_SIZE - address % PAGE_SIZE, page, err);
	if (rc > 0)
		memcpy(words + count, page, (P2M_WORDS - count) * 8);
	return rc < 0 ? rc : rc ? P2M_WORDS : (int)count;
}

/* Takes an EPTP that is proven. -ENOTUNIQ if it is another one than that before. */
static int consider(struct structs *structs, uint64_t candidate, uint64_t *eptp, struct error *err)
{
	struct root_check check;
	int rc;

	if (!candidate || candidate == *eptp)
		return 0;
	rc = root_look(structs->gdbsx, candidate, &check, err);
	if (rc || !root_proven(&check))
		return rc;
	if (*eptp)
		return -ENOTUNIQ;
	*eptp = candidate;
	return 0;
}

int structs_eptp(struct structs *structs, int domid, uint64_t *eptp, struct error *err)
{
	uint64_t page[PAGE_ENTRIES], words[P2M_WORDS], domain = 0;
	unsigned int i;
	int rc, count;

	for (i = 0; i < structs->count; i++)
		if (structs->all[i].domid == domid)
			domain = structs->domains[i];
	*eptp = 0;
	rc = domain ? domain_at(structs, domain, domid, page, err) : 0;
	if (rc <= 0)
		return rc;
	for (i = 1, rc = 0; i < WORDS && rc >= 0; i++) {
		if (page[i] >> 47 != 0x1ffff || page[i] % 8)
			continue;
		count = words_at(structs, page[i], words, err);
		rc = count < 0
			     ? count
			     : consider(structs, eptp_in(structs, words, count, domain), eptp, err);
	}
	/* Views of altp2m that are in use have roots, too: which is the host's is not told. */
	if (rc < 0)
		*eptp = 0;
	return rc == -ENOTUNIQ ? 0 : rc < 0 ? rc : *eptp != 0;
}
