/* net_ioctl.c - struct ifreq and its kin. */
#include "io/io_net_ioctl.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/sockios.h>

#include "vm/base/mem.h"

enum { INTERFACES_FIRST = 64, INTERFACES_MAX = 1 << 16 };

IoNetIoctlKind io_net_ioctl_kind(uint64_t request, bool set)
{
    switch (request) {
    case SIOCGIFCONF: return set ? IO_NET_IOCTL_NONE : IO_NET_IOCTL_NAMES;
    case SIOCGIFNAME: return set ? IO_NET_IOCTL_NONE : IO_NET_IOCTL_NAME;
    case SIOCGIFINDEX: case SIOCGIFMTU: case SIOCGIFTXQLEN: return set ? IO_NET_IOCTL_NONE : IO_NET_IOCTL_NUMBER;
    case SIOCGIFFLAGS: return set ? IO_NET_IOCTL_NONE : IO_NET_IOCTL_FLAGS;
    case SIOCGIFADDR: case SIOCGIFDSTADDR: case SIOCGIFBRDADDR: case SIOCGIFNETMASK:
        return set ? IO_NET_IOCTL_NONE : IO_NET_IOCTL_ADDRESS;
    case SIOCGIFHWADDR: return set ? IO_NET_IOCTL_NONE : IO_NET_IOCTL_HARDWARE;
    case SIOCGIFMAP: return set ? IO_NET_IOCTL_NONE : IO_NET_IOCTL_MAP;
    case SIOCSIFMTU: case SIOCSIFTXQLEN: return set ? IO_NET_IOCTL_NUMBER : IO_NET_IOCTL_NONE;
    case SIOCSIFFLAGS: return set ? IO_NET_IOCTL_FLAGS : IO_NET_IOCTL_NONE;
    case SIOCSIFADDR: case SIOCSIFDSTADDR: case SIOCSIFBRDADDR: case SIOCSIFNETMASK:
        return set ? IO_NET_IOCTL_ADDRESS : IO_NET_IOCTL_NONE;
    default: return IO_NET_IOCTL_NONE;
    }
}

static void set_name(struct ifreq *request, const char *name)
{
    memset(request, 0, sizeof *request);
    strncpy(request->ifr_name, name, IFNAMSIZ - 1);
}

static void take_map(const struct ifmap *from, uint64_t *to)
{
    to[0] = from->mem_start;
    to[1] = from->mem_end;
    to[2] = from->base_addr;
    to[3] = from->irq;
    to[4] = from->dma;
    to[5] = from->port;
}

int io_net_ioctl_get(int handle, uint64_t request, const char *name, IoNetIoctlValue *value)
{
    IoNetIoctlKind kind = io_net_ioctl_kind(request, false);
    struct ifreq question;

    set_name(&question, kind == IO_NET_IOCTL_NAME ? "" : name);
    if (kind == IO_NET_IOCTL_NAME)
        question.ifr_ifindex = (int)value->number;
    if (ioctl(handle, (unsigned long)request, &question) < 0)
        return io_error_from_system(errno);
    memset(value, 0, sizeof *value);
    memcpy(value->name, question.ifr_name, IFNAMSIZ);
    value->name[IFNAMSIZ - 1] = 0;
    if (kind == IO_NET_IOCTL_FLAGS)
        value->number = question.ifr_flags;
    else if (kind == IO_NET_IOCTL_MAP)
        take_map(&question.ifr_map, value->map);
    else if (kind == IO_NET_IOCTL_NUMBER)
        value->number = question.ifr_ifindex;
    else if (kind == IO_NET_IOCTL_HARDWARE)
        value->number = question.ifr_hwaddr.sa_family;
    memcpy(value->hardware, question.ifr_hwaddr.sa_data, sizeof value->hardware);
    memcpy(value->address.bytes, &question.ifr_addr, sizeof question.ifr_addr);
    value->address.size = sizeof question.ifr_addr;
    return 0;
}

int io_net_ioctl_set(int handle, uint64_t request, const char *name, const IoNetIoctlValue *value)
{
    struct ifreq change;

    set_name(&change, name);
    switch (io_net_ioctl_kind(request, true)) {
    case IO_NET_IOCTL_FLAGS: change.ifr_flags = (short)value->number; break;
    case IO_NET_IOCTL_ADDRESS: memcpy(&change.ifr_addr, value->address.bytes, sizeof change.ifr_addr); break;
    default: change.ifr_mtu = (int)value->number; break;
    }
    return ioctl(handle, (unsigned long)request, &change) < 0 ? io_error_from_system(errno) : 0;
}

/* A full list may have been cut: asks again with more room. */
static int list_interfaces(int handle, struct ifconf *list)
{
    for (size_t room = INTERFACES_FIRST; room <= INTERFACES_MAX; room *= 2) {
        list->ifc_len = (int)(room * sizeof(struct ifreq));
        list->ifc_req = mem_alloc(MEM_IO, (size_t)list->ifc_len);
        if (ioctl(handle, SIOCGIFCONF, list) < 0) {
            mem_free(MEM_IO, list->ifc_req);
            return io_error_from_system(errno);
        }
        if ((size_t)list->ifc_len < room * sizeof(struct ifreq))
            return 0;
        mem_free(MEM_IO, list->ifc_req);
    }
    return IO_ENOMEM;
}

int io_net_ioctl_each(int handle, void (*found)(void *context, const char *name, const void *address), void *context)
{
    struct ifconf list;
    int code = list_interfaces(handle, &list);

    if (code < 0)
        return code;
    for (size_t i = 0; i < (size_t)list.ifc_len / sizeof(struct ifreq); i++) {
        struct ifreq *one = &list.ifc_req[i];

        one->ifr_name[IFNAMSIZ - 1] = 0;
        found(context, one->ifr_name, &one->ifr_addr);
    }
    mem_free(MEM_IO, list.ifc_req);
    return 0;
}
