/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xdom: build and change Xen domains by single hypercalls, so that a test
 * decides what every entry of a domain's EPT is. Numbers are C numbers
 * ("0x200"), frames are gfns or mfns.
 */
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xencall.h>
#include <xenctrl.h>
#include <xendevicemodel.h>
#include <xenforeignmemory.h>
#include <xenstore.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/hvm/save.h>
#include <xen/memory.h>
#include <xen/platform.h>

static xc_interface *xch;
static char **args; /* of the command, args[0] is the first after it */
static int nargs;

static uint64_t num(int i)
{
	char *end;
	uint64_t v;

	if (i >= nargs) {
		fprintf(stderr, "xdom: argument %d is missing\n", i + 1);
		exit(2);
	}
	errno = 0;
	v = strtoull(args[i], &end, 0);
	if (errno || *end || end == args[i]) {
		fprintf(stderr, "xdom: '%s' is no number\n", args[i]);
		exit(2);
	}
	return v;
}

static uint32_t dom(void)
{
	return (uint32_t)num(0);
}

static uint64_t num_or(int i, uint64_t otherwise)
{
	return i < nargs ? num(i) : otherwise;
}

/* ---- creation -------------------------------------------------------- */

static int set_name(uint32_t domid, const char *name)
{
	struct xs_handle *xs = xs_open(0);
	char path[64];
	int ok;

	if (!xs)
		return -1;
	snprintf(path, sizeof(path), "/local/domain/%u/name", domid);
	ok = xs_write(xs, XBT_NULL, path, name, (unsigned int)strlen(name));
	xs_close(xs);
	return ok ? 0 : -1;
}

#define POOL_BEHIND_VCPUS (XEN_DOMCTL_INTERFACE_VERSION < 0x14)

/* Memory for its page tables: 4 MiB. */
static int set_pool(uint32_t domid)
{
#if XEN_DOMCTL_INTERFACE_VERSION < 0x14
	unsigned long mib = 4;

	return xc_shadow_control(xch, domid, XEN_DOMCTL_SHADOW_OP_SET_ALLOCATION, NULL, 0, &mib, 0,
				 NULL);
#else
	return xc_set_paging_mempool_size(xch, domid, 4u << 20);
#endif
}

/* create hvm|pvh NAME [VCPUS]: prints the new domain's number */
static int cmd_create(void)
{
	struct xen_domctl_createdomain config = {
		.flags = XEN_DOMCTL_CDF_hvm | XEN_DOMCTL_CDF_hap,
		.max_evtchn_port = 1023,
		.max_grant_frames = 4,
		.max_maptrack_frames = 4,
#if XEN_DOMCTL_INTERFACE_VERSION >= 0x14
		.grant_opts = XEN_DOMCTL_GRANT_version(1),
#endif
	};
	uint32_t domid = 0; /* any */

	if (nargs < 2)
		return -1;
	config.max_vcpus = (uint32_t)num_or(2, 1);
	/* What this Xen accepts: everything emulated, or only the APIC. */
	config.arch.emulation_flags = strcmp(args[0], "pvh") ? 0x3ff : 0x1;
	if (xc_domain_create(xch, &domid, &config))
		return -1;
	/* Up to 4.14 or so paging_domctl() refuses a domain without a vCPU. */
	if (POOL_BEHIND_VCPUS && xc_domain_max_vcpus(xch, domid, (int)config.max_vcpus))
		return -1;
	if (set_pool(domid) ||
	    (!POOL_BEHIND_VCPUS && xc_domain_max_vcpus(xch, domid, (int)config.max_vcpus)) ||
	    xc_domain_setmaxmem(xch, domid, 128u << 10) || set_name(domid, args[1]))
		return -1;
	printf("%u\n", domid);
	return 0;
}

static int cmd_pause(void)
{
	return xc_domain_pause(xch, dom());
}

static int cmd_unpause(void)
{
	return xc_domain_unpause(xch, dom());
}

