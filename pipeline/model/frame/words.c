/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of texts: what they are, and which of them are worth a feature. */
#include "model/frame/frame_int.h"

#include <stdlib.h>
#include <string.h>

/* Letters, digits and marks of any script; what is between them is punctuation, spaces and symbols. */
static bool in_word(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 32) >= 'a' && (cp | 32) <= 'z');
	if (cp < 0xc0)
		return cp == 0xaa || cp == 0xb5 || cp == 0xba;
	return cp != 0xd7 && cp != 0xf7 && (cp < 0x2000 || cp > 0x206f) && (cp < 0x20a0 || cp > 0x2bff) &&
		(cp < 0x3000 || cp > 0x3003) && (cp < 0x3008 || cp > 0x3020) && (cp < 0xff00 || cp > 0xff0f) && cp != 0xfffd;
}

size_t word_next(struct str *text, char word[WORD_MAX])
{
	const char *p = text->p, *end = text->p + text->n, *start = NULL;
	while (p < end) {
		const char *at = p;
		if (in_word(utf8_next(&p, end))) {
			start = start ? start : at;
			continue;
		}
		if (start) {
			end = at;
			break;
		}
	}
	const char *last = text->p + text->n;
	if (!start) {
		*text = (struct str){ last, 0 };
		return 0;
	}
	*text = (struct str){ p, (size_t)(last - p) };
	size_t n = (size_t)(end - start) < WORD_MAX ? (size_t)(end - start) : WORD_MAX;
	while (n < (size_t)(end - start) && n && ((unsigned char)start[n] & 0xc0) == 0x80)
		n--;   /* not within a letter */
	return str_lower((struct str){ start, n }, word, WORD_MAX);
}

/* ---- counts of words ------------------------------------------------------------------------------------ */

struct tally {
	const char *word;
	size_t n, texts, last;   /* length; texts that hold it; 1 + the last of them */
};
struct tallies {
	struct arena *a;
	struct tally *slot;
	size_t size, used;       /* a power of two */
};

static struct tally *slot_of(struct tally *slots, size_t size, const char *word, size_t n)
{
	size_t i = (size_t)hash64(word, n, 0) & (size - 1);
	while (slots[i].word && (slots[i].n != n || memcmp(slots[i].word, word, n) != 0))
		i = (i + 1) & (size - 1);
	return &slots[i];
}

static void grow(struct tallies *t)
{
	struct tally *bigger = mem_calloc(2 * t->size, sizeof *bigger);
	for (size_t i = 0; i < t->size; i++)
		if (t->slot[i].word)
			*slot_of(bigger, 2 * t->size, t->slot[i].word, t->slot[i].n) = t->slot[i];
	free(t->slot);
	t->slot = bigger;
	t->size *= 2;
}

/* Words that come up only after very many others are not among the commonest. */
static void count_text(struct tallies *t, struct str text, size_t number)
{
	enum { MOST = 1 << 18 };
	char word[WORD_MAX];
	size_t n;
	while ((n = word_next(&text, word)) > 0) {
		struct tally *s = slot_of(t->slot, t->size, word, n);
		if (!s->word) {
			if (n < 2 || t->used == MOST)
				continue;
			*s = (struct tally){ arena_strndup(t->a, word, n), n, 0, 0 };
			if (++t->used > t->size / 2) {
				grow(t);
				s = slot_of(t->slot, t->size, word, n);
			}
		}
		if (s->last != number + 1)
			s->texts++;
		s->last = number + 1;
	}
}

static int commonest(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;
	if (x->texts != y->texts)
		return x->texts > y->texts ? -1 : 1;
	return strcmp(x->word, y->word);
}

size_t words_common(const struct cells *c, size_t most, struct arena *a, const char **words)
{
	enum { TEXTS = 20000, FEW = 10, FIRST_SIZE = 1024 };   /* texts are looked at evenly through the rows */
	struct tallies t = { arena_new(), mem_calloc(FIRST_SIZE, sizeof *t.slot), FIRST_SIZE, 0 };
	size_t n = c->n < TEXTS ? c->n : TEXTS, known = 0, made = 0, k = 0;
	for (size_t i = 0; i < n && most; i++) {
		char scratch[NUM_MAX];
		struct str text = cells_text(c, i * c->n / n, scratch);
		if (text.p)
			count_text(&t, text, known++);
	}
	for (size_t i = 0; i < t.size; i++)
		if (t.slot[i].texts >= FEW && t.slot[i].texts * 100 >= known && t.slot[i].texts * 20 <= known * 19)
			t.slot[k++] = t.slot[i];
	qsort(t.slot, k, sizeof *t.slot, commonest);
	for (; made < k && made < most; made++)
		words[made] = arena_strndup(a, t.slot[made].word, t.slot[made].n);
	free(t.slot);
	arena_free(t.a);
	return made;
}
