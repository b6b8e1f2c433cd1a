/* erlang: terms to external format and back. */
#include "bifs.h"
#include "vm/code/lambda.h"
#include "vm/term/bits.h"
#include "vm/term/etf.h"
#include "vm/term/etf_tags.h"
#include "vm/term/integer.h"
#include "vm/term/ref.h"

/* Nodes encoded or decoded for one reduction. */
#define NODES_PER_REDUCTION 32
/* A term of so many bytes is decoded at once, whatever it takes; so is one that a turn is long enough for. */
#define DECODE_AT_ONCE_BYTES 4096
/* Bytes squeezed or expanded for one reduction. */
#define ZLIB_BYTES_PER_REDUCTION 64

/* --- how funs are made -------------------------------------------------------------------- */

static Term make_local_fun(Heap *heap, Term module, uint32_t old_uniq, uint32_t index, const uint8_t uniq[16],
                           uint32_t arity, Term creator, size_t free_count, Term **env)
{
    LambdaEntry *entry = lambda_get(module, old_uniq, index, uniq, arity, (uint32_t)free_count);

    return fun_new(heap, entry, creator, free_count, env);
}

static Term make_exported_fun(Heap *heap, Term module, Term function, uint32_t arity)
{
    return export_fun_new(heap, export_get(module, function, arity));
}

static bool is_exported(Term module, Term function, uint32_t arity)
{
    Export *export = export_find(module, function, arity);

    return export && export_is_defined(export);
}

static const uint8_t *uniq_of(Term fun) { return lambda_uniq(fun_object(fun)->entry); }

const EtfFuns etf_funs = {make_local_fun, make_exported_fun, is_exported, uniq_of};

/* --- term_to_binary, term_to_iovec, external_size ----------------------------------------- */

#define LEVEL_NONE 0
#define LEVEL_DEFAULT (-1)

typedef struct EncodeOptions {
    unsigned flags;
    int level;             /* of compression; LEVEL_NONE: none */
    Term result;           /* A_TERM_TO_BINARY, A_TERM_TO_IOVEC or A_EXTERNAL_SIZE */
} EncodeOptions;

static bool parse_encode_option(Term option, EncodeOptions *out)
{
    Term name, value;

    if (option == A_COMPRESSED) {
        out->level = LEVEL_DEFAULT;
        return true;
    }
    if (option == A_DETERMINISTIC) {
        out->flags |= ETF_DETERMINISTIC;
        return true;
    }
    if (!is_tuple_of(option, 2) || !is_small(tuple_element(option, 2)))
        return false;
    name = tuple_element(option, 1);
    value = tuple_element(option, 2);
    if (name == A_COMPRESSED && small_value(value) >= 0 && small_value(value) <= 9) {
        out->level = (int)small_value(value);
        return true;
    }
    if (name == A_MINOR_VERSION && small_value(value) >= 0 && small_value(value) <= 2) {
        static const unsigned flags_of_version[] = {ETF_OLD_FLOATS, 0, ETF_UTF8_ATOMS};
        out->flags &= ~(unsigned)(ETF_OLD_FLOATS | ETF_UTF8_ATOMS);
        out->flags |= flags_of_version[small_value(value)];
        return true;
    }
    return false;
}

static bool parse_encode_options(Term list, EncodeOptions *out)
{
    for (; is_cons(list); list = list_tail(list))
        if (!parse_encode_option(list_head(list), out))
            return false;
    return is_nil(list);
}

/* An encoding that yields keeps its encoder here. */
typedef struct EncodeTask {
    EtfEncoder encoder;
    EncodeOptions options;
    unsigned arity;        /* of the function that was called */
} EncodeTask;

static void destroy_encode_task(Binary *binary)
{
    etf_encoder_end(&((EncodeTask *)binary->data)->encoder);
}

