/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source/capture/: a capture of which one line is another, with its checksum made right: refused by
 * line and reason. And one that becomes another while it is read.
 */
#include "source/capture/capture.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define LINES 10

#define RUN(gfn, mfn, order, entries, bits, type)                                      \
	"{\"record\":\"run\",\"gfn\":\"" gfn "\",\"mfn\":\"" mfn "\",\"order\":" order \
	",\"entries\":" entries ",\"bits\":\"" bits "\",\"type\":" type "}"

static const char *const good[LINES] = {
	"{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[1,0],"
	"\"via\":\"console\",\"xen\":\"4.17.7\",\"how\":\"log\",\"rules\":[\"4.19\"],\"note\":\"\"}",
	"{\"record\":\"domain\",\"domid\":1,\"name\":\"web\",\"dump\":1,\"dumps\":1,\"facts\":{}}",
	"{\"record\":\"facts\",\"facts\":{\"special\":{\"value\":[[\"0x5\",\"0x5\"]],\"how\":\"log\"}}}",
	RUN("0x0", "0x100", "0", "2", "0x77", "0"),
	RUN("0x200", "0x400", "9", "1", "0x37", "255"),
	"{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*1=2001+0 5*2=3001+1000\"}",
	"{\"record\":\"not-seen\",\"not_seen\":[[\"0x10\",\"0x11\"]]}",
	"{\"record\":\"domain-end\",\"entries\":3,\"complete\":true,\"reason\":\"\",\"not_seen\":[]}",
	"{\"record\":\"domain\",\"domid\":2,\"name\":null,\"dump\":1,\"dumps\":1,\"facts\":{}}",
	"{\"record\":\"domain-end\",\"entries\":0,\"complete\":true}",
};

