/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/session.h"

#include "audit/judge.h"
#include "base/text.h"
#include "cmd/besides.h"
#include "cmd/cmd.h"
#include "model/turns.h"
#include "rules/releases.h"
#include "rules/rulesets.h"
#include "source/text/logcounts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define BATCH 256

/* ---- opening ---- */

/* Rule sets of a version that the user named. */
static int rules_of_version(const char *version, struct source_info *info, uint32_t *rules,
			    struct error *err)
{
	enum how how;
	int rc = releases_parse(version, rules, &how, info->rules_note, sizeof(info->rules_note),
				err);

	if (rc)
		return rc;
	snprintf(info->xen_version, sizeof(info->xen_version), "%s", version);
	text_sanitize(info->xen_version);
	info->how_xen = how == HOW_LOG ? HOW_GIVEN : how;
	info->how_version = HOW_UNKNOWN;
	return 0;
}

/* The rules are not those that follow from the version. */
static void other_rules(struct source_info *info, enum how how)
{
	if (info->xen_version[0] && info->how_xen != how)
		info->how_version = info->how_xen;
	info->how_xen = how;
	info->rules_note[0] = '\0';
}

/* Rule sets that --given names for all domains, 0 if it does not. */
static uint32_t rules_of_given(const struct given *given, struct source_info *info)
{
	struct facts facts;
	struct error ignored; /* what is given has been checked */
	uint32_t rules;

	facts_init(&facts);
	given_apply(given, -1, 0, &facts, &ignored);
	rules = facts.rules;
	if (rules)
		other_rules(info, facts.how_rules);
	facts_clear(&facts);
	return rules;
}

static void name_rules(struct source_info *info, uint32_t rules)
{
	unsigned int id;

	info->rules_name[0] = '\0';
	for (id = 0; id < ruleset_count(); id++)
		if (rules >> id & 1)
			text_append(info->rules_name, sizeof(info->rules_name), "%s%s",
				    info->rules_name[0] ? " or " : "", ruleset(id)->name);
}

static int no_rules(const struct source_info *info, struct error *err)
{
	if (info->rules_note[0] && info->xen_version[0])
		return error_set(err, -EINVAL, "Xen %s: %s", info->xen_version, info->rules_note);
	return error_set(err, -EINVAL,
			 "%s does not tell which Xen it is of (no boot messages); name the "
			 "version with --xen, e.g. --xen 4.17.5, or add the log of its boot with "
			 "--facts",
			 info->name);
}

/* Which rule sets count: those of --rules, else of the version, else what is given, else the
 * source's own. */
static int settle_rules(struct session *session, const char *version, struct error *err)
{
	struct shared_options *options = session->options;
	struct source_info *info = &session->source->info;
	uint32_t rules = 0;
	int rc = 0;

	if (version) {
		rc = rules_of_version(version, info, &rules, err);
		if (!options->rules)
			options->rules = rules;
	} else {
		rules = rules_of_given(options->given, info);
		if (!rules)
			rules = info->rules;
	}
	session->own_rules = rules;
	if (!rc && !rules && !options->rules && !options->rules_optional)
		rc = no_rules(info, err);
	if (rc)
		return rc;
	if (options->rules_count)
		other_rules(info, HOW_GIVEN);
	if (!rules && !options->rules)
		rules = RULES_RELEASED; /* any of them */
	info->rules = options->rules ? options->rules : rules;
	name_rules(info, info->rules);
	return 0;
}

/* A name that is no domain's but a file's. */
static int did_you_mean_from(const struct source_options *options, int rc, struct error *err)
{
	struct error first = *err;
	struct stat st;

	if (options->path || !options->domain || stat(options->domain, &st) || !S_ISREG(st.st_mode))
		return rc;
	return error_set(err, rc, "%.400s; %.200s is a file: did you mean --from %.200s?",
			 first.text, options->domain, options->domain);
}

int session_open(struct session *session, struct shared_options *options, struct error *err)
{
	const char *version = options->xen ? options->xen : given_xen_version(options->given);
	struct source_info ignored;
	uint32_t rules;
	int rc = 0;

	session->options = options;
	session->complete = true;
	/* A bad version is told before a running Xen is made to print. */
	if (version && !session->entries_only)
		rc = rules_of_version(version, &ignored, &rules, err);
	besides_forget(options);
	if (!rc)
		rc = source_open(&options->source, &session->source, err);
	cmd_progress(NULL);
	if (rc == -ECANCELED && options->source.live.dry_run) {
		err->text[0] = '\0'; /* it has told all, and that is no error */
		return rc;
	}
	if (rc)
		return did_you_mean_from(&options->source, rc, err);
	rc = besides_settle(options, session->source,
			    version ? version : session->source->info.xen_version, err);
	return rc || session->entries_only ? rc : settle_rules(session, version, err);
}

