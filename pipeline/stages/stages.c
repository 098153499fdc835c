/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of a job, in running order. */
#include "stages/stages.h"

extern const struct stage stage_ingest, stage_eda, stage_clarify, stage_modeling, stage_report, stage_qa;

const struct stage *const stages[] = {
	&stage_ingest, &stage_eda, &stage_clarify, &stage_modeling, &stage_report, &stage_qa, NULL,
};
