/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs files of test vectors (results of Xen's own functions) through the rules:
 * run-vectors FILE…, plain or gzip. The last line is "N passed, N failed".
 */
#include "base/jsonread.h"
#include "base/text.h"
#include "model/facts.h"
#include "rules/decide.h"
#include "source/factsjson.h"
#include "source/mtrrjson.h"
#include "x86/memtype.h"
#include "x86/mtrr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define SHOWN 10 /* disagreements printed in full */

static unsigned long passed, failed;

/* The environment that the cases after it share. */
static struct {
	char name[64];
	char *text;
	struct facts facts;
	struct mtrr_state mtrr;
} env;

static const struct {
	const char *variant;
	enum ruleset_id rules;
} variants[] = {
	{ "4.11", RULES_4_11 }, { "4.14", RULES_4_14 }, { "4.15", RULES_4_15 },
	{ "4.16", RULES_4_16 }, { "4.17", RULES_4_17 }, { "v1-2024-06", RULES_V1_2024_06 },
	{ "4.19", RULES_4_19 }, { "4.19", RULES_4_21 },
};

static void verdict(bool agrees, const char *line, const char *variant, const char *got)
{
	if (agrees) {
		passed++;
		return;
	}
	if (failed++ < SHOWN) {
		printf("disagrees: %s%s%s\n", line, *variant ? "  variant " : "", variant);
		printf("      got: %s\n", got);
		if (env.text)
			printf("       in: %s\n", env.text);
	}
}

static const char *string(struct json_object *json, const char *key)
{
	const char *text = jsonread_string(jsonread_member(json, key));

	return text ? text : "";
}

static unsigned int number(struct json_object *json, const char *key)
{
	uint64_t value = 0;

	jsonread_whole(jsonread_member(json, key), UINT32_MAX, &value);
	return value;
}

static bool is_true(struct json_object *json, const char *key)
{
	bool value = false;

	return jsonread_bool(jsonread_member(json, key), &value) && value;
}

static uint64_t hex(struct json_object *json, const char *key)
{
	uint64_t value = 0;

	if (!text_hex_string(string(json, key), &value)) {
		fprintf(stderr, "run-vectors: %s is no hex number\n", key);
		exit(2);
	}
	return value;
}

/* Is there a member of that name, null perhaps, which says that there is none? */
static bool has(struct json_object *json, const char *wanted, struct json_object **value)
{
	const void *at = NULL;
	const char *key;

	while (jsonread_next(json, &at, &key, value))
		if (!strcmp(key, wanted))
			return true;
	return false;
}

static void set_environment(struct json_object *json, const char *line)
{
	static const char *const facts[] = { "iommu",	  "cache_flush", "mmio_ro",
					     "mfn_valid", "special",	 "apic_access_mfn",
					     "pinned",	  "guest_mtrr",	 "host_mtrr" };
	struct error err = { "" };
	struct json_object *value;
	size_t i;
	int rc = 0;

	snprintf(env.name, sizeof(env.name), "%s", string(json, "env"));
	free(env.text);
	env.text = strdup(line);
	facts_clear(&env.facts);
	value = jsonread_member(json, "mtrr");
	if (value)
		rc = mtrr_read(value, &env.mtrr, &err) < 0 ? -1 : 0;
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]) && !rc; i++) {
		if (has(json, facts[i], &value))
			rc = facts_read_given(&env.facts, facts[i], value, NULL, &err);
	}
	if (rc) {
		fprintf(stderr, "run-vectors: environment %s: %s\n", env.name, err.text);
		exit(2);
	}
}

