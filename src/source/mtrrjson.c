/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/mtrrjson.h"

#include "base/jsonread.h"
#include "base/jsonwrite.h"
#include "x86/memtype.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void mtrr_write_var(struct jsonwrite *json, const char *key, const struct mtrr_state *state)
{
	unsigned int i;

	json_open(json, key, '[');
	for (i = 0; i < state->var_count; i++)
		json_hex_pair(json, NULL, state->var[i].base, state->var[i].mask);
	json_close(json, ']');
}

void mtrr_write(struct jsonwrite *json, const struct mtrr_fact *fact)
{
	const struct mtrr_state *state = &fact->state;
	unsigned int i;

	json_hex(json, "cap", state->cap);
	json_hex(json, "def_type", state->def_type);
	json_open(json, "fixed", '[');
	for (i = 0; i < MTRR_FIXED_COUNT; i++)
		json_hex(json, NULL, state->fixed[i]);
	json_close(json, ']');
	mtrr_write_var(json, "var", state);
	json_bool(json, "def_type_known", fact->known.def_type);
	json_bool(json, "fixed_known", fact->known.fixed);
	json_hex(json, "var_known", fact->known.var);
}

static int var_pairs(struct json_object *json, struct mtrr_state *state, struct error *err)
{
	size_t i;

	if (!jsonread_is_array(json) || jsonread_length(json) > MTRR_VAR_MAX)
		return error_set(err, -EINVAL,
				 "\"var\" must be an array of at most %d [\"0xBASE\", \"0xMASK\"]",
				 MTRR_VAR_MAX);
	state->var_count = jsonread_length(json);
	for (i = 0; i < state->var_count; i++)
		if (!jsonread_pair(jsonread_item(json, i), &state->var[i].base,
				   &state->var[i].mask))
			return error_set(err, -EINVAL,
					 "\"var\" %zu is not [\"0xBASE\", \"0xMASK\"]", i);
	return 0;
}

int mtrr_read(struct json_object *json, struct mtrr_state *state, struct error *err)
{
	struct json_object *fixed = jsonread_member(json, "fixed"),
			   *var = jsonread_member(json, "var"), *cap = jsonread_member(json, "cap");
	int rc, told = (cap ? MTRR_TOLD_CAP : 0) | (fixed ? MTRR_TOLD_FIXED : 0) |
		       (var ? MTRR_TOLD_VAR : 0);
	size_t i;

	memset(state, 0, sizeof(*state));
	if (!jsonread_number(jsonread_member(json, "def_type"), &state->def_type))
		return error_set(err, -EINVAL, "MTRRs need \"def_type\" as a hex string");
	if (cap && !jsonread_number(cap, &state->cap))
		return error_set(err, -EINVAL, "\"cap\" is not a hex string");
	if (fixed && jsonread_length(fixed) != MTRR_FIXED_COUNT)
		return error_set(err, -EINVAL,
				 "\"fixed\" must have the %d registers 0x250 to 0x26f",
				 MTRR_FIXED_COUNT);
	for (i = 0; fixed && i < MTRR_FIXED_COUNT; i++)
		if (!jsonread_number(jsonread_item(fixed, i), &state->fixed[i]))
			return error_set(err, -EINVAL, "\"fixed\" %zu is not a hex string", i);
	if (!var)
		return told;
	rc = var_pairs(var, state, err);
	/* 0 stands where it is not known, as in a log. */
	if (!rc && state->cap && (state->cap & 0xff) < state->var_count)
		state->var_count = state->cap & 0xff;
	return rc ? rc : told;
}

/* The widths of addresses differ, and types and reserved bits do not. */
static int check_register(const char *name, uint64_t value, struct error *err)
{
	if (mtrr_write_accepted(name, value, 64))
		return 0;
	return error_set(err, -EINVAL,
			 "%s cannot be 0x%" PRIx64
			 ": it would have reserved bits, or a type that is "
			 "none of 0, 1, 4, 5 and 6",
			 name, value);
}

int mtrr_check_var(const struct mtrr_state *state, struct error *err)
{
	unsigned int i;
	char name[32];
	int rc = 0;

	for (i = 0; i < state->var_count && !rc; i++) {
		snprintf(name, sizeof(name), "var%u_base", i);
		rc = check_register(name, state->var[i].base, err);
		snprintf(name, sizeof(name), "var%u_mask", i);
		if (!rc)
			rc = check_register(name, state->var[i].mask, err);
	}
	return rc;
}

int mtrr_check(const struct mtrr_state *state, unsigned int told, struct error *err)
{
	int rc = check_register("def_type", state->def_type, err);
	unsigned int i;
	char name[32];

	for (i = 0; told & MTRR_TOLD_FIXED && i < MTRR_FIXED_COUNT && !rc; i++) {
		snprintf(name, sizeof(name), "fixed%u", i);
		rc = check_register(name, state->fixed[i], err);
	}
	return !rc && told & MTRR_TOLD_VAR ? mtrr_check_var(state, err) : rc;
}

