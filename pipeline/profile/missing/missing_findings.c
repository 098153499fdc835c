/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is worth telling about missing data. */
#include "profile/missing_int.h"

#include <stdlib.h>

static struct finding finding_of_rows(enum finding_code code, const char *column, int64_t count,
	int64_t rows)
{
	struct finding f = finding_make(code, column);
	f.count = count;
	f.total = rows;
	return f;
}

/* Columns that are missing in the same rows, each named once: with the first that it goes
 * with. */
static void together_findings(const struct missing_profile *m, const struct variable *v,
	const struct profile_options *o, struct finding_list *findings)
{
	const struct assoc_matrix *r = &m->nullity;
	bool *named = mem_calloc((size_t)r->n + 1, sizeof *named);
	double few = o->missing_share * (double)m->rows;   /* not worth a finding */
	for (int i = 0; i < r->n; i++) {
		struct finding f = finding_of_rows(FIND_missing_together, v[r->var[i]].name,
			m->rows, m->rows);
		size_t k = 1;
		f.value = 1;
		f.threshold = o->nullity;
		for (int j = i + 1; j < r->n && !named[i]; j++) {
			int cell = i * r->n + j;
			if (named[j] || r->value[cell] < o->nullity || (double)r->count[cell] <= few)
				continue;
			named[j] = true;
			finding_add_column(&f, v[r->var[j]].name, findings->arena);
			k++;
			f.value = fmin(f.value, r->value[cell]);
			f.count = r->count[cell] < f.count ? r->count[cell] : f.count;
		}
		if (k > 1)
			finding_list_add(findings, &f);
	}
	free(named);
}

/* ---- what missing values go with ------------------------------------------------------------- */

/* "high" and "late" where the groups are ranges: the worst is one of the ends. */
static const char *end_of_range(const struct missing_cause *c, const struct variable *v)
{
	bool date = v[c->value.var].type == VARIABLE_DATETIME;
	return c->worst > 0 ? date ? "late" : "high" : date ? "early" : "low";
}

static bool one_level(const struct missing_cause *c)
{
	int with = 0;
	for (int i = 0; i < c->ngroups; i++)
		with += !c->groups[i].absent && c->groups[i].missing > 0;
	return c->exact && with == 1 && c->groups[c->worst].level;
}

static void cause_finding(const struct missing_cause *c, int64_t missing, int64_t rows,
	const struct variable *v, struct finding_list *findings)
{
	const struct missing_group *worst = &c->groups[c->worst];
	const struct missing_clue *clue = c->by_order ? &c->order : &c->value;
	enum finding_code code = c->by_order
		? clue->effect > 0 ? FIND_missing_at_end : FIND_missing_at_start
		: one_level(c) ? FIND_missing_not_applicable
		: worst->level ? FIND_missing_in_group : FIND_missing_not_random;
	struct finding f = finding_of_rows(code, v[c->var].name, missing, rows);
	f.value = (double)worst->missing / (double)worst->rows;
	if (c->by_order && f.value * (double)rows <= (double)missing)
		return;    /* a block in the middle leans to one end, but is not there */
	f.p = clue->p_adjusted;
	f.n = clue->n;
	f.effect = fabs(clue->effect);
	if (!c->by_order) {
		f.columns[1] = f.text = v[clue->var].name;
		f.text2 = worst->level ? worst->level : end_of_range(c, v);
	}
	finding_list_add(findings, &f);
}

static void causes_findings(const struct missing_profile *m, const struct variable *v,
	const struct profile_options *o, struct finding_list *findings)
{
	int64_t *missing = mem_calloc((size_t)m->n + 1, sizeof *missing);
	for (int i = 0; i < m->n; i++)
		missing[m->columns[i].var] = m->columns[i].missing;
	for (int i = 0; i < m->causes.n; i++) {
		const struct missing_cause *c = &m->causes.v[i];
		if (c->worst >= 0 &&
			(double)missing[c->var] > o->missing_share * (double)m->rows)
			cause_finding(c, missing[c->var], m->rows, v, findings);
	}
	free(missing);
	/* the approximation by chi-square asks for some rows a pattern */
	if (m->mcar.p < o->missing_p && m->mcar.rows >= 5 * m->mcar.patterns) {
		struct finding f = finding_make(FIND_mcar_rejected, NULL);
		f.statistic = m->mcar.d2;
		f.value = (double)m->mcar.df;
		f.threshold = o->missing_p;
		f.p = m->mcar.p;
		f.n = m->mcar.rows;
		finding_list_add(findings, &f);
	}
}

void missing_findings(const struct missing_profile *m, const struct variable *v, int n,
	const struct profile_options *o, struct finding_list *findings)
{
	/* an empty column is a finding of its own and leaves no row complete */
	bool empty = false;
	for (int i = 0; i < n; i++)
		empty = empty || v[i].type == VARIABLE_EMPTY;
	if (!empty && m->rows &&
			(double)m->complete_rows < o->complete_share * (double)m->rows) {
		struct finding f = finding_of_rows(FIND_few_complete_rows, NULL,
			m->complete_rows, m->rows);
		f.threshold = o->complete_share;
		f.effect = 1 - (double)f.count / (double)f.total;   /* rows that are not */
		finding_list_add(findings, &f);
	}
	together_findings(m, v, o, findings);
	causes_findings(m, v, o, findings);
}
