/* SPDX-License-Identifier: MIT
 *
 * Building an event line. Used by the probe inside other people's processes: no allocation, no locale, no stdio, no
 * errno, async-signal-safe. A line that would grow past EVENT_LINE_MAX drops the field that did not fit,
 * whole. In a WORD, blanks, quotes, percent signs and bytes beyond ASCII become %XX.
 */
#ifndef IPCVIZ_EVENT_LINE_H
#define IPCVIZ_EVENT_LINE_H

#include "event/event.h"

enum {
	LINE_SLACK = 16,   /* bytes that may be written past a full line, and mean nothing */
	LINE_WHO_MAX = 48, /* " PID TID ", and slack */
};

struct line {
	size_t length;
	char text[EVENT_LINE_MAX + LINE_SLACK];
};

void line_start(struct line *line, uint64_t time, int32_t pid, int32_t tid, enum event_what what);
/* The same with " PID TID " made before, by line_who(), which answers its length. */
size_t line_who(char who[LINE_WHO_MAX], int32_t pid, int32_t tid);
void line_start_as(
	struct line *line, uint64_t time, const char *who, size_t length, enum event_what what);
/* The field `call`. */
void line_call(struct line *line, enum call_id call);
void line_number(struct line *line, enum event_field field, int64_t value);
void line_hex(struct line *line, enum event_field field, uint64_t value);
void line_word(struct line *line, enum event_field field, const char *word);
/* The same for a word of `length` bytes, any at all. */
void line_word_bytes(struct line *line, enum event_field field, const char *word, size_t length);
/* `length` bytes as a quoted string; as many as fit, and three dots behind the closing quote of one that was cut. */
void line_quoted(struct line *line, enum event_field field, const void *bytes, size_t length);
/* Fields that these functions have written before, with their leading blank; all or none. LINE_SLACK
 * bytes behind them must be readable. */
void line_copy(struct line *line, const char *fields, size_t length);
/* Ends the line with its newline; text[0..length) is then ready for one write. */
void line_finish(struct line *line);

/*
 * Names of the system's constants, both ways. Each *_name fills buf (terminated, cut to fit) and returns it; a value
 * without a name is written as a number. Each *_find returns -1 for a name it does not know, but open_flags_find passes
 * over it: a newer version may know more flags.
 */
char *errno_name(int error, char *buf, size_t size);
int errno_find(const char *name, size_t length);
char *signal_name(int signal, char *buf, size_t size); /* "SIGPIPE", "SIGRTMIN+3" */
int signal_find(const char *name, size_t length);
char *open_flags_name(int flags, char *buf, size_t size); /* "O_WRONLY|O_NONBLOCK" */
int open_flags_find(const char *names, size_t length);
char *fcntl_command_name(int command, char *buf, size_t size);
/* Of System V IPC, in names_ipc.c. */
char *key_name(int key, char *buf, size_t size);               /* "IPC_PRIVATE", "0x51020304" */
char *get_flags_name(int flags, char *buf, size_t size);       /* msgget and its kin: "IPC_CREAT|IPC_EXCL|0600" */
char *message_flags_name(int flags, char *buf, size_t size);   /* msgsnd, msgrcv: "IPC_NOWAIT|MSG_NOERROR" */
char *message_command_name(int command, char *buf, size_t size); /* msgctl: "IPC_RMID" */
char *mode_name(unsigned mode, char *buf, size_t size);        /* "0600", "S_IFIFO|0600" */
/* Of shared memory and semaphores, in names_memory.c. */
char *attach_flags_name(int flags, char *buf, size_t size);        /* shmat: "SHM_RDONLY" */
char *segment_command_name(int command, char *buf, size_t size);   /* shmctl: "IPC_STAT" */
char *semaphore_command_name(int command, char *buf, size_t size); /* semctl: "SETVAL" */
char *protection_name(int protection, char *buf, size_t size);     /* "PROT_READ|PROT_WRITE" */
char *map_flags_name(int flags, char *buf, size_t size);           /* "MAP_SHARED|MAP_ANONYMOUS" */
/* Of sockets and epoll, in names_socket.c. */
char *family_name(int family, char *buf, size_t size);                      /* "AF_INET" */
char *socket_type_name(int type, char *buf, size_t size);                   /* "SOCK_STREAM|SOCK_NONBLOCK" */
char *protocol_name(int family, int protocol, char *buf, size_t size);      /* "IPPROTO_UDP", "0" */
char *accept_flags_name(int flags, char *buf, size_t size);                 /* "SOCK_NONBLOCK" */
char *socket_flags_name(int flags, char *buf, size_t size);                 /* "MSG_PEEK|MSG_DONTWAIT" */
char *shutdown_name(int how, char *buf, size_t size);                       /* "SHUT_WR" */
char *socket_option_name(int level, int option, char *buf, size_t size);    /* "SO_RCVBUF", "41:99" */
char *tcp_state_name(int state, char *buf, size_t size);                    /* "LISTEN" */
char *ioctl_command_name(int command, char *buf, size_t size);              /* "FIONBIO" */
char *epoll_command_name(int command, char *buf, size_t size);              /* "EPOLL_CTL_ADD" */
char *epoll_flags_name(int flags, char *buf, size_t size);                  /* "EPOLL_CLOEXEC" */

#endif
