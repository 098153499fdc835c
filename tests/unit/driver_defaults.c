/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rooms have defaults of their own, for artifacts that were made without the driver; they are the
 * same as those of the table of settings. */
#include "test.h"

#include "driver/driver_int.h"
#include "report/report.h"
#include "stages/eda_int.h"

#define SAME(name) CHECK_STR(ours.name, theirs.name)

int main(void)
{
	json_t *m = settings_defaults();
#define X(key, value) test_near(json_num(m, "eda." #key, NAN), value, 0, "eda." #key, __FILE__, __LINE__);
	EDA_SETTINGS(X)
#undef X
	size_t n = 0;
#define X(key, value) n++;
	EDA_SETTINGS(X)
#undef X
	json_t *eda = json_object_get(m, "eda"), *value;
	const char *key;
	size_t numbers = 0;
	json_object_foreach(eda, key, value)
		numbers += json_is_number(value);
	CHECK(numbers == n);
	struct theme ours, theirs;
	report_theme(&ours, m);
	report_theme(&theirs, NULL);
	SAME(primary);
	SAME(accent);
	SAME(bg);
	SAME(surface);
	SAME(text);
	SAME(muted);
	SAME(ok);
	SAME(warn);
	SAME(error);
	SAME(font);
	SAME(paper);
	SAME(mode);
	json_decref(m);
	return test_end();
}
