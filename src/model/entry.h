/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry of a host p2m, and p2m types. */
#ifndef MODEL_ENTRY_H
#define MODEL_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* p2m_type_t; the numbers never changed, types were only added (rules as of Xen 4.22). */
enum p2m_type {
	P2M_RAM_RW = 0,
	P2M_INVALID = 1,
	P2M_RAM_LOGDIRTY = 2,
	P2M_RAM_RO = 3,
	P2M_MMIO_DM = 4,
	P2M_MMIO_DIRECT = 5,
	P2M_POPULATE_ON_DEMAND = 6,
	P2M_GRANT_MAP_RW = 7,
	P2M_GRANT_MAP_RO = 8,
	P2M_RAM_PAGING_OUT = 9,
	P2M_RAM_PAGED = 10,
	P2M_RAM_PAGING_IN = 11,
	P2M_RAM_SHARED = 12,
	P2M_RAM_BROKEN = 13,
	P2M_MAP_FOREIGN = 14,
	P2M_IOREQ_SERVER = 15,
	P2M_TYPE_COUNT = 16,
};

/*
 * Sets of p2m types as far as the memory type decision tells them apart.
 * RAM: everything that is neither of the others.
 */
enum p2m_class {
	P2M_CLASS_RAM = 1,
	P2M_CLASS_MMIO_DIRECT = 2,
	P2M_CLASS_GRANT_FOREIGN = 4,
};

#define ENTRY_R 1
#define ENTRY_W 2
#define ENTRY_X 4

#define ENTRY_TYPE_UNKNOWN 0xff

/* Frame numbers have at most so many bits, as physical addresses have at most 52. */
#define FRAME_BITS 40
#define FRAME_LAST ((UINT64_C(1) << FRAME_BITS) - 1)

/* One leaf of a host p2m. */
struct entry {
	uint64_t gfn, mfn; /* first frame; mfn is the raw 40-bit field */
	uint64_t raw;	   /* the EPT entry itself, if has_raw */
	union {
		struct {
			uint8_t order;	  /* 0, 9 or 18 */
			uint8_t rights;	  /* ENTRY_R | ENTRY_W | ENTRY_X */
			uint8_t emt;	  /* 0 to 7 */
			uint8_t type;	  /* enum p2m_type, or ENTRY_TYPE_UNKNOWN */
			bool ipat;	  /* ignores the guest's PAT */
			bool ipat_hidden; /* the dump shows '?' in place of iPAT */
			/* An EMT of 7 on the path, the leaf included: Xen recomputes on next touch.
			 */
			bool pending;
			bool pod; /* populate-on-demand: only gfn and order mean anything */
		};
		uint64_t traits; /* all of these at once, for entry_alike() */
	};
	bool has_raw;
};

/* A new field of the struct within has to be in traits, too, so that no comparison forgets it. */
_Static_assert(sizeof(struct entry) - offsetof(struct entry, has_raw) <= sizeof(uint64_t) &&
		       offsetof(struct entry, has_raw) == 4 * sizeof(uint64_t),
	       "traits covers the fields beside it");

/*
 * Xen's name of a type without "p2m_", "unused" for a number that Xen has not given to a type,
 * "unknown" for ENTRY_TYPE_UNKNOWN.
 */
const char *p2m_type_name(unsigned int type);

/* The type of that name, with or without "p2m_", or -1; also for NULL. */
int p2m_type_parse(const char *name);

/* The class that the decision sees. */
enum p2m_class p2m_type_class(unsigned int type);

/* 4K pages in an entry of that order. */
static inline uint64_t entry_pages(unsigned int order)
{
	return UINT64_C(1) << order;
}

/* The entry that is n behind it where neighbours differ by advancing gfn and mfn only. */
static inline void entry_advance(struct entry *entry, uint64_t n)
{
	entry->gfn += n << entry->order;
	if (!entry->pod)
		entry->mfn += n << entry->order;
}

/*
 * Of count such entries, the first of which is at frame (a gfn or mfn): how many lie whole at or
 * below last? At least 1.
 */
static inline uint64_t entry_most(uint64_t count, uint64_t frame, uint64_t last, unsigned int order)
{
	uint64_t inside = entry_pages(order) - 1, span = last - frame, most;

	if (last < frame || span < inside)
		return 1;
	most = ((span - inside) >> order);
	return most < count ? most + 1 : count;
}

/* The last gfn of an entry. */
static inline uint64_t entry_last(const struct entry *entry)
{
	return entry->gfn + (entry_pages(entry->order) - 1);
}

/* Are two entries the same but for their frames and raw bits? */
static inline bool entry_alike(const struct entry *a, const struct entry *b)
{
	return a->traits == b->traits;
}

/* Does b begin where a ends, in machine frames too (PoD has none), so that they make one block? */
static inline bool entry_adjoins(const struct entry *a, const struct entry *b)
{
	uint64_t size = entry_pages(a->order);

	return b->gfn == a->gfn + size && (a->pod || b->mfn == a->mfn + size);
}

#endif
