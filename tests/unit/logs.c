/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source/text/: small logs as a whole. Which dumps are found in them, what is lost of these, which
 * lines are believed, and which of several facts hold for a dump.
 */
#include "base/array.h"
#include "base/jsonwrite.h"
#include "source/factsjson.h"
#include "source/input.h"
#include "source/text/dumpreader.h"
#include "source/text/scan.h"
#include "test.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Lines of a log, and what is read. Before each stands "(XEN) ", but for:
 *   !TEXT                another's line
 *   +GFN MFN [ATTR]      an entry of order 0
 *   #COUNT               so many more behind that, of the next frames
 *   @DOMID VCPU DEFAULT [RANGES]  what xen-hvmctx prints
 * Wanted is each dump, how far it is complete, and what was counted.
 */
struct log {
	const char *lines, *wanted;
};

#define D3 "domain3 EPT p2m table:\n"

static const char *const attributes = "rwx WB ";

static void put_context(FILE *file, const char *line)
{
	unsigned int domid, vcpu, type, ranges = 8, i;

	if (sscanf(line, "%u %u %x %u", &domid, &vcpu, &type, &ranges) < 3)
		abort();
	fprintf(file, "HVM save record for domain %u\nEntry 7: type 14 instance %u, length 240\n",
		domid, vcpu);
	fprintf(file, "    MTRR: PAT 0x7040600070406, cap 0x508, default 0x%x\n", type);
	for (i = 0; i < ranges; i++)
		fprintf(file, "          var %u      0x0000000000000      0x0000000000000\n", i);
	for (i = 0; i < 11; i++)
		fprintf(file, "          fixed %02x      0x0606060606060606\n", i);
}

static void put_entry(FILE *file, unsigned long long gfn, unsigned long long mfn, const char *attr)
{
	fprintf(file, "(XEN) gfn: %13llx order:  0 mfn: %13llx %s\n", gfn, mfn, attr);
}

static void put_line(FILE *file, const char *line, size_t length)
{
	static unsigned long long gfn, mfn;
	char attr[16], copy[64];
	int count, words;

	if (line[0] == '!' || line[0] == '@' || line[0] == '+' || line[0] == '#')
		snprintf(copy, sizeof(copy), "%.*s", (int)length - 1, line + 1);
	switch (line[0]) {
	case '!':
		fwrite(line + 1, 1, length - 1, file);
		fputc('\n', file);
		break;
	case '@':
		put_context(file, copy);
		break;
	case '+':
		words = sscanf(copy, "%llx %llx%*1c%15[^\n]", &gfn, &mfn, attr);
		put_entry(file, gfn, mfn, words == 3 ? attr : attributes);
		break;
	case '#':
		for (count = atoi(copy); count > 0; count--)
			put_entry(file, ++gfn, ++mfn, attributes);
		break;
	default:
		fprintf(file, "(XEN) %.*s\n", (int)length, line);
	}
}

static void put_lines(FILE *file, const char *lines)
{
	for (; *lines; lines += strcspn(lines, "\n"), lines += !!*lines)
		put_line(file, lines, strcspn(lines, "\n"));
}

/* A log that is open, and what its first reading found. */
struct opened {
	int fd;
	struct input *input;
	struct reader reader;
	struct scan scan;
	struct error err;
};

static void open_text(struct opened *log, const char *text, size_t length, bool from_xen)
{
	memset(log, 0, sizeof(*log));
	log->fd = memfd_create("log", 0);
	if (log->fd < 0 || write(log->fd, text, length) != (ssize_t)length ||
	    lseek(log->fd, 0, SEEK_SET) || input_of_fd(log->fd, "log", &log->input, &log->err) ||
	    reader_init(&log->reader, log->input, READER_BUFFER, &log->err) ||
	    scan_log(&log->reader, &log->scan, from_xen, &log->err))
		abort();
}

static void open_log(struct opened *log, const char *lines, bool from_xen)
{
	size_t size;
	char *text;
	FILE *file = open_memstream(&text, &size);

	put_lines(file, lines);
	fclose(file);
	open_text(log, text, size, from_xen);
	free(text);
}

static void close_log(struct opened *log)
{
	scan_clear(&log->scan);
	reader_clear(&log->reader);
	input_close(log->input);
	close(log->fd);
}

/* Entries that follow each other as "FIRST-LAST". */
static void print_entries(FILE *file, struct dumpreader *reading, struct error *err)
{
	unsigned long long first = 0, last = 0;
	struct entry entries[5];
	bool any = false;
	ssize_t count, i;

	while ((count = dumpreader_read(reading, entries, ARRAY_SIZE(entries), err)) > 0)
		for (i = 0; i < count; i++) {
			if (any && entries[i].gfn == last + 1) {
				last++;
				continue;
			}
			if (any)
				fprintf(file, " %llx-%llx", first, last);
			first = last = entries[i].gfn;
			any = true;
		}
	if (any)
		fprintf(file, " %llx-%llx", first, last);
	if (count < 0)
		fprintf(file, " %s", err->text);
}

static void print_dump(FILE *file, struct opened *log, const struct dump_place *place,
		       struct log_counts *counts, bool from_xen)
{
	struct dumpreader reading;
	struct dump dump;
	size_t i;

	memset(&dump, 0, sizeof(dump));
	if (scan_facts(&log->scan, place, &dump.facts) ||
	    dumpreader_open(&reading, &log->reader, &log->scan, place, counts, &dump, &log->err))
		abort();
	reading.counted = !from_xen;
	reading.from_xen = from_xen;
	fprintf(file, "%d/%u:", place->domid, place->number);
	print_entries(file, &reading, &log->err);
	fprintf(file, "%s%s", dump.complete ? " whole" : " ", dump.reason);
	for (i = 0; i < dump.not_seen.count; i++)
		fprintf(file, "; no %llx-%llx", (unsigned long long)dump.not_seen.range[i].first,
			(unsigned long long)dump.not_seen.range[i].last);
	fputc('\n', file);
	ranges_clear(&dump.not_seen);
	facts_clear(&dump.facts);
}

/* All that is read, as text to be freed. */
static char *read_log(const char *lines, bool from_xen)
{
	struct log_counts counts;
	struct opened log;
	size_t size, i;
	char *text;
	FILE *file = open_memstream(&text, &size);

	open_log(&log, lines, from_xen);
	memset(&counts, 0x55, sizeof(counts));
	log_counts_set(&counts, &log.scan, false);
	counts.attributes_trimmed = counts.blanks_lost = false;
	for (i = 0; i < log.scan.dump_count; i++)
		print_dump(file, &log, &log.scan.dumps[i], &counts, from_xen);
	if (counts.replayed_lines)
		fprintf(file, "%lu replayed\n", counts.replayed_lines);
	if (counts.rejected_lines)
		fprintf(file, "%lu rejected\n", counts.rejected_lines);
	if (counts.left_out_lines)
		fprintf(file, "%lu left out%s\n", counts.left_out_lines,
			counts.lines_lost ? ", lost" : "");
	if (counts.headless_entries)
		fprintf(file, "%lu headless, %llx-%llx\n", counts.headless_entries,
			(unsigned long long)counts.headless_first,
			(unsigned long long)counts.headless_last);
	if (counts.attributes_trimmed)
		fputs("trimmed\n", file);
	fclose(file);
	close_log(&log);
	return text;
}

