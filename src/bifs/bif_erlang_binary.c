/* erlang: sizes and parts of bitstrings, bitstrings and lists of bytes. */
#include "bifs.h"
#include "bifs/byte_range.h"
#include "vm/term/bits_match.h"

/* List elements made between two looks at the reductions, and how many are worth one. */
#define CHUNK_BYTES 65536
#define BYTES_PER_REDUCTION 256

Term bif_erlang_is_binary_1(Process *p, const Term *args)
{
    return atom_bool(is_binary(args[0]));
}

Term bif_erlang_is_bitstring_1(Process *p, const Term *args)
{
    return atom_bool(is_bitstring(args[0]));
}

/* Newer compilers also ask for the size of a match context: what is left of it. False: neither. */
static bool size_in_bits(Term t, size_t *bits)
{
    const MatchContext *m = bits_match_context(t);

    if (!m && !is_bitstring(t))
        return false;
    *bits = m ? bits_match_left(m) : bits_size(t);
    return true;
}

Term bif_erlang_byte_size_1(Process *p, const Term *args)
{
    size_t bits;

    return size_in_bits(args[0], &bits) ? small_int((int64_t)bits_bytes(bits)) : raise_badarg(p);
}

Term bif_erlang_bit_size_1(Process *p, const Term *args)
{
    size_t bits;

    return size_in_bits(args[0], &bits) ? small_int((int64_t)bits) : raise_badarg(p);
}

Term bif_erlang_binary_part_2(Process *p, const Term *args)
{
    ByteRange range;

    if (!is_bitstring(args[0]) || !byte_range_from_tuple(args[1], bits_size(args[0]) / 8, &range))
        return raise_badarg(p);
    return bits_sub(&p->heap, args[0], range.start * 8, range.size * 8);
}

Term bif_erlang_binary_part_3(Process *p, const Term *args)
{
    ByteRange range;

    if (!is_bitstring(args[0]) || !byte_range_get(args[1], args[2], bits_size(args[0]) / 8, &range))
        return raise_badarg(p);
    return bits_sub(&p->heap, args[0], range.start * 8, range.size * 8);
}

Term bif_erlang_split_binary_2(Process *p, const Term *args)
{
    uint64_t at;
    size_t size;
    Term first, second;

    if (!is_bitstring(args[0]) || !integer_to_u64(args[1], &at) || at > bits_size(args[0]) / 8)
        return raise_badarg(p);
    size = bits_size(args[0]);
    first = bits_sub(&p->heap, args[0], 0, at * 8);
    second = bits_sub(&p->heap, args[0], at * 8, size - at * 8);
    return tuple_2(&p->heap, first, second);
}

/* --- lists ---------------------------------------------------------------------------------- */

/* (Bitstring, From, To, Tail): the list of the bytes [From, To) and Tail, built from its end. */
static Term prepend_bytes(Process *p, const Term *args);
static TrapBif prepend_bytes_more = TRAP_BIF(prepend_bytes, A_ERLANG, A_BINARY_TO_LIST, 4, 4);

static Term prepend_bytes(Process *p, const Term *args)
{
    BitsView view = bits_view_of(args[0]);
    size_t from = (size_t)small_value(args[1]);
    size_t to = (size_t)small_value(args[2]);
    size_t stop = to - from > CHUNK_BYTES ? to - CHUNK_BYTES : from;
    Term list = args[3];

    bif_consume(p, (int64_t)((to - stop) / BYTES_PER_REDUCTION));
    if (view.bit_offset == 0) {
        list = list_from_bytes(&p->heap, view.bytes + stop, to - stop, list);
    } else {
        while (to > stop)
            list = cons(&p->heap, small_int(bits_view_byte(&view, --to)), list);
    }
    if (stop == from)
        return list;
    return yield_to_bif(p, &prepend_bytes_more, (Term[]){args[0], args[1], small_int((int64_t)stop), list});
}

static Term list_of_bytes(Process *p, Term bitstring, size_t from, size_t to, Term tail)
{
    return prepend_bytes(p, (Term[]){bitstring, small_int((int64_t)from), small_int((int64_t)to), tail});
}

Term bif_erlang_binary_to_list_1(Process *p, const Term *args)
{
    if (!is_binary(args[0]))
        return raise_badarg(p);
    return list_of_bytes(p, args[0], 0, bits_size(args[0]) / 8, TERM_NIL);
}

Term bif_erlang_binary_to_list_3(Process *p, const Term *args)
{
    uint64_t first, last;

    if (!is_bitstring(args[0]) || !integer_to_u64(args[1], &first) || !integer_to_u64(args[2], &last))
        return raise_badarg(p);
    if (first < 1 || last < first || last > bits_size(args[0]) / 8)
        return raise_badarg(p);
    return list_of_bytes(p, args[0], first - 1, last, TERM_NIL);
}

Term bif_erlang_bitstring_to_list_1(Process *p, const Term *args)
{
    size_t size, whole;
    Term tail = TERM_NIL;

    if (!is_bitstring(args[0]))
        return raise_badarg(p);
    size = bits_size(args[0]);
    whole = size / 8;
    if (size % 8 != 0)
        tail = cons(&p->heap, bits_sub(&p->heap, args[0], whole * 8, size % 8), tail);
    return list_of_bytes(p, args[0], 0, whole, tail);
}
