/* SPDX-License-Identifier: MIT
 *
 * The figures as comma-separated values.
 */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "compare/tables.h"

#ifdef HAVE_LIBCSV

#include <csv.h>

/* A line of fields; the last is NULL. */
static int
write_line(FILE *out, const char *const *fields)
{
	for (int i = 0; fields[i] != NULL; i++)
		if ((i > 0 && fputc(',', out) == EOF) ||
			csv_fwrite(out, fields[i], strlen(fields[i])) == EOF)
			return -1;
	return fputs("\r\n", out) == EOF ? -1 : 0;
}

static const char *
number(char buf[32], double value, bool there)
{
	if (there)
		snprintf(buf, 32, "%.10g", value);
	else
		buf[0] = '\0';
	return buf;
}

static int
write_figure(FILE *out, const struct figure *figure, enum quantity quantity, enum cores cores,
	enum medium medium, int size)
{
	char bytes[32], median[32], p99[32], least[32], most[32], samples[32], batch[32],
		rounds[32], pieces[32], lost[32];
	bool there = figure->median > 0, trip = there && quantity == ROUND_TRIP;

	return write_line(out,
		(const char *const[]){quantity == ROUND_TRIP ? "round trip" : "throughput",
			cores == CORES_ONE ? "1" : "2", medium_name(medium),
			number(bytes, (double)size_bytes(size), true),
			quantity == ROUND_TRIP ? "ns" : "bytes/s",
			number(median, figure->median, there), number(p99, figure->p99, trip),
			number(least, figure->least, there), number(most, figure->most, there),
			number(samples, figure->samples, trip), number(batch, figure->batch, trip),
			number(rounds, figure->rounds, there),
			number(pieces, figure->pieces, there),
			number(lost, figure->lost, there && !trip), figure->why, NULL});
}

int
tables_write_csv(FILE *out, const struct measurement *measurement)
{
	static const char *const names[] = {"quantity", "cores", "kind", "bytes", "unit", "median",
		"p99", "min", "max", "samples", "round trips a sample", "rounds", "messages",
		"lost", "remark", NULL};
	int result = write_line(out, names);

	for (int quantity = 0; quantity < QUANTITY_COUNT; quantity++)
		for (int cores = 0; cores < CORES_COUNT; cores++)
			for (int medium = 0; medium < MEDIUM_COUNT; medium++)
				for (int size = 0; size < SIZE_COUNT; size++) {
					const struct figure *figure =
						&measurement->figure[quantity][cores][medium][size];

					if (result == 0 && figure->known)
						result = write_figure(out, figure,
							(enum quantity)quantity, (enum cores)cores,
							(enum medium)medium, size);
				}
	return result;
}

#else

int
tables_write_csv(FILE *out, const struct measurement *measurement)
{
	(void)out;
	(void)measurement;
	errno = ENOTSUP;
	return -1;
}

#endif
