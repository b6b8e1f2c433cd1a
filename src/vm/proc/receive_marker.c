#include "vm/proc/receive_marker.h"

#include "vm/base/mem.h"
#include "vm/term/ref.h"

/* A new one takes a free slot, or that of the oldest one. */
#define REFERENCES 8
#define CLOSED_RECEIVES 4

typedef struct ReferenceMarker {
    Message **position;            /* null: not in use */
    uint64_t reservation;
    uint64_t reference;            /* 0: not bound yet */
} ReferenceMarker;

typedef struct ClosedMarker {
    Message **position;            /* null: not in use */
    uint32_t receive;
} ClosedMarker;

typedef struct ReceiveMarkers {
    ReferenceMarker references[REFERENCES];
    ClosedMarker closed[CLOSED_RECEIVES];
    uint64_t reservations;
    unsigned oldest_closed;
} ReceiveMarkers;

static ReceiveMarkers *markers_of(Mailbox *box)
{
    if (!box->markers)
        box->markers = mem_alloc_zero(MEM_PROCESS, sizeof *box->markers);
    return box->markers;
}

/* A message tells when its link goes away. */
static void place(Mailbox *box, Message ***position, Message **link)
{
    if (link != &box->first)
        CONTAINER_OF(link, Message, next)->is_marked = true;
    *position = link;
}

void receive_marker_move(Mailbox *box, Message **gone, Message **instead)
{
    ReceiveMarkers *markers = box->markers;

    for (size_t i = 0; i < REFERENCES; i++)
        if (markers->references[i].position == gone)
            place(box, &markers->references[i].position, instead);
    for (size_t i = 0; i < CLOSED_RECEIVES; i++)
        if (markers->closed[i].position == gone)
            place(box, &markers->closed[i].position, instead);
}

/* --- references ---------------------------------------------------------------------------------- */

static uint64_t marker_key(Term reference)
{
    return is_local_ref(reference) ? ref_id(reference) : 0;
}

static ReferenceMarker *find_marker(Process *p, Term reference)
{
    ReceiveMarkers *markers = p->mailbox.markers;
    uint64_t key = markers ? marker_key(reference) : 0;

    for (size_t i = 0; key != 0 && i < REFERENCES; i++)
        if (markers->references[i].position && markers->references[i].reference == key)
            return &markers->references[i];
    return NULL;
}

static ReferenceMarker *free_slot(ReceiveMarkers *markers)
{
    ReferenceMarker *oldest = &markers->references[0];

    for (size_t i = 0; i < REFERENCES; i++) {
        ReferenceMarker *slot = &markers->references[i];
        if (!slot->position)
            return slot;
        if (slot->reservation < oldest->reservation)
            oldest = slot;
    }
    return oldest;
}

/* What the program holds for a marker: its reservation and slot. */
static Term marker_term(const ReceiveMarkers *markers, const ReferenceMarker *slot)
{
    return small_int((int64_t)(slot->reservation * REFERENCES + (uint64_t)(slot - markers->references)));
}

Term receive_marker_reserve(Process *p)
{
    Mailbox *box = &p->mailbox;
    ReceiveMarkers *markers;
    ReferenceMarker *slot;

    /* Behind an empty queue nothing can be skipped. */
    if (!box->first)
        return A_UNDEFINED;
    markers = markers_of(box);
    slot = free_slot(markers);
    place(box, &slot->position, box->last);
    slot->reservation = ++markers->reservations;
    slot->reference = 0;
    return marker_term(markers, slot);
}

void receive_marker_bind(Process *p, Term marker, Term reference)
{
    ReceiveMarkers *markers = p->mailbox.markers;
    uint64_t number = is_small(marker) ? (uint64_t)small_value(marker) : 0;
    ReferenceMarker *slot;

    if (!markers || number == 0)
        return;
    slot = &markers->references[number % REFERENCES];
    if (slot->reservation != number / REFERENCES || !slot->position)
        return;
    slot->reference = marker_key(reference);
    if (slot->reference == 0)
        slot->position = NULL;
}

void receive_marker_clear(Process *p, Term reference)
{
    ReferenceMarker *marker = find_marker(p, reference);

    if (marker)
        marker->position = NULL;
}

void receive_marker_use(Process *p, Term reference)
{
    ReferenceMarker *marker = find_marker(p, reference);

    if (marker)
        mailbox_set_mark(&p->mailbox, marker->position);
}

/* --- closed receives ----------------------------------------------------------------------------- */

static ClosedMarker *find_closed(ReceiveMarkers *markers, uint32_t receive)
{
    for (size_t i = 0; i < CLOSED_RECEIVES; i++)
        if (markers->closed[i].receive == receive)
            return &markers->closed[i];
    return NULL;
}

void receive_marker_skip_known(Process *p, uint32_t receive)
{
    const ClosedMarker *marker = find_closed(p->mailbox.markers, receive);

    if (marker)
        mailbox_set_mark(&p->mailbox, marker->position);
}

void receive_marker_note_closed(Mailbox *box)
{
    ReceiveMarkers *markers = markers_of(box);
    ClosedMarker *marker = find_closed(markers, box->closed_receive);

    if (!marker) {
        marker = &markers->closed[markers->oldest_closed];
        markers->oldest_closed = (markers->oldest_closed + 1) % CLOSED_RECEIVES;
    }
    marker->receive = box->closed_receive;
    place(box, &marker->position, box->mark);
}
