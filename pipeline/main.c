/* SPDX-License-Identifier: GPL-3.0-or-later */
/* argv -> command -> exit status; the only place that prints an error. */
#include "driver/driver.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	struct err e = { 0 };
	if (cli_main(argc, argv, stages, &e) == 0)
		return 0;
	fprintf(stderr, "%sdossier: %s\n", cli_prefix(), e.msg);
	return e.code ? (int)e.code : ERR_BUG;
}