/* Pairs that there can be where nobody says how many: as many as Xen shows a guest. */
#define VAR_USUAL 8

void mtrr_keep_untold(struct mtrr_fact *fact, const struct mtrr_fact *was, unsigned int told)
{
	struct mtrr_state *state = &fact->state;
	bool same = state->def_type == was->state.def_type;
	unsigned int i, count;

	if (!(told & MTRR_TOLD_CAP))
		state->cap = was->state.cap;
	if (!(told & MTRR_TOLD_FIXED)) {
		for (i = 0; i < MTRR_FIXED_COUNT; i++)
			state->fixed[i] =
				was->how == HOW_UNKNOWN ? mtrr_fixed_usual(i) : was->state.fixed[i];
		fact->known.fixed = was->known.fixed && how_certain(was->how);
	}
	if (told & MTRR_TOLD_VAR)
		return;
	count = state->cap & 0xff;
	memcpy(state->var, was->state.var, sizeof(state->var));
	state->var_count = was->state.var_count;
	/* Those of boot say nothing where the default type is not that of boot. */
	fact->known.var =
		how_certain(was->how_var) || (how_certain(was->how) && same) ? was->known.var : 0;
	fact->how_var = was->how_var;
	if (was->how_var == HOW_UNKNOWN && !state->var_count)
		state->var_count = count && count <= MTRR_VAR_MAX ? count : VAR_USUAL;
}

/* Is it said of parts that are not told that they are known? */
static const char *untold(const struct mtrr_fact *fact, struct json_object *json, unsigned int told)
{
	bool fixed = false;

	if (!(told & MTRR_TOLD_FIXED) &&
	    jsonread_bool(jsonread_member(json, "fixed_known"), &fixed) && fixed)
		return "\"fixed_known\" is true, but there is no \"fixed\"";
	if (!(told & MTRR_TOLD_VAR) && jsonread_member(json, "var_known") && fact->known.var)
		return "\"var_known\" tells of pairs, but there is no \"var\"";
	if (!(told & MTRR_TOLD_VAR) && jsonread_member(json, "how_var") &&
	    how_parse(jsonread_string(jsonread_member(json, "how_var"))) > HOW_UNKNOWN)
		return "\"how_var\" tells of \"var\", which is missing";
	return NULL;
}

int mtrr_read_known(struct json_object *json, struct mtrr_fact *fact, unsigned int told,
		    bool keep_how, struct error *err)
{
	const struct {
		const char *key;
		bool *known;
	} parts[] = { { "def_type_known", &fact->known.def_type },
		      { "fixed_known", &fact->known.fixed } };
	const struct {
		const char *key;
		enum how *how;
	} hows[] = { { "how", &fact->how }, { "how_var", &fact->how_var } };
	struct json_object *value = jsonread_member(json, "var_known");
	const char *wrong;
	unsigned int i;
	int how;

	if (value && !jsonread_number(value, &fact->known.var))
		return error_set(err, -EINVAL, "\"var_known\" is not a hex string");
	for (i = 0; i < 2; i++) {
		value = jsonread_member(json, parts[i].key);
		if (value && !jsonread_bool(value, parts[i].known))
			return error_set(err, -EINVAL, "\"%s\" must be true or false",
					 parts[i].key);
		value = jsonread_member(json, hows[i].key);
		if (!value)
			continue;
		how = how_parse(jsonread_string(value));
		if (how < 0)
			return error_set(err, -EINVAL, "\"%s\" is no way of knowing", hows[i].key);
		if (keep_how || !how_certain(how))
			*hows[i].how = how;
	}
	wrong = untold(fact, json, told);
	return wrong ? error_set(err, -EINVAL, "%s", wrong) : 0;
}

int mtrr_read_var(struct json_object *json, struct mtrr_state *state, struct error *err)
{
	size_t i, count = jsonread_length(json);

	if (!jsonread_is_array(json))
		return error_set(err, -EINVAL, "must be an array");
	if (jsonread_is_array(jsonread_item(json, 0)))
		return var_pairs(json, state, err);
	if (count > MTRR_VAR_MAX)
		return error_set(err, -EINVAL, "more than %d ranges", MTRR_VAR_MAX);
	state->var_count = count;
	for (i = 0; i < count; i++) {
		struct json_object *range = jsonread_item(json, i);
		int type = memtype_parse(jsonread_string(jsonread_member(range, "type")));
		uint64_t first, last;

		if (!jsonread_range(jsonread_member(range, "mfn"), FRAME_LAST, &first, &last) ||
		    type < 0 || type == MEMTYPE_UC_MINUS || (last - first + 1) & (last - first) ||
		    first & (last - first))
			return error_set(err, -EINVAL,
					 "range %zu needs \"mfn\": [\"0xFIRST\", \"0xLAST\"], a "
					 "power of two, and \"type\"",
					 i);
		state->var[i].base = first << 12 | type;
		state->var[i].mask =
			(~(last - first) << 12 & UINT64_C(0xffffffffff000)) | MTRR_MASK_VALID;
	}
	return 0;
}
