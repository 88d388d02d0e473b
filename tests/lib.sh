# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# For tests/cli/*.sh:
#
#     . "${SRCDIR:-.}/tests/lib.sh"
#     run audit --from "$captures/some.log.gz"
#     expect_status 1
#     expect_contains 'mismatch'
#     finish
#
# run ARGUMENT...                the program; standard input is that of the call
# run_command COMMAND...         any other command
#     then $status is its exit status, the files $stdout and $stderr what it printed
# expect_status NUMBER
# expect_stdout_is FILE|TEXT     all of it; text without its last newline
# expect_stdout_empty
# expect_contains TEXT...        each somewhere in standard output
# expect_lacks TEXT...           none of them
# expect_stderr_contains TEXT...
# expect_stderr_lacks TEXT...
# expect_error TEXT...           status 2, nothing on stdout, one line on stderr with TEXT
# expect_same FILE FILE          byte for byte
# pass, fail REASON              for checks of one's own
# expect_valid SCHEMA ARGUMENT...  what the program prints for them is one document of
#                                that schema of tests/schema, or with SCHEMA#DEFINITION each
#                                line of it; skipped without python3-jsonschema
# need COMMAND                   true if there; else skipped, but a failure under CI
# finish                         closing line and exit status; without it a test has died
#
# $captures is where the captures are, $tmp a directory of the test's own.

# What is printed has few line breaks of its own, so that a sentence can be looked for; cli/width is
# about those.
COLUMNS=1000
export COLUMNS

SRCDIR=${SRCDIR:-.}
XEN_EPTAUDIT=${XEN_EPTAUDIT:-./xen-eptaudit}
# shellcheck disable=SC2034 # for the tests
captures=$SRCDIR/tests/captures
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
stdout=$tmp/.stdout stderr=$tmp/.stderr
validator=
passed=0 failed=0 skipped=0 status=0 what='nothing run yet'

run_command()
{
	what="$*"
	"$@" >"$stdout" 2>"$stderr"
	status=$?
	# Whatever was asked of it: a crash or a sanitizer's report is never right.
	if [ "$status" -ge 124 ] || grep -q 'Sanitizer\|runtime error:' "$stderr"; then
		fail "died with status $status"
	fi
}

run()
{
	run_command "$XEN_EPTAUDIT" "$@"
}

pass()
{
	passed=$((passed + 1))
}

fail()
{
	failed=$((failed + 1))
	printf 'FAILED: %s\n        %s\n' "$what" "$1"
	for file in "$stdout" "$stderr"; do
		[ -s "$file" ] && head -n 20 "$file" | cut -c1-300 | sed "s/^/        ${file##*/.}: /"
	done
}

# judge RESULT REASON: the status of the command before, and what to say if bad
judge()
{
	if [ "$1" -eq 0 ]; then pass; else fail "$2"; fi
}

expect_status()
{
	[ "$status" -eq "$1" ]
	judge $? "status $status, not $1"
}

expect_stdout_is()
{
	if [ -f "$1" ]; then cp "$1" "$tmp/.wanted"; else printf '%s\n' "$1" >"$tmp/.wanted"; fi
	if cmp -s "$tmp/.wanted" "$stdout"; then
		pass
	else
		fail 'stdout is not what was expected:'
		diff -u "$tmp/.wanted" "$stdout" | sed '1,2d; s/^/        /' | head -n 20
	fi
}

expect_stdout_empty()
{
	[ ! -s "$stdout" ]
	judge $? 'stdout is not empty'
}

expect_contains()
{
	for text; do
		grep -qF -e "$text" "$stdout"
		judge $? "stdout lacks: $text"
	done
}

expect_lacks()
{
	for text; do
		! grep -qF -e "$text" "$stdout"
		judge $? "stdout has: $text"
	done
}

expect_stderr_contains()
{
	for text; do
		grep -qF -e "$text" "$stderr"
		judge $? "stderr lacks: $text"
	done
}

expect_stderr_lacks()
{
	for text; do
		! grep -qF -e "$text" "$stderr"
		judge $? "stderr has: $text"
	done
}

expect_error()
{
	expect_status 2
	expect_stdout_empty
	[ "$(wc -l <"$stderr")" -eq 1 ]
	judge $? 'not one line on stderr'
	expect_stderr_contains "$@"
}

expect_same()
{
	cmp "$1" "$2" >"$stdout" 2>"$stderr"
	judge $? "$1 and $2 differ"
}

skip()
{
	if [ -n "$CI" ]; then
		fail "$1"
	else
		skipped=$((skipped + 1))
		echo "skipped: ${0##*/}: $1"
	fi
}

need()
{
	command -v "$1" >/dev/null && return
	skip "$1 is not installed"
	return 1
}

expect_valid()
{
	if [ -z "$validator" ]; then
		validator=yes
		if ! python3 -c 'import jsonschema' 2>/dev/null; then
			validator=no
			skip 'python3-jsonschema is not installed'
		fi
	fi
	[ "$validator" = yes ] || return
	schema=$SRCDIR/tests/schema/${1%%#*}.json${1#"${1%%#*}"}
	shift
	"$XEN_EPTAUDIT" "$@" >"$tmp/.json" 2>"$stderr"
	"$SRCDIR/tests/tools/valid-json" "$schema" "$tmp/.json" >"$stdout" 2>>"$stderr"
	judge $? "not valid by $schema: $*"
}

finish()
{
	echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
	[ "$failed" -eq 0 ]
	exit
}
