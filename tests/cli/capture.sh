#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A capture says what its source said, to the letter, and is refused if it is not whole.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"

verdicts()
{
	sed 's/"source":{[^}]*}//; s/"remarks":\[[^]]*\]//; s/"replayed_lines":[0-9]*//
		s/"rejected_lines":[0-9]*//; s/"attributes_trimmed":[a-z]*//; s/,"raw":"[^"]*"//' "$1"
}

# same_as_source NAME OPTION...: audit of the source and of its capture, which exits with $whole
whole=0
same_as_source()
{
	name=$1
	shift
	rm -f "$tmp/capture"
	run capture "$@" -o "$tmp/capture"
	expect_status $whole
	expect_stdout_empty
	"$XEN_EPTAUDIT" audit "$@" -v --format jsonl 2>/dev/null >"$tmp/audit"
	first=$?
	verdicts "$tmp/audit" >"$tmp/wanted"
	run audit --from "$tmp/capture" -v --format jsonl
	expect_status $first
	cp "$stdout" "$tmp/audit"
	verdicts "$tmp/audit" >"$tmp/got"
	expect_same "$tmp/wanted" "$tmp/got"
}

for name in stale-entries.xen4.17.serial.log six-domains.xen4.17.serial.log \
	handbuilt.xen4.17.conring.txt hvm-qemu.xen4.17.timestamps.conring.txt \
	pvh-linux.xen4.17.serial.log; do
	same_as_source "$name" --from "$captures/$name.gz" --all-dumps
done
stale=$captures/stale-entries.xen4.17
same_as_source given --from "$stale.serial.log.gz" --given "$stale.all-facts.json"
gzip -dc "$captures/six-domains.xen4.17.ept-tables.core.gz" >"$tmp/core"
same_as_source image --from "$tmp/core" --eptp 4=0x5657c01e --eptp 5=0x7c95e01e \
	--facts "$captures/six-domains.xen4.17.serial.log.gz"

# A compressed capture is read, too; domains are chosen from it.
gzip -c "$tmp/capture" >"$tmp/capture.gz"
run list 4 --from "$tmp/capture.gz" --emt WC --ipat yes --order 9
expect_contains '0x2600-0x27ff       0x5000'
expect_lacks 'Domain 5'
run audit 9 --from "$tmp/capture"
expect_error 'the capture has no domain 9'

# Never over what exists, nothing left behind.
run capture --from "$stale.serial.log.gz" -o "$tmp/capture"
expect_error 'a capture never overwrites'
run capture --from "$tmp/missing" -o "$tmp/new"
expect_status 2
run capture --from "$stale.serial.log.gz"
expect_status 2
expect_stderr_contains '-o FILE'
for leftover in "$tmp"/new* "$tmp"/capture.??????; do
	[ ! -e "$leftover" ] || fail "left behind: $leftover"
done

# Redacted: other frames, no names, the same verdicts.
for given in dom0-facts all-facts; do
	for name in plain redacted; do
		rm -f "$tmp/$name"
		# shellcheck disable=SC2046 # nothing, or one word
		run capture --from "$stale.serial.log.gz" --given "$stale.$given.json" \
			$([ "$name" = plain ] || echo --redact) -o "$tmp/$name"
		expect_status 0
		"$XEN_EPTAUDIT" audit --from "$tmp/$name" --format jsonl -v >"$tmp/jsonl"
		python3 "$SRCDIR/tests/tools/per-entry" <"$tmp/jsonl" >"$tmp/verdicts.$name"
	done
	expect_same "$tmp/verdicts.plain" "$tmp/verdicts.redacted"
done
frames()
{
	sed -n 's/.*"record":"run".*"mfn":"\([^"]*\)".*/\1/p' "$1" | sort -u
}
frames "$tmp/plain" >"$tmp/wanted"
frames "$tmp/redacted" >"$tmp/got"
[ "$(comm -12 "$tmp/wanted" "$tmp/got" | wc -l)" -lt "$(($(wc -l <"$tmp/wanted") / 2))" ]
judge $? 'most frames have kept their numbers'
# With other ones each time: who knows the program does not know the frames.
run capture --from "$stale.serial.log.gz" --redact -o "$tmp/redacted.again"
frames "$tmp/redacted.again" >"$tmp/again"
[ "$(comm -12 "$tmp/got" "$tmp/again" | wc -l)" -lt "$(($(wc -l <"$tmp/got") / 2))" ]
judge $? 'frames are redacted in the same way twice'
grep -q serial.log "$tmp/redacted" && fail 'a name in the redacted capture'
run capture --from "$stale.serial.log.gz" --redact --tables-only --eptp 0x1000 -o "$tmp/none"
expect_status 2

