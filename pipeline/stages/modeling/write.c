/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modeling.json (dossier/modeling/2). */
#include "stages/modeling_int.h"

#include <math.h>
#include <string.h>

static void write_explanations(struct jw *w, const struct model_result *m)
{
	modeling_tree(w, m);
	modeling_importance(w, m);
	modeling_explanation(w, m);
	modeling_judgement(w, m);
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

void modeling_write(struct buf *out, struct stage_run *r, const struct question *q, const struct model_result *m,
	const struct actions *a, const struct model_files *files)
{
	const struct model_spec *s = &q->spec;
	struct jw w;
	jw_init(&w, out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/modeling/2");
	jw_kstr(&w, "status", q->skip ? "skipped" : "fitted");
	jw_kstr(&w, "reason", q->skip);
	jw_kstr(&w, "task", m ? task_name(m->task) : NULL);
	jw_kstr(&w, "target", s->target_name);
	if (m)
		modeling_data(&w, s, m);
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
		modeling_held_out(&w, s, m);
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
	modeling_card(&w, r, files);
	jw_karr(&w, "findings");
	modeling_findings(&w, r, q, m, a);
	jw_arr_end(&w);
	jw_obj_end(&w);
}
