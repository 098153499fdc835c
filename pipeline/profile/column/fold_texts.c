/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folds over columns of text. Texts stay where they are, in the mapped table: a fold keeps
 * where each one is and its hash, or counts the codes of a dictionary.
 */
#include "profile/column_int.h"

#include <stdlib.h>

/* ---- texts ------------------------------------------------------------------------------- */

static void texts_init(void *acc, const void *arg)
{
	(void)acc;
	(void)arg;
}

static void texts_update(void *acc, const void *arg, const struct batch *b)
{
	struct texts_fold *f = acc;
	const struct column *c = &b->cols[((const struct column_arg *)arg)->col];
	struct text_ref *out = chunk_new(&f->chunks, (size_t)b->rows, sizeof *out);
	size_t n = 0;
	for (int64_t row = 0; row < b->rows; row++) {
		if (!column_has(c, row))
			continue;
		struct str s = column_str(c, row);
		/* a batch holds less than 2 GB of text */
		out[n++] = (struct text_ref){ s.p, (uint32_t)s.n,
			strtable_tag(hash64(s.p, s.n, 0)) };
	}
	chunk_close(&f->chunks, n);
}

static void texts_merge(void *left, void *right, const void *arg)
{
	struct texts_fold *l = left, *r = right;
	(void)arg;
	chunks_link(&l->chunks, &r->chunks);
	chunks_link(&l->bytes, &r->bytes);
}

static void texts_release(void *acc)
{
	chunks_free(&((struct texts_fold *)acc)->chunks);
	chunks_free(&((struct texts_fold *)acc)->bytes);
}

const struct fold_ops texts_ops = { "texts", sizeof(struct texts_fold), texts_init,
	texts_update, texts_merge, texts_release, texts_save, texts_load };

/* ---- codes of a dictionary --------------------------------------------------------------- */

static void codes_init(void *acc, const void *arg)
{
	struct codes_fold *f = acc;
	f->n = ((const struct codes_arg *)arg)->dict_size;
	f->counts = mem_calloc((size_t)f->n, sizeof *f->counts);
}

static void codes_update(void *acc, const void *arg, const struct batch *b)
{
	struct codes_fold *f = acc;
	const struct column *c = &b->cols[((const struct codes_arg *)arg)->col];
	for (int64_t row = 0; row < b->rows; row++)
		if (column_has(c, row))
			f->counts[c->v.i32[row]]++;
}

static void codes_release(void *acc)
{
	free(((struct codes_fold *)acc)->counts);
}

static void codes_merge(void *left, void *right, const void *arg)
{
	struct codes_fold *l = left;
	const struct codes_fold *r = right;
	(void)arg;
	for (int32_t i = 0; i < l->n; i++)
		l->counts[i] += r->counts[i];
	codes_release(right);
}

const struct fold_ops codes_ops = { "codes", sizeof(struct codes_fold), codes_init,
	codes_update, codes_merge, codes_release, codes_save, codes_load };
