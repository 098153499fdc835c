/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody wrote becomes the value that a setting wants, or a message that says what was
 * expected, what was found and where. */
#include "driver/driver_int.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

bool conf_is_null(const struct conf *v)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };
	if (v->kind != CONF_SCALAR || !v->plain)
		return false;
	for (size_t i = 0; i < COUNTOF(words); i++) {
		if (strcmp(v->text, words[i]) == 0)
			return true;
	}
	return false;
}

static bool is_colour(const char *s)
{
	return s[0] == '#' && strlen(s) == 7 && strspn(s + 1, "0123456789abcdefABCDEF") == 6;
}

static bool is_date(const char *s)
{
	int64_t y, m, d;
	return strlen(s) == 10 && s[4] == '-' && s[7] == '-' && isdigit((unsigned char)s[0]) &&
	       num_parse_int64(s, 4, &y) && num_parse_int64(s + 5, 2, &m) &&
	       num_parse_int64(s + 8, 2, &d) && date_exists((int)y, (int)m, (int)d);
}

bool setting_id_fits(const char *s)
{
	size_t n = strlen(s);
	return n >= 1 && n <= 64 && strchr("abcdefghijklmnopqrstuvwxyz0123456789", s[0]) &&
		strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

static bool is_word(const char *words, const char *s)
{
	size_t n = strlen(s);
	for (const char *p = words; n && p;) {
		size_t k = strcspn(p, "|");
		if (k == n && strncmp(p, s, n) == 0)
			return true;
		p = p[k] ? p + k + 1 : NULL;
	}
	return false;
}

static json_t *bool_of(const struct conf *v)
{
	static const char *const yes[] = { "true", "yes", "on" }, *const no[] = { "false", "no",
		"off" };
	for (size_t i = 0; v->plain && i < COUNTOF(yes); i++) {
		if (str_ieq(str_of(v->text), yes[i]))
			return json_true();
		if (str_ieq(str_of(v->text), no[i]))
			return json_false();
	}
	return NULL;
}

/* A scalar as the type wants it; NULL when it is something else. */
static json_t *scalar_value(const struct setting *s, const struct conf *v)
{
	int64_t i;
	double d;
	size_t n = strlen(v->text);
	switch (s->type) {
	case SETTING_BOOL:
		return bool_of(v);
	case SETTING_INT:
		return v->plain && num_parse_int64(v->text, n, &i) ? json_integer(i) : NULL;
	case SETTING_REAL:
		return v->plain && num_parse_double(v->text, n, &d) && isfinite(d)
			       ? json_real(d)
			       : NULL;
	case SETTING_TEXT:
		return s->fallback || *v->text ? json_string(v->text) : NULL;
	case SETTING_ENUM:
		return is_word(s->words, v->text) ? json_string(v->text) : NULL;
	case SETTING_COLOUR:
		return is_colour(v->text) ? json_string(v->text) : NULL;
	case SETTING_DATE:
		return is_date(v->text) ? json_string(v->text) : NULL;
	case SETTING_ID:
		return setting_id_fits(v->text) ? json_string(v->text) : NULL;
	case SETTING_FINDING:
		return finding_lookup(v->text) ? json_string(v->text) : NULL;
	case SETTING_LIST:
		return json_pack("[s]", v->text);
	}
	return NULL;
}

static json_t *list_value(const struct setting *s, const struct conf *v)
{
	if (s->type != SETTING_LIST)
		return NULL;
	json_t *list = json_array();
	for (const struct conf *c = v->child; c; c = c->next) {
		if (c->kind != CONF_SCALAR || (s->words && !is_word(s->words, c->text))) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, json_string(c->text));
	}
	return list;
}

/* ---- complaints ------------------------------------------------------------------------------ */

int conf_complain(struct err *e, const char *label, int line, int column, const char *what)
{
	if (line && column)
		return err_set(e, ERR_USAGE, "%s:%d:%d: %s", label, line, column, what);
	if (line)
		return err_set(e, ERR_USAGE, "%s:%d: %s", label, line, what);
	return err_set(e, ERR_USAGE, "%s: %s", label, what);
}

static void put_words(struct buf *b, const char *words)
{
	for (const char *p = words; *p; p++) {
		if (*p == '|')
			buf_puts(b, ", ");
		else
			buf_putc(b, *p);
	}
}

