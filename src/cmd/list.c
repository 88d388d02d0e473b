/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: entries as they are, without a judgement. */
#include "cmd/cmd.h"
#include "cmd/session.h"

#include "model/filter.h"
#include "report/listing.h"
#include "rules/releases.h"
#include "source/image/find.h"
#include "source/text/logcounts.h"
#include "x86/memtype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FORMATS "text|json|jsonl|xen"
#define YES_NO	"yes|no"

struct list {
	struct shared_options shared;
	struct listing listing;
	struct filter filter;
	bool find_eptp;
	bool any_entry, any_typed; /* seen; and with a p2m type */
};

static const struct argp_option list_options[] = {
	OPTION_FORMATS(FORMATS, "Form of the list; xen: as key D prints it, entry by entry", 3),
	{ "columns", OPT_COLUMNS, "LIST", 0, "Columns in text: ", 3 },
	{ "no-headings", OPT_NO_HEADINGS, NULL, 0, "No titles above the columns", 3 },
	{ "bytes", OPT_BYTES, NULL, 0, "Sizes in bytes", 3 },
	{ "find-eptp", OPT_FIND_EPTP, NULL, 0,
	  "List what looks like the root of an EPT in a memory image", 1 },
	{ "mfn", OPT_MFN, "FIRST[-LAST]", 0,
	  "Only entries that map these machine frames (repeatable)", 4 },
	{ "type", OPT_TYPE, "TYPE", 0, "Only entries of this p2m type, if the source knows it", 4 },
	{ "emt", OPT_EMT, "UC|WC|WT|WP|WB", 0, "Only entries with this EMT", 4 },
	{ "ipat", OPT_IPAT, YES_NO, 0, "Only entries with iPAT, or without it", 4 },
	{ "order", OPT_ORDER, ORDERS, 0, "Only entries of this order", 4 },
	{ "pending", OPT_PENDING, NULL, 0, "Only entries that Xen will recompute", 4 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct list *list = state->input;
	struct error err;

	options_see(&list->shared, key);
	switch (key) {
	case 'j':
	case OPT_FORMAT:
		list->listing.format = parse_format(arg, FORMATS, state);
		break;
	case OPT_COLUMNS:
		if (columns_parse(&list->listing.columns, arg, &err))
			argp_error(state, "--columns: %s", err.text);
		break;
	case OPT_NO_HEADINGS:
		list->listing.columns.no_headings = true;
		break;
	case OPT_BYTES:
		list->listing.columns.bytes = true;
		break;
	case OPT_FIND_EPTP:
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
		list->filter.ipat = !parse_choice("ipat", arg, YES_NO, state);
		break;
	case OPT_ORDER:
		list->filter.order = parse_order(arg, state);
		break;
	case OPT_PENDING:
		list->filter.pending = true;
		break;
	default:
		return options_pass(&list->shared, key, state);
	}
	return 0;
}

/* The columns are told from their table. */
static char *help(int key, const char *text, void *input)
{
	char columns[256], *filled;

	(void)input;
	if (key != OPT_COLUMNS)
		return (char *)text;
	columns_names(COLUMNS_LIST, ", ", columns, sizeof(columns));
	return asprintf(&filled, "%s%s", text, columns) < 0 ? NULL : filled;
}

static const struct argp argp = {
	.options = list_options,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = shared_children,
	.help_filter = help,
	.doc = "List the entries of a domain's EPT as they are; neighbouring entries are merged.\v"
	       "Examples:\n"
	       "  xen-eptaudit list 3 --from log --emt UC\n"
	       "  xen-eptaudit list --from vmcore --find-eptp\n"
	       "  xen-eptaudit list --from vmcore --eptp 1=0x7fc5201e --format xen\n"
	       "  xen-eptaudit list --from vmcore --eptp 0x7fc5201e --xen 4.17.5 --columns access",
};

static int begin_dump(void *opaque, struct dump *dump, struct error *err)
{
	(void)err;
	listing_domain(&((struct list *)opaque)->listing, dump);
	return 0;
}

static int list_entries(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	struct list *list = opaque;
	size_t i;

	(void)err;
	list->any_entry |= count > 0;
	for (i = 0; i < count && !list->any_typed; i++)
		list->any_typed = entries[i].type != ENTRY_TYPE_UNKNOWN;
	for (i = 0; i < count; i++)
		if (filter_wants(&list->filter, &entries[i]))
			listing_entry(&list->listing, &entries[i]);
	return 0;
}

static void list_run(void *listing, const struct entry *first, uint64_t count)
{
	listing_entries(listing, first, count);
}

static void take_run(void *opaque, const struct entry *first, uint64_t count)
{
	filter_run(&((struct list *)opaque)->filter, first, count, list_run,
		   &((struct list *)opaque)->listing);
}

/* Forms that have only entries cannot say themselves that some are missing. */
static int end_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct listing *listing = &((struct list *)opaque)->listing;
	char text[320];

	(void)err;
	listing_domain_end(listing, dump);
	if (!dump->complete && (listing->format == FORMAT_JSONL || listing->format == FORMAT_XEN)) {
		snprintf(text, sizeof(text), "the list of domain %d is incomplete: %s", dump->domid,
			 dump->reason);
		cmd_notice(text);
	}
	return 0;
}

