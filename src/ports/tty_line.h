/* tty_line.h - the line being edited on a terminal: where each character stands, and what to send when
 * characters are put, inserted or deleted, or the cursor moves.
 *
 * The line may be longer than the screen is wide. Control characters are shown as ^X. A zeroed TtyLine with
 * `columns` set is a valid empty one. */
#ifndef LING_TTY_LINE_H
#define LING_TTY_LINE_H

#include "vm/base/text.h"

typedef struct TtyLine {
    uint32_t *characters;
    size_t size, capacity;
    size_t cursor;             /* before this character */
    uint32_t columns;          /* of the screen */
    bool unicode;              /* the terminal takes UTF-8, else Latin-1 */
} TtyLine;

/* What must be sent is appended to `out`. Text is UTF-8. */
void tty_line_put(TtyLine *line, Text *out, const uint8_t *text, size_t size);        /* over what is there */
void tty_line_insert(TtyLine *line, Text *out, const uint8_t *text, size_t size);
void tty_line_delete(TtyLine *line, Text *out, int count);   /* < 0: before the cursor */
void tty_line_move(TtyLine *line, Text *out, int count);
void tty_line_free(TtyLine *line);

#endif
