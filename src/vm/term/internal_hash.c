/* internal_hash.c - the hash of map keys and of the VM's own tables.
 *
 * Every bit that tells two terms apart goes in, so that another salt separates terms that collide.
 * Immediates are hashed as the words stock has for them, so that maps of small integers are laid out alike. */
#include "vm/term/hash.h"

#include "vm/term/fun.h"
#include "vm/term/hash_mix.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"
#include "vm/term/word_stack.h"

#define INTERNAL_SALT 3432918353u

/* Tags of stock's words. */
#define STOCK_SMALL(value) ((uint64_t)(value) << 4 | 0xf)
#define STOCK_ATOM(index) ((uint64_t)(index) << 6 | 0x0b)
#define STOCK_NIL 0x3b
#define STOCK_PID(data) ((uint64_t)(data) << 4 | 0x3)
#define STOCK_PORT(data) ((uint64_t)(data) << 4 | 0x7)

#define MARK_TAIL WORD_MARK(1)

typedef struct InternalHash {
    uint32_t hash;
    WordStack stack;
} InternalHash;

static uint32_t mix_immediate(uint32_t hash, Term t)
{
    uint64_t word = STOCK_NIL;

    if (is_small(t)) {
        int64_t value = small_value(t);
        if (!fits_stock_small(value))
            return hash_mix_limb(hash, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
        word = STOCK_SMALL(value);
    } else if (is_atom(t)) {
        word = STOCK_ATOM(immediate_payload(t));
    } else if (is_local_pid(t)) {
        word = STOCK_PID(immediate_payload(t));
    } else if (is_local_port(t)) {
        word = STOCK_PORT(immediate_payload(t));
    }
    return hash_mix_64(hash, word, SEED_NUMBER);
}

static void mix_constant(InternalHash *h, unsigned seed)
{
    h->hash ^= HASH_SEED(seed);
    h->hash = h->hash << 17 ^ h->hash >> 15;
}

/* Bytes of a list four at a time, up to the first element that is none. */
static void add_list(InternalHash *h, Term list)
{
    uint32_t bytes = 0;
    unsigned count = 0;

    for (; is_cons(list) && hash_is_byte(list_head(list)); list = list_tail(list)) {
        bytes = bytes << 8 | (uint32_t)small_value(list_head(list));
        if (++count == 4) {
            h->hash = hash_mix(h->hash, bytes, SEED_BYTES);
            bytes = count = 0;
        }
    }
    if (count > 0)
        h->hash = hash_mix_2(h->hash, bytes, count, SEED_SALT);
    if (!is_cons(list)) {
        word_stack_push_term(&h->stack, list);
        return;
    }
    mix_constant(h, SEED_HEAD);
    word_stack_push_term(&h->stack, list_tail(list));
    if (!is_cons(list_tail(list)))
        word_stack_push(&h->stack, MARK_TAIL);
    word_stack_push_term(&h->stack, list_head(list));
}

/* Immediates that come first need no stack. */
static void add_terms(InternalHash *h, const Term *terms, size_t count)
{
    while (count > 0 && is_immediate(terms[0])) {
        h->hash = mix_immediate(h->hash, *terms++);
        count--;
    }
    word_stack_push_terms(&h->stack, terms, count);
}

/* Maps of the same keys lie the same way, so the order of pairs may matter. */
static void add_map(InternalHash *h, Term map)
{
    size_t size = map_size(map);

    h->hash = hash_mix(h->hash, (uint32_t)size, SEED_MAP);
    if (is_hash_map(map)) {
        hash_push_children(&h->stack, map, false);
        return;
    }
    for (size_t i = size; i > 0; i--)
        hash_push_pair(&h->stack, tuple_elements(flat_map(map)->keys)[i - 1], flat_map(map)->values[i - 1], false);
}

static void add_fun(InternalHash *h, Term fun)
{
    const FunIdentity *f = fun_identity(fun);

    h->hash = hash_mix_2(h->hash, (uint32_t)fun_env_size(fun), (uint32_t)STOCK_ATOM(atom_index(f->module)), SEED_FUN_MODULE);
    h->hash = hash_mix_2(h->hash, f->index, f->old_uniq, SEED_FUN_INDEX);
    word_stack_push_terms(&h->stack, fun_env(fun), fun_env_size(fun));
}

static void add_export(InternalHash *h, Term fun)
{
    const ExportIdentity *e = fun_export_identity(fun);

    h->hash = hash_mix_2(h->hash, atom_index(e->module), atom_index(e->function), SEED_FUNCTION);
    h->hash = hash_mix(h->hash, e->arity, SEED_FUNCTION);
}

static void add_node(InternalHash *h, Term t, unsigned seed)
{
    h->hash = hash_mix_2(h->hash, atom_index(identifier_node(t)), (uint32_t)identifier_creation(t), seed);
}

static void add_ref(InternalHash *h, Term ref)
{
    uint32_t numbers[REF_MAX_NUMBERS] = {0};

    if (is_external(ref))
        add_node(h, ref, SEED_REF);
    ref_numbers(ref, numbers);
    h->hash = hash_mix(h->hash, numbers[0], SEED_REF);
    h->hash = hash_mix_2(h->hash, numbers[1], numbers[2], SEED_REF_REST);
    if (numbers[3] | numbers[4])
        h->hash = hash_mix_2(h->hash, numbers[3], numbers[4], SEED_REF_REST);
}

static void add_external(InternalHash *h, Term t)
{
    if (is_ref(t)) {
        add_ref(h, t);
    } else if (is_pid(t)) {
        uint32_t number, serial;
        add_node(h, t, SEED_PID);
        pid_numbers(t, &number, &serial);
        h->hash = hash_mix_2(h->hash, number, serial, SEED_PID);
    } else {
        add_node(h, t, SEED_PORT);
        h->hash = hash_mix_64(h->hash, port_numbers(t), SEED_PORT);
    }
}

static void add_boxed(InternalHash *h, Term t)
{
    switch (boxed_kind(t)) {
    case BOX_TUPLE:
        h->hash = hash_mix(h->hash, (uint32_t)tuple_size(t), SEED_TUPLE);
        add_terms(h, tuple_elements(t), tuple_size(t));
        return;
    case BOX_FLAT_MAP:
    case BOX_HASH_MAP:
        add_map(h, t);
        return;
    case BOX_HASH_NODE:
        hash_push_children(&h->stack, t, false);
        return;
    case BOX_BIG_POSITIVE:
    case BOX_BIG_NEGATIVE:
        h->hash = hash_mix_big(h->hash, t);
        return;
    case BOX_FLOAT:
        h->hash = hash_mix_64(h->hash, hash_float_bits(t), SEED_FLOAT);
        return;
    case BOX_FUN:
        add_fun(h, t);
        return;
    case BOX_EXPORT:
        add_export(h, t);
        return;
    case BOX_HEAP_BITS:
    case BOX_REFC_BITS:
    case BOX_SUB_BITS:
    case BOX_MATCH_CONTEXT:
        h->hash = hash_mix_bits(h->hash, t);
        return;
    default:
        add_external(h, t);
    }
}

static void add(InternalHash *h, Term t)
{
    if (is_cons(t))
        add_list(h, t);
    else if (!is_boxed(t))
        h->hash = mix_immediate(h->hash, t);
    else if (is_local_ref(t))
        add_ref(h, t);
    else
        add_boxed(h, t);
}

uint32_t term_internal_hash(Term t, uint32_t salt)
{
    InternalHash h;

    h.hash = salt ^ INTERNAL_SALT;
    if (is_immediate(t))
        return mix_immediate(h.hash, t);
    word_stack_init(&h.stack);
    add(&h, t);
    while (h.stack.count > 0) {
        Word next = word_stack_pop(&h.stack);
        if (next == MARK_TAIL)
            mix_constant(&h, SEED_TAIL);
        else
            add(&h, term_from_bits(next));
    }
    word_stack_free(&h.stack);
    return h.hash;
}

uint32_t term_map_hash(Term key, uint32_t depth)
{
    return term_internal_hash(key, depth > 0 ? hash_mix_2(0, depth, 1, SEED_SALT) : 0);
}