static int cmd_destroy(void)
{
	return xc_domain_destroy(xch, dom());
}

/* ---- what is mapped -------------------------------------------------- */

/* frames(command): the list GFN, GFN + 2^ORDER, … of COUNT extents */
static xen_pfn_t *frames(uint64_t gfn, uint64_t count, unsigned int order)
{
	xen_pfn_t *list = calloc(count, sizeof(*list));
	uint64_t i;

	if (!list) {
		perror("xdom");
		exit(1);
	}
	for (i = 0; i < count; i++)
		list[i] = gfn + (i << order);
	return list;
}

/* ram DOM GFN COUNT ORDER [pod] */
static int cmd_ram(void)
{
	unsigned int order = (unsigned int)num(3), flags = 0;
	xen_pfn_t *list = frames(num(1), num(2), order);

	if (nargs > 4 && !strcmp(args[4], "pod"))
		flags = XENMEMF_populate_on_demand;
	return xc_domain_populate_physmap_exact(xch, dom(), num(2), order, flags, list);
}

/* remove DOM GFN COUNT ORDER */
static int cmd_remove(void)
{
	unsigned int order = (unsigned int)num(3);

	return xc_domain_decrease_reservation_exact(xch, dom(), num(2), order,
						    frames(num(1), num(2), order));
}

/* mmio DOM GFN MFN NR 1|0 */
static int cmd_mmio(void)
{
	return xc_domain_memory_mapping(xch, dom(), num(1), num(2), num(3), (uint32_t)num(4));
}

/* shared DOM GFN */
static int cmd_shared(void)
{
	return xc_domain_add_to_physmap(xch, dom(), XENMAPSPACE_shared_info, 0, num(1));
}

/* gnttab DOM INDEX GFN */
static int cmd_gnttab(void)
{
	return xc_domain_add_to_physmap(xch, dom(), XENMAPSPACE_grant_table, num(1), num(2));
}

/* ---- permissions ----------------------------------------------------- */

/* iomem DOM MFN NR 1|0 */
static int cmd_iomem(void)
{
	return xc_domain_iomem_permission(xch, dom(), num(1), num(2), (uint8_t)num(3));
}

/* ioport DOM PORT NR 1|0 */
static int cmd_ioport(void)
{
	return xc_domain_ioport_permission(xch, dom(), (uint32_t)num(1), (uint32_t)num(2),
					   (uint32_t)num(3));
}

/* ---- types and accesses ---------------------------------------------- */

static int set_types(const unsigned int *types, int n, uint64_t gfn, uint32_t nr)
{
	xendevicemodel_handle *dm = xendevicemodel_open(NULL, 0);
	int i, rc = dm ? 0 : -1;

	for (i = 0; !rc && i < n; i++)
		rc = xendevicemodel_set_mem_type(dm, (domid_t)dom(), (hvmmem_type_t)types[i], gfn,
						 nr);
	if (dm)
		xendevicemodel_close(dm);
	return rc;
}

/* memtype DOM TYPE GFN [NR] */
static int cmd_memtype(void)
{
	unsigned int type = (unsigned int)num(1);

	return set_types(&type, 1, num(2), (uint32_t)num_or(3, 1));
}

/* gettype DOM GFN [NR]: HVMMEM_* of each */
static int cmd_gettype(void)
{
	xencall_handle *call = xencall_open(NULL, 0);
	struct xen_hvm_get_mem_type *op;
	uint64_t gfn, nr = num_or(2, 1);
	int rc = 0;

	if (!call)
		return -1;
	op = xencall_alloc_buffer(call, sizeof(*op));
	for (gfn = num(1); op && !rc && nr; gfn++, nr--) {
		op->domid = (domid_t)dom();
		op->pfn = gfn;
		rc = xencall2(call, __HYPERVISOR_hvm_op, HVMOP_get_mem_type, (uint64_t)op);
		printf("%" PRIx64 " type %u\n", gfn, op->mem_type);
	}
	xencall_free_buffer(call, op);
	xencall_close(call);
	return op ? rc : -1;
}

