/* interface.c - network interfaces by getifaddrs, services by libc. */
#include "io/io_interface.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <string.h>

enum { SERVICE_BUFFER = 2048 };

static unsigned flags_of(unsigned system)
{
    return (system & IFF_UP ? IO_INTERFACE_UP : 0) | (system & IFF_BROADCAST ? IO_INTERFACE_BROADCAST : 0)
        | (system & IFF_LOOPBACK ? IO_INTERFACE_LOOPBACK : 0) | (system & IFF_POINTOPOINT ? IO_INTERFACE_POINT_TO_POINT : 0)
        | (system & IFF_RUNNING ? IO_INTERFACE_RUNNING : 0) | (system & IFF_MULTICAST ? IO_INTERFACE_MULTICAST : 0);
}

static IoAddress address_of(const struct sockaddr *from)
{
    IoAddress address = {.family = IO_FAMILY_NONE};

    if (from && from->sa_family == AF_INET) {
        address.family = IO_FAMILY_INET;
        address.size = 4;
        memcpy(address.bytes, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    } else if (from && from->sa_family == AF_INET6) {
        address.family = IO_FAMILY_INET6;
        address.size = 16;
        memcpy(address.bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
    }
    return address;
}

int io_interface_each(void (*found)(void *context, const IoInterface *interface), void *context)
{
    struct ifaddrs *all;

    if (getifaddrs(&all) < 0)
        return io_error_from_system(errno);
    for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
        bool has_other = at->ifa_flags & (IFF_BROADCAST | IFF_POINTOPOINT);
        IoInterface interface = {.name = at->ifa_name, .flags = flags_of(at->ifa_flags),
                                 .address = address_of(at->ifa_addr), .mask = address_of(at->ifa_netmask),
                                 .other = address_of(has_other ? at->ifa_ifu.ifu_broadaddr : NULL)};

        if (at->ifa_addr && at->ifa_addr->sa_family == AF_PACKET) {
            const struct sockaddr_ll *link = (const void *)at->ifa_addr;

            interface.hardware = link->sll_addr;
            interface.hardware_size = link->sll_halen;
        }
        found(context, &interface);
    }
    freeifaddrs(all);
    return 0;
}

int io_service_port(const char *name, const char *protocol)
{
    struct servent entry, *result;
    char buffer[SERVICE_BUFFER];

    if (getservbyname_r(name, protocol, &entry, buffer, sizeof buffer, &result) != 0 || !result)
        return -1;
    return ntohs((uint16_t)entry.s_port);
}

bool io_service_name(uint16_t port, const char *protocol, char *into, size_t size)
{
    struct servent entry, *result;
    char buffer[SERVICE_BUFFER];

    if (getservbyport_r(htons(port), protocol, &entry, buffer, sizeof buffer, &result) != 0 || !result
        || strlen(entry.s_name) >= size)
        return false;
    strcpy(into, entry.s_name);
    return true;
}
