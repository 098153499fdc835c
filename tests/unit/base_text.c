/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors, memory, strings, UTF-8. */
#include "base/base.h"
#include "test.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void errors(void)
{
	struct err e = { 0 };
	CHECK(err_set(&e, ERR_INPUT, "line %d: expected 14 fields", 812) == -1);
	err_while(&e, "reading '%s'", "sales.csv");
	err_while(&e, "ingest");
	CHECK_STR(e.msg, "ingest: reading 'sales.csv': line 812: expected 14 fields");
	CHECK(e.code == ERR_INPUT);
	errno = ENOENT;
	err_errno(&e, "cannot open '%s'", "x");
	CHECK_STR(e.msg, "cannot open 'x': No such file or directory");
	CHECK(e.code == ERR_IO);
	CHECK(err_set(NULL, ERR_IO, "nobody listens") == -1);
	char longer[3000];
	memset(longer, 'a', sizeof longer);
	longer[sizeof longer - 1] = 0;
	err_set(&e, ERR_IO, "%s", longer);
	err_while(&e, "%s", longer);
	CHECK(strlen(e.msg) == sizeof e.msg - 1);
}

static int released;
static void release(void *p)
{
	*(int *)p = ++released;
}

static void arenas(void)
{
	int first = 0, second = 0;
	struct arena *a = arena_new();
	arena_own(a, &first, release);
	arena_own(a, &second, release);
	char *s = arena_printf(a, "%s-%d", "x", 42), *big = arena_alloc(a, 1 << 20);
	CHECK_STR(s, "x-42");
	CHECK((uintptr_t)big % 16 == 0 && big[0] == 0 && big[(1 << 20) - 1] == 0);
	for (int i = 0; i < 10000; i++) {
		int *p = arena_calloc(a, 3, sizeof *p);
		if (p[0] || p[1] || p[2] || (uintptr_t)p % 16)
			test_check(0, "arena memory is zeroed and aligned", __FILE__, __LINE__);
		p[2] = i;
	}
	CHECK_STR(s, "x-42");
	arena_free(a);
	CHECK(second == 1 && first == 2);
	CHECK(mem_try(SIZE_MAX / 2, 4, SIZE_MAX) == NULL);
	CHECK(mem_try(11, 10, 100) == NULL);
	void *p = mem_try(10, 10, 100);
	CHECK(p != NULL);
	free(p);
}

/* As the C library prints them: the conversions that are done here, and those that are left to it. */
static void formats(void)
{
	struct buf b = { 0 };
	char want[400];
	long big = LONG_MIN;
	size_t n = SIZE_MAX;
	buf_printf(&b, "a%%b %s|%c|%d|%d|%u", "text", 'x', INT_MIN, 0, UINT_MAX);
	snprintf(want, sizeof want, "a%%b %s|%c|%d|%d|%u", "text", 'x', INT_MIN, 0, UINT_MAX);
	CHECK_STR(buf_str(&b), want);
	buf_clear(&b);
	buf_printf(&b, "%ld %lld %zu %lu", big, (long long)-1, n, 7UL);
	snprintf(want, sizeof want, "%ld %lld %zu %lu", big, (long long)-1, n, 7UL);
	CHECK_STR(buf_str(&b), want);
	buf_clear(&b);
	buf_printf(&b, "%s %05d %.3s %x", "first", 42, "abcdef", 255U);
	CHECK_STR(buf_str(&b), "first 00042 abc ff");
	buf_clear(&b);
	buf_printf(&b, "%s", "");
	CHECK_STR(buf_str(&b), "");
	buf_free(&b);
}

static void strings(void)
{
	CHECK(str_eq(str_trim(str_of("\xef\xbb\xbf  a b \xc2\xa0\r\n")), "a b"));
	CHECK(str_trim(str_of(" \t ")).n == 0);
	CHECK(str_ieq(str_of("YeS"), "yes") && !str_ieq(str_of("yes!"), "yes"));
	CHECK(str_cmp(str_of("a"), str_of("ab")) < 0 && str_cmp(str_of("b"), str_of("ab")) > 0);
	static const char *const words[] = { "target", "title", "time", "report" };
	CHECK_STR(str_nearest("traget", words, 4), "target");
	CHECK_STR(str_nearest("tite", words, 4), "title");
	CHECK(str_nearest("elephant", words, 4) == NULL);
	CHECK(str_nearest("x", words, 4) == NULL);
	struct buf b = { 0 };
	CHECK_STR(buf_str(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i);
	CHECK(b.n == 3890 && strncmp(b.p, "0,1,2,", 6) == 0 && b.p[b.n] == 0);
	buf_free(&b);
}

static void utf8(void)
{
	size_t bad = 0;
	CHECK(utf8_valid("Łódź 東京 \xf0\x9f\x90\xa7 plain ascii text", 35, NULL));
	/* overlong, surrogate, above U+10FFFF, truncated, lone continuation: all refused */
	static const char *const wrong[] = { "ab\xc0\xaf", "ab\xed\xa0\x80", "ab\xf4\x90\x80\x80", "ab\xe6\x9d",
		"ab\x80" };
	for (size_t i = 0; i < COUNTOF(wrong); i++)
		CHECK(!utf8_valid(wrong[i], strlen(wrong[i]), &bad) && bad == 2);
	struct buf b = { 0 };
	utf8_clean(&b, "a\xff" "b\xe6\x9d", 5);
	CHECK_STR(b.p, "a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd");
	buf_clear(&b);
	for (uint32_t c = 1; c < 0x110000; c += 13) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		buf_clear(&b);
		utf8_put(&b, c);
		const char *p = b.p;
		if (utf8_next(&p, b.p + b.n) != c || p != b.p + b.n || !utf8_valid(b.p, b.n, NULL))
			test_check(0, "every code point survives", __FILE__, __LINE__);
	}
	buf_free(&b);
	struct buf shown = { 0 };
	utf8_show(&shown, "a\xe2\x80\x8d" "b\tc \xc3\xa9", strlen("a\xe2\x80\x8d" "b\tc \xc3\xa9"));
	CHECK_STR(buf_str(&shown), "a[U+200D]b[U+0009]c \xc3\xa9");
	buf_free(&shown);
	CHECK(utf8_length("東京é", strlen("東京é")) == 3 && utf8_width("東京é", strlen("東京é")) == 5);
}

int main(void)
{
	formats();
	errors();
	arenas();
	strings();
	utf8();
	return test_end();
}
