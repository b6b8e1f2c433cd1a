#include "vm/proc/listing.h"

#include "vm/base/mem.h"

#define FIRST_CAPACITY 1024

void listing_begin(Listing *listing, ListingKind *kind)
{
    listing->kind = kind;
    listing->next = kind->under_way;
    kind->under_way = listing;
}

void listing_add(Listing *listing, Term id)
{
    if (listing->count == listing->capacity) {
        listing->capacity = MAX((size_t)FIRST_CAPACITY, 2 * listing->capacity);
        listing->ids = mem_realloc(MEM_SYSTEM, listing->ids, listing->capacity * sizeof *listing->ids);
    }
    listing->ids[listing->count++] = id;
}

void listing_end(Listing *listing)
{
    Listing **link;

    if (!listing->kind)
        return;
    for (link = &listing->kind->under_way; *link != listing; link = &(*link)->next)
        continue;
    *link = listing->next;
    listing->kind = NULL;
}

void listing_free(Listing *listing)
{
    listing_end(listing);
    mem_free(MEM_SYSTEM, listing->ids);
    listing->ids = NULL;
}
