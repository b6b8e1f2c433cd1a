#include <stdio.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/etf.h"
#include "vm/term/etf_tags.h"
#include "vm/term/fun.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

#define FIRST_OUT_BYTES 240
#define MAX_STRING 65535
/* Port numbers up to here take 4 bytes. */
#define MAX_SHORT_PORT 0x0fffffff

typedef enum VisitKind {
    VISIT_TERM,            /* `t` as it is */
    VISIT_TUPLE,           /* elements from `at` on */
    VISIT_LIST,            /* `t` is what is left of a list whose length is written already */
    VISIT_FLAT_MAP,        /* pairs: 2 * index of a key, or that plus 1 for its value */
    VISIT_NODE,            /* of a trie: children below `at`, the last one first */
    VISIT_LEAF,            /* at 0: key and value of `t`, at 1: value */
    VISIT_FUN,             /* free variables from `at` on */
    VISIT_FUN_SIZE         /* `at` is where the size of a fun is to be filled in */
} VisitKind;

typedef struct EtfVisit {
    VisitKind kind;
    size_t at;
    Term t;
} EtfVisit;

static void push_visit(EtfEncoder *e, VisitKind kind, size_t at, Term t)
{
    if (e->visit_count == e->visit_capacity) {
        e->visit_capacity = MAX(32, 2 * e->visit_capacity);
        e->visits = mem_realloc(MEM_SYSTEM, e->visits, e->visit_capacity * sizeof *e->visits);
    }
    e->visits[e->visit_count++] = (EtfVisit){kind, at, t};
}

/* --- bytes -------------------------------------------------------------------------------- */

/* Room for `size` bytes that count as written; null when only counting. */
static inline uint8_t *room(EtfEncoder *e, size_t size)
{
    size_t start = e->size;

    e->size += size;
    if (!e->out)
        return NULL;
    if (UNLIKELY(e->size > e->out->capacity))
        e->out = binary_resize(e->out, MAX(e->size, 2 * e->out->capacity));
    return e->out->data + start;
}

/* 1 to 8 bytes; the callers' number is a constant, so that this is one or two stores. */
static inline __attribute__((always_inline)) void store_big_endian(uint8_t *to, uint64_t value, unsigned bytes)
{
    value = __builtin_bswap64(value << (64 - 8 * bytes));
    memcpy(to, &value, bytes);
}

static inline __attribute__((always_inline)) void put_number(EtfEncoder *e, uint64_t value, unsigned bytes)   /* big-endian */
{
    uint8_t *to = room(e, bytes);

    if (to)
        store_big_endian(to, value, bytes);
}

static inline void put_tag(EtfEncoder *e, unsigned tag)
{
    uint8_t *to = room(e, 1);

    if (to)
        *to = (uint8_t)tag;
}

/* A tag and a big-endian number. */
static inline __attribute__((always_inline)) void put_tagged(EtfEncoder *e, unsigned tag, uint64_t value, unsigned bytes)
{
    uint8_t *to = room(e, 1 + bytes);

    if (!to)
        return;
    *to = (uint8_t)tag;
    store_big_endian(to + 1, value, bytes);
}

/* The tag says whether the size takes one byte or four. */
static void put_size(EtfEncoder *e, unsigned short_tag, unsigned long_tag, size_t size)
{
    if (size <= 255)
        put_tagged(e, short_tag, size, 1);
    else
        put_tagged(e, long_tag, size, 4);
}

static void put_bytes(EtfEncoder *e, const void *bytes, size_t size)
{
    uint8_t *to = room(e, size);

    if (to && size > 0)
        memcpy(to, bytes, size);
}

/* --- leaves ------------------------------------------------------------------------------- */

/* `utf8` has `count` characters, all of latin1. */
static void put_latin1(EtfEncoder *e, const char *utf8, size_t count)
{
    uint8_t *to = room(e, count);

    for (size_t i = 0; to && i < count; i++) {
        unsigned c = (uint8_t)*utf8++;
        if (c >= 0x80)
            c = (c & 3) << 6 | ((uint8_t)*utf8++ & 0x3f);
        to[i] = (uint8_t)c;
    }
}

