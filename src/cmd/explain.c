/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain: one gfn, step by step. */
#include "cmd/cmd.h"
#include "cmd/session.h"

#include "audit/judge.h"
#include "base/text.h"
#include "model/domid.h"
#include "report/explain.h"
#include "rules/question.h"
#include "rules/releases.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMATS "text|json"

struct explain {
	struct shared_options shared;
	const char *words[2]; /* DOMAIN GFN */
	unsigned int count, order;
	enum format format;
	bool has_mfn;
	uint64_t gfn, mfn;
	int type;
	/* While the source is read: */
	struct session session;
	struct range only; /* the gfn */
	struct judge *judge;
	struct entry exact; /* the entry asked for, */
	struct run found;   /* and the run that it is of */
	bool any;
};

/* What describes an entry that is in no source. */
#define OPTIONS_ENTRY (OPTION(OPT_GFN) | OPTION(OPT_MFN) | OPTION(OPT_TYPE) | OPTION(OPT_ORDER))

static const struct argp_option options[] = {
	OPTION_FORMATS(FORMATS, "Form of the output", 3),
	{ "mfn", OPT_MFN, "MFN", 0,
	  "The machine frame of an entry that is in no source, but described by options", 4 },
	{ "type", OPT_TYPE, "TYPE", 0, "The p2m type of such an entry, such as mmio_direct", 4 },
	{ "order", OPT_ORDER, ORDERS, 0, "The order of such an entry: 0 is 4K, 9 is 2M, 18 is 1G",
	  4 },
	{ 0 },
};

