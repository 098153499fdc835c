/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model card (Mitchell et al. 2019, "Model cards for model reporting") as facts: what the model is, what for, on
 * which data, how well, for whom it was looked at. Most of it is what model.json says. */
#include "stages/modeling_int.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

static void put_details(struct jw *w, const json_t *model)
{
	static const char *const from[] = { "name", "task", "target", "dossier" };
	jw_kobj(w, "details");
	for (size_t i = 0; i < COUNTOF(from); i++)
		jw_kstr(w, from[i], json_text(model, from[i], NULL));
	jw_kstr(w, "kind", json_text(model, "model.kind", NULL));
	jw_obj_end(w);
}

/* The day at a number of years: 2012.5 is 2012-07-02. */
static const char *day_of(struct arena *a, double years)
{
	char text[32];
	if (!(fabs(years) < 10000))
		return NULL;
	int year = (int)floor(years);
	int32_t first = date_days(year, 1, 1), length = date_days(year + 1, 1, 1) - first;
	date_format(text, first + (int32_t)lround((years - year) * length));
	return arena_strdup(a, text);
}

/* Dates are known by how far along they are; their other parts go round. */
static void put_dates(struct jw *w, struct arena *a, const json_t *model)
{
	const json_t *features = json_at(model, "frame.features"), *columns = json_at(model, "frame.columns");
	jw_karr(w, "dates");
	for (size_t i = 0; i < json_array_size(features); i++) {
		const json_t *f = json_array_get(features, i);
		const json_t *column = json_array_get(columns, (size_t)json_int(f, "column", 0));
		if (strcmp(json_text(f, "part", ""), "years") != 0 || !(json_num(f, "lo", NAN) <= json_num(f, "hi", NAN)))
			continue;
		jw_obj(w);
		jw_kstr(w, "name", json_text(column, "name", NULL));
		jw_kstr(w, "lo", day_of(a, json_num(f, "lo", NAN)));
		jw_kstr(w, "hi", day_of(a, json_num(f, "hi", NAN)));
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

/* What was seen in training: ranges of dates and numbers, numbers of levels. */
static void put_factors(struct jw *w, struct arena *a, const json_t *model, const json_t *fairness)
{
	const json_t *features = json_at(model, "frame.features");
	jw_kobj(w, "factors");
	jw_kvalue(w, "groups", fairness);
	put_dates(w, a, model);
	jw_karr(w, "ranges");
	for (size_t i = 0; i < json_array_size(features); i++) {
		const json_t *f = json_array_get(features, i);
		if (strcmp(json_text(f, "part", ""), "value") != 0)
			continue;
		jw_obj(w);
		jw_kstr(w, "name", json_text(f, "name", NULL));
		jw_knum(w, "lo", json_num(f, "lo", NAN));
		jw_knum(w, "hi", json_num(f, "hi", NAN));
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "levels");
	for (size_t i = 0; i < json_array_size(features); i++) {
		const json_t *f = json_array_get(features, i);
		if (strcmp(json_text(f, "part", ""), "level") != 0)
			continue;
		jw_obj(w);
		jw_kstr(w, "name", json_text(f, "name", NULL));
		jw_kint(w, "levels", (int64_t)json_count(f, "levels"));
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

/* All files of the model but the card itself. */
static void put_files(struct jw *w, struct stage_run *r, const struct model_files *files)
{
	jw_karr(w, "files");
	for (int i = 0; i < files->n; i++) {
		struct stat st;
		if (strcmp(files->name[i], "card.json") == 0 ||
			stat(arena_printf(r->arena, "%s/model/%s", r->out, files->name[i]), &st) < 0)
			continue;
		jw_obj(w);
		jw_kstr(w, "name", arena_printf(r->arena, "model/%s", files->name[i]));
		jw_kint(w, "bytes", st.st_size);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void put_card(struct jw *w, struct stage_run *r, const json_t *model, const struct model_files *files)
{
	static const char *const from[] = { "training", "validation", "metric", "scores", "useful", "intervals", "threshold" };
	json_t *none = json_array();
	const json_t *fairness = json_at(r->manifest, "modeling.fairness");
	put_details(w, model);
	jw_kobj(w, "use");
	jw_kstr(w, "intended", json_text(r->manifest, "modeling.intended_use", NULL));
	jw_kstr(w, "not_for", json_text(r->manifest, "modeling.not_for", NULL));
	jw_obj_end(w);
	put_factors(w, r->arena, model, fairness ? fairness : none);
	for (size_t i = 0; i < COUNTOF(from); i++)
		if (json_object_get(model, from[i]))
			jw_kvalue(w, from[i], json_object_get(model, from[i]));
	put_files(w, r, files);
	json_decref(none);
}

void modeling_card(struct jw *w, struct stage_run *r, const struct model_files *files)
{
	json_t *model = files->n ? json_read_file(path_join(r->arena, r->out, "model/model.json"), NULL) : NULL;
	if (!model) {
		jw_knull(w, "card");
		return;
	}
	jw_kobj(w, "card");
	put_card(w, r, model, files);
	jw_obj_end(w);
	json_decref(model);
}

int modeling_save_card(struct stage_run *r, struct model_files *files, struct err *e)
{
	json_t *model = json_read_file(path_join(r->arena, r->out, "model/model.json"), e);
	struct buf out = { 0 };
	struct jw w;
	if (!model)
		return -1;
	jw_init(&w, &out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/card/1");
	put_card(&w, r, model, files);
	jw_obj_end(&w);
	buf_putc(&out, '\n');
	int status = file_write(path_join(r->arena, r->out, "model/card.json"), out.p, out.n, e);
	files->name[files->n++] = "card.json";
	buf_free(&out);
	json_decref(model);
	return status;
}
