/* The loader: every module of the installed OTP reads and verifies; damaged ones are refused politely. */
#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/beam_reader.h"
#include "loader/inflate.h"
#include "loader/ling_file.h"
#include "loader/verify.h"
#include "vm/base/mem.h"
#include "vm/base/text.h"
#include "vm/code/export.h"

#define OTP_MODULES "/usr/lib/erlang/lib/*/ebin/*.beam"
#define SAMPLE "/usr/lib/erlang/lib/stdlib-*/ebin/queue.beam"

typedef struct Loaded {
    CodeIr ir;
    Heap heap;
    LoadError error;
} Loaded;

static uint8_t *bytes;
static size_t size;

static uint8_t *read_file(const char *path, size_t *file_size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *result;

    ck_assert_ptr_nonnull(file);
    fseek(file, 0, SEEK_END);
    *file_size = (size_t)ftell(file);
    rewind(file);
    result = malloc(*file_size + 1);
    ck_assert_uint_eq(fread(result, 1, *file_size, file), *file_size);
    fclose(file);
    return result;
}

static void leave_stub(Export *entry) {}

static void set_up(void)
{
    glob_t found;

    export_set_stub = leave_stub;
    bytes = NULL;
    if (glob(SAMPLE, 0, NULL, &found) == 0)
        bytes = read_file(found.gl_pathv[0], &size);
    globfree(&found);
}

static void tear_down(void) { free(bytes); }

/* Either kind of file, up to and with the verifier. */
static bool load(const uint8_t *from, size_t count, Loaded *out)
{
    BeamFile file;
    bool is_good;

    *out = (Loaded){0};
    is_good = beam_file_open(&file, from, count, &out->error);
    if (is_good && ling_file_is(&file))
        is_good = ling_file_read(&file, &out->ir, &out->heap, &out->error);
    else if (is_good)
        is_good = beam_read(&file, &out->ir, &out->heap, &out->error);
    return is_good && verify_code(&out->ir, &out->error);
}

static void drop(Loaded *loaded)
{
    heap_clear(&loaded->heap);
    arena_free(&loaded->ir.arena);
}

