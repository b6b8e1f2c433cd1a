#include "vm/term/bits.h"

#include <string.h>

#include "vm/base/mem.h"

static inline BitsView view_of(Term t)
{
    const Word *object = boxed(t);
    const SubBits *sub = (const SubBits *)object;
    const RefcBits *refc;
    BitsView view = {.bit_size = object[1]};
    size_t offset = 0;

    if (header_kind(object[0]) == BOX_SUB_BITS) {
        view.bit_size = sub->bit_size;
        offset = sub->bit_offset;
        object = boxed(sub->base);
    } else if (header_kind(object[0]) == BOX_MATCH_CONTEXT) {
        view.bit_size = ((const MatchContext *)object)->end;
        object = boxed(((const MatchContext *)object)->base);
    }
    if (header_kind(object[0]) == BOX_HEAP_BITS) {
        view.bytes = ((const HeapBits *)object)->bytes;
    } else {
        assert(header_kind(object[0]) == BOX_REFC_BITS);
        refc = (const RefcBits *)object;
        view.bytes = refc->binary->data;
        view.owner = refc->binary;
    }
    view.bytes += offset >> 3;
    view.bit_offset = offset & 7;
    return view;
}

BitsView bits_view_of(Term t) { return view_of(t); }

bool bits_view(Term t, BitsView *view)
{
    if (!is_bitstring(t))
        return false;
    *view = bits_view_of(t);
    return true;
}

uint8_t bits_view_byte(const BitsView *view, size_t index)
{
    size_t left = view->bit_size - index * 8;

    if (LIKELY(view->bit_offset == 0 && left >= 8))
        return view->bytes[index];
    if (left >= 8)
        return (uint8_t)bits_read(view->bytes, view->bit_offset + index * 8, 8);
    return (uint8_t)(bits_read(view->bytes, view->bit_offset + index * 8, (unsigned)left) << (8 - left));
}

bool bits_bytes_get(Term t, BitsBytes *out)
{
    BitsView view;

    if (!bits_view(t, &view) || view.bit_size % 8 != 0)
        return false;
    out->size = view.bit_size / 8;
    out->bytes = view.bytes;
    out->copy = NULL;
    if (view.bit_offset != 0) {
        out->copy = mem_alloc(MEM_BINARY, out->size + 1);
        bits_copy_out(out->copy, view.bytes, view.bit_offset, view.bit_size);
        out->bytes = out->copy;
    }
    return true;
}

void bits_bytes_free(BitsBytes *bytes)
{
    mem_free(MEM_BINARY, bytes->copy);
    bytes->copy = NULL;
}

static HeapBits *heap_bits_new(Heap *heap, size_t bit_count)
{
    size_t words = HEAP_BITS_WORDS(bits_bytes(bit_count));
    Word *object = heap_alloc(heap, words);

    object[0] = MAKE_HEADER(BOX_HEAP_BITS, words - 1);
    object[1] = bit_count;
    if (bit_count > 0)
        object[words - 1] = 0;
    return (HeapBits *)object;
}

Term bits_refc(Heap *heap, Binary *binary, size_t bit_size)
{
    RefcBits *refc = (RefcBits *)heap_alloc(heap, REFC_BITS_WORDS);

    assert(bits_bytes(bit_size) <= binary->capacity);
    refc->header = REFC_BITS_HEADER;
    refc->bit_size = bit_size;
    refc->binary = binary;
    off_heap_add(heap, (Word *)refc);
    return make_boxed(refc);
}

Term bits_try_alloc(Heap *heap, size_t bit_count, uint8_t **data)
{
    size_t bytes = bits_bytes(bit_count);
    Binary *binary;

    if (bytes <= HEAP_BITS_MAX_BYTES) {
        HeapBits *bits = heap_bits_new(heap, bit_count);
        *data = bits->bytes;
        return make_boxed(bits);
    }
    binary = bit_count <= BITS_MAX ? binary_try_new(bytes) : NULL;
    if (!binary)
        return NO_TERM;
    binary->used_bits = bit_count;
    binary->data[bytes - 1] = 0;
    *data = binary->data;
    return bits_refc(heap, binary, bit_count);
}

