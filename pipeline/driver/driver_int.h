/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the driver share, in the order in which a run meets them: configuration
 * sources, settings, the job and its folder, markers and plans, child processes, telling the user.
 */
#ifndef DRIVER_INT_H
#define DRIVER_INT_H

#include "driver/driver.h"

#include <signal.h>

/* ---- configuration sources (yaml.c, conf.c) ------------------------------------------------ */

/* A value as somebody wrote it. What it means depends on the setting that it is for: `title: 2024`
 * is a text, so scalars stay text here. Memory belongs to the arena. */
enum conf_kind { CONF_SCALAR, CONF_LIST, CONF_MAP };
struct conf {
	enum conf_kind kind;
	const char *key;               /* its name, inside a map */
	int key_line, key_column;      /* 1-based; 0: unknown */
	int line, column;
	const char *text;              /* scalar */
	bool plain;                    /* scalar without quotes: null, number, boolean? */
	struct conf *child, *next;
};
/* YAML 1.2, and so JSON. Refuses anchors, aliases, tags, repeated keys, further documents and
 * bad UTF-8; an empty text is an empty map. NULL on error: "<label>:<line>:<column>: <text>". */
struct conf *yaml_parse(struct arena *a, const char *label, const char *text, size_t n,
	struct err *e);
/* pipeline.conf: one map of the site-wide settings in it; places have no columns. */
struct conf *conf_parse(struct arena *a, const char *path, struct err *e);

/* Whether the value is absent or null. */
bool conf_is_null(const struct conf *v);
/* "'abc'", "a list", "nothing". */
void conf_put_found(struct buf *b, const struct conf *v);
/* err_set with the place in front, as far as it is known. */
int conf_complain(struct err *e, const char *label, int line, int column, const char *what);

/* ---- settings (settings.c, value.c, settings_help.c, settings.def) ---------------------------------- */

enum setting_type {
	SETTING_BOOL, SETTING_INT, SETTING_REAL, SETTING_TEXT, SETTING_ENUM, SETTING_LIST,
	SETTING_COLOUR, SETTING_DATE, SETTING_ID, SETTING_FINDING
};
enum setting_scope {
	SETTING_SITE,                  /* pipeline.conf may set it for every job */
	SETTING_JOB                    /* only meaningful for one job */
};
struct setting {
	enum setting_scope scope;
	enum setting_type type;
	const char *path;              /* "eda.max_levels"; a segment "*" stands for any name, "accept[]" for an entry */
	const char *fallback;          /* as YAML: "20", "[a, b]"; "null": null is allowed too; NULL: needed */
	double min, max;               /* numbers only */
	const char *words;             /* enum: "a|b|c" */
	const char *help;
};
extern const struct setting settings_table[];
extern const size_t settings_count;

/* The setting for a dotted path as a user writes it; a star takes everything between what stands
 * before and after it ("columns.bill.length.type"). *star, when given, lends that part. */
const struct setting *settings_find(const char *path, struct str *star);
/* The value that a setting takes from `v`, of its type and within its bounds. NULL: ERR_USAGE. */
json_t *setting_value(const struct setting *s, const char *path, const struct conf *v,
	const char *label, struct err *e);
/* Whether it can be the id of a job, and so the name of a folder. */
bool setting_id_fits(const char *s);
/* "a whole number", "one of: ask, assume". */
void setting_put_expected(struct buf *b, const struct setting *s);
/* Suggests the path that was probably meant, or NULL. */
const char *settings_suggest(const char *path);
/* Every setting with its default, in table order. The caller owns the result. */
json_t *settings_defaults(void);
/* Puts the values of `root` (a map) into `tree`, each checked against its setting. Places are
 * printed as "<label>:<line>:<column>: ". ERR_USAGE on the first value that does not fit. */
int settings_merge(json_t *tree, const struct conf *root, const char *label, struct err *e);
/* The same for one setting by path, its value in YAML. */
int settings_put(json_t *tree, const char *path, const char *value, const char *label,
	struct err *e);
