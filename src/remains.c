/* SPDX-License-Identifier: MIT
 *
 * Telling what is left behind, see remains.h.
 */
#include "remains.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

void
remains_say_found(struct player *player)
{
	struct stage_found found;

	if (player->stage == NULL || !stage_found(player->stage, &found))
		return;
	if (player->tui != NULL)
		player_say(player,
			_("A killed run of ipcviz had left things, now removed: processes %d, objects %d, directories %d"),
			found.processes, found.objects, found.directories);
	else /* it is no part of the story */
		fprintf(stderr,
			_("ipcviz: a killed run had left things, now removed: processes %d, objects %d, directories %d\n"),
			found.processes, found.objects, found.directories);
}

static bool
is_noted(const struct player *player, const char *object)
{
	for (int i = 0; i < player->n_left; i++)
		if (strcmp(player->left[i].object, object) == 0)
			return true;
	return false;
}

void
remains_note(struct player *player)
{
	struct stage_left left[64], *more;
	int n;

	if (player->stage == NULL)
		return;
	stage_end(player->stage);
	remains_say_found(player); /* a short show may be over before the janitor knew */
	if (player->kind != VIEW_RUN)
		return;
	n = stage_left(player->stage, left, 64);
	more = reallocarray(player->left, (size_t)(player->n_left + 64), sizeof *more);
	if (more == NULL)
		return;
	player->left = more;
	for (int i = 0; i < n && i < 64; i++)
		if (!is_noted(player, left[i].object))
			player->left[player->n_left++] = left[i];
}

/* "rm '/dev/shm/a b'" for a shell: in quotes when it needs them. */
static void
print_path(FILE *out, const char *before, const char *name)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:+@%=";
	bool quoted = strspn(name, plain) != strlen(name);

	fputs(quoted ? "'" : "", out);
	fputs(before, out);
	for (; *name != '\0'; name++)
		if (*name == '\'')
			fputs("'\\''", out);
		else
			fputc(*name, out);
	fputs(quoted ? "'" : "", out);
}

/* The command that removes an object, as one types it. */
static void
print_command(FILE *out, const char *object)
{
	const char *name = strchr(object, ':') + 1;

	if (name[0] != '/') {
		fprintf(out, "ipcrm -%c %s",
			object[0] == 'm'   ? 'q'
			: object[1] == 'h' ? 'm'
					   : 's',
			name);
		return;
	}
	if (strncmp(object, "mq:", 3) == 0 && access("/dev/mqueue", F_OK) != 0)
		fputs("mkdir /dev/mqueue; mount -t mqueue none /dev/mqueue; ", out);
	fputs("rm ", out);
	if (strncmp(object, "mq:", 3) == 0)
		print_path(out, "/dev/mqueue/", name + 1);
	else if (strncmp(object, "shm:", 4) == 0)
		print_path(out, "/dev/shm/", name + 1);
	else
		print_path(out, "/dev/shm/sem.", name + 1);
}

void
remains_tell(struct player *player)
{
	FILE *out = player->story != NULL ? player->story : stderr;
	bool first = true;

	for (int i = 0; i < player->n_left; i++) {
		const char *object = player->left[i].object;

		if (!stage_is_left(object))
			continue;
		if (first)
			fputs(_("ipcviz: the program has left objects behind; to remove them:\n"), out);
		first = false;
		fputs("    ", out);
		print_command(out, object);
		fputc('\n', out);
	}
	free(player->left);
	player->left = NULL;
	player->n_left = 0;
}
