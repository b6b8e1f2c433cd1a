/* term.h - the bits of a term. No other file knows them.
 *
 * A term is 64 bits; its low three bits tell what it is:
 *
 *     000  small integer, value << 3 (61 bits)
 *     001  cons: address of {head, tail} + 1
 *     010  boxed: address of a header word + 2
 *     011  other immediates; bits 3-5: 0 atom, 1 local pid, 2 local port, 3 special ([] and
 *          NO_TERM), 4 catch; payload from bit 6
 *     100  header word (first word of a boxed object), and return addresses on the stack
 *     101-111  kept free for self-tagged floats
 *
 * Header word: bits 3-7 BoxKind, bits 8-63 number of words that follow. Every boxed object can
 * so be copied without knowing its kind; box_raw_words() tells how many of its words, after the
 * header, are raw bits before terms begin (raw words always come first).
 *
 * Terms are 8-byte aligned in memory. `Term` is an opaque pointer so that it never mixes with an
 * integer by accident. The small integer 0 is all zero bits, so NO_TERM is not null. */
#ifndef LING_TERM_H
#define LING_TERM_H

#include "vm/base/base.h"

typedef struct TermBits *Term;
typedef uint64_t Word;      /* one heap cell */

enum { TAG_MASK = 7, TAG_SMALL = 0, TAG_CONS = 1, TAG_BOXED = 2, TAG_IMMEDIATE = 3, TAG_HEADER = 4 };
enum { IMM_ATOM = 0, IMM_PID = 1, IMM_PORT = 2, IMM_SPECIAL = 3, IMM_CATCH = 4 };
#define IMM_BITS 6
#define IMM_MASK 63
#define IMM_TAG(kind) (((Word)(kind) << 3) | TAG_IMMEDIATE)

#define TERM_FROM_BITS(bits) ((Term)(uintptr_t)(bits))
#define TERM_NIL TERM_FROM_BITS(IMM_TAG(IMM_SPECIAL))
/* No Erlang value: "absent" or "exception raised". */
#define NO_TERM TERM_FROM_BITS(((Word)1 << IMM_BITS) | IMM_TAG(IMM_SPECIAL))

static inline Word term_bits(Term t) { return (Word)(uintptr_t)t; }
static inline Term term_from_bits(Word bits) { return TERM_FROM_BITS(bits); }
static inline unsigned term_tag(Term t) { return (unsigned)(term_bits(t) & TAG_MASK); }

/* --- small integers ----------------------------------------------------------------------- */

#define SMALL_BITS 61
#define SMALL_MAX (((int64_t)1 << (SMALL_BITS - 1)) - 1)
#define SMALL_MIN (-((int64_t)1 << (SMALL_BITS - 1)))

static inline bool is_small(Term t) { return term_tag(t) == TAG_SMALL; }
/* Known by the compiler: of a constant, or the symbol of one. */
#define IS_KNOWN_SMALL(t) (__builtin_constant_p(((Word)(uintptr_t)(t) & TAG_MASK) == 0) && ((Word)(uintptr_t)(t) & TAG_MASK) == 0)
static inline __attribute__((always_inline)) bool are_small(Term a, Term b)
{
    if (IS_KNOWN_SMALL(b))
        return is_small(a);
    if (IS_KNOWN_SMALL(a))
        return is_small(b);
    return ((term_bits(a) | term_bits(b)) & TAG_MASK) == 0;
}
static inline bool fits_small(int64_t value) { return value >= SMALL_MIN && value <= SMALL_MAX; }
/* `value` must fit; integer_from_i64 (bignum.h) takes any. */
#define SMALL(value) TERM_FROM_BITS((Word)(int64_t)(value) << 3)
static inline Term small_int(int64_t value) { return SMALL(value); }
static inline int64_t small_value(Term t) { return (int64_t)term_bits(t) >> 3; }
/* BEAM's small integers have 60 bits; some functions tell those from larger ones in what they refuse. */
#define STOCK_SMALL_BITS 60
static inline bool fits_stock_small(int64_t value)
{
    int64_t limit = (int64_t)1 << (STOCK_SMALL_BITS - 1);

    return value >= -limit && value < limit;
}

/* --- immediates --------------------------------------------------------------------------- */

