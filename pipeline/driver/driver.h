/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver: what to run. Turns a command line into a resolved manifest, a plan, child processes and
 * published artifacts. It knows stages only as constants of struct stage (stages/stages.h), so
 * the table of stages is a parameter: the program passes its six, a test passes its own.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include "stages/stages.h"

/* Runs one command line. What was asked for goes to stdout; errors are returned, not printed:
 * 0, or -1 with e->code the exit status and e->msg one line that is safe for a terminal. */
int cli_main(int argc, char **argv, const struct stage *const *table, struct err *e);

/* What stands before an error on standard error: the priority for the journal of systemd when it listens, else
 * nothing. */
const char *cli_prefix(void);

#endif
