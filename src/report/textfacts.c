/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/textfacts.h"

#include "base/screen.h"
#include "base/text.h"
#include "report/document.h"
#include "report/factwords.h"

#include <inttypes.h>
#include <string.h>

static void fact_item(const struct facts *facts, enum fact fact, char *item, size_t size)
{
	enum how how = fact_how(facts, fact);
	char value[128];

	if (how == HOW_UNKNOWN)
		snprintf(item, size, "unknown");
	else
		snprintf(item, size, "%s (%s)", words_fact(facts, fact, value, sizeof(value)),
			 how_name(how));
}

/* The facts that are shown, in their order. Returns how many. */
static unsigned int facts_shown(enum fact shown[FACT_COUNT])
{
	unsigned int count = 0, place, fact;

	for (place = 1; place <= FACT_COUNT; place++)
		for (fact = 0; fact < FACT_COUNT; fact++)
			if (fact_info[fact].shown == place)
				shown[count++] = fact;
	return count;
}

/* Does some step of the rules ask for it? */
static bool is_asked(enum fact fact)
{
	unsigned int step;

	for (step = 0; step < STEP_COUNT; step++)
		if (step_info[step].facts >> fact & 1)
			return true;
	return false;
}

void textfacts_table(struct report *report, const struct facts *facts,
		     const struct summary *summary)
{
	enum fact shown[FACT_COUNT];
	unsigned int count = facts_shown(shown), i;
	bool any = false;

	for (i = 0; i < count; i++) {
		char item[FACT_ITEM];

		fact_item(facts, shown[i], item, sizeof(item));
		if (!strcmp(item, report->fact_before[shown[i]]))
			continue;
		snprintf(report->fact_before[shown[i]], FACT_ITEM, "%s", item);
		if (fact_how(facts, shown[i]) == HOW_UNKNOWN && is_asked(shown[i]) &&
		    !summary->assumed[shown[i]])
			snprintf(item, sizeof(item), "unknown, and not needed here");
		if (!any)
			fprintf(report->stream, "\n  %s\n",
				report->domains > 1
					? "What is known of this domain, where it differs from the one before:"
					: "What is known of this domain, and how:");
		screen_text(report->stream,
			    fprintf(report->stream, "    %-20s ", fact_info[shown[i]].label), 25,
			    item);
		report->legend.hows |= 1u << fact_how(facts, shown[i]);
		any = true;
	}
}

/* Can the user find the fact out? Only the guest itself can tell its other MTRR ranges. */
static bool gettable(const struct facts *facts, enum fact fact)
{
	enum how how = fact_how(facts, fact);

	return !how_certain(how) && !(fact == FACT_GUEST_MTRR_VAR && how == HOW_GUEST);
}

/* Key o leaves dom0 out, whose IOMMU Xen tells of at boot. */
static const char *way_to_get(const struct facts *facts, enum fact fact)
{
	return facts->dom0 && fact == FACT_IOMMU ? fact_info[FACT_MEMORY_MAP].get
						 : fact_info[fact].get;
}

void textfacts_assumed(struct report *report, const struct facts *facts,
		       const struct summary *summary)
{
	uint64_t usual = summary->verdict[VERDICT_OK_IF] - summary->unusual;
	char text[768] = "";
	unsigned int fact;

	for (fact = 0; fact < FACT_COUNT; fact++)
		if (summary->assumed[fact])
			text_append(text, sizeof(text), "%s%s (%" PRIu64 ")", *text ? ", " : "",
				    fact_info[fact].label, summary->assumed[fact]);
	if (usual)
		screen_print(report->stream, fprintf(report->stream, "  "), 4,
			     "%" PRIu64 " %s right only if these facts, which are not certain, are "
			     "as usual: %s%s",
			     usual, plural(usual, "entry is", "entries are"), text,
			     report->options.all_runs ? "" : "; -v shows which");
	for (fact = 0; usual && fact < FACT_COUNT; fact++)
		if (summary->assumed[fact] && fact_info[fact].get &&
		    !(report->ways_told >> fact & 1) && gettable(facts, fact)) {
			report->ways_told |= 1u << fact;
			screen_print(report->stream, fprintf(report->stream, "    "), 6,
				     "to find out the %s: %s", fact_info[fact].label,
				     way_to_get(facts, fact));
		}
	if (summary->unusual)
		screen_print(report->stream, fprintf(report->stream, "  "), 4,
			     "%" PRIu64 " %s right only if something is not as usual",
			     summary->unusual, plural(summary->unusual, "entry is", "entries are"));
}
