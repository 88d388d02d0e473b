/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/structs.h"

#include "x86/ept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORDS	  (PAGE_ENTRIES)
#define P2M_WORDS 256 /* a struct p2m_domain is smaller */
#define TRIES	  10

/* ---- Xen's list of domains ---- */

/* struct domain begins with its number (domain_id), in every Xen, and is a page of its own. */
static int domain_at(struct structs *structs, uint64_t address, int domid, uint64_t *page,
		     struct error *err)
{
	int rc = address % PAGE_SIZE ? 0 : virtual_page(&structs->xen, address, page, err);

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
	uint64_t first, list = structs->places.domain_list, page[PAGE_ENTRIES], *found;
	unsigned int member, members = 0;
	size_t size = structs->count * sizeof(*structs->domains);
	int rc = virtual_page(&structs->xen, list, page, err);

	if (rc <= 0)
		return rc;
	first = page[list % PAGE_SIZE / 8];
	rc = domain_at(structs, first, structs->all[0].domid, page, err);
	if (rc <= 0)
		return rc;
	found = calloc(1, size);
	if (!found)
		return error_set(err, -ENOMEM, "out of memory");
	/* Several members may lead the same way, but none another one. */
	for (member = 1; member < WORDS && rc >= 0; member++) {
		if (!virtual_pointer(page[member]) || page[member] % PAGE_SIZE)
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

static void forget_domains(struct structs *structs)
{
	free(structs->domains);
	free(structs->all);
	structs->domains = NULL;
	structs->all = NULL;
	structs->count = 0;
	virtual_forget(&structs->xen);
}

/* The domains that there are now, and nothing remembered of those before. */
static int list_domains(struct structs *structs, struct error *err)
{
	int rc;

	forget_domains(structs);
	rc = xen_domains(structs->xen.gdbsx->xen, &structs->all, &structs->count);
	if (rc)
		return xen_error(rc, "list domains", err);
	structs->domains = calloc(structs->count + 1, sizeof(*structs->domains));
	return structs->domains ? 0 : error_set(err, -ENOMEM, "out of memory");
}

/* Are the domains where places tells? They may come and go meanwhile. */
static int look_there(struct structs *structs, uint64_t size, struct error *err)
{
	const struct places *places = &structs->places;
	uint64_t end = places->start + size;
	unsigned int try;
	int rc = 0;

	if (!virtual_pointer(places->start) || places->start % PAGE_SIZE ||
	    places->domain_list <= places->start || places->domain_list >= end ||
	    places->domain_list % 8 || places->page_tables <= places->start ||
	    places->page_tables >= end)
		return 0;
	structs->xen.start = places->start;
	structs->xen.end = end;
	structs->xen.page_tables = places->page_tables;
	for (try = 0; try < TRIES && !rc; try++) {
		rc = list_domains(structs, err);
		if (!rc && structs->count < 2)
			return 0;
		if (!rc)
			rc = find_domains(structs, err);
	}
	return rc;
}

int structs_open(struct structs *structs, struct gdbsx *gdbsx, struct error *err)
{
	uint64_t last;
	int rc = 0;

	memset(structs, 0, sizeof(*structs));
	structs->xen.gdbsx = gdbsx;
	if (xen_place(gdbsx->xen, &structs->xen.image, &last))
		return 0;
	last -= structs->xen.image - 1;
	if (places_recall(gdbsx->xen, &structs->places))
		rc = look_there(structs, last, err);
	if (rc)
		return rc;
	structs->learned = true;
	return places_from_symbols(gdbsx->xen, &structs->places) ? look_there(structs, last, err)
								 : 0;
}

void structs_close(struct structs *structs)
{
	if (structs->learned && structs->places.p2m.p2m)
		places_remember(structs->xen.gdbsx->xen, &structs->places);
	forget_domains(structs);
}

/* ---- the p2m of a domain ---- */

/* What is looked for: a domain, and where its struct domain is. */
struct wanted {
	const struct xen_domain *domain;
	uint64_t address;
	struct p2m_place place; /* found; p2m 0: not yet */
	uint64_t eptp;
};

/* 4 levels, WB, perhaps with A and D bits; struct ept_data has nothing else in it. */
static bool is_eptp(const struct structs *structs, uint64_t word)
{
	const struct frames *frames = &structs->xen.gdbsx->frames;

	return (word & 0xfbf) == 0x1e && frames->readable(frames, word / PAGE_SIZE);
}

/*
 * How many words, of count, are before the first that leads to another domain: what is behind it is
 * that one's. Structures of several domains lie beside each other.
 */
static unsigned int own_words(const struct structs *structs, const uint64_t *words,
			      unsigned int count, uint64_t domain)
{
	unsigned int i;
	size_t k;

	for (i = 0; i < count; i++)
		for (k = 0; k < structs->count && words[i] != domain; k++)
			if (words[i] == structs->domains[k])
				return i;
	return count;
}

static unsigned int find_word(const uint64_t *words, unsigned int count, uint64_t word)
{
	unsigned int i;

	for (i = 0; i < count && words[i] != word; i++)
		;
	return i;
}

/* Takes an EPTP that is proven. -ENOTUNIQ if it is another one than that before. */
static int consider(struct structs *structs, const struct p2m_place *place, uint64_t eptp,
		    struct wanted *wanted, struct error *err)
{
	struct root_check check;
	int rc;

	if (eptp != wanted->eptp) {
		rc = root_look(structs->xen.gdbsx, eptp, &check, err);
		if (rc || !root_proven(&check))
			return rc;
		if (wanted->eptp)
			return -ENOTUNIQ;
	} else if (place->eptp >= wanted->place.eptp) {
		return 0;
	}
	/* The pointer to the structure itself, rather than to what lies before it. */
	wanted->place = *place;
	wanted->eptp = eptp;
	return 0;
}

/*
 * EPTPs in what may be a struct p2m_domain: it leads back to its domain (domain), and has the
 * root's frame on its own, too (phys_table).
 */
static int consider_words(struct structs *structs, const uint64_t *words, unsigned int count,
			  unsigned int member, struct wanted *wanted, struct error *err)
{
	struct p2m_place place = { .p2m = member };
	int rc = 0;

	count = own_words(structs, words, count, wanted->address);
	place.domain = find_word(words, count, wanted->address);
	if (place.domain == count)
		return 0;
	for (place.eptp = 0; place.eptp < count && !rc; place.eptp++) {
		if (!is_eptp(structs, words[place.eptp]))
			continue;
		place.root = find_word(words, count, words[place.eptp] / PAGE_SIZE);
		if (place.root < count)
			rc = consider(structs, &place, words[place.eptp], wanted, err);
	}
	return rc;
}

/* In all that struct domain leads to. */
static int search(struct structs *structs, const uint64_t *page, struct wanted *wanted,
		  struct error *err)
{
	uint64_t words[P2M_WORDS];
	unsigned int i;
	int rc = 0;

	for (i = 1; i < WORDS && !rc; i++) {
		int count = 0;

		if (virtual_pointer(page[i]))
			count = virtual_words(&structs->xen, page[i], words, P2M_WORDS, err);
		rc = count < 0 ? count : consider_words(structs, words, count, i, wanted, err);
	}
	/* Views of altp2m that are in use have roots, too: which is the host's is not told. */
	if (rc)
		return rc == -ENOTUNIQ ? 0 : rc;
	return wanted->eptp != 0;
}

/* Where those of other domains of this Xen were, and nothing less is asked of it. */
static int look_at_place(struct structs *structs, const uint64_t *page, struct wanted *wanted,
			 struct error *err)
{
	const struct p2m_place *place = &structs->places.p2m;
	unsigned int last = place->eptp;
	uint64_t words[PAGE_ENTRIES];
	struct root_check check;
	int count, rc;

	if (!place->p2m || !virtual_pointer(page[place->p2m]))
		return 0;
	last = last > place->domain ? last : place->domain;
	last = last > place->root ? last : place->root;
	count = virtual_words(&structs->xen, page[place->p2m], words, last + 1, err);
	if (count <= 0)
		return count;
	if (own_words(structs, words, count, wanted->address) <= last ||
	    words[place->domain] != wanted->address || !is_eptp(structs, words[place->eptp]) ||
	    words[place->root] != words[place->eptp] / PAGE_SIZE)
		return 0;
	wanted->eptp = words[place->eptp];
	rc = root_look(structs->xen.gdbsx, wanted->eptp, &check, err);
	return rc ? rc : root_fits(&check, wanted->domain->pages);
}

/* A domain that is not in the list could be taken for none. 1, 0, or a negative errno value. */
static int anybody_new(struct structs *structs, struct error *err)
{
	struct xen_domain *now = NULL;
	size_t count = 0, i, k;
	int rc = xen_domains(structs->xen.gdbsx->xen, &now, &count);

	if (rc)
		return xen_error(rc, "list domains", err);
	for (i = 0; i < count && !rc; i++) {
		for (k = 0; k < structs->count && structs->all[k].domid != now[i].domid; k++)
			;
		rc = k == structs->count;
	}
	free(now);
	return rc;
}

int structs_eptp(struct structs *structs, const struct xen_domain *domain, uint64_t *eptp,
		 struct error *err)
{
	struct wanted wanted = { .domain = domain };
	uint64_t page[PAGE_ENTRIES];
	size_t i;
	int rc;

	for (i = 0; i < structs->count; i++)
		if (structs->all[i].domid == domain->domid)
			wanted.address = structs->domains[i];
	*eptp = 0;
	rc = wanted.address ? domain_at(structs, wanted.address, domain->domid, page, err) : 0;
	if (rc <= 0)
		return rc;
	rc = look_at_place(structs, page, &wanted, err);
	if (rc) {
		*eptp = rc > 0 ? wanted.eptp : 0;
		return rc;
	}
	wanted.eptp = 0;
	rc = search(structs, page, &wanted, err);
	if (rc > 0) {
		int new = anybody_new(structs, err);

		rc = new < 0 ? new : !new;
	}
	if (rc <= 0)
		return rc;
	structs->places.p2m = wanted.place;
	structs->learned = true;
	*eptp = wanted.eptp;
	return 1;
}
