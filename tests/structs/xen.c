/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Xen that never runs: what its memory would hold, with structures of the same names as Xen's,
 * but laid out in a way of their own. Linked by xen.lds it is a xen-syms, and its sections are the
 * memory of a machine of 8 MiB in which Xen lies at PHYS.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BASE UINT64_C(0xffff82d040000000)
#define PHYS UINT64_C(0x200000)

/* Where a variable lies in the machine, and in which frame: both may stand in initializers. */
#define MACHINE(variable) ((uint64_t)(variable)-BASE + PHYS)

typedef struct list_head {
	struct list_head *next, *prev;
} list_t;

struct domain;

/* ---- as Xen has them ---- */

struct range {
	unsigned long e, s;
	struct list_head list;
};

struct rangeset {
	char name[8];
	struct list_head range_list;
};

struct hvm_mem_pinned_cacheattr_range {
	uint32_t type;
	struct list_head list;
	uint64_t start, end;
};

struct mtrr_var_range {
	uint64_t base, mask;
};

struct mtrr_state {
	uint64_t mtrr_cap;
	struct mtrr_var_range *var_ranges;
	uint8_t def_type;
	bool have_fixed, fixed_enabled, enabled;
	uint8_t fixed_ranges[88];
};

struct __attribute__((packed)) e820entry {
	uint64_t addr, size;
	uint32_t type;
};

struct e820map {
	unsigned int nr_map;
	struct e820entry map[4];
};

struct page_list_entry {
	uint32_t next, prev;
};

struct page_info {
	union {
		struct page_list_entry list;
		uint64_t up;
	};
	unsigned long count_info;
	uint64_t other[2];
};

struct page_list_head {
	struct page_info *next, *tail;
};

typedef struct {
	unsigned long pfn;
} pagetable_t;

struct ept_data {
	union {
		struct {
			uint64_t mt : 3, wl : 3, ad : 1, rsvd : 5, mfn : 52;
		};
		uint64_t eptp;
	};
};

struct p2m_domain {
	uint64_t np2m_base;
	struct domain *domain;
	enum { p2m_host, p2m_nested, p2m_alternate } p2m_class;
	pagetable_t phys_table;
	struct {
		long spare, count;
	} pod;
	union {
		struct ept_data ept;
	};
};

struct pci_dev {
	struct list_head domain_list;
	const union {
		struct {
			uint8_t devfn, bus;
			uint16_t seg;
		};
		uint32_t sbdf;
	};
};

struct vcpu_runstate_info {
	int state;
	uint64_t state_entry_time, time[4];
};

struct hvm_vcpu {
	uint64_t spare;
	struct mtrr_state mtrr;
};

struct vcpu {
	int vcpu_id;
	struct vcpu_runstate_info runstate;
	struct {
		union {
			struct hvm_vcpu hvm;
		};
	} arch;
};

struct hvm_domain {
	uint64_t spare;
	struct list_head pinned_cacheattr_ranges;
	union {
		struct {
			unsigned long apic_access_mfn;
		} vmx;
	};
};

struct domain {
	uint16_t domain_id;
	unsigned int max_vcpus;
	struct vcpu **vcpu;
	struct page_list_head extra_page_list, xenpage_list;
	unsigned int tot_pages, extra_pages;
	struct domain *next_in_list;
	unsigned int options;
	enum { DOMDYING_alive, DOMDYING_dying, DOMDYING_dead } is_dying;
	struct list_head pdev_list;
	struct rangeset *iomem_caps;
	struct {
		struct rangeset *ioport_caps;
		union {
			uint64_t pv;
			struct hvm_domain hvm;
		};
		struct p2m_domain *p2m;
		bool altp2m_active;
		struct p2m_domain *altp2m_p2m[2];
		uint64_t *altp2m_eptp;
		struct p2m_domain *nested_p2m[2];
	} arch;
};

/* ---- the machine ---- */

#define KEEP __attribute__((used))
#define PAGE KEEP __attribute__((aligned(4096)))

