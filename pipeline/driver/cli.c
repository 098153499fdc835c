/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: options, commands, and what to suggest when neither fits. */
#include "driver/driver_int.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct command {
	const char *name;
	int (*run)(const struct options *opt, const struct stage *const *table, struct err *e);
	size_t least, most;            /* positional arguments */
	const char *usage;
	bool of_job;                   /* that was run before; the first argument names it */
} commands[] = {
	{ "run", cmd_run, 1, 1, "dossier run JOB.yaml|FILE|-", false },
	{ "check", cmd_check, 1, 1, "dossier check JOB.yaml", false },
	{ "clarify", cmd_clarify, 1, SIZE_MAX, "dossier clarify JOB key=value...", true },
	{ "status", cmd_status, 0, 1, "dossier status [JOB] [--follow]", true },
	{ "batch", cmd_batch, 1, SIZE_MAX, "dossier batch FOLDER|PATTERN|FILE...", false },
	{ "gc", cmd_gc, 0, 1, "dossier gc [JOB] --keep N|--older-than DAYS", true },
	{ "cancel", cmd_cancel, 1, 1, "dossier cancel JOB", true },
	{ "qa", cmd_qa, 1, 1, "dossier qa JOB [--json]", true },
	{ "predict", cmd_predict, 2, 2, "dossier predict JOB FILE|- [-o OUT]", true },
	{ "models", cmd_models, 0, 1, "dossier models [JOB]", true },
	{ "importance", cmd_importance, 1, 1, "dossier importance JOB", true },
	{ "formats", cmd_formats, 0, 0, "dossier formats", false },
	{ "help", cmd_help, 0, 2, "dossier help [command|settings [SECTION]|findings]", false },
};

enum value { FLAG, TEXT, MANY };
static const struct option {
	const char *name;
	enum value value;
	size_t at;                     /* of the member of struct options */
} options[] = {
	{ "--data-dir", TEXT, offsetof(struct options, data_dir) },
	{ "--conf", TEXT, offsetof(struct options, conf) },
	{ "--share", TEXT, offsetof(struct options, share) },
	{ "--from", TEXT, offsetof(struct options, from) },
	{ "--until", TEXT, offsetof(struct options, until) },
	{ "--threads", TEXT, offsetof(struct options, threads) },
	{ "--report-date", TEXT, offsetof(struct options, report_date) },
	{ "--set", MANY, 0 },
	{ "-o", TEXT, offsetof(struct options, output) },
	{ "--output", TEXT, offsetof(struct options, output) },
	{ "--format", TEXT, offsetof(struct options, format) },
	{ "--keep", TEXT, offsetof(struct options, keep) },
	{ "--report", TEXT, offsetof(struct options, report) },
	{ "--allow-missing", FLAG, offsetof(struct options, allow_missing) },
	{ "--force", FLAG, offsetof(struct options, force) },
	{ "--max-concurrent", TEXT, offsetof(struct options, max_concurrent) },
	{ "--retries", TEXT, offsetof(struct options, retries) },
	{ "--stop-on-error", FLAG, offsetof(struct options, stop_on_error) },
	{ "--metrics", TEXT, offsetof(struct options, metrics) },
	{ "--log", TEXT, offsetof(struct options, log) },
	{ "--log-level", TEXT, offsetof(struct options, log_level) },
	{ "--backfill", TEXT, offsetof(struct options, backfill) },
	{ "--older-than", TEXT, offsetof(struct options, older_than) },
	{ "--dry-run", FLAG, offsetof(struct options, dry_run) },
	{ "--allow-outside", FLAG, offsetof(struct options, allow_outside) },
	{ "--follow", FLAG, offsetof(struct options, follow) },
	{ "--json", FLAG, offsetof(struct options, json) },
	{ "--quiet", FLAG, offsetof(struct options, quiet) },
	{ "--trace", FLAG, offsetof(struct options, trace) },
	{ "--explain", FLAG, offsetof(struct options, explain) },
	{ "--exact", FLAG, offsetof(struct options, exact) },
	{ "--approximate", FLAG, offsetof(struct options, approximate) },
	{ "--verify", FLAG, offsetof(struct options, verify) },
	{ "--resume", FLAG, offsetof(struct options, resume) },
	{ "--paranoid", FLAG, offsetof(struct options, paranoid) },
};

static int unknown(struct err *e, const char *what, const char *s, const char *near)
{
	if (near)
		return err_set(e, ERR_USAGE, "unknown %s '%s' (did you mean '%s'?)", what, s, near);
	return err_set(e, ERR_USAGE, "unknown %s '%s'; see dossier help", what, s);
}

static const struct option *option_find(const char *s, size_t n)
{
	for (size_t i = 0; i < COUNTOF(options); i++) {
		if (str_eq((struct str){ s, n }, options[i].name))
			return &options[i];
	}
	return NULL;
}

static int unknown_option(const char *s, size_t n, struct err *e)
{
	const char *names[COUNTOF(options)];
	char *given = mem_strndup(s, n);
	for (size_t i = 0; i < COUNTOF(options); i++)
		names[i] = options[i].name;
	unknown(e, "option", given, str_nearest(given, names, COUNTOF(options)));
	free(given);
	return -1;
}

/* One option at argv[*i]; its value is behind '=' or the next argument. */
static int take_option(char **argv, int argc, int *i, struct options *opt, struct err *e)
{
	const char *s = argv[*i], *value = strchr(s, '=');
	size_t n = value ? (size_t)(value - s) : strlen(s);
	const struct option *o = option_find(s, n);
	if (!o)
		return unknown_option(s, n, e);
	void *member = (char *)opt + o->at;
	if (o->value == FLAG) {
		if (value)
			return err_set(e, ERR_USAGE, "%s takes no value", o->name);
		*(bool *)member = true;
		return 0;
	}
	if (value)
		value++;
	else if (*i + 1 < argc)
		value = argv[++*i];
	else
		return err_set(e, ERR_USAGE, "%s needs a value", o->name);
	if (o->value == MANY)
		opt->sets[opt->nsets++] = value;
	else
		*(const char **)member = value;
	return 0;
}

