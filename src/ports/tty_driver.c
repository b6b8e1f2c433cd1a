/* tty_driver.c - tty_sl: the terminal that user_drv edits lines on (until OTP 25). */
#include <string.h>

#include "io/io_env.h"
#include "io/io_terminal.h"
#include "ports/drivers.h"
#include "ports/stream.h"
#include "ports/tty_line.h"
#include "vm/base/mem.h"
#include "vm/term/iolist.h"
#include "vm/term/utf8.h"

enum { OP_PUT, OP_MOVE, OP_INSERT, OP_DELETE, OP_BEEP, OP_PUT_SYNC };
enum { CONTROL_GET_UNICODE = DRIVER_CONTROL_WINDOW_SIZE + 1, CONTROL_SET_UNICODE };
enum { CONTROL_N = 14, CONTROL_P = 16, ESCAPE = 27 };
enum { IN_HANDLE = 0, OUT_HANDLE = 1, DEFAULT_COLUMNS = 80, DEFAULT_ROWS = 24 };

typedef struct Tty {
    Stream stream;               /* first */
    TtyLine line;
    uint8_t incomplete[UTF8_MAX_BYTES];  /* the start of a character whose end has not come yet */
    size_t incomplete_size;
    uint8_t reply[8];
} Tty;

/* --- input ------------------------------------------------------------------------------------------------------ */

/* Bytes at the end that start a character but do not complete it. */
static size_t unfinished(const uint8_t *bytes, size_t size)
{
    for (size_t back = 1; back <= MIN(size, UTF8_MAX_BYTES - 1); back++) {
        const uint8_t *at = bytes + size - back;
        uint32_t character;
        unsigned length;

        if ((*at & 0xc0) != 0x80)
            return utf8_decode(at, back, &character, &length) == UTF8_INCOMPLETE ? back : 0;
    }
    return 0;
}

/* Bytes up to the end of the first key that fetches a line of the history: group.erl forgets what stands behind such a
 * key in the same message, so that fast typing would get lost. */
static size_t until_history_key(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == CONTROL_P || bytes[i] == CONTROL_N)
            return i + 1;
        if (i >= 2 && bytes[i - 2] == ESCAPE && bytes[i - 1] == '[' && (bytes[i] == 'A' || bytes[i] == 'B'))
            return i + 1;
    }
    return size;
}

static void deliver(Port *port, const char *bytes, size_t size)
{
    while (size > 0 && !(port->flags & (PORT_DEAD | PORT_CLOSING))) {
        size_t part = until_history_key(bytes, size);

        port_deliver_data(port, (const uint8_t *)bytes, part);
        bytes += part;
        size -= part;
    }
}

/* Whole characters, in UTF-8 whatever the terminal sends. */
static void received(Stream *stream, const uint8_t *bytes, size_t size)
{
    Tty *tty = (Tty *)stream;
    Text text = {0};
    size_t rest;

    text_add(&text, tty->incomplete, tty->incomplete_size);
    if (tty->line.unicode)
        text_add(&text, bytes, size);
    else
        for (size_t i = 0; i < size; i++)
            text_add_character(&text, bytes[i]);
    rest = unfinished((const uint8_t *)text.bytes, text.size);
    memcpy(tty->incomplete, text.bytes + text.size - rest, rest);
    tty->incomplete_size = rest;
    deliver(stream->port, text.bytes, text.size - rest);
    text_free(&text);
}

/* --- output ----------------------------------------------------------------------------------------------------- */

static void read_size(Tty *tty, uint32_t *rows)
{
    *rows = DEFAULT_ROWS;
    if (!io_terminal_size(OUT_HANDLE, &tty->line.columns, rows))
        tty->line.columns = DEFAULT_COLUMNS;
}

static int count_argument(const uint8_t *bytes, size_t size)
{
    return size >= 2 ? (int16_t)(bytes[0] << 8 | bytes[1]) : 0;
}

