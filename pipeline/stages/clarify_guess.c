/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which column could be meant. Names say most, then shape and place. The points are set so that a
 * guess needs at least two signs, or one that leaves little doubt: a wrong target makes a chapter of
 * nonsense, none makes only a shorter report.
 */
#include "stages/clarify_int.h"

#include <stdlib.h>
#include <string.h>

/* Words of a column's name, NULL-terminated. */
static const char *const named_target[] = {
	"target", "label", "outcome", "response", "dependent", NULL,
};
static const char *const named_outcome[] = {
	"admitted", "approved", "attrition", "charges", "churn", "churned", "clicked", "conversion",
	"converted", "defaulted", "demand", "diagnosis", "exited", "failure", "fraud", "mpg", "price",
	"profit", "purchased", "revenue", "salary", "sentiment", "spam", "species", "subscribed",
	"survived", "winner", NULL,
};
/* Outcomes when they are the whole name; a "ticket class" or a "kitchen quality" is a property. */
static const char *const named_outcome_alone[] = {
	"class", "default", "grade", "quality", "rating", "risk", "success", "yield", NULL,
};
static const char *const named_result[] = {
	"amount", "cnt", "consumption", "cost", "income", "result", "sales", "score", "status", "total", NULL,
};
static const char *const named_time[] = {
	"date", "datetime", "day", "month", "period", "quarter", "time", "timestamp", "week", "when",
	"year", NULL,
};
/* Dates of the thing that a row describes, not of the row. */
static const char *const named_attribute[] = {
	"birth", "birthday", "born", "deadline", "dob", "due", "end", "ended", "expires", "expiry",
	"modified", "updated", "until", NULL,
};
/* Last words: a "room number" is a key, the "number of rooms" is not. */
static const char *const named_key[] = {
	"code", "guid", "id", "identifier", "index", "isbn", "key", "no", "nr", "number", "ref",
	"reference", "sku", "uuid", NULL,
};

enum { WORDS_MAX = 256 };

/* " sale price " of "SalePrice", "sale_price" and "Sale price": what the lists are looked up in. */
static void name_words(char out[WORDS_MAX], const char *name)
{
	size_t n = 0;
	char before = 0;
	out[n++] = ' ';
	for (; *name && n < WORDS_MAX - 3; before = *name++) {
		char c = *name;
		bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
		bool word = upper || lower || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
		bool hump = upper && before >= 'a' && before <= 'z';
		if ((!word || hump) && out[n - 1] != ' ')
			out[n++] = ' ';
		if (word)
			out[n++] = upper ? (char)(c - 'A' + 'a') : c;
	}
	if (out[n - 1] != ' ')
		out[n++] = ' ';
	out[n] = 0;
}

/* Where `word` ends in the words of a name, NULL when it is not one of them. */
static const char *word_end(const char *words, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = strstr(words, word); p; p = strstr(p + 1, word))
		if (p[-1] == ' ' && p[n] == ' ')
			return p + n;
	return NULL;
}

static bool named(const char *words, const char *const *list)
{
	for (; *list; list++)
		if (word_end(words, *list))
			return true;
	return false;
}

/* Words stand between blanks: " one ". */
static bool one_word(const char *words)
{
	const char *blank = strchr(words + (words[0] != 0), ' ');
	return blank && !blank[1];
}

static bool is_key(const char *words)
{
	for (const char *const *k = named_key; *k; k++) {
		const char *end = word_end(words, *k);
		if (end && strcmp(end, " ") == 0)
			return true;
	}
	return strncmp(words, " id ", 4) == 0;
}

/* One column as the rules see it. */
struct look {
	const json_t *eda;
	const json_t *v;
	char words[WORDS_MAX];
	bool first, last;
	struct arena *arena;
};

/* `reason` NULL: counts, but needs no mention. */
static void credit(struct candidate *c, const struct look *l, int points, const char *reason)
{
	c->points += points;
	if (reason)
		c->why = c->why ? arena_printf(l->arena, "%s, %s", c->why, reason) : reason;
}

static bool type_is(const struct look *l, const char *type)
{
	return strcmp(json_text(l->v, "type", ""), type) == 0;
}

static double missing_share(const struct look *l)
{
	return json_num(l->v, "missing_share", 0);
}

static bool among(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));
		if (s && strcmp(s, name) == 0)
			return true;
	}
	return false;
}

/* A column that holds the same, or the same in another unit: what is predicted from a copy is no prediction. */
static bool has_copy(const struct look *l)
{
	const char *name = json_text(l->v, "name", "");
	const json_t *findings = json_at(l->eda, "findings");
	for (size_t i = 0; i < json_array_size(findings); i++) {
		const json_t *f = json_array_get(findings, i);
		const char *code = json_text(f, "code", "");
		bool copies = strcmp(code, "identical_columns") == 0 || strcmp(code, "nearly_identical_columns") == 0 ||
			strcmp(code, "converted_columns") == 0;
		if (copies && among(json_at(f, "columns"), name))
			return true;
	}
	return false;
}

static bool has_column(const struct look *l, const char *name)
{
	for (size_t i = 0; i < json_count(l->eda, "columns"); i++)
		if (strcmp(json_text(json_array_get(json_at(l->eda, "columns"), i), "name", ""), name) == 0)
			return true;
	return false;
}

/* " y " is the usual name of what is predicted, but beside x and z it is a length. */
static bool is_y(const struct look *l)
{
	return strcmp(l->words, " y ") == 0 && !has_column(l, "z") && !has_column(l, "Z");
}

static bool numbers_rows(const struct look *l)
{
	const char *order = json_text(l->v, "numeric.monotonic", "none");
	return strcmp(json_text(l->v, "parsed", ""), "integer") == 0 && strncmp(order, "strictly", 8) == 0;
}

