/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture: all facts and entries into one file, to be judged elsewhere. */
#include "cmd/cmd.h"
#include "cmd/session.h"
#include "cmd/spaces.h"

#include "base/outfile.h"
#include "model/domid.h"
#include "model/redact.h"
#include "report/capture.h"
#include "source/image/core.h"
#include "source/tables/eptp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What is to be captured, and the file that is being written. */
struct capturing {
	struct shared_options shared;
	const char *output;
	bool tables_only, redact, guest_tables;
	struct spaces spaces; /* of guests, whose tables are kept */
	struct redact secret; /* how frames are renumbered */
	struct capture *file;
};

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "The file to make; it must not exist (- for standard output)",
	  3 },
	{ "tables-only", OPT_TABLES_ONLY, NULL, 0,
	  "Of a memory image keep the pages of EPT tables, as an ELF core", 3 },
	{ "guest-tables", OPT_GUEST_TABLES, NULL, 0,
	  "Keep the page tables that the guest's vCPUs use, too, for effective", 3 },
	{ "redact", OPT_REDACT, NULL, 0, "Give machine frames other numbers, and leave out names",
	  3 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct capturing *capture = state->input;

	options_see(&capture->shared, key);
	switch (key) {
	case 'o':
		capture->output = arg;
		break;
	case OPT_TABLES_ONLY:
		capture->tables_only = true;
		break;
	case OPT_GUEST_TABLES:
		capture->guest_tables = true;
		break;
	case OPT_REDACT:
		capture->redact = true;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &capture->shared;
		break;
	case ARGP_KEY_END:
		if (!capture->output)
			argp_error(state, "name the file to make with -o FILE");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = shared_children,
	.doc = "Put all entries and facts into one file: audit --from FILE then says the same anywhere.\v"
	       "Examples:\n"
	       "  xen-eptaudit capture 3 --from log -o d3.capture\n"
	       "  xen-eptaudit capture --from vmcore --eptp 1=0x7fc5201e --facts log -o d1.capture\n"
	       "  xen-eptaudit capture --from vmcore --eptp 0x7fc5201e --tables-only -o tables.core\n",
};

static int begin_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct capturing *capture = opaque;

	if (dump->domid == DOMID_UNNAMED)
		return error_set(
			err, -EINVAL,
			"a capture needs the id of its domain, which no header tells; put a "
			"line '(XEN) domainN EPT p2m table:' before the first entry");
	if (capture->redact) { /* what is not to leave this host */
		dump->name = NULL;
		if (redact_facts(&capture->secret, &dump->facts))
			return error_set(err, -ENOMEM, "out of memory");
	}
	capture_domain(capture->file, dump);
	return capture->guest_tables ? spaces_begin(&capture->spaces, dump, err) : 0;
}

static int keep_entries(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	struct capturing *capture = opaque;
	size_t i;

	(void)err;
	for (i = 0; i < count && capture->redact; i++)
		redact_entry(&capture->secret, &entries[i]);
	capture_entries(capture->file, entries, count);
	return 0;
}

static void keep_run(void *opaque, const struct entry *first, uint64_t count)
{
	struct capturing *capture = opaque;
	struct entry entry = *first, redacted;

	if (!capture->redact) {
		capture_run(capture->file, first, count);
		return;
	}
	/* Frames are redacted by blocks, and so are not one run any more. */
	for (; count; count--, entry_advance(&entry, 1)) {
		redacted = entry;
		redact_entry(&capture->secret, &redacted);
		capture_run(capture->file, &redacted, 1);
	}
}

static int see_entries(void *opaque, const struct entry *entries, size_t count, struct error *err)
{
	struct capturing *capture = opaque;

	(void)err;
	if (capture->guest_tables)
		spaces_entries(&capture->spaces, entries, count);
	return 0;
}

static void see_run(void *opaque, const struct entry *first, uint64_t count)
{
	struct capturing *capture = opaque;

	if (capture->guest_tables)
		spaces_run(&capture->spaces, first, count);
}

static int keep_table(void *opaque, uint64_t gfn, const void *page, enum paging_mode mode)
{
	return capture_table(((struct capturing *)opaque)->file, gfn, page, mode);
}

static void no_tables(void *opaque, const struct dump *dump)
{
	(void)opaque; /* the dump's own reason is told */
	(void)dump;
}

