/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_TYPES_H
#define RULES_TYPES_H

#include "rules/decide.h"

/*
 * Puts the question for an entry: which p2m types it may have, and whether it is read-only MMIO.
 * The type is taken from the entry if the source knows it, else inferred from rights, order, the
 * frame's place in the machine's memory map, and hints. Narrows window to where the same holds.
 */
void types_question(const struct facts *facts, const struct entry *entry, struct question *question,
		    struct window *window);

/* The p2m types that HVMOP_get_mem_type's answer leaves: bits 1 << enum p2m_type, 0 if no name of
 * one. Names as in Xen's public headers without HVMMEM_: ram_rw, ram_ro, mmio_dm, ioreq_server. */
uint32_t types_of_hvmmem(const char *name);

#endif