/* The memory map and key q, with so many pages of the domain's. */
#define RAM                   \
	"Xen-e820 RAM map:\n" \
	" [0000000000000000, 000000007fffffff] (usable)\n"
#define KEY_Q(pages)                                     \
	"'q' pressed -> dumping domain info (now = 1)\n" \
	"General information for domain 3:\n"            \
	"    nr_pages=" pages " xenheap_pages=2\n"       \
	"Memory pages belonging to domain 3:\n"          \
	"    XenPage 0000000000055555: caf=1, taf=1\n"   \
	"Notifying guest 3:0 (virq 1, port 0)\n"

#define BANNER	   "Xen version 4.17.7 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026\n"
#define WINDOW	   "PCI: MCFG configuration 0: base e0000000 segment 0000 buses 00 - 3f\n"
#define WINDOWS_4  WINDOW WINDOW WINDOW WINDOW
#define WINDOWS_16 WINDOWS_4 WINDOWS_4 WINDOWS_4 WINDOWS_4
#define E4	   "gfn:             4 order:  0 mfn:         50000 rwx WB \n"
#define E5	   "gfn:             5 order:  0 mfn:         50001 rwx WB \n"
#define STAMP	   "[2026-11-23 01:31:05.123] "

static const struct log logs[] = {
	/* headers */
	{ D3 "+0 50000\n+1 50001\n+9 50009\n", "3/1: 0-1 9-9 whole\n" },
	{ "domain0 EPT p2m table: \n+0 50000\n", "0/1: 0-0 whole\n" },
	{ "domain32751 EPT p2m table:\n+0 50000\n", "32751/1: 0-0 whole\n" },
	{ D3 "+0 50000\n" D3 "+1 50000\ndomain4 EPT p2m table:\n+2 50000\n",
	  "3/1: 0-0 whole\n3/2: 1-1 whole\n4/1: 2-2 whole\n" },
	{ D3, "3/1: whole\n" },
	{ "+5 50000\n+6 50001\n" D3 "+0 50000\n", "3/1: 0-0 whole\n2 headless, 5-6\n" },
	{ "+5 50000\n+6 50001\n",
	  "-1/1: 5-6 no header names its domain: it is an excerpt, or the console ring was "
	  "overwritten; then boot Xen with a larger conring_size=, or take the log from a serial "
	  "console\n" },
	{ "domain32752 EPT p2m table:\n+0 50000\n" D3, "3/1: whole\n1 headless, 0-0\n" },
	{ "domain-1 EPT p2m table:\n+0 50000\n" D3, "3/1: whole\n1 headless, 0-0\n" },
	{ "domain3 EPT p2m table: x\n+0 50000\n" D3, "3/1: whole\n1 headless, 0-0\n" },
	{ "domain3 EPT p2m table\n+0 50000\n" D3, "3/1: whole\n1 headless, 0-0\n" },
	/* the same log once more, without a header between, or another one's rest */
	{ D3 "+0 50000\n+1 50001\n+0 50000\n+1 50001\n", "3/1: 0-1 whole\n2 replayed\n" },
	{ D3 "+4 50000\n+7 50001\n+9 50002\n+7 50001\n+9 50002\n",
	  "3/1: 4-4 7-7 9-9 whole\n2 replayed\n" },
	{ D3 "+4 50000\n+7 50001\n+9 50002\n+9 50002\n", "3/1: 4-4 7-7 9-9 whole\n1 replayed\n" },
	{ D3 "+4 50000\n+7 50001\n+4 50000\nsomething else\n!words\n+4 50000\n",
	  "3/1: 4-4 7-7 whole\n1 replayed\n" },
	{ D3 "+4 50000\n+7 50001\n+4 50002\n",
	  "3/1: 4-4 7-7 after gfn 0x7 the log goes on with gfn 0x4 and no header between: lines were "
	  "lost; no 8-ffffffffff\n" },
	{ D3 "+4 50000\n+7 50001\n+4 50000 rwx UC \n",
	  "3/1: 4-4 7-7 after gfn 0x7 the log goes on with gfn 0x4 and no header between: lines were "
	  "lost; no 8-ffffffffff\n" },
	{ D3 "+4 50000\n+7 50001\n+4 50000 rwx WB!\n",
	  "3/1: 4-4 7-7 after gfn 0x7 the log goes on with gfn 0x4 and no header between: lines were "
	  "lost; no 8-ffffffffff\n" },
	{ D3 "+4 50000\n+7 50001\n+4 50000 r x WB \n",
	  "3/1: 4-4 7-7 after gfn 0x7 the log goes on with gfn 0x4 and no header between: lines were "
	  "lost; no 8-ffffffffff\n" },
	{ D3 "+4 50000\n+7 50001\n+4 50000\n+5 50005\n",
	  "3/1: 4-4 7-7 after gfn 0x7 the log goes on with gfn 0x4 and no header between: lines were "
	  "lost; no 8-ffffffffff\n" },
	/* a page to be populated is another than one of frame 0 that may not be touched */
	{ D3 "gfn:             5 order:  0 PoD\ngfn:             5 order:  0 PoD\n",
	  "3/1: 5-5 whole\n1 replayed\n" },
	{ D3 "gfn:             5 order:  0 PoD\n+5 0     UC \n",
	  "3/1: 5-5 after gfn 0x5 the log goes on with gfn 0x5 and no header between: lines were "
	  "lost; no 6-ffffffffff\n" },
	/* lines that are damaged, or torn */
	{ D3 "+4 50000\ngfn:             7 order:  0 mfn:         5\n+9 50001\n",
	  "3/1: 4-4 9-9 a line behind gfn 0x4 is damaged; no 5-ffffffffff\n" },
	{ D3 "gfn:             7 order:  0 mfn:         5\n+9 50001\n",
	  "3/1: 9-9 a line behind gfn 0x0 is damaged; no 0-ffffffffff\n" },
	{ D3 "+4 50000\ngfn:             4 order:  0 mfn:         5\n+9 50001\n",
	  "3/1: 4-4 9-9 whole\n" },
	{ D3 "+4 50000\n+5 50001\n!001 rwx WB \n",
	  "3/1: 4-5 the log lost lines behind its last entry: the console ring was overwritten; no "
	  "6-ffffffffff\n" },
	{ D3 "+4 50000\n!001 rwx WB \n" D3 "+0 50000\n",
	  "3/1: 4-4 the log lost lines behind its last entry: the console ring was overwritten; no "
	  "5-ffffffffff\n3/2: 0-0 whole\n" },
	/* it is torn only where an entry is the last */
	{ D3 "+4 50000\nwords of Xen\n!001 rwx WB \n", "3/1: 4-4 whole\n" },
	{ D3 "!001 rwx WB \n", "3/1: whole\n" },
	{ D3 "+4 50000 rwx WB\n", "3/1: 4-4 whole\ntrimmed\n" },
	{ D3 "+4 50000 rwx WB and more\n+5 50001\n",
	  "3/1: 5-5 a line behind gfn 0x0 is damaged; no 0-ffffffffff\n1 replayed\n" },
	/* how much is missing of what key q counted */
	{ RAM KEY_Q("68") D3 "+4 50000\n#2\n", "3/1: 4-6 whole\n" },
	{ RAM KEY_Q("68") D3 "+4 50000\n#1\n",
	  "3/1: 4-5 it shows 2 RAM pages of the domain's 68; no 6-ffffffffff\n" },
	{ RAM KEY_Q("275") D3 "+4 50000\n#1\nwords\n", "3/1: 4-5 whole\n" },
	{ RAM KEY_Q("275") D3 "+4 50000\nwords\n",
	  "3/1: 4-4 it shows 1 RAM pages of the domain's 275; no 5-ffffffffff\n" },
	{ RAM KEY_Q("68") D3 "+4 50000\n+5 80000\ngfn:             6 order:  0 PoD\n+7 60000\n",
	  "3/1: 4-7 it shows 2 RAM pages of the domain's 68; no 8-ffffffffff\n" },
	{ KEY_Q("68") D3 "+4 50000\n", "3/1: 4-4 whole\n" },
	{ RAM D3 "+4 50000\n", "3/1: 4-4 whole\n" },
	/* one page is Xen's */
	{ RAM KEY_Q("2") D3 "+4 50000\n#2\n", "3/1: 4-6 whole\n" },
	{ RAM KEY_Q("2") D3 "+4 50000\n#3\n",
	  "3/1: 4-7 it shows 4 RAM pages, but the domain has only 2: lines of another dump are mixed "
	  "in\n" },
	{ RAM KEY_Q("2") D3 "+4 50000\n#3\n+9 50009 rw  WB \n",
	  "3/1: 4-7 9-9 it shows 5 RAM pages, but the domain has only 2: lines of another dump are "
	  "mixed in\n" },
	{ RAM KEY_Q("2") D3 "+4 50000\n#2\n+9 50009 rw  WB \n", "3/1: 4-6 9-9 whole\n" },
	/* others' lines */
	{ D3 "+4 50000\n!(d1) gfn:  5\n!(d1) a\n!(d10) I/O Memory\n!words\n",
	  "3/1: 4-4 whole\n2 rejected\n" },
	{ D3 "+4 50000\n!login: (XEN) a\n", "3/1: 4-4 whole\n1 left out\n" },
	/* and those that Xen says elsewhere, or nobody; blanks at the end are nothing said */
	{ D3 "+4 50000\n!login: (XEN) domain3 EPT p2m table:  \n", "3/1: 4-4 whole\n1 replayed\n" },
	{ "!login: (XEN) " D3 D3 "+4 50000\n!login: (XEN) \n", "3/1: 4-4 whole\n1 replayed\n" },
	{ D3 "+4 50000\n!x: (XEN) domain4 EPT p2m table:\n!x: (XEN) a\n!x: (XEN) " STAMP D3,
	  "3/1: 4-4 whole\n1 replayed\n2 left out, lost\n" },
	{ D3 "+4 50000\n!x: (XEN) a\n!x: (XEN) a\nb\n!x: (XEN) b\n!x: (XEN) b\n",
	  "3/1: 4-4 whole\n2 replayed\n2 left out\n" },
	{ D3 "+4 50000\n!x: (XEN) Xen version 4\n", "3/1: 4-4 whole\n1 left out, lost\n" },
	{ D3 "+4 50000\n!x: (d1) (XEN) " E5, "3/1: 4-4 whole\n1 rejected\n" },
	{ "!> (XEN) " D3 "!> (XEN) " E4 "!| (XEN) " E5, "3/1: 4-4 whole\n1 left out, lost\n" },
	{ "!10:00:00 alpha x: (XEN) " D3 "!10:00:00 alpha x: (XEN) " E4
	  "!10:00:00 gamma x: (XEN) " E5,
	  "3/1: 4-4 whole\n1 left out, lost\n" },
	{ "!10:00:00 localhost x: (XEN) " D3 "!10:00:00 alpha x: (XEN) " E4
	  "!10:00:00 gamma x: (XEN) " E5,
	  "3/1: 4-4 whole\n1 left out, lost\n" },
	/* a machine that gets its name, a month that ends, a mail that is quoted once more */
	{ "!2024-11-18T01:55:00+0000 localhost hypervisor[812]: (XEN) " D3
	  "!2024-11-18T01:55:01+0000 localhost hypervisor[812]: (XEN) " E4
	  "!2024-11-18T01:55:02+0000 xcp-ng-01 hypervisor[812]: (XEN) " E5,
	  "3/1: 4-5 whole\n" },
	{ "!Nov 30 23:59:59 dom0 x[9]: (XEN) " D3 "!Nov 30 23:59:59 dom0 x[9]: (XEN) " E4
	  "!Dez  1 00:00:00 dom0 x[9]: (XEN) " E5,
	  "3/1: 4-5 whole\n" },
	{ "!> (XEN) " D3 "!> (XEN) " E4 "!> > (XEN) " E5, "3/1: 4-5 whole\n" },
	/* a copy with the newer returns of who shows it */
	{ "!(XEN) domain3 EPT p2m table:\r\n!(XEN) a\r\n!(XEN) a\r\r\n",
	  "3/1: whole\n1 replayed\n" },
	/* a boot behind dom0's text, whose lines have fewer returns than its banner */
	{ D3 "+4 50000\n!(XEN) Xen version 4.17.7 (me@here)\r\r\n!(XEN) domain3 EPT p2m table:\r\n",
	  "3/1: 4-4 whole\n3/1: whole\n" },
	/* keys h and ? print what a boot does, but none begins */
	{ D3 "+4 50000\n'?' pressed\n" BANNER D3, "3/1: 4-4 whole\n3/2: whole\n" },
	{ D3 "+4 50000\n'h' pressed\n" BANNER D3, "3/1: 4-4 whole\n3/2: whole\n" },
	{ D3 "+4 50000\n'x' pressed\n" BANNER D3, "3/1: 4-4 whole\n3/1: whole\n" },
	/* the first entry tells whether blanks were lost */
	{ D3 "gfn: 1 order: 0 mfn: 50001 rwx WB\n+2 50002\n#3\n", "3/1: 1-5 whole\n" },
	{ D3 "+1 50001\ngfn: 2 order: 0 mfn: 50002 rwx WB\n",
	  "3/1: 1-1 a line behind gfn 0x1 is damaged; no 2-ffffffffff\n" },
	{ D3 "+1 50001\n" STAMP "gfn: 2 order: 0 mfn: 50002 rwx WB\n!words\n",
	  "3/1: 1-1 a line behind gfn 0x1 is damaged; no 2-ffffffffff\n" },
	/* entries that a mail broke, behind Xen's time, and where all would still have stood there
	 */
	{ D3 STAMP "gfn:             1 order:  0 mfn:\n!50001 rwx WB\n+2 50002\n",
	  "3/1: 1-2 whole\n" },
	{ D3 STAMP "gfn:             1 order:  0 mfn:\n!\t 50001 rwx WB \t\n", "3/1: 1-1 whole\n" },
	{ D3 STAMP "gfn:             1 order:  0\n!mfn: 50001\n!rwx WB\n",
	  "3/1: a line behind gfn 0x0 is damaged; no 0-ffffffffff\n" },
	{ D3 STAMP "gfn:             1 order:  0 mfn:\n! \n!50001 rwx WB\n",
	  "3/1: a line behind gfn 0x0 is damaged; no 0-ffffffffff\n" },
	{ D3 STAMP "gfn:             1 order:  0 mfn:\n!> 50001 rwx WB\n",
	  "3/1: a line behind gfn 0x0 is damaged; no 0-ffffffffff\n" },
	{ D3 "gfn:             1 order:  0 mfn:\n!50001 rwx WB\n",
	  "3/1: a line behind gfn 0x0 is damaged; no 0-ffffffffff\n" },
	{ "![12:00:00] (XEN) " D3
	  "![12:00:00] (XEN) gfn:             1 order:  0 mfn:\n!50001 rwx WB\n",
	  "3/1: 1-1 whole\n" },
	{ "!12:00:00: (XEN) " D3
	  "!12:00:00: (XEN) gfn:             1 order:  0 mfn:\n!50001 rwx WB\n",
	  "3/1: a line behind gfn 0x0 is damaged; no 0-ffffffffff\n" },
	{ "!> (XEN) " D3 "!> (XEN) " STAMP "gfn:             1 order:  0 mfn:\n!> 50001 rwx WB\n",
	  "3/1: 1-1 whole\n" },
	{ "!> (XEN) " D3 "!> (XEN) " STAMP "gfn:             1 order:  0 mfn:\n!>> 50001 rwx WB\n",
	  "3/1: 1-1 whole\n" },
	{ "! (XEN) " D3 "! (XEN) " STAMP "gfn:             1 order:  0 mfn:\n!> 50001 rwx WB\n",
	  "3/1: 1-1 whole\n" },
};

