/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts that the user gives: what is wrong with a file of them, by its reason, and what is taken.
 */
#include "unit/ownfile.h"
#include "unit/test.h"

#include "base/array.h"
#include "source/given.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[4096];

static int load(const char *text, struct given **given, struct error *err)
{
	FILE *file = fopen(path, "w");

	*err = (struct error){ "" };
	*given = NULL;
	if (!file || fputs(text, file) < 0 || fclose(file))
		abort();
	return given_load(path, given, err);
}

#define MANY8(x)  x "," x "," x "," x "," x "," x "," x "," x
#define MANY64(x) MANY8(MANY8(x))

static const struct {
	const char *text;
	const char *wrong; /* NULL: it is taken */
} rows[] = {
	{ "[]", "object" },
	{ "{\"nothing\":1}", "nothing" },
	{ "{\"iommu\":7}", "iommu" },
	{ "{\"iommu\":true}", NULL },
	{ "{\"iommu\":{\"value\":true,\"how\":\"log\"}}", NULL },
	{ "{\"xen\":7}", "\"xen\" must be {\"version\"" },
	{ "{\"xen\":{\"version\":7}}", "\"xen\" must be {\"version\"" },
	{ "{\"xen\":{}}", NULL },
	{ "{\"xen\":{\"version\":\"4.17.5\"}}", NULL },
	{ "{\"phys_bits\":39}", NULL },
	{ "{\"phys_bits\":20}", "phys_bits: 32 to 52 is expected" },
	{ "{\"phys_bits\":53}", "phys_bits: 32 to 52 is expected" },
	/* domains */
	{ "{\"domains\":7}", "\"domains\" must be a JSON object or array" },
	{ "{\"domains\":[7]}", "a domain" },
	{ "{\"domains\":[{\"iommu\":true}]}", "domain 0 needs \"domid\"" },
	{ "{\"domains\":[{\"domid\":1},{\"domid\":40000}]}", "domain 1 needs \"domid\"" },
	{ "{\"domains\":[{\"domid\":1,\"iommu\":7}]}", "iommu" },
	{ "{\"domains\":[{\"domid\":1,\"facts\":{\"iommu\":true}}]}", NULL },
	{ "{\"domains\":{\"01\":{}}}", "01" },
	{ "{\"domains\":{\"x\":{}}}", "x" },
	{ "{\"domains\":{\"99999\":{}}}", "99999" },
	{ "{\"domains\":{\"1\":7}}", "a domain" },
	{ "{\"domains\":{\"1\":{\"dumps\":7}}}", "\"dumps\"" },
	{ "{\"domains\":{\"1\":{\"dumps\":{\"0\":{}}}}}", "'0' is no dump" },
	{ "{\"domains\":{\"1\":{\"dumps\":{\"2\":7}}}}", "a dump" },
	{ "{\"domains\":{\"1\":{\"dumps\":{\"2\":{\"iommu\":true}}}}}", NULL },
	{ "{\"schema\":\"xen-eptaudit/audit\",\"domains\":[{\"domid\":1,\"dumps\":2}]}", NULL },
	/* keys that mean nothing where they stand, or that stand twice */
	{ "{\"iommu\":true,\"iommu\":false}", "\"iommu\" is twice in one object" },
	{ "{\"domains\":{\"1\":{},\"1\":{}}}", "\"1\" is twice in one object" },
	{ "{\"domains\":[{\"domid\":1},{\"domid\":2},{\"domid\":1}]}", "domain 1 twice" },
	{ "{\"guest-mtrr\":null,\"guest_mtrr\":null}", "\"guest-mtrr\" is there twice" },
	{ "{\"guest-mtrr\":null,\"guest-mtrr-record\":null}", "\"guest-mtrr\" is there twice" },
	{ "{\"dumps\":{\"1\":{\"iommu\":false}}}", "\"dumps\" counts only in a domain" },
	{ "{\"domid\":1,\"facts\":{}}", "\"domid\" counts only in a domain" },
	{ "{\"domains\":{\"1\":{\"phys_bits\":40}}}", "\"phys_bits\" counts only at the top" },
	{ "{\"domains\":{\"1\":{\"xen\":{}}}}", "\"xen\" counts only at the top" },
	{ "{\"domains\":{\"1\":{\"dumps\":{\"1\":{\"dumps\":{}}}}}}", "counts only in a domain" },
	{ "{\"facts\":{},\"iommu\":true}", "\"iommu\" stands beside \"facts\"" },
	{ "{\"iommu\":{\"how\":\"log\"}}", "no \"value\"" },
	{ "{\"iommu\":{\"value\":true,\"how\":\"log\",\"x\":1}}", "\"x\" is not known" },
	{ "{\"pinned\":[{\"gfn\":[\"0x1\",\"0x2\"],\"type\":\"WB\",\"x\":1}]}",
	  "fact pinned: \"x\" is not known; its keys are: gfn type" },
	{ "{\"guest-mtrr\":{\"def_type\":\"0x6\",\"vars\":[]}}", "\"vars\" is not known" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"fixd\":[]}]}", "\"fixd\" is not known" },
	{ "{\"host-mtrr\":{\"def_type\":\"0x6\",\"va\":[]}}", "\"va\" is not known" },
	{ "{\"mmio-ro\":{\"value\":[],\"how\":\"log\",\"complet\":true}}",
	  "\"complet\" is not known; its keys are: value how complete possible" },
	{ "{\"schema\":\"x\",\"domains\":[{\"domid\":1,\"facts\":{},\"new\":1}]}", NULL },
	/* the Xen */
	{ "{\"xen\":{\"vendor\":\"x\"}}", "\"version\" or \"rules\", and nothing else" },
	{ "{\"xen\":{\"rules\":\"4.99\"}}", "no rule set '4.99'" },
	{ "{\"xen\":{\"rules\":\"4.19\"}}", NULL },
	{ "{\"xen\":{\"rules\":\"4.19\",\"version\":\"4.19.2\"}}", NULL },
	{ "{\"xen\":{\"rules\":\"4.11\",\"version\":\"4.19.2\"}}", "are not those of its" },
	/* capabilities */
	{ "{\"cache-flush\":false,\"iomem\":[[\"0xf0\",\"0xff\"]]}",
	  "\"cache-flush\" is false, but by \"iomem\"" },
	{ "{\"cache-flush\":false,\"ioports\":true}",
	  "\"cache-flush\" is false, but by \"ioports\"" },
	{ "{\"cache-flush\":true,\"ioports\":false,\"iomem\":[]}", NULL },
	/* types of pages */
	{ "{\"p2m-type\":7}", "must be an array of {\"gfn\"" },
	{ "{\"p2m-type\":[{\"type\":\"ram_rw\"}]}", "range 0 needs \"gfn\"" },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x5\",\"0x4\"],\"type\":\"ram_rw\"}]}",
	  "range 0 needs \"gfn\"" },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x1\",\"0x2\"],\"type\":\"none\"}]}", "none" },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x1\",\"0x2\"],\"types\":7}]}",
	  "\"types\" must be an array" },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x1\",\"0x2\"],\"types\":[7]}]}",
	  "\"types\" must hold names" },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x1\",\"0x2\"],\"types\":[\"none\",\"ram_rw\"]}]}", "none" },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x1\",\"0x2\"],\"types\":[\"ram_ro\",\"ram_rw\"]}]}", NULL },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x1\",\"0x2\"],\"hvmmem\":7}]}", "no HVMMEM type ''" },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x1\",\"0x2\"],\"hvmmem\":\"x\"}]}", "no HVMMEM type 'x'" },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x1\",\"0x2\"],\"type\":\"ram_rw\",\"access\":7}]}",
	  "\"access\" must be a string" },
	{ "{\"p2m-type\":[{\"gfn\":[\"0x1\",\"0x2\"],\"type\":\"ram_rw\",\"access\":\"rwx\"}]}",
	  NULL },
	/* registers of vCPUs */
	{ "{\"vcpus\":7}", "an array of vCPUs is expected" },
	{ "{\"vcpus\":[{\"cr3\":\"0x1\",\"pat\":\"0x0\"}]}", "\"cr0\" is wrong" },
	{ "{\"vcpus\":[{\"cr0\":1,\"cr3\":\"0x1\",\"pat\":\"0x0\"}]}", "\"cr0\" is wrong" },
	{ "{\"vcpus\":[{\"cr0\":\"0x1\",\"cr3\":\"xyz\",\"pat\":\"0x0\"}]}", "\"cr3\" is wrong" },
	{ "{\"vcpus\":[{\"cr0\":\"0x1\",\"cr3\":\"0x1\",\"cr4\":7,\"pat\":\"0x0\"}]}",
	  "\"cr4\" is wrong" },
	{ "{\"vcpus\":[{\"cr0\":\"0x1\",\"cr3\":\"0x1\"}]}", "\"pat\" is wrong" },
	{ "{\"vcpus\":[{\"vcpu\":128,\"cr0\":\"0x1\",\"cr3\":\"0x1\",\"pat\":\"0x0\"}]}",
	  "\"vcpu\" must be a number below 128" },
	{ "{\"vcpus\":[{\"vcpu\":3,\"cr0\":\"0x1\",\"cr3\":\"0x1\",\"pat\":\"0x0\"}]}", NULL },
	{ "{\"vcpus\":[" MANY64(MANY64("{}")) ",{}]}", "too many vCPUs" },
	/* MTRRs */
	{ "{\"guest-mtrr\":[{\"cap\":\"0x8\"}]}", "MTRRs need \"def_type\"" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"cap\":\"x\"}]}",
	  "\"cap\" is not a hex string" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"fixed\":[\"0x0\"]}]}",
	  "\"fixed\" must have the 11 registers" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"fixed\":[" MANY8(
		  "\"0x0\"") ",\"0x0\",\"x\",\"0x0\"]}]}",
	  "\"fixed\" 9 is not a hex string" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"var\":7}]}", "\"var\" must be an array" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"var\":[7]}]}", "\"var\" 0 is not" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"var\":[" MANY64("[1,2]") ",[1,2]]}]}",
	  "\"var\" must be an array of at most" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"cap\":\"0x1\",\"var\":[[1,2048],[1,2048]]}]}",
	  NULL },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"var_known\":\"x\"}]}", "\"var_known\" is not" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"fixed_known\":7}]}",
	  "\"fixed_known\" must be" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"how_var\":\"x\"}]}", "\"how_var\" is no way" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"fixed_known\":true}]}",
	  "\"fixed_known\" is true, but there is no \"fixed\"" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"var_known\":\"0x1\"}]}",
	  "\"var_known\" tells of pairs" },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0x6\",\"how_var\":\"guest\"}]}",
	  "\"how_var\" tells of \"var\"" },
	{ "{\"guest-mtrr\":{\"def_type\":\"0x6\",\"var\":[]},"
	  "\"guest-mtrr-var\":[[\"0x0\",\"0x800\"]]}",
	  NULL },
	{ "{\"guest-mtrr\":{\"def_type\":\"0x6\",\"var\":[[\"0x0\",\"0x0\"]]},"
	  "\"guest-mtrr-var\":[[\"0x0\",\"0x800\"]]}",
	  "not the same as \"var\"" },
	{ "{\"guest-mtrr-var\":[[\"0x0\",\"0x800\"]],\"guest-mtrr\":{\"def_type\":\"0x6\","
	  "\"cap\":\"0x0\",\"var\":[[\"0x0\",\"0x800\"]]}}",
	  NULL },
	{ "{\"host-mtrr-var\":[],\"host-mtrr\":{\"def_type\":\"0x6\",\"var\":[[1,2048]]}}",
	  "not the same as \"var\"" },
	{ "{\"host-mtrr-var\":7}", "must be an array" },
	{ "{\"host-mtrr-var\":[" MANY64("{}") ",{}]}", "more than" },
	{ "{\"host-mtrr-var\":[{\"mfn\":[\"0x1\",\"0x2\"],\"type\":\"UC\"}]}",
	  "range 0 needs \"mfn\"" },
	{ "{\"host-mtrr-var\":[{\"mfn\":[\"0x0\",\"0x2\"],\"type\":\"UC\"}]}",
	  "range 0 needs \"mfn\"" },
	{ "{\"host-mtrr-var\":[{\"mfn\":[\"0x2\",\"0x1\"],\"type\":\"UC\"}]}",
	  "range 0 needs \"mfn\"" },
	{ "{\"host-mtrr-var\":[{\"mfn\":[\"0x0\",\"0x1\"],\"type\":\"UC-\"}]}",
	  "range 0 needs \"mfn\"" },
	{ "{\"host-mtrr-var\":[{\"mfn\":[\"0x0\",\"0x1\"]}]}", "range 0 needs \"mfn\"" },
	{ "{\"host-mtrr-var\":[{\"mfn\":[\"0x0\",\"0x1\"],\"type\":\"UC\"}]}", NULL },
	{ "{\"host-mtrr-var\":[[\"0x0\",\"0x800\"]]}", NULL },
	/* what no processor and no Xen lets be written */
	{ "{\"guest-mtrr\":{\"def_type\":\"0xc02\"}}", "def_type cannot be 0xc02: " },
	{ "{\"guest-mtrr\":[{\"def_type\":\"0xc07\"}]}", "def_type cannot be 0xc07: " },
	{ "{\"guest-mtrr-record\":{\"def_type\":\"0x1006\"}}", "def_type cannot be 0x1006: " },
	{ "{\"host-mtrr\":{\"def_type\":\"0xc03\"}}", "def_type cannot be 0xc03: " },
	{ "{\"host-mtrr\":{\"def_type\":\"0x6\",\"fixed\":[" MANY8(
		  "\"0x6\"") ",\"0x6\",\"0x706\",\"0x6\"]}}",
	  "fixed9 cannot be 0x706: " },
	{ "{\"guest-mtrr\":{\"def_type\":\"0x6\",\"var\":[[0,2048],[3,2048]]}}",
	  "var1_base cannot be 0x3: " },
	{ "{\"guest-mtrr\":{\"def_type\":\"0x6\",\"var\":[[0,2049]]}}",
	  "var0_mask cannot be 0x801: " },
	{ "{\"guest-mtrr-var\":[[7,2048]]}", "var0_base cannot be 0x7: " },
	{ "{\"host-mtrr-var\":[[256,2048]]}", "var0_base cannot be 0x100: " },
	/* devices, and frames */
	{ "{\"devices\":7}", "must be an array of {\"mfn\"" },
	{ "{\"devices\":[{\"mfn\":[\"0x2\",\"0x1\"],\"part\":\"HPET\"}]}",
	  "device 0 needs \"mfn\"" },
	{ "{\"devices\":[{\"mfn\":[\"0x1\",\"0x2\"]}]}", "device 0 needs \"mfn\"" },
	{ "{\"devices\":[{\"mfn\":[\"0x1\",\"0x2\"],\"part\":\"HPET\",\"which\":7}]}",
	  "device 0 needs \"mfn\"" },
	{ "{\"devices\":[{\"mfn\":[\"0x1\",\"0x2\"],\"part\":\"HPET\",\"kind\":7}]}",
	  "device 0 needs \"mfn\"" },
	{ "{\"devices\":[{\"mfn\":[\"0x1\",\"0x2\"],\"part\":\"HPET\"}]}", NULL },
	{ "{\"special\":[[\"0x2\",\"0x1\"]]}", "special" },
	{ "{\"special\":[[\"0x1\",\"0x2\"]]}", NULL },
};

