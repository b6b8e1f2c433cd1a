/* net_names.c - the numbers that go by a name: the first part of io_net_option.h. */
#include "io/io_net_option.h"

#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <string.h>

const IoNetName io_net_types[] = {{"stream", SOCK_STREAM}, {"dgram", SOCK_DGRAM}, {"raw", SOCK_RAW},
                                  {"seqpacket", SOCK_SEQPACKET}, {"rdm", SOCK_RDM}, {NULL, 0}};

const IoNetName io_net_message_flags[] = {
    {"cmsg_cloexec", MSG_CMSG_CLOEXEC}, {"confirm", MSG_CONFIRM},   {"ctrunc", MSG_CTRUNC},
    {"dontroute", MSG_DONTROUTE},       {"eor", MSG_EOR},           {"errqueue", MSG_ERRQUEUE},
    {"more", MSG_MORE},                 {"nosignal", MSG_NOSIGNAL}, {"oob", MSG_OOB},
    {"peek", MSG_PEEK},                 {"trunc", MSG_TRUNC},       {NULL, 0}};

const IoNetName io_net_ioctl_requests[] = {
    {"gifname", SIOCGIFNAME},       {"gifindex", SIOCGIFINDEX},     {"gifflags", SIOCGIFFLAGS},
    {"gifaddr", SIOCGIFADDR},       {"gifdstaddr", SIOCGIFDSTADDR}, {"gifbrdaddr", SIOCGIFBRDADDR},
    {"gifnetmask", SIOCGIFNETMASK}, {"gifmtu", SIOCGIFMTU},         {"gifhwaddr", SIOCGIFHWADDR},
    {"gifmap", SIOCGIFMAP},         {"giftxqlen", SIOCGIFTXQLEN},   {"gifconf", SIOCGIFCONF},
    {"sifflags", SIOCSIFFLAGS},     {"sifaddr", SIOCSIFADDR},       {"sifdstaddr", SIOCSIFDSTADDR},
    {"sifbrdaddr", SIOCSIFBRDADDR}, {"sifmtu", SIOCSIFMTU},         {"siftxqlen", SIOCSIFTXQLEN},
    {NULL, 0}};

const IoNetName io_net_ioctl_flags[] = {
    {"up", IFF_UP},
    {"broadcast", IFF_BROADCAST},
    {"debug", IFF_DEBUG},
    {"loopback", IFF_LOOPBACK},
    {"pointopoint", IFF_POINTOPOINT},
    {"notrailers", IFF_NOTRAILERS},
    {"knowsepoch", 0},
    {"running", IFF_RUNNING},
    {"noarp", IFF_NOARP},
    {"promisc", IFF_PROMISC},
    {"allmulti", IFF_ALLMULTI},
    {"master", IFF_MASTER},
    {"oactive", 0},
    {"slave", IFF_SLAVE},
    {"simplex", 0},
    {"multicast", IFF_MULTICAST},
    {"portsel", IFF_PORTSEL},
    {"automedia", IFF_AUTOMEDIA},
    {"cantconfig", 0},
    {"ppromisc", 0},
    {"dynamic", IFF_DYNAMIC},
    {"monitor", 0},
    {"lower_up", IFF_LOWER_UP},
    {"dormant", IFF_DORMANT},
    {"echo", IFF_ECHO},
    {"link0", 0},
    {"link1", 0},
    {"link2", 0},
    {"nogroup", 0},
    {"staticarp", 0},
    {"dying", 0},
    {"renaming", 0},
    {NULL, 0}};

const IoNetName io_net_hardware_types[] = {
    {"netrom", ARPHRD_NETROM},         {"ether", ARPHRD_ETHER},       {"eether", ARPHRD_EETHER},
    {"ax25", ARPHRD_AX25},             {"pronet", ARPHRD_PRONET},     {"chaos", ARPHRD_CHAOS},
    {"ieee802", ARPHRD_IEEE802},       {"arcnet", ARPHRD_ARCNET},     {"appletlk", ARPHRD_APPLETLK},
    {"dlci", ARPHRD_DLCI},             {"atm", ARPHRD_ATM},           {"metricom", ARPHRD_METRICOM},
    {"ieee1394", ARPHRD_IEEE1394},     {"eui64", ARPHRD_EUI64},       {"infiniband", ARPHRD_INFINIBAND},
    {"tunnel", ARPHRD_TUNNEL},         {"tunnel6", ARPHRD_TUNNEL6},   {"loopback", ARPHRD_LOOPBACK},
    {"localtlk", ARPHRD_LOCALTLK},     {"none", ARPHRD_NONE},         {"void", ARPHRD_VOID},
    {NULL, 0}};

const IoNetName io_net_packet_types[] = {
    {"host", PACKET_HOST},           {"broadcast", PACKET_BROADCAST}, {"multicast", PACKET_MULTICAST},
    {"otherhost", PACKET_OTHERHOST}, {"outgoing", PACKET_OUTGOING},   {"loopback", PACKET_LOOPBACK},
    {"user", PACKET_USER},           {"kernel", PACKET_KERNEL},       {NULL, 0}};

const IoNetName io_net_services[] = {{"lowdelay", IPTOS_LOWDELAY}, {"throughput", IPTOS_THROUGHPUT},
                                     {"reliability", IPTOS_RELIABILITY}, {"mincost", IPTOS_MINCOST}, {NULL, 0}};

_Static_assert(IP_PMTUDISC_WANT == IPV6_PMTUDISC_WANT && IP_PMTUDISC_PROBE == IPV6_PMTUDISC_PROBE,
               "one table for both");
const IoNetName io_net_path_mtu_modes[] = {{"want", IP_PMTUDISC_WANT}, {"dont", IP_PMTUDISC_DONT},
                                           {"do", IP_PMTUDISC_DO}, {"probe", IP_PMTUDISC_PROBE}, {NULL, 0}};

const char *io_net_name_of(const IoNetName *table, int64_t number)
{
    for (const IoNetName *at = table; at->name; at++)
        if (at->number == number)
            return at->name;
    return NULL;
}

bool io_net_number_of(const IoNetName *table, const char *name, int64_t *number)
{
    for (const IoNetName *at = table; at->name; at++) {
        if (strcmp(at->name, name) == 0) {
            *number = at->number;
            return true;
        }
    }
    return false;
}

void io_net_protocols_each(void (*found)(void *context, int number, const char *name, char *const *aliases),
                           void *context)
{
    struct protoent *entry;

    setprotoent(1);
    while ((entry = getprotoent()) != NULL)
        found(context, entry->p_proto, entry->p_name, entry->p_aliases);
    endprotoent();
}
