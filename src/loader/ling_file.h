/* ling_file.h - .ling files: a module's generic instructions and tables, ready to be verified and emitted.
 *
 * A .ling file is a .beam file in which a chunk "Ling" stands in the place of code, literals, funs, lines
 * and types, so that beam_lib and the code server of OTP can ask it for all the rest.
 * doc/ling-format.md describes the chunk byte by byte. It starts with the version of the format; a file of
 * another version is refused, never misread. */
#ifndef LING_LING_FILE_H
#define LING_LING_FILE_H

#include "loader/beam_file.h"
#include "loader/ir.h"
#include "vm/base/text.h"
#include "vm/term/heap.h"

#define LING_FORMAT_VERSION 1
#define LING_MD5_BYTES 16

static inline bool ling_file_is(const BeamFile *file) { return file->chunks[CHUNK_LING].bytes; }
/* The version of the format it is in. */
uint32_t ling_file_version(const BeamFile *file);
/* MD5 of the .beam file it was made of. */
bool ling_file_md5(const BeamFile *file, uint8_t md5[LING_MD5_BYTES]);
/* Fills in `ir` (empty before); its terms are built on `heap`. */
bool ling_file_read(const BeamFile *file, CodeIr *ir, Heap *heap, LoadError *error);

/* The same, but functions are only looked at: ir->functions get no instructions; ir->label_homes and ir->arities are set. What
 * `out` points to lies in the file and in the arena of `ir`. */
bool ling_file_scan(const BeamFile *file, CodeIr *ir, Heap *heap, FunctionSource *out, LoadError *error);
/* Reads one of them; its instructions are in the arena of `ir`. */
bool ling_read_function(CodeIr *ir, const FunctionSource *from, uint32_t index, FunctionIr *out, LoadError *error);

/* The .ling file for a .beam file is added to `out`. */
bool ling_file_make(const uint8_t *beam, size_t size, Text *out, LoadError *error);

#endif
