/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A second Xen, small: machines and domains made at random, the rules of every release as its
 * source has them, and page tables that are re-evaluated as lazily as Xen's. It shares no code with
 * src/: what the program says of the logs that are written from it is held against it.
 */
#ifndef MACHINE_MACHINE_H
#define MACHINE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define GFN_APIC       0xfee00
#define ORDER_2M       9
#define ORDER_1G       18
#define NOT_UNIFORM    (-1)
#define KEY(emt, ipat) ((emt) | (ipat) << 3)
#define KEY_SPLIT      7	    /* what Xen stores for "not uniform": EMT 7, no iPAT */
#define MFN_NONE       0xffffffffff /* as an entry keeps INVALID_MFN */
#define VCPUS_MAX      3
#define DOMAINS_MAX    3
#define SETS_MAX       64

enum { MT_UC, MT_WC, MT_WT = 4, MT_WP, MT_WB, MT_UCM };

/* p2m_type_t, as far as these machines have them. */
enum type {
	TYPE_RAM_RW = 0,
	TYPE_RAM_LOGDIRTY = 2,
	TYPE_RAM_RO = 3,
	TYPE_MMIO_DIRECT = 5,
	TYPE_GRANT_RW = 7,
	TYPE_GRANT_RO = 8,
	TYPE_PAGED = 10,
	TYPE_FOREIGN = 14,
};

/* A few intervals, ends inclusive. They may overlap. */
struct set {
	struct {
		uint64_t first, last;
	} at[SETS_MAX];
	unsigned int count;
};

void set_add(struct set *set, uint64_t first, uint64_t last);
bool set_has(const struct set *set, uint64_t n);
/* Members of [first, last]; of overlapping intervals each counts. */
uint64_t set_count(const struct set *set, uint64_t first, uint64_t last);

struct mtrrs {
	bool enabled, fixed_enabled;
	unsigned int def_type;
	unsigned char fixed[88]; /* in the order of the registers */
	unsigned int var_count;
	struct {
		uint64_t base, mask; /* as the registers hold them */
	} var[16];
};

/* A release of Xen. */
struct release {
	unsigned int major, minor, first, last; /* 4.minor.first to 4.minor.last */
	/*
	 * Its rules, a letter a step, see rules.c; the first to decide does. Pins and MTRRs come
	 * behind the last, in that order, if no 'P' stands among them.
	 */
	const char *rules;
};

struct machine {
	const struct release *release;
	unsigned int point;
	unsigned int phys_bits;
	struct set ram;
	uint64_t max_page;
	bool iommu; /* the machine has one that is used */
	bool exec_sp;
	struct mtrrs host;
	struct set mmio_ro;
	struct set special;    /* Xen heap and PGC_extra frames */
	struct set compressed; /* frames that exist for a Xen with PFN compression */
	bool compression;
	uint64_t next_ram, next_bar; /* frames that nobody has yet */
	struct domain {
		int domid;
		bool hvm;    /* else PVH */
		bool device; /* has one assigned */
		bool iommu;  /* is_iommu_enabled(): from 4.13 on fixed, before it follows device */
		struct set iomem;
		bool ioports;
		unsigned int vcpus;
		struct mtrrs mtrr[VCPUS_MAX];
		struct {
			uint64_t first, last;
			unsigned int type;
		} pins[8];
		unsigned int pin_count;
		struct set special; /* its own */
		uint64_t apic_mfn;
		bool apic_listed; /* key q lists it */
		struct table *root;
	} domains[DOMAINS_MAX];
	unsigned int domain_count;
};

/* An entry of a page table. */
struct slot {
	enum { SLOT_NONE, SLOT_LEAF, SLOT_TABLE, SLOT_POD } kind;
	uint8_t emt, ipat, rights; /* rights: r 1, w 2, x 4 */
	uint8_t type;
	/* What the value was made for: a piece of a superpage keeps that of the superpage. */
	uint8_t made_order;
	uint64_t mfn;
	struct table *table;
};

struct table {
	struct slot slot[512];
};

/* ---- random.c ---- */

uint64_t random_next(void);
void random_seed(uint64_t seed);
uint64_t random_below(uint64_t n);
bool chance(unsigned int n);

/* ---- rules.c ---- */

