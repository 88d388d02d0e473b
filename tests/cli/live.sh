#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The live source on a Xen that is played by tests/live/fake-xen.c, also where calls fail, domains
# go away, and the console ring overflows.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp" XEN_EPTAUDIT_LOCK="$tmp/lock" XEN_EPTAUDIT_SYS="$tmp/sys"
fake=$(realpath -m "${BUILDDIR:-.}/build/tests/live/fake-xen.so")

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
run audit 3 --facts log
expect_error '--facts is for a memory image'

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

# live ARGUMENT...: the program on the Xen of $tmp/script
live()
{
	rm -f "$tmp/log"
	run_command env FAKE_XEN="$tmp/script" LD_PRELOAD="$fake" \
		ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" "$XEN_EPTAUDIT" "$@"
	# What it says before it does it stands apart, for what checks that there is nothing else.
	grep '^xen-eptaudit: ' "$stderr" >"$tmp/notice"
	sed -i '/^xen-eptaudit: /d' "$stderr"
}

# script [LINE...]: a Xen with two domains of the capture, and these lines
script()
{
	cp "$tmp/two" "$tmp/script"
	for line; do
		echo "$line" >>"$tmp/script"
	done
}

pauses_are_over()
{
	paused=$(grep -c '^paused' "$tmp/log")
	[ "$paused" -eq "$(grep -c '^unpaused' "$tmp/log")" ]
	judge $? "paused $paused times, and not as often unpaused"
}

# ---- 23 domains of a real Xen, with what dom0's calls returned ----

need python3 || finish
gzip -dc "$captures/stale-entries.xen4.17.conring-and-facts.txt.gz" >"$tmp/facts"
# Two pages of domain 21 have less access, by a monitor.
"$SRCDIR/tests/live/from-capture" "$tmp" 'access 21 0x1412 0x1412 5' \
	'access 21 0x1440 0x1440 3' <"$tmp/facts"
cp "$tmp/script" "$tmp/all"

live audit --all -v --format jsonl
expect_status 1
cp "$stdout" "$tmp/runs"
run_command sh -c '"$1/tests/tools/against-truth" "$1/tests/captures/stale-entries.xen4.17.truth.tsv" \
	<"$2"' sh "$SRCDIR" "$tmp/runs"
expect_stdout_is '1140 mismatch mismatch B19
529 mismatch mismatch B21
16 mismatch-unknowable ok-if -
920 ok ok -
4956 ok ok-if -
302 pending pending -
2 skipped skipped -
316 unknowable ok-if -'
live audit --all --format json
expect_contains '"kind":"live"' '"how":"measured"' '"exit_status":1' '"complete":true'
cp "$stdout" "$tmp/json"
python3 - "$tmp/json" <<'END' >"$stdout"
import json, sys
document = json.load(open(sys.argv[1]))
entries = sum(domain['summary']['entries'] for domain in document['domains'])
print(entries, document['source']['hypercalls'] / entries < 0.05)
END
expect_stdout_is '8181 True'

if need python3 && python3 -c 'import jsonschema' 2>/dev/null; then
	run_command "$SRCDIR/tests/tools/valid-json" "$SRCDIR/tests/schema/audit.json" "$tmp/json"
	expect_status 0
fi

# What is captured says the same elsewhere.
domains()
{
	python3 -c 'import json, sys
document = json.load(open(sys.argv[1]))
print(json.dumps([document[key] for key in ("domains", "xen", "exit_status")]))' "$1"
}
live capture --all -o "$tmp/capture"
expect_status 0
run audit --from "$tmp/capture" --format json
expect_status 1
cp "$stdout" "$tmp/again"
domains "$tmp/json" >"$tmp/wanted"
domains "$tmp/again" >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"

