/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/jail.h"

#include "base/opened.h"
#include "base/outfile.h"
#include "base/sandbox.h"
#include "base/screen.h"
#include "base/temporary.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What the reader asks of the one that waits, and the answer. */
struct request {
	unsigned int file; /* see outfile_delegate() */
	int keep;
};
struct answer {
	int rc;
	struct error err;
};

static int asking = -1, answering = -1;

static bool read_whole(int fd, void *buffer, size_t size)
{
	size_t used = 0;
	ssize_t n = 1;

	while (used < size && n) {
		n = read(fd, (char *)buffer + used, size - used);
		if (n < 0 && errno != EINTR)
			return false;
		used += n > 0 ? n : 0;
	}
	return used == size;
}

/* Less than a pipe takes at once: all of it, or nothing. */
static bool write_whole(int fd, const void *buffer, size_t size)
{
	ssize_t n;

	do
		n = write(fd, buffer, size);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)size;
}

static int ask(unsigned int file, bool keep, struct error *err)
{
	struct request request = { file, keep };
	/* That nobody listens is told by a message. */
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	bool asked = write_whole(asking, &request, sizeof(request));
	struct answer answer;

	signal(SIGPIPE, before);
	if (!asked || !read_whole(answering, &answer, sizeof(answer)))
		return error_set(err, -EIO, "the process that writes files is gone");
	answer.err.text[sizeof(answer.err.text) - 1] = '\0';
	return answer.rc ? error_set(err, answer.rc, "%s", answer.err.text) : 0;
}

/* As the reader ended, so does the program. */
static void end_as(int status) __attribute__((noreturn));
static void end_as(int status)
{
	outfile_close_all();
	if (WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	if (WTERMSIG(status) != SIGSYS) {
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
		_exit(128 + WTERMSIG(status));
	}
	_exit(cmd_fail("xen-eptaudit",
		       "what was read made the program do what no reading needs, and the kernel "
		       "ended it: the file is hostile, or this is a bug, to be reported with the "
		       "file; XEN_EPTAUDIT_JAIL=off in the environment reads it without that "
		       "protection"));
}

static void wait_for(pid_t reader, int requests, int answers)
{
	struct request request;
	int status;

	signal(SIGPIPE, SIG_IGN); /* a reader that is gone has a status, too */
	while (read_whole(requests, &request, sizeof(request))) {
		struct answer answer;

		memset(&answer, 0, sizeof(answer));
		answer.rc = outfile_close_nth(request.file, request.keep, &answer.err);
		if (!write_whole(answers, &answer, sizeof(answer)))
			break;
	}
	/* Else it would wait for an answer that never comes. */
	close(requests);
	close(answers);
	while (waitpid(reader, &status, 0) < 0)
		if (errno != EINTR)
			_exit(STATUS_ERROR);
	end_as(status);
}

/* Files that libraries look at when they are first asked for a time or a letter. */
static void warm_up(void)
{
	tzset();
	screen_utf8();
}

static bool may_split;

void jail_may_split(void)
{
	may_split = true;
}

void jail_will_read(const char *path)
{
	if (may_split)
		opened_ahead(path);
}

static bool is_wanted(void)
{
	const char *off = getenv("XEN_EPTAUDIT_JAIL");
	int fd;

	if (!may_split || !sandbox_built() || (off && !strcmp(off, "off")))
		return false;
	/* Without files that have no name something would have to be opened later. */
	fd = temporary_unnamed();
	if (fd >= 0)
		close(fd);
	return fd >= 0 || (fd != -EOPNOTSUPP && fd != -EISDIR && fd != -EINVAL);
}

/* Whoever ends the one that waits, ends both. */
static void drop_and_enter(pid_t parent)
{
	sandbox_drop(); /* which forgets what signal is wanted then */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(STATUS_ERROR);
	sandbox_enter(); /* a kernel without it: the split does no harm */
}

void jail_enter(void)
{
	int requests[2], answers[2];
	pid_t parent = getpid(), reader;

	if (asking >= 0 || !is_wanted())
		return;
	if (pipe2(requests, O_CLOEXEC))
		return;
	if (pipe2(answers, O_CLOEXEC)) {
		close(requests[0]);
		close(requests[1]);
		return;
	}
	warm_up();
	fflush(stdout);
	outfile_flush_all();
	reader = fork();
	if (reader > 0) {
		close(requests[1]);
		close(answers[0]);
		wait_for(reader, requests[0], answers[1]);
	}
	close(requests[0]);
	close(answers[1]);
	asking = requests[1];
	answering = answers[0];
	if (reader < 0) { /* no process is to be had: as without */
		close(asking);
		close(answering);
		return;
	}
	outfile_delegate(ask);
	drop_and_enter(parent);
}
