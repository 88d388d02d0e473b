/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where members are, by DWARF that no compiler makes: types that go round in circles, arrays
 * without an end, numbers where none can be. A member is where it is or not known, never elsewhere.
 */
#include "unit/test.h"

#ifndef HAVE_DW

int main(void)
{
	puts("skipped: built without libdw");
	puts("0 passed, 0 failed, 1 skipped");
	return 0;
}

#else

#include "base/array.h"
#include "source/structs/dwarf.h"
#include "unit/elf.h"

#include <dwarf.h>
#include <errno.h>
#include <gelf.h>
#include <stdbool.h>

/* Abbreviations: a tag, whether it has children, and up to three attributes with their forms. */
enum kind {
	UNIT = 1,
	BARREN_UNIT,
	STRUCT,
	BARREN_STRUCT,
	NAMELESS,
	DECLARED,
	UNION,
	MEMBER,
	NAMELESS_MEMBER,
	TYPELESS_MEMBER,
	PLACELESS_MEMBER,
	COMPUTED_MEMBER,
	TURNING_MEMBER,
	TYPELESS_NAMELESS,
	BASE,
	SIZELESS,
	POINTER,
	SIZED_POINTER,
	TYPEDEF,
	VOID_TYPEDEF,
	CONST,
	VOLATILE,
	ARRAY,
	BARREN_ARRAY,
	TYPELESS_ARRAY,
	UPTO,
	COUNTED,
	ENDLESS,
	VARIABLE,
	KINDS,
};

#define NAME DW_AT_name, DW_FORM_string
#define SIZE DW_AT_byte_size, DW_FORM_udata
#define TYPE DW_AT_type, DW_FORM_ref4
#define AT   DW_AT_data_member_location, DW_FORM_udata

static const uint8_t abbreviations[KINDS][8] = {
	[UNIT] = { DW_TAG_compile_unit, 1 },
	[BARREN_UNIT] = { DW_TAG_compile_unit, 0 },
	[STRUCT] = { DW_TAG_structure_type, 1, NAME, SIZE },
	[BARREN_STRUCT] = { DW_TAG_structure_type, 0, NAME, SIZE },
	[NAMELESS] = { DW_TAG_structure_type, 1, SIZE },
	[DECLARED] = { DW_TAG_structure_type, 0, NAME, DW_AT_declaration, DW_FORM_flag_present },
	[UNION] = { DW_TAG_union_type, 1, SIZE },
	[MEMBER] = { DW_TAG_member, 0, NAME, AT, TYPE },
	[NAMELESS_MEMBER] = { DW_TAG_member, 0, AT, TYPE },
	[TYPELESS_MEMBER] = { DW_TAG_member, 0, NAME, AT },
	[PLACELESS_MEMBER] = { DW_TAG_member, 0, NAME, TYPE },
	[COMPUTED_MEMBER] = { DW_TAG_member, 0, NAME, DW_AT_data_member_location, DW_FORM_string,
			      TYPE },
	[TURNING_MEMBER] = { DW_TAG_member, 1, NAME, AT, DW_AT_sibling, DW_FORM_ref4 },
	[TYPELESS_NAMELESS] = { DW_TAG_member, 0, AT },
	[BASE] = { DW_TAG_base_type, 0, SIZE },
	[SIZELESS] = { DW_TAG_base_type, 0 },
	[POINTER] = { DW_TAG_pointer_type, 0 },
	[SIZED_POINTER] = { DW_TAG_pointer_type, 0, SIZE },
	[TYPEDEF] = { DW_TAG_typedef, 0, TYPE },
	[VOID_TYPEDEF] = { DW_TAG_typedef, 0 },
	[CONST] = { DW_TAG_const_type, 0, TYPE },
	[VOLATILE] = { DW_TAG_volatile_type, 0, TYPE },
	[ARRAY] = { DW_TAG_array_type, 1, TYPE },
	[BARREN_ARRAY] = { DW_TAG_array_type, 0, TYPE },
	[TYPELESS_ARRAY] = { DW_TAG_array_type, 1 },
	[UPTO] = { DW_TAG_subrange_type, 0, DW_AT_upper_bound, DW_FORM_udata },
	[COUNTED] = { DW_TAG_subrange_type, 0, DW_AT_count, DW_FORM_udata },
	[ENDLESS] = { DW_TAG_subrange_type, 0 },
	[VARIABLE] = { DW_TAG_variable, 0 },
};