/* touch DOM GFN...: re-write 4K entries as a guest's access would */
static int cmd_touch(void)
{
	static const unsigned int there_and_back[] = { HVMMEM_ram_ro, HVMMEM_ram_rw };
	int i, rc = 0;

	for (i = 1; !rc && i < nargs; i++)
		rc = set_types(there_and_back, 2, num(i), 1);
	return rc;
}

/* pin DOM START END TYPE */
static int cmd_pin(void)
{
	xendevicemodel_handle *dm = xendevicemodel_open(NULL, 0);
	int rc;

	if (!dm)
		return -1;
	rc = xendevicemodel_pin_memory_cacheattr(dm, (domid_t)dom(), num(1), num(2),
						 (uint32_t)num(3));
	xendevicemodel_close(dm);
	return rc;
}

/* ioreq DOM: a server for pages of type ioreq_server (HVMMEM 4) */
static int cmd_ioreq(void)
{
	xendevicemodel_handle *dm = xendevicemodel_open(NULL, 0);
	ioservid_t id;
	int rc;

	if (!dm)
		return -1;
	rc = xendevicemodel_create_ioreq_server(dm, (domid_t)dom(), HVM_IOREQSRV_BUFIOREQ_OFF, &id);
	if (!rc)
		rc = xendevicemodel_map_mem_type_to_ioreq_server(dm, (domid_t)dom(), id,
								 HVMMEM_ioreq_server,
								 XEN_DMOP_IOREQ_MEM_ACCESS_WRITE);
	xendevicemodel_close(dm);
	return rc;
}

/* monitor DOM GFN: enable mem_access; GFN becomes the ring and vanishes */
static int cmd_monitor(void)
{
	uint32_t port;

	if (xc_hvm_param_set(xch, dom(), HVM_PARAM_MONITOR_RING_PFN, num(1)))
		return -1;
	return xc_monitor_enable(xch, dom(), &port) ? 0 : -1;
}

/* altp2m DOM: views, of which only dom0 chooses, and one besides the first: prints its number */
static int cmd_altp2m(void)
{
	uint16_t view = 0;

	if (xc_hvm_param_set(xch, dom(), HVM_PARAM_ALTP2M, XEN_ALTP2M_external) ||
	    xc_altp2m_set_domain_state(xch, dom(), true) ||
	    xc_altp2m_create_view(xch, dom(), XENMEM_access_rwx, &view))
		return -1;
	printf("%u\n", view);
	return 0;
}

/* viewaccess DOM VIEW ACCESS GFN: what one view lets the guest do there */
static int cmd_viewaccess(void)
{
	return xc_altp2m_set_mem_access(xch, dom(), (uint16_t)num(1), num(3),
					(xenmem_access_t)num(2));
}

/* access DOM ACCESS GFN [NR] */
static int cmd_access(void)
{
	return xc_set_mem_access(xch, dom(), (xenmem_access_t)num(1), num(2),
				 (uint32_t)num_or(3, 1));
}

/* logdirty DOM 1|0 */
static int cmd_logdirty(void)
{
	return xc_shadow_control(xch, dom(),
				 num(1) ? XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY
					: XEN_DOMCTL_SHADOW_OP_OFF,
				 NULL, 0
#if XEN_DOMCTL_INTERFACE_VERSION < 0x14
				 ,
				 NULL, 0, NULL
#endif
	);
}

/* ---- registers ------------------------------------------------------- */

/* Writes records of a vCPU, with the last one that marks their end. */
static int set_context(const void *records, size_t records_size)
{
	size_t front = sizeof(struct hvm_save_descriptor) + HVM_SAVE_LENGTH(HEADER);
	int rc, size;
	uint8_t *buf;

	/* The header has to be Xen's own. */
	size = xc_domain_hvm_getcontext(xch, dom(), NULL, 0);
	if (size < (int)front)
		return -1;
	buf = calloc(1, (size_t)size + records_size);
	if (!buf || xc_domain_hvm_getcontext(xch, dom(), buf, (uint32_t)size) < 0) {
		free(buf);
		return -1;
	}
	memcpy(buf + front, records, records_size);
	rc = xc_domain_hvm_setcontext(xch, dom(), buf, (uint32_t)(front + records_size));
	free(buf);
	return rc;
}

