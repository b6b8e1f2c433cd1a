/* Exports, modules, lambdas, and what lies at a code address. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/base/md5.h"
#include "vm/code/module.h"
#include "vm/term/atom.h"

static const Word stub_word;

static void set_stub(Export *entry)
{
    entry->stub[0] = (Word)(uintptr_t)&stub_word;
    entry->address = entry->stub;
}

static void set_up(void) { export_set_stub = set_stub; }

static Term atom(const char *text) { return atom_from_text(text); }

/* Two functions: the second has a body of six words behind the entries, with a line from its fourth word on. */
enum { BODY = 2 * CODE_ENTRY_WORDS, BODY_END = BODY + 6 };

static CodeInstance *make_code(Module *module, const char *export_name)
{
    CodeInstance *code = mem_alloc_zero(MEM_CODE, sizeof *code);
    CodeBlock *block = code_block_new(code, BODY_END, false);

    code->module = module;
    code->blocks = block;
    code->entries = block->words;
    block->used = BODY_END;
    block->bodies = mem_alloc_zero(MEM_CODE, sizeof *block->bodies);
    block->bodies[0] = (CodeBody){BODY, 1};
    block->body_count = 1;
    block->lines = mem_alloc_zero(MEM_CODE, sizeof *block->lines);
    block->lines[0] = (CodeLine){BODY + 3, 1};
    block->line_count = 1;
    code->function_count = 2;
    code->functions = mem_alloc_zero(MEM_CODE, 2 * sizeof *code->functions);
    code->functions[0] = (CodeFunction){.name = atom("first"), .arity = 1};
    code->functions[1] = (CodeFunction){.name = atom("second"), .arity = 2};
    code->line_count = 2;
    code->lines = mem_alloc_zero(MEM_CODE, 2 * sizeof *code->lines);
    code->lines[1] = (SourceLine){0, 77};
    code->literal_terms = mem_alloc_zero(MEM_CODE, sizeof(Term));
    code->literal_terms[0] = TERM_NIL;
    code->files = code->literal_terms;
    code->file_count = 1;
    code->export_count = 1;
    code->exports = mem_alloc(MEM_CODE, sizeof *code->exports);
    code->exports[0] = (CodeExport){export_get(module->name, atom(export_name), 1), 0};
    return code;
}

/* A further block, with a body of the first function. */
static CodeBlock *add_block(CodeInstance *code)
{
    CodeBlock *block = code_block_new(code, 4, false);

    block->used = 4;
    block->bodies = mem_alloc_zero(MEM_CODE, sizeof *block->bodies);
    block->bodies[0] = (CodeBody){0, 0};
    block->body_count = 1;
    block->next = code->blocks;
    code->blocks = block;
    code_register(block);
    return block;
}

START_TEST(an_export_is_made_once)
{
    Export *entry = export_get(atom("m"), atom("f"), 3);

    ck_assert_ptr_eq(entry, export_get(atom("m"), atom("f"), 3));
    ck_assert_ptr_eq(entry, export_find(atom("m"), atom("f"), 3));
    ck_assert_ptr_ne(entry, export_get(atom("m"), atom("f"), 4));
    ck_assert_ptr_null(export_find(atom("m"), atom("g"), 3));
    ck_assert(export_at_stub(entry));
    ck_assert(!export_is_defined(entry));
}
END_TEST

START_TEST(thousands_of_exports_are_found_again)
{
    Export *entries[5000];

    for (uint32_t i = 0; i < 5000; i++)
        entries[i] = export_get(atom("many"), atom("f"), i);
    for (uint32_t i = 0; i < 5000; i++)
        ck_assert_ptr_eq(entries[i], export_find(atom("many"), atom("f"), i));
}
END_TEST

