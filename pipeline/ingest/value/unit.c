/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people write beside a number: signs and codes of money, shares, physical units, and words
 * that multiply it. */
#include "ingest/ingest_int.h"

#include <pthread.h>
#include <string.h>

/* A name, which is also its first spelling, and further spellings. Case counts: mW is no MW. */
static const struct {
	const char *name;
	enum unit_kind kind;
	const char *more;
} units[] = {
	{ "", UNIT_NONE, "" },
	/* longer signs before their parts: they may stand in front of a number */
	{ "US$", UNIT_MONEY, "" }, { "R$", UNIT_MONEY, "" }, { "A$", UNIT_MONEY, "AU$" },
	{ "C$", UNIT_MONEY, "CA$" }, { "NZ$", UNIT_MONEY, "" }, { "HK$", UNIT_MONEY, "" },
	{ "S$", UNIT_MONEY, "" }, { "$", UNIT_MONEY, "dollars dollar" },
	{ "\u20ac", UNIT_MONEY, "euro Euro euros" }, { "\u00a3", UNIT_MONEY, "" },
	{ "\u00a5", UNIT_MONEY, "" }, { "\u20b9", UNIT_MONEY, "Rs. Rs" },
	{ "\u20bd", UNIT_MONEY, "" }, { "\u20a9", UNIT_MONEY, "" }, { "\u20ba", UNIT_MONEY, "" },
	{ "\u20aa", UNIT_MONEY, "" }, { "\u20ab", UNIT_MONEY, "" }, { "\u20b4", UNIT_MONEY, "" },
	{ "\u0e3f", UNIT_MONEY, "" }, { "\u20a6", UNIT_MONEY, "" }, { "\u20b1", UNIT_MONEY, "" },
	{ "EUR", UNIT_MONEY, "" }, { "USD", UNIT_MONEY, "" }, { "GBP", UNIT_MONEY, "" },
	{ "CHF", UNIT_MONEY, "SFr. Fr." }, { "JPY", UNIT_MONEY, "" }, { "CNY", UNIT_MONEY, "RMB" },
	{ "INR", UNIT_MONEY, "" }, { "AUD", UNIT_MONEY, "" }, { "CAD", UNIT_MONEY, "" },
	{ "NZD", UNIT_MONEY, "" }, { "SEK", UNIT_MONEY, "" }, { "NOK", UNIT_MONEY, "" },
	{ "DKK", UNIT_MONEY, "" }, { "PLN", UNIT_MONEY, "" }, { "CZK", UNIT_MONEY, "" },
	{ "HUF", UNIT_MONEY, "" }, { "BRL", UNIT_MONEY, "" }, { "RUB", UNIT_MONEY, "" },
	{ "ZAR", UNIT_MONEY, "" }, { "MXN", UNIT_MONEY, "" }, { "TRY", UNIT_MONEY, "" },
	{ "KRW", UNIT_MONEY, "" }, { "SGD", UNIT_MONEY, "" }, { "HKD", UNIT_MONEY, "" },
	{ "ILS", UNIT_MONEY, "" }, { "THB", UNIT_MONEY, "" }, { "kr", UNIT_MONEY, "kr." },
	{ "z\u0142", UNIT_MONEY, "" }, { "K\u010d", UNIT_MONEY, "" }, { "Ft", UNIT_MONEY, "" },
	{ "%", UNIT_SHARE, "percent pct Prozent" }, { "\u2030", UNIT_SHARE, "" },
	/* length, area, volume */
	{ "m", UNIT_PHYSICAL, "metres meters" }, { "km", UNIT_PHYSICAL, "Km kms KM" },
	{ "cm", UNIT_PHYSICAL, "" }, { "mm", UNIT_PHYSICAL, "" },
	{ "\u00b5m", UNIT_PHYSICAL, "\u03bcm um" }, { "nm", UNIT_PHYSICAL, "" },
	{ "miles", UNIT_PHYSICAL, "mi mile" }, { "ft", UNIT_PHYSICAL, "feet ft." },
	{ "in", UNIT_PHYSICAL, "inch inches in." }, { "yd", UNIT_PHYSICAL, "yards" },
	{ "m\u00b2", UNIT_PHYSICAL, "m2 qm sqm" }, { "km\u00b2", UNIT_PHYSICAL, "km2" },
	{ "cm\u00b2", UNIT_PHYSICAL, "cm2" }, { "sq ft", UNIT_PHYSICAL, "sqft SF ft\u00b2 ft2" },
	{ "ha", UNIT_PHYSICAL, "" }, { "acres", UNIT_PHYSICAL, "acre ac" },
	{ "l", UNIT_PHYSICAL, "L litres liters" }, { "ml", UNIT_PHYSICAL, "mL" },
	{ "cl", UNIT_PHYSICAL, "" }, { "dl", UNIT_PHYSICAL, "dL" },
	{ "m\u00b3", UNIT_PHYSICAL, "m3" }, { "cm\u00b3", UNIT_PHYSICAL, "cm3 cc CC ccm" },
	{ "gal", UNIT_PHYSICAL, "gallons" }, { "oz", UNIT_PHYSICAL, "oz." },
	/* mass, temperature, angle, speed */
	{ "g", UNIT_PHYSICAL, "gr" }, { "kg", UNIT_PHYSICAL, "Kg KG kgs" },
	{ "mg", UNIT_PHYSICAL, "" }, { "\u00b5g", UNIT_PHYSICAL, "\u03bcg mcg" },
	{ "t", UNIT_PHYSICAL, "tons tonnes" }, { "lb", UNIT_PHYSICAL, "lbs lbs. lb." },
	{ "\u00b0C", UNIT_PHYSICAL, "\u2103" }, { "\u00b0F", UNIT_PHYSICAL, "\u2109" },
	{ "\u00b0", UNIT_PHYSICAL, "deg" }, { "km/h", UNIT_PHYSICAL, "kmh kph" },
	{ "mph", UNIT_PHYSICAL, "" }, { "m/s", UNIT_PHYSICAL, "" }, { "kn", UNIT_PHYSICAL, "knots" },
	/* power, energy, electricity, pressure, frequency */
	{ "W", UNIT_PHYSICAL, "" }, { "kW", UNIT_PHYSICAL, "KW" }, { "MW", UNIT_PHYSICAL, "" },
	{ "GW", UNIT_PHYSICAL, "" }, { "Wh", UNIT_PHYSICAL, "" }, { "kWh", UNIT_PHYSICAL, "KWh" },
	{ "MWh", UNIT_PHYSICAL, "" }, { "GWh", UNIT_PHYSICAL, "" }, { "TWh", UNIT_PHYSICAL, "" },
	{ "J", UNIT_PHYSICAL, "" }, { "kJ", UNIT_PHYSICAL, "" }, { "kcal", UNIT_PHYSICAL, "" },
	{ "cal", UNIT_PHYSICAL, "" }, { "hp", UNIT_PHYSICAL, "bhp HP" }, { "PS", UNIT_PHYSICAL, "" },
	{ "Nm", UNIT_PHYSICAL, "" }, { "V", UNIT_PHYSICAL, "" }, { "kV", UNIT_PHYSICAL, "" },
	{ "mV", UNIT_PHYSICAL, "" }, { "A", UNIT_PHYSICAL, "" }, { "mA", UNIT_PHYSICAL, "" },
	{ "mAh", UNIT_PHYSICAL, "" }, { "\u03a9", UNIT_PHYSICAL, "\u2126 ohm" },
	{ "Pa", UNIT_PHYSICAL, "" }, { "hPa", UNIT_PHYSICAL, "" }, { "kPa", UNIT_PHYSICAL, "" },
	{ "MPa", UNIT_PHYSICAL, "" }, { "bar", UNIT_PHYSICAL, "" }, { "mbar", UNIT_PHYSICAL, "" },
	{ "psi", UNIT_PHYSICAL, "" }, { "mmHg", UNIT_PHYSICAL, "" }, { "Hz", UNIT_PHYSICAL, "" },
	{ "kHz", UNIT_PHYSICAL, "" }, { "MHz", UNIT_PHYSICAL, "" }, { "GHz", UNIT_PHYSICAL, "" },
	{ "rpm", UNIT_PHYSICAL, "" }, { "bpm", UNIT_PHYSICAL, "" }, { "fps", UNIT_PHYSICAL, "" },
	{ "dB", UNIT_PHYSICAL, "db" }, { "dBm", UNIT_PHYSICAL, "" },
	/* data and pictures */
	{ "bytes", UNIT_PHYSICAL, "byte" }, { "kB", UNIT_PHYSICAL, "KB" },
	{ "MB", UNIT_PHYSICAL, "" }, { "GB", UNIT_PHYSICAL, "" }, { "TB", UNIT_PHYSICAL, "" },
	{ "KiB", UNIT_PHYSICAL, "" }, { "MiB", UNIT_PHYSICAL, "" }, { "GiB", UNIT_PHYSICAL, "" },
	{ "kbps", UNIT_PHYSICAL, "Kbps" }, { "Mbps", UNIT_PHYSICAL, "Mbit/s" },
	{ "Gbps", UNIT_PHYSICAL, "" }, { "px", UNIT_PHYSICAL, "pixels" },
	{ "dpi", UNIT_PHYSICAL, "ppi" }, { "MP", UNIT_PHYSICAL, "" },
	/* ratios of units */
	{ "l/100km", UNIT_PHYSICAL, "L/100km" }, { "mpg", UNIT_PHYSICAL, "" },
	{ "km/l", UNIT_PHYSICAL, "kmpl" }, { "km/kg", UNIT_PHYSICAL, "" },
	{ "ppm", UNIT_PHYSICAL, "" }, { "ppb", UNIT_PHYSICAL, "" }, { "mg/l", UNIT_PHYSICAL, "mg/L" },
	{ "mg/dl", UNIT_PHYSICAL, "mg/dL" }, { "g/l", UNIT_PHYSICAL, "g/L" },
	{ "mmol/l", UNIT_PHYSICAL, "mmol/L" }, { "\u00b5g/m\u00b3", UNIT_PHYSICAL, "\u03bcg/m3 ug/m3" },
	/* what has no fixed length in seconds, and counts */
	{ "years", UNIT_PHYSICAL, "year yrs yr yo" }, { "months", UNIT_PHYSICAL, "month mos mo" },
	{ "pcs", UNIT_PHYSICAL, "pc pieces" }, { "points", UNIT_PHYSICAL, "pts pt" },
	{ "stars", UNIT_PHYSICAL, "star" }, { "people", UNIT_PHYSICAL, "persons" },
	{ "x", UNIT_PHYSICAL, "\u00d7" },
};
_Static_assert(COUNTOF(units) <= UNITS, "room in a tally");