/* ---- entries as they are written ---- */

#define LABELS 24

static struct bytes info;
static size_t unit_at;	       /* in info */
static uint32_t label[LABELS]; /* of the unit; 0: not yet set */
static struct {
	size_t at;
	unsigned int label;
} wish[64];
static unsigned int wishes;

static void put_uleb(struct bytes *bytes, uint64_t number)
{
	do
		put_number(bytes, (number & 0x7f) | (number > 0x7f ? 0x80 : 0), 1);
	while (number >>= 7);
}

static void set(unsigned int n)
{
	label[n] = info.size - unit_at;
}

static void refer(unsigned int n)
{
	wish[wishes].at = info.size;
	wish[wishes++].label = n;
	put_number(&info, 0, 4);
}

static void entry(enum kind kind)
{
	put_number(&info, kind, 1);
}

static void end(void)
{
	entry(0);
}

static void begin_unit(enum kind kind)
{
	memset(label, 0, sizeof(label));
	wishes = 0;
	unit_at = info.size;
	put_number(&info, 0, 4);
	put_number(&info, 4, 2); /* DWARF 4 */
	put_number(&info, 0, 4);
	put_number(&info, 8, 1);
	if (kind)
		entry(kind);
}

/* A label that is nowhere is behind the file. */
static void end_unit(void)
{
	uint32_t size = info.size - unit_at - 4;
	unsigned int i;

	memcpy(info.at + unit_at, &size, 4);
	for (i = 0; i < wishes; i++) {
		uint32_t to = label[wish[i].label] ? label[wish[i].label] : 0x100000;

		memcpy(info.at + wish[i].at, &to, 4);
	}
}

static void structure(enum kind kind, const char *name)
{
	entry(kind);
	put_string(&info, name);
	if (kind != DECLARED)
		put_uleb(&info, 64);
}

static void sized(enum kind kind, uint64_t size)
{
	entry(kind);
	put_uleb(&info, size);
}

static void of_type(enum kind kind, unsigned int n)
{
	entry(kind);
	refer(n);
}

static void member(const char *name, uint64_t at, unsigned int n)
{
	entry(name ? MEMBER : NAMELESS_MEMBER);
	if (name)
		put_string(&info, name);
	put_uleb(&info, at);
	refer(n);
}

/* Type 0: four bytes. */
static void base(void)
{
	set(0);
	sized(BASE, 4);
}

/* ---- what is read of it ---- */

static int read_info(size_t patience, struct layout *layout)
{
	static struct bytes file;
	struct bytes abbreviated = { .size = 0 };
	struct elf_part parts[] = {
		{ .name = ".debug_info", SHT_PROGBITS, .content = info.at, .size = info.size },
		{ .name = ".debug_abbrev", SHT_PROGBITS, .content = abbreviated.at },
	};
	unsigned int kind, i;
	Dwarf *dwarf;
	Elf *elf;
	int rc;

	for (kind = 1; kind < KINDS; kind++) {
		put_uleb(&abbreviated, kind);
		put_bytes(&abbreviated, abbreviations[kind], 2);
		for (i = 2; i < 8 && abbreviations[kind][i]; i++)
			put_number(&abbreviated, abbreviations[kind][i], 1);
		put_number(&abbreviated, 0, 2);
	}
	put_number(&abbreviated, 0, 1);
	parts[1].size = abbreviated.size;
	elf_make(&file, parts, ARRAY_SIZE(parts));
	elf_version(EV_CURRENT);
	elf = elf_memory((char *)file.at, file.size);
	dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (!check(dwarf != NULL, "libdw does not take the file: %s", dwarf_errmsg(-1)))
		return -1;
	rc = dwarf_layout(dwarf, patience, layout);
	dwarf_end(dwarf);
	elf_end(elf);
	return rc;
}

