/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole runs with stages that take no time: what is repeated and why, what a failing step turns
 * into, what is locked, and that a killed run ends in the same bytes. */
#include "test.h"

#include "../fault/tiny_stages.h"
#include "driver/driver_int.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* Under AddressSanitizer the crashes of these tests are to be crashes all the same. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "handle_segv=0:handle_sigbus=0:allocator_may_return_null=1:detect_leaks=0";
}

static struct buf out, errors;
static const char input[] = "a,b\n1,2\n+x\n+y\n";

/* ---- running the command line in a process of its own ---------------------------------------------- */

enum { ARGS_MAX = 16 };

static pid_t start_with(const struct stage *const *table, const char *const *args)
{
	char *argv[ARGS_MAX + 2];
	int argc = 0;
	for (argv[argc++] = mem_strdup("dossier"); *args; args++)
		argv[argc++] = mem_strdup(*args);
	argv[argc] = NULL;
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		struct err e = { 0 };
		signal(SIGINT, SIG_DFL);       /* whoever runs the tests in the background */
		dup2(open("out.txt", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1);
		dup2(open("err.txt", O_WRONLY | O_CREAT | O_TRUNC, 0666), 2);
		int r = cli_main(argc, argv, table, &e);
		if (r < 0)
			fprintf(stderr, "dossier: %s\n", e.msg);
		fflush(NULL);
		_exit(r < 0 ? (int)e.code : 0);
	}
	while (argc)
		free(argv[--argc]);
	return pid;
}

/* Exit status, or 128 + signal. */
static int finish(pid_t pid)
{
	int status;
	waitpid(pid, &status, 0);
	buf_clear(&out);
	buf_clear(&errors);
	file_read("out.txt", 1 << 20, &out, NULL);
	file_read("err.txt", 1 << 20, &errors, NULL);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

#define RUN(...) finish(start_with(tiny_stages, (const char *const[]){ __VA_ARGS__, NULL }))
#define START(...) start_with(tiny_stages, (const char *const[]){ __VA_ARGS__, NULL })

static bool said(const char *text)
{
	bool yes = strstr(buf_str(&out), text) != NULL;
	if (!yes)
		printf("  stdout: %s\n", buf_str(&out));
	return yes;
}
static bool complained(const char *text)
{
	bool yes = strstr(buf_str(&errors), text) != NULL;
	if (!yes)
		printf("  stderr: %s\n", buf_str(&errors));
	return yes;
}

/* ---- files --------------------------------------------------------------------------------------------- */

static void put(const char *path, const char *text)
{
	struct err e = { 0 };
	if (file_write(path, text, strlen(text), &e) < 0)
		printf("%s\n", e.msg);
}
static const char *get(const char *path)
{
	static struct buf text;
	buf_clear(&text);
	file_read(path, 1 << 20, &text, NULL);
	return buf_str(&text);
}
static void order(const char *text)
{
	put("orders.txt", text);
}

/* Names and contents of a job's artifacts, as one text: what must not depend on crashes. Markers hold
 * times, so of them only the key counts. */
static void digest_file(struct buf *b, const char *path)
{
	const char *dot = strrchr(path_base(path), '.');
	if (dot && strcmp(dot, ".done") == 0) {
		json_t *m = json_read_file(path, NULL);
		buf_printf(b, "%s %s\n", path, json_text(m, "key", "none"));
		json_decref(m);
	} else {
		buf_printf(b, "%s %s\n", path, get(path));
	}
}
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}
static void digest_folder(struct buf *b, const char *dir)
{
	static const char *const others[] = { ".", "..", ".lock", "state.json", "telemetry.jsonl", "original.json" };
	struct dirent **x;
	int n = scandir(dir, &x, NULL, by_name);
	for (int i = 0; i < n; i++) {
		bool skip = false;
		for (size_t k = 0; k < COUNTOF(others); k++)
			skip = skip || strcmp(x[i]->d_name, others[k]) == 0;
		struct buf path = { 0 };
		struct stat st;
		buf_printf(&path, "%s/%s", dir, x[i]->d_name);
		if (!skip && lstat(path.p, &st) == 0 && S_ISDIR(st.st_mode))
			digest_folder(b, path.p);
		else if (!skip)
			digest_file(b, path.p);
		buf_free(&path);
		free(x[i]);
	}
	free(n < 0 ? NULL : x);
}
static char *job_digest(const char *dir)
{
	struct buf b = { 0 };
	digest_folder(&b, dir);
	return b.p;
}

