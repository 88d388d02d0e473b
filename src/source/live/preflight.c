/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/preflight.h"

#include "base/array.h"
#include "base/text.h"
#include "model/domid.h"
#include "source/live/noept.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES   62 /* "(XEN) ", a record, newline */
#define MOST_SECONDS 30
#define PAGES_2M     512
#define PAGES_1G     (512 * 512)

/* "1 (web), 2 (db)": whom one could name. */
static void list_domains(struct xen *xen, const struct xen_domain *all, size_t count, char *text,
			 size_t size)
{
	bool any = false;
	size_t i;

	snprintf(text, size, "none");
	for (i = 0; i < count && strlen(text) + 80 < size; i++) {
		char name[64];

		if (!all[i].hap || all[i].dying)
			continue;
		xen_domain_name(xen, all[i].domid, name, sizeof(name));
		if (!any)
			*text = '\0';
		text_append(text, size, "%s%d%s%s%s", any ? ", " : "", all[i].domid,
			    *name ? " (" : "", name, *name ? ")" : "");
		any = true;
	}
}

/* Why a domain cannot be looked at, or NULL. */
static const char *unfit(const struct source_options *options, const struct xen_domain *domain,
			 int own)
{
	if (domain->dying)
		return "is being destroyed";
	if (!domain->hvm)
		return "is a PV domain: its page tables are its own, there is no EPT";
	if (!domain->hap && !noept_why(options, domain))
		return "has shadow page tables (hap=0): there is no EPT";
	if (domain->domid == own)
		return "is the one this runs in: Xen does not show a domain its own MTRRs, and it "
		       "could not be paused";
	return NULL;
}

static int add_target(const struct source_options *options, const struct xen_domain *domain,
		      const char *name, struct target **targets, size_t *count, struct error *err)
{
	struct target target;

	memset(&target, 0, sizeof(target));
	target.domain = *domain;
	target.no_ept = noept_why(options, domain);
	snprintf(target.name, sizeof(target.name), "%s", name);
	return array_append(targets, count, sizeof(target), &target)
		       ? error_set(err, -ENOMEM, "out of memory")
		       : 0;
}

static int choose_one(struct xen *xen, const struct source_options *options,
		      const struct xen_domain *all, size_t all_count, struct target **targets,
		      size_t *count, struct error *err)
{
	const char *wanted = options->domain;
	const struct xen_domain *found = NULL;
	char name[64], safe[64], others[256];
	const char *why;
	bool by_name;
	int domid = -1;
	size_t i;

	/* Names are compared as they are shown. */
	snprintf(safe, sizeof(safe), "%s", wanted);
	text_sanitize(safe);
	for (by_name = !domid_parse(wanted, strlen(wanted), &domid);; by_name = true) {
		for (i = 0; i < all_count; i++) {
			xen_domain_name(xen, all[i].domid, name, sizeof(name));
			if (by_name ? !*name || strcmp(name, safe) : all[i].domid != domid)
				continue;
			if (found)
				return error_set(err, -EINVAL,
						 "domains %d and %d are both named '%s'; choose by "
						 "id",
						 found->domid, all[i].domid, safe);
			found = &all[i];
		}
		if (found || by_name)
			break;
	}
	if (!found) {
		list_domains(xen, all, all_count, others, sizeof(others));
		return error_set(err, -ENOENT,
				 "there is no domain %s here; with an EPT there are: %s%s", safe,
				 others,
				 xen_store_silent(xen)
					 ? "; xenstored does not answer, so choose by id"
					 : "");
	}
	xen_domain_name(xen, found->domid, name, sizeof(name));
	why = unfit(options, found, xen_own_domid(xen));
	if (why)
		return error_set(err, -EINVAL, "domain %d%s%s%s %s", found->domid,
				 *name ? " (" : "", name, *name ? ")" : "", why);
	return add_target(options, found, name, targets, count, err);
}

