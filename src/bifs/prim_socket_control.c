/* prim_socket_control.c - control messages, and the flags of messages, as terms. */
#include <string.h>

#include "bifs/prim_socket.h"
#include "vm/term/atom.h"
#include "vm/term/integer.h"

enum { SERVICE_MASK = 0x1e };           /* the bits of a type of service that the names stand for */

/* --- out of bytes ------------------------------------------------------------------------------------------------- */

Term socket_message_flags_term(Heap *heap, int flags)
{
    Term names[32];
    size_t count = 0;

    for (const IoNetName *at = io_net_message_flags; at->name && flags && count < ARRAY_SIZE(names) - 1; at++) {
        if (at->number && (flags & at->number) == at->number) {
            flags &= (int)~at->number;
            names[count++] = atom_from_text(at->name);
        }
    }
    if (flags)
        names[count++] = small_int(flags);
    return list_from(heap, count, names, TERM_NIL);
}

static Term named(const char *name, uint8_t number) { return name ? atom_from_text(name) : small_int(number); }

static Term queued_error_term(Heap *heap, const uint8_t *bytes, size_t size)
{
    IoNetQueuedError error;

    if (!io_net_queued_error(bytes, size, &error))
        return NO_TERM;
    {
        const Term pairs[] = {
            A_ERROR, atom_from_text(io_error_name(error.error)),
            A_ORIGIN, named(error.origin, error.origin_number),
            A_TYPE, named(error.type, error.type_number),
            A_CODE, named(error.code, error.code_number),
            A_INFO, small_int((int32_t)error.info),
            A_DATA, small_int((int32_t)error.data),
            A_OFFENDER, error.offender_at ? net_address_term(heap, bytes + error.offender_at, size - error.offender_at)
                                          : A_UNDEFINED};

        return map_from_pairs(heap, pairs, error.offender_at ? 7 : 6);
    }
}

static Term packet_info_term(Heap *heap, const IoNetRecord *record)
{
    const Term pairs[] = {A_IFINDEX, small_int(record->numbers[0]),
                          A_SPEC_DST, net_inet_term(heap, record->addresses[0]),
                          A_ADDR, net_inet_term(heap, record->addresses[1])};

    return map_from_pairs(heap, pairs, 3);
}

static Term packet_info6_term(Heap *heap, const IoNetRecord *record)
{
    const Term pairs[] = {A_ADDR, net_inet6_term(heap, record->addresses[0]),
                          A_IFINDEX, small_int(record->numbers[0])};

    return map_from_pairs(heap, pairs, 2);
}

static Term time_term(Heap *heap, const IoNetRecord *record)
{
    const Term pairs[] = {A_SEC, integer_from_i64(heap, record->numbers[0]),
                          A_USEC, integer_from_i64(heap, record->numbers[1])};

    return map_from_pairs(heap, pairs, 2);
}

Term socket_service_term(Heap *heap, int64_t number)
{
    const char *name = io_net_name_of(io_net_services, number & SERVICE_MASK);

    return name ? atom_from_text(name) : integer_from_i64(heap, number);
}

/* NO_TERM: the data is all there is. */
static Term value_term(Heap *heap, IoNetKind kind, const uint8_t *bytes, size_t size)
{
    IoNetRecord record;

    if (kind == IO_NET_UNKNOWN)
        return NO_TERM;
    if (kind == IO_NET_SOCKET_ADDRESS)
        return net_address_term(heap, bytes, size);
    if (kind == IO_NET_QUEUED_ERROR)
        return queued_error_term(heap, bytes, size);
    if (kind == IO_NET_SERVICE)
        return size == 0 ? NO_TERM : socket_service_term(heap, bytes[0]);
    if (!io_net_unpack(kind, bytes, size, &record))
        return NO_TERM;
    switch (kind) {
    case IO_NET_TIME: return time_term(heap, &record);
    case IO_NET_PACKET_INFO: return packet_info_term(heap, &record);
    case IO_NET_PACKET_INFO6: return packet_info6_term(heap, &record);
    default: return small_int(record.numbers[0]);
    }
}

