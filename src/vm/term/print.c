#include "vm/term/print.h"

#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/fun.h"
#include "vm/term/hash_mix.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"
#include "vm/term/utf8.h"
#include "vm/term/word_stack.h"

/* What is yet to be printed: fixed texts, and terms in three ways. Those marked * have a word under them. */
enum {
    MARK_COMMA = WORD_MARK(1),
    MARK_BAR = WORD_MARK(2),
    MARK_CLOSE_LIST = WORD_MARK(3),
    MARK_CLOSE_BRACE = WORD_MARK(4),
    MARK_ARROW = WORD_MARK(5),
    MARK_CONS = WORD_MARK(6),        /* * the rest of a list */
    MARK_ELEMENTS = WORD_MARK(7)     /* * count, address of elements */
};

typedef struct Printer {
    Text *out;
    int64_t left;          /* what may still be printed, counted roughly as stock does */
    WordStack stack;
} Printer;

static void add_string(Printer *p, const char *text) { text_add_string(p->out, text); }
static void add_byte(Printer *p, char c) { text_add_byte(p->out, c); }
static void add_number(Printer *p, uint64_t number) { text_printf(p->out, "%lu", (unsigned long)number); }
/* One step is done: false if no more may be printed. */
static bool spend(Printer *p) { return p->left-- > 0; }

/* --- atoms -------------------------------------------------------------------------------- */

static bool is_lower(uint32_t c) { return (c >= 'a' && c <= 'z') || (c >= 0xdf && c <= 0xff && c != 0xf7); }
static bool is_upper(uint32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7); }
static bool is_name_character(uint32_t c)
{
    return is_lower(c) || is_upper(c) || (c >= '0' && c <= '9') || c == '_';
}

static bool needs_quotes(const char *text, size_t size)
{
    size_t at = 0;

    while (at < size) {
        uint32_t c;
        unsigned length;
        utf8_decode((const uint8_t *)text + at, size - at, &c, &length);
        if (at == 0 ? !is_lower(c) : !is_name_character(c))
            return true;
        at += length;
    }
    return size == 0;
}

static const char *escape_of(uint32_t c)
{
    switch (c) {
    case '\'':
        return "\\'";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\f':
        return "\\f";
    case '\t':
        return "\\t";
    case '\r':
        return "\\r";
    case '\b':
        return "\\b";
    case '\v':
        return "\\v";
    default:
        return NULL;
    }
}

void term_print_atom(Text *out, Term atom)
{
    size_t size, at = 0;
    const char *text = atom_text(atom, &size);
    bool quoted = needs_quotes(text, size);

    if (quoted)
        text_add_byte(out, '\'');
    while (at < size) {
        uint32_t c;
        unsigned length;
        utf8_decode((const uint8_t *)text + at, size - at, &c, &length);
        if (escape_of(c))
            text_add_string(out, escape_of(c));
        else if (c < ' ' || (c >= 0x80 && c < 0xa0))
            text_printf(out, "\\%03o", c);
        else
            text_add(out, text + at, length);
        at += length;
    }
    if (quoted)
        text_add_byte(out, '\'');
}

static void print_atom(Printer *p, Term atom)
{
    size_t size;

    atom_text(atom, &size);
    p->left -= (int64_t)size;
    term_print_atom(p->out, atom);
}

/* --- identifiers and funs --------------------------------------------------------------------- */

static uint64_t channel_of(Term t)
{
    return is_external(t) ? node_channel(identifier_node(t), identifier_creation(t)) : 0;
}

static void print_pid(Printer *p, Term pid)
{
    uint32_t number, serial;

    pid_numbers(pid, &number, &serial);
    text_printf(p->out, "<%lu.%u.%u>", (unsigned long)channel_of(pid), number, serial);
}

static void print_port(Printer *p, Term port)
{
    text_printf(p->out, "#Port<%lu.%lu>", (unsigned long)channel_of(port), (unsigned long)port_numbers(port));
}

static void print_ref(Printer *p, Term ref)
{
    uint32_t numbers[REF_MAX_NUMBERS];
    unsigned count = ref_numbers(ref, numbers);

    text_printf(p->out, "#Ref<%lu", (unsigned long)channel_of(ref));
    for (unsigned i = count; i > 0; i--)
        text_printf(p->out, ".%u", numbers[i - 1]);
    add_byte(p, '>');
}

