/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/picture.h"

#include "base/array.h"
#include "base/temporary.h"
#include "base/text.h"
#include "base/xml.h"
#include "report/document.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In pixels. */
#define MARGIN	    70
#define WIDTH_LEAST 1100
#define WIDTH_MOST  24000
#define HEAD	    96 /* title and legend */
#define DOMAIN	    142
#define EMPTY	    28 /* a domain of which there is nothing to draw */
#define LANE	    30
#define LANE_TOP    44	/* of the first lane, from the top of its domain */
#define LABEL	    100 /* room that an address takes */

/* A domain's stretches in the file. */
struct strip {
	int domid;
	char name[64];
	unsigned int number, dumps;
	bool complete;
	uint64_t count;
	double weight; /* of them all */
};

/* A stretch in the file. Devices belong to a dump that is gone when it is drawn. */
struct kept {
	struct stretch stretch;
	size_t device; /* its place in the list of the picture, from 1 on; 0: none */
};

struct picture {
	const char *lanes[2];
	char title[300];
	FILE *file;
	struct strip *strips;
	size_t count;
	struct device_range *devices;
	size_t device_count;
	bool failed;
};

/* Points of memory that people know. */
static const struct {
	uint64_t gfn;
	const char *name;
} landmarks[] = {
	{ 0xa0, "VGA hole" },
	{ 0x100, "1 MiB" },
	{ 0x100000, "4 GiB" },
};

#define LANDMARKS (sizeof(landmarks) / sizeof(landmarks[0]))

struct picture *picture_new(const char *title, const char *const lanes[2])
{
	struct picture *picture = calloc(1, sizeof(*picture));
	int fd = picture ? temporary_file() : -1;

	if (fd >= 0)
		picture->file = fdopen(fd, "w+");
	if (!picture || !picture->file) {
		free(picture);
		return NULL;
	}
	snprintf(picture->title, sizeof(picture->title), "%s", title);
	memcpy(picture->lanes, lanes, sizeof(picture->lanes));
	return picture;
}

/* Each doubling is one step wider, so that 4 KiB can be seen beside 1 TiB. */
static double weight(const struct stretch *stretch)
{
	return 2 + log2((double)(stretch->last - stretch->first) + 1);
}

void picture_domain(struct picture *picture, const struct dump *dump)
{
	struct strip strip = { .domid = dump->domid, .number = dump->number, .dumps = dump->dumps };

	snprintf(strip.name, sizeof(strip.name), "%s", dump->name ? dump->name : "");
	if (array_append(&picture->strips, &picture->count, sizeof(strip), &strip))
		picture->failed = true;
}

/* Where the device is in the list, from 1 on; 0 for none. */
static size_t keep_device(struct picture *picture, const struct device_range *device)
{
	size_t i;

	if (!device)
		return 0;
	for (i = picture->device_count; i > 0; i--)
		if (!memcmp(&picture->devices[i - 1], device, sizeof(*device)))
			return i;
	if (array_append(&picture->devices, &picture->device_count, sizeof(*device), device))
		picture->failed = true;
	return picture->device_count;
}

void picture_stretch(struct picture *picture, const struct stretch *stretch)
{
	struct kept kept = { .stretch = *stretch };
	struct strip *strip;

	if (picture->failed)
		return;
	strip = &picture->strips[picture->count - 1];
	strip->count++;
	strip->weight += weight(stretch);
	kept.device = keep_device(picture, stretch->device);
	if (fwrite(&kept, sizeof(kept), 1, picture->file) != 1)
		picture->failed = true;
}

void picture_domain_end(struct picture *picture, const struct dump *dump)
{
	if (!picture->failed)
		picture->strips[picture->count - 1].complete = dump->complete;
}

/* ---- how a stretch looks ---- */

/* Colours that stay apart for the colour-blind, of different brightness in black and white. */
static const char *hue(unsigned int shown)
{
	if (shown == SHOWN_GAP || shown == SHOWN_SAME)
		return "#ffffff";
	if (shown >= OUTCOME_COUNT || shown == OUTCOME_SPLIT)
		return "#bbbbbb";
	switch (outcome_emt(shown)) {
	case MEMTYPE_UC:
		return "#aa4466";
	case MEMTYPE_WC:
		return "#88ccee";
	case MEMTYPE_WT:
		return "#9988cc";
	case MEMTYPE_WP:
		return "#eedd88";
	case MEMTYPE_WB:
		return "#55aa99";
	default:
		return "#dddddd";
	}
}

static void box(double x, double y, double width, const char *fill, const char *stroke)
{
	printf("<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%d\" fill=\"%s\" %s/>", x, y,
	       width, LANE, fill, stroke);
}

