/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two halves of the modeling step: what to ask and how the answer is written. */
#ifndef STAGES_MODELING_INT_H
#define STAGES_MODELING_INT_H

#include "model/model.h"
#include "stages/stages.h"

struct excluded {
	const char *name, *reason;
};

/* What is asked of the model room. */
struct question {
	struct model_spec spec;
	struct excluded *excluded;
	size_t nexcluded;
	const char *skip;        /* why there is nothing to model */
	const json_t *eda;
};
/* From the manifest, eda.json and clarify.json (ask.c). */
int modeling_ask(const struct stage_run *r, const struct table *t, const json_t *eda, const json_t *clarify,
	struct question *q, struct err *e);
bool modeling_in_list(const json_t *list, const char *name);
const json_t *modeling_profile(const json_t *eda, const char *column);   /* its entry in eda.json */

/* What is done to the question by itself, each with its measured effect (actions.c). */
enum action_kind { ACTION_DROP_IDENTIFIERS, ACTION_DROP_CONSTANTS, ACTION_LOG_TARGET, ACTION_MERGE_LEVELS,
	ACTION_CLASS_WEIGHTS, ACTION_DROP_LEAKS, ACTIONS };
const char *action_name(enum action_kind k);   /* "log_target": as in modeling.skip_actions */
enum action_status {
	ACTION_NONE,             /* nothing calls for it */
	ACTION_SKIPPED,          /* the manifest forbids it */
	ACTION_USELESS,          /* it was tried and does not help */
	ACTION_SUGGESTED, ACTION_APPLIED
};
struct action {
	enum action_status status;
	const char **columns;
	size_t ncolumns;
	bool tried;
	struct change trial;
};
struct actions {
	struct action of[ACTIONS];
	struct leak_suspect *leaks;   /* found before fitting: of a model that is to do without them */
	size_t nleaks;
};
/* Before fitting: may change the question, and gives it a reason to be skipped when nothing is left. */
int modeling_act(const struct stage_run *r, const struct table *t, struct question *q, struct actions *out, struct err *e);
/* After fitting with suspects in: what the score would be without them. */
void modeling_without_leaks(const struct stage_run *r, const struct table *t, const struct question *q,
	const struct model_result *m, struct actions *out);
/* The keys "leaks" and "actions". */
void modeling_actions(struct jw *w, const struct question *q, const struct actions *a);
/* Everything in "findings" (findings.c). */
void modeling_findings(struct jw *w, struct stage_run *r, const struct question *q, const struct model_result *m,
	const struct actions *a);

/* modeling.json; `m` is NULL when skipped with a reason. Also raises the findings of the step and sets
 * r->worst. */
void modeling_write(struct buf *out, struct stage_run *r, const struct question *q, const struct model_result *m,
	const struct actions *a, const struct model_files *files);
/* The chosen candidate into the folder model/ of r->out, which is there; also finds how large each one is. */
int modeling_save(struct stage_run *r, const struct model_spec *s, struct model_result *m, struct model_files *files,
	struct err *e);
/* The model card: a key of modeling.json, null without files; and model/card.json, which is added to the files. */
void modeling_card(struct jw *w, struct stage_run *r, const struct model_files *files);
int modeling_save_card(struct stage_run *r, struct model_files *files, struct err *e);
/* timings.json: what each candidate took. */
int modeling_timings(struct stage_run *r, const struct model_result *m, struct err *e);

/* ---- parts of it (stages/modeling/) ---- */

/* Writes a finding into the open array and remembers its level. */
void modeling_raise(struct jw *w, struct stage_run *r, const struct finding *f);
/* The key "candidates" (candidates.c); m NULL: none. */
void modeling_candidates(struct jw *w, const struct model_result *m);
/* What is inside a linear candidate: "coefficients", "fit" and all that follows from them (linear.c). */
void modeling_linear(struct jw *w, const struct model_result *m, const struct candidate *c);
void modeling_candidate_findings(struct jw *w, struct stage_run *r, const struct model_result *m,
	const struct candidate *c);

/* The key "tree" (tree.c): the decision tree as it can be drawn; null without one. */
void modeling_tree(struct jw *w, const struct model_result *m);
/* How rows are held out, and together with which others: the manifest's word, else what eda.json shows
 * (validation.c). Takes the column that names groups out of the features. */
int modeling_validation(const struct stage_run *r, const struct table *t, const json_t *clarify, struct question *q,
	struct err *e);
/* The keys from "classes" to "preprocessing"; "validation" and "holdout"; and their findings (data.c). */
void modeling_data(struct jw *w, const struct model_spec *s, const struct model_result *m);
void modeling_held_out(struct jw *w, const struct model_spec *s, const struct model_result *m);
void modeling_data_findings(struct jw *w, struct stage_run *r, const struct model_result *m);

/* The keys "importance" and "explanation" (explain.c). */
void modeling_importance(struct jw *w, const struct model_result *m);
void modeling_explanation(struct jw *w, const struct model_result *m);

/* The keys "curves", "worst" and "judgement" (judgement.c), and their findings (judgement_findings.c). */
void modeling_judgement(struct jw *w, const struct model_result *m);
void modeling_judgement_findings(struct jw *w, struct stage_run *r, const struct model_result *m, const char *target);

#endif
