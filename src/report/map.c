/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/map.h"

#include "base/screen.h"
#include "base/text.h"
#include "report/document.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define WIDTH	   80 /* what lines with a bar need */
#define REMARK_END 68 /* and where it begins */

int map_begin(struct map *map, const struct source_info *info, struct error *err)
{
	static const char *const lanes[2] = { "is", "should be" };
	char title[400];

	map->json.stream = stdout;
	switch (map->format) {
	case FORMAT_JSON:
		document_begin(&map->json, "xen-eptaudit/map");
		document_source(&map->json, info);
		json_open(&map->json, "domains", '[');
		return 0;
	case FORMAT_SVG:
		snprintf(title, sizeof(title), "%s %s", info->kind, info->name);
		map->picture = picture_new(title, lanes);
		return map->picture
			       ? 0
			       : error_set(err, -EIO, "cannot make a temporary file to draw in");
	default:
		map->width = screen_width();
		map->utf8 = screen_utf8();
		printf("%s %s\n", info->kind, info->name);
		return 0;
	}
}

void map_domain(struct map *map, const struct dump *dump)
{
	map->any = false;
	map->next = map->stretches = map->findings = map->pages = map->finding_pages = 0;
	if (map->format == FORMAT_SVG) {
		picture_domain(map->picture, dump);
	} else if (map->format == FORMAT_JSON) {
		json_newline(&map->json);
		json_open(&map->json, NULL, '{');
		document_domain(&map->json, dump);
		json_open(&map->json, "stretches", '[');
	} else {
		putchar('\n');
		heading_domain(stdout, dump, screen_paint(PAINT_BOLD), screen_paint(PAINT_NONE));
		printf("  %-25s %9s  %-7s expected\n", "guest address", "size", "type");
	}
}

/* ---- one stretch ---- */

/* What is to be said of it, in a word or two. */
static const char *remark(const struct stretch *stretch, char text[32])
{
	*text = '\0';
	if (stretch->shown[0] == SHOWN_GAP)
		snprintf(text, 32, "not mapped");
	else if (stretch->verdict == VERDICT_MISMATCH)
		snprintf(text, 32, "%s %s", severity_name(stretch->severity),
			 stretch->bug ? stretch->bug : "");
	else if (stretch->unusual)
		snprintf(text, 32, "if unusual");
	else if (stretch->verdict != VERDICT_OK && stretch->shown[0] < OUTCOME_COUNT)
		snprintf(text, 32, "%s", verdict_name(stretch->verdict));
	return text;
}

/* Its size: each step is sixteen times as much. */
static unsigned int bar_length(const struct stretch *stretch)
{
	uint64_t pages = stretch->last - stretch->first + 1;

	return 1 + (63 - __builtin_clzll(pages)) / 4;
}

/* Behind what takes so many columns. */
static void print_bar(const struct map *map, const struct stretch *stretch, size_t column)
{
	bool gap = stretch->shown[0] == SHOWN_GAP;
	const char *mark = gap ? (map->utf8 ? "\302\267" : ".") : map->utf8 ? "\342\226\210" : "#";
	unsigned int left = bar_length(stretch);

	if (column + 1 + left > WIDTH)
		left = column + 1 < WIDTH ? WIDTH - 1 - column : 0;
	putchar(' ');
	while (left--)
		fputs(mark, stdout);
}

static void text_stretch(const struct map *map, const struct stretch *stretch)
{
	bool finding = stretch->verdict == VERDICT_MISMATCH;
	char size[32], shown[16], text[32], frames[48], line[160], device[DEVICE_NAME_SIZE];
	const char *paint = !finding		? ""
			    : stretch->severity ? screen_paint(PAINT_RED)
						: screen_paint(PAINT_AMBER);
	bool gap = stretch->shown[0] == SHOWN_GAP;

	snprintf(frames, sizeof(frames), "0x%010" PRIx64 "-0x%010" PRIx64, stretch->first << 12,
		 (stretch->last << 12) | 0xfff);
	snprintf(line, sizeof(line), "%c %s %9s  %-7s %-9s %s", finding ? '*' : ' ', frames,
		 text_size((stretch->last - stretch->first + 1) << 12, size, sizeof(size)),
		 gap ? "-" : shown_name(stretch->shown[0], shown),
		 *stretch->expected ? stretch->expected : "-", remark(stretch, text));
	if (map->width >= WIDTH) {
		printf("%s%-*s", paint, REMARK_END, line);
		print_bar(map, stretch, strlen(line) > REMARK_END ? strlen(line) : REMARK_END);
	} else {
		printf("%s%.*s", paint, (int)(strlen(line) - (line[strlen(line) - 1] == ' ')),
		       line);
	}
	printf("%s\n", *paint ? screen_paint(PAINT_NONE) : "");
	if (stretch->device)
		screen_text(stdout, printf("      "), 8,
			    device_name(stretch->device, device, sizeof(device)));
}

