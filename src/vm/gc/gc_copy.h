/* gc_copy.h - one copying pass of the collector: evacuation and the scan of what was copied.
 *
 * A moved cons leaves FORWARDED in its head and the new term in its tail; a moved box leaves the new
 * term in place of its header. */
#ifndef LING_GC_COPY_H
#define LING_GC_COPY_H

#include "vm/gc/gc.h"
#include "vm/gc/literal.h"
#include "vm/term/plain_range.h"

/* Where copies go: locals of whoever scans, so that they stay in registers. */
typedef struct CopyTops {
    Word *young;
    Word *old;
    PlainRange plain;
} CopyTops;

typedef struct CopyPass {
    bool full;                 /* everything that is not a literal moves to tops.young */
    const Word *block_start;   /* minor: the first `mature_bytes` of the block move to tops.old, the others to tops.young */
    size_t block_bytes;
    size_t mature_bytes;
    const Word *old_start;     /* minor: what lies in [old_start, old_end) stays */
    const Word *old_end;
    const Word *to_start;      /* the block that is filled */
    size_t to_bytes;
    CopyTops tops;
    const LiteralArea *purged; /* copied like heap terms; null for none */
} CopyPass;

/* Copies what the range refers to and updates it. */
void gc_copy_roots(CopyPass *pass, Term *terms, size_t count);
/* Follows everything copied since `young_scan` and `old_scan`. */
void gc_copy_reachable(CopyPass *pass, Word *young_scan, Word *old_scan);
/* Where an off-heap object went: its new address, `object` itself if it stays, null if it died. */
Word *gc_copy_forwarded(const CopyPass *pass, Word *object);

#endif
