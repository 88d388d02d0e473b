#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""check.py PROGRAM SCENARIO=DIR...: judge what the scenarios brought back.

DIR holds serial.log of a finished boot. Each check prints one line; the last
line counts them. What Xen's dump says is read here independently, so that a
scenario that went wrong is not taken for a program that is right.
"""
import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile

import check_disturbed
import check_maps

passed = failed = 0
program = None


def check(name, good, detail=""):
    global passed, failed
    if good:
        passed += 1
        print("ok      %s" % name)
    else:
        failed += 1
        print("FAILED  %s%s" % (name, ": %s" % (detail,) if detail != "" else ""))
    return good


def note(text):
    print("note    %s" % text)


# ---- results of a boot ------------------------------------------------------

class Results:
    """The files of /out, taken out of the serial log."""

    def __init__(self, directory):
        self.directly = os.path.basename(directory).startswith("gdbsx")
        self.dir = os.path.join(directory, "out")
        self.files = {}
        with open(os.path.join(directory, "serial.log"), "rb") as f:
            log = f.read()
        digest = re.search(rb"^@@@ tar ([0-9a-f]{32})", log, re.M)
        data = b"".join(base64.b64decode(line) for line in
                        re.findall(rb"^@B ([A-Za-z0-9+/=]+)\r?$", log, re.M))
        if not digest or hashlib.md5(data).hexdigest() != digest[1].decode():
            raise ValueError("no complete results in the serial log")
        os.makedirs(self.dir, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for member in tar.getmembers():
                if not member.isfile():
                    continue
                name = os.path.basename(member.name)
                self.files[name] = tar.extractfile(member).read()
                with open(os.path.join(self.dir, name), "wb") as f:
                    f.write(self.files[name])
        self.domid = {}
        for line in self.text("domains").splitlines():
            name, number = line.split()
            self.domid[name] = int(number)

    def path(self, name):
        return os.path.join(self.dir, name)

    def text(self, name):
        return self.files.get(name, b"").decode("utf-8", "replace")

    def rc(self, name):
        text = self.text(name + ".rc")
        return int(text) if text.strip() else None

    def seconds(self, name):
        begin, end = self.text(name + ".time").split()
        return float(end) - float(begin)

    def json(self, name):
        try:
            return json.loads(self.text(name + ".out"))
        except ValueError:
            return None


def parse_dump(text):
    """{domid: [(gfn, order, mfn, "rwx WB!")]} of each domain's last dump."""
    domains, entries = {}, None
    for line in text.splitlines():
        head = re.match(r"\(XEN\) domain(\d+) EPT p2m table:", line)
        if head:
            entries = domains[int(head[1])] = []
            continue
        leaf = re.match(r"\(XEN\) gfn: +([0-9a-f]+) order: +(\d+) "
                        r"(?:mfn: +([0-9a-f]+) (.{7})|PoD)", line)
        if leaf and entries is not None:
            entries.append((int(leaf[1], 16), int(leaf[2]),
                            int(leaf[3], 16) if leaf[3] else None, leaf[4]))
    return domains


def frames(entries, attributes):
    """All gfns of entries with these attributes (without r/w/x)."""
    gfns = set()
    for gfn, order, _, text in entries:
        if text and text[4:] == attributes:
            gfns.update(range(gfn, gfn + (1 << order)))
    return gfns


def span(*bounds):
    gfns = set()
    for first, last in bounds:
        gfns.update(range(first, last + 1))
    return gfns


def exited(res, run, status, name):
    return check("%s, exit %d" % (name, status), res.rc(run) == status, res.text(run + ".err"))


# ---- what the program says ----------------------------------------------------

def audit(*args):
    """The built program on this machine: its exit status and document."""
    run = subprocess.run([program, "audit", "--format", "json", *args],
                         capture_output=True, text=True, check=False)
    try:
        return run.returncode, json.loads(run.stdout)
    except ValueError:
        note("%s: %s" % (" ".join(args), run.stderr.strip() or "no JSON"))
        return run.returncode, None


