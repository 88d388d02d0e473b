/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff: what changed between two captures of a domain. */
#include "cmd/cmd.h"
#include "cmd/jail.h"
#include "cmd/session.h"

#include "base/array.h"
#include "report/diff.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMATS "text|json"

struct diffing {
	struct shared_options shared;
	const char *path[2];
	unsigned int paths;
	enum format format;
	struct moments moments[2];
	struct moments *side; /* of the one that is being read */
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
	default:
		return options_pass(&diff->shared, key, state);
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
	       "Exit status: 0 nothing changed, 1 something changed, 2 could not compare, 3 entries are "
	       "missing and nothing changed in the others.",
};

/* A p2m is judged; its facts become the moment's. */
static struct judge *begin_dump(void *opaque, struct dump *dump)
{
	struct moments *side = ((struct diffing *)opaque)->side;
	struct moment moment = { .domid = -1 }, *last;
	struct judge *judge = NULL;

	if (array_append(&side->list, &side->count, sizeof(moment), &moment))
		return NULL;
	last = &side->list[side->count - 1];
	last->domid = dump->domid;
	last->number = dump->number;
	last->dumps = dump->dumps;
	snprintf(last->view, sizeof(last->view), "%s", dump->view);
	if (!facts_copy(&last->facts, &dump->facts))
		judge = judge_new(&last->facts, true, pieces_add, &last->pieces);
	if (judge)
		judge_follow_frames(judge);
	return judge;
}

static int end_dump(void *opaque, struct dump *dump, const struct summary *summary,
		    struct error *err)
{
	struct moments *side = ((struct diffing *)opaque)->side;
	struct moment *last = &side->list[side->count - 1];

	(void)summary;
	last->pieces.incomplete = !dump->complete;
	return last->pieces.failed ? error_set(err, -ENOMEM, "out of memory") : 0;
}

static int read_side(struct diffing *diff, unsigned int side, struct error *err)
{
	static const struct judging judging = { .begin = begin_dump, .end = end_dump };
	struct shared_options shared = diff->shared; /* what a source settles is its own */
	struct session session = { .source = NULL };
	int rc;

	shared.source.path = diff->path[side];
	diff->side = &diff->moments[side];
	rc = session_open(&session, &shared, err);
	if (!rc)
		rc = session_judge(&session, &judging, diff, err);
	diff->side->complete = session.complete;
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
	.help = "show what changed between two captures",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL & ~(OPTIONS_RUNNING | OPTION(OPT_ALL) | OPTION(OPT_FROM)),
};