/* The same from Xen's own ring. */
static const struct log own[] = {
	{ D3 "+4 50000\n!login: (XEN) gfn:             5 order:  0 mfn:         50001 rwx WB \n",
	  "3/1: 4-4 the line of gfn 0x5 begins with other text, and is not believed; no 5-5\n"
	  "1 replayed\n" },
	{ D3
	  "+4 50000\n!login: (XEN) gfn:           200 order:  9 mfn:         60000 rwx WB \n+400 1\n",
	  "3/1: 4-4 400-400 the line of gfn 0x200 begins with other text, and is not believed; no "
	  "200-3ff\n1 replayed\n" },
	/* shown once more, or none */
	{ D3 "+4 50000\n!login: (XEN) gfn:             4 order:  0 mfn:         50000 rwx WB \n",
	  "3/1: 4-4 whole\n1 replayed\n" },
	{ D3 "+4 50000\n!login: (XEN) gfn:             5 order:  0 mfn: \n",
	  "3/1: 4-4 whole\n1 replayed\n" },
	{ "+4 50000\n", "1 headless, 4-4\n" },
};

#define MTRRS \
	"MTRR default type: write-back\nMTRR fixed ranges disabled:\nMTRR variable ranges enabled:\n"
#define BOOT	   "Xen version 4.17.7 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026\nwords\n"
#define D0	   "domain0 EPT p2m table:\n"
#define MAP	   "memory_map:add: "
#define MAPPED	   "\"types\":[\"mmio_direct\"]"
#define NO_IOMMU   "\"iommu\":{\"value\":false,\"how\":"
#define SNOOPS_NOT "\"iommu-snoop\":{\"value\":false,\"how\":\"log\"}"
#define FILL_29	   "word word word word word word"
#define Q_BEGIN(number)                                  \
	"'q' pressed -> dumping domain info (now = 1)\n" \
	"General information for domain " number ":\n"
