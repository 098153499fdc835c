/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with a text that is no JSON, in the words of yajl. */
#include "ingest/json/json_int.h"

#include <stdio.h>
#include <string.h>
#include <yajl/yajl_parse.h>

bool js_explain(struct str text, char out[JS_REASON])
{
	const unsigned char *p = (const unsigned char *)text.p;
	yajl_handle h = yajl_alloc(NULL, NULL, NULL);
	yajl_config(h, yajl_dont_validate_strings, 1);   /* bad UTF-8 is no reason to refuse */
	yajl_status status = yajl_parse(h, p, text.n);
	if (status == yajl_status_ok)
		status = yajl_complete_parse(h);
	snprintf(out, JS_REASON, "not a JSON value");
	if (status != yajl_status_ok) {
		/* "lexical error: invalid char in json text.\n" */
		unsigned char *why = yajl_get_error(h, 0, p, text.n);
		const char *s = strchr((char *)why, ':');
		snprintf(out, JS_REASON, "%s", s ? s + 2 : (char *)why);
		out[strcspn(out, "\n")] = 0;
		size_t n = strlen(out);
		if (n && out[n - 1] == '.')
			out[n - 1] = 0;
		yajl_free_error(h, why);
	}
	yajl_free(h);
	return status == yajl_status_ok;
}
