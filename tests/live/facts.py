# SPDX-License-Identifier: GPL-2.0-or-later
"""facts.py CAPTURE NAME...: these facts of each domain, a line each: value, and how it is known."""
import json
import sys

for line in open(sys.argv[1]):
    record = json.loads(line)
    if record['record'] != 'domain':
        continue
    for name in sys.argv[2:]:
        fact = record['facts'][name]
        value = fact['value']
        if name == 'host-mtrr' and value:
            value = [value[key] for key in ('cap', 'def_type', 'def_type_known', 'fixed_known',
                                            'var_known')] + value['fixed'][:3]
        if name == 'mmio-ro' and value is not None:
            value = [value, fact.get('possible')]
        if name == 'guest-mtrr' and value:
            value = [[vcpu['def_type'], vcpu['fixed'][0], len(vcpu['var']), vcpu['how']]
                     for vcpu in value]
        if name == 'p2m-type' and value:
            for hint in value: # each answer stands for several types: the first, and how many
                print(*hint['gfn'], *hint['types'][:1], len(hint['types']), hint.get('access'))
            value = len(value)
        print(name, json.dumps(value).replace('"', ''), fact['how'])