#define Q_END "Notifying guest 3:0 (virq 1, port 0)\n"
#define VMCS(number, vcpu, cr3)                                                                 \
	"*********** VMCS Areas **************\n>>> Domain " number " <<<\n\tVCPU " vcpu        \
	"\n*** Guest State ***\n"                                                               \
	"CR0: actual=0x0000000080050033, shadow=0x0000000080050033, gh_mask=ffffffffffffffff\n" \
	"CR4: actual=0x0000000000002020, shadow=0x0000000000000020, gh_mask=fffffffffff8f830\n" \
	"CR3 = " cr3 "\nEFER(VMCS) = 0xd00  PAT = 0x0006050100070406\n*** Host State ***\n"

/* What is known at the last dump of a log: it has what begins with "+", and not what with "-". */
/* What xen-hvmctx prints, row by row. */
#define CONTEXT                                                                     \
	"!HVM save record for domain 3\n!Entry 7: type 14 instance 0, length 240\n" \
	"!    MTRR: PAT 0x7040600070406, cap 0x508, default 0xc06\n"
#define VARS                                                                                   \
	"!  var 0 0 0\n!  var 1 0 0\n!  var 2 0 0\n!  var 3 0 0\n!  var 4 0 0\n!  var 5 0 0\n" \
	"!  var 6 0 0\n!  var 7 0 0\n"
#define FIXED(number) "!  fixed " number " 0x0606060606060606\n"

