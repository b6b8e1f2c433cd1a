/* erlang: crc32, adler32, md5 of iolists.. */
#include <string.h>
#include <zlib.h>

#include "bifs.h"
#include "vm/base/md5.h"
#include "vm/term/integer.h"
#include "vm/term/iolist.h"

/* So that a turn of 4000 reductions takes a millisecond or two. */
#define BYTES_PER_REDUCTION 128
/* A Md5 as a binary: state, number of bits, unfinished block; little-endian. */
#define MD5_STATE_BYTES 88
#define MD5_DIGEST_BYTES 16

/* Hands the bytes of `pending` to `part` for as long as the turn lasts. IOLIST_MORE: *pending is what is left. */
static IolistResult sum_up(Process *p, Term *pending, IolistPart part, void *context)
{
    int64_t budget = MAX(p->reductions_left, 1) * BYTES_PER_REDUCTION;
    int64_t before = budget;
    IolistWalk walk;
    IolistResult result;

    iolist_walk_start(&walk, *pending, false);
    result = iolist_walk_each(&walk, &p->heap, part, context, &budget);
    if (result == IOLIST_MORE)
        *pending = iolist_walk_pending(&walk, &p->heap);
    iolist_walk_end(&walk);
    bif_consume(p, (before - budget) / BYTES_PER_REDUCTION);
    return result;
}

static bool may_be_iolist(Term t) { return is_list(t) || is_bitstring(t); }

/* --- zlib's checksums ------------------------------------------------------------------------ */

typedef uLong (*SumFunction)(uLong sum, const Bytef *bytes, z_size_t size);

typedef struct Summing {
    SumFunction function;
    uLong sum;
} Summing;

static bool sum_part(void *context, const uint8_t *bytes, size_t size, Binary *owner)
{
    Summing *summing = context;

    summing->sum = summing->function(summing->sum, bytes, size);
    return true;
}

/* args: the sum so far, what is left, and the arguments of the BIF that `more` goes on for. */
static Term checksum(Process *p, SumFunction function, TrapBif *more, const Term *args)
{
    Summing summing = {.function = function, .sum = (uLong)small_value(args[0])};
    Term next[4] = {args[0], args[1], args[2]};

    if (more->arity == 4)
        next[3] = args[3];
    switch (sum_up(p, &next[1], sum_part, &summing)) {
    case IOLIST_DONE:
        return small_int((int64_t)summing.sum);
    case IOLIST_MORE:
        next[0] = small_int((int64_t)summing.sum);
        return yield_to_bif(p, more, next);
    default:
        return raise_badarg(p);
    }
}

static Term crc32_step_1(Process *p, const Term *args);
static Term crc32_step_2(Process *p, const Term *args);
static Term adler32_step_1(Process *p, const Term *args);
static Term adler32_step_2(Process *p, const Term *args);
static TrapBif crc32_more_1 = TRAP_BIF(crc32_step_1, A_ERLANG, A_CRC32, 3, 1);
static TrapBif crc32_more_2 = TRAP_BIF(crc32_step_2, A_ERLANG, A_CRC32, 4, 2);
static TrapBif adler32_more_1 = TRAP_BIF(adler32_step_1, A_ERLANG, A_ADLER32, 3, 1);
static TrapBif adler32_more_2 = TRAP_BIF(adler32_step_2, A_ERLANG, A_ADLER32, 4, 2);

static Term crc32_step_1(Process *p, const Term *args) { return checksum(p, crc32_z, &crc32_more_1, args); }
static Term crc32_step_2(Process *p, const Term *args) { return checksum(p, crc32_z, &crc32_more_2, args); }
static Term adler32_step_1(Process *p, const Term *args) { return checksum(p, adler32_z, &adler32_more_1, args); }
static Term adler32_step_2(Process *p, const Term *args) { return checksum(p, adler32_z, &adler32_more_2, args); }

static Term start(Process *p, SumFunction function, TrapBif *more, const Term *args)
{
    uLong first = function(0, NULL, 0);

    return may_be_iolist(args[0]) ? checksum(p, function, more, (Term[]){small_int((int64_t)first), args[0], args[0]})
                                  : raise_badarg(p);
}

static bool is_sum(Term t, uint64_t *sum)
{
    return integer_to_u64(t, sum) && *sum <= UINT32_MAX;
}

static Term go_on(Process *p, SumFunction function, TrapBif *more, const Term *args)
{
    uint64_t first;

    if (!is_sum(args[0], &first) || !may_be_iolist(args[1]))
        return raise_badarg(p);
    return checksum(p, function, more, (Term[]){args[0], args[1], args[0], args[1]});
}

static Term combine(Process *p, uLong (*function)(uLong, uLong, z_off_t), const Term *args)
{
    uint64_t first, second, size;

    if (!is_sum(args[0], &first) || !is_sum(args[1], &second) || !is_sum(args[2], &size))
        return raise_badarg(p);
    return small_int((int64_t)function(first, second, (z_off_t)size));
}

