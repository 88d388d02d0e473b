/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/hvmctx.h"

#include "base/array.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The text of a whole context with its vCPUs is not longer. */
#define NEAR_LINES 4000

void hvmctx_init(struct hvmctx_state *state)
{
	memset(state, 0, sizeof(*state));
	state->domid = -1;
}

bool hvmctx_xen_line(const char *text, const struct place *place, struct hvmctx_state *state)
{
	int domid;

	if (sscanf(text, "HVM d%d", &domid) != 1 || !strstr(text, " save: "))
		return false;
	if (strstr(text, " save: MTRR")) {
		state->domid = domid;
		state->told = 0;
		state->saved_line = place->line;
	}
	return true;
}

/* The rows behind "MTRR:": 8 pairs, then 11 fixed registers. */
static bool row(const char *text, struct hvmctx_state *state)
{
	struct mtrr_state *mtrr = &state->text.state;
	unsigned int index;
	uint64_t base, mask;

	if (sscanf(text, " var %u %" SCNx64 " %" SCNx64, &index, &base, &mask) == 3) {
		if (index != mtrr->var_count || index >= 8)
			return false;
		mtrr->var[index].base = base;
		mtrr->var[index].mask = mask;
		mtrr->var_count++;
		return true;
	}
	if (sscanf(text, " fixed %x %" SCNx64, &index, &base) != 2)
		return false;
	if (index == 0x10) /* old ones count in decimal: tools/misc/xen-hvmctx.c, dump_mtrr() */
		index = 10;
	if (index >= MTRR_FIXED_COUNT)
		return false;
	mtrr->fixed[index] = base;
	return true;
}

/* A record of the domain whose context was saved last begins. */
static void begin(struct hvmctx_state *state, const struct place *place, unsigned int vcpu)
{
	state->in_record = state->domid >= 0 && vcpu < FACTS_VCPU_MAX &&
			   place->line - state->saved_line < NEAR_LINES;
	memset(&state->text, 0, sizeof(state->text));
	state->text.place = *place;
	state->text.domid = state->domid;
	state->text.vcpu = vcpu;
	state->expected = 0;
}

int hvmctx_line(const char *text, const struct place *place, struct scan *scan,
		struct hvmctx_state *state)
{
	unsigned int type, instance, entry;
	uint64_t pat, cap, def_type;

	if (sscanf(text, "Entry %u: type %u instance %u", &entry, &type, &instance) == 3) {
		begin(state, place, instance);
		state->in_record &= type == 14;
		return 0;
	}
	if (sscanf(text, " MTRR: PAT 0x%" SCNx64 ", cap 0x%" SCNx64 ", default 0x%" SCNx64, &pat,
		   &cap, &def_type) == 3) {
		if (!state->in_record || state->expected) /* its first line was left out */
			begin(state, place, state->told);
		state->told++;
		state->text.state.cap = cap;
		state->text.state.def_type = def_type;
		state->expected = 8 + MTRR_FIXED_COUNT;
		return 0;
	}
	if (!state->in_record)
		return 0;
	if (!state->expected || !row(text, state)) {
		state->in_record = false;
		return 0;
	}
	if (--state->expected)
		return 0;
	state->in_record = false;
	return array_append(&scan->mtrrs, &scan->mtrr_count, sizeof(state->text), &state->text);
}