#define STROKE_PLAIN   "stroke=\"#444\" stroke-width=\"0.5\""
#define STROKE_GAP     "stroke=\"#999\" stroke-width=\"0.5\" stroke-dasharray=\"3 3\""
#define STROKE_FINDING "stroke=\"#000\" stroke-width=\"3\""
#define STROKE_OK_IF   "stroke=\"#000\" stroke-width=\"1.5\" stroke-dasharray=\"1.5 3\""

static bool hatched(unsigned int shown)
{
	return shown < OUTCOME_COUNT && outcome_ipat(shown);
}

static void lane(double x, double y, double width, unsigned int shown)
{
	char name[16];

	if (shown == SHOWN_NOTHING)
		return;
	box(x, y, width, hue(shown),
	    shown == SHOWN_GAP || shown == SHOWN_SAME ? STROKE_GAP : STROKE_PLAIN);
	if (hatched(shown))
		box(x, y, width, "url(#ipat)", "");
	shown_name(shown, name);
	if (width >= 9 * strlen(name) && shown != SHOWN_SAME && shown != SHOWN_GAP)
		printf("<text class=\"in\" x=\"%.2f\" y=\"%.2f\">%s</text>", x + width / 2, y + 20,
		       name);
}

/* What a pointer on it shows. */
static void tooltip(const struct picture *picture, const struct stretch *stretch)
{
	char frames[48], size[32], shown[2][16], device[DEVICE_NAME_SIZE];
	unsigned int i;

	printf("<title>gfn %s, %s",
	       text_frames(stretch->first, stretch->last, frames, sizeof(frames)),
	       text_size((stretch->last - stretch->first + 1) << 12, size, sizeof(size)));
	if (stretch->entries)
		printf(", %" PRIu64 " %s", stretch->entries,
		       plural(stretch->entries, "entry", "entries"));
	if (stretch->entries && stretch->shown[0] != SHOWN_POD)
		printf("\nmfn 0x%" PRIx64 "%s", stretch->mfn,
		       stretch->mfn_contiguous || stretch->entries == 1 ? "" : " and others");
	if (stretch->device) {
		putchar('\n');
		xml_text(stdout, device_name(stretch->device, device, sizeof(device)));
	}
	for (i = 0; i < 2 && stretch->shown[i] != SHOWN_NOTHING; i++) {
		printf("\n%s: %s", picture->lanes[i], shown_name(stretch->shown[i], shown[i]));
		if (stretch->step[i])
			printf(", by %s", step_info[stretch->step[i]].name);
	}
	if (stretch->entries && !stretch->effect)
		printf("\n%s", verdict_name(stretch->verdict));
	if (stretch->verdict == VERDICT_MISMATCH)
		printf(", %s%s%s", severity_name(stretch->severity), stretch->bug ? ", " : "",
		       stretch->bug ? stretch->bug : "");
	if (stretch->effect)
		printf("\n%s", stretch->effect);
	fputs("</title>", stdout);
}

/* The same for programs. */
static void data(const struct stretch *stretch)
{
	char frames[48], shown[16], device[DEVICE_NAME_SIZE];

	printf("<g data-gfn=\"%s\" data-entries=\"%" PRIu64 "\" data-upper=\"%s\"",
	       text_frames(stretch->first, stretch->last, frames, sizeof(frames)), stretch->entries,
	       shown_name(stretch->shown[0], shown));
	printf(" data-lower=\"%s\"", shown_name(stretch->shown[1], shown));
	if (stretch->entries && !stretch->effect)
		printf(" data-verdict=\"%s\"", verdict_name(stretch->verdict));
	if (stretch->verdict == VERDICT_MISMATCH)
		printf(" data-severity=\"%s\" data-bug=\"%s\"", severity_name(stretch->severity),
		       stretch->bug ? stretch->bug : "");
	if (stretch->effect)
		printf(" data-class=\"%s\"", stretch->effect);
	if (stretch->device)
		xml_attribute(stdout, "data-device",
			      device_name(stretch->device, device, sizeof(device)));
	putchar('>');
}

static void draw(const struct picture *picture, const struct stretch *stretch, double x, double y,
		 double width)
{
	bool finding = stretch->verdict == VERDICT_MISMATCH || stretch->effect;

	data(stretch);
	tooltip(picture, stretch);
	lane(x, y, width, stretch->shown[0]);
	lane(x, y + LANE + 6, width, stretch->shown[1]);
	if (stretch->verdict == VERDICT_OK_IF)
		box(x + 1, y + LANE + 6, width > 2 ? width - 2 : width, "none", STROKE_OK_IF);
	if (finding)
		box(x + 1.5, y, width > 3 ? width - 3 : width, "none", STROKE_FINDING);
	puts("</g>");
}

