/* native_prim_buffer.c - prim_buffer: bytes that wait between a raw file and its reader or writer. */
#include "bifs/native_modules.h"
#include "vm/term/bits.h"
#include "vm/term/byte_queue.h"
#include "vm/term/integer.h"
#include "vm/term/ref.h"

typedef struct Buffer {
    ByteQueue queue;
    bool locked;
} Buffer;

static void buffer_destroy(Binary *binary) { byte_queue_free(&((Buffer *)(void *)binary->data)->queue); }

static Buffer *get_buffer(Term t) { return magic_ref_data(t, buffer_destroy); }

static Term new_0(Process *p, const Term *args)
{
    return magic_ref_new(&p->heap, binary_new_magic(sizeof(Buffer), buffer_destroy));
}

static Term size_1(Process *p, const Term *args)
{
    Buffer *buffer = get_buffer(args[0]);

    return buffer ? integer_from_u64(&p->heap, buffer->queue.size) : raise_badarg(p);
}

static Term peek_head_1(Process *p, const Term *args)
{
    Buffer *buffer = get_buffer(args[0]);

    return buffer && buffer->queue.size ? byte_queue_head_term(&p->heap, &buffer->queue) : raise_badarg(p);
}

/* The buffer, and a size that it holds. Null: badarg. */
static Buffer *get_buffer_and_size(const Term *args, size_t *size)
{
    Buffer *buffer = get_buffer(args[0]);
    uint64_t wanted;

    if (!buffer || !integer_to_u64(args[1], &wanted) || wanted > buffer->queue.size)
        return NULL;
    *size = (size_t)wanted;
    return buffer;
}

static Term copying_read_2(Process *p, const Term *args)
{
    size_t size;
    Buffer *buffer = get_buffer_and_size(args, &size);
    uint8_t *data;
    Term result;

    if (!buffer)
        return raise_badarg(p);
    result = bits_alloc(&p->heap, size, &data);
    byte_queue_copy(&buffer->queue, data, size);
    byte_queue_skip(&buffer->queue, size);
    return result;
}

static Term skip_2(Process *p, const Term *args)
{
    size_t size;
    Buffer *buffer = get_buffer_and_size(args, &size);

    if (!buffer)
        return raise_badarg(p);
    byte_queue_skip(&buffer->queue, size);
    return A_OK;
}

/* A list of binaries and nothing else. */
static bool is_iovec(Term t)
{
    for (; is_cons(t); t = list_tail(t))
        if (!is_binary(list_head(t)))
            return false;
    return is_nil(t);
}

static Term write_2(Process *p, const Term *args)
{
    Buffer *buffer = get_buffer(args[0]);

    if (!buffer || !is_iovec(args[1]) || !byte_queue_add_iolist(&buffer->queue, args[1]))
        return raise_badarg(p);
    return A_OK;
}

static Term find_byte_index_2(Process *p, const Term *args)
{
    Buffer *buffer = get_buffer(args[0]);
    int64_t at;

    if (!buffer || !is_small(args[1]) || small_value(args[1]) < 0 || small_value(args[1]) > 255)
        return raise_badarg(p);
    bif_consume(p, (int64_t)(buffer->queue.size / 4096));
    at = byte_queue_find(&buffer->queue, (uint8_t)small_value(args[1]));
    return at < 0 ? A_NOT_FOUND : tuple_2(&p->heap, A_OK, integer_from_i64(&p->heap, at));
}

static Term try_lock_1(Process *p, const Term *args)
{
    Buffer *buffer = get_buffer(args[0]);

    if (!buffer)
        return raise_badarg(p);
    if (buffer->locked)
        return A_BUSY;
    buffer->locked = true;
    return A_ACQUIRED;
}

static Term unlock_1(Process *p, const Term *args)
{
    Buffer *buffer = get_buffer(args[0]);

    if (!buffer)
        return raise_badarg(p);
    if (!buffer->locked)
        return raise_error(p, A_LOCK_ORDER_VIOLATION);
    buffer->locked = false;
    return A_OK;
}

static const NativeFunction functions[] = {
    {"new", 0, new_0},
    {"size", 1, size_1},
    {"peek_head", 1, peek_head_1},
    {"copying_read", 2, copying_read_2},
    {"write", 2, write_2},
    {"skip", 2, skip_2},
    {"find_byte_index", 2, find_byte_index_2},
    {"try_lock", 1, try_lock_1},
    {"unlock", 1, unlock_1},
    {NULL, 0, NULL}};

const NativeModule native_prim_buffer = {"prim_buffer", functions, NULL};
