/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which p2m types an entry may have, from its rights, order, frame and hints: the decision table of
 * the project's interfaces.md, section 2, and ept_p2m_type_to_flags() as in rules.md C.5.
 */
#include "rules/question.h"

#include "test.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define R   ENTRY_R
#define RW  (ENTRY_R | ENTRY_W)
#define RX  (ENTRY_R | ENTRY_X)
#define RWX (ENTRY_R | ENTRY_W | ENTRY_X)

#define RAM   P2M_CLASS_RAM
#define MMIO  P2M_CLASS_MMIO_DIRECT
#define GRANT P2M_CLASS_GRANT_FOREIGN

/* Frames of a machine with RAM up to 0x7feff; the domain has capabilities for 0x6000-0x60ff. */
enum {
	IN_RAM = 0x5000,
	IN_RAM_2M = 0x5200,
	OUT = 0x90000,
	PARTLY = 0x7fe00, /* the end of RAM is in that superpage */
	CAPABLE = 0x6010,
	CAPABLE_2M = 0x6000, /* half of it */
};

enum {
	MAP_UNKNOWN = 1, /* no memory map */
	NO_IOMMU = 2,
	FULL = 4, /* access takes no rights away (xc_get_mem_access) */
	IS_DOM0 = 8,
	IOMEM_ASSUMED = 16,
	IOMMU_UNKNOWN = 32,
};

