/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To be preloaded: lets allocation number $OOM_FAIL (from 1) fail, and with $OOM_ALL all that
 * follow. With $OOM_SITES a 64-bit number for each allocation goes into the file of that name,
 * which is the same for those that the same callers ask for. What json-c allocates is passed over:
 * it follows null pointers then. So does libdw, of which only the blocks are meant that it hands
 * out itself.
 */
#include "way.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANY (1u << 20)

static unsigned long count, failing;
static int all, active, sites = -1;
static uint64_t site[512];
static unsigned int waiting;

/* json-c's functions that allocate, and are called. */
static int in_json;
static void *(*real_new)(void);
static void *(*real_parse)(void *tokener, const char *text, int length);

void *json_tokener_new(void);
void *json_tokener_parse_ex(void *tokener, const char *text, int length);

void *json_tokener_new(void)
{
	void *tokener;

	in_json++;
	tokener = real_new();
	in_json--;
	return tokener;
}

void *json_tokener_parse_ex(void *tokener, const char *text, int length)
{
	void *json;

	in_json++;
	json = real_parse(tokener, text, length);
	in_json--;
	return json;
}

static void *find(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

static void flush(void)
{
	if (waiting && write(sites, site, waiting * sizeof(site[0])) < 0)
		abort();
	waiting = 0;
}

/* What the program does when it is over is not meant: coverage is written down then. */
void oom_over(void);
void oom_over(void)
{
	active = 0;
}

/* A test's own Xen allocates, too: that is not meant either. 1 where that begins, -1 behind. */
static int passing;

void oom_pass(int by);
void oom_pass(int by)
{
	passing += by;
}

#define BLOCK_LEAST 2048

/* For libdw, perhaps through tsearch()? */
static int in_libdw(void)
{
	void *frames[6];
	Dl_info info;
	int depth, i, found = 0;

	passing++;
	depth = backtrace(frames, 6);
	for (i = 0; i < depth && !found; i++)
		found = dladdr(frames[i], &info) && info.dli_fname &&
			(strstr(info.dli_fname, "/libdw") || strstr(info.dli_fname, "/libelf"));
	passing--;
	return found;
}

static int __attribute__((noinline)) fails(size_t size)
{
	static int registered;

	if (!active || in_json || passing)
		return 0;
	if (size < BLOCK_LEAST && in_libdw())
		return 0;
	/* Not earlier: the last to be registered is the first to be called. */
	if (!registered) {
		registered = 1;
		atexit(oom_over);
	}
	count++;
	if (sites >= 0 && count < MANY) {
		passing++;
		site[waiting++] = way_here();
		passing--;
		if (waiting == sizeof(site) / sizeof(site[0]))
			flush();
	}
	if (!failing || (count != failing && !(all && count > failing)))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails(size) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails(n * size) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return fails(size) ? NULL : __libc_realloc(old, size);
}

static void __attribute__((constructor)) begin(void)
{
	const char *text = getenv("OOM_SITES");
	void *found = find("json_tokener_new");

	memcpy(&real_new, &found, sizeof(found));
	found = find("json_tokener_parse_ex");
	memcpy(&real_parse, &found, sizeof(found));

	if (text)
		sites = open(text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	text = getenv("OOM_FAIL");
	failing = text ? strtoul(text, NULL, 10) : 0;
	all = getenv("OOM_ALL") != NULL;
	/* Whatever the program starts is not meant. */
	unsetenv("LD_PRELOAD");
	way_here(); /* which loads a library when it is first called */
	active = 1;
}

static void __attribute__((destructor)) end(void)
{
	if (sites >= 0)
		flush();
}