def domain(document, domid):
    """The last dump of that domain."""
    found = [d for d in (document or {}).get("domains", [])
             if d.get("domid") == domid]
    return found[-1] if found else None


def verdicts(dom):
    summary = dom["summary"] if dom else {}
    return {k: summary.get(k) for k in
            ("ok", "ok_if", "inherited", "pending", "skipped", "mismatch")}


def findings(dom):
    """{gfn: (emt, ipat, bug)} of what is expected where it differs."""
    found = {}
    for f in dom["findings"] if dom else []:
        want = [(e["emt"], e["ipat"]) for e in f["expected"]]
        for gfn in span([int(g, 16) for g in f["gfn"]]):
            found[gfn] = (want[0] + (f.get("bug"),) if len(want) == 1
                          else (tuple(want), f.get("bug")))
    return found


def brief(found):
    """A short text of {gfn: …} for a failure."""
    text, gfns = [], sorted(found)
    for i, gfn in enumerate(gfns):
        if i and gfns[i - 1] == gfn - 1 and found[gfns[i - 1]] == found[gfn]:
            continue
        text.append("%x: %s" % (gfn, found[gfn]))
    return "; ".join(text[:6]) or "nothing"


def counts_agree(name, dom, entries):
    """Every line of the dump is judged, once."""
    if not dom:
        return check(name + ": in the report", False)
    total = sum(v or 0 for v in verdicts(dom).values())
    return check("%s: all %d entries judged" % (name, len(entries)),
                 dom["summary"]["entries"] == total == len(entries),
                 dom["summary"])


def exactly(name, dom, want):
    found = findings(dom)
    check("%s: %s" % (name, "findings at exactly %d frames, as expected" %
                      len(want) if want else "no finding"),
          dom is not None and found == want,
          "got %s, want %s" % (brief(found), brief(want)) if dom else
          "not in the report")


def same_verdicts(one, other):
    """Equal but for where it was read, and what else stood there."""
    def judged_part(document):
        return [document[k] for k in ("xen", "domains", "exit_status")]
    return one and other and judged_part(one) == judged_part(other)


def among(name, dom, want):
    """Findings at exactly these frames, whose expectations include that."""
    found = findings(dom)
    good = dom is not None and set(found) == set(want)
    for gfn in want if good else ():
        possible = (found[gfn][0] if len(found[gfn]) == 2
                    else (found[gfn][:2],))
        good = good and want[gfn][:2] in possible and found[gfn][-1] == want[gfn][2]
    check("%s: findings at exactly %d frames, the right type among those "
          "expected" % (name, len(want)), good,
          "got %s, want %s" % (brief(found), brief(want)))


# ---- expectations -------------------------------------------------------------

HONEST = ("everything", "pending", "logdirty", "two-vcpus")


def host_mtrr(res):
    """What the scenario left in the host's MTRRs, as raw registers."""
    var = []
    for line in res.text("hostmtrr.out").splitlines():
        _, _, mfn, _, nr, _, kind = line.split()
        size = int(nr, 16) << 12
        var.append([hex(int(mfn, 16) << 12 | int(kind)),
                    hex((1 << 40) - size | 0x800)] if size else ["0x0", "0x0"])
    wb, uc = "0x0606060606060606", "0x0"
    return {"cap": hex(0x500 | len(var)), "def_type": "0xc06",
            "fixed": [wb, wb] + [uc] * 9, "var": var}


