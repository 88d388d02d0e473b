#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# list: entries as they are, of any source, in every form, and only those that are asked for.
. "${SRCDIR:-.}/tests/lib.sh"

# dump LOG DOMAIN: the lines of its last dump as Xen printed them
dump()
{
	gzip -dc "$captures/$1.gz" | tr -d '\r' | sed -n 's/^(XEN) \(\[[^]]*\] \)\{0,1\}//p' |
		awk -v header="domain$2 EPT p2m table:" '
			/EPT p2m table:/ { on = $0 == header; if (on) text = "" }
			on && (/EPT p2m table:/ || /^gfn:/) { text = text $0 "\n" }
			END { printf "%s", text }'
}

# What is read in a log is printed as it stood there.
six=$captures/six-domains.xen4.17.serial.log.gz
for domain in 1 2 3 4 5 6; do
	dump six-domains.xen4.17.serial.log $domain >"$tmp/d$domain"
	[ -s "$tmp/d$domain" ]
	judge $? "no dump of domain $domain"
	run list $domain --from "$six" --format xen
	expect_status 0
	expect_stdout_is "$tmp/d$domain"
done
run list --from "$captures/stale-entries.xen4.17.serial.log.gz" 3 --format xen
dump stale-entries.xen4.17.serial.log 3 >"$tmp/wanted"
expect_stdout_is "$tmp/wanted"

# Each filter is what grep says of the same lines. The columns of a line of key D: gfn 6-18, order
# 28, mfn 35-47, r w x 49-51, EMT 53-54, and the flag 55.
same()
{
	pattern=$1
	shift
	{ head -n 1 "$tmp/d$domain" && sed 1d "$tmp/d$domain" | grep -E "$pattern"; } >"$tmp/wanted"
	run list $domain --from "$six" --format xen "$@"
	expect_stdout_is "$tmp/wanted"
}
for domain in 1 4 6; do
	for emt in UC WC WT WP WB; do
		same "^.{52}$emt" --emt $emt
	done
	same '^.{54}!' --ipat yes
	same '^.{54} ' --ipat no
	same '^.{54}[?]|^.{52}[?][?]' --pending
	for order in 0 9 18; do
		same "^.{26}$(printf %2d $order)" --order $order
	done
	same '^.{26} 9.{20}.{4}WB!' --order=9 --emt=wb --ipat=yes
done
domain=1
same '^gfn: {12}1[0-9a-f] ' --gfn 10-1f --order 0
domain=4
same '^gfn:  {1,12}2(6|7)[0-9a-f]{2} ' --gfn 0x2600-0x27ff
same 'nothing' --gfn fffffff0
run list 4 --from "$six" --format xen --mfn 5010
expect_contains ' order:  9 mfn:          5000 rw  WC!'
[ "$(wc -l <"$stdout")" -eq 2 ]
judge $? 'not one entry'
# A log does not know types.
run list 4 --from "$six" --type ram_rw --format xen
expect_stdout_is 'domain4 EPT p2m table:'

# Conditions hold together; several ranges hold either.
same '^gfn: {12}[1-3][0-9a-f] .*WB!|^gfn: {12}5[0-9a-f] .*WB!' --gfn 10-3f --gfn 50-5f --emt WB --ipat yes
run list 4 --from "$six" --format xen --mfn 5010 --mfn 5fff-6000 --emt UC --gfn 2600-27ff
[ "$(wc -l <"$stdout")" -eq 1 ]
judge $? 'an entry that does not meet all'

# Neighbours are one run, and only those.
cat >"$tmp/log" <<'E2'
(XEN) domain7 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:          1000 rwx WB!
(XEN) gfn:             1 order:  0 mfn:          1001 rwx WB!
(XEN) gfn:             2 order:  0 mfn:          1003 rwx WB!
(XEN) gfn:             4 order:  0 mfn:          1005 rwx WB!
(XEN) gfn:             5 order:  0 mfn:          1006 rwx WB 
(XEN) gfn:             6 order:  0 mfn:          1007 rw  WB 
(XEN) gfn:             7 order:  0 mfn:          1008 rw  WB?
(XEN) gfn:             8 order:  0 mfn:          1009 rwx ?? 
(XEN) gfn:           200 order:  9 PoD
(XEN) gfn:           400 order:  9 PoD
(XEN) gfn:           600 order:  9 mfn:          2000 rw  UC 
(XEN) gfn:           800 order:  9 mfn:          2200 rw  UC 
(XEN) gfn:         40000 order: 18 mfn:         80000 rw  WB!
(XEN) gfn:         80000 order:  0 mfn:    ffffffffff     UC!
E2
run list --from "$tmp/log"
expect_status 0
expect_stdout_is 'Domain 7
  gfn                 mfn        order  entries      size  entry    type
  0x0-0x1             0x1000         0        2     8 KiB  rwx WB!
  0x2-0x2             0x1003         0        1     4 KiB  rwx WB!
  0x4-0x4             0x1005         0        1     4 KiB  rwx WB!
  0x5-0x5             0x1006         0        1     4 KiB  rwx WB
  0x6-0x6             0x1007         0        1     4 KiB  rw  WB
  0x7-0x7             0x1008         0        1     4 KiB  rw  WB?
  0x8-0x8             0x1009         0        1     4 KiB  rwx ??
  0x200-0x5ff         -              9        2     4 MiB  PoD
  0x600-0x9ff         0x2000         9        2     4 MiB  rw  UC
  0x40000-0x7ffff     0x80000       18        1     1 GiB  rw  WB!
  0x80000-0x80000     0xffffffffff   0        1     4 KiB      UC!
  14 entries'
