/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/listing.h"

#include "base/screen.h"
#include "base/text.h"
#include "model/domid.h"
#include "report/document.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_COLUMNS "gfn,mfn,order,entries,size,attributes,type"
#define SCHEMA		"xen-eptaudit/list"

void listing_init(struct listing *listing)
{
	memset(listing, 0, sizeof(*listing));
	listing->json.stream = stdout;
	listing->columns.set = COLUMNS_LIST;
	columns_parse(&listing->columns, DEFAULT_COLUMNS, NULL);
}

bool listing_needs_layout(const struct listing *listing)
{
	return columns_have(&listing->columns, "access");
}

/* The p2m access of an entry, or NULL where it is not known. */
static const char *access_of(const struct listing *listing, const struct entry *entry)
{
	return entry->has_raw && listing->has_layout
		       ? p2m_access_name(ept_access(entry->raw, &listing->layout), &listing->layout)
		       : NULL;
}

/* ---- the form of key D ---- */

/* "%13lx" over 13 blanks, which a frame number fills at most. */
static void put_frame(char *field, uint64_t frame)
{
	char *p = field + 13;

	do
		*--p = "0123456789abcdef"[frame & 15];
	while ((frame >>= 4) && p > field);
}

static void xen_entry(const struct entry *entry)
{
	char line[] = "gfn:               order:  0 mfn:               rwx WB!\n";

	put_frame(line + 5, entry->gfn);
	if (entry->order >= 10)
		line[26] = '0' + entry->order / 10;
	line[27] = '0' + entry->order % 10;
	if (entry->pod) {
		memcpy(line + 29, "PoD\n", 4);
		fwrite_unlocked(line, 1, 33, stdout);
		return;
	}
	put_frame(line + 34, entry->mfn);
	memcpy(line + 48, row_attributes(entry), 7);
	fwrite_unlocked(line, 1, sizeof(line) - 1, stdout);
}

/* ---- runs ---- */

/* An object in a list of them, or on a line of its own. */
static void item_open(struct listing *listing)
{
	if (listing->format == FORMAT_JSON)
		json_newline(&listing->json);
	listing->json.comma = false;
	json_open(&listing->json, NULL, '{');
}

static void item_close(struct listing *listing)
{
	json_close(&listing->json, '}');
	if (listing->format == FORMAT_JSONL)
		putc_unlocked('\n', listing->json.stream);
}

static void flush_run(struct listing *listing)
{
	struct listing_run *run = &listing->run;
	struct row row = {
		.first = &run->first,
		.gfn_last = entry_last(&run->last),
		.entries = run->entries,
		.mfn_contiguous = true,
		.bytes = listing->columns.bytes,
	};

	if (!run->entries)
		return;
	row.access = access_of(listing, &run->first);
	row.device = run->device;
	if (listing->format == FORMAT_TEXT) {
		columns_print(&listing->columns, &row, stdout);
	} else {
		item_open(listing);
		if (listing->format == FORMAT_JSONL)
			document_domid(&listing->json, listing->domid);
		columns_json(COLUMNS_LIST, &listing->json, &row);
		item_close(listing);
	}
	run->entries = 0;
}

static bool shows_access(const struct listing *listing)
{
	return listing->format == FORMAT_TEXT ? listing_needs_layout(listing) : listing->has_layout;
}

/* Do a and b differ by advancing gfn and mfn only? */
static bool continues(const struct listing *listing, const struct entry *a, const struct entry *b)
{
	return entry_adjoins(a, b) && entry_alike(a, b) &&
	       (!a->has_raw || !shows_access(listing) ||
		ept_access(a->raw, &listing->layout) == ept_access(b->raw, &listing->layout));
}

static void begin_run(struct listing *listing, const struct entry *entry)
{
	struct listing_run *run = &listing->run;
	uint64_t first;

	run->first = *entry;
	run->device = NULL;
	run->device_last = UINT64_MAX;
	if (listing->format != FORMAT_TEXT || columns_have(&listing->columns, "device"))
		run->device =
			devices_around(listing->devices, entry->mfn, &first, &run->device_last);
}

void listing_begin(struct listing *listing, const struct source_info *info)
{
	if (listing->format == FORMAT_TEXT)
		columns_fit(&listing->columns, stdout);
	if (listing->format != FORMAT_JSON)
		return;
	document_begin(&listing->json, SCHEMA);
	document_source(&listing->json, info);
	json_open(&listing->json, "domains", '[');
}

