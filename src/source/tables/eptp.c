/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/tables/eptp.h"

#include "base/text.h"
#include "model/domid.h"
#include "x86/ept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int eptp_parse(const char *text, size_t nth, int *domid, uint64_t *eptp, struct error *err)
{
	const char *equals = strchr(text, '='), *wrong;
	int id = nth + 1;

	if (equals) {
		if (!domid_parse(text, equals - text, &id))
			return error_set(err, -EINVAL, "--eptp %s: DOMID=VALUE is expected", text);
		text = equals + 1;
	}
	if (!text_hex_string(text, eptp))
		return error_set(err, -EINVAL,
				 "--eptp %s: a hexadecimal value is expected, as key v prints it",
				 text);
	/* The address alone will do: then it is of four levels, as all of Xen's are. */
	wrong = *eptp & 0xfff ? eptp_invalid(*eptp, 52) : *eptp >> 52 ? "it is no address" : NULL;
	if (wrong)
		return error_set(err, -EINVAL, "--eptp %s is no EPT pointer: %s", text, wrong);
	*domid = id;
	return 0;
}
