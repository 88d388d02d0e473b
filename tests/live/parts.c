/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parts FOLDER: parts of the live source by themselves, where a whole run would hardly bring them:
 * what the files in /run may hold, how Xen's addresses lead to its memory, what is refused before
 * Xen is asked, and guests with more pages than are kept. FOLDER is for files.
 */
#include "live/fails.h"

#include "live/fake-xen.h"
#include "source/live/guestpages.h"
#include "source/live/keptboot.h"
#include "source/live/leftover.h"
#include "source/live/pause.h"
#include "source/live/places.h"
#include "source/live/ptypes.h"
#include "source/live/rootcheck.h"
#include "source/live/runfile.h"
#include "source/live/structs.h"
#include "source/live/xenvirtual.h"
#include "unit/test.h"

#define FRAMES	 0x800
#define OWN_PAGE 0x7f0

static const char *folder;
static struct xen *xen;
static uint64_t memory[FRAMES][PAGE_ENTRIES];

static const char *path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const void *data, size_t size)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		exit(1);
	close(fd);
}

/* A file of this boot, as a run before has left it. */
static void leave(const char *name, const char *text)
{
	char stamp[RUNFILE_STAMP], all[8192];

	if (runfile_stamp(xen, stamp))
		exit(1);
	snprintf(all, sizeof(all), "%s%s", stamp, text);
	write_file(name, all, strlen(all));
}

static bool is_there(const char *name)
{
	return !access(path_of(name), F_OK);
}

/* Each call of that name fails, with that errno; 0: it does nothing. */
static void let_fail(const char *name, int code)
{
	failing.way = (struct way){ name, 0 };
	failing.code = code;
	failing.nothing = !code;
	ways->happened = false;
	fails_active = true;
}

static void no_more(void)
{
	fails_active = false;
}

/* ---- domains that stayed paused ---- */

#define PAUSED "run/xen-eptaudit.paused"

static void test_leftover(void)
{
	struct xen_domain all[] = {
		{ .domid = 1, .handle = { 0xab }, .paused = true },
		{ .domid = 2, .handle = { 0xcd }, .paused = true },
		{ .domid = 3, .handle = { 0xef }, .paused = true, .dying = true },
	};
	struct error err = { "" };
	const char *both = "domain 1 ab000000000000000000000000000000 0\n"
			   "domain 2 cd000000000000000000000000000000 1\n"
			   "domain 3 ef000000000000000000000000000000 0\n"
			   "domain 4\nanything\n";
	int fd;

	leave(PAUSED, both);
	check(leftover_find(xen, all, 3, &err) &&
		      strstr(err.text, "domains 1, 2 (which had been paused before, too) are still "
				       "paused") &&
		      strstr(err.text, "let them run with xl unpause 1; xl unpause 2") &&
		      is_there(PAUSED),
	      "two domains: %s", err.text);
	/* One of them is another one by now. */
	all[1].handle[0] = 1;
	check(leftover_find(xen, all, 3, &err) && strstr(err.text, "domain 1 is still paused") &&
		      strstr(err.text, "let it run with xl unpause 1"),
	      "one domain: %s", err.text);
	/* Who looks while a process of that run lives does not take its file away. */
	leave(PAUSED, "domain 1 ab000000000000000000000000000000 0\nguardian 4711\n");
	fd = open(path_of(PAUSED), O_RDONLY | O_CLOEXEC);
	check(!flock(fd, LOCK_EX) && leftover_find(xen, all, 3, &err) &&
		      strstr(err.text, "(ept-guardian, 4711)") && is_there(PAUSED),
	      "held: %s", err.text);
	close(fd);
	/* All of them run. */
	all[0].paused = false;
	check(!leftover_find(xen, all, 3, &err) && !is_there(PAUSED), "over: %s", err.text);
	check(!leftover_find(xen, all, 3, &err), "no file: %s", err.text);
	/* It cannot be asked what state the file is in: it stays, for another run. */
	all[0].paused = true;
	leave(PAUSED, both);
	let_fail("fstat", EIO);
	fd = leftover_find(xen, all, 3, &err);
	no_more();
	check(ways->happened && is_there(PAUSED), "fstat() failed: %d", fd);
	/* A write that came to nothing. */
	let_fail("write", 0);
	fd = leftover_begin(xen, all, 3, &err);
	no_more();
	check(fd < 0 && strstr(err.text, "leave out --pause"), "no room: %d, %s", fd, err.text);
	unlink(path_of(PAUSED));
}

