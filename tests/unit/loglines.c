/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source/text/: each kind of line that is read of a log, as it must be, and spoiled. What is
 * spoiled changes nothing of what is known; what is not is told by its value.
 */
#include "base/jsonwrite.h"
#include "base/text.h"
#include "source/factsfile.h"
#include "source/factsjson.h"
#include "source/source.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is left of a list that is not whole. */
#define NO_MAP	  "\"memory-map\":{\"value\":null,\"how\":\"unknown\"}"
#define NO_RANGES "\"host-mtrr-var\":{\"value\":null,\"how\":\"unknown\"}"

/* A whole record of domain 3, of which each row is all the same. */
#define VAR(n)	   "!          var " n "      0x0000000000000      0x0000000000000\n"
#define FIXED(n)   "!          fixed 0" n "      0x0606060606060606\n"
#define VARS	   VAR("0") VAR("1") VAR("2") VAR("3") VAR("4") VAR("5") VAR("6") VAR("7")
#define FIXED_LOW  FIXED("0") FIXED("1") FIXED("2") FIXED("3") FIXED("4")
#define FIXED_HIGH FIXED("5") FIXED("6") FIXED("7") FIXED("8") FIXED("9") FIXED("a")
#define CONTEXT                                       \
	"!HVM save record for domain 3\n"             \
	"!Entry 13: type 14 instance 0, length 240\n" \
	"!    MTRR: PAT 0x7040600070406, cap 0x508, default 0xc06\n" VARS FIXED_LOW FIXED_HIGH

/* A log of two boots of a Xen; lines that begin with '@' are places for others, '!' is none of its.
 */
static const char *const base[] = {
	"@before",
	"Xen version 4.17.7 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026",
	"Command line: placeholder",
	"Xen-e820 RAM map:",
	" [0000000000000000, 000000007fffffff] (usable)",
	"@map",
	"PCI: MCFG configuration 0: base e0000000 segment 0000 buses 00 - 3f",
	"@boot",
	"MTRR default type: write-back",
	"@mtrr",
	"MTRR fixed ranges enabled:",
	"  00000-9ffff write-back",
	"@fixed",
	"  a0000-fffff uncachable",
	"MTRR variable ranges enabled:",
	"  0 base 0000000000 mask 3f80000000 write-back",
	"@variable",
	"Freed 656kB init memory",
	"@late",
	"!HVM save record for domain 3",
	"!Entry 13: type 14 instance 0, length 240",
	"@record",
	"!    MTRR: PAT 0x7040600070406, cap 0x508, default 0xc06",
	"!          var 0      0x00000c0000000      0x0003fc0000800",
	"@pairs",
	"",
	"domain3 EPT p2m table:",
	"gfn:             0 order:  0 mfn:         50000 rwx WB ",
	"gfn:             1 order:  0 mfn:         50001 rwx WB ",
	"@entry",
	"gfn:             9 order:  0 mfn:         50009 rwx WB ",
	"",
	"'q' pressed -> dumping domain info (now = 1)",
	"General information for domain 3:",
	"    nr_pages=3 xenheap_pages=2 shared_pages=0",
	"Rangesets belonging to domain 3:",
	"@sets",
	"Memory pages belonging to domain 3:",
	"@pages",
	"VCPU information and callbacks for domain 3:",
	"    VCPU0: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=00",
	"@vcpus",
	"Notifying guest 3:0 (virq 1, port 0)",
	"*********** VMCS Areas **************",
	">>> Domain 3 <<<",
	"\tVCPU 0",
	"@vmcs",
	"**************************************",
};

