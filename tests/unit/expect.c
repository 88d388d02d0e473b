/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expectations, entry by entry: what meets them and what does not. */
#include "audit/expect.h"
#include "test.h"
#include "x86/memtype.h"

#include <string.h>

/* gfns 0-f WB!, 10 UC!, 11 pending, 12 PoD, 13 not there, 14 no rights, 200-3ff UC as one page. */
static const struct entry entries[] = {
	{ .gfn = 0x10, .rights = 7, .emt = MEMTYPE_UC, .ipat = true, .type = P2M_MMIO_DIRECT },
	{ .gfn = 0x11, .rights = 7, .emt = MEMTYPE_WB, .pending = true, .type = P2M_RAM_RW },
	{ .gfn = 0x12, .pod = true, .type = P2M_POPULATE_ON_DEMAND },
	{ .gfn = 0x14, .emt = MEMTYPE_WB, .type = P2M_RAM_PAGED },
	{ .gfn = 0x200, .order = 9, .rights = 3, .emt = MEMTYPE_UC, .type = P2M_MMIO_DIRECT },
};

/* The first sixteen come one by one, or as one run. */
static bool holds(const char *text, bool run, char *result, size_t size)
{
	const struct entry ram = {
		.mfn = 0x1000, .rights = 7, .emt = MEMTYPE_WB, .ipat = true, .type = P2M_RAM_RW
	};
	struct expectations expectations = { NULL, 0 };
	struct error err = { "" };
	bool answer = false;
	unsigned int gfn;

	*result = '\0';
	if (!check(!expect_add(&expectations, text, &err), "'%s': %s", text, err.text))
		return false;
	expect_begin(&expectations, 1, NULL);
	if (run)
		expect_run(&expectations, &ram, 0x10);
	for (gfn = 0; gfn < 0x10 && !run; gfn++) {
		struct entry entry = ram;

		entry_advance(&entry, gfn);
		expect_entries(&expectations, &entry, 1);
	}
	expect_entries(&expectations, entries, sizeof(entries) / sizeof(entries[0]));
	expect_end(&expectations, true);
	answer = expect_holds(&expectations.list[0]);
	expect_result(&expectations.list[0], result, size);
	expect_clear(&expectations);
	return answer;
}

static const struct {
	const char *text;
	bool holds;
	const char *result; /* part of it */
} cases[] = {
	{ "0x0-0xf=WB!", true, "16 entries" },
	{ "0-f=WB*", true, "16 entries" },
	{ "5=WB!", true, "1 entry" },
	{ "0-f=WB", false, "16 of 16" },
	{ "0-f=wb!", true, "" }, /* in any case */
	{ "0-10=WB!", false, "1 of 17 entries differ, first gfn 0x10: UC!" },
	{ "10=UC!", true, "" },
	{ "10=UC", false, "UC!" },
	{ "10~WC", false, "UC!" }, /* iPAT forces UC */
	{ "10~UC", true, "" },
	{ "200~WC", true, "" }, /* PAT WC */
	{ "200-3ff=UC", true, "1 entry" },
	{ "2ff=UC", true, "1 entry" }, /* inside of a superpage */
	{ "3ff-400=UC", false, "gfn 0x400 is not mapped" },
	{ "3ff-400?=UC", true, "" },
	{ "1ff-200=UC", false, "gfn 0x1ff is not mapped" },
	{ "11=WB*", false, "to be recomputed" },
	{ "12=WB*", false, "populated on demand" },
	{ "13=WB*", false, "gfn 0x13 is not mapped" },
	{ "13?=WB*", true, "" },
	{ "14=WB*", false, "not present" },
	{ "14?=WB*", false, "not present" },
	{ "type:mmio_direct=UC*", true, "2 entries" },
	{ "type:p2m_mmio_direct=UC*", true, "2 entries" },
	{ "type:mmio_direct=UC", false, "1 of 2" },
	{ "type:ram_rw=WB!", false, "1 of 17 entries differ, first gfn 0x11" },
	{ "type:map_foreign=WB!", false, "nothing is mapped there" },
	{ "type:map_foreign?=WB!", true, "" },
	{ "ffffffffffffffff?=UC", true, "" },
	{ "0-ffffffffffffffff?=UC", false, "entries differ, first gfn 0x0: WB!" },
	{ "0-ffffffffffffffff?=WB!", false, "5 of 21 entries differ, first gfn 0x10: UC!" },
	{ "0-ffffffffffffffff=WB!", false, "5 of 21 entries differ" },
	{ "3-5=WB!", true, "3 entries" },
	{ "f-20?=WB!", false, "of 5 entries differ" },
	/* for one domain, in each way to name it */
	{ "1:5=WB!", true, "1 entry" },
	{ "d1:5=WB!", true, "1 entry" },
	{ "domain1:5=WB!", true, "1 entry" },
};

