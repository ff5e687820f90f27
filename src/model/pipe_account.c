/* SPDX-License-Identifier: MIT
 *
 * The account of what lies in a pipe: by the calls that returned, and by what the kernel says.
 *
 * Calls overlap: the order of leaves need not be the order in which bytes moved, and an occupancy that a process asked
 * for may be old when its line arrives. What is certain: an `enter` comes before everything that the call did. So
 *  - bytes that were read, or reported, before the leave of their write are credited to a write in flight (`inferred`),
 *    and that write's leave settles the account;
 *  - a reported occupancy is believed when no other call can explain the difference, and then bytes that nobody was
 *    seen to write or to read are put in or taken out; else the sum of what returned counts, which is exact.
 */
#include "model/pipe.h"

#include <string.h>

/* --- what cannot be explained --- */

static bool
held_in_the_dark(const struct model *model, int channel)
{
	for (int i = 0; i < model->n_processes; i++)
		if (model->processes[i].dark &&
			process_holds(model, &model->processes[i], channel, END_BOTH) > 0)
			return true;
	return false;
}

void
pipe_contradicted(struct model *model, struct channel *channel)
{
	channel->used_inferred = true;
	if (channel->uncertain) {
		channel->uncertain = false; /* a call that ended untold explains it, once */
		return;
	}
	if (channel->partial || held_in_the_dark(model, (int)(channel - model->channels)))
		return; /* others may well have written or read */
	channel->contradicted = true;
	model->strange++;
}

/* Bytes that nobody was seen to write. They lay there before anything else when the pipe's past is
 * unknown. */
static void
pipe_put_unseen(struct model *model, struct channel *channel, int64_t bytes, bool oldest)
{
	if (bytes <= 0)
		return;
	pipe_put(model, channel, NONE, NULL, bytes, true, false);
	if (oldest && channel->n_runs > 1) {
		struct run run = channel->runs[channel->n_runs - 1];
		memmove(&channel->runs[1], &channel->runs[0],
			(size_t)(channel->n_runs - 1) * sizeof run);
		channel->runs[0] = run;
		slots_rebuild(model, channel);
	}
}

/* Credits up to `bytes` to writes in flight, in the order of their enters; returns how many none of
 * them can explain. */
int64_t
pipe_credit(struct model *model, struct channel *channel, int64_t bytes)
{
	for (int i = 0; i < channel->n_callers && bytes > 0; i++) {
		if (!channel->callers[i].writes)
			continue;
		int writer = channel->callers[i].process;
		struct process *process = &model->processes[writer];
		for (int j = 0; j < process->n_calls && bytes > 0; j++) {
			struct call *call = &process->calls[j];
			if (call->tid != channel->callers[i].tid || call->begun == 0 ||
				!(call_traits(call->id) & CALL_WRITES) ||
				channel != channel_at(model, call->channel))
				continue;
			int64_t part =
				call->n < 0 ? bytes : smaller(bytes, call->n - call->moved_early);
			if (part <= 0)
				continue;
			if (call->write == 0)
				call->write = ++channel->numbered;
			pipe_put(model, channel, writer, call, part, true, false);
			call->moved_early += part;
			bytes -= part;
		}
	}
	return bytes;
}

/*
 * There are `bytes` less than we think. Credits given to the wrong write in flight explain it: the
 * right one has settled since. What was credited and read already is then taken from the bytes that
 * lie there. The rest nobody was seen to read.
 */
void
pipe_too_much(struct model *model, struct channel *channel, int64_t bytes)
{
	for (int i = channel->n_callers - 1; i >= 0 && bytes > 0; i--) {
		struct process *process = &model->processes[channel->callers[i].process];
		for (int j = 0; channel->callers[i].writes && j < process->n_calls; j++) {
			struct call *call = &process->calls[j];
			int64_t part = smaller(bytes, call->moved_early);
			if (part <= 0 || channel != channel_at(model, call->channel))
				continue;
			call->moved_early -= part;
			bytes -= part;
			pipe_take(channel, pipe_take_back(model, channel, call->write, part));
		}
	}
	if (bytes <= 0)
		return;
	pipe_take(channel, bytes);
	pipe_contradicted(model, channel);
}

/* --- reports --- */

bool
pipe_others_fly(const struct channel *channel, bool writes)
{
	for (int i = 0; i < channel->n_callers; i++)
		if (channel->callers[i].writes == writes)
			return true;
	return false;
}

/*
 * The kernel said, between `begun` and now, that `target` bytes lay there. Others' leaves since
 * then make the figure old; others' calls in flight make ours old.
 */
void
pipe_reconcile(struct model *model, struct channel *channel, int64_t target, uint64_t begun)
{
	if (target < 0)
		target = 0;
	if (channel->used == -1) { /* the first time that we hear */
		pipe_put_unseen(model, channel, target - channel->lies, true);
		pipe_take(channel, channel->lies - target);
		channel->used = channel->lies;
		return;
	}
	channel->used_inferred = false;
	if (target > channel->lies) {
		if (begun == 0 || channel->read_left > begun) {
			channel->used_inferred = true;
			return;
		}
		int64_t unseen = pipe_credit(model, channel, target - channel->lies);
		if (unseen > 0) {
			pipe_put_unseen(model, channel, unseen, false);
			pipe_contradicted(model, channel);
		}
	} else if (target < channel->lies) {
		if (begun == 0 || channel->write_left > begun || pipe_others_fly(channel, false)) {
			channel->used_inferred = true;
			return;
		}
		pipe_too_much(model, channel, channel->lies - target);
	} else if (begun != 0 && channel->n_callers == 0) {
		channel->uncertain = false;
	}
}

void
pipe_looked(struct model *model, int id, int64_t used)
{
	struct channel *channel = &model->channels[id];

	if (used < 0 || !channel_is_pipe(channel))
		return;
	if (channel->n_callers == 0)
		pipe_reconcile(model, channel, smaller(used, PIPE_BYTES_MAX), model->events);
	else if (used == channel->used)
		channel->used_inferred = false;
	channel->changed = model->events;
}