static void put_atom(EtfEncoder *e, Term atom)
{
    size_t size;
    const char *text = atom_text(atom, &size);
    int position = e->atoms ? atom_refs_position(e->atoms, atom) : -1;

    if (position >= 0) {
        put_tagged(e, TAG_ATOM_CACHE_REF, (uint64_t)position, 1);
    } else if (!(e->flags & ETF_UTF8_ATOMS) && atom_is_latin1(atom)) {
        size_t count = atom_character_count(atom);
        put_tagged(e, TAG_ATOM_EXT, count, 2);
        if (LIKELY(count == size))
            put_bytes(e, text, size);
        else
            put_latin1(e, text, count);
    } else if (size > 255) {
        put_tagged(e, TAG_ATOM_UTF8_EXT, size, 2);
        put_bytes(e, text, size);
    } else {
        put_tagged(e, TAG_SMALL_ATOM_UTF8_EXT, size, 1);
        put_bytes(e, text, size);
    }
}

static void put_integer(EtfEncoder *e, Term t)
{
    size_t size;
    uint8_t *to;

    if (is_small(t) && small_value(t) >= 0 && small_value(t) <= 255) {
        put_tagged(e, TAG_SMALL_INTEGER_EXT, (uint64_t)small_value(t), 1);
        return;
    }
    if (is_small(t) && small_value(t) == (int32_t)small_value(t)) {
        put_tagged(e, TAG_INTEGER_EXT, (uint32_t)small_value(t), 4);
        return;
    }
    size = integer_magnitude_bytes(t);
    put_size(e, TAG_SMALL_BIG_EXT, TAG_LARGE_BIG_EXT, size);
    put_number(e, integer_is_negative(t), 1);
    to = room(e, size);
    if (to)
        integer_magnitude(t, to);
}

static void put_float(EtfEncoder *e, Term t)
{
    double value = float_value(t);
    char text[FLOAT_EXT_BYTES + 1] = {0};
    uint64_t bits;

    if (e->flags & ETF_OLD_FLOATS) {
        snprintf(text, sizeof text, "%.20e", value);
        put_tag(e, TAG_FLOAT_EXT);
        put_bytes(e, text, FLOAT_EXT_BYTES);
        return;
    }
    memcpy(&bits, &value, sizeof bits);
    put_tagged(e, TAG_NEW_FLOAT_EXT, bits, 8);
}

static void put_pid(EtfEncoder *e, Term pid)
{
    uint32_t number, serial;

    pid_numbers(pid, &number, &serial);
    put_tag(e, TAG_NEW_PID_EXT);
    put_atom(e, identifier_node(pid));
    put_number(e, number, 4);
    put_number(e, serial, 4);
    put_number(e, identifier_creation(pid), 4);
}

static void put_port(EtfEncoder *e, Term port)
{
    uint64_t number = port_numbers(port);
    bool is_short = number <= MAX_SHORT_PORT;

    put_tag(e, is_short ? TAG_NEW_PORT_EXT : TAG_V4_PORT_EXT);
    put_atom(e, identifier_node(port));
    put_number(e, number, is_short ? 4 : 8);
    put_number(e, identifier_creation(port), 4);
}

static void put_ref(EtfEncoder *e, Term ref)
{
    uint32_t numbers[REF_MAX_NUMBERS];
    unsigned count = ref_numbers(ref, numbers);

    magic_ref_written(ref);
    put_tagged(e, TAG_NEWER_REFERENCE_EXT, count, 2);
    put_atom(e, identifier_node(ref));
    put_number(e, identifier_creation(ref), 4);
    for (unsigned i = 0; i < count; i++)
        put_number(e, numbers[i], 4);
}

static void add_piece(EtfEncoder *e, Binary *binary, size_t offset, size_t size)
{
    if (e->piece_count == e->piece_capacity) {
        e->piece_capacity = MAX(8, 2 * e->piece_capacity);
        e->pieces = mem_realloc(MEM_SYSTEM, e->pieces, e->piece_capacity * sizeof *e->pieces);
    }
    binary_keep(binary);
    e->pieces[e->piece_count++] = (EtfPiece){e->size, binary, offset, size};
}