static const struct log told[] = {
	/* rows that are broken, and one that is not */
	{ BOOT MTRRS STAMP "  0 base 0000000000 mask 3f80000000 uncachable\nwords\n!of dom0\n" D3,
	  "+[\"0x0\",\"0x3f80000800\"]" },
	{ BOOT MTRRS STAMP "  0 base 0000000000 mask 3f80000000 uncachable\n!words of dom0\n" D3,
	  "-[\"0x0\",\"0x3f80000800\"]" },
	{ BOOT MTRRS
	  "  0 base 0000000000 mask 3f80000000 uncachable\n'q' pressed\n!words of dom0\n" D3,
	  "+[\"0x0\",\"0x3f80000800\"]" },
	{ BOOT MTRRS "  0 base 0000000000 mask 3f80000000 uncachable\n" D3 "!words of dom0\n",
	  "+[\"0x0\",\"0x3f80000800\"]" },
	/* kept by format=flowed is the blank at which it was broken; and one of 68 columns */
	{ BOOT MTRRS STAMP "  0 base 000000000000 mask 3f8000000000 \n!uncachable\n" D3,
	  "+[\"0x0\",\"0x3f8000000800\"]" },
	{ BOOT MTRRS STAMP "  0 base 000000000000 mask\n!3f8000000000 uncachable\n" D3,
	  "+[\"0x0\",\"0x3f8000000800\"]" },
	/* key o leaves out dom0, those that were not there, and what is lost */
	{ BOOT "I/O virtualisation enabled\n" D0, "+\"iommu\":{\"value\":true,\"how\":\"log\"}" },
	{ BOOT "I/O virtualisation enabled\n" D3, "-\"iommu\":{\"value\":true" },
	{ BOOT D0, "-\"iommu\":{\"value\":true" },
	{ BOOT "'o' pressed\n'q' pressed\nGeneral information for domain 3:\n'D' pressed\n" D3,
	  "+" NO_IOMMU "\"log\"}" },
	{ BOOT "'o' pressed\n'D' pressed\ndomain1 EPT p2m table:\n+0 50000\n'D' pressed\n" D3,
	  "-" NO_IOMMU },
	{ BOOT "'o' pressed\n'q' pressed\nGeneral information for domain 1:\n'D' pressed\n" D3,
	  "-" NO_IOMMU },
	{ BOOT "'q' pressed\nGeneral information for domain 1:\n'o' pressed\n'D' pressed\n" D3,
	  "+" NO_IOMMU "\"log\"}" },
	{ BOOT "'D' pressed\n" D3
	       "'q' pressed\nGeneral information for domain 1:\n'o' pressed\n'x' pressed\n",
	  "-" NO_IOMMU "\"log\"}" },
	{ BOOT "'D' pressed\n" D3 "'o' pressed\n'x' pressed\n", "+" NO_IOMMU "\"log\"}" },
	{ BOOT "'D' pressed\n" D3 "Something happened\n'o' pressed\n'x' pressed\n",
	  "+" NO_IOMMU "\"assumed\"}" },
	{ BOOT "'o' pressed\n    XenPage 0000000000055555: caf=1, taf=1\n'D' pressed\n" D3,
	  "-" NO_IOMMU },
	{ BOOT "'o' pressed\nGeneral information for domain 3:\n'D' pressed\n" D3, "-" NO_IOMMU },
	{ BOOT "'o' pressed\n" D3 "'x' pressed\n", "-" NO_IOMMU },
	{ BOOT "'o' pressed\n  gfn: 00000000 mfn: 00400000\n'D' pressed\n" D3,
	  "+" NO_IOMMU "\"log\"}" },
	/* what passed between: half an hour and a second, not more than that, days, a month */
	{ BOOT "[2024-11-01 10:00:00] 'o' pressed\n[2024-11-01 10:30:01] 'D' pressed\n" D3,
	  "+" NO_IOMMU "\"assumed\"}" },
	{ BOOT "[2024-11-01 10:00:00] 'o' pressed\n[2024-11-01 10:30:00] 'D' pressed\n" D3,
	  "+" NO_IOMMU "\"log\"}" },
	{ BOOT "[2024-11-30 23:59:00] 'o' pressed\n[2024-12-01 00:01:00] 'D' pressed\n" D3,
	  "+" NO_IOMMU "\"log\"}" },
	{ "!23:59:00: (XEN) Xen version 4.17.7 (x)\n!23:59:00: (XEN) 'o' pressed\n"
	  "!23:58:59: (XEN) 'D' pressed\n!00:20:00: (XEN) " D3,
	  "+" NO_IOMMU "\"log\"}" },
	{ "!23:59:00: (XEN) Xen version 4.17.7 (x)\n!23:59:00: (XEN) 'o' pressed\n"
	  "!00:30:00: (XEN) 'D' pressed\n!00:30:00: (XEN) " D3,
	  "+" NO_IOMMU "\"assumed\"}" },
	{ "!Nov  2 09:00:00 (XEN) Xen version 4.17.7 (x)\n!Nov  2 09:00:00 (XEN) 'o' pressed\n"
	  "!Nov 20 09:00:01 (XEN) 'D' pressed\n!Nov 20 09:00:01 (XEN) " D3,
	  "+" NO_IOMMU "\"assumed\"}" },
	{ BOOT "[   99.000000] 'o' pressed\n[ 1900.000000] 'D' pressed\n" D3,
	  "+" NO_IOMMU "\"assumed\"}" },
	{ BOOT "[   99.000000] 'o' pressed\n[2024-12-01 00:01:00] 'D' pressed\n" D3,
	  "+" NO_IOMMU "\"log\"}" },
	/* a guest has RAM at its address 0, and Xen most of its pages in some */
	{ BOOT RAM D3 "+0 80000\n", "-\"memory-map\":{\"value\":[" },
	{ BOOT RAM
	  "'q' pressed\nGeneral information for domain 3:\n    XenPage 0000000000070000: c\n"
	  "    XenPage 0000000000080000: c\n" D3,
	  "+\"memory-map\":{\"value\":[" },
	{ BOOT RAM D3 "+1 80000\n", "+\"memory-map\":{\"value\":[" },
	{ BOOT RAM D3 "+0 7ffff\n", "+\"memory-map\":{\"value\":[" },
	{ BOOT RAM D0 "+0 80000\n", "+\"memory-map\":{\"value\":[" },
	{ BOOT "Xen-e820 RAM map:\n" STAMP " [0000000000000000, 000000007fffffff] (usa\n!ble)\n" D3,
	  "-\"mfn-valid\":{\"value\":[[\"0x0\",\"0x7ffff\"]]" },
	/* an empty line with a time, whose blank behind it was stripped, is no change */
	{ KEY_Q("2") STAMP "'D' pressed -> dumping VT-x EPT tables\n"
			   "[2026-11-23 01:31:05.123]\n" STAMP D3,
	  "+\"nr-pages\":{\"value\":2,\"how\":\"log\"" },
	{ KEY_Q("2") "memory was moved\n" D3, "-\"nr-pages\":{\"value\":2,\"how\":\"log\"" },
	/* what is mapped for dom0 itself, and for one that no header names */
	{ MAP "dom0 gfn=1 mfn=50001 nr=1\n" D0,
	  "+\"p2m-type\":{\"value\":[{\"gfn\":[\"0x1\",\"0x1\"]" },
	{ MAP "dom-1 gfn=1 mfn=50001 nr=1\n+5 50001\n", "-" MAPPED },
	{ MAP "dom3 gfn=1 mfn=50001 nr=1\n" D3, "+" MAPPED },
	{ D3 "+1 50001\n" MAP "dom3 gfn=1 mfn=50001 nr=1\n", "-" MAPPED },
	{ BOOT MAP "dom3 gfn=1 mfn=50001 nr=1\n" BOOT D3, "-" MAPPED },
	{ BOOT D3 BOOT MAP "dom3 gfn=1 mfn=50001 nr=1\n" D3, "+" MAPPED },
	/* the context that is nearest */
	{ D3 "+0 50000\n@3 0 c06\n@3 0 c00\n", "+\"def_type\":\"0xc06\"" },
	{ "@3 0 c06\n@3 0 c00\n" D3, "+\"def_type\":\"0xc00\"" },
	{ "@3 0 c06\n@4 0 c00\n@3 1 c01\n" D3, "+\"def_type\":\"0xc06\"" },
	{ "@4 0 c00\n@3 1 c01\n" D3, "-\"def_type\":\"0xc0" },
	{ "@4 0 c00\n" D3 "@3 0 c06\n", "+\"def_type\":\"0xc06\"" },
	{ "@3 0 c06\n" D3 "@4 0 c00\n", "-\"def_type\":\"0xc00\"" },
	{ "@3 0 c06 9\n" D3, "-\"def_type\":\"0xc06\"" }, /* Xen's has 8 ranges */
	{ "@3 0 c06 7\n" D3, "-\"def_type\":\"0xc06\"" },
	{ BOOT "@3 0 c06\n" BOOT D3, "-\"def_type\":\"0xc06\"" },
	{ BOOT "@3 0 c06\n" BOOT "@3 0 c00\n" D3, "+\"def_type\":\"0xc00\"" },
	/* the key q that is nearest */
	{ D3 "+0 50000\n" Q_BEGIN("3") "    nr_pages=7 x\n" Q_END Q_BEGIN(
		  "3") "    nr_pages=8 x\n" Q_END,
	  "+\"nr-pages\":{\"value\":7," },
	{ Q_BEGIN("3") "    nr_pages=7 x\n" Q_END Q_BEGIN("3") "    nr_pages=8 x\n" Q_END D3,
	  "+\"nr-pages\":{\"value\":8," },
	{ Q_BEGIN("3") "    nr_pages=7 x\n" Q_END Q_BEGIN("4") "    nr_pages=8 x\n" Q_END D3,
	  "+\"nr-pages\":{\"value\":7," },
	{ BOOT Q_BEGIN("3") "    nr_pages=7 x\n" Q_END BOOT D3, "-\"nr-pages\":{\"value\":7," },
	/* it is whole where its begin was seen, whatever was seen before */
	{ "General information for domain 3:\n" Q_END Q_BEGIN("3") "    XenPage 55: x\n" Q_END D3,
	  "+\"special\":{\"value\":[[\"0x55\",\"0x55\"]],\"how\":\"log\"" },
	{ Q_BEGIN("3") Q_END "words\n" BOOT
			     "General information for domain 3:\n    XenPage 55: x\n" Q_END D3,
	  "+\"special\":{\"value\":[[\"0x55\",\"0x55\"]],\"how\":\"assumed\"" },
	{ Q_BEGIN("3") "    XenPage 55: x\n" D3,
	  "+\"special\":{\"value\":[[\"0x55\",\"0x55\"]],\"how\":\"assumed\"" },
	/* the registers that are nearest */
	{ D3 "+0 50000\n" VMCS("3", "0", "0x1000") VMCS("3", "0", "0x2000"),
	  "+\"cr3\":\"0x1000\"" },
	{ VMCS("3", "0", "0x1000") VMCS("3", "0", "0x2000") D3, "+\"cr3\":\"0x2000\"" },
	{ VMCS("3", "0", "0x1000") VMCS("4", "0", "0x2000") D3, "-\"cr3\":\"0x2000\"" },
	{ VMCS("3", "0", "0x1000") VMCS("3", "1", "0x2000") D3, "+\"cr3\":\"0x1000\"" },
	{ BOOT VMCS("3", "0", "0x1000") BOOT VMCS("3", "0", "0x2000") D3, "+\"cr3\":\"0x2000\"" },
	{ BOOT VMCS("3", "0", "0x1000") BOOT D3, "-\"cr3\":\"0x1000\"" },
	/* memory that is clipped is not all: only as a word of its own */
	{ BOOT "Command line: dom0_mem=4G\n" RAM D3,
	  "+\"mfn-valid\":{\"value\":[[\"0x0\",\"0x7ffff\"]],\"how\":\"derived\"" },
	{ BOOT "Command line: dom0_mem=4G mem=2G\n" RAM D3,
	  "+\"mfn-valid\":{\"value\":[[\"0x0\",\"0x7ffff\"]],\"how\":\"assumed\"" },
	{ BOOT "Command line: mem=2G\n" RAM D3,
	  "+\"mfn-valid\":{\"value\":[[\"0x0\",\"0x7ffff\"]],\"how\":\"assumed\"" },
	/* key o names those that have one; which boot it was of counts */
	{ BOOT "'o' pressed\n'x' pressed\n" D3, "+\"iommu\":{\"value\":false,\"how\":\"log\"" },
	{ BOOT "'o' pressed\n" D3, "-\"iommu\":{\"value\":false" },
	{ BOOT "'o' pressed\n'x' pressed\n" BOOT D3, "-\"iommu\":{\"value\":false" },
	{ BOOT "'o' pressed\n'x' pressed\nd3 came\n" D3,
	  "+\"iommu\":{\"value\":false,\"how\":\"assumed\"" },
	{ BOOT D3 "+0 50000\nd4 came\n'o' pressed\n'x' pressed\n", /* and 3 went, perhaps */
	  "+\"iommu\":{\"value\":false,\"how\":\"assumed\"" },
	{ BOOT "'o' pressed\n'x' pressed\nd3 came\n'o' pressed\n'x' pressed\n" D3,
	  "+\"iommu\":{\"value\":false,\"how\":\"log\"" },
	{ BOOT "'o' pressed\n'x' pressed\n" D3 "d3 came\n'o' pressed\n'x' pressed\n",
	  "+\"iommu\":{\"value\":false,\"how\":\"log\"" },
	{ BOOT "'o' pressed\nd3 sharing page tables\n'x' pressed\n" D3,
	  "+\"iommu\":{\"value\":true,\"how\":\"log\"" },
	{ BOOT "'o' pressed\n'x' pressed\n" D0, "-\"iommu\":{\"value\":false" },
	{ "Xen version 4.12.4 (x)\n'o' pressed\n'x' pressed\n" D3, "-\"iommu\":{\"value\":false" },
	{ "Xen version 4.13.0 (x)\n'o' pressed\n'x' pressed\n" D3, "+\"iommu\":{\"value\":false" },
	{ "'o' pressed\n'x' pressed\n" D3, "-\"iommu\":{\"value\":false" },
	/* a banner without whose it is */
	{ "Xen version 4.17.7\n" D3, "+[\"4.19\"]" },
	/* more windows than a machine has are not kept */
	{ BOOT WINDOWS_16 "PCI: MCFG configuration 16: base f0000000 segment 0001 buses 00 - 0f\n"
			  "PCI: Using MCFG for segment 0001 bus 00-0f\n" D3,
	  "-[\"0xf0000\",\"0xf0fff\"]" },
	{ BOOT WINDOWS_4 "PCI: MCFG configuration 4: base f0000000 segment 0001 buses 00 - 0f\n"
			 "PCI: Using MCFG for segment 0001 bus 00-0f\n" D3,
	  "+[\"0xf0000\",\"0xf0fff\"]" },
	/* a mask tells how wide addresses are, of which it has seven digits to thirteen */
	{ BOOT MTRRS
	  "  0 base 00 mask f000000 uncachable\n  1 base 0 mask 00000000000fff uncachable\n" D3,
	  "+[\"0x0\",\"0xf000800\"]" },
	/* contexts: a type that does not exist is not known, and each register stands once */
	{ "@3 0 c06\n" D3, "+\"def_type_known\":true,\"fixed_known\":true" },
	{ "@3 0 c07\n" D3, "+\"def_type_known\":false,\"fixed_known\":true" },
	{ CONTEXT VARS FIXED("00") FIXED("01") FIXED("02") FIXED("03") FIXED("04") FIXED("05")
		  FIXED("06") FIXED("07") FIXED("08") FIXED("09") FIXED("10") D3,
	  "+\"fixed_known\":true" },
	{ CONTEXT VARS FIXED("00") FIXED("00") FIXED("02") FIXED("03") FIXED("04") FIXED("05")
		  FIXED("06") FIXED("07") FIXED("08") FIXED("09") FIXED("0a") D3,
	  "-fixed_known\":true" },
	{ CONTEXT "!  var 0 0 0\n" FIXED("00") FIXED("00") FIXED("00") FIXED("00") FIXED("00")
		  FIXED("00") FIXED("00") FIXED("00") FIXED("01") FIXED("02") FIXED("03")
			  FIXED("04") FIXED("05") FIXED("06") FIXED("07") FIXED("08") FIXED("09")
				  FIXED("0a") D3,
	  "-def_type\"" },
	/* lines that a mail broke: the next word did not fit any more */
	{ BOOT "Command line: " FILL_29 " word12\n!iommu=no-snoop\n" D3, "-" SNOOPS_NOT },
	{ BOOT "Command line: " FILL_29 " word123\n!iommu=no-snoop\n" D3, "+" SNOOPS_NOT },
	{ BOOT "Command line: " FILL_29 " word123\n!iommu=no-snoop"
	       " " FILL_29 "\n" D3,
	  "+" SNOOPS_NOT },
	{ BOOT "Command line: " FILL_29 " word123\n!words\n!iommu=no-snoop\n" D3, "-" SNOOPS_NOT },
	{ BOOT "Command line: " FILL_29 " " FILL_29 " word word word12\n!iommu=no-snoop\n" D3,
	  "+" SNOOPS_NOT },
	{ BOOT "Command line: " FILL_29 " " FILL_29 " word word word123\n!iommu=no-snoop\n" D3,
	  "-" SNOOPS_NOT },
	{ BOOT "Xen-e820 RAM map:\n" STAMP " [0000000000000000, 000000007fffffff]\n! (usable)\n" D3,
	  "+\"mfn-valid\":{\"value\":[[\"0x0\",\"0x7ffff\"]]" },
	{ BOOT "Xen-e820 RAM map:\n" STAMP " [0000000000000000, 000000007fffffff]\n! (usable\n" D3,
	  "-\"mfn-valid\":{\"value\":[[\"0x0\",\"0x7ffff\"]]" },
	{ BOOT "Xen-e820 RAM map:\n"
	       " [0000000000000000, 000000007fffffff]\n! (usable)\n" D3,
	  "-\"mfn-valid\":{\"value\":[[\"0x0\",\"0x7ffff\"]]" },
	{ BOOT
	  "MTRR default type: write-back\nMTRR fixed ranges disabled:\nMTRR variable ranges enabled:\n" STAMP
	  "  0 base 0000000000 mask 3f80000000\n! uncachable\n" D3,
	  "+[\"0x0\",\"0x3f80000800\"]" },
	{ BOOT
	  "MTRR default type: write-back\nMTRR fixed ranges disabled:\nMTRR variable ranges enabled:\n" STAMP
	  "  0 base 0000000000 mask 3f80000000\n! unbearable\n" D3,
	  "-[\"0x0\",\"0x3f80000800\"]" },
};

