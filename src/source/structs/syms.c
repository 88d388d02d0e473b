/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/syms.h"

#include "source/structs/layout.h"

#include <errno.h>
#include <string.h>

#ifndef HAVE_DW

bool syms_built(void)
{
	return false;
}

int syms_open(const char *path, struct syms **syms, struct error *err)
{
	(void)syms;
	return error_set(err, -ENOSYS,
			 "cannot read %s: this program was built without libdw, which reads "
			 "symbols; build it with elfutils (Debian: libdw-dev)",
			 path);
}

void syms_close(struct syms *syms)
{
	(void)syms;
}

const char *syms_name(const struct syms *syms)
{
	(void)syms;
	return "";
}

bool syms_find(const struct syms *syms, const char *name, uint64_t *address, uint64_t *size)
{
	(void)syms;
	(void)name;
	(void)address;
	(void)size;
	return false;
}

void syms_extent(const struct syms *syms, uint64_t *start, uint64_t *end)
{
	(void)syms;
	*start = *end = 0;
}

size_t syms_build_id(const struct syms *syms, uint8_t *id)
{
	(void)syms;
	(void)id;
	return 0;
}

bool syms_has_types(const struct syms *syms)
{
	(void)syms;
	return false;
}

int syms_layout(struct syms *syms, struct layout *layout, struct error *err)
{
	(void)syms;
	(void)layout;
	return error_set(err, -ENOSYS, "built without libdw");
}

#else

#include "base/opened.h"
#include "base/stream.h"
#include "base/text.h"
#include "source/structs/dwarf.h"

#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>

#define SIZE_MOST   (UINT64_C(512) << 20) /* of the file, unpacked */
#define DIES_MOST   50000000 /* entries of its DWARF: a Xen with everything has some millions */

struct syms {
	char name[256];
	char *file; /* a copy: nothing that happens to the file is seen any more */
	size_t size;
	Elf *elf;
	Dwarf *dwarf; /* NULL: it has none */
	bool apart;   /* parts of its DWARF are in another file (dwz), which is not opened */
	Elf_Data *symbols;
	size_t strings; /* section with their names */
	size_t count;
	uint64_t start, end; /* of the image */
};

/* ---- opening ---- */

static int read_all(struct syms *syms, struct stream *stream, struct error *err)
{
	size_t room = 1u << 20;
	ssize_t n = 1;

	syms->file = malloc(room);
	while (syms->file && n > 0) {
		if (syms->size == room) {
			char *more = room < SIZE_MOST ? realloc(syms->file, room * 2) : NULL;

			if (!more && room >= SIZE_MOST)
				return error_set(err, -EFBIG, "%s is too large for a xen-syms",
						 syms->name);
			if (!more)
				break;
			syms->file = more;
			room *= 2;
		}
		n = stream_read(stream, syms->file + syms->size, room - syms->size, err);
		if (n < 0)
			return n;
		syms->size += n;
	}
	return syms->file && n <= 0 ? 0 : error_set(err, -ENOMEM, "out of memory");
}

static int load(struct syms *syms, const char *path, struct error *err)
{
	int fd = opened_file(path), rc;
	struct stream *stream;
	struct error inner = { "" };

	if (fd < 0)
		return error_set(err, -errno, "cannot read %s: %s", syms->name, strerror(errno));
	rc = stream_open(fd, &stream, &inner);
	if (rc)
		return error_set(err, rc, "cannot read %s: %s", syms->name, inner.text);
	rc = read_all(syms, stream, &inner);
	stream_close(stream);
	return rc ? error_set(err, rc, "cannot read %s: %s", syms->name, inner.text) : 0;
}

/* The symbol table, and what of the file is in memory when it runs. */
static void look_at_sections(struct syms *syms)
{
	Elf_Scn *section = NULL;
	const char *name;
	GElf_Shdr header;
	size_t names = 0;

	syms->start = UINT64_MAX;
	elf_getshdrstrndx(syms->elf, &names);
	while ((section = elf_nextscn(syms->elf, section))) {
		if (!gelf_getshdr(section, &header))
			continue;
		name = elf_strptr(syms->elf, names, header.sh_name);
		syms->apart |= name && !strcmp(name, ".gnu_debugaltlink");
		if (header.sh_type == SHT_SYMTAB && header.sh_entsize && !syms->symbols) {
			syms->symbols = elf_getdata(section, NULL);
			syms->strings = header.sh_link;
			syms->count = syms->symbols ? syms->symbols->d_size / sizeof(Elf64_Sym) : 0;
		}
		if (!(header.sh_flags & SHF_ALLOC) || !header.sh_addr)
			continue;
		if (header.sh_addr < syms->start)
			syms->start = header.sh_addr;
		if (header.sh_size < UINT64_MAX - header.sh_addr &&
		    header.sh_addr + header.sh_size > syms->end)
			syms->end = header.sh_addr + header.sh_size;
	}
}