/* In place of line number (from 1), and what is said; NULL: it is as good. "" leaves it out. */
static const struct row {
	unsigned int number;
	const char *line, *wanted;
} rows[] = {
	/* the head */
	{ 1, "{\"record\":\"capture\",\"schema\":\"other\",\"schema_version\":[1,0]}",
	  "version not known" },
	{ 1, "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\"}", "version not known" },
	{ 1,
	  "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[0,0]}",
	  "version not known" },
	{ 1,
	  "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[1,9]}",
	  NULL },
	{ 1, "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",", "version not known" },
	{ 1,
	  "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[1,0],\"note\":7}",
	  "line 1: \"xen\" or \"note\" is no text" },
	{ 1,
	  "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[1,0],\"via\":7}",
	  "line 1: \"via\" is no text" },
	{ 1,
	  "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[1,0],\"via\":\"x\"}",
	  NULL },
	{ 1,
	  "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[1,0],\"how\":\"x\"}",
	  "line 1: \"how\" is no way" },
	{ 1,
	  "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[1,0],\"rules\":7}",
	  "line 1: \"rules\" is no array" },
	/* a domain */
	{ 2, "{\"record\":\"domain\"", "line 2: it is no JSON" },
	{ 2, "{\"record\":\"domains\"}", "line 2: it is no line that can stand here" },
	{ 2,
	  "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"notes\":[7],\"facts\":{}}",
	  "\"notes\" is no array of sentences" },
	{ 2, "{\"record\":\"domain\",\"domid\":32752,\"dump\":1,\"dumps\":1,\"facts\":{}}",
	  "line 2: \"domid\"" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"dump\":0,\"dumps\":1,\"facts\":{}}",
	  "line 2: \"dump\"" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"dump\":2,\"dumps\":1,\"facts\":{}}",
	  "line 2: \"dump\"" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1000001,\"facts\":{}}",
	  "line 2: \"dump\"" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"name\":[],\"dump\":1,\"dumps\":1,\"facts\":{}}",
	  "line 2: \"name\"" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1}",
	  "line 2: \"facts\" is no object" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"facts\":{\"x\":1}}",
	  "line 2: fact x" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"view\":7,\"facts\":{}}",
	  "line 2: \"view\" is no text" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"no_ept\":7,\"facts\":{}}",
	  "line 2: \"no_ept\" is no text" },
	{ 2, "{\"rec\":\"domain\"}", "line 2: it is no line that can stand here" },
	{ 2, "{\"record\":\"domain", "line 2: it is no line that can stand here" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dump\":1,\"dumps\":1,\"facts\":{}}",
	  "line 2: an object in it has the same member twice" },
	{ 2,
	  "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"facts\":{\"iommu\":"
	  "{\"value\":true,\"how\":\"log\"},\"iommu\":{\"value\":false,\"how\":\"log\"}}}",
	  "line 2: an object in it has the same member twice" },
	{ 2, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"boot\":0,\"facts\":{}}",
	  "line 2: \"boot\" is no number" },
	/* a dump that stands there already, one before it, and those that can follow it */
	{ 9, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"facts\":{}}",
	  "line 9: this dump of the domain, or a later one, stands before it already" },
	{ 2, "{\"record\":\"domain\",\"domid\":2,\"dump\":2,\"dumps\":2,\"facts\":{}}",
	  "line 9: this dump of the domain" },
	{ 9, "{\"record\":\"domain\",\"domid\":1,\"dump\":4,\"dumps\":4,\"facts\":{}}", NULL },
	{ 9, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"boot\":2,\"facts\":{}}",
	  NULL },
	/* more of its facts */
	{ 3, "{\"record\":\"facts\",\"facts\":7}", "line 3: \"facts\" is no object" },
	{ 3, "{\"record\":\"facts\",\"facts\":{\"special\":{\"value\":[7],\"how\":\"log\"}}}",
	  "line 3: fact special" },
	{ 3, "{\"record\":\"facts\",\"facts\":{\"special\":{\"value\":[],\"how\":\"rumour\"}}}",
	  "line 3: fact special" },
	{ 3, "{\"record\":\"facts\",\"facts\":{}", "line 3: it is no JSON" },
	{ 3, "", NULL },
	{ 5, "{\"record\":\"facts\",\"facts\":{}}", "line 5: it is no line that can stand here" },
	{ 7, "{\"record\":\"facts\",\"facts\":{}}", "line 7: it is no line that can stand here" },
	/* runs */
	{ 4, "{\"record\":\"run\"}", "line 4: it is not a line of a run" },
	{ 4, "{\"record\":\"run\",\"gfn\":\"0x\"}", "line 4: it is not a line of a run" },
	{ 4, "{\"record\":\"run\",\"gfn\":\"0x0\",\"mfn\":\"0x\"}",
	  "line 4: it is not a line of a run" },
	{ 4, "{\"record\":\"run\",\"gfn\":\"0x0\",\"mfn\":\"0x100\"}",
	  "line 4: it is not a line of a run" },
	{ 4, RUN("0x0", "0x100", "x", "2", "0x77", "0"), "line 4: it is not a line of a run" },
	{ 4, RUN("0x0", "0x100", "0 ", "2", "0x77", "0"), "line 4: it is not a line of a run" },
	{ 4, RUN("0x0", "0x100", "0", "x", "0x77", "0"), "line 4: it is not a line of a run" },
	{ 4, RUN("0x0", "0x100", "0", "2 ", "0x77", "0"), "line 4: it is not a line of a run" },
	{ 4, RUN("0x0", "0x100", "0", "2", "0x", "0"), "line 4: it is not a line of a run" },
	{ 4, RUN("0x0", "0x100", "0", "2", "0x77 ", "0"), "line 4: it is not a line of a run" },
	{ 4, RUN("0x0", "0x100", "0", "2", "0x77", ""), "line 4: it is not a line of a run" },
	{ 4, RUN("0x0", "0x100", "0", "2", "0x77", "0 "), "line 4: it is not a line of a run" },
	{ 4,
	  "{\"record\":\"run\",\"gfn\":\"0x0\",\"mfn\":\"0x100\",\"order\":0,\"entries\":2,\"bits\":\"0x77\",\"type\":0",
	  "line 4: it is not a line of a run" },
	{ 4,
	  "{\"record\":\"run\",\"gfn\":\"0x0\",\"mfn\":\"0x100\",\"order\":0,\"entries\":2,\"bits\":\"0x77\",\"type\":0,x",
	  "line 4: it is not a line of a run" },
	{ 4, RUN("0x0", "0x100", "0", "2", "0x400", "0"), "line 4: it has bits that mean nothing" },
	{ 4, RUN("0x0", "0x100", "0", "2", "0x77", "256"), "line 4: there is no such p2m type" },
	{ 4, RUN("0x0", "0x100", "0", "2", "0x77", "16"), "line 4: there is no such p2m type" },
	{ 4, RUN("0x0", "0x100", "3", "2", "0x77", "0"), "line 4: its order is none" },
	{ 4, RUN("0x0", "0x100", "99", "2", "0x77", "0"), "line 4: its order is none" },
	{ 4, RUN("0x0", "0x100", "0", "0", "0x77", "0"), "line 4: it has no entries" },
	{ 5, RUN("0x201", "0x400", "9", "1", "0x37", "255"), "line 5: its frames are not aligned" },
	{ 5, RUN("0x200", "0x401", "9", "1", "0x37", "255"), "line 5: its frames are not aligned" },
	{ 5, RUN("0x200", "0x401", "9", "1", "0x200", "255"), NULL }, /* PoD has no frame */
	{ 5, RUN("0x1", "0x400", "0", "1", "0x37", "255"), "line 5: its gfns do not come behind" },
	{ 5, RUN("0x10000000000", "0x400", "9", "1", "0x37", "255"),
	  "line 5: its gfns go beyond 40 bits" },
	{ 5, RUN("0xfffffffe00", "0x400", "9", "2", "0x37", "255"),
	  "line 5: its gfns go beyond 40 bits" },
	{ 5, RUN("0x200", "0x10000000000", "9", "1", "0x37", "255"),
	  "line 5: its mfns go beyond 40 bits" },
	{ 5, RUN("0x200", "0xfffffffe00", "9", "2", "0x37", "255"),
	  "line 5: its mfns go beyond 40 bits" },
	{ 7, RUN("0x400", "0x600", "9", "1", "0x37", "255"),
	  "line 7: it is no line that can stand here" },
	/* tables of the guest */
	{ 6, "", NULL },
	{ 6, "{\"record\":\"table\"}", "line 6: \"gfn\" is no gfn" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"x\",\"words\":\"\"}", "line 6: \"gfn\" is no gfn" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x10000000000\",\"words\":\"\"}",
	  "line 6: \"gfn\" is no gfn" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"\"}", NULL },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\"}", "line 6: \"words\" is no text" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"x*1=1+0\"}",
	  "line 6: its words are not as" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0+1=1+0\"}",
	  "line 6: its words are not as" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*x=1+0\"}",
	  "line 6: its words are not as" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*1:1+0\"}",
	  "line 6: its words are not as" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*1=x+0\"}",
	  "line 6: its words are not as" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*1=1-0\"}",
	  "line 6: its words are not as" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*1=1+x\"}",
	  "line 6: its words are not as" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*1=1+0,1*1=1+0\"}",
	  "line 6: its words are not as" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*0=1+0\"}",
	  "line 6: its words are not in order" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"200*1=1+0\"}",
	  "line 6: its words are not in order" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"1ff*2=1+0\"}",
	  "line 6: its words are not in order" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"1*1=1+0 1*1=1+0\"}",
	  "line 6: its words are not in order" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*1=0+0\"}",
	  "line 6: its words have bits" },
	{ 6, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"0*1=3+0\"}",
	  "line 6: its words have bits" },
	{ 7, "{\"record\":\"table\",\"gfn\":\"0x1\",\"words\":\"\"}",
	  "a page of the guest's tables stands before it twice" },
	/* its end */
	{ 7, "", NULL },
	{ 7, "{\"record\":\"not-seen\",\"not_seen\":7}", "line 7: frames must be an array" },
	{ 7, "{\"record\":\"not-seen\",\"not_seen\":[[\"0x2\",\"0x1\"]]}", "line 7: range 0" },
	{ 7, "{\"record\":\"not-seen\"}", NULL },
	{ 8, "{\"record\":\"domain-end\",\"entries\":3}", "line 8: \"complete\" is neither" },
	{ 8, "{\"record\":\"domain-end\",\"entries\":3,\"complete\":true,\"reason\":[]}",
	  "line 8: \"reason\" is no text" },
	{ 8, "{\"record\":\"domain-end\",\"entries\":2,\"complete\":true}",
	  "line 8: the entries of the domain" },
	{ 8, "{\"record\":\"domain-end\",\"complete\":true}", "line 8: the entries of the domain" },
	{ 8, "{\"record\":\"domain-end\",\"entries\":3,\"complete\":true,\"not_seen\":{}}",
	  "line 8: frames must be" },
	{ 8, "", "line 8: it is no line that can stand here" },
	{ 9, "{\"record\":\"domain-end\",\"entries\":0,\"complete\":true}",
	  "line 9: it is no line that can stand here" },
	{ 10, "", "line 10: it is no line that can stand here" },
};