/*
 * setmtrr DOM VCPU [def=X] [fix=X] [baseN=X maskN=X]... (hexadecimal): the
 * whole state of one vCPU; what is not given is zero. Written as a record of
 * its own, because the record Xen hands out is wrong for ranges 1 and above.
 */
static int cmd_setmtrr(void)
{
	struct {
		struct hvm_save_descriptor head;
		struct hvm_hw_mtrr mtrr;
		struct hvm_save_descriptor end;
	} __attribute__((packed)) rec = {
		.head = { HVM_SAVE_CODE(MTRR), (uint16_t)num(1), HVM_SAVE_LENGTH(MTRR) },
		.mtrr = { .msr_pat_cr = 0x0007040600070406, .msr_mtrr_cap = 0x508 },
		.end = { HVM_SAVE_CODE(END), 0, 0 },
	};
	int i;

	for (i = 2; i < nargs; i++) {
		unsigned int n, j;
		uint64_t v;

		if (sscanf(args[i], "def=%" SCNx64, &v) == 1) {
			rec.mtrr.msr_mtrr_def_type = v;
		} else if (sscanf(args[i], "fix=%" SCNx64, &v) == 1) {
			for (j = 0; j < 11; j++)
				rec.mtrr.msr_mtrr_fixed[j] = v;
		} else if (sscanf(args[i], "base%u=%" SCNx64, &n, &v) == 2 && n < 8) {
			rec.mtrr.msr_mtrr_var[2 * n] = v;
		} else if (sscanf(args[i], "mask%u=%" SCNx64, &n, &v) == 2 && n < 8) {
			rec.mtrr.msr_mtrr_var[2 * n + 1] = v;
		} else {
			errno = EINVAL;
			return -1;
		}
	}

	return set_context(&rec, sizeof(rec));
}

/* Copies size bytes, or zeros, to the domain's memory. */
static int put(xenforeignmemory_handle *memory, uint64_t address, const uint8_t *from, size_t size)
{
	while (size) {
		xen_pfn_t gfn = address / XC_PAGE_SIZE;
		size_t at = address % XC_PAGE_SIZE, part = XC_PAGE_SIZE - at;
		uint8_t *page =
			xenforeignmemory_map(memory, dom(), PROT_READ | PROT_WRITE, 1, &gfn, NULL);

		if (!page)
			return -1;
		part = part < size ? part : size;
		if (from)
			memcpy(page + at, from, part);
		else
			memset(page + at, 0, part);
		xenforeignmemory_unmap(memory, page, 1);
		from = from ? from + part : NULL;
		address += part;
		size -= part;
	}
	return 0;
}

/* Puts what an ELF file of 32 bits has to load into the domain's memory. */
static int load(const uint8_t *file, size_t size)
{
	const Elf32_Ehdr *elf = (const void *)file;
	const Elf32_Phdr *part = (const void *)(file + elf->e_phoff);
	xenforeignmemory_handle *memory = xenforeignmemory_open(NULL, 0);
	int n, rc = memory ? 0 : -1;

	for (n = 0; n < elf->e_phnum && !rc; n++) {
		if (part[n].p_type != PT_LOAD)
			continue;
		if (part[n].p_offset + part[n].p_filesz > size)
			rc = -1;
		if (!rc)
			rc = put(memory, part[n].p_paddr, file + part[n].p_offset,
				 part[n].p_filesz);
		if (!rc)
			rc = put(memory, part[n].p_paddr + part[n].p_filesz, NULL,
				 part[n].p_memsz - part[n].p_filesz);
	}
	if (memory)
		xenforeignmemory_close(memory);
	return rc;
}

