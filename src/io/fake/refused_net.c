/* refused_net.c - the modules `socket` and `net` find nothing: their sockets cannot be opened. */
#include "io/io_net_address.h"
#include "io/io_net_interface.h"
#include "io/io_net_ioctl.h"
#include "io/io_net_option.h"
#include "io/io_net_socket.h"

const IoNetName io_net_types[] = {{NULL, 0}}, io_net_message_flags[] = {{NULL, 0}}, io_net_ioctl_requests[] = {{NULL, 0}},
                io_net_ioctl_flags[] = {{NULL, 0}}, io_net_hardware_types[] = {{NULL, 0}}, io_net_packet_types[] = {{NULL, 0}},
                io_net_services[] = {{NULL, 0}}, io_net_path_mtu_modes[] = {{NULL, 0}}, io_net_interface_flags[] = {{NULL, 0}},
                io_net_name_info_flags[] = {{NULL, 0}};
const IoNetLevel io_net_levels[1];
const size_t io_net_level_count = 0;
const int io_net_socket_level = 1;

/* --- io/io_net_address.h ------------------------------------------------------------------------------------------- */

IoNetReading io_net_address_read(const void *bytes, size_t size, IoNetFields *fields) { return IO_NET_BROKEN; }
bool io_net_address_make(const IoNetFields *fields, IoNetAddress *address) { return false; }
IoNetFamily io_net_family(int number) { return IO_NET_OTHER; }
int io_net_family_number(IoNetFamily family) { return -1; }

/* --- io/io_net_interface.h ----------------------------------------------------------------------------------------- */

int io_net_interfaces_each(const char *namespace, void (*found)(void *context,
                           const IoNetInterface *interface), void *context) { return IO_ENOTSUP; }
int io_net_interface_number(const char *name) { return IO_ENOTSUP; }
bool io_net_interface_name(uint32_t number, char name[17]) { return false; }
int io_net_interface_names_each(void (*found)(void *context, uint32_t number, const char *name),
                                void *context) { return IO_ENOTSUP; }
const char *io_net_name_info(const IoNetAddress *address, int flags, char host[IO_NET_HOST_NAME],
                             char service[IO_NET_SERVICE_NAME]) { return NULL; }
const char *io_net_address_info(const char *host, const char *service, IoNetHostAddress **addresses,
                                size_t *count) { return "enotsup"; }
void io_net_addresses_free(IoNetHostAddress *addresses) {}

/* --- io/io_net_ioctl.h --------------------------------------------------------------------------------------------- */

IoNetIoctlKind io_net_ioctl_kind(uint64_t request, bool set) { return IO_NET_IOCTL_NONE; }
int io_net_ioctl_get(int handle, uint64_t request, const char *name, IoNetIoctlValue *value) { return IO_ENOTSUP; }
int io_net_ioctl_set(int handle, uint64_t request, const char *name,
                     const IoNetIoctlValue *value) { return IO_ENOTSUP; }
int io_net_ioctl_each(int handle, void (*found)(void *context, const char *name, const void *address),
                      void *context) { return IO_ENOTSUP; }

/* --- io/io_net_option.h -------------------------------------------------------------------------------------------- */

const char *io_net_name_of(const IoNetName *table, int64_t number) { return NULL; }
bool io_net_number_of(const IoNetName *table, const char *name, int64_t *number) { return false; }
void io_net_protocols_each(void (*found)(void *context, int number, const char *name, char *const *aliases),
                           void *context) {}
size_t io_net_pack(IoNetKind kind, const IoNetRecord *record, void *into) { return 0; }
bool io_net_unpack(IoNetKind kind, const void *bytes, size_t size, IoNetRecord *record) { return false; }
size_t io_net_filter_bytes(size_t count) { return 0; }
void io_net_filter_pack(void *into, const uint8_t *group, const uint8_t *interface, bool include,
                        const uint8_t *sources, size_t count) {}
const IoNetOption *io_net_option_find(int level, int number) { return NULL; }
int io_net_option_set(int handle, int level, int number, const void *value, size_t size) { return IO_ENOTSUP; }
int io_net_option_get(int handle, int level, int number, void *value, size_t *size) { return IO_ENOTSUP; }
const IoNetControl *io_net_control_find(int level, int number) { return NULL; }
const IoNetControl *io_net_control_named(int level, const char *name) { return NULL; }
bool io_net_control_next(const uint8_t *bytes, size_t size, size_t from, IoNetControlPart *part,
                         bool *bad) { return false; }
bool io_net_control_put(uint8_t *bytes, size_t room, size_t *used, int level, int number, const void *data,
                        size_t size) { return false; }
bool io_net_queued_error(const uint8_t *bytes, size_t size, IoNetQueuedError *out) { return false; }

/* --- io/io_net_socket.h -------------------------------------------------------------------------------------------- */

int io_net_open(int domain, int type, int protocol, const char *namespace) { return IO_ENOTSUP; }
int io_net_adopt(int handle, bool copy) { return IO_ENOTSUP; }
int io_net_domain(int handle, int *number) { return IO_ENOTSUP; }
int io_net_type(int handle, int *number) { return IO_ENOTSUP; }
int io_net_protocol(int handle, int *number) { return IO_ENOTSUP; }
bool io_net_is_stream(int type) { return false; }
int io_net_bind(int handle, const IoNetAddress *address) { return IO_ENOTSUP; }
int io_net_connect(int handle, const IoNetAddress *address) { return IO_ENOTSUP; }
int io_net_accept(int handle) { return IO_ENOTSUP; }
int io_net_own_address(int handle, IoNetAddress *address) { return IO_ENOTSUP; }
int io_net_peer_address(int handle, IoNetAddress *address) { return IO_ENOTSUP; }
bool io_net_lingers(int handle) { return false; }
int io_net_close(int handle) { return IO_ENOTSUP; }
int io_net_close_and_linger(int handle) { return IO_ENOTSUP; }
int64_t io_net_send(int handle, const void *bytes, size_t size, int flags,
                    const IoNetAddress *to) { return IO_ENOTSUP; }
int64_t io_net_send_message(int handle, const IoNetMessage *message, int flags) { return IO_ENOTSUP; }
int64_t io_net_receive(int handle, void *into, size_t size, int flags) { return IO_ENOTSUP; }
int64_t io_net_receive_from(int handle, void *into, size_t size, int flags, IoNetAddress *from) { return IO_ENOTSUP; }
int64_t io_net_receive_message(int handle, IoNetMessage *message, int flags) { return IO_ENOTSUP; }
int64_t io_net_send_file(int handle, int file, int64_t *offset, size_t size) { return IO_ENOTSUP; }