static char path[64];
static int fd;
static const char *newer_head; /* in place of the first line, or NULL */

/* Writes the capture, with that line instead of its own (number 0: none). */
static void write_capture(unsigned int number, const char *line)
{
	uLong crc = crc32(0, NULL, 0);
	char text[1024];
	unsigned int i;

	if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET))
		abort();
	for (i = 0; i < LINES; i++) {
		const char *from = i + 1 == number ? line : good[i];

		if (!i && newer_head)
			from = newer_head;

		if (!*from)
			continue;
		snprintf(text, sizeof(text), "%s\n", from);
		crc = crc32(crc, (const Bytef *)text, strlen(text));
		if (write(fd, text, strlen(text)) < 0)
			abort();
	}
	dprintf(fd, "{\"record\":\"end\",\"domains\":2,\"entries\":3,\"crc32\":\"0x%lx\"}\n", crc);
}

static int open_capture(struct source **source, struct error *err)
{
	struct source_options options = { .path = path };

	return capture_open(&options, source, err);
}

static void test_lines(void)
{
	struct source *source;
	struct error err;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		int rc;

		write_capture(row->number, row->line);
		err.text[0] = '\0';
		rc = open_capture(&source, &err);
		if (row->wanted)
			check(rc == -EINVAL && strstr(err.text, row->wanted) &&
				      strstr(err.text, "take it anew with: xen-eptaudit capture"),
			      "%u: %s\nis not refused with %s but: %s", row->number, row->line,
			      row->wanted, err.text);
		else
			check(!rc, "%u: %s\nis refused: %s", row->number, row->line, err.text);
		if (!rc)
			source_close(source);
	}
}

