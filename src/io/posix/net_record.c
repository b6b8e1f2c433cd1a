/* net_record.c - values of options and control messages in the layout that the system gives them. */
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "io/io_error.h"
#include "io/io_net_option.h"

/* --- records ------------------------------------------------------------------------------------------------------ */

#define RETURN_PACKED(value) return memcpy(into, &(value), sizeof(value)), sizeof(value)

static struct in_addr inet(const uint8_t *bytes)
{
    struct in_addr address;

    memcpy(&address, bytes, sizeof address);
    return address;
}

static struct in6_addr inet6(const uint8_t *bytes)
{
    struct in6_addr address;

    memcpy(&address, bytes, sizeof address);
    return address;
}

static size_t pack_number(IoNetKind kind, int64_t number, void *into)
{
    int value = (int)number;
    uint8_t byte = (uint8_t)number;

    if (kind == IO_NET_BYTE)
        RETURN_PACKED(byte);
    RETURN_PACKED(value);
}

size_t io_net_pack(IoNetKind kind, const IoNetRecord *record, void *into)
{
    struct linger linger = {(int)record->numbers[0], (int)record->numbers[1]};
    struct timeval time = {record->numbers[0], record->numbers[1]};
    struct in_addr address = inet(record->addresses[0]);
    struct ip_mreq membership = {address, inet(record->addresses[1])};
    struct ipv6_mreq membership6 = {inet6(record->addresses[0]), (unsigned)record->numbers[0]};
    struct ip_mreq_source source = {.imr_multiaddr = address, .imr_interface = inet(record->addresses[1]),
                                    .imr_sourceaddr = inet(record->addresses[2])};

    switch (kind) {
    case IO_NET_LINGER: RETURN_PACKED(linger);
    case IO_NET_TIME: RETURN_PACKED(time);
    case IO_NET_INET_ADDRESS: RETURN_PACKED(address);
    case IO_NET_MEMBERSHIP: RETURN_PACKED(membership);
    case IO_NET_MEMBERSHIP6: RETURN_PACKED(membership6);
    case IO_NET_SOURCE: RETURN_PACKED(source);
    default: return pack_number(kind, record->numbers[0], into);
    }
}

/* Copies a struct from unaligned bytes. */
#define UNPACK(type, name)                  \
    type name;                              \
    if (size < sizeof name)                 \
        return false;                       \
    memcpy(&name, bytes, sizeof name)

static bool unpack_linger(const void *bytes, size_t size, IoNetRecord *record)
{
    UNPACK(struct linger, linger);
    record->numbers[0] = linger.l_onoff != 0;
    record->numbers[1] = linger.l_linger;
    return true;
}

static bool unpack_time(const void *bytes, size_t size, IoNetRecord *record)
{
    UNPACK(struct timeval, time);
    record->numbers[0] = time.tv_sec;
    record->numbers[1] = time.tv_usec;
    return true;
}

static bool unpack_packet_info(const void *bytes, size_t size, IoNetRecord *record)
{
    UNPACK(struct in_pktinfo, info);
    record->numbers[0] = (unsigned)info.ipi_ifindex;
    memcpy(record->addresses[0], &info.ipi_spec_dst, sizeof info.ipi_spec_dst);
    memcpy(record->addresses[1], &info.ipi_addr, sizeof info.ipi_addr);
    return true;
}

static bool unpack_packet_info6(const void *bytes, size_t size, IoNetRecord *record)
{
    UNPACK(struct in6_pktinfo, info);
    record->numbers[0] = (int)info.ipi6_ifindex;
    memcpy(record->addresses[0], &info.ipi6_addr, sizeof info.ipi6_addr);
    return true;
}

static bool unpack_address(const void *bytes, size_t size, IoNetRecord *record)
{
    UNPACK(struct in_addr, address);
    memcpy(record->addresses[0], &address, sizeof address);
    return true;
}

static bool unpack_byte(const void *bytes, size_t size, IoNetRecord *record)
{
    UNPACK(uint8_t, byte);
    record->numbers[0] = byte;
    return true;
}

static bool unpack_int(const void *bytes, size_t size, IoNetRecord *record)
{
    UNPACK(int, number);
    record->numbers[0] = number;
    return true;
}

