/* SPDX-License-Identifier: MIT
 *
 * A process card: its state and why, its call, its descriptors, what it printed. Says more where
 * there are more rows.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "text/wrap.h"
#include "tui/link_lines.h"
#include "tui/names.h"
#include "words.h"

enum { CARD_LINES_MAX = 16, CARD_FDS_MAX = 12 };

/* What the card has to say, before it is known how many rows there are. */
struct card {
	const struct frame *frame;
	const struct model *model;
	const struct process *process;
	int id;
	bool focused, left;
	struct box inside; /* one blank left within the frame */
	int row;           /* next free one */
	struct plugs *plugs;
	struct link links[LINKS_MAX]; /* what it uses without a descriptor */
	int n_links;
};

static void
draw_state(struct card *card, bool with_cause)
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

/* A call over one or two rows: on two its result stands below, on one the call loses its end before
 * the result does. */
static void
draw_call(struct card *card, const struct call *call, const char *label, int rows)
{
	struct screen *screen = card->frame->screen;
	char text[160];
	call_result_text(call, text, sizeof text);
	bool fresh = card->model->touched_process == card->id && call->event == card->model->events;
	style look = fresh ? ROLE_STRONG : ROLE_NORMAL;
	int col = 0;
	if (failed(call))
		col = draw_glyph(screen, card->inside, card->row, 0, ROLE_ERROR, GLYPH_ERROR) + 1;
	col += draw_text(screen, card->inside, card->row, col, ROLE_QUIET, label);
	int room = card->inside.cols - col;
	char *result = strstr(text, ") = ");
	if (!result) {
		draw_text(screen, card->inside, card->row++, col, look, text);
		return;
	}
	*++result = '\0';
	result++;
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
call_rows(const struct card *card, const struct call *call, const char *label)
{
	char text[160];
	call_result_text(call, text, sizeof text);
	int cells = text_cells(label) + text_cells(text) + (failed(call) ? 2 : 0);
	return strstr(text, ") = ") && cells > card->inside.cols ? 2 : 1;
}

/* Words over at most `rows` rows; the last one is cut with a sign when there is more to say. */
static void
draw_words(struct card *card, style look, const char *words, int rows)
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
words_rows(const struct card *card, const char *words)
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

static const char *
end_letter(enum end end)
{
	return end == END_READ ? "r" : end == END_WRITE ? "w" : end == END_BOTH ? "rw" : "";
}

static void
add_plug(struct card *card, int channel, int fd, enum end end, int row, bool door)
{
	struct plugs *plugs = card->plugs;
	if (channel == NONE || plugs->n == PLUGS_MAX)
		return;
	plugs->plug[plugs->n++] = (struct plug){
		.process = card->id,
		.fd = fd,
		.channel = channel,
		.end = end,
		.row = card->inside.row + row,
		.left = card->left,
		.door = door,
	};
}

static void
plug_in(struct card *card, const struct descriptor *descriptor, int row)
{
	int channel = channel_behind(card->model, descriptor);
	for (int i = 0; i < card->n_links; i++)
		if (card->links[i].channel == channel)
			return; /* mapped: the memory has the arrow */
	if (channel != NONE)
		add_plug(card, channel, descriptor->fd,
			card->model->descriptions[descriptor->description].end, row, false);
}

static bool
is_focused(const struct card *card, const struct descriptor *descriptor)
{
	return card->focused && descriptor->fd == card->frame->focus->fd;
}

/* What a descriptor leads to: files and terminals say it by their path alone. */
static void
descriptor_title(const struct channel *channel, char *buf, size_t size)
{
	const char *colon = strchr(channel->name, ':');
	if (colon && (channel->kind == CHANNEL_FILE || channel->kind == CHANNEL_TTY))
		snprintf(buf, size, "%s", colon + 1);
	else
		channel_title(channel, false, buf, size);
}

/* A descriptor's line in words. On a narrow card they lose first what the arrow tells as well, that
 * it is a pipe, then the O_, then blanks. */
struct descriptor_words {
	char end[4], flag[16], pending[48], shared[8], name[96];
};

enum width { WIDE, UNNAMED, NARROW, TIGHT, WIDTHS };

static void
descriptor_say(const struct card *card, const struct descriptor *descriptor,
	const struct description *description, enum width width, struct descriptor_words *words)
{
	const struct model *model = card->model;
	char letter = description_letter(model, descriptor->description);
	bool nonblock = description->flags != -1 && description->flags & O_NONBLOCK;
	const struct channel *channel =
		description->channel >= 0 && description->channel < model->n_channels
			? &model->channels[description->channel]
			: NULL;
	const char *number;

	*words = (struct descriptor_words){.name = "?"};
	snprintf(words->end, sizeof words->end, "%s", end_letter(description->end));
	if (nonblock)
		snprintf(words->flag, sizeof words->flag, "%s",
			width < NARROW ? "O_NONBLOCK" : "NONBLOCK");
	if (description->pending)
		snprintf(words->pending, sizeof words->pending, "%s", _("(at its next call)"));
	if (letter && channel_behind(model, descriptor) != NONE)
		snprintf(words->shared, sizeof words->shared, "(%c)", letter);
	if (channel)
		descriptor_title(channel, words->name, sizeof words->name);
	if (width != WIDE && channel && channel->kind == CHANNEL_PIPE &&
		(number = strrchr(words->name, ' ')) != NULL)
		memmove(words->name, number + 1, strlen(number));
}

/* Draws the words, or only counts their cells. "4 w O_NONBLOCK (b) pipe 25138" */
static int
descriptor_put(struct card *card, int fd, const struct descriptor_words *words, enum width width,
	unsigned focus, bool draw)
{
	const struct {
		const char *text;
		style look;
		bool glued; /* to what comes before, on a tight card */
	} parts[] = {
		{words->end, ROLE_NORMAL, true},
		{words->flag, ROLE_CHANGED, false},
		{words->pending, ROLE_STATUS, false},
		{words->shared, ROLE_QUIET, true},
		{words->name, ROLE_QUIET, false},
	};
	struct box line = box_part(card->inside, card->row, 0, 1, card->inside.cols);
	char number[16];
	snprintf(number, sizeof number, "%d", fd);
	int col = text_cells(number);
	if (draw)
		draw_text(card->frame->screen, line, 0, 0, ROLE_STRONG | focus, number);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!*parts[i].text)
			continue;
		bool changed = parts[i].look == ROLE_CHANGED || parts[i].look == ROLE_STATUS;
		style look =
			focus ? (changed ? parts[i].look | focus : ROLE_SELECTED) : parts[i].look;
		col += !(width == TIGHT && parts[i].glued);
		if (draw)
			draw_text(card->frame->screen, line, 0, col, look, parts[i].text);
		col += text_cells(parts[i].text);
	}
	return col;
}