static void fresh(void)
{
	file_remove_tree("data", NULL);
	file_remove_tree("orders.txt", NULL);
	file_remove_tree("pipeline.conf", NULL);
	put("x.csv", input);
	put("x.yaml", "source: {file: x.csv}\nreport_date: 2024-05-06\n");
}

/* ---- what is repeated ----------------------------------------------------------------------------------- */

static void repeats(void)
{
	fresh();
	CHECK(RUN("run", "x.yaml") == 0);
	CHECK(said("ingest ") && said("14 bytes"));
	CHECK_STR(get("data/jobs/x/mid.txt"), "2 parts, even bins\n");
	CHECK_STR(get("data/jobs/x/original/x.csv"), input);
	char *first = job_digest("data/jobs/x");
	CHECK(RUN("run", "x.yaml", "--explain") == 0);
	CHECK(said("ingest: up to date") && said("eda: up to date") && said("report: up to date"));
	char *second = job_digest("data/jobs/x");
	CHECK_STR(second, first);
	free(second);
	/* one key of one section, of which the next step sees no difference */
	CHECK(RUN("run", "x.yaml", "--explain", "--set", "eda.histogram_bins=20") == 0);
	CHECK(said("ingest: runs: configuration changed: eda.histogram_bins 50 -> 20\n"));
	CHECK(said("eda: runs: input first/bins.txt changed") && said("report: up to date"));
	CHECK(RUN("run", "x.yaml") == 0);
	second = job_digest("data/jobs/x");
	CHECK_STR(second, first);
	free(second);
	/* limits are how, not what */
	CHECK(RUN("run", "x.yaml", "--explain", "--threads", "3", "--set", "limits.eda_timeout_s=9") == 0);
	CHECK(said("ingest: up to date") && said("report: up to date"));
	CHECK(RUN("run", "x.yaml", "--explain", "--from", "eda") == 0);
	CHECK(said("ingest: up to date") && said("eda: runs: asked for with --from") && said("report: runs: asked"));
	CHECK(RUN("run", "x.yaml", "--explain", "--set", "title=Other", "--until", "eda") == 0);
	CHECK(said("eda: runs: configuration changed: title null -> \"Other\"") && !strstr(out.p, "report"));
	free(first);
}

static void distrust(void)
{
	fresh();
	CHECK(RUN("run", "x.yaml") == 0);
	char *first = job_digest("data/jobs/x");
	unlink("data/jobs/x/mid/part-1.txt");
	CHECK(RUN("run", "x.yaml", "--explain") == 0);
	CHECK(said("eda: runs: outputs missing: mid/part-1.txt") && said("report: up to date"));
	put("data/jobs/x/mid.txt", "longer than before, surely\n");
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("eda: runs: output mid.txt was changed"));
	put("data/jobs/x/mid.txt", "3 parts, even bins\n");   /* same size, newer than the marker */
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("eda: runs: output mid.txt was changed"));
	put("data/jobs/x/mid.txt", "3 parts, even bins\n");
	struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	utimensat(AT_FDCWD, "data/jobs/x/mid.txt", old, 0);
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("eda: up to date"));
	CHECK(RUN("run", "x.yaml", "--explain", "--verify") == 0 && said("eda: runs: output mid.txt was changed"));
	struct buf marker = { 0 };
	file_read("data/jobs/x/eda.done", 1 << 20, &marker, NULL);
	strstr(marker.p, "\"bytes\": 19")[9] = '8';
	put("data/jobs/x/eda.done", marker.p);
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("eda: runs: marker unreadable"));
	truncate("data/jobs/x/report.done", 20);
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("report: runs: marker unreadable"));
	put("data/jobs/x/answers.json", "{}");                /* an input that may be absent */
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("eda: runs: input answers.json changed"));
	unlink("data/jobs/x/answers.json");
	CHECK(RUN("run", "x.yaml") == 0);
	char *last = job_digest("data/jobs/x");
	CHECK_STR(last, first);
	struct stage newer = tiny_stage_eda;
	newer.version = "2";
	const struct stage *const table[] = { &tiny_stage_ingest, &newer, &tiny_stage_report, NULL };
	CHECK(finish(start_with(table, (const char *const[]){ "run", "x.yaml", "--explain", NULL })) == 0);
	CHECK(said("eda: runs: version of the step 1 -> 2") && said("report: up to date"));
	free(first);
	free(last);
	buf_free(&marker);
}

