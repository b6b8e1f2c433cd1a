/* net_option.c - options of sockets: which there are, by level, and how to set and get them. */
#include "io/io_net_option.h"

#include <errno.h>
#include <linux/in6.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include "io/io_error.h"

#ifndef IPV6_AUTHHDR
#define IPV6_AUTHHDR 10
#endif

/* --- the table ---------------------------------------------------------------------------------------------------- */

#define NOT_HERE(name) {name, 0, IO_NET_UNKNOWN, IO_NET_UNKNOWN}
#define BOTH(name, number, kind) {name, number, kind, kind}
#define ONLY_SET(name, number, kind) {name, number, kind, IO_NET_UNKNOWN}
#define ONLY_GET(name, number, kind) {name, number, IO_NET_UNKNOWN, kind}

static const IoNetOption socket_options[] = {
    BOTH("acceptconn", SO_ACCEPTCONN, IO_NET_BOOL),
    NOT_HERE("acceptfilter"),
    BOTH("bindtodevice", SO_BINDTODEVICE, IO_NET_DEVICE),
    BOTH("broadcast", SO_BROADCAST, IO_NET_BOOL),
    NOT_HERE("busy_poll"),
    BOTH("debug", SO_DEBUG, IO_NET_INT),
    ONLY_GET("domain", SO_DOMAIN, IO_NET_DOMAIN),
    BOTH("dontroute", SO_DONTROUTE, IO_NET_BOOL),
    NOT_HERE("error"),
    BOTH("keepalive", SO_KEEPALIVE, IO_NET_BOOL),
    BOTH("linger", SO_LINGER, IO_NET_LINGER),
    NOT_HERE("mark"),
    BOTH("oobinline", SO_OOBINLINE, IO_NET_BOOL),
    BOTH("passcred", SO_PASSCRED, IO_NET_BOOL),
    BOTH("peek_off", SO_PEEK_OFF, IO_NET_INT),
    NOT_HERE("peercred"),
    BOTH("priority", SO_PRIORITY, IO_NET_INT),
    ONLY_GET("protocol", SO_PROTOCOL, IO_NET_PROTOCOL),
    BOTH("rcvbuf", SO_RCVBUF, IO_NET_INT),
    NOT_HERE("rcvbufforce"),
    BOTH("rcvlowat", SO_RCVLOWAT, IO_NET_INT),
    NOT_HERE("rcvtimeo"),
    BOTH("reuseaddr", SO_REUSEADDR, IO_NET_BOOL),
    BOTH("reuseport", SO_REUSEPORT, IO_NET_BOOL),
    NOT_HERE("rxq_ovfl"),
    NOT_HERE("setfib"),
    BOTH("sndbuf", SO_SNDBUF, IO_NET_INT),
    NOT_HERE("sndbufforce"),
    BOTH("sndlowat", SO_SNDLOWAT, IO_NET_INT),
    NOT_HERE("sndtimeo"),
    BOTH("timestamp", SO_TIMESTAMP, IO_NET_BOOL),
    ONLY_GET("type", SO_TYPE, IO_NET_TYPE)};

