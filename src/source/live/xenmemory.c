/* SPDX-License-Identifier: GPL-2.0-or-later */
/* These calls are the same in 4.13 to 4.22. */
#include "source/live/xenmemory.h"

#include "source/live/xencalls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define M2P_PAGES (M2P_PART * 8 / XC_PAGE_SIZE)

int xen_end_of_memory(struct xen *xen, uint64_t *end)
{
	unsigned long behind = 0;
	int rc = xen_result(xen, xc_maximum_ram_page(xen->control, &behind));

	*end = behind;
	return rc < 0 ? rc : 0;
}

int xen_last_gfn(struct xen *xen, int domid, uint64_t *gfn)
{
	xen_pfn_t last = 0;
	int rc = xen_result(xen, xc_domain_maximum_gpfn(xen->control, domid, &last));

	*gfn = last;
	return rc < 0 ? rc : 0;
}

static struct xen_domctl *domctl(struct xen *xen, int domid, uint32_t command)
{
	struct xen_domctl *op = xen->domctl;

	if (!op)
		op = xen->domctl = xencall_alloc_buffer(xen->call, sizeof(*op));
	if (!op)
		return NULL;
	memset(op, 0, sizeof(*op));
	op->cmd = command;
	op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	op->domain = domid;
	return op;
}

int xen_owns(struct xen *xen, int domid, uint64_t mfn)
{
	struct xen_domctl *op = domctl(xen, domid, XEN_DOMCTL_getpageframeinfo3);
	xen_pfn_t *type = op ? xencall_alloc_buffer(xen->call, sizeof(*type)) : NULL;
	int rc;

	if (!type)
		return -ENOMEM;
	*type = mfn;
	op->u.getpageframeinfo3.num = 1;
	set_xen_guest_handle_raw(op->u.getpageframeinfo3.array, type);
	rc = xen_result(xen, xencall1(xen->call, __HYPERVISOR_domctl, (uintptr_t)op));
	/* A page table of dom0's would have its type; ours is none for Xen. XTAB: not its page. */
	if (rc >= 0)
		rc = (*type & XEN_DOMCTL_PFINFO_LTAB_MASK) == XEN_DOMCTL_PFINFO_NOTAB;
	xencall_free_buffer(xen->call, type);
	return rc;
}

void *xen_buffer(struct xen *xen, unsigned int pages)
{
	return xencall_alloc_buffer_pages(xen->call, pages);
}

void xen_buffer_free(struct xen *xen, void *buffer, unsigned int pages)
{
	if (buffer)
		xencall_free_buffer_pages(xen->call, buffer, pages);
}

bool xen_gdbsx_harmless(struct xen *xen)
{
	int version;

	if (!xen->gdbsx_harmless) {
		version = xc_version(xen->control, XENVER_version, NULL);
		xen->gdbsx_harmless =
			version >> 16 == 4 && ((version & 0xffff) <= 13 || (version & 0xffff) >= 17)
				? 1
				: -1;
	}
	return xen->gdbsx_harmless > 0;
}

int xen_gdbsx_read(struct xen *xen, int domid, uint64_t root, uint64_t address, void *buffer,
		   uint32_t size)
{
	struct xen_domctl *op = domctl(xen, domid, XEN_DOMCTL_gdbsx_guestmemio);
	int rc;

	if (!op)
		return -ENOMEM;
	if (!xen_gdbsx_harmless(xen))
		return -ENOSYS;
	op->u.gdbsx_guest_memio.pgd3val = root << XC_PAGE_SHIFT;
	op->u.gdbsx_guest_memio.gva = address;
	op->u.gdbsx_guest_memio.uva = (uintptr_t)buffer;
	op->u.gdbsx_guest_memio.len = size;
	op->u.gdbsx_guest_memio.gwr = 0; /* reads; 1 would write */
	rc = xen_result(xen, xencall1(xen->call, __HYPERVISOR_domctl, (uintptr_t)op));
	if (rc < 0)
		return rc == -EFAULT ? -EIO : rc;
	return op->u.gdbsx_guest_memio.remain ? -EIO : 0;
}

