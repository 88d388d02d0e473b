/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys that stand twice in one object of JSON text: which is found, and where. */
#include "base/jsonrepeat.h"

#include "base/array.h"
#include "base/jsonread.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text;
	const char *key; /* that is there twice; NULL: none */
	size_t at;	 /* where it stands the second time */
} rows[] = {
	{ "{}", NULL, 0 },
	{ "[]", NULL, 0 },
	{ "\"x\"", NULL, 0 },
	{ "{\"a\":1}", NULL, 0 },
	{ "{\"a\":1,\"b\":2}", NULL, 0 },
	{ "{\"a\":1,\"a\":2}", "a", 8 },
	{ "{\"a\" : 1 , \"a\" : 2}", "a", 12 },
	{ "{\"b\":1,\"a\":2,\"b\":3,\"a\":4}", "b", 14 },
	{ "{\"a\":1,\"b\":2,\"b\":3,\"a\":4}", "b", 14 },
	{ "{\"a\":1,\"a\":2,\"a\":3}", "a", 8 },
	{ "{\"a\":1,\"a\":2,\"c\":3}", "a", 8 },
	{ "{\"c\":1,\"a\":2,\"a\":3}", "a", 14 },
	/* one is the other's beginning */
	{ "{\"ab\":1,\"a\":2}", NULL, 0 },
	{ "{\"a\":1,\"ab\":2}", NULL, 0 },
	{ "{\"a\":1,\"ab\":2,\"a\":3}", "a", 15 },
	{ "{\"ab\":1,\"ac\":2}", NULL, 0 },
	{ "{\"\":1,\"a\":2}", NULL, 0 },
	/* in one object, and not in two */
	{ "[{\"a\":1},{\"a\":2}]", NULL, 0 },
	{ "{\"a\":{\"a\":1}}", NULL, 0 },
	{ "{\"a\":{\"b\":1},\"b\":{\"a\":1}}", NULL, 0 },
	{ "{\"a\":{\"b\":1},\"a\":2}", "a", 14 },
	{ "{\"a\":[{\"b\":1}],\"a\":2}", "a", 16 },
	{ "{\"a\":[1,2],\"b\":{\"c\":1,\"c\":2}}", "c", 23 },
	{ "[[{\"a\":[],\"b\":{},\"a\":1}]]", "a", 18 },
	{ "{\"x\":{\"b\":1,\"b\":2},\"y\":{\"a\":1,\"a\":2}}", "b", 13 },
	{ "{\"x\":{\"y\":{\"a\":1,\"a\":2}},\"x\":2}", "a", 18 },
	/* strings that are values, and what looks like parts of JSON in strings */
	{ "{\"a\":\"b\",\"b\":\"a\"}", NULL, 0 },
	{ "{\"a\":\"x\",\"c\":\"x\"}", NULL, 0 },
	{ "[\"a:\",\"a:\",{\"b\":1}]", NULL, 0 },
	{ "{\"a\":\"}{\",\"a\":\"\"}", "a", 11 },
	{ "{\"a\":\"\\\"\",\"b\":\",\\\"a\\\":\"}", NULL, 0 },
	{ "{\"a\":\"\\\\\",\"a\":1}", "a", 11 },
	{ "{\"a\":\"//\",\"a\":1}", "a", 11 },
	{ "{\"a\\\"\":1,\"a\\\"\":2}", "a\\\"", 10 },
	{ "{\"a:\":1,\"a:\":2}", "a:", 9 },
	/* two ways to write one */
	{ "{\"a\":1,\"\\u0061\":2}", "\\u0061", 8 },
	{ "{\"\\u0061\":1,\"a\":2}", "a", 13 },
	{ "{\"iommu\":1,\"p\":3,\"iomm\\u0075\":2}", "iomm\\u0075", 18 },
	{ "{\"\\u004a\":1,\"\\u004A\":2}", "\\u004A", 13 },
	{ "{\"\\u007f\":1,\"\177\":2}", "\177", 13 },
	{ "{\"\\n\":1,\"\\u000a\":2}", "\\u000a", 9 },
	{ "{\"\\b\\f\\r\\t\":1,\"\\u0008\\u000c\\u000d\\u0009\":2}", "\\u0008\\u000c\\u000d\\u0009",
	  15 },
	{ "{\"a\\/\":1,\"a/\":2}", "a/", 10 },
	{ "{\"\\\\\":1,\"\\u005c\":2}", "\\u005c", 9 },
	{ "{\"\\\\u0061\":1,\"a\":2}", NULL, 0 },
	{ "{\"\\u0061\":1,\"u0061\":2,\"b\":3}", NULL, 0 },
	{ "{\"\\u00610\":1,\"a\":2,\"a1\":3}", NULL, 0 },
	{ "{\"\\n\":1,\"n\":2}", NULL, 0 },
	{ "{\"\\u00e9\":1,\"\\u00ea\":2,\"u00e9\":3}", NULL, 0 },
	{ "{\"\\u00e9\":1,\"\\u00e9\":2}", "\\u00e9", 13 },
	{ "{\"\\u0080\":1,\"\\\\u0080\":2}", NULL, 0 },
	{ "{\"\":1,\"\":2}", "", 7 },
	/* what json-c takes besides */
	{ "{'a':1,'a':2}", "a", 8 },
	{ "{'a':1,\"a\":2}", "a", 8 },
	{ "{'a':'\"','b':'\"'}", NULL, 0 },
	{ "{\"a\":1,/*\"a\":2,*/\"b\":3}", NULL, 0 },
	{ "{\"a\":1,/* ' */\"a\":3}", "a", 15 },
	{ "{\"a\":1,/* / * ' */\"a\":3}", "a", 19 },
	{ "{\"a\":1,/**/\"a\":3}", "a", 12 },
	{ "{\"a\":1,/*/ \"a\":2, */\"b\":3}", NULL, 0 },
	{ "{\"a\":1,/*/ \" */\"a\":2}", "a", 16 },
	{ "{\"a\":1,//\"a\":2,\n\"b\":3}", NULL, 0 },
	{ "{\"a\":1,//\n\"a\":2}", "a", 11 },
	{ "{\"a\":1,// */ '\n\"a\":2}", "a", 16 },
	{ "{\"a\":1,/* **/ \"a\":2, /* */\"b\":3}", NULL, 0 },
	{ "{\"a\":1,/* **/ ' */\"a\":2}", "a", 19 },
	{ "{\"a\":1,/* *x*/\"a\":3}", "a", 15 },
};

