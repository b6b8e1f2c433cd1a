#include "ports/packet.h"

#include <string.h>

#include "vm/term/atom.h"
#include "vm/term/bits.h"

enum { SUNRM_LAST_FRAGMENT = 0x80000000u, FCGI_VERSION = 1, TPKT_VERSION = 3, SSL_TLS_HANDSHAKE = 22 };
enum { NEED_MORE = 0, BAD_PACKET = -1 };

bool packet_type_from_term(Term t, PacketType *type)
{
    static const struct { Term name; PacketType type; } names[] = {
        {SMALL(0), PACKET_RAW}, {A_RAW, PACKET_RAW}, {SMALL(1), PACKET_1}, {SMALL(2), PACKET_2},
        {SMALL(4), PACKET_4}, {A_ASN1, PACKET_ASN1}, {A_SUNRM, PACKET_SUNRM}, {A_CDR, PACKET_CDR},
        {A_FCGI, PACKET_FCGI}, {A_LINE, PACKET_LINE}, {A_TPKT, PACKET_TPKT}, {A_HTTP, PACKET_HTTP},
        {A_HTTPH, PACKET_HTTPH}, {A_HTTP_BIN, PACKET_HTTP_BIN}, {A_HTTPH_BIN, PACKET_HTTPH_BIN},
        {A_SSL_TLS, PACKET_SSL_TLS},
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (names[i].name == t) {
            *type = names[i].type;
            return true;
        }
    }
    return false;
}

static uint32_t big_endian(const uint8_t *bytes, unsigned count)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* A header of `header` bytes tells that `body` more follow. */
static int64_t with_body(const PacketRules *rules, size_t header, uint32_t body)
{
    int64_t total = (int64_t)header + body;

    if ((rules->max_size != 0 && body > rules->max_size) || total > INT32_MAX)
        return BAD_PACKET;
    return total;
}

/* A big-endian length in the first `header` bytes. */
static int64_t counted(const PacketRules *rules, const uint8_t *bytes, size_t size, unsigned header)
{
    if (size < header)
        return NEED_MORE;
    return with_body(rules, header, big_endian(bytes, header));
}

static int64_t sunrm(const PacketRules *rules, const uint8_t *bytes, size_t size)
{
    if (size < 4)
        return NEED_MORE;
    return with_body(rules, 4, big_endian(bytes, 4) & ~SUNRM_LAST_FRAGMENT);
}

static int64_t line(const PacketRules *rules, const uint8_t *bytes, size_t size)
{
    const uint8_t *end = memchr(bytes, rules->line_delimiter, size);
    size_t length = end ? (size_t)(end - bytes) + 1 : size;

    if (length > rules->max_size && rules->max_size != 0)
        return BAD_PACKET;
    if (rules->line_length != 0 && (end ? length > rules->line_length : length >= rules->line_length))
        return rules->line_length;
    return end ? (int64_t)length : NEED_MORE;
}

/* A tag of one byte or several, then a length in short or long form. */
static int64_t asn1(const PacketRules *rules, const uint8_t *bytes, size_t size)
{
    size_t at = 1;
    unsigned length;

    if (size < 2)
        return NEED_MORE;
    if ((bytes[0] & 0x1f) == 0x1f) {
        while (at < size && bytes[at] & 0x80)
            at++;
        if (size - at < 2)
            return NEED_MORE;
        at++;
    }
    length = bytes[at] & 0x7f;
    if (!(bytes[at++] & 0x80))
        return with_body(rules, at, length);
    if (size - at < length)
        return NEED_MORE;
    return length > 4 ? BAD_PACKET : with_body(rules, at + length, big_endian(bytes + at, length));
}

static int64_t cdr(const PacketRules *rules, const uint8_t *bytes, size_t size)
{
    const uint8_t *length = bytes + 8;

    if (size < 12)
        return NEED_MORE;
    if (memcmp(bytes, "GIOP", 4) != 0)
        return BAD_PACKET;
    if (bytes[6] & 1)
        return with_body(rules, 12, __builtin_bswap32(big_endian(length, 4)));
    return with_body(rules, 12, big_endian(length, 4));
}

static int64_t fcgi(const PacketRules *rules, const uint8_t *bytes, size_t size)
{
    if (size < 8)
        return NEED_MORE;
    if (bytes[0] != FCGI_VERSION)
        return BAD_PACKET;
    return with_body(rules, 8, big_endian(bytes + 4, 2) + bytes[6]);
}

static int64_t tpkt(const PacketRules *rules, const uint8_t *bytes, size_t size)
{
    uint32_t total;

    if (size < 4)
        return NEED_MORE;
    total = big_endian(bytes + 2, 2);
    if (bytes[0] != TPKT_VERSION || total < 4)
        return BAD_PACKET;
    return with_body(rules, 4, total - 4);
}

