/* SPDX-License-Identifier: MIT
 *
 * The command table.
 */
#include <config.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "text/particles.h"
#include "words.h"

static int
run_menu(const struct options *options, const struct places *places)
{
	return command_menu(options, places);
}

static int
run_list(const struct options *options, const struct places *places)
{
	return command_list(options, places);
}

static int
run_lesson(const struct options *options, const struct places *places)
{
	return command_lesson(options, places, options->rest[0]);
}

static int
run_program(const struct options *options, const struct places *places)
{
	return command_run(options, places);
}

static int
run_replay(const struct options *options, const struct places *places)
{
	return command_replay(options, places, options->rest[0]);
}

static int
run_compare(const struct options *options, const struct places *places)
{
	return command_compare(options, places);
}

static const struct command_entry {
	const char *name; /* NULL: without a command */
	int least, most;  /* how many further words it takes; most -1: any number */
	const char *usage, *help;
	int (*run)(const struct options *options, const struct places *places);
} commands[] = {
	{NULL, 0, 0, "ipcviz", N_("the lesson menu"), run_menu},
	{"list", 0, 0, "ipcviz list", N_("the lessons, one a line"), run_list},
	{"lesson", 1, 1, "ipcviz lesson NAME", N_("one lesson"), run_lesson},
	{"run", 1, -1, "ipcviz run [OPTIONS] -- PROGRAM [ARGS]", N_("watch a program of your own"),
		run_program},
	{"compare", 0, 0, "ipcviz compare [--quick]", N_("which kind of IPC when, and how fast they are here"),
		run_compare},
	{"replay", 1, 1, "ipcviz replay FILE", N_("play a recording"), run_replay},
};

enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static int
print_help(void)
{
	puts(_("ipcviz shows how processes communicate: real ones, live."));
	puts(_("\nCommands:"));
	for (int i = 0; i < N_COMMANDS; i++)
		printf("  %-40s %s\n", commands[i].usage, _(commands[i].help));
	puts(_("\nOptions:"));
	options_print();
	puts(_("\nExit status: 0 fine; 1 the work failed; 2 wrong use or bad input; run: the "
	       "program's own."));
	return 0;
}

static int
print_version(void)
{
	puts(PACKAGE_STRING);
	return 0;
}

static const struct command_entry *
find_command(const char *name)
{
	for (int i = 0; i < N_COMMANDS; i++)
		if (name == NULL ? commands[i].name == NULL
				 : commands[i].name != NULL && strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* The command with its words counted; NULL with *problem. */
static const struct command_entry *
choose_command(const struct options *options, struct problem *problem)
{
	const struct command_entry *command = find_command(options->command);

	if (command == NULL)
		problem_set(problem, NULL, 0, _("there is no command %s; see ipcviz --help"),
			options->command);
	else if (options->n_rest < command->least)
		problem_set(problem, NULL, 0, _("something is missing: %s"), command->usage);
	else if (command->most >= 0 && options->n_rest > command->most)
		problem_set(problem, NULL, 0, _("%s is one word too many: %s"),
			options->rest[command->most], command->usage);
	else
		return command;
	return NULL;
}

int
main(int argc, char **argv)
{
	const struct command_entry *command;
	struct options options;
	struct places places;
	struct problem problem = {0};
	char text[800], translations[4096];

	setlocale(LC_ALL, "");
	places_translations(translations);
	bindtextdomain(PACKAGE, translations);
	textdomain(PACKAGE);
	if (options_parse(&options, argc, argv, &problem) == 0) {
		if (options.help)
			return print_help();
		if (options.version)
			return print_version();
		command = choose_command(&options, &problem);
		if (command != NULL && places_find(&places, &problem) == 0)
			return command->run(&options, &places);
	}
	problem_text(&problem, text, sizeof text);
	particles_settle(text);
	fprintf(stderr, "ipcviz: %s\n", text);
	return 2;
}
