/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The states of a job and what may follow what. A run begins with `queued` from wherever the job was left: from
 * `running` too, when whoever ran it was killed. It ends in one of the last six. */
#include "driver/driver_int.h"

#include <string.h>

#define BIT(s) (1u << (s))
#define ENDS (BIT(JOB_FAILED) | BIT(JOB_CANCELLED) | BIT(JOB_TIMED_OUT))

static const struct {
	const char *name;
	unsigned next;                 /* bits of the states that may follow */
} states[JOB_STATES] = {
	[JOB_NEW] = { "new", BIT(JOB_QUEUED) },
	[JOB_QUEUED] = { "queued", BIT(JOB_QUEUED) | BIT(JOB_RUNNING) | ENDS },
	[JOB_RUNNING] = { "running", BIT(JOB_QUEUED) | BIT(JOB_RUNNING) | BIT(JOB_AWAITING) | BIT(JOB_DONE) |
		BIT(JOB_DONE_WITH_FINDINGS) | ENDS },
	[JOB_AWAITING] = { "awaiting_clarification", BIT(JOB_QUEUED) },
	[JOB_DONE] = { "done", BIT(JOB_QUEUED) },
	[JOB_DONE_WITH_FINDINGS] = { "done_with_findings", BIT(JOB_QUEUED) },
	[JOB_FAILED] = { "failed", BIT(JOB_QUEUED) },
	[JOB_CANCELLED] = { "cancelled", BIT(JOB_QUEUED) },
	[JOB_TIMED_OUT] = { "timed_out", BIT(JOB_QUEUED) },
};

const char *job_state_name(enum job_state s)
{
	return states[s].name;
}

enum job_state job_state_lookup(const char *name)
{
	int s = JOB_STATES - 1;
	while (s > 0 && strcmp(states[s].name, name) != 0)
		s--;
	return (enum job_state)s;
}

bool job_state_may_follow(enum job_state from, enum job_state to)
{
	return states[from].next & BIT(to);
}

enum job_state job_state_of(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return JOB_DONE;
	case ERR_CHECKS:
		return JOB_DONE_WITH_FINDINGS;
	case ERR_AWAITING:
		return JOB_AWAITING;
	case ERR_CANCELLED:
		return JOB_CANCELLED;
	case ERR_TIMEOUT:
		return JOB_TIMED_OUT;
	case ERR_USAGE:
	case ERR_INPUT:
	case ERR_IO:
	case ERR_BUG:
	case ERR_BUSY:
		break;
	}
	return JOB_FAILED;
}

enum err_code job_state_code(enum job_state s)
{
	static const enum err_code codes[] = { ERR_NONE, ERR_CHECKS, ERR_AWAITING, ERR_CANCELLED, ERR_TIMEOUT };
	for (size_t i = 0; i < COUNTOF(codes); i++)
		if (job_state_of(codes[i]) == s)
			return codes[i];
	return ERR_IO;
}

const char *run_status(enum err_code code)
{
	return job_state_name(job_state_of(code));
}

int err_gravity(enum err_code code)
{
	static const enum err_code order[] = { ERR_NONE, ERR_CHECKS, ERR_AWAITING, ERR_BUSY, ERR_CANCELLED, ERR_TIMEOUT,
		ERR_USAGE, ERR_INPUT, ERR_IO, ERR_BUG };
	for (size_t i = 0; i < COUNTOF(order); i++)
		if (order[i] == code)
			return (int)i;
	return COUNTOF(order);
}
