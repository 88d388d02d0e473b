/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode: what raw values mean. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "base/text.h"
#include "cmd/jail.h"
#include "decode/decode.h"
#include "rules/releases.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the options say, and the values that stand behind them. */
struct arguments {
	struct decode decode;
	char **values;
	int value_count;
};

/* What this verb alone has. */
enum { OPT_LEVEL = 0x500, OPT_PAT, OPT_BRIEF };

#define FORMATS "text|json|jsonl"

static const struct argp_option options[] = {
	OPTION_FORMATS(FORMATS, "Form of the output", 1),
	{ "brief", OPT_BRIEF, NULL, 0, "Print one line for each entry", 1 },
	{ "level", OPT_LEVEL, "1|2|3|4|5", 0,
	  "The level of the table that the entries are from (1: 4K pages); by default guessed", 2 },
	{ "xen", OPT_XEN, "VERSION", 0,
	  "The Xen that made the entries, which decides where its own bits are (the newest)", 2 },
	{ "pat", OPT_PAT, "VALUE", 0, "The guest's IA32_PAT, for effective memory types", 2 },
	{ "phys-bits", OPT_PHYS_BITS, "N", 0, "Physical address width (52)", 2 },
	{ "eptp", OPT_EPTP, NULL, 0, "Plain values are EPT pointers", 2 },
	{ 0 },
};

static enum decode_format decode_format(enum format format)
{
	return format == FORMAT_TEXT   ? DECODE_TEXT
	       : format == FORMAT_JSON ? DECODE_JSON
				       : DECODE_JSONL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct decode *decode = &arguments->decode;

	switch (key) {
	case 'j':
	case OPT_FORMAT:
		decode->format = decode_format(parse_format(arg, FORMATS, state));
		break;
	case OPT_BRIEF:
		decode->brief = true;
		break;
	case OPT_EPTP:
		decode->is_eptp = true;
		break;
	case OPT_LEVEL:
		decode->level = parse_number("level", arg, 1, DECODE_LEVEL_MAX, state);
		break;
	case OPT_PHYS_BITS:
		decode->phys_bits = parse_number("phys-bits", arg, 32, 52, state);
		break;
	case OPT_XEN:
		if (!releases_layout(arg, &decode->layout))
			argp_error(state, "--xen %s: a version from 4.2 on is expected", arg);
		decode->layout_given = true;
		break;
	case OPT_PAT:
		if (!text_hex_string(arg, &decode->pat))
			argp_error(state, "--pat %s: a hexadecimal value is expected", arg);
		break;
	case ARGP_KEY_ARGS:
		arguments->values = state->argv + state->next;
		arguments->value_count = state->argc - state->next;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[VALUE...]",
	.doc = "Print what raw EPT entries, EPT pointers, MTRR and PAT registers, and lines of key D mean. "
	       "Without VALUE, lines are read from standard input.\v"
	       "A value is a raw entry in hexadecimal, or NAME=VALUE with one of eptp, pat, cap, "
	       "def_type, fixed0 to fixed10, base and mask (a pair). Lines of key D and key v, of "
	       "EPT violations and walks, mtrr.show, /proc/mtrr and x86/PAT, of xen-hvmctx, and of "
	       "bhyvectl --get-gpa-pmap are understood as they are.\n\n"
	       "Examples:\n"
	       "  xen-eptaudit decode 0x9c00000000000377 --xen 4.17.5\n"
	       "  xen-eptaudit decode def_type=0xc06 base=0xf0000000 mask=0xff8000800\n"
	       "  xen-hvmctx 3 | xen-eptaudit decode --format json\n"
	       "  xen-eptaudit decode --brief < entries",
};

static int run(int argc, char **argv)
{
	struct arguments arguments = { .values = NULL };
	struct decode *decode = &arguments.decode;
	struct error err = { "" }, ignored;
	char notice[80];
	int i, rc = 0, end;

	decode_init(decode);
	if (cmd_parse(&argp, argc, argv, &arguments))
		return STATUS_ERROR;
	cmd_prints_much();
	for (i = 0; i < arguments.value_count && !rc; i++)
		rc = decode_text(decode, arguments.values[i], &err);
	if (!arguments.value_count)
		jail_enter();
	if (!arguments.value_count)
		rc = decode_lines(decode, STDIN_FILENO, &err);
	end = decode_end(decode, !rc, rc ? &ignored : &err);
	rc = rc ? rc : end;
	if (decode->begun)
		cmd_begins();
	if (!rc && decode->skipped) {
		snprintf(notice, sizeof(notice),
			 "%" PRIu64 " line%s not understood, and passed over", decode->skipped,
			 decode->skipped == 1 ? " was" : "s were");
		cmd_notice(notice);
	}
	return cmd_end(argv[0], rc, STATUS_CLEAN, &err);
}

const struct verb verb_decode = {
	.name = "decode",
	.help = "print what raw entries and registers mean",
	.argp = &argp,
	.run = run,
};
