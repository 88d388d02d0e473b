# SPDX-License-Identifier: GPL-2.0-or-later
"""A second, small reader of console logs, and decider of memory types.

It takes what is certain in the logs of tests/captures: no IOMMU; I/O capabilities and special frames
by key q; RAM, and so mfn_valid(), by the memory map; guest and host MTRRs and pins by a file of true
facts.
"""
import gzip
import json
import re

# Xen's steps once more, independent of those in src/rules: here each set is a word.
#   I  mfn_valid() is asked (i: UC, no iPAT)      R  read-only MMIO
#   M  direct MMIO (m: also the APIC page)        N  no IOMMU, no capability (n: not direct MMIO)
#   S  special pages (s: any splits a superpage, F: the first frame counts)
#   G  grants and foreign pages: 4K, not executable
#   P  pins; behind the last come MTRRs
SETS = {'4.5': 'iPNM', '4.5.3': 'IRPNM', '4.6.5': 'RPMIN', '4.7': 'IRMNP', '4.11': 'RMINP',
        '4.14': 'RMINsP', '4.15': 'RInsmP', '4.16': 'RInsmGP', '4.17': 'RInSmGP',
        '4.19': 'RnSmGP', '4.21': 'RnSmGP', 'special-first-2022-09': 'RInFmGP',
        # On these hosts no domain has an IOMMU, so that control is what capabilities are.
        'cache-control-2025-05': 'RnSmGP',
        'xenserver-7.1': 'RMINFP', 'xcp-ng-8.2': 'RMINSP', 'xenserver-8': 'RnSmGP'}

MERGED = {'WC WB': 'WC', 'WB WC': 'WC', 'WT WB': 'WT', 'WB WT': 'WT', 'WP WB': 'WP', 'WB WP': 'WP',
          'WT WP': 'WP', 'WP WT': 'WP'}
TYPES = {0: 'UC', 1: 'WC', 4: 'WT', 5: 'WP', 6: 'WB'}


class Log:
    def __init__(self, path, facts=None):
        self.facts = json.load(open(facts))['domains'] if facts else {}
        self.lines = gzip.open(path, 'rt', errors='replace', newline='').readlines()
        self.ram, self.special, self.capable, self.dumps = [], set(), {}, {}
        domain = current = None
        for number, line in enumerate(self.lines):
            if not line.startswith('(XEN) '):
                continue
            line = line[6:].rstrip('\r\n')
            if m := re.match(r' \[(\w+), (\w+)\] \(usable\)', line):
                self.ram.append((int(m[1], 16) >> 12, (int(m[2], 16) + 1 >> 12) - 1))
            elif m := re.match(r'General information for domain (\d+)', line):
                domain = int(m[1])
                self.capable[domain] = False
            elif m := re.match(r' +I/O (Memory|Ports) +\{ (.*)\}', line):
                self.capable[domain] |= bool(m[2].strip())
            elif m := re.match(r'    (XenPage|ExtraPage) (\w+)', line):
                self.special.add(int(m[2], 16))
            elif m := re.match(r'domain(\d+) EPT p2m table:', line):
                current = self.dumps[int(m[1])] = []
            elif m := re.match(r'gfn: +(\w+) order: +(\d+) mfn: +(\w+) (...) (..)(.)', line):
                current.append((number, int(m[1], 16), int(m[3], 16), int(m[2]), m[4], m[5] + m[6]))
        self.top = max(b for _, b in self.ram) + 1
        self.groups = {0} | {g for a, b in self.ram if a >= 0x100
                             for g in range(a >> 16, (b >> 16) + 1)}

    def is_ram(self, mfn):
        return any(a <= mfn <= b for a, b in self.ram)

    def valid(self, mfn):
        return mfn < self.top and mfn >> 16 in self.groups

    def guest_type(self, domid, gfn, order):
        guest = self.facts[str(domid)]['guest_mtrr']
        return mtrr_type(guest[0] if isinstance(guest, list) else guest, gfn, order)

    def host_type(self, domid, mfn, order):
        domain = self.facts[str(domid)]
        dump = domain.get('dumps', {}).get('3', {})
        host = domain.get('host_mtrr') or dump.get('host_mtrr')
        return mtrr_type(host, mfn, order) if host else 'WB'

    def pin(self, domid, gfn, order):
        """Type of the pinned range around a page, 'split' where it is partly pinned, or None."""
        for pin in self.facts[str(domid)]['pinned'] if self.facts else []:
            first, last = (int(n, 16) for n in pin['gfn'])
            if first < gfn + (1 << order) and gfn <= last:
                whole = first <= gfn and gfn + (1 << order) - 1 <= last
                return pin['type'] if whole else 'split'
        return None


def mtrr_type(mtrr, gfn, order):
    """Only what is there: fixed ranges, and variable ranges that do not overlap."""
    def_type = int(mtrr['def_type'], 16)
    if not def_type & 0x800:
        return 'UC'
    if gfn < 0x100 and def_type & 0x400:
        if order:
            return 'split'
        fixed = [int(v, 16) >> 8 * b & 255 for v in mtrr['fixed'] for b in range(8)]
        index = gfn >> 4 if gfn < 0x80 else 8 + (gfn - 0x80 >> 2) if gfn < 0xc0 else 24 + gfn - 0xc0
        return TYPES[fixed[index]]
    mask = -1 << 12 + order
    hits = {int(b, 16) & 255 for b, m in mtrr['var'] if int(m, 16) & 0x800 and
            (gfn << 12 & int(m, 16) & ~0xfff & mask) == (int(b, 16) & int(m, 16) & ~0xfff & mask)}
    return TYPES[hits.pop()] if len(hits) == 1 else TYPES[def_type & 255] if not hits else 'split'


def merge(guest, host):
    return 'split' if 'split' in (guest, host) else guest if guest == host else \
        MERGED.get(f'{guest} {host}', 'UC')


def decide(log, steps, domid, gfn, mfn, order, rights):
    """What the steps give. Direct MMIO is what is not RAM, and the APIC page."""
    apic = gfn == 0xfee00 and mfn in log.special
    mmio = apic or not log.is_ram(mfn)
    for step in steps:
        if step in 'iI' and not log.valid(mfn):
            return 'UC!' if step == 'I' else 'UC '
        if step == 'R' and mmio and 'w' not in rights:
            return 'UC!'
        if step == 'M' and mmio:
            return 'WB!' if apic else 'UC '
        if step == 'm' and mmio:
            return 'UC '
        if step in 'nN' and not log.capable.get(domid) and not (step == 'n' and mmio):
            return 'WB!'
        if step in 'sS' and (special := sum(mfn <= frame < mfn + (1 << order)
                                            for frame in log.special)):
            return 'WB!' if special == 1 << order and (step == 'S' or not order) else 'split'
        if step == 'F' and mfn in log.special:
            return 'WB!'
        if step == 'G' and not order and not mmio and 'x' not in rights:
            return 'WB!'
        if step == 'P' and (pin := log.pin(domid, gfn, order)):
            return pin if pin == 'split' else pin[:2] + '!'
    merged = merge(log.guest_type(domid, gfn, order), log.host_type(domid, mfn, order))
    return merged if merged == 'split' else merged + ' '