void session_close(struct session *session)
{
	source_close(session->source);
	session->source = NULL;
	ranges_clear(&session->domids);
	ranges_clear(&session->dumps);
	ranges_clear(&session->unmet);
}

/* ---- reading ---- */

/* What was given for this dump, and the chosen rules, over what the source knows. */
static int settle_facts(const struct session *session, struct dump *dump, struct error *err)
{
	const struct shared_options *options = session->options;
	int rc = besides_apply(options, session->source, dump, err);

	if (!rc)
		rc = given_apply(options->given, dump->domid, dump->number, &dump->facts, err);
	if (options->rules) {
		dump->facts.rules = options->rules;
		dump->facts.how_rules = HOW_GIVEN;
	}
	if (!rc && !dump->facts.rules) /* nothing is judged without rules */
		dump->facts.rules = RULES_RELEASED;
	return rc;
}

/* These gfns are mapped: the ranges of --gfn that they lie in are no longer unmet. */
static void meet(struct ranges *unmet, uint64_t first, uint64_t last)
{
	size_t i, kept = 0;

	for (i = 0; i < unmet->count; i++)
		if (unmet->range[i].first > last || unmet->range[i].last < first)
			unmet->range[kept++] = unmet->range[i];
	unmet->count = kept;
}

/* Drops entries outside of --gfn; returns how many are left. */
static size_t filter(struct session *session, struct entry *entries, size_t count)
{
	const struct ranges *gfns = &session->options->gfns;
	size_t i, kept = 0;

	if (!gfns->count)
		return count;
	for (i = 0; i < count; i++) {
		uint64_t first = 0, last = UINT64_MAX;

		if (ranges_overlap(gfns, entries[i].gfn,
				   entries[i].gfn + entry_pages(entries[i].order) - 1, &first,
				   &last) != OVERLAP_NONE) {
			meet(&session->unmet, entries[i].gfn, entry_last(&entries[i]));
			entries[kept++] = entries[i];
		}
	}
	return kept;
}

/* Hands runs on, until their MTRRs take too many turns. */
struct runs {
	struct session *session;
	const struct visitor *visitor;
	void *opaque;
	struct error *err;
	int rc;
};

static void hand_on(void *opaque, const struct entry *first, uint64_t count)
{
	struct runs *runs = opaque;
	struct session *session = runs->session;
	const struct dump *dump = &session->source->dump;

	if (!runs->rc && !session->entries_only &&
	    !turns_bearable(&session->turns, &dump->facts, first, count))
		runs->rc =
			error_set(runs->err, -E2BIG,
				  "domain %d: by variable MTRRs whose masks have gaps, the pages "
				  "from gfn 0x%" PRIx64 " on change their type more than %d times, "
				  "which is the most that is followed; look at a part of them with "
				  "audit --gfn FIRST-LAST",
				  dump->domid, first->gfn, TURNS_MOST);
	if (!runs->rc)
		runs->visitor->run(runs->opaque, first, count);
}

/* What the source has as one run behind the entries read last. */
static int read_run(struct session *session, const struct visitor *visitor, void *opaque,
		    struct error *err)
{
	struct runs runs = { session, visitor, opaque, err, 0 };
	const struct filter gfns = {
		.gfns = &session->options->gfns, .type = -1, .emt = -1, .order = -1, .ipat = -1
	};
	struct entry first;
	uint64_t count = source_more(session->source, &first);

	if (count && visitor->all_run)
		visitor->all_run(opaque, &first, count);
	if (count)
		meet(&session->unmet, first.gfn, first.gfn + count * entry_pages(first.order) - 1);
	if (count && visitor->run)
		filter_run(&gfns, &first, count, hand_on, &runs);
	return runs.rc;
}

/* Nothing of it can be judged or listed. */
static void without_ept(struct dump *dump)
{
	char text[256];

	snprintf(text, sizeof(text), "there are no entries (%s): only effective tells of it",
		 dump->no_ept);
	dump_incomplete(dump, text);
}

