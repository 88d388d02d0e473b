/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Key v: what a log says of vCPUs' registers. */
#ifndef SOURCE_TEXT_VMCS_H
#define SOURCE_TEXT_VMCS_H

#include "source/text/scan.h"

/* Inside the output of key v: whose registers are being told, and those told so far. */
struct vmcs_state {
	int domid;
	bool in_domain, in_guest;
	unsigned int told; /* registers, bits */
	struct vmcs_text text;
};

/* One of Xen's lines (NUL-terminated) if it tells a guest's registers: 1; else 0, or -ENOMEM. */
int vmcs_line(const char *line, struct scan *scan, const struct place *place,
	      struct vmcs_state *state);

#endif
