/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/options.h"

#include "base/nearest.h"
#include "base/screen.h"
#include "base/temporary.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "rules/rulesets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VIAS "console|gdbsx"

/* Options that mean the same in every verb that offers them. */
static const struct argp_option shared_list[] = {
	{ "from", 'f', "FILE", 0,
	  "Read a console log, a capture or a memory image (- for standard input); it may be "
	  "compressed with gzip, zstd or xz (repeatable with logs of one boot)",
	  1 },
	{ "dump", OPT_DUMP, "N", 0,
	  "Take the Nth dump of each domain, if a log has several; by default the last", 1 },
	{ "all-dumps", OPT_ALL_DUMPS, NULL, 0, "Take every dump in the log", 1 },
	{ "gfn", OPT_GFN, "FIRST[-LAST]", 0,
	  "Look at these guest frames only (hexadecimal, repeatable)", 1 },
	{ "eptp", OPT_EPTP, "[DOMID=]VALUE", 0,
	  "Walk the EPT with this pointer (repeatable): in a memory image, or with --via gdbsx",
	  1 },
	{ "all", OPT_ALL, NULL, 0, "Every running domain that has an EPT", 1 },
	{ "pause", OPT_PAUSE, NULL, 0, "Pause running domains while they are looked at", 1 },
	{ "no-q", OPT_NO_Q, NULL, 0,
	  "Do not use Xen's debug key q, which also sends VIRQ_DEBUG to every guest", 1 },
	{ "via", OPT_VIA, VIAS, 0,
	  "How to get the tables of a running Xen: let Xen print them (console, the default), or "
	  "read them directly, if Xen was built with support for that (gdbsx)",
	  1 },
	{ "dry-run", OPT_DRY_RUN, NULL, 0,
	  "Only print what an audit of running domains would do to the host", 1 },
	{ "force", OPT_FORCE, NULL, 0,
	  "Continue even if entries are lost or dom0 is blocked for long", 1 },
	{ "phys-bits", OPT_PHYS_BITS, "N", 0,
	  "Physical-address width of the machine that a memory image is of", 2 },
	{ "xen-syms", OPT_XEN_SYMS, "FILE", 0,
	  "The file xen-syms of the Xen in a memory image, or of the running one (--via gdbsx): with "
	  "it domains are found, and all facts on which their entries depend",
	  2 },
	{ "max-size", OPT_MAX_SIZE, "SIZE", 0,
	  "Stop if more than this has to be unpacked or copied, such as 200G (64G)", 2 },
	{ "facts", OPT_FACTS, "FILE", 0,
	  "Read more facts from a text: another console log of the same boot, output of xen-hvmctx "
	  "or of lspci -vv, a guest's /proc/mtrr or its boot messages (repeatable)",
	  2 },
	{ "given", OPT_GIVEN, "FILE", 0,
	  "Read facts from a JSON file; they add to those of the source, or override them", 2 },
	{ "xen", OPT_XEN, "VERSION", 0, "The Xen version, if the source does not tell it", 2 },
	{ "rules", OPT_RULES, "NAME", 0,
	  "Judge by this rule set, or that of this Xen version, instead of the rules of the Xen that "
	  "made the entries",
	  2 },
	{ "rules-file", OPT_RULES_FILE, "FILE", 0,
	  "Read rule sets of your own, one on a line: NAME: STEP STEP ... (repeatable)", 2 },
};

#define SHARED_COUNT (sizeof(shared_list) / sizeof(shared_list[0]))

static uint64_t bit_of(int key)
{
	return key == 'f' ? OPTION(OPT_FROM) : OPTION(key);
}

static error_t parse_shared(int key, char *arg, struct argp_state *state);

static struct argp_option offered_list[SHARED_COUNT + 1];
struct argp shared_argp = { .options = offered_list, .parser = parse_shared };
const struct argp_child shared_children[] = { { &shared_argp, 0, NULL, 0 }, { 0 } };

void options_offer(uint64_t offered)
{
	size_t i, count = 0;

	for (i = 0; i < SHARED_COUNT; i++)
		if (offered & bit_of(shared_list[i].key))
			offered_list[count++] = shared_list[i];
	memset(&offered_list[count], 0, sizeof(offered_list[0]));
}

void options_see(struct shared_options *options, int key)
{
	if (key == 'f' || (key >= OPT_FROM && key <= OPT_ALL_RULES))
		options->seen |= bit_of(key);
}

error_t options_pass(struct shared_options *options, int key, struct argp_state *state)
{
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = options;
	return 0;
}

/* A number of bytes: "4096", "512M", "2T". */
static uint64_t parse_size(const char *arg, struct argp_state *state)
{
	static const char units[] = "kMGT";
	const char *unit;
	char *end;
	uint64_t size;
	int shift = 0;

	errno = 0;
	size = strtoull(arg, &end, 10);
	unit = *end ? strchr(units, *end == 'K' ? 'k' : *end) : NULL;
	if (unit) {
		shift = (unit - units + 1) * 10;
		end++;
	}
	if (errno || *end || *arg < '0' || *arg > '9' || !size || size > UINT64_MAX >> shift)
		argp_error(state, "--max-size %s: a size such as 200G is expected", arg);
	return size << shift;
}

