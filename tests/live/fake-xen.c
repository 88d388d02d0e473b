/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Xen's libraries as far as the live source calls them, to be preloaded or linked. $FAKE_XEN is a
 * script, one item a line; numbers are C numbers.
 *
 *   version MAJOR MINOR EXTRA      commandline TEXT           own DOMID
 *   ring BYTES                     index NUMBER               boot FILE
 *   domain ID FLAGS PAGES VCPUS NAME      flags: hvm hap dying paused, joined by ','; or -
 *   rebuilt ID CALL                another domain has the id from that call on, counted over all
 *   key K FILE...                  what it prints, at each press the next, the last again
 *   e820 ADDRESS SIZE TYPE         end FRAMES
 *   host MFN FRAMES TYPE           the next variable range
 *   iommu ID on|off                pod ID PAGES [ENTRIES]
 *   mtrr ID VCPU TIME REGISTER=VALUE...   def pat fix base0 mask0 …, hexadecimal; from the TIMEth
 * call cpu ID VCPU TIME REGISTER=VALUE...    cr0 cr3 cr4 efer, hexadecimal; likewise page ID GFN
 * TIME INDEX=VALUE...       64-bit words of the guest's memory, hexadecimal; from the TIMEth time
 * on that the page is mapped nopage ID GFN ERRNO            cannot be mapped type ID FIRST LAST
 * HVMMEM      access ID FIRST LAST ACCESS    somebody monitors the domain die ID CALL gone from
 * that call on, counted over all come ID CALL                   there from that call on      dying
 * ID CALL fail NAME ERRNO [TIME]         at the TIMEth call of that name (all) spam FILE [FIRST
 * LAST]         printed after each read of the ring, or these (from 1) clear TIME somebody clears
 * the ring before its TIMEth reading hold NAME FILE                 before that call, as long as
 * the file is there log FILE                       each call, as it is made What there is of memory
 * and of gdbsx is described in fake-memory.c.
 */
#include "live/fake-xen.h"
#include "live/fake.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xenctrl.h>
#include <xenforeignmemory.h>
#include <xenstore.h>

#include <xen/hvm/hvm_op.h>
#include <xen/hvm/save.h>
#include <xen/platform.h>
#include <xen/version.h>

#define MANY 4096

static struct line lines[MANY];
static unsigned int line_count, calls;
static char *ring;
static uint32_t ring_size, produced, oldest; /* free-running, as in Xen */
static int ring_used_up;
static pid_t process;
static const char *log_path;

uint64_t fake_number(const char *text)
{
	return strtoull(text, NULL, 0);
}

char *fake_word(const struct line *line, unsigned int n)
{
	return n < line->count ? line->words[n] : (char *)"";
}

/* The nth line (from 0) of that kind with that second word, or NULL. */
struct line *fake_find(const char *kind, const char *second, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < line_count; i++)
		if (!strcmp(fake_word(&lines[i], 0), kind) &&
		    (!second || !strcmp(fake_word(&lines[i], 1), second)) && !n--)
			return &lines[i];
	return NULL;
}

struct line *fake_find_domain(const char *kind, uint32_t domid, unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", domid);
	return fake_find(kind, text, n);
}

void fake_note(const char *format, ...)
{
	char text[256];
	va_list args;
	int length, fd;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* Opened each time: who closes all descriptors is heard, too. */
	fd = log_path ? open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
	if (fd >= 0) {
		if (write(fd, text, length) < 0)
			abort();
		close(fd);
	}
}

static void print(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		ring[produced % ring_size] = text[i];
		produced++;
		if ((uint32_t)(produced - oldest) > ring_size)
			oldest = produced - ring_size;
	}
	ring_used_up = 1;
}

static void print_file(const char *path)
{
	char buffer[4096];
	FILE *file;
	size_t n;

	fake_allocates(1);
	file = fopen(path, "r");
	if (!file) {
		fprintf(stderr, "fake-xen: no %s\n", path);
		abort();
	}
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0)
		print(buffer, n);
	fclose(file);
	fake_allocates(-1);
}

