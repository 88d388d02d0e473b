/* SPDX-License-Identifier: GPL-2.0-or-later */
/* effective: what a guest's own page tables and the p2m together make of its memory. */
#include "cmd/cmd.h"
#include "cmd/session.h"

#include "base/text.h"
#include "cmd/spaces.h"

#include <errno.h>
#include <string.h>

#define FORMATS "text|json|jsonl"

struct verb_effective {
	struct shared_options shared;
	struct effective_report report;
	struct spaces spaces;
	bool begun; /* the report */
	bool summary;
};

static const struct argp_option list[] = {
	OPTION_FORMATS(FORMATS, "Form of the report", 3),
	{ "summary", OPT_SUMMARY, NULL, 0, "Totals, conflicts and gaps only", 3 },
	{ "vcpu", OPT_VCPU, "N", 0, "The tables that this vCPU uses only", 4 },
	{ "gva", OPT_GVA, "FIRST[-LAST]", 0,
	  "Guest-virtual addresses (hexadecimal, inclusive) only (repeatable)", 4 },
	{ "samples", OPT_SAMPLES, "N", 0,
	  "Look N times which tables the vCPUs of a running domain use (1)", 4 },
	{ "limit", OPT_LIMIT, "N", 0,
	  "Look at no more than N entries of a guest's tables (67108864)", 4 },
	{ 0 },
};

/* Pages of "FIRST" or "FIRST-LAST", addresses. */
static void parse_addresses(struct ranges *pages, const char *arg, struct argp_state *state)
{
	uint64_t first, last;

	if (!text_hex_range(arg, arg + strlen(arg), &first, &last))
		argp_error(state,
			   "--gva %s: hexadecimal addresses are expected, such as "
			   "0xffff888000000000-0xffff8880ffffffff",
			   arg);
	else if (ranges_add(pages, first >> 12, last >> 12))
		argp_failure(state, STATUS_ERROR, ENOMEM, "--gva");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct verb_effective *effective = state->input;
	struct spaces *spaces = &effective->spaces;

	options_see(&effective->shared, key);
	switch (key) {
	case 'j':
	case OPT_FORMAT:
		effective->report.format = parse_format(arg, FORMATS, state);
		break;
	case OPT_SUMMARY:
		effective->summary = true;
		break;
	case OPT_VCPU:
		spaces->vcpu = parse_number("vcpu", arg, 0, FACTS_VCPU_MAX - 1, state);
		break;
	case OPT_GVA:
		parse_addresses(&spaces->gvas, arg, state);
		break;
	case OPT_LIMIT:
		spaces->limit = parse_number("limit", arg, 512, UINT32_MAX, state);
		break;
	case OPT_SAMPLES:
		effective->shared.source.live.samples =
			parse_number("samples", arg, 1, 1000, state);
		break;
	default:
		return options_pass(&effective->shared, key, state);
	}
	return 0;
}

static const struct argp argp = {
	.options = list,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = shared_children,
	.doc = "Combine a guest's own page tables with the memory types of its EPT: what it asked "
	       "for, what it gets, and what made the difference.\v"
	       "Examples:\n"
	       "  xen-eptaudit effective 3\n"
	       "  xen-eptaudit effective 3 --gfn c0000-c01ff --format json\n"
	       "  xen-eptaudit effective --from vmcore --eptp 3=0x7fc5201e --facts log --xen 4.17.5",
};

static int begin_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct verb_effective *effective = opaque;

	return spaces_begin(&effective->spaces, dump, err);
}

static int take_entries(void *opaque, const struct entry *entries, size_t count, struct error *err)
{
	struct verb_effective *effective = opaque;

	(void)err;
	spaces_entries(&effective->spaces, entries, count);
	return 0;
}

static int end_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct verb_effective *effective = opaque;

	return spaces_walk(&effective->spaces, dump, err);
}

static void take_run(void *opaque, const struct entry *first, uint64_t count)
{
	spaces_run(&((struct verb_effective *)opaque)->spaces, first, count);
}

/* Nothing is printed before it is known that there is something to tell. */
static void begin_report(struct verb_effective *effective)
{
	if (!effective->begun)
		effective_begin(&effective->report, &effective->spaces.source->info);
	effective->begun = true;
}

static void told_space(void *opaque, const struct effective_space *space, bool end)
{
	struct verb_effective *effective = opaque;

	begin_report(effective);
	if (end)
		effective_space_end(&effective->report, space);
	else
		effective_space(&effective->report, space);
}

static void told_run(void *opaque, const struct effective_run *run)
{
	effective_run(&((struct verb_effective *)opaque)->report, run);
}

static void told_missing(void *opaque, const struct dump *dump)
{
	char text[320];

	(void)opaque;
	snprintf(text, sizeof(text), "domain %d is not told: %s", dump->domid, dump->reason);
	cmd_notice(text);
}

static int report_all(struct verb_effective *effective, struct session *session, int *status,
		      struct error *err)
{
	static const struct visitor visitor = {
		.dump = begin_dump,
		.all_entries = take_entries,
		.all_run = take_run,
		.without_ept = true,
		.dump_end = end_dump,
	};
	struct spaces *spaces = &effective->spaces;
	int rc;

	spaces->source = session->source;
	spaces->gfns = &effective->shared.gfns;
	spaces->told = told_space;
	spaces->run = effective->summary ? NULL : told_run;
	spaces->missing = told_missing;
	spaces->opaque = effective;
	rc = session_read(session, &visitor, effective, err);
	*status = session->complete && spaces->complete ? STATUS_CLEAN : STATUS_INCOMPLETE;
	if (!rc)
		begin_report(effective);
	if (!rc)
		effective_end(&effective->report, *status == STATUS_CLEAN, *status);
	return rc;
}

static int run(int argc, char **argv)
{
	struct verb_effective effective;
	struct session session = { .options = NULL };
	struct error err = { "" };
	int status = STATUS_CLEAN, rc;

	memset(&effective, 0, sizeof(effective));
	spaces_init(&effective.spaces);
	if (cmd_parse(&argp, argc, argv, &effective))
		return STATUS_ERROR;
	cmd_prints_much();
	effective.shared.rules_optional = true; /* without them, what an entry is says enough */
	effective.shared.source.live.guest_tables = true;
	effective.shared.source.live.without_ept = true;
	rc = options_prepare(&effective.shared, &err);
	if (!rc)
		rc = session_open(&session, &effective.shared, &err);
	if (!rc && !source_has_guest(session.source))
		rc = error_set(
			&err, -EINVAL,
			"%s has no page tables of guests: a running domain has them, a memory "
			"image, and a capture made with capture --guest-tables",
			session.source->info.name);
	if (!rc)
		rc = report_all(&effective, &session, &status, &err);
	session_close(&session);
	spaces_clear(&effective.spaces);
	options_clear(&effective.shared);
	return cmd_end(argv[0], rc, status, &err);
}

const struct verb verb_effective = {
	.name = "effective",
	.help = "show which memory types a guest gets, and why",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL,
};
