# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# For tests/cli/*.sh and tests/live/*.sh:
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
# add_up FILE                    a program's own closing line, and what it said before
# expect_valid SCHEMA ARGUMENT...  what the program prints for them is one document of
#                                that schema of tests/schema, or with SCHEMA#DEFINITION each
#                                line of it; judged by finish, skipped without python3-jsonschema
# one_in N                       true each Nth time, with $FULL always: which of many cases alike are
#                                tried by make check, and by make check FULL=1
# need COMMAND                   true if there; else skipped, but a failure under CI
# finish                         closing line and exit status; without it a test has died
#
# $captures is where the captures are, $tmp a directory of the test's own. What the test itself
# prints to standard error is a failure: most often it calls what does not exist, and so checks
# nothing.

# What is printed has few line breaks of its own, so that a sentence can be looked for; cli/width is
# about those.
COLUMNS=1000
# Reports that are held against each other are of one time.
SOURCE_DATE_EPOCH=0
export COLUMNS SOURCE_DATE_EPOCH

SRCDIR=${SRCDIR:-.}
XEN_EPTAUDIT=${XEN_EPTAUDIT:-./xen-eptaudit}
# shellcheck disable=SC2034 # for the tests
captures=$SRCDIR/tests/captures
tmp=$(mktemp -d) || exit 1
trap 'tell_complaints; rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
stdout=$tmp/.stdout stderr=$tmp/.stderr
validator=
passed=0 failed=0 skipped=0 status=0 what='nothing run yet'
newline='
'
sanitized=no
grep -q __ubsan "$XEN_EPTAUDIT" && sanitized=yes
exec 2>"$tmp/.complaints"

tell_complaints()
{
	[ ! -s "$tmp/.complaints" ] || sed 's/^/        /' "$tmp/.complaints"
}

run_command()
{
	what="$*"
	"$@" >"$stdout" 2>"$stderr"
	status=$?
	# Whatever was asked of it: a crash or a sanitizer's report is never right.
	if [ "$status" -ge 124 ] || { [ "$sanitized" = yes ] && [ -s "$stderr" ] &&
		grep -q 'Sanitizer\|runtime error:' "$stderr"; }; then
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
	for lib_shown in "$stdout" "$stderr"; do
		[ -s "$lib_shown" ] && head -n 20 "$lib_shown" | cut -c1-300 |
			sed "s/^/        ${lib_shown##*/.}: /"
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

# each_in yes|no FILE TEXT...: whether each is there, or none. To start a process for each text, or
# a shell, would take most of the time of a test.
each_in()
{
	# Names that tests do not have: these are theirs, too.
	lib_wanted=$1 lib_file=$2
	shift 2
	if [ $# -eq 1 ]; then # cheaper than to read it
		grep -qF -e "$1" "$lib_file" && lib_found=yes || lib_found=no
		judge_found "$1"
		return
	fi
	lib_contents=$(cat "$lib_file")
	each_read "$@"
}

each_read()
{
	for lib_text; do
		case $lib_contents in *"$lib_text"*) lib_found=yes ;; *) lib_found=no ;; esac
		judge_found "$lib_text"
	done
}

judge_found()
{
	if [ $lib_found = "$lib_wanted" ]; then
		pass
	elif [ $lib_found = yes ]; then
		fail "${lib_file##*/.} has: $1"
	else
		fail "${lib_file##*/.} lacks: $1"
	fi
}

expect_contains()
{
	each_in yes "$stdout" "$@"
}

expect_lacks()
{
	each_in no "$stdout" "$@"
}

expect_stderr_contains()
{
	each_in yes "$stderr" "$@"
}

expect_stderr_lacks()
{
	each_in no "$stderr" "$@"
}

expect_error()
{
	expect_status 2
	expect_stdout_empty
	lib_wanted=yes lib_file=$stderr lib_lines=0 lib_contents=
	# A message is short: to read it takes less than to start what does.
	while [ $lib_lines -lt 10 ] && IFS= read -r lib_line; do
		lib_lines=$((lib_lines + 1)) lib_contents=$lib_contents$lib_line$newline
	done <"$stderr"
	each_read "$@"
	[ $lib_lines -eq 1 ]
	judge $? 'not one line on stderr'
}

expect_same()
{
	cmp "$1" "$2" >"$stdout" 2>"$stderr"
	judge $? "$1 and $2 differ"
}

add_up()
{
	cat "$1"
	lib_closing=$(tail -n 1 "$1")
	lib_bad=${lib_closing#*, }
	passed=$((passed + ${lib_closing%% passed*})) failed=$((failed + ${lib_bad%% *}))
}

lib_asked=0
one_in()
{
	lib_asked=$((lib_asked + 1))
	[ -n "$FULL" ] || [ $((lib_asked % $1)) -eq 0 ]
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

# validator_there: whether JSON can be validated; that it cannot is told once
validator_there()
{
	if [ -z "$validator" ]; then
		validator=yes
		if ! python3 -c 'import jsonschema' 2>/dev/null; then
			validator=no
			skip 'python3-jsonschema is not installed'
		fi
	fi
	[ "$validator" = yes ]
}

expect_valid()
{
	validator_there || return
	lib_schema=$1
	shift
	lib_documents=$((${lib_documents:-0} + 1))
	"$XEN_EPTAUDIT" "$@" >"$tmp/.json.$lib_documents" 2>"$stderr"
	printf '%s\t%s\t%s\n' "$lib_schema" "$tmp/.json.$lib_documents" "$*" >>"$tmp/.documents"
}

# All documents at once, since to load the validator takes longer than to use it.
validate_documents()
{
	"$SRCDIR/tests/tools/valid-json" --list "$SRCDIR/tests/schema" <"$tmp/.documents" >"$stdout"
	grep '^invalid: ' "$stdout"
	invalid=$(grep -c '^invalid: ' "$stdout")
	valid=$(grep -c '^valid: ' "$stdout")
	passed=$((passed + valid)) failed=$((failed + invalid))
	what='JSON by its schema'
	[ $((valid + invalid)) -eq "$lib_documents" ] || fail "not all of $lib_documents documents were judged"
}

finish()
{
	[ -z "${lib_documents:-}" ] || validate_documents
	if [ -s "$tmp/.complaints" ]; then
		what='the test itself' && : >"$stdout" && : >"$stderr"
		fail 'it printed to standard error:'
		tell_complaints
		: >"$tmp/.complaints"
	fi
	echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
	[ "$failed" -eq 0 ]
	exit
}
