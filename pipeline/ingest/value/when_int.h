/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text that is being taken apart, for when.c (dates) and when_daytime.c (the time behind them). */
#ifndef WHEN_INT_H
#define WHEN_INT_H

#include "ingest/ingest_int.h"

static inline bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

struct cursor {
	const char *p, *end;
	int pivot;                 /* two digits of a year from here on are 19.. */
};

static inline char peek(const struct cursor *c)
{
	return c->p < c->end ? *c->p : 0;
}

static inline bool take(struct cursor *c, char want)
{
	if (peek(c) != want || !want)
		return false;
	c->p++;
	return true;
}

static inline void take_blanks(struct cursor *c)
{
	while (peek(c) == ' ')
		c->p++;
}

/* Up to `most` digits; returns how many. */
static inline int take_number(struct cursor *c, int most, int *v)
{
	int n = 0;
	for (*v = 0; n < most && digit(peek(c)); n++)
		*v = *v * 10 + (*c->p++ - '0');
	return digit(peek(c)) ? 0 : n;
}

static inline struct str take_word(struct cursor *c)
{
	struct str w = { c->p, 0 };
	while (letter(peek(c)))
		c->p++;
	w.n = (size_t)(c->p - w.p);
	return w;
}

/* 13:05[:30[.25]] [pm], into w->clock. */
bool daytime_scan(struct cursor *c, struct when *w, struct written *f);
/* Z, UTC, +02:00, -0530: w->clock becomes UTC. */
bool offset_scan(struct cursor *c, struct when *w, struct written *f);

#endif