static void test_rows(void)
{
	struct given *given;
	struct error err;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		rc = load(rows[i].text, &given, &err);
		check(!rc == !rows[i].wrong &&
			      (!rc || (rc == -EINVAL && strstr(err.text, rows[i].wrong))),
		      "%.100s: %d, %s", rows[i].text, rc, err.text);
		given_free(given);
	}
}

/* What is given for all, for a domain and for a dump, in this order. */
static void test_applied(void)
{
	static const struct {
		int domid;
		unsigned int dump;
		uint64_t pages;
	} expected[] = { { 1, 1, 2 }, { 1, 2, 3 }, { 7, 2, 4 }, { 2, 2, 1 } };
	struct ranges domids = { .count = 0 };
	struct given *given;
	struct error err;
	size_t i;

	if (!check(!load("{\"nr-pages\":1,\"xen\":{\"version\":\"4.17.5\"},"
			 "\"domains\":{\"1\":{\"nr-pages\":2,\"dumps\":{\"2\":{\"nr-pages\":3}}},"
			 "\"7\":{\"facts\":{\"nr-pages\":4}}}}",
			 &given, &err),
		   "%s", err.text))
		return;
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		struct facts facts;

		facts_init(&facts);
		check(!given_apply(given, expected[i].domid, expected[i].dump, &facts, &err) &&
			      facts.nr_pages.value == expected[i].pages &&
			      facts.nr_pages.how == HOW_GIVEN,
		      "domain %d, dump %u: %llu pages", expected[i].domid, expected[i].dump,
		      (unsigned long long)facts.nr_pages.value);
		facts_clear(&facts);
	}
	check(given_for_all(given) && !given_domains(given, &domids) && domids.count == 2 &&
		      ranges_count(&domids, 0, 100) == 2,
	      "%zu domains", domids.count);
	check(!given_phys_bits(given) && !strcmp(given_xen_version(given), "4.17.5"), "Xen %s",
	      given_xen_version(given));
	given_free(given);
	ranges_clear(&domids);
	if (check(!load("{\"domains\":[{\"domid\":3,\"nr-pages\":5}]}", &given, &err), "%s",
		  err.text)) {
		check(!given_for_all(given) && !given_domains(given, &domids) &&
			      ranges_count(&domids, 3, 3) == 1,
		      "one domain alone");
		given_free(given);
	}
	ranges_clear(&domids);
	if (check(!load("{\"phys_bits\":46}", &given, &err), "%s", err.text)) {
		check(given_for_all(given) && given_phys_bits(given) == 46, "46 bits");
		given_free(given);
	}
	if (check(!load("{\"xen\":{\"version\":\"4.17.5\"}}", &given, &err), "%s", err.text)) {
		check(given_for_all(given), "a version is for all");
		given_free(given);
	}
	if (check(!load("{\"schema\":\"x\",\"domains\":[]}", &given, &err), "%s", err.text)) {
		check(!given_for_all(given), "a report is of its domains");
		given_free(given);
	}
	given_free(NULL);
	check(!given_apply(NULL, 1, 1, NULL, &err), "nothing is given");
}

