# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# For tests/live/*.sh: tests/lib.sh, and Xens for the program to run on, which are played by
# fake-xen.c by the script $tmp/script:
#
# captured [LINE...]       two domains of a real Xen, 5 (B19) and 15 (clean), and these lines; call
#                          read_capture before. $tmp/boot, D, q are what that Xen printed, $tmp/all
#                          the script of all its domains, $tmp/two of these two
# memory_lines             by which the tables of all its domains can be read, from $tmp/core; the
#                          places of these are in the file $roots
# machine [LINE...]        one domain, 3, made by hand, and these lines before what it has else; call
#                          make_machine before. $tmp/boot, D, q are what it prints
# live ARGUMENT...         the program on the Xen of $tmp/script: as run; what it says before it does
#                          it stands apart, in $tmp/notice, and the calls that it made in $tmp/log
# pauses_are_over          by the log all that was paused runs again
# facts NAME...            these facts of domain 3, as a capture has them: value, and how it is known
# record, domain           what key D prints
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp" XEN_EPTAUDIT_LOCK="$tmp/lock" XEN_EPTAUDIT_SYS="$tmp/sys"
export XEN_EPTAUDIT_RUN="$tmp/run"
mkdir "$tmp/run"
fake=$(realpath -m "${BUILDDIR:-.}/build/tests/live/fake-xen.so")

# Built without Xen there is nothing to test: what the program says then is in module.sh.
needs_fake_xen()
{
	[ -e "$fake" ] || finish
	need python3 || finish
}

keeps_boot= # not empty: what runs before kept of this boot stays

live()
{
	: >"$tmp/log"
	[ -n "$keeps_boot" ] || rm -f "$tmp/run/xen-eptaudit.boot" "$tmp/run/xen-eptaudit.places"
	stderr=$tmp/.all
	run_command env FAKE_XEN="$tmp/script" LD_PRELOAD="$fake" \
		ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" "$XEN_EPTAUDIT" "$@"
	stderr=$tmp/.stderr
	: >"$tmp/notice"
	while IFS= read -r lib_line; do
		case $lib_line in
		'xen-eptaudit: '*) printf '%s\n' "$lib_line" >>"$tmp/notice" ;;
		*) printf '%s\n' "$lib_line" ;;
		esac
	done <"$tmp/.all" >"$stderr"
}

# structs_machine BOOT: the script of the Xen whose memory tests/structs/make made in $tmp
structs_machine()
{
	cat <<-SCRIPT
		version 4 19 .1
		own 0
		ring 1048576
		boot $1
		log $tmp/log
		domain 0 - 1024 1 Domain-0
		domain 1 hvm,hap 12 2 one
		domain 2 hvm,hap 1 0 two
		e820 0x0 0x9f000 1
		e820 0x100000 0x700000 1
		end 0x800
		memory $tmp/image
		own-page 0x7f0 0x777
		xen-at 0x400 0x80
		m2p 0x600 3 0x10
		m2p 0x300 1 0x13
		m2p 0x702 1 0x14
		m2p 0x605 1 0x1a
		m2p 0x610 1 0x10
		mtrr 1 0 0 def=806
		iommu 1 off
		iommu 2 on
	SCRIPT
}

# structures SCRIPT ROOTS: Xen's list of its domains, each with its p2m, in pages that the core has not;
# by the lines of what Xen has, and of the roots of EPTs
structures()
{
	awk -v domains="$(sed -n 's/^domain \([0-9]*\) .*/\1/p' "$1" | tr '\n' ' ')" \
		-v roots="$(sed -n 's/^d\([0-9]*\) \(0x[0-9a-f]*\) .*/\1=\2/p' "$2" | tr '\n' ' ')" '
	function at(frame) { return sprintf("0xffff8300%08x", frame * 4096) }
	function put(frame, word, value) { print "change 0", frame, word, value }
	BEGIN {
		print "xen-at 0x100 0x10"
		print "symbol _start 0xffff82d040200000"
		print "symbol something_else 0xffff82d040200010"
		print "symbol idle_pg_table 0xffff82d040201000"
		print "symbol domain_list 0xffff82d040203100"
		put(257, 262, "0x102003")
		for (i = 0; i < 2; i++)
			put(258, i, sprintf("0x%x", i * 1073741824 + 131))
		put(259, 32, at(272))
		n = split(domains, ids, " ")
		m = split(roots, pairs, " ")
		for (i = 1; i <= m; i++) {
			split(pairs[i], pair, "=")
			root[pair[1]] = pair[2]
		}
		for (i = 1; i <= n; i++) {
			put(271 + i, 0, ids[i])
			if (i < n)
				put(271 + i, 10, at(272 + i))
			put(271 + i, 60, at(512 + 2 * i))
			put(512 + 2 * i, 5, at(271 + i))
			if (ids[i] in root) {
				put(512 + 2 * i, 7, substr(root[ids[i]], 1, length(root[ids[i]]) - 3))
				put(512 + 2 * i, 20, root[ids[i]])
			}
		}
	}'
}