static void json_stretch(struct jsonwrite *json, const struct stretch *stretch)
{
	char text[16], device[DEVICE_NAME_SIZE];
	bool typed = stretch->shown[0] < OUTCOME_COUNT;

	json_newline(json);
	json_open(json, NULL, '{');
	json_hex_pair(json, "gfn", stretch->first, stretch->last);
	json_number(json, "gfn_first", stretch->first);
	json_number(json, "gfn_last", stretch->last);
	json_number(json, "pages", stretch->last - stretch->first + 1);
	json_number(json, "entries", stretch->entries);
	json_string(json, "is", shown_name(stretch->shown[0], text));
	json_string(json, "emt", typed ? memtype_name(outcome_emt(stretch->shown[0])) : NULL);
	if (typed)
		json_bool(json, "ipat", outcome_ipat(stretch->shown[0]));
	else
		json_string(json, "ipat", NULL);
	json_string(json, "should",
		    stretch->shown[1] == SHOWN_NOTHING || stretch->shown[1] == SHOWN_GAP
			    ? NULL
			    : shown_name(stretch->shown[1], text));
	json_string(json, "expected", *stretch->expected ? stretch->expected : NULL);
	json_string(json, "step", stretch->step[1] ? step_info[stretch->step[1]].name : NULL);
	json_string(json, "verdict", stretch->entries ? verdict_name(stretch->verdict) : NULL);
	if (stretch->device)
		json_string(json, "device", device_name(stretch->device, device, sizeof(device)));
	if (stretch->verdict == VERDICT_MISMATCH) {
		json_string(json, "severity", severity_name(stretch->severity));
		json_string(json, "bug", stretch->bug);
	}
	json_close(json, '}');
}

static void tell(struct map *map, const struct stretch *stretch)
{
	uint64_t pages = stretch->last - stretch->first + 1;

	map->stretches++;
	if (stretch->entries)
		map->pages += pages;
	if (stretch->verdict == VERDICT_MISMATCH) {
		map->findings += stretch->entries;
		map->finding_pages += pages;
	}
	if (map->format == FORMAT_SVG)
		picture_stretch(map->picture, stretch);
	else if (map->format == FORMAT_JSON)
		json_stretch(&map->json, stretch);
	else
		text_stretch(map, stretch);
}

/* Nothing is mapped from one gfn to another; where only some are looked at, of those. */
static void tell_gap(struct map *map, uint64_t first, uint64_t last)
{
	struct stretch gap;
	size_t i;

	if (first > last)
		return;
	if (!map->gfns->count) {
		stretch_empty(first, last, SHOWN_GAP, &gap);
		tell(map, &gap);
		return;
	}
	for (i = 0; i < map->gfns->count; i++) {
		const struct range *range = &map->gfns->range[i];

		if (range->last < first || range->first > last)
			continue;
		stretch_empty(range->first > first ? range->first : first,
			      range->last < last ? range->last : last, SHOWN_GAP, &gap);
		tell(map, &gap);
	}
}

static void flush(struct map *map)
{
	if (!map->any)
		return;
	if (map->held.first)
		tell_gap(map, map->next, map->held.first - 1);
	map->next = map->held.last + 1;
	tell(map, &map->held);
	map->any = false;
}

void map_run(void *opaque, const struct run *run)
{
	struct map *map = opaque;
	struct stretch stretch;

	stretch_of_run(run, &stretch);
	if (map->any && stretch_join(&map->held, &stretch))
		return;
	flush(map);
	map->held = stretch;
	map->any = true;
}

/* ---- its end ---- */

static void text_domain_end(const struct map *map, const struct dump *dump)
{
	char size[32], wrong[32];
	size_t i;

	printf("  %" PRIu64 " %s, %s mapped", map->stretches,
	       plural(map->stretches, "stretch", "stretches"),
	       text_size(map->pages << 12, size, sizeof(size)));
	if (map->findings)
		printf("; * marks what is not as expected: %s",
		       text_size(map->finding_pages << 12, wrong, sizeof(wrong)));
	putchar('\n');
	if (!dump->complete)
		printf("  incomplete: %s\n", dump->reason);
	for (i = 0; i < dump->not_seen.count; i++)
		printf("  not seen, or not all of it: 0x%" PRIx64 "-0x%" PRIx64 "\n",
		       dump->not_seen.range[i].first << 12,
		       dump->not_seen.range[i].last << 12 | 0xfff);
}

void map_domain_end(struct map *map, const struct dump *dump)
{
	flush(map);
	if (map->gfns->count) /* what was asked for and lies behind the last entry */
		tell_gap(map, map->next, FRAME_LAST);
	if (map->format == FORMAT_SVG) {
		picture_domain_end(map->picture, dump);
	} else if (map->format == FORMAT_JSON) {
		json_close(&map->json, ']');
		json_number(&map->json, "mismatch", map->findings);
		json_bool(&map->json, "complete", dump->complete);
		json_string(&map->json, "reason", dump->complete ? NULL : dump->reason);
		json_close(&map->json, '}');
	} else {
		text_domain_end(map, dump);
	}
}

int map_end(struct map *map, bool complete, int exit_status, bool keep, struct error *err)
{
	if (keep && map->format == FORMAT_JSON) {
		json_close(&map->json, ']');
		json_bool(&map->json, "complete", complete);
		document_end(&map->json, exit_status);
	}
	return picture_end(map->picture, keep, err);
}
