/* bif_id_lists.c - processes/0 and ports/0.
 *
 * Few are listed at once. Of many, the ids are gathered outside of the heap, by a listing, and made a list in the end: in
 * steps, after each of which others have their turn. */
#include "id_lists.h"

#include "bifs.h"
#include "vm/port/port.h"
#include "vm/proc/bif.h"
#include "vm/proc/process_table.h"
#include "vm/term/ref.h"

#define SLOTS_AT_ONCE 4096
#define PORTS_AT_ONCE 1024
#define WORK_PER_STEP (2048 * LISTING_STEPS_PER_ID)
#define IDS_PER_STEP 8192
#define REDUCTIONS_PER_STEP 500

Term id_lists_processes(Heap *heap)
{
    Term list = TERM_NIL;
    size_t cursor = process_table_slots();
    Process *q;

    while ((q = process_table_previous(&cursor)))
        if (!process_is_exiting(q))
            list = cons(heap, q->pid, list);
    return list;
}

/* --- in steps -------------------------------------------------------------------------------------- */

static void destroy(Binary *binary) { listing_free((Listing *)binary->data); }

static Term processes_step(Process *p, const Term *args);
static Term ports_step(Process *p, const Term *args);
static TrapBif processes_more = TRAP_BIF(processes_step, A_ERLANG, A_PROCESSES, 2, 0);
static TrapBif ports_more = TRAP_BIF(ports_step, A_ERLANG, A_PORTS, 2, 0);

/* args: the listing, the list so far. */
static Term step(Process *p, const Term *args, TrapBif *more)
{
    Listing *listing = magic_ref_data(args[0], destroy);
    Term list = args[1];

    if (listing->kind) {
        listing->kind->walk(listing, WORK_PER_STEP);
    } else {
        size_t end = listing->count - MIN(listing->count, (size_t)IDS_PER_STEP);

        while (listing->count > end)
            list = cons(&p->heap, listing->ids[--listing->count], list);
        if (end == 0)
            return list;
    }
    bif_consume(p, REDUCTIONS_PER_STEP);
    return yield_to_bif(p, more, (Term[]){args[0], list});
}

static Term processes_step(Process *p, const Term *args) { return step(p, args, &processes_more); }
static Term ports_step(Process *p, const Term *args) { return step(p, args, &ports_more); }

static Term in_steps(Process *p, void (*begin)(Listing *), TrapBif *more)
{
    Binary *binary = binary_new_magic(sizeof(Listing), destroy);

    *(Listing *)binary->data = (Listing){0};
    begin((Listing *)binary->data);
    return trap_to_bif(p, more, (Term[]){magic_ref_new(&p->heap, binary), TERM_NIL});
}

Term bif_erlang_processes_0(Process *p, const Term *args)
{
    if (process_table_slots() > SLOTS_AT_ONCE)
        return in_steps(p, process_table_list, &processes_more);
    bif_consume(p, process_table_count() / 10);
    return id_lists_processes(&p->heap);
}

Term bif_erlang_ports_0(Process *p, const Term *args)
{
    Term ids[PORTS_AT_ONCE];
    size_t count = 0;

    for (Port *port = port_next(NULL); port; port = port_next(port)) {
        if (count == PORTS_AT_ONCE)
            return in_steps(p, port_list, &ports_more);
        ids[count++] = port->id;
    }
    return list_from(&p->heap, count, ids, TERM_NIL);
}
