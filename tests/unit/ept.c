/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EPT entries: every bit has one name in every release, and misconfigurations by rules of the SDM
 * written down a second time. */
#include "unit/test.h"

#include "x86/ept.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BIT(n) (UINT64_C(1) << (n))

/* The fields of each release are all bits, once. */
static void test_partition(void)
{
	unsigned int minor, n;

	for (minor = 2; minor <= 30; minor++) {
		struct ept_layout layout = ept_layout_for(minor, -1);
		const struct ept_field *field;
		uint64_t seen = 0, random = UINT64_C(0x9e3779b97f4a7c15) * minor, put = 0;
		unsigned int accesses = 0;

		for (n = 0; (field = ept_field(n, &layout)); n++) {
			uint64_t bits = ept_field_value(field, ~UINT64_C(0)) << field->low;

			check_each(!(seen & bits), "4.%u: %s overlaps", minor, field->name);
			seen |= bits;
			put |= ept_field_value(field, random) << field->low;
			if (field->kind == EPT_P2M_ACCESS) {
				accesses++;
				check_each(ept_field_value(field, random) ==
						   ept_access(random, &layout),
					   "4.%u: access", minor);
			}
		}
		check_each(seen == ~UINT64_C(0), "4.%u: fields are 0x%" PRIx64, minor, seen);
		check_each(put == random, "4.%u: values", minor);
		check_each(accesses == 1, "4.%u: %u accesses", minor, accesses);
	}
}

static bool has(unsigned int minor, const char *name)
{
	struct ept_layout layout = ept_layout_for(minor, -1);
	const struct ept_field *field;
	unsigned int n;

	for (n = 0; (field = ept_field(n, &layout)); n++)
		if (!strcmp(field->name, name))
			return true;
	return false;
}

/* When each of Xen's bits came and went. */
static void test_releases(void)
{
	static const struct {
		const char *name;
		unsigned int first, last;
	} rows[] = {
		{ "recalc", 5, 99 },	  { "a", 6, 99 },     { "d", 6, 99 },
		{ "suppress_ve", 6, 99 }, { "tm", 0, 15 },    { "_rsvd", 16, 19 },
		{ "pw", 20, 99 },	  { "avail1", 0, 4 }, { "avail3", 0, 5 },
		{ "rsvd1", 0, 5 },	  { "mfn", 0, 99 },   { "sa_p2mt", 0, 99 },
	};
	unsigned int minor;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (minor = 2; minor < 25; minor++)
			check_each(has(minor, rows[i].name) ==
					   (minor >= rows[i].first && minor <= rows[i].last),
				   "%s in 4.%u", rows[i].name, minor);
	check(has(EPT_NEWEST, "pw") && !has(EPT_NEWEST, "tm"), "the newest");
}

