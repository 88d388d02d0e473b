# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2086
# xen: conring_size=4M console_timestamps=boot
# What others do while the program runs: guests balloon, start again, are saved, are
# destroyed; the ring is cleared, xenstored is stopped, and the program is told to
# end. check_disturbed.py knows what may come out.

live || exit 1

# begin NAME COMMAND...: like run, but others go on; waited_for ends it.
begin() {
	_begun=$1
	shift
	"$@" >"/out/$_begun.out" 2>"/out/$_begun.err" &
	_pid=$!
}
waited_for() {
	wait "$_pid"
	echo "$?" >"/out/$_begun.rc"
	echo "+ $_begun: exit $(cat "/out/$_begun.rc")"
}
# after MILLISECONDS
after() { usleep $(($1 * 1000)); }
moments='0 150 250 350 450 550 700 900'

# ---- a guest that gives memory back and takes it again ----------------------
own_guest balloon balloon balloon 'memory=24'
must_say $balloon 'balloon: alive' 60
for n in 1 2 3; do
	run balloon-$n xen-eptaudit audit balloon --format json
done
run balloon-paused xen-eptaudit audit balloon --pause --format json
run balloon-info xdom info $balloon

# ---- saved, the program beside it, and let go on -----------------------------
xdom suspend $balloon & # the guest does not do what it is asked for
begin saving xl save -c balloon /tmp/saved
_saving=$_pid
for n in 1 2; do
	run saving-$n xen-eptaudit audit --all --no-q --format json
done
wait "$_saving"
echo "$?" >/out/saving.rc
rm -f /tmp/saved
xdom info $balloon >/out/saved.info
run resumed xen-eptaudit audit balloon --pause --format json
must xdom destroy $balloon

# ---- one that starts again and again -----------------------------------------
printf '%s\n' "name='again'" "type='pvh'" "kernel='/test/reboot'" 'memory=64' \
	"on_reboot='restart'" >/tmp/again.cfg
must xl create -q /tmp/again.cfg
for n in 1 2 3 4; do
	run again-$n xen-eptaudit audit again --no-q --format json
	run again-paused-$n xen-eptaudit audit again --no-q --pause --format json
done
xl dmesg | grep -c 'reboot: alive' >/out/again.times
# It ends for good when nobody starts it again.
killall xl
xl destroy again

# ---- one that is destroyed, earlier and later ---------------------------------
hand_built stays pvh stays
must xdom ram $stays 0x100 16 0
must xdom unpause $stays # it has no vCPU that runs
for at in $moments; do
	_id=$(xdom create pvh doomed) || must false 'create doomed'
	must xdom ram "$_id" 0x100 64 0
	begin doomed-$at xen-eptaudit audit doomed --no-q --format json
	after $at
	xdom destroy "$_id"
	waited_for
	_id=$(xdom create pvh doomed) || must false 'create doomed'
	must xdom ram "$_id" 0x100 64 0
	begin doomed-capture-$at xen-eptaudit capture --all --no-q --pause -o "/tmp/doomed-$at.capture"
	after $at
	xdom destroy "$_id"
	waited_for
done
run stays-info xdom info $stays

# ---- someone else clears the ring ----------------------------------------------
xl dmesg >/out/disturbed.ring
must xdom ram $stays 0x1000 100 0
for at in $moments; do
	begin cleared-$at xen-eptaudit audit stays --format json
	after $at
	xl dmesg -c >/dev/null
	waited_for
	begin cleared-force-$at xen-eptaudit audit stays --force --no-q --format json
	after $at
	xl dmesg -c >/dev/null
	waited_for
done

# ---- told to end, while a domain is paused ----------------------------------------
for signal in TERM HUP KILL; do # what runs beside a shell ignores INT
	for at in 0 200 350 500 700; do
		mkdir -p /tmp/ended
		begin ended-$signal-$at xen-eptaudit capture stays --no-q --pause \
			-o /tmp/ended/capture
		after $at
		kill -$signal "$_pid" 2>/dev/null
		waited_for
		sleep 1 # the guardian needs a moment to notice
		xdom info $stays >/out/ended-$signal-$at.info
		ls -A /tmp/ended >/out/ended-$signal-$at.left
		rm -rf /tmp/ended
	done
done

# The program and its guardian in the same instant: nobody is left to let the
# domain run, but the next run says so.
_seen=0
for at in 300 350 400 450 500 250 200 550 600 150; do
	begin both xen-eptaudit capture stays --no-q --pause -o /tmp/both.capture
	after $at
	_guardian=$(grep -l '^ept-guardian' /proc/[0-9]*/comm | sed 's/[^0-9]//g')
	kill -9 "$_pid" $_guardian
	waited_for
	sleep 1
	case $(xdom info $stays) in
	*unpaused*) ;;
	*)
		_seen=1
		break
		;;
	esac
done
echo $_seen >/out/both.seen
run both-next xen-eptaudit audit stays --format json
must xdom unpause $stays
run both-then xen-eptaudit audit stays --format json
rm -f /tmp/both.capture

# ---- nobody answers for names ------------------------------------------------------
kill -STOP "$(cat /run/xenstored.pid)"
run nameless xen-eptaudit audit --all --format json
run by-name xen-eptaudit audit stays --format json
run by-id xen-eptaudit audit $stays --format json
kill -CONT "$(cat /run/xenstored.pid)"
run named xen-eptaudit audit stays --format json
xl dmesg >/out/main.ring
