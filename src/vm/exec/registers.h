/* registers.h - the machine registers of the interpreter; only files that hold handlers include it.
 *
 * With gcc on x86-64 they are global register variables, which C code preserves (they are
 * callee-saved), and a handler ends with a jump to the next one. Elsewhere, in unoptimised builds and
 * under sanitizers they are plain globals, and a handler returns the next one.
 *
 * A handler must not have locals whose address is taken: that would turn its last jump into a call. */
#ifndef LING_REGISTERS_H
#define LING_REGISTERS_H

#include "vm/exec/vm.h"

#if !defined(LING_TRAMPOLINE) && (defined(__clang__) || !defined(__OPTIMIZE__) || !defined(__x86_64__) || \
                                  defined(__SANITIZE_ADDRESS__))
#define LING_TRAMPOLINE 1
#endif

#ifdef LING_TRAMPOLINE
typedef void *Handled;
extern const Word *IP;
extern Term *E;
extern Word *HTOP;
extern int64_t REDS;
#define VM (&vm)
typedef Handled (*Handler)(void);
#define DISPATCH() return (Handled)IP[0]
#define LEAVE_ENGINE() return NULL
#else
typedef void Handled;
register struct Vm *VM asm("rbx");
register const Word *IP asm("r12");
register Term *E asm("r13");
register Word *HTOP asm("r14");
register int64_t REDS asm("r15");
typedef Handled (*Handler)(void);
#define DISPATCH() return ((Handler)IP[0])()
#define LEAVE_ENGINE() return
#endif

#define INLINE static inline __attribute__((always_inline))
/* A C function of a file of handlers: stencils call the handlers' one. */
#ifdef __clang__
#define HELPER __attribute__((noinline))
#else
#define HELPER __attribute__((noipa))
#endif

#ifdef LING_STENCIL
#include "vm/exec/stencil.h"
#else
#define GO(to)          \
    do {                \
        IP = (to);      \
        DISPATCH();     \
    } while (0)
/* Of an instruction that stands before those it is made of: it leaves the work to them, or it is done. */
#define GO_PLAIN(next) GO(next)
#define GO_BEYOND(to) GO(to)
#endif

/* Operand words. */
#define X_AT(word) (*(Term *)((char *)VM + (word)))
#define Y_AT(word) (*(Term *)((char *)E + (word)))
#define FLOAT_AT(word) (*(double *)((char *)VM + (word)))

/* An operand in a list of mixed kinds: see operands.h. */
static inline __attribute__((always_inline)) Term *mixed_slot(Word word)
{
    Word base = word & MIXED_Y ? (Word)(uintptr_t)E : word & MIXED_CONSTANT ? 0 : (Word)(uintptr_t)VM;

    return (Term *)(uintptr_t)(base + (word & ~(Word)MIXED_BITS));
}
#define MIXED(word) (*mixed_slot(word))

/* Code words are aligned, so adding the tag is as good as or-ing it, and part of an address computation. */
#define RETURN_ADDRESS(code) ((Term)(uintptr_t)((const char *)(code) + TAG_HEADER))

/* The return address goes on the stack. */
INLINE void push_return(const Word *next)
{
    E[-1] = RETURN_ADDRESS(next);
    E--;
}
/* Drops a frame of so many bytes and the return address behind it: what that says. */
INLINE const Word *pop_return(Word frame)
{
    const Word *to = return_address_code(*(Word *)((char *)E + frame));

    E = (Term *)((char *)E + (frame + sizeof(Word)));
    return to;
}

/* Before C code gets the process: it sees heap, stack and reductions. */
#define SYNC_OUT()                                            \
    do {                                                      \
        Process *process_ = VM->process;                      \
        process_->heap.top = HTOP;                            \
        process_->gc.stack_top = (Word *)E;                   \
        process_->heap.limit = (Word *)E - STACK_RED_ZONE_WORDS; \
        process_->reductions_left = REDS;                     \
        process_->ip = IP;   /* who calls: erlang:load_nif/2 */ \
    } while (0)
/* After it. */
#define SYNC_IN()                               \
    do {                                        \
        Process *process_ = VM->process;        \
        HTOP = process_->heap.top;              \
        REDS = process_->reductions_left;       \
    } while (0)

/* For C code that only builds terms on the heap. */
#define SYNC_HEAP_OUT()                                       \
    do {                                                      \
        VM->process->heap.top = HTOP;                         \
        VM->process->heap.limit = (Word *)E - STACK_RED_ZONE_WORDS; \
    } while (0)
#define SYNC_HEAP_IN() (HTOP = VM->process->heap.top)

#ifdef LING_GC_STRESS
/* A collection at every point that allows one, as far as heaps are small; the instruction then runs again, and has
 * room. */
extern bool vm_just_collected;
#define HAS_ROOM(bytes) vm_stress_has_room((ptrdiff_t)((bytes) + STACK_RED_ZONE_WORDS * sizeof(Word)))
INLINE bool vm_stress_has_room(ptrdiff_t bytes)
{
    if (vm_just_collected) {
        vm_just_collected = false;
        return true;
    }
    return (char *)E - (char *)HTOP >= bytes && !gc_stress_is_due(&VM->process->heap, &VM->process->gc);
}
#else
#define HAS_ROOM(bytes) ((char *)HTOP + (bytes) + STACK_RED_ZONE_WORDS * sizeof(Word) <= (char *)E)
#endif

#endif
