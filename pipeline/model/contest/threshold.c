/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two classes: from which probability on to act, what that costs, and how many cases the highest
 * probabilities hold. */
#include "model/contest/judge_int.h"

#include <math.h>

enum { SCAN_POINTS = 100, TENTHS = 10, GAIN_POINTS = 100 };

const char *cut_rule_name(enum cut_rule r)
{
	static const char *const names[] = { "half", "cost", "odds", "f1", "youden" };
	return names[r];
}

static double probability(const struct judged *j, size_t rank)
{
	return j->pred[2 * j->order[rank] + 1];
}

/* ---- choice --------------------------------------------------------------------------------------------- */

struct tally {
	double tp, fp, fn, tn;
};

/* What a rule wants to be large. */
static double merit(enum cut_rule rule, const struct tally *n, const struct model_spec *s)
{
	double positives = n->tp + n->fn, negatives = n->fp + n->tn;
	switch (rule) {
	case CUT_COST:
		return -(s->cost_fp * n->fp + s->cost_fn * n->fn);
	case CUT_F1:
		return n->tp > 0 ? 2 * n->tp / (2 * n->tp + n->fp + n->fn) : 0;
	case CUT_YOUDEN:
		return n->tp / positives - n->fp / negatives;
	case CUT_HALF:
	case CUT_ODDS:
	case CUT_RULES:
		break;
	}
	return 0;
}

static double odds(const struct model_spec *s)
{
	return s->cost_fp / (s->cost_fp + s->cost_fn);
}

/* Best over all places between two probabilities that the rows seen take; of equal ones the highest.
 * Nothing worth calling positive: infinity. */
double cut_choose(const struct heldout *t, enum cut_rule rule, int part)
{
	const struct judged *j = t->j;
	const struct model_spec *s = t->c->spec;
	if (rule == CUT_HALF || rule == CUT_ODDS)
		return rule == CUT_HALF ? 0.5 : odds(s);
	struct tally n = { 0 };
	for (size_t i = 0; i < j->n; i++)
		if (part < 0 || heldout_may_see(t, part, i))
			*(j->y[i] > 0 ? &n.fn : &n.tn) += 1;
	if (n.fn == 0 || n.tn == 0)   /* the first part in time has seen nothing */
		return rule == CUT_COST ? odds(s) : 0.5;
	double best = merit(rule, &n, s), at = INFINITY, above = INFINITY;
	bool chosen = true;   /* the last place looked at was the best, and its lower edge is not known yet */
	for (size_t k = 0; k < j->n;) {
		double p = probability(j, k);
		bool any = false;
		struct tally before = n;
		for (; k < j->n && probability(j, k) == p; k++) {
			size_t i = j->order[k];
			if (part >= 0 && !heldout_may_see(t, part, i))
				continue;
			any = true;
			n.tp += j->y[i] > 0;
			n.fp += !(j->y[i] > 0);
			n.fn = before.fn + before.tp - n.tp;
			n.tn = before.tn + before.fp - n.fp;
		}
		if (!any)
			continue;
		if (chosen && isfinite(above))
			at = (above + p) / 2;
		above = p;
		double m = merit(rule, &n, s);
		chosen = m > best;
		best = chosen ? m : best;
		at = chosen ? p : at;
	}
	return chosen ? 0 : at;   /* everything is called positive */
}

static void settle(struct cut *c, const struct model_spec *s)
{
	double rows = c->tp + c->fp + c->fn + c->tn;
	c->precision = c->tp + c->fp > 0 ? c->tp / (c->tp + c->fp) : NAN;
	c->recall = c->tp + c->fn > 0 ? c->tp / (c->tp + c->fn) : NAN;
	c->f1 = c->tp > 0 ? 2 * c->tp / (2 * c->tp + c->fp + c->fn) : 0;
	c->cost = 1000 * (s->cost_fp * c->fp + s->cost_fn * c->fn) / rows;
}

/* Each part is cut where the others say, so that the counts are those of use on new rows. */
static void cut_rows(const struct heldout *t, enum cut_rule rule, bool *positive, struct cut *c)
{
	const struct judged *j = t->j;
	double *at = arena_calloc(t->c->a, (size_t)t->parts, sizeof *at);
	for (int p = 0; p < t->parts; p++)
		at[p] = cut_choose(t, rule, p);
	*c = (struct cut){ .at = cut_choose(t, rule, -1) };
	for (size_t i = 0; i < j->n; i++) {
		positive[i] = j->pred[2 * i + 1] >= at[t->part[i]];
		if (j->y[i] > 0)
			*(positive[i] ? &c->tp : &c->fn) += 1;
		else
			*(positive[i] ? &c->fp : &c->tn) += 1;
	}
	settle(c, t->c->spec);
}

/* ---- the scan ----------------------------------------------------------------------------------------------- */

/* Points at even steps of rank and of probability, whichever comes first: both ends of a lopsided score
 * stay visible. */
