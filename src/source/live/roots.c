/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/roots.h"

#include "base/array.h"
#include "source/live/direct.h"
#include "source/live/directdata.h"
#include "source/live/keyv.h"
#include "source/live/structs.h"
#include "source/tables/eptp.h"
#include "x86/ept.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* ---- named by the user ---- */

static struct target *target_of(struct live *live, int domid)
{
	size_t i;

	for (i = 0; i < live->count; i++)
		if (live->targets[i].domain.domid == domid)
			return &live->targets[i];
	return NULL;
}

/* One more target of the same domain, for another root of it. */
static int add_view(struct live *live, const struct target *of, uint64_t eptp, struct error *err)
{
	struct target view = { .domain = of->domain, .eptp = eptp, .view = of->views };

	memcpy(view.name, of->name, sizeof(view.name));
	return array_append(&live->targets, &live->count, sizeof(view), &view) ? no_memory(err) : 0;
}

static int take_given(struct live *live, const struct source_options *options, struct error *err)
{
	struct target *target;
	uint64_t eptp;
	size_t i, k;
	int domid, rc;

	for (i = 0; options->eptp && options->eptp[i]; i++) {
		const char *text = options->eptp[i];

		rc = eptp_parse(text, i, &domid, &eptp, err);
		if (rc)
			return rc;
		if (!strchr(text, '=') && !options->domain)
			return error_set(err, -EINVAL,
					 "--eptp %s: of which domain? DOMID=VALUE is expected, or "
					 "name one DOMAIN",
					 text);
		target = strchr(text, '=') ? target_of(live, domid) : &live->targets[0];
		if (!target)
			return error_set(err, -ENOENT,
					 "--eptp %s is of no domain that is looked at", text);
		target->views++;
		rc = 0;
		if (target->eptp)
			rc = add_view(live, target, eptp, err);
		else
			target->eptp = eptp;
		if (rc)
			return rc;
	}
	for (i = 0; i < live->count; i++) /* the first one counted */
		for (k = 0; k < live->count; k++)
			if (live->targets[k].domain.domid == live->targets[i].domain.domid &&
			    live->targets[k].views > live->targets[i].views)
				live->targets[i].views = live->targets[k].views;
	return 0;
}

static int by_domain(const void *a, const void *b)
{
	const struct target *x = a, *y = b;

	if (x->domain.domid != y->domain.domid)
		return x->domain.domid < y->domain.domid ? -1 : 1;
	return (x->view > y->view) - (x->view < y->view);
}

/* ---- found ---- */

static bool any_missing(const struct live *live)
{
	size_t i;

	for (i = 0; i < live->count; i++)
		if (!live->targets[i].eptp && !live->targets[i].gone)
			return true;
	return false;
}

/* Who went away meanwhile has none, and key v would show none either. */
static int note_gone(struct live *live, struct error *err)
{
	struct xen_domain *now = NULL;
	size_t count = 0, i;
	int rc = xen_domains(live->xen, &now, &count);

	if (rc)
		return xen_error(rc, "list domains", err);
	for (i = 0; i < live->count; i++)
		live->targets[i].gone = !direct_there(now, count, &live->targets[i].domain);
	free(now);
	return 0;
}

static int from_structs(struct live *live, struct gdbsx *gdbsx, struct error *err)
{
	struct structs structs;
	size_t i;
	int rc = structs_open(&structs, gdbsx, err);

	for (i = 0; i < live->count && rc > 0; i++) {
		struct target *target = &live->targets[i];

		if (target->eptp)
			continue;
		rc = structs_eptp(&structs, &target->domain, &target->eptp, err);
		target->proven = rc > 0;
		if (rc >= 0)
			rc = 1;
	}
	structs_close(&structs);
	return rc < 0 ? rc : 0;
}

static int from_keyv(struct live *live, struct error *err)
{
	uint64_t *eptps = calloc(live->count, sizeof(*eptps));
	size_t i;
	int rc = eptps ? direct_ring_end(live, err) : no_memory(err);

	if (!rc)
		rc = keyv_eptps(live, eptps, err);
	for (i = 0; i < live->count && !rc; i++)
		if (!live->targets[i].eptp)
			live->targets[i].eptp = eptps[i];
	free(eptps);
	return rc;
}

/* ---- whether it is one ---- */

static int check(struct gdbsx *gdbsx, const struct target *target, struct error *err)
{
	struct root_check look;
	int rc;

	if (target->proven)
		return 0;
	if (eptp_invalid(target->eptp, 52) && target->eptp & 0xfff)
		return error_set(err, -EINVAL, "EPTP 0x%" PRIx64 " of domain %d: %s", target->eptp,
				 target->domain.domid, eptp_invalid(target->eptp, 52));
	rc = root_look(gdbsx, target->eptp, &look, err);
	if (rc || root_fits(&look, target->domain.pages))
		return rc;
	return error_set(err, -EINVAL,
			 "EPTP 0x%" PRIx64 " is no root of an EPT of domain %d: of its entries of "
			 "ordinary RAM %lu have the frame that Xen knows for their gfn, %lu do "
			 "not%s",
			 target->eptp, target->domain.domid, look.right, look.wrong,
			 look.tables ? "" : ", and it refers to tables outside of RAM");
}

static int no_root(const struct target *target, struct error *err)
{
	if (target->gone)
		return error_set(err, -ESRCH, "domain %d went away while it was looked at",
				 target->domain.domid);
	return error_set(err, -ENODATA,
			 "the root of domain %d's EPT was not found: this Xen's structures do not "
			 "tell it, and debug key v prints none, as for domains of which no vCPU "
			 "has run yet; name it with --eptp, or use --via console",
			 target->domain.domid);
}

int roots_find(struct live *live, struct gdbsx *gdbsx, const struct source_options *options,
	       struct error *err)
{
	size_t i, kept = 0;
	int rc = take_given(live, options, err);

	if (!rc)
		rc = direct_data_roots(live, live->data, err);
	if (!rc && any_missing(live))
		rc = from_structs(live, gdbsx, err);
	if (!rc && any_missing(live))
		rc = note_gone(live, err);
	if (!rc && any_missing(live))
		rc = from_keyv(live, err);
	for (i = 0; i < live->count && !rc; i++) {
		struct target *target = &live->targets[i];
		struct error why;
		int bad = !target->eptp	  ? no_root(target, &why)
			  : target->inner ? 0
					  : check(gdbsx, target, &why);

		if (!bad) {
			live->targets[kept++] = *target;
		} else if (options->domain || options->eptp || gdbsx->broken) {
			rc = error_set(err, bad, "%s", why.text);
		} else {
			source_remark(&live->source, "%s", why.text);
			facts_clear(&target->facts);
		}
	}
	if (rc)
		return rc;
	live->count = kept;
	qsort(live->targets, live->count, sizeof(*live->targets), by_domain);
	return kept ? 0
		    : error_set(err, -ENODATA, "no domain's EPT can be read: %s",
				live->source.info.remark_count
					? live->source.info
						  .remarks[live->source.info.remark_count - 1]
					: "no root was found");
}
