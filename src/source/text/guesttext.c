/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/guesttext.h"

#include "base/text.h"
#include "source/text/mtrrline.h"
#include "source/text/scan.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <string.h>

void guest_text_line(const char *line, struct guest_text *guest)
{
	const char *kernel = strstr(line, "kernel: "); /* of a journal or syslog */
	const char *text = line_said(kernel ? kernel + strlen("kernel: ") : line);

	if (pat_line_parse(text, &guest->pat))
		guest->linux_text = guest->has_pat = true;
	else if (mtrrs_proc_line(text, &guest->mtrrs) || mtrrs_line(text, &guest->mtrrs) ||
		 text_after(text, "Linux version "))
		guest->linux_text = true;
}

static bool same_range(const struct mtrr_state *a, const struct mtrr_state *b, unsigned int i)
{
	bool valid = a->var[i].mask & MTRR_MASK_VALID;

	if (valid != !!(b->var[i].mask & MTRR_MASK_VALID))
		return false;
	/* How many address bits a mask has is told only by those that the guest does not show. */
	return !valid || (a->var[i].base == b->var[i].base &&
			  mtrr_range_size(a->var[i].mask) == mtrr_range_size(b->var[i].mask));
}

static void range_in_words(const struct mtrr_state *state, unsigned int i, char *text, size_t size)
{
	uint64_t base = state->var[i].base, bytes = mtrr_range_size(state->var[i].mask);

	*text = '\0';
	if (bytes)
		text_append(text, size, "0x%" PRIx64 "-0x%" PRIx64 " %s", base & ~UINT64_C(0xfff),
			    (base & ~UINT64_C(0xfff)) + bytes - 1, memtype_name(base & 7));
	else
		text_append(text, size, "not in use");
}

/* The variable ranges. Those that Xen shows stay, which is range 0 mostly. */
static void take_ranges(const struct mtrr_state *told, struct mtrr_fact *vcpu, char *contradiction,
			size_t size)
{
	bool believed = how_certain(vcpu->how);
	uint64_t known = believed ? vcpu->known.var : 0;
	struct mtrr_state *state = &vcpu->state;
	unsigned int i;

	if (believed && how_certain(vcpu->how_var))
		known = ~UINT64_C(0);
	if (!state->var_count || (!believed && told->var_count > state->var_count))
		state->var_count = told->var_count > 8 ? told->var_count : 8;
	if (!state->cap) /* as Xen has it: fixed ranges, and WC */
		state->cap = 0x500 | state->var_count;
	for (i = 0; i < state->var_count; i++) {
		char guests[64], xens[64];

		if (!(known >> i & 1)) {
			state->var[i].base = told->var[i].base;
			state->var[i].mask = told->var[i].mask;
		} else if (!*contradiction && !same_range(state, told, i)) {
			range_in_words(told, i, guests, sizeof(guests));
			range_in_words(state, i, xens, sizeof(xens));
			text_append(contradiction, size, "its MTRR range %u is %s, but %s by Xen",
				    i, guests, xens);
		}
	}
	vcpu->known.var = known;
	if (!how_certain(vcpu->how_var))
		vcpu->how_var = HOW_GUEST;
}

/* The default type, and the fixed ranges where they are in use. */
static void take_whole(const struct mtrrs *mtrrs, struct mtrr_fact *vcpu, char *contradiction,
		       size_t size)
{
	const unsigned int used = MTRR_DEF_TYPE_E | 0xff;
	struct mtrr_state *state = &vcpu->state;

	if (how_certain(vcpu->how)) {
		if (!*contradiction && (state->def_type & used) != (mtrrs->state.def_type & used))
			text_append(contradiction, size,
				    "its MTRRs' default type is %s%s, but %s%s by Xen",
				    memtype_name(mtrrs->state.def_type & 7),
				    mtrrs->state.def_type & MTRR_DEF_TYPE_E ? "" : " (disabled)",
				    memtype_name(state->def_type & 7),
				    state->def_type & MTRR_DEF_TYPE_E ? "" : " (disabled)");
		return;
	}
	state->def_type = mtrrs->state.def_type;
	memcpy(state->fixed, mtrrs->state.fixed, sizeof(state->fixed));
	vcpu->known.def_type = true;
	vcpu->known.fixed = mtrrs->has_fixed;
	vcpu->how = HOW_GUEST;
}

int guest_text_apply(const struct guest_text *guest, struct facts *facts, char *contradiction,
		     size_t size)
{
	static const struct mtrr_fact nothing; /* HOW_UNKNOWN */
	size_t i;

	*contradiction = '\0';
	if (!guest->mtrrs.has_var || how_certain(facts->no_vcpu))
		return 0;
	if (!facts->vcpu_count && facts_add_vcpu(facts, &nothing))
		return -1;
	for (i = 0; i < facts->vcpu_count; i++) {
		struct mtrr_fact *vcpu = &facts->vcpus[i];

		take_ranges(&guest->mtrrs.state, vcpu, contradiction, size);
		if (mtrrs_whole(&guest->mtrrs))
			take_whole(&guest->mtrrs, vcpu, contradiction, size);
	}
	return 0;
}