pauses_are_over()
{
	paused=$(grep -c '^paused' "$tmp/log")
	[ "$paused" -eq "$(grep -c '^unpaused' "$tmp/log")" ]
	judge $? "paused $paused times, and not as often unpaused"
}

# ---- two domains of a real Xen ----

# read_capture [LINE...]: 23 domains of a real Xen, with what dom0's calls returned; the lines come
# first in $tmp/all
read_capture()
{
	gzip -dc "$captures/stale-entries.xen4.17.conring-and-facts.txt.gz" >"$tmp/facts"
	"$SRCDIR/tests/live/from-capture" "$tmp" "$@" <"$tmp/facts"
	mv "$tmp/script" "$tmp/all"
	sed -n '/^\(domain\|mtrr\|type\) \([0-9]\|1[0-46-9]\|2.\) /!p
		/^\(domain\|mtrr\|type\) 5 /p' "$tmp/all" | sed '/^access/d' >"$tmp/two"
	cp "$tmp/boot" "$tmp/boot.whole"
	sed -i '/Command line:/d' "$tmp/boot" # so that Xen is asked for it
}

captured()
{
	{
		cat "$tmp/two"
		for line; do
			echo "$line"
		done
	} >"$tmp/script"
}

roots=$captures/stale-entries.xen4.17.ept-tables.roots.txt

memory_lines()
{
	gzip -dc "$captures/stale-entries.xen4.17.ept-tables.core.gz" >"$tmp/core"
	printf '%s\n' "memory $tmp/core" 'end 0x7fff0' 'own-page 0x1234 0x777'
	sed -n 's/^d[0-9]* \(0x[0-9a-f]*\) .*/root \1/p' "$roots"
}

# ---- one domain, made by hand ----

# record GFN ORDER MFN ATTRIBUTES: a line of key D
record()
{
	printf '(XEN) gfn: %13x order: %2d mfn: %13x %s\n' "$1" "$2" "$3" "$4"
}

# domain ID FIRST COUNT [ATTRIBUTES]: what key D prints of a domain whose frames begin at 0x50000
domain()
{
	printf '(XEN) \n(XEN) domain%d EPT p2m table:\n' "$1"
	for n in $(seq "$2" $(($2 + $3 - 1))); do
		record "$n" 0 $((0x50000 + n)) "${4:-rwx WB!}"
	done
}

machine()
{
	for line; do
		echo "$line"
	done >"$tmp/script"
	cat <<-SCRIPT >>"$tmp/script"
		ring 1048576
		boot $tmp/boot
		key D $tmp/D
		key q $tmp/q
		log $tmp/log
		domain 3 hvm,hap 7 1 three
		iommu 3 on
		e820 0x0 0x80000000 1
		e820 0x80000000 0x10000000 2
		e820 0x100000800 0x2000 1
		end 0x200000
		host 0x40000 0x40000 0
		host 0x0 0x0 0
		mtrr 3 0 0 def=806
	SCRIPT
}

facts()
{
	rm -f "$tmp/capture"
	# shellcheck disable=SC2086 # options are words
	live capture 3 $options -o "$tmp/capture"
	expect_status 0
	python3 "$SRCDIR/tests/live/facts.py" "$tmp/capture" "$@" >"$stdout"
}
options=

make_machine()
{
	cat <<'Q' >"$tmp/q.part"
(XEN) 'q' pressed -> dumping domain info (now = 1)
(XEN) General information for domain 3:
(XEN)     nr_pages=5 xenheap_pages=2 shared_pages=0
(XEN) Rangesets belonging to domain 3:
(XEN)     I/O Memory { f0000-f0001 }
(XEN)     I/O Ports  { 3f8-3ff }
(XEN) Memory pages belonging to domain 3:
(XEN)     PoD entries=0 cachesize=0
(XEN)     XenPage 0000000000055555: caf=c000000000000001, taf=e400000000000001
(XEN) VCPU information and callbacks for domain 3:
(XEN)     VCPU0: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=00
(XEN)     VCPU1: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=00
Q
	{
		cat "$tmp/q.part"
		echo '(XEN) Notifying guest 3:0 (virq 1, port 0)'
	} >"$tmp/q.whole"
	banner='(XEN) Xen version 4.17.7 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026'
	cat <<BOOT >"$tmp/boot.whole"
$banner
(XEN) Command line: placeholder console=vga
(XEN) Xen-e820 RAM map:
(XEN)  [0000000000000000, 000000000fffffff] (usable)
(XEN) MTRR default type: uncachable
(XEN) MTRR fixed ranges enabled:
(XEN)   00000-9ffff write-through
(XEN)   a0000-fffff uncachable
(XEN) MTRR variable ranges enabled:
(XEN)   0 base 0010000000 mask fff0000000 write-combining
BOOT
	cp "$tmp/boot.whole" "$tmp/boot"
	cp "$tmp/q.whole" "$tmp/q"
	domain 3 0 2 >"$tmp/D"
}
