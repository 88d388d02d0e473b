/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/legend.h"

#include "base/array.h"
#include "base/screen.h"

#include <string.h>

static void note(FILE *stream, const char *sign, const char *text)
{
	screen_text(stream, fprintf(stream, "    %-9s  ", sign), 15, text);
}

static const char *const verdicts[VERDICT_COUNT] = {
	[VERDICT_OK_IF] = "right if what is not known is as usual (audit -v shows which entries)",
	[VERDICT_INHERITED] = "as the larger page had it that Xen split; harmless",
	[VERDICT_PENDING] = "Xen recomputes the entry when it is next touched",
	[VERDICT_SKIPPED] = "maps nothing now",
};

static const char *const severities[SEVERITY_COUNT] = {
	[SEVERITY_DANGER] =
		"the guest can cache what must not be cached, or memory and device disagree",
	[SEVERITY_SLOW] = ("where the guest asks for some types, it gets less caching or "
			   "combining than it should; only memory that it asks for so is slow"),
	[SEVERITY_DIFFERS] = "any other difference",
};

static const char *const hows[] = {
	[HOW_ASSUMED] = "as is usual, but nothing says so",
	[HOW_GUEST] = "the guest says so, and guests can be wrong",
	[HOW_DERIVED] = "follows from other facts",
	[HOW_LOG] = "read in the log",
	[HOW_MEASURED] = "asked of Xen or of the hardware",
	[HOW_GIVEN] = "given on the command line",
};

static const char *const types[MEMTYPE_COUNT] = {
	[MEMTYPE_UC] = "uncached",
	[MEMTYPE_WC] = "write-combining",
	[MEMTYPE_WT] = "write-through",
	[MEMTYPE_WP] = "write-protected",
	[MEMTYPE_WB] = "write-back, that of ordinary memory",
};

static const char *const becames[BECAME_COUNT] = {
	[BECAME_AS_ASKED] = "the guest gets what it asked for; UC- asks for UC or WC",
	[BECAME_WEAKER] =
		"it gets less caching or combining than it asked for: a frame buffer that "
		"asked for WC and gets UC is slow",
	[BECAME_STRONGER] =
		"it gets more caching than it asked for, which is dangerous for the memory "
		"of devices",
};

/* What stands in the table of effective. */
static void note_mappings(const struct legend *legend, FILE *stream)
{
	unsigned int i;

	note(stream, "asked",
	     "the type that the guest's page tables ask for, by an entry of its PAT");
	note(stream, "entry", "the type (EMT) in Xen's table, for the guest frames (gfn)");
	for (i = 0; i < BECAME_COUNT; i++)
		if (legend->became >> i & 1 && becames[i])
			note(stream, became_name(i), becames[i]);
	if (legend->nowhere)
		note(stream, "nowhere",
		     "Xen's table has no entry there: usual for the registers of emulated devices");
	if (legend->became & (1u << BECAME_WEAKER | 1u << BECAME_STRONGER))
		note(stream, "why",
		     "xen-eptaudit explain DOMAIN GFN tells which rule of Xen made an entry so");
}

void legend_entry(struct legend *legend, const struct entry *entry, const char *expected)
{
	unsigned int type;

	legend->ranges = true;
	legend->forced |= entry->ipat || strchr(expected, '!');
	legend->pending |= entry->ipat_hidden || entry->emt == 7;
	if (entry->emt < MEMTYPE_COUNT)
		legend->types |= 1u << entry->emt;
	for (type = 0; type < MEMTYPE_COUNT; type++)
		if (types[type] && strstr(expected, memtype_name(type)))
			legend->types |= 1u << type;
}

void legend_print(const struct legend *legend, FILE *stream)
{
	unsigned int i;

	if (!legend->ranges && !legend->limits && !legend->mappings)
		return;
	fprintf(stream, "\n%sHow to read this%s\n", screen_paint(PAINT_BOLD),
		screen_paint(PAINT_NONE));
	if (legend->ranges || legend->limits)
		note(stream, "0x10-0x1f",
		     "guest frames (gfn) of 4 KiB, first and last: the address divided by 4096. An entry of "
		     "Xen's table maps some of them; mfn is the machine frame of the first");
	for (i = MEMTYPE_COUNT; i-- > 0;)
		if (legend->types >> i & 1 && types[i])
			note(stream, memtype_name(i), types[i]);
	if (legend->forced)
		note(stream, "!",
		     "the type is forced (iPAT): what the guest's own page tables ask for by its PAT does "
		     "not count; without it, it does");
	if (legend->pending)
		note(stream, "?", "Xen recomputes the entry when it is next touched");
	if (legend->mappings)
		note_mappings(legend, stream);
	if (legend->scattered)
		note(stream, "+", "the machine frames do not follow each other");
	if (legend->ranges)
		note(stream, "rwx", "the guest may read, write, execute");
	for (i = SEVERITY_COUNT; i-- > 0;)
		if (legend->severities >> i & 1)
			note(stream, severity_name(i), severities[i]);
	for (i = 0; i < VERDICT_COUNT; i++)
		if (legend->verdicts >> i & 1 && verdicts[i])
			note(stream, verdict_name(i), verdicts[i]);
	if (legend->limits)
		note(stream, "limit",
		     "no fault, but a rule of this Xen: no setting of the guest changes it, another Xen "
		     "may");
	for (i = 0; i < ARRAY_SIZE(hows); i++)
		if (legend->hows >> i & 1 && hows[i])
			note(stream, how_name(i), hows[i]);
	if (legend->own_rules)
		note(stream, "set",
		     "the rules that the releases named share; xen-eptaudit rules lists them");
}
