/* io_net_interface.h - network interfaces with all their addresses, and names of hosts: what the module `net` needs. */
#ifndef LING_IO_NET_INTERFACE_H
#define LING_IO_NET_INTERFACE_H

#include "io/io_error.h"
#include "io/io_net_address.h"
#include "io/io_net_option.h"

/* --- interfaces --------------------------------------------------------------------------------------------------- */

extern const IoNetName io_net_interface_flags[];

typedef struct IoNetInterface {
    const char *name;
    unsigned flags;
    /* In the system's form; null: it has none. */
    const void *address, *mask, *broadcast, *other_end;
} IoNetInterface;

/* `namespace` may be null. 0 or IO_E*. */
int io_net_interfaces_each(const char *namespace, void (*found)(void *context, const IoNetInterface *interface),
                           void *context);
int io_net_interface_number(const char *name);                  /* or IO_E* */
bool io_net_interface_name(uint32_t number, char name[17]);
int io_net_interface_names_each(void (*found)(void *context, uint32_t number, const char *name), void *context);

/* --- names of hosts: for worker threads --------------------------------------------------------------------------- */

enum { IO_NET_HOST_NAME = 1025, IO_NET_SERVICE_NAME = 32 };

extern const IoNetName io_net_name_info_flags[];

/* Null, or the name of what went wrong. */
const char *io_net_name_info(const IoNetAddress *address, int flags, char host[IO_NET_HOST_NAME],
                             char service[IO_NET_SERVICE_NAME]);

typedef struct IoNetHostAddress {
    int family, type, protocol;
    IoNetAddress address;
} IoNetHostAddress;

/* `host` or `service` may be null. *addresses end with io_net_addresses_free. */
const char *io_net_address_info(const char *host, const char *service, IoNetHostAddress **addresses, size_t *count);
void io_net_addresses_free(IoNetHostAddress *addresses);

#endif