/* clang-format off */
static const struct {
	const char *why;
	unsigned int rights, order;
	uint64_t mfn;
	const char *hvmmem; /* HVMOP_get_mem_type's answer, NULL: not asked */
	unsigned int with, classes;
	enum maybe mmio_ro;
} rows[] = {
	/* interfaces.md, section 2, line by line. */
	{ "rwx ram_rw", RWX, 0, IN_RAM, "ram_rw", 0, RAM, MAYBE_RATHER_NO },
	{ "the same without a memory map", RWX, 0, IN_RAM, "ram_rw", MAP_UNKNOWN, RAM, MAYBE_RATHER_NO },
	{ "2M rw-, XSA-304: no x in superpages", RW, 9, IN_RAM_2M, "ram_rw", 0, RAM, MAYBE_NO },
	{ "4K rw- ram_rw, all access: granted", RW, 0, IN_RAM, "ram_rw", FULL, GRANT, MAYBE_RATHER_NO },
	{ "or RAM that access rw took x from", RW, 0, IN_RAM, "ram_rw", 0, GRANT | RAM, MAYBE_RATHER_NO },
	{ "4K r-- ram_ro, all access: granted", R, 0, IN_RAM, "ram_ro", FULL | NO_IOMMU, GRANT, MAYBE_YES },
	{ "or RAM with access r", R, 0, IN_RAM, "ram_ro", 0, GRANT | RAM, MAYBE_RATHER_YES },
	{ "r-x ram_ro: log-dirty, read-only, shared", RX, 0, IN_RAM, "ram_ro", 0, RAM, MAYBE_RATHER_YES },
	{ "4K rwx ram_ro: log-dirty with PML", RWX, 0, IN_RAM, "ram_ro", 0, RAM, MAYBE_RATHER_NO },
	{ "2M r-x ram_ro: log-dirty", RX, 9, IN_RAM_2M, "ram_ro", 0, RAM, MAYBE_RATHER_YES },
	{ "4K rw- mmio_dm: foreign", RW, 0, IN_RAM, "mmio_dm", 0, GRANT, MAYBE_RATHER_NO },
	{ "the same, all access", RW, 0, IN_RAM, "mmio_dm", FULL, GRANT, MAYBE_RATHER_NO },
	{ "no memory map, all access: foreign", RW, 0, OUT, "mmio_dm", FULL | MAP_UNKNOWN, GRANT,
	  MAYBE_RATHER_NO },
	{ "no memory map: or direct MMIO without x", RW, 0, OUT, "mmio_dm", MAP_UNKNOWN, GRANT | MMIO,
	  MAYBE_RATHER_NO },
	{ "rwx mmio_dm: direct MMIO", RWX, 0, OUT, "mmio_dm", 0, MMIO, MAYBE_RATHER_NO },
	{ "the same without a memory map", RWX, 0, OUT, "mmio_dm", MAP_UNKNOWN, MMIO, MAYBE_RATHER_NO },
	{ "2M rwx mmio_dm", RWX, 9, OUT, "mmio_dm", MAP_UNKNOWN, MMIO, MAYBE_NO },
	{ "2M rw- mmio_dm: foreign pages are 4K", RW, 9, OUT, "mmio_dm", MAP_UNKNOWN, MMIO, MAYBE_NO },
	{ "r-x mmio_dm, all access: read-only MMIO", RX, 0, OUT, "mmio_dm", FULL | NO_IOMMU, MMIO, MAYBE_YES },
	{ "r-x mmio_dm: or access rx", RX, 0, OUT, "mmio_dm", 0, MMIO, MAYBE_RATHER_YES },
	{ "rw- ram_ro: log-dirty with access rw, a page granted read-only has no w", RW, 0, IN_RAM,
	  "ram_ro", 0, RAM, MAYBE_RATHER_NO },
	{ "r-- ioreq_server", R, 0, IN_RAM, "ioreq_server", 0, RAM, MAYBE_RATHER_YES },
	{ "rw- ioreq_server", RW, 0, IN_RAM, "ioreq_server", FULL, RAM, MAYBE_RATHER_NO },

	/* rules.md C.5: rights and order alone. */
	{ "1G rw-: RAM or direct MMIO", RW, 18, 0, NULL, MAP_UNKNOWN, RAM | MMIO, MAYBE_NO },
	{ "2M rwx", RWX, 9, OUT, NULL, MAP_UNKNOWN, RAM | MMIO, MAYBE_NO },
	{ "4K rw-: granted, foreign, or access rw", RW, 0, OUT, NULL, MAP_UNKNOWN, RAM | MMIO | GRANT,
	  MAYBE_RATHER_NO },
	{ "4K rw-, all access: or ioreq_server", RW, 0, OUT, NULL, MAP_UNKNOWN | FULL, GRANT | RAM,
	  MAYBE_RATHER_NO },
	{ "4K r--, all access: granted or ioreq_server", R, 0, OUT, NULL, MAP_UNKNOWN | FULL, GRANT | RAM,
	  MAYBE_RATHER_YES },
	{ "4K rwx: RAM, log-dirty, direct MMIO", RWX, 0, OUT, NULL, MAP_UNKNOWN, RAM | MMIO,
	  MAYBE_RATHER_NO },
	{ "4K r-x: RAM or read-only MMIO", RX, 0, OUT, NULL, MAP_UNKNOWN, RAM | MMIO, MAYBE_RATHER_YES },

	/* The frame's place. */
	{ "rwx, RAM", RWX, 0, IN_RAM, NULL, 0, RAM, MAYBE_RATHER_NO },
	{ "rwx, not RAM", RWX, 0, OUT, NULL, 0, MMIO, MAYBE_RATHER_NO },
	{ "rw-, RAM", RW, 0, IN_RAM, NULL, 0, RAM | GRANT, MAYBE_RATHER_NO },
	{ "rw-, not RAM", RW, 0, OUT, NULL, 0, MMIO, MAYBE_RATHER_NO },
	{ "2M, RAM", RWX, 9, IN_RAM_2M, NULL, 0, RAM, MAYBE_NO },
	{ "2M, not RAM", RWX, 9, OUT, NULL, 0, MMIO, MAYBE_NO },
	{ "2M, partly RAM", RWX, 9, PARTLY, NULL, 0, RAM | MMIO, MAYBE_NO },
	{ "RAM that the toolstack may map as MMIO", RWX, 0, CAPABLE, NULL, 0, RAM | MMIO, MAYBE_RATHER_NO },
	{ "2M with some of that", RWX, 9, CAPABLE_2M, NULL, 0, RAM | MMIO, MAYBE_NO },
	{ "the same, if that is only assumed", RWX, 0, CAPABLE, NULL, IOMEM_ASSUMED, RAM | MMIO,
	  MAYBE_RATHER_NO },
	{ "dom0 has capabilities for all RAM", RWX, 0, CAPABLE, NULL, IS_DOM0, RAM, MAYBE_RATHER_NO },
	{ "granted pages on such RAM", RW, 0, CAPABLE, "ram_rw", FULL, GRANT, MAYBE_RATHER_NO },

	/* What contradicts itself says nothing. */
	{ "ram_rw, but not RAM", RWX, 0, OUT, "ram_rw", 0, RAM | MMIO | GRANT, MAYBE_RATHER_NO },
	{ "direct MMIO by the hint, but RAM", RWX, 0, IN_RAM, "mmio_dm", 0, RAM | MMIO | GRANT,
	  MAYBE_RATHER_NO },
	{ "2M ioreq_server", RWX, 9, IN_RAM_2M, "ioreq_server", 0, RAM, MAYBE_NO },

	/* w and read-only MMIO; with an IOMMU a device's MSI-X pages come later and leave w. */
	{ "w, no IOMMU: not read-only", RWX, 0, OUT, NULL, NO_IOMMU, MMIO, MAYBE_NO },
	{ "w, and perhaps an IOMMU", RWX, 0, OUT, NULL, NO_IOMMU | IOMMU_UNKNOWN, MMIO, MAYBE_RATHER_NO },
	{ "no w, no IOMMU", RX, 0, OUT, NULL, NO_IOMMU, MMIO, MAYBE_RATHER_YES },
	{ "no w, all access: MSI-X may be off again", RX, 0, OUT, NULL, FULL, MMIO, MAYBE_RATHER_YES },
	{ "no w, all access, no IOMMU", RX, 0, OUT, NULL, FULL | NO_IOMMU, MMIO, MAYBE_YES },
	{ "no w, all access, 2M: no MSI-X", RX, 9, OUT, NULL, FULL, MMIO, MAYBE_YES },
};
/* clang-format on */

