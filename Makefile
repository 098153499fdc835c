# Dossier. `make demo` and `make check` each do everything on a fresh Debian 12 machine. V=1 shows commands.
# A build flavour is a folder: build (default), build-asan, build-clang, build-cov.
SHELL = /bin/bash
CC = gcc
FLAVOUR =
B = build$(FLAVOUR)
PREFIX = /usr/local
DESTDIR =
OPT = -O2 -g
WARN = -Wall -Wextra -Wconversion -Wshadow -Wcast-qual -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes $(WERROR)
WERROR = -Werror
CPPFLAGS = -Ipipeline -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -DDOSSIER_SHARE='"$(PREFIX)/share/dossier"' $(PKGCFLAGS)
CFLAGS = -std=c11 $(OPT) -ffp-contract=off -fno-strict-aliasing -pthread $(WARN)
# Packages whose headers or libraries are not where the compiler looks anyway.
PKGS = libmdb libpq
PKGCFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
LIBS = -lcsv -larchive -lzip -lexpat -lyajl -lreadstat -lsqlite3 -lpq -lmdb -lglib-2.0 -lfreexl -lseccomp -lz -ldeflate -lhpdf -lpng -ljpeg -lfribidi -lcmark -luchardet -lplplot -lfyaml -lconfuse -ljansson -lgsl -lopenblas -llapacke -lm -pthread
VERSION = 0.1.0

