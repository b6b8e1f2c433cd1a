#include "vm/dist/dist_output.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/system_monitor.h"

/* --- who waits ----------------------------------------------------------------------------------------------- */

void dist_add_waiter(DistNode *node, Process *p)
{
    system_monitor_busy_dist_port(p, node->controller);
    if (node->waiter_count == node->waiter_capacity) {
        node->waiter_capacity = MAX(8, 2 * node->waiter_capacity);
        node->waiters = mem_realloc(MEM_PORT, node->waiters, node->waiter_capacity * sizeof(Term));
    }
    node->waiters[node->waiter_count++] = p->pid;
    p->flags |= PROCESS_WAITS_FOR_OUTPUT;
}

void dist_wake_waiters(DistNode *node)
{
    size_t count = node->waiter_count;

    node->waiter_count = 0;
    for (size_t i = 0; i < count; i++) {
        Process *p = process_table_get(node->waiters[i]);

        if (p)
            process_wake(p);
    }
}

void dist_notice(DistNode *node)
{
    Process *controller = process_find(node->controller);

    if (!controller || !node->wants_notice || !node->output.first)
        return;
    node->wants_notice = false;
    message_send(NULL, controller, A_DIST_DATA);
}

/* --- to a port ------------------------------------------------------------------------------------------------ */

static void write_packet(DistNode *node, Port *port, DistPacket *packet)
{
    Heap heap = {0};

    node->packets_out++;
    port_output(port, NO_TERM, dist_packet_list(&heap, packet));
    heap_clear(&heap);
    dist_packet_free(packet);
}

static void flush_to_port(DistNode *node)
{
    Port *port = port_find(node->controller);
    uint32_t id = node->connection_id;
    DistPacket *packet;

    if (!port || node->is_flushing)
        return;
    node->is_flushing = true;
    port_pin(port);
    while (node->state == DIST_CONNECTED && node->connection_id == id && !(port->flags & (PORT_BUSY | PORT_DEAD))
           && (packet = dist_packet_take(node)))
        write_packet(node, port, packet);
    port_unpin(port);
    node->is_flushing = false;
    if (node->waiter_count > 0 && !dist_is_busy(node))
        dist_wake_waiters(node);
}

void dist_flush(DistNode *node)
{
    if (node->state != DIST_CONNECTED)
        return;
    if (is_local_port(node->controller))
        flush_to_port(node);
    else
        dist_notice(node);
}

/* --- encoding ------------------------------------------------------------------------------------------------- */

/* Tables of atoms are large: one is kept for the next signal. */
static AtomRefs *spare_refs;

static AtomRefs *take_refs(void)
{
    AtomRefs *refs = spare_refs;

    spare_refs = NULL;
    return refs ? refs : mem_alloc_zero(MEM_PORT, sizeof *refs);
}

static void give_back_refs(AtomRefs *refs)
{
    if (!refs)
        return;
    if (spare_refs) {
        mem_free(MEM_PORT, refs);
        return;
    }
    atom_refs_clear(refs);
    spare_refs = refs;
}

void dist_signal_start(DistSignal *signal, DistNode *node, Term control, Term payload)
{
    int64_t unlimited = INT64_MAX;

    *signal = (DistSignal){.node = node, .connection_id = node->connection_id};
    etf_encoder_init(&signal->encoder, NULL, control, ETF_UTF8_ATOMS);
    if (node->cache_out)
        signal->encoder.atoms = signal->refs = take_refs();
    etf_encoder_run(&signal->encoder, &unlimited);
    signal->control_size = signal->encoder.size;
    if (payload != NO_TERM)
        etf_encoder_add(&signal->encoder, payload);
}

bool dist_signal_run(DistSignal *signal, int64_t *budget)
{
    return etf_encoder_run(&signal->encoder, budget);
}

static bool is_present(const DistSignal *signal)
{
    return dist_is_reachable(signal->node) && signal->node->connection_id == signal->connection_id;
}

bool dist_signal_must_wait(const DistSignal *signal) { return is_present(signal) && dist_is_busy(signal->node); }

void dist_signal_begin(DistSignal *signal)
{
    size_t size = signal->encoder.size;

    if (is_present(signal)) {
        signal->parcel = (DistParcel){.bytes = etf_encoder_take(&signal->encoder), .size = size,
                                      .control_size = signal->control_size};
        dist_packet_queue_first(signal->node, &signal->parcel, signal->refs);
        dist_flush(signal->node);
    }
    etf_encoder_end(&signal->encoder);
    give_back_refs(signal->refs);
    signal->refs = NULL;
}

bool dist_signal_continue(DistSignal *signal)
{
    while (signal->parcel.fragments_left > 0 && is_present(signal)) {
        if (dist_is_busy(signal->node))
            return false;
        dist_packet_queue_next(signal->node, &signal->parcel);
        dist_flush(signal->node);
    }
    return true;
}

void dist_signal_end(DistSignal *signal)
{
    if (signal->parcel.fragments_left > 0 && is_present(signal)) {
        while (signal->parcel.fragments_left > 0)
            dist_packet_queue_next(signal->node, &signal->parcel);
        dist_flush(signal->node);
    }
    if (signal->parcel.bytes)
        binary_release(signal->parcel.bytes);
    signal->parcel = (DistParcel){.bytes = NULL};
    etf_encoder_end(&signal->encoder);
    give_back_refs(signal->refs);
    signal->refs = NULL;
}

void dist_send_signal(DistNode *node, Term control, Term payload)
{
    DistSignal signal;
    int64_t unlimited = INT64_MAX;

    if (!dist_is_reachable(node))
        return;
    dist_signal_start(&signal, node, control, payload);
    dist_signal_run(&signal, &unlimited);
    dist_signal_begin(&signal);
    dist_signal_end(&signal);
}
