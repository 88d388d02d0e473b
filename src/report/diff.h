/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

/* What diff tells: how domains differ between two moments, as text or JSON on standard output. */

#include "audit/diff.h"
#include "base/jsonwrite.h"

/* A domain at one of the two moments. */
struct moment {
	int domid;		    /* -1: nothing of it was read */
	unsigned int number, dumps; /* which dump of the domain, and how many there are */
	char view[64];		    /* as in struct dump */
	struct facts facts;
	struct pieces pieces;
	/* See diff_facts(). */
	bool met;	      /* of the second moment: it was held against one of the first */
	struct moment *other; /* of the first moment: the one that it was held against, or NULL */
	uint32_t differ;      /* of the first moment: facts that are not the same, bits */
};

struct moments {
	struct moment *list;
	size_t count;
	bool complete; /* no entry was lost, of these domains or of one that is not known */
};

struct diff_report {
	bool json_form;
	struct jsonwrite json;
	bool differs, incomplete; /* what was told so far */
};

/* Which domains are held against each other, and which of their facts differ. 0 or -ENOMEM. */
int diff_facts(const struct moments *before, const struct moments *after);

/* After that, in this order, and all domains of both moments at once; before and after name the
 * files. */
void diff_report_begin(struct diff_report *report, const char *before, const char *after);
void diff_report_moments(struct diff_report *report, const struct moments *before,
			 const struct moments *after);
void diff_report_end(struct diff_report *report, int exit_status);

#endif
