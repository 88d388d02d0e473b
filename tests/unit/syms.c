/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are no xen-syms, and why they are not; what is odd in one that is. */
#include "unit/ownfile.h"
#include "unit/test.h"

#include "base/array.h"
#include "source/structs/layout.h"
#include "source/structs/syms.h"
#include "unit/elf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#define BASE UINT64_C(0xffff82d040000000)

static char path[4096];
static struct bytes file;

static void write_down(const void *what, size_t size)
{
	FILE *out = fopen(path, "w");

	check_each(out && fwrite(what, 1, size, out) == size && !fclose(out), "cannot write %s",
		   path);
}

static int open_it(struct syms **syms, struct error *err)
{
	*err = (struct error){ "" };
	write_down(file.at, file.size);
	return syms_open(path, syms, err);
}

/* ---- the parts of one ---- */

enum { TEXT, NOTE, SYMBOLS, STRINGS, MORE, PARTS };

static struct bytes symbols, strings, note;
static struct elf_part parts[PARTS + 1];

static void symbol(const char *name, uint64_t value, uint16_t section)
{
	Elf64_Sym one = {
		.st_name = strings.size, .st_shndx = section, .st_value = value, .st_size = 8
	};

	put_string(&strings, name);
	put_bytes(&symbols, &one, sizeof(one));
}

static void one_note(uint32_t type, const char *name, uint32_t name_size, const char *desc,
		     uint32_t size)
{
	put_number(&note, name_size, 4);
	put_number(&note, size, 4);
	put_number(&note, type, 4);
	put_bytes(&note, name, name_size);
	while (note.size % 4)
		put_number(&note, 0, 1);
	put_bytes(&note, desc, size);
	while (note.size % 4)
		put_number(&note, 0, 1);
}

/* One that is whole. */
static void usual(void)
{
	static const uint8_t code[64];

	symbols.size = note.size = 0;
	strings.size = 1;
	symbol("", 0, 0);
	symbol("idle_pg_table", BASE + 0x201000, 1);
	symbol("xen_phys_start", BASE + 0x200000, 1);
	one_note(NT_GNU_BUILD_ID, "GNU", 4, "12345678", 8);
	memset(parts, 0, sizeof(parts));
	parts[TEXT] = (struct elf_part){ ".text",
					 SHT_PROGBITS,
					 SHF_ALLOC,
					 BASE + 0x200000,
					 .content = code,
					 .size = sizeof(code),
					 .told_size = sizeof(code) };
	parts[NOTE] = (struct elf_part){ .name = ".note", .type = SHT_NOTE };
	parts[SYMBOLS] = (struct elf_part){ ".symtab", SHT_SYMTAB, .link = STRINGS + 1,
					    .entry_size = sizeof(Elf64_Sym) };
	parts[STRINGS] = (struct elf_part){ .name = ".strtab", .type = SHT_STRTAB };
	parts[MORE] = (struct elf_part){ .name = ".more", .type = SHT_PROGBITS };
}

static void make(void)
{
	parts[NOTE].content = note.at;
	parts[NOTE].size = note.size;
	parts[SYMBOLS].content = symbols.at;
	parts[SYMBOLS].size = symbols.size;
	parts[STRINGS].content = strings.at;
	parts[STRINGS].size = strings.size;
	elf_make(&file, parts, PARTS);
}

static Elf64_Ehdr *header(void)
{
	return (Elf64_Ehdr *)file.at;
}

/* ---- what is refused ---- */

static void text(void)
{
	file.size = 0;
	put_string(&file, "This is a letter, and no program.");
}

static void empty(void)
{
	file.size = 0;
}

static void head_alone(void)
{
	file.size = 20;
}

static void archive(void)
{
	file.size = 0;
	put_bytes(&file, "!<arch>\n", 8);
}

static void of_32_bits(void)
{
	header()->e_ident[EI_CLASS] = ELFCLASS32;
}

static void of_arm(void)
{
	header()->e_machine = EM_AARCH64;
}

static void big_endian(void)
{
	header()->e_ident[EI_DATA] = ELFDATA2MSB;
	header()->e_machine = EM_X86_64 << 8;
}

static void no_symbols(void)
{
	parts[SYMBOLS].type = SHT_PROGBITS;
	make();
}

static void symbols_of_no_size(void)
{
	parts[SYMBOLS].entry_size = 0;
	make();
}

static void symbols_outside(void)
{
	parts[SYMBOLS].told_size = 1 << 20;
	make();
}

static void only_one_symbol(void)
{
	symbols.size = sizeof(Elf64_Sym);
	symbol("xen_phys_start", BASE + 0x200000, 1);
	make();
}

static void other_symbol(void)
{
	symbols.size = 0;
	symbol("idle_pg_table", BASE + 0x201000, 1);
	make();
}

static void undefined(void)
{
	symbols.size = 0;
	symbol("idle_pg_table", BASE + 0x201000, 1);
	symbol("xen_phys_start", BASE + 0x200000, SHN_UNDEF);
	make();
}

