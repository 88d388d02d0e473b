/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/vmcs.h"

#include "base/array.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TOLD_CR0 = 1, TOLD_CR3 = 2, TOLD_CR4 = 4, TOLD_PAT = 8, TOLD_ALL = 15 };

/* "CR0: actual=…, shadow=…, gh_mask=…": the guest sees the shadow of the bits in the mask. */
static bool masked_register(const char *line, const char *name, uint64_t *value)
{
	uint64_t actual, shadow, mask;
	size_t length = strlen(name);

	if (strncmp(line, name, length) ||
	    sscanf(line + length, ": actual=%" SCNx64 ", shadow=%" SCNx64 ", gh_mask=%" SCNx64,
		   &actual, &shadow, &mask) != 3)
		return false;
	*value = (actual & ~mask) | (shadow & mask);
	return true;
}

static bool guest_line(const char *line, struct vmcs_state *state)
{
	struct paging_registers *registers = &state->text.registers;

	if (masked_register(line, "CR0", &registers->cr0)) {
		state->told |= TOLD_CR0;
	} else if (masked_register(line, "CR4", &registers->cr4)) {
		state->told |= TOLD_CR4;
	} else if (sscanf(line, "CR3 = %" SCNx64, &registers->cr3) == 1) {
		state->told |= TOLD_CR3;
	} else if (!strncmp(line, "EFER", 4)) {
		/* "EFER(VMCS) = …  PAT = …", "EFER(MSR LL) = …", before 4.13 "EFER = …" */
		const char *efer = strstr(line, "= "), *pat = strstr(line, "PAT = ");

		if (efer && pat && sscanf(efer, "= %" SCNx64, &registers->efer) == 1 &&
		    sscanf(pat, "PAT = %" SCNx64, &registers->pat) == 1)
			state->told |= TOLD_PAT;
	} else {
		return false;
	}
	return true;
}

int vmcs_line(const char *line, struct scan *scan, const struct place *place,
	      struct vmcs_state *state)
{
	unsigned int vcpu;
	int end = 0;

	if (sscanf(line, ">>> Domain %d <<<%n", &state->domid, &end) == 1 && end) {
		state->in_domain = true;
		state->in_guest = false;
		return 1;
	}
	if (!strncmp(line, "*** Guest State", 15)) {
		state->in_guest = state->in_domain;
		state->told = 0;
		return state->in_domain;
	}
	if (state->in_domain && sscanf(line, " VCPU %u", &vcpu) == 1) {
		state->in_guest = false;
		state->text.vcpu = vcpu;
		return 1;
	}
	if (!state->in_guest)
		return 0;
	if (guest_line(line, state))
		return 1;
	if (strncmp(line, "*** ", 4))
		return 0;
	state->in_guest = false;
	if (state->told != TOLD_ALL)
		return 1;
	state->text.place = *place;
	state->text.domid = state->domid;
	return array_append(&scan->vmcss, &scan->vmcs_count, sizeof(state->text), &state->text)
		       ? -ENOMEM
		       : 1;
}
