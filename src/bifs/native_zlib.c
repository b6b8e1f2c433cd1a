/* native_zlib.c - zlib streams: one z_stream per handle, with a queue of input.
 *
 * Only the controlling process may use a stream. Each call of deflate or inflate works off a bounded part of the
 * input; zlib.erl calls again until it gets `finished`. */
#include <zlib.h>

#include "bifs/native_modules.h"
#include "vm/base/mem.h"
#include "vm/term/bits.h"
#include "vm/term/byte_queue.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/iolist.h"
#include "vm/term/ref.h"

typedef enum StreamState { STREAM_NONE, STREAM_DEFLATE, STREAM_INFLATE, STREAM_CLOSED } StreamState;
/* What more input after the end of a compressed stream means; numbers as zlib.erl has them. */
typedef enum AfterEnd { AFTER_END_ERROR, AFTER_END_RESET, AFTER_END_CUT } AfterEnd;

enum { CHUNK_BUFFER_BYTES = 4000, DICTIONARY_BYTES_MAX = 32768, BYTES_PER_REDUCTION = 64 };

typedef struct ZStream {
    z_stream z;
    StreamState state;
    AfterEnd after_end;
    bool raw, ended;
    bool sums_input, sums_output;       /* for the deprecated zlib:crc32/1 */
    uLong input_crc, output_crc;
    int32_t chunk_buffer_bytes;
    Term owner;
    ByteQueue input;
    Heap stash_heap;                    /* owns `stash` */
    Term stash;                         /* NO_TERM: empty */
} ZStream;

typedef int Codec(z_stream *z, int flush);

static void *allocate(void *opaque, unsigned items, unsigned size)
{
    return mem_try_alloc(MEM_SYSTEM, (size_t)items * size);
}

static void release(void *opaque, void *block) { mem_free(MEM_SYSTEM, block); }

static void clear_stash(ZStream *stream)
{
    heap_clear(&stream->stash_heap);
    stream->stash = NO_TERM;
}

static void reset_input(ZStream *stream)
{
    byte_queue_free(&stream->input);
    clear_stash(stream);
}

static void close_stream(ZStream *stream)
{
    if (stream->state == STREAM_DEFLATE)
        deflateEnd(&stream->z);
    else if (stream->state == STREAM_INFLATE)
        inflateEnd(&stream->z);
    clear_stash(stream);
    stream->state = STREAM_CLOSED;
}

static void stream_destroy(Binary *binary)
{
    ZStream *stream = (void *)binary->data;

    close_stream(stream);
    byte_queue_free(&stream->input);
}

/* The stream, if it is one, the caller's, and in this state (STREAM_CLOSED: in any). */
static ZStream *get_stream(Process *p, Term t, StreamState state, Term *failure)
{
    ZStream *stream = magic_ref_data(t, stream_destroy);

    if (!stream)
        *failure = raise_badarg(p);
    else if (stream->owner != p->pid)
        *failure = raise_error(p, A_NOT_ON_CONTROLLING_PROCESS);
    else if (state == STREAM_NONE && stream->state != STREAM_NONE)
        *failure = raise_error(p, A_ALREADY_INITIALIZED);
    else if (state != STREAM_CLOSED && stream->state != state)
        *failure = raise_error(p, A_NOT_INITIALIZED);
    else
        return stream;
    return NULL;
}

static Term outcome(Process *p, int code)
{
    switch (code) {
    case Z_OK: return A_OK;
    case Z_STREAM_END: return A_STREAM_END;
    case Z_STREAM_ERROR: return raise_error(p, A_STREAM_ERROR);
    case Z_DATA_ERROR: return raise_error(p, A_DATA_ERROR);
    case Z_MEM_ERROR: return A_MEM_ERROR;
    case Z_BUF_ERROR: return A_BUF_ERROR;
    case Z_VERSION_ERROR: return A_VERSION_ERROR;
    default: return A_UNKNOWN_ERROR;
    }
}

static bool get_int(Term t, int *out)
{
    if (!is_small(t) || small_value(t) < INT32_MIN || small_value(t) > INT32_MAX)
        return false;
    *out = (int)small_value(t);
    return true;
}

static bool get_ints(const Term *terms, int *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!get_int(terms[i], &out[i]))
            return false;
    return true;
}

/* --- life ------------------------------------------------------------------------------------------------------- */

static Term open_0(Process *p, const Term *args)
{
    Binary *binary = binary_new_magic(sizeof(ZStream), stream_destroy);
    ZStream *stream = (void *)binary->data;

    *stream = (ZStream){.owner = p->pid, .after_end = AFTER_END_CUT, .stash = NO_TERM,
                        .chunk_buffer_bytes = CHUNK_BUFFER_BYTES};
    stream->z.zalloc = allocate;
    stream->z.zfree = release;
    stream->z.data_type = Z_BINARY;
    return magic_ref_new(&p->heap, binary);
}

