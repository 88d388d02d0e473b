/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/leftover.h"

#include "base/text.h"
#include "source/live/runfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "xen-eptaudit.paused"

/* A guardian that has just heard that its program is gone needs a moment. */
#define TRIES	 40
#define INTERVAL 50000 /* microseconds */

/* A domain's line: its id, its handle, and whether somebody else had paused it before. */
static void add_domain(char *text, size_t size, const struct xen_domain *domain)
{
	unsigned int i;

	text_append(text, size, "domain %d ", domain->domid);
	for (i = 0; i < sizeof(domain->handle); i++)
		text_append(text, size, "%02x", domain->handle[i]);
	text_append(text, size, " %d\n", domain->paused);
}

static int cannot_write(int rc, struct error *err)
{
	char path[4096];

	return error_set(err, rc,
			 "cannot write %s, which tells of paused domains if all that could let "
			 "them run is killed: %s; leave out --pause",
			 runfile_path(NAME, path, sizeof(path)),
			 rc == -EACCES ? "it is not a file of this user's alone" : strerror(-rc));
}

int leftover_begin(struct xen *xen, const struct xen_domain *domains, size_t count,
		   struct error *err)
{
	char *text = malloc(RUNFILE_MOST);
	int fd = text ? runfile_open(NAME, true) : -ENOMEM;
	int rc = fd < 0 ? fd : runfile_stamp(xen, text);
	size_t i;

	for (i = 0; !rc && i < count; i++)
		add_domain(text, RUNFILE_MOST - 64, &domains[i]);
	if (!rc && (flock(fd, LOCK_EX | LOCK_NB) || ftruncate(fd, 0)))
		rc = -errno;
	if (!rc && write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		rc = -(errno ? errno : ENOSPC);
	free(text);
	if (!rc)
		return fd;
	if (fd >= 0)
		close(fd);
	return cannot_write(rc, err);
}

void leftover_guardian(int record, pid_t guardian)
{
	if (record >= 0 && dprintf(record, "guardian %d\n", (int)guardian) < 0)
		return; /* then it is found by its name */
}

void leftover_done(int record)
{
	char path[4096];
	struct stat st;

	/* Whoever of the two is later must not take away the file of a run to come. */
	if (record >= 0 && !fstat(record, &st) && st.st_nlink)
		unlink(runfile_path(NAME, path, sizeof(path)));
}

/* Is that domain still there, and paused? */
static bool is_paused(const struct xen_domain *all, size_t count, int domid, const char *handle)
{
	char same[2 * sizeof(all->handle) + 1];
	size_t i;
	unsigned int n;

	for (i = 0; i < count; i++) {
		if (all[i].domid != domid || !all[i].paused || all[i].dying)
			continue;
		for (n = 0; n < sizeof(all->handle); n++)
			snprintf(same + 2 * n, 3, "%02x", all[i].handle[n]);
		return !strcmp(same, handle);
	}
	return false;
}

/* Those that the file names and that are paused. Returns how many. */
static unsigned int collect(char *text, const struct xen_domain *all, size_t count, char *list,
			    char *commands, size_t size)
{
	unsigned int found = 0;
	char *line, *save = NULL;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char handle[33];
		int domid, before;

		if (sscanf(line, "domain %d %32s %d", &domid, handle, &before) != 3 ||
		    !is_paused(all, count, domid, handle))
			continue;
		text_append(list, size, "%s%d%s", found ? ", " : "", domid,
			    before ? " (which had been paused before, too)" : "");
		text_append(commands, size, "%sxl unpause %d", found ? "; " : "", domid);
		found++;
	}
	return found;
}

static bool is_held(int fd, const char *stamp, struct error *err)
{
	char *text = runfile_read(fd, stamp), *guardian = text ? strstr(text, "\nguardian ") : NULL;
	int pid = guardian ? atoi(guardian + 10) : 0;

	free(text);
	error_set(err, -EBUSY,
		  "a process of an earlier run that still lives (ept-guardian, %d) may hold "
		  "domains paused: xl list tells which; kill -CONT %d lets it go on, or kill it "
		  "and let them run with xl unpause",
		  pid, pid);
	return true;
}

bool leftover_find(struct xen *xen, const struct xen_domain *all, size_t count, struct error *err)
{
	char stamp[RUNFILE_STAMP], list[256] = "", commands[256] = "", *text;
	int fd = runfile_open(NAME, false), rc = 0, tries = 0;
	unsigned int found = 0;
	struct stat st;

	if (fd < 0 || runfile_stamp(xen, stamp)) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while ((rc = flock(fd, LOCK_EX | LOCK_NB)) && tries++ < TRIES)
		usleep(INTERVAL);
	/* Without a name it is one whose guardian has done its work. */
	if (!rc && !fstat(fd, &st) && st.st_nlink) {
		text = runfile_read(fd, stamp);
		found = text ? collect(text, all, count, list, commands, sizeof(list)) : 0;
		free(text);
		if (!found)
			leftover_done(fd);
	}
	rc = rc && is_held(fd, stamp, err);
	close(fd);
	if (found)
		error_set(err, -EBUSY,
			  "domain%s %s %s still paused by an earlier run, which was killed "
			  "together with its guardian: let %s run with %s",
			  found > 1 ? "s" : "", list, found > 1 ? "are" : "is",
			  found > 1 ? "them" : "it", commands);
	return rc || found;
}
