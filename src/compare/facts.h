/* SPDX-License-Identifier: MIT
 *
 * The comparison that is no matter of speed: a table of what each kind is, has and has not, in which every cell knows the
 * lesson step that proves it.
 */
#ifndef IPCVIZ_COMPARE_FACTS_H
#define IPCVIZ_COMPARE_FACTS_H

enum fact_column {
#define COLUMN(id, name, words) COLUMN_##id,
#include "compare/facts.def"
#undef COLUMN
	COLUMN_COUNT
};

enum fact_row {
#define ROW(id, name, words) ROW_##id,
#include "compare/facts.def"
#undef ROW
	ROW_COUNT
};

struct fact {
	const char *few;           /* for the table */
	const char *sentence;      /* for who looks closer */
	const char *lesson, *step; /* what proves it */
};

/* Words are in the reader's language; names are the same in all. */
struct fact fact_of(enum fact_row row, enum fact_column column);
const char *column_words(enum fact_column column);
const char *row_words(enum fact_row row);
const char *column_name(enum fact_column column);
const char *row_name(enum fact_row row);

#endif
