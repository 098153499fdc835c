/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modeling.json (dossier/modeling/1). */
#include "stages/modeling_int.h"

#include <math.h>
#include <string.h>

static void write_explanations(struct jw *w, const struct model_result *m)
{
	modeling_importance(w, m);
	modeling_explanation(w, m);
	modeling_judgement(w, m);
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static void write_data_use(struct jw *w, const struct model_result *m)
{
	jw_kstrs(w, "classes", m->classes, (size_t)m->nclasses);
	jw_kstr(w, "positive", m->task == TASK_BINARY ? m->classes[1] : NULL);
	jw_kint(w, "rows_used", m->rows);
	jw_kint(w, "rows_dropped", m->dropped);
	if (m->sampled_from)
		jw_kint(w, "sampled_from", m->sampled_from);
	jw_karr(w, "features");
	for (size_t i = 0; i < m->nfeatures; i++) {
		jw_obj(w);
		jw_kstr(w, "name", m->features[i].name);
		jw_kstr(w, "encoding", m->features[i].encoding);
		jw_kint(w, "columns", m->features[i].terms);
		jw_kint(w, "missing", m->features[i].missing);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

void modeling_write(struct buf *out, struct stage_run *r, const struct question *q, const struct model_result *m,
	const struct actions *a, const struct model_files *files)
{
	const struct model_spec *s = &q->spec;
	struct jw w;
	jw_init(&w, out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/modeling/1");
	jw_kstr(&w, "status", q->skip ? "skipped" : "fitted");
	jw_kstr(&w, "reason", q->skip);
	jw_kstr(&w, "task", m ? task_name(m->task) : NULL);
	jw_kstr(&w, "target", s->target_name);
	if (m)
		write_data_use(&w, m);
	jw_karr(&w, "excluded");
	for (size_t i = 0; i < q->nexcluded; i++) {
		jw_obj(&w);
		jw_kstr(&w, "name", q->excluded[i].name);
		jw_kstr(&w, "reason", q->excluded[i].reason);
		jw_obj_end(&w);
	}
	jw_arr_end(&w);
	modeling_actions(&w, q, a);
	if (m) {
		jw_kobj(&w, "validation");
		jw_kstr(&w, "scheme", m->scheme);
		jw_kint(&w, "folds", m->folds);
		jw_kint(&w, "repeats", m->fold_repeats);
		jw_kint(&w, "held_out", m->held_out);
		jw_kint(&w, "seed", (int64_t)s->seed);
		jw_kstr(&w, "why", m->why);
		jw_obj_end(&w);
		jw_kstr(&w, "metric", metric_name(m->metric));
		jw_kbool(&w, "lower_is_better", true);
	}
	modeling_candidates(&w, m);
	if (m) {
		jw_kstr(&w, "best", m->candidates[m->best].name);
		jw_kstr(&w, "chosen", m->candidates[m->chosen].name);
		jw_kstr(&w, "verdict", m->useful ? "useful" : "no_model");
		jw_knum(&w, "events_per_parameter", m->events_per_parameter);
		write_explanations(&w, m);
	}
	jw_karr_inline(&w, "model_files");
	for (int i = 0; i < files->n; i++)
		jw_str(&w, arena_printf(r->arena, "model/%s", files->name[i]));
	jw_arr_end(&w);
	jw_karr(&w, "findings");
	modeling_findings(&w, r, q, m, a);
	jw_arr_end(&w);
	jw_obj_end(&w);
}