def stale(res, dump):
    """What really differs: {domain name: {gfn: (emt, ipat, bug)}}."""
    want = {"revoked": dict.fromkeys(span((0x100, 0x10f), (0x200, 0x5ff)),
                                     ("WB", True, "B19")),
            "host-mtrr": {}}
    words = res.text("host-ranges").split()
    uc, wt, wc = (int(w, 16) for w in words[1::2])
    for gfn, order, mfn, _ in dump[res.domid["host-mtrr"]]:
        frame_set = range(gfn, gfn + (1 << order))
        if mfn == uc:
            emt = "UC"
        elif mfn == wt:
            emt = "WT"    # of the whole superpage: one range touches it
        elif order == 0 and wc <= mfn < wc + 16:
            emt = "WC"
        else:
            continue
        want["host-mtrr"].update(dict.fromkeys(frame_set, (emt, False, "B21")))
    return want


def the_scenario_itself(res, dump):
    """Xen did what the scenario is about."""
    dom = {name: dump.get(domid, []) for name, domid in res.domid.items()}
    every = frames(dom["everything"], "WC!")
    check("Xen: pinned memory is pinned",
          span((0x2200, 0x23ff), (0x3014, 0x3017)) == every, every)
    check("Xen: entries are pending where a pin covers a part",
          frames(dom["everything"], "???") == span((0x4000, 0x41ff)))
    check("Xen: entries are pending after a guest MTRR change",
          frames(dom["pending"], "???") == span((0x200, 0x5ff)))
    check("Xen: log-dirty took write permission away",
          sum(e[3].startswith("r x") for e in dom["logdirty"]) == 15)
    check("Xen: revoking the last capability left entries without iPAT",
          frames(dom["revoked"], "WB ") == span((0x100, 0x10f), (0x200, 0x5ff)))
    check("Xen: a host MTRR change left entries as they were",
          frames(dom["host-mtrr"], "WB ") == span((0x200, 0x7ff),
                                                  (0x1000, 0x102f)))


def judged(res, document, dump, kind, knows_host):
    """One audit of the main scenario's last state."""
    want = stale(res, dump)
    for name in HONEST + ("revoked", "host-mtrr"):
        dom = domain(document, res.domid[name])
        counts_agree("%s: %s" % (kind, name), dom, dump[res.domid[name]])
        if name == "host-mtrr" and not knows_host:
            continue
        # Without the guest's own word on pins other types are possible, too.
        compare = among if name == "host-mtrr" and kind == "live" else exactly
        compare("%s: %s" % (kind, name), dom, want.get(name, {}))


