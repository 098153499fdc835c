/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log: one JSON object a line, for programs. Each line is one write to a file opened for appending, so the
 * processes of a batch may share it. On the standard error of a systemd service lines are for the journal:
 * "<6>event key=value ...", as it takes the priority from the front of a line. */
#include "driver/driver_int.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const level_names[] = { "debug", "info", "warn", "error" };
static const int priorities[] = { 7, 6, 4, 3 };       /* of syslog */

/* The process has one log, as it has one standard error. */
static struct {
	int fd;
	enum log_level least;
	bool open, journal;
} sink = { .fd = -1 };

/* $JOURNAL_STREAM is "device:inode" of the stream that systemd has given us, which need not be this one. */
static bool is_journal(int fd)
{
	struct stat st;
	const char *named = getenv("JOURNAL_STREAM");
	char own[64];
	if (!named || fstat(fd, &st) < 0)
		return false;
	snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	return strcmp(named, own) == 0;
}

const char *cli_prefix(void)
{
	return is_journal(STDERR_FILENO) ? "<3>" : "";
}

int log_open(const struct options *opt, struct err *e)
{
	const char *path = opt->log ? opt->log : getenv("DOSSIER_LOG");
	const char *level = opt->log_level ? opt->log_level : getenv("DOSSIER_LOG_LEVEL");
	size_t l = 0;
	if (!level || !*level)
		level = "info";
	while (l < COUNTOF(level_names) && strcmp(level_names[l], level) != 0)
		l++;
	if (l == COUNTOF(level_names))
		return err_set(e, ERR_USAGE, "--log-level: expected one of: debug, info, warn, error; found '%s'", level);
	if (!path || !*path)
		return 0;
	bool standard = strcmp(path, "-") == 0;
	sink.fd = standard ? STDERR_FILENO : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
	if (sink.fd < 0) {
		err_errno(e, "cannot open '%s'", path);
		return err_while(e, "--log");
	}
	if (!standard)
		fcntl(sink.fd, F_SETFL, O_APPEND);   /* only a pipe that nobody reads was not to be waited for */
	sink.least = (enum log_level)l;
	sink.journal = is_journal(sink.fd);
	sink.open = true;
	return 0;
}

enum log_level log_level_of(enum err_code code)
{
	switch (job_state_of(code)) {
	case JOB_NEW:
	case JOB_QUEUED:
	case JOB_RUNNING:
	case JOB_STATES:
	case JOB_DONE:
		return LEVEL_INFO;
	case JOB_DONE_WITH_FINDINGS:
	case JOB_AWAITING:
	case JOB_CANCELLED:
		return LEVEL_WARN;
	case JOB_FAILED:
	case JOB_TIMED_OUT:
		break;
	}
	return code == ERR_BUSY ? LEVEL_WARN : LEVEL_ERROR;
}

/* ,"key":"value" or, for the journal, key="value" after a blank. */
static void put_field(struct buf *b, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	json_t *v = term_json(value);
	buf_printf(b, sink.journal ? " %s=" : ",\"%s\":", key);
	json_canonical(b, v);
	json_decref(v);
}

static void put_more(struct buf *b, const json_t *more)
{
	const char *key;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)more, key, v) {
		buf_printf(b, sink.journal ? " %s=" : ",\"%s\":", key);
		json_canonical(b, v);
	}
}

void log_event(enum log_level level, const char *job, const char *run, const char *step, const char *event,
	const char *message, const json_t *more)
{
	char now[40];
	struct buf b = { 0 };
	if (!sink.open || level < sink.least)
		return;
	clock_iso(now);
	if (sink.journal)
		buf_printf(&b, "<%d>%s", priorities[level], event);
	else
		buf_printf(&b, "{\"ts\":\"%s\",\"level\":\"%s\",\"event\":\"%s\",\"pid\":%ld", now, level_names[level], event,
			(long)getpid());
	put_field(&b, "job", job);
	put_field(&b, "run", run);
	put_field(&b, "step", step);
	put_field(&b, "message", message);
	put_more(&b, more);
	buf_puts(&b, sink.journal ? "\n" : "}\n");
	if (write(sink.fd, b.p, b.n) < 0)
		sink.open = sink.fd == STDERR_FILENO;  /* a full disk: the work matters more than its log */
	buf_free(&b);
}