/* ---- domains that Xen does not let run ---- */

#define MANY  11
#define FIRST 32000

/* In a process of its own, on another Xen. */
static int pause_many(void)
{
	struct xen_domain domains[MANY] = { 0 };
	FILE *script = fopen(path_of("many"), "w");
	struct error err = { "" };
	struct pause pause;
	unsigned int i;
	int rc;

	for (i = 0; i < MANY && script; i++) {
		domains[i].domid = FIRST + i;
		fprintf(script, "domain %d hvm,hap 1 1 x\n", FIRST + i);
	}
	if (!script || fclose(script))
		return 1;
	fake_xen_load(path_of("many"));
	let_fail("xc_domain_unpause", EPERM); /* which the guardian inherits */
	if (xen_open(&xen, &err) || pause_begin(&pause, xen, domains, MANY, &err))
		return 1;
	rc = pause_end(&pause, xen, &err);
	no_more();
	check(rc == -EPERM &&
		      !strcmp(err.text,
			      "domains 32010, 32009, 32008, 32007, 32006, 32005, 32004 and others "
			      "are still paused, Xen says: Operation not permitted; let each run "
			      "with xl unpause 32010, 32009, 32008, 32007, 32006, 32005, 32004 and "
			      "others, one by one"),
	      "%d, %s", rc, err.text);
	check(is_there(PAUSED), "the next run would not know of them");
	return test_end();
}

static void test_pause(void)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		exit(pause_many());
	waitpid(pid, &status, 0);
	check(WIFEXITED(status) && !WEXITSTATUS(status), "many domains: status %d", status);
	unlink(path_of(PAUSED));
}

/* ---- places of Xen's symbols ---- */

#define PLACES "run/xen-eptaudit.places"

static void test_places(void)
{
	static const char *const bad[] = {
		"",
		"1000 2000\n",
		"1000 2000 3000 1 2 3 4", /* no end */
		"1000 2000 3000 1 2 3 4\nmore\n",
		"0 2000 3000 1 2 3 4\n",
		"1000 0 3000 1 2 3 4\n",
		"1000 2000 0 1 2 3 4\n",
		"1000 2000 3000 512 2 3 4\n",
		"1000 2000 3000 1 512 3 4\n",
		"1000 2000 3000 1 2 512 4\n",
		"1000 2000 3000 1 2 3 512\n",
	};
	struct places places, again;
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		leave(PLACES, bad[i]);
		check(!places_recall(xen, &places), "taken for places: %s", bad[i]);
	}
	leave(PLACES, "1000 2000 3000 1 2 3 4\n");
	check(places_recall(xen, &places) && places.start == 0x1000 &&
		      places.domain_list == 0x2000 && places.page_tables == 0x3000 &&
		      places.p2m.p2m == 1 && places.p2m.domain == 2 && places.p2m.root == 3 &&
		      places.p2m.eptp == 4,
	      "places");
	/* Of another boot; of somebody else; none. */
	write_file(PLACES, "xen-eptaudit 1 boot x\n1000 2000 3000 1 2 3 4\n", 45);
	check(!places_recall(xen, &again), "another boot's places");
	places_remember(xen, &places);
	check(places_recall(xen, &again) && !memcmp(&places, &again, sizeof(places)),
	      "what is remembered is not recalled");
	chmod(path_of(PLACES), 0622);
	check(!places_recall(xen, &again), "places that others could have written");
	unlink(path_of(PLACES));
	check(!places_recall(xen, &again), "places of no file");
}

/* ---- what Xen printed at boot ---- */

#define BOOT "run/xen-eptaudit.boot"

/* What is kept of a ring with this text; NULL where nothing is. To be freed. */
static char *kept_of(const char *text, size_t size, bool whole)
{
	struct transcript ring;
	struct error err;
	char stamp[RUNFILE_STAMP], *kept = NULL;
	int fd;

	unlink(path_of(BOOT));
	if (transcript_init(&ring, &err) || pwrite(ring.fd, text, size, 0) != (ssize_t)size ||
	    runfile_stamp(xen, stamp))
		exit(1);
	ring.size = size;
	ring.whole = whole;
	keptboot_save(xen, &ring);
	transcript_clear(&ring);
	fd = runfile_open("xen-eptaudit.boot", false);
	if (fd >= 0) {
		kept = runfile_read(fd, stamp);
		close(fd);
	}
	return kept;
}

