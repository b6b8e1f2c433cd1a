#include <math.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/etf.h"
#include "vm/term/etf_tags.h"
#include "vm/term/float_text.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

#define MAX_FUN_ARITY 255

typedef enum FrameKind { FRAME_SLOTS, FRAME_LIST, FRAME_FLAT_MAP, FRAME_TRIE } FrameKind;

/* A tuple, fun, list or map of which elements are still to come. */
typedef struct EtfFrame {
    FrameKind kind;
    size_t left;           /* slots not yet given out; of a list: elements */
    Term *next;            /* the next slot; of a list: its last cell; of a flat map: the next key */
    Term *values;          /* flat map: the next value; null: the next slot is the key's */
    Term *target;          /* maps: where the map goes */
    Term *first;           /* flat map: its object; trie: the leaves */
    size_t count;          /* maps: pairs */
} EtfFrame;

static EtfFrame *push_frame(EtfDecoder *d)
{
    if (d->frame_count == d->frame_capacity) {
        d->frame_capacity = MAX(16, 2 * d->frame_capacity);
        d->frames = mem_realloc(MEM_SYSTEM, d->frames, d->frame_capacity * sizeof *d->frames);
    }
    return &d->frames[d->frame_count++];
}

/* `count` more terms must follow, each of at least one byte. */
static bool owe(EtfDecoder *d, uint64_t count)
{
    if (d->owed + count > reader_left(&d->in)) {
        reader_fail(&d->in, "more elements than bytes");
        return false;
    }
    d->owed += count;
    return true;
}

/* --- leaves ------------------------------------------------------------------------------- */

static Term fail(EtfDecoder *d, const char *why)
{
    reader_fail(&d->in, why);
    return NO_TERM;
}

/* Terms repeat the same few atoms: short ASCII names that were seen lately are found by their bytes. Atoms stay for ever,
 * so an entry is right for as long as it stands. */
#define RECENT_ATOM_BITS 10
#define RECENT_BYTES 16

typedef struct RecentAtom {
    uint64_t first, last;          /* the first and the last 8 bytes, which overlap; a name of less than 8 bytes is all in `first` */
    size_t size;                   /* 0: a free entry */
    Term atom;
} RecentAtom;

static RecentAtom recent_atoms[1 << RECENT_ATOM_BITS];

/* The entry for a name of 1 to RECENT_BYTES bytes, with its bytes filled into `key`. */
static RecentAtom *recent_entry(const char *text, size_t size, RecentAtom *key)
{
    *key = (RecentAtom){.size = size};
    if (size >= 8) {
        memcpy(&key->first, text, 8);
        memcpy(&key->last, text + size - 8, 8);
    } else {
        for (size_t i = 0; i < size; i++)
            key->first = key->first << 8 | (uint8_t)text[i];
    }
    return &recent_atoms[(key->first + 31 * key->last + size) * 0x9E3779B97F4A7C15u >> (64 - RECENT_ATOM_BITS)];
}

static bool is_ascii_key(const RecentAtom *key) { return ((key->first | key->last) & 0x8080808080808080u) == 0; }

static Term find_atom(const char *text, size_t size, bool utf8, bool safe)
{
    if (safe)
        return utf8 ? atom_existing_utf8(text, size) : atom_existing_latin1(text, size);
    return utf8 ? atom_from_utf8(text, size) : atom_from_latin1(text, size);
}

static Term read_atom_text(EtfDecoder *d, size_t size, bool utf8)
{
    const char *text = (const char *)reader_bytes(&d->in, size);
    RecentAtom key;
    RecentAtom *entry = NULL;
    Term atom;

    if (!text)
        return NO_TERM;
    if (size > 0 && size <= RECENT_BYTES) {
        entry = recent_entry(text, size, &key);
        if (entry->size == size && entry->first == key.first && entry->last == key.last)
            return entry->atom;
    }
    atom = find_atom(text, size, utf8, d->flags & ETF_SAFE);
    if (atom == NO_TERM)
        return fail(d, "bad atom");
    if (entry && is_ascii_key(&key)) {
        *entry = key;
        entry->atom = atom;
    }
    return atom;
}

