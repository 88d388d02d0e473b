/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/record.h"

#include "base/array.h"
#include "base/text.h"
#include "x86/memtype.h"

#include <stdio.h>
#include <string.h>

/* Columns of a record, see record.h. */
enum {
	AT_GFN = 5,
	AT_ORDER_WORD = 18,
	AT_ORDER = 26,
	AT_MFN_WORD = 28,
	AT_MFN = 34,
	AT_RIGHTS = 48,
	AT_EMT = 52,
	AT_FLAG = 54,
	HEX_WIDTH = 13,
};

/* "%13lx": blanks, then digits up to the end of the field. */
static bool hex_field(const char *text, uint64_t *value)
{
	const char *end = text + HEX_WIDTH;

	while (text < end && *text == ' ')
		text++;
	return text_hex(text, end, value);
}

static bool order_field(const char *text, uint8_t *order)
{
	static const struct {
		char text[3];
		uint8_t order;
	} orders[] = { { " 0", 0 }, { " 9", 9 }, { "18", 18 } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(orders); i++)
		if (!memcmp(text, orders[i].text, 2)) {
			*order = orders[i].order;
			return true;
		}
	return false;
}

static bool right(char shown, char letter, uint8_t bit, struct entry *entry)
{
	if (shown == letter)
		entry->rights |= bit;
	return shown == letter || shown == ' ';
}

/* memory_type_to_str() and the flag behind it. "??" is EMT 7, "?2" and "?3" are reserved ones. */
static bool attributes(const char *rights, const char *emt, char flag, struct entry *entry)
{
	int type;
	char name[3] = { emt[0], emt[1], '\0' };

	entry->rights = 0;
	if (!right(rights[0], 'r', ENTRY_R, entry) || !right(rights[1], 'w', ENTRY_W, entry) ||
	    !right(rights[2], 'x', ENTRY_X, entry))
		return false;
	if (!strcmp(name, "??"))
		type = 7;
	else if (!strcmp(name, "?2") || !strcmp(name, "?3"))
		type = name[1] - '0';
	else
		type = name[0] >= 'A' && name[1] >= 'A' && name[1] <= 'Z' ? memtype_parse(name)
									  : -1;
	if (type < 0 || (flag != ' ' && flag != '!' && flag != '?'))
		return false;
	entry->emt = type;
	entry->ipat = flag == '!';
	entry->ipat_hidden = flag == '?';
	entry->pending = flag == '?' || type == 7;
	return true;
}

static bool aligned(const struct entry *entry)
{
	return !(entry->gfn & (entry_pages(entry->order) - 1));
}