static int list_all(struct list *list, struct session *session, int *status, struct error *err)
{
	static const struct visitor visitor = {
		.dump = begin_dump,
		.entries = list_entries,
		.run = take_run,
		.dump_end = end_dump,
	};
	int rc;

	cmd_begins();
	listing_begin(&list->listing, &session->source->info);
	rc = session_read(session, &visitor, list, err);
	*status = session->complete ? STATUS_CLEAN : STATUS_INCOMPLETE;
	if (!rc && list->filter.type >= 0 && list->any_entry && !list->any_typed) {
		cmd_notice("--type: p2m types are not known here, so that no entry can be said to "
			   "have one; a memory image and a running Xen tell them");
		*status = STATUS_INCOMPLETE;
	}
	if (!rc)
		listing_end(&list->listing, session->complete, *status);
	return rc;
}

/* Where the Xen that made the entries keeps accesses. */
static int settle_layout(struct list *list, const struct source_info *info, struct error *err)
{
	const struct shared_options *shared = &list->shared;
	struct listing *listing = &list->listing;
	const char *version = shared->xen ? shared->xen : given_xen_version(shared->given);

	listing->has_layout =
		releases_layout(version ? version : info->xen_version, &listing->layout);
	if (version && !listing->has_layout)
		return error_set(err, -EINVAL,
				 "--xen %s: a version from 4.2 on is expected, such as 4.17.5",
				 version);
	if (!listing->has_layout && listing->format == FORMAT_TEXT &&
	    listing_needs_layout(listing) && !strcmp(info->kind, "image"))
		return error_set(err, -EINVAL,
				 "where an entry has its access depends on the Xen that made it: "
				 "name its version with --xen, e.g. --xen 4.17.5");
	return 0;
}

/* Why roots may not have been found, where find_roots() returned rc; or NULL. */
static const char *roots_missing(const struct phys *phys, int rc)
{
	if (rc == -ELOOP)
		return "pages refer to each other in too many ways to follow all of them";
	if (phys_cut(phys))
		return "the image is cut short, it ends before memory that its headers tell of";
	if (phys_shrunk(phys))
		return "the image became shorter while it was read";
	return NULL;
}

static int list_roots(struct list *list, int *status, struct error *err)
{
	const char *path = list->shared.source.path;
	struct ept_root *roots;
	const char *missing;
	struct phys *phys;
	char text[128];
	size_t count;
	int rc;

	if (!path)
		return error_set(err, -EINVAL,
				 "--find-eptp looks through a memory image: name it with --from");
	rc = phys_open(path, cmd_notice, &phys, err);
	if (rc)
		return rc;
	rc = find_roots(phys, &roots, &count);
	missing = roots_missing(phys, rc);
	if (missing) {
		*status = STATUS_INCOMPLETE;
		snprintf(text, sizeof(text), "these may not be all roots: %s", missing);
		cmd_notice(text);
	}
	if (rc == -ELOOP)
		rc = 0;
	if (!rc && !count)
		cmd_notice("no page looks like the root of an EPT");
	if (!rc)
		listing_roots(&list->listing, path, roots, count, *status == STATUS_CLEAN, *status);
	free(roots);
	phys_close(phys);
	return rc ? error_set(err, rc, "out of memory") : 0;
}

static int run(int argc, char **argv)
{
	static const struct ranges everywhere;
	struct list list;
	struct session session = { .entries_only = true };
	struct error err = { "" };
	int status = STATUS_CLEAN, rc = 0;

	memset(&list, 0, sizeof(list));
	listing_init(&list.listing);
	list.filter.gfns = &everywhere; /* --gfn is for the session to heed */
	list.filter.type = list.filter.emt = list.filter.order = list.filter.ipat = -1;
	if (cmd_parse(&argp, argc, argv, &list))
		return STATUS_ERROR;
	cmd_prints_much();
	if (list.listing.format != FORMAT_TEXT)
		rc = options_refuse(&list.shared,
				    OPTION(OPT_COLUMNS) | OPTION(OPT_NO_HEADINGS) |
					    OPTION(OPT_BYTES),
				    "%s is for --format text only", &err);
	if (!rc)
		rc = options_prepare(&list.shared, &err);
	list.shared.source.live.no_q = true; /* its output is for who judges */
	if (!rc && list.find_eptp)
		rc = list_roots(&list, &status, &err);
	else if (!rc)
		rc = session_open(&session, &list.shared, &err);
	if (!rc && session.source)
		rc = settle_layout(&list, &session.source->info, &err);
	if (!rc && session.source && session.source->info.log &&
	    session.source->info.log->blanks_lost)
		cmd_notice("the log lost blanks on its way: its entries are read by words, not by "
			   "columns");
	if (!rc && session.source)
		rc = list_all(&list, &session, &status, &err);
	session_close(&session);
	ranges_clear(&list.filter.mfns);
	options_clear(&list.shared);
	return cmd_end(argv[0], rc, status, &err);
}

const struct verb verb_list = {
	.name = "list",
	.help = "print entries as they are, without judging them",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL & ~(OPTIONS_RULES | OPTION(OPT_NO_Q)),
};
