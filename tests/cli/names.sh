#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A domain's name with what each format writes in a way of its own: it is the same for who reads that.
. "${SRCDIR:-.}/tests/lib.sh"

need python3 || finish

log=$captures/stale-entries.xen4.17.conring-and-facts.txt.gz
run capture --from "$log" 5 -o "$tmp/plain"
expect_status 0
sed -n 's/.*\("name":[^,]*,"dump":\).*/\1/p' "$tmp/plain" >"$tmp/name"
printf '%s %s\n' "$(cat "$tmp/name")" '"name":"a\"b\\c<&>'"'"'{}=,d","dump":' |
	"$SRCDIR/tests/tools/reseal" "$tmp/plain" "$tmp/named"
judge $? 'the capture has no name to be replaced'

cat <<'PY' >"$tmp/check"
import json, re, sys, xml.etree.ElementTree as tree

name = 'a"b\\c<&>\'{}=,d'
form, text = sys.argv[1], open(sys.argv[2]).read()
if form == 'json':
    found = [json.loads(text)['domains'][0]['name']]
elif form == 'jsonl':
    found = [line['name'] for line in map(json.loads, text.splitlines()) if line['record'] == 'domain']
elif form == 'openmetrics':
    found = {json.loads(word) for word in re.findall(r'name=("(?:[^"\\]|\\.)*")[,}]', text)}
    samples = [line for line in text.splitlines() if 'name=' in line]
    if not samples or not all(re.fullmatch(
            r'\w+\{(\w+="([^"\\]|\\.)*",?)+\} [-+.\de]+', line) for line in samples):
        sys.exit('a sample is none: ' + samples[0])
else:
    words = [word for element in tree.fromstring(text).iter()
             for word in [element.text or '', element.tail or '', *element.attrib.values()]]
    found = {name for word in words if name in word}
if list(found) != [name]:
    sys.exit('%s: %s' % (form, list(found)))
PY
for form in json jsonl openmetrics; do
	run audit --from "$tmp/named.1" --format $form
	expect_status 1
	python3 "$tmp/check" $form "$stdout"
	judge $? "$form has another name"
done
run map --from "$tmp/named.1" --format svg
python3 "$tmp/check" svg "$stdout"
judge $? 'svg has another name'
run audit --from "$tmp/named.1"
expect_contains 'Domain 5 (a"b\c<&>'"'"'{}=,d)'
# It can be named so, too.
run audit --from "$tmp/named.1" 'a"b\c<&>'"'"'{}=,d' --summary
expect_status 1
finish
