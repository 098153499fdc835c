/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is it JSON? By the first value, or as much of it as the head holds. */
#include "ingest/json/json_int.h"

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

static char *blanks(char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
		p++;
	return p;
}

/* Behind a value: nothing, or another of its kind. */
static bool goes_on(const char *behind, char first)
{
	return !*behind || *behind == first;
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
		if (found == DETECT_YES)
			found = goes_on(blanks(p), *text) ? DETECT_YES : DETECT_MAYBE;
		else if (found == DETECT_MAYBE || (found == DETECT_NO && *text == '{' && p - text > 8))
			found = DETECT_YES;
		else if (found == DETECT_NO && p - text > 1)
			found = DETECT_MAYBE;
	}
	free(text);
	return found;
}

/* Is the line one value or several, and nothing else? Lines of arrays are records unless those are
 * of objects: then the objects are. */
static bool whole_line(char *line, char *end)
{
	char *p = line;
	if ((*line != '{' && *line != '[') || (*line == '[' && *blanks(line + 1) == '{'))
		return false;
	return value(&p, end) == DETECT_YES && goes_on(blanks(p), *line);
}

/* Most of the first lines are values in full; a bad one among them shall cost one record only. */
enum detected ndjson_detect(struct str head, const char *path)
{
	enum { LINES = 20 };
	(void)path;
	size_t n;
	char *text = readable(head, &n), *p = text;
	int whole = 0, other = 0;
	while (*p && whole + other < LINES) {
		char *end = strchr(p, '\n');
		bool last = !end;
		if (last)
			end = p + strlen(p);
		*end = 0;
		if (whole_line(p, end))
			whole++;
		else if (!last)
			other++;       /* the last may be cut off */
		p = last ? end : blanks(end + 1);
	}
	free(text);
	if (whole < 2)
		return whole && !other ? DETECT_MAYBE : DETECT_NO;
	return whole > other ? DETECT_YES : DETECT_NO;
}
