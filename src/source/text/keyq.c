/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/keyq.h"

#include "base/array.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int begin(const char *text, struct scan *scan, const struct place *place,
		 struct keyq_state *state)
{
	struct keyq keyq = { .place = *place };

	keyq.excerpt = !text_after(text, "'q'");
	state->active = true;
	state->in_domain = false;
	return array_append(&scan->keyqs, &scan->keyq_count, sizeof(keyq), &keyq) ? -ENOMEM : 1;
}

static int begin_domain(const char *text, struct scan *scan, struct keyq_state *state)
{
	struct keyq_domain domain = { .keyq = scan->keyq_count - 1, .domid = atoi(text) };

	state->in_domain = true;
	return array_append(&scan->domains, &scan->domain_count, sizeof(domain), &domain) ? -ENOMEM
											  : 1;
}

/* rangeset_printk(): "{ a0-bf, c0000 }". Returns the number of ranges, -1 if it is damaged. */
static int rangeset(const char *text, struct ranges *ranges)
{
	int count = 0;

	text += strspn(text, " ");
	if (*text != '{')
		return -1;
	for (text++; text += strspn(text, " ,"), *text && *text != '}'; count++) {
		uint64_t first, last;
		const char *end = text + strspn(text, "0123456789abcdef");

		if (!text_hex(text, end, &first))
			return -1;
		last = first;
		if (*end == '-') {
			text = end + 1;
			end = text + strspn(text, "0123456789abcdef");
			if (!text_hex(text, end, &last))
				return -1;
		}
		if (last < first || (ranges && ranges_add(ranges, first, last)))
			return -1;
		text = end;
	}
	return *text == '}' ? count : -1;
}

/* "XenPage 000000000007fd6f: caf=…, taf=…" */
static int special_page(const char *text, struct keyq *keyq)
{
	uint64_t mfn;

	text += strspn(text, " ");
	if (!text_hex(text, text + strcspn(text, ":"), &mfn))
		return 0;
	return ranges_add(&keyq->special, mfn, mfn) ? -ENOMEM : 1;
}

static int domain_line(const char *text, struct scan *scan)
{
	struct keyq_domain *domain = &scan->domains[scan->domain_count - 1];
	struct keyq *keyq = &scan->keyqs[scan->keyq_count - 1];
	unsigned int vcpu;
	const char *p;
	char after;

	text += strspn(text, " \t");
	/* A guest on another CPU can cut these lines between two pieces: whole values only. */
	if (sscanf(text, "nr_pages=%" SCNu64 "%c", &domain->nr_pages, &after) == 2 &&
	    after == ' ') {
		domain->has_nr_pages = true;
	} else if ((p = text_after(text, "I/O Memory"))) {
		domain->has_iomem = rangeset(p, &domain->iomem) >= 0;
	} else if ((p = text_after(text, "I/O Ports"))) {
		int count = rangeset(p, NULL);

		domain->has_ioports = count >= 0;
		domain->ioports = count > 0;
	} else if (text_after(text, "PoD entries=")) {
		sscanf(text, "PoD entries=%*d cachesize=%" SCNu64, &domain->pod_cache);
	} else if ((p = text_after(text, "XenPage ")) || (p = text_after(text, "ExtraPage "))) {
		return special_page(p, keyq);
	} else if (sscanf(text, "VCPU%u: ", &vcpu) == 1) {
		if (vcpu < FACTS_VCPU_MAX && vcpu + 1 > domain->vcpus)
			domain->vcpus = vcpu + 1;
	}
	return 1;
}

int keyq_line(const char *text, struct scan *scan, const struct place *place,
	      struct keyq_state *state)
{
	static const char *const own[] = { "Rangesets belonging to domain ",
					   "Memory pages belonging to domain ",
					   "NODE affinity for domain ",
					   "VCPU information and callbacks for domain ",
					   "No periodic timer",
					   "periodic timer" };
	static const char *const indented[] = {
		"refcnt=",    "nr_pages=", "handle=", "paging ",     "Interrupts",
		"I/O ",	      "log-dirty", "PoD ",    "DomPage ",    "XenPage ",
		"ExtraPage ", "UNIT",	   "VCPU",    "pause_count="
	};
	const char *p;
	size_t i;

	if (text_after(text, "'q' pressed"))
		return begin(text, scan, place, state);
	if ((p = text_after(text, "General information for domain "))) {
		/* An excerpt begins with a domain: what was before it is not known. */
		if (!state->active && begin(text, scan, place, state) < 0)
			return -ENOMEM;
		return begin_domain(p, scan, state);
	}
	if (!state->active)
		return 0;
	if (text_after(text, "Notifying guest ") || text_after(text, "Shared frames ")) {
		scan->keyqs[scan->keyq_count - 1].complete =
			!scan->keyqs[scan->keyq_count - 1].excerpt;
		state->in_domain = false;
		return 1;
	}
	for (i = 0; i < ARRAY_SIZE(own); i++)
		if (text_after(text, own[i]))
			return 1;
	if (state->in_domain && (*text == ' ' || *text == '\t'))
		return domain_line(text, scan);
	/* Forums leave no blanks at the begin of lines. */
	for (i = 0; state->in_domain && i < ARRAY_SIZE(indented); i++)
		if (text_after(text, indented[i]))
			return domain_line(text, scan);
	return 0;
}