/* For `dossier help settings`: every setting with type, bounds, default and meaning; those whose
 * path starts with `prefix` when that is not NULL. Returns how many. */
size_t settings_help(struct buf *out, const char *prefix);
/* For `dossier help findings`: everything that can be found, by the code that `accept` wants. */
void findings_help(struct buf *out);

/* ---- the command line (cli.c) -------------------------------------------------------------- */

struct options {
	const char *command;
	const char **args;             /* positional */
	size_t nargs;
	const char *data_dir, *conf, *share, *from, *until, *report_date, *threads;
	const char **sets;             /* key=value */
	size_t nsets;
	const char *output, *format, *keep, *report;   /* predict */
	bool allow_missing, force;
	const char *max_concurrent, *retries;          /* batch */
	bool stop_on_error, follow;
	bool allow_outside;
	const char *metrics;           /* run, batch */
	const char *log, *log_level;
	const char *backfill;          /* run: FROM..TO */
	const char *older_than;        /* gc */
	bool dry_run;
	bool json, quiet, explain, verify, paranoid, resume, exact, approximate, trace, help, version;
};

/* ---- jobs (manifest.c, newjob.c, job.c, sources.c, original.c) ---------------------------------------- */

/* A file of the input. */
struct original {
	const char *source;            /* as the manifest names it, from here; "-": standard input */
	const char *name;              /* in the job's folder original/, and in the report */
	const char *join;              /* entry of `join`; NULL: the table itself */
	const char *path;              /* the job's own copy, absolute */
	char sha[SHA256_HEX];
	int64_t bytes, mtime_ns;
};

struct job {
	struct arena *arena;
	const struct stage *const *stages;
	const struct options *opt;
	const char *manifest_path;     /* as given */
	const char *folder;            /* that what it names must be in: ends in / or is empty; NULL: anywhere */
	json_t *manifest;              /* resolved: the tree of manifest.json */
	struct original *originals;
	size_t noriginals;
	bool server;                   /* the table comes from a server */
	const char *password;          /* of the server */
	const char *share;             /* templates/ and assets/ */
	const char *id, *dir;          /* <data-dir>/jobs/<id> */
	char input_sha[SHA256_HEX];    /* of all originals together; of a server, of what is asked */
	int64_t input_bytes;
	json_t **markers;              /* one a stage; NULL unless it is up to date */
	int lock_fd, slot_fd;
};

/* Folder that holds templates/ and assets/: --share, $DOSSIER_SHARE, beside the program, installed. */
const char *share_find(struct arena *a, const struct options *opt);
/* Reads a manifest and everything that may override it; fills manifest, id, dir, originals. */
int manifest_load(struct job *j, const char *path, struct err *e);
/* Puts the report date in place of {date}, {yyyy}, {mm} and {dd} in what the manifest names (dates.c). ERR_USAGE when
 * one of these is there and no date was said. */
int dates_fill(struct job *j, struct err *e);
/* Which files (or server) the manifest means; relative paths start at `folder`. ERR_USAGE when it
 * names none or contradicts itself, ERR_INPUT when a pattern matches nothing. */
int sources_find(struct job *j, const char *folder, struct err *e);
/* Opens a file that the manifest names, for reading (beneath.c). ERR_USAGE when it lies elsewhere than it may. */
int manifest_open(const struct job *j, const char *path, struct err *e);
/* Likewise a small file, whole. */
int manifest_read(const struct job *j, const char *path, size_t cap, struct buf *out, struct err *e);
/* The files that give a report its look: report.logo, .stylesheet and .templates, a folder (branding.c).
 * Paths that `before` has not are joined to `folder`; */
void branding_rebase(struct arena *a, json_t *manifest, const json_t *before, const char *folder);
/* they are readable and where they may be, else ERR_USAGE; */
int branding_check(const struct job *j, struct err *e);
/* a run works with copies in the job folder, which it takes away at its end; */
int branding_import(const struct job *j, struct err *e);
void branding_place(const struct job *j, json_t *view);
void branding_forget(const struct job *j);
/* and they are replaced by their hashes in what a step was made from. */
int branding_hash(struct arena *a, json_t *params, struct err *e);

