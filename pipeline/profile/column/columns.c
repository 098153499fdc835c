/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Profiles columns, a few at a time: a thread takes a column through all stations and frees
 * what it held, so memory is bounded by the largest columns and not by the table; a column that
 * would take up more than half of what is allowed is sketched.
 */
#include "profile/sketch_int.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>

/* ---- exact or sketched? ------------------------------------------------------------------ */

enum {
	NUMBER_BYTES = 24,     /* a value, its place in the sort, its run */
	TEXT_BYTES = 100,      /* a different text in a table that may just have doubled */
	SKETCH_BYTES = 32 << 20        /* all that a column takes up that is sketched */
};

static bool is_text(enum column_type t)
{
	return t == COLUMN_UTF8 || t == COLUMN_DICT;
}

/* What an exact profile takes up, if every value differs. */
static int64_t exact_bytes(const struct work *w)
{
	int64_t values = 0;
	if (w->storage == COLUMN_BOOL)
		return 0;
	if (w->storage == COLUMN_DICT)
		return TEXT_BYTES * (int64_t)table_dict_size(w->table, w->var->col);
	for (int64_t i = 0; i < table_nbatches(w->table); i++) {
		const struct column *c = &table_batch(w->table, i)->cols[w->var->col];
		values += c->rows - c->nulls;
	}
	return values * (is_text(w->storage) ? TEXT_BYTES : NUMBER_BYTES);
}

static bool fits(const struct work *w, int64_t bytes)
{
	int64_t total = w->budget->total;
	return !total || bytes <= total / 2;
}

static bool is_sketched(const struct work *w, int64_t bytes)
{
	if (w->storage == COLUMN_BOOL || w->storage == COLUMN_DICT)
		return false;
	return w->options->precision == PRECISION_APPROXIMATE ||
	       (w->options->precision == PRECISION_AUTO && !fits(w, bytes));
}

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

/* When most of the first texts are different, so will be those to come. */
static void expect_texts(struct work *w, int64_t batch)
{
	size_t n = w->levels.n, seen = ((size_t)batch + 1) * BATCH_ROWS;
	if (batch == 7 && n > seen / 4)
		strtable_expect(&w->levels, n * (size_t)table_nbatches(w->table) / 8);
}

/* The fold in one thread, whose parts come in order: what a batch adds goes into the table at once
 * and not into the accumulator. */
