/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables made by hand: every level, everything that a leaf can be, and what no table should be. */
#include "unit/test.h"

#include "source/image/core.h"
#include "source/image/find.h"
#include "source/image/phys.h"
#include "source/tables/walk.h"
#include "x86/ept.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#define PAGES	    16
#define ROOT	    1 /* frame of each root; page 0 is no table */
#define EPTP(level) ((uint64_t)ROOT << 12 | ((level)-1) << 3 | 6)

#define TABLE(mfn)     ((uint64_t)(mfn) << 12 | 7)
#define LEAF(mfn, emt) ((uint64_t)(mfn) << 12 | (emt) << 3 | 7)
#define IPAT	       (UINT64_C(1) << 6)
#define SUPERPAGE      (UINT64_C(1) << 7)
#define TYPE(type)     ((uint64_t)(type) << 52)
#define EMT(emt)       ((uint64_t)(emt) << 3)

#define ACCESS(access, low) ((uint64_t)(access) << (low))

static uint64_t pages[PAGES][PAGE_ENTRIES];
static char told[4096]; /* what the walk found, a line each */

static unsigned int phys_bits = 52;

static void tell(void *opaque, const char *text)
{
	size_t length = strlen(told);

	(void)opaque;
	snprintf(told + length, sizeof(told) - length, "%s\n", text);
}

static struct phys *open_file(const void *data, size_t size)
{
	char path[] = "/tmp/xen-eptaudit-walk.XXXXXX";
	struct phys *phys = NULL;
	struct error err;
	int fd = mkstemp(path);

	if (!check_each(fd >= 0 && write(fd, data, size) == (ssize_t)size, "temporary file"))
		exit(1);
	close(fd);
	if (!check_each(!phys_open(path, NULL, &phys, &err), "open: %s", err.text))
		exit(1);
	unlink(path);
	return phys;
}

/* All entries below a root. */
static size_t walk_all(struct phys *phys, uint64_t eptp, struct entry *entries, size_t max)
{
	struct walk walk;
	size_t count = 0, got;

	told[0] = '\0';
	if (!check_each(!walk_begin(&walk, phys_pages(phys), eptp, phys_bits, tell, NULL), "begin"))
		return 0;
	/* Few at a time: a walk stops and goes on anywhere. */
	while (count < max &&
	       (got = walk_read(&walk, entries + count, max - count < 3 ? max - count : 3)))
		count += got;
	check_each(walk.tables <= PAGES, "%" PRIu64 " tables", walk.tables);
	walk_end(&walk);
	return count;
}

/* An image of pages[], walked; and a core of its tables must give the same. */
static size_t walk_pages(uint64_t eptp, struct entry *entries, size_t max)
{
	struct phys *phys = open_file(pages, sizeof(pages));
	size_t count = walk_all(phys, eptp, entries, max), again, size = 0, i;
	struct entry *others = calloc(max, sizeof(*others));
	char first[sizeof(told)], *core = NULL;
	FILE *file = open_memstream(&core, &size);
	struct error err;

	strcpy(first, told);
	check_each(!core_write(phys, &eptp, 1, file, &err), "core: %s", err.text);
	fclose(file);
	phys_close(phys);
	phys = open_file(core, size);
	again = walk_all(phys, eptp, others, max);
	check_each(again == count, "core: %zu entries, not %zu", again, count);
	for (i = 0; i < again && i < count; i++)
		if (others[i].raw != entries[i].raw || others[i].gfn != entries[i].gfn)
			break;
	check_each(i == count, "core: entry %zu is another", i);
	check_each(!strcmp(first, told), "core: %s instead of %s", told, first);
	phys_close(phys);
	free(core);
	free(others);
	return count;
}

struct expected {
	uint64_t gfn, mfn;
	unsigned int order, emt, type;
	bool ipat, pending, hidden, pod;
};

static void expect(const char *name, uint64_t eptp, const struct expected *expected, size_t count)
{
	struct entry entries[64];
	size_t got = walk_pages(eptp, entries, 64), i;

	check(got == count, "%s: %zu entries, not %zu", name, got, count);
	for (i = 0; i < got && i < count; i++) {
		const struct entry *e = &entries[i];
		const struct expected *x = &expected[i];

		check(e->gfn == x->gfn && e->order == x->order && e->pod == x->pod &&
			      e->type == x->type && e->pending == x->pending,
		      "%s: entry %zu is gfn %" PRIx64 " order %u type %u", name, i, e->gfn,
		      e->order, e->type);
		if (!x->pod)
			check(e->mfn == x->mfn && e->emt == x->emt && e->ipat == x->ipat &&
				      e->ipat_hidden == x->hidden,
			      "%s: entry %zu is mfn %" PRIx64 " EMT %u", name, i, e->mfn, e->emt);
	}
	check(!told[0], "%s: %s", name, told);
}

#define EXPECT(name, eptp, ...)                                           \
	do {                                                              \
		static const struct expected list[] = { __VA_ARGS__ };    \
		expect(name, eptp, list, sizeof(list) / sizeof(list[0])); \
	} while (0)

