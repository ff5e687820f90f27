/* SPDX-License-Identifier: MIT
 *
 * Figures as people read them.
 */
#include "compare/figures.h"

#include <string.h>

#include "words.h"

double
figure_value(const struct figure *figure, enum quantity quantity, enum statistic statistic)
{
	if (quantity == THROUGHPUT)
		return (statistic == SLOWEST ? figure->least : figure->median) / 1e6;
	return (statistic == MEDIAN           ? figure->median
		       : statistic == SLOWEST ? figure->most
					      : figure->p99) /
	       1e3;
}

char *
figure_text(const struct figure *figure, enum quantity quantity, enum statistic statistic,
	char *buf, size_t size)
{
	double value = figure_value(figure, quantity, statistic);

	if (!figure->known)
		buf[0] = '\0';
	else if (value <= 0)
		strlcpy(buf, "-", size);
	else if (value < 9.995)
		snprintf(buf, size, "%.2f", value);
	else if (value < 99.95)
		snprintf(buf, size, "%.1f", value);
	else if (value < 99999.5)
		snprintf(buf, size, "%.0f", value);
	else
		snprintf(buf, size, "%.0fk", value / 1e3);
	return buf;
}

const char *
size_short(int size)
{
	static const char *const words[SIZE_COUNT] = {
		"1", "4", "16", "64", "256", "1K", "4K", "16K", "64K", "256K", "1M"};

	return words[size];
}

const char *
medium_short(enum medium medium)
{
	return medium_name(medium);
}

char *
machine_words(const struct machine *machine, char *buf, size_t size)
{
	int n = snprintf(buf, size, _("%s; %s; "), machine->processor, machine->kernel);

	if (n < 0 || (size_t)n >= size)
		return buf;
	if (machine->cpu[CORES_TWO] == -1)
		snprintf(buf + n, size - (size_t)n,
			_("there is but one core; load %.1f at the start"), machine->load);
	else
		snprintf(buf + n, size - (size_t)n,
			_("one core: %d; two cores: %d and %d; load %.1f at the start"),
			machine->cpu[CORES_ONE], machine->cpu[CORES_ONE], machine->cpu[CORES_TWO],
			machine->load);
	return buf;
}

/* The median round trip of one byte, µs; 0: not known. */
static double
trip(const struct measurement *measurement, enum cores cores, enum medium medium, int size)
{
	return measurement->figure[ROUND_TRIP][cores][medium][size].median / 1e3;
}

/* Sentence `which`; false when its figures are missing. */
static bool
say_lesson(const struct measurement *measurement, int which, char *buf, size_t size)
{
	enum cores two = measurement->machine.cpu[CORES_TWO] != -1 ? CORES_TWO : CORES_ONE;
	double spin = trip(measurement, CORES_TWO, MEDIUM_SHM_SPIN, 0);
	double sleep = trip(measurement, two, MEDIUM_SHM_FUTEX, 0);
	double alone = trip(measurement, CORES_ONE, MEDIUM_SHM_FUTEX, 0);
	double pipe = trip(measurement, two, MEDIUM_PIPE, 0);
	double pipe_alone = trip(measurement, CORES_ONE, MEDIUM_PIPE, 0);
	double page = trip(measurement, CORES_ONE, MEDIUM_PIPE, 6);
	double large = trip(measurement, CORES_ONE, MEDIUM_PIPE, 8);

	switch (which) {
	case 0:
		if (spin <= 0 || sleep <= 0)
			return false;
		snprintf(buf, size,
			_("A byte through shared memory and back: %.2f µs when the waiting one "
			  "looks again and again, %.1f µs when it sleeps: "
			  "the wake-up costs %.0f times the way."),
			spin, sleep, sleep / spin);
		return true;
	case 1:
		if (pipe <= 0 || sleep <= 0)
			return false;
		snprintf(buf, size,
			_("A byte and back with waiters that sleep: %.1f µs through a pipe, %.1f "
			  "µs through shared memory: %.1f times. "
			  "Whoever has to be woken gains little from sharing memory."),
			pipe, sleep, pipe / sleep);
		return true;
	case 2:
		if (two == CORES_ONE || pipe <= 0 || pipe_alone <= 0)
			return false;
		snprintf(buf, size,
			_("Through a pipe on one core: %.1f µs; on two: %.1f µs, %.1f times that: "
			  "waking another core is dearer than "
			  "switching on one's own."),
			pipe_alone, pipe, pipe / pipe_alone);
		return true;
	case 3:
		if (pipe_alone <= 0 || page <= 0 || large <= 0)
			return false;
		snprintf(buf, size,
			_("Through a pipe and back, on one core: one byte %.1f µs, 4 KiB %.1f µs, "
			  "64 KiB %.1f µs. What "
			  "grows with the size is the copy; what one byte costs already is the "
			  "switch."),
			pipe_alone, page, large);
		return true;
	case 4: {
		double best_pipe = 0, best_memory = 0;
		for (int i = 0; i < SIZE_COUNT; i++) {
			const struct figure *p =
				&measurement->figure[THROUGHPUT][CORES_ONE][MEDIUM_PIPE][i];
			const struct figure *m =
				&measurement->figure[THROUGHPUT][CORES_ONE][MEDIUM_SHM_FUTEX][i];

			best_pipe = p->median > best_pipe ? p->median : best_pipe;
			best_memory = m->median > best_memory ? m->median : best_memory;
		}
		if (best_pipe <= 0 || best_memory <= 0 || alone <= 0)
			return false;
		snprintf(buf, size,
			_("In bulk, on one core: %.0f MB/s at best through shared memory, %.0f "
			  "MB/s through a pipe: %.1f times."),
			best_memory / 1e6, best_pipe / 1e6, best_memory / best_pipe);
		return true;
	}
	default:
		return false;
	}
}