# Other verbs ask the same Xen.
live list 14 --emt WC --ipat yes
expect_status 0
expect_contains 'Domain 14' '0x2200-0x23ff'
live explain 5 0x100
expect_status 0
live compare --rules 4.17 --rules 4.19 5
expect_status 1
expect_contains 'Domain 5 (s1-revoked-iomem)'
live compare --rules 4.17 --rules 4.19 # all of them
expect_status 1
expect_contains 'Domain 5 (s1-revoked-iomem)' 'Domain 15 (s5-clean-pvh)'
live compare --all 15
expect_contains '131 entries; of them'
live rules fit 15
expect_status 0
expect_contains 'fits best'
live diff --pause a b
expect_status 2
expect_stderr_contains "unrecognized option '--pause'"

# ---- which domain ----

# Two of them: the capture's 5 (B19) and 15 (clean).
sed -n '/^\(domain\|mtrr\|type\) \([0-9]\|1[0-46-9]\|2.\) /!p
	/^\(domain\|mtrr\|type\) 5 /p' "$tmp/all" >"$tmp/two"
sed -i '/^access/d' "$tmp/two"
sed -i '/Command line:/d' "$tmp/boot" # so that Xen is asked for it
script
live audit 15
expect_status 0
expect_contains 'Domain 15 (s5-clean-pvh)' 'I/O capabilities     no (measured)' '0 mismatch' \
	'131 ok, 0 ok-if'
live audit s1-revoked-iomem --pause
expect_status 1
expect_contains 'Domain 5 (s1-revoked-iomem)' 'B19'
pauses_are_over
grep -q '^paused 5' "$tmp/log"
judge $? 'not paused'
live audit d5 --summary
expect_status 1
live audit 9
expect_error 'no domain 9' '5 (s1-revoked-iomem), 15 (s5-clean-pvh)'
live audit nobody
expect_error 'no domain nobody'
script 'domain 30 hvm,hap 10 1'
live audit ''
expect_error 'there is no domain'
: >"$tmp/there"
live capture 15 -o "$tmp/there"
expect_error 'exists'
! grep -q key "$tmp/log"
judge $? 'Xen was made to print for a capture that cannot be'
# A boot that has left the ring cannot tell of a tip between 4.17.4 and 4.17.5.
script 'version 4 17 .4'
sed -i 's/^boot.*/boot \/dev\/null/' "$tmp/script"
live audit 15
expect_contains 'Xen 4.17.4 (assumed), judged by the rules of Xen 4.17.0-4.17.4, 4.18.0-4.18.2 (set 4.17) or Xen 4.17.5-4.17.7, 4.18.3-4.18.6, 4.19, 4.20 (set 4.19)'
script 'version 4 17 .3'
sed -i 's/^boot.*/boot \/dev\/null/' "$tmp/script"
live audit 15
expect_contains 'Xen 4.17.3 (measured), judged by the rules of Xen 4.17.0-4.17.4, 4.18.0-4.18.2 (set 4.17)'
script 'domain 30 hvm,hap 10 1 s5-clean-pvh'
live audit s5-clean-pvh
expect_error 'both named' 'choose by id'
script 'domain 30 - 10 1 pv' 'domain 31 hvm 10 1 shadow' 'domain 32 hvm,hap,dying 10 1 dying' \
	'domain 33 hvm,hap 10 1 mine' 'own 33' 'domain 34 hvm,hap 10 1 silent'
live audit pv
expect_error 'domain 30 (pv) is a PV domain'
live audit 31
expect_error 'domain 31 (shadow) has shadow page tables'
live audit dying
expect_error 'is being destroyed'
live audit 33
expect_error 'is the one this runs in'
live audit 34
expect_error 'domain 34 has no EPT that Xen prints'
live audit --all
expect_status 1
expect_contains 'note: domain 33 is the one' 'note: domain 34 has no EPT' 'Domain 15 '
name=$(printf 'x\033[31m\033]0;y\007')
sed "s/s5-clean-pvh/$name/" "$tmp/two" >"$tmp/script"
live audit 15
expect_status 0
expect_contains 'Domain 15 (x?[31m?]0;y?)'
[ "$(tr -d '\n\t -~' <"$stdout" | wc -c)" -eq 0 ]
judge $? 'control characters in the report'
live audit 15 --format json
expect_contains '"name":"x?[31m?]0;y?"'

# Closed standard streams: nothing that is opened gets what is meant for them.
script
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