static void machine(struct facts *facts, unsigned int with)
{
	facts_init(facts);
	ranges_add(&facts->ram.ranges, 0, 0x7feff);
	facts->ram.how = with & MAP_UNKNOWN ? HOW_UNKNOWN : HOW_LOG;
	ranges_add(&facts->iomem.ranges, 0x6000, 0x60ff);
	facts->iomem.how = with & IOMEM_ASSUMED ? HOW_ASSUMED : HOW_LOG;
	facts->iommu = (struct fact_bool){ !(with & NO_IOMMU),
					   with & IOMMU_UNKNOWN ? HOW_UNKNOWN : HOW_LOG };
	facts->dom0 = with & IS_DOM0;
}

static struct entry an_entry(uint64_t gfn, uint64_t mfn, unsigned int order, unsigned int rights)
{
	return (struct entry){
		.gfn = gfn,
		.mfn = mfn,
		.order = order,
		.rights = rights,
		.type = ENTRY_TYPE_UNKNOWN,
	};
}

static struct question ask(const struct facts *facts, const struct entry *entry,
			   struct window *window)
{
	struct question question;

	memset(&question, 0xff, sizeof(question)); /* all of it is filled */
	*window = WINDOW_ALL;
	question_put(facts, entry, &question, window);
	return question;
}

static void test_table(void)
{
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct entry entry = an_entry(0x10000, rows[i].mfn, rows[i].order, rows[i].rights);
		struct type_hint hint = {
			.first = 0x10000,
			.last = 0x4ffff,
			.types = rows[i].hvmmem ? types_of_hvmmem(rows[i].hvmmem) : 0,
			.rights_full = rows[i].with & FULL,
		};
		struct question question;
		struct window window;
		struct facts facts;

		if (rows[i].order == 18)
			entry.gfn = 0x40000;
		machine(&facts, rows[i].with);
		if (hint.types || hint.rights_full)
			facts_add_types(&facts, &hint);
		question = ask(&facts, &entry, &window);
		check(question.classes == rows[i].classes, "%s: classes %u, not %u", rows[i].why,
		      question.classes, rows[i].classes);
		check(question.mmio_ro == rows[i].mmio_ro, "%s: read-only %d, not %d", rows[i].why,
		      question.mmio_ro, rows[i].mmio_ro);
		check(question.gfn == entry.gfn && question.mfn == entry.mfn &&
			      question.order == entry.order && !question.apic_page,
		      "%s: the question is of the entry", rows[i].why);
		facts_clear(&facts);
	}
}