Term bif_erlang_crc32_1(Process *p, const Term *args) { return start(p, crc32_z, &crc32_more_1, args); }
Term bif_erlang_crc32_2(Process *p, const Term *args) { return go_on(p, crc32_z, &crc32_more_2, args); }
Term bif_erlang_crc32_combine_3(Process *p, const Term *args) { return combine(p, crc32_combine, args); }
Term bif_erlang_adler32_1(Process *p, const Term *args) { return start(p, adler32_z, &adler32_more_1, args); }
Term bif_erlang_adler32_2(Process *p, const Term *args) { return go_on(p, adler32_z, &adler32_more_2, args); }
Term bif_erlang_adler32_combine_3(Process *p, const Term *args) { return combine(p, adler32_combine, args); }

/* --- MD5 ------------------------------------------------------------------------------------- */

static bool md5_part(void *context, const uint8_t *bytes, size_t size, Binary *owner)
{
    md5_update(context, bytes, size);
    return true;
}

static void put_little(uint8_t *to, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get_little(const uint8_t *from, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)from[i] << 8 * i;
    return value;
}

static Term md5_to_term(Process *p, const Md5 *md5)
{
    uint8_t *data;
    Term state = bits_alloc(&p->heap, MD5_STATE_BYTES, &data);

    for (unsigned i = 0; i < 4; i++)
        put_little(data + 4 * i, md5->state[i], 4);
    put_little(data + 16, md5->byte_count * 8, 8);
    memcpy(data + 24, md5->block, sizeof md5->block);
    return state;
}

static bool md5_from_term(Term t, Md5 *md5)
{
    BitsBytes bytes;

    if (!is_binary(t) || bits_size(t) != MD5_STATE_BYTES * 8 || !bits_bytes_get(t, &bytes))
        return false;
    for (unsigned i = 0; i < 4; i++)
        md5->state[i] = (uint32_t)get_little(bytes.bytes + 4 * i, 4);
    md5->byte_count = get_little(bytes.bytes + 16, 8) / 8;
    memcpy(md5->block, bytes.bytes + 24, sizeof md5->block);
    bits_bytes_free(&bytes);
    return true;
}

static Term digest_of(Process *p, Md5 *md5)
{
    uint8_t digest[MD5_DIGEST_BYTES];

    md5_final(md5, digest);
    return bits_new(&p->heap, digest, sizeof digest);
}

static Term md5_step(Process *p, const Term *args);
static Term md5_update_step(Process *p, const Term *args);
static TrapBif md5_more = TRAP_BIF(md5_step, A_ERLANG, A_MD5, 3, 1);
static TrapBif md5_update_more = TRAP_BIF(md5_update_step, A_ERLANG, A_MD5_UPDATE, 4, 2);

/* IOLIST_MORE: next[0] and next[1] are the state and what is left. */
static IolistResult md5_some(Process *p, Md5 *md5, Term next[2])
{
    IolistResult result = sum_up(p, &next[1], md5_part, md5);

    if (result == IOLIST_MORE)
        next[0] = md5_to_term(p, md5);
    return result;
}

static Term md5_go_on(Process *p, Md5 *md5, Term pending, Term data)
{
    Term next[3] = {TERM_NIL, pending, data};

    switch (md5_some(p, md5, next)) {
    case IOLIST_DONE: return digest_of(p, md5);
    case IOLIST_MORE: return yield_to_bif(p, &md5_more, next);
    default: return raise_badarg(p);
    }
}

/* md5_step(State, Pending, Data) */
static Term md5_step(Process *p, const Term *args)
{
    Md5 md5;

    md5_from_term(args[0], &md5);
    return md5_go_on(p, &md5, args[1], args[2]);
}

Term bif_erlang_md5_1(Process *p, const Term *args)
{
    Md5 md5;

    if (!may_be_iolist(args[0]))
        return raise_badarg(p);
    md5_init(&md5);
    memset(md5.block, 0, sizeof md5.block);
    return md5_go_on(p, &md5, args[0], args[0]);
}

Term bif_erlang_md5_init_0(Process *p, const Term *args)
{
    Md5 md5;

    md5_init(&md5);
    memset(md5.block, 0, sizeof md5.block);
    return md5_to_term(p, &md5);
}

/* md5_update_step(State, Pending, Context, Data) */
static Term md5_update_step(Process *p, const Term *args)
{
    Term next[4] = {args[0], args[1], args[2], args[3]};
    Md5 md5;

    md5_from_term(args[0], &md5);
    switch (md5_some(p, &md5, next)) {
    case IOLIST_DONE: return md5_to_term(p, &md5);
    case IOLIST_MORE: return yield_to_bif(p, &md5_update_more, next);
    default: return raise_badarg(p);
    }
}

Term bif_erlang_md5_update_2(Process *p, const Term *args)
{
    Md5 md5;

    if (!md5_from_term(args[0], &md5) || !may_be_iolist(args[1]))
        return raise_badarg(p);
    return md5_update_step(p, (Term[]){args[0], args[1], args[0], args[1]});
}

Term bif_erlang_md5_final_1(Process *p, const Term *args)
{
    Md5 md5;

    return md5_from_term(args[0], &md5) ? digest_of(p, &md5) : raise_badarg(p);
}
