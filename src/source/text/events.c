/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/events.h"

#include "base/array.h"
#include "base/text.h"
#include "model/domid.h"
#include "source/text/bydomain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAPPINGS_MAX 65536 /* more than devices can have; the rest is not looked at */

/* The number in "d5 sharing page tables", where format has one %d and a %n at its end; or -1. */
static int domain_of(const char *text, const char *format)
{
	int domid = -1, used = 0;

	if (sscanf(text, format, &domid, &used) != 1 || !used || domid < 0 || domid >= DOMID_COUNT)
		return -1;
	return domid;
}

/* Is it output of another debug key than o? */
static bool of_another_key(const char *text)
{
	const char *p = text + strspn(text, " \t");

	if (p > text && *p)
		return !text_after(p, "gfn: ");
	return text_after(text, "General information for domain ") ||
	       text_after(text, "Rangesets belonging to domain ") ||
	       text_after(text, "Memory pages belonging to domain ") ||
	       text_after(text, "VCPU information and callbacks for domain ") ||
	       text_after(text, "Notifying guest ") || strstr(text, " EPT p2m table:");
}

void keys_watch(const char *text, struct scan *scan)
{
	struct keypress *last = scan->key_count ? &scan->keys[scan->key_count - 1] : NULL;

	if (last && last->key == 'o' && of_another_key(text))
		last->lost = true;
}

int keyo_line(const char *text, struct scan *scan, const struct place *place)
{
	/* Tables shared with the EPT or of their own: from 4.15 on, and before. */
	static const char *const formats[] = {
		"d%d sharing page tables%n",   "[VT-D] d%d table has %n",
		"[VT-D]d%d table has %n",      "domain%d IOMMU p2m table shared with MMU%n",
		"domain%d IOMMU p2m table:%n",
	};
	struct iommu_text found = { .place = *place };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		found.domid = domain_of(text, formats[i]);
		if (found.domid >= 0)
			return array_append(&scan->iommus, &scan->iommu_count, sizeof(found),
					    &found)
				       ? -ENOMEM
				       : 1;
	}
	return text_after(text, "p2m table has ") != NULL;
}

int key_line(const char *text, struct scan *scan, const struct place *place)
{
	struct keypress pressed = { .place = *place, .key = text[0] ? text[1] : 0 };

	if (*text != '\'' || !strstr(text, "' pressed"))
		return 0;
	/* Keys are handled one after another: what the last one prints is over. */
	if (scan->key_count)
		scan->keys[scan->key_count - 1].complete = true;
	return array_append(&scan->keys, &scan->key_count, sizeof(pressed), &pressed) ? -ENOMEM : 0;
}

void keyo_facts(const struct scan *scan, const struct dump_place *dump, struct facts *facts)
{
	const struct section *section = &scan->sections[dump->place.section];
	struct life life;
	int pressed;

	if (bydomain_nearest(scan, BY_IOMMU, dump->domid, 0, &dump->place) >= 0) {
		facts->iommu.value = true;
		facts->iommu.how = HOW_LOG;
		return;
	}
	/*
	 * From 4.13 on the key lists exactly the domains whose IOMMU is enabled, dom0 left out, and
	 * that never changes in a domain's life (iommu_dump_page_tables(), is_iommu_enabled()).
	 */
	if (!section->has_version || !xen_at_least(&section->xen, 4, 13) || dump->domid <= 0)
		return;
	life = bydomain_life(scan, dump);
	pressed = bydomain_keyo(scan, &dump->place, &life);
	if (!pressed)
		return;
	/* The domain was there when the key was pressed, unless it came or went between. */
	facts->iommu.value = false;
	facts->iommu.how = pressed == 2 ? HOW_LOG : HOW_ASSUMED;
}

int mapping_line(const char *text, struct scan *scan, const struct place *place)
{
	struct mapping_text map = { .place = *place };
	const char *p;
	int used = 0;

	if ((p = text_after(text, "memory_map:"))) {
		if (sscanf(p, "%*[a-z]: dom%d gfn=%" SCNx64 " mfn=%" SCNx64 " nr=%" SCNx64 "%n",
			   &map.domid, &map.gfn, &map.mfn, &map.count, &used) != 4)
			return 0;
	} else if ((p = text_after(text, "ioport_map:"))) {
		map.ports = true;
		if (sscanf(p, "%*[a-z]: dom%d gport=%" SCNx64 " mport=%" SCNx64 " nr=%" SCNx64 "%n",
			   &map.domid, &map.gfn, &map.mfn, &map.count, &used) != 4)
			return 0;
	}
	if (!used)
		return 0;
	map.added = text_after(p, "add:");
	/* A guest on another CPU can cut the line: whole numbers of what can be only. */
	if (map.domid < 0 || map.domid >= DOMID_COUNT || !map.count || map.gfn >> 40 ||
	    map.mfn >> 40 || map.count >> 40 || scan->mapping_count == MAPPINGS_MAX)
		return 1;
	return array_append(&scan->mappings, &scan->mapping_count, sizeof(map), &map) ? -ENOMEM : 1;
}

static int add_hints(const struct ranges *mapped, struct facts *facts)
{
	size_t i;

	for (i = 0; i < mapped->count; i++) {
		struct type_hint hint = { .first = mapped->range[i].first,
					  .last = mapped->range[i].last,
					  .types = 1u << P2M_MMIO_DIRECT };

		if (facts_add_types(facts, &hint))
			return -ENOMEM;
	}
	if (mapped->count)
		facts->how_types = HOW_LOG;
	return 0;
}

int mapping_facts(const struct scan *scan, const struct dump_place *dump, struct facts *facts)
{
	struct ranges mapped = { .count = 0 }, ports = { .count = 0 };
	struct bydomain_walk walk;
	ssize_t i;
	int rc = 0;

	bydomain_walk(scan, BY_MAPPING, dump, &walk);
	while (!rc && (i = bydomain_next(scan, BY_MAPPING, &walk)) >= 0) {
		const struct mapping_text *map = &scan->mappings[i];
		struct ranges *ranges = map->ports ? &ports : &mapped;

		if (map->place.line > dump->place.line)
			break;
		rc = (map->added ? ranges_add : ranges_remove)(ranges, map->gfn,
							       map->gfn + map->count - 1);
	}
	if (!rc)
		rc = add_hints(&mapped, facts);
	/* Only what a domain has a capability for is mapped: do_domctl(). */
	if (!how_certain(facts->cache_flush.how) && (mapped.count || ports.count)) {
		facts->cache_flush.value = true;
		facts->cache_flush.how = HOW_LOG;
	}
	if (!how_certain(facts->ioports.how) && ports.count) {
		facts->ioports.value = true;
		facts->ioports.how = HOW_LOG;
	}
	ranges_clear(&mapped);
	ranges_clear(&ports);
	return rc;
}
