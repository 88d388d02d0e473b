/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: what a running Xen answers. Its libraries are those below, and their answers come
 * from the input: its first REPLIES bytes say what differs from what an ordinary Xen with two
 * domains says, 0 being nothing; behind them is what the console ring holds, with a line "---"
 * before what key D prints, and another before what key q does.
 */
#include "audit/judge.h"
#include "source/module.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xencall.h>
#include <xenctrl.h>
#include <xenforeignmemory.h>
#include <xenstore.h>

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/save.h>
#include <xen/platform.h>

#define REPLIES	  512
#define PAGE	  4096
#define DUMPS_MAX 200
#define CALLS_MAX 200000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct live_module xen_eptaudit_live;

static const uint8_t *replies, *texts[3];
static size_t replied, sizes[3], text_size;
static unsigned long calls;

static char *ring;
static uint32_t ring_size, produced, oldest; /* as in Xen: they count on, and wrap */

/* ---- what it answers ---- */

static uint8_t next(void)
{
	return replied < REPLIES ? replies[replied++] : 0;
}

/* Mostly what it would be: or near it, or anything. */
static uint64_t about(uint64_t usual)
{
	uint8_t kind = next();
	uint64_t value = 0;
	unsigned int i;

	if (kind < 0x80)
		return usual + (kind & 1 ? kind >> 1 : -(uint64_t)(kind >> 1));
	for (i = 0; i < (kind & 7) + 1u; i++)
		value = value << 8 | next();
	return kind & 8 ? usual ^ value : value;
}

/* Begins a call: does it fail? */
static bool fails(void)
{
	static const int codes[] = { EPERM,  ESRCH,  EIO,    ENOENT,	 EAGAIN,  ENOMEM,
				     EACCES, EFAULT, EINVAL, EOPNOTSUPP, ENOBUFS, ENOSYS };
	uint8_t byte = next();

	if (++calls > CALLS_MAX)
		abort(); /* it would ask for ever */
	if (byte < 0xf0 || (byte & 15) >= sizeof(codes) / sizeof(codes[0]))
		return false;
	errno = codes[byte & 15];
	return true;
}

static void print(const uint8_t *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		ring[produced++ % ring_size] = text[i];
		if (produced - oldest > ring_size)
			oldest = produced - ring_size;
	}
}

/* ---- libxenctrl ---- */

xc_interface *xc_interface_open(xentoollog_logger *logger, xentoollog_logger *dombuild_logger,
				unsigned open_flags)
{
	(void)logger;
	(void)dombuild_logger;
	(void)open_flags;
	return fails() ? NULL : (xc_interface *)&calls;
}

int xc_interface_close(xc_interface *xch)
{
	(void)xch;
	return 0;
}

int xc_version(xc_interface *xch, int cmd, void *arg)
{
	const size_t size = cmd == XENVER_extraversion	? sizeof(xen_extraversion_t)
			    : cmd == XENVER_commandline ? sizeof(xen_commandline_t)
							: 0;
	size_t i;

	(void)xch;
	if (fails())
		return -1;
	if (cmd == XENVER_version)
		return (int)about(4 << 16 | 17);
	if (next())
		for (i = 0; i < size; i++) /* without a byte at its end that is 0, perhaps */
			((uint8_t *)arg)[i] = text_size ? texts[0][i % text_size] : 0xff;
	return 0;
}

int xc_domain_getinfolist(xc_interface *xch, uint32_t first_domain, unsigned int max_domains,
			  xc_domaininfo_t *info)
{
	uint64_t count = about(3), i;

	(void)xch;
	if (fails())
		return -1;
	for (i = 0; i < count && i < max_domains; i++) {
		memset(&info[i], 0, sizeof(info[i]));
		info[i].domain = about(first_domain + i);
		info[i].flags = about(info[i].domain ? XEN_DOMINF_hvm_guest | XEN_DOMINF_hap : 0);
		info[i].tot_pages = about(512);
		info[i].max_vcpu_id = about(1);
		info[i].handle[0] = next();
	}
	/* Of those there are no more, unless it says so. */
	return first_domain > 2 && count == 3 ? 0 : (int)count;
}

