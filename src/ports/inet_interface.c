/* inet_interface.c - interfaces as prim_inet.erl reads them: a name, a NUL, options with values, a NUL. */
#include "ports/inet_interface.h"

#include <string.h>

#include "io/io_interface.h"

enum { OPTION_ADDRESS = 1, OPTION_BROADCAST, OPTION_DESTINATION, OPTION_MTU, OPTION_MASK, OPTION_FLAGS, OPTION_HARDWARE };
enum { NAME_BYTES = 256 };

/* Without the port. */
static void put_address(Text *out, uint8_t option, const IoAddress *address)
{
    if (address->family == IO_FAMILY_NONE)
        return;
    text_add_byte(out, (char)option);
    text_add_byte(out, address->family == IO_FAMILY_INET ? INET_AF_INET : INET_AF_INET6);
    text_add(out, address->bytes, address->size);
}

static void put_flags(Text *out, const IoInterface *interface)
{
    text_add_byte(out, OPTION_FLAGS);
    inet_put_32(out, interface->flags);
}

static void put_hardware(Text *out, const IoInterface *interface)
{
    if (!interface->hardware)
        return;
    text_add_byte(out, OPTION_HARDWARE);
    inet_put_16(out, (uint32_t)interface->hardware_size);
    text_add(out, interface->hardware, interface->hardware_size);
}

static uint8_t other_option(const IoInterface *interface)
{
    return interface->flags & IO_INTERFACE_POINT_TO_POINT ? OPTION_DESTINATION : OPTION_BROADCAST;
}

static void put_interface(void *context, const IoInterface *interface)
{
    Text *out = context;

    text_add(out, interface->name, strlen(interface->name) + 1);
    put_flags(out, interface);
    put_address(out, OPTION_ADDRESS, &interface->address);
    put_address(out, OPTION_MASK, &interface->mask);
    put_address(out, other_option(interface), &interface->other);
    put_hardware(out, interface);
    text_add_byte(out, 0);
}

bool inet_request_interface_addresses(InetSocket *socket)
{
    int code;

    inet_reply_ok(socket, NULL, 0);
    code = io_interface_each(put_interface, &socket->reply);
    return code == 0 || inet_reply_error(socket, code);
}

/* Once per interface: names with an address of family inet, as SIOCGIFCONF lists them. */
static void put_name(void *context, const IoInterface *interface)
{
    if (interface->address.family == IO_FAMILY_INET)
        text_add(context, interface->name, strlen(interface->name) + 1);
}

bool inet_request_interface_names(InetSocket *socket)
{
    int code;

    inet_reply_ok(socket, NULL, 0);
    code = io_interface_each(put_name, &socket->reply);
    return code == 0 || inet_reply_error(socket, code);
}

typedef struct InterfaceQuery {
    Text *out;
    const char *name;
    const uint8_t *options;
    size_t option_count;
    bool found;
} InterfaceQuery;

static void answer_option(InterfaceQuery *query, const IoInterface *interface, uint8_t option)
{
    switch (option) {
    case OPTION_ADDRESS: put_address(query->out, option, &interface->address); break;
    case OPTION_MASK: put_address(query->out, option, &interface->mask); break;
    case OPTION_FLAGS: put_flags(query->out, interface); break;
    case OPTION_BROADCAST:
    case OPTION_DESTINATION:
        if (option == other_option(interface))
            put_address(query->out, option, &interface->other);
        break;
    }
}

static void answer(void *context, const IoInterface *interface)
{
    InterfaceQuery *query = context;

    if (strcmp(interface->name, query->name) != 0)
        return;
    if (interface->hardware && memchr(query->options, OPTION_HARDWARE, query->option_count))
        put_hardware(query->out, interface);
    if (query->found || interface->address.family != IO_FAMILY_INET)
        return;
    query->found = true;
    for (size_t i = 0; i < query->option_count; i++)
        answer_option(query, interface, query->options[i]);
}

/* A length and so many bytes, made a C text. */
static bool read_name(Reader *in, char *name)
{
    uint8_t size = reader_u8(in);
    const uint8_t *bytes = reader_bytes(in, size);

    if (bytes)
        memcpy(name, bytes, size);
    name[bytes ? size : 0] = 0;
    return bytes != NULL;
}

bool inet_request_interface(InetSocket *socket, Reader *in)
{
    char name[NAME_BYTES];
    InterfaceQuery query = {.out = &socket->reply, .name = name};
    int code;

    if (!read_name(in, name))
        return inet_reply_error(socket, IO_EINVAL);
    query.option_count = reader_left(in);
    query.options = in->at;
    inet_reply_ok(socket, NULL, 0);
    code = io_interface_each(answer, &query);
    return code == 0 || inet_reply_error(socket, code);
}

bool inet_request_service_port(InetSocket *socket, Reader *in)
{
    char name[NAME_BYTES], protocol[NAME_BYTES];
    int port;

    if (!read_name(in, name) || !read_name(in, protocol))
        return inet_reply_error(socket, IO_EINVAL);
    port = io_service_port(name, protocol);
    if (port < 0)
        return inet_reply_error(socket, IO_EINVAL);
    inet_reply_ok(socket, NULL, 0);
    inet_put_16(&socket->reply, (uint32_t)port);
    return true;
}

bool inet_request_service_name(InetSocket *socket, Reader *in)
{
    char protocol[NAME_BYTES], name[NAME_BYTES];
    uint16_t port = reader_u16(in);

    if (!read_name(in, protocol) || !io_service_name(port, protocol, name, sizeof name))
        return inet_reply_error(socket, IO_EINVAL);
    return inet_reply_ok(socket, name, strlen(name));
}
