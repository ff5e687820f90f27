/* SPDX-License-Identifier: MIT
 *
 * The prediction: what the learner said, and which choice the events chose.
 */
#include "lesson/conductor_own.h"

static void
ask_judge(struct conductor *conductor, int truth, uint64_t event)
{
	struct asking *asking = &conductor->asking;

	asking->verdict.truth = truth;
	asking->verdict.event = event;
	asking->open = false;
	if (asking->verdict.answer >= 0) {
		conductor->asked++;
		conductor->right += asking->verdict.answer == truth;
	}
}

/* The first choice that the event matches; -1: none. */
static int
choice_matched(const struct conductor *conductor, const struct move *ask, const struct model *model,
	const struct event *event)
{
	for (unsigned i = 0; i < ask->n_choices; i++)
		if (conductor_matches(conductor, &ask->choices[i].when, model, event))
			return (int)i;
	return -1;
}

/* Has the deciding moment come? Until then, what others do since the deciding call was entered is
 * remembered. */
static bool
once_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	struct asking *asking = &conductor->asking;
	const struct move *ask = asking->verdict.ask;
	bool own = event->pid == pid_of(conductor, ask->once.who);

	if (own && (event->what == WHAT_enter || event->what == WHAT_reach))
		asking->early = -1;
	if (!conductor_matches(conductor, &ask->once, model, event)) {
		if (!own && event->what != WHAT_look && asking->early < 0) {
			asking->early = choice_matched(conductor, ask, model, event);
			asking->early_event = conductor->event;
		}
		return false;
	}
	asking->once = true;
	asking->since = conductor->now;
	for (unsigned i = 0; i < ask->n_choices; i++)
		want_look(conductor, &ask->choices[i].when);
	if (asking->early >= 0 && (event->what == WHAT_leave || event->what == WHAT_died))
		ask_judge(conductor, asking->early, asking->early_event);
	return asking->open;
}

void
ask_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	struct asking *asking = &conductor->asking;
	const struct move *ask = asking->verdict.ask;
	int truth;

	if (!asking->open)
		return;
	if (!asking->once) {
		if (!match_given(&ask->once) || !once_apply(conductor, model, event))
			return;
	} else if (look_is_stale(event, asking->since)) {
		return;
	}
	truth = choice_matched(conductor, ask, model, event);
	for (unsigned i = 0; i < ask->n_choices && truth < 0; i++)
		if (match_given(&ask->once) && match_holds(conductor, &ask->choices[i].when, model))
			truth = (int)i;
	if (truth >= 0)
		ask_judge(conductor, truth, conductor->event);
	for (unsigned i = 0; i < ask->n_choices && truth < 0; i++)
		look_again(conductor, &ask->choices[i].when, model, event);
}

void
conductor_answer(struct conductor *conductor, unsigned index)
{
	struct asking *asking = &conductor->asking;
	int truth = asking->verdict.truth;

	if (conductor->phase != PHASE_ASKING || index >= asking->verdict.ask->n_choices)
		return;
	asking->verdict.answer = (int)index;
	if (truth >= 0) /* the learner stepped on before answering */
		ask_judge(conductor, truth, asking->verdict.event);
	if (!match_given(&asking->verdict.ask->once)) {
		asking->once = true;
		asking->since = conductor->now;
	}
	move_done(conductor, NULL);
}

struct verdict
conductor_verdict(const struct conductor *conductor)
{
	return conductor->asking.verdict;
}

void
conductor_score(const struct conductor *conductor, unsigned *right, unsigned *asked)
{
	*right = conductor->right;
	*asked = conductor->asked;
}
