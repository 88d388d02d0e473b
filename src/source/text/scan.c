/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/scan.h"

#include "base/array.h"
#include "source/text/boot.h"
#include "source/text/hvmctx.h"
#include "source/text/keyq.h"
#include "source/text/record.h"
#include "source/text/vmcs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX    8192   /* Xen's longest lines are rangesets of dom0 */
#define DOMID_COUNT 0x7ff0 /* DOMID_FIRST_RESERVED */

struct scanner {
	struct scan *scan;
	unsigned int section;
	unsigned int series;
	bool dump_open;
	bool record_last; /* the line before this one was a record */
	bool xen_since_record;
	enum boot_state boot;
	struct keyq_state keyq;
	struct vmcs_state vmcs;
	struct hvmctx_state hvmctx;
	size_t record_at; /* where the record stands in its line */
};

static struct section *section_of(struct scanner *scanner)
{
	return &scanner->scan->sections[scanner->section];
}

static int add_section(struct scanner *scanner)
{
	struct section section;

	memset(&section, 0, sizeof(section));
	scanner->section = scanner->scan->section_count;
	scanner->boot = BOOT_NOTHING;
	scanner->keyq.active = false;
	hvmctx_init(&scanner->hvmctx);
	return array_append(&scanner->scan->sections, &scanner->scan->section_count,
			    sizeof(section), &section);
}

static struct place place_of(const struct scanner *scanner)
{
	struct place place = { scanner->section, scanner->series, scanner->scan->lines };

	return place;
}

static void close_dump(struct scanner *scanner, uint64_t offset)
{
	struct scan *scan = scanner->scan;

	if (scanner->dump_open) {
		scan->dumps[scan->dump_count - 1].end = offset;
		scan->dumps[scan->dump_count - 1].at_end = !scanner->xen_since_record;
	}
	scanner->dump_open = false;
}

/* "domain%d EPT p2m table:" */
static bool dump_header(const char *text, int *domid)
{
	int used = 0;

	return sscanf(text, "domain%d EPT p2m table:%n", domid, &used) == 1 && used &&
	       *domid >= 0 && *domid < DOMID_COUNT && text[used + strspn(text + used, " ")] == '\0';
}

static int open_dump(struct scanner *scanner, int domid, uint64_t offset)
{
	struct scan *scan = scanner->scan;
	struct dump_place dump = {
		.place = place_of(scanner),
		.domid = domid,
		.offset = offset,
	};

	scanner->dump_open = true;
	scanner->record_last = false;
	scanner->xen_since_record = false;
	scanner->keyq.active = false;
	return array_append(&scan->dumps, &scan->dump_count, sizeof(dump), &dump);
}

/* A banner begins a boot, unless it is dom0 showing the log of this one. */
static int banner(struct scanner *scanner, const struct section *read, const struct line *line,
		  bool more_cr)
{
	unsigned int before = scanner->section;
	struct section *section;
	int rc;

	close_dump(scanner, line->offset);
	scanner->series++;
	rc = add_section(scanner);
	if (rc)
		return rc;
	section = section_of(scanner);
	memcpy(section->version, read->version, sizeof(section->version));
	section->xen = read->xen;
	section->has_version = true;
	section->tentative = more_cr;
	section->before = before;
	section->has_cr = true;
	section->cr = line->cr;
	section->any_cr = line->cr > 0;
	return 0;
}

/* Output of debug keys and other lines that say nothing of a change. */
static bool harmless(const char *text)
{
	static const char *const starts[] = {
		" ",
		"\t",
		"'",
		"*** ",
		"****",
		">>> ",
		"CR0",
		"CR3",
		"CR4",
		"RSP",
		"RIP",
		"RFLAGS",
		"Sysenter",
		"GDTR",
		"LDTR",
		"IDTR",
		"EFER",
		"PreemptionTimer",
		"DebugCtl",
		"Interrupt",
		"CS=",
		"FSBase",
		"GDTBase",
		"PinBased",
		"SecondaryExec",
		"EntryControls",
		"ExceptionBitmap",
		"VMEntry",
		"VMExit",
		"IDTVectoring",
		"TSC ",
		"TPR ",
		"EPT pointer",
		"PLE ",
		"Virtual processor",
		"==== ",
		"MSI information",
		"Physical memory information",
		"PerfGlobCtl",
		"BndCfgS",
		"Dumping",
		"gfn: ",
	};
	size_t i;

	if (!*text || (*text >= '0' && *text <= '9')) /* PCI devices of key Q */
		return true;
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (!strncmp(text, starts[i], strlen(starts[i])))
			return true;
	return false;
}