/* Another input takes away what only the old one made. */
static void inputs(void)
{
	fresh();
	CHECK(RUN("run", "x.yaml") == 0);
	put("x.csv", "a,b\n1,2\n+x\n");
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("ingest: runs: the input file changed"));
	CHECK(!file_exists("data/jobs/x/mid/part-1.txt") && file_exists("data/jobs/x/mid/part-0.txt"));
	put("y.csv", "a,b\n1,2\n");
	put("x.yaml", "source: {file: y.csv}\nreport_date: 2024-05-06\n");
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("ingest: runs: the input file changed"));
	CHECK(!file_exists("data/jobs/x/mid") && !file_exists("data/jobs/x/original/x.csv"));
	CHECK(file_exists("data/jobs/x/original/y.csv"));
	/* replaced by other bytes of the same length, as an editor does */
	put("z.csv", "a,b\n1,3\n");
	rename("z.csv", "y.csv");
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("ingest: runs: the input file changed"));
	CHECK_STR(get("data/jobs/x/first/copy.txt"), "a,b\n1,3\n");
	/* the times say that nothing has changed, but they are too fresh to be trusted */
	struct stat st;
	stat("y.csv", &st);
	put("y.csv", "a,b\n1,4\n");
	struct timespec same[2] = { st.st_atim, st.st_mtim };
	utimensat(AT_FDCWD, "y.csv", same, 0);
	CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("ingest: runs: the input file changed"));
	order("ingest touch\n");
	CHECK(RUN("run", "x.yaml", "--from", "ingest") == 4 && complained("ingest: 'y.csv' changed while it was read; run again\n"));
	order("");
	put("x.yaml", "source: {file: y.csv, sha256: abc}\n");
	CHECK(RUN("run", "x.yaml") == 4 && complained("the manifest expects abc"));
	put("x.yaml", "source: {file: y.csv, bytes: 5}\n");
	CHECK(RUN("run", "x.yaml") == 4 && complained("has 3 bytes, the manifest expects 5"));
	unlink("y.csv");
}

static void dates(void)
{
	fresh();
	put("x.yaml", "source: {file: x.csv}\n");
	setenv("SOURCE_DATE_EPOCH", "86400", 1);
	CHECK(RUN("run", "x.yaml") == 0 && strstr(get("data/jobs/x/manifest.json"), "\"report_date\": \"1970-01-02\""));
	setenv("SOURCE_DATE_EPOCH", "soon", 1);
	CHECK(RUN("run", "x.yaml") == 2 && complained("SOURCE_DATE_EPOCH: expected seconds since 1970, found 'soon'"));
	unsetenv("SOURCE_DATE_EPOCH");
	/* otherwise the day of the first run, which the job remembers */
	struct buf record = { 0 };
	file_read("data/jobs/x/original.json", 4096, &record, NULL);
	memcpy(strstr(record.p, "\"first_met\": \"") + 14, "2001-02-03", 10);
	put("data/jobs/x/original.json", record.p);
	buf_free(&record);
	CHECK(RUN("run", "x.yaml") == 0 && strstr(get("data/jobs/x/manifest.json"), "\"report_date\": \"2001-02-03\""));
	CHECK(RUN("run", "x.yaml", "--paranoid") == 0 && strstr(get("data/jobs/x/manifest.json"), "2001-02-03"));
	CHECK(RUN("run", "x.yaml", "--report-date", "2024-01-01") == 0 && strstr(get("data/jobs/x/manifest.json"), "2024-01-01"));
	CHECK(RUN("run", "x.yaml", "--explain") == 0);
	CHECK(said("eda: runs: configuration changed: report_date \"2024-01-01\" -> \"2001-02-03\"\n") && said("ingest: up to date"));
	put("x.csv", "a,b\n");
	CHECK(RUN("run", "x.yaml") == 0 && !strstr(get("data/jobs/x/manifest.json"), "2001-02-03"));
	CHECK(RUN("run", "x.yaml", "--report-date", "2024-01-32") == 2 && complained("--report-date: report_date: expected a date"));
}

/* ---- what goes wrong ---------------------------------------------------------------------------------------- */

