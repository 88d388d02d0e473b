#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The live source without Xen, without its module, and with one that is none.
. "${SRCDIR:-.}/tests/live/lib.sh"

if [ ! -e "$fake" ]; then # built without Xen
	run audit 3
	expect_error 'there is no' 'xen-eptaudit-live.so' '--from'
	finish
fi

# No Xen here, as far as the real libraries can tell; or this really is a dom0.
if [ ! -e /dev/xen ] && [ ! -e /proc/xen ]; then
	run audit 3
	expect_error 'no Xen here' 'dom0' '--from'
fi
run audit 3 --all
expect_error 'either a DOMAIN or --all'
run audit --from "$captures/six-domains.xen4.17.serial.log.gz" --pause
expect_error '--pause is for running domains'
run audit --all-dumps
expect_error 'no source'
run audit 3 --facts "$tmp/none"
expect_error 'cannot read' '/none'

# Without its module, and with one that is none.
mkdir "$tmp/bin"
cp "$XEN_EPTAUDIT" "$tmp/bin/"
run_command "$tmp/bin/xen-eptaudit" audit 3
if grep -q "there is no" "$stderr"; then
	expect_error 'there is no' 'xen-eptaudit-live.so'
fi
echo 'not a module' >"$tmp/bin/xen-eptaudit-live.so"
run_command "$tmp/bin/xen-eptaudit" audit 3
expect_error "cannot load $tmp/bin/xen-eptaudit-live.so" '--from'
printf 'struct { const char *version; unsigned long sizes; } xen_eptaudit_live = { "0.0.0", 0 };' \
	>"$tmp/other.c"
if ${CC:-cc} -shared -fPIC -o "$tmp/bin/xen-eptaudit-live.so" "$tmp/other.c" 2>/dev/null; then
	run_command "$tmp/bin/xen-eptaudit" audit 3
	expect_error 'of another version of this program'
fi

finish