static void print_fun(Printer *p, Term fun)
{
    if (boxed_kind(fun) == BOX_FUN) {
        const FunIdentity *f = fun_identity(fun);
        text_printf(p->out, "#Fun<%s.%u.%d>", atom_text(f->module, NULL), f->index, (int32_t)f->old_uniq);
    } else {
        const ExportIdentity *e = fun_export_identity(fun);
        add_string(p, "fun ");
        print_atom(p, e->module);
        add_byte(p, ':');
        print_atom(p, e->function);
        add_byte(p, '/');
        add_number(p, e->arity);
    }
}

/* --- bitstrings ------------------------------------------------------------------------------- */

static bool is_printable_ascii(const BitsView *view)
{
    size_t size = view->bit_size / 8;

    for (size_t i = 0; i < size; i++) {
        uint8_t byte = bits_view_byte(view, i);
        if (byte < ' ' || byte >= 127)
            return false;
    }
    return size > 0 && view->bit_size % 8 == 0;
}

static void print_text_bits(Printer *p, const BitsView *view)
{
    add_string(p, "<<\"");
    for (size_t i = 0; i < view->bit_size / 8; i++) {
        char c = (char)bits_view_byte(view, i);
        if (c == '"')
            add_byte(p, '\\');
        add_byte(p, c);
        if (!spend(p))
            return;
    }
    add_string(p, "\">>");
}

static void print_bits(Printer *p, Term t)
{
    BitsView view = bits_view_of(t);
    size_t size = view.bit_size / 8;
    unsigned last_bits = view.bit_size % 8;

    if (is_printable_ascii(&view)) {
        print_text_bits(p, &view);
        return;
    }
    add_string(p, "<<");
    for (size_t i = 0; i < size; i++) {
        if (i > 0)
            add_byte(p, ',');
        add_number(p, bits_view_byte(&view, i));
        if (!spend(p))
            return;
    }
    if (last_bits > 0)
        text_printf(p->out, "%s%u:%u", size > 0 ? "," : "", bits_view_byte(&view, size) >> (8 - last_bits), last_bits);
    add_string(p, ">>");
}

/* --- what has parts --------------------------------------------------------------------------- */

static bool is_printable_string(Term list)
{
    for (; is_cons(list); list = list_tail(list)) {
        Term head = list_head(list);
        if (!hash_is_byte(head))
            return false;
        int64_t c = small_value(head);
        bool is_control = c < ' ' || (c >= 127 && c < 160);
        if (is_control && c != '\n' && c != '\t' && c != '\r')
            return false;
    }
    return is_nil(list);
}

static void print_string(Printer *p, Term list)
{
    add_byte(p, '"');
    for (; is_cons(list); list = list_tail(list)) {
        char c = (char)small_value(list_head(list));
        if (!spend(p))
            return;
        if (c == '\n') {
            add_string(p, "\\n");
            continue;
        }
        if (c == '"')
            add_byte(p, '\\');
        add_byte(p, c);
    }
    add_byte(p, '"');
}

/* The head comes next; what follows it is put below. */
static void push_cons(Printer *p, Term cell)
{
    Term tail = list_tail(cell);

    if (is_cons(tail)) {
        word_stack_push_term(&p->stack, tail);
        word_stack_push(&p->stack, MARK_CONS);
        word_stack_push(&p->stack, MARK_COMMA);
    } else if (!is_nil(tail)) {
        word_stack_push_term(&p->stack, tail);
        word_stack_push(&p->stack, MARK_BAR);
    }
    word_stack_push_term(&p->stack, list_head(cell));
}

static void print_list(Printer *p, Term list)
{
    if (is_printable_string(list)) {
        print_string(p, list);
        return;
    }
    add_byte(p, '[');
    word_stack_push(&p->stack, MARK_CLOSE_LIST);
    push_cons(p, list);
}

/* `count` > 0 */
static void push_elements(Printer *p, const Term *elements, size_t count)
{
    if (count > 1) {
        word_stack_push(&p->stack, (Word)(uintptr_t)(elements + 1));
        word_stack_push(&p->stack, count - 1);
        word_stack_push(&p->stack, MARK_ELEMENTS);
        word_stack_push(&p->stack, MARK_COMMA);
    }
    word_stack_push_term(&p->stack, elements[0]);
}

static void print_tuple(Printer *p, Term tuple)
{
    add_byte(p, '{');
    word_stack_push(&p->stack, MARK_CLOSE_BRACE);
    if (tuple_size(tuple) > 0)
        push_elements(p, tuple_elements(tuple), tuple_size(tuple));
}

