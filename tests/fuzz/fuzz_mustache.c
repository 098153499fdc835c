/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a template that is its own partial, over a view with every kind of value. */
#include "report/report.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *itself(void *ctx, const char *name, const char **file)
{
	(void)name;
	(void)file;
	return ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err e = { 0 };
	struct buf text = { 0 }, out = { 0 };
	buf_put(&text, data, n);
	json_t *view = json_loads("{\"a\": [1, {\"b\": \"<&>\"}, []], \"b\": true, \"c\": null, \"d\": {\"a\": 2.5}, \"name\": \"p\"}", 0,
		NULL);
	struct mustache *m = mustache_parse("fuzz", buf_str(&text), &e);
	if (!m && !e.msg[0])
		abort();
	if (m && mustache_render(m, view, itself, text.p, &out, &e) < 0 && !e.msg[0])
		abort();
	mustache_free(m);
	json_decref(view);
	buf_free(&text);
	buf_free(&out);
	return 0;
}
