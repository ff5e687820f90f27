/* SPDX-License-Identifier: MIT
 *
 * The terminal that ipcviz itself runs on, for the one case in which ipcviz cannot restore it: when it
 * is killed. The janitor then does it. What the terminal was like is noted before main().
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "stage/inside.h"

/* Written once, before main(). */
static struct termios given;
static int given_fd = -1; /* one of the standard three; -1: none is a terminal */

static void __attribute__((constructor)) console_note(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (tcgetattr(fd, &given) == 0) {
			given_fd = fd;
			return;
		}
}

static bool
is_changed(int fd)
{
	struct termios now;

	return tcgetattr(fd, &now) == 0 &&
	       (now.c_lflag != given.c_lflag || now.c_iflag != given.c_iflag ||
		       now.c_oflag != given.c_oflag);
}

/* Called in ipcviz. The descriptor of its terminal if a screen program holds it now; -1 otherwise. */
int
console_fd(void)
{
	return given_fd >= 0 && is_changed(given_fd) ? given_fd : -1;
}

/* Who has the terminal in the foreground, asked by way of its session's leader: it is not ours. */
static pid_t
foreground(pid_t session)
{
	char path[32], text[512], *after;
	int group = 0;
	FILE *stat;
	size_t n;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)session);
	if ((stat = fopen(path, "re")) == NULL)
		return 0;
	n = fread(text, 1, sizeof text - 1, stat);
	fclose(stat);
	text[n] = '\0';
	if ((after = strrchr(text, ')')) != NULL)
		sscanf(after + 1, " %*c %*d %*d %*d %*d %d", &group);
	return group;
}

/* Called in the janitor. A shell that has taken the terminal back already has modes of its own. */
void
console_restore(int fd, pid_t session, pid_t group)
{
	/* Mouse off, main screen, cursor visible, plain letters. */
	static const char back[] = "\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?1049l"
				   "\033[?25h\033[0m\r\n";
	pid_t now = foreground(session);

	if (write(fd, back, sizeof back - 1) < 0)
		return; /* it was hung up */
	if (now <= 0 || now == group)
		tcsetattr(fd, TCSANOW, &given);
}
