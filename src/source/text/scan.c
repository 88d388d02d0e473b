/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/scan.h"

#include "base/array.h"
#include "base/text.h"
#include "model/domid.h"
#include "source/text/apart.h"
#include "source/text/boot.h"
#include "source/text/bydomain.h"
#include "source/text/events.h"
#include "source/text/hvmctx.h"
#include "source/text/keyq.h"
#include "source/text/memorymap.h"
#include "source/text/record.h"
#include "source/text/vmcs.h"
#include "source/text/when.h"
#include "source/text/wrapped.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scanner {
	struct scan *scan;
	struct reader *reader;
	char joined[WRAPPED_MAX];
	unsigned int section;
	unsigned int series;
	bool dump_open;
	bool record_last; /* the line before this one was a record */
	bool xen_since_record;
	bool help; /* the line before is "'h' pressed", behind which a banner is no boot's */
	enum boot_state boot;
	struct keyq_state keyq;
	struct vmcs_state vmcs;
	struct hvmctx_state hvmctx;
	struct record_shape shape; /* of the record seen last */
	struct when when;	   /* the last of Xen's lines was printed */
	struct prefix prefix;
	struct apart apart;
	bool from_xen;
	bool loose, has_record; /* how the first record was written */
	bool learned;		/* what stands before "(XEN) " */
	uint64_t learn_again;	/* offset up to which nothing told */
};

static struct section *section_of(struct scanner *scanner)
{
	return &scanner->scan->sections[scanner->section];
}

/* A banner is a short line, and what is kept of a boot is not. */
#define BOOTS_MAX 8192

/* Returns 0, -ENOMEM, or -EOVERFLOW for more boots than are kept. */
static int add_section(struct scanner *scanner)
{
	struct section section;

	if (scanner->scan->section_count > BOOTS_MAX)
		return -EOVERFLOW;
	memset(&section, 0, sizeof(section));
	scanner->section = scanner->scan->section_count;
	scanner->boot = BOOT_NOTHING;
	scanner->keyq.active = false;
	hvmctx_init(&scanner->hvmctx);
	section.prefix = scanner->prefix;
	section.loose = scanner->loose;
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

	scanner->record_last = false;
	scanner->xen_since_record = false;
	scanner->keyq.active = false;
	if (array_append(&scan->dumps, &scan->dump_count, sizeof(dump), &dump))
		return -ENOMEM;
	scanner->dump_open = true;
	return 0;
}

static void set_version(struct section *section, const struct section *read)
{
	memcpy(section->version, read->version, sizeof(section->version));
	section->xen = read->xen;
	section->has_version = true;
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
	set_version(section, read);
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
		"Xen version ", /* keys h and ? print what a boot does */
		"Latest ChangeSet",
		"build-id",
	};
	size_t i;

	if (!*text || (*text >= '0' && *text <= '9')) /* PCI devices of key Q */
		return true;
	for (i = 0; i < ARRAY_SIZE(starts); i++)
		if (text_after(text, starts[i]))
			return true;
	return false;
}

static void headless(struct scanner *scanner, const struct line *line, const struct entry *entry)
{
	struct scan *scan = scanner->scan;
	uint64_t last = entry->gfn + entry_pages(entry->order) - 1;

	if (!scan->headless++) {
		scan->headless_first = entry->gfn;
		scan->headless_last = last;
		scan->excerpt = (struct dump_place){
			.place = place_of(scanner),
			.domid = DOMID_UNNAMED,
			.offset = line->offset,
			.end = UINT64_MAX,
			.excerpt = true,
		};
	}
	/* They may be of several domains, each of which begins anew. */
	if (entry->gfn < scan->headless_first)
		scan->headless_first = entry->gfn;
	if (last > scan->headless_last)
		scan->headless_last = last;
}

/* A line of Xen's that may be a record. 1 if it is. */
static int record_line(struct scanner *scanner, const struct line *line,
		       const struct utterance *said)
{
	struct section *section = section_of(scanner);
	struct entry entry;
	enum record record = said->joined
				     ? record_parse_loose(said->text, said->length, &entry)
				     : section_record(section, said->text, said->length, &entry);

	if (record == RECORD_NONE && !scanner->has_record) {
		record = record_parse_loose(said->text, said->length, &entry);
		section->loose = scanner->loose = record != RECORD_NONE;
	}
	scanner->has_record |= record != RECORD_NONE;
	if (record == RECORD_NONE)
		return 0;
	if (record == RECORD_GLUED) {
		scanner->scan->replayed++;
		return 1;
	}
	if (!scanner->dump_open)
		headless(scanner, line, &entry);
	else if (!entry.gfn && !entry.pod &&
		 scanner->scan->dumps[scanner->scan->dump_count - 1].domid)
		scanner->scan->dumps[scanner->scan->dump_count - 1].mfn_of_0 = entry.mfn;
	scanner->record_last = true;
	scanner->xen_since_record = false;
	if (!said->joined)
		record_shape_set(&scanner->shape, line->text, said->text, section_of(scanner)->cr);
	return 1;
}

