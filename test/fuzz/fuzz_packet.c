/* Packets cut out of any bytes: sizes stay within reason, do not depend on how much is there, and what has a
 * structure becomes a term. */
#include <stdlib.h>
#include <string.h>

#include "ports/packet.h"
#include "vm/gc/literal.h"
#include "vm/term/atom.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADER_BYTES = 4 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    literal_init();
    atom_init();
    return 0;
}

/* The size of the first `size` bytes, which lie in a block of their own so that reading beyond them shows. */
static int64_t size_of(PacketRules rules, const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    int64_t result;

    memcpy(copy, bytes, size);
    copy = realloc(copy, size ? size : 1);
    result = packet_size(&rules, copy, size);
    free(copy);
    return result;
}

/* With less of a packet at hand its size is either the same or not known. HTTP needs to see what follows. */
static void check_prefixes(PacketRules rules, const uint8_t *bytes, int64_t whole)
{
    if (rules.type == PACKET_RAW || rules.type == PACKET_LINE || rules.type >= PACKET_HTTP)
        return;
    for (size_t size = 1; size < (size_t)MIN(whole, 20); size++) {
        int64_t part = size_of(rules, bytes, size);

        if (part != 0 && part != whole)
            abort();
    }
}

static void check_body(PacketType type, const uint8_t *packet, size_t size)
{
    size_t start, body;

    packet_body(type, packet, size, &start, &body);
    if (start > size || body > size - start)
        abort();
}

/* Type, largest size, length of lines, delimiter; then the stream. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PacketRules rules;
    const uint8_t *at, *end;

    if (size < HEADER_BYTES)
        return 0;
    rules = (PacketRules){.type = (PacketType)(data[0] % (PACKET_SSL_TLS + 1)), .max_size = data[1] & 0x7f,
                          .line_length = data[2], .line_delimiter = data[3], .in_headers = data[1] & 0x80};
    for (at = data + HEADER_BYTES, end = data + size; at < end;) {
        Heap heap = {0};
        int64_t known = size_of(rules, at, (size_t)(end - at));
        int64_t packet = packet_size(&rules, at, (size_t)(end - at));

        if (packet != known || packet < -1)
            abort();
        if (packet <= 0 || packet > end - at)
            break;
        check_prefixes(rules, at, packet);
        check_body(rules.type, at, (size_t)packet);
        packet_to_term(&heap, &rules, at, (size_t)packet);
        heap_clear(&heap);
        at += packet;
    }
    return 0;
}
