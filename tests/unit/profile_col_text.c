/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts and levels: counts, near duplicates, lengths, words, scripts, patterns; types of text
 * columns. */
#include "unit/profile_col.h"

#include "profile/column_int.h"

/* The same texts as plain text and as dictionary; each `times` times. NULL is missing. */
static struct profiled *profile_texts(
	const char *const *v, size_t n, int times, const struct profile_options *o)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *plain = col_add(t, "plain", COLUMN_UTF8, NULL),
		   *dict = col_add(t, "dict", COLUMN_DICT, NULL);
	for (int k = 0; k < times; k++)
		for (size_t i = 0; i < n; i++) {
			if (!v[i]) {
				col_missing(plain);
				col_missing(dict);
				continue;
			}
			col_text(plain, v[i], strlen(v[i]));
			col_text(dict, v[i], strlen(v[i]));
		}
	struct profiled *p = profile_table(cols_open(t), o);
	free(t);
	return p;
}

static void levels(void)
{
	static const char *const v[] = { "b", "a", "a", NULL, "c", "a", "b", "a", "d", "" };
	struct profile_options o = default_options();
	o.max_levels = 3;
	struct profiled *p = profile_texts(v, COUNTOF(v), 10, &o);
	for (int i = 0; i < 2; i++) {
		const struct column_profile *c = &p->cols[i];
		CHECK(c->var->type == VARIABLE_CATEGORY && !c->text && c->category);
		CHECK(c->rows == 100 && c->missing == 10 && c->count == 90 &&
			c->distinct == 5 && c->unique == 0);
		const struct category_profile *k = c->category;
		CHECK(k->n == 3 && k->other_levels == 2 && k->other_count == 20 && !k->coded &&
			k->nnear == 0);
		CHECK_STR(k->levels[0].value, "a");
		CHECK_STR(k->levels[1].value, "b");
		CHECK_STR(k->levels[2].value, ""); /* before c and d, which are as frequent */
		CHECK(k->levels[0].count == 40 && k->levels[1].count == 20);
		double h = -(4 * log2(4 / 9.0) + 2 * log2(2 / 9.0) + 3 * log2(1 / 9.0)) / 9;
		CHECK_NEAR(k->entropy_bits, h, 1e-14);
		CHECK_NEAR(k->imbalance, 1 - h / log2(5), 1e-13);
		CHECK_NEAR(k->dominance, 4 / 9.0, 1e-15);
		CHECK_STR(c->examples[0], "b");
		const struct finding *f = finding_of(p, c->var->name, FIND_missing_values);
		CHECK(f && f->count == 10 && f->total == 100);
		CHECK(!finding_of(p, c->var->name, FIND_imbalanced));
	}
	profiled_free(p);
}

static void near_duplicates(void)
{
	static const char *const v[] = { "NY", "NY", "NY", "ny ", "N.Y.", "LA", "la", "L.A",
		"A+", "A-", "A", "1.5", "15", "10-19", "1019",
		"Stra\303\237e",
		"STRASSE", "\xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0",
		"\xd0\x9c\xd0\x9e\xd0\xa1\xd0\x9a\xd0\x92\xd0\x90", "new_york", "New York", "-",
		"--", "\xc3\x89mile", "\xc3\xa9mile" };
	struct profile_options o = default_options();
	struct profiled *p = profile_texts(v, COUNTOF(v), 9, &o);
	const struct category_profile *k = p->cols[1].category;
	CHECK(k && k->nnear == 6 &&
		k->near_groups == 6); /* with - and --, but not the grades and numbers */
	if (k && k->nnear == 6) {
		CHECK_STR(k->near[0].proposed, "NY");
		CHECK(k->near[0].n == 3 && k->near[0].levels[0].count == 27);
		CHECK_STR(k->near[0].levels[1].value, "N.Y.");
		CHECK_STR(k->near[0].levels[2].value, "ny ");
		CHECK_STR(k->near[1].proposed, "L.A");
		CHECK(k->near[1].n == 3);
		CHECK_STR(k->near[3].levels[0].value, "New York");
	}
	const struct finding *f = finding_of(p, "dict", FIND_near_duplicate_levels);
	CHECK(f && f->count == 6);
	if (f) {
		CHECK_STR(f->text, "NY");
		CHECK_STR(f->text2, "N.Y.");
	}
	profiled_free(p);
}

static const char *top_word(const struct text_profile *t, int i)
{
	return i < t->words.ntop ? t->words.top[i].value : NULL;
}

