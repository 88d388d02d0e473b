/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bugreport: all that is needed to look into an audit elsewhere, in one file to attach. */
#include "cmd/capturing.h"
#include "cmd/cmd.h"

#include "audit/judge.h"
#include "base/opened.h"
#include "base/outfile.h"
#include "base/screen.h"
#include "base/tarfile.h"
#include "base/temporary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define FOLDER	     "xen-eptaudit-report"
#define CAPTURE_NAME "capture"

/* The files of the report, in the order in which they stand in it. */
enum part { PART_ABOUT, PART_AUDIT, PART_CAPTURE, PART_COUNT };

static const char *const part_names[PART_COUNT] = {
	[PART_ABOUT] = "about.txt",
	[PART_AUDIT] = "audit.txt",
	[PART_CAPTURE] = CAPTURE_NAME,
};

struct bugreport {
	struct shared_options shared;
	const char *output;
	bool no_redact;
	struct capturing capturing;
	FILE *parts[PART_COUNT];
	char *version;	       /* what --version prints */
	struct report *report; /* while the capture is judged */
	struct expectations none;
};

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0,
	  "The .tar.gz file to make; it must not exist (- for standard output)", 3 },
	{ "no-redact", OPT_NO_REDACT, NULL, 0,
	  "Keep machine frames and the names of domains, hosts and files as they are", 3 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct bugreport *bug = state->input;

	options_see(&bug->shared, key);
	switch (key) {
	case 'o':
		bug->output = arg;
		break;
	case OPT_NO_REDACT:
		bug->no_redact = true;
		break;
	case ARGP_KEY_END:
		if (!bug->output)
			argp_error(state, "name the file to make with -o FILE.tar.gz");
		break;
	default:
		return options_pass(&bug->shared, key, state);
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = shared_children,
	.doc = "Make a file to attach to a bug report: a capture without names, the audit of it, and the "
	       "versions of Xen and of this program.\v"
	       "Examples:\n"
	       "  xen-eptaudit bugreport web -o report.tar.gz\n"
	       "  xen-eptaudit bugreport --from log -o report.tar.gz\n\n"
	       "Exit status: 0 made, 2 not made, 3 made, but entries were lost.",
};

/* ---- what it is of ---- */

/* What comes behind "NAME : " in /proc/cpuinfo, of the first processor. */
static void tell_cpu(FILE *stream, const char *name)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, strlen(name)) || !strchr(line, ':'))
			continue;
		fprintf(stream, "%s: %s", name, strchr(line, ':') + 2);
		break;
	}
	if (file)
		fclose(file);
}

static void tell_about(FILE *stream, const char *version, const struct source_info *info,
		       bool redacted)
{
	struct utsname system;
	unsigned int i;

	fputs(version, stream);
	fprintf(stream, "\nsource: %s%s%s\n", info->kind, redacted ? "" : " ",
		redacted ? ", without names, machine frames renumbered" : info->name);
	fprintf(stream, "Xen: %s (%s)\n", info->xen_version[0] ? info->xen_version : "unknown",
		how_name(info->how_xen));
	fprintf(stream, "rules: set %s\n", info->rules_name);
	if (info->rules_note[0])
		fprintf(stream, "note: %s\n", info->rules_note);
	fprintf(stream, "Xen's command line: %s\n",
		info->command_line[0] ? info->command_line : "unknown");
	for (i = 0; i < info->remark_count; i++)
		fprintf(stream, "remark: %s\n", info->remarks[i]);
	for (i = 0; i < info->count_count; i++)
		fprintf(stream, "%s: %lu\n", info->counts[i].name, info->counts[i].value);
	if (strcmp(info->kind, "live"))
		return;
	if (!uname(&system))
		fprintf(stream, "dom0's kernel: %s %s\n", system.sysname, system.release);
	tell_cpu(stream, "model name");
	tell_cpu(stream, "stepping");
	tell_cpu(stream, "microcode");
}

/* ---- the audit, of the capture that is in the report ---- */

static void emit(void *opaque, const struct run *run)
{
	report_run(((struct bugreport *)opaque)->report, run);
}

static struct judge *begin_dump(void *opaque, struct dump *dump)
{
	struct bugreport *bug = opaque;
	struct judge *judge = judge_new(&dump->facts, false, emit, bug);

	if (judge)
		report_domain(bug->report, dump);
	return judge;
}

static int end_dump(void *opaque, struct dump *dump, const struct summary *summary,
		    struct error *err)
{
	struct bugreport *bug = opaque;

	(void)err;
	report_domain_end(bug->report, dump, summary, &bug->none);
	return 0;
}

static int tell_audit(struct bugreport *bug, struct session *session, struct error *err)
{
	static const struct judging judging = { .begin = begin_dump, .end = end_dump };
	static const struct nothing nothing;
	struct report_options how = { .format = FORMAT_TEXT, .sentences = true };
	int rc, lost;

	bug->report = report_new(&how, bug->parts[PART_AUDIT]);
	if (!bug->report)
		return error_set(err, -ENOMEM, "out of memory");
	report_begin(bug->report, session->source);
	rc = session_judge(session, &judging, bug, err);
	if (!rc)
		report_end(bug->report, session->source, &nothing, session->complete, STATUS_CLEAN);
	lost = report_free(bug->report);
	if (lost && !rc)
		rc = error_set(err, lost, "cannot write a temporary file: %s", strerror(-lost));
	return rc;
}