const char *unit_name(int unit)
{
	return unit ? units[unit].name : NULL;
}

enum unit_kind unit_kind(int unit)
{
	return units[unit].kind;
}

/* All names of units, chained by their first byte in the order of the table. */
static struct {
	const char *text;
	size_t n;
	int unit, next;            /* next: index + 1 */
} words[2 * UNITS];
static int heads[256], tails[256], nwords;
static pthread_once_t words_once = PTHREAD_ONCE_INIT;

static void add_word(const char *text, size_t n, int unit)
{
	if (!n || nwords == (int)COUNTOF(words))
		return;
	unsigned char c = (unsigned char)*text;
	words[nwords].text = text;
	words[nwords].n = n;
	words[nwords].unit = unit;
	nwords++;
	*(heads[c] ? &words[tails[c] - 1].next : &heads[c]) = nwords;
	tails[c] = nwords;
}

static void words_make(void)
{
	for (int i = 1; i < (int)COUNTOF(units); i++) {
		add_word(units[i].name, strlen(units[i].name), i);
		for (const char *p = units[i].more; *p; p += *p == ' ') {
			size_t n = strcspn(p, " ");
			add_word(p, n, i);
			p += n;
		}
	}
}

int unit_lookup(struct str s)
{
	if (!s.n)
		return 0;
	pthread_once(&words_once, words_make);
	for (int i = heads[(unsigned char)*s.p]; i; i = words[i - 1].next)
		if (words[i - 1].n == s.n && memcmp(words[i - 1].text, s.p, s.n) == 0)
			return words[i - 1].unit;
	return 0;
}

