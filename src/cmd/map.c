/* SPDX-License-Identifier: GPL-2.0-or-later */
/* map: guest memory at a glance, one line per stretch of equal type. */
#include "cmd/cmd.h"
#include "cmd/session.h"

#include "audit/judge.h"
#include "report/map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FORMATS "text|json|svg"

struct map_verb {
	struct shared_options shared;
	struct map map;
	bool found;
};

static const struct argp_option options[] = {
	OPTION_FORMATS(FORMATS, "Form of the map; svg: a picture, one file for a browser", 3),
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct map_verb *mapping = state->input;

	options_see(&mapping->shared, key);
	switch (key) {
	case 'j':
	case OPT_FORMAT:
		mapping->map.format = parse_format(arg, FORMATS, state);
		break;
	default:
		return options_pass(&mapping->shared, key, state);
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = shared_children,
	.doc = "Show guest memory in the order of its addresses: a line for each stretch that has one "
	       "type, with the type that it should have, and a mark if they differ.\v"
	       "Examples:\n"
	       "  xen-eptaudit map 6 --from log\n"
	       "  xen-eptaudit map 6 --from log --format svg > d6.svg\n\n"
	       "Exit status: 0 nothing differs, 1 something does, 2 could not map, 3 incomplete.",
};

static struct judge *begin_dump(void *opaque, struct dump *dump)
{
	struct map_verb *mapping = opaque;
	struct judge *judge = judge_new(&dump->facts, true, map_run, &mapping->map);

	if (judge)
		map_domain(&mapping->map, dump);
	return judge;
}

static int end_dump(void *opaque, struct dump *dump, const struct summary *summary,
		    struct error *err)
{
	struct map_verb *mapping = opaque;

	(void)err;
	mapping->found |= summary->verdict[VERDICT_MISMATCH] != 0;
	map_domain_end(&mapping->map, dump);
	return 0;
}

static int map_all(struct map_verb *mapping, struct session *session, int *status,
		   struct error *err)
{
	static const struct judging judging = { .begin = begin_dump, .end = end_dump };
	struct error ignored;
	int rc = map_begin(&mapping->map, &session->source->info, err), ended;

	if (rc)
		return rc;
	if (mapping->map.format != FORMAT_SVG) /* which is written when all is known */
		cmd_begins();
	rc = session_judge(session, &judging, mapping, err);
	*status = mapping->found      ? STATUS_FOUND
		  : session->complete ? STATUS_CLEAN
				      : STATUS_INCOMPLETE;
	ended = map_end(&mapping->map, session->complete, *status, !rc, rc ? &ignored : err);
	return rc ? rc : ended;
}

static int run(int argc, char **argv)
{
	static struct map_verb mapping;
	struct session session = { .source = NULL };
	struct error err = { "" };
	int status = STATUS_CLEAN, rc;

	if (cmd_parse(&argp, argc, argv, &mapping))
		return STATUS_ERROR;
	mapping.map.gfns = &mapping.shared.gfns;
	mapping.shared.rules_optional = true;
	mapping.shared.source.live.recheck = true;
	rc = options_prepare(&mapping.shared, &err);
	if (!rc)
		rc = session_open(&session, &mapping.shared, &err);
	if (!rc)
		rc = session_recheck(&session, &err);
	if (!rc)
		rc = map_all(&mapping, &session, &status, &err);
	session_close(&session);
	options_clear(&mapping.shared);
	return cmd_end(argv[0], rc, status, &err);
}

const struct verb verb_map = {
	.name = "map",
	.help = "show guest memory by type, as text or as a picture",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL,
};