static void kept_is(const char *text, size_t size, const char *wanted)
{
	char *kept = kept_of(text, size, true);

	check(kept && !strcmp(kept, wanted), "kept of %s: %s, not %s", text, kept, wanted);
	free(kept);
}

static void test_kept_boot(void)
{
#define TEXT(text) text, sizeof(text) - 1
	struct transcript before;
	struct error err = { "" };
	char *kept;

	/* Up to the end of boot, or to what is not Xen's. */
	kept_is(TEXT("(XEN) a\n(XEN) Freed 2048kB init memory\n(XEN) b\n"),
		"(XEN) a\n(XEN) Freed 2048kB init memory\n");
	kept_is(TEXT("(XEN) a\n(XEN) domain1 EPT p2m table:\n(XEN) gfn\n"),
		"(XEN) a\n(XEN) domain1 EPT p2m table:\n");
	kept_is(TEXT("noise\n\n(XEN) a\n(d1) b\n(XEN) c\n"), "(XEN) a\n");
	kept_is(TEXT("(XEN) a\n(XEN) b\0c\n(XEN) d\n"), "(XEN) a\n");
	kept_is(TEXT("(XEN) a\n(XEN) no end"), "(XEN) a\n");
	kept = kept_of(TEXT("(XEN) a\n"), false);
	check(!kept, "kept, though its beginning was overwritten");
	free(kept);
	/* What is kept comes before what is in the ring now. */
	free(kept_of(TEXT("(XEN) Xen version 4.17.7 (a@b) (gcc) Mon Jan  1 00:00:00 UTC 2024\n"),
		     true));
	if (transcript_init(&before, &err) || pwrite(before.fd, "(XEN) later\n", 12, 0) != 12)
		exit(1);
	before.size = 12;
	check(!keptboot_load(xen, &before, &err) && before.size > 12 &&
		      before.scan.sections[before.scan.last.section].has_version,
	      "kept is not there: %s", err.text);
	/* Which is shorter than it was, or cannot be read: that is said, and nothing is taken. */
	check(!ftruncate(before.fd, 20) &&
		      transcript_put_before(&before, "(XEN) x\n", 8, &err) == -EIO &&
		      strstr(err.text, "it is cut short"),
	      "a file that is cut short: %s", err.text);
	let_fail("pread", EIO);
	check(transcript_put_before(&before, "(XEN) x\n", 8, &err) == -EIO &&
		      strstr(err.text, "cannot read a temporary file: Input/output error"),
	      "a file that cannot be read: %s", err.text);
	let_fail("pwrite", ENOSPC);
	before.gap_count = 1;
	check(transcript_put_header(&before, 3, &err) == -ENOSPC &&
		      strstr(err.text, "cannot write a temporary file: No space left"),
	      "a header without room: %s", err.text);
	let_fail("pwrite", 0);
	check(transcript_put_header(&before, 3, &err) == -EIO && strstr(err.text, "no room"),
	      "a header without room: %s", err.text);
	no_more();
	transcript_clear(&before);
	unlink(path_of(BOOT));
}

/* ---- frames ---- */

static struct gdbsx gdbsx;
static struct xen_virtual virtual_memory;

#define PRESENT	 1
#define LARGE	 0x80
#define IN_IMAGE UINT64_C(0xffff82d040000000)
#define ADDRESS(n4, n3, n2, n1) \
	(UINT64_C(0xffff) << 48 | (n4) << 39 | (n3) << 30 | (n2) << 21 | (n1) << 12)
#define N(n) ((uint64_t)(n))

