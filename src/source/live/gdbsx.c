/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/gdbsx.h"

#include "source/live/cpu.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * What Xen does (arch/x86/gdbsx.c, debug.c before 4.17): pgd3val is taken for the machine address
 * of the first of two tables, whose entry 0 leads to the second, whose entry for the address leads
 * to the page. It looks whether that last frame is below max_page and in a stretch of memory that
 * has RAM somewhere, and copies. A frame that is not RAM has no place in Xen's direct map: to read
 * it can end the host. Hence the rules, of which each is checked before each call:
 *
 * 1. Both tables are one page of our own, proven by own_page_make(), and named by nothing else.
 * 2. Its entry 0 leads to itself. The others are frames that are to be read in this call.
 * 3. Each of those is in RAM by the machine's memory map, and below max_page.
 * 4. FRAMES_AT_ONCE pages a call at most: nothing in it can be preempted.
 * 5. It never writes: xen_gdbsx_read() has no other way.
 */
#define PRESENT	     UINT64_C(1)
#define ENTRY(frame) ((frame) << 12 | PRESENT)
#define FIRST	     1 /* entry of the table with the first frame to be read */

static int refuse(struct gdbsx *gdbsx, struct error *err, const char *what)
{
	gdbsx->broken = true;
	return error_set(err, -EFAULT,
			 "a rule that keeps this host safe does not hold (%s): Xen was not asked, "
			 "and nothing more is read; please report it",
			 what);
}

/* Rule 3. */
static bool readable(const struct frames *frames, uint64_t mfn)
{
	const struct gdbsx *gdbsx = (const struct gdbsx *)frames;
	uint64_t first = 0, last = UINT64_MAX;

	return mfn && mfn < gdbsx->end && ranges_contain(&gdbsx->ram, mfn, &first, &last);
}

/* All rules, on what is really in the table now. NULL: they hold. */
static const char *violated(const struct gdbsx *gdbsx, unsigned int count)
{
	const volatile uint64_t *table = gdbsx->table.page;
	unsigned int i;

	if (gdbsx->broken)
		return "one did not hold before";
	if (!table || !readable(&gdbsx->frames, gdbsx->table.mfn))
		return "no table of our own";
	if (!count || count > FRAMES_AT_ONCE)
		return "number of pages";
	if (table[0] != ENTRY(gdbsx->table.mfn))
		return "the table does not lead to itself";
	for (i = FIRST; i < FIRST + count; i++)
		if ((table[i] & 0xfff) != PRESENT || table[i] >> 52 ||
		    !readable(&gdbsx->frames, table[i] >> 12))
			return "a frame outside of RAM";
	return NULL;
}

/* Reads what the table's entries from FIRST on name. */
static int read_entries(struct gdbsx *gdbsx, unsigned int count, struct error *err)
{
	const char *wrong = violated(gdbsx, count);
	int rc;

	if (wrong)
		return refuse(gdbsx, err, wrong);
	gdbsx->calls++;
	gdbsx->pages += count;
	rc = xen_gdbsx_read(gdbsx->xen, gdbsx->domid, gdbsx->table.mfn, FIRST * PAGE_SIZE,
			    gdbsx->buffer, count * PAGE_SIZE);
	if (rc == -EIO)
		return error_set(err, rc,
				 "Xen read fewer than %u pages of RAM that it was asked for",
				 count);
	return rc ? xen_error(rc, "read tables directly (gdbsx)", err) : 0;
}

static int read_frames(struct frames *frames, const uint64_t *mfns, unsigned int count,
		       uint64_t (**pages)[PAGE_ENTRIES], struct error *err)
{
	struct gdbsx *gdbsx = (struct gdbsx *)frames;
	unsigned int i;
	int rc;

	if (count > FRAMES_AT_ONCE)
		return refuse(gdbsx, err, "number of pages");
	for (i = 0; i < count; i++) {
		if (!readable(frames, mfns[i]))
			return refuse(gdbsx, err, "a frame outside of RAM");
		gdbsx->table.page[FIRST + i] = ENTRY(mfns[i]);
	}
	rc = read_entries(gdbsx, count, err);
	for (i = 0; i < count; i++)
		gdbsx->table.page[FIRST + i] = 0;
	*pages = gdbsx->buffer;
	if (!rc && gdbsx->kept)
		rc = kept_pages_add(gdbsx->kept, mfns, count,
				    (const uint64_t(*)[PAGE_ENTRIES])gdbsx->buffer, err);
	return rc;
}

int gdbsx_page(struct gdbsx *gdbsx, uint64_t mfn, uint64_t *page, struct error *err)
{
	uint64_t(*pages)[PAGE_ENTRIES];
	int rc = read_frames(&gdbsx->frames, &mfn, 1, &pages, err);

	if (!rc)
		memcpy(page, pages[0], PAGE_SIZE);
	return rc;
}

