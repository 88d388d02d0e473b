/* SPDX-License-Identifier: GPL-2.0-or-later */
/* These calls are the same in 4.14 to 4.22. */
#include "source/live/xencalls.h"

#include "base/text.h"
#include "rules/question.h"
#include "source/live/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/save.h>
#include <xen/platform.h>
#include <xen/version.h>

/* What the libraries would print is said better by what their callers return. */
static void vmessage(xentoollog_logger *logger, xentoollog_level level, int code,
		     const char *context, const char *format, va_list args)
{
	(void)logger;
	(void)level;
	(void)code;
	(void)context;
	(void)format;
	(void)args;
}

static void progress(xentoollog_logger *logger, const char *context, const char *what, int percent,
		     unsigned long done, unsigned long total)
{
	(void)logger;
	(void)context;
	(void)what;
	(void)percent;
	(void)done;
	(void)total;
}

static void destroy(xentoollog_logger *logger)
{
	(void)logger;
}

int xen_open(struct xen **opened, struct error *err)
{
	struct xen *xen = calloc(1, sizeof(*xen));
	int rc;

	if (!xen)
		return error_set(err, -ENOMEM, "out of memory");
	xen->log.vmessage = vmessage;
	xen->log.progress = progress;
	xen->log.destroy = destroy;
	errno = 0;
	xen->control = xc_interface_open(&xen->log, &xen->log, 0);
	if (xen->control)
		xen->call = xencall_open(&xen->log, 0);
	if (!xen->call) {
		rc = errno ? -errno : -ENODEV;
		xen_close(xen);
		if (rc == -EACCES || rc == -EPERM)
			return error_set(err, rc,
					 "no privilege to ask Xen: run this as root in dom0, or "
					 "read a console log with --from FILE");
		return error_set(err, rc,
				 "there is no Xen here to ask (/dev/xen/privcmd: %s): run this in "
				 "dom0 with the module xen-privcmd loaded, or read a console log "
				 "with --from FILE",
				 strerror(-rc));
	}
	xen->platform = xencall_alloc_buffer(xen->call, sizeof(*xen->platform));
	xen->batch = xencall_alloc_buffer(xen->call, sizeof(*xen->batch));
	if (!xen->platform || !xen->batch) {
		xen_close(xen);
		return error_set(err, -ENOMEM, "out of memory for hypercalls");
	}
	*opened = xen;
	return 0;
}

void xen_close(struct xen *xen)
{
	if (!xen)
		return;
	store_close(&xen->store);
	if (xen->platform)
		xencall_free_buffer(xen->call, xen->platform);
	if (xen->batch)
		xencall_free_buffer(xen->call, xen->batch);
	if (xen->domctl)
		xencall_free_buffer(xen->call, xen->domctl);
	if (xen->memory)
		xenforeignmemory_close(xen->memory);
	if (xen->call)
		xencall_close(xen->call);
	if (xen->control)
		xc_interface_close(xen->control);
	free(xen);
}

int xen_error(int rc, const char *what, struct error *err)
{
	if (rc == -EACCES)
		return error_set(
			err, rc,
			"cannot ask Xen to %s: xen-eptaudit-live.so was built for another "
			"Xen than the one that runs, and must be built with that one's "
			"headers; or a FLASK policy does not allow it; a console log can be "
			"read with --from FILE",
			what);
	if (rc == -EPERM)
		return error_set(err, rc,
				 "Xen does not let this domain %s: run this as root in dom0", what);
	return error_set(err, rc, "cannot ask Xen to %s: %s", what, strerror(-rc));
}

unsigned long xen_calls(const struct xen *xen)
{
	return xen->calls;
}

#define CHUNK 64

