/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier run JOB --backfill FROM..TO: the reports of days on which nobody ran the job. They end up in its history;
 * the job folder shows the youngest date again afterwards. */
#include "driver/driver_int.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool read_date(const char *text, size_t n, int32_t *out)
{
	int y, m, d, end = 0;
	char copy[16];
	if (n == 9 && strncmp(text, "yesterday", n) == 0) {
		*out = (int32_t)(time(NULL) / 86400) - 1;
		return true;
	}
	if (n != 10)
		return false;
	snprintf(copy, sizeof copy, "%.10s", text);
	if (sscanf(copy, "%4d-%2d-%2d%n", &y, &m, &d, &end) != 3 || end != 10 || !date_exists(y, m, d))
		return false;
	*out = date_days(y, m, d);
	return true;
}

static int read_range(const char *text, int32_t *from, int32_t *to, struct err *e)
{
	const char *dots = strstr(text, "..");
	if (!dots || !read_date(text, (size_t)(dots - text), from) || !read_date(dots + 2, strlen(dots + 2), to) ||
		*from > *to)
		return err_set(e, ERR_USAGE, "--backfill: expected two dates such as 2026-11-01..2026-11-20, found '%s'",
			text);
	return 0;
}

/* What the manifest says of the job, and which date its folder shows now. */
static int look(struct arena *a, const struct options *opt, const struct stage *const *table, int32_t days,
	const char **id, const char **shown, struct err *e)
{
	struct job j = { .arena = a, .stages = table, .opt = opt, .lock_fd = -1, .slot_fd = -1 };
	int r = manifest_load(&j, opt->args[0], e);
	if (r == 0) {
		int64_t keep = json_int(j.manifest, "history.keep", 0);
		const char *path = path_join(a, j.dir, "manifest.json");
		json_t *last = file_exists(path) ? json_read_file(path, NULL) : NULL;
		const char *date = json_text(last, "report_date", NULL);
		*id = arena_strdup(a, j.id);
		*shown = date ? arena_strdup(a, date) : NULL;
		json_decref(last);
		if (keep <= days)
			r = err_set(e, ERR_USAGE, "--backfill of %d days: history.keep = %lld would not keep them; set it to %d "
				"or more", (int)days, (long long)keep, (int)days + 1);
	}
	json_decref(j.manifest);
	return r;
}

static int run_date(const struct options *opt, const struct stage *const *table, const char *date, struct err *e)
{
	struct options o = *opt;
	struct term t;
	o.backfill = NULL;
	o.report_date = date;
	term_init(&t, opt, table);
	term_line(&t, "%-*s  %s", t.name_width, "date", date);
	return cmd_run(&o, table, e);
}

int backfill(const struct options *opt, const struct stage *const *table, struct err *e)
{
	int32_t from, to;
	char date[32];
	const char *id = NULL, *shown = NULL;
	struct err worst = { 0 };
	if (!manifest_is(opt->args[0]))
		return err_set(e, ERR_USAGE, "--backfill needs a manifest, not '%s'", opt->args[0]);
	if (read_range(opt->backfill, &from, &to, e) < 0)
		return -1;
	struct arena *a = arena_new();
	struct options first = *opt;
	date_format(date, from);
	first.report_date = date;
	int r = look(a, &first, table, to - from + 1, &id, &shown, e);
	const char *last = NULL;
	for (int32_t day = from; r == 0 && day <= to && worst.code != ERR_CANCELLED; day++) {
		struct err why = { 0 };
		bool there;
		date_format(date, day);
		r = history_has(a, opt, id, date, &there, e);
		if (r < 0 || there)
			continue;
		last = arena_strdup(a, date);
		if (run_date(opt, table, last, &why) < 0) {
			err_while(&why, "%s", last);
			worst = err_gravity(why.code) > err_gravity(worst.code) || why.code == ERR_CANCELLED ? why : worst;
		}
	}
	if (r == 0 && worst.code != ERR_CANCELLED && last && shown && strcmp(shown, last) > 0) {
		struct err why = { 0 };
		if (run_date(opt, table, shown, &why) < 0 && err_gravity(why.code) > err_gravity(worst.code))
			worst = why;
	}
	arena_free(a);
	if (r == 0 && worst.code)
		return err_set(e, worst.code, "%s", worst.msg);
	return r;
}
