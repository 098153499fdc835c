/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How texts are usually written: patterns, capitals, placeholders, damaged letters. */
#include "profile_col.h"

/* 200 texts by a format, then the others. */
static struct profiled *texts_of(const char *before, const char *behind, const char *const *others,
	size_t n)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "x", COLUMN_UTF8, NULL);
	for (int i = 0; i < 200; i++) {
		char s[64];
		int k = snprintf(s, sizeof s, "%s%03d%s", before, i, behind);
		col_text(c, s, (size_t)k);
	}
	for (size_t i = 0; i < n; i++)
		col_text(c, others[i], strlen(others[i]));
	struct profile_options o = default_options();
	struct profiled *p = profile_table(cols_open(t), &o);
	free(t);
	return p;
}
#define OTHERS(...) (const char *const[]){ __VA_ARGS__ }, \
	COUNTOF(((const char *const[]){ __VA_ARGS__ }))

static void test_patterns(void)
{
	struct profiled *p = texts_of("AB-", "", OTHERS("ab-123", "AB-1234", "AB_123", "AB-123"));
	const struct habit_profile *h = p->cols[0].habits;
	CHECK_STR(h ? h->pattern : NULL, "AA-999");
	CHECK(h && h->follow == 201 && h->nbreakers == 3);
	CHECK_STR(h ? h->breaker[0] : NULL, "AB-1234");
	const struct finding *f = finding_of(p, "x", FIND_pattern_breakers);
	CHECK(f && f->count == 3 && f->total == 204);
	CHECK_STR(f ? f->text2 : NULL, "AA-999");
	profiled_free(p);

	/* too many others; then none */
	p = texts_of("AB-", "", OTHERS("1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b"));
	CHECK(p->cols[0].habits && !p->cols[0].habits->pattern);
	profiled_free(p);
	p = texts_of("AB-", "", OTHERS("AB-999"));
	CHECK(p->cols[0].habits && !p->cols[0].habits->pattern);
	CHECK(!finding_of(p, "x", FIND_pattern_breakers));
	profiled_free(p);
}

/* Grades S1 S2 ... and IF, 3 % of them: a grade, too. A single one would be a slip. */
static void test_levels(void)
{
	for (int ifs = 1; ifs <= 15; ifs += 14) {
		struct cols *t = mem_calloc(1, sizeof *t);
		struct col *c = col_add(t, "grade", COLUMN_UTF8, NULL);
		for (int i = 0; i < 500; i++) {
			char s[3] = { (char)('S' + i % 4), (char)('1' + i % 3), 0 };
			col_text(c, s, 2);
		}
		for (int i = 0; i < ifs; i++)
			col_text(c, "IF", 2);
		struct profile_options o = default_options();
		struct profiled *p = profile_table(cols_open(t), &o);
		free(t);
		const struct habit_profile *h = p->cols[0].habits;
		CHECK_STR(h && h->pattern ? h->pattern : "", ifs == 1 ? "A9" : "");
		CHECK((finding_of(p, "grade", FIND_pattern_breakers) != NULL) == (ifs == 1));
		profiled_free(p);
	}
}

/* Lengths differ: runs. Words have no pattern. */
static void test_runs(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *run = col_add(t, "run", COLUMN_UTF8, NULL);
	struct col *word = col_add(t, "word", COLUMN_UTF8, NULL);
	static const char *const words[] = { "Anna", "Ben", "Charlotte", "Dora", "Emil", "Fritz" };
	for (int i = 0; i < 300; i++) {
		char s[32];
		int n = snprintf(s, sizeof s, i == 7 ? "no. %d" : "%.*sx%d", i % 7, "abcdefg", i * i);
		col_text(run, s, (size_t)n);
		const char *w = i == 9 ? "Anna Maria" : words[i % 6];
		col_text(word, w, strlen(w));
	}
	struct profile_options o = default_options();
	struct profiled *p = profile_table(cols_open(t), &o);
	free(t);
	const struct habit_profile *h = profile_of(p, "run")->habits;
	CHECK_STR(h ? h->pattern : NULL, "A9");
	CHECK(h && h->follow == 299 && h->nbreakers == 1);
	CHECK_STR(h ? h->breaker[0] : NULL, "no. 0");
	h = profile_of(p, "word")->habits;
	CHECK(h && !h->pattern && !h->capitals);
	profiled_free(p);
}

static void test_words(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "x", COLUMN_DICT, NULL);
	static const char *const v[] = { "north", "south", "east", "west" };
	for (int i = 0; i < 400; i++) {
		const char *s = i == 3 ? "EAST" : i == 5 ? "test" : i == 6 ? "asdf" : i == 7 ? "N/A"
			: i == 8 ? "M\xc3\x83\xc2\xbcnchen" : i == 9 ? "it\xc3\xa2\xe2\x82\xac\xe2\x84\xa2s"
			: i == 10 ? "M\xc3\xbcnchen" : i == 11 ? "M\xef\xbf\xbdnchen" : v[i % 4];
		col_text(c, s, strlen(s));
	}
	struct profile_options o = default_options();
	struct profiled *p = profile_table(cols_open(t), &o);
	free(t);
	const struct habit_profile *h = p->cols[0].habits;
	CHECK(h && h->placeholders == 3 && h->nplaceholders == 3);
	CHECK(h && h->mojibake == 2 && h->damaged == 1);
	CHECK_STR(h ? h->capitals : NULL, "lower");
	CHECK_STR(h ? h->otherwise[0] : NULL, "EAST");
	CHECK(finding_of(p, "x", FIND_placeholder_texts)->count == 3);
	CHECK(finding_of(p, "x", FIND_mojibake_values)->count == 2);
	CHECK(finding_of(p, "x", FIND_other_capitals) != NULL);
	profiled_free(p);
}

int main(void)
{
	test_patterns();
	test_levels();
	test_runs();
	test_words();
	return test_end();
}
