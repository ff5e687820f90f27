/* SPDX-License-Identifier: MIT
 *
 * Both tables as text. Columns are as wide as their widest cell, as a terminal counts.
 */
#include "compare/tables.h"

#include <string.h>

#include "compare/figures.h"
#include "text/wrap.h"
#include "words.h"

enum { WIDTH = 80, GAP = 1 };

static int
columns_of(const char *text)
{
	return text_columns(text, strlen(text));
}

static void
print_cell(FILE *out, const char *text, int width, bool right)
{
	int blanks = width - columns_of(text);

	fprintf(out, "%*s%s%*s", right && blanks > 0 ? blanks : 0, "", text,
		!right && blanks > 0 ? blanks : 0, "");
}

/* Words for people, in lines that are indented. */
static void
print_words(FILE *out, const char *first, const char *words)
{
	int indent = columns_of(first);
	struct wrap wrap;

	wrap_init(&wrap, words, WIDTH - indent);
	for (int i = 0; i < wrap.n; i++) {
		if (i == 0)
			fputs(first, out);
		else
			fprintf(out, "%*s", indent, "");
		fprintf(out, "%.*s\n", (int)wrap.lines[i].length, words + wrap.lines[i].at);
	}
	wrap_fini(&wrap);
}

static int
label_width(void)
{
	int width = 0;

	for (int row = 0; row < ROW_COUNT; row++)
		if (columns_of(row_words((enum fact_row)row)) > width)
			width = columns_of(row_words((enum fact_row)row));
	return width + GAP;
}

static int
column_width(enum fact_column column)
{
	int width = columns_of(column_words(column));

	for (int row = 0; row < ROW_COUNT; row++) {
		struct fact fact = fact_of((enum fact_row)row, column);

		if (columns_of(fact.few) > width)
			width = columns_of(fact.few);
	}
	return width;
}

static void
print_proofs(FILE *out, fact_step *step, void *context)
{
	char proofs[512];

	fprintf(out, "\n%s\n\n", _("Proved by: lesson and step (ipcviz lesson NAME --step N)"));
	for (int row = 0; row < ROW_COUNT; row++) {
		size_t at = 0;

		proofs[0] = '\0';
		for (int column = 0; column < COLUMN_COUNT; column++) {
			struct fact fact = fact_of((enum fact_row)row, (enum fact_column)column);
			int number = step(context, &fact);

			if (number > 0 && at < sizeof proofs)
				at += (size_t)snprintf(proofs + at, sizeof proofs - at, "%s%s %d",
					at > 0 ? ", " : "", fact.lesson, number);
		}
		print_cell(out, row_words((enum fact_row)row), label_width(), false);
		fprintf(out, " %s\n", proofs);
	}
}

void
tables_print_facts(FILE *out, fact_step *step, void *context)
{
	fprintf(out, "%s\n\n", _("What each kind is"));
	for (int row = -1; row < ROW_COUNT; row++) {
		print_cell(
			out, row == -1 ? "" : row_words((enum fact_row)row), label_width(), false);
		for (int column = 0; column < COLUMN_COUNT; column++) {
			const char *text =
				row == -1
					? column_words((enum fact_column)column)
					: fact_of((enum fact_row)row, (enum fact_column)column).few;

			fputc(' ', out);
			if (column + 1 < COLUMN_COUNT)
				print_cell(
					out, text, column_width((enum fact_column)column), false);
			else
				fputs(text, out);
		}
		fputc('\n', out);
	}
	fprintf(out, "\n%s\n", _("* A queue with message types serves both directions at once."));
	print_proofs(out, step, context);
}

static void
print_figures(FILE *out, const struct measurement *measurement, const char *title,
	enum quantity quantity, enum cores cores, enum statistic statistic)
{
	char text[16];

	fprintf(out, "\n%s\n\n%-11s", title, "");
	for (int size = 0; size < SIZE_COUNT; size++)
		if (measurement->sized[size])
			fprintf(out, " %5s", size_short(size));
	fputc('\n', out);
	for (int medium = 0; medium < MEDIUM_COUNT; medium++) {
		if (!measurement->wanted[medium])
			continue;
		fprintf(out, "%-11s", medium_short((enum medium)medium));
		for (int size = 0; size < SIZE_COUNT; size++)
			if (measurement->sized[size])
				fprintf(out, " %5s",
					figure_text(
						&measurement->figure[quantity][cores][medium][size],
						quantity, statistic, text, sizeof text));
		fputc('\n', out);
	}
}

static void
print_legend(FILE *out, const struct measurement *measurement)
{
	fputc('\n', out);
	for (int medium = 0; medium < MEDIUM_COUNT; medium++)
		if (measurement->wanted[medium])
			fprintf(out, "%-11s %s\n", medium_name((enum medium)medium),
				medium_words((enum medium)medium));
}

void
tables_print_figures(FILE *out, const struct measurement *measurement)
{
	static const struct {
		enum quantity quantity;
		enum statistic statistic;
		const char *title[CORES_COUNT];
	} tables[] = {
		{ROUND_TRIP, MEDIAN,
			{N_("Round trip on one core, median, µs (message size in bytes)"),
				N_("Round trip on two cores, median, µs")}},
		{ROUND_TRIP, PERCENTILE_99,
			{N_("Round trip on one core, 99th percentile, µs"),
				N_("Round trip on two cores, 99th percentile, µs")}},
		{ROUND_TRIP, SLOWEST,
			{N_("Round trip on one core, the slowest, µs"),
				N_("Round trip on two cores, the slowest, µs")}},
		{THROUGHPUT, MEDIAN,
			{N_("One way on one core, MB/s (10^6 bytes)"),
				N_("One way on two cores, MB/s")}},
	};
	char text[512];
	bool two = measurement->machine.cpu[CORES_TWO] != -1;

	fprintf(out, "\n%s\n\n", _("How fast they are here"));
	print_words(out, "", machine_words(&measurement->machine, text, sizeof text));
	snprintf(text, sizeof text,
		_("%u measurements in %.0f s, %u for each figure, their order shuffled."),
		measurement->done, measurement->seconds, measurement->rounds);
	print_words(out, "", text);
	print_legend(out, measurement);
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (int cores = CORES_ONE; cores <= (two ? CORES_TWO : CORES_ONE); cores++)
			print_figures(out, measurement, _(tables[i].title[cores]),
				tables[i].quantity, (enum cores)cores, tables[i].statistic);
	fputc('\n', out);
	for (int i = 0; figures_remark(measurement, i, text, sizeof text) != NULL; i++)
		print_words(out, "- ", text);
	if (measurement->broken)
		print_words(out, "- ", _("The measuring ended before it was done."));
	if (figures_lesson(measurement, 0, text, sizeof text) != NULL)
		fprintf(out, "\n%s\n\n", _("What that says"));
	for (int i = 0; figures_lesson(measurement, i, text, sizeof text) != NULL; i++)
		print_words(out, "- ", text);
}