/* Why gfns of that p2m type have no frame, or NULL. */
static const char *maps_nothing(int type)
{
	switch (type) {
	case P2M_INVALID:
		return "such a gfn has no entry";
	case P2M_MMIO_DM:
		return "such a gfn is emulated and maps no frame";
	case P2M_POPULATE_ON_DEMAND:
		return "such a gfn has no frame yet";
	default:
		return NULL;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct explain *explain = state->input;

	options_see(&explain->shared, key);
	switch (key) {
	case 'j':
	case OPT_FORMAT:
		explain->format = parse_format(arg, FORMATS, state);
		break;
	case OPT_MFN:
		if (!text_hex_string(arg, &explain->mfn))
			argp_error(state, "--mfn %s: a hexadecimal frame is expected", arg);
		if (explain->mfn > FRAME_LAST)
			argp_error(state, "--mfn %s: a frame has at most %d bits", arg, FRAME_BITS);
		explain->has_mfn = true;
		break;
	case OPT_TYPE:
		explain->type = parse_type(arg, state);
		if (maps_nothing(explain->type))
			argp_error(state, "--type %s: %s, so that there is no memory type", arg,
				   maps_nothing(explain->type));
		break;
	case OPT_ORDER:
		explain->order = parse_order(arg, state);
		break;
	case ARGP_KEY_ARG:
		if (explain->count == 2)
			argp_error(state, "DOMAIN and GFN are all that is expected");
		explain->words[explain->count++] = arg;
		break;
	default:
		return options_pass(&explain->shared, key, state);
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[DOMAIN] GFN\n--gfn GFN --mfn MFN --type TYPE --xen VERSION",
	.children = shared_children,
	.doc = "Explain the memory type of one guest frame: each step of the rules, the facts it looked at, "
	       "and which step decided; and what every other rule set says.\v"
	       "Examples:\n"
	       "  xen-eptaudit explain 6 400 --from log\n"
	       "  xen-eptaudit explain --gfn e0000 --mfn 100000 --type mmio_direct --order 9 --xen 4.17.3 "
	       "--given facts.json",
};

static void show(const struct explain *explain, const struct facts *facts, const char *rules_note,
		 const struct dump *dump)
{
	struct explanation explanation = {
		.facts = facts,
		.gfn = explain->gfn,
		.domid = dump ? dump->domid : -1,
		.name = dump ? dump->name : NULL,
		.source = dump ? &explain->session.source->info : NULL,
		.rules_note = rules_note,
		.incomplete = dump && !dump->complete ? dump->reason : NULL,
		.run = explain->found,
	};

	if (explain->format == FORMAT_JSON)
		explain_json(&explanation);
	else
		explain_text(&explanation);
}

static void keep_run(void *opaque, const struct run *run)
{
	struct explain *explain = opaque;

	if (explain->gfn < run->first.gfn || explain->gfn > run->gfn_last)
		return;
	explain->found = *run;
	/* The entry that has the gfn, of a run of alike ones. */
	explain->found.first.gfn +=
		(explain->gfn - run->first.gfn) & ~(entry_pages(run->first.order) - 1);
	if (run->mfn_contiguous)
		explain->found.first.mfn += explain->found.first.gfn - run->first.gfn;
	explain->any = true;
}

/* How messages name the domain. */
static const char *domain_word(const struct explain *explain, char *text, size_t size)
{
	snprintf(text, size, explain->count == 2 ? "domain %s" : "the domain", explain->words[0]);
	return text;
}

/* What the judge did not ask the rules about can be asked all the same. */
static void put_question(struct explain *explain, const struct facts *facts)
{
	struct window window = WINDOW_ALL;

	question_put(facts, &explain->found.first, &explain->found.question, &window);
}

static int begin_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct explain *explain = opaque;

	if (explain->count == 1 && dump->domid != DOMID_UNNAMED)
		return error_set(err, -EINVAL, "name DOMAIN and GFN; the source has domain %d",
				 dump->domid);
	explain->judge = judge_new(&dump->facts, true, keep_run, explain);
	return explain->judge ? 0 : error_set(err, -ENOMEM, "out of memory");
}

static int look_for_it(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	struct explain *explain = opaque;
	size_t i;

	(void)err;
	judge_entries(explain->judge, entries, count);
	for (i = 0; i < count; i++)
		if (explain->gfn - entries[i].gfn < entry_pages(entries[i].order))
			explain->exact = entries[i];
	return 0;
}

static void look_in_run(void *opaque, const struct entry *first, uint64_t count)
{
	struct explain *explain = opaque;

	judge_run(explain->judge, first, count);
	if (explain->gfn - first->gfn >= count << first->order)
		return;
	explain->exact = *first;
	entry_advance(&explain->exact, (explain->gfn - first->gfn) >> first->order);
}

/* One domain at one moment is all that is explained. */
static int end_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct explain *explain = opaque;
	char domain[64];

	judge_finish(explain->judge);
	domain_word(explain, domain, sizeof(domain));
	if (!explain->any && dump->complete)
		return error_set(err, -ENOENT, "%s has no entry for gfn 0x%" PRIx64, domain,
				 explain->gfn);
	if (!explain->any)
		return error_set(err, -ENODATA,
				 "%s: whether it has an entry for gfn 0x%" PRIx64
				 " is not known, because entries were lost: %s",
				 domain, explain->gfn, dump->reason);
	explain->found.first = explain->exact;
	put_question(explain, &dump->facts);
	show(explain, &dump->facts, explain->session.source->info.rules_note, dump);
	return SESSION_STOP;
}

static int from_source(struct explain *explain, struct error *err)
{
	static const struct visitor visitor = {
		.dump = begin_dump,
		.entries = look_for_it,
		.run = look_in_run,
		.dump_end = end_dump,
	};
	const char *gfn = explain->words[explain->count - 1];
	int rc;

	/* The one domain of an excerpt of a log has no number. */
	if (explain->count == 1 && !explain->shared.source.path)
		return error_set(err, -EINVAL, "name DOMAIN and GFN");
	if (!text_hex_string(gfn, &explain->gfn))
		return error_set(err, -EINVAL, "'%s' is no hexadecimal gfn", gfn);
	if (explain->count == 2)
		explain->shared.source.domain = explain->words[0];
	explain->only = (struct range){ explain->gfn, explain->gfn };
	explain->shared.source.only = &explain->only;
	rc = options_refuse(&explain->shared, OPTIONS_ENTRY,
			    "%s describes an entry that is in no source; DOMAIN and GFN name one",
			    err);
	if (!rc)
		rc = options_prepare(&explain->shared, err);
	if (!rc)
		rc = session_open(&explain->session, &explain->shared, err);
	if (!rc)
		rc = session_read(&explain->session, &visitor, explain, err);
	judge_free(explain->judge);
	session_close(&explain->session);
	return rc;
}

