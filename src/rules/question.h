/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The question that is put to the rules for one entry: what of it they look at. */
#ifndef RULES_QUESTION_H
#define RULES_QUESTION_H

#include "model/entry.h"
#include "model/facts.h"
#include "model/window.h"

#include <stdbool.h>
#include <stdint.h>

enum maybe { MAYBE_NO, MAYBE_RATHER_NO, MAYBE_RATHER_YES, MAYBE_YES };

/* One entry, as far as the rules look at it. */
struct question {
	uint64_t gfn, mfn;
	unsigned int order;
	unsigned int classes; /* enum p2m_class bits: every type that it may have */
	enum maybe mmio_ro;   /* read-only MMIO? Used where facts->mmio_ro is not complete */
	bool apic_page;	      /* probably the APIC access page; used where its frame is not known */
};

/*
 * Puts the question for an entry: which p2m types it may have, and whether it is read-only MMIO.
 * The type is taken from the entry if the source knows it, else inferred from rights, order, the
 * frame's place in the machine's memory map, and hints. Narrows window to where the same holds.
 */
void question_put(const struct facts *facts, const struct entry *entry, struct question *question,
		  struct window *window);

/*
 * The p2m types that HVMOP_get_mem_type's answer leaves: bits 1 << enum p2m_type, 0 if no name of
 * one. Names as in Xen's public headers without HVMMEM_: ram_rw, ram_ro, mmio_dm, ioreq_server.
 */
uint32_t types_of_hvmmem(const char *name);

#endif
