/* inet_ancillary.c - what comes and goes with a datagram besides its data: type of service, traffic class, hops. */
#include <string.h>

#include "io/io_net_option.h"
#include "ports/inet_socket.h"

enum { OPTION_TOS = 9, OPTION_TCLASS = 41, OPTION_TTL = 46 };     /* as prim_inet writes them */

typedef struct Item {
    Term name;
    uint8_t option;
    int32_t value;
} Item;

/* The next control message that means something here. */
static bool next_item(const uint8_t *control, size_t size, size_t *at, Item *item)
{
    IoNetControlPart part;
    bool bad = false;

    while (io_net_control_next(control, size, *at, &part, &bad)) {
        const IoNetControl *known = io_net_control_find(part.level, part.number);
        const char *name = known ? known->name : "";

        *at = part.next;
        if (strncmp(name, "recv", 4) == 0)
            name += 4;
        if (strcmp(name, "tos") == 0)
            *item = (Item){A_TOS, OPTION_TOS, 0};
        else if (strcmp(name, "tclass") == 0)
            *item = (Item){A_TCLASS, OPTION_TCLASS, 0};
        else if (strcmp(name, "ttl") == 0)
            *item = (Item){A_TTL, OPTION_TTL, 0};
        else
            continue;
        if (part.size < sizeof item->value)
            item->value = part.size > 0 ? control[part.at] : 0;
        else
            memcpy(&item->value, control + part.at, sizeof item->value);
        return true;
    }
    return false;
}

Term inet_ancillary_term(Heap *heap, const uint8_t *control, size_t size)
{
    Term items[INET_ANCILLARY_MAX];
    size_t count = 0, at = 0;
    Item item;

    while (count < ARRAY_SIZE(items) && next_item(control, size, &at, &item))
        items[count++] = tuple_2(heap, item.name, small_int(item.value));
    return list_from(heap, count, items, TERM_NIL);
}

void inet_ancillary_put(Text *out, const uint8_t *control, size_t size)
{
    Text items = {0};
    size_t at = 0;
    Item item;

    while (next_item(control, size, &at, &item)) {
        text_add_byte(&items, (char)item.option);
        inet_put_32(&items, (uint32_t)item.value);
    }
    inet_put_32(out, (uint32_t)items.size);
    text_add(out, items.bytes, items.size);
    text_free(&items);
}

static const char *option_name(uint8_t option)
{
    return option == OPTION_TOS || option == OPTION_TCLASS ? (option == OPTION_TOS ? "tos" : "tclass")
                                                            : option == OPTION_TTL ? "ttl" : NULL;
}

bool inet_ancillary_read(Reader *in, uint8_t *control, size_t room, size_t *used)
{
    static const int levels[] = {0, 41};        /* IP and IPv6 */

    *used = 0;
    while (reader_left(in) > 0) {
        const char *name = option_name(reader_u8(in));
        int value = (int)reader_u32(in);
        const IoNetControl *known = NULL;

        for (size_t i = 0; name && !known && i < ARRAY_SIZE(levels); i++)
            known = io_net_control_named(levels[i], name);
        if (!known || !reader_ok(in)
            || !io_net_control_put(control, room, used, known->level, known->number, &value, sizeof value))
            return false;
    }
    return true;
}