/* gfn fee00 is direct MMIO on a RAM frame. */
static void test_apic_page(void)
{
	struct entry apic = an_entry(0xfee00, IN_RAM, 0, RWX);
	struct entry before = an_entry(0xfedff, IN_RAM, 0, RWX);
	struct entry behind = an_entry(0xfee01, IN_RAM, 0, RWX);
	struct entry superpage = an_entry(0xfee00, IN_RAM_2M, 9, RWX);
	struct question question;
	struct window window;
	struct facts facts;

	machine(&facts, 0);
	question = ask(&facts, &apic, &window);
	check(question.apic_page && question.classes == (RAM | MMIO), "the APIC page: classes %u",
	      question.classes);
	check(window.gfn_first == 0xfee00 && window.gfn_last == 0xfee00, "it stands alone");
	question = ask(&facts, &before, &window);
	check(!question.apic_page && question.classes == RAM && window.gfn_last == 0xfedff,
	      "the page before it");
	question = ask(&facts, &behind, &window);
	check(!question.apic_page && question.classes == RAM && window.gfn_first == 0xfee01,
	      "the page behind it");
	question = ask(&facts, &superpage, &window);
	check(!question.apic_page && question.classes == RAM, "a superpage there is none");
	facts_clear(&facts);
}

/* A source that knows the type knows better than any inference. */
static void test_known_type(void)
{
	unsigned int type;

	for (type = 0; type < P2M_TYPE_COUNT; type++) {
		struct entry entry = an_entry(0x10000, type & 1 ? OUT : IN_RAM, 0, RWX);
		struct question question;
		struct window window;
		struct facts facts;

		machine(&facts, 0);
		entry.type = type;
		question = ask(&facts, &entry, &window);
		check(question.classes == (unsigned int)p2m_type_class(type), "type %s: classes %u",
		      p2m_type_name(type), question.classes);
		facts_clear(&facts);
	}
}

/* Hints count where they cover the whole entry, later ones over earlier ones. */
static void test_hints(void)
{
	struct entry small = an_entry(0x10080, IN_RAM, 0, RW);
	struct entry large = an_entry(0x10000, IN_RAM_2M, 9, RW);
	struct type_hint hint = { 0x10000, 0x100ff, types_of_hvmmem("mmio_dm"), true };
	struct question question;
	struct window window;
	struct facts facts;

	machine(&facts, 0);
	facts_add_types(&facts, &hint);
	question = ask(&facts, &small, &window);
	check(question.classes == GRANT, "covered: classes %u", question.classes);
	check(window.gfn_first == 0x10000 && window.gfn_last == 0x100ff, "as far as the hint goes");
	question = ask(&facts, &large, &window);
	check(question.classes == RAM, "half covered: classes %u", question.classes);
	small.gfn = 0x10100;
	question = ask(&facts, &small, &window);
	check(question.classes == (RAM | GRANT) && window.gfn_first == 0x10100,
	      "not covered: classes %u", question.classes);
	small.gfn = 0x10080;
	hint = (struct type_hint){ 0x10080, 0x10080, types_of_hvmmem("ioreq_server"), true };
	facts_add_types(&facts, &hint);
	question = ask(&facts, &small, &window);
	check(question.classes == RAM && window.gfn_first == 0x10080 && window.gfn_last == 0x10080,
	      "the later hint: classes %u", question.classes);
	facts_clear(&facts);
}

