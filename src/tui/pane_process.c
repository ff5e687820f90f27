/* SPDX-License-Identifier: MIT
 *
 * A process card: its state and why, its call, its descriptors, what it printed. Says more where
 * there are more rows.
 */
#include <stdio.h>
#include <string.h>

#include "text/particles.h"
#include "text/wrap.h"
#include "tui/access.h"
#include "tui/names.h"
#include "tui/process_card.h"
#include "words.h"

static void
draw_state(struct process_card *card, bool with_cause)
{
	struct screen *screen = card->frame->screen;
	const struct process *process = card->process;
	enum role role = process_role(process);
	char state[64], cause[160];
	process_state_text(process, state, sizeof state);
	int col = draw_glyph(screen, card->inside, card->row, 0, role, process_glyph(process)) + 1;
	col += draw_text(screen, card->inside, card->row, col, role, state);
	if (process->dark)
		col += draw_text(
			       screen, card->inside, card->row, col + 1, ROLE_ERROR, _("unseen")) +
		       1;
	else if (process->slot == NONE && process->state != PROCESS_DEAD)
		col += draw_text(
			       screen, card->inside, card->row, col + 1, ROLE_QUIET, _("no gate")) +
		       1;
	if (with_cause) {
		process_cause_text(card->model, card->id, cause, sizeof cause);
		draw_text(screen, card->inside, card->row, col + 1, ROLE_NORMAL, cause);
	}
	card->row++;
}

static bool
failed(const struct call *call)
{
	return call->left != 0 && call->err[0];
}

/* Where the result begins, with its blank: after the closing bracket of a call. NULL: there is none yet. */
static char *
result_in(const struct call *call, char *text)
{
	char *bracket = call_is_access(call->id) ? NULL : strstr(text, ") = ");
	return call_is_access(call->id) ? strstr(text, " = ") : bracket ? bracket + 1 : NULL;
}

/* A call over one or two rows: on two its result stands below, on one the call loses its end before
 * the result does. */
static void
draw_call(struct process_card *card, const struct call *call, const char *label, int rows)
{
	struct screen *screen = card->frame->screen;
	char text[160];
	view_call_text(card->frame->view, card->id, call, text, sizeof text);
	bool fresh = card->model->touched_process == card->id && call->event == card->model->events;
	style look = fresh ? ROLE_STRONG : ROLE_NORMAL;
	int col = 0;
	if (call == process_access(card->process))
		card->access_row = card->row;
	if (failed(call))
		col = draw_glyph(screen, card->inside, card->row, 0, ROLE_ERROR, GLYPH_ERROR) + 1;
	col += draw_text(screen, card->inside, card->row, col, ROLE_QUIET, label);
	int room = card->inside.cols - col;
	char *result = result_in(call, text);
	if (!result) {
		draw_text(screen, card->inside, card->row++, col, look, text);
		return;
	}
	*result++ = '\0';
	bool below = text_cells(text) + 1 + text_cells(result) > room && rows > 1;
	struct box head = box_part(
		card->inside, card->row, col, 1, below ? room : room - text_cells(result) - 1);
	col += draw_text(screen, head, 0, 0, look, text);
	if (below) {
		card->row++;
		col = 0;
	}
	draw_text(screen, card->inside, card->row++, col + 1,
		failed(call) ? ROLE_WRONG : ROLE_STRONG, result);
}

/* A second row when call and result do not fit in one. */
static int
call_rows(const struct process_card *card, const struct call *call, const char *label)
{
	char text[160];
	view_call_text(card->frame->view, card->id, call, text, sizeof text);
	int cells = text_cells(label) + text_cells(text) + (failed(call) ? 2 : 0);
	return result_in(call, text) && cells > card->inside.cols ? 2 : 1;
}