static const struct row {
	const char *place, *lines;
	const char *wanted; /* what is known then; NULL: what is known without these lines */
} rows[] = {
	/* the memory map, inclusive and exclusive ends */
	{ "map", " [0000000100000000, 00000001ffffffff] (usable)", "[\"0x100000\",\"0x1fffff\"]" },
	{ "map", " 0000000100000000 - 0000000200000000 (usable)", "[\"0x100000\",\"0x1fffff\"]" },
	{ "map", "[0000000100000000, 00000001ffffffff] (usable)", "[\"0x100000\",\"0x1fffff\"]" },
	{ "map", " [0000000100000000, 00000001ffffffff] (reserved)", NULL },
	{ "map", " [0000000100000000, 0000000000000000] (usable)", NO_MAP },
	{ "map", " 0000000100000000 - 0000000100000000 (usable)", NO_MAP },
	{ "map", " 0000000100000000 - 0000000100000800 (usable)", NULL },
	{ "map", " [0000000100000000] (usable)", NO_MAP },
	{ "map", " [0000000100000000, 1ffffffff", NO_MAP },
	{ "map", " [x, y] (usable)\n [0000000100000000, 00000001ffffffff] (usable)", NO_MAP },
	{ "map", " [0000000000000000, 0000000000000100] (usable)", NO_MAP },
	{ "map", " [0000000100000800, 00000001000017ff] (usable)", NULL },
	{ "map", " [0000000100000000, 00000001ffffffff] type 7", NULL },
	{ "map", " [0000000100000000, 00000001ffffffff] (usable", NO_MAP },
	{ "map", " [0000000100000000, 00000001ffffffff] (usable)  [00", NO_MAP },
	{ "map", " [0000000100000000, 00000001fff", NO_MAP },
	{ "map", "![...]", NO_MAP },
	{ "map", "!", NULL },
	{ "map", "    VCPU0: CPU0", NO_MAP },
	{ "boot", "System RAM: 2049MB (2098176kB)", NO_MAP },
	{ "boot", "System RAM: 2048MB (2097152kB)", NULL },
	{ "boot", "System RAM: much", NULL },
	/* Xen's pages are RAM, and so is what a guest has at address 0. */
	{ "pages", "    XenPage 0000000000080000: caf=1, taf=1", NO_MAP },
	/* and it is told that there is one, but not one to believe */
	{ "map", "![...]", "remark: the host's memory map in the log is not whole, or other" },
	{ "boot", "System RAM: 2049MB (2098176kB)", "remark: the host's memory map in the log is" },
	{ "pages", "    XenPage 0000000000080000: caf=1, taf=1",
	  "contradict it: it is left out\n" },
	/* read-only frames */
	{ "boot", "IOAPIC[0]: apic_id 2, version 32, address 0xfec00000, GSI 0-23",
	  "\"mmio-ro\":{\"value\":[[\"0xfec00\",\"0xfec00\"]]" },
	{ "boot", "IOAPIC[0]: apic_id 2, version 32, address , GSI 0-23", NULL },
	{ "boot", "IOAPIC[0]: apic_id 2, version 32", NULL },
	{ "boot", "PCI: Using MCFG for segment 0000 bus 00-0f",
	  "\"mmio-ro\":{\"value\":[[\"0xe0000\",\"0xe0fff\"]]" },
	{ "boot", "PCI: Using MCFG for segment 0000 bus 3f-3f",
	  "\"mmio-ro\":{\"value\":[[\"0xe3f00\",\"0xe3fff\"]]" },
	{ "boot", "PCI: Using MCFG for segment 0001 bus 00-0f", NULL },
	{ "boot",
	  "PCI: MCFG configuration 1: base f0000000 segment 0001 buses 20 - 3f\n"
	  "PCI: Using MCFG for segment 0001 bus 00-1f",
	  NULL },
	{ "boot",
	  "PCI: MCFG configuration 1: base f0000000 segment 0001 buses 20 - 3f\n"
	  "PCI: Using MCFG for segment 0001 bus 00-20",
	  "[\"0xf0000\",\"0xf20ff\"]" },
	{ "boot", "PCI: Using MCFG for segment 0000 bus 40-4f", NULL },
	{ "boot", "PCI: Using MCFG for segment 0000 bus 0f-00", NULL },
	{ "boot", "PCI: Using MCFG for segment 0000 bus 00-1ff", NULL },
	{ "boot", "PCI: Using MCFG for segment 0000", NULL },
	{ "boot",
	  "PCI: MCFG configuration 1: base f0000000 segment 0001\n"
	  "PCI: Using MCFG for segment 0001 bus 00-0f",
	  NULL },
	{ "boot",
	  "PCI: MCFG configuration 1: base f0000000000000 segment 0001 buses 00 - ff\n"
	  "PCI: Using MCFG for segment 0001 bus 00-0f",
	  NULL },
	{ "boot",
	  "PCI: MCFG configuration 1: no number\nPCI: Using MCFG for segment 0001 bus 00-0f",
	  NULL },
	{ "boot", "HVM: Hardware Assisted Paging (HAP) detected", NULL },
	{ "boot", "HVM: Hardware Assisted Paging (HAP) detected but disabled", NULL },
	/* the IOMMU */
	{ "boot", "I/O virtualisation disabled", "\"iommu\":{\"value\":false,\"how\":\"log\"}" },
	{ "boot", "I/O virtualisation enabled", NULL },
	{ "boot", "Intel VT-d Snoop Control enabled.",
	  "\"iommu-snoop\":{\"value\":true,\"how\":\"log\"}" },
	{ "boot", "Intel VT-d Snoop Control not enabled.",
	  "\"iommu-snoop\":{\"value\":false,\"how\":\"log\"}" },
	{ "boot", "Intel VT-d Snoop Control", NULL },
	{ "boot", "Command line: iommu=no-snoop,verbose dom0_mem=4G",
	  "\"iommu-snoop\":{\"value\":false,\"how\":\"log\"}" },
	{ "boot", "Command line: placeholder iommu=verbose,snoop=off",
	  "\"iommu-snoop\":{\"value\":false,\"how\":\"log\"}" },
	{ "boot", "Command line: xiommu=no-snoop iommu=verbose,snoop=offer", NULL },
	{ "boot", "Command line: iommu=", NULL },
	{ "boot", "Command line: iommu=verbose dom0_mem=4G", NULL },
	{ "boot", "Command line: iommu=verbose x,snoop=off", NULL },
	{ "late", "d3 sharing page tables", "\"iommu\":{\"value\":true,\"how\":\"log\"}" },
	{ "late", "[VT-D] d3 table has 4 levels", "\"iommu\":{\"value\":true,\"how\":\"log\"}" },
	{ "late", "[VT-D]d3 table has 4 levels", "\"iommu\":{\"value\":true,\"how\":\"log\"}" },
	{ "late", "domain3 IOMMU p2m table: ", "\"iommu\":{\"value\":true,\"how\":\"log\"}" },
	{ "late", "domain3 IOMMU p2m table shared with MMU: ",
	  "\"iommu\":{\"value\":true,\"how\":\"log\"}" },
	{ "late", "d4 sharing page tables", NULL },
	{ "late", "d3 sharing page", NULL },
	{ "late", "d40000 sharing page tables", NULL },
	{ "late", "d-3 sharing page tables", NULL },
	{ "late", "p2m table has 4 levels", NULL },
	{ "late", "'o' pressed -> dumping iommu p2m table\n'x' pressed",
	  "\"iommu\":{\"value\":false,\"how\":\"" },
	{ "late", "'x' pressed", NULL },
	{ "late", "'o' is a key", NULL },
	/* host MTRRs */
	{ "mtrr", "MTRR default type: uncachable",
	  "\"host-mtrr\":{\"value\":{\"cap\":\"0x0\",\"def_type\":\"0xc00\"" },
	{ "mtrr", "MTRR default type: unknown", NULL },
	{ "mtrr", "MTRR something: write-back", NULL },
	{ "fixed", "  80000-8ffff write-through", "\"fixed_known\":false" },
	{ "fixed", "  a0000-bffff write-throu", "\"fixed_known\":false" },
	{ "fixed", "  b0000-bffff write-through", "\"fixed_known\":false" },
	{ "fixed", "  a0000-bffff write-through\n  c0000-fffff write-protect",
	  "\"0x404040404040404\",\"0x505050505050505\"" },
	{ "variable", "  1 base 0040000000 mask 3fc0000000 uncachable",
	  "[\"0x40000000\",\"0x3fc0000800\"]" },
	{ "variable", "  1 disabled\n  2 base 0040000000 mask 3fc0000000 uncachable",
	  "[\"0x40000000\",\"0x3fc0000800\"]" },
	{ "variable", "  2 base 0040000000 mask 3fc0000000 uncachable", NO_RANGES },
	{ "variable", "  x base 0040000000 mask 3fc0000000 uncachable", NULL },
	{ "variable", "  256 base 0040000000 mask 3fc0000000 uncachable", NO_RANGES },
	{ "variable", "![...]", NO_RANGES },
	{ "variable", "!", NULL },
	{ "variable", "  ", NO_RANGES },
	{ "variable", "  1", NO_RANGES },
	{ "variable", "  1 disab", NO_RANGES },
	{ "variable", "  1 disabled(XEN)   2 disabled", NO_RANGES },
	{ "variable", "  1 base 0040000000 mask 3fc0000000 uncachable(XEN)   2 disabled",
	  NO_RANGES },
	{ "variable", "  a0000-fffff uncachable", NO_RANGES },
	{ "variable", "MTRR variable ranges enabled:", NO_RANGES },
	{ "variable", "MTRR variable ranges ena", NULL },
	{ "variable", "  1 base z mask 3fc0000000 uncachable", NO_RANGES },
	{ "variable", "  1 base 0040000000 mask", NO_RANGES },
	{ "variable", "  1 base 0040000000 mask 3fc0000000", NO_RANGES },
	{ "variable", "  1 base 0040000000 mask 3fc0000000 unknown", NO_RANGES },
	{ "variable", "  1 base 0040000000 masks 3fc0000000 uncachable", NO_RANGES },
	/* entries; those that are spoiled must not be taken for others */
	{ "entry", "gfn:             2 order:  0 mfn:         50002 r x UC!",
	  "gfn 0x2 mfn 0x50002" },
	{ "entry", "gfn:             2 order:  0 mfn:         50002     ?3 ",
	  "gfn 0x2 mfn 0x50002" },
	{ "entry", "gfn:             2 order:  0 mfn:         50002 rwx ?2!",
	  "gfn 0x2 mfn 0x50002" },
	{ "entry", "gfn:             2 order:  0 PoD", "gfn 0x2 mfn 0x0" },
	/* nine digits, which the quick way to read a record leaves to the other */
	{ "entry", "gfn:     100000002 order:  0 mfn:         50002 rwx WB ",
	  "gfn 0x100000002 mfn 0x50002" },
	{ "entry", "gfn:             2 order:  0 mfn:     100050002 rwx WB ",
	  "gfn 0x2 mfn 0x100050002" },
	/* frames end at 2^40 */
	{ "entry", "gfn:             2 order:  0 mfn:    ffffffffff rwx WB ",
	  "gfn 0x2 mfn 0xffffffffff" },
	{ "entry", "gfn:             2 order:  0 mfn:   10000000000 rwx WB ", NULL },
	{ "entry", "gfn:   10000000000 order:  0 mfn:         50002 rwx WB ", NULL },
	{ "loose", "gfn: 2 order: 0 mfn: 50002 rwx WB!", "gfn 0x2 mfn 0x50002" },
	{ "loose", "gfn: 2 order: 0 mfn: 50002 r x WB!", "gfn 0x2 mfn 0x50002" },
	{ "loose", "gfn: 2 order: 0 PoD", "gfn 0x2 mfn 0x0" },
	{ "loose", "gfn: 2 order: 0 mfn: 50002 xwr WB!", NULL },
	{ "loose", "gfn: 2 order: 0 mfn: 50002 rwx W", NULL },
	{ "loose", "gfn: 2 order: 0 mfn: 50002 rwx WB!!", NULL },
	{ "loose", "gfn: 2 order: 000 mfn: 50002 rwx WB!", NULL },
	{ "loose", "gfn: 2 order: 5 mfn: 50002 rwx WB!", NULL },
	{ "loose", "gfn: 2 order: 9 mfn: 50002 rwx WB!", NULL },
	{ "loose", "gfn: 2 order: 0 mfn: 1000000050002 rwx WB!", NULL },
	{ "loose", "gfn: 1000000000002 order: 0 mfn: 50002 rwx WB!", NULL },
	{ "loose", "gfn: 2 order: 0 mfn: 50002 a b c d e f g h i j k", NULL },
	{ "entry", "gfn:             2 order:  0 mfn:         50002 rwx XX ", NULL },
	{ "entry", "gfn:             2 order:  0 mfn:         50002 rwx Wb ", NULL },
	{ "entry", "gfn:             2 order:  0 mfn:         50002 rwx WB#", NULL },
	{ "entry", "gfn:             2 order:  0 mfn:         50002 rwy WB ", NULL },
	{ "entry", "gfn:             2 order:  0 mfn:         50002 rzx WB ", NULL },
	{ "entry", "gfn:             2 order:  0 mfn:         50002 awx WB ", NULL },
	{ "entry", "gfn:             2 order:  0 mfn:         5 002 rwx WB ", NULL },
	{ "entry", "gfn:             2 order:  0 mfn:               rwx WB ", NULL },
	{ "entry", "gfn:             2 order:  0 mfn: 1000000050002 rwx WB ", NULL },
	{ "entry", "gfn: 1000000000002 order:  0 mfn:         50002 rwx WB ", NULL },
	{ "entry", "gfn:             2 order: 18 mfn:         50002 rwx WB ", NULL },
	/* capabilities, pages and vCPUs of key q */
	{ "sets", "    I/O Memory { a0-bf, c0000 }",
	  "\"iomem\":{\"value\":[[\"0xa0\",\"0xbf\"],[\"0xc0000\",\"0xc0000\"]]" },
	{ "sets", "I/O Memory { a0-bf }", "\"iomem\":{\"value\":[[\"0xa0\",\"0xbf\"]]" },
	{ "sets", "\tI/O Memory { a0-bf }", "\"iomem\":{\"value\":[[\"0xa0\",\"0xbf\"]]" },
	{ "sets", "    I/O Memory { }", "\"iomem\":{\"value\":[]," },
	{ "sets", "    I/O Memory { a0-bf", NULL },
	{ "sets", "    I/O Memory a0-bf }", NULL },
	{ "sets", "    I/O Memory { a0- }", NULL },
	{ "sets", "    I/O Memory { bf-a0 }", NULL },
	{ "sets", "    I/O Memory { z }", NULL },
	{ "sets", "    I/O Ports  { 3f8-3ff }", "\"ioports\":{\"value\":true" },
	{ "sets", "    I/O Ports  { }", "\"ioports\":{\"value\":false" },
	{ "sets", "    I/O Ports  { 3f8", NULL },
	{ "sets", "    log-dirty { }", NULL },
	{ "pages", "    XenPage 0000000000055555: caf=1, taf=1", "[\"0x55555\",\"0x55555\"]" },
	{ "pages", "    ExtraPage 0000000000055555: caf=1, taf=1", "[\"0x55555\",\"0x55555\"]" },
	{ "pages", "XenPage 0000000000055555: caf=1, taf=1", "[\"0x55555\",\"0x55555\"]" },
	{ "pages", "    XenPage : caf=1, taf=1", NULL },
	{ "pages", "    XenPage 00000000z: caf=1, taf=1", NULL },
	{ "pages", "    DomPage 0000000000055555: caf=1, taf=1", NULL },
	{ "pages", "    PoD entries=0 cachesize=1", "\"nr-pages\":{\"value\":2," },
	{ "pages", "    PoD entries=0 cachesize=7", "\"nr-pages\":{\"value\":0," },
	{ "pages", "    PoD entries=", NULL },
	{ "vcpus", "    VCPU200: CPU0 [has=F]", NULL },
	{ "vcpus", "    VCPU1: CPU0 [has=F]\n    VCPU0: CPU0 [has=F]",
	  "{\"cap\":\"0x0\",\"def_type\":\"0x0\"" },
	{ "vcpus", "    VCPU0: CPU1 [has=F]", NULL },
	{ "vcpus", "No periodic timer", NULL },
	/* the context of a guest */
	{ "pairs", "!          var 1      0x00000c0000000      0x0003fc0000800\n!something",
	  "\"guest-mtrr\":{\"value\":null,\"how\":\"unknown\"}" },
	{ "record", "!Entry 14: type 14 instance 200, length 240", NULL },
	{ "late", "HVM d4 restore: MTRR 0", NULL },
	{ "late", "HVM d4 save: CPU", NULL },
	{ "late", "!HVM save record for domain 40000", NULL },
	/* of another boot, or of nobody known: left out, which is told */
	{ "before", CONTEXT, "remark: what xen-hvmctx printed before Xen's banner is left out" },
	{ "before", "!HVM save record for domain 3\n!Entry 13: type 14 instance 0, length 240",
	  NULL },
	{ "late", "!    MTRR: PAT 0x7040600070406, cap 0x508, default 0xc06",
	  "remark: what xen-hvmctx printed is left out where no line 'HVM save record for domain N'" },
	{ "late", CONTEXT, NULL },
	/* key v */
	{ "vmcs",
	  "*** Guest State ***\n"
	  "CR0: actual=0x0000000080050033, shadow=0x0000000080050033, gh_mask=ffffffffffffffff\n"
	  "CR4: actual=0x0000000000002020, shadow=0x0000000000000020, gh_mask=fffffffffff8f830\n"
	  "CR3 = 0x0000000000001000\n"
	  "EFER(VMCS) = 0x0000000000000d00  PAT = 0x0006050100070406\n*** Host State ***",
	  "\"cr3\":\"0x1000\",\"cr4\":\"0x20\",\"efer\":\"0xd00\",\"pat\":\"0x6050100070406\"" },
	{ "vmcs",
	  "*** Guest State ***\n"
	  "CR0: actual=0x0000000080050033, shadow=0x0000000080050033\n"
	  "CR4: actual=0x0000000000002020, shadow=0x0000000000000020, gh_mask=fffffffffff8f830\n"
	  "CR3 = 0x0000000000001000\n"
	  "EFER(VMCS) = 0x0000000000000d00  PAT = 0x0006050100070406\n*** Host State ***",
	  NULL },
	{ "vmcs",
	  "*** Guest State ***\n"
	  "CR0: actual=0x0000000080050033, shadow=0x0000000080050033, gh_mask=ffffffffffffffff\n"
	  "CR4: actual=0x0000000000002020, shadow=0x0000000000000020, gh_mask=fffffffffff8f830\n"
	  "CR3 = 0x0000000000001000\n"
	  "EFER(VMCS) = x  PAT = 0x0006050100070406\nEFER = 0xd00\nEFER = 0xd00 PAT = x\n"
	  "*** Host State ***",
	  NULL },
	{ "vmcs", "*** Guest State ***\nVCPU 1\n*** Host State ***", NULL },
	{ "vmcs",
	  "*** Guest State ***\n"
	  "CR0: actual=0x0000000080050033, shadow=0x0000000080050033, gh_mask=ffffffffffffffff\n"
	  "CR4: actual=0x0000000000002020, shadow=0x0000000000000020, gh_mask=fffffffffff8f830\n"
	  "CR3 = 0x0000000000001000\nEFER PAT\nEFER = 0x0d00\n*** Host State ***",
	  NULL },
	{ "vmcs", ">>> Domain x <<<\n>>> Domain 3", NULL },
	/* what is mapped for devices */
	{ "late", "memory_map:add: dom3 gfn=1 mfn=50001 nr=1",
	  "\"p2m-type\":{\"value\":[{\"gfn\":[\"0x1\",\"0x1\"],\"types\":[\"mmio_direct\"]}]" },
	{ "late",
	  "memory_map:add: dom3 gfn=1 mfn=50001 nr=2\nmemory_map:remove: dom3 gfn=2 mfn=50002 nr=1",
	  "\"p2m-type\":{\"value\":[{\"gfn\":[\"0x1\",\"0x1\"],\"types\":[\"mmio_direct\"]}]" },
	{ "late", "memory_map:add: dom4 gfn=1 mfn=50001 nr=1", NULL },
	{ "late", "memory_map:add: dom3 gfn=1 mfn=50001", NULL },
	{ "late", "memory_map:add: dom3 gfn=1 mfn=50001 nr=0", NULL },
	{ "late", "memory_map:add: dom40000 gfn=1 mfn=50001 nr=1", NULL },
	{ "late", "memory_map:add: dom-1 gfn=1 mfn=50001 nr=1", NULL },
	{ "late", "memory_map:add: dom3 gfn=10000000000 mfn=50001 nr=1", NULL },
	{ "late", "memory_map:add: dom3 gfn=1 mfn=10000000000 nr=1", NULL },
	{ "late", "memory_map:add: dom3 gfn=1 mfn=50001 nr=10000000000", NULL },
	{ "late", "ioport_map:add: dom3 gport=3f8 mport=3f8 nr=8",
	  "\"ioports\":{\"value\":true,\"how\":\"log\"}" },
	{ "late", "ioport_map:add: dom3 gport=3f8 mport=3f8", NULL },
};

