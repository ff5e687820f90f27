/* SPDX-License-Identifier: MIT
 *
 * Shared memory: its bytes as they are now, in hexadecimal and as text, with what changed marked;
 * the locks that lie in it; who has it attached, and at which address.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/channel_card.h"
#include "tui/names.h"
#include "words.h"

enum { LOCKS_MAX = 16, OFFSET_COLS = 3 };

static const struct segment *
segment_of(const struct channel_card *card)
{
	return card->channel->segment;
}

/* --- bytes --- */

/* How a row of bytes is set: so many, with a blank after each or after every fourth. */
struct setting {
	int bytes, group, cols; /* cols: of the hexadecimal part */
};

enum { WORD = 4 };

/* On a narrow card bytes that are no text stand close, with no text beside them. */
static const struct setting narrow = {WORD, 1, 11}, close_set = {2 * WORD, WORD, 17};

static struct setting
setting_for(int cols)
{
	static const struct setting settings[] = {
		{16, 1, 47}, {16, 4, 35}, {8, 1, 23}, {8, 4, 17}, {4, 1, 11}, {4, 4, 8}};
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (OFFSET_COLS + settings[i].cols + 1 + settings[i].bytes <= cols)
			return settings[i];
	return settings[5];
}

/* The bytes of a segment that are drawn: not those within locks, which have lines of their own. */
struct shown {
	bool byte[SEGMENT_BYTES_MAX];
	uint64_t newest; /* sequence number of the newest change; 0: none was seen */
	int newest_at;
};

static size_t
lock_size(enum channel_kind kind)
{
	return kind == CHANNEL_MUTEX  ? sizeof(pthread_mutex_t)
	       : kind == CHANNEL_COND ? sizeof(pthread_cond_t)
				      : sizeof(sem_t);
}

static struct shown
shown_bytes(const struct channel_card *card)
{
	const struct segment *segment = segment_of(card);
	struct shown shown = {.newest = 0};
	int locks[LOCKS_MAX], n = locks_inside(card->model, card->id, locks, LOCKS_MAX);
	for (int i = 0; i < segment->n_bytes; i++)
		shown.byte[i] = true;
	for (int i = 0; i < n; i++) {
		const struct channel *lock = &card->model->channels[locks[i]];
		int from = lock->inside_at, to = from + (int)lock_size(lock->kind);
		for (int at = from < 0 ? 0 : from; at < to && at < segment->n_bytes; at++)
			shown.byte[at] = false;
	}
	for (int i = 0; i < segment->n_bytes; i++)
		if (shown.byte[i] && segment->changed[i] > shown.newest) {
			shown.newest = segment->changed[i];
			shown.newest_at = i;
		}
	return shown;
}

/* Just changed: in reverse; changed earlier: marked; the rest plain, zeros quiet. */
static style
byte_style(const struct segment *segment, int at, uint64_t newest)
{
	if (segment->changed[at] != 0 && segment->changed[at] == newest)
		return ROLE_CHANGED | STYLE_REVERSE;
	if (segment->changed[at] != 0)
		return ROLE_CHANGED | STYLE_UNDERLINE;
	return segment->bytes[at] ? ROLE_NORMAL : ROLE_QUIET;
}

/* A row of the picture. */
struct row {
	int first;
	struct setting setting;
	bool text; /* with the same as text beside it */
};

static int
draw_hex(const struct channel_card *card, struct box line, int col, const struct row *row,
	const struct shown *shown)
{
	const struct segment *segment = segment_of(card);
	for (int i = 0; i < row->setting.bytes && row->first + i < segment->n_bytes; i++) {
		int at = row->first + i;
		if (shown->byte[at])
			draw_textf(card->frame->screen, line, 0, col,
				byte_style(segment, at, shown->newest), "%02x", segment->bytes[at]);
		col += 2 + ((i + 1) % row->setting.group == 0);
	}
	return col;
}