START_TEST(every_module_of_otp_is_accepted)
{
    glob_t found;

    if (glob(OTP_MODULES, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t count;
        uint8_t *file = read_file(found.gl_pathv[i], &count);
        Loaded loaded;

        ck_assert_msg(load(file, count, &loaded), "%s: %s", found.gl_pathv[i], loaded.error.text);
        drop(&loaded);
        free(file);
    }
    globfree(&found);
}
END_TEST

START_TEST(a_cut_file_is_refused_with_a_reason)
{
    for (size_t count = 0; bytes && count + 8 < size; count += count < 2000 ? 1 : 97) {
        uint8_t *part = malloc(count + 1);     /* of its own, so that a sanitizer sees reads behind it */
        Loaded loaded;

        memcpy(part, bytes, count);
        ck_assert(!load(part, count, &loaded));
        ck_assert_int_ne(loaded.error.text[0], 0);
        drop(&loaded);
        free(part);
    }
}
END_TEST

START_TEST(changed_bytes_do_no_harm)
{
    uint8_t *copy = malloc(size + 1);

    srand(42);
    for (int round = 0; bytes && round < 3000; round++) {
        Loaded loaded;

        memcpy(copy, bytes, size);
        for (int change = rand() % 4; change >= 0; change--)
            copy[(size_t)rand() % size] = (uint8_t)rand();
        if (!load(copy, size, &loaded))
            ck_assert_int_ne(loaded.error.text[0], 0);
        drop(&loaded);
    }
    free(copy);
}
END_TEST

/* The code is scanned only. */
static bool scan(const uint8_t *from, size_t count, Loaded *out, FunctionSource *source)
{
    BeamReader beam = {.ir = &out->ir, .heap = &out->heap, .error = &out->error};

    *out = (Loaded){0};
    if (!beam_file_open(&beam.file, from, count, &out->error))
        return false;
    return (ling_file_is(&beam.file) ? ling_file_scan(&beam.file, &out->ir, &out->heap, source, &out->error)
                                     : beam_read_tables(&beam) && beam_scan_code(&beam, source)) &&
           verify_tables(&out->ir, &out->error);
}

START_TEST(scanning_refuses_what_reading_refuses)
{
    uint8_t *copy = malloc(size + 1);

    srand(43);
    for (int round = 0; bytes && round < 3000; round++) {
        Loaded loaded, scanned;
        FunctionSource source;
        BeamFile file;
        bool is_read, is_good, is_scanned;

        memcpy(copy, bytes, size);
        for (int change = rand() % 4; change >= 0; change--)
            copy[(size_t)rand() % size] = (uint8_t)rand();
        is_scanned = scan(copy, size, &scanned, &source);
        ck_assert(is_scanned || scanned.error.text[0] != 0);
        loaded = (Loaded){0};
        is_read = beam_file_open(&file, copy, size, &loaded.error) && beam_read(&file, &loaded.ir, &loaded.heap, &loaded.error);
        is_good = is_read && verify_code(&loaded.ir, &loaded.error);
        ck_assert_msg(is_read || !is_scanned, "only reading fails: %s", loaded.error.text);
        ck_assert_msg(is_scanned || !is_good, "only scanning fails: %s", scanned.error.text);
        drop(&loaded);
        drop(&scanned);
    }
    free(copy);
}
END_TEST

static void compare_functions(const FunctionIr *a, const FunctionIr *b)
{
    ck_assert_uint_eq(a->count, b->count);
    ck_assert_uint_eq(a->entry_label, b->entry_label);
    for (uint32_t i = 0; i < a->count; i++) {
        ck_assert_uint_eq(a->instructions[i].op, b->instructions[i].op);
        ck_assert_uint_eq(a->instructions[i].line, b->instructions[i].line);
        ck_assert_uint_eq(a->instructions[i].label, b->instructions[i].label);
        ck_assert_uint_eq(a->instructions[i].operand_count, b->instructions[i].operand_count);
        for (uint32_t j = 0; j < a->instructions[i].operand_count; j++) {
            const Operand *x = &a->instructions[i].operands[j], *y = &b->instructions[i].operands[j];

            ck_assert_uint_eq(x->kind, y->kind);
            ck_assert_uint_eq(x->literal_index, y->literal_index);
            ck_assert(x->is_literal || x->value == y->value);
        }
    }
}

START_TEST(a_function_read_alone_is_as_in_the_whole)
{
    glob_t found;

    if (glob(OTP_MODULES, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i += 7) {
        size_t count;
        uint8_t *file = read_file(found.gl_pathv[i], &count);
        Loaded whole = {0}, parts;
        FunctionSource source;
        BeamFile opened;

        ck_assert(beam_file_open(&opened, file, count, &whole.error) && beam_read(&opened, &whole.ir, &whole.heap, &whole.error));
        ck_assert_msg(scan(file, count, &parts, &source), "%s: %s", found.gl_pathv[i], parts.error.text);
        ck_assert_uint_eq(parts.ir.function_count, whole.ir.function_count);
        parts.ir.labels = arena_array(&parts.ir.arena, LabelNote, parts.ir.label_count + 1);
        for (uint32_t j = 0; j < whole.ir.function_count; j++) {
            ck_assert(beam_read_function(&parts.ir, &source, j, &parts.ir.functions[j], &parts.error));
            compare_functions(&parts.ir.functions[j], &whole.ir.functions[j]);
        }
        drop(&whole);
        drop(&parts);
        free(file);
    }
    globfree(&found);
}
END_TEST

START_TEST(a_chunk_that_lies_about_its_size_is_named)
{
    uint8_t *copy = malloc(size + 1);
    Loaded loaded;
    size_t chunk_size;
    uint8_t *chunk;

    if (!bytes)
        return;
    memcpy(copy, bytes, size);
    chunk = (uint8_t *)beam_file_chunk(copy, size, "ImpT", &chunk_size);
    chunk[0] = 0x7f;
    ck_assert(!load(copy, size, &loaded));
    ck_assert_str_eq(loaded.error.text, "chunk ImpT: more items announced than bytes left at byte 4");
    drop(&loaded);
    free(copy);
}
END_TEST

START_TEST(a_ling_file_says_the_same_as_its_beam_file)
{
    Text ling = {0};
    LoadError error;
    Loaded a, b;

    if (!bytes)
        return;
    ck_assert(ling_file_make(bytes, size, &ling, &error));
    ck_assert(load(bytes, size, &a));
    ck_assert(load((const uint8_t *)ling.bytes, ling.size, &b));
    ck_assert_uint_eq(a.ir.function_count, b.ir.function_count);
    ck_assert_uint_eq(a.ir.literal_count, b.ir.literal_count);
    for (uint32_t i = 0; i < a.ir.function_count; i++) {
        const FunctionIr *f = &a.ir.functions[i], *g = &b.ir.functions[i];

        ck_assert_uint_eq(f->count, g->count);
        ck_assert_ptr_eq(f->name, g->name);
        for (uint32_t k = 0; k < f->count; k++) {
            ck_assert_uint_eq(f->instructions[k].op, g->instructions[k].op);
            ck_assert_uint_eq(f->instructions[k].line, g->instructions[k].line);
            ck_assert_uint_eq(f->instructions[k].frame, g->instructions[k].frame);
            ck_assert_uint_eq(f->instructions[k].operand_count, g->instructions[k].operand_count);
        }
    }
    drop(&a);
    drop(&b);
    text_free(&ling);
}
END_TEST

START_TEST(a_damaged_ling_file_does_no_harm)
{
    Text ling = {0};
    LoadError error;
    uint8_t *copy;

    if (!bytes)
        return;
    ck_assert(ling_file_make(bytes, size, &ling, &error));
    copy = malloc(ling.size);
    srand(43);
    for (int round = 0; round < 3000; round++) {
        Loaded loaded;

        memcpy(copy, ling.bytes, ling.size);
        for (int change = rand() % 4; change >= 0; change--)
            copy[(size_t)rand() % ling.size] = (uint8_t)rand();
        if (!load(copy, ling.size, &loaded))
            ck_assert_int_ne(loaded.error.text[0], 0);
        drop(&loaded);
    }
    free(copy);
    text_free(&ling);
}
END_TEST

START_TEST(the_md5_of_a_ling_file_is_that_of_its_beam_file)
{
    Text ling = {0};
    LoadError error;
    uint8_t a[16], b[16];
    BeamFile file;

    if (!bytes)
        return;
    ck_assert(beam_file_open(&file, bytes, size, &error));
    beam_file_md5(&file, a);
    ck_assert(ling_file_make(bytes, size, &ling, &error));
    ck_assert(beam_file_open(&file, (const uint8_t *)ling.bytes, ling.size, &error));
    ck_assert(ling_file_is(&file));
    ck_assert_uint_eq(ling_file_version(&file), LING_FORMAT_VERSION);
    ck_assert(ling_file_md5(&file, b));
    ck_assert_mem_eq(a, b, sizeof a);
    text_free(&ling);
}
END_TEST

START_TEST(zlib_data_of_another_size_is_refused)
{
    uint8_t text[1000] = {1, 2, 3};
    size_t packed_size;
    uint8_t *packed = deflate_zlib(text, sizeof text, &packed_size);
    uint8_t *plain = inflate_zlib(packed, packed_size, sizeof text);

    ck_assert_ptr_nonnull(plain);
    ck_assert_mem_eq(plain, text, sizeof text);
    ck_assert_ptr_null(inflate_zlib(packed, packed_size, sizeof text - 1));
    ck_assert_ptr_null(inflate_zlib(packed, packed_size, sizeof text + 1));
    ck_assert_ptr_null(inflate_zlib(packed, packed_size, SIZE_MAX / 2));
    ck_assert_ptr_null(inflate_zlib(packed, packed_size - 3, sizeof text));
    mem_free(MEM_CODE, plain);
    mem_free(MEM_CODE, packed);
}
END_TEST

Suite *loader_suite(void)
{
    Suite *suite = suite_create("loader");
    TCase *tests = tcase_create("loader");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_module_of_otp_is_accepted);
    tcase_add_test(tests, a_cut_file_is_refused_with_a_reason);
    tcase_add_test(tests, changed_bytes_do_no_harm);
    tcase_add_test(tests, scanning_refuses_what_reading_refuses);
    tcase_add_test(tests, a_function_read_alone_is_as_in_the_whole);
    tcase_add_test(tests, a_chunk_that_lies_about_its_size_is_named);
    tcase_add_test(tests, a_ling_file_says_the_same_as_its_beam_file);
    tcase_add_test(tests, a_damaged_ling_file_does_no_harm);
    tcase_add_test(tests, the_md5_of_a_ling_file_is_that_of_its_beam_file);
    tcase_add_test(tests, zlib_data_of_another_size_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