static void failures(void)
{
	static const struct { const char *order; int status; const char *message; } cases[] = {
		{ "ingest crash\n", 4, "dossier: ingest: crashed (SIGSEGV) while reading 'x.csv'; see data/jobs/x/crash.json\n" },
		{ "eda crash\n", 70, "dossier: eda: crashed (SIGSEGV); see data/jobs/x/crash.json\n" },
		{ "eda exit\n", 70, "dossier: eda: ended early with status 3\n" },
		{ "eda abort\n", 70, "dossier: eda: crashed (SIGABRT); last words: internal error 17; see data/jobs/x/crash.json\n" },
		{ "eda memory\n", 5, "dossier: eda: out of memory\n" },
		{ "eda orphan\n", 70, "dossier: eda: crashed (SIGBUS); see data/jobs/x/crash.json\n" },
		{ "report fail\n", 4, "dossier: report: line 7: bad \xef\xbf\xbd[31mbyte\n" },
		{ "eda ask\n", 3, "dossier: eda: which column?\n" },
		{ "eda litter\n", 70, "dossier: eda: wrote 'litter.txt', which is not among its outputs\n" },
	};
	fresh();
	CHECK(RUN("run", "x.yaml") == 0);
	char *good = job_digest("data/jobs/x");
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		fresh();
		order(cases[i].order);
		int status = RUN("run", "x.yaml");
		if (status != cases[i].status)
			printf("  %s: status %d\n", cases[i].order, status);
		CHECK(status == cases[i].status);
		CHECK_STR(buf_str(&errors), cases[i].message);
		json_t *s = json_read_file("data/jobs/x/state.json", NULL);
		CHECK_STR(json_text(s, "status", ""), status == 3 ? "awaiting_clarification" : "failed");
		json_decref(s);
		CHECK(!file_exists("data/jobs/x/report.done"));
		bool crashed = strstr(cases[i].message, "crashed") != NULL;
		json_t *crash = crashed ? json_read_file("data/jobs/x/crash.json", NULL) : NULL;
		CHECK(file_exists("data/jobs/x/crash.json") == crashed);
		CHECK(!crashed || strstr(cases[i].message, json_text(crash, "signal", "nothing")));
		CHECK(!crashed || strncmp(cases[i].message + 9, json_text(crash, "step", "?"), 3) == 0);
		json_decref(crash);
		order("");
		CHECK(RUN("run", "x.yaml") == 0);
		CHECK(!file_exists("data/jobs/x/crash.json"));
		char *again = job_digest("data/jobs/x");
		CHECK_STR(again, good);
		free(again);
	}
	free(good);
}

static void memory_limit(void)
{
	fresh();
	order("eda eat\n");
	CHECK(RUN("run", "x.yaml", "--threads", "1", "--set", "limits.memory_mb=20") == 5);
	CHECK(complained("dossier: eda: out of memory\n"));
	CHECK(RUN("run", "x.yaml", "--threads", "1") == 0);
}

/* A source on another device is copied. */
static void copies(void)
{
	static const char source[] = "/dev/shm/dossier-test-source.csv";
	struct stat here, there;
	if (stat(".", &here) < 0 || stat("/dev/shm", &there) < 0 || here.st_dev == there.st_dev)
		return;
	fresh();
	put(source, input);
	put("x.yaml", "source: {file: /dev/shm/dossier-test-source.csv}\nreport_date: 2024-05-06\n");
	CHECK(RUN("run", "x.yaml") == 2 && complained("outside of the folder"));
	CHECK(RUN("run", "x.yaml", "--allow-outside") == 0);
	CHECK_STR(get("data/jobs/x/original/dossier-test-source.csv"), input);
	stat("data/jobs/x/original/dossier-test-source.csv", &here);
	CHECK(RUN("run", "x.yaml", "--explain", "--paranoid", "--allow-outside") == 0 && said("ingest: up to date"));
	put(source, "a,b\n1,2\n+z\n");
	CHECK(RUN("run", "x.yaml", "--explain", "--allow-outside") == 0 && said("ingest: runs: the input file changed"));
	CHECK_STR(get("data/jobs/x/first/copy.txt"), "a,b\n1,2\n+z\n");
	unlink(source);
}

