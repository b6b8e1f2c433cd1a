#include "vm/dist/dist_input.h"

#include <inttypes.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/dist/dist_connection.h"
#include "vm/dist/dist_dispatch.h"
#include "vm/proc/emulator_log.h"
#include "vm/term/etf.h"
#include "vm/term/pid.h"
#include "vm/term/print.h"

/* Bytes of a bad packet that are shown. */
#define SHOWN_BYTES 512
#define SHOWN_CHARACTERS 200

/* A message of which not all fragments have come. */
typedef struct DistSequence {
    struct DistSequence *next;     /* in its bucket */
    uint64_t id;
    uint64_t fragments_left;
    DistAtoms atoms;
    uint8_t *bytes;
    size_t size, capacity;
} DistSequence;

/* --- complaints -------------------------------------------------------------------------------------------------- */

static void add_bytes(Text *out, const char *start, const uint8_t *bytes, size_t size)
{
    text_add_string(out, start);
    for (size_t i = 0; i < MIN(size, SHOWN_BYTES); i++)
        text_printf(out, "%s%u", i == 0 ? "" : ",", bytes[i]);
    text_add_string(out, size > SHOWN_BYTES ? ",...>>" : ">>");
}

/* "X got a corrupted ... from Y on distribution channel N" */
static void add_blame(Text *out, const DistNode *node, const char *what)
{
    term_print_atom(out, node_name);
    text_printf(out, " got a corrupted %s from ", what);
    term_print_atom(out, node->name);
    text_printf(out, " on distribution channel %" PRIu32 "\n", node_channel(node->name, node->creation));
}

static void log_text(Term level, Text *text)
{
    emulator_log_text(NULL, level, text_terminated(text));
    text_free(text);
}

static void log_and_kill(DistNode *node, Term level, Text *text)
{
    log_text(level, text);
    dist_kill_connection(node);
}

static void bad_header(DistNode *node, const uint8_t *bytes, size_t size)
{
    Text text = {0};

    add_blame(&text, node, "distribution header");
    add_bytes(&text, "<<", bytes, size);
    log_and_kill(node, A_WARNING, &text);
}

void dist_input_broken_term(DistNode *node, uint32_t connection_id, const DistAtoms *atoms, const uint8_t *bytes, size_t size)
{
    Text text = {0};

    add_blame(&text, node, "external term");
    add_bytes(&text, "<<...,", bytes, size);
    text_add_string(&text, "\nATOM_CACHE_REF translations: ");
    if (atoms->count == 0)
        text_add_string(&text, "none");
    for (unsigned i = 0; i < atoms->count; i++) {
        text_printf(&text, "%s%u=", i == 0 ? "" : ", ", i);
        term_print_atom(&text, atoms->atoms[i]);
    }
    log_text(A_WARNING, &text);
    if (node->connection_id == connection_id)
        dist_kill_connection(node);
}

static void bad_message(DistNode *node, Term control)
{
    Text text = {0};

    text_add_string(&text, "Invalid distribution message: ");
    term_print(&text, control, SHOWN_CHARACTERS);
    log_and_kill(node, A_ERROR, &text);
}

static void bad_version(DistNode *node)
{
    Text text = {0};

    text_printf(&text, "** Got message from incompatible erlang on channel %" PRIu32 "\n",
                node_channel(node->name, node->creation));
    log_and_kill(node, A_ERROR, &text);
}

/* --- whole messages ---------------------------------------------------------------------------------------------- */

static Term decode(Reader *in, const DistAtoms *atoms, Heap *heap)
{
    EtfDecoder decoder;
    int64_t unlimited = INT64_MAX;
    EtfStatus status;

    etf_decoder_init(&decoder, heap, in->at, reader_left(in), 0);
    decoder.atoms = atoms->atoms;
    decoder.atom_count = atoms->count;
    status = etf_decoder_run(&decoder, &unlimited);
    if (status == ETF_DONE)
        in->at = decoder.in.at;
    else
        reader_fail(in, decoder.in.error);
    etf_decoder_end(&decoder);
    return status == ETF_DONE ? decoder.result : NO_TERM;
}

Term dist_payload_decode(DistPayload *payload, Heap *heap)
{
    return decode(&payload->in, payload->atoms, heap);
}

/* `block` (or null) holds the bytes, and may be taken over. `has_versions`: both terms start with a version byte, as
 * there was no header. */
static void deliver(DistNode *node, const DistAtoms *atoms, const uint8_t *bytes, size_t size, uint8_t **block,
                    bool has_versions)
{
    DistPayload payload = {.atoms = atoms, .block = block};
    Reader in;
    Heap heap = {0};
    Term control = NO_TERM;
    DistVerdict verdict = DIST_BROKEN;

    reader_init(&in, bytes, size);
    if (!has_versions || reader_u8(&in) == ETF_VERSION)
        control = decode(&in, atoms, &heap);
    if (control != NO_TERM) {
        if (has_versions && reader_left(&in) > 0 && *in.at == ETF_VERSION)
            in.at++;
        reader_init(&payload.in, in.at, reader_left(&in));
        verdict = dist_dispatch(node, control, &payload);
    }
    if (verdict == DIST_INVALID)
        bad_message(node, control);
    else if (verdict == DIST_BROKEN)
        dist_input_broken_term(node, node->connection_id, atoms, bytes, size);
    heap_clear(&heap);
}

/* --- fragments ----------------------------------------------------------------------------------------------------- */

static DistSequence **find_sequence(DistNode *node, uint64_t id)
{
    DistSequence **link = &node->sequences[id % DIST_SEQUENCE_BUCKETS];

    while (*link && (*link)->id != id)
        link = &(*link)->next;
    return link;
}

