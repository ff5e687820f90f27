/* SPDX-License-Identifier: MIT
 *
 * What measurements are told by: order statistics, figures in five cells, CSV and JSON that other programs read back.
 */
#include <check.h>
#include <csv.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compare/facts.h"
#include "compare/figures.h"
#include "compare/tables.h"
#include "measure/statistics.h"

START_TEST(quantiles)
{
	float values[] = {5, 1, 4, 2, 3};
	float hundred[100];

	values_sort(values, 5);
	ck_assert_double_eq(values_median(values, 5), 3);
	ck_assert_double_eq(values_median(values, 4), 2.5);
	ck_assert_double_eq(values_quantile(values, 5, 0), 1);
	ck_assert_double_eq(values_quantile(values, 5, 0.5), 3);
	ck_assert_double_eq(values_quantile(values, 5, 0.99), 5);
	ck_assert_double_eq(values_quantile(values, 5, 1), 5);
	ck_assert_double_eq(values_median(NULL, 0), 0);
	ck_assert_double_eq(values_quantile(NULL, 0, 0.99), 0);
	for (int i = 0; i < 100; i++)
		hundred[i] = (float)(100 - i);
	values_sort(hundred, 100);
	ck_assert_double_eq(values_quantile(hundred, 100, 0.99), 99);
	ck_assert_double_eq(values_quantile(hundred, 100, 0.01), 1);
	ck_assert_double_eq(values_median(hundred, 100), 50.5);
}
END_TEST

static const char *
text_of(double ns)
{
	static char text[16];
	struct figure figure = {.known = true, .median = ns};

	return figure_text(&figure, ROUND_TRIP, MEDIAN, text, sizeof text);
}

START_TEST(figures_in_five_cells)
{
	struct figure unknown = {0};
	char text[16];

	ck_assert_str_eq(text_of(143), "0.14");
	ck_assert_str_eq(text_of(9994), "9.99");
	ck_assert_str_eq(text_of(9996), "10.0");
	ck_assert_str_eq(text_of(99960), "100");
	ck_assert_str_eq(text_of(99999000), "99999");
	ck_assert_str_eq(text_of(100000000), "100k");
	ck_assert_str_eq(text_of(0), "-");
	ck_assert_str_eq(figure_text(&unknown, ROUND_TRIP, MEDIAN, text, sizeof text), "");
}
END_TEST

/* A measurement as one could be; its remark has everything that has to be quoted. */
static struct measurement *
example(void)
{
	struct measurement *known = calloc(1, sizeof *known);

	*known = (struct measurement){.seed = 7, .rounds = 3, .over = true};
	strcpy(known->machine.processor, "A \"fast\" one, really");
	strcpy(known->machine.kernel, "Linux 6");
	known->machine.cpu[CORES_ONE] = 1;
	for (int i = 0; i < MEDIUM_COUNT; i++)
		known->wanted[i] = true;
	known->figure[ROUND_TRIP][CORES_ONE][MEDIUM_PIPE][0] = (struct figure){.known = true,
		.median = 6500,
		.p99 = 9000,
		.least = 6000,
		.most = 70000,
		.samples = 5000,
		.batch = 1,
		.rounds = 3,
		.pieces = 1};
	known->figure[THROUGHPUT][CORES_TWO][MEDIUM_UDP][6] = (struct figure){.known = true,
		.median = 5e8,
		.least = 4e8,
		.most = 6e8,
		.lost = 0.25,
		.rounds = 3,
		.pieces = 1};
	known->figure[ROUND_TRIP][CORES_ONE][MEDIUM_MQ][0] =
		(struct figure){.known = true, .why = "refused, says \"it\"\n, twice"};
	return known;
}

typedef int writer(FILE *out, const struct measurement *measurement);

static char *
written(writer *write, size_t *length)
{
	struct measurement *known = example();
	char *text = NULL;
	FILE *out = open_memstream(&text, length);

	ck_assert_int_eq(write(out, known), 0);
	fclose(out);
	free(known);
	return text;
}

struct rows {
	int rows, fields, wrong;
	char last[8][128];
};

static void
take_field(void *field, size_t length, void *context)
{
	struct rows *rows = context;

	if (rows->rows == 2 && rows->fields == 14)
		snprintf(rows->last[0], sizeof rows->last[0], "%.*s", (int)length, (char *)field);
	if (rows->rows == 3 && rows->fields == 5)
		snprintf(rows->last[1], sizeof rows->last[1], "%.*s", (int)length, (char *)field);
	rows->fields++;
}

static void
take_row(int end, void *context)
{
	struct rows *rows = context;

	(void)end;
	rows->wrong += rows->fields != 15;
	rows->fields = 0;
	rows->rows++;
}