static Term close_1(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_CLOSED, &failure);

    if (!stream)
        return failure;
    if (stream->state == STREAM_CLOSED)
        return raise_error(p, A_NOT_INITIALIZED);
    close_stream(stream);
    return A_OK;
}

static Term set_controller_2(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream;

    if (!is_local_pid(args[1]))
        return raise_badarg(p);
    stream = get_stream(p, args[0], STREAM_CLOSED, &failure);
    if (!stream)
        return failure;
    stream->owner = args[1];
    return A_OK;
}

static void start_sums(ZStream *stream, StreamState state, bool raw)
{
    stream->state = state;
    stream->ended = false;
    stream->raw = raw;
    stream->sums_input = raw && state == STREAM_DEFLATE;
    stream->sums_output = raw && state == STREAM_INFLATE;
    stream->input_crc = stream->output_crc = crc32(0, NULL, 0);
}

static Term deflate_init_6(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream;
    int v[5];                           /* level, method, window bits, memory level, strategy */
    int code;

    if (!get_ints(args + 1, v, 5))
        return raise_badarg(p);
    stream = get_stream(p, args[0], STREAM_NONE, &failure);
    if (!stream)
        return failure;
    code = deflateInit2(&stream->z, v[0], v[1], v[2], v[3], v[4]);
    if (code == Z_OK)
        start_sums(stream, STREAM_DEFLATE, v[2] < 0);
    return outcome(p, code);
}

static Term inflate_init_3(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream;
    int v[2];                           /* window bits, what comes after the end */
    int code;

    if (!get_ints(args + 1, v, 2))
        return raise_badarg(p);
    stream = get_stream(p, args[0], STREAM_NONE, &failure);
    if (!stream)
        return failure;
    code = inflateInit2(&stream->z, v[0]);
    if (code == Z_OK) {
        start_sums(stream, STREAM_INFLATE, v[0] < 0);
        stream->after_end = (AfterEnd)v[1];
    }
    return outcome(p, code);
}

static Term deflate_reset_1(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_DEFLATE, &failure);
    int code;

    if (!stream)
        return failure;
    code = deflateReset(&stream->z);
    stream->input_crc = crc32(0, NULL, 0);
    stream->ended = false;
    reset_input(stream);
    return outcome(p, code);
}

static Term inflate_reset_1(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_INFLATE, &failure);
    int code;

    if (!stream)
        return failure;
    code = inflateReset(&stream->z);
    stream->output_crc = crc32(0, NULL, 0);
    stream->ended = false;
    reset_input(stream);
    return outcome(p, code);
}

static Term end_stream(Process *p, ZStream *stream, int code, bool incomplete)
{
    if (code == Z_OK && (incomplete || stream->input.size > 0))
        code = Z_DATA_ERROR;
    reset_input(stream);
    stream->state = STREAM_NONE;
    return outcome(p, code);
}

static Term deflate_end_1(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_DEFLATE, &failure);

    return stream ? end_stream(p, stream, deflateEnd(&stream->z), false) : failure;
}

static Term inflate_end_1(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_INFLATE, &failure);

    return stream ? end_stream(p, stream, inflateEnd(&stream->z), !stream->ended) : failure;
}

/* --- dictionaries, parameters ------------------------------------------------------------------------------------- */

static Term set_dictionary(Process *p, const Term *args, StreamState state)
{
    Term failure, result;
    ZStream *stream;
    uint8_t *bytes;
    size_t size;
    int code;

    if (iolist_to_bytes(args[1], MEM_SYSTEM, &bytes, &size) != IOLIST_DONE)
        return raise_badarg(p);
    stream = get_stream(p, args[0], state, &failure);
    if (!stream) {
        mem_free(MEM_SYSTEM, bytes);
        return failure;
    }
    if (state == STREAM_INFLATE)
        code = inflateSetDictionary(&stream->z, bytes, (uInt)size);
    else
        code = deflateSetDictionary(&stream->z, bytes, (uInt)size);
    if (state == STREAM_DEFLATE && code == Z_OK) {
        /* zlib does not sum up the dictionary of a raw stream. */
        uLong sum = stream->raw ? adler32(0, bytes, (uInt)size) : stream->z.adler;

        result = small_int((int32_t)sum);
    } else {
        result = outcome(p, code);
    }
    mem_free(MEM_SYSTEM, bytes);
    return result;
}

static Term deflate_set_dictionary_2(Process *p, const Term *args) { return set_dictionary(p, args, STREAM_DEFLATE); }
static Term inflate_set_dictionary_2(Process *p, const Term *args) { return set_dictionary(p, args, STREAM_INFLATE); }

