/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture: all facts and entries into one file, to be judged elsewhere. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "model/redact.h"
#include "report/capture.h"
#include "source/image/core.h"
#include "source/tables/eptp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct capture_options {
	struct common_options common;
	const char *output;
	bool tables_only, redact;
};

enum { OPT_TABLES_ONLY = 0x600, OPT_REDACT };

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "The file to make; it must not exist", 3 },
	{ "tables-only", OPT_TABLES_ONLY, NULL, 0,
	  "Of a memory image keep the pages of EPT tables, as an ELF core", 3 },
	{ "redact", OPT_REDACT, NULL, 0, "Give machine frames other numbers, and leave out names",
	  3 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct capture_options *capture = state->input;

	switch (key) {
	case 'o':
		capture->output = arg;
		break;
	case OPT_TABLES_ONLY:
		capture->tables_only = true;
		break;
	case OPT_REDACT:
		capture->redact = true;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &capture->common;
		break;
	case ARGP_KEY_END:
		if (!capture->output)
			argp_error(state, "name the file to make with -o FILE");
		if (capture->redact && capture->tables_only)
			argp_error(state, "tables are kept as they are: no --redact");
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
	.children = common_children,
	.doc = "Put all entries and facts into one file: audit --from FILE then says the same anywhere.\v"
	       "Examples:\n"
	       "  xen-eptaudit capture 3 --from log -o d3.capture\n"
	       "  xen-eptaudit capture --from vmcore --eptp 1=0x7fc5201e --facts log -o d1.capture\n"
	       "  xen-eptaudit capture --from vmcore --eptp 0x7fc5201e --tables-only -o tables.core\n",
};

/* What is not to leave this host. */
static int hide(const struct redact *redact, struct dump *dump, struct error *err)
{
	dump->name = NULL;
	return redact_facts(redact, &dump->facts) ? error_set(err, -ENOMEM, "out of memory") : 0;
}

static int capture_all(struct capture_options *options_, struct source *source, int *status,
		       struct error *err)
{
	static struct entry entries[256];
	struct capture *capture;
	struct redact redact = { 0 };
	struct dump *dump;
	ssize_t count, i;
	char text[320];
	int rc = options_->redact ? redact_init(&redact) : 0;

	if (rc)
		return error_set(err, rc, "cannot read /dev/urandom");
	if (options_->redact)
		snprintf(source->info.name, sizeof(source->info.name), "redacted");
	rc = capture_new(options_->output, source, &capture, err);
	if (rc)
		return rc;
	while ((dump = source_next(source, &rc, err))) {
		rc = common_facts(&options_->common, dump, err);
		if (!rc && options_->redact)
			rc = hide(&redact, dump, err);
		if (rc)
			break;
		capture_domain(capture, dump);
		while ((count = source_read(source, entries, 256, err)) > 0) {
			for (i = 0; i < count && options_->redact; i++)
				redact_entry(&redact, &entries[i]);
			capture_entries(capture, entries, count);
		}
		rc = count;
		if (rc)
			break;
		capture_domain_end(capture, dump);
		if (!dump->complete) {
			*status = STATUS_INCOMPLETE;
			snprintf(text, sizeof(text), "domain %d is not captured as a whole: %s",
				 dump->domid, dump->reason);
			cmd_notice(text);
		}
	}
	count = capture_end(capture, !rc, err);
	return rc ? rc : count;
}

static int tables_only(const struct capture_options *options_, struct error *err)
{
	const struct common_options *common = &options_->common;
	uint64_t eptps[EPTP_MAX];
	struct phys *phys;
	FILE *file = NULL;
	unsigned int i;
	int rc = 0, fd;

	if (!common->eptp_count)
		return error_set(err, -EINVAL,
				 "--tables-only needs --eptp: which EPTs' tables to keep");
	for (i = 0; i < common->eptp_count && !rc; i++) {
		int domid;

		rc = eptp_parse(common->eptp[i], i, &domid, &eptps[i], err);
	}
	if (!rc)
		rc = phys_open(common->source.path, cmd_notice, &phys, err);
	if (rc)
		return rc;
	fd = open(options_->output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file)
		rc = error_set(err, -errno, "cannot make %s: %s; a capture never overwrites",
			       options_->output, strerror(errno));
	else
		rc = core_write(phys, eptps, common->eptp_count, file, err);
	if (file) {
		if (fclose(file) && !rc)
			rc = error_set(err, -EIO, "cannot write %s", options_->output);
		if (rc)
			unlink(options_->output);
	}
	phys_close(phys);
	return rc;
}

static int run(int argc, char **argv)
{
	struct capture_options capture;
	struct source *source = NULL;
	struct error err = { "" };
	int rc, status = STATUS_CLEAN;

	memset(&capture, 0, sizeof(capture));
	if (argp_parse(&argp, argc, argv, 0, NULL, &capture))
		return STATUS_ERROR;
	capture.common.source.live.judged = true;
	rc = common_prepare(&capture.common, &err);
	if (!rc && capture.common.gfns.count)
		rc = error_set(&err, -EINVAL,
			       "--gfn: a capture has all entries; narrow what reads it");
	/* Before Xen is asked to print: nothing of it could be kept. */
	if (!rc && !access(capture.output, F_OK))
		rc = error_set(&err, -EEXIST,
			       "%s exists; a capture never overwrites: name a new file",
			       capture.output);
	if (!rc && capture.tables_only) {
		rc = tables_only(&capture, &err);
	} else if (!rc) {
		rc = common_open(&capture.common, &source, &err);
		if (!rc)
			rc = capture_all(&capture, source, &status, &err);
	}
	source_close(source);
	common_clear(&capture.common);
	return rc ? cmd_fail(argv[0], "%s", err.text) : status;
}

const struct verb verb_capture = { "capture", "put all entries and facts into one file", &argp,
				   run };