static void test_levels(void)
{
	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	pages[2][2] = LEAF(0x80000, 6) | SUPERPAGE;
	pages[3][0] = TABLE(4);
	pages[3][1] = LEAF(0xa00, 0) | SUPERPAGE | IPAT | TYPE(P2M_MMIO_DIRECT);
	pages[4][0] = LEAF(0x1234, 6) | IPAT;
	pages[4][1] = TYPE(P2M_INVALID);
	pages[4][2] = LEAF(0x1236, 4) | TYPE(P2M_RAM_RO);
	pages[4][511] = LEAF(0x99, 1) | SUPERPAGE; /* bit 7 means nothing here */
	EXPECT("4 levels", EPTP(4), { .mfn = 0x1234, .emt = 6, .ipat = true },
	       { .gfn = 2, .mfn = 0x1236, .emt = 4, .type = P2M_RAM_RO },
	       { .gfn = 511, .mfn = 0x99, .emt = 1 },
	       { .gfn = 0x200, .mfn = 0xa00, .order = 9, .ipat = true, .type = P2M_MMIO_DIRECT },
	       { .gfn = 0x80000, .mfn = 0x80000, .order = 18, .emt = 6 });

	/* The same one level further down, at the second entry of the root. */
	memmove(pages[6], pages[1], sizeof(pages[1]));
	memset(pages[1], 0, sizeof(pages[1]));
	pages[1][1] = TABLE(6);
	EXPECT("5 levels", EPTP(5),
	       { .gfn = UINT64_C(1) << 36, .mfn = 0x1234, .emt = 6, .ipat = true },
	       { .gfn = (UINT64_C(1) << 36) + 2, .mfn = 0x1236, .emt = 4, .type = P2M_RAM_RO },
	       { .gfn = (UINT64_C(1) << 36) + 511, .mfn = 0x99, .emt = 1 },
	       { .gfn = (UINT64_C(1) << 36) + 0x200,
		 .mfn = 0xa00,
		 .order = 9,
		 .ipat = true,
		 .type = P2M_MMIO_DIRECT },
	       { .gfn = (UINT64_C(1) << 36) + 0x80000, .mfn = 0x80000, .order = 18, .emt = 6 });
}

/* EMT 7 is for all below, and for nothing beside. */
static void test_pending(void)
{
	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	pages[2][1] = TABLE(5) | EMT(7);
	pages[2][2] = LEAF(0x80000, 6) | SUPERPAGE;
	pages[3][0] = TABLE(4) | EMT(7);
	pages[3][1] = LEAF(0x200, 7) | SUPERPAGE;
	pages[3][2] = LEAF(0x400, 6) | SUPERPAGE;
	pages[4][7] = LEAF(7, 6) | IPAT;
	pages[5][0] = TABLE(6);
	pages[5][1] = LEAF(0x600, 6) | SUPERPAGE;
	pages[6][0] = LEAF(8, 0);
	EXPECT("pending", EPTP(4),
	       { .gfn = 7, .mfn = 7, .emt = 6, .ipat = true, .pending = true, .hidden = true },
	       { .gfn = 0x200,
		 .mfn = 0x200,
		 .order = 9,
		 .emt = 7,
		 .pending = true,
		 .hidden = true },
	       { .gfn = 0x400, .mfn = 0x400, .order = 9, .emt = 6 },
	       { .gfn = 0x40000, .mfn = 8, .pending = true, .hidden = true },
	       { .gfn = 0x40200,
		 .mfn = 0x600,
		 .order = 9,
		 .emt = 6,
		 .pending = true,
		 .hidden = true },
	       { .gfn = 0x80000, .mfn = 0x80000, .order = 18, .emt = 6 });
}

static void test_pod(void)
{
	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	pages[2][1] = TYPE(P2M_POPULATE_ON_DEMAND);
	pages[2][2] = TYPE(P2M_MMIO_DM);
	pages[3][0] = TABLE(4);
	pages[3][1] =
		TYPE(P2M_POPULATE_ON_DEMAND) | ((uint64_t)5 << 12); /* not present: no table */
	pages[4][3] = TYPE(P2M_POPULATE_ON_DEMAND);
	EXPECT("PoD", EPTP(4), { .gfn = 3, .pod = true, .type = P2M_POPULATE_ON_DEMAND },
	       { .gfn = 0x200, .order = 9, .pod = true, .type = P2M_POPULATE_ON_DEMAND },
	       { .gfn = 0x40000, .order = 18, .pod = true, .type = P2M_POPULATE_ON_DEMAND });
}