static Term read_cached_atom(EtfDecoder *d)
{
    unsigned position = reader_u8(&d->in);

    return position < d->atom_count ? d->atoms[position] : fail(d, "bad atom cache reference");
}

static bool is_atom_tag(unsigned tag)
{
    return tag == TAG_ATOM_CACHE_REF || tag == TAG_ATOM_EXT || tag == TAG_SMALL_ATOM_EXT
        || tag == TAG_ATOM_UTF8_EXT || tag == TAG_SMALL_ATOM_UTF8_EXT;
}

static Term read_tagged_atom(EtfDecoder *d, unsigned tag)
{
    switch (tag) {
    case TAG_ATOM_EXT: return read_atom_text(d, reader_u16(&d->in), false);
    case TAG_SMALL_ATOM_EXT: return read_atom_text(d, reader_u8(&d->in), false);
    case TAG_ATOM_UTF8_EXT: return read_atom_text(d, reader_u16(&d->in), true);
    case TAG_SMALL_ATOM_UTF8_EXT: return read_atom_text(d, reader_u8(&d->in), true);
    case TAG_ATOM_CACHE_REF: return read_cached_atom(d);
    default: return fail(d, "atom expected");
    }
}

static Term read_atom(EtfDecoder *d)
{
    return read_tagged_atom(d, reader_u8(&d->in));
}

static uint32_t read_creation(EtfDecoder *d, bool is_tiny)
{
    return is_tiny ? reader_u8(&d->in) : reader_u32(&d->in);
}

static Term read_pid(EtfDecoder *d, unsigned tag)
{
    Term node = read_atom(d);
    uint32_t number = reader_u32(&d->in);
    uint32_t serial = reader_u32(&d->in);
    uint32_t creation = read_creation(d, tag == TAG_PID_EXT);
    Term pid;

    if (!reader_ok(&d->in) || (tag == TAG_PID_EXT && creation > TINY_CREATION_MAX))
        return fail(d, "bad pid");
    pid = pid_from_node(d->heap, node, creation, number, serial);
    return pid == NO_TERM ? fail(d, "bad pid") : pid;
}

static Term read_port(EtfDecoder *d, unsigned tag)
{
    Term node = read_atom(d);
    uint64_t number = tag == TAG_V4_PORT_EXT ? reader_u64(&d->in) : reader_u32(&d->in);
    uint32_t creation = read_creation(d, tag == TAG_PORT_EXT);
    Term port;

    if (!reader_ok(&d->in) || (tag == TAG_PORT_EXT && creation > TINY_CREATION_MAX))
        return fail(d, "bad port");
    port = port_from_node(d->heap, node, creation, number);
    return port == NO_TERM ? fail(d, "bad port") : port;
}

static Term read_ref(EtfDecoder *d, unsigned tag)
{
    uint32_t numbers[REF_MAX_NUMBERS] = {0};
    unsigned count = tag == TAG_REFERENCE_EXT ? 1 : reader_u16(&d->in);
    Term node = read_atom(d);
    uint32_t creation;
    Term ref;

    if (count == 0 || count > REF_MAX_NUMBERS)
        return fail(d, "bad reference");
    if (tag == TAG_REFERENCE_EXT) {
        numbers[0] = reader_u32(&d->in);
        creation = reader_u8(&d->in);
    } else {
        creation = read_creation(d, tag == TAG_NEW_REFERENCE_EXT);
        for (unsigned i = 0; i < count; i++)
            numbers[i] = reader_u32(&d->in);
    }
    if (tag != TAG_NEWER_REFERENCE_EXT && (creation > TINY_CREATION_MAX || numbers[0] >> REF_FIRST_BITS))
        return fail(d, "bad reference");
    if (!reader_ok(&d->in))
        return NO_TERM;
    if (node_is_this(node, creation))
        count = MAX(count, 3);
    ref = ref_from_node(d->heap, node, creation, numbers, count);
    return ref == NO_TERM ? fail(d, "bad reference") : ref;
}