int xc_send_debug_keys(xc_interface *xch, const char *keys)
{
	(void)xch;
	if (fails())
		return -1;
	print(texts[*keys == 'D' ? 1 : 2], sizes[*keys == 'D' ? 1 : 2]);
	return 0;
}

int xc_readconsolering(xc_interface *xch, char *buffer, unsigned int *pnr_chars, int clear,
		       int incremental, uint32_t *pindex)
{
	uint32_t at = oldest, count = 0, meanwhile;

	(void)xch;
	if (clear)
		abort(); /* others want to read it, too */
	if (fails())
		return -1;
	if (incremental && *pindex - oldest <= produced - oldest)
		at = *pindex;
	while (at != produced && count < *pnr_chars)
		buffer[count++] = ring[at++ % ring_size];
	*pnr_chars = about(count);
	*pindex = about(at);
	meanwhile = about(0) % (2 * ring_size);
	while (meanwhile && text_size) {
		uint32_t some = meanwhile < text_size ? meanwhile : text_size;

		print(texts[0], some);
		meanwhile -= some;
	}
	return 0;
}

int xc_domain_pause(xc_interface *xch, uint32_t domid)
{
	(void)xch;
	(void)domid;
	abort(); /* nobody asked for that */
}

int xc_domain_unpause(xc_interface *xch, uint32_t domid)
{
	(void)xch;
	(void)domid;
	abort();
}

int xc_get_device_group(xc_interface *xch, uint32_t domid, uint32_t machine_sbdf,
			uint32_t max_sdevs, uint32_t *num_sdevs, uint32_t *sdev_array)
{
	(void)xch;
	(void)domid;
	(void)machine_sbdf;
	memset(sdev_array, next(), max_sdevs * sizeof(*sdev_array));
	*num_sdevs = about(0);
	if (fails())
		return -1;
	errno = EOPNOTSUPP;
	return next() ? 0 : -1;
}

int xc_domain_get_pod_target(xc_interface *xch, uint32_t domid, uint64_t *tot_pages,
			     uint64_t *pod_cache_pages, uint64_t *pod_entries)
{
	(void)xch;
	(void)domid;
	*tot_pages = about(512);
	*pod_cache_pages = about(0);
	*pod_entries = about(0);
	return fails() ? -1 : 0;
}

int xc_domain_hvm_getcontext_partial(xc_interface *xch, uint32_t domid, uint16_t typecode,
				     uint16_t instance, void *ctxt_buf, uint32_t size)
{
	struct hvm_hw_mtrr mtrr = { .msr_pat_cr = about(0x0007040600070406) };
	struct hvm_hw_cpu cpu = { .cr0 = 0 };
	unsigned int i;

	(void)xch;
	(void)domid;
	if (fails())
		return -1;
	if (instance > 1 && !next()) {
		errno = ENOENT;
		return -1;
	}
	mtrr.msr_mtrr_cap = about(0x508);
	mtrr.msr_mtrr_def_type = about(0x806);
	for (i = 0; i < NUM_FIXED_MSR; i++)
		mtrr.msr_mtrr_fixed[i] = i && !next() ? mtrr.msr_mtrr_fixed[i - 1] : about(0);
	for (i = 0; i < 2 * MTRR_VCNT && next(); i++)
		mtrr.msr_mtrr_var[i] = about(i & 1 ? 0xf00000800 : 0xf0000000);
	cpu.cr0 = about(0x80000001);
	cpu.cr3 = about(0x1000);
	cpu.cr4 = about(0x20);
	cpu.msr_efer = about(0xd00);
	if (typecode == HVM_SAVE_CODE(CPU))
		memcpy(ctxt_buf, &cpu, size < sizeof(cpu) ? size : sizeof(cpu));
	else
		memcpy(ctxt_buf, &mtrr, size < sizeof(mtrr) ? size : sizeof(mtrr));
	return 0;
}