/* What is above leaves it alone, and where there are no pages it is none. */
static void test_pod_where(void)
{
	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[1][1] = TYPE(P2M_POPULATE_ON_DEMAND);
	pages[2][0] = TABLE(3) | EMT(7);
	pages[3][0] = TABLE(4);
	pages[3][1] = TYPE(P2M_POPULATE_ON_DEMAND);
	pages[3][2] = TABLE(5);
	pages[4][3] = TYPE(P2M_POPULATE_ON_DEMAND);
	pages[5][0] = LEAF(9, 6) | TYPE(P2M_POPULATE_ON_DEMAND); /* present: no PoD */
	EXPECT("PoD below pending", EPTP(4),
	       { .gfn = 3, .pod = true, .type = P2M_POPULATE_ON_DEMAND },
	       { .gfn = 0x200, .order = 9, .pod = true, .type = P2M_POPULATE_ON_DEMAND },
	       { .gfn = 0x400,
		 .mfn = 9,
		 .emt = 6,
		 .type = P2M_POPULATE_ON_DEMAND,
		 .pending = true,
		 .hidden = true });
}

/* One thing wrong at a time: told once, with its place, and the walk goes on. */
static void test_findings(void)
{
	static const struct {
		unsigned int page, index;
		uint64_t raw;
		const char *place, *what;
	} cases[] = {
		{ 4, 1, LEAF(5, 2), "gfn 0x1, level 1 entry 0x1", "reserved EMT" },
		{ 4, 1, LEAF(5, 3), "gfn 0x1, level 1 entry 0x1", "reserved EMT" },
		{ 3, 1, LEAF(5, 6) | SUPERPAGE, "gfn 0x200, level 2 entry 0x1", "not aligned" },
		{ 2, 1, LEAF(0x200, 6) | SUPERPAGE, "gfn 0x40000, level 3 entry 0x1",
		  "not aligned" },
		{ 3, 1, TABLE(5) | EMT(6), "gfn 0x200, level 2 entry 0x1", "EMT in a table" },
		{ 3, 1, TABLE(5) | IPAT, "gfn 0x200, level 2 entry 0x1", "iPAT in a table" },
		{ 3, 1, TABLE(5) - 5, "gfn 0x200, level 2 entry 0x1", "write without read" },
		{ 1, 1, TABLE(5) | SUPERPAGE, "gfn 0x8000000, level 4 entry 0x1", "bit 7" },
		{ 3, 1, TABLE(4), "gfn 0x200, level 2 entry 0x1", "been in before" },
		{ 2, 1, TABLE(1), "gfn 0x40000, level 3 entry 0x1", "been in before" },
		{ 1, 1, TABLE(PAGES), "gfn 0x8000000, level 4 entry 0x1", "does not have" },
		{ 1, 1, TABLE(UINT64_C(0xffffffffff)), "gfn 0x8000000, level 4 entry 0x1",
		  "does not have" },
		{ 4, 1, LEAF(5, 6) - 5, "gfn 0x1, level 1 entry 0x1", "write without read" },
		{ 4, 1, (LEAF(5, 6) - 1) | ACCESS(7, 58), "gfn 0x1, level 1 entry 0x1",
		  "write without read" },
		{ 4, 1, (LEAF(5, 6) - 1) | ACCESS(7, 59), "gfn 0x1, level 1 entry 0x1",
		  "write without read" },
		{ 3, 1, ((LEAF(0x200, 6) | SUPERPAGE) - 5) | ACCESS(3, 58),
		  "gfn 0x200, level 2 entry 0x1", "write without read" },
		{ 4, 1, LEAF(5, 6) | TYPE(P2M_INVALID), "gfn 0x1, level 1 entry 0x1", "invalid" },
		{ 3, 1, LEAF(0x200, 6) | SUPERPAGE | TYPE(P2M_INVALID),
		  "gfn 0x200, level 2 entry 0x1", "invalid" },
		/* Xen's own, under mem_access w and wx of any release: no finding. */
		{ 4, 1, (LEAF(5, 6) - 5) | ACCESS(2, 58), NULL, NULL },
		{ 4, 1, (LEAF(5, 6) - 1) | ACCESS(6, 59), NULL, NULL },
		{ 4, 1, (LEAF(5, 6) - 5) | ACCESS(5, 58), NULL, NULL },
		{ 4, 1, (LEAF(5, 6) - 1) | ACCESS(1, 58), NULL, NULL }, /* to 4.5: wx */
	};
	struct entry entries[64];
	size_t i, got;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(pages, 0, sizeof(pages));
		pages[1][0] = TABLE(2);
		pages[2][0] = TABLE(3);
		pages[3][0] = TABLE(4);
		pages[4][0] = LEAF(1, 6);
		pages[4][511] = LEAF(2, 6);
		pages[cases[i].page][cases[i].index] = cases[i].raw;
		got = walk_pages(EPTP(4), entries, 64);
		check(got >= 2 && got <= 3 && entries[0].mfn == 1, "case %zu: %zu entries", i, got);
		if (!cases[i].what) {
			check(!told[0], "case %zu: %s", i, told);
			continue;
		}
		check(strstr(told, cases[i].what) &&
			      !strncmp(told, cases[i].place, strlen(cases[i].place)),
		      "case %zu: '%s', not %s: %s", i, told, cases[i].place, cases[i].what);
		check(strchr(told, '\n') == strrchr(told, '\n'), "case %zu: more than one", i);
	}
}