static int choose_all(struct xen *xen, const struct source_options *options, struct source *source,
		      const struct xen_domain *all, size_t all_count, struct target **targets,
		      size_t *count, struct error *err)
{
	int own = xen_own_domid(xen), rc = 0;
	char name[64];
	size_t i;

	for (i = 0; i < all_count && !rc; i++) {
		if (!all[i].hap)
			continue;
		if (unfit(options, &all[i], own)) {
			source_remark(source, "domain %d %s", all[i].domid,
				      unfit(options, &all[i], own));
			continue;
		}
		xen_domain_name(xen, all[i].domid, name, sizeof(name));
		rc = add_target(options, &all[i], name, targets, count, err);
	}
	if (!rc && !*count)
		rc = error_set(err, -ENOENT, "no domain with an EPT runs here");
	return rc;
}

int preflight_choose(struct xen *xen, const struct source_options *options, struct source *source,
		     const struct xen_domain *all, size_t all_count, struct target **targets,
		     size_t *count, struct error *err)
{
	int rc;

	*targets = NULL;
	*count = 0;
	if (options->domain)
		rc = choose_one(xen, options, all, all_count, targets, count, err);
	else
		rc = choose_all(xen, options, source, all, all_count, targets, count, err);
	/* A name that is missing would be a domain without one, or another's own. */
	return xen_store_no_memory(xen) ? error_set(err, -ENOMEM, "out of memory") : rc;
}

/* "16384", "64k", "4M": as Xen's size parameters are. */
static uint64_t parse_size(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	switch (tolower((unsigned char)*end)) {
	case 'b':
		return value;
	case 'm':
		return value << 20;
	case 'g':
		return value << 30;
	default: /* k, or none: KiB */
		return value << 10;
	}
}

/* The value of the last such parameter, or NULL. */
static const char *parameter(const char *line, const char *name)
{
	const char *found = NULL, *p;

	for (p = line; (p = strstr(p, name)); p += strlen(name))
		if (p == line || p[-1] == ' ')
			found = p + strlen(name);
	return found;
}

/* Bits a second of the serial console, 0 if there is none: Xen uses a port only if told how. */
static unsigned int serial_speed(const char *line)
{
	const char *console = parameter(line, "console=");
	char port[6] = "com1=";
	const char *com, *settings;
	unsigned long baud;

	if (!console)
		console = "com1,vga"; /* opt_console in drivers/char/console.c */
	com = strstr(console, "com");
	if (!com || com > console + strcspn(console, " ") || (com[3] != '1' && com[3] != '2'))
		return 0;
	port[3] = com[3];
	settings = parameter(line, port);
	if (!settings)
		return 0;
	baud = strtoul(settings, NULL, 10);
	return baud ? baud : 115200; /* "auto": what firmware mostly sets */
}

const char *preflight_remedy(uint64_t bytes, char *text, size_t size)
{
	uint64_t room = 64 << 10;
	char amount[16];

	while (room < bytes + bytes / 4)
		room <<= 1;
	if (room < 1 << 20)
		snprintf(amount, sizeof(amount), "%uk", (unsigned int)(room >> 10));
	else
		snprintf(amount, sizeof(amount), "%" PRIu64 "M", room >> 20);
	snprintf(text, size,
		 "boot Xen with conring_size=%s, or log its serial console and name the log "
		 "with --from",
		 amount);
	return text;
}

/*
 * Bytes that the ring has in any case: it held so many, and Xen rounds what was asked for down to a
 * power of two. told: what it printed at boot.
 */
static uint64_t ring_least(uint64_t size, uint64_t told, uint64_t held)
{
	while (!told && size & (size - 1))
		size &= size - 1;
	return size > held ? size : held;
}

int preflight_size(struct xen *xen, const struct source_options *options,
		   const struct xen_domain *all, size_t all_count, const struct transcript *before,
		   struct estimate *estimate, struct error *err)
{
	const struct section *boot = &before->scan.sections[before->scan.last.section];
	char line[1024], size[32], room[32], remedy[128];
	uint64_t least = 0, usual = 0, most = 0;
	size_t i;

