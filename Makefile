# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make              ./xen-eptaudit and tests/run-vectors, from a bare clone too
#   make demo         install what is missing (as root), build, audit a real capture
#   make check        build, run the tests; of many cases that are alike some, or with FULL=1 all
#   make check-machines  100,000 random machines (MACHINES=N) where check has 300; one in 20
#                     (DIFFERENTIAL=N) is compared in all formats
#   make check-oom    each allocation of each verb fails once, and each call about files;
#                     check has a sample of that
#   make check-xen    boot the real Xen in an emulator and audit it live;
#                     check-xen-full an ordinary HVM guest besides, the smallest
#                     console ring, and others who interfere;
#                     check-xen-all other Xens, and one with gdbsx (XENS='debian
#                     gdbsx bullseye trixie', or some of them)
#   make coverage     which branches of src/ the tests run
#   make mutants      whether tests notice COUNT (300) small changes to the source
#   make analyze      gcc -fanalyzer, clang-tidy and cppcheck; ANALYZERS=cppcheck one of them
#   make check-valgrind  the tests of the command line under valgrind
#   make fuzz          fuzz targets that search, with clang: each for TIME (60) seconds;
#                     ONLY="capture json" picks some
#   make bench        speed, side by side with mawk and wc
#   make install      into $(DESTDIR)$(prefix); uninstall takes it away
#   make dist         release tarball of the commit that is checked out
#   make deb, rpm     packages of that commit, in build/deb and build/rpm
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
.PHONY: always all tests check check-machines check-oom fuzz check-xen check-xen-all check-xen-full bench \
	coverage mutants analyze check-valgrind demo install uninstall dist deb rpm clean distclean

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
machine := build/tests/machine/machine
machine_parts := $(call c_files,tests/machine/*.c)
vectors := $(patsubst %.c,%,$(call c_files,tests/run-vectors.c))
test_objects = $(addsuffix .o,$(unit) $(generators) $(live_tests) $(addprefix build/,$(vectors))) \
	$(call objects,$(machine_parts))

# Let allocations, and calls about files, fail where they are preloaded.
oom := build/tests/oom/fail.so build/tests/oom/calls.so

# Only the module links Xen's libraries: their soname changes with every Xen.
ifeq ($(HAVE_XEN),yes)
module := $(if $(live),xen-eptaudit-live.so)
fake_xen := build/tests/live/fake-xen.so
fake_objects := $(patsubst %.c,build/%.o,$(call c_files,tests/live/fake-*.c))
live_tests := build/tests/live/failures
endif

all: xen-eptaudit $(module) $(vectors)
tests: all $(unit) $(machine) $(fake_xen) $(live_tests) $(oom)

# ---- how ----

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes $(if $(filter 1,$(WERROR)),-Werror)
module_dir = $(libdir)/xen-eptaudit
compile = $(CC) -std=gnu11 -D_GNU_SOURCE -include config.h -I. -I$(srcdir)/src $(LIBS_CFLAGS) \
	$(HARDEN_CFLAGS) $(extra) $(CPPFLAGS) $(warnings) $(CFLAGS) -MMD -MP
link = $(CC) $(CFLAGS) $(HARDEN_LDFLAGS) $(LDFLAGS)

ifneq ($(V),1)
.SILENT:
endif
say = $(if $(filter 1,$(V)),,@printf '  %-4s %s\n')

build/%.o: $(srcdir)/%.c config.mk
	$(say) CC $*.c
	@mkdir -p $(@D)
	$(compile) -c -o $@ $<

$(call objects,$(live)): extra = -fPIC $(XEN_CFLAGS)
$(fake_objects): extra = -fPIC $(XEN_CFLAGS) -I$(srcdir)/tests
$(call objects,$(parts)): extra = -DMODULE_DIR='"$(module_dir)"'
$(test_objects): extra = -I$(srcdir)/tests

# What --version tells: of a checkout git's own word, of a release that which dist wrote. A release
# that lies in somebody else's repository is none of its commits.
git = GIT_OPTIONAL_LOCKS=0 git -c safe.directory='*' -C $(srcdir)
described = $(shell if test -e $(srcdir)/.git && commit=$$($(git) rev-parse --short=12 HEAD 2>/dev/null); \
	then { $(git) describe --tags --match 'v[0-9]*' --dirty 2>/dev/null || \
		echo v$(VERSION)-g$$commit$$($(git) diff-index --quiet HEAD -- || echo -dirty); } | sed 's/^v//'; \
	elif test -e $(srcdir)/version; then cat $(srcdir)/version; \
	else echo $(VERSION); fi)

build/version.h: always
	mkdir -p build
	echo '#define BUILD_VERSION "$(described)"' >$@.new
	cmp -s $@.new $@ && rm $@.new || mv $@.new $@
build/src/cmd/version.o: build/version.h

$(archive): $(call objects,$(parts))
	$(say) AR $@
	rm -f $@
	$(AR) rcs $@ $^

# The module calls back into the program, which therefore shows its symbols.
xen-eptaudit: $(call objects,$(main) $(parts))
	$(say) LD $@
	$(link) $(HARDEN_PIE) -rdynamic -o $@ $^ $(LIBS)

xen-eptaudit-live.so: $(call objects,$(live))
	$(say) LD $@
	$(link) -shared -o $@ $^ $(XEN_LIBS)

$(fake_xen): $(fake_objects)
	$(say) LD $@
	$(link) -shared -o $@ $^

# Without sanitizers, which want to be the only ones in the place of malloc().
$(oom): build/%.so: $(srcdir)/%.c $(srcdir)/tests/oom/way.h
	$(say) LD $@
	@mkdir -p $(@D)
	$(CC) -O2 -g -fPIC -D_GNU_SOURCE $(warnings) -shared -o $@ $<

# Its own Xen's libraries come before the real ones, which the module beside it wants.
$(live_tests): %: %.o $(fake_objects) $(archive) $(module)
	$(say) LD $@
	$(link) -rdynamic -o $@ $(filter %.o,$^) -Wl,--whole-archive $(archive) -Wl,--no-whole-archive $(LIBS)
	ln -sf $(CURDIR)/$(module) $(@D)/$(module)

$(vectors): %: build/%.o $(archive)
	$(say) LD $@
	@mkdir -p $(@D)
	$(link) -o $@ $^ $(LIBS)

$(machine): $(call objects,$(machine_parts)) $(archive)
	$(say) LD $@
	$(link) -rdynamic -o $@ $^ $(LIBS)

$(unit) $(generators): %: %.o $(archive)
	$(say) LD $@
	$(link) -rdynamic -o $@ $^ $(LIBS)

-include $(patsubst %.o,%.d,$(call objects,$(main) $(parts) $(live)) $(test_objects) $(fake_objects))

# ---- what is run ----

run_env = SRCDIR=$(abspath $(srcdir)) BUILDDIR=$(CURDIR) XEN_EPTAUDIT=$(CURDIR)/xen-eptaudit

# make -j2 check: two tests at a time.
test_jobs = $(or $(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))),1)

check: tests
	$(run_env) TEST_JOBS=$(test_jobs) sh $(srcdir)/tests/run-all

check-machines: $(machine)
	MACHINES=$(or $(MACHINES),100000) $(machine)

check-oom: tests
	$(run_env) EVERY=1 $(srcdir)/tests/cli/oom.sh
	$(run_env) EVERY=1 $(srcdir)/tests/cli/calls.sh

check-xen: all
	$(run_env) sh $(srcdir)/tests/xen/run

check-xen-all: all
	$(run_env) sh $(srcdir)/tests/xen/all $(XENS)

check-xen-full: all
	$(run_env) sh $(srcdir)/tests/xen/run main small-ring tiny-ring disturbed hvm

# These build for themselves, in build/coverage and build/mutants.
coverage: config.mk
	$(run_env) TEST_JOBS=$(test_jobs) python3 $(srcdir)/tests/coverage/run $(FILES)

mutants: config.mk
	$(run_env) JOBS=$(test_jobs) python3 $(srcdir)/tests/mutants/run $(COUNT) $(SEED)

analyze: all
	$(run_env) sh $(srcdir)/tests/analyze/run $(ANALYZERS)

check-valgrind: tests
	$(run_env) TEST_JOBS=$(test_jobs) sh $(srcdir)/tests/valgrind/run

# In a build directory of its own, which is kept: what is found is in there.
fuzz: config.mk
	$(run_env) sh $(srcdir)/tests/fuzz/search

bench: all $(generators)
	$(run_env) sh $(srcdir)/tests/bench/run

# The capture shows real defects, so the audit has findings: status 1.
demo: all
	printf '\n$$ %s\n' './xen-eptaudit audit --from $(DEMO_LOG)'
	./xen-eptaudit audit --from $(srcdir)/$(DEMO_LOG); test $$? -le 1

# ---- where it goes ----

data_dir = $(DESTDIR)$(datadir)
man_dir = $(DESTDIR)$(mandir)
unit_dir = $(DESTDIR)$(prefix)/lib/systemd/system
man_pages := $(notdir $(wildcard $(srcdir)/man/*.[1-9]))
packaging = $(srcdir)/src/packaging

# Where each file goes, as SOURCE:FOLDER[:NAME]; uninstall takes away the same.
data_files = $(foreach page,$(man_pages),man/$(page):$(man_dir)/man$(subst .,,$(suffix $(page)))) \
	completions/xen-eptaudit.bash:$(data_dir)/bash-completion/completions:xen-eptaudit \
	completions/_xen-eptaudit:$(data_dir)/zsh/site-functions \
	completions/xen-eptaudit.fish:$(data_dir)/fish/vendor_completions.d \
	src/packaging/xen-eptaudit.rules.yml:$(data_dir)/xen-eptaudit \
	src/packaging/xen-eptaudit.timer:$(unit_dir)
folder_of = $(word 2,$(subst :, ,$(1)))
name_of = $(or $(word 3,$(subst :, ,$(1))),$(notdir $(word 1,$(subst :, ,$(1)))))
installed_files = $(foreach file,$(data_files),$(call folder_of,$(file))/$(call name_of,$(file))) \
	$(DESTDIR)$(sbindir)/xen-eptaudit $(unit_dir)/xen-eptaudit.service
own_folders = $(DESTDIR)$(module_dir) $(data_dir)/xen-eptaudit

install: all
	install -d $(DESTDIR)$(sbindir) $(unit_dir)
	install -m 755 xen-eptaudit $(DESTDIR)$(sbindir)
	$(foreach file,$(data_files),install -D -m 644 $(srcdir)/$(word 1,$(subst :, ,$(file))) \
		$(call folder_of,$(file))/$(call name_of,$(file)) &&) :
	sed 's|@sbindir@|$(sbindir)|' $(packaging)/xen-eptaudit.service.in >$(unit_dir)/xen-eptaudit.service
ifneq ($(module),)
	install -d $(DESTDIR)$(module_dir)
	install -m 644 $(module) $(DESTDIR)$(module_dir)
endif

uninstall:
	rm -f $(installed_files) $(DESTDIR)$(module_dir)/xen-eptaudit-live.so
	for folder in $(own_folders); do test ! -d $$folder || rmdir $$folder; done

# With configure inside, so that who builds a release needs no autoconf.
release = xen-eptaudit-$(VERSION)
dist:
	mkdir -p build
	echo '$(described)' >build/version
	cd $(srcdir) && git archive -o $(CURDIR)/$(release).tar.gz --prefix=$(release)/ \
		--add-file=configure --add-file=config.h.in --add-file=$(CURDIR)/build/version HEAD
	echo $(release).tar.gz

# In folders of their own, from what dist packs.
deb: dist
	rm -rf build/deb && mkdir -p build/deb
	tar xzf $(release).tar.gz -C build/deb
	cp -r $(packaging)/debian build/deb/$(release)
	sed "s/@VERSION@/$(VERSION)/; s/@DATE@/$$(date -R)/" $(packaging)/debian/changelog.in \
		>build/deb/$(release)/debian/changelog
	rm build/deb/$(release)/debian/changelog.in
	cd build/deb/$(release) && env -u MAKEFLAGS DEB_BUILD_OPTIONS=nocheck dpkg-buildpackage -us -uc
	ls build/deb/*.deb

rpm: dist
	rm -rf build/rpm && mkdir -p build/rpm/SOURCES build/rpm/SPECS
	cp $(release).tar.gz build/rpm/SOURCES
	sed "s/@VERSION@/$(VERSION)/; s/@RPMDATE@/$$(LC_ALL=C date '+%a %b %d %Y')/" \
		$(packaging)/xen-eptaudit.spec.in >build/rpm/SPECS/xen-eptaudit.spec
	env -u MAKEFLAGS rpmbuild --define "_topdir $(CURDIR)/build/rpm" -ba build/rpm/SPECS/xen-eptaudit.spec
	ls build/rpm/RPMS/*/*.rpm

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