/* ---- all of it ---- */

static double width_of(const struct picture *picture)
{
	double width = WIDTH_LEAST;
	size_t i;

	for (i = 0; i < picture->count; i++)
		if (picture->strips[i].weight > width)
			width = picture->strips[i].weight;
	return width < WIDTH_MOST ? width : WIDTH_MOST;
}

static void address(double x, double y, uint64_t gfn)
{
	printf("<text class=\"at\" x=\"%.2f\" y=\"%.2f\">0x%" PRIx64 "</text>\n", x, y, gfn << 12);
}

static bool comparison(const struct picture *picture)
{
	return !strcmp(picture->lanes[0], "before");
}

static void strip_head(const struct picture *picture, const struct strip *strip, double y)
{
	unsigned int i;

	printf("<text class=\"name\" x=\"%d\" y=\"%.0f\">Domain %d", MARGIN, y + 14, strip->domid);
	if (*strip->name) {
		fputs(" (", stdout);
		xml_text(stdout, strip->name);
		putchar(')');
	}
	if (strip->dumps > 1)
		printf(", dump %u of %u", strip->number, strip->dumps);
	printf("%s%s</text>\n", strip->complete ? "" : ", incomplete",
	       strip->count	     ? ""
	       : comparison(picture) ? ": no change"
				     : ": nothing is mapped");
	if (!strip->count)
		return;
	for (i = 0; i < 2; i++)
		printf("<text class=\"lane\" x=\"%d\" y=\"%.0f\">%s</text>\n", MARGIN - 6,
		       y + LANE_TOP + i * (LANE + 6) + 19, picture->lanes[i]);
}

/* What a strip is marked with, from left to right: landmarks, and where devices begin. */
struct marks {
	struct mark {
		double x;
		char name[16]; /* empty where there is no room for it */
	} * list;
	size_t count;
	double free_from; /* where there is room for the next name */
};

static void mark(struct picture *picture, struct marks *marks, double x, const char *name)
{
	struct mark mark = { .x = x };

	if (x >= marks->free_from) {
		snprintf(mark.name, sizeof(mark.name), "%s", name);
		marks->free_from = x + 12 + 6 * strlen(mark.name);
	}
	if (array_append(&marks->list, &marks->count, sizeof(mark), &mark))
		picture->failed = true;
}

/* Those of a stretch that is wide and begins at x. */
static void mark_stretch(struct picture *picture, struct marks *marks,
			 const struct stretch *stretch, const struct device_range *before, double x,
			 double wide)
{
	const struct device_range *device = stretch->device;
	size_t i;

	/* As many devices as there is room for: there may be one for each frame. */
	if (device && device != before && x >= marks->free_from)
		mark(picture, marks, x, device->part);
	for (i = 0; i < LANDMARKS; i++)
		if (landmarks[i].gfn >= stretch->first && landmarks[i].gfn <= stretch->last)
			mark(picture, marks,
			     x + wide * (double)(landmarks[i].gfn - stretch->first) /
					     ((double)(stretch->last - stretch->first) + 1),
			     landmarks[i].name);
}

static void draw_marks(const struct marks *marks, double y)
{
	size_t i;

	for (i = 0; i < marks->count; i++) {
		const struct mark *mark = &marks->list[i];

		printf("<path class=\"mark\" d=\"M%.2f %.0fV%.0f\"/>", mark->x, y + LANE_TOP - 8,
		       y + LANE_TOP + 2 * LANE + 12);
		if (*mark->name) {
			printf("<text class=\"land\" x=\"%.2f\" y=\"%.0f\">", mark->x,
			       y + LANE_TOP - 11);
			xml_text(stdout, mark->name);
			fputs("</text>", stdout);
		}
		putchar('\n');
	}
}

static void draw_strip(struct picture *picture, const struct strip *strip, double y, double width)
{
	double x = MARGIN, labelled = -LABEL;
	double scale = strip->weight > 0 ? width / strip->weight : 0;
	const struct device_range *before = NULL;
	struct marks marks = { .free_from = 0 };
	struct kept kept;
	uint64_t i;

	strip_head(picture, strip, y);
	for (i = 0; i < strip->count; i++) {
		struct stretch *stretch = &kept.stretch;
		double wide;

		if (fread(&kept, sizeof(kept), 1, picture->file) != 1) {
			picture->failed = true;
			break;
		}
		stretch->device = kept.device ? &picture->devices[kept.device - 1] : NULL;
		wide = weight(stretch) * scale;
		draw(picture, stretch, x, y + LANE_TOP, wide);
		if (x - labelled >= LABEL) {
			address(x, y + LANE_TOP + 2 * LANE + 24, stretch->first);
			labelled = x;
		}
		mark_stretch(picture, &marks, stretch, before, x, wide);
		before = stretch->device;
		x += wide;
	}
	draw_marks(&marks, y);
	free(marks.list);
}

