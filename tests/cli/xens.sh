#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/xen/all adds up what the runs on real hypervisors said: here they are played.
. "${SRCDIR:-.}/tests/lib.sh"

mkdir "$tmp/xen"
cp "$SRCDIR/tests/xen/all" "$tmp/xen"
printf '#!/bin/sh\n' >"$tmp/xen/fetch"
cat <<'RUN' >"$tmp/xen/run"
#!/bin/sh
while getopts p:w:x: o; do
	[ "$o" != w ] || work=$OPTARG
	[ "$o" != x ] || xen=$OPTARG
done
. "$work/${xen:-debian}.play"
RUN
chmod +x "$tmp/xen/fetch" "$tmp/xen/run"

# played XEN TEXT STATUS
played()
{
	mkdir -p "$tmp/kept"
	printf 'echo "%s"; exit %s\n' "$2" "$3" >"$tmp/kept/$1.play"
}

# all_say STATUS CLOSING XEN...
all_say()
{
	wanted=$1 closing=$2
	shift 2
	run_command sh "$tmp/xen/all" -w "$tmp/kept" "$@"
	expect_status "$wanted"
	[ "$(tail -n 1 "$stdout")" = "$closing" ]
	judge $? "not '$closing' at the end"
}

played debian '5 passed, 0 failed' 0
played gdbsx '7 passed, 0 failed' 0
played bullseye 'skipped: packages of Debian bullseye cannot be had' 77
played trixie '3 passed, 0 failed' 0
all_say 0 '12 passed, 0 failed' debian gdbsx
all_say 0 '15 passed, 0 failed'
expect_contains 'skipped: packages of Debian bullseye cannot be had'
all_say 1 '0 passed, 0 failed' bullseye

# A run that failed counts, also where no check of its did, or where it got to none.
played gdbsx '7 passed, 0 failed' 1
all_say 1 '12 passed, 1 failed' debian gdbsx
played gdbsx '7 passed, 2 failed' 1
all_say 1 '12 passed, 2 failed' debian gdbsx
played gdbsx 'run: no program' 2
all_say 1 '5 passed, 1 failed' debian gdbsx
played gdbsx '0 passed, 0 failed' 0
all_say 1 '5 passed, 1 failed' debian gdbsx
played gdbsx 'nothing was said of why' 77
all_say 1 '5 passed, 1 failed' debian gdbsx

finish
