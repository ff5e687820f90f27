/* SPDX-License-Identifier: MIT
 *
 * CommonMark to blocks and marks. See text.h.
 */
#include "lesson/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

enum { LISTS_MAX = 4 };

size_t
text_control(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\r' && i + 1 < length && text[i + 1] == '\n')
			continue; /* any other would end a line here and not there */
		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			return i;
		if (c == 0xc2 && i + 1 < length && ((unsigned char)text[i + 1] & 0xe0) == 0x80)
			return i; /* U+0080 to U+009F: a terminal may take them for commands */
	}
	return length;
}

/* Writes literal text; what entities smuggled in (&#27;) becomes a blank. */
static void
put_clean(FILE *out, const char *literal, bool keep_newlines)
{
	size_t length = strlen(literal);

	for (size_t i = 0; i < length; i++) {
		if (text_control(literal + i, length - i) == 0) {
			i += (unsigned char)literal[i] == 0xc2;
			putc(' ', out);
		} else if (literal[i] == '\t' && keep_newlines) {
			fputs("    ", out);
		} else if (literal[i] == '\t' || literal[i] == '\r' ||
			   (literal[i] == '\n' && !keep_newlines)) {
			putc(' ', out);
		} else {
			putc(literal[i], out);
		}
	}
}

static bool
is_comment(const char *html)
{
	return html != NULL && strncmp(html, "<!--", 4) == 0;
}

static int
refuse_html(const char *file, int line, struct problem *problem)
{
	return problem_set(problem, file, line,
		_("HTML cannot be shown here: write it in Markdown, or in `backquotes` if it is to "
		  "be read"));
}

/* Emphasis does not nest on a screen: only the outermost marks are kept. */
struct inline_state {
	FILE *out;
	int emphasis;
};

static int
inline_event(struct inline_state *state, cmark_node *node, bool enter, const char *file, int line,
	struct problem *problem)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		put_clean(state->out, cmark_node_get_literal(node), false);
		break;
	case CMARK_NODE_SOFTBREAK:
		putc(' ', state->out);
		break;
	case CMARK_NODE_LINEBREAK:
		putc('\n', state->out);
		break;
	case CMARK_NODE_CODE:
		putc(MARK_CODE, state->out);
		put_clean(state->out, cmark_node_get_literal(node), false);
		putc(MARK_CODE_END, state->out);
		break;
	case CMARK_NODE_EMPH:
	case CMARK_NODE_STRONG:
		if (enter && state->emphasis++ == 0)
			putc(MARK_EMPHASIS, state->out);
		if (!enter && --state->emphasis == 0)
			putc(MARK_EMPHASIS_END, state->out);
		break;
	case CMARK_NODE_LINK:
		if (!enter && strncmp(cmark_node_get_url(node), "http", 4) == 0) {
			fputs(" (", state->out);
			put_clean(state->out, cmark_node_get_url(node), false);
			putc(')', state->out);
		}
		break;
	case CMARK_NODE_HTML_INLINE:
		if (!is_comment(cmark_node_get_literal(node)))
			return refuse_html(file, line, problem);
		break;
	default:
		break;
	}
	return 0;
}

