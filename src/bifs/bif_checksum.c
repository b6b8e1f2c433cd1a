/* erlang: crc32, adler32, md5 of iolists.. */
#include <string.h>
#include <zlib.h>

#include "bifs.h"
#include "vm/base/md5.h"
#include "vm/term/integer.h"
#include "vm/term/iolist.h"

#define BYTES_PER_REDUCTION 1024
/* A Md5 as a binary: state, number of bits, unfinished block; little-endian. */
#define MD5_STATE_BYTES 88
#define MD5_DIGEST_BYTES 16

/* --- zlib's checksums ------------------------------------------------------------------------ */

typedef uLong (*SumFunction)(uLong sum, const Bytef *bytes, z_size_t size);

typedef struct Summing {
    SumFunction function;
    uLong sum;
    size_t size;
} Summing;

static bool sum_part(void *context, const uint8_t *bytes, size_t size, Binary *owner)
{
    Summing *summing = context;

    summing->sum = summing->function(summing->sum, bytes, size);
    summing->size += size;
    return true;
}

static Term checksum(Process *p, SumFunction function, uint64_t start, Term data)
{
    Summing summing = {.function = function, .sum = start};

    if (iolist_each(data, sum_part, &summing) != IOLIST_DONE)
        return raise_badarg(p);
    bif_consume(p, (int64_t)(summing.size / BYTES_PER_REDUCTION));
    return small_int((int64_t)summing.sum);
}

static bool is_sum(Term t, uint64_t *sum)
{
    return integer_to_u64(t, sum) && *sum <= UINT32_MAX;
}

static Term go_on(Process *p, SumFunction function, const Term *args)
{
    uint64_t start;

    return is_sum(args[0], &start) ? checksum(p, function, start, args[1]) : raise_badarg(p);
}

static Term combine(Process *p, uLong (*function)(uLong, uLong, z_off_t), const Term *args)
{
    uint64_t first, second, size;

    if (!is_sum(args[0], &first) || !is_sum(args[1], &second) || !is_sum(args[2], &size))
        return raise_badarg(p);
    return small_int((int64_t)function(first, second, (z_off_t)size));
}

Term bif_erlang_crc32_1(Process *p, const Term *args) { return checksum(p, crc32_z, crc32_z(0, NULL, 0), args[0]); }
Term bif_erlang_crc32_2(Process *p, const Term *args) { return go_on(p, crc32_z, args); }
Term bif_erlang_crc32_combine_3(Process *p, const Term *args) { return combine(p, crc32_combine, args); }
Term bif_erlang_adler32_1(Process *p, const Term *args) { return checksum(p, adler32_z, adler32_z(0, NULL, 0), args[0]); }
Term bif_erlang_adler32_2(Process *p, const Term *args) { return go_on(p, adler32_z, args); }
Term bif_erlang_adler32_combine_3(Process *p, const Term *args) { return combine(p, adler32_combine, args); }

/* --- MD5 ------------------------------------------------------------------------------------- */

static bool md5_part(void *context, const uint8_t *bytes, size_t size, Binary *owner)
{
    md5_update(context, bytes, size);
    return true;
}

static bool md5_iolist(Process *p, Md5 *md5, Term data)
{
    uint64_t before = md5->byte_count;

    if (iolist_each(data, md5_part, md5) != IOLIST_DONE)
        return false;
    bif_consume(p, (int64_t)((md5->byte_count - before) / BYTES_PER_REDUCTION));
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

Term bif_erlang_md5_1(Process *p, const Term *args)
{
    Md5 md5;

    md5_init(&md5);
    return md5_iolist(p, &md5, args[0]) ? digest_of(p, &md5) : raise_badarg(p);
}

Term bif_erlang_md5_init_0(Process *p, const Term *args)
{
    Md5 md5;

    md5_init(&md5);
    memset(md5.block, 0, sizeof md5.block);
    return md5_to_term(p, &md5);
}

Term bif_erlang_md5_update_2(Process *p, const Term *args)
{
    Md5 md5;

    if (!md5_from_term(args[0], &md5) || !md5_iolist(p, &md5, args[1]))
        return raise_badarg(p);
    return md5_to_term(p, &md5);
}

Term bif_erlang_md5_final_1(Process *p, const Term *args)
{
    Md5 md5;

    return md5_from_term(args[0], &md5) ? digest_of(p, &md5) : raise_badarg(p);
}
