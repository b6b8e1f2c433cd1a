/* tcp_socket.h - what stream sockets have on top of InetSocket, shared by the files tcp_*.c. */
#ifndef LING_TCP_SOCKET_H
#define LING_TCP_SOCKET_H

#include "ports/inet_socket.h"
#include "ports/packet.h"
#include "vm/proc/scheduler.h"

typedef struct TcpSendfile {
    int file;                        /* a duplicate of the file's handle; -1: none under way */
    Term caller;
    int64_t offset;
    uint64_t left, sent;             /* left 0: up to the end of the file */
    bool to_end;
    size_t queued_since;             /* bytes of the output queue that go out behind the file */
} TcpSendfile;

typedef struct TcpBurst {
    TurnEnd end;                     /* waits if something is held */
    uint64_t turn;                   /* the last one in which there were sends */
    unsigned count;                  /* of sends in it */
    unsigned usual_count;            /* in the last one before it */
    bool is_held;                    /* the system may hold back what was sent */
} TcpBurst;

typedef struct TcpSocket {
    InetSocket inet;                 /* first */
    PacketRules rules;
    uint8_t *input;                  /* what was received and not delivered: [start, end) */
    size_t start, end, capacity;
    InetOperation *acceptors;        /* oldest first */
    Term busy_sender;                /* waits for its reply until output drains (send_timeout); else NO_TERM */
    IoTimer *send_timer;
    TcpSendfile sendfile;
    TcpBurst burst;
    bool shutdown_after_output;      /* shutdown(write) waits until everything is written */
    bool write_shut;                 /* our side is closed */
    bool closed_for_send, closed_for_receive;   /* the next send or recv is told `closed`, not enotconn */
    bool was_reset;                  /* ... or econnreset */
} TcpSocket;

/* What is waited for follows from the state of the socket. */
void tcp_update_watch(TcpSocket *tcp);
/* Closes the handle; whoever waits is told `closed`. */
void tcp_close(TcpSocket *tcp);

/* tcp_input.c */
/* Delivers what is there and reads more, as long as somebody wants it. */
void tcp_receive(TcpSocket *tcp);
bool tcp_request_receive(TcpSocket *tcp, Process *caller, Reader *in);
bool tcp_request_push_back(TcpSocket *tcp, Reader *in);

/* tcp_output.c */
void tcp_send(TcpSocket *tcp, Term sender, Term iolist);
/* Writes what is queued. */
void tcp_flush(TcpSocket *tcp);
/* The connection broke while writing. */
void tcp_send_failed(TcpSocket *tcp, Term sender, int64_t code);
/* The present sender, if one waits for a drain, is told `reason`. */
void tcp_release_sender(TcpSocket *tcp, Term reason);
bool tcp_request_shutdown(TcpSocket *tcp, Reader *in);
bool tcp_request_sendfile(TcpSocket *tcp, Process *caller, Reader *in);
void tcp_abort_sendfile(TcpSocket *tcp, int64_t code);

#endif
