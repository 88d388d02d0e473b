/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/xendata.h"

#include "base/text.h"
#include "model/merge.h"
#include "source/source.h"
#include "source/structs/domains.h"
#include "source/structs/host.h"
#include "source/structs/ring.h"
#include "source/structs/special.h"
#include "source/text/scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- where Xen lies ---- */

/* setup.c puts it at such a boundary, below what the first page tables map. */
#define PLACE_ALIGN (UINT64_C(1) << 21)
#define PLACE_END   (UINT64_C(1) << 32)

#define TRIES 4 /* of what changes while it is read */

/* Machine address of a symbol, were the image there. */
static bool placed(const struct syms *syms, const char *name, uint64_t machine, uint64_t *address)
{
	uint64_t start, end, virtual;

	syms_extent(syms, &start, &end);
	if (!syms_find(syms, name, &virtual, NULL) || virtual < start || virtual >= end)
		return false;
	*address = machine + (virtual - start);
	return true;
}

/* The same build's, as its build-id behind the header of its note says. */
static bool same_build(struct xendata *data, const struct syms *syms, uint64_t machine)
{
	uint8_t wanted[BUILD_ID_MAX], found[BUILD_ID_MAX + 16];
	size_t size = syms_build_id(syms, wanted);
	uint64_t note, start, end;

	syms_extent(syms, &start, &end);
	data->mem.start = start;
	data->mem.end = end;
	data->mem.image = machine;
	if (!size || !placed(syms, "__note_gnu_build_id_start", machine, &note) ||
	    !xmem_read(&data->mem, start + (note - machine), found, size + 16))
		return false;
	return !memcmp(found + 12, "GNU", 4) && !memcmp(found + 16, wanted, size);
}

/* Does Xen's own variable say that it is there? */
static bool says_so(const struct syms *syms, struct pages *pages, uint64_t machine)
{
	const uint64_t *page;
	uint64_t address;

	if (!placed(syms, "xen_phys_start", machine, &address) || address % 8 ||
	    address / PAGE_SIZE >= pages->frame_limit)
		return false;
	page = pages_get(pages, address / PAGE_SIZE, XMEM_SLOT_DATA);
	return page && page[address % PAGE_SIZE / 8] == machine;
}