static void
draw_bytes_row(const struct channel_card *card, struct box line, const struct row *row,
	const struct shown *shown)
{
	const struct segment *segment = segment_of(card);
	struct screen *screen = card->frame->screen;
	int col = OFFSET_COLS, text = OFFSET_COLS + row->setting.cols + 1;
	draw_textf(screen, line, 0, 0, ROLE_QUIET, "%02x:", (unsigned)row->first);
	draw_hex(card, line, col, row, shown);
	for (int i = 0; row->text && i < row->setting.bytes && row->first + i < segment->n_bytes;
		i++) {
		int at = row->first + i;
		unsigned char byte = segment->bytes[at];
		style look = byte_style(segment, at, shown->newest);
		if (!shown->byte[at])
			continue;
		if (byte > ' ' && byte < 0x7f)
			draw_text(screen, line, 0, text + i, look, (char[]){(char)byte, '\0'});
		else
			draw_glyph(screen, line, 0, text + i, look,
				byte == ' ' ? GLYPH_LINE_NONE : GLYPH_FILL_EMPTY);
	}
}

/* Printable characters, with nothing among them but the zeros that end them. */
static bool
looks_like_text(const struct segment *segment, int first)
{
	bool any = false;
	for (int i = first; i < first + WORD && i < segment->n_bytes; i++) {
		bool printable = segment->bytes[i] >= ' ' && segment->bytes[i] < 0x7f;
		if (!printable && segment->bytes[i] != 0)
			return false;
		any |= printable;
	}
	return any;
}

/* Something there is drawn, and was not 0 always. */
static bool
bytes_tell(const struct segment *segment, const struct shown *shown, int first, int n)
{
	for (int i = first; i < first + n && i < segment->n_bytes; i++)
		if (shown->byte[i] && (segment->bytes[i] != 0 || segment->changed[i] != 0))
			return true;
	return false;
}

/* The row that begins there. */
static struct row
row_at(const struct segment *segment, const struct shown *shown, int first, int cols)
{
	struct row row = {first, setting_for(cols), true};
	/* a word of zeros after text: what follows begins where it would without the text */
	bool filler = first % (2 * WORD) != 0 && !bytes_tell(segment, shown, first, WORD);
	if (row.setting.bytes != WORD || OFFSET_COLS + close_set.cols > cols)
		return row;
	row.setting = narrow;
	if (!filler && !looks_like_text(segment, first) &&
		!looks_like_text(segment, first + WORD)) {
		row.setting = close_set;
		row.text = false;
	}
	return row;
}

/* All of it lies within locks. */
static bool
row_hidden(const struct segment *segment, const struct shown *shown, const struct row *row)
{
	int i = row->first, end = row->first + row->setting.bytes;
	while (i < end && i < segment->n_bytes && !shown->byte[i])
		i++;
	return i >= end || i >= segment->n_bytes;
}

/* Rows to draw: all but those within locks, and but zeros that nobody ever touched, after the first
 * rows. */
static int
rows_of(const struct channel_card *card, const struct shown *shown, int cols, struct row *rows)
{
	const struct segment *segment = segment_of(card);
	int n = 0, first = 0;
	while (first < segment->n_bytes) {
		struct row row = row_at(segment, shown, first, cols);
		first += row.setting.bytes;
		if (row_hidden(segment, shown, &row))
			continue;
		if (n == 0 ||
			bytes_tell(segment, shown, first - row.setting.bytes, row.setting.bytes))
			rows[n++] = row;
	}
	return n;
}

/* Named cells and accesses say more; the bytes have what is left. */
static bool
under_glass(const struct channel_card *card)
{
	return memory_cells_rows(card) > 0 || memory_ladder_rows(card) > 0;
}

static int
bytes_wanted(const struct channel_card *card)
{
	struct shown shown = shown_bytes(card);
	struct row rows[SEGMENT_BYTES_MAX];
	int n = rows_of(card, &shown, card->cols, rows);
	/* on a tall card who has it attached finds room as well */
	int most = card->rows >= 8 ? card->rows - 4 : card->rows;
	return n < most ? n : most;
}

