/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/m2p.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_KEPT 16 /* 32 MiB: those of 16 GiB of memory, which are asked for again soon */

int m2p_open(struct m2p *m2p, struct xen *xen, uint64_t end, struct error *err)
{
	int rc = -ENOMEM;

	memset(m2p, 0, sizeof(*m2p));
	m2p->xen = xen;
	m2p->count = (end + M2P_PART - 1) / M2P_PART;
	m2p->frames = calloc(m2p->count + 1, sizeof(*m2p->frames));
	m2p->parts = calloc(m2p->count + 1, sizeof(*m2p->parts));
	if (m2p->frames && m2p->parts)
		rc = xen_m2p_parts(xen, m2p->count, m2p->frames);
	if (!rc)
		return 0;
	m2p_close(m2p);
	return xen_error(rc, "tell which frame is whose (M2P)", err);
}

/*
 * What is mapped stays so until the process ends: only then can the kernel take all of it away
 * without asking Xen for each page, which takes as long as all the rest.
 */
void m2p_close(struct m2p *m2p)
{
	free(m2p->frames);
	free(m2p->parts);
	memset(m2p, 0, sizeof(*m2p));
}

static const uint64_t *part(struct m2p *m2p, unsigned int n)
{
	if (n >= m2p->count || (n && m2p->frames[n] == m2p->frames[n - 1]))
		return NULL; /* a hole of the machine's memory: the part before, told again */
	if (!m2p->parts[n])
		m2p->parts[n] = xen_m2p_map(m2p->xen, m2p->frames[n]);
	return m2p->parts[n];
}

uint64_t m2p_get(struct m2p *m2p, uint64_t mfn)
{
	const uint64_t *entries = mfn / M2P_PART < m2p->count ? part(m2p, mfn / M2P_PART) : NULL;

	return entries ? entries[mfn % M2P_PART] : UINT64_MAX;
}

/* The first of count entries that is pfn, or count. They are as many as the machine has pages. */
static size_t look_for(const uint64_t *entries, size_t count, uint64_t pfn)
{
	size_t i = 0;

	for (; i + 4 <= count; i += 4)
		if ((entries[i] == pfn) | (entries[i + 1] == pfn) | (entries[i + 2] == pfn) |
		    (entries[i + 3] == pfn))
			break;
	while (i < count && entries[i] != pfn)
		i++;
	return i;
}

ssize_t m2p_find(struct m2p *m2p, const struct ranges *ram, uint64_t pfn, uint64_t *mfns,
		 size_t max)
{
	ssize_t found = 0;
	unsigned int n;
	size_t k;

	for (n = 0; n < m2p->count; n++) {
		uint64_t begin = (uint64_t)n * M2P_PART, mfn;
		bool mapped = m2p->parts[n];

		if (!ranges_count(ram, begin, begin + M2P_PART - 1))
			continue;
		if (!part(m2p, n))
			return -EIO; /* there may be another one */
		for (k = 0; k < ram->count; k++) {
			uint64_t first = ram->range[k].first, last = ram->range[k].last;

			first = first < begin ? begin : first;
			last = last > begin + M2P_PART - 1 ? begin + M2P_PART - 1 : last;
			for (mfn = first; mfn <= last; mfn++) {
				mfn += look_for(m2p->parts[n] + (mfn - begin), last - mfn + 1, pfn);
				if (mfn > last)
					break;
				if ((size_t)found < max)
					mfns[found] = mfn;
				found++;
			}
		}
		if (!mapped && m2p->count > PARTS_KEPT) {
			xen_m2p_unmap(m2p->xen, m2p->parts[n]);
			m2p->parts[n] = NULL;
		}
	}
	return found;
}
