/* inet_socket.h - the socket behind a port of tcp_inet and udp_inet, and the protocol that
 * prim_inet.erl speaks to it.
 *
 * Requests come by port_control, as bytes; the reply starts with INET_REPLY_OK, INET_REPLY_ERROR and the error's name, or
 * INET_REPLY_LATER. */
#ifndef LING_INET_SOCKET_H
#define LING_INET_SOCKET_H

#include "io/io_loop.h"
#include "io/io_socket.h"
#include "vm/base/reader.h"
#include "vm/base/text.h"
#include "vm/port/port.h"
#include "vm/term/byte_queue.h"

#define INET_CONTROL_MAGIC 0x03f1a300u
enum { INET_REPLY_ERROR = 0, INET_REPLY_OK = 1, INET_REPLY_LATER = 2 };

enum {
    INET_OPEN = 1, INET_CLOSE = 2, INET_CONNECT = 3, INET_PEER = 4, INET_NAME = 5, INET_BIND = 6, INET_SETOPTS = 7,
    INET_GETOPTS = 8, INET_GETIX = 9, INET_GETSTAT = 11, INET_GETHOSTNAME = 12, INET_FDOPEN = 13, INET_GETFD = 14,
    INET_GETTYPE = 15, INET_GETSTATUS = 16, INET_GETSERVBYNAME = 17, INET_GETSERVBYPORT = 18, INET_SETNAME = 19,
    INET_SETPEER = 20, INET_GETIFLIST = 21, INET_IFGET = 22, INET_IFSET = 23, INET_SUBSCRIBE = 24,
    INET_GETIFADDRS = 25, INET_ACCEPT = 26, INET_LISTEN = 27, INET_IGNOREFD = 28, INET_GETLADDRS = 29,
    INET_GETPADDRS = 30, INET_TCP_RECV = 42, INET_TCP_UNRECV = 43, INET_TCP_SHUTDOWN = 44, INET_TCP_SENDFILE = 45,
    INET_PACKET_RECV = 60
};

enum {
    INET_AF_UNSPEC, INET_AF_INET, INET_AF_INET6, INET_AF_ANY, INET_AF_LOOPBACK, INET_AF_LOCAL, INET_AF_UNDEFINED
};
enum { INET_TYPE_STREAM = 1, INET_TYPE_DATAGRAM, INET_TYPE_SEQPACKET };

typedef enum InetActive { INET_PASSIVE, INET_ACTIVE, INET_ONCE, INET_MULTI } InetActive;

enum {                              /* of InetSocket.status, as getstatus shows them */
    INET_IS_OPEN = 0x01, INET_IS_BOUND = 0x02, INET_IS_CONNECTED = 0x04, INET_IS_LISTENING = 0x08,
    INET_IS_CONNECTING = 0x10, INET_IS_ACCEPTING = 0x20, INET_IS_BUSY = 0x80
};

typedef struct InetStatistics {
    uint64_t count, octets, biggest;
    double average, deviation;
} InetStatistics;

typedef struct InetSocket InetSocket;

/* Something that a process waits for: its end is told as {inet_async, Port, Reference, Result}. */
typedef struct InetOperation {
    struct InetOperation *next;      /* of accepting processes */
    InetSocket *socket;
    bool pending;
    uint16_t reference;
    Term caller;
    IoTimer *timer;                  /* null: it may take for ever */
    void (*expired)(struct InetOperation *operation);
} InetOperation;

struct InetSocket {
    Port *port;
    int handle;                      /* -1: not open */
    IoFamily family;
    IoSocketType type;
    uint32_t status;
    InetActive active;
    int16_t active_count;            /* INET_MULTI: messages left */
    bool binary;                     /* mode: data as binaries, else lists */
    bool deliver_term;               /* else {Port, {data, Data}} */
    bool exit_on_close, delay_send, send_timeout_close, show_reset;
    bool chose_push;                 /* the program may have told the system when to hold data back */
    bool buffer_chosen;              /* buffer_size was set by its own option */
    uint32_t packet, header, buffer_size, packet_size, read_packets;
    uint32_t high_watermark, low_watermark;
    uint32_t high_message_watermark, low_message_watermark;   /* kept to be shown */
    int32_t send_timeout;            /* ms; -1: none */
    uint8_t line_delimiter;
    bool debug;
    InetStatistics received, sent;
    IoWatch *watch;
    IoReady ready;
    ByteQueue output;
    Term *empty_subscribers;         /* told {empty_out_q, Port} when the queue is empty */
    size_t subscriber_count;
    InetOperation receive;           /* recv, or connect */
    size_t receive_size;             /* what recv asks for; 0: anything, or a packet */
    Text reply;                      /* of the present control call */
    char *namespace;                 /* path of the network namespace to open it in; null: the usual one */
    uint32_t ancillary;              /* 1 << option: recvtos, recvtclass, recvttl are on */
};

