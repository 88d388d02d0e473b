/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/given.h"

#include "source/factsfile.h"
#include "source/jsonread.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int apply_object(struct json_object *object, struct facts *facts, struct error *err)
{
	int rc;

	if (jsonread_member(object, "schema")) /* a report: its facts are those of its domains */
		return 0;
	if (jsonread_member(object, "facts"))
		return apply_object(jsonread_member(object, "facts"), facts, err);
	json_object_object_foreach(object, key, value)
	{
		if (structural(key))
			continue;
		rc = factsfile_fact(facts, key, value, err);
		if (rc)
			return rc;
	}
	return 0;
}

static struct json_object *find_domain(const struct given *given, int domid)
{
	struct json_object *domains = jsonread_member(given->root, "domains");
	char key[16];
	size_t i;

	if (json_object_is_type(domains, json_type_array)) {
		for (i = 0; i < jsonread_length(domains); i++) {
			struct json_object *domain = json_object_array_get_idx(domains, i);

			if (jsonread_member(domain, "domid") &&
			    json_object_get_int(jsonread_member(domain, "domid")) == domid)
				return domain;
		}
		return NULL;
	}
	snprintf(key, sizeof(key), "%d", domid);
	return jsonread_member(domains, key);
}

int given_apply(const struct given *given, int domid, unsigned int dump, struct facts *facts,
		struct error *err)
{
	struct json_object *domain, *of_dump = NULL;
	char key[16];
	int rc;

	if (!given)
		return 0;
	rc = apply_object(given->root, facts, err);
	domain = find_domain(given, domid);
	if (rc || !domain)
		return rc;
	rc = apply_object(domain, facts, err);
	snprintf(key, sizeof(key), "%u", dump);
	if (!rc)
		of_dump = jsonread_member(jsonread_member(domain, "dumps"), key);
	return of_dump ? apply_object(of_dump, facts, err) : rc;
}

/* Every fact in the file once, so that a bad one is found before anything is printed. */
static int check(struct json_object *object, struct error *err)
{
	struct facts scratch;
	int rc;

	if (!json_object_is_type(object, json_type_object))
		return error_set(err, -EINVAL, "a JSON object of facts is expected");
	facts_init(&scratch);
	rc = apply_object(object, &scratch, err);
	facts_clear(&scratch);
	return rc;
}

static int check_all(struct json_object *root, struct error *err)
{
	struct json_object *domains = jsonread_member(root, "domains");
	size_t i;
	int rc = check(root, err);

	for (i = 0; i < jsonread_length(domains) && !rc; i++)
		rc = check(json_object_array_get_idx(domains, i), err);
	if (rc || !json_object_is_type(domains, json_type_object))
		return rc;
	{
		json_object_object_foreach(domains, domid, domain)
		{
			struct json_object *dumps;

			(void)domid;
			rc = check(domain, err);
			dumps = jsonread_member(domain, "dumps");
			if (rc)
				return rc;
			if (!json_object_is_type(dumps, json_type_object))
				continue;
			json_object_object_foreach(dumps, number_of_dump, dump)
			{
				(void)number_of_dump;
				rc = check(dump, err);
				if (rc)
					return rc;
			}
		}
	}
	return 0;
}

/* 0 where it is not there, or not one. */
static unsigned int phys_bits(struct json_object *root)
{
	struct json_object *number = jsonread_member(root, "phys_bits");
	int64_t value =
		json_object_is_type(number, json_type_int) ? json_object_get_int64(number) : 0;

	return value >= 32 && value <= 52 ? value : 0;
}

int given_load(const char *path, struct given **given, struct error *err)
{
	struct json_object *root;
	struct error inner = { "" };
	int rc;

	root = strcmp(path, "-") ? json_object_from_file(path) : json_object_from_fd(0);
	if (!root)
		return error_set(err, -EINVAL,
				 "cannot read facts from %s: %s; a JSON file as in the man page, "
				 "section FACTS, is expected",
				 path,
				 json_util_get_last_err() ? json_util_get_last_err() : "not JSON");
	rc = check_all(root, &inner);
	if (!rc && jsonread_member(root, "phys_bits") && !phys_bits(root))
		rc = error_set(&inner, -EINVAL, "phys_bits: 32 to 52 is expected");
	if (rc) {
		json_object_put(root);
		return error_set(err, rc, "%s: %s", path, inner.text);
	}
	*given = malloc(sizeof(**given));
	if (!*given) {
		json_object_put(root);
		return error_set(err, -ENOMEM, "out of memory");
	}
	(*given)->root = root;
	return 0;
}

void given_free(struct given *given)
{
	if (!given)
		return;
	json_object_put(given->root);
	free(given);
}

const char *given_xen_version(const struct given *given)
{
	struct json_object *version =
		given ? jsonread_member(jsonread_member(given->root, "xen"), "version") : NULL;

	return version ? json_object_get_string(version) : NULL;
}

unsigned int given_phys_bits(const struct given *given)
{
	return given ? phys_bits(given->root) : 0;
}
