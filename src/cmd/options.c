/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/options.h"
#include "cmd/cmd.h"

#include "base/text.h"
#include "rules/releases.h"
#include "rules/rulesets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	OPT_DUMP = 0x100,
	OPT_ALL_DUMPS,
	OPT_GIVEN,
	OPT_RULES,
	OPT_XEN,
	OPT_GFN,
	OPT_EPTP,
	OPT_FACTS,
	OPT_RULES_FILE,
	OPT_PHYS_BITS,
	OPT_ALL,
	OPT_PAUSE,
	OPT_NO_Q,
	OPT_FORCE,
};

static const struct argp_option common_list[] = {
	{ "from", 'f', "FILE", 0,
	  "Read a console log or a memory image (- for standard input; gzip and zstd are read too)",
	  1 },
	{ "dump", OPT_DUMP, "N", 0,
	  "Of several dumps in a log take the Nth of each domain; without "
	  "this the last",
	  1 },
	{ "all-dumps", OPT_ALL_DUMPS, NULL, 0, "Take every dump in the log", 1 },
	{ "gfn", OPT_GFN, "FIRST[-LAST]", 0,
	  "Look at these guest frames only (hexadecimal, repeatable)", 1 },
	{ "eptp", OPT_EPTP, "[DOMID=]VALUE", 0,
	  "In a memory image walk the EPT with this pointer (repeatable)", 1 },
	{ "phys-bits", OPT_PHYS_BITS, "N", 0,
	  "Physical-address width of the machine that a memory image is of", 2 },
	{ "facts", OPT_FACTS, "LOG", 0,
	  "Console log of the machine that a memory image is of, for facts", 2 },
	{ "given", OPT_GIVEN, "FILE", 0,
	  "JSON file of facts that supply or override what the source "
	  "knows",
	  2 },
	{ "xen", OPT_XEN, "VERSION", 0, "The Xen version, where the source does not tell", 2 },
	{ "rules", OPT_RULES, "NAME", 0, "Judge by this rule set instead of the running Xen's", 2 },
	{ "rules-file", OPT_RULES_FILE, "FILE", 0,
	  "Rule sets of your own, a line each: NAME: STEP STEP ... (repeatable)", 2 },
	{ 0 },
};

void parse_frames(struct ranges *frames, const char *option, const char *arg,
		  struct argp_state *state)
{
	uint64_t first, last;

	if (!text_hex_range(arg, arg + strlen(arg), &first, &last))
		argp_error(state, "%s %s: FIRST or FIRST-LAST in hexadecimal is expected", option,
			   arg);
	else if (ranges_add(frames, first, last))
		argp_failure(state, argp_err_exit_status, 0, "out of memory");
}

bool parse_format(const char *arg, struct argp_state *state)
{
	if (strcmp(arg, "text") && strcmp(arg, "json"))
		argp_error(state, "--format %s: text or json is expected", arg);
	return !strcmp(arg, "json");
}

int parse_type(const char *arg, struct argp_state *state)
{
	int type = p2m_type_parse(arg);

	if (type < 0)
		argp_error(state, "--type %s: no such p2m type", arg);
	return type;
}

