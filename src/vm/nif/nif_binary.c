/* nif_binary.c - binaries, and terms as bytes.
 *
 * An ErlNifBinary with a `ref_bin` owns a reference to that Binary; without, its bytes are somebody else's. */
#include <string.h>

#include "vm/base/mem.h"
#include "vm/nif/nif_env.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/etf.h"
#include "vm/term/etf_tags.h"
#include "vm/term/iolist.h"

/* --- reading ---------------------------------------------------------------------------------------- */

/* Data must not be null, even where there is none. */
static unsigned char no_bytes[1];

static void lend(ErlNifBinary *bin, const uint8_t *bytes, size_t size)
{
    *bin = (ErlNifBinary){.size = size, .data = size ? (unsigned char *)(uintptr_t)bytes : no_bytes};
}

int enif_inspect_binary(ErlNifEnv *env, ERL_NIF_TERM bin_term, ErlNifBinary *bin)
{
    BitsView view;
    uint8_t *copy;

    if (!bits_view(from_nif(bin_term), &view) || view.bit_size % 8 != 0)
        return 0;
    if (view.bit_offset == 0) {
        lend(bin, view.bytes, view.bit_size / 8);
        return 1;
    }
    copy = nif_env_temporary(env, view.bit_size / 8);
    bits_copy_out(copy, view.bytes, view.bit_offset, view.bit_size);
    lend(bin, copy, view.bit_size / 8);
    return 1;
}

int enif_inspect_iolist_as_binary(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifBinary *bin)
{
    size_t size;
    uint8_t *copy;

    if (is_binary(from_nif(term)))
        return enif_inspect_binary(env, term, bin);
    if (!is_list(from_nif(term)) || iolist_size(from_nif(term), &size) != IOLIST_DONE)
        return 0;
    copy = nif_env_temporary(env, size);
    iolist_copy(from_nif(term), copy);
    lend(bin, copy, size);
    return 1;
}

/* --- making ----------------------------------------------------------------------------------------- */

static void own(ErlNifBinary *bin, Binary *binary, size_t size)
{
    *bin = (ErlNifBinary){.size = size, .data = binary->data, .ref_bin = binary};
}

int enif_alloc_binary(size_t size, ErlNifBinary *bin)
{
    Binary *binary = binary_try_new(size);

    if (!binary)
        return 0;
    own(bin, binary, size);
    return 1;
}

/* The first bytes of what it was. */
static int replace(ErlNifBinary *bin, size_t size)
{
    ErlNifBinary bigger;

    if (!enif_alloc_binary(size, &bigger))
        return 0;
    memcpy(bigger.data, bin->data, MIN(size, bin->size));
    enif_release_binary(bin);
    *bin = bigger;
    return 1;
}

int enif_realloc_binary(ErlNifBinary *bin, size_t size)
{
    Binary *binary = bin->ref_bin;

    if (!binary || binary->references > 1 || size > PTRDIFF_MAX / 2)
        return replace(bin, size);
    binary = binary_resize(binary, size);
    binary->used_bits = size * 8;
    own(bin, binary, size);
    return 1;
}

void enif_release_binary(ErlNifBinary *bin)
{
    if (!bin->ref_bin)
        return;
    gate_enter();
    binary_release(bin->ref_bin);
    gate_leave();
    bin->ref_bin = NULL;
}

/* The reference goes to the term; what `bin` points to stays readable as long as the environment. */
ERL_NIF_TERM enif_make_binary(ErlNifEnv *env, ErlNifBinary *bin)
{
    Binary *binary = bin->ref_bin;
    Term whole;

    if (!binary)
        return to_nif(bits_new(env->heap, bin->data, bin->size));
    bin->ref_bin = NULL;
    whole = bits_refc(env->heap, binary, bin->size * 8);
    return to_nif(bin->size > HEAP_BITS_MAX_BYTES ? whole : bits_new(env->heap, bin->data, bin->size));
}

unsigned char *enif_make_new_binary(ErlNifEnv *env, size_t size, ERL_NIF_TERM *termp)
{
    uint8_t *data = NULL;
    Term binary = bits_try_alloc(env->heap, size * 8, &data);

    if (binary == NO_TERM)
        mem_out_of_memory(size);
    *termp = to_nif(binary);
    return data;
}

ERL_NIF_TERM enif_make_sub_binary(ErlNifEnv *env, ERL_NIF_TERM bin_term, size_t pos, size_t size)
{
    return to_nif(bits_sub(env->heap, from_nif(bin_term), pos * 8, size * 8));
}

/* --- the external term format ------------------------------------------------------------------------ */

int enif_term_to_binary(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifBinary *bin)
{
    Binary *encoded;

    gate_enter();
    encoded = etf_encode(from_nif(term), 0);
    gate_leave();
    own(bin, encoded, encoded->used_bits / 8);
    return 1;
}

/* How many bytes the term took; the decoded term is then on the environment's heap. 0: these are none. */
static size_t decode(Heap *heap, const uint8_t *bytes, size_t size, unsigned flags, Term *term)
{
    Reader in;

    reader_init(&in, bytes + 1, size - 1);
    *term = etf_decode_from(heap, &in, flags);
    return *term == NO_TERM ? 0 : (size_t)(in.at - bytes);
}

/* Compressed terms are refused, as on stock. */
size_t enif_binary_to_term(ErlNifEnv *env, const unsigned char *data, size_t size, ERL_NIF_TERM *term, unsigned int opts)
{
    unsigned flags = opts == ERL_NIF_BIN2TERM_SAFE ? ETF_SAFE : 0;
    Term t = NO_TERM;
    size_t used;

    if ((opts != 0 && opts != ERL_NIF_BIN2TERM_SAFE) || size < 2 || data[0] != ETF_VERSION
        || data[1] == TAG_COMPRESSED)
        return 0;
    gate_enter();
    used = decode(env->heap, data, size, flags, &t);
    gate_leave();
    if (used > 0)
        *term = to_nif(t);
    return used;
}
