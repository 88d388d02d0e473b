/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_FACTS_H
#define MODEL_FACTS_H

#include "model/entry.h"
#include "model/ranges.h"
#include "x86/mtrr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a fact is known. From HOW_DERIVED on it is believed; below, the other values stay possible.
 */
enum how {
	HOW_UNKNOWN,
	HOW_ASSUMED,  /* usual, not verified */
	HOW_DERIVED,  /* follows from other facts */
	HOW_LOG,      /* read in a log */
	HOW_MEASURED, /* Xen said so */
	HOW_GIVEN,    /* by the user */
};

static inline bool how_certain(enum how how)
{
	return how >= HOW_DERIVED;
}

const char *how_name(enum how how);
/* The how of that name, or -1. */
int how_parse(const char *name);

/* What a decision can rest on. Each is a bit, 1 << fact, in the sets that decide() returns. */
enum fact {
	FACT_RULES,
	FACT_IOMMU,
	FACT_CACHE_FLUSH,
	FACT_P2M_TYPE,
	FACT_MMIO_RO,
	FACT_MFN_VALID,
	FACT_SPECIAL,
	FACT_APIC_ACCESS_MFN,
	FACT_PINNED,
	FACT_GUEST_MTRR,
	FACT_GUEST_MTRR_VAR,
	FACT_VCPU,
	FACT_HOST_MTRR,
	FACT_HOST_MTRR_VAR,
	FACT_MEMORY_MAP,
	FACT_IOMEM,
	FACT_IOPORTS,
	FACT_NR_PAGES,
	FACT_COUNT,
};

struct fact_info {
	const char *name;	 /* in JSON, --given, and text */
	const char *description; /* one line */
};

extern const struct fact_info fact_info[FACT_COUNT];

/* The fact of that name ('_' and '-' are equal), or -1. */
int fact_parse(const char *name);

struct fact_bool {
	bool value;
	enum how how;
};

struct fact_number {
	uint64_t value;
	enum how how;
};

struct fact_ranges {
	struct ranges ranges;
	enum how how;
};

/* A pinned cache attribute: gfns first to last (inclusive), type UC … UC-. */
struct pin {
	uint64_t first, last;
	uint8_t type;
};

/* What is known of the p2m type of gfns first to last (inclusive). */
struct type_hint {
	uint64_t first, last;
	uint32_t types;	  /* bits 1 << enum p2m_type; 0: nothing */
	bool rights_full; /* access is known not to take rights away */
};

struct mtrr_fact {
	struct mtrr_state state; /* registers not known hold the usual value */
	struct mtrr_known known;
	enum how how;	  /* of def_type and the fixed ranges */
	enum how how_var; /* of the variable ranges */
};

#define FACTS_VCPU_MAX 128

/* All inputs of the decision for one domain at one moment. */
struct facts {
	uint32_t rules; /* bits 1 << rule set: those the running Xen may have */
	enum how how_rules;
	struct fact_bool iommu;		     /* rules.h: the domain's IOMMU predicate */
	struct fact_bool cache_flush;	     /* cache_flush_permitted() */
	struct fact_ranges special;	     /* frames: Xen heap, from 4.14 also PGC_extra */
	struct fact_ranges mmio_ro;	     /* frames of read-only MMIO */
	bool mmio_ro_complete;		     /* nothing else is; otherwise w = 0 tells */
	struct fact_ranges mmio_ro_possible; /* no other frame can become so; unknown: any can */
	struct fact_ranges mfn_valid;
	struct fact_ranges ram;	  /* frames that the machine's memory map calls usable RAM */
	struct fact_ranges iomem; /* frames: I/O memory capabilities of the domain */
	struct fact_bool ioports; /* has any I/O port capability */
	struct fact_number apic_access_mfn;
	struct fact_number nr_pages; /* RAM pages by Xen's count, without PoD's cache */
	struct pin *pins;
	size_t pin_count;
	enum how how_pins;
	struct mtrr_fact *vcpus; /* guest MTRRs of each vCPU; none: see no_vcpu */
	size_t vcpu_count;
	bool no_vcpu; /* the domain is known to have no vCPU */
	struct mtrr_fact host;
	struct type_hint *types;
	size_t type_count;
	enum how how_types;
	bool types_overlap; /* or are not in ascending order */
	bool entry_types;   /* each entry has its own */
	bool dom0;	    /* capabilities of dom0 cover RAM as well and say nothing of types */
};

void facts_init(struct facts *facts);
void facts_clear(struct facts *facts);

/* Deep copy into to (not initialized before). Returns 0 or -ENOMEM. */
int facts_copy(struct facts *to, const struct facts *from);

/* Append; return 0 or -ENOMEM (-E2BIG past FACTS_VCPU_MAX). */
int facts_add_pin(struct facts *facts, uint64_t first, uint64_t last, unsigned int type);
int facts_add_vcpu(struct facts *facts, const struct mtrr_fact *vcpu);
int facts_add_types(struct facts *facts, const struct type_hint *hint);

void facts_clear_vcpus(struct facts *facts);
void facts_clear_pins(struct facts *facts);

/*
 * A guest's MTRRs as the HVM context record shows them. From Xen 4.12 (343eb57023c7) to master the
 * record repeats variable range 0 in all places: then ranges 1 and up are not known, and hold what
 * hvmloader or the toolstack usually sets up. Fills fact; how is that of the record itself.
 */
void facts_mtrr_from_record(struct mtrr_fact *fact, const struct mtrr_state *record, enum how how);

/* Frames for which mfn_valid() holds, from the memory map (rules of pdx.c, 256 MiB groups). */
int facts_derive_mfn_valid(struct facts *facts);

#endif