void fake_xen_load(const char *path)
{
	FILE *file = path ? fopen(path, "r") : NULL;
	char text[4096];
	struct line *line;

	process = getpid();
	while (file && fgets(text, sizeof(text), file) && line_count < MANY) {
		char *copy = strdup(text), *at = copy;

		line = &lines[line_count++];
		at[strcspn(at, "\n")] = '\0';
		while (*at && line->count < 32) {
			line->words[line->count++] = at;
			at += strcspn(at, " ");
			if (*at)
				*at++ = '\0';
		}
		if (line->count > 1) {
			line->rest = strdup(text + (line->words[1] - copy));
			line->rest[strcspn(line->rest, "\n")] = '\0';
		}
	}
	if (file)
		fclose(file);
	line = fake_find("log", NULL, 0);
	if (line)
		log_path = fake_word(line, 1);
	line = fake_find("ring", NULL, 0);
	ring_size = line ? fake_number(fake_word(line, 1)) : 4 << 20;
	ring = calloc(1, ring_size);
	line = fake_find("index", NULL, 0);
	produced = oldest = line ? fake_number(fake_word(line, 1)) : 0;
	line = fake_find("boot", NULL, 0);
	if (line)
		print_file(fake_word(line, 1));
}

static void __attribute__((constructor)) load(void)
{
	if (getenv("FAKE_XEN"))
		fake_xen_load(getenv("FAKE_XEN"));
}

/* Begins a call: does the script let it fail? Returns -1 with errno then. */
int fake_enter(const char *name)
{
	struct line *line;
	unsigned int i, time;
	static struct {
		const char *name;
		unsigned int times;
	} made[32];

	for (i = 0; made[i].name && strcmp(made[i].name, name); i++)
		;
	made[i].name = name;
	time = ++made[i].times;
	calls++;
	/* A child asks whether xenstored answers: those are none of the program's calls. */
	if (getpid() == process || (strcmp(name, "store") && strcmp(name, "name")))
		fake_note("%s\n", name);
	line = fake_find("hold", name, 0);
	for (i = 0; line && !access(fake_word(line, 2), F_OK) && i < 6000; i++)
		usleep(10000);
	for (i = 0; (line = fake_find("fail", name, i)); i++)
		if (line->count < 4 || fake_number(fake_word(line, 3)) == time) {
			errno = fake_number(fake_word(line, 2));
			return -1;
		}
	return 0;
}

int fake_gone(uint32_t domid)
{
	struct line *die = fake_find_domain("die", domid, 0),
		    *come = fake_find_domain("come", domid, 0);

	return !fake_find_domain("domain", domid, 0) ||
	       (die && calls >= fake_number(fake_word(die, 2))) ||
	       (come && calls < fake_number(fake_word(come, 2)));
}

/* The same for a call about a domain. */
int fake_enter_for(const char *name, uint32_t domid)
{
	if (fake_enter(name))
		return -1;
	if (fake_gone(domid)) {
		errno = ESRCH;
		return -1;
	}
	return 0;
}

/* ---- libxenctrl ---- */

xc_interface *xc_interface_open(xentoollog_logger *logger, xentoollog_logger *dombuild_logger,
				unsigned open_flags)
{
	(void)logger;
	(void)dombuild_logger;
	(void)open_flags;
	return fake_enter("open") ? NULL : (xc_interface *)&calls;
}

int xc_interface_close(xc_interface *xch)
{
	(void)xch;
	return 0;
}

int xc_version(xc_interface *xch, int cmd, void *arg)
{
	struct line *line;

	(void)xch;
	switch (cmd) {
	case XENVER_version:
		line = fake_find("version", NULL, 0);
		if (fake_enter("version"))
			return -1;
		return line ? fake_number(fake_word(line, 1)) << 16 |
				       fake_number(fake_word(line, 2))
			    : 4 << 16 | 17;
	case XENVER_extraversion:
		line = fake_find("version", NULL, 0);
		if (fake_enter("extraversion"))
			return -1;
		snprintf(arg, sizeof(xen_extraversion_t), "%s", line ? fake_word(line, 3) : ".7");
		return 0;
	case XENVER_commandline:
		line = fake_find("commandline", NULL, 0);
		if (fake_enter("commandline"))
			return -1;
		snprintf(arg, sizeof(xen_commandline_t), "%s", line ? line->rest : "");
		return 0;
	default:
		errno = ENOSYS;
		return -1;
	}
}

