/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/tables/corefile.h"

#include "source/tables/pages.h"

#include <elf.h>
#include <string.h>

int corefile_write(FILE *file, const uint64_t *mfns, size_t count, corefile_get *get, void *opaque)
{
	/* One segment a page: simple, and never more than 16 bits hold without being said. */
	size_t headers = sizeof(Elf64_Ehdr) + count * sizeof(Elf64_Phdr), i;
	uint64_t start = (headers + sizeof(Elf64_Shdr) + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
	Elf64_Shdr section = { .sh_info = count };
	char page[PAGE_SIZE];
	Elf64_Ehdr elf;
	int rc = 0;

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
	elf.e_phnum = count < PN_XNUM ? count : PN_XNUM;
	if (count >= PN_XNUM) {
		elf.e_shoff = headers;
		elf.e_shnum = 1;
		elf.e_shentsize = sizeof(section);
	}
	fwrite(&elf, sizeof(elf), 1, file);
	for (i = 0; i < count; i++) {
		Elf64_Phdr header = {
			.p_type = PT_LOAD,
			.p_flags = PF_R,
			.p_offset = start + i * PAGE_SIZE,
			.p_paddr = mfns[i] * PAGE_SIZE,
			.p_filesz = PAGE_SIZE,
			.p_memsz = PAGE_SIZE,
			.p_align = PAGE_SIZE,
		};

		fwrite(&header, sizeof(header), 1, file);
	}
	fwrite(&section, sizeof(section), 1, file);
	for (i = headers + sizeof(section); i < start; i++)
		putc(0, file);
	for (i = 0; i < count && !rc; i++) {
		rc = get(opaque, i, page);
		fwrite(page, PAGE_SIZE, 1, file);
	}
	return rc;
}
