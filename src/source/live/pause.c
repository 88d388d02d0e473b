/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/pause.h"

#include "source/live/leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the guardian says of each domain, twice: when it is paused, and when it runs again. */
struct report {
	int domid, rc;
};

static const int stop_signals[3] = { SIGTSTP, SIGTTIN, SIGTTOU };

/* Who kills this program by name, or is short of memory, must not hit its guardian. */
static void hide(void)
{
	static const char name[] = "ept-guardian", program[] = "xen-eptaudit";
	char *found;
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	/* Where that is not allowed it is a process like any other. */
	if (fd >= 0 && write(fd, "-1000", 5) >= 0)
		close(fd);
	prctl(PR_SET_NAME, name);
	while ((found = strstr(program_invocation_name, program)))
		memcpy(found, name, sizeof(name) - 1);
}

/* Nothing of the terminal's, nor another pipe's end, may be kept open or reach the guardian. */
static void detach(int hold, int told, int record)
{
	int null, fd, last = sysconf(_SC_OPEN_MAX);
	sigset_t none;

	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	null = open("/dev/null", O_RDWR);
	for (fd = 0; fd < 3 && null >= 0; fd++)
		if (fd != hold && fd != told)
			dup2(null, fd);
	for (fd = 3; fd < (last > 0 && last < 4096 ? last : 4096); fd++)
		if (fd != hold && fd != told && fd != record)
			close(fd);
}

static void tell(int told, int domid, int rc)
{
	struct report report = { domid, rc };

	if (write(told, &report, sizeof(report)) < 0)
		return; /* nobody is there to hear it, and the pipe to wait for is closed */
}

/* Xen may say no for a moment. A domain that is gone, or that somebody let run, is not held. */
static int unpause(struct xen *xen, const struct xen_domain *domain)
{
	unsigned int tries;
	int rc = 0;

	for (tries = 0; tries < 10; tries++) {
		/* One that is being built with the same id has its own reason to be paused. */
		if (xen_rebuilt(xen, domain))
			return 0;
		rc = xen_unpause(xen, domain->domid);
		if (!rc || rc == -ESRCH || rc == -EINVAL)
			return 0;
		usleep(20000);
	}
	return rc;
}

/* Who is stopped, by whatever signal, may never go on. */
static bool is_stopped(pid_t pid)
{
	char path[32], text[512];
	ssize_t size;
	char *name;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	size = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[size > 0 ? size : 0] = '\0';
	name = strrchr(text, ')'); /* the name may have any characters; the state follows */
	return name && name[1] == ' ' && (name[2] == 'T' || name[2] == 't');
}

/* Handles of Xen's libraries are not for a child: the guardian has its own. */
static void guard(const struct xen_domain *domains, size_t count, struct xen_domain *paused,
		  int hold, int told, int record)
{
	struct pollfd closed = { .fd = hold };
	struct xen *xen;
	size_t paused_count = 0, i;
	bool all = true;
	int rc;

	detach(hold, told, record);
	hide();
	rc = xen_open(&xen, NULL);
	if (rc) {
		tell(told, -1, rc);
		_exit(1);
	}
	for (i = 0; i < count && !rc; i++) {
		rc = xen_pause(xen, domains[i].domid);
		tell(told, domains[i].domid, rc);
		if (!rc)
			paused[paused_count++] = domains[i];
		else if (rc == -ESRCH) /* gone: whoever looks at it will say so */
			rc = 0;
	}
	while (!rc && poll(&closed, 1, 1000) <= 0)
		if (is_stopped(getppid())) {
			tell(told, -1, -ECANCELED);
			break;
		}
	while (paused_count) {
		const struct xen_domain *domain = &paused[--paused_count];

		rc = unpause(xen, domain);
		all &= !rc;
		tell(told, domain->domid, rc);
	}
	if (all)
		leftover_done(record);
	xen_close(xen);
	_exit(0);
}

/* How often and for how many looks the guardian is waited for: it answers within one. */
#define LOOK  200 /* milliseconds */
#define LOOKS 50

/* Is there a report, or the end of them? Not from a guardian that is stopped, or takes too long. */
static bool answers(const struct pause *pause)
{
	struct pollfd told = { .fd = pause->told, .events = POLLIN };
	unsigned int looks, stopped = 0;

	for (looks = 0; looks < LOOKS && stopped < 2; looks++) {
		if (poll(&told, 1, pause->silent ? 0 : LOOK) > 0)
			return true;
		if (pause->silent)
			return false;
		stopped = is_stopped(pause->guardian) ? stopped + 1 : 0;
	}
	return false;
}

/* The guardian's next report: 1, or 0 if there is none more. */
static int hear(struct pause *pause, struct report *report)
{
	ssize_t n;

	if (!answers(pause)) {
		pause->silent = true;
		return 0;
	}
	do
		n = read(pause->told, report, sizeof(*report));
	while (n < 0 && errno == EINTR);
	return n == sizeof(*report);
}

/* Its end; one that cannot be killed now, frozen perhaps, ends before it does anything else. */
static void bury(struct pause *pause)
{
	unsigned int looks;

	if (pause->silent)
		kill(pause->guardian, SIGKILL);
	for (looks = 0; looks < LOOKS; looks++) {
		pid_t pid = waitpid(pause->guardian, NULL, WNOHANG);

		if (pid == pause->guardian || (pid < 0 && errno != EINTR))
			return;
		usleep(pause->silent ? 20000 : 2000);
	}
}