static int audit_capture(struct bugreport *bug, struct error *err)
{
	struct session session = { .source = NULL };
	struct shared_options shared;
	static char path[40]; /* which stays known */
	int rc;

	memset(&shared, 0, sizeof(shared));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(bug->parts[PART_CAPTURE]));
	opened_as(path, fileno(bug->parts[PART_CAPTURE]));
	shared.source.path = path;
	shared.source.all_dumps = true;
	shared.rules_optional = true;
	rc = session_open(&session, &shared, err);
	if (!rc) {
		source_set_name(session.source, CAPTURE_NAME);
		rc = tell_audit(bug, &session, err);
	}
	session_close(&session);
	return rc;
}

/* ---- the file ---- */

static int open_parts(struct bugreport *bug, struct error *err)
{
	unsigned int i;

	for (i = 0; i < PART_COUNT; i++) {
		int fd = temporary_file();

		bug->parts[i] = fd < 0 ? NULL : fdopen(fd, "w+");
		if (!bug->parts[i])
			return error_set(err, fd < 0 ? fd : -errno,
					 "cannot make a temporary file: %s",
					 strerror(fd < 0 ? -fd : errno));
	}
	return 0;
}

static int write_parts(const struct bugreport *bug, struct error *err)
{
	struct tarfile *tar = NULL;
	struct outfile *out;
	struct error ignored;
	unsigned int i;
	int rc = outfile_open(bug->output, OUTFILE_NEW, "a report", &out, err), ended;

	if (rc)
		return rc;
	rc = tarfile_new(outfile_stream(out), FOLDER, &tar, err);
	for (i = 0; i < PART_COUNT && !rc; i++)
		rc = tarfile_add(tar, part_names[i], bug->parts[i], err);
	ended = tarfile_end(tar, !rc, rc ? &ignored : err);
	rc = rc ? rc : ended;
	ended = outfile_close(out, !rc, rc ? &ignored : err);
	return rc ? rc : ended;
}

static int make(struct bugreport *bug, struct session *session, struct error *err)
{
	int rc = session_open(session, &bug->shared, err);

	if (!rc)
		rc = session_recheck(session, err);
	if (!rc)
		rc = capturing_prepare(&bug->capturing, session, err);
	if (!rc)
		rc = open_parts(bug, err);
	if (!rc)
		rc = capture_new_on(bug->parts[PART_CAPTURE], session->source, &bug->capturing.file,
				    err);
	if (!rc)
		rc = capturing_read(&bug->capturing, session, err);
	if (rc)
		return rc;
	tell_about(bug->parts[PART_ABOUT], bug->version, &session->source->info,
		   bug->capturing.redact);
	rc = audit_capture(bug, err);
	return rc ? rc : write_parts(bug, err);
}

/* Which looks for the module, and so comes before nothing can be opened any more. */
static int get_version(struct bugreport *bug, struct error *err)
{
	size_t length;
	FILE *stream = open_memstream(&bug->version, &length);
	bool lost = true;

	if (stream) {
		cmd_version(stream);
		lost = ferror(stream);
		lost |= fclose(stream) != 0;
	}
	/* The last look for memory may fail in silence. */
	return lost || !bug->version ? error_set(err, -ENOMEM, "out of memory") : 0;
}

static int run(int argc, char **argv)
{
	static struct bugreport bug;
	struct session session = { .source = NULL };
	struct error err = { "" };
	unsigned int i;
	int rc;

	if (cmd_parse(&argp, argc, argv, &bug))
		return STATUS_ERROR;
	capturing_init(&bug.capturing);
	bug.capturing.redact = !bug.no_redact;
	bug.shared.source.live.recheck = true;
	screen_colors("never");
	rc = get_version(&bug, &err);
	if (!rc)
		rc = options_check(&bug.shared, &err);
	if (!rc)
		rc = outfile_prepare(bug.output, OUTFILE_NEW, "a report", &err);
	if (!rc)
		rc = options_prepare(&bug.shared, &err);
	if (!rc)
		rc = make(&bug, &session, &err);
	outfile_unprepare();
	free(bug.version);
	for (i = 0; i < PART_COUNT; i++)
		if (bug.parts[i])
			fclose(bug.parts[i]);
	session_close(&session);
	capturing_clear(&bug.capturing);
	options_clear(&bug.shared);
	return cmd_end(argv[0], rc, session.complete ? STATUS_CLEAN : STATUS_INCOMPLETE, &err);
}

/* As a capture it has all entries. */
const struct verb verb_bugreport = {
	.name = "bugreport",
	.help = "make a file to attach to a bug report",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL & ~OPTION(OPT_GFN),
};