static void operate(Tty *tty, const uint8_t *bytes, size_t size)
{
    Text out = {0};
    uint32_t rows;

    read_size(tty, &rows);
    switch (bytes[0]) {
    case OP_PUT:
    case OP_PUT_SYNC: tty_line_put(&tty->line, &out, bytes + 1, size - 1); break;
    case OP_MOVE: tty_line_move(&tty->line, &out, count_argument(bytes + 1, size - 1)); break;
    case OP_INSERT: tty_line_insert(&tty->line, &out, bytes + 1, size - 1); break;
    case OP_DELETE: tty_line_delete(&tty->line, &out, count_argument(bytes + 1, size - 1)); break;
    case OP_BEEP: text_add_byte(&out, '\a'); break;
    }
    stream_write_bytes(&tty->stream, (const uint8_t *)out.bytes, out.size);
    text_free(&out);
    if (bytes[0] == OP_PUT_SYNC) {
        Heap heap = {0};

        port_deliver(tty->stream.port, &heap, A_OK);
    }
}

static void output(Port *port, Term from, Term iolist)
{
    uint8_t *bytes;
    size_t size;

    if (iolist_to_bytes(iolist, MEM_PORT, &bytes, &size) != IOLIST_DONE)
        return;
    if (size > 0)
        operate(port->driver_state, bytes, size);
    mem_free(MEM_PORT, bytes);
}

static bool control(Port *port, Process *caller, uint32_t operation, const uint8_t *bytes, size_t size, PortReply *reply)
{
    Tty *tty = port->driver_state;
    uint32_t rows;

    *reply = (PortReply){.bytes = tty->reply, .size = 1};
    tty->reply[0] = tty->line.unicode;
    switch (operation - DRIVER_CONTROL_MAGIC) {
    case DRIVER_CONTROL_WINDOW_SIZE:
        read_size(tty, &rows);
        memcpy(tty->reply, &tty->line.columns, sizeof rows);
        memcpy(tty->reply + sizeof rows, &rows, sizeof rows);
        reply->size = 2 * sizeof rows;
        return true;
    case CONTROL_GET_UNICODE: return true;
    case CONTROL_SET_UNICODE:
        if (size != 1)
            return false;
        tty->line.unicode = bytes[0] != 0;
        return true;
    default: return false;
    }
}

/* --- life ------------------------------------------------------------------------------------------------------- */

static bool locale_is_unicode(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const char *value = io_env_get(names[i]);

        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

static bool is_usable(void)
{
    const char *term = io_env_get("TERM");

    return io_terminal_is(IN_HANDLE) && io_terminal_is(OUT_HANDLE) && io_terminal_is_described(term)
        && strcmp(term, "dumb") != 0;
}

static int start(Port *port, const PortOptions *options)
{
    Tty *tty;

    if (!is_usable() || !io_terminal_set_raw(IN_HANDLE, true))
        return PORT_BADARG;
    tty = mem_alloc_zero(MEM_PORT, sizeof *tty);
    tty->stream = (Stream){.port = port, .in = IN_HANDLE, .out = OUT_HANDLE, .busy_high = -1, .received = received};
    tty->line.unicode = locale_is_unicode();
    port->driver_state = tty;
    stream_start(&tty->stream);
    return 0;
}

static void stop(Port *port)
{
    Tty *tty = port->driver_state;

    stream_stop(&tty->stream);
    io_terminal_set_raw(IN_HANDLE, false);
    tty_line_free(&tty->line);
    mem_free(MEM_PORT, tty);
}

static size_t queued(Port *port)
{
    const Tty *tty = port->driver_state;

    return tty->stream.output.size;
}

static void halt(Port *port)
{
    Tty *tty = port->driver_state;

    stream_restore(&tty->stream);
    io_terminal_set_raw(IN_HANDLE, false);
}

const PortDriver tty_driver = {.name = "tty_sl", .start = start, .stop = stop, .output = output, .control = control,
                               .queued = queued, .halt = halt};
