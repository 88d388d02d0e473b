/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/expect.h"

#include "base/array.h"
#include "base/lines.h"
#include "base/text.h"
#include "x86/memtype.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bad(struct error *err, const char *text, const char *why)
{
	return error_set(
		err, -EINVAL,
		"expectation '%s': %s; 0xfee00=WB!, 0xf0000-0xf0fff=UC, type:mmio_direct=UC, "
		"0x0-0x9f=WB*, 0xe0000~WC are some",
		text, why);
}

/* Takes "DOMAIN:" from before the range. */
static int parse_domain(struct expectation *expectation, const char **text, const char *end,
			struct error *err)
{
	const char *colon = memchr(*text, ':', end - *text);
	size_t length = colon ? colon - *text : 0;

	if (!colon || !strncmp(*text, "type:", 5))
		return 0;
	if (!length || length >= sizeof(expectation->domain))
		return bad(err, expectation->text, "a domain is expected before the colon");
	memcpy(expectation->domain, *text, length);
	*text = colon + 1;
	return 0;
}

/* GFN, GFN-GFN or type:NAME, up to end. */
static int parse_range(struct expectation *expectation, const char *text, const char *end,
		       struct error *err)
{
	char name[32];

	expectation->type = -1;
	expectation->last = UINT64_MAX;
	if (!strncmp(text, "type:", 5)) {
		snprintf(name, sizeof(name), "%.*s", (int)(end - text - 5), text + 5);
		expectation->type = p2m_type_parse(name);
		return expectation->type < 0 ? bad(err, expectation->text, "no such p2m type") : 0;
	}
	return text_hex_range(text, end, &expectation->first, &expectation->last)
		       ? 0
		       : bad(err, expectation->text, "GFN or GFN-GFN in hexadecimal is expected");
}

int expect_add(struct expectations *expectations, const char *text, struct error *err)
{
	struct expectation expectation = { .text = "" };
	const char *operator= text + strcspn(text, "=~"), *end = operator;
	size_t length;
	int rc, type;

	snprintf(expectation.text, sizeof(expectation.text), "%s", text);
	text_sanitize(expectation.text);
	if (!*operator|| operator== text)
		return bad(err, expectation.text, "RANGE=TYPE or RANGE~TYPE is expected");
	expectation.optional = end[-1] == '?';
	if (expectation.optional)
		end--;
	rc = parse_domain(&expectation, &text, end, err);
	if (!rc)
		rc = parse_range(&expectation, text, end, err);
	if (rc)
		return rc;
	expectation.effective = *operator++ == '~';
	length = strlen(operator);
	if (length && (operator[length - 1] == '!' || operator[length - 1] == '*') &&
	    !expectation.effective)
		expectation.ipat = operator[--length] == '!' ? IPAT_YES : IPAT_ANY;
	type = memtype_parse_emt(operator, length);
	if (type < 0)
		return bad(err, expectation.text, "UC, WC, WT, WP or WB is expected");
	expectation.memtype = type;
	rc = array_append(&expectations->list, &expectations->count, sizeof(expectation),
			  &expectation);
	return rc ? error_set(err, rc, "out of memory") : 0;
}

static int take_line(void *expectations, char *text, unsigned int number, struct error *err)
{
	(void)number;
	return expect_add(expectations, text, err);
}

int expect_file(struct expectations *expectations, const char *path, struct error *err)
{
	return lines_read(path, "expectations from", take_line, expectations, err);
}

void expect_clear(struct expectations *expectations)
{
	free(expectations->list);
	expectations->list = NULL;
	expectations->count = 0;
}

/* "6", "d6", "domain6", or its name. */
static bool means(const struct expectation *expectation, int domid, const char *name)
{
	const char *word = expectation->domain;
	char id[16];

	if (!*word || (name && !strcmp(word, name)))
		return true;
	snprintf(id, sizeof(id), "%d", domid);
	if (!strncmp(word, "domain", 6))
		word += 6;
	else if (*word == 'd')
		word++;
	return !strcmp(word, id);
}

void expect_begin(struct expectations *expectations, int domid, const char *name)
{
	size_t i;

	for (i = 0; i < expectations->count; i++) {
		struct expectation *expectation = &expectations->list[i];

		expectation->concerned = means(expectation, domid, name);
		expectation->ever |= expectation->concerned;
		expectation->next = expectation->first;
		expectation->met = expectation->unmet = 0;
		expectation->has_hole = false;
	}
}

static bool reaches(const struct entry *entry, unsigned int memtype)
{
	unsigned int pat;

	for (pat = 0; pat < MEMTYPE_COUNT; pat++)
		if (memtype_effective(entry->emt, entry->ipat, pat) == (int)memtype)
			return true;
	return false;
}