/* A fact that a later program added is passed over, and one that is wrong is not. */
static void test_newer(void)
{
	static const char *const lines[] = {
		"{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"facts\":"
		"{\"iommu\":{\"value\":true,\"how\":\"log\"},\"shadow\":{\"value\":1,\"how\":\"x\"}}}",
		"{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"facts\":"
		"{\"iommu\":{\"value\":7,\"how\":\"log\"},\"shadow\":1}}",
	};
	struct source *source;
	struct error err;
	struct dump *dump;
	int rc;

	newer_head = "{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\","
		     "\"schema_version\":[1,9],\"rules\":[\"4.19\"]}";
	write_capture(2, lines[0]);
	if (check(!open_capture(&source, &err), "a fact that is new: %s", err.text)) {
		dump = source_next(source, &rc, &err);
		check(dump && dump->facts.iommu.value, "the fact beside it");
		source_close(source);
	}
	write_capture(2, lines[1]);
	check(open_capture(&source, &err) == -EINVAL && strstr(err.text, "fact iommu"), "%s",
	      err.text);
	newer_head = NULL;
	write_capture(2, lines[0]);
	check(open_capture(&source, &err) == -EINVAL &&
		      strstr(err.text, "fact shadow: no such fact"),
	      "%s", err.text);
}

/* Reads all of it; the entries, or a negative errno value. */
static long long read_all(struct source *source, struct error *err)
{
	struct entry entries[1];
	long long total = 0;
	ssize_t count;
	int rc;

	while (source_next(source, &rc, err)) {
		while ((count = source_read(source, entries, 1, err)) > 0)
			total += count;
		if (count < 0)
			return count;
	}
	return rc ? rc : total;
}

/* It was looked at when it was opened; when it is read it may be another. */
static void test_changing(void)
{
	static const char *const changes[] = {
		"",
		"{\"record\":\"run\"}",
		"{\"record\":\"domain\"}",
		"{}",
		"{\"record\":\"facts\",\"facts\":7}",
	};
	struct source *source;
	struct error err = { "" };
	unsigned int number, i;
	long long rc;
	off_t size;

	write_capture(0, NULL);
	if (!check(!open_capture(&source, &err), "%s", err.text))
		return;
	rc = read_all(source, &err);
	check(rc == 3, "%lld entries: %s", rc, err.text);
	source_close(source);
	for (number = 2; number <= LINES; number++)
		for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
			write_capture(0, NULL);
			if (open_capture(&source, &err))
				abort();
			write_capture(number, changes[i]);
			err.text[0] = '\0';
			rc = read_all(source, &err);
			/* What is left out may not be missed. */
			check_each((rc >= 0 && !*changes[i]) || (rc < 0 && err.text[0]),
				   "line %u became '%s': %lld, %s", number, changes[i], rc,
				   err.text);
			source_close(source);
		}
	size = lseek(fd, 0, SEEK_END);
	for (; size > 0; size -= 7) {
		write_capture(0, NULL);
		if (open_capture(&source, &err))
			abort();
		if (ftruncate(fd, size))
			abort();
		err.text[0] = '\0';
		rc = read_all(source, &err);
		check_each(rc == 3 || (rc < 0 && err.text[0]), "cut at %lld: %lld, %s",
			   (long long)size, rc, err.text);
		source_close(source);
	}
}

