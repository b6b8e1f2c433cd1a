/* inet_address.c - addresses between prim_inet.erl, terms, and src/io. */
#include "ports/inet_socket.h"

#include <string.h>

#include "vm/term/bits.h"

void inet_put_16(Text *out, uint32_t value)
{
    text_add_byte(out, (char)(value >> 8));
    text_add_byte(out, (char)value);
}

void inet_put_32(Text *out, uint32_t value)
{
    inet_put_16(out, value >> 16);
    inet_put_16(out, value & 0xffff);
}

static bool read_bytes(Reader *in, IoAddress *out, size_t size)
{
    const uint8_t *bytes = reader_bytes(in, size);

    out->size = (uint8_t)size;
    if (bytes)
        memcpy(out->bytes, bytes, size);
    return bytes != NULL;
}

static bool read_special(IoFamily family, bool loopback, IoAddress *out)
{
    out->family = family;
    if (family == IO_FAMILY_INET) {
        out->size = 4;
        if (loopback)
            memcpy(out->bytes, (const uint8_t[]){127, 0, 0, 1}, 4);
    } else if (family == IO_FAMILY_INET6) {
        out->size = 16;
        out->bytes[15] = loopback;
    }
    return family == IO_FAMILY_INET || family == IO_FAMILY_INET6;
}

bool inet_address_read(Reader *in, IoFamily family, IoAddress *out)
{
    uint8_t kind = reader_u8(in);

    *out = (IoAddress){0};
    if (kind == INET_AF_LOCAL) {
        uint8_t size = reader_u8(in);

        out->family = IO_FAMILY_LOCAL;
        return size <= sizeof out->bytes && read_bytes(in, out, size) && family == IO_FAMILY_LOCAL;
    }
    out->port = reader_u16(in);
    switch (kind) {
    case INET_AF_ANY: return read_special(family, false, out);
    case INET_AF_LOOPBACK: return read_special(family, true, out);
    case INET_AF_INET:
        out->family = IO_FAMILY_INET;
        return read_bytes(in, out, 4) && family == IO_FAMILY_INET;
    case INET_AF_INET6:
        out->family = IO_FAMILY_INET6;
        read_bytes(in, out, 16);
        out->flow_info = reader_u32(in);
        out->scope_id = reader_u32(in);
        return reader_ok(in) && family == IO_FAMILY_INET6;
    default: return false;
    }
}

void inet_address_write(Text *out, const IoAddress *address)
{
    switch (address->family) {
    case IO_FAMILY_INET:
        text_add_byte(out, INET_AF_INET);
        inet_put_16(out, address->port);
        text_add(out, address->bytes, 4);
        break;
    case IO_FAMILY_INET6:
        text_add_byte(out, INET_AF_INET6);
        inet_put_16(out, address->port);
        text_add(out, address->bytes, 16);
        break;
    case IO_FAMILY_LOCAL:
        text_add_byte(out, INET_AF_LOCAL);
        text_add_byte(out, (char)address->size);
        text_add(out, address->bytes, address->size);
        break;
    default:
        text_add_byte(out, INET_AF_UNSPEC);
        break;
    }
}

Term inet_address_term(Heap *heap, const IoAddress *address)
{
    Term elements[8];

    switch (address->family) {
    case IO_FAMILY_INET:
        for (size_t i = 0; i < 4; i++)
            elements[i] = small_int(address->bytes[i]);
        return tuple_from(heap, 4, elements);
    case IO_FAMILY_INET6:
        for (size_t i = 0; i < 8; i++)
            elements[i] = small_int(address->bytes[2 * i] << 8 | address->bytes[2 * i + 1]);
        return tuple_from(heap, 8, elements);
    case IO_FAMILY_LOCAL:
        return tuple_2(heap, A_LOCAL, bits_new(heap, address->bytes, address->size));
    default:
        return tuple_2(heap, A_UNSPEC, bits_new(heap, "", 0));
    }
}
