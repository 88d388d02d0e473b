/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs of entries taken at once say to the letter what the same entries say one by one: to the
 * judge, the comparison, the fit, expectations and filters. Over random facts with edges in and
 * around the runs.
 */
#include "audit/compare.h"
#include "audit/expect.h"
#include "audit/fit.h"
#include "audit/judge.h"
#include "model/filter.h"
#include "test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 500
#define SPAN   4096 /* frames that facts have edges in */

/* Some neighbouring runs, and the entries that they are. */
struct entries {
	struct entry first[4];
	uint64_t count[4];
	unsigned int runs;
};

static void random_set(struct fact_ranges *fact)
{
	unsigned int n = below(6);

	fact->how = below(2) ? HOW_LOG : HOW_ASSUMED;
	while (n--) {
		uint64_t first = below(SPAN);

		ranges_add(&fact->ranges, first, first + below(4) * below(300));
	}
}

static void random_mtrr(struct mtrr_fact *fact)
{
	unsigned int i;

	memset(fact, 0, sizeof(*fact));
	fact->known = MTRR_KNOWN_ALL;
	fact->how = fact->how_var = below(3) ? HOW_LOG : HOW_UNKNOWN;
	fact->state.def_type = 0xc00 | (below(2) ? 6 : 0);
	fact->state.cap = 0x508;
	fact->state.var_count = below(4);
	for (i = 0; i < fact->state.var_count; i++) {
		uint64_t size = UINT64_C(1) << (12 + below(12));

		fact->state.var[i].base = (below(SPAN) * UINT64_C(4096) & ~(size - 1)) | below(2);
		fact->state.var[i].mask = (~(size - 1) & UINT64_C(0xffffffffff000)) | 0x800;
	}
}

static void random_facts(struct facts *facts)
{
	struct mtrr_fact vcpu;
	struct type_hint hint = { .types = 0 };

	facts_init(facts);
	facts->rules = 1u << below(RULES_COUNT);
	if (below(3) == 0)
		facts->rules |= 1u << below(RULES_COUNT);
	facts->how_rules = HOW_LOG;
	facts->iommu = (struct fact_bool){ below(2), below(2) ? HOW_LOG : HOW_UNKNOWN };
	facts->cache_flush = (struct fact_bool){ below(2), below(2) ? HOW_LOG : HOW_UNKNOWN };
	random_set(&facts->special);
	random_set(&facts->mmio_ro);
	random_set(&facts->mfn_valid);
	random_set(&facts->ram);
	facts->mmio_ro_complete = below(2);
	random_mtrr(&facts->host);
	random_mtrr(&vcpu);
	if (below(3))
		facts_add_vcpu(facts, &vcpu);
	if (below(2)) {
		hint.first = below(SPAN);
		hint.last = hint.first + below(700);
		hint.types = 1u << (below(2) ? P2M_MMIO_DIRECT : P2M_RAM_RW);
		facts->how_types = HOW_MEASURED;
		facts_add_types(facts, &hint);
	}
	if (below(2)) {
		facts->how_pins = HOW_LOG;
		facts_add_pin(facts, below(SPAN), SPAN, below(2) ? 6 : 0);
	}
}

static void random_entries(struct entries *entries)
{
	uint64_t gfn = below(600);
	unsigned int i;

	entries->runs = 1 + below(4);
	for (i = 0; i < entries->runs; i++) {
		struct entry *first = &entries->first[i];
		uint64_t inside;

		memset(first, 0, sizeof(*first));
		first->order = below(4) ? 0 : 9;
		inside = entry_pages(first->order) - 1;
		first->gfn = gfn = (gfn + inside) & ~inside;
		first->mfn = below(2) ? first->gfn : below(SPAN) & ~inside;
		first->rights = below(4) ? 7 : below(8);
		first->emt = below(3) ? 6 : below(2) ? 0 : 1;
		first->ipat = below(2);
		first->pending = !below(12);
		first->pod = !below(12);
		first->type = below(3) ? ENTRY_TYPE_UNKNOWN : below(2) ? P2M_MMIO_DIRECT : 0;
		entries->count[i] = first->order ? 1 + below(6) : 1 + below(below(2) ? 3 : 1500);
		gfn += entries->count[i] << first->order;
		if (below(2))
			gfn += below(3) * below(700);
	}
}

/* Everything that came out, as text. */
struct record {
	char *text;
	size_t size;
	FILE *stream;
};