# ROOMS can be narrowed while one room is being worked on: make ROOMS='base table' build/tests/unit/table_read
ROOMS = base table ingest profile model report stages driver
SRC = $(wildcard $(ROOMS:%=pipeline/%/*.c) $(ROOMS:%=pipeline/%/*/*.c))
OBJ = $(SRC:%.c=$(B)/%.o)
TESTSRC = $(wildcard tests/unit/*.c tests/property/*.c)
TESTBIN = $(TESTSRC:%.c=$(B)/%)
TESTSH = tests/layers.sh $(sort $(wildcard tests/spec/*.sh tests/golden/*.sh tests/e2e/*.sh))
Q = $(if $(V),,@)

JOBS = $(sort $(wildcard jobs/*.yaml))

.PHONY: all help setup demo check web unit layers asan compilers fuzz fault killloop valgrind bench nist conformance coverage tidy format golden install clean
all: $(B)/dossier

help:
	@echo "make demo      install what is missing, build, run the example jobs, say where the reports are"
	@echo "make check     install what is missing, build, run all tests"
	@echo "make           build only        make install PREFIX=/usr/local DESTDIR="
	@echo "make web       the HTML reports in a browser: valid, accessible, on all screens, by keyboard"
	@echo "make asan      the tests under AddressSanitizer and UBSan"
	@echo "make fault     every file operation of a small job fails once; it must recover to the same bytes"
	@echo "make killloop  kill -9 at random, 200 rounds of two jobs      make valgrind  memcheck over whole runs"
	@echo "make fuzz      fuzz the parsers, FUZZ_SECONDS=10 each"
	@echo "make compilers gcc and clang, warnings as errors"
	@echo "make bench     timings of whole commands      make nist  certified digits"
	@echo "make conformance   scores per format against files with known answers"
	@echo "make coverage  line coverage of the tests     make golden  show and replace golden files"
	@echo "make tidy, format, clean"

# Installs what packages.txt names and dpkg does not know; says nothing when nothing is missing.
setup:
	@tests/setup.sh packages.txt

demo: setup
	@$(MAKE) --no-print-directory -j$$(nproc) $(B)/dossier
	@for j in $(JOBS); do $(B)/dossier run $$j || exit $$?; done
	@echo
	@echo "The reports:"
	@for j in $(JOBS); do ls data/jobs/$$(basename $$j .yaml)/report.html data/jobs/$$(basename $$j .yaml)/report.pdf | sed "s|^|  $$PWD/|"; done

check: setup
	@$(MAKE) --no-print-directory -j$$(nproc) $(B)/dossier unit
	@LOGS=$(B)/tests/log DOSSIER=$(B)/dossier bash tests/run.sh $(TESTBIN) $(TESTSH)

web: setup
	@tests/setup.sh tests/web/packages.txt
	@$(MAKE) --no-print-directory -j$$(nproc) $(B)/dossier
	@bash tests/web/run.sh $(B)/dossier

$(B)/dossier: $(B)/pipeline/main.o $(B)/libdossier.a
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
# Members of different rooms may share a name, so they are appended (q): r would replace.
$(B)/libdossier.a: $(OBJ)
	@rm -f $@
	$(Q)ar qcs $@ $^
$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -DDOSSIER_VERSION='"$(VERSION)"' -MMD -MP -c -o $@ $<
$(B)/tests/%: tests/%.c $(B)/libdossier.a tests/test.h $(wildcard tests/unit/*.h tests/property/*.h tests/conformance/*.h) Makefile
	@mkdir -p $(@D)
	@echo "  TEST  $<"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -DDOSSIER_VERSION='"$(VERSION)"' $(LDFLAGS) -o $@ $< $(B)/libdossier.a $(LIBS)
unit: $(TESTBIN)

layers:
	@bash tests/layers.sh
	@bash tests/words.sh

# ASan and UBSan see every piece of an arena as a malloc of its own. The sandbox and limits on address
# space do not go together with ASan; leaks inside libraries are not ours.
SAN = -fsanitize=address,undefined -fno-sanitize-recover=undefined
asan:
	@$(MAKE) --no-print-directory -j$$(nproc) FLAVOUR=-asan OPT="-O1 -g $(SAN) -fno-omit-frame-pointer -DARENA_DISCRETE" \
		WERROR= LDFLAGS="$(SAN)" build-asan/dossier unit
	@ASAN_OPTIONS=detect_leaks=0 ROUNDS=2 LOGS=build-asan/tests/log DOSSIER=build-asan/dossier bash tests/run.sh \
		$(TESTSRC:%.c=build-asan/%) $(TESTSH)

compilers:
	@$(MAKE) --no-print-directory -j$$(nproc) CC=gcc all
	@$(MAKE) --no-print-directory -j$$(nproc) CC=clang FLAVOUR=-clang all
	@echo "2 passed, 0 failed"

FUZZ_SECONDS = 10
FUZZSRC = $(wildcard tests/fuzz/*.c)
fuzz:
	@$(MAKE) --no-print-directory -j$$(nproc) CC=clang FLAVOUR=-fuzz WERROR= OPT="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -DARENA_DISCRETE" \
		build-fuzz/libdossier.a
	@$(MAKE) --no-print-directory -j$$(nproc) CC=clang FLAVOUR=-fuzz WERROR= OPT="-O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined" \
		$(FUZZSRC:%.c=build-fuzz/%)
	@bash tests/fuzz/run.sh build-fuzz $(FUZZ_SECONDS)

# Scores against the files with right answers in ../shared/data, a line a folder.
CONFSRC = $(wildcard tests/conformance/*.c)
conformance: $(CONFSRC:%.c=$(B)/%)
	@bash tests/conformance/run.sh $^

nist: $(B)/tests/unit/profile_nist $(B)/tests/unit/profile_truth $(B)/tests/unit/model_nist
	@for t in $^; do $$t; done

bench: $(B)/dossier $(B)/tests/bench/gen $(B)/tests/bench/ingest
	@bash tests/bench/bench.sh $(B)/dossier

fault: $(B)/dossier
	@bash tests/fault/run.sh $(B)/dossier

killloop: $(B)/dossier
	@DOSSIER=$(B)/dossier bash tests/e2e/kill_loop.sh 200

# VALGRIND=short: one small job
valgrind: $(B)/dossier
	@DOSSIER=$(B)/dossier bash tests/valgrind.sh $(VALGRIND)

coverage:
	@$(MAKE) --no-print-directory -j$$(nproc) FLAVOUR=-cov OPT="-O0 -g --coverage" WERROR= LDFLAGS=--coverage build-cov/dossier unit
	-@LOGS=build-cov/tests/log DOSSIER=build-cov/dossier bash tests/run.sh $(TESTSRC:%.c=build-cov/%) $(TESTSH)
	@bash tests/coverage.sh build-cov

tidy:
	clang-tidy --quiet $(SRC) pipeline/main.c -- $(CPPFLAGS) -std=c11 -DDOSSIER_VERSION='"$(VERSION)"'
format:
	clang-format -i $(SRC) pipeline/main.c $(wildcard pipeline/*/*.h pipeline/*/*/*.h)
golden: $(B)/dossier
	@DOSSIER=$(B)/dossier bash tests/golden/golden.sh --replace

install: $(B)/dossier
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/dossier/templates $(DESTDIR)$(PREFIX)/share/dossier/assets \
		$(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 755 $(B)/dossier $(DESTDIR)$(PREFIX)/bin/dossier
	install -m 644 templates/* $(DESTDIR)$(PREFIX)/share/dossier/templates
	install -m 644 $(filter-out assets/dossier.1 assets/dossier.bash assets/screenshot.png assets/texts,$(wildcard assets/*)) $(DESTDIR)$(PREFIX)/share/dossier/assets
	for l in $(notdir $(wildcard assets/texts/*)); do install -d $(DESTDIR)$(PREFIX)/share/dossier/assets/texts/$$l && \
		install -m 644 assets/texts/$$l/*.po $(DESTDIR)$(PREFIX)/share/dossier/assets/texts/$$l || exit 1; done
	install -m 644 pipeline.conf $(DESTDIR)$(PREFIX)/share/dossier/pipeline.conf
	install -m 644 assets/dossier.1 $(DESTDIR)$(PREFIX)/share/man/man1/dossier.1
	install -m 644 assets/dossier.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/dossier

-include $(shell find $(B) -name '*.d' 2>/dev/null)
clean:
	rm -rf build build-*
