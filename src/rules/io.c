/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/io.h"

/* A path on which the domain has none needs the fact to be false. */
static void needs_false(struct path *none, const struct fact_bool *fact, uint32_t bit)
{
	if (how_certain(fact->how))
		return;
	none->assumes |= bit;
	if (how_usual(fact->how) && fact->value)
		none->unusual |= bit;
}

/* Is it false, for certain or as far as one would expect? */
static bool usually_false(const struct fact_bool *fact)
{
	return fact->how != HOW_UNKNOWN && !fact->value;
}

enum io io_ask(const struct path *path, struct path *none, struct path *any)
{
	const struct fact_bool *iommu = &path->facts->iommu, *flush = &path->facts->cache_flush;
	uint32_t iommu_bit = 1u << FACT_IOMMU, flush_bit = 1u << FACT_CACHE_FLUSH, open = 0;

	if ((how_certain(iommu->how) && iommu->value) || (how_certain(flush->how) && flush->value))
		return IO_ANY;
	if (!how_certain(iommu->how))
		open |= iommu_bit;
	if (!how_certain(flush->how))
		open |= flush_bit;
	if (!open)
		return IO_NONE;
	*none = *any = *path;
	needs_false(none, iommu, iommu_bit);
	needs_false(none, flush, flush_bit);
	/* One of them has to be true, which is unusual where neither is expected to be. */
	any->assumes |= open;
	if (usually_false(iommu) && usually_false(flush))
		any->unusual |= open;
	return IO_UNKNOWN;
}

/* Known for certain, and so? */
static bool certainly(const struct fact_bool *fact, bool value)
{
	return how_certain(fact->how) && fact->value == value;
}

/* As far as is known, and so? */
static bool rather(const struct fact_bool *fact, bool value)
{
	return fact->how != HOW_UNKNOWN && fact->value == value;
}

static uint32_t if_open(const struct fact_bool *fact, enum fact bit)
{
	return how_certain(fact->how) ? 0 : 1u << bit;
}

enum io io_ask_control(const struct path *path, struct path *none, struct path *any)
{
	const struct fact_bool *control = &path->facts->cache_control;
	const struct fact_bool *iommu = &path->facts->iommu, *snoop = &path->facts->iommu_snoop;
	uint32_t created = if_open(control, FACT_CACHE_CONTROL), unsnooped = 0;
	bool is_unsnooped = certainly(iommu, true) && certainly(snoop, false);

	if (certainly(control, true) || is_unsnooped)
		return IO_ANY;
	if (!certainly(iommu, false) && !certainly(snoop, true))
		unsnooped = if_open(iommu, FACT_IOMMU) | if_open(snoop, FACT_IOMMU_SNOOP);
	if (!created && !unsnooped)
		return IO_NONE;
	*none = *any = *path;
	none->assumes |= created | unsnooped;
	any->assumes |= created | unsnooped;
	if (rather(control, true))
		none->unusual |= created;
	if (rather(iommu, true) && rather(snoop, false))
		none->unusual |= unsnooped;
	if (rather(control, false) && (rather(iommu, false) || rather(snoop, true)))
		any->unusual |= created | unsnooped;
	return IO_UNKNOWN;
}
