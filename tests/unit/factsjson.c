/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source/factsjson.c: every kind of fact as it was written, and what is wrong by its reason. */
#include "source/factsjson.h"

#include "base/array.h"
#include "base/jsonread.h"
#include "base/jsonwrite.h"
#include "test.h"
#include "x86/memtype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* In place of the one in base/: from this call on there is no memory. */
static unsigned int appends_left = ~0u;

int array_append(void *array, size_t *count, size_t size, const void *item)
{
	char *items;

	if (!appends_left)
		return -ENOMEM;
	appends_left--;
	memcpy(&items, array, sizeof(items));
	items = realloc(items, (*count + 1) * size);
	if (!items)
		abort();
	memcpy(items + *count * size, item, size);
	memcpy(array, &items, sizeof(items));
	++*count;
	return 0;
}

static char *write_facts(const struct facts *facts)
{
	char *text = NULL;
	size_t size;
	struct jsonwrite json = { open_memstream(&text, &size), false };

	facts_write(&json, NULL, facts);
	fclose(json.stream);
	return text;
}

static int read_text(const char *text, struct facts *facts, struct error *err)
{
	struct json_object *json = jsonread_text(text, strlen(text));
	int rc = facts_read(json, false, facts, err);

	jsonread_free(json);
	return rc;
}

static enum how any_how(void)
{
	return HOW_ASSUMED + below(HOW_GIVEN);
}

static uint64_t any_type(void)
{
	static const unsigned char types[] = { MEMTYPE_UC, MEMTYPE_WC, MEMTYPE_WT, MEMTYPE_WP,
					       MEMTYPE_WB };

	return types[below(sizeof(types))];
}

/* Registers as they can be; others do not come back as they are. */
static void any_mtrr(struct mtrr_fact *fact)
{
	unsigned int i;

	memset(fact, 0, sizeof(*fact));
	fact->how = any_how();
	fact->how_var = any_how();
	fact->known.def_type = one_in(2);
	fact->known.fixed = one_in(2);
	fact->known.var = random_number();
	fact->state.def_type = (random_number() & 0xc00) | any_type();
	fact->state.var_count = below(MTRR_VAR_MAX + 1);
	fact->state.cap = fact->state.var_count;
	for (i = 0; i < MTRR_FIXED_COUNT * 8; i++)
		fact->state.fixed[i / 8] |= any_type() << (i % 8 * 8);
	for (i = 0; i < fact->state.var_count; i++) {
		fact->state.var[i].base = (random_number() & ~UINT64_C(0xfff)) | any_type();
		fact->state.var[i].mask =
			(~UINT64_C(0) << (12 + below(40))) | (one_in(2) ? 0x800 : 0);
	}
}

static uint64_t any_frame(void)
{
	return random_number() >> below(40) & FRAME_LAST;
}

static void any_ranges(struct ranges *ranges)
{
	unsigned int n = below(5);
	uint64_t first, length;

	while (n--) {
		first = any_frame();
		length = below(1000);
		if (ranges_add(ranges, first,
			       first + length > FRAME_LAST ? FRAME_LAST : first + length))
			abort();
	}
}