/* Of memory that ends where the text ends, so that a sanitizer sees what is read behind it. */
static int find(const char *text, size_t length, size_t *at, size_t *key_length)
{
	char *copy = malloc(length + !length);
	const char *key;
	int found;

	if (!copy)
		abort();
	memcpy(copy, text, length);
	*at = *key_length = 0;
	found = jsonrepeat_find(copy, length, &key, key_length);
	if (found > 0)
		*at = key - copy;
	free(copy);
	return found;
}

static void test_rows(void)
{
	size_t i, at, length;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *text = rows[i].text, *key = rows[i].key;
		int found = find(text, strlen(text), &at, &length);
		struct json_object *json;

		check(found == !!key && (!key || (at == rows[i].at && length == strlen(key) &&
						  !strncmp(text + at, key, length))),
		      "%s: %d, %zu bytes at %zu", text, found, length, at);
		/* json-c takes each of them as it is meant here. */
		errno = 0;
		json = jsonread_text(text, strlen(text));
		check(key ? !json && errno == EEXIST : json != NULL, "%s: %s", text,
		      json ? "taken" : strerror(errno));
		jsonread_free(json);
	}
}

/* Of what ends too early nothing is read behind the end, though json-c would have refused it. */
static void test_cut(void)
{
	size_t i, cut, at, length;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (cut = 0; cut < strlen(rows[i].text); cut++) {
			int found = find(rows[i].text, cut, &at, &length);

			check_each(found >= 0 && at + length <= cut, "%.*s: %zu bytes at %zu",
				   (int)cut, rows[i].text, length, at);
		}
}

/* Deeper than json-c goes, and more ends than begins. */
static void test_depth(void)
{
	static const char pair[] = "{\"a\":1,\"a\":2}", ends[] = "]]}}{\"a\":1}]]{\"a\":2}";
	size_t depth, at, length;
	char text[1024];

	for (depth = 1; depth < 200; depth += depth < 70 ? 1 : 40) {
		int found;

		memset(text, '[', depth);
		memcpy(text + depth, pair, strlen(pair));
		memset(text + depth + strlen(pair), ']', depth);
		found = find(text, 2 * depth + strlen(pair), &at, &length);
		check_each(depth < 32 ? found == 1 && at == depth + 8 : found >= 0,
			   "%d in a depth of %zu", found, depth);
	}
	check(!find(ends, strlen(ends), &at, &length), "ends without a begin");
}

int main(void)
{
	test_rows();
	test_cut();
	test_depth();
	return test_end();
}