/* Key o: "d5 sharing page tables" (4.16 on), "domain5 IOMMU p2m table shared with MMU: ". */
static int iommu_line(struct scanner *scanner, const char *text)
{
	struct iommu_text found = { .place = place_of(scanner) };
	int used = 0;

	if ((sscanf(text, "d%d sharing page tables%n", &found.domid, &used) == 1 && used) ||
	    (sscanf(text, "domain%d IOMMU p2m table shared with MMU%n", &found.domid, &used) == 1 &&
	     used))
		return array_append(&scanner->scan->iommus, &scanner->scan->iommu_count,
				    sizeof(found), &found)
			       ? -ENOMEM
			       : 1;
	return 0;
}

static void headless(struct scan *scan, const struct entry *entry)
{
	if (!scan->headless++)
		scan->headless_first = entry->gfn;
	scan->headless_last = entry->gfn + entry_pages(entry->order) - 1;
}

/* A line of Xen's that may be a record. 1 if it is. */
static int record_line(struct scanner *scanner, const struct line *line, const char *text,
		       size_t length)
{
	struct entry entry;
	enum record record = record_parse(text, length, &entry);

	if (record == RECORD_NONE)
		return 0;
	if (record == RECORD_GLUED) {
		scanner->scan->replayed++;
		return 1;
	}
	if (!scanner->dump_open)
		headless(scanner->scan, &entry);
	scanner->record_last = true;
	scanner->xen_since_record = false;
	scanner->record_at = text - line->text;
	return 1;
}

static int xen_line(struct scanner *scanner, const struct line *line, const char *text,
		    size_t length)
{
	struct scan *scan = scanner->scan;
	struct place place;
	char copy[TEXT_MAX];
	int domid, rc;

	if (length >= 5 && !memcmp(text, "gfn: ", 5)) {
		rc = record_line(scanner, line, text, length);
		if (rc)
			return rc < 0 ? rc : 0;
	}
	scanner->record_last = false;
	scanner->xen_since_record = true;
	snprintf(copy, sizeof(copy), "%.*s",
		 (int)(length < sizeof(copy) ? length : sizeof(copy) - 1), text);
	if (dump_header(copy, &domid)) {
		close_dump(scanner, line->offset);
		return open_dump(scanner, domid, line->offset + line->length + line->cr + 1);
	}
	if (copy[0] == '\'' && strstr(copy, "' pressed"))
		close_dump(scanner, line->offset);
	place = place_of(scanner);
	rc = keyq_line(copy, scan, &place, &scanner->keyq);
	if (!rc)
		rc = vmcs_line(copy, scan, &place, &scanner->vmcs);
	if (!rc)
		rc = boot_line(copy, section_of(scanner), &scanner->boot);
	if (!rc)
		rc = hvmctx_xen_line(copy, &place, &scanner->hvmctx);
	if (!rc)
		rc = iommu_line(scanner, copy);
	if (!rc && !harmless(copy))
		scanner->series++;
	return rc < 0 ? -ENOMEM : 0;
}