/* Puts `sign` in place of the first `n` digits: of a number the end tells most. */
static void
cut_front(char *digits, size_t size, int n, const char *sign)
{
	char whole[96];

	if (n < 1 || (size_t)n >= strlen(digits))
		return;
	snprintf(whole, sizeof whole, "%s", digits);
	snprintf(digits, size, "%s%s", sign, whole + n);
}

static void
draw_descriptor(struct card *card, const struct descriptor *descriptor)
{
	struct screen *screen = card->frame->screen;
	const struct model *model = card->model;
	struct box line = box_part(card->inside, card->row, 0, 1, card->inside.cols);
	unsigned focus = is_focused(card, descriptor) ? STYLE_REVERSE : 0;
	bool known =
		descriptor->description >= 0 && descriptor->description < model->n_descriptions;
	struct descriptor_words words;
	enum width width = WIDE;
	if (focus) {
		draw_run(screen, line, 0, 0, line.cols, ROLE_SELECTED, GLYPH_LINE_NONE);
		screen_cursor(screen, line, 0, 0);
	}
	if (!known) {
		draw_textf(screen, line, 0, 0, ROLE_STRONG | focus, "%d", descriptor->fd);
		return;
	}
	const struct description *description = &model->descriptions[descriptor->description];
	/* one cell stays free before the number that the arrow bears */
	int over = 0;
	for (;; width++) {
		descriptor_say(card, descriptor, description, width, &words);
		over = descriptor_put(card, descriptor->fd, &words, width, focus, false) -
		       (line.cols - 1);
		if (over <= 0 || width + 1 == WIDTHS)
			break;
	}
	if (over > 0 && description->channel >= 0 &&
		model->channels[description->channel].kind == CHANNEL_PIPE)
		cut_front(words.name, sizeof words.name, over + 1, glyph(screen, GLYPH_MORE));
	descriptor_put(card, descriptor->fd, &words, width, focus, true);
}

/* Those that get no line of their own, on one line: "3r 4w 5w". Their arrows start one row each
 * from the bottom up. */
