/* SPDX-License-Identifier: MIT
 *
 * Addresses of sockets, see address.h. Written out without inet_ntop, which is made of stdio.
 */
#include "probe/address.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "probe/memory.h"
#include "probe/sys.h"
#include "probe/text.h"

static char *
text_hex(char *at, const char *end, unsigned value)
{
	char digits[5] = "";
	int digit = 4;

	do
		digits[--digit] = "0123456789abcdef"[value % 16];
	while ((value /= 16) != 0);
	return text_word(at, end, digits + digit);
}

static char *
text_ipv4(char *at, const char *end, const unsigned char bytes[4])
{
	for (int i = 0; i < 4; i++)
		at = text_number(i > 0 ? text_word(at, end, ".") : at, end, bytes[i]);
	return at;
}

/* The longest run of groups that are 0, of at least two, is the one to be left out (RFC 5952). */
static int
longest_zeros(const uint16_t groups[8], int *count)
{
	int best = -1;

	*count = 1;
	for (int i = 0; i < 8; i++) {
		int run = 0;

		while (i + run < 8 && groups[i + run] == 0)
			run++;
		if (run > *count) {
			best = i;
			*count = run;
		}
		i += run;
	}
	return best;
}

static char *
text_ipv6(char *at, const char *end, const unsigned char bytes[16])
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint16_t groups[8];
	int zeros, first;

	if (memcmp(bytes, mapped, sizeof mapped) == 0)
		return text_ipv4(text_word(at, end, "::ffff:"), end, bytes + sizeof mapped);
	for (int i = 0; i < 8; i++)
		groups[i] = (uint16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
	first = longest_zeros(groups, &zeros);
	for (int i = 0; i < 8; i++) {
		if (i == first) {
			at = text_word(at, end, i == 0 ? "::" : ":");
			i += zeros - 1;
			continue;
		}
		at = text_hex(at, end, groups[i]);
		if (i < 7)
			at = text_word(at, end, ":");
	}
	return at;
}

/* A path ends at its NUL, if it has one; an abstract name is as long as the address. */
static void
read_unix(struct address *address, const char *bytes, size_t length)
{
	size_t path = offsetof(struct sockaddr_un, sun_path);

	length = length > path ? length - path : 0;
	bytes += path;
	if (length > ADDRESS_TEXT)
		return;
	if (length > 0 && bytes[0] != '\0')
		length = strnlen(bytes, length);
	memcpy(address->text, length == 0 ? "-" : bytes, length == 0 ? 1 : length);
	if (address->text[0] == '\0')
		address->text[0] = '@';
	address->length = length == 0 ? 1 : length;
}

void
address_read(struct address *address, const void *bytes, size_t length)
{
	const char *end = address->text + sizeof address->text;
	char *at = address->text;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	sa_family_t family;

	address->length = 0;
	if (length < sizeof family)
		return;
	memcpy(&family, bytes, sizeof family);
	if (family == AF_UNIX) {
		read_unix(address, bytes, length);
		return;
	}
	if (family == AF_INET && length >= sizeof in) {
		memcpy(&in, bytes, sizeof in);
		at = text_ipv4(at, end, (const unsigned char *)&in.sin_addr);
		at = text_number(text_word(at, end, ":"), end, ntohs(in.sin_port));
	} else if (family == AF_INET6 && length >= offsetof(struct sockaddr_in6, sin6_scope_id)) {
		memcpy(&in6, bytes, offsetof(struct sockaddr_in6, sin6_scope_id));
		at = text_ipv6(text_word(at, end, "["), end, in6.sin6_addr.s6_addr);
		at = text_number(text_word(at, end, "]:"), end, ntohs(in6.sin6_port));
	} else if (family == AF_UNSPEC) { /* connect() to nobody */
		at = text_word(at, end, "-");
	}
	address->length = (size_t)(at - address->text);
}

void
address_claimed(struct address *address, const struct sockaddr *bytes, socklen_t length)
{
	address->length = 0;
	if (bytes != NULL && length <= sizeof(struct sockaddr_storage) &&
		memory_good(bytes, length))
		address_read(address, bytes, length);
}

static void
address_ask(struct address *address, long call, int fd)
{
	struct sockaddr_storage storage;
	socklen_t length = sizeof storage;

	address->length = 0;
	if (SYS3(call, fd, &storage, &length) == 0 && length <= sizeof storage)
		address_read(address, &storage, length);
}

void
address_local(struct address *address, int fd)
{
	address_ask(address, SYS_getsockname, fd);
}

void
address_peer(struct address *address, int fd)
{
	address_ask(address, SYS_getpeername, fd);
}

void
line_address(struct line *line, enum event_field field, const struct address *address)
{
	if (address->length > 0)
		line_word_bytes(line, field, address->text, address->length);
}