# ---- what it must not do, and what it says when it cannot ----

script
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
script
sed -i "s|^key D .*|key D $tmp/guest|" "$tmp/script"
live audit --all
expect_error 'Xen printed no EPT' 'Intel'
# 300 GiB fit if they are in 1G pages, which is how they are made if there are such; 70 TiB do not.
script 'domain 40 hvm,hap 80000000 1 big'
sed 's/^(XEN) Command line:.*/(XEN) Command line: placeholder console=vga/' "$tmp/boot" >"$tmp/boot.vga"
sed -i "s|^boot .*|boot $tmp/boot.vga|" "$tmp/script"
live audit 15
expect_status 0
script 'domain 40 hvm,hap 18350080000 1 big'
live audit 15
expect_error 'conring_size=8M' '4 MiB' '--force'
sed -i '/Allocated console ring/d' "$tmp/boot"
live audit 15
expect_error '16 KiB' '--force'
mv "$tmp/boot" "$tmp/boot.away"
: >"$tmp/boot"
script 'commandline placeholder conring_size=16k console=vga' 'domain 40 hvm,hap 8000000 1 big'
live audit 15
expect_error 'conring_size=64k' '16 KiB' '--force'
script 'commandline placeholder conring_size=16M console=com1,vga com1=115200,8n1 sync_console' \
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
script
live audit 15
expect_error 'another xen-eptaudit is at work'
exec 9>&-
script 'fail open 13'
live audit 15
expect_error 'no privilege' 'root'
script 'fail getinfolist 13'
live audit 15
expect_error 'built for another Xen'
script 'fail key-D 1'
live audit 15
expect_error 'does not let' 'root'
script 'fail key-D 13'
live audit 15
expect_error 'built for another Xen' 'FLASK'
script 'fail pause 22'
live audit 15 --pause
expect_error 'cannot be paused'
pauses_are_over
script 'fail multicall 38' 'fail access 1'
live audit --all
expect_status 1

# ---- every call fails with every error it can give ----

for call in open xencall store getinfolist version extraversion commandline key-D key-q \
	readconsole pause unpause iommu mtrr host map end pod type multicall access buffer name; do
	for code in 1 2 3 4 5 6 9 11 12 13 14 16 17 19 22 28 38 61 95 105 110; do
		for time in '' 1 2 3; do
			[ -z "$time" ] || [ $code = 3 ] || [ $code = 5 ] || continue
			# Which is tried for a while.
			[ $call != unpause ] || [ $code -le 5 ] || continue
			script "fail $call $code $time"
			live audit --all --pause --summary
			[ "$status" -le 3 ]
			judge $? "status $status after $call failed with $code $time"
			if [ "$status" -eq 2 ]; then
				[ ! -s "$stdout" ] && [ "$(wc -l <"$stderr")" -eq 1 ]
				judge $? "$call, $code: no clean error"
			else
				! grep -q 'Domain 15' "$stdout" ||
					grep -A1 'Domain 15' "$stdout" | grep -q ' 0 mismatch'
				judge $? "$call, $code: a finding in a clean domain"
			fi
			[ "$call" = unpause ] || pauses_are_over
		done
	done
done

# A domain that dies at any moment.
for n in 5 10 15 20 22 24 26 28 30 31 32 33 34 35 36 38 40 42 44 46 48 50 55 60 70; do
	script "die 15 $n"
	live audit 15
	case $status in
	0) expect_contains 'Domain 15' ;;
	2) expect_stderr_contains 'omain 15' ;;
	*) fail "status $status when the domain died at call $n" ;;
	esac
	live audit --all --pause
	[ "$status" -le 2 ]
	judge $? "status $status when a domain died at call $n"
done

# ---- races ----

# Wrong at the first look, right at the second: left out, and said.
sed '/^(XEN) domain5 /,/^(XEN) *$/s/WB $/WB!/' "$tmp/D" >"$tmp/D2"
script
sed -i "s|^key D .*|& $tmp/D2|" "$tmp/script"
live audit 5
expect_status 3
expect_contains 'entries were wrong, but others when looked at again' ' 0 mismatch'
[ "$(grep -c key-D "$tmp/log")" -eq 2 ]
judge $? 'not looked at twice'
live audit 5 --format json
expect_contains '"complete":false' '"findings":[]'

