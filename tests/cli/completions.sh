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
	expect_stdout_is 'text json jsonl tap junit openmetrics'
	offer audit --format =
	expect_stdout_is 'text json jsonl tap junit openmetrics'
	offer audit --format = js
	expect_stdout_is 'json jsonl'
	offer audit --format js
	expect_stdout_is 'json jsonl'

	# columns come from the program's own table, whichever of several is written
	offer list --columns ''
	expect_stdout_is 'gfn mfn order entries size attributes type access raw device'
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

# zsh's own function, with the shell's part of completing played by three lines
zsh_offers()
{
	# shellcheck disable=SC2016 # for that zsh
	run_command zsh -f -c '
		compadd() { print -l -- ${(P)2} }
		compset() { [[ $2 == "*=" ]] && return 0 }
		_files() { print FILES }
		words=("$2" "${@:3}") CURRENT=$(($# - 1))
		source "$1/completions/_xen-eptaudit"' zsh "$SRCDIR" "$XEN_EPTAUDIT" "$@"
	what="zsh offers $*"
}

if need zsh; then
	zsh_offers ''
	expect_stdout_is "$("$XEN_EPTAUDIT" --list-completions | grep -v ' ')"
	zsh_offers audit --
	expect_stdout_is "$(listed audit | tr ' ' '\n')"
	zsh_offers audit --color ''
	expect_stdout_is 'auto
always
never'
	zsh_offers audit --color=a
	expect_stdout_is 'auto
always
never'
	zsh_offers audit --from ''
	expect_stdout_is FILES
	zsh_offers no-such-verb --
	expect_lacks --from
fi

# fish's own answer to Tab
fish_offers()
{
	HOME=$tmp PATH="$(dirname "$XEN_EPTAUDIT"):$PATH" run_command fish --no-config -c \
		"source $SRCDIR/completions/xen-eptaudit.fish; complete -C 'xen-eptaudit $1'"
	what="fish offers $1"
}

if need fish; then
	fish_offers 'aud'
	expect_stdout_is audit
	fish_offers 'audit --giv'
	expect_stdout_is --given
	fish_offers 'audit --color a'
	expect_stdout_is 'always
auto'
	fish_offers 'list --columns gfn,ra'
	expect_stdout_is 'gfn,raw'
	fish_offers 'audit --color=a'
	expect_stdout_is '--color=always
--color=auto'
fi
finish