unsigned long KEEP xen_phys_start = PHYS;
unsigned long KEEP max_page = 0x800;
/* As if no bits of a frame were left out of the index into the table of frames. */
unsigned long KEEP pfn_pdx_bottom_mask = ~0ul;
unsigned long KEEP pfn_top_mask = 0;
unsigned int KEEP pfn_pdx_hole_shift = 0;
bool KEEP iommu_snoop = false;

struct e820map KEEP e820 = {
	3, { { 0, 0x9f000, 1 }, { 0x9f000, 0x61000, 2 }, { 0x100000, 0x700000, 1 } }
};

/* Which groups of frames there are: the first only. */
unsigned long KEEP pdx_group_valid[1024] = { 1 };

char KEEP saved_cmdline[128] = "conring_size=1k dom0_mem=4M";

#define LOG                                                                                         \
	"(XEN) Xen version 4.19.1 (nobody@nowhere) (gcc 12) debug=n Mon Jan  1 00:00:00 UTC 2024\n" \
	"(XEN) Command line: conring_size=1k dom0_mem=4M\n"                                         \
	"(XEN) I/O virtualisation disabled\n"
static char KEEP conring_text[1024] = LOG;
static char *KEEP conring = conring_text;
static uint32_t KEEP conring_size = sizeof(conring_text);
static uint32_t KEEP conringp = sizeof(LOG) - 1;

__asm__(".text\n"
	".globl xen_major_version, xen_minor_version, xen_extra_version\n"
	"xen_major_version: movl $4, %eax\n\tret\n\t.balign 32\n"
	"xen_minor_version: movl $19, %eax\n\tret\n\t.balign 32\n"
	"xen_extra_version: lea extra(%rip), %rax\n\tret\n\t.balign 32\n"
	"extra: .asciz \".1\"\n");

#define EMPTY(head)              \
	{                        \
		&(head), &(head) \
	}

/* Of a host whose default is WB, with a range that is UC. */
static struct mtrr_var_range KEEP host_ranges[2] = { { 0x300000, 0xfffff00800 } };
struct mtrr_state KEEP mtrr_state = {
	.mtrr_cap = 0x502,
	.var_ranges = host_ranges,
	.def_type = 6,
	.enabled = true,
};

/* An IO-APIC is read-only. */
static struct rangeset ro_set;
static struct range KEEP ro_range = { .s = 0xfec00,
				      .e = 0xfec00,
				      .list = EMPTY(ro_set.range_list) };
static struct rangeset KEEP ro_set = { .range_list = EMPTY(ro_range.list) };
struct rangeset *KEEP mmio_ro_ranges = &ro_set;

/* The table of frames, of which some are special. */
#define XEN_HEAP (UINT64_C(1) << 62)
#define EXTRA	 (UINT64_C(1) << 61)
#define NOTHING	 0xffffffff
#define TABLE	 UINT64_C(0xffff82e000000000)
#define ENTRY(n) ((struct page_info *)(TABLE + (n) * sizeof(struct page_info)))

static struct page_info PAGE frame_table[0x800] = {
	[0x701] = { .list = { 0x702, NOTHING }, .count_info = XEN_HEAP | 1 },
	[0x702] = { .list = { NOTHING, 0x701 }, .count_info = XEN_HEAP | 1 },
	[0x703] = { .list = { NOTHING, NOTHING }, .count_info = EXTRA | 1 },
	[0x704] = { .count_info = XEN_HEAP | 1 }, /* in nobody's list */
};

#define PTE(table, offset) (MACHINE(table) + (offset) + 0x63)

static uint64_t PAGE l1_table[512] = {
#define FOUR(n)                                                       \
	PTE(frame_table, (n)*4096), PTE(frame_table, (n + 1) * 4096), \
		PTE(frame_table, (n + 2) * 4096), PTE(frame_table, (n + 3) * 4096)
	FOUR(0), FOUR(4), FOUR(8), FOUR(12)
};
static uint64_t PAGE l2_table[512] = { PTE(l1_table, 0) };
static uint64_t PAGE l3_table[512] = { [384] = PTE(l2_table, 0) };
uint64_t PAGE idle_pg_table[512] = { [261] = PTE(l3_table, 0) };

/* ---- domain 1: all that a domain can have ---- */

static struct domain domain1, domain2;

