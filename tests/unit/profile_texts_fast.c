/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is fast for texts against what is plain: characters, words and patterns, the counting
 * table, the hash. */
#include "profile/column_int.h"
#include "test.h"

#include <stdlib.h>

/* ---- characters, words, patterns --------------------------------------------------------- */

static bool same_tables(const struct strtable *x, const struct strtable *y)
{
	bool same = x->n == y->n && x->refused == y->refused;
	for (size_t i = 0; same && i < x->n; i++)
		same = x->items[i].n == y->items[i].n && x->items[i].count == y->items[i].count &&
		       memcmp(x->items[i].p, y->items[i].p, x->items[i].n) == 0;
	return same;
}

static bool same_scans(struct text_scan *x, struct text_scan *y)
{
	text_scan_end(x);
	text_scan_end(y);
	return memcmp(x->classes, y->classes, sizeof x->classes) == 0 &&
	       memcmp(x->scripts, y->scripts, sizeof x->scripts) == 0 &&
	       x->words_total == y->words_total && x->empty == y->empty &&
	       x->surrounding_space == y->surrounding_space &&
	       same_tables(&x->words, &y->words) && same_tables(&x->patterns, &y->patterns);
}

/* Kinds of text: any ASCII, words with apostrophes, UTF-8 of several lengths, any bytes. */
static size_t make_text(char *out, size_t n, int kind, struct rng *r)
{
	static const char words[] = "aZ09 '' -.,o'Neil's\t$~";
	static const char *const wide[] = { "\xc3\xa9", "\xe2\x80\x99", "\xe4\xb8\xad", "\xf0\x9f\x98\x80",
		"e\xcc\x81", "\xd0\x96", "a", "'", " " };
	struct buf b = { 0 };
	while (b.n < n) {
		if (kind == 0)
			buf_putc(&b, (char)rng_below(r, 128));
		else if (kind == 1)
			buf_putc(&b, words[rng_below(r, sizeof words - 1)]);
		else if (kind == 2)
			buf_puts(&b, wide[rng_below(r, COUNTOF(wide))]);
		else
			buf_putc(&b, (char)rng_below(r, 256));
	}
	n = b.n < n ? b.n : n;     /* may cut a character */
	if (n)
		memcpy(out, b.p, n);
	buf_free(&b);
	return n;
}

static void scans(void)
{
	static const size_t lengths[] = { 0, 1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 191, 192,
		256, 257, 300, 1000, 4095, 4096, 5000 };
	struct text_scan fast, plain, each, each_plain;
	struct rng r;
	rng_seed(&r, 3);
	text_scan_init(&fast, true);
	text_scan_init(&plain, true);
	for (int i = 0; i < 20000; i++) {
		size_t n = i % 10 ? (size_t)rng_below(&r, 90) : lengths[rng_below(&r, COUNTOF(lengths))];
		char *text = mem_alloc(n);     /* of just that room: reading on would be seen */
		n = make_text(text, n, i % 4, &r);
		int64_t count = 1 + (int64_t)rng_below(&r, 3);
		CHECK(text_scan_add(&fast, text, n, count) ==
			text_scan_add_plain(&plain, text, n, count));
		if (i % 20 == 0) {     /* says which one it is */
			text_scan_init(&each, true);
			text_scan_init(&each_plain, true);
			text_scan_add(&each, text, n, count);
			text_scan_add_plain(&each_plain, text, n, count);
			CHECK(same_scans(&each, &each_plain));
			text_scan_free(&each);
			text_scan_free(&each_plain);
		}
		free(text);
	}
	CHECK(same_scans(&fast, &plain));
	CHECK(fast.words.n > 1000 && fast.patterns.n > 1000);
	text_scan_free(&fast);
	text_scan_free(&plain);
}

/* More different words and patterns than are taken up: the same ones are, whatever comes between. */
static void caps(void)
{
	struct text_scan fast, plain;
	text_scan_init(&fast, true);
	text_scan_init(&plain, true);
	for (int i = 0; i < 300000; i++) {
		char text[80], signs[20] = "";
		for (int k = 0; k < 18; k++)   /* a pattern of its own */
			signs[k] = i >> k & 1 ? '-' : '+';
		int n = snprintf(text, sizeof text, "%s w%x common W%x", signs, i, i % 3000);
		CHECK(text_scan_add(&fast, text, (size_t)n, 1) ==
			text_scan_add_plain(&plain, text, (size_t)n, 1));
	}
	CHECK(same_scans(&fast, &plain));
	CHECK(fast.words.refused > 0 && fast.patterns.refused > 0);
	text_scan_free(&fast);
	text_scan_free(&plain);
}