static void record_new(struct record *record)
{
	record->stream = open_memstream(&record->text, &record->size);
	if (!record->stream)
		abort();
}

static void check_same(struct record *a, struct record *b, const char *what)
{
	fclose(a->stream);
	fclose(b->stream);
	check_each(!strcmp(a->text, b->text), "%s: one by one\n%s\nat once\n%s", what, a->text,
		   b->text);
	free(a->text);
	free(b->text);
}

static void record_run(void *opaque, const struct run *run)
{
	struct record *record = opaque;

	fprintf(record->stream, "%" PRIx64 "-%" PRIx64 " %" PRIx64 " n %" PRIu64 " %s %d %d %s\n",
		run->first.gfn, run->gfn_last, run->first.mfn, run->entries,
		verdict_name(run->verdict),
		run->verdict == VERDICT_MISMATCH ? (int)run->severity : 0, run->mfn_contiguous,
		run->bug ? run->bug->id : "");
}

static void judge_both(const struct facts *facts, const struct entries *entries, bool all)
{
	struct record record[2];
	unsigned int way, i;

	for (way = 0; way < 2; way++) {
		const struct summary *summary;
		struct judge *judge;

		record_new(&record[way]);
		judge = judge_new(facts, all, record_run, &record[way]);
		for (i = 0; i < entries->runs; i++) {
			struct entry entry = entries->first[i];
			uint64_t n = entries->count[i];

			if (way)
				judge_run(judge, &entry, n);
			for (; !way && n; n--, entry_advance(&entry, 1))
				judge_entries(judge, &entry, 1);
		}
		summary = judge_finish(judge);
		fprintf(record[way].stream,
			"entries %" PRIu64 " pages %" PRIu64 " unusual %" PRIu64, summary->entries,
			summary->pages, summary->unusual);
		for (i = 0; i < VERDICT_COUNT; i++)
			fprintf(record[way].stream, " %" PRIu64, summary->verdict[i]);
		for (i = 0; i < SEVERITY_COUNT; i++)
			fprintf(record[way].stream, " s%" PRIu64, summary->severity[i]);
		for (i = 0; i < FACT_COUNT; i++)
			fprintf(record[way].stream, " f%" PRIu64, summary->assumed[i]);
		judge_free(judge);
	}
	check_same(&record[0], &record[1], all ? "all runs" : "findings");
}

static void record_change(void *opaque, const struct change *change)
{
	struct record *record = opaque;

	fprintf(record->stream, "%" PRIx64 "-%" PRIx64 " n %" PRIu64 " %u %u %s %x\n",
		change->first.gfn, change->gfn_last, change->entries, change->before, change->after,
		effect_name(change->effect), change->assumes);
}

static void compare_both(const struct facts *facts, const struct entries *entries)
{
	unsigned int way, i, before = below(RULES_COUNT), after = below(RULES_COUNT);
	struct compare_matrix matrix[2];
	struct record record[2];

	if (before == after)
		after = (before + 1) % RULES_COUNT;
	memset(matrix, 0, sizeof(matrix));
	for (way = 0; way < 2; way++) {
		const struct compare_summary *summary;
		struct compare *compare, *state = NULL;

		record_new(&record[way]);
		compare = compare_new(facts, before, after, record_change, &record[way]);
		for (i = 0; i < entries->runs; i++) {
			struct entry entry = entries->first[i];
			uint64_t n = entries->count[i];

			if (way) {
				compare_run(compare, &entry, n);
				compare_matrix_run(&state, facts, &entry, n, &matrix[1]);
			}
			for (; !way && n; n--, entry_advance(&entry, 1)) {
				compare_entries(compare, &entry, 1);
				compare_matrix_entries(&state, facts, &entry, 1, &matrix[0]);
			}
		}
		summary = compare_finish(compare);
		fprintf(record[way].stream, "%" PRIu64 " %" PRIu64 " open %" PRIu64 " %x",
			summary->all.entries, summary->all.pages, summary->open.entries,
			summary->open_facts);
		for (i = 0; i < EFFECT_COUNT; i++)
			fprintf(record[way].stream, " e%" PRIu64, summary->by_effect[i].entries);
		compare_free(compare);
		compare_free(state);
	}
	check_same(&record[0], &record[1], "compare");
	check_each(!memcmp(&matrix[0], &matrix[1], sizeof(matrix[0])), "the matrix");
}