void listing_domain(struct listing *listing, const struct dump *dump)
{
	struct jsonwrite *json = &listing->json;

	listing->domid = dump->domid;
	listing->devices = &dump->facts.devices;
	listing->shown = 0;
	switch (listing->format) {
	case FORMAT_XEN:
		printf("domain%d EPT p2m table:\n", dump->domid);
		break;
	case FORMAT_TEXT:
		fputs(screen_paint(PAINT_BOLD), stdout);
		if (dump->domid == DOMID_UNNAMED)
			fputs("A domain that is not named", stdout);
		else
			printf("Domain %d", dump->domid);
		puts(screen_paint(PAINT_NONE));
		columns_print(&listing->columns, NULL, stdout);
		break;
	case FORMAT_JSON:
		json_newline(json);
		json_open(json, NULL, '{');
		document_domain(json, dump);
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
	if (listing->format == FORMAT_XEN) {
		xen_entry(entry);
		return;
	}
	if (run->entries &&
	    (!continues(listing, &run->last, entry) || entry->mfn > run->device_last))
		flush_run(listing);
	if (!run->entries)
		begin_run(listing, entry);
	run->last = *entry;
	run->entries++;
}

static void text_domain_end(const struct listing *listing, const struct dump *dump)
{
	unsigned long i;

	screen_print(stdout, printf("  "), 4, "%" PRIu64 " %s%s%s", listing->shown,
		     plural(listing->shown, "entry", "entries"),
		     dump->complete ? "" : "; incomplete: ", dump->complete ? "" : dump->reason);
	for (i = 0; i < dump->table_findings && i < DUMP_TABLE_FINDINGS; i++)
		screen_print(stdout, printf("  "), 4, "table: %s", dump->table_finding[i]);
}

void listing_entries(struct listing *listing, const struct entry *first, uint64_t count)
{
	struct listing_run *run = &listing->run;
	struct entry entry = *first;
	uint64_t more; /* that go on with the run */

	for (; count; count -= more + 1) {
		listing_entry(listing, &entry);
		more = listing->format == FORMAT_XEN ? 0 : count - 1;
		if (more && !entry.pod && more > (run->device_last - entry.mfn) >> entry.order)
			more = (run->device_last - entry.mfn) >> entry.order;
		entry_advance(&run->last, more);
		run->entries += more;
		listing->shown += more;
		entry_advance(&entry, more + 1);
	}
}

void listing_domain_end(struct listing *listing, const struct dump *dump)
{
	struct jsonwrite *json = &listing->json;

	flush_run(listing);
	if (listing->format == FORMAT_TEXT)
		text_domain_end(listing, dump);
	if (listing->format != FORMAT_JSON)
		return;
	json_close(json, ']');
	json_number(json, "entries", listing->shown);
	document_tables(json, dump);
	json_bool(json, "complete", dump->complete);
	json_close(json, '}');
}

void listing_end(struct listing *listing, bool complete, int exit_status)
{
	if (listing->format != FORMAT_JSON)
		return;
	json_close(&listing->json, ']');
	json_bool(&listing->json, "complete", complete);
	document_end(&listing->json, exit_status);
}

/* ---- roots ---- */

static void tell_root(struct listing *listing, const struct ept_root *root)
{
	struct jsonwrite *json = &listing->json;
	char size[32];

	if (listing->format != FORMAT_JSON && listing->format != FORMAT_JSONL) {
		printf("0x%016" PRIx64 "  %" PRIu64 " entries, %s, %" PRIu64 " tables\n",
		       root->eptp, root->entries, text_size(root->pages << 12, size, sizeof(size)),
		       root->tables);
		return;
	}
	item_open(listing);
	json_hex(json, "eptp", root->eptp);
	json_number(json, "entries", root->entries);
	json_number(json, "pages", root->pages);
	json_number(json, "tables", root->tables);
	item_close(listing);
}

void listing_roots(struct listing *listing, const char *name, const struct ept_root *roots,
		   size_t count, bool complete, int exit_status)
{
	struct jsonwrite *json = &listing->json;
	size_t i;

	if (listing->format == FORMAT_JSON) {
		document_begin(json, SCHEMA);
		json_open(json, "source", '{');
		json_string(json, "kind", "image");
		json_string(json, "name", name);
		json_close(json, '}');
		json_open(json, "roots", '[');
	}
	for (i = 0; i < count; i++)
		tell_root(listing, &roots[i]);
	if (listing->format != FORMAT_JSON)
		return;
	json_close(json, ']');
	json_bool(json, "complete", complete);
	document_end(json, exit_status);
}