/* A value of its kind for each fact. */
static void any_facts(struct facts *facts)
{
	struct mtrr_fact vcpu;
	unsigned int fact, n;

	facts_init(facts);
	facts->rules = 1 + below(1u << 5);
	facts->how_rules = any_how();
	for (fact = 0; fact < FACT_COUNT; fact++) {
		if (fact_info[fact].kind == KIND_BOOL) {
			fact_bool(facts, fact)->value = one_in(2);
			fact_bool(facts, fact)->how = any_how();
		} else if (fact_info[fact].kind == KIND_NUMBER) {
			fact_number(facts, fact)->value = any_frame();
			fact_number(facts, fact)->how = any_how();
		} else if (fact_info[fact].kind == KIND_RANGES) {
			any_ranges(&fact_ranges(facts, fact)->ranges);
			fact_ranges(facts, fact)->how = any_how();
			fact_set_complete(facts, fact, one_in(2));
			if (fact_possible(facts, fact) && one_in(2)) {
				any_ranges(&fact_possible(facts, fact)->ranges);
				fact_possible(facts, fact)->how = HOW_DERIVED;
			}
		}
	}
	facts->how_pins = facts->how_types = any_how();
	for (n = below(4); n; n--)
		facts_add_pin(facts, n, any_frame() | n, MEMTYPE_WC);
	for (n = 1 + below(4); n; n--) {
		struct type_hint hint = { n, any_frame() | n, 1 + below(1u << P2M_TYPE_COUNT),
					  one_in(2) };

		facts_add_types(facts, &hint);
	}
	any_mtrr(&facts->host);
	if (one_in(4)) {
		facts->no_vcpu = any_how();
		return;
	}
	for (n = 1 + below(4); n; n--) {
		any_mtrr(&vcpu);
		facts_add_vcpu(facts, &vcpu);
	}
}

/* JSON, read and written again, is the same; so are a copy, and what was cleared. */
static void test_written_is_read(void)
{
	struct facts facts, read, copy;
	struct error err = { "" };
	char *text, *again, *copied;
	unsigned int i;

	for (i = 0; i < 500; i++) {
		any_facts(&facts);
		facts_init(&read);
		text = write_facts(&facts);
		check_each(!read_text(text, &read, &err), "%s\n%s", err.text, text);
		again = write_facts(&read);
		check_each(!strcmp(text, again), "written\n%s\nread\n%s", text, again);
		check_each(!facts_copy(&copy, &facts), "copied");
		copied = write_facts(&copy);
		check_each(!strcmp(text, copied), "of\n%s\nthe copy is\n%s", text, copied);
		facts_clear(&facts);
		facts_clear(&read);
		facts_clear(&copy);
		free(text);
		free(again);
		free(copied);
		text = write_facts(&facts);
		check_each(!strstr(text, "[[") && !strstr(text, "true"), "cleared: %s", text);
		free(text);
	}
}

/* There is a row for each fact, its place is its own, and what is shown has an order. */
static void test_table(void)
{
	unsigned int i, k;

	for (i = 0; i < FACT_COUNT; i++) {
		const struct fact_info *info = &fact_info[i];
		bool placed = info->kind == KIND_BOOL || info->kind == KIND_NUMBER ||
			      info->kind == KIND_RANGES;

		check_each(info->name && info->description, "fact %u has no row", i);
		check_each((info->place != 0) == placed, "place of %s", info->name);
		for (k = 0; k < i; k++) {
			check_each(!info->place || info->place != fact_info[k].place,
				   "%s and %s in one place", info->name, fact_info[k].name);
			check_each(!info->shown || info->shown != fact_info[k].shown,
				   "%s and %s shown at one place", info->name, fact_info[k].name);
		}
	}
}

/* What frame numbers cannot be is not written. */
static void test_far_frames(void)
{
	struct facts facts;
	char *text;

	facts_init(&facts);
	facts.iomem.how = HOW_LOG;
	ranges_add(&facts.iomem.ranges, 0x10, UINT64_MAX);
	text = write_facts(&facts);
	check(strstr(text, "[\"0x10\",\"0xffffffffff\"]") != NULL, "%s", text);
	free(text);
	facts_clear(&facts);
	facts.iomem.how = HOW_LOG;
	ranges_add(&facts.iomem.ranges, UINT64_C(1) << 40, UINT64_MAX);
	text = write_facts(&facts);
	check(strstr(text, "\"iomem\":{\"value\":[],") != NULL, "%s", text);
	free(text);
	facts_clear(&facts);
}

