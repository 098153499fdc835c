/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The quality score: what ingest knows of each column, and its key of eda.json. */
#include "stages/eda_int.h"

#include <string.h>

enum { COLUMNS_MAX = 200 };        /* of those that lose points, worst first */

/* Values that are not of the meaning that nearly all others have; only counted where all were looked
 * at, and dates that are not in the commonest format. */
static struct quality_hint hint_of(const json_t *column)
{
	struct quality_hint h = { 0 };
	int64_t values = json_int(column, "evidence.values", 0);
	int64_t of = json_int(column, "semantic_of", 0);
	if (json_text(column, "semantic", NULL) && (of == 0 || of == values))
		h.strays = values - json_int(column, "semantic_count", values);
	const json_t *formats = json_at(column, "evidence.formats");
	int64_t most = 0, all = 0;
	for (size_t i = 0; i < json_array_size(formats); i++) {
		int64_t n = json_int(json_array_get(formats, i), "count", 0);
		all += n;
		most = n > most ? n : most;
	}
	h.forms = all - most;
	return h;
}

void eda_fill_quality(struct eda *x, const json_t *schema)
{
	struct quality_hint *hints = arena_calloc(x->run->arena, (size_t)x->ncols + 1, sizeof *hints);
	const json_t *columns = json_at(schema, "columns");
	for (int i = 0; i < x->ncols; i++) {
		const json_t *c = json_array_get(columns, (size_t)i);
		if (strcmp(json_text(c, "name", ""), x->vars[i].name) == 0)
			hints[i] = hint_of(c);
	}
	quality_fill(x->cols, x->ncols, &x->options, x->duplicates.surplus,
		json_int(x->ingest, "quarantined", 0), hints, &x->findings, x->earlier, x->nearlier,
		&x->quality, x->run->arena);
}

static void write_part(struct jw *w, enum quality_part p, const struct quality_share *s,
	double weight)
{
	jw_obj(w);
	jw_kstr(w, "name", quality_part_name(p));
	jw_knum(w, "share", s->share);
	jw_knum(w, "weight", weight);
	jw_kint(w, "count", s->count);
	jw_kint(w, "of", s->of);
	jw_karr(w, "from");
	for (int i = 0; i < s->nreasons; i++) {
		jw_obj(w);
		jw_kstr(w, "what", s->reasons[i].what);
		jw_kint(w, "count", s->reasons[i].count);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_column(struct jw *w, const struct eda *x, const struct column_quality *c)
{
	jw_obj(w);
	jw_kstr(w, "name", x->vars[c->var].name);
	jw_knum(w, "score", c->score);
	jw_karr(w, "parts");
	for (int p = 0; p < QUALITY_PARTS; p++)
		if (c->part[p].applies && c->part[p].count)
			write_part(w, (enum quality_part)p, &c->part[p], x->quality.weight[p]);
	jw_arr_end(w);
	jw_obj_end(w);
}

void eda_write_quality(struct jw *w, const struct eda *x)
{
	const struct quality_profile *q = &x->quality;
	jw_kobj(w, "quality");
	jw_knum(w, "score", q->score);
	jw_karr(w, "parts");
	for (int p = 0; p < QUALITY_PARTS; p++)
		if (q->part[p].applies)
			write_part(w, (enum quality_part)p, &q->part[p], q->weight[p]);
	jw_arr_end(w);
	jw_karr(w, "absent");
	for (int p = 0; p < QUALITY_PARTS; p++) {
		if (q->part[p].applies)
			continue;
		jw_obj(w);
		jw_kstr(w, "name", quality_part_name((enum quality_part)p));
		jw_kstr(w, "why", q->absent[p]);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kint(w, "columns_total", q->ncolumns);
	jw_karr(w, "columns");
	for (int i = 0; i < q->ncolumns && i < COLUMNS_MAX; i++)
		write_column(w, x, &q->columns[i]);
	jw_arr_end(w);
	jw_obj_end(w);
}
