/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/given.h"

#include "base/jsonread.h"
#include "rules/releases.h"
#include "source/factsjson.h"
#include "source/factskeys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMID_LAST 32751 /* DOMID_FIRST_RESERVED - 1 */

struct given {
	struct json_object *root;
};

/* Where facts stand, bits: what they are of. */
enum {
	OF_ALL = 1,
	OF_DOMAIN = 2,
	OF_DUMP = 4,
};

/* Keys of a facts object that are not facts, and where each means something. */
static const struct {
	const char *key;
	unsigned int where;
	const char *place; /* the same in words */
} structural_keys[] = {
	{ "xen", OF_ALL, "at the top level" },
	{ "domains", OF_ALL, "at the top level" },
	{ "phys_bits", OF_ALL, "at the top level" },
	{ "schema", OF_ALL, "at the top level" },
	{ "schema_version", OF_ALL, "at the top level" },
	{ "format", OF_ALL, "at the top level" },
	{ "version", OF_ALL, "at the top level" },
	{ "domid", OF_DOMAIN, "in a domain of \"domains\"" },
	{ "dumps", OF_DOMAIN, "in a domain of \"domains\"" },
	{ "facts", OF_ALL | OF_DOMAIN | OF_DUMP, "" },
	{ "name", OF_ALL | OF_DOMAIN | OF_DUMP, "" },
	{ "note", OF_ALL | OF_DOMAIN | OF_DUMP, "" },
};

#define STRUCTURAL (sizeof(structural_keys) / sizeof(structural_keys[0]))

/* The number of that key among them, or STRUCTURAL. */
static size_t find_structural(const char *key)
{
	size_t i = 0;

	while (i < STRUCTURAL && strcmp(key, structural_keys[i].key))
		i++;
	return i;
}

static bool structural(const char *key)
{
	return find_structural(key) < STRUCTURAL;
}

static int no_object(const char *what, struct error *err)
{
	return error_set(err, -EINVAL, "%s must be a JSON object of facts", what);
}

/* The rule sets in "xen" that no version stands beside. */
static struct json_object *xen_rules(struct json_object *root)
{
	struct json_object *xen = jsonread_member(root, "xen");

	return jsonread_member(xen, "version") ? NULL : jsonread_member(xen, "rules");
}

/*
 * Whether there are I/O capabilities follows from what they are, as cache_flush_permitted() has it
 * (but for PCI devices, that come with some): where one is there nothing else matters.
 */
static void follow_capabilities(struct facts *facts)
{
	const struct fact_ranges *iomem = &facts->iomem;
	const struct fact_bool *ioports = &facts->ioports;
	struct fact_bool flush = { .how = HOW_UNKNOWN };

	flush.value = (iomem->how != HOW_UNKNOWN && iomem->ranges.count) ||
		      (ioports->how != HOW_UNKNOWN && ioports->value);
	if (!flush.value)
		flush.how = iomem->how < ioports->how ? iomem->how : ioports->how;
	if (flush.value && iomem->ranges.count)
		flush.how = iomem->how;
	if (flush.value && ioports->value && ioports->how > flush.how)
		flush.how = ioports->how;
	if (flush.how == HOW_UNKNOWN ||
	    (!how_certain(flush.how) && how_certain(facts->cache_flush.how)))
		return;
	facts->cache_flush = flush;
	if (!how_certain(facts->cache_control.how)) /* the same mostly */
		facts->cache_control = (struct fact_bool){ flush.value, HOW_ASSUMED };
}

/* The facts in an object, or in "facts" of it. */
static int apply_object(struct json_object *object, struct facts *facts, struct error *err)
{
	struct json_object *inner = jsonread_member(object, "facts"), *rules = xen_rules(object),
			   *value;
	const char *key, *how;
	uint32_t told = 0;
	int rc = 0, last;

	if (jsonread_member(object, "schema")) /* a report: its facts are those of its domains */
		return 0;
	if (inner && !jsonread_is_object(inner))
		return no_object("\"facts\"", err);
	if (rules)
		rc = facts_read_given(facts, "rules", rules, NULL, err);
	if (inner)
		object = inner;
	for (last = 0; last < 2; last++) {
		const void *at = NULL;

		while (!rc && jsonread_next(object, &at, &key, &value)) {
			if (structural(key) || facts_comes_last(key) != last)
				continue;
			rc = facts_read_given(facts, key, value, object, err);
			how = jsonread_string(jsonread_member(value, "how"));
			if (!rc && (!how || how_parse(how) != HOW_UNKNOWN))
				told |= 1u << facts_parse_given(key);
		}
	}
	if (!rc && told & (1u << FACT_IOMEM | 1u << FACT_IOPORTS) &&
	    !(told & 1u << FACT_CACHE_FLUSH))
		follow_capabilities(facts);
	return rc;
}

