/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts inside charts: names cut to the room they have, values as numbers with few digits. */
#include "report/plot_int.h"

#include <math.h>
#include <string.h>

enum { LABEL_MAX = 400 };      /* code points; nothing longer is ever legible in a chart */

/* Clean code points of a text; of one that is far too long the middle is left out at once. */
struct letters {
	uint32_t cp[LABEL_MAX];
	double width[LABEL_MAX];
	size_t n;
	bool whole;
};

static void add_letters(struct letters *l, const char *s, const char *end, size_t most, double size)
{
	while (s < end && l->n < most) {
		char utf8[8];
		struct buf b = { 0 };
		uint32_t cp = utf8_next(&s, end);
		cp = cp < 0x20 || cp == 0x7F || (cp >= 0x80 && cp < 0xA0) ? ' ' : cp;
		utf8_put(&b, cp);
		size_t n = b.n < sizeof utf8 ? b.n : sizeof utf8;
		memcpy(utf8, b.p, n);
		l->width[l->n] = font_width(FACE_SANS, utf8, n, size);
		l->cp[l->n++] = cp;
		buf_free(&b);
	}
	l->whole = l->whole && s == end;
}

static void read_letters(struct letters *l, const char *s, double size)
{
	const char *end = s + strlen(s), *tail = end;
	l->n = 0;
	l->whole = true;
	if (end - s <= LABEL_MAX) {    /* bytes: no more code points than that */
		add_letters(l, s, end, LABEL_MAX, size);
		return;
	}
	for (int i = 0; i < LABEL_MAX / 2 && tail > s; i++)
		for (tail--; tail > s && ((unsigned char)*tail & 0xC0) == 0x80;)
			tail--;
	add_letters(l, s, tail, LABEL_MAX / 2, size);
	add_letters(l, tail, end, LABEL_MAX, size);
}

static struct str letters_str(struct buf *b, const struct letters *l, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		utf8_put(b, l->cp[i]);
	return str_trim((struct str){ buf_str(b), b->n });
}

const char *label_fit(struct arena *a, const char *s, double size, double width)
{
	static const char ellipsis[] = "\xe2\x80\xa6";
	struct letters l;
	struct buf before = { 0 }, after = { 0 };
	double all = 0, room = width - text_width(ellipsis, size), left = 0, right = 0;
	read_letters(&l, s ? s : "", size);
	for (size_t i = 0; i < l.n; i++)
		all += l.width[i];
	size_t head = 0, tail = l.n;
	if (l.whole && all <= width) {
		head = l.n;
	} else {
		while (head < tail) {  /* a letter more on the shorter side */
			double *side = left <= right ? &left : &right;
			double more = l.width[side == &left ? head : tail - 1];
			if (left + right + more > room)
				break;
			*side += more;
			head += side == &left;
			tail -= side == &right;
		}
	}
	struct str first = letters_str(&before, &l, 0, head), last = letters_str(&after, &l, tail, l.n);
	char *out = arena_printf(a, "%.*s%s%.*s", (int)first.n, first.p, l.whole && all <= width ? "" : ellipsis,
		(int)last.n, last.p);
	buf_free(&before);
	buf_free(&after);
	return out;
}

/* Bytes that two texts begin with alike, whole code points. */
static size_t common_start(const char *s, const char *t)
{
	size_t n = 0;
	while (s[n] && s[n] == t[n])
		n++;
	while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
		n--;
	return n;
}

const char **labels_fit(struct arena *a, const char *const *labels, size_t n, double size, double width)
{
	const size_t many = 400;   /* nobody reads so many beside each other */
	const char **out = arena_calloc(a, n + 1, sizeof *out), **apart = arena_calloc(a, n + 1, sizeof *apart);
	for (size_t i = 0; i < n; i++)
		out[i] = apart[i] = label_fit(a, labels[i], size, width);
	for (size_t i = 0; i < n && n <= many; i++) {
		size_t alike = 0;
		for (size_t k = 0; k < n; k++)
			if (k != i && labels[i] && labels[k] && strcmp(out[i], out[k]) == 0 && strcmp(labels[i], labels[k]) != 0) {
				size_t same = common_start(labels[i], labels[k]);
				alike = same > alike ? same : alike;
			}
		if (alike > 0)
			apart[i] = arena_printf(a, "\xe2\x80\xa6%s",
				label_fit(a, labels[i] + alike, size, width - text_width("\xe2\x80\xa6", size)));
	}
	return apart;
}

const char *label_break(const char *s, double size, double width)
{
	const char *rest = NULL;
	for (const char *at = s + strcspn(s, " _-/:"); *at && at[1]; at += 1 + strcspn(at + 1, " _-/:"))
		if (font_width(FACE_SANS, s, (size_t)(at - s) + (*at != ' '), size) <= width)
			rest = at + 1;
	return rest && text_width(rest, size) <= width ? rest : NULL;
}

/* Three significant digits with an SI prefix: 12.3k, 0.0123, 4.5e-9. */
static void short_number(struct buf *out, double v)
{
	static const struct { double unit; const char *suffix; } units[] = {
		{ 1e12, "T" }, { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" }, { 1, "" }
	};
	double m = fabs(v), unit = 1;
	char digits[350];
	const char *suffix = "";
	if (v < 0)
		buf_puts(out, "\xe2\x88\x92");
	if (m > 0 && (m >= 999.5e12 || m < 1e-4)) {
		int exponent = (int)floor(log10(m));
		num_fixed(digits, m / pow(10, exponent), 1);
		digits[strcmp(digits + 1, ".0") == 0 ? 1 : strlen(digits)] = 0;
		buf_printf(out, "%se%d", digits, exponent);
		return;
	}
	for (size_t i = 0; m >= 999.5 && i < COUNTOF(units); i++)
		if (m >= units[i].unit * 0.9995) {
			unit = units[i].unit;
			suffix = units[i].suffix;
			break;
		}
	m /= unit;
	int whole = m > 0 ? (int)floor(log10(m)) : 0, decimals = whole >= 2 ? 0 : 2 - whole;
	size_t n = num_fixed(digits, m, decimals);
	if (strchr(digits, '.')) {
		while (digits[n - 1] == '0')
			n--;
		n -= digits[n - 1] == '.';
	}
	buf_put(out, digits, n);
	buf_puts(out, suffix);
}

const char *label_value(struct arena *a, const struct chart *c, double v)
{
	struct buf b = { 0 };
	struct cell cell = cell_num(c->values, v, NULL);
	cell.words = c->words;
	if (c->values == CELL_EMPTY && !isfinite(v))
		return "\xe2\x80\x93";
	if (c->values != CELL_EMPTY) {
		cell_print(&b, &cell);
	} else if (v == floor(v) && fabs(v) < 1e6) {
		cell.cls = CELL_COUNT;
		cell_print(&b, &cell);
	} else {
		short_number(&b, v);
		words_number(c->words, b.p);
	}
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}