bool io_net_unpack(IoNetKind kind, const void *bytes, size_t size, IoNetRecord *record)
{
    memset(record, 0, sizeof *record);
    switch (kind) {
    case IO_NET_LINGER: return unpack_linger(bytes, size, record);
    case IO_NET_TIME: return unpack_time(bytes, size, record);
    case IO_NET_PACKET_INFO: return unpack_packet_info(bytes, size, record);
    case IO_NET_PACKET_INFO6: return unpack_packet_info6(bytes, size, record);
    case IO_NET_INET_ADDRESS: return unpack_address(bytes, size, record);
    case IO_NET_BYTE: return unpack_byte(bytes, size, record);
    /* Where a call asks for an int, a byte may come back. */
    default: return size == 1 ? unpack_byte(bytes, size, record) : unpack_int(bytes, size, record);
    }
}

size_t io_net_filter_bytes(size_t count) { return IP_MSFILTER_SIZE(count); }

void io_net_filter_pack(void *into, const uint8_t *group, const uint8_t *interface, bool include,
                        const uint8_t *sources, size_t count)
{
    struct ip_msfilter head = {.imsf_multiaddr = inet(group), .imsf_interface = inet(interface),
                               .imsf_fmode = include ? MCAST_INCLUDE : MCAST_EXCLUDE, .imsf_numsrc = (uint32_t)count};

    memcpy(into, &head, offsetof(struct ip_msfilter, imsf_slist));
    memcpy((uint8_t *)into + offsetof(struct ip_msfilter, imsf_slist), sources, count * sizeof(struct in_addr));
}

/* --- control messages --------------------------------------------------------------------------------------------- */

static const IoNetControl controls[] = {
    {SOL_SOCKET, SCM_CREDENTIALS, "credentials", IO_NET_UNKNOWN, IO_NET_UNKNOWN},
    {SOL_SOCKET, SCM_RIGHTS, "rights", IO_NET_UNKNOWN, IO_NET_UNKNOWN},
    {SOL_SOCKET, SCM_TIMESTAMP, "timestamp", IO_NET_TIME, IO_NET_TIME},
    {SOL_IP, IP_TOS, "tos", IO_NET_SERVICE, IO_NET_SERVICE},
    {SOL_IP, IP_TTL, "ttl", IO_NET_INT, IO_NET_INT},
    {SOL_IP, IP_RECVTTL, "recvttl", IO_NET_UNKNOWN, IO_NET_BYTE},
    {SOL_IP, IP_PKTINFO, "pktinfo", IO_NET_UNKNOWN, IO_NET_PACKET_INFO},
    {SOL_IP, IP_ORIGDSTADDR, "origdstaddr", IO_NET_UNKNOWN, IO_NET_SOCKET_ADDRESS},
    {SOL_IP, IP_RECVTOS, "recvtos", IO_NET_UNKNOWN, IO_NET_SERVICE},
    {SOL_IP, IP_RECVERR, "recverr", IO_NET_UNKNOWN, IO_NET_QUEUED_ERROR},
    {SOL_IPV6, IPV6_PKTINFO, "pktinfo", IO_NET_UNKNOWN, IO_NET_PACKET_INFO6},
    {SOL_IPV6, IPV6_HOPLIMIT, "hoplimit", IO_NET_INT, IO_NET_INT},
    {SOL_IPV6, IPV6_TCLASS, "tclass", IO_NET_INT, IO_NET_INT},
    {SOL_IPV6, IPV6_RECVTCLASS, "recvtclass", IO_NET_UNKNOWN, IO_NET_INT},
    {SOL_IPV6, IPV6_RECVERR, "recverr", IO_NET_UNKNOWN, IO_NET_QUEUED_ERROR}};

const IoNetControl *io_net_control_find(int level, int number)
{
    for (size_t i = 0; i < ARRAY_SIZE(controls); i++)
        if (controls[i].level == level && controls[i].number == number)
            return &controls[i];
    return NULL;
}

const IoNetControl *io_net_control_named(int level, const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(controls); i++)
        if (controls[i].level == level && strcmp(controls[i].name, name) == 0)
            return &controls[i];
    return NULL;
}

