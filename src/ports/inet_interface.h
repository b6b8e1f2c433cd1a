/* inet_interface.h - requests about network interfaces and services, which need no socket. */
#ifndef LING_INET_INTERFACE_H
#define LING_INET_INTERFACE_H

#include "ports/inet_socket.h"

bool inet_request_interface_addresses(InetSocket *socket);
bool inet_request_interface_names(InetSocket *socket);
bool inet_request_interface(InetSocket *socket, Reader *in);
bool inet_request_service_port(InetSocket *socket, Reader *in);
bool inet_request_service_name(InetSocket *socket, Reader *in);

#endif
