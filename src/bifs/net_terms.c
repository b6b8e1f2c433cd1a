/* net_terms.c - addresses of sockets as maps. */
#include "bifs/net_terms.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/integer.h"
#include "vm/term/iolist.h"

bool net_int_get(Term t, int *number)
{
    if (!is_small(t) || small_value(t) < INT32_MIN || small_value(t) > INT32_MAX)
        return false;
    *number = (int)small_value(t);
    return true;
}

bool net_uint_get(Term t, uint32_t *number)
{
    if (!is_small(t) || small_value(t) < 0 || small_value(t) > UINT32_MAX)
        return false;
    *number = (uint32_t)small_value(t);
    return true;
}

bool net_text_get(Term t, char *text, size_t size)
{
    size_t length = 0;

    for (; is_cons(t); t = list_tail(t)) {
        Term head = list_head(t);

        if (!is_small(head) || small_value(head) < 0 || small_value(head) > 255)
            return false;
        if (length + 1 < size)
            text[length++] = (char)small_value(head);
    }
    text[length] = 0;
    return is_nil(t);
}

bool net_bytes_get(Term t, NetBytes *out)
{
    *out = (NetBytes){.gathered = NULL};
    if (is_list(t)) {
        if (iolist_to_bytes(t, MEM_IO, &out->gathered, &out->size) != IOLIST_DONE)
            return false;
        out->bytes = out->gathered;
        return true;
    }
    if (!bits_bytes_get(t, &out->binary))
        return false;
    out->bytes = out->binary.bytes;
    out->size = out->binary.size;
    return true;
}

void net_bytes_free(NetBytes *bytes)
{
    if (bytes->gathered)
        mem_free(MEM_IO, bytes->gathered);
    else
        bits_bytes_free(&bytes->binary);
}

Term net_error(Process *p, int64_t code)
{
    return tuple_2(&p->heap, A_ERROR, atom_from_text(io_error_name((int)code)));
}

/* --- names -------------------------------------------------------------------------------------------------------- */

Term net_name_term(Heap *heap, const IoNetName *table, int64_t number)
{
    const char *name = io_net_name_of(table, number);

    return name ? atom_from_text(name) : integer_from_i64(heap, number);
}

bool net_name_get(const IoNetName *table, Term t, int64_t *number)
{
    return is_atom(t) && io_net_number_of(table, atom_text(t, NULL), number);
}

static const struct {
    Term name;
    IoNetFamily family;
} families[] = {{A_INET, IO_NET_INET}, {A_INET6, IO_NET_INET6}, {A_LOCAL, IO_NET_LOCAL}, {A_UNSPEC, IO_NET_UNSPEC}};

Term net_domain_term(int number)
{
    IoNetFamily family = io_net_family(number);

    for (size_t i = 0; i < ARRAY_SIZE(families); i++)
        if (families[i].family == family)
            return families[i].name;
    return small_int(number);
}

bool net_domain_get(Term t, int *number)
{
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        if (families[i].name == t) {
            *number = io_net_family_number(families[i].family);
            return true;
        }
    }
    return net_int_get(t, number);
}

/* --- addresses of hosts ------------------------------------------------------------------------------------------- */

Term net_inet_term(Heap *heap, const uint8_t *bytes)
{
    return tuple_4(heap, small_int(bytes[0]), small_int(bytes[1]), small_int(bytes[2]), small_int(bytes[3]));
}