/* EPT entries: r, w, x, EMT, iPAT, type and access rwx as 4.19 has it. */
#define TYPE(n)	   (UINT64_C(n) << 52)
#define ACCESS_RWX (UINT64_C(7) << 58)
#define EMT(n)	   ((n) << 3)
#define IPAT	   0x40
#define LEAF(mfn, rights, emt, type) \
	((UINT64_C(mfn) << 12) + (rights) + (emt) + TYPE(type) + ACCESS_RWX)
#define MIDDLE(table) (MACHINE(table) + 7)
#define RAM	      0
#define MMIO	      5
#define GRANT	      7
#define FOREIGN	      14

static uint64_t PAGE ept_l1[512] = {
	[0x10] = LEAF(0x600, 7, EMT(6), RAM),		 /* WB by the guest's default */
	[0x11] = LEAF(0x601, 7, EMT(1), RAM),		 /* WC by its range 3 */
	[0x12] = LEAF(0x602, 7, EMT(1) + IPAT, RAM),	 /* a pin */
	[0x13] = LEAF(0x300, 7, EMT(0), RAM),		 /* the host's range */
	[0x14] = LEAF(0x702, 7, EMT(6) + IPAT, RAM),	 /* special */
	[0x15] = LEAF(0x703, 7, EMT(6) + IPAT, MMIO),	 /* the same: the APIC's page */
	[0x16] = LEAF(0xfec00, 5, EMT(0) + IPAT, MMIO),	 /* read-only */
	[0x17] = LEAF(0xf0000, 7, EMT(0), MMIO),	 /* a device's */
	[0x18] = LEAF(0x704, 3, EMT(6) + IPAT, FOREIGN), /* of Xen's, mapped */
	[0x19] = LEAF(0x604, 3, EMT(6) + IPAT, GRANT),
	[0x1a] = LEAF(0x605, 7, EMT(6) + IPAT, RAM), /* stale: of a time without I/O */
};
static uint64_t PAGE ept_l2[512] = { MIDDLE(ept_l1) };
static uint64_t PAGE ept_l3[512] = { MIDDLE(ept_l2) };
uint64_t PAGE ept_l4[512] = { MIDDLE(ept_l3) };

/* A view for mem_access, with one of the entries. */
static uint64_t PAGE view_l1[512] = { [0x10] = LEAF(0x600, 1, EMT(6), RAM) };
static uint64_t PAGE view_l2[512] = { MIDDLE(view_l1) };
static uint64_t PAGE view_l3[512] = { MIDDLE(view_l2) };
uint64_t PAGE view_l4[512] = { MIDDLE(view_l3) };

#define EPTP(table) (MACHINE(table) + 0x1e)

/* What no initializer can compute of an address, xen.lds does. */
extern char ept_frame[], view_frame[], ept2_frame[];

static struct p2m_domain KEEP p2m1 = {
	.np2m_base = UINT64_MAX,
	.domain = &domain1,
	.phys_table = { (unsigned long)ept_frame },
	.pod = { .count = 3 },
	.ept = { .eptp = EPTP(ept_l4) },
};
static struct p2m_domain KEEP view1 = {
	.np2m_base = UINT64_MAX,
	.domain = &domain1,
	.p2m_class = p2m_alternate,
	.phys_table = { (unsigned long)view_frame },
	.ept = { .eptp = EPTP(view_l4) },
};
/* Of a hypervisor inside the domain; in no list until a test puts it there. */
static struct p2m_domain KEEP nested1 = {
	.np2m_base = 0x1000,
	.domain = &domain1,
	.p2m_class = p2m_nested,
	.phys_table = { (unsigned long)view_frame },
	.ept = { .eptp = EPTP(view_l4) },
};
static uint64_t PAGE eptps[512] = { UINT64_MAX, EPTP(view_l4), UINT64_MAX };

static struct rangeset ports1, iomem1;
static struct range KEEP port_range = { .s = 0x3c0, .e = 0x3df, .list = EMPTY(ports1.range_list) };
static struct rangeset ports1 = { .range_list = EMPTY(port_range.list) };
static struct range KEEP device_range = { .s = 0xf0000,
					  .e = 0xf00ff,
					  .list = EMPTY(iomem1.range_list) };
static struct rangeset iomem1 = { .range_list = EMPTY(device_range.list) };

