/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A confined process can still do what reading a file takes, and nothing else. Each thing is tried
 * in a child of its own, once free and once confined: what fails must work without. */
#define _GNU_SOURCE
#include "base/base.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/dossier-confine-XXXXXX";
static char ours[64], other[64], out[64];

static const char *const readable[] = { ours, NULL };
static const char *const writable[] = { out, NULL };
static const struct confine reader = { .read = readable, .address_space = 1 << 30,
	.cpu_seconds = 10 };
static const struct confine worker = { .read = readable, .write = writable, .cpu_seconds = 10,
	.fork = true };
static const struct confine client = { .read = readable, .cpu_seconds = 10, .network = true };

/* How a child ended that did this: its status, 128 + signal when it was killed. */
static int run(const struct confine *c, int (*what)(void))
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		char active[CONFINE_TEXT];
		if (c && confine_self(c, active, NULL))
			_exit(99);
		_exit(what());
	}
	int status;
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* ---- what must work: 0 --------------------------------------------------------------------- */

static int reads_its_file(void)
{
	char text[16] = "";
	int fd = open(ours, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, 4) != 4 || strcmp(text, "ours") != 0)
		return 1;
	FILE *f = fopen(ours, "rb");
	return !f || fgetc(f) != 'o' || mmap(NULL, 4, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED;
}

static int takes_memory(void)
{
	for (size_t n = 16; n < 64 << 20; n *= 3) {
		char *p = malloc(n);
		if (!p)
			return 1;
		memset(p, 1, n);
		p = realloc(p, n * 2);
		free(p);
	}
	return 0;
}

static void *thread(void *arg)
{
	*(int *)arg += takes_memory() == 0;
	return NULL;
}

static int runs_threads(void)
{
	pthread_t t[4];
	int fine[4] = { 0 };
	for (int i = 0; i < 4; i++)
		if (pthread_create(&t[i], NULL, thread, &fine[i]))
			return 1;
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	return fine[0] + fine[1] + fine[2] + fine[3] != 4;
}

static int converts(const char *from)
{
	iconv_t c = iconv_open("UTF-8", from);
	if (memcmp(&c, &(iconv_t){ (iconv_t)-1 }, sizeof c) == 0)
		return 1;
	char in[] = "a\xe4", result[16], *p = in, *q = result;
	size_t n = 2, room = sizeof result;
	return iconv(c, &p, &n, &q, &room) == (size_t)-1;
}

static int converts_text(void)
{
	return converts("CP1252") || converts("ISO-8859-5") || converts("MACINTOSH");
}

static int tells_time(void)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[64];
	return !localtime_r(&now, &tm) || !strftime(text, sizeof text, "%Y %b %Z", &tm);
}

static int writes_to_out(void)
{
	char path[80], path2[80];
	snprintf(path, sizeof path, "%s/made", out);
	snprintf(path2, sizeof path2, "%s/renamed", out);
	if (file_write(path, "x", 1, NULL) || rename(path, path2) || unlink(path2))
		return 1;
	if (file_publish(path, "x", 1, NULL) || truncate(path, 0) == 0 || unlink(path))
		return 1;
	int fd = open(out, O_TMPFILE | O_RDWR, 0600);
	return fd < 0 || write(fd, "y", 1) != 1 || ftruncate(fd, 0);
}

static int confines_children(void)
{
	int before = run(NULL, reads_its_file);
	return before || run(&reader, reads_its_file) || run(&reader, runs_threads);
}

static int aborts(void)
{
	abort();
}

/* ---- what must not: 1 ---------------------------------------------------------------------- */

static int opens_other(void)
{
	return open(other, O_RDONLY) < 0;
}

static int opens_folder(void)
{
	return open(folder, O_RDONLY | O_DIRECTORY) < 0;
}

static int writes_its_file(void)
{
	return open(ours, O_RDWR) < 0;
}

static int writes_other(void)
{
	return open(other, O_WRONLY) < 0;
}

static int creates(void)
{
	char path[80];
	snprintf(path, sizeof path, "%s/new", folder);
	return open(path, O_CREAT | O_WRONLY, 0600) < 0;
}

static int removes(void)
{
	char path[80];
	snprintf(path, sizeof path, "%s/remove", folder);
	return unlink(path) < 0;
}

static int makes_link(void)
{
	char path[80];
	snprintf(path, sizeof path, "%s/link", folder);
	return symlink("/etc/passwd", path) < 0;
}

static int changes_mode(void)
{
	return chmod(other, 0777) < 0;
}

static int executes(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return 1;
}

static int connects(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	/* nobody listens there: refused shows that it could be asked */
	return fd < 0 || (connect(fd, (struct sockaddr *)&a, sizeof a) < 0 &&
		errno != ECONNREFUSED);
}

static int opens_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}

static int traces(void)
{
	return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) < 0;
}

static int traces_self(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0;
}

static int reads_parent(void)
{
	char byte;
	struct iovec to = { &byte, 1 }, from = { ours, 1 };
	return syscall(SYS_process_vm_readv, getppid(), &to, 1, &from, 1, 0) < 0;
}

static int forks(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid < 0;
}

static int signals_parent(void)
{
	return kill(getppid(), 0) < 0;
}