static void verdicts(void)
{
	fresh();
	order("eda ask\n");
	CHECK(RUN("run", "x.yaml") == 3);
	CHECK(file_exists("data/jobs/x/mid.txt") && !file_exists("data/jobs/x/eda.done"));   /* what it knows is published */
	CHECK(RUN("run", "x.yaml", "--explain") == 3 && said("ingest: up to date") && said("eda: runs: not run yet"));
	order("report doubt\n");
	CHECK(RUN("run", "x.yaml") == 1 && complained("dossier: report: 2 checks failed\n"));
	CHECK(file_exists("data/jobs/x/report.txt") && file_exists("data/jobs/x/report.done"));
	order("");
	CHECK(RUN("run", "x.yaml", "--explain") == 1 && complained("dossier: report: 2 checks failed\n") && said("report: up to date"));
	CHECK(RUN("run", "x.yaml", "--json") == 1 && said("\"status\": \"done_with_findings\"") && said("\"exit_status\": 1"));
	CHECK(RUN("run", "x.yaml", "--from", "report", "--quiet") == 0 && out.n == 0);
}

static void time_limits(void)
{
	fresh();
	order("eda hang\n");
	double t = clock_now();
	CHECK(RUN("run", "x.yaml", "--set", "limits.eda_timeout_s=0.2") == 7);
	CHECK(complained("dossier: eda: timed out after 0.2 s (limits.eda_timeout_s)\n"));
	order("eda hang\neda deaf\n");
	CHECK(RUN("run", "x.yaml", "--set", "limits.eda_timeout_s=0.2", "--set", "limits.grace_s=0.1") == 7);
	CHECK(clock_now() - t < 5);
	setenv("DOSSIER_EDA_TIMEOUT_S", "0.2", 1);
	order("eda hang\n");
	CHECK(RUN("run", "x.yaml") == 7);
	unsetenv("DOSSIER_EDA_TIMEOUT_S");
}

/* Waits until the state of job x is this. */
static bool reaches(const char *job, const char *status, const char *step)
{
	for (int i = 0; i < 500; i++) {
		struct buf path = { 0 };
		buf_printf(&path, "data/jobs/%s/state.json", job);
		json_t *s = file_exists(path.p) ? json_read_file(path.p, NULL) : NULL;
		bool yes = strcmp(json_text(s, "status", ""), status) == 0 && strcmp(json_text(s, "step", ""), step) == 0;
		json_decref(s);
		buf_free(&path);
		if (yes)
			return true;
		tiny_sleep(10);
	}
	return false;
}

static void cancelling(void)
{
	fresh();
	CHECK(RUN("run", "x.yaml") == 0);
	char *good = job_digest("data/jobs/x");
	for (int hard = 0; hard < 2; hard++) {
		fresh();
		order(hard ? "eda hang\neda deaf\n" : "eda hang\n");
		pid_t pid = START("run", "x.yaml", "--set", "limits.grace_s=0.2");
		CHECK(reaches("x", "running", "eda"));
		CHECK(RUN("status", "x") == 0 && said("running:eda") && said(" %"));
		kill(pid, hard ? SIGTERM : SIGINT);
		CHECK(finish(pid) == 6);
		CHECK(RUN("status", "x") == 0 && said("x  cancelled") && said("not done"));
		order("");
		CHECK(RUN("run", "x.yaml", "--explain") == 0 && said("ingest: up to date"));
		char *again = job_digest("data/jobs/x");
		CHECK_STR(again, good);
		free(again);
	}
	free(good);
}

static void locking(void)
{
	fresh();
	order("eda hang\n");
	pid_t pid = START("run", "x.yaml");
	CHECK(reaches("x", "running", "eda"));
	CHECK(RUN("run", "x.yaml") == 75);
	char want[64];
	snprintf(want, sizeof want, "dossier: job 'x' is locked by pid %ld on ", (long)pid);
	CHECK(complained(want) && complained(" since 20"));
	/* another job waits for a place */
	put("y.yaml", "source: {file: x.csv}\nlimits: {max_concurrent_jobs: 1}\n");
	pid_t waiting = START("run", "y.yaml");
	CHECK(reaches("y", "queued", ""));
	kill(pid, SIGKILL);
	finish(pid);
	order("");
	CHECK(finish(waiting) == 0);
	/* its child went with it, so the job is free again */
	CHECK(RUN("status", "x") == 0 && said("x  interrupted") && said("interrupted at step eda, ") &&
		said(" ago; run it again to continue"));
	CHECK(RUN("run", "x.yaml") == 0);
	CHECK(RUN("status", "--json") == 0 && said("\"id\": \"y\"") && said("\"status\": \"done\""));
}

