/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that have a latitude and a longitude: where they lie. */
#include "profile/keys_int.h"

static int column_of(const struct coding *c, const char *semantic)
{
	for (int i = 0; i < c->ncols; i++)
		if (c->cols[i].var->semantic && strcmp(c->cols[i].var->semantic, semantic) == 0)
			return i;
	return -1;
}

static void extend(struct place_profile *p, double lat, double lon)
{
	p->south = p->n ? fmin(p->south, lat) : lat;
	p->north = p->n ? fmax(p->north, lat) : lat;
	p->west = p->n ? fmin(p->west, lon) : lon;
	p->east = p->n ? fmax(p->east, lon) : lon;
	p->n++;
}

static void take_batch(struct place_profile *p, const double *lat, const double *lon,
	const struct batch *b, int64_t step)
{
	for (int64_t i = 0; i < b->rows; i++) {
		if (isnan(lat[i]) || isnan(lon[i]))
			continue;
		if (lat[i] == 0 && lon[i] == 0) {
			p->zeros++;
		} else if (fabs(lat[i]) > 90 || fabs(lon[i]) > 180) {
			p->outside++;
		} else {
			extend(p, lat[i], lon[i]);
			if ((b->first_row + i) % step == 0 && p->npoints < PLACE_POINTS) {
				p->x[p->npoints] = lon[i];
				p->y[p->npoints++] = lat[i];
			}
		}
	}
}

void places_search(const struct coding *c, struct keys_profile *out, struct arena *a)
{
	int lat = column_of(c, "latitude"), lon = column_of(c, "longitude");
	if (lat < 0 || lon < 0)
		return;
	struct place_profile *p = arena_alloc(a, sizeof *p);
	*p = (struct place_profile){ .latitude = lat, .longitude = lon, .south = NAN,
		.north = NAN, .west = NAN, .east = NAN,
		.x = arena_calloc(a, PLACE_POINTS, sizeof *p->x),
		.y = arena_calloc(a, PLACE_POINTS, sizeof *p->y) };
	int64_t step = table_nrows(c->table) / PLACE_POINTS + 1;
	double *x = arena_calloc(a, 2 * BATCH_ROWS, sizeof *x), *y = x + BATCH_ROWS;
	for (int64_t i = 0; i < table_nbatches(c->table); i++) {
		const struct batch *b = table_batch(c->table, i);
		cells_number(&b->cols[c->cols[lat].var->col], 0, b->rows, x);
		cells_number(&b->cols[c->cols[lon].var->col], 0, b->rows, y);
		take_batch(p, x, y, b, step);
	}
	out->place = p;
}
