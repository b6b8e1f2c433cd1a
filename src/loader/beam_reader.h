/* beam_reader.h - from the chunks of a .beam file to a CodeIr.
 *
 * The instructions that come out name no raw index that was not checked: atoms are terms, literals
 * exist, labels are below ir->label_count. What they do to registers is the verifier's business. */
#ifndef LING_BEAM_READER_H
#define LING_BEAM_READER_H

#include "loader/beam_file.h"
#include "loader/ir.h"
#include "vm/term/heap.h"

typedef struct BeamType {
    uint16_t types;            /* TYPE_* */
    int64_t min, max;
} BeamType;

typedef struct BeamReader {
    BeamFile file;
    CodeIr *ir;
    Heap *heap;                /* where literals are built */
    LoadError *error;
    Term *atoms;               /* [0] is [] */
    uint32_t atom_count;
    BeamType *types;
    uint32_t type_count;
    uint32_t literal_capacity;
} BeamReader;

/* Fills in `ir` (empty before) from `file`; its terms are built on `heap`. */
bool beam_read(const BeamFile *file, CodeIr *ir, Heap *heap, LoadError *error);

/* The steps of that, in this order. */
bool beam_read_tables(BeamReader *beam);
bool beam_read_code(BeamReader *beam);
/* Instead of the second, when functions are read one by one later: checks the chunk's form and finds the functions.
 * ir->functions get no instructions; ir->label_homes and ir->arities are set. What `out` points to lies in the file and in the
 * arena of beam->ir. */
bool beam_scan_code(BeamReader *beam, FunctionSource *out);
/* Reads the instructions of one of them; `out` has the rest. They are there until the next call. */
bool beam_read_function(CodeIr *ir, const FunctionSource *from, uint32_t index, FunctionIr *out, LoadError *error);
/* Adds a literal that no chunk holds (a big integer); its index. */
uint32_t beam_add_literal(BeamReader *beam, Term literal);

#endif