/* The compressed form, if that is shorter; `plain` is given away. */
static Binary *compress(Process *p, Binary *plain, int level)
{
    size_t size = plain->used_bits / 8;
    Binary *packed;
    size_t packed_size;

    packed = binary_new(size + 2);
    packed_size = etf_deflate(packed->data + 2, plain->data + 1, size - 1, level);
    bif_consume(p, (int64_t)(size / ZLIB_BYTES_PER_REDUCTION));
    if (packed_size == 0) {
        binary_release(packed);
        return plain;
    }
    binary_release(plain);
    packed->data[0] = ETF_VERSION;
    packed->data[1] = TAG_COMPRESSED;
    packed = binary_resize(packed, packed_size + 2);
    packed->used_bits = 8 * (packed_size + 2);
    return packed;
}

/* What was encoded in pieces, as a list of binaries; `plain` is what lies between and around them. */
static Term list_of_pieces(Process *p, const EtfEncoder *encoder, Term plain)
{
    Term list = TERM_NIL;
    size_t end = bits_size(plain) / 8;

    for (size_t i = encoder->piece_count; i > 0; i--) {
        const EtfPiece *piece = &encoder->pieces[i - 1];
        Term whole;

        if (end > piece->at)
            list = cons(&p->heap, bits_sub(&p->heap, plain, 8 * piece->at, 8 * (end - piece->at)), list);
        end = piece->at;
        binary_keep(piece->binary);
        whole = bits_refc(&p->heap, piece->binary, 8 * (piece->offset + piece->size));
        list = cons(&p->heap, bits_sub(&p->heap, whole, 8 * piece->offset, 8 * piece->size), list);
    }
    return cons(&p->heap, bits_sub(&p->heap, plain, 0, 8 * end), list);
}

static Term finish_encoding(Process *p, EncodeTask *task)
{
    Binary *out;
    Term result;

    if (task->encoder.is_too_large) {
        etf_encoder_end(&task->encoder);
        return raise_system_limit(p);
    }
    if (task->options.result == A_EXTERNAL_SIZE) {
        size_t size = task->encoder.size;
        etf_encoder_end(&task->encoder);
        return integer_from_u64(&p->heap, size);
    }
    out = etf_encoder_take(&task->encoder);
    if (task->options.level != LEVEL_NONE)
        out = compress(p, out, task->options.level);
    result = bits_from_binary(&p->heap, out, out->used_bits);
    if (task->options.result == A_TERM_TO_IOVEC)
        result = list_of_pieces(p, &task->encoder, result);
    etf_encoder_end(&task->encoder);
    return result;
}

static int64_t node_budget(const Process *p)
{
    return MAX(p->reductions_left, 1) * NODES_PER_REDUCTION;
}

static bool run_encoder(Process *p, EtfEncoder *encoder)
{
    int64_t budget = node_budget(p);
    int64_t before = budget;
    bool done = etf_encoder_run(encoder, &budget);

    bif_consume(p, (before - budget) / NODES_PER_REDUCTION);
    return done;
}

/* encode_step(Task, Visits, Name, Term[, Options]): Name and what follows are for who asks what runs. */
static Term encode_step(Process *p, const Term *args);
static TrapBif encode_more_of_1 = TRAP_BIF(encode_step, A_ERLANG, NO_TERM, 4, 1);
static TrapBif encode_more_of_2 = TRAP_BIF(encode_step, A_ERLANG, NO_TERM, 5, 2);

static Term go_on_encoding(Process *p, const EncodeTask *task, Term task_ref, Term visits, const Term *shown)
{
    return yield_to_bif(p, task->arity == 2 ? &encode_more_of_2 : &encode_more_of_1,
                        (Term[]){task_ref, visits, task->options.result, shown[0], task->arity == 2 ? shown[1] : NO_TERM});
}

static Term encode_step(Process *p, const Term *args)
{
    EncodeTask *task = magic_ref_data(args[0], destroy_encode_task);

    etf_encoder_restore(&task->encoder, args[1]);
    task->encoder.heap = &p->heap;
    if (run_encoder(p, &task->encoder))
        return finish_encoding(p, task);
    return go_on_encoding(p, task, args[0], etf_encoder_save(&task->encoder, &p->heap), args + 3);
}

/* external_size/2 takes no other option than the version, and not all versions. */
static bool are_size_options(const EncodeOptions *options)
{
    return options->level == LEVEL_NONE && (options->flags & ~(unsigned)ETF_OLD_FLOATS) == 0;
}

