/* beam_file.h - the outer shape of a .beam file: IFF chunks, found but not read. */
#ifndef LING_BEAM_FILE_H
#define LING_BEAM_FILE_H

#include "loader/load_error.h"
#include "vm/base/md5.h"

typedef enum BeamChunk {
    CHUNK_ATOMS_UTF8, CHUNK_ATOMS, CHUNK_CODE, CHUNK_STRINGS, CHUNK_IMPORTS, CHUNK_EXPORTS,
    CHUNK_LAMBDAS, CHUNK_LITERALS, CHUNK_LINES, CHUNK_TYPES, CHUNK_META, CHUNK_ATTRIBUTES,
    CHUNK_COMPILE_INFO, CHUNK_LING, CHUNK_COUNT
} BeamChunk;

extern const char beam_chunk_ids[CHUNK_COUNT][5];

typedef struct BeamFile {
    struct {
        const uint8_t *bytes;          /* null: not there */
        size_t size;
    } chunks[CHUNK_COUNT];
} BeamFile;

bool beam_file_is(const uint8_t *bytes, size_t size);      /* starts as a .beam file does */
/* Finds the chunks. `bytes` must live as long as `file` is used. */
bool beam_file_open(BeamFile *file, const uint8_t *bytes, size_t size, LoadError *error);
/* One by one: start, then next until it is false, at the end or when the reader failed. */
bool beam_file_start(Reader *in, const uint8_t *bytes, size_t size);
bool beam_file_next(Reader *in, const uint8_t **id, const uint8_t **bytes, size_t *size);
/* Any chunk by its id; null if there is none. */
const uint8_t *beam_file_chunk(const uint8_t *bytes, size_t size, const char *id, size_t *chunk_size);
/* MD5 over what makes up the module's code, as the stock VM computes it. */
void beam_file_md5(const BeamFile *file, uint8_t md5[16]);
/* The same in three steps: this, then the chunk Code, then the bytes that the second function copies to `to` (null:
 * tells only how many). */
void beam_file_md5_start(const BeamFile *file, Md5 *md5);
size_t beam_file_md5_tail(const BeamFile *file, uint8_t *to);
/* A reader over one chunk; empty if the chunk is missing. */
static inline void beam_file_reader(const BeamFile *file, BeamChunk chunk, Reader *in)
{
    reader_init(in, file->chunks[chunk].bytes, file->chunks[chunk].size);
}

#endif
