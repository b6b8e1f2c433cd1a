#include "vm/dist/dist_connection.h"

#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/dist/dist_input.h"
#include "vm/dist/dist_output.h"
#include "vm/dist/dist_packet.h"
#include "vm/dist/dist_sealed.h"
#include "vm/dist/dist_spawn.h"
#include "vm/dist/node_events.h"
#include "vm/dist/remote_link.h"
#include "vm/dist/remote_watch.h"
#include "vm/proc/exit.h"
#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/term/pid.h"

/* This node as long as net_kernel lives, and each connection: when it gets 0, the node is not alive any more. */
static size_t reasons_to_live;
static Term net_kernel_pid;

/* --- this node ----------------------------------------------------------------------------------------------------- */

void dist_set_alive(Process *net_kernel, Term name, uint32_t creation)
{
    node_name = name;
    node_creation = creation;
    dist_is_alive = true;
    reasons_to_live = 1;
    net_kernel_pid = net_kernel->pid;
    net_kernel->flags |= PROCESS_DISTRIBUTION;
    node_event_up(name, NODE_EVENT_NO_CONNECTION, true);
}

static void let_go(void)
{
    Term name = node_name;

    if (--reasons_to_live > 0)
        return;
    node_name = A_NONODE_NOHOST;
    node_creation = 0;
    dist_is_alive = false;
    node_event_down(name, NODE_EVENT_NO_CONNECTION, true, A_NET_KERNEL_TERMINATED);
}

/* --- pending --------------------------------------------------------------------------------------------------------- */

void dist_start_pending(DistNode *node)
{
    node->state = DIST_PENDING;
    node->connection_id = (node->connection_id + 1) & 0xffffff;
    node->flags = DIST_MANDATORY | DIST_HOPED;
}

/* Frees what belongs to the connection, which is none any more, and tells everybody. */
static void forget_connection(DistNode *node)
{
    DistPacket *packet;

    node->state = DIST_IDLE;
    node->controller = node->input_handler = NO_TERM;
    node->wants_notice = node->gets_sizes = false;
    while ((packet = dist_packet_take(node)))
        dist_packet_free(packet);
    mem_free(MEM_PORT, node->cache_in);
    mem_free(MEM_PORT, node->cache_out);
    node->cache_in = node->cache_out = NULL;
    node->packets_in = node->packets_out = 0;
    dist_input_clear(node);
    dist_spawn_forget_abandoned(node);
    remote_watch_drop_all(node);
    remote_monitor_lose_all(node);
    remote_link_lose_all(node);
    dist_wake_waiters(node);
}

bool dist_abort_pending(DistNode *node, uint32_t connection_id)
{
    if (node->connection_id != connection_id)
        return true;
    if (node->state == DIST_PENDING)
        forget_connection(node);
    return node->state != DIST_CONNECTED;
}

/* Asks net_kernel. False: there is none. */
static bool ask_for_connection(DistNode *node)
{
    Process *net_kernel = registry_process(A_NET_KERNEL);
    Message *message;

    if (!net_kernel)
        return false;
    dist_start_pending(node);
    message = message_new();
    message->term = tuple_3(&message->heap, A_AUTO_CONNECT, node->name, dist_handle_term(node, &message->heap));
    message_post(net_kernel, message);
    return true;
}

DistNode *dist_reach(Term name, bool connect)
{
    DistNode *node;

    if (!dist_is_alive)
        return NULL;
    node = connect ? dist_node_get(name) : dist_node_find(name);
    if (!node || dist_is_reachable(node))
        return node;
    return node->state == DIST_IDLE && connect && ask_for_connection(node) ? node : NULL;
}

/* --- connected -------------------------------------------------------------------------------------------------------- */

static void list_add(DistNode *node)
{
    node->next = NULL;
    node->previous = dist_newest_connected;
    *(node->previous ? &node->previous->next : &dist_connected_nodes) = node;
    dist_newest_connected = node;
}

static void list_remove(DistNode *node)
{
    *(node->previous ? &node->previous->next : &dist_connected_nodes) = node->next;
    *(node->next ? &node->next->previous : &dist_newest_connected) = node->previous;
}

static Term *new_cache(void)
{
    Term *cache = mem_alloc(MEM_PORT, ATOM_CACHE_SLOTS * sizeof *cache);

    for (size_t i = 0; i < ATOM_CACHE_SLOTS; i++)
        cache[i] = NO_TERM;
    return cache;
}

static bool tell_net_kernel(const DistNode *node, Term controller, Term setup_pid)
{
    Process *net_kernel = process_find(net_kernel_pid);
    Message *message;

    if (!net_kernel || !dist_is_alive)
        return false;
    message = message_new();
    message->term = tuple_4(&message->heap, A_DIST_CTRLR, controller, node->name, setup_pid);
    message_post(net_kernel, message);
    return true;
}

static void port_input(Port *port, const uint8_t *bytes, size_t size)
{
    DistNode *node = port->channel_state;

    dist_input(node, node->connection_id, bytes, size);
}

