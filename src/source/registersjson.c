/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/registersjson.h"

#include "base/jsonread.h"
#include "base/jsonwrite.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

static const struct {
	const char *name;
	size_t place;
	bool optional; /* 0 where it is not told */
} members[] = {
	{ "cr0", offsetof(struct paging_registers, cr0), false },
	{ "cr3", offsetof(struct paging_registers, cr3), false },
	{ "cr4", offsetof(struct paging_registers, cr4), true },
	{ "efer", offsetof(struct paging_registers, efer), true },
	{ "pat", offsetof(struct paging_registers, pat), false },
};

#define COUNT (sizeof(members) / sizeof(members[0]))

void registers_write(struct jsonwrite *json, const char *key, const struct facts *facts)
{
	size_t i, k;

	json_open(json, key, '[');
	for (i = 0; i < facts->register_count; i++) {
		json_open(json, NULL, '{');
		json_number(json, "vcpu", facts->registers[i].vcpu);
		for (k = 0; k < COUNT; k++)
			json_hex(json, members[k].name,
				 *(const uint64_t *)(const void *)((const char *)&facts
									   ->registers[i]
									   .registers +
								   members[k].place));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static int read_one(struct json_object *json, struct paging_registers *registers, struct error *err)
{
	size_t k;

	for (k = 0; k < COUNT; k++) {
		struct json_object *member = jsonread_member(json, members[k].name);
		const char *text = jsonread_string(member);
		uint64_t *value = (uint64_t *)(void *)((char *)registers + members[k].place);

		*value = 0;
		if (member ? !text || !text_hex_string(text, value) : !members[k].optional)
			return error_set(
				err, -EINVAL,
				"each vCPU must have \"cr0\", \"cr3\", \"cr4\", \"efer\" and "
				"\"pat\" as hexadecimal strings; \"%s\" is wrong",
				members[k].name);
	}
	return 0;
}

int registers_read(struct json_object *json, struct facts *facts, enum how how, struct error *err)
{
	size_t i;

	facts_clear_registers(facts);
	facts->how_registers = how;
	if (!jsonread_is_array(json))
		return error_set(err, -EINVAL, "an array of vCPUs is expected");
	if (jsonread_length(json) > FACTS_REGISTERS_MAX)
		return error_set(err, -EINVAL, "too many vCPUs");
	for (i = 0; i < jsonread_length(json); i++) {
		struct json_object *item = jsonread_item(json, i), *id;
		struct paging_registers registers;
		uint64_t vcpu = i;
		int rc;

		id = jsonread_member(item, "vcpu");
		if (id && !jsonread_whole(id, FACTS_VCPU_MAX - 1, &vcpu))
			return error_set(err, -EINVAL, "\"vcpu\" must be a number below %d",
					 FACTS_VCPU_MAX);
		rc = read_one(item, &registers, err);
		if (rc)
			return rc;
		if (facts_add_registers(facts, vcpu, &registers))
			return error_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}