# What the user says counts there, too.
script
echo '{"cache-flush": true}' >"$tmp/given"
live audit 5 --given "$tmp/given"
expect_status 0
[ "$(grep -c key-D "$tmp/log")" -eq 1 ]
judge $? 'looked at twice, although by what is given nothing was wrong'

# A guest that sets its MTRRs meanwhile: what it set counts as possible.
sed -n '/^\(domain\|mtrr\|type\) \([0-79]\|1.\|2.\) /!p' "$tmp/all" | sed '/^access/d' >"$tmp/script"
live audit 8
expect_status 0
first=$(grep 'ok-if' "$stdout" | tail -n 1)
echo 'mtrr 8 0 2 def=800' >>"$tmp/script"
live audit 8
expect_status 0
expect_contains 'vcpu'
[ -n "$first" ]
judge $? 'nothing was ok-if'

# ---- the console ring ----

gzip -dc "$captures/ring-overflow.xen4.17.serial.log.gz" | tr -d '\r' |
	sed -n '5503,10155p' | grep '^(XEN)' >"$tmp/three"
gzip -dc "$captures/ring-overflow.xen4.17.reads.txt.gz" | sed -n '/^=== boot/,/^=== end/p' |
	grep '^(XEN)' >"$tmp/three.boot"
gzip -dc "$captures/ring-overflow.xen4.17.reads.txt.gz" |
	sed -n '/^=== D-three/,/^=== end D-three/p' | sed '1d;$d' >"$tmp/three.read"

# What the fake ring keeps is what the real one kept.
tail -c 16384 "$tmp/three" | cmp -s - "$tmp/three.read"
judge $? 'the ring keeps something else than the real one'

three()
{
	cat <<-END >"$tmp/script"
		ring ${1:-16384}
		index ${2:-0}
		boot $tmp/three.boot
		key D $tmp/three
		log $tmp/log
		domain 1 hvm,hap 288 1 one
		domain 2 hvm,hap 4256 1 two
		domain 3 hvm,hap 100 1 three
		iommu 1 off
		e820 0 0x80000000 1
		end 0x80000
		mtrr 1 0 0 def=806
		mtrr 2 0 0 def=806
		mtrr 3 0 0 def=806
	END
}
three
live audit 2
expect_error 'did not fit' '265.2 KiB of 281.2 KiB' 'conring_size=512k' '--force'
! grep -q key-q "$tmp/log"
judge $? 'key q was sent for nothing'
live audit --all
expect_error 'did not fit'
live audit 3 --no-q # what is lost is of others
expect_status 0
expect_contains '100 entries'
live audit 2 --force --no-q
expect_status 3
expect_contains 'gfns 0x0 to 0x105c were overwritten'
live audit 2 --force --no-q --format json
expect_contains '"complete":false' '"not_seen":[["0x0","0x105c"]]'
live audit 1 --force --no-q
expect_status 3
expect_contains 'all of it was overwritten'
# Whose the first entries are is not certain if a domain came meanwhile: theirs is not said.
three
echo 'domain 9 hvm,hap 1 1 new' >>"$tmp/script"
echo 'die 9 20' >>"$tmp/script"
live audit 2 --force --no-q
expect_status 3
expect_contains 'all of it was overwritten'

# The dump fits, what key q says does not.
three
sed -n '/^(XEN) domain3 /,$p' "$tmp/three" >"$tmp/third"
sed -i "s|^key D .*|key D $tmp/third|" "$tmp/script"
echo "key q $tmp/q" >>"$tmp/script"
live audit 3
expect_status 0
expect_contains '100 entries' 'note: the output of key q did not fit' 'I/O capabilities     unknown'
expect_lacks incomplete

# Positions in the ring wrap at 2^32.
for index in 4294967295 4294960000 4294900000; do
	three 1048576 $index
	live audit 2 --no-q
	expect_status 0
	expect_contains '4256 entries'
