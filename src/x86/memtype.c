/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "x86/memtype.h"

#include <string.h>

#include <strings.h>

static const char *const names[MEMTYPE_COUNT] = {
	"UC", "WC", "?2", "?3", "WT", "WP", "WB", "UC-",
};

const uint8_t memtype_pats[MEMTYPE_PATS] = { MEMTYPE_UC, MEMTYPE_UC_MINUS, MEMTYPE_WC,
					     MEMTYPE_WT, MEMTYPE_WP,	   MEMTYPE_WB };

const char *memtype_name(unsigned int type)
{
	return names[type & 7];
}

int memtype_parse(const char *name)
{
	int type;

	for (type = 0; name && type < MEMTYPE_COUNT; type++)
		if (names[type][0] != '?' && !strcasecmp(name, names[type]))
			return type;
	return -1;
}

int memtype_parse_emt(const char *name, size_t length)
{
	char word[8];
	int type;

	if (length >= sizeof(word))
		return -1;
	memcpy(word, name, length);
	word[length] = '\0';
	type = memtype_parse(word);
	return type == MEMTYPE_UC_MINUS ? -1 : type;
}

bool memtype_valid(unsigned int type)
{
	return type < MEMTYPE_COUNT && (MEMTYPES_ALL >> type & 1);
}

#define UC MEMTYPE_UC
#define WC MEMTYPE_WC
#define WT MEMTYPE_WT
#define WP MEMTYPE_WP
#define WB MEMTYPE_WB

/* Rows: EPT type; columns: PAT type UC, WC, -, -, WT, WP, WB, UC-. */
/* clang-format off */
static const signed char effective[MEMTYPE_COUNT][MEMTYPE_COUNT] = {
	[UC] = { UC, WC, -1, -1, UC, UC, UC, UC },
	[WC] = { UC, WC, -1, -1, UC, UC, WC, WC },
	[2] = { -1, -1, -1, -1, -1, -1, -1, -1 },
	[3] = { -1, -1, -1, -1, -1, -1, -1, -1 },
	[WT] = { UC, WC, -1, -1, WT, WP, WT, UC },
	[WP] = { UC, WC, -1, -1, WT, WP, WP, WC },
	[WB] = { UC, WC, -1, -1, WT, WP, WB, UC },
	[7] = { -1, -1, -1, -1, -1, -1, -1, -1 },
};
/* clang-format on */

bool memtype_cacheable(int type)
{
	return type == MEMTYPE_WT || type == MEMTYPE_WP || type == MEMTYPE_WB;
}

int memtype_effective(unsigned int emt, bool ipat, unsigned int pat)
{
	if (!memtype_valid(emt))
		return -1;
	return ipat ? (int)emt : effective[emt][pat & 7];
}