/* Whom an expectation means, by domid and name. */
static const struct {
	const char *text;
	int domid;
	const char *name;
	bool means;
} domains[] = {
	{ "0=UC", 7, "web", true },
	{ "0=UC", 7, NULL, true },
	{ "7:0=UC", 7, "web", true },
	{ "d7:0=UC", 7, "web", true },
	{ "domain7:0=UC", 7, NULL, true },
	{ "web:0=UC", 7, "web", true },
	{ "web:0=UC", 7, "web2", false },
	{ "web:0=UC", 7, NULL, false },
	{ "7:0=UC", 77, NULL, false },
	{ "77:0=UC", 7, NULL, false },
	{ "d7:0=UC", 8, NULL, false },
	{ "dd7:0=UC", 7, NULL, false },
	{ "domain:0=UC", 7, NULL, false },
	{ "domaind7:0=UC", 7, NULL, false },
	{ "doma7:0=UC", 7, NULL, false },
	{ "x7:0=UC", 7, NULL, false },
	{ "domain7:0=UC", 8, "domain7", true },
	{ "d7:type:ram_rw=UC", 7, NULL, true },
	{ "type:ram_rw=UC", 7, NULL, true },
};

static void test_domains(void)
{
	size_t i;

	for (i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
		struct expectations expectations = { NULL, 0 };
		struct error err = { "" };

		check(!expect_add(&expectations, domains[i].text, &err), "%s", err.text);
		expect_begin(&expectations, domains[i].domid, domains[i].name);
		check(expect_concerns(&expectations.list[0]) == domains[i].means,
		      "'%s' and domain %d, %s", domains[i].text, domains[i].domid,
		      domains[i].name ? domains[i].name : "without a name");
		/* Of another domain it holds, whatever that has. */
		expect_entries(&expectations, entries, 1);
		expect_run(&expectations, entries, 1);
		expect_end(&expectations, true);
		check(domains[i].means || expect_holds(&expectations.list[0]), "'%s' does not hold",
		      domains[i].text);
		expect_clear(&expectations);
	}
}

/* What it says of itself is what was given, as far as a terminal can bear it. */
static void test_text(void)
{
	static const char *const wrong[][2] = {
		{ "5", "'5': RANGE=TYPE" },
		{ "=UC", "'=UC': RANGE=TYPE" },
		{ "", "'': RANGE=TYPE" },
		{ "5=UX", "'5=UX': UC, WC" },
		{ "5=", "'5=': UC, WC" },
		{ "5~UC!", "'5~UC!': UC, WC" },
		{ "5~UC*", "'5~UC*': UC, WC" },
		{ "g=UC", "'g=UC': GFN or" },
		{ "6-5=UC", "'6-5=UC': GFN or" },
		{ "type:nothing=UC", "'type:nothing=UC': no such" },
		{ ":5=UC", "':5=UC': a domain" },
		{ "\033:x=UC", "'?:x=UC': GFN or" },
	};
	char text[100];
	struct expectations expectations = { NULL, 0 };
	struct error err = { "" };
	size_t i;

	if (check(!expect_add(&expectations, "a\033b:5=WB!", &err), "%s", err.text))
		check(!strcmp(expectations.list->text, "a?b:5=WB!"), "text: '%s'",
		      expectations.list->text);
	expect_clear(&expectations);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		check(expect_add(&expectations, wrong[i][0], &err) && strstr(err.text, wrong[i][1]),
		      "'%s': %s", wrong[i][0], err.text);
	/* the longest name, and a longer one */
	for (i = sizeof(expectations.list->domain) - 1; i <= sizeof(expectations.list->domain);
	     i++) {
		memset(text, 'x', i);
		strcpy(text + i, ":5=UC");
		check(!expect_add(&expectations, text, &err) ==
			      (i < sizeof(expectations.list->domain)),
		      "a name of %zu letters: %s", i, err.text);
	}
	check(expectations.count == 1, "%zu of these are kept", expectations.count);
	expect_clear(&expectations);
}

/* Where entries were lost, nobody knows what is mapped: that is said, and does not hold. */
static void lost(void)
{
	const struct entry odd = { .gfn = 0x10, .rights = 7, .emt = 7, .type = P2M_RAM_RW };
	struct expectations expectations = { NULL, 0 };
	struct error err;
	char result[200];

	expect_add(&expectations, "10-20=UC!", &err);
	expect_begin(&expectations, 1, NULL);
	expect_entries(&expectations, entries, 1);
	expect_end(&expectations, false);
	check(!expect_holds(&expectations.list[0]), "an incomplete range");
	expect_result(&expectations.list[0], result, sizeof(result));
	check(!strcmp(result, "gfn 0x11 was not seen: entries were lost"), "%s", result);
	expect_clear(&expectations);

	expect_add(&expectations, "type:ram_ro=WB", &err);
	expect_begin(&expectations, 1, NULL);
	expect_end(&expectations, false);
	expect_result(&expectations.list[0], result, sizeof(result));
	check(!strcmp(result, "nothing is mapped there, or its entries were lost"), "%s", result);
	expect_clear(&expectations);

	/* EMT 7, which is no type */
	expect_add(&expectations, "10=UC", &err);
	expect_begin(&expectations, 1, NULL);
	expect_entries(&expectations, &odd, 1);
	expect_end(&expectations, true);
	expect_result(&expectations.list[0], result, sizeof(result));
	check(strstr(result, "first gfn 0x10: ??") != NULL, "%s", result);
	expect_clear(&expectations);
}

int main(void)
{
	char result[200];
	size_t i;

	for (i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = cases[i / 2].text, *wanted = cases[i / 2].result;

		check(holds(text, i % 2, result, sizeof(result)) == cases[i / 2].holds, "%s: %s",
		      text, result);
		check(strstr(result, wanted) != NULL, "%s: '%s' lacks '%s'", text, result, wanted);
	}
	lost();
	test_domains();
	test_text();
	return test_end();
}