done

# Guests print while the ring is read: what that overwrites is lost, and said to be.
three 300000
head -n 400 "$tmp/three.read" | sed 's/^/(d1) /' >"$tmp/spam"
echo "spam $tmp/spam" >>"$tmp/script"
live audit 1 --no-q
expect_error 'did not fit'
live audit 1 --no-q --force
expect_status 3
expect_contains 'incomplete' ' 0 mismatch'
live audit 3 --no-q
expect_status 0
expect_contains '100 entries' ' 0 mismatch'

# The only loss is in what has been read: the ring went on under it, over its first 2000 bytes.
three
sed -n '/^(XEN) domain3 /,$p' "$tmp/three" >"$tmp/third"
sed -i "s|^key D .*|key D $tmp/third|" "$tmp/script"
yes '(d1) prints meanwhile' | head -c $((16384 - $(wc -c <"$tmp/third") + 2000)) >"$tmp/spam"
cp "$tmp/script" "$tmp/quiet"
live audit 3 --no-q
expect_status 0
expect_contains '100 entries'
echo "spam $tmp/spam 3 3" >>"$tmp/script"
live audit 3 --no-q
expect_error 'did not fit' '1.9 KiB of 6 KiB'
live audit 3 --no-q --force
expect_status 3
expect_contains 'incomplete'
expect_lacks '100 entries'

# Of what key q says something is overwritten in its middle: it is not believed, not even in part.
python3 - "$tmp" <<'END'
import sys
with open(sys.argv[1] + '/dev', 'w') as file:
    file.write('(XEN) \n(XEN) domain60 EPT p2m table:\n')
    for gfn in range(16):
        file.write('(XEN) gfn: %13x order:  0 mfn: %13x rwx WB%s\n' %
                   (gfn, 0x50000 + gfn, '!' if gfn == 8 else ' '))
with open(sys.argv[1] + '/longq', 'w') as file:
    file.write("(XEN) 'q' pressed -> dumping domain info (now = 1)\n"
               '(XEN) General information for domain 60:\n'
               '(XEN)     nr_pages=16 xenheap_pages=5 shared_pages=0\n'
               '(XEN) Rangesets belonging to domain 60:\n'
               '(XEN)     I/O Memory { f0000-f0fff }\n'
               '(XEN)     I/O Ports  { }\n'
               '(XEN) Memory pages belonging to domain 60:\n')
    for page in range(7000):
        mfn = 0x50008 if page == 3360 else 0x60000 + page
        file.write('(XEN)     XenPage %016x: caf=c000000000000001, taf=e400000000000001\n' % mfn)
    file.write('(XEN) Notifying guest 60:0 (virq 1, port 0)\n')
END
yes '(d1) prints meanwhile' | head -c 270000 >"$tmp/spams"
lost_in_q()
{
	cat <<-END >"$tmp/script"
		ring 830000
		key D $tmp/dev
		key q $tmp/longq
		log $tmp/log
		domain 60 hvm,hap 20 1 dev
		iommu 60 on
		e820 0 0x80000000 1
		end 0x80000
		mtrr 60 0 0 def=806
		${1:-own 0}
	END
}
lost_in_q
live audit 60
expect_status 0
lost_in_q "spam $tmp/spams 4 5"
live audit 60
expect_status 0
expect_contains 'key q did not fit' "Xen's special pages  unknown" 'I/O capabilities     unknown' ' 0 mismatch'
live audit 60 --format json
expect_contains '"iomem":{"value":null' '"ioports":{"value":null' '"nr-pages":{"value":20'

# The ring was read up to the middle of a guest's line: its rest is not taken for a line of Xen's.
script
cp "$tmp/boot" "$tmp/boot.cut"
printf '(d5) ' >>"$tmp/boot.cut"
{
	echo '(XEN) domain5 EPT p2m table:'
	cat "$tmp/D"
} >"$tmp/D.forged"
sed -i "s|^key D .*|key D $tmp/D.forged $tmp/D|; s|^boot .*|boot $tmp/boot.cut|" "$tmp/script"
live audit 5
expect_status 1
expect_contains ' 578 mismatch'

