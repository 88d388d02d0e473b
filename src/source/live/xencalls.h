/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_XENCALLS_H
#define SOURCE_LIVE_XENCALLS_H

/* What the files have in common that know Xen's headers: xen.c and xenmemory.c. */

#include "source/live/store.h"
#include "source/live/xen.h"

#include <errno.h>
#include <xencall.h>
#include <xenctrl.h>
#include <xenforeignmemory.h>
#include <xentoollog.h>

#include <xen/domctl.h>
#include <xen/hvm/hvm_op.h>
#include <xen/platform.h>

/* Memory that hypercalls may use, allocated once. */
struct batch {
	multicall_entry_t calls[XEN_TYPES_MAX];
	struct xen_hvm_get_mem_type ops[XEN_TYPES_MAX];
};

struct xen {
	xc_interface *control;
	xencall_handle *call;
	xenforeignmemory_handle *memory; /* opened when it is needed */
	struct store store;
	xen_platform_op_t *platform;
	struct xen_domctl *domctl;
	struct batch *batch;
	bool no_multicall;
	int gdbsx_harmless; /* 1 or -1 once it is known, see xen_gdbsx_harmless() */
	unsigned long calls;
	xentoollog_logger log;
};

/* The libraries' own way: -1 and errno, or a number that is not negative. */
static inline int xen_result(struct xen *xen, int rc)
{
	xen->calls++;
	return rc < 0 ? -(errno ? errno : EIO) : rc;
}

#endif
