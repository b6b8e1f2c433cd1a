/* listing.h - the ids of all processes, or of all ports, that there are at one moment, gathered bit by bit.
 *
 * While that goes on, what is new is left out, and what ends before the walk has come to it is noted when it ends. */
#ifndef LING_LISTING_H
#define LING_LISTING_H

#include "vm/term/term.h"

typedef struct Listing Listing;

typedef struct ListingKind {
    /* Does up to about `work` steps; true: all are there. */
    bool (*walk)(Listing *listing, size_t work);
    Listing *under_way;
} ListingKind;

struct Listing {
    ListingKind *kind;             /* null: the walk is over */
    Listing *next;                 /* under way, of the same kind */
    uint64_t before;               /* what was born then or later is left out */
    uint64_t position;             /* how far the walk has come; processes: a slot, ports: a number */
    size_t mask;                   /* of slots, when it began */
    void *at;                      /* the next port */
    Term *ids;
    size_t count, capacity;
};

/* Steps that one process or port is worth. */
#define LISTING_STEPS_PER_ID 8

void listing_begin(Listing *listing, ListingKind *kind);
void listing_add(Listing *listing, Term id);
/* Nothing is noted any more; the ids stay. */
void listing_end(Listing *listing);
void listing_free(Listing *listing);

#endif