# The ring's oldest byte is in the middle of a guest's line: its rest is not taken for Xen's either.
script 'index 5'
{
	echo '(XEN) IOAPIC[0]: apic_id 0, version 17, address 0x10000000, GSI 0-23'
	sed '/Xen version/d' "$tmp/boot"
} >"$tmp/boot.cut"
sed -i "s|^boot .*|boot $tmp/boot.cut|" "$tmp/script"
live audit 15
expect_status 0
expect_contains 'read-only MMIO       1 frame (derived)'

# dom0's console goes to the ring, too, and Xen prints behind what dom0 has not ended: such an entry
# could be one that dom0 only shows, and is missing then.
script
sed '/^(XEN) domain5 /,/^(XEN) *$/s/^(XEN) gfn: *100 /[   12.3] watchdog: BU&/' "$tmp/D" >"$tmp/D.behind"
sed -i "s|^key D .*|key D $tmp/D.behind|" "$tmp/script"
live audit 5 --format json
expect_status 1
expect_contains '"complete":false' '"not_seen":[["0x100","0x100"]]'

# ---- what dom0's /sys tells of read-only MMIO ----

# A device whose MSI-X table is in the second page of its first BAR, pending bits in the third; one
# that is switched off; one without MSI-X.
python3 - "$tmp/sys" <<'END'
import os, struct, sys
root = sys.argv[1]
def put(path, data):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data)
def table(signature, data):
    put('firmware/acpi/tables/' + signature, signature.encode() + bytes(32) + data)
def device(name, config, *bars):
    put('bus/pci/devices/%s/config' % name, config)
    lines = ['0x%016x 0x%016x 0x%016x' % bar for bar in bars]
    lines += ['0x%016x 0x%016x 0x%016x' % (0, 0, 0)] * (13 - len(bars))
    put('bus/pci/devices/%s/resource' % name, ('\n'.join(lines) + '\n').encode())
table('APIC', bytes(8) + bytes([0, 8]) + bytes(6) + bytes([1, 12, 0, 0]) +
      struct.pack('<II', 0xfec00000, 0))
table('MCFG', bytes(8) + struct.pack('<QHBBI', 0xe0000000, 0, 0, 0x0f, 0))
table('HPET', bytes(4) + bytes([0, 64, 0, 0]) + struct.pack('<Q', 0xfed00000))
config = bytearray(256)
config[0:2], config[6], config[0x34] = b'\x86\x80', 0x10, 0x40
config[0x40:0x42] = bytes([0x01, 0x50])
config[0x50:0x5c] = struct.pack('<BBHII', 0x11, 0, 3, 0x1000, 0x2000)
device('0000:00:03.0', config, (0xf0000000, 0xf000ffff, 0x40200))
device('0000:00:04.0', b'\xff' * 256, (0xf0100000, 0xf0100fff, 0x40200))
device('0000:00:05.0', bytes(256), (0xf0200000, 0xf020ffff, 0x40200), (0xc000, 0xc03f, 0x40101))
END
cat <<'END' >"$tmp/mmio"
(XEN) 
(XEN) domain50 EPT p2m table:
(XEN) gfn:         f0000 order:  0 mfn:         f0000 rwx UC 
(XEN) gfn:         f0001 order:  0 mfn:         f0001 rwx UC 
(XEN) gfn:         f0002 order:  0 mfn:         f0002 rwx UC 
(XEN) gfn:         f0003 order:  0 mfn:         f0003 rwx UC 
(XEN) gfn:         f0100 order:  0 mfn:         f0100 rwx UC 
(XEN) gfn:         f0200 order:  0 mfn:         f0200 rwx UC 
(XEN) gfn:         fec00 order:  0 mfn:         fec00 r-x UC!
END
sed -i 's/r-x UC!/r x UC!/' "$tmp/mmio"
mmio()
{
	script 'domain 50 hvm,hap 0 1 mmio' 'iommu 50 on' 'type 50 0xf0000 0xfffff 2' \
		'mtrr 50 0 0 def=806'
	sed -i "s|^key D .*|key D $tmp/mmio|" "$tmp/script"
}
verdicts_of_mmio()
{
	live "$@" 50 -v --columns gfn,verdict,assumes
	expect_status 0
	sed -n '/^  0x/p' "$stdout" | tr -s ' ' >"$tmp/lines"
	cp "$tmp/lines" "$stdout"
}
mmio
verdicts_of_mmio audit
expect_stdout_is ' 0xf0000 ok
 0xf0001-0xf0002 ok-if mmio-ro
 0xf0003 ok
 0xf0100 ok-if mmio-ro
 0xf0200 ok
 0xfec00 ok'
