/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/keyv.h"

#include <stdio.h>
#include <string.h>

/* What is being read. */
struct keyv {
	struct live *live;
	uint64_t *eptps;
	bool differ[256]; /* of as many targets; the others are not compared */
	int domid;	  /* whose vCPUs follow, or -1 */
};

static void found(struct keyv *keyv, uint64_t eptp)
{
	size_t i;

	for (i = 0; i < keyv->live->count; i++) {
		if (keyv->live->targets[i].domain.domid != keyv->domid)
			continue;
		if (keyv->eptps[i] && keyv->eptps[i] != eptp && i < 256)
			keyv->differ[i] = true;
		keyv->eptps[i] = eptp;
	}
}

/* vmcs_dump() and vmcs_dump_vcpu() in arch/x86/hvm/vmx/vmcs.c */
static void take(struct keyv *keyv, const char *text, size_t length)
{
	unsigned long eptp;
	char line[96];
	int domid;

	snprintf(line, sizeof(line), "%.*s", (int)(length < 90 ? length : 90), text);
	if (sscanf(line, ">>> Domain %d <<<", &domid) == 1)
		keyv->domid = domid;
	else if (keyv->domid >= 0 && sscanf(line, "EPT pointer = 0x%16lx", &eptp) == 1 && eptp)
		found(keyv, eptp);
}

/* A line that stands where something was overwritten: whose vCPUs follow is not known. */
static bool is_gap(const struct transcript *transcript, uint64_t offset)
{
	unsigned int i;

	for (i = 0; i < transcript->gap_count; i++)
		if (transcript->gaps[i].offset == offset)
			return true;
	return false;
}

static int read_lines(struct keyv *keyv, struct transcript *transcript, struct error *err)
{
	const struct section *section = &transcript->scan.sections[transcript->scan.last.section];
	struct utterance utterance;
	struct line line;
	int rc = reader_seek(&transcript->reader, 0, err);

	if (rc)
		return rc;
	while ((rc = reader_line(&transcript->reader, &line, err)) > 0) {
		if (is_gap(transcript, line.offset))
			keyv->domid = -1;
		line_origin(&line, section, &utterance);
		if (utterance.xen && utterance.origin == ORIGIN_XEN)
			take(keyv, utterance.text, utterance.length);
	}
	return rc;
}

int keyv_eptps(struct live *live, uint64_t *eptps, struct error *err)
{
	struct keyv keyv = { .live = live, .eptps = eptps, .domid = -1 };
	struct transcript transcript;
	size_t i;
	int rc = transcript_init(&transcript, err);

	transcript.cut = live->before.midline;
	if (!rc)
		rc = xen_key(live->xen, 'v');
	if (rc > 0)
		rc = 0;
	if (rc)
		rc = xen_error(rc, "print the state of vCPUs (debug key v)", err);
	if (!rc)
		rc = ring_read_more(live->xen, &live->index, &transcript, err);
	if (!rc)
		rc = transcript_scan(&transcript, err);
	if (!rc)
		rc = read_lines(&keyv, &transcript, err);
	for (i = 0; i < live->count && i < 256; i++)
		if (keyv.differ[i])
			eptps[i] = 0;
	transcript_clear(&transcript);
	return rc;
}