static void print_flat_map(Printer *p, Term map)
{
    size_t size = flat_map_size(map);

    add_string(p, "#{");
    word_stack_push(&p->stack, MARK_CLOSE_BRACE);
    for (size_t i = size; i > 0; i--) {
        if (i < size)
            word_stack_push(&p->stack, MARK_COMMA);
        word_stack_push_term(&p->stack, flat_map(map)->values[i - 1]);
        word_stack_push(&p->stack, MARK_ARROW);
        word_stack_push_term(&p->stack, tuple_elements(flat_map(map)->keys)[i - 1]);
    }
}

/* Big maps are shown as the trie they are: #<bitmap>{[Key|Value],<bitmap>{...}}. */
static void print_map_node(Printer *p, Term node)
{
    const Term *children;
    size_t count = map_node_children(node, &children);
    bool is_root = is_hash_map(node);
    uint64_t bitmap = is_root ? ((HashMap *)boxed(node))->bitmap : ((HashNode *)boxed(node))->bitmap;

    text_printf(p->out, "%s<%lx>{", is_root ? "#" : "", (unsigned long)bitmap & 0xffff);
    word_stack_push(&p->stack, MARK_CLOSE_BRACE);
    if (count > 0)
        push_elements(p, children, count);
}

static void print_boxed(Printer *p, Term t)
{
    switch (boxed_kind(t)) {
    case BOX_TUPLE:
        print_tuple(p, t);
        return;
    case BOX_BIG_POSITIVE:
    case BOX_BIG_NEGATIVE:
        integer_print(p->out, t, 10);
        return;
    case BOX_FLOAT:
        text_printf(p->out, "%e", float_value(t));
        return;
    case BOX_FUN:
    case BOX_EXPORT:
        print_fun(p, t);
        return;
    case BOX_REF:
    case BOX_MAGIC_REF:
    case BOX_EXTERNAL_REF:
        print_ref(p, t);
        return;
    case BOX_FLAT_MAP:
        print_flat_map(p, t);
        return;
    case BOX_HASH_MAP:
    case BOX_HASH_NODE:
        print_map_node(p, t);
        return;
    case BOX_EXTERNAL_PID:
        print_pid(p, t);
        return;
    case BOX_EXTERNAL_PORT:
        print_port(p, t);
        return;
    case BOX_MATCH_CONTEXT:
        add_string(p, "#MatchState");
        return;
    default:
        print_bits(p, t);
    }
}

static void print_one(Printer *p, Term t)
{
    if (is_boxed(t))
        print_boxed(p, t);
    else if (is_cons(t))
        print_list(p, t);
    else if (is_small(t))
        text_printf(p->out, "%ld", (long)small_value(t));
    else if (is_nil(t))
        add_string(p, "[]");
    else if (is_atom(t))
        print_atom(p, t);
    else if (is_local_pid(t))
        print_pid(p, t);
    else if (is_local_port(t))
        print_port(p, t);
    else
        add_string(p, "<no term>");
}

/* Handles a mark; false if the word is a term. */
static bool print_mark(Printer *p, Word word)
{
    size_t count;

    switch (word) {
    case MARK_COMMA:
        add_byte(p, ',');
        return true;
    case MARK_BAR:
        add_byte(p, '|');
        return true;
    case MARK_CLOSE_LIST:
        add_byte(p, ']');
        return true;
    case MARK_CLOSE_BRACE:
        add_byte(p, '}');
        return true;
    case MARK_ARROW:
        add_string(p, "=>");
        return true;
    case MARK_CONS:
        push_cons(p, term_from_bits(word_stack_pop(&p->stack)));
        return true;
    case MARK_ELEMENTS:
        count = word_stack_pop(&p->stack);
        push_elements(p, (const Term *)(uintptr_t)word_stack_pop(&p->stack), count);
        return true;
    default:
        return false;
    }
}

void term_print(Text *out, Term t, int64_t max_characters)
{
    Printer p = {.out = out, .left = max_characters};

    word_stack_init(&p.stack);
    word_stack_push_term(&p.stack, t);
    while (p.stack.count > 0) {
        Word word = word_stack_pop(&p.stack);
        if (print_mark(&p, word))
            continue;
        if (!spend(&p))
            break;
        print_one(&p, term_from_bits(word));
        if (p.left < 0 || (p.left == 0 && is_atom(term_from_bits(word))))
            break;
    }
    word_stack_free(&p.stack);
    if (p.left <= 0)
        text_add_string(out, "... ");
}