def main_scenario(res):
    clean = parse_dump(res.text("clean.ring"))[res.domid["clean"]]
    dump = parse_dump(res.text("main.ring"))

    check("Xen: the clean guest is all WB with iPAT",
          {e[3][4:] for e in clean} == {"WB!"})
    the_scenario_itself(res, dump)

    exited(res, "clean-log", 0, "log, in dom0: clean guest")
    dom = domain(res.json("clean-log"), res.domid["clean"])
    counts_agree("log, in dom0: clean guest", dom, clean)
    check("log, in dom0: clean guest, every entry is ok",
          verdicts(dom)["ok"] == len(clean), verdicts(dom))

    rc, document = audit("-v", "--from", res.path("main.ring"))
    check("log: exit 1", rc == 1, rc)
    judged(res, document, dump, "log", knows_host=False)

    # A log does not know of host MTRRs that changed later: they are given.
    with open(res.path("given.json"), encoding="utf-8") as f:
        given = json.load(f)
    given["host_mtrr"] = host_mtrr(res)
    with open(res.path("given-host.json"), "w", encoding="utf-8") as f:
        json.dump(given, f)
    rc, document = audit("-v", "--from", res.path("main.ring"),
                         "--given", res.path("given-host.json"))
    judged(res, document, dump, "log, given", knows_host=True)

    if "all-live.rc" not in res.files:
        note("no live audit in this image")
        return

    exited(res, "clean-live", 0, "live: clean guest")
    dom = domain(res.json("clean-live"), res.domid["clean"])
    counts_agree("live: clean guest", dom, clean)
    check("live: clean guest, every entry is ok",
          verdicts(dom)["ok"] == len(clean), verdicts(dom))
    key_d, audit_time = res.seconds("xl-dump"), res.seconds("clean-live")
    keys = key_d + res.seconds("clean-key-q")
    note("live audit of %d entries: %s hypercalls, %.2f s, of which Xen prints "
         "%.2f s (keys D and q): %.1f %% beyond; without key q %.2f s, Xen "
         "%.2f s: %.1f %%" %
         (len(clean), res.json("clean-live")["source"].get("hypercalls"),
          audit_time, keys, 100 * (audit_time - keys) / keys,
          res.seconds("clean-bare"), key_d,
          100 * (res.seconds("clean-bare") - key_d) / key_d))

    check("live: less than a hypercall for 16 entries",
          res.json("clean-live")["source"].get("hypercalls") * 16 < len(clean))

    for name, victim in (("killed", "a capture"), ("unguarded", "its guardian")):
        check("kill -9 met %s while the domain was paused" % victim,
              res.text(name + ".seen").strip() == "1", res.text(name + ".err"))
        check("kill -9 of %s left the domain running" % victim,
              " unpaused " in res.text(name + "-info.out"),
              res.text(name + "-info.out"))
    check("a capture without its guardian is whole", res.rc("unguarded") == 0,
          res.text("unguarded.err"))
    check("a domain paused by someone else stays paused",
          res.rc("capture-paused") == 0 and
          " paused " in res.text("info-paused.out"),
          res.text("capture-paused.err"))

    document = res.json("all-live")
    exited(res, "all-live", 1, "live: --all")
    judged(res, document, dump, "live", knows_host=True)
    note("live: --all: %s hypercalls, %.2f s" %
         (document["source"].get("hypercalls"), res.seconds("all-live")))
    for name in HONEST + ("revoked", "host-mtrr"):
        note("live: %s: %s" % (name, verdicts(domain(document,
                                                     res.domid[name]))))
    dom = domain(document, res.domid["everything"])
    check("live: everything: pins are not known: ok-if",
          (verdicts(dom)["ok_if"] or 0) > 0, verdicts(dom))
    document = res.json("given-live")
    judged(res, document, dump, "live, given", knows_host=True)
    for name in ("everything", "pending", "logdirty"):
        dom = domain(document, res.domid[name])
        check("live, given: %s: nothing is ok-if" % name,
              verdicts(dom)["ok_if"] == 0, verdicts(dom))

    exited(res, "text-live", 1, "live: text report")
    check("live: text report names the bug", "B19" in res.text("text-live.out"))

    check_maps.maps(res, check, note, parse_dump, program)
    if "all-direct.rc" in res.files:
        read_directly(res, dump)
    else:
        note("this Xen does not let tables be read directly")
    helped_against_b19(res)

    rc, document = audit("--from", res.path("revoked.capture"))
    check("capture: audited here as live in dom0, exit %s" % rc,
          rc == res.rc("revoked-live") and
          same_verdicts(document, res.json("revoked-live")))


def helped_against_b19(res):
    """A capability that comes and goes while the domain is paused, as the report advises."""
    check("B19: without help there are mismatches",
          (verdicts(domain(res.json("revoked-live"), res.domid["revoked"]))["mismatch"] or 0) > 0)
    marked = domain(res.json("marked"), res.domid["revoked"])
    check("B19: every entry is pending then, none is wrong",
          res.rc("marked") == 0 and not verdicts(marked)["mismatch"] and
          verdicts(marked)["pending"] == sum(verdicts(marked).values()), verdicts(marked))
    touched = domain(res.json("touched"), res.domid["revoked"])
    check("B19: what is touched is right",
          res.rc("touched") == 0 and not verdicts(touched)["mismatch"] and
          verdicts(touched)["ok"] >= 16, verdicts(touched))
    note("B19: marked %s, touched %s" % (verdicts(marked), verdicts(touched)))