static void make_memory(void)
{
	memory[0x100][256] = N(0x101) << 12 | PRESENT;
	memory[0x100][257] = N(0xfff) << 12 | PRESENT; /* no RAM */
	memory[0x100][258] = N(0x101) << 12;
	memory[0x101][0] = N(0x102) << 12 | PRESENT;
	memory[0x101][1] = N(0x40000) << 12 | LARGE | PRESENT;
	memory[0x102][0] = N(0x103) << 12 | PRESENT;
	memory[0x102][1] = N(0x200) << 12 | LARGE | PRESENT;
	memory[0x103][0] = N(0x110) << 12 | PRESENT;
	memory[0x103][1] = N(0x111) << 12 | PRESENT;
	memory[0x103][3] = N(0x112) << 12 | PRESENT;
	memory[0x110][511] = 110;
	memory[0x111][0] = 111;
	memory[0x201][7] = 201;
	/* An EPT: one right entry, one wrong one, one of a device. */
	memory[0x120][0] = N(0x121) << 12 | 7;
	memory[0x121][0] = N(0x122) << 12 | 7;
	memory[0x122][0] = N(0x123) << 12 | 7;
	memory[0x123][5] = N(0x600) << 12 | 0x37;
	memory[0x123][9] = N(0xf0000) << 12 | 0x7 | N(5) << 52;
	write_file("memory", memory, sizeof(memory));
}

static void test_addresses(void)
{
	struct xen_virtual *at = &virtual_memory;
	uint64_t page[PAGE_ENTRIES], words[PAGE_ENTRIES];
	struct error err = { "" };
	int pass;

	at->gdbsx = &gdbsx;
	at->image = N(0x100) << 12;
	at->start = IN_IMAGE;
	at->end = IN_IMAGE + 0x10000;
	at->page_tables = IN_IMAGE;
	for (pass = 0; pass < 2; pass++) { /* the second time from what is remembered */
		check_each(virtual_page(at, ADDRESS(N(256), N(0), N(0), N(1)), page, &err) == 1 &&
				   page[0] == 111,
			   "a page of 4 KiB: %s", err.text);
		check_each(virtual_page(at, ADDRESS(N(256), N(0), N(1), N(1)), page, &err) == 1 &&
				   page[7] == 201,
			   "a page of 2 MiB: %s", err.text);
		check_each(virtual_page(at, IN_IMAGE + 0x1000, page, &err) == 1 &&
				   page[0] == memory[0x101][0],
			   "of the image: %s", err.text);
	}
	check(!virtual_page(at, ADDRESS(N(256), N(0), N(0), N(2)), page, &err), "not present");
	check(!virtual_page(at, ADDRESS(N(258), N(0), N(0), N(1)), page, &err), "no table");
	check(!virtual_page(at, ADDRESS(N(257), N(0), N(0), N(1)), page, &err),
	      "a table outside of RAM");
	check(!virtual_page(at, ADDRESS(N(256), N(1), N(0), N(0)), page, &err),
	      "a page of 1 GiB outside of RAM");
	check(!virtual_page(at, 0x1000, page, &err), "the lower half");
	/* Words go on in the next page, or end with the last that there is. */
	check(virtual_words(at, ADDRESS(N(256), N(0), N(0), N(0)) + 511 * 8, words, 2, &err) == 2 &&
		      words[0] == 110 && words[1] == 111,
	      "words of two pages");
	check(virtual_words(at, ADDRESS(N(256), N(0), N(0), N(1)) + 511 * 8, words, 2, &err) == 1,
	      "words behind the last page");
	check(!virtual_words(at, ADDRESS(N(256), N(0), N(0), N(2)), words, 2, &err),
	      "words of no page");
	check(virtual_words(at, ADDRESS(N(256), N(0), N(0), N(3)), words, PAGE_ENTRIES, &err) ==
		      PAGE_ENTRIES,
	      "words of one page");
}

static struct root_check look_at(uint64_t mfn)
{
	struct root_check look;
	struct error err = { "" };
	int rc = root_look(&gdbsx, mfn << 12 | 0x1e, &look, &err);

	check(!rc, "the root at %lx: %s", (unsigned long)mfn, err.text);
	return look;
}

static void test_roots(void)
{
	struct root_check look;

	look = look_at(0x120);
	check(look.tables && look.right == 1 && !look.wrong && root_proven(&look),
	      "a root: %lu right, %lu wrong", look.right, look.wrong);
	/* Tables of Xen's are none of an EPT's. */
	look = look_at(0x100);
	check(!root_proven(&look) && !root_fits(&look, 1), "no root");
	look = look_at(0x900);
	check(!look.tables && !root_fits(&look, 0), "a root outside of RAM");
	/* A domain without memory may have no entry; one with memory has. */
	look = look_at(0x140);
	check(root_fits(&look, 0) && !root_fits(&look, 1), "an empty root");
	look = (struct root_check){ .tables = true, .right = 8, .wrong = 1 };
	check(root_proven(&look), "one of nine moved meanwhile");
	look.wrong = 2;
	check(!root_proven(&look) && !root_fits(&look, 0), "two of ten");
	look = (struct root_check){ .tables = true, .wrong = 1 };
	check(!root_fits(&look, 0), "no memory, and an entry that is another's");
}