/* Bytes of pieces after byte `at` of `out`. */
static size_t pieces_size_after(const EtfEncoder *e, size_t at)
{
    size_t size = 0;

    for (size_t i = e->piece_count; i > 0 && e->pieces[i - 1].at > at; i--)
        size += e->pieces[i - 1].size;
    return size;
}

static void put_bits(EtfEncoder *e, Term t, int64_t *budget)
{
    BitsView view = bits_view_of(t);
    size_t size = bits_bytes(view.bit_size);
    size_t whole = view.bit_size / 8;
    uint8_t *to;
    bool is_piece = e->flags & ETF_PIECES && view.owner && view.bit_offset == 0 && whole > HEAP_BITS_MAX_BYTES;

    if (UNLIKELY(size > UINT32_MAX)) {
        e->is_too_large = true;
        e->visit_count = 0;
        return;
    }
    *budget -= is_piece ? 0 : (int64_t)(size / 256);
    put_tagged(e, view.bit_size % 8 == 0 ? TAG_BINARY_EXT : TAG_BIT_BINARY_EXT, size, 4);
    if (view.bit_size % 8 != 0)
        put_number(e, view.bit_size % 8, 1);
    if (is_piece) {
        add_piece(e, view.owner, (size_t)(view.bytes - view.owner->data), whole);
        view.bytes += whole;
        view.bit_size -= 8 * whole;
        size -= whole;
    }
    to = room(e, size);
    if (to && size > 0)
        bits_copy_out(to, view.bytes, view.bit_offset, view.bit_size);
}

static void put_export(EtfEncoder *e, Term fun)
{
    const ExportIdentity *export = fun_export_identity(fun);

    put_tag(e, TAG_EXPORT_EXT);
    put_atom(e, export->module);
    put_atom(e, export->function);
    put_integer(e, small_int(export->arity));
}

/* --- terms with elements ------------------------------------------------------------------ */

static void put_fun(EtfEncoder *e, Term fun)
{
    const FunIdentity *identity = fun_identity(fun);
    size_t start;

    put_tag(e, TAG_NEW_FUN_EXT);
    start = e->size;
    put_number(e, 0, 4);
    put_number(e, identity->arity, 1);
    put_bytes(e, etf_funs.uniq(fun), sizeof identity->uniq);
    put_number(e, identity->index, 4);
    put_number(e, fun_env_size(fun), 4);
    put_atom(e, identity->module);
    put_integer(e, small_int((int32_t)identity->index));
    put_integer(e, small_int((int32_t)identity->old_uniq));
    put_pid(e, fun_creator(fun));
    push_visit(e, VISIT_FUN_SIZE, start, TERM_NIL);
    if (fun_env_size(fun) > 0)
        push_visit(e, VISIT_FUN, 0, fun);
}

/* A proper list of bytes; `*length` is the number of cells in any case. */
static bool is_string(Term list, size_t *length)
{
    bool all_bytes = true;
    size_t count = 0;

    for (; is_cons(list); list = list_tail(list), count++) {
        Term head = list_head(list);
        all_bytes = all_bytes && is_small(head) && small_value(head) >= 0 && small_value(head) <= 255;
    }
    *length = count;
    return all_bytes && is_nil(list) && count <= MAX_STRING;
}

static void put_list(EtfEncoder *e, Term list, int64_t *budget)
{
    size_t length;
    uint8_t *to;

    if (!is_string(list, &length)) {
        put_tagged(e, TAG_LIST_EXT, length, 4);
        push_visit(e, VISIT_LIST, 0, list);
        return;
    }
    *budget -= (int64_t)(length / 16);
    put_tagged(e, TAG_STRING_EXT, length, 2);
    to = room(e, length);
    for (; to && is_cons(list); list = list_tail(list))
        *to++ = (uint8_t)small_value(list_head(list));
}

static void put_tuple(EtfEncoder *e, Term tuple)
{
    size_t size = tuple_size(tuple);

    put_size(e, TAG_SMALL_TUPLE_EXT, TAG_LARGE_TUPLE_EXT, size);
    if (size > 0)
        push_visit(e, VISIT_TUPLE, 0, tuple);
}