/* The type of a member, as label 1. */
static void four_bytes(void)
{
	set(1);
	sized(BASE, 4);
}

static void named_types(void)
{
	set(1);
	of_type(TYPEDEF, 2);
	set(2);
	of_type(CONST, 3);
	set(3);
	of_type(VOLATILE, 0);
}

static void circle(void)
{
	set(1);
	of_type(TYPEDEF, 2);
	set(2);
	of_type(CONST, 1);
}

static void name_of_nothing(void)
{
	set(1);
	entry(VOID_TYPEDEF);
}

static void nowhere(void)
{
}

static void no_size(void)
{
	set(1);
	entry(SIZELESS);
}

static void great_size(void)
{
	set(1);
	sized(BASE, UINT64_C(1) << 32);
}

static void pointer(void)
{
	set(1);
	entry(POINTER);
}

static void short_pointer(void)
{
	set(1);
	sized(SIZED_POINTER, 4);
}

static void array(enum kind kind, uint64_t number)
{
	set(1);
	of_type(ARRAY, 0);
	sized(kind, number);
	end();
}

static void up_to_two(void)
{
	array(UPTO, 2);
}

static void three(void)
{
	array(COUNTED, 3);
}

static void two_dimensions(void)
{
	set(1);
	of_type(ARRAY, 0);
	sized(UPTO, 1);
	entry(VARIABLE);
	sized(UPTO, 4);
	end();
}

static void no_element(void)
{
	array(COUNTED, 0);
}

static void all_numbers(void)
{
	array(UPTO, UINT64_MAX);
}

static void many(void)
{
	array(COUNTED, UINT64_C(1) << 32);
}

static void many_times_four(void)
{
	array(COUNTED, UINT64_C(1) << 30);
}

static void no_end(void)
{
	set(1);
	of_type(ARRAY, 0);
	entry(ENDLESS);
	end();
}

static void no_dimension(void)
{
	set(1);
	of_type(BARREN_ARRAY, 0);
}

static void of_nothing(void)
{
	set(1);
	entry(TYPELESS_ARRAY);
	sized(UPTO, 2);
	end();
}

static void of_arrays(void)
{
	set(1);
	of_type(ARRAY, 2);
	sized(UPTO, 2);
	end();
	set(2);
	of_type(ARRAY, 0);
	sized(UPTO, 2);
	end();
}

static void of_what_has_no_size(void)
{
	set(1);
	of_type(ARRAY, 2);
	sized(UPTO, 2);
	end();
	set(2);
	entry(SIZELESS);
}

static const struct {
	const char *what;
	void (*type)(void);
	uint32_t size; /* 0: not known */
} types[] = {
	{ "four bytes", four_bytes, 4 },
	{ "a name of a name", named_types, 4 },
	{ "names that mean each other", circle, 0 },
	{ "a name of nothing", name_of_nothing, 0 },
	{ "a type that is nowhere", nowhere, 0 },
	{ "a type without a size", no_size, 0 },
	{ "a type of 4 GiB", great_size, 0 },
	{ "a pointer without a size", pointer, 8 },
	{ "a pointer of four bytes", short_pointer, 4 },
	{ "an array up to [2]", up_to_two, 12 },
	{ "an array of three", three, 12 },
	{ "an array of [2][5], with something else between", two_dimensions, 40 },
	{ "an array of none", no_element, 0 },
	{ "an array of 2^64", all_numbers, 0 },
	{ "an array of 2^32", many, 0 },
	{ "an array of 4 GiB", many_times_four, 0 },
	{ "an array without an end", no_end, 0 },
	{ "an array without a dimension", no_dimension, 0 },
	{ "an array of nothing", of_nothing, 0 },
	{ "an array of arrays", of_arrays, 0 },
	{ "an array of what has no size", of_what_has_no_size, 0 },
};

