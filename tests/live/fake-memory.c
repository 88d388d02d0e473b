/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's memory for fake-xen.c, and Xen's gdbsx, which reads it: through two levels of page
 * tables, as Xen does. What would harm a real host ends the program here: a frame that is not RAM,
 * a table that is not the caller's own page, a write, too many pages at once.
 *
 * The script:
 *   memory FILE                    the machine's, flat or an ELF core; else there is no gdbsx
 *   random SEED READ FRAMES        from that read on all of it is tables by chance, which mostly
 *                                  lead to frames below FRAMES
 *   own-page MFN PFN               where the page of /dev/xen/hypercall lies; else there is none
 *   owned MFN                      another frame that is dom0's
 *   root EPTP                      RAM in this EPT is known to M2P
 *   m2p MFN COUNT PFN              frames from MFN on are those from PFN on
 *   hidden PART                    this part of M2P cannot be mapped
 *   moved PFN                      once Xen was asked whose it is, our own page has that frame
 *   change READ MFN INDEX VALUE    from that read on an entry of a table is another one
 *   flip READ MFN INDEX VALUE      the same for this read only
 *   short READ                     that read does not give all
 *   wrong READ                     that read gives other pages
 *   cpu VENDOR                     what /proc/cpuinfo says
 *   symbol NAME ADDRESS            of Xen's          xen-at MFN COUNT      where it lies
 *   last-gfn ID GFN
 */
#include "live/fake.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <xenctrl.h>
#include <xenforeignmemory.h>

#include <xen/domctl.h>
#include <xen/platform.h>

#define PAGE	  4096u
#define ENTRIES	  512u
#define M2P_PART  (256u << 10)
#define M2P_FIRST 0x80000000u /* frames of M2P itself */

static uint64_t *own_page;  /* of /dev/xen/hypercall, as its owner sees it */
static uint64_t *own_known; /* its place in M2P, once mapped */
static unsigned int reads;

/* ---- files that the kernel makes ---- */

static int make_file(const char *name)
{
	return syscall(SYS_memfd_create, name, 0);
}

/* The page that the program has mapped, by its name in /proc/self/maps. */
static uintptr_t address_of_page(void)
{
	uintptr_t address = 0;
	char line[512];
	FILE *maps;

	fake_allocates(1);
	maps = fopen("/proc/self/maps", "r");
	while (maps && fgets(line, sizeof(line), maps)) {
		uintptr_t first = strtoull(line, NULL, 16);

		if (strstr(line, "fake-own-page") && first != (uintptr_t)own_page)
			address = first;
	}
	if (maps)
		fclose(maps);
	fake_allocates(-1);
	return address;
}

static int open_pagemap(void)
{
	struct line *line = fake_find("own-page", NULL, 0);
	struct line *pfn = fake_find("pagemap", NULL, 0);
	static unsigned int times;
	uint64_t entry = line ? fake_number(fake_word(line, 2)) | UINT64_C(1) << 63 : 0;
	int fd = make_file("fake-pagemap");

	if (pfn) /* each time the next, the last again */
		entry = fake_number(
			fake_word(pfn, 1 + (times < pfn->count - 2 ? times : pfn->count - 2)));
	times++;
	if (pwrite(fd, &entry, 8, address_of_page() / PAGE * 8) != 8)
		abort();
	return fd;
}

static int open_device(void)
{
	int fd;

	if (!fake_find("own-page", NULL, 0)) {
		errno = ENOENT;
		return -1;
	}
	fd = make_file("fake-own-page");
	if (ftruncate(fd, PAGE))
		abort();
	own_page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	return fd;
}

