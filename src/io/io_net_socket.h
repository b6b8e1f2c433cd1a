/* io_net_socket.h - sockets of any family, type and protocol: what the module `socket` needs of the system.
 *
 * Handles never block and are closed on exec. Everything happens at once and returns 0 or more, or IO_E*; readiness
 * comes from io_loop.h. */
#ifndef LING_IO_NET_SOCKET_H
#define LING_IO_NET_SOCKET_H

#include "io/io_error.h"
#include "io/io_file.h"
#include "io/io_net_address.h"

/* `namespace`: the path of the network namespace it belongs to; null: the one of this OS process. */
int io_net_open(int domain, int type, int protocol, const char *namespace);
/* Makes `handle` (or a copy of it) one that never blocks. */
int io_net_adopt(int handle, bool copy);
/* Domain, type and protocol of a socket. */
int io_net_domain(int handle, int *number);
int io_net_type(int handle, int *number);
int io_net_protocol(int handle, int *number);
bool io_net_is_stream(int type);

int io_net_bind(int handle, const IoNetAddress *address);
int io_net_connect(int handle, const IoNetAddress *address);      /* IO_EINPROGRESS: watch it, take the error then */
int io_net_accept(int handle);                                    /* a handle */
int io_net_own_address(int handle, IoNetAddress *address);
int io_net_peer_address(int handle, IoNetAddress *address);
/* Closing may block while data is sent: for a worker thread. */
bool io_net_lingers(int handle);
int io_net_close(int handle);
int io_net_close_and_linger(int handle);                          /* IO_EAGAIN: not all was sent */

typedef struct IoNetMessage {
    IoNetAddress *address;              /* null or size 0: none */
    IoBytes *parts;
    size_t part_count;
    uint8_t *control;
    size_t control_size;                /* receiving: room before, bytes in use after */
    int flags;                          /* of what was received */
} IoNetMessage;

enum { IO_NET_PARTS_MAX = 1024 };       /* in one message */

int64_t io_net_send(int handle, const void *bytes, size_t size, int flags, const IoNetAddress *to);
int64_t io_net_send_message(int handle, const IoNetMessage *message, int flags);
int64_t io_net_receive(int handle, void *into, size_t size, int flags);
int64_t io_net_receive_from(int handle, void *into, size_t size, int flags, IoNetAddress *from);
int64_t io_net_receive_message(int handle, IoNetMessage *message, int flags);
/* Bytes sent from `file` at *offset, which moves; 0: the file ends there. */
int64_t io_net_send_file(int handle, int file, int64_t *offset, size_t size);

#endif