/* The driver is killed by each step in turn; the next run ends in the same bytes. */
static void killed(void)
{
	static const char *const orders[] = { "ingest kill driver\n", "eda kill driver\n", "report kill driver\n" };
	fresh();
	CHECK(RUN("run", "x.yaml") == 0);
	char *good = job_digest("data/jobs/x");
	for (size_t i = 0; i < COUNTOF(orders); i++) {
		fresh();
		order(orders[i]);
		CHECK(RUN("run", "x.yaml") == 128 + SIGKILL);
		order("");
		CHECK(RUN("run", "x.yaml", "--explain") == 0);
		CHECK(i == 0 || said("ingest: up to date"));
		char *again = job_digest("data/jobs/x");
		CHECK_STR(again, good);
		free(again);
	}
	free(good);
}

/* ---- the command line ------------------------------------------------------------------------------------------ */

static int64_t setting(const char *path)
{
	json_t *m = json_read_file("data/jobs/x/manifest.json", NULL);
	int64_t v = json_int(m, path, -1);
	json_decref(m);
	return v;
}

static void precedence(void)
{
	fresh();
	CHECK(RUN("run", "x.yaml") == 0 && setting("limits.max_input_mb") == 65536);
	put("pipeline.conf", "limits { max_input_mb = 5 }\neda { max_levels = 5 }\n");
	CHECK(RUN("run", "x.yaml") == 0 && setting("limits.max_input_mb") == 5 && setting("eda.max_levels") == 5);
	put("other.conf", "limits { max_input_mb = 50 }\n");
	CHECK(RUN("run", "x.yaml", "--conf", "other.conf") == 0 && setting("limits.max_input_mb") == 50);
	CHECK(RUN("run", "x.yaml", "--conf", "absent.conf") == 2 && complained("absent.conf"));
	put("x.yaml", "source: {file: x.csv}\nlimits: {max_input_mb: 6}\n");
	CHECK(RUN("run", "x.yaml") == 0 && setting("limits.max_input_mb") == 6 && setting("eda.max_levels") == 5);
	setenv("DOSSIER_MAX_INPUT_MB", "7", 1);
	CHECK(RUN("run", "x.yaml") == 0 && setting("limits.max_input_mb") == 7);
	CHECK(RUN("run", "x.yaml", "--set", "limits.max_input_mb=8") == 0 && setting("limits.max_input_mb") == 8);
	setenv("DOSSIER_MAX_INPUT_MB", "seven", 1);
	CHECK(RUN("run", "x.yaml") == 2 && complained("DOSSIER_MAX_INPUT_MB: limits.max_input_mb: expected a whole number"));
	unsetenv("DOSSIER_MAX_INPUT_MB");
	setenv("DOSSIER_MAX_INPUTS_MB", "7", 1);
	CHECK(RUN("run", "x.yaml") == 2 && complained("DOSSIER_MAX_INPUTS_MB (did you mean DOSSIER_MAX_INPUT_MB?)"));
	unsetenv("DOSSIER_MAX_INPUTS_MB");
	put("pipeline.conf", "limits {\n max_inptu_mb = 5\n}\n");
	CHECK(RUN("check", "x.yaml") == 2 && complained("pipeline.conf:2: unknown option 'max_inptu_mb' (did you mean 'limits.max_input_mb'?)"));
	unlink("other.conf");
}

