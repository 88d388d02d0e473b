/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Xen's list of domains, and the roots of their p2ms. */
#include "source/structs/domains.h"

#include "base/array.h"
#include "source/structs/host.h"
#include "x86/ept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAINS_MOST	     32768
#define DOMID_FIRST_RESERVED 0x7ff0
#define INVALID_FRAME	     UINT64_MAX

/* Options of XEN_DOMCTL_createdomain: of an HVM domain, with HAP. */
#define CDF_HVM 1
#define CDF_HAP 2

static bool read_member(struct xendata *data, enum member member, uint64_t object, uint64_t *value)
{
	return xmem_member(&data->mem, &data->layout, member, object, value);
}

/* Adds the root of a struct p2m_domain. False where it is none of this domain's, or no EPT. */
static bool add_view(struct xendata *data, struct own_domain *domain, enum view_kind kind,
		     unsigned int index, uint64_t p2m)
{
	/* p2m_class_t: p2m_host, p2m_nested, p2m_alternate */
	static const uint64_t classes[] = { [VIEW_HOST] = 0, [VIEW_NESTED] = 1, [VIEW_ALTP2M] = 2 };
	struct domain_view *view = &domain->views[domain->view_count];
	uint64_t owner, class, table, eptp;

	if (domain->view_count == VIEWS_MOST || !xmem_pointer(p2m) ||
	    !read_member(data, P2M_DOMAIN, p2m, &owner) || owner != domain->address ||
	    !read_member(data, P2M_CLASS, p2m, &class) || class != classes[kind] ||
	    !read_member(data, P2M_TABLE, p2m, &table) || !read_member(data, P2M_EPTP, p2m, &eptp))
		return false;
	/* Of a p2m that is no EPT the latter is 0. Only some Xens put the frame in there, too. */
	if (!table || table >= data->mem.pages->frame_limit ||
	    (eptp_root(eptp) && eptp_root(eptp) / PAGE_SIZE != table))
		return false;
	eptp = table * PAGE_SIZE | (eptp & (PAGE_SIZE - 1));
	if (eptp_levels(eptp) != 4 || eptp_invalid(eptp, 52))
		return false;
	view->kind = kind;
	view->index = index;
	view->eptp = eptp;
	domain->view_count++;
	return true;
}

/* Views for mem_access that are in use. */
static void add_altp2m(struct xendata *data, struct own_domain *domain)
{
	const struct member_place *array = &data->layout.member[DOMAIN_ALTP2M];
	uint64_t active, eptps, eptp, p2m, at;
	unsigned int i;

	if (!read_member(data, DOMAIN_ALTP2M_ACTIVE, domain->address, &active) || !active ||
	    !read_member(data, DOMAIN_ALTP2M_EPTP, domain->address, &eptps) || !xmem_pointer(eptps))
		return;
	at = xmem_place(&data->layout, DOMAIN_ALTP2M, domain->address);
	/* An array in the structure, from 4.21 on a pointer to one. */
	if (array->size == 8 && !xmem_number(&data->mem, at, 8, &at))
		return;
	for (i = 0; i < (array->size == 8 ? PAGE_ENTRIES : array->size / 8); i++)
		if (xmem_number(&data->mem, eptps + i * 8, 8, &eptp) && eptp != INVALID_FRAME &&
		    xmem_number(&data->mem, at + i * 8, 8, &p2m))
			add_view(data, domain, VIEW_ALTP2M, i, p2m);
}

/* Those of hypervisors inside the domain, for the guests of which it made EPTs. */
static void add_nested(struct xendata *data, struct own_domain *domain)
{
	const struct member_place *array = &data->layout.member[DOMAIN_NESTED];
	uint64_t p2m, base, at = xmem_place(&data->layout, DOMAIN_NESTED, domain->address);
	unsigned int i;

	for (i = 0; at && i < array->size / 8; i++)
		if (xmem_number(&data->mem, at + i * 8, 8, &p2m) && xmem_pointer(p2m) &&
		    read_member(data, P2M_NESTED_BASE, p2m, &base) && base != INVALID_FRAME)
			add_view(data, domain, VIEW_NESTED, i, p2m);
}

static void find_roots(struct xendata *data, struct own_domain *domain)
{
	uint64_t options, p2m;

	if (!read_member(data, DOMAIN_OPTIONS, domain->address, &options) ||
	    (options & (CDF_HVM | CDF_HAP)) != (CDF_HVM | CDF_HAP) ||
	    !read_member(data, DOMAIN_P2M, domain->address, &p2m))
		return;
	domain->ept = add_view(data, domain, VIEW_HOST, 0, p2m);
	if (!domain->ept)
		return;
	add_altp2m(data, domain);
	add_nested(data, domain);
}

static int list(struct xendata *data)
{
	uint64_t at, id;
	int before = -1;

	free(data->domains);
	data->domains = NULL;
	data->count = 0;

	if (!layout_has(&data->layout, DOMAIN_ID, DOMAIN_OPTIONS) ||
	    !host_variable(data, "domain_list", 8, &at))
		return 1;
	/* In ascending order of their ids, so that it has an end. */
	for (; at && data->count < DOMAINS_MOST; before = id) {
		struct own_domain domain = { .address = at };

		if (!xmem_pointer(at) || !read_member(data, DOMAIN_ID, at, &id) ||
		    (int)id <= before || id >= DOMID_FIRST_RESERVED)
			return 1;
		domain.domid = id;
		find_roots(data, &domain);
		if (array_append(&data->domains, &data->count, sizeof(domain), &domain))
			return -ENOMEM;
		if (!read_member(data, DOMAIN_NEXT, at, &at))
			return 1;
	}
	return at != 0;
}

int domains_list(struct xendata *data)
{
	unsigned int tries = 0;
	int rc;

	do
		rc = list(data);
	while (rc > 0 && xendata_again(data, &tries));
	return rc;
}

const char *domain_view_name(enum view_kind kind, unsigned int index, char *text, size_t size)
{
	*text = '\0';
	if (kind == VIEW_ALTP2M)
		snprintf(text, size, "view %u of altp2m", index);
	if (kind == VIEW_NESTED)
		snprintf(text, size, "EPT %u that Xen made for guests inside the domain", index);
	return text;
}
