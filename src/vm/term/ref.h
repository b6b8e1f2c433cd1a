/* ref.h - references of this node.
 *
 * A reference is a 64-bit number that never comes again; one that names a process too (an alias, a
 * monitor with one) also holds that process. Shown and sent to other nodes it is three 32-bit numbers, or five
 * with a process: #Ref<0.n2.n1.n0>. References of other nodes are ExternalObjects (pid.h). */
#ifndef LING_REF_H
#define LING_REF_H

#include "vm/term/off_heap.h"

/* MagicRefObject (off_heap.h) starts with the same fields. */
typedef struct RefObject {
    Word header;          /* BOX_REF, REF_WORDS - 1 */
    uint64_t id;
    uint64_t owner;       /* 0, or immediate_payload of a local pid, plus 1 */
} RefObject;
#define REF_WORDS 3

#define REF_MAX_NUMBERS 5
/* Bits of the id in the first number; 32 in the second, the rest in the third. */
#define REF_FIRST_BITS 18

/* The next number: unique in this VM. Starts anywhere. */
uint64_t ref_next_id(void);

Term ref_new(Heap *heap);
/* A new reference that names `pid` (local) as well. */
Term ref_new_owned(Heap *heap, Term pid);
/* The reference of a known number. */
Term ref_from_id(Heap *heap, uint64_t id, uint64_t owner);
/* A new reference that holds `binary`: takes over the caller's reference to it. */
Term magic_ref_new(Heap *heap, Binary *binary);
/* The same reference again: `id` from ref_id. Takes over the caller's reference to `binary`. */
Term magic_ref_from_id(Heap *heap, Binary *binary, uint64_t id);

/* The numbers of `ref` go out, as text or in the external term format: if it is magic, whoever reads them gets it again, as long
 * as somebody holds what it stands for. Not in other threads than the VM's. */
void magic_ref_written(Term ref);
/* What the reference of this number stands for, if it was written; else null. No reference for the caller. */
Binary *magic_ref_find(uint64_t id);

/* Of a local reference (is_local_ref), magic or not: */
static inline uint64_t ref_id(Term ref) { return ((const RefObject *)boxed(ref))->id; }
static inline uint64_t ref_owner(Term ref) { return ((const RefObject *)boxed(ref))->owner; }
/* The local pid it names, or NO_TERM. */
static inline Term ref_owner_pid(Term ref)
{
    uint64_t owner = ref_owner(ref);

    return owner ? immediate(IMM_PID, owner - 1) : NO_TERM;
}
static inline bool is_magic_ref(Term t) { return is_box_kind(t, BOX_MAGIC_REF); }
static inline Binary *magic_ref_binary(Term ref) { return ((MagicRefObject *)boxed(ref))->binary; }
/* The C struct of a magic reference whose destructor is `destroy`; null if `t` is nothing of that kind. */
static inline void *magic_ref_data(Term t, void (*destroy)(Binary *))
{
    return is_magic_ref(t) && magic_ref_binary(t)->destroy == destroy ? magic_ref_binary(t)->data : NULL;
}

/* The 32-bit numbers of any reference, local or external, least significant first; how many: 1 to 5. */
unsigned ref_numbers(Term ref, uint32_t numbers[REF_MAX_NUMBERS]);
/* The local reference of such numbers, magic if it was written and is still there; NO_TERM if this node makes none like it. */
Term ref_from_numbers(Heap *heap, const uint32_t *numbers, unsigned count);

#endif
