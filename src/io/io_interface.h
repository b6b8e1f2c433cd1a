/* io_interface.h - network interfaces and the names of services. */
#ifndef LING_IO_INTERFACE_H
#define LING_IO_INTERFACE_H

#include "io/io_socket.h"

enum {
    IO_INTERFACE_UP = 1, IO_INTERFACE_BROADCAST = 2, IO_INTERFACE_LOOPBACK = 4, IO_INTERFACE_POINT_TO_POINT = 8,
    IO_INTERFACE_RUNNING = 16, IO_INTERFACE_MULTICAST = 32
};

typedef struct IoInterface {
    const char *name;
    unsigned flags;
    IoAddress address, mask;        /* family IO_FAMILY_NONE: it has none */
    IoAddress other;                /* broadcast, or the other end of a point-to-point connection */
    const uint8_t *hardware;        /* null: not told with this entry */
    size_t hardware_size;
} IoInterface;

/* Calls `found` for every address of every interface: names come several times. */
int io_interface_each(void (*found)(void *context, const IoInterface *interface), void *context);

/* -1: unknown. */
int io_service_port(const char *name, const char *protocol);
/* False: unknown. */
bool io_service_name(uint16_t port, const char *protocol, char *into, size_t size);

#endif
