/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.html as a reader gets it: its numbers, links, charts and size. */
#include "report/check_int.h"
#include "report/check_scan.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	const struct scan_item *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->byte > y->byte) - (x->byte < y->byte);
}

/* The first element with this id; ids are sorted by name. */
static const struct scan_item *find_id(const struct scan_list *ids, const char *name)
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
	struct check *c = check_new(
		k, "numbers in the HTML are those of the document, each in its place");
	size_t n, nsections, next = 0, at = 0, to = s->text.n;
	const struct printed *numbers = result_numbers(k, &n);
	const char **sections = result_ids(k, "section", &nsections), *current = NULL;
	for (size_t i = 0; i < n; i++) {
		const char *section = numbers[i].section;
		if (section && section != current) {    /* both point into result.json */
			current = section;
			while (next < nsections && sections[next] != section)
				next++;
			const struct scan_item *here = find_id(ids, section);
			const struct scan_item *after = next + 1 < nsections
				? find_id(ids, sections[next + 1])
				: NULL;
			at = here ? here->text : s->text.n;
			to = after && after->text >= at ? after->text : s->text.n;
		}
		size_t found = find_number(&s->text, at, to, numbers[i].text);
		if (check_that(k, c, found < to, "'%s' is not where section '%s' has it",
			    numbers[i].text, current ? current : "report"))
			at = found + strlen(numbers[i].text);
	}
}

/* ---- links, charts, loads -------------------------------------------------------------------- */

struct linked {
	struct checking *k;
	struct check *c;
	const struct scan_list *ids;
};

static void check_anchor(void *ctx, const json_t *node)
{
	struct linked *l = ctx;
	const char *id = json_text(node, "id", NULL), *link = json_text(node, "link", NULL);
	if (id)
		check_that(l->k, l->c, find_id(l->ids, id),
			"'%s' of the document is not in the page", id);
	if (link)
		check_that(l->k, l->c, find_id(l->ids, link), "'%s' is linked, but not in the page",
			link);
}

static void check_links(struct checking *k, const struct scan *s, const struct scan_list *ids)
{
	struct check *c = check_new(k, "links and anchors of the HTML resolve");
	for (size_t i = 1; i < ids->n; i++)
		check_that(k, c, strcmp(ids->v[i - 1].name, ids->v[i].name) != 0,
			"id '%s' is used twice", ids->v[i].name);
	for (size_t i = 0; i < s->links.n; i++)
		check_that(k, c, s->links.v[i].name[0] == '\0' || find_id(ids, s->links.v[i].name),
			"link to '#%s' leads nowhere", s->links.v[i].name);
	struct linked l = { k, c, ids };
	result_walk(json_at(k->in->result, "document"), check_anchor, &l);
}

static void check_charts(struct checking *k, const struct scan *s, const struct scan_list *ids)
{
	struct check *c = check_new(k, "every chart is drawn in the HTML");
	size_t n, picture = 0;
	const char **charts = result_ids(k, "chart", &n);
	for (size_t i = 0; i < n; i++) {
		const struct scan_item *here = find_id(ids, charts[i]);
		const struct scan_item *after = i + 1 < n ? find_id(ids, charts[i + 1]) : NULL;
		if (!check_that(k, c, here, "chart '%s' is not in the page", charts[i]))
			continue;
		while (picture < s->pictures.n && s->pictures.v[picture].byte < here->byte)
			picture++;
		bool drawn = picture < s->pictures.n &&
			(!after || s->pictures.v[picture].byte < after->byte);
		check_that(k, c, drawn, "chart '%s' has no picture", charts[i]);
	}
}

static void check_self_contained(struct checking *k, const struct scan *s, bool whole)
{
	struct check *c = check_new(
		k, "the HTML is one whole file that loads nothing and runs nothing from the data");
	check_that(k, c, whole, "a tag or an element does not end");
	check_that(
		k, c, utf8_valid(k->in->html, k->in->html_n, NULL), "the page is not valid UTF-8");
	for (size_t i = 0; i < s->loads.n; i++)
		check_that(k, c, false, "%s", s->loads.v[i].name);
	for (size_t i = 0; i < s->code.n; i++)
		check_that(k, c, false, "%s", s->code.v[i].name);
}

void check_html(struct checking *k)
{
	struct scan s = { 0 };
	struct scan_list ids = { 0 };
	bool there = k->in->html != NULL;
	if (there) {
		bool whole = scan_html(&s, k->arena, k->in->html, k->in->html_n);
		ids.n = s.ids.n;
		ids.v = arena_calloc(k->arena, ids.n + 1, sizeof *ids.v);
		if (ids.n > 0)
			memcpy(ids.v, s.ids.v, ids.n * sizeof *ids.v);
		qsort(ids.v, ids.n, sizeof *ids.v, by_name);
		check_numbers(k, &s, &ids);
		check_links(k, &s, &ids);
		check_charts(k, &s, &ids);
		check_self_contained(k, &s, whole);
		scan_free(&s);
	} else {
		check_new(k, "numbers in the HTML are those of the document, each in its place");
		check_new(k, "links and anchors of the HTML resolve");
		check_new(k, "every chart is drawn in the HTML");
		check_new(k,
			"the HTML is one whole file that loads nothing and runs nothing from the "
			"data");
	}
	struct check *c = check_new(k, "the HTML is within its size limit");
	if (there && k->in->max_html > 0)
		check_that(k, c, (int64_t)k->in->html_n <= k->in->max_html,
			"%zu bytes, at most %lld are allowed", k->in->html_n,
			(long long)k->in->max_html);
}
