/* etf.h - the external term format: bytes to terms and terms to bytes.
 *
 * Both directions can work in slices: a state is started, then continued until it is done. Between
 * the slices a decoder holds no term of a process (it builds on a heap of its own, which becomes part of
 * the process heap at the end); an encoder saves what it has yet to visit as one term. */
#ifndef LING_ETF_H
#define LING_ETF_H

#include "vm/base/reader.h"
#include "vm/term/atom_refs.h"
#include "vm/term/off_heap.h"

#define ETF_VERSION 131

typedef struct EtfError {
    const char *text;      /* static */
    size_t offset;
} EtfError;

/* --- decoding ----------------------------------------------------------------------------- */

typedef enum EtfStatus { ETF_DONE, ETF_MORE, ETF_FAILED } EtfStatus;

enum { ETF_SAFE = 1 };     /* no new atoms, no functions that are not there */

/* Decodes one external term: version byte, perhaps compressed; bytes after it are ignored. For literals of
 * modules and the like. NO_TERM: `*err` (may be null) says why. */
Term etf_decode(Heap *heap, const uint8_t *bytes, size_t size, EtfError *err);
/* One term without version byte, from `in` on: for distribution. NO_TERM: see in->error. */
Term etf_decode_from(Heap *heap, Reader *in, unsigned flags);

/* Without version byte, not compressed. */
struct EtfFrame;
typedef struct EtfDecoder {
    Reader in;
    Heap *heap;            /* where it builds */
    Heap own_heap;         /* used where `heap` points to it */
    unsigned flags;
    Term result;           /* when done */
    Term *slot;            /* where the next term goes; null when done */
    size_t owed;           /* terms that must still follow: never more than bytes are left */
    struct EtfFrame *frames;   /* open tuples, lists, maps */
    size_t frame_count, frame_capacity;
    const Term *atoms;     /* what ATOM_CACHE_REF means: set after init, null if there are none */
    unsigned atom_count;
} EtfDecoder;

/* `heap` null: builds on own_heap (the decoder must then stay at its address). The bytes must stay. */
void etf_decoder_init(EtfDecoder *d, Heap *heap, const uint8_t *bytes, size_t size, unsigned flags);
/* Decodes up to `budget` nodes, and takes from it what it did. */
EtfStatus etf_decoder_run(EtfDecoder *d, int64_t *budget);
/* Frees all but the result on the heap; own_heap is cleared unless it was spliced away. */
void etf_decoder_end(EtfDecoder *d);

/* Compressed terms: `bytes` is what follows tag 80. Plain size, or 0: cannot be right. */
size_t etf_plain_size(const uint8_t *bytes, size_t size);
/* The plain form in a Binary the caller owns, and how many bytes (size field included) it came from. Null: bad. */
Binary *etf_inflate(const uint8_t *bytes, size_t size, size_t *used);
/* Size field and compressed form of `size` bytes (level 0..9) at `to`, which has room for `size` bytes. 0: would be
 * no smaller. */
size_t etf_deflate(uint8_t *to, const uint8_t *bytes, size_t size, int level);

/* How funs are made and identified: filled in by the layer that knows functions. */
typedef struct EtfFuns {
    /* The caller fills in `*env`. */
    Term (*local)(Heap *heap, Term module, uint32_t old_uniq, uint32_t index, const uint8_t uniq[16], uint32_t arity,
                  Term creator, size_t free_count, Term **env);
    Term (*exported)(Heap *heap, Term module, Term function, uint32_t arity);
    bool (*is_exported)(Term module, Term function, uint32_t arity);
    const uint8_t *(*uniq)(Term fun);      /* 16 bytes; of a local fun */
} EtfFuns;
extern const EtfFuns etf_funs;

/* --- encoding ----------------------------------------------------------------------------- */

enum {
    ETF_OLD_FLOATS = 1,        /* minor_version 0 */
    ETF_UTF8_ATOMS = 2,        /* minor_version 2: all atoms as UTF-8 */
    ETF_DETERMINISTIC = 4,     /* keys of big maps in order */
    ETF_COUNT_ONLY = 8,        /* no bytes, only `size` */
    ETF_PIECES = 16            /* the bytes of off-heap binaries are not copied, but told as pieces */
};

/* Bytes of a binary that belong before byte `at` of `out`. Holds a reference. */
typedef struct EtfPiece {
    size_t at;
    Binary *binary;
    size_t offset, size;
} EtfPiece;

struct EtfVisit;
typedef struct EtfEncoder {
    Binary *out;               /* null with ETF_COUNT_ONLY; one reference, owned */
    size_t size;               /* bytes written to `out` */
    unsigned flags;
    bool is_too_large;         /* a binary is larger than the format can say: what is written is no term */
    Heap *heap;                /* for lists of sorted keys: ETF_DETERMINISTIC needs it */
    struct EtfVisit *visits;   /* yet to be written, last first */
    size_t visit_count, visit_capacity;
    EtfPiece *pieces;          /* with ETF_PIECES, in order */
    size_t piece_count, piece_capacity;
    AtomRefs *atoms;           /* set after init: takes the atoms; null: they are written out */
} EtfEncoder;

/* Without version byte; etf_encoder_byte writes one. */
void etf_encoder_init(EtfEncoder *e, Heap *heap, Term t, unsigned flags);
void etf_encoder_byte(EtfEncoder *e, uint8_t byte);
/* One more term, after the one that is done. */
void etf_encoder_add(EtfEncoder *e, Term t);
/* True when done, or when is_too_large turned up. Takes from `budget` what it did. */
bool etf_encoder_run(EtfEncoder *e, int64_t *budget);
/* What is yet to be written as a term, and back: over a collection. */
Term etf_encoder_save(EtfEncoder *e, Heap *heap);
void etf_encoder_restore(EtfEncoder *e, Term saved);
/* The bytes; the caller owns them. Their number is e->size, and used_bits says so. */
Binary *etf_encoder_take(EtfEncoder *e);
void etf_encoder_end(EtfEncoder *e);

/* All at once, with version byte. The caller owns the result: see etf_encoder_take. Not ETF_DETERMINISTIC. */
Binary *etf_encode(Term t, unsigned flags);

#endif
