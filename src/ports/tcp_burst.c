#include "ports/tcp_burst.h"

static void turn_ended(TurnEnd *end)
{
    TcpSocket *tcp = CONTAINER_OF(end, TcpSocket, burst.end);

    if (tcp->burst.is_held && tcp->inet.handle >= 0)
        io_socket_push(tcp->inet.handle);
    tcp->burst.is_held = false;
    tcp->burst.usual_count = tcp->burst.count;
    tcp->burst.count = 0;
}

bool tcp_burst_goes_on(TcpSocket *tcp)
{
    TcpBurst *burst = &tcp->burst;

    if (!running_process || tcp->inet.chose_push || tcp->inet.family == IO_FAMILY_LOCAL)
        return false;
    if (burst->count++ == 0) {
        burst->end.act = turn_ended;
        scheduler_at_turn_end(&burst->end);
    }
    return burst->count < burst->usual_count;
}

void tcp_burst_forget(TcpSocket *tcp)
{
    scheduler_forget_turn_end(&tcp->burst.end);
    tcp->burst = (TcpBurst){0};
}