static void fit_both(const struct facts *facts, const struct entries *entries)
{
	struct record record[2];
	unsigned int way, i, k;

	for (way = 0; way < 2; way++) {
		struct fit fit = { .entries = 0 };
		struct fit_reader *reader = fit_begin(&fit, facts, 1);

		record_new(&record[way]);
		for (i = 0; i < entries->runs; i++) {
			struct entry entry = entries->first[i];
			uint64_t n = entries->count[i];

			if (way)
				fit_run(reader, &entry, n);
			for (; !way && n; n--, entry_advance(&entry, 1))
				fit_entries(reader, &entry, 1);
		}
		fit_end(reader);
		fprintf(record[way].stream, "%" PRIu64 "\n", fit.entries);
		for (i = 0; i < fit.group_count; i++) {
			const struct fit_group *group = &fit.groups[i];

			fprintf(record[way].stream,
				"%x %x n %" PRIu64 " of %" PRIx64 " in %zu:", group->contradicts,
				group->unusual, group->entries, group->first.gfn, group->run_count);
			for (k = 0; k < group->run_count && k < FIT_RUNS; k++)
				fprintf(record[way].stream, " %" PRIx64 "-%" PRIx64,
					group->runs[k].first, group->runs[k].last);
			fprintf(record[way].stream, "\n");
		}
		fit_clear(&fit);
	}
	check_same(&record[0], &record[1], "fit");
}

static void record_entries(void *opaque, const struct entry *first, uint64_t count)
{
	struct record *record = opaque;
	struct entry entry = *first;

	for (; count; count--, entry_advance(&entry, 1))
		fprintf(record->stream, "%" PRIx64 " %" PRIx64 "\n", entry.gfn, entry.mfn);
}

static void filter_both(const struct entries *entries)
{
	struct ranges gfns = { .count = 0 };
	struct filter filter = { .gfns = &gfns, .type = -1, .emt = -1, .order = -1, .ipat = -1 };
	struct record record[2];
	unsigned int i;

	for (i = below(4); i; i--)
		ranges_add(&gfns, below(SPAN), SPAN + below(900));
	for (i = below(3); i; i--) {
		uint64_t first = below(SPAN);

		ranges_add(&filter.mfns, first, first + below(500));
	}
	record_new(&record[0]);
	record_new(&record[1]);
	for (i = 0; i < entries->runs; i++) {
		struct entry entry = entries->first[i];
		uint64_t n;

		filter_run(&filter, &entry, entries->count[i], record_entries, &record[1]);
		for (n = entries->count[i]; n; n--, entry_advance(&entry, 1))
			if (filter_wants(&filter, &entry))
				record_entries(&record[0], &entry, 1);
	}
	check_same(&record[0], &record[1], "filter");
	ranges_clear(&gfns);
	ranges_clear(&filter.mfns);
}

static void expect_both(const struct entries *entries)
{
	struct record record[2];
	unsigned int way, i;
	char range[32], text[256];

	snprintf(range, sizeof(range), "%" PRIx64 "-%" PRIx64 "%s=WB*", (uint64_t)below(900),
		 (uint64_t)(900 + below(2000)), below(2) ? "?" : "");
	for (way = 0; way < 2; way++) {
		struct expectations expectations = { NULL, 0 };
		struct error err;

		record_new(&record[way]);
		check_each(!expect_add(&expectations, range, &err) &&
				   !expect_add(&expectations, "type:mmio_direct=UC", &err),
			   "%s", err.text);
		expect_begin(&expectations, 1, NULL);
		for (i = 0; i < entries->runs; i++) {
			struct entry entry = entries->first[i];
			uint64_t n = entries->count[i];

			if (way)
				expect_run(&expectations, &entry, n);
			for (; !way && n; n--, entry_advance(&entry, 1))
				expect_entries(&expectations, &entry, 1);
		}
		expect_end(&expectations, true);
		for (i = 0; i < expectations.count; i++)
			fprintf(record[way].stream, "%s: %s, %" PRIu64 " met\n",
				expectations.list[i].text,
				expect_result(&expectations.list[i], text, sizeof(text)),
				expectations.list[i].met);
		expect_clear(&expectations);
	}
	check_same(&record[0], &record[1], "expectations");
}

int main(void)
{
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		struct entries entries;
		struct facts facts;

		random_facts(&facts);
		random_entries(&entries);
		judge_both(&facts, &entries, false);
		judge_both(&facts, &entries, true);
		compare_both(&facts, &entries);
		fit_both(&facts, &entries);
		filter_both(&entries);
		expect_both(&entries);
		facts_clear(&facts);
	}
	return test_end();
}