/* MTRRs of which the file tells but a part: the rest is as the source has it, or not known. */
static void test_part_of_mtrrs(void)
{
	static const struct {
		const char *text;
		enum how how, how_var; /* of the source, whose default type is 0xc06 */
		bool fixed, var;       /* are then known, range 0 that is */
		enum how then_var;
		unsigned int count;
	} parts[] = {
		{ "{\"def_type\":\"0xc06\"}", HOW_LOG, HOW_LOG, true, true, HOW_LOG, 2 },
		{ "{\"def_type\":\"0xc06\"}", HOW_LOG, HOW_ASSUMED, true, true, HOW_ASSUMED, 2 },
		/* Xen no longer has what it booted with. */
		{ "{\"def_type\":\"0xc00\"}", HOW_LOG, HOW_ASSUMED, true, false, HOW_ASSUMED, 2 },
		{ "{\"def_type\":\"0xc00\"}", HOW_ASSUMED, HOW_ASSUMED, false, false, HOW_ASSUMED,
		  2 },
		{ "{\"def_type\":\"0xc06\"}", HOW_UNKNOWN, HOW_UNKNOWN, false, false, HOW_UNKNOWN,
		  8 },
		{ "{\"def_type\":\"0xc06\",\"cap\":\"0x50a\"}", HOW_UNKNOWN, HOW_UNKNOWN, false,
		  false, HOW_UNKNOWN, 10 },
		{ "{\"def_type\":\"0xc06\",\"var\":[]}", HOW_LOG, HOW_LOG, true, true, HOW_GIVEN,
		  0 },
		{ "{\"def_type\":\"0xc06\",\"fixed\":[" MANY8(
			  "\"0x0\"") ",\"0x0\",\"0x0\",\"0x0\"]}",
		  HOW_UNKNOWN, HOW_UNKNOWN, true, false, HOW_UNKNOWN, 8 },
	};
	static const char *const facts_of[] = { "host-mtrr", "guest-mtrr" };
	struct given *given;
	struct error err;
	char text[512];
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(parts); i++) {
		size_t p = i / 2;
		struct mtrr_fact source = { .known = MTRR_KNOWN_ALL }, *then;
		struct facts facts;

		source.how = parts[p].how;
		source.how_var = parts[p].how_var;
		if (source.how != HOW_UNKNOWN) {
			source.state.def_type = 0xc06;
			source.state.var_count = 2;
		}
		facts_init(&facts);
		facts.host = source;
		if (source.how != HOW_UNKNOWN && facts_add_vcpu(&facts, &source))
			abort();
		snprintf(text, sizeof(text), "{\"%s\":%s}", facts_of[i % 2], parts[p].text);
		if (check(!load(text, &given, &err) && !given_apply(given, 1, 1, &facts, &err),
			  "%s: %s", text, err.text)) {
			then = i % 2 ? facts.vcpus : &facts.host;
			check(then->how == HOW_GIVEN && then->known.def_type &&
				      then->known.fixed == parts[p].fixed &&
				      (then->known.var & 1) == parts[p].var &&
				      then->how_var == parts[p].then_var &&
				      then->state.var_count == parts[p].count,
			      "%s over %s and %s: fixed %d, var %#llx of %u, %s", text,
			      how_name(parts[p].how), how_name(parts[p].how_var), then->known.fixed,
			      (unsigned long long)then->known.var, then->state.var_count,
			      how_name(then->how_var));
		}
		given_free(given);
		facts_clear(&facts);
	}
}

