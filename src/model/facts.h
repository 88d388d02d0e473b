/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_FACTS_H
#define MODEL_FACTS_H

#include "model/devices.h"
#include "model/entry.h"
#include "model/ranges.h"
#include "x86/mtrr.h"
#include "x86/paging.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How a fact is known, the least sure first. From HOW_DERIVED on it is believed; below, it tells
 * the usual value, and the others stay possible.
 */
enum how {
	HOW_UNKNOWN,
	HOW_ASSUMED,  /* usual, not verified */
	HOW_GUEST,    /* a guest says so, and guests can lie */
	HOW_DERIVED,  /* follows from other facts */
	HOW_LOG,      /* read in a log */
	HOW_MEASURED, /* Xen said so */
	HOW_GIVEN,    /* by the user */
};

/* Nothing else is possible. */
static inline bool how_certain(enum how how)
{
	return how >= HOW_DERIVED;
}

/* The value told is the usual one, and proves nothing. */
static inline bool how_usual(enum how how)
{
	return how == HOW_ASSUMED || how == HOW_GUEST;
}

/* "measured", "log", … as in reports. */
const char *how_name(enum how how);
/* The how of that name, or -1; also for NULL. */
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
	FACT_CACHE_CONTROL,
	FACT_IOMMU_SNOOP,
	FACT_SPLIT,
	FACT_VCPUS,
	FACT_DEVICES,
	FACT_COUNT,
};

/*
 * What a fact's value is. Everything that copies, prints, reads or redacts facts goes by it, so
 * that a new fact of a kind that exists needs a member of struct facts and a row of fact_info[].
 */
enum fact_kind {
	KIND_NONE,	     /* no value of its own: only something that a decision rests on */
	KIND_RULES,	     /* rule sets: facts->rules */
	KIND_BOOL,	     /* yes or no: a struct fact_bool */
	KIND_NUMBER,	     /* a struct fact_number */
	KIND_RANGES,	     /* machine frames: a struct fact_ranges */
	KIND_TYPES,	     /* p2m types of gfn ranges: facts->types */
	KIND_PINS,	     /* facts->pins */
	KIND_GUEST_MTRR,     /* facts->vcpus: all but the variable ranges 1 and up */
	KIND_GUEST_MTRR_VAR, /* these */
	KIND_REGISTERS,	     /* facts->registers */
	KIND_DEVICES,	     /* facts->devices */
	KIND_HOST_MTRR,	     /* facts->host: all but the variable ranges */
	KIND_HOST_MTRR_VAR,  /* these */
};

/* What holds for a fact, bits. */
enum {
	FACT_FRAME = 1,	      /* of a number: it is a machine frame */
	FACT_FIRST_FRAME = 2, /* of ranges: Xen looks at the first frame of a superpage only */
	FACT_SIZE = 4,	      /* of ranges: RAM, told in bytes */
	FACT_NO_USUAL =
		8, /* nothing is usual: while it is unknown, all that rests on it is a guess */
};

struct fact_info {
	const char *name;	 /* in JSON and --given */
	const char *description; /* one line */
	const char *label;	 /* for people: "guest MTRRs" */
	const char *get;	 /* how to find out what is unknown, or NULL */
	enum fact_kind kind;
	size_t place;	 /* offset in struct facts, of the kinds that say a struct */
	size_t complete; /* of ranges: offset of a bool, see mmio_ro_complete; 0: always true */
	size_t possible; /* of ranges: offset of a struct fact_ranges, see mmio_ro_possible; or 0 */
	uint64_t usual;	 /* of a number: its usual value */
	unsigned int flags;
	unsigned int shown; /* place among the facts above each domain in text, 0: not there */
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

#define FACTS_REGISTERS_MAX 4096

/* How a vCPU translated, at one moment: several of one vCPU are of several moments. */
struct vcpu_registers {
	unsigned int vcpu;
	struct paging_registers registers;
};

/* All inputs of the decision for one domain at one moment. */
struct facts {
	uint32_t rules; /* bits 1 << rule set: those the running Xen may have */
	enum how how_rules;
	struct fact_bool iommu;		/* rules.h: the domain's IOMMU predicate */
	struct fact_bool cache_flush;	/* cache_flush_permitted() */
	struct fact_bool cache_control; /* created with iomem= or ioports= */
	struct fact_bool iommu_snoop;	/* the host's IOMMUs can all force snooping */
	struct fact_ranges special;	/* frames: Xen heap, from 4.14 also PGC_extra */
	/* No other frame that the domain maps can be; unknown: those of others and of Xen can. */
	struct fact_ranges special_possible;
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
	enum how no_vcpu; /* that the domain has no vCPU; HOW_UNKNOWN: nobody says so */
	struct vcpu_registers *registers; /* of vCPUs, in the order of their ids */
	size_t register_count;
	enum how how_registers;
	struct devices devices; /* that machine frames belong to */
	enum how how_devices;
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

/*
 * Append; return 0 or -ENOMEM (of vCPUs past FACTS_VCPU_MAX -E2BIG). Of a vCPU registers that hold
 * what cannot be are not known: see mtrr_doubt().
 */
int facts_add_pin(struct facts *facts, uint64_t first, uint64_t last, unsigned int type);
int facts_add_vcpu(struct facts *facts, const struct mtrr_fact *vcpu);
int facts_add_types(struct facts *facts, const struct type_hint *hint);

/* At most FACTS_REGISTERS_MAX. */
int facts_add_registers(struct facts *facts, unsigned int vcpu,
			const struct paging_registers *registers);

void facts_clear_vcpus(struct facts *facts);
void facts_clear_pins(struct facts *facts);
void facts_clear_registers(struct facts *facts);

/* How a fact is known. Of guest MTRRs those of the first vCPU count. */
enum how fact_how(const struct facts *facts, enum fact fact);

/* The value of a fact of KIND_BOOL, KIND_NUMBER, KIND_RANGES; to be written if facts may be. */
struct fact_bool *fact_bool(const struct facts *facts, enum fact fact);
struct fact_number *fact_number(const struct facts *facts, enum fact fact);
struct fact_ranges *fact_ranges(const struct facts *facts, enum fact fact);

/* Which other frames a fact of KIND_RANGES may hold (see fact_info[].possible), or NULL. */
struct fact_ranges *fact_possible(const struct facts *facts, enum fact fact);

/* Set i of frames among all that facts hold, 0 to FACTS_SETS - 1, or NULL where there is none. */
struct ranges *facts_set(const struct facts *facts, unsigned int i);
#define FACTS_SETS (2 * FACT_COUNT)

/* Whether the ranges of a fact of KIND_RANGES are all there are. */
bool fact_complete(const struct facts *facts, enum fact fact);
void fact_set_complete(struct facts *facts, enum fact fact, bool complete);

#endif
