/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LIVE_FAILS_H
#define LIVE_FAILS_H

/*
 * Calls of the C library, and of Xen's, that fail when a test wants it. For a program that has the
 * live source in it: the linker leads each call here (--wrap, which the Makefile gives for each
 * name below), but not those that the library of the played Xen makes itself.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xencall.h>
#include <xenctrl.h>
#include <xenforeignmemory.h>
#include <xenstore.h>

#define FAILS_WAYS    8192
#define FAILS_CALLERS 6 /* so many, one above the other, tell one way to a call from another */

struct way {
	const char *name;
	uint64_t callers;
};

/* Which ways there were, in all processes of a run; of the one that is to fail, whether it did. */
struct ways {
	unsigned int count;
	bool happened;
	struct way way[FAILS_WAYS];
};

static struct ways *ways; /* shared by the processes */
static bool fails_active;
static pid_t fails_process; /* the program's own: to a pipe its children can write */

/*
 * What is to fail: the first call that is made this way; callers 0: each of that name, in whatever
 * way. name NULL: nothing does.
 */
static struct {
	struct way way;
	int code;     /* errno */
	bool nothing; /* it did nothing (0), and that is no error */
} failing;

static void fails_begin(void)
{
	ways = mmap(NULL, sizeof(*ways), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ways == MAP_FAILED)
		exit(1);
}

static __attribute__((noinline)) bool fails(const char *name)
{
	void *frames[2 + FAILS_CALLERS];
	uint64_t sum = 0;
	unsigned int n;
	int count, i;

	if (!strcmp(name, "write") && getpid() != fails_process)
		return false;
	if (!fails_active || (failing.way.name && strcmp(failing.way.name, name)))
		return false;
	fails_active = false; /* what is asked here may allocate */
	count = backtrace(frames, 2 + FAILS_CALLERS);
	fails_active = true;
	for (i = 2; i < count; i++)
		sum = sum * UINT64_C(0x9e3779b97f4a7c15) + (uintptr_t)frames[i];
	if (failing.way.name) {
		if (failing.way.callers && sum != failing.way.callers)
			return false;
		if (__sync_lock_test_and_set(&ways->happened, true) && failing.way.callers)
			return false;
		errno = failing.code;
		return true;
	}
	for (n = 0; n < ways->count; n++)
		if (ways->way[n].callers == sum && !strcmp(ways->way[n].name, name))
			return false;
	n = __sync_fetch_and_add(&ways->count, 1);
	if (n >= FAILS_WAYS)
		abort();
	ways->way[n] = (struct way){ name, sum };
	return false;
}