static struct json_object *find_domain(const struct given *given, int domid)
{
	struct json_object *domains = jsonread_member(given->root, "domains");
	uint64_t number;
	char key[16];
	size_t i;

	for (i = 0; i < jsonread_length(domains); i++) {
		struct json_object *domain = jsonread_item(domains, i);

		if (jsonread_whole(jsonread_member(domain, "domid"), DOMID_LAST, &number) &&
		    number == (unsigned int)domid)
			return domain;
	}
	snprintf(key, sizeof(key), "%d", domid);
	return jsonread_member(domains, key);
}

int given_apply(const struct given *given, int domid, unsigned int dump, struct facts *facts,
		struct error *err)
{
	struct json_object *domain;
	char key[16];
	int rc;

	if (!given)
		return 0;
	rc = apply_object(given->root, facts, err);
	domain = find_domain(given, domid);
	if (!rc)
		rc = apply_object(domain, facts, err);
	snprintf(key, sizeof(key), "%u", dump);
	if (!rc)
		rc = apply_object(jsonread_member(jsonread_member(domain, "dumps"), key), facts,
				  err);
	return rc;
}

bool given_for_all(const struct given *given)
{
	const void *at = NULL;
	struct json_object *value;
	const char *key;

	if (jsonread_member(given->root, "schema"))
		return false;
	while (jsonread_next(given->root, &at, &key, &value))
		if (!structural(key) || !strcmp(key, "facts") || !strcmp(key, "xen") ||
		    !strcmp(key, "phys_bits"))
			return true;
	return false;
}

typedef int take_domain(struct json_object *domain, unsigned int domid, struct ranges *to);

/* Each domain of the array, or of the object, that check_all() saw. */
static int each_domain(const struct given *given, take_domain *take, struct ranges *to)
{
	struct json_object *domains = jsonread_member(given->root, "domains"), *domain;
	const void *at = NULL;
	const char *key;
	uint64_t domid;
	size_t i;
	int rc = 0;

	for (i = 0; i < jsonread_length(domains) && !rc; i++) {
		domain = jsonread_item(domains, i);
		if (jsonread_whole(jsonread_member(domain, "domid"), DOMID_LAST, &domid))
			rc = take(domain, domid, to);
	}
	while (!rc && jsonread_next(domains, &at, &key, &domain))
		rc = take(domain, strtoul(key, NULL, 10), to);
	return rc;
}

static int add_domain(struct json_object *domain, unsigned int domid, struct ranges *domids)
{
	(void)domain;
	return ranges_add(domids, domid, domid);
}

int given_domains(const struct given *given, struct ranges *domids)
{
	return each_domain(given, add_domain, domids);
}

static int add_dumps(struct json_object *domain, unsigned int domid, struct ranges *dumps)
{
	struct json_object *value;
	const void *at = NULL;
	const char *key;
	int rc = 0;

	while (!rc && jsonread_next(jsonread_member(domain, "dumps"), &at, &key, &value)) {
		uint64_t dump = GIVEN_DUMP(domid, strtoul(key, NULL, 10));

		rc = ranges_add(dumps, dump, dump);
	}
	return rc;
}

int given_dumps(const struct given *given, struct ranges *dumps)
{
	return each_domain(given, add_dumps, dumps);
}

