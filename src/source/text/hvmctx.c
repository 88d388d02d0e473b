/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/hvmctx.h"

#include "base/array.h"
#include "model/domid.h"
#include "source/text/hvmctxline.h"

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

#define ROWS_VAR 8

/* The rows behind "MTRR:": 8 pairs, then 11 fixed registers, each once and in order. */
static bool row(const struct hvmctx_line *line, struct hvmctx_state *state)
{
	struct mtrr_state *mtrr = &state->text.state;

	if (line->kind == HVMCTX_FIXED) {
		if (line->number + state->expected != MTRR_FIXED_COUNT)
			return false;
		mtrr->fixed[line->number] = line->value[0];
		return true;
	}
	if (line->kind != HVMCTX_VAR || line->number != mtrr->var_count || line->number >= ROWS_VAR)
		return false;
	mtrr->var[line->number].base = line->value[0];
	mtrr->var[line->number].mask = line->value[1];
	mtrr->var_count++;
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
	struct hvmctx_line line = hvmctx_line_parse(text);

	switch (line.kind) {
	case HVMCTX_DOMAIN:
		state->domid = line.number < DOMID_COUNT ? (int)line.number : -1;
		state->told = 0;
		state->saved_line = place->line;
		state->in_record = false;
		return 0;
	case HVMCTX_ENTRY:
		begin(state, place, line.number);
		state->in_record &= line.type == HVMCTX_TYPE_MTRR;
		return 0;
	case HVMCTX_MTRR:
		if (!state->in_record || state->expected) /* its first line was left out */
			begin(state, place, state->told);
		scan->mtrrs_unnamed += !state->in_record;
		state->told++;
		state->text.state.cap = line.value[1];
		state->text.state.def_type = line.value[2];
		state->expected = ROWS_VAR + MTRR_FIXED_COUNT;
		return 0;
	default:
		break;
	}
	if (!state->in_record)
		return 0;
	if (!state->expected || !row(&line, state)) {
		state->in_record = false;
		return 0;
	}
	if (--state->expected)
		return 0;
	state->in_record = false;
	return array_append(&scan->mtrrs, &scan->mtrr_count, sizeof(state->text), &state->text);
}
