/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: entries as they are, without a judgement. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "model/filter.h"
#include "report/listing.h"
#include "rules/layout.h"
#include "source/image/find.h"
#include "x86/memtype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct list {
	struct common_options common;
	struct listing listing;
	struct filter filter;
	bool find_eptp;
};

enum {
	OPT_FORMAT = 0x400,
	OPT_MFN,
	OPT_TYPE,
	OPT_EMT,
	OPT_IPAT,
	OPT_ORDER,
	OPT_PENDING,
	OPT_FIND,
	OPT_COLUMNS
};

static const struct argp_option list_options[] = {
	{ "format", OPT_FORMAT, "text|json|jsonl|xen", 0,
	  "Form of the list; xen: as key D prints it, entry by entry", 3 },
	{ "columns", OPT_COLUMNS, "LIST", 0, "Columns in text: " LISTING_COLUMNS, 3 },
	{ "find-eptp", OPT_FIND, NULL, 0,
	  "List what looks like the root of an EPT in a memory image", 1 },
	{ "mfn", OPT_MFN, "FIRST[-LAST]", 0, "Entries that map these frames only (repeatable)", 4 },
	{ "type", OPT_TYPE, "TYPE", 0, "Entries of this p2m type only, where the source knows it",
	  4 },
	{ "emt", OPT_EMT, "UC|WC|WT|WP|WB", 0, "Entries with this EMT only", 4 },
	{ "ipat", OPT_IPAT, "yes|no", 0, "Entries with or without iPAT only", 4 },
	{ "order", OPT_ORDER, "0|9|18", 0, "Entries of this order only", 4 },
	{ "pending", OPT_PENDING, NULL, 0, "Entries that Xen will recompute only", 4 },
	{ 0 },
};

static int word(const char *arg, const char *const *words, struct argp_state *state,
		const char *option)
{
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(arg, words[i]))
			return i;
	argp_error(state, "%s %s: no such value; --help lists them", option, arg);
	return -1;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static const char *const formats[] = { "text", "json", "jsonl", "xen", NULL };
	static const char *const noyes[] = { "no", "yes", NULL };
	struct list *list = state->input;
	struct error err;

	switch (key) {
	case OPT_FORMAT:
		list->listing.format = word(arg, formats, state, "--format");
		break;
	case OPT_COLUMNS:
		if (listing_parse_columns(&list->listing, arg, &err))
			argp_error(state, "--columns %s", err.text);
		break;
	case OPT_FIND:
		list->find_eptp = true;
		break;
	case OPT_MFN:
		parse_frames(&list->filter.mfns, "--mfn", arg, state);
		break;
	case OPT_TYPE:
		list->filter.type = parse_type(arg, state);
		break;
	case OPT_EMT:
		list->filter.emt = memtype_parse_emt(arg, strlen(arg));
		if (list->filter.emt < 0)
			argp_error(state, "--emt %s: UC, WC, WT, WP or WB is expected", arg);
		break;
	case OPT_IPAT:
		list->filter.ipat = word(arg, noyes, state, "--ipat");
		break;
	case OPT_ORDER:
		list->filter.order = parse_order(arg, state);
		break;
	case OPT_PENDING:
		list->filter.pending = true;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &list->common;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = list_options,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = common_children,
	.doc = "List the entries of a domain's p2m as they are, neighbours merged.\v"
	       "Examples:\n"
	       "  xen-eptaudit list 3 --from log --emt UC\n"
	       "  xen-eptaudit list --from vmcore --find-eptp\n"
	       "  xen-eptaudit list --from vmcore --eptp 1=0x7fc5201e --format xen\n"
	       "  xen-eptaudit list --from vmcore --eptp 0x7fc5201e --xen 4.17.5 --columns access",
};

static void take_run(void *listing, const struct entry *first, uint64_t count)
{
	listing_entries(listing, first, count);
}

