# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Functions for scenarios. Results are files in /out, sent at the very end:
# what is printed meanwhile may be torn by lines of Xen and of guests.

step() { echo "@@@ $1 $(cut -d' ' -f1 /proc/uptime)"; }

# run NAME COMMAND...: /out/NAME.{out,err,rc}; never ends the scenario.
run() {
	_n=$1
	shift
	_t=$(cut -d' ' -f1 /proc/uptime)
	"$@" >"/out/$_n.out" 2>"/out/$_n.err"
	_rc=$?
	echo "$_rc" >"/out/$_n.rc"
	echo "$_t $(cut -d' ' -f1 /proc/uptime)" >"/out/$_n.time"
	echo "+ $_n: exit $_rc"
	[ ! -s "/out/$_n.err" ] || head -n 5 "/out/$_n.err"
	return 0
}

# must COMMAND...: part of the setup; the scenario ends when it fails.
must() {
	echo "+ $*"
	"$@" && return 0
	echo "@@@ failed: $*"
	echo "$*" >>/out/setup-failed
	exit 1
}

# known VARIABLE NAME DOMID: a domain that the checks ask for by NAME; VARIABLE=DOMID.
known() {
	echo "DOM $3 $2"
	echo "$2 $3" >>/out/domains
	eval "$1=$3"
}

# hand_built VARIABLE TYPE NAME [VCPUS]: a domain without guest; VARIABLE=domid.
hand_built() {
	_id=$(xdom create "$2" "$3" ${4:+"$4"}) || must false "create $3"
	known "$1" "$3" "$_id"
}

# guest VARIABLE NAME CONFIG LINE...: a running guest; VARIABLE=domid.
guest() {
	_v=$1 _n=$2
	shift 2
	printf '%s\n' "name='$_n'" "$@" >"/tmp/$_n.cfg"
	must xl create -q -e "/tmp/$_n.cfg"
	known "$_v" "$_n" "$(xl domid "$_n")"
}

# own_guest VARIABLE NAME ELF [CONFIG LINE...]: one of those in guest/.
own_guest() {
	_v=$1 _n=$2 _elf=$3
	shift 3
	guest "$_v" "$_n" "type='pvh'" "kernel='/test/$_elf'" "memory=64" "on_crash='preserve'" "$@"
}

# must_say DOMID TEXT SECONDS: until the guest has printed it by Xen's debug port.
must_say() {
	_i=0
	until xl dmesg | grep -q "(d$1) \(\[[^]]*] \)*$2"; do
		_i=$((_i + 1))
		[ $_i -lt "$3" ] || must false "domain $1 did not say: $2"
		sleep 1
	done
}

# live: the module for this hypervisor is in the image.
live() { [ -e /test/xen-eptaudit-live.so ]; }

# direct: this Xen lets dom0 read tables directly.
direct() { xen-eptaudit list --all --via gdbsx >/dev/null 2>&1; }

# churn TIMES: run directly so often while domains are built and destroyed.
churn() {
	: >/tmp/churning
	while [ -e /tmp/churning ]; do
		_d=$(xdom create hvm churn) || break
		xdom ioport "$_d" 0x3c0 0x20 1
		xdom ram "$_d" 0x100 64 0
		xdom ram "$_d" 0x2000 2 9
		xdom destroy "$_d"
	done >/out/churn.log 2>&1 &
	_n=0
	while [ $_n -lt "$1" ]; do
		xen-eptaudit audit --all --no-q --via gdbsx --summary >/tmp/churn.out \
			2>/tmp/churn.err
		_rc=$?
		echo "$_rc"
		[ $_rc -ne 2 ] || cat /tmp/churn.err >>/out/churn.errors
		_n=$((_n + 1))
	done >/out/churn.rcs
	rm /tmp/churning
	wait
}

# dump: the last dump of every domain as "domid gfn order mfn" in /tmp/dump.
dump() {
	xl debug-keys D
	xl dmesg | awk '
		/EPT p2m table:/ {
			d = $2; sub("domain", "", d)
			n[d] = 0
		}
		$1 == "(XEN)" && $2 == "gfn:" && $6 == "mfn:" {
			line[d, n[d]++] = $3 " " $5 " " $7
		}
		END {
			for (d in n)
				for (i = 0; i < n[d]; i++)
					print d, line[d, i]
		}' >/tmp/dump
}

# mfn_of DOMID GFN
mfn_of() { awk -v d="$1" -v g="$2" '$1 == d && $2 == g { print $4 }' /tmp/dump; }

# frames16_of DOMID: 16 aligned frames mapped as 4K pages, without last digit
frames16_of() {
	awk -v d="$1" '$1 == d && $3 == 0 { n[substr($4, 1, length($4) - 1)]++ }
		END { for (m in n) if (n[m] == 16) { print m; exit } }' /tmp/dump
}

# killed_capture DOMAIN NAME [guardian]: kill -9 a capture that holds DOMAIN
# paused, or its guardian.
killed_capture() {
	xen-eptaudit capture "$1" --pause -o "/tmp/$2.capture" \
		>"/out/$2.out" 2>"/out/$2.err" &
	_pid=$! _i=0 _seen=0
	while [ $_i -lt 200 ] && kill -0 "$_pid" 2>/dev/null; do
		case $(xdom info "$(xl domid "$1")") in
		*unpaused*) ;;
		*)
			_seen=1
			break
			;;
		esac
		_i=$((_i + 1))
	done
	_victim=$_pid
	if [ -n "$3" ]; then
		_victim=$(grep -l '^ept-guardian' /proc/[0-9]*/comm)
		_victim=${_victim#/proc/}
		_victim=${_victim%/comm}
	fi
	kill -9 "$_victim"
	wait "$_pid"
	echo "$?" >"/out/$2.rc"
	echo "$_seen" >"/out/$2.seen"
	sleep 1 # the guardian needs a moment to notice
	run "$2-info" xdom info "$(xl domid "$1")"
}

send_results() {
	[ -s /out/main.ring ] || xl dmesg >/out/last.ring 2>/dev/null
	cp /var/log/xen/*.log /out/ 2>/dev/null
	# What a guest prints now would tear the lines below.
	while read -r _ _id; do
		xdom pause "$_id" 2>/dev/null
	done </out/domains
	tar -C /out -cf - . | gzip -9 >/tmp/out.tgz
	echo "@@@ tar $(md5sum </tmp/out.tgz | cut -d' ' -f1)"
	base64 -w 76 /tmp/out.tgz | sed 's/^/@B /'
	echo "@@@ tar-end"
}
