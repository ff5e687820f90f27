/* SPDX-License-Identifier: MIT
 *
 * Any text as a lesson, and as a translation of one: it is read, or refused with a sentence and a
 * line that it has.
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "lesson/lesson.h"

const char *const fuzz_seeds[] = {"@data/lessons/*/lesson*.md", "---\n---\n", NULL};

const char *const fuzz_tokens[] = {"---\n", "```ipcviz\n", "```\n", "\n## ", "\n- ", "  - ", ": ",
	"{", "}", "[", "]", "who: ", "state: blocked", "call: read",
	"until: ", "ask: ", "choices:\n", "says: ", "when: ", "restart", "free: yes", "seen:\n",
	"moves:\n", "step: ", "words:\n", "&a ", "*a", "!!str ", "\"", "'", "|\n", ">\n", "\\x1b",
	"&#27;", "<!-- ", "<b>", "\t", "\r\n", "\xef\xbb\xbf", "\xed\x95\x9c", "999999999999", "-1",
	"\n\n", "# ", "*", "`", "> ", "1. ", NULL};

static const char original[] = "---\ntitle: T\nidea: I.\ncast:\n  - {name: a, program: p}\n---\n"
			       "## One\n```ipcviz\nstep: one\nmoves:\n  - ask: Q?\n    choices:\n"
			       "      - {says: x, when: {what: died}}\n"
			       "      - {says: y, when: {what: born}}\n  - try: this\n```\n";

static int
lines_of(const uint8_t *data, size_t size)
{
	int lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	return lines;
}

/* All that a reader would do with it. */
static void
walk(const struct lesson *lesson)
{
	char text[64];

	for (unsigned i = 0; i < lesson->n_steps; i++) {
		const struct step *step = &lesson->steps[i];

		assert(step->name != NULL && step->title != NULL);
		assert(lesson_step(lesson, step->name) == (int)i);
		for (unsigned j = 0; j < step->n_moves; j++) {
			move_text(&step->moves[j], text, sizeof text);
			match_text(&step->moves[j].until, text, sizeof text);
			assert(step->moves[j].who == NULL ||
				lesson_cast(lesson, step->moves[j].who) >= 0);
		}
		for (unsigned j = 0; j < step->words.n_blocks; j++)
			assert(strpbrk(step->words.blocks[j].text, "\033\x7f") == NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problem problem = {0};
	struct lesson *lesson =
		lesson_parse("lessons/01-x", (const char *)data, size, NULL, 0, &problem);
	int lines = lines_of(data, size);

	if (lesson != NULL)
		walk(lesson);
	else
		assert(problem.what[0] != '\0' && problem.line >= 0 && problem.line <= lines + 1);
	lesson_free(lesson);

	lesson = lesson_parse(
		"lessons/01-x", original, sizeof original - 1, (const char *)data, size, &problem);
	if (lesson != NULL)
		walk(lesson);
	lesson_free(lesson);
	return 0;
}
