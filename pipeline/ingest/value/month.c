/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of months and days of the week in dates. */
#include "ingest/ingest_int.h"

#include <string.h>

/* English, German, French, Spanish, Italian, Portuguese, Dutch: full names; what is shorter is
 * an abbreviation when it has three bytes or more. Compared in lower case. */
static const char *const months[12][7] = {
	{ "january", "januar", "janvier", "enero", "gennaio", "janeiro", "januari" },
	{ "february", "februar", "f\u00e9vrier", "febrero", "febbraio", "fevereiro",
		"februari" },
	{ "march", "m\u00e4rz", "mars", "marzo", "marzo", "mar\u00e7o", "maart" },
	{ "april", "april", "avril", "abril", "aprile", "abril", "april" },
	{ "may", "mai", "mai", "mayo", "maggio", "maio", "mei" },
	{ "june", "juni", "juin", "junio", "giugno", "junho", "juni" },
	{ "july", "juli", "juillet", "julio", "luglio", "julho", "juli" },
	{ "august", "august", "ao\u00fbt", "agosto", "agosto", "agosto", "augustus" },
	{ "september", "september", "septembre", "septiembre", "settembre", "setembro",
		"september" },
	{ "october", "oktober", "octobre", "octubre", "ottobre", "outubro", "oktober" },
	{ "november", "november", "novembre", "noviembre", "novembre", "novembro", "november" },
	{ "december", "dezember", "d\u00e9cembre", "diciembre", "dicembre", "dezembro",
		"december" },
};
/* Abbreviations that are not the beginning of their name. */
static const struct {
	const char *name;
	int month;
} short_months[] = { { "mrz", 3 }, { "mrt", 3 } };

int month_lookup(struct str word, bool *full)
{
	char w[12];
	if (word.n < 3 || word.n > sizeof w)
		return 0;
	size_t n = str_lower(word, w, sizeof w);
	*full = false;
	for (int m = 0; m < 12; m++)
		for (size_t k = 0; k < COUNTOF(months[m]); k++)
			if (strncmp(months[m][k], w, n) == 0) {
				*full = strlen(months[m][k]) == n && n > 3;
				/* "j", "ju", "ma" are no months, "jun" is; the longest
				 * abbreviation in use has 5 bytes */
				return *full || n <= 5 ? m + 1 : 0;
			}
	for (size_t i = 0; i < COUNTOF(short_months); i++)
		if (strlen(short_months[i].name) == n &&
			memcmp(short_months[i].name, w, n) == 0)
			return short_months[i].month;
	return 0;
}

bool weekday_known(struct str word)
{
	static const char *const names[] = { "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday", "sunday" };
	char w[12];
	if (word.n < 3 || word.n > sizeof w)
		return false;
	size_t n = str_lower(word, w, sizeof w);
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strncmp(names[i], w, n) == 0)
			return true;
	return false;
}
