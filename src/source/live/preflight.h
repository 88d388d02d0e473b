/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_PREFLIGHT_H
#define SOURCE_LIVE_PREFLIGHT_H

#include "source/live/ring.h"
#include "source/live/xen.h"
#include "source/source.h"
#include "source/tables/copy.h"

/* A domain to be looked at. */
struct target {
	struct xen_domain domain;
	char name[64];
	struct facts facts;
	const struct dump_place *place; /* NULL: nothing is left of its dump */
	const char *no_ept;		/* why it has no EPT; NULL: it has */
	struct ranges dropped;		/* gfns of entries that were not the same twice */
	/* Where tables are read directly: */
	uint64_t eptp; /* 0: not known */
	bool proven;   /* it was held against what the domain has */
	bool gone;     /* the domain, while its root was looked for */
	unsigned int view,
		views;	    /* which of several roots of it, from 0, and how many were named */
	char view_name[64]; /* as in struct dump */
	bool inner;	    /* of another p2m than the domain's own, by Xen's structures */
	struct table_copy *copy;
};

/*
 * The domains that options name, to be freed; those of --all that cannot be looked at are left out
 * with a remark. all is what xen_domains() gave.
 */
int preflight_choose(struct xen *xen, const struct source_options *options, struct source *source,
		     const struct xen_domain *all, size_t all_count, struct target **targets,
		     size_t *count, struct error *err);

/* What key D will print of how many domains; and if there is a serial console, for how long. */
struct estimate {
	unsigned int domains;
	uint64_t bytes, ring;		/* at least, in 1G pages; 0: size not known */
	uint64_t ring_least;		/* bytes that the ring has in any case */
	bool over;			/* its oldest messages are overwritten */
	unsigned int least, most, baud; /* seconds, if all is in 2M and in 4K pages; 0: no serial */
};

/*
 * Does what key D prints fit into the ring, and leave dom0 alive? before is what the ring held:
 * nothing is asked for a number that stands there.
 */
int preflight_size(struct xen *xen, const struct source_options *options,
		   const struct xen_domain *all, size_t all_count, const struct transcript *before,
		   struct estimate *estimate, struct error *err);

/* Says what this run will do to the host, before it does; hint is added. */
void preflight_announce(const struct estimate *estimate, const struct source_options *options,
			const struct target *targets, size_t count, const char *hint);

/* "conring_size=4M" with room for so many bytes. */
const char *preflight_remedy(uint64_t bytes, char *text, size_t size);

#endif
