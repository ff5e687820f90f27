/* SPDX-License-Identifier: MIT
 *
 * The environment of executed programs, see environment.h. What is put together lies in memory of
 * its own (mmap), since neither malloc nor a large stack can be had in every place that calls exec.
 *
 * A process without a slot cannot be recognised by it after exec, so its address gets one more
 * part, its own pid.
 */
#include "probe/environment.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "event/board.h"
#include "probe/control.h"
#include "probe/memory.h"
#include "probe/process.h"
#include "probe/sys.h"
#include "probe/text.h"

enum { VALUE_MAX = 128 * 1024 }; /* MAX_ARG_STRLEN: exec refuses longer ones */

static const char address_key[] = BOARD_ENVIRONMENT "=";
static const char preload_key[] = "LD_PRELOAD=";

static char address[160]; /* "IPCVIZ_PROBE=version:…:run-id", as ipcviz made it */
static char self[512];    /* path of probe.so */
static int told_pid;      /* the part that was added, 0 without one */

static bool
has_key(const char *entry, const char *key)
{
	return strncmp(entry, key, strlen(key)) == 0;
}

/* Cuts off the part that environment_extend() adds: all after the sixth. */
static void
address_cut(void)
{
	char *at = address;
	int part = 0;

	for (; *at != '\0'; at++)
		if (*at == ':' && ++part == 6)
			break;
	if (*at != ':')
		return;
	*at++ = '\0';
	for (; *at >= '0' && *at <= '9'; at++)
		told_pid = told_pid * 10 + (*at - '0');
}

const char *
environment_open(char *const envp[])
{
	Dl_info info;

	for (int i = 0; envp != NULL && envp[i] != NULL; i++)
		if (has_key(envp[i], address_key)) {
			if (strlen(envp[i]) >= sizeof address)
				return NULL;
			strcpy(address, envp[i]);
			address_cut();
		}
	if (dladdr(address_key, &info) != 0 && info.dli_fname != NULL &&
		strlen(info.dli_fname) < sizeof self)
		strcpy(self, info.dli_fname);
	return address[0] != '\0' ? address + strlen(address_key) : NULL;
}

bool
environment_told(int pid)
{
	return told_pid == pid;
}

/* Is `path` one of the names in a list that is separated by colons or blanks? */
static bool
list_has(const char *list, const char *path)
{
	size_t length = strlen(path);

	for (const char *at = list; (at = strstr(at, path)) != NULL; at++)
		if ((at == list || at[-1] == ':' || at[-1] == ' ') &&
			(at[length] == '\0' || at[length] == ':' || at[length] == ' '))
			return true;
	return false;
}

/* What the host's environment has of ours: indices, -1 where it has not. */
struct found {
	long entries;
	long address, preload;
	bool good; /* every pointer in it can be read */
};

static struct found
environment_look(char *const envp[])
{
	struct found found = {.address = -1, .preload = -1, .good = true};

	found.entries = envp == NULL ? 0 : memory_vector(envp);
	if (found.entries < 0)
		found.good = false;
	for (long i = 0; i < found.entries && found.good; i++) {
		if (memory_string(envp[i], sizeof preload_key) < 0)
			found.good = false;
		else if (has_key(envp[i], address_key))
			found.address = i;
		else if (has_key(envp[i], preload_key) && found.preload < 0)
			found.preload = i;
	}
	if (found.preload >= 0 && memory_string(envp[found.preload], VALUE_MAX) < 0)
		found.good = false;
	return found;
}

static bool
is_complete(const struct found *found, char *const envp[])
{
	return found->address >= 0 && strcmp(envp[found->address], address) == 0 &&
	       found->preload >= 0 && list_has(envp[found->preload] + strlen(preload_key), self) &&
	       me.slot_index >= 0;
}

static void
environment_fill(struct environment *environment, char *const envp[], const struct found *found)
{
	char **entry = environment->room;
	char *at = (char *)(entry + found->entries + 3);
	char *end = (char *)environment->room + environment->size;
	const char *had = found->preload >= 0 ? envp[found->preload] + strlen(preload_key) : "";

	for (long i = 0; i < found->entries; i++)
		if (i != found->address && i != found->preload)
			*entry++ = envp[i];
	*entry++ = at;
	at = text_word(at, end, address);
	if (me.slot_index < 0)
		at = text_number(text_word(at, end, ":"), end, me.pid);
	*entry++ = ++at;
	at = text_word(at, end, preload_key);
	if (!list_has(had, self)) {
		at = text_word(at, end, self);
		if (had[0] != '\0')
			at = text_word(at, end, ":");
	}
	text_word(at, end, had);
	*entry = NULL;
	environment->vector = environment->room;
}

void
environment_extend(struct environment *environment, char *const envp[])
{
	struct found found = environment_look(envp);
	void *room;

	environment->vector = (char **)envp;
	environment->room = NULL;
	if (!found.good || self[0] == '\0' || is_complete(&found, envp))
		return;
	environment->size = (size_t)(found.entries + 3) * sizeof(char *) + sizeof address +
			    sizeof self + sizeof preload_key + 32 +
			    (found.preload >= 0 ? strlen(envp[found.preload]) : 0);
	room = mmap(NULL, environment->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0);
	if (room == MAP_FAILED)
		return;
	environment->room = room;
	environment_fill(environment, envp, &found);
	if (me.vforked) { /* if it executes, its parent frees this: see me_resumed() */
		me.room = room;
		me.room_size = environment->size;
	}
}

void
environment_free(struct environment *environment)
{
	if (environment->room == NULL)
		return;
	munmap(environment->room, environment->size);
	if (me.room == environment->room)
		me.room = NULL;
}