/* Something a guest says that would be taken for Xen's if it were. */
static bool look_alike(const char *text, size_t length)
{
	static const char *const words[] = { "gfn: ",
					     " EPT p2m table:",
					     "Rangesets belonging to",
					     "General information for domain",
					     "I/O Memory",
					     "I/O Ports",
					     "XenPage ",
					     "ExtraPage ",
					     "(XEN)",
					     "MTRR default type",
					     "I/O virtualisation" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (memmem(text, length, words[i], strlen(words[i])))
			return true;
	return false;
}

/* dom0's text: of use only where it prints HVM contexts, or cuts a record in two. */
static int other_line(struct scanner *scanner, const struct line *line, const char *text,
		      size_t length)
{
	struct place place = place_of(scanner);
	char copy[256];

	if (record_torn(text, length)) {
		if (scanner->dump_open && scanner->record_last)
			scanner->scan->dumps[scanner->scan->dump_count - 1].torn = true;
		close_dump(scanner, line->offset);
	}
	scanner->record_last = false;
	if (length >= sizeof(copy))
		return 0;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return hvmctx_line(copy, &place, scanner->scan, &scanner->hvmctx);
}

/* Keeps track of how many carriage returns end Xen's own lines. */
static int track_cr(struct scanner *scanner, const struct line *line, bool first_column)
{
	struct section *section = section_of(scanner);

	if (line->cr)
		section->any_cr = true;
	if (!first_column || !line->terminated)
		return 0;
	if (!section->has_cr) {
		section->has_cr = true;
		section->cr = line->cr;
	} else if (line->cr >= section->cr) {
		section->fewer_cr = 0;
	} else if (section->tentative && line->cr == scanner->scan->sections[section->before].cr) {
		/* The boot before goes on: what came since the banner was dom0 showing its log. */
		close_dump(scanner, line->offset);
		section->dropped = true;
		scanner->section = section->before;
		scanner->keyq.active = false;
		scanner->series++;
	} else if (++section->fewer_cr == 3) {
		section->cr = line->cr; /* another log, appended */
		section->fewer_cr = 0;
		scanner->series++;
	}
	return 0;
}

static int one_line(struct scanner *scanner, const struct line *line)
{
	struct section read = { .version = "" };
	struct utterance said;
	char copy[256];
	int rc;

	scanner->scan->lines++;
	line_origin(line, section_of(scanner), &said);
	rc = track_cr(scanner, line, said.prefixed);
	if (rc)
		return rc;
	if (said.prefixed) {
		snprintf(copy, sizeof(copy), "%.*s", (int)(said.length < 255 ? said.length : 255),
			 said.text);
		if (boot_banner(copy, &read)) {
			scanner->scan->xen_lines++;
			return banner(scanner, &read, line, said.origin == ORIGIN_REPLAYED);
		}
	}
	switch (said.origin) {
	case ORIGIN_XEN:
		scanner->scan->xen_lines++;
		return xen_line(scanner, line, said.text, said.length);
	case ORIGIN_REPLAYED:
		scanner->scan->replayed++;
		return 0;
	case ORIGIN_GUEST:
		if (look_alike(said.text, said.length))
			scanner->scan->rejected++;
		return 0;
	default:
		return other_line(scanner, line, said.text, said.length);
	}
}

/*
 * Steps over records that look like the one before, which is nearly all of a log: only their
 * literal parts and their line end are compared.
 */
static void skip_records(struct scanner *scanner, struct reader *reader)
{
	const char *start = reader->buffer + reader->pos, *end = reader->buffer + reader->end;
	unsigned int cr = section_of(scanner)->cr;
	struct record_shape shape = { scanner->record_at, cr };
	size_t stride = record_stride(&shape);
	const char *p = start;

	while ((size_t)(end - p) >= stride && record_fits(&shape, p))
		p += stride;
	scanner->scan->lines += (p - start) / stride;
	scanner->scan->xen_lines += (p - start) / stride;
	reader->pos += p - start;
}

/* Numbers the dumps of each domain, those that dom0 only repeated left out. */
static int number_dumps(struct scan *scan)
{
	unsigned int *count = calloc(DOMID_COUNT, sizeof(*count));
	size_t i, kept = 0;

	if (!count)
		return -ENOMEM;
	for (i = 0; i < scan->dump_count; i++) {
		struct dump_place *dump = &scan->dumps[i];

		if (scan->sections[dump->place.section].dropped)
			continue;
		dump->number = ++count[dump->domid];
		scan->dumps[kept++] = *dump;
	}
	scan->dump_count = kept;
	free(count);
	return 0;
}

int scan_log(struct reader *reader, struct scan *scan, struct error *err)
{
	struct scanner scanner = { .scan = scan };
	struct line line;
	int rc;

	memset(scan, 0, sizeof(*scan));
	rc = add_section(&scanner);
	while (!rc) {
		if (scanner.dump_open && scanner.record_last)
			skip_records(&scanner, reader);
		rc = reader_line(reader, &line, err);
		if (rc <= 0)
			break;
		if (!scan->has_nul && memchr(line.text, '\0', line.length))
			scan->has_nul = true;
		rc = one_line(&scanner, &line);
	}
	close_dump(&scanner, UINT64_MAX);
	scan->last = place_of(&scanner);
	if (!rc)
		rc = number_dumps(scan);
	return rc == -ENOMEM ? error_set(err, rc, "out of memory") : rc;
}

void scan_take_boot(struct scan *to, struct scan *from)
{
	struct section *old = &from->sections[from->last.section], *new = &to->sections[0];
	struct section told = *old;

	/* How lines end is each text's own. */
	told.cr = new->cr;
	told.has_cr = new->has_cr;
	told.any_cr = new->any_cr;
	told.fewer_cr = 0;
	told.tentative = told.dropped = false;
	ranges_clear(&new->ram);
	ranges_clear(&new->mmio_ro);
	*new = told;
	memset(&old->ram, 0, sizeof(old->ram));
	memset(&old->mmio_ro, 0, sizeof(old->mmio_ro));
}

void scan_clear(struct scan *scan)
{
	size_t i;

	for (i = 0; i < scan->section_count; i++) {
		ranges_clear(&scan->sections[i].ram);
		ranges_clear(&scan->sections[i].mmio_ro);
	}
	for (i = 0; i < scan->keyq_count; i++)
		ranges_clear(&scan->keyqs[i].special);
	for (i = 0; i < scan->domain_count; i++)
		ranges_clear(&scan->domains[i].iomem);
	free(scan->sections);
	free(scan->keyqs);
	free(scan->domains);
	free(scan->mtrrs);
	free(scan->vmcss);
	free(scan->iommus);
	free(scan->dumps);
	memset(scan, 0, sizeof(*scan));
}
