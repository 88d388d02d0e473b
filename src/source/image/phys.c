/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/phys.h"

#include "base/array.h"
#include "source/image/kdump.h"
#include "source/image/unpack.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A stretch of physical memory that the file has; sorted, disjoint. */
struct segment {
	uint64_t first, last; /* frames */
	uint64_t offset;      /* in the file */
};

struct phys {
	struct pages view; /* first: phys_pages() */
	const uint8_t *map;
	size_t size;
	int fd;
	uint64_t pages; /* phys_page_limit() */
	struct segment *segments;
	size_t count, recent;
	uint64_t data, hole; /* offsets: between them the file is known to have no hole */
	bool cut;	     /* its headers tell of memory behind its end */
	volatile sig_atomic_t shrunk;
	struct phys *next; /* in mapped */
	/* Pages at odd offsets, and those that are unpacked, are copied: one for each slot. */
	uint64_t (*bounce)[PAGE_ENTRIES];
	struct kdump *kdump; /* the pages are in there; or NULL */
};

/* All that are open. */
static struct phys *mapped;

/*
 * A page of a mapping behind the end of its file faults. It is replaced by a page of zeros, which
 * is an empty table, and remembered. What else can raise SIGBUS, as broken memory, comes again and
 * kills.
 */
static void replace_page(int signal_number, siginfo_t *info, void *context)
{
	uintptr_t page = (uintptr_t)info->si_addr & ~(uintptr_t)(PAGE_SIZE - 1);
	struct phys *phys;

	(void)context;
	if (info->si_code != BUS_ADRERR ||
	    mmap((void *)page, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		signal(signal_number, SIG_DFL);
	for (phys = mapped; phys; phys = phys->next)
		phys->shrunk = 1;
}

static void guard_mapping(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_sigaction = replace_page;
	action.sa_flags = SA_SIGINFO;
	sigaction(SIGBUS, &action, NULL);
}

static int by_address(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Where segments overlap, the one with the lower address keeps the frames. */
static void settle_overlaps(struct phys *phys)
{
	size_t i, kept = 0;

	qsort(phys->segments, phys->count, sizeof(*phys->segments), by_address);
	for (i = 0; i < phys->count; i++) {
		struct segment segment = phys->segments[i];

		if (kept && segment.first <= phys->segments[kept - 1].last) {
			uint64_t cut = phys->segments[kept - 1].last + 1 - segment.first;

			if (segment.last <= phys->segments[kept - 1].last)
				continue;
			segment.first += cut;
			segment.offset += cut * PAGE_SIZE;
		}
		phys->segments[kept++] = segment;
	}
	phys->count = kept;
}

static void add_segment(struct phys *phys, const Elf64_Phdr *header)
{
	/* Whole pages only, and only what the file really has. */
	uint64_t skip = -header->p_paddr & (PAGE_SIZE - 1), size = header->p_filesz;
	struct segment *segment = &phys->segments[phys->count];

	if (header->p_type != PT_LOAD)
		return;
	phys->cut |=
		size && (header->p_offset > phys->size || size > phys->size - header->p_offset);
	if (header->p_offset > phys->size)
		return;
	if (size > phys->size - header->p_offset)
		size = phys->size - header->p_offset;
	if (size < skip || size - skip < PAGE_SIZE || header->p_paddr > UINT64_MAX - size)
		return;
	segment->first = (header->p_paddr + skip) / PAGE_SIZE;
	segment->last = segment->first + (size - skip) / PAGE_SIZE - 1;
	segment->offset = header->p_offset + skip;
	phys->count++;
}

static int read_elf(struct phys *phys, const char *path, struct error *err)
{
	Elf64_Ehdr elf;
	Elf64_Shdr first_section;
	uint64_t count, i;

	memcpy(&elf, phys->map, sizeof(elf));
	if (elf.e_ident[EI_CLASS] != ELFCLASS64 || elf.e_ident[EI_DATA] != ELFDATA2LSB)
		return error_set(err, -EINVAL,
				 "%s is an ELF file, but not a 64-bit little-endian core", path);
	count = elf.e_phnum;
	if (count == PN_XNUM && elf.e_shoff <= phys->size - sizeof(first_section)) {
		/* More than 16 bits hold: the real number is in the first section header. */
		memcpy(&first_section, phys->map + elf.e_shoff, sizeof(first_section));
		count = first_section.sh_info;
	}
	if (elf.e_phentsize != sizeof(Elf64_Phdr) || elf.e_phoff > phys->size ||
	    count > (phys->size - elf.e_phoff) / sizeof(Elf64_Phdr))
		return error_set(
			err, -EINVAL,
			"%s: the ELF program headers do not lie in the file; it is damaged or cut",
			path);
	phys->segments = calloc(count ? count : 1, sizeof(*phys->segments));
	if (!phys->segments)
		return error_set(err, -ENOMEM, "out of memory");
	for (i = 0; i < count; i++) {
		Elf64_Phdr header;

		memcpy(&header, phys->map + elf.e_phoff + i * sizeof(header), sizeof(header));
		add_segment(phys, &header);
	}
	settle_overlaps(phys);
	if (!phys->count)
		return error_set(err, -EINVAL, "%s: the ELF file has no memory segments", path);
	return 0;
}

static int read_flat(struct phys *phys, const char *path, struct error *err)
{
	if (phys->size < PAGE_SIZE)
		return error_set(err, -EINVAL,
				 "%s is smaller than a page, so it is no memory image", path);
	phys->segments = calloc(1, sizeof(*phys->segments));
	if (!phys->segments)
		return error_set(err, -ENOMEM, "out of memory");
	phys->segments[0].last = phys->size / PAGE_SIZE - 1;
	phys->count = 1;
	return 0;
}

static int read_kdump(struct phys *phys, const char *path, struct error *err)
{
	int rc = kdump_open(phys->map, phys->size, phys->fd, path, &phys->kdump, err);

	if (rc)
		return rc;
	phys->segments = calloc(1, sizeof(*phys->segments));
	if (!phys->segments)
		return error_set(err, -ENOMEM, "out of memory");
	/* Every frame may be there; which are is told by reading them. */
	phys->segments[0].last = kdump_frames(phys->kdump) - 1;
	phys->count = 1;
	phys->pages = kdump_pages(phys->kdump);
	return 0;
}

int phys_open(const char *path, void (*notice)(const char *text), struct phys **result,
	      struct error *err)
{
	struct phys *phys;
	int fd = unpack_open(path, notice, err), rc;
	off_t size;

	if (fd < 0)
		return fd;
	size = lseek(fd, 0, SEEK_END); /* a block device, too, has an end */
	phys = calloc(1, sizeof(*phys));
	if (!phys || size < 0) {
		close(fd);
		free(phys);
		return size < 0 ? error_set(err, -EINVAL, "cannot map %s: it has no size", path)
				: error_set(err, -ENOMEM, "out of memory");
	}
	phys->fd = fd;
	phys->size = size;
	phys->bounce = malloc(PHYS_SLOTS * sizeof(*phys->bounce));
	phys->map = phys->size ? mmap(NULL, phys->size, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
	if (!phys->bounce || phys->map == MAP_FAILED) {
		rc = error_set(err, phys->size ? -errno : -EINVAL, "cannot map %s: %s", path,
			       phys->size ? strerror(errno) : "it is empty");
		phys->map = NULL;
		phys_close(phys);
		return rc;
	}
	phys->pages = phys->size / PAGE_SIZE + 1;
	phys->next = mapped;
	mapped = phys;
	guard_mapping();
	if (phys->size >= sizeof(Elf64_Ehdr) && !memcmp(phys->map, ELFMAG, SELFMAG))
		rc = read_elf(phys, path, err);
	else if (kdump_recognize(phys->map, phys->size))
		rc = read_kdump(phys, path, err);
	else
		rc = read_flat(phys, path, err);
	if (rc) {
		phys_close(phys);
		return rc;
	}
	*result = phys;
	return 0;
}

void phys_close(struct phys *phys)
{
	struct phys **link;

	if (!phys)
		return;
	for (link = &mapped; *link; link = &(*link)->next)
		if (*link == phys) {
			*link = phys->next;
			break;
		}
	kdump_close(phys->kdump);
	if (phys->map)
		munmap((void *)phys->map, phys->size);
	close(phys->fd);
	free(phys->bounce);
	free(phys->segments);
	free(phys);
}

/* The first segment that ends at or behind the frame. */
static size_t find(const struct phys *phys, uint64_t mfn)
{
	return ARRAY_FIRST_FROM(phys->segments, 0, phys->count, last, mfn);
}

const uint64_t *phys_page(struct phys *phys, uint64_t mfn, unsigned int slot)
{
	const struct segment *segment = &phys->segments[phys->recent];
	const uint8_t *page;

	if (mfn < segment->first || mfn > segment->last) {
		size_t found = find(phys, mfn);

		if (found == phys->count || mfn < phys->segments[found].first)
			return NULL;
		phys->recent = found;
		segment = &phys->segments[found];
	}
	if (phys->kdump)
		return kdump_read(phys->kdump, mfn, phys->bounce[slot]) ? phys->bounce[slot] : NULL;
	page = phys->map + segment->offset + (mfn - segment->first) * PAGE_SIZE;
	if (!((uintptr_t)page & 7))
		return (const uint64_t *)(const void *)page;
	memcpy(phys->bounce[slot], page, PAGE_SIZE);
	return phys->bounce[slot];
}

uint64_t phys_page_number(const struct phys *phys, uint64_t mfn)
{
	const struct segment *segment = &phys->segments[phys->recent];

	if (phys->kdump)
		return kdump_number(phys->kdump, mfn);
	if (mfn < segment->first || mfn > segment->last)
		segment = &phys->segments[find(phys, mfn)];
	return segment->offset / PAGE_SIZE + (mfn - segment->first);
}

uint64_t phys_page_limit(const struct phys *phys)
{
	return phys->pages;
}

uint64_t phys_frame_limit(const struct phys *phys)
{
	return phys->segments[phys->count - 1].last + 1;
}

static const uint64_t *view_get(struct pages *view, uint64_t mfn, unsigned int slot)
{
	return phys_page((struct phys *)view, mfn, slot);
}

static uint64_t view_number(const struct pages *view, uint64_t mfn)
{
	return phys_page_number((const struct phys *)view, mfn);
}

static const struct pages_ops view_ops = { .get = view_get, .number = view_number };

struct pages *phys_pages(struct phys *phys)
{
	phys->view.ops = &view_ops;
	phys->view.limit = phys_page_limit(phys);
	phys->view.frame_limit = phys_frame_limit(phys);
	phys->view.absent = "the image does not have";
	return &phys->view;
}

bool phys_cut(const struct phys *phys)
{
	return phys->cut;
}

bool phys_shrunk(const struct phys *phys)
{
	return phys->shrunk;
}

/* The first byte of the file at or behind offset that is in no hole, or UINT64_MAX. */
static uint64_t next_data(struct phys *phys, uint64_t offset)
{
	off_t data, hole;

	if (offset >= phys->data && offset < phys->hole)
		return offset;
	data = lseek(phys->fd, offset, SEEK_DATA);
	if (data < 0 && errno == ENXIO)
		return UINT64_MAX;
	hole = data < 0 ? -1 : lseek(phys->fd, data, SEEK_HOLE);
	if (hole <= data) { /* cannot tell */
		data = offset;
		hole = phys->size;
	}
	phys->data = data;
	phys->hole = hole;
	return data;
}

uint64_t phys_next_frame(struct phys *phys, uint64_t mfn)
{
	size_t i;

	if (phys->kdump)
		return kdump_next(phys->kdump, mfn);
	for (i = find(phys, mfn); i < phys->count; i++) {
		const struct segment *segment = &phys->segments[i];
		uint64_t offset, data;

		if (mfn < segment->first)
			mfn = segment->first;
		offset = segment->offset + (mfn - segment->first) * PAGE_SIZE;
		data = next_data(phys, offset);
		if (data != UINT64_MAX && (data - offset) / PAGE_SIZE <= segment->last - mfn)
			return mfn + (data - offset) / PAGE_SIZE;
	}
	return UINT64_MAX;
}
