/* SPDX-License-Identifier: MIT
 *
 * Command line options: one table gives getopt_long its input and --help its text.
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

enum option_id {
	OPTION_PLAIN = 256,
	OPTION_AUTO,
	OPTION_RECORD,
	OPTION_OUTPUT,
	OPTION_LESSONS,
	OPTION_STEP,
	OPTION_TEMPO,
	OPTION_FREE,
	OPTION_STEPPING,
	OPTION_LOOPBACK,
	OPTION_QUICK,
	OPTION_KINDS,
	OPTION_CSV,
	OPTION_JSON,
	OPTION_THEME,
	OPTION_ASCII,
	OPTION_NO_ANIMATION,
	OPTION_NO_MOUSE,
	OPTION_HELP,
	OPTION_VERSION,
};

static const struct {
	enum option_id id;
	const char *name;
	const char *value; /* NULL: takes none */
	const char *help;
} table[] = {
	{OPTION_PLAIN, "plain", NULL, N_("tell the story in sentences on standard output")},
	{OPTION_AUTO, "auto", NULL, N_("answer and advance by itself")},
	{OPTION_RECORD, "record", "FILE", N_("keep every event in FILE, for replay")},
	{OPTION_OUTPUT, "output", "FILE",
		N_("run --plain: write the story to FILE, not to standard error")},
	{OPTION_LESSONS, "lessons", "DIR", N_("take the lessons from DIR")},
	{OPTION_STEP, "step", "N", N_("lesson: begin at step N")},
	{OPTION_TEMPO, "tempo", "X", N_("play X calls a second (0.1 to 1000)")},
	{OPTION_FREE, "free", NULL, N_("run: let the program run freely (as it does by itself)")},
	{OPTION_STEPPING, "stepping", NULL, N_("run: stop before every call")},
	{OPTION_LOOPBACK, "loopback", NULL, N_("lesson: no machines of its own, all on the loopback")},
	{OPTION_QUICK, "quick", NULL, N_("compare: measure fewer sizes, once: about ten seconds")},
	{OPTION_KINDS, "kinds", "LIST", N_("compare: measure these alone (pipe,tcp,…)")},
	{OPTION_CSV, "csv", "FILE", N_("compare: write the figures to FILE, - is standard output")},
	{OPTION_JSON, "json", "FILE", N_("compare: the same as JSON")},
	{OPTION_THEME, "theme", "NAME", N_("dark, light, contrast or none")},
	{OPTION_ASCII, "ascii", NULL, N_("draw with ASCII characters alone")},
	{OPTION_NO_ANIMATION, "no-animation", NULL, N_("no moving things")},
	{OPTION_NO_MOUSE, "no-mouse", NULL, N_("leave the mouse to the terminal")},
	{OPTION_HELP, "help", NULL, N_("print this and exit")},
	{OPTION_VERSION, "version", NULL, N_("print the version and exit")},
};

enum { N_OPTIONS = sizeof table / sizeof table[0] };

static void
fill_getopt(struct option longs[N_OPTIONS + 1])
{
	for (int i = 0; i < N_OPTIONS; i++)
		longs[i] = (struct option){.name = table[i].name,
			.has_arg = table[i].value != NULL ? required_argument : no_argument,
			.val = (int)table[i].id};
	longs[N_OPTIONS] = (struct option){0};
}

static int
set_step(struct options *options, const char *value, struct problem *problem)
{
	const char *wrong = NULL;

	options->step = (int)strtonum(value, 1, 1000, &wrong);
	if (wrong != NULL)
		return problem_set(
			problem, NULL, 0, _("--step %s: a step is a number from 1"), value);
	return 0;
}

static int
set_tempo(struct options *options, const char *value, struct problem *problem)
{
	char *end;

	options->tempo = strtod(value, &end);
	if (end == value || *end != '\0' || !(options->tempo >= 0.1 && options->tempo <= 1000))
		return problem_set(problem, NULL, 0,
			_("--tempo %s: calls a second are a number from 0.1 to 1000"), value);
	return 0;
}

