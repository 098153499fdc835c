/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Profiles columns, a few at a time: a thread takes a column through all stations and frees
 * what it held, so memory is bounded by the largest columns and not by the table.
 */
#include "profile/column_int.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>

/* ---- folds ------------------------------------------------------------------------------- */

static void measure_ordered(struct work *w)
{
	struct column_arg arg = { w->var->col };
	struct fold fold = { .ops = &numbers_ops, .arg = &arg };
	fold_run(w->table, &fold, 1, 1);
	w->sums = *(const struct numbers_fold *)fold.acc;
	fold_release(&fold, 1);
	w->order = order_of(&w->sums);
	w->sorted = column_sorted(w->table, w->var->col, &w->sums);
	w->out->count = w->sorted.n;
	w->out->distinct = (int64_t)w->sorted.runs;
	w->out->unique = sorted_unique(&w->sorted);
}

static void take_dictionary(struct work *w)
{
	struct codes_arg arg = { w->var->col, table_dict_size(w->table, w->var->col) };
	struct fold fold = { .ops = &codes_ops, .arg = &arg };
	fold_run(w->table, &fold, 1, 1);
	const struct codes_fold *codes = fold.acc;
	for (int32_t i = 0; i < codes->n; i++) {
		struct str s = table_dict_value(w->table, w->var->col, i);
		if (codes->counts[i])
			strtable_add(
				&w->levels, s.p, s.n, hash64(s.p, s.n, 0), codes->counts[i]);
	}
	fold_release(&fold, 1);
}

static void take_texts(struct work *w)
{
	struct column_arg arg = { w->var->col };
	struct fold fold = { .ops = &texts_ops, .arg = &arg };
	fold_run(w->table, &fold, 1, 1);
	const struct texts_fold *texts = fold.acc;
	for (struct chunk *c = texts->chunks.head; c; c = c->next) {
		const struct text_ref *ref = chunk_items(c);
		for (size_t i = 0; i < c->n; i++)
			strtable_add(&w->levels, ref[i].p, ref[i].n, ref[i].hash, 1);
	}
	fold_release(&fold, 1);
}

static void measure_texts(struct work *w)
{
	strtable_init(&w->levels, 0, NULL);
	if (w->storage == COLUMN_DICT)
		take_dictionary(w);
	else
		take_texts(w);
	w->out->distinct = (int64_t)w->levels.n;
	for (size_t i = 0; i < w->levels.n; i++) {
		w->out->count += w->levels.items[i].count;
		w->out->unique += w->levels.items[i].count == 1;
	}
}

static void measure_bits(struct work *w)
{
	struct column_arg arg = { w->var->col };
	struct fold fold = { .ops = &bits_ops, .arg = &arg };
	fold_run(w->table, &fold, 1, 1);
	w->bits = *(const struct bits_fold *)fold.acc;
	fold_release(&fold, 1);
	w->out->count = w->bits.yes + w->bits.no;
	w->out->distinct = (w->bits.yes > 0) + (w->bits.no > 0);
	w->out->unique = (w->bits.yes == 1) + (w->bits.no == 1);
}

/* ---- blocks ------------------------------------------------------------------------------ */

static void integer_blocks(struct work *w, enum variable_type type)
{
	if (type == VARIABLE_BOOLEAN) {
		w->bits = (struct bits_fold){ .no = sorted_count(&w->sorted, 0),
			.yes = sorted_count(&w->sorted, 1) };
		w->out->boolean = boolean_new(w);
	} else if (type == VARIABLE_CATEGORY) {
		w->out->category = category_of_integers(w);
	}
	w->out->numeric = numeric_new(w);
}

static void text_blocks(struct work *w, enum variable_type type)
{
	const struct column_profile *c = w->out;
	bool repeats = (double)c->distinct < w->options->category_share * (double)c->count;
	if (type == VARIABLE_CATEGORY || type == VARIABLE_CONSTANT ||
		(type == VARIABLE_TEXT && repeats))
		w->out->category = category_of_texts(w);
	if (type == VARIABLE_TEXT || type == VARIABLE_IDENTIFIER)
		w->out->text = text_new(w);
}

