/* SPDX-License-Identifier: MIT
 *
 * YAML through libyaml's events. See tree.h.
 */
#include "lesson/tree.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "lesson/text.h"
#include "words.h"

enum { DEPTH_MAX = 8, CHILDREN_MAX = 256 };

struct reading {
	yaml_parser_t parser;
	const char *file;
	int before; /* lines of the file before the text's first */
	struct problem *problem;
};

static int
line_of(const struct reading *reading, const yaml_mark_t *mark)
{
	return reading->before + (int)mark->line + 1;
}

static int
next_event(struct reading *reading, yaml_event_t *event)
{
	if (yaml_parser_parse(&reading->parser, event))
		return 0;
	return problem_set(reading->problem, reading->file,
		line_of(reading, &reading->parser.problem_mark),
		_("this is no YAML (%s): put text that contains \": \" or begins with a special "
		  "character in double quotes, and indent with blanks"),
		reading->parser.problem != NULL ? reading->parser.problem : "?");
}

static struct node *
node_create(struct reading *reading, enum node_kind kind, int line)
{
	struct node *node = calloc(1, sizeof *node);

	if (node == NULL) {
		problem_set(reading->problem, reading->file, line, _("no memory"));
		return NULL;
	}
	node->kind = kind;
	node->line = line;
	return node;
}

static int
refuse_extras(struct reading *reading, const yaml_event_t *event)
{
	const unsigned char *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		break;
	case YAML_ALIAS_EVENT:
		anchor = event->data.alias.anchor;
		break;
	default:
		break;
	}
	if (anchor == NULL && tag == NULL)
		return 0;
	return problem_set(reading->problem, reading->file, line_of(reading, &event->start_mark),
		_("anchors, aliases and tags (&, *, !) are not used in lessons: write it out, or "
		  "put the "
		  "text in double quotes"));
}

static struct node *
scalar_read(struct reading *reading, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	int line = line_of(reading, &event->start_mark);
	struct node *node = node_create(reading, NODE_TEXT, line);

	if (node == NULL)
		return NULL;
	if (text_control(value, length) < length) {
		problem_set(reading->problem, reading->file, line,
			_("this text contains a control character: take it out"));
		tree_free(node);
		return NULL;
	}
	node->text = strndup(value, length);
	if (node->text == NULL) {
		problem_set(reading->problem, reading->file, line, _("no memory"));
		tree_free(node);
		return NULL;
	}
	return node;
}

static struct node *value_read(struct reading *reading, yaml_event_t *event, int depth);

static int
child_add(struct reading *reading, struct node *parent, struct node **last, struct node *child)
{
	if (*last == NULL)
		parent->first = child;
	else
		(*last)->next = child;
	*last = child;
	if (++parent->n > CHILDREN_MAX)
		return problem_set(reading->problem, reading->file, child->line,
			_("more than %d entries in one place: make them fewer"), CHILDREN_MAX);
	return 0;
}

static int
list_read(struct reading *reading, struct node *list, int depth)
{
	struct node *last = NULL;

	for (;;) {
		yaml_event_t event;
		struct node *child;

		if (next_event(reading, &event) < 0)
			return -1;
		if (event.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&event);
			return 0;
		}
		child = value_read(reading, &event, depth);
		if (child == NULL || child_add(reading, list, &last, child) < 0)
			return -1;
	}
}

/* Reads a key. 1: got it; 0: the map's end; -1: *problem. */
static int
key_read(struct reading *reading, const struct node *map, char **key, int *line)
{
	yaml_event_t event;
	struct node *node;

	if (next_event(reading, &event) < 0)
		return -1;
	*line = line_of(reading, &event.start_mark);
	if (event.type == YAML_MAPPING_END_EVENT) {
		yaml_event_delete(&event);
		return 0;
	}
	if (event.type != YAML_SCALAR_EVENT) {
		yaml_event_delete(&event);
		return problem_set(reading->problem, reading->file, *line,
			_("a key must be one word, like `start:`"));
	}
	node = value_read(reading, &event, 0);
	if (node == NULL)
		return -1;
	*key = tree_take(node);
	tree_free(node);
	for (const struct node *other = map->first; other != NULL; other = other->next)
		if (strcmp(other->key, *key) == 0) {
			problem_set(reading->problem, reading->file, *line,
				_("`%.40s:` stands here twice (first in line %d): take one out"),
				*key, other->key_line);
			free(*key);
			return -1;
		}
	return 1;
}

