/* SPDX-License-Identifier: MIT
 *
 * What messages carry beside their bytes, see message.h.
 */
#include "probe/message.h"

#include <string.h>

#include "probe/address.h"
#include "probe/endpoint.h"
#include "probe/memory.h"
#include "probe/text.h"
#include "probe/vector.h"

enum { CONTROL_MAX = 1 << 20 }; /* more than the kernel takes: net.core.optmem_max */

struct numbers {
	char *at;
	char text[96];
};

bool
message_read(struct msghdr *copy, const struct msghdr *message)
{
	if (message == NULL || !memory_good(message, sizeof *message))
		return false;
	memcpy(copy, message, sizeof *copy);
	return true;
}

void
report_socket_flags(struct report *report, int flags)
{
	char name[128];

	if (flags == 0) /* most are */
		line_number(&report->line, FIELD_flags, 0);
	else
		line_word(&report->line, FIELD_flags, socket_flags_name(flags, name, sizeof name));
}

/* Calls each() for every descriptor in control data that is good to read. */
static void
each_passed(const struct msghdr *message, void (*each)(void *context, int fd), void *context)
{
	const char *at = message->msg_control;
	size_t left = at != NULL ? message->msg_controllen : 0;

	while (left >= sizeof(struct cmsghdr)) {
		struct cmsghdr head;
		size_t step;

		memcpy(&head, at, sizeof head);
		if (head.cmsg_len < sizeof head || head.cmsg_len > left)
			return;
		if (head.cmsg_level == SOL_SOCKET && head.cmsg_type == SCM_RIGHTS)
			for (size_t i = CMSG_LEN(0); i + sizeof(int) <= head.cmsg_len;
				i += sizeof(int)) {
				int fd;

				memcpy(&fd, at + i, sizeof fd);
				each(context, fd);
			}
		step = CMSG_ALIGN(head.cmsg_len);
		if (step >= left)
			return;
		at += step;
		left -= step;
	}
}

/* Numbers that do not fit are left out. */
static void
numbers_add(void *context, int fd)
{
	struct numbers *numbers = context;
	const char *end = numbers->text + sizeof numbers->text;

	if (end - numbers->at < 13)
		return;
	if (numbers->at > numbers->text)
		numbers->at = text_word(numbers->at, end, ",");
	numbers->at = text_number(numbers->at, end, fd);
}

static void
report_rights(struct report *report, const struct msghdr *message)
{
	struct numbers numbers = {.at = numbers.text};

	each_passed(message, numbers_add, &numbers);
	if (numbers.at > numbers.text)
		line_word(&report->line, FIELD_passed, numbers.text);
}

static bool
control_good(const struct msghdr *message)
{
	return message->msg_controllen <= CONTROL_MAX &&
	       memory_good(message->msg_control, message->msg_controllen);
}

void
report_message(struct report *report, const struct msghdr *message)
{
	struct address address;

	address_claimed(&address, message->msg_name, message->msg_namelen);
	line_address(&report->line, FIELD_peer, &address);
	report_vector(report, message->msg_iov, message->msg_iovlen);
	if (control_good(message))
		report_rights(report, message);
}

static void
note_ours(void *context, int fd)
{
	bool *found = context;

	*found = *found || control_owns(fd);
}

bool
message_has_ours(const struct msghdr *message)
{
	bool found = false;

	if (message->msg_controllen > 0 && control_good(message))
		each_passed(message, note_ours, &found);
	return found;
}

static void
forget(void *context, int fd)
{
	(void)context;
	object_forget(fd);
}

void
message_learn(const struct msghdr *message)
{
	each_passed(message, forget, NULL);
}

void
report_passed(struct report *report, const struct msghdr *message)
{
	const char *at = message->msg_control;
	const size_t whole = CMSG_LEN(sizeof(struct ucred));
	size_t left = at != NULL ? message->msg_controllen : 0;
	struct cmsghdr head;
	struct ucred sender;

	report_rights(report, message);
	for (; left >= whole; at += CMSG_ALIGN(head.cmsg_len), left -= CMSG_ALIGN(head.cmsg_len)) {
		memcpy(&head, at, sizeof head);
		if (head.cmsg_len < sizeof head || CMSG_ALIGN(head.cmsg_len) > left)
			return;
		if (head.cmsg_level == SOL_SOCKET && head.cmsg_type == SCM_CREDENTIALS &&
			head.cmsg_len >= whole) {
			memcpy(&sender, at + CMSG_LEN(0), sizeof sender);
			line_credentials(&report->line, sender.pid, sender.uid, sender.gid);
			return;
		}
	}
}

static void
look(void *context, int fd)
{
	(void)context;
	look_fd(fd);
}

void
message_look(const struct msghdr *message)
{
	each_passed(message, look, NULL);
}
