# Dossier. `make demo` and `make check` each do everything on a fresh Debian 12 machine. V=1 shows commands.
# A build flavour is a folder: build (default), build-asan, build-clang, build-cov.
SHELL = /bin/bash
CC = gcc
FLAVOUR =
B = build$(FLAVOUR)
PREFIX = /usr/local
DESTDIR =
OPT = -O2 -g
WARN = -Wall -Wextra -Wconversion -Wshadow -Wcast-qual -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Werror
PKGS = plplot jansson libfyaml libconfuse gsl lapacke
CPPFLAGS = -Ipipeline -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -DDOSSIER_SHARE='"$(PREFIX)/share/dossier"'
CFLAGS = -std=c11 $(OPT) -ffp-contract=off -fno-strict-aliasing -pthread $(WARN)
LIBS = -lcsv -lhpdf -lxgboost -luchardet -lplplot -lfyaml -lconfuse -ljansson -lgsl -lopenblas -llapacke -lm -pthread
VERSION = 0.1.0

# ROOMS can be narrowed while one room is being worked on: make ROOMS='base table' build/tests/unit/table_read
ROOMS = base table ingest profile model report stages driver
SRC = $(wildcard $(ROOMS:%=pipeline/%/*.c))
OBJ = $(SRC:%.c=$(B)/%.o)
TESTSRC = $(wildcard tests/unit/*.c tests/property/*.c)
TESTBIN = $(TESTSRC:%.c=$(B)/%)
Q = $(if $(V),,@)

.PHONY: all demo check setup asan gcc-clang fuzz fault bench coverage tidy format golden nist install help clean layers unit
all: $(B)/dossier

$(B)/dossier: $(B)/pipeline/main.o $(B)/libdossier.a
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/libdossier.a: $(OBJ)
	@rm -f $@
	$(Q)ar rcs $@ $^
$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -DDOSSIER_VERSION='"$(VERSION)"' -MMD -MP -c -o $@ $<
$(B)/tests/%: tests/%.c $(B)/libdossier.a tests/test.h Makefile
	@mkdir -p $(@D)
	@echo "  TEST  $<"
	$(Q)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -DDOSSIER_VERSION='"$(VERSION)"' $(LDFLAGS) -o $@ $< $(B)/libdossier.a $(LIBS)
unit: $(TESTBIN)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
clean:
	rm -rf build build-*
