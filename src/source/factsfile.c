/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/factsfile.h"

#include "base/text.h"
#include "rules/rulesets.h"
#include "rules/types.h"
#include "source/jsonread.h"
#include "x86/memtype.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

int factsfile_ranges(struct json_object *json, struct ranges *ranges, struct error *err)
{
	size_t i;

	if (!json_object_is_type(json, json_type_array))
		return error_set(err, -EINVAL,
				 "frames must be an array of [\"0xFIRST\", \"0xLAST\"]");
	ranges_clear(ranges);
	for (i = 0; i < jsonread_length(json); i++) {
		uint64_t first, last;
		int rc;

		if (!jsonread_range(json_object_array_get_idx(json, i), &first, &last))
			return error_set(
				err, -EINVAL,
				"range %zu is not [\"0xFIRST\", \"0xLAST\"] with FIRST <= LAST", i);
		rc = ranges_add(ranges, first, last);
		if (rc)
			return error_set(err, rc, "out of memory");
	}
	ranges_settle(ranges);
	return 0;
}

static int var_pairs(struct json_object *json, struct mtrr_state *state, struct error *err)
{
	size_t i;

	if (!json_object_is_type(json, json_type_array) || jsonread_length(json) > MTRR_VAR_MAX)
		return error_set(err, -EINVAL,
				 "\"var\" must be an array of at most %d [\"0xBASE\", \"0xMASK\"]",
				 MTRR_VAR_MAX);
	state->var_count = jsonread_length(json);
	for (i = 0; i < state->var_count; i++)
		if (!jsonread_pair(json_object_array_get_idx(json, i), &state->var[i].base,
				   &state->var[i].mask))
			return error_set(err, -EINVAL,
					 "\"var\" %zu is not [\"0xBASE\", \"0xMASK\"]", i);
	return 0;
}

int factsfile_mtrr(struct json_object *json, struct mtrr_state *state, struct error *err)
{
	struct json_object *fixed = jsonread_member(json, "fixed"),
			   *var = jsonread_member(json, "var");
	size_t i;
	int rc;

	memset(state, 0, sizeof(*state));
	if (!jsonread_number(jsonread_member(json, "def_type"), &state->def_type))
		return error_set(err, -EINVAL, "MTRRs need \"def_type\" as a hex string");
	if (jsonread_member(json, "cap") &&
	    !jsonread_number(jsonread_member(json, "cap"), &state->cap))
		return error_set(err, -EINVAL, "\"cap\" is not a hex string");
	if (fixed && jsonread_length(fixed) != MTRR_FIXED_COUNT)
		return error_set(err, -EINVAL,
				 "\"fixed\" must have the %d registers 0x250 to 0x26f",
				 MTRR_FIXED_COUNT);
	for (i = 0; fixed && i < MTRR_FIXED_COUNT; i++)
		if (!jsonread_number(json_object_array_get_idx(fixed, i), &state->fixed[i]))
			return error_set(err, -EINVAL, "\"fixed\" %zu is not a hex string", i);
	if (!var)
		return 0;
	rc = var_pairs(var, state, err);
	if (!rc && jsonread_member(json, "cap") && (state->cap & 0xff) < state->var_count)
		state->var_count = state->cap & 0xff;
	return rc;
}

static int fact_bool(struct fact_bool *fact, struct json_object *value, enum how how,
		     struct error *err)
{
	if (!json_object_is_type(value, json_type_boolean))
		return error_set(err, -EINVAL, "must be true or false");
	fact->value = json_object_get_boolean(value);
	fact->how = how;
	return 0;
}

static int fact_ranges(struct fact_ranges *fact, struct json_object *value, enum how how,
		       struct error *err)
{
	fact->how = how;
	return factsfile_ranges(value, &fact->ranges, err);
}

static int fact_number(struct fact_number *fact, struct json_object *value, enum how how,
		       struct error *err)
{
	if (!jsonread_number(value, &fact->value))
		return error_set(err, -EINVAL, "must be a number or a hex string");
	fact->how = how;
	return 0;
}

static int fact_pins(struct facts *facts, struct json_object *value, enum how how,
		     struct error *err)
{
	size_t i;

