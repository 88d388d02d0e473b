/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/factskeys.h"

#include "base/jsonread.h"
#include "base/text.h"
#include "model/facts.h"
#include "source/factsjson.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define MTRR_KEYS "cap def_type fixed var def_type_known fixed_known var_known how how_var"

/* Of the object of a fact with "how", and of the objects that are its value or are listed there. */
static const struct {
	const char *outer, *inner;
} keys[] = {
	[KIND_RANGES] = { "value how complete possible", "" },
	[KIND_TYPES] = { "value how", "gfn type types hvmmem access" },
	[KIND_PINS] = { "value how", "gfn type" },
	[KIND_GUEST_MTRR] = { "value how", MTRR_KEYS },
	[KIND_GUEST_MTRR_VAR] = { "value how", "mfn type" },
	[KIND_REGISTERS] = { "value how", "vcpu cr0 cr3 cr4 efer pat" },
	[KIND_DEVICES] = { "value how", "mfn part which kind" },
	[KIND_HOST_MTRR] = { "value how", MTRR_KEYS },
	[KIND_HOST_MTRR_VAR] = { "value how", "mfn type" },
};

/* Is key one of the words? */
static bool one_of(const char *key, const char *words)
{
	size_t length = strlen(key);
	const char *at = words;

	while (length && !strchr(key, ' ') && (at = strstr(at, key))) {
		if ((at == words || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
		at += length;
	}
	return false;
}

/* The members of an object; there are none in anything else. */
static int check_object(const char *name, struct json_object *json, const char *words,
			struct error *err)
{
	struct json_object *value;
	const void *at = NULL;
	const char *key;

	while (jsonread_next(json, &at, &key, &value)) {
		char shown[64] = "";

		if (one_of(key, words))
			continue;
		text_append(shown, sizeof(shown), "%s", key);
		text_sanitize(shown);
		return error_set(err, -EINVAL, "fact %s: \"%s\" is not known; its keys are: %s",
				 name, shown, words);
	}
	return 0;
}

/* With "how" the value stands under "value": without it a fact would seem to be null. */
static bool has_value(struct json_object *json)
{
	struct json_object *value;
	const void *at = NULL;
	const char *key;

	while (jsonread_next(json, &at, &key, &value))
		if (!strcmp(key, "value"))
			return true;
	return false;
}

int facts_check_keys(const char *name, struct json_object *json, struct error *err)
{
	int fact = facts_parse_given(name), rc = 0;
	enum fact_kind kind = fact < 0 ? KIND_NONE : fact_info[fact].kind;
	const char *outer = "value how", *inner = "";
	size_t i;

	if (kind < sizeof(keys) / sizeof(keys[0]) && keys[kind].outer) {
		outer = keys[kind].outer;
		inner = keys[kind].inner;
	}
	if (jsonread_member(json, "how") && !jsonread_member(json, "def_type")) {
		rc = check_object(name, json, outer, err);
		if (!rc && !has_value(json))
			return error_set(err, -EINVAL,
					 "fact %s: \"how\" is there, but no \"value\"", name);
		json = jsonread_member(json, "value");
	}
	if (rc || !*inner) /* what is no object or list is told by the reader */
		return rc;
	rc = check_object(name, json, inner, err);
	for (i = 0; i < jsonread_length(json) && !rc; i++)
		rc = check_object(name, jsonread_item(json, i), inner, err);
	return rc;
}