static void texts(void)
{
	static const char *const v[] = { "The cat", "the dog's bowl", "THE CAT sat", " leading",
		"AB12-C3", "ab1-x22", NULL, "", "\xd0\xbc\xd0\xb8\xd1\x80",
		"na\xc3\xafve \xe6\x9d\xb1\xe4\xba\xac!", "the cat" };
	struct profile_options o = default_options();
	struct profiled *p = profile_texts(v, COUNTOF(v), 1, &o);
	for (int i = 0; i < 2; i++) {
		const struct column_profile *c = &p->cols[i];
		const struct text_profile *t = c->text;
		CHECK(c->var->type == VARIABLE_TEXT && t && c->distinct == 10 &&
			c->unique == 10 && c->count == 10);
		if (!t)
			continue;
		CHECK(t->empty == 1 && t->surrounding_space == 1);
		/* 7 14 11 8 7 7 0 3 9 7 */
		CHECK(t->length.min == 0 && t->length.max == 14 && t->length.median == 7);
		CHECK_NEAR(t->length.mean, 7.3, 1e-15);
		CHECK(t->words.total == 2 + 3 + 3 + 1 + 2 + 2 + 0 + 1 + 2 + 2);
		CHECK(t->words.distinct == 13);
		CHECK_STR(top_word(t, 0), "the");
		CHECK_STR(top_word(t, 1), "cat");
		CHECK_STR(top_word(t, 2), "ab1");
		CHECK(t->words.top[0].count == 4 && t->words.top[1].count == 3);
		CHECK_STR(t->patterns[0].value, "A A");
		CHECK(t->patterns[0].count == 2);
		bool found = false;
		for (int k = 0; k < t->npatterns; k++)
			found |= strcmp(t->patterns[k].value, "A9-A9") == 0 &&
				 t->patterns[k].count == 2;
		CHECK(found);
		CHECK(t->nscripts == 3 && strcmp(t->scripts[0].script, "Latin") == 0 &&
			t->scripts[1].count == 3);
		CHECK_STR(t->scripts[1].script, "Cyrillic");
		CHECK_STR(t->scripts[2].script, "Han");
		CHECK(t->digits == 6 && t->spaces == 8 && t->punctuation == 4 && t->other == 0);
		CHECK(t->letters + t->digits + t->spaces + t->punctuation == 73);
		CHECK(t->nsamples == 9 && strcmp(t->samples[0], "The cat") == 0);
		int64_t counted = 0;
		for (int k = 0; k < t->length.histogram.n; k++)
			counted += t->length.histogram.counts[k];
		CHECK(counted == 10);
	}
	profiled_free(p);
}

/* What cannot be shown as it is: bad bytes and endless values. */
static void awkward(void)
{
	struct profile_options o = default_options();
	char *lengthy = mem_calloc(5001, 1);
	memset(lengthy, 'x', 5000);
	const char *v[] = { "caf\xe9", lengthy, "\xff\xfe", "ok" };
	struct profiled *p = profile_texts(v, COUNTOF(v), 1, &o);
	CHECK(p->cols[0].distinct == 4);
	CHECK_STR(p->cols[0].examples[0], "caf\xef\xbf\xbd");
	CHECK(utf8_length(p->cols[0].examples[1], strlen(p->cols[0].examples[1])) == 201);
	CHECK(p->cols[0].text && p->cols[0].text->length.max == 5000);
	for (int i = 0; p->cols[0].text && i < p->cols[0].text->nsamples; i++)
		CHECK(utf8_valid(p->cols[0].text->samples[i],
			strlen(p->cols[0].text->samples[i]), NULL));
	profiled_free(p);
	free(lengthy);
}

/* Sentences that all differ are no news, single words that do may be a key. */
static void all_different(void)
{
	struct profile_options o = default_options();
	static const char *const said[] = { "it was late", "she came home", "nobody knew why", "the end" };
	static const char *const codes[] = { "ab-1x", "gelb", "q/77", "Zr9" };
	struct profiled *p = profile_texts(said, COUNTOF(said), 1, &o);
	CHECK(p->cols[0].var->type == VARIABLE_TEXT && !finding_of(p, "plain", FIND_unique_column));
	profiled_free(p);
	p = profile_texts(codes, 2, 1, &o);
	CHECK(finding_of(p, "plain", FIND_unique_column));
	profiled_free(p);
}

/* Which type a column of these texts gets under this name. */
static enum variable_type type_of(const char *name, const char *format, int distinct, int times)
{
	struct profile_options o = default_options();
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, name, COLUMN_UTF8, NULL);
	for (int i = 0; i < distinct * times; i++) {
		char s[64];
		snprintf(s, sizeof s, "%s%d", format, i % distinct);
		col_text(c, s, strlen(s));
	}
	struct profiled *p = profile_table(cols_open(t), &o);
	enum variable_type type = p->vars[0].type;
	/* the words of an identifier are not counted */
	const struct text_profile *x = p->cols[0].text;
	if (x)
		CHECK(type == VARIABLE_IDENTIFIER ? x->words.total == -1 && !x->words.ntop : x->words.total > 0);
	free(t);
	profiled_free(p);
	return type;
}

