/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gives up what a process that reads untrusted bytes doesn't need, in three layers that don't
 * rely on each other: limits on resources, landlock for the file system and connections, and
 * seccomp, which lets through only the system calls that reading a file takes.
 */
#define _GNU_SOURCE            /* O_PATH, O_TMPFILE, CLONE_THREAD */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- what must not be confined ------------------------------------------------------------ */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

extern void __gcov_dump(void) __attribute__((weak));

bool confine_off(void)
{
	const char *preload = getenv("LD_PRELOAD");
	/* valgrind and the shim of the fault tests must reach what is theirs */
	bool watched = preload && (strstr(preload, "/vgpreload_") || strstr(preload, "/faultshim"));
	return SANITIZED || __gcov_dump || watched;
}

/* ---- limits -------------------------------------------------------------------------------- */

static int limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard, struct err *e)
{
	struct rlimit old;
	if (getrlimit(resource, &old) == 0 && old.rlim_max < hard)
		hard = old.rlim_max;
	struct rlimit r = { soft < hard ? soft : hard, hard };
	return setrlimit(resource, &r) ? err_errno(e, "limiting resources") : 0;
}

static rlim_t mapped_now(void)
{
	struct buf text = { 0 };
	int64_t pages = 0;
	file_read("/proc/self/statm", 4096, &text, NULL);
	num_parse_int64(buf_str(&text), strcspn(buf_str(&text), " "), &pages);
	buf_free(&text);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static int limits(const struct confine *c, bool all, struct err *e)
{
	enum { GRACE = 5, FILES = 256 };
	rlim_t cpu = (rlim_t)c->cpu_seconds;
	if (c->cpu_seconds > 0 && limit(RLIMIT_CPU, cpu, cpu + GRACE, e))
		return -1;
	if (!all)
		return 0;
	rlim_t space = (rlim_t)c->address_space, file = (rlim_t)c->file_size;
	if (c->address_space > 0)
		space += mapped_now();
	return (c->address_space > 0 && limit(RLIMIT_AS, space, space, e)) ||
		(c->file_size > 0 && limit(RLIMIT_FSIZE, file, file, e)) ||
		/* who writes may keep temporary files of many inputs open */
		(!c->write && limit(RLIMIT_NOFILE, FILES, FILES, e)) ||
		limit(RLIMIT_CORE, 0, 0, e) ? -1 : 0;
}

/* ---- landlock ------------------------------------------------------------------------------ */

/* Bits that the kernel headers of Debian 12 don't know yet, each with the version of the
 * interface that brought it. */
#define FS_TRUNCATE (UINT64_C(1) << 14)        /* 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15)       /* 5 */
#define NET_TCP (UINT64_C(3))                  /* 4: bind and connect */
#define SCOPE_ALL (UINT64_C(3))                /* 6: abstract sockets and signals */
struct ruleset {
	uint64_t fs, net, scoped;
};

#define FS_READ ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))
#define FS_FILE ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	LANDLOCK_ACCESS_FS_EXECUTE) | FS_TRUNCATE | FS_IOCTL_DEV)
#define FS_WRITE (FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | \
	LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE)

/* What libraries open by themselves: code pages and time zones, modules of iconv; and what it
 * takes to find a server. */
static const char *const always[] = { "/usr/lib", "/usr/lib64", "/lib", "/lib64",
	"/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/i18n", "/etc/ld.so.cache",
	"/etc/localtime", "/dev/null", "/dev/urandom", NULL };
static const char *const for_network[] = { "/etc", "/usr/share/ca-certificates", "/run", NULL };

static struct ruleset known_to(int abi)
{
	struct ruleset r = { .fs = (UINT64_C(1) << 13) - 1 };   /* 1: up to MAKE_SYM */
	if (abi >= 2)
		r.fs |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 4)
		r.net = NET_TCP;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		r.scoped = SCOPE_ALL;
	return r;
}

