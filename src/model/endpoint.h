/* SPDX-License-Identifier: MIT
 *
 * What the files about sockets offer each other and the fold: a socket as a channel of its own, the two ends of a
 * connection, datagrams, and descriptors that travel through sockets.
 */
#ifndef IPCVIZ_MODEL_ENDPOINT_H
#define IPCVIZ_MODEL_ENDPOINT_H

#include "model/fold.h"

/* --- endpoint.c: a socket's life --- */

/* Made with the first event that tells of a socket; NULL: it is none, or no memory. */
struct endpoint *endpoint_of(struct model *model, int channel);
/* Nobody has it open any more. */
void endpoint_closed(struct model *model, int channel, int process);
/* A socket of a new number: what was known by it is gone. */
void endpoint_made(struct model *model, int channel);
bool endpoint_clone(struct channel *channel); /* false: no memory */
void endpoint_release(struct model *model, struct channel *channel);
void endpoint_forget_channels(struct channel *channel, const bool *gone);
void endpoint_forget_processes(struct channel *channel, const bool *gone);

/* --- endpoint_told.c: what events say of it --- */

bool tells_of_socket(const struct event *event);
/* Takes up what the event says of the socket; its endpoint is made when the event is a socket's. */
void endpoint_learn(struct model *model, int channel, const struct event *event);
/* What lies in it now, from a look of nobody's (pid 0). */
void endpoint_looked(struct model *model, int channel, const struct event *event);
enum socket_kind endpoint_kind_told(const struct event *event, enum socket_kind otherwise);
void endpoint_set_kind(struct model *model, int channel, enum socket_kind kind);
void endpoint_address(const struct event *event, enum event_field field, char *address, size_t size);
int64_t endpoint_figure(const struct event *event, enum event_field field, int64_t otherwise);
/* That a connection is established is concluded from calls that returned; once an end closes the kernel alone knows. */
void endpoint_state_outdated(struct endpoint *endpoint); /* NULL is fine */

/* --- ladder.c: calls on the way to a connection --- */

bool call_is_rung(enum call_id id);
void rung_add(struct endpoint *endpoint, struct rung rung);
void rung_finish(struct endpoint *endpoint, int process, const struct call *call);

/* --- endpoint_call.c --- */

/* The call is about to be made, or begins: to whom it would connect. */
void endpoint_approached(struct model *model, struct call *call, const struct event *event);
/* A call on it begins: where it sends to, whom it connects to, a rung of the ladder. */
void endpoint_entered(struct model *model, int process, struct call *call, const struct event *event);
/* One direction, or both, are shut down, as the event's `how` says; by a process, or NONE: from outside. */
void endpoint_shut(struct model *model, int id, int process, const struct event *event);
/* Its handshake is over: it waits to be accepted, where it connects to is known and nobody has accepted it. Returns the
 * listening socket; NONE: it was joined or waits already, or nobody known listens there. */
int endpoint_enqueue(struct model *model, int id);
/* The call returned. Returns whose act it was that let it return, if known; NONE. */
int endpoint_called(struct model *model, int process, struct call *call, const struct event *event);

/* --- pairing.c: which socket is the other end --- */

bool address_is(const char *a, const char *b); /* 127.0.0.1 and its IPv6 form are the same; "" is nothing */
bool endpoint_streams(const struct endpoint *endpoint); /* bytes, no messages */
bool endpoint_connects(const struct endpoint *endpoint); /* has connections: no UDP, no UNIX datagrams */
void endpoints_join(struct model *model, int a, int b);
void endpoint_find_other(struct model *model, int channel); /* by addresses */
/* The client whose connection an accept on `listener` returned as `channel`; NONE: not known. */
int endpoint_find_client(struct model *model, int listener, int channel);
int endpoint_listening(const struct model *model, enum socket_kind kind, const char *address); /* NONE */
/* Where a message to `address`, "": the connected one, from `channel` goes; NONE. */
int endpoint_target(const struct model *model, int channel, const char *address);

/* --- connection.c: bytes between two ends --- */

void stream_sent(struct model *model, int channel, int process, struct call *call, const struct event *event);
int stream_received(struct model *model, int channel, int process, struct call *call, const struct event *event);
void stream_looked(struct model *model, int channel, int64_t used); /* so much can be read now */
/* The other end is known now: what was sent to it before lies in it. */
void stream_deliver(struct model *model, int channel);

/* --- datagram.c: messages --- */

void datagram_sent(struct model *model, int channel, int process, struct call *call, const struct event *event);
int datagram_received(struct model *model, int channel, int process, struct call *call, const struct event *event);
void datagram_drops(struct model *model, int channel, int64_t drops); /* the kernel's count */

/* --- passing.c: descriptors in messages (SCM_RIGHTS) --- */

void passing_sent(struct model *model, int process, struct call *call, const struct event *event);
void passing_failed(struct model *model, const struct call *call);
void passing_received(struct model *model, int process, const struct call *call, const struct event *event);
void passing_drop(struct model *model, struct endpoint *endpoint); /* all that are on their way to it */
bool passing_holds(const struct model *model, int channel); /* is a descriptor of it on its way? */

/* --- wait_socket.c: why a process waits at a socket, who could end it, who ended it --- */

bool socket_waits(const struct model *model, const struct call *call, enum wait_cause *cause, enum end *end);
int socket_waker(const struct model *model, int self, const struct call *call, int giver);
/* What poll found ready at it came by this process. */
int socket_mover(const struct model *model, int channel, bool writable, const struct call *call, int self);

#endif