static int read_dump(struct session *session, struct dump *dump, const struct visitor *visitor,
		     void *opaque, struct error *err)
{
	static struct entry entries[BATCH];
	ssize_t count = 0;
	const struct shared_options *options = session->options;
	int rc = 0;

	/* What is given also says whose memory it is, which no rule has to be known for. */
	if (!session->entries_only || options->given || options->facts_count)
		rc = settle_facts(session, dump, err);
	if (!rc && (ranges_add(&session->domids, dump->domid, dump->domid) ||
		    ranges_add(&session->dumps, GIVEN_DUMP(dump->domid, 1),
			       GIVEN_DUMP(dump->domid, dump->dumps > dump->number ? dump->dumps
										  : dump->number))))
		rc = error_set(err, -ENOMEM, "out of memory");
	if (!rc && visitor->dump)
		rc = visitor->dump(opaque, dump, err);
	while (!rc && (count = source_read(session->source, entries, BATCH, err)) > 0) {
		if (visitor->all_entries)
			rc = visitor->all_entries(opaque, entries, count, err);
		count = filter(session, entries, count);
		if (!rc && visitor->entries)
			rc = visitor->entries(opaque, entries, count, err);
		if (!rc && (visitor->run || visitor->all_run))
			rc = read_run(session, visitor, opaque, err);
	}
	if (rc || count < 0)
		return rc ? rc : count;
	if (dump->no_ept[0] && !visitor->without_ept)
		without_ept(dump);
	session->complete &= dump->complete;
	return visitor->dump_end ? visitor->dump_end(opaque, dump, err) : 0;
}

/*
 * Entries whose domain is not known, and lines that were left out, are in no dump, so that all of
 * them together are not whole.
 */
static void lost_by_log(struct session *session)
{
	const struct log_counts *log = session->source->info.log;
	char text[256];

	if (!log || !log_counts_lost(log))
		return;
	session->complete = false;
	if (!session->tells_log && log->lines_lost)
		cmd_notice(log_counts_left_out(log, text, sizeof(text)));
	if (!session->tells_log && log->headless_entries)
		cmd_notice(log_counts_headless(log, text, sizeof(text)));
	session->tells_log = true;
}

int session_read(struct session *session, const struct visitor *visitor, void *opaque,
		 struct error *err)
{
	struct dump *dump;
	int rc;

	session->complete = true;
	session->turns = 0;
	ranges_clear(&session->domids);
	ranges_clear(&session->dumps);
	ranges_clear(&session->unmet);
	if (ranges_add_all(&session->unmet, &session->options->gfns))
		return error_set(err, -ENOMEM, "out of memory");
	while ((dump = source_next(session->source, &rc, err))) {
		rc = read_dump(session, dump, visitor, opaque, err);
		if (rc)
			break;
	}
	if (!rc)
		lost_by_log(session);
	return rc == SESSION_STOP ? 0 : rc;
}

/* ---- a judge for each ---- */

struct judgement {
	const struct judging *judging;
	void *opaque; /* of who asked for it */
	struct judge *judge;
};

static int judge_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct judgement *judgement = opaque;

	judgement->judge = judgement->judging->begin(judgement->opaque, dump);
	return judgement->judge ? 0 : error_set(err, -ENOMEM, "out of memory");
}

static int judge_these(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	(void)err;
	judge_entries(((struct judgement *)opaque)->judge, entries, count);
	return 0;
}

static void judge_this_run(void *opaque, const struct entry *first, uint64_t count)
{
	judge_run(((struct judgement *)opaque)->judge, first, count);
}

static int judge_dump_end(void *opaque, struct dump *dump, struct error *err)
{
	struct judgement *judgement = opaque;
	int rc = judgement->judging->end(judgement->opaque, dump, judge_finish(judgement->judge),
					 err);

	judge_free(judgement->judge);
	judgement->judge = NULL;
	return rc;
}

int session_judge(struct session *session, const struct judging *judging, void *opaque,
		  struct error *err)
{
	static const struct visitor visitor = {
		.dump = judge_dump,
		.entries = judge_these,
		.run = judge_this_run,
		.dump_end = judge_dump_end,
	};
	struct judgement judgement = { .judging = judging, .opaque = opaque };
	int rc = session_read(session, &visitor, &judgement, err);

	judge_free(judgement.judge);
	return rc;
}

/* ---- what is not there ---- */

/* Domains that --given has facts for, and that are not there. */
static int given_unmatched(const struct session *session, struct nothing *nothing)
{
	const struct shared_options *options = session->options;
	struct ranges named = { .count = 0 };
	uint64_t first = 0, last = UINT64_MAX, domid;
	bool met = given_for_all(options->given);
	int rc = given_domains(options->given, &named);
	size_t i;

	for (i = 0; i < named.count && !rc; i++) {
		for (domid = named.range[i].first; domid <= named.range[i].last; domid++) {
			bool there = ranges_contain(&session->domids, domid, &first, &last);

			met |= there;
			/* Of domains that were not asked for nothing is known. */
			if (!there && !options->source.domain)
				nothing_add(nothing,
					    "--given has facts for domain %u, which is not there",
					    (unsigned int)domid);
		}
	}
	if (!met && options->source.domain)
		nothing_add(nothing, "--given has no facts for domain %.64s",
			    options->source.domain);
	ranges_clear(&named);
	return rc;
}

