/* net_interface.c - interfaces by getifaddrs, names of hosts by libc's resolver. */
#include "io/io_net_interface.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "io/posix/namespace.h"

const IoNetName io_net_interface_flags[] = {
    {"up", IFF_UP},
    {"broadcast", IFF_BROADCAST},
    {"debug", IFF_DEBUG},
    {"loopback", IFF_LOOPBACK},
    {"pointopoint", IFF_POINTOPOINT},
    {"notrailers", IFF_NOTRAILERS},
    {"running", IFF_RUNNING},
    {"noarp", IFF_NOARP},
    {"promisc", IFF_PROMISC},
    {"master", IFF_MASTER},
    {"slave", IFF_SLAVE},
    {"multicast", IFF_MULTICAST},
    {"portsel", IFF_PORTSEL},
    {"automedia", IFF_AUTOMEDIA},
    {"dynamic", IFF_DYNAMIC},
    {NULL, 0}};

static int each_here(void (*found)(void *context, const IoNetInterface *interface), void *context)
{
    struct ifaddrs *all;

    if (getifaddrs(&all) != 0)
        return io_error_from_system(errno);
    for (struct ifaddrs *one = all; one; one = one->ifa_next) {
        IoNetInterface interface = {.name = one->ifa_name, .flags = one->ifa_flags, .address = one->ifa_addr,
                                    .mask = one->ifa_netmask};

        if (one->ifa_dstaddr && (one->ifa_flags & IFF_POINTOPOINT))
            interface.other_end = one->ifa_dstaddr;
        else if (one->ifa_broadaddr && (one->ifa_flags & IFF_BROADCAST))
            interface.broadcast = one->ifa_broadaddr;
        found(context, &interface);
    }
    freeifaddrs(all);
    return 0;
}

int io_net_interfaces_each(const char *namespace, void (*found)(void *context, const IoNetInterface *interface),
                           void *context)
{
    int back, code, left;

    if (!namespace)
        return each_here(found, context);
    back = namespace_enter(namespace);
    if (back < 0)
        return back;
    code = each_here(found, context);
    left = namespace_leave(back);
    return left < 0 ? left : code;
}

int io_net_interface_number(const char *name)
{
    unsigned number = if_nametoindex(name);

    return number == 0 ? io_error_from_system(errno) : (int)number;
}

bool io_net_interface_name(uint32_t number, char name[17])
{
    memset(name, 0, 17);
    return if_indextoname(number, name) != NULL;
}

int io_net_interface_names_each(void (*found)(void *context, uint32_t number, const char *name), void *context)
{
    struct if_nameindex *all = if_nameindex();

    if (!all)
        return io_error_from_system(errno);
    for (struct if_nameindex *one = all; one->if_index || one->if_name; one++)
        found(context, one->if_index, one->if_name);
    if_freenameindex(all);
    return 0;
}

/* --- names of hosts ----------------------------------------------------------------------------------------------- */

const IoNetName io_net_name_info_flags[] = {{"namereqd", NI_NAMEREQD}, {"dgram", NI_DGRAM}, {"nofqdn", NI_NOFQDN},
                                            {"numerichost", NI_NUMERICHOST}, {"numericserv", NI_NUMERICSERV},
                                            {"idn", NI_IDN}, {NULL, 0}};

static const IoNetName failures[] = {{"eagain", EAI_AGAIN}, {"ebadflags", EAI_BADFLAGS}, {"efail", EAI_FAIL},
                                     {"efamily", EAI_FAMILY}, {"emem", EAI_MEMORY}, {"enoname", EAI_NONAME},
                                     {"eoverflow", EAI_OVERFLOW}, {"eaddrfamily", EAI_ADDRFAMILY},
                                     {"enodata", EAI_NODATA}, {"eservice", EAI_SERVICE},
                                     {"esocktype", EAI_SOCKTYPE}, {NULL, 0}};

static const char *failure(int result)
{
    const char *name = io_net_name_of(failures, result);

    return name ? name : "einval";
}

const char *io_net_name_info(const IoNetAddress *address, int flags, char host[IO_NET_HOST_NAME],
                             char service[IO_NET_SERVICE_NAME])
{
    int result = getnameinfo((const struct sockaddr *)(const void *)address->bytes, address->size, host,
                             IO_NET_HOST_NAME, service, IO_NET_SERVICE_NAME, flags);

    if (result == 0)
        return NULL;
    return result == EAI_SYSTEM ? io_error_name(io_error_from_system(errno)) : failure(result);
}

static size_t list_length(const struct addrinfo *list)
{
    size_t length = 0;

    for (; list; list = list->ai_next)
        length++;
    return length;
}

const char *io_net_address_info(const char *host, const char *service, IoNetHostAddress **addresses, size_t *count)
{
    struct addrinfo *found;
    int result = getaddrinfo(host, service, NULL, &found);
    IoNetHostAddress *to;

    *addresses = NULL;
    *count = 0;
    if (result != 0)
        return result == EAI_SYSTEM ? "esystem" : failure(result);
    *count = list_length(found);
    to = *addresses = calloc(*count, sizeof *to);       /* mem.h is not for worker threads */
    if (!to)
        *count = 0;
    for (const struct addrinfo *from = found; from && to; from = from->ai_next, to++) {
        *to = (IoNetHostAddress){.family = from->ai_family, .type = from->ai_socktype, .protocol = from->ai_protocol};
        to->address.size = MIN(from->ai_addrlen, IO_NET_ADDRESS_BYTES);
        memcpy(to->address.bytes, from->ai_addr, to->address.size);
    }
    freeaddrinfo(found);
    return to ? NULL : "emem";
}

void io_net_addresses_free(IoNetHostAddress *addresses) { free(addresses); }
