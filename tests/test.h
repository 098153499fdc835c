/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole test harness: CHECK counts, TEST_MAIN prints `N passed, N failed` and sets the exit status. */
#ifndef TEST_H
#define TEST_H

#include <math.h>
#include <stdio.h>
#include <string.h>

static int test_passed, test_failed;

#define CHECK(cond) test_check((cond) ? 1 : 0, #cond, __FILE__, __LINE__)
#define CHECK_STR(got, want) test_str((got), (want), #got, __FILE__, __LINE__)
/* relative error at most `tol` (absolute when want is 0) */
#define CHECK_NEAR(got, want, tol) test_near((got), (want), (tol), #got, __FILE__, __LINE__)

static inline void test_check(int ok, const char *what, const char *file, int line)
{
	if (ok) {
		test_passed++;
		return;
	}
	test_failed++;
	printf("%s:%d: failed: %s\n", file, line, what);
}
static inline void test_str(const char *got, const char *want, const char *what, const char *file, int line)
{
	int ok = got && want && strcmp(got, want) == 0;
	test_check(ok, what, file, line);
	if (!ok)
		printf("  got  '%s'\n  want '%s'\n", got ? got : "(null)", want ? want : "(null)");
}
static inline void test_near(double got, double want, double tol, const char *what, const char *file, int line)
{
	double scale = want < 0 ? -want : want;
	int ok = fabs(got - want) <= tol * (scale > 0 ? scale : 1);
	test_check(ok, what, file, line);
	if (!ok)
		printf("  got  %.17g\n  want %.17g\n", got, want);
}
static inline int test_end(void)
{
	printf("%d passed, %d failed\n", test_passed, test_failed);
	return test_failed != 0;
}

#endif
