/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/listing.h"

#include "base/text.h"
#include "report/listingforms.h"
#include "report/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *listing_attributes(const struct entry *entry)
{
	static char made[256][16];
	char *text = made[(entry->rights & 7) | (entry->emt & 7) << 3 | entry->ipat << 6 |
			  entry->ipat_hidden << 7];

	if (entry->pod)
		return "PoD";
	return *text ? text : words_attributes(entry, text, sizeof(made[0]));
}

const char *listing_access(const struct listing *listing)
{
	const struct entry *first = &listing->run.first;

	return first->has_raw && listing->has_layout
		       ? p2m_access_name(ept_access(first->raw, &listing->layout), &listing->layout)
		       : NULL;
}

static void flush_run(struct listing *listing)
{
	if (!listing->run.entries)
		return;
	if (listing->format == LISTING_TEXT)
		listing_text_run(listing);
	else
		listing_json_run(listing);
	listing->run.entries = 0;
}

static bool shows_access(const struct listing *listing)
{
	return listing->format == LISTING_TEXT ? listing_needs_layout(listing)
					       : listing->has_layout;
}

/* Do a and b differ by advancing gfn and mfn only? */
static bool continues(const struct listing *listing, const struct entry *a, const struct entry *b)
{
	uint64_t size = entry_pages(a->order);

	return b->gfn == a->gfn + size && b->order == a->order && b->pod == a->pod &&
	       (a->pod || b->mfn == a->mfn + size) && b->rights == a->rights && b->emt == a->emt &&
	       b->ipat == a->ipat && b->ipat_hidden == a->ipat_hidden && b->pending == a->pending &&
	       b->type == a->type &&
	       (!a->has_raw || !shows_access(listing) ||
		ept_access(a->raw, &listing->layout) == ept_access(b->raw, &listing->layout));
}

void listing_begin(struct listing *listing)
{
	if (listing->format != LISTING_JSON)
		return;
	json_open(&listing->json, NULL, '{');
	json_schema(&listing->json, "xen-eptaudit/list");
	json_open(&listing->json, "domains", '[');
}

void listing_domain(struct listing *listing, const struct dump *dump)
{
	struct jsonwrite *json = &listing->json;

	listing->domid = dump->domid;
	listing->shown = 0;
	switch (listing->format) {
	case LISTING_XEN:
		printf("domain%d EPT p2m table:\n", dump->domid);
		break;
	case LISTING_TEXT:
		printf("Domain %d\n", dump->domid);
		listing_text_titles(listing);
		break;
	case LISTING_JSON:
		json_newline(json);
		json_open(json, NULL, '{');
		json_number(json, "domid", dump->domid);
		json_string(json, "name", dump->name);
		json_number(json, "dump", dump->number);
		json_open(json, "runs", '[');
		break;
	default:
		break;
	}
}

void listing_entry(struct listing *listing, const struct entry *entry)
{
	struct listing_run *run = &listing->run;

	listing->shown++;
	if (listing->format == LISTING_XEN) {
		listing_xen_entry(entry);
		return;
	}
	if (run->entries && !continues(listing, &run->last, entry))
		flush_run(listing);
	if (!run->entries)
		run->first = *entry;
	run->last = *entry;
	run->entries++;
}

void listing_entries(struct listing *listing, const struct entry *first, uint64_t count)
{
	struct entry entry = *first;

	if (!count)
		return;
	listing_entry(listing, &entry);
	if (listing->format == LISTING_XEN) {
		while (--count) {
			entry_advance(&entry, 1);
			listing_entry(listing, &entry);
		}
		return;
	}
	entry_advance(&listing->run.last, count - 1);
	listing->run.entries += count - 1;
	listing->shown += count - 1;
}

void listing_domain_end(struct listing *listing, const struct dump *dump)
{
	struct jsonwrite *json = &listing->json;
	unsigned long i;

	flush_run(listing);
	if (listing->format == LISTING_TEXT) {
		printf("  %" PRIu64 " entries%s%s\n", listing->shown,
		       dump->complete ? "" : "; incomplete: ", dump->complete ? "" : dump->reason);
		for (i = 0; i < dump->table_findings && i < DUMP_TABLE_FINDINGS; i++)
			printf("  table: %s\n", dump->table_finding[i]);
	}
	if (listing->format != LISTING_JSON)
		return;
	json_close(json, ']');
	json_number(json, "entries", listing->shown);
	if (dump->table_findings) {
		json_number(json, "table_findings", dump->table_findings);
		json_open(json, "tables", '[');
		for (i = 0; i < dump->table_findings && i < DUMP_TABLE_FINDINGS; i++)
			json_string(json, NULL, dump->table_finding[i]);
		json_close(json, ']');
	}
	json_bool(json, "complete", dump->complete);
	json_close(json, '}');
}

void listing_end(struct listing *listing, int exit_status)
{
	if (listing->format != LISTING_JSON)
		return;
	json_close(&listing->json, ']');
	json_number(&listing->json, "exit_status", exit_status);
	json_close(&listing->json, '}');
	putchar('\n');
}

static void text_root(const struct ept_root *root)
{
	char size[32];

	printf("0x%016" PRIx64 "  %" PRIu64 " entries, %s, %" PRIu64 " tables\n", root->eptp,
	       root->entries, text_size(root->pages << 12, size, sizeof(size)), root->tables);
}

void listing_roots(struct listing *listing, const struct ept_root *roots, size_t count,
		   bool complete, int exit_status)
{
	struct jsonwrite *json = &listing->json;
	bool document = listing->format == LISTING_JSON;
	size_t i;

	if (document) {
		json_open(json, NULL, '{');
		json_schema(json, "xen-eptaudit/list");
		json_open(json, "roots", '[');
	}
	for (i = 0; i < count; i++)
		if (document || listing->format == LISTING_JSONL)
			listing_json_root(listing, &roots[i]);
		else
			text_root(&roots[i]);
	if (!document)
		return;
	json_close(json, ']');
	json_bool(json, "complete", complete);
	json_number(json, "exit_status", exit_status);
	json_close(json, '}');
	putchar('\n');
}