/* Some are told, all are counted. */
static void test_many_findings(void)
{
	struct phys *phys;
	struct walk walk;
	struct entry entry;
	unsigned int i, lines = 0;

	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	pages[3][0] = TABLE(4);
	for (i = 0; i < 20; i++)
		pages[4][i] = LEAF(i, 2);
	phys = open_file(pages, sizeof(pages));
	told[0] = '\0';
	check(!walk_begin(&walk, phys_pages(phys), EPTP(4), phys_bits, tell, NULL), "begin");
	while (walk_read(&walk, &entry, 1))
		;
	for (i = 0; told[i]; i++)
		lines += told[i] == '\n';
	check(lines == 8 && walk.findings == 20, "%u findings told of %lu", lines, walk.findings);
	check(!walk.absent, "%lu tables absent", walk.absent);
	walk_end(&walk);
	phys_close(phys);
	/* Tables that an image does not have are no damage. */
	for (i = 0; i < 3; i++)
		pages[3][i + 1] = TABLE(PAGES + i);
	phys = open_file(pages, sizeof(pages));
	check(!walk_begin(&walk, phys_pages(phys), EPTP(4), phys_bits, tell, NULL), "begin");
	while (walk_read(&walk, &entry, 1))
		;
	check(walk.findings == 23 && walk.absent == 3, "%lu absent of %lu", walk.absent,
	      walk.findings);
	walk_end(&walk);
	phys_close(phys);
}

/* Address bits are reserved from the machine's width on, in every entry; without a width none is.
 */
static void test_width(void)
{
	static const struct {
		unsigned int page, index;
		uint64_t raw;
		unsigned int bits;
		bool wrong;
	} cases[] = {
		{ 4, 1, LEAF(1 << 27, 6), 39, true },
		{ 4, 1, LEAF(1 << 26, 6), 39, false },
		{ 4, 1, LEAF(UINT64_C(1) << 39, 6), 51, true },
		{ 4, 1, LEAF(UINT64_C(1) << 39, 6), 52, false },
		{ 3, 1, LEAF(1 << 28, 6) | SUPERPAGE, 40, true },
		{ 2, 1, LEAF(1 << 28, 6) | SUPERPAGE, 40, true },
		{ 2, 1, LEAF(1 << 27, 6) | SUPERPAGE, 40, false },
		{ 3, 1, TABLE(UINT64_C(1) << 28), 40, true },
		/* Not present, so that nothing is reserved: INVALID_MFN. */
		{ 4, 1, LEAF(UINT64_C(0xffffffffff), 6) & ~UINT64_C(7), 39, false },
	};
	struct entry entries[64];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(pages, 0, sizeof(pages));
		pages[1][0] = TABLE(2);
		pages[2][0] = TABLE(3);
		pages[3][0] = TABLE(4);
		pages[4][0] = LEAF(1, 6);
		pages[cases[i].page][cases[i].index] = cases[i].raw;
		phys_bits = cases[i].bits;
		walk_pages(EPTP(4), entries, 64);
		check(!!strstr(told, "beyond the physical-address width") == cases[i].wrong,
		      "width case %zu: %s", i, told);
		check(cases[i].wrong || !told[0], "width case %zu: %s", i, told);
		check(strchr(told, '\n') == strrchr(told, '\n'), "width case %zu: twice", i);
	}
	phys_bits = 52;
}

/* What is passed over as alike has no such bit. */
static void test_width_skip(void)
{
	struct window window = { .gfn_last = UINT64_MAX, .mfn_last = UINT64_MAX };
	struct entry entry;
	struct walk walk;
	struct phys *phys;
	unsigned int i;

	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	pages[3][0] = TABLE(4);
	pages[3][1] = TABLE(5);
	for (i = 0; i < PAGE_ENTRIES; i++) {
		pages[4][i] = LEAF(i + 1, 6);
		pages[5][i] = LEAF(i + 1001, 6);
	}
	pages[5][7] |= UINT64_C(1) << 40;
	phys = open_file(pages, sizeof(pages));
	told[0] = '\0';
	check(!walk_begin(&walk, phys_pages(phys), EPTP(4), 40, tell, NULL), "begin");
	while (walk_read(&walk, &entry, 1))
		walk_skip(&walk, &entry, &window);
	check(walk.findings == 1 && strstr(told, "gfn 0x207, level 1 entry 0x7"), "skip: %s", told);
	walk_end(&walk);
	phys_close(phys);
}

/* Whatever tables say, a walk ends: each is entered once. */
static void test_garbage(void)
{
	struct entry *entries = calloc(PAGES * PAGE_ENTRIES, sizeof(*entries));
	uint64_t random = UINT64_C(0x9e3779b97f4a7c15);
	unsigned int round, page, index;

	for (round = 0; round < 50; round++) {
		for (page = 0; page < PAGES; page++)
			for (index = 0; index < PAGE_ENTRIES; index++) {
				random = random * UINT64_C(6364136223846793005) + 1;
				pages[page][index] = random >> 40 & 0xff ? random >> 7
									 : TABLE(random >> 33 & 15);
			}
		walk_pages(EPTP(round % 2 ? 5 : 4), entries, PAGES * PAGE_ENTRIES);
	}
	check(round == 50, "garbage");
	free(entries);
}

