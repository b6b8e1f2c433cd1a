#include "vm/dist/dist_obituary.h"

#include "vm/base/mem.h"
#include "vm/dist/dist_output.h"

/* What is encoded in one step. */
enum { NODES_PER_STEP = 4096 };

void dist_obituary_start(Process *p, DistNode *node, DistMessage message)
{
    if (!dist_is_reachable(node))
        return;
    p->obituary = mem_alloc(MEM_PROCESS, sizeof *p->obituary);
    dist_signal_start(p->obituary, node, message.control, message.payload);
}

static ExitProgress wait_until_short(Process *p)
{
    dist_add_waiter(p->obituary->node, p);
    return EXIT_WAITS;
}

ExitProgress dist_obituary_continue(Process *p)
{
    DistSignal *signal = p->obituary;
    int64_t budget = NODES_PER_STEP;

    if (!signal)
        return EXIT_DONE;
    if (!dist_signal_has_begun(signal)) {
        if (!dist_signal_run(signal, &budget))
            return EXIT_GOES_ON;
        if (dist_signal_must_wait(signal))
            return wait_until_short(p);
        dist_signal_begin(signal);
    }
    if (!dist_signal_continue(signal))
        return wait_until_short(p);
    dist_signal_end(signal);
    mem_free(MEM_PROCESS, signal);
    p->obituary = NULL;
    return EXIT_DONE;
}
