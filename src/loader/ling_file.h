/* ling_file.h - .ling files: a module's generic instructions and tables, ready to be verified and emitted.
 *
 * doc/ling-format.md describes them byte by byte. The format has a version; a file of another version
 * is refused, never misread. */
#ifndef LING_LING_FILE_H
#define LING_LING_FILE_H

#include "loader/ir.h"
#include "loader/load.h"

#define LING_FORMAT_VERSION 1

bool ling_file_is(const uint8_t *bytes, size_t size);
/* Fills in `ir`, and md5, attributes, compile_info of `code`; terms are built on `heap`. */
LoadResult ling_file_read(const uint8_t *bytes, size_t size, CodeIr *ir, CodeInstance *code, Heap *heap, LoadError *error);
/* A chunk that the file keeps as it was in the .beam file ("Attr", "CInf", ...); null if it has none. */
const uint8_t *ling_file_chunk(const uint8_t *bytes, size_t size, const char *id, size_t *chunk_size);
bool ling_file_md5(const uint8_t *bytes, size_t size, uint8_t md5[16]);

/* The file for a .beam file: a MEM_CODE block, or null. */
uint8_t *ling_file_make(const uint8_t *beam, size_t size, size_t *result_size, LoadError *error);

#endif