static void free_sequence(DistSequence *sequence)
{
    mem_free(MEM_PORT, sequence->bytes);
    mem_free(MEM_PORT, sequence);
}

void dist_input_clear(DistNode *node)
{
    for (size_t i = 0; i < DIST_SEQUENCE_BUCKETS; i++) {
        while (node->sequences[i]) {
            DistSequence *gone = node->sequences[i];

            node->sequences[i] = gone->next;
            free_sequence(gone);
        }
    }
}

static void add_fragment(DistSequence *sequence, Reader *in)
{
    size_t size = reader_left(in);

    if (sequence->size + size > sequence->capacity) {
        sequence->capacity = MAX(sequence->size + size, 2 * sequence->capacity);
        sequence->bytes = mem_realloc(MEM_PORT, sequence->bytes, sequence->capacity);
    }
    memcpy(sequence->bytes + sequence->size, in->at, size);
    sequence->size += size;
    sequence->fragments_left--;
}

/* After a fragment was added: the last one completes the message. */
static void check_complete(DistNode *node, DistSequence **link)
{
    DistSequence *sequence = *link;

    if (sequence->fragments_left > 0)
        return;
    *link = sequence->next;
    deliver(node, &sequence->atoms, sequence->bytes, sequence->size, &sequence->bytes, false);
    free_sequence(sequence);
}

static bool start_sequence(DistNode *node, uint64_t id, uint64_t fragments, const DistAtoms *atoms, Reader *in)
{
    DistSequence **link = find_sequence(node, id);

    if (*link || fragments == 0)
        return false;
    *link = mem_alloc_zero(MEM_PORT, sizeof **link);
    (*link)->id = id;
    (*link)->fragments_left = fragments;
    (*link)->atoms = *atoms;
    add_fragment(*link, in);
    check_complete(node, link);
    return true;
}

static bool go_on(DistNode *node, Reader *in)
{
    uint64_t id = reader_u64(in), fragment = reader_u64(in);
    DistSequence **link = find_sequence(node, id);

    if (!reader_ok(in) || !*link || (*link)->fragments_left != fragment)
        return false;
    add_fragment(*link, in);
    check_complete(node, link);
    return true;
}

/* --- headers --------------------------------------------------------------------------------------------------------- */

static Term read_new_atom(DistNode *node, Reader *in, unsigned slot, bool long_atoms)
{
    size_t size = long_atoms ? reader_u16(in) : reader_u8(in);
    const char *text = (const char *)reader_bytes(in, size);
    Term atom = text ? atom_from_utf8(text, size) : NO_TERM;

    if (atom == NO_TERM)
        reader_fail(in, "bad atom");
    return node->cache_in[slot] = atom;
}

static void read_atoms(DistNode *node, Reader *in, DistAtoms *out)
{
    unsigned count = reader_u8(in);
    const uint8_t *flags = count > 0 ? reader_bytes(in, count / 2 + 1) : NULL;
    bool long_atoms;

    out->count = 0;
    if (!flags)
        return;
    if (!node->cache_in) {
        reader_fail(in, "no cache was agreed upon");
        return;
    }
    long_atoms = flags[count / 2] >> (count % 2 * 4) & 1;
    for (unsigned i = 0; i < count && reader_ok(in); i++) {
        unsigned bits = flags[i / 2] >> (i % 2 * 4) & 15;
        unsigned slot = (bits & 7) << 8 | reader_u8(in);
        Term atom = bits & 8 ? read_new_atom(node, in, slot, long_atoms) : node->cache_in[slot];

        if (atom == NO_TERM)
            reader_fail(in, "atom that is not in the cache");
        out->atoms[out->count++] = atom;
    }
}

/* A packet with a header. False: that is broken. */
static bool read_packet(DistNode *node, Reader *in)
{
    unsigned kind = reader_u8(in);
    uint64_t sequence = 0, fragments = 0;
    DistAtoms atoms;

    if (kind == DIST_NEXT_FRAGMENT)
        return dist_has(node, DIST_FRAGMENTS) && go_on(node, in);
    if (kind == DIST_FIRST_FRAGMENT && dist_has(node, DIST_FRAGMENTS)) {
        sequence = reader_u64(in);
        fragments = reader_u64(in);
    } else if (kind != DIST_HEADER) {
        return false;
    }
    read_atoms(node, in, &atoms);
    if (!reader_ok(in))
        return false;
    if (kind == DIST_FIRST_FRAGMENT)
        return start_sequence(node, sequence, fragments, &atoms, in);
    deliver(node, &atoms, in->at, reader_left(in), NULL, false);
    return true;
}

void dist_input(DistNode *node, uint32_t connection_id, const uint8_t *bytes, size_t size)
{
    Reader in;

    if (!dist_is_alive || node->state != DIST_CONNECTED || node->connection_id != connection_id)
        return;
    node->packets_in++;
    if (size == 0)
        return;
    reader_init(&in, bytes, size);
    if (!(node->flags & (DIST_ATOM_CACHE | DIST_FRAGMENTS))) {
        const DistAtoms none = {.count = 0};

        reader_u8(&in);                /* pass through */
        if (reader_left(&in) > 0 && *in.at != ETF_VERSION)
            bad_version(node);
        else
            deliver(node, &none, in.at, reader_left(&in), NULL, true);
        return;
    }
    if (reader_u8(&in) != ETF_VERSION)
        bad_version(node);
    else if (!read_packet(node, &in))
        bad_header(node, bytes, size);
}