/* Is the machine's Xen 4.minor.point or later? */
bool at_least(const struct machine *machine, unsigned int minor, unsigned int point);

const struct release *release_random(unsigned int *point);

/*
 * What Xen would store in an entry of that type now, if vCPU vcpu were asked: KEY(emt, ipat), or
 * NOT_UNIFORM.
 */
int rules_say(const struct machine *machine, const struct domain *domain, uint64_t gfn,
	      uint64_t mfn, unsigned int order, unsigned int type, unsigned int vcpu);

/* The type that MTRRs give to a block, or NOT_UNIFORM. */
int mtrrs_say(const struct mtrrs *mtrrs, uint64_t frame, unsigned int order);

bool mfn_valid(const struct machine *machine, uint64_t mfn);

/* Neither the IOMMU nor cache flushes: what "NOIO" stands for. */
bool flush_permitted(const struct machine *machine, const struct domain *domain);

/* ---- xen.c ---- */

/* ept_set_entry(): 2^order pages, or none of them with kind SLOT_NONE or SLOT_POD. */
void xen_map(struct machine *machine, struct domain *domain, uint64_t gfn, uint64_t mfn,
	     unsigned int order, unsigned int type);
void xen_unmap(struct machine *machine, struct domain *domain, uint64_t gfn, unsigned int order);
void xen_pod(struct machine *machine, struct domain *domain, uint64_t gfn, unsigned int order);

/* The guest touches it: resolve_misconfig(), as vCPU vcpu. */
void xen_touch(struct machine *machine, struct domain *domain, uint64_t gfn, unsigned int vcpu);

/* Makes all pending, whatever the release thinks of it. */
void xen_invalidate(struct domain *domain);

/* memory_type_changed(): nothing happens where that release has its gate closed. */
void xen_types_changed(struct machine *machine, struct domain *domain);

/* After capabilities or devices were changed. */
void xen_capabilities_changed(struct machine *machine, struct domain *domain, bool was_permitted);

/* Calls visit for each leaf and PoD entry in ascending gfn order. */
typedef void xen_visit(void *opaque, uint64_t gfn, unsigned int order, const struct slot *slot,
		       bool pending_above);
void xen_walk(const struct domain *domain, xen_visit *visit, void *opaque);
void xen_free(struct machine *machine);

/*
 * Is a leaf that is neither pending nor without rights what the rules say now, for some vCPU, at
 * its own order or as a piece of the superpage that it was made as?
 */
bool xen_is_right(const struct machine *machine, const struct domain *domain, uint64_t gfn,
		  unsigned int order, const struct slot *slot);

/* ---- world.c ---- */

/* What can leave stale entries behind: see the table of known bugs in the source of bugs.c. */
enum event {
	EVENT_NONE,
	EVENT_MTRRS_ENABLED,	/* B18: where the gate is closed then */
	EVENT_CAPABILITY_LOST,	/* B19: the last one was revoked */
	EVENT_DEVICE_LOST,	/* B20: the last one was deassigned */
	EVENT_HOST_MTRR,	/* B21 */
	EVENT_READ_ONLY_GAINED, /* B22: MSI-X was enabled */
	EVENT_READ_ONLY_LOST,	/* B22: it was disabled */
	EVENT_CAPABILITY_ONLY,	/* B14: MTRRs changed where there are capabilities, but no IOMMU */
	EVENT_COUNT,
};

/* A machine, its domains, and what happened to them; of events only that one, or none. */
void world_make(struct machine *machine, enum event event);

/* ---- log.c ---- */

/* What a log lacks, bits. */
enum {
	WITHOUT_BANNER = 1,
	WITHOUT_MEMORY_MAP = 2,
	WITHOUT_HOST_MTRR = 4,
	WITHOUT_KEY_Q = 8,
	WITHOUT_KEY_O = 16,
	WITHOUT_CONTEXT = 32,
	WITHOUT_SOME_ENTRIES = 64,
	WITHOUT_READ_ONLY = 128,
	WITHOUT_END = 256, /* of key q */
	WITH_TIMES = 512,
	WITHOUT_ANYTHING = 1024,
};

void log_write(FILE *file, const struct machine *machine, unsigned int lacks);

#endif