	if (!json_object_is_type(value, json_type_array))
		return error_set(err, -EINVAL, "must be an array of {\"gfn\": […], \"type\": …}");
	facts_clear_pins(facts);
	facts->how_pins = how;
	for (i = 0; i < jsonread_length(value); i++) {
		struct json_object *pin = json_object_array_get_idx(value, i);
		struct json_object *name = jsonread_member(pin, "type");
		int type = name ? memtype_parse(json_object_get_string(name)) : -1;
		uint64_t first, last;

		if (!jsonread_range(jsonread_member(pin, "gfn"), &first, &last) || type < 0)
			return error_set(
				err, -EINVAL,
				"pin %zu needs \"gfn\": [\"0xFIRST\", \"0xLAST\"] and \"type\" UC, "
				"WC, WT, WP, WB or UC-",
				i);
		if (facts_add_pin(facts, first, last, type))
			return error_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

/* As reports print a vCPU of which not all is known. */
static int known_part(struct json_object *value, struct mtrr_fact *vcpu, bool keep_how,
		      struct error *err)
{
	static const char *const keys[] = { "how", "how_var" };
	enum how *const hows[] = { &vcpu->how, &vcpu->how_var };
	unsigned int i;

	if (jsonread_member(value, "def_type_known"))
		vcpu->known.def_type =
			json_object_get_boolean(jsonread_member(value, "def_type_known"));
	if (jsonread_member(value, "fixed_known"))
		vcpu->known.fixed = json_object_get_boolean(jsonread_member(value, "fixed_known"));
	if (jsonread_member(value, "var_known") &&
	    !jsonread_number(jsonread_member(value, "var_known"), &vcpu->known.var))
		return error_set(err, -EINVAL, "\"var_known\" is not a hex string");
	for (i = 0; i < 2; i++) {
		struct json_object *json = jsonread_member(value, keys[i]);
		int how = json ? how_parse(json_object_get_string(json)) : 0;

		if (how < 0)
			return error_set(err, -EINVAL, "\"%s\" is no way of knowing", keys[i]);
		if (json && (keep_how || !how_certain(how)))
			*hows[i] = how;
	}
	return 0;
}

static int add_vcpu(struct facts *facts, struct json_object *value, bool record, enum how how,
		    struct error *err)
{
	struct mtrr_fact vcpu = { .known = MTRR_KNOWN_ALL, .how = how, .how_var = how };
	struct mtrr_state state;
	int rc = factsfile_mtrr(value, &state, err);

	if (rc)
		return rc;
	vcpu.state = state;
	if (record)
		facts_mtrr_from_record(&vcpu, &state, how);
	rc = known_part(value, &vcpu, how != HOW_GIVEN, err);
	if (rc)
		return rc;
	rc = facts_add_vcpu(facts, &vcpu);
	return rc ? error_set(err, rc, "too many vCPUs") : 0;
}

/* One vCPU's registers, an array of them, or null: the domain has no vCPU. */
static int fact_guest_mtrr(struct facts *facts, struct json_object *value, bool record,
			   enum how how, struct error *err)
{
	size_t i;
	int rc = 0;

	facts_clear_vcpus(facts);
	if (!value) {
		facts->no_vcpu = true;
		return 0;
	}
	if (!json_object_is_type(value, json_type_array))
		return add_vcpu(facts, value, record, how, err);
	for (i = 0; i < jsonread_length(value) && !rc; i++)
		rc = add_vcpu(facts, json_object_array_get_idx(value, i), record, how, err);
	return rc;
}

static int fact_host_mtrr(struct facts *facts, struct json_object *value, enum how how,
			  struct error *err)
{
	struct mtrr_state state;
	int rc = factsfile_mtrr(value, &state, err);

	if (rc)
		return rc;
	facts->host.state = state;
	facts->host.known = MTRR_KNOWN_ALL;
	facts->host.how = facts->host.how_var = how;
	return known_part(value, &facts->host, false, err);
}

/* XENPF_read_memtype's view: [{"mfn": [first, last], "type": …}], or registers as in "var". */
static int fact_host_mtrr_var(struct facts *facts, struct json_object *value, enum how how,
			      struct error *err)
{
	struct mtrr_state *state = &facts->host.state;
	size_t i, n = jsonread_length(value);
	int rc = 0;

	if (!json_object_is_type(value, json_type_array))
		return error_set(err, -EINVAL, "must be an array");
	if (n && json_object_is_type(json_object_array_get_idx(value, 0), json_type_array)) {
		rc = var_pairs(value, state, err);
	} else {
		if (n > MTRR_VAR_MAX)
			return error_set(err, -EINVAL, "more than %d ranges", MTRR_VAR_MAX);
		state->var_count = n;
		for (i = 0; i < n; i++) {
			struct json_object *range = json_object_array_get_idx(value, i);
			struct json_object *name = jsonread_member(range, "type");
			int type = name ? memtype_parse(json_object_get_string(name)) : -1;
			uint64_t first, last;

			if (!jsonread_range(jsonread_member(range, "mfn"), &first, &last) ||
			    type < 0 || (last - first + 1) & (last - first) ||
			    first & (last - first))
				return error_set(
					err, -EINVAL,
					"range %zu needs \"mfn\": [\"0xFIRST\", \"0xLAST\"], a "
					"power of two, and \"type\"",
					i);
			state->var[i].base = first << 12 | type;
			state->var[i].mask = (~(last - first) << 12 & UINT64_C(0xffffffffff000)) |
					     MTRR_MASK_VALID;
		}
	}
	if (how == HOW_GIVEN) /* a capture says which, with the rest of them */
		facts->host.known.var = ~UINT64_C(0);
	facts->host.how_var = how;
	return rc;
}

/* An array of names; those that are none are left out. */
static uint32_t type_set(struct json_object *json)
{
	uint32_t types = 0;
	size_t i;

	for (i = 0; i < jsonread_length(json); i++) {
		const char *name = json_object_get_string(json_object_array_get_idx(json, i));
		int type = name ? p2m_type_parse(name) : -1;

		if (type >= 0)
			types |= 1u << type;
	}
	return types;
}

static int fact_types(struct facts *facts, struct json_object *value, enum how how,
		      struct error *err)
{
	size_t i;

	if (!json_object_is_type(value, json_type_array))
		return error_set(err, -EINVAL, "must be an array of {\"gfn\": […], \"type\": …}");
	facts->how_types = how;
	for (i = 0; i < jsonread_length(value); i++) {
		struct json_object *json = json_object_array_get_idx(value, i), *name;
		struct type_hint hint = { .types = 0 };
		int type;

		if (!jsonread_range(jsonread_member(json, "gfn"), &hint.first, &hint.last))
			return error_set(err, -EINVAL, "range %zu needs \"gfn\"", i);
		name = jsonread_member(json, "type");
		if (name) {
			type = p2m_type_parse(json_object_get_string(name));
			if (type < 0)
				return error_set(err, -EINVAL, "range %zu: no p2m type '%s'", i,
						 json_object_get_string(name));
			hint.types = 1u << type;
		}
		hint.types |= type_set(jsonread_member(json, "types"));
		name = jsonread_member(json, "hvmmem");
		if (name) {
			hint.types = types_of_hvmmem(json_object_get_string(name));
			if (!hint.types)
				return error_set(err, -EINVAL, "range %zu: no HVMMEM type '%s'", i,
						 json_object_get_string(name));
		}
		name = jsonread_member(json, "access");
		if (name)
			hint.rights_full = !strcmp(json_object_get_string(name), "rwx");
		if (facts_add_types(facts, &hint))
			return error_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

static int fact_rules(struct facts *facts, struct json_object *value, enum how how,
		      struct error *err)
{
	size_t i, n = jsonread_length(value);
	uint32_t rules = 0;

	for (i = 0; i < (n ? n : 1); i++) {
		struct json_object *json = n ? json_object_array_get_idx(value, i) : value;
		const char *name = json_object_get_string(json);
		int id = name ? ruleset_parse(name) : -1;

		if (id < 0)
			return error_set(err, -EINVAL, "no rule set '%s'", name ? name : "null");
		rules |= 1u << id;
	}
	facts->rules = rules;
	facts->how_rules = how;
	return 0;
}

static int fact_value(struct facts *facts, const char *name, struct json_object *value,
		      enum how how, struct error *err)
{
	if (text_same_name(name, "guest-mtrr-record"))
		return fact_guest_mtrr(facts, value, true, how, err);
	switch (fact_parse(name)) {
	case FACT_RULES:
		return fact_rules(facts, value, how, err);
	case FACT_IOMMU:
		return fact_bool(&facts->iommu, value, how, err);
	case FACT_CACHE_FLUSH:
		return fact_bool(&facts->cache_flush, value, how, err);
	case FACT_P2M_TYPE:
		/* In a capture of an image each entry has its own. */
		facts->entry_types = how == HOW_MEASURED && !jsonread_length(value);
		return fact_types(facts, value, how, err);
	case FACT_MMIO_RO:
		facts->mmio_ro_complete = true;
		return fact_ranges(&facts->mmio_ro, value, how, err);
	case FACT_MFN_VALID:
		return fact_ranges(&facts->mfn_valid, value, how, err);
	case FACT_SPECIAL:
		return fact_ranges(&facts->special, value, how, err);
	case FACT_APIC_ACCESS_MFN:
		return fact_number(&facts->apic_access_mfn, value, how, err);
	case FACT_PINNED:
		return fact_pins(facts, value, how, err);
	case FACT_GUEST_MTRR:
		return fact_guest_mtrr(facts, value, false, how, err);
	case FACT_GUEST_MTRR_VAR:
		return 0; /* told with each vCPU of guest-mtrr */
	case FACT_HOST_MTRR:
		return fact_host_mtrr(facts, value, how, err);
	case FACT_HOST_MTRR_VAR:
		return fact_host_mtrr_var(facts, value, how, err);
	case FACT_MEMORY_MAP:
		return fact_ranges(&facts->ram, value, how, err);
	case FACT_IOMEM:
		return fact_ranges(&facts->iomem, value, how, err);
	case FACT_IOPORTS:
		return fact_bool(&facts->ioports, value, how, err);
	case FACT_NR_PAGES:
		return fact_number(&facts->nr_pages, value, how, err);
	default:
		return error_set(err, -EINVAL, "no such fact; the man page lists their names");
	}
}

static int read_fact(struct facts *facts, const char *name, struct json_object *value,
		     bool keep_how, struct error *err)
{
	enum how how = HOW_GIVEN;
	struct json_object *possible = NULL;
	struct error inner = { "" };
	bool partial = false;
	int rc;

	if (json_object_is_type(value, json_type_object) && jsonread_member(value, "how") &&
	    !jsonread_member(value, "def_type")) {
		const char *text = json_object_get_string(jsonread_member(value, "how"));
		int parsed = how_parse(text);

		if (parsed < 0)
			return error_set(err, -EINVAL, "fact %s: no such \"how\" as '%s'", name,
					 text);
		if (parsed == HOW_UNKNOWN)
			return 0; /* says that nothing is known */
		if (parsed == HOW_ASSUMED || keep_how)
			how = parsed;
		partial = jsonread_member(value, "complete") &&
			  !json_object_get_boolean(jsonread_member(value, "complete"));
		possible = jsonread_member(value, "possible");
		value = jsonread_member(value, "value");
	}
	rc = fact_value(facts, name, value, how, &inner);
	if (partial)
		facts->mmio_ro_complete = false;
	if (possible && !rc)
		rc = fact_ranges(&facts->mmio_ro_possible, possible, how, &inner);
	return rc ? error_set(err, rc, "fact %s: %s", name, inner.text) : 0;
}

int factsfile_fact(struct facts *facts, const char *name, struct json_object *value,
		   struct error *err)
{
	return read_fact(facts, name, value, false, err);
}

int factsfile_facts(struct json_object *json, struct facts *facts, struct error *err)
{
	int rc;

	if (!json_object_is_type(json, json_type_object))
		return error_set(err, -EINVAL, "\"facts\" is no object");
	json_object_object_foreach(json, key, value)
	{
		rc = read_fact(facts, key, value, true, err);
		if (rc)
			return rc;
	}
	return 0;
}
