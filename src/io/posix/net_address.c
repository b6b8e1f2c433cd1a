/* net_address.c - struct sockaddr and its kin. */
#include "io/io_net_address.h"

#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { PATH_OFFSET = offsetof(struct sockaddr_un, sun_path), DATA_OFFSET = offsetof(struct sockaddr, sa_data) };

static const int numbers[] = {
    [IO_NET_OTHER] = -1,         [IO_NET_UNSPEC] = AF_UNSPEC, [IO_NET_INET] = AF_INET,
    [IO_NET_INET6] = AF_INET6,   [IO_NET_LOCAL] = AF_UNIX,    [IO_NET_PACKET] = AF_PACKET};

int io_net_family_number(IoNetFamily family) { return numbers[family]; }

IoNetFamily io_net_family(int number)
{
    for (size_t i = IO_NET_UNSPEC; i < ARRAY_SIZE(numbers); i++)
        if (numbers[i] == number)
            return (IoNetFamily)i;
    return IO_NET_OTHER;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static void read_inet(const void *bytes, IoNetFields *fields)
{
    const struct sockaddr_in *from = bytes;

    fields->port = ntohs(from->sin_port);
    fields->bytes = (const uint8_t *)&from->sin_addr;
    fields->size = sizeof from->sin_addr;
}

static void read_inet6(const void *bytes, IoNetFields *fields)
{
    const struct sockaddr_in6 *from = bytes;

    fields->port = ntohs(from->sin6_port);
    fields->flow_info = from->sin6_flowinfo;
    fields->scope_id = from->sin6_scope_id;
    fields->bytes = (const uint8_t *)&from->sin6_addr;
    fields->size = sizeof from->sin6_addr;
}

static void read_packet(const void *bytes, IoNetFields *fields)
{
    const struct sockaddr_ll *from = bytes;

    fields->protocol = ntohs(from->sll_protocol);
    fields->hardware = from->sll_hatype;
    fields->packet_type = from->sll_pkttype;
    fields->interface = from->sll_ifindex;
    fields->bytes = from->sll_addr;
    fields->size = MIN(from->sll_halen, sizeof from->sll_addr);
}

/* A path ends in NUL, which does not count; an abstract name begins with it. */
static void read_local(const void *bytes, size_t size, IoNetFields *fields)
{
    const struct sockaddr_un *from = bytes;
    size_t room = MIN(size - PATH_OFFSET, sizeof from->sun_path);
    size_t length = strnlen(from->sun_path, room);

    fields->bytes = (const uint8_t *)from->sun_path;
    fields->size = length > 0 ? length : room;
}

static size_t least_size(IoNetFamily family)
{
    switch (family) {
    case IO_NET_INET: return sizeof(struct sockaddr_in);
    case IO_NET_INET6: return sizeof(struct sockaddr_in6);
    case IO_NET_PACKET: return sizeof(struct sockaddr_ll);
    case IO_NET_LOCAL: return PATH_OFFSET;
    default: return DATA_OFFSET;
    }
}

IoNetReading io_net_address_read(const void *bytes, size_t size, IoNetFields *fields)
{
    const struct sockaddr *any = bytes;

    if (size > 0 && size < DATA_OFFSET)
        return IO_NET_BROKEN;
    *fields = (IoNetFields){.number = any->sa_family, .family = io_net_family(any->sa_family)};
    if (size == 0)
        size = least_size(fields->family);
    fields->bytes = (const uint8_t *)bytes + DATA_OFFSET;
    fields->size = size - DATA_OFFSET;
    if (size < least_size(fields->family))
        return IO_NET_TOO_SHORT;
    switch (fields->family) {
    case IO_NET_INET: read_inet(bytes, fields); break;
    case IO_NET_INET6: read_inet6(bytes, fields); break;
    case IO_NET_LOCAL: read_local(bytes, size, fields); break;
    case IO_NET_PACKET: read_packet(bytes, fields); break;
    default: break;
    }
    return IO_NET_READ;
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static void make_inet(const IoNetFields *fields, IoNetAddress *address)
{
    struct sockaddr_in *to = (void *)address->bytes;

    to->sin_port = htons(fields->port);
    memcpy(&to->sin_addr, fields->bytes, sizeof to->sin_addr);
    address->size = sizeof *to;
}

static void make_inet6(const IoNetFields *fields, IoNetAddress *address)
{
    struct sockaddr_in6 *to = (void *)address->bytes;

    to->sin6_port = htons(fields->port);
    to->sin6_flowinfo = fields->flow_info;
    to->sin6_scope_id = fields->scope_id;
    memcpy(&to->sin6_addr, fields->bytes, sizeof to->sin6_addr);
    address->size = sizeof *to;
}

/* A path is followed by a NUL; an abstract name, which begins with one, need not be. */
static bool make_local(const IoNetFields *fields, IoNetAddress *address)
{
    struct sockaddr_un *to = (void *)address->bytes;
    bool abstract = fields->size > 0 && fields->bytes[0] == 0;

    if (fields->size + (abstract ? 0 : 1) > sizeof to->sun_path)
        return false;
    memcpy(to->sun_path, fields->bytes, fields->size);
    address->size = (uint32_t)(PATH_OFFSET + fields->size);
    return true;
}

static bool make_other(const IoNetFields *fields, IoNetAddress *address)
{
    if (fields->size > sizeof address->bytes - DATA_OFFSET)
        return false;
    memcpy(address->bytes + DATA_OFFSET, fields->bytes, fields->size);
    address->size = (uint32_t)(DATA_OFFSET + fields->size);
    return true;
}

bool io_net_address_make(const IoNetFields *fields, IoNetAddress *address)
{
    struct sockaddr *any = (void *)address->bytes;

    memset(address, 0, sizeof *address);
    any->sa_family = (sa_family_t)(fields->family == IO_NET_OTHER ? fields->number : numbers[fields->family]);
    switch (fields->family) {
    case IO_NET_INET: make_inet(fields, address); return true;
    case IO_NET_INET6: make_inet6(fields, address); return true;
    case IO_NET_LOCAL: return make_local(fields, address);
    default: return make_other(fields, address);
    }
}
