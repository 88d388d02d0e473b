#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/cases/NAME: what people had in reports. "command" is run there, a line each, and after each
# it is as its lines of "want" say, up to an empty one: "status N", "has TEXT", "lacks TEXT",
# "error TEXT" (somewhere in standard error).
. "${SRCDIR:-.}/tests/lib.sh"

case $XEN_EPTAUDIT in /*) program=$XEN_EPTAUDIT ;; *) program=$PWD/$XEN_EPTAUDIT ;; esac
mkdir "$tmp/bin"
ln -s "$program" "$tmp/bin/xen-eptaudit"

check()
{
	case $1 in
	status) expect_status "$2" ;;
	has) expect_contains "$2" ;;
	lacks) expect_lacks "$2" ;;
	error) expect_stderr_contains "$2" ;;
	*) fail "want: '$1'?" ;;
	esac
}

for case in "$SRCDIR"/tests/cases/*/; do
	exec 3<"$case/want"
	while IFS= read -r command <&4; do
		run_command sh -c 'cd "$1" && PATH=$2:$PATH && eval "$3"' sh "$case" "$tmp/bin" "$command"
		what="${case#"$SRCDIR"/tests/}: $command"
		checks=$passed
		while read -r word text <&3 && [ "$word" ]; do
			check "$word" "$text"
		done
		[ $((passed + failed)) -gt "$checks" ] || fail 'nothing is wanted of it'
	done 4<"$case/command"
done
finish
