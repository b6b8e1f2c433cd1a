#include "ports/tcp_burst.h"

static void turn_ended(TurnEnd *end)
{
    TcpSocket *tcp = CONTAINER_OF(end, TcpSocket, burst.end);

    if (tcp->burst.is_held && tcp->inet.handle >= 0)
        io_socket_push(tcp->inet.handle);
    tcp->burst.is_held = false;
}

static void hold(TcpBurst *burst)
{
    burst->is_held = true;
    if (burst->end.link)
        return;
    burst->end.act = turn_ended;
    scheduler_at_turn_end(&burst->end);
}

bool tcp_burst_goes_on(TcpSocket *tcp)
{
    TcpBurst *burst = &tcp->burst;
    uint64_t turn = scheduler_context_switches();

    if (burst->turn != turn) {
        burst->turn = turn;
        burst->usual_count = burst->count;
        burst->count = 0;
    }
    burst->count++;
    return burst->count < burst->usual_count && running_process && !tcp->inet.chose_push
        && tcp->inet.family != IO_FAMILY_LOCAL;
}

int64_t tcp_burst_send(TcpSocket *tcp, const uint8_t *bytes, size_t size, bool goes_on)
{
    if (LIKELY(!goes_on)) {
        tcp->burst.is_held = false;      /* it takes the others with it */
        return io_socket_send(tcp->inet.handle, bytes, size);
    }
    hold(&tcp->burst);
    return io_socket_send_more(tcp->inet.handle, bytes, size);
}

void tcp_burst_forget(TcpSocket *tcp)
{
    scheduler_forget_turn_end(&tcp->burst.end);
    tcp->burst = (TcpBurst){0};
}