static Term inflate_get_dictionary_1(Process *p, const Term *args)
{
    Term failure, result;
    ZStream *stream = get_stream(p, args[0], STREAM_INFLATE, &failure);
    uint8_t *bytes;
    uInt size = 0;
    int code;

    if (!stream)
        return failure;
    bytes = mem_alloc(MEM_SYSTEM, DICTIONARY_BYTES_MAX);
    code = inflateGetDictionary(&stream->z, bytes, &size);
    result = code < 0 ? outcome(p, code) : bits_new(&p->heap, bytes, size);
    mem_free(MEM_SYSTEM, bytes);
    return result;
}

/* zlib.erl has flushed everything before, so the one byte must stay free. */
static Term deflate_params_3(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream;
    Bytef unused;
    int v[2], code;

    if (!get_ints(args + 1, v, 2))
        return raise_badarg(p);
    stream = get_stream(p, args[0], STREAM_DEFLATE, &failure);
    if (!stream)
        return failure;
    stream->z.next_out = &unused;
    stream->z.avail_out = 1;
    code = deflateParams(&stream->z, v[0], v[1]);
    return outcome(p, stream->z.avail_out == 0 ? Z_STREAM_ERROR : code);
}

/* --- coding ------------------------------------------------------------------------------------------------------- */

/* Works off up to `limit` bytes of the queue into `out`; the stream is flushed when the queue is empty. */
static int run_codec(Process *p, ZStream *stream, Codec *codec, size_t limit, Binary *out, int flush, size_t *consumed)
{
    int code = Z_OK;

    *consumed = 0;
    stream->z.next_out = out->data;
    stream->z.avail_out = (uInt)out->capacity;
    while (code == Z_OK && stream->input.size > 0 && *consumed < limit && stream->z.avail_out > 0) {
        size_t size, done;
        const uint8_t *bytes = byte_queue_head(&stream->input, &size);

        size = MIN(size, limit - *consumed);
        stream->z.next_in = (Bytef *)(uintptr_t)bytes;
        stream->z.avail_in = (uInt)size;
        code = codec(&stream->z, Z_NO_FLUSH);
        done = size - stream->z.avail_in;
        if (stream->sums_input)
            stream->input_crc = crc32(stream->input_crc, bytes, (uInt)done);
        byte_queue_skip(&stream->input, done);
        *consumed += done;
        bif_consume(p, (int64_t)(done / BYTES_PER_REDUCTION) + 1);
        /* Once all is consumed the call flushes: it is told from a finished one by what is left only. */
        if (stream->input.size > 0 && bif_must_yield(p))
            return code;
    }
    /* Also for Z_NO_FLUSH: the output may have been full the last time. */
    if (code == Z_OK && stream->input.size == 0 && stream->z.avail_out > 0) {
        stream->z.next_in = NULL;
        stream->z.avail_in = 0;
        code = codec(&stream->z, flush);
    }
    return code;
}

static Term code(Process *p, ZStream *stream, Codec *codec, const int v[3])
{
    Binary *out = v[1] > 0 ? binary_try_new((size_t)v[1]) : NULL;
    size_t consumed, produced;
    Term list = TERM_NIL;
    int result;

    if (!out)
        return outcome(p, Z_MEM_ERROR);
    result = run_codec(p, stream, codec, (size_t)MAX(v[0], 0), out, v[2], &consumed);
    produced = (size_t)v[1] - stream->z.avail_out;
    if ((result < 0 && result != Z_BUF_ERROR) || (consumed == 0 && produced == 0 && stream->input.size > 0)) {
        binary_release(out);
        return outcome(p, result < 0 && result != Z_BUF_ERROR ? result : Z_DATA_ERROR);
    }
    stream->ended |= result == Z_STREAM_END;
    if (stream->sums_output)
        stream->output_crc = crc32(stream->output_crc, out->data, (uInt)produced);
    bif_consume(p, (int64_t)(produced / BYTES_PER_REDUCTION));
    if (produced == 0)
        binary_release(out);
    else
        list = cons(&p->heap, bits_from_binary(&p->heap, produced < (size_t)v[1] ? binary_resize(out, produced) : out,
                                               produced * 8), TERM_NIL);
    if (stream->input.size == 0 && produced < (size_t)v[1])
        return tuple_2(&p->heap, A_FINISHED, list);
    if (result != Z_NEED_DICT)
        return tuple_2(&p->heap, A_CONTINUE, list);
    return tuple_3(&p->heap, A_NEED_DICTIONARY, small_int((int32_t)stream->z.adler), list);
}

