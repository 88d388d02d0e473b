# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make              ./xen-eptaudit and tests/run-vectors, from a bare clone too
#   make demo         install what is missing (as root), build, audit a real capture
#   make check        build, run the tests
#   make check-xen    boot the real Xen in an emulator and audit it live;
#                     check-xen-full an ordinary HVM guest besides,
#                     check-xen-all other Xens, and one with gdbsx
#   make bench        speed, side by side with mawk and wc
#   make install      into $(DESTDIR)$(prefix); uninstall takes it away
#   make dist         release tarball of the commit that is checked out
#   make clean        what make made; distclean: what configure made too
#
# WERROR=1 makes warnings errors, V=1 shows the commands. Out of tree: run
# /path/to/configure, or make -f /path/to/Makefile, in an empty directory.

DEMO_LOG := tests/captures/stale-entries.xen4.17.conring-and-facts.txt.gz

# Out of tree this file is reached by a link or by -f: where it really lies is
# the source.
srcdir := $(patsubst %/,%,$(dir $(realpath $(lastword $(MAKEFILE_LIST)))))
ifeq ($(srcdir),$(CURDIR))
srcdir := .
endif

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all tests check check-xen check-xen-all check-xen-full bench demo install uninstall dist clean distclean

all:

# ---- configure ----

goals := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out clean distclean,$(goals)),)
include config.mk
endif

# Only these two may install packages; the others say what is missing.
install_packages := sh $(srcdir)/tests/install-packages \
	$(if $(filter demo check,$(goals)),check,--tell build)

$(srcdir)/configure: $(srcdir)/configure.ac
	@$(install_packages)
	cd $(srcdir) && autoconf && autoheader

config.mk: $(srcdir)/configure $(srcdir)/config.mk.in
	@$(install_packages)
	if test -x config.status; then ./config.status --recheck && ./config.status; \
	else $(srcdir)/configure; fi

# ---- what is built ----

c_files = $(patsubst $(srcdir)/%,%,$(wildcard $(addprefix $(srcdir)/,$(1))))
objects = $(patsubst %.c,build/%.o,$(1))

live := $(call c_files,src/source/live/*.c)
main := src/main.c
parts := $(filter-out $(live) $(main),$(call c_files,src/*.c src/*/*.c src/*/*/*.c))

