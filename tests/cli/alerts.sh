#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The alert rules ask for metrics, labels and values that the program has.
. "${SRCDIR:-.}/tests/lib.sh"

rules=$SRCDIR/src/packaging/xen-eptaudit.rules.yml
"$XEN_EPTAUDIT" audit --from "$captures/stale-entries.xen4.17.conring-and-facts.txt.gz" \
	--format openmetrics -o "$tmp/prom"

sed -n 's/^ *expr: //p' "$rules" >"$tmp/asked"
[ "$(wc -l <"$tmp/asked")" -ge 5 ]
judge $? 'hardly any alerts'
for metric in $(grep -o 'xen_eptaudit_[a-z_]*' "$tmp/asked" | sort -u); do
	grep -q "^$metric[{ ]" "$tmp/prom"
	judge $? "there is no metric $metric"
done
for asked in $(grep -o 'xen_eptaudit_[a-z_]*{[^}]*}' "$tmp/asked"); do
	labels=${asked#*\{}
	grep -q "^${asked%%\{*}{.*${labels%\}}" "$tmp/prom"
	judge $? "no sample has $asked"
done
# Labels by which sums are made, and which texts name; that of the host is Prometheus's own.
for label in $({ sed -n 's/.*by (\([^)]*\)).*/\1/p' "$tmp/asked" | tr -d ','; grep -o '\$labels\.[a-z]*' "$rules" |
	cut -d. -f2; } | tr ' ' '\n' | sort -u | grep -vx instance); do
	grep -q "^xen_eptaudit_findings{.*\b$label=\"" "$tmp/prom"
	judge $? "no label $label"
done
# All severities have an alert.
for severity in $(grep -o 'severity="[a-z]*"' "$tmp/prom" | sort -u); do
	grep -q "$severity" "$tmp/asked"
	judge $? "no alert for $severity"
done
# The unit writes that form, with options that there are.
"$XEN_EPTAUDIT" --list-completions >"$tmp/options"
for option in $(sed -n 's/^ExecStart=[^ ]* //p' "$SRCDIR/src/packaging/xen-eptaudit.service.in" | grep -o -e '--[a-z-]*'); do
	grep -q "^audit $option\b" "$tmp/options"
	judge $? "audit has no option $option"
done
finish