/* Files of their own, of which each tells something, or nothing (NULL). */
static const struct text {
	const char *lines, *wanted;
} texts[] = {
	/* what lspci prints in dom0 */
	{ "00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics [8086:3e92] (rev 07)\n\tRegion 2: Memory at 380000000 (64-bit, prefetchable) [size=256M]",
	  "{\"mfn\":[\"0x380000\",\"0x38ffff\"],\"part\":\"BAR 2\",\"which\":\"0000:00:02.0, 8086:3e92\",\"kind\":\"VGA\"}" },
	{ "0001:00:02.0 Ethernet controller: Somebody [x:y] [8086:10fb\n\tRegion 0: Memory at fb000000 (32-bit, non-prefetchable) [size=16K]\n\tExpansion ROM at fb100000 [disabled] [size=1G]",
	  "{\"mfn\":[\"0xfb000\",\"0xfb003\"],\"part\":\"BAR 0\",\"which\":\"0001:00:02.0\",\"kind\":\"Ethernet controller\"},{\"mfn\":[\"0xfb100\",\"0x13b0ff\"],\"part\":\"ROM\"" },
	{ "00:02.0 VGA compatible controller: x\n\tRegion 2: Memory at 380000000 (64-bit)", NULL },
	{ "00:02.0 VGA compatible controller: x\n\tRegion 2: Memory at 380000000 [size=x]", NULL },
	{ "00:02.0 VGA compatible controller: x\n\tRegion 2: Memory at fffffffffffff000 [size=16K]",
	  NULL },
	{ "00:02.0 VGA compatible controller: x\n\tRegion 2: Memory at ffffffffffff000 [size=16K]",
	  NULL },
	{ "00:02.0 VGA compatible controller: x\n\tRegion 4: I/O ports at f000 [size=64]", NULL },
	{ "00:22.0 VGA compatible controller: x\n\tRegion 2: Memory at 380000000 [size=4K]", NULL },
	{ "00:1f.7 VGA compatible controller: x\n\tRegion 2: Memory at 380000000 [size=4K]",
	  "\"which\":\"0000:00:1f.7\"" },
	{ "00:20.0 VGA compatible controller: x\n\tRegion 2: Memory at 380000000 [size=4K]", NULL },
	{ "00:02.9 VGA compatible controller: x\n\tRegion 2: Memory at 380000000 [size=4K]", NULL },
	{ "00:02.0 VGA\n\tRegion 2: Memory at 380000000 [size=4K]", NULL },
	{ "00:02.0: VGA\n\tRegion 2: Memory at 380000000 [size=4K]", NULL },
	{ "\tRegion 2: Memory at 380000000 [size=4K]", NULL },
	{ "00:02.0 VGA: x\n\tRegion 2: Memory at 10000000000000 [size=1]", NULL },
	{ "00:02.0 VGA: x [8086:3e9] [10fb] [86:10fb]\n\tRegion 2: Memory at 0 [size=1T]",
	  "{\"mfn\":[\"0x0\",\"0xfffffff\"],\"part\":\"BAR 2\",\"which\":\"0000:00:02.0\"," },
	{ "00:02.0 VGA: x\n\tRegion 2: Memory at ffffffffff000 [size=1]",
	  "[\"0xffffffffff\",\"0xffffffffff\"]" },
	/* a guest's /proc/mtrr, and what its Linux prints at boot */
	{ "reg00: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: uncachable",
	  "[\"0xc0000000\",\"0xfffffc0000800\"]" },
	{ "reg00: base=0x0fee00000 ( 4078MB), size=    4KB, count=1: write-combining",
	  "[\"0xfee00001\",\"0xffffffffff800\"]" },
	{ "reg00: base=0x0fee00000 ( 4078MB), size=    4kB, count=1: write-through",
	  "[\"0xfee00004\",\"0xffffffffff800\"]" },
	{ "reg01: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: write-back",
	  "[[\"0x0\",\"0x0\"],[\"0xc0000006\",\"0xfffffc0000800\"]" },
	{ "reg00: base=0x0c0000000 ( 3072MB), size=    0MB, count=1: uncachable", NULL },
	{ "reg00: base=0x0c0000000 ( 3072MB), size=    3MB, count=1: uncachable", NULL },
	{ "reg00: base=0x0c0100000 ( 3073MB), size= 1024MB, count=1: uncachable", NULL },
	{ "reg00: base=0x0c0000000 ( 3072MB), size= 1024XB, count=1: uncachable", NULL },
	{ "reg00: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: odd", NULL },
	{ "reg00: base=0x0c0000000 ( 3072MB), size= 1024MB", NULL },
	{ "reg00: base=0x000000000 (    0MB), size=1099511627776MB, count=1: uncachable", NULL },
	{ "reg00: base=0x000000000 (    0MB), size= 2097152MB, count=1: uncachable",
	  "[\"0x0\",\"0xffe0000000800\"]" },
	{ "reg99: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: uncachable", NULL },
	{ "reg300: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: uncachable", NULL },
	{ "reg00: base=0xc0000000000000 ( 3072MB), size= 1024MB, count=1: uncachable", NULL },
	{ "reg00: base=0xffffffffc0000000 ( 3072MB), size= 4096MB, count=1: uncachable", NULL },
	{ "Linux version 6.1.0\n[    0.0] MTRR default type: write-back\n"
	  "[    0.0] MTRR variable ranges enabled:\n"
	  "[    0.0]   0 base 0C0000000 mask 3FC0000000 uncachable\n",
	  "\"def_type\":\"0xc06\"" },
	{ "Linux version 6.1.0", NULL },
	{ "x86/PAT: Configuration [0-7]: WB  WC  UC- UC  WB  WP  UC- ", NULL },
	{ "x86/PAT: Configuration [0-7]: WB  WC  XX  UC  WB  WP  UC- WT  ", NULL },
	{ "x86/PAT: nothing", NULL },
};