/* Frames of the table of frames that is not there are nobody's. */
static void test_m2p(void)
{
	struct m2p *m2p = &gdbsx.m2p;
	uint64_t parts[] = { m2p->frames[0], m2p->frames[0] };
	const uint64_t *mapped[] = { m2p->parts[0], NULL };
	struct m2p hole = { .xen = xen, .frames = parts, .parts = mapped, .count = 2 };

	check(m2p_get(m2p, 0x600) == 5, "known");
	check(m2p_get(m2p, N(1) << 40) == UINT64_MAX, "behind the end");
	check(m2p_get(&hole, 0x600) == 5 && m2p_get(&hole, 0x600 + (256 << 10)) == UINT64_MAX,
	      "a hole");
}

/* What is against the rules is refused before Xen is asked, and so is all behind it. */
static void test_rules(void)
{
	uint64_t mfns[FRAMES_AT_ONCE + 1] = { 0 }, (*pages)[PAGE_ENTRIES], page[PAGE_ENTRIES];
	struct error err;
	unsigned long calls = gdbsx.calls;
	volatile uint64_t *table = gdbsx.table.page;
	static const struct {
		const char *what;
		uint64_t first; /* of the table's entries */
		unsigned int count;
		uint64_t mfn;
	} cases[] = {
		{ "number of pages", 0, FRAMES_AT_ONCE + 1, 0x600 },
		{ "number of pages", 0, 0, 0x600 },
		{ "a frame outside of RAM", 0, 1, 0x900 },
		{ "a frame outside of RAM", 0, 1, 0 },
		{ "the table does not lead to itself", 0x600001, 1, 0x600 },
	};
	uint64_t own = table[0];
	unsigned int i, k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (k = 0; k <= FRAMES_AT_ONCE; k++)
			mfns[k] = cases[i].mfn;
		if (cases[i].first)
			table[0] = cases[i].first;
		check(gdbsx.frames.read(&gdbsx.frames, mfns, cases[i].count, &pages, &err) ==
				      -EFAULT &&
			      strstr(err.text, cases[i].what) && gdbsx.broken,
		      "%s: %s", cases[i].what, err.text);
		table[0] = own;
		check(gdbsx_page(&gdbsx, 0x600, page, &err) == -EFAULT &&
			      strstr(err.text, "one did not hold before"),
		      "behind %s: %s", cases[i].what, err.text);
		gdbsx.broken = false;
	}
	check(gdbsx.calls == calls, "Xen was asked %lu times", gdbsx.calls - calls);
	check(!gdbsx_page(&gdbsx, 0x600, page, &err) && gdbsx.calls == calls + 1,
	      "what is allowed: %s", err.text);
}

/* ---- Xen's list of domains ---- */

/* All of memory from 0 on, as Xen maps it. */
#define DIRECT(frame) (UINT64_C(0xffff830000000000) + (N(frame) << 12))

static void put(uint64_t mfn, unsigned int word, uint64_t value)
{
	int fd = open(path_of("memory"), O_WRONLY | O_CLOEXEC);

	if (pwrite(fd, &value, sizeof(value), (off_t)(mfn * PAGE_SIZE + word * 8)) != 8)
		exit(1);
	close(fd);
}

/* Domains 0 and 3, each with the next behind it; the p2m of 3 has the root of an EPT. */
static void make_domains(void)
{
	put(0x104, 262, N(0x105) << 12 | PRESENT);
	put(0x105, 0, LARGE | PRESENT);
	put(0x106, 32, DIRECT(0x130));
	put(0x130, 10, DIRECT(0x131));
	put(0x131, 0, 3);
	put(0x131, 60, DIRECT(0x133));
	put(0x133, 5, DIRECT(0x131));
	put(0x133, 7, 0x120);
	put(0x133, 20, N(0x120) << 12 | 0x1e);
	put(0x124, 0, N(0x121) << 12 | 7); /* another root of the same tables */
}

