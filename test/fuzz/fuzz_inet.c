/* Sockets under any requests and any input: control requests as bytes, data from the peer in pieces, and commands,
 * in a network namespace of their own, where nobody else can be reached. */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz_run.h"
#include "io/io_loop.h"
#include "ports/drivers.h"
#include "ports/inet_socket.h"
#include "vm/base/mem.h"
#include "vm/base/reader.h"
#include "vm/proc/exit.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/term/bits.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_STEPS = 40, TURNS_TO_END = 1000, MODES = 3 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
        perror("fuzz_inet: no network namespace of its own");
        exit(1);
    }
    signal(SIGPIPE, SIG_IGN);
    fuzz_vm_init();
    port_init();
    drivers_init();
    return 0;
}

/* The first byte of the reply. */
static int request(Port *port, Process *owner, uint32_t operation, const uint8_t *bytes, size_t size)
{
    int answer = -1;
    uint8_t *copy = malloc(size ? size : 1);
    PortReply reply = {0};

    memcpy(copy, bytes, size);
    port_pin(port);
    port->driver->control(port, owner, INET_CONTROL_MAGIC + operation, copy, size, &reply);
    for (size_t i = 0; i < reply.size; i++)
        __asm__ volatile("" : : "r"(((const uint8_t *)reply.bytes)[i]));
    if (reply.size > 0)
        answer = *(const uint8_t *)reply.bytes;
    port_unpin(port);
    free(copy);
    return answer;
}

/* The port adopts one end of a pair of sockets; the other end is returned. */
static int adopt_pair(Port *port, Process *owner, bool stream)
{
    int ends[2];
    uint8_t bytes[10] = {INET_AF_LOCAL, stream ? INET_TYPE_STREAM : INET_TYPE_DATAGRAM};   /* then the handle; not bound */

    if (socketpair(AF_UNIX, (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    for (int i = 0; i < 4; i++)
        bytes[2 + i] = (uint8_t)(ends[0] >> (24 - 8 * i));
    if (request(port, owner, INET_FDOPEN, bytes, sizeof bytes) != INET_REPLY_OK) {
        fprintf(stderr, "fuzz_inet: the port does not adopt a socket\n");
        abort();
    }
    return ends[1];
}

/* One step: what, how many bytes, the bytes. */
static void step(Term id, Process *owner, int peer, Reader *in)
{
    uint8_t what = reader_u8(in);
    size_t size = MIN(reader_u16(in), reader_left(in));
    const uint8_t *bytes = reader_bytes(in, size);
    Port *port = port_find(id);
    Heap heap = {0};

    if (!port || !bytes)
        return;
    if (what < INET_PACKET_RECV + 4) {
        /* Handles of others are not to be taken. */
        if (what != INET_FDOPEN && what != INET_TCP_SENDFILE)
            request(port, owner, what, bytes, size);
    } else if (what < 128) {
        port_output(port, owner->pid, bits_new(&heap, bytes, size));
    } else if (peer >= 0 && write(peer, bytes, size) < 0) {
        shutdown(peer, SHUT_WR);
    }
    heap_clear(&heap);
    io_wait(IO_POLL);
}

static void end(Term id, Process *owner, int peer)
{
    Port *port = port_find(id);

    if (port)
        port_exit(port, A_KILL);
    if (peer >= 0)
        close(peer);
    owner->suspend_count = 0;
    exit_signal(owner->pid, owner, A_KILL, EXIT_SIGNAL_SENT);
    for (int i = 0; i < TURNS_TO_END && scheduler_run_turn(); i++)
        ;
    io_wait(IO_POLL);
}

/* The kind of socket, then steps. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const PortOptions options;
    Process *owner;
    Port *port;
    Term id;
    Reader in;
    int mode, peer = -1;

    if (size == 0)
        return 0;
    owner = fuzz_process();
    mode = data[0] % MODES;
    port = port_new(mode == 2 ? &udp_inet_driver : &tcp_inet_driver, owner, "inet", 4);
    id = port->id;
    if (port->driver->start(port, &options) == 0 && mode > 0)
        peer = adopt_pair(port, owner, mode == 1);
    port_unpin(port);
    reader_init(&in, data + 1, size - 1);
    for (int i = 0; i < MAX_STEPS && reader_left(&in) > 0; i++)
        step(id, owner, peer, &in);
    end(id, owner, peer);
    return 0;
}