static int
bytes_rows(const struct channel_card *card)
{
	return under_glass(card) ? 0 : bytes_wanted(card);
}

static int
bytes_rows_below(const struct channel_card *card)
{
	return under_glass(card) ? bytes_wanted(card) : 0;
}

static void
draw_bytes_part(const struct channel_card *card, struct box box)
{
	struct shown shown = shown_bytes(card);
	struct row rows[SEGMENT_BYTES_MAX];
	int n = rows_of(card, &shown, box.cols, rows), first = 0;
	/* what changed last stays in sight */
	for (int i = 0; i < n; i++)
		if (rows[i].first <= shown.newest_at && i >= box.rows)
			first = i - box.rows + 1;
	for (int i = 0; i < box.rows && first + i < n; i++)
		draw_bytes_row(card, box_part(box, i, 0, 1, box.cols), &rows[first + i], &shown);
}

/* Four bytes alone are most often a number: the same as int, as this machine reads it. */
static int
number_rows(const struct channel_card *card)
{
	const struct segment *segment = segment_of(card);
	return segment->size == (int64_t)sizeof(int) && segment->n_bytes == (int)sizeof(int) &&
	       !under_glass(card);
}

static void
draw_number(const struct channel_card *card, struct box box)
{
	const struct segment *segment = segment_of(card);
	struct screen *screen = card->frame->screen;
	int number, col = draw_text(screen, box, 0, 0, ROLE_QUIET, _("as int")) + 1;
	memcpy(&number, segment->bytes, sizeof number);
	draw_textf(screen, box, 0, col, ROLE_STRONG, "%d", number);
}

/* --- size, locks, who has it --- */

/* A low card has its rows for the bytes, and says the rest on its lower edge. */
enum { ROWS_LOW = 4 };

static int
summary_rows(const struct channel_card *card)
{
	return (card->rows >= ROWS_LOW || segment_of(card)->n_bytes == 0) && !under_glass(card);
}

/* "4096 B  nattch 2" */
static int
draw_size(const struct channel_card *card, struct box line, int col)
{
	const struct segment *segment = segment_of(card);
	struct screen *screen = card->frame->screen;
	if (segment->size >= 0)
		col += draw_textf(screen, line, 0, col,
			       card_fresh(card) ? ROLE_STRONG : ROLE_NORMAL, _("%lld B"),
			       (long long)segment->size) +
		       2;
	if (segment->nattch >= 0)
		col += draw_textf(screen, line, 0, col, segment->nattch ? ROLE_NORMAL : ROLE_WRONG,
			_("nattch %lld"), (long long)segment->nattch);
	else
		col += draw_textf(screen, line, 0, col,
			segment->n_mapped ? ROLE_NORMAL : ROLE_WRONG, _("mapped %d"),
			segment->n_mapped);
	return col;
}

static void
draw_summary(const struct channel_card *card, struct box box)
{
	draw_size(card, box, 0);
}

static int
locks_rows(const struct channel_card *card)
{
	int ids[LOCKS_MAX];
	return locks_inside(card->model, card->id, ids, LOCKS_MAX);
}

/* Beside the data that they guard, or below the bytes. */
static int
locks_rows_above(const struct channel_card *card)
{
	return under_glass(card) ? locks_rows(card) : 0;
}

static int
locks_rows_below(const struct channel_card *card)
{
	return under_glass(card) ? 0 : locks_rows(card);
}

static void
draw_locks(const struct channel_card *card, struct box box)
{
	int ids[LOCKS_MAX], n = locks_inside(card->model, card->id, ids, LOCKS_MAX);
	for (int i = 0; i < n && i < box.rows; i++) {
		struct box line = box_part(box, i, 0, 1, box.cols);
		if (i == box.rows - 1 && i < n - 1)
			draw_textf(card->frame->screen, line, 0, 0, ROLE_STATUS, _("%d more locks"),
				n - i);
		else
			lock_line(card, line, ids[i]);
	}
}

