# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Part of make bench: walk and audit of an EPT in a memory image, beside a plain sum of the same bytes.

echo '{"iommu":false,"cache-flush":false,"special":[],"mmio-ro":[],"memory-map":[["0x0","0xfffffffff"]]}' \
	>"$WORK/given"
image=$WORK/image

# row NAME MILLIONS COMMAND...
row()
{
	name=$1 millions=$2
	shift 2
	"$BIN/timed" 5 "$@" | awk -v name="$name" -v n="$millions" '{
		printf "%-34s %5d M  %9.1f ms  %6.2f ns/entry  %6.0f M/s\n", name, n, $1, $1 / n / 1.048576,
			n * 1.048576 / $1 * 1000 }'
}

# small COMMAND...: does it do with 16 MiB beside the mapping? (RLIMIT_DATA counts what is private.)
small()
{
	if (ulimit -d 16384 && "$@" >/dev/null); then
		echo '    within 16 MiB beside the mapping'
	else
		echo '    NOT within 16 MiB beside the mapping'
	fi
}

echo
echo "memory image, EPT of 4K entries:"
for kind in '' scattered; do
	for millions in ${BENCH_IMAGE_MILLIONS:-1 64 256}; do
		# shellcheck disable=SC2086 # empty or a word
		"$BIN/image-gen" "$image" "$millions" $kind
		row "plain sum of the tables" "$millions" "$BIN/sum" "$image"
		row "xen-eptaudit audit${kind:+, $kind}" "$millions" "$AUDIT" audit --from "$image" \
			--eptp 0x101e --xen 4.19.0 --given "$WORK/given" --summary
		small "$AUDIT" audit --from "$image" --eptp 0x101e --xen 4.19.0 \
			--given "$WORK/given" --summary
	done
done
