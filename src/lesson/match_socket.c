/* SPDX-License-Identifier: MIT
 *
 * Does an event match the fields of a pattern that only sockets have: addresses, TCP's state, the
 * backlog, the kernel's count of dropped datagrams, what a message carries?
 */
#include "lesson/match_own.h"

static bool
match_least(const struct wanted *wanted, const struct event *event, enum event_field field)
{
	if (!wanted->asked)
		return true;
	return event_has(event, field) && event_number(event, field, 0) >= wanted->value;
}

static bool
match_word(const char *word, const struct event *event, enum event_field field)
{
	return word == NULL || event_is(event, field, word);
}

static bool
match_numbers(const struct match *match, const struct event *event)
{
	return match_number(&match->backlog, event, FIELD_backlog) &&
	       match_number(&match->waiting, event, FIELD_waiting) &&
	       match_number(&match->outq, event, FIELD_outq) &&
	       match_least(&match->outq_min, event, FIELD_outq) &&
	       match_least(&match->used_min, event, FIELD_used) &&
	       match_number(&match->drops, event, FIELD_drops) &&
	       match_least(&match->drops_min, event, FIELD_drops) &&
	       match_number(&match->whole, event, FIELD_whole);
}

bool
match_socket(const struct match *match, const struct event *event)
{
	return match_word(match->tcp, event, FIELD_tcp) &&
	       match_word(match->how, event, FIELD_how) &&
	       match_glob(match->local, event, FIELD_local) &&
	       match_glob(match->peer, event, FIELD_peer) &&
	       match_glob(match->passed, event, FIELD_passed) &&
	       match_glob(match->cred, event, FIELD_cred) &&
	       match_glob(match->ready, event, FIELD_ready) &&
	       match_glob(match->option, event, FIELD_option) &&
	       match_glob(match->arg, event, FIELD_arg) && match_numbers(match, event);
}