archive := build/libxen-eptaudit.a
unit := $(patsubst %.c,build/%,$(call c_files,tests/unit/*.c))
generators := $(patsubst %.c,build/%,$(call c_files,tests/bench/*.c))
vectors := $(patsubst %.c,%,$(call c_files,tests/run-vectors.c))
test_objects := $(addsuffix .o,$(unit) $(generators) $(addprefix build/,$(vectors)))

# Only the module links Xen's libraries: their soname changes with every Xen.
ifeq ($(HAVE_XEN),yes)
module := $(if $(live),xen-eptaudit-live.so)
fake_objects := $(patsubst %.c,build/%.o,$(call c_files,tests/live/*.c))
fake_xen := build/tests/live/fake-xen.so
endif

all: xen-eptaudit $(module) $(vectors)
tests: all $(unit) $(fake_xen)

# ---- how ----

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes $(if $(filter 1,$(WERROR)),-Werror)
module_dir = $(libdir)/xen-eptaudit
compile = $(CC) -std=gnu11 -D_GNU_SOURCE -include config.h -I. -I$(srcdir)/src $(LIBS_CFLAGS) \
	$(extra) $(CPPFLAGS) $(warnings) $(CFLAGS) -MMD -MP
link = $(CC) $(CFLAGS) $(LDFLAGS)

ifneq ($(V),1)
.SILENT:
endif
say = $(if $(filter 1,$(V)),,@printf '  %-4s %s\n')

build/%.o: $(srcdir)/%.c config.mk
	$(say) CC $*.c
	@mkdir -p $(@D)
	$(compile) -c -o $@ $<

$(call objects,$(live)) $(fake_objects): extra = -fPIC $(XEN_CFLAGS)
$(call objects,$(parts)): extra = -DMODULE_DIR='"$(module_dir)"'
$(test_objects): extra = -I$(srcdir)/tests

$(archive): $(call objects,$(parts))
	$(say) AR $@
	rm -f $@
	$(AR) rcs $@ $^

# The module calls back into the program, which therefore shows its symbols.
xen-eptaudit: $(call objects,$(main) $(parts))
	$(say) LD $@
	$(link) -rdynamic -o $@ $^ $(LIBS)

xen-eptaudit-live.so: $(call objects,$(live))
	$(say) LD $@
	$(link) -shared -o $@ $^ $(XEN_LIBS)

$(fake_xen): $(fake_objects)
	$(say) LD $@
	$(link) -shared -o $@ $^

$(vectors): %: build/%.o $(archive)
	$(say) LD $@
	@mkdir -p $(@D)
	$(link) -o $@ $^ $(LIBS)

$(unit) $(generators): %: %.o $(archive)
	$(say) LD $@
	$(link) -rdynamic -o $@ $^ $(LIBS)

-include $(patsubst %.o,%.d,$(call objects,$(main) $(parts) $(live)) $(test_objects) $(fake_objects))

# ---- what is run ----

run_env = SRCDIR=$(abspath $(srcdir)) BUILDDIR=$(CURDIR) XEN_EPTAUDIT=$(CURDIR)/xen-eptaudit

check: tests
	$(run_env) sh $(srcdir)/tests/run-all

check-xen: all
	$(run_env) sh $(srcdir)/tests/xen/run

check-xen-all: all
	$(run_env) sh $(srcdir)/tests/xen/all

check-xen-full: all
	$(run_env) sh $(srcdir)/tests/xen/run main small-ring hvm

bench: all $(generators)
	$(run_env) sh $(srcdir)/tests/bench/run

# The capture shows real defects, so the audit has findings: status 1.
demo: all
	printf '\n$$ %s\n' './xen-eptaudit audit --from $(DEMO_LOG)'
	./xen-eptaudit audit --from $(srcdir)/$(DEMO_LOG); test $$? -le 1

# ---- where it goes ----

man_dir = $(DESTDIR)$(mandir)/man8
completions_dir = $(DESTDIR)$(datadir)/bash-completion/completions

install: all
	install -d $(DESTDIR)$(sbindir) $(man_dir) $(completions_dir)
	install -m 755 xen-eptaudit $(DESTDIR)$(sbindir)
	install -m 644 $(srcdir)/man/xen-eptaudit.8 $(man_dir)
	install -m 644 $(srcdir)/completions/xen-eptaudit.bash $(completions_dir)/xen-eptaudit
ifneq ($(module),)
	install -d $(DESTDIR)$(module_dir)
	install -m 644 $(module) $(DESTDIR)$(module_dir)
endif

uninstall:
	rm -f $(DESTDIR)$(sbindir)/xen-eptaudit $(man_dir)/xen-eptaudit.8
	rm -f $(completions_dir)/xen-eptaudit $(DESTDIR)$(module_dir)/xen-eptaudit-live.so
	test ! -d $(DESTDIR)$(module_dir) || rmdir $(DESTDIR)$(module_dir)

# With configure inside, so that who builds a release needs no autoconf.
release = xen-eptaudit-$(VERSION)
dist:
	cd $(srcdir) && git archive -o $(CURDIR)/$(release).tar.gz --prefix=$(release)/ \
		--add-file=configure --add-file=config.h.in HEAD
	echo $(release).tar.gz

clean:
	rm -rf build xen-eptaudit xen-eptaudit-live.so tests/run-vectors

# Out of tree configure stays: other build directories may need it.
distclean: clean
	rm -rf config.h config.mk config.log config.status
ifeq ($(srcdir),.)
	rm -rf configure configure~ config.h.in config.h.in~ autom4te.cache
else
	test ! -L Makefile || rm Makefile
	test ! -d tests || rmdir tests
endif
