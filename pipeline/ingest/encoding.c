/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From bytes to valid UTF-8. A file that is UTF-8 already is used as it is mapped; any other is
 * written once into an unlinked temporary file and that is mapped, so memory does not grow with
 * it.
 */
#include "ingest/ingest_int.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uchardet/uchardet.h>
#include <unistd.h>

/* ---- the temporary copy ------------------------------------------------------------------ */

struct copy {
	FILE *file;
	int64_t written, nul_bytes;
};

static void close_file(void *file)
{
	fclose(file);
}

static int copy_open(struct arena *a, const char *folder, struct copy *c, struct err *e)
{
	char *path = arena_printf(a, "%s/ingest-XXXXXX", folder);
	int fd = mkstemp(path);
	if (fd < 0)
		return err_errno(e, "cannot create a temporary file in '%s'", folder);
	unlink(path);
	c->file = fdopen(fd, "w+b");
	if (!c->file) {
		close(fd);
		return err_errno(e, "cannot open a temporary file");
	}
	arena_own(a, c->file, close_file);
	return 0;
}

/* Everything but NUL bytes; write errors are sticky and found at the end. */
static void copy_put(struct copy *c, const char *p, size_t n)
{
	while (n) {
		const char *nul = memchr(p, 0, n);
		size_t k = nul ? (size_t)(nul - p) : n;
		fwrite(p, 1, k, c->file);
		c->written += (int64_t)k;
		c->nul_bytes += nul != NULL;
		p += k + (nul != NULL);
		n -= k + (nul != NULL);
	}
}

static int copy_map(struct arena *a, struct copy *c, struct text *t, struct err *e)
{
	if (fflush(c->file) || ferror(c->file))
		return err_errno(e, "writing a temporary file");
	t->n = (size_t)c->written;
	t->nul_bytes = c->nul_bytes;
	return input_map(a, fileno(c->file), t->n, &t->p, e);
}

static const char replacement[] = "\xef\xbf\xbd";

static void copy_utf8(struct copy *c, const char *p, size_t n)
{
	size_t bad;
	for (; !utf8_valid(p, n, &bad); p += bad + 1, n -= bad + 1) {
		copy_put(c, p, bad);
		copy_put(c, replacement, 3);
	}
	copy_put(c, p, n);
}

/* Returns the number of bytes that could not be converted. */
static int64_t copy_converted(struct copy *c, iconv_t cd, const char *p, size_t n)
{
	char out[1 << 16], *from;
	int64_t bad = 0;
	memcpy(&from, &p, sizeof from);   /* iconv reads only, whatever its prototype says */
	while (n) {
		char *to = out;
		size_t room = sizeof out;
		size_t r = iconv(cd, &from, &n, &to, &room);
		int why = errno;
		copy_put(c, out, sizeof out - room);
		if (r != (size_t)-1 || why == E2BIG)
			continue;
		bad++;
		copy_put(c, replacement, 3);
		from++;
		n--;
	}
	return bad;
}

/* ---- guessing ---------------------------------------------------------------------------- */

struct utf8_survey {
	bool valid, escapes, nul;  /* escapes: ISO-2022 shift sequences */
	size_t bad_at;
};

/* The file is looked at in pieces, each by some thread, which together are the whole. */
enum { PIECE = 1 << 18 };       /* stays in the caches */
struct piece {
	size_t bad, escape;        /* where the first is; SIZE_MAX: none */
	bool nul;
};
struct pieces {
	const char *p;
	size_t n;
	struct piece *v;
};

/* Where piece i begins: at the first byte of a character. */
static size_t piece_start(const struct pieces *all, size_t i)
{
	if (i * PIECE >= all->n)
		return all->n;
	size_t at = i * PIECE;
	for (int k = 0; i && k < 3 && at < all->n && (all->p[at] & 0xc0) == 0x80; k++)
		at++;
	return at;
}

