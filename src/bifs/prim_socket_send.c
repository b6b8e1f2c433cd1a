/* prim_socket_send.c - prim_socket's functions that write. */
#include <string.h>

#include "bifs/native_prim_file.h"
#include "bifs/prim_socket.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"

enum { BYTES_PER_REDUCTION = 4096, FILE_CHUNK = 256 << 10, FILE_BYTES_PER_CALL = 1 << 20, CONTROL_ROOM_MAX = 1 << 20 };

/* --- the end of a write ------------------------------------------------------------------------------------------- */

static void packet_done(Socket *socket)
{
    SocketCounts *counts = &socket->writes;

    counts->packet_max = MAX(counts->packet_max, counts->packet_so_far);
    counts->packet_so_far = 0;
}

static Term all_written(Socket *socket, int64_t done)
{
    socket->writes.packets++;
    socket->writes.bytes += (uint64_t)done;
    socket->writes.packet_so_far += (uint64_t)done;
    packet_done(socket);
    socket_next(&socket->writers);
    return A_OK;
}

/* What was wrong with the arguments does not concern the others. */
static Term write_failed(Process *p, Socket *socket, int code)
{
    Term reason = atom_from_text(io_error_name(code));

    socket->writes.fails++;
    if (code != IO_EINVAL)
        socket_fail(&socket->writers, reason);
    return socket_failure(p, reason);
}

static Term done_so_far(Process *p, Term tag, int64_t done)
{
    return tuple_2(&p->heap, tag, integer_from_i64(&p->heap, done));
}

/* Of a packet the rest is lost, of a stream it is written next. */
static Term part_written(Process *p, Socket *socket, int64_t done, Term reference)
{
    socket->writes.packet_so_far += (uint64_t)done;
    if (!io_net_is_stream(socket->type)) {
        packet_done(socket);
        socket->writes.packets++;
        socket->writes.bytes += (uint64_t)done;
        socket_next(&socket->writers);
        return done_so_far(p, A_OK, done);
    }
    socket_wait(p, &socket->writers, reference);
    socket->writes.waits++;
    return done_so_far(p, A_SELECT, done);
}

/* `more`: there is data that was not part of this call. */
static Term write_result(Process *p, Socket *socket, int64_t done, size_t size, bool more, Term reference)
{
    if (done == IO_EAGAIN) {
        socket_wait(p, &socket->writers, reference);
        socket->writes.waits++;
        return A_SELECT;
    }
    if (done < 0)
        return write_failed(p, socket, (int)done);
    bif_consume(p, done / BYTES_PER_REDUCTION + 5);
    if ((uint64_t)done < size)
        return part_written(p, socket, done, reference);
    if (!more)
        return all_written(socket, done);
    if (!io_net_is_stream(socket->type))
        return part_written(p, socket, done, reference);
    socket->writes.packet_so_far += (uint64_t)done;
    socket_wait(p, &socket->writers, NO_TERM);
    return done_so_far(p, A_IOV, done);
}

/* --- the begin of a write ----------------------------------------------------------------------------------------- */

/* May `p` write now? Else *answer is what its call returns. */
static bool may_write(Process *p, Socket *socket, Term reference, Term *answer)
{
    if (!socket_is_open(socket->write_state))
        *answer = socket_failure(p, A_CLOSED);
    else if (socket->connectors.first)
        *answer = socket_error_invalid(p, A_STATE);
    else
        return socket_take_turn(p, &socket->writers, reference, answer);
    return false;
}

static Term write_bytes(Process *p, Socket *socket, const NetBytes *data, int flags, const IoNetAddress *to,
                        Term reference)
{
    int64_t done;
    Term answer;

    if (!may_write(p, socket, reference, &answer))
        return answer;
    socket->writes.tries++;
    done = io_net_send(socket->handle, data->bytes, data->size, flags, to);
    return write_result(p, socket, done, data->size, false, reference);
}

/* nif_send(Socket, Bytes, Flags, Reference) */
Term prim_socket_send_4(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    NetBytes data;
    int flags;
    Term result;

    if (!socket || !is_local_ref(args[3]) || !net_bytes_get(args[1], &data))
        return raise_badarg(p);
    if (net_int_get(args[2], &flags))
        result = write_bytes(p, socket, &data, flags, NULL, args[3]);
    else
        result = socket_bad_integer(p, args[2]);
    net_bytes_free(&data);
    return result;
}

