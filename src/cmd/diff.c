/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff: what changed between two captures of a domain. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "audit/diff.h"
#include "base/array.h"
#include "base/text.h"
#include "report/factswrite.h"
#include "report/jsonwrite.h"
#include "report/words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A domain at one of the two moments. */
struct moment {
	int domid;
	struct facts facts;
	struct pieces pieces;
	bool complete, met;
};

struct moments {
	struct moment *list;
	size_t count;
};

struct diff_options {
	struct common_options common;
	const char *path[2];
	unsigned int paths;
	bool json;
	struct jsonwrite out;
	struct moments moments[2];
	bool differs, incomplete;
};

enum { OPT_FORMAT = 0xa00 };

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "text|json", 0, "Form of the output", 3 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct diff_options *diff = state->input;

	switch (key) {
	case OPT_FORMAT:
		diff->json = parse_format(arg, state);
		break;
	case ARGP_KEY_ARG:
		if (diff->paths == 2)
			return ARGP_ERR_UNKNOWN; /* the domain */
		diff->path[diff->paths++] = arg;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &diff->common;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "BEFORE AFTER [DOMAIN]",
	.children = files_children,
	.doc = "Show what changed between two captures, logs or images: facts, entries, verdicts.\v"
	       "Examples:\n"
	       "  xen-eptaudit diff before.eptcap after.eptcap 3\n"
	       "  xen-eptaudit diff monday.log tuesday.log --format json\n\n"
	       "Exit status: 0 nothing changed, 1 something did, 2 could not compare, 3 nothing did "
	       "as far as was seen.",
};

/* Everything that is known of a fact, as text to be freed, or NULL. */
static char *fact_text(const struct facts *facts, enum fact fact)
{
	char *text = NULL;
	size_t size;
	struct jsonwrite json = { open_memstream(&text, &size), false };

	if (!json.stream)
		return NULL;
	facts_write_one(&json, facts, fact);
	fclose(json.stream);
	return text;
}

static bool same_fact(const struct facts *a, const struct facts *b, enum fact fact)
{
	char *x = fact_text(a, fact), *y = fact_text(b, fact);
	bool same = x && y && !strcmp(x, y);

	free(x);
	free(y);
	return same;
}

static void take_run(void *judge, const struct entry *first, uint64_t count)
{
	judge_run(judge, first, count);
}

/* One p2m, judged. Its facts become the moment's. */
static int read_moment(const struct diff_options *diff, struct source *source, struct dump *dump,
		       struct moment *moment, struct error *err)
{
	static struct entry entries[256];
	struct judge *judge;
	uint64_t more;
	ssize_t count;
	int rc = common_facts(&diff->common, dump, err);

	if (rc)
		return rc;
	moment->domid = dump->domid;
	rc = facts_copy(&moment->facts, &dump->facts);
	judge = rc ? NULL : judge_new(&moment->facts, true, pieces_add, &moment->pieces);
	if (!judge)
		return error_set(err, -ENOMEM, "out of memory");
	judge_follow_frames(judge);
	while ((count = source_read(source, entries, 256, err)) > 0) {
		judge_entries(judge, entries, common_filter(&diff->common, entries, (size_t)count));
		more = source_more(source, &entries[0]);
		common_run(&diff->common, &entries[0], more, take_run, judge);
	}
	if (!count)
		judge_finish(judge);
	judge_free(judge);
	moment->complete = dump->complete;
	if (!count && moment->pieces.failed)
		return error_set(err, -ENOMEM, "out of memory");
	return count;
}

static int read_side(struct diff_options *diff, unsigned int side, struct error *err)
{
	struct common_options common = diff->common; /* what a source settles is its own */
	struct moments *moments = &diff->moments[side];
	struct source *source = NULL;
	struct dump *dump;
	int rc;

	diff->common.source.path = diff->path[side];
	rc = common_open(&diff->common, &source, err);
	while (!rc && (dump = source_next(source, &rc, err))) {
		struct moment moment = { .domid = -1 };

		rc = array_append(&moments->list, &moments->count, sizeof(moment), &moment);
		if (rc)
			rc = error_set(err, rc, "out of memory");
		else
			rc = read_moment(diff, source, dump, &moments->list[moments->count - 1],
					 err);
	}
	source_close(source);
	diff->common = common;
	return rc;
}

