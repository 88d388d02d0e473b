#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --given: every fact comes back as it was given, known as it was said to be known; so it does from
# a capture.
. "${SRCDIR:-.}/tests/lib.sh"

cat >"$tmp/log" <<'E2'
(XEN) Xen version 4.17.7 (Debian 4.17.7-1) (x) debug=n
(XEN) domain1 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:           300 rwx WB!
(XEN) domain1 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:           300 rwx WB!
(XEN) domain2 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:           300 rwx WB!
E2

# given JSON FACT...: what domain 1 then has in the report
given()
{
	printf '%s' "$1" >"$tmp/given"
	shift
	run audit "${domain:-1}" --from "$tmp/log" --given "$tmp/given" --fail-on never --format json
	expect_status 0
	expect_contains "$@"
}

# fact NAME VALUE [SHOWN]: plain, from a report of whatever kind, assumed, and unknown
fact()
{
	shown=${3:-$2}
	given "{\"$1\": $2}" "\"$1\":{\"value\":$shown,\"how\":\"given\"}"
	given "{\"$1\": {\"value\": $2, \"how\": \"measured\"}}" "\"$1\":{\"value\":$shown,\"how\":\"given\"}"
	given "{\"$1\": {\"value\": $2, \"how\": \"assumed\"}}" \
		"\"$1\":{\"value\":$(echo "$shown" | sed 's/"how":"given"/"how":"assumed"/; s/"how_var":"given"/"how_var":"assumed"/'),\"how\":\"assumed\"}"
	rm -f "$tmp/capture"
	run capture 1 --from "$tmp/log" --given "$tmp/given" -o "$tmp/capture"
	run audit --from "$tmp/capture" --fail-on never --format json
	expect_contains "\"how\":\"assumed\"}"
	given "{\"$1\": {\"value\": $2, \"how\": \"unknown\"}}" "\"$1\":{\"value\":null,\"how\":\"unknown\"}"
}

fact iommu true
fact iommu false
fact cache-flush true
fact cache-flush false
fact ioports true
fact mfn-valid '[["0x0","0xff"],["0x200","0x2ff"]]'
fact special '[["0x5","0x5"]]'
fact special '[]'
fact memory-map '[["0x0","0x9e"]]'
fact iomem '[["0xa0","0xbf"]]'
fact apic-access-mfn '"0x7"'
fact nr-pages 5
fact nr-pages '"0x10"' 16
fact pinned '[{"gfn":["0x1","0x2"],"type":"UC-"},{"gfn":["0x3","0x3"],"type":"WC"}]'
fact pinned '[]'
fact mmio-ro '[["0x1","0x2"]]' '[["0x1","0x2"]],"complete":true'
fact guest-mtrr '{"cap":"0x501","def_type":"0xc06","fixed":["0x1","0x100","0x400","0x4","0x5","0x6","0x0","0x1","0x4","0x5","0x6"],"var":[["0xf0000000","0xffff0000800"],["0x0","0x0"]]}' \
	'[{"cap":"0x501","def_type":"0xc06","fixed":["0x1","0x100","0x400","0x4","0x5","0x6","0x0","0x1","0x4","0x5","0x6"],"var":[["0xf0000000","0xffff0000800"]],"def_type_known":true,"fixed_known":true,"var_known":"0xffffffffffffffff","how":"given","how_var":"given"}]'
wb=0x606060606060606
fact host-mtrr '{"def_type":"0x806","var":[["0xc0000000","0xffc0000800"]]}' \
	'{"cap":"0x0","def_type":"0x806","fixed":["'$wb'","'$wb'","0x0","'$wb'","'$wb'","'$wb'","'$wb'","'$wb'","'$wb'","'$wb'","'$wb'"],"var":[["0xc0000000","0xffc0000800"]],"def_type_known":true,"fixed_known":false,"var_known":"0xffffffffffffffff"}'
fact host-mtrr-var '[["0xc0000000","0xffc0000800"]]'
fact host-mtrr-var '[{"mfn":["0xc0000","0xfffff"],"type":"WT"},{"mfn":["0x0","0xffffffffff"],"type":"WB"}]' \
	'[["0xc0000004","0xfffffc0000800"],["0x6","0x800"]]'

# Of read-only MMIO a list need not be all.
given '{"mmio-ro": {"value": [["0x1", "0x2"]], "how": "log", "complete": false}}' \
	'"mmio-ro":{"value":[["0x1","0x2"]],"complete":false,"how":"given"}'