char *
text_inline(cmark_node *node, const char *file, int line, struct problem *problem)
{
	char *text = NULL;
	size_t size = 0;
	struct inline_state state = {.out = open_memstream(&text, &size)};
	cmark_iter *iter = cmark_iter_new(node);
	cmark_event_type type;
	int failed = 0;

	while (state.out != NULL && failed == 0 &&
		(type = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		failed = inline_event(&state, cmark_iter_get_node(iter), type == CMARK_EVENT_ENTER,
			file, line, problem);
	cmark_iter_free(iter);
	if (state.out == NULL || fclose(state.out) != 0)
		failed = problem_set(problem, file, line, _("no memory"));
	if (failed == 0)
		return text;
	free(text);
	return NULL;
}

char *
text_marked(const char *source, const char *file, int line, struct problem *problem)
{
	cmark_node *document = cmark_parse_document(source, strlen(source), CMARK_OPT_DEFAULT);
	char *text = NULL;

	for (cmark_node *node = cmark_node_first_child(document); node != NULL;
		node = cmark_node_next(node)) {
		char *paragraph, *joined;

		if (cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH) {
			problem_set(problem, file, line,
				_("only plain paragraphs with `code` and *emphasis* fit here: a "
				  "text that begins "
				  "like a list or a heading needs a backslash before its first "
				  "character"));
			goto fail;
		}
		paragraph = text_inline(node, file, line, problem);
		if (paragraph == NULL)
			goto fail;
		if (text == NULL) {
			text = paragraph;
			continue;
		}
		if (asprintf(&joined, "%s\n\n%s", text, paragraph) < 0)
			joined = NULL;
		free(text);
		free(paragraph);
		text = joined;
		if (text == NULL) {
			problem_set(problem, file, line, _("no memory"));
			goto fail;
		}
	}
	if (text == NULL)
		problem_set(problem, file, line, _("words are missing here: write some"));
	cmark_node_free(document);
	return text;
fail:
	free(text);
	cmark_node_free(document);
	return NULL;
}

/* --- blocks
 * -----------------------------------------------------------------------------------------------------
 */

struct block_state {
	struct words *words;
	const char *file;
	int before;
	struct problem *problem;
	int next[LISTS_MAX + 1]; /* by depth: the next item's number; 0: bullets */
	int depth;
	bool item; /* an item began and has no text yet */
};

/* Takes `text` over. */
static int
block_add(struct block_state *state, enum block_kind kind, int line, char *text)
{
	struct words *words = state->words;
	struct block *blocks;

	if (text == NULL)
		return -1;
	blocks = reallocarray(words->blocks, words->n_blocks + 1, sizeof *blocks);
	if (blocks == NULL) {
		free(text);
		return problem_set(state->problem, state->file, line, _("no memory"));
	}
	words->blocks = blocks;
	blocks[words->n_blocks++] = (struct block){.kind = kind,
		.number = kind == BLOCK_ITEM && state->next[state->depth] > 0
				  ? state->next[state->depth]++
				  : 0,
		.depth = state->depth,
		.text = text};
	state->item = false;
	return 0;
}

/* An item without a paragraph of its own (it begins with code or a list, or is empty). */
static int
item_flush(struct block_state *state, int line)
{
	return state->item ? block_add(state, BLOCK_ITEM, line, strdup("")) : 0;
}

static char *
code_text(const char *literal)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	put_clean(out, literal, true);
	if (fclose(out) != 0)
		return NULL;
	while (size > 0 && text[size - 1] == '\n')
		text[--size] = '\0';
	return text;
}

/* A heading below ## is a short emphasised paragraph. */
static char *
heading_text(cmark_node *node, const char *file, int line, struct problem *problem)
{
	char *text = text_inline(node, file, line, problem), *marked, *out;

	if (text == NULL || (marked = malloc(strlen(text) + 3)) == NULL)
		return text;
	out = marked;
	*out++ = MARK_EMPHASIS;
	for (const char *in = text; *in != '\0'; in++)
		if (*in < MARK_CODE || *in > MARK_EMPHASIS_END)
			*out++ = *in;
	*out++ = MARK_EMPHASIS_END;
	*out = '\0';
	free(text);
	return marked;
}

static int
list_enter(struct block_state *state, cmark_node *node, int line)
{
	bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;

	if (item_flush(state, line) < 0)
		return -1;
	if (state->depth == LISTS_MAX)
		return problem_set(state->problem, state->file, line,
			_("lists are nested too deep for a screen: make them flatter"));
	state->next[++state->depth] = ordered ? cmark_node_get_list_start(node) : 0;
	return 0;
}

static int
block_enter(struct block_state *state, cmark_node *node, int line)
{
	const char *fence;

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_LIST:
		return list_enter(state, node, line);
	case CMARK_NODE_ITEM:
		state->item = true;
		return 0;
	case CMARK_NODE_PARAGRAPH:
		return block_add(state, state->item ? BLOCK_ITEM : BLOCK_PARAGRAPH, line,
			text_inline(node, state->file, line, state->problem));
	case CMARK_NODE_HEADING:
		return block_add(state, state->item ? BLOCK_ITEM : BLOCK_PARAGRAPH, line,
			heading_text(node, state->file, line, state->problem));
	case CMARK_NODE_CODE_BLOCK:
		fence = cmark_node_get_fence_info(node);
		if (fence != NULL && strcmp(fence, "ipcviz") == 0)
			return problem_set(state->problem, state->file, line,
				_("an ipcviz block must stand by itself, not in a list or a "
				  "quotation: "
				  "move it to the margin"));
		if (item_flush(state, line) < 0)
			return -1;
		return block_add(state, BLOCK_CODE, line, code_text(cmark_node_get_literal(node)));
	case CMARK_NODE_HTML_BLOCK:
		if (!is_comment(cmark_node_get_literal(node)))
			return refuse_html(state->file, line, state->problem);
		return 0;
	default:
		return 0;
	}
}

static int
block_event(struct block_state *state, cmark_node *node, bool enter)
{
	int line = state->before + cmark_node_get_start_line(node);

	if (enter)
		return block_enter(state, node, line);
	if (cmark_node_get_type(node) == CMARK_NODE_ITEM)
		return item_flush(state, line);
	if (cmark_node_get_type(node) == CMARK_NODE_LIST)
		state->depth--;
	return 0;
}

int
words_add(struct words *words, cmark_node *node, const char *file, int before,
	struct problem *problem)
{
	struct block_state state = {
		.words = words, .file = file, .before = before, .problem = problem};
	cmark_iter *iter = cmark_iter_new(node);
	cmark_event_type type;
	int failed = 0;

	while (failed == 0 && (type = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		failed = block_event(&state, cmark_iter_get_node(iter), type == CMARK_EVENT_ENTER);
	cmark_iter_free(iter);
	return failed;
}

void
words_fini(struct words *words)
{
	for (unsigned i = 0; i < words->n_blocks; i++)
		free(words->blocks[i].text);
	free(words->blocks);
	*words = (struct words){0};
}
