#include "vm/dist/remote_link.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/dist/dist_obituary.h"
#include "vm/proc/exit.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/tracing.h"
#include "vm/term/copy.h"

enum { LINKS_PER_STEP = 100 };

static bool is_same_pid(const RemoteLink *link, Term other)
{
    const ExternalObject *a = (const ExternalObject *)link->pid, *b = external_object(other);

    return a->data[0] == b->data[0] && a->node == b->node && a->creation == b->creation;
}

RemoteLink *remote_link_find(const Process *p, Term other)
{
    RemoteLink *link = p->remote_links;

    while (link && !is_same_pid(link, other))
        link = link->next;
    return link;
}

RemoteLink *remote_link_add(Process *p, DistNode *node, Term other)
{
    RemoteLink *link = mem_alloc_zero(MEM_PROCESS, sizeof *link);

    memcpy(link->pid, boxed(other), sizeof link->pid);
    link->process = p;
    link->node = node;
    link->next = p->remote_links;
    link->link = &p->remote_links;
    if (link->next)
        link->next->link = &link->next;
    p->remote_links = link;
    link->node_next = node->links;
    link->node_link = &node->links;
    if (link->node_next)
        link->node_next->node_link = &link->node_next;
    node->links = link;
    return link;
}

void remote_link_free(RemoteLink *link)
{
    *link->link = link->next;
    if (link->next)
        link->next->link = link->link;
    *link->node_link = link->node_next;
    if (link->node_next)
        link->node_next->node_link = link->node_link;
    mem_free(MEM_PROCESS, link);
}

size_t remote_link_count(const Process *p)
{
    size_t count = 0;

    for (const RemoteLink *link = p->remote_links; link; link = link->next)
        count += link->unlink_id == 0;
    return count;
}

bool remote_link_make(Process *p, DistNode *node, Term other)
{
    RemoteLink *link = remote_link_find(p, other);

    if (link && link->unlink_id == 0)
        return true;
    if (!dist_is_reachable(node))
        return false;
    if (!link)
        link = remote_link_add(p, node, other);
    link->unlink_id = 0;
    dist_signal_link(node, p->pid, other);
    return true;
}

void remote_link_cancel(Process *p, Term other)
{
    static uint64_t last_id;
    RemoteLink *link = remote_link_find(p, other);

    if (!link || link->unlink_id != 0)
        return;
    if (dist_has(link->node, DIST_UNLINK_ID)) {
        link->unlink_id = ++last_id;
        dist_signal_unlink(link->node, link->unlink_id, p->pid, other);
    } else {
        dist_signal_unlink(link->node, 0, p->pid, other);
        remote_link_free(link);
    }
}

/* What sequential tracing shows, if it is on. */
static Term exit_message(Process *p, Term reason)
{
    return is_nil(p->seq_trace_token) ? TERM_NIL : tuple_3(&p->heap, A_EXIT_UPPER, p->pid, reason);
}

static void send_exit(Process *p, RemoteLink *link)
{
    Heap heap = {0};
    Term other = remote_link_other(link);
    Term token = seq_trace_token_abroad(p, other, exit_message(p, p->exit_reason));

    dist_obituary_start(p, link->node, dist_message_link_exit(link->node, &heap, p->pid, other, p->exit_reason, token));
    heap_clear(&heap);
}

ExitProgress remote_link_exit_some(Process *p)
{
    for (unsigned count = 0; count < LINKS_PER_STEP; count++) {
        RemoteLink *link = p->remote_links;
        ExitProgress progress = dist_obituary_continue(p);

        if (progress != EXIT_DONE || !link)
            return progress;
        if (link->unlink_id == 0)
            send_exit(p, link);
        remote_link_free(link);
    }
    return EXIT_GOES_ON;
}

void remote_link_lose_all(DistNode *node)
{
    while (node->links) {
        RemoteLink *link = node->links;
        Process *p = link->process;
        Heap heap = {0};
        bool was_active = link->unlink_id == 0;
        Term other = term_copy_all(&heap, remote_link_other(link));

        remote_link_free(link);
        if (was_active && !exit_signal(other, p, A_NOCONNECTION, EXIT_SIGNAL_LINK) && is_tracing(p, TRACE_PROCS))
            trace_sink.event(p, A_GETTING_UNLINKED, other);
        heap_clear(&heap);
    }
}