static void names_elsewhere(void)
{
	parts[SYMBOLS].link = 99;
	make();
}

/* Of a Linux' program, not in the upper half of addresses. */
static void low(void)
{
	parts[TEXT].address = 0x400000;
	make();
}

static void nothing_in_memory(void)
{
	parts[TEXT].flags = 0;
	make();
}

static void at_zero(void)
{
	parts[TEXT].address = 0;
	make();
}

static void endless_part(void)
{
	parts[TEXT].type = SHT_NOBITS;
	parts[TEXT].told_size = UINT64_MAX - 4096;
	make();
}

static void too_large(void)
{
	parts[TEXT].type = SHT_NOBITS;
	parts[TEXT].told_size = UINT64_C(2) << 30;
	make();
}

#define NO_ELF	   "it is no ELF file of x86-64"
#define NO_TABLE   "it has no symbol table"
#define NO_SYMBOLS "symbols that each Xen has are not in it"

static const struct {
	const char *what;
	void (*change)(void);
	const char *why;
} refused[] = {
	{ "a letter", text, NO_ELF },
	{ "nothing", empty, NO_ELF },
	{ "20 bytes", head_alone, NO_ELF },
	{ "an archive", archive, NO_ELF },
	{ "a program of 32 bits", of_32_bits, NO_ELF },
	{ "a program of ARM", of_arm, NO_ELF },
	{ "the other order of bytes", big_endian, NO_ELF },
	{ "no table of symbols", no_symbols, NO_TABLE },
	{ "a table of entries without a size", symbols_of_no_size, NO_TABLE },
	{ "a table behind the end of the file", symbols_outside, NO_TABLE },
	{ "no idle_pg_table", only_one_symbol, NO_SYMBOLS },
	{ "no xen_phys_start", other_symbol, NO_SYMBOLS },
	{ "a xen_phys_start of elsewhere", undefined, NO_SYMBOLS },
	{ "names in no section", names_elsewhere, NO_SYMBOLS },
	{ "low addresses", low, NO_SYMBOLS },
	{ "nothing that is in memory", nothing_in_memory, NO_SYMBOLS },
	{ "nothing but what is at 0", at_zero, NO_SYMBOLS },
	{ "a section of all addresses", endless_part, NO_SYMBOLS },
	{ "an image of 2 GiB", too_large, NO_SYMBOLS },
};

static void test_refused(void)
{
	struct syms *syms;
	struct error err;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		usual();
		make();
		refused[i].change();
		syms = NULL;
		rc = open_it(&syms, &err);
		check(rc == -EINVAL && strstr(err.text, " is no xen-syms: ") &&
			      strstr(err.text, refused[i].why),
		      "%s: %d, %s", refused[i].what, rc, rc ? err.text : "it is taken");
		if (!rc)
			syms_close(syms);
	}
}

static void test_unreadable(void)
{
	struct syms *syms;
	struct error err = { "" };
	int rc;

	unlink(path);
	rc = syms_open(path, &syms, &err);
	check(rc == -ENOENT && strstr(err.text, "cannot read ") && strstr(err.text, "No such file"),
	      "no file: %d, %s", rc, err.text);
	/* Said to be packed, and damaged from the first byte on, or behind its header. */
	write_down("\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff\xff\xff\xff", 16);
	rc = syms_open(path, &syms, &err);
	check(rc < 0 && strstr(err.text, "cannot read "), "a damaged file: %d, %s", rc, err.text);
	syms_close(NULL);
}

/* ---- what is taken ---- */

/* Opens what usual() and a change made. NULL where that fails. */
static struct syms *taken(const char *what)
{
	struct syms *syms = NULL;
	struct error err;
	int rc;

	make();
	rc = open_it(&syms, &err);
	check(!rc, "%s: %d, %s", what, rc, err.text);
	return rc ? NULL : syms;
}

static void test_extent(const char *what, uint64_t wanted_start, uint64_t wanted_end)
{
	struct syms *syms = taken(what);
	uint64_t start, end;

	if (!syms)
		return;
	syms_extent(syms, &start, &end);
	check(start == wanted_start && end == wanted_end, "%s: from 0x%llx to 0x%llx", what,
	      (unsigned long long)start, (unsigned long long)end);
	syms_close(syms);
}

/* A second table of symbols, and a section without a name. */
static void test_second_table(void)
{
	uint64_t address;
	struct syms *syms;

	usual();
	symbol("in the first", BASE + 0x100, 1);
	parts[MORE] = parts[SYMBOLS];
	parts[MORE].name_at = 99999;
	parts[MORE].content = "";
	syms = taken("two tables");
	if (!syms)
		return;
	check(syms_find(syms, "in the first", &address, NULL), "the first table counts");
	syms_close(syms);
}

