/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folds over single columns as bytes: field by field, so that neither padding nor pointers nor
 * impossible values get into a file or out of it. */
#include "profile/column_int.h"

void bits_save(struct buf *out, const void *acc, const void *arg)
{
	const struct bits_fold *f = acc;
	(void)arg;
	fold_put_int(out, f->yes);
	fold_put_int(out, f->no);
}

void bits_load(void *acc, const void *arg, struct fold_in *in)
{
	struct bits_fold *f = acc;
	(void)arg;
	f->yes = fold_get_count(in);
	f->no = fold_get_count(in);
}

void codes_save(struct buf *out, const void *acc, const void *arg)
{
	const struct codes_fold *f = acc;
	(void)arg;
	fold_put_words(out, f->counts, (size_t)f->n);
}

/* There are as many as the argument says. */
void codes_load(void *acc, const void *arg, struct fold_in *in)
{
	struct codes_fold *f = acc;
	(void)arg;
	fold_get_counts(in, f->counts, (size_t)f->n);
}

void texts_save(struct buf *out, const void *acc, const void *arg)
{
	const struct texts_fold *f = acc;
	(void)arg;
	fold_put_int(out, (int64_t)f->chunks.n);
	for (struct chunk *c = f->chunks.head; c; c = c->next) {
		const struct text_ref *ref = chunk_items(c);
		for (size_t i = 0; i < c->n; i++)
			fold_put_text(out, ref[i].p, ref[i].n);
	}
}

/* The bytes are copied behind each other; there are no more of them than bytes to read. */
void texts_load(void *acc, const void *arg, struct fold_in *in)
{
	struct texts_fold *f = acc;
	(void)arg;
	size_t n = fold_get_items(in, sizeof(int64_t)), used = 0;
	struct text_ref *ref = chunk_new(&f->chunks, n, sizeof *ref);
	char *bytes = chunk_new(&f->bytes, (size_t)(in->end - in->p) + 1, 1);
	for (size_t i = 0; i < n; i++) {
		struct str s = fold_get_text(in);
		in->bad |= s.n > UINT32_MAX;
		if (s.n)
			memcpy(bytes + used, s.p, s.n);
		ref[i] = (struct text_ref){ bytes + used, (uint32_t)s.n,
			strtable_tag(hash64(s.p, s.n, 0)) };
		used += s.n;
	}
	chunk_close(&f->chunks, n);
	chunk_close(&f->bytes, used);
}
