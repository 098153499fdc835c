/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a column means: the type of a variable from its storage, its values, its name and the
 * manifest. */
#include "profile/column_int.h"

const char *variable_type_name(enum variable_type t)
{
	static const char *const names[VARIABLE_TYPES] = { "numeric", "category", "boolean",
		"datetime", "time", "duration", "text", "identifier", "constant", "empty" };
	return names[t];
}

const char *row_order_name(enum row_order o)
{
	static const char *const names[] = { "none", "increasing", "strictly increasing",
		"decreasing", "strictly decreasing" };
	return names[o];
}

/* ---- names ------------------------------------------------------------------------------- */

/* ASCII classes, free of locale: what is beyond ASCII separates words like punctuation. */
enum { NAME_OTHER, NAME_LOWER, NAME_UPPER, NAME_DIGIT };

static int name_class(char c)
{
	if (c >= 'a' && c <= 'z')
		return NAME_LOWER;
	if (c >= 'A' && c <= 'Z')
		return NAME_UPPER;
	return c >= '0' && c <= '9' ? NAME_DIGIT : NAME_OTHER;
}

/* Is there an edge of a word between p[-1] and p[0]? customer_id, customerId, ID2; not in Paid. */
static bool word_edge(const char *name, const char *p)
{
	if (p == name)
		return true;
	int before = name_class(p[-1]), here = name_class(p[0]);
	bool capital = before == NAME_UPPER && here == NAME_LOWER;
	return before == NAME_OTHER || (before != here && !capital);
}

bool name_like_key(const char *name)
{
	static const char *const words[] = { "id", "ids", "key", "uuid", "guid", "nr", "no",
		"idx", "index", "rowid", "rownames", "serial" };
	for (const char *p = name; *p; p++) {
		if (!word_edge(name, p))
			continue;
		for (size_t i = 0; i < COUNTOF(words); i++) {
			size_t n = strlen(words[i]);
			if (strlen(p) >= n && str_ieq((struct str){ p, n }, words[i]) &&
				word_edge(name, p + n))
				return true;
		}
	}
	return false;
}

/* ---- values ------------------------------------------------------------------------------ */

/* Keys of text are short and have no blanks inside, but for a few. */
static bool texts_like_keys(const struct strtable *t)
{
	enum { KEY_BYTES = 64 };
	size_t others = 0;
	for (size_t i = 0; i < t->n && others * 20 <= t->n; i++) {
		const char *p = t->items[i].p, *end = p + t->items[i].n;
		bool plain = t->items[i].n <= KEY_BYTES;
		while (p < end && plain) {
			int script;
			plain = letter_class(utf8_next(&p, end), &script) != SPACE;
		}
		others += !plain;
	}
	return others * 20 <= t->n;
}

/* Unique whole numbers without gap, from 0 or 1: a count of rows. Years and months start
 * elsewhere. */
static bool running_number(const struct sorted *s)
{
	int64_t first = int_of_key(s->key[0]);
	return s->n >= 10 && (first == 0 || first == 1) &&
	       int_of_key(s->key[s->runs - 1]) - first == s->n - 1;
}

static bool only_zero_one(const struct sorted *s)
{
	return s->runs == 2 && int_of_key(s->key[0]) == 0 && int_of_key(s->key[1]) == 1;
}

/* Numbers of 16 digits or more that all differ: nobody measures that finely. */
static bool long_numbers(const struct sorted *s)
{
	return int_of_key(s->key[0]) >= INT64_C(1000000000000000);
}

static enum variable_type integer_type(const struct work *w)
{
	const struct column_profile *c = w->out;
	const struct profile_options *o = w->options;
	if (only_zero_one(&w->sorted))
		return VARIABLE_BOOLEAN;
	if (c->distinct <= o->coded_distinct &&
		(double)c->distinct < o->coded_share * (double)c->count)
		return VARIABLE_CATEGORY;
	if (c->distinct == c->count &&
		(name_like_key(w->var->name) || running_number(&w->sorted) ||
			long_numbers(&w->sorted)))
		return VARIABLE_IDENTIFIER;
	return VARIABLE_NUMERIC;
}

static enum variable_type text_type(const struct work *w)
{
	const struct column_profile *c = w->out;
	const struct profile_options *o = w->options;
	if (c->distinct == c->count &&
		(name_like_key(w->var->name) || texts_like_keys(w->out->approximate ? &w->sample : &w->levels)))
		return VARIABLE_IDENTIFIER;
	if (c->distinct <= o->category_distinct &&
		(double)c->distinct < o->category_share * (double)c->count)
		return VARIABLE_CATEGORY;
	return VARIABLE_TEXT;
}

static bool is_number(enum column_type t)
{
	return t == COLUMN_INT64 || t == COLUMN_FLOAT64;
}

static bool is_text(enum column_type t)
{
	return t == COLUMN_UTF8 || t == COLUMN_DICT;
}

/* The declared type, if the column is stored in a way that can be read so. */
static bool declared_type(const struct work *w, enum variable_type *type)
{
	enum column_type t = w->storage;
	bool boolean = t == COLUMN_BOOL || (t == COLUMN_INT64 && only_zero_one(&w->sorted));
	const struct {
		const char *word;
		enum variable_type type;
		bool possible;
	} words[] = {
		{ "integer", VARIABLE_NUMERIC, is_number(t) },
		{ "real", VARIABLE_NUMERIC, is_number(t) },
		{ "boolean", VARIABLE_BOOLEAN, boolean },
		{ "date", VARIABLE_DATETIME, t == COLUMN_DATE || t == COLUMN_TIMESTAMP },
		{ "datetime", VARIABLE_DATETIME, t == COLUMN_DATE || t == COLUMN_TIMESTAMP },
		{ "time", VARIABLE_TIME, t == COLUMN_TIME },
		{ "duration", VARIABLE_DURATION, t == COLUMN_DURATION },
		{ "category", VARIABLE_CATEGORY, is_text(t) || t == COLUMN_INT64 },
		{ "text", VARIABLE_TEXT, is_text(t) },
		{ "identifier", VARIABLE_IDENTIFIER, true },
	};
	const char *declared = w->var->declared;
	if (!declared && w->options->identifier &&
		strcmp(w->options->identifier, w->var->name) == 0)
		declared = "identifier";
	for (size_t i = 0; declared && i < COUNTOF(words); i++) {
		*type = words[i].type;
		if (strcmp(words[i].word, declared) == 0)
			return words[i].possible;
	}
	return false;
}

enum variable_type variable_decide(const struct work *w)
{
	enum variable_type type;
	if (!w->out->count)
		return VARIABLE_EMPTY;
	if (declared_type(w, &type))
		return type;
	if (w->out->distinct == 1)
		return VARIABLE_CONSTANT;
	switch (w->storage) {
	case COLUMN_BOOL:
		return VARIABLE_BOOLEAN;
	case COLUMN_DATE:
	case COLUMN_TIMESTAMP:
		return VARIABLE_DATETIME;
	case COLUMN_TIME:
		return VARIABLE_TIME;
	case COLUMN_DURATION:
		return VARIABLE_DURATION;
	case COLUMN_FLOAT64:
		return VARIABLE_NUMERIC;
	case COLUMN_INT64:
		return integer_type(w);
	case COLUMN_UTF8:
	case COLUMN_DICT:
		return text_type(w);
	}
	return VARIABLE_TEXT;
}
