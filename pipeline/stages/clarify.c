/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clarify step: which column is to be predicted, which holds the time, which tells the rows
 * apart. What was said counts: the answers of `dossier clarify`, then those of the manifest, then its
 * target, time and identifier. What was not said is guessed and stated as an assumption, or asked.
 */
#include "stages/clarify_int.h"
#include "stages/stages.h"

#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 5 };

static const struct question {
	const char *key, *question;
	const char *title;         /* of the assumption */
	const char *none;          /* evidence when no column stands out */
} questions[ROLES] = {
	[ROLE_TARGET] = { "target", "Which column should be predicted?", "Column to predict",
		"no column stands out as an outcome" },
	[ROLE_TIME] = { "time", "Which column holds the time of a row?", "Column of time",
		"no column stands out as the time of a row" },
	[ROLE_IDENTIFIER] = { "identifier", "Which column holds the identifier of a row?",
		"Column of identifiers", "no column stands out as an identifier" },
};

enum source { SOURCE_OPEN, SOURCE_ASSUMED, SOURCE_MANIFEST, SOURCE_ANSWER };
static const char *const source_names[] = { "open", "assumed", "manifest", "answer" };

struct decision {
	enum source source;
	const char *column;        /* what later steps use, or NULL */
	const char *evidence;
	struct ranking ranking;
	bool asked;                /* the job waits for the answer */
};

struct clarify {
	struct stage_run *run;
	const json_t *eda;
	const json_t *schema;      /* columns of ingest/schema.json: the names in the file */
	const char *const *names;
	size_t n;
	bool ask;                  /* rather than assume */
	struct decision decisions[ROLES];
};

static void release_json(void *v)
{
	json_decref(v);
}

/* An artifact of the job, kept by the arena. */
static json_t *load(const struct stage_run *r, const char *name, struct err *e)
{
	json_t *v = json_read_file(path_join(r->arena, r->job, name), e);
	if (v)
		arena_own(r->arena, v, release_json);
	return v;
}

/* ---- what was said ---------------------------------------------------------------------------- */

/* A column by its name in the table, else by its name in the file, which ingest may have repaired.
 * Lends the name in the table, or NULL. */
static const char *column_find(const struct clarify *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->names[i], name) == 0)
			return c->names[i];
	for (size_t i = 0; i < json_array_size(c->schema); i++) {
		const json_t *column = json_array_get(c->schema, i);
		if (strcmp(json_text(column, "original", ""), name) == 0)
			return json_text(column, "name", NULL);
	}
	return NULL;
}

static int unknown(struct err *e, const char *where, const char *what, const char *name,
	const char *const *words, size_t n)
{
	const char *near = str_nearest(name, words, n);
	if (!near)
		return err_set(e, ERR_USAGE, "%s: %s '%s'", where, what, name);
	return err_set(e, ERR_USAGE, "%s: %s '%s' (did you mean '%s'?)", where, what, name, near);
}

/* `value` names a column; null and "none" say that there is none. `where` is for the message. */
static int say(struct clarify *c, enum role role, const json_t *value, enum source source,
	const char *where, struct err *e)
{
	const char *name = json_string_value(value), *key = questions[role].key;
	const char *column = name ? column_find(c, name) : NULL;
	bool no_column = json_is_null(value) || (name && strcmp(name, "none") == 0);
	if (!column && !no_column) {
		if (!name)
			return err_set(e, ERR_USAGE, "%s: '%s' has to name a column", where, key);
		where = arena_printf(c->run->arena, "%s: %s", where, key);
		return unknown(e, where, "no column", name, c->names, c->n);
	}
	c->decisions[role] = (struct decision){
		.source = source,
		.column = column,
		.evidence = source == SOURCE_ANSWER ? "answered" : "named in the manifest",
	};
	return 0;
}

static int say_answers(struct clarify *c, json_t *answers, const char *where, struct err *e)
{
	const char *keys[ROLES], *key;
	json_t *value;
	for (int r = 0; r < ROLES; r++)
		keys[r] = questions[r].key;
	if (answers && !json_is_object(answers))
		return err_set(e, ERR_USAGE, "%s: has to be an object of questions and answers", where);
	json_object_foreach(answers, key, value) {
		enum role role = ROLE_TARGET;
		while (role < ROLES && strcmp(keys[role], key) != 0)
			role++;
		if (role == ROLES)
			return unknown(e, where, "unknown question", key, keys, ROLES);
		if (say(c, role, value, SOURCE_ANSWER, where, e))
			return -1;
	}
	return 0;
}

/* The answers that `dossier clarify` keeps in the job folder; there may be none yet. */
static int say_file(struct clarify *c, struct err *e)
{
	const char *name = "clarify.answers.json";
	if (!file_exists(path_join(c->run->arena, c->run->job, name)))
		return 0;
	json_t *answers = load(c->run, name, e);
	return answers ? say_answers(c, answers, name, e) : -1;
}

