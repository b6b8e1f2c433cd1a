/* nodes_monitor.h - who wants nodeup and nodedown messages: net_kernel:monitor_nodes/1,2. */
#ifndef LING_NODES_MONITOR_H
#define LING_NODES_MONITOR_H

#include "vm/proc/process.h"

/* Options; a process has one monitor for each combination, which counts. */
enum {
    NODES_VISIBLE = 1, NODES_HIDDEN = 2, NODES_TYPE_ASKED = 4,
    NODES_DOWN_REASON = 8, NODES_CONNECTION_ID = 16, NODES_INFO_MAP = 32
};

typedef struct NodesMonitor {
    struct NodesMonitor *next;
    Process *process;
    uint32_t options;
    uint32_t count;
} NodesMonitor;

extern NodesMonitor *nodes_monitors;        /* newest first */

/* `options` is [] or a map. False: they are no such thing. */
bool nodes_monitor_parse(Term options, uint32_t *out);
/* Both yield the count there was before. Off forgets all of these options at once. */
uint32_t nodes_monitor_on(Process *p, uint32_t options);
uint32_t nodes_monitor_off(Process *p, uint32_t options);
/* `p` ends. */
void nodes_monitor_remove_all(Process *p);

#endif