/* hvmop_get_mem_type(): every type has one answer. */
static void test_hvmmem(void)
{
	static const char *const answers[] = { "ram_rw", "ram_ro", "mmio_dm", "ioreq_server" };
	static const struct {
		const char *type, *hvmmem;
	} types[] = {
		{ "ram_rw", "ram_rw" },
		{ "invalid", "mmio_dm" },
		{ "ram_logdirty", "ram_ro" },
		{ "ram_ro", "ram_ro" },
		{ "mmio_dm", "mmio_dm" },
		{ "mmio_direct", "mmio_dm" },
		{ "populate_on_demand", "ram_rw" },
		{ "grant_map_rw", "ram_rw" },
		{ "grant_map_ro", "ram_ro" },
		{ "ram_paging_out", "ram_rw" },
		{ "ram_paged", "ram_rw" },
		{ "ram_paging_in", "ram_rw" },
		{ "ram_shared", "ram_ro" },
		{ "ram_broken", "mmio_dm" },
		{ "map_foreign", "mmio_dm" },
		{ "ioreq_server", "ioreq_server" },
	};
	size_t i, answer;

	check(COUNT(types) == P2M_TYPE_COUNT, "a type is missing in this test");
	for (i = 0; i < COUNT(types); i++) {
		char with_prefix[32];

		/* In the order of their numbers, rules.md C.3. */
		check(p2m_type_parse(types[i].type) == (int)i, "%s is not %zu", types[i].type, i);
		check(!strcmp(p2m_type_name(i), types[i].type), "%zu is %s", i, types[i].type);
		snprintf(with_prefix, sizeof(with_prefix), "p2m_%s", types[i].type);
		check(p2m_type_parse(with_prefix) == (int)i, "%s", with_prefix);
		for (answer = 0; answer < COUNT(answers); answer++)
			check_each((types_of_hvmmem(answers[answer]) >> i & 1) ==
					   !strcmp(types[i].hvmmem, answers[answer]),
				   "%s as %s", types[i].type, answers[answer]);
	}
	check(!types_of_hvmmem("") && !types_of_hvmmem("HVMMEM_ram_rw") && !types_of_hvmmem("ram"),
	      "no such answer");
	check(!strcmp(p2m_type_name(P2M_TYPE_COUNT), "unused") &&
		      !strcmp(p2m_type_name(ENTRY_TYPE_UNKNOWN), "unknown"),
	      "numbers without a type");
	check(p2m_type_parse("") == -1 && p2m_type_parse("p2m_") == -1 &&
		      p2m_type_parse("ram") == -1,
	      "no such type");
}

static void random_facts(struct facts *facts)
{
	uint64_t next = 0xf0000;
	bool ascending = one_in(2);
	unsigned int i;

	machine(facts, below(64) & ~(unsigned int)FULL);
	for (i = below(4); i--;) {
		uint64_t first = below(0xa0000), last = first + below(0x4000);

		ranges_add(one_in(2) ? &facts->ram.ranges : &facts->iomem.ranges, first, last);
	}
	/* In any order, or as sources find them: ascending, and then looked up faster. */
	for (i = below(5); i--;) {
		struct type_hint hint = {
			.first = ascending ? next + below(0x1000) : 0xf0000 + below(0x20000),
			.types = one_in(4) ? 0 : (uint32_t)(random_number() & random_number()),
			.rights_full = one_in(2),
		};

		hint.last = hint.first + below(one_in(2) ? 4 : 0x8000);
		if (one_in(4) && hint.first <= 0xfee00)
			hint.last = 0xfee00; /* the APIC page */
		else if (one_in(8) && hint.last >= 0xfee00)
			hint.first = 0xfee00;
		next = hint.last + 1;
		facts_add_types(facts, &hint);
	}
}

/* A block of that size somewhere in the window, often at its end. */
static bool block_within(uint64_t first, uint64_t last, uint64_t size, uint64_t *block)
{
	uint64_t from, to;

	if (last > 0x13ffff)
		last = 0x13ffff;
	from = (first + size - 1) / size;
	to = (last + 1) / size;
	if (from >= to)
		return false;
	*block = (one_in(3) ? from : one_in(2) ? to - 1 : from + below(to - from)) * size;
	return true;
}

