/* SPDX-License-Identifier: MIT
 *
 * How the connection in focus came to be: the calls of server and client in time, a column for
 * each, and the moment in which the kernel completes the connection, whether or not anybody has
 * called accept by then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/names.h"
#include "tui/sockets.h"
#include "words.h"

enum { MOMENTS_MAX = 3 * RUNGS_MAX * 2 + 4, TIME_COLS = 10, COMPLETE_ROWS = 2 };

enum what { BEGINS, RETURNS, COMPLETE };

struct moment {
	enum what what;
	bool client;
	const struct rung *rung;
	uint64_t time, event; /* of it; event sorts what has the same time */
};

struct ladder {
	const struct frame *frame;
	const struct model *model;
	int listener, accepted, client; /* channel ids; NONE */
	struct moment moments[MOMENTS_MAX];
	int n;
};

/* --- who takes part --- */

static const struct endpoint *
endpoint_at(const struct ladder *ladder, int id)
{
	return id == NONE ? NULL : ladder->model->channels[id].endpoint;
}

/* The newest connection that was made to it. */
static void
take_newest_client(struct ladder *ladder)
{
	uint64_t newest = 0;
	for (int i = 0; i < ladder->model->n_channels; i++) {
		const struct endpoint *endpoint = ladder->model->channels[i].endpoint;
		if (!endpoint || i == ladder->listener ||
			(endpoint->listener != ladder->listener &&
				endpoint->queued != ladder->listener &&
				endpoint->target != ladder->listener) ||
			ladder->model->channels[i].changed < newest)
			continue;
		newest = ladder->model->channels[i].changed;
		bool accepted = endpoint->listener != NONE;
		ladder->accepted = accepted ? i : NONE;
		ladder->client = accepted ? socket_other(ladder->model, i) : i;
	}
}

static int
listener_at(const struct ladder *ladder, const struct endpoint *client)
{
	for (int i = ladder->model->n_channels - 1; i >= 0; i--) {
		const struct endpoint *endpoint = ladder->model->channels[i].endpoint;
		if (endpoint && endpoint->listening && endpoint->kind == client->kind &&
			client->peer[0] && strcmp(endpoint->local, client->peer) == 0)
			return i;
	}
	return NONE;
}

static void
find_parts(struct ladder *ladder, int focus)
{
	const struct endpoint *endpoint = endpoint_at(ladder, focus);
	ladder->listener = ladder->accepted = ladder->client = NONE;
	if (!endpoint)
		return;
	int other = socket_other(ladder->model, focus);
	bool takes = socket_is_post(endpoint) && endpoint->sent == 0;
	if (endpoint->listening || takes ||
		(endpoint->local[0] && !endpoint->connected && !endpoint->peer[0] &&
			endpoint->sent == 0)) {
		ladder->listener = focus;
		take_newest_client(ladder);
	} else if (endpoint->listener != NONE) {
		ladder->accepted = focus;
		ladder->client = other;
		ladder->listener = endpoint->listener;
	} else {
		ladder->client = focus;
		ladder->accepted = other;
		ladder->listener = other != NONE && endpoint_at(ladder, other)->listener != NONE
					   ? endpoint_at(ladder, other)->listener
				   : endpoint->target != NONE ? endpoint->target
				   : endpoint->queued != NONE ? endpoint->queued
							      : listener_at(ladder, endpoint);
	}
}

/* --- what happened --- */

static void
add_moment(struct ladder *ladder, struct moment moment)
{
	int at = ladder->n;
	if (at == MOMENTS_MAX)
		return;
	while (at > 0 && (ladder->moments[at - 1].time > moment.time ||
				 (ladder->moments[at - 1].time == moment.time &&
					 ladder->moments[at - 1].event > moment.event))) {
		ladder->moments[at] = ladder->moments[at - 1];
		at--;
	}
	ladder->moments[at] = moment;
	ladder->n++;
}

static bool
is_accept(const struct rung *rung)
{
	return rung->call == CALL_accept || rung->call == CALL_accept4;
}

/* The listening socket's own calls; of its accepts the one in flight, while it is not known whose it
 * will be. */
static bool
belongs(const struct ladder *ladder, int id, const struct rung *rung)
{
	if (id != ladder->listener || !is_accept(rung))
		return true;
	return ladder->accepted == NONE && rung->done == 0;
}

/* When it was known to be complete: connect returns then, or accept has already. */
static uint64_t
completed(const struct ladder *ladder, const struct rung *connect)
{
	const struct endpoint *accepted = endpoint_at(ladder, ladder->accepted);
	uint64_t time = connect->done;
	for (int i = 0; accepted && i < accepted->n_rungs; i++)
		if (is_accept(&accepted->rungs[i]) && accepted->rungs[i].done != 0 &&
			(time == 0 || accepted->rungs[i].done < time))
			time = accepted->rungs[i].done;
	return time;
}

