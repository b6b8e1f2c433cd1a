/* ops_enter.c - sets the machine registers up and takes them down. */
#include "vm/exec/enter.h"
#include "vm/exec/registers.h"

#ifdef LING_GC_STRESS
bool vm_just_collected;
#endif

#ifdef LING_TRAMPOLINE

const Word *IP;
Term *E;
Word *HTOP;
int64_t REDS;

void enter_interpreter(Process *p)
{
    Handler next;

    IP = p->ip;
    E = (Term *)p->gc.stack_top;
    HTOP = p->heap.top;
    REDS = p->reductions_left;
    next = (Handler)IP[0];
    while (next)
        next = (Handler)next();
}

#else

/* The registers belong to the callers of this function, which knows nothing of it: put them back. */
void __attribute__((noinline)) enter_interpreter(Process *p)
{
    struct Vm *saved_vm = VM;
    const Word *saved_ip = IP;
    Term *saved_e = E;
    Word *saved_htop = HTOP;
    int64_t saved_reds = REDS;

    VM = &vm;
    IP = p->ip;
    E = (Term *)p->gc.stack_top;
    HTOP = p->heap.top;
    REDS = p->reductions_left;
    ((Handler)IP[0])();
    VM = saved_vm;
    IP = saved_ip;
    E = saved_e;
    HTOP = saved_htop;
    REDS = saved_reds;
}

#endif