static Term deflate_4(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream;
    int v[3];                           /* input limit, output size, flush */

    if (!get_ints(args + 1, v, 3))
        return raise_badarg(p);
    stream = get_stream(p, args[0], STREAM_DEFLATE, &failure);
    return stream ? code(p, stream, deflate, v) : failure;
}

static Term inflate_4(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream;
    int v[3];

    if (!get_ints(args + 1, v, 3))
        return raise_badarg(p);
    stream = get_stream(p, args[0], STREAM_INFLATE, &failure);
    if (!stream)
        return failure;
    if (stream->ended && stream->input.size > 0) {
        if (stream->after_end == AFTER_END_ERROR)
            return outcome(p, Z_DATA_ERROR);
        if (stream->after_end == AFTER_END_CUT) {
            reset_input(stream);
        } else {
            int result = inflateReset(&stream->z);

            if (result != Z_OK)
                return outcome(p, result);
            stream->ended = false;
        }
    }
    return code(p, stream, inflate, v);
}

static Term enqueue_2(Process *p, const Term *args)
{
    Term failure, list = args[1];
    ZStream *stream = get_stream(p, args[0], STREAM_CLOSED, &failure);

    if (!stream)
        return failure;
    if (stream->state != STREAM_DEFLATE && stream->state != STREAM_INFLATE)
        return raise_error(p, A_NOT_INITIALIZED);
    for (; is_cons(list); list = list_tail(list))
        if (!is_binary(list_head(list)))
            return raise_badarg(p);
    if (!is_nil(list) || !byte_queue_add_iolist(&stream->input, args[1]))
        return raise_badarg(p);
    return A_OK;
}

/* --- what zlib.erl keeps here --------------------------------------------------------------------------------------- */

static Term crc32_1(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_CLOSED, &failure);

    if (!stream)
        return failure;
    if (stream->state == STREAM_DEFLATE)
        return small_int((int64_t)stream->input_crc);
    return stream->state == STREAM_INFLATE ? small_int((int64_t)stream->output_crc) : raise_error(p, A_NOT_INITIALIZED);
}

static Term get_stash_1(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_CLOSED, &failure);

    if (!stream)
        return failure;
    return stream->stash == NO_TERM ? A_EMPTY : tuple_2(&p->heap, A_OK, term_copy(&p->heap, stream->stash));
}

static Term clear_stash_1(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_CLOSED, &failure);

    if (!stream)
        return failure;
    if (stream->stash == NO_TERM)
        return raise_error(p, A_ERROR);
    clear_stash(stream);
    return A_OK;
}

static Term set_stash_2(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_CLOSED, &failure);

    if (!stream)
        return failure;
    if (stream->stash != NO_TERM)
        return raise_error(p, A_ERROR);
    stream->stash = term_copy_all(&stream->stash_heap, args[1]);
    return A_OK;
}

static Term get_buffer_size_1(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_CLOSED, &failure);

    return stream ? small_int(stream->chunk_buffer_bytes) : failure;
}

static Term set_buffer_size_2(Process *p, const Term *args)
{
    Term failure;
    ZStream *stream = get_stream(p, args[0], STREAM_CLOSED, &failure);

    if (!stream)
        return failure;
    return get_int(args[1], &stream->chunk_buffer_bytes) ? A_OK : raise_badarg(p);
}

static const NativeFunction functions[] = {
    {"close_nif", 1, close_1},
    {"open_nif", 0, open_0},
    {"set_controller_nif", 2, set_controller_2},
    {"deflateInit_nif", 6, deflate_init_6},
    {"deflateSetDictionary_nif", 2, deflate_set_dictionary_2},
    {"deflateReset_nif", 1, deflate_reset_1},
    {"deflateEnd_nif", 1, deflate_end_1},
    {"deflateParams_nif", 3, deflate_params_3},
    {"deflate_nif", 4, deflate_4},
    {"inflateInit_nif", 3, inflate_init_3},
    {"inflateSetDictionary_nif", 2, inflate_set_dictionary_2},
    {"inflateGetDictionary_nif", 1, inflate_get_dictionary_1},
    {"inflateReset_nif", 1, inflate_reset_1},
    {"inflateEnd_nif", 1, inflate_end_1},
    {"inflate_nif", 4, inflate_4},
    {"crc32_nif", 1, crc32_1},
    {"getStash_nif", 1, get_stash_1},
    {"clearStash_nif", 1, clear_stash_1},
    {"setStash_nif", 2, set_stash_2},
    {"getBufSize_nif", 1, get_buffer_size_1},
    {"setBufSize_nif", 2, set_buffer_size_2},
    {"enqueue_nif", 2, enqueue_2},
    {NULL, 0, NULL}};

const NativeModule native_zlib = {"zlib", functions, NULL};