int xc_domain_getinfolist(xc_interface *xch, uint32_t first_domain, unsigned int max_domains,
			  xc_domaininfo_t *info)
{
	unsigned int i, count = 0;

	(void)xch;
	if (fake_enter("getinfolist"))
		return -1;
	for (i = 0; i < line_count && count < max_domains; i++) {
		struct line *line = &lines[i];
		uint32_t domid = fake_number(fake_word(line, 1));
		struct line *dying = fake_find_domain("dying", domid, 0);

		if (strcmp(fake_word(line, 0), "domain") || domid < first_domain ||
		    fake_gone(domid))
			continue;
		memset(&info[count], 0, sizeof(info[count]));
		info[count].domain = domid;
		info[count].flags =
			(strstr(fake_word(line, 2), "hvm") ? XEN_DOMINF_hvm_guest : 0) |
			(strstr(fake_word(line, 2), "hap") ? XEN_DOMINF_hap : 0) |
			(strstr(fake_word(line, 2), "dying") ||
					 (dying && calls >= fake_number(fake_word(dying, 2)))
				 ? XEN_DOMINF_dying
				 : 0) |
			(strstr(fake_word(line, 2), "paused") ? XEN_DOMINF_paused : 0);
		line = fake_find_domain("rebuilt", domid, 0);
		info[count].handle[0] = line && calls >= fake_number(fake_word(line, 2));
		line = &lines[i];
		info[count].tot_pages = fake_number(fake_word(line, 3));
		info[count].max_vcpu_id = fake_number(fake_word(line, 4)) - 1;
		count++;
	}
	return count;
}

int xc_send_debug_keys(xc_interface *xch, const char *keys)
{
	static unsigned int times[256];
	struct line *line = fake_find("key", keys, 0);
	unsigned int time = times[(unsigned char)*keys]++;

	(void)xch;
	if (fake_enter(*keys == 'D' ? "key-D" : *keys == 'v' ? "key-v" : "key-q"))
		return -1;
	if (line && line->count > 2)
		print_file(fake_word(line, 2 + (time < line->count - 3 ? time : line->count - 3)));
	return 0;
}

int xc_readconsolering(xc_interface *xch, char *buffer, unsigned int *pnr_chars, int clear,
		       int incremental, uint32_t *pindex)
{
	static unsigned int times;
	uint32_t at = oldest, count = 0;
	struct line *line = fake_find("spam", NULL, 0), *cleared = fake_find("clear", NULL, 0);

	(void)xch;
	if (fake_enter("readconsole") || clear)
		return -1;
	if (cleared && fake_number(fake_word(cleared, 1)) == times + 1)
		at = oldest = produced;
	if (incremental && *pindex - oldest <= produced - oldest)
		at = *pindex;
	while (at != produced && count < *pnr_chars)
		buffer[count++] = ring[at++ % ring_size];
	*pnr_chars = count;
	*pindex = at;
	times++;
	if (line && (line->count < 4 || (times >= fake_number(fake_word(line, 2)) &&
					 times <= fake_number(fake_word(line, 3)))))
		print_file(fake_word(line, 1));
	return 0;
}

int xc_domain_pause(xc_interface *xch, uint32_t domid)
{
	(void)xch;
	if (fake_enter_for("pause", domid))
		return -1;
	fake_note("paused %u\n", domid);
	return 0;
}

int xc_domain_unpause(xc_interface *xch, uint32_t domid)
{
	(void)xch;
	if (fake_enter_for("unpause", domid))
		return -1;
	fake_note("unpaused %u\n", domid);
	return 0;
}

int xc_get_device_group(xc_interface *xch, uint32_t domid, uint32_t machine_sbdf,
			uint32_t max_sdevs, uint32_t *num_sdevs, uint32_t *sdev_array)
{
	struct line *line = fake_find_domain("iommu", domid, 0);

	(void)xch;
	(void)machine_sbdf;
	(void)max_sdevs;
	(void)sdev_array;
	if (fake_enter_for("iommu", domid))
		return -1;
	*num_sdevs = 0;
	if (line && !strcmp(fake_word(line, 2), "on"))
		return 0;
	errno = EOPNOTSUPP;
	return -1;
}

int xc_domain_get_pod_target(xc_interface *xch, uint32_t domid, uint64_t *tot_pages,
			     uint64_t *pod_cache_pages, uint64_t *pod_entries)
{
	struct line *line = fake_find_domain("pod", domid, 0);

	(void)xch;
	if (fake_enter_for("pod", domid))
		return -1;
	*tot_pages = *pod_entries = 0;
	*pod_cache_pages = line ? fake_number(fake_word(line, 2)) : 0;
	*pod_entries = line && line->count > 3 ? fake_number(fake_word(line, 3)) : 0;
	return 0;
}

