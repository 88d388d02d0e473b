/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/directdata.h"

#include "base/array.h"
#include "model/merge.h"
#include "source/structs/choose.h"
#include "source/structs/domains.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CACHE 1024 /* pages */

/* Frames that gdbsx reads, as pages. A page stays in the cache until another takes its place. */
struct direct_pages {
	struct pages pages;
	struct gdbsx *gdbsx;
	uint64_t mfns[CACHE]; /* 0: none */
	uint64_t (*cache)[PAGE_ENTRIES];
	int rc; /* why a page could not be read that might have been */
	struct error err;
};

struct direct_data {
	struct direct_pages pages;
	struct xendata data;
	struct facts *before; /* of each target */
	size_t count;
};

static const uint64_t *get_page(struct pages *pages, uint64_t mfn, unsigned int slot)
{
	struct direct_pages *direct = (struct direct_pages *)pages;
	unsigned int place = mfn % CACHE;

	(void)slot; /* nothing is looked at behind another call */
	if (direct->rc || !direct->gdbsx->frames.readable(&direct->gdbsx->frames, mfn))
		return NULL;
	if (direct->mfns[place] == mfn)
		return direct->cache[place];
	direct->mfns[place] = 0;
	direct->rc = gdbsx_page(direct->gdbsx, mfn, direct->cache[place], &direct->err);
	if (direct->rc)
		return NULL;
	direct->mfns[place] = mfn;
	return direct->cache[place];
}

static uint64_t no_number(const struct pages *pages, uint64_t mfn)
{
	(void)pages;
	(void)mfn;
	return 0;
}

static const struct pages_ops page_ops = { .get = get_page, .number = no_number };

/* What was read a while ago may be otherwise now. */
static void refresh(struct xendata *data)
{
	struct direct_pages *direct = (struct direct_pages *)data->mem.pages;

	memset(direct->mfns, 0, sizeof(direct->mfns));
	xmem_forget(&data->mem);
}

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* A page that could not be read is why nothing fits. */
static int failed(const struct direct_data *data, int rc, struct error *err)
{
	return data->pages.rc ? error_set(err, data->pages.rc, "%s", data->pages.err.text) : rc;
}

static int find(struct live *live, struct direct_data *data, const struct source_options *options,
		struct error *err)
{
	uint64_t first, last;
	int rc;

	if (xen_place(live->xen, &first, &last))
		first = PLACE_UNKNOWN;
	rc = choose_syms(options, &data->pages.pages, first, &data->data, err);
	if (rc > 0) {
		data->data.refresh = refresh;
		rc = xendata_read(&data->data, &live->source, err);
		rc = failed(data, rc < 0 ? rc : 1, err);
	}
	return failed(data, rc, err);
}

int direct_data_open(struct live *live, struct gdbsx *gdbsx, const struct source_options *options,
		     struct direct_data **result, struct error *err)
{
	struct direct_data *data;
	int rc;

	*result = NULL;
	if (!options->xen_syms && (!options->syms_count || !syms_built()))
		return 0;
	data = calloc(1, sizeof(*data));
	if (!data)
		return no_memory(err);
	data->pages.pages.ops = &page_ops;
	data->pages.pages.frame_limit = gdbsx->end;
	data->pages.gdbsx = gdbsx;
	data->pages.cache = malloc(CACHE * sizeof(*data->pages.cache));
	rc = data->pages.cache ? find(live, data, options, err) : no_memory(err);
	if (rc <= 0) {
		direct_data_close(data);
		return rc;
	}
	*result = data;
	return 0;
}

void direct_data_close(struct direct_data *data)
{
	size_t i;

	if (!data)
		return;
	for (i = 0; i < data->count; i++)
		facts_clear(&data->before[i]);
	free(data->before);
	xendata_clear(&data->data);
	free(data->pages.cache);
	free(data);
}

/* ---- roots ---- */

static int add_views(struct live *live, const struct own_domain *domain, size_t nth,
		     struct error *err)
{
	unsigned int i;

	live->targets[nth].eptp = domain->views[0].eptp;
	live->targets[nth].views = domain->view_count;
	for (i = 1; i < domain->view_count; i++) {
		struct target view = { .domain = live->targets[nth].domain,
				       .eptp = domain->views[i].eptp,
				       .view = i,
				       .views = domain->view_count,
				       .inner = true };

		domain_view_name(domain->views[i].kind, domain->views[i].index, view.view_name,
				 sizeof(view.view_name));
		memcpy(view.name, live->targets[nth].name, sizeof(view.name));
		if (array_append(&live->targets, &live->count, sizeof(view), &view))
			return no_memory(err);
	}
	return 0;
}

int direct_data_roots(struct live *live, struct direct_data *data, struct error *err)
{
	size_t i, count = live->count;
	int rc = 0;

	for (i = 0; i < count && data && !rc; i++) {
		const struct own_domain *domain =
			xendata_domain(&data->data, live->targets[i].domain.domid);

		if (!live->targets[i].eptp && domain && domain->ept)
			rc = add_views(live, domain, i, err);
	}
	return rc;
}