static int xen_line(struct scanner *scanner, const struct line *line, const struct utterance *said)
{
	const char *text = said->text;
	size_t length = said->length;
	struct scan *scan = scanner->scan;
	struct place place;
	char copy[WRAPPED_MAX];
	int domid, rc;

	if (length >= 5 && !memcmp(text, "gfn:", 4)) {
		rc = record_line(scanner, line, said);
		if (rc > 0)
			boot_over(section_of(scanner), &scanner->boot);
		if (rc)
			return rc < 0 ? rc : 0;
	}
	scanner->record_last = false;
	scanner->xen_since_record = true;
	snprintf(copy, sizeof(copy), "%.*s",
		 (int)(length < sizeof(copy) ? length : sizeof(copy) - 1), text);
	keys_watch(copy, scan);
	if (dump_header(copy, &domid)) {
		boot_over(section_of(scanner), &scanner->boot);
		close_dump(scanner, line->offset);
		return open_dump(scanner, domid, line->offset + line->length + line->cr + 1);
	}
	scanner->help = false;
	if (copy[0] == '\'' && strstr(copy, "' pressed")) {
		close_dump(scanner, line->offset);
		scanner->help = copy[1] == 'h' || copy[1] == '?';
	}
	place = place_of(scanner);
	if (key_line(copy, scan, &place))
		return -ENOMEM;
	rc = keyq_line(copy, scan, &place, &scanner->keyq);
	if (!rc)
		rc = vmcs_line(copy, scan, &place, &scanner->vmcs);
	if (rc > 0)
		boot_over(section_of(scanner), &scanner->boot);
	if (!rc)
		rc = boot_line(copy, section_of(scanner), &scanner->boot);
	if (!rc)
		rc = hvmctx_xen_line(copy, &place, &scanner->hvmctx);
	if (!rc)
		rc = keyo_line(copy, scan, &place);
	if (!rc && !harmless(copy)) {
		scanner->series++;
		place = place_of(scanner);
		rc = mapping_line(copy, scan, &place);
	}
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

	for (i = 0; i < ARRAY_SIZE(words); i++)
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
	if (copy[strspn(copy, " \t>|")])
		boot_interrupted(section_of(scanner), &scanner->boot);
	if (!scanner->scan->xen_lines) {
		guest_text_line(copy, &scanner->scan->guest);
		if (lspci_line(copy, &scanner->scan->lspci) < 0)
			return -ENOMEM;
	}
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

/* After a while domains have come and gone, though nothing was printed. */
static void look_at_time(struct scanner *scanner, const char *begin, const char *end)
{
	struct when when = when_read(begin, end);

	if (when_long_after(&scanner->when, &when))
		scanner->series++;
	if (when.kind != WHEN_UNKNOWN)
		scanner->when = when;
}

/* What Xen says in this line, which a mail may have broken. */
static int unwrap(struct scanner *scanner, struct line *line, struct utterance *said,
		  struct error *err)
{
	const struct section *section = section_of(scanner);
	struct entry entry;
	int count;

	/* Records mostly are whole. */
	if (said->origin != ORIGIN_XEN ||
	    section_record(section, said->text, said->length, &entry) != RECORD_NONE)
		return 0;
	count = wrapped_join(scanner->reader, section, line, said, scanner->joined, err);
	scanner->scan->lines += count > 0 ? count : 0;
	return count < 0 ? count : 0;
}

/* "(XEN) " behind other text: known when the log was read whether Xen said so elsewhere, too. */
static int apart_line(struct scanner *scanner, const struct utterance *said)
{
	bool counts = look_alike(said->text, said->length) ||
		      (said->length > 4 && !memcmp(said->text, "Xen ", 4));

	return said->length ? apart_add(&scanner->apart, said->text, said->length, counts) : 0;
}

/* From "localhost" a machine's name changes to its own while it boots; no other is taken then. */
static void learn_host(struct scanner *scanner, const struct line *line)
{
	if (prefix_learn_host(&scanner->prefix, line->text, line->text + line->length))
		section_of(scanner)->prefix = scanner->prefix;
}

static int one_line(struct scanner *scanner, struct line *line, struct error *err)
{
	struct section read = { .version = "" };
	struct utterance said;
	char copy[256];
	int rc;

	scanner->scan->lines++;
	line_origin(line, section_of(scanner), &said);
	if (said.xen)
		learn_host(scanner, line);
	rc = track_cr(scanner, line, said.xen);
	if (said.origin == ORIGIN_XEN)
		look_at_time(scanner, line->text, said.text);
	if (!rc)
		rc = unwrap(scanner, line, &said, err);
	if (rc)
		return rc;
	if (said.xen) {
		snprintf(copy, sizeof(copy), "%.*s", (int)(said.length < 255 ? said.length : 255),
			 said.text);
		if (boot_banner(copy, &read) && scanner->help) {
			set_version(section_of(scanner), &read);
		} else if (read.has_version) {
			scanner->scan->xen_lines++;
			scanner->help = false;
			return banner(scanner, &read, line, said.origin == ORIGIN_REPLAYED);
		}
	}
	switch (said.origin) {
	case ORIGIN_XEN:
		scanner->scan->xen_lines++;
		return xen_line(scanner, line, &said);
	case ORIGIN_REPLAYED:
		if (!said.xen && !scanner->from_xen)
			return apart_line(scanner, &said);
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
	size_t stride = record_stride(&scanner->shape), max = (reader->end - reader->pos) / stride;
	size_t count = records_fitting(&scanner->shape, reader->buffer + reader->pos, max);

	scanner->scan->lines += count;
	scanner->scan->xen_lines += count;
	reader->pos += count * stride;
	if (count) { /* printing them may have taken hours: what counts is the last one's time */
		const char *last = reader->buffer + reader->pos - stride;
		struct when when = when_read(last, last + scanner->shape.at);

		if (when.kind != WHEN_UNKNOWN)
			scanner->when = when;
	}
	if (count)
		look_at_time(scanner, reader->buffer + reader->pos - stride,
			     reader->buffer + reader->pos - stride + scanner->shape.at);
}

enum record section_record(const struct section *section, const char *text, size_t length,
			   struct entry *entry)
{
	return section->loose ? record_parse_loose(text, length, entry)
			      : record_parse(text, length, entry);
}

/* Numbers the dumps of each domain in each boot, those that dom0 only repeated left out. */
static int number_dumps(struct scan *scan)
{
	struct {
		unsigned int dumps, section;
	} *last = calloc(DOMID_COUNT, sizeof(*last));
	size_t i, kept = 0;

	if (!last)
		return -ENOMEM;
	for (i = 0; i < scan->dump_count; i++) {
		struct dump_place *dump = &scan->dumps[i];

		if (scan->sections[dump->place.section].dropped)
			continue;
		if (last[dump->domid].section != dump->place.section)
			last[dump->domid].dumps = 0;
		last[dump->domid].section = dump->place.section;
		dump->number = ++last[dump->domid].dumps;
		scan->dumps[kept++] = *dump;
	}
	scan->dump_count = kept;
	for (i = kept; i > 0; i--) {
		struct dump_place *dump = &scan->dumps[i - 1];

		if (last[dump->domid].section != dump->place.section ||
		    last[dump->domid].dumps < dump->number)
			last[dump->domid].dumps = dump->number;
		last[dump->domid].section = dump->place.section;
		dump->dumps = last[dump->domid].dumps;
	}
	free(last);
	return 0;
}

/*
 * Entries without any header in the log are what someone cut out of one: then they are a dump of a
 * domain that is not named.
 */
static int add_excerpt(struct scan *scan)
{
	if (scan->dump_count || !scan->headless)
		return 0;
	scan->excerpt.number = scan->excerpt.dumps = 1;
	scan->headless = 0;
	return array_append(&scan->dumps, &scan->dump_count, sizeof(scan->excerpt), &scan->excerpt);
}

/*
 * At the first line that has "(XEN) " in it: learns from it and those behind it what stands before
 * that on each. Reads on for that, and so the line anew. Returns as reader_line().
 */
static int learn_prefix(struct scanner *scanner, struct reader *reader, struct line *line,
			struct error *err)
{
	ssize_t n = 1;

	if (line->cut || line->offset < scanner->learn_again ||
	    !memmem(line->text, line->length, XEN_PREFIX, XEN_PREFIX_LENGTH))
		return 1;
	reader->pos = line->offset - reader->offset;
	while (n > 0 && reader->end - reader->pos < READER_BUFFER)
		n = reader_fill(reader, err);
	if (n < 0)
		return n;
	scanner->learned = prefix_learn(&scanner->prefix, reader->buffer + reader->pos,
					reader->end - reader->pos);
	scanner->learn_again = reader->offset + reader->end;
	section_of(scanner)->prefix = scanner->prefix;
	return reader_line(reader, line, err);
}

/* POSIX, pax: "ustar Interchange Format". The header has no line breaks. */
static bool begins_archive(const struct line *line)
{
	const size_t at = 257;

	return !line->offset && line->length > at + 5 && !memcmp(line->text + at, "ustar", 5);
}

int scan_refuses_archive(const struct scan *scan, const char *name, struct error *err)
{
	return scan->archive ? error_set(err, -EINVAL,
					 "%s is a tar archive; unpack it (tar xf FILE), and name "
					 "the log or capture in it",
					 name)
			     : 0;
}

int scan_log(struct reader *reader, struct scan *scan, bool from_xen, struct error *err)
{
	struct scanner scanner = {
		.scan = scan, .reader = reader, .learned = from_xen, .from_xen = from_xen
	};
	struct line line;
	int rc;

	memset(scan, 0, sizeof(*scan));
	rc = add_section(&scanner);
	if (rc)
		return error_set(err, rc, "out of memory");
	while (!rc) {
		if (scanner.dump_open && scanner.record_last && scanner.shape.at && !scanner.loose)
			skip_records(&scanner, reader);
		rc = reader_line(reader, &line, err);
		if (rc > 0 && !scanner.learned)
			rc = learn_prefix(&scanner, reader, &line, err);
		if (rc <= 0)
			break;
		if (!scan->has_nul && memchr(line.text, '\0', line.length))
			scan->has_nul = true;
		scan->archive |= begins_archive(&line);
		rc = one_line(&scanner, &line, err);
	}
	close_dump(&scanner, UINT64_MAX);
	scan->last = place_of(&scanner);
	if (!rc)
		rc = apart_settle(&scanner.apart, reader, &scanner.prefix, scan, err);
	apart_clear(&scanner.apart);
	if (!rc)
		rc = number_dumps(scan);
	if (!rc && !from_xen)
		rc = add_excerpt(scan);
	if (!rc)
		rc = bydomain_init(scan);
	if (!rc)
		memory_maps_check(scan);
	if (rc == -EOVERFLOW)
		return error_set(err, rc,
				 "the log tells of more than %d boots of Xen, which is the most "
				 "that is read; copy those that you want to look at to a file of "
				 "their own, each from its line \"Xen version\" on",
				 BOOTS_MAX);
	return rc == -ENOMEM ? error_set(err, rc, "out of memory") : rc;
}

/* What a boot told, for a section of another text: how its lines look is that one's own. */
static struct section told_in(const struct section *boot, const struct section *text)
{
	struct section told = *boot;

	told.prefix = text->prefix;
	told.loose = text->loose;
	told.cr = text->cr;
	told.has_cr = text->has_cr;
	told.any_cr = text->any_cr;
	told.fewer_cr = 0;
	told.tentative = told.dropped = false;
	return told;
}

int scan_copy_boot(struct scan *to, const struct section *boot)
{
	struct section *new = &to->sections[0], told = told_in(boot, new);

	memset(&told.devices, 0, sizeof(told.devices));
	memset(&told.ram, 0, sizeof(told.ram));
	memset(&told.mmio_ro, 0, sizeof(told.mmio_ro));
	ranges_clear(&new->ram);
	ranges_clear(&new->mmio_ro);
	devices_clear(&new->devices);
	*new = told;
	if (devices_add_all(&new->devices, &boot->devices) ||
	    ranges_add_all(&new->ram, &boot->ram) || ranges_add_all(&new->mmio_ro, &boot->mmio_ro))
		return -ENOMEM;
	memory_maps_check(to);
	return 0;
}

void scan_take_boot(struct scan *to, struct scan *from)
{
	struct section *old = &from->sections[from->last.section], *new = &to->sections[0];
	struct section told = told_in(old, new);

	ranges_clear(&new->ram);
	ranges_clear(&new->mmio_ro);
	devices_clear(&new->devices);
	*new = told;
	memset(&old->ram, 0, sizeof(old->ram));
	memset(&old->mmio_ro, 0, sizeof(old->mmio_ro));
	memset(&old->devices, 0, sizeof(old->devices));
}

void scan_clear(struct scan *scan)
{
	size_t i;

	for (i = 0; i < scan->section_count; i++) {
		ranges_clear(&scan->sections[i].ram);
		ranges_clear(&scan->sections[i].mmio_ro);
		devices_clear(&scan->sections[i].devices);
	}
	for (i = 0; i < scan->keyq_count; i++)
		ranges_clear(&scan->keyqs[i].special);
	for (i = 0; i < scan->domain_count; i++)
		ranges_clear(&scan->domains[i].iomem);
	devices_clear(&scan->lspci.devices);
	free(scan->sections);
	free(scan->keyqs);
	free(scan->domains);
	free(scan->mtrrs);
	free(scan->vmcss);
	free(scan->iommus);
	free(scan->keys);
	free(scan->mappings);
	free(scan->dumps);
	bydomain_free(scan->by);
	memset(scan, 0, sizeof(*scan));
}