Term bits_alloc(Heap *heap, size_t size, uint8_t **data)
{
    Term t = bits_try_alloc(heap, size * 8, data);

    if (t == NO_TERM)
        mem_out_of_memory(size);
    return t;
}

Term bits_new(Heap *heap, const void *bytes, size_t size)
{
    uint8_t *data;
    Term t = bits_alloc(heap, size, &data);

    if (size > 0)
        memcpy(data, bytes, size);
    return t;
}

Term bits_from_text(Heap *heap, const char *text)
{
    return bits_new(heap, text, strlen(text));
}

Term bits_copy_of(Heap *heap, const uint8_t *bytes, size_t bit_offset, size_t bit_count)
{
    uint8_t *data;
    Term t = bits_try_alloc(heap, bit_count, &data);

    if (t == NO_TERM)
        mem_out_of_memory(bits_bytes(bit_count));
    bits_copy_out(data, bytes, bit_offset, bit_count);
    return t;
}

Term bits_from_binary(Heap *heap, Binary *binary, size_t bit_size)
{
    Term t;

    if (bits_bytes(bit_size) > HEAP_BITS_MAX_BYTES)
        return bits_refc(heap, binary, bit_size);
    t = bits_copy_of(heap, binary->data, 0, bit_size);
    binary_release(binary);
    return t;
}

Term bits_sub_of_base(Heap *heap, Term base, size_t bit_offset, size_t bit_size)
{
    Word *to = heap_alloc(heap, bits_part_words(base, bit_offset, bit_size));

    return bits_part_at(&to, base, bit_offset, bit_size);
}

Term bits_sub(Heap *heap, Term bitstring, size_t bit_offset, size_t bit_size)
{
    const SubBits *sub = (const SubBits *)boxed(bitstring);

    assert(bit_offset + bit_size <= bits_size(bitstring));
    if (bit_size == bits_size(bitstring))
        return bitstring;
    if (header_kind(sub->header) == BOX_SUB_BITS)
        return bits_sub_of_base(heap, sub->base, sub->bit_offset + bit_offset, bit_size);
    return bits_sub_of_base(heap, bitstring, bit_offset, bit_size);
}

int bits_compare(Term a, Term b)
{
    BitsView x = bits_view_of(a), y = bits_view_of(b);
    size_t common = MIN(x.bit_size, y.bit_size);
    size_t at = 0;

    if (x.bit_offset == 0 && y.bit_offset == 0) {
        int order = memcmp(x.bytes, y.bytes, common / 8);
        if (order != 0)
            return order;
        at = common & ~(size_t)7;
    }
    while (at < common) {
        unsigned count = (unsigned)MIN(common - at, 64);
        uint64_t p = bits_read(x.bytes, x.bit_offset + at, count);
        uint64_t q = bits_read(y.bytes, y.bit_offset + at, count);
        if (p != q)
            return p < q ? -1 : 1;
        at += count;
    }
    return x.bit_size == y.bit_size ? 0 : x.bit_size < y.bit_size ? -1 : 1;
}

bool bits_equal_raw(const uint8_t *a, size_t a_offset, const uint8_t *b, size_t b_offset, size_t bit_count)
{
    size_t at = 0;

    if (a_offset % 8 == 0 && b_offset % 8 == 0) {
        if (memcmp(a + a_offset / 8, b + b_offset / 8, bit_count / 8) != 0)
            return false;
        at = bit_count & ~(size_t)7;
    }
    while (at < bit_count) {
        unsigned count = (unsigned)MIN(bit_count - at, 64);
        if (bits_read(a, a_offset + at, count) != bits_read(b, b_offset + at, count))
            return false;
        at += count;
    }
    return true;
}

bool bits_equal(Term a, Term b)
{
    BitsView x = view_of(a), y = view_of(b);

    if (x.bit_size != y.bit_size)
        return false;
    /* Most that differ do so at once: keys of a small map, compared one after the other. */
    if (LIKELY(((x.bit_offset | y.bit_offset | x.bit_size) & 7) == 0))
        return x.bit_size == 0 || (x.bytes[0] == y.bytes[0] && memcmp(x.bytes, y.bytes, x.bit_size / 8) == 0);
    return bits_equal_raw(x.bytes, x.bit_offset, y.bytes, y.bit_offset, x.bit_size);
}