int unit_prefix(struct str s, size_t *n)
{
	static const char letters[] = "URACNHSEGJIDPZMTKkzF";
	if (!s.n || ((unsigned char)*s.p < 0x80 && *s.p != '$' && !strchr(letters, *s.p)))
		return 0;
	for (size_t i = 1; units[i].kind == UNIT_MONEY; i++) {
		*n = strlen(units[i].name);
		if (s.n > *n && memcmp(units[i].name, s.p, *n) == 0)
			return (int)i;
		*n = strcspn(units[i].more, " ");
		if (*n && s.n > *n && memcmp(units[i].more, s.p, *n) == 0)
			return (int)i;
	}
	return 0;
}

/* ---- words that multiply ----------------------------------------------------------------- */

static const struct {
	const char *word;
	uint8_t power;
} scales[] = { { "k", 3 }, { "K", 3 }, { "thousand", 3 }, { "Tsd.", 3 }, { "lakh", 5 },
	{ "M", 6 }, { "mn", 6 }, { "mln", 6 }, { "mio", 6 }, { "Mio", 6 }, { "Mio.", 6 },
	{ "mil", 6 }, { "million", 6 }, { "millions", 6 }, { "Million", 6 }, { "crore", 7 },
	{ "Cr", 7 }, { "B", 9 }, { "bn", 9 }, { "Bn", 9 }, { "bln", 9 }, { "mrd", 9 }, { "Mrd", 9 },
	{ "Mrd.", 9 }, { "Md", 9 }, { "billion", 9 }, { "billions", 9 }, { "Billion", 9 },
	{ "T", 12 }, { "tn", 12 }, { "trillion", 12 } };

int scale_prefix(struct str s, size_t *n)
{
	size_t end = 0;
	if (!s.n || !strchr("kKtTlMmcCBb", *s.p))
		return 0;          /* none begins so */
	while (end < s.n && s.p[end] != ' ' && (unsigned char)s.p[end] < 0x80 && s.p[end] != '$')
		end++;
	for (size_t i = 0; i < COUNTOF(scales); i++)
		if (*scales[i].word == *s.p && str_eq((struct str){ s.p, end }, scales[i].word)) {
			*n = end;
			return scales[i].power;
		}
	return 0;
}
