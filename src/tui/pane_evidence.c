/* SPDX-License-Identifier: MIT
 *
 * What the kernel says about the process in focus: state, where it sleeps, its descriptors with
 * their flags. Nothing here is concluded; each line is an answer of the kernel or of the process
 * itself.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "event/line.h"
#include "tui/evidence_object.h"
#include "tui/names.h"
#include "tui/page.h"
#include "tui/pane.h"
#include "words.h"

enum { LABEL_COLS = 11 };

struct evidence {
	int first, rows, n_rows;
	int process; /* whose evidence `first` scrolls */
};

static const char *
state_words(char state)
{
	switch (state) {
	case 'R':
		return _("runs, or could run at once");
	case 'S':
		return _("sleeps until something happens");
	case 'D':
		return _("sleeps and cannot be interrupted");
	case 'T':
		return _("stopped by a signal");
	case 't':
		return _("stopped by a debugger");
	case 'Z':
		return _("dead, its parent has not yet asked for its status");
	case 'X':
		return _("dead");
	case 'I':
		return _("idle");
	default:
		return _("a state that this version does not know");
	}
}

static void
lay_out_state(struct page *page, const struct view *view, const struct process *process)
{
	if (process->kernel_state == 0) {
		page_item(page, LABEL_COLS, ROLE_QUIET, _("state"), ROLE_QUIET,
			_("not yet looked at"));
		return;
	}
	bool old = process->since > process->looked; /* it is in another state since */
	style look = old                                 ? ROLE_QUIET
		     : process->state == PROCESS_BLOCKED ? ROLE_BLOCKED
							 : ROLE_STRONG;
	page_itemf(page, LABEL_COLS, ROLE_QUIET, _("state"), look, "%c  %s", process->kernel_state,
		state_words(process->kernel_state));
	if (process->wchan[0] != '\0' && strcmp(process->wchan, "0") != 0)
		page_itemf(page, LABEL_COLS, ROLE_QUIET, _("asleep in"),
			old ? ROLE_QUIET : ROLE_STRONG,
			process->state == PROCESS_GATE && !old ? _("\001%s\002: held at its gate")
							       : _("\001%s\002, in the kernel"),
			process->wchan);
	if (view->now >= process->looked)
		page_itemf(page, LABEL_COLS, ROLE_QUIET, _("looked"), ROLE_QUIET,
			old ? _("%.1f s ago; it has gone on since") : _("%.1f s ago"),
			(double)(view->now - process->looked) / 1e9);
}

static void
lay_out_signals(struct page *page, const struct process *process)
{
	if (process->sigpipe[0] != '\0')
		page_item(page, LABEL_COLS, ROLE_QUIET, "SIGPIPE", ROLE_NORMAL,
			strcmp(process->sigpipe, "default") == 0
				? _("default: it kills the process")
			: strcmp(process->sigpipe, "ignored") == 0
				? _("ignored: write fails with EPIPE")
			: strcmp(process->sigpipe, "caught") == 0 ? _("caught by a handler")
								  : process->sigpipe);
	if (process->pending[0] != '\0')
		page_item(
			page, LABEL_COLS, ROLE_QUIET, _("pending"), ROLE_STRONG, process->pending);
}

/* "pipe:25138", but of files and terminals the path alone. */
static const char *
object_name(const struct channel *channel)
{
	const char *colon = strchr(channel->name, ':');

	if ((channel->kind == CHANNEL_FILE || channel->kind == CHANNEL_TTY) && colon != NULL)
		return colon + 1;
	return channel->name;
}

/* "3  pipe:25138  read end  O_RDONLY|O_NONBLOCK  shared by 2" */
static void
lay_out_descriptor(struct page *page, const struct model *model,
	const struct descriptor *descriptor, bool focused)
{
	const struct description *description = NULL;
	const struct channel *channel = NULL;
	char label[16], flags[96] = "", shared[48] = "";

	if (descriptor->description >= 0 && descriptor->description < model->n_descriptions)
		description = &model->descriptions[descriptor->description];
	if (description != NULL && description->channel >= 0 &&
		description->channel < model->n_channels)
		channel = &model->channels[description->channel];
	if (description != NULL && description->flags >= 0)
		open_flags_name(description->flags, flags, sizeof flags);
	if (description != NULL && description->n_fds > 1)
		snprintf(shared, sizeof shared, _("  shared by %d"), description->n_fds);
	snprintf(label, sizeof label, "fd %d", descriptor->fd);
	page_itemf(page, LABEL_COLS, focused ? ROLE_SELECTED : ROLE_QUIET, label,
		channel != NULL && channel->kind == CHANNEL_PIPE ? ROLE_STRONG : ROLE_NORMAL,
		"%s  %s%s%s%s", channel != NULL ? object_name(channel) : "?", flags,
		descriptor->cloexec ? " FD_CLOEXEC" : "",
		description != NULL && description->pending ? _(" (change pending)") : "", shared);
}

