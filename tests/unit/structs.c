/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of Xen's memory that cannot be read while its structures are: of the machine that
 * tests/structs makes. Each look at a page fails in turn, that one alone or with all behind it.
 * What is not known then is never told otherwise than it is, nor is anything left out in silence;
 * and where Xen runs, so that what fails is looked at again, one that fails once changes nothing.
 */
#include "unit/test.h"

#include "base/jsonwrite.h"
#include "source/factsjson.h"
#include "source/source.h"
#include "source/structs/domains.h"
#include "source/structs/xendata.h"
#include "unit/xenmachine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DOMAINS MACHINE_DOMAINS

static unsigned long looks, failing; /* from 1; 0: none fails */
static bool all_behind;

static const uint64_t *get(struct pages *pages, uint64_t mfn, unsigned int slot)
{
	/* A domain's own tables are looked at as well, but their holes are told by who walks. */
	bool structures = slot == XMEM_SLOT_TABLE || slot == XMEM_SLOT_DATA;

	looks += structures;
	if (mfn >= pages->frame_limit ||
	    (structures && failing && (all_behind ? looks >= failing : looks == failing)))
		return NULL;
	return machine_memory + mfn * PAGE_ENTRIES;
}

static const struct pages_ops ops = { .get = get, .number = machine_number };
static struct pages pages = { &ops, MACHINE_SIZE / PAGE_SIZE, MACHINE_SIZE / PAGE_SIZE,
			      "nowhere is" };

/* What was read of it all. */
struct told {
	int rc;
	char version[128];
	char *fact[DOMAINS][FACT_COUNT];
	enum how how[DOMAINS][FACT_COUNT];
	unsigned int views[DOMAINS];
	unsigned int complaints; /* remarks, and notes on what is not known */
};

static void looked_again(struct xendata *data)
{
	xmem_forget(&data->mem);
}

static char *fact_text(const struct facts *facts, enum fact fact)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	struct jsonwrite json = { .stream = stream };

	facts_write_one(&json, NULL, facts, fact);
	fclose(stream);
	return text;
}

static void read_domain(struct xendata *data, int domid, struct told *told)
{
	static struct dump dump;
	static uint64_t roots[DOMAINS]; /* as they are where none fails */
	const struct own_domain *domain = xendata_domain(data, domid);
	enum fact fact;
	unsigned int i;

	memset(&dump, 0, sizeof(dump));
	dump.domid = domid;
	if (!failing && domain && domain->view_count)
		roots[domid] = domain->views[0].eptp;
	told->views[domid] = domain ? domain->view_count : 0;
	told->rc = xendata_facts(data, &pages, roots[domid], &dump, &dump.facts);
	for (fact = 0; fact < FACT_COUNT; fact++) {
		told->fact[domid][fact] = fact_text(&dump.facts, fact);
		told->how[domid][fact] = fact_how(&dump.facts, fact);
	}
	/* Those that are listed are, but there may be more. */
	if (dump.facts.special_possible.how != HOW_MEASURED)
		told->how[domid][FACT_SPECIAL] = HOW_UNKNOWN;
	for (i = 0; i < dump.note_count; i++)
		told->complaints += !strncmp(dump.notes[i], "not known", 9);
	facts_clear(&dump.facts);
}

/* syms becomes data's. */
static void read_all(bool runs, struct told *told)
{
	static struct source source;
	static struct xendata data;
	struct error err = { "" };
	struct syms *syms;
	int domid;

	memset(told, 0, sizeof(*told));
	memset(&source, 0, sizeof(source));
	if (syms_open(machine_file("xen-syms"), &syms, &err)) {
		printf("%s\n", err.text);
		exit(1);
	}
	looks = 0;
	told->rc = xendata_find(&data, syms, &pages, &err);
	if (told->rc) {
		syms_close(syms);
		return;
	}
	data.refresh = runs ? looked_again : NULL;
	told->rc = xendata_read(&data, &source, &err);
	snprintf(told->version, sizeof(told->version), "%s", data.version);
	for (domid = 0; domid < DOMAINS && !told->rc; domid++)
		read_domain(&data, domid, told);
	told->complaints += source.info.remark_count;
	xendata_clear(&data);
}

static void forget(struct told *told)
{
	unsigned int i, k;

	for (i = 0; i < DOMAINS; i++)
		for (k = 0; k < FACT_COUNT; k++)
			free(told->fact[i][k]);
}

static bool certain(enum how how)
{
	return how == HOW_MEASURED;
}

/* Facts that are told to be measured are the same, or have more vCPUs that may be asked. */
static void compare_facts(const struct told *whole, const struct told *torn)
{
	unsigned int i, k;
	const char *end;
	size_t length;

	for (i = 0; i < DOMAINS; i++)
		for (k = 0; k < FACT_COUNT; k++) {
			end = strrchr(whole->fact[i][k], ']');
			length = k == FACT_GUEST_MTRR && end ? (size_t)(end - whole->fact[i][k])
							     : strlen(whole->fact[i][k]) + 1;
			check_each(!certain(torn->how[i][k]) ||
					   !strncmp(whole->fact[i][k], torn->fact[i][k], length),
				   "look %lu%s: d%u, %s is %s, not %s", failing,
				   all_behind ? " and all behind it" : "", i, fact_info[k].name,
				   torn->fact[i][k], whole->fact[i][k]);
		}
}

static void all_fails(const struct told *whole)
{
	struct told torn;
	unsigned int i, views = 0;

	read_all(false, &torn);
	if (!torn.rc) {
		compare_facts(whole, &torn);
		for (i = 0; i < DOMAINS; i++)
			views += torn.views[i] < whole->views[i];
		check_each(!views || torn.complaints > whole->complaints,
			   "look %lu%s: p2ms are left out, and nothing says so", failing,
			   all_behind ? " and all behind it" : "");
	} else {
		check_each(torn.rc == -ENOENT, "look %lu: %d", failing, torn.rc);
	}
	forget(&torn);
}

static void test_fails_once(const struct told *whole)
{
	struct told again;
	unsigned int i;

	read_all(true, &again);
	if (!again.rc) {
		for (i = 0; i < DOMAINS; i++)
			check_each(again.views[i] == whole->views[i],
				   "look %lu: %u p2ms of d%u, not %u", failing, again.views[i], i,
				   whole->views[i]);
		compare_facts(whole, &again);
	}
	forget(&again);
}

int main(void)
{
	struct told whole;
	unsigned long count;

	if (!syms_built() || !machine_make()) {
		machine_remove();
		puts("skipped: without libdw, or the compiler makes no programs of x86-64");
		puts("0 passed, 0 failed, 1 skipped");
		return 0;
	}
	read_all(false, &whole);
	count = looks;
	printf("%lu looks\n", count);
	check(!whole.rc && whole.views[1] == 2 && whole.views[2] == 1 && whole.complaints == 1 &&
		      certain(whole.how[1][FACT_PINNED]) && certain(whole.how[1][FACT_SPECIAL]),
	      "where none fails: %d, %u complaints", whole.rc, whole.complaints);
	for (failing = 1; failing <= count; failing++) {
		all_fails(&whole);
		all_behind = true;
		all_fails(&whole);
		all_behind = false;
		test_fails_once(&whole);
	}
	forget(&whole);
	machine_remove();
	return test_end();
}