static int not_there(const struct syms *syms, struct error *err)
{
	uint8_t id[BUILD_ID_MAX];
	size_t size = syms_build_id(syms, id), i;
	char text[2 * BUILD_ID_MAX + 1] = "none";

	for (i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", id[i]);
	return error_set(err, -ENOENT,
			 "%s is of another build of Xen than the one that is looked at, or its "
			 "memory is not there: its build-id, %s, was not found; name the xen-syms "
			 "that belongs to it with --xen-syms",
			 syms_name(syms), text);
}

int xendata_at(struct xendata *data, struct syms *syms, struct pages *pages, uint64_t machine,
	       struct error *err)
{
	uint64_t root;

	memset(data, 0, sizeof(*data));
	data->mem.pages = pages;
	if (!same_build(data, syms, machine) || !placed(syms, "idle_pg_table", machine, &root))
		return not_there(syms, err);
	data->syms = syms;
	data->mem.root = root / PAGE_SIZE;
	return 0;
}

int xendata_find(struct xendata *data, struct syms *syms, struct pages *pages, struct error *err)
{
	uint64_t machine;

	for (machine = 0; machine < PLACE_END && machine / PAGE_SIZE < pages->frame_limit;
	     machine += PLACE_ALIGN)
		if (says_so(syms, pages, machine) && !xendata_at(data, syms, pages, machine, NULL))
			return 0;
	return not_there(syms, err);
}

bool xendata_findable(struct xendata *data)
{
	uint64_t machine = data->mem.image;

	return machine % PLACE_ALIGN == 0 && machine < PLACE_END &&
	       says_so(data->syms, data->mem.pages, machine);
}

/* ---- what it has ---- */

static int read_log(struct xendata *data, struct source *source, struct error *err)
{
	int rc;

	data->log = calloc(1, sizeof(*data->log));
	if (!data->log)
		return error_set(err, -ENOMEM, "out of memory");
	rc = ring_scan(data, data->log, err);
	if (rc > 0)
		return 0;
	scan_clear(data->log);
	free(data->log);
	data->log = NULL;
	if (!rc)
		source_remark(source, "Xen's console ring has no text, or cannot be read");
	return rc;
}

static void settle_version(struct xendata *data)
{
	const struct section *boot =
		data->log ? &data->log->sections[data->log->last.section] : NULL;

	if (!host_version(data, data->version, sizeof(data->version)))
		data->version[0] = '\0';
	/* The banner may tell more: whose build it is. */
	if (boot && boot->has_version &&
	    (!data->version[0] || !strcmp(boot->version, data->version))) {
		data->xen = boot->xen;
		data->has_version = true;
		snprintf(data->version, sizeof(data->version), "%s", boot->version);
	} else if (data->version[0]) {
		data->has_version = !xen_version_parse(data->version, NULL, &data->xen);
		data->xen.after_release = true; /* as far as is known */
	}
}

static void read_command_line(struct xendata *data)
{
	char *line = data->command_line;
	uint64_t address;
	size_t i;

	if (!syms_find(data->syms, "saved_cmdline", &address, NULL))
		return;
	for (i = 0; i < sizeof(data->command_line) - 1; i++)
		if (!xmem_read(&data->mem, address + i, &line[i], 1) || !line[i])
			break;
	line[i] = '\0';
	text_sanitize(line);
}

/* What one member's absence means, for people. */
static void remark_layout(struct xendata *data, struct source *source)
{
	unsigned int i;

	if (data->layout.guessed) {
		source_remark(source,
			      "%.100s has symbols only, no DWARF: what rests on Xen's "
			      "structures of domains is not known",
			      syms_name(data->syms));
		return;
	}
	for (i = 0; i < MEMBER_COUNT; i++)
		if (!data->layout.member[i].known && !member_info[i].optional)
			source_remark(source,
				      "this Xen's struct %s has no member %s: what it tells is not "
				      "known",
				      struct_info[member_info[i].of].name, member_info[i].path);
}

static void remark_views(struct xendata *data, struct source *source)
{
	char lost[80];

	if (domains_lost(data, lost, sizeof(lost)))
		source_remark(source,
			      "some p2ms of domain%s %s may be missing here: what Xen has of them "
			      "is damaged, or was changing",
			      strchr(lost, ',') ? "s" : "", lost);
}

int xendata_read(struct xendata *data, struct source *source, struct error *err)
{
	int rc = 0;

	if (syms_has_types(data->syms))
		rc = syms_layout(data->syms, &data->layout, err);
	if (rc)
		return rc;
	if (!data->layout.size[STRUCT_DOMAIN])
		layout_usual(&data->layout);
	remark_layout(data, source);
	rc = read_log(data, source, err);
	if (rc)
		return rc;
	settle_version(data);
	read_command_line(data);
	frametable_open(&data->frametable, &data->mem, data->syms, &data->layout,
			data->has_version ? &data->xen : NULL);
	rc = host_read(data);
	if (!rc && !data->layout.guessed)
		rc = domains_list(data);
	if (rc > 0)
		source_remark(source, "Xen's list of domains is damaged, or was changing: some "
				      "domains may be missing here");
	remark_views(data, source);
	data->listed = !rc && !data->layout.guessed;
	if (rc >= 0)
		rc = data->layout.guessed ? 0 : special_listed(data);
	if (rc > 0)
		source_remark(source, "Xen's lists of special pages are damaged, or were changing: "
				      "which pages are special is not known");
	return rc < 0 ? error_set(err, -ENOMEM, "out of memory") : 0;
}

int xendata_host(struct xendata *data)
{
	struct facts *host = &data->host;

	ranges_clear(&host->ram.ranges);
	ranges_clear(&host->mmio_ro.ranges);
	ranges_clear(&host->mfn_valid.ranges);
	/* What cannot be read any more is not known: there may be more than nothing. */
	host->ram.how = host->mmio_ro.how = host->mfn_valid.how = HOW_UNKNOWN;
	host->iommu_snoop.how = HOW_UNKNOWN;
	host->mmio_ro_complete = false;
	memset(&host->host, 0, sizeof(host->host));
	return host_read(data);
}

bool xendata_again(struct xendata *data, unsigned int *tries)
{
	if (!data->refresh || ++*tries >= TRIES)
		return false;
	data->refresh(data);
	return true;
}

void xendata_clear(struct xendata *data)
{
	facts_clear(&data->host);
	if (data->log)
		scan_clear(data->log);
	free(data->log);
	free(data->domains);
	syms_close(data->syms);
	memset(data, 0, sizeof(*data));
}

const struct own_domain *xendata_domain(const struct xendata *data, int domid)
{
	size_t i;

	for (i = 0; i < data->count; i++)
		if (data->domains[i].domid == domid)
			return &data->domains[i];
	return NULL;
}

/* ---- facts ---- */

/* The log is of an earlier moment than what is in memory. */
static int facts_of_log(struct xendata *data, int domid, struct facts *facts)
{
	struct dump_place end = { .domid = domid };
	int rc;

	facts_init(facts);
	if (!data->log)
		return 0;
	end.place = data->log->last;
	rc = scan_facts(data->log, &end, facts);
	if (!rc)
		facts_age(facts);
	return rc;
}

static int measured_facts(struct xendata *data, const struct own_domain *domain, struct dump *dump,
			  struct facts *facts)
{
	char lost[160], devices[160];
	int rc = facts_copy(facts, &data->host);

	if (rc || !domain)
		return rc;
	rc = domain_facts(data, domain, facts, lost, sizeof(lost));
	if (*lost)
		dump_note(dump, "not known, as Xen's structures are not as they must be: %s", lost);
	if (!domain_devices(data, domain, devices, sizeof(devices)) && domain->domid)
		dump_note(dump, "it is not known which PCI devices are assigned to the domain: "
				"Xen's list of them is damaged, or was changing");
	if (*devices && domain->domid)
		dump_note(dump, "PCI devices that are assigned to the domain: %s", devices);
	return rc;
}

int xendata_facts(struct xendata *data, struct pages *tables, uint64_t eptp, struct dump *dump,
		  struct facts *facts)
{
	const struct own_domain *domain = xendata_domain(data, dump->domid);
	struct facts measured;
	int rc = facts_of_log(data, dump->domid, facts);

	if (rc)
		return -ENOMEM;
	rc = measured_facts(data, domain, dump, &measured);
	if (!rc && tables)
		rc = special_mapped(data, tables, eptp, &measured);
	if (!rc)
		rc = facts_merge(facts, &measured);
	facts->entry_types = true;
	facts_clear(&measured);
	if (rc)
		facts_clear(facts);
	return rc ? -ENOMEM : 0;
}
