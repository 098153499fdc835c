/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How rows are held out: what the manifest says, else what the columns show. A random split is the last
 * choice, where neither time nor groups speak against it. */
#include "stages/modeling_int.h"

#include <string.h>

static void leave_out(struct question *q, int col, const char *name, const char *reason, struct arena *a)
{
	struct model_feature *f = arena_calloc(a, q->spec.nfeatures + 1, sizeof *f);
	size_t n = 0;
	for (size_t i = 0; i < q->spec.nfeatures; i++)
		if (q->spec.features[i].col != col)
			f[n++] = q->spec.features[i];
	if (n < q->spec.nfeatures)
		q->excluded[q->nexcluded++] = (struct excluded){ name, reason };
	q->spec.features = f;
	q->spec.nfeatures = n;
}

/* ---- groups ------------------------------------------------------------------------------------------------ */

/* The last word of a name, in lower case: "id" of "customer_id", "Individual ID" and "userId". */
static void last_word(const char *name, char *out, size_t cap)
{
	size_t end = strlen(name), from, n;
	while (end && !strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", name[end - 1]))
		end--;
	for (from = end; from && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", name[from - 1]); from--)
		if (from < end && name[from] >= 'A' && name[from] <= 'Z' && name[from - 1] >= 'a')
			break;
	n = str_lower((struct str){ name + from, end - from }, out, cap - 1);
	out[n] = 0;
}

/* Columns named like that hold who or what a row is about. */
static bool names_units(const char *name)
{
	static const char *const words[] = { "id", "ids", "uid", "uuid", "guid", "subject", "patient", "person", "participant",
		"respondent", "customer", "client", "user", "member", "account", "household", "family", "student", "pupil",
		"employee", "animal", "device", "vehicle", "machine" };
	char last[64];
	if (strlen(name) >= sizeof last)
		return false;
	last_word(name, last, sizeof last);
	for (size_t i = 0; i < COUNTOF(words); i++)
		if (strcmp(last, words[i]) == 0)
			return true;
	return false;
}

/* Whether the column's values name units with several rows each, of which there are enough to hold some out. */
static bool repeats(const struct question *q, const struct table *t, int col, int64_t *units)
{
	enum { FEW = 10 };
	const struct field *f = table_field(t, col);
	const json_t *column = modeling_profile(q->eda, f->name);
	int64_t distinct = json_int(column, "distinct", 0), present = table_nrows(t) - json_int(column, "missing", 0);
	bool name = f->type == COLUMN_INT64 || f->type == COLUMN_DICT || f->type == COLUMN_UTF8;
	*units = distinct;
	return name && col != q->spec.target && distinct >= FEW && distinct >= 2 * q->spec.folds && distinct * 20 <= present * 19;
}

/* The identifier that was named, or the column that looks most like one, where its values repeat; -1: none. */
static int find_group(const struct table *t, const json_t *clarify, const struct question *q)
{
	const char *identifier = json_text(clarify, "identifier", NULL);
	int named = identifier ? table_find(t, identifier) : -1, best = -1;
	int64_t units, most = 0;
	if (named >= 0 && repeats(q, t, named, &units))
		return named;
	for (int c = 0; c < table_ncols(t); c++)
		if (names_units(table_field(t, c)->name) && repeats(q, t, c, &units) && units > most) {
			most = units;
			best = c;
		}
	return best;
}

static int choose_group(const struct stage_run *r, const struct table *t, const json_t *clarify, const char *how,
	struct question *q, struct err *e)
{
	const char *name = json_text(r->manifest, "modeling.group", "auto");
	q->spec.group = -1;
	if (strcmp(name, "none") == 0)
		return 0;
	if (strcmp(name, "auto") != 0) {
		q->spec.group = table_find(t, name);
		if (q->spec.group < 0)
			return err_set(e, ERR_USAGE, "modeling.group names '%s', which is no column of the table", name);
		if (q->spec.group == q->spec.target)
			return err_set(e, ERR_USAGE, "modeling.group names '%s', which is the target", name);
	} else if (strcmp(how, "grouped") == 0 || (strcmp(how, "auto") == 0 && q->spec.time < 0)) {
		q->spec.group = find_group(t, clarify, q);
	}
	return 0;
}

/* ---- the gap ------------------------------------------------------------------------------------------------ */

/* "30 rows", "30", "7 days", "12 hours"; a time needs a column of dates or timestamps. */
static int read_gap(const struct stage_run *r, const struct table *t, struct model_spec *s, struct err *e)
{
	static const struct { const char *unit; double days; } units[] = { { "minutes", 1 / 1440.0 }, { "hours", 1 / 24.0 },
		{ "days", 1 }, { "weeks", 7 } };
	const char *text = json_text(r->manifest, "modeling.gap", NULL);
	if (!text)
		return 0;
	if (s->time < 0)
		return err_set(e, ERR_USAGE, "modeling.gap is '%s', but rows are not held out in the order of a time", text);
	struct str unit = str_trim((struct str){ text + strspn(text, "0123456789."), strlen(text + strspn(text, "0123456789.")) });
	double n;
	if (!num_parse_double(text, strspn(text, "0123456789."), &n))
		return err_set(e, ERR_USAGE, "modeling.gap is '%s', not a number of rows, minutes, hours, days or weeks", text);
	if (!unit.n || str_eq(unit, "rows") || str_eq(unit, "row")) {
		s->gap_rows = n < 1e15 ? (int64_t)n : INT64_MAX;
		return 0;
	}
	enum column_type type = table_field(t, s->time)->type;
	for (size_t i = 0; i < COUNTOF(units); i++) {
		size_t k = strlen(units[i].unit);
		bool fits = unit.n <= k && unit.n + 1 >= k && memcmp(unit.p, units[i].unit, unit.n) == 0;
		if (fits && (type == COLUMN_DATE || type == COLUMN_TIMESTAMP)) {
			s->gap_time = n * units[i].days * (type == COLUMN_DATE ? 1 : 86400e6);
			return 0;
		}
	}
	return err_set(e, ERR_USAGE, "modeling.gap is '%s', not a number of rows%s", text,
		type == COLUMN_DATE || type == COLUMN_TIMESTAMP ? ", minutes, hours, days or weeks" : "");
}

int modeling_validation(const struct stage_run *r, const struct table *t, const json_t *clarify, struct question *q,
	struct err *e)
{
	struct model_spec *s = &q->spec;
	const char *how = json_text(r->manifest, "modeling.validation", "auto");
	if (strcmp(how, "time") == 0 && s->time < 0)
		return err_set(e, ERR_USAGE, "modeling.validation is 'time', but no column is known to hold the time");
	s->declared_exchangeable = strcmp(how, "k-fold") == 0;
	if (s->declared_exchangeable || strcmp(how, "grouped") == 0)
		s->time = -1;
	if (choose_group(r, t, clarify, how, q, e) < 0)
		return -1;
	if (strcmp(how, "grouped") == 0 && s->group < 0)
		return err_set(e, ERR_USAGE, "modeling.validation is 'grouped', but no column is known to name groups: say modeling.group");
	if (s->group >= 0)
		leave_out(q, s->group, table_field(t, s->group)->name, "names the groups that rows belong to", r->arena);
	s->test_share = json_num(r->manifest, "modeling.test_share", -1);
	return read_gap(r, t, s, e);
}