int xen_domains(struct xen *xen, struct xen_domain **domains, size_t *count)
{
	xc_domaininfo_t info[CHUNK];
	struct xen_domain *list = NULL, *more;
	size_t filled = 0;
	int n, i;

	do {
		n = xen_result(xen, xc_domain_getinfolist(xen->control,
							  filled ? list[filled - 1].domid + 1 : 0,
							  CHUNK, info));
		if (n < 0 || n > CHUNK) {
			free(list);
			return n < 0 ? n : -EIO;
		}
		more = realloc(list, (filled + n + 1) * sizeof(*list));
		if (!more) {
			free(list);
			return -ENOMEM;
		}
		list = more;
		for (i = 0; i < n; i++) {
			/* What does not go up would go on for ever. */
			if (filled && info[i].domain <= list[filled - 1].domid)
				break;
			list[filled] = (struct xen_domain){
				.domid = info[i].domain,
				.hvm = info[i].flags & XEN_DOMINF_hvm_guest,
				.hap = info[i].flags & XEN_DOMINF_hap,
				.dying = info[i].flags & XEN_DOMINF_dying,
				.paused = info[i].flags & XEN_DOMINF_paused,
				.pages = info[i].tot_pages,
				.vcpus = info[i].max_vcpu_id + 1, /* ~0 is none */
			};
			memcpy(list[filled++].handle, info[i].handle, sizeof(list->handle));
		}
	} while (i == CHUNK);
	*domains = list;
	*count = filled;
	return 0;
}

bool xen_rebuilt(struct xen *xen, const struct xen_domain *domain)
{
	xc_domaininfo_t info;

	return xen_result(xen, xc_domain_getinfolist(xen->control, domain->domid, 1, &info)) == 1 &&
	       info.domain == domain->domid &&
	       memcmp(info.handle, domain->handle, sizeof(domain->handle)) != 0;
}

bool xen_store_silent(const struct xen *xen)
{
	return xen->store.silent;
}

bool xen_store_no_memory(const struct xen *xen)
{
	return xen->store.no_memory;
}

void xen_domain_name(struct xen *xen, int domid, char *name, size_t size)
{
	char path[64], *text;
	unsigned int length;

	*name = '\0';
	snprintf(path, sizeof(path), "/local/domain/%d/name", domid);
	text = store_read(&xen->store, path, &length);
	if (!text)
		return;
	snprintf(name, size, "%.*s", (int)(length < size ? length : size), text);
	text_sanitize(name);
	free(text);
}

int xen_own_domid(struct xen *xen)
{
	unsigned int length;
	char *text = store_read(&xen->store, "domid", &length);
	int domid = text ? atoi(text) : 0;

	free(text);
	return domid;
}

int xen_version(struct xen *xen, char *text, size_t size)
{
	xen_extraversion_t extra = "";
	int version = xen_result(xen, xc_version(xen->control, XENVER_version, NULL));
	int rc;

	if (version < 0)
		return version;
	rc = xen_result(xen, xc_version(xen->control, XENVER_extraversion, &extra));
	extra[sizeof(extra) - 1] = '\0';
	/* "<denied>" and the like are no part of a version. */
	snprintf(text, size, "%d.%d%s", version >> 16, version & 0xffff,
		 rc < 0 || extra[0] == '<' ? "" : extra);
	text_sanitize(text);
	return 0;
}

int xen_command_line(struct xen *xen, char *text, size_t size)
{
	xen_commandline_t line = "";
	int rc = xen_result(xen, xc_version(xen->control, XENVER_commandline, &line));

	line[sizeof(line) - 1] = '\0';
	snprintf(text, size, "%s", rc < 0 ? "" : line);
	text_sanitize(text);
	return rc < 0 ? rc : 0;
}

int xen_key(struct xen *xen, char key)
{
	char keys[2] = { key, '\0' };

	return xen_result(xen, xc_send_debug_keys(xen->control, keys));
}

int xen_read_ring(struct xen *xen, char *buffer, unsigned int *size, bool incremental,
		  uint32_t *index)
{
	unsigned int room = *size;
	int rc = xen_result(xen,
			    xc_readconsolering(xen->control, buffer, size, 0, incremental, index));

	return !rc && *size > room ? -EIO : rc;
}

int xen_pause(struct xen *xen, int domid)
{
	return xen_result(xen, xc_domain_pause(xen->control, domid));
}

int xen_unpause(struct xen *xen, int domid)
{
	return xen_result(xen, xc_domain_unpause(xen->control, domid));
}

