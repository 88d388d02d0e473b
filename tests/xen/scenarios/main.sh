# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2086,SC2046
# xen: conring_size=4M
# A clean guest, domains with everything allowed in them, and stale entries.
# check.py knows what must come out of each: keep both in step.

# ---- a clean guest, alone ------------------------------------------------
own_guest clean clean touch
run xl-dump xl debug-keys D
if live; then
	run clean-live xen-eptaudit audit clean --format json
	run clean-bare xen-eptaudit audit clean --no-q --format json
	killed_capture clean killed
	killed_capture clean unguarded guardian
	must xdom pause $clean
	run capture-paused xen-eptaudit capture clean --pause -o /tmp/paused
	run info-paused xdom info $clean
	must xdom unpause $clean
fi
run clean-key-q xl debug-keys q
run clean-key-D xl debug-keys D
xl dmesg >/out/clean.ring
run clean-log xen-eptaudit audit --from /out/clean.ring --format json
must xdom destroy $clean

# ---- guests whose page tables ask for every type ---------------------------
if live; then
	# shellcheck source=/dev/null
	. /test/maps.sh
	maps_guests
fi

# ---- everything that is right although it looks odd ----------------------
hand_built all hvm everything
# Populate-on-demand first: it is refused once there are capabilities.
must xdom ram $all 0x800 2 9 pod
must xdom ram $all 0xc00 4 0 pod
must xdom ioport $all 0x3c0 0x20 1
for r in 'a0 20' 'c0000 400' 'fec00 1' 'fed00 1'; do
	must xdom iomem $all 0x${r% *} 0x${r#* } 1
done
must xdom setmtrr $all 0 def=806 base0=f0000000 mask0=fff0000800
pins=
pin() {
	must xdom pin $all $1 $2 $3
	pins="$pins,{\"gfn\":[\"$1\",\"$2\"],\"type\":\"$4\"}"
}
i=0
for t in 0/UC 1/WC 4/WT 5/WP 6/WB 7/UC-; do
	pin $(printf '0x%x 0x%x' $((0x2000 + i * 0x200)) \
		$((0x21ff + i * 0x200))) ${t%/*} ${t#*/}
	pin $(printf '0x%x 0x%x' $((0x3004 + i * 0x10)) \
		$((0x3007 + i * 0x10))) ${t%/*} ${t#*/}
	i=$((i + 1))
done
pin 0x4010 0x401f 1 WC
must xdom ram $all 0 32 0
must xdom ram $all 0x100 48 0
must xdom ram $all 0x200 2 9
must xdom ram $all 0x2000 6 9
must xdom ram $all 0x3000 96 0
must xdom ram $all 0x4000 1 9 # a pin covers a part: stays pending
must xdom mmio $all 0xa0 0xa0 0x20 1
must xdom mmio $all 0xc0000 0xc0000 0x210 1
must xdom mmio $all 0xe0000 0xfec00 1 1 # read-only for Xen's own sake
must xdom mmio $all 0xe0001 0xfed00 1 1
must xdom shared $all 0xf0010
must xdom gnttab $all 0 0xf0000
must xdom gnttab $all 1 0xf0001
must xdom ram $all 0xf0100 16 0
must xdom ram $all 0xf0200 1 9
must xdom memtype $all 1 0x100 4 # ram_ro
must xdom ioreq $all
must xdom memtype $all 4 0x104 4 # ioreq_server
must xdom monitor $all 0x12f
for a in 0 1 2 3 4 5 6 7 8 9; do
	must xdom access $all $a $(printf '0x%x' $((0x110 + a)))
done
must xdom unpause $all # maps the APIC access page; no vCPU ever runs

hand_built pend hvm pending
must xdom ioport $pend 0x3c0 0x20 1
must xdom setmtrr $pend 0 def=806
must xdom ram $pend 0x100 16 0
must xdom ram $pend 0x200 2 9
must xdom setmtrr $pend 0 def=806 base0=80000000 mask0=ffffe00800
must xdom touch $pend 0x100 # resolves the 4K table, not the 2M pages

hand_built dirty hvm logdirty
must xdom ioport $dirty 0x3c0 0x20 1
must xdom setmtrr $dirty 0 def=806
must xdom ram $dirty 0x100 16 0
must xdom logdirty $dirty 1
must xdom touch $dirty 0x100

hand_built smp hvm two-vcpus 2
must xdom ioport $smp 0x3c0 0x20 1
must xdom setmtrr $smp 0 def=806 base0=1000001 mask0=ffffe00800
must xdom setmtrr $smp 1 def=804
must xdom ram $smp 0x100 16 0
must xdom ram $smp 0xe00 3 9

# ---- what Xen leaves behind ----------------------------------------------
# The last I/O capability goes after the entries were made.
hand_built rev hvm revoked
must xdom setmtrr $rev 0 def=806
must xdom iomem $rev 0xc0000 0x400 1
must xdom mmio $rev 0xc0000 0xc0000 0x210 1
must xdom ram $rev 0x100 16 0
must xdom ram $rev 0x200 2 9
must xdom iomem $rev 0xc0000 0x400 0
must xdom ram $rev 0x140 8 0
must xdom ram $rev 0x1000 1 9

# Host MTRRs change under existing entries: UC over one superpage, WT over a
# part of another, WC over 16 single frames.
hand_built host hvm host-mtrr
must xdom ioport $host 0x3c0 0x20 1
must xdom setmtrr $host 0 def=806
must xdom ram $host 0x200 3 9
must xdom ram $host 0x1000 48 0
dump
uc=$(mfn_of $host 200) wt=$(mfn_of $host 400) wc=$(frames16_of $host)
must xdom addmtrr 0x$uc 0x200 0
must xdom addmtrr $(printf '0x%x' $((0x$wt + 0x80))) 16 4
must xdom addmtrr 0x${wc}0 16 1
echo "uc $uc wt $wt wc ${wc}0" >/out/host-ranges

# ---- and now the auditor -------------------------------------------------
off='"0x0","0x0"'
mtrr() { # mtrr DEF [BASE0 MASK0]
	f='"0x0"' v="[\"0x${2:-0}\",\"0x${3:-0}\"]"
	echo "{\"cap\":\"0x508\",\"def_type\":\"0x$1\",\"fixed\":[$f,$f,$f,$f,$f,$f,$f,$f,$f,$f,$f],\"var\":[$v,[$off],[$off],[$off],[$off],[$off],[$off],[$off]]}"
}
cat >/out/given.json <<END
{"domains":{
"$all":{"guest_mtrr":$(mtrr 806 f0000000 fff0000800),"pinned":[${pins#,}],
"p2m-type":[{"gfn":["0x111","0x113"],"type":"ram_rw"}]},
"$pend":{"guest_mtrr":$(mtrr 806 80000000 ffffe00800),"pinned":[]},
"$dirty":{"guest_mtrr":$(mtrr 806),"pinned":[]},
"$smp":{"guest_mtrr":[$(mtrr 806 1000001 ffffe00800),$(mtrr 804)],"pinned":[]},
"$rev":{"guest_mtrr":$(mtrr 806),"pinned":[]},
"$host":{"guest_mtrr":$(mtrr 806),"pinned":[]}}}
END
run hostmtrr xdom hostmtrr
if live; then
	run all-live xen-eptaudit audit --all --format json -v
	run given-live xen-eptaudit audit --all --format json -v \
		--given /out/given.json
	run text-live xen-eptaudit audit revoked
	run capture xen-eptaudit capture revoked -o /out/revoked.capture
	run revoked-live xen-eptaudit audit revoked --format json
fi
if live && direct; then
	# Both ways, of domains that do not change: no vCPU of them runs.
	run all-console xen-eptaudit list --all --format xen
	run all-direct xen-eptaudit list --all --format xen --via gdbsx
	run types-direct xen-eptaudit list everything --via gdbsx \
		--columns gfn,type,access --xen "$(xl info xen_version)"
	run audit-direct xen-eptaudit audit --all --via gdbsx --format json -v \
		--given /out/given.json
	run explain-direct xen-eptaudit explain revoked 100 --via gdbsx
	xl info free_memory >/out/free-before
	churn 100
	xl info free_memory >/out/free-after
	xl list >/out/list-after
	for d in $all $pend $dirty $smp $rev $host; do
		xdom info $d
	done >/out/info-after 2>&1
fi
run key-q xl debug-keys q
run key-D xl debug-keys D
xl dmesg >/out/main.ring

# ---- what the report says to do about B19 --------------------------------
# The domain is paused; a capability that comes and goes marks every entry.
if live; then
	must xdom ioport $rev 0x3c0 0x20 1
	must xdom ioport $rev 0x3c0 0x20 0
	run marked xen-eptaudit audit revoked --format json -v
	must xdom touch $rev $(seq 256 271)
	run touched xen-eptaudit audit revoked --format json -v
fi