static Term read_big(EtfDecoder *d, size_t size)
{
    bool negative = reader_u8(&d->in) != 0;
    const uint8_t *bytes = reader_bytes(&d->in, size);

    if (!bytes || size > INTEGER_MAX_LIMBS * sizeof(uint64_t))
        return fail(d, "bad big integer");
    return integer_from_magnitude(d->heap, bytes, size, negative);
}

static Term read_new_float(EtfDecoder *d)
{
    uint64_t bits = reader_u64(&d->in);
    double value;

    memcpy(&value, &bits, sizeof value);
    if (!reader_ok(&d->in) || !isfinite(value))
        return fail(d, "bad float");
    return float_new(d->heap, value);
}

static Term read_old_float(EtfDecoder *d)
{
    const char *text = (const char *)reader_bytes(&d->in, FLOAT_EXT_BYTES);
    double value;

    if (!text || !float_parse(text, strnlen(text, FLOAT_EXT_BYTES), &value))
        return fail(d, "bad float");
    return float_new(d->heap, value);
}

static Term read_bits(EtfDecoder *d, bool has_bit_count, int64_t *budget)
{
    size_t size = reader_u32(&d->in);
    unsigned last_bits = has_bit_count ? reader_u8(&d->in) : 8;
    const uint8_t *bytes = reader_bytes(&d->in, size);

    if (!bytes || (has_bit_count && ((last_bits == 0) != (size == 0) || last_bits > 8)))
        return fail(d, "bad binary");
    *budget -= (int64_t)(size / 256);
    if (size == 0)
        return bits_new(d->heap, NULL, 0);
    return last_bits == 8 ? bits_new(d->heap, bytes, size) : bits_copy_of(d->heap, bytes, 0, 8 * (size - 1) + last_bits);
}

static Term read_string(EtfDecoder *d, int64_t *budget)
{
    size_t size = reader_u16(&d->in);
    const uint8_t *bytes = reader_bytes(&d->in, size);
    Word *cells;

    if (!bytes)
        return NO_TERM;
    if (size == 0)
        return TERM_NIL;
    *budget -= (int64_t)(size / 16);
    cells = heap_alloc(d->heap, 2 * size);
    for (size_t i = 0; i < size; i++) {
        cells[2 * i] = term_bits(small_int(bytes[i]));
        cells[2 * i + 1] = term_bits(make_cons(cells + 2 * i + 2));
    }
    cells[2 * size - 1] = term_bits(TERM_NIL);
    return make_cons(cells);
}

static Term read_export(EtfDecoder *d)
{
    Term module = read_atom(d);
    Term function = read_atom(d);
    unsigned tag = reader_u8(&d->in);
    uint32_t arity = reader_u8(&d->in);

    if (!reader_ok(&d->in) || tag != TAG_SMALL_INTEGER_EXT)
        return fail(d, "bad export");
    if ((d->flags & ETF_SAFE) && !etf_funs.is_exported(module, function, arity))
        return fail(d, "no such function");
    return etf_funs.exported(d->heap, module, function, arity);
}

/* --- terms with elements ------------------------------------------------------------------ */

static void fill_with_nil(Term *slots, size_t count)
{
    for (size_t i = 0; i < count; i++)
        slots[i] = TERM_NIL;
}

static Term open_tuple(EtfDecoder *d, size_t size)
{
    Term *elements;
    Term tuple;

    if (size > TUPLE_MAX_SIZE || !owe(d, size))
        return fail(d, "bad tuple");
    tuple = tuple_new(d->heap, size, &elements);
    if (size > 0) {
        fill_with_nil(elements, size);
        *push_frame(d) = (EtfFrame){.kind = FRAME_SLOTS, .left = size, .next = elements};
    }
    return tuple;
}

