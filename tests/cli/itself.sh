#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The tests' own library: a test fails that cannot be trusted to have checked anything.
# shellcheck disable=SC2016 # what other shells expand
. "${SRCDIR:-.}/tests/lib.sh"

# verdict LINE...: of a test that has these lines, and no others
verdict()
{
	{
		echo '. "${SRCDIR:-.}/tests/lib.sh"'
		printf '%s\n' "$@" finish
	} >"$tmp/test.sh"
	# Not run_command, which takes the status of a shell that finds nothing for a crash.
	what=$*
	sh "$tmp/test.sh" >"$stdout" 2>"$stderr"
	status=$?
}

verdict pass
expect_status 0
expect_contains '1 passed, 0 failed'
verdict pass 'expect_nothing_of_the_kind 7'
expect_status 1
expect_contains '1 passed, 1 failed' 'expect_nothing_of_the_kind' 'not found'
verdict pass 'grep -q text "$tmp/no-such-file"'
expect_status 1
verdict 'run --version' 'expect_contains xen-eptaudit' 'expect_lacks xen-eptaudit'
expect_status 1
expect_contains '1 passed, 1 failed' 'stdout has: xen-eptaudit'
verdict 'run --version' 'expect_contains xen-eptaudit no-such-text'
expect_contains '1 passed, 1 failed' 'stdout lacks: no-such-text'
# Variables of a test are its own.
verdict 'for file in a b; do name=$file text=$file; run --version; expect_contains xen' \
	'[ "$file$name$text" = "$file$file$file" ]; judge $? changed; done'
expect_contains '4 passed, 0 failed'
verdict 'run --version' 'expect_stdout_is xen-eptaudit'
expect_contains '0 passed, 1 failed'
verdict 'run no-such-verb' 'expect_error verb'
expect_contains '4 passed, 0 failed'
verdict 'run --version' 'expect_error verb'
expect_contains '0 passed, 4 failed'
verdict 'run_command sh -c "kill -SEGV \$\$"'
expect_contains '0 passed, 1 failed' 'died with status 139'
# A sanitizer's report counts, where the program is built with one.
usual=$XEN_EPTAUDIT XEN_EPTAUDIT=$tmp/sanitized
export XEN_EPTAUDIT
echo '__ubsan_handle_shift_out_of_bounds' >"$XEN_EPTAUDIT"
verdict 'run_command sh -c "echo runtime error: x >&2"'
expect_contains '0 passed, 1 failed'
XEN_EPTAUDIT=$usual
# One that ends before its end has no closing line, which is a failure for who runs it.
verdict 'pass; exit 0'
expect_lacks 'passed'
verdict 'no_such_command; exit 0'
expect_contains 'no_such_command'
if validator_there; then
	verdict 'expect_valid list list --from "$captures/six-domains.xen4.17.serial.log.gz" --format json' \
		'expect_valid decode list --from "$captures/six-domains.xen4.17.serial.log.gz" --format json'
	expect_status 1
	expect_contains '1 passed, 1 failed' 'invalid: decode'
fi

# runs LINE...: what run-all makes of a test with these lines
runs()
{
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/tests/cli" "$tmp/tree/tests/vectors"
	{
		echo '#!/bin/sh'
		printf '%s\n' "$@"
	} >"$tmp/tree/tests/cli/one.sh"
	printf '#!/bin/sh\nsleep 0.3\necho 2 passed, 0 failed\n' >"$tmp/tree/tests/cli/a.sh"
	printf '#!/bin/sh\necho 3 passed, 0 failed, 1 skipped\n' >"$tmp/tree/tests/cli/z.sh"
	chmod +x "$tmp/tree/tests/cli/"*
	run_command env SRCDIR="$tmp/tree" TEST_JOBS=3 ONLY='cli/*' sh "$SRCDIR/tests/run-all"
}
runs 'echo 1 passed, 0 failed'
expect_status 0
expect_stdout_is 'cli/a                    2 passed, 0 failed
cli/one                  1 passed, 0 failed
cli/z                    3 passed, 0 failed, 1 skipped
1 skipped
6 passed, 0 failed'
runs 'echo 1 passed, 0 failed; exit 1'
expect_status 1
expect_contains '6 passed, 1 failed' 'but status 1'
runs 'echo hello'
expect_status 1
expect_contains 'hello' 'died with status 0, without a closing line' '5 passed, 1 failed'
runs 'kill -9 $$'
expect_status 1
expect_contains '5 passed, 1 failed'

finish