static void
add_calls(struct ladder *ladder, int id, bool client)
{
	const struct endpoint *endpoint = endpoint_at(ladder, id);
	for (int i = 0; endpoint && i < endpoint->n_rungs; i++) {
		const struct rung *rung = &endpoint->rungs[i];
		if (!belongs(ladder, id, rung))
			continue;
		add_moment(ladder, (struct moment){BEGINS, client, rung, rung->time, rung->event});
		if (rung->done)
			add_moment(ladder, (struct moment){RETURNS, client, rung, rung->done,
						   rung->event + 1});
		if (client && rung->call == CALL_connect && endpoint->connected &&
			!socket_is_post(endpoint))
			add_moment(ladder, (struct moment){COMPLETE, client, rung,
						   completed(ladder, rung), 0});
	}
}

/* A call that returned before anything else happened needs no row for that. */
static void
join_returns(struct ladder *ladder)
{
	int kept = 0;
	for (int i = 0; i < ladder->n; i++) {
		const struct moment *before = kept > 0 ? &ladder->moments[kept - 1] : NULL;
		if (ladder->moments[i].what == RETURNS && before && before->what == BEGINS &&
			before->rung == ladder->moments[i].rung)
			continue;
		/* that a connect returns stands with the completion */
		if (ladder->moments[i].what == RETURNS && before && before->what == COMPLETE &&
			before->rung == ladder->moments[i].rung)
			continue;
		ladder->moments[kept++] = ladder->moments[i];
	}
	ladder->n = kept;
}

static void
fill(struct ladder *ladder, const struct frame *frame)
{
	*ladder = (struct ladder){.frame = frame, .model = frame->view->model};
	find_parts(ladder, frame->focus->channel);
	add_calls(ladder, ladder->listener, false);
	add_calls(ladder, ladder->accepted, false);
	add_calls(ladder, ladder->client, true);
	join_returns(ladder);
}

/* Accept began only after the connection was complete, or has not begun. */
static bool
is_early(const struct ladder *ladder, const struct moment *complete)
{
	for (int i = 0; i < ladder->n; i++)
		if (is_accept(ladder->moments[i].rung) && ladder->moments[i].what == BEGINS)
			return ladder->moments[i].time > complete->time;
	return true;
}

/* --- the picture --- */

static void
moment_text(const struct ladder *ladder, const struct moment *moment, char *buf, size_t size)
{
	const struct rung *rung = moment->rung;
	const char *name = call_name((enum call_id)rung->call);
	const struct endpoint *listener = endpoint_at(ladder, ladder->listener);
	const struct endpoint *client = endpoint_at(ladder, ladder->client);
	bool waits = moment->what == BEGINS && rung->done == 0;
	if (moment->what == RETURNS)
		snprintf(buf, size,
			is_accept(rung) ? _("%s returns a new socket") : _("%s returns"), name);
	else if (rung->call == CALL_bind && !moment->client && listener && listener->local[0])
		snprintf(buf, size, "%s %s", name, listener->local);
	else if (rung->call == CALL_listen && listener && listener->backlog >= 0)
		snprintf(buf, size, _("%s: backlog %d"), name, listener->backlog);
	else if (rung->call == CALL_connect && client)
		snprintf(buf, size, _("%s to %s"), name, client->peer);
	else
		snprintf(buf, size, waits ? _("%s …") : "%s", name);
}

/* A call of this column is in flight at this step, begun before it. */
static bool
in_call(const struct ladder *ladder, int at, bool client)
{
	bool in = false;
	for (int i = 0; i < at; i++)
		if (ladder->moments[i].client == client && ladder->moments[i].what != COMPLETE)
			in = ladder->moments[i].what == BEGINS &&
			     (ladder->moments[i].rung->done == 0 ||
				     ladder->moments[i].rung->done >= ladder->moments[at].time);
	return in;
}

static int
lifeline_col(struct box box, bool client)
{
	return client ? TIME_COLS + (box.cols - TIME_COLS) / 2 : TIME_COLS;
}

static void
draw_lifelines(const struct ladder *ladder, struct box box, int row, int at)
{
	for (int client = 0; client < 2; client++)
		draw_glyph(ladder->frame->screen, box, row, lifeline_col(box, client),
			in_call(ladder, at, client) ? ROLE_STRONG : ROLE_FRAME,
			in_call(ladder, at, client) ? GLYPH_HEAVY_UD : GLYPH_LINE_UD);
}

static void
draw_time(const struct ladder *ladder, struct box box, int row, const struct moment *moment)
{
	double ms = (double)(moment->time - ladder->moments[0].time) / 1e6;
	draw_textf(ladder->frame->screen, box, row, 0, ROLE_QUIET,
		ms < 1000 ? _("%.2f ms") : _("%.1f s"), ms < 1000 ? ms : ms / 1000);
}