/* XEN_VIRT_START is what xen_phys_start is the place of. It is aligned so. */
#define START_ALIGN (UINT64_C(1) << 30)
#define IMAGE_MOST  (UINT64_C(1) << 30)

static bool settle_extent(struct syms *syms)
{
	uint64_t start;

	if (syms_find(syms, "__image_base__", &start, NULL) && start <= syms->start)
		syms->start = start;
	else
		syms->start &= ~(START_ALIGN - 1);
	return syms->start >> 47 == 0x1ffff && syms->end > syms->start &&
	       syms->end - syms->start <= IMAGE_MOST;
}

static int not_xen(const struct syms *syms, const char *why, struct error *err)
{
	return error_set(err, -EINVAL,
			 "%s is no xen-syms: %s; name the file xen-syms of the Xen that is looked "
			 "at (package xen-hypervisor-debuginfo, or its build folder)",
			 syms->name, why);
}

static int look_at(struct syms *syms, struct error *err)
{
	GElf_Ehdr header;
	uint64_t address;

	elf_version(EV_CURRENT);
	syms->elf = elf_memory(syms->file, syms->size);
	if (!syms->elf || elf_kind(syms->elf) != ELF_K_ELF || !gelf_getehdr(syms->elf, &header) ||
	    gelf_getclass(syms->elf) != ELFCLASS64 || header.e_machine != EM_X86_64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB)
		return not_xen(syms, "it is no ELF file of x86-64", err);
	look_at_sections(syms);
	if (!syms->count)
		return not_xen(syms, "it has no symbol table", err);
	if (!settle_extent(syms) || !syms_find(syms, "xen_phys_start", &address, NULL) ||
	    !syms_find(syms, "idle_pg_table", &address, NULL))
		return not_xen(syms, "symbols that each Xen has are not in it", err);
	if (!syms->apart)
		syms->dwarf = dwarf_begin_elf(syms->elf, DWARF_C_READ, NULL);
	return 0;
}

bool syms_built(void)
{
	return true;
}

int syms_open(const char *path, struct syms **result, struct error *err)
{
	struct syms *syms = calloc(1, sizeof(*syms));
	int rc;

	if (!syms)
		return error_set(err, -ENOMEM, "out of memory");
	snprintf(syms->name, sizeof(syms->name), "%s", path);
	text_sanitize(syms->name);
	rc = load(syms, path, err);
	if (!rc)
		rc = look_at(syms, err);
	if (rc) {
		syms_close(syms);
		return rc;
	}
	*result = syms;
	return 0;
}

void syms_close(struct syms *syms)
{
	if (!syms)
		return;
	dwarf_end(syms->dwarf);
	elf_end(syms->elf);
	free(syms->file);
	free(syms);
}

const char *syms_name(const struct syms *syms)
{
	return syms->name;
}

/* ---- symbols ---- */

bool syms_find(const struct syms *syms, const char *name, uint64_t *address, uint64_t *size)
{
	GElf_Sym symbol;
	const char *its;
	size_t i;

	for (i = 0; i < syms->count; i++) {
		if (!gelf_getsym(syms->symbols, i, &symbol) || !symbol.st_value ||
		    symbol.st_shndx == SHN_UNDEF)
			continue;
		its = elf_strptr(syms->elf, syms->strings, symbol.st_name);
		if (!its || strcmp(its, name))
			continue;
		*address = symbol.st_value;
		if (size)
			*size = symbol.st_size;
		return true;
	}
	return false;
}

void syms_extent(const struct syms *syms, uint64_t *start, uint64_t *end)
{
	*start = syms->start;
	*end = syms->end;
}

size_t syms_build_id(const struct syms *syms, uint8_t *id)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(syms->elf, section))) {
		Elf_Data *data;
		GElf_Nhdr note;
		size_t at = 0, name, desc;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE)
			continue;
		data = elf_getdata(section, NULL);
		while (data && (at = gelf_getnote(data, at, &note, &name, &desc)) > 0)
			if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
			    !memcmp((char *)data->d_buf + name, "GNU", 4) && note.n_descsz &&
			    note.n_descsz <= BUILD_ID_MAX) {
				memcpy(id, (char *)data->d_buf + desc, note.n_descsz);
				return note.n_descsz;
			}
	}
	return 0;
}

bool syms_has_types(const struct syms *syms)
{
	return syms->dwarf;
}

int syms_layout(struct syms *syms, struct layout *layout, struct error *err)
{
	/* No more entries than it can have, where some are looked at for each of many members. */
	uint64_t room = 100000 + 8 * (uint64_t)syms->size;
	int rc = dwarf_layout(syms->dwarf, room < DIES_MOST ? room : DIES_MOST, layout);

	if (rc == -ENOMEM)
		return error_set(err, rc, "out of memory");
	return rc ? error_set(err, rc, "%s: its DWARF is damaged", syms->name) : 0;
}

#endif
