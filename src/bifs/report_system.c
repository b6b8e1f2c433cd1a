/* The VM as a whole: memory, modules, ports, timers, nodes. */
#include "bifs/report.h"

#include <string.h>

#include "io/io_time.h"
#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/code/module.h"
#include "vm/port/port.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/timer.h"
#include "vm/term/pid.h"
#include "vm/term/print.h"

#define NS_PER_MS 1000000

/* --- memory -------------------------------------------------------------------------------------------- */

static void table(Text *out, const char *name, size_t entries, size_t limit)
{
    text_printf(out, "=index_table:%s\nsize: %zu\nlimit: %zu\nentries: %zu\n", name, entries, limit, entries);
}

static void count_export(Export *entry, void *context)
{
    ++*(size_t *)context;
}

void report_memory(Report *report)
{
    Text *out = &report->text;
    size_t processes = mem_used(MEM_PROCESS), total = 0, exports = 0;

    for (int kind = 0; kind < MEM_KIND_COUNT; kind++)
        total += mem_used((MemKind)kind);
    export_each(count_export, &exports);
    text_printf(out, "=memory\ntotal: %zu\nprocesses: %zu\nprocesses_used: %zu\nsystem: %zu\natom: %zu\natom_used: %zu\n"
                "binary: %zu\ncode: %zu\nets: %zu\n", total, processes, processes, total - processes,
                mem_used(MEM_ATOM) + mem_used(MEM_ATOM_TEXT), mem_used(MEM_ATOM) + mem_used(MEM_ATOM_TEXT),
                mem_used(MEM_BINARY), mem_used(MEM_CODE) + mem_used(MEM_LITERAL), mem_used(MEM_ETS));
    table(out, "atom_tab", atom_count(), atom_limit);
    table(out, "module_code", module_count(), UINT32_MAX);
    table(out, "export_list", exports, UINT32_MAX);
    text_printf(out, "=hash_table:process_reg\nsize: %zu\nused: %zu\nobjs: %zu\ndepth: 1\n", registry_count(),
                registry_count(), registry_count());
    text_printf(out, "=allocated_areas\nports: %zu\nio: %zu\ntimers: %zu\nliterals: %zu\nsystem: %zu\n", mem_used(MEM_PORT),
                mem_used(MEM_IO), mem_used(MEM_TIMER), mem_used(MEM_LITERAL), mem_used(MEM_SYSTEM));
}

/* --- modules ------------------------------------------------------------------------------------------- */

static void add_sizes(Module *module, void *context)
{
    size_t *sizes = context;

    sizes[0] += module->current ? module->current->byte_size : 0;
    sizes[1] += module->old ? module->old->byte_size : 0;
}

static void sizes_of_all(Report *report)
{
    size_t sizes[2] = {0, 0};

    module_each(add_sizes, sizes);
    text_printf(&report->text, "Current code: %zu\nOld code: %zu\n", sizes[0], sizes[1]);
}

static void module_line(Module *module, void *context)
{
    Report *report = context;

    if (!module->current && !module->old)
        return;
    term_print_atom(&report->text, module->name);
    if (module->current)
        text_printf(&report->text, " %zu", module->current->byte_size);
    if (module->old)
        text_printf(&report->text, " (%zu old)", module->old->byte_size);
    text_add_byte(&report->text, '\n');
    report_pause(report);
}

void report_modules_sizes(Report *report)
{
    sizes_of_all(report);
    module_each(module_line, report);
}

static void module_section(Module *module, void *context)
{
    Report *report = context;

    if (!module->current && !module->old)
        return;
    text_add_string(&report->text, "=mod:");
    term_print_atom(&report->text, module->name);
    if (module->current)
        text_printf(&report->text, "\nCurrent size: %zu", module->current->byte_size);
    if (module->old)
        text_printf(&report->text, "\nOld size: %zu", module->old->byte_size);
    text_add_byte(&report->text, '\n');
    report_pause(report);
}

static void fun_section(LambdaEntry *entry, void *context)
{
    Report *report = context;

    report_term(report, "=fun\nModule: ", entry->module, "\n");
    text_printf(&report->text, "Uniq: %u\nIndex: %u\nAddress: %p\nRefc: 1\n", entry->old_uniq, entry->index,
                (const void *)entry->address);
    report_pause(report);
}

void report_modules(Report *report)
{
    text_add_string(&report->text, "=loaded_modules\n");
    sizes_of_all(report);
    module_each(module_section, report);
    lambda_each(fun_section, report);
}

/* --- ports --------------------------------------------------------------------------------------------- */

static void port_state(Text *out, const Port *port)
{
    text_add_string(out, "\nState: CONNECTED");
    if (port->flags & PORT_BINARY)
        text_add_string(out, "|BINARY_IO");
    if (port->flags & PORT_SOFT_EOF)
        text_add_string(out, "|SOFT_EOF");
    if (port->flags & PORT_CLOSING)
        text_add_string(out, "|CLOSING");
    if (port->flags & PORT_BUSY)
        text_add_string(out, "|PORT_SPECIFIC_LOCK_BUSY");
}

/* Words that crashdump_viewer knows. */
static const char *driver_words(const Port *port)
{
    if (strcmp(port->driver->name, "fd") == 0)
        return "Port is UNIX fd not opened by emulator";
    if (strcmp(port->driver->name, "spawn") == 0)
        return "Port controls external process";
    return strcmp(port->driver->name, "spawn_forker") == 0 ? "Port controls forker process" : "Port controls linked-in driver";
}

static void port_section(Report *report, Port *port)
{
    Text *out = &report->text;

    report_term(report, "=port:", port->id, "");
    port_state(out, port);
    text_printf(out, "\nSlot: %llu\n", (unsigned long long)immediate_payload(port->id));
    report_term(report, "Connected: ", port->owner, "\n");
    if (port->link_count > 0)
        text_add_string(out, "Links: ");
    for (size_t i = 0; i < port->link_count; i++)
        report_term(report, i > 0 ? ", " : "", port->links[i], i + 1 == port->link_count ? "\n" : "");
    if (port->registered_name != NO_TERM)
        report_term(report, "Registered as: ", port->registered_name, "\n");
    text_printf(out, "%s: %.*s\nInput: %llu\nOutput: %llu\nQueue: %zu\n", driver_words(port),
                (int)port->name_size, port->name, (unsigned long long)port->bytes_in, (unsigned long long)port->bytes_out,
                port->driver->queued && !(port->flags & PORT_DEAD) ? port->driver->queued(port) : 0);
}

void report_ports(Report *report)
{
    for (Port *port = port_next(NULL); port; port = port_next(port)) {
        port_section(report, port);
        report_pause(report);
    }
}

/* --- timers and nodes ------------------------------------------------------------------------------------ */

void report_timers(Report *report)
{
    int64_t now = io_monotonic_ns();
    size_t cursor = 0;

    for (const Process *p = process_table_next(&cursor); p; p = process_table_next(&cursor))
        for (const BifTimer *timer = p->timers; timer; timer = timer->next) {
            report_term(report, "=timer:", p->pid, "\n");
            report_term(report, "Message: ", timer->message, "\n");
            text_printf(&report->text, "Time left: %lld\n",
                        (long long)MAX((timer->node.deadline_ns - now) / NS_PER_MS, 0));
            report_pause(report);
        }
}

void report_nodes(Report *report)
{
    text_add_string(&report->text, "=node:");
    term_print_atom(&report->text, node_name);
    text_add_byte(&report->text, '\n');
    if (node_name == A_NONODE_NOHOST)
        text_add_string(&report->text, "=no_distribution\n");
}