	memset(estimate, 0, sizeof(*estimate));
	for (i = 0; i < all_count; i++) {
		if (!all[i].hap)
			continue;
		estimate->domains++; /* a header each */
		least += 2 + all[i].pages / PAGES_1G + all[i].pages % PAGES_1G / PAGES_2M;
		usual += 2 + all[i].pages / PAGES_2M;
		most += 2 + all[i].pages;
	}
	estimate->bytes = least * LINE_BYTES;
	snprintf(line, sizeof(line), "%s", boot->command_line);
	if (!line[0] || strlen(line) + 1 == sizeof(boot->command_line)) /* gone, or cut */
		xen_command_line(xen, line, sizeof(line));
	if (boot->has_version) /* Xen tells at boot if it has more than it begins with */
		estimate->ring = boot->ring ? boot->ring : 16 << 10;
	else if (parameter(line, "conring_size="))
		estimate->ring = parse_size(parameter(line, "conring_size="));
	estimate->ring_least = ring_least(estimate->ring, boot->ring, before->printed);
	estimate->over = estimate->ring && before->printed + estimate->bytes > estimate->ring;
	estimate->baud = serial_speed(line);
	if (estimate->baud) {
		estimate->least = usual * LINE_BYTES * 10 / estimate->baud;
		estimate->most = most * LINE_BYTES * 10 / estimate->baud;
	}
	if (options->live.force)
		return 0;
	if (estimate->ring && estimate->bytes > estimate->ring)
		return error_set(
			err, -ENOBUFS,
			"the EPTs of all domains take %s or more in Xen's console ring, which "
			"has %s: %s (--force looks at what is left)",
			text_size(estimate->bytes, size, sizeof(size)),
			text_size(estimate->ring, room, sizeof(room)),
			preflight_remedy(estimate->bytes, remedy, sizeof(remedy)));
	if (estimate->least > MOST_SECONDS)
		return error_set(
			err, -EBUSY,
			"Xen's serial console%s takes %u seconds or more for the EPTs of all "
			"domains, unless they have 1G pages, and holds up dom0 all that time; boot "
			"Xen without console=com and sync_console, or accept it with --force",
			strstr(line, "sync_console") ? " (sync_console)" : "", estimate->least);
	return 0;
}

static const char *duration(unsigned int seconds, char *text, size_t size)
{
	if (!seconds)
		snprintf(text, size, "less than 1 s");
	else
		snprintf(text, size, seconds < 120 ? "%u s" : "%u min",
			 seconds < 120 ? seconds : seconds / 60);
	return text;
}

void preflight_announce(const struct estimate *estimate, const struct source_options *options,
			const struct target *targets, size_t count, const char *hint)
{
	char text[640], size[32], least[16], most[16], paused[160] = "";
	size_t i = 0;

	for (; options->live.pause && i < count && strlen(paused) + 48 < sizeof(paused); i++)
		text_append(paused, sizeof(paused), "%s%d",
			    i ? ", " : "; pauses meanwhile: domain ", targets[i].domain.domid);
	if (i && i < count)
		text_append(paused, sizeof(paused), " and %zu more", count - i);
	snprintf(text, sizeof(text),
		 "has Xen print the EPTs of %u domain%s (debug key D%s) into its console ring, %s "
		 "or more%s%s%s",
		 estimate->domains, estimate->domains == 1 ? "" : "s",
		 options->live.recheck ? ", twice if entries are wrong" : "",
		 text_size(estimate->bytes, size, sizeof(size)),
		 estimate->over ? " over its oldest messages" : "",
		 options->live.no_q ? ""
				    : ", then what they may do (key q, which sends VIRQ_DEBUG to "
				      "every vCPU; not with --no-q)",
		 paused);
	if (estimate->most > 1)
		text_append(
			text, sizeof(text),
			"; its serial console of %u baud holds up dom0 for %s, or %s where all is "
			"in 4K pages",
			estimate->baud, duration(estimate->least, least, sizeof(least)),
			duration(estimate->most, most, sizeof(most)));
	text_append(text, sizeof(text), "%s", hint);
	options->notice(text);
}