/* What is known at the last dump, as text to be freed. */
static char *known_in(struct opened *log)
{
	const struct scan *scan = &log->scan;
	char *text = NULL;
	struct facts facts;
	struct jsonwrite json = { NULL, false };
	size_t size;

	if (!scan->dump_count || scan_facts(scan, &scan->dumps[scan->dump_count - 1], &facts))
		abort();
	json.stream = open_memstream(&text, &size);
	facts_write(&json, NULL, &facts);
	fclose(json.stream);
	facts_clear(&facts);
	return text;
}

static void test_facts(const struct log *row)
{
	struct opened log;
	char *text;

	open_log(&log, row->lines, false);
	text = known_in(&log);
	check(!strstr(text, row->wanted + 1) == (*row->wanted == '-'), "\n%s\n%s\n%s", row->lines,
	      row->wanted, text);
	free(text);
	close_log(&log);
}

static void test_log(const struct log *log, bool from_xen)
{
	char *text = read_log(log->lines, from_xen);

	check(!strcmp(text, log->wanted), "\n%s\nis read as\n%s\ninstead of\n%s", log->lines, text,
	      log->wanted);
	free(text);
}

#define TEXT_MAX 8191 /* of a line that is put together, or of one that is looked at */

/* A rangeset of dom0's with so many letters, of which a mail made many lines; or one line. */
static void put_rangeset(FILE *file, size_t length, bool broken)
{
	size_t used = fprintf(file, "(XEN)     I/O Memory {") - XEN_PREFIX_LENGTH, column = used;

	for (; length - used > 80; used += strlen(" a0-bf,"), column += strlen(" a0-bf,")) {
		bool next = broken && column > 80;

		fprintf(file, "%ca0-bf,", next ? '\n' : ' ');
		column = next ? 0 : column;
	}
	fprintf(file, "%c%0*x-bf }", broken ? '\n' : ' ', (int)(length - used - strlen(" -bf }")),
		0xa0);
}