/* The pairs of a big map by key, as a tuple: for a walk in that order. */
static Term sorted_pairs(EtfEncoder *e, Term map)
{
    Term *pairs;
    Term tuple = tuple_new(e->heap, 2 * map_size(map), &pairs);

    map_sorted_pairs(map, pairs);
    return tuple;
}

static void put_map(EtfEncoder *e, Term map, int64_t *budget)
{
    const Term *children;

    put_tagged(e, TAG_MAP_EXT, map_size(map), 4);
    if (is_flat_map(map)) {
        if (map_size(map) > 0)
            push_visit(e, VISIT_FLAT_MAP, 0, map);
    } else if (e->flags & ETF_DETERMINISTIC) {
        *budget -= (int64_t)map_size(map);
        push_visit(e, VISIT_TUPLE, 0, sorted_pairs(e, map));
    } else {
        push_visit(e, VISIT_NODE, map_node_children(map, &children), map);
    }
}

static void put_boxed(EtfEncoder *e, Term t, int64_t *budget)
{
    switch (boxed_kind(t)) {
    case BOX_TUPLE:
        put_tuple(e, t);
        return;
    case BOX_BIG_POSITIVE:
    case BOX_BIG_NEGATIVE:
        put_integer(e, t);
        return;
    case BOX_FLOAT:
        put_float(e, t);
        return;
    case BOX_HEAP_BITS:
    case BOX_REFC_BITS:
    case BOX_SUB_BITS:
    case BOX_MATCH_CONTEXT:
        put_bits(e, t, budget);
        return;
    case BOX_FLAT_MAP:
    case BOX_HASH_MAP:
        put_map(e, t, budget);
        return;
    case BOX_EXPORT:
        put_export(e, t);
        return;
    case BOX_FUN:
        put_fun(e, t);
        return;
    case BOX_EXTERNAL_PID:
        put_pid(e, t);
        return;
    case BOX_EXTERNAL_PORT:
        put_port(e, t);
        return;
    default:
        put_ref(e, t);
    }
}

/* Writes a term, or its start. */
static inline void put_term(EtfEncoder *e, Term t, int64_t *budget)
{
    if (is_small(t))
        put_integer(e, t);
    else if (is_atom(t))
        put_atom(e, t);
    else if (is_boxed(t))
        put_boxed(e, t, budget);
    else if (is_cons(t))
        put_list(e, t, budget);
    else if (is_nil(t))
        put_tag(e, TAG_NIL_EXT);
    else if (is_local_pid(t))
        put_pid(e, t);
    else
        put_port(e, t);
}

/* --- the loop ----------------------------------------------------------------------------- */

/* The element at `at` of `count`, after which the visit is over or goes on. */
static Term next_element(EtfEncoder *e, EtfVisit *visit, const Term *elements, size_t count)
{
    Term t = elements[visit->at++];

    if (visit->at == count)
        e->visit_count--;
    return t;
}

static Term next_of_list(EtfEncoder *e, EtfVisit *visit)
{
    Term t = visit->t;

    if (!is_cons(t)) {
        e->visit_count--;
        return t;
    }
    visit->t = list_tail(t);
    return list_head(t);
}

static Term next_of_flat_map(EtfEncoder *e, EtfVisit *visit)
{
    size_t at = visit->at++;
    const FlatMap *map = flat_map(visit->t);

    if (visit->at == 2 * flat_map_size(visit->t))
        e->visit_count--;
    return at % 2 == 0 ? tuple_elements(map->keys)[at / 2] : map->values[at / 2];
}

static Term next_of_leaf(EtfEncoder *e, EtfVisit *visit)
{
    if (visit->at++ == 0)
        return list_head(visit->t);
    e->visit_count--;
    return list_tail(visit->t);
}

static void step_into_child(EtfEncoder *e, EtfVisit *visit)
{
    const Term *children;
    Term child;

    map_node_children(visit->t, &children);
    child = children[--visit->at];
    if (visit->at == 0)
        e->visit_count--;
    if (is_cons(child))
        push_visit(e, VISIT_LEAF, 0, child);
    else
        push_visit(e, VISIT_NODE, map_node_children(child, &children), child);
}

