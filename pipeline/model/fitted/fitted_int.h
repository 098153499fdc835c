/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of a fitted model share. */
#ifndef MODEL_FITTED_INT_H
#define MODEL_FITTED_INT_H

#include "model/model_int.h"

#define MODEL_SCHEMA "dossier/model/2"
enum { MODEL_CAP = 1 << 30 };    /* bytes of model.json at most */

/* -1 when no learner of that name is there. */
int model_kind_of(const char *name);

#endif