/* What doesn't exist needs no rule. */
static int allow(int ruleset, const char *const *paths, uint64_t access, struct err *e)
{
	for (; paths && *paths; paths++) {
		struct stat st;
		int fd = open(*paths, O_PATH | O_CLOEXEC);
		if (fd < 0 || fstat(fd, &st) < 0) {
			if (fd >= 0)
				close(fd);
			continue;
		}
		struct landlock_path_beneath_attr rule = { .parent_fd = fd,
			.allowed_access = S_ISDIR(st.st_mode) ? access : access & FS_FILE };
		long status = syscall(SYS_landlock_add_rule, ruleset,
			LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
		close(fd);
		if (status)
			return err_errno(e, "landlock: allowing '%s'", *paths);
	}
	return 0;
}

static int restrict_paths(int ruleset, const struct confine *c, uint64_t known, struct err *e)
{
	if (allow(ruleset, always, FS_READ, e) || allow(ruleset, c->read, FS_READ, e) ||
		(c->network && allow(ruleset, for_network, FS_READ, e)) ||
		allow(ruleset, c->write, FS_WRITE & known, e))
		return -1;
	return syscall(SYS_landlock_restrict_self, ruleset, 0) ? err_errno(e, "landlock") : 0;
}

/* The version in force, 0 when the kernel has none. */
static int landlock(const struct confine *c, int *abi, struct err *e)
{
	*abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION);
	if (*abi <= 0) {
		*abi = 0;
		return 0;
	}
	struct ruleset r = known_to(*abi);
	if (c->network)
		r.net = 0;
	size_t size = *abi >= 6 ? sizeof r : *abi >= 4 ? 2 * sizeof r.fs : sizeof r.fs;
	int fd = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (fd < 0)
		return err_errno(e, "landlock");
	int status = restrict_paths(fd, c, r.fs, e);
	close(fd);
	return status;
}

/* ---- seccomp ------------------------------------------------------------------------------- */

#define CALL(name) SCMP_SYS(name)
static const int calls_always[] = {
	/* memory, threads, time */
	CALL(brk), CALL(mmap), CALL(munmap), CALL(mprotect), CALL(mremap), CALL(madvise),
	CALL(msync), CALL(mincore), CALL(membarrier), CALL(futex), CALL(set_robust_list),
	CALL(set_tid_address), CALL(rseq), CALL(sched_yield), CALL(sched_getaffinity), CALL(gettid),
	CALL(clock_gettime), CALL(clock_getres), CALL(clock_nanosleep), CALL(nanosleep),
	CALL(gettimeofday), CALL(time), CALL(times), CALL(getrusage), CALL(sysinfo), CALL(uname),
	CALL(getrandom), CALL(restart_syscall), CALL(exit), CALL(exit_group),
	/* signals to itself */
	CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(rt_sigpending),
	CALL(sigaltstack),
	/* who am I */
	CALL(getpid), CALL(getppid), CALL(getpgrp), CALL(getuid), CALL(geteuid), CALL(getgid),
	CALL(getegid), CALL(getrlimit), CALL(getcwd),
	/* descriptors that are open, and names */
	CALL(read), CALL(readv), CALL(pread64), CALL(preadv), CALL(write), CALL(writev),
	CALL(pwrite64), CALL(pwritev), CALL(lseek), CALL(close), CALL(close_range), CALL(dup),
	CALL(dup2), CALL(dup3), CALL(fcntl), CALL(fstat), CALL(stat), CALL(lstat),
	CALL(newfstatat), CALL(statx), CALL(fstatfs), CALL(statfs), CALL(getdents64),
	CALL(access), CALL(faccessat), CALL(faccessat2), CALL(readlink), CALL(readlinkat),
	CALL(fadvise64), CALL(readahead), CALL(ftruncate), CALL(fallocate), CALL(fsync),
	CALL(fdatasync), CALL(flock), CALL(pipe), CALL(pipe2), CALL(eventfd2), CALL(poll),
	CALL(ppoll), CALL(select), CALL(pselect6), CALL(epoll_create1), CALL(epoll_ctl),
	CALL(epoll_wait), CALL(epoll_pwait),
};
static const int calls_to_write[] = {
	CALL(open), CALL(openat), CALL(unlink), CALL(unlinkat), CALL(rename), CALL(renameat),
	CALL(renameat2), CALL(sync_file_range), CALL(copy_file_range), CALL(fchmod),
};
/* Starting children that confine themselves further. */
static const int calls_to_fork[] = {
	CALL(clone), CALL(fork), CALL(vfork), CALL(wait4), CALL(waitid), CALL(kill), CALL(prctl),
	CALL(prlimit64), CALL(setrlimit), CALL(seccomp), CALL(landlock_create_ruleset),
	CALL(landlock_add_rule), CALL(landlock_restrict_self), CALL(tgkill), CALL(setitimer),
};
static const int calls_to_connect[] = {
	CALL(socket), CALL(connect), CALL(bind), CALL(getsockname), CALL(getpeername),
	CALL(getsockopt), CALL(setsockopt), CALL(sendto), CALL(recvfrom), CALL(sendmsg),
	CALL(recvmsg), CALL(sendmmsg), CALL(shutdown), CALL(socketpair),
};

