/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is it JSON? By the first value, or as much of it as the head holds. */
#include "ingest/json_int.h"

#include <stdlib.h>
#include <string.h>

/* The head as a text that may be scanned: without marks and blanks in front, from UTF-16 by
 * leaving out the zeros. */
static char *readable(struct str head, size_t *n)
{
	char *text = mem_alloc(head.n + 1);
	size_t from = 0;
	bool wide = head.n >= 2 && (!head.p[0] || !head.p[1] ||
		memcmp(head.p, "\xff\xfe", 2) == 0 || memcmp(head.p, "\xfe\xff", 2) == 0);
	if (head.n >= 3 && memcmp(head.p, "\xef\xbb\xbf", 3) == 0)
		from = 3;
	*n = 0;
	for (size_t i = from; i < head.n; i++) {
		char c = head.p[i];
		bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
		if (wide && (!c || (i < 2 && (c == '\xff' || c == '\xfe'))))
			continue;
		if (*n || !blank)
			text[(*n)++] = c;
	}
	text[*n] = 0;
	return text;
}

/* One value at *p; MAYBE: cut off by the end of the head. */
static enum detected value(char **p, char *end)
{
	enum { DEEP = 1000 };
	struct js_record check = { .depth = DEEP };
	switch (js_value(&check, p, end, NULL, 0)) {
	case JS_OK:
		return DETECT_YES;
	case JS_END:
		return DETECT_MAYBE;
	default:
		return DETECT_NO;
	}
}

enum detected js_detect(struct str head, const char *path)
{
	(void)path;
	size_t n;
	char *text = readable(head, &n), *p = text;
	enum detected found = DETECT_NO;
	if (*p == '{' || *p == '[') {
		/* malformed only behind a good beginning is malformed JSON, not another format */
		found = value(&p, text + n);
		if (found == DETECT_MAYBE || (found == DETECT_NO && *text == '{' && p - text > 8))
			found = DETECT_YES;
		else if (found == DETECT_NO && p - text > 1)
			found = DETECT_MAYBE;
	}
	free(text);
	return found;
}

static char *blanks(char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
		p++;
	return p;
}

/* The first line is a value in full, the next one starts with another. Lines of arrays are
 * records unless those are of objects: then the objects are. */
enum detected ndjson_detect(struct str head, const char *path)
{
	(void)path;
	size_t n;
	char *text = readable(head, &n), *p = text;
	enum detected found = DETECT_NO;
	char *line = memchr(text, '\n', n);
	if ((*text == '{' || *text == '[') && line) {
		*line = 0;
		bool whole = value(&p, line) == DETECT_YES;
		whole = whole && !(*text == '[' && *blanks(text + 1) == '{');
		p = blanks(line + 1);
		if (whole && *p == *text)
			found = DETECT_YES;
		else if (whole && !*p)
			found = DETECT_MAYBE;
	}
	free(text);
	return found;
}