/* A line; those of Xen have its prefix. Where somebody wrote them anew, blanks are single. */
static void put_line(FILE *file, const char *line, size_t length, bool loose)
{
	size_t i;

	if (*line == '!')
		line++, length--;
	else
		fputs("(XEN) ", file);
	for (i = 0; i < length; i++)
		if (!loose || line[i] != ' ' || !i || line[i - 1] != ' ')
			putc(line[i], file);
	putc('\n', file);
}

static void write_log(FILE *file, const struct row *row, bool loose)
{
	const char *place = row && !strcmp(row->place, "loose") ? "entry" : row ? row->place : "";
	size_t i, k;

	for (i = 0; i < sizeof(base) / sizeof(base[0]); i++) {
		bool squeezed = loose && text_after(base[i], "gfn:");
		const char *line;

		if (*base[i] != '@')
			put_line(file, base[i], strlen(base[i]), squeezed);
		else if (!strcmp(base[i] + 1, place))
			for (line = row->lines; *line; line += strcspn(line, "\n"), line += !!*line)
				put_line(file, line, strcspn(line, "\n"), false);
		/* The context has 8 pairs, and 11 fixed registers. */
		for (k = 1; !strcmp(base[i], "@pairs") && k < 8 + 11; k++)
			if (k < 8)
				fprintf(file,
					"          var %zu      0x0000000000000      0x0000000000000\n",
					k);
			else
				fprintf(file, "          fixed %02zx      0x0606060606060606\n",
					k - 8);
	}
}