static void
lay_out(struct page *page, const struct frame *frame, const struct process *process)
{
	const struct model *model = frame->view->model;

	lay_out_state(page, frame->view, process);
	lay_out_signals(page, process);
	if (process->variable.known)
		page_itemf(page, LABEL_COLS, ROLE_QUIET, process->variable.name, ROLE_STRONG,
			_("%lld at 0x%llx"), (long long)process->variable.value,
			(unsigned long long)process->variable.addr);
	if (frame->focus->channel != NONE)
		lay_out_object(page, frame, frame->focus->channel, LABEL_COLS);
	for (int i = 0; i < process->n_fds; i++)
		lay_out_descriptor(
			page, model, &process->fds[i], process->fds[i].fd == frame->focus->fd);
	page_itemf(page, LABEL_COLS, ROLE_QUIET, _("calls"), ROLE_NORMAL,
		_("%llu, %llu failed, %llu of them EAGAIN"),
		(unsigned long long)process->n_calls_made, (unsigned long long)process->n_errors,
		(unsigned long long)process->n_again);
	page_itemf(page, LABEL_COLS, ROLE_QUIET, _("bytes"), ROLE_NORMAL,
		_("%llu read, %llu written"), (unsigned long long)process->bytes_read,
		(unsigned long long)process->bytes_written);
	if (process->dark)
		page_item(page, LABEL_COLS, ROLE_WRONG, _("dark"), ROLE_NORMAL, process->dark_why);
	if (process->host[0] != '\0')
		page_itemf(page, LABEL_COLS, ROLE_QUIET, _("machine"), ROLE_NORMAL, "%s, %s%s%s",
			process->host, process->address, process->host_why[0] ? ": " : "",
			process->host_why);
	if (process->program[0] != '\0')
		page_item(
			page, LABEL_COLS, ROLE_QUIET, _("program"), ROLE_NORMAL, process->program);
	page_itemf(
		page, LABEL_COLS, ROLE_QUIET, _("parent"), ROLE_NORMAL, "%d", (int)process->ppid);
}

static void
evidence_draw(void *state, const struct frame *frame, struct box box)
{
	struct evidence *evidence = state;
	const struct model *model = frame->view->model;
	int focus = frame->focus->process;
	struct box inside = box_part(box, 1, 1, box.rows - 1, box.cols - 2);
	const struct process *process;
	struct page page;
	char title[128];

	draw_clear(frame->screen, box);
	if (model == NULL || focus < 0 || focus >= model->n_processes) {
		draw_rule(frame->screen, box, 0, ROLE_FRAME, _("what the kernel says"));
		return;
	}
	process = &model->processes[focus];
	if (evidence->process != focus)
		evidence->first = 0;
	evidence->process = focus;
	page_init(&page, frame->screen, inside.cols);
	lay_out(&page, frame, process);
	evidence->rows = inside.rows;
	evidence->n_rows = page.n_rows;
	evidence->first = page_clamp(&page, inside.rows, evidence->first);
	snprintf(title, sizeof title, _("what the kernel says of %s %d"),
		process_name(frame->view, focus), (int)process->pid);
	draw_rule(frame->screen, box, 0, ROLE_FRAME, title);
	page_draw(&page, frame->screen, inside, evidence->first);
	if (evidence->first + inside.rows < page.n_rows && inside.rows > 0)
		draw_glyph(frame->screen, box, box.rows - 1, box.cols - 1, ROLE_QUIET,
			GLYPH_MORE_DOWN);
	page_fini(&page);
}

static bool
evidence_click(void *state, const struct frame *frame, struct box box, int row, int col, int wheel,
	struct command *command)
{
	struct evidence *evidence = state;

	(void)frame, (void)box, (void)row, (void)col, (void)command;
	evidence->first += wheel;
	return wheel != 0;
}

const struct pane pane_evidence = {
	.state_size = sizeof(struct evidence),
	.draw = evidence_draw,
	.click = evidence_click,
};
