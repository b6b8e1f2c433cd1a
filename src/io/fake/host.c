/* host.c - a resolver that knows what it was told. */
#include "io/io_host.h"

#include <stdlib.h>
#include <string.h>

#include "io/fake/fake.h"

enum { MAX_HOSTS = 16 };

static struct {
    const char *name;
    uint8_t address[IO_HOST_INET_BYTES];
} hosts[MAX_HOSTS];
static size_t count;

void fake_host(const char *name, const uint8_t address[4])
{
    hosts[count].name = strdup(name);
    memcpy(hosts[count++].address, address, IO_HOST_INET_BYTES);
}

static IoHostResult found(size_t index, IoHost *host)
{
    size_t size = strlen(hosts[index].name) + 1;

    *host = (IoHost){.addresses = malloc(IO_HOST_INET_BYTES), .address_count = 1, .names = malloc(size),
                     .name_count = 1, .names_size = size};
    memcpy(host->addresses, hosts[index].address, IO_HOST_INET_BYTES);
    memcpy(host->names, hosts[index].name, size);
    return IO_HOST_FOUND;
}

IoHostResult io_host_by_name(const char *name, size_t address_size, IoHost *host)
{
    *host = (IoHost){0};
    for (size_t i = 0; i < count && address_size == IO_HOST_INET_BYTES; i++)
        if (strcmp(hosts[i].name, name) == 0)
            return found(i, host);
    return IO_HOST_NOT_FOUND;
}

IoHostResult io_host_by_address(const uint8_t *address, size_t address_size, IoHost *host)
{
    *host = (IoHost){0};
    for (size_t i = 0; i < count && address_size == IO_HOST_INET_BYTES; i++)
        if (memcmp(hosts[i].address, address, address_size) == 0)
            return found(i, host);
    return IO_HOST_NOT_FOUND;
}

void io_host_free(IoHost *host)
{
    free(host->addresses);
    free(host->names);
    *host = (IoHost){0};
}