static void test_access(void)
{
	static const struct {
		unsigned int minor;
		int point;
		uint64_t entry;
		const char *name;
	} rows[] = {
		{ 4, 4, UINT64_C(7) << 58, "rwx" },
		{ 5, 0, 0, "rwx" },
		{ 5, -1, UINT64_C(7) << 58, "n" },
		{ 5, 5, UINT64_C(6) << 58, "r" },
		{ 6, 0, UINT64_C(1) << 58, "wx" },
		{ 6, 1, UINT64_C(4) << 58, "rw" },
		{ 6, 1, UINT64_C(8) << 58, "rx2rw" },
		{ 6, 3, UINT64_C(1) << 58, "r" },
		{ 6, -1, UINT64_C(7) << 58, "rwx" },
		{ 19, 0, UINT64_C(7) << 58, "rwx" },
		{ 19, 0, UINT64_C(10) << 58, "unused" },
		{ 20, 0, UINT64_C(7) << 59, "rwx" },
		{ 20, 0, UINT64_C(10) << 59, "r_pw" },
		{ 20, 0, UINT64_C(11) << 59, "unused" },
		{ EPT_NEWEST, -1, UINT64_C(9) << 59, "n2rwx" },
		{ 20, 0, BIT(58), "n" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ept_layout layout = ept_layout_for(rows[i].minor, rows[i].point);
		const char *name = p2m_access_name(ept_access(rows[i].entry, &layout), &layout);

		check(!strcmp(name, rows[i].name), "4.%u.%d: 0x%" PRIx64 " is %s, not %s",
		      rows[i].minor, rows[i].point, rows[i].entry, name, rows[i].name);
	}
}

/* From the tables of formats in the SDM: which bits of a present entry must be 0. */
static uint64_t reserved(unsigned int level, bool leaf, unsigned int phys_bits)
{
	uint64_t bits = 0;
	unsigned int n;

	for (n = phys_bits; n < 52; n++)
		bits |= BIT(n);
	if (!leaf)
		bits |= BIT(3) | BIT(4) | BIT(5) | BIT(6);
	if (level >= 4)
		bits |= BIT(7);
	for (n = 12; leaf && n < 12 + 9 * (level - 1); n++)
		bits |= BIT(n);
	return bits;
}

static bool wrong(uint64_t entry, unsigned int level, unsigned int phys_bits)
{
	bool leaf = level == 1 || (level <= 3 && entry & BIT(7));

	if (!(entry & 7))
		return false;
	if (entry & 2 && !(entry & 1))
		return true;
	if (entry & reserved(level, leaf, phys_bits))
		return true;
	return leaf && (0x8c >> (entry >> 3 & 7) & 1);
}

static void test_misconfiguration(void)
{
	static const unsigned int widths[] = { 36, 39, 46, 52 };
	unsigned int level, low, width, n;

	for (level = 1; level <= 5; level++)
		for (width = 0; width < 4; width++)
			for (low = 0; low < 0x1000; low++)
				for (n = 11; n < 64; n++) {
					uint64_t entry = low | (n > 11 ? BIT(n) : 0);
					const char *rule =
						ept_misconfiguration(entry, level, widths[width]);

					check_each(!rule == !wrong(entry, level, widths[width]),
						   "level %u, 0x%" PRIx64 ", %u bits: %s", level,
						   entry, widths[width], rule ? rule : "right");
				}
	check(!!strstr(ept_misconfiguration(2, 1, 52), "010b"), "010b");
	check(!!strstr(ept_misconfiguration(0x36, 1, 52), "110b"), "110b");
	check(!!strstr(ept_misconfiguration(0x3f, 1, 52), "memory type"), "EMT 7");
	check(!!strstr(ept_misconfiguration(0x3f, 2, 52), "6:3"), "EMT 7 above");
	check(!!strstr(ept_misconfiguration(0x10b7, 2, 52), "superpage below"), "misaligned");
	check(!!strstr(ept_misconfiguration(0x87, 4, 52), "without superpages"), "bit 7");
	check(!!strstr(ept_misconfiguration(BIT(40) | 0x37, 1, 40), "beyond"), "beyond");
	check(ept_execute_only(0x34) && !ept_execute_only(0x35), "execute-only");
}

static void test_eptp(void)
{
	check(!eptp_invalid(0x7fc5201e, 52) && eptp_levels(0x7fc5201e) == 4, "as Xen makes it");
	check(!eptp_invalid(0x7fc5205e, 52), "with A/D");
	check(!eptp_invalid(0x7fc52026, 52) && eptp_levels(0x7fc52026) == 5, "5 levels");
	check(!eptp_invalid(0x7fc52018, 52), "UC");
	check(!!eptp_invalid(0x7fc5201c, 52), "WT");
	check(!!eptp_invalid(0x7fc52016, 52), "3 levels");
	check(!!eptp_invalid(0x7fc5211e, 52), "bit 8");
	check(!!eptp_invalid(BIT(36) | 0x1e, 36) && !eptp_invalid(BIT(36) | 0x1e, 37), "width");
	check(!!eptp_invalid(BIT(52) | 0x1e, 52), "bit 52");
}

int main(void)
{
	test_partition();
	test_releases();
	test_access();
	test_misconfiguration();
	test_eptp();
	return test_end();
}
