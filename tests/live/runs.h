/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LIVE_RUNS_H
#define LIVE_RUNS_H

/*
 * For programs that run the program itself many hundred times on the Xen of fake-xen.c: in a child
 * process each time, which begins where libraries are loaded.
 */

#include "cmd/cmd.h"
#include "cmd/options.h"
#include "live/fake-xen.h"
#include "unit/test.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *folder; /* for files: those of a run are stdout, stderr, log and run/ */
static unsigned int runs;

/* What the last run came to. */
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

/* All of the lines in the file, and one more; becomes the script of the next run. */
static void write_script(const char *base, const char *line)
{
	static char text[1 << 17];
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

/* What a child does just before the verb is run, and behind it. */
__attribute__((unused)) static void (*before_verb)(void), (*behind_verb)(void);

__attribute__((unused)) static bool keeps_files; /* what runs before kept of this boot stays */

/* A verb with these words, on the Xen of the script. */
static void run(const struct verb *verb, const char *arguments, const char *options)
{
	char words[1024], name[64], *argv[32] = { name }, *save;
	int argc = 1, status;
	pid_t pid;

	snprintf(name, sizeof(name), "xen-eptaudit %s", verb->name);
	snprintf(words, sizeof(words), "%s %s", arguments, options);
	while (argc < 31 && (argv[argc] = strtok_r(argc == 1 ? words : NULL, " ", &save)))
		argc++;
	unlink(path_of("log"));
	if (!keeps_files) {
		unlink(path_of("run/xen-eptaudit.places"));
		unlink(path_of("run/xen-eptaudit.boot"));
	}
	fflush(stdout);
	runs++;
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		redirect("stdout", 1);
		redirect("stderr", 2);
		fake_xen_load(path_of("script"));
		options_offer(verb->shared);
		if (before_verb)
			before_verb();
		status = verb->run(argc, argv);
		if (behind_verb)
			behind_verb();
		exit(status);
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

/* Whether the run ended as it may: a status, and one line that says why it could not. */
static const char *wrong_end(void)
{
	if (strstr(result.err, "Sanitizer") || strstr(result.err, "runtime error:"))
		return "a sanitizer's report";
	if (result.status < 0 || result.status > STATUS_INCOMPLETE)
		return "no status that it has";
	if (result.status == STATUS_ERROR && count_lines(result.err, "") != 1)
		return "not one line that says why it could not";
	return NULL;
}

/* The guardian of a pause closes as many descriptors as there can be. */
static void few_descriptors(void)
{
	const struct rlimit few = { 64, 64 };

	setrlimit(RLIMIT_NOFILE, &few);
}

#endif