/* The line of a vCPU that holds at that time. */
static struct line *at_time(const char *kind, uint32_t domid, unsigned int vcpu, unsigned int time)
{
	struct line *line, *best = NULL;
	unsigned int i;

	for (i = 0; (line = fake_find_domain(kind, domid, i)); i++)
		if (fake_number(fake_word(line, 2)) == vcpu &&
		    fake_number(fake_word(line, 3)) <= time)
			best = line;
	return best;
}

static int cpu_record(uint32_t domid, unsigned int vcpu, void *buffer, uint32_t size)
{
	static unsigned int times[64];
	struct line *line = at_time("cpu", domid, vcpu, ++times[domid % 64]);
	struct hvm_hw_cpu record = { .cr0 = 0 };
	unsigned int i;

	if (!line || size < sizeof(record)) {
		errno = line ? ENOBUFS : ENOENT;
		return -1;
	}
	for (i = 4; i < line->count; i++) {
		uint64_t v;

		if (sscanf(fake_word(line, i), "cr0=%" SCNx64, &v) == 1)
			record.cr0 = v;
		else if (sscanf(fake_word(line, i), "cr3=%" SCNx64, &v) == 1)
			record.cr3 = v;
		else if (sscanf(fake_word(line, i), "cr4=%" SCNx64, &v) == 1)
			record.cr4 = v;
		else if (sscanf(fake_word(line, i), "efer=%" SCNx64, &v) == 1)
			record.msr_efer = v;
	}
	memcpy(buffer, &record, sizeof(record));
	return 0;
}

int xc_domain_hvm_getcontext_partial(xc_interface *xch, uint32_t domid, uint16_t typecode,
				     uint16_t instance, void *ctxt_buf, uint32_t size)
{
	static unsigned int times[64];
	struct hvm_hw_mtrr record = { .msr_mtrr_cap = 0x508, .msr_pat_cr = 0x0007040600070406 };
	struct line *line, *best = NULL;
	unsigned int i, time;

	(void)xch;
	if (typecode == HVM_SAVE_CODE(CPU))
		return fake_enter_for("cpu", domid) ? -1
						    : cpu_record(domid, instance, ctxt_buf, size);
	if (fake_enter_for("mtrr", domid))
		return -1;
	time = ++times[domid % 64];
	if (typecode != HVM_SAVE_CODE(MTRR) || size < sizeof(record)) {
		errno = EINVAL;
		return -1;
	}
	for (i = 0; (line = fake_find_domain("mtrr", domid, i)); i++)
		if (fake_number(fake_word(line, 2)) == instance &&
		    fake_number(fake_word(line, 3)) <= time)
			best = line;
	if (!best) {
		errno = ENOENT;
		return -1;
	}
	for (i = 4; i < best->count; i++) {
		unsigned int n, j;
		uint64_t v;

		if (sscanf(fake_word(best, i), "def=%" SCNx64, &v) == 1)
			record.msr_mtrr_def_type = v;
		else if (sscanf(fake_word(best, i), "pat=%" SCNx64, &v) == 1)
			record.msr_pat_cr = v;
		else if (sscanf(fake_word(best, i), "fix=%" SCNx64, &v) == 1)
			for (j = 0; j < NUM_FIXED_MSR; j++)
				record.msr_mtrr_fixed[j] = v;
		else if (sscanf(fake_word(best, i), "fix%u=%" SCNx64, &n, &v) == 2 &&
			 n < NUM_FIXED_MSR)
			record.msr_mtrr_fixed[n] = v;
		else if (sscanf(fake_word(best, i), "base%u=%" SCNx64, &n, &v) == 2 &&
			 n < MTRR_VCNT)
			record.msr_mtrr_var[2 * n] = v;
		else if (sscanf(fake_word(best, i), "mask%u=%" SCNx64, &n, &v) == 2 &&
			 n < MTRR_VCNT)
			record.msr_mtrr_var[2 * n + 1] = v;
	}
	memcpy(ctxt_buf, &record, sizeof(record));
	return 0;
}