static Term control_term(Heap *heap, const uint8_t *bytes, const IoNetControlPart *part)
{
    const IoNetControl *control = io_net_control_find(part->level, part->number);
    Term value = value_term(heap, control ? control->get : IO_NET_UNKNOWN, bytes + part->at, part->size);
    const Term pairs[] = {A_LEVEL, socket_level_term(part->level),
                          A_TYPE, control ? atom_from_text(control->name) : small_int(part->number),
                          A_DATA, bits_new(heap, bytes + part->at, part->size),
                          A_VALUE, value};

    return map_from_pairs(heap, pairs, value == NO_TERM ? 3 : 4);
}

static Term reversed(Heap *heap, Term list)
{
    Term result = TERM_NIL;

    for (; is_cons(list); list = list_tail(list))
        result = cons(heap, list_head(list), result);
    return result;
}

Term socket_controls_term(Heap *heap, const uint8_t *bytes, size_t size)
{
    Term list = TERM_NIL;
    IoNetControlPart part;
    bool bad = false;

    for (size_t at = 0; io_net_control_next(bytes, size, at, &part, &bad); at = part.next)
        list = cons(heap, control_term(heap, bytes, &part), list);
    if (bad)
        list = cons(heap, A_BAD_DATA, list);
    return reversed(heap, list);
}

/* --- into bytes --------------------------------------------------------------------------------------------------- */

typedef struct Controls {
    uint8_t *bytes;
    size_t room, *used;
} Controls;

static bool put_int(const Controls *to, int level, int number, int value)
{
    return io_net_control_put(to->bytes, to->room, to->used, level, number, &value, sizeof value);
}

/* #{sec => Seconds, usec => Microseconds} */
static bool get_time(Term t, IoNetRecord *record)
{
    Term seconds = net_field(t, A_SEC), micros = net_field(t, A_USEC);

    return seconds != NO_TERM && micros != NO_TERM && is_integer(seconds) && is_integer(micros)
        && integer_to_i64(seconds, &record->numbers[0]) && integer_to_i64(micros, &record->numbers[1]);
}

static bool put_value(const Controls *to, int level, Term type, Term value)
{
    const IoNetControl *control = is_atom(type) ? io_net_control_named(level, atom_text(type, NULL)) : NULL;
    uint8_t packed[IO_NET_RECORD_BYTES];
    IoNetRecord record = {0};
    int64_t number;
    int integer;

    if (!control || control->set == IO_NET_UNKNOWN)
        return false;
    if (control->set == IO_NET_TIME)
        return get_time(value, &record)
            && io_net_control_put(to->bytes, to->room, to->used, level, control->number, packed,
                                  io_net_pack(IO_NET_TIME, &record, packed));
    if (control->set == IO_NET_SERVICE && net_name_get(io_net_services, value, &number))
        return put_int(to, level, control->number, (int)number);
    return net_int_get(value, &integer) && put_int(to, level, control->number, integer);
}

static bool get_type(int level, Term type, int *number)
{
    const IoNetControl *control;

    if (net_int_get(type, number))
        return true;
    control = is_atom(type) ? io_net_control_named(level, atom_text(type, NULL)) : NULL;
    if (control)
        *number = control->number;
    return control != NULL;
}

static bool put_data(const Controls *to, int level, Term type, Term data)
{
    NetBytes bytes;
    int number, integer;
    bool ok;

    if (!get_type(level, type, &number))
        return false;
    if (net_bytes_get(data, &bytes)) {
        ok = io_net_control_put(to->bytes, to->room, to->used, level, number, bytes.bytes, bytes.size);
        net_bytes_free(&bytes);
        return ok;
    }
    if (net_int_get(data, &integer))
        return put_int(to, level, number, integer);
    return (data == A_TRUE || data == A_FALSE) && put_int(to, level, number, data == A_TRUE);
}

static bool put_control(const Controls *to, Term control)
{
    Term level = net_field(control, A_LEVEL), type = net_field(control, A_TYPE);
    Term data = net_field(control, A_DATA), value = net_field(control, A_VALUE);
    int number;

    if (level == NO_TERM || type == NO_TERM || !socket_level_get(level, &number))
        return false;
    if (data == NO_TERM)
        return value != NO_TERM && put_value(to, number, type, value);
    return value == NO_TERM && put_data(to, number, type, data);
}

bool socket_controls_get(Term list, uint8_t *bytes, size_t room, size_t *used)
{
    Controls to = {bytes, room, used};

    *used = 0;
    for (; is_cons(list); list = list_tail(list))
        if (!put_control(&to, list_head(list)))
            return false;
    return is_nil(list);
}
