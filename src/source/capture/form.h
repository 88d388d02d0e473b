/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_CAPTURE_FORM_H
#define SOURCE_CAPTURE_FORM_H

/*
 * The form of a capture file, for the one that writes it (report/capture.c) and the one that reads
 * it (capture.c): JSON Lines, of which each begins with what it is. In this order:
 *   capture     what it is of, and by which rule sets that is judged
 *   domain      a p2m: its domain, and all facts
 *   facts       more members of facts that are lists, where one line would be too long
 *   run         entries that differ by advancing gfn and mfn only
 *   table       a page of the guest's own tables, of those that its vCPUs use
 *   not-seen    more of the next line's list
 *   domain-end  totals of that p2m
 *   end         totals of all, and a CRC-32 of all lines before
 */

#include "model/entry.h"
#include "model/facts.h"
#include "x86/paging.h"

#include <stddef.h>

#define FORM_SCHEMA  "xen-eptaudit/capture"
#define FORM_VERSION 1 /* the first of two numbers; a change of the other adds only */
#define FORM_ADDED   1 /* the other: with "headless", "left_out_lines" and "boot" */

#define FORM_BEGINS	"{\"record\":\""
#define FORM_CAPTURE	"capture"
#define FORM_DOMAIN	"domain"
#define FORM_FACTS	"facts"
#define FORM_RUN	"run"
#define FORM_TABLE	"table"
#define FORM_NOT_SEEN	"not-seen"
#define FORM_DOMAIN_END "domain-end"
#define FORM_END	"end"

/* Keys that are read; writers may add others behind them. */
#define FORM_KEY_VIA	  "via"
#define FORM_KEY_XEN	  "xen"
#define FORM_KEY_HOW	  "how"
#define FORM_KEY_XEN_HOW  "version_how"
#define FORM_KEY_RULES	  "rules"
#define FORM_KEY_NOTE	  "note"
#define FORM_KEY_REMARKS  "remarks"
#define FORM_KEY_NOTES	  "notes"
#define FORM_KEY_HEADLESS "headless"
#define FORM_KEY_LEFT_OUT "left_out_lines"
#define FORM_KEY_DOMID	  "domid"
#define FORM_KEY_NAME	  "name"
#define FORM_KEY_DUMP	  "dump"
#define FORM_KEY_DUMPS	  "dumps"
#define FORM_KEY_BOOT	  "boot"
#define FORM_KEY_VIEW	  "view"
#define FORM_KEY_NO_EPT	  "no_ept"
#define FORM_KEY_FACTS	  "facts"
#define FORM_KEY_GFN	  "gfn"
#define FORM_KEY_MFN	  "mfn"
#define FORM_KEY_ORDER	  "order"
#define FORM_KEY_ENTRIES  "entries"
#define FORM_KEY_BITS	  "bits"
#define FORM_KEY_TYPE	  "type"
#define FORM_KEY_WORDS	  "words"
#define FORM_KEY_COMPLETE "complete"
#define FORM_KEY_REASON	  "reason"
#define FORM_KEY_NOT_SEEN "not_seen"
#define FORM_KEY_CRC	  "crc32"

#define FORM_DOMID_MAX	32751u	   /* Xen's DOMID_FIRST_RESERVED - 1 */
#define FORM_DUMP_MAX	1000000u   /* of one domain, and boots of one log */
#define FORM_FRAME_BITS 40	   /* of gfns and mfns */
#define FORM_NAME_MAX	63	   /* characters of a domain's name */
#define FORM_TEXT_MAX	255	   /* of any other text */
#define FORM_LINE_MAX	(1u << 20) /* bytes that a line may have */

/* Members of one list, such as special frames or MTRRs of vCPUs, in one line. */
#define FORM_LIST_MAX 1024u
#define FORM_VCPU_MAX 16u

/* Lists of facts can be cut into parts: members from on, at most FORM_LIST_MAX (vCPUs: _VCPU_MAX)
 * for each unit of part. What part has points into facts and is not to be freed. */
void form_part(const struct facts *facts, unsigned int n, struct facts *part);

/* Has the nth part of a fact members? Then there is a line of "facts" with it. */
bool form_has_part(const struct facts *part, enum fact fact);

/* Puts the lists of more behind those of facts. Returns 0 or -ENOMEM, -E2BIG for too many vCPUs. */
int form_append(struct facts *facts, const struct facts *more);

/* A run of entries. */
struct form_run {
	struct entry first;
	uint64_t count;
};

/*
 * Why such a run cannot be in a capture, behind others that end before gfn next; NULL if it can.
 * That is what no Xen can have made: frames beyond the bits that they have, or not aligned to the
 * order, orders and types that there are not, entries out of order.
 */
const char *form_run_wrong(const struct form_run *run, uint64_t next);

/* What an entry is but for its frames: bits 2:0 rights, 5:3 EMT, 6 iPAT, 7 iPAT not shown, 8
 * pending, 9 PoD. */
#define FORM_BITS 10
unsigned int form_bits(const struct entry *entry);

/* Reads the line of a run, without its line end. Returns what is wrong with it, or NULL. */
const char *form_parse_run(const char *text, size_t length, struct form_run *run);

/*
 * The words of a guest's table, one text: "INDEX*COUNT=VALUE+STEP ...", hexadecimal, in ascending
 * order: COUNT words from INDEX on, the first of which is VALUE and each other by STEP more than
 * the one before (modulo 2^64). All others are 0. Of entries only what a walk looks at is kept:
 * present, PWT, PCD, PAT or large, and the address; all of one that is not present is 0.
 */
#define FORM_TABLE_WORDS 512
#define FORM_WORDS_SIZE	 (FORM_TABLE_WORDS * 48) /* bytes that such a text has at most */

void form_print_words(const uint64_t *page, enum paging_mode mode, char text[FORM_WORDS_SIZE]);

/* Reads such a text into FORM_TABLE_WORDS words (NULL: only looks at it). Returns what is wrong
 * with it, or NULL. */
const char *form_parse_words(const char *text, uint64_t *words);

#endif