#define CALL(type, name, failed, parameters, arguments)            \
	type __real_##name parameters;                             \
	type __wrap_##name parameters;                             \
	type __wrap_##name parameters                              \
	{                                                          \
		return !fails(#name)	 ? __real_##name arguments \
		       : failing.nothing ? (type)0                 \
					 : (type)(failed);         \
	}

/* clang-format off */
CALL(void *, malloc, NULL, (size_t size), (size))
CALL(void *, calloc, NULL, (size_t n, size_t size), (n, size))
CALL(void *, realloc, NULL, (void *old, size_t size), (old, size))
CALL(ssize_t, read, -1, (int fd, void *to, size_t size), (fd, to, size))
CALL(ssize_t, write, -1, (int fd, const void *from, size_t size), (fd, from, size))
CALL(ssize_t, pread, -1, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
CALL(ssize_t, pwrite, -1, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
CALL(int, pipe2, -1, (int *fds, int flags), (fds, flags))
CALL(int, fork, -1, (void), ())
CALL(int, waitpid, -1, (pid_t pid, int *status, int flags), (pid, status, flags))
CALL(int, poll, -1, (struct pollfd *fds, nfds_t count, int time), (fds, count, time))
CALL(int, flock, -1, (int fd, int operation), (fd, operation))
CALL(int, ftruncate, -1, (int fd, off_t size), (fd, size))
CALL(int, fstat, -1, (int fd, struct stat *st), (fd, st))
CALL(int, madvise, -1, (void *at, size_t size, int advice), (at, size, advice))
CALL(void *, mmap, MAP_FAILED, (void *at, size_t n, int prot, int flags, int fd, off_t from), (at, n, prot, flags, fd, from))
CALL(int, gethostname, -1, (char *name, size_t size), (name, size))
CALL(FILE *, fopen, NULL, (const char *path, const char *mode), (path, mode))
CALL(FILE *, fdopen, NULL, (int fd, const char *mode), (fd, mode))

CALL(xc_interface *, xc_interface_open, NULL, (xentoollog_logger *a, xentoollog_logger *b, unsigned flags), (a, b, flags))
CALL(int, xc_version, -1, (xc_interface *xch, int cmd, void *arg), (xch, cmd, arg))
CALL(int, xc_domain_getinfolist, -1, (xc_interface *xch, uint32_t first, unsigned int max, xc_domaininfo_t *info), (xch, first, max, info))
CALL(int, xc_send_debug_keys, -1, (xc_interface *xch, const char *keys), (xch, keys))
CALL(int, xc_readconsolering, -1, (xc_interface *xch, char *to, unsigned int *size, int clear, int more, uint32_t *at), (xch, to, size, clear, more, at))
CALL(int, xc_domain_pause, -1, (xc_interface *xch, uint32_t domid), (xch, domid))
CALL(int, xc_domain_unpause, -1, (xc_interface *xch, uint32_t domid), (xch, domid))
CALL(int, xc_get_device_group, -1, (xc_interface *xch, uint32_t domid, uint32_t sbdf, uint32_t max, uint32_t *n, uint32_t *to), (xch, domid, sbdf, max, n, to))
CALL(int, xc_domain_get_pod_target, -1, (xc_interface *xch, uint32_t domid, uint64_t *pages, uint64_t *cache, uint64_t *entries), (xch, domid, pages, cache, entries))
CALL(int, xc_domain_hvm_getcontext_partial, -1, (xc_interface *xch, uint32_t domid, uint16_t type, uint16_t nth, void *to, uint32_t size), (xch, domid, type, nth, to, size))
CALL(int, xc_get_machine_memory_map, -1, (xc_interface *xch, struct e820entry *to, uint32_t max), (xch, to, max))
CALL(int, xc_maximum_ram_page, -1, (xc_interface *xch, unsigned long *mfn), (xch, mfn))
CALL(int, xc_get_mem_access, -1, (xc_interface *xch, uint32_t domid, uint64_t gfn, xenmem_access_t *access), (xch, domid, gfn, access))
CALL(int, xc_machphys_mfn_list, -1, (xc_interface *xch, unsigned long max, xen_pfn_t *to), (xch, max, to))
CALL(int, xc_domain_maximum_gpfn, -1, (xc_interface *xch, uint32_t domid, xen_pfn_t *gfn), (xch, domid, gfn))
CALL(int, xc_kexec_get_range, -1, (xc_interface *xch, int range, int nr, uint64_t *size, uint64_t *start), (xch, range, nr, size, start))
CALL(xencall_handle *, xencall_open, NULL, (xentoollog_logger *log, unsigned flags), (log, flags))
CALL(void *, xencall_alloc_buffer, NULL, (xencall_handle *call, size_t size), (call, size))
CALL(void *, xencall_alloc_buffer_pages, NULL, (xencall_handle *call, size_t n), (call, n))
CALL(int, xencall1, -1, (xencall_handle *call, unsigned int op, uint64_t a), (call, op, a))
CALL(int, xencall2, -1, (xencall_handle *call, unsigned int op, uint64_t a, uint64_t b), (call, op, a, b))
CALL(xenforeignmemory_handle *, xenforeignmemory_open, NULL, (xentoollog_logger *log, unsigned flags), (log, flags))
CALL(void *, xenforeignmemory_map, NULL, (xenforeignmemory_handle *h, uint32_t domid, int prot, size_t n, const xen_pfn_t *frames, int *errs), (h, domid, prot, n, frames, errs))
CALL(struct xs_handle *, xs_open, NULL, (unsigned long flags), (flags))
CALL(void *, xs_read, NULL, (struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *size), (h, t, path, size))
/* clang-format on */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if (fails("open"))
		return -1;
	va_start(args, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(args, mode_t);
	va_end(args);
	return __real_open(path, flags, mode);
}

/* The module is in the program itself. */
void *__real_dlopen(const char *path, int flags);
void *__wrap_dlopen(const char *path, int flags);
void *__wrap_dlopen(const char *path, int flags)
{
	return __real_dlopen(path && strstr(path, "xen-eptaudit-live") ? NULL : path, flags);
}

/* Of tests/coverage/ends.h: it is written down then, and nothing fails. */
void oom_over(void);
void oom_over(void)
{
	fails_active = false;
}

#endif