static int open_cpuinfo(void)
{
	struct line *line = fake_find("cpu", NULL, 0);
	int fd = make_file("fake-cpuinfo");

	if (dprintf(fd, "processor\t: 0\nvendor_id\t: %s\n",
		    line ? fake_word(line, 1) : "GenuineIntel") < 0)
		abort();
	lseek(fd, 0, SEEK_SET);
	return fd;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (!strcmp(path, "/dev/xen/hypercall"))
		return open_device();
	if (!strcmp(path, "/proc/self/pagemap"))
		return open_pagemap();
	if (!strcmp(path, "/proc/cpuinfo"))
		return open_cpuinfo();
	return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* ---- memory ---- */

static const uint8_t *image;
static size_t image_size;
static int image_fd;

static void map_image(void)
{
	struct line *line = fake_find("memory", NULL, 0);
	struct stat info;
	int fd;

	if (image || !line)
		return;
	image_fd = fd = open(fake_word(line, 1), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &info))
		abort();
	image_size = info.st_size;
	image = mmap(NULL, image_size, PROT_READ, MAP_SHARED, fd, 0);
	if (image == MAP_FAILED)
		abort();
}

/* Where the image has a frame, or NULL. Segments of a core are sorted. */
static const uint8_t *in_image(uint64_t mfn)
{
	const Elf64_Ehdr *elf = (const void *)image;
	const Elf64_Phdr *headers;
	uint64_t low = 0, high;

	if (!image)
		return NULL;
	if (memcmp(image, ELFMAG, SELFMAG))
		return mfn < image_size / PAGE ? image + mfn * PAGE : NULL;
	headers = (const void *)(image + elf->e_phoff);
	high = elf->e_phnum;
	if (high == PN_XNUM)
		high = ((const Elf64_Shdr *)(const void *)(image + elf->e_shoff))->sh_info;
	while (low < high) {
		uint64_t middle = (low + high) / 2;

		if (headers[middle].p_paddr / PAGE + headers[middle].p_filesz / PAGE <= mfn)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < elf->e_phnum && headers[low].p_paddr / PAGE <= mfn)
		return image + headers[low].p_offset + mfn * PAGE - headers[low].p_paddr;
	return NULL;
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

/* An entry by chance: mostly what could be one, sometimes anything. */
static uint64_t random_entry(uint64_t seed, uint64_t frames, uint64_t mfn, unsigned int index)
{
	uint64_t x = mix(seed ^ mix(mfn * ENTRIES + index)), y = mix(x);

	switch (y % 16) {
	case 0:
		return x;
	case 1: /* behind the end of memory, or in a hole of it */
		return (x % (UINT64_C(1) << 40)) << 12 | 7;
	case 2: /* to a table that was there before */
		return (x % 64) << 12 | 7;
	case 3:
	case 4:
		return (x % frames) << 12 | 7;
	case 5:
		return (x % frames) << 12 | 0xb7 | (y >> 8 & 7) << 52;
	default:
		return 0;
	}
}

/* The kernel copies them, as Xen does, without a mapping of them that is used once. */
static void copy_image(uint64_t *pages, const uint8_t *from, uint64_t count)
{
	if (pread(image_fd, pages, count * PAGE, from - image) != (ssize_t)(count * PAGE))
		abort();
}

/*
 * Copies frames that follow each other in an image that nothing changes, so that a call costs one
 * entry into the kernel, as one of Xen's does. Returns how many of the entries' frames, or 0. The
 * frame "own" is not the image's.
 */
static uint64_t copy_run(const uint64_t *entries, uint64_t count, uint64_t own, uint64_t *pages)
{
	const uint8_t *from;
	uint64_t n = 1;

	map_image();
	from = in_image(entries[0] >> 12);
	if (!from || fake_find("random", NULL, 0) || fake_find("change", NULL, 0) ||
	    fake_find("flip", NULL, 0) || fake_find("wrong", NULL, 0))
		return 0;
	while (n < count && entries[n] == entries[0] + n * PAGE && entries[n] >> 12 != own &&
	       in_image(entries[n] >> 12) == from + n * PAGE)
		n++;
	copy_image(pages, from, n);
	return n;
}

static void copy_page(uint64_t mfn, uint64_t *page)
{
	struct line *line = fake_find("random", NULL, 0);
	const uint8_t *from;
	unsigned int i;

	map_image();
	from = in_image(mfn);
	if (line && reads >= fake_number(fake_word(line, 2)))
		for (i = 0; i < ENTRIES; i++)
			page[i] = random_entry(fake_number(fake_word(line, 1)),
					       fake_number(fake_word(line, 3)), mfn, i);
	else if (from)
		copy_image(page, from, 1);
	else
		memset(page, 0, PAGE);
	for (i = 0; (line = fake_find("change", NULL, i)); i++)
		if (reads >= fake_number(fake_word(line, 1)) &&
		    fake_number(fake_word(line, 2)) == mfn)
			page[fake_number(fake_word(line, 3)) % ENTRIES] =
				fake_number(fake_word(line, 4));
	for (i = 0; (line = fake_find("flip", NULL, i)); i++)
		if (reads == fake_number(fake_word(line, 1)) &&
		    fake_number(fake_word(line, 2)) == mfn)
			page[fake_number(fake_word(line, 3)) % ENTRIES] =
				fake_number(fake_word(line, 4));
}

/* ---- gdbsx ---- */

static void harm(const char *what, uint64_t number)
{
	fake_note("HARM %s 0x%llx\n", what, (unsigned long long)number);
	fprintf(stderr, "fake-xen: HARM: %s 0x%llx\n", what, (unsigned long long)number);
	abort();
}

/* The machine's map, and what Xen knows to be its end. */
static bool is_ram(uint64_t mfn)
{
	struct line *line = fake_find("end", NULL, 0);
	unsigned int i;

	if (line && mfn >= fake_number(fake_word(line, 1)))
		return false;
	for (i = 0; (line = fake_find("e820", NULL, i)); i++) {
		uint64_t address = fake_number(fake_word(line, 1)),
			 size = fake_number(fake_word(line, 2));

		if (fake_number(fake_word(line, 3)) == 1 && mfn * PAGE >= address &&
		    mfn * PAGE + PAGE <= address + size)
			return true;
	}
	return false;
}

static int read_memory(struct xen_domctl_gdbsx_memio *op, uint32_t domid)
{
	struct line *line = fake_find("own-page", NULL, 0), *own = fake_find("own", NULL, 0);
	uint64_t mfn = line ? fake_number(fake_word(line, 1)) : 0, n;
	uint64_t pages = op->len / PAGE, copied = 0;
	unsigned int given;

	reads++;
	fake_note("gdbsx %u\n", (unsigned int)pages);
	if (domid != (own ? fake_number(fake_word(own, 1)) : 0))
		harm("another domain", domid);
	if (op->gwr)
		harm("a write", op->gwr);
	if (op->len % PAGE || op->gva % PAGE || !pages || pages > 64 ||
	    op->gva / PAGE + pages > ENTRIES)
		harm("size", op->len);
	if (!own_page || op->pgd3val >> 12 != mfn || !is_ram(mfn) || own_page[0] != (mfn << 12 | 1))
		harm("another table", op->pgd3val);
	line = fake_find("short", NULL, 0);
	given = line && fake_number(fake_word(line, 1)) == reads ? pages / 2 : pages;
	line = fake_find("wrong", NULL, 0);
	for (n = 0; n < pages; n++) {
		uint64_t entry = own_page[op->gva / PAGE + n], frame = entry >> 12;
		uint64_t *page = (uint64_t *)(uintptr_t)op->uva + n * ENTRIES;

		if ((entry & 0xfff) != 1 || !is_ram(frame))
			harm("a frame that is not RAM", entry);
		if (n >= given)
			continue;
		if (line && fake_number(fake_word(line, 1)) == reads)
			memset(page, 0x5a, PAGE);
		else if (frame == mfn)
			memcpy(page, own_page, PAGE);
		else if (n >= copied) {
			copied = n + copy_run(&own_page[op->gva / PAGE + n], given - n, mfn, page);
			if (copied == n)
				copy_page(frame, page);
		}
	}
	op->remain = (pages - given) * PAGE;
	if (!op->remain)
		return 0;
	errno = EFAULT;
	return -1;
}

int fake_domctl(struct xen_domctl *op)
{
	struct line *line;
	xen_pfn_t *frame;

	if (op->interface_version != XEN_DOMCTL_INTERFACE_VERSION) {
		errno = EACCES;
		return -1;
	}
	switch (op->cmd) {
	case XEN_DOMCTL_gdbsx_guestmemio:
		line = fake_find("version", NULL, 0);
		if (line && fake_number(fake_word(line, 2)) >= 14 &&
		    fake_number(fake_word(line, 2)) <= 16)
			harm("asked for gdbsx", fake_number(fake_word(line, 2)));
		/* Whether it is there, is asked without counting: scripts count the calls. */
		if (!op->u.gdbsx_guest_memio.len) {
			line = fake_find("no-gdbsx", NULL, 0);
			errno = line ? fake_number(fake_word(line, 1)) : ENOSYS;
			return fake_find("memory", NULL, 0) && !line ? 0 : -1;
		}
		if (fake_enter("gdbsx"))
			return -1;
		return read_memory(&op->u.gdbsx_guest_memio, op->domain);
	case XEN_DOMCTL_getpageframeinfo3:
		if (fake_enter("owner"))
			return -1;
		frame = op->u.getpageframeinfo3.array.p;
		line = fake_find("own-page", NULL, 0);
		if (line && fake_number(fake_word(line, 1)) == *frame) {
			line = fake_find("moved", NULL, 0);
			if (line && own_known)
				*own_known = fake_number(fake_word(line, 1));
			*frame = fake_find("not-owned", NULL, 0) ? XEN_DOMCTL_PFINFO_XTAB : 0;
			return 0;
		}
		for (unsigned int i = 0; (line = fake_find("owned", NULL, i)); i++)
			if (fake_number(fake_word(line, 1)) == *frame) {
				*frame = 0;
				return 0;
			}
		*frame = XEN_DOMCTL_PFINFO_XTAB;
		return 0;
	default:
		errno = ENOSYS;
		return -1;
	}
}

/* ---- M2P ---- */

static struct known {
	uint64_t mfn, count, pfn;
} * known;
static size_t known_count;

static void know(uint64_t mfn, uint64_t count, uint64_t pfn)
{
	fake_allocates(1);
	if (known_count % 1024 == 0)
		known = realloc(known, (known_count + 1024) * sizeof(*known));
	fake_allocates(-1);
	if (!known)
		abort();
	known[known_count++] = (struct known){ mfn, count, pfn };
}

static void know_tables(uint64_t mfn, unsigned int level, uint64_t gfn)
{
	const uint64_t *table = (const void *)in_image(mfn);
	unsigned int i;

	for (i = 0; table && i < ENTRIES; i++) {
		uint64_t raw = table[i], frame = raw >> 12 & ((UINT64_C(1) << 40) - 1);
		uint64_t pages = UINT64_C(1) << (level - 1) * 9;

		if (!(raw & 7))
			continue;
		if (level > 1 && !(raw & 0x80))
			know_tables(frame, level - 1, gfn + i * pages);
		else if ((raw & 3) == 3 && !(raw >> 52 & 63))
			know(frame, pages, gfn + i * pages);
	}
}

static void know_all(void)
{
	struct line *line;
	unsigned int i;

	if (known_count)
		return;
	map_image();
	for (i = 0; (line = fake_find("root", NULL, i)); i++)
		know_tables(fake_number(fake_word(line, 1)) >> 12, 4, 0);
	for (i = 0; (line = fake_find("m2p", NULL, i)); i++)
		know(fake_number(fake_word(line, 1)), fake_number(fake_word(line, 2)),
		     fake_number(fake_word(line, 3)));
	line = fake_find("own-page", NULL, 0);
	if (line)
		know(fake_number(fake_word(line, 1)), 1, fake_number(fake_word(line, 2)));
}

int xc_machphys_mfn_list(xc_interface *xch, unsigned long max_extents, xen_pfn_t *extent_start)
{
	unsigned long i;

	(void)xch;
	if (fake_enter("m2p"))
		return -1;
	for (i = 0; i < max_extents; i++)
		extent_start[i] = M2P_FIRST + i * (M2P_PART * 8 / PAGE);
	return 0;
}

void *fake_map_m2p(uint64_t frame, size_t pages, int *err)
{
	uint64_t part = (frame - M2P_FIRST) / (M2P_PART * 8 / PAGE), i, *map;
	struct line *line = fake_find("hidden", NULL, 0);
	static int nobody = -1;
	size_t k;

	if (fake_enter("map-m2p"))
		return NULL;
	if (pages * PAGE != M2P_PART * 8) {
		errno = EINVAL;
		return NULL;
	}
	/* Nobody's, made once: what is not written to takes no time and no memory. */
	if (nobody < 0) {
		nobody = make_file("fake-m2p");
		fake_allocates(1);
		map = malloc(pages * PAGE);
		memset(map, 0xff, pages * PAGE);
		if (write(nobody, map, pages * PAGE) != (ssize_t)(pages * PAGE))
			abort();
		free(map);
		fake_allocates(-1);
	}
	map = mmap(NULL, pages * PAGE, PROT_READ, MAP_PRIVATE | MAP_POPULATE, nobody, 0);
	if (map == MAP_FAILED || mprotect(map, pages * PAGE, PROT_READ | PROT_WRITE))
		return NULL;
	memset(err, 0, pages * sizeof(*err));
	if (line && fake_number(fake_word(line, 1)) == part)
		err[7] = -EINVAL;
	know_all();
	for (k = 0; k < known_count; k++) {
		uint64_t first = known[k].mfn, end = first + known[k].count;

		if (first < part * M2P_PART)
			first = part * M2P_PART;
		for (i = first; i < end && i / M2P_PART == part; i++)
			map[i % M2P_PART] = known[k].pfn + (i - known[k].mfn);
	}
	line = fake_find("own-page", NULL, 0);
	if (line && fake_number(fake_word(line, 1)) / M2P_PART == part)
		own_known = &map[fake_number(fake_word(line, 1)) % M2P_PART];
	return map;
}

/* ---- what else is asked for tables ---- */

void *xencall_alloc_buffer_pages(xencall_handle *xcall, size_t nr_pages)
{
	void *buffer = NULL;

	(void)xcall;
	return fake_enter("buffer") || posix_memalign(&buffer, PAGE, nr_pages * PAGE) ? NULL
										      : buffer;
}

void xencall_free_buffer_pages(xencall_handle *xcall, void *p, size_t nr_pages)
{
	(void)xcall;
	(void)nr_pages;
	free(p);
}

int xc_domain_maximum_gpfn(xc_interface *xch, uint32_t domid, xen_pfn_t *gpfns)
{
	struct line *line = fake_find_domain("last-gfn", domid, 0);

	(void)xch;
	if (fake_enter_for("last-gfn", domid))
		return -1;
	*gpfns = line ? fake_number(fake_word(line, 2)) : UINT64_C(0xfffff);
	return 0;
}

int xc_kexec_get_range(xc_interface *xch, int range, int nr, uint64_t *size, uint64_t *start)
{
	struct line *line = fake_find("xen-at", NULL, 0);

	(void)xch;
	if (fake_enter("kexec"))
		return -1;
	if (!line || range != 1 || nr) {
		errno = ENOSYS;
		return -1;
	}
	*start = fake_number(fake_word(line, 1)) * PAGE;
	*size = fake_number(fake_word(line, 2)) * PAGE;
	return 0;
}

int fake_symbols(multicall_entry_t *list, uint64_t count)
{
	uint64_t i;

	for (i = 0; i < count; i++) {
		xen_platform_op_t *op = (void *)(uintptr_t)list[i].args[0];
		struct line *line = fake_find("symbol", NULL, op->u.symdata.symnum);
		char *name = op->u.symdata.name.p;

		list[i].result = 0;
		name[0] = '\0';
		if (!line && op->u.symdata.symnum &&
		    !fake_find("symbol", NULL, op->u.symdata.symnum - 1))
			list[i].result = -ERANGE;
		if (!line)
			continue;
		if (strlen(fake_word(line, 1)) < op->u.symdata.namelen)
			strcpy(name, fake_word(line, 1));
		op->u.symdata.namelen = strlen(fake_word(line, 1)) + 1;
		op->u.symdata.address = fake_number(fake_word(line, 2));
		op->u.symdata.symnum++;
	}
	return 0;
}
