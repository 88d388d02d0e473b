#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whoever is killed, nothing stays paused.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture

# ---- whoever is killed, nothing stays paused ----

# soon COMMAND...: waits until it is true, a minute at most
soon()
{
	for _ in $(seq 600); do
		"$@" && return
		sleep 0.1
	done
	fail "in vain waited for: $*"
}

pauses_end()
{
	[ "$(grep -c '^paused' "$tmp/log")" -eq "$(grep -c '^unpaused' "$tmp/log")" ]
}

# the_end: of the program, whose status it has
the_end()
{
	rm -f "$tmp/hold"
	wait "$victim" 2>/dev/null
}

# killed: the program is killed at once; what it paused runs again soon
killed()
{
	kill -9 "$victim"
	the_end
	soon pauses_end
	pauses_are_over
}

# busy ARGUMENT...: the program, with a domain paused, as $victim, which goes on when $tmp/hold is
# removed; its guardian as $guardian; $also is one more line of its script
busy()
{
	captured "hold key-D $tmp/hold" "${also:-own 0}"
	: >"$tmp/log" && : >"$tmp/hold"
	# The shell ignores what a terminal sends for what is in its background.
	python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' env FAKE_XEN="$tmp/script" LD_PRELOAD="$fake" \
		ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" \
		"$XEN_EPTAUDIT" "$@" >"$stdout" 2>"$stderr" &
	victim=$!
	what=$*
	soon grep -q '^key-D' "$tmp/log"
	grep -q '^paused 5' "$tmp/log"
	judge $? 'it was not paused'
	guardian=$(grep -l '^ept-guardian$' /proc/[0-9]*/comm 2>/dev/null | while read -r comm; do
		pid=${comm#/proc/}
		pid=${pid%/comm}
		grep -q "^PPid:[[:space:]]*$victim$" "/proc/$pid/status" 2>/dev/null && echo "$pid"
	done)
	[ -n "$guardian" ]
	judge $? 'there is no guardian of its own name'
}

mkdir "$tmp/xen-eptaudit"
cp "$XEN_EPTAUDIT" "${XEN_EPTAUDIT%/*}/xen-eptaudit-live.so" "$tmp/xen-eptaudit"
program=$XEN_EPTAUDIT
XEN_EPTAUDIT=$tmp/xen-eptaudit/xen-eptaudit
busy audit 5 --pause
tr '\0' '\n' <"/proc/$guardian/cmdline" | head -n 1 | grep -q xen-eptaudit
judge $((!$?)) 'who kills by command line hits the guardian in a folder of that name'
the_end
XEN_EPTAUDIT=$program

busy capture 5 --pause -o "$tmp/killed"
tr '\0' ' ' <"/proc/$guardian/cmdline" | cut -d ' ' -f 1 | grep -q ept-guardian
judge $? 'who kills by command line hits the guardian'
grep -q 'pauses meanwhile: domain 5' "$stderr"
judge $? 'not said before'
killed
[ ! -e "$tmp/killed" ]
judge $? 'a capture was left behind'

busy audit 5 --pause
kill -9 "$guardian"
the_end
judge $(($? != 1)) 'without its guardian it does not end as usual'
pauses_are_over

busy audit 5 --pause # Ctrl-Z
kill -TSTP $victim
sleep 0.5
judge "$(grep -c '^State:.T' /proc/$victim/status 2>/dev/null)" 'stopped with a domain paused'
the_end
pauses_are_over

busy audit 5 --pause # and what cannot be ignored
kill -STOP $victim
soon pauses_end
pauses_are_over
kill -CONT $victim
the_end
judge $(($? != 1)) 'it does not end as usual'
grep -q 'note: this program was stopped, so the domains were let run' "$stdout"
judge $? 'not said that it was no snapshot'

# A domain that is being built has the id of the one that was paused: it stays as it is.
calls=$(grep -v paused "$tmp/log" | grep -n '^pause$' | cut -d: -f1)
captured "rebuilt 5 $((calls + 1))"
live audit 5 --pause
grep -q '^paused 5' "$tmp/log" && ! grep -q '^unpaused' "$tmp/log"
judge $? 'a domain under construction was let run'

# Nothing but the end of its pipe moves the guardian: no signal, no terminal, nobody who does not read
# what it says; and it holds nothing of others'.
busy audit --all --pause
[ "$(cut -d ' ' -f 6 "/proc/$guardian/stat")" = "$guardian" ]
judge $? 'the guardian has no session of its own'
[ "$(readlink "/proc/$guardian/fd/1")" = /dev/null ]
judge $? 'the guardian has what the report is written to'
! find "/proc/$guardian/fd" -lname "$tmp/*" ! -lname "$tmp/run/*" | grep -q .
judge $? 'the guardian holds the lock, or a temporary file'
if (echo -1000 >/proc/self/oom_score_adj) 2>/dev/null; then
	grep -q '^-1000$' "/proc/$guardian/oom_score_adj"
	judge $? 'the guardian can be killed for want of memory'
fi
ignored=$(sed -n 's/^SigIgn:[[:space:]]*//p' "/proc/$victim/status")
[ $((0x$ignored & 0x380000)) -eq $((0x380000)) ] # SIGTSTP, SIGTTIN, SIGTTOU
judge $? 'a signal stops it with a domain paused'
for signal in HUP INT QUIT TERM TSTP; do
	kill -$signal "$guardian"
done
killed
[ "$(grep -c '^paused' "$tmp/log")" -eq 2 ]
judge $? 'not both paused'

# A guardian that is stopped answers nothing: its work is done all the same.
ended()
{
	! grep -q '^State:[[:space:]]*[^ZX]' "/proc/$victim/status" 2>/dev/null
}
busy audit 5 --pause
kill -STOP "$guardian"
rm -f "$tmp/hold"
soon ended
kill -CONT "$guardian" 2>/dev/null
the_end
judge $(($? != 1)) 'with its guardian stopped it does not end as usual'
pauses_are_over
[ ! -e "$tmp/run/xen-eptaudit.paused" ]
judge $? 'a file still tells of paused domains'

# Both are killed in the same instant: the next run finds what they left.
is_paused()
{
	sed -i "s/^domain 5 hvm,hap/&,paused/" "$tmp/script"
}
both_killed()
{
	busy audit 5 --pause
	kill -9 "$guardian" "$victim"
	the_end
	captured
	is_paused
}
both_killed
live audit 15
expect_status 0
grep -q 'domain 5 is still paused by an earlier run.*let it run with xl unpause 5' "$tmp/notice"
judge $? 'not said that a domain is still paused'
expect_contains 'note: domain 5 is still paused by an earlier run'
live audit 15 --pause
expect_error 'domain 5 is still paused' 'xl unpause 5'
captured 'rebuilt 5 1' # another domain has its id
is_paused
live audit 15
expect_lacks 'still paused'
[ ! -e "$tmp/run/xen-eptaudit.paused" ]
judge $? 'what is over is not forgotten'

# It tells nothing of another boot, nor is it believed if another user could have written it.
for change in 's/boot ./boot x/' 's/^domain 5 ./domain 5 x/'; do
	both_killed
	sed -i "$change" "$tmp/run/xen-eptaudit.paused"
	live audit 15
	expect_status 0
	expect_lacks 'still paused'
done
both_killed
chmod g+r "$tmp/run/xen-eptaudit.paused"
live audit 15
expect_lacks 'still paused'
live audit 15 --pause
expect_error 'xen-eptaudit.paused' "not a file of this user's alone" 'leave out --pause'
rm "$tmp/run/xen-eptaudit.paused"
ln -s "$tmp/elsewhere" "$tmp/run/xen-eptaudit.paused"
live audit 15 --pause
expect_error 'xen-eptaudit.paused'
[ ! -e "$tmp/elsewhere" ]
judge $? 'a link was followed'
rm "$tmp/run/xen-eptaudit.paused"

# Only the program is killed, while its guardian is stopped.
busy audit 5 --pause
kill -STOP "$guardian"
kill -9 "$victim"
the_end
captured
is_paused
live audit 15
expect_status 0
expect_contains "ept-guardian, $guardian" "kill -CONT $guardian"
kill -CONT "$guardian"
soon grep -q '^unpaused 5' "$tmp/log"
soon test ! -e "$tmp/run/xen-eptaudit.paused"

also='fail unpause 16' # nor can this one do the guardian's work
busy audit 5 --pause
kill -9 "$guardian"
the_end
expect_contains 'note: domain 5 is still paused'
also=

# Xen says no for a moment; or the domain is gone, or runs.
for fail in 'unpause 16 1' 'unpause 3' 'unpause 22'; do
	captured "fail $fail"
	live audit 15 --pause
	expect_status 0
	expect_lacks 'still paused'
done
captured 'fail unpause 16 1'
live audit 15 --pause
pauses_are_over
# One of two is gone when it is to be paused.
captured 'fail pause 3 1'
live audit --all --pause
expect_status 1
expect_contains 'Domain 5' 'Domain 15'
[ "$(grep -c '^paused' "$tmp/log")" -eq 1 ]
judge $? 'the other one is not paused'
pauses_are_over
captured 'fail pause 16'
live audit 15 --pause
expect_error 'domain 15 cannot be paused: Device or resource busy'
captured 'fail open 13 2' # the guardian's
live audit 15 --pause
expect_error 'hold the pause cannot ask Xen: Permission denied'

captured 'fail unpause 16'
live audit 15 --pause
expect_status 0
expect_contains 'note: domain 15 is still paused' 'xl unpause 15'
# All that stay paused are named, however much else there is to say.
captured 'fail unpause 16' 'own 5'
for domid in 40 41 42 43 44 45 46 47; do
	echo "domain $domid hvm,hap,dying 10 1 d$domid"
done >>"$tmp/script"
live audit --all --pause
cp "$tmp/notice" "$stderr"
expect_stderr_contains 'domain 15 is still paused'
captured 'fail unpause 16'
live audit --all --pause
cp "$tmp/notice" "$stderr"
expect_stderr_contains 'domains 15, 5 are still paused'

# ---- on a Xen made by hand ----

make_machine
# ---- pausing ----

domain 3 0 2 >"$tmp/D"
machine 'domain 1 hvm,hap 18350080000 1 big'
live audit 3 --pause
expect_error 'conring_size'
! grep -q pause "$tmp/log"
judge $? 'paused for what is not done'
machine 'fail unpause 16' 'fail key-D 1'
live audit 3 --pause
expect_error 'domain 3 is still paused'

finish