/* boot DOM ELF: vCPU 0 will begin at its entry, in flat 32-bit mode as PVH guests do */
static int cmd_boot(void)
{
	struct {
		struct hvm_save_descriptor head;
		struct hvm_hw_cpu cpu;
		struct hvm_save_descriptor end;
	} __attribute__((packed)) rec = {
		.head = { HVM_SAVE_CODE(CPU), 0, HVM_SAVE_LENGTH(CPU) },
		.cpu = {
			.rflags = 2, .cr0 = 0x11, .dr6 = 0xffff0ff0, .dr7 = 0x400,
			.cs_limit = ~0u, .ds_limit = ~0u, .es_limit = ~0u, .ss_limit = ~0u,
			.tr_limit = 0x67, .cs_arbytes = 0xc9b, .ds_arbytes = 0xc93,
			.es_arbytes = 0xc93, .ss_arbytes = 0xc93, .tr_arbytes = 0x8b,
		},
		.end = { HVM_SAVE_CODE(END), 0, 0 },
	};
	static uint8_t file[1 << 20];
	FILE *stream = nargs > 1 ? fopen(args[1], "rb") : NULL;
	size_t size = stream ? fread(file, 1, sizeof(file), stream) : 0;

	if (stream)
		fclose(stream);
	if (size < sizeof(Elf32_Ehdr) || memcmp(file, ELFMAG, SELFMAG) || load(file, size))
		return -1;
	rec.cpu.rip = ((const Elf32_Ehdr *)(const void *)file)->e_entry;
	return set_context(&rec, sizeof(rec));
}

/* ---- host MTRRs ------------------------------------------------------ */

static int platform_op(struct xen_platform_op *op)
{
	xencall_handle *call = xencall_open(NULL, 0);
	void *buf;
	int rc = -1;

	if (!call)
		return -1;
	buf = xencall_alloc_buffer(call, sizeof(*op));
	if (buf) {
		op->interface_version = XENPF_INTERFACE_VERSION;
		memcpy(buf, op, sizeof(*op));
		rc = xencall1(call, __HYPERVISOR_platform_op, (uint64_t)buf);
		memcpy(op, buf, sizeof(*op));
		xencall_free_buffer(call, buf);
	}
	xencall_close(call);
	return rc;
}

/* addmtrr MFN NR TYPE: prints the register */
static int cmd_addmtrr(void)
{
	struct xen_platform_op op = { .cmd = XENPF_add_memtype };

	op.u.add_memtype.mfn = num(0);
	op.u.add_memtype.nr_mfns = num(1);
	op.u.add_memtype.type = (uint32_t)num(2);
	if (platform_op(&op))
		return -1;
	printf("%u\n", op.u.add_memtype.reg);
	return 0;
}

/* delmtrr REGISTER */
static int cmd_delmtrr(void)
{
	struct xen_platform_op op = { .cmd = XENPF_del_memtype };

	op.u.del_memtype.reg = (uint32_t)num(0);
	return platform_op(&op);
}

static int cmd_hostmtrr(void)
{
	uint32_t reg;

	for (reg = 0; reg < 64; reg++) {
		struct xen_platform_op op = { .cmd = XENPF_read_memtype };

		op.u.read_memtype.reg = reg;
		if (platform_op(&op))
			break;
		printf("%u mfn %" PRIx64 " nr %" PRIx64 " type %u\n", reg,
		       (uint64_t)op.u.read_memtype.mfn, (uint64_t)op.u.read_memtype.nr_mfns,
		       op.u.read_memtype.type);
	}
	return 0;
}

