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
	sa.sa_flags = SA_RESTART;
	sigemptyset(&sa.sa_mask);
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	for (size_t i = 0; i < COUNTOF(signals); i++) {
		struct sigaction old;
		/* nohup has had it ignored, and means it */
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &sa, NULL);
	}
}

int cancel_count(void)
{
	return requests;
}

void cancel_reset(void)
{
	requests = 0;
}
