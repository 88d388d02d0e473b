/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/options.h"
#include "cmd/cmd.h"

#include "base/text.h"
#include "rules/rulesets.h"

#include <stdlib.h>
#include <string.h>

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
	OPT_VIA,
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
	  "Walk the EPT with this pointer (repeatable): in a memory image, or with --via gdbsx",
	  1 },
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
	{ "via", OPT_VIA, "console|gdbsx", 0,
	  "How a running Xen shows its tables: console: it prints them; gdbsx: they are read directly, "
	  "where Xen was built so",
	  1 },
	{ "force", OPT_FORCE, NULL, 0, "Go on where entries are lost or dom0 is held up for long",
	  1 },
	{ 0 },
};

static error_t parse_running(int key, char *arg, struct argp_state *state)
{
	struct common_options *common = state->input;

	switch (key) {
	case OPT_PAUSE:
		common->source.live.pause = true;
		break;
	case OPT_NO_Q:
		common->source.live.no_q = true;
		break;
	case OPT_VIA:
		if (strcmp(arg, "console") && strcmp(arg, "gdbsx"))
			argp_error(state, "--via %s: console or gdbsx is expected", arg);
		common->source.live.via = arg;
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