static void style(void)
{
	puts("<defs><pattern id=\"ipat\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
	     "patternTransform=\"rotate(45)\"><path d=\"M0 0V6\" stroke=\"#000\" "
	     "stroke-width=\"1.6\" stroke-opacity=\"0.5\"/></pattern></defs>\n"
	     "<style>text{font:12px sans-serif}.name{font-weight:bold}"
	     ".lane{text-anchor:end}.at,.land{font-size:10px;fill:#333}"
	     ".in{text-anchor:middle;font-weight:bold;stroke:#fff;stroke-width:3px;paint-order:stroke}"
	     ".mark{stroke:#000;stroke-width:1;stroke-dasharray:2 2;fill:none}</style>");
}

static double key(double x, const char *fill, const char *stroke, bool hatch, const char *text)
{
	printf("<rect x=\"%.0f\" y=\"42\" width=\"26\" height=\"16\" fill=\"%s\" %s/>", x, fill,
	       stroke);
	if (hatch)
		printf("<rect x=\"%.0f\" y=\"42\" width=\"26\" height=\"16\" fill=\"url(#ipat)\"/>",
		       x);
	printf("<text x=\"%.0f\" y=\"54\">%s</text>\n", x + 31, text);
	return x + 31 + 7 * strlen(text) + 16;
}

static void legend(bool compared)
{
	static const uint8_t types[] = { MEMTYPE_UC, MEMTYPE_WC, MEMTYPE_WT, MEMTYPE_WP,
					 MEMTYPE_WB };
	double x = MARGIN;
	size_t i;

	for (i = 0; i < sizeof(types); i++)
		x = key(x, hue(OUTCOME_KEY(types[i], 0)), STROKE_PLAIN, false,
			memtype_name(types[i]));
	x = key(x, "#ffffff", STROKE_PLAIN, true, "! overrides the guest's PAT");
	x = key(x, hue(SHOWN_PENDING), STROKE_PLAIN, false, compared ? "split" : "pending, none");
	x = key(x, "#ffffff", STROKE_GAP, false, compared ? "no change" : "gap");
	x = key(x, "#ffffff", STROKE_FINDING, false, compared ? "changes" : "finding");
	key(x, "#ffffff", STROKE_OK_IF, false, "rests on a fact that is not certain");
	printf("<text x=\"%d\" y=\"78\">Not to scale: each doubling of memory is one step wider. "
	       "Addresses are those of the guest.</text>\n",
	       MARGIN);
}

static unsigned int height_of(const struct strip *strip)
{
	return strip->count ? DOMAIN : EMPTY;
}

static void write_all(struct picture *picture)
{
	double width = width_of(picture);
	unsigned long height = HEAD, y = HEAD;
	size_t i;

	for (i = 0; i < picture->count; i++)
		height += height_of(&picture->strips[i]);
	printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	       "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%lu\" "
	       "viewBox=\"0 0 %.0f %lu\">\n",
	       width + 2 * MARGIN, height, width + 2 * MARGIN, height);
	fputs("<title>", stdout);
	xml_text(stdout, picture->title);
	puts("</title>");
	style();
	puts("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
	printf("<text class=\"name\" x=\"%d\" y=\"24\">", MARGIN);
	xml_text(stdout, picture->title);
	puts("</text>");
	legend(comparison(picture));
	for (i = 0; i < picture->count; i++) {
		printf("<g data-domid=\"%d\" data-dump=\"%u\">\n", picture->strips[i].domid,
		       picture->strips[i].number);
		draw_strip(picture, &picture->strips[i], y, width);
		y += height_of(&picture->strips[i]);
		puts("</g>");
	}
	puts("</svg>");
}

int picture_end(struct picture *picture, bool keep, struct error *err)
{
	int rc = 0;

	if (!picture)
		return 0;
	rewind(picture->file);
	if (keep && !picture->failed)
		write_all(picture);
	if (keep && (picture->failed || ferror(picture->file)))
		rc = error_set(err, -EIO,
			       "cannot keep what is drawn: is there room for temporary files?");
	fclose(picture->file);
	free(picture->strips);
	free(picture->devices);
	free(picture);
	return rc;
}
