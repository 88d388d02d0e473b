/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct error *err, int code, const char *format, ...)
{
	va_list args;

	if (err) {
		va_start(args, format);
		vsnprintf(err->text, sizeof(err->text), format, args);
		va_end(args);
		text_sanitize(err->text);
	}
	return code;
}
