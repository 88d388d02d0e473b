#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How the program is built: at an address that is not known, with nothing writable that need not be,
# with a guard behind the buffers on its stack, and calls that look at the size of their buffers.
. "${SRCDIR:-.}/tests/lib.sh"

# Sanitizers, and builds that are not optimized, have their own ways.
if ! need readelf || grep -q '__asan_init\|__gcov_' "$XEN_EPTAUDIT"; then
	finish
fi
module=${XEN_EPTAUDIT%/*}/xen-eptaudit-live.so
grep -q '^HARDEN_PIE = .*-pie' "${BUILDDIR:-.}/config.mk" || finish # compilers of old
for file in "$XEN_EPTAUDIT" "$module"; do
	[ -e "$file" ] || continue
	run_command readelf -W --file-header --program-headers --dynamic "$file"
	expect_status 0
	expect_contains ' DYN (' GNU_RELRO NOW
	expect_lacks ' RWE ' TEXTREL
	grep -q 'GNU_STACK.* RW ' "$stdout"
	judge $? 'the stack can be executed'
	run_command readelf -W --symbols "$file"
	expect_contains __stack_chk_fail
	case $file in
	*.so) ;;
	*) expect_contains __snprintf_chk __memcpy_chk ;;
	esac
done
run_command readelf -W --dynamic "$XEN_EPTAUDIT"
expect_contains PIE
finish
