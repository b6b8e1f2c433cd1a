/* io_host.h - names and addresses of hosts as the system's resolver knows them: what the module inet_gethost_native asks.
 *
 * It may take many seconds: for jobs that may be long (io_worker.h). */
#ifndef LING_IO_HOST_H
#define LING_IO_HOST_H

#include "vm/base/base.h"

typedef enum IoHostResult {
    IO_HOST_FOUND, IO_HOST_NOT_FOUND, IO_HOST_TRY_AGAIN, IO_HOST_NO_RECOVERY, IO_HOST_NO_DATA, IO_HOST_FAILED,
    IO_HOST_NOT_SUPPORTED
} IoHostResult;

enum { IO_HOST_INET_BYTES = 4, IO_HOST_INET6_BYTES = 16 };   /* of one address */

typedef struct IoHost {
    uint8_t *addresses;                 /* one after the other */
    uint32_t address_count, name_count;
    char *names;                        /* each ends in NUL: the official one, then others */
    size_t names_size;
} IoHost;

/* Addresses of `address_size` bytes for `name`. What is found ends with io_host_free. */
IoHostResult io_host_by_name(const char *name, size_t address_size, IoHost *host);
IoHostResult io_host_by_address(const uint8_t *address, size_t address_size, IoHost *host);
void io_host_free(IoHost *host);        /* also when nothing was found */

#endif