static int say_all(struct clarify *c, struct err *e)
{
	for (enum role r = ROLE_TARGET; r < ROLES; r++) {
		const json_t *value = json_object_get(c->run->manifest, questions[r].key);
		if (value && !json_is_null(value) && say(c, r, value, SOURCE_MANIFEST, "manifest", e))
			return -1;
	}
	json_t *answers = json_object_get(json_object_get(c->run->manifest, "clarify"), "answers");
	if (say_answers(c, answers, "manifest: clarify.answers", e) || say_file(c, e))
		return -1;
	for (enum role r = ROLE_TIME; r < ROLES; r++)
		for (enum role other = ROLE_TARGET; other < r; other++) {
			const char *a = c->decisions[r].column, *b = c->decisions[other].column;
			if (a && b && strcmp(a, b) == 0)
				return err_set(e, ERR_USAGE, "column '%s' cannot be both %s and %s", a,
					questions[other].key, questions[r].key);
		}
	return 0;
}

/* ---- what is guessed -------------------------------------------------------------------------- */

/* Columns that have another role. */
static bool *columns_taken(const struct clarify *c, enum role role)
{
	bool *taken = arena_calloc(c->run->arena, c->n + 1, sizeof *taken);
	for (enum role r = ROLE_TARGET; r < ROLES; r++)
		for (size_t i = 0; r != role && c->decisions[r].column && i < c->n; i++)
			taken[i] |= strcmp(c->names[i], c->decisions[r].column) == 0;
	return taken;
}

static const char *guess_name(const struct clarify *c, enum role role)
{
	const struct ranking *r = &c->decisions[role].ranking;
	return r->guess ? c->names[r->v[0].column] : NULL;
}

static const char *guess_evidence(const struct clarify *c, enum role role)
{
	const struct ranking *r = &c->decisions[role].ranking;
	const char *name = guess_name(c, role);
	if (!name)
		return questions[role].none;
	if (r->clear)
		return arena_printf(c->run->arena, "%s: %s", name, r->v[0].why);
	if (r->n == 1)
		return arena_printf(c->run->arena, "%s: %s; the signs are weak", name, r->v[0].why);
	return arena_printf(c->run->arena, "%s: %s; %s: %s", name, r->v[0].why,
		c->names[r->v[1].column], r->v[1].why);
}

/* A key or a time column is easier to recognise than an outcome, so that the target comes last and
 * need not compete with them. */
static void guess_all(struct clarify *c)
{
	static const enum role order[ROLES] = { ROLE_TIME, ROLE_IDENTIFIER, ROLE_TARGET };
	bool models = json_flag(c->run->manifest, "modeling.enabled", true);
	for (size_t i = 0; i < ROLES; i++) {
		enum role role = order[i];
		struct decision *d = &c->decisions[role];
		if (role == ROLE_TARGET && !models && d->source == SOURCE_OPEN) {
			d->evidence = "modeling is switched off";
			continue;
		}
		d->ranking = clarify_guess(role, c->eda, columns_taken(c, role), c->run->arena);
		if (d->source != SOURCE_OPEN)
			continue;
		d->evidence = guess_evidence(c, role);
		d->asked = c->ask && d->ranking.n && !d->ranking.clear;
		if (!d->asked && d->ranking.guess) {
			d->column = guess_name(c, role);
			d->source = SOURCE_ASSUMED;
		}
	}
}

/* ---- what is written -------------------------------------------------------------------------- */

