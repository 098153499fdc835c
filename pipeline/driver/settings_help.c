/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dossier help settings` and `dossier help findings`: the tables, for readers. */
#include "driver/driver_int.h"

#include <string.h>

/* Fits 80 columns after an indent. */
static void put_wrapped(struct buf *out, const char *text, size_t indent)
{
	size_t at = 80;
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, " ");
		if (at + n + 1 > 79) {
			buf_putc(out, '\n');
			for (size_t i = 0; i < indent; i++)
				buf_putc(out, ' ');
			at = indent;
		} else {
			buf_putc(out, ' ');
			at++;
		}
		buf_put(out, p, n);
		at += n;
		p += n + (p[n] == ' ');
	}
}

static void put_bounds(struct buf *out, const struct setting *s)
{
	char least[NUM_MAX], most[NUM_MAX];
	num_shortest(least, s->min);
	num_shortest(most, s->max);
	buf_printf(out, ", %s to %s", least, most);
}

static void put_setting(struct buf *out, const struct setting *s)
{
	bool number = s->type == SETTING_INT || s->type == SETTING_REAL;
	buf_printf(out, "%s", s->path);
	put_wrapped(out, s->help, 8);
	struct buf kind = { 0 };
	buf_puts(&kind, "(");
	if (s->type == SETTING_COLOUR)
		buf_puts(&kind, "a colour");
	else
		setting_put_expected(&kind, s);
	if (number)
		put_bounds(&kind, s);
	if (s->fallback)
		buf_printf(&kind, "; default %s", s->fallback);
	else
		buf_puts(&kind, "; needed");
	buf_printf(&kind, "%s)", s->scope == SETTING_JOB ? "; not in pipeline.conf" : "");
	put_wrapped(out, kind.p, 8);
	buf_free(&kind);
	buf_putc(out, '\n');
}

size_t settings_help(struct buf *out, const char *prefix)
{
	size_t n = prefix ? strlen(prefix) : 0, found = 0;
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		if (n && (strncmp(s->path, prefix, n) != 0 || (s->path[n] && !strchr(".[", s->path[n]))))
			continue;
		if (found++)
			buf_putc(out, '\n');
		put_setting(out, s);
	}
	return found;
}

void findings_help(struct buf *out)
{
	for (int c = 0; c < FIND_COUNT; c++) {
		const struct finding_info *f = finding_info((enum finding_code)c);
		buf_printf(out, "%s%s", c ? "\n" : "", f->code);
		put_wrapped(out, f->title, 8);
		buf_printf(out, " (%s).", finding_level_name(f->level));
		put_wrapped(out, f->sentence, 8);
		put_wrapped(out, f->advice, 8);
		buf_putc(out, '\n');
	}
}