/* The variable ranges of a guest, which are those of each vCPU. */
static void test_guest_ranges(void)
{
	static const char *const texts[] = {
		"{\"guest-mtrr-var\":[[\"0xf0000000\",\"0xfff8000800\"]]}",
		"{\"guest-mtrr-var\":[[\"0xf0000000\",\"0xfff8000800\"]],"
		"\"guest-mtrr\":[{\"def_type\":\"0xc06\"},{\"def_type\":\"0xc06\"}]}",
	};
	struct mtrr_fact vcpu = { .known = { .def_type = true }, .how = HOW_MEASURED };
	struct given *given;
	struct error err;
	unsigned int i, n, vcpus;

	for (i = 0; i < 2 * ARRAY_SIZE(texts); i++) {
		struct facts facts;

		facts_init(&facts);
		vcpus = i / 2 || !(i % 2) ? 2 : 1;
		for (n = 0; i % 2 == 0 && n < 2; n++)
			if (facts_add_vcpu(&facts, &vcpu))
				abort();
		check(!load(texts[i / 2], &given, &err) &&
			      !given_apply(given, 1, 1, &facts, &err) && facts.vcpu_count == vcpus,
		      "%s: %zu vCPUs, %s", texts[i / 2], facts.vcpu_count, err.text);
		for (n = 0; n < facts.vcpu_count; n++)
			check(facts.vcpus[n].how_var == HOW_GIVEN &&
				      facts.vcpus[n].known.var == ~UINT64_C(0) &&
				      facts.vcpus[n].state.var_count == 1 &&
				      facts.vcpus[n].state.var[0].base == 0xf0000000,
			      "%u, vCPU %u: %u ranges, %s", i, n, facts.vcpus[n].state.var_count,
			      how_name(facts.vcpus[n].how_var));
		given_free(given);
		facts_clear(&facts);
	}
}