int parse_order(const char *arg, struct argp_state *state)
{
	if (strcmp(arg, "0") && strcmp(arg, "9") && strcmp(arg, "18"))
		argp_error(state, "--order %s: 0, 9 or 18 is expected", arg);
	return atoi(arg);
}

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
	struct common_options *common = state->input;
	unsigned long number;
	struct error err;
	char *end;

	switch (key) {
	case 'f':
		common->source.path = arg;
		break;
	case OPT_DUMP:
		number = strtoul(arg, &end, 10);
		if (*end || end == arg || !number || number > 1000000)
			argp_error(state, "--dump %s: a number from 1 on is expected", arg);
		common->source.dump = number;
		break;
	case OPT_ALL_DUMPS:
		common->source.all_dumps = true;
		break;
	case OPT_GFN:
		parse_frames(&common->gfns, "--gfn", arg, state);
		break;
	case OPT_EPTP:
		if (common->eptp_count == EPTP_MAX)
			argp_error(state, "more than %d --eptp", EPTP_MAX);
		common->eptp[common->eptp_count++] = arg;
		common->source.eptp = common->eptp;
		break;
	case OPT_PHYS_BITS:
		number = strtoul(arg, &end, 10);
		if (*end || end == arg || number < 32 || number > 52)
			argp_error(state, "--phys-bits %s: 32 to 52 is expected", arg);
		common->source.phys_bits = number;
		break;
	case OPT_FACTS:
		common->facts_path = arg;
		break;
	case OPT_GIVEN:
		common->given_path = arg;
		break;
	case OPT_XEN:
		common->xen = arg;
		break;
	case OPT_RULES:
		if (common->rules_count == 2)
			argp_error(state, "more than two --rules");
		common->rules_names[common->rules_count++] = arg;
		break;
	case OPT_RULES_FILE:
		if (ruleset_load(arg, &err))
			argp_failure(state, argp_err_exit_status, 0, "%s", err.text);
		break;
	case ARGP_KEY_INIT:
		common->source.notice = cmd_notice;
		break;
	case ARGP_KEY_ARG:
		if (common->source.domain)
			argp_error(state, "one DOMAIN at most; without it all are taken");
		common->source.domain = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option running_list[] = {
	{ "pause", OPT_PAUSE, NULL, 0, "Pause running domains meanwhile", 1 },
	{ "no-q", OPT_NO_Q, NULL, 0,
	  "Do without Xen's debug key q, which also sends VIRQ_DEBUG to every guest", 1 },
	{ "force", OPT_FORCE, NULL, 0, "Go on where entries are lost or dom0 is held up for long",
	  1 },
	{ 0 },
};

static error_t parse_running(int key, char *arg, struct argp_state *state)
{
	struct common_options *common = state->input;

	(void)arg;
	switch (key) {
	case OPT_PAUSE:
		common->source.live.pause = true;
		break;
	case OPT_NO_Q:
		common->source.live.no_q = true;
		break;
	case OPT_FORCE:
		common->source.live.force = true;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp running_argp = { .options = running_list, .parser = parse_running };
static const struct argp_child running_children[] = { { &running_argp, 0, NULL, 0 }, { 0 } };

static const struct argp_option all_list[] = {
	{ "all", OPT_ALL, NULL, 0, "Every running domain that has an EPT", 1 },
	{ 0 },
};

static error_t parse_all(int key, char *arg, struct argp_state *state)
{
	struct common_options *common = state->input;

	(void)arg;
	if (key == ARGP_KEY_INIT)
		state->child_inputs[0] = common;
	else if (key == OPT_ALL)
		common->source.live.all = true;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static const struct argp all_argp = { .options = all_list,
				      .parser = parse_all,
				      .children = running_children };
static const struct argp_child all_children[] = { { &all_argp, 0, NULL, 0 }, { 0 } };

static error_t parse_with_child(int key, char *arg, struct argp_state *state)
{
	if (key == ARGP_KEY_INIT)
		state->child_inputs[0] = state->input;
	return parse_common(key, arg, state);
}

const struct argp common_argp = { .options = common_list,
				  .parser = parse_with_child,
				  .children = all_children };
static const struct argp no_all_argp = { .options = common_list,
					 .parser = parse_with_child,
					 .children = running_children };
static const struct argp files_argp = { .options = common_list, .parser = parse_common };

const struct argp_child common_children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
const struct argp_child no_all_children[] = { { &no_all_argp, 0, NULL, 0 }, { 0 } };
const struct argp_child files_children[] = { { &files_argp, 0, NULL, 0 }, { 0 } };

static int parse_rules(const char *name, int *id, struct error *err)
{
	char names[512] = "";
	size_t used = 0;
	unsigned int i;

	*id = ruleset_parse(name);
	if (*id >= 0)
		return 0;
	for (i = 0; i < ruleset_count() && used < sizeof(names); i++)
		used += snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
				 ruleset(i)->name);
	return error_set(err, -EINVAL, "no rule set '%s'; there are %s", name, names);
}

static int check_source(const struct common_options *common, struct error *err)
{
	const struct source_options *source = &common->source;
	const struct live_options *live = &source->live;

	if (source->path && (live->pause || live->no_q || live->force))
		return error_set(err, -EINVAL,
				 "--%s is for running domains, not for what --from reads",
				 live->pause  ? "pause"
				 : live->no_q ? "no-q"
					      : "force");
	if (!source->path &&
	    (source->dump || source->all_dumps || source->eptp || source->phys_bits))
		return error_set(
			err, -EINVAL,
			"no source: --dump, --all-dumps, --eptp and --phys-bits are for what "
			"--from reads");
	if (!source->path && common->facts_path)
		return error_set(err, -EINVAL,
				 "--facts is for a memory image; a running Xen tells its own");
	if (live->all && source->domain)
		return error_set(err, -EINVAL, "either a DOMAIN or --all");
	if (!source->path && !source->domain && !live->all)
		return error_set(
			err, -EINVAL,
			"no source: name a running domain, or --all, or a console log with --from "
			"FILE (xl debug-keys q; xl debug-keys D; xl dmesg > FILE)");
	return 0;
}

int common_prepare(struct common_options *common, struct error *err)
{
	unsigned int i;
	int rc;

	for (i = 0; i < common->rules_count; i++) {
		rc = parse_rules(common->rules_names[i], &common->compared[i], err);
		if (rc)
			return rc;
		common->rules |= 1u << common->compared[i];
	}
	rc = check_source(common, err);
	if (!rc && common->facts_path)
		rc = facts_log_open(common->facts_path, &common->facts_log, err);
	if (!rc && common->given_path)
		rc = given_load(common->given_path, &common->given, err);
	if (!common->source.phys_bits)
		common->source.phys_bits = given_phys_bits(common->given);
	if (!common->source.phys_bits && common->facts_log)
		common->source.phys_bits = facts_log_phys_bits(common->facts_log);
	return rc;
}

void common_clear(struct common_options *common)
{
	facts_log_close(common->facts_log);
	given_free(common->given);
	ranges_clear(&common->gfns);
}

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
	return 0;
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
	if (rules) {
		info->how_xen = facts.how_rules;
		info->rules_note[0] = '\0';
	}
	facts_clear(&facts);
	return rules;
}

static void name_rules(struct source_info *info, uint32_t rules)
{
	size_t used = 0;
	unsigned int id;

	info->rules_name[0] = '\0';
	for (id = 0; id < ruleset_count() && used < sizeof(info->rules_name); id++)
		if (rules >> id & 1)
			used += snprintf(info->rules_name + used, sizeof(info->rules_name) - used,
					 "%s%s", used ? " or " : "", ruleset(id)->name);
}

static int adjust(const void *common, struct dump *dump, struct error *err)
{
	return common_facts(common, dump, err);
}

int common_open(struct common_options *common, struct source **source, struct error *err)
{
	const char *version = common->xen ? common->xen : given_xen_version(common->given);
	struct source_info *info;
	uint32_t rules = 0;
	int rc;

	if (version && !common->rules) { /* a running domain is judged while it is opened */
		struct source_info ignored;

		rc = rules_of_version(version, &ignored, &common->rules, err);
		if (rc)
			return rc;
	}
	common->source.live.adjust = adjust;
	common->source.live.opaque = common;
	rc = source_open(&common->source, source, err);
	if (rc)
		return rc;
	info = &(*source)->info;
	if (common->facts_log)
		facts_log_version(common->facts_log, info);
	if (version) {
		rc = rules_of_version(version, info, &rules, err);
		info->rules = rules; /* a capture keeps them */
		if (!common->rules)
			common->rules = rules;
	} else {
		rules = rules_of_given(common->given, info);
		if (!rules)
			rules = info->rules;
	}
	if (!rc && !rules && !common->rules && !common->rules_optional)
		rc = info->rules_note[0] && info->xen_version[0]
			     ? error_set(err, -EINVAL, "Xen %s: %s", info->xen_version,
					 info->rules_note)
			     : error_set(
				       err, -EINVAL,
				       "%s does not tell which Xen it is of (no boot messages); name the "
				       "version with --xen, e.g. --xen 4.17.5",
				       info->name);
	if (rc) {
		source_close(*source);
		*source = NULL;
		return rc;
	}
	if (common->rules_count) {
		info->how_xen = HOW_GIVEN;
		info->rules_note[0] = '\0';
	}
	/* What a capture keeps. */
	info->rules = rules ? rules : common->rules;
	if (!rules && !common->rules)
		rules = RULES_RELEASED; /* any of them */
	info->rules = common->rules ? common->rules : rules;
	name_rules(info, info->rules);
	return 0;
}

int common_facts(const struct common_options *common, struct dump *dump, struct error *err)
{
	bool entry_types = dump->facts.entry_types;
	int rc = 0;

	if (common->facts_log) {
		facts_clear(&dump->facts);
		if (facts_log_facts(common->facts_log, dump->domid, &dump->facts))
			rc = error_set(err, -ENOMEM, "out of memory");
		dump->facts.entry_types = entry_types;
	}
	if (!rc)
		rc = given_apply(common->given, dump->domid, dump->number, &dump->facts, err);
	if (common->rules) {
		dump->facts.rules = common->rules;
		dump->facts.how_rules = HOW_GIVEN;
	}
	return rc;
}

size_t common_filter(const struct common_options *common, struct entry *entries, size_t count)
{
	const struct ranges *gfns = &common->gfns;
	size_t i, kept = 0;

	if (!gfns->count)
		return count;
	for (i = 0; i < count; i++) {
		uint64_t first = 0, last = UINT64_MAX;

		if (ranges_overlap(gfns, entries[i].gfn,
				   entries[i].gfn + entry_pages(entries[i].order) - 1, &first,
				   &last) != OVERLAP_NONE)
			entries[kept++] = entries[i];
	}
	return kept;
}

enum { OPT_FORMAT = 0x200, OPT_COLUMNS, OPT_SUMMARY, OPT_COLOR };

static const struct argp_option report_list[] = {
	{ "format", OPT_FORMAT, "text|json|jsonl|tap", 0, "Form of the report", 3 },
	{ "verbose", 'v', NULL, 0, "Every run, not only findings", 3 },
	{ "summary", OPT_SUMMARY, NULL, 0, "Totals only", 3 },
	{ "columns", OPT_COLUMNS, "LIST", 0, "Columns of runs in text, separated by commas", 3 },
	{ "color", OPT_COLOR, "auto|always|never", 0,
	  "Colour in text; auto: on a terminal, unless NO_COLOR is set", 3 },
	{ 0 },
};

static error_t parse_report(int key, char *arg, struct argp_state *state)
{
	struct report_options *options = state->input;
	struct error err;

	switch (key) {
	case OPT_FORMAT:
		if (!strcmp(arg, "text"))
			options->format = FORMAT_TEXT;
		else if (!strcmp(arg, "json"))
			options->format = FORMAT_JSON;
		else if (!strcmp(arg, "jsonl"))
			options->format = FORMAT_JSONL;
		else if (!strcmp(arg, "tap"))
			options->format = FORMAT_TAP;
		else
			argp_error(state, "--format %s: text, json, jsonl or tap is expected", arg);
		break;
	case 'v':
		options->all_runs = true;
		break;
	case OPT_SUMMARY:
		options->summary = true;
		break;
	case OPT_COLUMNS:
		if (report_parse_columns(arg, options, &err))
			argp_error(state, "--columns: %s", err.text);
		break;
	case OPT_COLOR:
		if (!strcmp(arg, "always"))
			options->color = true;
		else if (!strcmp(arg, "never"))
			options->color = false;
		else if (strcmp(arg, "auto"))
			argp_error(state, "--color %s: auto, always or never is expected", arg);
		break;
	case ARGP_KEY_INIT:
		options->color = isatty(1) && !getenv("NO_COLOR");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static char *report_help(int key, const char *text, void *input)
{
	char *help;
	size_t size = 4096, used = 0;
	unsigned int i;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	help = malloc(size);
	if (!help)
		return NULL;
	used += snprintf(help, size, "Columns:\n");
	for (i = 0; i < report_column_count && used < size; i++)
		used += snprintf(help + used, size - used, "  %-12s %s\n", report_columns[i].name,
				 report_columns[i].help);
	return help;
}

const struct argp report_argp = {
	.options = report_list, .parser = parse_report, .help_filter = report_help, .doc = "\v"
};
