#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whoever reads files can do nothing else: the kernel sees to it, and it is told if that was needed.
. "${SRCDIR:-.}/tests/lib.sh"

run --version
grep -q 'in a jail (seccomp): yes' "$stdout" || finish # sanitizers need more than that
export TMPDIR="$tmp"
log=$captures/pvh-linux.xen4.17.serial.log.gz

# soon COMMAND...: waits until it is true, a minute at most
soon()
{
	for _ in $(seq 600); do
		"$@" && return
		sleep 0.1
	done
	fail "in vain waited for: $*"
}

# The reader, while it waits for its input.
reader=
find_reader()
{
	reader=$(grep -l "^PPid:[[:space:]]*$program$" /proc/[0-9]*/status 2>/dev/null | head -n 1)
	[ -n "$reader" ] && grep -q '^Seccomp:[[:space:]]*2' "$reader"
}
mkfifo "$tmp/fifo"
# fed COMMAND...: while its input does not come
fed()
{
	what="$*"
	"$@" <"$tmp/fifo" >"$stdout" 2>"$stderr" &
	program=$!
	exec 8>"$tmp/fifo"
	soon find_reader
	grep -q '^NoNewPrivs:[[:space:]]*1' "$reader"
	judge $? 'it may gain privileges'
	grep -q '^CapEff:[[:space:]]*0*$' "$reader"
	judge $? 'it has privileges'
	kill "$program" # whoever ends the one, ends both
	soon test ! -e "${reader%/status}"
	exec 8>&-
	wait "$program"
}
fed "$XEN_EPTAUDIT" audit --from -
fed "$XEN_EPTAUDIT" capture --from - -o "$tmp/capture"
[ ! -e "$tmp/capture" ]
judge $? 'a file was left'
fed "$XEN_EPTAUDIT" decode

# What breaks out is ended, and nothing is left of what it wrote.
cat <<'C' >"$tmp/escape.c"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int inflate(void *stream, int flush)
{
	static char *const none[] = { NULL };
	const char *how = getenv("ESCAPE");
	(void)stream, (void)flush;
	if (!strcmp(how, "read"))
		open("/etc/passwd", O_RDONLY);
	else if (!strcmp(how, "write"))
		open("escaped", O_WRONLY | O_CREAT, 0600);
	else if (!strcmp(how, "connect"))
		socket(AF_INET, SOCK_STREAM, 0);
	else if (!strcmp(how, "fork"))
		fork();
	else
		execve("/bin/true", none, none);
	return -3;
}
C
cd "$tmp" || exit 1
case $log in /*) ;; *) log=$OLDPWD/$log ;; esac
if need cc && cc -shared -fPIC -o "$tmp/escape.so" "$tmp/escape.c"; then
	for how in read write connect fork execute; do
		run_command env ESCAPE=$how LD_PRELOAD="$tmp/escape.so" "$XEN_EPTAUDIT" audit --from "$log"
		expect_error 'the kernel ended it' 'hostile, or this is a bug' 'XEN_EPTAUDIT_JAIL=off'
		run_command env ESCAPE=$how LD_PRELOAD="$tmp/escape.so" "$XEN_EPTAUDIT" capture \
			--from "$log" -o "$tmp/capture"
		expect_error 'the kernel ended it'
		[ ! -e "$tmp/capture" ] && [ ! -e "$tmp/escaped" ]
		judge $? 'a file was left'
	done
	run_command env ESCAPE=read XEN_EPTAUDIT_JAIL=off LD_PRELOAD="$tmp/escape.so" \
		"$XEN_EPTAUDIT" audit --from "$log"
	expect_error 'damaged'
fi

finish