static void port_ready(Port *port)
{
    dist_flush(port->channel_state);
}

static void say_farewell(void *context)
{
    DistNode *node = context;

    dist_connection_lost(node, node->farewell_reason);
}

void dist_settle(DistNode *node)
{
    if (!node->farewell || io_timer_left_ms(node->farewell) < 0 || node->is_flushing)
        return;
    io_timer_cancel(node->farewell);
    say_farewell(node);
}

/* While packets are written, somebody walks the lists of the node. */
static void port_closed(Port *port, Term reason)
{
    DistNode *node = port->channel_state;

    port->channel = NULL;
    if (!node->is_flushing) {
        dist_connection_lost(node, reason);
        return;
    }
    node->state = DIST_CLOSING;
    node->farewell_reason = is_immediate(reason) ? reason : A_CONNECTION_CLOSED;
    if (!node->farewell)
        node->farewell = io_timer_new(say_farewell, node);
    io_timer_set(node->farewell, 0);
}

static const PortChannel port_channel = {port_input, port_ready, port_closed};

bool dist_connect(DistNode *node, Term controller, uint64_t flags, uint32_t creation, Term setup_pid)
{
    Port *port = port_find(controller);

    if (!tell_net_kernel(node, controller, setup_pid))
        return false;
    node->state = DIST_CONNECTED;
    node->controller = controller;
    node->flags = flags;
    node->creation = creation;
    if (dist_has(node, DIST_ATOM_CACHE)) {
        node->cache_in = new_cache();
        node->cache_out = new_cache();
    }
    if (port) {
        port->channel = &port_channel;
        port->channel_state = node;
    } else {
        process_find(controller)->flags |= PROCESS_DISTRIBUTION;
    }
    list_add(node);
    reasons_to_live++;
    dist_packet_frame_all(node);
    node_event_up(node->name, node->connection_id, dist_is_visible(node));
    dist_flush(node);
    return true;
}

/* --- the end ------------------------------------------------------------------------------------------------------------ */

void dist_connection_lost(DistNode *node, Term reason)
{
    uint32_t id = node->connection_id;
    bool is_visible = dist_is_visible(node);

    if (node->state != DIST_CONNECTED && node->state != DIST_CLOSING)
        return;
    list_remove(node);
    forget_connection(node);
    node_event_down(node->name, id, is_visible, reason == A_NORMAL ? A_CONNECTION_CLOSED : reason);
    let_go();
}

static void end_controller(DistNode *node, Term port_reason)
{
    Port *port = port_find(node->controller);
    Process *p = process_find(node->controller);

    if (port)
        port_exit(port, port_reason);
    else if (p)
        exit_signal(pid_from_numbers(0, 0), p, A_KILL, EXIT_SIGNAL_SENT);
}

void dist_kill_connection(DistNode *node)
{
    if (node->state != DIST_CONNECTED)
        return;
    node->state = DIST_CLOSING;
    end_controller(node, A_KILLED);
}

DistNode *dist_controlled_by(const Process *p)
{
    DistNode *node = dist_connected_nodes;

    while (node && node->controller != p->pid)
        node = node->next;
    return p->flags & PROCESS_DISTRIBUTION ? node : NULL;
}

static void net_kernel_ended(void)
{
    for (DistNode *node = dist_connected_nodes, *next; node; node = next) {
        next = node->next;
        end_controller(node, A_NET_KERNEL_TERMINATED);
    }
    for (DistNode *node = dist_known_nodes; node; node = node->next_known)
        if (node->state == DIST_PENDING)
            forget_connection(node);
    let_go();
}

/* The reason of a supervised process that ends as it should. */
static Term unwrap_shutdown(Term reason)
{
    return is_tuple_of(reason, 2) && tuple_element(reason, 1) == A_SHUTDOWN ? tuple_element(reason, 2) : reason;
}

/* A controller goes first: nothing it waited for would go out. */
static ExitProgress process_ended(Process *p)
{
    DistNode *node = dist_controlled_by(p);

    if (node)
        dist_connection_lost(node, unwrap_shutdown(p->exit_reason));
    if (p->flags & PROCESS_DISTRIBUTION && p->pid == net_kernel_pid)
        net_kernel_ended();
    p->flags &= ~(uint32_t)PROCESS_DISTRIBUTION;
    return remote_link_exit_some(p);
}

static void monitor_ends(Monitor *monitor, Term reason)
{
    if (monitor->kind == MONITOR_SPAWN)
        dist_spawn_parent_ends(monitor, reason);
    else
        remote_monitor_cancel(monitor);
}

void dist_init(void)
{
    dist_busy_limit = (size_t)options.distribution_buffer_kb * 1024;
    process_hooks.dist_exit = process_ended;
    process_hooks.dist_monitor_ends = monitor_ends;
    process_hooks.dist_open = dist_sealed_open;
    process_hooks.dist_words = dist_sealed_words;
    process_hooks.dist_drop = dist_sealed_drop;
}
