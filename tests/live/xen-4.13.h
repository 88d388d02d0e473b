/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the live source takes from the headers of Xen 4.13, which no distribution packages any more
 * and XCP-ng 8.2 runs: written down from that interface, only so that the source can be compiled
 * against it. Where later releases have more members in a union, their place is named here.
 */
#ifndef XEN_4_13_H
#define XEN_4_13_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* ---- libxentoollog, libxenstore ---- */

typedef enum { XTL_NONE, XTL_DEBUG, XTL_NUM_LEVELS = 9 } xentoollog_level;

typedef struct xentoollog_logger xentoollog_logger;
struct xentoollog_logger {
	void (*vmessage)(struct xentoollog_logger *logger, xentoollog_level level, int errnoval,
			 const char *context, const char *format, va_list al)
		__attribute__((format(printf, 5, 0)));
	void (*progress)(struct xentoollog_logger *logger, const char *context,
			 const char *doing_what, int percent, unsigned long done,
			 unsigned long total);
	void (*destroy)(struct xentoollog_logger *logger);
};

struct xs_handle;
typedef uint32_t xs_transaction_t;
#define XBT_NULL 0
struct xs_handle *xs_open(unsigned long flags);
void xs_close(struct xs_handle *xsh);
void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *len);

/* ---- libxencall, libxenforeignmemory ---- */

typedef unsigned long xen_pfn_t;
typedef unsigned long xen_ulong_t;
typedef uint16_t domid_t;
#define DOMID_XEN 0x7ff2

typedef struct xencall_handle xencall_handle;
xencall_handle *xencall_open(xentoollog_logger *logger, unsigned open_flags);
int xencall_close(xencall_handle *xcall);
int xencall1(xencall_handle *xcall, unsigned int op, uint64_t arg1);
int xencall2(xencall_handle *xcall, unsigned int op, uint64_t arg1, uint64_t arg2);
void *xencall_alloc_buffer_pages(xencall_handle *xcall, size_t nr_pages);
void xencall_free_buffer_pages(xencall_handle *xcall, void *p, size_t nr_pages);
void *xencall_alloc_buffer(xencall_handle *xcall, size_t size);
void xencall_free_buffer(xencall_handle *xcall, void *p);

typedef struct xenforeignmemory_handle xenforeignmemory_handle;
xenforeignmemory_handle *xenforeignmemory_open(xentoollog_logger *logger, unsigned open_flags);
int xenforeignmemory_close(xenforeignmemory_handle *fmem);
void *xenforeignmemory_map(xenforeignmemory_handle *fmem, uint32_t dom, int prot, size_t pages,
			   const xen_pfn_t arr[], int err[]);
int xenforeignmemory_unmap(xenforeignmemory_handle *fmem, void *addr, size_t pages);

/* ---- hypercalls ---- */

#define __HYPERVISOR_platform_op 7
#define __HYPERVISOR_multicall	 13
#define __HYPERVISOR_hvm_op	 34
#define __HYPERVISOR_domctl	 36

/* Tools build handles of 64 bits. */
#define HANDLE(name, type)                              \
	typedef union {                                 \
		type *p;                                \
		uint64_t q __attribute__((aligned(8))); \
	} name
HANDLE(handle_char, char);
HANDLE(handle_pfn, xen_pfn_t);
#define set_xen_guest_handle_raw(handle, value) \
	do {                                    \
		(handle).q = 0;                 \
		(handle).p = value;             \
	} while (0)

typedef struct multicall_entry {
	xen_ulong_t op, result;
	xen_ulong_t args[6];
} multicall_entry_t;

#define XENVER_version	    0
#define XENVER_extraversion 1
#define XENVER_commandline  9
typedef char xen_extraversion_t[16];
typedef char xen_commandline_t[1024];

typedef uint16_t hvmmem_type_t;
enum { HVMMEM_ram_rw, HVMMEM_ram_ro, HVMMEM_mmio_dm, HVMMEM_unused, HVMMEM_ioreq_server };
#define HVMOP_get_mem_type 15
struct xen_hvm_get_mem_type {
	domid_t domid;
	uint16_t mem_type;
	uint16_t pad[2];
	uint64_t pfn __attribute__((aligned(8)));
};

typedef enum {
	XENMEM_access_n,
	XENMEM_access_r,
	XENMEM_access_w,
	XENMEM_access_rw,
	XENMEM_access_x,
	XENMEM_access_rx,
	XENMEM_access_wx,
	XENMEM_access_rwx,
} xenmem_access_t;

#define MTRR_VCNT     8
#define NUM_FIXED_MSR 11
struct hvm_hw_mtrr {
	uint64_t msr_pat_cr;
	uint64_t msr_mtrr_var[MTRR_VCNT * 2];
	uint64_t msr_mtrr_fixed[NUM_FIXED_MSR];
	uint64_t msr_mtrr_cap;
	uint64_t msr_mtrr_def_type;
};
struct save_type_MTRR {
	struct hvm_hw_mtrr t;
	char c[14];
};
/* Members that the live source does not ask for are told by their places only. */
struct hvm_hw_cpu {
	uint8_t fpu_regs[512];
	uint64_t integer[18]; /* rax to r15, rip, rflags */
	uint64_t cr0, cr2, cr3, cr4;
	uint64_t debug[6];
	uint32_t selectors[8], limits[10];
	uint64_t bases[10];
	uint32_t arbytes[8];
	uint64_t sysenter[3], shadow_gs, msr_flags, msr_lstar, msr_star, msr_cstar;
	uint64_t msr_syscall_mask, msr_efer, msr_tsc_aux, tsc;
	uint32_t pending_event, error_code;
};
struct save_type_CPU {
	struct hvm_hw_cpu t;
	char c[2];
};
#define HVM_SAVE_TYPE(name) __typeof__(((struct save_type_##name *)0)->t)
#define HVM_SAVE_CODE(name) (sizeof(((struct save_type_##name *)0)->c))