int xc_get_machine_memory_map(xc_interface *xch, struct e820entry entries[], uint32_t max_entries)
{
	uint64_t count = about(1), i;

	(void)xch;
	if (fails())
		return -1;
	for (i = 0; i < count && i < max_entries; i++) {
		entries[i].addr = about(i << 32);
		entries[i].size = about(0x80000000);
		entries[i].type = about(1);
	}
	return (int)count;
}

int xc_maximum_ram_page(xc_interface *xch, unsigned long *max_mfn)
{
	(void)xch;
	*max_mfn = about(0x80000);
	return fails() ? -1 : 0;
}

int xc_domain_maximum_gpfn(xc_interface *xch, uint32_t domid, xen_pfn_t *gpfns)
{
	(void)xch;
	(void)domid;
	*gpfns = about(0xfffff);
	return fails() ? -1 : 0;
}

int xc_get_mem_access(xc_interface *xch, uint32_t domain_id, uint64_t pfn, xenmem_access_t *access)
{
	(void)xch;
	(void)domain_id;
	(void)pfn;
	if (fails())
		return -1;
	*access = about(XENMEM_access_rwx);
	errno = ENODEV;
	return next() ? 0 : -1;
}

/* The tables of Xen itself are not looked at here. */
int xc_machphys_mfn_list(xc_interface *xch, unsigned long max_extents, xen_pfn_t *extent_start)
{
	(void)xch;
	(void)max_extents;
	(void)extent_start;
	errno = ENOSYS;
	return -1;
}

int xc_kexec_get_range(xc_interface *xch, int range, int nr, uint64_t *size, uint64_t *start)
{
	(void)xch;
	(void)range;
	(void)nr;
	*size = *start = 0;
	errno = ENOSYS;
	return -1;
}

/* ---- libxencall ---- */

xencall_handle *xencall_open(struct xentoollog_logger *logger, unsigned open_flags)
{
	(void)logger;
	(void)open_flags;
	return fails() ? NULL : (xencall_handle *)&calls;
}

int xencall_close(xencall_handle *xcall)
{
	(void)xcall;
	return 0;
}

void *xencall_alloc_buffer(xencall_handle *xcall, size_t size)
{
	(void)xcall;
	return malloc(size);
}

void xencall_free_buffer(xencall_handle *xcall, void *p)
{
	(void)xcall;
	free(p);
}

void *xencall_alloc_buffer_pages(xencall_handle *xcall, size_t nr_pages)
{
	(void)xcall;
	return calloc(nr_pages, PAGE);
}

void xencall_free_buffer_pages(xencall_handle *xcall, void *p, size_t nr_pages)
{
	(void)xcall;
	(void)nr_pages;
	free(p);
}

int xencall1(xencall_handle *xcall, unsigned int op, uint64_t arg1)
{
	xen_platform_op_t *platform = (void *)(uintptr_t)arg1;

	(void)xcall;
	if (op != __HYPERVISOR_platform_op) {
		errno = ENOSYS;
		return -1;
	}
	if (fails())
		return -1;
	if (platform->u.read_memtype.reg > 1 && !next()) {
		errno = EINVAL;
		return -1;
	}
	platform->u.read_memtype.mfn = about(0x80000);
	platform->u.read_memtype.nr_mfns = about(0x80000);
	platform->u.read_memtype.type = about(0);
	return 0;
}

static long mem_type(struct xen_hvm_get_mem_type *op)
{
	if (fails())
		return -errno;
	op->mem_type = about(HVMMEM_ram_rw);
	return 0;
}