static int
set_theme(struct options *options, const char *value, struct problem *problem)
{
	static const char *const themes[] = {"dark", "light", "contrast", "none"};

	for (size_t i = 0; i < sizeof themes / sizeof themes[0]; i++)
		if (strcmp(value, themes[i]) == 0) {
			options->theme = themes[i];
			return 0;
		}
	return problem_set(problem, NULL, 0,
		_("--theme %s: themes are dark, light, contrast and none"), value);
}

static int
set(struct options *options, int id, const char *value, struct problem *problem)
{
	switch ((enum option_id)id) {
	case OPTION_PLAIN:
		options->plain = true;
		return 0;
	case OPTION_AUTO:
		options->by_itself = true;
		return 0;
	case OPTION_RECORD:
		options->record = value;
		return 0;
	case OPTION_OUTPUT:
		options->output = value;
		return 0;
	case OPTION_LESSONS:
		options->lessons = value;
		return 0;
	case OPTION_STEP:
		return set_step(options, value, problem);
	case OPTION_TEMPO:
		return set_tempo(options, value, problem);
	case OPTION_FREE:
		options->free_run = true;
		return 0;
	case OPTION_STEPPING:
		options->stepping = true;
		return 0;
	case OPTION_LOOPBACK:
		options->loopback = true;
		return 0;
	case OPTION_QUICK:
		options->quick = true;
		return 0;
	case OPTION_KINDS:
		options->kinds = value;
		return 0;
	case OPTION_CSV:
		options->csv = value;
		return 0;
	case OPTION_JSON:
		options->json = value;
		return 0;
	case OPTION_THEME:
		return set_theme(options, value, problem);
	case OPTION_ASCII:
		options->ascii = true;
		return 0;
	case OPTION_NO_ANIMATION:
		options->no_animation = true;
		return 0;
	case OPTION_NO_MOUSE:
		options->no_mouse = true;
		return 0;
	case OPTION_HELP:
		options->help = true;
		return 0;
	case OPTION_VERSION:
		options->version = true;
		return 0;
	}
	return -1;
}

/* Parses options from argv[optind] up to the first other word (short "+") or throughout (short "").
 */
static int
parse(struct options *options, const char *shorts, int argc, char **argv, struct problem *problem)
{
	struct option longs[N_OPTIONS + 1];
	int id;

	fill_getopt(longs);
	optind = 0; /* begin anew: glibc then also forgets how it treated other words */
	while ((id = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const char *word = argv[optind - 1];

		if (id == 'h')
			id = OPTION_HELP;
		if (id == ':')
			return problem_set(
				problem, NULL, 0, _("%s needs a value; see ipcviz --help"), word);
		if (id == '?')
			return problem_set(
				problem, NULL, 0, _("unknown option %s; see ipcviz --help"), word);
		if (set(options, id, optarg, problem) == -1)
			return -1;
	}
	return 0;
}

int
options_parse(struct options *options, int argc, char **argv, struct problem *problem)
{
	*options = (struct options){.step = 1, .tempo = 2};
	opterr = 0;
	if (parse(options, "+:h", argc, argv, problem) == -1)
		return -1;
	if (optind == argc)
		return 0;
	argc -= optind;
	argv += optind;
	options->command = argv[0];
	/* What `run` is given belongs to the program that it runs. */
	if (parse(options, strcmp(options->command, "run") == 0 ? "+:h" : ":h", argc, argv, problem) == -1)
		return -1;
	options->rest = argv + optind;
	options->n_rest = argc - optind;
	return 0;
}

void
options_print(void)
{
	for (int i = 0; i < N_OPTIONS; i++) {
		char word[32];

		snprintf(word, sizeof word, "--%s%s%s", table[i].name,
			table[i].value != NULL ? " " : "",
			table[i].value != NULL ? table[i].value : "");
		printf("  %-18s %s\n", word, _(table[i].help));
	}
}