#define XENPF_INTERFACE_VERSION 0x03000000
#define XENPF_read_memtype	33
#define XENPF_get_symbol	63
struct xenpf_read_memtype {
	uint32_t reg;
	xen_pfn_t mfn;
	uint64_t nr_mfns;
	uint32_t type;
};
struct xenpf_symdata {
	uint32_t namelen;
	uint32_t symnum;
	handle_char name;
	uint64_t address;
	char type;
};
typedef struct xen_platform_op {
	uint32_t cmd;
	uint32_t interface_version;
	union {
		struct xenpf_read_memtype read_memtype;
		struct xenpf_symdata symdata;
		uint8_t pad[128];
	} u;
} xen_platform_op_t;

#define XEN_DOMCTL_INTERFACE_VERSION 0x12
#define XEN_DOMCTL_getpageframeinfo3 61
#define XEN_DOMCTL_PFINFO_NOTAB	     0u
#define XEN_DOMCTL_PFINFO_XTAB	     (0xfu << 28)
#define XEN_DOMCTL_PFINFO_LTAB_MASK  (0xfu << 28)
#define XEN_DOMCTL_gdbsx_guestmemio  1000
struct xen_domctl_getpageframeinfo3 {
	uint64_t num __attribute__((aligned(8)));
	handle_pfn array;
};
struct xen_domctl_gdbsx_memio {
	uint64_t pgd3val __attribute__((aligned(8)));
	uint64_t gva, uva;
	uint32_t len;
	uint8_t gwr;
	uint32_t remain;
};
struct xen_domctl {
	uint32_t cmd;
	uint32_t interface_version;
	domid_t domain;
	union {
		struct xen_domctl_getpageframeinfo3 getpageframeinfo3;
		struct xen_domctl_gdbsx_memio gdbsx_guest_memio;
		uint8_t pad[128];
	} u;
};

/* ---- libxenctrl ---- */

#define XC_PAGE_SHIFT 12
#define XC_PAGE_SIZE  (1UL << XC_PAGE_SHIFT)
#define E820MAX	      128
#define E820_RAM      1

typedef struct xc_interface_core xc_interface;

#define XEN_DOMINF_dying     (1U << 0)
#define XEN_DOMINF_hvm_guest (1U << 1)
#define XEN_DOMINF_paused    (1U << 3)
#define XEN_DOMINF_hap	     (1U << 7)
typedef struct {
	domid_t domain;
	uint32_t flags;
	uint64_t tot_pages, max_pages, outstanding_pages, shr_pages, paged_pages;
	uint64_t shared_info_frame, cpu_time;
	uint32_t nr_online_vcpus, max_vcpu_id, ssidref;
	uint8_t handle[16];
	uint32_t cpupool;
} xc_domaininfo_t;

struct e820entry {
	uint64_t addr, size;
	uint32_t type;
} __attribute__((packed));

xc_interface *xc_interface_open(xentoollog_logger *logger, xentoollog_logger *dombuild_logger,
				unsigned open_flags);
int xc_interface_close(xc_interface *xch);
int xc_version(xc_interface *xch, int cmd, void *arg);
int xc_send_debug_keys(xc_interface *xch, char *keys); /* to 4.13 not const */
int xc_readconsolering(xc_interface *xch, char *buffer, unsigned int *pnr_chars, int clear,
		       int incremental, uint32_t *pindex);
int xc_domain_getinfolist(xc_interface *xch, uint32_t first_domain, unsigned int max_domains,
			  xc_domaininfo_t *info);
int xc_domain_pause(xc_interface *xch, uint32_t domid);
int xc_domain_unpause(xc_interface *xch, uint32_t domid);
int xc_domain_hvm_getcontext_partial(xc_interface *xch, uint32_t domid, uint16_t typecode,
				     uint16_t instance, void *ctxt_buf, uint32_t size);
int xc_domain_get_pod_target(xc_interface *xch, uint32_t domid, uint64_t *tot_pages,
			     uint64_t *pod_cache_pages, uint64_t *pod_entries);
int xc_domain_maximum_gpfn(xc_interface *xch, uint32_t domid, xen_pfn_t *gpfns);
int xc_get_device_group(xc_interface *xch, uint32_t domid, uint32_t machine_sbdf,
			uint32_t max_sdevs, uint32_t *num_sdevs, uint32_t *sdev_array);
int xc_get_mem_access(xc_interface *xch, uint32_t domain_id, uint64_t pfn, xenmem_access_t *access);
int xc_get_machine_memory_map(xc_interface *xch, struct e820entry entries[], uint32_t max_entries);
int xc_maximum_ram_page(xc_interface *xch, unsigned long *max_mfn);
int xc_machphys_mfn_list(xc_interface *xch, unsigned long max_extents, xen_pfn_t *extent_start);
int xc_kexec_get_range(xc_interface *xch, int range, int nr, uint64_t *size, uint64_t *start);

#endif
