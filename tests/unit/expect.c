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

static bool holds(const char *text, char *result, size_t size)
{
	struct expectations expectations = { NULL, 0 };
	struct error err = { "" };
	bool answer = false;
	unsigned int gfn;

	*result = '\0';
	if (!check(!expect_add(&expectations, text, &err), "'%s': %s", text, err.text))
		return false;
	expect_begin(&expectations, 1, NULL);
	for (gfn = 0; gfn < 0x10; gfn++) {
		struct entry entry = { .gfn = gfn,
				       .mfn = 0x1000 + gfn,
				       .rights = 7,
				       .emt = MEMTYPE_WB,
				       .ipat = true,
				       .type = P2M_RAM_RW };

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
	{ "5=WB!", true, "1 entries" },
	{ "0-f=WB", false, "16 of 16" },
	{ "0-f=wb!", true, "" }, /* in any case */
	{ "0-10=WB!", false, "1 of 17 entries differ, first gfn 0x10: UC!" },
	{ "10=UC!", true, "" },
	{ "10=UC", false, "UC!" },
	{ "10~WC", false, "UC!" }, /* iPAT forces UC */
	{ "10~UC", true, "" },
	{ "200~WC", true, "" }, /* PAT WC */
	{ "200-3ff=UC", true, "1 entries" },
	{ "2ff=UC", true, "1 entries" }, /* inside of a superpage */
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
};

/* Where entries were lost, nobody knows what is mapped: that is said, and does not hold. */
static void lost(void)
{
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
}

int main(void)
{
	char result[200];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check(holds(cases[i].text, result, sizeof(result)) == cases[i].holds, "%s: %s",
		      cases[i].text, result);
		check(strstr(result, cases[i].result) != NULL, "%s: '%s' lacks '%s'", cases[i].text,
		      result, cases[i].result);
	}
	lost();
	return test_end();
}