/* More segments than e_phnum can say (PN_XNUM: elf(5)). */
static void test_many_segments(void)
{
	enum { SEGMENTS = 70000 };
	size_t data = (sizeof(Elf64_Ehdr) + sizeof(Elf64_Shdr) + SEGMENTS * sizeof(Elf64_Phdr) +
		       PAGE_SIZE - 1) /
		      PAGE_SIZE * PAGE_SIZE;
	size_t size = data + 4 * PAGE_SIZE, i;
	char *file = calloc(1, size);
	Elf64_Ehdr *elf = (Elf64_Ehdr *)file;
	Elf64_Shdr *section = (Elf64_Shdr *)(elf + 1);
	Elf64_Phdr *segments = (Elf64_Phdr *)(section + 1);
	struct entry entries[2];
	struct phys *phys;

	memcpy(elf->e_ident, ELFMAG, SELFMAG);
	elf->e_ident[EI_CLASS] = ELFCLASS64;
	elf->e_ident[EI_DATA] = ELFDATA2LSB;
	elf->e_ident[EI_VERSION] = EV_CURRENT;
	elf->e_type = ET_CORE;
	elf->e_machine = EM_X86_64;
	elf->e_version = EV_CURRENT;
	elf->e_ehsize = sizeof(*elf);
	elf->e_shoff = sizeof(*elf);
	elf->e_shnum = 1;
	elf->e_shentsize = sizeof(*section);
	elf->e_phoff = sizeof(*elf) + sizeof(*section);
	elf->e_phentsize = sizeof(*segments);
	elf->e_phnum = PN_XNUM;
	section->sh_info = SEGMENTS;
	/* Last first; the tables are the frames that only the last headers name. */
	for (i = 0; i < SEGMENTS; i++) {
		segments[i].p_type = PT_LOAD;
		segments[i].p_offset =
			data + (i < SEGMENTS - 4 ? 0 : i - (SEGMENTS - 4)) * PAGE_SIZE;
		segments[i].p_paddr = (SEGMENTS - 1 - i + ROOT) * PAGE_SIZE;
		segments[i].p_filesz = segments[i].p_memsz = PAGE_SIZE;
	}
	/* Frame 1 is the last page of the file, 4 the first. */
	*(uint64_t *)(file + data + 3 * PAGE_SIZE) = TABLE(2);
	*(uint64_t *)(file + data + 2 * PAGE_SIZE) = TABLE(3);
	*(uint64_t *)(file + data + 1 * PAGE_SIZE) = TABLE(4);
	*(uint64_t *)(file + data) = LEAF(0x4711, 6);
	phys = open_file(file, size);
	check(walk_all(phys, EPTP(4), entries, 2) == 1, "entries");
	check(entries[0].mfn == 0x4711 && !told[0], "leaf: %s", told);
	phys_close(phys);
	free(file);
}

static uint64_t next_random(void)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Tables of which most are alike, some entries not, and what is above them is pending here and
 * there. */
static void fill_alike(void)
{
	unsigned int page, index;

	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	for (page = 4; page < PAGES; page++) {
		pages[3][page - 4] = TABLE(page) | (next_random() % 6 ? 0 : EMT(7));
		for (index = 0; index < PAGE_ENTRIES; index++)
			pages[page][index] = LEAF(0x1000 + page * PAGE_ENTRIES + index, 6);
		if (next_random() % 8 == 0) {
			for (index = 0; index < PAGE_ENTRIES; index++)
				pages[page][index] = TYPE(P2M_POPULATE_ON_DEMAND);
		} else if (next_random() % 8 == 0) {
			pages[3][page - 4] = 0;
		}
		if (next_random() % 3 == 0)
			pages[page][next_random() % PAGE_ENTRIES] ^= UINT64_C(1)
								     << (next_random() % 64);
	}
	if (next_random() % 3 == 0)
		pages[3][next_random() % 8] = LEAF(0x200, 6) | SUPERPAGE;
}