/* nif_sendto(Socket, Bytes, Address, Flags, Reference) */
Term prim_socket_sendto_5(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    IoNetAddress to;
    NetBytes data;
    int flags;
    Term result;

    if (!socket || !is_local_ref(args[4]) || !net_bytes_get(args[1], &data))
        return raise_badarg(p);
    if (!net_int_get(args[3], &flags))
        result = socket_bad_integer(p, args[3]);
    else if (!net_address_get(args[2], &to))
        result = socket_invalid(p, A_SOCKADDR);
    else
        result = write_bytes(p, socket, &data, flags, &to, args[4]);
    net_bytes_free(&data);
    return result;
}

/* --- sendmsg ------------------------------------------------------------------------------------------------------ */

typedef struct Parts {
    BitsBytes terms[IO_NET_PARTS_MAX];
    IoBytes parts[IO_NET_PARTS_MAX];
    size_t count, size;
    Term rest;                          /* of the list */
} Parts;

static void free_parts(Parts *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        bits_bytes_free(&parts->terms[i]);
}

/* The first binaries of a list. False: it is no list of binaries. */
static bool take_parts(Term list, Parts *parts)
{
    parts->count = parts->size = 0;
    for (; is_cons(list) && parts->count < IO_NET_PARTS_MAX; list = list_tail(list)) {
        BitsBytes *bytes = &parts->terms[parts->count];

        if (!bits_bytes_get(list_head(list), bytes))
            break;
        parts->parts[parts->count++] = (IoBytes){.bytes = bytes->bytes, .size = bytes->size};
        parts->size += bytes->size;
    }
    while (is_cons(list) && is_bitstring(list_head(list)) && bits_size(list_head(list)) == 0)
        list = list_tail(list);
    parts->rest = list;
    if (is_nil(list) || (is_cons(list) && parts->count == IO_NET_PARTS_MAX))
        return true;
    free_parts(parts);
    return false;
}

static Term send_parts(Process *p, Socket *socket, IoNetMessage *message, const Parts *parts, int flags, Term reference)
{
    bool more = !is_nil(parts->rest);
    int64_t done;

    if (more && !io_net_is_stream(socket->type))
        return socket_invalid(p, A_IOV);
    message->parts = (IoBytes *)parts->parts;
    message->part_count = parts->count;
    socket->writes.tries++;
    done = io_net_send_message(socket->handle, message, flags);
    return write_result(p, socket, done, parts->size, more, reference);
}

/* With the control messages of `map`, if there are any. */
static Term send_message(Process *p, Socket *socket, Term map, IoNetMessage *message, const Parts *parts, int flags,
                         Term reference)
{
    Term controls = net_field(map, A_CTRL);
    size_t room = MIN(socket->write_control_bytes, CONTROL_ROOM_MAX);
    Term result;

    if (controls == NO_TERM)
        return send_parts(p, socket, message, parts, flags, reference);
    message->control = mem_alloc(MEM_IO, room);
    if (socket_controls_get(controls, message->control, room, &message->control_size))
        result = send_parts(p, socket, message, parts, flags, reference);
    else
        result = socket_invalid(p, A_CTRL);
    mem_free(MEM_IO, message->control);
    return result;
}

/* nif_sendmsg(Socket, Message, Flags, Reference, Parts) */
Term prim_socket_sendmsg_5(Process *p, const Term *args)
{
    static Parts parts;                 /* too large for the C stack; in use during this call only */
    Socket *socket = socket_get(args[0]);
    IoNetMessage message = {0};
    IoNetAddress to;
    Term result, address;
    int flags;

    if (!socket || !is_local_ref(args[3]) || !is_map(args[1]))
        return raise_badarg(p);
    if (!net_int_get(args[2], &flags))
        return socket_bad_integer(p, args[2]);
    if (!may_write(p, socket, args[3], &result))
        return result;
    address = net_field(args[1], A_ADDR);
    if (address != NO_TERM) {
        if (!net_address_get(address, &to))
            return socket_invalid(p, A_ADDR);
        message.address = &to;
    }
    if (!take_parts(args[4], &parts))
        return socket_invalid(p, A_IOV);
    result = send_message(p, socket, args[1], &message, &parts, flags, args[3]);
    free_parts(&parts);
    return result;
}

/* --- sendfile ----------------------------------------------------------------------------------------------------- */

static void close_file(Socket *socket)
{
    if (socket->file >= 0)
        io_file_close(socket->file);
    socket->file = -1;
}

