/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a value can mean, as bits. */
#include "ingest/ingest_int.h"

#include <math.h>

bool country_code(struct str s)
{
	return s.n == 2 && means_country_code(s);
}

uint32_t semantic_kinds(struct str s)
{
	uint32_t kinds = 0;
	struct number n;
	double v;
	bool number = number_scan(s, &n);
	if (number && number_double(&n, n.marks & MARK_DOT ? DOT : COMMA, &v)) {
		kinds |= (uint32_t)(fabs(v) <= 90) << SEMANTIC_LATITUDE;
		kinds |= (uint32_t)(fabs(v) <= 180) << SEMANTIC_LONGITUDE;
	}
	bool plain = s.n && ((*s.p | 32) >= 'a' ? (*s.p | 32) <= 'z' : (unsigned char)*s.p >= 0x80);
	int digits = means_digits(s);
	kinds |= (uint32_t)(digits >= 6 && digits <= 15) << SEMANTIC_PHONE_SHAPE;
	kinds |= (uint32_t)means_phone(s, digits) << SEMANTIC_PHONE;
	kinds |= (uint32_t)means_postal(s) << SEMANTIC_POSTAL;
	if (number)
		return kinds;
	if (means_country_code(s))
		kinds |= 1u << (s.n == 2 ? SEMANTIC_COUNTRY2 : SEMANTIC_COUNTRY3);
	kinds |= (uint32_t)(plain && means_country(s)) << SEMANTIC_COUNTRY;
	kinds |= (uint32_t)means_url(s) << SEMANTIC_URL;
	kinds |= (uint32_t)means_email(s) << SEMANTIC_EMAIL;
	kinds |= (uint32_t)means_path(s) << SEMANTIC_PATH;
	kinds |= (uint32_t)(means_ipv4(s) || means_ipv6(s)) << SEMANTIC_IP;
	kinds |= (uint32_t)means_list(s) << SEMANTIC_LIST;
	kinds |= (uint32_t)means_uuid(s) << SEMANTIC_UUID;
	kinds |= (uint32_t)means_iban(s) << SEMANTIC_IBAN;
	return kinds;
}