ACCESSES = ("n", "r", "w", "rw", "x", "rx", "wx", "rwx", "rx2rw", "n2rwx")


def read_directly(res, dump):
    """The same domains by Xen's printing and by gdbsx."""
    console, direct = res.text("all-console.out"), res.text("all-direct.out")
    check("direct: both ways give the same %d lines" % len(console.splitlines()),
          res.rc("all-direct") == 0 and console == direct and console,
          res.text("all-direct.err"))
    one, other = res.seconds("all-console"), res.seconds("all-direct")
    note("list --all: console %.2f s, directly %.2f s: %.1f %%; %d lines, %.0f a second" %
         (one, other, 100 * other / one, len(direct.splitlines()),
          len(direct.splitlines()) / other))

    kinds = {}
    for line in res.text("types-direct.out").splitlines():
        found = re.match(r" *0x([0-9a-f]+)-0x([0-9a-f]+) .* (\w+) +(\w+)$", line)
        if found:
            for gfn in range(int(found[1], 16), int(found[2], 16) + 1):
                kinds[gfn] = (found[3], found[4])
    check("direct: types are as the scenario made them",
          all(kinds.get(g, "?")[0] == "ram_ro" for g in range(0x100, 0x104)) and
          all(kinds.get(g, "?")[0] == "ioreq_server" for g in range(0x104, 0x108)) and
          kinds.get(0xc0000, "?")[0] == "mmio_direct",
          {hex(g): kinds.get(g) for g in (0x100, 0x104, 0xc0000)})
    wrong = {hex(0x110 + a): kinds.get(0x110 + a) for a, name in enumerate(ACCESSES)
             if kinds.get(0x110 + a, ("", ""))[1] != name and 0x110 + a in kinds}
    check("direct: accesses are as the scenario made them", kinds and not wrong, wrong)

    document = res.json("audit-direct")
    exited(res, "audit-direct", 1, "direct: --all")
    judged(res, document, dump, "direct, given", knows_host=True)
    source = document["source"]
    entries = sum(d["summary"]["entries"] for d in document["domains"])
    note("direct: audit --all: %s hypercalls for %d entries (%.4f each), %.2f s: %.0f a second" %
         (source.get("hypercalls"), entries, source.get("hypercalls") / entries,
          res.seconds("audit-direct"), entries / res.seconds("audit-direct")))
    check("direct: explain of one gfn", res.rc("explain-direct") == 0,
          res.text("explain-direct.err"))

    rcs = res.text("churn.rcs").split()
    made = len(re.findall(r"^\d+$", res.text("churn.log"), re.M))
    check("direct: %d runs while domains were built and destroyed" % len(rcs),
          len(rcs) == 100 and set(rcs) <= {"0", "1", "3"},
          "%s %s" % (sorted(set(rcs)), res.text("churn.errors")[:300]))
    note("direct: of these %d found entries that changed" % rcs.count("3"))
    check("direct: dom0 and Xen are alive, and no memory is lost",
          abs(int(res.text("free-before")) - int(res.text("free-after"))) <= 1,
          res.text("free-before") + res.text("free-after"))
    left = [line for line in res.text("info-after").splitlines() if " paused " in line]
    check("direct: nothing that ran is paused",
          len(left) == res.text("info-after").count("dom ") - 1, res.text("info-after"))
    words = [line for line in
             re.findall(r"^\(XEN\).*(?:WARN|BUG|Assertion|[Cc]all trace|mm\.c:\d+).*$",
                        res.text("main.ring"), re.M)
             if "CONSOLE OUTPUT IS SYNCHRONOUS" not in line]  # as it is booted
    check("direct: no warning in Xen's log", not words, words[:3])


