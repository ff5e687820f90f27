/* SPDX-License-Identifier: MIT
 *
 * All of the comparison as JSON.
 */
#include <errno.h>
#include <jansson.h>

#include "compare/tables.h"

static json_t *
machine_json(const struct measurement *measurement)
{
	const struct machine *machine = &measurement->machine;
	json_t *cores = json_array();

	for (int i = 0; i < CORES_COUNT; i++)
		if (machine->cpu[i] != -1)
			json_array_append_new(cores, json_integer(machine->cpu[i]));
	return json_pack("{s:s, s:s, s:o, s:f}", "processor", machine->processor, "kernel",
		machine->kernel, "cores", cores, "load", machine->load);
}

static void
add(json_t *object, const char *name, double value, bool there)
{
	if (there)
		json_object_set_new(object, name, json_real(value));
}

static json_t *
figure_json(const struct figure *figure, enum quantity quantity, enum cores cores,
	enum medium medium, int size)
{
	bool there = figure->median > 0, trip = there && quantity == ROUND_TRIP;
	json_t *object = json_pack("{s:s, s:i, s:s, s:I, s:s}", "quantity",
		quantity == ROUND_TRIP ? "round trip" : "throughput", "cores", (int)cores + 1,
		"kind", medium_name(medium), "bytes", (json_int_t)size_bytes(size), "unit",
		quantity == ROUND_TRIP ? "ns" : "bytes/s");

	add(object, "median", figure->median, there);
	add(object, "p99", figure->p99, trip);
	add(object, "min", figure->least, there);
	add(object, "max", figure->most, there);
	add(object, "lost", figure->lost, there && !trip);
	if (trip) {
		json_object_set_new(object, "samples", json_integer(figure->samples));
		json_object_set_new(object, "batch", json_integer(figure->batch));
	}
	if (there) {
		json_object_set_new(object, "rounds", json_integer(figure->rounds));
		json_object_set_new(object, "messages", json_integer(figure->pieces));
	}
	if (figure->why[0] != '\0')
		json_object_set_new(object, "remark", json_string(figure->why));
	return object;
}

static json_t *
figures_json(const struct measurement *measurement)
{
	json_t *figures = json_array();

	for (int quantity = 0; quantity < QUANTITY_COUNT; quantity++)
		for (int cores = 0; cores < CORES_COUNT; cores++)
			for (int medium = 0; medium < MEDIUM_COUNT; medium++)
				for (int size = 0; size < SIZE_COUNT; size++) {
					const struct figure *figure =
						&measurement->figure[quantity][cores][medium][size];

					if (figure->known)
						json_array_append_new(figures,
							figure_json(figure, (enum quantity)quantity,
								(enum cores)cores,
								(enum medium)medium, size));
				}
	return figures;
}

static json_t *
facts_json(void)
{
	json_t *facts = json_array();

	for (int row = 0; row < ROW_COUNT; row++)
		for (int column = 0; column < COLUMN_COUNT; column++) {
			struct fact fact = fact_of((enum fact_row)row, (enum fact_column)column);

			json_array_append_new(facts,
				json_pack("{s:s, s:s, s:s, s:s, s:s}", "property",
					row_name((enum fact_row)row), "kind",
					column_name((enum fact_column)column), "is", fact.few,
					"because", fact.sentence, "lesson", fact.lesson));
		}
	return facts;
}

int
tables_write_json(FILE *out, const struct measurement *measurement)
{
	json_t *all = json_pack("{s:s, s:i, s:o, s:i, s:i, s:f, s:b, s:o, s:o}", "format",
		"ipcviz compare", "version", 1, "machine", machine_json(measurement), "seed",
		(int)measurement->seed, "rounds", (int)measurement->rounds, "seconds",
		measurement->seconds, "complete", measurement->over && !measurement->broken,
		"figures", figures_json(measurement), "facts", facts_json());

	if (all == NULL) {
		errno = ENOMEM;
		return -1;
	}
	int result = json_dumpf(all, out, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
	json_decref(all);
	return result == -1 || fputc('\n', out) == EOF ? -1 : 0;
}