static Term encode(Process *p, const Term *args, unsigned arity, Term result)
{
    EncodeTask task = {.options = {.result = result}, .arity = arity};
    Binary *kept;
    Term visits;

    if (!parse_encode_options(arity == 2 ? args[1] : TERM_NIL, &task.options))
        return raise_badarg(p);
    if (result == A_EXTERNAL_SIZE) {
        if (!are_size_options(&task.options))
            return raise_badarg(p);
        task.options.flags |= ETF_COUNT_ONLY;
    } else if (result == A_TERM_TO_IOVEC && task.options.level == LEVEL_NONE) {
        task.options.flags |= ETF_PIECES;
    }
    etf_encoder_init(&task.encoder, &p->heap, args[0], task.options.flags);
    etf_encoder_byte(&task.encoder, ETF_VERSION);
    if (run_encoder(p, &task.encoder))
        return finish_encoding(p, &task);
    visits = etf_encoder_save(&task.encoder, &p->heap);
    kept = binary_new_magic(sizeof task, destroy_encode_task);
    *(EncodeTask *)kept->data = task;
    return go_on_encoding(p, &task, magic_ref_new(&p->heap, kept), visits, args);
}

Term bif_erlang_term_to_binary_1(Process *p, const Term *args) { return encode(p, args, 1, A_TERM_TO_BINARY); }
Term bif_erlang_term_to_binary_2(Process *p, const Term *args) { return encode(p, args, 2, A_TERM_TO_BINARY); }
Term bif_erlang_term_to_iovec_1(Process *p, const Term *args) { return encode(p, args, 1, A_TERM_TO_IOVEC); }
Term bif_erlang_term_to_iovec_2(Process *p, const Term *args) { return encode(p, args, 2, A_TERM_TO_IOVEC); }
Term bif_erlang_external_size_1(Process *p, const Term *args) { return encode(p, args, 1, A_EXTERNAL_SIZE); }
Term bif_erlang_external_size_2(Process *p, const Term *args) { return encode(p, args, 2, A_EXTERNAL_SIZE); }

/* --- binary_to_term ----------------------------------------------------------------------- */

typedef struct DecodeTask {
    EtfDecoder decoder;
    Binary *bytes;         /* holds what the decoder reads, if that was compressed or over collections; else null */
    BitsBytes source;
    size_t used_before;    /* bytes before what the decoder reads; if compressed: all */
    bool is_compressed;
    bool tell_used;
} DecodeTask;

/* May be called twice. */
static void end_decode_task(DecodeTask *task)
{
    etf_decoder_end(&task->decoder);
    if (task->bytes)
        binary_release(task->bytes);
    task->bytes = NULL;
    bits_bytes_free(&task->source);
}

static void destroy_decode_task(Binary *binary)
{
    end_decode_task((DecodeTask *)binary->data);
}

static bool parse_decode_options(Term list, unsigned *flags, bool *used)
{
    for (; is_cons(list); list = list_tail(list)) {
        if (list_head(list) == A_SAFE)
            *flags |= ETF_SAFE;
        else if (list_head(list) == A_USED)
            *used = true;
        else
            return false;
    }
    return is_nil(list);
}

/* Where the plain bytes are; null: this is no external term. */
static const uint8_t *open_source(Process *p, DecodeTask *task, size_t *size)
{
    const uint8_t *bytes = task->source.bytes;
    size_t used;

    *size = task->source.size;
    if (*size < 2 || bytes[0] != ETF_VERSION)
        return NULL;
    if (bytes[1] != TAG_COMPRESSED) {
        task->used_before = 1;
        *size -= 1;
        return bytes + 1;
    }
    task->is_compressed = true;
    task->bytes = etf_inflate(bytes + 2, *size - 2, &used);
    if (!task->bytes)
        return NULL;
    bif_consume(p, (int64_t)(task->bytes->capacity / ZLIB_BYTES_PER_REDUCTION));
    task->used_before = 2 + used;
    *size = task->bytes->capacity;
    return task->bytes->data;
}

