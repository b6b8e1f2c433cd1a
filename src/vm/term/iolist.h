/* iolist.h - the bytes of nested lists of bytes and binaries.
 *
 * Short ones are measured and copied in one call. Long ones are walked in steps: an IolistWalk
 * can be put away as a term (iolist_walk_pending) when a process yields and taken up again.
 * "Bit lists" may hold bitstrings of any length (list_to_bitstring); for all else a bitstring that is
 * no binary is bad. */
#ifndef LING_IOLIST_H
#define LING_IOLIST_H

#include "vm/term/bits.h"

typedef enum IolistResult {
    IOLIST_DONE,
    IOLIST_BAD,             /* not an iolist */
    IOLIST_TOO_BIG,         /* more bits than there can be */
    IOLIST_MORE             /* the budget is used up; go on with the same walk */
} IolistResult;

/* Size in bytes; a binary is an iolist too. */
IolistResult iolist_size(Term t, size_t *bytes);
/* Copies an iolist whose size is known to `to`. */
void iolist_copy(Term t, uint8_t *to);
/* All bytes in one block of `kind` (freed by mem_free; never null, one zero byte follows). */
IolistResult iolist_to_bytes(Term t, int mem_kind, uint8_t **bytes, size_t *size);
/* As a counted Binary with one reference, for I/O. Shares a binary that fills a Binary from its start. */
IolistResult iolist_to_off_heap(Term t, Binary **binary, size_t *size);
/* A bitstring term of it all. The result is `t` itself if that is a binary. */
IolistResult iolist_to_term(Heap *heap, Term t, Term *binary);

/* Calls `part` for each run of bytes in order (runs of single bytes are gathered); false from it stops. */
typedef bool (*IolistPart)(void *context, const uint8_t *bytes, size_t size, Binary *owner);
IolistResult iolist_each(Term t, IolistPart part, void *context);

/* --- walks ---------------------------------------------------------------------------------- */

#define IOLIST_WALK_INLINE 32

typedef struct IolistWalk {
    Term *stack;            /* what is still to be done, next on top */
    size_t depth;
    size_t capacity;
    bool allow_bits;        /* bitstrings that are no binaries are good */
    Term inline_stack[IOLIST_WALK_INLINE];
} IolistWalk;

void iolist_walk_start(IolistWalk *walk, Term t, bool allow_bits);
void iolist_walk_end(IolistWalk *walk);
/* What is left to do, as a term; and a walk that goes on with it. Neither ends `walk`. */
Term iolist_walk_pending(const IolistWalk *walk, Heap *heap);
void iolist_walk_resume(IolistWalk *walk, Term pending, bool allow_bits);
/* Adds the size of what comes next to *size, in bits if the walk allows bitstrings that are no binaries, else
 * in bytes (of which there may be more than fit any binary); *budget counts down by elements. */
IolistResult iolist_walk_size(IolistWalk *walk, size_t *size, int64_t *budget);
/* Writes what comes next at bit *position of `to` and moves it; *budget counts elements and 1 per 64 bytes. */
IolistResult iolist_walk_copy(IolistWalk *walk, uint8_t *to, size_t *position, int64_t *budget);

/* As iolist_each, in steps: `part` gets up to *budget bytes, which counts down by bytes (by one at least for an
 * element). What is left of a binary goes on `heap`. */
IolistResult iolist_walk_each(IolistWalk *walk, Heap *heap, IolistPart part, void *context, int64_t *budget);

#endif