static void survey_piece(void *ctx, size_t i)
{
	const struct pieces *all = ctx;
	size_t from = piece_start(all, i), n = piece_start(all, i + 1) - from, bad;
	const char *p = all->p + from, *esc = memchr(p, 0x1b, n);
	all->v[i] = (struct piece){
		.bad = utf8_valid(p, n, &bad) ? SIZE_MAX : from + bad,
		.escape = esc ? (size_t)(esc - all->p) : SIZE_MAX,
		.nul = memchr(p, 0, n) != NULL,
	};
	input_forget(p, n);
}

static struct utf8_survey survey(const char *p, size_t n, int threads)
{
	size_t count = (n + PIECE - 1) / PIECE, escape = SIZE_MAX;
	struct utf8_survey s = { .bad_at = SIZE_MAX };
	struct pieces all = { p, n, mem_calloc(count, sizeof *all.v) };
	pool_run(threads, count, survey_piece, &all);
	for (size_t i = count; i--;) {
		s.bad_at = all.v[i].bad < SIZE_MAX ? all.v[i].bad : s.bad_at;
		escape = all.v[i].escape < SIZE_MAX ? all.v[i].escape : escape;
		s.nul |= all.v[i].nul;
	}
	free(all.v);
	s.valid = s.bad_at == SIZE_MAX;
	s.escapes = escape < n - 2 && n > 2 && (p[escape + 1] == '$' || p[escape + 1] == '(');
	return s;
}

/* Counts sequences of several bytes, and bytes that belong to none. */
static void weigh(const char *p, size_t n, int64_t *good, int64_t *bad)
{
	*good = *bad = 0;
	for (const char *end = p + n; p < end;) {
		const char *from = p;
		utf8_next(&p, end);
		*good += p - from > 1;
		*bad += p - from == 1 && (unsigned char)*from >= 0x80;
	}
}

/* UTF-16 or UTF-32 without a mark: ASCII characters leave NUL bytes at fixed places. */
static const char *wide_pattern(const char *p, size_t n)
{
	size_t head = n < 4096 ? n & ~(size_t)3 : 4096, nul[4] = { 0 };
	for (size_t i = 0; i < head; i++)
		nul[i & 3] += p[i] == 0;
	size_t q = head / 4, most = q - q / 4, few = q / 4;
	if (!q)
		return NULL;
	if (nul[1] >= most && nul[2] >= most && nul[3] >= most && nul[0] <= few)
		return "UTF-32LE";
	if (nul[0] >= most && nul[1] >= most && nul[2] >= most && nul[3] <= few)
		return "UTF-32BE";
	size_t even = nul[0] + nul[2], odd = nul[1] + nul[3];
	if (odd > head / 4 && odd > 4 * even)
		return "UTF-16LE";
	if (even > head / 4 && even > 4 * odd)
		return "UTF-16BE";
	return NULL;
}

/* Names that uchardet gives to short western texts without reason; more bytes make them
 * credible. */
static bool doubtful(const char *name, int64_t evidence)
{
	static const char *const vetoed[] = { "IBM85", "IBM86", "MAC-", "WINDOWS-1257",
		"WINDOWS-1258", "VISCII", "GEORGIAN-" };
	for (size_t i = 0; i < COUNTOF(vetoed); i++)
		if (strncasecmp(name, vetoed[i], strlen(vetoed[i])) == 0)
			return evidence <= 200;
	return !*name || strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "ASCII") == 0;
}

static struct ingest_encoding western(struct arena *a, const char *name, const char *p, size_t n,
	bool doubt)
{
	const double enough = 0.4;
	double score;
	if (doubt || strcasecmp(name, "ISO-8859-1") == 0)
		name = "windows-1252";
	const char *best = codepage_find(name, p, n, &score);
	if (strcasecmp(best, name) != 0)
		return (struct ingest_encoding){ best,
			"its letters make words of this code page only", false, 0.7 };
	if (score < enough || (doubt && score < 2 * enough))
		return (struct ingest_encoding){ arena_strdup(a, name),
			"assumed: not UTF-8, and no code page stands out", false, 0.5 };
	return (struct ingest_encoding){ arena_strdup(a, name),
		"recognised by the frequency of its letters", false, 0.8 };
}

