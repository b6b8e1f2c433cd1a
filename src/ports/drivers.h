/* drivers.h - the drivers that are built in. main.c calls drivers_init once, after port_init. */
#ifndef LING_DRIVERS_H
#define LING_DRIVERS_H

#include "vm/port/port.h"

extern const PortDriver fd_driver;       /* {fd, In, Out} */
extern const PortDriver vanilla_driver;  /* a name alone: a file */
extern const PortDriver spawn_driver;    /* {spawn, _}, {spawn_executable, _} */
/* In place of OTP's program inet_gethost: it answers as that does, and starts no process. */
extern const PortDriver inet_gethost_driver;
/* Is this that program, found beside the VM and with the options that OTP gives it? Not with LING_INET_GETHOST=program in
 * the environment. */
bool inet_gethost_is_meant(const PortOptions *wanted);
extern const PortDriver udp_inet_driver;
extern const PortDriver tcp_inet_driver;
extern const PortDriver tty_driver;
extern const PortDriver ram_file_driver;
extern const PortDriver trace_file_driver, trace_ip_driver;   /* of runtime_tools, for dbg */

void drivers_init(void);

/* port_control of terminals: columns and rows, 32 bits each. */
#define DRIVER_CONTROL_MAGIC 0x018b0900u
enum { DRIVER_CONTROL_WINDOW_SIZE = 100 };

#endif
