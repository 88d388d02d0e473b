/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps that follow the MTRRs of guest and host. */
#ifndef RULES_FOLLOW_H
#define RULES_FOLLOW_H

#include "rules/path.h"

/* Guest's and host's types merged: decides always. */
enum step_result follow_both(struct path *path);

/* Direct MMIO as the guest's MTRRs say; MMIO_GUEST_WC: as far as they say WC, else UC. */
enum step_result follow_guest_for_mmio(struct path *path);

/* RAM by the memory map WB, all else as the guest's MTRRs say: decides always. */
enum step_result follow_guest_but_for_ram(struct path *path);

/* Xen's merge of guest and host MTRR type (get_pat_flags() and mm_type_tbl[] in hvm/mtrr.c). */
unsigned int merge_types(unsigned int guest, unsigned int host);

#endif