int xc_get_machine_memory_map(xc_interface *xch, struct e820entry entries[], uint32_t max_entries)
{
	struct line *line;
	unsigned int i;

	(void)xch;
	if (fake_enter("map"))
		return -1;
	for (i = 0; i < max_entries && (line = fake_find("e820", NULL, i)); i++) {
		entries[i].addr = fake_number(fake_word(line, 1));
		entries[i].size = fake_number(fake_word(line, 2));
		entries[i].type = fake_number(fake_word(line, 3));
	}
	return i;
}

int xc_maximum_ram_page(xc_interface *xch, unsigned long *max_mfn)
{
	struct line *line = fake_find("end", NULL, 0);

	(void)xch;
	if (fake_enter("end"))
		return -1;
	*max_mfn = line ? fake_number(fake_word(line, 1)) : ~0UL;
	return 0;
}

int xc_get_mem_access(xc_interface *xch, uint32_t domain_id, uint64_t pfn, xenmem_access_t *access)
{
	struct line *line;
	unsigned int i;

	(void)xch;
	if (fake_enter_for("access", domain_id))
		return -1;
	if (!fake_find_domain("access", domain_id, 0)) {
		errno = ENODEV;
		return -1;
	}
	*access = XENMEM_access_rwx;
	for (i = 0; (line = fake_find_domain("access", domain_id, i)); i++)
		if (pfn >= fake_number(fake_word(line, 2)) &&
		    pfn <= fake_number(fake_word(line, 3)))
			*access = fake_number(fake_word(line, 4));
	return 0;
}

/* ---- libxencall ---- */

xencall_handle *xencall_open(struct xentoollog_logger *logger, unsigned open_flags)
{
	(void)logger;
	(void)open_flags;
	return fake_enter("xencall") ? NULL : (xencall_handle *)&calls;
}

int xencall_close(xencall_handle *xcall)
{
	(void)xcall;
	return 0;
}

void *xencall_alloc_buffer(xencall_handle *xcall, size_t size)
{
	(void)xcall;
	return fake_enter("buffer") ? NULL : malloc(size);
}

void xencall_free_buffer(xencall_handle *xcall, void *p)
{
	(void)xcall;
	free(p);
}

static int host_range(xen_platform_op_t *platform)
{
	struct line *line;

	if (fake_enter("host"))
		return -1;
	if (platform->cmd != XENPF_read_memtype ||
	    platform->interface_version != XENPF_INTERFACE_VERSION) {
		errno = ENOSYS;
		return -1;
	}
	line = fake_find("host", NULL, platform->u.read_memtype.reg);
	if (!line) {
		errno = EINVAL;
		return -1;
	}
	platform->u.read_memtype.mfn = fake_number(fake_word(line, 1));
	platform->u.read_memtype.nr_mfns = fake_number(fake_word(line, 2));
	platform->u.read_memtype.type = fake_number(fake_word(line, 3));
	return 0;
}

int xencall1(xencall_handle *xcall, unsigned int op, uint64_t arg1)
{
	(void)xcall;
	if (op == __HYPERVISOR_domctl)
		return fake_domctl((void *)(uintptr_t)arg1);
	if (op == __HYPERVISOR_platform_op)
		return host_range((void *)(uintptr_t)arg1);
	errno = ENOSYS;
	return -1;
}

static int mem_type(struct xen_hvm_get_mem_type *op)
{
	struct line *line;
	unsigned int i;

	if (fake_gone(op->domid))
		return -ESRCH;
	op->mem_type = HVMMEM_ram_rw;
	for (i = 0; (line = fake_find_domain("type", op->domid, i)); i++)
		if (op->pfn >= fake_number(fake_word(line, 2)) &&
		    op->pfn <= fake_number(fake_word(line, 3)))
			op->mem_type = fake_number(fake_word(line, 4));
	return 0;
}