def small_ring_scenario(res):
    spam = parse_dump(res.text("spam.ring"))[res.domid["spam"]]
    check("Xen: the guest printed between lines of the dump",
          re.search(r"^\(XEN\) gfn: .*\n(\(d.*\n)*\(d\d+\) \(XEN\) gfn: .*\n"
                    r"(\(d.*\n)*\(XEN\) gfn:", res.text("spam.ring"), re.M))
    exited(res, "spam-log", 0, "log, in dom0: forged lines")
    names = ["log, in dom0"]
    documents = [res.json("spam-log")]
    if "spam-live.rc" in res.files:
        exited(res, "spam-live", 0, "live: forged lines")
        names.append("live")
        documents.append(res.json("spam-live"))
    for name, document in zip(names, documents):
        dom = domain(document, res.domid["spam"])
        counts_agree(name + ": forged lines", dom, spam)
        exactly(name + ": forged lines", dom, {})

    # Of the first dump the ring kept the tail, of the second everything.
    # It lost the boot messages, so Xen's version has to be named.
    version = res.text("version").strip()
    rc, document = audit("--from", res.path("big.ring"), "--xen", version)
    check("log: overflown ring, exit 3", rc == 3, rc)
    check("log: overflown ring is incomplete",
          document and document.get("complete") is False)
    dom = domain(document, res.domid["small"])
    counts_agree("log: overflown ring, later domain", dom,
                 parse_dump(res.text("big.ring"))[res.domid["small"]])
    if "big-live.rc" not in res.files:
        return
    said = res.text("big-live.err") + res.text("big-live.out")
    check("live: a ring too small is refused with the remedy",
          res.rc("big-live") == 2 and "conring_size" in said, said)
    document = res.json("big-force")
    exited(res, "big-force", 3, "live: --force")
    check("live: --force reports it incomplete",
          document and document.get("complete") is False)
    dom = domain(document, res.domid["big"])
    gone = span(*((int(a, 16), int(b, 16)) for a, b in
                  dom.get("not_seen", []) if int(b, 16) < 1 << 24))
    left = dom["summary"]["entries"]
    check("live: --force names the missing frames",
          span((0x1000, 0x14af)) <= gone | span((0x14b0 - left, 0x14af)) and
          0x1000 in gone, dom.get("not_seen"))


def hvm_scenario(res):
    entries = parse_dump(res.text("hvm.ring"))[res.domid["hvm"]]
    kinds = {e[3][4:] for e in entries if e[3]}
    check("Xen: some entries of the guest are resolved, some pending",
          "WB " in kinds and any(k.endswith("?") for k in kinds), kinds)
    rc, document = audit("--from", res.path("hvm.ring"))
    check("log: ordinary guest, exit 0", rc == 0, rc)
    dom = domain(document, res.domid["hvm"])
    counts_agree("log: ordinary guest", dom, entries)
    exactly("log: ordinary guest", dom, {})
    note("log: ordinary guest: %s" % verdicts(dom))
    if "hvm-live.rc" not in res.files:
        return
    exited(res, "hvm-live", 0, "live: ordinary guest")
    dom = domain(res.json("hvm-live"), res.domid["hvm"])
    exactly("live: ordinary guest", dom, {})
    note("live: ordinary guest: %s" % verdicts(dom))


def suite_directly(res, want):
    if not res.directly:
        # 4.14 to 4.16 must not even be asked.
        said = "can crash" if res.text("version").startswith("4.14") else "built without gdbsx"
        check("Debian's Xen has no gdbsx, which is said",
              res.rc("direct") == 2 and said in res.text("direct.err"), res.text("direct.err"))
        return
    console, direct = res.text("console.out"), res.text("direct.out")
    check("direct: both ways give the same %d lines" % len(console.splitlines()),
          res.rc("direct") == 0 and console == direct and console, res.text("direct.err"))
    document = res.json("audit-direct")
    exited(res, "audit-direct", 1, "direct: --all")
    for name in ("one", "two", "revoked"):
        exactly("direct: %s" % name, domain(document, res.domid[name]),
                want if name == "revoked" else {})
    warnings = re.findall(r"^.*(?:Xen (?:BUG|WARN|call trace)|Assertion).*", res.text("suite.ring"), re.M)
    check("direct: Xen has nothing to say of it", not warnings, warnings[:3])