START_TEST(csv_reads_back)
{
	struct csv_parser parser;
	struct rows rows = {0};
	size_t length;
	char *text = written(tables_write_csv, &length);

	ck_assert_int_eq(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), 0);
	ck_assert_uint_eq(csv_parse(&parser, text, length, take_field, take_row, &rows), length);
	ck_assert_int_eq(csv_fini(&parser, take_field, take_row, &rows), 0);
	csv_free(&parser);
	ck_assert_int_eq(rows.rows, 4);
	ck_assert_int_eq(rows.wrong, 0);
	ck_assert_str_eq(rows.last[0], "refused, says \"it\"\n, twice");
	ck_assert_str_eq(rows.last[1], "500000000");
	ck_assert_str_eq(text + length - 2, "\r\n");
	free(text);
}
END_TEST

START_TEST(json_reads_back)
{
	size_t length;
	char *text = written(tables_write_json, &length);
	json_error_t error;
	json_t *all = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error), *figures, *figure;

	ck_assert_msg(all != NULL, "%s", error.text);
	ck_assert_str_eq(
		json_string_value(json_object_get(json_object_get(all, "machine"), "processor")),
		"A \"fast\" one, really");
	ck_assert(json_is_true(json_object_get(all, "complete")));
	figures = json_object_get(all, "figures");
	ck_assert_uint_eq(json_array_size(figures), 3);
	figure = json_array_get(figures, 0);
	ck_assert_str_eq(json_string_value(json_object_get(figure, "kind")), "pipe");
	ck_assert_double_eq(json_number_value(json_object_get(figure, "median")), 6500);
	ck_assert_int_eq(json_integer_value(json_object_get(figure, "samples")), 5000);
	figure = json_array_get(figures, 1);
	ck_assert_ptr_null(json_object_get(figure, "median"));
	ck_assert_str_eq(json_string_value(json_object_get(figure, "remark")),
		"refused, says \"it\"\n, twice");
	figure = json_array_get(figures, 2);
	ck_assert_double_eq(json_number_value(json_object_get(figure, "lost")), 0.25);
	ck_assert_uint_eq(json_array_size(json_object_get(all, "facts")), ROW_COUNT * COLUMN_COUNT);
	json_decref(all);
	free(text);
}
END_TEST

START_TEST(every_fact_is_there)
{
	for (int row = 0; row < ROW_COUNT; row++)
		for (int column = 0; column < COLUMN_COUNT; column++) {
			struct fact fact = fact_of((enum fact_row)row, (enum fact_column)column);

			ck_assert_msg(
				fact.few != NULL && fact.sentence != NULL && fact.lesson != NULL,
				"%s, %s", row_name((enum fact_row)row),
				column_name((enum fact_column)column));
			ck_assert_msg(strlen(fact.few) <= 9, "%s", fact.few);
		}
}
END_TEST

START_TEST(remarks_are_told_once)
{
	struct measurement *known = example();
	char text[512];
	int n = 0;

	for (int quantity = 0; quantity < QUANTITY_COUNT; quantity++)
		for (int cores = 0; cores < CORES_COUNT; cores++)
			for (int size = 8; size < SIZE_COUNT; size++)
				strcpy(known->figure[quantity][cores][MEDIUM_TCP][size].why,
					"closed");
	while (figures_remark(known, n, text, sizeof text) != NULL)
		n++;
	ck_assert_int_eq(n, 3); /* what UDP lost, the queue's refusal, and this */
	ck_assert_ptr_nonnull(figures_remark(known, 2, text, sizeof text));
	ck_assert_str_eq(text, "tcp, 64 KiB – 1 MiB: closed.");
	free(known);
}
END_TEST

START_TEST(sentences_need_their_figures)
{
	struct measurement *known = example();
	char text[512];

	ck_assert_ptr_null(figures_lesson(known, 0, text, sizeof text));
	known->machine.cpu[CORES_TWO] = 0;
	known->figure[ROUND_TRIP][CORES_TWO][MEDIUM_SHM_SPIN][0].median = 500;
	known->figure[ROUND_TRIP][CORES_TWO][MEDIUM_SHM_FUTEX][0].median = 50000;
	ck_assert_ptr_nonnull(figures_lesson(known, 0, text, sizeof text));
	ck_assert_ptr_nonnull(strstr(text, "100 times"));
	ck_assert_ptr_null(figures_lesson(known, 1, text, sizeof text));
	free(known);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("measure");
	TCase *all = tcase_create("all");

	tcase_add_test(all, quantiles);
	tcase_add_test(all, figures_in_five_cells);
	tcase_add_test(all, csv_reads_back);
	tcase_add_test(all, json_reads_back);
	tcase_add_test(all, every_fact_is_there);
	tcase_add_test(all, remarks_are_told_once);
	tcase_add_test(all, sentences_need_their_figures);
	suite_add_tcase(suite, all);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