static void bad_input(void)
{
	fresh();
	CHECK(RUN("run", "absent.csv") == 4 && complained("dossier: cannot open 'absent.csv': No such file"));
	mkdir("folder", 0777);
	CHECK(RUN("run", "folder") == 4 && complained("dossier: cannot read 'folder': it is a directory"));
	rmdir("folder");
	CHECK(RUN("run", "absent.yaml") == 2 && complained("absent.yaml"));
	put("bad.yaml", "source: {file: x.csv}\ntraget: y\n");
	CHECK(RUN("run", "bad.yaml") == 2);
	CHECK_STR(buf_str(&errors), "dossier: bad.yaml:2:1: unknown key 'traget' (did you mean 'target'?)\n");
	put("bad.yaml", "source: {file: absent.csv}\n");
	CHECK(RUN("check", "bad.yaml") == 4 && complained("cannot open 'absent.csv'"));
	put("bad.yaml", "title: x\n");
	CHECK(RUN("check", "bad.yaml") == 2 && complained("bad.yaml: 'source.file' is missing"));
	put("bad.yaml", "schema: dossier/manifest/9\nsource: {file: x.csv}\n");
	CHECK(RUN("check", "bad.yaml") == 2 && complained("schema 'dossier/manifest/9' is not known"));
	unlink("bad.yaml");
	truncate("x.csv", 2000001);
	CHECK(RUN("run", "x.yaml", "--set", "limits.max_input_mb=2") == 4 && complained("more than limits.max_input_mb = 2 allows"));
	CHECK(!file_exists("data"));
	fresh();
	put("file", "");
	CHECK(RUN("run", "x.yaml", "--data-dir", "file/sub") == 5 && complained("file/sub"));
	unlink("file");
	CHECK(RUN("run", "x.yaml", "--from", "edaa") == 2 && complained("--from: unknown step 'edaa' (did you mean 'eda'?)"));
	CHECK(RUN("rnu", "x.yaml") == 2 && complained("unknown command 'rnu' (did you mean 'run'?)"));
	CHECK(RUN("run", "x.yaml", "--explian") == 2 && complained("unknown option '--explian' (did you mean '--explain'?)"));
	CHECK(RUN("run") == 2 && complained("usage: dossier run"));
	CHECK(RUN("run", "x.yaml", "--set") == 2 && complained("--set needs a value"));
	CHECK(RUN("run", "x.yaml", "--set", "title") == 2 && complained("--set title: expected key=value"));
	CHECK(RUN("run", "x.yaml", "--quiet=1") == 2 && complained("--quiet takes no value"));
	CHECK(RUN("status", "nix") == 2 && complained("no job 'nix' in 'data/jobs'"));
	CHECK(RUN("clarify", "nix", "a=b") == 2 && complained("job 'nix' has asked nothing yet"));
	CHECK(RUN("help", "settings", "nix") == 2 && RUN("help", "rum") == 2 && complained("did you mean 'run'"));
	CHECK(RUN("--version") == 0 && said("dossier " DOSSIER_VERSION "\n"));
	CHECK(RUN("run", "--help") == 0 && said("dossier run JOB.yaml|FILE"));
	CHECK(RUN("help", "settings", "limits") == 0 && said("limits.max_input_mb\n"));
}

static void bare_files(void)
{
	fresh();
	put("Sales 2024.CSV", input);
	CHECK(RUN("run", "Sales 2024.CSV") == 0 && said("data/jobs/sales-2024/job.yaml (new"));
	CHECK(file_exists("data/jobs/sales-2024/report.txt"));
	CHECK(RUN("run", "./Sales 2024.CSV", "--explain") == 0 && said("ingest: up to date"));
	CHECK(RUN("run", "data/jobs/sales-2024/job.yaml", "--explain") == 0 && said("ingest: up to date"));
	mkdir("sub", 0777);
	put("sub/sales_2024.csv", input);
	CHECK(RUN("run", "sub/sales_2024.csv") == 0 && file_exists("data/jobs/sales_2024/job.yaml"));
	put("sub/sales 2024.txt", "other\n");
	CHECK(RUN("run", "sub/sales 2024.txt") == 0 && file_exists("data/jobs/sales-2024-2/report.txt"));
	put("m.json", "{\"source\": {\"file\": \"x.csv\"}}");
	CHECK(RUN("run", "m.json") == 0 && file_exists("data/jobs/m/report.txt"));
	put("d.json", "[{\"source\": 1}]");
	CHECK(RUN("run", "d.json") == 0 && file_exists("data/jobs/d/job.yaml"));
	struct arena *a = arena_new();
	CHECK_STR(manifest_id(a, "x/Ünïcode__.csv.gz"), "n-code");
	CHECK_STR(manifest_id(a, ".csv"), "csv");
	CHECK_STR(manifest_id(a, "???"), "job");
	arena_free(a);
	file_remove_tree("sub", NULL);
}

int main(void)
{
	char dir[] = "/tmp/dossier-test-XXXXXX";
	unsetenv("SOURCE_DATE_EPOCH");
	if (!mkdtemp(dir) || chdir(dir) < 0)
		return 1;
	repeats();
	distrust();
	inputs();
	dates();
	failures();
	memory_limit();
	copies();
	verdicts();
	time_limits();
	cancelling();
	locking();
	killed();
	precedence();
	bad_input();
	bare_files();
	file_remove_tree(dir, NULL);
	buf_free(&out);
	buf_free(&errors);
	return test_end();
}
