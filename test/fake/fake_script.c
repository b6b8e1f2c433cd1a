/* fake_script.c - io/fake/fake.h as Erlang functions: fake_script:input(Handle, AtMs, Bytes) and so on. */
#include <string.h>

#include "fake_vm.h"
#include "io/fake/fake.h"
#include "vm/base/mem.h"
#include "vm/base/text.h"
#include "vm/exec/engine.h"
#include "vm/proc/bif.h"
#include "vm/proc/scheduler.h"
#include "vm/term/atom.h"
#include "vm/term/iolist.h"
#include "vm/term/print.h"

enum { MAX_CHARACTERS = 2000 };

static Text result;

static int64_t number(Term t) { return small_value(t); }
static int handle(Term t) { return (int)small_value(t); }

/* ok, eof and names of errors. */
static int code(Term name)
{
    for (int candidate = IO_ERROR_BEFORE_FIRST + 1; candidate < IO_ERROR_END; candidate++)
        if (name == atom_from_text(io_error_name(candidate)))
            return candidate;
    return 0;
}

static Term now_0(Process *p, const Term *args) { return small_int(fake_now_ms()); }
static Term newest_0(Process *p, const Term *args) { return small_int(fake_handle_newest()); }

static Term stall_1(Process *p, const Term *args)
{
    fake_stall(number(args[0]));
    return A_OK;
}

static Term stall_after_wait_1(Process *p, const Term *args)
{
    fake_stall_after_wait(number(args[0]));
    return A_OK;
}

static Term input_3(Process *p, const Term *args)
{
    uint8_t *bytes;
    size_t size;

    if (iolist_to_bytes(args[2], MEM_IO, &bytes, &size) != IOLIST_DONE)
        return raise_badarg(p);
    fake_input(handle(args[0]), number(args[1]), bytes, size);
    mem_free(MEM_IO, bytes);
    return A_OK;
}

static Term input_result_3(Process *p, const Term *args)
{
    fake_input_result(handle(args[0]), number(args[1]), code(args[2]));
    return A_OK;
}

static Term output_1(Process *p, const Term *args)
{
    size_t size;
    const uint8_t *bytes = fake_output(handle(args[0]), &size);

    return bits_new(&p->heap, bytes, size);
}

static Term packets_1(Process *p, const Term *args) { return small_int((int64_t)fake_packets(handle(args[0]))); }

static Term room_3(Process *p, const Term *args)
{
    fake_room(handle(args[0]), number(args[1]), (size_t)number(args[2]));
    return A_OK;
}

static Term write_limit_2(Process *p, const Term *args)
{
    fake_write_limit(handle(args[0]), (size_t)number(args[1]));
    return A_OK;
}

static Term write_result_3(Process *p, const Term *args)
{
    fake_write_result(handle(args[0]), (size_t)number(args[1]), code(args[2]));
    return A_OK;
}

static Term connect_2(Process *p, const Term *args)
{
    fake_connect(number(args[0]), code(args[1]));
    return A_OK;
}

static Term client_2(Process *p, const Term *args) { return small_int(fake_client(handle(args[0]), number(args[1]))); }

static Term accept_result_2(Process *p, const Term *args)
{
    fake_accept_result(handle(args[0]), code(args[1]));
    return A_OK;
}

static Term disk_room_1(Process *p, const Term *args)
{
    fake_disk_room((size_t)number(args[0]));
    return A_OK;
}

static Term job_1(Process *p, const Term *args)
{
    fake_job(number(args[0]));
    return A_OK;
}

/* host(<<"name">>, <<1, 2, 3, 4>>) */
static Term host_2(Process *p, const Term *args)
{
    uint8_t *name, *address;
    size_t size;

    if (iolist_to_bytes(args[0], MEM_IO, &name, &size) != IOLIST_DONE
        || iolist_to_bytes(args[1], MEM_IO, &address, &size) != IOLIST_DONE)
        return raise_badarg(p);
    fake_host((const char *)name, address);
    return A_OK;
}

static Term done_1(Process *p, const Term *args)
{
    if (result.size == 0)
        term_print(&result, args[0], MAX_CHARACTERS);
    scheduler_halt(0, false);
    return A_OK;
}

const char *fake_script_result(void) { return text_terminated(&result); }

void fake_script_init(void)
{
    static const NativeFunction functions[] = {
        {"now", 0, now_0}, {"newest", 0, newest_0}, {"stall", 1, stall_1},
        {"stall_after_wait", 1, stall_after_wait_1}, {"input", 3, input_3}, {"input_result", 3, input_result_3},
        {"output", 1, output_1}, {"packets", 1, packets_1}, {"room", 3, room_3}, {"write_limit", 2, write_limit_2},
        {"write_result", 3, write_result_3}, {"connect", 2, connect_2}, {"client", 2, client_2},
        {"accept_result", 2, accept_result_2}, {"disk_room", 1, disk_room_1}, {"job", 1, job_1}, {"host", 2, host_2},
        {"done", 1, done_1}};

    for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
        Export *export = export_get(atom_from_text("fake_script"), atom_from_text(functions[i].name), functions[i].arity);

        export->bif = functions[i].function;
        engine_set_stub(export);
    }
}