/* ---- facts ---- */

/* *dump gets what is to be said of the domain. */
static int facts_of(struct direct_data *data, struct target *target, struct dump *dump,
		    struct facts *facts)
{
	struct pages *tables = target->copy ? &target->copy->pages : NULL;

	memset(dump, 0, sizeof(*dump));
	dump->domid = target->domain.domid;
	return xendata_facts(&data->data, tables, target->eptp, dump, facts);
}

int direct_data_before(struct live *live, struct direct_data *data, struct error *err)
{
	struct dump dump;
	size_t i;

	if (!data)
		return 0;
	data->before = calloc(live->count, sizeof(*data->before));
	if (!data->before)
		return no_memory(err);
	refresh(&data->data);
	for (i = 0; i < live->count; i++) {
		if (facts_of(data, &live->targets[i], &dump, &data->before[i]))
			return no_memory(err);
		data->count = i + 1;
	}
	return failed(data, 0, err);
}

static bool same_mtrrs(const struct mtrr_fact *a, const struct mtrr_fact *b)
{
	return mtrr_same(&a->state, &b->state) && a->known.def_type == b->known.def_type &&
	       a->known.fixed == b->known.fixed && a->known.var == b->known.var &&
	       a->known.enabled == b->known.enabled && a->how == b->how && a->how_var == b->how_var;
}

/* vCPUs that have other MTRRs at another moment: entries may be of that time. */
static int add_vcpus(struct facts *facts, const struct facts *other)
{
	size_t i, k;
	int rc = 0;

	for (i = 0; i < other->vcpu_count && rc != -ENOMEM; i++) {
		for (k = 0; k < facts->vcpu_count; k++)
			if (same_mtrrs(&facts->vcpus[k], &other->vcpus[i]))
				break;
		if (k == facts->vcpu_count)
			rc = facts_add_vcpu(facts, &other->vcpus[i]);
	}
	return rc == -ENOMEM ? rc : 0;
}

/* Which target had these facts before, though some went away meanwhile. */
static const struct facts *former(const struct live *live, const struct direct_data *data,
				  size_t nth)
{
	return data->count == live->count ? &data->before[nth] : NULL;
}

int direct_data_facts(struct live *live, struct direct_data *data, struct error *err)
{
	size_t i;
	int rc = 0;

	if (!data)
		return 0;
	refresh(&data->data);
	for (i = 0; i < live->count && !rc; i++) {
		struct target *target = &live->targets[i];
		const struct facts *before = former(live, data, i);
		struct facts facts;
		struct dump dump;

		rc = facts_of(data, target, &dump, &facts);
		if (!rc && dump.note_count && !target->view)
			source_remark(&live->source, "domain %d: %s", dump.domid, dump.notes[0]);
		if (!rc && before)
			rc = add_vcpus(&facts, before);
		if (!rc)
			rc = facts_take(&target->facts, &facts);
		facts_clear(&facts);
	}
	return rc ? no_memory(err) : failed(data, 0, err);
}

static bool same_pins(const struct facts *a, const struct facts *b)
{
	size_t i = 0;

	if (a->pin_count != b->pin_count)
		return false;
	while (i < a->pin_count && a->pins[i].first == b->pins[i].first &&
	       a->pins[i].last == b->pins[i].last && a->pins[i].type == b->pins[i].type)
		i++;
	return i == a->pin_count;
}

static void doubt(enum how *how, bool same)
{
	if (!same && how_certain(*how))
		*how = HOW_ASSUMED;
}

int direct_data_recheck(struct direct_data *data, struct target *target, struct error *err)
{
	struct facts *facts = &target->facts, now;
	struct dump dump;
	int rc;

	refresh(&data->data);
	rc = xendata_host(&data->data);
	if (!rc)
		rc = facts_of(data, target, &dump, &now);
	if (rc)
		return no_memory(err);
	doubt(&facts->how_pins, same_pins(facts, &now));
	doubt(&facts->cache_flush.how, facts->cache_flush.value == now.cache_flush.value);
	doubt(&facts->iommu.how, facts->iommu.value == now.iommu.value);
	doubt(&facts->host.how_var, mtrr_same(&facts->host.state, &now.host.state));
	rc = add_vcpus(facts, &now);
	facts_clear(&now);
	return rc ? no_memory(err) : failed(data, 0, err);
}

int direct_data_findable(struct direct_data *data, struct error *err)
{
	int rc = 0;

	if (!data)
		return error_set(err, -ENODATA,
				 "nothing could be found in a core without Xen's structures: name "
				 "the xen-syms of the Xen that runs with --xen-syms");
	if (!xendata_findable(&data->data))
		rc = error_set(
			err, -ENODATA,
			"Xen's variable xen_phys_start does not tell where Xen lies, so that "
			"nothing could be found in a core");
	return failed(data, rc, err);
}