static void test_types(void)
{
	struct layout layout;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		const struct member_place *place = &layout.member[DOMAIN_ID];

		info.size = 0;
		begin_unit(UNIT);
		base();
		types[i].type();
		structure(STRUCT, "domain");
		entry(VARIABLE);
		member("domain_id", 24, 1);
		end();
		end();
		end_unit();
		rc = read_info(SIZE_MAX, &layout);
		check(!rc && place->known == !!types[i].size && place->size == types[i].size &&
			      place->offset == 24 * (types[i].size || place->offset),
		      "%s: %d, %sknown, %u bytes at %u", types[i].what, rc,
		      place->known ? "" : "not ", place->size, place->offset);
	}
}

/* ---- members ---- */

static void in_union(void)
{
	member(NULL, 8, 2);
	end();
	set(2);
	sized(UNION, 16);
	entry(PLACELESS_MEMBER);
	put_string(&info, "other");
	refer(0);
	entry(PLACELESS_MEMBER);
	put_string(&info, "domain_id");
	refer(0);
	end();
}

static void behind_nameless(void)
{
	entry(TYPELESS_NAMELESS);
	put_uleb(&info, 0);
	member(NULL, 4, 0);
	member("domain_ie", 4, 0);
	member("domain_id", 12, 0);
	end();
}

static void in_itself(void)
{
	member(NULL, 4, 2);
	end();
	set(2);
	sized(NAMELESS, 16);
	member(NULL, 4, 2);
	end();
}

static void no_type(void)
{
	entry(TYPELESS_MEMBER);
	put_string(&info, "domain_id");
	put_uleb(&info, 8);
	end();
}

static void no_number(void)
{
	entry(COMPUTED_MEMBER);
	put_string(&info, "domain_id");
	put_string(&info, "x");
	refer(0);
	end();
}

static void far_away(void)
{
	member("domain_id", UINT32_MAX, 0);
	end();
}

static const struct {
	const char *what;
	void (*members)(void); /* and what is behind the structure */
	bool known;
	uint32_t offset;
} places[] = {
	{ "in a union without a name", in_union, true, 8 },
	{ "behind members without a name", behind_nameless, true, 12 },
	{ "in what holds itself", in_itself, false, 0 },
	{ "without a type", no_type, false, 0 },
	{ "at no number", no_number, false, 0 },
	{ "4 GiB away", far_away, false, 0 },
};

static void test_places(void)
{
	struct layout layout;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		const struct member_place *place = &layout.member[DOMAIN_ID];

		info.size = 0;
		begin_unit(UNIT);
		base();
		structure(STRUCT, "domain");
		places[i].members();
		end();
		end_unit();
		rc = read_info(SIZE_MAX, &layout);
		check(!rc && place->known == places[i].known &&
			      (!place->known || place->offset == places[i].offset),
		      "%s: %d, %sknown, at %u", places[i].what, rc, place->known ? "" : "not ",
		      place->offset);
	}
}

/* ---- structures ---- */

static void with_member(const char *name, const char *its, uint64_t at)
{
	structure(STRUCT, name);
	member(its, at, 0);
	end();
}

