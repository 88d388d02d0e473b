/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/core.h"

#include "base/array.h"
#include "source/image/phys.h"
#include "source/tables/walk.h"
#include "x86/ept.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Frames of table pages. */
struct tables {
	uint64_t *mfns;
	size_t count;
};

/* All tables below one, each once: seen is a bit for each page of the image. */
static int gather(struct phys *phys, uint64_t mfn, unsigned int level, uint64_t *seen,
		  struct tables *tables)
{
	const uint64_t *page = mfn < phys_frame_limit(phys) ? phys_page(phys, mfn, 0) : NULL;
	uint64_t copy[PAGE_ENTRIES], number;
	unsigned int i;
	int rc;

	if (!page)
		return 0;
	number = phys_page_number(phys, mfn);
	if (seen[number / 64] >> (number % 64) & 1)
		return 0;
	seen[number / 64] |= UINT64_C(1) << (number % 64);
	rc = array_append(&tables->mfns, &tables->count, sizeof(mfn), &mfn);
	if (rc || level == 1)
		return rc;
	memcpy(copy, page, sizeof(copy));
	for (i = 0; i < PAGE_ENTRIES && !rc; i++)
		if (ept_present(copy[i]) && !(level <= 3 && ept_superpage(copy[i])))
			rc = gather(phys, ept_mfn(copy[i]), level - 1, seen, tables);
	return rc;
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void write_core(struct phys *phys, struct tables *tables, FILE *file)
{
	/* One segment a page: simple, and never more than 16 bits hold without being said. */
	size_t headers = sizeof(Elf64_Ehdr) + tables->count * sizeof(Elf64_Phdr), i;
	uint64_t start = (headers + sizeof(Elf64_Shdr) + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
	Elf64_Shdr section = { .sh_info = tables->count };
	char page[PAGE_SIZE];
	Elf64_Ehdr elf;

	memset(&elf, 0, sizeof(elf));
	memcpy(elf.e_ident, ELFMAG, SELFMAG);
	elf.e_ident[EI_CLASS] = ELFCLASS64;
	elf.e_ident[EI_DATA] = ELFDATA2LSB;
	elf.e_ident[EI_VERSION] = EV_CURRENT;
	elf.e_type = ET_CORE;
	elf.e_machine = EM_X86_64;
	elf.e_version = EV_CURRENT;
	elf.e_phoff = elf.e_ehsize = sizeof(elf);
	elf.e_phentsize = sizeof(Elf64_Phdr);
	elf.e_phnum = tables->count < PN_XNUM ? tables->count : PN_XNUM;
	if (tables->count >= PN_XNUM) {
		elf.e_shoff = headers;
		elf.e_shnum = 1;
		elf.e_shentsize = sizeof(section);
	}
	fwrite(&elf, sizeof(elf), 1, file);
	for (i = 0; i < tables->count; i++) {
		Elf64_Phdr header = {
			.p_type = PT_LOAD,
			.p_flags = PF_R,
			.p_offset = start + i * PAGE_SIZE,
			.p_paddr = tables->mfns[i] * PAGE_SIZE,
			.p_filesz = PAGE_SIZE,
			.p_memsz = PAGE_SIZE,
			.p_align = PAGE_SIZE,
		};

		fwrite(&header, sizeof(header), 1, file);
	}
	fwrite(&section, sizeof(section), 1, file);
	for (i = headers + sizeof(section); i < start; i++)
		putc(0, file);
	for (i = 0; i < tables->count; i++) {
		/* A copy: what the file has lost meanwhile write() would not read as zeros. */
		memcpy(page, phys_page(phys, tables->mfns[i], 0), PAGE_SIZE);
		fwrite(page, PAGE_SIZE, 1, file);
	}
}

int core_write(struct phys *phys, const uint64_t *eptps, size_t count, FILE *file,
	       struct error *err)
{
	uint64_t *seen = calloc(phys_page_limit(phys) / 64 + 1, sizeof(*seen));
	struct tables tables = { NULL, 0 };
	size_t i;
	int rc = seen ? 0 : -ENOMEM;

	for (i = 0; i < count && !rc; i++)
		rc = gather(phys, eptp_root(eptps[i]) / PAGE_SIZE, (eptps[i] >> 3 & 7) == 4 ? 5 : 4,
			    seen, &tables);
	if (!rc && !tables.count)
		rc = error_set(err, -EFAULT, "the image has no page where the EPT has its root");
	if (!rc) {
		qsort(tables.mfns, tables.count, sizeof(*tables.mfns), ascending);
		write_core(phys, &tables, file);
		if (phys_shrunk(phys))
			rc = error_set(err, -EIO, "the image became shorter while it was read");
	} else if (rc == -ENOMEM) {
		error_set(err, rc, "out of memory");
	}
	free(tables.mfns);
	free(seen);
	return rc;
}
