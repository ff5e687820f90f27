/* SPDX-License-Identifier: MIT
 *
 * ipcviz compare: what each kind of IPC is, and how fast it is on this machine.
 */
#include "commands.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare/tables.h"
#include "endings.h"
#include "measure/measure.h"
#include "show.h"
#include "text/ascii.h"
#include "text/particles.h"
#include "words.h"

enum { TICK = 250000000 }; /* ns between two words on how far it is */

static int
refuse(const struct problem *problem, int status)
{
	char text[800];

	problem_text(problem, text, sizeof text);
	particles_settle(text);
	fprintf(stderr, "ipcviz: %s\n", text);
	return status;
}

static bool
is_standard(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

/* --- what it is written to --- */

struct printed {
	char *text;
	size_t length;
	FILE *stream;
};

static int
print_begin(struct printed *printed)
{
	*printed = (struct printed){0};
	printed->stream = open_memstream(&printed->text, &printed->length);
	return printed->stream == NULL ? -1 : 0;
}

/* Everything at once, so that a full disk or a reader who left is noticed and named. `words`: text for people, which a
 * locale without UTF-8 gets in ASCII. */
static int
print_end(struct printed *printed, const char *path, bool words, struct problem *problem)
{
	bool standard = path == NULL || is_standard(path);
	const char *where = standard ? _("standard output") : path;
	int failed = ferror(printed->stream) | fclose(printed->stream);
	FILE *out = standard ? stdout : fopen(path, "we");

	if (out != NULL && failed == 0) {
		char *ascii = words && strcmp(nl_langinfo(CODESET), "UTF-8") != 0
				      ? ascii_copy(printed->text)
				      : NULL;

		failed = fputs(ascii != NULL ? ascii : printed->text, out) == EOF ||
			 fflush(out) == EOF;
		free(ascii);
	}
	int reason = errno;
	free(printed->text);
	if (out != NULL && !standard && fclose(out) == EOF && failed == 0) {
		failed = 1;
		reason = errno;
	}
	if (out != NULL && failed == 0)
		return 0;
	return problem_set(problem, NULL, 0, _("cannot write to %s: %s"), where, strerror(reason));
}

typedef int table_writer(FILE *out, const struct measurement *measurement);

static int
write_table(const char *path, table_writer *writer, const struct measurement *measurement,
	struct problem *problem)
{
	struct printed printed;

	if (path == NULL)
		return 0;
	if (print_begin(&printed) == -1)
		return problem_set(problem, NULL, 0, "%s", strerror(errno));
	if (writer(printed.stream, measurement) == -1) {
		int reason = errno;

		fclose(printed.stream);
		free(printed.text);
		return problem_set(problem, NULL, 0,
			reason == ENOTSUP ? _("%s: this ipcviz was built without the library for "
					      "that (see ./configure)")
					  : _("cannot write to %s"),
			path);
	}
	return print_end(&printed, path, false, problem);
}

/* --- the lessons that prove it --- */

int
command_find_proof(const struct player *player, const struct fact *fact, int *index)
{
	for (int i = 0; i < player->n_shelf; i++) {
		const struct lesson *lesson = player->shelf[i];

		if (strcmp(lesson->name, fact->lesson) != 0)
			continue;
		int step = lesson_step(lesson, fact->step);

		*index = i;
		return step < 0 ? 1 : step + 1; /* another's lesson of that name has other steps */
	}
	return 0;
}

static int
find_step(void *context, const struct fact *fact)
{
	int index;

	return command_find_proof(context, fact, &index);
}

/* --- in sentences and tables --- */

static int
print_facts(struct player *player, struct problem *problem)
{
	struct printed printed;

	if (print_begin(&printed) == -1)
		return problem_set(problem, NULL, 0, "%s", strerror(errno));
	tables_print_facts(printed.stream, find_step, player);
	return print_end(&printed, NULL, true, problem);
}

static int
print_figures(const struct measurement *measurement, struct problem *problem)
{
	struct printed printed;

	if (print_begin(&printed) == -1)
		return problem_set(problem, NULL, 0, "%s", strerror(errno));
	tables_print_figures(printed.stream, measurement);
	return print_end(&printed, NULL, true, problem);
}

static void
say_how_far(const struct measurement *measurement, bool last)
{
	char counted[80];

	if (!isatty(STDERR_FILENO))
		return;
	snprintf(counted, sizeof counted, _("measuring: %u of %u"), measurement->done,
		measurement->total);
	if (last)
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\r%s \033[K", counted);
}

/* Until everything is measured, or a signal asks us to end. */
static void
await(struct measurer *measurer)
{
	const struct measurement *measurement = measurer_measurement(measurer);

	while (!measurement->over && endings_signal() == 0) {
		struct pollfd fd = {.fd = measurer_fd(measurer), .events = POLLIN};

		endings_wait(&fd, 1, TICK);
		measurer_drain(measurer);
		say_how_far(measurement, false);
	}
	say_how_far(measurement, true);
}

static int
check_outputs(const struct options *options, struct problem *problem)
{
	int standard = is_standard(options->csv) + is_standard(options->json) + options->plain;

	if (standard > 1)
		return problem_set(problem, NULL, 0,
			_("standard output can have one thing: --plain, --csv - or --json -"));
	return 0;
}

/* Writes the files that were asked for; 0, or 1 after saying why not. */
static int
write_tables(const struct options *options, const struct measurement *measurement)
{
	struct problem problem = {0};

	if (write_table(options->csv, tables_write_csv, measurement, &problem) == -1 ||
		write_table(options->json, tables_write_json, measurement, &problem) == -1)
		return refuse(&problem, 1);
	return 0;
}

static int
say_broken(const struct measurement *measurement)
{
	struct problem problem = {0};

	if (!measurement->broken)
		return 0;
	problem_set(&problem, NULL, 0, _("the measuring ended before it was done"));
	return refuse(&problem, 1);
}

/* Measures and prints. */
static int
compare_plain(struct player *player, const struct measure_options *measure)
{
	const struct options *options = player->options;
	bool tables = !is_standard(options->csv) && !is_standard(options->json);
	struct problem problem = {0};

	endings_init(true);
	if (tables && print_facts(player, &problem) == -1)
		return refuse(&problem, 1);
	struct measurer *measurer = measurer_start(measure, &problem);
	if (measurer == NULL)
		return refuse(&problem, 2);
	await(measurer);
	const struct measurement *measurement = measurer_measurement(measurer);
	int status = 0;
	if (endings_signal() == 0) {
		status = say_broken(measurement);
		if (tables && print_figures(measurement, &problem) == -1)
			status = refuse(&problem, 1);
		else if (write_tables(options, measurement) != 0)
			status = 1;
	}
	measurer_stop(measurer);
	return status;
}

/* --- on the screen --- */

void
command_open_proof(struct player *player, int cell)
{
	struct fact fact = fact_of(
		(enum fact_row)(cell / COLUMN_COUNT), (enum fact_column)(cell % COLUMN_COUNT));
	int index, step = command_find_proof(player, &fact, &index);

	if (step == 0) {
		player_say(player, _("there is no lesson %s here"), fact.lesson);
		return;
	}
	measurer_pause(player->measurer, true); /* a lesson beside it would be measured, too */
	command_open_lesson_at(player, index, (unsigned)step - 1);
	measurer_pause(player->measurer, player->paused);
}

/* Measures and shows until the learner leaves. */
static int
compare_screen(struct player *player, const struct measure_options *measure)
{
	enum view_kind before = player->kind;
	struct problem problem = {0};

	player->measurer = measurer_start(measure, &problem);
	if (player->measurer == NULL) {
		player_say_problem(player, &problem);
		return 2;
	}
	player->kind = VIEW_COMPARE;
	player->paused = false;
	player_play(player);
	player->kind = before;
	return 0;
}

void
command_open_compare(struct player *player)
{
	struct measure_options measure = {
		.quick = player->options->quick, .kinds = player->options->kinds};

	if (compare_screen(player, &measure) == 0) {
		measurer_stop(player->measurer);
		player->measurer = NULL;
		player->leave = player->quit;
	}
}

/* The comparison as a command of its own: what was measured until the learner left is written at the end. */
static int
compare_on_terminal(struct player *player, const struct measure_options *measure)
{
	int status = compare_screen(player, measure);

	tui_free(player->tui);
	player->tui = NULL;
	if (player->measurer == NULL) {
		fprintf(stderr, "ipcviz: %s\n", player->status);
		return status;
	}
	if (endings_signal() == 0) {
		const struct measurement *measurement = measurer_measurement(player->measurer);

		status = say_broken(measurement);
		if (!measurement->over &&
			(player->options->csv != NULL || player->options->json != NULL))
			fprintf(stderr,
				_("ipcviz: only %u of %u measurements were made; those are "
				  "written\n"),
				measurement->done, measurement->total);
		if (write_tables(player->options, measurement) != 0)
			status = 1;
	}
	measurer_stop(player->measurer);
	player->measurer = NULL;
	return status;
}

int
command_compare(const struct options *options, const struct places *places)
{
	struct player player = {.options = options, .places = places, .kind = VIEW_COMPARE};
	struct measure_options measure = {.quick = options->quick, .kinds = options->kinds};
	struct problem problem = {0};

	if (check_outputs(options, &problem) == -1 || measure_check(&measure, &problem) == -1 ||
		show_open_shelf(&player, &problem) == -1)
		return refuse(&problem, 2);
	player.progress = progress_load(&problem);
	if (player.progress == NULL)
		return show_end(&player, refuse(&problem, 2));
	bool screen = !options->plain && !is_standard(options->csv) &&
		      !is_standard(options->json) && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO);
	if (screen && show_open_view(&player, stdout, &problem) == -1)
		return show_end(&player, refuse(&problem, 2));
	return show_end(&player, player.tui != NULL ? compare_on_terminal(&player, &measure)
						    : compare_plain(&player, &measure));
}