# A domain without a vCPU, and vCPUs of which not all is known.
given '{"guest-mtrr": null}' '"guest-mtrr":{"value":null,"how":"given"}'
given '{"guest-mtrr": {"value": null, "how": "assumed"}}' '"guest-mtrr":{"value":null,"how":"assumed"}'
# A guest's word is the usual value and no more.
given '{"guest-mtrr": {"value": [{"def_type": "c06", "var": []}], "how": "guest"}}' '"how":"guest","how_var":"guest"}],"how":"guest"}'
given '{"guest-mtrr": {"value": [{"def_type": "c06"}], "how": "guest"}}' '"fixed_known":false,"var_known":"0x0","how":"guest","how_var":"unknown"}],"how":"guest"}'
given '{"guest-mtrr": [{"def_type": "c06", "var": [], "how": "measured", "how_var": "guest"}]}' '"how":"given","how_var":"guest"}'
given '{"iommu": {"value": true, "how": "guest"}, "cache-flush": false}' '"iommu":{"value":true,"how":"guest"}' \
	'"ok":0,"ok_if":1,' '"unusual":1'
given '{"guest-mtrr": [{"def_type": "c06", "var": [], "def_type_known": false, "fixed_known": false, "var_known": "0x5", "how": "assumed", "how_var": "log"}]}' \
	'"def_type_known":false,"fixed_known":false,"var_known":"0x5","how":"assumed","how_var":"given"}'
given '{"guest-mtrr": [{"def_type": "c06", "how": "measured", "how_var": "unknown"}]}' '"how":"given","how_var":"unknown"}'
given '{"host-mtrr": {"def_type": "c06", "var": [], "def_type_known": false, "how": "log", "how_var": "assumed"}}' \
	'"def_type_known":false,"fixed_known":false' '"host-mtrr-var":{"value":[],"how":"assumed"}'
# What an HVM context shows, of which ranges 1 and up are not known.
given '{"guest-mtrr-record": {"def_type": "c06", "var": [["0x1", "0x800"], ["0x1", "0x800"]]}}' \
	'"var":[["0x1","0x800"],["0x0","0x0"]],"def_type_known":true,"fixed_known":false,"var_known":"0x1","how":"given","how_var":"assumed"}'
# p2m types of a range: one or several, and what the calls to Xen say.
given '{"p2m-type": [{"gfn": ["0x0", "0xf"], "type": "ram_rw", "types": ["mmio_direct"], "access": "rwx"},
	{"gfn": ["0x10", "0x1f"], "hvmmem": "ioreq_server", "access": "rw"}]}' \
	'"p2m-type":{"value":[{"gfn":["0x0","0xf"],"types":["ram_rw","mmio_direct"],"access":"rwx"},{"gfn":["0x10","0x1f"],"types":["ioreq_server"]}],"how":"given"}'
given '{"rules": ["4.17", "4.19"]}' '"rules":{"value":["4.17","4.19"],"how":"given"}'
given '{"rules": {"value": ["4.16"], "how": "assumed"}}' '"rules":{"value":["4.16"],"how":"assumed"}'
# The report's head names what the domains are judged by, also if the source does not tell its Xen.
sed 1d "$tmp/log" >"$tmp/bare"
printf '{"rules": ["4.16", "4.17"]}' >"$tmp/given"
for log in log bare; do
	run audit 1 --from "$tmp/$log" --given "$tmp/given" --format json
	expect_status 0
	expect_contains '"rules":"4.16 or 4.17","how":"given"'
done
run audit 1 --from "$tmp/log" --given "$tmp/given" --rules 4.15 --format json
expect_contains '"rules":"4.15","how":"given"' '"rules":{"value":["4.15"],"how":"given"}'
run audit 1 --from "$tmp/log" --given "$tmp/given" --xen 4.15.0 --format json
expect_contains '"version":"4.15.0","rules":"4.15","how":"given"' '"rules":{"value":["4.15"],"how":"given"}'
for option in --rules=4.16 --xen=4.16.1 --xen=4.17.4+13-gabc "--given=$tmp/given"; do
	rm -f "$tmp/capture"
	run capture 1 --from "$tmp/log" "$option" -o "$tmp/capture"
	expect_status 0
	run audit --from "$tmp/log" "$option" 1 --format json
	sed -n 's/.*"xen":\({[^}]*}\).*/\1/p' "$stdout" >"$tmp/wanted"
	run audit --from "$tmp/capture" --format json
	sed -n 's/.*"xen":\({[^}]*}\).*/\1/p' "$stdout" >"$tmp/got"
	expect_same "$tmp/wanted" "$tmp/got"
done