static void write_question(struct jw *w, const struct clarify *c, enum role role)
{
	const struct decision *d = &c->decisions[role];
	bool said = d->source == SOURCE_MANIFEST || d->source == SOURCE_ANSWER;
	jw_obj(w);
	jw_kstr(w, "key", questions[role].key);
	jw_kstr(w, "question", questions[role].question);
	jw_kstr(w, "evidence", d->evidence);
	jw_karr(w, "options");
	for (size_t i = 0; i < d->ranking.n && i < OPTIONS_MAX; i++) {
		const struct candidate *option = &d->ranking.v[i];
		jw_obj(w);
		jw_kstr(w, "value", c->names[option->column]);
		jw_kstr(w, "why", option->why);
		jw_knum(w, "score", option->points / 100.0);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kstr(w, "guess", guess_name(c, role));
	jw_kstr(w, "answer", said ? d->column : NULL);
	jw_kstr(w, "source", source_names[d->source]);
	jw_obj_end(w);
}

/* Every choice that nobody made is stated, and that nothing is predicted too: it costs a chapter. */
static void write_assumption(struct jw *w, struct clarify *c, enum role role)
{
	const struct decision *d = &c->decisions[role];
	bool nothing = role == ROLE_TARGET && d->source == SOURCE_OPEN && !c->ask && c->n;
	if (d->source != SOURCE_ASSUMED && !nothing)
		return;
	struct finding f = finding_make(FIND_assumption_taken, d->column);
	f.text = questions[role].title;
	f.text2 = d->column ?
		arena_printf(c->run->arena, "%s (%s)", d->column, d->ranking.v[0].why) :
		arena_printf(c->run->arena, "none, because %s", d->evidence);
	finding_write(w, &f);
	if (f.level > c->run->worst)
		c->run->worst = f.level;
}

static int write_all(struct clarify *c, struct err *e)
{
	struct buf out = { 0 };
	struct jw w;
	jw_init(&w, &out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/clarify/1");
	jw_kstr(&w, "mode", c->ask ? "ask" : "assume");
	for (enum role r = ROLE_TARGET; r < ROLES; r++)
		jw_kstr(&w, questions[r].key, c->decisions[r].column);
	jw_karr(&w, "questions");
	for (enum role r = ROLE_TARGET; r < ROLES; r++)
		write_question(&w, c, r);
	jw_arr_end(&w);
	jw_karr(&w, "findings");
	for (enum role r = ROLE_TARGET; r < ROLES; r++)
		write_assumption(&w, c, r);
	jw_arr_end(&w);
	jw_obj_end(&w);
	int status = file_write(path_join(c->run->arena, c->run->out, "clarify.json"), out.p, out.n, e);
	buf_free(&out);
	return status;
}

static void say_summary(struct clarify *c)
{
	size_t n = 0, size = sizeof c->run->summary;
	for (enum role r = ROLE_TARGET; r < ROLES && n < size; r++) {
		const struct decision *d = &c->decisions[r];
		int more = d->column ?
			snprintf(c->run->summary + n, size - n, "%s%s %s (%s)", r ? ", " : "",
				questions[r].key, d->column, source_names[d->source]) :
			snprintf(c->run->summary + n, size - n, "%sno %s", r ? ", " : "", questions[r].key);
		n += more > 0 ? (size_t)more : size;
	}
}

/* What a user can copy into a shell. */
static const char *command(const struct clarify *c, enum role role)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	const char *key = questions[role].key, *name = guess_name(c, role);
	const char *job = path_base(c->run->job);
	if (!name)
		return arena_printf(c->run->arena, "dossier clarify %s %s=COLUMN (or %s=none)", job,
			key, key);
	const char *quote = name[strspn(name, plain)] ? "'" : "";
	return arena_printf(c->run->arena, "dossier clarify %s %s%s=%s%s", job, quote, key, name, quote);
}

/* The first open question, with the command that answers it. */
static int fail_if_asked(const struct clarify *c, struct err *e)
{
	enum role first = ROLES;
	int asked = 0;
	for (enum role r = ROLE_TARGET; r < ROLES; r++)
		if (c->decisions[r].asked && asked++ == 0)
			first = r;
	if (!asked)
		return 0;
	const char *more = asked == 1 ? "" :
		arena_printf(c->run->arena, " (and %d more in clarify.json)", asked - 1);
	return err_set(e, ERR_AWAITING, "waiting for an answer to '%s'%s: %s", questions[first].question,
		more, command(c, first));
}

static int run(struct stage_run *r, struct err *e)
{
	if (r->progress && r->progress(r->progress_ctx, 0, "reading what is known of the columns"))
		return err_set(e, ERR_CANCELLED, "cancelled");
	const json_t *eda = load(r, "eda.json", e);
	const json_t *schema = eda ? load(r, "ingest/schema.json", e) : NULL;
	if (!schema)
		return -1;
	struct clarify c = {
		.run = r,
		.eda = eda,
		.schema = json_at(schema, "columns"),
		.n = json_count(eda, "columns"),
		.ask = strcmp(json_text(r->manifest, "clarify.on_ambiguity", "assume"), "ask") == 0,
	};
	const char **names = arena_calloc(r->arena, c.n + 1, sizeof *names);
	for (size_t i = 0; i < c.n; i++)
		names[i] = json_text(json_array_get(json_at(eda, "columns"), i), "name", "");
	c.names = names;
	if (say_all(&c, e))
		return -1;
	guess_all(&c);
	if (write_all(&c, e))
		return -1;
	say_summary(&c);
	return fail_if_asked(&c, e);
}

static const char *const sections[] = { "target", "time", "identifier", "clarify", "modeling", NULL };
static const char *const inputs[] = { "eda.json", "ingest/schema.json", "clarify.answers.json", NULL };
static const char *const outputs[] = { "clarify.json", NULL };
const struct stage stage_clarify = { "clarify", "3", sections, inputs, outputs, run };