/* To skip is to read, of what is alike and in the window, in fewer steps. */
static void test_skip(void)
{
	struct entry *all = calloc(PAGES * PAGE_ENTRIES, sizeof(*all)), entry;
	uint64_t skipped = 0;
	unsigned int round;

	for (round = 0; round < 300; round++) {
		struct window window = { .gfn_last = UINT64_MAX, .mfn_last = UINT64_MAX };
		struct phys *phys;
		struct walk walk;
		size_t count, at = 0;
		char read[sizeof(told)];

		fill_alike();
		phys = open_file(pages, sizeof(pages));
		count = walk_all(phys, EPTP(4), all, PAGES * PAGE_ENTRIES);
		strcpy(read, told);
		told[0] = '\0';
		if (round % 2) {
			window.gfn_first = next_random() % 0x1000;
			window.gfn_last = window.gfn_first + next_random() % 0x2000;
			window.mfn_first = 0x1000 + next_random() % 0x1000;
			window.mfn_last = window.mfn_first + next_random() % 0x4000;
		}
		check_each(!walk_begin(&walk, phys_pages(phys), EPTP(4), phys_bits, tell, NULL),
			   "begin");
		while (walk_read(&walk, &entry, 1) == 1) {
			uint64_t n, i;

			if (!check_each(at < count && entry.gfn == all[at].gfn &&
						entry.raw == all[at].raw &&
						entry.order == all[at].order &&
						entry.pending == all[at].pending,
					"round %u: entry %zu", round, at))
				break;
			n = walk_skip(&walk, &entry, &window);
			for (i = at + 1; i <= at + n && i < count; i++)
				if (all[i].gfn < window.gfn_first || all[i].gfn > window.gfn_last ||
				    all[i].mfn < window.mfn_first || all[i].mfn > window.mfn_last ||
				    (all[i].raw ^ all[at].raw) & ~UINT64_C(0x000ffffffffff300) ||
				    all[i].pending != all[at].pending)
					break;
			check_each(i == at + n + 1, "round %u: entry %" PRIu64 " is not like",
				   round, i);
			at += n;
			skipped += n;
			check_each(at < count && entry.gfn == all[at].gfn &&
					   entry.mfn == all[at].mfn && entry.pod == all[at].pod,
				   "round %u: the last of those skipped", round);
			at++;
		}
		check_each(at == count, "round %u: %zu entries, not %zu", round, at, count);
		check_each(!strcmp(read, told), "round %u: %s instead of %s", round, told, read);
		check_each(!(walk.visited[0] & 1), "round %u: went into page 0", round);
		walk_end(&walk);
		phys_close(phys);
	}
	check(skipped > 300 * PAGE_ENTRIES, "%" PRIu64 " skipped", skipped);
	free(all);
}

/* A file that becomes shorter reads as zeros, and that is known. */
static void test_shrink(void)
{
	char path[] = "/tmp/xen-eptaudit-walk.XXXXXX";
	struct entry entries[4];
	uint64_t eptp = EPTP(4);
	struct phys *phys;
	struct error err;
	char *core = NULL;
	size_t size;
	FILE *file = open_memstream(&core, &size);
	int fd = mkstemp(path);

	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	pages[3][0] = TABLE(12);
	pages[12][0] = LEAF(1, 6);
	check(fd >= 0 && write(fd, pages, sizeof(pages)) == sizeof(pages), "temporary file");
	check(!phys_open(path, NULL, &phys, &err), "open: %s", err.text);
	check(walk_all(phys, EPTP(4), entries, 4) == 1 && !phys_shrunk(phys), "before");
	check(!ftruncate(fd, 4 * PAGE_SIZE), "truncate");
	check(walk_all(phys, EPTP(4), entries, 4) == 0 && phys_shrunk(phys), "behind the end");
	check(walk_all(phys, EPTP(4), entries, 4) == 0 && !told[0], "again");
	check(core_write(phys, &eptp, 1, file, &err) == -EIO &&
		      strstr(err.text, "became shorter while it was read"),
	      "a core of what is not there");
	fclose(file);
	free(core);
	phys_close(phys);
	unlink(path);
	close(fd);
}

/* What find_roots() says of pages[]. */
static int find_pages(uint64_t *eptps, size_t max, size_t *count)
{
	struct phys *phys = open_file(pages, sizeof(pages));
	struct ept_root *roots;
	int rc = find_roots(phys, &roots, count);
	size_t i;

	for (i = 0; i < *count && i < max; i++)
		eptps[i] = roots[i].eptp;
	free(roots);
	phys_close(phys);
	return rc;
}

static void test_find(void)
{
	uint64_t eptps[2];
	size_t count, i;
	int rc;

	/* Memory that is UC looks like tables, and the third level like a root, if it is empty. */
	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	pages[3][0] = TABLE(4);
	for (i = 5; i < PAGES; i++)
		pages[4][i] = TABLE(i);
	pages[5][0] = LEAF(9, 6);
	rc = find_pages(eptps, 2, &count);
	check(!rc && count == 1 && eptps[0] == EPTP(4), "%zu roots: %d", count, rc);
	pages[4][15] = 0;
	pages[15][0] = TABLE(2); /* that level is of two roots */
	rc = find_pages(eptps, 2, &count);
	check(!rc && count == 2 && eptps[0] == EPTP(4) && eptps[1] >> 12 == 15,
	      "%zu roots with one third level: %d", count, rc);
	pages[4][0] = LEAF(9, 2); /* no EMT that Xen writes */
	rc = find_pages(eptps, 2, &count);
	check(!rc && !count, "%zu roots", count);

	/* Every page refers to every page. */
	for (i = 0; i < PAGES * PAGE_ENTRIES; i++)
		pages[i / PAGE_ENTRIES][i % PAGE_ENTRIES] = TABLE(next_random() % PAGES);
	rc = find_pages(eptps, 2, &count);
	check(!rc || rc == -ELOOP, "every page: %d", rc);
}

