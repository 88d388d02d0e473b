#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the program writes it reads, however large it is, and every verb says the same of it.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"
need python3 || finish
"$SRCDIR/tests/tools/large-input" "$tmp" || fail 'no input'
source="--from $tmp/log --given $tmp/given.json"

# without_source FILE: what does not name the source of what it says
without_source()
{
	sed 's/"source":{[^}]*}//; s/"remarks":\[[^]]*\]//; s/"rejected_lines":[0-9]*//
		s/"replayed_lines":[0-9]*//; s/"attributes_trimmed":[a-z]*//
		/^{"record":"audit"/d; /^console /d; /^capture /d; /^note: /d' "$1"
}

# body FILE: a capture without its first line, which names the source, and its last, a checksum
body()
{
	sed '1d; $d' "$1"
}

# ---- captures ----

# shellcheck disable=SC2086 # words, throughout
run capture $source -o "$tmp/capture"
expect_status 0
run capture --from "$tmp/capture" -o "$tmp/again"
expect_status 0
body "$tmp/capture" >"$tmp/wanted"
body "$tmp/again" >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"
# All of it is in there.
python3 - "$tmp/capture" >"$stdout" <<'END'
import json, sys
lists = {}
for line in open(sys.argv[1]):
    record = json.loads(line)
    if record["record"] == "domain":
        if record["domid"] != 1:
            break
        name = None
    for fact, told in record.get("facts", {}).items():
        if isinstance(told.get("value"), list):
            lists[fact] = lists.get(fact, 0) + len(told["value"])
print(" ".join("%s:%d" % item for item in sorted(lists.items()) if item[1] > 60))
END
expect_stdout_is 'devices:1000 guest-mtrr:128 iomem:2000 memory-map:2000 mfn-valid:2000 mmio-ro:2000 p2m-type:10000 pinned:64 special:10000 vcpus:4096'

# Every verb says of the capture what it says of its source.
gzip -c "$tmp/again" >"$tmp/again.gz"
same_of()
{
	one_in 3 || return
	"$XEN_EPTAUDIT" "$@" $source >"$tmp/said" 2>"$tmp/complaints"
	first=$?
	without_source "$tmp/said" >"$tmp/wanted"
	for file in ${files:-capture}; do
		run "$@" --from "$tmp/$file"
		expect_status $first
		[ -s "$stdout" ]
		judge $? 'nothing is said'
		without_source "$stdout" >"$tmp/got"
		expect_same "$tmp/wanted" "$tmp/got"
	done
}
files='capture again.gz'
same_of audit -v --format jsonl
files=
same_of audit
same_of list --format jsonl
same_of map --format json
same_of compare --rules 4.14 --rules 4.19 --format json
same_of explain 1 0x8 --format json
same_of rules fit
for file in capture again; do
	run diff "$tmp/capture" "$tmp/$file"
	expect_status 0
done

# Redacted, too, and redacted twice.
run capture --from "$tmp/capture" --redact -o "$tmp/redacted"
expect_status 0
run capture --from "$tmp/redacted" --redact -o "$tmp/redacted.again"
expect_status 0
run bugreport --from "$tmp/capture" -o "$tmp/report.tar.gz"
expect_status 0
tar xzf "$tmp/report.tar.gz" -C "$tmp"
summary()
{
	"$XEN_EPTAUDIT" audit --from "$1" --format jsonl | grep -o '"summary":{[^}]*}'
}
summary "$tmp/capture" >"$tmp/wanted"
[ "$(wc -l <"$tmp/wanted")" -eq 2 ]
judge $? 'not two domains'
for file in redacted redacted.again xen-eptaudit-report/capture; do
	summary "$tmp/$file" >"$tmp/got"
	expect_same "$tmp/wanted" "$tmp/got"
done

# ---- facts as they are reported are facts that can be given ----

run audit 1 --from "$tmp/capture" --format json
python3 - "$stdout" >"$tmp/reported" <<'END'
import json, sys
document = json.load(open(sys.argv[1]))
facts = document["domains"][0]["facts"]
facts.pop("rules")
json.dump({"domains": {"1": facts}}, sys.stdout)
END
facts_of()
{
	python3 -c '
import json, sys
facts = json.load(sys.stdin)["domains"][0]["facts"]
def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if not key.startswith("how")}
    return [plain(item) for item in value] if isinstance(value, list) else value
print(json.dumps(plain(facts), sort_keys=True, indent=1))'
}
facts_of <"$stdout" >"$tmp/wanted"
run audit 1 --from "$tmp/log" --given "$tmp/reported" --format json
expect_status 1
facts_of <"$stdout" >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"

# ---- lists, baselines, expectations, rule sets ----

# As in the ring, from which these lines are copied.
listed() { "$XEN_EPTAUDIT" list --from "$1" --format xen | sed 's/^/(XEN) /'; }
listed "$tmp/capture" >"$tmp/listed"
[ "$(wc -l <"$tmp/listed")" -gt 12000 ]
judge $? 'few entries'
listed "$tmp/listed" >"$tmp/got"
expect_same "$tmp/listed" "$tmp/got"

run audit --from "$tmp/capture" --write-baseline "$tmp/baseline"
expect_status 0
[ "$(grep -c '^d' "$tmp/baseline")" -gt 1000 ]
judge $? 'few findings in the baseline'
for from in "$tmp/capture" "$tmp/again"; do
	run audit --from "$from" --baseline "$tmp/baseline"
	expect_status 0
done
run audit --from "$tmp/capture" --baseline "$tmp/baseline" --write-baseline "$tmp/baseline.again"
expect_same "$tmp/baseline" "$tmp/baseline.again"

run list 1 --from "$tmp/capture" --columns gfn,attributes --no-headings
awk '{ sub(/.* /, "", $2) } /WB!|WB|UC!/ { print $1 "=" $3 }' "$stdout" | head -n 2000 >"$tmp/expect"
[ "$(wc -l <"$tmp/expect")" -eq 2000 ]
judge $? 'not two thousand expectations'
run audit 1 --from "$tmp/capture" --expect-file "$tmp/expect" --fail-on never --summary
expect_status 0

name=$(printf '%031d' 0)
"$XEN_EPTAUDIT" rules show 4.19 --format json | python3 -c '
import json, sys
def steps(value):
    if isinstance(value, dict):
        if "step" in value:
            yield value["step"]
        value = value.values()
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        for item in value:
            yield from steps(item)
print(sys.argv[1] + ": " + " ".join(dict.fromkeys(steps(json.load(sys.stdin)))))' "$name" >"$tmp/rules"
run compare --rules-file "$tmp/rules" --rules 4.19 --rules "$name" --from "$tmp/capture"
expect_status 0

# ---- long names ----

long=$(printf '%063d' 0)
for n in 1 32751; do
	echo "\"domid\":$n,\"name\":null \"domid\":$n,\"name\":\"$long\""
done | "$SRCDIR/tests/tools/reseal" "$tmp/capture" "$tmp/named"
folder=$tmp/$(printf '%0200d' 0)
mkdir "$folder"
mv "$tmp/named.1" "$folder/$(printf '%0250d' 0)"
run capture --from "$folder/$(printf '%0250d' 0)" -o "$tmp/named"
expect_status 0
run audit "$long" --from "$tmp/named" --summary
expect_contains "Domain 1 ($long)"
run audit --from "$tmp/named" --write-baseline "$tmp/baseline.named"
run audit --from "$tmp/named" --baseline "$tmp/baseline.named"
expect_status 0

finish