/* Every character of ASCII in every place of a block, alone and between letters. */
static void characters(void)
{
	struct text_scan fast, plain;
	text_scan_init(&fast, true);
	text_scan_init(&plain, true);
	for (int c = 0; c < 128; c++)
		for (size_t at = 0; at < 130; at += c == '\'' ? 1 : 13) {
			char text[130];
			memset(text, c % 2 ? 'A' : 'b', sizeof text);
			text[at] = (char)c;
			CHECK(text_scan_ascii(&fast, text, sizeof text, 1) < 0 ||
				text_scan_add_plain(&plain, text, sizeof text, 1) == 130);
		}
	CHECK(text_scan_ascii(&fast, "\x80", 1, 1) == -1);
	/* no fast way on this machine: nothing to compare */
	CHECK(plain.words_total == 0 || same_scans(&fast, &plain));
	text_scan_free(&fast);
	text_scan_free(&plain);
}

/* ---- the counting table ------------------------------------------------------------------ */

/* Counts numbers as texts, with a hash of so many bits, one by one and many at a time, against an
 * array. */
static void table_of(uint64_t different, int hash_bits, size_t max)
{
	enum { N = 30000 };
	struct strtable one, many, wait;
	struct arena *a = arena_new();
	struct strqueue q = { .table = &wait };
	struct text_ref *ref = mem_calloc(N, sizeof *ref);
	int64_t *want = mem_calloc(different, sizeof *want), refused = 0;
	size_t taken = 0;
	struct rng r;
	rng_seed(&r, different);
	strtable_init(&one, max, a);
	strtable_init(&many, max, NULL);
	strtable_init(&wait, max, a);
	for (int i = 0; i < N; i++) {
		uint64_t v = rng_below(&r, different);
		char s[64];
		int n = snprintf(s, sizeof s, "%0*llu", (int)(v % 60), (unsigned long long)v);
		uint64_t hash = hash64(s, (size_t)n, 0) >> (64 - hash_bits) << (64 - hash_bits);
		ref[i] = (struct text_ref){ arena_strndup(a, s, (size_t)n), (uint32_t)n, strtable_tag(hash) };
		strtable_add(&one, s, (size_t)n, hash, 1);
		strqueue_add(&q, s, (size_t)n, 1);
		if (!want[v] && max && taken == max) {
			refused++;
			continue;
		}
		taken += !want[v]++;
	}
	strqueue_end(&q);
	for (size_t i = 0; i < N; i += 999)
		strtable_add_all(&many, ref + i, N - i < 999 ? N - i : 999);
	CHECK(one.n == taken && one.refused == refused);
	CHECK(same_tables(&one, &many) && same_tables(&one, &wait));
	for (size_t i = 0; i < one.n; i++)
		CHECK(want[strtoull(one.items[i].p, NULL, 10)] == one.items[i].count);
	strtable_free(&one);
	strtable_free(&many);
	strtable_free(&wait);
	free(want);
	free(ref);
	arena_free(a);
}

static void tables(void)
{
	table_of(1, 32, 0);
	table_of(1000, 1, 0);      /* two hashes for all */
	table_of(1000, 10, 0);
	table_of(20000, 14, 0);    /* hashes at the upper end: the search goes round */
	table_of(1000000, 64, 0);
	table_of(3000, 64, 1000);
	table_of(3000, 4, 100);
}

/* ---- the hash ---------------------------------------------------------------------------- */

/* Any change of a byte or of the length shows, nothing beyond the end is read. */
static void hashes(void)
{
	struct rng r;
	rng_seed(&r, 5);
	for (size_t n = 0; n < 200; n++) {
		unsigned char *p = mem_alloc(n);
		for (size_t i = 0; i < n; i++)
			p[i] = (unsigned char)rng_below(&r, 256);
		uint64_t h = hash64(p, n, 0);
		CHECK(h == hash64(p, n, 0) && h != hash64(p, n, 1));
		for (size_t i = 0; i < n; i++) {
			p[i] ^= (unsigned char)(1 << rng_below(&r, 8));
			uint64_t changed = hash64(p, n, 0);
			CHECK(changed != h && changed >> 32 != h >> 32);
			h = changed;
		}
		CHECK(!n || hash64(p, n - 1, 0) != h);
		free(p);
	}
}

int main(void)
{
	scans();
	caps();
	characters();
	tables();
	hashes();
	return test_end();
}
