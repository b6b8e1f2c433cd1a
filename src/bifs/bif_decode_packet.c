#include "bifs.h"
#include "ports/packet.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"

static bool read_option(Term option, PacketRules *rules)
{
    uint64_t value;

    if (!is_tuple_of(option, 2) || !integer_to_u64(tuple_element(option, 2), &value) || value > UINT32_MAX)
        return false;
    if (tuple_element(option, 1) == A_PACKET_SIZE)
        rules->max_size = (uint32_t)value;
    else if (tuple_element(option, 1) == A_LINE_LENGTH)
        rules->line_length = (uint32_t)value;
    else if (tuple_element(option, 1) == A_LINE_DELIMITER && rules->type == PACKET_LINE && value <= 255)
        rules->line_delimiter = (uint8_t)value;
    else
        return false;
    return true;
}

/* The packet of `size` bytes that `binary` starts with, as {ok, Packet, Rest}. */
static Term take_packet(Process *p, PacketRules *rules, Term binary, const uint8_t *bytes, size_t size)
{
    size_t start, body_size;
    Term packet = packet_to_term(&p->heap, rules, bytes, size);
    Term rest = bits_sub(&p->heap, binary, size * 8, bits_size(binary) - size * 8);

    if (packet == NO_TERM) {
        packet_body(rules->type, bytes, size, &start, &body_size);
        packet = bits_sub(&p->heap, binary, start * 8, body_size * 8);
    }
    return tuple_3(&p->heap, A_OK, packet, rest);
}

/* erlang:decode_packet(Type, Bin, Options) */
Term bif_erlang_decode_packet_3(Process *p, const Term *args)
{
    PacketRules rules = {.line_delimiter = '\n'};
    Term options = args[2];
    BitsBytes bytes;
    int64_t size;
    Term result;

    if (!packet_type_from_term(args[0], &rules.type))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    if (!is_bitstring(args[1]))
        return raise_badarg(p);
    for (; is_cons(options); options = list_tail(options))
        if (!read_option(list_head(options), &rules))
            return raise_badarg(p);
    if (!is_nil(options))
        return raise_badarg(p);
    bits_bytes_get(bits_sub(&p->heap, args[1], 0, bits_size(args[1]) & ~(size_t)7), &bytes);
    size = packet_size(&rules, bytes.bytes, bytes.size);
    if (size < 0)
        result = tuple_2(&p->heap, A_ERROR, A_INVALID);
    else if (size == 0 || (uint64_t)size > bytes.size)
        result = tuple_2(&p->heap, A_MORE, size == 0 ? A_UNDEFINED : small_int(size));
    else
        result = take_packet(p, &rules, args[1], bytes.bytes, (size_t)size);
    bits_bytes_free(&bytes);
    return result;
}
