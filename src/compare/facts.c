/* SPDX-License-Identifier: MIT
 *
 * facts.def as a table.
 */
#include "compare/facts.h"

#include "words.h"

static const struct fact facts[ROW_COUNT][COLUMN_COUNT] = {
#define FACT(row, column, few, sentence, lesson, step)                                             \
	[ROW_##row][COLUMN_##column] = {few, sentence, lesson, step},
#include "compare/facts.def"
#undef FACT
};

struct words {
	const char *name, *words;
};

static const struct words columns[COLUMN_COUNT] = {
#define COLUMN(id, name, words) {name, words},
#include "compare/facts.def"
#undef COLUMN
};

static const struct words rows[ROW_COUNT] = {
#define ROW(id, name, words) {name, words},
#include "compare/facts.def"
#undef ROW
};

struct fact
fact_of(enum fact_row row, enum fact_column column)
{
	struct fact fact = facts[row][column];

	fact.few = _(fact.few);
	fact.sentence = _(fact.sentence);
	return fact;
}

const char *
column_words(enum fact_column column)
{
	return _(columns[column].words);
}

const char *
row_words(enum fact_row row)
{
	return _(rows[row].words);
}

const char *
column_name(enum fact_column column)
{
	return columns[column].name;
}

const char *
row_name(enum fact_row row)
{
	return rows[row].name;
}