def suite_scenario(res):
    note("Xen %s, %s" % (res.text("version").strip(),
                         (res.json("clean") or {}).get("xen")))
    dump = parse_dump(res.text("suite.ring"))
    exited(res, "clean", 0, "live: clean domains")
    for name in ("one", "two"):
        dom = domain(res.json("clean"), res.domid[name])
        counts_agree("live: %s" % name, dom, dump[res.domid[name]])
        exactly("live: %s" % name, dom, {})
    want = dict.fromkeys(span((0x100, 0x10f), (0x200, 0x5ff)), ("WB", True, "B19"))
    exactly("live: revoked", domain(res.json("revoked"), res.domid["revoked"]), want)
    exited(res, "revoked", 1, "live: revoked")
    suite_directly(res, want)
    exited(res, "capture", 0, "capture, paused meanwhile")
    _, document = audit("--from", res.path("revoked.capture"))
    check("capture: audited here as live in dom0",
          same_verdicts(document, res.json("revoked")))


def judged_only(document):
    """What was judged of each p2m, without what only a memory has."""
    def bare(item):
        return {k: v for k, v in item.items() if k != "raw"}
    return [{**{k: d[k] for k in ("domid", "dump", "dumps", "complete", "summary")},
             "runs": [bare(r) for r in d["runs"]],
             "findings": [bare(f) for f in d["findings"]]}
            for d in (document or {}).get("domains", [])]


def all_known(name, dom):
    """Nothing that a rule asks for rests on a guess."""
    check("%s: nothing is ok-if" % name, dom and verdicts(dom)["ok_if"] == 0,
          verdicts(dom) if dom else "not in the report")
    unsure = {f: v["how"] for f, v in (dom or {"facts": {}})["facts"].items()
              if v["how"] != "measured" and f not in ("cache-control", "devices", "vcpus")}
    check("%s: every fact is measured" % name, dom and not unsure, unsure)