static void fill_blocks(struct work *w)
{
	enum variable_type type = w->var->type;
	if (type == VARIABLE_EMPTY)
		return;
	switch (w->storage) {
	case COLUMN_INT64:
		integer_blocks(w, type);
		break;
	case COLUMN_FLOAT64:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		w->out->numeric = numeric_new(w);
		break;
	case COLUMN_BOOL:
		w->out->boolean = boolean_new(w);
		break;
	case COLUMN_DATE:
	case COLUMN_TIMESTAMP:
		w->out->datetime = datetime_new(w);
		break;
	case COLUMN_UTF8:
	case COLUMN_DICT:
		text_blocks(w, type);
		break;
	}
}

static int64_t bytes_of(const struct table *t, int col)
{
	int64_t bytes = 0;
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct column *c = &table_batch(t, i)->cols[col];
		bytes += c->valid ? (c->rows + 7) / 8 : 0;
		switch (c->type) {
		case COLUMN_INT64:
		case COLUMN_FLOAT64:
		case COLUMN_TIMESTAMP:
		case COLUMN_TIME:
		case COLUMN_DURATION:
			bytes += c->rows * 8;
			break;
		case COLUMN_BOOL:
			bytes += (c->rows + 7) / 8;
			break;
		case COLUMN_DATE:
		case COLUMN_DICT:
			bytes += c->rows * 4;
			break;
		case COLUMN_UTF8:
			bytes += (c->rows + 1) * 4 +
				 (c->rows ? c->v.offsets[c->rows] - c->v.offsets[0] : 0);
			break;
		}
	}
	if (table_field(t, col)->type == COLUMN_DICT)
		for (int32_t i = 0; i < table_dict_size(t, col); i++)
			bytes += 4 + (int64_t)table_dict_value(t, col, i).n;
	return bytes;
}

static void profile_column(struct work *w)
{
	struct column_profile *c = w->out;
	*c = (struct column_profile){ .var = w->var,
		.rows = table_nrows(w->table),
		.memory_bytes = bytes_of(w->table, w->var->col) };
	switch (w->storage) {
	case COLUMN_INT64:
	case COLUMN_FLOAT64:
	case COLUMN_DATE:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		measure_ordered(w);
		break;
	case COLUMN_UTF8:
	case COLUMN_DICT:
		measure_texts(w);
		break;
	case COLUMN_BOOL:
		measure_bits(w);
		break;
	}
	c->missing = c->rows - c->count;
	w->var->type = variable_decide(w);
	pick_values(w, c->examples, EXAMPLES);
	fill_blocks(w);
	column_findings(w);
	sorted_free(&w->sorted);
	strtable_free(&w->levels);
}

/* ---- all --------------------------------------------------------------------------------- */

static void profile_step(void *ctx, size_t i)
{
	profile_column(&((struct work *)ctx)[i]);
}

static void free_arena(void *a)
{
	arena_free(a);
}

void profile_columns(const struct table *t, struct variable *vars, int n,
	const struct profile_options *o, struct column_profile *out,
	struct finding_list *findings, struct arena *a)
{
	/* its functions give NaN where they fail, which is what the profile says then */
	gsl_set_error_handler_off();
	struct work *work = arena_calloc(a, (size_t)n, sizeof *work);
	for (int i = 0; i < n; i++) {
		/* an arena serves one thread, so each column has its own */
		struct arena *own = arena_new();
		arena_own(a, own, free_arena);
		work[i] = (struct work){ .table = t,
			.options = o,
			.var = &vars[i],
			.out = &out[i],
			.arena = own,
			.findings = { .arena = own },
			.storage = table_field(t, vars[i].col)->type };
	}
	pool_run(o->threads, (size_t)n, profile_step, work);
	for (int i = 0; i < n; i++)
		for (size_t k = 0; k < work[i].findings.n; k++)
			finding_list_add(findings, &work[i].findings.v[k]);
}