/* One entry at a time that Xen writes, or does not. */
static void test_find_entries(void)
{
	static const struct {
		unsigned int page;
		uint64_t raw;
		bool root;
	} cases[] = {
		{ 4, LEAF(9, 6) | IPAT | TYPE(P2M_MMIO_DIRECT), true },
		{ 4, UINT64_C(1) << 63, true },
		{ 4, LEAF(9, 2), false },
		{ 4, LEAF(9, 3), false },
		{ 4, LEAF(9, 6) | TYPE(P2M_TYPE_COUNT), false },
		{ 3, LEAF(0x200, 6) | SUPERPAGE, true },
		{ 3, LEAF(0x201, 6) | SUPERPAGE, false },
		{ 2, LEAF(0x40000, 6) | SUPERPAGE, true },
		{ 2, LEAF(0x200, 6) | SUPERPAGE, false },
		{ 3, TYPE(P2M_POPULATE_ON_DEMAND), true },
		{ 2, TYPE(P2M_POPULATE_ON_DEMAND), true },
		{ 1, TYPE(P2M_POPULATE_ON_DEMAND), false },
		{ 1, UINT64_C(1) << 63, true },
		{ 1, LEAF(0x200, 6) | SUPERPAGE, false },
		{ 1, TABLE(5) | SUPERPAGE, false },
		{ 3, TABLE(5) | EMT(7), true },
		{ 3, TABLE(5) | EMT(6), false },
		{ 3, TABLE(5) | IPAT, false },
		{ 3, TABLE(5) - 2, false },
		{ 3, TABLE(5) | TYPE(P2M_MMIO_DIRECT), false },
		{ 3, TABLE(4), false }, /* for the second time */
		{ 3, TABLE(PAGES), false },
		{ 1, TABLE(5), true },
		{ 1, TABLE(5) | IPAT, false },
		{ 1, TABLE(5) | TYPE(P2M_MMIO_DIRECT), false },
	};
	uint64_t eptps[2];
	size_t i, count;
	int rc;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(pages, 0, sizeof(pages));
		pages[1][0] = TABLE(2);
		pages[2][0] = TABLE(3);
		pages[3][0] = TABLE(4);
		pages[4][0] = LEAF(9, 6);
		pages[cases[i].page][1] = cases[i].raw;
		rc = find_pages(eptps, 2, &count);
		check(!rc && count == cases[i].root && (!count || eptps[0] == EPTP(4)),
		      "case %zu: %zu roots", i, count);
	}
	/* A tree that maps nothing is none. */
	pages[4][0] = 0;
	pages[1][1] = 0;
	rc = find_pages(eptps, 2, &count);
	check(!rc && !count, "an empty tree: %zu roots", count);
}

/* Each page is a root, with trees that overlap: it would take the square of their number. */
static void test_patience(void)
{
	enum { MANY = 1024, FEW = 3 };
	uint64_t(*image)[PAGE_ENTRIES] = calloc(MANY, PAGE_SIZE);
	struct ept_root *roots;
	struct phys *phys;
	size_t i, k, count;

	for (i = 0; i < MANY; i++)
		for (k = 0; k < FEW; k++)
			image[i][k] = TABLE((i * FEW + k + 1) % MANY);
	phys = open_file(image, MANY * PAGE_SIZE);
	check(find_roots(phys, &roots, &count) == -ELOOP, "no end");
	free(roots);
	phys_close(phys);
	free(image);
}