static void test_extents(void)
{
	usual();
	test_extent("usual", BASE, BASE + 0x200040);
	/* The lowest counts, wherever it stands; what is at no address does not. */
	usual();
	parts[MORE].flags = SHF_ALLOC;
	parts[MORE].address = BASE + 0x100000;
	test_extent("a lower section", BASE, BASE + 0x200040);
	usual();
	parts[MORE].flags = SHF_ALLOC;
	parts[MORE].address = BASE + 0x300000;
	parts[MORE].content = "more";
	parts[MORE].size = 4;
	test_extent("a higher section", BASE, BASE + 0x300004);
	usual();
	symbol("__image_base__", BASE + 0x100000, 1);
	test_extent("its own word", BASE + 0x100000, BASE + 0x200040);
	usual();
	symbol("__image_base__", BASE + 0x900000, 1);
	test_extent("a word that cannot be", BASE, BASE + 0x200040);
}

static void test_symbols(void)
{
	uint64_t address = 1, size = 0;
	struct syms *syms;

	usual();
	symbol("twice", BASE + 0x100, 1);
	symbol("twice", BASE + 0x200, 1);
	symbol("nowhere", BASE + 0x300, SHN_UNDEF);
	/* A name behind the end of all names. */
	put_bytes(&symbols, &(Elf64_Sym){ .st_name = 99999, .st_shndx = 1, .st_value = BASE },
		  sizeof(Elf64_Sym));
	symbol("last", BASE + 0x400, 1);
	syms = taken("symbols");
	if (!syms)
		return;
	check(!strcmp(syms_name(syms), path), "its name: %s", syms_name(syms));
	check(syms_find(syms, "twice", &address, &size) && address == BASE + 0x100 && size == 8,
	      "the first of two counts");
	check(syms_find(syms, "last", &address, NULL) && address == BASE + 0x400,
	      "one behind a damaged one is found");
	check(!syms_find(syms, "nowhere", &address, NULL) &&
		      !syms_find(syms, "none", &address, NULL) && address == BASE + 0x400,
	      "what is not there has no address");
	syms_close(syms);
}

/* ---- build-ids, and DWARF ---- */

static size_t id_of(const char *what, uint8_t *id)
{
	struct syms *syms = taken(what);
	size_t size = syms ? syms_build_id(syms, id) : SIZE_MAX;

	if (syms)
		syms_close(syms);
	return size;
}

static void test_build_ids(void)
{
	static const char many[BUILD_ID_MAX + 1];
	uint8_t id[BUILD_ID_MAX];

	usual();
	check(id_of("its build-id", id) == 8 && !memcmp(id, "12345678", 8), "its build-id");
	usual();
	note.size = 0;
	one_note(1, "Xen", 4, "abcdefgh", 8);
	one_note(NT_GNU_BUILD_ID, "GNU is not", 11, "abcdefgh", 8);
	one_note(NT_GNU_BUILD_ID, "XYZ", 4, "abcdefgh", 8);
	one_note(NT_GNU_BUILD_ID, "GNU", 4, "", 0);
	one_note(NT_GNU_BUILD_ID, "GNU", 4, many, sizeof(many));
	check(id_of("other notes", id) == 0, "other notes are no build-id");
	one_note(NT_GNU_BUILD_ID, "GNU", 4, "87654321", 8);
	check(id_of("behind others", id) == 8 && !memcmp(id, "87654321", 8), "behind others");
	usual();
	note.size = 10;
	check(id_of("a note that is cut", id) == 0, "a note that is cut");
	usual();
	parts[NOTE].told_size = 1 << 20;
	check(id_of("a note behind the end of the file", id) == 0, "a note outside");
}

static void test_dwarf(void)
{
	struct layout layout;
	struct error err = { "" };
	struct syms *syms;

	usual();
	syms = taken("without DWARF");
	if (syms) {
		check(!syms_has_types(syms), "there is no DWARF in it");
		syms_close(syms);
	}
	usual();
	parts[MORE].name = ".debug_info";
	parts[MORE].content = "\7\0\0\0\4\0\0\0\0\0\10";
	parts[MORE].size = 11;
	syms = taken("empty DWARF");
	if (syms) {
		check(syms_has_types(syms) && !syms_layout(syms, &layout, &err) &&
			      !layout.size[STRUCT_DOMAIN],
		      "there is nothing in its DWARF: %s", err.text);
		syms_close(syms);
	}
	/* The types are in a file that dwz made of many. */
	usual();
	parts[MORE].name = ".debug_info";
	parts[MORE].content = "\7\0\0\0\4\0\0\0\0\0\10";
	parts[MORE].size = 11;
	parts[TEXT].name = ".gnu_debugaltlink";
	syms = taken("DWARF that is apart");
	if (syms) {
		check(!syms_has_types(syms), "its types are in another file");
		syms_close(syms);
	}
}

int main(void)
{
	if (!syms_built()) {
		puts("skipped: built without libdw");
		puts("0 passed, 0 failed, 1 skipped");
		return 0;
	}
	if (!own_file(path, sizeof(path), "syms"))
		return 1;
	test_refused();
	test_unreadable();
	test_extents();
	test_symbols();
	test_second_table();
	test_build_ids();
	test_dwarf();
	unlink(path);
	return test_end();
}
