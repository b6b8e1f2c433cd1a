/* Packets from another node, whatever they hold. A process of this node controls the connection; two others are there to be
 * sent to, linked, monitored and made to exit; both are linked with a process there, but one just unlinks. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_run.h"
#include "vm/base/reader.h"
#include "vm/dist/dist_connection.h"
#include "vm/dist/dist_input.h"
#include "vm/dist/dist_packet.h"
#include "vm/dist/remote_link.h"
#include "vm/port/port.h"
#include "vm/proc/exit.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/scheduler.h"
#include "vm/term/atom.h"
#include "vm/term/pid.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_PACKETS = 40, TURNS_BETWEEN = 3, TURNS_TO_END = 1000, OURS = 5, THEIRS = 7, QUEUE_BYTES = 4096 };

static DistNode *node;
static Term net_kernel_pid = NO_TERM;

/* It may have been made to exit: then this node is none any more. */
static void start_net_kernel(void)
{
    Process *net_kernel = process_find(net_kernel_pid);

    if (net_kernel)
        return;
    net_kernel = fuzz_process();
    net_kernel_pid = net_kernel->pid;
    registry_add(atom_from_text("net_kernel"), net_kernel_pid);
    dist_set_alive(net_kernel, atom_from_text("f@h"), OURS);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_vm_init();
    port_init();
    dist_init();
    dist_busy_limit = QUEUE_BYTES;
    start_net_kernel();
    node = dist_node_get(atom_from_text("o@h"));
    return 0;
}

/* Where a packet has the text, the number of a process that is there now. */
static void put_pid(uint8_t *bytes, size_t size, const char *text, Term pid)
{
    uint32_t number, serial;

    pid_numbers(pid, &number, &serial);
    for (size_t i = 0; i + 4 <= size; i++)
        if (memcmp(bytes + i, text, 4) == 0)
            for (int j = 0; j < 4; j++)
                bytes[i + (size_t)j] = (uint8_t)(number >> (24 - 8 * j));
}

static void turns(int most)
{
    while (most-- > 0 && scheduler_run_turn())
        ;
}

/* What was sent to the other node has gone. */
static void empty_queue(void)
{
    DistPacket *packet;

    while (node->state == DIST_CONNECTED && (packet = dist_packet_take(node)))
        dist_packet_free(packet);
}

static void give_packet(Process *first, Process *second, const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    memcpy(copy, bytes, size);
    put_pid(copy, size, "PID1", first->pid);
    put_pid(copy, size, "PID2", second->pid);
    dist_input(node, node->connection_id, copy, size);
    free(copy);
}

static void end(void)
{
    Process *p;

    for (size_t cursor = 0; (p = process_table_next(&cursor));) {
        if (p->pid == net_kernel_pid)
            continue;
        p->suspend_count = 0;
        exit_signal(p->pid, p, A_KILL, EXIT_SIGNAL_SENT);
    }
    turns(TURNS_TO_END);
    empty_queue();
    turns(TURNS_TO_END);
    if (process_find(net_kernel_pid))
        mailbox_free(process_find(net_kernel_pid));
}

/* The process there that the first packets come from. */
static Term their_pid(Process *p) { return pid_from_node(&p->heap, node->name, THEIRS, 9, 0); }

/* What the other node can do, then packets: two bytes of size each. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Process *controller, *first, *second;
    Reader in;

    if (size == 0)
        return 0;
    start_net_kernel();
    controller = fuzz_process();
    first = fuzz_process();
    second = fuzz_process();
    second->flags |= PROCESS_TRAP_EXIT;
    registry_add(atom_from_text("second"), second->pid);
    dist_start_pending(node);
    dist_connect(node, controller->pid, data[0] & 1 ? DIST_DEFAULT : DIST_DEFAULT & ~DIST_REJECTABLE, THEIRS, NO_TERM);
    remote_link_make(first, node, their_pid(first));
    remote_link_make(second, node, their_pid(second));
    remote_link_cancel(second, their_pid(second));
    reader_init(&in, data + 1, size - 1);
    for (int i = 0; i < MAX_PACKETS && reader_left(&in) > 0; i++) {
        size_t length = MIN(reader_u16(&in), reader_left(&in));
        const uint8_t *bytes = reader_bytes(&in, length);

        if (!bytes || process_is_exiting(first) || process_is_exiting(second))
            break;
        give_packet(first, second, bytes, length);
        if (i % 4 == 3)
            mailbox_open_all(second);
        if (i % 8 == 7)
            empty_queue();
        turns(TURNS_BETWEEN);
    }
    if (!process_is_exiting(second))
        mailbox_open_all(second);
    end();
    return 0;
}
