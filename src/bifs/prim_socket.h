/* prim_socket.h - a socket of the module `socket`, and who waits for it.
 *
 * A Socket lives in a magic Binary. Once it has been watched it keeps itself alive until it is closed.
 *
 * Processes that read, write, accept or connect form queues. The first of a queue is at work: it has tried, found
 * that it must wait, and is told by {'$socket', Socket, select, Ref} when to try again. The others are told when their
 * turn comes. */
#ifndef LING_PRIM_SOCKET_H
#define LING_PRIM_SOCKET_H

#include "bifs/net_terms.h"
#include "io/io_loop.h"
#include "io/io_net_socket.h"
#include "vm/proc/bif.h"
#include "vm/proc/monitor.h"
#include "vm/term/ref.h"

typedef struct Socket Socket;
typedef struct SocketQueue SocketQueue;

typedef struct SocketWaiter {
    struct SocketWaiter *next;
    SocketQueue *queue;
    Term pid;
    Monitor *monitor;
    uint64_t reference, reference_owner;        /* of the call; 0: nobody is to be told */
} SocketWaiter;

struct SocketQueue {
    Socket *socket;
    unsigned event;                             /* IO_READABLE or IO_WRITABLE */
    SocketWaiter *first;                        /* the one at work; null: nobody waits */
};

enum {                                          /* of read_state and write_state */
    SOCKET_BOUND = 1, SOCKET_LISTENING = 2, SOCKET_ACCEPTING = 4, SOCKET_CONNECTING = 8, SOCKET_CONNECTED = 16,
    SOCKET_SELECTED = 32, SOCKET_CLOSING = 64, SOCKET_CLOSED = 128
};

typedef struct SocketCounts {
    uint64_t bytes, fails, packets, packet_max, packet_so_far, tries, waits;
} SocketCounts;

typedef struct SocketFileCounts {
    uint64_t calls, bytes, fails, max, so_far, packets, packet_max, tries, waits;
} SocketFileCounts;

struct Socket {
    int handle;                                 /* -1: closed */
    int domain, type, protocol;
    int original;                               /* the handle it was made from; 0: opened here */
    bool close_handle;                          /* else somebody else does */
    unsigned read_state, write_state;
    Term owner;                                 /* NO_TERM: it died */
    Monitor *owner_monitor;
    Term closer;                                /* between close and finalize_close; NO_TERM */
    Monitor *closer_monitor;                    /* null if the owner closes */
    uint64_t id;                                /* of the references to it */
    IoWatch *watch;
    unsigned wanted;                            /* events that a process waits for */
    SocketQueue readers, writers, acceptors, connectors;
    size_t read_bytes;                          /* of a read whose size is not given */
    uint32_t read_limit, read_round;            /* such reads in one; 0: no limit set */
    size_t read_control_bytes, write_control_bytes;
    bool debug, wrap_messages, registered;
    Heap meta_heap;                             /* owns `meta` */
    Term meta;
    int file;                                   /* that is being sent; -1: none */
    SocketCounts reads, writes;
    uint64_t accept_tries, accept_waits, accept_fails, accept_successes;
    bool sent_files;
    SocketFileCounts files;
};

enum { SOCKET_READ_BYTES = 8192, SOCKET_CONTROL_BYTES = 1024 };     /* unless an option says otherwise */

/* What holds for all sockets. */
typedef struct SocketModule {
    bool debug, socket_debug, use_registry, wrap_messages;
    Term registry;                              /* pid; NO_TERM */
    struct {                                    /* open sockets */
        int64_t all, streams, datagrams, seqpackets, local, inet, inet6, ip, tcp, udp, sctp;
    } open;
} SocketModule;

extern SocketModule socket_module;

/* --- life --------------------------------------------------------------------------------------------------------- */

/* A socket owned by `p`; *reference is the term for it. Fill in the rest and register it. */
Socket *socket_new(Process *p, int handle, Term *reference);
void socket_register(Socket *socket);
/* From now on the registry knows it. */
void socket_join_registry(Socket *socket);
/* The one behind `t`, open or not; null: it is no socket. */
Socket *socket_get(Term t);
static inline bool socket_is_open(unsigned state) { return !(state & (SOCKET_CLOSING | SOCKET_CLOSED)); }
/* {'$socket', Reference} */
Term socket_term(Socket *socket, Heap *heap);
/* Is its owner the caller? */
static inline bool socket_owned_by(const Socket *socket, const Process *p) { return socket->owner == p->pid; }
/* Makes `pid` the owner: if that process is gone, the socket is closed. */
void socket_set_owner(Socket *socket, Term pid);

