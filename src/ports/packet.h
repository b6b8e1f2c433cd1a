/* packet.h - how a stream of bytes is cut into packets, and what the packets that have a structure mean:
 * erlang:decode_packet/3 and the `packet` option of sockets. */
#ifndef LING_PACKET_H
#define LING_PACKET_H

#include "vm/term/heap.h"

typedef enum PacketType {
    PACKET_RAW, PACKET_1, PACKET_2, PACKET_4, PACKET_ASN1, PACKET_SUNRM, PACKET_CDR, PACKET_FCGI,
    PACKET_LINE, PACKET_TPKT, PACKET_HTTP, PACKET_HTTPH, PACKET_HTTP_BIN, PACKET_HTTPH_BIN, PACKET_SSL_TLS
} PacketType;

/* False for a term that names no type: 0, 1, 2, 4 or an atom. */
bool packet_type_from_term(Term t, PacketType *type);

typedef struct PacketRules {
    PacketType type;
    uint32_t max_size;          /* packet_size; 0: no limit */
    uint32_t line_length;       /* longer lines are cut; 0: no limit */
    uint8_t line_delimiter;
    bool in_headers;            /* HTTP: the first line was read. Changed by reading packets. */
} PacketRules;

/* Bytes of the packet at the start of `bytes`, header included, which may be more than there are;
 * 0: not known yet; -1: no packet can start so. */
int64_t packet_size(PacketRules *rules, const uint8_t *bytes, size_t size);

/* The part of a whole packet that a receiver gets to see. */
void packet_body(PacketType type, const uint8_t *packet, size_t size, size_t *start, size_t *body_size);

/* The term that a whole packet of a type with a structure (http, ssl_tls) stands for; NO_TERM: the type has
 * none, the body is the value. */
Term packet_to_term(Heap *heap, PacketRules *rules, const uint8_t *packet, size_t size);

/* http_packet.c: one line of HTTP. */
Term packet_http_to_term(Heap *heap, PacketRules *rules, const uint8_t *line, size_t size);

#endif
