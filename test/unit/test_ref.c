/* References and identifiers of other nodes. */
#include <check.h>

#include "vm/term/atom.h"
#include "vm/term/compare.h"
#include "vm/term/pid.h"
#include "vm/term/ref.h"

static Heap heap;

static void tear_down(void)
{
    heap_clear(&heap);
    heap = (Heap){0};
}

START_TEST(references_are_all_different)
{
    Term previous = ref_new(&heap);

    for (int i = 0; i < 1000; i++) {
        Term ref = ref_new(&heap);
        ck_assert(!term_exact_equal(previous, ref));
        previous = ref;
    }
}
END_TEST

START_TEST(numbers_lead_back_to_the_reference)
{
    Term refs[] = {ref_new(&heap), ref_new_owned(&heap, immediate(IMM_PID, 0x3ffffffffffffff)),
                   ref_new_owned(&heap, immediate(IMM_PID, 0)), ref_from_id(&heap, UINT64_MAX, 0)};
    uint32_t numbers[REF_MAX_NUMBERS];

    for (size_t i = 0; i < ARRAY_SIZE(refs); i++) {
        unsigned count = ref_numbers(refs[i], numbers);
        Term back = ref_from_numbers(&heap, numbers, count);
        ck_assert(back != NO_TERM);
        ck_assert_uint_eq(ref_id(back), ref_id(refs[i]));
        ck_assert(ref_owner_pid(back) == ref_owner_pid(refs[i]));
    }
    ck_assert(ref_owner_pid(refs[1]) == immediate(IMM_PID, 0x3ffffffffffffff));
    ck_assert(ref_owner_pid(refs[0]) == NO_TERM);
}
END_TEST

START_TEST(identifiers_of_this_node_are_local)
{
    uint32_t numbers[5] = {1, 2, 3, 4, 5}, back[REF_MAX_NUMBERS], number, serial;

    ck_assert(is_local_pid(pid_from_node(&heap, node_name, node_creation, 7, 1)));
    ck_assert(is_local_port(port_from_node(&heap, node_name, 0, 7)));
    ck_assert(is_local_ref(ref_from_node(&heap, node_name, 0, numbers, 3)));
    ck_assert(pid_from_node(&heap, node_name, 0, 1u << PID_NUMBER_BITS, 0) == NO_TERM);
    Term pid = pid_from_node(&heap, A_ERLANG, 9, 0xffffffff, 0xfffffffe);
    pid_numbers(pid, &number, &serial);
    ck_assert_uint_eq(number, 0xffffffff);
    ck_assert_uint_eq(serial, 0xfffffffe);
    ck_assert(identifier_node(pid) == A_ERLANG);
    for (unsigned count = 1; count <= 5; count++) {
        Term ref = ref_from_node(&heap, A_ERLANG, 9, numbers, count);
        ck_assert_uint_eq(ref_numbers(ref, back), count);
        ck_assert_mem_eq(numbers, back, count * sizeof *numbers);
    }
}
END_TEST

START_TEST(nodes_are_found_by_channel)
{
    Term node = atom_from_text("somebody@somewhere");
    Term found;
    uint64_t creation;

    ck_assert(!node_from_channel(atom_index(node), &found, &creation));
    pid_from_node(&heap, node, 42, 1, 1);
    ck_assert(node_from_channel(node_channel(node, 42), &found, &creation));
    ck_assert(found == node && creation == 42);
    ck_assert(node_from_channel(0, &found, &creation));
    ck_assert(found == node_name);
    ck_assert(!node_from_channel(UINT32_MAX, &found, &creation));
}
END_TEST

static int destroyed;
static void destroy(Binary *binary) { destroyed++; }

START_TEST(a_magic_reference_holds_its_struct)
{
    Binary *binary = binary_new_magic(16, destroy);
    Term ref = magic_ref_new(&heap, binary);

    ck_assert(magic_ref_data(ref, destroy) == binary->data);
    ck_assert(magic_ref_data(A_OK, destroy) == NULL);
    destroyed = 0;
    heap_clear(&heap);
    heap = (Heap){0};
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

Suite *ref_suite(void)
{
    Suite *suite = suite_create("ref");
    TCase *tcase = tcase_create("ref");

    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, references_are_all_different);
    tcase_add_test(tcase, numbers_lead_back_to_the_reference);
    tcase_add_test(tcase, identifiers_of_this_node_are_local);
    tcase_add_test(tcase, nodes_are_found_by_channel);
    tcase_add_test(tcase, a_magic_reference_holds_its_struct);
    suite_add_tcase(suite, tcase);
    return suite;
}
