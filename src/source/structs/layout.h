/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_LAYOUT_H
#define SOURCE_STRUCTS_LAYOUT_H

/* The structures of Xen's that are looked into, and their members. */

#include <stdbool.h>
#include <stdint.h>

enum xen_struct {
	STRUCT_DOMAIN,
	STRUCT_VCPU,
	STRUCT_P2M,
	STRUCT_RANGESET,
	STRUCT_RANGE,
	STRUCT_PIN,
	STRUCT_MTRR,
	STRUCT_MTRR_RANGE,
	STRUCT_E820,
	STRUCT_E820_ENTRY,
	STRUCT_PAGE,
	STRUCT_PCI_DEVICE,
	STRUCT_COUNT,
};

enum member {
	DOMAIN_ID,
	DOMAIN_NEXT,
	DOMAIN_OPTIONS,
	DOMAIN_VCPUS,
	DOMAIN_VCPU,
	DOMAIN_PAGES,
	DOMAIN_EXTRA_PAGES,
	DOMAIN_XEN_LIST,
	DOMAIN_EXTRA_LIST,
	DOMAIN_IOMEM,
	DOMAIN_IOPORTS,
	DOMAIN_DEVICES,
	DOMAIN_P2M,
	DOMAIN_ALTP2M,
	DOMAIN_ALTP2M_ACTIVE,
	DOMAIN_ALTP2M_EPTP,
	DOMAIN_NESTED,
	DOMAIN_PINS,
	DOMAIN_APIC_ACCESS,
	VCPU_MTRR,
	VCPU_STATE,
	VCPU_TIMES,
	P2M_DOMAIN,
	P2M_CLASS,
	P2M_TABLE,
	P2M_EPTP,
	P2M_POD_COUNT,
	P2M_NESTED_BASE,
	RANGESET_LIST,
	RANGE_LIST,
	RANGE_FIRST,
	RANGE_LAST,
	PIN_LIST,
	PIN_FIRST,
	PIN_LAST,
	PIN_TYPE,
	MTRR_VAR,
	MTRR_FIXED,
	MTRR_ENABLED,
	MTRR_FIXED_ENABLED,
	MTRR_DEFAULT,
	MTRR_CAP,
	MTRR_BASE,
	MTRR_MASK,
	E820_COUNT,
	E820_MAP,
	E820_ADDRESS,
	E820_SIZE,
	E820_TYPE,
	PAGE_COUNT_INFO,
	PAGE_NEXT,
	PAGE_PREV,
	PCI_LIST,
	PCI_SEGMENT,
	PCI_BUS,
	PCI_DEVFN,
	MEMBER_COUNT,
};

/* What is looked for in DWARF. */
struct struct_info {
	const char *name; /* "struct NAME" */
	int beside;	  /* one that its source file has, too; -1: the name tells enough */
	uint32_t size; /* where DWARF does not tell: what all known releases have; 0: it varies */
};
extern const struct struct_info struct_info[STRUCT_COUNT];

struct member_info {
	enum xen_struct of;
	const char *path;  /* "arch.hvm.mtrr" */
	const char *older; /* the same in older releases, or NULL */
	/* Where DWARF does not tell: what all known releases have, whatever their configuration. */
	uint32_t offset, size; /* size 0: it varies */
	bool optional;	       /* a Xen built without what it is for does not have it */
};
extern const struct member_info member_info[MEMBER_COUNT];

/* Where members are in one Xen. */
struct layout {
	struct member_place {
		bool known;
		uint32_t offset, size; /* bytes */
	} member[MEMBER_COUNT];
	uint32_t size[STRUCT_COUNT]; /* 0: not known */
	bool guessed;		     /* DWARF does not tell: only what is the same in all */
};

/* Only what is the same in all known releases. */
void layout_usual(struct layout *layout);

/* Are all of these known? */
bool layout_has(const struct layout *layout, enum member first, enum member last);

#endif
