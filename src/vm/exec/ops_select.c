/* ops_select.c - jumps by the value of a term: pairs, tables, search. */
#include "vm/exec/slow.h"

INLINE Handled op_select_imm2(const Word *next, Term src, const Word *fail, Term v1, const Word *f1, Term v2,
                              const Word *f2)
{
    if (src == v1)
        GO(f1);
    if (src == v2)
        GO(f2);
    GO(fail);
}

INLINE Handled op_select_imm3(const Word *next, Term src, const Word *fail, Term v1, const Word *f1, Term v2,
                              const Word *f2, Term v3, const Word *f3)
{
    if (src == v1)
        GO(f1);
    if (src == v2)
        GO(f2);
    if (src == v3)
        GO(f3);
    GO(fail);
}

INLINE Handled op_get_element_select2(const Word *next, Term tuple, Word offset, Term *dst, const Word *fail, Term v1,
                                      const Word *f1, Term v2, const Word *f2)
{
    Term src = *(Term *)((char *)boxed(tuple) + offset);

    *dst = src;
    return op_select_imm2(next, src, fail, v1, f1, v2, f2);
}

/* Cases are pairs of value and label. */
INLINE Handled op_select_linear(const Word *next, Term src, const Word *fail, Word count, const Word *cases)
{
    for (Word i = 0; i < count; i++)
        if (cases[2 * i] == term_bits(src))
            GO((const Word *)cases[2 * i + 1]);
    GO(fail);
}

/* The values ascend as unsigned words. */
INLINE Handled op_select_binary(const Word *next, Term src, const Word *fail, Word count, const Word *cases)
{
    Word wanted = term_bits(src);
    Word low = 0;
    Word high = count;

    while (low < high) {
        Word middle = (low + high) / 2;
        Word value = cases[2 * middle];
        if (value == wanted)
            GO((const Word *)cases[2 * middle + 1]);
        if (value < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    GO(fail);
}

/* One target for each small integer from `min` on, which is given in term bits. */
INLINE Handled op_select_jump(const Word *next, Term src, const Word *fail, Word min, Word count, const Word *targets)
{
    Word index = term_bits(src) - min;

    if (UNLIKELY((index & TAG_MASK) != 0 || (index >> 3) >= count))
        GO(fail);
    GO((const Word *)targets[index >> 3]);
}

/* Cases are pairs of tuple header and label. */
INLINE Handled op_select_arity(const Word *next, Term src, const Word *fail, Word count, const Word *cases)
{
    Word header;

    if (UNLIKELY(!is_boxed(src)))
        GO(fail);
    header = boxed_header(src);
    for (Word i = 0; i < count; i++)
        if (cases[2 * i] == header)
            GO((const Word *)cases[2 * i + 1]);
    GO(fail);
}

#include "ops_select.inc"