int xencall2(xencall_handle *xcall, unsigned int op, uint64_t arg1, uint64_t arg2)
{
	multicall_entry_t *list = (void *)(uintptr_t)arg1;
	uint64_t i;
	long rc;

	(void)xcall;
	if (op == __HYPERVISOR_multicall && list[0].op != __HYPERVISOR_platform_op) {
		if (fails())
			return -1;
		for (i = 0; i < arg2; i++)
			list[i].result = about(mem_type((void *)(uintptr_t)list[i].args[1]));
		return 0;
	}
	rc = op == __HYPERVISOR_hvm_op ? mem_type((void *)(uintptr_t)arg2) : -ENOSYS;
	errno = -rc;
	return rc ? -1 : 0;
}

/* ---- libxenforeignmemory ---- */

xenforeignmemory_handle *xenforeignmemory_open(struct xentoollog_logger *logger,
					       unsigned open_flags)
{
	(void)logger;
	(void)open_flags;
	return fails() ? NULL : (xenforeignmemory_handle *)&calls;
}

int xenforeignmemory_close(xenforeignmemory_handle *fmem)
{
	(void)fmem;
	return 0;
}

void *xenforeignmemory_map(xenforeignmemory_handle *fmem, uint32_t dom, int prot, size_t pages,
			   const xen_pfn_t arr[], int err[])
{
	uint8_t *map;
	size_t i, j;

	(void)fmem;
	(void)dom;
	if (prot != PROT_READ)
		abort(); /* nothing of a guest may be changed */
	map = fails() ? MAP_FAILED
		      : mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	for (i = 0; i < pages; i++) {
		err[i] = next() < 0xf0 ? 0 : -EINVAL;
		/* Whatever it is: tables by chance. */
		for (j = 0; text_size && j < PAGE; j++)
			map[i * PAGE + j] = texts[0][(arr[i] * PAGE + j) % text_size];
	}
	return map;
}

int xenforeignmemory_unmap(xenforeignmemory_handle *fmem, void *addr, size_t pages)
{
	(void)fmem;
	return munmap(addr, pages * PAGE);
}

/* ---- libxenstore ---- */

struct xs_handle *xs_open(unsigned long flags)
{
	(void)flags;
	return fails() ? NULL : (struct xs_handle *)&calls;
}

void xs_close(struct xs_handle *xsh)
{
	(void)xsh;
}

void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *len)
{
	size_t i, size = about(4) % 300;
	char *text;

	(void)h;
	(void)t;
	if (fails())
		return NULL;
	text = calloc(1, size + 1);
	for (i = 0; text && i < size; i++)
		text[i] = strcmp(path, "domid") ? next() : '0';
	*len = size;
	return text;
}

/* Whether xenstored answers is asked in a child, which would take longer than all else. */
pid_t fork(void)
{
	errno = EAGAIN;
	return -1;
}

/* Two of these may run at a time, without each other's Xen. */
int flock(int fd, int operation)
{
	(void)fd;
	(void)operation;
	return 0;
}

/* ---- what is asked ---- */

static void harmless(const char *text, size_t room)
{
	const size_t length = strnlen(text, room);
	size_t i;

	if (length == room)
		abort();
	for (i = 0; i < length; i++)
		if ((uint8_t)text[i] < ' ' || text[i] == 0x7f)
			abort(); /* a terminal obeys it */
}

static void emit(void *opaque, const struct run *run)
{
	struct ranges *suspect = opaque;

	if (run->verdict == VERDICT_MISMATCH && ranges_add(suspect, run->first.gfn, run->gfn_last))
		abort();
}

