/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list in text: columns of runs, or lines of key D. There can be many millions of either. */
#include "report/listingforms.h"

#include "base/put.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>

#define CELL_SIZE 48 /* what a column prints at most */

static uint64_t gfn_last(const struct listing_run *run)
{
	return entry_last(&run->last);
}

static char *column_gfn(const struct listing *listing, char *p)
{
	p = put_text(put_0x(p, listing->run.first.gfn), "-");
	return put_0x(p, gfn_last(&listing->run));
}

static char *column_mfn(const struct listing *listing, char *p)
{
	return listing->run.first.pod ? put_text(p, "-") : put_0x(p, listing->run.first.mfn);
}

static char *column_order(const struct listing *listing, char *p)
{
	return put_decimal(p, listing->run.first.order);
}

static char *column_entries(const struct listing *listing, char *p)
{
	return put_decimal(p, listing->run.entries);
}

static char *column_size(const struct listing *listing, char *p)
{
	uint64_t pages = gfn_last(&listing->run) - listing->run.first.gfn + 1;

	if (pages == 1) /* most of many millions */
		return put_text(p, "4 KiB");
	text_size(pages << 12, p, CELL_SIZE);
	return p + strlen(p);
}

static char *column_attributes(const struct listing *listing, char *p)
{
	return put_text(p, listing_attributes(&listing->run.first));
}

static char *column_type(const struct listing *listing, char *p)
{
	unsigned int type = listing->run.first.type;

	return type == ENTRY_TYPE_UNKNOWN ? p : put_text(p, p2m_type_name(type));
}

static char *column_access(const struct listing *listing, char *p)
{
	const char *access = listing_access(listing);

	return access ? put_text(p, access) : p;
}

static char *column_raw(const struct listing *listing, char *p)
{
	const struct entry *first = &listing->run.first;

	return first->has_raw ? put_hex16(put_text(p, "0x"), first->raw) : p;
}

static const struct {
	const char *name;
	int width; /* negative: left-aligned */
	char *(*put)(const struct listing *listing, char *p);
} columns[LISTING_COLUMN_COUNT] = {
	{ "gfn", -21, column_gfn },   { "mfn", -12, column_mfn },
	{ "order", 5, column_order }, { "entries", 7, column_entries },
	{ "size", 9, column_size },   { "attributes", -10, column_attributes },
	{ "type", -12, column_type }, { "access", -6, column_access },
	{ "raw", -18, column_raw },
};

#define COLUMN_ACCESS 7

void listing_init(struct listing *listing)
{
	memset(listing, 0, sizeof(*listing));
	listing->json.stream = stdout;
	while (listing->column_count < COLUMN_ACCESS) {
		listing->columns[listing->column_count] = listing->column_count;
		listing->column_count++;
	}
}

bool listing_needs_layout(const struct listing *listing)
{
	unsigned int i;

	for (i = 0; i < listing->column_count; i++)
		if (listing->columns[i] == COLUMN_ACCESS)
			return true;
	return false;
}

int listing_parse_columns(struct listing *listing, const char *names, struct error *err)
{
	const char *name = names;

	listing->column_count = 0;
	while (*name) {
		size_t length = strcspn(name, ","), i;

		for (i = 0; i < LISTING_COLUMN_COUNT; i++)
			if (strlen(columns[i].name) == length &&
			    !memcmp(columns[i].name, name, length))
				break;
		if (i == LISTING_COLUMN_COUNT || listing->column_count == LISTING_COLUMN_COUNT)
			break;
		listing->columns[listing->column_count++] = i;
		name += length;
		name += *name == ',';
	}
	if (*name || !listing->column_count)
		return error_set(err, -EINVAL, "%s: the columns are " LISTING_COLUMNS, names);
	return 0;
}

/* A row of the run at hand, or of the titles. */
static void print_row(const struct listing *listing, bool titles)
{
	char row[LISTING_COLUMN_COUNT * (CELL_SIZE + 24)], *p = put_text(row, "  ");
	unsigned int i;

	for (i = 0; i < listing->column_count; i++) {
		unsigned int column = listing->columns[i];
		int width = columns[column].width, pad;
		char *cell = p = i ? put_text(p, "  ") : p;

		p = titles ? put_text(p, columns[column].name) : columns[column].put(listing, p);
		pad = (width < 0 ? -width : width) - (p - cell);
		if (pad <= 0)
			continue;
		if (width > 0)
			memmove(cell + pad, cell, p - cell);
		memset(width > 0 ? cell : p, ' ', pad);
		p += pad;
	}
	while (p > row && p[-1] == ' ')
		p--;
	*p++ = '\n';
	fwrite_unlocked(row, 1, p - row, stdout);
}

void listing_text_titles(const struct listing *listing)
{
	print_row(listing, true);
}

void listing_text_run(const struct listing *listing)
{
	print_row(listing, false);
}

/* "%13lx" over 13 blanks, which a frame number fills at most. */
static void put_frame(char *field, uint64_t frame)
{
	char *p = field + 13;

	do
		*--p = "0123456789abcdef"[frame & 15];
	while ((frame >>= 4) && p > field);
}

void listing_xen_entry(const struct entry *entry)
{
	char line[] = "gfn:               order:  0 mfn:               rwx WB!\n";

	put_frame(line + 5, entry->gfn);
	if (entry->order >= 10)
		line[26] = '0' + entry->order / 10;
	line[27] = '0' + entry->order % 10;
	if (entry->pod) {
		memcpy(line + 29, "PoD\n", 4);
		fwrite_unlocked(line, 1, 33, stdout);
		return;
	}
	put_frame(line + 34, entry->mfn);
	memcpy(line + 48, listing_attributes(entry), 7);
	fwrite_unlocked(line, 1, sizeof(line) - 1, stdout);
}
