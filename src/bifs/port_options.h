/* port_options.h - the arguments of open_port/2. */
#ifndef LING_PORT_OPTIONS_H
#define LING_PORT_OPTIONS_H

#include "vm/port/port.h"

typedef struct PortRequest {
    PortOptions options;
    uint32_t flags;                 /* PORT_* that the port gets */
    char *name;                     /* what port_info shows */
    const PortDriver *driver;
} PortRequest;

/* NO_TERM: all is well, else the atom that the BIF returns. Ends with port_request_free in any case. */
Term port_request_read(PortRequest *request, Term name, Term settings);
void port_request_free(PortRequest *request);

#endif
