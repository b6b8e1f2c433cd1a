/* host.c - libc's resolver. mem.h is not for worker threads. */
#include "io/io_host.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { FIRST_BUFFER = 1024, MAX_BUFFER = 1 << 20 };

/* --- what was found ------------------------------------------------------------------------------------------------ */

/* False: there is no memory. */
static bool add_address(IoHost *host, const void *address, size_t size)
{
    uint8_t *grown = realloc(host->addresses, (host->address_count + 1) * size);

    if (!grown)
        return false;
    memcpy(grown + host->address_count * size, address, size);
    host->addresses = grown;
    host->address_count++;
    return true;
}

static bool add_name(IoHost *host, const char *name)
{
    size_t size = strlen(name) + 1;
    char *grown = realloc(host->names, host->names_size + size);

    if (!grown)
        return false;
    memcpy(grown + host->names_size, name, size);
    host->names = grown;
    host->names_size += size;
    host->name_count++;
    return true;
}

void io_host_free(IoHost *host)
{
    free(host->addresses);
    free(host->names);
    *host = (IoHost){0};
}

/* --- IPv4: as gethostbyname and gethostbyaddr ----------------------------------------------------------------------- */

static IoHostResult from_entry(const struct hostent *entry, IoHost *host)
{
    bool good = add_name(host, entry->h_name);

    for (char **alias = entry->h_aliases; good && alias && *alias; alias++)
        good = add_name(host, *alias);
    for (char **address = entry->h_addr_list; good && *address; address++)
        good = add_address(host, *address, (size_t)entry->h_length);
    return good ? IO_HOST_FOUND : IO_HOST_FAILED;
}

static IoHostResult from_h_error(int error)
{
    switch (error) {
    case HOST_NOT_FOUND: return IO_HOST_NOT_FOUND;
    case TRY_AGAIN: return IO_HOST_TRY_AGAIN;
    case NO_RECOVERY: return IO_HOST_NO_RECOVERY;
    case NO_DATA: return IO_HOST_NO_DATA;
    default: return IO_HOST_FAILED;
    }
}

/* By `name`, or if that is null by `address`; the buffer grows until the answer fits. */
static IoHostResult find_entry(const char *name, const uint8_t *address, IoHost *host)
{
    IoHostResult result = IO_HOST_FAILED;
    char *buffer = NULL;

    for (size_t size = FIRST_BUFFER; size <= MAX_BUFFER; size *= 2) {
        struct hostent entry, *found = NULL;
        int error = 0, code;
        char *grown = realloc(buffer, size);

        if (!grown)
            break;
        buffer = grown;
        code = name ? gethostbyname_r(name, &entry, buffer, size, &found, &error)
                    : gethostbyaddr_r(address, IO_HOST_INET_BYTES, AF_INET, &entry, buffer, size, &found, &error);
        if (code == ERANGE)
            continue;
        result = found ? from_entry(found, host) : from_h_error(error);
        break;
    }
    free(buffer);
    return result;
}

/* --- IPv6: as getaddrinfo and getnameinfo --------------------------------------------------------------------------- */

static IoHostResult from_info_error(int error)
{
    switch (error) {
    case EAI_AGAIN: return IO_HOST_TRY_AGAIN;
    case EAI_FAIL:
    case EAI_NODATA:
    case EAI_NONAME: return IO_HOST_NOT_FOUND;
    default: return IO_HOST_FAILED;
    }
}

static IoHostResult find_inet6(const char *name, IoHost *host)
{
    const struct addrinfo wanted = {.ai_flags = AI_CANONNAME, .ai_socktype = SOCK_STREAM, .ai_family = AF_INET6};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(name, NULL, &wanted, &found);
    bool good = true;

    if (error != 0)
        return from_info_error(error);
    for (const struct addrinfo *one = found; one && good; one = one->ai_next) {
        if (one->ai_family == AF_INET6 && one->ai_addr)
            good = add_address(host, &((const struct sockaddr_in6 *)(const void *)one->ai_addr)->sin6_addr, IO_HOST_INET6_BYTES);
        if (one->ai_family == AF_INET6 && one->ai_canonname)
            good &= add_name(host, one->ai_canonname);
    }
    freeaddrinfo(found);
    return good ? IO_HOST_FOUND : IO_HOST_FAILED;
}

static IoHostResult find_inet6_name(const uint8_t *address, IoHost *host)
{
    struct sockaddr_in6 asked = {.sin6_family = AF_INET6};
    char name[NI_MAXHOST];
    int error;

    memcpy(&asked.sin6_addr, address, IO_HOST_INET6_BYTES);
    error = getnameinfo((const struct sockaddr *)&asked, sizeof asked, name, sizeof name, NULL, 0, NI_NAMEREQD);
    if (error != 0)
        return from_info_error(error);
    return add_address(host, address, IO_HOST_INET6_BYTES) && add_name(host, name) ? IO_HOST_FOUND : IO_HOST_FAILED;
}

IoHostResult io_host_by_name(const char *name, size_t address_size, IoHost *host)
{
    *host = (IoHost){0};
    return address_size == IO_HOST_INET_BYTES ? find_entry(name, NULL, host) : find_inet6(name, host);
}

IoHostResult io_host_by_address(const uint8_t *address, size_t address_size, IoHost *host)
{
    *host = (IoHost){0};
    return address_size == IO_HOST_INET_BYTES ? find_entry(NULL, address, host) : find_inet6_name(address, host);
}
