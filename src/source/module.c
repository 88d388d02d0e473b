/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "xen-eptaudit-live.so"

/* Beside the program, as it is built, or where it is installed. */
static void *load(char *path, size_t size)
{
	char self[3072];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[length > 0 ? length : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash) {
		*slash = '\0';
		snprintf(path, size, "%s/" FILE_NAME, self);
		if (!access(path, F_OK))
			return dlopen(path, RTLD_NOW);
	}
	snprintf(path, size, MODULE_DIR "/" FILE_NAME);
	return access(path, F_OK) ? NULL : dlopen(path, RTLD_NOW);
}

int live_open(const struct source_options *options, struct source **source, struct error *err)
{
	const struct live_module *module;
	char path[4096];
	void *handle = load(path, sizeof(path));

	if (!handle && access(path, F_OK))
		return error_set(err, -ENOENT,
				 "there is no %s, which asks a running Xen: install it, or build "
				 "with Xen's libraries (Debian: libxen-dev); or read a console log "
				 "with --from FILE",
				 path);
	if (!handle)
		return error_set(
			err, -ENOEXEC,
			"cannot load %s: it is for another Xen than this host's (%s); build "
			"it with the headers of this one, or read a console log with --from "
			"FILE",
			path, dlerror());
	/* Not closed: what it opened calls it until the end. */
	module = dlsym(handle, LIVE_SYMBOL);
	if (!module || strcmp(module->version, PACKAGE_VERSION) || module->sizes != LIVE_SIZES)
		return error_set(err, -ENOEXEC,
				 "%s is of another version of this program: install both from one "
				 "build",
				 path);
	return module->open(options, source, err);
}

/* The library that the module links tells its Xen: libxenctrl.so.4.17. */
const char *live_describe(char *text, size_t size)
{
	char path[4096];
	void *handle = load(path, sizeof(path)), *function;
	const char *xen = NULL;
	Dl_info info;

	if (!handle) {
		if (access(path, F_OK))
			snprintf(text, size, "no: the module is not installed");
		else
			snprintf(text, size, "no: the module cannot be loaded: %s", dlerror());
		return text;
	}
	function = dlsym(handle, "xc_interface_open");
	if (function && dladdr(function, &info) && info.dli_fname)
		xen = strstr(info.dli_fname, "libxenctrl.so.");
	snprintf(text, size, "yes, of Xen %s", xen ? xen + strlen("libxenctrl.so.") : "unknown");
	return text;
}