START_TEST(an_address_leads_to_function_and_line)
{
    Module *module = module_get(atom("located"));
    CodeInstance *code = make_code(module, "first");
    CodeLocation at;

    code_register(code->blocks);
    ck_assert(code_find(code_entry(code, 0), &at));
    ck_assert_ptr_eq(at.name, atom("first"));
    ck_assert_ptr_eq(at.start, code->entries);
    ck_assert_ptr_eq(at.file, NO_TERM);
    ck_assert(code_find(code_entry(code, 1) - 1, &at));
    ck_assert_ptr_eq(at.name, atom("second"));
    ck_assert(code_find(code->entries + BODY + 2, &at));
    ck_assert_ptr_eq(at.file, NO_TERM);
    ck_assert(code_find(code->entries + BODY_END - 1, &at));
    ck_assert_ptr_eq(at.name, atom("second"));
    ck_assert_ptr_eq(at.start, code->entries + BODY);
    ck_assert_uint_eq(at.arity, 2);
    ck_assert_uint_eq(at.line, 77);
    ck_assert_ptr_eq(at.file, TERM_NIL);
    ck_assert(!code_find(code->entries + BODY_END, &at));
    ck_assert(!code_find(code->entries - 1, &at));
    ck_assert_ptr_eq(code_find_instance(code->entries), code);
    ck_assert_ptr_eq(code_function(code, atom("second"), 2), &code->functions[1]);
    ck_assert_ptr_null(code_function(code, atom("second"), 3));
    code_release(code);
    ck_assert(!code_find((const Word *)code, &at));
}
END_TEST

START_TEST(bodies_may_lie_in_several_blocks)
{
    CodeInstance *code = make_code(module_get(atom("several")), "first");
    CodeBlock *block;
    CodeLocation at;

    code_register(code->blocks);
    block = add_block(code);
    ck_assert(code_find(block->words + 3, &at));
    ck_assert_ptr_eq(at.name, atom("first"));
    ck_assert_ptr_eq(at.code, code);
    ck_assert(code_holds(code, block->words + 3));
    ck_assert(!code_holds(code, block->words + 4));
    ck_assert(code_holds(code, code->entries));
    code_release(code);
}
END_TEST

START_TEST(ranges_stay_sorted)
{
    enum { COUNT = 600 };
    Module *module = module_get(atom("ranges"));
    CodeInstance *codes[COUNT];

    for (int i = 0; i < COUNT; i++) {
        codes[i] = make_code(module, "first");
        code_register(codes[i]->blocks);
    }
    for (int i = 0; i < COUNT; i += 2)
        code_release(codes[i]);
    for (int i = 1; i < COUNT; i += 2)
        ck_assert_ptr_eq(code_find_instance(codes[i]->entries + 5), codes[i]);
    for (int i = 1; i < COUNT; i += 2)
        code_release(codes[i]);
}
END_TEST

START_TEST(a_new_version_moves_exports_and_retires_the_old_one)
{
    Module *module = module_get(atom("versions"));
    CodeInstance *first = make_code(module, "first");
    CodeInstance *second = make_code(module, "first");
    Export *export = first->exports[0].export;

    code_register(first->blocks);
    code_register(second->blocks);
    module_install(module, first);
    ck_assert_ptr_eq(export->address, code_entry(first, 0));
    module_install(module, second);
    ck_assert_ptr_eq(module->old, first);
    ck_assert_ptr_eq(export->address, code_entry(second, 0));
    module->old = NULL;
    code_release(first);
    module_retire(module);
    ck_assert(export_at_stub(export));
    ck_assert_ptr_null(module->current);
    code_release(module->old);
    module->old = NULL;
}
END_TEST