static bool meets(const struct expectation *expectation, const struct entry *entry)
{
	if (entry->pod || entry->pending || !entry->rights)
		return false;
	if (expectation->effective)
		return reaches(entry, expectation->memtype);
	return entry->emt == expectation->memtype &&
	       (expectation->ipat == IPAT_ANY || entry->ipat == (expectation->ipat == IPAT_YES));
}

static void hole(struct expectation *expectation, uint64_t first)
{
	if (!expectation->has_hole)
		expectation->hole_first = first;
	expectation->has_hole = true;
}

static void one_entry(struct expectation *expectation, const struct entry *entry)
{
	uint64_t last = entry_last(entry);

	if (expectation->type >= 0 ? entry->type != expectation->type
				   : last < expectation->first || entry->gfn > expectation->last)
		return;
	if (entry->gfn > expectation->next && expectation->type < 0)
		hole(expectation, expectation->next);
	expectation->next = last + 1;
	if (meets(expectation, entry))
		expectation->met++;
	else if (!expectation->unmet++)
		expectation->example = *entry;
}

void expect_entries(struct expectations *expectations, const struct entry *entries, size_t count)
{
	size_t i, n;

	for (n = 0; n < expectations->count; n++)
		for (i = 0; i < count && expectations->list[n].concerned; i++)
			one_entry(&expectations->list[n], &entries[i]);
}

/* Those of a run that it speaks of: all of them, or a part. */
static void one_run(struct expectation *expectation, const struct entry *first, uint64_t count)
{
	struct entry entry = *first;
	uint64_t end = first->gfn + (count << first->order), skipped, met = expectation->met;

	if (expectation->type < 0) {
		if (end <= expectation->first || first->gfn > expectation->last)
			return;
		if (first->gfn < expectation->first) {
			skipped = (expectation->first - first->gfn) >> first->order;
			entry_advance(&entry, skipped);
			count -= skipped;
		}
		/* Not + 1 before it is known that this fits into 64 bits. */
		if (count - 1 > (expectation->last - entry.gfn) >> entry.order)
			count = ((expectation->last - entry.gfn) >> entry.order) + 1;
	}
	one_entry(expectation, &entry);
	if (expectation->type >= 0 && entry.type != expectation->type)
		return;
	if (expectation->met > met)
		expectation->met += count - 1;
	else
		expectation->unmet += count - 1;
	expectation->next = entry.gfn + (count << entry.order);
}

void expect_run(struct expectations *expectations, const struct entry *first, uint64_t count)
{
	size_t n;

	for (n = 0; n < expectations->count && count; n++)
		if (expectations->list[n].concerned)
			one_run(&expectations->list[n], first, count);
}

void expect_end(struct expectations *expectations, bool complete)
{
	size_t i;

	for (i = 0; i < expectations->count; i++) {
		struct expectation *expectation = &expectations->list[i];

		if (expectation->type < 0 && expectation->next <= expectation->last)
			hole(expectation, expectation->next);
		expectation->lost = !complete;
	}
}

bool expect_concerns(const struct expectation *expectation)
{
	return expectation->concerned;
}

bool expect_holds(const struct expectation *expectation)
{
	if (!expectation->concerned)
		return true;
	if (expectation->unmet)
		return false;
	return expectation->optional || (expectation->met && !expectation->has_hole);
}

const char *expect_result(const struct expectation *expectation, char *text, size_t size)
{
	const struct entry *entry = &expectation->example;

	if (expectation->unmet)
		snprintf(text, size,
			 "%" PRIu64 " of %" PRIu64 " entries differ, first gfn 0x%" PRIx64 ": %s%s",
			 expectation->unmet, expectation->unmet + expectation->met, entry->gfn,
			 entry->pod	   ? "populated on demand"
			 : !entry->rights  ? "not present"
			 : entry->pending  ? "to be recomputed"
			 : entry->emt == 7 ? "??"
					   : memtype_name(entry->emt),
			 entry->pod || entry->pending || !entry->rights ? ""
			 : entry->ipat					? "!"
									: "");
	else if (expectation->has_hole && !expectation->optional)
		snprintf(text, size, "gfn 0x%" PRIx64 " %s", expectation->hole_first,
			 expectation->lost ? "was not seen: entries were lost" : "is not mapped");
	else if (!expectation->met && !expectation->optional)
		snprintf(text, size, "nothing is mapped there, or %s",
			 expectation->lost ? "its entries were lost"
					   : "the source does not know types");
	else
		snprintf(text, size, "holds for %" PRIu64 " %s", expectation->met,
			 expectation->met == 1 ? "entry" : "entries");
	return text;
}
