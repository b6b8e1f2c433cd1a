/* io_net_ioctl.h - questions about and changes of network interfaces, asked through a socket.
 *
 * A request is found by its number in io_net_ioctl_requests. */
#ifndef LING_IO_NET_IOCTL_H
#define LING_IO_NET_IOCTL_H

#include "io/io_error.h"
#include "io/io_net_address.h"

typedef enum IoNetIoctlKind {
    IO_NET_IOCTL_NONE,                  /* no such request */
    IO_NET_IOCTL_NAMES,                 /* all interfaces: io_net_ioctl_each */
    IO_NET_IOCTL_NAME,                  /* the name of a number */
    IO_NET_IOCTL_NUMBER, IO_NET_IOCTL_FLAGS, IO_NET_IOCTL_ADDRESS, IO_NET_IOCTL_HARDWARE, IO_NET_IOCTL_MAP
} IoNetIoctlKind;

enum { IO_NET_INTERFACE_NAME = 16 };

typedef struct IoNetIoctlValue {
    int64_t number;                     /* of hardware: its type */
    uint8_t hardware[14];
    char name[IO_NET_INTERFACE_NAME];
    IoNetAddress address;
    uint64_t map[6];                    /* memory start and end, base address, interrupt, DMA, port */
} IoNetIoctlValue;

/* What a request that gets something tells; `set`: what one that sets something takes. */
IoNetIoctlKind io_net_ioctl_kind(uint64_t request, bool set);
/* `name` is cut to what fits. IO_NET_IOCTL_NAME: the number is in `value`. */
int io_net_ioctl_get(int handle, uint64_t request, const char *name, IoNetIoctlValue *value);
int io_net_ioctl_set(int handle, uint64_t request, const char *name, const IoNetIoctlValue *value);
int io_net_ioctl_each(int handle, void (*found)(void *context, const char *name, const void *address), void *context);

#endif
