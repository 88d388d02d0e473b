/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit of machines made at random, by the logs that their Xen would print:
 *
 *   no false alarm   an entry that is what the rules say now is no mismatch, whatever the log
 * lacks; exact            with every fact given, what is stale is a mismatch, and nothing else is;
 *   said alike       one in 20, or $DIFFERENTIAL, is told alike as text, JSON, JSON Lines, by its
 *                    capture, and by the capture of that;
 *   known bugs       what each of them leaves behind is found with every fact given.
 *
 * machine [COUNT [SEED]]   so many machines, from that seed on; COUNT also by $MACHINES
 * machine --log SEED       the log of one of them, as it was audited
 * machine --same LOG...    only whether these are told alike; options stand behind a blank
 */
#include "audit/judge.h"
#include "machine/differential.h"
#include "machine/machine.h"
#include "source/source.h"
#include "unit/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MACHINES     2000
#define DIFFERENTIAL 20

/* The truth of one entry. */
struct truth {
	uint64_t gfn, mfn;
	unsigned int order, type;
	bool pending, skipped, right;
	bool piece; /* right only as what the superpage was that it is a piece of */
	unsigned int key;
};

static struct {
	struct truth *at;
	size_t count, room;
} truths;

/* What is made of one seed. */
static struct {
	uint64_t seed;
	enum event event;
	unsigned int lacks;
	bool all_given;
	struct machine machine;
	const struct domain *domain;
	/* of the domain that is read */
	size_t next;
	unsigned long stale_found;
} now;

static char folder[4096]; /* for files; none yet: "" */
static unsigned int one_in_so_many = DIFFERENTIAL, compared;
static unsigned long entries_seen, stale_seen[EVENT_COUNT], stale_missed, verdicts[VERDICT_COUNT];

static struct test_case no_false_alarm, all_read, pending_told, said_alike, found[EVENT_COUNT],
	shown_by_log;

/* ---- the truth ---- */

static void note(void *opaque, uint64_t gfn, unsigned int order, const struct slot *slot,
		 bool pending_above)
{
	struct slot own = *slot;
	struct truth *truth;

	(void)opaque;
	if (!slot->rights && order && slot->kind == SLOT_LEAF)
		return; /* Xen prints none */
	if (truths.count == truths.room) {
		truths.room = truths.room ? 2 * truths.room : 4096;
		truths.at = realloc(truths.at, truths.room * sizeof(*truths.at));
		if (!truths.at)
			abort();
	}
	truth = &truths.at[truths.count++];
	*truth = (struct truth){ .gfn = gfn, .mfn = slot->mfn, .order = order, .type = slot->type };
	truth->skipped = slot->kind == SLOT_POD || !slot->rights;
	truth->pending = !truth->skipped && (pending_above || slot->emt == 7);
	truth->key = KEY(slot->emt, slot->ipat);
	truth->right = truth->skipped || truth->pending ||
		       xen_is_right(&now.machine, now.domain, gfn, order, slot);
	own.made_order = order;
	truth->piece = truth->right && !truth->skipped && !truth->pending &&
		       !xen_is_right(&now.machine, now.domain, gfn, order, &own);
}

static const struct domain *domain_of(int domid)
{
	unsigned int i;

	for (i = 0; i < now.machine.domain_count; i++)
		if (now.machine.domains[i].domid == domid)
			return &now.machine.domains[i];
	return NULL;
}

/* ---- every fact as it is ---- */

static void give_set(struct fact_ranges *fact, const struct set *set)
{
	unsigned int i;

	ranges_clear(&fact->ranges);
	for (i = 0; i < set->count; i++)
		ranges_add(&fact->ranges, set->at[i].first, set->at[i].last);
	fact->how = HOW_GIVEN;
}

static struct mtrr_state state_of(const struct mtrrs *mtrrs)
{
	struct mtrr_state state;
	unsigned int i;

	memset(&state, 0, sizeof(state));
	state.def_type = mtrrs->def_type | (mtrrs->fixed_enabled ? MTRR_DEF_TYPE_FE : 0) |
			 (mtrrs->enabled ? MTRR_DEF_TYPE_E : 0);
	state.cap = 0x500 | mtrrs->var_count;
	for (i = 0; i < 88; i++)
		state.fixed[i / 8] |= (uint64_t)mtrrs->fixed[i] << (8 * (i % 8));
	state.var_count = mtrrs->var_count;
	for (i = 0; i < mtrrs->var_count; i++) {
		state.var[i].base = mtrrs->var[i].base;
		state.var[i].mask = mtrrs->var[i].mask;
	}
	return state;
}