/* Whether a domain may flush caches follows from what it may reach. */
static void test_capabilities(void)
{
	static const struct {
		const char *text;
		struct fact_bool flush, ports; /* of the source */
		struct fact_bool then;
	} cases[] = {
		{ "{\"iomem\":[[1,2]]}",
		  { false, HOW_LOG },
		  { false, HOW_LOG },
		  { true, HOW_GIVEN } },
		{ "{\"ioports\":true}", { 0 }, { 0 }, { true, HOW_GIVEN } },
		{ "{\"iomem\":[],\"ioports\":false}", { 0 }, { 0 }, { false, HOW_GIVEN } },
		{ "{\"iomem\":[]}", { 0 }, { 0 }, { false, HOW_UNKNOWN } },
		{ "{\"iomem\":[]}", { true, HOW_LOG }, { false, HOW_LOG }, { false, HOW_LOG } },
		{ "{\"iomem\":[]}", { true, HOW_LOG }, { true, HOW_LOG }, { true, HOW_LOG } },
		{ "{\"iomem\":[]}", { true, HOW_LOG }, { 0 }, { true, HOW_LOG } },
		{ "{\"ioports\":{\"value\":true,\"how\":\"assumed\"}}",
		  { false, HOW_LOG },
		  { 0 },
		  { false, HOW_LOG } },
		{ "{\"ioports\":{\"value\":true,\"how\":\"assumed\"},\"iomem\":[[1,2]]}",
		  { 0 },
		  { 0 },
		  { true, HOW_GIVEN } },
		{ "{\"cache-flush\":true,\"iomem\":[],\"ioports\":false}",
		  { 0 },
		  { 0 },
		  { true, HOW_GIVEN } },
		{ "{\"cache-flush\":false,\"domains\":{\"1\":{\"iomem\":[[1,2]]}}}",
		  { 0 },
		  { 0 },
		  { true, HOW_GIVEN } },
		{ "{\"cache-flush\":{\"value\":null,\"how\":\"unknown\"},\"iomem\":[[1,2]]}",
		  { 0 },
		  { 0 },
		  { true, HOW_GIVEN } },
	};
	struct given *given;
	struct error err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct facts facts;

		facts_init(&facts);
		facts.cache_flush = cases[i].flush;
		facts.ioports = cases[i].ports;
		check(!load(cases[i].text, &given, &err) &&
			      !given_apply(given, 1, 1, &facts, &err) &&
			      facts.cache_flush.value == cases[i].then.value &&
			      facts.cache_flush.how == cases[i].then.how,
		      "%zu, %s: %d, %s %s", i, cases[i].text, facts.cache_flush.value,
		      how_name(facts.cache_flush.how), err.text);
		given_free(given);
		facts_clear(&facts);
	}
}

/* Rule sets by the form that a report has them in, and which dumps are named. */
static void test_named(void)
{
	struct ranges dumps = { .count = 0 };
	struct given *given;
	struct facts facts;
	struct error err;
	uint64_t first = 0, last = UINT64_MAX;

	facts_init(&facts);
	if (check(!load("{\"xen\":{\"rules\":\"4.19\"},\"domains\":{\"1\":{\"dumps\":{\"2\":{}}},"
			"\"3\":{}}}",
			&given, &err),
		  "%s", err.text)) {
		check(!given_apply(given, 1, 1, &facts, &err) && facts.rules &&
			      facts.how_rules == HOW_GIVEN,
		      "rules %#x", facts.rules);
		check(!given_dumps(given, &dumps) && dumps.count == 1 &&
			      ranges_contain(&dumps, GIVEN_DUMP(1, 2), &first, &last),
		      "%zu dumps", dumps.count);
		given_free(given);
	}
	ranges_clear(&dumps);
	facts_clear(&facts);
}

int main(void)
{
	if (!own_file(path, sizeof(path), "given"))
		return 1;
	test_rows();
	test_applied();
	test_part_of_mtrrs();
	test_guest_ranges();
	test_capabilities();
	test_named();
	unlink(path);
	return test_end();
}
