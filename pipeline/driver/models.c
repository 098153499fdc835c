/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/driver_int.h"
int cmd_models(const struct options *opt, const struct stage *const *table, struct err *e)
{ (void)opt; (void)table; (void)e; return 0; }
int cmd_importance(const struct options *opt, const struct stage *const *table, struct err *e)
{ (void)opt; (void)table; (void)e; return 0; }
