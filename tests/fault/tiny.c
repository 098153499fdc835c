/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier with three stages that take no time: the driver is the same, so every file operation of a
 * run can be made to fail in turn within seconds. */
#include "tiny_stages.h"

/* The real ones would bring every library along. */
size_t stages_formats(const struct stage_format **v)
{
	*v = NULL;
	return 0;
}

int stages_batch_page(const char *share, const json_t *summary, const char *path, struct err *e)
{
	(void)share;
	(void)summary;
	return file_replace(path, "a page\n", 7, e);
}

const struct stage stage_predict = { .name = "predict", .version = "0" };

int main(int argc, char **argv)
{
	struct err e = { 0 };
	if (cli_main(argc, argv, tiny_stages, &e) == 0)
		return 0;
	fprintf(stderr, "dossier: %s\n", e.msg);
	return (int)e.code;
}