int xen_m2p_parts(struct xen *xen, unsigned int count, uint64_t *frames)
{
	xen_pfn_t *list = calloc(count, sizeof(*list));
	unsigned int i;
	int rc;

	if (!list)
		return -ENOMEM;
	rc = xen_result(xen, xc_machphys_mfn_list(xen->control, count, list));
	for (i = 0; i < count; i++)
		frames[i] = list[i];
	free(list);
	return rc < 0 ? rc : 0;
}

const uint64_t *xen_m2p_map(struct xen *xen, uint64_t frame)
{
	xen_pfn_t frames[M2P_PAGES];
	int errors[M2P_PAGES], i;
	uint64_t *part;

	if (!xen->memory)
		xen->memory = xenforeignmemory_open(&xen->log, 0);
	if (!xen->memory)
		return NULL;
	for (i = 0; i < (int)M2P_PAGES; i++) {
		frames[i] = frame + i;
		errors[i] = 0;
	}
	xen->calls++;
	part = xenforeignmemory_map(xen->memory, DOMID_XEN, PROT_READ, M2P_PAGES, frames, errors);
	for (i = 0; part && i < (int)M2P_PAGES; i++)
		if (errors[i]) {
			xen_m2p_unmap(xen, part);
			return NULL;
		}
	return part;
}

void xen_m2p_unmap(struct xen *xen, const uint64_t *part)
{
	xenforeignmemory_unmap(xen->memory, (void *)part, M2P_PAGES);
}

int xen_place(struct xen *xen, uint64_t *first, uint64_t *last)
{
	uint64_t size = 0;
	int rc = xen_result(xen, xc_kexec_get_range(xen->control, 1 /* KEXEC_RANGE_MA_XEN */, 0,
						    &size, first));

	*last = *first + size - 1;
	return rc < 0 ? rc : size ? 0 : -ENODATA;
}

/* What one call for several symbols is made of. */
struct symbol_batch {
	multicall_entry_t calls[SYMBOLS_MAX];
	xen_platform_op_t ops[SYMBOLS_MAX];
	char names[SYMBOLS_MAX][sizeof(((struct xen_symbol *)0)->name)];
};

static void prepare_symbols(struct symbol_batch *batch, uint32_t n, unsigned int count)
{
	unsigned int i;

	memset(batch, 0, sizeof(*batch));
	for (i = 0; i < count; i++) {
		struct xenpf_symdata *data = &batch->ops[i].u.symdata;

		batch->ops[i].cmd = XENPF_get_symbol;
		batch->ops[i].interface_version = XENPF_INTERFACE_VERSION;
		data->symnum = n + i;
		data->namelen = sizeof(batch->names[i]);
		set_xen_guest_handle_raw(data->name, batch->names[i]);
		batch->calls[i].op = __HYPERVISOR_platform_op;
		batch->calls[i].args[0] = (uintptr_t)&batch->ops[i];
		batch->calls[i].result = (xen_ulong_t)-ENOSYS;
	}
}

int xen_symbols(struct xen *xen, uint32_t n, unsigned int max, struct xen_symbol *symbols)
{
	struct symbol_batch *batch = xencall_alloc_buffer(xen->call, sizeof(*batch));
	unsigned int i;
	int rc;

	if (!batch)
		return -ENOMEM;
	prepare_symbols(batch, n, max);
	rc = xen_result(xen,
			xencall2(xen->call, __HYPERVISOR_multicall, (uintptr_t)batch->calls, max));
	for (i = 0; i < max && rc >= 0; i++) {
		const struct xenpf_symdata *data = &batch->ops[i].u.symdata;

		if (batch->calls[i].result == (xen_ulong_t)-ERANGE)
			break;
		if (batch->calls[i].result) {
			rc = (int)(long)batch->calls[i].result;
			break;
		}
		if (data->symnum != n + i + 1) /* the end: it tells the number again */
			break;
		symbols[i].address = data->address;
		symbols[i].name[0] = '\0';
		if (data->namelen <= sizeof(symbols[i].name)) /* with its end */
			memcpy(symbols[i].name, batch->names[i], data->namelen);
		symbols[i].name[sizeof(symbols[i].name) - 1] = '\0';
	}
	xencall_free_buffer(xen->call, batch);
	return rc < 0 ? rc : (int)i;
}