/* A cell whose parts are still to come. */
static Term *new_cell(EtfDecoder *d)
{
    return cons_cell(cons(d->heap, TERM_NIL, TERM_NIL));
}

/* Terms that start where the slot is; `false` if the slot stays as it is, for the tail of an empty list. */
static bool open_list(EtfDecoder *d)
{
    size_t count = reader_u32(&d->in);
    Term *cell;

    if (!reader_ok(&d->in) || !owe(d, (uint64_t)count + 1)) {
        reader_fail(&d->in, "bad list");
        return true;
    }
    if (count == 0)
        return false;
    cell = new_cell(d);
    *d->slot = make_cons((Word *)cell);
    *push_frame(d) = (EtfFrame){.kind = FRAME_LIST, .left = count, .next = cell};
    return true;
}

static Term open_fun(EtfDecoder *d)
{
    uint32_t arity, index, free_count, old_uniq;
    const uint8_t *uniq;
    Term module, creator, fun;
    Term *env;
    unsigned tag;

    reader_u32(&d->in);        /* the size of all */
    arity = reader_u8(&d->in);
    uniq = reader_bytes(&d->in, 16);
    index = reader_u32(&d->in);
    free_count = reader_u32(&d->in);
    module = read_atom(d);
    tag = reader_u8(&d->in);   /* the index in old code: not used */
    tag == TAG_INTEGER_EXT ? reader_u32(&d->in) : reader_u8(&d->in);
    if (tag != TAG_INTEGER_EXT && tag != TAG_SMALL_INTEGER_EXT)
        return fail(d, "bad fun");
    tag = reader_u8(&d->in);
    old_uniq = tag == TAG_INTEGER_EXT ? reader_u32(&d->in) : reader_u8(&d->in);
    if (tag != TAG_INTEGER_EXT && tag != TAG_SMALL_INTEGER_EXT)
        return fail(d, "bad fun");
    tag = reader_u8(&d->in);
    if (tag != TAG_PID_EXT && tag != TAG_NEW_PID_EXT)
        return fail(d, "bad fun");
    creator = read_pid(d, tag);
    if (!reader_ok(&d->in) || arity + (uint64_t)free_count > MAX_FUN_ARITY || !owe(d, free_count))
        return fail(d, "bad fun");
    fun = etf_funs.local(d->heap, module, old_uniq, index, uniq, arity, creator, free_count, &env);
    if (fun != NO_TERM && free_count > 0) {
        fill_with_nil(env, free_count);
        *push_frame(d) = (EtfFrame){.kind = FRAME_SLOTS, .left = free_count, .next = env};
    }
    return fun == NO_TERM ? fail(d, "bad fun") : fun;
}

static Term open_flat_map(EtfDecoder *d, size_t count)
{
    Term nils[MAP_FLAT_LIMIT];
    Term map;

    fill_with_nil(nils, count);
    map = map_from_sorted(d->heap, nils, nils, count);
    if (count > 0)
        *push_frame(d) = (EtfFrame){.kind = FRAME_FLAT_MAP, .left = 2 * count,
                                    .next = tuple_elements(flat_map(map)->keys), .target = d->slot,
                                    .first = (Term *)flat_map(map), .count = count};
    return map;
}

static Term open_map(EtfDecoder *d)
{
    size_t count = reader_u32(&d->in);
    Term *leaves;

    if (!reader_ok(&d->in) || !owe(d, 2 * (uint64_t)count))
        return fail(d, "bad map");
    if (count <= MAP_FLAT_LIMIT)
        return open_flat_map(d, count);
    /* The cells of all leaves side by side: key, value, key ... */
    leaves = (Term *)heap_alloc(d->heap, 2 * count);
    fill_with_nil(leaves, 2 * count);
    *push_frame(d) = (EtfFrame){.kind = FRAME_TRIE, .left = 2 * count, .next = leaves, .target = d->slot,
                                .first = leaves, .count = count};
    return TERM_NIL;
}

