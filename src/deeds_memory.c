/* SPDX-License-Identifier: MIT
 *
 * Keys that put memory under watch and stretch calls and accesses. Each says what it did.
 */
#include "deeds_memory.h"

#include "words.h"

void
deed_memory(struct player *player, const struct command *command)
{
	const struct model *model = player->model;
	const struct segment *segment =
		command->channel < 0 || command->channel >= model->n_channels
			? NULL
			: model->channels[command->channel].segment;
	struct problem problem = {0};

	if (segment == NULL) {
		player_say(player, "%s",
			_("No shared memory has the focus: left and right choose it on a process's card."));
		return;
	}
	bool on = segment->watched == NULL;
	if (stage_watch_memory(player->stage, model->channels[command->channel].name, on, &problem) ==
		-1)
		player_say_problem(player, &problem);
	else
		player_say(player, "%s",
			on ? _("Each load and store there is a step now; M ends it.")
			   : _("Loads and stores there pass unseen again."));
}

/* --- delays --- */

static const struct stretch {
	int64_t ns;
	const char *says;
} stretches[] = {
	{0, N_("%s of %s is not delayed any more.")},
	{10000000, N_("Each %s of %s waits 10 ms first.")},
	{100000000, N_("Each %s of %s waits 100 ms first.")},
	{1000000000, N_("Each %s of %s waits 1 s first.")},
};

/* What was set for that call of the process before; a new entry takes the place of the oldest. */
static struct delayed *
delayed_of(struct player *player, int32_t pid, enum call_id call)
{
	for (int i = 0; i < DELAYED_MAX; i++)
		if (player->delayed[i].pid == pid && player->delayed[i].call == call)
			return &player->delayed[i];
	struct delayed *delayed = &player->delayed[player->delayed_next];
	player->delayed_next = (player->delayed_next + 1) % DELAYED_MAX;
	*delayed = (struct delayed){.pid = pid, .call = call};
	return delayed;
}

void
deed_delay(struct player *player, const struct command *command)
{
	int id = command->pid == 0 ? NONE : model_process(player->model, command->pid);
	const struct process *process = id == NONE ? NULL : &player->model->processes[id];
	struct problem problem = {0};

	if (process == NULL || process->state == PROCESS_DEAD) {
		player_say(player, "%s", _("No living process has the focus; Tab chooses one."));
		return;
	}
	const struct call *call = process_call(process);
	if (call == NULL)
		call = &process->last;
	if (call->id == CALL_unknown) {
		player_say(player, _("%s has made no call yet that could be delayed."), process->name);
		return;
	}
	struct delayed *delayed = delayed_of(player, process->pid, call->id);
	int level = (delayed->level + 1) % (int)(sizeof stretches / sizeof *stretches);
	if (stage_delay(player->stage, process->pid, call->id, stretches[level].ns, &problem) == -1) {
		player_say_problem(player, &problem);
		return;
	}
	delayed->level = level;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* from the table above */
	player_say(player, _(stretches[level].says), call_name(call->id), process->name);
#pragma GCC diagnostic pop
}