static void explain_entry(struct explain *explain, const struct facts *facts,
			  const char *rules_note)
{
	explain->found.first.gfn = explain->gfn & ~(entry_pages(explain->order) - 1);
	explain->found.first.mfn = explain->mfn & ~(entry_pages(explain->order) - 1);
	explain->found.first.order = explain->order;
	explain->found.first.rights = ENTRY_R | ENTRY_W | ENTRY_X;
	explain->found.first.type = explain->type;
	put_question(explain, facts);
	/* Nobody says that it is read-only but for the list that is given. */
	explain->found.question.mmio_ro = MAYBE_NO;
	show(explain, facts, rules_note, NULL);
}

/*
 * The rule sets by which it is explained, where no source tells them: those that are named, or
 * those of the Xen that is; else the file of --given has told them.
 */
static int choose_rules(const struct explain *explain, struct facts *facts, char *note, size_t size,
			struct error *err)
{
	const struct shared_options *shared = &explain->shared;
	const char *version = shared->xen ? shared->xen : given_xen_version(shared->given);
	uint32_t rules = shared->rules;
	enum how how;
	int rc = 0;

	if (version && !rules)
		rc = releases_parse(version, &rules, &how, note, size, err);
	if (!rc && version && !rules)
		return error_set(err, -EINVAL, "Xen %s: %s", version, note);
	if (rules) {
		facts->rules = rules;
		facts->how_rules = HOW_GIVEN;
	}
	if (!rc && !facts->rules)
		rc = error_set(err, -EINVAL, "name the Xen with --xen, or a rule set with --rules");
	return rc;
}

static int hypothetical(struct explain *explain, struct error *err)
{
	struct shared_options *shared = &explain->shared;
	struct facts facts;
	char note[160] = "";
	uint64_t offset;
	int rc;

	if (shared->gfns.count != 1 || !explain->has_mfn || explain->type < 0)
		return error_set(
			err, -EINVAL,
			"name DOMAIN and GFN, or an entry with --gfn, --mfn, --type and --xen");
	rc = options_refuse(shared, OPTIONS_RUNNING | (OPTIONS_FILE & ~OPTION(OPT_GIVEN)),
			    "%s is for an entry of a source: name its DOMAIN and GFN", err);
	if (rc)
		return rc;
	explain->gfn = shared->gfns.range[0].first;
	if (shared->gfns.range[0].last != explain->gfn)
		return error_set(err, -EINVAL, "--gfn: one gfn is expected, not a range");
	/* The frame is that of the superpage, or of the gfn in it. */
	offset = entry_pages(explain->order) - 1;
	if (explain->mfn & offset && (explain->mfn ^ explain->gfn) & offset)
		return error_set(err, -EINVAL,
				 "--mfn %" PRIx64 ": no page of order %u has gfn %" PRIx64
				 " there: its first frame is a multiple of 0x%" PRIx64,
				 explain->mfn, explain->order, explain->gfn, offset + 1);
	shared->source.path = "-"; /* not read */
	rc = options_prepare(shared, err);
	if (rc)
		return rc;
	facts_init(&facts);
	rc = given_apply(shared->given, 0, 0, &facts, err);
	if (!rc)
		rc = choose_rules(explain, &facts, note, sizeof(note), err);
	if (!rc)
		explain_entry(explain, &facts, note);
	facts_clear(&facts);
	return rc;
}

static int run(int argc, char **argv)
{
	struct explain explain;
	struct error err = { "" };
	int rc, status;

	memset(&explain, 0, sizeof(explain));
	explain.session.complete = true;
	explain.type = -1;
	if (cmd_parse(&argp, argc, argv, &explain))
		return STATUS_ERROR;
	rc = explain.count ? from_source(&explain, &err) : hypothetical(&explain, &err);
	options_clear(&explain.shared);
	if (rc == -ENODATA && !explain.session.complete)
		cmd_form(FORMAT_TEXT); /* it does not end as an error does */
	status = cmd_end(argv[0], rc, explain.session.complete ? STATUS_CLEAN : STATUS_INCOMPLETE,
			 &err);
	/* Where entries were lost, nothing is wrong with what was asked for. */
	return rc == -ENODATA && !explain.session.complete ? STATUS_INCOMPLETE : status;
}

const struct verb verb_explain = {
	.name = "explain",
	.help = "explain the type of one guest frame, step by step",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL & ~OPTIONS_MANY,
};