/* Units: of nothing, of one kind of range, of the right one beside a struct rangeset. */
static void test_structures(void)
{
	struct layout layout;
	int rc;

	info.size = 0;
	begin_unit(BARREN_UNIT);
	end_unit();
	begin_unit(UNIT);
	base();
	with_member("range", "s", 4);
	structure(DECLARED, "domain");
	sized(NAMELESS, 8);
	end();
	structure(BARREN_STRUCT, "pci_dev");
	end();
	end_unit();
	begin_unit(UNIT);
	base();
	with_member("domain", "domain_id", 8);
	with_member("domain", "domain_id", 12);
	with_member("rangeset", "range_list", 16);
	with_member("range", "s", 20);
	end();
	end_unit();
	begin_unit(UNIT);
	base();
	with_member("domain", "domain_id", 24);
	end();
	end_unit();
	rc = read_info(SIZE_MAX, &layout);
	check(!rc && layout.member[DOMAIN_ID].known && layout.member[DOMAIN_ID].offset == 8,
	      "%d, domain_id at %u: the first that is declared whole counts", rc,
	      layout.member[DOMAIN_ID].offset);
	check(layout.member[RANGE_FIRST].known && layout.member[RANGE_FIRST].offset == 20,
	      "s of a range at %u: the one beside the set counts",
	      layout.member[RANGE_FIRST].offset);
	check(layout.size[STRUCT_PCI_DEVICE] == 64 && !layout.member[PCI_BUS].known,
	      "a structure without members has a size, and no member");
	check(!layout.size[STRUCT_VCPU] && !layout.member[VCPU_MTRR].known,
	      "a structure that is not there");
}

/* A member goes by another name in older releases. */
static void test_older(void)
{
	struct layout layout;
	int rc;

	info.size = 0;
	begin_unit(UNIT);
	base();
	structure(STRUCT, "domain");
	member("arch", 8, 2);
	end();
	set(2);
	sized(NAMELESS, 32);
	member("pdev_list", 4, 0);
	member("p2m", 16, 0);
	end();
	end();
	end_unit();
	rc = read_info(SIZE_MAX, &layout);
	check(!rc && layout.member[DOMAIN_DEVICES].known &&
		      layout.member[DOMAIN_DEVICES].offset == 12,
	      "%d, arch.pdev_list at %u", rc, layout.member[DOMAIN_DEVICES].offset);
	check(layout.member[DOMAIN_P2M].offset == 24, "arch.p2m at %u",
	      layout.member[DOMAIN_P2M].offset);
	check(!layout.member[DOMAIN_PINS].known, "neither name is there");
}

/* ---- damage ---- */

/* An entry that is its own neighbour, if libdw lets it be one. */
static void test_endless(void)
{
	struct layout layout;
	int rc;

	info.size = 0;
	begin_unit(UNIT);
	base();
	structure(STRUCT, "domain");
	set(2);
	entry(TURNING_MEMBER);
	put_string(&info, "x");
	put_uleb(&info, 0);
	refer(2);
	end();
	end();
	end();
	end_unit();
	rc = read_info(10000, &layout);
	check((rc == -EINVAL || !rc) && !layout.member[DOMAIN_ID].known,
	      "an entry that is its own neighbour: %d", rc);
}

/* Each way to run out of patience is one: nothing that was read until then is told. */
static void test_patience(void)
{
	struct layout layout;
	size_t patience;
	int rc = -EINVAL;

	info.size = 0;
	begin_unit(UNIT);
	base();
	named_types();
	structure(STRUCT, "domain");
	member("other", 0, 0);
	member("domain_id", 4, 1);
	end();
	two_dimensions();
	end();
	end_unit();
	for (patience = 0; patience < 1000 && rc == -EINVAL; patience++)
		rc = read_info(patience, &layout);
	check(!rc && patience > 10 && layout.member[DOMAIN_ID].known, "%d with a patience of %zu",
	      rc, patience);
}

/* A unit whose first entry has no abbreviation, one that is whole, and one of nothing at all. */
static void test_units(void)
{
	struct layout layout;
	int rc;

	info.size = 0;
	begin_unit(KINDS + 1);
	end_unit();
	begin_unit(UNIT);
	base();
	with_member("domain", "domain_id", 8);
	end();
	end_unit();
	begin_unit(0);
	end_unit();
	rc = read_info(SIZE_MAX, &layout);
	check(!rc && layout.member[DOMAIN_ID].known, "%d, domain_id is %sknown", rc,
	      layout.member[DOMAIN_ID].known ? "" : "not ");
}

int main(void)
{
	test_types();
	test_places();
	test_structures();
	test_older();
	test_endless();
	test_patience();
	test_units();
	return test_end();
}

#endif
