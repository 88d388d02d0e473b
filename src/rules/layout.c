/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/layout.h"

#include "rules/releases.h"

bool layout_of_version(const char *version, struct ept_layout *layout)
{
	struct xen_version xen;

	if (xen_version_parse(version, NULL, &xen) || !xen_at_least(&xen, 4, 2))
		return false;
	*layout = ept_layout_for(xen.major > 4 ? EPT_NEWEST : xen.minor,
				 xen.pre_release && xen.point < 0 ? 0 : xen.point);
	return true;
}