static Term file_failed(Process *p, Socket *socket, Term reason)
{
    socket->sent_files = true;
    socket->files.fails++;
    socket_fail(&socket->writers, reason);
    return socket_failure(p, reason);
}

static void count_file_bytes(Socket *socket, uint64_t done, uint64_t this_call)
{
    SocketFileCounts *counts = &socket->files;

    counts->packets++;
    counts->bytes += done;
    counts->so_far += done;
    counts->max = MAX(counts->max, counts->so_far);
    counts->packet_max = MAX(counts->packet_max, this_call);
}

/* Sends up to `size` bytes (0: all there are) and as much as one call may: *done of them. IO_EAGAIN: there is more. */
static int64_t send_some(Socket *socket, int64_t offset, uint64_t size, uint64_t *done)
{
    for (*done = 0; *done < FILE_BYTES_PER_CALL;) {
        uint64_t chunk = size > 0 ? MIN(size - *done, FILE_CHUNK) : FILE_CHUNK;
        int64_t sent = io_net_send_file(socket->handle, socket->file, &offset, chunk);

        socket->files.calls++;
        if (sent <= 0)
            return sent;
        *done += (uint64_t)sent;
        count_file_bytes(socket, (uint64_t)sent, *done);
        if (size > 0 && *done == size)
            return 0;
    }
    return IO_EAGAIN;
}

static Term send_file(Process *p, Socket *socket, int64_t offset, uint64_t size, Term reference)
{
    uint64_t done;
    int64_t code = send_some(socket, offset, size, &done);

    socket->sent_files = true;
    socket->files.tries++;
    bif_consume(p, (int64_t)(done / BYTES_PER_REDUCTION) + 5);
    if (code == IO_EAGAIN) {
        socket_wait(p, &socket->writers, reference);
        socket->files.waits++;
        return tuple_2(&p->heap, A_SELECT, integer_from_u64(&p->heap, done));
    }
    close_file(socket);
    socket->files.so_far = 0;
    if (code < 0)
        return file_failed(p, socket, atom_from_text(io_error_name((int)code)));
    socket_next(&socket->writers);
    return socket_ok(p, integer_from_u64(&p->heap, done));
}

static bool get_range(Process *p, const Term *args, int64_t *offset, uint64_t *size, Term *answer)
{
    if (!is_integer(args[0]) || !is_integer(args[1]))
        *answer = raise_badarg(p);
    else if (!integer_to_i64(args[0], offset))
        *answer = socket_bad_integer(p, args[0]);
    else if (!integer_to_u64(args[1], size))
        *answer = socket_bad_integer(p, args[1]);
    else
        return true;
    return false;
}

/* nif_sendfile(Socket, Reference, Offset, Count, File): begins. */
Term prim_socket_sendfile_5(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    int64_t offset;
    uint64_t size;
    Term answer;

    if (!socket || !is_local_ref(args[1]))
        return raise_badarg(p);
    if (!get_range(p, args + 2, &offset, &size, &answer))
        return answer;
    if (!is_ref(args[4]))
        return raise_badarg(p);
    if (!may_write(p, socket, args[1], &answer))
        return answer;
    if (socket->file >= 0)
        return socket_error_invalid(p, A_STATE);
    socket->file = native_prim_file_duplicate(args[4]);
    if (socket->file < 0)
        return file_failed(p, socket, socket_invalid(p, A_EFILE));
    return send_file(p, socket, offset, size, args[1]);
}

/* nif_sendfile(Socket, Reference, Offset, Count): goes on after `select`. */
Term prim_socket_sendfile_4(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    int64_t offset;
    uint64_t size;
    Term answer;

    if (!socket || !is_local_ref(args[1]))
        return raise_badarg(p);
    if (!get_range(p, args + 2, &offset, &size, &answer))
        return answer;
    if (!socket_is_open(socket->write_state))
        return socket_failure(p, A_CLOSED);
    if (socket->connectors.first)
        return socket_error_invalid(p, A_STATE);
    if (!socket_at_work(&socket->writers, p) || socket->file < 0)
        return socket_raise_invalid(p, A_STATE);
    return send_file(p, socket, offset, size, args[1]);
}

/* nif_sendfile(Socket): closes what is left open. */
Term prim_socket_sendfile_1(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);

    if (!socket)
        return raise_badarg(p);
    if (socket->file < 0)
        return socket_error_invalid(p, A_STATE);
    close_file(socket);
    return A_OK;
}
