/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/vendors.h"

#include "rules/rulesets.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NONE	     0
#define ANY	     0, UINT32_MAX
#define FROM(n, m)   VENDOR_BUILD(n, m), UINT32_MAX
#define BELOW(n, m)  0, (VENDOR_BUILD(n, m) - 1)
#define SET(id)	     (1u << RULES_##id)
#define XCP_NG_QUEUE "patch queue xcp-ng-rpms/xen: "

/* clang-format off */

/*
 * What public patch queues have, as of November 2026. That nothing changes the decision is a
 * finding, too: such a build then is not taken for any of the neighbouring sets.
 */
static const struct vendor_build builds[] = {
	{ 7, 0, 6, VENDOR_NUMBERED, ANY, "XenServer 7.1 to 7.6, XCP-ng 7.5, 7.6",
	  SET(XENSERVER_7_1), XCP_NG_QUEUE "xen-override-caching-cp-26562.patch" },
	{ 11, 1, 1, VENDOR_NUMBERED, ANY, "XenServer 8.0, XCP-ng 8.0",
	  SET(XENSERVER_7_1), XCP_NG_QUEUE "8.0, xen-override-caching-cp-26562.patch" },
	{ 13, 0, 1, VENDOR_NUMBERED, ANY, "XenServer 8.1, 8.2, XCP-ng 8.1, 8.2",
	  SET(XENSERVER_7_1), XCP_NG_QUEUE "8.1, xen-override-caching-cp-26562.patch" },
	{ 13, 2, 4, VENDOR_NUMBERED, BELOW(9, 24), "Citrix Hypervisor 8.2, XCP-ng 8.2",
	  SET(XENSERVER_7_1) | SET(XCP_NG_8_2),
	  XCP_NG_QUEUE "8.2; between the two patches named here" },
	{ 13, 4, 4, VENDOR_NUMBERED, FROM(9, 24), "Citrix Hypervisor 8.2, XCP-ng 8.2",
	  SET(XCP_NG_8_2), XCP_NG_QUEUE "8.2, backport-60d1adfa1879.patch" },
	{ 13, 5, 5, VENDOR_NUMBERED, ANY, "Citrix Hypervisor 8.2, XCP-ng 8.2",
	  SET(XCP_NG_8_2), XCP_NG_QUEUE "8.2, backport-60d1adfa1879.patch" },
	{ 17, 3, 4, VENDOR_NUMBERED, ANY, "XenServer 8, XCP-ng 8.3",
	  NONE, XCP_NG_QUEUE "8.3; no patch of the decision" },
	{ 17, 5, 5, VENDOR_NUMBERED, BELOW(14, 0), "XenServer 8, XCP-ng 8.3",
	  NONE, XCP_NG_QUEUE "8.3; no patch of the decision" },
	{ 17, 5, 5, VENDOR_NUMBERED, FROM(14, 0), "XenServer 8, XCP-ng 8.3",
	  SET(XENSERVER_8), XCP_NG_QUEUE "8.3, backport-2d779cabddfa.patch" },
	{ 17, 6, 7, VENDOR_NUMBERED, ANY, "XenServer 8, XCP-ng 8.3",
	  SET(XENSERVER_8), XCP_NG_QUEUE "8.3, backport-2d779cabddfa.patch" },
	{ 17, 0, 7, VENDOR_XENSERVER, ANY, "XenServer 8, XCP-ng 8.3",
	  SET(XENSERVER_8), XCP_NG_QUEUE "8.3, backport-2d779cabddfa.patch" },
	{ 6, 1, 1, VENDOR_NONE, ANY, "Qubes OS 3.1",
	  SET(4_5_3), "patch queue QubesOS/qubes-vmm-xen, xen-4.6: XSA-154" },
	{ 6, 1, 1, VENDOR_RPM, ANY, "Qubes OS 3.1",
	  SET(4_5_3), "patch queue QubesOS/qubes-vmm-xen, xen-4.6: XSA-154" },
};

/* Words of banners that are not of Xen's own making. */
static const struct {
	const char *word;
	enum vendor_banner banner;
} builders[] = {
	{ "XenServer", VENDOR_XENSERVER }, { "XCP-ng", VENDOR_XENSERVER },
	{ "Citrix", VENDOR_XENSERVER },	   { "mockbuild@", VENDOR_RPM },
	{ "abuild@", VENDOR_OTHER },	   { "SUSE", VENDOR_OTHER },
	{ "amazon", VENDOR_OTHER },
};

/* clang-format on */

const struct vendor_build *vendor_find(const struct xen_version *version)
{
	size_t i;

	for (i = 0; i < sizeof(builds) / sizeof(builds[0]) && version->major == 4; i++)
		if (version->minor == builds[i].minor && version->vendor == builds[i].banner &&
		    version->point >= (int)builds[i].first_point &&
		    version->point <= (int)builds[i].last_point &&
		    version->build >= builds[i].first_build &&
		    version->build <= builds[i].last_build)
			return &builds[i];
	return NULL;
}

/* "-9.49", "-2": XenServer and XCP-ng number their builds so, and nothing follows. */
static bool numbered(const char *suffix, uint32_t *build)
{
	unsigned long part[2] = { 0, 0 };
	unsigned int count = 0;
	char *end;

	if (*suffix != '-')
		return false;
	do {
		if (!isdigit((unsigned char)suffix[1]))
			return false;
		if (count < 2)
			part[count] = strtoul(suffix + 1, &end, 10);
		else
			strtoul(suffix + 1, &end, 10);
		suffix = end;
		count++;
	} while (*suffix == '.');
	*build = part[0] > 0xfff || part[1] > 0xffff ? UINT32_MAX : VENDOR_BUILD(part[0], part[1]);
	return !*suffix || *suffix == ' ' || *suffix == ')';
}

enum vendor_banner vendor_of_banner(const char *suffix, const char *builder, uint32_t *build)
{
	size_t i;

	if (numbered(suffix, build))
		return VENDOR_NUMBERED;
	*build = 0;
	if (*suffix && *suffix != ' ' && *suffix != ')')
		return VENDOR_OTHER;
	for (i = 0; builder && i < sizeof(builders) / sizeof(builders[0]); i++)
		if (strstr(builder, builders[i].word))
			return builders[i].banner;
	return VENDOR_NONE;
}