static int end_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct capturing *capture = opaque;
	char text[320];
	int rc = capture->guest_tables ? spaces_walk(&capture->spaces, dump, err) : 0;

	if (rc)
		return rc;
	capture_domain_end(capture->file, dump);
	if (!dump->complete) {
		snprintf(text, sizeof(text), "domain %d is not captured as a whole: %s",
			 dump->domid, dump->reason);
		cmd_notice(text);
	}
	return 0;
}

static int capture_all(struct capturing *capture, struct session *session, struct error *err)
{
	static const struct visitor visitor = {
		.dump = begin_dump,
		.all_entries = see_entries,
		.entries = keep_entries,
		.all_run = see_run,
		.run = keep_run,
		.dump_end = end_dump,
	};
	struct source_info *info = &session->source->info;
	int rc = capture->redact ? redact_init(&capture->secret) : 0, ended;

	if (rc)
		return error_set(err, rc, "cannot read /dev/urandom");
	if (capture->redact)
		snprintf(info->name, sizeof(info->name), "redacted");
	rc = capture_new(capture->output, session->source, &capture->file, err);
	if (rc)
		return rc;
	rc = session_read(session, &visitor, capture, err);
	ended = capture_end(capture->file, !rc, err);
	return rc ? rc : ended;
}

static int tables_only(const struct capturing *capture, struct error *err)
{
	const struct shared_options *shared = &capture->shared;
	uint64_t eptps[EPTP_MAX];
	struct phys *phys;
	struct outfile *out;
	unsigned int i;
	int rc = 0;

	if (!shared->eptp_count)
		return error_set(err, -EINVAL,
				 "--tables-only needs --eptp: which EPTs' tables to keep");
	for (i = 0; i < shared->eptp_count && !rc; i++) {
		int domid;

		rc = eptp_parse(shared->eptp[i], i, &domid, &eptps[i], err);
	}
	if (!rc)
		rc = phys_open(shared->source.path, cmd_notice, &phys, err);
	if (rc)
		return rc;
	rc = outfile_open(capture->output, OUTFILE_NEW, "a capture", &out, err);
	if (!rc) {
		struct error ignored;
		int made = core_write(phys, eptps, shared->eptp_count, outfile_stream(out), err);

		rc = outfile_close(out, !made, made ? &ignored : err);
		rc = made ? made : rc;
	}
	phys_close(phys);
	return rc;
}

static int run(int argc, char **argv)
{
	struct capturing capture;
	struct session session = { .source = NULL };
	struct error err = { "" };
	int rc, status = STATUS_CLEAN;

	memset(&capture, 0, sizeof(capture));
	spaces_init(&capture.spaces);
	capture.spaces.table = keep_table;
	capture.spaces.missing = no_tables;
	capture.spaces.opaque = &capture;
	if (cmd_parse(&argp, argc, argv, &capture))
		return STATUS_ERROR;
	capture.shared.source.live.recheck = true;
	capture.shared.source.live.guest_tables = capture.guest_tables;
	rc = options_check(&capture.shared, &err);
	if (!rc)
		rc = outfile_prepare(capture.output, OUTFILE_NEW, "a capture", &err);
	if (!rc)
		rc = options_prepare(&capture.shared, &err);
	if (!rc && capture.tables_only) {
		rc = tables_only(&capture, &err);
	} else if (!rc) {
		rc = session_open(&session, &capture.shared, &err);
		if (!rc)
			rc = session_recheck(&session, &err);
		if (!rc && capture.guest_tables && !source_has_guest(session.source))
			rc = error_set(&err, -EINVAL,
				       "%s has no page tables of guests to keep: leave out "
				       "--guest-tables",
				       session.source->info.name);
		capture.spaces.source = session.source;
		if (!rc)
			rc = capture_all(&capture, &session, &err);
		if (!rc && (!session.complete || !capture.spaces.complete))
			status = STATUS_INCOMPLETE;
	}
	outfile_unprepare();
	session_close(&session);
	spaces_clear(&capture.spaces);
	options_clear(&capture.shared);
	return cmd_end(argv[0], rc, status, &err);
}

/* A capture has all entries, so that there is no --gfn; what reads it can be narrowed. */
const struct verb verb_capture = {
	.name = "capture",
	.help = "put all entries and facts into one file",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL & ~OPTION(OPT_GFN),
};
