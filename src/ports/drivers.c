/* drivers.c - the list of drivers. */
#include "ports/drivers.h"

void drivers_init(void)
{
    port_driver_add(&tty_driver);
    port_driver_add(&ram_file_driver);
    port_driver_add(&udp_inet_driver);
    port_driver_add(&tcp_inet_driver);
    port_driver_add(&trace_file_driver);
    port_driver_add(&trace_ip_driver);
}