run list --from "$tmp/log" --format xen
sed 's/^(XEN) //' "$tmp/log" >"$tmp/wanted"
expect_stdout_is "$tmp/wanted"
run list --from "$tmp/log" --columns=gfn,entries --order 9
expect_stdout_is 'Domain 7
  gfn                 entries
  0x200-0x5ff               2
  0x600-0x9ff               2
  4 entries'
run list --from "$tmp/log" --format jsonl --gfn 7 --gfn 600-9ff --gfn 200
expect_stdout_is '{"domid":7,"gfn":["0x7","0x7"],"mfn":"0x1008","order":0,"entries":1,"attributes":"rw  WB?","emt":"WB","ipat":null,"pending":true,"types":[]}
{"domid":7,"gfn":["0x200","0x3ff"],"mfn":null,"order":9,"entries":1,"attributes":"PoD","emt":null,"ipat":null,"pending":false,"types":[]}
{"domid":7,"gfn":["0x600","0x9ff"],"mfn":"0x2000","order":9,"entries":2,"attributes":"rw  UC ","emt":"UC","ipat":false,"pending":false,"types":[]}'
if need python3; then
	"$XEN_EPTAUDIT" list --from "$six" --format json >"$tmp/json"
	"$XEN_EPTAUDIT" list --from "$six" --format jsonl >"$tmp/jsonl"
	cat >"$tmp/same.py" <<'E2'
import json, sys
whole = json.load(open(sys.argv[1]))
lines = [json.loads(line) for line in open(sys.argv[2])]
runs = [dict(domid=d["domid"], **r) for d in whole["domains"] for r in d["runs"]]
sums = all(sum(r["entries"] for r in d["runs"]) == d["entries"] for d in whole["domains"])
print(runs == lines, sums, len(whole["domains"]))
E2
	run_command python3 "$tmp/same.py" "$tmp/json" "$tmp/jsonl"
	expect_stdout_is 'True True 6'
fi

# A capture lists what it was made of.
run capture 4 --from "$six" -o "$tmp/capture"
expect_status 0
run list --from "$tmp/capture" --format xen
expect_stdout_is "$tmp/d4"

for option in --emt=UC- --emt=7 --ipat=maybe --order=3 --type=nosuch --mfn=x --mfn=5-4 --gfn=g \
	--format=xml --columns=gfn,nosuch --columns= --ipat= --emt= --order=10 --type= --gfn= --mfn=1-; do
	run list --from "$tmp/log" $option
	expect_status 2
	expect_stdout_empty
	expect_stderr_contains "${option%%=*}"
done
run list --from "$tmp/log" 8
expect_error 'domain 8'
if [ -w /dev/full ]; then
	run_command sh -c '"$1" list --from "$2" --format xen >/dev/full' sh "$XEN_EPTAUDIT" "$tmp/log"
	expect_error 'No space left on device'
fi

# What is populated on demand has neither type nor frame. Of a cut log not all is listed.
cat >"$tmp/pod" <<'E2'
(XEN) Xen version 4.17.7 (x) debug=n
(XEN) domain1 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:             0 rwx UC 
(XEN) gfn:             5 order:  0 PoD
E2
for filter in '--emt UC' '--ipat no' '--mfn 0'; do
	# shellcheck disable=SC2086 # two words
	run list 1 --from "$tmp/pod" --format xen $filter
	expect_status 0
	expect_stdout_is 'domain1 EPT p2m table:
gfn:             0 order:  0 mfn:             0 rwx UC '
done
head -c -3 "$tmp/pod" >"$tmp/cut"
run list 1 --from "$tmp/cut"
expect_status 3
expect_contains '  1 entry; incomplete: the log ends in the middle of a line'
# Each domain's entries are counted for themselves.
sed '1d; s/domain1/domain2/' "$tmp/pod" | cat "$tmp/pod" - >"$tmp/two"
run list --from "$tmp/two" --format json
expect_status 0
expect_contains '"types":[]}],"entries":2,"complete":true},' '"entries":2,"complete":true}],"complete":true,"exit_status":0'

# What list does not use it does not take, and what --find-eptp does not, neither.
for option in '--rules 4.17' '--rules-file x' --no-q; do
	# shellcheck disable=SC2086 # two words
	run list --from "$six" $option
	expect_status 2
	expect_stderr_contains "unrecognized option '${option%% *}'"
done
for option in '--emt UC' '--gfn 0' '--columns gfn' '--dump 1' 3; do
	# shellcheck disable=SC2086 # two words
	run list --from "$six" --find-eptp $option
	expect_error '--find-eptp lists all that an image has'
done
run list --from "$six" --dump 1 --all-dumps
expect_error 'either --dump or --all-dumps'
run list --from "$six" --columns gfn,verdict
expect_status 2
expect_stderr_contains "no column 'verdict'; the columns are gfn, mfn, order"

finish