/* Chapters of the author's own (texts.c). Entry `n`, from 1, of report.texts as it was written at `v`: has one
 * place, one text, and is not too long. */
int texts_check(const json_t *entry, const char *path, int n, const struct conf *v, const char *label, struct err *e);
/* As branding_rebase. */
void texts_rebase(struct arena *a, json_t *manifest, const json_t *before, const char *folder);
/* Puts what the files of texts hold in the place of their names. */
int texts_read(struct job *j, struct err *e);
/* ERR_INPUT when a source is not a readable regular file within limits.max_input_mb. */
int sources_check(const struct job *j, struct err *e);
/* ERR_INPUT: more bytes than limits.max_input_mb allows. */
int sources_check_size(const struct job *j, const char *source, int64_t bytes, struct err *e);
/* Whether `path` is a manifest rather than data, by its name or, for .json, by its content. */
bool manifest_is(const char *path);
/* A valid job id from a file name: "Sales 2024.csv" -> "sales-2024". */
char *manifest_id(struct arena *a, const char *path);
/* The manifest of a bare data file: <data-dir>/jobs/<id>/job.yaml, written if there is none. */
int newjob_for(struct arena *a, const struct options *opt, const char *file, const char **manifest,
	       bool *made, struct err *e);

/* Makes the folder of a job, durably: what is to survive in it must not vanish with it. */
int job_make_folder(struct arena *a, const struct options *opt, const char *id, struct err *e);
/* Makes the job folder and locks it; ERR_BUSY when another run holds it. Takes away what an
 * interrupted run left behind. */
int job_open(struct job *j, struct err *e);
void job_close(struct job *j);
/* The folder of a job that is named by its id, which fits (cli.c), or by its manifest. */
const char *job_dir(struct arena *a, const struct options *opt, const char *name);
/* Whether some process holds the lock of this job folder right now; *pid 0 when unknown. */
bool job_is_locked(const char *dir, int64_t *pid);
/* One of limits.max_concurrent_jobs places; `waiting` is called while there is none and returns
 * true to give up (ERR_CANCELLED). */
int job_take_slot(struct job *j, bool (*waiting)(void *ctx), void *ctx, struct err *e);
/* Brings original/ up to date with the sources; fills path, sha and bytes of each, input_sha and
 * input_bytes, and settles the report date. */
int original_import(struct job *j, struct err *e);
/* As sha256_file, but ends with ERR_CANCELLED when the run is asked to stop. */
int hash_polled(const char *path, char sha[SHA256_HEX], int64_t *size, struct err *e);
/* ERR_INPUT when the original has changed since it was imported. */
int original_unchanged(const struct job *j, struct err *e);

/* ---- markers, plans, publishing (marker.c, plan.c, publish.c) ------------------------------- */

/* A marker is never trusted: NULL with *why when it is absent, malformed, of another schema or
 * fails its own check. The caller owns the result. */
json_t *marker_load(const struct job *j, const char *step, const char **why);
/* Publishes <step>.done. `body` is an object without "check", which is added. */
int marker_write(const struct job *j, const char *step, json_t *body, struct err *e);
/* Whether every output that the marker lists is there: NULL, or what is wrong. `rehash` reads all. */
const char *marker_mismatch(struct arena *a, const struct job *j, const char *step,
	const json_t *marker, bool rehash);

struct plan {
	bool run;
	const char *why;               /* "up to date", "input eda.json changed" */
	char key[SHA256_HEX];
	json_t *view;                  /* what the stage sees of the manifest */
	json_t *params;                /* the part of it that its output depends on */
	json_t *inputs;                /* [{"role", "sha256"}] in declared order */
};
/* Decides about stage number i; those before it are up to date and their markers loaded. On
 * "up to date" its marker is kept in j->markers[i]. plan_reset frees what the plan owns. */
int plan_step(struct job *j, size_t i, bool forced, struct plan *p, struct err *e);
void plan_reset(struct plan *p);
/* Whether the job folder holds a whole report: every step finished, its outputs there, and made from those of the
 * steps before it. Loads the markers, which plan_forget frees. */
