/* prim_socket_receive.c - prim_socket's functions that read. */
#include <string.h>

#include "bifs/prim_socket.h"
#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"

enum { BYTES_PER_REDUCTION = 4096, SHARED_BYTES = 16 << 10, CONTROL_ROOM_MAX = 1 << 20 };

/* --- room for what is read ---------------------------------------------------------------------------------------- */

/* Small reads go through one buffer for all, so that nothing is allocated for those that find nothing. */
typedef struct Room {
    uint8_t *bytes;
    size_t size;
    Binary *own;                        /* null: the shared buffer */
} Room;

static bool room_open(Room *room, size_t size)
{
    static uint8_t shared[SHARED_BYTES];

    *room = (Room){.bytes = shared, .size = size};
    if (size <= sizeof shared)
        return true;
    room->own = binary_try_new(size);
    room->bytes = room->own ? room->own->data : NULL;
    return room->own != NULL;
}

static void room_close(Room *room)
{
    if (room->own)
        binary_release(room->own);
}

/* The first `got` bytes as a term; ends the room. */
static Term room_take(Process *p, Room *room, size_t got)
{
    bif_consume(p, (int64_t)(got / BYTES_PER_REDUCTION) + 5);
    if (!room->own)
        return bits_new(&p->heap, room->bytes, got);
    if (got < room->size)
        room->own = binary_resize(room->own, got);
    return bits_from_binary(&p->heap, room->own, got * 8);
}

/* --- the end of a read -------------------------------------------------------------------------------------------- */

static void packet_done(Socket *socket)
{
    SocketCounts *counts = &socket->reads;

    counts->packets++;
    counts->packet_max = MAX(counts->packet_max, counts->packet_so_far);
    counts->packet_so_far = 0;
}

/* Who only looks (`zero`) may read while another one is at work, whose turn goes on. */
static void end_turn(Process *p, Socket *socket)
{
    if (socket_at_work(&socket->readers, p))
        socket_next(&socket->readers);
}

static Term read_done(Process *p, Socket *socket, Term value)
{
    packet_done(socket);
    end_turn(p, socket);
    return socket_ok(p, value);
}

static Term end_of_stream(Process *p, Socket *socket)
{
    socket->reads.fails++;
    socket_fail(&socket->readers, A_CLOSED);
    return socket_failure(p, A_CLOSED);
}

static Term read_failed(Process *p, Socket *socket, int64_t code, Term reference)
{
    Term reason;

    if (code == IO_EAGAIN) {
        if (reference == A_ZERO)
            return A_OK;
        socket->read_round = 0;
        socket_wait(p, &socket->readers, reference);
        return A_SELECT;
    }
    reason = atom_from_text(io_error_name((int)code));
    socket->reads.fails++;
    socket_fail(&socket->readers, reason);
    return socket_failure(p, reason);
}

/* The room is full and no size was asked for: there may be more. */
static Term perhaps_more(Process *p, Socket *socket, Term data)
{
    if (++socket->read_round >= socket->read_limit) {
        socket->read_round = 0;
        return read_done(p, socket, data);
    }
    if (!socket->readers.first || socket_at_work(&socket->readers, p))
        socket_wait(p, &socket->readers, NO_TERM);
    return tuple_2(&p->heap, A_MORE, data);
}

static Term received(Process *p, Socket *socket, Term data, size_t got, size_t room, uint64_t wanted, Term reference)
{
    bool stream = io_net_is_stream(socket->type);

    socket->reads.bytes += got;
    socket->reads.packet_so_far += got;
    if (got == room)
        return wanted == 0 && stream ? perhaps_more(p, socket, data) : read_done(p, socket, data);
    if (wanted == 0 || !stream || reference == A_ZERO) {
        socket->read_round = 0;
        return read_done(p, socket, data);
    }
    socket_wait(p, &socket->readers, reference);
    return tuple_2(&p->heap, A_SELECT, data);
}

/* --- the begin of a read ------------------------------------------------------------------------------------------ */

static bool is_call_reference(Term t) { return is_local_ref(t) || t == A_ZERO; }

/* Sizes and flags of a call; else *answer is what it returns. */
static bool get_numbers(Process *p, const Term *sizes, size_t count, Term flags, uint64_t *values, int *flag_bits,
                        Term *answer)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_integer(sizes[i]) || !is_integer(flags)) {
            *answer = raise_badarg(p);
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!integer_to_u64(sizes[i], &values[i]) || values[i] > INT64_MAX) {
            *answer = socket_bad_integer(p, sizes[i]);
            return false;
        }
    }
    if (net_int_get(flags, flag_bits))
        return true;
    *answer = socket_bad_integer(p, flags);
    return false;
}

static bool may_read(Process *p, Socket *socket, Term reference, Term *answer)
{
    if (!socket_is_open(socket->read_state))
        *answer = socket_failure(p, A_CLOSED);
    else if (socket->acceptors.first)
        *answer = socket_error_invalid(p, A_STATE);
    else
        return socket_take_turn(p, &socket->readers, reference, answer);
    return false;
}

static bool is_end(const Socket *socket, int64_t got) { return got == 0 && io_net_is_stream(socket->type); }