static void give_valid(struct facts *facts)
{
	const struct machine *machine = &now.machine;
	uint64_t step = machine->compression ? 1 : 0x10000, mfn;

	ranges_clear(&facts->mfn_valid.ranges);
	if (machine->compression) {
		unsigned int i;

		for (i = 0; i < machine->compressed.count; i++)
			ranges_add(&facts->mfn_valid.ranges, machine->compressed.at[i].first,
				   machine->compressed.at[i].last);
	} else {
		for (mfn = 0; mfn < machine->max_page; mfn += step)
			if (mfn_valid(machine, mfn))
				ranges_add(&facts->mfn_valid.ranges, mfn,
					   mfn + step < machine->max_page ? mfn + step - 1
									  : machine->max_page - 1);
	}
	facts->mfn_valid.how = HOW_GIVEN;
}

static void give_all(struct facts *facts)
{
	const struct domain *domain = now.domain;
	struct mtrr_fact fact;
	unsigned int i;
	size_t k;

	facts->iommu = (struct fact_bool){ domain->iommu, HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ flush_permitted(&now.machine, domain), HOW_GIVEN };
	give_set(&facts->special, &now.machine.special);
	give_set(&facts->mmio_ro, &now.machine.mmio_ro);
	facts->mmio_ro_complete = true;
	give_set(&facts->ram, &now.machine.ram);
	give_set(&facts->iomem, &domain->iomem);
	give_valid(facts);
	facts->apic_access_mfn = (struct fact_number){ domain->apic_mfn, HOW_GIVEN };
	facts_clear_pins(facts);
	for (i = 0; i < domain->pin_count; i++)
		facts_add_pin(facts, domain->pins[i].first, domain->pins[i].last,
			      domain->pins[i].type);
	facts->how_pins = HOW_GIVEN;
	facts_clear_vcpus(facts);
	for (i = 0; i < domain->vcpus; i++) {
		memset(&fact, 0, sizeof(fact));
		fact.state = state_of(&domain->mtrr[i]);
		fact.known = MTRR_KNOWN_ALL;
		fact.how = fact.how_var = HOW_GIVEN;
		facts_add_vcpu(facts, &fact);
	}
	facts->host.state = state_of(&now.machine.host);
	facts->host.known = MTRR_KNOWN_ALL;
	facts->host.how = facts->host.how_var = HOW_GIVEN;
	for (k = 0; k < truths.count; k++) {
		struct type_hint hint = { .first = truths.at[k].gfn,
					  .last = truths.at[k].gfn +
						  entry_pages(truths.at[k].order) - 1,
					  .types = 1u << truths.at[k].type,
					  .rights_full = true };

		if (!truths.at[k].skipped)
			facts_add_types(facts, &hint);
	}
	facts->how_types = HOW_GIVEN;
}

/* ---- what the program says ---- */

static void describe(const struct truth *truth, const struct run *run)
{
	static unsigned int told;
	unsigned int key;

	if (told++ > 10)
		return;
	printf("  seed %#" PRIx64
	       ", Xen 4.%u.%u, event %d, lacks %#x%s, domain %d%s%s%s: gfn %#" PRIx64
	       " mfn %#" PRIx64 " order %u type %u: key %#x, verdict %s, possible",
	       now.seed, now.machine.release->minor, now.machine.point, now.event, now.lacks,
	       now.all_given ? ", all given" : "", now.domain->domid,
	       now.domain->iommu ? " iommu" : "", now.domain->device ? " device" : "",
	       flush_permitted(&now.machine, now.domain) ? " flush" : "", truth->gfn, truth->mfn,
	       truth->order, truth->type, truth->key, verdict_name(run->verdict));
	for (key = 0; key < OUTCOME_COUNT; key++)
		if (run->decision.possible >> key & 1)
			printf(" %#x(%s)", key, step_info[run->decision.outcome[key].step].name);
	printf("; by the rules");
	for (key = 0; key < now.domain->vcpus; key++)
		printf(" %#x", rules_say(&now.machine, now.domain, truth->gfn, truth->mfn,
					 truth->order, truth->type, key));
	printf("\n  machine --log %#" PRIx64 " shows the log\n", now.seed);
}