/*
 * The table read through itself, twice and with other contents: what comes back is what we wrote,
 * so that it is our page that Xen takes for the table, and nothing else is read through it.
 */
static int read_itself(struct gdbsx *gdbsx, struct error *err)
{
	volatile uint64_t *table = gdbsx->table.page;
	unsigned int count, i;
	int rc;

	for (count = 1; count <= 2; count++) {
		for (i = 0; i < count; i++)
			table[FIRST + i] = ENTRY(gdbsx->table.mfn);
		memset(gdbsx->buffer, 0, count * PAGE_SIZE);
		rc = read_entries(gdbsx, count, err);
		for (i = 0; i < count * PAGE_ENTRIES && !rc; i++)
			if (gdbsx->buffer[i / PAGE_ENTRIES][i % PAGE_ENTRIES] !=
			    table[i % PAGE_ENTRIES])
				rc = error_set(
					err, -EIO,
					"a page of our own was not read back as it is: tables "
					"are not read directly on this host");
		for (i = 0; i < count; i++)
			table[FIRST + i] = 0;
		if (rc)
			return rc;
	}
	return 0;
}

/* Has this Xen it, for this domain? 1, 0, or a negative errno value. Nothing is read. */
static int there(struct xen *xen, int domid)
{
	int rc = xen_gdbsx_read(xen, domid, 0, 0, NULL, 0);

	if (rc == -ENOSYS || rc == -EOPNOTSUPP)
		return 0;
	return rc ? rc : 1;
}

bool gdbsx_possible(struct xen *xen, const struct xen_domain *own)
{
	return !own->hvm && !cpu_is_amd() && there(xen, own->domid) == 1;
}

static int refuse_host(struct xen *xen, const struct xen_domain *own, struct error *err)
{
	int rc;

	if (own->hvm)
		return error_set(
			err, -EOPNOTSUPP,
			"--via gdbsx: this dom0 is a PVH domain, and Xen reads through tables "
			"of a PV one only; use --via console");
	if (cpu_is_amd())
		return error_set(err, -EOPNOTSUPP,
				 "--via gdbsx: this processor is not Intel's, so there is no EPT");
	if (!xen_gdbsx_harmless(xen))
		return error_set(err, -ENOSYS,
				 "--via gdbsx: Xen 4.14 to 4.16 can crash when it is asked whether "
				 "it has gdbsx, so it is not asked; use --via console");
	rc = there(xen, own->domid);
	if (!rc)
		return error_set(
			err, -ENOSYS,
			"--via gdbsx: this Xen was built without gdbsx (CONFIG_GDBSX); use "
			"--via console");
	return rc < 0 ? xen_error(rc, "read tables directly (gdbsx)", err) : 0;
}

int gdbsx_open(struct gdbsx *gdbsx, struct xen *xen, const struct xen_domain *own,
	       const struct ranges *ram, struct error *err)
{
	int rc;

	memset(gdbsx, 0, sizeof(*gdbsx));
	gdbsx->frames.read = read_frames;
	gdbsx->frames.readable = readable;
	gdbsx->xen = xen;
	gdbsx->domid = own->domid;
	rc = refuse_host(xen, own, err);
	if (rc)
		return rc;
	if (!ram->count)
		return error_set(err, -ENODATA,
				 "--via gdbsx: Xen does not tell the machine's memory map, without "
				 "which nothing is read");
	if (ranges_add_all(&gdbsx->ram, ram))
		return error_set(err, -ENOMEM, "out of memory");
	rc = xen_end_of_memory(xen, &gdbsx->end);
	if (rc)
		return xen_error(rc, "tell where memory ends", err);
	if (gdbsx->end > ram->range[ram->count - 1].last + 1)
		gdbsx->end = ram->range[ram->count - 1].last + 1;
	gdbsx->buffer = xen_buffer(xen, FRAMES_AT_ONCE);
	if (!gdbsx->buffer)
		return error_set(err, -ENOMEM, "out of memory for hypercalls");
	memset(gdbsx->buffer, 0, FRAMES_AT_ONCE * PAGE_SIZE);
	rc = m2p_open(&gdbsx->m2p, xen, gdbsx->end, err);
	if (!rc)
		rc = own_page_make(&gdbsx->table, xen, own->domid, &gdbsx->m2p, &gdbsx->ram, err);
	if (rc)
		return rc;
	gdbsx->table.page[0] = ENTRY(gdbsx->table.mfn);
	return read_itself(gdbsx, err);
}

void gdbsx_close(struct gdbsx *gdbsx)
{
	if (!gdbsx->xen)
		return;
	own_page_free(&gdbsx->table);
	m2p_close(&gdbsx->m2p);
	xen_buffer_free(gdbsx->xen, gdbsx->buffer, FRAMES_AT_ONCE);
	ranges_clear(&gdbsx->ram);
	memset(gdbsx, 0, sizeof(*gdbsx));
}
