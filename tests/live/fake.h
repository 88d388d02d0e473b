/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIVE_FAKE_H
#define TESTS_LIVE_FAKE_H

/* What the parts of the fake library share. */

#include <stdint.h>
#include <xencall.h>
#include <xenctrl.h>

struct xen_domctl;

/* A line of the script. */
struct line {
	char *words[32];
	unsigned int count;
	char *rest; /* from the second word on, as it stood */
};

uint64_t fake_number(const char *text);
char *fake_word(const struct line *line, unsigned int n);

/* The nth line (from 0) of that kind with that second word, or NULL. */
struct line *fake_find(const char *kind, const char *second, unsigned int n);
struct line *fake_find_domain(const char *kind, uint32_t domid, unsigned int n);

/* Writes to the log that the script names. */
void fake_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Begins a call: does the script let it fail? Returns -1 with errno then. */
int fake_enter(const char *name);

/* The same for a call about a domain. */
int fake_enter_for(const char *name, uint32_t domid);
int fake_gone(uint32_t domid);

/* fake-memory.c */
int fake_domctl(struct xen_domctl *op);
int fake_symbols(multicall_entry_t *list, uint64_t count);

/* A part of the table from machine frames to guest frames, as xenforeignmemory_map(). */
void *fake_map_m2p(uint64_t frame, size_t pages, int *err);

/* Of tests/oom/fail.c, where that is preloaded, too: around what is allocated here, 1 and -1. */
__attribute__((weak)) void oom_pass(int by);

static inline void fake_allocates(int by)
{
	if (oom_pass)
		oom_pass(by);
}

#endif
