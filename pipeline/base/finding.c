/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of findings and their one JSON shape. */
#include "base/base.h"

#include <math.h>
#include <string.h>

static const struct finding_info catalogue[FIND_COUNT] = {
#define X(code, level, title, sentence, advice) [FIND_##code] = { #code, level, title, sentence, advice },
#include "base/findings.def"
#undef X
};

const struct finding_info *finding_info(enum finding_code c)
{
	return &catalogue[c];
}

const struct finding_info *finding_lookup(const char *code)
{
	for (size_t i = 0; i < FIND_COUNT; i++)
		if (strcmp(catalogue[i].code, code) == 0)
			return &catalogue[i];
	return NULL;
}

const char *finding_level_name(enum finding_level l)
{
	switch (l) {
	case FINDING_INFO:
		return "info";
	case FINDING_NOTICE:
		return "notice";
	case FINDING_WARNING:
		return "warning";
	case FINDING_ERROR:
		return "error";
	}
	return "error";
}

struct finding finding_make(enum finding_code code, const char *column)
{
	return (struct finding){ .code = code, .level = catalogue[code].level, .columns = { column },
		.count = -1, .total = -1, .value = NAN, .threshold = NAN, .statistic = NAN, .p = NAN,
		.effect = NAN, .n = -1 };
}

void finding_add_column(struct finding *f, const char *column, struct arena *a)
{
	for (size_t i = 0; i < COUNTOF(f->columns); i++)
		if (!f->columns[i]) {
			f->columns[i] = column;
			return;
		}
	/* room for 4, 8, 16 ...: the old pieces stay in the arena */
	if (f->nmore < 4 ? !f->nmore : (f->nmore & (f->nmore - 1)) == 0) {
		const char **bigger =
			arena_calloc(a, f->nmore ? 2 * f->nmore : 4, sizeof *bigger);
		if (f->nmore)
			memcpy(bigger, f->more, f->nmore * sizeof *bigger);
		f->more = bigger;
	}
	f->more[f->nmore++] = column;
}

double finding_weight(const struct finding *f)
{
	double share = f->count >= 0 && f->total > 0 ? (double)f->count / (double)f->total : NAN;
	double effect = fmin(fabs(f->effect), 1);
	if (isnan(share) && isnan(f->effect))
		return 0.5;
	return fmin(isnan(f->effect) ? share : isnan(share) ? effect : fmax(share, effect), 1);
}

static void number_if_known(struct jw *w, const char *key, double v)
{
	if (!isnan(v))
		jw_knum(w, key, v);
}

static void count_if_known(struct jw *w, const char *key, int64_t v)
{
	if (v >= 0)
		jw_kint(w, key, v);
}

void finding_write(struct jw *w, const struct finding *f)
{
	jw_obj(w);
	jw_kstr(w, "code", catalogue[f->code].code);
	jw_kstr(w, "level", finding_level_name(f->level));
	jw_karr_inline(w, "columns");
	for (size_t i = 0; i < COUNTOF(f->columns) && f->columns[i]; i++)
		jw_str(w, f->columns[i]);
	for (size_t i = 0; i < f->nmore; i++)
		jw_str(w, f->more[i]);
	jw_arr_end(w);
	count_if_known(w, "count", f->count);
	count_if_known(w, "total", f->total);
	if (f->count >= 0 && f->total > 0)
		jw_knum(w, "share", (double)f->count / (double)f->total);
	number_if_known(w, "value", f->value);
	number_if_known(w, "threshold", f->threshold);
	number_if_known(w, "statistic", f->statistic);
	number_if_known(w, "p", f->p);
	number_if_known(w, "effect", f->effect);
	count_if_known(w, "n", f->n);
	if (f->text)
		jw_kstr(w, "text", f->text);
	if (f->text2)
		jw_kstr(w, "text2", f->text2);
	if (f->cause)
		jw_kstr(w, "cause", f->cause);
	jw_obj_end(w);
}
