/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child that ends at an awkward moment is heard all the same. */
#include "driver/driver_int.h"
#include "test.h"

#include <time.h>

static void wait_ms(int ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000L }, NULL);
}

static int works_a_while(struct stage_run *r, struct err *e)
{
	(void)e;
	wait_ms(150);
	snprintf(r->summary, sizeof r->summary, "worked");
	return 0;
}

/* Writing the state can take long: the child ends while nobody listens. */
static void slow_tick(void *ctx, double done, const char *what)
{
	(void)done;
	(void)what;
	++*(int *)ctx;
	wait_ms(400);
}

int main(void)
{
	static const struct stage stage = { .name = "eda", .version = "1", .run = works_a_while };
	struct stage_run run = { .job = ".", .out = "." };
	int ticks = 0;
	struct child c = { .stage = &stage, .run = &run, .grace_s = 5, .tick = slow_tick, .tick_ctx = &ticks };
	struct err e = { 0 };
	CHECK(child_run(&c, &e) == 0);
	CHECK_STR(e.msg, "");
	CHECK_STR(run.summary, "worked");
	CHECK(ticks > 0);
	return test_end();
}