int xencall2(xencall_handle *xcall, unsigned int op, uint64_t arg1, uint64_t arg2)
{
	multicall_entry_t *list = (multicall_entry_t *)(uintptr_t)arg1;
	uint64_t i;
	int rc;

	(void)xcall;
	if (fake_enter(op == __HYPERVISOR_multicall ? "multicall" : "type"))
		return -1;
	if (op == __HYPERVISOR_multicall && list[0].op == __HYPERVISOR_platform_op)
		return fake_symbols(list, arg2);
	if (op == __HYPERVISOR_multicall) {
		for (i = 0; i < arg2; i++)
			list[i].result = list[i].op == __HYPERVISOR_hvm_op &&
							 list[i].args[0] == HVMOP_get_mem_type
						 ? mem_type((void *)(uintptr_t)list[i].args[1])
						 : -ENOSYS;
		return 0;
	}
	rc = op == __HYPERVISOR_hvm_op && arg1 == HVMOP_get_mem_type
		     ? mem_type((void *)(uintptr_t)arg2)
		     : -ENOSYS;
	errno = -rc;
	return rc ? -1 : 0;
}

/* ---- libxenforeignmemory ---- */

xenforeignmemory_handle *xenforeignmemory_open(struct xentoollog_logger *logger,
					       unsigned open_flags)
{
	(void)logger;
	(void)open_flags;
	return fake_enter("foreignmemory") ? NULL : (xenforeignmemory_handle *)&calls;
}

int xenforeignmemory_close(xenforeignmemory_handle *fmem)
{
	(void)fmem;
	return 0;
}

/* Fills a page as it is now. Returns 0 or a negative errno value. */
static int fill_page(uint32_t domid, uint64_t gfn, uint64_t *words)
{
	static struct {
		uint64_t gfn;
		uint32_t domid;
		unsigned int times;
	} mapped[1024];
	struct line *line, *best = NULL;
	unsigned int i, k;

	for (i = 0; (line = fake_find_domain("nopage", domid, i)); i++)
		if (fake_number(fake_word(line, 2)) == gfn)
			return -(int)fake_number(fake_word(line, 3));
	for (k = 0; k < 1023 && mapped[k].times; k++)
		if (mapped[k].gfn == gfn && mapped[k].domid == domid)
			break;
	mapped[k].gfn = gfn;
	mapped[k].domid = domid;
	mapped[k].times++;
	for (i = 0; (line = fake_find_domain("page", domid, i)); i++)
		if (fake_number(fake_word(line, 2)) == gfn &&
		    fake_number(fake_word(line, 3)) <= mapped[k].times)
			best = line;
	memset(words, 0, 4096);
	for (i = 4; best && i < best->count; i++) {
		uint64_t v;
		unsigned int n;

		if (sscanf(fake_word(best, i), "%u=%" SCNx64, &n, &v) == 2 && n < 512)
			words[n] = v;
	}
	fake_note("page %u %#" PRIx64 "\n", domid, gfn);
	return 0;
}

void *xenforeignmemory_map(xenforeignmemory_handle *fmem, uint32_t dom, int prot, size_t pages,
			   const xen_pfn_t arr[], int err[])
{
	char *map;
	size_t i;

	(void)fmem;
	if (prot != PROT_READ || !err) /* nothing of a guest may be changed */
		abort();
	if (dom == DOMID_XEN)
		return fake_map_m2p(arr[0], pages, err);
	if (fake_enter_for("map-pages", dom))
		return NULL;
	map = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	for (i = 0; i < pages; i++)
		err[i] = fill_page(dom, arr[i], (uint64_t *)(void *)(map + i * 4096));
	fake_note("mapped %zu\n", pages);
	return map;
}

int xenforeignmemory_unmap(xenforeignmemory_handle *fmem, void *addr, size_t pages)
{
	(void)fmem;
	fake_note("unmapped %zu\n", pages);
	return munmap(addr, pages * 4096);
}

/* ---- libxenstore ---- */

struct xs_handle *xs_open(unsigned long flags)
{
	(void)flags;
	return fake_enter("store") ? NULL : (struct xs_handle *)&calls;
}

void xs_close(struct xs_handle *xsh)
{
	(void)xsh;
}

void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *len)
{
	struct line *line;
	const char *text;
	unsigned int domid;

	(void)h;
	(void)t;
	if (fake_enter("name"))
		return NULL;
	if (!strcmp(path, "domid")) {
		line = fake_find("own", NULL, 0);
		text = line ? fake_word(line, 1) : "0";
	} else if (sscanf(path, "/local/domain/%u/name", &domid) == 1 &&
		   (line = fake_find_domain("domain", domid, 0)) && line->count > 5) {
		text = fake_word(line, 5);
	} else {
		errno = ENOENT;
		return NULL;
	}
	*len = strlen(text);
	return strdup(text);
}