static const IoNetOption ip_options[] = {
    ONLY_SET("add_membership", IP_ADD_MEMBERSHIP, IO_NET_MEMBERSHIP),
    ONLY_SET("add_source_membership", IP_ADD_SOURCE_MEMBERSHIP, IO_NET_SOURCE),
    ONLY_SET("block_source", IP_BLOCK_SOURCE, IO_NET_SOURCE),
    NOT_HERE("dontfrag"),
    ONLY_SET("drop_membership", IP_DROP_MEMBERSHIP, IO_NET_MEMBERSHIP),
    ONLY_SET("drop_source_membership", IP_DROP_SOURCE_MEMBERSHIP, IO_NET_SOURCE),
    BOTH("freebind", IP_FREEBIND, IO_NET_BOOL),
    BOTH("hdrincl", IP_HDRINCL, IO_NET_BOOL),
    BOTH("minttl", IP_MINTTL, IO_NET_INT),
    ONLY_SET("msfilter", IP_MSFILTER, IO_NET_FILTER),
    ONLY_GET("mtu", IP_MTU, IO_NET_INT),
    BOTH("mtu_discover", IP_MTU_DISCOVER, IO_NET_PATH_MTU),
    BOTH("multicast_all", IP_MULTICAST_ALL, IO_NET_BOOL),
    BOTH("multicast_if", IP_MULTICAST_IF, IO_NET_INET_ADDRESS),
    BOTH("multicast_loop", IP_MULTICAST_LOOP, IO_NET_BOOL),
    BOTH("multicast_ttl", IP_MULTICAST_TTL, IO_NET_INT),
    BOTH("nodefrag", IP_NODEFRAG, IO_NET_BOOL),
    NOT_HERE("options"),
    BOTH("pktinfo", IP_PKTINFO, IO_NET_BOOL),
    ONLY_GET("pktoptions", IP_PKTOPTIONS, IO_NET_CONTROL_MESSAGES),
    NOT_HERE("recvdstaddr"),
    BOTH("recverr", IP_RECVERR, IO_NET_BOOL),
    NOT_HERE("recvif"),
    BOTH("recvopts", IP_RECVOPTS, IO_NET_BOOL),
    BOTH("recvorigdstaddr", IP_RECVORIGDSTADDR, IO_NET_BOOL),
    BOTH("recvtos", IP_RECVTOS, IO_NET_BOOL),
    BOTH("recvttl", IP_RECVTTL, IO_NET_BOOL),
    BOTH("retopts", IP_RETOPTS, IO_NET_BOOL),
    BOTH("router_alert", IP_ROUTER_ALERT, IO_NET_INT),
    NOT_HERE("sendsrcaddr"),
    BOTH("tos", IP_TOS, IO_NET_SERVICE),
    BOTH("transparent", IP_TRANSPARENT, IO_NET_BOOL),
    BOTH("ttl", IP_TTL, IO_NET_INT),
    ONLY_SET("unblock_source", IP_UNBLOCK_SOURCE, IO_NET_SOURCE)};

static const IoNetOption ipv6_options[] = {
    ONLY_SET("addrform", IPV6_ADDRFORM, IO_NET_DOMAIN),
    ONLY_SET("add_membership", IPV6_ADD_MEMBERSHIP, IO_NET_MEMBERSHIP6),
    BOTH("authhdr", IPV6_AUTHHDR, IO_NET_BOOL),
    NOT_HERE("auth_level"),
    NOT_HERE("checksum"),
    ONLY_SET("drop_membership", IPV6_DROP_MEMBERSHIP, IO_NET_MEMBERSHIP6),
    BOTH("dstopts", IPV6_DSTOPTS, IO_NET_BOOL),
    NOT_HERE("esp_network_level"),
    NOT_HERE("esp_trans_level"),
    NOT_HERE("faith"),
    BOTH("flowinfo", IPV6_FLOWINFO, IO_NET_BOOL),
    BOTH("hoplimit", IPV6_HOPLIMIT, IO_NET_BOOL),
    BOTH("hopopts", IPV6_HOPOPTS, IO_NET_BOOL),
    NOT_HERE("ipcomp_level"),
    NOT_HERE("join_group"),
    NOT_HERE("leave_group"),
    BOTH("mtu", IPV6_MTU, IO_NET_INT),
    BOTH("mtu_discover", IPV6_MTU_DISCOVER, IO_NET_PATH_MTU),
    {"multicast_hops", IPV6_MULTICAST_HOPS, IO_NET_HOPS, IO_NET_INT},
    BOTH("multicast_if", IPV6_MULTICAST_IF, IO_NET_INT),
    BOTH("multicast_loop", IPV6_MULTICAST_LOOP, IO_NET_BOOL),
    NOT_HERE("portrange"),
    NOT_HERE("pktoptions"),
    BOTH("recverr", IPV6_RECVERR, IO_NET_BOOL),
    BOTH("recvhoplimit", IPV6_RECVHOPLIMIT, IO_NET_BOOL),
    BOTH("recvpktinfo", IPV6_RECVPKTINFO, IO_NET_BOOL),
    BOTH("recvtclass", IPV6_RECVTCLASS, IO_NET_BOOL),
    BOTH("router_alert", IPV6_ROUTER_ALERT, IO_NET_INT),
    BOTH("rthdr", IPV6_RTHDR, IO_NET_BOOL),
    BOTH("tclass", IPV6_TCLASS, IO_NET_INT),
    {"unicast_hops", IPV6_UNICAST_HOPS, IO_NET_HOPS, IO_NET_INT},
    NOT_HERE("use_min_mtu"),
    BOTH("v6only", IPV6_V6ONLY, IO_NET_BOOL)};