void setting_put_expected(struct buf *b, const struct setting *s)
{
	static const char *const names[] = {
		[SETTING_BOOL] = "true or false",
		[SETTING_INT] = "a whole number",
		[SETTING_REAL] = "a number",
		[SETTING_TEXT] = "a text",
		[SETTING_ENUM] = "one of: ",
		[SETTING_LIST] = "a list of texts",
		[SETTING_COLOUR] =
			"a colour like \"#1f6feb\", in quotes because # starts a comment",
		[SETTING_DATE] = "a date like 2024-12-31",
		[SETTING_ID] = "up to 64 of a-z 0-9 . _ - that start with a letter or digit",
		[SETTING_FINDING] = "the code of a finding",
	};
	buf_puts(b, names[s->type]);
	if (s->words) {
		if (s->type == SETTING_LIST)
			buf_puts(b, " out of: ");
		put_words(b, s->words);
	}
}

void conf_put_found(struct buf *b, const struct conf *v)
{
	if (v->kind != CONF_SCALAR)
		buf_puts(b, v->kind == CONF_LIST ? "a list" : "a section with keys of its own");
	else if (conf_is_null(v))
		buf_puts(b, "nothing");
	else
		buf_printf(b, "'%.60s'", v->text);
}

static const char *nearest_code(const char *text)
{
	const char *codes[FIND_COUNT];
	for (int c = 0; c < FIND_COUNT; c++)
		codes[c] = finding_info((enum finding_code)c)->code;
	return str_nearest(text, codes, COUNTOF(codes));
}

/* An item of a list that is none of the words, at its own place. */
static int wrong_item(const struct setting *s, const char *path, const struct conf *v,
	const char *label, struct err *e)
{
	const struct conf *c = v->child;
	while (c && c->kind == CONF_SCALAR && is_word(s->words, c->text))
		c = c->next;
	struct buf b = { 0 };
	buf_printf(&b, "%s: ", path);
	conf_put_found(&b, c ? c : v);
	buf_puts(&b, " is not one of: ");
	put_words(&b, s->words);
	conf_complain(e, label, c ? c->line : v->line, c ? c->column : v->column, b.p);
	buf_free(&b);
	return -1;
}

static int wrong_type(const struct setting *s, const char *path, const struct conf *v,
	const char *label, struct err *e)
{
	if (s->type == SETTING_LIST && s->words && v->kind == CONF_LIST)
		return wrong_item(s, path, v, label, e);
	struct buf b = { 0 };
	buf_printf(&b, "%s: expected ", path);
	setting_put_expected(&b, s);
	buf_puts(&b, ", found ");
	conf_put_found(&b, v);
	const char *near = s->type == SETTING_FINDING && v->kind == CONF_SCALAR ?
		nearest_code(v->text) : NULL;
	if (near)
		buf_printf(&b, " (did you mean '%s'?)", near);
	conf_complain(e, label, v->line, v->column, b.p);
	buf_free(&b);
	return -1;
}

static void put_number(struct buf *b, double v)
{
	char text[NUM_MAX];
	num_shortest(text, v);
	buf_puts(b, text);
}

static int out_of_bounds(const struct setting *s, const char *path, const struct conf *v,
	const char *label, struct err *e)
{
	struct buf b = { 0 };
	buf_printf(&b, "%s: %s is out of bounds (", path, v->text);
	put_number(&b, s->min);
	buf_puts(&b, " to ");
	put_number(&b, s->max);
	buf_putc(&b, ')');
	conf_complain(e, label, v->line, v->column, b.p);
	buf_free(&b);
	return -1;
}

json_t *setting_value(const struct setting *s, const char *path, const struct conf *v,
	const char *label, struct err *e)
{
	if (conf_is_null(v) && s->fallback && strcmp(s->fallback, "null") == 0)
		return json_null();
	json_t *j = NULL;
	if (v->kind == CONF_LIST)
		j = list_value(s, v);
	else if (v->kind == CONF_SCALAR && !conf_is_null(v) && s->type == SETTING_LIST && s->words)
		j = is_word(s->words, v->text) ? scalar_value(s, v) : NULL;
	else if (v->kind == CONF_SCALAR && !conf_is_null(v))
		j = scalar_value(s, v);
	if (!j) {
		wrong_type(s, path, v, label, e);
		return NULL;
	}
	if (json_is_number(j) && (json_number_value(j) < s->min || json_number_value(j) > s->max)) {
		json_decref(j);
		out_of_bounds(s, path, v, label, e);
		return NULL;
	}
	return j;
}