bool plan_whole(struct job *j);
void plan_forget(struct job *j);

/* Moves what a step wrote in `tmp` into the job folder, durably, and removes outputs of the
 * previous run that are not made any more. Gives [{"path", "bytes", "sha256"}] in *outputs. */
int publish(const struct job *j, const struct stage *s, const char *tmp, json_t **outputs,
	struct err *e);
/* One JSON file outside of any step, durably. */
int publish_json(const char *path, const json_t *v, struct err *e);
int replace_json(const char *path, const json_t *v, struct err *e);   /* by file_replace */

/* ---- child processes (child.c, cancel.c) ----------------------------------------------------- */

struct child {
	const struct stage *stage;
	struct stage_run *run;
	double timeout_s, grace_s;     /* timeout 0: none */
	const char *timeout_setting;   /* where that comes from */
	int64_t memory_mb;             /* beyond the program itself; 0: no limit */
	void (*tick)(void *ctx, double done, const char *what);  /* at least ten times a second */
	void *tick_ctx;
	/* results */
	double seconds, cpu_seconds;
	int64_t peak_bytes;
	char noise[2048];              /* the end of what it printed */
	int signal;                    /* that ended it, unasked; 0: none */
	double done;                   /* the last progress that it told, and what it was doing */
	char doing[256];
};
/* Runs the stage in a child process. Fills run->summary and run->worst. Whatever happens to the
 * child becomes an ordinary error: crash, time-out, exit() in a library, cancellation. */
int child_run(struct child *c, struct err *e);

#define CANCEL_FILE "cancel"       /* in the job folder, while somebody wants its run to stop */
/* SIGINT, SIGTERM and SIGHUP ask to stop; how often they did. */
void cancel_install(void);
int cancel_count(void);
void cancel_reset(void);
#define CRASH_FILE "crash.json"
const char *signal_name(int sig);  /* "SIGSEGV"; "a signal" for those that nobody meets */
/* crash.json in the job folder: what is known of a step that a signal ended. Gives its path, NULL: not written. */
const char *crash_report(const struct job *j, const char *run, const struct child *c);
/* A file whose existence asks for the same; NULL: none. */
void cancel_watch(const char *path);

/* ---- states of a job (states.c) ------------------------------------------------------------------ */

/* Whatever becomes of a job goes through this table: from each state only some others can follow. */
enum job_state {
	JOB_NEW, JOB_QUEUED, JOB_RUNNING, JOB_AWAITING, JOB_DONE, JOB_DONE_WITH_FINDINGS, JOB_FAILED, JOB_CANCELLED,
	JOB_TIMED_OUT, JOB_STATES
};
const char *job_state_name(enum job_state s);       /* "awaiting_clarification" */
/* JOB_NEW for a name that is none. */
enum job_state job_state_lookup(const char *name);
bool job_state_may_follow(enum job_state from, enum job_state to);
/* How a run stands that ended with this code, and the other way round (ERR_IO for any failure). */
enum job_state job_state_of(enum err_code code);
enum err_code job_state_code(enum job_state s);
/* From harmless to grave: of several ends, what an operator has to look at first. */
int err_gravity(enum err_code code);

/* ---- telling (state.c, log.c, term.c) --------------------------------------------------------------- */

/* state.json and telemetry.jsonl: for whoever looks from outside. Trouble with them never fails a
 * run; the first state_set of a run does report it. */
struct state;
/* `until`: number of the last stage of this run, where its progress is 100. */
struct state *state_new(struct job *j, size_t until);
/* Takes the job into another state, or to another step while it runs. ERR_BUG when the table of states
 * knows no such way. */
int state_set(struct state *s, enum job_state to, const char *step, const char *reason, struct err *e);
/* Progress of the step, 0 to 1, from which that of the job follows; writes at most twice a second. */
void state_tick(struct state *s, double done, const char *what);
/* One line of telemetry and of the log; takes over `event`, adds time and run. */
void state_event(struct state *s, const char *name, json_t *event);
void state_free(struct state *s);
const char *state_run(const struct state *s);   /* the id of this run: its start and its process */
/* The id of the last run that said how it stands; "" when none did. */
const char *state_last_run(const struct job *j);