/* All that is known of the domain, what is remarked, and its entries, as text to be freed. */
static char *known(const struct row *row, bool loose)
{
	char path[64], *text = NULL;
	int fd = memfd_create("log", 0), rc;
	FILE *log = fdopen(fd, "w");
	struct source_options options = { .path = path };
	struct jsonwrite json = { NULL, false };
	struct source *source;
	struct entry entries[16];
	struct error err = { "" };
	struct dump *dump;
	size_t size, i;
	ssize_t count;

	write_log(log, row, loose);
	fflush(log);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	json.stream = open_memstream(&text, &size);
	rc = source_open(&options, &source, &err);
	dump = rc ? NULL : source_next(source, &rc, &err);
	if (dump) {
		facts_write(&json, NULL, &dump->facts);
		/* One is about the blanks themselves. */
		for (i = 0; i < source->info.remark_count; i++)
			if (!loose || !strstr(source->info.remarks[i], "lost blanks"))
				fprintf(json.stream, "\nremark: %s\n", source->info.remarks[i]);
		while ((count = source_read(source, entries, 16, &err)) > 0)
			for (i = 0; i < (size_t)count; i++)
				fprintf(json.stream, "\ngfn 0x%llx mfn 0x%llx order %u",
					(unsigned long long)entries[i].gfn,
					(unsigned long long)entries[i].mfn, entries[i].order);
	} else {
		fprintf(json.stream, "%s", err.text);
	}
	if (!rc)
		source_close(source);
	fclose(json.stream);
	fclose(log);
	return text;
}