/* iommu_do_domctl() says EOPNOTSUPP first of all if the domain's IOMMU is off, in every version. */
int xen_iommu(struct xen *xen, int domid)
{
	uint32_t count = 0, devices[16];
	int rc = xen_result(xen, xc_get_device_group(xen->control, domid, 0, 16, &count, devices));

	switch (rc) {
	case -EOPNOTSUPP:
		return 0;
	case -EPERM:
	case -EACCES:
	case -ESRCH:
	case -ENOSYS:
	case -ENOMEM:
	case -EFAULT:
		return rc;
	default:
		return 1;
	}
}

int xen_guest_mtrr(struct xen *xen, int domid, unsigned int vcpu, struct mtrr_state *state)
{
	HVM_SAVE_TYPE(MTRR) record;
	unsigned int i;
	int rc;

	memset(&record, 0, sizeof(record));
	rc = xen_result(xen,
			xc_domain_hvm_getcontext_partial(xen->control, domid, HVM_SAVE_CODE(MTRR),
							 vcpu, &record, sizeof(record)));
	if (rc < 0)
		return rc;
	memset(state, 0, sizeof(*state));
	state->cap = record.msr_mtrr_cap;
	state->def_type = record.msr_mtrr_def_type;
	for (i = 0; i < MTRR_FIXED_COUNT; i++)
		state->fixed[i] = record.msr_mtrr_fixed[i];
	state->var_count = record.msr_mtrr_cap & 0xff;
	if (state->var_count > MTRR_VCNT)
		state->var_count = MTRR_VCNT;
	for (i = 0; i < state->var_count; i++) {
		state->var[i].base = record.msr_mtrr_var[2 * i];
		state->var[i].mask = record.msr_mtrr_var[2 * i + 1];
	}
	return 0;
}

/* A record of a vCPU, of which newer Xens may have more than is known here. */
static int record_of(struct xen *xen, int domid, unsigned int vcpu, unsigned int code, void *record,
		     size_t size)
{
	uint64_t room[256];
	int rc;

	memset(room, 0, sizeof(room));
	rc = xen_result(xen, xc_domain_hvm_getcontext_partial(xen->control, domid, code, vcpu, room,
							      sizeof(room)));
	memcpy(record, room, size);
	return rc < 0 ? rc : 0;
}

int xen_guest_registers(struct xen *xen, int domid, unsigned int vcpu,
			struct paging_registers *registers)
{
	HVM_SAVE_TYPE(MTRR) mtrr;
	HVM_SAVE_TYPE(CPU) cpu;
	int rc = record_of(xen, domid, vcpu, HVM_SAVE_CODE(CPU), &cpu, sizeof(cpu));

	if (!rc)
		rc = record_of(xen, domid, vcpu, HVM_SAVE_CODE(MTRR), &mtrr, sizeof(mtrr));
	if (rc)
		return rc;
	registers->cr0 = cpu.cr0;
	registers->cr3 = cpu.cr3;
	registers->cr4 = cpu.cr4;
	registers->efer = cpu.msr_efer;
	registers->pat = mtrr.msr_pat_cr;
	return 0;
}

int xen_guest_pages(struct xen *xen, int domid, const uint64_t *gfns, unsigned int count,
		    void *const *pages, int *rcs)
{
	xen_pfn_t frames[XEN_PAGES_MAX];
	unsigned int i;
	char *map;

	if (!xen->memory)
		xen->memory = xenforeignmemory_open(&xen->log, 0);
	if (!xen->memory)
		return -(errno ? errno : ENODEV);
	for (i = 0; i < count; i++) {
		frames[i] = gfns[i];
		rcs[i] = 0;
	}
	xen->calls++;
	map = xenforeignmemory_map(xen->memory, domid, PROT_READ, count, frames, rcs);
	if (!map)
		return -(errno ? errno : EIO);
	for (i = 0; i < count; i++)
		if (!rcs[i])
			memcpy(pages[i], map + ((size_t)i << XC_PAGE_SHIFT), XC_PAGE_SIZE);
	xenforeignmemory_unmap(xen->memory, map, count);
	return 0;
}

