/* dist_protocol.h - numbers of the distribution protocol: capabilities, operations, kinds of packets. */
#ifndef LING_DIST_PROTOCOL_H
#define LING_DIST_PROTOCOL_H

#include "vm/base/base.h"

/* --- capabilities, as the handshake negotiates them ---------------------------------------------------- */

#define DIST_FLAG(bit) ((uint64_t)1 << (bit))
#define DIST_PUBLISHED DIST_FLAG(0)
#define DIST_EXTENDED_REFERENCES DIST_FLAG(2)
#define DIST_MONITORS DIST_FLAG(3)
#define DIST_FUN_TAGS DIST_FLAG(4)
#define DIST_MONITOR_NAMES DIST_FLAG(5)
#define DIST_NEW_FUN_TAGS DIST_FLAG(7)
#define DIST_EXTENDED_PIDS_PORTS DIST_FLAG(8)
#define DIST_EXPORT_TAG DIST_FLAG(9)
#define DIST_BIT_BINARIES DIST_FLAG(10)
#define DIST_NEW_FLOATS DIST_FLAG(11)
#define DIST_UNICODE_IO DIST_FLAG(12)
#define DIST_ATOM_CACHE DIST_FLAG(13)          /* in headers of messages */
#define DIST_SMALL_ATOM_TAGS DIST_FLAG(14)
#define DIST_UTF8_ATOMS DIST_FLAG(16)
#define DIST_MAP_TAG DIST_FLAG(17)
#define DIST_BIG_CREATION DIST_FLAG(18)
#define DIST_SEND_SENDER DIST_FLAG(19)
#define DIST_BIG_TRACE_LABELS DIST_FLAG(20)
#define DIST_EXIT_PAYLOAD DIST_FLAG(22)
#define DIST_FRAGMENTS DIST_FLAG(23)
#define DIST_HANDSHAKE_23 DIST_FLAG(24)
#define DIST_UNLINK_ID DIST_FLAG(25)
#define DIST_MANDATORY_25_DIGEST DIST_FLAG(26)
#define DIST_SPAWN DIST_FLAG(32)
#define DIST_V4_IDENTIFIERS DIST_FLAG(34)
#define DIST_ALIAS DIST_FLAG(35)

#define DIST_MANDATORY (DIST_EXTENDED_REFERENCES | DIST_FUN_TAGS | DIST_EXTENDED_PIDS_PORTS | DIST_UTF8_ATOMS \
                        | DIST_NEW_FUN_TAGS | DIST_BIG_CREATION | DIST_NEW_FLOATS | DIST_MAP_TAG | DIST_EXPORT_TAG \
                        | DIST_BIT_BINARIES | DIST_HANDSHAKE_23)
/* What is taken for granted while a connection is being set up. */
#define DIST_HOPED (DIST_MONITORS | DIST_MONITOR_NAMES | DIST_SPAWN | DIST_ALIAS | DIST_UNLINK_ID)
#define DIST_DEFAULT (DIST_MANDATORY | DIST_HOPED | DIST_UNICODE_IO | DIST_ATOM_CACHE | DIST_SMALL_ATOM_TAGS \
                      | DIST_SEND_SENDER | DIST_BIG_TRACE_LABELS | DIST_EXIT_PAYLOAD | DIST_FRAGMENTS \
                      | DIST_V4_IDENTIFIERS | DIST_MANDATORY_25_DIGEST)
/* What a carrier may refuse: beside these two the caches of old, bits 1 and 6. */
#define DIST_REJECTABLE (DIST_ATOM_CACHE | DIST_FRAGMENTS | DIST_FLAG(1) | DIST_FLAG(6))
/* What needs packets to arrive in order. */
#define DIST_STRICT_ORDER DIST_ATOM_CACHE

/* --- operations: the first element of a control message ------------------------------------------------ */

enum {
    DIST_OP_LINK = 1, DIST_OP_SEND = 2, DIST_OP_EXIT = 3, DIST_OP_UNLINK = 4, DIST_OP_REG_SEND = 6,
    DIST_OP_GROUP_LEADER = 7, DIST_OP_EXIT2 = 8, DIST_OP_SEND_TT = 12, DIST_OP_EXIT_TT = 13, DIST_OP_REG_SEND_TT = 16,
    DIST_OP_EXIT2_TT = 18, DIST_OP_MONITOR_P = 19, DIST_OP_DEMONITOR_P = 20, DIST_OP_MONITOR_P_EXIT = 21,
    DIST_OP_SEND_SENDER = 22, DIST_OP_SEND_SENDER_TT = 23, DIST_OP_PAYLOAD_EXIT = 24, DIST_OP_PAYLOAD_EXIT_TT = 25,
    DIST_OP_PAYLOAD_EXIT2 = 26, DIST_OP_PAYLOAD_EXIT2_TT = 27, DIST_OP_PAYLOAD_MONITOR_P_EXIT = 28,
    DIST_OP_SPAWN_REQUEST = 29, DIST_OP_SPAWN_REQUEST_TT = 30, DIST_OP_SPAWN_REPLY = 31, DIST_OP_SPAWN_REPLY_TT = 32,
    DIST_OP_ALIAS_SEND = 33, DIST_OP_ALIAS_SEND_TT = 34, DIST_OP_UNLINK_ID = 35, DIST_OP_UNLINK_ID_ACK = 36
};

enum { DIST_SPAWN_LINKED = 1, DIST_SPAWN_MONITORED = 2 };      /* flags of a spawn reply */

/* --- packets ---------------------------------------------------------------------------------------------- */

enum { DIST_PASS_THROUGH = 112, DIST_HEADER = 68, DIST_FIRST_FRAGMENT = 69, DIST_NEXT_FRAGMENT = 70 };
#define DIST_FRAGMENT_BYTES ((size_t)64 * 1024)

#endif
