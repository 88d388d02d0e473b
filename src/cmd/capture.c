/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture: all facts and entries into one file, to be judged elsewhere. */
#include "cmd/capturing.h"
#include "cmd/cmd.h"

#include "base/outfile.h"
#include "source/image/core.h"
#include "source/tables/eptp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct capture_options {
	struct shared_options shared;
	const char *output;
	bool tables_only, core;
	struct capturing capturing;
};

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "The file to make; it must not exist (- for standard output)",
	  3 },
	{ "tables-only", OPT_TABLES_ONLY, NULL, 0,
	  "Of a memory image keep the pages of EPT tables, as an ELF core", 3 },
	{ "core", OPT_CORE, NULL, 0,
	  "Keep the memory that was read (--via gdbsx), as an ELF core, for --xen-syms elsewhere",
	  3 },
	{ "guest-tables", OPT_GUEST_TABLES, NULL, 0,
	  "Keep the page tables that the guest's vCPUs use, too, for effective", 3 },
	{ "redact", OPT_REDACT, NULL, 0, "Give machine frames other numbers, and leave out names",
	  3 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct capture_options *capture = state->input;

	options_see(&capture->shared, key);
	switch (key) {
	case 'o':
		capture->output = arg;
		break;
	case OPT_TABLES_ONLY:
		capture->tables_only = true;
		break;
	case OPT_CORE:
		capture->core = true;
		break;
	case OPT_GUEST_TABLES:
		capture->capturing.guest_tables = true;
		break;
	case OPT_REDACT:
		capture->capturing.redact = true;
		break;
	case ARGP_KEY_END:
		if (!capture->output)
			argp_error(state, "name the file to make with -o FILE");
		break;
	default:
		return options_pass(&capture->shared, key, state);
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
	       "  xen-eptaudit capture --from vmcore --eptp 0x7fc5201e --tables-only -o tables.core\n"
	       "  xen-eptaudit capture --all --via gdbsx --xen-syms xen-syms --core -o xen.core\n",
};

static int tables_only(const struct capture_options *capture, struct error *err)
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

static int facts_and_entries(struct capture_options *capture, struct session *session,
			     struct error *err)
{
	struct capturing *capturing = &capture->capturing;
	int rc = capturing_prepare(capturing, session, err);

	if (!rc)
		rc = capture_new(capture->output, session->source, &capturing->file, err);
	return rc ? rc : capturing_read(capturing, session, err);
}

static int core_dump_end(void *opaque, struct dump *dump, struct error *err)
{
	char text[320];

	(void)opaque;
	(void)err;
	if (!dump->complete) {
		snprintf(text, sizeof(text), "domain %d is not in the core as a whole: %s",
			 dump->domid, dump->reason);
		cmd_notice(text);
	}
	return 0;
}

/* What was read for the session, as it is. */
static int core(const struct capture_options *capture, struct session *session, struct error *err)
{
	static const struct visitor visitor = { .dump_end = core_dump_end };
	struct error ignored;
	struct outfile *out;
	int rc = session_read(session, &visitor, NULL, err), made;

	if (!rc)
		rc = outfile_open(capture->output, OUTFILE_NEW, "a capture", &out, err);
	if (rc)
		return rc;
	made = source_core(session->source, outfile_stream(out), err);
	rc = outfile_close(out, !made, made ? &ignored : err);
	return made ? made : rc;
}

static int run(int argc, char **argv)
{
	struct capture_options capture;
	struct capturing *capturing = &capture.capturing;
	struct session session = { .source = NULL };
	struct error err = { "" };
	int rc, status = STATUS_CLEAN;

	memset(&capture, 0, sizeof(capture));
	capturing_init(capturing);
	if (cmd_parse(&argp, argc, argv, &capture))
		return STATUS_ERROR;
	capture.shared.source.live.recheck = true;
	capture.shared.source.live.core = capture.core;
	capture.shared.source.live.guest_tables = capturing->guest_tables;
	capture.shared.source.live.without_ept = capturing->guest_tables;
	rc = options_check(&capture.shared, &err);
	if (!rc && capture.core && !capture.shared.source.live.gdbsx)
		rc = error_set(
			&err, -EINVAL,
			"--core keeps memory that is read with --via gdbsx, on a Xen that has "
			"it");
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
		if (!rc)
			rc = capture.core ? core(&capture, &session, &err)
					  : facts_and_entries(&capture, &session, &err);
		if (!rc && (!session.complete || !capturing->spaces.complete))
			status = STATUS_INCOMPLETE;
	}
	outfile_unprepare();
	session_close(&session);
	capturing_clear(capturing);
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
