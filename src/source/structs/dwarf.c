/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/dwarf.h"

#ifdef HAVE_DW

#include <dwarf.h>
#include <errno.h>
#include <setjmp.h>
#include <string.h>

#define DEPTH_MOST 16 /* typedefs of typedefs, structures in structures */

struct search {
	Dwarf_Die type[STRUCT_COUNT];
	bool found[STRUCT_COUNT];
	uint64_t patience;
};

/* The next entry beside one. False at the end, and where there is no end. */
static bool next(struct search *search, Dwarf_Die *die)
{
	return search->patience && --search->patience && !dwarf_siblingof(die, die);
}

/* What an entry's type is behind names and qualifiers. */
static bool type_of(struct search *search, Dwarf_Die *die, Dwarf_Die *type)
{
	unsigned int depth;

	*type = *die;
	for (depth = 0; depth < DEPTH_MOST && search->patience; depth++) {
		Dwarf_Attribute attribute;
		Dwarf_Die of = *type;

		search->patience--;
		if (!dwarf_attr(&of, DW_AT_type, &attribute) ||
		    !dwarf_formref_die(&attribute, type))
			return false;
		switch (dwarf_tag(type)) {
		case DW_TAG_typedef:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
			continue;
		default:
			return true;
		}
	}
	return false;
}

static bool number_of(Dwarf_Die *die, unsigned int name, uint64_t *value)
{
	Dwarf_Attribute attribute;
	Dwarf_Word word;

	if (!dwarf_attr(die, name, &attribute) || dwarf_formudata(&attribute, &word))
		return false;
	*value = word;
	return true;
}

/* How many elements an array has, in all its dimensions. */
static uint64_t elements(struct search *search, Dwarf_Die *array)
{
	uint64_t count = 1, n;
	Dwarf_Die die;

	if (dwarf_child(array, &die))
		return 0;
	do {
		if (dwarf_tag(&die) != DW_TAG_subrange_type)
			continue;
		if (number_of(&die, DW_AT_upper_bound, &n))
			n++;
		else if (!number_of(&die, DW_AT_count, &n))
			return 0;
		count = n && n <= UINT32_MAX / count ? count * n : 0;
	} while (count && next(search, &die));
	return count;
}

/* Bytes that a type has, or 0. */
static uint32_t size_of(struct search *search, Dwarf_Die *type)
{
	uint64_t size = 0, count;
	Dwarf_Die element;

	if (dwarf_tag(type) == DW_TAG_pointer_type && !number_of(type, DW_AT_byte_size, &size))
		return 8;
	if (dwarf_tag(type) != DW_TAG_array_type)
		return number_of(type, DW_AT_byte_size, &size) && size <= UINT32_MAX ? size : 0;
	count = elements(search, type);
	if (!count || !type_of(search, type, &element) || dwarf_tag(&element) == DW_TAG_array_type)
		return 0;
	size = size_of(search, &element);
	return size && count <= UINT32_MAX / size ? count * size : 0;
}

/* Looks for a member by the first length bytes of name, in what has no name, too. */
static bool member(struct search *search, Dwarf_Die *type, const char *name, size_t length,
		   unsigned int depth, Dwarf_Die *result, uint64_t *offset)
{
	Dwarf_Die die, inner;

	if (depth == DEPTH_MOST || dwarf_child(type, &die))
		return false;
	do {
		const char *its;
		uint64_t at = 0;

		if (dwarf_tag(&die) != DW_TAG_member)
			continue;
		its = dwarf_diename(&die);
		if (its && (strlen(its) != length || memcmp(its, name, length)))
			continue;
		/* Members of unions may have none. */
		if (dwarf_hasattr(&die, DW_AT_data_member_location) &&
		    !number_of(&die, DW_AT_data_member_location, &at))
			return false;
		if (its) {
			*result = die;
			*offset += at;
			return true;
		}
		if (type_of(search, &die, &inner) &&
		    member(search, &inner, name, length, depth + 1, result, offset)) {
			*offset += at;
			return true;
		}
	} while (next(search, &die));
	return false;
}

/* "arch.hvm.mtrr" in a structure. */
static bool find_path(struct search *search, const Dwarf_Die *structure, const char *path,
		      struct member_place *place)
{
	Dwarf_Die type = *structure, die;
	uint64_t offset = 0;

	while (path) {
		size_t length = strcspn(path, ".");

		if (!member(search, &type, path, length, 0, &die, &offset) ||
		    !type_of(search, &die, &type))
			return false;
		path = path[length] ? path + length + 1 : NULL;
	}
	place->offset = offset;
	place->size = size_of(search, &type);
	place->known = offset < UINT32_MAX && place->size;
	return place->known;
}

/* The structures of one source file that are wanted. */
static void look_through(struct search *search, Dwarf_Die *unit)
{
	Dwarf_Die here[STRUCT_COUNT], die;
	bool found[STRUCT_COUNT] = { false };
	unsigned int i;

	if (dwarf_child(unit, &die))
		return;
	do {
		const char *name;

		if (dwarf_tag(&die) != DW_TAG_structure_type ||
		    dwarf_hasattr(&die, DW_AT_declaration))
			continue;
		name = dwarf_diename(&die);
		for (i = 0; name && i < STRUCT_COUNT; i++)
			if (!search->found[i] && !found[i] && !strcmp(struct_info[i].name, name)) {
				here[i] = die;
				found[i] = true;
			}
	} while (next(search, &die));
	for (i = 0; i < STRUCT_COUNT; i++) {
		int beside = struct_info[i].beside;

		if (!found[i] || (beside >= 0 && !found[beside]))
			continue;
		search->type[i] = here[i];
		search->found[i] = true;
	}
}

static bool all_found(const struct search *search)
{
	unsigned int i;

	for (i = 0; i < STRUCT_COUNT; i++)
		if (!search->found[i])
			return false;
	return true;
}

static bool find_layout(Dwarf *dwarf, uint64_t patience, struct layout *layout)
{
	struct search search = { .patience = patience };
	Dwarf_Off offset = 0, after;
	size_t header;
	unsigned int i;

	memset(layout, 0, sizeof(*layout));
	while (!all_found(&search) && search.patience &&
	       !dwarf_nextcu(dwarf, offset, &after, &header, NULL, NULL, NULL) && after > offset) {
		Dwarf_Die unit;

		search.patience--;
		if (dwarf_offdie(dwarf, offset + header, &unit))
			look_through(&search, &unit);
		offset = after;
	}
	for (i = 0; i < STRUCT_COUNT; i++)
		if (search.found[i])
			layout->size[i] = size_of(&search, &search.type[i]);
	for (i = 0; i < MEMBER_COUNT; i++) {
		const struct member_info *info = &member_info[i];
		const Dwarf_Die *type = &search.type[info->of];

		if (search.found[info->of] &&
		    !find_path(&search, type, info->path, &layout->member[i]) && info->older)
			find_path(&search, type, info->older, &layout->member[i]);
	}
	return search.patience;
}

/* libdw would end the program with status 1. What it holds is not looked at any more then. */
static jmp_buf no_memory;

static void __attribute__((noreturn)) give_up(void)
{
	longjmp(no_memory, 1);
}

int dwarf_layout(Dwarf *dwarf, uint64_t patience, struct layout *layout)
{
	if (setjmp(no_memory))
		return -ENOMEM;
	dwarf_new_oom_handler(dwarf, give_up);
	return find_layout(dwarf, patience, layout) ? 0 : -EINVAL;
}

#endif
