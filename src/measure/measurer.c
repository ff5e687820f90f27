/* SPDX-License-Identifier: MIT
 *
 * The measurer: starts pair after pair, in an order that is shuffled in each round, and tells what they found.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "measure/pair.h"
#include "measure/report.h"
#include "measure/statistics.h"
#include "words.h"

enum { ROUNDS_MOST = 3, LOWEST = 10 };
enum {
	BUDGET = 38000000,
	PATIENCE = 4000
}; /* ns that a pair measures; ms after which it is stuck */

/* Everything that was found of one cell. */
struct gathered {
	struct figure figure;
	float *samples; /* of all rounds */
	size_t n;
	float rates[ROUNDS_MOST];
	double lost;
};

struct cell {
	enum quantity quantity;
	enum cores cores;
	enum medium medium;
	int size;
	struct gathered gathered;
};

struct work {
	const struct measurement *plan;
	int life, reports;
	struct arena *arena;
	struct cell *cells;
	unsigned n_cells, done;
	struct link link;
	pid_t pair[2];
	uint32_t chance;
	bool paused;
};

static const struct link_kind *const kinds[MEDIUM_COUNT] = {
#define MEDIUM(id, name, words, link) &link,
#include "measure/media.def"
#undef MEDIUM
};

/* --- telling --- */

static _Noreturn void
finish(struct work *work, int status)
{
	for (int i = 0; i < 2; i++)
		if (work->pair[i] > 0) {
			kill(work->pair[i], SIGKILL);
			waitpid(work->pair[i], NULL, 0);
		}
	link_remove(&work->link);
	_exit(status);
}

static void
tell(struct work *work, const struct report *report)
{
	ssize_t n;

	do
		n = write(work->reports, report, sizeof *report);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		finish(work, 1); /* nobody reads any more */
}

static void
tell_object(struct work *work, bool made)
{
	if (work->link.id != -1)
		tell(work, &(struct report){.what = made ? REPORT_MADE : REPORT_GONE,
				   .id_kind = work->link.id_kind,
				   .id = work->link.id});
}

static void
tell_figure(struct work *work, const struct cell *cell)
{
	work->done++;
	tell(work, &(struct report){.what = REPORT_FIGURE,
			   .quantity = cell->quantity,
			   .cores = cell->cores,
			   .medium = cell->medium,
			   .size = cell->size,
			   .figure = cell->gathered.figure,
			   .done = work->done,
			   .total = work->n_cells * work->plan->rounds});
}

/* --- obeying --- */

/* What ipcviz says meanwhile. Waits until fd is readable, or at its end, or `patience` (ms) is over; fd -1: until there
 * is nothing to obey. False: time is over. */
