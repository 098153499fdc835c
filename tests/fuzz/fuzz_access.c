/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an Access database, or else as a value in one. libmdb is known to crash and to loop
 * on damaged files: it is run in a process of its own, where only a fault in our own code counts.
 * That process is confined in earnest when a report is made. */
#define _GNU_SOURCE            /* dladdr, REG_RIP */
#include "fuzz/feed_check.h"

#include "ingest/database/access_int.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
void __asan_on_error(void);
void *__asan_get_report_pc(void) __attribute__((weak));

enum { SECONDS = 2, OURS = 99, THEIRS = 98 };
static bool in_child;

/* libmdb and glib are shared libraries; our code is in the program itself. */
static bool ours(const void *pc)
{
	Dl_info at, here;
	return pc && dladdr(pc, &at) && dladdr((void *)(uintptr_t)&LLVMFuzzerTestOneInput, &here) &&
		at.dli_fbase == here.dli_fbase;
}

/* Called before a report; a call into the C library is judged by who made it. */
void __asan_on_error(void)
{
	if (in_child)
		_exit(!__asan_get_report_pc || ours(__asan_get_report_pc()) ? OURS : THEIRS);
}

static void fault(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	const ucontext_t *c = context;
#ifdef REG_RIP
	_exit(ours((const void *)(uintptr_t)c->uc_mcontext.gregs[REG_RIP]) ? OURS : THEIRS);
#else
	(void)c;
	_exit(THEIRS);
#endif
}

static void fail(void)
{
	_exit(OURS);
}

_Noreturn static void child(const char *path)
{
	in_child = true;
	check_failed = fail;
	for (const int *sig = (const int[]){ SIGSEGV, SIGBUS, SIGFPE, SIGILL, 0 }; *sig; sig++)
		sigaction(*sig, &(struct sigaction){ .sa_sigaction = fault, .sa_flags = SA_SIGINFO },
			NULL);
	signal(SIGABRT, SIG_DFL);          /* glib aborts for want of memory */
	signal(SIGALRM, SIG_DFL);
	alarm(SECONDS);
	int null = open("/dev/null", O_WRONLY);
	dup2(null, STDERR_FILENO);
	check_feed(&format_access, path);
	_exit(0);
}

static void database(const uint8_t *data, size_t n)
{
	int status;
	const char *path = check_file(data, n);
	pid_t pid = fork();
	if (pid < 0)
		return;
	if (!pid)
		child(path);
	/* UBSan, which sees our code alone, ends with a status of its own */
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) != 0 &&
		WEXITSTATUS(status) != THEIRS)
		abort();
}

/* A byte for the type, one for what else is known of the column, then the value. */
static void value(const uint8_t *data, size_t n)
{
	static struct buf out;
	struct access_column c = { .type = (enum access_type)(data[0] & 31), .calculated = data[1] & 1,
		.scale = data[1] >> 1 & 31, .kind = (enum access_dates)((data[1] >> 6) % 3) };
	uint8_t *copy = mem_alloc(n - 1);      /* of its size, so that overruns are seen */
	memcpy(copy, data + 2, n - 2);
	struct str s = { (const char *)copy, n - 2 };
	const struct access_text t = { 0 }, jet3 = { .code_page = true };
	bool day, time;
	if (c.calculated)
		s = access_unwrap(s);
	buf_clear(&out);
	if (s.n && access_type_name(c.type)) {
		access_date(&c, s, &day, &time);
		access_put(data[0] & 32 ? &jet3 : &t, &c, s, &out);
		if (access_native(&c) >= NATIVES || !utf8_valid(buf_str(&out), out.n, NULL))
			abort();
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n >= 2 && format_access.detect((struct str){ (const char *)data, n }, NULL))
		database(data, n);
	else if (n > 2)
		value(data, n);
	return 0;
}
