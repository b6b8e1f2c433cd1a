/* tty_line.c - cursor arithmetic. Screen positions count columns from the start of the line, over all rows. */
#include "ports/tty_line.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/utf8.h"

enum { TAB = 8, FIRST_CHARACTERS = 128 };

static bool in_ranges(uint32_t c, const uint32_t (*ranges)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

static bool is_wide(uint32_t c)
{
    static const uint32_t wide[][2] = {
        {0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf}, {0xac00, 0xd7a3},
        {0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};

    return c >= 0x1100 && in_ranges(c, wide, ARRAY_SIZE(wide));
}

static bool is_combining(uint32_t c)
{
    static const uint32_t none[][2] = {{0x300, 0x36f}, {0x483, 0x489}, {0x591, 0x5bd}, {0x610, 0x61a}, {0x64b, 0x65f},
                                       {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

    return c >= 0x300 && in_ranges(c, none, ARRAY_SIZE(none));
}

static size_t width_at(uint32_t c, size_t column)
{
    if (c == '\t')
        return TAB - column % TAB;
    if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        return 2;
    return is_combining(c) ? 0 : is_wide(c) ? 2 : 1;
}

static size_t column_of(const TtyLine *line, size_t index)
{
    size_t column = 0;

    for (size_t i = 0; i < index; i++)
        column += width_at(line->characters[i], column);
    return column;
}

/* --- output ----------------------------------------------------------------------------------------------------- */

static void show_character(const TtyLine *line, Text *out, uint32_t c, size_t column)
{
    if (c == '\t') {
        for (size_t i = width_at(c, column); i > 0; i--)
            text_add_byte(out, ' ');
    } else if (c < 0x20) {
        text_add_byte(out, '^');
        text_add_byte(out, (char)(c + '@'));
    } else if (c >= 0x7f && c < 0xa0) {
        text_add_string(out, "^?");
    } else if (line->unicode || c < 0x80) {
        text_add_character(out, c);
    } else {
        text_add_byte(out, c < 0x100 ? (char)c : '?');
    }
}

static void repeat(Text *out, const char *sequence, size_t count)
{
    while (count-- > 0)
        text_add_string(out, sequence);
}

static void move_cursor(const TtyLine *line, Text *out, size_t from, size_t to)
{
    size_t width = MAX(line->columns, 1);
    size_t from_row = from / width, to_row = to / width, from_column = from % width, to_column = to % width;

    repeat(out, "\033[A", from_row > to_row ? from_row - to_row : 0);
    repeat(out, "\033[B", to_row > from_row ? to_row - from_row : 0);
    if (to_column < from_column && to_column == 0)
        text_add_byte(out, '\r');
    else
        repeat(out, "\b", from_column > to_column ? from_column - to_column : 0);
    repeat(out, "\033[C", to_column > from_column ? to_column - from_column : 0);
}

/* Something was written up to `column`: the cursor shall really be there. Terminals wait with going on to the next row
 * when the last column has been written. */
static void leave_last_column(const TtyLine *line, Text *out, size_t column)
{
    if (column % MAX(line->columns, 1) == 0)
        text_add_string(out, " \b");
}

/* The characters from `start` on. */
static void show_from(const TtyLine *line, Text *out, size_t start)
{
    size_t column = column_of(line, start);

    for (size_t i = start; i < line->size; i++) {
        show_character(line, out, line->characters[i], column);
        column += width_at(line->characters[i], column);
    }
    if (line->size > start)
        leave_last_column(line, out, column);
}

/* --- changes ---------------------------------------------------------------------------------------------------- */

static void make_room(TtyLine *line, size_t at, size_t count)
{
    if (line->size + count > line->capacity) {
        line->capacity = MAX(line->capacity * 2, MAX(line->size + count, FIRST_CHARACTERS));
        line->characters = mem_realloc(MEM_PORT, line->characters, line->capacity * sizeof *line->characters);
    }
    memmove(line->characters + at + count, line->characters + at, (line->size - at) * sizeof *line->characters);
    line->size += count;
}

static uint32_t next_character(const uint8_t **at, const uint8_t *end)
{
    uint32_t character = **at;
    unsigned length = 1;

    if (utf8_decode(*at, (size_t)(end - *at), &character, &length) != UTF8_OK) {
        character = **at;
        length = 1;
    }
    *at += length;
    return character;
}

/* Characters that end the line: it starts anew, wherever the cursor was. */
static bool ends_line(uint32_t c) { return c == '\n' || c == '\r'; }

static void show_end(TtyLine *line, Text *out, uint32_t c)
{
    move_cursor(line, out, column_of(line, line->cursor), column_of(line, line->size));
    text_add_byte(out, (char)c);
    line->size = line->cursor = 0;
}

void tty_line_put(TtyLine *line, Text *out, const uint8_t *text, size_t size)
{
    const uint8_t *end = text + size;

    while (text < end) {
        size_t start = line->cursor;
        uint32_t c = 0;

        while (text < end && !ends_line(c = next_character(&text, end))) {
            if (c == '\a' || c == 033) {
                text_add_byte(out, (char)c);    /* what programs send for its effect */
                continue;
            }
            if (line->cursor == line->size)
                make_room(line, line->size, 1);
            line->characters[line->cursor++] = c;
            show_character(line, out, c, column_of(line, line->cursor - 1));
        }
        if (ends_line(c))
            show_end(line, out, c);
        else if (line->cursor > start)
            leave_last_column(line, out, column_of(line, line->cursor));
    }
}

void tty_line_insert(TtyLine *line, Text *out, const uint8_t *text, size_t size)
{
    const uint8_t *end = text + size;
    size_t start = line->cursor;

    while (text < end) {
        uint32_t c = next_character(&text, end);

        make_room(line, line->cursor, 1);
        line->characters[line->cursor++] = c;
    }
    show_from(line, out, start);
    move_cursor(line, out, column_of(line, line->size), column_of(line, line->cursor));
}

void tty_line_delete(TtyLine *line, Text *out, int count)
{
    size_t from = line->cursor, removed = MIN((size_t)(count > 0 ? count : -(int64_t)count),
                                               count > 0 ? line->size - line->cursor : line->cursor);
    size_t old_end = column_of(line, line->size), new_end;

    if (count < 0)
        from -= removed;
    move_cursor(line, out, column_of(line, line->cursor), column_of(line, from));
    memmove(line->characters + from, line->characters + from + removed,
            (line->size - from - removed) * sizeof *line->characters);
    line->size -= removed;
    line->cursor = from;
    show_from(line, out, from);
    new_end = column_of(line, line->size);
    repeat(out, " ", old_end - new_end);
    if (old_end > new_end)
        leave_last_column(line, out, old_end);
    move_cursor(line, out, old_end, column_of(line, line->cursor));
}

void tty_line_move(TtyLine *line, Text *out, int count)
{
    int64_t to = (int64_t)line->cursor + count;
    size_t target = (size_t)MAX(MIN(to, (int64_t)line->size), 0);

    move_cursor(line, out, column_of(line, line->cursor), column_of(line, target));
    line->cursor = target;
}

void tty_line_free(TtyLine *line)
{
    mem_free(MEM_PORT, line->characters);
    line->characters = NULL;
}
