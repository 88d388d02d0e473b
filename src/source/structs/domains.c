/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Xen's list of domains, and the roots of their p2ms. */
#include "source/structs/domains.h"

#include "base/array.h"
#include "base/text.h"
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

/* Is it a p2m of that kind and domain? Fills in what it has in the place of a root. */
static bool read_p2m(struct xendata *data, const struct own_domain *domain, enum view_kind kind,
		     uint64_t p2m, uint64_t *table, uint64_t *eptp)
{
	/* p2m_class_t: p2m_host, p2m_nested, p2m_alternate */
	static const uint64_t classes[] = { [VIEW_HOST] = 0, [VIEW_NESTED] = 1, [VIEW_ALTP2M] = 2 };
	uint64_t owner, class;

	return xmem_pointer(p2m) && read_member(data, P2M_DOMAIN, p2m, &owner) &&
	       owner == domain->address && read_member(data, P2M_CLASS, p2m, &class) &&
	       class == classes[kind] && read_member(data, P2M_TABLE, p2m, table) &&
	       read_member(data, P2M_EPTP, p2m, eptp);
}

/* Adds the root of a struct p2m_domain, if it has one. False where it is not as it must be. */
static bool add_view(struct xendata *data, struct own_domain *domain, enum view_kind kind,
		     unsigned int index, uint64_t p2m)
{
	struct domain_view *view = &domain->views[domain->view_count];
	uint64_t table, eptp;

	if (domain->view_count == VIEWS_MOST || !read_p2m(data, domain, kind, p2m, &table, &eptp))
		return false;
	/* Of a p2m that is no EPT, or of a domain that is gone. */
	if (!table || !eptp)
		return true;
	/* Only some Xens put the frame in there, too. */
	if (table >= data->mem.pages->frame_limit ||
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

static bool known(const struct xendata *data, enum member member)
{
	return data->layout.member[member].known;
}

/* Views for mem_access that are in use. False where one may be missing; so do the others. */
static bool add_altp2m(struct xendata *data, struct own_domain *domain)
{
	const struct member_place *array = &data->layout.member[DOMAIN_ALTP2M];
	uint64_t active, eptps, eptp, p2m, at;
	bool whole = true;
	unsigned int i;

	if (!layout_has(&data->layout, DOMAIN_ALTP2M, DOMAIN_ALTP2M_EPTP))
		return true;
	if (!read_member(data, DOMAIN_ALTP2M_ACTIVE, domain->address, &active))
		return false;
	if (!active)
		return true;
	if (!read_member(data, DOMAIN_ALTP2M_EPTP, domain->address, &eptps) || !xmem_pointer(eptps))
		return false;
	at = xmem_place(&data->layout, DOMAIN_ALTP2M, domain->address);
	/* An array in the structure, from 4.21 on a pointer to one. */
	if (array->size == 8 && !xmem_number(&data->mem, at, 8, &at))
		return false;
	for (i = 0; i < (array->size == 8 ? PAGE_ENTRIES : array->size / 8); i++)
		if (!xmem_number(&data->mem, eptps + i * 8, 8, &eptp))
			whole = false;
		else if (eptp != INVALID_FRAME)
			whole &= xmem_number(&data->mem, at + i * 8, 8, &p2m) &&
				 add_view(data, domain, VIEW_ALTP2M, i, p2m);
	return whole;
}

/* Those of hypervisors inside the domain, for the guests of which it made EPTs. */
static bool add_nested(struct xendata *data, struct own_domain *domain)
{
	const struct member_place *array = &data->layout.member[DOMAIN_NESTED];
	uint64_t p2m, base, at = xmem_place(&data->layout, DOMAIN_NESTED, domain->address);
	bool whole = true;
	unsigned int i;

	for (i = 0; at && known(data, P2M_NESTED_BASE) && i < array->size / 8; i++)
		if (!xmem_number(&data->mem, at + i * 8, 8, &p2m))
			whole = false;
		else if (p2m &&
			 (!xmem_pointer(p2m) || !read_member(data, P2M_NESTED_BASE, p2m, &base)))
			whole = false;
		else if (p2m && base != INVALID_FRAME)
			whole &= add_view(data, domain, VIEW_NESTED, i, p2m);
	return whole;
}

static bool find_roots(struct xendata *data, struct own_domain *domain)
{
	uint64_t options, p2m;
	bool whole;

	if (!layout_has(&data->layout, P2M_DOMAIN, P2M_EPTP) || !known(data, DOMAIN_P2M))
		return true; /* which is told of all */
	if (!read_member(data, DOMAIN_OPTIONS, domain->address, &options))
		return false;
	if ((options & (CDF_HVM | CDF_HAP)) != (CDF_HVM | CDF_HAP))
		return true;
	if (!read_member(data, DOMAIN_P2M, domain->address, &p2m))
		return false;
	whole = !p2m || add_view(data, domain, VIEW_HOST, 0, p2m);
	domain->ept = domain->view_count > 0;
	if (!domain->ept)
		return whole;
	whole = add_altp2m(data, domain);
	return add_nested(data, domain) && whole;
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
		domain.views_lost = !find_roots(data, &domain);
		if (array_append(&data->domains, &data->count, sizeof(domain), &domain))
			return -ENOMEM;
		if (!read_member(data, DOMAIN_NEXT, at, &at))
			return 1;
	}
	return at != 0;
}

bool domains_lost(const struct xendata *data, char *text, size_t size)
{
	size_t i;

	*text = '\0';
	for (i = 0; i < data->count; i++)
		if (data->domains[i].views_lost)
			text_append(text, size, "%s%d", *text ? ", " : "", data->domains[i].domid);
	return *text;
}

int domains_list(struct xendata *data)
{
	unsigned int tries = 0;
	char lost[8];
	int rc;

	do
		rc = list(data);
	while (rc >= 0 && (rc || domains_lost(data, lost, sizeof(lost))) &&
	       xendata_again(data, &tries));
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