START_TEST(a_lambda_is_known_by_module_index_and_md5)
{
    const uint8_t one[16] = {1}, two[16] = {2};
    LambdaEntry *entry = lambda_get(atom("m"), 9, 0, one, 1, 2);

    ck_assert_ptr_eq(entry, lambda_get(atom("m"), 9, 0, one, 1, 2));
    ck_assert_ptr_ne(entry, lambda_get(atom("m"), 9, 0, two, 1, 2));
    ck_assert_ptr_ne(entry, lambda_get(atom("m"), 9, 1, one, 1, 2));
    ck_assert_ptr_ne(entry, lambda_get(atom("m"), 8, 0, one, 1, 2));
    ck_assert_ptr_ne(entry, lambda_get(atom("n"), 9, 0, one, 1, 2));
    ck_assert_ptr_null(entry->address);
}
END_TEST

static int md5s_computed;

static void compute_a_md5(CodeInstance *code)
{
    md5s_computed++;
    memset(code->md5, 7, sizeof code->md5);
}

START_TEST(a_md5_is_computed_when_somebody_asks_for_a_fun)
{
    const uint8_t sevens[16] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, other[16] = {1};
    CodeLambda lambdas[2];
    CodeInstance code = {.md5_is_open = true, .lambdas = lambdas, .lambda_count = 2};
    LambdaEntry *entry;

    code_maker.compute_md5 = compute_a_md5;
    for (uint32_t i = 0; i < 2; i++)
        lambdas[i].entry = lambda_get_of(&code, atom("lazy"), 3, i, 1, 2);
    entry = lambdas[0].entry;
    ck_assert_ptr_ne(entry, lambdas[1].entry);
    ck_assert(lambda_is_known(atom("lazy"), 3, 0) && !lambda_is_known(atom("lazy"), 3, 2));
    lambda_get(atom("lazy"), 4, 0, other, 1, 2);
    ck_assert_int_eq(md5s_computed, 0);
    ck_assert_ptr_ne(entry, lambda_get(atom("lazy"), 3, 0, other, 1, 2));
    ck_assert_int_eq(md5s_computed, 1);
    ck_assert_ptr_eq(entry, lambda_get(atom("lazy"), 3, 0, sevens, 1, 2));
    ck_assert_mem_eq(lambda_uniq(lambdas[1].entry), sevens, 16);
    ck_assert_mem_eq(code_md5(&code), sevens, 16);
    ck_assert_int_eq(md5s_computed, 1);
}
END_TEST

static void check_md5(const char *text, const char *hex)
{
    uint8_t digest[16];
    char found[33];
    Md5 md5;

    md5_init(&md5);
    for (const char *at = text; *at; at++)
        md5_update(&md5, at, 1);
    md5_final(&md5, digest);
    for (int i = 0; i < 16; i++)
        snprintf(found + 2 * i, 3, "%02x", digest[i]);
    ck_assert_str_eq(found, hex);
}

START_TEST(md5_is_that_of_rfc_1321)
{
    check_md5("", "d41d8cd98f00b204e9800998ecf8427e");
    check_md5("abc", "900150983cd24fb0d6963f7d28e17f72");
    check_md5("12345678901234567890123456789012345678901234567890123456789012345678901234567890",
              "57edf4a22be3c955ac49da2e2107b67a");
}
END_TEST

Suite *code_suite(void)
{
    Suite *suite = suite_create("code");
    TCase *tests = tcase_create("code");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, an_export_is_made_once);
    tcase_add_test(tests, thousands_of_exports_are_found_again);
    tcase_add_test(tests, an_address_leads_to_function_and_line);
    tcase_add_test(tests, bodies_may_lie_in_several_blocks);
    tcase_add_test(tests, bodies_may_lie_in_several_blocks);
    tcase_add_test(tests, ranges_stay_sorted);
    tcase_add_test(tests, a_new_version_moves_exports_and_retires_the_old_one);
    tcase_add_test(tests, a_lambda_is_known_by_module_index_and_md5);
    tcase_add_test(tests, a_md5_is_computed_when_somebody_asks_for_a_fun);
    tcase_add_test(tests, md5_is_that_of_rfc_1321);
    suite_add_tcase(suite, tests);
    return suite;
}
