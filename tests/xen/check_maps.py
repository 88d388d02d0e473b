# SPDX-License-Identifier: GPL-2.0-or-later
"""What effective has to tell of the guests of dom0/maps.sh.

Which page has which type of the PAT is as guest/maps.c maps it, EMT and iPAT of
each frame as Xen's own dump says, and what they make together as the vectors.
"""
import json
import os
import subprocess

PAT = ("WB", "WT", "UC-", "UC", "WC", "WP", "WB", "UC")
SMALL = (0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x71, 0x72, 0x73, 0x74,
         0xf0010, 0xc0200, 0xe0000, 0x3000)
LARGE = (0x400, 0x600, 0x800, 0xa00, 0xc00, 0xe00, 0x1000, 0x1200, 0x1400, 0x1600,
         0xc0000)
STRENGTH = {"UC": 0, "UC-": 0, "WC": 1, "WP": 2, "WT": 2, "WB": 3}
VECTORS = os.path.join(os.path.dirname(__file__), "..", "vectors",
                       "effective-type.jsonl")


def pages_mapped():
    """{page: (gfn, order, PAT entry)} of each 4K page that the guest maps."""
    pages = {n: (n, 9, 0) for n in range(512)}
    for i, gfn in enumerate(SMALL):
        for pat in range(8):
            pages[0x40000 + 8 * i + pat] = (gfn, 0, pat)
    for i, gfn in enumerate(LARGE):
        for pat in range(8):
            for n in range(512):
                pages[0x80000 + 512 * (8 * i + pat) + n] = (gfn + n, 9, pat)
    return pages


def became(asked, gets):
    if gets is None:
        return None
    if gets == asked or asked == "UC-" and gets in ("UC", "WC"):
        return "as asked"
    return "weaker" if STRENGTH[gets] < STRENGTH[asked] else "stronger"


def effective_types():
    """{(EMT, iPAT, type of the PAT): effective type}"""
    with open(VECTORS, encoding="utf-8") as lines:
        return {(case["emt"], case["ipat"], case["pat"]): case["effective"]
                for case in map(json.loads, lines) if "pat" in case}


def wanted(entries):
    """{page: what is to be told of it}, by the entries of Xen's dump."""
    frames = {}
    for gfn, order, _, text in entries:
        if text and text[:3].strip():
            for n in range(1 << order):
                frames[gfn + n] = (text[4:6], text[6] == "!")
    types = effective_types()
    pages = {}
    for page, (gfn, order, pat) in pages_mapped().items():
        emt, ipat = frames.get(gfn, (None, None))
        gets = types[emt.strip(), ipat, PAT[pat]] if emt else None
        pages[page] = (gfn, order, pat, PAT[pat], emt and emt.strip(), ipat, gets,
                       became(PAT[pat], gets))
    return pages


def told(domain):
    """The same, by the report; and who took what, {(asked, entry, gets): takers}."""
    pages, takers = {}, {}
    for run in domain["runs"]:
        (first, last), (gfn, end) = ([int(x, 16) for x in run[k]] for k in ("gva", "gfn"))
        if (last + 1 - first) >> 12 != end + 1 - gfn:
            return {}, {}
        story = (run["asked"]["pat"], run["asked"]["type"], run["emt"], run["ipat"],
                 run["effective"], run["became"])
        for n in range(end + 1 - gfn):
            page = (first >> 12) + n
            pages[page] = (gfn + n, run["order"]) + story if page not in pages else "twice"
        entry = "%s%s" % (run["emt"], "!" if run["ipat"] else "")
        takers.setdefault((run["asked"]["type"], entry, run["effective"]),
                          set()).update(run["taken_by"])
    return pages, takers


def conflicts(pages):
    """{gfn: types} where a frame has several."""
    types = {}
    for gfn, *_, gets, _ in pages.values():
        if gets:
            types.setdefault(gfn, set()).add(gets)
    return {gfn: found for gfn, found in types.items() if len(found) > 1}


def one(name, domain, entries, paging, check):
    want = wanted(entries)
    got, takers = told(domain)
    wrong = [page for page in sorted(set(want) | set(got)) if want.get(page) != got.get(page)]
    check("%s: each of %d pages is told as the guest set it up" % (name, len(want)),
          not wrong, [(hex(p << 12), want.get(p), got.get(p)) for p in wrong[:3]])
    kinds = {(order, emt, ipat) for _, order, _, _, emt, ipat, *_ in want.values()}
    missing = [(order, emt, ipat) for order in (0, 9) for ipat in (False, True)
               for emt in ("UC", "WC", "WT", "WP", "WB")
               if (order, emt, ipat) not in kinds]
    check("%s: with 4K and 2M pages over entries of each type" % name, not missing, missing)
    check("%s: write-combining lost by UC!, and uncached forced to WB by WB!" % name,
          takers.get(("WC", "UC!", "UC")) == {"ipat"} and
          takers.get(("UC", "WB!", "WB")) == {"ipat"} and
          takers.get(("WB", "WC!", "WC")) == {"emt"}, takers)
    found = {}
    for conflict in domain["conflicts"]:
        for gfn in range(int(conflict["gfn"], 16), int(conflict["last"], 16) + 1):
            found[gfn] = set(conflict["types"])
    check("%s: the conflicts are told" % name, found == conflicts(want),
          sorted(set(found) ^ set(conflicts(want)))[:8])
    check("%s: nothing else of it" % name,
          domain["paging"] == paging and domain["complete"] and domain["gap_count"] == 0 and
          domain["vcpus"] == [0],
          {k: domain[k] for k in ("paging", "complete", "gap_count", "vcpus")})


def document(text):
    try:
        return json.loads(text)
    except ValueError:
        return {"domains": []}


