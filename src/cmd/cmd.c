/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

int cmd_fail(const char *name, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s: ", name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	putc('\n', stderr);
	return STATUS_ERROR;
}

void cmd_notice(const char *text)
{
	fprintf(stderr, "xen-eptaudit: %s\n", text);
}

void cmd_prints_much(void)
{
	static char buffer[1 << 18];

	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}
