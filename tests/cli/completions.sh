#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The bash completion, driven as bash would: COMP_WORDS in, COMPREPLY out.

. "${SRCDIR:-.}/tests/lib.sh"

# offer WORD...: what is offered for the last of these words
offer()
{
	# shellcheck disable=SC2016 # for that bash
	run_command bash -c '
		. "$1/completions/xen-eptaudit.bash"
		program=$2
		shift 2
		COMP_WORDS=(xen-eptaudit "$@") COMP_CWORD=$#
		_xen_eptaudit "$program"
		printf "%s\n" "${COMPREPLY[*]}"' bash "$SRCDIR" "$XEN_EPTAUDIT" "$@"
	what="offer $*"
}

# listed VERB: its options, as the program lists them, on one line
listed()
{
	"$XEN_EPTAUDIT" --list-completions | sed -n "s/^$1 \(--[a-z-]*\).*/\1/p" | tr '\n' ' ' |
		sed 's/ $//'
}

if need bash; then
	offer ''
	expect_stdout_is "$("$XEN_EPTAUDIT" --list-completions | grep -v ' ' | tr '\n' ' ' | sed 's/ $//')"
	expect_contains audit
	offer au
	expect_stdout_is audit

	offer audit --
	expect_stdout_is "$(listed audit)"
	expect_contains --from --format
	offer audit --giv
	expect_stdout_is --given
	offer audit --summary --giv
	expect_stdout_is --given

	# values, by whatever way they are written
	offer audit --format ''
	expect_stdout_is 'text json jsonl tap'
	offer audit --format =
	expect_stdout_is 'text json jsonl tap'
	offer audit --format = js
	expect_stdout_is 'json jsonl'
	offer audit --format js
	expect_stdout_is 'json jsonl'

	# columns come from the program's own table, whichever of several is written
	offer list --columns ''
	expect_stdout_is 'gfn mfn order entries size attributes type access raw'
	offer audit --columns = ver
	expect_stdout_is 'verdict'
	offer audit --columns gfn,verdict,se
	expect_stdout_is 'gfn,verdict,severity'
	# what a verb does not use it does not offer
	offer capture --gf
	expect_stdout_is ''
	offer diff --fro
	expect_stdout_is ''

	# nothing: bash completes file names
	offer audit --from ''
	expect_stdout_is ''
	offer audit --from = lo
	expect_stdout_is ''
	offer audit ''
	expect_stdout_is ''
	offer no-such-verb --
	expect_stdout_is ''
fi
finish