/*
 * A whole log leaves no doubt of RAM that has to be WB!, since the domain has neither IOMMU nor
 * capabilities. Before 4.7 pins came first, and no log tells of these.
 */
static bool log_shows_it(const struct truth *truth)
{
	return !(now.lacks & ~(unsigned int)WITH_TIMES) && !now.machine.iommu &&
	       !flush_permitted(&now.machine, now.domain) && truth->type == TYPE_RAM_RW &&
	       at_least(&now.machine, 7, 0) && !now.machine.compression && truth->gfn != GFN_APIC;
}

/*
 * A piece is known by another one beside it; the program takes one that stands alone for stale,
 * which it may be.
 */
static bool alone(const struct truth *truth)
{
	const struct truth *other;
	uint64_t size = entry_pages(truth->order);

	if (!truth->piece)
		return false;
	if (now.lacks & WITHOUT_SOME_ENTRIES)
		return true;
	other = truth + 1;
	if (other < truths.at + truths.count && other->order == truth->order &&
	    other->gfn == truth->gfn + size && other->mfn == truth->mfn + size)
		return false;
	other = truth - 1;
	return truth == truths.at || other->order != truth->order ||
	       other->gfn + size != truth->gfn || other->mfn + size != truth->mfn;
}

/* Neither is it to be seen of a page that it never was part of a superpage, if it stands as one. */
static bool like_piece(const struct truth *truth, const struct run *run)
{
	return run->verdict == VERDICT_INHERITED && !truth->piece && !truth->order &&
	       !((truth->gfn ^ truth->mfn) & (entry_pages(9) - 1));
}

static void judge_one(const struct truth *truth, const struct run *run)
{
	bool mismatch = run->verdict == VERDICT_MISMATCH;

	entries_seen++;
	verdicts[run->verdict]++;
	if (!check_case(&no_false_alarm, !mismatch || !truth->right || alone(truth),
			"seed %#" PRIx64 ": a false alarm", now.seed))
		describe(truth, run);
	if (!check_case(&pending_told,
			(run->verdict == VERDICT_PENDING) == truth->pending &&
				(run->verdict == VERDICT_SKIPPED) == truth->skipped,
			"seed %#" PRIx64 ": pending or skipped", now.seed))
		describe(truth, run);
	if (truth->right)
		return;
	if (now.all_given) {
		stale_seen[now.event]++;
		if (!check_case(&found[now.event], mismatch || like_piece(truth, run),
				"seed %#" PRIx64 ": what is stale is not found", now.seed))
			describe(truth, run);
	} else if (log_shows_it(truth)) {
		if (!check_case(&shown_by_log, mismatch,
				"seed %#" PRIx64 ": what is stale by the log is not found",
				now.seed))
			describe(truth, run);
	} else {
		stale_missed += !mismatch;
	}
}

static void take_run(void *opaque, const struct run *run)
{
	(void)opaque;
	while (now.next < truths.count && truths.at[now.next].gfn < run->first.gfn)
		now.next++; /* left out of the log */
	for (; now.next < truths.count && truths.at[now.next].gfn <= run->gfn_last; now.next++)
		judge_one(&truths.at[now.next], run);
}

static bool read_dump(struct source *source, struct dump *dump, struct error *err)
{
	static struct entry entries[256];
	struct judge *judge;
	unsigned long before = entries_seen;
	ssize_t count;
	uint64_t read = 0;

	now.domain = domain_of(dump->domid);
	truths.count = 0;
	now.next = 0;
	xen_walk(now.domain, note, NULL);
	if (now.all_given)
		give_all(&dump->facts);
	judge = judge_new(&dump->facts, true, take_run, NULL);
	judge_follow_frames(judge);
	while ((count = source_read(source, entries, 256, err)) > 0) {
		judge_entries(judge, entries, count);
		read += count;
	}
	judge_finish(judge);
	judge_free(judge);
	return count == 0 &&
	       (now.lacks & WITHOUT_SOME_ENTRIES
			? read <= truths.count
			: read == truths.count && entries_seen - before == truths.count);
}