/* Where gfn and mfn are equal other types are possible: windows end before that, gfn 0 included. */
static void test_identity(void)
{
	static const struct {
		uint64_t gfn, mfn, gfn_first, gfn_last, mfn_first, mfn_last;
	} cases[] = {
		{ 0, 1, 0, 0, 1, UINT64_MAX }, { 0, 2, 0, 0, 1, UINT64_MAX },
		{ 0, 9, 0, 4, 5, UINT64_MAX }, { 1, 0, 1, UINT64_MAX, 0, 0 },
		{ 9, 0, 5, UINT64_MAX, 0, 4 }, { 7, 7, 7, 7, 7, 7 },
	};
	struct type_hint hint = { .last = 0xffff, .rights_full = true };
	struct window window;
	struct facts facts;
	size_t i;

	machine(&facts, MAP_UNKNOWN);
	facts.iomem.how = HOW_UNKNOWN;
	facts_add_types(&facts, &hint);
	for (i = 0; i < COUNT(cases); i++) {
		struct entry entry = an_entry(cases[i].gfn, cases[i].mfn, 0, RW);

		ask(&facts, &entry, &window);
		check(window.gfn_first == cases[i].gfn_first && window.gfn_last >= cases[i].gfn &&
			      window.gfn_last <= cases[i].gfn_last &&
			      window.mfn_first == cases[i].mfn_first &&
			      window.mfn_last >= cases[i].mfn &&
			      window.mfn_last <= cases[i].mfn_last,
		      "gfn %" PRIx64 " mfn %" PRIx64 ": gfns %" PRIx64 "-%" PRIx64 ", mfns %" PRIx64
		      "-%" PRIx64,
		      entry.gfn, entry.mfn, window.gfn_first, window.gfn_last, window.mfn_first,
		      window.mfn_last);
	}
	facts_clear(&facts);
}

/* The judge asks once for a window: other entries of that order and those rights within it. */
static void test_windows(void)
{
	unsigned int round, i;

	for (round = 0; round < 20000; round++) {
		struct facts facts;

		random_facts(&facts);
		for (i = 0; i < 20; i++) {
			unsigned int order = one_in(3) ? 9 : 0;
			uint64_t size = entry_pages(order);
			struct entry entry, other;
			struct question question, again;
			struct window window, ignored;

			entry = an_entry(one_in(3) ? 0xfedff + below(3) : 0xf0000 + below(0x28000),
					 below(one_in(2) ? 0xa0000 : 0x8000), order, 1 + below(7));
			entry.gfn &= -size;
			entry.mfn &= -size;
			question = ask(&facts, &entry, &window);
			if (!check_each(entry.gfn >= window.gfn_first &&
						entry.gfn + size - 1 <= window.gfn_last &&
						entry.mfn >= window.mfn_first &&
						entry.mfn + size - 1 <= window.mfn_last,
					"gfn %#" PRIx64 " mfn %#" PRIx64
					" order %u: outside of its window",
					entry.gfn, entry.mfn, order))
				continue;
			other = entry;
			if (!block_within(window.gfn_first, window.gfn_last, size, &other.gfn) ||
			    !block_within(window.mfn_first, window.mfn_last, size, &other.mfn))
				continue;
			again = ask(&facts, &other, &ignored);
			check_each(again.classes == question.classes &&
					   again.mmio_ro == question.mmio_ro &&
					   again.apic_page == question.apic_page,
				   "gfn %#" PRIx64 " mfn %#" PRIx64
				   " order %u rights %u: classes %u, but "
				   "%u at gfn %#" PRIx64 " mfn %#" PRIx64 " in its window",
				   entry.gfn, entry.mfn, order, entry.rights, question.classes,
				   again.classes, other.gfn, other.mfn);
		}
		facts_clear(&facts);
	}
}

int main(void)
{
	test_table();
	test_apic_page();
	test_known_type();
	test_hints();
	test_hvmmem();
	test_identity();
	test_windows();
	return test_end();
}