static inline bool is_immediate_kind(Term t, unsigned kind) { return (term_bits(t) & IMM_MASK) == IMM_TAG(kind); }
static inline Term immediate(unsigned kind, Word payload) { return term_from_bits(payload << IMM_BITS | IMM_TAG(kind)); }
static inline Word immediate_payload(Term t) { return term_bits(t) >> IMM_BITS; }
/* Neither cons nor boxed: nothing on a heap belongs to it. */
static inline bool is_immediate(Term t) { return term_tag(t) != TAG_CONS && term_tag(t) != TAG_BOXED; }

#define ATOM_TERM(index) TERM_FROM_BITS(((Word)(index) << IMM_BITS) | IMM_TAG(IMM_ATOM))
/* The bits of an atom, as a case label. */
#define ATOM_BITS(index) (((Word)(index) << IMM_BITS) | IMM_TAG(IMM_ATOM))
static inline bool is_atom(Term t) { return is_immediate_kind(t, IMM_ATOM); }
static inline uint32_t atom_index(Term t) { return (uint32_t)immediate_payload(t); }

static inline bool is_nil(Term t) { return t == TERM_NIL; }

/* Local pids and ports. The payload (58 bits) is a number that is unique for a long time:
 * for pids bits 0-27 are shown as "number", bits 28-57 as "serial". */
static inline bool is_local_pid(Term t) { return is_immediate_kind(t, IMM_PID); }
static inline bool is_local_port(Term t) { return is_immediate_kind(t, IMM_PORT); }
#define PID_NUMBER_BITS 28

/* A catch slot on the stack: payload is the handler's code address. Never an Erlang value. */
static inline bool is_catch(Term t) { return is_immediate_kind(t, IMM_CATCH); }
static inline Term make_catch(const void *handler) { return immediate(IMM_CATCH, (Word)(uintptr_t)handler); }
static inline void *catch_handler(Term t) { return (void *)(uintptr_t)immediate_payload(t); }

/* A return address on the stack. */
static inline bool is_return_address(Word w) { return (w & TAG_MASK) == TAG_HEADER; }
static inline Word make_return_address(const void *code) { return (Word)(uintptr_t)code | TAG_HEADER; }
static inline void *return_address_code(Word w) { return (void *)(uintptr_t)(w - TAG_HEADER); }

/* --- lists -------------------------------------------------------------------------------- */

/* In this form, here and in is_boxed, the pointer is what is tested. */
static inline bool is_cons(Term t) { return ((term_bits(t) - TAG_CONS) & TAG_MASK) == 0; }
static inline bool is_list(Term t) { return is_cons(t) || is_nil(t); }
static inline Term *cons_cell(Term t) { return (Term *)((uintptr_t)t - TAG_CONS); }
static inline Term list_head(Term t) { return cons_cell(t)[0]; }
static inline Term list_tail(Term t) { return cons_cell(t)[1]; }
static inline Term make_cons(Word *cell) { return (Term)((uintptr_t)cell + TAG_CONS); }

/* --- boxed objects ------------------------------------------------------------------------ */

/* Numbers are part of no file format. Raw words: see box_raw_words. Layouts stand with the
 * structs in tuple/bits/map/fun/ref headers. */
typedef enum BoxKind {
    BOX_TUPLE,
    BOX_BIG_POSITIVE,
    BOX_BIG_NEGATIVE,
    BOX_FLOAT,
    BOX_FUN,            /* local fun: FunObject */
    BOX_EXPORT,         /* fun M:F/A: ExportFunObject */
    BOX_REF,            /* RefObject */
    BOX_MAGIC_REF,      /* MagicRefObject: off-heap list */
    BOX_HEAP_BITS,      /* HeapBits: bytes inline */
    BOX_REFC_BITS,      /* RefcBits: off-heap list */
    BOX_SUB_BITS,       /* SubBits: a part of one of the two above */
    BOX_MATCH_CONTEXT,  /* MatchContext: never seen by Erlang code */
    BOX_FLAT_MAP,       /* up to 32 keys */
    BOX_HASH_MAP,       /* root of a HAMT */
    BOX_HASH_NODE,      /* inner node of a HAMT: never seen alone */
    BOX_EXTERNAL_PID,   /* ExternalObject */
    BOX_EXTERNAL_PORT,
    BOX_EXTERNAL_REF,
    BOX_KIND_COUNT
} BoxKind;

