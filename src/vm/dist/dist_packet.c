#include "vm/dist/dist_packet.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/bits.h"
#include "vm/term/etf.h"

/* What one atom takes in a header, at most: slot, length, text. */
#define ATOM_BYTES (1 + 2 + 4 * ATOM_MAX_CHARACTERS)
#define FRAGMENT_NUMBERS 16

/* --- queue ------------------------------------------------------------------------------------------------- */

static DistPacket *new_packet(size_t header_size, Binary *body, size_t start, size_t size)
{
    DistPacket *packet = mem_alloc(MEM_PORT, sizeof *packet + header_size);

    *packet = (DistPacket){.start = start, .size = size, .header_size = header_size};
    if (size > 0)
        packet->body = binary_keep(body);
    return packet;
}

static void append(DistNode *node, DistPacket *packet)
{
    DistQueue *queue = &node->output;

    *(queue->last ? &queue->last->next : &queue->first) = packet;
    queue->last = packet;
    queue->bytes += dist_packet_bytes(packet);
}

DistPacket *dist_packet_take(DistNode *node)
{
    DistQueue *queue = &node->output;
    DistPacket *packet = queue->first;

    if (!packet)
        return NULL;
    queue->first = packet->next;
    if (!queue->first)
        queue->last = NULL;
    queue->bytes -= dist_packet_bytes(packet);
    return packet;
}

void dist_packet_free(DistPacket *packet)
{
    if (packet->body)
        binary_release(packet->body);
    mem_free(MEM_PORT, packet);
}

Term dist_packet_list(Heap *heap, const DistPacket *packet)
{
    Term list = TERM_NIL;

    if (packet->body) {
        Term whole = bits_refc(heap, binary_keep(packet->body), packet->body->used_bits);
        list = cons(heap, bits_sub(heap, whole, 8 * packet->start, 8 * packet->size), list);
    }
    return packet->header_size > 0 ? cons(heap, bits_new(heap, packet->header, packet->header_size), list) : list;
}

/* --- headers ----------------------------------------------------------------------------------------------- */

/* The entry of one atom: its slot, and its text if the other side does not have it. Sets the bits of its half byte. */
static uint8_t *put_atom(DistNode *node, Term atom, bool long_atoms, uint8_t *bits, uint8_t *to)
{
    unsigned slot = atom_refs_slot(atom);
    size_t size;
    const char *text;

    *bits = (uint8_t)(slot >> 8);
    *to++ = (uint8_t)slot;
    if (node->cache_out[slot] == atom)
        return to;
    node->cache_out[slot] = atom;
    *bits |= 8;
    text = atom_text(atom, &size);
    if (long_atoms)
        *to++ = (uint8_t)(size >> 8);
    *to++ = (uint8_t)size;
    memcpy(to, text, size);
    return to + size;
}

/* Texts of more than 255 bytes make all lengths of this header two bytes long. */
static bool has_long_atom(const AtomRefs *refs)
{
    for (unsigned i = 0; i < refs->count; i++) {
        size_t size;

        atom_text(refs->atoms[i], &size);
        if (size > UINT8_MAX)
            return true;
    }
    return false;
}

/* Count, half bytes of flags, entries. */
static uint8_t *put_atoms(DistNode *node, const AtomRefs *refs, uint8_t *to)
{
    unsigned count = refs ? refs->count : 0;
    uint8_t *flags = to + 1;
    bool long_atoms;

    *to = (uint8_t)count;
    if (count == 0)
        return to + 1;
    long_atoms = has_long_atom(refs);
    memset(flags, 0, count / 2 + 1);
    to = flags + count / 2 + 1;
    for (unsigned i = 0; i < count; i++) {
        uint8_t bits;

        to = put_atom(node, refs->atoms[i], long_atoms, &bits, to);
        flags[i / 2] |= (uint8_t)(bits << (i % 2 * 4));
    }
    if (long_atoms)
        flags[count / 2] |= (uint8_t)(1 << (count % 2 * 4));
    return to;
}

static uint8_t *put_fragment(uint8_t *to, uint64_t sequence, uint64_t number)
{
    for (unsigned i = 0; i < 8; i++) {
        to[i] = (uint8_t)(sequence >> (56 - 8 * i));
        to[8 + i] = (uint8_t)(number >> (56 - 8 * i));
    }
    return to + FRAGMENT_NUMBERS;
}

