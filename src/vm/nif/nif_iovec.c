/* nif_iovec.c - vectors of bytes made of lists of binaries, and queues of such. */
#include <string.h>

#include "vm/base/mem.h"
#include "vm/nif/nif_env.h"
#include "vm/term/bits.h"

/* --- vectors ---------------------------------------------------------------------------------------- */

enum { IOVEC_IS_CALLERS = 1 };     /* ErlNifIOVec.flags: not allocated here */

/* What of a list goes into a vector. */
typedef struct Slice {
    Term start, end;
    size_t count;              /* of binaries that are not empty */
    size_t size, copied_size;
} Slice;

/* Bytes on a heap or between bytes have to be copied. */
static bool must_copy(const BitsView *view) { return !view->owner || view->bit_offset != 0; }

static bool measure(Term list, size_t max_length, Slice *slice)
{
    BitsView view;
    Term at = list;

    *slice = (Slice){.start = list};
    for (size_t i = 0; is_cons(at) && i < MAX(max_length, (size_t)1); i++, at = list_tail(at)) {
        if (!bits_view(list_head(at), &view) || view.bit_size % 8 != 0)
            return false;
        slice->size += view.bit_size / 8;
        slice->count += view.bit_size > 0;
        if (must_copy(&view))
            slice->copied_size += view.bit_size / 8;
    }
    slice->end = at;
    return is_list(at);
}

static ErlNifIOVec *vector_new(ErlNifEnv *env, size_t count)
{
    size_t bytes = sizeof(ErlNifIOVec) + count * (sizeof(SysIOVec) + sizeof(void *));
    ErlNifIOVec *vector = env ? nif_env_temporary(env, bytes) : mem_alloc(MEM_SYSTEM, bytes);

    vector->iov = (SysIOVec *)(vector + 1);
    vector->ref_bins = (void **)(vector->iov + count);
    vector->flags = 0;
    return vector;
}

static ErlNifIOVec *vector_for(ErlNifEnv *env, ErlNifIOVec *given, size_t count)
{
    if (!given || count > ERL_NIF_IOVEC_SIZE)
        return vector_new(env, count);
    given->iov = given->small_iov;
    given->ref_bins = given->small_ref_bin;
    given->flags = IOVEC_IS_CALLERS;
    return given;
}

static void fill(ErlNifIOVec *vector, const Slice *slice, Binary *copies)
{
    size_t used = 0, i = 0;

    for (Term at = slice->start; at != slice->end; at = list_tail(at)) {
        BitsView view = bits_view_of(list_head(at));
        size_t size = view.bit_size / 8;

        if (size == 0)
            continue;
        if (must_copy(&view)) {
            bits_copy_out(copies->data + used, view.bytes, view.bit_offset, view.bit_size);
            view = (BitsView){.bytes = copies->data + used, .owner = copies};
            used += size;
        }
        vector->iov[i] = (SysIOVec){.iov_base = (void *)(uintptr_t)view.bytes, .iov_len = size};
        vector->ref_bins[i++] = view.owner;
    }
    vector->iovcnt = (int)slice->count;
    vector->size = slice->size;
}

/* Without an environment the vector has references of its own. */
static void keep_binaries(ErlNifIOVec *vector)
{
    for (int i = 0; i < vector->iovcnt; i++)
        binary_keep(vector->ref_bins[i]);
}

int enif_inspect_iovec(ErlNifEnv *env, size_t max_length, ERL_NIF_TERM iovec_term, ERL_NIF_TERM *tail,
                       ErlNifIOVec **iovec)
{
    Slice slice;
    Binary *copies = NULL;

    if (!measure(from_nif(iovec_term), max_length, &slice))
        return 0;
    if (slice.copied_size > 0 && !(copies = binary_try_new(slice.copied_size)))
        return 0;
    *iovec = vector_for(env, *iovec, slice.count);
    fill(*iovec, &slice, copies);
    gate_enter();
    if (!env)
        keep_binaries(*iovec);
    if (copies && env)
        bits_refc(env->heap, copies, slice.copied_size * 8);
    else if (copies)
        binary_release(copies);
    gate_leave();
    *tail = to_nif(slice.end);
    return 1;
}

void enif_free_iovec(ErlNifIOVec *iov)
{
    gate_enter();
    for (int i = 0; i < iov->iovcnt; i++)
        if (iov->ref_bins[i])
            binary_release(iov->ref_bins[i]);
    gate_leave();
    if (!(iov->flags & IOVEC_IS_CALLERS))
        mem_free(MEM_SYSTEM, iov);
}

/* --- queues ----------------------------------------------------------------------------------------- */

struct erts_io_queue {
    SysIOVec *parts;           /* parts[first .. end) */
    Binary **owners;
    size_t first, end, capacity;
    size_t size;
};