live capture 50 -o "$tmp/mmio.capture"
expect_status 0
grep -o '"mmio-ro":{[^}]*}' "$tmp/mmio.capture" >"$stdout"
expect_stdout_is '"mmio-ro":{"value":[["0xfec00","0xfec00"]],"complete":false,"possible":[["0xe0000","0xe0fff"],["0xf0001","0xf0002"],["0xf0100","0xf0100"],["0xfed00","0xfed00"]],"how":"derived"}'
verdicts_of_mmio audit --from "$tmp/mmio.capture"
expect_stdout_is ' 0xf0000 ok
 0xf0001-0xf0002 ok-if mmio-ro
 0xf0003 ok
 0xf0100 ok-if mmio-ro
 0xf0200 ok
 0xfec00 ok'

# Virtual functions have no vendor in their configuration space, but all else.
python3 - "$tmp/sys/bus/pci/devices/0000:00:03.0/config" <<'END'
import sys
with open(sys.argv[1], 'r+b') as file:
    file.write(b'\xff\xff\xff\xff')
END
verdicts_of_mmio audit
expect_stdout_is ' 0xf0000 ok
 0xf0001-0xf0002 ok-if mmio-ro
 0xf0003 ok
 0xf0100 ok-if mmio-ro
 0xf0200 ok
 0xfec00 ok'

# Where not every device tells, any page can be one.
rm "$tmp/sys/bus/pci/devices/0000:00:05.0/resource"
verdicts_of_mmio audit
expect_stdout_is ' 0xf0000-0xf0003 ok-if mmio-ro
 0xf0100 ok-if mmio-ro
 0xf0200 ok-if mmio-ro
 0xfec00 ok'

# Tables that are cut, and capabilities in a ring, lead nowhere.
for table in APIC MCFG HPET; do
	truncate -s 46 "$tmp/sys/firmware/acpi/tables/$table"
done
printf '\021\100' | dd of="$tmp/sys/bus/pci/devices/0000:00:03.0/config" bs=1 seek=64 conv=notrunc 2>/dev/null
live audit 50
expect_status 0

# ---- what it says before it does it ----

script
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
# Without console= Xen takes com1 if it is told of it; without com1= there is no port.
sed -i 's/^(XEN) Command line:.*//' "$tmp/boot"
script 'commandline placeholder com1=9600' 'domain 40 hvm,hap 40000 1 big'
live audit 15
cp "$tmp/notice" "$stderr"
grep -q 'its serial console of 9600 baud holds up dom0 for 6 s, or 48 min where all is in 4K pages' "$tmp/notice"
judge $? 'nothing said of the serial console'
script 'commandline placeholder console=com1' 'domain 40 hvm,hap 40000 1 big'
live audit 15
cp "$tmp/notice" "$stderr"
! grep -q serial "$tmp/notice"
judge $? 'there is no serial port'

# ---- whoever is killed, nothing stays paused ----