#define GOOD_PLACES "ffff82d040000000 ffff82d040006100 ffff82d040004000 0 0 0 0\n"

/* Whether the domains are found; 3's root then, or 0. */
static int find_root(uint64_t *eptp)
{
	static struct structs structs;
	struct xen_domain three = { .domid = 3, .pages = 32 };
	struct error err;
	int found;

	leave(PLACES, GOOD_PLACES);
	*eptp = 0;
	found = structs_open(&structs, &gdbsx, &err);
	if (found > 0)
		structs_eptp(&structs, &three, eptp, &err);
	structs_close(&structs);
	return found;
}

static void test_bad_places(void)
{
	static const char *const bad[] = {
		"7fd040000000 ffff82d040006100 ffff82d040004000", /* the lower half */
		"ffff82d040000800 ffff82d040006100 ffff82d040004000",
		"ffff82d040000000 ffff82d040000000 ffff82d040004000",
		"ffff82d040000000 ffff82d040010000 ffff82d040004000", /* behind the image */
		"ffff82d040000000 ffff82d040006101 ffff82d040004000",
		"ffff82d040000000 ffff82d040006100 ffff82d040000000",
		"ffff82d040000000 ffff82d040006100 ffff82d040010000",
	};
	static struct structs structs;
	unsigned long calls = gdbsx.calls;
	struct error err = { "" };
	char text[128];
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "%s 0 0 0 0\n", bad[i]);
		leave(PLACES, text);
		check(!structs_open(&structs, &gdbsx, &err), "places %s: %s", bad[i], err.text);
		structs_close(&structs);
	}
	check(gdbsx.calls == calls, "memory was read where no Xen is");
}

static void test_structs(void)
{
	const uint64_t root = N(0x120) << 12 | 0x1e;
	uint64_t eptp;
	int found;

	test_bad_places();
	make_domains();
	found = find_root(&eptp);
	check(found == 1 && eptp == root, "found %d, root %lx", found, (unsigned long)eptp);
	/* A second member may lead the same way; one that leads another way leaves open which. */
	put(0x130, 11, DIRECT(0x131));
	found = find_root(&eptp);
	check(found == 1 && eptp == root, "two members: %d, %lx", found, (unsigned long)eptp);
	put(0x130, 12, DIRECT(0x132));
	put(0x132, 0, 3);
	found = find_root(&eptp);
	check(!found && !eptp, "two ways: %d, %lx", found, (unsigned long)eptp);
	put(0x130, 12, DIRECT(0x131) + 8); /* no page of its own */
	/* The same root once more is no other; another one that is as good leaves open which. */
	put(0x133, 21, root);
	found = find_root(&eptp);
	check(found == 1 && eptp == root, "a root twice: %d, %lx", found, (unsigned long)eptp);
	put(0x133, 8, 0x124);
	put(0x133, 22, N(0x124) << 12 | 0x1e);
	found = find_root(&eptp);
	check(found == 1 && !eptp, "two roots: %d, %lx", found, (unsigned long)eptp);
	/* What is behind a pointer to another domain is that one's. */
	put(0x133, 22, 0);
	put(0x133, 9, DIRECT(0x130));
	found = find_root(&eptp);
	check(found == 1 && !eptp, "another domain's: %d, %lx", found, (unsigned long)eptp);
	put(0x106, 32, 0);
	found = find_root(&eptp);
	check(!found, "no list: %d", found);
	unlink(path_of(PLACES));
}

static void test_frames(void)
{
	struct ranges ram = { 0 };
	struct error err = { "" };
	struct xen_domain own = { .domid = 0 }, hvm = { .domid = 0, .hvm = true };

	check(gdbsx_possible(xen, &own) && !gdbsx_possible(xen, &hvm), "possible");
	if (ranges_add(&ram, 0, FRAMES - 1) || gdbsx_open(&gdbsx, xen, &own, &ram, &err)) {
		check(0, "gdbsx: %s", err.text);
		return;
	}
	test_addresses();
	test_roots();
	test_m2p();
	test_rules();
	test_structs();
	gdbsx_close(&gdbsx);
	ranges_clear(&ram);
}

/* ---- pages of a guest ---- */

