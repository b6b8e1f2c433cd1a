#include "vm/dist/remote_watch.h"

#include "vm/base/mem.h"
#include "vm/dist/dist_obituary.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/term/compare.h"
#include "vm/term/copy.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

/* --- by processes of other nodes ------------------------------------------------------------------------------ */

enum { FIRST_BUCKETS = 16 };

struct RemoteWatch {
    struct RemoteWatch *next;      /* in its bucket */
    DistNode *node;
    Monitor *monitor;              /* at the local process */
    Term ref;                      /* on the monitor's heap */
    Term name;                     /* or NO_TERM */
    uint32_t hash;
};

static uint32_t hash_of(Term ref)
{
    uint32_t numbers[REF_MAX_NUMBERS];
    unsigned count = ref_numbers(ref, numbers);
    uint32_t hash = 0;

    for (unsigned i = 0; i < count; i++)
        hash = (hash ^ numbers[i]) * 0x9E3779B1u;
    return hash ^ hash >> 15;
}

static RemoteWatch **bucket_of(const DistNode *node, uint32_t hash)
{
    return &node->watches[hash & (node->watch_buckets - 1)];
}

static void grow(DistNode *node)
{
    RemoteWatch **old = node->watches;
    size_t old_count = node->watch_buckets;

    node->watch_buckets = old_count ? 2 * old_count : FIRST_BUCKETS;
    node->watches = mem_alloc_zero(MEM_SYSTEM, node->watch_buckets * sizeof *node->watches);
    for (size_t i = 0; i < old_count; i++) {
        for (RemoteWatch *watch = old[i], *next; watch; watch = next) {
            next = watch->next;
            watch->next = *bucket_of(node, watch->hash);
            *bucket_of(node, watch->hash) = watch;
        }
    }
    mem_free(MEM_SYSTEM, old);
}

/* Takes it out of the table and frees it with its monitor. */
static void drop(RemoteWatch *watch)
{
    RemoteWatch **link = bucket_of(watch->node, watch->hash);

    while (*link != watch)
        link = &(*link)->next;
    *link = watch->next;
    watch->node->watch_count--;
    monitor_free(watch->monitor);
    mem_free(MEM_SYSTEM, watch);
}

/* The local process ends. */
static void watched_down(Monitor *monitor, Term reason)
{
    RemoteWatch *watch = monitor->context;
    Term watched = watch->name == NO_TERM ? monitor->target : watch->name;
    Heap heap = {0};

    if (dist_knows_monitors(watch->node))
        dist_obituary_start(process_table_get(monitor->target), watch->node,
                            dist_message_monitor_exit(watch->node, &heap, watched, monitor->remote, watch->ref, reason));
    heap_clear(&heap);
    drop(watch);
}

static RemoteWatch *find(const DistNode *node, Term watcher, Term ref)
{
    uint32_t hash = hash_of(ref);
    RemoteWatch *watch = node->watch_buckets ? *bucket_of(node, hash) : NULL;

    while (watch && !(watch->hash == hash && term_equal(watch->ref, ref)
                      && term_equal(watch->monitor->remote, watcher)))
        watch = watch->next;
    return watch;
}

void remote_watch_add(DistNode *node, Process *target, Term watcher, Term ref, Term name)
{
    RemoteWatch *watch;
    Monitor *monitor;

    if (find(node, watcher, ref))
        return;
    if (node->watch_count >= node->watch_buckets)
        grow(node);
    monitor = monitor_add_native(target, watched_down);
    monitor->remote = term_copy_all(&monitor->heap, watcher);
    watch = monitor->context = mem_alloc(MEM_SYSTEM, sizeof *watch);
    *watch = (RemoteWatch){.node = node, .monitor = monitor, .ref = term_copy_all(&monitor->heap, ref), .name = name,
                           .hash = hash_of(ref)};
    watch->next = *bucket_of(node, watch->hash);
    *bucket_of(node, watch->hash) = watch;
    node->watch_count++;
}

void remote_watch_remove(DistNode *node, Term watcher, Term ref)
{
    RemoteWatch *watch = find(node, watcher, ref);

    if (watch)
        drop(watch);
}

Term remote_watch_ref(const Monitor *monitor) { return ((const RemoteWatch *)monitor->context)->ref; }
Term remote_watch_name(const Monitor *monitor) { return ((const RemoteWatch *)monitor->context)->name; }
const RemoteWatch *remote_watch_next(const RemoteWatch *watch) { return watch->next; }
const Monitor *remote_watch_monitor(const RemoteWatch *watch) { return watch->monitor; }

void remote_watch_drop_all(DistNode *node)
{
    for (size_t i = 0; i < node->watch_buckets; i++)
        while (node->watches[i])
            drop(node->watches[i]);
}

/* --- by local processes ------------------------------------------------------------------------------------------ */

void remote_monitor_add(Process *p, DistNode *node, Term ref, Term target, const MonitorOptions *options)
{
    Monitor *monitor = monitor_add(p, ref, MONITOR_PROCESS, target, &node->monitors, options);

    monitor->remote = node->name;
    if (is_atom(target))
        monitor->name = target;
    dist_signal_monitor(node, p->pid, target, ref);
}

void remote_monitor_cancel(Monitor *monitor)
{
    DistNode *node = dist_node_find(monitor->remote);
    Heap heap = {0};

    if (node && monitor->kind == MONITOR_PROCESS)
        dist_signal_demonitor(node, monitor->origin->pid, monitor->target, monitor_ref(monitor, &heap));
    heap_clear(&heap);
}

void remote_monitor_lose_all(DistNode *node)
{
    monitor_down_all(&node->monitors, A_NOCONNECTION);
}

/* --- of nodes ------------------------------------------------------------------------------------------------------ */

static void node_down(Monitor *monitor, Term reason)
{
    Message *message = message_new();

    message->term = tuple_2(&message->heap, A_NODEDOWN, monitor->target);
    message_post(monitor->origin, message);
    monitor_free(monitor);
}

void node_monitor_add(Process *p, DistNode *node)
{
    MonitorOptions options = {.tag = NO_TERM};
    Heap heap = {0};
    Monitor *monitor = monitor_add(p, ref_new(&heap), MONITOR_NODE, node->name, &node->monitors, &options);

    monitor->down = node_down;
    heap_clear(&heap);
}

void node_monitor_remove(Process *p, Term node)
{
    Monitor *monitor = p->monitors;

    while (monitor && !(monitor->kind == MONITOR_NODE && monitor->target == node))
        monitor = monitor->next;
    if (monitor)
        monitor_free(monitor);
}
