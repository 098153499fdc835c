/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the report says about models: one sentence or table at a time, from artifacts as small as they can be. */
#include "report/report_int.h"
#include "report/build_int.h"
#include "test.h"

#include <string.h>

static json_t *parsed(struct arena *a, const char *text)
{
	struct err e = { 0 };
	json_t *v = json_parse(text, strlen(text), "test", &e);
	if (!v) {
		printf("%s\n", e.msg);
		exit(1);
	}
	arena_own(a, v, (void (*)(void *))json_decref);
	return v;
}

/* The report on a useful model for `task`; `more` adds keys to modeling.json, `tree` keys to the model. Lines joined. */
static const char *report(struct arena *a, const char *task, const char *tree, const char *more)
{
	struct artifacts in = { .manifest = parsed(a, "{}"), .eda = parsed(a, "{\"dataset\":{\"rows\":400}}"),
		.modeling = parsed(a, arena_printf(a, "{\"status\":\"fitted\",\"target\":\"y\",\"task\":\"%s\",\"metric\":\"%s\","
		"\"lower_is_better\":true,\"best\":\"Tree\",\"chosen\":\"Tree\",\"verdict\":\"useful\",\"classes\":[\"no\",\"yes\"],"
		"\"positive\":\"yes\",\"candidates\":[{\"name\":\"Mean\",\"kind\":\"baseline\",\"status\":\"ok\",\"scores\":{\"%s\":{\"value\":2}}},"
		"{\"name\":\"Tree\",\"status\":\"ok\",\"p_baseline\":0.001,\"scores\":{\"%s\":{\"value\":1,\"lo\":0.5,\"hi\":1.5}}%s%s}]%s%s}",
		task, strcmp(task, "regression") == 0 ? "rmse" : "log_loss", strcmp(task, "regression") == 0 ? "rmse" : "log_loss",
		strcmp(task, "regression") == 0 ? "rmse" : "log_loss", *tree ? "," : "", tree, *more ? "," : "", more)) };
	struct err e = { 0 };
	struct doc *d = report_build(a, &in, &e);
	struct buf out = { 0 };
	CHECK(d && render_text.render(&(struct render_input){ .doc = d }, &out, &e) == 0);
	char *flat = arena_strdup(a, buf_str(&out)), *to = flat;
	for (const char *p = buf_str(&out); *p; p++)
		if (*p != '\n')
			*to++ = *p;
		else if (p[1] != '\n' && to > flat && to[-1] != ' ')
			*to++ = ' ', p += strspn(p + 1, " ");
	*to = '\0';
	buf_free(&out);
	return flat;
}

static bool has(const char *text, const char *phrase)
{
	return strstr(text, phrase) != NULL;
}
