/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.html as a reader gets it: its numbers, links, size and what it might load. */
#include "report/check_html_int.h"

#include <string.h>

static int by_name(const void *a, const void *b)
{
	const struct scan_item *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->byte > y->byte) - (x->byte < y->byte);
}

const struct scan_item *find_id(const struct scan_list *ids, const char *name)
{
	size_t lo = 0, hi = ids->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(ids->v[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < ids->n && strcmp(ids->v[lo].name, name) == 0 ? &ids->v[lo] : NULL;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The next place of `number` in text[from, to) where it stands alone, or `to`. */
static size_t find_number(const struct buf *text, size_t from, size_t to, const char *number)
{
	size_t n = strlen(number);
	const char *begin = text->p, *end = text->p + text->n;
	if (n == 0)
		return to;
	for (const char *p = begin + from; p + n <= begin + to; p++) {
		p = memchr(p, number[0], (size_t)(begin + to - p));
		if (!p || p + n > begin + to)
			break;
		if (memcmp(p, number, n) == 0 && stands_alone(begin, p, n, end))
			return (size_t)(p - begin);
	}
	return to;
}

/* Every number must come in the text of its section, in the order of the document: between
 * the anchor of the section and that of the next one. */
static void check_numbers(struct checking *k, const struct scan *s, const struct scan_list *ids)
{
	const struct said *said = &k->said;
	size_t next = 0, at = 0, to = s->text.n;
	const char *current = NULL;
	for (size_t i = 0; i < said->nnumbers; i++) {
		const struct printed *number = &said->numbers[i];
		if (number->section && number->section != current) {    /* both point into result.json */
			current = number->section;
			while (next < said->nsections && said->sections[next] != current)
				next++;
			const struct scan_item *here = find_id(ids, current);
			const struct scan_item *after = next + 1 < said->nsections
				? find_id(ids, said->sections[next + 1]) : NULL;
			at = here ? here->text : s->text.n;
			to = after && after->text >= at ? after->text : s->text.n;
		}
		size_t found = find_number(&s->text, at, to, number->text);
		if (check_that(k, CHECK_html_numbers, found < to, "'%s' is not where section '%s' has it",
			    number->text, current ? current : "report"))
			at = found + strlen(number->text);
	}
}

/* A number stands alone in its element. Which class it may have is asked of the whole document: a page
 * may show a number again where it likes. */
static void check_classes(struct checking *k, const struct scan *s)
{
	struct tokens known = { 0 };
	struct buf key = { 0 };
	for (size_t i = 0; i < k->said.nnumbers; i++) {
		buf_clear(&key);
		buf_printf(&key, "%s %s", k->said.numbers[i].cls, k->said.numbers[i].text);
		tokens_put(&known, buf_str(&key));
	}
	for (size_t i = 0; i < s->cells.n; i++) {
		const char *p = s->text.p + s->cells.v[i].text;
		size_t n = strcspn(p, "\n");
		if (n == 0)
			continue;
		buf_clear(&key);
		buf_printf(&key, "%s %.*s", s->cells.v[i].name, (int)n, p);
		check_that(k, CHECK_html_classes, tokens_count(&known, buf_str(&key)) > 0,
			"'%.*s' is no %s of the document", (int)(n < 100 ? n : 100), p, s->cells.v[i].name);
	}
	if (s->cells.n == 0)
		check_skip(k, CHECK_html_classes, CHECK_html_classes, "the templates print no classes of numbers");
	buf_free(&key);
	tokens_free(&known);
}

/* ---- links and loads ------------------------------------------------------------------------- */

struct linked {
	struct checking *k;
	const struct scan_list *ids;
};

static void check_anchor(void *ctx, const json_t *node)
{
	struct linked *l = ctx;
	const char *id = json_text(node, "id", NULL), *link = json_text(node, "link", NULL);
	if (id)
		check_that(l->k, CHECK_html_ids, find_id(l->ids, id),
			"'%s' of the document is not in the page", id);
	if (link)
		check_that(l->k, CHECK_html_links, find_id(l->ids, link), "'%s' is linked, but not in the page",
			link);
}

static void check_links(struct checking *k, const struct scan *s, const struct scan_list *ids)
{
	for (size_t i = 1; i < ids->n; i++)
		check_that(k, CHECK_html_ids, strcmp(ids->v[i - 1].name, ids->v[i].name) != 0,
			"id '%s' is used twice", ids->v[i].name);
	for (size_t i = 0; i < s->links.n; i++)
		check_that(k, CHECK_html_links, s->links.v[i].name[0] == '\0' || find_id(ids, s->links.v[i].name),
			"link to '#%s' leads nowhere", s->links.v[i].name);
	struct linked l = { k, ids };
	result_walk(json_at(k->in->result, "document"), check_anchor, &l);
}

static void check_contained(struct checking *k, const struct scan *s)
{
	check_that(k, CHECK_html_contained, true, "nothing");
	for (size_t i = 0; i < s->loads.n; i++)
		check_that(k, CHECK_html_contained, false, "%s", s->loads.v[i].name);
	for (size_t i = 0; i < s->code.n; i++)
		check_that(k, CHECK_html_contained, false, "%s", s->code.v[i].name);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static size_t count_of(const char *text, const char *what)
{
	size_t n = 0;
	for (const char *p = text; (p = strstr(p, what)) != NULL; p += strlen(what))
		n++;
	return n;
}

static void check_characters(struct checking *k, const struct scan *s)
{
	static const char broken[] = "\xEF\xBF\xBD";
	bool known = strstr(buf_str(&k->said.text), broken) != NULL;
	size_t n = count_of(s->text.p ? s->text.p : "", broken);
	check_that(k, CHECK_html_characters, known || n == 0, "U+FFFD is there %zu times, but not in the document", n);
	size_t bad;
	bool valid = utf8_valid(k->in->html, k->in->html_n, &bad);
	check_that(k, CHECK_html_characters, valid, "byte %zu is not valid UTF-8", valid ? 0 : bad);
}

static void check_page(struct checking *k, struct scan *s, bool whole)
{
	struct scan_list ids = { .n = s->ids.n, .v = arena_calloc(k->arena, s->ids.n + 1, sizeof *ids.v) };
	if (ids.n > 0)
		memcpy(ids.v, s->ids.v, ids.n * sizeof *ids.v);
	qsort(ids.v, ids.n, sizeof *ids.v, by_name);
	check_that(k, CHECK_html_whole, whole, "the page breaks off: a tag or an element does not end");
	check_contained(k, s);
	check_numbers(k, s, &ids);
	check_classes(k, s);
	check_links(k, s, &ids);
	check_charts(k, s, &ids);
	check_characters(k, s);
	buf_put(&k->chart_text, buf_str(&s->pictured), s->pictured.n);
	struct tokens shown = { 0 };
	tokens_add(&shown, buf_str(&s->text), s->text.n);
	check_extra(k, CHECK_html_extra, &shown, 0, "HTML");
	tokens_free(&shown);
}

void check_html(struct checking *k)
{
	struct scan s = { 0 };
	const char *html = k->in->html;
	if (!html) {
		check_skip(k, CHECK_html_whole, CHECK_html_size, "there is no report.html");
		return;
	}
	bool whole = scan_html(&s, k->arena, html, k->in->html_n);
	buf_putc(&s.text, '\n');
	check_page(k, &s, whole);
	scan_free(&s);
	if (k->in->max_html > 0)
		check_that(k, CHECK_html_size, (int64_t)k->in->html_n <= k->in->max_html,
			"%zu bytes, at most %lld are allowed (qa.max_html_mb)", k->in->html_n,
			(long long)k->in->max_html);
	else
		check_skip(k, CHECK_html_size, CHECK_html_size, "made on the finished file");
}