/* vCPUs are refused by the reason: too many of them, or no memory. */
static void test_vcpus(void)
{
	char text[FACTS_VCPU_MAX * 32 + 128] = "{\"guest-mtrr\":[";
	struct error err = { "" };
	struct facts facts;
	unsigned int i;

	for (i = 0; i <= FACTS_VCPU_MAX; i++)
		strcat(text, i ? ",{\"def_type\":\"0x6\"}" : "{\"def_type\":\"0x6\"}");
	strcat(text, "]}");
	facts_init(&facts);
	check(read_text(text, &facts, &err) == -E2BIG && strstr(err.text, "more than 128 vCPUs"),
	      "too many: %s", err.text);
	appends_left = 3;
	check(read_text(text, &facts, &err) == -ENOMEM && strstr(err.text, "out of memory"),
	      "no memory: %s", err.text);
	appends_left = ~0u;
	facts_clear(&facts);
}

#define FIXED_10 ",\"fixed\":[\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0"

/* Of a capture: a register that no processor can have is not known, and is not written as it was.
 */
static void test_impossible(void)
{
	static const struct {
		const char *mtrrs, *wanted;
	} rows[] = {
		{ "{\"def_type\":\"0xc06\"" FIXED_10 "\"],\"var\":[[\"0x1\",\"0x800\"]]",
		  "\"def_type_known\":true,\"fixed_known\":true,\"var_known\":\"0xffffffffffffffff\"" },
		{ "{\"def_type\":\"0xc02\"" FIXED_10 "\"],\"var\":[]", "\"def_type_known\":false" },
		{ "{\"def_type\":\"0x1c06\"" FIXED_10 "\"],\"var\":[]",
		  "\"def_type_known\":false" },
		{ "{\"def_type\":\"0xc06\"" FIXED_10 "07\"],\"var\":[],\"fixed_known\":true",
		  "\"fixed_known\":false" },
		{ "{\"def_type\":\"0xc06\",\"var\":[[\"0x0\",\"0x800\"],[\"0x1003\",\"0x1800\"]],"
		  "\"var_known\":\"0x3\"",
		  "[\"0x0\",\"0x0\"]],\"def_type_known\":true,\"fixed_known\":false,\"var_known\":\"0x1\"" },
		{ "{\"def_type\":\"0xc06\",\"var\":[[\"0x1000\",\"0x1801\"]],\"var_known\":\"0x1\"",
		  "\"var_known\":\"0x0\"" },
		/* one that is not in use says nothing */
		{ "{\"def_type\":\"0xc06\",\"var\":[[\"0x1003\",\"0x1000\"]],\"var_known\":\"0x1\"",
		  "\"var\":[[\"0x0\",\"0x0\"]],\"def_type_known\":true,\"fixed_known\":false,\"var_known\":\"0x1\"" },
	};
	char text[1024], *written;
	struct error err = { "" };
	struct facts facts;
	unsigned int i, host;

	for (i = 0; i < ARRAY_SIZE(rows) * 2; i++) {
		host = i & 1;
		snprintf(text, sizeof(text), "{\"%s\":{\"how\":\"log\",\"value\":%s%s%s}}",
			 host ? "host-mtrr" : "guest-mtrr", host ? "" : "[", rows[i / 2].mtrrs,
			 host ? "}" : ",\"how\":\"log\",\"how_var\":\"log\"}]");
		facts_init(&facts);
		check(!read_text(text, &facts, &err), "%s: %s", text, err.text);
		written = write_facts(&facts);
		check(strstr(written, rows[i / 2].wanted) != NULL, "%s\n%s", text, written);
		facts_clear(&facts);
		free(written);
	}
	facts_init(&facts);
	check(!read_text("{\"host-mtrr-var\":{\"how\":\"log\",\"value\":[[\"0x2\",\"0x800\"]]}}",
			 &facts, &err) &&
		      !facts.host.state.var[0].mask,
	      "ranges of the host alone: %s", err.text);
	facts_clear(&facts);
}

int main(void)
{
	test_table();
	test_impossible();
	test_written_is_read();
	test_far_frames();
	test_vcpus();
	return test_end();
}