#define HEADER_SIZE_SHIFT 8
#define MAKE_HEADER(kind, words) (((Word)(words) << HEADER_SIZE_SHIFT) | ((Word)(kind) << 3) | TAG_HEADER)
static inline BoxKind header_kind(Word header) { return (BoxKind)(header >> 3 & 31); }
static inline size_t header_words(Word header) { return (size_t)(header >> HEADER_SIZE_SHIFT); }  /* without the header */
static inline bool is_header(Word w) { return (w & TAG_MASK) == TAG_HEADER; }

static inline bool is_boxed(Term t) { return ((term_bits(t) - TAG_BOXED) & TAG_MASK) == 0; }
static inline Word *boxed(Term t) { return (Word *)((uintptr_t)t - TAG_BOXED); }
static inline Term make_boxed(const void *object) { return (Term)((uintptr_t)object + TAG_BOXED); }
static inline Word boxed_header(Term t) { return boxed(t)[0]; }
static inline BoxKind boxed_kind(Term t) { return header_kind(boxed_header(t)); }
static inline bool is_box_kind(Term t, BoxKind kind) { return is_boxed(t) && boxed_kind(t) == kind; }

/* Raw words after the header; SIZE_MAX: the whole object is raw. */
static inline size_t box_raw_words(BoxKind kind)
{
    extern const size_t box_raw_words_of[BOX_KIND_COUNT];

    return box_raw_words_of[kind];
}

static inline bool is_tuple(Term t) { return is_box_kind(t, BOX_TUPLE); }
static inline size_t tuple_size(Term t) { return header_words(boxed_header(t)); }
static inline Term *tuple_elements(Term t) { return (Term *)boxed(t) + 1; }
static inline Term tuple_element(Term t, size_t one_based) { return ((Term *)boxed(t))[one_based]; }
static inline bool is_tuple_of(Term t, size_t size)
{
    return is_boxed(t) && boxed_header(t) == MAKE_HEADER(BOX_TUPLE, size);
}
#define TUPLE_MAX_SIZE 0xffffff   /* as on stock: 2^24 - 1 */

static inline bool is_big(Term t)
{
    return is_boxed(t) && (boxed_kind(t) == BOX_BIG_POSITIVE || boxed_kind(t) == BOX_BIG_NEGATIVE);
}
static inline bool is_integer(Term t) { return is_small(t) || is_big(t); }

/* Floats are read and made by these two only, so that they can become self-tagged later. */
static inline bool is_float(Term t) { return is_box_kind(t, BOX_FLOAT); }
static inline double float_value(Term t)
{
    double d;

    __builtin_memcpy(&d, boxed(t) + 1, sizeof d);
    return d;
}
#define FLOAT_WORDS 2
/* Written at `object`, where there is room for FLOAT_WORDS. `value` is finite. */
static inline __attribute__((always_inline)) Term float_at(Word *object, double value)
{
    object[0] = MAKE_HEADER(BOX_FLOAT, FLOAT_WORDS - 1);
    __builtin_memcpy(object + 1, &value, sizeof value);
    return make_boxed(object);
}
static inline bool is_number(Term t) { return is_integer(t) || is_float(t); }

static inline bool is_fun(Term t)
{
    return is_boxed(t) && (boxed_kind(t) == BOX_FUN || boxed_kind(t) == BOX_EXPORT);
}

static inline bool is_bitstring(Term t)     /* binaries too */
{
    return is_boxed(t) && boxed_kind(t) >= BOX_HEAP_BITS && boxed_kind(t) <= BOX_SUB_BITS;
}
static inline bool is_map(Term t) { return is_box_kind(t, BOX_FLAT_MAP) || is_box_kind(t, BOX_HASH_MAP); }
static inline bool is_local_ref(Term t) { return is_box_kind(t, BOX_REF) || is_box_kind(t, BOX_MAGIC_REF); }
static inline bool is_ref(Term t) { return is_local_ref(t) || is_box_kind(t, BOX_EXTERNAL_REF); }
static inline bool is_pid(Term t) { return is_local_pid(t) || is_box_kind(t, BOX_EXTERNAL_PID); }
static inline bool is_port(Term t) { return is_local_port(t) || is_box_kind(t, BOX_EXTERNAL_PORT); }

#endif