static const struct mapping *
mapping_of(const struct channel_card *card, int process)
{
	const struct process *it = &card->model->processes[process];
	for (int i = 0; i < it->n_mappings; i++)
		if (it->mappings[i].channel == card->id)
			return &it->mappings[i];
	return NULL;
}

static int
mapped_rows(const struct channel_card *card)
{
	int n = 0;
	for (int i = 0; i < card->model->n_processes; i++)
		n += card->model->processes[i].state != PROCESS_DEAD && mapping_of(card, i);
	return n;
}

/* "writer at 0x7f12a4e3b000" */
static void
draw_address(const struct channel_card *card, struct box line, int process)
{
	const struct mapping *mapping = mapping_of(card, process);
	const struct label name = process_called(card->frame->view, process);
	char words[96];
	snprintf(words, sizeof words, _("%s at 0x%llx"), name.text,
		(unsigned long long)mapping->address);
	if (text_cells(words) > line.cols)
		snprintf(words, sizeof words, "%s %llx", name.text,
			(unsigned long long)mapping->address);
	draw_text(card->frame->screen, line, 0, 0, mapping->writable ? ROLE_NORMAL : ROLE_QUIET,
		words);
}

/* A row for each that has it attached; with less room their names. */
static void
draw_mapped(const struct channel_card *card, struct box box)
{
	int n = mapped_rows(card), col = 0, row = 0;
	bool whole = n <= box.rows;
	for (int i = 0; i < card->model->n_processes; i++) {
		if (card->model->processes[i].state == PROCESS_DEAD || !mapping_of(card, i))
			continue;
		if (whole)
			draw_address(card, box_part(box, row++, 0, 1, box.cols), i);
		else
			col += draw_textf(card->frame->screen, box, 0, col, ROLE_QUIET, "%s%s",
				col ? ", " : _("in "), process_called(card->frame->view, i).text);
	}
}

static void
segment_foot(const struct channel_card *card, char *buf, size_t size)
{
	const struct segment *segment = segment_of(card);
	if (card->channel->removed)
		snprintf(buf, size, "%s",
			strstr(card->channel->name, ":/") ? _("name removed")
							  : _("marked for removal"));
	else if (segment->n_mapped == 0 && segment->n_bytes > 0)
		snprintf(buf, size, "%s", _("as seen last"));
	else if (segment->watched && !segment->watched->why[0] && segment->watched->lost > 0)
		snprintf(buf, size, _("watched, lost %llu"),
			(unsigned long long)segment->watched->lost);
	else if (segment->watched && !segment->watched->why[0])
		snprintf(buf, size, "%s", _("watched"));
	else if (summary_rows(card) == 0 && segment->nattch >= 0)
		snprintf(buf, size, _("nattch %lld"), (long long)segment->nattch);
	else if (summary_rows(card) == 0)
		snprintf(buf, size, _("mapped %d"), segment->n_mapped);
}

static int
segment_line(const struct channel_card *card, struct box line, int col)
{
	int ids[LOCKS_MAX], n = locks_inside(card->model, card->id, ids, LOCKS_MAX);
	col = draw_size(card, line, col) + 1;
	if (n > 0)
		col += draw_textf(card->frame->screen, line, 0, col, ROLE_NORMAL, "%s%d",
			       glyph(card->frame->screen, GLYPH_LOCK), n) +
		       1;
	if (card->channel->removed)
		col += draw_text(card->frame->screen, line, 0, col, ROLE_WRONG, _("removed"));
	return col;
}

static const struct part parts[] = {
	{0, memory_cells_rows, memory_draw_cells},
	{0, locks_rows_above, draw_locks},
	{1, memory_ladder_rows, memory_draw_ladder},
	{0, memory_words_rows, memory_draw_words},
	{1, bytes_rows, draw_bytes_part},
	{4, number_rows, draw_number},
	{0, locks_rows_below, draw_locks},
	{2, summary_rows, draw_summary},
	{5, mapped_rows, draw_mapped},
	{6, bytes_rows_below, draw_bytes_part},
	{0},
};

const struct channel_view view_segment = {
	.parts = parts, .foot = segment_foot, .line = segment_line};
