/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/places.h"

#include "base/outfile.h"
#include "source/live/runfile.h"
#include "source/live/xenmemory.h"
#include "source/tables/pages.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "xen-eptaudit.places"

/* ---- Xen's symbols ---- */

/* How many symbols Xen has; what it does not tell is none. */
static uint32_t count_symbols(struct xen *xen)
{
	struct xen_symbol symbol;
	uint32_t low = 0, high = 1u << 20;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (xen_symbols(xen, middle, 1, &symbol) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void take_symbols(struct xen *xen, uint32_t n, struct places *places)
{
	struct xen_symbol symbols[SYMBOLS_MAX];
	int count = xen_symbols(xen, n, SYMBOLS_MAX, symbols), i;

	for (i = 0; i < count; i++) {
		if (!strcmp(symbols[i].name, "_start") || !strcmp(symbols[i].name, "_stext"))
			places->start = symbols[i].address;
		else if (!strcmp(symbols[i].name, "domain_list"))
			places->domain_list = symbols[i].address;
		else if (!strcmp(symbols[i].name, "idle_pg_table"))
			places->page_tables = symbols[i].address;
	}
}

static bool complete(const struct places *places)
{
	return places->start && places->domain_list && places->page_tables;
}

/* The image's beginning is the first symbol; data are among the last. */
int places_from_symbols(struct xen *xen, struct places *places)
{
	uint32_t n;

	memset(places, 0, sizeof(*places));
	take_symbols(xen, 0, places);
	for (n = count_symbols(xen); n && !complete(places);) {
		n = n > SYMBOLS_MAX ? n - SYMBOLS_MAX : 0;
		take_symbols(xen, n, places);
	}
	return complete(places);
}

/* ---- the file ---- */

/* All of one line, and nothing else. */
static bool parse(const char *text, struct places *places)
{
	struct p2m_place *p2m = &places->p2m;
	int length = 0;

	memset(places, 0, sizeof(*places));
	return sscanf(text, "%" SCNx64 " %" SCNx64 " %" SCNx64 " %u %u %u %u\n%n", &places->start,
		      &places->domain_list, &places->page_tables, &p2m->p2m, &p2m->domain,
		      &p2m->root, &p2m->eptp, &length) == 7 &&
	       length && text[length - 1] == '\n' && !text[length] && complete(places) &&
	       p2m->p2m < PAGE_ENTRIES && p2m->domain < PAGE_ENTRIES && p2m->root < PAGE_ENTRIES &&
	       p2m->eptp < PAGE_ENTRIES;
}

int places_recall(struct xen *xen, struct places *places)
{
	char stamp[RUNFILE_STAMP], *text = NULL;
	int fd = runfile_open(NAME, false), found;

	if (fd >= 0 && !runfile_stamp(xen, stamp))
		text = runfile_read(fd, stamp);
	if (fd >= 0)
		close(fd);
	found = text && parse(text, places);
	free(text);
	return found;
}

void places_remember(struct xen *xen, const struct places *places)
{
	const struct p2m_place *p2m = &places->p2m;
	char stamp[RUNFILE_STAMP], path[4096];
	struct outfile *out;

	if (runfile_stamp(xen, stamp) ||
	    outfile_open(runfile_path(NAME, path, sizeof(path)), OUTFILE_REPLACE, "", &out, NULL))
		return;
	fprintf(outfile_stream(out), "%s%" PRIx64 " %" PRIx64 " %" PRIx64 " %u %u %u %u\n", stamp,
		places->start, places->domain_list, places->page_tables, p2m->p2m, p2m->domain,
		p2m->root, p2m->eptp);
	outfile_close(out, true, NULL);
}