static int list_all(struct list *list, struct source *source, int *status, struct error *err)
{
	struct listing *listing = &list->listing;
	static struct entry entries[256];
	struct dump *dump;
	ssize_t count, i;
	uint64_t more;
	int rc;

	*status = STATUS_CLEAN;
	listing_begin(listing);
	while ((dump = source_next(source, &rc, err))) {
		listing_domain(listing, dump);
		while ((count = source_read(source, entries, 256, err)) > 0) {
			for (i = 0; i < count; i++)
				if (filter_wants(&list->filter, &entries[i]))
					listing_entry(listing, &entries[i]);
			more = source_more(source, &entries[0]);
			filter_run(&list->filter, &entries[0], more, take_run, listing);
		}
		if (count < 0)
			return count;
		listing_domain_end(listing, dump);
		if (!dump->complete)
			*status = STATUS_INCOMPLETE;
	}
	listing_end(listing, *status);
	return rc;
}

/* Where the Xen that made the entries keeps accesses. */
static int settle_layout(struct list *list, struct source_info *info, struct error *err)
{
	const struct common_options *common = &list->common;
	struct listing *listing = &list->listing;
	const char *version = common->xen ? common->xen : given_xen_version(common->given);

	if (common->facts_log)
		facts_log_version(common->facts_log, info);
	listing->has_layout =
		layout_of_version(version ? version : info->xen_version, &listing->layout);
	if (version && !listing->has_layout)
		return error_set(err, -EINVAL,
				 "--xen %s: a version from 4.2 on is expected, such as 4.17.5",
				 version);
	if (!listing->has_layout && listing->format == LISTING_TEXT &&
	    listing_needs_layout(listing) && !strcmp(info->kind, "image"))
		return error_set(err, -EINVAL,
				 "where an entry has its access depends on the Xen that made it: "
				 "name its version with --xen, e.g. --xen 4.17.5");
	return 0;
}

static int list_roots(struct list *list, int *status, struct error *err)
{
	const char *path = list->common.source.path;
	struct ept_root *roots;
	struct phys *phys;
	size_t count;
	int rc;

	if (!path)
		return error_set(err, -EINVAL,
				 "--find-eptp looks through a memory image: name it with --from");
	rc = phys_open(path, cmd_notice, &phys, err);
	if (rc)
		return rc;
	rc = find_roots(phys, &roots, &count);
	if (phys_shrunk(phys) || rc == -ELOOP) {
		*status = STATUS_INCOMPLETE;
		cmd_notice(rc ? "these may not be all roots: pages refer to each other in too many "
				"ways to follow all of them"
			      : "these may not be all roots: the image became shorter while it was "
				"read");
		rc = 0;
	}
	if (!rc && !count)
		cmd_notice("no page looks like the root of an EPT");
	if (!rc)
		listing_roots(&list->listing, roots, count, *status == STATUS_CLEAN, *status);
	free(roots);
	phys_close(phys);
	return rc ? error_set(err, rc, "out of memory") : 0;
}

static int run(int argc, char **argv)
{
	struct list list;
	struct source *source = NULL;
	struct error err = { "" };
	int status = STATUS_CLEAN, rc;

	memset(&list, 0, sizeof(list));
	listing_init(&list.listing);
	list.filter.gfns = &list.common.gfns;
	list.filter.type = list.filter.emt = list.filter.order = list.filter.ipat = -1;
	if (argp_parse(&argp, argc, argv, 0, NULL, &list))
		return STATUS_ERROR;
	cmd_prints_much();
	rc = common_prepare(&list.common, &err);
	list.common.source.live.no_q = true; /* its output is for who judges */
	if (!rc && list.find_eptp)
		rc = list_roots(&list, &status, &err);
	else if (!rc)
		rc = source_open(&list.common.source, &source, &err);
	if (!rc && source)
		rc = settle_layout(&list, &source->info, &err);
	if (!rc && source)
		rc = list_all(&list, source, &status, &err);
	if (!rc && (fflush(stdout) || ferror(stdout)))
		rc = error_set(&err, -1, "cannot write the list: is the disk full?");
	source_close(source);
	ranges_clear(&list.filter.mfns);
	common_clear(&list.common);
	return rc ? cmd_fail(argv[0], "%s", err.text) : status;
}

const struct verb verb_list = { "list", "print entries as they are, without a judgement", &argp,
				run };