static void audit(struct source *source, struct dump *dump, struct ranges *suspect)
{
	static struct entry entries[64];
	const struct summary *summary;
	uint64_t verdicts = 0, behind = 0;
	struct judge *judge;
	struct error err;
	ssize_t count, i;

	harmless(dump->name ? dump->name : "", 4096);
	if (!dump->facts.rules)
		dump->facts.rules = RULES_RELEASED;
	judge = judge_new(&dump->facts, true, emit, suspect);
	while (judge && (count = source_read(source, entries, 64, &err)) > 0) {
		for (i = 0; i < count; i++) {
			if (entries[i].gfn < behind || entry_last(&entries[i]) >= DUMP_GFN_END)
				abort(); /* they go up */
			behind = entry_last(&entries[i]) + 1;
		}
		judge_entries(judge, entries, count);
	}
	for (i = 0; i < (ssize_t)dump->note_count; i++)
		harmless(dump->notes[i], sizeof(dump->notes[i]));
	harmless(dump->reason, sizeof(dump->reason));
	if (!judge)
		return;
	summary = judge_finish(judge);
	for (i = 0; i < VERDICT_COUNT; i++)
		verdicts += summary->verdict[i];
	if (verdicts != summary->entries)
		abort();
	judge_free(judge);
}

static void read_guest(struct source *source)
{
	uint64_t gfns[3] = { 1, 2, about(3) & 0xffffffffff };
	struct error err;
	unsigned int i;

	if (!source_has_guest(source) || source_guest_begin(source, &err))
		return;
	source_guest_ahead(source, gfns, 3);
	for (i = 0; i < 3; i++)
		source_guest_page(source, gfns[i], 1);
}

static void look(const struct source_options *options)
{
	struct ranges suspect[DUMPS_MAX] = { { 0 } };
	struct source *source;
	struct error err;
	struct dump *dump;
	size_t count, i, round;
	int rc;

	if (xen_eptaudit_live.open(options, &source, &err)) {
		harmless(err.text, sizeof(err.text));
		return;
	}
	source->rechecks = options->live.recheck;
	for (round = 0; round < 2; round++) {
		count = 0;
		while ((dump = source_next(source, &rc, &err))) {
			if (count == DUMPS_MAX)
				abort();
			audit(source, dump, &suspect[count++]);
			if (options->live.guest_tables)
				read_guest(source);
		}
		if (rc || round || !source_rechecks(source) ||
		    source_recheck(source, suspect, count, &err))
			break;
	}
	harmless(source->info.xen_version, sizeof(source->info.xen_version));
	harmless(source->info.command_line, sizeof(source->info.command_line));
	for (i = 0; i < source->info.remark_count; i++)
		harmless(source->info.remarks[i], sizeof(source->info.remarks[i]));
	source_close(source);
	for (i = 0; i < DUMPS_MAX; i++)
		ranges_clear(&suspect[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char line[] = "\n---\n";
	struct source_options options = { .live = { .all = true, .force = true } };
	const uint8_t *mark;
	unsigned int i;
	uint8_t what;

	if (size < REPLIES)
		return 0;
	replies = data;
	data += REPLIES;
	size -= REPLIES;
	for (i = 0; i < 3; i++) {
		mark = i < 2 && size ? memmem(data, size, line, sizeof(line) - 1) : NULL;
		texts[i] = data;
		sizes[i] = mark ? (size_t)(mark - data) + 1 : size;
		data += mark ? sizes[i] + sizeof(line) - 2 : size;
		size -= mark ? sizes[i] + sizeof(line) - 2 : size;
	}
	text_size = sizes[0];
	replied = 0;
	calls = 0;
	what = next();
	options.live.recheck = what & 1;
	options.live.no_q = what & 2;
	options.live.guest_tables = what & 4;
	options.live.without_ept = what & 8;
	options.live.force = !(what & 16);
	options.domain = what & 32 ? "1" : NULL;
	options.live.all = !options.domain;
	ring_size = 1u << (16 - next() % 7);
	produced = oldest = about(0);
	ring = calloc(1, ring_size);
	if (!ring || setenv("XEN_EPTAUDIT_RUN", "/nonexistent", 1) ||
	    setenv("XEN_EPTAUDIT_SYS", "/nonexistent", 1) ||
	    setenv("XEN_EPTAUDIT_LOCK", "/dev/null", 1))
		abort();
	print(texts[0], sizes[0]);
	look(&options);
	free(ring);
	return 0;
}