/* The next term to write; NO_TERM if this step wrote none. */
static Term next_term(EtfEncoder *e)
{
    EtfVisit *visit = &e->visits[e->visit_count - 1];

    switch (visit->kind) {
    case VISIT_TERM:
        e->visit_count--;
        return visit->t;
    case VISIT_TUPLE: return next_element(e, visit, tuple_elements(visit->t), tuple_size(visit->t));
    case VISIT_LIST: return next_of_list(e, visit);
    case VISIT_FLAT_MAP: return next_of_flat_map(e, visit);
    case VISIT_LEAF: return next_of_leaf(e, visit);
    case VISIT_FUN: return next_element(e, visit, fun_env(visit->t), fun_env_size(visit->t));
    case VISIT_NODE:
        step_into_child(e, visit);
        return NO_TERM;
    case VISIT_FUN_SIZE:
        e->visit_count--;
        if (e->out)
            store_big_endian(e->out->data + visit->at, e->size - visit->at + pieces_size_after(e, visit->at), 4);
        return NO_TERM;
    }
    return NO_TERM;
}

void etf_encoder_init(EtfEncoder *e, Heap *heap, Term t, unsigned flags)
{
    memset(e, 0, sizeof *e);
    e->flags = flags;
    e->heap = heap;
    if (!(flags & ETF_COUNT_ONLY))
        e->out = binary_new(FIRST_OUT_BYTES);
    push_visit(e, VISIT_TERM, 0, t);
}

void etf_encoder_byte(EtfEncoder *e, uint8_t byte)
{
    put_number(e, byte, 1);
}

void etf_encoder_add(EtfEncoder *e, Term t)
{
    push_visit(e, VISIT_TERM, 0, t);
}

bool etf_encoder_run(EtfEncoder *e, int64_t *budget)
{
    while (e->visit_count > 0) {
        Term t;

        if (--*budget < 0)
            return false;
        t = next_term(e);
        if (t != NO_TERM)
            put_term(e, t, budget);
    }
    return true;
}

Term etf_encoder_save(EtfEncoder *e, Heap *heap)
{
    Term *slots;
    Term saved = tuple_new(heap, 3 * e->visit_count, &slots);

    for (size_t i = 0; i < e->visit_count; i++) {
        slots[3 * i] = small_int(e->visits[i].kind);
        slots[3 * i + 1] = small_int((int64_t)e->visits[i].at);
        slots[3 * i + 2] = e->visits[i].t;
    }
    e->visit_count = 0;
    return saved;
}

void etf_encoder_restore(EtfEncoder *e, Term saved)
{
    const Term *slots = tuple_elements(saved);

    for (size_t i = 0; i < tuple_size(saved); i += 3)
        push_visit(e, (VisitKind)small_value(slots[i]), (size_t)small_value(slots[i + 1]), slots[i + 2]);
}

Binary *etf_encoder_take(EtfEncoder *e)
{
    Binary *out = e->out;

    if (out->capacity - e->size > e->size / 4)
        out = binary_resize(out, e->size);
    out->used_bits = 8 * e->size;
    e->out = NULL;
    return out;
}

void etf_encoder_end(EtfEncoder *e)
{
    if (e->out)
        binary_release(e->out);
    for (size_t i = 0; i < e->piece_count; i++)
        binary_release(e->pieces[i].binary);
    mem_free(MEM_SYSTEM, e->pieces);
    mem_free(MEM_SYSTEM, e->visits);
    memset(e, 0, sizeof *e);
}

Binary *etf_encode(Term t, unsigned flags)
{
    EtfEncoder e;
    int64_t budget = INT64_MAX;
    Binary *out;

    etf_encoder_init(&e, NULL, t, flags);
    etf_encoder_byte(&e, ETF_VERSION);
    etf_encoder_run(&e, &budget);
    out = etf_encoder_take(&e);
    etf_encoder_end(&e);
    return out;
}