/* Without the blanks that a terminal's copy has up to its right edge. */
static size_t without_padding(const char *text, size_t length, size_t least)
{
	while (length > least && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	return length;
}

enum record record_parse(const char *text, size_t length, struct entry *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->type = ENTRY_TYPE_UNKNOWN;
	if (length < AT_MFN_WORD + 4 || memcmp(text, "gfn: ", AT_GFN) ||
	    memcmp(text + AT_ORDER_WORD, " order: ", AT_ORDER - AT_ORDER_WORD) ||
	    !hex_field(text + AT_GFN, &entry->gfn) ||
	    !order_field(text + AT_ORDER, &entry->order) || entry->gfn >> 40 || !aligned(entry))
		return RECORD_NONE;
	if (!memcmp(text + AT_MFN_WORD, " PoD", 4)) {
		entry->pod = true;
		length = without_padding(text, length, AT_MFN_WORD + 4);
		return length == AT_MFN_WORD + 4 ? RECORD_ENTRY : RECORD_GLUED;
	}
	if (length < AT_FLAG || memcmp(text + AT_MFN_WORD, " mfn: ", AT_MFN - AT_MFN_WORD) ||
	    !hex_field(text + AT_MFN, &entry->mfn) || entry->mfn >> 40 ||
	    text[AT_RIGHTS - 1] != ' ' || text[AT_EMT - 1] != ' ' ||
	    !attributes(text + AT_RIGHTS, text + AT_EMT, length > AT_FLAG ? text[AT_FLAG] : ' ',
			entry))
		return RECORD_NONE;
	if (length == AT_FLAG)
		return RECORD_TRIMMED;
	length = without_padding(text, length, RECORD_LENGTH);
	return length == RECORD_LENGTH ? RECORD_ENTRY : RECORD_GLUED;
}

#define WORDS_MAX 12

/* Words of a line, at most WORDS_MAX; they point into line, which is cut up. Returns their number.
 */
static size_t split(char *line, char **words)
{
	size_t count = 0;
	char *save = NULL, *word;

	for (word = strtok_r(line, " \t", &save); word && count < WORDS_MAX;
	     word = strtok_r(NULL, " \t", &save))
		words[count++] = word;
	return word ? 0 : count;
}

/* "rw" and "WB!", or "r", "x" and "UC": what is left of the last columns. */
static bool loose_attributes(char **words, size_t count, struct entry *entry)
{
	static const char letters[] = "rwx";
	const char *emt = words[count - 1], *letter = letters, *at;
	char rights[4] = "   ";
	size_t i;

	if (strlen(emt) < 2 || strlen(emt) > 3)
		return false;
	for (i = 0; i + 1 < count; i++)
		for (at = words[i]; *at; at++) {
			letter = strchr(letter, *at);
			if (!letter)
				return false;
			rights[letter - letters] = *letter;
			letter++;
		}
	return attributes(rights, emt, emt[2] ? emt[2] : ' ', entry);
}

enum record record_parse_loose(const char *text, size_t length, struct entry *entry)
{
	char line[128], *words[WORDS_MAX], order[4];
	size_t count;

	memset(entry, 0, sizeof(*entry));
	entry->type = ENTRY_TYPE_UNKNOWN;
	if (length >= sizeof(line) || memchr(text, '\0', length))
		return RECORD_NONE;
	memcpy(line, text, length);
	line[length] = '\0';
	count = split(line, words);
	if (count < 5 || strcmp(words[0], "gfn:") || strcmp(words[2], "order:") ||
	    strlen(words[3]) > 2 || !text_hex_string(words[1], &entry->gfn) || entry->gfn >> 40)
		return RECORD_NONE;
	snprintf(order, sizeof(order), "%2s", words[3]);
	if (!order_field(order, &entry->order) || !aligned(entry))
		return RECORD_NONE;
	if (count == 5 && !strcmp(words[4], "PoD")) {
		entry->pod = true;
		return RECORD_ENTRY;
	}
	if (count < 7 || strcmp(words[4], "mfn:") || !text_hex_string(words[5], &entry->mfn) ||
	    entry->mfn >> 40 || !loose_attributes(words + 6, count - 6, entry))
		return RECORD_NONE;
	return RECORD_ENTRY;
}

bool record_gfn(const char *text, size_t length, uint64_t *gfn)
{
	return length >= AT_ORDER_WORD && !memcmp(text, "gfn: ", AT_GFN) &&
	       hex_field(text + AT_GFN, gfn);
}

static bool contains(const char *text, size_t length, const char *needle)
{
	return memmem(text, length, needle, strlen(needle)) != NULL;
}

bool record_torn(const char *text, size_t length)
{
	struct entry entry;
	const char *rights;

	if (length > 64)
		return false;
	if (contains(text, length, " order: ") && contains(text, length, " mfn: "))
		return true;
	if (contains(text, length, " EPT p2m table:"))
		return length < 40;
	/* "4a4 rwx WB!", or less of it; the attributes are the shortest piece told apart. */
	if (length < AT_FLAG + 1 - AT_RIGHTS)
		return false;
	rights = text + length - (RECORD_LENGTH - AT_RIGHTS);
	if (rights[3] != ' ' || !attributes(rights, rights + 4, rights[6], &entry))
		return false;
	while (text < rights &&
	       (*text == ' ' || (*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'f')))
		text++;
	return text == rights;
}

static inline uint64_t load(const char *text)
{
	uint64_t value;

	memcpy(&value, text, sizeof(value));
	return value;
}

#define RECORD_HEAD "gfn:    " /* of a gfn below 2^40 */

void record_shape_set(struct record_shape *shape, const char *line, const char *record,
		      unsigned int cr)
{
	size_t head = record - line + strlen(RECORD_HEAD);

	shape->at = 0;
	shape->cr = cr;
	if (head > SHAPE_MAX || memcmp(record, RECORD_HEAD, strlen(RECORD_HEAD)))
		return;
	shape->at = record - line;
	prefix_shape_set(&shape->head, line, head);
}

static inline bool fits(const struct record_shape *shape, const char *line)
{
	const char *record = line + shape->at;
	/* All at once, since nearly every line of a dump fits. */
	uint64_t differs = load(record + AT_ORDER_WORD) ^ load(" order: ");

	differs |= (record[AT_RIGHTS - 1] ^ ' ') | (record[RECORD_LENGTH + shape->cr] ^ '\n');
	return !differs && prefix_shape_fits(&shape->head, line) && record[AT_FLAG] > '\r' &&
	       (!shape->cr || record[RECORD_LENGTH] == '\r');
}

size_t records_fitting(const struct record_shape *shape, const char *lines, size_t max)
{
	size_t stride = record_stride(shape), count = 0;

	while (count < max && fits(shape, lines + count * stride))
		count++;
	return count;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

typedef int8_t bytes16 __attribute__((vector_size(16)));
typedef uint64_t words2 __attribute__((vector_size(16)));

/* Blanks stand in front only, if at all: their bytes, all ones, are the lowest, without a gap. */
static inline bool blanks_fit(uint64_t blanks)
{
	return !(blanks & (blanks + 1)) && blanks != ~UINT64_C(0);
}

/* Eight digits as a number; the first, in the lowest byte, is the highest one. */
static inline uint64_t from_digits(uint64_t digits)
{
	digits = (digits << 4 | digits >> 8) & UINT64_C(0x00ff00ff00ff00ff);
	digits = (digits << 8 | digits >> 16) & UINT64_C(0x0000ffff0000ffff);
	return (digits << 16 | digits >> 32) & UINT64_C(0xffffffff);
}

/*
 * Two fields of eight characters, the last ones of "%13lx": blanks and then lower-case digits. As
 * numbers, all sixteen characters at once.
 */
static inline bool hex8_twice(const char *one, const char *two, uint64_t *first, uint64_t *second)
{
	words2 text = { load(one), load(two) };
	bytes16 c = (bytes16)text, blank = c == ' ';
	bytes16 digit = (c > '0' - 1) & (c < '9' + 1), letter = (c > 'a' - 1) & (c < 'f' + 1);
	words2 known = (words2)(blank | digit | letter), blanks = (words2)blank;
	words2 low = (words2)(((c & 0x0f) + (letter & 9)) & ~blank);

	if ((known[0] & known[1]) != ~UINT64_C(0) || !blanks_fit(blanks[0]) ||
	    !blanks_fit(blanks[1]))
		return false;
	*first = from_digits(low[0]);
	*second = from_digits(low[1]);
	return true;
}

/* Apart, since it is seldom needed: without it the function below keeps all in registers. */
static __attribute__((noinline)) bool new_attributes(const char *text, uint64_t attributes,
						     struct record_memory *memory)
{
	struct entry entry;

	if (record_parse(text, RECORD_LENGTH, &entry) != RECORD_ENTRY || entry.pod)
		return false;
	memory->attributes = attributes;
	memory->entry = entry;
	return true;
}

bool record_parse_fast(const char *text, struct record_memory *memory, struct entry *entry)
{
	uint64_t attributes = load(text + AT_RIGHTS - 1);

	if (attributes != memory->attributes && !new_attributes(text, attributes, memory))
		return false;
	*entry = memory->entry;
	/* " order:  ", " mfn: " in their places, and five blanks before eight digits. */
	if (memcmp(text + 8, "  ", 2) || load(text + AT_MFN_WORD) != load(" mfn:   ") ||
	    memcmp(text + 35, "    ", 4) ||
	    !hex8_twice(text + 10, text + 39, &entry->gfn, &entry->mfn) ||
	    !order_field(text + AT_ORDER, &entry->order))
		return false;
	return aligned(entry);
}

#else

bool record_parse_fast(const char *text, struct record_memory *memory, struct entry *entry)
{
	(void)memory;
	return record_parse(text, RECORD_LENGTH, entry) == RECORD_ENTRY && !entry->pod;
}

#endif