/* Words over at most `rows` rows; the last one is cut with a sign when there is more to say. */
static void
draw_words(struct process_card *card, style look, const char *words, int rows)
{
	struct wrap wrap;
	char brief[80];
	size_t head = strcspn(words, ":");
	if (rows == 1 && words[head] && head < sizeof brief &&
		text_cells(words) >
			card->inside.cols) { /* what stands before the colon says enough */
		snprintf(brief, sizeof brief, "%.*s", (int)head, words);
		words = brief;
	}
	wrap_init(&wrap, words, card->inside.cols);
	for (int i = 0; i < wrap.n && i < rows; i++) {
		const char *from = wrap.text + wrap.lines[i].at;
		if (i == rows - 1 && i < wrap.n - 1)
			draw_text(card->frame->screen, card->inside, card->row, 0, look, from);
		else
			draw_bytes(card->frame->screen, card->inside, card->row, 0, look, from,
				wrap.lines[i].length);
		card->row++;
	}
	wrap_fini(&wrap);
}

static int
words_rows(const struct process_card *card, const char *words)
{
	struct wrap wrap;
	if (!*words)
		return 0;
	wrap_init(&wrap, words, card->inside.cols);
	int rows = wrap.n;
	wrap_fini(&wrap);
	return rows;
}

/* --- descriptors --- */


/* --- the rest --- */

static void
draw_woken(struct process_card *card, const struct wake *wake)
{
	struct screen *screen = card->frame->screen;
	const char *who = wake->waker == NONE ? NULL : process_name(card->frame->view, wake->waker);
	draw_glyph(screen, card->inside, card->row, 0, ROLE_WOKEN, GLYPH_WOKEN);
	if (who)
		draw_textf(screen, card->inside, card->row, 2, ROLE_WOKEN, _("woken by %s"), who);
	else
		draw_text(screen, card->inside, card->row, 2, ROLE_WOKEN, _("woken"));
	card->row++;
}

static void
draw_variable(struct process_card *card)
{
	const struct process *process = card->process;
	struct screen *screen = card->frame->screen;
	int col = draw_textf(screen, card->inside, card->row, 0, ROLE_STRONG, "%s = %lld",
		process->variable.name, (long long)process->variable.value);
	if (process->variable.addr)
		draw_textf(screen, card->inside, card->row, col, ROLE_QUIET, _(" at 0x%llx"),
			(unsigned long long)process->variable.addr);
	card->row++;
}

/* What it printed last, wrapped: as many whole lines as go into `rows` rows. */
static void
draw_output(struct process_card *card, int rows)
{
	const char *text = card->process->output;
	struct wrap wrap;
	wrap_init(&wrap, text, card->inside.cols - 2);
	int n = wrap.n;
	while (n > 0 && wrap.lines[n - 1].length == 0)
		n--;
	int first = n > rows ? n - rows : 0, whole = first;
	while (whole > 0 && whole < n && text[wrap.lines[whole].at - 1] != '\n')
		whole++;
	if (whole < n) {
		first = whole;
	} else { /* the last line is too long: its beginning */
		while (first > 0 && text[wrap.lines[first].at - 1] != '\n')
			first--;
		n = first + rows < n ? first + rows : n;
	}
	for (int i = first; i < n; i++, card->row++) {
		const struct wrap_line *line = &wrap.lines[i];
		if (i == 0 || text[line->at - 1] == '\n')
			draw_glyph(card->frame->screen, card->inside, card->row, 0, ROLE_QUIET,
				GLYPH_CRUMB);
		draw_bytes(card->frame->screen, card->inside, card->row, 2, ROLE_DATA,
			text + line->at, line->length);
	}
	wrap_fini(&wrap);
}

/* What SIGPIPE does is worth a row when it is not the usual, or when a write is about to find
 * nobody at the other end. */
static bool
sigpipe_matters(const struct process_card *card)
{
	const struct process *process = card->process;
	const struct call *call = process_call(process);
	if (!process->sigpipe[0])
		return false;
	if (strcmp(process->sigpipe, "default") != 0)
		return true;
	return call && call_traits(call->id) & CALL_WRITES && call->channel != NONE &&
	       card->model->channels[call->channel].kind == CHANNEL_PIPE &&
	       card->model->channels[call->channel].n_readers == 0;
}