static struct hvm_mem_pinned_cacheattr_range KEEP pin2;
static struct hvm_mem_pinned_cacheattr_range KEEP pin1 = {
	.type = 1,
	.start = 0x12,
	.end = 0x12,
	.list = { &pin2.list, &domain1.arch.hvm.pinned_cacheattr_ranges },
};
static struct hvm_mem_pinned_cacheattr_range KEEP pin2 = {
	.type = 7,
	.start = 0x100,
	.end = 0x1ff,
	.list = { &domain1.arch.hvm.pinned_cacheattr_ranges, &pin1.list },
};

static struct mtrr_var_range KEEP guest_ranges[8] = { [3] = { 0x11001, 0xfffffff800 } };
static struct vcpu KEEP vcpu10 = {
	.runstate = { .state = 3 },
	.arch.hvm.mtrr = { .mtrr_cap = 0x508,
			   .var_ranges = guest_ranges,
			   .def_type = 6,
			   .have_fixed = true,
			   .enabled = true },
};
/* Has other registers, but never ran. */
static struct mtrr_var_range KEEP other_ranges[8];
static struct vcpu KEEP vcpu11 = {
	.vcpu_id = 1,
	.runstate = { .state = 3 },
	.arch.hvm.mtrr = { .mtrr_cap = 0x508,
			   .var_ranges = other_ranges,
			   .def_type = 4,
			   .enabled = true },
};
static struct vcpu *KEEP vcpus1[2] = { &vcpu10, &vcpu11 };

static struct pci_dev KEEP device = {
	.domain_list = EMPTY(domain1.pdev_list),
	.seg = 0,
	.bus = 3,
	.devfn = 0x11,
};

static struct domain PAGE domain1 = {
	.domain_id = 1,
	.max_vcpus = 2,
	.vcpu = vcpus1,
	.extra_page_list = { ENTRY(0x703), ENTRY(0x703) },
	.xenpage_list = { ENTRY(0x701), ENTRY(0x702) },
	.tot_pages = 16,
	.extra_pages = 1,
	.next_in_list = &domain2,
	.options = 3,
	.pdev_list = EMPTY(device.domain_list),
	.iomem_caps = &iomem1,
	.arch = { .ioport_caps = &ports1,
		  .hvm.pinned_cacheattr_ranges = { &pin1.list, &pin2.list },
		  .p2m = &p2m1,
		  .altp2m_active = true,
		  .altp2m_p2m = { NULL, &view1 },
		  .altp2m_eptp = eptps },
};

/* ---- domain 2: without a vCPU, with an IOMMU; domain 0: PV ---- */

static uint64_t PAGE ept2_l1[512] = { [0x10] = LEAF(0x610, 7, EMT(6), RAM) };
static uint64_t PAGE ept2_l2[512] = { MIDDLE(ept2_l1) };
static uint64_t PAGE ept2_l3[512] = { MIDDLE(ept2_l2) };
uint64_t PAGE ept2_l4[512] = { MIDDLE(ept2_l3) };

static struct p2m_domain KEEP p2m2 = {
	.np2m_base = UINT64_MAX,
	.domain = &domain2,
	.phys_table = { (unsigned long)ept2_frame },
	.ept = { .eptp = 0x1e }, /* without the frame */
};

static struct rangeset none2 = { .range_list = EMPTY(none2.range_list) };

static struct domain PAGE domain2 = {
	.domain_id = 2,
	.tot_pages = 1,
	.options = 3 | 32,
	.pdev_list = EMPTY(domain2.pdev_list),
	.iomem_caps = &none2,
	.arch = { .ioport_caps = &none2,
		  .hvm.pinned_cacheattr_ranges = EMPTY(domain2.arch.hvm.pinned_cacheattr_ranges),
		  .p2m = &p2m2 },
};

static struct rangeset none0 = { .range_list = EMPTY(none0.range_list) };

static struct domain PAGE domain0 = {
	.next_in_list = &domain1,
	.pdev_list = EMPTY(domain0.pdev_list),
	.iomem_caps = &none0,
	.arch = { .ioport_caps = &none0 },
};

struct domain *KEEP domain_list = &domain0;
