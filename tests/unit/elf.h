/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ELF file of 64 bits in memory, of the sections that a test wants. */
#ifndef UNIT_ELF_H
#define UNIT_ELF_H

#include <elf.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	uint8_t at[16384];
	size_t size;
};

struct elf_part {
	const char *name;
	uint32_t type;
	uint64_t flags, address, entry_size;
	uint32_t link;
	const void *content;
	size_t size;
	/* What its header says of the size, and where its name is; 0: as it is. */
	uint64_t told_size;
	uint32_t name_at;
};

static inline void put_bytes(struct bytes *bytes, const void *what, size_t size)
{
	if (size && bytes->size + size <= sizeof(bytes->at)) {
		memcpy(bytes->at + bytes->size, what, size);
		bytes->size += size;
	}
}

/* The lowest size bytes of a number. */
static inline void put_number(struct bytes *bytes, uint64_t number, size_t size)
{
	put_bytes(bytes, &number, size);
}

static inline void put_string(struct bytes *bytes, const char *text)
{
	put_bytes(bytes, text, strlen(text) + 1);
}

/* The section with number n is parts[n - 1]; the last one holds their names. */
static inline void elf_make(struct bytes *file, const struct elf_part *parts, unsigned int count)
{
	Elf64_Ehdr header = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB,
					   EV_CURRENT },
			      .e_type = ET_EXEC,
			      .e_machine = EM_X86_64,
			      .e_version = EV_CURRENT,
			      .e_ehsize = sizeof(header),
			      .e_shentsize = sizeof(Elf64_Shdr),
			      .e_shnum = count + 2,
			      .e_shstrndx = count + 1 };
	Elf64_Shdr sections[32] = { { 0 } };
	struct bytes names = { .size = 1 };
	unsigned int i;

	file->size = sizeof(header);
	for (i = 0; i <= count; i++) {
		Elf64_Shdr *section = &sections[i + 1];

		while (file->size % 8)
			put_number(file, 0, 1);
		section->sh_name = names.size;
		section->sh_offset = file->size;
		put_string(&names, i < count ? parts[i].name : ".shstrtab");
		if (i == count) {
			section->sh_type = SHT_STRTAB;
			section->sh_size = names.size;
			put_bytes(file, names.at, names.size);
			break;
		}
		if (parts[i].name_at)
			section->sh_name = parts[i].name_at;
		section->sh_type = parts[i].type;
		section->sh_flags = parts[i].flags;
		section->sh_addr = parts[i].address;
		section->sh_entsize = parts[i].entry_size;
		section->sh_link = parts[i].link;
		section->sh_addralign = 1;
		section->sh_size = parts[i].told_size ? parts[i].told_size : parts[i].size;
		put_bytes(file, parts[i].content, parts[i].size);
	}
	while (file->size % 8)
		put_number(file, 0, 1);
	header.e_shoff = file->size;
	put_bytes(file, sections, (count + 2) * sizeof(sections[0]));
	memcpy(file->at, &header, sizeof(header));
}

#endif
