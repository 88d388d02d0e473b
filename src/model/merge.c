/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int merge_ranges(struct facts *to, const struct facts *more, enum fact fact)
{
	struct fact_ranges *possible = fact_possible(to, fact);
	int rc;

	ranges_clear(&fact_ranges(to, fact)->ranges);
	rc = ranges_add_all(&fact_ranges(to, fact)->ranges, &fact_ranges(more, fact)->ranges);
	fact_ranges(to, fact)->how = fact_ranges(more, fact)->how;
	fact_set_complete(to, fact, fact_complete(more, fact));
	if (rc || !possible)
		return rc;
	ranges_clear(&possible->ranges);
	possible->how = fact_possible(more, fact)->how;
	return ranges_add_all(&possible->ranges, &fact_possible(more, fact)->ranges);
}

static int merge_types(struct facts *to, const struct facts *more)
{
	size_t i;
	int rc = 0;

	if (to->entry_types || to->type_count || !more->type_count)
		return 0;
	to->how_types = more->how_types;
	for (i = 0; i < more->type_count && !rc; i++)
		rc = facts_add_types(to, &more->types[i]);
	return rc;
}

static int merge_pins(struct facts *to, const struct facts *more)
{
	size_t i;
	int rc = 0;

	facts_clear_pins(to);
	to->how_pins = more->how_pins;
	for (i = 0; i < more->pin_count && !rc; i++)
		rc = facts_add_pin(to, more->pins[i].first, more->pins[i].last, more->pins[i].type);
	return rc;
}

static int merge_vcpus(struct facts *to, const struct facts *more)
{
	size_t i;
	int rc = 0;

	facts_clear_vcpus(to);
	to->no_vcpu = more->no_vcpu;
	for (i = 0; i < more->vcpu_count && !rc; i++)
		rc = facts_add_vcpu(to, &more->vcpus[i]);
	return rc;
}

static int merge_registers(struct facts *to, const struct facts *more)
{
	size_t i;
	int rc = 0;

	facts_clear_registers(to);
	to->how_registers = more->how_registers;
	for (i = 0; i < more->register_count && !rc; i++)
		rc = facts_add_registers(to, more->registers[i].vcpu,
					 &more->registers[i].registers);
	return rc;
}

/* Each place can know of devices that the other does not. */
static int merge_devices(struct facts *to, const struct facts *more)
{
	if (fact_how(more, FACT_DEVICES) > to->how_devices)
		to->how_devices = more->how_devices;
	return devices_add_all(&to->devices, &more->devices);
}

/* The default type and the fixed ranges. */
static void merge_host(struct mtrr_fact *to, const struct mtrr_fact *more)
{
	to->state.cap = more->state.cap;
	to->state.def_type = more->state.def_type;
	memcpy(to->state.fixed, more->state.fixed, sizeof(to->state.fixed));
	to->known.def_type = more->known.def_type;
	to->known.fixed = more->known.fixed;
	to->known.enabled = more->known.enabled;
	to->how = more->how;
}

static void merge_host_var(struct mtrr_fact *to, const struct mtrr_fact *more)
{
	memcpy(to->state.var, more->state.var, sizeof(to->state.var));
	to->state.var_count = more->state.var_count;
	to->known.var = more->known.var;
	to->how_var = more->how_var;
}

static int merge_fact(struct facts *to, const struct facts *more, enum fact fact)
{
	switch (fact_info[fact].kind) {
	case KIND_RULES:
		to->rules = more->rules;
		to->how_rules = more->how_rules;
		return 0;
	case KIND_BOOL:
		*fact_bool(to, fact) = *fact_bool(more, fact);
		return 0;
	case KIND_NUMBER:
		*fact_number(to, fact) = *fact_number(more, fact);
		return 0;
	case KIND_RANGES:
		return merge_ranges(to, more, fact);
	case KIND_PINS:
		return merge_pins(to, more);
	case KIND_GUEST_MTRR:
		return merge_vcpus(to, more);
	case KIND_HOST_MTRR:
		merge_host(&to->host, &more->host);
		return 0;
	case KIND_HOST_MTRR_VAR:
		merge_host_var(&to->host, &more->host);
		return 0;
	case KIND_REGISTERS:
		return merge_registers(to, more);
	case KIND_DEVICES:	  /* see merge_devices() */
	case KIND_TYPES:	  /* see merge_types() */
	case KIND_GUEST_MTRR_VAR: /* with each vCPU */
	case KIND_NONE:
		break;
	}
	return 0;
}

/* Takes over what more knows at least so much better: 1, or as well: 0. */
static int merge(struct facts *to, const struct facts *more, int better)
{
	unsigned int fact;
	int rc = merge_types(to, more);

	if (!rc)
		rc = merge_devices(to, more);
	to->dom0 |= more->dom0;
	for (fact = 0; fact < FACT_COUNT && !rc; fact++)
		if (fact_how(more, fact) != HOW_UNKNOWN &&
		    (int)fact_how(more, fact) >= (int)fact_how(to, fact) + better)
			rc = merge_fact(to, more, fact);
	return rc ? -ENOMEM : 0;
}

int facts_merge(struct facts *to, const struct facts *more)
{
	return merge(to, more, 1);
}

int facts_take(struct facts *to, const struct facts *more)
{
	return merge(to, more, 0);
}

static void age(enum how *how)
{
	if (how_certain(*how))
		*how = HOW_ASSUMED;
}

void facts_types_in_entries(struct facts *facts, bool in_entries)
{
	free(facts->types);
	facts->types = NULL;
	facts->type_count = 0;
	facts->entry_types = in_entries;
}

void facts_age(struct facts *facts)
{
	size_t i;

	age(&facts->special.how);
	age(&facts->special_possible.how);
	age(&facts->iomem.how);
	age(&facts->ioports.how);
	age(&facts->cache_flush.how);
	age(&facts->cache_control.how);
	age(&facts->how_pins);
	facts->nr_pages.how = HOW_UNKNOWN;
	facts_types_in_entries(facts, facts->entry_types);
	for (i = 0; i < facts->vcpu_count; i++) {
		age(&facts->vcpus[i].how);
		age(&facts->vcpus[i].how_var);
	}
}
