/* stream.h - bytes in and out of a port through handles: pipes, terminals, files.
 *
 * Input is cut into packets or lines and sent to the owner; output is written at once as far
 * as possible, and the rest when the handle takes it. What the fd and spawn drivers share. */
#ifndef LING_STREAM_H
#define LING_STREAM_H

#include "io/io_loop.h"
#include "vm/port/port.h"
#include "vm/term/byte_queue.h"

typedef struct Stream {
    Port *port;
    int in, out;                     /* handles; -1: none. May be the same */
    bool owns_handles;               /* closes them; else only puts back their modes */
    uint8_t packet_bytes;
    size_t line_length;
    int64_t busy_high, busy_low;     /* -1: never busy */
    void (*ended)(struct Stream *stream);   /* input is over: null does port_input_ended */
    void (*received)(struct Stream *stream, const uint8_t *bytes, size_t size);   /* null: to the owner, as options say */
    IoWatch *in_watch, *out_watch;
    ByteQueue output;
    uint8_t *partial;                /* a packet or line that is not complete yet */
    size_t partial_size, partial_capacity;
    bool holds_return;               /* the last byte was a return, which vanishes if a newline comes */
} Stream;

/* Starts to read. Fields up to `received` are filled in, all others zero; handles that are bad stay silent. */
void stream_start(Stream *stream);
/* A line that was not complete goes out: to be called before the end of input is told. */
void stream_flush_line(Stream *stream);
void stream_write(Stream *stream, Term iolist);
/* The same without a header. */
void stream_write_bytes(Stream *stream, const uint8_t *bytes, size_t size);
/* The VM halts: handles that are not ours get back their modes. */
void stream_restore(Stream *stream);
void stream_stop(Stream *stream);

#endif