/* --- framing ----------------------------------------------------------------------------------------------- */

/* Without headers: both terms with their version bytes. */
static void queue_plain(DistNode *node, Binary *bytes, size_t size, size_t control_size)
{
    bool has_payload = size > control_size;
    DistPacket *packet = new_packet(2 + control_size + has_payload, bytes, control_size, size - control_size);

    packet->header[0] = DIST_PASS_THROUGH;
    packet->header[1] = ETF_VERSION;
    memcpy(packet->header + 2, bytes->data, control_size);
    if (has_payload)
        packet->header[2 + control_size] = ETF_VERSION;
    append(node, packet);
}

/* The header of one whole message, or of its first fragment if there are more. */
static void queue_first(DistNode *node, Binary *bytes, size_t size, const AtomRefs *refs, uint64_t fragments)
{
    size_t room = 2 + FRAGMENT_NUMBERS + 1 + ATOM_REFS_MAX / 2 + 1 + (refs ? refs->count : 0) * ATOM_BYTES;
    uint8_t *header = mem_alloc(MEM_PORT, room);
    uint8_t *end = header + 2;
    DistPacket *packet;

    header[0] = ETF_VERSION;
    header[1] = fragments > 1 ? DIST_FIRST_FRAGMENT : DIST_HEADER;
    if (fragments > 1)
        end = put_fragment(end, ++node->last_sequence, fragments);
    end = put_atoms(node, refs, end);
    packet = new_packet((size_t)(end - header), bytes, 0, size);
    memcpy(packet->header, header, packet->header_size);
    mem_free(MEM_PORT, header);
    append(node, packet);
}

void dist_packet_queue_next(DistNode *node, DistParcel *parcel)
{
    size_t size = MIN(parcel->size - parcel->sent, DIST_FRAGMENT_BYTES);
    DistPacket *packet = new_packet(2 + FRAGMENT_NUMBERS, parcel->bytes, parcel->sent, size);

    packet->header[0] = ETF_VERSION;
    packet->header[1] = DIST_NEXT_FRAGMENT;
    put_fragment(packet->header + 2, parcel->sequence, parcel->fragments_left);
    parcel->fragments_left--;
    parcel->sent += size;
    append(node, packet);
}

static void frame_first(DistNode *node, DistParcel *parcel, const AtomRefs *refs)
{
    size_t payload = parcel->size - parcel->control_size;
    uint64_t fragments = 1;

    if (!(node->flags & (DIST_ATOM_CACHE | DIST_FRAGMENTS))) {
        queue_plain(node, parcel->bytes, parcel->size, parcel->control_size);
        return;
    }
    parcel->sent = parcel->size;
    if (dist_has(node, DIST_FRAGMENTS) && payload > DIST_FRAGMENT_BYTES) {
        fragments = (payload + DIST_FRAGMENT_BYTES - 1) / DIST_FRAGMENT_BYTES;
        parcel->sent = parcel->control_size + DIST_FRAGMENT_BYTES;
    }
    queue_first(node, parcel->bytes, parcel->sent, refs, fragments);
    parcel->sequence = node->last_sequence;
    parcel->fragments_left = fragments - 1;
}

void dist_packet_queue_first(DistNode *node, DistParcel *parcel, const AtomRefs *refs)
{
    if (node->state == DIST_PENDING) {
        DistPacket *packet = new_packet(0, parcel->bytes, 0, parcel->size);

        packet->control_size = parcel->control_size;
        append(node, packet);
    } else {
        frame_first(node, parcel, refs);
    }
}

void dist_packet_frame_all(DistNode *node)
{
    DistPacket *packet = node->output.first;

    node->output = (DistQueue){.first = NULL};
    while (packet) {
        DistPacket *next = packet->next;
        DistParcel parcel = {.bytes = packet->body, .size = packet->size, .control_size = packet->control_size};

        frame_first(node, &parcel, NULL);
        while (parcel.fragments_left > 0)
            dist_packet_queue_next(node, &parcel);
        dist_packet_free(packet);
        packet = next;
    }
}
