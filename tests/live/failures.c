/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failures SCRIPT FOLDER [15S-OPTIONS ALL-OPTIONS]: the program where calls of Xen fail, and where
 * domains die.
 *
 * Every call fails, always or at one of its times, with every error that it can give; a domain dies
 * at each moment. Whatever happens, the program ends with a status that it has, either with one
 * line that says why it could not, or without a finding in a domain that has none; and nothing
 * stays paused. The program is run in a child process each time, which begins where libraries are
 * loaded: there are many hundred of these runs.
 *
 * SCRIPT is one of fake-xen.c in which domain 15 has no finding; FOLDER is for files. With options,
 * which are those of --via gdbsx for a run of domain 15 alone and for one of all, it is the calls
 * of that way that fail. With $FEW_ERRORS in the environment a call fails with four errors only,
 * those that are treated by themselves, at its first time, and a domain dies at few moments: enough
 * where each run takes long.
 */
#include "cmd/cmd.h"
#include "live/runs.h"

#include <signal.h>

static const char *const printed_calls[] = {
	"open",	       "xencall",   "store",  "getinfolist", "version", "extraversion",
	"commandline", "key-D",	    "key-q",  "readconsole", "pause",	"unpause",
	"iommu",       "mtrr",	    "host",   "map",	     "end",	"pod",
	"type",	       "multicall", "access", "buffer",	     "name",
};
/* The others are made as where Xen prints. */
static const char *const direct_calls[] = {
	"getinfolist", "pause",		"unpause",  "map",   "end",   "buffer",	   "owner",   "m2p",
	"map-m2p",     "foreignmemory", "last-gfn", "gdbsx", "kexec", "multicall", "version",
};
static const int codes[] = {
	EPERM,	ENOENT, ESRCH,	EINTR,	 EIO,	     ENXIO,   EBADF,
	EAGAIN, ENOMEM, EACCES, EFAULT,	 EBUSY,	     EEXIST,  ENODEV,
	EINVAL, ENOSPC, ENOSYS, ENODATA, EOPNOTSUPP, ENOBUFS, ETIMEDOUT,
};
static const char *base;
static const char *alone_options = "", *all_options = "";

/* Domain 15's summary, which stands below its heading, has no finding, or it is not there. */
static int fifteen_is_clean(void)
{
	const char *heading = strstr(result.out, "Domain 15"), *summary, *end;

	if (!heading)
		return 1;
	summary = strchr(heading, '\n');
	end = summary ? strchr(summary + 1, '\n') : NULL;
	if (!end)
		return 0;
	summary = strstr(heading, " 0 mismatch");
	return summary && summary < end;
}
/* Whether the run ended as it may; else says what is wrong. */
static const char *wrong(void)
{
	const char *why = wrong_end();

	if (why)
		return why;
	if (result.status == STATUS_ERROR)
		return *result.out ? "a report, though it could not" : NULL;
	return fifteen_is_clean() ? NULL : "a finding in a domain that has none";
}

static bool few; /* errors and moments */

static void fails(struct test_case *test, const char *call, int code, unsigned int time)
{
	char line[64];
	const char *why;

	snprintf(line, sizeof(line), time ? "fail %s %d %u" : "fail %s %d", call, code, time);
	write_script(base, line);
	run(&verb_audit, "--all --pause --summary", all_options);
	why = wrong();
	check_case(test, !why, "%s: status %d, %s\n%s%s", line, result.status, why, result.out,
		   result.err);
	if (strcmp(call, "unpause"))
		check_case(test, all_run_again(""), "%s: something stays paused", line);
}

static void test_failures(const char *const *names, unsigned int count)
{
	static struct test_case cases[COUNT(printed_calls) + COUNT(direct_calls)];
	unsigned int i, code, time;

	for (i = 0; i < count; i++) {
		for (code = 0; code < COUNT(codes); code++) {
			if (few && codes[code] != ESRCH && codes[code] != EIO &&
			    codes[code] != ENOMEM && codes[code] != ENOSYS)
				continue;
			/* Which is tried for a while. */
			if (!strcmp(names[i], "unpause") && codes[code] > EIO)
				continue;
			fails(&cases[i], names[i], codes[code], 0);
			for (time = 1; time <= (few ? 1 : 3); time++)
				if (codes[code] == ESRCH || codes[code] == EIO)
					fails(&cases[i], names[i], codes[code], time);
		}
	}
}

/* calls: how many there are where nobody dies. */
static void test_deaths(unsigned int calls)
{
	static struct test_case alone, all;
	unsigned int n, last = calls > 70 ? calls : 70, step = 1 + last / (few ? 30 : 140);
	char line[64];

	for (n = 5; n <= last; n += step) {
		snprintf(line, sizeof(line), "die 15 %u", n);
		write_script(base, line);
		run(&verb_audit, "15", alone_options);
		check_case(&alone,
			   (result.status == STATUS_CLEAN && strstr(result.out, "Domain 15")) ||
				   (result.status == STATUS_ERROR &&
				    strstr(result.err, "omain 15")),
			   "%s: status %d\n%s%s", line, result.status, result.out, result.err);
		run(&verb_audit, "--all --pause", all_options);
		check_case(&all, result.status <= STATUS_ERROR && all_run_again("5"),
			   "%s, --all: status %d\n%s%s", line, result.status, result.out,
			   result.err);
	}
}

/* So that not every child loads it anew. */
static void load_module(void)
{
	char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 32);

	path[length > 0 ? length : 0] = '\0';
	strcpy(strrchr(path, '/') + 1, "xen-eptaudit-live.so");
	if (!dlopen(path, RTLD_NOW)) {
		printf("%s\n", dlerror());
		exit(1);
	}
}

int main(int argc, char **argv)
{
	static char log[1 << 16];

	if (argc != 3 && argc != 5)
		return 1;
	if (argc == 5) {
		alone_options = argv[3];
		all_options = argv[4];
	}
	few_descriptors();
	few = getenv("FEW_ERRORS");
	base = argv[1];
	folder = argv[2];
	load_module();
	write_script(base, "own 0");
	run(&verb_audit, "--all --pause --summary", all_options);
	check(result.status == STATUS_FOUND && fifteen_is_clean() && all_run_again("") &&
		      strstr(result.out, "Domain 15"),
	      "where nothing fails: status %d\n%s%s", result.status, result.out, result.err);
	read_text(path_of("log"), log, sizeof(log));
	if (argc == 5)
		test_failures(direct_calls, COUNT(direct_calls));
	else
		test_failures(printed_calls, COUNT(printed_calls));
	test_deaths(count_lines(log, ""));
	printf("%u runs\n", runs);
	return test_end();
}
