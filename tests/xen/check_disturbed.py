# SPDX-License-Identifier: GPL-2.0-or-later
"""What may come out where others interfere: dom0's scenarios disturbed.sh and tiny-ring.sh."""
import json
import re


def document(res, name):
    try:
        return json.loads(res.text(name + ".out"))
    except ValueError:
        return None


def named(res, pattern):
    """The runs whose name matches, in order."""
    return sorted((name[:-3] for name in res.files
                   if name.endswith(".rc") and re.fullmatch(pattern, name[:-3])),
                  key=lambda name: [int(x) if x.isdigit() else x for x in name.split("-")])


def wrong(res, runs, statuses, reasons=""):
    """Of these runs those with another status, without one of the reasons where it is 2, or with a
    finding. Nothing in these scenarios is wrong."""
    found = []
    for name in runs:
        rc, said = res.rc(name), res.text(name + ".err")
        findings = [f for d in (document(res, name) or {}).get("domains", [])
                    for f in d["findings"]]
        if rc not in statuses or findings or (rc == 2 and not re.search(reasons, said)):
            found.append((name, rc, said.strip()[-300:], findings[:2]))
    return found


def told(res, runs):
    return " ".join(str(res.rc(name)) for name in runs)


def balloon(res, check, note):
    runs = named(res, r"balloon-\d+")
    bad = wrong(res, runs, {0, 3})
    check("a guest that balloons: %d runs without a finding" % len(runs), runs and not bad, bad[:2])
    note("a guest that balloons: exit %s" % told(res, runs))
    bad = wrong(res, ["balloon-paused"], {0})
    check("a guest that balloons, paused: whole", not bad, bad)
    check("a guest that balloons runs again afterwards",
          " unpaused " in res.text("balloon-info.out"), res.text("balloon-info.out"))


def saved(res, check, note):
    runs = named(res, r"saving-\d+")
    bad = wrong(res, runs, {0, 2, 3}, "went away|no EPT")
    check("save: it succeeds, and %d runs beside it find nothing" % len(runs),
          res.rc("saving") == 0 and runs and not bad, bad[:2] or res.text("saving.err"))
    note("save: exit %s" % told(res, runs))
    bad = wrong(res, ["resumed"], {0})
    check("save: the guest goes on, and every entry is right",
          not bad and " unpaused " in res.text("saved.info") and
          "shutdown" not in res.text("saved.info"), bad or res.text("saved.info"))


def again(res, check, note):
    runs = named(res, r"again-\d+") + named(res, r"again-paused-\d+")
    bad = wrong(res, runs, {0, 2, 3}, "went away|no domain|is dying|no EPT|has no name")
    check("a guest that starts again and again: %d runs without a finding" % len(runs),
          len(runs) == 8 and not bad, bad[:2])
    check("a guest that starts again and again did so", int(res.text("again.times")) >= 2,
          res.text("again.times"))
    note("a guest that starts again and again: %s times, exit %s" %
         (res.text("again.times").strip(), told(res, runs)))


def doomed(res, check, note):
    for what, pattern in (("audit", r"doomed-\d+"), ("capture --all --pause", r"doomed-capture-\d+")):
        runs = named(res, pattern)
        bad = wrong(res, runs, {0, 2, 3}, "went away|no domain|is dying")
        bad += [name for name in runs if "Intel" in res.text(name + ".err")]
        check("destroyed at %d moments of %s: it is said" % (len(runs), what),
              len(runs) == 8 and not bad, bad[:2])
        note("destroyed, %s: exit %s" % (what, told(res, runs)))
    check("destroyed: the other domain runs", " unpaused " in res.text("stays-info.out"),
          res.text("stays-info.out"))


def cleared(res, check, note):
    for force, statuses in (("", {0, 2}), ("force-", {0, 3})):
        runs = named(res, r"cleared-%s\d+" % force)
        bad = wrong(res, runs, statuses, "was cleared.*run it again")
        bad += [name for name in runs if "conring_size" in res.text(name + ".err")]
        check("ring cleared at %d moments%s: told as that, and what helps" %
              (len(runs), " with --force" if force else ""), len(runs) == 8 and not bad, bad[:2])
        note("ring cleared%s: exit %s" % (" with --force" if force else "", told(res, runs)))


def ended(res, check, note):
    for signal in ("TERM", "HUP", "KILL"):
        runs = named(res, r"ended-%s-\d+" % signal)
        paused = [name for name in runs if " unpaused " not in res.text(name + ".info")]
        check("%s at %d moments: nothing stays paused" % (signal, len(runs)),
              len(runs) == 5 and not paused, paused)
        left = [(name, res.rc(name), res.text(name + ".left")) for name in runs
                if res.text(name + ".left") != ("capture\n" if res.rc(name) == 0 else "")]
        check("%s at %d moments: no file is left" % (signal, len(runs)), not left, left)
        note("%s: exit %s" % (signal, told(res, runs)))
    check("killed together with its guardian while the domain was paused",
          res.text("both.seen").strip() == "1")
    domid = res.domid["stays"]
    check("the next run says so, and what helps",
          "xl unpause %d" % domid in res.text("both-next.err"), res.text("both-next.err"))
    check("the run after that does not", "unpause" not in res.text("both-then.err") and
          res.rc("both-then") == 0, res.text("both-then.err"))


def nameless(res, check):
    check("xenstored stopped: all domains are audited without names",
          not wrong(res, ["nameless"], {0}) and "xenstored" in res.text("nameless.out"),
          res.text("nameless.out")[:300])
    check("xenstored stopped: a name is refused with what helps",
          res.rc("by-name") == 2 and "xenstored" in res.text("by-name.err"),
          res.text("by-name.err"))
    check("xenstored stopped: an id is taken", not wrong(res, ["by-id"], {0}),
          res.text("by-id.err"))
    check("xenstored goes on: a name is taken again", not wrong(res, ["named"], {0}),
          res.text("named.err"))


def disturbed(res, check, note):
    balloon(res, check, note)
    saved(res, check, note)
    again(res, check, note)
    doomed(res, check, note)
    cleared(res, check, note)
    ended(res, check, note)
    nameless(res, check)
    words = re.findall(r"^.*\b(?:WARN|BUG|Assertion|[Cc]all trace|mm\.c:\d+).*$",
                       res.text("main.ring") + res.text("disturbed.ring"), re.M)
    words = [line for line in words if "CONSOLE OUTPUT IS SYNCHRONOUS" not in line]
    check("no warning in Xen's log", not words, words[:3])


def tiny_ring(res, check, note):
    for name in ("little", "little-again", "little-log"):
        bad = wrong(res, [name], {0, 3})
        check("16 KiB of ring: %s" % name, not bad, bad)
    for name in ("large", "capture"):
        check("16 KiB of ring: %s is refused with the remedy" % name,
              res.rc(name) == 2 and "conring_size" in res.text(name + ".err"),
              res.text(name + ".err"))
    bad = wrong(res, ["large-force"], {3})
    check("16 KiB of ring: with --force it is incomplete", not bad, bad)