/* --report-date today: the day (UTC) on which the command began, for all jobs of a batch. */
static void settle_today(struct arena *a, struct options *opt)
{
	const char *said = opt->report_date;
	bool today = said && strcmp(said, "today") == 0, yesterday = said && strcmp(said, "yesterday") == 0;
	char text[32];
	if (!today && !yesterday)
		return;
	date_format(text, (int32_t)(time(NULL) / 86400) - yesterday);
	opt->report_date = arena_strdup(a, text);
}

static int parse(struct arena *a, int argc, char **argv, struct options *opt, struct err *e)
{
	bool only_args = false;
	opt->data_dir = "data";
	opt->args = arena_calloc(a, (size_t)argc + 1, sizeof *opt->args);
	opt->sets = arena_calloc(a, (size_t)argc + 1, sizeof *opt->sets);
	for (int i = 1; i < argc; i++) {
		const char *s = argv[i];
		if (!only_args && strcmp(s, "--") == 0)
			only_args = true;
		else if (!only_args && (strcmp(s, "--help") == 0 || strcmp(s, "-h") == 0))
			opt->help = true;
		else if (!only_args && strcmp(s, "--version") == 0)
			opt->version = true;
		else if (!only_args && s[0] == '-' && s[1]) {
			if (take_option(argv, argc, &i, opt, e) < 0)
				return -1;
		} else if (!opt->command)
			opt->command = s;
		else
			opt->args[opt->nargs++] = s;
	}
	settle_today(a, opt);
	return 0;
}

static const struct command *command_find(const char *name, struct err *e)
{
	const char *names[COUNTOF(commands)];
	for (size_t i = 0; i < COUNTOF(commands); i++) {
		names[i] = commands[i].name;
		if (strcmp(name, names[i]) == 0)
			return &commands[i];
	}
	unknown(e, "command", name, str_nearest(name, names, COUNTOF(commands)));
	return NULL;
}

/* The environment that steps and their libraries see. No core files, others may not even read what we
 * write, a closed pipe is an error of write() and not the end, and PLplot takes its defaults from
 * nowhere. */
static void settle_process(void)
{
	static const char *const unwanted[] = { "PLPLOT_LIB", "PLPLOT_HOME", "PLPLOT_USR_LIB",
		"PLPLOT_DRV_DIR" };
	for (size_t i = 0; i < COUNTOF(unwanted); i++)
		unsetenv(unwanted[i]);
	setenv("LC_ALL", "C", 1);
	setenv("TZ", "UTC", 1);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	umask(umask(0) | 027);
	/* A closed descriptor would be taken by the next file, and messages would go into it. */
	for (int fd = open("/dev/null", O_RDWR); fd >= 0; fd = open("/dev/null", O_RDWR)) {
		if (fd > STDERR_FILENO) {
			close(fd);
			break;
		}
	}
}

/* Output that could not be written is a failure, or `dossier status > /dev/full` would succeed. */
static int close_stdout(struct err *e)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return err_errno(e, "cannot write to standard output");
	return 0;
}

/* A job goes by its id or its manifest. Nothing else gets into a path: `gc ..` is not about the data folder. */
static int job_named(const char *name, struct err *e)
{
	if (strchr(name, '/') || manifest_is(name) || setting_id_fits(name))
		return 0;
	return err_set(e, ERR_USAGE, "'%s' is no job: an id has up to 64 of a-z 0-9 . _ - and starts with a letter or digit", name);
}

static int dispatch(const struct options *opt, const struct stage *const *table, struct err *e)
{
	if (opt->version) {
		puts("dossier " DOSSIER_VERSION);
		return 0;
	}
	if (!opt->command && !opt->help)
		return err_set(e, ERR_USAGE, "no command; see dossier help");
	if (opt->help) {
		struct options help = *opt;
		help.args = (const char *[]){ opt->command };
		help.nargs = opt->command ? 1 : 0;
		return cmd_help(&help, table, e);
	}
	const struct command *c = command_find(opt->command, e);
	if (!c)
		return -1;
	if (opt->nargs < c->least || opt->nargs > c->most)
		return err_set(e, ERR_USAGE, "usage: %s", c->usage);
	if (c->of_job && opt->nargs && job_named(opt->args[0], e) < 0)
		return -1;
	if (log_open(opt, e) < 0)
		return -1;
	return c->run(opt, table, e);
}

int cli_main(int argc, char **argv, const struct stage *const *table, struct err *e)
{
	struct arena *a = arena_new();
	struct options opt = { 0 };
	struct err message = { 0 };
	settle_process();
	int r = parse(a, argc, argv, &opt, &message);
	if (r == 0)
		r = dispatch(&opt, table, &message);
	struct err output = { 0 };
	if (close_stdout(&output) < 0 && r == 0) {
		message = output;
		r = -1;
	}
	if (r < 0 && e) {
		struct buf clean = { 0 };
		term_clean(&clean, message.msg);
		e->code = message.code;
		snprintf(e->msg, sizeof e->msg, "%s", buf_str(&clean));
		buf_free(&clean);
		json_t *more = json_pack("{s:i,s:s}", "exit_status", (int)e->code, "command", opt.command ? opt.command : "");
		log_event(log_level_of(e->code), NULL, NULL, NULL, "command_end", e->msg, more);
		json_decref(more);
	}
	arena_free(a);
	return r;
}
