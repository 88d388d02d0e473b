/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff: what changed between two captures of a domain. */
#include "cmd/cmd.h"
#include "cmd/jail.h"
#include "cmd/session.h"

#include "base/array.h"
#include "report/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FORMATS "text|json"

struct diffing {
	struct shared_options shared;
	const char *path[2];
	unsigned int paths;
	enum format format;
	struct moments moments[2];
	/* While one of the two is read: */
	struct moments *side;
	struct judge *judge;
};

static const struct argp_option options[] = {
	OPTION_FORMATS(FORMATS, "Form of the output", 3),
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct diffing *diff = state->input;

	switch (key) {
	case 'j':
	case OPT_FORMAT:
		diff->format = parse_format(arg, FORMATS, state);
		break;
	case ARGP_KEY_ARG:
		if (diff->paths == 2)
			return ARGP_ERR_UNKNOWN; /* the domain */
		diff->path[diff->paths++] = arg;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &diff->shared;
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
	.children = shared_children,
	.doc = "Show what changed between two captures, logs or images: facts, entries, verdicts.\v"
	       "Examples:\n"
	       "  xen-eptaudit diff before.eptcap after.eptcap 3\n"
	       "  xen-eptaudit diff monday.log tuesday.log --format json\n\n"
	       "Exit status: 0 nothing changed, 1 something did, 2 could not compare, 3 nothing did "
	       "as far as was seen.",
};

/* A p2m is judged; its facts become the moment's. */
static int begin_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct diffing *diff = opaque;
	struct moments *side = diff->side;
	struct moment moment = { .domid = -1 }, *last;
	int rc = array_append(&side->list, &side->count, sizeof(moment), &moment);

	if (rc)
		return error_set(err, rc, "out of memory");
	last = &side->list[side->count - 1];
	last->domid = dump->domid;
	rc = facts_copy(&last->facts, &dump->facts);
	diff->judge = rc ? NULL : judge_new(&last->facts, true, pieces_add, &last->pieces);
	if (!diff->judge)
		return error_set(err, -ENOMEM, "out of memory");
	judge_follow_frames(diff->judge);
	return 0;
}

static int keep_entries(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	(void)err;
	judge_entries(((struct diffing *)opaque)->judge, entries, count);
	return 0;
}

static void take_run(void *opaque, const struct entry *first, uint64_t count)
{
	judge_run(((struct diffing *)opaque)->judge, first, count);
}

static int end_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct diffing *diff = opaque;
	struct moment *last = &diff->side->list[diff->side->count - 1];

	judge_finish(diff->judge);
	judge_free(diff->judge);
	diff->judge = NULL;
	last->complete = dump->complete;
	return last->pieces.failed ? error_set(err, -ENOMEM, "out of memory") : 0;
}

static int read_side(struct diffing *diff, unsigned int side, struct error *err)
{
	static const struct visitor visitor = {
		.dump = begin_dump,
		.entries = keep_entries,
		.run = take_run,
		.dump_end = end_dump,
	};
	struct shared_options shared = diff->shared; /* what a source settles is its own */
	struct session session = { .source = NULL };
	int rc;

	shared.source.path = diff->path[side];
	diff->side = &diff->moments[side];
	rc = session_open(&session, &shared, err);
	if (!rc)
		rc = session_read(&session, &visitor, diff, err);
	judge_free(diff->judge);
	diff->judge = NULL;
	session_close(&session);
	return rc;
}

static void clear(struct diffing *diff)
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
	options_clear(&diff->shared);
}

static int tell(const struct diffing *diff)
{
	struct diff_report report = { .json_form = diff->format == FORMAT_JSON };
	int status;

	diff_report_begin(&report, diff->path[0], diff->path[1]);
	diff_report_moments(&report, &diff->moments[0], &diff->moments[1]);
	status = report.differs	     ? STATUS_FOUND
		 : report.incomplete ? STATUS_INCOMPLETE
				     : STATUS_CLEAN;
	diff_report_end(&report, status);
	return status;
}

static int run(int argc, char **argv)
{
	static struct diffing diff;
	struct error err = { "" };
	int status = STATUS_ERROR, rc = 0;

	if (cmd_parse(&argp, argc, argv, &diff))
		return STATUS_ERROR;
	if (diff.paths < 2)
		rc = error_set(&err, -EINVAL,
			       "name two captures, logs or images: diff BEFORE AFTER [DOMAIN]");
	diff.shared.source.path = diff.path[0];
	jail_will_read(diff.path[1]);
	if (!rc)
		rc = options_prepare(&diff.shared, &err);
	if (!rc)
		rc = read_side(&diff, 0, &err);
	if (!rc)
		rc = read_side(&diff, 1, &err);
	if (!rc && diff_facts(&diff.moments[0], &diff.moments[1]))
		rc = error_set(&err, -ENOMEM, "out of memory");
	if (!rc)
		status = tell(&diff);
	clear(&diff);
	return cmd_end(argv[0], rc, status, &err);
}

/* Both are files, named as arguments. */
const struct verb verb_diff = {
	.name = "diff",
	.help = "what changed between two captures",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL & ~(OPTIONS_RUNNING | OPTION(OPT_ALL) | OPTION(OPT_FROM)),
};
