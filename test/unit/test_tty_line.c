#include <check.h>
#include <string.h>

#include "ports/tty_line.h"

enum { COLUMNS = 10, ROWS = 6 };

/* A terminal that knows what tty_line sends. */
typedef struct Screen {
    char cells[ROWS][COLUMNS];
    int row, column;
    bool waits;                /* the last column was written: the next character goes to the next row */
} Screen;

static Screen screen;
static TtyLine line;

static void clear(void)
{
    memset(screen.cells, '.', sizeof screen.cells);
    screen.row = screen.column = 0;
    screen.waits = false;
    line = (TtyLine){.columns = COLUMNS, .unicode = true};
}

static void write_cell(char c)
{
    if (screen.waits) {
        screen.row++;
        screen.column = 0;
        screen.waits = false;
    }
    ck_assert_int_lt(screen.row, ROWS);
    screen.cells[screen.row][screen.column] = c;
    if (screen.column == COLUMNS - 1)
        screen.waits = true;
    else
        screen.column++;
}

static void show(Text *out)
{
    for (size_t i = 0; i < out->size; i++) {
        char c = out->bytes[i];

        if (c == '\033') {
            char what = out->bytes[i + 2];

            i += 2;
            screen.row += what == 'B' ? 1 : what == 'A' ? -1 : 0;
            screen.column += what == 'C';
            screen.waits = false;
        } else if (c == '\b') {
            screen.column -= screen.column > 0;
            screen.waits = false;
        } else if (c == '\r') {
            screen.column = 0;
            screen.waits = false;
        } else {
            write_cell(c);
        }
    }
    text_free(out);
}

static void put(const char *text)
{
    Text out = {0};

    tty_line_put(&line, &out, (const uint8_t *)text, strlen(text));
    show(&out);
}

static void insert(const char *text)
{
    Text out = {0};

    tty_line_insert(&line, &out, (const uint8_t *)text, strlen(text));
    show(&out);
}

static void erase(int count)
{
    Text out = {0};

    tty_line_delete(&line, &out, count);
    show(&out);
}

static void move(int count)
{
    Text out = {0};

    tty_line_move(&line, &out, count);
    show(&out);
}

/* The screen shows `text` (blanks count as untouched) and the cursor stands behind `before` columns. */
static void expect(const char *text, int before)
{
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        char want = i < (int)strlen(text) ? text[i] : '.', is = screen.cells[i / COLUMNS][i % COLUMNS];

        ck_assert_msg(is == want || (want == '.' && is == ' '), "cell %d is '%c', not '%c'", i, is, want);
    }
    ck_assert_int_eq(screen.row * COLUMNS + screen.column, before);
}

START_TEST(text_is_put_and_the_cursor_follows)
{
    clear();
    put("abc");
    expect("abc", 3);
    move(-2);
    expect("abc", 1);
    put("X");
    expect("aXc", 2);
    tty_line_free(&line);
}
END_TEST

START_TEST(insertion_pushes_the_rest_to_the_right)
{
    clear();
    put("abc");
    move(-2);
    insert("12");
    expect("a12bc", 3);
    tty_line_free(&line);
}
END_TEST

START_TEST(deletion_works_in_both_directions_and_stops_at_the_ends)
{
    clear();
    put("abcdef");
    move(-3);
    erase(-2);
    expect("adef", 1);
    erase(1);
    expect("aef", 1);
    erase(100);
    expect("a", 1);
    erase(-100);
    expect("", 0);
    tty_line_free(&line);
}
END_TEST

START_TEST(a_line_may_be_longer_than_the_screen_is_wide)
{
    clear();
    insert("0123456789");
    expect("0123456789", 10);
    insert("abcdefghijK");
    expect("0123456789abcdefghijK", 21);
    move(-12);
    expect("0123456789abcdefghijK", 9);
    erase(1);
    expect("012345678abcdefghijK", 9);
    move(100);
    expect("012345678abcdefghijK", 20);
    erase(-15);
    expect("01234", 5);
    tty_line_free(&line);
}
END_TEST

START_TEST(control_characters_take_two_columns)
{
    clear();
    put("a\001b");
    expect("a^Ab", 4);
    move(-2);
    expect("a^Ab", 1);
    erase(1);
    expect("ab", 1);
    tty_line_free(&line);
}
END_TEST

Suite *tty_line_suite(void)
{
    Suite *suite = suite_create("tty_line");
    TCase *tests = tcase_create("tty_line");

    tcase_add_test(tests, text_is_put_and_the_cursor_follows);
    tcase_add_test(tests, insertion_pushes_the_rest_to_the_right);
    tcase_add_test(tests, deletion_works_in_both_directions_and_stops_at_the_ends);
    tcase_add_test(tests, a_line_may_be_longer_than_the_screen_is_wide);
    tcase_add_test(tests, control_characters_take_two_columns);
    suite_add_tcase(suite, tests);
    return suite;
}
