/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/given.h"

#include "base/jsonread.h"
#include "source/factsjson.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMID_LAST 32751 /* DOMID_FIRST_RESERVED - 1 */

struct given {
	struct json_object *root;
};

/* Keys of a facts object that are not facts. */
static bool structural(const char *key)
{
	static const char *const keys[] = { "xen",	 "domains", "dumps",
					    "domid",	 "name",    "facts",
					    "phys_bits", "schema",  "schema_version",
					    "format",	 "version", "note" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strcmp(key, keys[i]))
			return true;
	return false;
}

static int no_object(const char *what, struct error *err)
{
	return error_set(err, -EINVAL, "%s must be a JSON object of facts", what);
}

/* The facts in an object, or in "facts" of it. */
static int apply_object(struct json_object *object, struct facts *facts, struct error *err)
{
	struct json_object *inner = jsonread_member(object, "facts"), *value;
	const void *at = NULL;
	const char *key;
	int rc = 0;

	if (jsonread_member(object, "schema")) /* a report: its facts are those of its domains */
		return 0;
	if (inner && !jsonread_is_object(inner))
		return no_object("\"facts\"", err);
	if (inner)
		object = inner;
	while (!rc && jsonread_next(object, &at, &key, &value))
		if (!structural(key))
			rc = facts_read_given(facts, key, value, err);
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

int given_domains(const struct given *given, struct ranges *domids)
{
	struct json_object *domains = jsonread_member(given->root, "domains"), *domain;
	const void *at = NULL;
	const char *key;
	uint64_t domid;
	size_t i;
	int rc = 0;

	for (i = 0; i < jsonread_length(domains) && !rc; i++)
		if (jsonread_whole(jsonread_member(jsonread_item(domains, i), "domid"), DOMID_LAST,
				   &domid))
			rc = ranges_add(domids, domid, domid);
	while (!rc && jsonread_next(domains, &at, &key, &domain)) {
		unsigned long number = strtoul(key, NULL, 10); /* which check_all() saw */

		rc = ranges_add(domids, number, number);
	}
	return rc;
}

/* Every fact in an object once, so that a bad one is found before anything is printed. */
static int check(struct json_object *object, const char *what, struct error *err)
{
	struct facts scratch;
	int rc;

	if (!jsonread_is_object(object))
		return no_object(what, err);
	facts_init(&scratch);
	rc = apply_object(object, &scratch, err);
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
	int rc = check(domain, "a domain", err);
	const void *at = NULL;
	const char *key;

	if (report)
		return rc;
	if (!rc && dumps && !jsonread_is_object(dumps))
		rc = no_object("\"dumps\"", err);
	while (!rc && jsonread_next(dumps, &at, &key, &dump))
		rc = is_number(key, 1, UINT32_MAX)
			     ? check(dump, "a dump", err)
			     : error_set(
				       err, -EINVAL,
				       "\"dumps\": '%s' is no dump; the first of a domain is \"1\"",
				       key);
	return rc;
}

static int check_all(struct json_object *root, struct error *err)
{
	struct json_object *domains = jsonread_member(root, "domains"), *domain;
	struct json_object *xen = jsonread_member(root, "xen"),
			   *version = jsonread_member(xen, "version");
	bool report = jsonread_member(root, "schema");
	const void *at = NULL;
	uint64_t number;
	const char *key;
	size_t i;
	int rc = check(root, "the file", err);

	if (!rc && xen && (!jsonread_is_object(xen) || (version && !jsonread_string(version))))
		rc = error_set(err, -EINVAL,
			       "\"xen\" must be {\"version\": \"4.17.5\"}, or another version");
	if (!rc && domains && !jsonread_is_array(domains) && !jsonread_is_object(domains))
		rc = error_set(err, -EINVAL, "\"domains\" must be a JSON object or array");
	for (i = 0; i < jsonread_length(domains) && !rc; i++) {
		domain = jsonread_item(domains, i);
		rc = check_domain(domain, report, err);
		if (!rc && !jsonread_whole(jsonread_member(domain, "domid"), DOMID_LAST, &number))
			rc = error_set(err, -EINVAL, "domain %zu needs \"domid\": 0 to %d", i,
				       DOMID_LAST);
	}
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