static void finish_trie(EtfDecoder *d, const EtfFrame *frame)
{
    Term *leaves = mem_alloc(MEM_SYSTEM, frame->count * sizeof *leaves);
    Term map;

    for (size_t i = 0; i < frame->count; i++)
        leaves[i] = make_cons((Word *)frame->first + 2 * i);
    map = map_from_leaves(d->heap, leaves, frame->count);
    mem_free(MEM_SYSTEM, leaves);
    if (map == NO_TERM)
        reader_fail(&d->in, "a key occurs twice");
    else
        *frame->target = map;
}

static void finish_frame(EtfDecoder *d, const EtfFrame *frame, int64_t *budget)
{
    if (frame->kind == FRAME_TRIE) {
        *budget -= (int64_t)frame->count;
        finish_trie(d, frame);
    } else if (frame->kind == FRAME_FLAT_MAP) {
        FlatMap *map = (FlatMap *)frame->first;
        if (!map_sort_flat(tuple_elements(map->keys), map->values, frame->count))
            reader_fail(&d->in, "a key occurs twice");
    }
}

/* The slot of the next term, after one has been filled. */
static inline void next_slot(EtfDecoder *d, int64_t *budget)
{
    while (d->frame_count > 0) {
        EtfFrame *frame = &d->frames[d->frame_count - 1];

        if (frame->kind == FRAME_SLOTS) {      /* never left with no slots */
            d->slot = frame->next++;
            if (--frame->left == 0)
                d->frame_count--;
            return;
        }
        if (frame->kind == FRAME_LIST) {
            Term *cell = frame->next;
            if (--frame->left == 0) {
                d->frame_count--;
                d->slot = &cell[1];
                return;
            }
            frame->next = new_cell(d);
            cell[1] = make_cons((Word *)frame->next);
            d->slot = frame->next;
            return;
        }
        if (frame->left > 0) {
            frame->left--;
            if (frame->kind == FRAME_FLAT_MAP) {
                size_t done = 2 * frame->count - frame->left - 1;
                d->slot = done % 2 == 0 ? &frame->next[done / 2] : &((FlatMap *)frame->first)->values[done / 2];
            } else {
                d->slot = frame->next++;
            }
            return;
        }
        d->frame_count--;
        finish_frame(d, &d->frames[d->frame_count], budget);
    }
    d->slot = NULL;
}

/* --- the loop ----------------------------------------------------------------------------- */

static Term read_identifier(EtfDecoder *d, unsigned tag)
{
    switch (tag) {
    case TAG_NEW_PID_EXT:
    case TAG_PID_EXT:
        return read_pid(d, tag);
    case TAG_NEW_PORT_EXT:
    case TAG_PORT_EXT:
    case TAG_V4_PORT_EXT:
        return read_port(d, tag);
    case TAG_NEWER_REFERENCE_EXT:
    case TAG_REFERENCE_EXT:
    case TAG_NEW_REFERENCE_EXT:
        return read_ref(d, tag);
    default:
        return is_atom_tag(tag) ? read_tagged_atom(d, tag) : fail(d, "unknown tag");
    }
}

