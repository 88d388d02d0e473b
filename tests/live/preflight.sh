#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What it says before it does it, what it must not do, and what it says when it cannot.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture

# ---- what it must not do, and what it says when it cannot ----

captured
live audit 5 --no-q
expect_status 0
expect_contains 'I/O capabilities     unknown'
! grep -q key-q "$tmp/log"
judge $? 'key q was sent'
[ "$(live audit 15 && grep -c key-D "$tmp/log")" = 1 ]
judge $? 'a second dump although nothing was wrong'
sed '/^key D/d' "$tmp/two" >"$tmp/script"
live audit 15
expect_error 'Xen printed no EPT' 'Intel'
! grep -q key-q "$tmp/log"
judge $? 'key q was sent to a Xen without EPT'
echo '(d5) a guest prints meanwhile' >"$tmp/guest"
captured
sed -i "s|^key D .*|key D $tmp/guest|" "$tmp/script"
live audit --all
expect_error 'Xen printed no EPT' 'Intel'
captured 'die 5 12' 'die 15 12' # after the list of domains, before key D
sed -i "s|^key D .*|key D $tmp/nothing|" "$tmp/script"
: >"$tmp/nothing"
live audit 15
expect_error 'domain 15 went away while it was looked at'
# 300 GiB fit if they are in 1G pages, which is how they are made if there are such; 70 TiB do not.
captured 'domain 40 hvm,hap 80000000 1 big'
sed 's/^(XEN) Command line:.*/(XEN) Command line: placeholder console=vga/' "$tmp/boot" >"$tmp/boot.vga"
sed -i "s|^boot .*|boot $tmp/boot.vga|" "$tmp/script"
live audit 15
expect_status 0
captured 'domain 40 hvm,hap 18350080000 1 big'
live audit 15
expect_error 'conring_size=8M' '4 MiB' '--force'
sed -i '/Allocated console ring/d' "$tmp/boot"
live audit 15
expect_error '16 KiB' '--force'
mv "$tmp/boot" "$tmp/boot.away"
: >"$tmp/boot"
captured 'commandline placeholder conring_size=16k console=vga' 'domain 40 hvm,hap 8000000 1 big'
live audit 15
expect_error 'conring_size=64k' '16 KiB' '--force'
captured 'commandline placeholder conring_size=16M console=com1,vga com1=115200,8n1 sync_console' \
	'domain 40 hvm,hap 8000000 1 big'
live audit 15
expect_error 'serial console (sync_console) takes 84' '--force'
! grep -q key- "$tmp/log"
judge $? 'a key was sent'
live audit 15 --force
expect_status 0
mv "$tmp/boot.away" "$tmp/boot"
exec 9>"$tmp/lock"
flock 9
captured
live audit 15
expect_error 'another xen-eptaudit is at work'
exec 9>&-
captured 'fail open 13'
live audit 15
expect_error 'no privilege' 'root'
captured 'fail getinfolist 13'
live audit 15
expect_error 'built for another Xen'
captured 'fail key-D 1'
live audit 15
expect_error 'does not let' 'root'
captured 'fail key-D 13'
live audit 15
expect_error 'built for another Xen' 'FLASK'
captured 'fail pause 22'
live audit 15 --pause
expect_error 'cannot be paused'
pauses_are_over
captured 'fail multicall 38' 'fail access 1'
live audit --all
expect_status 1

# ---- what it says before it does it ----

captured
live audit 15
expect_same "$tmp/notice" - <<-'END'
	xen-eptaudit: has Xen print the EPTs of 2 domains (debug key D, twice if entries are wrong) into its console ring, 868 B or more, then what they may do (key q, which sends VIRQ_DEBUG to every vCPU; not with --no-q)
END
live audit --all --no-q --pause
expect_same "$tmp/notice" - <<-'END'
	xen-eptaudit: has Xen print the EPTs of 2 domains (debug key D, twice if entries are wrong) into its console ring, 868 B or more; pauses meanwhile: domain 5, 15
