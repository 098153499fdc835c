/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two halves of the modeling step: what to ask and how the answer is written. */
#ifndef STAGES_MODELING_INT_H
#define STAGES_MODELING_INT_H

#include "model/model.h"
#include "stages/stages.h"

struct excluded {
	const char *name, *reason;
};

/* modeling.json; `m` is NULL when skipped with a reason. Also raises the findings of the step and sets
 * r->worst. */
void modeling_write(struct buf *out, struct stage_run *r, const struct model_spec *s, const struct model_result *m,
	const char *skip, const struct excluded *excluded, size_t nexcluded, const struct model_files *files);
/* The best candidate into the folder model/ of r->out, which is there. */
int modeling_save(struct stage_run *r, const struct model_spec *s, const struct model_result *m, struct model_files *files,
	struct err *e);

/* ---- parts of it (stages/modeling/) ---- */

/* Writes a finding into the open array and remembers its level. */
void modeling_raise(struct jw *w, struct stage_run *r, const struct finding *f);
/* The key "candidates" (candidates.c); m NULL: none. */
void modeling_candidates(struct jw *w, const struct model_result *m);
void modeling_candidate_findings(struct jw *w, struct stage_run *r, const struct model_result *m,
	const struct candidate *c);

#endif
