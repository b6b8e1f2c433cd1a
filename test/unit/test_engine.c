/* The emitter and the interpreter: code made by hand runs and says what it computed. */
#include <check.h>
#include <string.h>

#include "loader/emit.h"
#include "loader/instance.h"
#include "loader/verify.h"
#include "vm/base/mem.h"
#include "vm/code/export.h"
#include "vm/code/ops.h"
#include "vm/exec/engine.h"
#include "vm/exec/exceptions.h"
#include "vm/gc/gc.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/raise.h"
#include "vm/term/atom.h"

#define FIB_INFO 1
#define FIB_ENTRY 2
#define FIB_BIG 3

static Process process;
static CodeIr ir;
static CodeInstance *code;
static Term recorded;
static Instruction instructions[32];

static Term record(Process *p, const Term *args)
{
    recorded = args[0];
    return args[0];
}

static Operand x(int64_t number) { return (Operand){.kind = OPERAND_X, .value = number}; }
static Operand y(int64_t number) { return (Operand){.kind = OPERAND_Y, .value = number}; }
static Operand label(int64_t number) { return (Operand){.kind = OPERAND_LABEL, .value = number}; }
static Operand number(int64_t value) { return (Operand){.kind = OPERAND_NUMBER, .value = value}; }
static Operand constant(Term term) { return (Operand){.kind = OPERAND_TERM, .term = term}; }

static uint32_t count;

static Instruction *add(uint16_t op, uint32_t operand_count, const Operand *operands)
{
    Instruction *in = &instructions[count++];

    *in = (Instruction){.op = op, .operand_count = operand_count, .frame = NO_FRAME};
    in->operands = arena_array(&ir.arena, Operand, operand_count + 1);
    memcpy(in->operands, operands, operand_count * sizeof *operands);
    return in;
}
#define ADD(op, ...) add(op, sizeof((Operand[]){__VA_ARGS__}) / sizeof(Operand), (Operand[]){__VA_ARGS__})

static FunctionIr function;
static ImportIr imports[3];
static LineIr lines[1];
static Term files[1];

static void set_up(void)
{
    Export *target;

    engine_init();
    memset(&ir, 0, sizeof ir);
    count = 0;
    recorded = NO_TERM;
    imports[0] = (ImportIr){A_ERLANG, A_PLUS, 2};
    imports[1] = (ImportIr){A_ERLANG, A_MINUS, 2};
    imports[2] = (ImportIr){atom_from_text("test"), atom_from_text("record"), 1};
    target = export_get(imports[2].module, imports[2].function, 1);
    target->bif = record;
    engine_set_stub(target);
    function = (FunctionIr){.name = atom_from_text("f"), .arity = 1, .entry_label = FIB_ENTRY, .info_label = FIB_INFO,
                            .instructions = instructions};
    ir.module = atom_from_text("made_by_hand");
    ir.functions = &function;
    ir.function_count = 1;
    ir.label_count = 4;
    ir.labels = arena_array(&ir.arena, LabelNote, 4);
    for (uint32_t label = 0; label < 4; label++)
        ir.labels[label] = (LabelNote){.alias = label, .offset = LABEL_NOWHERE};
    ir.lines = lines;
    ir.line_count = 1;
    files[0] = TERM_NIL;
    ir.files = files;
    ir.file_count = 1;
    ir.imports = imports;
    ir.import_count = 3;
    memset(&process, 0, sizeof process);
    gc_heap_init(&process.heap, &process.gc, 233);
    mailbox_init(&process.mailbox);
    process.args = process.inline_args;
    process.args_capacity = PROCESS_INLINE_ARGS;
    process.error_handler = A_ERROR_HANDLER;
    process.exception.trace = NO_TERM;
}

static void tear_down(void)
{
    if (code)
        literal_area_free(code_release(code));
    code = NULL;
    arena_free(&ir.arena);
    gc_heap_free(&process.heap, &process.gc);
}

static bool emit(const char **why)
{
    LoadError error = {0};
    Heap literals = {0};

    function.count = count;
    instructions[0].label = FIB_ENTRY;
    ck_assert_msg(verify_labels(&ir, &error), "%s", error.text);
    code = mem_alloc_zero(MEM_CODE, sizeof *code);
    ck_assert_msg(instance_make(&ir, code, &literals, 0, &error), "%s", error.text);
    code->module = module_get(ir.module);
    code_register(code->blocks);
    return emit_function(&ir, &function, 0, code, why);
}

/* Emits and makes the process call the function; a second argument is []. */
static void start(Term argument)
{
    Export *entry = export_get(ir.module, function.name, function.arity);
    Term arguments[2] = {argument, TERM_NIL};
    const char *why = NULL;

    ck_assert_msg(emit(&why), "%s", why);
    entry->address = code_entry(code, 0);
    engine_start_call(&process, entry, arguments);
}

static void run_until_it_ends(void)
{
    for (int turns = 0; process.state < PROCESS_EXITING && turns < 10000; turns++) {
        process.state = PROCESS_RUNNING;
        engine_run(&process);
    }
}