bool io_net_control_next(const uint8_t *bytes, size_t size, size_t from, IoNetControlPart *part, bool *bad)
{
    struct cmsghdr head;

    if (from >= size || size - from < sizeof head)
        return false;
    memcpy(&head, bytes + from, sizeof head);
    if (head.cmsg_len < sizeof head)
        return false;
    if (head.cmsg_len > size - from) {
        *bad = true;
        return false;
    }
    *part = (IoNetControlPart){.level = head.cmsg_level, .number = head.cmsg_type, .at = from + CMSG_LEN(0),
                               .size = head.cmsg_len - CMSG_LEN(0), .next = from + CMSG_ALIGN(head.cmsg_len)};
    return true;
}

bool io_net_control_put(uint8_t *bytes, size_t room, size_t *used, int level, int number, const void *data,
                        size_t size)
{
    struct cmsghdr head = {.cmsg_len = CMSG_LEN(size), .cmsg_level = level, .cmsg_type = number};

    if (size > room || CMSG_SPACE(size) > room - *used)
        return false;
    memset(bytes + *used, 0, CMSG_SPACE(size));
    memcpy(bytes + *used, &head, sizeof head);
    memcpy(bytes + *used + CMSG_LEN(0), data, size);
    *used += CMSG_SPACE(size);
    return true;
}

/* --- queued errors ------------------------------------------------------------------------------------------------ */

static const IoNetName origins[] = {{"none", SO_EE_ORIGIN_NONE}, {"local", SO_EE_ORIGIN_LOCAL},
                                    {"icmp", SO_EE_ORIGIN_ICMP}, {"icmp6", SO_EE_ORIGIN_ICMP6},
                                    {"txstatus", SO_EE_ORIGIN_TXSTATUS}, {"zerocopy", SO_EE_ORIGIN_ZEROCOPY},
                                    {"txtime", SO_EE_ORIGIN_TXTIME}, {NULL, 0}};
static const IoNetName icmp_types[] = {{"dest_unreach", ICMP_DEST_UNREACH}, {"time_exceeded", ICMP_TIME_EXCEEDED},
                                       {NULL, 0}};
static const IoNetName icmp_codes[] = {{"net_unreach", ICMP_NET_UNREACH}, {"host_unreach", ICMP_HOST_UNREACH},
                                       {"port_unreach", ICMP_PORT_UNREACH}, {"frag_needed", ICMP_FRAG_NEEDED},
                                       {"net_unknown", ICMP_NET_UNKNOWN}, {"host_unknown", ICMP_HOST_UNKNOWN},
                                       {NULL, 0}};
static const IoNetName icmp6_types[] = {{"dest_unreach", ICMPV6_DEST_UNREACH}, {"pkt_toobig", ICMPV6_PKT_TOOBIG},
                                        {"time_exceeded", ICMPV6_TIME_EXCEED}, {NULL, 0}};
static const IoNetName icmp6_codes[] = {{"noroute", ICMPV6_NOROUTE}, {"adm_prohibited", ICMPV6_ADM_PROHIBITED},
                                        {"not_neighbour", ICMPV6_NOT_NEIGHBOUR}, {"addr_unreach", ICMPV6_ADDR_UNREACH},
                                        {"port_unreach", ICMPV6_PORT_UNREACH}, {"policy_fail", ICMPV6_POLICY_FAIL},
                                        {"reject_route", ICMPV6_REJECT_ROUTE}, {NULL, 0}};

bool io_net_queued_error(const uint8_t *bytes, size_t size, IoNetQueuedError *out)
{
    UNPACK(struct sock_extended_err, from);
    *out = (IoNetQueuedError){.error = io_error_from_system((int)from.ee_errno),
                              .origin = io_net_name_of(origins, from.ee_origin), .origin_number = from.ee_origin,
                              .type_number = from.ee_type, .code_number = from.ee_code, .info = from.ee_info,
                              .data = from.ee_data, .offender_at = size > sizeof from ? sizeof from : 0};
    if (from.ee_origin == SO_EE_ORIGIN_ICMP) {
        out->type = io_net_name_of(icmp_types, from.ee_type);
        if (from.ee_type == ICMP_DEST_UNREACH)
            out->code = io_net_name_of(icmp_codes, from.ee_code);
    } else if (from.ee_origin == SO_EE_ORIGIN_ICMP6) {
        out->type = io_net_name_of(icmp6_types, from.ee_type);
        if (from.ee_type == ICMPV6_DEST_UNREACH)
            out->code = io_net_name_of(icmp6_codes, from.ee_code);
    }
    return true;
}