static void take_texts(struct work *w)
{
	struct column_arg arg = { w->var->col };
	for (int64_t i = 0; i < table_nbatches(w->table); i++) {
		struct texts_fold texts = { 0 };
		texts_ops.update(&texts, &arg, table_batch(w->table, i));
		for (struct chunk *c = texts.chunks.head; c; c = c->next)
			strtable_add_all(&w->levels, chunk_items(c), c->n);
		texts_ops.release(&texts);
		expect_texts(w, i);
	}
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

static void numeric_block(struct work *w)
{
	w->out->numeric = numeric_new(w);
	if (w->out->approximate)
		approximate_numeric(w, w->out->numeric);
}

static void category_block(struct work *w)
{
	w->out->category = is_text(w->storage) ? category_of_texts(w) : category_of_integers(w);
	if (w->out->approximate)
		approximate_category(w, w->out->category);
}

static void integer_blocks(struct work *w, enum variable_type type)
{
	if (type == VARIABLE_BOOLEAN) {
		w->bits = (struct bits_fold){ .no = sorted_count(&w->sorted, 0),
			.yes = sorted_count(&w->sorted, 1) };
		w->out->boolean = boolean_new(w);
	} else if (type == VARIABLE_CATEGORY) {
		category_block(w);
	}
	numeric_block(w);
}

static void text_blocks(struct work *w, enum variable_type type)
{
	const struct column_profile *c = w->out;
	bool repeats = (double)c->distinct < w->options->category_share * (double)c->count;
	bool levels = type == VARIABLE_CATEGORY || type == VARIABLE_CONSTANT ||
		      (type == VARIABLE_TEXT && repeats);
	if (levels && w->levels.n)
		category_block(w);
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
		numeric_block(w);
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

static void release(struct work *w)
{
	if (w->numbers) {
		number_sketch_ops.release(w->numbers);
		free(w->numbers);
	}
	sorted_free(&w->sorted);
	strtable_free(&w->levels);
	strtable_free(&w->sample);
}

static void start(struct work *w)
{
	*w->out = (struct column_profile){ .var = w->var,
		.rows = table_nrows(w->table),
		.memory_bytes = bytes_of(w->table, w->var->col) };
}

/* The sketch tells whether a table of all different texts would fit after all. */
static void sketch_texts(struct work *w)
{
	approximate_texts(w);
	int64_t bytes = w->out->distinct * TEXT_BYTES;
	if (!w->out->approximate || w->options->precision != PRECISION_AUTO ||
		!fits(w, bytes + bytes / 16))
		return;
	release(w);
	start(w);
	measure_texts(w);
}

static void measure(struct work *w, bool sketched)
{
	switch (w->storage) {
	case COLUMN_INT64:
	case COLUMN_FLOAT64:
	case COLUMN_DATE:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		if (sketched)
			approximate_numbers(w);
		else
			measure_ordered(w);
		break;
	case COLUMN_UTF8:
	case COLUMN_DICT:
		if (sketched)
			sketch_texts(w);
		else
			measure_texts(w);
		break;
	case COLUMN_BOOL:
		measure_bits(w);
		break;
	}
}

static void profile_column(struct work *w)
{
	struct column_profile *c = w->out;
	int64_t bytes = exact_bytes(w);
	bool sketched = is_sketched(w, bytes);
	bool retried = w->options->precision == PRECISION_AUTO && is_text(w->storage);
	if (sketched)
		bytes = retried ? w->budget->total / 2 : SKETCH_BYTES;
	start(w);
	budget_take(w->budget, bytes);
	measure(w, sketched);
	c->missing = c->rows - c->count;
	w->var->type = variable_decide(w);
	pick_values(w, c->examples, EXAMPLES);
	fill_blocks(w);
	w->out->meaning = meaning_new(w);
	if (is_text(w->storage))
		w->out->habits = habits_new(w);
	column_findings(w);
	release(w);
	budget_give(w->budget, bytes);
}

/* ---- all --------------------------------------------------------------------------------- */

/* 0: no limit. Sketches are asked for to save memory. */
static int64_t memory_total(const struct profile_options *o)
{
	enum { SKETCHES = 96 << 20 };
	int64_t bytes = o->memory_mb * 1000000;
	bool less = o->precision == PRECISION_APPROXIMATE && (!bytes || bytes > SKETCHES);
	return less ? SKETCHES : bytes;
}

/* Columns in the order in which they are taken up: large ones first, so that no thread is left with
 * one at the end. */
struct turn {
	struct work *work;
	int64_t cost;
};

static int by_cost(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;
	if (a->cost != b->cost)
		return a->cost < b->cost ? 1 : -1;
	return (a->work > b->work) - (a->work < b->work);
}

static void profile_step(void *ctx, size_t i)
{
	profile_column(((struct turn *)ctx)[i].work);
}

void profile_columns(const struct table *t, struct variable *vars, int n,
	const struct profile_options *o, struct column_profile *out,
	struct finding_list *findings, struct arena *a)
{
	/* its functions give NaN where they fail, which is what the profile says then */
	gsl_set_error_handler_off();
	struct work *work = arena_calloc(a, (size_t)n, sizeof *work);
	struct turn *turn = arena_calloc(a, (size_t)n, sizeof *turn);
	struct budget budget;
	budget_init(&budget, memory_total(o));
	for (int i = 0; i < n; i++) {
		/* an arena serves one thread, so each column has its own */
		struct arena *own = arena_part(a);
		work[i] = (struct work){ .table = t,
			.options = o,
			.var = &vars[i],
			.out = &out[i],
			.arena = own,
			.findings = { .arena = own },
			.budget = &budget,
			.storage = table_field(t, vars[i].col)->type };
		vars[i].profile = &out[i];
		turn[i] = (struct turn){ &work[i], bytes_of(t, vars[i].col) };
	}
	qsort(turn, (size_t)n, sizeof *turn, by_cost);
	pool_run(o->threads, (size_t)n, profile_step, turn);
	budget_free(&budget);
	for (int i = 0; i < n; i++)
		for (size_t k = 0; k < work[i].findings.n; k++)
			finding_list_add(findings, &work[i].findings.v[k]);
}
