/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Error chains: one line, built from the cause outwards. */
#include "base/base.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	if (!e)
		return -1;
	va_list args;
	va_start(args, fmt);
	vsnprintf(e->msg, sizeof e->msg, fmt, args);
	va_end(args);
	e->code = code;
	return -1;
}

int err_errno(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	if (!e)
		return -1;
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(e->msg, sizeof e->msg, fmt, args);
	va_end(args);
	if (n >= 0 && (size_t)n < sizeof e->msg)
		snprintf(e->msg + n, sizeof e->msg - (size_t)n, ": %s", strerror(saved));
	e->code = ERR_IO;
	errno = saved;
	return -1;
}

int err_while(struct err *e, const char *fmt, ...)
{
	if (!e)
		return -1;
	char outer[sizeof e->msg];
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(outer, sizeof outer, fmt, args);
	va_end(args);
	size_t used = n < 0 ? 0 : (size_t)n < sizeof outer ? (size_t)n : sizeof outer - 1;
	struct str inner[] = { { ": ", 2 }, str_of(e->msg) };
	for (size_t i = 0; i < COUNTOF(inner); i++) {
		size_t room = sizeof outer - 1 - used, k = inner[i].n < room ? inner[i].n : room;
		memcpy(outer + used, inner[i].p, k);
		used += k;
	}
	outer[used] = 0;
	memcpy(e->msg, outer, used + 1);
	if (e->code == ERR_NONE)
		e->code = ERR_BUG;
	return -1;
}
