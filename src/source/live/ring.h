/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_RING_H
#define SOURCE_LIVE_RING_H

#include "source/live/xen.h"
#include "source/text/scan.h"

#define GAPS_MAX 8

/*
 * A stretch of Xen's console ring, copied to a temporary file and scanned. What was overwritten
 * before it could be read is known by position: in its place the text has a line of GAP_LINE bytes
 * at which no dump goes on, and cut lines around it are left out.
 */
struct transcript {
	int fd;
	uint64_t size;
	struct gap {
		uint64_t offset; /* of the line in its place */
		uint64_t lost;	 /* bytes */
	} gaps[GAPS_MAX];
	unsigned int gap_count;
	uint64_t lost;	  /* in all */
	uint64_t printed; /* what Xen printed, with what is lost */
	bool cut, fresh;  /* while it is copied: a line's rest is left out; a line is complete */
	bool midline;	  /* the ring was read up to the middle of a line */
	bool whole;	  /* it begins with the first byte since boot, and nothing is missing */
	uint64_t ring;	  /* bytes that the ring has at least; 0: not known */
	bool cleared;	  /* what is lost was cleared, for so much cannot have been overwritten */
	struct input *input;
	struct reader reader;
	struct scan scan;
};

#define GAP_LINE 48

/* A transcript to begin with; transcript_clear() ends it. */
int transcript_init(struct transcript *transcript, struct error *err);
void transcript_clear(struct transcript *transcript);

/* Copies what the ring has, from its oldest byte on. *index becomes the position behind it. */
int ring_read_all(struct xen *xen, uint32_t *index, struct transcript *transcript,
		  struct error *err);

/* Copies what came from *index on. */
int ring_read_more(struct xen *xen, uint32_t *index, struct transcript *transcript,
		   struct error *err);

/* Scans (again) what was copied. */
int transcript_scan(struct transcript *transcript, struct error *err);

/* Puts text in front of what was copied, with which it has no line in common, and scans again. */
int transcript_put_before(struct transcript *transcript, const char *text, size_t size,
			  struct error *err);

/* What became of what is lost: "were overwritten in", "were cleared from". */
const char *transcript_fate(const struct transcript *transcript);

/* Makes the first gap the header of a domain's dump; it must lie at the beginning. */
int transcript_put_header(struct transcript *transcript, int domid, struct error *err);

#endif