END
live list 15 # needs no capabilities
grep -q 'key q' "$tmp/notice" || grep -q key-q "$tmp/log"
[ $? -ne 0 ]
judge $? 'a list sent key q'
captured 'domain 40 hvm,hap 2000 1 big' 'commandline placeholder console=com1 com1=115200'
sed -i '/Command line:/d' "$tmp/boot"
live audit 15
grep -q 'holds up dom0 for less than 1 s, or [0-9]* s where' "$tmp/notice"
judge $? "seconds: $(cat "$tmp/notice")"
# Without console= Xen takes com1 if it is told of it; without com1= there is no port.
sed -i 's/^(XEN) Command line:.*//' "$tmp/boot"
captured 'commandline placeholder com1=9600' 'domain 40 hvm,hap 40000 1 big'
live audit 15
cp "$tmp/notice" "$stderr"
grep -q 'its serial console of 9600 baud holds up dom0 for 6 s, or 48 min where all is in 4K pages' "$tmp/notice"
judge $? 'nothing said of the serial console'
captured 'commandline placeholder console=com1' 'domain 40 hvm,hap 40000 1 big'
live audit 15
cp "$tmp/notice" "$stderr"
! grep -q serial "$tmp/notice"
judge $? 'there is no serial port'

# xenstored does not answer: names are not known, and nothing hangs.
captured "hold name $tmp/silent"
: >"$tmp/silent"
live audit --all --no-q
expect_status 0
expect_contains 'note: xenstored does not answer: names of domains are not known'
captured "hold name $tmp/silent"
live audit web
expect_error 'there is no domain web' 'xenstored does not answer, so choose by id'
rm "$tmp/silent"

# ---- what it writes to ----

# Closed standard streams: nothing that is opened gets what is meant for them.
captured
: >"$tmp/lock"
run_command sh -c 'exec "$@" >&-' sh env FAKE_XEN="$tmp/script" LD_PRELOAD="$fake" \
	ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" "$XEN_EPTAUDIT" audit 15
expect_status 2
expect_stderr_contains 'cannot write the report'
run_command sh -c 'exec "$@" 2>&-' sh env FAKE_XEN="$tmp/script" LD_PRELOAD="$fake" \
	ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" "$XEN_EPTAUDIT" audit 15
expect_status 0
[ ! -s "$tmp/lock" ]
judge $? 'messages went into the lock'

# ---- on a Xen made by hand ----

make_machine
# ---- what Xen's command line tells, where the boot is gone ----

: >"$tmp/boot"
# options_of_xen OPTION...: an audit beside a domain of 1000 pages of 1G, which take 62 KB
options_of_xen()
{
	machine "commandline placeholder $*" 'domain 1 hvm,hap 262144000 1 big'
	live audit 3 --no-q
}
options_of_xen conring_size=16384b
expect_error 'has 16 KiB'
options_of_xen conring_size=48
expect_error 'has 48 KiB'
for option in 65536b 64 64k 1m 1g '16k conring_size=1m' '1m xconring_size=16k'; do
	options_of_xen "conring_size=$option"
	expect_status 0
done
options_of_xen 'console=com1 com1=auto'
expect_error 'takes 27' '--force'
options_of_xen 'console=vga console=com2 com2=9600,8n1 com1=115200'
expect_error 'takes 33'
options_of_xen 'console=vga com1=9600'
expect_status 0
cp "$tmp/boot.whole" "$tmp/boot"
machine
live audit 3
grep -q 'the EPTs of 1 domain (debug key D, twice' "$tmp/notice"
judge $? 'not said what it does'
live list 3
! grep -q twice "$tmp/notice"
judge $? 'a list says that it looks twice'


# ---- what a run would do, and none of it ----

captured
for verb in 'audit 5' 'map 5' 'list 5' 'explain 5 0' 'compare 5 --rules 4.17 --rules 4.19' "capture 5 -o $tmp/none"; do
	# shellcheck disable=SC2086 # words
	live $verb --dry-run
	expect_status 0
	expect_contains 'Without --dry-run this run has Xen print the EPTs of'
	expect_lacks 'mismatch' 'Domain 5'
	! grep -q 'key-D\|key-q\|paused' "$tmp/log"
	judge $? "something was done by $verb"
done
[ ! -e "$tmp/none" ]
judge $? 'a file was made'
live audit 5 --dry-run --pause
expect_contains 'pauses meanwhile: domain 5'
! grep -q '^paused' "$tmp/log"
judge $? 'a domain was paused'
run audit --dry-run --from "$tmp/D"
expect_error '--dry-run is for running domains'
finish