/* nif_recv(Socket, Size, Flags, Reference) */
Term prim_socket_recv_4(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    uint64_t wanted;
    int flags;
    Room room;
    int64_t got;
    Term answer;

    if (!socket || !is_call_reference(args[3]))
        return raise_badarg(p);
    if (!get_numbers(p, &args[1], 1, args[2], &wanted, &flags, &answer)
        || !may_read(p, socket, args[3], &answer))
        return answer;
    if (!room_open(&room, wanted ? wanted : socket->read_bytes))
        return net_error(p, IO_ENOMEM);
    socket->reads.tries++;
    got = io_net_receive(socket->handle, room.bytes, room.size, flags);
    if (got < 0 || is_end(socket, got)) {
        room_close(&room);
        return got < 0 ? read_failed(p, socket, got, args[3]) : end_of_stream(p, socket);
    }
    got = MIN(got, (int64_t)room.size);         /* the flag `trunc` makes the system tell the whole size */
    return received(p, socket, room_take(p, &room, (size_t)got), (size_t)got, room.size, wanted, args[3]);
}

/* A message arrived, or nothing did: the same for recvfrom and recvmsg. */
static Term message_failed(Process *p, Socket *socket, int64_t got, Term reference)
{
    if (got < 0)
        return read_failed(p, socket, got, reference);
    socket->reads.fails++;
    return socket_failure(p, A_CLOSED);
}

static Term message_done(Process *p, Socket *socket, int64_t got, Term value)
{
    socket->reads.packets++;
    socket->reads.bytes += (uint64_t)got;
    end_turn(p, socket);
    return socket_ok(p, value);
}

/* nif_recvfrom(Socket, Size, Flags, Reference) -> {ok, {Address, Data}} ... */
Term prim_socket_recvfrom_4(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    IoNetAddress from;
    uint64_t wanted;
    int flags;
    Room room;
    int64_t got;
    Term answer, data;

    if (!socket || !is_call_reference(args[3]))
        return raise_badarg(p);
    if (!get_numbers(p, &args[1], 1, args[2], &wanted, &flags, &answer)
        || !may_read(p, socket, args[3], &answer))
        return answer;
    if (!room_open(&room, wanted ? wanted : socket->read_bytes))
        return net_error(p, IO_ENOMEM);
    socket->reads.tries++;
    got = io_net_receive_from(socket->handle, room.bytes, room.size, flags, &from);
    if (got < 0 || is_end(socket, got)) {
        room_close(&room);
        return message_failed(p, socket, got, args[3]);
    }
    data = room_take(p, &room, MIN((size_t)got, room.size));
    answer = tuple_2(&p->heap, net_address_term(&p->heap, from.bytes, from.size), data);
    return message_done(p, socket, got, answer);
}

/* #{iov => [Data], ctrl => Controls, flags => Flags, addr => Address} */
static Term message_term(Process *p, const IoNetMessage *message, Term data)
{
    Heap *heap = &p->heap;
    const Term pairs[] = {A_IOV, cons(heap, data, TERM_NIL),
                          A_CTRL, socket_controls_term(heap, message->control, message->control_size),
                          A_FLAGS, socket_message_flags_term(heap, message->flags),
                          A_ADDR, net_address_term(heap, message->address->bytes, message->address->size)};

    return map_from_pairs(heap, pairs, message->address->size > 0 ? 4 : 3);
}

static Term receive_message(Process *p, Socket *socket, Room *room, size_t control_size, int flags, Term reference)
{
    IoNetAddress from;
    IoBytes part = {.bytes = room->bytes, .size = room->size};
    IoNetMessage message = {.address = &from, .parts = &part, .part_count = 1,
                            .control = mem_alloc(MEM_IO, control_size), .control_size = control_size};
    int64_t got;
    Term result;

    socket->reads.tries++;
    got = io_net_receive_message(socket->handle, &message, flags);
    if (got < 0 || is_end(socket, got)) {
        room_close(room);
        result = message_failed(p, socket, got, reference);
    } else {
        Term data = room_take(p, room, MIN((size_t)got, room->size));

        result = message_done(p, socket, got, message_term(p, &message, data));
    }
    mem_free(MEM_IO, message.control);
    return result;
}

/* nif_recvmsg(Socket, Size, ControlSize, Flags, Reference) */
Term prim_socket_recvmsg_5(Process *p, const Term *args)
{
    Socket *socket = socket_get(args[0]);
    uint64_t sizes[2];
    int flags;
    Room room;
    Term answer;

    if (!socket || !is_call_reference(args[4]))
        return raise_badarg(p);
    if (!get_numbers(p, &args[1], 2, args[3], sizes, &flags, &answer) || !may_read(p, socket, args[4], &answer))
        return answer;
    if (sizes[1] == 0)
        sizes[1] = socket->read_control_bytes;
    if (sizes[1] > CONTROL_ROOM_MAX || !room_open(&room, sizes[0] ? sizes[0] : socket->read_bytes))
        return net_error(p, IO_ENOMEM);
    return receive_message(p, socket, &room, sizes[1], flags, args[4]);
}
