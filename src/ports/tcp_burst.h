/* tcp_burst.h - what a process sends in one turn leaves together.
 *
 * Servers often send a head and then a body. As packets of their own they cost twice, and without nodelay the second
 * one even waits for the peer. So a socket remembers how often it was sent on in the last turn when it was: all but the
 * last of so many are given to the system with the remark that more follows. If it does not, the end of the turn lets them
 * go. Every send still tells at once whether the connection is broken. */
#ifndef LING_TCP_BURST_H
#define LING_TCP_BURST_H

#include "ports/tcp_socket.h"

/* Something is about to be sent. Does more follow, as far as anybody can tell? */
bool tcp_burst_goes_on(TcpSocket *tcp);
/* Sends some of it, as io_socket_send; `goes_on` is what tcp_burst_goes_on said. */
int64_t tcp_burst_send(TcpSocket *tcp, const uint8_t *bytes, size_t size, bool goes_on);
/* The handle goes away. */
void tcp_burst_forget(TcpSocket *tcp);

#endif
