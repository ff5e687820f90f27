/* SPDX-License-Identifier: MIT
 *
 * Calls on names that returned, as sentences: FIFOs made, names removed, keys made out of paths.
 */
#include <string.h>

#include "plain/leave.h"
#include "words.h"

/* The directory that it lies in, by the object's name, which is a whole path; "" unknown. */
static void
directory_label(const struct leave *leave, char *buf, size_t size)
{
	char *slash;

	event_copy(leave->event, FIELD_obj, buf, size);
	slash = strrchr(buf, '/');
	if (slash != NULL && strncmp(buf, "fifo:", 5) == 0) {
		*slash = '\0';
		memmove(buf, buf + 5, strlen(buf + 5) + 1);
	} else {
		buf[0] = '\0';
	}
}

static void
fifo_made(struct leave *leave)
{
	char directory[256];

	directory_label(leave, directory, sizeof directory);
	if (leave->is_pipe)
		paragraph_add(leave->paragraph,
			_("%s made %s, a name in the directory %s. Nobody has it open yet."),
			leave->who, leave->object, *directory != '\0' ? directory : "/");
	else
		paragraph_add(leave->paragraph, _("%s: %s returned %lld."), leave->who, leave->call,
			(long long)leave->ret);
}

static void
name_removed(struct leave *leave)
{
	char path[160];

	if (leave->is_pipe)
		paragraph_add(leave->paragraph, _("%s removed the name of %s."), leave->who,
			leave->object);
	else if (event_copy(leave->event, FIELD_path, path, sizeof path) > 0)
		paragraph_add(leave->paragraph, _("%s removed the name %s."), leave->who, path);
	else
		paragraph_add(leave->paragraph, _("%s: %s has removed the name."), leave->who,
			leave->call);
	if (leave->is_pipe && leave->channel != NONE &&
		leave->model->channels[leave->channel].n_open > 0)
		paragraph_add(leave->paragraph, "%s",
			_("Who has the FIFO open keeps it; nobody new can open it."));
}

static void
key_made(struct leave *leave)
{
	char key[40];

	if (event_copy(leave->event, FIELD_key, key, sizeof key) == 0)
		snprintf(key, sizeof key, "0x%llx", (unsigned long long)leave->ret);
	paragraph_add(leave->paragraph, _("%s: %s made the key %s."), leave->who, leave->call, key);
}

static const teller tellers[CALL_COUNT] = {
	[CALL_mkfifo] = fifo_made,
	[CALL_mkfifoat] = fifo_made,
	[CALL_mknod] = fifo_made,
	[CALL_mknodat] = fifo_made,
	[CALL_unlink] = name_removed,
	[CALL_unlinkat] = name_removed,
	[CALL_remove] = name_removed,
	[CALL_ftok] = key_made,
};

teller
name_teller(enum call_id call)
{
	return tellers[call];
}

const char *
name_failure(const struct leave *leave)
{
	bool removes = tellers[leave->event->call] == name_removed;

	if (strcmp(leave->err, "EEXIST") == 0)
		return _("there is a file of this name already");
	if (strcmp(leave->err, "ENOENT") == 0 && removes)
		return _("there is no file of this name");
	return NULL;
}