static const IoNetOption tcp_options[] = {
    BOTH("congestion", TCP_CONGESTION, IO_NET_TEXT),
    BOTH("cork", TCP_CORK, IO_NET_BOOL),
    NOT_HERE("info"),
    NOT_HERE("keepcnt"),
    NOT_HERE("keepidle"),
    NOT_HERE("keepintvl"),
    BOTH("maxseg", TCP_MAXSEG, IO_NET_INT),
    NOT_HERE("md5sig"),
    BOTH("nodelay", TCP_NODELAY, IO_NET_BOOL),
    NOT_HERE("noopt"),
    NOT_HERE("nopush"),
    NOT_HERE("syncnt"),
    NOT_HERE("user_timeout")};

static const IoNetOption udp_options[] = {BOTH("cork", UDP_CORK, IO_NET_BOOL)};

#define LEVEL(number, table) {number, table, ARRAY_SIZE(table)}

const IoNetLevel io_net_levels[] = {LEVEL(SOL_SOCKET, socket_options), LEVEL(SOL_IP, ip_options),
                                    LEVEL(SOL_IPV6, ipv6_options), LEVEL(IPPROTO_TCP, tcp_options),
                                    LEVEL(IPPROTO_UDP, udp_options)};
const size_t io_net_level_count = ARRAY_SIZE(io_net_levels);
const int io_net_socket_level = SOL_SOCKET;

const IoNetOption *io_net_option_find(int level, int number)
{
    for (size_t i = 0; i < io_net_level_count; i++) {
        const IoNetLevel *found = &io_net_levels[i];

        for (size_t k = 0; found->number == level && k < found->count; k++)
            if (found->options[k].number == number && (found->options[k].set || found->options[k].get))
                return &found->options[k];
    }
    return NULL;
}

/* --- setting and getting ------------------------------------------------------------------------------------------ */

/* Type of service and priority change each other behind one's back: whichever is not set keeps its value. */
typedef struct Kept {
    int value;
    bool known;
} Kept;

static Kept keep(int handle, int level, int number)
{
    Kept kept = {0, false};
    socklen_t size = sizeof kept.value;

    kept.known = getsockopt(handle, level, number, &kept.value, &size) == 0;
    return kept;
}

static int restore(int handle, int level, int number, const Kept *kept)
{
    return kept->known ? setsockopt(handle, level, number, &kept->value, sizeof kept->value) : 0;
}

int io_net_option_set(int handle, int level, int number, const void *value, size_t size)
{
    Kept service = keep(handle, SOL_IP, IP_TOS);
    Kept priority = keep(handle, SOL_SOCKET, SO_PRIORITY);
    int result = setsockopt(handle, level, number, value, (socklen_t)size);

    if (result == 0 && number != SO_PRIORITY) {
        if (number != IP_TOS)
            result = restore(handle, SOL_IP, IP_TOS, &service);
        if (result == 0 && restore(handle, SOL_SOCKET, SO_PRIORITY, &priority) != 0 && errno != EPERM)
            result = -1;
    }
    return result < 0 ? io_error_from_system(errno) : 0;
}

int io_net_option_get(int handle, int level, int number, void *value, size_t *size)
{
    socklen_t length = (socklen_t)*size;

    if (getsockopt(handle, level, number, value, value ? &length : NULL) < 0)
        return io_error_from_system(errno);
    *size = length;
    return 0;
}