ErlNifIOQueue *enif_ioq_create(ErlNifIOQueueOpts opts)
{
    return opts == ERL_NIF_IOQ_NORMAL ? mem_alloc_zero(MEM_SYSTEM, sizeof(ErlNifIOQueue)) : NULL;
}

void enif_ioq_destroy(ErlNifIOQueue *q)
{
    gate_enter();
    for (size_t i = q->first; i < q->end; i++)
        binary_release(q->owners[i]);
    gate_leave();
    mem_free(MEM_SYSTEM, q->parts);
    mem_free(MEM_SYSTEM, q->owners);
    mem_free(MEM_SYSTEM, q);
}

static void make_room(ErlNifIOQueue *q, size_t more)
{
    size_t count = q->end - q->first;

    if (q->first > 0) {
        memmove(q->parts, q->parts + q->first, count * sizeof *q->parts);
        memmove(q->owners, q->owners + q->first, count * sizeof *q->owners);
        q->first = 0;
        q->end = count;
    }
    if (count + more <= q->capacity)
        return;
    q->capacity = MAX(2 * q->capacity, count + more);
    q->parts = mem_realloc(MEM_SYSTEM, q->parts, q->capacity * sizeof *q->parts);
    q->owners = mem_realloc(MEM_SYSTEM, q->owners, q->capacity * sizeof *q->owners);
}

/* Bytes that nobody owns are copied. */
static void add_part(ErlNifIOQueue *q, const uint8_t *bytes, size_t size, Binary *owner)
{
    if (owner) {
        binary_keep(owner);
    } else {
        owner = binary_new(size);
        memcpy(owner->data, bytes, size);
        bytes = owner->data;
    }
    q->parts[q->end] = (SysIOVec){.iov_base = (void *)(uintptr_t)bytes, .iov_len = size};
    q->owners[q->end++] = owner;
    q->size += size;
}

int enif_ioq_enqv(ErlNifIOQueue *q, ErlNifIOVec *iov, size_t skip)
{
    if (skip > iov->size)
        return 0;
    gate_enter();
    make_room(q, (size_t)iov->iovcnt);
    for (int i = 0; i < iov->iovcnt; i++) {
        size_t size = iov->iov[i].iov_len;
        size_t skipped = MIN(skip, size);

        skip -= skipped;
        if (size > skipped)
            add_part(q, (const uint8_t *)iov->iov[i].iov_base + skipped, size - skipped, iov->ref_bins[i]);
    }
    gate_leave();
    return 1;
}

int enif_ioq_enq_binary(ErlNifIOQueue *q, ErlNifBinary *bin, size_t skip)
{
    bool fits = skip <= bin->size;

    gate_enter();
    if (fits && skip < bin->size) {
        make_room(q, 1);
        add_part(q, bin->data + skip, bin->size - skip, bin->ref_bin);
    }
    gate_leave();
    enif_release_binary(bin);
    return fits;
}

size_t enif_ioq_size(ErlNifIOQueue *q) { return q->size; }

int enif_ioq_deq(ErlNifIOQueue *q, size_t count, size_t *size)
{
    if (count > q->size)
        return 0;
    q->size -= count;
    gate_enter();
    while (q->first < q->end && count >= q->parts[q->first].iov_len) {
        count -= q->parts[q->first].iov_len;
        binary_release(q->owners[q->first++]);
    }
    gate_leave();
    if (count > 0) {
        q->parts[q->first].iov_base = (uint8_t *)q->parts[q->first].iov_base + count;
        q->parts[q->first].iov_len -= count;
    }
    if (size)
        *size = q->size;
    return 1;
}

SysIOVec *enif_ioq_peek(ErlNifIOQueue *q, int *iovlen)
{
    *iovlen = (int)(q->end - q->first);
    return *iovlen > 0 ? q->parts + q->first : NULL;
}

int enif_ioq_peek_head(ErlNifEnv *env, ErlNifIOQueue *q, size_t *size, ERL_NIF_TERM *head)
{
    const SysIOVec *part = q->parts + q->first;
    Binary *owner;
    Term whole;

    if (q->size == 0)
        return 0;
    if (size)
        *size = part->iov_len;
    if (part->iov_len <= HEAP_BITS_MAX_BYTES) {
        *head = to_nif(bits_new(env->heap, part->iov_base, part->iov_len));
        return 1;
    }
    owner = q->owners[q->first];
    gate_enter();
    whole = bits_refc(env->heap, binary_keep(owner), owner->capacity * 8);
    gate_leave();
    *head = to_nif(bits_sub_of_base(env->heap, whole, (size_t)((uint8_t *)part->iov_base - owner->data) * 8,
                                    part->iov_len * 8));
    return 1;
}