/* --- requests that all sockets understand ------------------------------------------------------------------- */

/* Options get their defaults. */
void inet_init(InetSocket *socket, Port *port, IoSocketType type, IoReady ready);
void inet_clear(InetSocket *socket);
/* Handles one request. The answer is in socket->reply. False: no such request here. */
bool inet_control(InetSocket *socket, Process *caller, uint32_t request, Reader *in);
/* Replies. */
bool inet_reply_ok(InetSocket *socket, const void *bytes, size_t size);
bool inet_reply_error(InetSocket *socket, int64_t code);
bool inet_reply_result(InetSocket *socket, int64_t code);         /* ok without data, or the error */
bool inet_reply_name(InetSocket *socket, const char *error_name);

void inet_watch(InetSocket *socket, unsigned events);
/* The handle is there now (open, fdopen, accept): `status` says what else it is. */
void inet_adopt(InetSocket *socket, int handle, IoFamily family, uint32_t status);
void inet_close_handle(InetSocket *socket);

/* The output queue is empty: tells those who asked. */
void inet_tell_empty(InetSocket *socket);

/* --- what processes wait for, and what they are told (inet_async.c) -------------------------------------------- */

/* The caller waits from now on, at most `time` ms (UINT32_MAX: for ever), then `expired` is called. The reply of the
 * request is the reference. */
bool inet_operation_start(InetSocket *socket, InetOperation *operation, Process *caller, uint32_t time,
                          void (*expired)(InetOperation *operation));
/* {inet_async, Port, Reference, result}; it is pending no more. `heap` owns `result`. */
void inet_operation_finish(InetOperation *operation, Heap *heap, Term result);
void inet_operation_fail(InetOperation *operation, Term reason);       /* {error, Reason} */
/* {inet_reply, Port, ok | {error, Reason}} to the sender of a command; NO_TERM: ok. */
void inet_reply_sender(InetSocket *socket, Term sender, Term reason);
Term inet_error_atom(int64_t code);

/* Data as `mode` and `header` ask for it. */
Term inet_data_term(const InetSocket *socket, Heap *heap, const uint8_t *bytes, size_t size);
/* Words that it takes, at most. */
size_t inet_data_words(const InetSocket *socket, size_t size);
/* A message {Tag, Port} or {Tag, Port, Value} to the owner. */
void inet_tell(InetSocket *socket, Term tag, Heap *heap, Term value);
/* A message was delivered in active mode: once and multi count; tells `passive_tag` when it is over. */
void inet_active_used(InetSocket *socket, Term passive_tag);

/* --- pieces --------------------------------------------------------------------------------------------------- */

/* Reads an address as prim_inet writes it; any and loopback mean those of `family`. False: no address. */
bool inet_address_read(Reader *in, IoFamily family, IoAddress *out);
/* Appends it in the form that prim_inet reads. */
void inet_address_write(Text *out, const IoAddress *address);
/* {A, B, C, D}, {A ... H}, or {local, Path}. */
Term inet_address_term(Heap *heap, const IoAddress *address);

bool inet_set_options(InetSocket *socket, Reader *in, int64_t *error);
bool inet_get_options(InetSocket *socket, Reader *in, Text *out);

/* --- ancillary data (inet_ancillary.c) ---------------------------------------------------------------------------- */

enum { INET_CONTROL_BYTES = 256, INET_ANCILLARY_MAX = 8 };

/* [{tos, 4}, {ttl, 64}] of control messages. */
Term inet_ancillary_term(Heap *heap, const uint8_t *control, size_t size);
/* The same as bytes: their number, then option and value of each. */
void inet_ancillary_put(Text *out, const uint8_t *control, size_t size);
/* Control messages of all options in `in`. False: an option that cannot be sent. */
bool inet_ancillary_read(Reader *in, uint8_t *control, size_t room, size_t *used);

void inet_count(InetStatistics *statistics, size_t size);

/* --- big-endian numbers in replies */
void inet_put_16(Text *out, uint32_t value);
void inet_put_32(Text *out, uint32_t value);

#endif