/* One term, without its elements. */
static Term read_term(EtfDecoder *d, unsigned tag, int64_t *budget)
{
    switch (tag) {
    case TAG_SMALL_INTEGER_EXT: return small_int(reader_u8(&d->in));
    case TAG_INTEGER_EXT: return small_int((int32_t)reader_u32(&d->in));
    case TAG_SMALL_BIG_EXT: return read_big(d, reader_u8(&d->in));
    case TAG_LARGE_BIG_EXT: return read_big(d, reader_u32(&d->in));
    case TAG_NEW_FLOAT_EXT: return read_new_float(d);
    case TAG_FLOAT_EXT: return read_old_float(d);
    case TAG_SMALL_TUPLE_EXT: return open_tuple(d, reader_u8(&d->in));
    case TAG_LARGE_TUPLE_EXT: return open_tuple(d, reader_u32(&d->in));
    case TAG_NIL_EXT: return TERM_NIL;
    case TAG_STRING_EXT: return read_string(d, budget);
    case TAG_BINARY_EXT: return read_bits(d, false, budget);
    case TAG_BIT_BINARY_EXT: return read_bits(d, true, budget);
    case TAG_MAP_EXT: return open_map(d);
    case TAG_NEW_FUN_EXT: return open_fun(d);
    case TAG_EXPORT_EXT: return read_export(d);
    default: return read_identifier(d, tag);
    }
}

void etf_decoder_init(EtfDecoder *d, Heap *heap, const uint8_t *bytes, size_t size, unsigned flags)
{
    memset(d, 0, sizeof *d);
    reader_init(&d->in, bytes, size);
    d->heap = heap ? heap : &d->own_heap;
    d->flags = flags;
    d->result = NO_TERM;
    d->slot = &d->result;
    d->owed = 1;
}

EtfStatus etf_decoder_run(EtfDecoder *d, int64_t *budget)
{
    while (d->slot && reader_ok(&d->in)) {
        unsigned tag;
        Term t;

        if (--*budget < 0)
            return ETF_MORE;
        tag = reader_u8(&d->in);
        d->owed--;
        if (tag == TAG_LIST_EXT) {
            if (!open_list(d))
                continue;
            d->slot = d->frame_count > 0 ? d->frames[d->frame_count - 1].next : NULL;
            continue;
        }
        t = read_term(d, tag, budget);
        if (t == NO_TERM)
            break;
        *d->slot = t;
        next_slot(d, budget);
    }
    return reader_ok(&d->in) ? ETF_DONE : ETF_FAILED;
}

void etf_decoder_end(EtfDecoder *d)
{
    mem_free(MEM_SYSTEM, d->frames);
    d->frames = NULL;
    d->frame_count = d->frame_capacity = 0;
    heap_clear(&d->own_heap);
}

Term etf_decode_from(Heap *heap, Reader *in, unsigned flags)
{
    EtfDecoder d;
    int64_t budget = INT64_MAX;
    EtfStatus status;

    etf_decoder_init(&d, heap, in->at, reader_left(in), flags);
    status = etf_decoder_run(&d, &budget);
    if (status == ETF_DONE)
        in->at = d.in.at;
    else
        reader_fail(in, d.in.error);
    etf_decoder_end(&d);
    return status == ETF_DONE ? d.result : NO_TERM;
}

static Term decode_compressed(Heap *heap, Reader *in)
{
    size_t used;
    Binary *plain = etf_inflate(in->at, reader_left(in), &used);
    Reader plain_in;
    Term t;

    if (!plain) {
        reader_fail(in, "bad compressed term");
        return NO_TERM;
    }
    reader_init(&plain_in, plain->data, plain->capacity);
    t = etf_decode_from(heap, &plain_in, 0);
    if (t == NO_TERM)
        reader_fail(in, plain_in.error);
    binary_release(plain);
    return t;
}

Term etf_decode(Heap *heap, const uint8_t *bytes, size_t size, EtfError *err)
{
    Reader in;
    Term t = NO_TERM;

    reader_init(&in, bytes, size);
    if (reader_u8(&in) != ETF_VERSION) {
        reader_fail(&in, "no external term");
    } else if (reader_left(&in) > 0 && *in.at == TAG_COMPRESSED) {
        in.at++;
        t = decode_compressed(heap, &in);
    } else {
        t = etf_decode_from(heap, &in, 0);
    }
    if (t == NO_TERM && err)
        *err = (EtfError){.text = in.error, .offset = in.error_offset};
    return t;
}
