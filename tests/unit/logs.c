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

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Lines of a log, and what is read. Before each stands "(XEN) ", but for:
 *   !TEXT                another's line
 *   +GFN MFN [ATTR]      an entry of order 0
 *   *COUNT               so many more behind that, of the next frames
 *   @DOMID VCPU DEFAULT  what xen-hvmctx prints
 * Wanted is each dump, how far it is complete, and what was counted.
 */
struct log {
	const char *lines, *wanted;
};

#define D3 "domain3 EPT p2m table:\n"

static const char *const attributes = "rwx WB ";

static void put_context(FILE *file, const char *line)
{
	unsigned int domid, vcpu, type, i;

	if (sscanf(line, "%u %u %x", &domid, &vcpu, &type) != 3)
		abort();
	fprintf(file, "HVM save record for domain %u\nEntry 7: type 14 instance %u, length 240\n",
		domid, vcpu);
	fprintf(file, "    MTRR: PAT 0x7040600070406, cap 0x508, default 0x%x\n", type);
	for (i = 0; i < 8; i++)
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

	if (line[0] == '!' || line[0] == '@' || line[0] == '+' || line[0] == '*')
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
	case '*':
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
	log_counts_set(&counts, &log.scan);
	counts.attributes_trimmed = counts.blanks_lost = false;
	for (i = 0; i < log.scan.dump_count; i++)
		print_dump(file, &log, &log.scan.dumps[i], &counts, from_xen);
	if (counts.replayed_lines)
		fprintf(file, "%lu replayed\n", counts.replayed_lines);
	if (counts.rejected_lines)
		fprintf(file, "%lu rejected\n", counts.rejected_lines);
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
	{ RAM KEY_Q("68") D3 "+4 50000\n*2\n", "3/1: 4-6 whole\n" },
	{ RAM KEY_Q("68") D3 "+4 50000\n*1\n",
	  "3/1: 4-5 it shows 2 RAM pages of the domain's 68; no 6-ffffffffff\n" },
	{ RAM KEY_Q("275") D3 "+4 50000\n*1\nwords\n", "3/1: 4-5 whole\n" },
	{ RAM KEY_Q("275") D3 "+4 50000\nwords\n",
	  "3/1: 4-4 it shows 1 RAM pages of the domain's 275; no 5-ffffffffff\n" },
	{ RAM KEY_Q("68") D3 "+4 50000\n+5 80000\ngfn:             6 order:  0 PoD\n+7 60000\n",
	  "3/1: 4-7 it shows 2 RAM pages of the domain's 68; no 8-ffffffffff\n" },
	{ KEY_Q("68") D3 "+4 50000\n", "3/1: 4-4 whole\n" },
	{ RAM D3 "+4 50000\n", "3/1: 4-4 whole\n" },
	/* one page is Xen's */
	{ RAM KEY_Q("2") D3 "+4 50000\n*2\n", "3/1: 4-6 whole\n" },
	{ RAM KEY_Q("2") D3 "+4 50000\n*3\n",
	  "3/1: 4-7 it shows 4 RAM pages, but the domain has only 2: lines of another dump are mixed "
	  "in\n" },
	{ RAM KEY_Q("2") D3 "+4 50000\n*3\n+9 50009 rw  WB \n",
	  "3/1: 4-7 9-9 it shows 5 RAM pages, but the domain has only 2: lines of another dump are "
	  "mixed in\n" },
	{ RAM KEY_Q("2") D3 "+4 50000\n*2\n+9 50009 rw  WB \n", "3/1: 4-6 9-9 whole\n" },
	/* others' lines */
	{ D3 "+4 50000\n!(d1) gfn:  5\n!(d1) a\n!(d10) I/O Memory\n!words\n",
	  "3/1: 4-4 whole\n2 rejected\n" },
	{ D3 "+4 50000\n!login: (XEN) a\n", "3/1: 4-4 whole\n1 replayed\n" },
	/* a copy with the newer returns of who shows it */
	{ "!(XEN) domain3 EPT p2m table:\r\n!(XEN) a\r\n!(XEN) a\r\r\n",
	  "3/1: whole\n1 replayed\n" },
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

static void test_log(const struct log *log, bool from_xen)
{
	char *text = read_log(log->lines, from_xen);

	check(!strcmp(text, log->wanted), "\n%s\nis read as\n%s\ninstead of\n%s", log->lines, text,
	      log->wanted);
	free(text);
}

int main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(logs); i++)
		test_log(&logs[i], false);
	for (i = 0; i < ARRAY_SIZE(own); i++)
		test_log(&own[i], true);
	return test_end();
}