static void types(void)
{
	CHECK(type_of("colour", "level", 1, 5) == VARIABLE_CONSTANT);
	CHECK(type_of("colour", "level", 50, 3) == VARIABLE_CATEGORY);
	CHECK(type_of("colour", "level", 50, 2) ==
		VARIABLE_TEXT); /* half of the rows are different */
	CHECK(type_of("colour", "level", 51, 20) == VARIABLE_TEXT);
	CHECK(type_of("colour", "level", 51, 1) ==
		VARIABLE_IDENTIFIER); /* unique, one word each */
	CHECK(type_of("remark", "two words ", 51, 1) == VARIABLE_TEXT);
	CHECK(type_of("customer_id", "two words ", 51, 1) == VARIABLE_IDENTIFIER);
	CHECK(type_of("customerId", "two words ", 51, 1) == VARIABLE_IDENTIFIER);
	CHECK(type_of("ID", "two words ", 51, 1) == VARIABLE_IDENTIFIER);
	CHECK(type_of("paid", "two words ", 51, 1) == VARIABLE_TEXT);
	CHECK(type_of("identity", "two words ", 51, 1) == VARIABLE_TEXT);
}

static void letters(void)
{
	int script;
	CHECK(letter_class('a', &script) == LETTER &&
		strcmp(script_name(script), "Latin") == 0);
	CHECK(letter_class(0x3b1, &script) == LETTER &&
		strcmp(script_name(script), "Greek") == 0);
	CHECK(letter_class(0xac00, &script) == LETTER &&
		strcmp(script_name(script), "Hangul") == 0);
	CHECK(letter_class(0x30a2, &script) == LETTER &&
		strcmp(script_name(script), "Katakana") == 0);
	CHECK(letter_class(0x5d0, &script) == LETTER &&
		strcmp(script_name(script), "Hebrew") == 0);
	CHECK(letter_class(0xd7, &script) == OTHER &&
		script == -1); /* the multiplication sign */
	CHECK(letter_class(0x20ac, &script) == OTHER);
	CHECK(letter_class(0x1f600, &script) == OTHER);
	CHECK(letter_class('+', &script) == OTHER && letter_class('-', &script) == PUNCTUATION);
	CHECK(letter_class(0xa0, &script) == SPACE && letter_class(0x3000, &script) == SPACE);
	CHECK(letter_class(0x663, &script) == DIGIT && letter_class(0x301, &script) == MARK);
	CHECK(letter_class(0, &script) == OTHER && letter_class(0x10ffff, &script) == OTHER);
	CHECK(letter_fold('A') == 'a' && letter_fold('a') == 'a' && letter_fold('[') == '[');
	CHECK(letter_fold(0xc4) == 0xe4 && letter_fold(0xd7) == 0xd7 &&
		letter_fold(0x178) == 0xff);
	CHECK(letter_fold(0x100) == 0x101 && letter_fold(0x101) == 0x101 &&
		letter_fold(0x139) == 0x13a);
	CHECK(letter_fold(0x3a3) == 0x3c3 && letter_fold(0x3c2) == 0x3c3 &&
		letter_fold(0x386) == 0x3ac);
	CHECK(letter_fold(0x42f) == 0x44f && letter_fold(0x401) == 0x451 &&
		letter_fold(0x531) == 0x561);
}

/* The counting table at a size where it grows, with a limit, and with texts of one hash. */
static void counting(void)
{
	struct strtable t;
	struct arena *a = arena_new();
	strtable_init(&t, 1000, a);
	for (int i = 0; i < 5000; i++) {
		char s[16];
		int n = snprintf(s, sizeof s, "%d", i % 1250);
		strtable_add(&t, s, (size_t)n, (uint64_t)(i % 1250) / 3, 1);
	}
	CHECK(t.n == 1000 && t.refused == 1000);
	int64_t sum = 0;
	for (size_t i = 0; i < t.n; i++)
		sum += t.items[i].count;
	CHECK(sum == 4000);
	strtable_add(&t, "7", 1, 2, 5);
	uint32_t top[3];
	CHECK(strtable_top(&t, top, 3) == 3 && t.items[top[0]].count == 9);
	CHECK(t.items[top[1]].n == 1 && t.items[top[1]].p[0] == '0' &&
		t.items[top[2]].p[0] == '1');
	CHECK(strtable_top(&t, top, 0) == 0);
	strtable_free(&t);
	arena_free(a);
}

int main(void)
{
	levels();
	near_duplicates();
	texts();
	awkward();
	all_different();
	types();
	letters();
	counting();
	return test_end();
}
