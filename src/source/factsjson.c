/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/factsjson.h"

#include "base/jsonread.h"
#include "base/jsonwrite.h"
#include "base/text.h"
#include "model/hvmloader.h"
#include "rules/question.h"
#include "rules/rulesets.h"
#include "source/devicesjson.h"
#include "source/mtrrjson.h"
#include "source/registersjson.h"
#include "x86/memtype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A fact as JSON tells it. */
struct told {
	struct json_object *json, *value; /* all of it; its "value", or json if it has no "how" */
	enum how how;
	bool kept;   /* how is that of the program that wrote it, and not that of the user */
	bool record; /* guest MTRRs as the HVM context shows them */
	bool again;  /* variable ranges that stand beside it, with the other MTRRs, too */
};

void ranges_write(struct jsonwrite *json, const char *key, const struct ranges *set)
{
	size_t i;

	ranges_settle(set);
	json_open(json, key, '[');
	for (i = 0; i < set->count && set->range[i].first <= FRAME_LAST; i++)
		json_hex_pair(json, NULL, set->range[i].first,
			      set->range[i].last < FRAME_LAST ? set->range[i].last : FRAME_LAST);
	json_close(json, ']');
}

int ranges_read(struct json_object *json, struct ranges *ranges, struct error *err)
{
	size_t i;

	if (!jsonread_is_array(json))
		return error_set(err, -EINVAL,
				 "frames must be an array of [\"0xFIRST\", \"0xLAST\"]");
	ranges_clear(ranges);
	for (i = 0; i < jsonread_length(json); i++) {
		uint64_t first, last;
		int rc;

		if (!jsonread_range(jsonread_item(json, i), FRAME_LAST, &first, &last))
			return error_set(err, -EINVAL,
					 "range %zu is not [\"0xFIRST\", \"0xLAST\"] with FIRST <= "
					 "LAST < 2^%d",
					 i, FRAME_BITS);
		rc = ranges_add(ranges, first, last);
		if (rc)
			return error_set(err, rc, "out of memory");
	}
	ranges_settle(ranges);
	return 0;
}

static void write_rules(struct jsonwrite *json, uint32_t rules)
{
	unsigned int id;

	json_open(json, "value", '[');
	for (id = 0; id < ruleset_count(); id++)
		if (rules >> id & 1)
			json_string(json, NULL, ruleset(id)->name);
	json_close(json, ']');
}

/* One name, or an array of them. */
static int read_rules(struct facts *facts, struct json_object *value, enum how how,
		      struct error *err)
{
	size_t i, n = jsonread_length(value);
	uint32_t rules = 0;

	for (i = 0; i < (n ? n : 1); i++) {
		const char *name = jsonread_string(n ? jsonread_item(value, i) : value);
		int id = name ? ruleset_parse(name) : -1;

		if (!name)
			return error_set(err, -EINVAL, "must be names of rule sets");
		if (id < 0)
			return error_set(err, -EINVAL, "no rule set '%s'", name);
		rules |= 1u << id;
	}
	facts->rules = rules;
	facts->how_rules = how;
	return 0;
}

static int read_bool(struct fact_bool *fact, struct json_object *value, enum how how,
		     struct error *err)
{
	if (!jsonread_bool(value, &fact->value))
		return error_set(err, -EINVAL, "must be true or false");
	fact->how = how;
	return 0;
}

static void write_number(struct jsonwrite *json, const struct facts *facts, enum fact fact)
{
	uint64_t value = fact_number(facts, fact)->value;

	if (fact_info[fact].flags & FACT_FRAME)
		json_hex(json, "value", value);
	else
		json_number(json, "value", value);
}

static int read_number(struct facts *facts, enum fact fact, struct json_object *value, enum how how,
		       struct error *err)
{
	struct fact_number *number = fact_number(facts, fact);

	if (!jsonread_number(value, &number->value))
		return error_set(err, -EINVAL, "must be a number or a hex string");
	if (fact_info[fact].flags & FACT_FRAME && number->value > FRAME_LAST)
		return error_set(err, -EINVAL, "must be below 2^%d", FRAME_BITS);
	number->how = how;
	return 0;
}

/* The members beside "value" that some facts of this kind have. */
static void write_ranges(struct jsonwrite *json, const struct facts *facts, enum fact fact)
{
	const struct fact_ranges *possible = fact_possible(facts, fact);

	ranges_write(json, "value", &fact_ranges(facts, fact)->ranges);
	if (fact_info[fact].complete)
		json_bool(json, "complete", fact_complete(facts, fact));
	if (possible && possible->how != HOW_UNKNOWN)
		ranges_write(json, "possible", &possible->ranges);
}