/* An 8-bit or East Asian code page. `evidence`: bytes that are not ASCII. */
static void guess(struct arena *a, const char *p, size_t n, int64_t evidence,
	struct ingest_encoding *enc)
{
	uchardet_t u = uchardet_new();
	uchardet_handle_data(u, p, n < 1000000 ? n : 1000000);
	uchardet_data_end(u);
	const char *name = arena_strdup(a, uchardet_get_charset(u));
	uchardet_delete(u);
	const char *east = strncasecmp(name, "ISO-2022", 8) == 0 ? NULL
		: codepage_east(name, p, n);
	bool doubt = doubtful(name, evidence);
	if (east && strcasecmp(east, name) != 0)
		*enc = (struct ingest_encoding){ east,
			"its characters are those that its language writes most", false, 0.7 };
	else if (!east && (doubt || codepage_latin(name)))
		*enc = western(a, name, p, n, doubt);
	else
		*enc = (struct ingest_encoding){ name,
			"recognised by the frequency of its letters", false, 0.8 };
}

/* ---- deciding ---------------------------------------------------------------------------- */

static const struct {
	const char *mark;
	size_t n;
	const char *name;
} marks[] = {
	{ "\xff\xfe\0\0", 4, "UTF-32LE" },
	{ "\0\0\xfe\xff", 4, "UTF-32BE" },
	{ "\xef\xbb\xbf", 3, "UTF-8" },
	{ "\xff\xfe", 2, "UTF-16LE" },
	{ "\xfe\xff", 2, "UTF-16BE" },
};

static void decide_encoding(struct arena *a, const struct input *in,
	const struct utf8_survey *s, struct text *t)
{
	enum { LINE = 4096 };
	const char *p = in->p;
	size_t n = in->n;
	struct ingest_encoding *enc = &t->encoding;
	const char *wide = wide_pattern(p, n);
	if (wide) {
		*enc = (struct ingest_encoding){ wide, "NUL bytes in every other place", false,
			0.95 };
		return;
	}
	if (s->escapes) {
		guess(a, p, n, INT64_MAX, enc);
		if (strncasecmp(enc->name, "ISO-2022", 8) == 0)
			return;
	}
	*enc = (struct ingest_encoding){ "UTF-8", "valid throughout", false, 1 };
	if (s->valid)
		return;
	int64_t good, bad;
	weigh(p, n, &good, &bad);
	t->bad_at = (int64_t)s->bad_at;
	if (good >= 10 * bad)
		*enc = (struct ingest_encoding){ "UTF-8",
			"valid but for a few bytes, which were replaced", false,
			(double)good / (double)(good + bad) };
	else {
		/* characters of two bytes may begin before those that are not UTF-8 */
		size_t from = s->bad_at;
		while (from && p[from - 1] != '\n' && s->bad_at - from < LINE)
			from--;
		guess(a, p + from, n - from, 2 * good + bad, enc);
	}
}

/* Name of the encoding and how many bytes of mark to skip. */
static size_t find_encoding(struct arena *a, const char *declared, const struct input *in,
	const struct utf8_survey *s, struct text *t)
{
	t->bad_at = -1;
	const char *marked = NULL;
	size_t skip = 0;
	for (size_t i = 0; i < COUNTOF(marks) && !marked; i++)
		if (in->n >= marks[i].n && memcmp(in->p, marks[i].mark, marks[i].n) == 0) {
			marked = marks[i].name;
			skip = marks[i].n;
		}
	if (declared && strcasecmp(declared, "auto") != 0) {
		const char *name = strcasecmp(declared, "utf8") == 0 ? "UTF-8" : declared;
		bool same = marked && strncasecmp(name, marked, 6) == 0;
		t->encoding = (struct ingest_encoding){ arena_strdup(a, same ? marked : name),
			"declared in the manifest", same, 1 };
		return same ? skip : 0;
	}
	if (marked)
		t->encoding = (struct ingest_encoding){ marked, "byte order mark", true, 1 };
	else
		decide_encoding(a, in, s, t);
	return skip;
}