/* Can it be an outcome, and does it look like one? */
static void weigh_target(struct candidate *c, const struct look *l)
{
	enum { CLASSES_MAX = 20 };
	bool numeric = type_is(l, "numeric") || type_is(l, "duration"), category = type_is(l, "category");
	int64_t distinct = json_int(l->v, "distinct", 0);
	bool two = type_is(l, "boolean") || distinct == 2;
	if ((!numeric && !category && !two) || (category && distinct > CLASSES_MAX) || distinct < 2 ||
			missing_share(l) > 0.5 || numbers_rows(l))
		return;

	/* A name decides once: "price class" is not twice an outcome, a key never. */
	if (is_key(l->words))
		credit(c, l, -30, "named like a key");
	else if (named(l->words, named_target) || is_y(l))
		credit(c, l, 60, "named as a target");
	else if (named(l->words, named_outcome) || (one_word(l->words) && named(l->words, named_outcome_alone)))
		credit(c, l, 40, "named like an outcome");
	else if (named(l->words, named_result))
		credit(c, l, 25, "named like a result");
	else if (named(l->words, named_time))
		credit(c, l, -20, "named like a time");

	if (two)
		credit(c, l, 15, "two values");
	else if (category)
		credit(c, l, 10, arena_printf(l->arena, "%d levels", (int)distinct));
	else
		credit(c, l, 5, "numeric");
	if (l->last)
		credit(c, l, 20, "last column");
	if (missing_share(l) > 0.2)
		credit(c, l, -10, "many missing");
	if (has_copy(l))
		credit(c, l, -60, "another column says the same");
}

/* Does it say when a row happened? */
static void weigh_time(struct candidate *c, const struct look *l)
{
	if (!type_is(l, "datetime"))
		return;
	credit(c, l, 40, "holds dates");
	if (named(l->words, named_attribute))
		credit(c, l, -30, "named like a property");
	else if (named(l->words, named_time))
		credit(c, l, 10, "named like a time");
	const char *sorted = json_text(l->v, "datetime.sorted", "none");
	if (strcmp(sorted, "none") != 0)
		credit(c, l, 25, arena_printf(l->arena, "rows in %s order", sorted));
	else
		credit(c, l, -20, "rows not in its order");
	if (json_flag(l->v, "datetime.regular", false))
		credit(c, l, 20, "regular steps");
	if (json_num(l->v, "distinct_share", 0) >= 0.9)
		credit(c, l, 15, "hardly any repeated");
	if (l->first)
		credit(c, l, 5, "first column");
	if (missing_share(l) > 0.2)
		credit(c, l, -30, "many missing");
}

/* Does it tell the rows apart, or at least whose they are? */
static void weigh_identifier(struct candidate *c, const struct look *l)
{
	int64_t count = json_int(l->v, "count", 0), distinct = json_int(l->v, "distinct", 0);
	bool whole = strcmp(json_text(l->v, "parsed", ""), "integer") == 0;
	bool text = strcmp(json_text(l->v, "parsed", ""), "text") == 0;
	bool key = is_key(l->words);
	if (count == 0 || (!whole && !text) || type_is(l, "constant"))
		return;
	if (distinct == count && missing_share(l) == 0)
		credit(c, l, 40, "every value different");
	else if (key && json_num(l->v, "distinct_share", 0) >= 0.01)
		credit(c, l, 10, "values repeat");
	else
		return;
	if (key)
		credit(c, l, 30, "named like a key");
	if (l->first)
		credit(c, l, 15, "first column");
	if (type_is(l, "identifier"))
		credit(c, l, 20, NULL);    /* eda has looked at its values: they read like a key */
	if (strcmp(json_text(l->v, "numeric.monotonic", "none"), "strictly increasing") == 0)
		credit(c, l, 10, "rows numbered");
}

/* Points needed to be offered, to be assumed, to be beyond question, and the lead that takes. */
static const struct rule {
	void (*weigh)(struct candidate *c, const struct look *l);
	int offer, guess, clear, lead;
} rules[ROLES] = {
	[ROLE_TARGET] = { weigh_target, 15, 35, 60, 20 },
	[ROLE_TIME] = { weigh_time, 30, 50, 65, 20 },
	[ROLE_IDENTIFIER] = { weigh_identifier, 45, 55, 65, 15 },
};

static int candidate_compare(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	if (x->points != y->points)
		return x->points < y->points ? 1 : -1;
	return (x->column > y->column) - (x->column < y->column);
}

struct ranking clarify_guess(enum role role, const json_t *eda, const bool *taken, struct arena *a)
{
	const json_t *columns = json_at(eda, "columns");
	const struct rule *rule = &rules[role];
	size_t n = json_array_size(columns);
	struct ranking r = { .v = arena_calloc(a, n + 1, sizeof *r.v) };
	for (size_t i = 0; i < n; i++) {
		struct candidate c = { .column = i };
		struct look l = { eda, json_array_get(columns, i), "", i == 0, i == n - 1, a };
		if (taken[i])
			continue;
		name_words(l.words, json_text(l.v, "name", ""));
		rule->weigh(&c, &l);
		if (c.points > 100)
			c.points = 100;
		if (c.points >= rule->offer)
			r.v[r.n++] = c;
	}
	qsort(r.v, r.n, sizeof *r.v, candidate_compare);
	r.guess = r.n && r.v[0].points >= rule->guess;
	r.clear = r.n && r.v[0].points >= rule->clear &&
		(r.n == 1 || r.v[0].points - r.v[1].points >= rule->lead);
	return r;
}