static void
draw_sigpipe(struct process_card *card)
{
	const char *how = card->process->sigpipe;
	const char *words = strcmp(how, "ignored") == 0  ? _("SIGPIPE is ignored")
			    : strcmp(how, "caught") == 0 ? _("SIGPIPE is caught")
							 : _("SIGPIPE would kill it");
	draw_text(card->frame->screen, card->inside, card->row++, 0, ROLE_STRONG, words);
}

/* "on north, 192.0.2.1": the machine that the lesson gave it, or that it is here after all. */
static void
draw_host(struct process_card *card)
{
	const struct process *process = card->process;
	draw_textf(card->frame->screen, card->inside, card->row++, 0, ROLE_QUIET,
		process->host_why[0] ? _("on %s, %s: this machine") : _("on %s, %s"), process->host,
		process->address);
}

/* Rows of each part, shared out by what matters most. */
struct share {
	int last, call, woken, variable, cause, wake, descriptors, links, sigpipe, host, output, others;
};

static int
take(int *left, int wanted)
{
	int given = wanted < *left ? wanted : *left;
	*left -= given;
	return given;
}

static struct share
share_rows(const struct share *wants, int rows)
{
	struct share got = {0};
	int left = rows > 2 ? rows - 2 : 0; /* state and call */
	got.call = 1;
	got.variable = take(&left, wants->variable);
	got.descriptors = take(&left, wants->descriptors > 0);
	got.links = take(&left, wants->links > 0);
	got.last = take(&left, wants->last > 0);
	got.woken = take(&left, wants->woken);
	got.sigpipe = take(&left, wants->sigpipe);
	got.wake = take(&left, wants->wake < 2 ? wants->wake : 2);
	got.cause = take(&left, wants->cause > 0);
	got.host = take(&left, wants->host);
	got.descriptors += take(&left, wants->descriptors - got.descriptors);
	got.links += take(&left, wants->links - got.links);
	got.wake += take(&left, wants->wake - got.wake);
	got.call += take(&left, wants->call - 1);
	got.last += take(&left, wants->last - got.last);
	got.output = take(&left, wants->output > 0);
	got.cause += take(&left, wants->cause - got.cause);
	got.output += take(&left, wants->output - got.output);
	got.others = take(&left, wants->others);
	return got;
}

/* Of all processes, is this the one whose call returned last? Then its result is the news. */
static bool
returned_last(const struct process_card *card)
{
	for (int i = 0; i < card->model->n_processes; i++)
		if (card->model->processes[i].last.event > card->process->last.event)
			return false;
	return true;
}