def offline(res, program, capture, *args):
    run = subprocess.run([program, "effective", "--from", res.path(capture), "--format", "json",
                          *args], capture_output=True, text=True, check=False)
    return run.returncode, document(run.stdout)


def maps(res, check, note, parse_dump, program):
    dump = parse_dump(res.text("maps.ring"))
    live = res.json("maps") or {"domains": []}
    check("effective: exit 0", res.rc("maps") == 0, res.text("maps.err"))
    domains = {d["domid"]: d for d in live["domains"]}
    for name, paging in (("maps-4level", "4-level"), ("maps-pae", "PAE")):
        domid = res.domid[name]
        if check("effective: %s is told" % name, domid in domains, sorted(domains)):
            one("effective: " + name, domains[domid], dump[domid], paging, check)
    note("effective: two guests in %.2f s, %s hypercalls" %
         (res.seconds("maps"), live.get("source", {}).get("hypercalls")))
    if "maps-direct.rc" in res.files:
        direct = res.json("maps-direct") or {}
        check("effective: the same with tables that are read directly",
              res.rc("maps-direct") == 0 and direct.get("domains") == live["domains"],
              res.text("maps-direct.err"))
    check("capture of guests' tables: exit 0", res.rc("maps-capture") == 0,
          res.text("maps-capture.err"))
    rc, kept = offline(res, program, "maps.capture")
    check("capture of guests' tables: the same report here as live in dom0",
          rc == 0 and kept["domains"] == live["domains"], rc)
    redacted = res.path("maps-redacted.capture")
    if os.path.exists(redacted):
        os.unlink(redacted)
    subprocess.run([program, "capture", "--from", res.path("maps.capture"), "--guest-tables",
                    "--redact", "-o", redacted], capture_output=True, check=False)
    rc, kept = offline(res, program, "maps-redacted.capture")
    check("capture of guests' tables, redacted: the same but for registers",
          rc == 0 and [d["runs"] for d in kept["domains"]] ==
          [d["runs"] for d in live["domains"]] and
          not set(str(d["registers"]) for d in kept["domains"]) &
          set(str(d["registers"]) for d in live["domains"]), rc)


# ---- a Linux guest --------------------------------------------------------------

REGIONS = (("direct map", 0xffff888000000000, 0xffffc87fffffffff),
           ("vmalloc", 0xffffc90000000000, 0xffffe8ffffffffff),
           ("vmemmap", 0xffffea0000000000, 0xffffeaffffffffff),
           ("kernel image", 0xffffffff80000000, 0xffffffffbfffffff),
           ("fixmap", 0xffffffffff000000, 0xffffffffffffffff))
KERNEL = ("--gva", "ffff800000000000-fffffeffffffffff", "--gva", "ffffff8000000000-ffffffffffffffff")


def linux(res, check, note, parse_dump, program):
    entries = parse_dump(res.text("linux.ring"))[res.domid["linux"]]
    ram = set()
    for gfn, order, _, text in entries:
        if text and text[:2] == "rw" and text[4:6] == "WB":
            ram.update(range(gfn, gfn + (1 << order)))
    live = res.json("linux")
    check("Linux: exit 0", res.rc("linux") == 0 and live, res.text("linux.err"))
    kernel = live["domains"][0]
    check("Linux: 4-level paging, complete, without a gap",
          kernel["paging"] == "4-level" and kernel["complete"] and not kernel["gap_count"],
          kernel["gaps"])
    size, shifted, mapped = dict.fromkeys((r[0] for r in REGIONS), 0), [], set()
    types, wrong = effective_types(), []
    for run in kernel["runs"]:
        gva, last = (int(x, 16) for x in run["gva"])
        gfn, end = (int(x, 16) for x in run["gfn"])
        for name, low, high in REGIONS:
            if low <= gva <= high:
                size[name] += last + 1 - gva
        if REGIONS[0][1] <= gva <= REGIONS[0][2]:
            mapped.update(range(gfn, end + 1))
            if gva - REGIONS[0][1] != gfn << 12:
                shifted.append(run["gva"])
        gets = types[run["emt"], run["ipat"], run["asked"]["type"]] if run["emt"] else None
        if run["effective"] != gets or run["became"] != became(run["asked"]["type"], gets) or \
                (run["emt"] is None) != ram.isdisjoint(range(gfn, end + 1)):
            wrong.append(run)
    check("Linux: the direct map has each frame in its place", mapped and not shifted, shifted)
    missing = sorted(ram - mapped)
    check("Linux: the direct map has all of its RAM but 4 MiB at most", len(missing) <= 1024,
          "%d frames, from %x on" % (len(missing), missing[0]) if missing else "")
    # struct page takes 64 bytes, and vmemmap is mapped by 2M.
    check("Linux: vmemmap, fixmap and the kernel are there",
          size["vmemmap"] >= len(ram) * 64 and size["fixmap"] > 0 and size["kernel image"] > 0,
          size)
    check("Linux: each mapping of RAM gets what the vectors say, others nothing", not wrong,
          wrong[:3])
    paused = res.json("linux-paused")
    rc, kept = offline(res, program, "linux.capture", *KERNEL)
    check("Linux: the capture of its tables, taken while it was paused: the same report",
          rc == 0 and paused and kept["domains"] == paused["domains"], rc)
    note("Linux: %d runs, %d tables, %d entries of them looked at, %.2f s, %s hypercalls" %
         (len(kernel["runs"]), kernel["guest_tables"], kernel["guest_entries"],
          res.seconds("linux"), live["source"].get("hypercalls")))
    note("Linux: %s; became %s" % (kernel["summary"], kernel["became"]))
    note("Linux: " + ", ".join("%s %.1f MiB" % (n, b / 1048576) for n, b in size.items()))
    note("Linux: capture: %d bytes" % len(res.files["linux.capture"]))