/* Is each key of a file that somebody wrote one that counts where it stands, and only once? */
static int check_keys(struct json_object *object, unsigned int where, struct error *err)
{
	struct json_object *inner = jsonread_member(object, "facts"), *value;
	const void *at = NULL;
	uint32_t met = 0;
	const char *key;
	int rc = 0;

	while (jsonread_next(object, &at, &key, &value)) {
		size_t i = find_structural(key);

		if (i < STRUCTURAL && !(structural_keys[i].where & where))
			return error_set(err, -EINVAL, "\"%s\" counts only %s", key,
					 structural_keys[i].place);
		if (i == STRUCTURAL && inner && facts_parse_given(key) >= 0)
			return error_set(err, -EINVAL,
					 "\"%s\" stands beside \"facts\"; move it there",
					 fact_info[facts_parse_given(key)].name);
	}
	at = NULL;
	while (!rc && jsonread_next(inner ? inner : object, &at, &key, &value)) {
		int fact = facts_parse_given(key);

		if (structural(key))
			continue;
		if (fact >= 0 && met >> fact & 1)
			return error_set(err, -EINVAL, "\"%s\" is there twice",
					 fact_info[fact].name);
		if (fact >= 0)
			met |= 1u << fact;
		rc = facts_check_keys(key, value, err);
	}
	return rc;
}

/* Xen lets a domain flush caches as soon as it has such a capability. */
static int check_capabilities(const struct facts *facts, struct error *err)
{
	bool iomem = how_certain(facts->iomem.how) && facts->iomem.ranges.count;

	if (!how_certain(facts->cache_flush.how) || facts->cache_flush.value ||
	    (!iomem && !(how_certain(facts->ioports.how) && facts->ioports.value)))
		return 0;
	return error_set(err, -EINVAL,
			 "\"cache-flush\" is false, but by \"%s\" the domain has I/O capabilities; "
			 "leave out what is wrong",
			 iomem ? "iomem" : "ioports");
}

/* Every fact in an object once, so that a bad one is found before anything is printed. */
static int check(struct json_object *object, unsigned int where, bool report, struct error *err)
{
	struct facts scratch;
	int rc = 0;

	if (!jsonread_is_object(object))
		return no_object(where == OF_ALL      ? "the file"
				 : where == OF_DOMAIN ? "a domain"
						      : "a dump",
				 err);
	facts_init(&scratch);
	if (!report)
		rc = check_keys(object, where, err);
	if (!rc)
		rc = apply_object(object, &scratch, err);
	if (!rc && !report)
		rc = check_capabilities(&scratch, err);
	facts_clear(&scratch);
	return rc;
}

/* A number as it is looked for: decimal, without zeros before it. */
static bool is_number(const char *key, unsigned long first, unsigned long last)
{
	unsigned long number = strtoul(key, NULL, 10);
	char same[24];

	snprintf(same, sizeof(same), "%lu", number);
	return !strcmp(key, same) && number >= first && number <= last;
}

/* In a report "dumps" says how many there are. */
static int check_domain(struct json_object *domain, bool report, struct error *err)
{
	struct json_object *dumps = jsonread_member(domain, "dumps"), *dump;
	int rc = check(domain, OF_DOMAIN, report, err);
	const void *at = NULL;
	const char *key;

	if (report)
		return rc;
	if (!rc && dumps && !jsonread_is_object(dumps))
		rc = no_object("\"dumps\"", err);
	while (!rc && jsonread_next(dumps, &at, &key, &dump))
		rc = is_number(key, 1, UINT32_MAX)
			     ? check(dump, OF_DUMP, false, err)
			     : error_set(
				       err, -EINVAL,
				       "\"dumps\": '%s' is no dump; the first of a domain is \"1\"",
				       key);
	return rc;
}

/* "xen": a version, or what rule sets it has. */
static int check_xen(struct json_object *xen, bool report, struct error *err)
{
	struct json_object *version = jsonread_member(xen, "version"), *value;
	struct facts scratch;
	struct error ignored;
	const void *at = NULL;
	uint32_t rules;
	const char *key;
	char note[256];
	enum how how;
	int rc = 0;

	if (!jsonread_is_object(xen) || (version && !jsonread_string(version)))
		return error_set(err, -EINVAL,
				 "\"xen\" must be {\"version\": \"4.17.5\"}, or another version");
	while (!report && jsonread_next(xen, &at, &key, &value))
		if (strcmp(key, "version") && strcmp(key, "rules") && strcmp(key, "how"))
			return error_set(
				err, -EINVAL,
				"\"xen\": it has \"version\" or \"rules\", and nothing else");
	value = jsonread_member(xen, "rules");
	if (report || !version || !value)
		return 0;
	facts_init(&scratch);
	rc = facts_read_given(&scratch, "rules", value, NULL, err);
	if (!rc &&
	    !releases_parse(jsonread_string(version), &rules, &how, note, sizeof(note), &ignored) &&
	    !(rules & scratch.rules))
		rc = error_set(
			err, -EINVAL,
			"\"xen\": \"rules\" are not those of its \"version\"; leave out one");
	facts_clear(&scratch);
	return rc;
}

