/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rare levels that are a frequent one but for a slip of the finger: Californa, Mississipi, Citty.
 *
 * A wrong proposal does more harm than a missed one, so the rules are narrow: a letter dropped,
 * added, doubled, taken from a neighbouring key or exchanged with the next, inside a long word, in
 * a level that is far rarer than the other. Endings carry meaning (employer and employee, Mario and
 * Maria), beginnings too (typical and atypical), digits always (2019 and 2020). Where frequent
 * levels are as near to each other, as surnames are, nothing is proposed at all.
 */
#include "profile/column_int.h"

#include <stdlib.h>

enum {
	LETTERS_ONE = 5, LETTERS_TWO = 9,      /* of a word with one slip, with two */
	LETTERS_LONG = 8,
	FREQUENT = 10,             /* rows of a level that others may be a slip of */
	RARER_LONG = 10, RARER_SHORT = 20,     /* so many times rarer */
	WORD_MAX = 64, TEXT_LETTERS = 128,
	LEVELS_MOST = 100000,      /* more are no levels */
	LOOKS_MAX = 20000000       /* pairs of levels that are looked at */
};

/* A level in plain letters: case and accents folded, blanks and punctuation as one blank. */
struct spelt {
	uint32_t item;             /* of the table of levels */
	int64_t count;
	uint32_t *p;
	int n, letters;
	uint32_t mask;             /* letters that occur, by their last five bits */
	uint64_t block;            /* first letter, digits and number of blanks: must agree */
	uint64_t accented;         /* hash with accents, without blanks and punctuation */
};

/* ---- folding -------------------------------------------------------------------------------- */

/* Latin letters of 0xe0 to 0xff and 0x100 to 0x17f without their accents. */
static uint32_t plain_letter(uint32_t cp)
{
	static const char low[] = "aaaaaaaceeeeiiiidnooooo-ouuuuyty";
	static const char more[] = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkk"
		"llllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
	_Static_assert(sizeof low == 33 && sizeof more == 129, "a letter for each code point");
	if (cp >= 0xe0 && cp <= 0xff && cp != 0xf7)
		return (uint32_t)low[cp - 0xe0];
	return cp >= 0x100 && cp <= 0x17f ? (uint32_t)more[cp - 0x100] : cp;
}

static void spell(struct spelt *s, const struct strcount *item, struct arena *a)
{
	const char *p = item->p, *end = p + item->n;
	struct buf accented = { 0 };
	uint32_t text[TEXT_LETTERS];
	uint64_t digits = 0, blanks = 0;
	bool gap = false;
	s->count = item->count;
	while (p < end && s->n < TEXT_LETTERS) {
		int script;
		uint32_t cp = utf8_next(&p, end);
		enum letter_class cls = letter_class(cp, &script);
		if (cls == MARK)
			continue;
		if (cls != LETTER && cls != DIGIT) {
			gap = s->n > 0;
			if (cls != SPACE && !(cp < 0x80 && strchr(".,;:'\"_/()*&-", (int)cp)))
				digits = key_mix(digits + cp);
			continue;
		}
		if (gap && s->n < TEXT_LETTERS - 1) {
			text[s->n++] = ' ';
			blanks++;
		}
		gap = false;
		cp = letter_fold(cp);
		utf8_put(&accented, cp);
		cp = plain_letter(cp);
		if (cls == DIGIT)
			digits = key_mix(digits + cp);
		s->letters += cls == LETTER;
		s->mask |= 1u << (cp & 31);
		text[s->n++] = cp;
	}
	/* longer ones are sentences, not levels */
	if (p < end)
		s->letters = 0;
	s->p = arena_calloc(a, (size_t)s->n + 1, sizeof *s->p);
	memcpy(s->p, text, (size_t)s->n * sizeof *s->p);
	s->block = key_mix(key_mix(digits + blanks) + (s->n ? s->p[0] : 0));
	s->accented = hash64(buf_str(&accented), accented.n, 0);
	buf_free(&accented);
}

/* ---- slips ---------------------------------------------------------------------------------- */

/* Neighbours on a keyboard, and letters that are mistaken for each other in long words. */
static bool neighbours(uint32_t x, uint32_t y, bool long_word)
{
	static const char *const rows[] = { "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop",
		"azertyuiop", "qsdfghjklm" };
	static const char *const slopes[] = { "qaz", "wsx", "edc", "rfv", "tgb", "yhn", "ujm",
		"wa", "es", "rd", "tf", "yg", "uh", "ij", "ok", "pl", "sz", "dx", "fc", "gv",
		"hb", "jn", "km", "ik", "ol" };
	static const char *const alike[] = { "ae", "ei", "iy", "ck", "cs", "sz" };
	const struct { const char *const *v; size_t n; } lists[] = { { rows, COUNTOF(rows) },
		{ slopes, COUNTOF(slopes) }, { alike, long_word ? COUNTOF(alike) : 0 } };
	if (x >= 0x80 || y >= 0x80)
		return false;
	for (size_t l = 0; l < COUNTOF(lists); l++)
		for (size_t i = 0; i < lists[l].n; i++)
			for (const char *p = lists[l].v[i]; p[1]; p++)
				if ((p[0] == (char)x && p[1] == (char)y) ||
					(p[0] == (char)y && p[1] == (char)x))
					return true;
	return false;
}