/* Dumps that --given has facts for, of domains that are there, which have fewer. */
static int given_dumps_unmatched(const struct session *session, struct nothing *nothing)
{
	struct ranges named = { .count = 0 };
	uint64_t first = 0, last = UINT64_MAX, dump;
	int rc = given_dumps(session->options->given, &named);
	size_t i;

	for (i = 0; i < named.count && !rc; i++)
		for (dump = named.range[i].first; dump <= named.range[i].last; dump++)
			if (ranges_contain(&session->domids, dump >> 32, &first, &last) &&
			    !ranges_contain(&session->dumps, dump, &first, &last))
				nothing_add(
					nothing,
					"--given has facts for dump %u of domain %u, which is not "
					"there",
					(unsigned int)dump, (unsigned int)(dump >> 32));
	ranges_clear(&named);
	return rc;
}

int session_unmatched(const struct session *session, struct nothing *nothing)
{
	char frames[48];
	size_t i;

	if (!session->complete)
		return 0;
	for (i = 0; i < session->unmet.count; i++)
		nothing_add(nothing, "no entry lies in --gfn %s",
			    text_frames(session->unmet.range[i].first, session->unmet.range[i].last,
					frames, sizeof(frames)));
	if (besides_unmatched(session->options, &session->domids, nothing))
		return -ENOMEM;
	if (!session->options->given)
		return 0;
	return given_unmatched(session, nothing) || given_dumps_unmatched(session, nothing)
		       ? -ENOMEM
		       : 0;
}

/* ---- a second look ---- */

void session_skip(struct session *session, struct judge *judge)
{
	struct entry like;
	struct window window;
	uint64_t count;

	if (!judge_repeatable(judge, &like, &window))
		return;
	count = source_skip(session->source, &like, &window);
	if (count)
		judge_repeat(judge, &like, count);
}

struct suspicion {
	struct session *session;
	struct ranges *suspect; /* one set for each p2m */
	size_t count;
	struct judge *judge;
	int rc;
};

static void suspect_run(void *opaque, const struct run *run)
{
	struct suspicion *suspicion = opaque;

	if (run->verdict == VERDICT_MISMATCH &&
	    ranges_add(&suspicion->suspect[suspicion->count - 1], run->first.gfn, run->gfn_last))
		suspicion->rc = -ENOMEM;
}

static int suspect_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct suspicion *suspicion = opaque;
	struct ranges *more =
		realloc(suspicion->suspect, (suspicion->count + 1) * sizeof(*suspicion->suspect));

	if (more) {
		suspicion->suspect = more;
		more[suspicion->count++] = (struct ranges){ .count = 0 };
		suspicion->judge = judge_new(&dump->facts, false, suspect_run, suspicion);
	}
	return suspicion->judge ? 0 : error_set(err, -ENOMEM, "out of memory");
}

/* --gfn does not count: what is left out is told for the whole p2m. */
static int suspect_entries(void *opaque, const struct entry *entries, size_t count,
			   struct error *err)
{
	struct suspicion *suspicion = opaque;

	(void)err;
	judge_entries(suspicion->judge, entries, count);
	session_skip(suspicion->session, suspicion->judge);
	return 0;
}

static int suspect_end(void *opaque, struct dump *dump, struct error *err)
{
	struct suspicion *suspicion = opaque;

	(void)dump;
	judge_finish(suspicion->judge);
	judge_free(suspicion->judge);
	suspicion->judge = NULL;
	return suspicion->rc ? error_set(err, suspicion->rc, "out of memory") : 0;
}

int session_recheck(struct session *session, struct error *err)
{
	static const struct visitor visitor = {
		.dump = suspect_dump,
		.all_entries = suspect_entries,
		.dump_end = suspect_end,
	};
	struct suspicion suspicion = { .session = session };
	size_t i;
	int rc;

	if (!source_rechecks(session->source))
		return 0;
	rc = session_read(session, &visitor, &suspicion, err);
	if (!rc)
		rc = source_recheck(session->source, suspicion.suspect, suspicion.count, err);
	judge_free(suspicion.judge);
	for (i = 0; i < suspicion.count; i++)
		ranges_clear(&suspicion.suspect[i]);
	free(suspicion.suspect);
	return rc;
}
