/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_XENDATA_H
#define SOURCE_STRUCTS_XENDATA_H

/*
 * What Xen itself has in memory: domains and the roots of their p2ms, and every fact that a
 * decision rests on. Where to look, a xen-syms of the same build tells. All that is read may be
 * damaged, or be changing: what is not as it must be is not known, and a remark says so.
 */

#include "base/error.h"
#include "model/facts.h"
#include "rules/releases.h"
#include "source/structs/frametable.h"
#include "source/structs/memory.h"
#include "source/structs/syms.h"

#include <stdbool.h>
#include <stddef.h>

struct dump;
struct scan;
struct source;

/* Which p2m of a domain. */
enum view_kind { VIEW_HOST, VIEW_ALTP2M, VIEW_NESTED };

struct domain_view {
	enum view_kind kind;
	unsigned int index; /* among those of that kind */
	uint64_t eptp;
};

#define VIEWS_MOST 24 /* 10 of either kind besides the first */

/* A domain as Xen has it. */
struct own_domain {
	int domid;
	uint64_t address; /* of its struct domain */
	bool ept;	  /* it has an EPT: a root was found */
	struct domain_view views[VIEWS_MOST];
	unsigned int view_count;
	bool views_lost; /* there may be more: not all is as it must be */
};

struct xendata {
	struct syms *syms;
	struct layout layout;
	struct xmem mem;
	struct frametable frametable;
	char version[128];	/* safe for a terminal, or "" */
	char command_line[512]; /* the same */
	struct xen_version xen;
	bool has_version;
	struct scan *log;  /* its console ring; NULL: there is none */
	struct facts host; /* what holds for every domain */
	struct own_domain *domains;
	size_t count;
	bool listed; /* these are all domains that there are */
	/* Of a Xen that runs: what was read is forgotten, to be read anew. NULL: nothing changes.
	 */
	void (*refresh)(struct xendata *data);
};

/*
 * Where Xen lies, for an image: each place where it can be is tried. Returns 0; -ENOENT where it is
 * nowhere. From then on syms is data's own.
 */
int xendata_find(struct xendata *data, struct syms *syms, struct pages *pages, struct error *err);

/*
 * The same where it is known: machine is the address of the image's first byte, by syms_extent().
 * Returns 0 or -ENOENT where this build of Xen is not there.
 */
int xendata_at(struct xendata *data, struct syms *syms, struct pages *pages, uint64_t machine,
	       struct error *err);

/* Would xendata_find() find it in an image of the same memory? Reads what that would. */
bool xendata_findable(struct xendata *data);

/*
 * Reads what holds for all domains, and lists them. source gets remarks on what is not known.
 * Returns 0 or -ENOMEM.
 */
int xendata_read(struct xendata *data, struct source *source, struct error *err);
void xendata_clear(struct xendata *data);

/* Reads again what of data->host can change: the host's MTRRs, read-only MMIO. 0 or -ENOMEM. */
int xendata_host(struct xendata *data);

/*
 * For what was found not to be as it must be: may it have been changing, so that another look is
 * worth it? tries counts them.
 */
bool xendata_again(struct xendata *data, unsigned int *tries);

/* The domain of that id, or NULL. */
const struct own_domain *xendata_domain(const struct xendata *data, int domid);

/*
 * What is known of the dump's domain, host facts included; it may be none of those listed.
 * tables, which may be NULL, has the EPT of that pointer. Fills facts (not initialized before);
 * what is not known is told to dump's notes. Returns 0 or -ENOMEM.
 */
int xendata_facts(struct xendata *data, struct pages *tables, uint64_t eptp, struct dump *dump,
		  struct facts *facts);

#endif