/* The result of a decoder that is done; the task ends. */
static Term finish_decoding(Process *p, DecodeTask *task)
{
    Term result = task->decoder.result;
    size_t used = task->used_before + (task->is_compressed ? 0 : reader_offset(&task->decoder.in));

    heap_splice(&p->heap, &task->decoder.own_heap);
    end_decode_task(task);
    return task->tell_used ? tuple_2(&p->heap, result, integer_from_u64(&p->heap, used)) : result;
}

static EtfStatus run_decoder(Process *p, EtfDecoder *decoder, bool at_once)
{
    int64_t budget = at_once ? INT64_MAX : node_budget(p);
    int64_t before = budget;
    EtfStatus status = etf_decoder_run(decoder, &budget);

    bif_consume(p, (before - budget) / NODES_PER_REDUCTION);
    return status;
}

static Term decode_step(Process *p, const Term *args);
static TrapBif decode_more_1 = TRAP_BIF(decode_step, A_ERLANG, A_BINARY_TO_TERM, 3, 1);
static TrapBif decode_more_2 = TRAP_BIF(decode_step, A_ERLANG, A_BINARY_TO_TERM, 3, 2);

/* decode_step(Task, Binary, Options) or decode_step(Task, [], Binary): what binary_to_term was called with. The
 * binary must be kept. */
static Term decode_step(Process *p, const Term *args)
{
    DecodeTask *task = magic_ref_data(args[0], destroy_decode_task);

    switch (run_decoder(p, &task->decoder, false)) {
    case ETF_DONE:
        return finish_decoding(p, task);
    case ETF_MORE:
        return yield_to_bif(p, is_nil(args[1]) ? &decode_more_1 : &decode_more_2, args);
    default:
        end_decode_task(task);
        return raise_badarg(p);
    }
}

/* Builds on the process heap, without a pause: what yields needs a heap of its own, whose fragments cost a collection. */
static Term decode_at_once(Process *p, DecodeTask *task, const uint8_t *bytes, size_t size, unsigned flags)
{
    etf_decoder_init(&task->decoder, &p->heap, bytes, size, flags);
    if (run_decoder(p, &task->decoder, true) == ETF_DONE)
        return finish_decoding(p, task);
    end_decode_task(task);
    return raise_badarg(p);
}

/* `call` are the binary and the options, or [] and the binary. */
static Term decode_in_steps(Process *p, DecodeTask *small_task, const uint8_t *bytes, size_t size, unsigned flags,
                         const Term call[2])
{
    Term source = is_nil(call[0]) ? call[1] : call[0];
    Binary *kept = binary_new_magic(sizeof(DecodeTask), destroy_decode_task);
    DecodeTask *task = (DecodeTask *)kept->data;
    Term ref = magic_ref_new(&p->heap, kept);
    BitsView view;

    *task = *small_task;
    if (!task->bytes && !task->source.copy) {
        view = bits_view_of(source);
        assert(view.owner);    /* so many bytes do not lie on a heap */
        task->bytes = binary_keep(view.owner);
    }
    etf_decoder_init(&task->decoder, NULL, bytes, size, flags);
    return decode_step(p, (Term[]){ref, call[0], call[1]});
}

static Term decode(Process *p, Term source, Term option_list, const Term call[2])
{
    DecodeTask task = {.tell_used = false};
    unsigned flags = 0;
    const uint8_t *bytes;
    size_t size;

    if (!parse_decode_options(option_list, &flags, &task.tell_used))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    if (!bits_bytes_get(source, &task.source))
        return raise_badarg(p);
    bytes = open_source(p, &task, &size);
    if (!bytes) {
        end_decode_task(&task);
        return raise_badarg(p);
    }
    if (size <= DECODE_AT_ONCE_BYTES || (int64_t)size <= node_budget(p))   /* each node takes a byte or more */
        return decode_at_once(p, &task, bytes, size, flags);
    return decode_in_steps(p, &task, bytes, size, flags, call);
}

Term bif_erlang_binary_to_term_1(Process *p, const Term *args)
{
    return decode(p, args[0], TERM_NIL, (Term[]){TERM_NIL, args[0]});
}

Term bif_erlang_binary_to_term_2(Process *p, const Term *args)
{
    return decode(p, args[0], args[1], args);
}