Term net_inet6_term(Heap *heap, const uint8_t *bytes)
{
    Term *elements;
    Term tuple = tuple_new(heap, 8, &elements);

    for (size_t i = 0; i < 8; i++)
        elements[i] = small_int(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    return tuple;
}

/* The elements of a tuple, each of `width` bytes, most significant first. */
static bool get_parts(Term t, size_t count, size_t width, uint8_t *bytes)
{
    int64_t limit = width == 1 ? UINT8_MAX : UINT16_MAX;

    if (!is_tuple_of(t, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        Term part = tuple_element(t, i + 1);

        if (!is_small(part) || small_value(part) < 0 || small_value(part) > limit)
            return false;
        if (width == 2)
            *bytes++ = (uint8_t)(small_value(part) >> 8);
        *bytes++ = (uint8_t)small_value(part);
    }
    return true;
}

bool net_inet_get(Term t, uint8_t bytes[4])
{
    if (!is_atom(t))
        return get_parts(t, 4, 1, bytes);
    memcpy(bytes, t == A_LOOPBACK ? "\177\0\0\1" : t == A_BROADCAST ? "\377\377\377\377" : "\0\0\0\0", 4);
    return t == A_LOOPBACK || t == A_BROADCAST || t == A_ANY;
}

bool net_inet6_get(Term t, uint8_t bytes[16])
{
    if (!is_atom(t))
        return get_parts(t, 8, 2, bytes);
    memset(bytes, 0, 16);
    bytes[15] = t == A_LOOPBACK;
    return t == A_LOOPBACK || t == A_ANY;
}

/* --- addresses of sockets ----------------------------------------------------------------------------------------- */

static Term bytes_term(Heap *heap, Term family, const IoNetFields *fields)
{
    const Term pairs[] = {A_FAMILY, family, A_ADDR, bits_new(heap, fields->bytes, fields->size)};

    return map_from_pairs(heap, pairs, 2);
}

static Term inet_socket_term(Heap *heap, const IoNetFields *fields)
{
    const Term pairs[] = {A_FAMILY, A_INET, A_PORT, small_int(fields->port),
                          A_ADDR, net_inet_term(heap, fields->bytes)};

    return map_from_pairs(heap, pairs, 3);
}

static Term inet6_socket_term(Heap *heap, const IoNetFields *fields)
{
    const Term pairs[] = {A_FAMILY, A_INET6, A_PORT, small_int(fields->port),
                          A_ADDR, net_inet6_term(heap, fields->bytes),
                          A_FLOWINFO, small_int((int32_t)fields->flow_info),
                          A_SCOPE_ID, small_int((int32_t)fields->scope_id)};

    return map_from_pairs(heap, pairs, 5);
}

static Term local_socket_term(Heap *heap, const IoNetFields *fields)
{
    const Term pairs[] = {A_FAMILY, A_LOCAL, A_PATH, bits_new(heap, fields->bytes, fields->size)};

    return map_from_pairs(heap, pairs, 2);
}

static Term packet_socket_term(Heap *heap, const IoNetFields *fields)
{
    const Term pairs[] = {A_FAMILY, A_PACKET, A_PROTOCOL, small_int(fields->protocol),
                          A_IFINDEX, small_int(fields->interface),
                          A_HATYPE, net_name_term(heap, io_net_hardware_types, fields->hardware),
                          A_PKTTYPE, net_name_term(heap, io_net_packet_types, fields->packet_type),
                          A_ADDR, bits_new(heap, fields->bytes, fields->size)};

    return map_from_pairs(heap, pairs, 6);
}

Term net_address_term(Heap *heap, const void *bytes, size_t size)
{
    IoNetFields fields;
    IoNetReading reading = io_net_address_read(bytes, size, &fields);

    if (reading == IO_NET_BROKEN)
        return bits_new(heap, bytes, size);
    if (reading == IO_NET_TOO_SHORT)
        return bytes_term(heap, fields.family == IO_NET_PACKET ? A_PACKET : net_domain_term(fields.number), &fields);
    switch (fields.family) {
    case IO_NET_INET: return inet_socket_term(heap, &fields);
    case IO_NET_INET6: return inet6_socket_term(heap, &fields);
    case IO_NET_LOCAL: return local_socket_term(heap, &fields);
    case IO_NET_PACKET: return packet_socket_term(heap, &fields);
    default: return bytes_term(heap, net_domain_term(fields.number), &fields);
    }
}

static bool get_port(Term t, IoNetFields *fields)
{
    int port;

    if (!net_int_get(net_field(t, A_PORT), &port))
        return false;
    fields->port = (uint16_t)port;
    return true;
}

static bool get_inet(Term t, IoNetAddress *address)
{
    uint8_t bytes[4];
    IoNetFields fields = {.family = IO_NET_INET, .bytes = bytes, .size = sizeof bytes};

    return get_port(t, &fields) && net_inet_get(net_field(t, A_ADDR), bytes) && io_net_address_make(&fields, address);
}

static bool get_inet6(Term t, IoNetAddress *address)
{
    uint8_t bytes[16];
    IoNetFields fields = {.family = IO_NET_INET6, .bytes = bytes, .size = sizeof bytes};

    return get_port(t, &fields) && net_uint_get(net_field(t, A_FLOWINFO), &fields.flow_info)
        && net_uint_get(net_field(t, A_SCOPE_ID), &fields.scope_id) && net_inet6_get(net_field(t, A_ADDR), bytes)
        && io_net_address_make(&fields, address);
}

/* The bytes under `key` are all there is to it. */
static bool get_bytes(Term t, Term key, IoNetFields *fields, IoNetAddress *address)
{
    Term value = net_field(t, key);
    NetBytes bytes;
    bool ok;

    if (value == NO_TERM || !net_bytes_get(value, &bytes))
        return false;
    fields->bytes = bytes.bytes;
    fields->size = bytes.size;
    ok = io_net_address_make(fields, address);
    net_bytes_free(&bytes);
    return ok;
}

bool net_address_get(Term t, IoNetAddress *address)
{
    Term family = net_field(t, A_FAMILY);
    IoNetFields fields = {.family = IO_NET_OTHER};

    if (family == NO_TERM)
        return false;
    if (family == A_INET)
        return get_inet(t, address);
    if (family == A_INET6)
        return get_inet6(t, address);
    if (family == A_LOCAL) {
        fields.family = IO_NET_LOCAL;
        return get_bytes(t, A_PATH, &fields, address);
    }
    if (!net_domain_get(family, &fields.number))
        return false;
    return get_bytes(t, A_ADDR, &fields, address);
}