static void describe(const struct difference *difference, unsigned int side, char *text,
		     size_t size)
{
	const struct piece *piece = &difference->piece[side];
	char attributes[16], type[32] = "";

	if (!difference->mapped[side]) {
		snprintf(text, size, "not mapped");
		return;
	}
	words_attributes(&piece->first, attributes, sizeof(attributes));
	if (piece->first.type != ENTRY_TYPE_UNKNOWN)
		snprintf(type, sizeof(type), " %s", p2m_type_name(piece->first.type));
	snprintf(text, size, "%s order %u mfn 0x%" PRIx64 "%s%s %s", attributes, piece->first.order,
		 piece->first.mfn, difference->mfn_contiguous[side] ? "" : "+", type,
		 verdict_name(piece->verdict));
}

static void json_piece(struct jsonwrite *json, const char *key, const struct difference *difference,
		       unsigned int side)
{
	const struct piece *piece = &difference->piece[side];
	char text[16];

	if (!difference->mapped[side]) {
		json_string(json, key, NULL);
		return;
	}
	json_open(json, key, '{');
	if (piece->first.pod)
		json_string(json, "mfn", NULL);
	else
		json_hex(json, "mfn", piece->first.mfn);
	json_bool(json, "mfn_contiguous", difference->mfn_contiguous[side]);
	json_number(json, "order", piece->first.order);
	json_string(json, "attributes", words_attributes(&piece->first, text, sizeof(text)));
	if (piece->first.type != ENTRY_TYPE_UNKNOWN)
		json_string(json, "type", p2m_type_name(piece->first.type));
	json_string(json, "verdict", verdict_name(piece->verdict));
	json_close(json, '}');
}

static void print_difference(void *opaque, const struct difference *difference)
{
	struct diff_options *diff = opaque;
	struct jsonwrite *json = &diff->out;
	char before[128], after[128], size[32], gfns[48];

	if (diff->json) {
		json_newline(json);
		json_open(json, NULL, '{');
		json_hex_pair(json, "gfn", difference->first, difference->last);
		json_piece(json, "before", difference, 0);
		json_piece(json, "after", difference, 1);
		json_close(json, '}');
		return;
	}
	describe(difference, 0, before, sizeof(before));
	describe(difference, 1, after, sizeof(after));
	text_frames(difference->first, difference->last, gfns, sizeof(gfns));
	printf("  %s (%s): %s -> %s\n", gfns,
	       text_size((difference->last - difference->first + 1) << 12, size, sizeof(size)),
	       before, after);
}

/* Facts that are not the same, or not known in the same way. */
static void print_facts(struct diff_options *diff, const struct moment *a, const struct moment *b)
{
	char before[256], after[256];
	unsigned int fact;

	for (fact = 0; fact < FACT_COUNT; fact++) {
		const char *how[2] = { how_name(words_fact_how(&a->facts, fact)),
				       how_name(words_fact_how(&b->facts, fact)) };

		if (fact == FACT_VCPU || same_fact(&a->facts, &b->facts, fact))
			continue;
		diff->differs = true;
		words_fact(&a->facts, fact, before, sizeof(before));
		words_fact(&b->facts, fact, after, sizeof(after));
		if (diff->json) {
			json_open(&diff->out, fact_info[fact].name, '{');
			json_string(&diff->out, "before", before);
			json_string(&diff->out, "after", after);
			json_string(&diff->out, "how_before", how[0]);
			json_string(&diff->out, "how_after", how[1]);
			json_close(&diff->out, '}');
		} else {
			printf("  fact %s: %s (%s) -> %s (%s)%s\n", fact_info[fact].name, before,
			       how[0], after, how[1],
			       strcmp(before, after) || strcmp(how[0], how[1])
				       ? ""
				       : ", with other values");
		}
	}
}

