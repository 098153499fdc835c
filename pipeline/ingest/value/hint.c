/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the name of a column says where values alone can't tell: 45351 may be a date of Excel,
 * 90210 a postal code, 3:45 a length. Only whole words count: "update" is no date. */
#include "ingest/ingest_int.h"

#include <string.h>

static const char *const words[HINTS] = {
	[HINT_DATE] = " date datum fecha data dato dt day tag dates dob birthday birthdate ",
	[HINT_TIME] = " time timestamp ts epoch unix utc date datetime created updated modified at "
		"zeit zeitstempel hora heure accessed expires ",
	[HINT_CLOCK] = " time uhrzeit heure hora hhmm zeit ora ",
	[HINT_DURATION] = " duration elapsed length runtime laufzeit dauer dur\u00e9e duree "
		"duraci\u00f3n duracion durata lap delay wait uptime downtime hours stunden worked "
		"timedelta took lasting lasted lasts seconds minutes ",
	[HINT_PHONE] = " phone telephone tel mobile cell fax telefon handy telefono t\u00e9l\u00e9phone "
		"telephone phonenumber msisdn contact ",
	[HINT_POSTAL] = " zip zipcode zipcodes postal postalcode postcode plz postleitzahl cap pin "
		"pincode cep eircode codepostal ",
	[HINT_LATITUDE] = " lat latitude breite breitengrad latitud latitudine lats ",
	[HINT_LONGITUDE] = " lon lng long longitude l\u00e4nge l\u00e4ngengrad longitud longitudine lons ",
	[HINT_COUNTRY] = " country countries nation nationality land pays pa\u00eds pais paese iso iso2 "
		"iso3 cc nationalit\u00e4t staat alpha ",
	[HINT_KEY] = " id ids key uuid guid nr no idx index rowid rownames serial unnamed ",
};

enum { OTHER, LOWER, UPPER };

static int class_of(char c)
{
	if ((c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80)
		return LOWER;
	return c >= 'A' && c <= 'Z' ? UPPER : OTHER;
}

/* Where the word that begins at p ends: startDate, HTTPTime and lat_avg have two each. */
static const char *word_end(const char *p)
{
	int first = class_of(*p++);
	if (first == UPPER && class_of(*p) == UPPER) {
		while (class_of(*p) == UPPER)
			p++;
		return class_of(*p) == LOWER ? p - 1 : p;
	}
	while (class_of(*p) == LOWER)
		p++;
	return p;
}

static bool is_word(struct str w, const char *list)
{
	for (const char *p = list + 1; *p; p++) {
		size_t n = strcspn(p, " ");
		if (str_ieq(w, "") || n != w.n) {
			p += n;
			continue;
		}
		size_t same = 0;
		while (same < n && p[same] == (char)token_key(w.p[same]))
			same++;
		if (same == n)
			return true;
		p += n;
	}
	return false;
}

/* "pickup_long" is a longitude, "long_name" is not. */
static bool another_word(const char *p)
{
	while (*p && class_of(*p) == OTHER)
		p++;
	return *p;
}

bool hint_says(const char *name, enum hint h)
{
	for (const char *p = name; *p;) {
		if (class_of(*p) == OTHER) {
			p++;
			continue;
		}
		const char *end = word_end(p);
		/* iso2, alpha3 */
		const char *digits = end;
		while (*digits >= '0' && *digits <= '9')
			digits++;
		struct str word = { p, (size_t)(end - p) };
		if (is_word(word, words[h]) || is_word((struct str){ p, (size_t)(digits - p) }, words[h]))
			return h != HINT_LONGITUDE || !is_word(word, " long l\u00e4nge ") || !another_word(end);
		p = end;
	}
	return false;
}
