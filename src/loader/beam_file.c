#include "loader/beam_file.h"

#include <string.h>

#include "vm/base/md5.h"

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

/* The old "uniq" of funs is computed from the rest, so it counts as zero. */
static void add_lambdas(Md5 *md5, const uint8_t *bytes, size_t size)
{
    static const uint8_t zeros[4];
    size_t at = MIN(size, 4);

    md5_update(md5, bytes, at);
    for (; at + LAMBDA_BYTES <= size; at += LAMBDA_BYTES) {
        md5_update(md5, bytes + at, OLD_UNIQ_OFFSET);
        md5_update(md5, zeros, sizeof zeros);
    }
}

void beam_file_md5(const BeamFile *file, uint8_t digest[16])
{
    static const BeamChunk parts[] = {CHUNK_ATOMS_UTF8, CHUNK_CODE, CHUNK_STRINGS, CHUNK_IMPORTS,
                                      CHUNK_EXPORTS, CHUNK_LAMBDAS, CHUNK_LITERALS, CHUNK_META};
    Md5 md5;

    md5_init(&md5);
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        BeamChunk part = parts[i];

        if (part == CHUNK_ATOMS_UTF8 && !file->chunks[part].bytes)
            part = CHUNK_ATOMS;
        if (!file->chunks[part].bytes)
            continue;
        if (part == CHUNK_LAMBDAS)
            add_lambdas(&md5, file->chunks[part].bytes, file->chunks[part].size);
        else
            md5_update(&md5, file->chunks[part].bytes, file->chunks[part].size);
    }
    md5_final(&md5, digest);
}
