/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/factswrite.h"

#include "report/words.h"
#include "rules/rulesets.h"
#include "x86/memtype.h"

void facts_write_ranges(struct jsonwrite *json, const char *key, const struct ranges *set)
{
	size_t i;

	ranges_settle(set);
	json_open(json, key, '[');
	for (i = 0; i < set->count; i++)
		json_hex_pair(json, NULL, set->range[i].first, set->range[i].last);
	json_close(json, ']');
}

static void mtrr_var(struct jsonwrite *json, const char *key, const struct mtrr_state *state)
{
	unsigned int i;

	json_open(json, key, '[');
	for (i = 0; i < state->var_count; i++)
		json_hex_pair(json, NULL, state->var[i].base, state->var[i].mask);
	json_close(json, ']');
}

/* Members of an object that is open. */
static void mtrr(struct jsonwrite *json, const struct mtrr_state *state)
{
	unsigned int i;

	json_hex(json, "cap", state->cap);
	json_hex(json, "def_type", state->def_type);
	json_open(json, "fixed", '[');
	for (i = 0; i < MTRR_FIXED_COUNT; i++)
		json_hex(json, NULL, state->fixed[i]);
	json_close(json, ']');
	mtrr_var(json, "var", state);
}

/* Members of an object that is open: the registers, and which of them are known. */
static void mtrr_known(struct jsonwrite *json, const struct mtrr_fact *fact)
{
	mtrr(json, &fact->state);
	json_bool(json, "def_type_known", fact->known.def_type);
	json_bool(json, "fixed_known", fact->known.fixed);
	json_hex(json, "var_known", fact->known.var);
}

static void vcpu(struct jsonwrite *json, const struct mtrr_fact *fact)
{
	json_open(json, NULL, '{');
	mtrr_known(json, fact);
	json_string(json, "how", how_name(fact->how));
	json_string(json, "how_var", how_name(fact->how_var));
	json_close(json, '}');
}

static void pins(struct jsonwrite *json, const struct facts *facts)
{
	size_t i;

	json_open(json, "value", '[');
	for (i = 0; i < facts->pin_count; i++) {
		json_open(json, NULL, '{');
		json_hex_pair(json, "gfn", facts->pins[i].first, facts->pins[i].last);
		json_string(json, "type", memtype_name(facts->pins[i].type));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void p2m_types(struct jsonwrite *json, const struct facts *facts)
{
	unsigned int type;
	size_t i;

	json_open(json, "value", '[');
	for (i = 0; i < facts->type_count; i++) {
		const struct type_hint *hint = &facts->types[i];

		json_open(json, NULL, '{');
		json_hex_pair(json, "gfn", hint->first, hint->last);
		json_open(json, "types", '[');
		for (type = 0; type < P2M_TYPE_COUNT; type++)
			if (hint->types >> type & 1)
				json_string(json, NULL, p2m_type_name(type));
		json_close(json, ']');
		if (hint->rights_full)
			json_string(json, "access", "rwx");
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void fact_value(struct jsonwrite *json, const struct facts *facts, enum fact fact)
{
	unsigned int id;
	size_t i;

	switch (fact) {
	case FACT_RULES:
		json_open(json, "value", '[');
		for (id = 0; id < ruleset_count(); id++)
			if (facts->rules >> id & 1)
				json_string(json, NULL, ruleset(id)->name);
		json_close(json, ']');
		break;
	case FACT_IOMMU:
		json_bool(json, "value", facts->iommu.value);
		break;
	case FACT_CACHE_FLUSH:
		json_bool(json, "value", facts->cache_flush.value);
		break;
	case FACT_P2M_TYPE:
		p2m_types(json, facts);
		break;
	case FACT_MMIO_RO:
		facts_write_ranges(json, "value", &facts->mmio_ro.ranges);
		json_bool(json, "complete", facts->mmio_ro_complete);
		if (facts->mmio_ro_possible.how != HOW_UNKNOWN)
			facts_write_ranges(json, "possible", &facts->mmio_ro_possible.ranges);
		break;
	case FACT_MFN_VALID:
		facts_write_ranges(json, "value", &facts->mfn_valid.ranges);
		break;
	case FACT_SPECIAL:
		facts_write_ranges(json, "value", &facts->special.ranges);
		break;
	case FACT_APIC_ACCESS_MFN:
		json_hex(json, "value", facts->apic_access_mfn.value);
		break;
	case FACT_PINNED:
		pins(json, facts);
		break;
	case FACT_GUEST_MTRR:
		if (facts->no_vcpu) {
			json_string(json, "value", NULL);
			break;
		}
		json_open(json, "value", '[');
		for (i = 0; i < facts->vcpu_count; i++)
			vcpu(json, &facts->vcpus[i]);
		json_close(json, ']');
		break;
	case FACT_HOST_MTRR:
		json_open(json, "value", '{');
		mtrr_known(json, &facts->host);
		json_close(json, '}');
		break;
	case FACT_GUEST_MTRR_VAR:
		mtrr_var(json, "value", &facts->vcpus[0].state);
		break;
	case FACT_HOST_MTRR_VAR:
		mtrr_var(json, "value", &facts->host.state);
		break;
	case FACT_MEMORY_MAP:
		facts_write_ranges(json, "value", &facts->ram.ranges);
		break;
	case FACT_IOMEM:
		facts_write_ranges(json, "value", &facts->iomem.ranges);
		break;
	case FACT_IOPORTS:
		json_bool(json, "value", facts->ioports.value);
		break;
	case FACT_NR_PAGES:
		json_number(json, "value", facts->nr_pages.value);
		break;
	default:
		json_string(json, "value", NULL);
		break;
	}
}

void facts_write_one(struct jsonwrite *json, const struct facts *facts, enum fact fact)
{
	enum how how = words_fact_how(facts, fact);

	json_open(json, fact_info[fact].name, '{');
	if (how == HOW_UNKNOWN)
		json_string(json, "value", NULL);
	else
		fact_value(json, facts, fact);
	json_string(json, "how", how_name(how));
	json_close(json, '}');
}

void facts_write(struct jsonwrite *json, const char *key, const struct facts *facts)
{
	unsigned int fact;

	json_open(json, key, '{');
	for (fact = 0; fact < FACT_COUNT; fact++)
		if (fact != FACT_VCPU) /* has no value: which of them Xen used */
			facts_write_one(json, facts, fact);
	json_close(json, '}');
}

void facts_write_names(struct jsonwrite *json, const char *key, uint32_t facts)
{
	unsigned int fact;

	json_open(json, key, '[');
	for (fact = 0; fact < FACT_COUNT; fact++)
		if (facts >> fact & 1)
			json_string(json, NULL, fact_info[fact].name);
	json_close(json, ']');
}

void outcome_write(struct jsonwrite *json, unsigned int key, const struct outcome *outcome)
{
	json_string(json, "emt", key == OUTCOME_SPLIT ? "split" : memtype_name(key & 7));
	json_bool(json, "ipat", key >> 3);
	json_string(json, "step", step_info[outcome->step].name);
}

void effective_write(struct jsonwrite *json, const char *key, unsigned int outcome)
{
	unsigned int i;

	json_open(json, key, '{');
	for (i = 0; i < MEMTYPE_PATS; i++) {
		int type = memtype_effective(outcome & 7, outcome >> 3, memtype_pats[i]);

		if (type >= 0)
			json_string(json, memtype_name(memtype_pats[i]), memtype_name(type));
	}
	json_close(json, '}');
}