# Every frame that a fact has is another there.
cat <<'GIVEN' >"$tmp/given"
{"apic-access-mfn": "0x7654321", "special": [["0x7654321", "0x7654321"]],
 "mmio-ro": [["0x7654321", "0x7654321"]], "mfn-valid": [["0x7654321", "0x7654321"]],
 "memory-map": [["0x7654321", "0x7654321"]], "iomem": [["0x7654321", "0x7654321"]]}
GIVEN
cat <<'LOG' >"$tmp/runs"
(XEN) Xen version 4.17.7 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026
(XEN) domain4 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:         50000 rwx WB 
(XEN) gfn:             2 order:  0 mfn:         50001 rwx WB 
(XEN) gfn:           1ff order:  0 mfn:         501ff rwx WB 
(XEN) gfn:           200 order:  9 mfn:         50200 rwx WB 
(XEN) gfn:           400 order:  9 PoD
(XEN) gfn:           600 order:  9 PoD
(XEN) gfn:           800 order:  0 mfn:         50800 rwx WB 
(XEN) gfn:           801 order:  0 mfn:         50801 r x WB 
LOG
run capture --from "$tmp/runs" --given "$tmp/given" --redact -o "$tmp/facts"
expect_status 0
! grep -q 7654321 "$tmp/facts"
judge $? 'a frame of a fact is as it was'
[ "$(grep -o '[13579bdf]21"' "$tmp/facts" | wc -l)" -eq 11 ] # 9 bits stay
judge $? 'a fact has no frame any more'

# Runs end where frames, order, rights or what is mapped do.
run capture --from "$tmp/runs" -o "$tmp/of-runs"
"$XEN_EPTAUDIT" list --from "$tmp/runs" --format xen >"$tmp/wanted"
run list --from "$tmp/of-runs" --format xen
expect_stdout_is "$tmp/wanted"
[ "$(grep -c '"record":"run"' "$tmp/of-runs")" -eq 7 ]
judge $? 'not seven runs'

# Whole or refused.
head -n -1 "$tmp/capture" >"$tmp/bad"
run audit --from "$tmp/bad"
expect_error 'its last line is missing'
head -c -5 "$tmp/capture" >"$tmp/bad"
run audit --from "$tmp/bad"
expect_error 'cut'
sed '3s/"order":0/"order":9/' "$tmp/capture" >"$tmp/bad"
run audit --from "$tmp/bad"
expect_error 'altered'
sed '4d' "$tmp/capture" >"$tmp/bad"
run audit --from "$tmp/bad"
expect_error 'altered'
sed '1s/"schema_version":\[1,1\]/"schema_version":[9,0]/' "$tmp/capture" >"$tmp/bad"
run audit --from "$tmp/bad"
expect_error 'a version not known here'

# What was not seen of a cut log was not seen in its capture either.
gzip -dc "$captures/six-domains.xen4.17.serial.log.gz" >"$tmp/whole"
header=$(grep -an 'domain4 EPT' "$tmp/whole" | tail -n 1 | cut -d: -f1)
head -n $((header + 30)) "$tmp/whole" | head -c -30 >"$tmp/cut"
mv "$tmp/capture" "$tmp/kept"
whole=3
same_as_source cut 4 --from "$tmp/cut"
whole=0
run audit --from "$tmp/capture" --format jsonl
expect_status 3
expect_contains '"complete":false,"reason":"the log ends in the middle of a line' '"not_seen":[["0x'
mv "$tmp/kept" "$tmp/capture"

# Each dump is in it by its number.
run capture 6 --from "$stale.serial.log.gz" --all-dumps -o "$tmp/dumps"
run audit 6 --dump 1 --from "$tmp/dumps" --summary
expect_contains 'Domain 6, dump 1 of 2'
expect_lacks 'dump 2'
run audit 6 --dump 3 --from "$tmp/dumps"
expect_error 'the capture has no domain 6 with such a dump'

# A capture of a live Xen has names of domains: they choose, and stay.
if need python3; then
	python3 -c '
import re, sys, zlib
lines = open(sys.argv[1], "rb").read().splitlines(True)
lines = [line.replace(b"\"domid\":4,\"name\":null", b"\"domid\":4,\"name\":\"web\"") for line in lines]
crc = zlib.crc32(b"".join(lines[:-1]))
lines[-1] = re.sub(rb"\"crc32\":\"[^\"]*\"", b"\"crc32\":\"%#x\"" % crc, lines[-1])
open(sys.argv[2], "wb").write(b"".join(lines))' "$tmp/capture" "$tmp/named"
	run capture web --from "$tmp/named" -o "$tmp/renamed"
	expect_status 0
	run audit web --from "$tmp/renamed" --format json
	expect_contains '"domid":4,"name":"web","dump":1,'
	run audit 4 --from "$tmp/renamed" --summary
	expect_contains 'Domain 4 (web)'
	run audit mail --from "$tmp/renamed"
	expect_error 'the capture has no domain mail'
fi

# Tables alone say the same as the image that they are of.
run capture --from "$tmp/core" --eptp 4=0x5657c01e --tables-only -o "$tmp/tables"
expect_status 0
"$XEN_EPTAUDIT" list --from "$tmp/core" --eptp 4=0x5657c01e --format xen >"$tmp/wanted"
"$XEN_EPTAUDIT" list --from "$tmp/tables" --eptp 4=0x5657c01e --format xen >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"
run list --from "$tmp/tables" --find-eptp
expect_stdout_is '0x000000005657c01e  282 entries, 51 MiB, 6 tables'
run capture --from "$tmp/core" --eptp 4=0x5657c01e --tables-only -o "$tmp/tables"
expect_error 'never overwrites'
run capture --from "$tmp/core" --tables-only -o "$tmp/none"
expect_error 'needs --eptp'
# Of several EPTs all are in it.
run capture --from "$tmp/core" --eptp 1=0x7fc5201e --eptp 4=0x5657c01e --tables-only -o "$tmp/both"
expect_status 0
run list --from "$tmp/both" --find-eptp
expect_contains '0x000000005657c01e  282 entries' '0x000000007fc5201e'

# The version that the user named stays with the capture.
export TMPDIR="$tmp"
gzip -dc "$captures/six-domains.xen4.17.ept-tables.core.gz" >"$tmp/core"
run capture 4 --from "$tmp/core" --eptp 4=0x5657c01e --xen 4.17.7 -o "$tmp/imaged"
expect_status 0
run audit 4 --from "$tmp/imaged" --format json
expect_status 0
expect_contains '"version":"4.17.7","rules":"4.19"'

# A capture has all entries, so that it can be believed.
run capture --from "$captures/$name.gz" --gfn 0-fff -o "$tmp/narrow"
expect_status 2
expect_stderr_contains "unrecognized option '--gfn'"

# What has a long name is not said to exist, and the reason is not cut off.
long=$(printf '%05000d' 0)
run capture --from "$captures/$name.gz" -o "$tmp/$long"
expect_error 'cannot make' 'the name is too long'
expect_stderr_lacks exists
deep=$tmp
for _ in 1 2 3 4; do
	deep=$deep/$(printf '%0200d' 0)
done
mkdir -p "$deep"
: >"$deep/there"
run capture --from "$captures/$name.gz" -o "$deep/there"
expect_error 'exists; a capture never overwrites'

# Tables are kept as they are, whatever is known of them.
for option in '--dump 1' '--given x' '--facts x' '--xen 4.17.5' '--phys-bits 39' '--redact'; do
	# shellcheck disable=SC2086 # two words
	run capture --from "$tmp/core" --eptp 4=0x5657c01e --tables-only -o "$tmp/tables" $option
	expect_error '--tables-only keeps tables as they are' "${option%% *}"
done

finish
