/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/ownpage.h"

#include "source/tables/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICE	       "/dev/xen/hypercall"
#define CANDIDATES_MAX 16

/* Of an entry of /proc/PID/pagemap (the kernel's admin-guide/mm/pagemap.rst). */
#define PAGEMAP_PRESENT (UINT64_C(1) << 63)
#define PAGEMAP_SWAPPED (UINT64_C(1) << 62)
#define PAGEMAP_FRAME	((UINT64_C(1) << 55) - 1)

/*
 * The kernel hands out pages of its own through this device: they are never swapped, migrated or
 * compacted, as an ordinary page of a process can be at any time, locked or not. No child of this
 * process has it, and nobody else can.
 */
static int map_page(struct own_page *own, struct error *err)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC), rc = 0;
	void *page;

	if (fd < 0)
		return error_set(err, -errno,
				 "cannot open %s: %s; dom0's kernel (4.18 or newer) hands out "
				 "memory that does not move there, without which tables are not "
				 "read directly",
				 DEVICE, strerror(errno));
	page = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		rc = error_set(err, -errno, "cannot map a page of %s: %s", DEVICE, strerror(errno));
	close(fd);
	if (rc)
		return rc;
	own->page = page;
	if (madvise(page, PAGE_SIZE, MADV_DONTFORK))
		return error_set(err, -errno, "cannot keep a page from child processes: %s",
				 strerror(errno));
	memset(page, 0, PAGE_SIZE); /* which also makes it present */
	return 0;
}

/* The kernel's frame number of the page: in a PV domain the domain's own, not the machine's. */
static int kernel_frame(const struct own_page *own, uint64_t *pfn, struct error *err)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd >= 0) {
		n = pread(fd, &entry, sizeof(entry), (uintptr_t)own->page / PAGE_SIZE * 8);
		close(fd);
	}
	*pfn = entry & PAGEMAP_FRAME;
	if (fd < 0 || n != sizeof(entry) || !(entry & PAGEMAP_PRESENT) || entry & PAGEMAP_SWAPPED ||
	    !*pfn)
		return error_set(err, -ENODATA,
				 "the kernel does not tell where a page of its memory lies "
				 "(/proc/self/pagemap): run this as root in dom0");
	return 0;
}

/* By Xen's table and by Xen's word: the frame that is this frame of the kernel's, and is its own.
 */
static int machine_frame(struct own_page *own, struct xen *xen, int domid, struct m2p *m2p,
			 const struct ranges *ram, uint64_t pfn, struct error *err)
{
	uint64_t candidates[CANDIDATES_MAX];
	ssize_t count = m2p_find(m2p, ram, pfn, candidates, CANDIDATES_MAX), i;
	unsigned int owned = 0;

	if (count < 0)
		return error_set(err, count,
				 "Xen does not show all of its table of frames (M2P), so that a "
				 "page of our own cannot be told from others");
	for (i = 0; i < count && i < CANDIDATES_MAX; i++) {
		int rc = xen_owns(xen, domid, candidates[i]);

		if (rc < 0)
			return xen_error(rc, "tell whose a frame is", err);
		if (!rc)
			continue;
		own->mfn = candidates[i];
		owned++;
	}
	if (count > CANDIDATES_MAX || owned != 1)
		return error_set(err, -ENOTUNIQ,
				 "of %zd machine frames that may be one page of our own, %u are "
				 "this domain's: exactly one must be, so that tables are not read "
				 "directly",
				 count, owned);
	return 0;
}

int own_page_make(struct own_page *own, struct xen *xen, int domid, struct m2p *m2p,
		  const struct ranges *ram, struct error *err)
{
	uint64_t pfn, again;
	int rc;

	memset(own, 0, sizeof(*own));
	rc = map_page(own, err);
	if (!rc)
		rc = kernel_frame(own, &pfn, err);
	if (!rc)
		rc = machine_frame(own, xen, domid, m2p, ram, pfn, err);
	if (!rc)
		rc = kernel_frame(own, &again, err);
	if (!rc && (again != pfn || m2p_get(m2p, own->mfn) != pfn))
		rc = error_set(err, -EAGAIN,
			       "a page that should not move did, so that tables are not read "
			       "directly");
	if (rc)
		own_page_free(own);
	return rc;
}

void own_page_free(struct own_page *own)
{
	if (own->page)
		munmap((void *)own->page, PAGE_SIZE);
	own->page = NULL;
}