# Later ones take the place of earlier ones, and none is added.
given '{"special": [["0x1", "0x1"]], "pinned": [{"gfn": ["0x1", "0x2"], "type": "WC"}], "guest-mtrr": {"def_type": "0x6"},
	"domains": {"1": {"special": [["0x2", "0x2"]], "pinned": [{"gfn": ["0x3", "0x4"], "type": "WP"}], "guest-mtrr": {"def_type": "0x0"}}}}' \
	'"special":{"value":[["0x2","0x2"]],"how":"given"}' \
	'"pinned":{"value":[{"gfn":["0x3","0x4"],"type":"WP"}],"how":"given"}' '"guest-mtrr":{"value":[{"cap":"0x0","def_type":"0x0"'

# For all, for a domain, for one of its dumps; the Xen version, too.
for domains in '{"1": {"iommu": true, "dumps": {"1": {"ioports": true}, "2": {"ioports": false}}}}' \
	'[{"domid": 2, "iommu": false}, {"domid": 1, "facts": {"iommu": true}, "dumps": {"1": {"ioports": true}, "2": {"ioports": false}}}]'; do
	domain=1
	given "{\"nr-pages\": 5, \"iommu\": false, \"domains\": $domains}" '"nr-pages":{"value":5,' \
		'"iommu":{"value":true,' '"ioports":{"value":false,'
	run audit 1 --dump 1 --from "$tmp/log" --given "$tmp/given" --format json
	expect_contains '"ioports":{"value":true,'
	domain=2
	given "{\"nr-pages\": 5, \"iommu\": false, \"domains\": $domains}" '"nr-pages":{"value":5,' \
		'"iommu":{"value":false,' '"ioports":{"value":null,'
done
domain=1
given '{"xen": {"version": "4.16.0"}, "note": "mine"}' '"version":"4.16.0","rules":"4.16","how":"given"' '"rules":{"value":["4.16"]'
run audit 1 --xen 4.18.0 --from "$tmp/log" --given "$tmp/given" --format json
expect_contains '"version":"4.18.0","rules":"4.17","how":"given"'
run audit 1 --rules 4.5 --xen 4.18.0 --from "$tmp/log" --given "$tmp/given" --fail-on never --format json
expect_contains '"version":"4.18.0","rules":"4.5","how":"given"' '"rules":{"value":["4.5"],"how":"given"}'

# Facts for a dump that is not there are told as those for a domain are.
printf '{"domains": {"1": {"dumps": {"2": {"iommu": false}, "3": {"iommu": false}}}}}' >"$tmp/given"
run audit 1 --from "$tmp/log" --given "$tmp/given" --fail-on never
expect_status 1
expect_stderr_contains 'facts for dump 3 of domain 1, which is not there'
expect_stderr_lacks 'dump 2'

# Bad ones, wherever they stand.
bad()
{
	printf '%s' "$1" >"$tmp/given"
	run audit --from "$tmp/log" --given "$tmp/given"
	shift
	expect_error "$@"
}
bad '{"nr-pages": -1}' 'fact nr-pages: must be a number'
bad '{"special": [["0x2", "0x1"]]}' 'range 0 is not'
bad '{"domains": [{"domid": 9, "iommu": 1}]}' 'fact iommu'
bad '{"domains": {"9": {"dumps": {"7": {"iommu": 1}}}}}' 'fact iommu'
bad '{"iommu": {"value": true, "how": "hearsay"}}' 'no such "how"'
bad '{"guest-mtrr": {"def_type": "0x6", "how": "hearsay"}}' '"how" is no way of knowing'
bad '{"host-mtrr-var": [{"mfn": ["0x1", "0x2"], "type": "UC"}]}' 'a power of two'
bad '{"host-mtrr-var": [{"mfn": ["0x0", "0x2"], "type": "UC"}]}' 'a power of two'


# Of the wrong type, or out of its range: told by name.
bad '"x"' 'the file must be a JSON object of facts'
bad '[]' 'the file must be a JSON object of facts'
bad 'null' 'cannot read facts'
bad '{"facts": "x"}' '"facts" must be a JSON object'
bad '{"facts": [1]}' '"facts" must be a JSON object'
bad '{"domains": "x"}' '"domains" must be'
bad '{"domains": [5]}' 'a domain must be a JSON object'
bad '{"domains": {"1": null}}' 'a domain must be a JSON object'
bad '{"domains": [{"domid": "1"}]}' 'domain 0 needs "domid"'
bad '{"domains": [{"domid": 40000}]}' 'domain 0 needs "domid"'
bad '{"domains": [{"domid": 1, "facts": 5}]}' '"facts" must be a JSON object'
bad '{"domains": {"1": {"dumps": 5}}}' '"dumps" must be a JSON object'
bad '{"domains": {"1": {"dumps": {"1": "x"}}}}' 'a dump must be a JSON object'
# What names no domain and no dump would never count, without a word.
for id in 32752 -1 01 0x1 ' 1' '' web 1x; do
	bad "{\"domains\": {\"$id\": {\"iommu\": true}}}" "'$id' is no domain id; write a decimal number, 0 to 32751"
done
for dump in 0 01 x -1 4294967296; do
	bad "{\"domains\": {\"1\": {\"dumps\": {\"$dump\": {\"iommu\": true}}}}}" \
		"'$dump' is no dump; the first of a domain is"
done
bad '{"xen": "4.17"}' '"xen" must be {"version": "4.17.5"}'
bad '{"p2m-type": 5}' '["0xFIRST", "0xLAST"], "type": TYPE}'
bad '{"xen": {"version": 4.17}}' '"xen" must be'
bad '{"phys_bits": "40"}' 'phys_bits'
bad '{"phys_bits": 4611686018427387904}' 'phys_bits'
for how in 5 true '[]' '{}' '"\u0000measured"' '"measured\u0000"' '""'; do
	bad "{\"iommu\": {\"value\": true, \"how\": $how}}" 'fact iommu: no such "how"'
	bad "{\"guest-mtrr\": {\"def_type\": \"0x6\", \"how\": $how}}" '"how" is no way of knowing'
done
for name in iommu p2m-type mmio-ro special apic-access-mfn pinned host-mtrr host-mtrr-var nr-pages rules; do
	for value in null '"x"' 1.5 '{}' '{"value": null, "how": "log"}' '[null]' '[[1]]' '[{"gfn": 5, "type": 7, "mfn": []}]'; do
		bad "{\"$name\": $value}" "fact $name: "
	done
done
for value in '"x"' 5 '{}' '[5]' '[null]' '{"def_type": null}' '{"def_type": "0x6", "fixed": 5}' '{"def_type": "0x6", "fixed": [1]}' \
	'{"def_type": "0x6", "var": 5}' '{"def_type": "0x6", "var": [5]}' '{"def_type": "0x6", "cap": []}' \
	'{"def_type": "0x6", "def_type_known": 1}' '{"def_type": "0x6", "fixed_known": "true"}' '{"def_type": "0x6", "var_known": []}'; do
	bad "{\"guest-mtrr\": $value}" 'fact guest-mtrr: '
	bad "{\"host-mtrr\": $value}" 'fact host-mtrr: '
done
bad '{"vcpu": true}' 'fact vcpu: no such fact'
bad '{"rules": [5]}' 'must be names of rule sets'
bad '{"rules": []}' 'must be names of rule sets'
bad '{"mmio-ro": {"value": [], "how": "log", "complete": 1}}' '"complete" must be true or false'
bad '{"mmio-ro": {"value": [], "how": "log", "possible": 1}}' 'fact mmio-ro: frames must be'
types='"p2m-type": [{"gfn": ["0x0", "0xf"],'
bad "{$types \"type\": \"new\"}]}" "no p2m type 'new'"
bad "{$types \"type\": 5}]}" 'no p2m type'
bad "{$types \"types\": [\"ram_rw\", \"new\"]}]}" "no p2m type 'new'"
bad "{$types \"types\": [null]}]}" '"types" must hold names'
bad "{$types \"types\": \"ram_rw\"}]}" '"types" must be an array'
bad "{$types \"hvmmem\": 5}]}" 'no HVMMEM type'
bad "{$types \"access\": 5}]}" '"access" must be a string'
# Frames have 40 bits.
for last in 0xffffffffff 1099511627775; do
	given "{\"special\": [[\"0xffffffffff\", $([ $last = 0xffffffffff ] && echo "\"$last\"" || echo $last)]]}" \
		'"special":{"value":[["0xffffffffff","0xffffffffff"]]'
done
for last in '"0x10000000000"' 1099511627776 '"0xffffffffffffffff"' 9223372036854775807 18446744073709551615; do
	bad "{\"special\": [[\"0x0\", $last]]}" 'fact special: range 0 is not' '< 2^40'
	bad "{\"pinned\": [{\"gfn\": [\"0x0\", $last], \"type\": \"UC\"}]}" 'fact pinned: pin 0 needs'
	bad "{\"p2m-type\": [{\"gfn\": [\"0x0\", $last], \"type\": \"ram_rw\"}]}" 'fact p2m-type: range 0 needs'
	bad "{\"host-mtrr-var\": [{\"mfn\": [\"0x0\", $last], \"type\": \"UC\"}]}" 'a power of two'
	bad "{\"apic-access-mfn\": $last}" 'fact apic-access-mfn: '
done

finish