static int allow_calls(scmp_filter_ctx ctx, const int *calls, size_t n)
{
	int status = 0;
	for (size_t i = 0; i < n && !status; i++)
		status = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	return status;
}

/* When the argument is that value, as far as the mask goes. */
static int allow_if(scmp_filter_ctx ctx, int call, unsigned arg, scmp_datum_t mask,
	scmp_datum_t value)
{
	const struct scmp_arg_cmp cmp = { .arg = arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask,
		.datum_b = value };
	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, 1, &cmp);
}
enum { FIRST, SECOND, THIRD };         /* arguments */
#define WHOLE UINT64_MAX               /* a pointer */
#define INT UINT32_MAX                 /* what is above it is not looked at by the kernel either */

/* Opening for reading only. */
static int allow_reading(scmp_filter_ctx ctx)
{
	const scmp_datum_t more = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND |
		(O_TMPFILE & ~O_DIRECTORY);
	int status = allow_if(ctx, SCMP_SYS(open), SECOND, more, 0);
	return status ? status : allow_if(ctx, SCMP_SYS(openat), THIRD, more, 0);
}

/* Threads but no processes; signals to itself only (abort); limits may be asked for, not set. The
 * arguments of clone3 can't be seen from here: without it the C library takes clone. */
static int allow_threads(scmp_filter_ctx ctx)
{
	int status = allow_if(ctx, SCMP_SYS(clone), FIRST, CLONE_THREAD, CLONE_THREAD);
	if (!status)
		status = allow_if(ctx, SCMP_SYS(tgkill), FIRST, INT, (scmp_datum_t)getpid());
	if (!status)
		status = allow_if(ctx, SCMP_SYS(prlimit64), THIRD, WHOLE, 0);
	return status ? status : allow_if(ctx, SCMP_SYS(prctl), FIRST, INT, PR_SET_NAME);
}

static int allow_ioctl(scmp_filter_ctx ctx)
{
	static const unsigned long asked[] = { TCGETS, FIONREAD, FIONBIO, TIOCGWINSZ };
	int status = 0;
	for (size_t i = 0; i < COUNTOF(asked) && !status; i++)
		status = allow_if(ctx, SCMP_SYS(ioctl), SECOND, INT, asked[i]);
	return status;
}

static int add_rules(scmp_filter_ctx ctx, const struct confine *c)
{
	int status = allow_calls(ctx, calls_always, COUNTOF(calls_always));
	if (!status)
		status = allow_ioctl(ctx);
	if (!status)
		status = c->write ? allow_calls(ctx, calls_to_write, COUNTOF(calls_to_write))
			: allow_reading(ctx);
	if (!status)
		status = c->fork ? allow_calls(ctx, calls_to_fork, COUNTOF(calls_to_fork))
			: allow_threads(ctx);
	if (!status && c->network)
		status = allow_calls(ctx, calls_to_connect, COUNTOF(calls_to_connect));
	return status;
}

/* Everything else doesn't exist, as far as this process can tell. */
static int seccomp(const struct confine *c, bool *active, struct err *e)
{
	*active = seccomp_api_get() > 0;
	if (!*active)
		return 0;
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int status = ctx ? add_rules(ctx, c) : -ENOMEM;
	if (!status)
		status = seccomp_load(ctx);
	seccomp_release(ctx);
	return status ? err_set(e, ERR_IO, "seccomp: %s", strerror(-status)) : 0;
}

/* ---- together ------------------------------------------------------------------------------ */

int confine_self(const struct confine *c, char active[CONFINE_TEXT], struct err *e)
{
	bool off = confine_off(), filter;
	int abi;
	if (limits(c, !off, e))
		return -1;
	if (off) {
		snprintf(active, CONFINE_TEXT, "limit of processor time");
		return 0;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return err_errno(e, "giving up privileges");
	if (landlock(c, &abi, e) || seccomp(c, &filter, e))
		return -1;
	char name[24] = "";
	if (abi)
		snprintf(name, sizeof name, "landlock %d, ", abi);
	snprintf(active, CONFINE_TEXT, "%s%slimits", name, filter ? "seccomp, " : "");
	return 0;
}