static int read_ranges(struct facts *facts, enum fact fact, const struct told *told,
		       struct error *err)
{
	struct json_object *part = jsonread_member(told->json, "complete");
	struct fact_ranges *set = fact_ranges(facts, fact);
	bool complete = true;
	int rc = ranges_read(told->value, &set->ranges, err);

	if (rc)
		return rc;
	set->how = told->how;
	if (part && !jsonread_bool(part, &complete))
		return error_set(err, -EINVAL, "\"complete\" must be true or false");
	fact_set_complete(facts, fact, complete);
	set = fact_possible(facts, fact);
	part = jsonread_member(told->json, "possible");
	if (!set || !part)
		return 0;
	set->how = told->how;
	return ranges_read(part, &set->ranges, err);
}

static void write_pins(struct jsonwrite *json, const struct facts *facts)
{
	size_t i;

	json_open(json, "value", '[');
	for (i = 0; i < facts->pin_count; i++) {
		json_open(json, NULL, '{');
		json_hex_pair(json, "gfn", facts->pins[i].first, facts->pins[i].last);
		json_string(json, "type", memtype_name(facts->pins[i].type));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static int read_pins(struct facts *facts, struct json_object *value, enum how how,
		     struct error *err)
{
	size_t i;

	if (!jsonread_is_array(value))
		return error_set(
			err, -EINVAL,
			"must be an array of {\"gfn\": [\"0xFIRST\", \"0xLAST\"], \"type\": TYPE}");
	facts_clear_pins(facts);
	facts->how_pins = how;
	for (i = 0; i < jsonread_length(value); i++) {
		struct json_object *pin = jsonread_item(value, i);
		int type = memtype_parse(jsonread_string(jsonread_member(pin, "type")));
		uint64_t first, last;

		if (!jsonread_range(jsonread_member(pin, "gfn"), FRAME_LAST, &first, &last) ||
		    type < 0)
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

static void write_types(struct jsonwrite *json, const struct facts *facts)
{
	unsigned int type;
	size_t i;

	json_open(json, "value", '[');
	for (i = 0; i < facts->type_count; i++) {
		const struct type_hint *hint = &facts->types[i];

		json_open(json, NULL, '{');
		json_hex_pair(json, "gfn", hint->first, hint->last);
		json_open(json, "types", '[');
		for (type = 0; type < P2M_TYPE_COUNT; type++)
			if (hint->types >> type & 1)
				json_string(json, NULL, p2m_type_name(type));
		json_close(json, ']');
		if (hint->rights_full)
			json_string(json, "access", "rwx");
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* Adds to types what the name in json stands for; nothing if it is NULL. */
static int add_type(struct json_object *json, uint32_t *types, size_t i, struct error *err)
{
	const char *name = jsonread_string(json);
	int type = p2m_type_parse(name);

	if (json && type < 0)
		return error_set(err, -EINVAL, "range %zu: no p2m type '%s'", i, name ? name : "");
	if (json)
		*types |= 1u << type;
	return 0;
}

/* {"gfn": […], "type" or "types" or "hvmmem": …, "access": …}; i is told in messages. */
static int read_hint(struct json_object *json, struct type_hint *hint, size_t i, struct error *err)
{
	struct json_object *types = jsonread_member(json, "types"),
			   *hvmmem = jsonread_member(json, "hvmmem"),
			   *access = jsonread_member(json, "access");
	const char *name = jsonread_string(hvmmem);
	size_t k;
	int rc;

	if (!jsonread_range(jsonread_member(json, "gfn"), FRAME_LAST, &hint->first, &hint->last))
		return error_set(err, -EINVAL, "range %zu needs \"gfn\": [\"0xFIRST\", \"0xLAST\"]",
				 i);
	rc = add_type(jsonread_member(json, "type"), &hint->types, i, err);
	if (!rc && types && !jsonread_is_array(types))
		rc = error_set(err, -EINVAL, "range %zu: \"types\" must be an array", i);
	for (k = 0; k < jsonread_length(types) && !rc; k++) {
		if (!jsonread_string(jsonread_item(types, k)))
			rc = error_set(err, -EINVAL, "range %zu: \"types\" must hold names", i);
		else
			rc = add_type(jsonread_item(types, k), &hint->types, i, err);
	}
	if (rc)
		return rc;
	if (hvmmem) {
		hint->types = name ? types_of_hvmmem(name) : 0;
		if (!hint->types)
			return error_set(err, -EINVAL, "range %zu: no HVMMEM type '%s'", i,
					 name ? name : "");
	}
	if (access && !jsonread_string(access))
		return error_set(err, -EINVAL, "range %zu: \"access\" must be a string", i);
	hint->rights_full = access && !strcmp(jsonread_string(access), "rwx");
	return 0;
}

static int read_types(struct facts *facts, struct json_object *value, enum how how,
		      struct error *err)
{
	size_t i;
	int rc;

	if (!jsonread_is_array(value))
		return error_set(
			err, -EINVAL,
			"must be an array of {\"gfn\": [\"0xFIRST\", \"0xLAST\"], \"type\": TYPE}");
	/* In a capture of an image each entry has its own. */
	facts->entry_types = how == HOW_MEASURED && !jsonread_length(value);
	facts->how_types = how;
	for (i = 0; i < jsonread_length(value); i++) {
		struct type_hint hint = { .types = 0 };

		rc = read_hint(jsonread_item(value, i), &hint, i, err);
		if (rc)
			return rc;
		if (facts_add_types(facts, &hint))
			return error_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

static void write_vcpus(struct jsonwrite *json, const struct facts *facts)
{
	size_t i;

	if (facts->no_vcpu) {
		json_string(json, "value", NULL);
		return;
	}
	json_open(json, "value", '[');
	for (i = 0; i < facts->vcpu_count; i++) {
		json_open(json, NULL, '{');
		mtrr_write(json, &facts->vcpus[i]);
		json_string(json, "how", how_name(facts->vcpus[i].how));
		json_string(json, "how_var", how_name(facts->vcpus[i].how_var));
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* was: what was known of the registers before. */
static int add_vcpu(struct facts *facts, struct json_object *json, const struct told *told,
		    const struct mtrr_fact *was, struct error *err)
{
	struct mtrr_fact vcpu = { .known = MTRR_KNOWN_ALL, .how = told->how, .how_var = told->how };
	struct mtrr_state state;
	int parts = mtrr_read(json, &state, err), rc;

	if (parts < 0)
		return parts;
	rc = told->kept ? 0 : mtrr_check(&state, parts, err);
	if (rc)
		return rc;
	vcpu.state = state;
	if (told->record)
		hvmloader_from_record(&vcpu, &state, told->how);
	mtrr_keep_untold(&vcpu, was, parts);
	rc = mtrr_read_known(json, &vcpu, parts, told->kept || told->how != HOW_GIVEN, err);
	if (rc)
		return rc;
	rc = facts_add_vcpu(facts, &vcpu);
	if (rc == -E2BIG)
		return error_set(err, rc, "more than %d vCPUs", FACTS_VCPU_MAX);
	return rc ? error_set(err, rc, "out of memory") : 0;
}

/* One vCPU's registers, an array of them, or null: the domain has no vCPU. */
static int read_vcpus(struct facts *facts, const struct told *told, struct error *err)
{
	static const struct mtrr_fact nothing; /* HOW_UNKNOWN */
	struct mtrr_fact *was = facts->vcpus;
	size_t i, known = facts->vcpu_count;
	int rc = 0;

	facts->vcpus = NULL;
	facts_clear_vcpus(facts);
	if (!told->value)
		facts->no_vcpu = told->how;
	else if (!jsonread_is_array(told->value))
		rc = add_vcpu(facts, told->value, told, known ? was : &nothing, err);
	for (i = 0; i < jsonread_length(told->value) && !rc; i++)
		rc = add_vcpu(facts, jsonread_item(told->value, i), told,
			      i < known ? &was[i] : &nothing, err);
	free(was);
	return rc;
}

static void write_host(struct jsonwrite *json, const struct facts *facts)
{
	json_open(json, "value", '{');
	mtrr_write(json, &facts->host);
	json_close(json, '}');
}

static int read_host(struct mtrr_fact *host, const struct told *told, struct error *err)
{
	const struct mtrr_fact was = *host;
	struct mtrr_state state;
	int parts = mtrr_read(told->value, &state, err), rc;

	if (parts < 0)
		return parts;
	rc = told->kept ? 0 : mtrr_check(&state, parts, err);
	if (rc)
		return rc;
	host->state = state;
	host->known = MTRR_KNOWN_ALL;
	host->how = host->how_var = told->how;
	mtrr_keep_untold(host, &was, parts);
	rc = mtrr_read_known(told->value, host, parts, false, err);
	mtrr_doubt(&host->state, &host->known);
	return rc;
}

/* Variable ranges alone. known: nothing else says which of them are known. */
static int read_var(struct mtrr_fact *mtrrs, const struct told *told, bool known, struct error *err)
{
	struct mtrr_state was = mtrrs->state;
	int rc = mtrr_read_var(told->value, &mtrrs->state, err);

	if (!rc && told->again && !mtrr_same(&was, &mtrrs->state))
		return error_set(
			err, -EINVAL,
			"it is not the same as \"var\" of the other MTRRs; leave out one of "
			"them");
	if (!rc && !told->kept)
		rc = mtrr_check_var(&mtrrs->state, err);
	if (known)
		mtrrs->known.var = ~UINT64_C(0);
	mtrrs->how_var = told->how;
	mtrr_doubt(&mtrrs->state, &mtrrs->known);
	return rc;
}

/* Those of all vCPUs. In reports and captures they are told with each vCPU, and here once more. */
static int read_guest_var(struct facts *facts, const struct told *told, struct error *err)
{
	static const struct mtrr_fact nothing; /* HOW_UNKNOWN */
	struct mtrr_fact first;
	size_t i;
	int rc = 0;

	if (told->kept)
		return 0;
	if (told->again && facts->vcpu_count) {
		first = facts->vcpus[0];
		return read_var(&first, told, false, err);
	}
	if (!facts->vcpu_count && facts_add_vcpu(facts, &nothing))
		return error_set(err, -ENOMEM, "out of memory");
	facts->no_vcpu = HOW_UNKNOWN;
	for (i = 0; i < facts->vcpu_count && !rc; i++)
		rc = read_var(&facts->vcpus[i], told, true, err);
	return rc;
}

static void write_value(struct jsonwrite *json, const struct facts *facts, enum fact fact)
{
	switch (fact_info[fact].kind) {
	case KIND_RULES:
		write_rules(json, facts->rules);
		break;
	case KIND_BOOL:
		json_bool(json, "value", fact_bool(facts, fact)->value);
		break;
	case KIND_NUMBER:
		write_number(json, facts, fact);
		break;
	case KIND_RANGES:
		write_ranges(json, facts, fact);
		break;
	case KIND_TYPES:
		write_types(json, facts);
		break;
	case KIND_PINS:
		write_pins(json, facts);
		break;
	case KIND_GUEST_MTRR:
		write_vcpus(json, facts);
		break;
	case KIND_GUEST_MTRR_VAR:
		mtrr_write_var(json, "value", &facts->vcpus[0].state);
		break;
	case KIND_REGISTERS:
		registers_write(json, "value", facts);
		break;
	case KIND_DEVICES:
		devices_write(json, "value", &facts->devices);
		break;
	case KIND_HOST_MTRR:
		write_host(json, facts);
		break;
	case KIND_HOST_MTRR_VAR:
		mtrr_write_var(json, "value", &facts->host.state);
		break;
	case KIND_NONE:
		break;
	}
}

static int read_value(struct facts *facts, enum fact fact, const struct told *told,
		      struct error *err)
{
	struct json_object *value = told->value;
	enum how how = told->how;

	switch (fact_info[fact].kind) {
	case KIND_RULES:
		return read_rules(facts, value, how, err);
	case KIND_BOOL:
		return read_bool(fact_bool(facts, fact), value, how, err);
	case KIND_NUMBER:
		return read_number(facts, fact, value, how, err);
	case KIND_RANGES:
		return read_ranges(facts, fact, told, err);
	case KIND_TYPES:
		return read_types(facts, value, how, err);
	case KIND_PINS:
		return read_pins(facts, value, how, err);
	case KIND_GUEST_MTRR:
		return read_vcpus(facts, told, err);
	case KIND_GUEST_MTRR_VAR:
		return read_guest_var(facts, told, err);
	case KIND_REGISTERS:
		return registers_read(value, facts, how, err);
	case KIND_DEVICES:
		facts->how_devices = how;
		devices_clear(&facts->devices);
		return devices_read(value, &facts->devices, err);
	case KIND_HOST_MTRR:
		return read_host(&facts->host, told, err);
	case KIND_HOST_MTRR_VAR:
		return read_var(&facts->host, told,
				told->how == HOW_GIVEN && !told->kept && !told->again, err);
	case KIND_NONE:
		break;
	}
	return 0;
}

/* Of guest MTRRs the variable ranges can be known where the rest is not. */
static bool parts_known(int fact, struct json_object *json)
{
	return fact == FACT_GUEST_MTRR && jsonread_is_array(jsonread_member(json, "value"));
}

#define RECORD "guest-mtrr-record"

int facts_parse_given(const char *name)
{
	return text_same_name(name, RECORD) ? FACT_GUEST_MTRR : fact_parse(name);
}

/*
 * Has the fact of that name in an object variable ranges, or its first vCPU? An empty list does
 * not count where another fact has them.
 */
static bool has_var(struct json_object *facts, enum fact wanted)
{
	struct json_object *json, *value;
	const void *at = NULL;
	const char *name;

	while (jsonread_next(facts, &at, &name, &json)) {
		if (fact_parse(name) != (int)wanted)
			continue;
		value = jsonread_member(json, "value");
		json = value ? value : json;
		json = jsonread_is_array(json) ? jsonread_item(json, 0) : json;
		if (jsonread_length(jsonread_member(json, "var")))
			return true;
	}
	return false;
}

bool facts_comes_last(const char *name)
{
	int fact = fact_parse(name);

	return fact == FACT_GUEST_MTRR_VAR || fact == FACT_HOST_MTRR_VAR;
}

static int read_fact(struct facts *facts, const char *name, struct json_object *json,
		     struct told told, struct error *err)
{
	struct json_object *how = jsonread_member(json, "how");
	struct error inner = { "" };
	int fact = facts_parse_given(name), rc;

	told.record = text_same_name(name, RECORD);
	if (fact < 0 || fact_info[fact].kind == KIND_NONE)
		return error_set(err, -EINVAL,
				 "fact %s: no such fact; the man page lists their names", name);
	if (how && !jsonread_member(json, "def_type")) {
		const char *text = jsonread_string(how);
		int parsed = how_parse(text);

		if (parsed < 0)
			return error_set(err, -EINVAL, "fact %s: no such \"how\" as '%s'", name,
					 text ? text : "");
		if (parsed == HOW_UNKNOWN && !parts_known(fact, json))
			return 0; /* says that nothing is known */
		if (told.kept || !how_certain(parsed))
			told.how = parsed;
		told.value = jsonread_member(json, "value");
	}
	rc = read_value(facts, fact, &told, &inner);
	return rc ? error_set(err, rc, "fact %s: %s", name, inner.text) : 0;
}

int facts_read_given(struct facts *facts, const char *name, struct json_object *json,
		     struct json_object *beside, struct error *err)
{
	struct told told = { .json = json, .value = json, .how = HOW_GIVEN };
	int fact = fact_parse(name);

	told.again = (fact == FACT_GUEST_MTRR_VAR && has_var(beside, FACT_GUEST_MTRR)) ||
		     (fact == FACT_HOST_MTRR_VAR && has_var(beside, FACT_HOST_MTRR));
	return read_fact(facts, name, json, told, err);
}

int facts_read(struct json_object *json, bool newer, struct facts *facts, struct error *err)
{
	struct json_object *value;
	const void *at = NULL;
	const char *name;
	int rc = 0;

	if (!jsonread_is_object(json))
		return error_set(err, -EINVAL, "\"facts\" is no object");
	while (!rc && jsonread_next(json, &at, &name, &value)) {
		struct told told = { value, value, .how = HOW_GIVEN, .kept = true };

		if (!newer || facts_parse_given(name) >= 0)
			rc = read_fact(facts, name, value, told, err);
	}
	return rc;
}

void facts_write_one(struct jsonwrite *json, const char *key, const struct facts *facts,
		     enum fact fact)
{
	enum how how = fact_how(facts, fact);

	json_open(json, key, '{');
	if (how == HOW_UNKNOWN &&
	    !(fact == FACT_GUEST_MTRR && fact_how(facts, FACT_GUEST_MTRR_VAR) != HOW_UNKNOWN))
		json_string(json, "value", NULL);
	else
		write_value(json, facts, fact);
	json_string(json, "how", how_name(how));
	json_close(json, '}');
}

void facts_write(struct jsonwrite *json, const char *key, const struct facts *facts)
{
	unsigned int fact;

	json_open(json, key, '{');
	for (fact = 0; fact < FACT_COUNT; fact++)
		if (fact_info[fact].kind != KIND_NONE)
			facts_write_one(json, fact_info[fact].name, facts, fact);
	json_close(json, '}');
}

void facts_write_names(struct jsonwrite *json, const char *key, uint32_t facts)
{
	unsigned int fact;

	json_open(json, key, '[');
	for (fact = 0; fact < FACT_COUNT; fact++)
		if (facts >> fact & 1)
			json_string(json, NULL, fact_info[fact].name);
	json_close(json, ']');
}