# busy ARGUMENT...: the program, with a domain paused, as $victim; its guardian as $guardian; $also is
# one more line of its script
busy()
{
	script 'sleep key-D 2' "${also:-own 0}"
	rm -f "$tmp/log"
	# The shell ignores what a terminal sends for what is in its background.
	python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' env FAKE_XEN="$tmp/script" LD_PRELOAD="$fake" \
		ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" \
		"$XEN_EPTAUDIT" "$@" >"$stdout" 2>"$stderr" &
	victim=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q '^key-D' "$tmp/log" 2>/dev/null && break
		sleep 0.1
	done
	grep -q '^paused 5' "$tmp/log"
	judge $? 'it was not paused'
	guardian=$(grep -l '^ept-guardian$' /proc/[0-9]*/comm 2>/dev/null | while read -r comm; do
		pid=${comm#/proc/}
		pid=${pid%/comm}
		grep -q "^PPid:[[:space:]]*$victim$" "/proc/$pid/status" && echo "$pid"
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
wait $victim
XEN_EPTAUDIT=$program

busy capture 5 --pause -o "$tmp/killed"
tr '\0' ' ' <"/proc/$guardian/cmdline" | cut -d ' ' -f 1 | grep -q ept-guardian
judge $? 'who kills by command line hits the guardian'
grep -q 'pauses meanwhile: domain 5' "$stderr"
judge $? 'not said before'
kill -9 $victim
wait $victim 2>/dev/null
sleep 0.5
pauses_are_over
[ ! -e "$tmp/killed" ]
judge $? 'a capture was left behind'

busy audit 5 --pause
kill -9 "$guardian"
wait $victim
judge $(($? != 1)) 'without its guardian it does not end as usual'
pauses_are_over

busy audit 5 --pause # Ctrl-Z
kill -TSTP $victim
sleep 3
judge "$(grep -c '^State:.T' /proc/$victim/status 2>/dev/null)" 'stopped with a domain paused'
wait $victim
pauses_are_over

busy audit 5 --pause # and what cannot be ignored
kill -STOP $victim
sleep 2.5
pauses_are_over
kill -CONT $victim
wait $victim
judge $(($? != 1)) 'it does not end as usual'
grep -q 'note: this program was stopped, so the domains were let run' "$stdout"
judge $? 'not said that it was no snapshot'

# A domain that is being built has the id of the one that was paused: it stays as it is.
calls=$(grep -v paused "$tmp/log" | grep -n '^pause$' | cut -d: -f1)
script "rebuilt 5 $((calls + 1))"
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
! find "/proc/$guardian/fd" -lname "$tmp/*" | grep -q .
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
kill -9 $victim
wait $victim 2>/dev/null
sleep 0.5
pauses_are_over
[ "$(grep -c '^paused' "$tmp/log")" -eq 2 ]
judge $? 'not both paused'

also='fail unpause 16' # nor can this one do the guardian's work
busy audit 5 --pause
kill -9 "$guardian"
wait $victim
expect_contains 'note: domain 5 is still paused'
also=

# Xen says no for a moment; or the domain is gone, or runs.
for fail in 'unpause 16 1' 'unpause 3' 'unpause 22'; do
	script "fail $fail"
	live audit 15 --pause
	expect_status 0
	expect_lacks 'still paused'
done
script 'fail unpause 16 1'
live audit 15 --pause
pauses_are_over
# One of two is gone when it is to be paused.
script 'fail pause 3 1'
live audit --all --pause
expect_status 1
expect_contains 'Domain 5' 'Domain 15'
[ "$(grep -c '^paused' "$tmp/log")" -eq 1 ]
judge $? 'the other one is not paused'
pauses_are_over
script 'fail pause 16'
live audit 15 --pause
expect_error 'domain 15 cannot be paused: Device or resource busy'
script 'fail open 13 2' # the guardian's
live audit 15 --pause
expect_error 'hold the pause cannot ask Xen: Permission denied'

script 'fail unpause 16'
live audit 15 --pause
expect_status 0
expect_contains 'note: domain 15 is still paused' 'xl unpause 15'
# All that stay paused are named, however much else there is to say.
script 'fail unpause 16' 'own 5'
for domid in 40 41 42 43 44 45 46 47; do
	echo "domain $domid hvm,hap,dying 10 1 d$domid"
done >>"$tmp/script"
live audit --all --pause
cp "$tmp/notice" "$stderr"
expect_stderr_contains 'domain 15 is still paused'
script 'fail unpause 16'
live audit --all --pause
cp "$tmp/notice" "$stderr"
expect_stderr_contains 'domains 15, 5 are still paused'

finish