/* The hello of SSL 2 has another header than the records of its successors. */
static bool is_ssl2_hello(const uint8_t *bytes)
{
    return bytes[0] & 0x80 && bytes[2] == 1;
}

static int64_t ssl_tls(const PacketRules *rules, const uint8_t *bytes, size_t size)
{
    uint32_t length;

    if (size < 5)
        return NEED_MORE;
    if (!is_ssl2_hello(bytes))
        return with_body(rules, 5, big_endian(bytes + 3, 2));
    length = big_endian(bytes, 2) & 0x7fff;
    return length < 3 ? BAD_PACKET : with_body(rules, 5, length - 3);
}

/* A line; a header goes on in the next line if that begins with white space. */
static int64_t http(PacketRules *rules, const uint8_t *bytes, size_t size)
{
    size_t limit = rules->max_size != 0 ? rules->max_size : rules->line_length;
    size_t length = 0;

    if ((size == 1 && bytes[0] == '\n') || (size == 2 && bytes[0] == '\r' && bytes[1] == '\n'))
        return (int64_t)size;
    for (;;) {
        const uint8_t *end = size > length ? memchr(bytes + length, '\n', size - length) : NULL;
        if (!end)
            return limit != 0 && size >= limit ? BAD_PACKET : NEED_MORE;
        length = (size_t)(end - bytes) + 1;
        if (rules->in_headers && length < size && (bytes[length] == ' ' || bytes[length] == '\t') && length > 2)
            continue;
        if (limit != 0 && length > limit)
            return BAD_PACKET;
        return rules->in_headers && length == size ? NEED_MORE : (int64_t)length;
    }
}

int64_t packet_size(PacketRules *rules, const uint8_t *bytes, size_t size)
{
    switch (rules->type) {
    case PACKET_RAW: return (int64_t)size;
    case PACKET_1: return counted(rules, bytes, size, 1);
    case PACKET_2: return counted(rules, bytes, size, 2);
    case PACKET_4: return counted(rules, bytes, size, 4);
    case PACKET_ASN1: return asn1(rules, bytes, size);
    case PACKET_SUNRM: return sunrm(rules, bytes, size);
    case PACKET_CDR: return cdr(rules, bytes, size);
    case PACKET_FCGI: return fcgi(rules, bytes, size);
    case PACKET_LINE: return line(rules, bytes, size);
    case PACKET_TPKT: return tpkt(rules, bytes, size);
    case PACKET_SSL_TLS: return ssl_tls(rules, bytes, size);
    case PACKET_HTTPH:
    case PACKET_HTTPH_BIN:
        rules->in_headers = true;
        return http(rules, bytes, size);
    default: return http(rules, bytes, size);
    }
}

void packet_body(PacketType type, const uint8_t *packet, size_t size, size_t *start, size_t *body_size)
{
    *start = type == PACKET_1 ? 1 : type == PACKET_2 ? 2 : type == PACKET_4 ? 4 : 0;
    *body_size = size - *start;
    if (type == PACKET_FCGI)
        *body_size -= packet[6];
}

/* {ssl_tls, [], ContentType, {Major, Minor}, Data} */
static Term ssl_tls_to_term(Heap *heap, const uint8_t *packet, size_t size)
{
    bool hello = is_ssl2_hello(packet);
    const uint8_t *version = hello ? packet + 3 : packet + 1;
    size_t skip = hello ? 3 : 5;
    size_t prefix = hello ? 4 : 0;
    uint8_t *data;
    Term binary = bits_alloc(heap, prefix + size - skip, &data);

    if (hello) {
        data[0] = 1;
        data[1] = (uint8_t)((size - skip) >> 16);
        data[2] = (uint8_t)((size - skip) >> 8);
        data[3] = (uint8_t)(size - skip);
    }
    memcpy(data + prefix, packet + skip, size - skip);
    return tuple_5(heap, A_SSL_TLS, TERM_NIL, small_int(hello ? SSL_TLS_HANDSHAKE : packet[0]),
                   tuple_2(heap, small_int(version[0]), small_int(version[1])), binary);
}

Term packet_to_term(Heap *heap, PacketRules *rules, const uint8_t *packet, size_t size)
{
    switch (rules->type) {
    case PACKET_HTTP:
    case PACKET_HTTPH:
    case PACKET_HTTP_BIN:
    case PACKET_HTTPH_BIN:
        return packet_http_to_term(heap, rules, packet, size);
    case PACKET_SSL_TLS:
        return ssl_tls_to_term(heap, packet, size);
    default:
        return NO_TERM;
    }
}
