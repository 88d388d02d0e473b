/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/sandbox.h"

#include <errno.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
	__has_feature(undefined_behavior_sanitizer)
#define NO_SANDBOX
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || !defined(__linux__) || \
	!(defined(__x86_64__) || defined(__aarch64__)) || !defined(HAVE_LINUX_SECCOMP_H)
#define NO_SANDBOX
#endif

#ifdef NO_SANDBOX

bool sandbox_built(void)
{
	return false;
}

int sandbox_enter(void)
{
	return -ENOSYS;
}

void sandbox_drop(void)
{
}

#else

#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__
#define ARCH AUDIT_ARCH_X86_64
#else
#define ARCH AUDIT_ARCH_AARCH64
#endif
#ifndef SECCOMP_RET_KILL_PROCESS
#define SECCOMP_RET_KILL_PROCESS SECCOMP_RET_KILL
#endif

#define NOBODY 65534

/* System calls that are allowed: all, or those whose argument, masked, has that value. */
static const struct allowed {
	unsigned int number;
	int argument; /* -1: whatever they are */
	uint32_t mask, value;
} allowed[] = {
#define ALL(name)                    \
	{                            \
		SYS_##name, -1, 0, 0 \
	}
	ALL(read),
	ALL(readv),
	ALL(pread64),
	ALL(write),
	ALL(writev),
	ALL(pwrite64),
	ALL(lseek),
	ALL(close),
	ALL(dup),
	ALL(fcntl),
	ALL(fstat),
	ALL(newfstatat), /* what newer C libraries make of fstat() */
	ALL(statx),
	ALL(fstatfs),
	ALL(ftruncate),
	ALL(fadvise64),
	{ SYS_openat, 2, O_TMPFILE | O_EXCL, O_TMPFILE | O_EXCL },
#ifdef SYS_open
	{ SYS_open, 1, O_TMPFILE | O_EXCL, O_TMPFILE | O_EXCL },
#endif
	{ SYS_ioctl, 1, UINT32_MAX, TCGETS },
	{ SYS_ioctl, 1, UINT32_MAX, 0x802c542a }, /* TCGETS2: isatty() of newer C libraries */
	{ SYS_ioctl, 1, UINT32_MAX, TIOCGWINSZ },
	{ SYS_mmap, 2, PROT_EXEC, 0 },
	{ SYS_mprotect, 2, PROT_EXEC, 0 },
	ALL(munmap),
	ALL(mremap),
	ALL(madvise),
	ALL(brk),
	ALL(futex),
	ALL(getrandom),
	ALL(sysinfo), /* qsort() */
	ALL(uname),   /* the host's name in a report */
	ALL(getpid),
	ALL(gettid),
	ALL(tgkill), /* abort(), raise() */
	ALL(getrusage),
	ALL(clock_gettime),
	ALL(gettimeofday),
#ifdef SYS_time
	ALL(time),
#endif
	ALL(rt_sigaction),
	ALL(rt_sigprocmask),
	ALL(rt_sigreturn),
	ALL(restart_syscall),
	ALL(exit),
	ALL(exit_group),
#undef ALL
};

#define COUNT (sizeof(allowed) / sizeof(allowed[0]))

/* What libraries ask for, but get along without: libdw wants to know where a file lies. */
static const unsigned int refused[] = {
#ifdef SYS_readlink
	SYS_readlink,
#endif
	SYS_readlinkat,
};

#define REFUSED (sizeof(refused) / sizeof(refused[0]))

#define DATA(member) ((uint32_t)offsetof(struct seccomp_data, member))
#define LOW_HALF(n)  (DATA(args) + 8 * (n)) /* both machines are little-endian */

static int install(void)
{
	static struct sock_filter code[8 + 5 * COUNT + 2 * REFUSED];
	struct sock_fprog program = { .filter = code };
	unsigned int n = 0, i;

#define ADD(...) (code[n++] = (struct sock_filter)__VA_ARGS__)
	ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, DATA(arch)));
	ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0));
	ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, DATA(nr)));
	for (i = 0; i < COUNT; i++) {
		const struct allowed *call = &allowed[i];

		ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call->number, 0,
			     call->argument < 0 ? 1 : 5));
		if (call->argument >= 0) {
			ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, LOW_HALF(call->argument)));
			ADD(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, call->mask));
			ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call->value, 0, 1));
		}
		ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
		/* The same call may be allowed with another argument. */
		if (call->argument >= 0)
			ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, DATA(nr)));
	}
	for (i = 0; i < REFUSED; i++) {
		ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[i], 0, 1));
		ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES));
	}
	ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
#undef ADD
	program.len = n;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? -errno : 0;
}

/* Who is nobody can make files without a name only where everybody can. */
static bool everybody_may_write(void)
{
	const char *folder = getenv("TMPDIR");
	struct stat st;

	return !stat(folder && *folder ? folder : "/tmp", &st) && st.st_mode & S_IWOTH &&
	       st.st_mode & S_IXOTH;
}

/* What is open stays open. What cannot be dropped is of no use to who can open nothing. */
void sandbox_drop(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
	bool dropped = !geteuid() && everybody_may_write() && !setgroups(0, NULL) &&
		       !setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(NOBODY, NOBODY, NOBODY);

	memset(none, 0, sizeof(none));
	if (!dropped && syscall(SYS_capset, &head, none))
		return;
}

bool sandbox_built(void)
{
	return true;
}

int sandbox_enter(void)
{
	if (prctl(PR_GET_SECCOMP) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -ENOSYS;
	return install();
}

#endif