enum log_level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARN, LEVEL_ERROR };
/* --log and --log-level, or DOSSIER_LOG and DOSSIER_LOG_LEVEL. Without them nothing is logged. */
int log_open(const struct options *opt, struct err *e);
/* One line: the texts may be NULL, `more` (borrowed, an object or NULL) holds further fields. */
void log_event(enum log_level level, const char *job, const char *run, const char *step, const char *event,
	const char *message, const json_t *more);
/* How much an end with this code deserves attention. */
enum log_level log_level_of(enum err_code code);

double clock_now(void);                     /* monotonic seconds */
/* Seconds since 1970 of such a text; NaN when it is none. */
double clock_read(const char *iso);
void clock_iso(char out[40]);               /* wall clock, for state, markers and telemetry only */

/* Text from data or file names may hold anything: control characters, bidirectional overrides and
 * bad UTF-8 come out as U+FFFD. */
void term_clean(struct buf *out, const char *s);
json_t *term_json(const char *s);           /* the same as a JSON string */
void term_print_json(const json_t *v);      /* to stdout, whatever else is quiet */
struct term {
	bool quiet, live, colour;
	int width, name_width;
	double started, shown;
	bool has_line;
};
void term_init(struct term *t, const struct options *opt, const struct stage *const *table);
/* One finished line: "eda        0.12 s  7 findings". seconds < 0: none. */
void term_step(struct term *t, const char *name, double seconds, const char *text);
void term_progress(struct term *t, const char *name, double done, const char *what);
void term_line(struct term *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void term_end(struct term *t);                            /* takes the live line away */

/* Reports of earlier runs (history.c). Keeps the whole report that the job folder holds, whose markers are loaded, as
 * that of this run (settings history.*). */
int history_keep(const struct job *j, const char *run, struct err *e);
/* Whether it is kept already, as that of any run. */
int history_knows(const struct job *j, bool *yes, struct err *e);
/* The report of a run that was killed before it could keep it, which this run may replace. */
int history_mend(const struct job *j, struct err *e);

/* ---- running (run.c, step.c) --------------------------------------------------------------------- */

struct run {
	struct job *job;
	struct state *state;
	struct term term;
	size_t from, until;            /* stages: first that is forced, last that is seen */
	const char *step;              /* the one at work */
	double started;
	json_t *steps;                 /* for the summary of --json */
	struct err checks;             /* what a step said whose checks did not pass */
};
/* Whether the history holds a good report of this date. */
int history_has(struct arena *a, const struct options *opt, const char *id, const char *report_date, bool *yes, struct err *e);
/* Runs the job for each date of opt->backfill that its history has no report of (backfill.c). */
int backfill(const struct options *opt, const struct stage *const *table, struct err *e);
/* Runs a job whose manifest is loaded. */
int run_job(struct job *j, struct err *e);
/* Runs stage number i as planned. Failed checks are noted in r->checks and are no failure here. */
int step_run(struct run *r, size_t i, struct plan *p, struct err *e);
/* A step, for the summary. */
struct note {
	const char *step, *status, *why, *summary;
	double seconds;                /* < 0: it did not run */
	const struct child *child;     /* what it cost; NULL likewise */
	int64_t bytes;                 /* that it wrote */
};
void run_note(struct run *r, const struct note *n);
/* How a run is called that ended with this code: "done", "cancelled", "failed". */
const char *run_status(enum err_code code);

/* ---- commands ---------------------------------------------------------------------------------- */

int cmd_run(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_check(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_clarify(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_status(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_batch(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_cancel(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_gc(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_qa(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_predict(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_models(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_importance(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_formats(const struct options *opt, const struct stage *const *table, struct err *e);
int cmd_help(const struct options *opt, const struct stage *const *table, struct err *e);

#endif
