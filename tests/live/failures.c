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
#include "cmd/options.h"
#include "live/fake-xen.h"
#include "unit/test.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

static const char *base, *folder;
static const char *alone_options = "", *all_options = "";
static unsigned int runs;

/* What one run came to. */
struct result {
	int status; /* of exit, or 128 + signal */
	char out[1 << 16], err[1 << 14];
};
static struct result result;

static const char *path_of(const char *name)
{
	static char paths[4][4096];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void die(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(1);
}

static void read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	size_t used = 0;
	ssize_t n = 1;

	while (fd >= 0 && used < size - 1 && n > 0) {
		n = read(fd, text + used, size - 1 - used);
		if (n > 0)
			used += n;
	}
	if (fd >= 0)
		close(fd);
	text[used] = '\0';
}

/* SCRIPT and one more line. */
static void write_script(const char *line)
{
	static char text[1 << 16];
	FILE *file = fopen(path_of("script"), "w");

	read_text(base, text, sizeof(text));
	if (!file || fputs(text, file) < 0 || fprintf(file, "%s\n", line) < 0 || fclose(file))
		die("script");
}

static void redirect(const char *name, int fd)
{
	int file = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (file < 0 || dup2(file, fd) < 0)
		_exit(126);
	close(file);
}

/* The lines of standard error that are no announcement of what is about to be done. */
static void drop_notices(char *text)
{
	char *from = text, *to = text;

	while (*from) {
		size_t length = strcspn(from, "\n");

		length += from[length] == '\n';
		if (strncmp(from, "xen-eptaudit: ", 14)) {
			memmove(to, from, length);
			to += length;
		}
		from += length;
	}
	*to = '\0';
}

/* audit ARGUMENTS OPTIONS, on the Xen of the script. */
static void run(const char *arguments, const char *options)
{
	char words[256], *argv[16] = { "xen-eptaudit audit" }, *save;
	int argc = 1, status;
	pid_t pid;

	snprintf(words, sizeof(words), "%s %s", arguments, options);
	while (argc < 15 && (argv[argc] = strtok_r(argc == 1 ? words : NULL, " ", &save)))
		argc++;
	unlink(path_of("log"));
	unlink(path_of("run/xen-eptaudit.places"));
	fflush(stdout);
	runs++;
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		redirect("stdout", 1);
		redirect("stderr", 2);
		fake_xen_load(path_of("script"));
		options_offer(verb_audit.shared);
		exit(verb_audit.run(argc, argv));
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	read_text(path_of("stdout"), result.out, sizeof(result.out));
	read_text(path_of("stderr"), result.err, sizeof(result.err));
	drop_notices(result.err);
}

static unsigned int count_lines(const char *text, const char *begins)
{
	unsigned int count = 0;

	for (; text; text = strchr(text, '\n'), text += !!text)
		count += *text && !strncmp(text, begins, strlen(begins));
	return count;
}

/* Those of domain 5, or of all with "". */
static int all_run_again(const char *domid)
{
	static char log[1 << 16];
	char paused[32], unpaused[32];

	snprintf(paused, sizeof(paused), "paused %s", domid);
	snprintf(unpaused, sizeof(unpaused), "unpaused %s", domid);
	read_text(path_of("log"), log, sizeof(log));
	return count_lines(log, paused) == count_lines(log, unpaused);
}

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
	if (strstr(result.err, "Sanitizer") || strstr(result.err, "runtime error:"))
		return "a sanitizer's report";
	if (result.status < 0 || result.status > STATUS_INCOMPLETE)
		return "no status that it has";
	if (result.status != STATUS_ERROR)
		return fifteen_is_clean() ? NULL : "a finding in a domain that has none";
	if (*result.out || count_lines(result.err, "") != 1)
		return "not one line that says why it could not";
	return NULL;
}

static bool few; /* errors and moments */

static void fails(struct test_case *test, const char *call, int code, unsigned int time)
{
	char line[64];
	const char *why;

	snprintf(line, sizeof(line), time ? "fail %s %d %u" : "fail %s %d", call, code, time);
	write_script(line);
	run("--all --pause --summary", all_options);
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
		write_script(line);
		run("15", alone_options);
		check_case(&alone,
			   (result.status == STATUS_CLEAN && strstr(result.out, "Domain 15")) ||
				   (result.status == STATUS_ERROR &&
				    strstr(result.err, "omain 15")),
			   "%s: status %d\n%s%s", line, result.status, result.out, result.err);
		run("--all --pause", all_options);
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
	const struct rlimit descriptors = { 64, 64 };
	static char log[1 << 16];

	if (argc != 3 && argc != 5)
		return 1;
	if (argc == 5) {
		alone_options = argv[3];
		all_options = argv[4];
	}
	/* The guardian of a pause closes as many descriptors as there can be. */
	setrlimit(RLIMIT_NOFILE, &descriptors);
	few = getenv("FEW_ERRORS");
	base = argv[1];
	folder = argv[2];
	load_module();
	write_script("own 0");
	run("--all --pause --summary", all_options);
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