static bool
obey(struct work *work, int fd, int patience)
{
	char word;

	for (;;) {
		struct pollfd fds[] = {
			{.fd = work->life, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
		int n = poll(fds, 2, work->paused ? -1 : patience);

		if (n == -1 && errno == EINTR)
			continue;
		if (fds[0].revents != 0) {
			if (read(work->life, &word, 1) < 1)
				finish(work, 0);
			work->paused = word == 'p';
		} else if (fds[1].revents != 0) {
			return true;
		} else if (!work->paused) {
			return false;
		}
	}
}

/* --- one pair --- */

static void
refuse(struct cell *cell, const char *format, const char *what)
{
	cell->gathered.figure.known = true;
	snprintf(cell->gathered.figure.why, sizeof cell->gathered.figure.why, format, what);
}

/* Waits until both are dead. False: they were stuck. */
static bool
await_pair(struct work *work, int ended)
{
	bool in_time = obey(work, ended, PATIENCE);

	for (int i = 0; i < 2; i++) {
		if (!in_time)
			kill(work->pair[i], SIGKILL);
		waitpid(work->pair[i], NULL, 0);
		work->pair[i] = 0;
	}
	return in_time;
}

/* Puts what the pair found to what was found before. */
static void
gather(struct work *work, struct cell *cell)
{
	const struct arena *arena = work->arena;
	struct gathered *all = &cell->gathered;
	struct figure *figure = &all->figure;

	figure->known = true;
	figure->pieces = (unsigned)((work->link.size + work->link.piece - 1) / work->link.piece);
	if (cell->quantity == ROUND_TRIP) {
		float *grown = realloc(all->samples, (all->n + arena->n) * sizeof *grown);
		if (grown == NULL || arena->n == 0)
			return;
		memcpy(grown + all->n, arena->samples, arena->n * sizeof *grown);
		all->samples = grown;
		all->n += arena->n;
		values_sort(grown, all->n);
		figure->samples = (uint32_t)all->n;
		figure->batch = arena->batch;
		figure->p99 = values_quantile(grown, all->n, 0.99);
		figure->median = values_median(grown, all->n);
		figure->least = (double)grown[0];
		figure->most = (double)grown[all->n - 1];
	} else {
		all->rates[figure->rounds] = (float)arena->rate;
		values_sort(all->rates, figure->rounds + 1);
		all->lost += arena->lost;
		figure->median = values_median(all->rates, figure->rounds + 1);
		figure->least = (double)all->rates[0];
		figure->most = (double)all->rates[figure->rounds];
		figure->lost = all->lost / (figure->rounds + 1);
	}
	figure->rounds++;
}

static void
run_pair(struct work *work, struct cell *cell, int ended, int keep)
{
	const struct machine *machine = &work->plan->machine;
	struct arena *arena = work->arena;
	struct pair pair = {.link = &work->link,
		.arena = arena,
		.quantity = cell->quantity,
		.cpu = {machine->cpu[CORES_ONE], machine->cpu[cell->cores]},
		.budget = BUDGET,
		.shut = {work->life, work->reports, ended}};

	arena->done = false;
	arena->n = 0;
	arena->lost = 0;
	arena->sent = 0;
	arena->error[0] = arena->error[1] = 0;
	atomic_store(&arena->ready, 0);
	atomic_store(&arena->stopped, false);
	if (pair_start(&pair, work->pair) == -1) {
		work->pair[0] = work->pair[1] = 0;
		refuse(cell, _("no process: %s"), strerror(errno));
		return;
	}
	close(keep); /* now the pair alone has it: its end of file is their death */
	if (!await_pair(work, ended))
		refuse(cell, "%s", _("it did not come to its end in time"));
	else if (arena->done)
		gather(work, cell);
	else if (arena->error[0] != 0 || arena->error[1] != 0)
		refuse(cell, "%s",
			strerror(arena->error[arena->error[0] == 0 || arena->error[0] == EPIPE]));
	else
		refuse(cell, "%s", _("a process of the pair was killed"));
}

static void
measure(struct work *work, struct cell *cell)
{
	const char *why = NULL;
	int ended[2];
	int made = link_make(&work->link, kinds[cell->medium], size_bytes(cell->size), &why);

	tell_object(work, true);
	if (made == -2)
		refuse(cell, "%s", _(why));
	else if (made == -1)
		refuse(cell, "%s", strerror(errno));
	else if (pipe2(ended, O_CLOEXEC) == -1)
		refuse(cell, "%s", strerror(errno));
	else {
		run_pair(work, cell, ended[0], ended[1]);
		close(ended[0]);
	}
	struct link was = work->link;
	link_remove(&work->link);
	if (was.id != -1)
		tell(work, &(struct report){
				   .what = REPORT_GONE, .id_kind = was.id_kind, .id = was.id});
}

/* --- all of them --- */

/* xorshift32: Marsaglia, "Xorshift RNGs" (2003) */
static uint32_t
draw(struct work *work)
{
	work->chance ^= work->chance << 13;
	work->chance ^= work->chance >> 17;
	work->chance ^= work->chance << 5;
	return work->chance;
}

static void
shuffle(struct work *work)
{
	for (unsigned i = work->n_cells; i > 1; i--) {
		unsigned j = draw(work) % i;
		struct cell cell = work->cells[i - 1];

		work->cells[i - 1] = work->cells[j];
		work->cells[j] = cell;
	}
}

/* Is there anything to be measured here, or a reason not to? */
static void
add_cell(struct work *work, enum quantity quantity, enum cores cores, enum medium medium, int size)
{
	if (!work->plan->wanted[medium] || !work->plan->sized[size])
		return;
	if (work->plan->machine.cpu[cores] == -1)
		return; /* the machine says so for all */
	work->cells[work->n_cells++] =
		(struct cell){.quantity = quantity, .cores = cores, .medium = medium, .size = size};
}

static void
add_cells(struct work *work)
{
	for (int quantity = 0; quantity < QUANTITY_COUNT; quantity++)
		for (int cores = 0; cores < CORES_COUNT; cores++)
			for (int medium = 0; medium < MEDIUM_COUNT; medium++)
				for (int size = 0; size < SIZE_COUNT; size++)
					add_cell(work, (enum quantity)quantity, (enum cores)cores,
						(enum medium)medium, size);
}

/* Out of reach of what ends ipcviz, and of what it has open. */
static void
settle(int *life, int *reports)
{
	static const int ignored[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGPIPE, SIGTSTP};
	static const int defaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGWINCH, SIGCHLD};
	sigset_t none;
	int null = open("/dev/null", O_RDWR);

	setsid();
	prctl(PR_SET_NAME, "ipcviz: measure");
	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
		signal(ignored[i], SIG_IGN);
	for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
		signal(defaults[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	int high_life = fcntl(*life, F_DUPFD, LOWEST),
	    high_reports = fcntl(*reports, F_DUPFD, LOWEST);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	*life = dup2(high_life, 3);
	*reports = dup2(high_reports, 4);
	closefrom(5);
}

_Noreturn void
measurer_live(const struct measurement *plan, int life, int reports)
{
	struct work work = {.plan = plan, .chance = plan->seed};

	settle(&life, &reports);
	work.life = life;
	work.reports = reports;
	work.link.id = -1;
	work.link.in[0] = work.link.in[1] = work.link.out[0] = work.link.out[1] = -1;
	work.link.queue[0] = work.link.queue[1] = (mqd_t)-1;
	work.arena = mmap(NULL, sizeof *work.arena, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	work.cells = calloc((size_t)QUANTITY_COUNT * CORES_COUNT * MEDIUM_COUNT * SIZE_COUNT,
		sizeof *work.cells);
	if (work.arena == MAP_FAILED || work.cells == NULL)
		_exit(1);
	add_cells(&work);
	for (unsigned round = 0; round < plan->rounds; round++) {
		shuffle(&work);
		for (unsigned i = 0; i < work.n_cells; i++) {
			struct cell *cell = &work.cells[i];

			obey(&work, -1, 0);
			if (kinds[cell->medium]->burns && cell->cores == CORES_ONE)
				refuse(cell, "%s",
					_("on one core the one that looks again and again keeps "
					  "the other from running"));
			else if (cell->gathered.figure.why[0] == '\0')
				measure(&work, cell);
			tell_figure(&work, cell);
		}
	}
	tell(&work, &(struct report){.what = REPORT_OVER});
	finish(&work, 0);
}