/* What is no whole capture; of which domain, and which dump. */
static void test_whole(void)
{
	struct source_options options = { .path = path };
	struct source *source;
	struct error err = { "" };
	off_t size;

	write_capture(0, NULL);
	size = lseek(fd, 0, SEEK_END);
	if (ftruncate(fd, size - 1))
		abort();
	check(open_capture(&source, &err) == -EINVAL && strstr(err.text, "cut"), "no end: %s",
	      err.text);
	write_capture(0, NULL);
	lseek(fd, 0, SEEK_END);
	dprintf(fd, "{}\n");
	check(open_capture(&source, &err) == -EINVAL &&
		      strstr(err.text, "line 12: it stands behind"),
	      "more: %s", err.text);
	write_capture(0, NULL);
	if (pwrite(fd, "}\r\n", 3, lseek(fd, 0, SEEK_END) - 2) != 3)
		abort();
	check(open_capture(&source, &err) == -EINVAL && strstr(err.text, "lines are changed"),
	      "CR: %s", err.text);
	write_capture(0, NULL);
	options.domain = "nobody";
	check(capture_open(&options, &source, &err) == -ENOENT &&
		      strstr(err.text, "no domain nobody"),
	      "%s", err.text);
	options.dump = 7;
	check(capture_open(&options, &source, &err) == -ENOENT &&
		      strstr(err.text, "with such a dump"),
	      "%s", err.text);
	options.domain = NULL;
	check(capture_open(&options, &source, &err) == -ENOENT &&
		      strstr(err.text, "no domain at all"),
	      "%s", err.text);
	options.path = "/nowhere/capture";
	check(capture_open(&options, &source, &err) < 0 && strstr(err.text, "cannot read"), "%s",
	      err.text);
}

/* What was remarked of the source, and of a domain, is told of the capture, too. */
static void test_remarks(void)
{
	struct source *source;
	struct error err = { "" };
	struct dump *dump;
	int rc;

	write_capture(
		2, "{\"record\":\"domain\",\"domid\":1,\"dump\":1,\"dumps\":1,\"view\":\"view 0\","
		   "\"notes\":[\"this is not the domain's own p2m, but view 0\",\"so\"],"
		   "\"facts\":{}}");
	if (!check(!open_capture(&source, &err), "%s", err.text))
		return;
	dump = source_next(source, &rc, &err);
	check(dump && dump->note_count == 2 && !strcmp(dump->notes[1], "so"), "notes");
	source_close(source);
	newer_head =
		"{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[1,1],"
		"\"remarks\":[\"domains may be missing\\u001b\"]}";
	write_capture(0, NULL);
	if (check(!open_capture(&source, &err), "%s", err.text)) {
		check(source->info.remark_count == 1 &&
			      !strncmp(source->info.remarks[0], "domains may be missing", 22) &&
			      !strchr(source->info.remarks[0], '\x1b'),
		      "remarks");
		source_close(source);
	}
	newer_head =
		"{\"record\":\"capture\",\"schema\":\"xen-eptaudit/capture\",\"schema_version\":[1,1],"
		"\"remarks\":{}}";
	write_capture(0, NULL);
	check(open_capture(&source, &err) == -EINVAL && strstr(err.text, "\"remarks\" is no array"),
	      "%s", err.text);
	newer_head = NULL;
}

/* Where one gfn is asked for, the last dump is meant, as of a log; but no other p2m. */
static void test_last(void)
{
	static const struct {
		const char *line;
		unsigned int number;
	} cases[] = {
		{ "{\"record\":\"domain\",\"domid\":1,\"dump\":4,\"dumps\":4,\"facts\":{}}", 4 },
		{ "{\"record\":\"domain\",\"domid\":1,\"dump\":2,\"dumps\":2,\"view\":\"view 0\","
		  "\"facts\":{}}",
		  1 },
	};
	const struct range only = { 0, 0 };
	struct source_options options = { .path = path, .only = &only };
	struct source *source;
	struct error err = { "" };
	struct dump *dump;
	size_t i;
	int rc;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_capture(9, cases[i].line);
		if (!check(!capture_open(&options, &source, &err), "case %zu: %s", i, err.text))
			continue;
		dump = source_next(source, &rc, &err);
		check(dump && dump->number == cases[i].number, "case %zu: dump %u", i,
		      dump ? dump->number : 0);
		check(!source_next(source, &rc, &err) && !rc, "case %zu: another one", i);
		source_close(source);
	}
}

int main(void)
{
	fd = memfd_create("capture", 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	test_lines();
	test_newer();
	test_changing();
	test_whole();
	test_last();
	test_remarks();
	return test_end();
}