static void
draw_parts(struct process_card *card)
{
	const struct process *process = card->process;
	const struct descriptor *fds[CARD_FDS_MAX], *others[CARD_FDS_MAX];
	int n_fds = descriptors_collect(card, fds, true, true),
	    n_others = descriptors_collect(card, others, false, true);
	/* at the gate both count: what the last call answered, and what comes next */
	const char *label;
	const struct call *call = shown_call(process, &label);
	bool two = process->state == PROCESS_GATE && process->last.id != CALL_unknown &&
		   call != &process->last;
	const struct call *last = two ? &process->last : NULL;
	const struct wake *wake = process_woken(card->model, card->id);
	char cause[160], wakes[160];
	process_cause_text(card->model, card->id, cause, sizeof cause);
	process_wake_text(card->model, card->id, wakes, sizeof wakes);
	particles_settle(cause);
	particles_settle(wakes);
	if (process->dark)
		snprintf(cause, sizeof cause, "%s", process->dark_why);
	struct share wants = {
		.call = call ? call_rows(card, call, label) : 1,
		.last = last ? call_rows(card, last, "") : 0,
		/* in a new call it is no news any more */
		.woken = wake != NULL && process->state != PROCESS_DEAD &&
			 process->state != PROCESS_CALL && process->state != PROCESS_BLOCKED,
		.variable = process->variable.known,
		.cause = words_rows(card, cause),
		.wake = words_rows(card, wakes),
		.descriptors = n_fds,
		.links = card->n_links,
		.sigpipe = sigpipe_matters(card),
		.host = process->host[0] != '\0' && process->state != PROCESS_DEAD,
		.output = process->output[0] ? 4 : 0,
		.others = n_others,
	};
	struct share rows = share_rows(&wants, card->inside.rows);
	if (rows.descriptors == n_fds && rows.others == n_others) { /* all stay in their order */
		rows.descriptors = n_fds = descriptors_collect(card, fds, true, false);
		rows.others = n_others = descriptors_collect(card, others, false, false);
	}
	draw_state(card, wants.cause > 0 && rows.cause == 0);
	if (rows.last)
		draw_call(card, last, "", rows.last);
	else if (last && returned_last(card))
		draw_call(card, last, "", rows.call);
	else if (call)
		draw_call(card, call, label, rows.call);
	if (rows.woken)
		draw_woken(card, wake);
	if (rows.last && call)
		draw_call(card, call, label, rows.call);
	draw_words(card, ROLE_NORMAL, cause, rows.cause);
	draw_words(card, ROLE_QUIET, wakes, rows.wake);
	if (rows.variable)
		draw_variable(card);
	if (rows.sigpipe)
		draw_sigpipe(card);
	if (rows.host)
		draw_host(card);
	if (rows.output)
		draw_output(card, rows.output);
	/* descriptors stand at the bottom, those with arrows last: there they stay while the words above come and go */
	card->row = card->inside.rows - rows.descriptors - rows.others - rows.links;
	for (int i = 0; i < rows.others; i++, card->row++)
		descriptor_draw(card, others[i]);
	if (rows.descriptors)
		descriptors_draw(card, fds, n_fds, rows.descriptors);
	if (rows.links)
		links_draw(card, rows.links);
}

/* "wrote 4096 B", "read 100 B", or both where both are. */
static void
moved_text(const struct process *process, char *buf, size_t size)
{
	unsigned long long in = process->bytes_read, out = process->bytes_written;
	if (in > 0 && out > 0)
		snprintf(buf, size, _("wrote %llu, read %llu B"), out, in);
	else if (out > 0)
		snprintf(buf, size, _("wrote %llu B"), out);
	else if (in > 0)
		snprintf(buf, size, _("read %llu B"), in);
}

/* It wrote bytes or sent messages, which bear its colour wherever they lie. */
static bool
has_colour(const struct model *model, int process)
{
	if (model->processes[process].bytes_written > 0)
		return true;
	for (int i = 0; i < model->n_channels; i++) {
		const struct channel *channel = &model->channels[i];
		const struct user *user = channel->queue ? channel_user(channel, process) : NULL;
		if (user && user->writes)
			return true;
	}
	return false;
}

void
process_card(const struct frame *frame, struct box box, int id, bool left, struct plugs *plugs)
{
	struct process_card card = {
		.frame = frame,
		.model = frame->view->model,
		.process = &frame->view->model->processes[id],
		.id = id,
		.focused = frame->focus->process == id,
		.left = left,
		.access_row = -1,
		.inside = box_part(box, 1, 2, box.rows - 2, box.cols - 3),
		.plugs = plugs,
	};
	char title[64], foot[64] = "";
	card.n_links = process_links(card.model, id, card.links, LINKS_MAX);
	snprintf(title, sizeof title, "%s %d", process_name(frame->view, id),
		(int)card.process->pid);
	moved_text(card.process, foot, sizeof foot);
	draw_frame(frame->screen, box, card.focused ? ROLE_FRAME_FOCUS : ROLE_FRAME, card.focused,
		title, foot);
	if (has_colour(card.model, id)) /* a swatch of its bytes' colour */
		draw_run(frame->screen, box, 0, text_cells(title) + 4, 2, writer_role(id),
			writer_fill(id));
	if (card.focused)
		screen_cursor(frame->screen, card.inside, 0, 0);
	draw_parts(&card);
}