static void run_decision(struct json_object *json, const char *line)
{
	struct question question = {
		.gfn = hex(json, "gfn"),
		.mfn = hex(json, "mfn"),
		.order = number(json, "order"),
	};
	int type = p2m_type_parse(string(json, "type"));
	struct json_object *expect = jsonread_member(json, "expect");
	size_t i;

	if (type < 0) {
		verdict(false, line, "", "no such p2m type");
		return;
	}
	question.classes = p2m_type_class(type);
	for (i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		struct json_object *outcome = jsonread_member(expect, variants[i].variant);
		struct decision decision;
		const char *emt;
		unsigned int want;
		char got[64];

		if (!outcome)
			continue;
		emt = string(outcome, "emt");
		want = !strcmp(emt, "split") ? OUTCOME_SPLIT
					     : OUTCOME_KEY((unsigned int)memtype_parse(emt),
							   (unsigned int)is_true(outcome, "ipat"));
		env.facts.rules = 1u << variants[i].rules;
		decide(&env.facts, &question, &decision);
		snprintf(got, sizeof(got), "outcomes %#x, wanted bit %u", decision.possible, want);
		verdict(decision.possible == 1u << want, line, variants[i].variant, got);
	}
}

static void run_mtrr_type(struct json_object *json, const char *line)
{
	uint64_t first = 0, last = UINT64_MAX;
	int type =
		mtrr_type(&env.mtrr, hex(json, "addr") >> 12, number(json, "order"), &first, &last);
	const char *got = type < 0 ? "split" : memtype_name(type);

	verdict(!strcmp(got, string(json, "expect")), line, "", got);
}

static void run_mtrr_write(struct json_object *json, const char *line)
{
	int accepted = mtrr_write_accepted(string(json, "reg"), hex(json, "value"),
					   number(json, "phys_bits"));

	verdict(accepted == is_true(json, "accepted"), line, "",
		accepted < 0 ? "no such register"
		: accepted   ? "accepted"
			     : "refused");
}

static void run_effective(struct json_object *json, const char *line)
{
	int type = memtype_effective((unsigned int)memtype_parse(string(json, "emt")),
				     is_true(json, "ipat"),
				     (unsigned int)memtype_parse(string(json, "pat")));
	const char *got = type < 0 ? "none" : memtype_name(type);

	verdict(!strcmp(got, string(json, "effective")), line, "", got);
}

static const struct {
	const char *format;
	void (*run)(struct json_object *json, const char *line);
} formats[] = {
	{ "xen-ept-emt", run_decision },
	{ "mtrr-type", run_mtrr_type },
	{ "mtrr-msr-write", run_mtrr_write },
	{ "ept-effective-type", run_effective },
};

static void run_file(const char *path)
{
	static char line[1 << 20];
	gzFile file = gzopen(path, "rb");
	struct json_object *header = NULL;
	unsigned long cases = 0;
	size_t i, format = sizeof(formats) / sizeof(formats[0]);

	if (file && gzgets(file, line, sizeof(line)))
		header = jsonread_text(line, strlen(line));
	for (i = 0; header && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(string(header, "format"), formats[i].format))
			format = i;
	if (format == sizeof(formats) / sizeof(formats[0])) {
		fprintf(stderr, "run-vectors: %s: cannot be read, or has no known format\n", path);
		exit(2);
	}
	jsonread_free(header);
	while (gzgets(file, line, sizeof(line))) {
		struct json_object *json = jsonread_text(line, strlen(line));

		line[strcspn(line, "\n")] = '\0';
		if (!json) {
			fprintf(stderr, "run-vectors: %s: not JSON: %s\n", path, line);
			exit(2);
		}
		if (jsonread_member(json, "env") && !jsonread_member(json, "expect")) {
			set_environment(json, line);
		} else if (jsonread_member(json, "env") && strcmp(string(json, "env"), env.name)) {
			verdict(false, line, "", "names an environment that is not the latest");
		} else {
			formats[format].run(json, line);
			cases++;
		}
		jsonread_free(json);
	}
	gzclose(file);
	facts_clear(&env.facts);
	free(env.text);
	env.text = NULL;
	printf("%s: %lu cases\n", path, cases);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 2) {
		fprintf(stderr, "usage: run-vectors FILE...\n");
		return 2;
	}
	for (i = 1; i < argc; i++)
		run_file(argv[i]);
	printf("%lu passed, %lu failed\n", passed, failed);
	return failed ? 1 : 0;
}