static int raises_limits(void)
{
	const struct rlimit r = { 64, 64 };
	return setrlimit(RLIMIT_NOFILE, &r) < 0;
}

static int unshares(void)
{
	return syscall(SYS_unshare, CLONE_FS) < 0;     /* some machines keep everybody from CLONE_NEWUSER */
}

static int takes_too_much(void)
{
	return malloc((size_t)1100 << 20) == NULL;
}

static int loops(void)
{
	for (volatile unsigned i = 0;; i++)
		;
	return 0;
}

/* -------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*what)(void);
	bool worker, client;       /* whether they are kept from it too */
} forbidden[] = {
	{ "open another file", opens_other, true, true },
	{ "open a folder", opens_folder, true, true },
	{ "write its file", writes_its_file, true, true },
	{ "write another file", writes_other, true, true },
	{ "create", creates, true, true },
	{ "remove", removes, true, true },
	{ "link", makes_link, true, true },
	{ "chmod", changes_mode, true, true },
	{ "execute", executes, true, true },
	{ "connect", connects, true, false },
	{ "unix socket", opens_unix_socket, true, false },
	{ "trace", traces, true, true },
	{ "be traced", traces_self, true, true },
	{ "read a process", reads_parent, true, true },
	{ "fork", forks, false, true },
	{ "signal", signals_parent, false, true },
	{ "set limits", raises_limits, false, true },
	{ "unshare", unshares, true, true },
};

static void expect(const char *who, const char *name, int got, int want)
{
	if (got != want)
		printf("%s: %s: %d, expected %d\n", who, name, got, want);
	CHECK(got == want);
}

static void forbids(void)
{
	char path[80];
	snprintf(path, sizeof path, "%s/remove", folder);
	for (size_t i = 0; i < COUNTOF(forbidden); i++) {
		const char *name = forbidden[i].name;
		file_write(path, "x", 1, NULL);
		expect("reader", name, run(&reader, forbidden[i].what), 1);
		if (forbidden[i].worker)
			expect("worker", name, run(&worker, forbidden[i].what), 1);
		expect("client", name, run(&client, forbidden[i].what), forbidden[i].client);
		/* it is not that it can't be done at all */
		expect("free", name, run(NULL, forbidden[i].what), 0);
		snprintf(path, sizeof path, "%s/link", folder);
		unlink(path);
		snprintf(path, sizeof path, "%s/remove", folder);
	}
	expect("reader", "much memory", run(&reader, takes_too_much), 1);
	expect("free", "much memory", run(NULL, takes_too_much), 0);
}

static void allows(void)
{
	const struct confine *all[] = { &reader, &worker, &client };
	for (size_t i = 0; i < COUNTOF(all); i++) {
		expect("any", "read its file", run(all[i], reads_its_file), 0);
		expect("any", "memory", run(all[i], takes_memory), 0);
		expect("any", "threads", run(all[i], runs_threads), 0);
		expect("any", "iconv", run(all[i], converts_text), 0);
		expect("any", "time", run(all[i], tells_time), 0);
		expect("any", "abort", run(all[i], aborts), 128 + SIGABRT);
	}
	expect("worker", "write", run(&worker, writes_to_out), 0);
	expect("reader", "write", run(&reader, writes_to_out), 1);
	expect("worker", "children", run(&worker, confines_children), 0);
}

static void limits(void)
{
	struct confine c = { .cpu_seconds = 1 };
	expect("any", "processor time", run(&c, loops), 128 + SIGXCPU);
	char active[CONFINE_TEXT];
	pid_t pid = fork();
	if (pid == 0) {
		confine_self(&reader, active, NULL);
		_exit(strstr(active, "limit") == NULL || (!confine_off() &&
			!strstr(active, "seccomp")));
	}
	int status;
	waitpid(pid, &status, 0);
	CHECK(status == 0);
}

static double cost(void)
{
	enum { TIMES = 50 };
	struct timespec a, b;
	double sum = 0;
	for (int i = 0; i < TIMES; i++) {
		int ends[2];
		if (pipe(ends))
			return 0;
		pid_t pid = fork();
		if (pid == 0) {
			char active[CONFINE_TEXT];
			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
			confine_self(&reader, active, NULL);
			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
			double s = (double)(b.tv_sec - a.tv_sec) +
				(double)(b.tv_nsec - a.tv_nsec) * 1e-9;
			_exit(write(ends[1], &s, sizeof s) != sizeof s);
		}
		double s = 0;
		if (read(ends[0], &s, sizeof s) == sizeof s)
			sum += s;
		close(ends[0]);
		close(ends[1]);
		waitpid(pid, NULL, 0);
	}
	return sum / TIMES;
}

int main(int argc, char **argv)
{
	(void)argv;
	if (!mkdtemp(folder))
		return 1;
	snprintf(ours, sizeof ours, "%s/ours", folder);
	snprintf(other, sizeof other, "%s/other", folder);
	snprintf(out, sizeof out, "%s/out", folder);
	file_mkdirs(out, NULL);
	file_write(ours, "ours", 4, NULL);
	file_write(other, "other", 5, NULL);
	limits();
	if (!confine_off()) {
		forbids();
		allows();
	}
	if (argc > 1)
		printf("%.3f ms\n", cost() * 1e3);
	file_remove_tree(folder, NULL);
	return test_end();
}