/* What a dry run prints. */
static void print_plan(const char *text)
{
	screen_print(stdout, 0, 2, "Without --dry-run this run %s.", text);
}

static error_t parse_shared(int key, char *arg, struct argp_state *state)
{
	struct shared_options *options = state->input;
	struct error err;

	options_see(options, key);
	switch (key) {
	case 'f':
		if (options->from_count == FROM_MAX)
			argp_error(state, "more than %d --from", FROM_MAX);
		options->from[options->from_count++] = options->source.path = arg;
		break;
	case OPT_DUMP:
		options->source.dump = parse_number("dump", arg, 1, 1000000, state);
		break;
	case OPT_ALL_DUMPS:
		options->source.all_dumps = true;
		break;
	case OPT_GFN:
		parse_frames(&options->gfns, "--gfn", arg, state);
		break;
	case OPT_EPTP:
		if (options->eptp_count == EPTP_MAX)
			argp_error(state, "more than %d --eptp", EPTP_MAX);
		options->eptp[options->eptp_count++] = arg;
		options->source.eptp = options->eptp;
		break;
	case OPT_PHYS_BITS:
		options->source.phys_bits = parse_number("phys-bits", arg, 32, 52, state);
		break;
	case OPT_XEN_SYMS:
		options->source.xen_syms = arg;
		break;
	case OPT_MAX_SIZE:
		temporary_limit(parse_size(arg, state), cmd_notice);
		break;
	case OPT_FACTS:
		if (options->facts_paths_count == FACTS_MAX)
			argp_error(state, "more than %d --facts", FACTS_MAX);
		options->facts_paths[options->facts_paths_count++] = arg;
		break;
	case OPT_GIVEN:
		options->given_path = arg;
		break;
	case OPT_XEN:
		options->xen = arg;
		break;
	case OPT_RULES:
		if (options->rules_count == 2)
			argp_error(state, "more than two --rules");
		options->rules_names[options->rules_count++] = arg;
		break;
	case OPT_RULES_FILE:
		if (ruleset_load(arg, &err))
			argp_failure(state, argp_err_exit_status, 0, "%s", err.text);
		break;
	case OPT_ALL:
		options->source.live.all = true;
		break;
	case OPT_PAUSE:
		options->source.live.pause = true;
		break;
	case OPT_NO_Q:
		options->source.live.no_q = true;
		break;
	case OPT_VIA:
		options->source.live.gdbsx = parse_choice("via", arg, VIAS, state) == 1;
		break;
	case OPT_DRY_RUN:
		options->source.live.dry_run = true;
		options->source.notice = print_plan;
		break;
	case OPT_FORCE:
		options->source.live.force = true;
		break;
	case ARGP_KEY_INIT:
		options->source.notice = cmd_notice;
		options->source.progress = cmd_progress;
		temporary_limit(0, cmd_notice);
		break;
	case ARGP_KEY_ARG:
		if (options->source.domain)
			argp_error(state, "one DOMAIN at most; without it all are taken");
		options->source.domain = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* ---- arguments ---- */

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

unsigned int parse_number(const char *option, const char *arg, unsigned int low, unsigned int high,
			  struct argp_state *state)
{
	unsigned long number = 0;
	size_t length = strlen(arg);

	if (length && length < 10 && strspn(arg, "0123456789") == length)
		number = strtoul(arg, NULL, 10);
	if (number < low || number > high)
		argp_error(state, "--%s %s: %u to %u is expected", option, arg, low, high);
	return number;
}

/* "a|b|c" as "a, b or c" */
static void list_choices(const char *offered, char *text, size_t size)
{
	size_t used = 0;

	while (*offered && used + 4 < size) {
		if (*offered == '|' && strchr(offered + 1, '|'))
			used = stpcpy(text + used, ", ") - text;
		else if (*offered == '|')
			used = stpcpy(text + used, " or ") - text;
		else
			text[used++] = *offered;
		offered++;
	}
	text[used] = '\0';
}

unsigned int parse_choice(const char *option, const char *arg, const char *offered,
			  struct argp_state *state)
{
	size_t length = strlen(arg);
	const char *choice = offered;
	unsigned int which = 0;
	char text[128];

	while (strcspn(choice, "|") != length || memcmp(choice, arg, length) != 0) {
		choice += strcspn(choice, "|");
		if (!*choice) {
			struct nearest nearest = { .word = arg };
			char hint[96];

			list_choices(offered, text, sizeof(text));
			nearest_try_all(&nearest, offered);
			argp_error(state, "--%s %s: %s is expected%s", option, arg, text,
				   nearest_text(&nearest, hint));
			return 0;
		}
		choice++;
		which++;
	}
	return which;
}

enum format parse_format(const char *arg, const char *offered, struct argp_state *state)
{
	if (!arg) /* -j */
		arg = "json";
	parse_choice("format", arg, offered, state);
	cmd_form(format_parse(arg));
	return format_parse(arg);
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
	return 9 * parse_choice("order", arg, ORDERS, state);
}