static void diff_moments(struct diff_options *diff, const struct moment *a, const struct moment *b)
{
	struct jsonwrite *json = &diff->out;
	bool complete = a->complete && b->complete;
	uint64_t pages;
	char size[32];

	if (diff->json) {
		json_newline(json);
		json_open(json, NULL, '{');
		json_number(json, "domid", a->domid);
		json_open(json, "facts", '{');
	} else {
		printf("Domain %d\n", a->domid);
	}
	print_facts(diff, a, b);
	if (diff->json) {
		json_close(json, '}');
		json_open(json, "changes", '[');
	}
	pages = diff_pieces(&a->pieces, &b->pieces, print_difference, diff);
	if (diff->json) {
		json_close(json, ']');
		json_number(json, "differing_pages", pages);
		json_bool(json, "complete", complete);
		json_close(json, '}');
	} else {
		printf("  %s%s%s\n",
		       pages ? text_size(pages << 12, size, sizeof(size)) : "no entry",
		       pages ? " differ" : " differs",
		       complete ? "" : "; incomplete: not all entries were seen");
	}
	diff->differs |= pages != 0;
	diff->incomplete |= !complete;
}

static void only_in(struct diff_options *diff, int domid, unsigned int side)
{
	struct jsonwrite *json = &diff->out;

	diff->differs = true;
	if (!diff->json) {
		printf("Domain %d is only in the %s\n", domid, side ? "second" : "first");
		return;
	}
	json_newline(json);
	json_open(json, NULL, '{');
	json_number(json, "domid", domid);
	json_string(json, "only_in", side ? "after" : "before");
	json_close(json, '}');
}

static void diff_all(struct diff_options *diff)
{
	const struct moments *before = &diff->moments[0], *after = &diff->moments[1];
	struct jsonwrite *json = &diff->out;
	size_t i, k;

	if (diff->json) {
		json_open(json, NULL, '{');
		json_schema(json, "xen-eptaudit/diff");
		json_open(json, "domains", '[');
	}
	for (i = 0; i < before->count; i++) {
		for (k = 0; k < after->count; k++)
			if (!after->list[k].met && after->list[k].domid == before->list[i].domid)
				break;
		if (k == after->count) {
			only_in(diff, before->list[i].domid, 0);
			continue;
		}
		after->list[k].met = true;
		diff_moments(diff, &before->list[i], &after->list[k]);
	}
	for (k = 0; k < after->count; k++)
		if (!after->list[k].met)
			only_in(diff, after->list[k].domid, 1);
}

static void clear(struct diff_options *diff)
{
	unsigned int side;
	size_t i;

	for (side = 0; side < 2; side++) {
		for (i = 0; i < diff->moments[side].count; i++) {
			struct moment *moment = &diff->moments[side].list[i];

			if (moment->domid >= 0)
				facts_clear(&moment->facts);
			pieces_clear(&moment->pieces);
		}
		free(diff->moments[side].list);
	}
	common_clear(&diff->common);
}

static int run(int argc, char **argv)
{
	struct diff_options diff;
	struct error err = { "" };
	int status, rc = 0;

	memset(&diff, 0, sizeof(diff));
	diff.out.stream = stdout;
	if (argp_parse(&argp, argc, argv, 0, NULL, &diff))
		return STATUS_ERROR;
	if (diff.paths < 2 || diff.common.source.path)
		rc = error_set(&err, -EINVAL,
			       "name two captures, logs or images: diff BEFORE AFTER [DOMAIN]");
	diff.common.source.path = diff.path[0];
	if (!rc)
		rc = common_prepare(&diff.common, &err);
	if (!rc)
		rc = read_side(&diff, 0, &err);
	if (!rc)
		rc = read_side(&diff, 1, &err);
	if (!rc)
		diff_all(&diff);
	status = diff.differs ? STATUS_FOUND : diff.incomplete ? STATUS_INCOMPLETE : STATUS_CLEAN;
	if (!rc && diff.json) {
		json_close(&diff.out, ']');
		json_number(&diff.out, "exit_status", status);
		json_close(&diff.out, '}');
		putchar('\n');
	}
	clear(&diff);
	return rc ? cmd_fail(argv[0], "%s", err.text) : status;
}

const struct verb verb_diff = { "diff", "what changed between two captures", &argp, run };