static void fib_code(void)
{
    ADD(GENERIC_IS_LT, label(FIB_BIG), x(0), constant(SMALL(2)));
    add(GENERIC_RETURN, 0, NULL);
    ADD(GENERIC_ALLOCATE, number(1), number(1))->label = FIB_BIG;
    ADD(GENERIC_MOVE, x(0), y(0));
    ADD(GENERIC_GC_BIF2, label(0), number(1), number(1), x(0), constant(SMALL(1)), x(0));
    ADD(GENERIC_CALL, number(1), label(FIB_ENTRY));
    ADD(GENERIC_GC_BIF2, label(0), number(1), number(1), y(0), constant(SMALL(2)), x(1));
    ADD(GENERIC_MOVE, x(0), y(0));
    ADD(GENERIC_MOVE, x(1), x(0));
    ADD(GENERIC_CALL, number(1), label(FIB_ENTRY));
    ADD(GENERIC_GC_BIF2, label(0), number(1), number(0), y(0), x(0), x(0));
    ADD(GENERIC_DEALLOCATE, number(1));
    add(GENERIC_RETURN, 0, NULL);
}

START_TEST(recursion_computes_fibonacci_numbers_over_many_turns)
{
    fib_code();
    start(SMALL(20));
    run_until_it_ends();
    ck_assert_int_eq(process.state, PROCESS_EXITING);
    ck_assert_ptr_eq(vm.x[0], SMALL(6765));
}
END_TEST

START_TEST(a_bif_call_in_tail_position_returns_its_value)
{
    ADD(GENERIC_CALL_EXT_ONLY, number(1), number(2));
    start(SMALL(42));
    run_until_it_ends();
    ck_assert_ptr_eq(recorded, SMALL(42));
}
END_TEST

START_TEST(operands_that_an_op_does_not_offer_go_through_scratch_registers)
{
    ADD(GENERIC_TEST_HEAP, number(2), number(1));
    ADD(GENERIC_ALLOCATE, number(3), number(1));
    ADD(GENERIC_MOVE, constant(SMALL(7)), y(0));
    ADD(GENERIC_IS_NIL, label(FIB_BIG), constant(TERM_NIL));
    ADD(GENERIC_MOVE, y(0), y(2));
    ADD(GENERIC_MOVE, y(2), x(0))->label = FIB_BIG;
    ADD(GENERIC_CALL_EXT_LAST, number(1), number(2), number(3));
    start(SMALL(1));
    run_until_it_ends();
    ck_assert_ptr_eq(recorded, SMALL(7));
}
END_TEST

/* A list of [N], [N-1] ... [1] in front of each other; the heap is collected many times. */
START_TEST(lists_survive_collections)
{
    size_t length = 0;

    function.arity = 2;
    ADD(GENERIC_IS_NE_EXACT, label(FIB_BIG), x(0), constant(SMALL(0)));
    ADD(GENERIC_TEST_HEAP, number(4), number(2));
    ADD(GENERIC_PUT_LIST, x(0), constant(TERM_NIL), x(2));
    ADD(GENERIC_PUT_LIST, x(2), x(1), x(1));
    ADD(GENERIC_GC_BIF2, label(0), number(2), number(1), x(0), constant(SMALL(1)), x(0));
    ADD(GENERIC_CALL_ONLY, number(2), label(FIB_ENTRY));
    ADD(GENERIC_MOVE, x(1), x(0))->label = FIB_BIG;
    ADD(GENERIC_CALL_EXT_ONLY, number(1), number(2));
    start(SMALL(5000));
    run_until_it_ends();
    ck_assert_uint_gt(gc_count, 3);
    for (Term list = recorded; is_cons(list); list = list_tail(list)) {
        ck_assert(is_cons(list_head(list)));
        length++;
        ck_assert_ptr_eq(list_head(list_head(list)), SMALL(length));
    }
    ck_assert_uint_eq(length, 5000);
}
END_TEST

START_TEST(what_is_raised_inside_a_try_reaches_its_handler)
{
    ADD(GENERIC_ALLOCATE, number(1), number(1));
    ADD(GENERIC_TRY, y(0), label(FIB_BIG));
    ADD(GENERIC_BADMATCH, x(0));
    ADD(GENERIC_TRY_CASE, y(0))->label = FIB_BIG;
    ADD(GENERIC_MOVE, x(1), x(0));
    ADD(GENERIC_CALL_EXT_LAST, number(1), number(2), number(1));
    start(SMALL(9));
    run_until_it_ends();
    ck_assert(is_tuple_of(recorded, 2));
    ck_assert_ptr_eq(tuple_element(recorded, 1), A_BADMATCH);
    ck_assert_ptr_eq(tuple_element(recorded, 2), SMALL(9));
}
END_TEST

START_TEST(jump_to_a_label_that_is_nowhere_is_refused)
{
    const char *why = NULL;

    ADD(GENERIC_JUMP, label(FIB_BIG));
    ck_assert(!emit(&why));
    ck_assert_ptr_nonnull(why);
}
END_TEST

START_TEST(every_combination_of_operands_has_a_handler)
{
    for (int i = 0; i < VMOP_VARIANT_COUNT; i++)
        ck_assert_msg(op_handlers[i] != NULL, "%s", op_variant_names[i]);
}
END_TEST

Suite *engine_suite(void)
{
    Suite *suite = suite_create("engine");
    TCase *running = tcase_create("code");

    tcase_add_checked_fixture(running, set_up, tear_down);
    tcase_add_test(running, recursion_computes_fibonacci_numbers_over_many_turns);
    tcase_add_test(running, a_bif_call_in_tail_position_returns_its_value);
    tcase_add_test(running, operands_that_an_op_does_not_offer_go_through_scratch_registers);
    tcase_add_test(running, lists_survive_collections);
    tcase_add_test(running, what_is_raised_inside_a_try_reaches_its_handler);
    tcase_add_test(running, jump_to_a_label_that_is_nowhere_is_refused);
    tcase_add_test(running, every_combination_of_operands_has_a_handler);
    suite_add_tcase(suite, running);
    return suite;
}