static int common_start(const uint32_t *x, int nx, const uint32_t *y, int ny)
{
	int i = 0;
	while (i < nx && i < ny && x[i] == y[i])
		i++;
	return i;
}

/* x and y from i on without their first dx and dy letters. */
static bool same_rest(const uint32_t *x, int nx, const uint32_t *y, int ny, int i, int dx, int dy)
{
	return nx - i - dx == ny - i - dy && nx - i - dx >= 0 &&
		memcmp(x + i + dx, y + i + dy, (size_t)(nx - i - dx) * sizeof *x) == 0;
}

/* One slip between two words that begin alike? */
static bool one_slip(const uint32_t *x, int nx, const uint32_t *y, int ny)
{
	int i = common_start(x, nx, y, ny);
	bool long_word = nx >= LETTERS_TWO;
	if (i < 1)
		return false;
	if (nx == ny && i + 1 < nx && x[i] == y[i + 1] && x[i + 1] == y[i] &&
		same_rest(x, nx, y, ny, i, 2, 2))
		return true;
	if (nx == ny)
		return nx - i - 1 >= 2 && same_rest(x, nx, y, ny, i, 1, 1) &&
			neighbours(x[i], y[i], long_word);
	if (nx < ny)
		return one_slip(y, ny, x, nx);
	/* x has a letter more, at i or, in a run of equal letters, before it */
	bool doubled = x[i] == x[i - 1];
	return nx == ny + 1 && same_rest(x, nx, y, ny, i, 1, 0) &&
		(doubled ? ny >= LETTERS_ONE : nx - i - 1 >= (long_word ? 1 : 2));
}

/* Distance of Damerau & Levenshtein with neighbouring letters exchanged once at most, to 3. */
static int distance(const uint32_t *x, int nx, const uint32_t *y, int ny)
{
	int rows[3][WORD_MAX + 1];
	if (abs(nx - ny) > 2 || nx > WORD_MAX || ny > WORD_MAX)
		return 3;
	for (int j = 0; j <= ny; j++)
		rows[0][j] = j;
	for (int i = 1; i <= nx; i++) {
		int *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		int least = now[0] = i;
		for (int j = 1; j <= ny; j++) {
			int d = last[j - 1] + (x[i - 1] != y[j - 1]);
			d = last[j] + 1 < d ? last[j] + 1 : d;
			d = now[j - 1] + 1 < d ? now[j - 1] + 1 : d;
			if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] &&
				before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			now[j] = d;
			least = d < least ? d : least;
		}
		if (least > 2)
			return 3;
	}
	return rows[nx % 3][ny];
}

/* Letters of one that the other lacks, both ways. */
static int letters_differ(const uint32_t *x, int nx, const uint32_t *y, int ny)
{
	bool used[WORD_MAX] = { false };
	int missing = 0;
	for (int i = 0, k; i < nx; i++) {
		for (k = 0; k < ny && (used[k] || y[k] != x[i]); k++)
			;
		if (k < ny)
			used[k] = true;
		else
			missing++;
	}
	return missing + ny - (nx - missing);
}

/* Two slips in a long word: letters exchanged twice, or once and one dropped or added, or two
 * dropped. Replaced ones make other words: hypertension and hypotension. */
static bool two_slips(const uint32_t *x, int nx, const uint32_t *y, int ny)
{
	if (nx < LETTERS_TWO || ny < LETTERS_TWO || x[0] != y[0] || x[1] != y[1] ||
		x[nx - 1] != y[ny - 1] || x[nx - 2] != y[ny - 2] || distance(x, nx, y, ny) != 2)
		return false;
	return abs(nx - ny) == 2 || letters_differ(x, nx, y, ny) <= 1;
}

static int word_end(const struct spelt *s, int i)
{
	while (i < s->n && s->p[i] != ' ')
		i++;
	return i;
}

/* Slips that turn one level into the other, word by word; 0: the same letters, -1: too many. */
static int slips_between(const struct spelt *x, const struct spelt *y)
{
	int slips = 0, ix = 0, iy = 0;
	while (ix < x->n && iy < y->n) {
		int ex = word_end(x, ix), ey = word_end(y, iy), nx = ex - ix, ny = ey - iy;
		const uint32_t *px = x->p + ix, *py = y->p + iy;
		ix = ex + 1;
		iy = ey + 1;
		if (nx == ny && memcmp(px, py, (size_t)nx * sizeof *px) == 0)
			continue;
		if ((nx < ny ? nx : ny) < LETTERS_ONE)
			return -1;
		slips += one_slip(px, nx, py, ny) ? 1 : two_slips(px, nx, py, ny) ? 2 : 3;
		if (slips > 2)
			return -1;
	}
	int letters = x->letters < y->letters ? x->letters : y->letters;
	return slips <= 1 || letters >= LETTERS_TWO ? slips : -1;
}