/* What a text beside a source tells: devices, or MTRRs of a guest; or why nothing. To be freed. */
static char *told(const char *lines)
{
	char path[64], contradiction[256], *text = NULL;
	int fd = memfd_create("facts", 0);
	struct jsonwrite json = { NULL, false };
	struct error err = { "" };
	struct facts_file *file;
	struct facts facts;
	size_t size;

	if (fd < 0 || write(fd, lines, strlen(lines)) < 0)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	json.stream = open_memstream(&text, &size);
	if (facts_file_open(path, &file, &err)) {
		fputs(err.text, json.stream);
	} else {
		facts_init(&facts);
		if (facts_file_kind(file) == FACTS_DEVICES)
			facts_file_facts(file, 3, false, &facts);
		else
			facts_file_guest(file, &facts, contradiction, sizeof(contradiction));
		facts_write(&json, NULL, &facts);
		facts_clear(&facts);
		facts_file_close(file);
	}
	fclose(json.stream);
	close(fd);
	return text;
}

static void test_texts(void)
{
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *text = told(texts[i].lines);

		if (texts[i].wanted)
			check(strstr(text, texts[i].wanted) != NULL,
			      "\n%s\nis not read as %s but\n%s", texts[i].lines, texts[i].wanted,
			      text);
		else
			check(strstr(text, "tells no facts") || strstr(text, "has no MTRRs"),
			      "\n%s\nis read as\n%s", texts[i].lines, text);
		free(text);
	}
}

int main(void)
{
	char *without = known(NULL, false), *without_loose = known(NULL, true);
	size_t i;

	check(!strcmp(without, without_loose), "squeezed: %s", without_loose);
	free(without_loose);

	check(strstr(without, "gfn 0x9 mfn 0x50009") && strstr(without, "\"0x3f80000800\"") &&
		      strstr(without, "\"nr-pages\":{\"value\":3,") && strstr(without, "0xc06"),
	      "the log itself: %s", without);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		char *with = known(row, !strcmp(row->place, "loose"));

		if (row->wanted)
			check(strstr(with, row->wanted) && !strstr(without, row->wanted),
			      "%s:\n%s\nis not read as %s but\n%s", row->place, row->lines,
			      row->wanted, with);
		else
			check(!strcmp(with, without),
			      "%s:\n%s\nis not nothing:\n%s\ninstead of\n%s", row->place,
			      row->lines, with, without);
		free(with);
	}
	free(without);
	test_texts();
	return test_end();
}
