/* io_socket.h - sockets: every call happens at once and returns 0 or more, or IO_E*.
 *
 * Handles are file descriptors, non-blocking and closed on exec; readiness comes from io_loop.h. */
#ifndef LING_IO_SOCKET_H
#define LING_IO_SOCKET_H

#include "io/io_error.h"

typedef enum IoFamily { IO_FAMILY_NONE, IO_FAMILY_INET, IO_FAMILY_INET6, IO_FAMILY_LOCAL } IoFamily;
typedef enum IoSocketType { IO_SOCKET_STREAM, IO_SOCKET_DATAGRAM, IO_SOCKET_SEQPACKET } IoSocketType;

typedef struct IoAddress {
    IoFamily family;
    uint16_t port;
    uint32_t flow_info, scope_id;       /* inet6 */
    uint8_t size;                       /* of `bytes`: 4, 16, or the length of a local path */
    uint8_t bytes[108];
} IoAddress;

int io_socket_open(IoFamily family, IoSocketType type, int protocol);
/* In the network namespace at this path (null: that of this OS process). */
int io_socket_open_in(const char *namespace, IoFamily family, IoSocketType type, int protocol);
int io_socket_close(int handle);
int io_socket_bind(int handle, const IoAddress *address);
int io_socket_connect(int handle, const IoAddress *address);      /* null: dissolves a datagram's association */
int io_socket_listen(int handle, int backlog);
int io_socket_accept(int handle, IoAddress *peer);                /* a handle */
int64_t io_socket_receive(int handle, void *into, size_t size);
int64_t io_socket_receive_from(int handle, void *into, size_t size, IoAddress *from);
int64_t io_socket_send(int handle, const void *bytes, size_t size);
/* The same, but the system may hold it back, to send it together with what is sent next, until io_socket_push. */
int64_t io_socket_send_more(int handle, const void *bytes, size_t size);
void io_socket_push(int handle);
int64_t io_socket_send_to(int handle, const void *bytes, size_t size, const IoAddress *to);
/* The same with control messages (io_net_option.h). *control_size: room before, bytes in use after. `to` may be null. */
int64_t io_socket_receive_with(int handle, void *into, size_t size, IoAddress *from, uint8_t *control,
                               size_t *control_size);
int64_t io_socket_send_with(int handle, const void *bytes, size_t size, const IoAddress *to, uint8_t *control,
                            size_t control_size);
/* The control messages of a stream. */
int io_socket_packet_options(int handle, IoFamily family, uint8_t *control, size_t *size);
typedef enum IoShutdown { IO_SHUTDOWN_READ, IO_SHUTDOWN_WRITE, IO_SHUTDOWN_BOTH } IoShutdown;
int io_socket_shutdown(int handle, IoShutdown how);
int io_socket_own_address(int handle, IoAddress *out);
int io_socket_peer_address(int handle, IoAddress *out);
/* The pending error of a connection attempt, cleared by asking: 0 or IO_E*. */
int io_socket_take_error(int handle);

typedef enum IoSocketOption {
    IO_OPTION_REUSE_ADDRESS, IO_OPTION_KEEP_ALIVE, IO_OPTION_DONT_ROUTE, IO_OPTION_LINGER, IO_OPTION_BROADCAST,
    IO_OPTION_OOB_INLINE, IO_OPTION_SEND_BUFFER, IO_OPTION_RECEIVE_BUFFER, IO_OPTION_PRIORITY, IO_OPTION_TOS,
    IO_OPTION_NO_DELAY, IO_OPTION_NO_PUSH, IO_OPTION_MULTICAST_TTL, IO_OPTION_MULTICAST_LOOP, IO_OPTION_V6_ONLY,
    IO_OPTION_TCLASS, IO_OPTION_TTL, IO_OPTION_RECEIVE_TOS, IO_OPTION_RECEIVE_TCLASS, IO_OPTION_RECEIVE_TTL,
    IO_OPTION_COUNT
} IoSocketOption;

/* Linger: -1 off, else seconds. */
int io_socket_set_option(int handle, IoFamily family, IoSocketOption option, int value);
int io_socket_get_option(int handle, IoFamily family, IoSocketOption option, int *value);
/* `source` (4 bytes, inet only) and `interface` (a number; 0: any) say where. */
int io_socket_set_membership(int handle, IoFamily family, bool add, const uint8_t *group, const uint8_t *source,
                             uint32_t interface);
/* inet: the address of the interface as a big-endian number; inet6: its number. */
int io_socket_set_multicast_interface(int handle, IoFamily family, uint32_t interface);
int io_socket_get_multicast_interface(int handle, IoFamily family, uint32_t *interface);
int io_socket_bind_to_device(int handle, const char *name, size_t size);
int io_socket_bound_device(int handle, char *name, size_t *size);      /* without NUL */
/* Options the VM knows nothing about: numbers and bytes as the platform has them. */
int io_socket_set_raw_option(int handle, int level, int option, const void *value, size_t size);
int io_socket_get_raw_option(int handle, int level, int option, void *value, size_t *size);

#endif
