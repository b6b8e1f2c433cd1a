/* What processes hold, in the notation of crash dumps: an immediate term stands for itself (A5:hello, I42, N), every
 * other one is H<number> and its value follows in =proc_heap as <number>:E<size>:<external format in base64>. */
#include "bifs/report.h"

#include "vm/code/module.h"
#include "vm/proc/dictionary.h"
#include "vm/proc/process_table.h"
#include "vm/proc/raise.h"
#include "vm/term/etf.h"
#include "vm/term/pid.h"
#include "vm/term/print.h"

/* Terms that take more than this to encode are left out; readers show that a part is missing. */
#define TERM_BUDGET 200000

typedef struct DataDump {
    Report *report;
    Text heap;                 /* the entries of =proc_heap */
    uint64_t next_number;
} DataDump;

static void add_base64(Text *out, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < size; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16 | (i + 1 < size ? (uint32_t)bytes[i + 1] << 8 : 0)
            | (i + 2 < size ? bytes[i + 2] : 0);

        text_add_byte(out, digits[group >> 18]);
        text_add_byte(out, digits[group >> 12 & 63]);
        text_add_byte(out, i + 1 < size ? digits[group >> 6 & 63] : '=');
        text_add_byte(out, i + 2 < size ? digits[group & 63] : '=');
    }
}

static void add_heap_entry(DataDump *dump, uint64_t number, Term t)
{
    EtfEncoder encoder;
    int64_t budget = TERM_BUDGET;
    Binary *bytes;

    etf_encoder_init(&encoder, NULL, t, 0);
    etf_encoder_byte(&encoder, ETF_VERSION);
    if (etf_encoder_run(&encoder, &budget)) {
        size_t size = encoder.size;

        bytes = etf_encoder_take(&encoder);
        text_printf(&dump->heap, "%llX:E%zX:", (unsigned long long)number, size);
        add_base64(&dump->heap, bytes->data, size);
        text_add_byte(&dump->heap, '\n');
        binary_release(bytes);
    }
    etf_encoder_end(&encoder);
}

static void add_value(DataDump *dump, Term t)
{
    Text *out = &dump->report->text;

    if (is_atom(t)) {
        size_t size;
        const char *text = atom_text(t, &size);

        text_printf(out, "A%zX:", size);
        text_add(out, text, size);
    } else if (is_small(t)) {
        text_printf(out, "I%lld", (long long)small_value(t));
    } else if (is_nil(t)) {
        text_add_byte(out, 'N');
    } else if (is_local_pid(t) || is_local_port(t)) {
        text_add_byte(out, is_local_pid(t) ? 'P' : 'p');
        term_print(out, t, PRINT_ALL);
    } else {
        text_printf(out, "H%llX", (unsigned long long)dump->next_number);
        add_heap_entry(dump, dump->next_number++, t);
    }
}

static void header(DataDump *dump, const char *tag, const Process *p)
{
    report_term(dump->report, tag, p->pid, "\n");
}

static void messages(DataDump *dump, const Process *p)
{
    if (!p->mailbox.first)
        return;
    header(dump, "=proc_messages:", p);
    for (const Message *m = p->mailbox.first; m; m = m->next) {
        if (m->term == NO_TERM)
            continue;              /* came from another node and is not decoded yet */
        add_value(dump, m->term);
        text_add_byte(&dump->report->text, ':');
        add_value(dump, m->token);
        text_add_byte(&dump->report->text, '\n');
    }
}

static void dictionary(DataDump *dump, const Process *p)
{
    Heap heap = {0};

    if (dictionary_count(p) == 0)
        return;
    header(dump, "=proc_dictionary:", p);
    for (Term list = dictionary_list(p, &heap); is_cons(list); list = list_tail(list)) {
        add_value(dump, list_head(list));
        text_add_byte(&dump->report->text, '\n');
    }
    heap_clear(&heap);
}

static void add_code(Text *out, const char *what, const Word *address)
{
    CodeLocation where;

    text_printf(out, "S%s %p (", what, (const void *)address);
    if (code_find(address, &where)) {
        term_print_atom(out, where.module);
        text_add_byte(out, ':');
        term_print_atom(out, where.name);
        text_printf(out, "/%u + %zu)\n", (unsigned)where.arity,
                    (size_t)((const char *)address - (const char *)where.start));
    } else {
        text_add_string(out, "<terminate process normally>)\n");
    }
}

static void stack(DataDump *dump, const Process *p)
{
    Text *out = &dump->report->text;
    unsigned number = 0;

    header(dump, "=proc_stack:", p);
    for (const Word *at = p->gc.stack_top; at < p->gc.block_end; at++) {
        if (is_return_address(*at)) {
            at = tail_bif_skip(at);
            text_printf(out, "%p:", (const void *)at);
            add_code(out, "Return addr", (const Word *)return_address_code(*at) - 1);
            number = 0;
            continue;
        }
        text_printf(out, "y%u:", number++);
        if (is_catch((Term)*at)) {
            add_code(out, "Catch", catch_handler((Term)*at));
        } else {
            add_value(dump, (Term)*at);
            text_add_byte(out, '\n');
        }
    }
}

void report_process_data(Report *report)
{
    DataDump dump = {.report = report, .next_number = 1};
    size_t cursor = 0;

    for (const Process *p = process_table_next(&cursor); p; p = process_table_next(&cursor)) {
        if (p->flags & PROCESS_SENSITIVE)
            continue;
        messages(&dump, p);
        dictionary(&dump, p);
        stack(&dump, p);
        header(&dump, "=proc_heap:", p);
        text_add(&report->text, dump.heap.bytes, dump.heap.size);
        dump.heap.size = 0;
        report_pause(report);
    }
    text_free(&dump.heap);
}
