#include "vm/proc/nodes_monitor.h"

#include "vm/base/mem.h"
#include "vm/term/map.h"

NodesMonitor *nodes_monitors;

static bool parse_type(Term type, uint32_t *out)
{
    if (type == NO_TERM)
        return true;
    *out |= NODES_TYPE_ASKED;
    if (type == A_VISIBLE || type == A_ALL)
        *out |= NODES_VISIBLE;
    if (type == A_HIDDEN || type == A_ALL)
        *out |= NODES_HIDDEN;
    return type == A_VISIBLE || type == A_HIDDEN || type == A_ALL;
}

static bool parse_flag(Term value, uint32_t bit, uint32_t *out)
{
    if (value == A_TRUE)
        *out |= bit;
    return value == NO_TERM || value == A_TRUE || value == A_FALSE;
}

bool nodes_monitor_parse(Term options, uint32_t *out)
{
    const Term keys[] = {A_LIST, A_NODE_TYPE, A_CONNECTION_ID, A_NODEDOWN_REASON};
    Term values[ARRAY_SIZE(keys)];
    size_t known = 0;

    *out = 0;
    if (is_nil(options))
        return true;
    if (!is_map(options))
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        values[i] = map_find(options, keys[i]);
        known += values[i] != NO_TERM;
    }
    if (values[0] == NO_TERM)
        *out |= NODES_INFO_MAP;
    return known == map_size(options) && (values[0] == NO_TERM || values[0] == A_TRUE) && parse_type(values[1], out)
        && parse_flag(values[2], NODES_CONNECTION_ID, out) && parse_flag(values[3], NODES_DOWN_REASON, out);
}

static NodesMonitor **find(Process *p, uint32_t options)
{
    NodesMonitor **link = &nodes_monitors;

    while (*link && ((*link)->process != p || (*link)->options != options))
        link = &(*link)->next;
    return link;
}

static void forget(NodesMonitor **link)
{
    NodesMonitor *gone = *link;

    *link = gone->next;
    mem_free(MEM_SYSTEM, gone);
}

uint32_t nodes_monitor_on(Process *p, uint32_t options)
{
    NodesMonitor *monitor = *find(p, options);

    if (!monitor) {
        monitor = mem_alloc(MEM_SYSTEM, sizeof *monitor);
        *monitor = (NodesMonitor){.next = nodes_monitors, .process = p, .options = options};
        nodes_monitors = monitor;
        p->flags |= PROCESS_MONITOR_NODES;
    }
    return monitor->count++;
}

uint32_t nodes_monitor_off(Process *p, uint32_t options)
{
    NodesMonitor **link = find(p, options);
    uint32_t count = *link ? (*link)->count : 0;

    if (*link)
        forget(link);
    return count;
}

void nodes_monitor_remove_all(Process *p)
{
    NodesMonitor **link = &nodes_monitors;

    if (!(p->flags & PROCESS_MONITOR_NODES))
        return;
    while (*link) {
        if ((*link)->process == p)
            forget(link);
        else
            link = &(*link)->next;
    }
}