def structs_scenario(res):
    dump = parse_dump(res.text("main.ring"))
    want = stale(res, dump)
    live = res.json("structs-live")
    check("Xen's structures: --all, exit 1", res.rc("structs-live") == 1,
          res.text("structs-live.err"))
    names = ("everything", "logdirty", "two-vcpus", "views", "revoked", "host-mtrr")
    for name in names:
        dom = next((d for d in (live or {}).get("domains", [])
                    if d["domid"] == res.domid[name]), None) # its own p2m is the first
        counts_agree("Xen's structures: " + name, dom, dump[res.domid[name]])
        all_known("Xen's structures: " + name, dom)
        exactly("Xen's structures: " + name, dom, want.get(name, {}))
    bugs = {f.get("bug") for d in live["domains"] for f in d["findings"]}
    check("Xen's structures: B19 and B21, and nothing else", bugs == {"B19", "B21"}, bugs)

    views = [d for d in live["domains"] if d["domid"] == res.domid["views"]]
    check("Xen's structures: views of altp2m are told",
          res.rc("view") == 0 and res.rc("viewaccess") == 0 and
          [("notes" in d and d["notes"][0].split(", but ")[1]) or "" for d in views] ==
          ["", "view 0 of altp2m", "view 1 of altp2m"],
          [d.get("notes") for d in views])

    rc, document = audit("-v", "--all-dumps", "--from", res.path("structs.capture"))
    check("Xen's structures: a capture says the same, exit %s" % rc,
          rc == res.rc("structs-live") and judged_only(document) == judged_only(live))
    rc, document = audit("-v", "--from", res.path("structs.core"),
                         "--xen-syms", os.environ.get("XEN_SYMS", "xen-syms"))
    check("Xen's structures: a core of what was read says the same, exit %s" % rc,
          rc == res.rc("structs-live") and judged_only(document) == judged_only(live))
    note("the core has %d KiB" % (len(res.files["structs.core"]) // 1024))
    check("Xen's structures: found where a distribution puts its xen-syms",
          judged_only(res.json("structs-found")) == judged_only(live),
          res.text("structs-found.err"))
    paused = [d for d in judged_only(live) if d["domid"] == res.domid["everything"]]
    check("Xen's structures: the same while it is paused",
          judged_only(res.json("structs-paused")) == paused, res.text("structs-paused.err"))
    check("Xen's structures: what is no xen-syms is refused",
          res.rc("structs-wrong") == 2 and "is no xen-syms" in res.text("structs-wrong.err"),
          res.text("structs-wrong.err"))
    check("Xen's structures: no debug key was pressed by us",
          len(re.findall(r"^\(XEN\) '[qv]' pressed", res.text("main.ring"), re.M)) == 0)
    entries = sum(d["summary"]["entries"] for d in live["domains"])
    note("audit --all: %s hypercalls for %d entries, %.2f s" %
         (live["source"].get("hypercalls"), entries, res.seconds("structs-live")))


def speed_scenario(res):
    for name, least in (("few", 16), ("many", 8192)):
        console, direct = res.text(name + "-console.out"), res.text(name + "-direct.out")
        count = len(re.findall(r"^.*gfn:", direct, re.M))
        check("speed: both ways give the same %d entries of %s" % (count, name),
              console == direct and count >= least, res.text(name + "-direct.err"))
        one, other = res.seconds(name + "-console"), res.seconds(name + "-direct")
        note("list %s: console %.2f s, directly %.2f s: %.1f %%" %
             (name, one, other, 100 * other / one))
    note("--version, for which nothing is read: %.2f s, and once more %.2f s" %
         (res.seconds("version"), res.seconds("version-again")))
    note("the first run of all, directly: %.2f s" % res.seconds("first"))
    beyond = res.seconds("many-direct") - res.seconds("few-direct")
    note("8176 entries more take %.2f s: %.0f a second" % (beyond, 8176 / max(beyond, 0.01)))
    document = res.json("many-audit")
    entries = document["domains"][0]["summary"]["entries"]
    calls = document["source"].get("hypercalls")
    check("speed: less than a hypercall for 16 entries", calls * 16 < entries, calls)
    note("audit many: %s hypercalls for %d entries (%.4f each), %.2f s" %
         (calls, entries, calls / entries, res.seconds("many-audit")))


def linux_scenario(res):
    check_maps.linux(res, check, note, parse_dump, program)


def disturbed_scenario(res):
    check_disturbed.disturbed(res, check, note)


def tiny_ring_scenario(res):
    check_disturbed.tiny_ring(res, check, note)


SCENARIOS = {"main": main_scenario, "suite": suite_scenario, "structs": structs_scenario,
             "speed": speed_scenario, "small-ring": small_ring_scenario, "hvm": hvm_scenario,
             "linux": linux_scenario, "disturbed": disturbed_scenario,
             "tiny-ring": tiny_ring_scenario}


def main():
    global program
    program = os.path.abspath(sys.argv[1])
    for argument in sys.argv[2:]:
        name, directory = argument.split("=", 1)
        print("# %s" % directory)
        try:
            res = Results(directory)
        except (OSError, ValueError) as error:
            check("%s: results came back" % name, False, error)
            continue
        if not check("%s: the scenario was carried out" % name,
                     res.rc("scenario") == 0 and
                     "setup-failed" not in res.files,
                     res.text("setup-failed").strip()):
            continue
        try:
            SCENARIOS[name](res)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            check("%s: the results can be understood" % name, False,
                  "%s: %s" % (type(error).__name__, error))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