static void
draw_complete(const struct ladder *ladder, struct box box, int row, const struct moment *moment)
{
	struct screen *screen = ladder->frame->screen;
	int from = lifeline_col(box, false) + 1, to = lifeline_col(box, true) - 1;
	const struct endpoint *client = endpoint_at(ladder, ladder->client);
	const char *words = client->kind == SOCKET_TCP ? " SYN  SYN+ACK  ACK " : "";
	draw_run(screen, box, row, from + 1, to - from - 1, ROLE_WOKEN, GLYPH_HEAVY_LR);
	draw_glyph(screen, box, row, from, ROLE_WOKEN, GLYPH_ARROW_LEFT);
	draw_glyph(screen, box, row, to, ROLE_WOKEN, GLYPH_ARROW_RIGHT);
	if (text_cells(words) < to - from - 3)
		draw_text(screen, box, row, (from + to - text_cells(words)) / 2, ROLE_WOKEN, words);
	if (moment->time == moment->rung->done)
		draw_text(screen, box, row, to + 3, ROLE_NORMAL, _("connect returns"));
	draw_text(screen, box, row + 1, from + 1, ROLE_WOKEN,
		is_early(ladder, moment)
			? _("the kernel has completed it; it waits in the backlog for accept")
			: _("the kernel has completed it; accept was waiting for it"));
}

static void
draw_moment(const struct ladder *ladder, struct box box, int row, int at)
{
	const struct moment *moment = &ladder->moments[at];
	char words[128];
	int col = lifeline_col(box, moment->client);
	draw_time(ladder, box, row, moment);
	draw_lifelines(ladder, box, row, at);
	if (moment->what == COMPLETE) {
		draw_lifelines(ladder, box, row + 1, at);
		draw_complete(ladder, box, row, moment);
		return;
	}
	moment_text(ladder, moment, words, sizeof words);
	draw_glyph(ladder->frame->screen, box, row, col, ROLE_STRONG,
		moment->what == BEGINS && moment->rung->done == 0 ? GLYPH_MARK_ENTER
								  : GLYPH_MARK_CALL);
	int room = moment->client ? box.cols - col - 2 : lifeline_col(box, true) - col - 3;
	draw_text(ladder->frame->screen, box_part(box, row, col + 2, 1, room), 0, 0, ROLE_NORMAL,
		words);
}

/* "server 4211" above its column, and how its end stands now below it. */
static void
draw_party(const struct ladder *ladder, struct box box, int last, bool client)
{
	int id = client                     ? ladder->client
		 : ladder->accepted != NONE ? ladder->accepted
					    : ladder->listener;
	int holders[1], col = lifeline_col(box, client);
	char state[48];
	if (id == NONE)
		return;
	const struct channel *channel = &ladder->model->channels[id];
	int process = channel_readers(ladder->model, id, holders, 1) > 0 ? holders[0]
		      : channel->n_users > 0                             ? channel->users[0].process
									 : NONE;
	draw_text(ladder->frame->screen, box, 0, col, ROLE_TITLE,
		process != NONE ? process_called(ladder->frame->view, process).text
		: client        ? _("client")
				: _("server"));
	end_state(ladder->frame, id, false, state, sizeof state);
	if (!state[0])
		return;
	draw_text(ladder->frame->screen, box, last, 0, ROLE_QUIET, _("now"));
	draw_text(ladder->frame->screen, box, last, col, ROLE_STRONG, state);
}

static int
moments_rows(const struct ladder *ladder)
{
	int rows = 0;
	for (int i = 0; i < ladder->n; i++)
		rows += ladder->moments[i].what == COMPLETE ? COMPLETE_ROWS : 1;
	return rows;
}

static int
ladder_rows(void *state, const struct frame *frame, int cols)
{
	struct ladder ladder;
	(void)state, (void)cols;
	fill(&ladder, frame);
	return moments_rows(&ladder) + 4; /* names, states, frame */
}

static void
ladder_draw(void *state, const struct frame *frame, struct box box)
{
	struct ladder ladder;
	struct box inside = box_part(box, 1, 2, box.rows - 2, box.cols - 4);
	(void)state;
	draw_clear(frame->screen, box);
	fill(&ladder, frame);
	const struct endpoint *endpoint = endpoint_at(&ladder, frame->focus->channel);
	draw_frame(frame->screen, box, ROLE_FRAME, false,
		endpoint && socket_is_post(endpoint) ? _("the calls of both sides; no connection")
						     : _("how the connection came to be"),
		NULL);
	if (ladder.n == 0) {
		draw_text(frame->screen, inside, inside.rows / 2, 0, ROLE_QUIET,
			_("Nothing was seen of a socket in focus; Tab and the arrows choose one."));
		return;
	}
	int room = inside.rows - 2, first = 0, row = 1;
	/* the newest stay in sight */
	for (int rows = moments_rows(&ladder); rows > room && first < ladder.n; first++)
		rows -= ladder.moments[first].what == COMPLETE ? COMPLETE_ROWS : 1;
	for (int i = first; i < ladder.n; i++) {
		draw_moment(&ladder, inside, row, i);
		row += ladder.moments[i].what == COMPLETE ? COMPLETE_ROWS : 1;
	}
	draw_party(&ladder, inside, row, false);
	draw_party(&ladder, inside, row, true);
	if (first > 0)
		draw_glyph(frame->screen, inside, 0, 0, ROLE_QUIET, GLYPH_MORE_UP);
}

const struct pane pane_ladder = {.rows = ladder_rows, .draw = ladder_draw};
