#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "vm/term/bits.h"
#include "vm/term/byte_queue.h"

enum { MODEL_BYTES = 1 << 20, STEPS = 3000, PIECE_MAX = 3000 };

static uint8_t model[MODEL_BYTES];
static size_t model_start, model_end;

static void add_random(ByteQueue *queue)
{
    size_t size = (size_t)random() % (random() % 4 ? 50 : PIECE_MAX);
    Binary *binary = binary_new(size + 10);

    size = MIN(size, MODEL_BYTES - model_end);
    for (size_t i = 0; i < size; i++)
        model[model_end + i] = binary->data[5 + i] = (uint8_t)random();
    byte_queue_add(queue, binary->data + 5, size, random() & 1 ? binary : NULL);
    model_end += size;
    binary_release(binary);
}

static void take_random(ByteQueue *queue)
{
    size_t size = queue->size ? (size_t)random() % (queue->size + 1) : 0;
    uint8_t *bytes = malloc(size + 1);

    byte_queue_copy(queue, bytes, size);
    ck_assert_mem_eq(bytes, model + model_start, size);
    byte_queue_skip(queue, size);
    model_start += size;
    free(bytes);
}

START_TEST(what_comes_out_is_what_went_in)
{
    ByteQueue queue = {0};

    srandom(3);
    model_start = model_end = 0;
    for (int i = 0; i < STEPS; i++) {
        if (random() % 3)
            add_random(&queue);
        else
            take_random(&queue);
        ck_assert_uint_eq(queue.size, model_end - model_start);
    }
    byte_queue_free(&queue);
    ck_assert_uint_eq(queue.size, 0);
}
END_TEST

START_TEST(a_byte_is_found_in_any_chunk)
{
    ByteQueue queue = {0};
    uint8_t large[2000];
    Binary *binary = binary_new(sizeof large);

    memset(large, 'a', sizeof large);
    memset(binary->data, 'b', sizeof large);
    byte_queue_add(&queue, large, sizeof large, NULL);
    byte_queue_add(&queue, binary->data, sizeof large, binary);
    byte_queue_add(&queue, (const uint8_t *)"c", 1, NULL);
    ck_assert_int_eq(byte_queue_find(&queue, 'a'), 0);
    ck_assert_int_eq(byte_queue_find(&queue, 'b'), 2000);
    ck_assert_int_eq(byte_queue_find(&queue, 'c'), 4000);
    ck_assert_int_eq(byte_queue_find(&queue, 'd'), -1);
    binary_release(binary);
    byte_queue_free(&queue);
}
END_TEST

START_TEST(a_term_of_the_head_does_not_change_when_more_is_added)
{
    ByteQueue queue = {0};
    Heap heap = {0};
    uint8_t bytes[100];
    BitsView view;
    Term head;

    memset(bytes, 'x', sizeof bytes);
    byte_queue_add(&queue, bytes, sizeof bytes, NULL);
    head = byte_queue_head_term(&heap, &queue);
    byte_queue_add(&queue, bytes, sizeof bytes, NULL);
    ck_assert(bits_view(head, &view));
    ck_assert_uint_eq(view.bit_size, sizeof bytes * 8);
    ck_assert_mem_eq(view.bytes, bytes, sizeof bytes);
    ck_assert_uint_eq(queue.size, 2 * sizeof bytes);
    byte_queue_free(&queue);
    heap_clear(&heap);
}
END_TEST

Suite *byte_queue_suite(void)
{
    Suite *suite = suite_create("byte_queue");
    TCase *tests = tcase_create("byte_queue");

    tcase_add_test(tests, what_comes_out_is_what_went_in);
    tcase_add_test(tests, a_byte_is_found_in_any_chunk);
    tcase_add_test(tests, a_term_of_the_head_does_not_change_when_more_is_added);
    suite_add_tcase(suite, tests);
    return suite;
}
