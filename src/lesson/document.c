/* SPDX-License-Identifier: MIT
 *
 * Finds the parts of a lesson.md. See document.h.
 */
#include "lesson/document.h"

#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "lesson/text.h"
#include "words.h"

static int
line_at(const char *text, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset; i++)
		line += text[i] == '\n';
	return line;
}

/* What no part may contain, said once for the whole file. */
static int
text_check(const char *file, const char *text, size_t length, struct problem *problem)
{
	const uint8_t *bad;
	size_t control;

	if (length > LESSON_BYTES_MAX)
		return problem_set(problem, file, 0,
			_("the lesson is longer than %d KiB: split it"), LESSON_BYTES_MAX / 1024);
	bad = u8_check((const uint8_t *)text, length);
	if (bad != NULL)
		return problem_set(problem, file,
			line_at(text, (size_t)(bad - (const uint8_t *)text)),
			_("this is not UTF-8: save the file as UTF-8"));
	control = text_control(text, length);
	if (control < length)
		return problem_set(problem, file, line_at(text, control),
			_("there is a control character (0x%02x) in this line: take it out"),
			(unsigned)(unsigned char)text[control]);
	return 0;
}

/* Is the line at `at` three dashes and nothing else? *next gets the start of the following line. */
static bool
is_fence(const char *text, size_t length, size_t at, size_t *next)
{
	const char *end = memchr(text + at, '\n', length - at);
	size_t stop = end != NULL ? (size_t)(end - text) : length;

	*next = end != NULL ? stop + 1 : length;
	while (stop > at && strchr(" \t\r", text[stop - 1]) != NULL)
		stop--;
	return stop - at == 3 && memcmp(text + at, "---", 3) == 0;
}

/* Reads the front matter; *body gets the offset of what follows it. */
static int
front_read(struct document *document, const char *text, size_t length, size_t *body,
	struct problem *problem)
{
	size_t start, at, next;

	if (!is_fence(text, length, 0, &start))
		return problem_set(problem, document->file, 1,
			_("the first line must be `---`: a lesson begins with its front matter "
			  "(title, idea, "
			  "cast) between two such lines"));
	for (at = start; at < length; at = next)
		if (is_fence(text, length, at, &next))
			break;
	if (at >= length)
		return problem_set(problem, document->file, 1,
			_("the front matter does not end: put a line `---` after it"));
	*body = next;
	document->front = tree_parse(document->file, 2, text + start, at - start, problem);
	if (document->front == NULL)
		return -1;
	if (document->front->kind != NODE_MAP)
		return problem_set(problem, document->file, document->front->line,
			_("the front matter must be `key: value` lines: title, idea, cast"));
	return 0;
}

static int
section_begin(struct document *document, cmark_node *node, int line, struct problem *problem)
{
	struct section *sections;

	if (document->n_sections == LESSON_STEPS_MAX)
		return problem_set(problem, document->file, line,
			_("more than %d steps: split the lesson"), LESSON_STEPS_MAX);
	sections = reallocarray(
		document->sections, document->n_sections + 1, sizeof *document->sections);
	if (sections == NULL)
		return problem_set(problem, document->file, line, _("no memory"));
	document->sections = sections;
	sections[document->n_sections] = (struct section){.line = line};
	sections[document->n_sections].title = text_inline(node, document->file, line, problem);
	if (sections[document->n_sections++].title == NULL)
		return -1;
	if (sections[document->n_sections - 1].title[0] == '\0')
		return problem_set(problem, document->file, line,
			_("this step has no title: write one after ##"));
	return 0;
}

static int
block_read(struct document *document, cmark_node *node, int line, struct problem *problem)
{
	const char *yaml = cmark_node_get_literal(node);
	struct section *section;

	if (document->n_sections == 0)
		return problem_set(problem, document->file, line,
			_("an ipcviz block belongs to a step: put a `## Title` above it"));
	section = &document->sections[document->n_sections - 1];
	if (section->block != NULL)
		return problem_set(problem, document->file, line,
			_("this step has an ipcviz block already: join the two, or begin a step "
			  "with ##"));
	section->block = tree_parse(document->file, line + 1, yaml, strlen(yaml), problem);
	if (section->block == NULL)
		return -1;
	if (section->block->kind != NODE_MAP)
		return problem_set(problem, document->file, section->block->line,
			_("an ipcviz block must be `key: value` lines: step, moves, seen"));
	return 0;
}

static bool
is_ipcviz(cmark_node *node)
{
	const char *info;

	if (cmark_node_get_type(node) != CMARK_NODE_CODE_BLOCK)
		return false;
	info = cmark_node_get_fence_info(node);
	return info != NULL && strncmp(info, "ipcviz", 6) == 0 &&
	       (info[6] == '\0' || info[6] == ' ');
}

static int
body_read(struct document *document, cmark_node *root, int before, struct problem *problem)
{
	for (cmark_node *node = cmark_node_first_child(root); node != NULL;
		node = cmark_node_next(node)) {
		int line = before + cmark_node_get_start_line(node), failed;
		struct words *words = &document->words;

		if (document->n_sections > 0)
			words = &document->sections[document->n_sections - 1].words;
		if (cmark_node_get_type(node) == CMARK_NODE_HEADING &&
			cmark_node_get_heading_level(node) == 2)
			failed = section_begin(document, node, line, problem);
		else if (cmark_node_get_type(node) == CMARK_NODE_HEADING &&
			 cmark_node_get_heading_level(node) == 1)
			failed = problem_set(problem, document->file, line,
				_("the lesson's title is in its front matter: take this heading "
				  "out, or make it "
				  "## for a step"));
		else if (is_ipcviz(node))
			failed = block_read(document, node, line, problem);
		else
			failed = words_add(words, node, document->file, before, problem);
		if (failed < 0)
			return -1;
	}
	return 0;
}

static int
sections_check(const struct document *document, struct problem *problem)
{
	if (document->n_sections == 0)
		return problem_set(problem, document->file, 0,
			_("the lesson has no step: begin one with `## Title`"));
	for (unsigned i = 0; i < document->n_sections; i++)
		if (document->sections[i].block == NULL)
			return problem_set(problem, document->file, document->sections[i].line,
				_("this step has no block ```ipcviz: add one with at least `step: "
				  "name`"));
	return 0;
}

int
document_init(struct document *document, const char *file, const char *text, size_t length,
	struct problem *problem)
{
	size_t body = 0;
	cmark_node *root;
	int failed;

	*document = (struct document){.file = strdup(file)};
	if (document->file == NULL)
		return problem_set(problem, file, 0, _("no memory"));
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3; /* a byte order mark */
		length -= 3;
	}
	if (text_check(file, text, length, problem) < 0 ||
		front_read(document, text, length, &body, problem) < 0)
		return -1;
	root = cmark_parse_document(text + body, length - body, CMARK_OPT_DEFAULT);
	failed = body_read(document, root, line_at(text, body) - 1, problem);
	cmark_node_free(root);
	return failed < 0 ? -1 : sections_check(document, problem);
}

void
document_fini(struct document *document)
{
	free(document->file);
	tree_free(document->front);
	words_fini(&document->words);
	for (unsigned i = 0; i < document->n_sections; i++) {
		free(document->sections[i].title);
		words_fini(&document->sections[i].words);
		tree_free(document->sections[i].block);
	}
	free(document->sections);
}