/* Adds a domain of the array to those before it, which it must not be among. */
static int another_domain(struct ranges *before, uint64_t domid, struct error *err)
{
	uint64_t first = 0, last = UINT64_MAX;

	if (ranges_contain(before, domid, &first, &last))
		return error_set(err, -EINVAL, "\"domains\" has domain %u twice",
				 (unsigned int)domid);
	return ranges_add(before, domid, domid) ? error_set(err, -ENOMEM, "out of memory") : 0;
}

static int check_all(struct json_object *root, struct error *err)
{
	struct json_object *domains = jsonread_member(root, "domains"), *domain;
	struct json_object *xen = jsonread_member(root, "xen");
	bool report = jsonread_member(root, "schema");
	struct ranges before = { .count = 0 };
	const void *at = NULL;
	uint64_t number;
	const char *key;
	size_t i;
	int rc = check(root, OF_ALL, report, err);

	if (!rc && xen)
		rc = check_xen(xen, report, err);
	if (!rc && domains && !jsonread_is_array(domains) && !jsonread_is_object(domains))
		rc = error_set(err, -EINVAL, "\"domains\" must be a JSON object or array");
	for (i = 0; i < jsonread_length(domains) && !rc; i++) {
		domain = jsonread_item(domains, i);
		rc = check_domain(domain, report, err);
		if (!rc && !jsonread_whole(jsonread_member(domain, "domid"), DOMID_LAST, &number))
			rc = error_set(err, -EINVAL, "domain %zu needs \"domid\": 0 to %d", i,
				       DOMID_LAST);
		if (!rc && !report)
			rc = another_domain(&before, number, err);
	}
	ranges_clear(&before);
	while (!rc && jsonread_next(domains, &at, &key, &domain))
		rc = is_number(key, 0, DOMID_LAST)
			     ? check_domain(domain, report, err)
			     : error_set(
				       err, -EINVAL,
				       "\"domains\": '%s' is no domain id; write a decimal number, 0 to "
				       "%d",
				       key, DOMID_LAST);
	return rc;
}

/* 0 where it is not there, or not one. */
static unsigned int phys_bits(struct json_object *root)
{
	uint64_t bits;

	return jsonread_whole(jsonread_member(root, "phys_bits"), 52, &bits) && bits >= 32 ? bits
											   : 0;
}

int given_load(const char *path, struct given **given, struct error *err)
{
	struct json_object *root;
	struct error inner = { "" };
	int rc;

	root = jsonread_file(path, &inner);
	if (!root)
		return error_set(err, -EINVAL,
				 "cannot read facts from %s: %s; a JSON file as in the man page, "
				 "section FACTS, is expected",
				 path, inner.text);
	rc = check_all(root, &inner);
	if (!rc && jsonread_member(root, "phys_bits") && !phys_bits(root))
		rc = error_set(&inner, -EINVAL, "phys_bits: 32 to 52 is expected");
	if (rc) {
		jsonread_free(root);
		return error_set(err, rc, "%s: %s", path, inner.text);
	}
	*given = malloc(sizeof(**given));
	if (!*given) {
		jsonread_free(root);
		return error_set(err, -ENOMEM, "out of memory");
	}
	(*given)->root = root;
	return 0;
}

void given_free(struct given *given)
{
	if (!given)
		return;
	jsonread_free(given->root);
	free(given);
}

const char *given_xen_version(const struct given *given)
{
	return given ? jsonread_string(
			       jsonread_member(jsonread_member(given->root, "xen"), "version"))
		     : NULL;
}

unsigned int given_phys_bits(const struct given *given)
{
	return given ? phys_bits(given->root) : 0;
}