static void test_rangeset(size_t length, bool broken, const char *behind, bool known)
{
	struct opened log;
	size_t size;
	char *text;
	FILE *file = open_memstream(&text, &size);

	put_lines(file, "'q' pressed\nGeneral information for domain 3:\n");
	put_rangeset(file, length, broken);
	fprintf(file, "%s\n", behind);
	put_lines(file, D3);
	fclose(file);
	open_text(&log, text, size, false);
	free(text);
	text = known_in(&log);
	check(!strstr(text, "\"iomem\":{\"value\":[[\"0xa0\",\"0xbf\"]]") == !known,
	      "%zu letters, %s, then '%s': %s", length, broken ? "broken" : "whole", behind, text);
	free(text);
	close_log(&log);
}

/* As many records are compared with those before them as 32 usual console rings have. */
static void test_many_replayed(unsigned int count, const char *wanted)
{
	char lines[64], *text;

	snprintf(lines, sizeof(lines), D3 "+0 50000\n#%u\n+0 50000\n#%u\n", count - 1, count - 1);
	text = read_log(lines, false);
	check(!strcmp(text, wanted), "%u records shown twice: %s", count, text);
	free(text);
}

/* Lines behind another prefix are compared up to a million; the rest counts as left out. */
static void test_many_apart(void)
{
	struct opened log;
	size_t size;
	char *text;
	unsigned int i;
	FILE *file = open_memstream(&text, &size);

	put_lines(file, "a\n" D3);
	for (i = 0; i < 1000002; i++)
		fprintf(file, "x: (XEN) %s\n", i < 1000001 ? "a" : "gfn: ");
	fclose(file);
	open_text(&log, text, size, false);
	free(text);
	check(log.scan.replayed == 1000000 && log.scan.left_out == 2 && log.scan.lost,
	      "%lu shown again, %lu left out, lost: %d", log.scan.replayed, log.scan.left_out,
	      log.scan.lost);
	close_log(&log);
}

/* What is mapped for devices is looked at as often as these can have it. */
static void test_many_mappings(void)
{
	struct opened log;
	size_t size;
	char *text;
	unsigned int i;
	FILE *file = open_memstream(&text, &size);

	for (i = 0; i < 65536; i++)
		fputs("(XEN) " MAP "dom3 gfn=1 mfn=50001 nr=1\n", file);
	put_lines(file, "memory_map:remove: dom3 gfn=1 mfn=50001 nr=1\n" D3);
	fclose(file);
	open_text(&log, text, size, false);
	free(text);
	text = known_in(&log);
	check(log.scan.mapping_count == 65536 && strstr(text, MAPPED), "%zu mappings: %s",
	      log.scan.mapping_count, text);
	free(text);
	close_log(&log);
}