/* A look that costs nothing. */
static bool may_be_near(const struct spelt *x, const struct spelt *y)
{
	return abs(x->n - y->n) <= 2 && __builtin_popcount(x->mask ^ y->mask) <= 4;
}

/* ---- levels --------------------------------------------------------------------------------- */

static int by_block(const void *x, const void *y)
{
	const struct spelt *a = x, *b = y;
	if (a->block != b->block)
		return a->block < b->block ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

struct slip {                  /* a rare level and the frequent one that is meant */
	const struct spelt *rare, *meant;
};

/* Within a block, commonest first: the frequent level that a rare one is nearest to; none when
 * two are equally near. */
static const struct spelt *meant_by(const struct spelt *block, const struct spelt *rare,
	int64_t *looks)
{
	const struct spelt *meant = NULL;
	int nearest = 3;
	bool unsure = false;
	int64_t least = (int64_t)(rare->letters >= LETTERS_LONG ? RARER_LONG : RARER_SHORT) *
		rare->count;
	for (const struct spelt *f = block; f < rare && f->count >= FREQUENT && f->count >= least &&
		++*looks <= LOOKS_MAX; f++) {
		int slips = may_be_near(f, rare) ? slips_between(f, rare) : -1;
		if (slips < 0 || slips > nearest || (!slips && f->accented == rare->accented))
			continue;
		unsure = slips == nearest;
		nearest = slips;
		meant = f;
	}
	return unsure ? NULL : meant;
}

/* Frequent levels that are as near to another frequent one as a slip would be. */
static int64_t frequent_pairs(const struct spelt *block, const struct spelt *end, int64_t *looks)
{
	int64_t n = 0;
	for (const struct spelt *x = block; x < end && x->count >= FREQUENT; x++)
		for (const struct spelt *y = block; y < x && ++*looks <= LOOKS_MAX; y++)
			if (x->count * RARER_LONG > y->count && may_be_near(x, y) &&
				slips_between(x, y) > 0) {
				n++;
				break;
			}
	return n;
}

static int by_meant(const void *x, const void *y)
{
	const struct slip *a = x, *b = y;
	if (a->meant->count != b->meant->count)
		return a->meant->count > b->meant->count ? -1 : 1;
	if (a->meant->item != b->meant->item)
		return a->meant->item < b->meant->item ? -1 : 1;
	if (a->rare->count != b->rare->count)
		return a->rare->count > b->rare->count ? -1 : 1;
	return (a->rare->item > b->rare->item) - (a->rare->item < b->rare->item);
}

static struct level level_at(const struct strtable *t, const struct spelt *s, struct arena *a)
{
	return (struct level){ clean_text(a, t->items[s->item].p, t->items[s->item].n), s->count };
}

/* A group for each level that is meant, with its slips. */
static void slips_list(struct category_profile *c, const struct strtable *t, struct slip *v,
	size_t n, int64_t max, struct arena *a)
{
	qsort(v, n, sizeof *v, by_meant);
	c->slips = arena_calloc(a, (size_t)max, sizeof *c->slips);
	c->slip_levels = (int64_t)n;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && v[end].meant == v[i].meant;)
			end++;
		for (size_t k = i; k < end; k++)
			c->slip_rows += v[k].rare->count;
		if (c->nslips == max)
			continue;
		struct near_duplicate *d = &c->slips[c->nslips++];
		size_t most = end - i < (size_t)max ? end - i : (size_t)max;
		d->levels = arena_calloc(a, most + 1, sizeof *d->levels);
		d->levels[d->n++] = level_at(t, v[i].meant, a);
		d->proposed = d->levels[0].value;
		for (size_t k = i; k < i + most; k++)
			d->levels[d->n++] = level_at(t, v[k].rare, a);
	}
}

void spellings_find(struct category_profile *c, const struct strtable *t, int64_t max,
	struct arena *a)
{
	if (t->n > LEVELS_MOST)
		return;
	struct arena *own = arena_new();
	struct spelt *s = mem_calloc(t->n + 1, sizeof *s);
	size_t n = 0, slips = 0;
	int64_t frequent = 0, pairs = 0, looks = 0;
	for (size_t i = 0; i < t->n; i++) {
		s[n] = (struct spelt){ .item = (uint32_t)i };
		spell(&s[n], &t->items[i], own);
		n += s[n].letters >= LETTERS_ONE;
	}
	struct slip *v = mem_calloc(n + 1, sizeof *v);
	qsort(s, n, sizeof *s, by_block);
	for (size_t i = 0, block = 0; i < n; i++) {
		if (s[i].block != s[block].block)
			block = i;
		frequent += s[i].count >= FREQUENT;
		const struct spelt *meant = meant_by(&s[block], &s[i], &looks);
		if (meant)
			v[slips++] = (struct slip){ &s[i], meant };
	}
	for (size_t i = 0, end; slips && i < n; i = end) {
		for (end = i + 1; end < n && s[end].block == s[i].block;)
			end++;
		pairs += frequent_pairs(&s[i], &s[end], &looks);
	}
	/* such levels are near to each other by nature */
	if (slips && pairs * 50 <= frequent)
		slips_list(c, t, v, slips, max, a);
	free(v);
	free(s);
	arena_free(own);
}
