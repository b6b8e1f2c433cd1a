/* io_net_option.h - what can be set on sockets, and the numbers and layouts it has on this system.
 *
 * Options and control messages are found by name or number. Their values are numbers, or records that are
 * packed into bytes and unpacked from them by kind. */
#ifndef LING_IO_NET_OPTION_H
#define LING_IO_NET_OPTION_H

#include "io/io_net_address.h"

/* --- names of numbers --------------------------------------------------------------------------------------------- */

typedef struct IoNetName {
    const char *name;                   /* null ends a table */
    int64_t number;                     /* 0 among flags: not on this system */
} IoNetName;

extern const IoNetName io_net_types[], io_net_message_flags[], io_net_ioctl_requests[], io_net_ioctl_flags[],
    io_net_hardware_types[], io_net_packet_types[], io_net_services[], io_net_path_mtu_modes[];
/* Null: no such number. */
const char *io_net_name_of(const IoNetName *table, int64_t number);
/* False: no such name. */
bool io_net_number_of(const IoNetName *table, const char *name, int64_t *number);

/* Calls `found` for every protocol the system has a name for; `aliases` ends with null. */
void io_net_protocols_each(void (*found)(void *context, int number, const char *name, char *const *aliases),
                           void *context);

/* --- values ------------------------------------------------------------------------------------------------------- */

typedef enum IoNetKind {
    IO_NET_UNKNOWN,
    IO_NET_INT, IO_NET_BOOL, IO_NET_BYTE,
    IO_NET_HOPS,                        /* 0 to 255, or -1: the default */
    IO_NET_SERVICE,                     /* io_net_services */
    IO_NET_PATH_MTU,                    /* io_net_path_mtu_modes */
    IO_NET_DOMAIN, IO_NET_TYPE, IO_NET_PROTOCOL,
    IO_NET_TEXT, IO_NET_DEVICE,
    IO_NET_INET_ADDRESS,                /* addresses[0] */
    IO_NET_LINGER,                      /* numbers: on, seconds */
    IO_NET_TIME,                        /* seconds, microseconds */
    IO_NET_MEMBERSHIP,                  /* addresses: group, interface */
    IO_NET_MEMBERSHIP6,                 /* group; numbers: interface */
    IO_NET_SOURCE,                      /* addresses: group, interface, source */
    IO_NET_FILTER,                      /* see io_net_filter_pack */
    IO_NET_PACKET_INFO,                 /* numbers: interface; addresses: specified and real destination */
    IO_NET_PACKET_INFO6,                /* interface; destination */
    IO_NET_SOCKET_ADDRESS, IO_NET_QUEUED_ERROR, IO_NET_CONTROL_MESSAGES
} IoNetKind;

typedef struct IoNetRecord {
    int64_t numbers[2];
    uint8_t addresses[3][16];           /* an inet one takes the first 4 bytes */
} IoNetRecord;

enum { IO_NET_RECORD_BYTES = 64, IO_NET_TEXT_BYTES = 17 };
/* Bytes that the record takes in `into` (IO_NET_RECORD_BYTES). */
size_t io_net_pack(IoNetKind kind, const IoNetRecord *record, void *into);
/* False: `size` bytes are too few for it. */
bool io_net_unpack(IoNetKind kind, const void *bytes, size_t size, IoNetRecord *record);
/* A multicast filter: of `count` sources of 4 bytes each. `into` has room for io_net_filter_bytes(count). */
size_t io_net_filter_bytes(size_t count);
void io_net_filter_pack(void *into, const uint8_t *group, const uint8_t *interface, bool include,
                        const uint8_t *sources, size_t count);

/* --- options ------------------------------------------------------------------------------------------------------ */

typedef struct IoNetOption {
    const char *name;
    int number;
    IoNetKind set, get;                 /* IO_NET_UNKNOWN: cannot be; both: not on this system */
} IoNetOption;

typedef struct IoNetLevel {
    int number;
    const IoNetOption *options;
    size_t count;
} IoNetLevel;

extern const IoNetLevel io_net_levels[];
extern const size_t io_net_level_count;
extern const int io_net_socket_level;   /* the one that is no protocol */

/* Null: none that this VM knows. */
const IoNetOption *io_net_option_find(int level, int number);
int io_net_option_set(int handle, int level, int number, const void *value, size_t size);
/* *size: room before, bytes after. `value` may be null if it is 0. */
int io_net_option_get(int handle, int level, int number, void *value, size_t *size);

/* --- control messages --------------------------------------------------------------------------------------------- */

typedef struct IoNetControl {
    int level, number;
    const char *name;
    IoNetKind set, get;
} IoNetControl;

/* Null: none that this VM knows. */
const IoNetControl *io_net_control_find(int level, int number);
const IoNetControl *io_net_control_named(int level, const char *name);

/* One control message within the bytes that a system call filled. */
typedef struct IoNetControlPart {
    int level, number;
    size_t at, size;                    /* of its data */
    size_t next;                        /* where the next one begins */
} IoNetControlPart;

/* The one at `from`. False: there are no more; *bad is set if the bytes make no sense. */
bool io_net_control_next(const uint8_t *bytes, size_t size, size_t from, IoNetControlPart *part, bool *bad);
/* Appends one at *used; false: there is no room. */
bool io_net_control_put(uint8_t *bytes, size_t room, size_t *used, int level, int number, const void *data,
                        size_t size);

typedef struct IoNetQueuedError {
    int error;                          /* IO_E* */
    const char *origin, *type, *code;   /* null: only numbers */
    uint8_t origin_number, type_number, code_number;
    uint32_t info, data;
    size_t offender_at;                 /* where the offender's address begins; 0: there is none */
} IoNetQueuedError;

bool io_net_queued_error(const uint8_t *bytes, size_t size, IoNetQueuedError *out);

#endif
