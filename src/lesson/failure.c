/* SPDX-License-Identifier: MIT
 *
 * A lesson that cannot go on says at which line, and what did not come.
 */
#include "lesson/conductor_own.h"

#include <stdarg.h>
#include <stdio.h>

#include "words.h"

void
conductor_fail(struct conductor *conductor, int line, const char *format, ...)
{
	va_list args;
	int n = snprintf(conductor->failure, sizeof conductor->failure,
		"%s:%d: ", conductor->lesson->plan, line);

	va_start(args, format);
	if (n >= 0 && (size_t)n < sizeof conductor->failure)
		vsnprintf(conductor->failure + n, sizeof conductor->failure - (size_t)n, format,
			args);
	va_end(args);
	conductor->phase = PHASE_FAILED;
	conductor->hurries = false;
	conductor->want_look = 0;
	conductor->want_permit = false;
}

static const char *
state_words(enum process_state state)
{
	switch (state) {
	case PROCESS_RUNNING:
		return _("running");
	case PROCESS_GATE:
		return _("at the gate");
	case PROCESS_CALL:
		return _("in a call");
	case PROCESS_BLOCKED:
		return _("blocked");
	case PROCESS_STOPPED:
		return _("stopped");
	case PROCESS_DEAD:
		return _("dead");
	}
	return "?";
}

static void
step_give_up(struct conductor *conductor)
{
	const struct step *step = step_of(conductor);
	char text[400];

	for (unsigned i = 0; i < step->n_seen; i++)
		if ((conductor->seen >> i & 1) == 0) {
			conductor_fail(conductor, step->seen[i].line,
				_("the step `%s` is over and this was not seen: %s"), step->name,
				match_text(&step->seen[i], text, sizeof text));
			return;
		}
	if (conductor->asking.open)
		conductor_fail(conductor, conductor->asking.verdict.ask->line,
			_("the events have matched none of the choices"));
}

void
conductor_give_up(struct conductor *conductor)
{
	const struct place *place = place_of(conductor);
	const struct move *move;
	const char *who;
	char text[128], pattern[400] = "";

	if (conductor->phase == PHASE_FAILED || conductor->phase == PHASE_DONE)
		return;
	if (place == NULL) {
		step_give_up(conductor);
		return;
	}
	move = place->move;
	who = move->who != NULL ? move->who : move->until.who;
	if (move->kind == MOVE_ASK && conductor->asking.open &&
		conductor->asking.verdict.ask != move)
		conductor_fail(conductor, conductor->asking.verdict.ask->line,
			_("the events have matched none of the choices"));
	else if (who == NULL)
		conductor_fail(conductor, move->line, _("`%s`: this did not come: %s"),
			move_text(move, text, sizeof text),
			match_text(&move->until, pattern, sizeof pattern));
	else if (pid_of(conductor, who) == 0)
		conductor_fail(conductor, move->line, _("`%s`: there is no process `%s` (yet)"),
			move_text(move, text, sizeof text), who);
	else
		conductor_fail(conductor, move->line,
			_("`%s`: this did not come: %s; %s was last seen %s%s%s"),
			move_text(move, text, sizeof text),
			match_given(&move->until)
				? match_text(&move->until, pattern, sizeof pattern)
				: _("the end of the call"),
			who, state_words(conductor->state),
			conductor->call != CALL_unknown ? ", " : "",
			conductor->call != CALL_unknown ? call_name(conductor->call) : "");
}

void
conductor_refused(struct conductor *conductor, const char *why)
{
	const struct place *place = place_of(conductor);
	int line = step_of(conductor)->line;

	/* A move that is done as soon as it is ordered is the one before. */
	if (place != NULL && (conductor->began || conductor->at == 0))
		line = place->move->line;
	else if (conductor->at > 0)
		line = conductor->places[conductor->at - 1].move->line;
	if (conductor->phase != PHASE_FAILED)
		conductor_fail(conductor, line, "%s", why);
}

const char *
conductor_failure(const struct conductor *conductor)
{
	return conductor->phase == PHASE_FAILED ? conductor->failure : "";
}