/* What is kept of a boot takes more memory than its banner: a log of nothing else is refused. */
static void test_many_boots(unsigned int count, bool read)
{
	struct input *input;
	struct reader reader;
	struct scan scan;
	struct error err = { "" };
	int fd = memfd_create("log", 0), rc;
	FILE *file = fdopen(fd, "w");
	unsigned int i;

	for (i = 0; i < count; i++)
		fputs("(XEN) Xen version 4.17\n", file);
	if (fflush(file) || lseek(fd, 0, SEEK_SET) || input_of_fd(fd, "log", &input, &err) ||
	    reader_init(&reader, input, READER_BUFFER, &err))
		abort();
	rc = scan_log(&reader, &scan, false, &err);
	check(read ? !rc && scan.section_count == count + 1
		   : rc == -EOVERFLOW && strstr(err.text, "more than 8192 boots of Xen"),
	      "%u banners: %d, %zu sections, '%s'", count, rc, scan.section_count, err.text);
	scan_clear(&scan);
	reader_clear(&reader);
	input_close(input);
	fclose(file);
}

/* A domain has no more vCPUs than can be told; of a machine's MTRRs all must be. */
static void test_many_vcpus(void)
{
	struct opened log;
	struct facts facts;
	size_t size;
	char *text;
	unsigned int i;
	FILE *file = open_memstream(&text, &size);

	put_lines(file, BOOT MTRRS);
	for (i = 0; i <= MTRR_VAR_MAX; i++)
		fprintf(file, "(XEN)   %u base 0000000000 mask 3f80000000 uncachable\n", i);
	for (i = 0; i <= FACTS_VCPU_MAX; i++) {
		char context[32];

		snprintf(context, sizeof(context), "3 %u c06", i);
		put_context(file, context);
	}
	put_lines(file, D3);
	fclose(file);
	open_text(&log, text, size, false);
	free(text);
	check(!scan_facts(&log.scan, &log.scan.dumps[0], &facts), "no memory");
	check(facts.vcpu_count == FACTS_VCPU_MAX && facts.host.how_var == HOW_UNKNOWN,
	      "%zu vCPUs, and MTRRs %s", facts.vcpu_count, how_name(facts.host.how_var));
	facts_clear(&facts);
	close_log(&log);
}

static void test_nul(void)
{
	struct opened log;

	open_text(&log, "(XEN) a\n\nb\n", 11, false);
	check(!log.scan.has_nul && log.scan.lines == 3 && log.scan.xen_lines == 1,
	      "a log without NULs");
	close_log(&log);
	open_text(&log, "(XEN) a\nb\0c\nd\n", 14, false);
	check(log.scan.has_nul && log.scan.lines == 3, "one with a NUL");
	close_log(&log);
}

#define MACHINE                                                                          \
	BOOT RAM "IOAPIC[0]: apic_id 2, version 32, address 0xfec00000\n"                \
		 "PCI: MCFG configuration 0: base e0000000 segment 0000 buses 00 - 3f\n" \
		 "PCI: Using MCFG for segment 0000 bus 00-3f\n"

/* What a boot told, for a log that begins later. */
static void test_boot_of_another(bool copied)
{
	static const char *const known[] = { "\"mmio-ro\":{\"value\":[[\"0xe0000\",\"0xe3fff\"]",
					     "\"IO-APIC\"",
					     "\"mfn-valid\":{\"value\":[[\"0x0\",\"0x7ffff\"]]",
					     "[\"4.19\"]" };
	struct opened to, from;
	char *text;
	size_t i;

	open_log(&to, D3 "+0 50000\n", false);
	open_log(&from, MACHINE, false);
	if (copied)
		check(!scan_copy_boot(&to.scan, &from.scan.sections[from.scan.last.section]),
		      "no memory");
	else
		scan_take_boot(&to.scan, &from.scan);
	text = known_in(&to);
	for (i = 0; i < ARRAY_SIZE(known); i++)
		check(strstr(text, known[i]) != NULL, "%s, copied %d, is not known: %s", known[i],
		      copied, text);
	free(text);
	/* Only where it was copied the other keeps it. */
	check(!from.scan.sections[from.scan.last.section].ram.count == !copied, "of the other");
	close_log(&to);
	close_log(&from);
}

/* Bytes in use, where this C library tells. */
static size_t heap_in_use(void)
{
#if defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 33)
	struct mallinfo2 now = mallinfo2();

	return now.uordblks + now.hblkhd;
#endif
#endif
	return 0;
}

/* Whatever a log told, nothing of it stays when it is closed. */
static void test_leaks(void)
{
	static const char lines[] =
		"!00:02.0 VGA compatible controller: x\n!\tRegion 2: Memory at 380000000 [size=4K]\n" MACHINE
		"'q' pressed\nGeneral information for domain 3:\n    I/O Memory { a0-bf }\n"
		"    XenPage 55: x\n" Q_END "General information for domain 4:\n"
		"    I/O Memory { a0-bf }\n" Q_END MAP "dom3 gfn=1 mfn=50001 nr=1\n"
		"'o' pressed\nd3 sharing page tables\n@3 0 c06\n" VMCS("3", "0", "0x1000")
			BOOT RAM D3 "+0 50000\n+3 50001\n+0 50000\n!x: (XEN) a\n!x: (XEN) b\n";
	enum { WARM = 8, TIMES = 64 }; /* the first ones leave what others use */
	size_t before = 0;
	int i;

	for (i = 0; i <= WARM + TIMES; i++) {
		free(read_log(lines, false));
		test_boot_of_another(true);
		test_boot_of_another(false);
		if (i == WARM)
			before = heap_in_use();
	}
	check(heap_in_use() < before + TIMES * 16, "%zu bytes in use, then %zu", before,
	      heap_in_use());
}

int main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(logs); i++)
		test_log(&logs[i], false);
	for (i = 0; i < ARRAY_SIZE(own); i++)
		test_log(&own[i], true);
	for (i = 0; i < ARRAY_SIZE(told); i++)
		test_facts(&told[i]);
	for (i = 0; i < 2; i++) {
		test_rangeset(TEXT_MAX - 1, i, "", true);
		test_rangeset(TEXT_MAX, i, "", true);
		test_rangeset(TEXT_MAX + 1, i, "", false);
	}
	test_rangeset(TEXT_MAX, false, " and more", true);
	test_many_replayed(65536, "3/1: 0-ffff whole\n65536 replayed\n");
	test_many_replayed(65537,
			   "3/1: 0-10000 after gfn 0x10000 the log goes on with gfn 0x0 and no "
			   "header between: lines were lost; no 10001-ffffffffff\n");
	test_many_apart();
	test_many_mappings();
	test_many_boots(8192, true);
	test_many_boots(8193, false);
	test_many_vcpus();
	test_nul();
	test_leaks();
	return test_end();
}