/* suspend DOM: waits until it is asked to suspend, and does that in its place */
static int cmd_suspend(void)
{
	struct xs_handle *xs = xs_open(0);
	char path[64], *said = NULL;
	unsigned int len;
	int tries, rc = -1;

	if (!xs)
		return -1;
	snprintf(path, sizeof(path), "/local/domain/%u/control/shutdown", dom());
	for (tries = 0; tries < 600; tries++) {
		free(said);
		said = xs_read(xs, XBT_NULL, path, &len);
		if (said && !strcmp(said, "suspend"))
			break;
		usleep(100000);
	}
	if (said && xs_write(xs, XBT_NULL, path, "", 0))
		rc = xc_domain_shutdown(xch, dom(), SHUTDOWN_suspend);
	free(said);
	xs_close(xs);
	return rc;
}

/* ---- facts ----------------------------------------------------------- */

/* info DOM: one line; fails when there is no such domain */
static int cmd_info(void)
{
	xc_domaininfo_t info;

	if (xc_domain_getinfolist(xch, dom(), 1, &info) != 1 || info.domain != dom()) {
		errno = ESRCH;
		return -1;
	}
	printf("dom %u %s%s%s pages %" PRIu64 "\n", info.domain,
	       info.flags & XEN_DOMINF_paused ? "paused" : "unpaused",
	       info.flags & XEN_DOMINF_dying ? " dying" : "",
	       info.flags & XEN_DOMINF_shutdown ? " shutdown" : "", (uint64_t)info.tot_pages);
	return 0;
}

static const struct {
	const char *name;
	int (*fn)(void);
} commands[] = {
	{ "access", cmd_access },     { "addmtrr", cmd_addmtrr },
	{ "altp2m", cmd_altp2m },     { "boot", cmd_boot },
	{ "create", cmd_create },     { "delmtrr", cmd_delmtrr },
	{ "destroy", cmd_destroy },   { "gettype", cmd_gettype },
	{ "gnttab", cmd_gnttab },     { "hostmtrr", cmd_hostmtrr },
	{ "info", cmd_info },	      { "iomem", cmd_iomem },
	{ "ioport", cmd_ioport },     { "ioreq", cmd_ioreq },
	{ "logdirty", cmd_logdirty }, { "memtype", cmd_memtype },
	{ "mmio", cmd_mmio },	      { "monitor", cmd_monitor },
	{ "pause", cmd_pause },	      { "pin", cmd_pin },
	{ "ram", cmd_ram },	      { "remove", cmd_remove },
	{ "setmtrr", cmd_setmtrr },   { "shared", cmd_shared },
	{ "suspend", cmd_suspend },   { "touch", cmd_touch },
	{ "unpause", cmd_unpause },   { "viewaccess", cmd_viewaccess },
};

static int run(const char *name)
{
	size_t i;
	int rc;

	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(name, commands[i].name))
			break;
	if (i == sizeof(commands) / sizeof(*commands)) {
		fprintf(stderr, "xdom: there is no command '%s'\n", name);
		return 2;
	}
	rc = commands[i].fn();
	if (rc)
		fprintf(stderr, "xdom %s: %d, %s\n", name, rc, strerror(errno));
	return rc ? 1 : 0;
}

/* Commands on standard input, one a line, up to the first that fails. */
static int run_lines(void)
{
	char line[1024], *words[64], *save;
	int count, rc = 0;

	while (!rc && fgets(line, sizeof(line), stdin)) {
		char *word = strtok_r(line, " \n", &save);

		for (count = 0; word && count < 64; word = strtok_r(NULL, " \n", &save))
			words[count++] = word;
		args = words + 1;
		nargs = count - 1;
		if (count)
			rc = run(words[0]);
	}
	return rc;
}

int main(int argc, char **argv)
{
	int rc;

	if (argc < 2) {
		fprintf(stderr, "usage: xdom COMMAND ARGUMENT...\n"
				"       xdom -    (commands on standard input, one a line)\n");
		return 2;
	}
	args = argv + 2;
	nargs = argc - 2;
	xch = xc_interface_open(NULL, NULL, 0);
	if (!xch) {
		perror("xdom");
		return 1;
	}
	rc = strcmp(argv[1], "-") ? run(argv[1]) : run_lines();
	xc_interface_close(xch);
	return rc;
}