static void scan(const struct heldout *t, struct thresholds *h)
{
	const struct judged *j = t->j;
	struct arena *a = t->c->a;
	size_t cap = 2 * SCAN_POINTS + 8;
	double *column[5];
	for (int k = 0; k < 5; k++)
		column[k] = arena_calloc(a, cap, sizeof **column);
	h->at = column[0];
	h->precision = column[1];
	h->recall = column[2];
	h->f1 = column[3];
	h->cost = column[4];
	struct cut c = { 0 };
	for (size_t i = 0; i < j->n; i++)
		*(j->y[i] > 0 ? &c.fn : &c.tn) += 1;
	double top = probability(j, 0), bottom = probability(j, j->n - 1), last = INFINITY;
	size_t last_rank = 0;
	for (size_t k = 0; k < j->n;) {
		double p = probability(j, k);
		for (; k < j->n && probability(j, k) == p; k++) {
			bool hit = j->y[j->order[k]] > 0;
			*(hit ? &c.tp : &c.fp) += 1;
			*(hit ? &c.fn : &c.tn) -= 1;
		}
		if (k < j->n && (double)(k - last_rank) * SCAN_POINTS < (double)j->n && (last - p) * SCAN_POINTS < top - bottom)
			continue;
		last = p;
		last_rank = k;
		settle(&c, t->c->spec);
		h->at[h->n] = p;
		h->precision[h->n] = c.precision;
		h->recall[h->n] = c.recall;
		h->f1[h->n] = c.f1;
		h->cost[h->n++] = c.cost;
	}
}

void judge_thresholds(const struct heldout *t)
{
	const struct judged *j = t->j;
	const struct model_spec *s = t->c->spec;
	struct arena *a = t->c->a;
	struct thresholds *h = arena_calloc(a, 1, sizeof *h);
	bool *positive = arena_calloc(a, j->n, sizeof *positive);
	double *saved = arena_calloc(a, j->n, sizeof *saved), positives = 0;
	for (size_t i = 0; i < j->n; i++)
		positives += j->y[i] > 0;
	h->cost_fp = s->cost_fp;
	h->cost_fn = s->cost_fn;
	h->always = 1000 * s->cost_fp * ((double)j->n - positives) / (double)j->n;
	h->never = 1000 * s->cost_fn * positives / (double)j->n;
	for (int r = 0; r < CUT_RULES; r++) {
		cut_rows(t, (enum cut_rule)r, positive, &h->cut[r]);
		if (r != CUT_COST)
			continue;
		for (size_t i = 0; i < j->n; i++) {
			double plain = h->always < h->never ? j->y[i] > 0 ? 0 : s->cost_fp : j->y[i] > 0 ? s->cost_fn : 0;
			double own = positive[i] == (j->y[i] > 0) ? 0 : positive[i] ? s->cost_fp : s->cost_fn;
			saved[i] = 1000 * (plain - own);
		}
		h->saved = mean_interval(saved, j->n, j->unit, j->units, NULL);
	}
	scan(t, h);
	t->out->thresholds = h;
}

/* ---- gains ---------------------------------------------------------------------------------------------------- */

/* Positives among the `want` rows of highest probability; a tie that is cut gives its share. */
struct gain_walk {
	const struct judged *j;
	size_t at;               /* rows of whole ties behind us */
	double found;
};

static double found_by(struct gain_walk *w, double want)
{
	const struct judged *j = w->j;
	for (;;) {
		size_t to = w->at;
		double hits = 0;
		for (; to < j->n && probability(j, to) == probability(j, w->at); to++)
			hits += j->y[j->order[to]] > 0;
		if (to == w->at)
			return w->found;
		if ((double)to > want)
			return w->found + hits * (want - (double)w->at) / (double)(to - w->at);
		w->at = to;
		w->found += hits;
	}
}

void judge_gains(const struct heldout *t)
{
	const struct judged *j = t->j;
	struct arena *a = t->c->a;
	struct gains *g = arena_calloc(a, 1, sizeof *g);
	double n = (double)j->n, positives = 0, before = 0;
	for (size_t i = 0; i < j->n; i++)
		positives += j->y[i] > 0;
	if (!(positives > 0))
		return;
	g->tenth = arena_calloc(a, TENTHS, sizeof *g->tenth);
	struct gain_walk walk = { .j = j };
	for (int k = 0; k < TENTHS; k++) {
		double from = floor(n * k / TENTHS), to = floor(n * (k + 1) / TENTHS), rows = to - from;
		if (!(rows > 0))
			continue;
		double found = found_by(&walk, to);
		struct gain *x = &g->tenth[g->n++];
		*x = (struct gain){ .rows = rows, .positives = found - before, .rate = (found - before) / rows,
			.share = found / positives };
		x->lift = x->rate * n / positives;
		x->cumulative_lift = x->share * n / to;
		before = found;
	}
	walk = (struct gain_walk){ .j = j };
	g->x = arena_calloc(a, GAIN_POINTS + 1, sizeof *g->x);
	g->y = arena_calloc(a, GAIN_POINTS + 1, sizeof *g->y);
	for (g->points = 0; g->points <= GAIN_POINTS; g->points++) {
		g->x[g->points] = (double)g->points / GAIN_POINTS;
		g->y[g->points] = found_by(&walk, n * g->x[g->points]) / positives;
	}
	t->out->gains = g;
}