static int
map_read(struct reading *reading, struct node *map, int depth)
{
	struct node *last = NULL;

	for (;;) {
		yaml_event_t event;
		struct node *child;
		char *key = NULL;
		int line, got = key_read(reading, map, &key, &line);

		if (got <= 0)
			return got;
		if (next_event(reading, &event) < 0) {
			free(key);
			return -1;
		}
		child = value_read(reading, &event, depth);
		if (child == NULL) {
			free(key);
			return -1;
		}
		child->key = key;
		child->key_line = line;
		if (child_add(reading, map, &last, child) < 0)
			return -1;
	}
}

/* The value that begins with `event`, which is deleted here. */
static struct node *
value_read(struct reading *reading, yaml_event_t *event, int depth)
{
	int line = line_of(reading, &event->start_mark);
	struct node *node = NULL;
	int failed = refuse_extras(reading, event);

	if (failed == 0 && depth > DEPTH_MAX)
		failed = problem_set(reading->problem, reading->file, line,
			_("lists and maps are nested too deep: a lesson needs at most %d levels"),
			DEPTH_MAX);
	if (failed == 0 && event->type == YAML_SCALAR_EVENT) {
		node = scalar_read(reading, event);
	} else if (failed == 0 && event->type == YAML_SEQUENCE_START_EVENT) {
		node = node_create(reading, NODE_LIST, line);
		failed = node == NULL ? -1 : list_read(reading, node, depth + 1);
	} else if (failed == 0) {
		node = node_create(reading, NODE_MAP, line);
		failed = node == NULL ? -1 : map_read(reading, node, depth + 1);
	}
	yaml_event_delete(event);
	if (failed < 0) {
		tree_free(node);
		return NULL;
	}
	return node;
}

/* From the stream's start to its end, with one document in it at most. */
static struct node *
stream_read(struct reading *reading)
{
	struct node *root = NULL;

	for (;;) {
		yaml_event_t event;
		yaml_event_type_t type;

		if (next_event(reading, &event) < 0)
			break;
		type = event.type;
		if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT ||
			type == YAML_DOCUMENT_END_EVENT) {
			yaml_event_delete(&event);
		} else if (type == YAML_STREAM_END_EVENT) {
			yaml_event_delete(&event);
			return root != NULL ? root
					    : node_create(reading, NODE_MAP, reading->before + 1);
		} else if (root != NULL) {
			problem_set(reading->problem, reading->file,
				line_of(reading, &event.start_mark),
				_("a second YAML document begins here: take the `---` or `...` "
				  "out"));
			yaml_event_delete(&event);
			break;
		} else {
			root = value_read(reading, &event, 0);
			if (root == NULL)
				break;
		}
	}
	tree_free(root);
	return NULL;
}

struct node *
tree_parse(
	const char *file, int first_line, const char *text, size_t length, struct problem *problem)
{
	struct reading reading = {.file = file, .before = first_line - 1, .problem = problem};
	struct node *root;

	if (!yaml_parser_initialize(&reading.parser)) {
		problem_set(problem, file, first_line, _("no memory"));
		return NULL;
	}
	yaml_parser_set_encoding(&reading.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reading.parser, (const unsigned char *)text, length);
	root = stream_read(&reading);
	yaml_parser_delete(&reading.parser);
	return root;
}

void
tree_free(struct node *node)
{
	while (node != NULL) {
		struct node *next = node->next;

		tree_free(node->first);
		free(node->text);
		free(node->key);
		free(node);
		node = next;
	}
}

struct node *
tree_get(struct node *map, const char *key)
{
	for (struct node *child = map->first; child != NULL; child = child->next)
		if (strcmp(child->key, key) == 0) {
			child->used = true;
			return child;
		}
	return NULL;
}

const struct node *
tree_unused(const struct node *map)
{
	for (const struct node *child = map->first; child != NULL; child = child->next)
		if (!child->used)
			return child;
	return NULL;
}

char *
tree_take(struct node *node)
{
	char *text = node->text;

	node->text = NULL;
	return text;
}
