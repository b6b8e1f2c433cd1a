/* io_net_address.h - addresses of sockets of any family, in the form the system has them.
 *
 * IoNetAddress goes to and comes from system calls; IoNetFields is what it means. */
#ifndef LING_IO_NET_ADDRESS_H
#define LING_IO_NET_ADDRESS_H

#include "vm/base/base.h"

enum { IO_NET_ADDRESS_BYTES = 128 };

typedef struct IoNetAddress {
    uint32_t size;                      /* bytes in use; 0: none */
    _Alignas(8) uint8_t bytes[IO_NET_ADDRESS_BYTES];
} IoNetAddress;

typedef enum IoNetFamily {
    IO_NET_OTHER, IO_NET_UNSPEC, IO_NET_INET, IO_NET_INET6, IO_NET_LOCAL, IO_NET_PACKET
} IoNetFamily;

typedef struct IoNetFields {
    IoNetFamily family;
    int number;                         /* the family's own number */
    uint16_t port;                      /* inet, inet6 */
    uint32_t flow_info, scope_id;       /* inet6, as the system has them */
    uint16_t protocol, hardware;        /* packet */
    uint8_t packet_type;
    int32_t interface;
    const uint8_t *bytes;               /* the address, path, or all that follows the family */
    size_t size;
} IoNetFields;

typedef enum IoNetReading {
    IO_NET_READ,
    IO_NET_TOO_SHORT,                   /* `bytes` is all that follows the family */
    IO_NET_BROKEN                       /* not even a family */
} IoNetReading;

/* `fields->bytes` points into `bytes`. Size 0: as long as the family's addresses are. */
IoNetReading io_net_address_read(const void *bytes, size_t size, IoNetFields *fields);
/* False: it is longer than this family's addresses may be. Not for packets. */
bool io_net_address_make(const IoNetFields *fields, IoNetAddress *address);

IoNetFamily io_net_family(int number);
int io_net_family_number(IoNetFamily family);

#endif