int xen_host_range(struct xen *xen, unsigned int reg, uint64_t *mfn, uint64_t *frames,
		   unsigned int *type)
{
	xen_platform_op_t *op = xen->platform;
	int rc;

	memset(op, 0, sizeof(*op));
	op->cmd = XENPF_read_memtype;
	op->interface_version = XENPF_INTERFACE_VERSION;
	op->u.read_memtype.reg = reg;
	rc = xen_result(xen, xencall1(xen->call, __HYPERVISOR_platform_op, (uintptr_t)op));
	*mfn = op->u.read_memtype.mfn;
	*frames = op->u.read_memtype.nr_mfns;
	*type = op->u.read_memtype.type;
	return rc < 0 ? rc : 0;
}

int xen_memory_map(struct xen *xen, struct ranges *ram)
{
	struct e820entry map[E820MAX];
	unsigned long end = 0;
	int count, i, rc;

	count = xen_result(xen, xc_get_machine_memory_map(xen->control, map, E820MAX));
	if (count < 0 || count > E820MAX)
		return count < 0 ? count : -EIO;
	rc = xen_result(xen, xc_maximum_ram_page(xen->control, &end));
	if (rc < 0)
		return rc;
	for (i = 0; i < count; i++) {
		uint64_t first = (map[i].addr + XC_PAGE_SIZE - 1) >> XC_PAGE_SHIFT;
		uint64_t behind = (map[i].addr + map[i].size) >> XC_PAGE_SHIFT;

		if (map[i].type != E820_RAM)
			continue;
		if (behind > end) /* mem= and the like */
			behind = end;
		if (first < behind && ranges_add(ram, first, behind - 1))
			return -ENOMEM;
	}
	return 0;
}

int xen_pod_cache(struct xen *xen, int domid, uint64_t *pages)
{
	uint64_t total, entries;

	*pages = 0;
	return xen_result(xen,
			  xc_domain_get_pod_target(xen->control, domid, &total, pages, &entries));
}

int xen_pod_entries(struct xen *xen, int domid, uint64_t *pages)
{
	uint64_t total, cache;

	*pages = 0;
	return xen_result(xen,
			  xc_domain_get_pod_target(xen->control, domid, &total, &cache, pages));
}

static uint32_t types_of(unsigned int answer)
{
	switch (answer) {
	case HVMMEM_ram_rw:
		return types_of_hvmmem("ram_rw");
	case HVMMEM_ram_ro:
		return types_of_hvmmem("ram_ro");
	case HVMMEM_mmio_dm:
		return types_of_hvmmem("mmio_dm");
	case HVMMEM_ioreq_server:
		return types_of_hvmmem("ioreq_server");
	default:
		return 0;
	}
}

int xen_types(struct xen *xen, int domid, const uint64_t *gfns, uint32_t *types, unsigned int count)
{
	struct batch *batch = xen->batch;
	unsigned int i;
	int rc = 0;

	memset(batch, 0, sizeof(*batch));
	for (i = 0; i < count; i++) {
		batch->ops[i].domid = domid;
		batch->ops[i].pfn = gfns[i];
		batch->calls[i].op = __HYPERVISOR_hvm_op;
		batch->calls[i].args[0] = HVMOP_get_mem_type;
		batch->calls[i].args[1] = (uintptr_t)&batch->ops[i];
		batch->calls[i].result = (xen_ulong_t)-1;
	}
	if (!xen->no_multicall && count > 1) {
		rc = xen_result(xen, xencall2(xen->call, __HYPERVISOR_multicall,
					      (uintptr_t)batch->calls, count));
		/* A PVH dom0 has none before 4.15. */
		xen->no_multicall = rc == -ENOSYS || rc == -EOPNOTSUPP;
	}
	if (xen->no_multicall || count == 1)
		for (i = 0, rc = 0; i < count; i++)
			batch->calls[i].result =
				xen_result(xen,
					   xencall2(xen->call, __HYPERVISOR_hvm_op,
						    HVMOP_get_mem_type, (uintptr_t)&batch->ops[i]));
	for (i = 0; i < count; i++)
		types[i] = rc || batch->calls[i].result ? 0 : types_of(batch->ops[i].mem_type);
	return rc < 0 ? rc : 0;
}

int xen_access_full(struct xen *xen, int domid, uint64_t gfn)
{
	xenmem_access_t access = XENMEM_access_n;
	int rc = xen_result(xen, xc_get_mem_access(xen->control, domid, gfn, &access));

	return rc < 0 ? rc : access == XENMEM_access_rwx;
}