Term prim_socket_close_1(Process *p, const Term *args);
Term prim_socket_finalize_close_1(Process *p, const Term *args);

/* --- waiting ------------------------------------------------------------------------------------------------------ */

/* May `p` go on with its call? If not, *answer is what the call returns: `select` when it has joined the
 * queue, or an exception when it stood there already. */
bool socket_take_turn(Process *p, SocketQueue *queue, Term reference, Term *answer);
/* `p`, whose turn it is, waits for the event of the queue. `reference` NO_TERM: it comes back by itself, nobody is told. */
void socket_wait(Process *p, SocketQueue *queue, Term reference);
/* Whoever is at work is done: the next one's turn. */
void socket_next(SocketQueue *queue);
/* Whoever is at work failed: all others are told so. */
void socket_fail(SocketQueue *queue, Term reason);
/* Tells those who wait that the socket is closed and forgets them. */
void socket_stop(Socket *socket);
void socket_free_waiters(Socket *socket);
bool socket_at_work(const SocketQueue *queue, const Process *p);

Term prim_socket_cancel_3(Process *p, const Term *args);

/* --- answers ------------------------------------------------------------------------------------------------------ */

Term socket_ok(Process *p, Term value);                     /* {ok, Value} */
Term socket_failure(Process *p, Term reason);               /* {error, Reason} */
Term socket_invalid(Process *p, Term what);                 /* {invalid, What}: prim_socket.erl completes it */
Term socket_error_invalid(Process *p, Term what);           /* {error, {invalid, What}} */
Term socket_raise_invalid(Process *p, Term what);           /* error:{invalid, What} */
Term socket_bad_integer(Process *p, Term t);                /* badarg, or {invalid, {integer_range, T}} */

/* --- the functions ------------------------------------------------------------------------------------------------ */

Term prim_socket_info_0(Process *p, const Term *args);
Term prim_socket_info_1(Process *p, const Term *args);
Term prim_socket_command_1(Process *p, const Term *args);
Term prim_socket_supports_0(Process *p, const Term *args);
Term prim_socket_supports_1(Process *p, const Term *args);
Term prim_socket_send_4(Process *p, const Term *args);
Term prim_socket_sendto_5(Process *p, const Term *args);
Term prim_socket_sendmsg_5(Process *p, const Term *args);
Term prim_socket_sendfile_1(Process *p, const Term *args);
Term prim_socket_sendfile_4(Process *p, const Term *args);
Term prim_socket_sendfile_5(Process *p, const Term *args);
Term prim_socket_recv_4(Process *p, const Term *args);
Term prim_socket_recvfrom_4(Process *p, const Term *args);
Term prim_socket_recvmsg_5(Process *p, const Term *args);
Term prim_socket_setopt_5(Process *p, const Term *args);
Term prim_socket_getopt_3(Process *p, const Term *args);
Term prim_socket_getopt_4(Process *p, const Term *args);
Term prim_socket_ioctl_2(Process *p, const Term *args);
Term prim_socket_ioctl_3(Process *p, const Term *args);
Term prim_socket_ioctl_4(Process *p, const Term *args);

/* Options of the VM itself. */
Term socket_set_own_option(Process *p, Socket *socket, int option, Term value);
Term socket_get_own_option(Process *p, Socket *socket, int option);

/* --- control messages --------------------------------------------------------------------------------------------- */

/* [#{level => L, type => T, data => Bytes, value => V}] of what stands in `bytes`. */
Term socket_controls_term(Heap *heap, const uint8_t *bytes, size_t size);
/* Writes those of a list; false: it is no such list, or there is no room. */
bool socket_controls_get(Term list, uint8_t *bytes, size_t room, size_t *used);
/* The names of flags of messages; what has none as a number. */
Term socket_message_flags_term(Heap *heap, int flags);
/* A type of service (IP_TOS). */
Term socket_service_term(Heap *heap, int64_t number);
/* A level: `socket` or a number. */
Term socket_level_term(int level);
bool socket_level_get(Term t, int *level);

#endif
