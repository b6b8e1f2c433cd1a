#include "loader/beam_file.h"

#include <string.h>

const char beam_chunk_ids[CHUNK_COUNT][5] = {"AtU8", "Atom", "Code", "StrT", "ImpT", "ExpT", "FunT",
                                             "LitT", "Line", "Type", "Meta", "Attr", "CInf", "Ling"};
#define HEADER_BYTES 12
#define LAMBDA_BYTES 24
#define OLD_UNIQ_OFFSET 20

bool beam_file_is(const uint8_t *bytes, size_t size)
{
    return size >= HEADER_BYTES && memcmp(bytes, "FOR1", 4) == 0 && memcmp(bytes + 8, "BEAM", 4) == 0;
}

bool beam_file_next(Reader *in, const uint8_t **id, const uint8_t **bytes, size_t *size)
{
    size_t padded;

    if (reader_left(in) == 0)
        return false;
    *id = reader_bytes(in, 4);
    *size = reader_u32(in);
    *bytes = reader_bytes(in, *size);
    padded = (*size + 3) & ~(size_t)3;
    /* The last chunk's padding may be missing. */
    reader_bytes(in, MIN(padded - *size, reader_left(in)));
    return reader_ok(in);
}

bool beam_file_start(Reader *in, const uint8_t *bytes, size_t size)
{
    size_t form_size;

    if (!beam_file_is(bytes, size))
        return false;
    reader_init(in, bytes, size);
    reader_bytes(in, 4);
    form_size = reader_u32(in);
    reader_bytes(in, 4);
    if (form_size < 4 || form_size - 4 > reader_left(in))
        reader_fail(in, "file is shorter than it says");
    else
        in->end = in->at + (form_size - 4);
    return true;
}

bool beam_file_open(BeamFile *file, const uint8_t *bytes, size_t size, LoadError *error)
{
    const uint8_t *id, *chunk;
    size_t chunk_size;
    Reader in;

    *file = (BeamFile){0};
    if (!beam_file_start(&in, bytes, size)) {
        load_error_set(error, "not a BEAM file: no IFF header");
        return false;
    }
    while (beam_file_next(&in, &id, &chunk, &chunk_size)) {
        for (int i = 0; i < CHUNK_COUNT; i++) {
            if (memcmp(id, beam_chunk_ids[i], 4) == 0 && !file->chunks[i].bytes) {
                file->chunks[i].bytes = chunk;
                file->chunks[i].size = chunk_size;
            }
        }
    }
    if (!reader_ok(&in)) {
        load_error_from_reader(error, "list", &in);
        return false;
    }
    return true;
}

const uint8_t *beam_file_chunk(const uint8_t *bytes, size_t size, const char *wanted, size_t *chunk_size)
{
    const uint8_t *id, *chunk;
    Reader in;

    if (!beam_file_start(&in, bytes, size))
        return NULL;
    while (beam_file_next(&in, &id, &chunk, chunk_size))
        if (memcmp(id, wanted, 4) == 0)
            return chunk;
    return NULL;
}

/* What the MD5 is computed of, piece by piece. */
typedef void Taker(void *context, const uint8_t *bytes, size_t size);

/* The old "uniq" of funs is computed from the rest, so it counts as zero. */
static void feed_lambdas(Taker *take, void *context, const uint8_t *bytes, size_t size)
{
    static const uint8_t zeros[4];
    size_t at = MIN(size, 4);

    take(context, bytes, at);
    for (; at + LAMBDA_BYTES <= size; at += LAMBDA_BYTES) {
        take(context, bytes + at, OLD_UNIQ_OFFSET);
        take(context, zeros, sizeof zeros);
    }
}

static void feed_atoms(const BeamFile *file, Taker *take, void *context)
{
    BeamChunk atoms = file->chunks[CHUNK_ATOMS_UTF8].bytes ? CHUNK_ATOMS_UTF8 : CHUNK_ATOMS;

    take(context, file->chunks[atoms].bytes, file->chunks[atoms].size);
}

static void feed_behind_code(const BeamFile *file, Taker *take, void *context)
{
    static const BeamChunk parts[] = {CHUNK_STRINGS, CHUNK_IMPORTS, CHUNK_EXPORTS, CHUNK_LAMBDAS, CHUNK_LITERALS, CHUNK_META};

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        const uint8_t *bytes = file->chunks[parts[i]].bytes;
        size_t size = file->chunks[parts[i]].size;

        if (bytes && parts[i] == CHUNK_LAMBDAS)
            feed_lambdas(take, context, bytes, size);
        else if (bytes)
            take(context, bytes, size);
    }
}

static void take_md5(void *context, const uint8_t *bytes, size_t size)
{
    if (size > 0)
        md5_update(context, bytes, size);
}

void beam_file_md5_start(const BeamFile *file, Md5 *md5)
{
    md5_init(md5);
    feed_atoms(file, take_md5, md5);
}

void beam_file_md5(const BeamFile *file, uint8_t digest[16])
{
    Md5 md5;

    beam_file_md5_start(file, &md5);
    take_md5(&md5, file->chunks[CHUNK_CODE].bytes, file->chunks[CHUNK_CODE].size);
    feed_behind_code(file, take_md5, &md5);
    md5_final(&md5, digest);
}

typedef struct Tail {
    uint8_t *to;               /* null: only count */
    size_t size;
} Tail;

static void take_tail(void *context, const uint8_t *bytes, size_t size)
{
    Tail *tail = context;

    if (tail->to && size > 0)
        memcpy(tail->to + tail->size, bytes, size);
    tail->size += size;
}

size_t beam_file_md5_tail(const BeamFile *file, uint8_t *to)
{
    Tail tail = {.to = to};

    feed_behind_code(file, take_tail, &tail);
    return tail.size;
}