/* Segments in any order, at any place, one over the other, and cut: whole pages are there. */
static void test_segments(void)
{
	enum { FRAMES = 48, MOST = 12, ROOM = 4 * PAGE_SIZE, HEAD = 1024 };
	static uint8_t memory[FRAMES * PAGE_SIZE], file[HEAD + MOST * ROOM];
	unsigned int round, i, frame;

	for (i = 0; i < sizeof(memory); i++)
		memory[i] = next_random() >> 24;
	for (round = 0; round < 400; round++) {
		Elf64_Ehdr elf = { .e_phoff = 64,
				   .e_phentsize = sizeof(Elf64_Phdr),
				   .e_phnum = 1 + next_random() % MOST };
		bool whole[FRAMES] = { false };
		size_t end = HEAD, size;
		Elf64_Phdr headers[MOST];
		struct phys *phys;

		memcpy(elf.e_ident, ELFMAG, SELFMAG);
		elf.e_ident[EI_CLASS] = ELFCLASS64;
		elf.e_ident[EI_DATA] = ELFDATA2LSB;
		for (i = 0; i < elf.e_phnum; i++) {
			Elf64_Phdr header = { .p_type = next_random() % 8 ? PT_LOAD : PT_NOTE };

			header.p_paddr = next_random() % (sizeof(memory) - ROOM);
			if (round % 2)
				header.p_paddr &= ~(uint64_t)(PAGE_SIZE - 1);
			header.p_filesz = next_random() % ROOM;
			header.p_offset = end;
			memcpy(file + end, memory + header.p_paddr, header.p_filesz);
			end += header.p_filesz + next_random() % 2;
			headers[i] = header;
		}
		size = round % 4 ? end : HEAD + next_random() % (end - HEAD + 1);
		memcpy(file, &elf, sizeof(elf));
		memcpy(file + elf.e_phoff, headers, sizeof(headers));
		for (i = 0; i < elf.e_phnum; i++)
			for (frame = 0; headers[i].p_type == PT_LOAD && frame < FRAMES; frame++) {
				uint64_t first = (uint64_t)frame * PAGE_SIZE,
					 last = first + PAGE_SIZE, from = headers[i].p_paddr;

				if (first >= from && last <= from + headers[i].p_filesz &&
				    headers[i].p_offset + last - from <= size)
					whole[frame] = true;
			}
		if (!memchr(whole, true, sizeof(whole)))
			continue; /* no image then */
		phys = open_file(file, size);
		for (frame = 0; frame < FRAMES; frame++) {
			const uint64_t *page = phys_page(phys, frame, frame % PHYS_SLOTS);
			uint64_t next = phys_next_frame(phys, frame);

			check_each(!page == !whole[frame], "round %u: frame %u", round, frame);
			check_each((next == frame) == whole[frame], "round %u: next of %u", round,
				   frame);
			if (!page)
				continue;
			check_each(!memcmp(page, memory + frame * PAGE_SIZE, PAGE_SIZE),
				   "round %u: another page than %u", round, frame);
			check_each(phys_page_number(phys, frame) < phys_page_limit(phys),
				   "round %u: number of %u", round, frame);
		}
		phys_close(phys);
	}
}

#ifdef HAVE_ZSTD
/* Packed, in frames of which the last may be cut. */
static void test_zstd(void)
{
	static uint8_t packed[4 * sizeof(pages)];
	struct entry entries[4];
	struct error err = { "" };
	struct phys *phys;
	char path[] = "/tmp/xen-eptaudit-walk.XXXXXX";
	size_t first, second;
	int fd;

	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	pages[3][0] = TABLE(12);
	pages[12][0] = LEAF(1, 6);
	first = ZSTD_compress(packed, sizeof(packed), pages, 5 * PAGE_SIZE, 3);
	second = ZSTD_compress(packed + first, sizeof(packed) - first, pages[5],
			       sizeof(pages) - 5 * PAGE_SIZE, 19);
	phys = open_file(packed, first + second);
	check(walk_all(phys, EPTP(4), entries, 4) == 1 && !told[0], "zstd: %s", told);
	check(phys_frame_limit(phys) == PAGES, "zstd: size");
	phys_close(phys);
	fd = mkstemp(path);
	check(fd >= 0 && write(fd, packed, first + second - 1) > 0, "temporary file");
	check(phys_open(path, NULL, &phys, &err) == -EIO &&
		      strstr(err.text, "damaged or cut short"),
	      "cut: %s", err.text);
	unlink(path);
	close(fd);
}
#else
static void test_zstd(void)
{
}
#endif

/* Pages in holes are not looked at: this would take minutes. */
static void test_holes(void)
{
	char path[] = "/tmp/xen-eptaudit-walk.XXXXXX";
	struct ept_root *roots;
	struct phys *phys;
	struct error err;
	int fd = mkstemp(path);
	size_t count = 0;

	memset(pages, 0, sizeof(pages));
	pages[1][0] = TABLE(2);
	pages[2][0] = TABLE(3);
	pages[3][0] = TABLE(4);
	pages[4][0] = LEAF(1, 6);
	check(fd >= 0 && pwrite(fd, pages, sizeof(pages), 0) == sizeof(pages), "temporary file");
	pages[1][0] = TABLE((UINT64_C(1) << 23) + 2);
	pages[2][0] = TABLE((UINT64_C(1) << 23) + 3);
	pages[3][0] = TABLE((UINT64_C(1) << 23) + 4);
	check(pwrite(fd, pages, sizeof(pages), INT64_C(1) << 35) == sizeof(pages), "far");
	check(!ftruncate(fd, INT64_C(1) << 36), "truncate");
	check(!phys_open(path, NULL, &phys, &err), "open: %s", err.text);
	check(!find_roots(phys, &roots, &count) && count == 2, "%zu roots", count);
	if (count == 2)
		check(roots[1].eptp == ((UINT64_C(1) << 35) | EPTP(4)) && roots[1].entries == 1,
		      "0x%" PRIx64, roots[1].eptp);
	free(roots);
	phys_close(phys);
	unlink(path);
	close(fd);
}

int main(void)
{
	test_levels();
	test_pending();
	test_pod();
	test_pod_where();
	test_findings();
	test_many_findings();
	test_width();
	test_width_skip();
	test_garbage();
	test_many_segments();
	test_skip();
	test_shrink();
	test_find();
	test_find_entries();
	test_patience();
	test_holes();
	test_segments();
	test_zstd();
	return test_end();
}
