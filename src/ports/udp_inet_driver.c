/* udp_inet_driver.c - datagram sockets. */
#include "ports/drivers.h"
#include "ports/inet_socket.h"

static void on_ready(void *context, unsigned events) { }

static int start(Port *port, const PortOptions *options)
{
    inet_new(port, IO_SOCKET_DATAGRAM, on_ready);
    return 0;
}

static void stop(Port *port) { inet_free(port->driver_state); }

static void output(Port *port, Term from, Term iolist) { }

static bool control(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size, PortReply *reply)
{
    InetSocket *socket = port->driver_state;
    Reader in;

    reader_init(&in, bytes, size);
    if (!inet_control(socket, caller, operation - INET_CONTROL_MAGIC, &in))
        return false;
    *reply = (PortReply){.bytes = socket->reply.bytes, .size = socket->reply.size};
    return true;
}

const PortDriver udp_inet_driver = {.name = "udp_inet", .start = start, .stop = stop, .output = output,
                                    .control = control, .soft_busy = true};