static int start(struct pause *pause, const struct xen_domain *domains, size_t count,
		 struct error *err)
{
	int hold[2], told[2], rc;

	if (pipe2(hold, O_CLOEXEC))
		return error_set(err, -errno, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(told, O_CLOEXEC)) {
		rc = error_set(err, -errno, "cannot make a pipe: %s", strerror(errno));
		close(hold[0]);
		close(hold[1]);
		return rc;
	}
	pause->guardian = fork();
	if (!pause->guardian) {
		close(hold[1]);
		close(told[0]);
		guard(domains, count, pause->held, hold[0], told[1], pause->record);
	}
	rc = pause->guardian < 0 ? -errno : 0;
	close(hold[0]);
	close(told[1]);
	pause->hold = hold[1];
	pause->told = told[0];
	leftover_guardian(pause->record, pause->guardian);
	if (!rc)
		return 0;
	pause->guardian = 0;
	close(pause->hold);
	close(pause->told);
	return error_set(err, rc, "cannot start the process that holds the pause: %s",
			 strerror(-rc));
}

static int refused(const struct report *report, struct error *err)
{
	if (report->domid < 0)
		return error_set(err, report->rc,
				 "the process that would hold the pause cannot ask Xen: %s",
				 strerror(-report->rc));
	if (report->rc == -EINVAL)
		return error_set(err, report->rc,
				 "domain %d cannot be paused: it is the one this runs in, or is "
				 "being destroyed; leave out --pause",
				 report->domid);
	return error_set(err, report->rc, "domain %d cannot be paused: %s; leave out --pause",
			 report->domid, strerror(-report->rc));
}

int pause_begin(struct pause *pause, struct xen *xen, const struct xen_domain *domains,
		size_t count, struct error *err)
{
	struct report report = { -1, 0 };
	unsigned int i;
	size_t told;
	int rc;

	memset(pause, 0, sizeof(*pause));
	pause->held = calloc(count + 1, sizeof(*pause->held));
	if (!pause->held)
		return error_set(err, -ENOMEM, "out of memory");
	pause->record = leftover_begin(xen, domains, count, err);
	rc = pause->record < 0 ? pause->record : start(pause, domains, count, err);
	if (rc) {
		leftover_done(pause->record);
		if (pause->record >= 0)
			close(pause->record);
		free(pause->held);
		pause->held = NULL;
		return rc;
	}
	for (i = 0; i < 3; i++)
		pause->stop[i] = signal(stop_signals[i], SIG_IGN);
	for (told = 0; told < count && hear(pause, &report); told++)
		if (!report.rc)
			pause->held[pause->count++] = domains[told];
		else if (report.rc != -ESRCH || report.domid < 0)
			break;
		else
			report.rc = 0;
	if (told == count)
		return 0;
	rc = report.rc ? refused(&report, err)
		       : error_set(err, -EIO,
				   "the process that holds the pause %s; see with xl list whether "
				   "domain %d is paused",
				   pause->silent ? "does not answer" : "died", domains[told].domid);
	pause_end(pause, xen, NULL);
	return rc;
}

/* Adds one that does not run to list, which has the others. */
static int still_paused(int domid, int rc, char *list, size_t size, struct error *err)
{
	static const char others[] = " and others";
	size_t used = strlen(list);

	/* One has 7 characters at most; the words for others fit behind each. */
	if (used + 7 + sizeof(others) <= size)
		snprintf(list + used, size - used, "%s%d", used ? ", " : "", domid);
	else if (!strstr(list, others))
		strcat(list, others);
	return error_set(
		err, rc,
		"domain%s %s %s still paused, Xen says: %s; let %s run with xl unpause %s%s",
		used ? "s" : "", list, used ? "are" : "is", strerror(-rc), used ? "each" : "it",
		list, used ? ", one by one" : "");
}

int pause_end(struct pause *pause, struct xen *xen, struct error *err)
{
	struct report report;
	char list[64] = "";
	unsigned int i;
	size_t n;
	int rc = 0;

	if (!pause->guardian)
		return 0;
	close(pause->hold);
	while (hear(pause, &report)) {
		if (report.rc && report.domid >= 0)
			rc = still_paused(report.domid, report.rc, list, sizeof(list), err);
		else if (report.rc)
			rc = error_set(
				err, report.rc,
				"this program was stopped, so the domains were let run: they "
				"may have changed while they were looked at");
		for (n = 0; n < pause->count; n++)
			if (pause->held[n].domid == report.domid)
				pause->held[n] = pause->held[--pause->count];
	}
	bury(pause);
	for (pause->silent = true; hear(pause, &report);) /* what it told before it was killed */
		for (n = 0; !report.rc && n < pause->count; n++)
			if (pause->held[n].domid == report.domid)
				pause->held[n] = pause->held[--pause->count];
	close(pause->told);
	for (n = 0; n < pause->count; n++) { /* what it did not live to do */
		int failed = unpause(xen, &pause->held[n]);

		if (failed)
			rc = still_paused(pause->held[n].domid, failed, list, sizeof(list), err);
	}
	if (!*list)
		leftover_done(pause->record);
	close(pause->record);
	for (i = 0; i < 3; i++)
		signal(stop_signals[i], pause->stop[i] == SIG_ERR ? SIG_DFL : pause->stop[i]);
	free(pause->held);
	memset(pause, 0, sizeof(*pause));
	return rc;
}