static uint64_t word_of(struct guest_pages *pages, uint64_t gfn, unsigned int nth)
{
	const uint64_t *page = guest_pages_get(pages, gfn, 1);

	return page ? page[nth] : UINT64_MAX;
}

static void test_guest_pages(void)
{
	static struct guest_pages pages;
	static uint64_t gfns[GUEST_PAGES];
	unsigned int i;

	if (guest_pages_begin(&pages, xen, 3))
		exit(1);
	for (i = 0; i < GUEST_PAGES; i++)
		gfns[i] = 0x10 + i / 2; /* each twice */
	check(word_of(&pages, 5, 3) == 0x555 && word_of(&pages, 6, 3) == 0x666, "a page");
	check(!guest_pages_get(&pages, 7, 1), "a device's page was read");
	check(!guest_pages_get(&pages, 8, 1), "a page that cannot be mapped");
	guest_pages_ahead(&pages, gfns, GUEST_PAGES);
	check(pages.count == 4 + GUEST_PAGES / 2, "%u pages, some of them twice", pages.count);
	for (i = 0; i < GUEST_PAGES; i++)
		gfns[i] = 0x10000 + i;
	guest_pages_ahead(&pages, gfns, GUEST_PAGES);
	check(pages.count <= GUEST_PAGES && word_of(&pages, 0x10000 + GUEST_PAGES - 1, 0) == 0,
	      "the last of many");
	/* Those that made room are fetched again. */
	check(word_of(&pages, 5, 3) == 0x555 && word_of(&pages, 6, 3) == 0x666,
	      "a page that made room");
	/* What Xen does not say the type of is not touched. */
	let_fail("xencall2", EIO);
	check(!guest_pages_get(&pages, 9, 1) && ways->happened, "read without a type");
	no_more();
	guest_pages_end(&pages);
}

/* ---- types of more entries than are asked for at once ---- */

static void test_types(void)
{
	static struct facts facts;
	struct entry entries[3 * XEN_TYPES_MAX];
	const unsigned int count = 2 * XEN_TYPES_MAX + 1;
	struct asker asker;
	unsigned int i;
	uint64_t asked = 0;

	memset(&facts, 0, sizeof(facts));
	facts.rules = 1;
	for (i = 0; i < count; i++)
		entries[i] = (struct entry){ .gfn = 0x10 + 2 * i,
					     .mfn = 0x500 + i,
					     .rights = ENTRY_R | ENTRY_X,
					     .emt = 6,
					     .type = ENTRY_TYPE_UNKNOWN };
	if (asker_begin(&asker, xen, 3, &facts))
		exit(1);
	check(!asker_entries(&asker, entries, count) && !asker_end(&asker, 0), "asked");
	for (i = 0; i < facts.type_count; i++)
		asked += facts.types[i].types ? facts.types[i].last - facts.types[i].first + 1 : 0;
	check(asked == count && facts.how_types == HOW_MEASURED, "types of %lu entries, not of %u",
	      (unsigned long)asked, count);
	facts_clear(&facts);
}

static void load(void)
{
	FILE *script = fopen(path_of("script"), "w");

	if (!script)
		exit(1);
	fprintf(script,
		"version 4 17 .7\nown 0\nboot /dev/null\ndomain 0 - 1024 1 Domain-0\n"
		"domain 3 hvm,hap 32 1 three\ne820 0x0 0x800000 1\nend 0x%x\nmemory %s\n"
		"own-page 0x%x 0x777\nm2p 0x600 1 5\nxen-at 0x100 0x10\n"
		"page 3 5 0 3=555\npage 3 6 0 3=666\ntype 3 7 7 4\nnopage 3 8 22\n",
		FRAMES, path_of("memory"), OWN_PAGE);
	fclose(script);
	fake_xen_load(path_of("script"));
}

int main(int argc, char **argv)
{
	struct error err;

	if (argc != 2)
		return 1;
	folder = argv[1];
	fails_begin();
	fails_process = getpid();
	test_pause();
	make_memory();
	load();
	if (xen_open(&xen, &err)) {
		printf("%s\n", err.text);
		return 1;
	}
	test_leftover();
	test_places();
	test_kept_boot();
	test_guest_pages();
	test_types();
	test_frames();
	xen_close(xen);
	return test_end();
}