static int convert(struct arena *a, const char *scratch, const char *p, size_t n,
	struct text *t, struct err *e)
{
	struct copy c = { 0 };
	if (copy_open(a, scratch, &c, e))
		return -1;
	if (strcasecmp(t->encoding.name, "UTF-8") == 0) {
		copy_utf8(&c, p, n);
		return copy_map(a, &c, t, e);
	}
	iconv_t cd = iconv_open("UTF-8", t->encoding.name);
	if (cd == (iconv_t)-1)
		return err_set(e, ERR_USAGE, "source.encoding: unknown encoding '%s'",
			t->encoding.name);
	int64_t bad = copy_converted(&c, cd, p, n);
	iconv_close(cd);
	if (bad && t->bad_at < 0)
		t->bad_at = 0;
	return copy_map(a, &c, t, e);
}

/* ---- text that was encoded twice --------------------------------------------------------- */

static int undo(struct arena *a, const char *scratch, struct text *t, struct err *e)
{
	enum { CHUNK = 1 << 16 };
	struct copy c = { 0 };
	char out[CHUNK];
	if (copy_open(a, scratch, &c, e))
		return -1;
	for (size_t at = 0; at < t->n;) {
		size_t n = t->n - at < CHUNK ? t->n - at : CHUNK;
		while (at + n < t->n && n && (t->p[at + n] & 0xc0) == 0x80)
			n--;
		copy_put(&c, out, mojibake_undo(t->p + at, n, out));
		at += n;
	}
	t->undone = true;
	t->encoding.how = "valid UTF-8 that had been encoded twice, which was undone";
	int64_t nul_bytes = t->nul_bytes;
	int status = copy_map(a, &c, t, e);
	t->nul_bytes = nul_bytes;
	return status;
}

/* Says so, and undoes it where that goes without loss throughout. */
static int look_for_mojibake(struct arena *a, const char *scratch, struct text *t,
	struct err *e)
{
	enum { SAMPLE = 1 << 20 };
	struct mojibake m;
	size_t n = t->n < SAMPLE ? t->n : SAMPLE;
	while (n < t->n && n && (t->p[n] & 0xc0) == 0x80)
		n--;
	mojibake_look(t->p, n, &m);
	if (m.count < 2 || m.count * 3 < m.strange)
		return 0;
	mojibake_look(t->p, t->n, &m);
	t->twice = m.count;
	t->twice_example = arena_strndup(a, m.example.p, m.example.n);
	return m.clean ? undo(a, scratch, t, e) : 0;
}

int text_open(struct arena *a, const struct ingest_options *o, const struct input *in,
	struct text *t, struct err *e)
{
	*t = (struct text){ 0 };
	struct utf8_survey s = survey(in->p, in->n, o->threads);
	size_t skip = find_encoding(a, o->encoding, in, &s, t), n = in->n - skip;
	const char *p = in->p + skip;
	bool utf8 = strcasecmp(t->encoding.name, "UTF-8") == 0, plain = utf8 && s.valid && !s.nul;
	if (utf8 && !s.valid && !s.nul)
		t->bad_at = (int64_t)s.bad_at;
	t->p = p;
	t->n = n;
	t->mapped = true;
	if (!plain && convert(a, o->scratch, p, n, t, e))
		return -1;
	/* a mark may also stand behind a conversion */
	if (t->n >= 3 && memcmp(t->p, "\xef\xbb\xbf", 3) == 0) {
		t->p += 3;
		t->n -= 3;
	}
	if (!str_trim((struct str){ t->p, t->n }).n)
		return err_set(e, ERR_INPUT, "the file holds nothing but blanks");
	return utf8 && !o->encoding ? look_for_mojibake(a, o->scratch, t, e) : 0;
}