static void audit(FILE *log)
{
	struct source_options options = { .all_dumps = true };
	struct source *source = NULL;
	struct error err;
	struct dump *dump;
	char path[64];
	unsigned int dumps = 0;
	int rc;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(log));
	options.path = path;
	rc = source_open(&options, &source, &err);
	if (!check_case(&all_read, !rc, "seed %#" PRIx64 ": %s", now.seed, err.text))
		return;
	while ((dump = source_next(source, &rc, &err))) {
		bool whole = read_dump(source, dump, &err);

		check_case(&all_read, whole, "seed %#" PRIx64 ": domain %d is not read as it is",
			   now.seed, dump->domid);
		dumps++;
	}
	check_case(&all_read, dumps == now.machine.domain_count, "seed %#" PRIx64 ": %u dumps",
		   now.seed, dumps);
	source_close(source);
}

/* ---- machines ---- */

static void make(uint64_t seed)
{
	random_seed(seed);
	now.seed = seed;
	now.event = chance(2) ? EVENT_NONE : random_below(EVENT_COUNT);
	now.all_given = chance(2);
	now.lacks = 0;
	if (chance(2))
		now.lacks = random_next() & random_next() & (WITHOUT_ANYTHING - 1);
	if (now.all_given) /* which Xen it is cannot be left open then */
		now.lacks &= ~(unsigned int)WITHOUT_BANNER;
	world_make(&now.machine, now.event);
}

static void make_folder(void)
{
	const char *root = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/machine.XXXXXX", root && *root ? root : "/tmp");
	if (!mkdtemp(folder))
		abort();
}

static int test_logs(char **paths)
{
	make_folder();
	for (; *paths; paths++) {
		const char *differs = differential(*paths, folder);

		check(!differs, "%s: %s", *paths, differs);
	}
	rmdir(folder);
	return test_end();
}

static void test_differential(FILE *log)
{
	char path[64];
	const char *differs;

	if (!folder[0])
		make_folder();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(log));
	differs = differential(path, folder);
	compared++;
	check_case(&said_alike, !differs, "seed %#" PRIx64 ": %s", now.seed, differs);
}

static void test_one(uint64_t seed)
{
	int fd = memfd_create("log", 0);
	FILE *log = fd < 0 ? NULL : fdopen(fd, "w+");

	if (!log)
		abort();
	make(seed);
	log_write(log, &now.machine, now.lacks);
	fflush(log);
	audit(log);
	/* Without its boot a log does not tell which Xen it is of. */
	if (seed % one_in_so_many == 0 && !(now.lacks & WITHOUT_BANNER))
		test_differential(log);
	fclose(log);
	xen_free(&now.machine);
}

int main(int argc, char **argv)
{
	const char *count_text = argc > 1 ? argv[1] : getenv("MACHINES");
	unsigned long count = count_text && *count_text ? strtoul(count_text, NULL, 0) : MACHINES,
		      n;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : UINT64_C(0x20260302);
	unsigned int i;

	if (getenv("DIFFERENTIAL") && atoi(getenv("DIFFERENTIAL")) > 0)
		one_in_so_many = atoi(getenv("DIFFERENTIAL"));
	setenv("SOURCE_DATE_EPOCH", "0", 1); /* so that reports are of one time */
	if (argc > 2 && !strcmp(argv[1], "--log")) {
		make(seed);
		log_write(stdout, &now.machine, now.lacks);
		return 0;
	}
	if (argc > 2 && !strcmp(argv[1], "--same"))
		return test_logs(argv + 2);
	for (n = 0; n < count; n++)
		test_one(seed + n);
	if (folder[0])
		rmdir(folder);
	printf("%lu machines from seed %#" PRIx64 ", %lu entries:", count, seed, entries_seen);
	for (i = 0; i < VERDICT_COUNT; i++)
		printf(" %lu %s", verdicts[i], verdict_name(i));
	printf("\nstale by event:");
	for (i = 0; i < EVENT_COUNT; i++)
		printf(" %lu", stale_seen[i]);
	printf(", not told for want of facts: %lu\n%u of them compared in all formats\n",
	       stale_missed, compared);
	for (i = EVENT_NONE; i < EVENT_COUNT && count >= MACHINES; i++)
		check(stale_seen[i], "event %u left nothing stale", i);
	return test_end();
}
