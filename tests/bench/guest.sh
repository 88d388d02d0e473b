# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Part of make bench: a guest's own page tables in a memory image, held against its EPT.

echo '{"domains": {"1": {"vcpus": [{"cr0": "0x80050033", "cr3": "0x4000", "cr4": "0x20",
	"efer": "0xd00", "pat": "0x7040600070406"}]}}}' >"$WORK/guest-given"

echo
echo "memory image, a guest's tables of 4K entries:"
for kind in '' scattered; do
	for millions in ${BENCH_GUEST_MILLIONS:-1 16 48}; do
		# shellcheck disable=SC2086 # empty or a word
		"$BIN/guest-gen" "$WORK/guest" "$millions" $kind
		"$BIN/timed" 3 "$AUDIT" effective --from "$WORK/guest" --eptp 0x101e \
			--given "$WORK/guest-given" --summary |
			awk -v name="xen-eptaudit effective${kind:+, $kind}" -v n="$millions" '{
				printf "%-34s %5d M  %9.1f ms  %6.2f ns/entry  %6.0f M/s\n", name, n,
					$1, $1 / n / 1.048576, n * 1.048576 / $1 * 1000 }'
		if (ulimit -d 65536 && "$AUDIT" effective --from "$WORK/guest" --eptp 0x101e \
			--given "$WORK/guest-given" --summary >/dev/null); then
			echo '    within 64 MiB beside the mapping'
		else
			echo '    NOT within 64 MiB beside the mapping'
		fi
	done
done