static void
draw_descriptors_brief(struct card *card, const struct descriptor *const *fds, int n)
{
	int col = 0;
	for (int i = 0; i < n; i++) {
		const struct description *description =
			&card->model->descriptions[fds[i]->description];
		bool nonblock = description->flags != -1 && description->flags & O_NONBLOCK;
		col += draw_textf(card->frame->screen, card->inside, card->row, col,
			       is_focused(card, fds[i]) ? ROLE_SELECTED : ROLE_NORMAL, "%d%s%s",
			       fds[i]->fd, end_letter(description->end),
			       nonblock ? " NONBLOCK" : "") +
		       1;
		plug_in(card, fds[i], card->row + i % (card->inside.rows - card->row));
	}
	card->row++;
}

/* Those on channels and, where room is short, whichever has the focus; or the others. */
static int
collect_descriptors(
	const struct card *card, const struct descriptor **fds, bool wanted, bool scarce)
{
	int n = 0;
	for (int i = 0; i < card->process->n_fds && n < CARD_FDS_MAX; i++) {
		const struct descriptor *descriptor = &card->process->fds[i];
		bool first = channel_behind(card->model, descriptor) != NONE ||
			     (scarce && is_focused(card, descriptor));
		if (first == wanted)
			fds[n++] = descriptor;
	}
	return n;
}

static void
draw_descriptors(struct card *card, const struct descriptor *const *fds, int n, int rows)
{
	int whole = n <= rows ? n : rows - 1;
	for (int i = 0; i < whole; i++) {
		plug_in(card, fds[i], card->row);
		draw_descriptor(card, fds[i]);
		card->row++;
	}
	if (whole < n)
		draw_descriptors_brief(card, fds + whole, n - whole);
}

static void
draw_links(struct card *card, int rows)
{
	const struct focus *focus = card->frame->focus;
	int n = card->n_links, whole = n <= rows ? n : rows - 1;
	for (int i = 0; i < n; i++) {
		const struct link *link = &card->links[i];
		struct box line = box_part(card->inside, card->row, 0, 1, card->inside.cols);
		add_plug(card, link->channel, NONE, link->end, card->row, link->kind == LINK_DOOR);
		if (i < whole) {
			link_line(card->frame, line, card->id, link,
				card->focused && focus->fd == NONE &&
					focus->channel == link->channel);
			card->row++;
		}
	}
	if (whole < n) {
		struct box line = box_part(card->inside, card->row++, 0, 1, card->inside.cols);
		link_lines_brief(card->frame, line, card->links + whole, n - whole);
	}
}

/* --- the rest --- */

static void
draw_woken(struct card *card, const struct wake *wake)
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
draw_variable(struct card *card)
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
draw_output(struct card *card, int rows)
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
sigpipe_matters(const struct card *card)
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
draw_sigpipe(struct card *card)
{
	const char *how = card->process->sigpipe;
	const char *words = strcmp(how, "ignored") == 0  ? _("SIGPIPE is ignored")
			    : strcmp(how, "caught") == 0 ? _("SIGPIPE is caught")
							 : _("SIGPIPE would kill it");
	draw_text(card->frame->screen, card->inside, card->row++, 0, ROLE_STRONG, words);
}

/* Rows of each part, shared out by what matters most. */
struct share {
	int last, call, woken, variable, cause, wake, descriptors, links, sigpipe, output, others;
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
returned_last(const struct card *card)
{
	for (int i = 0; i < card->model->n_processes; i++)
		if (card->model->processes[i].last.event > card->process->last.event)
			return false;
	return true;
}

static void
draw_parts(struct card *card)
{
	const struct process *process = card->process;
	const struct descriptor *fds[CARD_FDS_MAX], *others[CARD_FDS_MAX];
	int n_fds = collect_descriptors(card, fds, true, true),
	    n_others = collect_descriptors(card, others, false, true);
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
		.output = process->output[0] ? 4 : 0,
		.others = n_others,
	};
	struct share rows = share_rows(&wants, card->inside.rows);
	if (rows.descriptors == n_fds && rows.others == n_others) { /* all stay in their order */
		rows.descriptors = n_fds = collect_descriptors(card, fds, true, false);
		rows.others = n_others = collect_descriptors(card, others, false, false);
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
	if (rows.output)
		draw_output(card, rows.output);
	/* descriptors stand at the bottom, those with arrows last: there they stay while the words above come and go */
	card->row = card->inside.rows - rows.descriptors - rows.others - rows.links;
	for (int i = 0; i < rows.others; i++, card->row++)
		draw_descriptor(card, others[i]);
	if (rows.descriptors)
		draw_descriptors(card, fds, n_fds, rows.descriptors);
	if (rows.links)
		draw_links(card, rows.links);
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
	struct card card = {
		.frame = frame,
		.model = frame->view->model,
		.process = &frame->view->model->processes[id],
		.id = id,
		.focused = frame->focus->process == id,
		.left = left,
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