char *
figures_lesson(const struct measurement *measurement, int index, char *buf, size_t size)
{
	for (int which = 0; which < 5; which++)
		if (say_lesson(measurement, which, buf, size) && index-- == 0)
			return buf;
	return NULL;
}

/* Sizes of a row that have the same remark. */
struct remark {
	const char *why; /* NULL: none */
	int first, last;
};

static struct remark
remark_of(const struct measurement *measurement, int quantity, int cores, int medium)
{
	const struct figure *row = measurement->figure[quantity][cores][medium];
	struct remark remark = {0};

	for (int i = 0; i < SIZE_COUNT; i++) {
		if (row[i].why[0] == '\0' ||
			(remark.why != NULL && strcmp(remark.why, row[i].why) != 0))
			continue;
		if (remark.why == NULL)
			remark.first = i;
		remark.why = row[i].why;
		remark.last = i;
	}
	return remark;
}

static bool
remarks_equal(const struct remark *a, const struct remark *b)
{
	return a->why != NULL && b->why != NULL && strcmp(a->why, b->why) == 0 &&
	       a->first == b->first && a->last == b->last;
}

/* The remark on a row, if it has one; told once for all rows of the medium that have the same. */
static bool
say_remark(const struct measurement *measurement, int quantity, int cores, int medium, char *buf,
	size_t size)
{
	struct remark remark = remark_of(measurement, quantity, cores, medium), other;
	bool both_cores, both_quantities;

	if (remark.why == NULL)
		return false;
	other = remark_of(measurement, quantity, 1 - cores, medium);
	both_cores = remarks_equal(&remark, &other);
	other = remark_of(measurement, 1 - quantity, cores, medium);
	both_quantities = remarks_equal(&remark, &other);
	if ((both_cores && cores > 0) || (both_quantities && quantity > 0))
		return false;
	snprintf(buf, size, "%s%s%s%s%s, %s – %s: %s.", medium_name((enum medium)medium),
		both_quantities ? "" : ", ",
		both_quantities          ? ""
		: quantity == ROUND_TRIP ? _("round trip")
					 : _("one way"),
		both_cores ? "" : ", ",
		both_cores           ? ""
		: cores == CORES_ONE ? _("one core")
				     : _("two cores"),
		size_words(remark.first), size_words(remark.last), remark.why);
	return true;
}

/* Remarks on cut messages and on lost ones, which concern all tables of a medium. */
static bool
say_cut(const struct measurement *measurement, enum medium medium, char *buf, size_t size)
{
	const struct figure *row = measurement->figure[ROUND_TRIP][CORES_ONE][medium];
	int first = -1, last = -1;

	for (int i = 0; i < SIZE_COUNT; i++)
		if (row[i].pieces > 1) {
			first = first == -1 ? i : first;
			last = i;
		}
	if (first == -1)
		return false;
	snprintf(buf, size, _("%s: from %s on a message goes in pieces, %s in %u."),
		medium_name(medium), size_words(first), size_words(last), row[last].pieces);
	return true;
}

static bool
say_lost(const struct measurement *measurement, enum cores cores, char *buf, size_t size)
{
	const struct figure *row = measurement->figure[THROUGHPUT][cores][MEDIUM_UDP];
	double most = 0;
	int at = 0;

	for (int i = 0; i < SIZE_COUNT; i++)
		if (row[i].lost > most) {
			most = row[i].lost;
			at = i;
		}
	if (most < 0.005)
		return false;
	snprintf(buf, size,
		_("udp, %s: what arrives is counted; up to %.0f%% of the datagrams (of %s) were "
		  "lost."),
		cores == CORES_ONE ? _("one core") : _("two cores"), 100 * most, size_words(at));
	return true;
}

char *
figures_remark(const struct measurement *measurement, int index, char *buf, size_t size)
{
	for (int medium = 0; medium < MEDIUM_COUNT; medium++)
		if (say_cut(measurement, (enum medium)medium, buf, size) && index-- == 0)
			return buf;
	for (int cores = 0; cores < CORES_COUNT; cores++)
		if (say_lost(measurement, (enum cores)cores, buf, size) && index-- == 0)
			return buf;
	for (int medium = 0; medium < MEDIUM_COUNT; medium++)
		for (int quantity = 0; quantity < QUANTITY_COUNT; quantity++)
			for (int cores = 0; cores < CORES_COUNT; cores++)
				if (say_remark(measurement, quantity, cores, medium, buf, size) &&
					index-- == 0)
					return buf;
	return NULL;
}
