/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of facts that a user gives: those of each kind are taken, all others told. */
#include "source/factskeys.h"

#include "base/array.h"
#include "base/jsonread.h"
#include "model/facts.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MTRR "\"cap\":\"0x508\",\"def_type\":\"0xc06\",\"fixed\":[],\"var\":[]"

static const struct {
	const char *name, *json;
	const char *wrong; /* what is told; NULL: it is taken */
} rows[] = {
	/* the value alone */
	{ "iommu", "true", NULL },
	{ "mmio-ro", "[[\"0x1\",\"0x2\"]]", NULL },
	{ "p2m-type", "[{\"gfn\":[1,2],\"types\":[\"ram_rw\"]}]", NULL },
	{ "p2m-type", "[{\"gfn\":[1,2],\"typ\":[\"ram_rw\"]}]",
	  "fact p2m-type: \"typ\" is not known; its keys are: gfn type types hvmmem access" },
	{ "p2m-type", "{\"gfn\":[1,2],\"hvmmem\":1,\"access\":\"rw\"}", NULL },
	{ "p2m_type", "{\"gfns\":[1,2]}", "\"gfns\"" },
	{ "p2m-type", "[{\"gfn\":1},{\"gfn\":2},{\"gnf\":3}]", "\"gnf\"" },
	{ "p2m-type", "[7,null,\"x\",[{\"x\":1}]]", NULL },
	{ "pinned", "[{\"gfn\":1,\"type\":\"WB\"}]", NULL },
	{ "pinned", "[{\"gfn\":1,\"types\":\"WB\"}]", "\"types\"" },
	{ "guest-mtrr", "[{" MTRR "}]", NULL },
	{ "guest-mtrr", "{" MTRR "}", NULL },
	{ "guest-mtrr",
	  "[{\"def_type_known\":true,\"fixed_known\":true,\"var_known\":1,\"how\":\"log\","
	  "\"how_var\":\"log\"}]",
	  NULL },
	{ "guest-mtrr", "[{" MTRR ",\"variable\":[]}]",
	  "\"variable\" is not known; its keys are: cap def_type fixed var" },
	{ "host-mtrr", "{" MTRR ",\"how\":\"log\",\"how_var\":\"guest\"}", NULL },
	{ "host-mtrr", "{" MTRR ",\"mfn\":1}", "\"mfn\"" },
	{ "guest-mtrr-var", "[{\"mfn\":1,\"type\":2}]", NULL },
	{ "guest-mtrr-var", "[{\"gfn\":1,\"type\":2}]", "\"gfn\"" },
	{ "host-mtrr-var", "[{\"mfn\":1,\"type\":2}]", NULL },
	{ "host-mtrr-var", "[{\"base\":1}]", "\"base\"" },
	{ "vcpus", "[{\"vcpu\":0,\"cr0\":1,\"cr3\":1,\"cr4\":1,\"efer\":1,\"pat\":1}]", NULL },
	{ "vcpus", "[{\"vcpu\":0,\"cr2\":1}]", "\"cr2\"" },
	{ "devices", "[{\"mfn\":1,\"part\":\"\",\"which\":\"\",\"kind\":\"\"}]", NULL },
	{ "devices", "[{\"mfn\":1,\"name\":\"\"}]", "\"name\"" },
	/* with "how" */
	{ "iommu", "{\"value\":true,\"how\":\"given\"}", NULL },
	{ "iommu", "{\"how\":\"unknown\",\"value\":null}", NULL },
	{ "iommu", "{\"how\":\"given\",\"valu\":true}",
	  "fact iommu: \"valu\" is not known; its keys are: value how" },
	{ "iommu", "{\"how\":\"given\"}", "fact iommu: \"how\" is there, but no \"value\"" },
	{ "iommu", "{\"value\":true,\"how\":\"given\",\"complete\":true}", "\"complete\"" },
	{ "mmio-ro", "{\"value\":[],\"how\":\"log\",\"complete\":true,\"possible\":[]}", NULL },
	{ "mmio-ro", "{\"value\":[],\"how\":\"log\",\"whole\":true}", "\"whole\"" },
	{ "mmio-ro", "{\"value\":{\"x\":1},\"how\":\"log\"}", NULL },
	{ "nr-pages", "{\"value\":1,\"how\":\"log\",\"x\":1}", "\"x\"" },
	{ "p2m-type", "{\"how\":\"log\",\"value\":[{\"gfn\":1,\"types\":[]}]}", NULL },
	{ "p2m-type", "{\"how\":\"log\",\"value\":[{\"gfn\":1},{\"typ\":[]}]}", "\"typ\"" },
	{ "p2m-type", "{\"how\":\"log\",\"value\":{\"typ\":[]}}", "\"typ\"" },
	{ "p2m-type", "{\"how\":\"log\",\"value\":null}", NULL },
	{ "p2m-type", "{\"how\":\"log\",\"gfn\":1,\"value\":[]}", "\"gfn\"" },
	{ "p2m-type", "{\"how\":\"log\"}", "no \"value\"" },
	{ "guest-mtrr", "{\"how\":\"log\",\"value\":[{" MTRR ",\"x\":1}]}", "\"x\"" },
	{ "guest-mtrr", "{\"how\":\"log\",\"cap\":1}",
	  "\"cap\" is not known; its keys are: value how" },
	/* MTRRs with "how" in themselves */
	{ "guest-mtrr", "{\"how\":\"log\",\"def_type\":1}", NULL },
	{ "guest-mtrr", "{\"how\":\"log\",\"def_type\":1,\"value\":[]}", "\"value\"" },
	/* without one it is no object with a value */
	{ "p2m-type", "{\"value\":[]}", "\"value\" is not known; its keys are: gfn" },
	{ "p2m-type", "{\"how\":null,\"value\":[]}", "\"how\"" },
	{ "mmio-ro", "{\"value\":[]}", NULL },
	/* the record of a context, and what is no fact: their names are looked at elsewhere */
	{ "guest-mtrr-record", "{\"how\":\"log\",\"value\":[]}", NULL },
	{ "nothing", "{\"x\":1}", NULL },
	{ "nothing", "{\"how\":\"log\",\"value\":1}", NULL },
	{ "nothing", "{\"how\":\"log\",\"x\":1}", "fact nothing: \"x\" is not known" },
	{ "rules", "{\"how\":\"log\",\"value\":[]}", NULL },
	/* parts of words, and several, are none */
	{ "iommu", "{\"how\":\"log\",\"value\":1,\"\":1}", "\"\" is not known" },
	{ "iommu", "{\"how\":\"log\",\"value\":1,\"ho\":1}", "\"ho\" is not known" },
	{ "iommu", "{\"how\":\"log\",\"value\":1,\"ow\":1}", "\"ow\" is not known" },
	{ "iommu", "{\"how\":\"log\",\"value\":1,\"value \":1}", "\"value \" is not known" },
	{ "iommu", "{\"how\":\"log\",\"value\":1,\"value how\":1}", "\"value how\" is not known" },
	{ "iommu", "{\"how\":\"log\",\"value\":1,\"value ho\":1}", "\"value ho\" is not known" },
	{ "iommu", "{\"how\":\"log\",\"value\":1,\"How\":1}", "\"How\" is not known" },
	{ "guest-mtrr", "{\"def_typ\":1}", "\"def_typ\" is not known" },
	{ "guest-mtrr", "{\"known\":1}", "\"known\" is not known" },
	/* for terminals: harmless, and not longer than a line */
	{ "iommu", "{\"how\":\"log\",\"value\":1,\"\\u001b[2J\":1}", "\"?[2J\" is not known" },
	{ "iommu",
	  "{\"how\":\"log\",\"value\":1,"
	  "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg\":1}",
	  "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg\" is not known" },
};

/* An object with that one fact. */
static struct json_object *member(const char *name, const char *json)
{
	char text[512];

	snprintf(text, sizeof(text), "{\"%s\":%s}", name, json);
	return jsonread_text(text, strlen(text));
}

int main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json_object *json = member(rows[i].name, rows[i].json);
		struct error err = { "" };
		int rc = facts_check_keys(rows[i].name, jsonread_member(json, rows[i].name), &err);

		check(json && rc == (rows[i].wrong ? -EINVAL : 0) &&
			      (rows[i].wrong ? strstr(err.text, rows[i].wrong) != NULL
					     : !*err.text),
		      "%s %s: %d, '%s'", rows[i].name, rows[i].json, rc, err.text);
		jsonread_free(json);
	}
	return test_end();
}
