/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Being asked to stop. */
#include "driver/driver_int.h"

#include <string.h>

static volatile sig_atomic_t requests;

static void on_signal(int sig)
{
	(void)sig;
	if (requests < 100)
		requests++;
}

void cancel_install(void)
{
	struct sigaction sa;
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = on_signal;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

int cancel_count(void)
{
	return requests;
}

void cancel_reset(void)
{
	requests = 0;
}
